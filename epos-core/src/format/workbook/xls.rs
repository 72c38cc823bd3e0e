//! xls: Excel 97 to 2003, records in a compound file.
//!
//! The reader lays every sheet out as a full rectangle and trusts what a file says of itself, so the records are measured first.
//! Source of record numbers: MS-XLS, "Excel Binary File Format".

use std::cell::Cell;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use calamine::{Data, Reader, Xls, XlsError};

use super::{Book, Grid, text};
use crate::diagnostic::F011;
use crate::format::compound::{Compound, long, word};
use crate::format::sheets::{Refused, refused};

const FORMULA: u16 = 0x0006;
const END: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const RICH_STRING: u16 = 0x00D6;
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
    let opened = quietly(|| Xls::new(Cursor::new(bytes))).ok_or_else(|| book.damaged("a record does not fit its own length"))?;
    let mut xls = opened.map_err(|error| match error {
        XlsError::Password => locked(book),
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

fn locked(book: &Book<'_>) -> Refused {
    refused(F011, book.at(), "the workbook is protected by a password", "take the password off in Excel and send it again")
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
    for (number, content) in records(stream, 0) {
        match number {
            FILE_PASS => return Err(locked(book)),
            BOUND_SHEET => sheets.push(long(content, 0).unwrap_or(u32::MAX) as usize),
            END => break,
            _ => {}
        }
    }
    if sheets.len() > book.limits.sheets {
        let message = format!("the workbook has {} sheets; at most {} are read", sheets.len(), book.limits.sheets);
        return Err(book.past_limit(message));
    }
    let mut cells: u64 = 0;
    for start in sheets {
        if start >= stream.len() {
            return Err(book.damaged("a sheet is missing"));
        }
        cells += extent(stream, start).ok_or_else(|| book.damaged("a sheet states an impossible size"))?;
    }
    if cells.saturating_mul(size_of::<Data>() as u64) > book.limits.unpacked_bytes {
        return Err(book.past_limit(format!("the cells take more than {} bytes", book.limits.unpacked_bytes)));
    }
    Ok(())
}

/// How many cells a sheet's rectangle has; `None` when it states a size that no such file can have.
fn extent(stream: &[u8], start: usize) -> Option<u64> {
    let mut rows: Option<(u16, u16)> = None;
    let mut columns: Option<(u16, u16)> = None;
    let mut depth = 0u32;
    let mut stated = 0;
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
            }
            _ => {}
        }
    }
    let span = |span: Option<(u16, u16)>| span.map_or(0, |(low, high)| u64::from(high - low) + 1);
    Some((span(rows) * span(columns)).max(stated))
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

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; `None` when it panics. The xls reader indexes into records without looking when a file is damaged: that is a
/// finding about the file, so nothing is printed. Panics elsewhere are printed as before.
fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                before(panic);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(false);
    outcome
}
