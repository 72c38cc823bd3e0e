//! The *world* failed: one enum, aborts.

use std::path::PathBuf;

/// A failure of the world: a file, a database, a mailbox, the configuration. Wrong data is never one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// `read`, `write`, `create` …
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database failed.
    #[error("database {url}: {message}")]
    Database {
        /// Its URL without password.
        url: String,
        /// What it said, and what to do.
        message: String,
    },
    /// Another loader changed the same batch at the same moment; plan again.
    #[error("another load changed {0} at the same moment")]
    Conflict(String),
    /// The configuration is wrong.
    #[error("{path}: {message}", path = path.display())]
    Config {
        /// Which file.
        path: PathBuf,
        /// What is wrong and how to mend it.
        message: String,
    },
    /// A URL's scheme is not known, or was compiled out.
    #[error("{0}")]
    Scheme(String),
    /// Something was asked for that does not exist (a store, a report, a document).
    #[error("{0}")]
    NotFound(String),
    /// Something may not be done as it was asked; the sentence says what would.
    #[error("{0}")]
    Refused(String),
    /// A document could not be produced.
    #[error("cannot write {what}: {message}")]
    Render {
        /// What.
        what: String,
        /// Why.
        message: String,
    },
}

/// What an [`Error::Conflict`] names when the database has a row with the same key already.
#[cfg(any(feature = "sqlite", feature = "mysql"))]
pub(crate) const KEY_TAKEN: &str = "a row with the same key";

/// Result with the world's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
