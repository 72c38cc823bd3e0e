//! What is asked: a line of JSON, then bytes.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use epos_core::edge::open::{self, Wish};
use epos_core::error::{Error, Result};
use epos_core::flow::{Audit, Config};
use epos_core::format::Reading;
use epos_core::model::{Document, Limits};
use epos_core::report::Asked;
use epos_core::{Checked, edge, mail};
use serde::Deserialize;

/// A request without its bytes. Every verb takes what it needs of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// What to do.
    pub verb: String,
    /// An opened database.
    pub handle: Option<u64>,
    /// A begun series of replies.
    pub cursor: Option<u64>,
    /// Where `epos.toml` is looked for; the current folder when blank.
    pub folder: String,
    config: Option<PathBuf>,
    database: Option<String>,
    now: Option<String>,
    strict: bool,
    /// Files, mails, mailboxes, folders.
    pub places: Vec<String>,
    /// The name of the document whose bytes follow.
    pub name: Option<String>,
    layout: Option<String>,
    store: Option<String>,
    date: Option<NaiveDate>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    top: Option<usize>,
    at_least: Option<usize>,
    by: Option<String>,
    /// A report's name.
    pub report: Option<String>,
    /// A format's name.
    pub format: Option<String>,
    /// A folder to write into.
    pub output: Option<PathBuf>,
    /// A code, or its name.
    pub code: Option<String>,
    /// A table's name.
    pub table: Option<String>,
    /// What is looked up: words of a name, a code, a barcode.
    pub query: Option<String>,
    /// Only items of this category.
    pub category: Option<String>,
    /// An item's code or barcode, in full.
    pub item: Option<String>,
    /// Which page, from 1.
    pub page: Option<usize>,
    /// Rows on a page.
    pub per_page: Option<usize>,
    /// Blocks that were had before.
    pub skip: usize,
}

/// What a verb reads: documents, and what was found while opening them.
pub type Opened = Checked<Vec<Document>>;

impl Request {
    /// What is said beside the configuration.
    pub fn wish(&self) -> Wish {
        Wish { config: self.config.clone(), database: self.database.clone(), now: self.now.clone(), strict: self.strict }
    }

    /// The configuration.
    pub fn config(&self) -> Result<Config> {
        open::config(&self.wish(), Path::new(&self.folder))
    }

    /// What a person says of the documents.
    pub fn reading(&self) -> Reading {
        Reading { store: self.store.clone(), date: self.date, layout: self.layout.clone(), ..Reading::default() }
    }

    /// The layout that was named.
    pub fn layout(&self) -> Option<&str> {
        self.layout.as_deref()
    }

    /// The store that was named.
    pub fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// What is asked of a report.
    pub fn asked(&self) -> Result<Asked> {
        let by = self.by.as_deref().map(|by| by.parse().map_err(Error::NotFound)).transpose()?;
        Ok(Asked { top: self.top, at_least: self.at_least, by, ..Asked::default() })
    }

    /// The documents: those whose places are named, or the one whose bytes follow, opened as a file of its name would be.
    pub fn documents(&self, bytes: &[u8]) -> Result<Opened> {
        match &self.name {
            Some(name) => Ok(mail::documents(name, bytes, &Limits::default())),
            None => open::documents(&self.places),
        }
    }

    /// The one document, whatever is in it.
    pub fn document(&self, bytes: &[u8]) -> Result<Document> {
        match (&self.name, &self.places[..]) {
            (Some(name), _) => Ok(Document::new(name, bytes)),
            (None, [place]) => open::document(Path::new(place)),
            _ => Err(Error::NotFound("name one document".to_owned())),
        }
    }

    /// The books to read in, made for this one request.
    pub fn reader(&self) -> Result<Audit> {
        open::reader(self.config()?)
    }

    /// The books to write in, made for this one request.
    pub fn audit(&self) -> Result<Audit> {
        open::audit(self.config()?)
    }

    /// What arrives at the named places, one mail or file after another.
    pub fn inboxes(&self) -> Result<Vec<Box<dyn epos_core::port::Inbox>>> {
        self.places.iter().map(|place| edge::inbox(place, &Limits::default(), &[])).collect()
    }
}
