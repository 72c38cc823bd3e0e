//! Tax by region and rate: what the tills state, and what the rates give.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::charity::Goods;
use super::make::*;
use super::sold::{lines, with_rest};
use super::{By, Period, Report, minor_units};
use crate::model::{Charity, LineItem, Money, Rate, Rounding, Type, Value};
use crate::tax::{inclusive, rates};

/// The taxes of a line: which, at what rates, and in which category. Without rates nobody knows them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Taxed {
    /// All rates together, in percent; `None` when not known.
    pub rate: Option<Decimal>,
    /// The names of the taxes, where the published rates say them.
    pub names: String,
    /// The tax category, where the product list says it.
    pub category: String,
    /// Each tax by itself.
    pub each: Vec<Rate>,
}

/// Donated goods that a charity sells in the United Kingdom are zero-rated (VAT Notice 701/1), whatever the same thing new would be.
fn donated(region: &str, line: &LineItem, charity: Option<Charity>) -> Option<Taxed> {
    let here = region.split('-').next() == Some("GB") && charity == Some(Charity::Donated);
    let stated = line.tax_rate.map(|rate| rate.decimal()).unwrap_or_default();
    (here && stated.is_zero()).then(|| Taxed {
        rate: Some(Decimal::ZERO),
        names: "VAT 0 %".to_owned(),
        category: "zero".to_owned(),
        each: vec![Rate::default()],
    })
}

/// The taxes of a line, as it states them, else as the product list and the published rates say.
pub(super) fn taxed(period: &Period<'_>, region: &str, line: &LineItem, charity: Option<Charity>) -> Taxed {
    if let Some(zero) = donated(region, line, charity) {
        return zero;
    }
    let product = line.item_code.as_deref().and_then(|code| period.context.product(code));
    let category = product.and_then(|product| product.tax_category.clone()).unwrap_or_default();
    let published = rates(&period.context.rates, region, &category, line.date);
    let sum: Decimal = published.iter().map(|rate| rate.rate.decimal()).sum();
    let stated = line.tax_rate.or_else(|| product.and_then(|product| product.tax_rate));
    match stated {
        // The published rates say how a stated one is made up, when they come to the same.
        Some(rate) if published.is_empty() || sum != rate.decimal() => {
            Taxed { rate: Some(rate.decimal().normalize()), names: String::new(), category, each: vec![rate] }
        }
        None if published.is_empty() => Taxed { category, ..Taxed::default() },
        _ => {
            let names = published.iter().map(|rate| format!("{} {} %", rate.tax, rate.rate.decimal().normalize()));
            Taxed {
                rate: Some(sum.normalize()),
                names: names.collect::<Vec<_>>().join(" + "),
                category,
                each: published.iter().map(|rate| rate.rate).collect(),
            }
        }
    }
}

/// The tax that the rates give for a line whose price includes it; `None` where no rate is known, or where only a commission is
/// the shop's and nobody states the tax on that.
pub(super) fn computed(line: &LineItem, taxed: &Taxed, charity: Option<Charity>, currency: &str) -> Option<Money> {
    (taxed.rate.is_some() && charity != Some(Charity::Agency))
        .then(|| inclusive(line.line_total, &taxed.each, minor_units(currency), Rounding::HalfUp).tax())
}

/// What lines of one sort add up to.
#[derive(Default, Clone, Copy)]
struct Totals {
    lines: usize,
    sums: Sums,
    computed: Option<Money>,
    /// Of the lines that both state a tax and have one computed: stated less computed.
    difference: Option<Money>,
    silent: usize,
}

/// What tells rows apart: currency, region, days, taxes, whose goods.
type Sort<'p> = (&'p str, String, (NaiveDate, NaiveDate), Taxed, Option<Charity>);

/// One row per region, rate, category and whose goods they are; for each month or day when asked.
pub fn tax(period: &Period<'_>) -> Report {
    let by = period.asked.by.unwrap_or(By::Period);
    let columns = vec![
        column("region", "Region", Type::Text),
        FIRST_DAY,
        LAST_DAY,
        or("not known", column("tax_rate", "Rate", Type::Rate)),
        column("tax_names", "Taxes", Type::Text),
        column("tax_category", "Tax category", Type::Text),
        column("charity", "Whose goods", Type::Word(Charity::WORDS)),
        summed("lines", "Lines", Type::Integer),
        NET,
        TAX,
        TAKINGS,
        or("not known", summed("tax_computed", "Tax by the rates", Type::Money)),
        or("not compared", summed("tax_difference", "Stated less computed", Type::Money)),
        CURRENCY,
    ];
    let goods = Goods::of(period);
    let mut groups: BTreeMap<Sort<'_>, Totals> = BTreeMap::new();
    for (sale, line) in lines(period) {
        let currency = period.currency(sale.store);
        let store = period.known_store(sale.store);
        let (charity, _) = goods.whose(sale.store, line);
        let taxed = taxed(period, &store.region, line, charity);
        let computed = computed(line, &taxed, charity, currency);
        let key = (currency, store.region.clone(), period.bucket(sale.trading_day, by), taxed, charity);
        let of = groups.entry(key).or_default();
        of.lines += 1;
        of.sums.take(line.line_total, line.tax_amount.unwrap_or_default());
        of.silent += usize::from(line.tax_amount.is_none());
        if let Some(computed) = computed {
            of.computed = Some(of.computed.unwrap_or_default() + computed);
            if let Some(stated) = line.tax_amount {
                of.difference = Some(of.difference.unwrap_or_default() + stated - computed);
            }
        }
    }
    let known: BTreeMap<(&str, &Sort<'_>), Sums> = groups.iter().map(|(key, of)| ((key.0, key), of.sums)).collect();
    let rest = rest(period, &known);
    let silent: usize = groups.values().map(|of| of.silent).sum();
    let mut rows: Vec<Vec<Value<'static>>> = groups
        .iter()
        .map(|((currency, region, (from, to), taxed, charity), of)| {
            vec![
                text(region.as_str()),
                day(*from),
                day(*to),
                taxed.rate.map_or(Value::Null, Value::Decimal),
                maybe(Some(&taxed.names)),
                maybe(Some(&taxed.category)),
                charity.map_or(Value::Null, |charity| text(charity.word())),
                count(of.lines),
                money(of.sums.takings - of.sums.tax),
                money(of.sums.tax),
                money(of.sums.takings),
                maybe_money(of.computed),
                maybe_money(of.difference),
                text(*currency),
            ]
        })
        .collect();
    rows.extend(rest.iter().map(|(currency, sums)| {
        let blank = || Value::Null;
        vec![
            text(NO_LINE_DETAIL),
            day(period.from),
            day(period.to),
            blank(),
            blank(),
            blank(),
            blank(),
            blank(),
            money(sums.takings - sums.tax),
            money(sums.tax),
            money(sums.takings),
            blank(),
            blank(),
            text(*currency),
        ]
    }));
    let mut report = with_rest(make(period, "tax", columns, rows), !rest.is_empty());
    report.notes.push(
        "Tax is what the tills state; tax by the rates is computed line by line from prices that include it, half a unit up."
            .to_owned(),
    );
    if silent > 0 {
        let lines = if silent == 1 { "1 line states".to_owned() } else { format!("{silent} lines state") };
        report.notes.push(format!(
            "{lines} no tax of their own: where a till states it for the whole sale only, it is in the row {NO_LINE_DETAIL}."
        ));
    }
    if groups.keys().any(|(.., charity)| *charity == Some(Charity::Agency)) {
        report.notes.push("Goods sold for donors: only the commission is the shop's, and only that is taxed.".to_owned());
    }
    report
}
