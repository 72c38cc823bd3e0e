//! Workbooks to sheets of text cells; the only user of `calamine`.
//!
//! A workbook is measured before it is opened, so that a hostile one cannot ask for more memory than the limits allow.

mod archive;
mod ods;
mod spreadsheet_ml;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use calamine::{DataType, ExcelDateTime, ExcelDateTimeType, SheetType, SheetVisible};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::csv::{self, tidy};
use super::html;
use super::kind::WorkbookKind;
use super::sheets::{Refused, refused};
use crate::diagnostic::{Checked, Diagnostic, F001, F010, F011, F012, F020, F021, F033};
use crate::model::{At, Column, Document, Limits, Sheet, SheetRow};

/// Reads the visible worksheets of a workbook. Formulas give the value that was saved with them, macros are never run, hidden
/// sheets come without rows, sheets without rows are left out.
pub(super) fn read(document: &Document, kind: WorkbookKind, limits: &Limits) -> Checked<Vec<Sheet>> {
    let mut book = Book::new(document, limits);
    let outcome = match kind {
        WorkbookKind::Xlsx | WorkbookKind::Xlsm => quietly(|| xlsx::read(&mut book, kind == WorkbookKind::Xlsm)),
        WorkbookKind::Xls => quietly(|| xls::read(&mut book)),
        WorkbookKind::Xlsb => quietly(|| xlsb::read(&mut book)),
        WorkbookKind::Ods => quietly(|| ods::read(&mut book)),
        WorkbookKind::SpreadsheetMl => quietly(|| spreadsheet_ml::read(&mut book)),
    };
    match outcome.unwrap_or_else(|| Err(book.damaged("parts of it contradict each other"))) {
        Ok(()) if book.sheets.iter().all(|sheet| sheet.rows.is_empty()) => book.said.push(*csv::empty(document)),
        Ok(()) => {}
        Err(refusal) => {
            book.sheets.clear();
            book.said.push(*refusal);
        }
    }
    Checked::with(book.sheets, book.said)
}

/// Reads the tables of a web page: a sheet for each that has rows, without a name when it is the only one.
pub(super) fn read_page(document: &Document, limits: &Limits) -> Checked<Vec<Sheet>> {
    let mut book = Book::new(document, limits);
    let mut tables = false;
    let outcome = csv::marked_up(document, &mut book.said).and_then(|page| {
        let mut grids: BTreeMap<usize, Grid> = BTreeMap::new();
        html::cells(&page, limits.columns, |cell| {
            tables = true;
            let text = cell.number.map_or_else(|| cell.text.to_owned(), |number| exact(number, cell.text));
            if text.is_empty() {
                return Ok(());
            }
            book.count_sheets(grids.len())?;
            let grid = grids.entry(cell.table).or_insert_with(|| Grid::new(&format!("table {}", cell.table + 1)));
            book.put(grid, cell.row, cell.column, text)
        })?;
        book.count_sheets(grids.len())?;
        Ok(grids)
    });
    match outcome {
        Ok(grids) if grids.is_empty() && tables => book.said.push(*csv::empty(document)),
        Ok(grids) if grids.is_empty() => book.said.push(*refused(
            F001,
            book.at(),
            "this is a web page (HTML) without a table, so it holds no rows",
            "export the same data from the till as CSV or as an Excel workbook",
        )),
        Ok(grids) => {
            let only = grids.len() == 1;
            for mut grid in grids.into_values() {
                if only {
                    grid.name.clear();
                }
                book.close(grid);
            }
            // Cells of a page have places, so what is missing at the end of a row is blank and never a comma too few.
            if let [sheet] = &mut book.sheets[..] {
                let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
                sheet.rows.iter_mut().for_each(|row| row.cells.resize(width, String::new()));
            }
        }
        Err(refusal) => book.said.push(*refusal),
    }
    Checked::with(book.sheets, book.said)
}

/// The number that Excel wrote behind a page's cell; a serial date where the cell shows a date or a time.
fn exact(number: &str, shown: &str) -> String {
    let dated = shown.contains(':') || ["/", "-", "."].iter().any(|mark| shown.trim_start_matches('-').matches(mark).count() == 2);
    match number.trim().parse() {
        Ok(serial) if dated => iso(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false)),
        Ok(number) => decimal(number),
        Err(_) => shown.to_owned(),
    }
}

/// What a row takes up in the grid besides its cells.
const ROW_ROOM: u64 = 48;

/// A workbook while it is read.
struct Book<'d> {
    document: &'d Document,
    limits: &'d Limits,
    sheets: Vec<Sheet>,
    said: Vec<Diagnostic>,
    /// Bytes that the cells read so far take up.
    spent: u64,
}

impl<'d> Book<'d> {
    fn new(document: &'d Document, limits: &'d Limits) -> Self {
        Book { document, limits, sheets: Vec::new(), said: Vec::new(), spent: 0 }
    }

    fn at(&self) -> At {
        At::document(&self.document.name)
    }

    /// A web page's only table has no name.
    fn at_sheet(&self, name: &str) -> At {
        At { sheet: (!name.is_empty()).then(|| name.to_owned()), ..self.at() }
    }

    fn damaged(&self, why: impl std::fmt::Display) -> Refused {
        let message = format!("the workbook is damaged, or was cut off on its way ({why})");
        refused(
            F010,
            self.at(),
            message,
            "open it in Excel, save it under a new name and send that; or export it again from the till",
        )
    }

    fn locked(&self) -> Refused {
        refused(F011, self.at(), "the workbook is protected by a password", "take the password off in Excel and send it again")
    }

    fn past_limit(&self, message: String) -> Refused {
        refused(F012, self.at(), message, "export fewer days into one workbook, or as CSV")
    }

    fn has_macros(&mut self) {
        let finding = Diagnostic::new(F020, self.at(), "the workbook carries macros; they were not run, its cells were read");
        self.said.push(finding);
    }

    /// The names of the worksheets to read. Hidden ones are noted and kept without rows; charts and macro sheets hold no rows.
    fn visible(&mut self, listed: &[calamine::Sheet]) -> Result<Vec<String>, Refused> {
        self.count_sheets(listed.len())?;
        let mut names = Vec::new();
        for sheet in listed.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
            if sheet.visible == SheetVisible::Visible {
                names.push(sheet.name.clone());
                continue;
            }
            self.hide(&sheet.name);
        }
        Ok(names)
    }

    fn count_sheets(&self, count: usize) -> Result<(), Refused> {
        let most = self.limits.sheets;
        let few = count <= most;
        few.then_some(()).ok_or_else(|| self.past_limit(format!("the workbook has {count} sheets; at most {most} are read")))
    }

    /// Notes a hidden sheet and keeps it without rows.
    fn hide(&mut self, name: &str) {
        let at = self.at_sheet(name);
        let finding = Diagnostic::new(F021, at, format!("the hidden sheet {name} was not read"));
        self.said.push(finding.help("if its rows count, unhide the sheet in Excel and send the workbook again"));
        self.sheets.push(Sheet { name: name.to_owned(), hidden: true, rows: Vec::new() });
    }

    /// Puts a cell into `grid`; `row` and `column` count from 0.
    fn put(&mut self, grid: &mut Grid, row: u32, column: u32, text: String) -> Result<(), Refused> {
        if text.is_empty() {
            return Ok(());
        }
        let place = |book: &Self, grid: &Grid| At { row: Some(row.saturating_add(1)), ..book.at_sheet(&grid.name) };
        let column = column as usize;
        if column >= self.limits.columns {
            let message = format!("this row has {} columns; at most {} are read", column + 1, self.limits.columns);
            return Err(refused(
                F012,
                place(self, grid),
                message,
                "a sales sheet has a few dozen columns: is this the right file?",
            ));
        }
        if !grid.turn_to(row) {
            let message = format!("the sheet has more than {} rows", self.limits.workbook_rows);
            if grid.rows.len() >= self.limits.workbook_rows {
                return Err(refused(F012, place(self, grid), message, "export fewer days into one workbook, or as CSV"));
            }
            self.spent += ROW_ROOM;
        }
        let cells = &mut grid.cells;
        let before = cells.capacity();
        if cells.len() <= column {
            // Rows of a sheet are mostly as wide as the one before.
            cells.reserve_exact(if cells.is_empty() { grid.width.max(column + 1) } else { column + 1 - cells.len() });
            cells.resize(column + 1, String::new());
        }
        self.spent += ((cells.capacity() - before) * size_of::<String>() + text.len()) as u64;
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
        if self.spent > self.limits.unpacked_bytes {
            return Err(self.past_limit(format!("the cells take more than {} bytes", self.limits.unpacked_bytes)));
        }
        Ok(())
    }

    fn close(&mut self, mut grid: Grid) {
        grid.lay_down();
        if let Some((row, column, count)) = grid.not_calculated {
            let place = At {
                row: Some(row.saturating_add(1)),
                column: Some(Column { index: column, heading: String::new() }),
                ..self.at_sheet(&grid.name)
            };
            let others = match count {
                1 => String::new(),
                2 => ", and so does another".to_owned(),
                _ => format!(", and so do {} others", count - 1),
            };
            let finding = Diagnostic::new(F033, place, format!("this cell holds a formula that was never calculated{others}"));
            self.said.push(finding.help("open the workbook in Excel or LibreOffice, save it and send it again"));
        }
        if !grid.rows.is_empty() {
            let rows = grid.rows.into_iter().map(|(row, cells)| SheetRow { number: row.saturating_add(1), cells }).collect();
            self.sheets.push(Sheet { name: grid.name, hidden: false, rows });
        }
    }
}

/// A sheet's filled rows by number from 0. Files may list them in any order.
///
/// Merged cells hold their value in the first one; the others are blank, as in the file. Rows and columns that are hidden or
/// filtered away are rows and columns.
#[derive(Default)]
struct Grid {
    name: String,
    rows: BTreeMap<u32, Vec<String>>,
    /// The row that is being filled, and its cells.
    row: Option<u32>,
    cells: Vec<String>,
    /// How many cells the row before had.
    width: usize,
    /// The first formula without a saved value, by row and column from 0, and how many there are.
    not_calculated: Option<(u32, u32, usize)>,
}

impl Grid {
    fn new(name: &str) -> Self {
        Grid { name: name.to_owned(), ..Grid::default() }
    }

    /// Makes this the row that is filled. False when it is a new one.
    fn turn_to(&mut self, row: u32) -> bool {
        if self.row == Some(row) {
            return true;
        }
        self.lay_down();
        self.row = Some(row);
        match self.rows.remove(&row) {
            Some(cells) => self.cells = cells,
            None => return false,
        }
        true
    }

    /// Puts the row that was filled to the others.
    fn lay_down(&mut self) {
        if let Some(row) = self.row.take() {
            self.width = self.cells.len();
            self.rows.insert(row, std::mem::take(&mut self.cells));
        }
    }

    fn not_calculated(&mut self, row: u32, column: u32) {
        self.not_calculated.get_or_insert((row, column, 0)).2 += 1;
    }
}

/// A cell's text.
fn text(cell: &impl DataType) -> String {
    if let Some(text) = cell.get_string() {
        tidy(text).to_owned()
    } else if let Some(number) = cell.get_float() {
        decimal(number)
    } else if let Some(number) = cell.get_int() {
        number.to_string()
    } else if let Some(moment) = cell.get_datetime() {
        iso(moment)
    } else if let Some(truth) = cell.get_bool() {
        truth.to_string()
    } else if let Some(text) = cell.get_datetime_iso().or(cell.get_duration_iso()) {
        self::moment(text)
    } else if let Some(error) = cell.get_error() {
        error.to_string()
    } else {
        String::new()
    }
}

/// A workbook's number is a binary double: this is its decimal with 15 significant digits, which is all that Excel itself keeps,
/// so 12.1 is 12.1 and a barcode is whole. Never with an exponent.
fn decimal(number: f64) -> String {
    // A decimal of 15 digits that stands for just this double is the one: no other of 15 digits is as near.
    let shortest = number.to_string();
    let digits = shortest.trim_start_matches(['-', '0', '.']);
    if digits.len() <= 15 && digits.starts_with(|first: char| first.is_ascii_digit()) {
        return shortest;
    }
    let scientific = format!("{:.14e}", number.abs());
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return number.to_string(); // Not a number, or infinite.
    };
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let before_point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let sign = if number < 0.0 { "-" } else { "" };
    match usize::try_from(before_point) {
        Ok(whole) if whole >= digits.len() => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
        Ok(whole) if whole > 0 => {
            let (whole, fraction) = digits.split_at(whole);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}0.{}{digits}", "0".repeat(before_point.unsigned_abs() as usize)),
    }
}

/// A number as a file writes it, as its decimal; other text as it is.
fn number(text: &str) -> String {
    text.trim().parse().map_or_else(|_| text.to_owned(), decimal)
}

/// An ISO moment as epos writes it: the date at midnight, the time on no day, else both. Other text as it is.
fn moment(text: &str) -> String {
    let plain = text.trim().trim_end_matches('Z');
    match NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(moment) if NO_DAYS.contains(&moment.date().to_string().as_str()) => seconds(moment).time().to_string(),
        Ok(moment) => of_moment(moment),
        Err(_) => plain.to_owned(),
    }
}

/// The dates that a time without one is written with.
const NO_DAYS: [&str; 2] = ["1899-12-30", "1899-12-31"];

/// An ISO duration such as `PT09H30M15S` as hours, minutes and seconds. Other text as it is.
fn clock(text: &str) -> String {
    let parts = || {
        let mut seconds: u64 = 0;
        let mut digits = String::new();
        for letter in text.trim().strip_prefix('P')?.chars() {
            let unit = match letter {
                'T' => continue,
                '0'..='9' | '.' | ',' => {
                    digits.push(if letter == ',' { '.' } else { letter });
                    continue;
                }
                'D' => 86_400.0,
                'H' => 3_600.0,
                'M' => 60.0,
                'S' => 1.0,
                _ => return None,
            };
            let part = std::mem::take(&mut digits).parse::<f64>().ok()? * unit;
            seconds = seconds.checked_add(part.round() as u64).filter(|_| part < DAYS_MAX * 86_400.0)?;
        }
        digits.is_empty().then_some(seconds)
    };
    parts().map_or_else(|| text.to_owned(), of_seconds)
}

fn of_seconds(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The day after Excel's last one, as its serial number.
const DAYS_MAX: f64 = 2_958_466.0;

/// A serial date as ISO text: the date at midnight, the time on no day, else both; a duration as hours, minutes and seconds.
fn iso(moment: ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if !(0.0..DAYS_MAX).contains(&serial) {
        return decimal(serial);
    }
    if moment.is_duration() {
        return of_seconds((serial * 86_400.0).round() as u64);
    }
    match moment.as_datetime() {
        Some(moment) if serial < 1.0 => seconds(moment).time().to_string(),
        Some(moment) => of_moment(moment),
        None => decimal(serial),
    }
}

fn of_moment(moment: NaiveDateTime) -> String {
    let moment = seconds(moment);
    match (moment.date(), moment.time()) {
        (date, NaiveTime::MIN) => date.to_string(),
        (date, time) => format!("{date}T{time}"),
    }
}

/// To the nearest second: a serial number holds 09:30 only nearly.
fn seconds(moment: NaiveDateTime) -> NaiveDateTime {
    let nearest = moment.checked_add_signed(TimeDelta::milliseconds(500)).unwrap_or(moment);
    nearest.with_nanosecond(0).unwrap_or(NaiveDate::default().and_time(NaiveTime::MIN))
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; `None` when it panics. The workbook reader does so over some damaged files (it subtracts a range's end from its
/// start, and looks past the end of a record): that is a finding about the file, so nothing is printed. Other panics are
/// printed as before.
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

#[cfg(test)]
pub(super) mod tests;
