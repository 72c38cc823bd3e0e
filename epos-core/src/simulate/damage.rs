//! What happens to a file between the till and the inbox: tables as spreadsheets, till updates and hurried people leave them.

use std::fmt::Write as _;

use super::pack::{Entry, zip};

/// What is done to the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    RenameColumns,
    MoveColumns,
    SwapDates,
    DecimalComma,
    Truncate,
    TotalsRow,
    WebPage,
    Lock,
    Macros,
    Empty,
    Photo,
}

/// The cells of a text table, quotes taken off.
fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes).into_byte_records();
    rows.filter_map(Result::ok).map(|row| row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()).collect()
}

fn text(rows: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Memory takes everything.
    rows.iter().for_each(|row| drop(writer.write_record(row)));
    writer.into_inner().unwrap_or_default()
}

/// Headings as another program would call them: none that epos knows.
fn renamed(heading: &str) -> String {
    match heading {
        "line_total" | "amount" => "Val GBP".to_owned(),
        "item_code" => "Artikel-ID".to_owned(),
        "till" => "Lane".to_owned(),
        other => other.to_owned(),
    }
}

impl Damage {
    /// The bytes and the name of a file after this happened to it.
    pub fn done(self, bytes: Vec<u8>, name: &str) -> (Vec<u8>, String) {
        let table = || cells(&bytes);
        let stem = name.strip_suffix(".csv").unwrap_or(name);
        let kept = name.to_owned();
        match self {
            Damage::RenameColumns => {
                let mut rows = table();
                if let Some(headings) = rows.first_mut() {
                    headings.iter_mut().for_each(|heading| *heading = renamed(heading));
                }
                (text(&rows, b','), kept)
            }
            Damage::MoveColumns => {
                let mut rows = table();
                rows.iter_mut().for_each(|row| row.reverse());
                (text(&rows, b','), kept)
            }
            Damage::SwapDates => {
                let mut rows = table();
                for cell in rows.iter_mut().skip(1).flatten() {
                    if let Ok(date) = cell.parse::<chrono::NaiveDate>() {
                        *cell = date.format("%m/%d/%Y").to_string();
                    }
                }
                (text(&rows, b','), kept)
            }
            Damage::DecimalComma => {
                let mut rows = table();
                for cell in rows.iter_mut().skip(1).flatten() {
                    let figure = cell.contains('.') && cell.parse::<crate::model::Money>().is_ok();
                    if figure {
                        *cell = cell.replace('.', ",");
                    }
                }
                (text(&rows, b';'), kept)
            }
            Damage::Truncate => {
                let most = bytes.len() * 7 / 10;
                // In the middle of a row, wherever that falls.
                let end = bytes.iter().take(most).rposition(|byte| *byte == b'\n').map_or(most, |at| at + 12);
                (bytes.get(..end.min(bytes.len())).unwrap_or_default().to_vec(), kept)
            }
            Damage::TotalsRow => {
                let mut rows = table();
                let headings = rows.first().cloned().unwrap_or_default();
                let sum = |at: usize| -> crate::model::Money {
                    rows.iter().skip(1).filter_map(|row| row.get(at)?.parse::<crate::model::Money>().ok()).sum()
                };
                let totals = headings.iter().enumerate().map(|(at, heading)| match heading.as_str() {
                    "line_total" | "amount" => sum(at).to_string(),
                    _ if at == 0 => "Total".to_owned(),
                    _ => String::new(),
                });
                let totals = totals.collect();
                rows.push(totals);
                (text(&rows, b','), kept)
            }
            Damage::WebPage => {
                let escaped = |cell: &String| cell.replace('&', "&amp;").replace('<', "&lt;");
                let rows: String = table()
                    .iter()
                    .map(|row| row.iter().fold(String::from("<tr>"), |tr, cell| tr + "<td>" + &escaped(cell) + "</td>") + "</tr>\n")
                    .collect();
                (format!("<html><body><table>\n{rows}</table></body></html>\n").into_bytes(), format!("{stem}.xls"))
            }
            Damage::Lock => (zip(&[Entry { name: kept, bytes, locked: true }]), format!("{stem}.zip")),
            Damage::Macros => (workbook(&table()), format!("{stem}.xlsm")),
            Damage::Empty => (Vec::new(), kept),
            Damage::Photo => {
                let mut photo = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00".to_vec();
                photo.extend((0..4_096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
                photo.extend(b"\xFF\xD9");
                (photo, format!("IMG_{}.jpg", 1_000 + bytes.len() % 9_000))
            }
        }
    }
}

/// A workbook with one sheet and a program in it.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    let escaped = |cell: &String| cell.replace('&', "&amp;").replace('<', "&lt;");
    let mut sheet = format!("{HEAD}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    for row in rows {
        sheet.push_str("<row>");
        for cell in row {
            let _ = write!(sheet, "<c t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(cell));
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let types = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"
    );
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let first = format!(
        "{HEAD}<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         </Relationships>"
    );
    let book = format!(
        "{HEAD}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{office}\"><sheets>\
         <sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheets = format!(
        "{HEAD}<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let part = |name: &str, bytes: &[u8]| Entry { name: name.to_owned(), bytes: bytes.to_vec(), locked: false };
    zip(&[
        part("[Content_Types].xml", types.as_bytes()),
        part("_rels/.rels", first.as_bytes()),
        part("xl/workbook.xml", book.as_bytes()),
        part("xl/_rels/workbook.xml.rels", sheets.as_bytes()),
        part("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        part("xl/vbaProject.bin", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 a program"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_taken_apart_and_put_together() {
        let rows = cells(b"a,\"b, \"\"c\"\"\",\r\n1,,3\r\n");
        assert_eq!(rows[0][1], "b, \"c\"");
        assert_eq!(rows[1], ["1", "", "3"]);
        assert_eq!(text(&rows, b','), b"a,\"b, \"\"c\"\"\",\r\n1,,3\r\n");
        let (comma, _) = Damage::DecimalComma.done(b"a,b\n1.50,x.y\n".to_vec(), "t.csv");
        assert_eq!(comma, b"a;b\r\n1,50;x.y\r\n");
    }
}
