//! What was sold: by product, category, hour and employee.

use std::collections::BTreeMap;

use chrono::Timelike;

use super::chart::{ChartKind, Drawn};
use super::make::*;
use super::sale::{Sale, is_takings};
use super::{Period, Report};
use crate::model::{LineItem, SaleKind, Type, Value};

/// A line that is takings, of a transaction that counts.
pub(super) fn lines<'s, 'p>(period: &'s Period<'p>) -> impl Iterator<Item = (&'s Sale<'p>, &'p LineItem)> {
    let counted = period.sales.iter().filter(|sale| sale.counts());
    counted.flat_map(|sale| sale.lines.iter().filter(|line| is_takings(line.class)).map(move |&line| (sale, line)))
}

/// What every product added up to, and the takings that are of no product.
pub(super) struct Products<'p> {
    /// By currency and product.
    pub groups: BTreeMap<(&'p str, Item<'p>), Sums>,
    /// Per currency, what no line tells of.
    pub rest: Vec<(&'p str, Sums)>,
    names: BTreeMap<(&'p str, Item<'p>), (&'p str, &'p str)>,
}

impl<'p> Products<'p> {
    /// A product's code (blank where it has none), description and category.
    pub fn about(&self, key: &(&'p str, Item<'p>)) -> (&'p str, &'p str, &'p str) {
        let (description, category) = self.names.get(key).copied().unwrap_or_default();
        match key.1 {
            Item::Sku(code) => (code, description, category),
            Item::Open(description) => ("", description, category),
            Item::Discount => ("", "(discounts on whole sales)", category),
        }
    }
}

/// What the period's lines sold, by product.
pub(super) fn products<'p>(period: &Period<'p>) -> Products<'p> {
    let mut groups: BTreeMap<(&str, Item<'_>), Sums> = BTreeMap::new();
    let mut names: BTreeMap<(&str, Item<'_>), (&str, &str)> = BTreeMap::new();
    for (sale, line) in lines(period) {
        let key = (period.currency(sale.store), item(period, line));
        add(groups.entry(key).or_default(), line);
        names.entry(key).or_insert_with(|| (description(period, line), category(period, line)));
    }
    Products { rest: rest(period, &groups), groups, names }
}

/// One row per product.
pub fn by_product(period: &Period<'_>) -> Report {
    let columns = vec![ITEM_CODE, DESCRIPTION, column("category", "Category", Type::Text), QUANTITY, TAKINGS, TAX, NET, CURRENCY];
    let sold = products(period);
    let mut rows: Vec<_> = sold
        .groups
        .iter()
        .map(|(key, sums)| {
            let (code, description, category) = sold.about(key);
            [maybe(Some(code)), text(description), text(category), Value::Decimal(sums.quantity)]
                .into_iter()
                .chain(amounts(sums, key.0))
                .collect()
        })
        .collect();
    rows.extend(sold.rest.iter().map(|(currency, sums)| {
        [Value::Null, text(NO_LINE_DETAIL), Value::Null, Value::Null].into_iter().chain(amounts(sums, currency)).collect()
    }));
    with_rest(make(period, "product", columns, rows), !sold.rest.is_empty())
}

/// What a line sells. Whole-sale discounts come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item<'p> {
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
pub(super) fn amounts(sums: &Sums, currency: &str) -> [Value<'static>; 4] {
    [money(sums.takings), money(sums.tax), money(sums.takings - sums.tax), text(currency)]
}

pub(super) fn with_rest(mut report: Report, any: bool) -> Report {
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
    let mut report = with_rest(make(period, "category", columns, rows.collect()), !rest.is_empty());
    report.charts =
        Drawn { kind: ChartKind::Bars, title: "Takings by category", x: "category", y: "takings", by: None }.of(&report);
    report
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
    let mut report = grouped(period, "hour", column("hour", "Hour", Type::Text), &groups, name);
    let drawn = Drawn { kind: ChartKind::Columns, title: "Takings by hour", x: "hour", y: "takings", by: None };
    report.charts = drawn.of(&report);
    for label in report.charts.iter_mut().flat_map(|chart| &mut chart.labels) {
        // `10:00 to 10:59` is too long to stand below a column.
        if let Some((from, _)) = label.split_once(" to ") {
            *label = from.to_owned();
        }
    }
    report
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
