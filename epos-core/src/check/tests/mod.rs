//! One test that fires and one near-miss that stays silent for every rule.

mod date;
mod fleet;
mod fold;
mod line;
mod names;
mod price;
mod product;
mod refund;
mod transaction;

use chrono::NaiveDate;

use super::*;
use crate::model::{Class, Quantity, Rate};
use crate::model::{Column, Header, LineItem, Product, Row, SaleKind, Tender};

fn money(text: &str) -> Money {
    text.parse().expect(text)
}

fn rate(text: &str) -> Option<Rate> {
    Some(text.parse().expect(text))
}

fn units(text: &str) -> Quantity {
    text.parse().expect(text)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

const FRIDAY: &str = "2026-11-20";

/// A line of 1 × `total`.
fn line(number: &str, total: &str) -> LineItem {
    LineItem {
        number: number.into(),
        date: day(FRIDAY),
        kind: SaleKind::Sale,
        class: Class::Goods,
        quantity: units("1"),
        line_total: money(total),
        ..LineItem::default()
    }
}

/// `quantity` × `price` making `total`.
fn priced(quantity: &str, price: &str, total: &str) -> LineItem {
    LineItem { quantity: units(quantity), unit_price: Some(money(price)), ..line("201", total) }
}

fn item(code: &str, description: &str) -> LineItem {
    LineItem { item_code: Some(code.into()), description: Some(description.into()), ..line("201", "1.00") }
}

fn discount(number: &str, total: &str) -> LineItem {
    LineItem { kind: SaleKind::Discount, ..line(number, total) }
}

fn refund(number: &str, total: &str, original: Option<&str>) -> LineItem {
    LineItem { kind: SaleKind::Refund, quantity: units("-1"), original_number: original.map(Into::into), ..line(number, total) }
}

fn header(number: &str, total: &str) -> Header {
    Header { number: number.into(), date: day(FRIDAY), kind: SaleKind::Sale, total: money(total), ..Header::default() }
}

fn tender(number: &str, tender: &str, amount: &str) -> Tender {
    Tender { number: number.into(), date: day(FRIDAY), tender: tender.into(), amount: money(amount), ..Tender::default() }
}

fn product(code: &str, description: &str, price: &str) -> Product {
    Product { item_code: code.into(), description: description.into(), price: Some(money(price)), ..Product::default() }
}

/// Rows numbered from 2, as under a heading.
fn rows<T>(records: impl IntoIterator<Item = T>) -> Vec<Row<T>> {
    (2..).zip(records).map(|(row, record)| Row { row, record }).collect()
}

/// Friday at till 1 of store `leith`, in a text file with prices that include tax.
fn evening(content: Content) -> Block {
    let key = Key { store: "leith".into(), till: "1".into(), trading_day: day(FRIDAY) };
    let origin = Origin { document: "till-1.csv".into(), prices_include_tax: Some(true), ..Origin::default() };
    Block { origin, batches: vec![Batch { key, content }], rejected: Vec::new() }
}

fn lines(records: impl IntoIterator<Item = LineItem>) -> Content {
    Content { lines: rows(records), ..Content::default() }
}

/// As [`evening`], but as one sheet of a workbook, on any till.
fn sheet(name: &str, till: &str, content: Content) -> Block {
    let mut block = evening(content);
    block.origin.sheet = name.into();
    block.batches[0].key.till = till.into();
    block
}

fn world() -> Context {
    let mut context = Context { now: day("2026-11-21").and_hms_opt(8, 0, 0).unwrap(), ..Context::default() };
    context.stores.insert("leith".into(), Store::new("leith", "Leith Walk"));
    context.rates = crate::tax::built_in_rates();
    context
}

fn world_with(products: impl IntoIterator<Item = Product>) -> Context {
    let mut context = world();
    for product in products {
        if let Some(gtin) = product.gtin.as_deref().and_then(|gtin| crate::model::Gtin::parse(gtin).ok()) {
            context.gtins.insert(gtin.as_str().to_owned(), product.item_code.clone());
        }
        context.products.insert(product.item_code.clone(), product);
    }
    context
}

fn coded(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|finding| finding.code.0.code).collect()
}

fn found(content: Content) -> Vec<Diagnostic> {
    batch(&[evening(content)], &world())
}

fn codes(content: Content) -> Vec<&'static str> {
    coded(&found(content))
}

#[test]
fn nothing_is_found_in_an_honest_evening() {
    let mut content = lines([priced("2", "3.50", "7.00"), priced("1", "0.99", "0.99"), discount("201", "-0.99")]);
    content.tenders = rows([tender("201", "Cash", "5.00"), tender("201", "Card", "2.00")]);
    assert_eq!(codes(content), [""; 0]);
}

#[test]
fn the_exact_cell_and_the_store_day_are_named() {
    let mut block = evening(lines([priced("3", "4.00", "12.50")]));
    block.origin.columns = vec![(Kind::Lines, "line_total", Column { index: 5, heading: "Total".into() })];
    let found = batch(&[block], &world());
    assert_eq!(found[0].at.to_string(), "till-1.csv, row 2, column F (Total)");
    assert_eq!((found[0].store.as_deref(), found[0].trading_day), (Some("leith"), Some(day(FRIDAY))));
    assert_eq!((found[0].subject.as_str(), found[0].amount), ("201", Some(money("0.50"))));
}

#[test]
fn policy_sets_severities_by_number_and_by_name() {
    let mut context = world();
    context.policy.severity.insert("T001".into(), "note".into());
    context.policy.severity.insert("zero-quantity".into(), "error".into());
    let mut nothing = line("202", "0.00");
    nothing.quantity = units("0");
    let found = batch(&[evening(lines([priced("3", "4.00", "12.50"), nothing]))], &context);
    let severities: Vec<_> = found.iter().map(|finding| (finding.code.0.code, finding.severity)).collect();
    assert_eq!(severities, [("T001", Severity::Note), ("T009", Severity::Error)]);
}

#[test]
fn missing_lines_are_said_once_per_document() {
    let mut block = evening(Content { headers: rows([header("1", "5.00")]), ..Content::default() });
    block.origin.absent = vec!["lines".into()];
    let found = batch(&[block.clone(), block.clone()], &world());
    assert_eq!(coded(&found).iter().filter(|&&code| code == "T013").count(), 1);
    block.origin.absent.clear();
    assert_eq!(coded(&batch(&[block], &world())), [""; 0]);
}
