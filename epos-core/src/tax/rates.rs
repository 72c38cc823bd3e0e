//! Tax rates as dated data with their sources.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::model::{Authority, Rate, TaxRate};

/// The published rates that come with epos: United Kingdom and Canada.
const BUILT_IN: &str = include_str!("rates.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    rate: Vec<Entry>,
}

/// One published rate, for every region and category that shares it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    regions: Vec<String>,
    categories: Vec<String>,
    tax: String,
    rate: Rate,
    from: NaiveDate,
    until: Option<NaiveDate>,
    source: String,
}

/// The rates that come with epos, one for each region, category and tax.
pub fn built_in_rates() -> Vec<TaxRate> {
    // The text is compiled in and a test reads it: it cannot fail on a user's machine.
    let published = toml::from_str::<Published>(BUILT_IN).map(|published| published.rate).unwrap_or_default();
    published.iter().flat_map(Entry::each).collect()
}

impl Entry {
    fn each(&self) -> impl Iterator<Item = TaxRate> + '_ {
        self.regions.iter().flat_map(move |region| {
            self.categories.iter().map(move |category| TaxRate {
                region: region.clone(),
                category: category.clone(),
                tax: self.tax.clone(),
                rate: self.rate,
                from: self.from,
                until: self.until,
                source: self.source.clone(),
                said_by: Authority::BuiltIn,
            })
        })
    }
}

/// The rates that apply in `region` to `category` on `date`, one per tax, in the order of the list.
///
/// Nothing means: not known, which is not the same as a rate of zero. What the greatest [`Authority`] says of the region and category
/// on that date is all that applies: `epos.toml` before a loaded list, and that before what comes with epos, because one tax may have
/// two names. Where two of its rates of one tax apply, the one that began later counts, so a new rate may be added without ending the
/// old one.
pub fn rates<'a>(all: &'a [TaxRate], region: &str, category: &str, date: NaiveDate) -> Vec<&'a TaxRate> {
    let applies = |rate: &&TaxRate| {
        rate.region == region && rate.category == category && rate.from <= date && rate.until.is_none_or(|until| date <= until)
    };
    let applying = || all.iter().filter(applies);
    let says = applying().map(|rate| rate.said_by).max();
    let mut found: Vec<&TaxRate> = Vec::new();
    for rate in applying().filter(|rate| Some(rate.said_by) == says) {
        match found.iter_mut().find(|other| other.tax == rate.tax) {
            Some(other) if other.from <= rate.from => *other = rate,
            Some(_) => {}
            None => found.push(rate),
        }
    }
    found
}
