//! What is asked: a line of JSON, then bytes.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use epos_core::edge::open::{self, Wish};
use epos_core::error::{Error, Result};
use epos_core::flow::{Accepting, Audit, Config};
use epos_core::format::Reading;
use epos_core::model::{Declared, Document, Limits};
use epos_core::port::{Arrival, Inbox};
use epos_core::report::Asked;
use epos_core::{Checked, edge, mail};
use serde::Deserialize;

use crate::answer::Refused;

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
    /// Several documents in their order, some of them among the bytes that follow, one after another.
    documents: Vec<Given>,
    layout: Option<String>,
    store: Option<String>,
    /// A trading day.
    pub date: Option<NaiveDate>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    top: Option<usize>,
    at_least: Option<usize>,
    by: Option<String>,
    /// A report as it was on the evening of this day.
    pub as_of: Option<NaiveDate>,
    /// Of that report only the figures that are others by now.
    pub changes: bool,
    /// A report's name.
    pub report: Option<String>,
    /// A format's name.
    pub format: Option<String>,
    /// A folder to write into.
    pub output: Option<PathBuf>,
    /// A code, or its name.
    pub code: Option<String>,
    subject: Option<String>,
    reason: Option<String>,
    note: String,
    second: Option<String>,
    tax_rate: Option<String>,
    declared: Option<String>,
    /// The last day that is sealed.
    pub until: Option<NaiveDate>,
    /// What is exported.
    pub what: Option<String>,
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

/// One of several documents: a place, or the name and the length of bytes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Given {
    Place { place: String },
    Bytes { name: String, length: usize },
}

/// Where a document is.
pub enum Source<'a> {
    /// A file, a mail, a mailbox, a folder.
    Place(&'a str),
    /// Its name, and its bytes that travelled with the request.
    Bytes(&'a str, &'a [u8]),
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

    /// The store-day that was named.
    pub fn store_day(&self) -> Result<(&str, NaiveDate), Refused> {
        match (&self.store, self.date) {
            (Some(store), Some(date)) => Ok((store, date)),
            _ => Err(Refused::request("name a store and a day")),
        }
    }

    /// Who says it; nobody when absent.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// In their own words.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// What somebody accepts.
    pub fn accepting(&self) -> Result<Accepting<'_>, Refused> {
        let reason = self.reason.as_deref().map(|reason| reason.parse().map_err(Refused::request)).transpose()?;
        let rate =
            |rate: &String| rate.parse().map_err(|_| Refused::request(format!("`{rate}` is no rate in percent, such as 20")));
        Ok(Accepting {
            code: self.code.as_deref().unwrap_or_default(),
            subject: self.subject.as_deref(),
            reason,
            note: &self.note,
            by: self.by.as_deref().unwrap_or_default(),
            second: self.second.as_deref(),
            tax_rate: self.tax_rate.as_ref().map(rate).transpose()?,
        })
    }

    /// What somebody declares, and why.
    pub fn declaring(&self) -> Result<(Declared, &str), Refused> {
        let declared = self.declared.as_deref().unwrap_or_default().parse().map_err(Refused::request)?;
        Ok((declared, self.reason.as_deref().unwrap_or_default()))
    }

    /// Where the documents are, in their order.
    pub fn sources<'a>(&'a self, bytes: &'a [u8]) -> Result<Vec<Source<'a>>, Refused> {
        let mut sources: Vec<Source<'_>> = self.places.iter().map(|place| Source::Place(place)).collect();
        sources.extend(self.name.as_deref().map(|name| Source::Bytes(name, bytes)));
        let mut rest = bytes;
        for given in &self.documents {
            sources.push(match given {
                Given::Place { place } => Source::Place(place),
                Given::Bytes { name, length } => {
                    let short = || Refused::request(format!("`{name}` has fewer bytes than were promised"));
                    let (own, after) = rest.split_at_checked(*length).ok_or_else(short)?;
                    rest = after;
                    Source::Bytes(name, own)
                }
            });
        }
        Ok(sources)
    }

    /// The documents: those at the places that are named, and those whose bytes follow, opened as a file of their name would be.
    pub fn documents(&self, bytes: &[u8]) -> Result<Opened, Refused> {
        let mut all = Checked::clean(Vec::new());
        for source in self.sources(bytes)? {
            let opened = match source {
                Source::Place(place) => open::documents(&[place.to_owned()])?,
                Source::Bytes(name, bytes) => mail::documents(name, bytes, &Limits::default()),
            };
            all.value.extend(opened.value);
            all.diagnostics.extend(opened.diagnostics);
        }
        Ok(all)
    }

    /// The one document, whatever is in it.
    pub fn document(&self, bytes: &[u8]) -> Result<Document> {
        match (&self.name, &self.places[..]) {
            (Some(name), _) => Ok(Document::new(name, bytes)),
            (None, [place]) => open::document(Path::new(place)),
            _ => Err(Error::NotFound("name one document".to_owned())),
        }
    }

    /// The books to read documents in, made for this one request; no database need be there.
    pub fn reader(&self) -> Result<Audit> {
        open::reader(self.config()?)
    }

    /// The books to ask, made for this one request; they must be there.
    pub fn existing(&self) -> Result<Audit> {
        open::existing(self.config()?)
    }

    /// The books to write in, made for this one request.
    pub fn audit(&self) -> Result<Audit> {
        open::audit(self.config()?)
    }

    /// What arrives, one mail or file after another.
    pub fn inboxes(&self, bytes: &[u8]) -> Result<Vec<Box<dyn Inbox>>, Refused> {
        let inbox = |source| match source {
            Source::Place(place) => Ok(edge::inbox(place, &Limits::default(), &[])?),
            Source::Bytes(name, bytes) => {
                let documents = vec![Document::new(name, bytes)];
                let arrival = Arrival { id: name.to_owned(), documents, diagnostics: Vec::new() };
                Ok(Box::new(Handed(Some(arrival))) as Box<dyn Inbox>)
            }
        };
        self.sources(bytes)?.into_iter().map(inbox).collect()
    }
}

/// One arrival that was handed over with a request.
struct Handed(Option<Arrival>);

impl Inbox for Handed {
    fn next(&mut self) -> Result<Option<Arrival>> {
        Ok(self.0.take())
    }

    fn done(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}
