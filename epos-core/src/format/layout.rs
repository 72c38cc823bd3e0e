//! Layouts: how one till program writes a file, as text. A new till is a new text file, not code.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cell::{DateOrder, RateForm};
use super::heading;
use crate::model::{Coverage, Kind, Numbering};

/// Names of the columns that say whose a row is; every layout may have them beside its kind's fields.
pub const KEY_FIELDS: [&str; 6] = ["store", "till", "date", "time", "timestamp", "trading_day"];

/// How one table of a till program's files is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name; the file's name when absent.
    #[serde(default)]
    pub id: String,
    /// Counted up when its meaning changes: documents are then read again.
    #[serde(default = "one")]
    pub version: u32,
    /// What it is, for people.
    pub title: String,
    /// The kind of row that a row of the file is.
    pub kind: Kind,
    /// A layout whose columns, words and settings it takes over where it has none of its own.
    #[serde(default)]
    pub extends: Option<String>,
    /// Names of sheets it is for, where the headings alone are not enough.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Fields or headings that must all be there for the layout to be recognised; the kind's required fields when absent.
    #[serde(default)]
    pub detect: Vec<String>,
    /// True when a heading that is a field's own name is that field.
    #[serde(default)]
    pub own_names: bool,
    /// Headings by field: `store`, `till`, `date`, `time`, `timestamp`, and the fields of the kind.
    #[serde(default)]
    pub columns: BTreeMap<String, Names>,
    /// Further kinds that a row feeds: headings by field. `number`, `date` and `time` are the row's own unless named.
    #[serde(default)]
    pub also: BTreeMap<Kind, BTreeMap<String, Names>>,
    /// A value for a field that has no column, or whose cell is blank.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// The file's words in ours, by field.
    #[serde(default)]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
    /// A field as the sum of others, where it has no column: `line_total = ["line_net", "tax_amount"]`. One with a minus is taken off
    /// (`change = ["tendered", "-amount"]`); then all must be known.
    #[serde(default)]
    pub sums: BTreeMap<String, Vec<String>>,
    /// Fields that the file writes with the opposite sign.
    #[serde(default)]
    pub negated: Vec<String>,
    /// Heading prefix of columns that are summed into a field: `tax = "tax_"`.
    #[serde(default)]
    pub spread: BTreeMap<String, String>,
    /// Fields of which several columns may stand in one file, because its records come in several shapes: the filled one counts.
    #[serde(default)]
    pub either: Vec<String>,
    /// True when lines state no total: it is quantity × unit price, less the money off the line.
    #[serde(default)]
    pub total_from_price: bool,
    /// Heading of the column with the currency in whose smallest units amounts are written: 1050 is 10.50 in GBP, 1,050 in JPY.
    #[serde(default)]
    pub minor_units_of: Option<String>,
    /// Figures of a whole transaction that each of its lines repeats: shared over the lines by largest remainder. `tax_amount`: tax
    /// that is on top of the lines; `line_total`: what the lines come to after discounts of the whole sale.
    #[serde(default)]
    pub shared: BTreeMap<String, Shared>,
    /// Headings of columns that each hold one tender's amount: unpivoted, blanks and zeros skipped.
    #[serde(default)]
    pub tender_columns: Vec<String>,
    /// The heading of the one column that may hold several cells: a list written without quotes.
    #[serde(default)]
    pub list: Option<String>,
    /// How rows add up over documents.
    #[serde(default)]
    pub coverage: Option<Coverage>,
    /// How transactions are numbered.
    #[serde(default)]
    pub numbering: Option<Numbering>,
    /// Fields that identify a row without a number.
    #[serde(default)]
    pub identity: Vec<String>,
    /// Day, month, year; proven from the data when a day above 12 occurs.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// `","` where that is the decimal mark.
    #[serde(default)]
    pub decimal: Option<String>,
    /// Decimals of stated totals.
    #[serde(default)]
    pub minor_units: Option<u32>,
    /// Whether prices include tax; no default, because there is no safe one.
    #[serde(default)]
    pub prices_include_tax: Option<bool>,
    /// How rates are written.
    #[serde(default)]
    pub rates: Option<RateForm>,
    /// Where a refund's sign comes from.
    #[serde(default)]
    pub sign: Option<Sign>,
    /// True when rows belong to the company, not to a store.
    #[serde(default)]
    pub company: bool,
    /// Fields, or kinds, that this layout cannot carry.
    #[serde(default)]
    pub absent: Vec<String>,
}

/// One heading or several.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// A heading.
    One(String),
    /// Any of these.
    Many(Vec<String>),
    /// The column's position from 1, for files without headings.
    Position(u32),
}

impl Names {
    /// The headings as they are written; the first is the one that files are written with.
    pub fn headings(&self) -> &[String] {
        match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Many(names) => names,
            Names::Position(_) => &[],
        }
    }

    fn matches(&self, heading: &str) -> bool {
        self.headings().iter().any(|name| heading::is(name, heading))
    }
}

/// A figure of a whole transaction that each of its lines repeats.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The heading it stands under.
    pub of: String,
    /// A heading under which something other than 0 must stand, or nothing is shared.
    #[serde(default)]
    pub when: Option<String>,
}

/// Where the sign of a refund comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// As the file has it; a refund whose amounts are all positive is normalised and noted.
    #[default]
    AsWritten,
    /// From the row's kind: refunds are negative whatever the file says.
    FromKind,
}

fn one() -> u32 {
    1
}

impl Layout {
    /// Does the (normalised) heading belong to `field` of `kind`?
    pub fn binds(&self, kind: Kind, field: &str, heading: &str) -> bool {
        let own =
            if kind == self.kind { self.columns.get(field) } else { self.also.get(&kind).and_then(|fields| fields.get(field)) };
        own.is_some_and(|names| names.matches(heading))
            || (self.own_names && kind == self.kind && kind.field(field).is_some() && heading::is(field, heading))
    }

    /// The kinds that its rows feed, its own first.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let tenders = (!self.tender_columns.is_empty() && !self.also.contains_key(&Kind::Tenders)).then_some(Kind::Tenders);
        std::iter::once(self.kind).chain(self.also.keys().copied()).chain(tenders)
    }

    /// How rows add up over documents.
    pub fn coverage(&self) -> Coverage {
        self.coverage.unwrap_or_default()
    }

    /// True when it cannot carry `what`: a field or a kind.
    pub fn lacks(&self, what: &str) -> bool {
        self.absent.iter().any(|absent| absent == what)
    }

    /// True when it leaves this column out knowingly: it is named as absent, or what it stands in is (`location.*`).
    pub fn leaves_out(&self, column: &str) -> bool {
        self.absent.iter().any(|absent| match absent.strip_suffix(".*") {
            Some(group) => column.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')),
            None => heading::is(column, &heading::normal(absent)),
        })
    }

    /// Takes over what `base` has and this one does not.
    fn inherit(&mut self, base: &Layout) {
        fn fill<K: Ord + Clone, V: Clone>(own: &mut BTreeMap<K, V>, base: &BTreeMap<K, V>) {
            for (key, value) in base {
                own.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        for (field, names) in &base.columns {
            let own = self.columns.entry(field.clone()).or_insert_with(|| names.clone());
            if !matches!(own, Names::Position(_)) {
                let mut all = own.headings().to_vec();
                all.extend(names.headings().iter().filter(|name| !own.headings().contains(name)).cloned());
                *own = Names::Many(all);
            }
        }
        fill(&mut self.also, &base.also);
        fill(&mut self.constants, &base.constants);
        fill(&mut self.words, &base.words);
        fill(&mut self.sums, &base.sums);
        fill(&mut self.spread, &base.spread);
        fill(&mut self.shared, &base.shared);
        for (own, base) in [
            (&mut self.detect, &base.detect),
            (&mut self.negated, &base.negated),
            (&mut self.tender_columns, &base.tender_columns),
            (&mut self.identity, &base.identity),
            (&mut self.either, &base.either),
            (&mut self.absent, &base.absent),
        ] {
            if own.is_empty() {
                own.clone_from(base);
            }
        }
        self.list = self.list.take().or_else(|| base.list.clone());
        self.decimal = self.decimal.take().or_else(|| base.decimal.clone());
        self.rates = self.rates.or(base.rates);
        self.sign = self.sign.or(base.sign);
        self.coverage = self.coverage.or(base.coverage);
        self.numbering = self.numbering.or(base.numbering);
        self.date_order = self.date_order.or(base.date_order);
        self.prices_include_tax = self.prices_include_tax.or(base.prices_include_tax);
        self.minor_units = self.minor_units.or(base.minor_units);
        self.minor_units_of = self.minor_units_of.take().or_else(|| base.minor_units_of.clone());
        self.total_from_price |= base.total_from_price;
        self.company |= base.company;
        self.own_names |= base.own_names;
    }

    /// Every field it names must be one that its kinds have.
    fn verify(&self) -> Result<(), String> {
        let known = |kind: Kind, field: &str| KEY_FIELDS.contains(&field) || kind.field(field).is_some();
        for field in self.columns.keys() {
            if !known(self.kind, field) {
                return Err(format!("[columns] {field}: rows of kind {} have no such field", self.kind));
            }
        }
        for (kind, fields) in &self.also {
            if let Some(field) = fields.keys().find(|field| !known(*kind, field)) {
                return Err(format!("[also.{kind}] {field}: rows of kind {kind} have no such field"));
            }
        }
        let any = |field: &str| self.kinds().any(|kind| known(kind, field));
        let named = self.constants.keys().chain(self.words.keys()).chain(self.sums.keys()).chain(self.spread.keys());
        if let Some(field) =
            named.chain(self.negated.iter()).chain(self.identity.iter()).chain(self.either.iter()).find(|field| !any(field))
        {
            return Err(format!("{field}: none of its kinds has such a field"));
        }
        if let Some(field) = self.shared.keys().find(|field| !matches!(field.as_str(), "tax_amount" | "line_total")) {
            return Err(format!("[shared] {field}: only tax_amount and line_total are shared"));
        }
        if self.decimal.as_deref().is_some_and(|mark| !matches!(mark, "," | ".")) {
            return Err("decimal: must be \",\" or \".\"".to_owned());
        }
        Ok(())
    }
}

/// The layouts that are known, in order of their names.
#[derive(Debug, Clone, Default)]
pub struct Layouts(Vec<Layout>);

macro_rules! built_in {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("layouts/", $name, ".toml")))),*] };
}

/// The layouts that are built in: name and text. Those that others extend come first.
pub const BUILT_IN: &[(&str, &str)] = built_in![
    "sales",
    "tenders",
    "cash_movements",
    "z_report",
    "z_totals",
    "cash_count",
    "deposits",
    "products",
    "stock",
    "stock_count",
    "goods_in",
    "transfers",
    "stores",
    "drawers",
    "employees",
    "customers",
    "suppliers",
    "tax_rates",
    "calendar",
    "epos4excel_sales",
    "epos4excel_payments",
    "epos4excel_products",
    "epos4excel_stock",
    "register_products",
    "register_purchases",
    "hospitality_transactions",
    "hospitality_locations",
    "hospitality_products",
    "hospitality_employees",
    "square_items",
    "events",
    "events_items",
    "events_stores",
    "zettle",
    "zettle_products",
    "zettle_payments",
    "poslog",
    "poslog_lines",
    "poslog_tenders",
];

impl Layouts {
    /// The layouts that are built in.
    pub fn built_in() -> Self {
        let mut layouts = Layouts::default();
        for (name, text) in BUILT_IN {
            // A test proves that every built-in layout can be read.
            let _ = layouts.add(name, text);
        }
        layouts
    }

    /// Adds a layout, or replaces the one of the same name.
    ///
    /// # Errors
    /// A sentence with key and line when the text is not a layout.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), String> {
        let mut layout: Layout = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if layout.id.is_empty() {
            layout.id = name.to_owned();
        }
        if let Some(base) = &layout.extends {
            let base = self.named(base).ok_or_else(|| format!("extends = \"{base}\": there is no such layout"))?.clone();
            layout.inherit(&base);
        }
        layout.verify()?;
        self.0.retain(|other| other.id != layout.id);
        self.0.push(layout);
        self.0.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.0.iter()
    }

    /// The layout of this name.
    pub fn named(&self, id: &str) -> Option<&Layout> {
        self.0.iter().find(|layout| layout.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_layout_can_be_read() {
        let mut layouts = Layouts::default();
        for (name, text) in BUILT_IN {
            layouts.add(name, text).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
        assert_eq!(layouts.iter().count(), BUILT_IN.len());
    }

    #[test]
    fn a_wrong_layout_is_explained() {
        let mut layouts = Layouts::built_in();
        let unknown = layouts.add("mine", "title = \"x\"\nkind = \"lines\"\n[columns]\nquantty = \"Qty\"\n").unwrap_err();
        assert!(unknown.contains("quantty"), "{unknown}");
        let key = layouts.add("mine", "title = \"x\"\nkind = \"lines\"\ncoverge = \"day\"\n").unwrap_err();
        assert!(key.contains("line 3") && key.contains("coverge"), "{key}");
    }
}
