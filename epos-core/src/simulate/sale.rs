//! Transactions: what was rung, what was paid, what was given back. Each is a function of its till day and its position in it.

use chrono::{Datelike, NaiveDate};

use super::Simulation;
use super::catalogue::{Item, cents};
use super::company::Shop;
use super::dice::Dice;
use super::plan::Cell;
use crate::model::{Charity, Class, Money, Rate, Rounding, SaleKind, TenderClass};
use crate::tax;

const KIND: u64 = 10;
const BASKET: u64 = 11;
const PAYMENT: u64 = 12;
const TIMES: u64 = 13;
const SHELF: u64 = 14;
const LAG: u64 = 15;

/// A transaction, in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sold {
    /// The till's number.
    pub number: u64,
    /// Seconds after midnight of the trading day.
    pub second: u32,
    pub kind: SaleKind,
    /// Position of who served.
    pub cashier: usize,
    /// Number of who bought.
    pub customer: Option<u32>,
    pub lines: Vec<Rung>,
    pub paid: Vec<Paid>,
    /// Number of the sale that is given back.
    pub original: Option<u64>,
}

impl Sold {
    /// What it comes to, tax, tip and rounding included.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.total).sum()
    }

    /// What lines of these classes come to.
    pub fn of(&self, classes: &[Class]) -> i64 {
        self.lines.iter().filter(|line| classes.contains(&line.class)).map(|line| line.total).sum()
    }

    /// Does it belong to totals?
    pub fn counts(&self) -> bool {
        self.kind.counts()
    }
}

/// A line, in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    /// Position of the product; none for money that is no goods.
    pub item: Option<usize>,
    pub class: Class,
    pub kind: SaleKind,
    pub quantity: i64,
    pub price: i64,
    pub discount: i64,
    /// Position of the promotion that gave it.
    pub deal: Option<usize>,
    pub tax: i64,
    pub total: i64,
    /// Number of the donor of goods sold for them.
    pub donor: Option<u32>,
}

/// A payment, in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paid {
    /// Position of the tender.
    pub mode: usize,
    pub amount: i64,
    pub tendered: Option<i64>,
    pub change: Option<i64>,
    /// Card slip or gift card.
    pub reference: Option<u64>,
}

/// What is the same for every transaction of a till day.
pub(crate) struct Counter<'s> {
    pub cell: Cell,
    pub shop: &'s Shop,
    /// Rates of each category.
    pub rates: Vec<Vec<Rate>>,
    /// What each transaction is, and the one it gives back.
    pub kinds: Vec<(SaleKind, Option<(Cell, u32)>)>,
    /// Seconds after midnight, rising.
    pub seconds: Vec<u32>,
    /// Positions of who is there that day.
    pub staff: Vec<usize>,
}

fn key(cell: &Cell, purpose: u64, at: u64) -> [u64; 5] {
    [purpose, cell.store as u64, cell.till as u64, u64::from(cell.day.num_days_from_ce().unsigned_abs()), at]
}

impl Simulation {
    pub(super) fn dice(&self, cell: &Cell, purpose: u64, at: u64) -> Dice {
        Dice::new(self.seed, &key(cell, purpose, at))
    }

    /// What a transaction would be if any original could be found.
    fn rolled(&self, cell: &Cell, at: u32) -> SaleKind {
        let status = &self.company.status;
        let weights = [status.sale, status.refund, status.void, status.failed, status.exchange];
        let kinds = [SaleKind::Sale, SaleKind::Refund, SaleKind::Void, SaleKind::Failed, SaleKind::Exchange];
        let at = self.dice(cell, KIND, u64::from(at)).pick(weights.iter().map(|weight| u64::from(*weight)));
        at.and_then(|at| kinds.get(at)).copied().unwrap_or(SaleKind::Sale)
    }

    /// What the transactions of a till day are. No sale is given back twice; what finds no original is a sale.
    fn kinds(&self, cell: &Cell) -> Vec<(SaleKind, Option<(Cell, u32)>)> {
        let rolled: Vec<SaleKind> = (0..cell.count).map(|at| self.rolled(cell, at)).collect();
        let gives_back = |kind: &SaleKind| matches!(kind, SaleKind::Refund | SaleKind::Exchange);
        let longest = self.company.status.refund_after;
        let mut kinds = Vec::with_capacity(rolled.len());
        if longest == 0 {
            let mut open: Vec<u32> = Vec::new();
            for (at, kind) in (0_u32..).zip(rolled) {
                let original = if gives_back(&kind) && !open.is_empty() {
                    Some(open.swap_remove(self.dice(cell, LAG, u64::from(at)).position(open.len())))
                } else {
                    None
                };
                if kind == SaleKind::Sale {
                    open.push(at);
                }
                let kind = if gives_back(&kind) && original.is_none() { SaleKind::Sale } else { kind };
                kinds.push((kind, original.map(|original| (*cell, original))));
            }
            return kinds;
        }
        // One till always goes back the same number of days, so no two days go back to the same sales.
        let lag = 1 + Dice::new(self.seed, &[LAG, cell.store as u64, cell.till as u64]).below(u64::from(longest)) as u32;
        let source = self.plan.earlier(cell, lag);
        let sales: Vec<u32> = source
            .map_or_else(Vec::new, |source| (0..source.count).filter(|at| self.rolled(source, *at) == SaleKind::Sale).collect());
        let count = rolled.iter().filter(|kind| gives_back(kind)).count();
        let stride = (sales.len() / (count + 1)).max(1);
        let mut next = 0;
        for kind in rolled {
            let mut original = None;
            if gives_back(&kind) {
                original = source.copied().zip(sales.get(next * stride).copied());
                next += 1;
            }
            let kind = if gives_back(&kind) && original.is_none() { SaleKind::Sale } else { kind };
            kinds.push((kind, original));
        }
        kinds
    }

    /// Seconds after midnight of each transaction, rising, within the opening hours.
    fn seconds(&self, cell: &Cell, shop: &Shop) -> Vec<u32> {
        let (opens, closes) = shop.span();
        // Nobody is served in the last minutes before the doors close.
        let (opens, closes) = (opens + 120, closes.saturating_sub(600).max(opens + 121));
        let hours: Vec<(u32, u32, u64)> = (opens / 3600..=(closes - 1) / 3600)
            .map(|hour| {
                let (from, to) = ((hour * 3600).max(opens), ((hour + 1) * 3600).min(closes));
                let usual = self.hours.get((hour % 24) as usize).copied().unwrap_or(100);
                (from, to, u64::from(usual) * u64::from(to - from))
            })
            .collect();
        let mut dice = self.dice(cell, TIMES, 0);
        let mut seconds: Vec<u32> = (0..cell.count)
            .map(|_| {
                let at = dice.pick(hours.iter().map(|(.., weight)| *weight)).unwrap_or_default();
                let (from, to, _) = hours.get(at).copied().unwrap_or((opens, closes, 1));
                from + dice.below(u64::from(to - from)) as u32
            })
            .collect();
        seconds.sort_unstable();
        seconds
    }

    /// A till day before its first transaction.
    pub(super) fn counter(&self, cell: &Cell) -> Option<Counter<'_>> {
        let shop = self.company.stores.get(cell.store)?;
        let mut staff: Vec<usize> =
            (0..self.employees.len()).filter(|at| self.employees.get(*at).is_some_and(|of| of.store == cell.store)).collect();
        let mut dice = self.dice(cell, TIMES, 1);
        while staff.len() > 2 {
            staff.swap_remove(dice.position(staff.len()));
        }
        Some(Counter {
            cell: *cell,
            shop,
            rates: self.rates_on(shop, cell.day),
            kinds: self.kinds(cell),
            seconds: self.seconds(cell, shop),
            staff,
        })
    }

    fn rates_on(&self, shop: &Shop, day: NaiveDate) -> Vec<Vec<Rate>> {
        let of = |category: &super::company::Category| {
            tax::rates(&self.rates, &shop.region, &category.tax, day).iter().map(|rate| rate.rate).collect()
        };
        self.company.categories.iter().map(of).collect()
    }

    /// The transaction at a position of a till day.
    pub(super) fn sold(&self, counter: &Counter<'_>, at: u32) -> Option<Sold> {
        let (kind, original) = *counter.kinds.get(at as usize)?;
        let mut dice = self.dice(&counter.cell, BASKET, u64::from(at));
        let habits = &self.company.habits;
        let cashier = counter.staff.get(dice.position(counter.staff.len())).copied().unwrap_or_default();
        let known = self.company.customers > 0 && dice.chance(habits.customer);
        let customer = known.then(|| dice.below(u64::from(self.company.customers)) as u32);
        let mut sold = Sold {
            number: self.number(&counter.cell, at),
            second: counter.seconds.get(at as usize).copied().unwrap_or_default(),
            kind,
            cashier,
            customer,
            lines: Vec::with_capacity(6),
            paid: Vec::new(),
            original: None,
        };
        let mut back = None;
        if let Some((cell, position)) = original {
            let given = self.original(counter, &cell, position)?;
            sold.original = Some(given.number);
            sold.customer = given.customer;
            // One line, or all of them, comes back.
            let goods: Vec<&Rung> = given.lines.iter().filter(|line| line.class == Class::Goods).collect();
            let count = if dice.chance(6_000) { 1 } else { goods.len() };
            sold.lines.extend(goods.into_iter().take(count).map(returned));
            back = given.paid.first().map(|paid| paid.mode);
        }
        if kind != SaleKind::Refund {
            let lines = if kind == SaleKind::Exchange { 1 } else { 1 + self.weighted(&mut dice, &habits.lines) };
            for _ in 0..lines {
                sold.lines.extend(self.rung(counter, kind, &mut dice));
            }
            if kind == SaleKind::Sale {
                self.reduced(counter, &mut sold, &mut dice);
                self.beside(&mut sold, &mut dice);
            }
        }
        self.pay(counter, &mut sold, at, back);
        Some(sold)
    }

    /// The till's number of a transaction.
    pub(super) fn number(&self, cell: &Cell, at: u32) -> u64 {
        // A store's tills never share a number, so a receipt names one sale.
        1_001 + 10_000_000 * cell.till as u64 + cell.before + u64::from(at)
    }

    /// A sale that is given back: made again from where it was. What it was cannot depend on what happens later.
    fn original(&self, counter: &Counter<'_>, cell: &Cell, position: u32) -> Option<Sold> {
        let source = Counter {
            cell: *cell,
            shop: counter.shop,
            rates: if cell.day == counter.cell.day { counter.rates.clone() } else { self.rates_on(counter.shop, cell.day) },
            kinds: vec![(SaleKind::Sale, None); position as usize + 1],
            seconds: Vec::new(),
            staff: vec![0],
        };
        self.sold(&source, position)
    }

    fn weighted(&self, dice: &mut Dice, weights: &[u32]) -> usize {
        dice.pick(weights.iter().map(|weight| u64::from(*weight))).unwrap_or_default()
    }

    /// Something off the shelf.
    fn rung(&self, counter: &Counter<'_>, kind: SaleKind, dice: &mut Dice) -> Option<Rung> {
        let week = u64::from(counter.cell.day.num_days_from_ce().unsigned_abs()) / 7;
        let mut chosen = None;
        for _ in 0..8 {
            let category = dice.pick(self.ranges.iter().map(|(.., weight)| *weight))?;
            let (start, end, _) = self.ranges.get(category).copied()?;
            // Some products sell much better than others.
            let span = (end - start) as u64;
            let at = start + dice.below(span).min(dice.below(span)) as usize;
            chosen = Some(at);
            let mut shelf = Dice::new(self.seed, &[SHELF, counter.cell.store as u64, at as u64, week]);
            if !shelf.chance(self.company.habits.stock_out) {
                break;
            }
        }
        let at = chosen?;
        let item = self.items.get(at)?;
        let category = self.company.categories.get(item.category)?;
        let quantity = if category.own_price { 1 } else { 1 + self.weighted(dice, &self.company.habits.units) as i64 };
        let price = if category.own_price { self.label(item, dice) } else { item.price };
        let deal = self
            .company
            .promotions
            .iter()
            .position(|deal| deal.category == category.name && deal.from <= counter.cell.day && counter.cell.day <= deal.to);
        let percent = deal.and_then(|at| self.company.promotions.get(at)).map_or(0, |deal| deal.percent);
        let discount = share(price * quantity, percent);
        let donor = (category.charity == Some(Charity::Agency)).then(|| dice.below(400) as u32);
        let kind = if kind == SaleKind::Exchange { SaleKind::Sale } else { kind };
        let mut rung = Rung { item: Some(at), class: Class::Goods, kind, quantity, price, discount, deal, tax: 0, total: 0, donor };
        self.taxed(counter, &mut rung, item);
        Some(rung)
    }

    /// The price on the label of something that has its own.
    fn label(&self, item: &Item, dice: &mut Dice) -> i64 {
        let Some(category) = self.company.categories.get(item.category) else { return item.price };
        let (low, high, step) = (cents(category.price.0), cents(category.price.1), cents(category.step).max(1));
        let steps = (high - low) / step;
        low + step * dice.between(0, steps).min(dice.between(0, steps)).min(dice.between(0, steps))
    }

    /// Tax and total of a line, by the store's mode and the category's rates.
    pub(super) fn taxed(&self, counter: &Counter<'_>, rung: &mut Rung, item: &Item) {
        let base = rung.price * rung.quantity - rung.discount;
        let rates = counter.rates.get(item.category).map_or(&[][..], Vec::as_slice);
        let own = self.company.categories.get(item.category).is_some_and(|category| category.charity == Some(Charity::Agency));
        let rates = if own { &[][..] } else { rates };
        if counter.shop.prices_include_tax {
            rung.tax = cents(tax::included(Money::cents(base), rates, 2, Rounding::HalfUp).sum());
            rung.total = base;
        } else {
            rung.tax = rates.iter().map(|rate| cents(Money::cents(base).part(*rate, HUNDRED, 2, Rounding::HalfUp))).sum();
            rung.total = base + rung.tax;
        }
    }

    /// Money off the whole sale, on each of its lines.
    fn reduced(&self, counter: &Counter<'_>, sold: &mut Sold, dice: &mut Dice) {
        let habits = &self.company.habits;
        if habits.discounts.is_empty() || !dice.chance(habits.discount) {
            return;
        }
        let percent = habits.discounts.get(dice.position(habits.discounts.len())).copied().unwrap_or_default();
        for line in &mut sold.lines {
            let Some(item) = line.item.and_then(|at| self.items.get(at)) else { continue };
            if line.deal.is_none() {
                line.discount = share(line.price * line.quantity, percent);
                self.taxed(counter, line, item);
            }
        }
    }

    /// Gift cards sold, deposits received, donations.
    fn beside(&self, sold: &mut Sold, dice: &mut Dice) {
        let habits = &self.company.habits;
        let mut add = |class, amount: i64| sold.lines.push(money(class, SaleKind::Sale, amount));
        if dice.chance(habits.gift_card) {
            add(Class::GiftCard, [1_000, 1_500, 2_000, 2_500, 5_000].get(dice.position(5)).copied().unwrap_or(1_000));
        }
        if dice.chance(habits.deposit) {
            add(Class::Deposit, 500 * dice.between(1, 12));
        }
        if dice.chance(habits.donation) {
            add(Class::Donation, 50 * dice.between(1, 10));
        }
    }

    /// How it is paid: split or not, with change, rounded where the smallest coin is more than a cent.
    fn pay(&self, counter: &Counter<'_>, sold: &mut Sold, at: u32, back: Option<usize>) {
        if !sold.kind.counts() {
            return;
        }
        let mut dice = self.dice(&counter.cell, PAYMENT, u64::from(at));
        let owed = sold.lines.iter().any(|line| !matches!(line.class, Class::Goods | Class::Service));
        // Nobody buys a gift card with a gift card.
        let weights = self
            .company
            .tenders
            .iter()
            .map(|mode| if owed && mode.class == TenderClass::GiftCard { 0 } else { u64::from(mode.weight) });
        let mode = back.or_else(|| dice.pick(weights)).unwrap_or_default();
        let class = self.class(mode);
        if class == TenderClass::Card && sold.kind == SaleKind::Sale && dice.chance(counter.shop.tips) {
            let tip = share(sold.total(), 8 + dice.below(8) as u32) / 10 * 10;
            if tip > 0 {
                sold.lines.push(money(Class::Tip, SaleKind::Sale, tip));
            }
        }
        let due = sold.total();
        if due == 0 {
            return;
        }
        let mut rest = due;
        let other = self.company.tenders.iter().position(|mode| mode.class == TenderClass::Card);
        if class == TenderClass::Cash
            && due >= 1_000
            && dice.chance(self.company.habits.split)
            && let Some(card) = other
        {
            let part = 100 * dice.between(1, due / 100 - 1);
            sold.paid.push(Paid { mode: card, amount: part, tendered: None, change: None, reference: Some(dice.below(1_000_000)) });
            rest -= part;
        }
        if class != TenderClass::Cash {
            let reference = Some(dice.below(1_000_000));
            sold.paid.push(Paid { mode, amount: rest, tendered: None, change: None, reference });
            return;
        }
        if cents(self.company.coin) > 1 {
            let rounding = cents(tax::cash_rounding(Money::cents(rest)));
            if rounding != 0 {
                let kind = if sold.kind == SaleKind::Refund { SaleKind::Refund } else { SaleKind::Sale };
                sold.lines.push(money(Class::Rounding, kind, rounding));
                rest += rounding;
            }
        }
        if rest == 0 {
            return;
        }
        let given = if rest < 0 || dice.chance(2_000) { rest } else { self.handed_over(rest, &mut dice) };
        let (tendered, change) = if rest < 0 { (None, None) } else { (Some(given), Some(given - rest)) };
        sold.paid.push(Paid { mode, amount: rest, tendered, change, reference: None });
    }

    /// Notes that come to at least `due`.
    fn handed_over(&self, due: i64, dice: &mut Dice) -> i64 {
        let note = self.company.notes.get(dice.position(self.company.notes.len())).copied().map_or(due, cents).max(1);
        // Few pay for a mug with a hundred.
        let note = if note > due * 8 { self.company.notes.first().copied().map_or(note, cents).max(1) } else { note };
        (due + note - 1) / note * note
    }

    /// What sort of money a tender is.
    pub(super) fn class(&self, mode: usize) -> TenderClass {
        self.company.tenders.get(mode).map_or(TenderClass::Other, |mode| mode.class)
    }
}

const HUNDRED: Rate = Rate::from_ten_thousandths(1_000_000);

/// `percent` of an amount, half a cent up.
pub(crate) fn share(amount: i64, percent: u32) -> i64 {
    (amount * i64::from(percent) + 50) / 100
}

/// A line of money that is no goods.
pub(super) fn money(class: Class, kind: SaleKind, amount: i64) -> Rung {
    let quantity = if kind == SaleKind::Refund { -1 } else { 1 };
    Rung { item: None, class, kind, quantity, price: 0, discount: 0, deal: None, tax: 0, total: amount, donor: None }
}

/// A line as it comes back: at the price that was paid.
fn returned(line: &Rung) -> Rung {
    Rung { kind: SaleKind::Refund, quantity: -line.quantity, tax: -line.tax, total: -line.total, ..line.clone() }
}
