//! The three ports through which effects happen. Everything else is a function.

use std::io::Read;

use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::model::{Document, Type, Value};
use crate::sql::{Dialect, Rows, Statement};

/// Something taken from an inbox: a message or a file, with its documents.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What [`Inbox::done`] is told: a path, a maildir key, a UID.
    pub id: String,
    /// The documents in it.
    pub documents: Vec<Document>,
    /// What was found while opening it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where documents come from.
pub trait Inbox: Send {
    /// The next arrival, or `None` when there is no more for now.
    ///
    /// # Errors
    /// When the world fails; wrong data is an arrival with diagnostics.
    fn next(&mut self) -> Result<Option<Arrival>>;

    /// Everything of this arrival is safe in the database and the archive.
    ///
    /// # Errors
    /// When it cannot be marked. It will be read again, and swallowed as a repeat.
    fn done(&mut self, id: &str) -> Result<()>;
}

/// Where bytes go.
pub trait Outbox: Send {
    /// Puts `bytes` under `name` (which may hold `/`), replacing what was there. All of it or nothing.
    ///
    /// # Errors
    /// When the world fails.
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()>;

    /// What was put under `name`, as a document of that name.
    ///
    /// # Errors
    /// When it is not there, or cannot be had back from here.
    fn take(&mut self, name: &str) -> Result<Document>;
}

/// A relational database, one connection. What is asked of it is made in `sql`; an engine only carries it out.
pub trait Db: Send {
    /// Which dialect it speaks.
    fn dialect(&self) -> Dialect;

    /// Its URL without password, for messages.
    fn url(&self) -> &str;

    /// Carries out one statement; gives the number of rows changed.
    ///
    /// # Errors
    /// When the database fails.
    fn execute(&mut self, statement: &Statement) -> Result<u64>;

    /// Asks, and calls `each` with every row, decoded as `types` say.
    ///
    /// # Errors
    /// When the database fails, or `each` does.
    fn query(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> Result<()>;

    /// Adds many rows by the engine's fast path.
    ///
    /// # Errors
    /// When the database fails or keeps fewer rows than it was given.
    fn insert(&mut self, rows: &Rows<'_>) -> Result<()>;

    /// Adds each row's measures to the row that already has its key, or inserts it.
    ///
    /// # Errors
    /// When the database fails.
    fn add(&mut self, rows: &Rows<'_>) -> Result<()>;

    /// Carries out `work` so that all of it happens or none.
    ///
    /// # Errors
    /// What `work` says, after everything was taken back.
    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()>;

    /// Whoever keeps a connection for long asks now and then: is what was opened still what the URL names? A file can be moved away or
    /// replaced under an open connection, which would go on answering from the old one.
    ///
    /// # Errors
    /// When it is not; open it again.
    fn still_there(&mut self) -> Result<()> {
        Ok(())
    }
}
