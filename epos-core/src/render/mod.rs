//! [`Report`] in, bytes out.
//!
//! Machines get `csv` and `json`: every column by its name, decimals exact. People get `table`, `html` and `xlsx`: formatted
//! amounts, words for states, the completeness, the bridge and the notes.

mod chart;
mod csv;
mod findings;
mod heat;
mod html;
mod index;
mod json;
mod page;
mod people;
mod summary;
mod table;
mod value;
#[cfg(feature = "workbook")]
mod xlsx;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDateTime;

use crate::error::{Error, Result};
use crate::report::Report;

pub use findings::findings;
pub use heat::{HeatCell, HeatMap, HeatRow, Letter};
pub use html::html;
pub use index::index;
pub use page::{escape, page};
pub use summary::{Summary, Written, summary};
pub use table::table;
pub use value::value;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// Comma-separated values (RFC 4180): the rows and nothing else.
    Csv,
    /// One JSON object; decimals as strings.
    Json,
    /// One self-contained page.
    Html,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Format] = &[Format::Table, Format::Csv, Format::Json, Format::Html, Format::Xlsx];

    /// Its name, as a person writes it.
    ///
    /// ```
    /// use epos_core::render::Format;
    ///
    /// assert_eq!("xlsx".parse(), Ok(Format::Xlsx));
    /// assert_eq!(Format::Xlsx.name(), "xlsx");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Html => "html",
            Format::Xlsx => "xlsx",
        }
    }

    /// The end of its files' names.
    ///
    /// ```
    /// use epos_core::render::Format;
    ///
    /// assert_eq!((Format::Table.extension(), Format::Csv.extension()), ("txt", "csv"));
    /// ```
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Table => "txt",
            other => other.name(),
        }
    }

    /// Its media type.
    ///
    /// ```
    /// use epos_core::render::Format;
    ///
    /// assert_eq!(Format::Json.media_type(), "application/json");
    /// ```
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Table => "text/plain; charset=utf-8",
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Json => "application/json",
            Format::Html => "text/html; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().trim_start_matches('.').to_lowercase();
        let known = |format: &&Format| format.name() == name || format.extension() == name;
        Format::ALL.iter().find(known).copied().ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            format!("`{text}` is not a format; choose one of {}", names.join(", "))
        })
    }
}

/// The bytes of a report. `now` is written where a format says when it was made; the same report and `now` give the same bytes.
///
/// # Errors
/// When a workbook cannot hold the report, or this build was made without workbooks.
///
/// ```
/// use epos_core::model::{Context, Money, Store};
/// use epos_core::reconcile::{Evidence, day};
/// use epos_core::render::{Format, render};
/// use epos_core::report::{Period, report};
///
/// let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// let mut judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// judged.bridge.takings = Money::cents(123_50);
/// let days = [judged];
/// let daily = report("daily", &Period::new(friday, friday, None, &days, &[], &context)).ok_or("no such report")?;
/// let text = String::from_utf8(render(&daily, Format::Csv, chrono::NaiveDateTime::default())?)?;
/// let rows: Vec<&str> = text.lines().collect();
/// assert_eq!(rows.len(), 2);
/// assert!(rows[0].starts_with("store,store_name,trading_day"));
/// assert!(rows[1].starts_with("LW,") && rows[1].contains(",123.50,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(report: &Report, format: Format, now: NaiveDateTime) -> Result<Vec<u8>> {
    match format {
        Format::Table => Ok(table(report, None).into_bytes()),
        Format::Csv => csv::csv(report),
        Format::Json => json::json(report),
        Format::Html => Ok(html(report, now).into_bytes()),
        #[cfg(feature = "workbook")]
        Format::Xlsx => xlsx::xlsx(report, now),
        #[cfg(not(feature = "workbook"))]
        Format::Xlsx => {
            Err(failed(report, "this program was built without workbooks; build it with the feature `workbook`, or choose csv"))
        }
    }
}

/// A report that could not be written.
fn failed(report: &Report, why: impl fmt::Display) -> Error {
    Error::Render { what: format!("the report {}", report.name), message: why.to_string() }
}

#[cfg(test)]
mod tests;
