//! ods: OpenDocument spreadsheets, a zip archive of XML.
//!
//! Values stand in attributes, exact and without the language of the reader; the shown text is used only where there is nothing
//! else: in words and in errors. Source: OASIS Open Document Format 1.2, part 1, chapters 9 and 19.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::archive::{any, part, unpack};
use super::xml::{Element, Event, Xml};
use super::{Book, Grid, clock, moment, number};
use crate::format::csv::tidy;
use crate::format::sheets::Refused;

/// More blanks in a row than any cell means.
const BLANKS_MAX: u32 = 100;

pub(super) fn read(book: &mut Book<'_>) -> Result<(), Refused> {
    let mut archive = unpack(book)?;
    if let Some(manifest) = part(book, &mut archive, "META-INF/manifest.xml")?
        && encrypted(book, Xml::new(manifest))?
    {
        return Err(book.locked());
    }
    if any(&archive, |name| name.starts_with("scripts/") || name.starts_with("basic/") && !name.ends_with("/script-lc.xml")) {
        book.has_macros();
    }
    let content = part(book, &mut archive, "content.xml")?.ok_or_else(|| book.damaged("its sheets are missing"))?;
    content_of(book, Xml::new(content))
}

fn encrypted(book: &Book<'_>, mut manifest: Xml<impl BufRead>) -> Result<bool, Refused> {
    loop {
        match manifest.next(book)? {
            Event::Start(element) if element.name() == "manifest:encryption-data" => return Ok(true),
            Event::Done => return Ok(false),
            _ => {}
        }
    }
}

fn content_of(book: &mut Book<'_>, mut xml: Xml<impl BufRead>) -> Result<(), Refused> {
    let mut style = None;
    let mut hidden_styles = BTreeSet::new();
    let mut sheets = 0;
    loop {
        match xml.next(book)? {
            Event::Start(element) => match element.name() {
                "style:style" => style = element.attribute("style:name"),
                "style:table-properties" if element.attribute("table:display").as_deref() == Some("false") => {
                    hidden_styles.extend(style.take());
                }
                "table:table" => {
                    sheets += 1;
                    book.count_sheets(sheets)?;
                    let mut grid = Grid::new(&element.attribute("table:name").unwrap_or_default());
                    let hidden = element.attribute("table:style-name").is_some_and(|name| hidden_styles.contains(&name));
                    if hidden {
                        table(book, &mut xml, None)?;
                        book.hide(&grid.name);
                    } else {
                        table(book, &mut xml, Some(&mut grid))?;
                        book.close(grid);
                    }
                }
                _ => {}
            },
            Event::Done => return Ok(()),
            _ => {}
        }
    }
}

/// Reads a table up to its end; without a grid, past it.
fn table(book: &mut Book<'_>, xml: &mut Xml<impl BufRead>, mut grid: Option<&mut Grid>) -> Result<(), Refused> {
    let (mut row, mut repeated, mut column): (u32, u32, u32) = (0, 1, 0);
    let mut tables = 1;
    loop {
        match xml.next(book)? {
            Event::Start(element) => match element.name() {
                // A table within a cell is a picture's or a note's.
                "table:table" => tables += 1,
                "table:table-row" if tables == 1 => {
                    repeated = element.count("table:number-rows-repeated").unwrap_or(1).max(1);
                    column = 0;
                }
                "table:table-cell" | "table:covered-table-cell" if tables == 1 => {
                    let cell = Cell::of(&element);
                    let width = element.count("table:number-columns-repeated").unwrap_or(1).max(1);
                    let text = cell.text(&letters(book, xml)?);
                    if let Some(grid) = grid.as_deref_mut() {
                        if text.is_none() && cell.formula {
                            grid.not_calculated(row, column);
                        }
                        fill(book, grid, (row, repeated), (column, width), &text.unwrap_or_default())?;
                    }
                    column = column.saturating_add(width);
                }
                _ => {}
            },
            Event::End(element) => match element.name() {
                "table:table" => tables -= 1,
                "table:table-row" if tables == 1 => row = row.saturating_add(repeated),
                _ => {}
            },
            _ => {}
        }
        if tables == 0 {
            return Ok(());
        }
    }
}

/// Puts one cell's text into all the rows and columns that it stands for.
fn fill(book: &mut Book<'_>, grid: &mut Grid, rows: (u32, u32), columns: (u32, u32), text: &str) -> Result<(), Refused> {
    if text.is_empty() {
        return Ok(());
    }
    for row in rows.0..rows.0.saturating_add(rows.1) {
        for column in columns.0..columns.0.saturating_add(columns.1) {
            book.put(grid, row, column, text.to_owned())?;
        }
    }
    Ok(())
}

/// What a cell says of itself.
struct Cell {
    formula: bool,
    error: bool,
    value: Option<String>,
    words: bool,
}

impl Cell {
    fn of(element: &Element<'_>) -> Self {
        let sort = element.attribute("office:value-type").unwrap_or_default();
        let value = match sort.as_str() {
            "float" | "percentage" | "currency" => element.attribute("office:value").map(|value| number(&value)),
            "date" => element.attribute("office:date-value").map(|value| moment(&value)),
            "time" => element.attribute("office:time-value").map(|value| clock(&value)),
            "boolean" => element.attribute("office:boolean-value").map(|value| value.to_ascii_lowercase()),
            _ => element.attribute("office:string-value"),
        };
        Cell {
            formula: element.attribute("table:formula").is_some(),
            error: element.attribute("calcext:value-type").as_deref() == Some("error"),
            value,
            words: sort == "string",
        }
    }

    /// The cell's text; `None` when it has no value.
    fn text(&self, shown: &str) -> Option<String> {
        match &self.value {
            Some(value) if !self.error => Some(tidy(value).to_owned()),
            // Words stand only in the shown text; an error's attribute is blank.
            _ if self.error || self.words || !shown.is_empty() => Some(tidy(shown).to_owned()),
            _ => None,
        }
    }
}

/// A cell's shown text, up to the cell's end. Paragraphs are lines; notes are left out.
fn letters(book: &Book<'_>, xml: &mut Xml<impl BufRead>) -> Result<String, Refused> {
    let mut text = String::new();
    let (mut depth, mut paragraphs, mut notes) = (1_usize, 0_usize, 0_usize);
    loop {
        match xml.next(book)? {
            Event::Start(element) => {
                depth += 1;
                match element.name() {
                    "office:annotation" | "table:table" | "draw:frame" => notes += 1,
                    _ if notes > 0 => {}
                    "text:p" | "text:h" => {
                        paragraphs += 1;
                        if paragraphs > 1 {
                            text.push('\n');
                        }
                    }
                    "text:s" => (0..element.count("text:c").unwrap_or(1).min(BLANKS_MAX)).for_each(|_| text.push(' ')),
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                }
            }
            Event::End(element) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(text);
                }
                if matches!(element.name(), "office:annotation" | "table:table" | "draw:frame") {
                    notes = notes.saturating_sub(1);
                }
            }
            // Between paragraphs stand only line breaks of the file.
            Event::Text(letters) if notes == 0 && paragraphs > 0 && depth > 1 => {
                for letter in letters.chars() {
                    let blank = matches!(letter, ' ' | '\t' | '\r' | '\n');
                    if !blank {
                        text.push(letter);
                    } else if !text.ends_with([' ', '\n']) {
                        text.push(' ');
                    }
                }
            }
            Event::Text(_) => {}
            Event::Done => return Err(book.damaged("a cell has no end")),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::super::tests::{codes, open, rows};
    use super::*;

    const TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

    /// An archive with these parts after the one that says what it is.
    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("mimetype", SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        zip.write_all(TYPE.as_bytes()).unwrap();
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A spreadsheet with these tables.
    pub(in super::super) fn ods(tables: &str) -> Vec<u8> {
        archive(&[("META-INF/manifest.xml", "<manifest:manifest/>"), ("content.xml", &content(tables))])
    }

    fn content(tables: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:automatic-styles>\
             <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style>\
             <style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
             </office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
             </office:document-content>"
        )
    }

    fn table(rows: &str) -> String {
        format!("<table:table table:name=\"Sales\" table:style-name=\"ta1\">{rows}</table:table>")
    }

    /// What one row of these cells is read as.
    fn row(cells: &str) -> String {
        let read = open("a.ods", &ods(&table(&format!("<table:table-row>{cells}</table:table-row>"))));
        assert_eq!(codes(&read), [""; 0]);
        rows(&read.value[0]).concat()
    }

    #[test]
    fn values_come_from_attributes_and_not_from_what_is_shown() {
        let value = |sort: &str, attribute: &str, shown: &str| {
            let cell = format!(
                "<table:table-cell office:value-type=\"{sort}\" office:{attribute}><text:p>{shown}</text:p></table:table-cell>"
            );
            row(&cell).trim_start_matches("1:").to_owned()
        };
        assert_eq!(value("float", "value=\"12.1\"", "12"), "12.1");
        assert_eq!(value("float", "value=\"0.30000000000000004\"", "0,3"), "0.3");
        assert_eq!(value("float", "value=\"5.0123456789E+12\"", "5.01E+12"), "5012345678900");
        assert_eq!(value("currency", "value=\"-3.5\" office:currency=\"GBP\"", "-£3.50"), "-3.5");
        assert_eq!(value("percentage", "value=\"0.2\"", "20%"), "0.2");
        assert_eq!(value("date", "date-value=\"2026-11-20\"", "20/11/26"), "2026-11-20");
        assert_eq!(value("date", "date-value=\"2026-11-20T17:42:00\"", "20/11/26 17:42"), "2026-11-20T17:42:00");
        assert_eq!(value("date", "date-value=\"2026-11-20T00:00:00.000000000\"", "x"), "2026-11-20");
        assert_eq!(value("date", "date-value=\"1899-12-30T09:30:00\"", "09:30"), "09:30:00");
        assert_eq!(value("time", "time-value=\"PT09H30M15S\"", "9:30"), "09:30:15");
        assert_eq!(value("time", "time-value=\"PT36H00M00.000000000S\"", "12:00"), "36:00:00");
        assert_eq!(value("boolean", "boolean-value=\"TRUE\"", "WAHR"), "true");
        assert_eq!(value("string", "string-value=\" 0123\"", "123"), "0123");
    }

    #[test]
    fn words_are_the_text_of_their_paragraphs() {
        let cell = |text: &str| row(&format!("<table:table-cell office:value-type=\"string\">{text}</table:table-cell>"));
        assert_eq!(cell("<text:p>Fish &amp; <text:span>chips</text:span> &#163;2</text:p>"), "1:Fish & chips £2");
        assert_eq!(cell("<text:p>a<text:s text:c=\"2\"/>b<text:tab/>c</text:p>\n  <text:p>d</text:p>"), "1:a  b\tc\nd");
        assert_eq!(cell("<office:annotation><text:p>note</text:p></office:annotation><text:p>seen</text:p>"), "1:seen");
        assert_eq!(cell("<text:p>a<text:s text:c=\"4000000000\"/>b</text:p>").len(), 2 + 2 + BLANKS_MAX as usize);
    }

    #[test]
    fn errors_are_their_text_and_formulas_their_saved_value() {
        let error = "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"";
        assert_eq!(row(&format!("<table:table-cell {error}><text:p>#DIV/0!</text:p></table:table-cell>")), "1:#DIV/0!");
        let stale = "table:formula=\"of:=1+1\" office:value-type=\"float\" office:value=\"7\"";
        assert_eq!(row(&format!("<table:table-cell {stale}><text:p>7</text:p></table:table-cell>")), "1:7");
        let never = "<table:table-row><table:table-cell/><table:table-cell table:formula=\"of:=1+1\"/></table:table-row>";
        let read = open("a.ods", &ods(&table(&format!("<table:table-row/>{never}{never}"))));
        assert_eq!(codes(&read), ["F033", "F008"]);
        assert_eq!(read.diagnostics[0].at.to_string(), "a.ods, sheet Sales, row 2, column B");
        assert!(read.diagnostics[0].message.ends_with("and so does another"));
    }

    #[test]
    fn repeats_stand_for_as_many_rows_and_columns_and_blank_ones_for_none() {
        let one = "office:value-type=\"float\" office:value=\"1\"";
        let read = open(
            "a.ods",
            &ods(&table(&format!(
                "<table:table-column table:number-columns-repeated=\"16384\"/>\
                 <table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
                 <table:table-row-group><table:table-row table:number-rows-repeated=\"2\"><table:table-cell/>\
                 <table:table-cell table:number-columns-repeated=\"2\" {one}><text:p>1</text:p></table:table-cell>\
                 <table:table-cell table:number-columns-repeated=\"16381\"/></table:table-row></table:table-row-group>\
                 <table:table-row><table:table-cell table:number-columns-spanned=\"2\" {one}/><table:covered-table-cell/>\
                 <table:table-cell {one}/></table:table-row>\
                 <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
            ))),
        );
        assert_eq!(codes(&read), [""; 0]);
        assert_eq!(rows(&read.value[0]), ["4:|1|1", "5:|1|1", "6:1||1"]);
    }

    #[test]
    fn hidden_tables_macros_and_passwords_are_said() {
        let cell = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
        let hidden = format!("<table:table table:name=\"Old\" table:style-name=\"ta2\">{cell}</table:table>{}", table(cell));
        let read = open("a.ods", &ods(&hidden));
        assert_eq!(codes(&read), ["F021"]);
        let seen: Vec<_> = read.value.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden, sheet.rows.len())).collect();
        assert_eq!(seen, [("Old", true, 0), ("Sales", false, 1)]);
        let content = content(&table(cell));
        let macros = archive(&[("content.xml", &content), ("Basic/Standard/Module1.xml", "<script/>")]);
        assert_eq!(codes(&open("a.ods", &macros)), ["F020"]);
        let manifest =
            "<m:manifest xmlns:m=\"urn\"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></m:manifest>";
        for part in ["content.xml", "encrypted-package"] {
            let locked = archive(&[("META-INF/manifest.xml", manifest), (part, "\u{1}\u{2}")]);
            assert_eq!(codes(&open("a.ods", &locked)), ["F011"], "{part}");
        }
        assert_eq!(codes(&open("a.ods", &archive(&[("content.xml", &content[..content.len() - 9])]))), ["F010"]);
    }
}
