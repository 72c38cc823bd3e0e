//! Goods: deliveries, transfers and counts. After every delivery a shelf holds what it should, so each store-day stands alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Simulation;
use super::dice::Dice;
use super::plan::Cell;
use super::till::moment;
use crate::model::{Class, Content, GoodsInLine, Money, Quantity, Side, StockCount, Transfer};

const MOVE: u64 = 30;

/// Units by position of the product.
type Units = BTreeMap<usize, i64>;

impl Simulation {
    /// Does a delivery come on this store-day? On the first open day of every so many.
    pub(super) fn is_delivery(&self, cell: &Cell) -> bool {
        let every = i64::from(self.company.stock.every);
        let block = |day: NaiveDate| day.signed_duration_since(self.from).num_days().checked_div(every);
        every > 0 && self.plan.earlier(cell, 1).is_some_and(|before| block(before.day) != block(cell.day))
    }

    /// Are the shelves counted this evening? Before every delivery.
    pub(super) fn is_count(&self, cell: &Cell) -> bool {
        let next = cell.open_day.checked_add(1).and_then(|next| self.plan.on_open_day(cell, next));
        self.company.stock.every > 0 && cell.open_day > 0 && next.is_some_and(|next| self.is_delivery(next))
    }

    fn stocked(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.items.len()).filter(|at| {
            let category = self.items.get(*at).and_then(|item| self.company.categories.get(item.category));
            category.is_some_and(|category| category.stocked)
        })
    }

    /// Units that left a store's shelves over its tills on one day.
    fn sold_on(&self, store: usize, day: NaiveDate, units: &mut Units) {
        for cell in self.plan.of(store, day) {
            let Some(counter) = self.counter(cell) else { continue };
            for sold in (0..cell.count).filter_map(|at| self.sold(&counter, at)).filter(|sold| sold.counts()) {
                for line in sold.lines.iter().filter(|line| line.class == Class::Goods) {
                    if let Some(item) = line.item {
                        *units.entry(item).or_default() += line.quantity;
                    }
                }
            }
        }
    }

    /// Units that left since the last delivery, that day and `cell`'s own counted or not.
    fn missing(&self, cell: &Cell, today: bool) -> Units {
        let mut units = Units::new();
        if today {
            self.sold_on(cell.store, cell.day, &mut units);
        }
        let mut at = *cell;
        while let Some(before) = self.plan.earlier(&at, 1).filter(|_| !(today && self.is_delivery(&at))) {
            self.sold_on(cell.store, before.day, &mut units);
            if self.is_delivery(before) {
                break;
            }
            at = *before;
        }
        let stocked = |item: &usize| self.items.get(*item).and_then(|item| self.company.categories.get(item.category));
        units.retain(|item, _| stocked(item).is_some_and(|category| category.stocked));
        units
    }

    /// What one store sends to the next on a delivery day, from what the next lacks.
    fn sent(&self, from: usize, to: &Cell, lacks: &Units) -> Units {
        let day = to.day.signed_duration_since(NaiveDate::MIN).num_days().unsigned_abs();
        let mut sent = Units::new();
        for (item, units) in lacks.iter().filter(|(_, units)| **units > 0) {
            let mut dice = Dice::new(self.seed, &[MOVE, from as u64, day, *item as u64]);
            if dice.chance(self.company.stock.transfers) {
                sent.insert(*item, dice.between(1, (*units).min(6)));
            }
        }
        sent
    }

    /// The first till of another store on the same day, when a delivery comes there too.
    fn arrives(&self, store: usize, day: NaiveDate) -> Option<&Cell> {
        self.plan.of(store, day).first().filter(|cell| self.is_delivery(cell))
    }

    /// Deliveries, transfers and counts of a store-day.
    pub(super) fn shelves(&self, cell: &Cell) -> Content {
        let mut content = Content::default();
        let stock = &self.company.stock;
        let Some(shop) = self.company.stores.get(cell.store).filter(|_| stock.every > 0) else { return content };
        let (opens, closes) = shop.span();
        let count = |item: usize, units: i64, second: u32| -> Option<StockCount> {
            Some(StockCount {
                item_code: self.items.get(item)?.code.clone(),
                counted: Quantity::units(units),
                counted_at: moment(cell.day, second),
                by: None,
            })
        };
        let target = i64::from(stock.target);
        if cell.open_day == 0 {
            let rows = self.stocked().filter_map(|item| count(item, target, opens.saturating_sub(900)));
            content.stock_counts.extend(rows.map(Into::into));
            return content;
        }
        if self.is_delivery(cell) {
            let lacks = self.missing(cell, false);
            let mut comes = lacks.clone();
            let stores = self.company.stores.len();
            if stock.transfers > 0 && stores > 1 {
                let (before, next) = ((cell.store + stores - 1) % stores, (cell.store + 1) % stores);
                if self.arrives(before, cell.day).is_some() {
                    let got = self.sent(before, cell, &lacks);
                    self.transfer(cell, before, cell.store, &got, Side::Received, &mut content);
                    got.iter().for_each(|(item, units)| *comes.entry(*item).or_default() -= units);
                }
                if let Some(to) = self.arrives(next, cell.day) {
                    let gone = self.sent(cell.store, to, &self.missing(to, false));
                    self.transfer(cell, cell.store, next, &gone, Side::Sent, &mut content);
                    gone.iter().for_each(|(item, units)| *comes.entry(*item).or_default() += units);
                }
            }
            for (at, units) in comes.into_iter().filter(|(_, units)| *units != 0) {
                let Some(item) = self.items.get(at) else { continue };
                let row = GoodsInLine {
                    date: cell.day,
                    reference: Some(format!("DN-{}-{}", shop.code, cell.day.format("%y%m%d"))),
                    supplier: Some("Central warehouse".to_owned()),
                    item_code: item.code.clone(),
                    description: Some(item.name.clone()),
                    quantity: Quantity::units(units),
                    unit_cost: Some(Money::cents(item.cost)),
                    received_by: None,
                };
                content.goods_in.push(row.into());
            }
        }
        if self.is_count(cell) {
            let gone = self.missing(cell, true);
            let rows = self
                .stocked()
                .filter_map(|item| count(item, target - gone.get(&item).copied().unwrap_or_default(), closes + 1_200));
            content.stock_counts.extend(rows.map(Into::into));
        }
        content
    }

    fn transfer(&self, cell: &Cell, from: usize, to: usize, units: &Units, side: Side, content: &mut Content) {
        let code = |store: usize| self.company.stores.get(store).map(|shop| shop.code.clone()).unwrap_or_default();
        for (item, units) in units {
            let row = Transfer {
                reference: format!("TR-{}-{}", code(from), cell.day.format("%y%m%d")),
                date: cell.day,
                time: None,
                from_store: code(from),
                to_store: code(to),
                item_code: self.items.get(*item).map(|item| item.code.clone()).unwrap_or_default(),
                quantity: Quantity::units(*units),
                side,
            };
            content.transfers.push(row.into());
        }
    }
}
