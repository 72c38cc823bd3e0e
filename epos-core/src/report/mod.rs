//! Records in, [`Report`] out.

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::{Type, Value};

/// A column of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportColumn {
    /// Its name for machines, `snake_case`.
    pub name: &'static str,
    /// Its heading for people.
    pub title: &'static str,
    /// What it holds: decides alignment and cell format.
    pub kind: Type,
    /// True when the totals row sums it.
    pub summed: bool,
}

/// How complete the figures are. Every report carries it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Completeness {
    /// Store-days on which a store was open.
    pub expected: usize,
    /// Store-days that came, whole.
    pub present: usize,
    /// Store-days of which nothing came.
    pub missing: usize,
    /// Store-days with a rejected row, or without a count or Z.
    pub incomplete: usize,
    /// Store-days whose drawer or tie-outs do not agree.
    pub out_of_balance: usize,
    /// Store-days on which a store was closed.
    pub closed: usize,
}

/// A table with a title, ready for any renderer. N reports + M formats, never N×M.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// Its title for people.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The store, when it is of one.
    pub store: Option<String>,
    /// How complete the figures are.
    pub completeness: Completeness,
    /// Columns.
    pub columns: Vec<ReportColumn>,
    /// Rows; text cells that start with `= + - @` are escaped by the renderers.
    pub rows: Vec<Vec<Value<'static>>>,
    /// Totals row: a value for every summed column, else null. One per currency.
    pub totals: Vec<Vec<Value<'static>>>,
    /// The money identity, label and amount per currency, the same on every report of the period.
    pub bridge: Vec<BridgeLine>,
    /// Remarks for people, in order.
    pub notes: Vec<String>,
}

/// One line of the bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BridgeLine {
    /// ISO currency.
    pub currency: String,
    /// What it is (`goods`, `gift cards sold`, … `to be paid`, `tenders`, `difference`).
    pub label: &'static str,
    /// How much.
    pub amount: crate::model::Money,
}
