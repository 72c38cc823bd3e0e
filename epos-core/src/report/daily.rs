//! Store-days, and stores.

use std::collections::BTreeMap;

use super::chart::{ChartKind, Drawn};
use super::make::*;
use super::{Completeness, Period, Report};
use crate::model::{Money, TenderClass, Type, Value};
use crate::reconcile::{Bridge, StoreDay};

/// One row per store-day: state, takings, how it was paid, over/short.
pub fn daily(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        TRADING_DAY,
        STATE,
        TRANSACTIONS,
        TAKINGS,
        TAX,
        CASH,
        CARD,
        OTHER_TENDERS,
        or("not judged", column("over_short", "Over/short", Type::Money)),
        CURRENCY,
    ];
    let paid = paid_by_class(period);
    let rows = period.days.iter().map(|of| {
        let by = |class| paid.get(&(of.store.as_str(), of.trading_day, class)).copied().unwrap_or_default();
        let (cash, card) = (by(TenderClass::Cash), by(TenderClass::Card));
        // Nothing came: that is unknown, not zero.
        let came = has_come(of);
        let known = |amount: Money| maybe_money(came.then_some(amount));
        vec![
            text(&of.store),
            text(period.store_name(&of.store)),
            day(of.trading_day),
            text(of.state.word()),
            if came { count(of.transactions) } else { Value::Null },
            known(of.bridge.takings),
            known(of.bridge.tax),
            known(cash),
            known(card),
            known(of.bridge.tenders - cash - card),
            maybe_money(of.over_short()),
            text(&of.currency),
        ]
    });
    let mut report = make(period, "daily", columns, rows.collect());
    let by = Some("store_name");
    let drawn = Drawn { kind: ChartKind::Columns, title: "Takings by day", x: "trading_day", y: "takings", by };
    report.charts = drawn.of(&report);
    report
}

/// What each class of tender paid on each store-day, as the transactions say.
pub(super) fn paid_by_class<'p>(period: &Period<'p>) -> BTreeMap<(&'p str, chrono::NaiveDate, TenderClass), Money> {
    let mut paid = BTreeMap::new();
    for sale in period.sales.iter().filter(|sale| sale.counts()) {
        for tender in &sale.tenders {
            let class = period.context.policy.tender_class(&tender.tender);
            *paid.entry((sale.store, sale.trading_day, class)).or_insert(Money::ZERO) += tender.amount;
        }
    }
    paid
}

/// One row per store.
pub fn by_store(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![code, name, DAYS_PRESENT, DAYS_EXPECTED, TRANSACTIONS, TAKINGS, TAX, NET, AVERAGE, OVER, SHORT, CURRENCY];
    let mut stores: BTreeMap<(&str, &str), Vec<&StoreDay>> = BTreeMap::new();
    for day in &period.days {
        stores.entry((&day.store, &day.currency)).or_default().push(day);
    }
    let rows = stores.into_iter().map(|((store, currency), days)| {
        let whole = Completeness::of(days.iter().copied());
        let mut bridge = Bridge::default();
        days.iter().for_each(|day| bridge += day.bridge);
        let transactions = days.iter().map(|day| day.transactions).sum();
        let (over, short) = over_and_short(&days);
        vec![
            text(store),
            text(period.store_name(store)),
            count(whole.present),
            count(whole.expected),
            count(transactions),
            money(bridge.takings),
            money(bridge.tax),
            money(bridge.takings - bridge.tax),
            average(bridge.takings, transactions, currency),
            maybe_money(over),
            maybe_money(short),
            text(currency),
        ]
    });
    let mut report = make(period, "store", columns, rows.collect());
    report.notes.push(OVER_AND_SHORT.to_owned());
    let drawn = Drawn { kind: ChartKind::Bars, title: "Takings by store", x: "store_name", y: "takings", by: None };
    report.charts = drawn.of(&report);
    report
}

/// What the cash drawers of `days` were over, and what they were short; `None` when none was judged.
pub(super) fn over_and_short(days: &[&StoreDay]) -> (Option<Money>, Option<Money>) {
    let judged: Vec<Money> = days
        .iter()
        .flat_map(|day| &day.drawers)
        .filter(|drawer| drawer.class == TenderClass::Cash && foreign(&drawer.tender).is_none())
        .filter_map(|drawer| drawer.over_short)
        .collect();
    let sum = |negative: bool| -> Money { judged.iter().filter(|amount| amount.is_negative() == negative).sum() };
    let known = |amount: Money| (!judged.is_empty()).then_some(amount);
    (known(sum(false)), known(sum(true)))
}
