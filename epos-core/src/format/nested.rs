//! What nested texts (JSON, XML) become: tables of text cells that grow while the text is read.

use std::borrow::Cow;
use std::collections::HashMap;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::csv;
use super::sheets::{Refused, refused};
use crate::diagnostic::{Checked, Diagnostic, F007, F010, F012};
use crate::model::{At, Document, Limits, Sheet, SheetRow};

/// The text of a document without its byte-order mark. UTF-16 is told by its bytes; `declared` is what the text says of itself,
/// and without it a text that is not UTF-8 is read as Windows-1252, which is said.
pub(super) fn decode<'d>(
    document: &'d Document,
    declared: Option<&'static Encoding>,
    said: &mut Vec<Diagnostic>,
) -> Result<Cow<'d, str>, Refused> {
    let bytes: &[u8] = &document.bytes;
    let at = || At::document(&document.name);
    let (encoding, body) = match csv::utf16(bytes) {
        Some((encoding, mark)) => (encoding, bytes.get(mark..).unwrap_or_default()),
        // A declaration that can be read byte by byte is not in UTF-16, whatever it says.
        None => {
            let declared = declared.filter(|of| *of != UTF_16LE && *of != UTF_16BE).unwrap_or(UTF_8);
            (declared, bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
        }
    };
    let (text, damaged) = encoding.decode_without_bom_handling(body);
    if !damaged {
        return Ok(text);
    }
    if encoding != UTF_8 || declared.is_some() {
        let message = format!("some letters are not {}, so the file was cut off or damaged on its way", encoding.name());
        return Err(refused(F010, at(), message, "send the file again, or export it again from the till"));
    }
    let message = "the text is not UTF-8; it was read as Windows-1252, as Excel on Windows writes it";
    said.push(Diagnostic::new(F007, at(), message).help("check that £, € and accented letters look right"));
    Ok(WINDOWS_1252.decode_without_bom_handling(body).0)
}

/// The sheets that were read, or why there are none.
pub(super) fn checked(document: &Document, read: Result<Vec<Sheet>, Refused>, mut said: Vec<Diagnostic>) -> Checked<Vec<Sheet>> {
    match read {
        Ok(sheets) if sheets.is_empty() => said.push(*csv::empty(document)),
        Ok(sheets) => return Checked::with(sheets, said),
        Err(refusal) => said.push(*refusal),
    }
    Checked::with(Vec::new(), said)
}

/// A cell of a row that is being put together: its heading's number, and its text.
pub(super) type Cell<'t> = (usize, Cow<'t, str>);

/// Tables while they grow.
pub(super) struct Tables<'d> {
    document: &'d Document,
    limits: &'d Limits,
    headings: Vec<String>,
    numbers: HashMap<String, usize>,
    tables: Vec<Table>,
    /// Bytes that all rows take up.
    spent: u64,
    /// Bytes that the record at hand takes up.
    held: u64,
}

#[derive(Default)]
struct Table {
    name: String,
    /// The heading of each column.
    columns: Vec<usize>,
    /// The columns of a heading: more than one where a record says the same thing twice.
    places: HashMap<usize, Vec<usize>>,
    rows: Vec<SheetRow>,
}

impl<'d> Tables<'d> {
    pub fn new(document: &'d Document, limits: &'d Limits) -> Self {
        Tables { document, limits, headings: Vec::new(), numbers: HashMap::new(), tables: Vec::new(), spent: 0, held: 0 }
    }

    pub fn refuse(&self, code: crate::diagnostic::Code, line: u32, message: impl Into<String>, help: &str) -> Refused {
        refused(code, At { row: (line > 0).then_some(line), ..At::document(&self.document.name) }, message, help)
    }

    pub fn past_limit(&self, line: u32, message: String) -> Refused {
        self.refuse(F012, line, message, "export fewer days into one file; if it is small, something else wrote it than a till")
    }

    /// Counts memory that is needed until the record at hand is laid out.
    pub fn hold(&mut self, bytes: usize, line: u32) -> Result<(), Refused> {
        self.held += bytes as u64;
        self.within(line)
    }

    /// The record at hand is laid out.
    pub fn release(&mut self) {
        self.held = 0;
    }

    /// Memory is limited like that of any document that unpacks to more than it is.
    fn within(&self, line: u32) -> Result<(), Refused> {
        match self.spent + self.held > self.limits.unpacked_bytes {
            true => Err(self.past_limit(line, format!("its cells take more than {} bytes", self.limits.unpacked_bytes))),
            false => Ok(()),
        }
    }

    /// The number of a heading.
    pub fn heading(&mut self, text: &str) -> usize {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        self.headings.push(text.to_owned());
        self.numbers.insert(text.to_owned(), self.headings.len() - 1);
        self.headings.len() - 1
    }

    /// Adds a row to the table of this name; blank cells are left out.
    pub fn row(&mut self, table: &str, line: u32, row: &[Cell<'_>]) -> Result<(), Refused> {
        let at = match self.tables.iter().position(|known| known.name == table) {
            Some(at) => at,
            None if self.tables.len() >= self.limits.sheets => {
                return Err(self.past_limit(line, format!("it nests more than {} tables", self.limits.sheets)));
            }
            None => {
                self.tables.push(Table { name: table.to_owned(), ..Table::default() });
                self.tables.len() - 1
            }
        };
        let table = &mut self.tables[at];
        let mut cells: Vec<String> = Vec::new();
        for (heading, text) in row.iter().filter(|(_, text)| !text.trim().is_empty()) {
            let places = table.places.entry(*heading).or_default();
            let free = places.iter().copied().find(|&place| cells.get(place).is_none_or(String::is_empty));
            let place = free.unwrap_or_else(|| {
                places.push(table.columns.len());
                table.columns.push(*heading);
                table.columns.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            cells[place] = text.clone().into_owned();
        }
        let columns = table.columns.len();
        if columns > self.limits.columns {
            let message = format!("its records have {columns} columns; at most {} are read", self.limits.columns);
            return Err(self.past_limit(line, message));
        }
        let bytes = cells.len() * size_of::<String>() + cells.iter().map(String::len).sum::<usize>();
        if !cells.is_empty() {
            table.rows.push(SheetRow { number: line, cells });
        }
        self.spent += bytes as u64;
        self.within(line)
    }

    /// The tables as sheets, each with a row of headings above its rows.
    ///
    /// A row's number is the line it begins on, where that tells records apart; else (a text without line breaks) its place among the
    /// rows of its sheet.
    pub fn finish(self) -> Vec<Sheet> {
        let by_line = self.tables.first().is_some_and(|first| {
            let numbers = || first.rows.iter().map(|row| row.number);
            let last = self.tables.iter().flat_map(|table| table.rows.last()).map(|row| row.number).max();
            numbers().zip(numbers().skip(1)).all(|(one, next)| one < next) && numbers().next() < last
        });
        let Tables { headings, tables, .. } = self;
        let sheets = tables.into_iter().filter(|table| !table.rows.is_empty()).map(|table| {
            let titles = table.columns.iter().filter_map(|&heading| headings.get(heading).cloned()).collect();
            let rows =
                (1..).zip(table.rows).map(|(place, row)| SheetRow { number: if by_line { row.number } else { place }, ..row });
            Sheet {
                name: table.name,
                hidden: false,
                rows: std::iter::once(SheetRow { number: 0, cells: titles }).chain(rows).collect(),
            }
        });
        sheets.collect()
    }
}
