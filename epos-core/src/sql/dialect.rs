//! The few real differences between databases.

use std::borrow::Cow;

use super::{Column, Index, Table};
use crate::model::Type;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite: the embedded default. Amounts are integers of 1/10000 units.
    Sqlite,
    /// MySQL, MariaDB, and what speaks like them: only what MySQL 8, MariaDB 10.6 and TiDB document in common. Amounts are exact
    /// decimals.
    MySql,
}

impl Dialect {
    /// What every connection is set to.
    ///
    /// SQLite: full synchronisation, because mail is acknowledged after the activation, so it must survive the mains; larger pages
    /// and rarer checkpoints halve the writing of a large load.
    ///
    /// MySQL: nothing is ever cut to fit or guessed; every statement sees what others have committed by then, which together with
    /// [`queries::take_turn`](super::queries::take_turn) makes compare-and-set sound; another loader is waited for as long as in
    /// SQLite.
    pub const fn settings(self) -> &'static str {
        match self {
            Dialect::Sqlite => {
                "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -49152; \
                 PRAGMA temp_store = MEMORY;"
            }
            Dialect::MySql => {
                "SET NAMES utf8mb4; SET SESSION sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
                 ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', time_zone = '+00:00', autocommit = 1, \
                 innodb_lock_wait_timeout = 30; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
            }
        }
    }

    /// How a unit of work begins, is kept and is taken back; the inner ones of another are savepoints.
    pub const fn unit_of_work(self, inner: bool) -> [&'static str; 3] {
        match (self, inner) {
            (Dialect::MySql, false) => ["START TRANSACTION", "COMMIT", "ROLLBACK"],
            (Dialect::MySql, true) => [
                "SAVEPOINT inner_unit",
                "RELEASE SAVEPOINT inner_unit",
                "ROLLBACK TO SAVEPOINT inner_unit; RELEASE SAVEPOINT inner_unit",
            ],
            (Dialect::Sqlite, false) => ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"],
            (Dialect::Sqlite, true) => ["SAVEPOINT inner_unit", "RELEASE inner_unit", "ROLLBACK TO inner_unit; RELEASE inner_unit"],
        }
    }

    /// A name that may be a word of SQL too.
    pub fn quote(self, name: &str) -> String {
        match self {
            Dialect::Sqlite => format!("\"{name}\""),
            Dialect::MySql => format!("`{name}`"),
        }
    }

    /// Names, quoted, with commas.
    pub fn quoted<'a>(self, names: impl IntoIterator<Item = &'a str>) -> String {
        names.into_iter().map(|name| self.quote(name)).collect::<Vec<_>>().join(", ")
    }

    /// The column type that keeps a kind of value exactly. Where a database indexes only short text, an indexed column of text gets
    /// the length of [`indexed_length`].
    pub fn column_type(self, column: &Column, indexed: bool) -> Cow<'static, str> {
        use Type::{Bool, Date, DateTime, Integer, Money, Person, Quantity, Rate, Text, Time, Word};
        let name = match (self, column.kind) {
            (Dialect::Sqlite, Integer | Bool | Money | Quantity | Rate) => "INTEGER",
            (Dialect::Sqlite, Text | Word(_) | Person | Date | Time | DateTime) => "TEXT",
            (Dialect::MySql, Integer) => "BIGINT",
            (Dialect::MySql, Bool) => "TINYINT",
            (Dialect::MySql, Money | Quantity | Rate) => "DECIMAL(18,4)",
            (Dialect::MySql, Date) => "DATE",
            (Dialect::MySql, Time) => "TIME",
            (Dialect::MySql, DateTime) => "DATETIME",
            (Dialect::MySql, Word(_)) => "VARCHAR(40)",
            (Dialect::MySql, Text | Person) if indexed => {
                return Cow::Owned(format!("VARCHAR({})", indexed_length(column.name)));
            }
            (Dialect::MySql, Text | Person) => "MEDIUMTEXT",
        };
        Cow::Borrowed(name)
    }

    /// `CREATE TABLE` of one table. SQLite compares text byte by byte unless told otherwise, as keys need it. MySQL, which commits
    /// each such statement by itself, makes the indexes along with the table, and nothing that is already there.
    pub fn create_table(self, table: &Table) -> String {
        let column = |column: &Column| {
            let in_key = table.key.contains(&column.name);
            let indexed = in_key || table.indexes.iter().any(|index| index.columns.contains(&column.name));
            let required = if column.required || in_key { " NOT NULL" } else { "" };
            format!("  {} {}{required}", self.quote(column.name), self.column_type(column, indexed))
        };
        let mut parts: Vec<String> = table.columns.iter().map(column).collect();
        parts.push(format!("  PRIMARY KEY ({})", self.quoted(table.key.iter().copied())));
        let (create, options) = match self {
            Dialect::Sqlite if table.key.len() > 1 => ("CREATE TABLE", " STRICT, WITHOUT ROWID"),
            Dialect::Sqlite => ("CREATE TABLE", " STRICT"),
            Dialect::MySql => {
                parts.extend(table.indexes.iter().map(|index| {
                    let unique = if index.unique { "UNIQUE " } else { "" };
                    format!("  {unique}KEY {} ({})", self.quote(index.name), self.quoted(index.columns.iter().copied()))
                }));
                ("CREATE TABLE IF NOT EXISTS", " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
            }
        };
        format!("{create} {} (\n{}\n){options}", self.quote(table.name), parts.join(",\n"))
    }

    /// `CREATE INDEX` of one index; nothing where [`Dialect::create_table`] has made it.
    pub fn create_index(self, table: &Table, index: &Index) -> Option<String> {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let columns = self.quoted(index.columns.iter().copied());
        match self {
            Dialect::Sqlite => {
                Some(format!("CREATE {unique}INDEX {} ON {} ({columns})", self.quote(index.name), self.quote(table.name)))
            }
            Dialect::MySql => None,
        }
    }

    /// How a view begins. In MySQL it asks for the rights of who reads it, not of who made it.
    pub const fn create_view(self) -> &'static str {
        match self {
            Dialect::Sqlite => "CREATE VIEW",
            Dialect::MySql => "CREATE OR REPLACE SQL SECURITY INVOKER VIEW",
        }
    }

    /// An expression that shows a stored amount as decimal text: sign first, so that −0.05 keeps it.
    pub fn decimal_text(self, expression: &str) -> String {
        match self {
            Dialect::Sqlite => format!(
                "CASE WHEN {expression} < 0 THEN '-' ELSE '' END || (abs({expression}) / 10000) || '.' || \
                 printf('%04d', abs({expression}) % 10000)"
            ),
            Dialect::MySql => expression.to_owned(),
        }
    }

    /// Inserts some rows.
    pub fn insert(self, table: &str, columns: &[&str], rows: usize) -> String {
        let row = format!("({})", marks(columns.len()));
        let rows = vec![row; rows].join(", ");
        format!("INSERT INTO {} ({}) VALUES {rows}", self.quote(table), self.quoted(columns.iter().copied()))
    }

    /// Inserts some rows or, where a row's key is already there, adds its measures to that row's.
    pub fn add(self, table: &str, columns: &[&str], key: &[&str], rows: usize) -> String {
        let measures = columns.iter().filter(|column| !key.contains(column)).map(|measure| self.quote(measure));
        let insert = self.insert(table, columns, rows);
        match self {
            Dialect::Sqlite => {
                let sums: Vec<String> = measures.map(|measure| format!("{measure} = {measure} + excluded.{measure}")).collect();
                format!("{insert} ON CONFLICT ({}) DO UPDATE SET {}", self.quoted(key.iter().copied()), sums.join(", "))
            }
            Dialect::MySql => {
                let sums: Vec<String> = measures.map(|measure| format!("{measure} = {measure} + VALUES({measure})")).collect();
                format!("{insert} ON DUPLICATE KEY UPDATE {}", sums.join(", "))
            }
        }
    }

    /// Loads rows from text that the client sends: a row a line, blanks between values, backslash before what would not survive.
    pub fn load_text(self, table: &str, columns: &[&str]) -> String {
        format!(
            "LOAD DATA LOCAL INFILE 'epos' INTO TABLE {} CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' \
             LINES TERMINATED BY '\\n' ({})",
            self.quote(table),
            self.quoted(columns.iter().copied())
        )
    }
}

/// How many characters of text an indexed column takes where a database must know: MySQL keys hold 3072 bytes, 4 a character.
pub const fn indexed_length(column: &str) -> usize {
    match column.as_bytes() {
        b"store" | b"till" => 120,
        b"kind" | b"axis" | b"role" | b"state" | b"name" => 40,
        b"hash" | b"undated" | b"token" => 80,
        b"gram" => 3,
        b"word" => crate::model::search::WORD_MAX,
        b"called" => crate::model::search::CODE_MAX,
        b"label" => crate::model::search::LABEL_MAX,
        _ => 400,
    }
}

/// `?, ?, ?`
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
