//! xlsb: Excel's binary workbook, a zip archive of records.
//!
//! The reader passes over two sorts of cells: a formula whose result is an error, and text with letters in several fonts. Both are
//! read here. Source of record numbers: MS-XLSB, "Excel Binary File Format (.xlsb)".

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Reader, Xlsb, XlsbError};

use super::archive::{Archive, any, part, unpack};
use super::xml::{Event, Xml, local};
use super::{Book, Grid, text};
use crate::format::compound::long;
use crate::format::csv::tidy;
use crate::format::sheets::Refused;

const ROW: u16 = 0;
const FORMULA_ERROR: u16 = 11;
const STRING_ITEM: u16 = 19;
const RICH_STRING: u16 = 62;
const SHEET: u16 = 156;

pub(super) fn read(book: &mut Book<'_>) -> Result<(), Refused> {
    let mut archive = unpack(book)?;
    if any(&archive, |name| name.ends_with("vbaproject.bin")) {
        book.has_macros();
    }
    let strings = records_of(book, &mut archive, "xl/sharedStrings.bin")?.map_or(0, |bytes| {
        records(&bytes).filter(|(number, _)| *number == STRING_ITEM).count() as u64 * size_of::<String>() as u64
    });
    if strings > book.limits.unpacked_bytes {
        return Err(book.past_limit(format!("its texts take more than {} bytes", book.limits.unpacked_bytes)));
    }
    let parts = sheet_parts(book, &mut archive)?;
    let mut file = Xlsb::new(Cursor::new(&book.document.bytes[..])).map_err(|error| refuse(book, error))?;
    let listed = file.sheets_metadata().to_vec();
    for name in book.visible(&listed)? {
        let mut grid = Grid::new(&name);
        if let Some(bytes) = parts.get(&name).map(|path| records_of(book, &mut archive, path)).transpose()?.flatten() {
            passed_over(book, &mut grid, &bytes)?;
        }
        let mut cells = file.worksheet_cells_reader(&name).map_err(|error| refuse(book, error))?;
        while let Some(cell) = cells.next_cell().map_err(|error| refuse(book, error))? {
            let (row, column) = cell.get_position();
            book.put(&mut grid, row, column, text(cell.get_value()))?;
        }
        book.close(grid);
    }
    Ok(())
}

fn refuse(book: &Book<'_>, error: XlsbError) -> Refused {
    match error {
        XlsbError::Password => book.locked(),
        other => book.damaged(other),
    }
}

/// A part's bytes; its size was measured.
fn records_of(book: &Book<'_>, archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, Refused> {
    let Some(mut part) = part(book, archive, name)? else { return Ok(None) };
    let mut bytes = Vec::new();
    part.read_to_end(&mut bytes).map_err(|error| book.damaged(error))?;
    Ok(Some(bytes))
}

/// Which part holds which sheet.
fn sheet_parts(book: &Book<'_>, archive: &mut Archive<'_>) -> Result<BTreeMap<String, String>, Refused> {
    let mut targets = BTreeMap::new();
    if let Some(part) = part(book, archive, "xl/_rels/workbook.bin.rels")? {
        let mut xml = Xml::new(part);
        loop {
            match xml.next(book)? {
                Event::Start(element) if local(element.name()) == "Relationship" => {
                    targets.extend(element.attribute("Id").zip(element.attribute("Target")));
                }
                Event::Done => break,
                _ => {}
            }
        }
    }
    let workbook = records_of(book, archive, "xl/workbook.bin")?.ok_or_else(|| book.damaged("its list of sheets is missing"))?;
    let sheets = records(&workbook).filter(|(number, _)| *number == SHEET).filter_map(|(_, content)| {
        let (relation, after) = wide(content, 8)?;
        let (name, _) = wide(content, after)?;
        Some((name, format!("xl/{}", targets.get(&relation)?)))
    });
    Ok(sheets.collect())
}

/// Puts the cells that the reader passes over into the grid.
fn passed_over(book: &mut Book<'_>, grid: &mut Grid, bytes: &[u8]) -> Result<(), Refused> {
    let mut row = 0;
    for (number, content) in records(bytes) {
        let value = match number {
            ROW => {
                row = long(content, 0).unwrap_or(row);
                continue;
            }
            FORMULA_ERROR => content.get(8).map(|&code| error(code).to_owned()),
            RICH_STRING => wide(content, 9).map(|(letters, _)| tidy(&letters).to_owned()),
            _ => continue,
        };
        if let Some((column, value)) = long(content, 0).zip(value) {
            book.put(grid, row, column, value)?;
        }
    }
    Ok(())
}

/// The text of an error, by its number.
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#VALUE!",
    }
}

/// A text with its length before it, in UTF-16, and where it ends.
fn wide(content: &[u8], at: usize) -> Option<(String, usize)> {
    let from = at.checked_add(4)?;
    let end = from.checked_add((long(content, at)? as usize).checked_mul(2)?)?;
    let units: Vec<u16> = content.get(from..end)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// The records of a part: number and content. Ends at the first one that is cut off.
fn records(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        // Numbers take one or two bytes and lengths up to four, seven bits in each, the lowest first.
        let mut long = |most: u32| {
            let mut value = 0_usize;
            for place in 0..most {
                let byte = *bytes.get(at)?;
                at += 1;
                value |= usize::from(byte & 0x7F) << (7 * place);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            Some(value)
        };
        let number = long(2)?;
        let length = long(4)?;
        let content = bytes.get(at..at.checked_add(length)?)?;
        at += length;
        Some((u16::try_from(number).ok()?, content))
    })
}
