//! Located text cells to typed [`Block`]s.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use chrono::{NaiveDate, NaiveTime};

use super::bind::{self, Bound, Source};
use super::cell::{self, DateOrder, Style};
use super::csv::TextRows;
use super::heading::normal;
use super::layout::{KEY_FIELDS, Layout, Layouts};
use super::name;
use super::row::{self, Draft, Found, Occurrences, Reader, RowKey};
use super::shared::Shares;
use super::sheets::Sheets;
use super::transaction::Carry;
use crate::diagnostic::*;
use crate::model::{
    At, Batch, Block, Column, Content, Document, Hash, Key, Kind, Limits, Origin, RejectedRow, Scalar, Sheet, SheetRow, Side,
    Store, Type, Value, local_time, utc_of,
};

/// What a person or the mail says of a document, beside its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The store, from the sender or from a person.
    pub store: Option<String>,
    /// The trading day, from a person.
    pub date: Option<NaiveDate>,
    /// The layout to read with.
    pub layout: Option<String>,
    /// The day it arrived: the day of rows that state none and need none.
    pub received: Option<NaiveDate>,
}

/// What numbers begin with that were made from a row's `identity`, because its till has none.
pub(super) const MADE: &str = "auto-";

/// Rows of a text that are looked at before the first is read. What they leave open is looked for in all rows when it matters.
const LOOKED_AT: usize = 1_000;

/// First rows in which the heading is looked for.
const HEAD: usize = 50;

/// Rows at the end among which a total may stand.
const LAST: usize = 3;

/// Reads a document's sheets, block by block; of a text no more than a block is in memory. Nothing is lost: what is not in a block's
/// batches is in its rejected rows.
///
/// ```
/// use epos_core::format::{Layouts, Reading, blocks, open};
/// use epos_core::model::{Document, Limits};
///
/// let text = "store,till,date,number,tender,amount\nLW,1,2026-11-20,201,Cash,3.50\nLW,1,2026-11-20,202,Card,lots\n";
/// let document = Document::new("payments.csv", text.as_bytes());
/// let (layouts, reading, stores, limits) = (Layouts::built_in(), Reading::default(), Default::default(), Limits::default());
/// let opened = open(&document, &limits).value;
/// for block in blocks(&document, opened, &layouts, &reading, &stores, &limits) {
///     assert_eq!(block.value.batches[0].content.tenders[0].amount.to_string(), "3.50");
///     assert_eq!(block.value.rejected[0].row, 3, "the row that could not be read is kept");
///     assert_eq!(block.diagnostics[0].at.to_string(), "payments.csv, row 3, column F (amount)");
/// }
/// ```
pub fn blocks<'a>(
    document: &'a Document,
    sheets: impl Into<Sheets>,
    layouts: &'a Layouts,
    reading: &'a Reading,
    stores: &'a BTreeMap<String, Store>,
    limits: &'a Limits,
) -> impl Iterator<Item = Checked<Block>> + 'a {
    let of = |several| SheetReader { document, layouts, reading, stores, limits, several };
    let parts: Vec<Blocks<'a>> = match sheets.into() {
        Sheets::Text(rows) => {
            let head = Sheet { rows: rows.again().take(HEAD).collect(), ..Sheet::default() };
            vec![of(false).begin(&head, Rows::Text(rows))]
        }
        Sheets::Book(sheets) => {
            // A workbook may carry sheets that are nobody's business, but then another sheet must be known.
            let shown = || sheets.iter().filter(|sheet| !sheet.hidden);
            let several = shown().count() > 1
                && shown().any(|sheet| !bind::best(sheet, layouts, reading.layout.as_deref(), reading.date.is_some()).is_empty());
            let shown = sheets.into_iter().filter(|sheet| !sheet.hidden);
            shown
                .map(|mut sheet| {
                    let rows = std::mem::take(&mut sheet.rows);
                    sheet.rows = rows.iter().take(HEAD).cloned().collect();
                    of(several).begin(&sheet, Rows::Sheet { rows: rows.into(), at: 0 })
                })
                .collect()
        }
    };
    // One empty sheet among others holds nothing back; nothing but empty ones is no day without sales.
    let silent = Rc::new(Cell::new(parts.len() > 1));
    let heard = silent.clone();
    let all = parts.into_iter().flatten().inspect(move |block| {
        let said = block.diagnostics.iter().any(|finding| finding.severity >= Severity::Warning);
        if said || !block.value.batches.is_empty() || !block.value.rejected.is_empty() {
            heard.set(false);
        }
    });
    all.chain(std::iter::from_fn(move || silent.take().then(|| of(true).empty())))
}

/// All blocks of a document.
///
/// ```
/// use epos_core::format::{Layouts, Reading, batch, sheets};
/// use epos_core::model::{Document, Limits};
///
/// let document = Document::new("payments.csv", &b"till,date,number,tender,amount\n1,2026-11-20,201,Cash,3.50\n"[..]);
/// let (limits, reading) = (Limits::default(), Reading { store: Some("LW".into()), ..Reading::default() });
/// let cells = sheets(&document, &limits).value;
/// let read = batch(&document, cells, &Layouts::built_in(), &reading, &Default::default(), &limits);
/// let (origin, batch) = (&read.value[0].origin, &read.value[0].batches[0]);
/// assert_eq!((origin.layout.as_str(), batch.key.store.as_str(), batch.key.till.as_str()), ("tenders", "LW", "1"));
/// assert_eq!(batch.content.tenders[0].tender, "Cash");
/// ```
pub fn batch(
    document: &Document,
    sheets: impl Into<Sheets>,
    layouts: &Layouts,
    reading: &Reading,
    stores: &BTreeMap<String, Store>,
    limits: &Limits,
) -> Checked<Vec<Block>> {
    let mut found = Vec::new();
    let all = blocks(document, sheets, layouts, reading, stores, limits).map(|block| block.into_value(&mut found)).collect();
    Checked::with(all, found)
}

/// The blocks of one sheet.
enum Blocks<'a> {
    /// It cannot be read: one block that says why.
    Unread(Option<Box<Checked<Block>>>),
    Walk(Box<Walk<'a>>),
}

impl Iterator for Blocks<'_> {
    type Item = Checked<Block>;

    fn next(&mut self) -> Option<Checked<Block>> {
        match self {
            Blocks::Unread(block) => block.take().map(|block| *block),
            Blocks::Walk(walk) => walk.next(),
        }
    }
}

/// Rows to walk over.
enum Rows {
    Text(Box<TextRows>),
    Sheet { rows: Rc<[SheetRow]>, at: usize },
}

impl Rows {
    /// Goes to the next row; false after the last one.
    fn advance(&mut self) -> bool {
        match self {
            Rows::Text(rows) => rows.advance(),
            Rows::Sheet { rows, at } => {
                *at += 1;
                *at <= rows.len()
            }
        }
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.advance();
        }
    }

    fn number(&self) -> u32 {
        match self {
            Rows::Text(rows) => rows.line(),
            Rows::Sheet { rows, at } => at.checked_sub(1).and_then(|at| rows.get(at)).map_or(0, |row| row.number),
        }
    }

    fn cells(&self) -> Vec<&str> {
        match self {
            Rows::Text(rows) => {
                let mut cells = Vec::with_capacity(rows.cell_count());
                cells.extend(rows.cells());
                cells
            }
            Rows::Sheet { rows, at } => {
                let row = at.checked_sub(1).and_then(|at| rows.get(at));
                row.map_or_else(Vec::new, |row| row.cells.iter().map(|cell| cell.trim()).collect())
            }
        }
    }

    /// The same rows from the first one.
    fn again(&self) -> Rows {
        match self {
            Rows::Text(rows) => Rows::Text(Box::new(rows.again())),
            Rows::Sheet { rows, .. } => Rows::Sheet { rows: rows.clone(), at: 0 },
        }
    }
}

#[derive(Clone, Copy)]
struct SheetReader<'a> {
    document: &'a Document,
    layouts: &'a Layouts,
    reading: &'a Reading,
    stores: &'a BTreeMap<String, Store>,
    limits: &'a Limits,
    several: bool,
}

/// Rows gathered for one block.
#[derive(Default)]
struct Gathered {
    batches: Vec<Batch>,
    index: HashMap<Key, usize>,
    /// The batch of the row before: mostly that of the next one too.
    last: usize,
    rejected: Vec<RejectedRow>,
    shares: Shares,
    rows: usize,
    /// Line items that a batch of the block before had on average.
    room: usize,
}

impl Gathered {
    fn content(&mut self, store: &str, till: &str, trading_day: NaiveDate) -> &mut Content {
        let is_last = |batch: &Batch| batch.key.trading_day == trading_day && batch.key.till == till && batch.key.store == store;
        if !self.batches.get(self.last).is_some_and(is_last) {
            let key = Key { store: store.to_owned(), till: till.to_owned(), trading_day };
            let room = self.room;
            self.last = *self.index.entry(key).or_insert_with_key(|key| {
                let mut content = Content::default();
                content.lines.reserve_exact(room);
                self.batches.push(Batch { key: key.clone(), content });
                self.batches.len() - 1
            });
        }
        &mut self.batches[self.last].content
    }
}

impl<'a> SheetReader<'a> {
    fn at(&self, sheet: &Sheet) -> At {
        At { sheet: (!sheet.name.is_empty()).then(|| sheet.name.clone()), ..At::document(&self.document.name) }
    }

    /// Begins to read a sheet, whose first rows are in `head`.
    fn begin(self, head: &Sheet, mut rows: Rows) -> Blocks<'a> {
        let mut found = Vec::new();
        let unread = |origin, found| Blocks::Unread(Some(Box::new(Checked::with(Block { origin, ..Block::default() }, found))));
        let Some(bound) = self.bind(head, &mut found) else { return unread(self.nowhere(head), found) };
        let origin = self.origin(head, &bound);
        if self.refused(head, &bound, &origin, &mut found) {
            return unread(origin, found);
        }
        let body = bound.heading.map_or(0, |heading| heading + 1);
        let Some(styling) = Styling::of(&bound, &rows, body, &origin, &mut found) else { return unread(origin, found) };
        rows.skip(body);
        let bound = Rc::new(bound);
        let told = name::read(&bound.layout.file_names, &self.document.name, bound.layout.date_order).unwrap_or_default();
        Blocks::Walk(Box::new(Walk {
            reader: Reader::new(bound.clone(), styling.style),
            shops: Shops {
                known: self.stores,
                said: self.reading.store.as_deref(),
                named: told.store.as_deref().map_or_else(|| self.named_store(), |name| self.called(name)),
                seen: HashMap::new(),
                last: None,
            },
            plain: bound.headings.iter().map(|heading| normal(heading)).collect(),
            daily: bound.layout.kind.is_daily(),
            dated: dated(&bound),
            named: Named::by(bound.layout, &self.document.name),
            told: Rc::new(told),
            carry: Carry::new(&bound),
            of: self,
            origin,
            styling,
            body,
            rows: Some(rows),
            pending: Vec::new(),
            last_number: String::new(),
            empty: true,
            occurrences: Occurrences::new(),
            gathered: Gathered::default(),
            drafts: Vec::new(),
            found,
        }))
    }

    /// The one store that a word of the document's name is the code, name or alias of. Bare numbers could be anything's.
    fn named_store(&self) -> Option<&'a str> {
        let stem = self.document.name.rsplit_once('.').map_or(self.document.name.as_str(), |(stem, _)| stem);
        let words = || stem.split(['_', ' ', '.']).chain(stem.split(|c: char| !c.is_alphanumeric()));
        let is_named = |store: &&Store| words().any(|word| word.contains(char::is_alphabetic) && store.is_called(word));
        let mut named = self.stores.values().filter(is_named).map(|store| store.code.as_str());
        named.next().filter(|_| named.next().is_none())
    }

    /// The code of the store that is called so.
    fn called(&self, name: &str) -> Option<&'a str> {
        self.stores.values().find(|store| store.is_called(name)).map(|store| store.code.as_str())
    }

    fn nowhere(&self, sheet: &Sheet) -> Origin {
        Origin { document: self.document.name.clone(), hash: self.document.hash, sheet: sheet.name.clone(), ..Origin::default() }
    }

    /// Says of a document of several sheets that none of them holds a row.
    fn empty(&self) -> Checked<Block> {
        let block = Block { origin: self.nowhere(&Sheet::default()), ..Block::default() };
        let finding = Diagnostic::new(F008, At::document(&self.document.name), "none of its sheets has rows that could be read");
        Checked::with(block, vec![finding.help("if the day had sales, export it again after they are saved")])
    }

    /// The layout that fits, or a finding that says why none does.
    fn bind(&self, sheet: &Sheet, found: &mut Vec<Diagnostic>) -> Option<Bound<'a>> {
        let at = self.at(sheet);
        if let Some(id) = self.reading.layout.as_deref()
            && self.layouts.named(id).is_none()
        {
            found.push(Diagnostic::new(F001, at, format!("there is no layout `{id}`")).help("`epos layout list` names them all"));
            return None;
        }
        let wanted = self.reading.layout.as_deref();
        let said = self.reading.date.is_some() || (wanted.is_some() && Named::of(&self.document.name).only().is_some());
        let mut best = bind::best(sheet, self.layouts, wanted, said);
        match best.len() {
            1 => best.pop(),
            0 => {
                let tried = bind::detect(std::slice::from_ref(sheet), self.layouts);
                let near = tried.first().and_then(|detected| detected.trials.iter().max_by_key(|trial| trial.matched.len()));
                let help = near.filter(|near| near.matched.len() > 1).map(|near| {
                    format!(
                        "the nearest layout is {}: {} is missing; `epos layout detect` shows all",
                        near.layout,
                        near.missing.join(", ")
                    )
                });
                let help = help.unwrap_or_else(|| "`epos layout detect` shows what every layout needs".to_owned());
                // A workbook may carry sheets that are nobody's business (notes, charts).
                let (code, message) = if self.several {
                    (F030, "no layout knows this sheet's headings; it was not read")
                } else {
                    (F001, "no layout knows its headings")
                };
                found.push(Diagnostic::new(code, at, message).help(help));
                None
            }
            _ => {
                let names: Vec<&str> = best.iter().map(|bound| bound.layout.id.as_str()).collect();
                let message = format!("the layouts {} fit equally well", names.join(" and "));
                found.push(Diagnostic::new(F029, at, message).help("say which with --layout"));
                None
            }
        }
    }

    fn origin(&self, sheet: &Sheet, bound: &Bound<'_>) -> Origin {
        let layout = bound.layout;
        let mode = |store: &Store| store.prices_include_tax;
        Origin {
            layout: layout.id.clone(),
            layout_version: layout.version,
            coverage: layout.coverage(),
            numbering: layout.numbering.unwrap_or_default(),
            prices_include_tax: layout.prices_include_tax.or_else(|| {
                let store = self.reading.store.as_deref().or(self.named_store());
                store.and_then(|code| self.stores.get(code)).and_then(mode)
            }),
            absent: layout.absent.clone(),
            columns: bound.columns(),
            ..self.nowhere(sheet)
        }
    }

    /// What makes the whole sheet unreadable.
    fn refused(&self, sheet: &Sheet, bound: &Bound<'_>, origin: &Origin, found: &mut Vec<Diagnostic>) -> bool {
        let row = bound.heading.and_then(|heading| sheet.rows.get(heading)).map_or(0, |row| row.number);
        for (field, first, second) in &bound.twice {
            let message = format!("the columns `{first}` and `{second}` are both the {}", row::plain(field));
            found
                .push(Diagnostic::new(F006, origin.row(row), message).help("rename or remove one of them and send the file again"));
        }
        for field in bound.missing.iter().chain(bound.lacking.iter().filter(|field| !bound.missing.contains(field))) {
            let message = format!("there is no column for {}", row::plain(field));
            let headings = bound.headings.iter().filter(|heading| !heading.is_empty()).cloned().collect::<Vec<_>>().join(", ");
            found.push(Diagnostic::new(F002, origin.row(row), message).help(format!("the headings are: {headings}")));
        }
        let unread: Vec<String> = bound
            .unread
            .iter()
            .filter(|column| !bound.layout.leaves_out(&bound.headings[**column]))
            .map(|&column| bound.headings[column].clone())
            .collect();
        if !unread.is_empty() {
            let message = format!("columns that the layout {} does not read: {}", bound.layout.id, unread.join(", "));
            found.push(Diagnostic::new(F030, origin.row(row), message));
        }
        !(bound.twice.is_empty() && bound.missing.is_empty() && bound.lacking.is_empty())
    }

    /// A row that says it is a total, and says so as its tender or lacks what every row must have: `Total` may be a product's name.
    fn is_total(&self, bound: &Bound<'_>, cells: &[&str]) -> bool {
        if !cells.iter().any(|cell| says_total(cell)) {
            return false;
        }
        let cell = |source: &Source| match source {
            Source::Column(column) => cells.get(*column).copied(),
            _ => None,
        };
        let blank = |source: &Source| *source != Source::Nothing && cell(source).is_none_or(str::is_empty);
        let keys = KEY_FIELDS.iter().zip(&bound.key).filter(|(name, _)| matches!(**name, "date" | "timestamp" | "trading_day"));
        let mut needed = keys.filter(|(_, source)| **source != Source::Nothing).peekable();
        let undated = needed.peek().is_some() && needed.all(|(_, source)| blank(source));
        undated
            || bound.kinds.first().is_some_and(|(kind, sources)| {
                kind.fields().iter().zip(sources).any(|(field, source)| match field.name {
                    "tender" => cell(source).is_some_and(says_total),
                    name => field.required && !bound.layout.constants.contains_key(name) && blank(source),
                })
            })
    }

    fn lacks_cells(&self, bound: &Bound<'_>, len: usize) -> bool {
        let beyond = |source: &Source| matches!(source, Source::Column(column) if *column >= len);
        bound.key.iter().any(beyond) || bound.kinds.iter().any(|(_, sources)| sources.iter().any(beyond))
    }

    fn key_column(&self, bound: &Bound<'_>, field: &str) -> Option<Column> {
        match bound.key.get(KEY_FIELDS.iter().position(|name| *name == field)?)? {
            Source::Column(column) => {
                Some(Column { index: *column as u32, heading: bound.headings.get(*column).cloned().unwrap_or_default() })
            }
            _ => None,
        }
    }

    /// The trading day of a row.
    fn day(&self, key: &RowKey<'_>, store: Option<&Store>, drafts: &[Draft], bound: &Bound<'_>) -> Option<NaiveDate> {
        if !bound.layout.kind.is_daily() {
            return Some(Key::ALWAYS);
        }
        if let Some(day) = key.trading_day {
            return Some(day);
        }
        let says = |cutoff: &NaiveTime| *cutoff != NaiveTime::MIN;
        let cutoff = store.map(|store| store.cutoff).filter(says).or(bound.layout.trading_day_cutoff).unwrap_or_default();
        let trading = |date: NaiveDate, time: Option<NaiveTime>| match time {
            Some(time) if time < cutoff => date.pred_opt().unwrap_or(date),
            _ => date,
        };
        if let Some(date) = key.date {
            return Some(trading(date, key.time));
        }
        let moment = |name: &str| {
            drafts.iter().find_map(|draft| match draft.values.get(draft.kind.field(name)?)? {
                Value::DateTime(moment) => Some(trading(moment.date(), Some(moment.time()))),
                Value::Date(date) => Some(*date),
                _ => None,
            })
        };
        ["date", "opened_at", "closed_at", "as_of", "counted_at"]
            .iter()
            .find_map(|name| moment(name))
            .or(self.reading.date)
            .or_else(|| Named::by(bound.layout, &self.document.name).only())
            .or(matches!(bound.layout.kind, Kind::StockLevels).then_some(self.reading.received).flatten())
    }

    /// The transaction's number: the till's, else one made from what identifies the row.
    fn number(
        &self,
        bound: &Bound<'_>,
        drafts: &[Draft],
        key: &RowKey<'_>,
        occurrences: &mut Occurrences,
        store: &str,
        day: NaiveDate,
    ) -> Option<String> {
        let main = drafts.first()?;
        let at = main.kind.field("number")?;
        if let Value::Text(number) = &main.values[at] {
            return Some(number.clone().into_owned());
        }
        if !main.kind.fields()[at].required {
            return None;
        }
        let mut told = String::new();
        let mut add = |text: &str| {
            told.push_str(text);
            told.push('\0');
        };
        add(store);
        add(key.till.unwrap_or_default());
        add(&day.to_string());
        for name in &bound.layout.identity {
            match name.as_str() {
                "time" | "timestamp" => add(&key.time.map(|time| time.to_string()).unwrap_or_default()),
                "date" => add(&key.date.map(|date| date.to_string()).unwrap_or_default()),
                name => add(&main.kind.field(name).map(|at| main.values[at].to_string()).unwrap_or_default()),
            }
        }
        let text: String = Hash::of(told.as_bytes()).to_string().chars().take(16).collect();
        let seen = occurrences.entry(text.clone()).or_default();
        *seen += 1;
        Some(if *seen == 1 { format!("{MADE}{text}") } else { format!("{MADE}{text}-{seen}") })
    }
}

/// Does a column say which day its rows are of?
fn dated(bound: &Bound<'_>) -> bool {
    let says = |name: &str| matches!(name, "date" | "timestamp" | "trading_day");
    KEY_FIELDS.iter().zip(&bound.key).any(|(name, source)| says(name) && *source != Source::Nothing)
}

fn day_of(finding: Diagnostic, store: &Whose<'_>, day: Option<NaiveDate>) -> Diagnostic {
    match (store, day) {
        (Ok((store, _)), Some(day)) if !store.is_empty() => finding.day(store, day),
        _ => finding,
    }
}

/// One walk over a sheet's rows.
struct Walk<'a> {
    of: SheetReader<'a>,
    reader: Reader<'a>,
    origin: Origin,
    styling: Styling,
    shops: Shops<'a>,
    named: Named,
    /// What the document's name says by the layout's pattern.
    told: Rc<name::Said>,
    /// What rows take over from the first of their transaction.
    carry: Carry,
    /// The headings in their normal form.
    plain: Vec<String>,
    /// Rows up to the first of the body.
    body: usize,
    daily: bool,
    dated: bool,
    /// What is left to read.
    rows: Option<Rows>,
    /// Rows kept back because one of them may be a total at the end.
    pending: Vec<SheetRow>,
    last_number: String,
    empty: bool,
    occurrences: Occurrences,
    gathered: Gathered,
    drafts: Vec<Draft>,
    found: Vec<Diagnostic>,
}

/// The store of a row, or why it is not clear.
type Whose<'a> = Result<(Rc<str>, Option<&'a Store>), (Code, String)>;

impl Iterator for Walk<'_> {
    type Item = Checked<Block>;

    /// The next block.
    fn next(&mut self) -> Option<Checked<Block>> {
        let mut rows = self.rows.take()?;
        while rows.advance() {
            let cells = rows.cells();
            let number = rows.number();
            if repeats(&self.plain, &cells) {
                self.say(F023, number, "the heading row stands again here; it was left out");
                continue;
            }
            if !self.pending.is_empty() || cells.iter().any(|cell| says_total(cell)) {
                self.pending.push(SheetRow { number, cells: cells.iter().map(|&cell| cell.to_owned()).collect() });
                if self.pending.len() > LAST {
                    let first = self.pending.remove(0);
                    self.kept_back(&first, &rows);
                    self.release(&rows);
                }
                continue;
            }
            let given = self.reader.number(&cells);
            if self.gathered.rows >= self.of.limits.block_rows
                && given.is_none_or(|given| given != self.last_number)
                && !self.carry.continues(&self.reader, &cells)
            {
                // The row itself is the first of the next block.
                let block = self.block();
                self.row(number, &cells, &rows);
                self.rows = Some(rows);
                return Some(block);
            }
            self.row(number, &cells, &rows);
        }
        for row in std::mem::take(&mut self.pending) {
            let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
            if self.of.is_total(&self.reader.bound, &cells) {
                self.say(F022, row.number, "a totals row at the end was left out of the rows");
            } else {
                self.row(row.number, &cells, &rows);
            }
        }
        std::mem::replace(&mut self.named, Named::of("")).finish(&self.origin, &mut self.found);
        // An empty sheet among others holds nothing back.
        if self.empty && !self.of.several {
            let help =
                "if the day had sales, export it again after they are saved; a heading alone is not taken as a day without sales";
            self.found.push(Diagnostic::new(F008, self.origin.whole(), "there is a heading but no rows under it").help(help));
        }
        Some(self.block())
    }
}

impl<'a> Walk<'a> {
    fn say(&mut self, code: Code, row: u32, message: &str) {
        self.found.push(Diagnostic::new(code, self.origin.row(row), message));
    }

    /// What was gathered so far, with what was found in it.
    fn block(&mut self) -> Checked<Block> {
        let Gathered { mut batches, rejected, shares, .. } = std::mem::take(&mut self.gathered);
        for batch in &mut batches {
            shares.settle(batch);
            count_lines(&mut batch.content);
            // A shuffled file makes thousands of batches with a row or two: their spare room would outweigh them.
            let lines = &mut batch.content.lines;
            if lines.capacity() / 2 >= lines.len() {
                lines.shrink_to_fit();
            }
        }
        Checked::with(Block { origin: self.origin.clone(), batches, rejected }, std::mem::take(&mut self.found))
    }

    /// Reads a row that was kept back and is no total.
    fn kept_back(&mut self, row: &SheetRow, rows: &Rows) {
        let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        self.row(row.number, &cells, rows);
    }

    /// Reads the rows behind one that was kept back, up to the next that may be a total.
    fn release(&mut self, rows: &Rows) {
        while self.pending.first().is_some_and(|row| !row.cells.iter().any(|cell| says_total(cell))) {
            let row = self.pending.remove(0);
            self.kept_back(&row, rows);
        }
    }

    /// Reads one row into what is gathered.
    fn row(&mut self, number: u32, cells: &[&str], rows: &Rows) {
        self.empty = false;
        if self.styling.surprised(cells) {
            let bound = self.reader.bound.clone();
            match Styling::of_all(&bound, rows, self.body, &self.origin, &mut self.found) {
                Some(styling) => self.styling = styling,
                // The question holds the document; its rows are read as far as they can be.
                None => self.styling.watched = false,
            }
            self.reader.style = self.styling.style;
        }
        self.last_number.clear();
        self.last_number.push_str(self.reader.number(cells).unwrap_or_default());
        let list;
        let joined;
        let written = cells;
        let cells = match row::widths(&self.reader.bound, cells) {
            Some((at, extra)) => {
                list = cells[at..=at + extra].join(",");
                joined = [&cells[..at], &[list.as_str()], &cells[at + extra + 1..]].concat();
                &joined
            }
            None => cells,
        };
        let mut carry = std::mem::take(&mut self.carry);
        self.reader.begins = carry.see(&self.reader, cells);
        let carried;
        let cells = match carry.over(&self.reader.bound, cells) {
            Some(over) => {
                carried = over;
                &carried
            }
            None => cells,
        };
        let told = self.told.clone();
        let mut faults: Vec<Found> = Vec::new();
        let mut key = self.reader.key(cells, &mut faults);
        told.fill(&mut key);
        let company = self.reader.bound.layout.company;
        let whose = if company { Ok(("".into(), None)) } else { self.shops.find(key.store) };
        let shop = whose.as_ref().ok().and_then(|(_, shop)| *shop);
        if let Some(instant) = key.instant {
            let local = local_time(instant, shop.map_or("UTC", |store| store.zone.as_str()));
            (key.date, key.time) = (Some(local.date()), Some(local.time()));
        }
        self.in_store_time(&mut key, shop, number);
        self.reader.taxed = self.reader.bound.layout.prices_include_tax.or(shop.and_then(|store| store.prices_include_tax));
        if !self.dated && self.daily && self.reader.bound.layout.kind.field("date").is_some() {
            key.date = self.of.reading.date.or(self.named.only());
            key.trading_day = key.date;
        }
        let mut drafts = std::mem::take(&mut self.drafts);
        self.reader.drafts(cells, &key, &mut faults, &mut drafts);
        let day = self.of.day(&key, shop, &drafts, &self.reader.bound);
        let beyond = cells.iter().skip(self.reader.bound.headings.len()).any(|cell| !cell.is_empty());
        let why = match self.ragged(number, written.len(), cells.len(), beyond) {
            Some((finding, message)) => {
                self.found.push(day_of(finding, &whose, day));
                Some(message)
            }
            None => self.faults(number, faults, &whose, day),
        };
        match (whose, day, why) {
            (Err((code, message)), ..) => {
                self.ask(code, number, message, "name the store in epos.toml, or say which it is with --store");
            }
            (Ok(_), Some(day), None) if self.reader.bound.layout.kind == Kind::Transfers => {
                self.transfers(number, written, &drafts, &key, day);
            }
            (Ok((store, _)), Some(day), None) => {
                if company {
                    let daily = drafts.extract_if(.., |draft| draft.kind.is_daily()).collect();
                    self.keep_daily(number, written, daily, &key);
                }
                self.keep(number, written, &mut drafts, &key, &store, day);
            }
            (Ok(_), None, None) => {
                let message = "nothing says which day the rows are of".to_owned();
                self.ask(F016, number, message, "say which with --date, or put the date into the file's name");
            }
            (Ok((store, _)), trading_day, Some(why)) => self.gathered.rejected.push(RejectedRow {
                store: Some(store.to_string()).filter(|store| !store.is_empty()).or_else(|| self.sender()),
                till: key.till.map(str::to_owned),
                trading_day,
                number: self.reader.number(cells).map(str::to_owned),
                kind: self.reader.bound.layout.kind,
                row: number,
                cells: written.iter().map(|&cell| cell.to_owned()).collect(),
                why,
            }),
        }
        self.reader.give_back(&mut drafts);
        self.drafts = drafts;
        self.carry = carry;
    }

    /// The store whose day is incomplete without a row that names none: a transfer is that of who sent the file.
    fn sender(&self) -> Option<String> {
        self.shops.said.filter(|_| self.reader.bound.layout.kind == Kind::Transfers).map(str::to_owned)
    }

    /// Keeps a row of a transfer once for each side that it speaks for, with the store of that side.
    fn transfers(&mut self, row: u32, cells: &[&str], drafts: &[Draft], said: &RowKey<'_>, trading_day: NaiveDate) {
        let told = self.shops.said.filter(|_| !self.shops.known.is_empty());
        for draft in drafts {
            let mut draft = draft.clone();
            let kind = draft.kind;
            let mut ends: Vec<(Side, String, Option<String>)> = Vec::new();
            for &side in Side::ALL {
                let Some(at) = kind.field(side.store_field()) else { continue };
                let written = draft.values[at].to_string();
                let code = self.shops.code(&written);
                if let Some(code) = &code {
                    draft.values[at] = Value::Text(code.clone().into());
                }
                ends.push((side, written, code));
            }
            if let Some(told) = told.filter(|told| ends.iter().all(|(.., code)| code.as_deref() != Some(told))) {
                let message = format!("a transfer is neither from nor to store {told}, but the file came for store {told}");
                return self.ask(F009, row, message, "name the store in epos.toml, or say which it is with --store");
            }
            let Some(at) = kind.field("side") else { continue };
            let stated = draft.values[at].clone();
            ends.retain(|(side, ..)| stated.is_null() || stated == side.value());
            if let Some((_, written, _)) = ends.iter().find(|(.., code)| code.is_none()) {
                return self.ask(F015, row, format!("no store is called `{written}`"), "name the store in epos.toml");
            }
            for (side, _, code) in ends {
                let Some(store) = code else { continue };
                let cutoff = |date| self.of.stores.get(&store).map_or(date, |store| store.trading_day(date, said.time));
                let trading_day = said.trading_day.or(said.date.map(cutoff)).unwrap_or(trading_day);
                let mut own = draft.clone();
                own.values[at] = side.value().into_owned();
                self.keep(row, cells, &mut [own], said, &store, trading_day);
            }
        }
    }

    /// A row that says its time zone is read in the store's: its date decides the trading day.
    fn in_store_time(&mut self, key: &mut RowKey<'_>, shop: Option<&Store>, row: u32) {
        let (Some(zone), Some(store), Some(date), Some(time)) = (key.zone, shop, key.date, key.time) else { return };
        let local = utc_of(date.and_time(time), zone).map(|utc| store.local_time(utc));
        if let Some(local) = local.filter(|local| *local != date.and_time(time)) {
            (key.date, key.time) = (Some(local.date()), Some(local.time()));
            let message =
                format!("its times are those of {zone}; they are read as those of {}, where store {} is", store.zone, store.code);
            self.ask(F035, row, message, "is `zone` of the store in epos.toml right?");
        }
    }

    /// Keeps what a row of the company's own list says of one store on one day: its stock beside its price.
    fn keep_daily(&mut self, row: u32, cells: &[&str], mut drafts: Vec<Draft>, said: &RowKey<'_>) {
        if drafts.is_empty() {
            return;
        }
        let store = match self.shops.find(said.store) {
            Ok((store, _)) => store,
            Err((code, message)) => {
                return self.ask(code, row, message, "name the store in epos.toml, or say which it is with --store");
            }
        };
        let reading = self.of.reading;
        match reading.date.or_else(|| self.named.only()).or(reading.received) {
            Some(day) => self.keep(row, cells, &mut drafts, &RowKey::default(), &store, day),
            None => {
                let message = "nothing says on which day its stock levels were true".to_owned();
                self.ask(F016, row, message, "say which with --date, or put the date into the file's name");
            }
        }
    }

    /// Asks a question about the whole sheet, once.
    fn ask(&mut self, code: Code, row: u32, message: String, help: &str) {
        if self.shops.seen.insert(message.clone(), None).is_none() {
            self.found.push(Diagnostic::new(code, self.origin.row(row), message).help(help));
        }
    }

    /// Why the cells of a row cannot be told apart, if they cannot.
    fn ragged(&self, row: u32, written: usize, len: usize, beyond: bool) -> Option<(Diagnostic, String)> {
        let bound = &self.reader.bound;
        let width = bound.headings.len();
        let ragged = width > 0 && (beyond || (len < width && self.origin.sheet.is_empty() && self.of.lacks_cells(bound, len)));
        ragged.then(|| {
            let message = format!("the row has {written} cells under {width} headings, so its columns cannot be trusted");
            let help = "is there a comma inside a description without quotes?";
            (Diagnostic::new(F005, self.origin.row(row), &message).help(help), message)
        })
    }

    /// Says what is wrong with a row's cells; gives the first reason to reject it.
    fn faults(&mut self, row: u32, faults: Vec<Found>, whose: &Whose<'_>, day: Option<NaiveDate>) -> Option<String> {
        let mut why = None;
        let mut said: Vec<(At, String)> = Vec::new();
        for fault in faults {
            let mut at = self.origin.at(fault.kind, row, fault.field);
            if at.column.is_none() && KEY_FIELDS.contains(&fault.field) {
                at.column = self.of.key_column(&self.reader.bound, fault.field);
            }
            if fault.code.0.effect == Effect::Reject {
                why.get_or_insert_with(|| fault.message.clone());
            }
            // A date may be read twice, for the day and for the row: one cell is said once.
            if said.iter().any(|(place, message)| *place == at && *message == fault.message) {
                continue;
            }
            said.push((at.clone(), fault.message.clone()));
            self.found.push(day_of(Diagnostic::new(fault.code, at, fault.message).help(fault.help), whose, day));
        }
        why
    }

    /// Keeps a row's records under its store, till and day.
    fn keep(&mut self, row: u32, cells: &[&str], drafts: &mut [Draft], said: &RowKey<'_>, store: &str, day: NaiveDate) {
        self.named.saw(day, said);
        let till = said.till.unwrap_or_default();
        let numbered = drafts.iter().all(|draft| draft.kind.field("number").is_none_or(|at| !draft.values[at].is_null()));
        let number = match numbered {
            true => None,
            false => self.of.number(&self.reader.bound, drafts, said, &mut self.occurrences, store, day),
        };
        if !self.reader.bound.shared.is_empty()
            && let Some(number) = number.as_deref().or_else(|| self.reader.number(cells))
        {
            self.gathered.shares.add(
                Key { store: store.to_owned(), till: till.to_owned(), trading_day: day },
                number,
                &self.reader,
                cells,
            );
        }
        for draft in drafts {
            let kind = draft.kind;
            fill(draft, number.as_deref(), day);
            let content = self.gathered.content(store, till, day);
            if let Err(field) = content.push(kind, row, &mut draft.values) {
                // A required field is blank, and no cell is to blame: the layout cannot give it.
                let name = kind.fields()[field].name;
                let why = format!("nothing says the {} of this row", row::plain(name));
                let at = self.origin.at(kind, row, name);
                self.found.push(Diagnostic::new(F013, at, &why).day(store, day));
                self.gathered.rejected.push(RejectedRow {
                    store: Some(store.to_owned()),
                    till: Some(till.to_owned()),
                    trading_day: Some(day),
                    number: number.clone().or_else(|| self.reader.number(cells).map(str::to_owned)),
                    kind,
                    row,
                    cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
                    why,
                });
            }
            self.gathered.rows += 1;
        }
    }
}

/// How the cells of a sheet are written: proven from the data, else as the layout says, never guessed.
struct Styling {
    style: Style,
    /// True while a cell of a later row could still prove something.
    watched: bool,
    dates: Vec<usize>,
    amounts: Vec<usize>,
    /// An amount with a decimal point was seen: then commas are no decimal marks.
    pointed: bool,
}

impl Styling {
    /// By the first rows, where these leave nothing open; else by all.
    fn of(bound: &Bound<'_>, rows: &Rows, body: usize, origin: &Origin, found: &mut Vec<Diagnostic>) -> Option<Styling> {
        if matches!(rows, Rows::Text(_)) {
            let mut proof = Proof::new(bound);
            proof.see(rows, body, LOOKED_AT);
            if proof.plain {
                return proof.styling(bound.layout, origin, found);
            }
        }
        Self::of_all(bound, rows, body, origin, found)
    }

    fn of_all(bound: &Bound<'_>, rows: &Rows, body: usize, origin: &Origin, found: &mut Vec<Diagnostic>) -> Option<Styling> {
        let mut proof = Proof::new(bound);
        proof.see(rows, body, usize::MAX);
        Some(Styling { watched: false, ..proof.styling(bound.layout, origin, found)? })
    }

    /// Does a row hold what the rows looked at did not prepare for?
    fn surprised(&self, cells: &[&str]) -> bool {
        let cell = |column: &usize| cells.get(*column).copied().unwrap_or_default();
        self.watched
            && (self.dates.iter().any(|column| !is_plain_date(cell(column)))
                || (!self.pointed && self.amounts.iter().any(|column| cell(column).contains([',', '.']))))
    }
}

/// A date that can be read in one way only: `2026-11-20`, perhaps with a time.
fn is_plain_date(text: &str) -> bool {
    text.is_empty() || text.get(..10).is_some_and(|date| cell::iso(date).is_some())
}

/// What the cells that were seen prove.
struct Proof {
    dates: Vec<usize>,
    amounts: Vec<usize>,
    order: Option<DateOrder>,
    contradicted: bool,
    ambiguous: bool,
    comma: bool,
    point: bool,
    /// Nothing was seen that another row could contradict.
    plain: bool,
}

impl Proof {
    fn new(bound: &Bound<'_>) -> Self {
        let (mut dates, mut amounts) = (Vec::new(), Vec::new());
        for (name, source) in KEY_FIELDS.iter().zip(&bound.key) {
            if let (Source::Column(column), true) = (source, matches!(*name, "date" | "timestamp" | "trading_day")) {
                dates.push(*column);
            }
        }
        for (kind, sources) in &bound.kinds {
            for (field, source) in kind.fields().iter().zip(sources) {
                match (source, field.kind) {
                    (Source::Column(column), Type::Date | Type::DateTime) => dates.push(*column),
                    (Source::Column(column), Type::Money | Type::Quantity) => amounts.push(*column),
                    _ => {}
                }
            }
        }
        dates.sort_unstable();
        dates.dedup();
        let (contradicted, ambiguous, comma, point) = (false, false, false, false);
        Proof { dates, amounts, order: None, contradicted, ambiguous, comma, point, plain: true }
    }

    /// Looks at rows of the body.
    fn see(&mut self, rows: &Rows, body: usize, most: usize) {
        let mut rows = rows.again();
        rows.skip(body);
        let mut seen = 0;
        while seen < most && rows.advance() {
            seen += 1;
            let cells = rows.cells();
            for text in self.dates.iter().filter_map(|column| cells.get(*column)) {
                self.plain &= is_plain_date(text);
                match cell::proves(text) {
                    Some(order) => {
                        self.contradicted |= self.order.is_some_and(|other| other != order);
                        self.order = Some(order);
                    }
                    None => self.ambiguous |= cell::parts(text.split([' ', 'T']).next().unwrap_or_default(), None) == Err(true),
                }
            }
            for text in self.amounts.iter().filter_map(|column| cells.get(*column)) {
                self.comma |= ends_with_decimals(text, ',');
                self.point |= ends_with_decimals(text, '.');
                self.plain &= self.point || !text.contains([',', '.']);
            }
        }
    }

    fn styling(self, layout: &Layout, origin: &Origin, found: &mut Vec<Diagnostic>) -> Option<Styling> {
        let mut ask = |message: &str, help: &str| found.push(Diagnostic::new(F016, origin.whole(), message).help(help));
        if self.contradicted {
            ask("some dates put the day first and others the month", "write all dates as 2026-11-20 and send the file again");
            return None;
        }
        let date_order = self.order.or(layout.date_order);
        if self.ambiguous && date_order.is_none() {
            ask(
                "nothing says whether its dates put the day or the month first",
                "tell the layout with date_order, or write dates as 2026-11-20",
            );
            return None;
        }
        let comma = match layout.decimal.as_deref() {
            Some(mark) => mark == ",",
            None => self.comma && !self.point,
        };
        let rates = layout.rates.unwrap_or_default();
        let style = Style { date_order, comma, minor_units: layout.minor_units.or(Some(2)), rates };
        let pointed = self.point || layout.decimal.is_some();
        Some(Styling { style, watched: true, dates: self.dates, amounts: self.amounts, pointed })
    }
}

/// `12,50` ends with decimals behind a comma; `1,250` does not.
fn ends_with_decimals(text: &str, mark: char) -> bool {
    text.rsplit_once(mark).is_some_and(|(whole, part)| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && whole.ends_with(|c: char| c.is_ascii_digit())
    })
}

/// `Total`, `Grand total:` and the like; most cells are told by their length and first letter.
fn says_total(cell: &str) -> bool {
    let first = cell.as_bytes().first();
    if cell.len() < 3 || first.is_some_and(|first| first.is_ascii_alphanumeric() && !b"tTsSgG".contains(first)) {
        return false;
    }
    let cell = cell.trim_matches(|c: char| !c.is_alphanumeric());
    ["total", "totals", "grand total", "sum"].iter().any(|word| word.len() == cell.len() && word.eq_ignore_ascii_case(cell))
}

/// Fills what the row's own number and day give, where its columns do not.
fn fill(draft: &mut Draft, number: Option<&str>, day: NaiveDate) {
    let kind = draft.kind;
    let blank = |draft: &Draft, name: &str| kind.field(name).filter(|&at| draft.values[at].is_null() && kind.fields()[at].required);
    if let (Some(at), Some(number)) = (blank(draft, "number"), number) {
        draft.values[at] = Value::Text(number.to_owned().into());
    }
    if let Some(at) = blank(draft, "date") {
        draft.values[at] = Value::Date(day);
    }
    // A Z-report without a number is known by when it was closed.
    if let Some(at) = blank(draft, "z_number") {
        let closed = kind.field("closed_at").map(|at| draft.values[at].to_string()).filter(|text| !text.is_empty());
        draft.values[at] = Value::Text(closed.unwrap_or_else(|| day.to_string()).into());
    }
}

/// Lines without a position get the one they have in their transaction.
fn count_lines(content: &mut Content) {
    if content.lines.iter().all(|row| row.record.line.is_some()) {
        return;
    }
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for row in &mut content.lines {
        let count = counts.entry(row.record.number.as_str()).or_default();
        *count += 1;
        row.record.line.get_or_insert(*count);
    }
}

/// Is this the heading again, as in files glued together? Most rows are told by the first letter of one cell.
fn repeats(headings: &[String], cells: &[&str]) -> bool {
    let Some(first) = headings.iter().position(|heading| !heading.is_empty()) else { return false };
    let same_letter = || {
        let letter = cells.get(first)?.chars().find(|c| c.is_alphanumeric())?.to_lowercase().next()?;
        Some(headings[first].starts_with(letter))
    };
    if same_letter() != Some(true) {
        return false;
    }
    let filled = headings.iter().filter(|heading| !heading.is_empty()).count();
    filled > 1
        && cells.iter().filter(|cell| !cell.is_empty()).count() == filled
        && headings.iter().zip(cells).all(|(heading, cell)| *heading == normal(cell))
}

/// Finds the store of each row.
struct Shops<'a> {
    known: &'a BTreeMap<String, Store>,
    /// The store that the mail or a person says.
    said: Option<&'a str>,
    /// The store that the document's name says.
    named: Option<&'a str>,
    seen: HashMap<String, Option<String>>,
    /// The name written last, and whose it is: mostly that of the next row too.
    last: Option<(Option<String>, Rc<str>, Option<&'a Store>)>,
}

impl<'a> Shops<'a> {
    /// The store, or why it is not clear.
    fn find(&mut self, written: Option<&str>) -> Whose<'a> {
        if let Some((last, code, store)) = &self.last
            && last.as_deref() == written
        {
            return Ok((code.clone(), *store));
        }
        let code = self.look_up(written)?;
        let store = self.known.get(&code);
        let code: Rc<str> = code.into();
        self.last = Some((written.map(str::to_owned), code.clone(), store));
        Ok((code, store))
    }

    /// The code of the store that is called so; any name is one while no store is known.
    fn code(&mut self, written: &str) -> Option<String> {
        if let Some(code) = self.seen.get(written) {
            return code.clone();
        }
        let known = self.known.values().find(|store| store.is_called(written)).map(|store| store.code.clone());
        let code = known.or_else(|| self.known.is_empty().then(|| written.to_owned()));
        self.seen.insert(written.to_owned(), code.clone());
        code
    }

    /// The store's code, or why it is not clear.
    fn look_up(&mut self, written: Option<&str>) -> Result<String, (Code, String)> {
        let Some(written) = written else {
            return self.said.or(self.named).map(str::to_owned).ok_or((F015, "nothing says which store the file is of".to_owned()));
        };
        match (self.code(written), self.said, self.named) {
            (Some(code), Some(said), _) if code != said && !self.known.is_empty() => {
                Err((F009, format!("the rows are of store {written}, but the file came for store {said}")))
            }
            (Some(code), None, Some(named)) if code != named => {
                Err((F009, format!("the rows are of store {written}, but the file's name says {named}")))
            }
            (Some(code), ..) => Ok(code),
            (None, ..) => Err((F015, format!("no store is called `{written}`"))),
        }
    }
}

/// The dates in a document's name: only a hint.
#[derive(Default)]
struct Named {
    dates: Vec<NaiveDate>,
    /// They are the first and the last day, so every row must be within.
    span: bool,
    agrees: bool,
    days: Vec<NaiveDate>,
}

impl Named {
    fn of(name: &str) -> Self {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let runs: Vec<&str> = stem.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
        let mut dates = Vec::new();
        let made = |y: &str, m: &str, d: &str| NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?);
        let likely = |date: &NaiveDate| (2000..2100).contains(&chrono::Datelike::year(date));
        let mut at = 0;
        while at < runs.len() {
            let three = (runs.get(at), runs.get(at + 1), runs.get(at + 2));
            let date = match (runs[at].len(), three) {
                (8, _) => made(&runs[at][..4], &runs[at][4..6], &runs[at][6..]).filter(likely).map(|date| (date, 1)),
                (4, (Some(y), Some(m), Some(d))) if m.len() <= 2 && d.len() <= 2 => {
                    made(y, m, d).filter(likely).map(|date| (date, 3))
                }
                (1 | 2, (Some(d), Some(m), Some(y))) if y.len() == 4 && m.len() <= 2 => {
                    made(y, m, d).filter(likely).map(|date| (date, 3))
                }
                _ => None,
            };
            at += date.map_or(1, |(_, runs)| runs);
            dates.extend(date.map(|(date, _)| date));
        }
        Named { dates, ..Named::default() }
    }

    /// The days that a layout's pattern finds in the name, else whatever looks like a date.
    fn by(layout: &Layout, name: &str) -> Self {
        match name::read(&layout.file_names, name, layout.date_order).map(|said| (said.first, said.last)) {
            Some((Some(first), Some(last))) => Named { dates: vec![first, last], span: true, ..Named::default() },
            _ => Named::of(name),
        }
    }

    /// The one date, if the name holds exactly one.
    fn only(&self) -> Option<NaiveDate> {
        match self.dates[..] {
            [date] => Some(date),
            [first, last] if self.span && first == last => Some(first),
            _ => None,
        }
    }

    fn saw(&mut self, day: NaiveDate, key: &RowKey<'_>) {
        if self.dates.is_empty() {
            return;
        }
        if day == Key::ALWAYS {
            self.agrees = true;
            return;
        }
        let (Some(first), Some(last)) = (self.dates.iter().min(), self.dates.iter().max()) else { return };
        let within = |day: NaiveDate| *first <= day && day <= *last;
        let agrees = within(day) || key.date.is_some_and(within);
        self.agrees |= agrees;
        if ((self.span && !agrees) || !self.agrees) && self.days.last() != Some(&day) {
            self.days.push(day);
        }
    }

    fn finish(self, origin: &Origin, found: &mut Vec<Diagnostic>) {
        if let (Some(named), Some(day), false) = (self.dates.first(), self.days.first(), self.agrees && !self.span) {
            let message = match self.dates.last().filter(|last| self.span && *last != named) {
                Some(last) => format!("the file's name says {named} to {last}, but it has rows of {day}; the rows count"),
                None => format!("the file's name says {named}, but its rows are of {day}; the rows count"),
            };
            found.push(Diagnostic::new(F017, origin.whole(), message).help("nothing to do if the rows are right"));
        }
    }
}
