//! A report as it was beside the same report now: which figures changed, and by how much.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::make::*;
use super::{Report, ReportColumn, minor_units};
use crate::model::{Type, Value};

const COLUMNS: [ReportColumn; 6] = [
    heading("row", "Of what", Type::Text),
    column("figure", "Figure", Type::Text),
    or("not there", column("reported", "As reported", Type::Money)),
    or("not there", column("now", "As known now", Type::Money)),
    column("difference", "Difference", Type::Money),
    CURRENCY,
];

/// A row's own words: all its cells but its amounts, and the currency of these.
fn key(report: &Report, row: &[Value<'static>]) -> (String, String) {
    let cells = report.columns.iter().zip(row);
    let is_word =
        |column: &ReportColumn| !matches!(column.kind, Type::Money | Type::Quantity | Type::Rate | Type::Integer | Type::Word(_));
    let words = cells.clone().filter(|(column, value)| is_word(column) && column.name != "currency" && !value.is_null());
    let currency = report.column("currency").and_then(|at| row.get(at)).map(ToString::to_string).unwrap_or_default();
    (words.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(", "), currency)
}

type Figures = BTreeMap<(String, String, usize, usize), Decimal>;

/// Every amount of a report by its row's words, its currency, which of equal rows it is in, and its column.
fn figures(report: &Report) -> Figures {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut all = Figures::new();
    for row in &report.rows {
        let (words, currency) = key(report, row);
        let nth = seen.entry((words.clone(), currency.clone())).or_default();
        for (at, value) in row.iter().enumerate() {
            if let (Some(Type::Money), Value::Decimal(amount)) = (report.columns.get(at).map(|column| column.kind), value) {
                all.insert((words.clone(), currency.clone(), *nth, at), *amount);
            }
        }
        *nth += 1;
    }
    all
}

/// The amounts of a report that were reported otherwise `then`: one row each, with the difference. Rows that are only in one of the two have
/// a blank in the other.
///
/// ```
/// use epos_core::model::{Context, Money, Store};
/// use epos_core::reconcile::{Evidence, day};
/// use epos_core::report::{Period, changes, report};
///
/// let (context, friday) = (Context::default(), "2026-11-20".parse()?);
/// let judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// let of = |takings| {
///     let mut day = judged.clone();
///     day.state = epos_core::reconcile::State::Balanced;
///     day.bridge.takings = Money::cents(takings);
///     report("daily", &Period::new(friday, friday, None, &[day], &[], &context))
/// };
/// let (then, now) = (of(412_30).ok_or("no report")?, of(410_80).ok_or("no report")?);
/// let changed = changes(&then, &now);
/// let cells: Vec<String> = changed.rows[0].iter().map(ToString::to_string).collect();
/// assert_eq!(cells[1..5], ["Takings", "412.3", "410.8", "-1.5"]);
/// assert!(changes(&now, &now).rows.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn changes(then: &Report, now: &Report) -> Report {
    let (before, after) = (figures(then), figures(now));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut rows = Vec::new();
    for key in keys {
        let (was, is) = (before.get(key), after.get(key));
        let (words, currency, _, at) = key;
        if was == is {
            continue;
        }
        let difference = is.copied().unwrap_or_default() - was.copied().unwrap_or_default();
        let cell = |amount: Option<&Decimal>| amount.map_or(Value::Null, |amount| Value::Decimal(*amount));
        rows.push(vec![
            text(words.as_str()),
            text(then.columns.get(*at).map_or("", |column| column.title)),
            cell(was),
            cell(is),
            Value::Decimal(difference),
            maybe(Some(currency)),
        ]);
    }
    Report {
        title: format!("{}: what changed", now.title),
        columns: COLUMNS.to_vec(),
        rows,
        totals: Vec::new(),
        charts: Vec::new(),
        notes: Vec::new(),
        ..now.clone()
    }
}

/// What the totals were and are, one sentence for each that changed: `Takings: 412.30 then, 410.80 now, -1.50 GBP`.
///
/// ```
/// use epos_core::model::Context;
/// use epos_core::report::{Period, moved_totals, report};
///
/// let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// let daily = report("daily", &Period::new(friday, friday, None, &[], &[], &context)).ok_or("no such report")?;
/// assert!(moved_totals(&daily, &daily).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moved_totals(then: &Report, now: &Report) -> Vec<String> {
    let of = |report: &Report| {
        let mut all: BTreeMap<(usize, String), Decimal> = BTreeMap::new();
        for row in &report.totals {
            let (_, currency) = key(report, row);
            for (at, value) in row.iter().enumerate() {
                if let (Some(Type::Money), Value::Decimal(amount)) = (report.columns.get(at).map(|column| column.kind), value) {
                    all.insert((at, currency.clone()), *amount);
                }
            }
        }
        all
    };
    let (before, after) = (of(then), of(now));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut said = Vec::new();
    for key in keys {
        let (was, is) = (before.get(key).copied().unwrap_or_default(), after.get(key).copied().unwrap_or_default());
        if was != is {
            let (at, currency) = key;
            let title = then.columns.get(*at).map_or("", |column| column.title);
            let shown = |amount: Decimal| format!("{:.*}", minor_units(currency) as usize, amount);
            said.push(
                format!("{title}: {} then, {} now, {} {currency}", shown(was), shown(is), shown(is - was)).trim_end().to_owned(),
            );
        }
    }
    said
}
