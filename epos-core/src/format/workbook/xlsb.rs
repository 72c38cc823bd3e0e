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

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::super::tests::{codes, open, rows, with_part_added};
    use super::*;

    /// A record: number and length in bytes of seven bits.
    fn record(number: u16, content: &[u8]) -> Vec<u8> {
        let mut bytes = if number < 128 { vec![number as u8] } else { vec![(number & 0x7F) as u8 | 0x80, (number >> 7) as u8] };
        let mut length = content.len();
        while length >= 128 {
            bytes.push((length & 0x7F) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(content);
        bytes
    }

    fn wide(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        [(units.len() as u32).to_le_bytes().to_vec(), units.into_iter().flat_map(u16::to_le_bytes).collect()].concat()
    }

    fn row(number: u32, cells: &[Vec<u8>]) -> Vec<u8> {
        [record(ROW, &[&number.to_le_bytes()[..], &[0; 13]].concat()), cells.concat()].concat()
    }

    /// A cell's record: its column, its format, its content.
    fn cell(number: u16, column: u32, format: u32, content: &[u8]) -> Vec<u8> {
        record(number, &[&column.to_le_bytes()[..], &format.to_le_bytes(), content].concat())
    }

    fn real(column: u32, format: u32, value: f64) -> Vec<u8> {
        cell(5, column, format, &value.to_le_bytes())
    }

    fn string(column: u32, index: u32) -> Vec<u8> {
        cell(7, column, 0, &index.to_le_bytes())
    }

    fn sheet(rows: &[Vec<u8>]) -> Vec<u8> {
        let dimension = record(0x94, &[0; 16]);
        [record(0x81, &[]), dimension, record(0x91, &[]), rows.concat(), record(0x92, &[]), record(0x82, &[])].concat()
    }

    fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A workbook of these sheets: name, hidden, records. Cell formats are 0 general, 1 `yyyy-mm-dd`, 2 `hh:mm:ss`, 3 own money.
    pub(in super::super) fn xlsb(strings: &[&str], sheets: &[(&str, bool, Vec<u8>)]) -> Vec<u8> {
        let count = |number: usize| (number as u32).to_le_bytes();
        let format = |number: u16| record(0x2F, &[&[0, 0][..], &number.to_le_bytes(), &[0; 12]].concat());
        let money = record(0x2C, &[&164_u16.to_le_bytes()[..], &wide("[$£-809]#,##0.00")].concat());
        let styles = [
            [record(0x267, &count(1)), money, record(0x268, &[])].concat(),
            [record(0x269, &count(4)), format(0), format(14), format(21), format(164), record(0x26A, &[])].concat(),
        ];
        let shared = strings.iter().flat_map(|text| record(STRING_ITEM, &[&[0][..], &wide(text)].concat()));
        let shared = [record(0x9F, &[count(strings.len()), count(strings.len())].concat()), shared.collect(), record(0xA0, &[])];
        let listed = (1_u32..).zip(sheets).flat_map(|(number, (name, hidden, _))| {
            let state = u32::from(*hidden).to_le_bytes();
            record(SHEET, &[&state[..], &number.to_le_bytes(), &wide(&format!("rId{number}")), &wide(name)].concat())
        });
        let workbook = [
            [record(0x83, &[]), record(0x99, &[0; 12]), record(0x8F, &[])].concat(),
            [listed.collect(), record(0x90, &[]), record(0x9D, &[0; 26]), record(0x84, &[])].concat(),
        ];
        let relations: String =
            (1..=sheets.len()).map(|n| format!("<Relationship Id=\"rId{n}\" Target=\"worksheets/sheet{n}.bin\"/>")).collect();
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), b"<Types/>".to_vec()),
            ("xl/workbook.bin".to_owned(), workbook.concat()),
            ("xl/_rels/workbook.bin.rels".to_owned(), format!("<Relationships>{relations}</Relationships>").into_bytes()),
            ("xl/styles.bin".to_owned(), styles.concat()),
            ("xl/sharedStrings.bin".to_owned(), shared.concat()),
        ];
        parts.extend((1..).zip(sheets).map(|(n, (_, _, sheet))| (format!("xl/worksheets/sheet{n}.bin"), sheet.clone())));
        archive(&parts)
    }

    fn rk(column: u32, format: u32, value: i32, hundredths: bool) -> Vec<u8> {
        cell(2, column, format, &((value << 2) | 2 | i32::from(hundredths)).to_le_bytes())
    }

    #[test]
    fn cells_of_every_sort_become_text() {
        let rich = [&[1][..], &wide("Fish & chips"), &1_u32.to_le_bytes(), &[0; 4]].concat();
        let formula = |number: u16, column: u32, value: &[u8]| cell(number, column, 0, &[value, &[0; 10]].concat());
        let sales = sheet(&[
            row(0, &[string(0, 0), string(1, 1)]),
            row(
                3,
                &[
                    real(0, 0, 0.1 + 0.2),
                    real(1, 0, 5_012_345_678_900.0),
                    rk(2, 3, 1210, true),
                    rk(3, 1, 46_346, false),
                    real(4, 2, 0.395_833_333_333_333),
                    real(5, 1, 46_346.737_5),
                    cell(4, 6, 0, &[1]),
                    cell(3, 7, 0, &[0x2A]),
                    cell(6, 8, 0, &wide("0123")),
                    cell(RICH_STRING, 9, 0, &rich),
                    formula(9, 10, &7.5_f64.to_le_bytes()),
                    formula(8, 11, &wide("Tea")),
                    formula(10, 12, &[0]),
                    formula(FORMULA_ERROR, 13, &[0x07]),
                ],
            ),
        ]);
        let read = open("a.xlsb", &xlsb(&["Café", " £ "], &[("Sales", false, sales)]));
        assert_eq!(codes(&read), [""; 0]);
        assert_eq!(read.value[0].name, "Sales");
        assert_eq!(
            rows(&read.value[0]),
            [
                "1:Café|£",
                "4:0.3|5012345678900|12.1|2026-11-20|09:30:00|2026-11-20T17:42:00|true|#N/A|0123|Fish & chips|7.5|Tea|false|#DIV/0!",
            ]
        );
    }

    pub(in super::super) fn of_words(rows: &[Vec<&str>]) -> Vec<u8> {
        let words: Vec<&str> = rows.iter().flatten().copied().collect();
        let mut index = 0..;
        let rows = (0..).zip(rows).map(|(number, cells)| {
            let cells = (0..).zip(cells).map(|(column, _)| string(column, index.next().unwrap_or_default()));
            row(number, &cells.collect::<Vec<_>>())
        });
        let sales = sheet(&rows.collect::<Vec<_>>());
        xlsb(&words, &[("Sales", false, sales)])
    }

    pub(in super::super) fn one() -> Vec<u8> {
        let sales = sheet(&[row(0, &[string(0, 0)]), row(1, &[real(0, 0, 2.5)])]);
        xlsb(&["Total"], &[("Old", true, sales.clone()), ("Sales", false, sales)])
    }

    #[test]
    fn hidden_sheets_and_macros_are_said() {
        let read = open("a.xlsb", &with_part_added(&one(), "xl/vbaProject.bin", b"not run"));
        assert_eq!(codes(&read), ["F020", "F021"]);
        let seen: Vec<_> = read.value.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden, sheet.rows.len())).collect();
        assert_eq!(seen, [("Old", true, 0), ("Sales", false, 2)]);
    }

    #[test]
    fn a_text_that_is_not_in_the_table_or_a_missing_sheet_is_damage() {
        let wrong = sheet(&[row(0, &[string(0, 9)])]);
        assert_eq!(codes(&open("a.xlsb", &xlsb(&["Total"], &[("Sales", false, wrong)]))), ["F010"]);
        let cut = sheet(&[row(0, &[string(0, 0)])]);
        assert_eq!(codes(&open("a.xlsb", &xlsb(&["Total"], &[("Sales", false, cut[..cut.len() - 6].to_vec())]))), ["F010"]);
    }
}
