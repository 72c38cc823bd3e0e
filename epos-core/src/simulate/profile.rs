//! How good the data is: the rules that it keeps, counted, and its shares held against the company's.

use std::collections::{BTreeMap, BTreeSet};

use super::Simulation;
use super::catalogue::cents;
use super::sale::{Counter, Sold};
use super::till::signed;
use crate::model::{Class, SaleKind, TenderClass};

/// A rule of sound data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What it says.
    pub rule: &'static str,
    /// How often it was held against the data.
    pub checked: u64,
    /// How often the data broke it.
    pub broken: u64,
}

/// How something is shared out, held against the company file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// Of what.
    pub name: &'static str,
    /// For each: its name, its weight in the company file, how often it came.
    pub parts: Vec<(String, u64, u64)>,
    /// Chi-square in thousandths.
    pub chi_square: u64,
    /// What chi-square stays below 999 times in 1,000, in thousandths.
    pub limit: u64,
}

/// A profile of a whole simulation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Rules.
    pub rules: Vec<Kept>,
    /// Shares.
    pub shares: Vec<Shares>,
    /// Transactions.
    pub transactions: u64,
}

impl Profile {
    /// Is every rule kept, and every share as it should be?
    pub fn is_sound(&self) -> bool {
        self.rules.iter().all(|rule| rule.broken == 0) && self.shares.iter().all(|shares| shares.chi_square <= shares.limit)
    }
}

/// Chi-square that is passed once in 1,000 times, by degrees of freedom from 1 on, in thousandths.
const LIMITS: [u64; 24] = [
    10_828, 13_816, 16_266, 18_467, 20_515, 22_458, 24_322, 26_124, 27_877, 29_588, 31_264, 32_909, 34_528, 36_123, 37_697, 39_252,
    40_790, 42_312, 43_820, 45_315, 46_797, 48_268, 49_728, 51_179,
];

fn shares(name: &'static str, parts: Vec<(String, u64, u64)>) -> Shares {
    let (weights, total): (u128, u128) = parts
        .iter()
        .fold((0, 0), |(weights, total), (_, weight, count)| (weights + u128::from(*weight), total + u128::from(*count)));
    // Σ (observed − expected)² / expected, with expected = total × weight / weights.
    let mut sum = 0_u128;
    let mut free = 0_usize;
    for (_, weight, count) in parts.iter().filter(|(_, weight, _)| *weight > 0) {
        let expected = total * u128::from(*weight);
        let difference = (u128::from(*count) * weights).abs_diff(expected);
        sum += (difference * difference * 1_000).checked_div(expected * weights).unwrap_or_default();
        free += 1;
    }
    let limit = LIMITS.get(free.saturating_sub(2)).copied().unwrap_or(u64::MAX);
    Shares { name, parts, chi_square: u64::try_from(sum).unwrap_or(u64::MAX), limit }
}

/// Counts while store-days pass by.
#[derive(Debug, Default)]
struct Tally {
    rules: BTreeMap<&'static str, (u64, u64)>,
    modes: BTreeMap<usize, u64>,
    kinds: BTreeMap<SaleKind, u64>,
    hours: BTreeMap<u32, u64>,
    discounted: u64,
    sales: u64,
}

impl Tally {
    fn hold(&mut self, rule: &'static str, kept: bool) {
        let (checked, broken) = self.rules.entry(rule).or_default();
        *checked += 1;
        *broken += u64::from(!kept);
    }
}

impl Simulation {
    /// Goes over every transaction once. `progress` is called after each store-day.
    pub fn profile(&self, progress: &mut dyn FnMut()) -> Profile {
        let mut tally = Tally::default();
        let mut last: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        let mut transactions = 0;
        for cells in self.plan.store_days() {
            for cell in cells {
                let Some(counter) = self.counter(cell) else { continue };
                let mut numbers = BTreeSet::new();
                for sold in (0..cell.count).filter_map(|at| self.sold(&counter, at)) {
                    transactions += 1;
                    let before = last.insert((cell.store, cell.till), sold.number);
                    tally.hold("numbers follow each other without a gap", before.is_none_or(|before| before + 1 == sold.number));
                    tally.hold("no number stands twice", numbers.insert(sold.number));
                    self.hold(&counter, &sold, &mut tally);
                }
                if let Some(day) = self.till_day(cell) {
                    let cash = day.tenders.iter().find(|tender| self.class(tender.mode) == TenderClass::Cash);
                    let expected: i64 = self.float()
                        + day.moved.iter().map(signed).sum::<i64>()
                        + day
                            .sales
                            .iter()
                            .flat_map(|sold| &sold.paid)
                            .filter(|paid| self.class(paid.mode) == TenderClass::Cash)
                            .map(|paid| paid.amount)
                            .sum::<i64>();
                    tally.hold(
                        "the drawer holds float + cash in − cash out",
                        cash.is_some_and(|cash| cash.expected == expected && cash.expected >= self.float()),
                    );
                }
            }
            progress();
        }
        self.profiled(tally, transactions)
    }

    fn hold(&self, counter: &Counter<'_>, sold: &Sold, tally: &mut Tally) {
        let (opens, closes) = counter.shop.span();
        tally.hold("within opening hours", (opens..closes).contains(&sold.second));
        let span = (self.from..=self.to).contains(&counter.cell.day);
        tally.hold("within the dates that were asked for", span);
        let paid: i64 = sold.paid.iter().map(|paid| paid.amount).sum();
        if sold.counts() {
            tally.hold("tenders pay what was to be paid", paid == sold.total());
        } else {
            tally.hold("what came to nothing was not paid", sold.paid.is_empty());
        }
        for line in sold.lines.iter().filter(|line| line.class == Class::Goods) {
            let back = line.kind == SaleKind::Refund;
            let sign = if line.quantity < 0 { -1 } else { 1 };
            let base = line.price * line.quantity - sign * line.discount;
            let net = if counter.shop.prices_include_tax { line.total } else { line.total - line.tax };
            tally.hold("quantity × price − discount is the line", base == net);
            tally.hold("negative only where goods come back", back == (line.total < 0) || line.total == 0);
            tally.hold("every product is in the catalogue", line.item.is_some_and(|at| self.items.get(at).is_some()));
        }
        let known = self.employees.get(sold.cashier).is_some_and(|person| person.store == counter.cell.store);
        tally.hold("whoever served works in that store", known);
        let customer = sold.customer.is_none_or(|number| number < self.company.customers);
        tally.hold("every customer is on the list", customer);
        let gives_back = matches!(sold.kind, SaleKind::Refund | SaleKind::Exchange);
        tally.hold("what is given back names its sale", gives_back == sold.original.is_some());
        tally.hold("a refund pays out", sold.kind != SaleKind::Refund || sold.total() <= 0);
        let change =
            |paid: &super::sale::Paid| paid.tendered.is_none_or(|given| given - paid.change.unwrap_or_default() == paid.amount);
        tally.hold("handed over − change is what was paid", sold.paid.iter().all(change));
        let coin = cents(self.company.coin).max(1);
        let coins = sold.paid.iter().filter(|paid| self.class(paid.mode) == TenderClass::Cash).all(|paid| paid.amount % coin == 0);
        tally.hold("cash is a whole number of coins", coins);
        *tally.kinds.entry(sold.kind).or_default() += 1;
        *tally.hours.entry(sold.second / 3_600 % 24).or_default() += 1;
        let plain = sold.kind == SaleKind::Sale
            && !sold.lines.iter().any(|line| !matches!(line.class, Class::Goods | Class::Tip | Class::Rounding));
        if plain {
            tally.sales += 1;
            let reduced = |line: &super::sale::Rung| line.discount > 0 && line.deal.is_none();
            tally.discounted += u64::from(sold.lines.iter().any(reduced));
            // What was chosen first; a split payment adds a card in front of the cash.
            if let Some(paid) = sold.paid.last() {
                *tally.modes.entry(paid.mode).or_default() += 1;
            }
        }
    }

    fn profiled(&self, tally: Tally, transactions: u64) -> Profile {
        let status = &self.company.status;
        let kinds = [
            ("sale", SaleKind::Sale, status.sale),
            ("refund", SaleKind::Refund, status.refund),
            ("void", SaleKind::Void, status.void),
            ("failed", SaleKind::Failed, status.failed),
            ("exchange", SaleKind::Exchange, status.exchange),
        ];
        let kinds = kinds.iter().map(|(name, kind, weight)| {
            ((*name).to_owned(), u64::from(*weight), tally.kinds.get(kind).copied().unwrap_or_default())
        });
        let modes = self
            .company
            .tenders
            .iter()
            .enumerate()
            .map(|(at, mode)| (mode.name.clone(), u64::from(mode.weight), tally.modes.get(&at).copied().unwrap_or_default()));
        let discount = self.company.habits.discount;
        let discounted = vec![
            ("with a discount".to_owned(), u64::from(discount), tally.discounted),
            ("without".to_owned(), u64::from(10_000 - discount.min(10_000)), tally.sales - tally.discounted),
        ];
        let mut all = vec![shares("status", kinds.collect()), shares("tender", modes.collect()), shares("discount", discounted)];
        let spans: BTreeSet<(u32, u32)> = self.company.stores.iter().map(super::Shop::span).collect();
        // One shape of the day fits only stores that open and close together.
        if let Some((opens, closes)) = spans.first().copied().filter(|_| spans.len() == 1) {
            let (opens, closes) = (opens + 120, closes.saturating_sub(600).max(opens + 121));
            let hours = (opens / 3_600..=(closes - 1) / 3_600).map(|hour| {
                let (from, to) = ((hour * 3_600).max(opens), ((hour + 1) * 3_600).min(closes));
                let usual = self.hours.get((hour % 24) as usize).copied().unwrap_or(100);
                let came = tally.hours.get(&(hour % 24)).copied().unwrap_or_default();
                (format!("{:02}:00", hour % 24), u64::from(usual) * u64::from(to - from), came)
            });
            all.push(shares("hour", hours.collect()));
        }
        let rules = tally.rules.into_iter().map(|(rule, (checked, broken))| Kept { rule, checked, broken }).collect();
        Profile { rules, shares: all, transactions }
    }
}
