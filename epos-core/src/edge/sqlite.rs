//! SQLite, the embedded default. The only user of `rusqlite`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rust_decimal::Decimal;

use crate::error::{Error, KEY_TAKEN, Result};
use crate::model::{Money, SCALE, Type, Value};
use crate::port::Db;
use crate::sql::{self, Dialect, Rows, Statement};

/// An SQLite database: a file beside the configuration, or memory.
pub struct Sqlite {
    connection: Connection,
    url: String,
    /// The file, and which one it was when it was opened; none in memory.
    file: Option<(PathBuf, Option<FileNumber>)>,
    /// How deep in units of work we are.
    depth: usize,
}

/// What tells a file from another that took its name: device and number, where the system has them.
type FileNumber = (u64, u64);

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Statements kept prepared.
const PREPARED: usize = 128;

impl Sqlite {
    /// Opens the database file, making it when there is none.
    ///
    /// # Errors
    /// When it cannot be opened, or is not a database.
    pub fn open(path: &Path) -> Result<Self> {
        Self::file(path, OpenFlags::default())
    }

    /// Opens the database file, and makes none.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when there is no file.
    pub fn existing(path: &Path) -> Result<Self> {
        Self::file(path, OpenFlags::default() - OpenFlags::SQLITE_OPEN_CREATE).map_err(|error| match error {
            Error::Database { url, .. } if !path.exists() => {
                let message = format!("there is no database {}; `epos run` or `epos load` makes one", path.display());
                Error::Database { url, message }
            }
            other => other,
        })
    }

    fn file(path: &Path, flags: OpenFlags) -> Result<Self> {
        let url = format!("sqlite:{}", path.display());
        let connection = Connection::open_with_flags(path, flags).map_err(|error| failure(&url, &error))?;
        let mut opened = Self::set_up(connection, url)?;
        opened.file = Some((path.to_owned(), file_number(path)));
        Ok(opened)
    }

    /// A database in memory, gone with the value.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn memory() -> Result<Self> {
        let url = "sqlite::memory:".to_owned();
        let connection = Connection::open_in_memory().map_err(|error| failure(&url, &error))?;
        Self::set_up(connection, url)
    }

    fn set_up(connection: Connection, url: String) -> Result<Self> {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let settings = connection.busy_timeout(PATIENCE).and_then(|()| connection.execute_batch(Dialect::Sqlite.settings()));
        settings.map_err(|error| failure(&url, &error))?;
        Ok(Sqlite { connection, url, file: None, depth: 0 })
    }

    fn failure(&self, error: &rusqlite::Error) -> Error {
        failure(&self.url, error)
    }

    /// Carries out one prepared statement per row. Within a unit of work a failure is that unit's: a savepoint of its own would keep
    /// every page that many scattered rows change in memory.
    fn each_row(&mut self, sql: &str, rows: &Rows<'_>) -> Result<()> {
        if self.depth > 0 {
            return self.write_rows(sql, rows);
        }
        self.all_or_nothing(&mut |db| db.write_rows(sql, rows))
    }

    fn write_rows(&mut self, sql: &str, rows: &Rows<'_>) -> Result<()> {
        let written = (|| {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut text = Vec::with_capacity(32);
            for row in rows.rows() {
                for (position, value) in row.iter().enumerate() {
                    bind(&mut statement, position + 1, value, &mut text)?;
                }
                statement.raw_execute()?;
            }
            Ok(())
        })();
        written.map_err(|error| self.failure(&error))
    }

    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut Sqlite) -> Result<()>) -> Result<()> {
        let [begin, commit, back] = Dialect::Sqlite.unit_of_work(self.depth > 0);
        self.connection.execute_batch(begin).map_err(|error| self.failure(&error))?;
        self.depth += 1;
        let done = work(self).and_then(|()| self.connection.execute_batch(commit).map_err(|error| self.failure(&error)));
        self.depth -= 1;
        if done.is_err() {
            // What went wrong is told below; taking back can only fail when SQLite has already done it.
            let _ = self.connection.execute_batch(back);
        }
        done
    }
}

impl Db for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        let done = (|| {
            let mut prepared = self.connection.prepare_cached(&statement.sql)?;
            let mut text = Vec::new();
            for (position, value) in statement.values.iter().enumerate() {
                bind(&mut prepared, position + 1, value, &mut text)?;
            }
            prepared.raw_execute()
        })();
        done.map(|changed| changed as u64).map_err(|error| self.failure(&error))
    }

    fn query(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> Result<()> {
        let failed = |error: rusqlite::Error| failure(&self.url, &error);
        let mut prepared = self.connection.prepare_cached(&statement.sql).map_err(failed)?;
        let mut text = Vec::new();
        for (position, value) in statement.values.iter().enumerate() {
            bind(&mut prepared, position + 1, value, &mut text).map_err(failed)?;
        }
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut values = Vec::with_capacity(types.len());
            for (position, &kind) in types.iter().enumerate() {
                let cell = row.get_ref(position).map_err(failed)?;
                values.push(decode(cell, kind).ok_or_else(|| Error::Database {
                    url: self.url.clone(),
                    message: format!(
                        "column {} of an answer is not what it should be ({kind:?}); something else has changed this database",
                        position + 1
                    ),
                })?);
            }
            each(values)?;
        }
        Ok(())
    }

    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.each_row(&rows.insert(Dialect::Sqlite), rows)
    }

    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.each_row(&rows.add(Dialect::Sqlite), rows)
    }

    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        Sqlite::all_or_nothing(self, &mut |db| work(db))
    }

    fn still_there(&mut self) -> Result<()> {
        match &self.file {
            Some((path, opened)) if file_number(path) != *opened => {
                Err(Error::Database { url: self.url.clone(), message: "the file was moved away or replaced".to_owned() })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
fn file_number(path: &Path) -> Option<FileNumber> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere it can only be seen whether there is a file.
#[cfg(not(unix))]
fn file_number(path: &Path) -> Option<FileNumber> {
    std::fs::metadata(path).ok().map(|_| (0, 0))
}

/// Binds a value. Amounts become integers of 1/10000 units; one with more decimals is refused, never rounded behind one's back.
fn bind(statement: &mut rusqlite::Statement<'_>, position: usize, value: &Value<'_>, text: &mut Vec<u8>) -> rusqlite::Result<()> {
    match value {
        Value::Null => statement.raw_bind_parameter(position, rusqlite::types::Null),
        Value::Text(text) => statement.raw_bind_parameter(position, text.as_ref()),
        Value::Integer(number) => statement.raw_bind_parameter(position, number),
        Value::Bool(flag) => statement.raw_bind_parameter(position, flag),
        Value::Decimal(amount) => match ten_thousandths(amount) {
            Some(units) => statement.raw_bind_parameter(position, units),
            None => {
                Err(rusqlite::Error::ToSqlConversionFailure(format!("{amount} has more than four decimals or is too large").into()))
            }
        },
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) => {
            text.clear();
            sql::text(value, text);
            statement.raw_bind_parameter(position, std::str::from_utf8(text).unwrap_or_default())
        }
    }
}

fn ten_thousandths(amount: &Decimal) -> Option<i64> {
    let (mantissa, scale) = (amount.mantissa(), amount.scale());
    let units = match scale.checked_sub(SCALE) {
        None | Some(0) => mantissa.checked_mul(10_i128.pow(SCALE - scale))?,
        Some(more) => {
            let unit = 10_i128.checked_pow(more)?;
            if mantissa % unit != 0 {
                return None;
            }
            mantissa / unit
        }
    };
    i64::try_from(units).ok()
}

fn decode(cell: ValueRef<'_>, kind: Type) -> Option<Value<'static>> {
    Some(match (cell, kind) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(number), Type::Integer) => Value::Integer(number),
        (ValueRef::Integer(number), Type::Bool) => Value::Bool(number != 0),
        (ValueRef::Integer(units), Type::Money | Type::Quantity | Type::Rate) => {
            Value::Decimal(Money::from_ten_thousandths(units).decimal())
        }
        (ValueRef::Text(bytes), kind) => {
            let text = std::str::from_utf8(bytes).ok()?;
            match kind {
                Type::Text | Type::Word(_) | Type::Person => Value::Text(text.to_owned().into()),
                Type::Date => Value::Date(sql::parse_date(text)?),
                Type::Time => Value::Time(sql::parse_time(text)?),
                Type::DateTime => Value::DateTime(sql::parse_datetime(text)?),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// What SQLite says, in words that tell what to do.
fn failure(url: &str, error: &rusqlite::Error) -> Error {
    let taken = [rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE];
    if error.sqlite_error().is_some_and(|error| taken.contains(&error.extended_code)) {
        return Error::Conflict(KEY_TAKEN.to_owned());
    }
    let hint = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has been writing to it for too long; close it and try again"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => "it is read-only; allow writing to the file and its folder",
        Some(ErrorCode::CannotOpen) => "it cannot be opened; does its folder exist, and may you write there?",
        Some(ErrorCode::NotADatabase) => "the file is not a database; name another one with --db",
        Some(ErrorCode::DiskFull) => "the disk is full; make room and try again, nothing was half done",
        Some(ErrorCode::DatabaseCorrupt) => {
            "the file is damaged; restore its last backup, or load the archived documents into a new one"
        }
        Some(ErrorCode::SystemIoFailure) => "the disk failed; look whether it is still there",
        _ => return Error::Database { url: url.to_owned(), message: error.to_string() },
    };
    Error::Database { url: url.to_owned(), message: format!("{hint} ({error})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::table;

    fn total(units: i64) -> Vec<Value<'static>> {
        let amount = |units| Value::Decimal(Decimal::new(units, 4));
        let text = |text: &'static str| Value::Text(text.into());
        let day = Value::Date(chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        vec![text("01"), day, text("hour"), text("15"), Value::Integer(1), amount(10_000), amount(units), amount(0), amount(units)]
    }

    fn ready() -> Sqlite {
        let mut db = Sqlite::memory().unwrap();
        db.execute(&Statement::new(Dialect::Sqlite.create_table(table("day_total").unwrap()), vec![])).unwrap();
        db
    }

    fn gross(db: &mut Sqlite) -> Vec<String> {
        let mut found = Vec::new();
        let question = Statement::new("SELECT gross FROM day_total", vec![]);
        db.query(&question, &[Type::Money], &mut |row| {
            found.push(row[0].to_string());
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn adding_twice_adds_up_exactly() {
        let mut db = ready();
        let mut rows = Rows::of(table("day_total").unwrap());
        rows.values = total(-500);
        db.add(&rows).unwrap();
        db.add(&rows).unwrap();
        assert_eq!(gross(&mut db), ["-0.1"]);
    }

    #[test]
    fn more_decimals_than_the_table_keeps_are_refused() {
        let mut db = ready();
        let mut rows = Rows::of(table("day_total").unwrap());
        rows.values = total(1);
        rows.values[8] = Value::Decimal(Decimal::new(1, 5));
        assert!(db.insert(&rows).unwrap_err().to_string().contains("more than four decimals"));
        assert!(gross(&mut db).is_empty());
    }

    #[test]
    fn a_unit_within_a_unit_falls_with_it() {
        let mut db = ready();
        let mut rows = Rows::of(table("day_total").unwrap());
        rows.values = total(10_000);
        let fell = Db::all_or_nothing(&mut db, &mut |db| {
            db.all_or_nothing(&mut |db| db.add(&rows))?;
            Err(Error::Conflict("it".into()))
        });
        assert!(fell.is_err());
        assert!(gross(&mut db).is_empty());
        Db::all_or_nothing(&mut db, &mut |db| {
            let inner = db.all_or_nothing(&mut |db| {
                db.add(&rows)?;
                Err(Error::Conflict("it".into()))
            });
            assert!(inner.is_err());
            db.add(&rows)
        })
        .unwrap();
        assert_eq!(gross(&mut db), ["1"]);
    }

    #[test]
    fn a_file_that_is_no_database_is_named_plainly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("epos.db");
        std::fs::write(&path, "number,total\n1,2.00\nthis is a spreadsheet somebody renamed").unwrap();
        let error = Sqlite::open(&path).err().unwrap().to_string();
        assert!(error.contains("not a database"), "{error}");
    }
}
