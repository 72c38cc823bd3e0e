//! Shelves: what they should hold, what was counted, and the stock tie-out per SKU.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

use super::judge::Judgement;
use super::{Source, Tie, TieOut, transfer};
use crate::diagnostic::{Code, K001, K002, K003, K004, K007};
use crate::ledger::{balances, base_units, post_shelves, shelf, stocked, till};
use crate::model::{Account, Balance, Context, Money, Movement, Quantity, Reason, Store};

/// A shelf as somebody found it: in base units, packs and singles together.
struct Found {
    at: NaiveDateTime,
    by_person: bool,
    /// Latest figure per item code: a case and its singles are counted apart and are one shelf.
    parts: BTreeMap<String, (NaiveDateTime, Decimal)>,
}

impl Found {
    fn units(&self) -> Decimal {
        self.parts.values().map(|(_, units)| *units).sum()
    }
}

/// Balances every shelf that moved or was counted, and ties sold units to shelf movements.
pub(super) fn judge(judgement: &mut Judgement<'_>) -> Vec<Balance> {
    let (store, context, evidence) = (judgement.store, judgement.context, judgement.evidence);
    let movements = post_shelves(&judgement.tills, &evidence.sources, store, context);
    stock(judgement, &movements);

    let mut by_shelf: BTreeMap<&Account, Vec<&Movement>> = BTreeMap::new();
    for movement in &movements {
        by_shelf.entry(&movement.account).or_default().push(movement);
    }
    let found = found(store, judgement.trading_day, &evidence.sources, context);
    let mut openings = BTreeMap::new();
    let mut counts = BTreeMap::new();
    let accounts: BTreeSet<Account> = by_shelf.keys().map(|&account| account.clone()).chain(found.keys().cloned()).collect();
    let mut unknown = 0;
    for account in &accounts {
        let Account::Shelf { sku, .. } = account else { continue };
        let opening = evidence.before.on_hand.get(sku).copied();
        let moved = by_shelf.get(account).map(Vec::as_slice).unwrap_or_default();
        openings.extend(opening.map(|opening| (account.clone(), opening)));
        let closing = match found.get(account) {
            Some(found) => {
                let closing = walk(judgement, sku, opening, moved, found);
                counts.insert(account.clone(), closing);
                Some(closing)
            }
            None => opening.map(|opening| opening + sum(moved)),
        };
        unknown += usize::from(closing.is_none());
        let most = opening.into_iter().chain(found.get(account).into_iter().flatten().map(Found::units)).max();
        if overdrawn(judgement, sku, most, moved) {
            continue;
        }
        if let Some(closing) = closing.filter(|closing| closing.is_sign_negative() && !closing.is_zero()) {
            let message = format!("{} should now hold {} units: fewer than none", named(judgement, sku), units(closing));
            say(judgement, K001, sku, closing, message, "Was a delivery not recorded, or the wrong pack scanned?");
        }
    }
    let kept = |movement: &Movement| matches!(movement.reason, Reason::GoodsIn | Reason::TransferIn | Reason::TransferOut);
    let keeps_stock = !evidence.before.on_hand.is_empty() || !found.is_empty() || movements.iter().any(kept);
    if unknown > 0 && keeps_stock {
        let products = if unknown == 1 { "1 product".to_owned() } else { format!("{unknown} products") };
        let message = format!("on hand is unknown for {products} that moved");
        judgement.note(K003, "shelves", None, message, "A count or a stock file makes it known.");
    }
    transfer::tie(judgement);
    balances(&movements, &openings, &counts)
}

/// Was more sent to other stores than the `most` that was found there, with all that came in during the day? Says so. A sale may leave fewer than none
/// behind (somebody forgot a delivery), but what is not there cannot be put on a van.
fn overdrawn(judgement: &mut Judgement<'_>, sku: &str, most: Option<Decimal>, moved: &[&Movement]) -> bool {
    let Some(most) = most else { return false };
    let sent: Decimal =
        moved.iter().filter(|movement| movement.reason == Reason::TransferOut).map(|movement| -movement.amount).sum();
    let there: Decimal = most + moved.iter().map(|movement| movement.amount).filter(Decimal::is_sign_positive).sum::<Decimal>();
    if sent <= there.max(Decimal::ZERO) {
        return false;
    }
    let message =
        format!("{} units of {} were sent away, but only {} were there", units(sent), named(judgement, sku), units(there));
    say(judgement, K007, sku, there - sent, message, "Is the quantity on the transfer right? Was a delivery not recorded?");
    true
}

fn sum(movements: &[&Movement]) -> Decimal {
    movements.iter().map(|movement| movement.amount).sum()
}

fn units(amount: Decimal) -> Quantity {
    Quantity::rounded(amount)
}

fn named(judgement: &Judgement<'_>, sku: &str) -> String {
    judgement.context.product(sku).map_or_else(|| sku.to_owned(), |product| format!("{sku} ({})", product.description))
}

fn say(judgement: &mut Judgement<'_>, code: Code, sku: &str, amount: Decimal, message: String, help: &str) {
    judgement.note(code, sku, Some(Money::rounded(amount)), message, help);
}

/// What tills and people found on the shelves, in order of time; what has no time was so at the end of the day.
fn found(store: &Store, trading_day: NaiveDate, sources: &[Source], context: &Context) -> BTreeMap<Account, Vec<Found>> {
    let evening = trading_day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
    let mut rows: Vec<(NaiveDateTime, bool, &str, Decimal)> = Vec::new();
    for source in sources.iter().filter(|source| source.batch.key.store == store.code) {
        let content = &source.batch.content;
        let levels = content.stock_levels.iter();
        rows.extend(levels.map(|row| (row.as_of.unwrap_or(evening), false, row.item_code.as_str(), row.on_hand.decimal())));
        let counts = content.stock_counts.iter();
        rows.extend(counts.map(|row| (row.counted_at, true, row.item_code.as_str(), row.counted.decimal())));
    }
    rows.sort();
    let mut shelves: BTreeMap<Account, Vec<Found>> = BTreeMap::new();
    for (at, by_person, code, figure) in rows {
        let (sku, each) = base_units(code, context);
        let shelf = shelves.entry(shelf(store, &sku)).or_default();
        let code = context.product(code).map_or(code, |product| &product.item_code).to_owned();
        // Item codes of one shelf are found one after the other; the same code again is another finding.
        let figure = (at, figure * each);
        match shelf.last_mut().filter(|last| last.by_person == by_person && !last.parts.contains_key(&code)) {
            Some(last) => {
                last.at = at;
                last.parts.insert(code, figure);
            }
            None => shelf.push(Found { at, by_person, parts: BTreeMap::from([(code, figure)]) }),
        }
    }
    shelves
}

/// Walks a shelf through the day: each finding is compared with the book and becomes the book. Gives on hand at the end.
/// What moved without a time is taken to have moved before anybody looked.
fn walk(judgement: &mut Judgement<'_>, sku: &str, opening: Option<Decimal>, moved: &[&Movement], found: &[Found]) -> Decimal {
    let until = |at: NaiveDateTime| until(moved, at);
    let (mut book, mut walked) = (opening, Decimal::ZERO);
    for found in found {
        let (now, there) = (until(found.at), found.units());
        let expected = book.map(|book| book + now - walked);
        walked = now;
        book = Some(there);
        let Some(expected) = expected.filter(|&expected| expected != there) else { continue };
        let difference = there - expected;
        let side = if difference.is_sign_negative() { "fewer" } else { "more" };
        let (name, by) = (named(judgement, sku), units(difference.abs()));
        if found.by_person {
            let message = format!("{name}: the book says {}, {} were counted: {by} {side}", units(expected), units(there));
            say(judgement, K002, sku, difference, message, "The count stands. Was a delivery or a sale not recorded?");
        } else {
            let message =
                format!("{name}: the stock file says {}, our movements give {}: {by} {side}", units(there), units(expected));
            say(judgement, K004, sku, difference, message, "Was a delivery booked on the till only?");
        }
    }
    book.unwrap_or_default() + sum(moved) - walked
}

/// What moved before anybody looked: what has no time did.
fn until(moved: &[&Movement], at: NaiveDateTime) -> Decimal {
    moved.iter().filter(|movement| movement.at.is_none_or(|moved| moved <= at)).map(|movement| movement.amount).sum()
}

/// What one store-day does to a shelf, whatever it held before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShelfDay {
    /// On hand in the evening, when a count or a stock file of the day says so.
    pub stood: Option<Decimal>,
    /// What came in less what went out.
    pub moved: Decimal,
    /// When a person last counted it on that day.
    pub counted_at: Option<NaiveDateTime>,
}

/// What a store-day did to its shelves, by base SKU: judging the day after another one adds exactly this to what was there, or sets it.
pub(crate) fn shelf_days(store: &Store, day: NaiveDate, sources: &[Source], context: &Context) -> BTreeMap<String, ShelfDay> {
    let tills = till::tills(sources, store, &BTreeMap::new());
    let movements = post_shelves(&tills, sources, store, context);
    let found = found(store, day, sources, context);
    let mut by_shelf: BTreeMap<&Account, Vec<&Movement>> = BTreeMap::new();
    for movement in &movements {
        by_shelf.entry(&movement.account).or_default().push(movement);
    }
    let mut days = BTreeMap::new();
    for account in by_shelf.keys().copied().chain(found.keys()).collect::<BTreeSet<_>>() {
        let Account::Shelf { sku, .. } = account else { continue };
        let moved = by_shelf.get(account).map(Vec::as_slice).unwrap_or_default();
        let found = found.get(account).map(Vec::as_slice).unwrap_or_default();
        let stood = found.last().map(|last| last.units() + sum(moved) - until(moved, last.at));
        let counted_at = found.iter().filter(|found| found.by_person).map(|found| found.at).max();
        days.insert(sku.clone(), ShelfDay { stood, moved: sum(moved), counted_at });
    }
    days
}

/// Per SKU: units on stocked lines × pack units = units that left the shelf by sales.
fn stock(judgement: &mut Judgement<'_>, movements: &[Movement]) {
    let context = judgement.context;
    let mut sold: BTreeMap<String, Decimal> = BTreeMap::new();
    let mut unstocked = 0;
    for line in judgement
        .tills
        .iter()
        .flat_map(|till| &till.transactions)
        .filter(|sale| sale.counts())
        .flat_map(|sale| sale.counted_lines())
    {
        match stocked(line, context) {
            Some(code) => {
                let (sku, each) = base_units(code, context);
                *sold.entry(sku).or_default() += line.quantity.decimal() * each;
            }
            None => unstocked += 1,
        }
    }
    let mut moved: BTreeMap<&str, Decimal> = BTreeMap::new();
    for movement in movements.iter().filter(|movement| matches!(movement.reason, Reason::Sale | Reason::Refund)) {
        if let Account::Shelf { sku, .. } = &movement.account {
            *moved.entry(sku).or_default() -= movement.amount;
        }
    }
    let skus: BTreeSet<&str> = sold.keys().map(String::as_str).chain(moved.keys().copied()).collect();
    let mut outs = Vec::new();
    for sku in skus {
        let (lines, shelf) = (sold.get(sku).copied().unwrap_or_default(), moved.get(sku).copied().unwrap_or_default());
        let note = format!("{} units on the lines, {} off the shelf", units(lines), units(shelf));
        outs.push(TieOut::compared("stock", sku, lines, shelf, note));
    }
    if unstocked > 0 {
        let why = format!("{unstocked} lines are not stock (services, bags, donated goods, items not on the product list)");
        outs.push(TieOut::open("stock", "", Tie::NotApplicable, Some(Decimal::from(unstocked)), None, why));
    }
    if outs.iter().any(|out| out.tie == Tie::Differs) {
        judgement.out_of_balance();
    }
    judgement.tie_outs.extend(outs);
}
