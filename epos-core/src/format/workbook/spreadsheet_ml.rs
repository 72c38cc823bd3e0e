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

#[cfg(test)]
mod tests {
    use super::super::tests::{codes, open, rows};

    const HEAD: &str = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
        <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">";

    fn book(sheets: &str) -> String {
        format!("{HEAD}<Styles/>{sheets}</Workbook>")
    }

    fn sheet(name: &str, rows: &str) -> String {
        format!(
            "<Worksheet ss:Name=\"{name}\"><Table ss:ExpandedColumnCount=\"4000000000\">{rows}</Table><WorksheetOptions/></Worksheet>"
        )
    }

    #[test]
    fn cells_of_every_sort_stand_where_they_say() {
        let cell = |sort: &str, text: &str| format!("<Cell><Data ss:Type=\"{sort}\">{text}</Data></Cell>");
        let cells = [
            cell("String", " Fish &amp; chips "),
            cell("Number", "12.100000000000001"),
            cell("Number", "5.0123456789E+12"),
            cell("DateTime", "2026-11-20T00:00:00.000"),
            cell("DateTime", "2026-11-20T17:42:00.000"),
            cell("DateTime", "1899-12-31T09:30:00.000"),
            cell("Boolean", "1"),
            cell("Error", "#N/A"),
        ];
        let placed = "<Row ss:Index=\"4\" ss:Span=\"2\"><Cell ss:Index=\"3\" ss:MergeAcross=\"1\"><Data ss:Type=\"Number\">1</Data>\
            <Comment><Data>no</Data></Comment></Cell><Cell ss:Formula=\"=1+1\"><Data ss:Type=\"Number\">7</Data></Cell></Row>\
            <Row><Cell><ss:Data ss:Type=\"String\" xmlns=\"x\"><B>a</B>b</ss:Data></Cell></Row>";
        let text = book(&sheet("Sales", &format!("<Column/><Row>{}</Row>{placed}", cells.concat())));
        let read = open("till.xls", text.as_bytes());
        assert_eq!(codes(&read), ["F034"]);
        assert!(read.diagnostics[0].message.contains(".xls, but it is an Excel 2003 XML workbook"));
        assert_eq!(read.value[0].name, "Sales");
        assert_eq!(
            rows(&read.value[0]),
            ["1:Fish & chips|12.1|5012345678900|2026-11-20|2026-11-20T17:42:00|09:30:00|true|#N/A", "4:||1||7", "7:ab"]
        );
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(rows(&open("till.xml", &wide).value[0]), rows(&read.value[0]));
    }

    #[test]
    fn hidden_sheets_and_formulas_without_a_value_are_said() {
        let old = "<Worksheet ss:Name=\"Old\"><Table><Row><Cell><Data ss:Type=\"String\">x</Data></Cell></Row></Table>\
            <WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>";
        let read = open("a.xml", book(&format!("{old}{}", sheet("Sales", "<Row><Cell ss:Formula=\"=1\"/></Row>"))).as_bytes());
        assert_eq!(codes(&read), ["F021", "F033", "F008"]);
    }

    #[test]
    fn a_document_cut_short_is_truncated_and_one_without_end_a_limit() {
        let whole = book(&sheet("Sales", "<Row><Cell><Data ss:Type=\"String\">x</Data></Cell></Row>"));
        for length in HEAD.len()..whole.len() {
            assert_eq!(codes(&open("a.xls", &whole.as_bytes()[..length])), ["F010"], "{length}");
        }
        let deep = book(&format!("<a>{}", "<b>".repeat(1_000_000)));
        assert_eq!(codes(&open("a.xls", deep.as_bytes())), ["F012"]);
    }
}
