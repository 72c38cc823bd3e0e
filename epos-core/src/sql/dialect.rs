//! The few real differences between databases.

use super::{Column, Table};
use crate::model::Type;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite: the embedded default. Amounts are integers of 1/10000 units.
    Sqlite,
}

impl Dialect {
    /// What every connection is set to. Full synchronisation: mail is acknowledged after the activation, so it must survive the
    /// mains. Larger pages and rarer checkpoints halve the writing of a large load.
    pub const fn settings(self) -> &'static str {
        match self {
            Dialect::Sqlite => {
                "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
                 PRAGMA temp_store = MEMORY;"
            }
        }
    }

    /// How a unit of work begins, is kept and is taken back; the inner ones of another are savepoints.
    pub const fn unit_of_work(self, inner: bool) -> [&'static str; 3] {
        match (self, inner) {
            (Dialect::Sqlite, false) => ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"],
            (Dialect::Sqlite, true) => ["SAVEPOINT inner_unit", "RELEASE inner_unit", "ROLLBACK TO inner_unit; RELEASE inner_unit"],
        }
    }

    /// A name that may be a word of SQL too.
    pub fn quote(self, name: &str) -> String {
        match self {
            Dialect::Sqlite => format!("\"{name}\""),
        }
    }

    /// Names, quoted, with commas.
    pub fn quoted<'a>(self, names: impl IntoIterator<Item = &'a str>) -> String {
        names.into_iter().map(|name| self.quote(name)).collect::<Vec<_>>().join(", ")
    }

    /// The column type that keeps a kind of value exactly. `_in_key` matters where a database indexes only short text.
    pub fn column_type(self, kind: Type, _in_key: bool) -> &'static str {
        match (self, kind) {
            (Dialect::Sqlite, Type::Integer | Type::Bool | Type::Money | Type::Quantity | Type::Rate) => "INTEGER",
            (Dialect::Sqlite, Type::Text | Type::Word(_) | Type::Person | Type::Date | Type::Time | Type::DateTime) => "TEXT",
        }
    }

    /// `CREATE TABLE` of one table. SQLite compares text byte by byte unless told otherwise, as keys need it.
    pub fn create_table(self, table: &Table) -> String {
        let column = |column: &Column| {
            let in_key = table.key.contains(&column.name);
            let required = if column.required || in_key { " NOT NULL" } else { "" };
            format!("  {} {}{required}", self.quote(column.name), self.column_type(column.kind, in_key))
        };
        let columns = table.columns.iter().map(column).collect::<Vec<_>>().join(",\n");
        let key = self.quoted(table.key.iter().copied());
        let options = match self {
            Dialect::Sqlite if table.key.len() > 1 => " STRICT, WITHOUT ROWID",
            Dialect::Sqlite => " STRICT",
        };
        format!("CREATE TABLE {} (\n{columns},\n  PRIMARY KEY ({key})\n){options}", self.quote(table.name))
    }

    /// An expression that shows a stored amount as decimal text: sign first, so that −0.05 keeps it.
    pub fn decimal_text(self, expression: &str) -> String {
        match self {
            Dialect::Sqlite => format!(
                "CASE WHEN {expression} < 0 THEN '-' ELSE '' END || (abs({expression}) / 10000) || '.' || \
                 printf('%04d', abs({expression}) % 10000)"
            ),
        }
    }

    /// Inserts one row.
    pub fn insert(self, table: &str, columns: &[&str]) -> String {
        format!("INSERT INTO {} ({}) VALUES ({})", self.quote(table), self.quoted(columns.iter().copied()), marks(columns.len()))
    }

    /// Inserts one row or, where its key is already there, adds its measures to that row's.
    pub fn add(self, table: &str, columns: &[&str], key: &[&str]) -> String {
        let measures = columns.iter().filter(|column| !key.contains(column));
        match self {
            Dialect::Sqlite => {
                let sums: Vec<String> = measures.map(|measure| format!("{0} = {0} + excluded.{0}", self.quote(measure))).collect();
                let insert = self.insert(table, columns);
                format!("{insert} ON CONFLICT ({}) DO UPDATE SET {}", self.quoted(key.iter().copied()), sums.join(", "))
            }
        }
    }
}

/// `?, ?, ?`
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
