//! MySQL and MariaDB, for more than one loader or more than one machine. The only user of the crate `mysql`.
//!
//! # The URL
//!
//! `mysql://user:password@host:3306/database`; `mariadb://` is the same. What is special in a password is percent-encoded (`@` is
//! `%40`). Behind `?` may follow, joined by `&`: `socket=/run/mysqld/mysqld.sock` for the server's socket in place of TCP, `tls=on`
//! to refuse a connection that is not encrypted and whose certificate no public authority vouches for, `root_cert_path=ca.pem` for
//! an authority of one's own, `tcp_connect_timeout_ms=3000`. No message ever shows the password.
//!
//! # Rights
//!
//! The database must exist; it is made once, by an administrator:
//!
//! ```sql
//! CREATE DATABASE epos CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
//! -- who runs `epos db migrate` after an update
//! GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW ON epos.* TO 'epos_migrate'@'%';
//! -- who loads: `epos run`, `load`, `reread`, `undo`, `db erase`
//! GRANT SELECT, INSERT, UPDATE, DELETE ON epos.* TO 'epos_load'@'%';
//! -- who only looks: `epos report`, `status`, `day`, `db check`, and other programs on the views `v_…`
//! GRANT SELECT ON epos.* TO 'epos_report'@'%';
//! ```
//!
//! `LOAD DATA LOCAL` needs no right of its own: the rows come from this program's memory, and no file is ever sent, whatever a
//! server asks for. Where the server does not allow it (`local_infile = 0`), rows go in as prepared statements of many rows, which
//! is slower and otherwise the same.
//!
//! # Which servers
//!
//! Run and tested: MariaDB 10.11. The statements keep to what MySQL 8, MariaDB and TiDB document in common, so MySQL 8, RDS and
//! Aurora are expected to work; nobody has run them. The server logs row by row where it logs for replicas (`binlog_format` `ROW`
//! or `MIXED`, the defaults).
//!
//! # Units of work
//!
//! A deadlock, a lock that was waited for too long, or a connection that broke before the commit takes the whole unit of work back,
//! and it is carried out again, [`TRIES`] times at most. A connection that breaks *while* committing is reported: the same load,
//! done again, finds out by the document's hash whether it was kept. Statements that make tables commit by themselves; a migration
//! that was killed is carried out again from its beginning.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, LocalInfileHandler, Opts, OptsBuilder, SslOpts};
use rust_decimal::Decimal;

use super::database::without_password;
use crate::error::{Error, KEY_TAKEN, Result};
use crate::model::{Money, SCALE, Type, Value};
use crate::port::Db;
use crate::sql::{self, Dialect, Rows, Statement, queries};

/// How often a unit of work is carried out when others are in its way.
pub const TRIES: u32 = 6;

/// How long to wait for a server to answer at all.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements kept prepared.
const PREPARED: usize = 256;

/// Text that is sent at a time, in bytes.
const CHUNK: usize = 4 << 20;

/// From how many rows on `LOAD DATA` is worth its second trip to the server.
const BULK: usize = 12;

/// The server's number for a row whose key is taken.
const DUPLICATE: u16 = 1062;

/// Rows of one prepared statement: the most, and what a rest is cut into. Smaller rests have a statement of their own length.
const STEPS: [usize; 2] = [256, 16];

/// Bytes of one prepared statement, more or less.
const STATEMENT: usize = 1 << 20;

/// A MySQL or MariaDB database, one connection.
pub struct Mysql {
    connection: Conn,
    opts: Opts,
    url: String,
    /// How deep in units of work we are.
    depth: usize,
    /// What has made the unit of work under way impossible, though it may well go through when it is done again.
    trouble: Option<(Trouble, String)>,
    /// What the server gets when it asks for the "file" of a `LOAD DATA LOCAL`.
    outgoing: Arc<Mutex<Vec<u8>>>,
    /// False once the server has refused `LOAD DATA LOCAL`.
    bulk: bool,
}

/// Failures that are worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Another loader was in the way.
    Others,
    /// The connection is gone.
    Gone,
}

impl Mysql {
    /// Connects to the database at a URL.
    ///
    /// # Errors
    /// When the URL is wrong, no server answers, or it lets nobody in.
    pub fn open(url: &str) -> Result<Self> {
        let outgoing: Arc<Mutex<Vec<u8>>> = Arc::default();
        let shown = without_password(url);
        let opts = options(url, &shown, &outgoing)?;
        let connection = connect(&opts).map_err(|error| failure(&shown, &error))?;
        Ok(Mysql { connection, opts, url: shown, depth: 0, trouble: None, outgoing, bulk: true })
    }

    /// Remembers what another try may mend, and says the rest in words.
    fn failed(&mut self, error: &mysql::Error) -> Error {
        let said = failure(&self.url, error);
        if let (Some(trouble), true) = (trouble(error), self.depth > 0) {
            self.trouble = Some((trouble, message(error)));
        }
        said
    }

    fn reconnect(&mut self) -> Result<()> {
        self.connection = connect(&self.opts).map_err(|error| failure(&self.url, &error))?;
        Ok(())
    }

    /// A statement without parameters or answer.
    fn say(&mut self, sql: &str) -> Result<()> {
        self.connection.query_drop(sql).map_err(|error| self.failed(&error))
    }

    /// Carries out `work` so that all of it happens or none, again where it may go through.
    fn unit(&mut self, work: &mut dyn FnMut(&mut Mysql) -> Result<()>) -> Result<()> {
        if self.depth > 0 {
            return self.inner_unit(work);
        }
        let [begin, commit, back] = Dialect::MySql.unit_of_work(false);
        for attempt in 1.. {
            if let Err(error) = self.connection.query_drop(begin) {
                if trouble(&error) != Some(Trouble::Gone) {
                    return Err(failure(&self.url, &error));
                }
                self.reconnect()?;
                self.say(begin)?;
            }
            self.trouble = None;
            self.depth = 1;
            let mut done = work(self);
            self.depth = 0;
            if done.is_ok() && self.trouble.is_none() {
                match self.connection.query_drop(commit) {
                    Ok(()) => return Ok(()),
                    Err(error) if trouble(&error) == Some(Trouble::Others) => {
                        self.trouble = Some((Trouble::Others, message(&error)))
                    }
                    Err(error) => done = Err(failure(&self.url, &error)),
                }
            }
            // What went wrong is told below; where the connection is gone, the server has taken back by itself.
            let taken_back = self.connection.query_drop(back);
            match self.trouble.take() {
                Some(_) if attempt < TRIES => {
                    if taken_back.is_err() {
                        self.reconnect()?;
                    }
                    thread::sleep(pause(attempt, self.connection.connection_id()));
                }
                Some((_, message)) => return Err(Error::Database { url: self.url.clone(), message }),
                None => return done,
            }
        }
        Ok(())
    }

    fn inner_unit(&mut self, work: &mut dyn FnMut(&mut Mysql) -> Result<()>) -> Result<()> {
        // A second savepoint of one name would take the first one's place, so each depth has its own.
        let of_depth = |sql: &str| sql.replace("inner_unit", &format!("inner_unit_{}", self.depth));
        let [begin, release, back] = Dialect::MySql.unit_of_work(true).map(of_depth);
        self.say(&begin)?;
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        match done {
            Ok(()) if self.trouble.is_none() => self.say(&release),
            // The whole unit of work was taken back already, and its savepoints with it.
            _ if self.trouble.is_some() => done,
            _ => {
                self.say(&back)?;
                done
            }
        }
    }

    /// Rows as text, some megabytes at a time.
    fn load(&mut self, rows: &Rows<'_>) -> Result<()> {
        let statement = Dialect::MySql.load_text(rows.table, &rows.columns);
        let width = rows.columns.len().max(1);
        let (mut from, mut to) = (0, 0);
        let mut all = rows.rows().peekable();
        while let Some(row) = all.next() {
            {
                let mut text = lock(&self.outgoing);
                if from == to {
                    text.clear();
                }
                if let Err(value) = line(row, &mut text) {
                    return Err(self.refused(&value));
                }
                to += 1;
                if text.len() < CHUNK && all.peek().is_some() {
                    continue;
                }
            }
            if !self.send(&statement, (to - from) as u64)? {
                self.bulk = false;
                let rest = rows.values.get(from * width..).unwrap_or_default();
                return self.write(width, rest, &|count| Dialect::MySql.insert(rows.table, &rows.columns, count));
            }
            from = to;
        }
        Ok(())
    }

    /// Sends what is in the buffer; false when the server does not take it in this way.
    fn send(&mut self, statement: &str, rows: u64) -> Result<bool> {
        match self.connection.query_drop(statement) {
            Err(mysql::Error::MySqlError(error)) if matches!(error.code, 1148 | 3948 | 3950 | 4166) => return Ok(false),
            Err(error) => return Err(self.failed(&error)),
            Ok(()) => {}
        }
        let info = self.connection.info_str().into_owned();
        let told = |name: &str, otherwise: u64| counted(&info, name).unwrap_or(otherwise);
        let kept = self.connection.affected_rows();
        let odd = told("Warnings", 0).max(u64::from(self.connection.warnings()));
        if kept == rows && told("Records", rows) == rows && told("Skipped", 0) == 0 && odd == 0 {
            return Ok(true);
        }
        // As text: to prepare the question would make the server forget the answer.
        let warnings: Vec<(String, u16, String)> =
            self.connection.query(queries::warnings().sql).map_err(|error| self.failed(&error))?;
        if warnings.iter().any(|(_, code, _)| *code == DUPLICATE) {
            return Err(Error::Conflict(KEY_TAKEN.to_owned()));
        }
        let reasons: Vec<String> = warnings.into_iter().map(|(_, _, reason)| reason).collect();
        let message = format!(
            "the server kept {kept} of {rows} rows and found {odd} of their values odd, so nothing was kept: {}",
            if reasons.is_empty() { info } else { reasons.join("; ") }
        );
        Err(Error::Database { url: self.url.clone(), message })
    }

    /// Rows of `width` values as prepared statements of many rows each; `statement` makes one for a number of rows.
    fn write(&mut self, width: usize, mut values: &[Value<'_>], statement: &dyn Fn(usize) -> String) -> Result<()> {
        let size = |value: &Value<'_>| if let Value::Text(text) = value { text.len() } else { 10 };
        while !values.is_empty() {
            let left = values.len() / width;
            let fits = |&rows: &usize| {
                let some = values.get(..rows * width).unwrap_or_default();
                rows <= left && (rows == 1 || some.iter().map(size).sum::<usize>() <= STATEMENT)
            };
            let rest = Some(left).filter(|&left| left < STEPS[1]);
            let rows = STEPS.into_iter().chain(rest).find(fits).unwrap_or(1);
            let (now, later) = values.split_at_checked(rows * width).unwrap_or((values, &[]));
            let parameters = self.parameters(now)?;
            self.connection.exec_drop(statement(rows), parameters).map_err(|error| self.failed(&error))?;
            values = later;
        }
        Ok(())
    }

    fn parameters(&self, values: &[Value<'_>]) -> Result<mysql::Params> {
        let values: std::result::Result<Vec<mysql::Value>, String> = values.iter().map(parameter).collect();
        match values {
            Ok(values) if values.is_empty() => Ok(mysql::Params::Empty),
            Ok(values) => Ok(mysql::Params::Positional(values)),
            Err(value) => Err(self.refused(&value)),
        }
    }

    /// A value that the tables cannot keep exactly is refused, never rounded behind one's back.
    fn refused(&self, value: &str) -> Error {
        Error::Database { url: self.url.clone(), message: value.to_owned() }
    }

    /// One attempt at a question; says also whether any row was given away.
    fn ask(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> (bool, Result<(), Failed>) {
        let parameters = match self.parameters(&statement.values) {
            Ok(parameters) => parameters,
            Err(error) => return (false, Err(Failed::Ours(error))),
        };
        let mut given = false;
        let done = (|| {
            for row in self.connection.exec_iter(statement.sql.as_str(), parameters)? {
                let cells = row?.unwrap();
                let mut values = Vec::with_capacity(types.len());
                for (position, (cell, &kind)) in cells.into_iter().zip(types).enumerate() {
                    values.push(decode(cell, kind).ok_or_else(|| {
                        Failed::Ours(Error::Database {
                            url: self.url.clone(),
                            message: format!(
                                "column {} of an answer is not what it should be ({kind:?}); something else has changed this database",
                                position + 1
                            ),
                        })
                    })?);
                }
                given = true;
                each(values).map_err(Failed::Ours)?;
            }
            Ok(())
        })();
        (given, done)
    }
}

/// Why a question was not answered.
enum Failed {
    Server(mysql::Error),
    Ours(Error),
}

impl From<mysql::Error> for Failed {
    fn from(error: mysql::Error) -> Self {
        Failed::Server(error)
    }
}

impl Db for Mysql {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        if self.depth == 0 {
            // As a unit of work of its own it can be done again when the connection was gone, and never happens twice.
            let mut changed = 0;
            self.unit(&mut |db| {
                changed = db.execute(statement)?;
                Ok(())
            })?;
            return Ok(changed);
        }
        let done = match self.parameters(&statement.values)? {
            mysql::Params::Empty => self.connection.query_drop(&statement.sql),
            parameters => self.connection.exec_drop(&statement.sql, parameters),
        };
        done.map_err(|error| self.failed(&error))?;
        Ok(self.connection.affected_rows())
    }

    fn query(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> Result<()> {
        let (given, mut done) = self.ask(statement, types, each);
        if let Err(Failed::Server(error)) = &done
            && trouble(error) == Some(Trouble::Gone)
            && self.depth == 0
            && !given
        {
            self.reconnect()?;
            done = self.ask(statement, types, each).1;
        }
        done.map_err(|failed| match failed {
            Failed::Server(error) => self.failed(&error),
            Failed::Ours(error) => error,
        })
    }

    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        if self.depth == 0 {
            return self.unit(&mut |db| db.insert(rows));
        }
        match rows.len() {
            0 => Ok(()),
            many if many >= BULK && self.bulk => self.load(rows),
            _ => self
                .write(rows.columns.len().max(1), &rows.values, &|count| Dialect::MySql.insert(rows.table, &rows.columns, count)),
        }
    }

    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        if self.depth == 0 {
            return self.unit(&mut |db| db.add(rows));
        }
        let key = sql::table(rows.table).map(|table| table.key).unwrap_or_default();
        self.write(rows.columns.len().max(1), &rows.values, &|count| Dialect::MySql.add(rows.table, &rows.columns, key, count))
    }

    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        self.unit(&mut |db| work(db))
    }
}

fn lock(buffer: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    buffer.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a URL says. The driver knows most of it; `tls=on` is ours.
fn options(url: &str, shown: &str, outgoing: &Arc<Mutex<Vec<u8>>>) -> Result<Opts> {
    let wrong = |message: String| Error::Database { url: shown.to_owned(), message };
    let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
    let place = place.strip_prefix("mariadb:").map_or_else(|| place.to_owned(), |rest| format!("mysql:{rest}"));
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        parameters.split('&').filter(|pair| !pair.is_empty()).partition(|pair| pair.starts_with("tls="));
    let said = Opts::from_url(&format!("{place}?{}", theirs.join("&")));
    let opts = said.map_err(|error| {
        wrong(format!("the URL is not one such as mysql://user:password@host:3306/epos, where @ in a password is %40 ({error})"))
    })?;
    if opts.get_db_name().is_none_or(str::is_empty) {
        return Err(wrong("the URL names no database; it ends in one, such as mysql://user:password@host:3306/epos".into()));
    }
    let tls = match ours.last() {
        None | Some(&"tls=off") => opts.get_ssl_opts().cloned(),
        Some(&"tls=on") => Some(opts.get_ssl_opts().cloned().unwrap_or_default()),
        Some(_) => return Err(wrong("tls= is on or off".into())),
    };
    let patience = opts.get_tcp_connect_timeout().unwrap_or(PATIENCE);
    let outgoing = Arc::clone(outgoing);
    let handler = LocalInfileHandler::new(move |_name, server| std::io::Write::write_all(server, &lock(&outgoing)));
    Ok(OptsBuilder::from_opts(opts)
        .prefer_socket(theirs.contains(&"prefer_socket=true"))
        .ssl_opts::<Option<SslOpts>>(tls)
        .tcp_connect_timeout(Some(patience))
        .stmt_cache_size(PREPARED)
        // The number of rows changed is the number of rows found, as in other databases.
        .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
        .local_infile_handler(Some(handler))
        .into())
}

fn connect(opts: &Opts) -> mysql::Result<Conn> {
    let mut connection = Conn::new(opts.clone())?;
    connection.query_drop(Dialect::MySql.settings())?;
    Ok(connection)
}

/// Longer after each attempt, and not equally long for two who are in each other's way.
fn pause(attempt: u32, connection: u32) -> Duration {
    Duration::from_millis(u64::from(20 * attempt * attempt + connection % 17))
}

/// A number out of `Records: 3  Deleted: 0  Skipped: 0  Warnings: 0`.
fn counted(info: &str, name: &str) -> Option<u64> {
    let (_, rest) = info.split_once(name)?;
    rest.trim_start_matches(':').split_whitespace().next()?.parse().ok()
}

/// One row as `LOAD DATA` reads it, or why it cannot be one.
fn line(row: &[Value<'_>], to: &mut Vec<u8>) -> std::result::Result<(), String> {
    for (position, value) in row.iter().enumerate() {
        if position > 0 {
            to.push(b'\t');
        }
        match value {
            Value::Null => to.extend_from_slice(b"\\N"),
            Value::Text(text) => escape(text.as_bytes(), to),
            Value::Bool(flag) => to.push(if *flag { b'1' } else { b'0' }),
            Value::Decimal(amount) => exact(amount, to)?,
            Value::Integer(_) => sql::text(value, to),
            Value::Date(day) => {
                year(*day)?;
                sql::text(value, to);
            }
            Value::Time(at) => sql::text(&Value::Time(plain(*at)), to),
            Value::DateTime(at) => {
                year(at.date())?;
                let middle = to.len() + 10;
                sql::text(&Value::DateTime(NaiveDateTime::new(at.date(), plain(at.time()))), to);
                if let Some(between) = to.get_mut(middle) {
                    *between = b' ';
                }
            }
        }
    }
    to.push(b'\n');
    Ok(())
}

/// Text with a backslash before what would end a value or a line.
fn escape(text: &[u8], to: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, 0 | b'\t' | b'\n' | b'\\')) {
        let (before, from) = rest.split_at(at);
        to.extend_from_slice(before);
        to.extend_from_slice(match from.first() {
            Some(0) => b"\\0",
            Some(b'\t') => b"\\t",
            Some(b'\n') => b"\\n",
            _ => b"\\\\",
        });
        rest = from.get(1..).unwrap_or_default();
    }
    to.extend_from_slice(rest);
}

/// An amount with four decimals. The server would round more of them with no more than a note.
fn exact(amount: &Decimal, to: &mut Vec<u8>) -> std::result::Result<(), String> {
    let (mantissa, scale) = (amount.mantissa(), amount.scale());
    let units = if scale <= SCALE {
        mantissa.checked_mul(10_i128.pow(SCALE - scale))
    } else {
        10_i128.checked_pow(scale - SCALE).filter(|unit| mantissa % unit == 0).map(|unit| mantissa / unit)
    };
    let Some(units) = units.filter(|units| units.unsigned_abs() < 10_u128.pow(18)) else {
        return Err(format!("{amount} has more than four decimals or is too large"));
    };
    if units < 0 {
        to.push(b'-');
    }
    let (whole, mut part) = (units.unsigned_abs() / 10_000, (units.unsigned_abs() % 10_000) as u32);
    sql::text(&Value::Integer(whole as i64), to);
    to.push(b'.');
    for unit in [1000, 100, 10, 1] {
        to.push(b'0' + (part / unit) as u8);
        part %= unit;
    }
    Ok(())
}

fn year(day: NaiveDate) -> std::result::Result<u16, String> {
    match u16::try_from(day.year()) {
        Ok(year @ 1..=9999) => Ok(year),
        _ => Err(format!("{day} is not a date between the years 1 and 9999")),
    }
}

/// Without a leap second, which no table keeps.
fn plain(at: NaiveTime) -> NaiveTime {
    if at.nanosecond() < 1_000_000_000 { at } else { at.with_nanosecond(0).unwrap_or(at) }
}

fn parameter(value: &Value<'_>) -> std::result::Result<mysql::Value, String> {
    let date = |day: NaiveDate, at: NaiveTime| {
        let [month, day_of_month, hour, minute, second] =
            [day.month(), day.day(), at.hour(), at.minute(), at.second()].map(|part| part as u8);
        Ok(mysql::Value::Date(year(day)?, month, day_of_month, hour, minute, second, 0))
    };
    match value {
        Value::Null => Ok(mysql::Value::NULL),
        Value::Text(text) => Ok(mysql::Value::Bytes(text.as_bytes().to_vec())),
        Value::Integer(number) => Ok(mysql::Value::Int(*number)),
        Value::Bool(flag) => Ok(mysql::Value::Int(i64::from(*flag))),
        Value::Decimal(amount) => {
            let mut text = Vec::with_capacity(20);
            exact(amount, &mut text)?;
            Ok(mysql::Value::Bytes(text))
        }
        Value::Date(day) => date(*day, NaiveTime::MIN),
        Value::Time(at) => Ok(mysql::Value::Time(false, 0, at.hour() as u8, at.minute() as u8, at.second() as u8, 0)),
        Value::DateTime(at) => date(at.date(), at.time()),
    }
}

fn decode(cell: mysql::Value, kind: Type) -> Option<Value<'static>> {
    let time = |hour: u8, minute: u8, second: u8| NaiveTime::from_hms_opt(hour.into(), minute.into(), second.into());
    let date = |year: u16, month: u8, day: u8| NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    Some(match (cell, kind) {
        (mysql::Value::NULL, _) => Value::Null,
        (mysql::Value::Int(number), Type::Integer) => Value::Integer(number),
        (mysql::Value::UInt(number), Type::Integer) => Value::Integer(number.try_into().ok()?),
        (mysql::Value::Int(number), Type::Bool) => Value::Bool(number != 0),
        (mysql::Value::Date(y, m, d, ..), Type::Date) => Value::Date(date(y, m, d)?),
        (mysql::Value::Date(y, m, d, hour, minute, second, _), Type::DateTime) => {
            Value::DateTime(date(y, m, d)?.and_time(time(hour, minute, second)?))
        }
        (mysql::Value::Time(false, 0, hour, minute, second, _), Type::Time) => Value::Time(time(hour, minute, second)?),
        (mysql::Value::Bytes(bytes), Type::Money | Type::Quantity | Type::Rate) => Value::Decimal(amount(&bytes)?),
        (mysql::Value::Bytes(bytes), Type::Text | Type::Word(_) | Type::Person) => {
            Value::Text(String::from_utf8(bytes).ok()?.into())
        }
        _ => return None,
    })
}

/// An amount from its digits, in the form in which every database gives it: with no more decimals than it needs.
fn amount(digits: &[u8]) -> Option<Decimal> {
    let (negative, digits) = digits.strip_prefix(b"-").map_or((false, digits), |rest| (true, rest));
    let (mut units, mut decimals) = (0_i64, None);
    for &digit in digits {
        match (digit, decimals) {
            (b'0'..=b'9', _) => {
                units = units.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
                decimals = decimals.map(|count: u32| count + 1);
            }
            (b'.', None) => decimals = Some(0),
            _ => return None,
        }
    }
    let units = units.checked_mul(10_i64.checked_pow(SCALE.checked_sub(decimals.unwrap_or(0))?)?)?;
    Some(Money::from_ten_thousandths(if negative { -units } else { units }).decimal())
}

/// Is it worth another try?
fn trouble(error: &mysql::Error) -> Option<Trouble> {
    match error {
        mysql::Error::MySqlError(error) => match error.code {
            // A lock waited for too long, a deadlock, a row changed since it was read.
            1205 | 1213 | 1020 => Some(Trouble::Others),
            // Shutting down, connection killed, idle for too long, gone, lost.
            1053 | 1927 | 4031 | 2006 | 2013 => Some(Trouble::Gone),
            _ => None,
        },
        mysql::Error::IoError(_) | mysql::Error::CodecError(_) => Some(Trouble::Gone),
        mysql::Error::DriverError(
            DriverError::PacketOutOfSync | DriverError::UnexpectedPacket | DriverError::Timeout | DriverError::ConnectTimeout,
        ) => Some(Trouble::Gone),
        _ => None,
    }
}

fn failure(url: &str, error: &mysql::Error) -> Error {
    match error {
        mysql::Error::MySqlError(error) if error.code == DUPLICATE => Error::Conflict(KEY_TAKEN.to_owned()),
        error => Error::Database { url: url.to_owned(), message: message(error) },
    }
}

/// What the server or the driver says, in words that tell what to do.
fn message(error: &mysql::Error) -> String {
    let (hint, said) = match error {
        mysql::Error::MySqlError(error) => (hint(error.code), format!("{}: {}", error.code, error.message)),
        mysql::Error::IoError(error) => (Some("the connection broke; is the server running?"), error.to_string()),
        mysql::Error::DriverError(error @ (DriverError::CouldNotConnect(_) | DriverError::ConnectTimeout)) => {
            (Some("no server answers there; is it running, and are host and port right?"), error.to_string())
        }
        mysql::Error::DriverError(error @ DriverError::TlsNotSupported) => {
            (Some("the server does not encrypt connections; let its administrator switch TLS on"), error.to_string())
        }
        mysql::Error::TlsError(error) => {
            (Some("the server's certificate is not trusted; name its authority with root_cert_path="), error.to_string())
        }
        mysql::Error::DriverError(error) => (None, error.to_string()),
        other => (None, other.to_string()),
    };
    hint.map_or(said.clone(), |hint| format!("{hint} ({said})"))
}

/// What to do about what the server says.
fn hint(code: u16) -> Option<&'static str> {
    Some(match code {
        1045 | 1698 => "the server lets nobody in by this user and password; look at the URL",
        1044 => "this user may not use this database; its administrator grants rights on it",
        1142 | 1143 | 1227 | 1370 => "this user may not do that; use one with more rights, or let the administrator grant them",
        1049 => "there is no such database; let the server's administrator make it, with character set utf8mb4",
        1146 => "the tables are not there; make them with `epos db migrate`",
        1040 | 1203 | 1226 => "the server has too many connections; try again later",
        1205 | 1213 | 1020 => "other loads were in the way for too long; try again, nothing was half done",
        1406 => "a text is longer than this database keeps in that column",
        1264 => "a number is larger than this database keeps in that column",
        1021 | 1114 => "the server's disk is full; nothing was half done",
        1290 | 1792 | 1836 => "the server only lets read at the moment; name the one that takes writes",
        1053 | 1927 | 4031 | 2006 | 2013 => "the server closed the connection; try again, nothing was half done",
        _ => return None,
    })
}

#[cfg(test)]
#[path = "tests/mysql.rs"]
mod tests;
