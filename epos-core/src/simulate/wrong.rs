//! Money faults: a till day as it would be when somebody made a mistake.

use super::Simulation;
use super::catalogue::cents;
use super::dice::Dice;
use super::fault::{Family, FaultClass};
use super::plan::Cell;
use super::sale::{Counter, Sold};
use super::till::{Moved, TillDay, totals};
use crate::model::{CashKind, Class, Money, SaleKind, TenderClass};

const WRONG: u64 = 50;

/// Differences below this could pass for coins.
const NOTABLE: i64 = 300;

/// What a fault changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Position of the till.
    pub till: usize,
    pub amount: Option<i64>,
    pub rows: usize,
    /// The transaction it is about.
    pub number: Option<u64>,
    /// Its class is the only one that fits.
    pub identifiable: bool,
}

impl Simulation {
    fn of_class(&self, class: TenderClass) -> Option<usize> {
        self.company.tenders.iter().position(|mode| mode.class == class)
    }

    /// A sale paid in one way, of this class and of a notable amount.
    fn plain_sale<'d>(&self, day: &'d TillDay, class: TenderClass, dice: &mut Dice) -> Option<&'d Sold> {
        let fits: Vec<&Sold> = day
            .sales
            .iter()
            .filter(|sold| sold.kind == SaleKind::Sale)
            .filter(|sold| matches!(&sold.paid[..], [paid] if self.class(paid.mode) == class && paid.amount >= NOTABLE))
            .collect();
        fits.get(dice.position(fits.len())).copied()
    }

    /// Moves the count of cash by an amount; the float must stay.
    fn miscount(&self, day: &mut TillDay, by: i64) -> Option<()> {
        let float = self.float();
        let cash = self.cash(day)?;
        let counted = cash.counted? + by;
        if counted < float {
            return None;
        }
        cash.counted = Some(counted);
        self.count_pieces(day);
        Some(())
    }

    /// What the till believes is there is there.
    fn settle(&self, day: &mut TillDay) {
        self.expect(day);
        for tender in &mut day.tenders {
            tender.counted = Some(tender.expected);
        }
        self.count_pieces(day);
    }

    /// Cards sold after the machine's cut-off on a day, or rung too much in cash: what today lacks, tomorrow has.
    pub(super) fn next_morning(&self, class: FaultClass, cell: &Cell) -> Option<i64> {
        let day = self.till_day(cell)?;
        let mut dice = self.dice(cell, WRONG, 0);
        match class {
            FaultClass::CardCutoff => self.last_cards(&day, dice.between(1, 3)),
            FaultClass::OverRing => {
                let amount = self.plain_sale(&day, TenderClass::Cash, &mut dice)?.total();
                let counted = day.tenders.iter().find(|tender| self.class(tender.mode) == TenderClass::Cash)?.expected;
                (counted - amount >= self.float()).then_some(amount)
            }
            _ => None,
        }
    }

    /// What the last card payments of a day come to: so many, and more until it is notable.
    fn last_cards(&self, day: &TillDay, count: i64) -> Option<i64> {
        let card = self.of_class(TenderClass::Card)?;
        let (mut sum, mut sales) = (0, 0);
        for sold in day.sales.iter().rev().filter(|sold| sold.counts()) {
            let amount: i64 = sold.paid.iter().filter(|paid| paid.mode == card).map(|paid| paid.amount).sum();
            sum += amount;
            sales += i64::from(amount != 0);
            if sales >= count && sum >= NOTABLE {
                return Some(sum);
            }
        }
        None
    }

    /// What yesterday's fault does to today.
    pub(super) fn morning_after(&self, class: FaultClass, before: &Cell, day: &mut TillDay) -> Option<()> {
        match class {
            FaultClass::OverRing => {
                let amount = self.next_morning(class, before)?;
                self.settle(day);
                self.miscount(day, amount)
            }
            FaultClass::CardCutoff => {
                let amount = self.next_morning(class, before)?;
                self.settle(day);
                let card = self.of_class(TenderClass::Card)?;
                let counted = day.tenders.get_mut(card)?.counted.as_mut()?;
                *counted += amount;
                Some(())
            }
            FaultClass::ForgottenZ => {
                let first = self.till_day(before)?;
                self.settle(day);
                for (tender, earlier) in day.tenders.iter_mut().zip(&first.tenders) {
                    let cash = self.class(tender.mode) == TenderClass::Cash;
                    tender.expected += earlier.expected - if cash { self.float() } else { 0 };
                    tender.counted = Some(tender.expected);
                }
                let (own, other) = (&mut day.totals, first.totals);
                own.gross += other.gross;
                own.discounts += other.discounts;
                own.refund_count += other.refund_count;
                own.refunds += other.refunds;
                own.net += other.net;
                own.tax += other.tax;
                own.void_count += other.void_count;
                own.count += other.count;
                own.first = other.first;
                (day.since, day.opened) = (before.day, first.opened);
                self.count_pieces(day);
                Some(())
            }
            _ => Some(()),
        }
    }

    /// Makes a money or control fault; `None` where the day offers no place for it.
    pub(super) fn wrong(&self, class: FaultClass, days: &mut [TillDay]) -> Option<Changed> {
        let changed = self.changed(class, days)?;
        let is_of_money = class.family() == Family::Money;
        Some(Changed { identifiable: !is_of_money || self.is_only(class, days), ..changed })
    }

    fn changed(&self, class: FaultClass, days: &mut [TillDay]) -> Option<Changed> {
        use FaultClass as F;
        let first = days.first()?.cell;
        let mut dice = self.dice(&first, WRONG, 0);
        let mut changed = Changed { rows: 1, identifiable: true, ..Changed::default() };
        days.iter_mut().for_each(|day| self.settle(day));
        if class == F::TwoDrawers {
            let amount = 500 * dice.between(1, 4);
            let [one, other, ..] = days else { return None };
            self.miscount(one, -amount)?;
            self.miscount(other, amount)?;
            return Some(Changed { amount: Some(-amount), rows: 2, ..changed });
        }
        if matches!(class, F::RefundOtherTender | F::RefundNotPaid | F::RefundWithoutOriginal) {
            // Refunds are rare: whichever till has one.
            changed.till = days.iter().position(|day| day.sales.iter().any(|sold| self.is_refund(class, sold)))?;
        }
        let day = days.get_mut(changed.till)?;
        let amount = match class {
            F::WrongTender => {
                let sold = self.plain_sale(day, TenderClass::Cash, &mut dice)?;
                let (amount, card) = (sold.total(), self.of_class(TenderClass::Card)?);
                changed.number = Some(sold.number);
                self.miscount(day, -amount)?;
                let counted = day.tenders.get_mut(card)?.counted.as_mut()?;
                *counted += amount;
                -amount
            }
            F::RefundOtherTender => {
                let sold = day.sales.iter().find(|sold| self.is_refund(class, sold))?;
                let (amount, card) = (-sold.total(), self.of_class(TenderClass::Card)?);
                changed.number = Some(sold.number);
                self.miscount(day, amount)?;
                let counted = day.tenders.get_mut(card)?.counted.as_mut()?;
                *counted -= amount;
                amount
            }
            F::RefundNotPaid => {
                let sold = day.sales.iter().find(|sold| self.is_refund(class, sold))?;
                changed.number = Some(sold.number);
                let amount = -sold.total();
                self.miscount(day, amount)?;
                amount
            }
            F::RefundNotRung => {
                let amount = self.plain_sale(day, TenderClass::Cash, &mut dice)?.total();
                self.miscount(day, -amount)?;
                day.note = noted(class, amount, &mut dice);
                -amount
            }
            F::SignError => {
                let amount = 50 * dice.between(8, 40);
                let second = day.opened + 7_200;
                self.miscount(day, -amount)?;
                let counted = self.cash(day)?.counted;
                let moved = Moved { second, kind: CashKind::PaidIn, amount, reason: "window cleaner" };
                day.moved.push(moved);
                day.moved.sort_by_key(|moved| moved.second);
                self.expect(day);
                self.cash(day)?.counted = counted;
                -2 * amount
            }
            F::CountDigits => {
                let counted = self.cash(day)?.counted?;
                let (banked, left) = (day.banked, day.left);
                let typed = mistyped(counted, &mut dice)?;
                self.cash(day)?.counted = Some(typed);
                day.pieces.clear();
                (day.banked, day.left) = (banked, left);
                typed - counted
            }
            F::FloatNotEntered => {
                day.opening = Some(0);
                let counted = self.cash(day)?.counted;
                self.expect(day);
                self.cash(day)?.counted = counted;
                self.float()
            }
            F::FloatLeftOut => {
                let float = self.float();
                let counted = self.cash(day)?.counted? - float;
                self.cash(day)?.counted = Some(counted);
                self.count_pieces(day);
                (day.banked, day.left) = (counted, float);
                -float
            }
            F::FloatNotCarried => {
                let amount = 1_000.min(self.float() / 2);
                self.miscount(day, -amount)?;
                let counted = self.cash(day)?.counted;
                day.opening = day.opening.map(|opening| opening - amount);
                self.expect(day);
                self.cash(day)?.counted = counted;
                -amount
            }
            F::ChangeCountedIn => {
                let change = |sold: &&Sold| sold.paid.iter().filter_map(|paid| paid.change).sum::<i64>();
                let sold = day.sales.iter().filter(|sold| change(sold) >= NOTABLE).nth(dice.position(3))?;
                changed.number = Some(sold.number);
                let amount = change(&sold);
                self.miscount(day, amount)?;
                amount
            }
            F::DropNotRung | F::PaidOutNotRung | F::RoundNote => {
                let amount = match class {
                    F::DropNotRung => 1_000 * dice.between(1, 5),
                    F::PaidOutNotRung => 50 * dice.between(7, 30) + 25,
                    _ => [500, 1_000, 2_000].get(dice.position(3)).copied()?,
                };
                let over = class == F::RoundNote && dice.chance(3_000);
                let amount = if over { amount } else { -amount };
                self.miscount(day, amount)?;
                day.note = noted(class, -amount, &mut dice);
                amount
            }
            F::CardCutoff | F::OverRing => {
                let amount = self.next_morning(class, &first)?;
                if class == F::OverRing {
                    self.miscount(day, -amount)?;
                } else {
                    let card = self.of_class(TenderClass::Card)?;
                    let counted = day.tenders.get_mut(card)?.counted.as_mut()?;
                    *counted -= amount;
                }
                changed.rows = 2;
                -amount
            }
            F::ForgottenZ => {
                for day in days.iter_mut() {
                    day.z_number = 0;
                }
                return Some(changed);
            }
            F::RepeatedZ => {
                day.z_number -= 1;
                return Some(changed);
            }
            F::RefundWithoutOriginal => {
                let sold = day.sales.iter_mut().find(|sold| self.is_refund(class, sold))?;
                sold.original = None;
                changed.number = Some(sold.number);
                -sold.total()
            }
            F::PriceOverride => {
                let (number, amount) = self.overridden(day)?;
                changed.number = Some(number);
                day.totals = totals(&day.sales);
                self.settle(day);
                amount
            }
            F::RetypedCount | F::FewCoins => {
                let amount = if class == F::FewCoins { 5 * dice.between(11, 36) } else { 450 };
                self.miscount(day, amount)?;
                amount
            }
            F::DropRung => {
                let cash = self.cash(day)?.expected;
                let amount = (cash - self.float()) / 500 * 500;
                if amount < 1_000 {
                    return None;
                }
                let second = day.closed.saturating_sub(240);
                day.moved.push(Moved { second, kind: CashKind::Drop, amount, reason: "to the safe" });
                self.settle(day);
                amount
            }
            F::LargeNote => {
                let note = self.company.notes.last().copied().map(cents)?;
                let modes: Vec<TenderClass> = self.company.tenders.iter().map(|mode| mode.class).collect();
                let paid = day.sales.iter_mut().filter(|sold| sold.kind == SaleKind::Sale).find_map(|sold| {
                    let paid = match &mut sold.paid[..] {
                        [paid] => paid,
                        _ => return None,
                    };
                    let cash = modes.get(paid.mode) == Some(&TenderClass::Cash);
                    (cash && paid.amount > 0 && paid.amount < note / 4).then_some(paid)
                })?;
                (paid.tendered, paid.change) = (Some(note), Some(note - paid.amount));
                note
            }
            _ => return None,
        };
        changed.amount = Some(amount);
        Some(changed)
    }

    fn is_refund(&self, class: FaultClass, sold: &Sold) -> bool {
        let cash = matches!(&sold.paid[..], [paid] if self.class(paid.mode) == TenderClass::Cash);
        let notable = class == FaultClass::RefundWithoutOriginal || (cash && sold.total() <= -NOTABLE);
        sold.kind == SaleKind::Refund && notable
    }

    /// Types a lower price over one line of a sale that was paid by card.
    fn overridden(&self, day: &mut TillDay) -> Option<(u64, i64)> {
        let counter: Counter<'_> = self.counter(&day.cell)?;
        for sold in day.sales.iter_mut().filter(|sold| sold.kind == SaleKind::Sale) {
            if !matches!(&sold.paid[..], [paid] if self.class(paid.mode) == TenderClass::Card) {
                continue;
            }
            let before = sold.total();
            let line = sold.lines.iter_mut().find(|line| {
                let item = line.item.and_then(|at| self.items.get(at));
                let own = item.and_then(|item| self.company.categories.get(item.category)).is_some_and(|of| of.own_price);
                line.class == Class::Goods && line.discount == 0 && !own && line.price >= 200
            });
            let Some(line) = line else { continue };
            line.price = (line.price * 3 / 4) / 5 * 5;
            let item = line.item.and_then(|at| self.items.get(at))?;
            self.taxed(&counter, line, item);
            let by = sold.total() - before;
            sold.paid.iter_mut().for_each(|paid| paid.amount += by);
            return Some((sold.number, by));
        }
        None
    }

    /// The day's takings, over all tills.
    pub(super) fn takings(&self, days: &[TillDay]) -> Money {
        let goods = days.iter().flat_map(|day| &day.sales).filter(|sold| sold.counts());
        Money::cents(goods.map(|sold| sold.of(&[Class::Goods, Class::Service])).sum())
    }
}

/// What half of all people write on the Z-report when money went out that the till does not know.
fn noted(class: FaultClass, amount: i64, dice: &mut Dice) -> Option<String> {
    let (before, behind) = match class {
        FaultClass::RefundNotRung => ("refund of ", ", could not ring it"),
        FaultClass::DropNotRung => ("", " to the safe"),
        FaultClass::PaidOutNotRung => ("", " for stamps"),
        _ => return None,
    };
    dice.chance(5_000).then(|| format!("{before}{}{behind}", Money::cents(amount)))
}

/// A figure with two neighbouring digits swapped, or its decimal point slipped, notably off.
fn mistyped(amount: i64, dice: &mut Dice) -> Option<i64> {
    let digits: Vec<u8> = amount.to_string().into_bytes();
    let mut ways: Vec<i64> = (1..digits.len())
        .filter_map(|at| {
            let mut swapped = digits.clone();
            swapped.swap(at - 1, at);
            String::from_utf8(swapped).ok()?.parse().ok()
        })
        .filter(|typed: &i64| (typed - amount).abs() >= NOTABLE && typed.to_string().len() == digits.len())
        .collect();
    ways.push(amount * 10);
    ways.get(dice.position(ways.len())).copied()
}
