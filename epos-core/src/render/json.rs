//! One JSON object. Decimals are strings, so that no reader turns them into floats.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::failed;
use super::people::exact;
use crate::error::Result;
use crate::model::{Type, Value};
use crate::report::{BridgeLine, Chart, Completeness, Report, ReportColumn, meaning};

#[derive(serde::Serialize)]
struct Whole<'r> {
    name: &'r str,
    title: &'r str,
    from: chrono::NaiveDate,
    to: chrono::NaiveDate,
    store: Option<&'r str>,
    completeness: Complete<'r>,
    columns: Vec<Column<'r>>,
    rows: Vec<Row<'r>>,
    totals: Vec<Row<'r>>,
    bridge: &'r [BridgeLine],
    charts: &'r [Chart],
    notes: &'r [String],
}

#[derive(serde::Serialize)]
struct Complete<'r> {
    #[serde(flatten)]
    counts: &'r Completeness,
    sentence: String,
}

#[derive(serde::Serialize)]
struct Column<'r> {
    name: &'r str,
    title: &'r str,
    #[serde(rename = "type")]
    kind: &'static str,
    summed: bool,
    meaning: &'static str,
}

/// A row as an object, its fields in the order of the columns.
struct Row<'r>(&'r [ReportColumn], &'r [Value<'static>]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(Some(self.0.len()))?;
        for (column, value) in self.0.iter().zip(self.1) {
            match value {
                Value::Null => object.serialize_entry(column.name, &())?,
                Value::Integer(n) => object.serialize_entry(column.name, n)?,
                Value::Bool(yes) => object.serialize_entry(column.name, yes)?,
                value => object.serialize_entry(column.name, &exact(value, column.kind))?,
            }
        }
        object.end()
    }
}

/// The whole report.
pub fn json(report: &Report) -> Result<Vec<u8>> {
    let whole = Whole {
        name: report.name,
        title: &report.title,
        from: report.from,
        to: report.to,
        store: report.store.as_deref(),
        completeness: Complete { counts: &report.completeness, sentence: report.completeness.to_string() },
        columns: report.columns.iter().map(column).collect(),
        rows: report.rows.iter().map(|row| Row(&report.columns, row)).collect(),
        totals: report.totals.iter().map(|row| Row(&report.columns, row)).collect(),
        bridge: &report.bridge,
        charts: &report.charts,
        notes: &report.notes,
    };
    let mut bytes = serde_json::to_vec_pretty(&whole).map_err(|error| failed(report, error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn column(column: &ReportColumn) -> Column<'_> {
    let kind = match column.kind {
        Type::Text | Type::Person => "text",
        Type::Word(_) => "word",
        Type::Integer => "integer",
        Type::Money => "money",
        Type::Quantity => "quantity",
        Type::Rate => "rate",
        Type::Bool => "bool",
        Type::Date => "date",
        Type::Time => "time",
        Type::DateTime => "date_time",
    };
    Column { name: column.name, title: column.title, kind, summed: column.summed, meaning: meaning(column.name) }
}
