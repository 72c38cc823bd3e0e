//! T023: what is given back for one sale, over all files, is no more than what was paid for it.

use std::collections::{BTreeMap, HashMap, HashSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Hashed, View, hash};
use crate::diagnostic::{Diagnostic, T023};
use crate::model::{At, Kind, Money, Numbering, Original, SaleKind};
use crate::tax;

/// What was paid for each sale of the document (as a hash of its number, 16 bytes a sale, up to a limit), and its refunds.
#[derive(Debug)]
pub(super) struct Memory {
    keys: usize,
    paid: Hashed<i64>,
    given: BTreeMap<(String, String), Given>,
}

/// What the document gives back for one sale.
#[derive(Debug)]
struct Given {
    at: At,
    finding: Diagnostic,
    /// By item; a blank one where the rows name none.
    items: BTreeMap<String, Money>,
    /// What the books know of the sale, from other documents.
    original: Option<Original>,
}

/// A row that gives something back.
struct Back<'a> {
    kind: Kind,
    row: u32,
    number: &'a str,
    original: &'a str,
    item: &'a str,
    amount: Money,
}

impl Memory {
    pub(super) fn new(keys: usize) -> Self {
        Memory { keys, paid: Hashed::default(), given: BTreeMap::new() }
    }

    fn pay(&mut self, view: &View<'_>, number: &str, amount: Money) {
        let key = hash((&view.key.store, number));
        let Some(amount) = (amount.decimal() * Decimal::from(10_000)).to_i64() else { return };
        if self.paid.len() < self.keys || self.paid.contains_key(&key) {
            let sum = self.paid.entry(key).or_default();
            *sum = sum.saturating_add(amount);
        }
    }

    fn give(&mut self, view: &View<'_>, back: Back<'_>) {
        let Back { kind, row, number, original, item, amount } = back;
        let key = (view.key.store.clone(), original.to_owned());
        if self.given.len() >= self.keys && !self.given.contains_key(&key) {
            return;
        }
        let given = self.given.entry(key.clone()).or_insert_with(|| Given {
            at: view.origin.at(kind, row, "original_number"),
            finding: view.finding(T023, kind, row, "original_number", "").subject(number),
            items: BTreeMap::new(),
            original: None,
        });
        *given.items.entry(item.to_owned()).or_default() += amount;
        given.original = given.original.take().or_else(|| view.context.originals.get(&key).cloned());
    }

    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let Memory { paid, given, .. } = self;
        given.into_iter().filter_map(|((store, number), given)| given.judge(&number, paid.get(&hash((&store, &number))))).collect()
    }
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory) {
    let content = view.content;
    // Where numbers start again every day, nothing says which of the sales with that number is meant.
    if matches!(view.origin.numbering, Numbering::PerDay | Numbering::PerShift) {
        return;
    }
    let named = |kind, rows: bool| rows && view.carries(kind, "original_number");
    if !named(Kind::Lines, !content.lines.is_empty()) && !named(Kind::Headers, !content.headers.is_empty()) {
        return;
    }
    let stated: HashMap<&str, &str> =
        content.headers.iter().filter_map(|header| Some((header.number.as_str(), header.original_number.as_deref()?))).collect();
    let mut with_lines = HashSet::new();
    for line in content.lines.iter().filter(|line| line.kind.counts() && !line.training) {
        let number = line.number.as_str();
        with_lines.insert(number);
        let original = line.original_number.as_deref().or_else(|| stated.get(number).copied());
        match (line.kind, original) {
            (SaleKind::Refund, Some(original)) => {
                let item = line.item_code.as_deref().unwrap_or_default();
                let (kind, row, amount) = (Kind::Lines, line.row, -line.line_total);
                memory.give(view, Back { kind, row, number, original, item, amount });
            }
            (SaleKind::Refund, None) => {}
            _ => memory.pay(view, number, line.line_total),
        }
    }
    let alone = content.headers.iter().filter(|header| !with_lines.contains(header.number.as_str()));
    for header in alone.filter(|header| header.kind.counts() && !header.training) {
        match (header.kind, header.original_number.as_deref()) {
            (SaleKind::Refund, Some(original)) => {
                let (kind, row, number, amount) = (Kind::Headers, header.row, &header.number, header.total.abs());
                memory.give(view, Back { kind, row, number, original, item: "", amount });
            }
            (SaleKind::Refund, None) => {}
            _ => memory.pay(view, &header.number, header.total),
        }
    }
}

impl Given {
    /// Item by item where both sides name items, and over the whole sale.
    fn judge(self, number: &str, paid_here: Option<&i64>) -> Option<Diagnostic> {
        let Given { at, finding, mut items, original } = self;
        // Sharing a discount over lines is not done alike by all tills.
        let cent = Money::cents(1);
        let here: Money = items.values().sum();
        let known = original.unwrap_or_default();
        let total = match paid_here {
            Some(&paid) => Money::rounded(Decimal::new(paid, 4)),
            None => known.total?,
        };
        let earlier: Money = known.given_back.values().sum();
        let again = if earlier.is_zero() { String::new() } else { format!(", {earlier} of it before") };
        let say = |message: String, by: Money| {
            let help = "were the same goods given back twice, or at another price than was paid after the discount?";
            Some(Diagnostic { at: at.clone(), message, ..finding.clone() }.amount(by).help(help))
        };
        let back = here + earlier;
        if back > total + cent {
            return say(format!("{back} was given back for sale {number}{again}, but {total} was paid for it"), back - total);
        }
        for (item, amount) in known.given_back {
            if let Some(here) = items.get_mut(&item) {
                *here += amount;
            }
        }
        let weights: Vec<Money> = known.items.values().copied().collect();
        let shares = tax::share(known.shared, &weights, 2);
        let limits: BTreeMap<&String, Money> =
            known.items.keys().zip(weights.iter().zip(shares).map(|(paid, off)| *paid + off)).collect();
        let (item, amount, limit) = items.iter().find_map(|(item, amount)| {
            let limit = *limits.get(item)?;
            (*amount > limit + cent).then_some((item, *amount, limit))
        })?;
        say(
            format!("{amount} was given back for {item} of sale {number}, but {limit} was paid for it after discounts"),
            amount - limit,
        )
    }
}
