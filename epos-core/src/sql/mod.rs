//! SQL as text, made from one list of tables. Nothing here talks to a database.

pub mod audit;
mod canonical;
mod dialect;
pub mod lookup;
mod manual;
pub mod plan;
pub mod queries;
pub mod rollup;
mod schema;
pub mod stored;

pub use canonical::{Tally, parse_date, parse_datetime, parse_time, row_hash, text, values_hash};
pub use dialect::{Dialect, indexed_length};
pub use manual::{manual, version};
pub use schema::{Column, Index, Migration, SEALED, TABLES, Table, fact_table, migrations, schema, table};

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
pub struct Rows<'a> {
    /// The table.
    pub table: &'static str,
    /// Its columns, in the order of the values.
    pub columns: Vec<&'static str>,
    /// The values of all rows, one row behind the other.
    pub values: Vec<Value<'a>>,
}

impl<'a> Rows<'a> {
    /// No rows yet, for every column of a table.
    pub fn of(table: &'static Table) -> Self {
        Rows { table: table.name, columns: table.columns.iter().map(|column| column.name).collect(), values: Vec::new() }
    }

    /// Each row's values.
    pub fn rows(&self) -> impl Iterator<Item = &[Value<'a>]> {
        self.values.chunks(self.columns.len().max(1))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The statement that inserts one of these rows.
    pub fn insert(&self, dialect: Dialect) -> String {
        dialect.insert(self.table, &self.columns, 1)
    }

    /// The statement that adds one of these rows' measures (the columns outside the table's key) to the row of its key.
    pub fn add(&self, dialect: Dialect) -> String {
        let key = table(self.table).map(|table| table.key).unwrap_or_default();
        dialect.add(self.table, &self.columns, key, 1)
    }
}
