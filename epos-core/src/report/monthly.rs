//! Stores by month.

use std::collections::BTreeMap;

use super::chart::{ChartKind, Drawn};
use super::daily::{over_and_short, paid_by_class};
use super::make::*;
use super::{Completeness, Period, Report};
use crate::model::{Money, TenderClass};
use crate::reconcile::{Bridge, StoreDay};

/// One row per store and month.
pub fn monthly(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        MONTH,
        DAYS_PRESENT,
        DAYS_EXPECTED,
        TRANSACTIONS,
        TAKINGS,
        TAX,
        NET,
        AVERAGE,
        CASH,
        CARD,
        OTHER_TENDERS,
        OVER,
        SHORT,
        CURRENCY,
    ];
    let mut months: BTreeMap<(&str, &str, String), Vec<&StoreDay>> = BTreeMap::new();
    for &day in &period.days {
        months.entry((&day.store, &day.currency, month(day.trading_day))).or_default().push(day);
    }
    let paid = paid_by_class(period);
    let rows = months.into_iter().map(|((store, currency, of), days)| {
        let whole = Completeness::of(days.iter().copied());
        let mut bridge = Bridge::default();
        days.iter().for_each(|day| bridge += day.bridge);
        let transactions = days.iter().map(|day| day.transactions).sum();
        let by = |class| -> Money { days.iter().filter_map(|day| paid.get(&(store, day.trading_day, class))).sum() };
        let (cash, card) = (by(TenderClass::Cash), by(TenderClass::Card));
        let (over, short) = over_and_short(&days);
        // A month of which nothing came is unknown, not zero.
        let came = days.iter().any(|day| has_come(day));
        let known = |amount: Money| maybe_money(came.then_some(amount));
        vec![
            text(store),
            text(period.store_name(store)),
            text(of),
            count(whole.present),
            count(whole.expected),
            if came { count(transactions) } else { crate::model::Value::Null },
            known(bridge.takings),
            known(bridge.tax),
            known(bridge.takings - bridge.tax),
            average(bridge.takings, transactions, currency),
            known(cash),
            known(card),
            known(bridge.tenders - cash - card),
            maybe_money(over),
            maybe_money(short),
            text(currency),
        ]
    });
    let mut report = make(period, "monthly", columns, rows.collect());
    report.notes.push(OVER_AND_SHORT.to_owned());
    let drawn = Drawn { kind: ChartKind::Columns, title: "Takings by month", x: "month", y: "takings", by: Some("store_name") };
    report.charts = drawn.of(&report);
    report
}
