//! What verbs answer to programs: values that every front serialises as they are.

use serde::{Serialize, Serializer};

use crate::diagnostic::Diagnostic;
use crate::format::{self, Detected, Draft, Layouts};
use crate::model::{Document, Kind, Limits};

/// A layout in the list of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed<'a> {
    /// Its name.
    pub layout: &'a str,
    /// Its version.
    pub version: u32,
    /// What it is of.
    pub title: &'a str,
    /// What its rows are.
    pub kind: Kind,
    /// Fields that it cannot carry.
    pub absent: &'a [String],
}

/// The list of all layouts.
pub fn listed(layouts: &Layouts) -> Vec<Listed<'_>> {
    layouts
        .iter()
        .map(|layout| Listed {
            layout: &layout.id,
            version: layout.version,
            title: &layout.title,
            kind: layout.kind,
            absent: &layout.absent,
        })
        .collect()
}

/// Which layouts fit the sheets of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// What each sheet was found to be.
    pub sheets: Vec<Detected>,
    /// What was found while opening the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which layouts fit the sheets of a document, and why not the others.
pub fn detect(document: &Document, layouts: &Layouts) -> Detection {
    let mut diagnostics = Vec::new();
    let sheets = format::sheets(document, &Limits::default()).into_value(&mut diagnostics);
    Detection { sheets: format::detect(&sheets, layouts), diagnostics }
}

/// A layout drafted from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drafted {
    /// What the file proves, and what it cannot.
    pub draft: Draft,
    /// The layout as text.
    pub layout: String,
    /// How many questions remain.
    pub open: usize,
}

/// A document that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Its name.
    pub document: String,
    /// Store and trading day of each store-day that changes.
    #[serde(serialize_with = "spoken")]
    pub store_days: Vec<(String, chrono::NaiveDate)>,
}

impl Withdrawn {
    /// The store-days as people say them: `leith 2026-11-20`.
    pub fn spoken(&self) -> Vec<String> {
        self.store_days.iter().map(|(store, day)| format!("{store} {day}")).collect()
    }
}

fn spoken<S: Serializer>(days: &[(String, chrono::NaiveDate)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(days.iter().map(|(store, day)| format!("{store} {day}")))
}
