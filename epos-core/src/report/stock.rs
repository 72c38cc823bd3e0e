//! Deliveries and shrinkage.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::make::*;
use super::{Period, Report};
use crate::diagnostic::{Code, K002, K004};
use crate::ledger::base_units;
use crate::model::{Account, GoodsInLine, Money, Type, Value};
use crate::reconcile::StoreDay;

/// One row per line of a delivery, by supplier, date and reference.
pub fn goods_in(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        heading("supplier", "Supplier", Type::Text),
        column("date", "Date", Type::Date),
        or("none given", column("reference", "Reference", Type::Text)),
        code,
        name,
        ITEM_CODE,
        DESCRIPTION,
        QUANTITY,
        or("unknown", column("unit_cost", "Unit cost", Type::Money)),
        or("unknown", summed("cost", "Cost", Type::Money)),
        CURRENCY,
    ];
    let mut lines: Vec<(&str, &GoodsInLine)> = period
        .sources
        .iter()
        .flat_map(|of| {
            of.sources.iter().flat_map(|source| &source.batch.content.goods_in).map(|row| (of.store.as_str(), &row.record))
        })
        .collect();
    let key = |(store, line): &(&str, &GoodsInLine)| {
        let supplier = line.supplier.clone().unwrap_or_default();
        (supplier, line.date, line.reference.clone(), (*store).to_owned(), line.item_code.clone(), line.quantity)
    };
    lines.sort_by_cached_key(key);
    let unknown = lines.iter().filter(|(_, line)| line.unit_cost.is_none()).count();
    let rows = lines.iter().map(|(store, line)| {
        let listed = period.context.product(&line.item_code).map(|product| product.description.as_str());
        let cost = line.unit_cost.map(|cost| Money::rounded(cost.times(line.quantity)));
        vec![
            text(line.supplier.as_deref().filter(|name| !name.is_empty()).unwrap_or("(no supplier named)")),
            day(line.date),
            maybe(line.reference.as_deref()),
            text(*store),
            text(period.store_name(store)),
            text(line.item_code.as_str()),
            maybe(listed.or(line.description.as_deref())),
            Value::Decimal(line.quantity.decimal()),
            maybe_money(line.unit_cost),
            maybe_money(cost),
            text(period.currency(store)),
        ]
    });
    let mut report = make(period, "goods-in", columns, rows.collect());
    report.notes.push(
        "Quantities are as delivered: a case is one case here, and the units it holds on the shelf. Costs are without tax."
            .to_owned(),
    );
    if unknown > 0 {
        report.notes.push(match unknown {
            1 => "1 line has no cost and is in no sum of costs.".to_owned(),
            more => format!("{more} lines have no cost and are in no sum of costs."),
        });
    }
    report
}

/// One row per SKU and day on which a person counted it: book − count, in base units, and what that is worth at cost.
///
/// Book and count are those of the end of that day: what moved after the count is in both. A difference that a till's own stock
/// file explains is no shrinkage.
pub fn shrinkage(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        column("sku", "SKU", Type::Text),
        DESCRIPTION,
        column("counted_on", "Counted on", Type::Date),
        or("unknown", column("book", "Book", Type::Quantity)),
        column("counted", "Counted", Type::Quantity),
        or("unknown", column("shrinkage", "Shrinkage", Type::Quantity)),
        or("unknown", column("unit_cost", "Unit cost", Type::Money)),
        or("unknown", summed("shrinkage_cost", "At cost", Type::Money)),
        CURRENCY,
    ];
    let counted = counted(period);
    let mut unknown = 0;
    let mut rows = Vec::new();
    for &of in &period.days {
        for balance in &of.shelves {
            let Account::Shelf { sku, .. } = &balance.account else { continue };
            if !counted.contains(&(of.store.as_str(), of.trading_day, sku.clone())) {
                continue;
            }
            let Some(count) = balance.counted else { continue };
            // Where nobody knew the shelf in the morning, a stock file of the same day may have made it known before the count.
            let shrinkage = match balance.expected() {
                Some(book) => Some(book + said(of, K004, sku).unwrap_or_default() - count),
                None => said(of, K002, sku).map(|difference| -difference),
            };
            let book = shrinkage.map(|units| count + units);
            let product = period.context.product(sku);
            let cost = product.and_then(|product| product.cost);
            let worth = shrinkage.zip(cost).map(|(units, cost)| Money::rounded(units * cost.decimal()));
            unknown += usize::from(shrinkage.is_none_or(|units| !units.is_zero()) && worth.is_none());
            let units = |units: Option<Decimal>| units.map_or(Value::Null, Value::Decimal);
            // Nothing missing costs nothing, whatever one unit costs.
            let worth = worth.or(shrinkage.filter(Decimal::is_zero).map(|_| Money::ZERO));
            rows.push(vec![
                text(of.store.as_str()),
                text(period.store_name(&of.store)),
                text(sku.as_str()),
                maybe(product.map(|product| product.description.as_str())),
                day(of.trading_day),
                units(book),
                units(Some(count)),
                units(shrinkage),
                maybe_money(cost),
                maybe_money(worth),
                text(of.currency.as_str()),
            ]);
        }
    }
    let mut report = make(period, "shrinkage", columns, rows);
    report
        .notes
        .push("Shrinkage is book less count, in single units: negative where more was found than the book held.".to_owned());
    if unknown > 0 {
        let counts = if unknown == 1 { "1 count".to_owned() } else { format!("{unknown} counts") };
        report.notes.push(format!("In no sum, because no book was known before or the product list has no cost: {counts}."));
    }
    report
}

/// What persons counted: store, trading day and base SKU.
fn counted<'p>(period: &Period<'p>) -> BTreeSet<(&'p str, chrono::NaiveDate, String)> {
    let mut all = BTreeSet::new();
    for of in &period.sources {
        for row in of.sources.iter().flat_map(|source| &source.batch.content.stock_counts) {
            all.insert((of.store.as_str(), of.trading_day, base_units(&row.item_code, period.context).0));
        }
    }
    all
}

/// The differences that a day's findings of one code say of a SKU; `None` where there is no such finding.
fn said(of: &StoreDay, code: Code, sku: &str) -> Option<Decimal> {
    let findings = of.findings.iter().filter(|finding| finding.code == code && finding.subject == sku);
    findings.filter_map(|finding| finding.amount).map(Money::decimal).reduce(|sum, more| sum + more)
}
