//! A layout drafted from a file that no layout knows: what its headings and cells prove is written down with the row that proves it,
//! and what nothing proves becomes a question. Nothing is guessed.

mod ask;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bind::TITLE_ROWS;
use super::cell::{self, DateOrder, Style};
use super::heading::normal;
use super::layout::{KEY_FIELDS, Layout, Layouts};
use super::sheets::{Sheets, open};
use crate::diagnostic::{Checked, F007};
use crate::model::{Document, Kind, Limits, Sheet, SheetRow, Type};

/// A layout as far as a file proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Its name.
    pub id: String,
    /// The document it was drafted from.
    pub document: String,
    /// What its rows are.
    pub kind: Kind,
    /// What else they could be, from the headings alone.
    pub or: Vec<Kind>,
    /// What the file proves, each with its line of TOML where it needs one.
    pub proven: Vec<Proven>,
    /// Headings by field, as far as they are clear.
    pub columns: Vec<(String, String)>,
    /// Headings that no field takes.
    pub unread: Vec<String>,
    /// What nothing proves.
    pub questions: Vec<Question>,
    detect: Vec<String>,
    fixed: Vec<String>,
}

/// Something that the file proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// In a sentence, with the row.
    pub says: String,
    /// As a line of the layout; empty where the layout needs none.
    pub line: String,
}

/// Something that the file cannot prove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What is asked about: a key of the layout, or `heading Total`, `column date`, `word kind sold`.
    pub about: String,
    /// The question.
    pub asks: String,
    /// What can be answered.
    pub answers: Vec<Answer>,
    /// Where any text is an answer: the table and the key that take it.
    pub free: Option<(String, String)>,
    /// The answer that the data suggests, by position, and why.
    pub suggested: Option<(usize, String)>,
}

/// A possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The answer in a word.
    pub word: String,
    /// What it means.
    pub means: String,
    /// The table that its line belongs to; empty for the layout's own keys.
    pub table: String,
    /// Its line of TOML; empty when it leaves something out.
    pub line: String,
}

impl Question {
    /// The answer that `text` is: its word, or its number as a person counts.
    ///
    /// ```
    /// # use epos_core::format::{Layouts, draft};
    /// # use epos_core::model::{Document, Limits};
    /// # let text = "Shop,Till,Date,Receipt,Item,Qty,Total\nLW,1,03/04/2026,201,Jam,1,3.50\nLW,1,05/04/2026,202,Tea,2,5.00\n";
    /// # let (document, limits) = (Document::new("ours.csv", text.as_bytes()), Limits::default());
    /// # let draft = draft(&document, &Layouts::built_in(), None, &limits).value.ok_or("no heading is known")?;
    /// // No date of the file has a day after the 12th, so it is asked which comes first.
    /// let question = draft.questions.iter().find(|question| question.about == "date_order").ok_or("nothing is asked")?;
    /// let answer = question.answer("DMY").ok_or("not an answer")?;
    /// assert_eq!(answer.line, "date_order = \"dmy\"");
    /// assert_eq!(question.answer("1"), Some(answer));
    /// assert_eq!(question.answer("sideways"), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn answer(&self, text: &str) -> Option<Answer> {
        let text = text.trim();
        let by_number = || self.answers.get(text.parse::<usize>().ok()?.checked_sub(1)?);
        if let Some(answer) = self.answers.iter().find(|answer| answer.word.eq_ignore_ascii_case(text)).or_else(by_number) {
            return Some(answer.clone());
        }
        let (table, key) = self.free.as_ref().filter(|_| !text.is_empty())?;
        let line = format!("{key} = {}", quoted(text));
        Some(Answer { word: text.to_owned(), means: String::new(), table: table.clone(), line })
    }

    /// The suggested answer.
    ///
    /// ```
    /// use epos_core::format::{Answer, Question};
    ///
    /// let answer = |word: &str| Answer { word: word.into(), means: String::new(), table: String::new(), line: String::new() };
    /// let mut question = Question {
    ///     about: "prices_include_tax".into(),
    ///     asks: "Do the prices include tax?".into(),
    ///     answers: vec![answer("true"), answer("false")],
    ///     free: None,
    ///     suggested: None,
    /// };
    /// assert_eq!(question.suggestion(), None, "nothing is guessed");
    /// question.suggested = Some((1, "row 2 has 10.00, tax 2.00 and 12.00".into()));
    /// assert_eq!(question.suggestion().map(|answer| answer.word.as_str()), Some("false"));
    /// ```
    pub fn suggestion(&self) -> Option<&Answer> {
        self.answers.get(self.suggested.as_ref()?.0)
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl Draft {
    /// The layout's text. Questions that `answers` leaves open stand in it as comments with their possible answers.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// # use epos_core::format::{Layouts, draft};
    /// # use epos_core::model::{Document, Limits};
    /// # let text = "Shop,Till,Date,Receipt,Item,Qty,Total\nLW,1,03/04/2026,201,Jam,1,3.50\nLW,1,05/04/2026,202,Tea,2,5.00\n";
    /// # let (document, limits) = (Document::new("ours.csv", text.as_bytes()), Limits::default());
    /// # let draft = draft(&document, &Layouts::built_in(), None, &limits).value.ok_or("no heading is known")?;
    ///
    /// let open = draft.toml(&BTreeMap::new());
    /// assert!(!open.lines().any(|line| line.starts_with("date_order")), "while it is a question, it is a comment");
    ///
    /// let asked = draft.questions.iter().find(|question| question.about == "date_order").ok_or("nothing is asked")?;
    /// let answers = BTreeMap::from([(asked.about.clone(), asked.answer("dmy").ok_or("not an answer")?)]);
    /// assert!(draft.toml(&answers).lines().any(|line| line == "date_order = \"dmy\""));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn toml(&self, answers: &BTreeMap<String, Answer>) -> String {
        let open = self.questions.iter().filter(|question| !answers.contains_key(&question.about)).count();
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |table: &str, line: String| tables.entry(table.to_owned()).or_default().push(line);
        for (field, heading) in &self.columns {
            add("columns", format!("{field} = {}", quoted(heading)));
        }
        for question in &self.questions {
            let Some(answer) = answers.get(&question.about) else {
                // Every possible line stands in the table where it would be right.
                for table in question.tables() {
                    question.comment(&table).into_iter().for_each(|line| add(&table, line));
                }
                continue;
            };
            if !answer.line.is_empty() {
                add(&answer.table, answer.line.clone());
            }
        }
        let mut text = format!("# Drafted from {} by `epos layout new`.", self.document.replace(char::is_control, " "));
        if open > 0 {
            let are = if open == 1 { "1 question is".to_owned() } else { format!("{open} questions are") };
            text += &format!(" {are} open: take `# ? ` away from the line that is right.");
        }
        text += &format!("\ntitle = {}\nkind = \"{}\"\n", quoted(&format!("Files like {}", self.document)), self.kind);
        if !self.or.is_empty() {
            let kinds: Vec<&str> = self.or.iter().map(|kind| kind.word()).collect();
            text += &format!("# By its headings it could also be {}: draft it again with --kind.\n", kinds.join(" or "));
        }
        let detect: Vec<String> = self.detect.iter().map(|heading| quoted(heading)).collect();
        text += &format!("detect = [{}]\n", detect.join(", "));
        for line in &self.fixed {
            text += &format!("{line}\n");
        }
        for proven in &self.proven {
            text += &format!("# {}\n", proven.says.replace(char::is_control, " "));
            if !proven.line.is_empty() {
                text += &format!("{}\n", proven.line);
            }
        }
        for line in tables.remove("").unwrap_or_default() {
            text += &format!("{line}\n");
        }
        if !self.unread.is_empty() {
            let unread: Vec<String> = self.unread.iter().map(|heading| quoted(heading)).collect();
            text += &format!(
                "# Headings that are not read. Those that do not matter can be named in `absent`: {}\n",
                unread.join(", ")
            );
        }
        for (table, lines) in tables {
            text += &format!("\n[{table}]\n{}\n", lines.join("\n"));
        }
        text
    }
}

impl Question {
    /// The tables that its answers belong to.
    fn tables(&self) -> BTreeSet<String> {
        let lines = self.answers.iter().filter(|answer| !answer.line.is_empty()).map(|answer| &answer.table);
        lines.chain(self.free.iter().map(|(table, _)| table)).cloned().collect()
    }

    /// The answers that belong to a table, as comments of a layout.
    fn comment(&self, table: &str) -> Vec<String> {
        let tidy = |text: &str| text.replace(char::is_control, " ");
        let mut lines = vec![format!("# {}", tidy(&self.asks))];
        if let Some((answer, why)) = self.suggested.as_ref().and_then(|(at, why)| Some((self.answers.get(*at)?, why))) {
            lines.push(format!("# The file suggests {}: {}.", tidy(&answer.word), tidy(why)));
        }
        for answer in self.answers.iter().filter(|answer| answer.table == table) {
            let line = if answer.line.is_empty() { "(leave it out)".to_owned() } else { answer.line.replace('\n', "\n# ? ") };
            let means = if answer.means.is_empty() { String::new() } else { format!("   # {}", tidy(&answer.means)) };
            lines.push(format!("# ? {line}{means}"));
        }
        lines.extend(self.free.iter().filter(|(of, _)| of == table).map(|(_, key)| format!("# ? {key} = \"\"")));
        lines
    }
}

/// What the draft knows of the file's columns.
struct Columns<'s> {
    headings: &'s [String],
    rows: &'s [SheetRow],
    kind: Kind,
    /// The column of each field that is clear.
    of: BTreeMap<&'static str, usize>,
    style: Style,
}

impl<'s> Columns<'s> {
    fn cell(&self, row: &'s SheetRow, column: usize) -> &'s str {
        row.cells.get(column).map_or("", |cell| cell.trim())
    }

    fn field(&self, row: &'s SheetRow, field: &str) -> &'s str {
        self.of.get(field).map_or("", |&column| self.cell(row, column))
    }

    /// The filled cells of a column, with their rows.
    fn filled(&self, column: usize) -> impl Iterator<Item = (u32, &'s str)> + '_ {
        let cells = self.rows.iter().map(move |row| (row.number, self.cell(row, column)));
        cells.filter(|(_, cell)| !cell.is_empty())
    }

    fn heading(&self, column: usize) -> &'s str {
        self.headings.get(column).map_or("", String::as_str)
    }
}

/// Every field that `layout` knows under this heading.
fn fields(layout: &Layout, heading: &str) -> Vec<&'static str> {
    let own = layout.kind.fields().iter().map(|field| field.name);
    let mut found: Vec<&'static str> = Vec::new();
    for field in KEY_FIELDS.iter().copied().chain(own) {
        if !found.contains(&field) && layout.binds(layout.kind, field, heading) {
            found.push(field);
        }
    }
    found
}

/// How well a row fits as the heading of a kind's rows: required fields that are missing, and headings that are known.
fn fit(layout: &Layout, row: &SheetRow) -> (i64, usize) {
    let mut known = BTreeSet::new();
    let mut matched = 0;
    for heading in row.cells.iter().map(|cell| normal(cell)).filter(|heading| !heading.is_empty()) {
        let unclear = words::meanings(layout.kind, &heading);
        let fields = if unclear.is_empty() { fields(layout, &heading) } else { unclear.iter().map(|(field, _)| *field).collect() };
        matched += usize::from(!fields.is_empty());
        known.extend(fields);
    }
    if known.contains("timestamp") || known.contains("trading_day") {
        known.insert("date");
    }
    let missing = layout.detect.iter().filter(|field| !known.contains(field.as_str())).count();
    (matched as i64 - 2 * missing as i64, matched)
}

/// Drafts a layout from a document. `None`: it has no rows, or no heading that is known; the findings say more. With `kind` its rows are
/// that, whatever the headings look like.
///
/// ```
/// use epos_core::format::{Layouts, draft};
/// use epos_core::model::{Document, Kind, Limits};
///
/// let text = "Shop,Till,Date,Receipt,Item,Qty,Total\nLW,1,21/11/2026,201,Jam,1,3.50\nLW,1,21/11/2026,202,Tea,2,5.00\n";
/// let document = Document::new("ours.csv", text.as_bytes());
/// let draft = draft(&document, &Layouts::built_in(), None, &Limits::default()).value.ok_or("no heading is known")?;
/// assert_eq!(draft.kind, Kind::Lines);
/// assert!(draft.columns.contains(&("quantity".into(), "Qty".into())));
/// let order = draft.proven.iter().find(|proven| proven.line == "date_order = \"dmy\"").ok_or("not proven")?;
/// assert_eq!(order.says, "In dates the day comes first: row 2 has 21/11/2026.");
/// # Ok::<(), &str>(())
/// ```
pub fn draft(document: &Document, layouts: &Layouts, kind: Option<Kind>, limits: &Limits) -> Checked<Option<Draft>> {
    let mut found = Vec::new();
    let sheets = open(document, limits).into_value(&mut found);
    let mut proven: Vec<Proven> = Vec::new();
    let sheet = match sheets {
        Sheets::Text(rows) => {
            let delimiter = rows.delimiter();
            let rows: Vec<SheetRow> = rows.collect();
            proven.extend(words::delimiter(delimiter, &rows));
            Some(Sheet { name: String::new(), hidden: false, rows })
        }
        Sheets::Book(sheets) => sheets.into_iter().filter(|sheet| !sheet.hidden).max_by_key(|sheet| sheet.rows.len()),
    };
    if let Some(said) = found.iter().find(|finding| finding.code == F007) {
        let encoding = if said.message.contains("UTF-16") { None } else { Some("encoding = \"windows-1252\"") };
        proven.push(Proven { says: format!("{}: {}", said.at, said.message), line: encoding.unwrap_or_default().to_owned() });
    }
    let Some(sheet) = sheet.filter(|sheet| sheet.rows.len() > 1) else { return Checked::with(None, found) };
    let known = words::known(layouts);
    let fits = known
        .iter()
        .filter(|layout| kind.is_none_or(|kind| kind == layout.kind))
        .flat_map(|layout| sheet.rows.iter().take(TITLE_ROWS).enumerate().map(move |(at, row)| (fit(layout, row), at, layout)));
    let mut fits: Vec<_> = fits.filter(|((_, matched), ..)| *matched > 0).collect();
    // The first of equals: the order of what is known is the order in which people send things.
    fits.sort_by_key(|(fit, ..)| std::cmp::Reverse(*fit));
    let Some(&(best, heading, layout)) = fits.first() else { return Checked::with(None, found) };
    let mut or: Vec<Kind> = fits.iter().filter(|(fit, ..)| *fit == best).map(|(.., other)| other.kind).collect();
    or.retain(|other| *other != layout.kind);
    let drafted = drafted(document, &sheet, heading, layout, or, proven);
    Checked::with(Some(drafted), found)
}

fn drafted(document: &Document, sheet: &Sheet, heading: usize, layout: &Layout, or: Vec<Kind>, mut proven: Vec<Proven>) -> Draft {
    let empty = Style { date_order: None, comma: false, minor_units: Some(4), rates: cell::RateForm::Percent };
    let headings = sheet.rows.get(heading).map(|row| row.cells.as_slice()).unwrap_or_default();
    let rows = sheet.rows.get(heading + 1..).unwrap_or_default();
    let mut columns = Columns { headings, rows, kind: layout.kind, of: BTreeMap::new(), style: empty };
    let mut questions = Vec::new();
    let mut claims: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    let mut unclear = Vec::new();
    for (column, heading) in headings.iter().enumerate().map(|(column, heading)| (column, normal(heading))) {
        if !words::meanings(layout.kind, &heading).is_empty() {
            unclear.push(column);
            continue;
        }
        match fields(layout, &heading)[..] {
            [field] => claims.entry(field).or_default().push(column),
            [] => {}
            _ => unclear.push(column),
        }
    }
    let mut asked: Vec<(&'static str, Vec<usize>)> = Vec::new();
    for (field, of) in claims {
        match of[..] {
            [column] => drop(columns.of.insert(field, column)),
            _ => asked.push((field, of)),
        }
    }
    ask::style(&mut columns, &asked, &unclear, &mut proven, &mut questions);
    questions.extend(asked.iter().map(|(field, of)| ask::which(&columns, field, of)));
    let mut supposed = columns.of.clone();
    for &column in &unclear {
        let Some((question, field)) = ask::meaning(&columns, layout, column) else { continue };
        questions.push(question);
        if let Some(field) = field {
            supposed.entry(field).or_insert(column);
        }
    }
    let taken: BTreeSet<usize> =
        columns.of.values().copied().chain(unclear).chain(asked.iter().flat_map(|(_, of)| of.clone())).collect();
    let unread: Vec<usize> =
        (0..headings.len()).filter(|column| !taken.contains(column) && !normal(columns.heading(*column)).is_empty()).collect();
    questions.extend(ask::missing(&columns, layout, &questions, &unread));
    questions.extend(ask::words(&columns));
    // What the file suggests of one heading helps to suggest the rest; it is bound nowhere.
    let clear = std::mem::replace(&mut columns.of, supposed);
    questions.extend(ask::modes(&columns, layout));
    columns.of = clear;
    let fixed = ask::fixed(layout, &columns);
    let name = |column: &usize| columns.heading(*column).to_owned();
    let of: Vec<(String, String)> = columns.of.iter().map(|(field, column)| ((*field).to_owned(), name(column))).collect();
    Draft {
        id: words::id(&document.name),
        document: document.name.clone(),
        kind: layout.kind,
        or,
        proven,
        detect: detect(layout.kind, &of),
        columns: of,
        unread: unread.iter().map(name).collect(),
        questions,
        fixed,
    }
}

/// The headings by which such a file is known again: those that every row needs, or all where these are few.
fn detect(kind: Kind, of: &[(String, String)]) -> Vec<String> {
    let needed = |field: &str| {
        let required = kind.field(field).is_some_and(|at| kind.fields()[at].required);
        required || matches!(field, "till" | "date" | "timestamp" | "item_code")
    };
    let least: Vec<String> = of.iter().filter(|(field, _)| needed(field)).map(|(_, heading)| heading.clone()).collect();
    if least.len() > 2 { least } else { of.iter().map(|(_, heading)| heading.clone()).collect() }
}

/// Columns of dates, among those that are clear or asked about.
fn dates<'c>(columns: &'c Columns<'_>) -> impl Iterator<Item = usize> + 'c {
    let is_date = |field: &str| {
        let of = columns.kind.field(field).map(|at| columns.kind.fields()[at].kind);
        matches!(field, "date" | "timestamp" | "trading_day") || matches!(of, Some(Type::Date | Type::DateTime))
    };
    columns.of.iter().filter(move |(field, _)| is_date(field)).map(|(_, &column)| column)
}

/// The order of day, month and year that a file's own dates prove.
type Order = Option<(DateOrder, u32, String)>;
