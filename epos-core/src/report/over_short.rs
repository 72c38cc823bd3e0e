//! The over/short account: every difference between count and book, and what each drawer's come to.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::chart::over_and_short;
use super::make::*;
use super::{Period, Report};
use crate::model::{Acceptance, Money, TenderClass, Type, Value};
use crate::reconcile::{AcceptedFinding, DrawerResult};

/// One close of one tender of one drawer: what it was over or short, and what of it goes to the over/short account.
pub(super) struct Close<'p> {
    pub store: &'p str,
    pub trading_day: NaiveDate,
    pub currency: &'p str,
    pub result: &'p DrawerResult,
    /// What a person accepted of it; `None` when nobody did.
    pub settled: Option<&'p AcceptedFinding>,
    /// What is posted to the over/short account: all of it, unless the acceptance puts it elsewhere.
    pub posted: Money,
}

/// What an acceptance posts to the over/short account.
fn posted(settled: &AcceptedFinding) -> Money {
    settled.postings.iter().filter(|posting| posting.account == "over_short").map(|posting| -posting.amount).sum()
}

/// The closes of a period in the order of its store-days. Money of another currency is not the store's to be short of.
pub(super) fn closes<'p>(period: &Period<'p>) -> Vec<Close<'p>> {
    let mut all = Vec::new();
    for &of in &period.days {
        for result in of.drawers.iter().filter(|result| foreign(&result.tender).is_none()) {
            let amount = result.over_short.unwrap_or_default();
            let settled = of.accepted_of(result);
            all.push(Close {
                store: &of.store,
                trading_day: of.trading_day,
                currency: &of.currency,
                result,
                settled,
                posted: settled.map_or(amount, posted),
            });
        }
    }
    all
}

/// The reason of an acceptance, and the person's own words.
pub(super) fn why(acceptance: &Acceptance) -> String {
    let reason = acceptance.reason.word().replace('-', " ");
    if acceptance.note.is_empty() { reason } else { format!("{reason}: {}", acceptance.note) }
}

/// One row per close, by drawer and tender, with the balance that runs on from before the period.
pub fn over_short(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        heading("drawer", "Drawer", Type::Text),
        heading("tender", "Tender", Type::Text),
        TRADING_DAY,
        column("z_number", "Z-report", Type::Text),
        or("not judged", column("over_short", "Over/short", Type::Money)),
        column("accepted", "Accepted because", Type::Text),
        column("not_judged", "Not judged because", Type::Text),
        column("posted", "Posted", Type::Money),
        column("balance", "Balance", Type::Money),
        CURRENCY,
    ];
    let past = period.past();
    let mut balances: BTreeMap<(&str, &str, &str), Money> = BTreeMap::new();
    for close in closes(&past) {
        *balances.entry((close.store, &close.result.drawer, &close.result.tender)).or_default() += close.posted;
    }
    let mut accounts: BTreeMap<(&str, &str, &str), Vec<Close<'_>>> = BTreeMap::new();
    for close in closes(period) {
        // What nobody counts, such as a card machine whose total nobody sends, has no account.
        if close.result.class == TenderClass::Cash || close.result.over_short.is_some() {
            accounts.entry((close.store, &close.result.drawer, &close.result.tender)).or_default().push(close);
        }
    }
    let mut rows = Vec::new();
    let mut days: BTreeMap<&str, BTreeMap<NaiveDate, (Money, Money)>> = BTreeMap::new();
    for ((store, drawer, tender), closes) in accounts {
        let mut balance = balances.remove(&(store, drawer, tender)).unwrap_or_default();
        let begin = [text(store), text(period.store_name(store)), text(drawer), text(tender)];
        if !balance.is_zero() {
            let currency = closes.first().map_or("", |close| close.currency);
            let blank = || Value::Null;
            let cells = [blank(), text("brought forward"), blank(), blank(), blank(), blank(), money(balance), text(currency)];
            rows.push(begin.iter().cloned().chain(cells).collect());
        }
        for close in closes {
            balance += close.posted;
            let result = close.result;
            let cells = [
                day(close.trading_day),
                maybe(Some(&result.z_numbers.join(", "))),
                maybe_money(result.over_short),
                maybe(close.settled.map(|settled| why(&settled.acceptance)).as_deref()),
                maybe(result.not_judged.as_deref().filter(|_| result.over_short.is_none())),
                money(close.posted),
                money(balance),
                text(close.currency),
            ];
            rows.push(begin.iter().cloned().chain(cells).collect());
            if let Some(amount) = result.over_short.filter(|_| result.class == TenderClass::Cash) {
                let (over, short) = days.entry(close.currency).or_default().entry(close.trading_day).or_default();
                *if amount.is_negative() { short } else { over } += amount;
            }
        }
    }
    let mut report = make(period, "over-short", columns, rows);
    report.notes.push(
        "Every difference is posted, within tolerance too. A difference found overnight and one found by the bank are not in here."
            .to_owned(),
    );
    report.charts = days.iter().filter_map(|(currency, days)| over_and_short(currency, TRADING_DAY.title, days)).collect();
    report
}
