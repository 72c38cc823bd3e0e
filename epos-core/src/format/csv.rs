//! Delimited text to rows of cells and back; the only user of `csv` and `encoding_rs`.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use csv::{ByteRecord, Reader, ReaderBuilder, WriterBuilder};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::layout::Layout;
use super::sheets::{Refused, refused};
use crate::diagnostic::{Diagnostic, F007, F008, F010, F012, F026};
use crate::model::{At, Document, Limits, SheetRow};

/// Records that are looked at to find the delimiter and the heading's width.
const SAMPLE: usize = 50;
const DELIMITERS: [u8; 4] = *b",;\t|";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The rows of a text file, read as they are asked for.
///
/// The text is held once and shared; everything that concerns the file as a whole was said when it was opened, so rows carry no
/// findings. Blank rows are left out. Rows keep their own number of cells, but for blank ones past the heading's width.
pub struct TextRows {
    reader: Reader<Cursor<Text>>,
    record: ByteRecord,
    delimiter: u8,
    width: usize,
    first_line: u32,
    line_break: u8,
    /// Line of byte `counted`.
    line: u32,
    counted: usize,
}

impl TextRows {
    /// The delimiter it was found to have.
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The same text from its first row again; nothing is copied. For looking at rows before reading them.
    pub fn again(&self) -> TextRows {
        TextRows::new(self.text().clone(), self.delimiter, self.width, self.first_line)
    }

    fn new(text: Text, delimiter: u8, width: usize, first_line: u32) -> Self {
        TextRows {
            line_break: line_break(text.as_ref()),
            reader: reader(Cursor::new(text), delimiter),
            record: ByteRecord::new(),
            delimiter,
            width,
            first_line,
            line: first_line,
            counted: 0,
        }
    }

    fn text(&self) -> &Text {
        self.reader.get_ref().get_ref()
    }

    /// The line that the record starting at `from` is on; records must be asked for in order.
    fn line_of(&mut self, from: usize) -> u32 {
        let text = self.reader.get_ref().get_ref().as_ref();
        // The reader counts line breaks and blank lines before a record as its beginning.
        let blank = text.get(from..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = text.get(self.counted..from + blank).unwrap_or_default();
        let breaks = passed.iter().filter(|&&byte| byte == self.line_break).count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.counted = from + blank;
        self.line
    }
}

impl Iterator for TextRows {
    type Item = SheetRow;

    fn next(&mut self) -> Option<SheetRow> {
        loop {
            // Reading from memory cannot fail, and rows of unequal length are allowed.
            if !matches!(self.reader.read_byte_record(&mut self.record), Ok(true)) {
                return None;
            }
            let filled = |index: &usize| self.record.get(*index).is_some_and(|cell| !cell_text(cell).is_empty());
            let Some(last) = (0..self.record.len()).rev().find(filled) else { continue };
            let from = self.record.position().map_or(0, |position| position.byte());
            let number = self.line_of(usize::try_from(from).unwrap_or(usize::MAX));
            let cells = self.record.iter().take(self.width.max(last + 1)).map(cell_text).collect();
            return Some(SheetRow { number, cells });
        }
    }
}

fn reader<R: std::io::Read>(from: R, delimiter: u8) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(from)
}

/// A cell without what spreadsheets and people put around it: blanks, non-breaking blanks, byte-order marks, the apostrophe that
/// keeps `'0123` from becoming a number.
fn cell_text(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let text = tidy(&text);
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|next: char| next.is_ascii_digit() || "=+-@'".contains(next)) => rest.to_owned(),
        _ => text.to_owned(),
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

/// Without blanks of any sort, and without invisible marks, around it.
pub(super) fn tidy(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{FEFF}' | '\u{200B}'))
}

/// A decoded text, held once.
#[derive(Clone)]
struct Text {
    bytes: Bytes,
    range: Range<usize>,
}

#[derive(Clone)]
enum Bytes {
    /// As it arrived: it was UTF-8.
    Raw(Arc<[u8]>),
    Decoded(Arc<str>),
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        let all = match &self.bytes {
            Bytes::Raw(bytes) => bytes,
            Bytes::Decoded(text) => text.as_bytes(),
        };
        all.get(self.range.clone()).unwrap_or_default()
    }
}

/// Opens a text: decodes it, finds its delimiter, and says everything that is wrong with it as a whole.
/// `None` when it cannot be read.
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

/// A text in the encoding that its layout names; a mark at its beginning does not overrule it, but is left out.
fn decode_as(document: &Document, encoding: &'static Encoding) -> Result<Text, Refused> {
    let (decoded, damaged) = encoding.decode_with_bom_removal(&document.bytes);
    if damaged {
        let message = format!("the layout says that the text is {}, and it is not", encoding.name());
        let help = "correct `encoding` in the layout, or leave it out: it is then found in the bytes";
        return Err(refused(F007, At::document(&document.name), message, help));
    }
    Ok(decoded_text(decoded.into_owned()))
}

fn rows(document: &Document, mut text: Text, named: Option<u8>, limits: &Limits) -> Result<TextRows, Refused> {
    let refuse = |code, line: u32, message: String, help: &str| {
        refused(code, At { row: Some(line), ..At::document(&document.name) }, message, help)
    };
    if let Some(at) = text.as_ref().iter().position(|&byte| byte == 0) {
        return Err(refuse(
            F026,
            line_at(text.as_ref(), at),
            "the file holds NUL bytes, so it is not text or it was damaged on its way".into(),
            "export the file again from the till; if it is not a CSV file, send what the till's CSV or Excel export writes",
        ));
    }

    let whole = text.clone();
    let declared = separator_line(text.as_ref());
    let first_line = if let Some((_, length)) = declared {
        text.range.start += length;
        2
    } else {
        1
    };
    let declared = named.or(declared.map(|(delimiter, _)| delimiter));
    let delimiter = declared.unwrap_or_else(|| delimiter_of(text.as_ref()));

    let survey = survey(text.as_ref(), delimiter, limits.columns);
    let skipped = whole.as_ref().len() - text.as_ref().len();
    if let Some(at) = survey.open_quote {
        return Err(refuse(
            F010,
            line_at(whole.as_ref(), skipped + at),
            "a quotation mark is opened in this row and never closed: the file ends in the middle, or one mark is too many".into(),
            "export the file again; if it comes out the same, remove or double the quotation mark in this row",
        ));
    }
    if let Some((at, columns)) = survey.wide {
        return Err(refuse(
            F012,
            line_at(whole.as_ref(), skipped + at),
            format!("this row has {columns} columns; at most {} are read", limits.columns),
            "a sales file has a few dozen columns: is this the right file, with the right delimiter?",
        ));
    }

    let sample = TextRows::new(text.clone(), delimiter, 0, first_line).take(SAMPLE);
    let widths: Vec<usize> = sample.map(|row| row.cells.len()).collect();
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    // The heading is the first row at least as wide as half of them: title lines are narrower, stray long rows are few.
    let half = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let Some(width) = widths.into_iter().find(|&width| width >= half) else {
        return Err(empty(document));
    };
    Ok(TextRows::new(text, delimiter, width, first_line))
}

/// What ends a line: a file without line feeds is of an old Macintosh, or of a till that thinks so.
fn line_break(text: &[u8]) -> u8 {
    if text.contains(&b'\n') { b'\n' } else { b'\r' }
}

/// The line that byte `at` is on, from 1.
fn line_at(text: &[u8], at: usize) -> u32 {
    let line_break = line_break(text);
    let breaks = text.get(..at).unwrap_or_default().iter().filter(|&&byte| byte == line_break).count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
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

/// The delimiter under which the most records have one same number of fields; between equals, the one that makes more fields.
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
        (2..counts.len()).map(|fields| (counts[fields], fields)).max().unwrap_or_default()
    };
    // `max_by_key` keeps the last of equals; a comma is what counts when nothing tells.
    DELIMITERS.into_iter().rev().max_by_key(|&delimiter| score(delimiter)).unwrap_or(b',')
}

/// What one pass over a text finds.
#[derive(Default)]
struct Survey {
    /// Where a quotation mark stands that is never closed.
    open_quote: Option<usize>,
    /// Where a record starts that is too wide, and its number of columns up to the last filled one.
    wide: Option<(usize, usize)>,
}

/// Goes over the text once, in the reader's own states, so that a file is refused before its first row is given out.
fn survey(text: &[u8], delimiter: u8, columns_max: usize) -> Survey {
    enum State {
        Start,
        Plain,
        Quoted,
        /// After a quotation mark within quotes: the closing one, or the first of a doubled one.
        Closing,
    }
    let mut found = Survey::default();
    let mut state = State::Start;
    let (mut record, mut quote, mut column, mut filled) = (0, 0, 0, 0);
    for (at, &byte) in text.iter().enumerate() {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closing,
            (State::Closing, b'"') => State::Quoted,
            (State::Start, b'"') => {
                quote = at;
                State::Quoted
            }
            (State::Quoted, _) => {
                if byte > b' ' {
                    filled = column + 1;
                }
                State::Quoted
            }
            (_, b'\r' | b'\n') => {
                if filled > columns_max && found.wide.is_none() {
                    found.wide = Some((record, filled));
                }
                (record, column, filled) = (at + 1, 0, 0);
                State::Start
            }
            (_, _) if byte == delimiter => {
                column += 1;
                State::Start
            }
            (_, _) => {
                if byte > b' ' {
                    filled = column + 1;
                }
                State::Plain
            }
        };
    }
    if filled > columns_max && found.wide.is_none() {
        found.wide = Some((record, filled));
    }
    if matches!(state, State::Quoted) {
        found.open_quote = Some(quote);
    }
    found
}

/// UTF-16 told by its mark, or by every other byte being NUL: the encoding and the mark's length.
fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
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
    let bytes: &[u8] = &document.bytes;
    if let Some((encoding, mark)) = utf16(bytes) {
        let (decoded, damaged) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        if damaged {
            return Err(cut_off("some letters of this UTF-16 text are only half there"));
        }
        said.push(Diagnostic::new(F007, at(), "the text is UTF-16; it was read as such"));
        return Ok(decoded_text(decoded.into_owned()));
    }
    let mark = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let body = bytes.get(mark..).unwrap_or_default();
    match std::str::from_utf8(body) {
        Ok(_) => {
            let range = mark..bytes.len() - (body.len() - before_end_mark(body));
            Ok(Text { bytes: Bytes::Raw(document.bytes.clone()), range })
        }
        // Letters beyond ASCII prove UTF-8; only its last one is incomplete.
        Err(wrong) if wrong.error_len().is_none() && !body.get(..wrong.valid_up_to()).unwrap_or_default().is_ascii() => {
            Err(cut_off("the last letter is only half there"))
        }
        Err(wrong) => {
            let place = At { row: Some(line_at(body, wrong.valid_up_to())), ..at() };
            said.push(
                Diagnostic::new(F007, place, "the text is not UTF-8; it was read as Windows-1252, as Excel on Windows writes it")
                    .help("check that £, € and accented letters look right"),
            );
            Ok(decoded_text(WINDOWS_1252.decode_without_bom_handling(body).0.into_owned()))
        }
    }
}

fn decoded_text(text: String) -> Text {
    let range = 0..before_end_mark(text.as_bytes());
    Text { bytes: Bytes::Decoded(text.into()), range }
}

/// Length without the end-of-file marks (Ctrl-Z) that DOS tills still write.
fn before_end_mark(text: &[u8]) -> usize {
    text.iter().rposition(|&byte| byte != 0x1A).map_or(0, |last| last + 1)
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
