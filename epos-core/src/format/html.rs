//! Tables of web pages, which many tills write and name `.xls`; the only user of `html5gum`.
//!
//! Only the tags that make tables are looked at, in the browsers' own reading of letters and tags, so nothing grows with how
//! deeply a page is nested and nothing depends on its being closed properly.

use std::collections::BTreeMap;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::csv::tidy;

/// Tables within tables beyond this are text of their cell.
const DEEP: usize = 50;
/// More columns than a cell may span in a browser.
const SPAN_MAX: u32 = 1_000;

/// One cell of a table.
pub(super) struct Cell<'a> {
    /// Which table of the page, from 0.
    pub table: usize,
    /// Row from 0, within the table.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// What a person sees. Lines are kept, other blanks are one.
    pub text: &'a str,
    /// The exact number behind the text, where Excel wrote one.
    pub number: Option<&'a str>,
}

/// Gives every cell of every table; a cell that spans rows or columns is given once, at its first place. Places past
/// `columns_max` are only right as far as being past it.
pub(super) fn cells<E>(page: &str, columns_max: usize, mut put: impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open: Vec<Table> = Vec::new();
    let (mut tables, mut deeper, mut unseen) = (0, 0_usize, 0_usize);
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        let deepest = open.len() >= DEEP;
        match token {
            Token::StartTag(tag) => match (tag.name.as_slice(), open.last_mut()) {
                (b"table", _) if deepest => deeper += 1,
                (b"table", _) => {
                    open.push(Table::new(tables, columns_max));
                    tables += 1;
                }
                (b"script" | b"style" | b"title" | b"textarea", _) if !tag.self_closing => unseen += 1,
                (b"tr", Some(table)) if deeper == 0 => table.open_row(&mut put)?,
                (b"td" | b"th", Some(table)) if deeper == 0 => table.open_cell(&tag, &mut put)?,
                (b"br" | b"p" | b"div" | b"li", Some(table)) => table.line(),
                _ => {}
            },
            Token::EndTag(tag) => match (tag.name.as_slice(), open.last_mut()) {
                (b"table", _) if deeper > 0 => deeper -= 1,
                (b"table", Some(table)) => {
                    table.close_row(&mut put)?;
                    open.pop();
                }
                (b"script" | b"style" | b"title" | b"textarea", _) => unseen = unseen.saturating_sub(1),
                (b"tr", Some(table)) if deeper == 0 => table.close_row(&mut put)?,
                (b"td" | b"th", Some(table)) if deeper == 0 => table.close_cell(&mut put)?,
                _ => {}
            },
            Token::String(letters) if unseen == 0 => {
                if let Some(table) = open.last_mut() {
                    table.letters(&String::from_utf8_lossy(&letters));
                }
            }
            _ => {}
        }
    }
    // What is still open was cut off, or never closed: browsers show it.
    open.iter_mut().rev().try_for_each(|table| table.close_row(&mut put))
}

/// A table while it is read.
struct Table {
    index: usize,
    /// Row that is open, or comes next.
    row: u32,
    in_row: bool,
    column: u32,
    columns_max: u32,
    cell: Option<Open>,
    /// Up to which row a cell from above reaches down, by column.
    reaching: BTreeMap<u32, u32>,
}

/// A cell while it is read.
#[derive(Default)]
struct Open {
    text: String,
    number: Option<String>,
    columns: u32,
    last_row: u32,
}

impl Table {
    fn new(index: usize, columns_max: usize) -> Self {
        let columns_max = u32::try_from(columns_max).unwrap_or(u32::MAX);
        Table { index, row: 0, in_row: false, column: 0, columns_max, cell: None, reaching: BTreeMap::new() }
    }

    fn open_row<E>(&mut self, put: &mut impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
        self.close_row(put)?;
        self.in_row = true;
        Ok(())
    }

    fn close_row<E>(&mut self, put: &mut impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
        self.close_cell(put)?;
        if self.in_row {
            self.row = self.row.saturating_add(1);
            self.column = 0;
            self.in_row = false;
        }
        Ok(())
    }

    fn open_cell<E>(&mut self, tag: &StartTag<()>, put: &mut impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
        self.close_cell(put)?;
        self.in_row = true;
        while self.reaching.get(&self.column).is_some_and(|&last| last >= self.row) {
            self.column += 1;
        }
        let span = |name: &[u8]| attribute(tag, name).and_then(|count| count.trim().parse::<u32>().ok());
        let last_row = match span(b"rowspan") {
            // As far as the table goes.
            Some(0) => u32::MAX,
            rows => self.row.saturating_add(rows.unwrap_or(1).max(1) - 1),
        };
        self.cell = Some(Open {
            columns: span(b"colspan").unwrap_or(1).clamp(1, SPAN_MAX),
            last_row,
            number: attribute(tag, b"x:num").filter(|number| !number.trim().is_empty()),
            text: String::new(),
        });
        Ok(())
    }

    fn close_cell<E>(&mut self, put: &mut impl FnMut(Cell<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let place =
            Cell { table: self.index, row: self.row, column: self.column, text: tidy(&cell.text), number: cell.number.as_deref() };
        put(place)?;
        let end = self.column.saturating_add(cell.columns);
        if cell.last_row > self.row {
            self.reaching.extend((self.column..end.min(self.columns_max)).map(|column| (column, cell.last_row)));
        }
        self.column = end;
        Ok(())
    }

    fn letters(&mut self, letters: &str) {
        let Some(cell) = &mut self.cell else { return };
        for letter in letters.chars() {
            if !letter.is_ascii_whitespace() {
                cell.text.push(letter);
            } else if !cell.text.is_empty() && !cell.text.ends_with([' ', '\n']) {
                cell.text.push(' ');
            }
        }
    }

    fn line(&mut self) {
        let Some(cell) = &mut self.cell else { return };
        let kept = cell.text.trim_end_matches(' ').len();
        cell.text.truncate(kept);
        if kept > 0 {
            cell.text.push('\n');
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell as `table.row.column=text`, the number behind it after a `|`.
    fn read(page: &str) -> Vec<String> {
        let mut found = Vec::new();
        let read: Result<(), ()> = cells(page, 100, |cell| {
            let number = cell.number.map(|number| format!("|{number}")).unwrap_or_default();
            found.push(format!("{}.{}.{}={}{number}", cell.table, cell.row, cell.column, cell.text));
            Ok(())
        });
        assert_eq!(read, Ok(()));
        found
    }

    #[test]
    fn cells_have_the_places_a_browser_gives_them() {
        let page = "<table><caption>no</caption><tr><td colspan=2>a</td><th rowspan='2'>b<td>c<tr><td>d<td>e<td>f</table>";
        assert_eq!(read(page), ["0.0.0=a", "0.0.2=b", "0.0.3=c", "0.1.0=d", "0.1.1=e", "0.1.3=f"]);
        assert_eq!(read("<TABLE><td rowspan=0>a<td>b<tr><td>c<tr><td>d"), ["0.0.0=a", "0.0.1=b", "0.1.1=c", "0.2.1=d"]);
        assert_eq!(read("<p>no table</p>"), [""; 0]);
    }

    #[test]
    fn text_is_what_a_person_sees() {
        assert_eq!(read("<table><td> a\r\n  <b>b</b>&nbsp;</td>"), ["0.0.0=a b"]);
        assert_eq!(
            read("<table><td>Fish &amp; chips &pound;2 &#8364;3 &lt;4<td>a<br>b<!-- c -->"),
            ["0.0.0=Fish & chips £2 €3 <4", "0.0.1=a\nb"]
        );
        assert_eq!(read("<table><td>a<style>td {}</style><script>'<td>x'</script>"), ["0.0.0=a"]);
        assert_eq!(
            read("<table><td x:num='1.5' align=right>£1.50<td x:num>2<td x:str='3'>3"),
            ["0.0.0=£1.50|1.5", "0.0.1=2", "0.0.2=3"]
        );
    }

    #[test]
    fn a_table_within_a_cell_is_a_table_of_its_own() {
        let page = "<table><tr><td>a<table><tr><td>b</td></tr></table>c</td><td>d</td></tr></table>";
        assert_eq!(read(page), ["1.0.0=b", "0.0.0=ac", "0.0.1=d"]);
        assert_eq!(read(&"<table><td>".repeat(100_000)).len(), DEEP);
    }

    #[test]
    fn spans_without_end_take_no_room() {
        let cell = "<td rowspan=65534 colspan=4000000000>".repeat(2_000);
        assert_eq!(read(&format!("<table><tr>{cell}<tr><td>a")).last().map(String::as_str), Some("0.1.100=a"));
    }
}
