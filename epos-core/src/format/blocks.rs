//! Located text cells to typed [`Block`]s.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime};

use super::bind::{self, Bound, Source};
use super::cell::{self, DateOrder, Style};
use super::heading::normal;
use super::layout::{KEY_FIELDS, Layout, Layouts};
use super::name;
use super::row::{self, Draft, Found, Occurrences, Reader, RowKey};
use crate::diagnostic::*;
use crate::model::{
    At, Batch, Block, Column, Content, Document, Hash, Key, Kind, Limits, Origin, RejectedRow, Sheet, SheetRow, Store, Type, Value,
    local_time, utc_of,
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

/// Reads a document's sheets, block by block. Nothing is lost: what is not in a block's batches is in its rejected rows.
pub fn blocks<'a>(
    document: &'a Document,
    sheets: Vec<Sheet>,
    layouts: &'a Layouts,
    reading: &'a Reading,
    stores: &'a BTreeMap<String, Store>,
    limits: &'a Limits,
) -> impl Iterator<Item = Checked<Block>> + 'a {
    // A workbook may carry sheets that are nobody's business, but then another sheet must be known.
    let shown = || sheets.iter().filter(|sheet| !sheet.hidden);
    let several = shown().count() > 1
        && shown().any(|sheet| !bind::best(sheet, layouts, reading.layout.as_deref(), reading.date.is_some()).is_empty());
    sheets.into_iter().filter(|sheet| !sheet.hidden).flat_map(move |sheet| {
        let mut reader = SheetReader { document, layouts, reading, stores, limits, several };
        reader.read(&sheet)
    })
}

/// All blocks of a document.
pub fn batch(
    document: &Document,
    sheets: Vec<Sheet>,
    layouts: &Layouts,
    reading: &Reading,
    stores: &BTreeMap<String, Store>,
    limits: &Limits,
) -> Checked<Vec<Block>> {
    let mut found = Vec::new();
    let all = blocks(document, sheets, layouts, reading, stores, limits).map(|block| block.into_value(&mut found)).collect();
    Checked::with(all, found)
}

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
    rejected: Vec<RejectedRow>,
    rows: usize,
}

impl Gathered {
    fn content(&mut self, key: Key) -> &mut Content {
        let at = *self.index.entry(key).or_insert_with_key(|key| {
            self.batches.push(Batch { key: key.clone(), content: Content::default() });
            self.batches.len() - 1
        });
        &mut self.batches[at].content
    }
}

impl SheetReader<'_> {
    fn at(&self, sheet: &Sheet) -> At {
        At { sheet: (!sheet.name.is_empty()).then(|| sheet.name.clone()), ..At::document(&self.document.name) }
    }

    fn read(&mut self, sheet: &Sheet) -> Vec<Checked<Block>> {
        let mut found = Vec::new();
        let Some(bound) = self.bind(sheet, &mut found) else {
            return vec![Checked::with(Block { origin: self.nowhere(sheet), ..Block::default() }, found)];
        };
        let origin = self.origin(sheet, &bound);
        if self.refused(sheet, &bound, &origin, &mut found) {
            return vec![Checked::with(Block { origin, ..Block::default() }, found)];
        }
        let body = bound.heading.map_or(0, |heading| heading + 1);
        let rows = sheet.rows.get(body..).unwrap_or_default();
        let Some(style) = self.style(&bound, rows, &origin, &mut found) else {
            return vec![Checked::with(Block { origin, ..Block::default() }, found)];
        };
        let told = name::read(&bound.layout.file_names, &self.document.name, bound.layout.date_order).unwrap_or_default();
        let mut walk = Walk {
            of: self,
            reader: Reader::new(&bound, style),
            origin: &origin,
            shops: Shops {
                known: self.stores,
                said: self.reading.store.as_deref(),
                named: told.store.as_deref().map_or_else(|| self.named_store(), |name| self.called(name)),
                seen: HashMap::new(),
            },
            named: Named::by(bound.layout, &self.document.name),
            told: told.clone(),
            occurrences: Occurrences::new(),
            gathered: Gathered::default(),
            found,
        };
        let mut blocks = Vec::new();
        let mut last_number = "";
        let plain: Vec<String> = bound.headings.iter().map(|heading| normal(heading)).collect();
        for (position, row) in rows.iter().enumerate() {
            if repeats(&plain, row) {
                walk.say(F023, row, "the heading row stands again here; it was left out");
                continue;
            }
            if position + 3 >= rows.len() && self.is_total(&bound, row) {
                walk.say(F022, row, "a totals row at the end was left out of the rows");
                continue;
            }
            let number = walk.reader.number(row);
            let begins = !walk.reader.continues(row) && number.is_none_or(|number| number != last_number);
            if walk.gathered.rows >= self.limits.block_rows && begins {
                blocks.push(walk.block());
            }
            last_number = number.unwrap_or_default();
            walk.row(row);
        }
        std::mem::replace(&mut walk.named, Named::of("")).finish(&origin, &mut walk.found);
        // An empty sheet among others holds nothing back.
        if rows.is_empty() && !self.several {
            let help =
                "if the day had sales, export it again after they are saved; a heading alone is not taken as a day without sales";
            walk.found.push(Diagnostic::new(F008, origin.whole(), "there is a heading but no rows under it").help(help));
        }
        blocks.push(walk.block());
        blocks
    }

    /// The one store that a word of the document's name is the code, name or alias of. Bare numbers could be anything's.
    fn named_store(&self) -> Option<&str> {
        let stem = self.document.name.rsplit_once('.').map_or(self.document.name.as_str(), |(stem, _)| stem);
        let words = || stem.split(['_', ' ', '.']).chain(stem.split(|c: char| !c.is_alphanumeric()));
        let is_named = |store: &&Store| words().any(|word| word.contains(char::is_alphabetic) && store.is_called(word));
        let mut named = self.stores.values().filter(is_named).map(|store| store.code.as_str());
        named.next().filter(|_| named.next().is_none())
    }

    /// The code of the store that is called so.
    fn called(&self, name: &str) -> Option<&str> {
        self.stores.values().find(|store| store.is_called(name)).map(|store| store.code.as_str())
    }

    fn nowhere(&self, sheet: &Sheet) -> Origin {
        Origin { document: self.document.name.clone(), hash: self.document.hash, sheet: sheet.name.clone(), ..Origin::default() }
    }

    /// The layout that fits, or a finding that says why none does.
    fn bind<'s>(&'s self, sheet: &'s Sheet, found: &mut Vec<Diagnostic>) -> Option<Bound<'s>> {
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
            .filter(|column| !bound.layout.absent.iter().any(|absent| normal(absent) == normal(&bound.headings[**column])))
            .map(|&column| bound.headings[column].clone())
            .collect();
        if !unread.is_empty() {
            let message = format!("columns that the layout {} does not read: {}", bound.layout.id, unread.join(", "));
            found.push(Diagnostic::new(F030, origin.row(row), message));
        }
        !(bound.twice.is_empty() && bound.missing.is_empty() && bound.lacking.is_empty())
    }

    /// How the cells are written: proven from the data, else as the layout says, never guessed.
    fn style(&self, bound: &Bound<'_>, rows: &[SheetRow], origin: &Origin, found: &mut Vec<Diagnostic>) -> Option<Style> {
        let layout = bound.layout;
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
        let texts = |columns: &[usize]| {
            let columns = columns.to_vec();
            rows.iter().flat_map(move |row| columns.clone().into_iter().filter_map(|column| row.cells.get(column)))
        };
        let mut proven: Option<DateOrder> = None;
        let mut ambiguous = false;
        for text in texts(&dates) {
            match cell::proves(text) {
                Some(order) if proven.is_some_and(|other| other != order) => {
                    let message = "some dates put the day first and others the month";
                    found.push(
                        Diagnostic::new(F016, origin.whole(), message)
                            .help("write all dates as 2026-11-20 and send the file again"),
                    );
                    return None;
                }
                Some(order) => proven = Some(order),
                None => ambiguous |= cell::parts(text.split([' ', 'T']).next().unwrap_or_default(), None) == Err(true),
            }
        }
        let date_order = proven.or(layout.date_order);
        if ambiguous && date_order.is_none() {
            let message = "nothing says whether its dates put the day or the month first";
            found.push(
                Diagnostic::new(F016, origin.whole(), message)
                    .help("tell the layout with date_order, or write dates as 2026-11-20"),
            );
            return None;
        }
        let ends = |text: &str, mark: char| {
            text.rsplit_once(mark).is_some_and(|(whole, part)| {
                (1..=2).contains(&part.len())
                    && part.bytes().all(|byte| byte.is_ascii_digit())
                    && whole.ends_with(|c: char| c.is_ascii_digit())
            })
        };
        let comma = match layout.decimal.as_deref() {
            Some(mark) => mark == ",",
            None => texts(&amounts).any(|text| ends(text, ',')) && !texts(&amounts).any(|text| ends(text, '.')),
        };
        Some(Style { date_order, comma, minor_units: layout.minor_units.or(Some(2)), rates: layout.rates.unwrap_or_default() })
    }

    /// A row that says it is a total, and says so as its tender or lacks what every row must have: `Total` may be a product's name.
    fn is_total(&self, bound: &Bound<'_>, row: &SheetRow) -> bool {
        let says = |cell: &String| matches!(normal(cell).as_str(), "total" | "totals" | "grand total" | "sum");
        if !row.cells.iter().any(says) {
            return false;
        }
        let cell = |source: &Source| match source {
            Source::Column(column) => row.cells.get(*column),
            _ => None,
        };
        let blank = |source: &Source| *source != Source::Nothing && cell(source).is_none_or(String::is_empty);
        let keys = KEY_FIELDS.iter().zip(&bound.key).filter(|(name, _)| matches!(**name, "date" | "timestamp" | "trading_day"));
        let mut needed = keys.filter(|(_, source)| **source != Source::Nothing).peekable();
        let undated = needed.peek().is_some() && needed.all(|(_, source)| blank(source));
        undated
            || bound.kinds.first().is_some_and(|(kind, sources)| {
                kind.fields().iter().zip(sources).any(|(field, source)| match field.name {
                    "tender" => cell(source).is_some_and(says),
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
    fn day(&self, key: &RowKey, store: Option<&Store>, drafts: &[Draft], bound: &Bound<'_>) -> Option<NaiveDate> {
        if !bound.layout.kind.is_daily() && bound.layout.kind != Kind::Calendar {
            return Some(Key::ALWAYS);
        }
        if bound.layout.kind == Kind::Calendar {
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
        key: &RowKey,
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
        add(key.till.as_deref().unwrap_or_default());
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

fn day_of(finding: Diagnostic, store: &Whose, day: Option<NaiveDate>) -> Diagnostic {
    match (store, day) {
        (Ok(store), Some(day)) if !store.is_empty() => finding.day(store, day),
        _ => finding,
    }
}

/// One walk over a sheet's rows.
struct Walk<'w> {
    of: &'w SheetReader<'w>,
    reader: Reader<'w>,
    origin: &'w Origin,
    shops: Shops<'w>,
    named: Named,
    /// What the document's name says by the layout's pattern.
    told: name::Said,
    occurrences: Occurrences,
    gathered: Gathered,
    found: Vec<Diagnostic>,
}

/// The store of a row, or why it is not clear.
type Whose = Result<String, (Code, String)>;

impl Walk<'_> {
    fn say(&mut self, code: Code, row: &SheetRow, message: &str) {
        self.found.push(Diagnostic::new(code, self.origin.row(row.number), message));
    }

    /// What was gathered so far, with what was found in it.
    fn block(&mut self) -> Checked<Block> {
        let Gathered { mut batches, rejected, .. } = std::mem::take(&mut self.gathered);
        for batch in &mut batches {
            count_lines(&mut batch.content);
        }
        Checked::with(Block { origin: self.origin.clone(), batches, rejected }, std::mem::take(&mut self.found))
    }

    /// Reads one row into what is gathered.
    fn row(&mut self, row: &SheetRow) {
        let bound = self.reader.bound;
        let cells = self.reader.cells(row);
        let mut faults: Vec<Found> = Vec::new();
        let mut key = self.reader.key(&cells, &mut faults);
        self.told.fill(&mut key);
        let whose = if bound.layout.company { Ok(String::new()) } else { self.shops.find(key.store.as_deref()) };
        let shop = whose.as_ref().ok().and_then(|code| self.of.stores.get(code));
        if let Some(instant) = key.instant {
            let local = local_time(instant, shop.map_or("UTC", |store| store.zone.as_str()));
            (key.date, key.time) = (Some(local.date()), Some(local.time()));
        }
        self.in_store_time(&mut key, shop, row);
        if !dated(bound) && bound.layout.kind.is_daily() && bound.layout.kind.field("date").is_some() {
            key.date = self.of.reading.date.or(self.named.only());
            key.trading_day = key.date;
        }
        let taxed = bound.layout.prices_include_tax.or_else(|| shop.and_then(|store| store.prices_include_tax));
        let drafts = self.reader.drafts(&cells, &key, taxed, &mut faults);
        let day = self.of.day(&key, shop, &drafts, bound);
        let why = match self.ragged(row, cells.len(), cells.iter().skip(bound.headings.len()).any(|cell| !cell.is_empty())) {
            Some((finding, message)) => {
                self.found.push(day_of(finding, &whose, day));
                Some(message)
            }
            None => self.faults(row, faults, &whose, day),
        };
        let store = match whose {
            Ok(store) => store,
            Err((code, message)) => {
                return self.ask(code, row, message, "name the store in epos.toml, or say which it is with --store");
            }
        };
        match (day, why) {
            (Some(trading_day), None) => {
                let (daily, own) = drafts.into_iter().partition(|draft| bound.layout.company && draft.kind.is_daily());
                self.keep_daily(row, daily, &key);
                self.keep(row, own, key, Key { store, till: String::new(), trading_day });
            }
            (None, None) => {
                let message = "nothing says which day the rows are of".to_owned();
                self.ask(F016, row, message, "say which with --date, or put the date into the file's name");
            }
            (trading_day, Some(why)) => self.gathered.rejected.push(RejectedRow {
                store: Some(store).filter(|store| !store.is_empty()),
                till: key.till,
                trading_day,
                number: self.reader.number(row).map(str::to_owned),
                kind: bound.layout.kind,
                row: row.number,
                cells: row.cells.clone(),
                why,
            }),
        }
    }

    /// A row that says its time zone is read in the store's: its date decides the trading day.
    fn in_store_time(&mut self, key: &mut RowKey, shop: Option<&Store>, row: &SheetRow) {
        let (Some(zone), Some(store), Some(date), Some(time)) = (&key.zone, shop, key.date, key.time) else { return };
        let local = utc_of(date.and_time(time), zone).map(|utc| store.local_time(utc));
        if let Some(local) = local.filter(|local| *local != date.and_time(time)) {
            (key.date, key.time) = (Some(local.date()), Some(local.time()));
            let message =
                format!("its times are those of {zone}; they are read as those of {}, where store {} is", store.zone, store.code);
            self.ask(F032, row, message, "is `zone` of the store in epos.toml right?");
        }
    }

    /// Asks a question about the whole sheet, once.
    fn ask(&mut self, code: Code, row: &SheetRow, message: String, help: &str) {
        if self.shops.seen.insert(message.clone(), None).is_none() {
            self.found.push(Diagnostic::new(code, self.origin.row(row.number), message).help(help));
        }
    }

    /// Why the cells of a row cannot be told apart, if they cannot.
    fn ragged(&self, row: &SheetRow, len: usize, beyond: bool) -> Option<(Diagnostic, String)> {
        let bound = self.reader.bound;
        let width = bound.headings.len();
        let ragged = width > 0 && (beyond || (self.origin.sheet.is_empty() && self.of.lacks_cells(bound, len)));
        ragged.then(|| {
            let message = format!("the row has {len} cells under {width} headings, so its columns cannot be trusted");
            let help = "is there a comma inside a description without quotes?";
            (Diagnostic::new(F005, self.origin.row(row.number), &message).help(help), message)
        })
    }

    /// Says what is wrong with a row's cells; gives the first reason to reject it.
    fn faults(&mut self, row: &SheetRow, faults: Vec<Found>, whose: &Whose, day: Option<NaiveDate>) -> Option<String> {
        let mut why = None;
        let mut said: Vec<(At, String)> = Vec::new();
        for fault in faults {
            let mut at = self.origin.at(fault.kind, row.number, fault.field);
            if at.column.is_none() && KEY_FIELDS.contains(&fault.field) {
                at.column = self.of.key_column(self.reader.bound, fault.field);
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

    /// Keeps what a row of the company's own list says of one store on one day: its stock beside its price.
    fn keep_daily(&mut self, row: &SheetRow, drafts: Vec<Draft>, said: &RowKey) {
        if drafts.is_empty() {
            return;
        }
        let store = match self.shops.find(said.store.as_deref()) {
            Ok(store) => store,
            Err((code, message)) => {
                return self.ask(code, row, message, "name the store in epos.toml, or say which it is with --store");
            }
        };
        let reading = self.of.reading;
        match reading.date.or_else(|| self.named.only()).or(reading.received) {
            Some(trading_day) => self.keep(row, drafts, RowKey::default(), Key { store, till: String::new(), trading_day }),
            None => {
                let message = "nothing says on which day its stock levels were true".to_owned();
                self.ask(F016, row, message, "say which with --date, or put the date into the file's name");
            }
        }
    }

    /// Keeps a row's records under `key`, whose till the row names.
    fn keep(&mut self, row: &SheetRow, drafts: Vec<Draft>, said: RowKey, mut key: Key) {
        self.named.saw(key.trading_day, &said);
        let number = self.of.number(self.reader.bound, &drafts, &said, &mut self.occurrences, &key.store, key.trading_day);
        key.till = said.till.unwrap_or_default();
        for mut draft in drafts {
            let kind = draft.kind;
            fill(&mut draft, number.as_deref(), key.trading_day);
            let values = &mut draft.values;
            let content = self.gathered.content(key.clone());
            if let Err(field) = content.push(kind, row.number, &mut |at| std::mem::replace(&mut values[at], Value::Null)) {
                // A required field is blank, and no cell is to blame: the layout cannot give it.
                let name = kind.fields()[field].name;
                let why = format!("nothing says the {} of this row", row::plain(name));
                let at = self.origin.at(kind, row.number, name);
                self.found.push(Diagnostic::new(F013, at, &why).day(&key.store, key.trading_day));
                self.gathered.rejected.push(RejectedRow {
                    store: Some(key.store.clone()),
                    till: Some(key.till.clone()),
                    trading_day: Some(key.trading_day),
                    number: number.clone(),
                    kind,
                    row: row.number,
                    cells: row.cells.clone(),
                    why,
                });
            }
            self.gathered.rows += 1;
        }
    }
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
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for row in &mut content.lines {
        let count = counts.entry(row.record.number.as_str()).or_default();
        *count += 1;
        row.record.line.get_or_insert(*count);
    }
}

/// Is this the heading again, as in files glued together?
fn repeats(headings: &[String], row: &SheetRow) -> bool {
    let filled = headings.iter().filter(|heading| !heading.is_empty()).count();
    filled > 1
        && row.cells.iter().filter(|cell| !cell.is_empty()).count() == filled
        && headings.iter().zip(&row.cells).all(|(heading, cell)| *heading == normal(cell))
}

/// Finds the store of each row.
struct Shops<'a> {
    known: &'a BTreeMap<String, Store>,
    /// The store that the mail or a person says.
    said: Option<&'a str>,
    /// The store that the document's name says.
    named: Option<&'a str>,
    seen: HashMap<String, Option<String>>,
}

impl Shops<'_> {
    /// The store's code, or why it is not clear.
    fn find(&mut self, written: Option<&str>) -> Result<String, (Code, String)> {
        let Some(written) = written else {
            return self.said.or(self.named).map(str::to_owned).ok_or((F015, "nothing says which store the file is of".to_owned()));
        };
        let code = match self.seen.get(written) {
            Some(code) => code.clone(),
            None => {
                let known = self.known.values().find(|store| store.is_called(written)).map(|store| store.code.clone());
                let code = known.or_else(|| self.known.is_empty().then(|| written.to_owned()));
                self.seen.insert(written.to_owned(), code.clone());
                code
            }
        };
        match (code, self.said, self.named) {
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

    fn saw(&mut self, day: NaiveDate, key: &RowKey) {
        if day == Key::ALWAYS {
            self.agrees = true;
            return;
        }
        let (Some(first), Some(last)) = (self.dates.iter().min(), self.dates.iter().max()) else { return };
        let within = |day: NaiveDate| *first <= day && day <= *last;
        let agrees = within(day) || key.date.is_some_and(within);
        self.agrees |= agrees;
        if (self.span && !agrees || !self.agrees) && self.days.last() != Some(&day) {
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
