//! Layout watch: a till's columns are learned from its good days; a later change is one finding, with a layout proposed for it.

use serde::Serialize;

use super::audit::{Audit, holds};
use super::store;
use crate::diagnostic::{self, Diagnostic};
use crate::error::{Error, Result};
use crate::format::{self, Drift, Layouts, Proposal, Reading, Shape, Sheets, Table, family};
use crate::model::{At, Context, Document};

/// A layout proposed for a document, and what it reads of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposed {
    /// The document.
    pub document: String,
    /// The first digits of its hash.
    pub hash: String,
    /// How its columns differ from those that its till's files had.
    pub drift: Drift,
    /// The layout.
    pub proposal: Proposal,
    /// Rows of the document that are read under it.
    pub rows: usize,
    /// Rows that are not.
    pub rejected: usize,
    /// What is found when the document is read under it and is more than a note.
    pub diagnostics: Vec<Diagnostic>,
}

impl Proposed {
    /// True when the layout can be taken as it is: it reads the document, every row of it.
    pub fn is_whole(&self) -> bool {
        self.proposal.open.is_empty() && self.rows > 0 && self.rejected == 0 && !self.diagnostics.iter().any(holds)
    }
}

impl Audit {
    /// The shapes of a document's tables, and what is found where they are not those that its till's files had.
    pub(super) fn watch(
        &mut self,
        document: &Document,
        sheets: &Sheets,
        reading: &Reading,
    ) -> Result<(Vec<Shape>, Vec<Diagnostic>)> {
        let tables = format::tables(document, sheets, &self.layouts, reading);
        let mut found = Vec::new();
        // Whoever names a layout has answered already.
        if reading.layout.is_none() {
            for (table, drift) in self.drifts(document, &tables, reading)? {
                found.push(said(document, table, &drift, reading));
            }
        }
        Ok((tables.into_iter().filter_map(|table| table.shape).collect(), found))
    }

    /// The tables that differ from what is known of their till's files.
    fn drifts<'t>(&mut self, document: &Document, tables: &'t [Table], reading: &Reading) -> Result<Vec<(&'t Table, Drift)>> {
        if tables.is_empty() {
            return Ok(Vec::new());
        }
        let seen = store::layouts_seen(self.db.as_mut(), reading.store.as_deref())?;
        let (days, name) = (i64::from(self.config.policy.layout_days), family(&document.name));
        let kind = |layout: &str| self.layouts.named(layout).map(|layout| layout.kind);
        let mut found = Vec::new();
        for table in tables {
            let sort = |seen: &&store::Seen| {
                let shape = table.shape.as_ref();
                family(&seen.shape.sheet) == family(&table.sheet)
                    && shape.is_none_or(|shape| kind(&shape.layout) == kind(&seen.shape.layout))
            };
            let of_name: Vec<&store::Seen> = seen.iter().filter(sort).filter(|seen| seen.family == name).collect();
            let known = match of_name.is_empty() && reading.store.is_some() {
                true => seen.iter().filter(sort).collect(),
                false => of_name,
            };
            let headings = table.shape.as_ref().map(Shape::headings);
            if known.iter().any(|seen| headings.as_ref() == Some(&seen.shape.headings())) {
                continue;
            }
            let lacks = |field: &str| {
                let own = table.shape.as_ref().and_then(|shape| self.layouts.named(&shape.layout));
                own.is_some_and(|layout| layout.lacks(field))
            };
            let drifts = known.iter().filter(|seen| seen.good_days >= days).filter_map(|seen| {
                let drift = table.drift(&seen.shape, &lacks)?;
                Some(((drift.gone.len() + drift.renamed.len() + drift.new.len(), std::cmp::Reverse(seen.last_day)), drift))
            });
            found.extend(drifts.min_by_key(|(rank, _)| *rank).map(|(_, drift)| (table, drift)));
        }
        Ok(found)
    }

    /// Proposes a layout for a document whose columns are not those that its till's files had: a file, or one that came, by name or
    /// the first digits of its hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no column of it changed; when the database fails.
    pub fn propose(&mut self, document: &Document, wish: &Reading) -> Result<Proposed> {
        let context = self.base()?;
        let reading = self.reading(document, wish, &context, &mut Vec::new());
        let sheets = format::open(document, &self.limits).value;
        let tables = format::tables(document, &sheets, &self.layouts, &reading);
        let mut drifts = self.drifts(document, &tables, &reading)?;
        drifts.sort_by_key(|(table, drift)| (table.is_read(), drift.lost.is_empty()));
        let Some((_, drift)) = drifts.into_iter().next() else {
            let name = &document.name;
            let why = format!(
                "{name}: its columns are not known to differ from those of earlier files; `epos layout new` drafts a layout from a file alone"
            );
            return Err(Error::NotFound(why));
        };
        let Some(base) = self.layouts.named(&drift.layout) else {
            return Err(Error::NotFound(format!("there is no layout `{}` any more", drift.layout)));
        };
        let proposal = format::propose(base, &drift, &document.name, &self.layouts);
        let mut proposed = Proposed {
            document: document.name.clone(),
            hash: document.hash.short(),
            drift,
            proposal,
            rows: 0,
            rejected: 0,
            diagnostics: Vec::new(),
        };
        let mut layouts = self.layouts.clone();
        if let Err(why) = layouts.add(&proposed.proposal.id, &proposed.proposal.text) {
            return Err(Error::NotFound(format!("{}: no layout can be proposed: {why}", document.name)));
        }
        self.prove(document, &reading, &context, &layouts, &mut proposed);
        Ok(proposed)
    }

    /// Reads a document under the layouts with the proposed one among them.
    fn prove(&self, document: &Document, reading: &Reading, context: &Context, layouts: &Layouts, proposed: &mut Proposed) {
        let mut found = Vec::new();
        let sheets = format::open(document, &self.limits).into_value(&mut found);
        for block in format::blocks(document, sheets, layouts, reading, &context.stores, &self.limits) {
            let block = block.into_value(&mut found);
            proposed.rejected += block.rejected.len();
            if block.origin.layout == proposed.proposal.id {
                let kind = layouts.named(&proposed.proposal.id).map(|layout| layout.kind);
                let rows = block.batches.iter().map(|batch| kind.map_or(0, |kind| batch.content.count(kind)));
                proposed.rows += rows.sum::<usize>();
            }
        }
        found.retain(|finding| finding.severity >= diagnostic::Severity::Warning);
        proposed.diagnostics = found;
    }

    /// A document that came, by its name or the first digits of its hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none or several are meant; when the database or the archive fails.
    pub fn document(&mut self, name: &str) -> Result<Document> {
        let found = store::documents_of(self.db.as_mut(), name)?;
        match &found[..] {
            [stored] => self.archived(stored),
            [] => Err(Error::NotFound(format!("no document is called `{name}` or has a hash that begins so"))),
            many => {
                let hashes: Vec<String> = many.iter().map(|of| of.hash.short()).collect();
                let message =
                    format!("{} documents are called `{name}`: name one by its hash, {}", many.len(), hashes.join(" or "));
                Err(Error::NotFound(message))
            }
        }
    }
}

/// The one finding of a table whose columns changed.
fn said(document: &Document, table: &Table, drift: &Drift, reading: &Reading) -> Diagnostic {
    let at = At {
        sheet: Some(table.sheet.clone()).filter(|sheet| !sheet.is_empty()),
        row: Some(drift.row).filter(|row| *row > 0),
        ..At::document(&document.name)
    };
    let held = !table.is_read() || !drift.lost.is_empty();
    let mut finding = if held {
        let hash = document.hash.short();
        let help = format!(
            "the till was probably updated; `epos layout propose {hash}` shows a layout for the new columns, `epos layout accept {hash}` \
             takes it and reads the file"
        );
        Diagnostic::new(diagnostic::F036, at, format!("its columns are not those of the days before: {}", drift.says())).help(help)
    } else {
        let message = format!("its columns changed, and all that was read so far still is: {}", drift.says());
        Diagnostic::new(diagnostic::F037, at, message)
    };
    finding.store.clone_from(&reading.store);
    finding
}
