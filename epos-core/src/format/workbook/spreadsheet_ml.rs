//! SpreadsheetML: Excel 2002's and 2003's XML, which many tills still write and name `.xls`.
//!
//! Source: "XML Spreadsheet Reference", Microsoft, 2001.

use std::io::{BufRead, Cursor};

use super::xml::{Element, Event, Xml, local};
use super::{Book, Grid, moment, number};
use crate::format::csv::{marked_up, tidy};
use crate::format::sheets::Refused;

pub(super) fn read(book: &mut Book<'_>) -> Result<(), Refused> {
    let text = marked_up(book.document, &mut book.said)?;
    let mut xml = Xml::new(Cursor::new(text.as_bytes()));
    let mut sheets = 0;
    loop {
        match xml.next(book)? {
            Event::Start(element) if local(element.name()) == "Worksheet" => {
                sheets += 1;
                book.count_sheets(sheets)?;
                let grid = Grid::new(&element.local("Name").unwrap_or_default());
                worksheet(book, &mut xml, grid)?;
            }
            Event::Done => return Ok(()),
            _ => {}
        }
    }
}

/// Reads a worksheet up to its end. Whether it is hidden is said only after its rows.
fn worksheet(book: &mut Book<'_>, xml: &mut Xml<impl BufRead>, mut grid: Grid) -> Result<(), Refused> {
    let (mut row, mut span, mut column) = (0_u32, 1_u32, 0_u32);
    let (mut in_visible, mut hidden) = (false, false);
    loop {
        match xml.next(book)? {
            Event::Start(element) => match local(element.name()) {
                "Row" => {
                    row = place(&element, row);
                    // The rows that a span names beyond its own are blank.
                    span = number_of(&element, "Span").saturating_add(1);
                    column = 0;
                }
                "Cell" => {
                    column = place(&element, column);
                    let width = number_of(&element, "MergeAcross").saturating_add(1);
                    let formula = element.local("Formula").is_some();
                    match cell(book, xml)? {
                        Some(text) => book.put(&mut grid, row, column, text)?,
                        None if formula => grid.not_calculated(row, column),
                        None => {}
                    }
                    column = column.saturating_add(width);
                }
                "Visible" => in_visible = true,
                _ => {}
            },
            Event::Text(letters) => hidden |= in_visible && matches!(letters.trim(), "SheetHidden" | "SheetVeryHidden"),
            Event::End(element) => match local(element.name()) {
                "Row" => row = row.saturating_add(span),
                "Visible" => in_visible = false,
                "Worksheet" if hidden => {
                    book.hide(&grid.name);
                    return Ok(());
                }
                "Worksheet" => {
                    book.close(grid);
                    return Ok(());
                }
                _ => {}
            },
            Event::Done => return Ok(()),
        }
    }
}

/// A row's or cell's place from 0: where it says, counted from 1, or behind the one before.
fn place(element: &Element<'_>, next: u32) -> u32 {
    element.local("Index").and_then(|index| index.trim().parse::<u32>().ok()).and_then(|index| index.checked_sub(1)).unwrap_or(next)
}

fn number_of(element: &Element<'_>, name: &str) -> u32 {
    element.local(name).and_then(|count| count.trim().parse().ok()).unwrap_or_default()
}

/// Reads a cell up to its end; `None` when it holds no data. A comment's text is no data of the cell.
fn cell(book: &Book<'_>, xml: &mut Xml<impl BufRead>) -> Result<Option<String>, Refused> {
    let mut sort: Option<String> = None;
    let mut text = String::new();
    let (mut in_data, mut in_comment) = (false, false);
    loop {
        match xml.next(book)? {
            Event::Start(element) => match local(element.name()) {
                "Comment" => in_comment = true,
                "Data" if !in_comment => {
                    sort = Some(element.local("Type").unwrap_or_default());
                    in_data = true;
                }
                _ => {}
            },
            Event::Text(letters) if in_data => text.push_str(&letters),
            Event::Text(_) => {}
            Event::End(element) => match local(element.name()) {
                "Comment" => in_comment = false,
                "Data" => in_data = false,
                "Cell" => break,
                _ => {}
            },
            Event::Done => break,
        }
    }
    let plain = tidy(&text);
    Ok(sort.map(|sort| match (sort.as_str(), plain) {
        ("Number", _) => number(plain),
        ("DateTime", _) => moment(plain),
        ("Boolean", "1") => "true".to_owned(),
        ("Boolean", "0") => "false".to_owned(),
        _ => plain.to_owned(),
    }))
}
