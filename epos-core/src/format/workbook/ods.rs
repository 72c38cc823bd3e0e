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
