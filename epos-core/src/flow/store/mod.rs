//! What the database remembers: loading documents as immutable revisions, and reading what is active.

mod activate;
mod answers;
pub mod audit;
mod earlier;
pub(super) mod index;
mod layouts;
mod load;
mod read;
pub mod seals;
pub(super) mod shelves;
mod upkeep;

use chrono::NaiveDateTime;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::model::{BatchKey, Document, Hash, Type, Value};
use crate::port::Db;
use crate::sql::queries::{self, LIST};
use crate::sql::stored::Diff;
use crate::sql::{self, Rows, Statement};

pub use answers::{Mail, Written, days_of, is_replaced, keep_mail, keep_reply, mails, replies};
pub use layouts::{Seen, layouts_seen};
pub use load::{Begin, Loading, Terms, apply, begin, hold};
pub use read::{
    FIRST, LAST, Rejected, StoredDay, Total, all_sources, context, diff, documents, documents_of, everybody, find_document,
    findings, held, masters, rejected_rows, save_day, save_days, sources, store_days, totals,
};
pub use shelves::settle;
pub use upkeep::{Check, check, erase, sweep, undo};

/// A document as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Number, in the order of arrival.
    pub id: i64,
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// File name.
    pub name: String,
    /// Length in bytes.
    pub bytes: i64,
    /// Message-ID of the mail it came in.
    pub message: Option<String>,
    /// That mail's sender.
    pub sender: Option<String>,
    /// That mail's date, UTC.
    pub sent_at: Option<NaiveDateTime>,
    /// When it first arrived, UTC.
    pub arrived_at: NaiveDateTime,
    /// What decides which of two documents is the later, UTC.
    pub said_at: NaiveDateTime,
    /// What became of it.
    pub state: DocumentState,
    /// Since when, UTC.
    pub changed_at: NaiveDateTime,
    /// The layout of its last reading; empty when none fitted.
    pub layout: String,
    /// Why it is held or withdrawn.
    pub why: String,
}

crate::model::words! {
    /// What became of a document.
    DocumentState {
        /// Its rows count.
        Loaded = "loaded",
        /// It is kept, listed, and in no total, until somebody answers a question.
        Held = "held",
        /// Somebody took it back.
        Withdrawn = "withdrawn",
    }
}

/// A batch that got a new revision, and what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revised {
    /// Which batch.
    #[serde(skip)]
    pub key: BatchKey,
    /// Its new revision.
    pub revision: i64,
    /// `batch.id` of the new rows, and of those they replace; 0 when there were none.
    #[serde(skip)]
    pub batches: (i64, i64),
    /// It waits beside sealed figures.
    pub held: bool,
    /// What changed.
    pub diff: Diff,
}

/// How a load, or the withdrawal of one, came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its rows are active.
    Loaded {
        /// How many batches readers see differently now.
        batches: usize,
        /// Those of them that replaced an earlier revision.
        revisions: Vec<Revised>,
    },
    /// The same bytes were there before; nothing was changed.
    AlreadyHave {
        /// When they first came, UTC.
        first_at: NaiveDateTime,
        /// What became of them then.
        state: DocumentState,
    },
    /// Other bytes, but every row was there before; nothing was changed.
    SameContent,
    /// It is kept and in no total.
    Held {
        /// Why, in one sentence.
        why: String,
    },
    /// It was taken back; earlier revisions are seen again.
    Withdrawn {
        /// How many batches readers see differently now.
        batches: usize,
    },
}

/// What came of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its hash.
    pub hash: Hash,
    /// How it came out.
    pub outcome: Outcome,
    /// What loading found, beside what was found before.
    pub diagnostics: Vec<Diagnostic>,
    /// Rows that were read.
    pub rows: usize,
    /// Rows that could not be read and are kept raw.
    pub rejected: usize,
    /// Store-days whose active rows, rejected rows or held documents changed: they must be judged again.
    pub days: std::collections::BTreeSet<(String, chrono::NaiveDate)>,
}

/// Brings the database's schema up to this version of the program. Does nothing when it is.
///
/// # Errors
/// When the database fails, or was made by a newer epos.
pub fn migrate(db: &mut dyn Db, now: NaiveDateTime) -> Result<()> {
    let migrations = sql::migrations(db.dialect());
    let current = schema_version(db)?;
    let newest = migrations.last().map_or(0, |migration| migration.version);
    if current > newest {
        return Err(broken(db, format!("it was made by a newer epos (schema {current}, this one knows {newest}); update epos")));
    }
    for migration in migrations.iter().filter(|migration| migration.version > current) {
        let done = db.all_or_nothing(&mut |db| {
            for statement in migration.statements() {
                db.execute(&Statement::new(statement, vec![]))?;
            }
            db.execute(&queries::migrated(migration.version, now)).map(drop)
        });
        // Another program may have brought it there at the same moment.
        if done.is_err() && schema_version(db)? < migration.version {
            return done;
        }
    }
    Ok(())
}

/// The version of the database's schema; 0 when it holds none.
///
/// # Errors
/// When the database fails.
pub fn schema_version(db: &mut dyn Db) -> Result<i64> {
    let question = queries::has_schema(db.dialect());
    match number(db, &question)? {
        0 => Ok(0),
        _ => number(db, &queries::schema_version()),
    }
}

/// The one number that a question is answered with; 0 for blank or no row.
pub(super) fn number(db: &mut dyn Db, question: &Statement) -> Result<i64> {
    let mut found = 0;
    db.query(question, &[Type::Integer], &mut |row| {
        if let Some(Value::Integer(number)) = row.first() {
            found = *number;
        }
        Ok(())
    })?;
    Ok(found)
}

/// Takes `count` free ids of a sort and gives the first. Always within a unit of work.
fn reserve(db: &mut dyn Db, name: &'static str, count: i64) -> Result<i64> {
    db.execute(&queries::take_ids(db.dialect(), name, count))?;
    Ok(number(db, &queries::last_id(name))? - count + 1)
}

/// Waits until no other loader is in the middle of what must not interleave, and makes others wait until this unit of work is over.
fn take_turn(db: &mut dyn Db) -> Result<()> {
    match queries::take_turn(db.dialect()) {
        Some(turn) => db.execute(&turn).map(drop),
        None => Ok(()),
    }
}

/// Takes away judgements that no longer rest on what is active: those of these store-days, and of the later ones, to which every day
/// leaves something.
fn unjudge(db: &mut dyn Db, days: impl Iterator<Item = (String, chrono::NaiveDate)>) -> Result<()> {
    let mut first: std::collections::BTreeMap<String, chrono::NaiveDate> = std::collections::BTreeMap::new();
    for (store, day) in days {
        let first = first.entry(store).or_insert(day);
        *first = day.min(*first);
    }
    // What belongs to no store may matter to all.
    match first.contains_key("") {
        true => db.execute(&queries::forget_days()).map(drop),
        false => first.iter().try_for_each(|(store, day)| db.execute(&queries::forget_days_from(store, *day)).map(drop)),
    }
}

/// Something that only another program's meddling, or a defect of ours, can bring about.
fn broken(db: &dyn Db, message: String) -> Error {
    Error::Database { url: db.url().to_owned(), message }
}

/// Inserts rows built one by one.
fn insert(db: &mut dyn Db, table: &str, rows: impl IntoIterator<Item = Vec<Value<'static>>>) -> Result<()> {
    let table = sql::table(table).ok_or_else(|| broken(db, format!("there is no table {table}")))?;
    let mut all = Rows::of(table);
    all.values.extend(rows.into_iter().flatten());
    if all.is_empty() { Ok(()) } else { db.insert(&all) }
}

/// Runs `each` with no more values at a time than one statement takes.
pub(super) fn in_lists<T>(values: &[T], mut each: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
    values.chunks(LIST).try_for_each(&mut each)
}

/// What decides which of two documents is the later: the mail's date, else when it arrived.
fn said_at(document: &Document, arrived_at: NaiveDateTime) -> NaiveDateTime {
    document.envelope.as_ref().and_then(|envelope| envelope.sent_at).unwrap_or(arrived_at)
}

/// Reads a row's cells one after the other.
pub(super) struct Cells(std::vec::IntoIter<Value<'static>>);

impl Cells {
    pub(super) fn of(row: Vec<Value<'static>>) -> Self {
        Cells(row.into_iter())
    }

    /// The next cell as what it must be; blank or of another kind becomes the default.
    pub(super) fn next<T: crate::model::Scalar + Default>(&mut self) -> T {
        self.0.next().and_then(T::from_value).unwrap_or_default()
    }

    pub(super) fn date(&mut self) -> chrono::NaiveDate {
        match self.0.next() {
            Some(Value::Date(day)) => day,
            _ => chrono::NaiveDate::default(),
        }
    }

    fn rest(self) -> Vec<Value<'static>> {
        self.0.collect()
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests;
