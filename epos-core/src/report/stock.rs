//! Deliveries, transfers and shrinkage.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::make::*;
use super::{Period, Report};
use crate::diagnostic::{Code, K002, K004};
use crate::ledger::base_units;
use crate::model::{Account, GoodsInLine, Money, Side, Type, Value};
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

/// What was said of one item of a transfer: units and last day, by the store that sent and by the one that received.
#[derive(Default)]
struct Both<'p> {
    to_store: &'p str,
    sent: Option<(NaiveDate, Decimal)>,
    received: Option<(NaiveDate, Decimal)>,
}

/// One row per transfer and SKU of which a store-day of the period speaks, in base units: what left, what arrived, what is on its
/// way. The other side is there although its store or its day is not of the period.
pub fn transfers(period: &Period<'_>) -> Report {
    let columns = vec![
        heading("transfer", "Transfer", Type::Text),
        heading("from_store", "From", Type::Text),
        heading("to_store", "To", Type::Text),
        column("sku", "SKU", Type::Text),
        DESCRIPTION,
        or("not said", column("sent_on", "Sent on", Type::Date)),
        or("not said", column("units_sent", "Sent", Type::Quantity)),
        or("not said", column("received_on", "Received on", Type::Date)),
        or("not said", column("units_received", "Received", Type::Quantity)),
        column("units_in_transit", "In transit", Type::Quantity),
        or("not compared", column("units_difference", "Difference", Type::Quantity)),
    ];
    let spoken: BTreeSet<(&str, &str)> = period
        .sources
        .iter()
        .flat_map(|of| of.sources.iter().flat_map(|source| &source.batch.content.transfers))
        .map(|row| (row.from_store.as_str(), row.reference.as_str()))
        .collect();
    let mut all: BTreeMap<(&str, &str, String), Both<'_>> = BTreeMap::new();
    for of in period.known() {
        for row in of.sources.iter().flat_map(|source| &source.batch.content.transfers) {
            if !spoken.contains(&(row.from_store.as_str(), row.reference.as_str())) {
                continue;
            }
            let (sku, each) = base_units(&row.item_code, period.context);
            let both = all.entry((&row.reference, &row.from_store, sku)).or_default();
            both.to_store = &row.to_store;
            let side = match row.side {
                Side::Sent => &mut both.sent,
                Side::Received => &mut both.received,
            };
            let (day, units) = side.get_or_insert((of.trading_day, Decimal::ZERO));
            *day = of.trading_day.max(*day);
            *units += row.quantity.decimal() * each;
        }
    }
    let mut open = 0;
    let mut rows = Vec::new();
    for ((reference, from, sku), both) in &all {
        // One item that nobody received is missing when another of the same papers was; else all of it is on its way.
        let papers = all.iter().filter(|((of, store, _), _)| (of, store) == (reference, from));
        let (mut left, mut arrived) = (false, false);
        papers.for_each(|(_, both)| {
            left |= both.sent.is_some();
            arrived |= both.received.is_some();
        });
        let units = |side: Option<(NaiveDate, Decimal)>, said: bool| side.map(|(_, units)| units).or(said.then_some(Decimal::ZERO));
        let (sent, received) = (units(both.sent, left), units(both.received, arrived));
        open += usize::from(sent.is_none() || received.is_none());
        let cell = |units: Option<Decimal>| units.map_or(Value::Null, Value::Decimal);
        let date = |side: Option<(NaiveDate, Decimal)>| side.map_or(Value::Null, |(of, _)| day(of));
        rows.push(vec![
            text(*reference),
            text(period.store_name(from)),
            text(period.store_name(both.to_store)),
            text(sku.as_str()),
            maybe(period.context.product(sku).map(|product| product.description.as_str())),
            date(both.sent),
            cell(sent),
            date(both.received),
            cell(received),
            cell(sent.filter(|_| received.is_none())),
            cell(sent.zip(received).map(|(sent, received)| received - sent)),
        ]);
    }
    let mut report = make(period, "transfers", columns, rows);
    if open > 0 {
        let lines = if open == 1 { "1 line is".to_owned() } else { format!("{open} lines are") };
        report.notes.push(format!("{lines} known from one side only: the other store has not said so yet."));
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
fn counted<'p>(period: &Period<'p>) -> BTreeSet<(&'p str, NaiveDate, String)> {
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
