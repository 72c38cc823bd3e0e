//! Typed rows back to delimited text: every reading step undone, so that what a layout can carry survives the way out and in.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use serde::Serialize;

use super::blocks::{MADE, Reading, batch};
use super::cell::{DateOrder, RateForm};
use super::csv;
use super::heading::normal;
use super::layout::{ANY, KEY_FIELDS, Layout, Layouts, Names, Sign};
use super::row::{TURNED, total_of};
use super::sheets::sheets_as;
use crate::diagnostic::Checked;
use crate::model::{Batch, Block, Document, Key, Kind, Limits, SaleKind, Scalar as _, Store, Type, Value};

/// One record on its way out: whose it is, its row in the document it came from, and its values in field order.
struct Out<'a> {
    key: &'a Key,
    row: u32,
    values: Vec<Value<'a>>,
}

impl<'a> Out<'a> {
    fn value(&self, kind: Kind, field: &str) -> &Value<'a> {
        kind.field(field).and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }
}

/// Every record of `kind`, in the order of the document.
fn records<'a>(batches: &[&'a Batch], kind: Kind) -> Vec<Out<'a>> {
    let mut all = Vec::new();
    for batch in batches {
        batch.content.visit(kind, &mut |row, values| all.push(Out { key: &batch.key, row, values }));
    }
    all.sort_by_key(|out| out.row);
    all
}

/// A column of the file: its heading and what its cells are made of.
struct Column {
    heading: String,
    feeds: Vec<Feed>,
}

/// What a cell can be made of; the first that has something to say says it.
#[derive(Clone, Copy, PartialEq)]
enum Feed {
    /// A key field.
    Key(&'static str),
    /// A field of a kind, by position.
    Field(Kind, usize),
    /// One tender's amount, by position among the layout's tender columns.
    Tender(usize),
    /// The line items, joined.
    List,
}

/// The rows of `batches` that belong to `layout`, as that layout's till program would write them: headings, then rows in the order
/// of the document they came from. What the layout has no column for is left out; numbers that reading made up are too.
/// In a list without quotes a comma inside a name becomes a blank.
///
/// ```
/// use epos_core::format::{Layouts, write};
/// use epos_core::model::{Batch, Content, Key, Money, Tender};
///
/// let (friday, layouts) = ("2026-11-20".parse()?, Layouts::built_in());
/// let paid = Tender { number: "201".into(), date: friday, tender: "Cash".into(), amount: Money::cents(350), ..Tender::default() };
/// let batch = Batch {
///     key: Key { store: "LW".into(), till: "1".into(), trading_day: friday },
///     content: Content { tenders: vec![paid.into()], ..Content::default() },
/// };
/// let text = String::from_utf8(write([&batch], layouts.named("tenders").ok_or("built in")?))?;
/// let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
/// let amount = rows[0].iter().position(|heading| *heading == "amount").ok_or("no such column")?;
/// assert_eq!((rows.len(), rows[1][amount].parse()), (2, Ok(Money::cents(350))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write<'a>(batches: impl IntoIterator<Item = &'a Batch>, layout: &Layout) -> Vec<u8> {
    let batches: Vec<&Batch> = batches.into_iter().collect();
    let main = records(&batches, layout.kind);
    let columns = columns(layout, &main);
    let further: Vec<(Kind, Joined<'_>)> =
        layout.kinds().skip(1).map(|kind| (kind, Joined::new(records(&batches, kind), kind))).collect();
    let heading = (!layout.is_bare()).then(|| columns.iter().map(|column| csv::escaped(&column.heading)).collect());
    let rows = main.iter().map(|out| {
        let beside: Vec<(Kind, Vec<&Out<'_>>)> =
            further.iter().map(|(kind, joined)| (*kind, joined.of(out, layout.kind))).collect();
        let row = Writer { layout, out, beside: &beside, turned: is_turned(layout, out) };
        columns.iter().flat_map(|column| row.cells(column)).collect::<Vec<String>>()
    });
    let delimiter = layout.delimiter().unwrap_or(if layout.decimal.as_deref() == Some(",") { b';' } else { b',' });
    csv::text(heading.into_iter().chain(rows), delimiter)
}

/// Records of a further kind, found by the main record they stand in one row with.
struct Joined<'a> {
    records: Vec<Out<'a>>,
    by_row: HashMap<u32, Vec<usize>>,
    /// For records that were not read from a file.
    by_number: HashMap<(&'a Key, String), Vec<usize>>,
}

impl<'a> Joined<'a> {
    fn new(records: Vec<Out<'a>>, kind: Kind) -> Self {
        let (mut by_row, mut by_number) = (HashMap::<u32, Vec<usize>>::new(), HashMap::<(&Key, String), Vec<usize>>::new());
        for (at, out) in records.iter().enumerate() {
            if out.row > 0 {
                by_row.entry(out.row).or_default().push(at);
            } else {
                by_number.entry((out.key, out.value(kind, "number").to_string())).or_default().push(at);
            }
        }
        Joined { records, by_row, by_number }
    }

    fn of(&self, main: &Out<'a>, kind: Kind) -> Vec<&Out<'a>> {
        let found = if main.row > 0 {
            self.by_row.get(&main.row)
        } else {
            self.by_number.get(&(main.key, main.value(kind, "number").to_string()))
        };
        found.into_iter().flatten().filter_map(|&at| self.records.get(at)).collect()
    }
}

/// The columns that a file of this layout has. A column is the first heading of a field; a field without one is not written.
fn columns(layout: &Layout, main: &[Out<'_>]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut positions: BTreeMap<usize, Column> = BTreeMap::new();
    let mut add = |names: Option<&Names>, own: Option<&str>, feed: Feed| {
        if let Some(Names::Position(position)) = names {
            let column =
                positions.entry(*position as usize).or_insert_with(|| Column { heading: String::new(), feeds: Vec::new() });
            column.feeds.push(feed);
            return;
        }
        let Some(heading) = names.and_then(|names| names.headings().first().map(String::as_str)).or(own) else { return };
        match columns.iter_mut().find(|column| normal(&column.heading) == normal(heading)) {
            Some(column) => column.feeds.push(feed),
            None => columns.push(Column { heading: heading.to_owned(), feeds: vec![feed] }),
        }
    };
    let kind = layout.kind;
    for name in KEY_FIELDS {
        let wanted = match name {
            "store" => !layout.company,
            // A blank till is a fault where there is a column for it.
            "till" => main.is_empty() || main.iter().any(|out| !out.key.till.is_empty()),
            "trading_day" => layout.columns.contains_key(name),
            // A date and a time of their own say more than both in one cell.
            "timestamp" => !has(layout, "date"),
            name => kind.field(name).is_some(),
        };
        if wanted {
            let own = layout.own_names && kind.field(name).is_some();
            add(layout.columns.get(name), own.then_some(name), Feed::Key(name));
        }
    }
    let unnumbered = main.iter().all(|out| is_made_up(out.value(kind, "number")));
    for (at, field) in kind.fields().iter().enumerate() {
        // Reading makes numbers up only where there is no column for them.
        if KEY_FIELDS.contains(&field.name) || (field.name == "number" && unnumbered && field.required && !main.is_empty()) {
            continue;
        }
        // A field made of any word of another's column is not written into it.
        let same = |other: (&String, &Names)| other.0 != field.name && Some(other.1) == layout.columns.get(field.name);
        if layout.words.get(field.name).is_some_and(|words| words.contains_key(ANY)) && layout.columns.iter().any(same) {
            continue;
        }
        let spread = layout.spread.get(field.name).and_then(|names| names.headings().first()).map(String::as_str);
        add(layout.columns.get(field.name), layout.own_names.then_some(field.name).or(spread), Feed::Field(kind, at));
    }
    for (kind, fields) in &layout.also {
        for (at, field) in kind.fields().iter().enumerate() {
            if let Some(names) = fields.get(field.name) {
                add(Some(names), None, Feed::Field(*kind, at));
            }
        }
    }
    for (at, heading) in layout.tender_columns.iter().enumerate() {
        add(None, Some(heading), Feed::Tender(at));
    }
    if let Some(list) = &layout.list {
        add(None, Some(list), Feed::List);
    }
    if let Some(&width) = positions.keys().next_back() {
        return (1..=width)
            .map(|at| positions.remove(&at).unwrap_or(Column { heading: String::new(), feeds: Vec::new() }))
            .collect();
    }
    // The list takes what is too much in a row, so it may stand anywhere but the till's order is kept: before the totals.
    if let Some(list) = columns.iter().position(|column| column.feeds.contains(&Feed::List))
        && list > 0
    {
        let column = columns.remove(list);
        columns.insert(list - 1, column);
    }
    columns
}

fn has(layout: &Layout, field: &str) -> bool {
    layout.columns.contains_key(field) || (layout.own_names && layout.kind.field(field).is_some())
}

fn is_made_up(number: &Value<'_>) -> bool {
    matches!(number, Value::Text(text) if text.starts_with(MADE))
}

/// Was this refund written positive, its sign coming from its kind?
fn is_turned(layout: &Layout, out: &Out<'_>) -> bool {
    let kind = layout.kind;
    let negative = matches!(out.value(kind, total_of(kind)), Value::Decimal(total) if total.is_sign_negative() && !total.is_zero());
    layout.sign == Some(Sign::FromKind) && *out.value(kind, "kind") == SaleKind::Refund.value() && negative
}

/// Writes one row.
struct Writer<'w> {
    layout: &'w Layout,
    out: &'w Out<'w>,
    beside: &'w [(Kind, Vec<&'w Out<'w>>)],
    turned: bool,
}

impl Writer<'_> {
    /// A column's cells: one, but for a list.
    fn cells(&self, column: &Column) -> Vec<String> {
        if column.feeds.contains(&Feed::List) {
            return self.list();
        }
        vec![column.feeds.iter().map(|feed| self.cell(*feed)).find(|cell| !cell.is_empty()).unwrap_or_default()]
    }

    fn cell(&self, feed: Feed) -> String {
        match feed {
            Feed::Key(name) => self.key(name),
            Feed::Field(kind, at) if kind == self.layout.kind => self.field(kind, at, self.out),
            Feed::Field(kind, at) => self.records(kind).first().map(|out| self.field(kind, at, out)).unwrap_or_default(),
            Feed::Tender(at) => self.tender(at),
            Feed::List => String::new(),
        }
    }

    fn records(&self, kind: Kind) -> &[&Out<'_>] {
        self.beside.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, records)| records.as_slice())
    }

    fn key(&self, name: &str) -> String {
        let (out, kind) = (self.out, self.layout.kind);
        let date = match out.value(kind, "date") {
            Value::Date(date) => *date,
            _ => out.key.trading_day,
        };
        let time = match out.value(kind, "time") {
            Value::Time(time) => Some(*time),
            _ => None,
        };
        match name {
            "store" => csv::escaped(&self.word(name, &out.key.store)),
            "till" => csv::escaped(&self.word(name, &out.key.till)),
            "date" => self.date(date),
            "time" => time.map(clock).unwrap_or_default(),
            "timestamp" => self.moment(date, time),
            _ => self.date(out.key.trading_day),
        }
    }

    fn field(&self, kind: Kind, at: usize, out: &Out<'_>) -> String {
        let (Some(field), Some(value)) = (kind.fields().get(at), out.values.get(at)) else { return String::new() };
        match value {
            Value::Null => String::new(),
            Value::Text(_) if field.name == "number" && is_made_up(value) => String::new(),
            Value::Text(text) => csv::escaped(&self.word(field.name, text)),
            Value::Decimal(number) => self.number(kind, field.name, field.kind, *number),
            Value::Date(date) => self.date(*date),
            Value::Time(time) => clock(*time),
            Value::DateTime(moment) => self.moment(moment.date(), Some(moment.time())),
            Value::Integer(_) | Value::Bool(_) => self.word(field.name, &value.to_string()),
        }
    }

    /// Our word in the file's words.
    fn word(&self, field: &str, ours: &str) -> String {
        let words = self.layout.words.get(field).into_iter().flatten();
        words
            .into_iter()
            .find(|(theirs, word)| *word == ours && *theirs != ANY)
            .map_or_else(|| ours.to_owned(), |(theirs, _)| theirs.clone())
    }

    fn number(&self, kind: Kind, field: &str, of: Type, mut number: Decimal) -> String {
        let goes_out = match kind {
            Kind::Tenders => field == "amount",
            Kind::Headers | Kind::Lines => TURNED.contains(&field) || field == total_of(kind),
            _ => false,
        };
        if self.turned && goes_out && number.is_sign_negative() {
            number = -number;
        }
        if self.layout.negated.iter().any(|negated| negated == field) {
            number = -number;
        }
        if of == Type::Rate && self.layout.rates == Some(RateForm::Fraction) {
            number /= Decimal::ONE_HUNDRED;
        }
        let text = Value::Decimal(number).to_string();
        if self.layout.decimal.as_deref() == Some(",") { text.replace('.', ",") } else { text }
    }

    fn date(&self, date: NaiveDate) -> String {
        let form = match self.layout.date_order {
            Some(DateOrder::Dmy) => "%d/%m/%Y",
            Some(DateOrder::Mdy) => "%m/%d/%Y",
            Some(DateOrder::Ymd) | None => "%Y-%m-%d",
        };
        date.format(form).to_string()
    }

    fn moment(&self, date: NaiveDate, time: Option<NaiveTime>) -> String {
        let between = if matches!(self.layout.date_order, Some(DateOrder::Dmy | DateOrder::Mdy)) { ' ' } else { 'T' };
        match time {
            Some(time) => format!("{}{between}{}", self.date(date), clock(time)),
            None => self.date(date),
        }
    }

    fn tender(&self, at: usize) -> String {
        let Some(heading) = self.layout.tender_columns.get(at) else { return String::new() };
        let is_it = |out: &&&Out<'_>| matches!(out.value(Kind::Tenders, "tender"), Value::Text(tender) if normal(tender) == normal(heading));
        match self.records(Kind::Tenders).iter().find(is_it).map(|out| out.value(Kind::Tenders, "amount")) {
            Some(Value::Decimal(amount)) => self.number(Kind::Tenders, "amount", Type::Money, *amount),
            _ => String::new(),
        }
    }

    /// Line items as the register writes them: `apple`, `banana:3`, without quotes around the whole, so each is a cell of its own.
    fn list(&self) -> Vec<String> {
        let item = |out: &&Out<'_>| {
            let code = out.value(Kind::Lines, "item_code");
            let name = if code.is_null() { out.value(Kind::Lines, "description") } else { code };
            let name = name.to_string().replace(',', " ");
            match out.value(Kind::Lines, "quantity") {
                Value::Decimal(quantity) if *quantity == Decimal::ONE && !name.contains(':') => csv::escaped(&name),
                quantity => csv::escaped(&format!("{name}:{quantity}")),
            }
        };
        let items: Vec<String> = self.records(Kind::Lines).iter().map(item).collect();
        if items.is_empty() { vec![String::new()] } else { items }
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}

/// What became of one sheet that was read, written and read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trip {
    /// The layout it was read and written under.
    pub layout: String,
    /// Rows of the layout's own kind.
    pub rows: usize,
    /// What was not the same afterwards and that the layout does not name as `absent`: `lines.donor`; a whole kind when rows are missing.
    pub lost: Vec<String>,
}

/// Reads a document, writes each of its sheets under its layout and reads that again: proves that a layout loses nothing it does not
/// say it loses. The findings are those of the first reading.
///
/// ```
/// use epos_core::format::{Layouts, Reading, round_trip};
/// use epos_core::model::{Document, Limits};
///
/// let document = Document::new("payments.csv", &b"Shop,Till,Date,Receipt,Tender,Amount\nLW,1,2026-11-20,201,Cash,3.50\n"[..]);
/// let (layouts, limits) = (Layouts::built_in(), Limits::default());
/// let trips = round_trip(&document, &layouts, &Reading::default(), &Default::default(), &limits).value;
/// assert_eq!((trips[0].layout.as_str(), trips[0].rows), ("tenders", 1));
/// assert_eq!(trips[0].lost, [""; 0], "written and read again, nothing has changed");
/// ```
pub fn round_trip(
    document: &Document,
    layouts: &Layouts,
    reading: &Reading,
    stores: &BTreeMap<String, Store>,
    limits: &Limits,
) -> Checked<Vec<Trip>> {
    let mut found = Vec::new();
    let read = |document: &Document, named: Option<&Layout>, reading: &Reading, found: &mut Vec<_>| {
        let sheets = sheets_as(document, named, limits).into_value(found);
        batch(document, sheets, layouts, reading, stores, limits).into_value(found)
    };
    let named = reading.layout.as_deref().and_then(|id| layouts.named(id));
    let blocks = read(document, named, reading, &mut found);
    let mut trips = Vec::new();
    for blocks in blocks.chunk_by(|a, b| a.origin.sheet == b.origin.sheet) {
        let Some(layout) = blocks.first().and_then(|block| layouts.named(&block.origin.layout)) else { continue };
        let stem = document.name.rsplit_once('.').map_or(document.name.as_str(), |(stem, _)| stem);
        let written = Document::new(&format!("{stem}.csv"), write(batches(blocks), layout));
        let again = Reading { layout: Some(layout.id.clone()), ..reading.clone() };
        // What is written is UTF-8 whatever the till writes.
        let again = read(&written, None, &again, &mut Vec::new());
        let rows = batches(blocks).map(|batch| batch.content.count(layout.kind)).sum();
        trips.push(Trip { layout: layout.id.clone(), rows, lost: lost(layout, batches(blocks), batches(&again)) });
    }
    Checked::with(trips, found)
}

pub(super) fn batches(blocks: &[Block]) -> impl Iterator<Item = &Batch> {
    blocks.iter().flat_map(|block| &block.batches)
}

/// What differs between two readings, but for what the layout says it cannot carry.
pub(super) fn lost<'a>(
    layout: &Layout,
    before: impl Iterator<Item = &'a Batch>,
    after: impl Iterator<Item = &'a Batch>,
) -> Vec<String> {
    let (before, after): (Vec<&Batch>, Vec<&Batch>) = (before.collect(), after.collect());
    let mut lost = Vec::new();
    for kind in layout.kinds().filter(|kind| !layout.lacks(kind.word())) {
        differences(layout, kind, &records(&before, kind), &records(&after, kind), &mut lost);
    }
    lost
}

fn differences(layout: &Layout, kind: Kind, before: &[Out<'_>], after: &[Out<'_>], lost: &mut Vec<String>) {
    if before.len() != after.len() {
        lost.push(kind.word().to_owned());
        return;
    }
    let mut say = |name: &str, differs: bool| {
        let name = format!("{kind}.{name}");
        if differs && !lost.contains(&name) {
            lost.push(name);
        }
    };
    for (before, after) in before.iter().zip(after) {
        say("store", before.key.store != after.key.store);
        say("till", before.key.till != after.key.till);
        say("trading_day", before.key.trading_day != after.key.trading_day);
        for (at, field) in kind.fields().iter().enumerate() {
            say(field.name, !layout.lacks(field.name) && before.values.get(at) != after.values.get(at));
        }
    }
}
