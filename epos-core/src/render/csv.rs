//! Comma-separated values for programs: a row of column names, then the rows. Totals, bridge, completeness and notes are left to
//! the other formats, so that whoever sums a column counts nothing twice.

use std::borrow::Cow;

use super::failed;
use super::people::exact;
use crate::error::Result;
use crate::model::Value;
use crate::report::Report;

/// The rows as CSV with CRLF line ends.
pub fn csv(report: &Report) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(report.columns.iter().map(|column| column.name)).map_err(|error| failed(report, error))?;
    for row in &report.rows {
        let cells = report.columns.iter().zip(row).map(|(column, value)| match value {
            Value::Text(text) => escaped(text).into_owned(),
            value => exact(value, column.kind),
        });
        writer.write_record(cells).map_err(|error| failed(report, error))?;
    }
    writer.into_inner().map_err(|error| failed(report, error))
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front. Numbers are never touched.
fn escaped(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}
