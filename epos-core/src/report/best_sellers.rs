//! What sells best.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::chart::{ChartKind, Drawn};
use super::make::*;
use super::sold::{Item, amounts, products, with_rest};
use super::{By, Period, Report};
use crate::model::{Rounding, Type, Value};

/// How many are shown when nobody says.
pub const TOP: usize = 10;

/// The products that took or sold most, a ranking per currency, and one row for everything else, so that the total is that of
/// every other report. Whoever equals the last that is shown is shown too.
pub fn best_sellers(period: &Period<'_>) -> Report {
    let top = period.asked.top.unwrap_or(TOP);
    let by = period.asked.by.unwrap_or(By::Takings);
    let columns = vec![
        column("rank", "Rank", Type::Integer),
        ITEM_CODE,
        DESCRIPTION,
        column("category", "Category", Type::Text),
        QUANTITY,
        TAKINGS,
        TAX,
        NET,
        column("share", "Share of takings", Type::Rate),
        CURRENCY,
    ];
    let sold = products(period);
    let mut others = sold.rest.iter().copied().collect::<BTreeMap<_, _>>();
    let mut rows = Vec::new();
    let mut left = BTreeMap::new();
    for (currency, bridge) in period.bridges() {
        let measure = |sums: &Sums| if by == By::Quantity { sums.quantity } else { sums.takings.decimal() };
        let mut ranked: Vec<_> = sold.groups.iter().filter(|((of, _), _)| *of == currency).collect();
        ranked.sort_by_key(|((_, item), sums)| (std::cmp::Reverse(measure(sums)), *item));
        let named = |item: &Item<'_>| *item != Item::Discount;
        let last = ranked.iter().filter(|((_, item), _)| named(item)).nth(top.saturating_sub(1)).map(|(_, sums)| measure(sums));
        let share = |sums: &Sums| {
            let percent = (sums.takings.decimal() * Decimal::ONE_HUNDRED).checked_div(bridge.takings.decimal());
            percent.map_or(Value::Null, |percent| Value::Decimal(Rounding::HalfUp.apply(percent, 1)))
        };
        let (mut rank, mut before) = (0, None);
        for (position, (key, sums)) in ranked.iter().filter(|((_, item), _)| named(item)).enumerate() {
            if top == 0 || last.is_some_and(|last| measure(sums) < last) {
                let more: &mut (usize, Sums) = left.entry(currency).or_default();
                more.0 += 1;
                more.1.add(sums);
                continue;
            }
            // Equals share the better rank, and the next rank is left out: 1, 2, 2, 4.
            if before != Some(measure(sums)) {
                (rank, before) = (position + 1, Some(measure(sums)));
            }
            let (code, description, category) = sold.about(key);
            let cells = [count(rank), maybe(Some(code)), text(description), text(category), Value::Decimal(sums.quantity)];
            rows.push(row(cells, sums, share(sums), currency));
        }
        for (key, sums) in ranked.iter().filter(|((_, item), _)| !named(item)) {
            let (_, description, _) = sold.about(key);
            let cells = [Value::Null, Value::Null, text(description), Value::Null, Value::Null];
            rows.push(row(cells, sums, share(sums), currency));
        }
        if let Some((products, sums)) = left.get(currency) {
            let named = match products {
                1 => "(1 other product)".to_owned(),
                many => format!("({many} other products)"),
            };
            let cells = [Value::Null, Value::Null, text(named), Value::Null, Value::Decimal(sums.quantity)];
            rows.push(row(cells, sums, share(sums), currency));
        }
        if let Some(sums) = others.remove(currency) {
            let cells = [Value::Null, Value::Null, text(NO_LINE_DETAIL), Value::Null, Value::Null];
            rows.push(row(cells, &sums, share(&sums), currency));
        }
    }
    let mut report = with_rest(make(period, "best-sellers", columns, rows), !sold.rest.is_empty());
    report.notes.push(match by {
        By::Quantity => "Ranked by units sold, refunds taken off.".to_owned(),
        _ => "Ranked by takings, refunds taken off.".to_owned(),
    });
    let y = if by == By::Quantity { "quantity" } else { "takings" };
    report.charts = drawn(&report, y);
    report
}

/// Only what is ranked is drawn.
fn drawn(report: &Report, y: &'static str) -> Vec<super::Chart> {
    let ranked = Report {
        rows: report.rows.iter().filter(|row| row.first().is_some_and(|rank| !rank.is_null())).cloned().collect(),
        ..report.clone()
    };
    Drawn { kind: ChartKind::Bars, title: "Best sellers", x: "description", y, by: None }.of(&ranked)
}

fn row(cells: [Value<'static>; 5], sums: &Sums, share: Value<'static>, currency: &str) -> Vec<Value<'static>> {
    let [takings, tax, net, currency] = amounts(sums, currency);
    cells.into_iter().chain([takings, tax, net, share, currency]).collect()
}
