//! What was sold: by product, category, hour and employee.

use std::collections::BTreeMap;

use chrono::Timelike;

use super::make::*;
use super::sale::{Sale, is_takings};
use super::{Period, Report};
use crate::model::{LineItem, SaleKind, Type, Value};

/// A line that is takings, of a transaction that counts.
fn lines<'s, 'p>(period: &'s Period<'p>) -> impl Iterator<Item = (&'s Sale<'p>, &'p LineItem)> {
    let counted = period.sales.iter().filter(|sale| sale.counts());
    counted.flat_map(|sale| sale.lines.iter().filter(|line| is_takings(line.class)).map(move |&line| (sale, line)))
}

/// One row per product.
pub fn by_product(period: &Period<'_>) -> Report {
    let columns = vec![
        column("item_code", "Item code", Type::Text),
        column("description", "Description", Type::Text),
        column("category", "Category", Type::Text),
        QUANTITY,
        TAKINGS,
        TAX,
        NET,
        CURRENCY,
    ];
    let mut groups: BTreeMap<(&str, Item<'_>), Sums> = BTreeMap::new();
    let mut about: BTreeMap<(&str, Item<'_>), (&str, &str)> = BTreeMap::new();
    for (sale, line) in lines(period) {
        let key = (period.currency(sale.store), item(period, line));
        add(groups.entry(key).or_default(), line);
        about.entry(key).or_insert_with(|| (description(period, line), category(period, line)));
    }
    let mut rows: Vec<_> = groups
        .iter()
        .map(|(key, sums)| {
            let (description, category) = about.get(key).copied().unwrap_or_default();
            let (code, description) = match key.1 {
                Item::Sku(code) => (code, description),
                Item::Open(description) => ("", description),
                Item::Discount => ("", "(discounts on whole sales)"),
            };
            [maybe(Some(code)), text(description), text(category), Value::Decimal(sums.quantity)]
                .into_iter()
                .chain(amounts(sums, key.0))
                .collect()
        })
        .collect();
    let rest = rest(period, &groups);
    rows.extend(rest.iter().map(|(currency, sums)| {
        [Value::Null, text(NO_LINE_DETAIL), Value::Null, Value::Null].into_iter().chain(amounts(sums, currency)).collect()
    }));
    with_rest(make(period, "product", columns, rows), !rest.is_empty())
}

/// What a line sells. Whole-sale discounts come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item<'p> {
    Sku(&'p str),
    Open(&'p str),
    Discount,
}

fn item<'p>(period: &Period<'p>, line: &'p LineItem) -> Item<'p> {
    match line.item_code.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Item::Sku(period.context.product(code).map_or(code, |product| &product.item_code)),
        None if line.kind == SaleKind::Discount => Item::Discount,
        None => Item::Open(line.description.as_deref().filter(|text| !text.is_empty()).unwrap_or("(no code)")),
    }
}

fn description<'p>(period: &Period<'p>, line: &'p LineItem) -> &'p str {
    let listed =
        line.item_code.as_deref().and_then(|code| period.context.product(code)).map(|product| product.description.as_str());
    listed.or(line.description.as_deref()).unwrap_or("")
}

/// The category: the line's, else the product list's.
fn category<'p>(period: &Period<'p>, line: &'p LineItem) -> &'p str {
    let listed = || line.item_code.as_deref().and_then(|code| period.context.product(code)?.category.as_deref());
    let stated = line.category.as_deref().filter(|category| !category.is_empty());
    stated.or_else(listed).filter(|category| !category.is_empty()).unwrap_or("(none)")
}

fn add(sums: &mut Sums, line: &LineItem) {
    sums.take(line.line_total, line.tax_amount.unwrap_or_default());
    if line.kind != SaleKind::Discount {
        sums.quantity += line.quantity.decimal();
    }
}

/// Takings, tax, net, currency.
fn amounts(sums: &Sums, currency: &str) -> [Value<'static>; 4] {
    [money(sums.takings), money(sums.tax), money(sums.takings - sums.tax), text(currency)]
}

fn with_rest(mut report: Report, any: bool) -> Report {
    if any {
        report.notes.push(format!("{NO_LINE_DETAIL}: takings of sales whose file states a total but not all of its lines."));
    }
    report
}

/// One row per category.
pub fn by_category(period: &Period<'_>) -> Report {
    let columns = vec![column("category", "Category", Type::Text), QUANTITY, TAKINGS, TAX, NET, CURRENCY];
    let mut groups: BTreeMap<(&str, &str), Sums> = BTreeMap::new();
    for (sale, line) in lines(period) {
        add(groups.entry((period.currency(sale.store), category(period, line))).or_default(), line);
    }
    let named = groups.iter().map(|((currency, category), sums)| {
        [text(*category), Value::Decimal(sums.quantity)].into_iter().chain(amounts(sums, currency)).collect()
    });
    let rest = rest(period, &groups);
    let rows = named.chain(
        rest.iter()
            .map(|(currency, sums)| [text(NO_LINE_DETAIL), Value::Null].into_iter().chain(amounts(sums, currency)).collect()),
    );
    with_rest(make(period, "category", columns, rows.collect()), !rest.is_empty())
}

/// One row per hour of the day in which sales were rung.
pub fn by_hour(period: &Period<'_>) -> Report {
    let mut groups: BTreeMap<(&str, Option<u32>), Sums> = BTreeMap::new();
    for sale in period.sales.iter().filter(|sale| sale.counts()) {
        let bridge = sale.bridge();
        let sums = groups.entry((period.currency(sale.store), sale.time().map(|time| time.hour()))).or_default();
        sums.take(bridge.takings, bridge.tax);
        sums.transactions += usize::from(!sale.is_orphan());
    }
    groups.retain(|_, sums| sums.transactions > 0 || !sums.takings.is_zero() || !sums.tax.is_zero());
    let name = |hour: &Option<u32>| match hour {
        Some(hour) => format!("{hour:02}:00 to {hour:02}:59"),
        None => "(no time stated)".to_owned(),
    };
    grouped(period, "hour", column("hour", "Hour", Type::Text), &groups, name)
}

/// One row per person who served. A sale belongs to whom each of its lines names, else to whom it names as a whole.
pub fn by_employee(period: &Period<'_>) -> Report {
    let mut groups: BTreeMap<(&str, Option<&str>), Sums> = BTreeMap::new();
    for sale in period.sales.iter().filter(|sale| sale.counts() && !sale.is_orphan()) {
        let currency = period.currency(sale.store);
        let name = |person| Some(period.person(person));
        let whole = sale.cashier().and_then(name);
        let mut left = sale.bridge();
        for line in sale.lines.iter().filter(|line| is_takings(line.class)) {
            let who = line.cashier.as_ref().and_then(name).or(whole);
            let tax = line.tax_amount.unwrap_or_default();
            groups.entry((currency, who)).or_default().take(line.line_total, tax);
            left.takings -= line.line_total;
            left.tax -= tax;
        }
        // A sale that two people rang is one transaction: of whom it names as a whole.
        let sums = groups.entry((currency, whole)).or_default();
        sums.take(left.takings, left.tax);
        sums.transactions += 1;
    }
    let name = |who: &Option<&str>| who.unwrap_or("(nobody named)").to_owned();
    grouped(period, "employee", column("employee", "Employee", Type::Text), &groups, name)
}

fn grouped<'p, K>(
    period: &Period<'p>,
    report: &'static str,
    key: super::ReportColumn,
    groups: &BTreeMap<(&'p str, Option<K>), Sums>,
    name: impl Fn(&Option<K>) -> String,
) -> Report
where
    K: Ord,
{
    let columns = vec![key, TRANSACTIONS, TAKINGS, TAX, NET, AVERAGE, CURRENCY];
    let row = |label: String, sums: &Sums, currency: &str, transactions: Value<'static>| {
        let [takings, tax, net, of] = amounts(sums, currency);
        vec![text(label), transactions, takings, tax, net, average(sums.takings, sums.transactions, currency), of]
    };
    // The group without a name comes last, per currency.
    let mut ordered: Vec<_> = groups.iter().collect();
    ordered.sort_by_key(|((currency, key), _)| (*currency, key.is_none(), key.as_ref()));
    let named = ordered.into_iter().map(|((currency, key), sums)| row(name(key), sums, currency, count(sums.transactions)));
    let rest = rest(period, groups);
    let rows = named.chain(rest.iter().map(|(currency, sums)| row(NO_LINE_DETAIL.to_owned(), sums, currency, Value::Null)));
    with_rest(make(period, report, columns, rows.collect()), !rest.is_empty())
}
