//! Delimited text to rows of cells and back; the only user of `csv`, `encoding_rs` and `memchr`.

use std::io::{self, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, WriterBuilder};
use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr;

use super::layout::Layout;
use super::sheets::{Refused, refused};
use crate::diagnostic::{Diagnostic, F007, F008, F010, F012, F026};
use crate::model::{At, Document, Limits, SheetRow};

/// Records that are looked at to find the delimiter and the heading's width.
const SAMPLE: usize = 50;
/// Bytes in which these records are looked for.
const HEAD: usize = 1 << 18;
const DELIMITERS: [u8; 4] = *b",;\t|";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The rows of a text file, read as they are asked for: a file of any size needs the memory of one record.
///
/// Everything that concerns the file as a whole was said when it was opened, so rows carry no findings. Blank rows are left out. Rows
/// keep their own number of cells, but for blank ones past the heading's width.
pub struct TextRows {
    text: Text,
    reader: Reader<Box<dyn Read + Send>>,
    record: StringRecord,
    /// Line and number of cells of the record at hand.
    line: u32,
    cells: usize,
    delimiter: u8,
    width: usize,
}

impl TextRows {
    /// The delimiter it was found to have.
    ///
    /// ```
    /// use epos_core::format::{Sheets, open};
    /// use epos_core::model::{Document, Limits};
    ///
    /// let document = Document::new("sales.csv", &b"number;line_total\n201;3,50\n"[..]);
    /// let Sheets::Text(rows) = open(&document, &Limits::default()).value else { panic!("it is text") };
    /// assert_eq!(rows.delimiter(), ';');
    /// ```
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The same text from its first row again; nothing is held twice. For looking at rows before reading them.
    ///
    /// ```
    /// use epos_core::format::{Sheets, open};
    /// use epos_core::model::{Document, Limits};
    ///
    /// let document = Document::new("sales.csv", &b"number,line_total\n201,3.50\n"[..]);
    /// let Sheets::Text(mut rows) = open(&document, &Limits::default()).value else { panic!("it is text") };
    /// let heading = rows.next().map(|row| row.cells);
    /// assert_eq!(rows.again().next().map(|row| row.cells), heading);
    /// assert_eq!(rows.next().map(|row| row.number), Some(2), "the first reading goes on where it was");
    /// ```
    pub fn again(&self) -> TextRows {
        TextRows::new(self.text.clone(), self.delimiter, self.width)
    }

    fn new(text: Text, delimiter: u8, width: usize) -> Self {
        let reader = reader(text.open(), delimiter);
        TextRows { text, reader, record: StringRecord::new(), line: 0, cells: 0, delimiter, width }
    }

    /// Goes to the next row that is not blank; false after the last one.
    pub(super) fn advance(&mut self) -> bool {
        // The text was proven when it was opened; one that cannot be read to its end is the document's fault, which is asked for.
        loop {
            let begin = self.reader.position().byte();
            if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
                return false;
            }
            let Some(last) = (0..self.record.len()).rev().find(|&at| self.record.get(at).is_some_and(|cell| !blank(cell))) else {
                continue;
            };
            // Every record ends with one line feed; those within its cells stand in it, which needs quotation marks.
            let end = self.reader.position();
            let quoted = end.byte() - begin > (self.record.as_slice().len() + self.record.len()) as u64;
            let inside = if quoted { memchr::memchr_iter(b'\n', self.record.as_slice().as_bytes()).count() as u64 } else { 0 };
            let line = end.line().saturating_sub(inside + 1) + u64::from(self.text.skipped_lines);
            self.line = u32::try_from(line).unwrap_or(u32::MAX);
            self.cells = self.width.max(last + 1).min(self.record.len());
            return true;
        }
    }

    /// The line that the row at hand begins on, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// How many cells the row at hand has.
    pub(super) fn cell_count(&self) -> usize {
        self.cells
    }

    /// The cells of the row at hand.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.record.iter().take(self.cells).map(cell_text)
    }
}

impl Iterator for TextRows {
    type Item = SheetRow;

    fn next(&mut self) -> Option<SheetRow> {
        self.advance().then(|| SheetRow { number: self.line, cells: self.cells().map(str::to_owned).collect() })
    }
}

fn reader<R: Read>(from: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(1 << 16).from_reader(from)
}

fn blank(cell: &str) -> bool {
    cell.is_empty() || tidy(cell).is_empty()
}

/// A cell without what spreadsheets and people put around it: blanks, non-breaking blanks, byte-order marks, the apostrophe that
/// keeps `'0123` from becoming a number.
fn cell_text(cell: &str) -> &str {
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| (b'!'..=b'~').contains(byte) && *byte != b'\'');
    if plain(cell.as_bytes().first()) && plain(cell.as_bytes().last()) {
        return cell;
    }
    let text = tidy(cell);
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|next: char| next.is_ascii_digit() || "=+-@'".contains(next)) => rest,
        _ => text,
    }
}

/// A text as a cell that no spreadsheet takes for a formula; reading takes the apostrophe away again.
pub(super) fn escaped(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\'']) { format!("'{text}") } else { text.to_owned() }
}

/// Rows of cells as delimited text; rows may differ in length.
pub(super) fn text(rows: impl Iterator<Item = Vec<String>>, delimiter: u8) -> Vec<u8> {
    let mut writer = WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        // Writing into memory cannot fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

/// Without blanks of any sort, and without invisible marks (the end-of-file mark of DOS tills among them), around it.
pub(super) fn tidy(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{200B}' | '\u{1A}'))
}

/// How a document's bytes become a text.
#[derive(Clone)]
struct Text {
    document: Document,
    encoding: Option<&'static Encoding>,
    /// Bytes of the byte-order mark.
    mark: u64,
    /// Decoded bytes of the line that names the delimiter.
    skipped: u64,
    skipped_lines: u32,
}

impl Text {
    /// The text as UTF-8, every line ending with one line feed.
    fn open(&self) -> Box<dyn Read + Send> {
        let mut text = self.decoded();
        // A line that is not there is found to be missing when it is read.
        let _ = io::copy(&mut text.by_ref().take(self.skipped), &mut io::sink());
        Box::new(text)
    }

    fn decoded(&self) -> Lines<Box<dyn Read + Send>> {
        let mut bytes = self.document.open();
        let _ = io::copy(&mut bytes.by_ref().take(self.mark), &mut io::sink());
        Lines::new(match self.encoding {
            None => bytes,
            Some(encoding) => Box::new(Decoding::new(bytes, encoding)),
        })
    }
}

/// Turns every sort of line end into one line feed, also that of the last line.
struct Lines<R> {
    inner: R,
    /// The last byte was a carriage return.
    returned: bool,
    last: u8,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.inner.read(into)?;
            let text = into.get_mut(..count).unwrap_or_default();
            let kept = self.fold(text);
            if let Some(last) = text.get(..kept).and_then(<[u8]>::last) {
                self.last = *last;
                return Ok(kept);
            }
            if count == 0 {
                let Some(end) = into.first_mut().filter(|_| self.last != b'\n') else { return Ok(0) };
                (*end, self.last) = (b'\n', b'\n');
                return Ok(1);
            }
        }
    }
}

impl<R> Lines<R> {
    fn new(inner: R) -> Self {
        Lines { inner, returned: false, last: b'\n' }
    }

    /// Folds `\r\n` and `\r` into `\n` in place; gives the new length.
    fn fold(&mut self, text: &mut [u8]) -> usize {
        if !self.returned && memchr(b'\r', text).is_none() {
            return text.len();
        }
        let mut to = 0;
        for from in 0..text.len() {
            let byte = text[from];
            let doubled = byte == b'\n' && self.returned;
            self.returned = byte == b'\r';
            if !doubled {
                text[to] = if self.returned { b'\n' } else { byte };
                to += 1;
            }
        }
        to
    }
}

/// Decodes while it reads. Letters that cannot be decoded become `U+FFFD`.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// The part of `raw` that is not decoded yet.
    from: usize,
    to: usize,
    ended: bool,
    /// Decoded bytes that did not fit.
    over: Vec<u8>,
}

impl<R: Read> Decoding<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Decoding { inner, decoder, raw: vec![0; 1 << 15], from: 0, to: 0, ended: false, over: Vec::new() }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.over.is_empty() && !(self.ended && self.from == self.to) {
            if self.from == self.to {
                (self.from, self.to) = (0, self.inner.read(&mut self.raw)?);
                self.ended = self.to == 0;
            }
            self.over.resize(1 << 16, 0);
            let raw = self.raw.get(self.from..self.to).unwrap_or_default();
            let (_, read, written, _) = self.decoder.decode_to_utf8(raw, &mut self.over, self.ended);
            self.from += read;
            self.over.truncate(written);
        }
        let count = self.over.len().min(into.len());
        into.iter_mut().zip(self.over.drain(..count)).for_each(|(to, byte)| *to = byte);
        Ok(count)
    }
}

/// Opens a text: finds its encoding and its delimiter, and says everything that is wrong with it as a whole.
/// `None` when it cannot be read.
///
/// What the layout that was named says of encoding and delimiter goes before what would be found.
pub(super) fn open(document: &Document, layout: Option<&Layout>, limits: &Limits) -> (Option<TextRows>, Vec<Diagnostic>) {
    let mut said = Vec::new();
    let encoding = layout.and_then(|layout| Encoding::for_label(layout.encoding.as_deref()?.as_bytes()));
    let text = match encoding {
        Some(encoding) => decode_as(document, encoding),
        None => decode(document, &mut said),
    };
    let delimiter = layout.and_then(Layout::delimiter);
    let rows = text.and_then(|text| rows(document, text, delimiter, limits)).map_err(|refusal| said.push(*refusal));
    (rows.ok(), said)
}

/// Is this the name of an encoding that can be read?
pub(super) fn is_encoding(name: &str) -> bool {
    Encoding::for_label(name.as_bytes()).is_some()
}

/// A text in the encoding that its layout names.
fn decode_as(document: &Document, encoding: &'static Encoding) -> Result<Text, Refused> {
    let mark = Encoding::for_bom(&document.bytes).filter(|(of, _)| *of == encoding).map_or(0, |(_, length)| length);
    let text = Text { document: document.clone(), encoding: Some(encoding), mark: mark as u64, skipped: 0, skipped_lines: 0 };
    if damaged(&text, encoding) {
        let message = format!("the layout says that the text is {}, and it is not", encoding.name());
        let help = "correct `encoding` in the layout, or leave it out: it is then found in the bytes";
        return Err(refused(F007, At::document(&document.name), message, help));
    }
    Ok(text)
}

fn rows(document: &Document, mut text: Text, named: Option<u8>, limits: &Limits) -> Result<TextRows, Refused> {
    let refuse = |code, line: u32, message: String, help: &str| {
        refused(code, At { row: Some(line), ..At::document(&document.name) }, message, help)
    };
    let mut head = Vec::new();
    // A head that cannot be read is empty, and the document's fault is asked for.
    let _ = text.decoded().take(HEAD as u64).read_to_end(&mut head);
    let declared = separator_line(&head);
    if let Some((_, length)) = declared {
        (text.skipped, text.skipped_lines) = (length as u64, 1);
    }
    let sample = head.get(text.skipped as usize..).unwrap_or_default();
    let declared = named.or(declared.map(|(delimiter, _)| delimiter));
    let delimiter = declared.unwrap_or_else(|| delimiter_of(sample));

    let survey = Survey::of(text.decoded(), delimiter, limits);
    if let Some(line) = survey.nul {
        return Err(refuse(
            F026,
            line,
            "the file holds NUL bytes, so it is not text or it was damaged on its way".into(),
            "export the file again from the till; if it is not a CSV file, send what the till's CSV or Excel export writes",
        ));
    }
    if let Some(line) = survey.open_quote {
        return Err(refuse(
            F010,
            line,
            "a quotation mark is opened in this row and never closed: the file ends in the middle, or one mark is too many".into(),
            "export the file again; if it comes out the same, remove or double the quotation mark in this row",
        ));
    }
    if let Some((line, columns)) = survey.wide {
        return Err(refuse(
            F012,
            line,
            format!("this row has {columns} columns; at most {} are read", limits.columns),
            "a sales file has a few dozen columns: is this the right file, with the right delimiter?",
        ));
    }
    if let Some(line) = survey.long {
        return Err(refuse(
            F012,
            line,
            format!("this row is longer than {} bytes", limits.row_bytes),
            "is a quotation mark missing, or is this not a table?",
        ));
    }

    let mut rows = TextRows::new(text.clone(), delimiter, 0);
    let mut widths = Vec::with_capacity(SAMPLE);
    while widths.len() < SAMPLE && rows.advance() {
        widths.push(rows.cells);
    }
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    // The heading is the first row at least as wide as half of them: title lines are narrower, stray long rows are few.
    let half = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let Some(width) = widths.into_iter().find(|&width| width >= half) else {
        return Err(empty(document));
    };
    Ok(TextRows::new(text, delimiter, width))
}

/// The finding that a file holds no rows.
pub(super) fn empty(document: &Document) -> Refused {
    let help = "if the store was closed, nothing needs doing; otherwise export the file again";
    refused(F008, At::document(&document.name), "the file holds no rows", help)
}

/// Excel's `sep=;` first line: the delimiter, and the line's length in bytes.
fn separator_line(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let line = text.get(..end)?.trim_ascii_end();
    let line = line.strip_prefix(b"\"").map_or(line, |quoted| quoted.strip_suffix(b"\"").unwrap_or(quoted));
    let line = if line.get(..4)?.eq_ignore_ascii_case(b"sep=") { line.get(4..)? } else { return None };
    let delimiter = match (line, text.get(4)) {
        (&[delimiter], _) => delimiter,
        // A tab was trimmed off the line's end.
        (&[], Some(b'\t')) => b'\t',
        _ => return None,
    };
    let breaks = match text.get(end..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    };
    (delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && delimiter != b'"').then_some((delimiter, end + breaks))
}

/// The delimiter under which the largest share of records has one same number of fields; between equals, the one that makes more fields.
fn delimiter_of(text: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let mut counts = [0usize; 2 * SAMPLE];
        let mut record = ByteRecord::new();
        let mut reader = reader(text, delimiter);
        let mut read = 0;
        while read < SAMPLE && matches!(reader.read_byte_record(&mut record), Ok(true)) {
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                read += 1;
                if let Some(count) = counts.get_mut(record.len().min(2 * SAMPLE - 1)) {
                    *count += 1;
                }
            }
        }
        // A share, for a wrong delimiter tears quoted cells of several lines into more records.
        (2..counts.len()).map(|fields| (counts[fields] * 1000 / read.max(1), fields)).max().unwrap_or_default()
    };
    let there = DELIMITERS.into_iter().filter(|&delimiter| memchr(delimiter, text).is_some());
    // `max_by_key` keeps the last of equals; a comma is what counts when nothing tells.
    there.rev().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}

/// What one pass over a text finds; places are lines from 1.
#[derive(Default)]
struct Survey {
    nul: Option<u32>,
    /// Where a quotation mark stands that is never closed.
    open_quote: Option<u32>,
    /// Where a record starts that is too wide, and its number of columns up to the last filled one.
    wide: Option<(u32, usize)>,
    /// Where a record starts that is too long.
    long: Option<u32>,
    state: State,
    line: u32,
    record: Record,
    quote: u32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Start,
    Plain,
    Quoted,
    /// After a quotation mark within quotes: the closing one, or the first of a doubled one.
    Closing,
}

/// The record that is being passed.
#[derive(Default)]
struct Record {
    line: u32,
    bytes: usize,
    column: usize,
    filled: usize,
}

impl Survey {
    /// Goes over the text once, in the reader's own states, so that a file is refused before its first row is given out.
    fn of(mut text: impl Read, delimiter: u8, limits: &Limits) -> Survey {
        let mut found = Survey { line: 1, record: Record { line: 1, ..Record::default() }, ..Survey::default() };
        let mut chunk = vec![0; HEAD];
        while let Ok(count @ 1..) = text.read(&mut chunk) {
            found.pass(chunk.get(..count).unwrap_or_default(), delimiter, limits);
            if found.long.is_some() {
                break;
            }
        }
        found.end_record(limits);
        if found.state == State::Quoted {
            found.open_quote = Some(found.quote);
        }
        found
    }

    fn pass(&mut self, chunk: &[u8], delimiter: u8, limits: &Limits) {
        if self.nul.is_none()
            && let Some(at) = memchr(0, chunk)
        {
            let breaks = memchr::memchr_iter(b'\n', chunk.get(..at).unwrap_or_default()).count();
            self.nul = Some(self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)));
        }
        if self.state == State::Quoted || memchr(b'"', chunk).is_some() {
            return self.step(chunk, delimiter, limits);
        }
        // Without a quotation mark, only a line with more bytes than columns are allowed can be too wide.
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', chunk) {
            let line = chunk.get(from..=end).unwrap_or_default();
            if from == 0 || line.len() > limits.columns {
                self.step(line, delimiter, limits);
            } else {
                self.line = self.line.saturating_add(1);
                self.record.line = self.line;
                self.state = State::Start;
            }
            from = end + 1;
        }
        self.step(chunk.get(from..).unwrap_or_default(), delimiter, limits);
    }

    fn step(&mut self, bytes: &[u8], delimiter: u8, limits: &Limits) {
        for &byte in bytes {
            self.record.bytes += 1;
            if self.record.bytes > limits.row_bytes {
                self.long.get_or_insert(self.record.line);
            }
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::Closing,
                (State::Closing, b'"') => State::Quoted,
                (State::Start, b'"') => {
                    self.quote = self.line;
                    State::Quoted
                }
                (State::Quoted, _) => {
                    if byte > b' ' {
                        self.record.filled = self.record.column + 1;
                    }
                    State::Quoted
                }
                (_, b'\n') => {
                    self.end_record(limits);
                    self.record.line = self.line.saturating_add(1);
                    State::Start
                }
                (_, _) if byte == delimiter => {
                    self.record.column += 1;
                    State::Start
                }
                (_, _) => {
                    if byte > b' ' {
                        self.record.filled = self.record.column + 1;
                    }
                    State::Plain
                }
            };
            if byte == b'\n' {
                self.line = self.line.saturating_add(1);
            }
        }
    }

    fn end_record(&mut self, limits: &Limits) {
        if self.record.filled > limits.columns {
            self.wide.get_or_insert((self.record.line, self.record.filled));
        }
        self.record = Record { line: self.record.line, ..Record::default() };
    }
}

/// UTF-16 told by its mark, or by every other byte being NUL: the encoding and the mark's length.
pub(super) fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => return Some((UTF_16BE, 2)),
        _ => {}
    }
    let head = bytes.get(..512).unwrap_or(bytes);
    let nul = |first: usize| head.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nul(0), nul(1));
    let most = head.len() / 2;
    match most >= 2 {
        true if even == 0 && odd * 10 >= most * 9 => Some((UTF_16LE, 0)),
        true if odd == 0 && even * 10 >= most * 9 => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// The first bytes as text, good enough to see what sort of file it is.
pub(super) fn head(bytes: &[u8], most: usize) -> String {
    let start = bytes.get(..most).unwrap_or(bytes);
    match utf16(start) {
        Some((encoding, mark)) => {
            let units = start.get(mark..).unwrap_or_default();
            let whole = units.get(..units.len() / 2 * 2).unwrap_or_default();
            encoding.decode_without_bom_handling(whole).0.into_owned()
        }
        None => String::from_utf8_lossy(start.strip_prefix(BOM).unwrap_or(start)).into_owned(),
    }
}

fn decode(document: &Document, said: &mut Vec<Diagnostic>) -> Result<Text, Refused> {
    let at = || At::document(&document.name);
    let cut_off = |what: &str| {
        let message = format!("{what}, so the file was cut off or damaged on its way");
        refused(F010, at(), message, "send the file again, or export it again from the till")
    };
    let text =
        |encoding, mark: usize| Text { document: document.clone(), encoding, mark: mark as u64, skipped: 0, skipped_lines: 0 };
    if let Some((encoding, mark)) = utf16(&document.bytes) {
        let text = text(Some(encoding), mark);
        if !(document.length() - text.mark).is_multiple_of(2) || damaged(&text, encoding) {
            return Err(cut_off("some letters of this UTF-16 text are only half there"));
        }
        said.push(Diagnostic::new(F007, at(), "the text is UTF-16; it was read as such"));
        return Ok(text);
    }
    let mark = if document.bytes.starts_with(BOM) { BOM.len() } else { 0 };
    match utf8(document) {
        Utf8::Right => Ok(text(None, mark)),
        Utf8::CutOff => Err(cut_off("the last letter is only half there")),
        Utf8::Wrong { line } => {
            let place = At { row: Some(line), ..at() };
            said.push(
                Diagnostic::new(F007, place, "the text is not UTF-8; it was read as Windows-1252, as Excel on Windows writes it")
                    .help("check that £, € and accented letters look right"),
            );
            Ok(text(Some(WINDOWS_1252), mark))
        }
    }
}

/// The text of a web page or an XML document: by its mark, as UTF-8 if it is, else in the encoding it names for itself.
#[cfg(feature = "workbook")]
pub(super) fn marked_up(document: &Document, said: &mut Vec<Diagnostic>) -> Result<String, Refused> {
    let bytes: &[u8] = &document.bytes;
    let unmarked = utf16(bytes).is_none() && std::str::from_utf8(bytes).is_err();
    if unmarked && let Some(encoding) = named_encoding(&head(bytes, 4096)) {
        let message = format!("the text is {}, as it says itself; it was read as such", encoding.name());
        said.push(Diagnostic::new(F007, At::document(&document.name), message));
        return Ok(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    let mut bytes = Vec::new();
    let _ = decode(document, said)?.decoded().read_to_end(&mut bytes);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The encoding that a document names in `charset=` or `encoding=`; not UTF-8, which it then is not.
#[cfg(feature = "workbook")]
fn named_encoding(head: &str) -> Option<&'static Encoding> {
    let lower = head.to_ascii_lowercase();
    let (_, rest) = lower.split_once("charset=").or_else(|| lower.split_once("encoding="))?;
    let label = rest.trim_start_matches(['"', '\'', ' ']).split(['"', '\'', ' ', ';', '>', '/', '?']).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != encoding_rs::UTF_8 && encoding.is_ascii_compatible())
}

/// Does the text hold letters that cannot be decoded?
fn damaged(text: &Text, encoding: &'static Encoding) -> bool {
    let mut bytes = text.document.open();
    let _ = io::copy(&mut bytes.by_ref().take(text.mark), &mut io::sink());
    let (mut decoder, mut raw) = (encoding.new_decoder_without_bom_handling(), vec![0; 1 << 15]);
    let mut decoded = vec![0; 1 << 17];
    while let Ok(count) = bytes.read(&mut raw) {
        let last = count == 0;
        if decoder.decode_to_utf8(raw.get(..count).unwrap_or_default(), &mut decoded, last).3 {
            return true;
        }
        if last {
            break;
        }
    }
    false
}

enum Utf8 {
    Right,
    /// Letters beyond ASCII prove UTF-8; only its last one is incomplete.
    CutOff,
    Wrong {
        line: u32,
    },
}

/// Is a document UTF-8? One pass, whatever its size.
fn utf8(document: &Document) -> Utf8 {
    let mut bytes = document.open();
    let mut chunk = vec![0; HEAD];
    let (mut kept, mut ascii, mut breaks, mut returns) = (0, true, 0_u32, 0_u32);
    let mut count_lines = |text: &[u8]| {
        let count = |byte| u32::try_from(memchr::memchr_iter(byte, text).count()).unwrap_or(u32::MAX);
        breaks = breaks.saturating_add(count(b'\n'));
        returns = returns.saturating_add(count(b'\r'));
        if breaks > 0 { breaks } else { returns }.saturating_add(1)
    };
    loop {
        let count = match bytes.read(chunk.get_mut(kept..).unwrap_or_default()) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        let all = chunk.get(..kept + count).unwrap_or_default();
        let valid = match std::str::from_utf8(all) {
            Ok(_) => all.len(),
            Err(wrong) => {
                let valid = wrong.valid_up_to();
                let before = all.get(..valid).unwrap_or_default();
                ascii &= before.is_ascii();
                if wrong.error_len().is_none() && count > 0 {
                    valid
                } else if wrong.error_len().is_none() && !ascii {
                    return Utf8::CutOff;
                } else {
                    return Utf8::Wrong { line: count_lines(before) };
                }
            }
        };
        if count == 0 {
            return Utf8::Right;
        }
        let before = all.get(..valid).unwrap_or_default();
        ascii = ascii && before.is_ascii();
        count_lines(before);
        kept = all.len() - valid;
        chunk.copy_within(valid..valid + kept, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_bytes(bytes: &[u8]) -> (Option<TextRows>, Vec<Diagnostic>) {
        open(&Document::new("sales.csv", bytes), None, &Limits::default())
    }

    /// Rows as `number:a|b|c`, and the codes found.
    fn read(bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<&'static str>) {
        let (rows, said) = open_bytes(bytes.as_ref());
        let rows = rows.into_iter().flatten().map(|row| format!("{}:{}", row.number, row.cells.join("|"))).collect();
        (rows, said.iter().map(|finding| finding.code.0.code).collect())
    }

    fn clean(bytes: impl AsRef<[u8]>) -> Vec<String> {
        let (rows, said) = read(bytes);
        assert!(said.is_empty(), "{said:?}");
        rows
    }

    #[test]
    fn line_ends_of_every_sort_give_the_same_rows_and_numbers() {
        let expected = ["1:a|b", "2:1|2", "4:3|4"];
        assert_eq!(clean("a,b\n1,2\n\n3,4\n"), expected);
        assert_eq!(clean("a,b\r\n1,2\r\n\r\n3,4"), expected);
        assert_eq!(clean("a,b\r1,2\r\r3,4\r"), expected);
        assert_eq!(clean("a,b\n1,2\n,\n3,4\n,\n"), expected);
        assert_eq!(clean("a,b\n1,2\n   \n3,4\n\n\n"), expected);
    }

    #[test]
    fn a_row_is_numbered_by_the_line_its_first_cell_is_on() {
        let text = "a,b\n\"Tea\nin two\nlines\",2\n\n\n\"say \"\"hi\"\"\",3\n";
        assert_eq!(clean(text), ["1:a|b", "2:Tea\nin two\nlines|2", "7:say \"hi\"|3"]);
        assert_eq!(clean("\n\n\na,b\n1,2\n"), ["4:a|b", "5:1|2"]);
    }

    #[test]
    fn numbers_stay_right_across_the_readers_buffer() {
        let text: String = (1..=20_000)
            .map(|line| {
                format!(
                    "{line},\"x
,{line}\"

"
                )
            })
            .collect();
        let rows: Vec<_> = open_bytes(text.as_bytes()).0.unwrap().collect();
        assert_eq!(rows.len(), 20_000);
        assert!(rows.iter().zip(0..).all(|(row, before)| row.number == before * 3 + 1 && row.cells.len() == 2));
    }

    #[test]
    fn delimiters_are_found_by_constant_field_count() {
        assert_eq!(clean("Date;Item;Total\n2026-11-20;Milk;1,50\n2026-11-20;Tea;2,00\n")[1], "2:2026-11-20|Milk|1,50");
        assert_eq!(clean("Date\tItem\nx\tTea, green; loose\n")[1], "2:x|Tea, green; loose");
        assert_eq!(clean("Date|Item\nx|Tea, green\n")[1], "2:x|Tea, green");
        assert_eq!(clean("a,b\n\"1;2;3\",4\n\"5;6;7\",8\n")[1], "2:1;2;3|4");
        assert_eq!(clean("Sales of Monday\n\na;b;c\n1;2;3\n"), ["1:Sales of Monday", "3:a|b|c", "4:1|2|3"]);
        assert_eq!(clean("a,b\n1,\"x|y\nz|w\nv|u\nt|s\"\n")[0], "1:a|b");
        assert_eq!(clean("one column\nonly\n"), ["1:one column", "2:only"]);
    }

    #[test]
    fn an_unquoted_list_keeps_its_own_number_of_cells() {
        let text = "supermarket_id,timestamp,user_id,items_list,total_amount\nSM1,2025-10-28T09:30:00Z,u002,banana,milk,3.4\n";
        assert_eq!(clean(text)[1], "2:SM1|2025-10-28T09:30:00Z|u002|banana|milk|3.4");
    }

    #[test]
    fn excels_separator_line_is_obeyed_and_counted() {
        assert_eq!(clean("sep=;\r\na;b\r\n1,5;2\r\n"), ["2:a|b", "3:1,5|2"]);
        assert_eq!(clean("\u{FEFF}sep=|\na|b\n"), ["2:a|b"]);
        assert_eq!(clean("sep=\t\na\tb\n"), ["2:a|b"]);
        assert_eq!(clean("separator,b\n1,2\n"), ["1:separator|b", "2:1|2"]);
    }

    #[test]
    fn encodings_are_told_apart_and_said() {
        assert_eq!(clean("\u{FEFF}Préis,£\n1,2\n"), ["1:Préis|£", "2:1|2"]);
        assert_eq!(read(b"Price \xA3,Caf\xE9\n1,2\n"), (vec!["1:Price £|Café".into(), "2:1|2".into()], vec!["F007"]));
        let text = "Price £,Item\r\n1,Café €\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let expected = (vec!["1:Price £|Item".to_owned(), "2:1|Café €".to_owned()], vec!["F007"]);
        assert_eq!(read([b"\xFF\xFE", &little[..]].concat()), expected);
        assert_eq!(read([b"\xFE\xFF", &big[..]].concat()), expected);
        assert_eq!(read(&little), expected);
        assert_eq!(read(&big), expected);
    }

    #[test]
    fn text_cut_inside_a_letter_is_truncated_and_not_mistaken_for_windows_1252() {
        let text = "Item,Café\nTea,2\nCaf\u{E9}".as_bytes();
        assert_eq!(read(&text[..text.len() - 1]).1, ["F010"]);
        assert_eq!(read(b"\xFF\xFEa\0,\0b").1, ["F010"]);
    }

    #[test]
    fn an_open_quote_is_found_before_any_row_is_given_out() {
        let (rows, said) = open_bytes(b"a,b\n1,2\n\"3 is open,4\n5,6\n");
        assert!(rows.is_none());
        assert_eq!((said[0].code, said[0].at.row), (F010, Some(3)));
        assert_eq!(clean("a,b\n5\" nails,2\n\"6\"\" nails\",3\n"), ["1:a|b", "2:5\" nails|2", "3:6\" nails|3"]);
        assert_eq!(clean("a,b\n1,\"x\""), ["1:a|b", "2:1|x"]);
    }

    #[test]
    fn nul_bytes_are_refused_with_their_line() {
        let (_, said) = open_bytes(b"a,b\n1,2\n3,\0\0\0\n");
        assert_eq!((said[0].code, said[0].at.row), (F026, Some(3)));
    }

    #[test]
    fn no_rows_is_empty() {
        for bytes in [&b",,,\n,,\n"[..], b"\xEF\xBB\xBF\n", b"sep=;\n", b"\"\"\n", b"\x1A"] {
            assert_eq!(read(bytes).1, ["F008"], "{bytes:?}");
        }
        assert_eq!(clean("a,b\n1,2\n\x1A"), ["1:a|b", "2:1|2"]);
    }

    #[test]
    fn too_many_columns_are_a_limit_but_empty_ones_are_not() {
        let wide = format!("a,b\n{}\n", vec!["1"; 10_000].join(","));
        let (rows, said) = open_bytes(wide.as_bytes());
        assert!(rows.is_none());
        assert_eq!((said[0].code, said[0].at.row), (F012, Some(2)));
        assert!(said[0].message.contains("10000 columns"), "{}", said[0].message);
        let blank = format!("a,b{}\n1,2{}\n", ",".repeat(16_000), ",".repeat(16_000));
        assert_eq!(clean(blank), ["1:a|b", "2:1|2"]);
    }

    #[test]
    fn blank_cells_are_kept_only_under_a_heading() {
        assert_eq!(clean("a,b,c,,\n1,,,,\n1,2,3,,\n"), ["1:a|b|c", "2:1||", "3:1|2|3"]);
        assert_eq!(clean("a,b,c\n1,\n1,2,3,4\n1,2,3,\n"), ["1:a|b|c", "2:1|", "3:1|2|3|4", "4:1|2|3"]);
        assert_eq!(clean("Store:,Leeds,,\na,b,c,\n1,2,,\n1,2,3,\n")[2], "3:1|2|");
    }

    #[test]
    fn cells_lose_blanks_and_the_apostrophe_prefix_but_nothing_else() {
        assert_eq!(clean("'0123,\u{A0} Tea \u{A0},'tis,'=1+1,''0123\n"), ["1:0123|Tea|'tis|=1+1|'0123"]);
        assert_eq!(clean("00123,5.01E+12,(3.50),£8\n"), ["1:00123|5.01E+12|(3.50)|£8"]);
    }

    #[test]
    fn rows_can_be_looked_at_and_then_read_from_the_start() {
        let mut rows = open_bytes(b"sep=;\na;b\n1;2\n").0.unwrap();
        assert_eq!(rows.delimiter(), ';');
        rows.next();
        assert_eq!(rows.again().collect::<Vec<_>>().len(), 2);
        assert_eq!(rows.count(), 1);
    }
}
