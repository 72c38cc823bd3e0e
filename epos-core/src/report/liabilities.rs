//! What the stores owe: gift cards sold and not yet spent, and money paid ahead.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use chrono::NaiveDate;

use super::make::*;
use super::{By, Owed, Period, Report, ReportColumn, Sale};
use crate::ledger;
use crate::model::{Account, Class, LineItem, Money, Reason, SaleKind, TenderClass, Type, Value};
use crate::reconcile::banking::gift_cards_closing;

/// What happened to gift cards; all positive but for mistakes taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cards {
    sold: Money,
    reloaded: Money,
    credited: Money,
    spent: Money,
    cashed_out: Money,
    expired: Money,
}

impl AddAssign for Cards {
    fn add_assign(&mut self, other: Cards) {
        self.sold += other.sold;
        self.reloaded += other.reloaded;
        self.credited += other.credited;
        self.spent += other.spent;
        self.cashed_out += other.cashed_out;
        self.expired += other.expired;
    }
}

impl Cards {
    fn closing(&self, opening: Money) -> Money {
        let loaded = self.reloaded + self.credited;
        gift_cards_closing(opening, self.sold, loaded, self.spent, self.cashed_out, self.expired)
    }
}

/// What happened to deposits; all positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Ahead {
    received: Money,
    used: Money,
    given_back: Money,
}

impl AddAssign for Ahead {
    fn add_assign(&mut self, other: Ahead) {
        self.received += other.received;
        self.used += other.used;
        self.given_back += other.given_back;
    }
}

impl Ahead {
    fn closing(&self, opening: Money) -> Money {
        opening + self.received - self.used - self.given_back
    }
}

type ByDay<'p, T> = BTreeMap<(&'p str, NaiveDate), T>;

/// Does the till call it a reload? Otherwise a card was sold.
fn is_reload(line: &LineItem) -> bool {
    let description = line.description.as_deref().unwrap_or_default().to_lowercase();
    ["reload", "top-up", "top up", "topup"].iter().any(|word| description.contains(word))
}

fn counted<'s, 'p>(period: &'s Period<'p>) -> impl Iterator<Item = &'s Sale<'p>> {
    period.sales.iter().filter(|sale| sale.counts())
}

/// Cards by store and day. Sold, reloaded, credited, spent and cashed out are the till's transactions; what is loaded or expires
/// without one is a cash movement of the tender gift card: paid in, paid out.
fn cards<'p>(period: &Period<'p>) -> ByDay<'p, Cards> {
    let mut all: ByDay<'p, Cards> = BTreeMap::new();
    for sale in counted(period) {
        let mut of = Cards::default();
        for line in sale.lines.iter().filter(|line| line.class == Class::GiftCard) {
            match line.line_total {
                total if total.is_negative() => of.cashed_out += -total,
                total if is_reload(line) => of.reloaded += total,
                total => of.sold += total,
            }
        }
        for tender in
            sale.tenders.iter().filter(|tender| period.context.policy.tender_class(&tender.tender) == TenderClass::GiftCard)
        {
            *if tender.amount.is_negative() { &mut of.credited } else { &mut of.spent } += tender.amount.abs();
        }
        if of != Cards::default() {
            *all.entry((sale.store, sale.trading_day)).or_default() += of;
        }
    }
    for of in &period.sources {
        for movement in ledger::post(&of.sources, &period.known_store(&of.store), period.context) {
            let Account::Drawer { tender, .. } = &movement.account else { continue };
            if period.context.policy.tender_class(tender) != TenderClass::GiftCard || foreign(tender).is_some() {
                continue;
            }
            let amount = Money::rounded(movement.amount.abs());
            let day = || (of.store.as_str(), of.trading_day);
            match movement.reason {
                Reason::PaidIn => all.entry(day()).or_default().reloaded += amount,
                Reason::PaidOut => all.entry(day()).or_default().expired += amount,
                _ => {}
            }
        }
    }
    all
}

/// Deposits by store and day. A deposit line below zero is one that is used for a sale, or given back where it is a refund.
fn ahead<'p>(period: &Period<'p>) -> ByDay<'p, Ahead> {
    let mut all: ByDay<'p, Ahead> = BTreeMap::new();
    for sale in counted(period) {
        for line in sale.lines.iter().filter(|line| line.class == Class::Deposit) {
            let of = all.entry((sale.store, sale.trading_day)).or_default();
            match line.line_total {
                total if !total.is_negative() => of.received += total,
                total if line.kind == SaleKind::Refund || sale.kind() == SaleKind::Refund => of.given_back += -total,
                total => of.used += -total,
            }
        }
    }
    all
}

/// A ledger: a row per store and span of days, each opening what the one before closed.
fn ledger_of<'p, T: Copy + Default + AddAssign>(
    period: &Period<'p>,
    (name, between): (&'static str, Vec<ReportColumn>),
    days: fn(&Period<'p>) -> ByDay<'p, T>,
    closing: fn(&T, Money) -> Money,
    cells: fn(&T) -> Vec<Money>,
    begun: fn(&Owed) -> Option<Money>,
) -> Report {
    let [code, store_name] = STORE;
    let mut columns = vec![code, store_name, FIRST_DAY, LAST_DAY, column("opening", "Opening", Type::Money)];
    columns.extend(between);
    columns.extend([column("closing", "Closing", Type::Money), CURRENCY]);
    let by = period.asked.by.unwrap_or(By::Period);
    let known = |store: &str| period.asked.journal.opening.get(store).and_then(begun);
    let mut openings: BTreeMap<&str, Money> = BTreeMap::new();
    for (store, owed) in period.asked.journal.opening.iter().filter(|(store, _)| period.store.is_none_or(|of| of == *store)) {
        openings.extend(begun(owed).map(|opening| (store.as_str(), opening)));
    }
    for ((store, _), of) in days(&period.past()) {
        let opening = openings.entry(store).or_default();
        *opening = closing(&of, *opening);
    }
    let mut spans: BTreeMap<(&str, (NaiveDate, NaiveDate)), T> = BTreeMap::new();
    for ((store, day), of) in days(period) {
        *spans.entry((store, period.bucket(day, by))).or_default() += of;
    }
    // A store that owes something is there although nothing happened.
    let seen: BTreeSet<&str> = spans.keys().map(|(store, _)| *store).collect();
    for store in openings.iter().filter(|(store, owed)| !owed.is_zero() && !seen.contains(*store)).map(|(store, _)| *store) {
        spans.insert((store, (period.from, period.to)), T::default());
    }
    let mut assumed = BTreeSet::new();
    let mut rows = Vec::new();
    for ((store, (from, to)), of) in spans {
        let opening = openings.get(store).copied().unwrap_or_default();
        let closed = closing(&of, opening);
        openings.insert(store, closed);
        if known(store).is_none() {
            assumed.insert(period.store_name(store));
        }
        let begin = [text(store), text(period.store_name(store)), day(from), day(to), money(opening)];
        let end = [money(closed), text(period.currency(store))];
        rows.push(begin.into_iter().chain(cells(&of).into_iter().map(money)).chain(end).collect::<Vec<Value<'static>>>());
    }
    let mut report = make(period, name, columns, rows);
    if !assumed.is_empty() {
        report.notes.push(format!(
            "Nobody said what was owed before the first day we know, so it is taken as nothing: {}. It is set in [journal.opening] of epos.toml.",
            assumed.into_iter().collect::<Vec<_>>().join(", ")
        ));
    }
    report
}

/// One row per store: opening + sold + reloaded + credited − spent − cashed out − expired = closing.
pub fn gift_cards(period: &Period<'_>) -> Report {
    let between = vec![
        summed("cards_sold", "Sold", Type::Money),
        summed("cards_reloaded", "Reloaded", Type::Money),
        summed("cards_credited", "Refunded onto cards", Type::Money),
        summed("cards_spent", "Spent", Type::Money),
        summed("cards_cashed_out", "Cashed out", Type::Money),
        summed("cards_expired", "Expired", Type::Money),
    ];
    let cells = |of: &Cards| vec![of.sold, of.reloaded, of.credited, of.spent, of.cashed_out, of.expired];
    ledger_of(period, ("gift-cards", between), cards, Cards::closing, cells, |owed| owed.gift_cards)
}

/// One row per store: opening + received − used − given back = closing.
pub fn deposits(period: &Period<'_>) -> Report {
    let between = vec![
        summed("deposits_received", "Received", Type::Money),
        summed("deposits_used", "Used for sales", Type::Money),
        summed("deposits_given_back", "Given back", Type::Money),
    ];
    let cells = |of: &Ahead| vec![of.received, of.used, of.given_back];
    ledger_of(period, ("deposits", between), ahead, Ahead::closing, cells, |owed| owed.deposits)
}
