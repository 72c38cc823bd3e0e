//! This period beside the one before it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::make::*;
use super::{Period, Report};
use crate::model::{Money, Rounding, Type, Value};
use crate::reconcile::{State, StoreDay};

/// Store-days that are named as left out for one reason; more are only counted.
const NAMED_MAX: usize = 20;

/// One row per store: the store-days of this period of which the one a period earlier came whole too, and both sums. What is left
/// out is a row of its own, so that the takings of this period are those of every other report.
pub fn comparison(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        summed("days_compared", "Days compared", Type::Integer),
        TAKINGS,
        summed("takings_before", "Takings before", Type::Money),
        summed("takings_change", "Change", Type::Money),
        column("takings_change_percent", "Change in percent", Type::Rate),
        TRANSACTIONS,
        summed("transactions_before", "Transactions before", Type::Integer),
        summed("transactions_change", "Change", Type::Integer),
        CURRENCY,
    ];
    let length = (period.to - period.from).num_days().unsigned_abs() + 1;
    let before = |day: NaiveDate| day.checked_sub_days(Days::new(length));
    let earlier = before(period.from).zip(before(period.to)).map(|(from, to)| period.at(from, to));
    let past: BTreeMap<(&str, NaiveDate), &StoreDay> =
        earlier.iter().flat_map(|earlier| &earlier.days).map(|&day| ((day.store.as_str(), day.trading_day), day)).collect();
    let mut pairs: BTreeMap<(&str, &str), Vec<(&StoreDay, &StoreDay)>> = BTreeMap::new();
    let mut left: BTreeMap<&str, (Money, usize)> = BTreeMap::new();
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for &now in &period.days {
        let then = before(now.trading_day).and_then(|day| past.get(&(now.store.as_str(), day)).copied());
        match (missing(now), then) {
            (None, Some(then)) if missing(then).is_none() && then.currency == now.currency => {
                pairs.entry((&now.store, &now.currency)).or_default().push((now, then));
                continue;
            }
            (Some(State::Closed | State::NotExpected), _) => {}
            (Some(state), _) => leave(&mut reasons, period, now, &format!("they were {}", state.word())),
            (None, Some(then)) => {
                let state = missing(then).map_or("in another currency", State::word);
                leave(&mut reasons, period, now, &format!("the day they would be compared with was {state}"));
            }
            (None, None) => leave(&mut reasons, period, now, "nothing is known of the day they would be compared with"),
        }
        let (takings, transactions) = left.entry(&now.currency).or_default();
        *takings += now.bridge.takings;
        *transactions += now.transactions;
    }
    let mut rows: Vec<Vec<Value<'static>>> = Vec::new();
    for ((store, currency), pairs) in &pairs {
        let takings = |of: &dyn Fn(&(&StoreDay, &StoreDay)) -> Money| -> Money { pairs.iter().map(of).sum() };
        let (now, then) = (takings(&|pair| pair.0.bridge.takings), takings(&|pair| pair.1.bridge.takings));
        let transactions: usize = pairs.iter().map(|(now, _)| now.transactions).sum();
        let earlier: usize = pairs.iter().map(|(_, then)| then.transactions).sum();
        rows.push(vec![
            text(*store),
            text(period.store_name(store)),
            count(pairs.len()),
            money(now),
            money(then),
            money(now - then),
            percent(now - then, then),
            count(transactions),
            count(earlier),
            change(transactions, earlier),
            text(*currency),
        ]);
    }
    for (currency, (takings, transactions)) in left.iter().filter(|(_, left)| **left != (Money::ZERO, 0)) {
        let mut row = vec![text(""), text("(left out)"), Value::Null, money(*takings)];
        row.extend([Value::Null, Value::Null, Value::Null, count(*transactions), Value::Null, Value::Null, text(*currency)]);
        rows.push(row);
    }
    let mut report = make(period, "comparison", columns, rows);
    if let Some(earlier) = &earlier {
        let days = if length == 1 { "1 day".to_owned() } else { format!("{length} days") };
        report.notes.push(format!(
            "Compared with the {days} before: {} to {}. Only store-days that came whole in both are compared.",
            people_day(earlier.from),
            people_day(earlier.to)
        ));
    }
    if !length.is_multiple_of(7) {
        report.notes.push("The period is not of whole weeks, so that weekdays are compared with other weekdays.".to_owned());
    }
    for (reason, days) in reasons {
        let more = match days.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let named = days.into_iter().take(NAMED_MAX).collect::<Vec<_>>().join("; ");
        report.notes.push(format!("Left out because {reason}: {named}{more}."));
    }
    report
}

/// Why a store-day cannot be compared: it did not come whole.
fn missing(day: &StoreDay) -> Option<State> {
    let whole = matches!(day.state, State::Balanced | State::WithinTolerance | State::OutOfBalance);
    (!whole).then_some(day.state)
}

/// Notes that a store-day is left out, beside others of the same reason.
fn leave(reasons: &mut BTreeMap<String, Vec<String>>, period: &Period<'_>, day: &StoreDay, because: &str) {
    let named = format!("{}, {}", period.store_name(&day.store), people_day(day.trading_day));
    reasons.entry(because.replace('_', " ")).or_default().push(named);
}

fn percent(change: Money, of: Money) -> Value<'static> {
    let percent = (change.decimal() * Decimal::ONE_HUNDRED).checked_div(of.decimal());
    percent.map_or(Value::Null, |percent| Value::Decimal(Rounding::HalfUp.apply(percent, 1)))
}

fn change(now: usize, then: usize) -> Value<'static> {
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Value::Integer(whole(now).saturating_sub(whole(then)))
}
