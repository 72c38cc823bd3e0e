//! Layouts: how one till program writes a file, as text. A new till is a new text file, not code.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use chrono::NaiveTime;
use serde::Deserialize;

use super::cell::{DateOrder, RateForm};
use super::{csv, heading, name};
use crate::model::{Banked, Class, Coverage, Kind, Numbering, SaleKind, is_zone};

/// Names of the columns that say whose a row is; every layout may have them beside its kind's fields.
pub const KEY_FIELDS: [&str; 7] = ["store", "till", "date", "time", "timestamp", "trading_day", "time_zone"];

/// In a list of the file's words: any other word, but not a blank cell.
pub(super) const ANY: &str = "*";

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
    /// A value for a field that has no column, or whose cell is blank; `deposits.kind` for the field of one kind only.
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
    /// Heading prefix of columns that are summed into a field, `tax = "tax_"`, or a list of their headings.
    #[serde(default)]
    pub spread: BTreeMap<String, Names>,
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
    /// Where such a column's tender has a name of its own: the heading of the column that names it.
    #[serde(default)]
    pub tender_names: BTreeMap<String, String>,
    /// On which rows tenders stand, where rows of another kind feed them.
    #[serde(default)]
    pub tenders_on: Option<TendersOn>,
    /// The heading of the one column that may hold several cells: a list written without quotes.
    #[serde(default)]
    pub list: Option<String>,
    /// Fields or headings whose cells stand on the first line of a transaction only: its later lines take them over.
    #[serde(default)]
    pub carried: Vec<String>,
    /// Headings to look into, in this order, for a field whose own cell is blank.
    #[serde(default)]
    pub otherwise: BTreeMap<String, Vec<String>>,
    /// Lines that a transaction has beside those of its rows: shipping, a discount on the whole, tax on the whole.
    #[serde(default)]
    pub more_lines: Vec<MoreLine>,
    /// What tells a transaction that was taken back.
    #[serde(default)]
    pub void: Option<Void>,
    /// True when nothing but the store's tax mode says whether the column of `line_net` holds the tax: where prices include it, it is
    /// the line's total, else tax comes on top. While nobody says which, rows with tax wait.
    #[serde(default)]
    pub net_by_tax_mode: bool,
    /// Headings of amounts that no field takes: where one is not zero, it is said.
    #[serde(default)]
    pub watched: Vec<String>,
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
    /// What stands between cells: one character, or `tab`; found in the text when absent.
    #[serde(default)]
    pub delimiter: Option<String>,
    /// The text's encoding by its usual name (`utf-8`, `windows-1252`, `iso-8859-15`); found in the bytes when absent.
    #[serde(default)]
    pub encoding: Option<String>,
    /// Where the heading stands, within the first 50 rows; found by its words when absent.
    #[serde(default)]
    pub header: Option<HeadingRow>,
    /// What file names say, without their ending: `{store}`, `{till}`, `{date}`, `{from}`, `{to}` (the last day), `{until}` (the day
    /// after it), `{time}`, `{any}`, and letters that stand for themselves.
    #[serde(default)]
    pub file_names: Vec<String>,
    /// IANA time zones by the vendor's names for them.
    #[serde(default)]
    pub time_zones: BTreeMap<String, String>,
    /// When trading days end, after midnight; used where the store does not say.
    #[serde(default)]
    pub trading_day_cutoff: Option<NaiveTime>,
    /// What `banked` on a Z-report means; used where the store does not say.
    #[serde(default)]
    pub banked: Option<Banked>,
    /// False when `counted` leaves the opening float out.
    #[serde(default)]
    pub count_includes_float: Option<bool>,
    /// How cash given out on a card payment is written.
    #[serde(default)]
    pub cash_back: Option<CashBack>,
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
    ///
    /// ```
    /// use epos_core::format::Names;
    ///
    /// assert_eq!(Names::Many(vec!["till".into(), "register".into()]).headings(), ["till", "register"]);
    /// assert_eq!(Names::Position(3).headings(), [""; 0], "a column told by its position has none");
    /// ```
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

/// On which rows tenders stand, where rows of another kind feed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TendersOn {
    /// Every row says how it was paid.
    #[default]
    EveryLine,
    /// Only a transaction's first row counts, whether the others repeat it or are blank.
    FirstLine,
    /// A row that names a tender is a tender and nothing else.
    OwnRows,
}

/// Where the heading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum HeadingRow {
    /// In this row, counted from 1 as a person sees it.
    Row(u32),
    /// As the word says.
    Word(HeadingWord),
}

/// Where the heading stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadingWord {
    /// Wherever its words are found.
    Auto,
    /// Nowhere: columns are told by position.
    None,
}

/// How cash given out on a card payment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashBack {
    /// As a cash tender below zero.
    AsNegativeCash,
    /// In a column `cash_back` of the tender that it was charged to, whose amount includes it.
    AsColumn,
}

/// A line that a transaction has beside those of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoreLine {
    /// What it is called.
    pub description: String,
    /// The heading of its amount, on the transaction's first row; none when zero.
    pub amount: String,
    /// Its kind, in our word.
    #[serde(default)]
    pub kind: Option<String>,
    /// Its class, in our word.
    #[serde(default)]
    pub class: Option<String>,
    /// True when the amount is tax on the whole transaction.
    #[serde(default)]
    pub tax: bool,
    /// True when the file writes money off as a positive amount.
    #[serde(default)]
    pub negated: bool,
    /// Headings: the line is there only where the first one's amount is the sum of the others'.
    #[serde(default)]
    pub when: Vec<String>,
}

/// What tells a transaction that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The heading.
    pub column: String,
    /// The words in it that mean so, in lower case; any when empty.
    #[serde(default)]
    pub words: Vec<String>,
}

fn one() -> u32 {
    1
}

impl Layout {
    /// Everything by which it knows a heading, as it is written in the layout.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.values().chain(self.also.values().flat_map(BTreeMap::values)).chain(self.spread.values());
        let fields = self.kind.fields().iter().map(|field| field.name).chain(KEY_FIELDS);
        let shared = self.shared.values().flat_map(|figure| std::iter::once(&figure.of).chain(&figure.when));
        let alone = [&self.detect, &self.tender_columns, &self.carried].into_iter().flatten();
        let alone = alone.chain(&self.list).chain(&self.minor_units_of).chain(shared);
        let own = fields.filter(|_| self.own_names);
        columns
            .flat_map(Names::headings)
            .map(String::as_str)
            .chain(alone.map(String::as_str))
            .chain(self.further_headings())
            .chain(own)
    }

    /// Does the (normalised) heading belong to `field` of `kind`?
    ///
    /// ```
    /// use epos_core::format::Layouts;
    /// use epos_core::model::Kind;
    ///
    /// let layouts = Layouts::built_in();
    /// let sales = layouts.named("sales").ok_or("built in")?;
    /// assert!(sales.binds(Kind::Lines, "quantity", "qty"));
    /// assert!(!sales.binds(Kind::Lines, "quantity", "price"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn binds(&self, kind: Kind, field: &str, heading: &str) -> bool {
        self.binding(kind, field)(heading)
    }

    /// [`Layout::binds`] for all headings of a row: what the field is called is looked up once.
    pub(super) fn binding<'l>(&'l self, kind: Kind, field: &'l str) -> impl Fn(&str) -> bool + use<'l> {
        let names =
            if kind == self.kind { self.columns.get(field) } else { self.also.get(&kind).and_then(|fields| fields.get(field)) };
        let own_name = self.own_names && kind == self.kind && kind.field(field).is_some();
        move |heading| names.is_some_and(|names| names.matches(heading)) || (own_name && heading::is(field, heading))
    }

    /// The kinds that its rows feed, its own first.
    ///
    /// ```
    /// use epos_core::format::Layouts;
    /// use epos_core::model::Kind;
    ///
    /// let layouts = Layouts::built_in();
    /// let receipts = layouts.named("square_transactions").ok_or("built in")?;
    /// assert_eq!(receipts.kinds().collect::<Vec<_>>(), [Kind::Headers, Kind::Deposits, Kind::Tenders]);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let tenders = (!self.tender_columns.is_empty() && !self.also.contains_key(&Kind::Tenders)).then_some(Kind::Tenders);
        std::iter::once(self.kind).chain(self.also.keys().copied()).chain(tenders)
    }

    /// The value of a field that has no column, or whose cell is blank.
    pub(super) fn constant(&self, kind: Kind, field: &str) -> Option<&str> {
        let of_kind = self.constants.iter().find(|(name, _)| name.split_once('.') == Some((kind.word(), field)));
        of_kind.map(|(_, value)| value).or_else(|| self.constants.get(field)).map(String::as_str)
    }

    /// Headings that it looks into beside those of its fields.
    pub(super) fn further_headings(&self) -> impl Iterator<Item = &str> {
        let more = self.more_lines.iter().flat_map(|line| std::iter::once(&line.amount).chain(&line.when));
        let void = self.void.iter().map(|void| &void.column);
        let named = self.tender_names.values().chain(self.otherwise.values().flatten());
        more.chain(void).chain(named).chain(&self.watched).map(String::as_str)
    }

    /// The delimiter it names.
    pub(super) fn delimiter(&self) -> Option<u8> {
        match self.delimiter.as_deref()? {
            "tab" => Some(b'\t'),
            one => one.as_bytes().first().copied().filter(|byte| one.len() == 1 && byte.is_ascii()),
        }
    }

    /// True when columns are told by position.
    pub(crate) fn is_bare(&self) -> bool {
        self.header == Some(HeadingRow::Word(HeadingWord::None))
            || (self.header.is_none() && self.columns.values().any(|names| matches!(names, Names::Position(_))))
    }

    /// How rows add up over documents.
    ///
    /// ```
    /// use epos_core::format::Layouts;
    /// use epos_core::model::Coverage;
    ///
    /// let layouts = Layouts::built_in();
    /// let of = |id| layouts.named(id).map(|layout| layout.coverage());
    /// assert_eq!(of("sales"), Some(Coverage::Day), "the same till and day again is a correction");
    /// assert_eq!(of("products"), Some(Coverage::Snapshot));
    /// ```
    pub fn coverage(&self) -> Coverage {
        self.coverage.unwrap_or_default()
    }

    /// True when it cannot carry `what`: a field or a kind.
    ///
    /// ```
    /// use epos_core::format::Layouts;
    ///
    /// let mut layouts = Layouts::default();
    /// let text = "title = \"Totals\"\nkind = \"headers\"\nabsent = [\"lines\", \"tax\"]\n[columns]\ntotal = \"Total\"\n";
    /// layouts.add("totals", text)?;
    /// let totals = layouts.named("totals").ok_or("just added")?;
    /// assert!(totals.lacks("lines"));
    /// assert!(!totals.lacks("tenders"));
    /// # Ok::<(), String>(())
    /// ```
    pub fn lacks(&self, what: &str) -> bool {
        self.absent.iter().any(|absent| absent == what)
    }

    /// True when it leaves this column out knowingly: it is named as absent, or what it stands in is (`location.*`).
    ///
    /// ```
    /// use epos_core::format::Layouts;
    ///
    /// let mut layouts = Layouts::default();
    /// layouts.add("ours", "title = \"Ours\"\nkind = \"headers\"\nabsent = [\"location.*\"]\n[columns]\ntotal = \"Total\"\n")?;
    /// let ours = layouts.named("ours").ok_or("just added")?;
    /// assert!(ours.leaves_out("location.address"));
    /// assert!(!ours.leaves_out("locations"));
    /// # Ok::<(), String>(())
    /// ```
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
        fill(&mut self.tender_names, &base.tender_names);
        fill(&mut self.otherwise, &base.otherwise);
        fill(&mut self.time_zones, &base.time_zones);
        fill(&mut self.shared, &base.shared);
        for (own, base) in [
            (&mut self.detect, &base.detect),
            (&mut self.negated, &base.negated),
            (&mut self.tender_columns, &base.tender_columns),
            (&mut self.identity, &base.identity),
            (&mut self.either, &base.either),
            (&mut self.absent, &base.absent),
            (&mut self.carried, &base.carried),
            (&mut self.watched, &base.watched),
            (&mut self.file_names, &base.file_names),
        ] {
            if own.is_empty() {
                own.clone_from(base);
            }
        }
        if self.more_lines.is_empty() {
            self.more_lines.clone_from(&base.more_lines);
        }
        self.void = self.void.take().or_else(|| base.void.clone());
        self.delimiter = self.delimiter.take().or_else(|| base.delimiter.clone());
        self.encoding = self.encoding.take().or_else(|| base.encoding.clone());
        self.header = self.header.or(base.header);
        self.tenders_on = self.tenders_on.or(base.tenders_on);
        self.net_by_tax_mode |= base.net_by_tax_mode;
        self.trading_day_cutoff = self.trading_day_cutoff.or(base.trading_day_cutoff);
        self.banked = self.banked.or(base.banked);
        self.count_includes_float = self.count_includes_float.or(base.count_includes_float);
        self.cash_back = self.cash_back.or(base.cash_back);
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
        let cash_back = |kind, field: &str| kind == Kind::Tenders && field == "cash_back";
        let known = |kind: Kind, field: &str| KEY_FIELDS.contains(&field) || kind.field(field).is_some() || cash_back(kind, field);
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
        let any = |field: &str| match field.split_once('.') {
            Some((word, field)) => self.kinds().any(|kind| kind.word() == word && known(kind, field)),
            None => self.kinds().any(|kind| known(kind, field)),
        };
        let named = self.constants.keys().chain(self.words.keys()).chain(self.sums.keys()).chain(self.spread.keys());
        let named = named.chain(self.negated.iter()).chain(self.identity.iter()).chain(self.otherwise.keys()).chain(&self.either);
        if let Some(field) = named.into_iter().find(|field| !any(field)) {
            return Err(format!("{field}: none of its kinds has such a field"));
        }
        if self.delimiter.is_some() && self.delimiter().is_none() {
            return Err("delimiter: must be one character, or \"tab\"".to_owned());
        }
        if let Some(encoding) = self.encoding.as_deref().filter(|encoding| !csv::is_encoding(encoding)) {
            return Err(format!("encoding: `{encoding}` is no encoding that is known"));
        }
        if self.header == Some(HeadingRow::Row(0)) {
            return Err("header: rows are counted from 1; write \"none\" for a file without headings".to_owned());
        }
        if let Some((vendor, zone)) = self.time_zones.iter().find(|(_, zone)| !is_zone(zone)) {
            return Err(format!("[time_zones] {vendor}: `{zone}` is no IANA time zone"));
        }
        if let Some(why) = self.file_names.iter().find_map(|pattern| name::wrong(pattern)) {
            return Err(format!("file_names: {why}"));
        }
        for line in &self.more_lines {
            let word = |of: &Option<String>, words: &[&str]| of.as_deref().is_none_or(|word| words.contains(&word));
            if !word(&line.kind, SaleKind::WORDS) || !word(&line.class, Class::WORDS) {
                return Err(format!("more_lines: {}: its kind or class is none of ours", line.description));
            }
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
pub struct Layouts {
    all: Vec<Layout>,
    /// Their headings, once they are asked for.
    vocabulary: OnceLock<Vocabulary>,
}

/// The headings that layouts know, in normal form.
#[derive(Debug, Clone, Default)]
struct Vocabulary {
    /// The first words of all.
    first_words: HashSet<String>,
    /// Which layouts know a heading, by their place.
    whole: HashMap<String, Vec<usize>>,
    /// What a heading begins with, and the layout that sums such columns.
    beginnings: Vec<(String, usize)>,
}

impl Vocabulary {
    fn of(layouts: &[Layout]) -> Self {
        let mut of = Vocabulary::default();
        for (at, layout) in layouts.iter().enumerate() {
            for heading in layout.headings().map(heading::normal) {
                of.first_words.extend(first_word(&heading).map(str::to_owned));
                let known = of.whole.entry(heading).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
            of.beginnings.extend(layout.spread.values().filter_map(|names| match names {
                Names::One(prefix) => Some((heading::normal(prefix), at)),
                _ => None,
            }));
        }
        of
    }
}

fn first_word(normal_heading: &str) -> Option<&str> {
    normal_heading.split(' ').next().filter(|word| !word.is_empty())
}

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
    "square_transactions",
    "shopify_orders",
    "loyverse_receipts",
    "loyverse_items",
    "sumup_sales",
    "proepos_stock",
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
    ///
    /// ```
    /// use epos_core::format::{BUILT_IN, Layouts};
    ///
    /// let layouts = Layouts::built_in();
    /// assert_eq!(layouts.iter().count(), BUILT_IN.len());
    /// assert!(layouts.named("sales").is_some());
    /// ```
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
    ///
    /// ```
    /// use epos_core::format::Layouts;
    ///
    /// let mut layouts = Layouts::built_in();
    /// layouts.add("ours", "title = \"Our till\"\nkind = \"lines\"\nextends = \"sales\"\n[columns]\nquantity = \"Stück\"\n")?;
    /// let ours = layouts.named("ours").ok_or("just added")?;
    /// assert_eq!(ours.columns["quantity"].headings().first().map(String::as_str), Some("Stück"));
    ///
    /// let wrong = layouts.add("ours", "title = \"Our till\"\nkind = \"lines\"\ncoverge = \"day\"\n").unwrap_err();
    /// assert!(wrong.contains("line 3") && wrong.contains("coverge"));
    /// # Ok::<(), String>(())
    /// ```
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
        self.all.retain(|other| other.id != layout.id);
        self.all.push(layout);
        self.all.sort_by(|a, b| a.id.cmp(&b.id));
        self.vocabulary = OnceLock::new();
        Ok(())
    }

    /// All of them.
    ///
    /// ```
    /// use epos_core::format::Layouts;
    /// use epos_core::model::Kind;
    ///
    /// let layouts = Layouts::built_in();
    /// let of_suppliers: Vec<&str> =
    ///     layouts.iter().filter(|layout| layout.kind == Kind::Suppliers).map(|layout| layout.id.as_str()).collect();
    /// assert_eq!(of_suppliers, ["suppliers"]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.all.iter()
    }

    /// The layout of this name.
    ///
    /// ```
    /// use epos_core::format::Layouts;
    /// use epos_core::model::Kind;
    ///
    /// let layouts = Layouts::built_in();
    /// assert_eq!(layouts.named("deposits").map(|layout| layout.kind), Some(Kind::Deposits));
    /// assert!(layouts.named("deposit slips").is_none());
    /// ```
    pub fn named(&self, id: &str) -> Option<&Layout> {
        self.all.iter().find(|layout| layout.id == id)
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::of(&self.all))
    }

    /// Does some layout know a heading that begins with the same word?
    pub(super) fn may_know(&self, heading: &str) -> bool {
        first_word(&heading::normal(heading)).is_some_and(|word| self.vocabulary().first_words.contains(word))
    }

    /// How many of these headings each layout knows, in the order of [`Layouts::iter`]: it cannot bind more of them.
    pub(super) fn known(&self, headings: &[String]) -> Vec<usize> {
        let vocabulary = self.vocabulary();
        let mut known = vec![0; self.all.len()];
        for heading in headings.iter().map(|heading| heading::normal(heading)).filter(|heading| !heading.is_empty()) {
            let whole = vocabulary.whole.get(&heading).map(Vec::as_slice).unwrap_or_default();
            let begun = vocabulary.beginnings.iter().filter(|(prefix, _)| heading::begins(&heading, prefix)).map(|(_, at)| at);
            let who: BTreeSet<&usize> = whole.iter().chain(begun).collect();
            who.into_iter().for_each(|&at| known[at] += 1);
        }
        known
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
