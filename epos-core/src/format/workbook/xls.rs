//! xls: Excel 97 to 2003, records in a compound file.
//!
//! The reader lays every sheet out as a full rectangle and trusts what a file says of itself, so the records are measured first.
//! Source of record numbers: MS-XLS, "Excel Binary File Format".

use std::io::Cursor;

use calamine::{Data, Reader, Xls, XlsError};

use super::{Book, Grid, text};
use crate::format::compound::{Compound, long, word};
use crate::format::sheets::Refused;

const FORMULA: u16 = 0x0006;
const END: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const RICH_STRING: u16 = 0x00D6;
const SHARED_STRINGS: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const LABEL_SST: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_ERR: u16 = 0x0205;
const RK: u16 = 0x027E;
const BEGIN: u16 = 0x0809;

pub(super) fn read(book: &mut Book<'_>) -> Result<(), Refused> {
    let bytes = &book.document.bytes[..];
    let file = Compound::open(bytes).ok_or_else(|| book.damaged("its container is incomplete"))?;
    let name = if file.has("Workbook") { "Workbook" } else { "Book" };
    let stream = file.stream(name).ok_or_else(|| book.damaged("its sheets are incomplete"))?;
    measure(book, &stream)?;
    if file.has("_VBA_PROJECT_CUR") {
        book.has_macros();
    }
    let mut xls = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => book.locked(),
        other => book.damaged(other),
    })?;
    let listed = xls.sheets_metadata().to_vec();
    for name in book.visible(&listed)? {
        let range = xls.worksheet_range(&name).map_err(|error| book.damaged(error))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut grid = Grid { name, ..Grid::default() };
        for (row, column, cell) in range.used_cells() {
            // A sheet's own size bounds both, and 16 bits bound that.
            book.put(&mut grid, top + row as u32, left + column as u32, text(cell))?;
        }
        book.close(grid);
    }
    Ok(())
}

/// The records of a stream from a position on: number and content. Ends at the first one that is cut off.
fn records(stream: &[u8], mut at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let number = word(stream, at)?;
        let from = at + 4;
        let content = stream.get(from..from + usize::from(word(stream, at + 2)?))?;
        at = from + content.len();
        Some((number, content))
    })
}

/// Refuses a workbook whose sheets would take more memory than the limits allow, before anything is laid out.
fn measure(book: &Book<'_>, stream: &[u8]) -> Result<(), Refused> {
    let mut sheets = Vec::new();
    let mut shared: Vec<&[u8]> = Vec::new();
    let mut before = 0;
    for (number, content) in records(stream, 0) {
        match number {
            FILE_PASS => return Err(book.locked()),
            BOUND_SHEET => sheets.push(long(content, 0).unwrap_or(u32::MAX) as usize),
            SHARED_STRINGS => shared = vec![content.get(8..).unwrap_or_default()],
            CONTINUE if before == SHARED_STRINGS => shared.push(content),
            END => break,
            _ => {}
        }
        before = if number == CONTINUE { before } else { number };
    }
    if sheets.len() > book.limits.sheets {
        let message = format!("the workbook has {} sheets; at most {} are read", sheets.len(), book.limits.sheets);
        return Err(book.past_limit(message));
    }
    let lengths = string_lengths(&shared);
    let mut all: u64 = 0;
    for start in sheets {
        if start >= stream.len() {
            return Err(book.damaged("a sheet is missing"));
        }
        all += sheet_bytes(stream, start, &lengths).ok_or_else(|| book.damaged("a sheet states an impossible size"))?;
    }
    if all > book.limits.unpacked_bytes {
        return Err(book.past_limit(format!("the cells take more than {} bytes", book.limits.unpacked_bytes)));
    }
    Ok(())
}

/// What a sheet takes once it is laid out as a rectangle with its own copies of shared strings; `None` when it states a size that
/// no such file can have.
fn sheet_bytes(stream: &[u8], start: usize, strings: &[u32]) -> Option<u64> {
    let mut rows: Option<(u16, u16)> = None;
    let mut columns: Option<(u16, u16)> = None;
    let (mut depth, mut stated, mut text) = (0u32, 0, 0);
    for (number, content) in records(stream, start) {
        match number {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            DIMENSIONS => stated = stated.max(stated_cells(content)?),
            FORMULA | MUL_RK | RICH_STRING | LABEL_SST | NUMBER | LABEL | BOOL_ERR | RK => {
                let (Some(row), Some(first)) = (word(content, 0), word(content, 2)) else { continue };
                let last = if number == MUL_RK { word(content, content.len() - 2)? } else { first };
                let wider = |span: Option<(u16, u16)>, from: u16, to: u16| {
                    Some(span.map_or((from, to), |(low, high)| (low.min(from), high.max(to))))
                };
                rows = wider(rows, row, row);
                columns = wider(columns, first, last.max(first));
                if number == LABEL_SST {
                    let string = long(content, 6).and_then(|index| strings.get(index as usize));
                    text += u64::from(string.copied().unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    let span = |span: Option<(u16, u16)>| span.map_or(0, |(low, high)| u64::from(high - low) + 1);
    Some((span(rows) * span(columns)).max(stated) * size_of::<Data>() as u64 + text)
}

/// The number of letters of every shared string, as far as the table can be followed through the records it is cut into.
fn string_lengths(shared: &[&[u8]]) -> Vec<u32> {
    let mut lengths = Vec::new();
    let mut parts = shared.iter().copied();
    let mut rest = parts.next().unwrap_or_default();
    loop {
        if rest.is_empty() {
            let Some(next) = parts.next() else { return lengths };
            rest = next;
        }
        let (Some(letters), Some(&flags)) = (word(rest, 0), rest.get(2)) else { return lengths };
        lengths.push(u32::from(letters));
        // Rich text and phonetic text follow the letters; their sizes come before them.
        let (rich, phonetic) = (flags & 8 != 0, flags & 4 != 0);
        let runs = if rich { word(rest, 3).unwrap_or_default() } else { 0 };
        let extra = if phonetic { long(rest, if rich { 5 } else { 3 }).unwrap_or_default() } else { 0 };
        rest = rest.get(3 + usize::from(rich) * 2 + usize::from(phonetic) * 4..).unwrap_or_default();
        let (mut left, mut wide) = (usize::from(letters), flags & 1 != 0);
        loop {
            let here = left.min(rest.len() / (1 + usize::from(wide)));
            rest = rest.get(here * (1 + usize::from(wide))..).unwrap_or_default();
            left -= here;
            if left == 0 {
                break;
            }
            // Letters that go on in the next record begin with a new flag.
            let Some([flag, letters @ ..]) = parts.next() else { return lengths };
            (wide, rest) = (flag & 1 != 0, letters);
        }
        let mut skip = usize::from(runs) * 4 + extra as usize;
        while skip > rest.len() {
            skip -= rest.len();
            let Some(next) = parts.next() else { return lengths };
            rest = next;
        }
        rest = rest.get(skip..).unwrap_or_default();
    }
}

/// How many cells the size record names: 65,536 rows of 256 columns at most.
fn stated_cells(content: &[u8]) -> Option<u64> {
    let (first, end, left, right) = if content.len() >= 14 {
        (long(content, 0)?, long(content, 4)?, word(content, 8)?, word(content, 10)?)
    } else {
        (word(content, 0)?.into(), word(content, 2)?.into(), word(content, 4)?, word(content, 6)?)
    };
    let empty = end == 0 || right == 0;
    let possible = empty || (first < end && end <= 65_536 && right <= 256);
    possible.then(|| if empty { 0 } else { u64::from(end - first) * u64::from(right.saturating_sub(left.min(right)).max(1)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Document, Limits};

    fn record(number: u16, content: &[u8]) -> Vec<u8> {
        [&number.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
    }

    /// A stream of one sheet whose records are `cells`, with these shared strings.
    fn stream(shared: &[u8], cells: &[u8]) -> Vec<u8> {
        let globals = |start: u32| {
            let sheet = [&start.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
            [record(BEGIN, &[0; 16]), record(BOUND_SHEET, &sheet), shared.to_vec(), record(END, &[])].concat()
        };
        let start = globals(0).len() as u32;
        [globals(start), record(BEGIN, &[0; 16]), cells.to_vec(), record(END, &[])].concat()
    }

    fn refused(stream: &[u8]) -> Option<&'static str> {
        let document = Document::new("a.xls", Vec::new());
        let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
        let book = Book { document: &document, limits: &limits, sheets: Vec::new(), said: Vec::new(), spent: 0 };
        measure(&book, stream).err().map(|refusal| refusal.code.0.code)
    }

    fn label(row: u16, column: u16, string: u32) -> Vec<u8> {
        let [row, column] = [row, column].map(u16::to_le_bytes);
        record(LABEL_SST, &[&row[..], &column, &[0, 0], &string.to_le_bytes()].concat())
    }

    #[test]
    fn two_cells_far_apart_do_not_lay_out_the_whole_sheet() {
        assert_eq!(refused(&stream(&[], &[label(0, 0, 0), label(5, 5, 0)].concat())), None);
        assert_eq!(refused(&stream(&[], &[label(0, 0, 0), label(65_535, 255, 0)].concat())), Some("F012"));
        let stated = |rows: u32| record(DIMENSIONS, &[&[0; 4][..], &rows.to_le_bytes(), &[0, 0, 10, 0, 0, 0]].concat());
        assert_eq!(refused(&stream(&[], &stated(100))), None);
        assert_eq!(refused(&stream(&[], &stated(60_000))), Some("F012"));
        assert_eq!(refused(&stream(&[], &stated(4_000_000))), Some("F010"));
    }

    #[test]
    fn one_long_string_in_many_cells_is_counted_as_often() {
        let long = [&[0; 8][..], &3_u16.to_le_bytes(), b"\0abc", &8_000_u16.to_le_bytes(), b"\0", &[b'x'; 3_000]].concat();
        let rest = [&[1][..], &[0; 10_000]].concat();
        let shared = [record(SHARED_STRINGS, &long), record(CONTINUE, &rest)].concat();
        let cells = |string| (0..200).flat_map(|row| label(row, 0, string)).collect::<Vec<_>>();
        assert_eq!(refused(&stream(&shared, &cells(0))), None);
        assert_eq!(refused(&stream(&shared, &cells(1))), Some("F012"));
    }

    #[test]
    fn a_sheet_past_the_end_is_damage() {
        let sheet = [&9_999_u32.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
        assert_eq!(refused(&record(BOUND_SHEET, &sheet)), Some("F010"));
        assert_eq!(refused(&record(FILE_PASS, &[0; 6])), Some("F011"));
    }
}
