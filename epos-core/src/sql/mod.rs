//! SQL as text, made from one list of tables. Nothing here talks to a database.

mod dialect;

pub use dialect::Dialect;

use crate::model::Value;

/// A statement with its parameters. Placeholders are `?`, numbered by the dialect where it must.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// The parameters.
    pub values: Vec<Value<'static>>,
}

impl Statement {
    /// A statement.
    pub fn new(sql: impl Into<String>, values: Vec<Value<'static>>) -> Self {
        Statement { sql: sql.into(), values }
    }
}

/// Rows for one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// Its columns, in the order of the values.
    pub columns: Vec<&'static str>,
    /// The values, row by row.
    pub rows: Vec<Vec<Value<'static>>>,
}
