//! Loading a document: block after block under inactive batch ids, then one activation.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::activate::{Changes, Speaker, carry_out, known_batches, verify};
use super::read::find_document;
use super::{Applied, DocumentState, Outcome, StoredDocument, in_lists, insert, number, reserve, said_at, take_turn};
use crate::diagnostic::{self, Diagnostic, Effect};
use crate::error::{Error, Result};
use crate::format::Shape;
use crate::model::{At, Block, Document, Hash, Key, Kind, RejectedRow, Type, Value};
use crate::port::Db;
use crate::sql::plan::{self, Draft, Drafts, Newcomer, Place, Plan, Twins};
use crate::sql::queries::{self, optional, text};

/// On what terms a document is loaded.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The present moment, UTC.
    pub now: NaiveDateTime,
    /// What new people's tokens are made of: random bytes, different for every load.
    pub seed: [u8; 32],
    /// Read it again although the same bytes were loaded or withdrawn before.
    pub again: bool,
    /// The store that a person said it is of.
    pub store: Option<String>,
    /// The day that a person said it is of.
    pub trading_day: Option<NaiveDate>,
    /// The sealed store-day for which somebody released what waits beside it.
    pub release: Option<(String, NaiveDate)>,
    /// Remember every transaction, whatever the document's size: rows that stand in it twice, far apart, then get places of their own.
    pub careful: bool,
}

/// Rows kept in memory before they are written under inactive ids. A document below it is loaded in one unit of work.
const KEPT: usize = 25_000;

/// How often a load plans again when others change the same batches at the same moment.
const TRIES: usize = 3;

/// What beginning a load leads to.
pub enum Begin {
    /// The same bytes are there: nothing to do.
    AlreadyHave(Applied),
    /// Feed it blocks, then finish.
    Loading(Box<Loading>),
}

/// A document on its way in.
pub struct Loading {
    document: Document,
    terms: Terms,
    stored: Option<StoredDocument>,
    drafts: Drafts,
    /// Blocks not written yet, with where each row goes.
    kept: Vec<(Block, Vec<Place>)>,
    kept_rows: usize,
    /// Batch ids of the first drafts, whose rows are already written.
    ids: Vec<i64>,
    /// First ids of the runs in the table `loading`.
    runs: Vec<i64>,
    layouts: Vec<(String, u32)>,
    rejected: Vec<(String, RejectedRow, Vec<Diagnostic>)>,
    diagnostics: Vec<Diagnostic>,
    rows: usize,
    /// The columns of its tables, where its till's layout is learned.
    shapes: Vec<Shape>,
}

/// Begins to load a document, or says that it is there already.
///
/// # Errors
/// When the database fails.
pub fn begin(db: &mut dyn Db, document: &Document, terms: Terms) -> Result<Begin> {
    super::sweep(db, document.hash, terms.now)?;
    let stored = find_document(db, document.hash)?;
    if let Some(stored) = &stored
        && !terms.again
        && stored.state != DocumentState::Held
    {
        return already_have(db, document, stored).map(Begin::AlreadyHave);
    }
    Ok(Begin::Loading(Box::new(Loading {
        document: document.clone(),
        drafts: Drafts::new(terms.seed, terms.careful),
        terms,
        stored,
        kept: Vec::new(),
        kept_rows: 0,
        ids: Vec::new(),
        runs: Vec::new(),
        layouts: Vec::new(),
        rejected: Vec::new(),
        diagnostics: Vec::new(),
        rows: 0,
        shapes: Vec::new(),
    })))
}

fn already_have(db: &mut dyn Db, document: &Document, stored: &StoredDocument) -> Result<Applied> {
    let at = At::document(&document.name);
    let day = |time: NaiveDateTime| time.format("%A %-d %B %Y at %H:%M").to_string();
    let use_again = format!("nothing was changed; to use it again: epos reread {}", stored.hash.short());
    let own = number(db, &queries::batch_count(stored.id))?;
    let replaced = own > 0 && number(db, &queries::rows_seen(stored.id))? == 0;
    let finding = match stored.state {
        DocumentState::Withdrawn => {
            let message = format!("we have this file; it was taken back on {}", day(stored.changed_at));
            Diagnostic::new(diagnostic::L004, at, message).help(use_again)
        }
        _ if replaced => {
            let mut until = None;
            db.query(&queries::replaced_at(stored.id), &[Type::DateTime], &mut |row| {
                if let Some(Value::DateTime(time)) = row.first() {
                    until = Some(*time);
                }
                Ok(())
            })?;
            let message = format!("we have this file; it was replaced on {}", day(until.unwrap_or(stored.changed_at)));
            Diagnostic::new(diagnostic::L004, at, message).help(use_again)
        }
        _ => {
            let message = format!("already loaded on {} as {}; nothing was changed", day(stored.arrived_at), stored.name);
            Diagnostic::new(diagnostic::L001, at, message)
        }
    };
    Ok(Applied {
        hash: document.hash,
        outcome: Outcome::AlreadyHave { first_at: stored.arrived_at, state: stored.state },
        diagnostics: vec![finding],
        rows: 0,
        rejected: 0,
        days: BTreeSet::new(),
    })
}

impl Loading {
    /// Adds what was found in the document as a whole, or only at its end.
    pub fn say(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// Remembers the columns of the document's tables, if all its rows turn out to be readable.
    pub fn learn(&mut self, shapes: Vec<Shape>) {
        self.shapes = shapes;
    }

    /// The store-days that its rows tell of, when nothing of them had to be left out.
    fn good_days(&self) -> BTreeSet<(String, NaiveDate)> {
        let of = |draft: &Draft| (draft.key.0.store.clone(), draft.key.0.trading_day);
        let daily = |draft: &&Draft| draft.key.1.is_daily() && !draft.key.0.store.is_empty();
        match self.rejected.is_empty() {
            true => self.drafts.list.iter().filter(daily).map(of).filter(|(_, day)| *day != Key::ALWAYS).collect(),
            false => BTreeSet::new(),
        }
    }

    /// Takes a block in, with what was found in it. Rows go to the database when there are many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn feed(&mut self, db: &mut dyn Db, mut block: Block, diagnostics: Vec<Diagnostic>) -> Result<()> {
        let rows: usize = block.batches.iter().map(|batch| batch.content.total()).sum();
        if self.kept_rows > 0 && self.kept_rows + rows > KEPT {
            self.flush(db)?;
        }
        let strangers = self.meet(db, &block)?;
        let layout = (block.origin.layout.clone(), block.origin.layout_version);
        if !layout.0.is_empty() && !self.layouts.contains(&layout) {
            self.layouts.push(layout);
        }
        let sheet = &block.origin.sheet;
        let mut of_rows: BTreeMap<u32, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in diagnostics.iter().filter(|finding| finding.at.sheet.as_deref().unwrap_or_default() == sheet) {
            of_rows.entry(finding.at.row.unwrap_or_default()).or_default().push(finding);
        }
        for rejected in std::mem::take(&mut block.rejected) {
            let found = of_rows.get(&rejected.row).into_iter().flatten().map(|&finding| finding.clone()).collect();
            self.rejected.push((sheet.clone(), rejected, found));
        }
        self.diagnostics.extend(diagnostics);
        self.rows += rows;
        if rows > 0 {
            let places = self.drafts.take(&block, &strangers);
            self.kept.push((block, places));
            self.kept_rows += rows;
        }
        Ok(())
    }

    /// Looks up the tokens of people whom the block names for the first time; gives all of these, found or not.
    fn meet(&mut self, db: &mut dyn Db, block: &Block) -> Result<Vec<(&'static str, String)>> {
        let strangers = self.drafts.people.strangers(block);
        let mut by_role: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (role, code) in &strangers {
            by_role.entry(role).or_default().push(code.clone());
        }
        for (role, codes) in by_role {
            let people = &mut self.drafts.people;
            in_lists(&codes, |codes| {
                db.query(&queries::people(role, codes), &[Type::Text, Type::Text], &mut |row| {
                    if let [Value::Text(code), Value::Text(token)] = row.as_slice() {
                        people.meet(role, code, token);
                    }
                    Ok(())
                })
            })?;
        }
        Ok(strangers)
    }

    /// Writes what is kept under inactive ids, in a commit of its own.
    pub(super) fn flush(&mut self, db: &mut dyn Db) -> Result<()> {
        let (hash, now) = (self.document.hash.to_string(), self.terms.now);
        let Loading { drafts, kept, ids, runs, .. } = self;
        let fresh = (drafts.list.len() - ids.len()) as i64;
        let mut first = 0;
        db.all_or_nothing(&mut |db| {
            if fresh > 0 {
                first = reserve(db, "batch", fresh)?;
                let run = [Value::Integer(first), Value::Integer(first + fresh - 1)];
                let by = [text(hash.clone()), Value::DateTime(now)];
                insert(db, "loading", [run.into_iter().chain(by).collect()])?;
            }
            write_rows(db, drafts, kept, &|draft| ids.get(draft).copied().or(Some(first + draft as i64 - ids.len() as i64)))
        })?;
        if fresh > 0 {
            ids.extend(first..first + fresh);
            runs.push(first);
        }
        kept.clear();
        self.kept_rows = 0;
        self.drafts.forget();
        Ok(())
    }

    /// Activates everything in one unit of work, or holds it.
    ///
    /// # Errors
    /// When the database fails; [`Error::Conflict`] when others keep changing the same batches. Nothing is half done then, and the
    /// document can be loaded again from its beginning.
    pub fn finish(mut self, db: &mut dyn Db) -> Result<Applied> {
        let question = self.diagnostics.iter().find(|finding| matches!(finding.code.0.effect, Effect::Hold | Effect::Refuse));
        if let Some(why) = question.map(|finding| finding.message.clone()) {
            return self.hold(db, why);
        }
        self.drafts.close();
        for attempt in 0..TRIES {
            let mut done = None;
            let tried = match attempt {
                0 => self.try_finish(db).map(|ended| done = Some(ended)),
                // Others were quicker: this time they wait from before the planning on.
                _ => db.all_or_nothing(&mut |db| {
                    take_turn(db)?;
                    done = Some(self.try_finish(db)?);
                    Ok(())
                }),
            };
            match tried {
                Err(Error::Conflict(_)) if self.stored.is_none() && find_document(db, self.document.hash)?.is_some() => {
                    return self.already_came(db);
                }
                Err(Error::Conflict(_)) if self.ids.is_empty() && self.others_met(db)? => {
                    self.take_again(db)?;
                    self.drafts.close();
                }
                Err(Error::Conflict(_)) => {}
                Ok(()) => match done {
                    Some(Ok(applied)) => return Ok(applied),
                    Some(Err(questions)) => return self.hold_for(db, questions),
                    None => {}
                },
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(self.document.name.clone()))
    }

    /// Holds the document for what its plan asks.
    fn hold_for(mut self, db: &mut dyn Db, questions: Vec<Diagnostic>) -> Result<Applied> {
        let why = questions.iter().find(|finding| finding.code == diagnostic::L006);
        let why = why.map(|finding| finding.message.clone()).unwrap_or_default();
        self.diagnostics.extend(questions);
        self.hold(db, why)
    }

    /// No other load brought the same bytes meanwhile.
    fn first(&self, db: &mut dyn Db) -> Result<()> {
        match self.stored.is_none() && find_document(db, self.document.hash)?.is_some() {
            true => Err(Error::Conflict(self.document.name.clone())),
            false => Ok(()),
        }
    }

    /// Another load was quicker with the same bytes: what this one wrote goes away.
    fn already_came(self, db: &mut dyn Db) -> Result<Applied> {
        let written = self.written();
        db.all_or_nothing(&mut |db| self.forget(db, &written))?;
        match find_document(db, self.document.hash)? {
            Some(stored) => already_have(db, &self.document, &stored),
            None => Err(Error::Conflict(self.document.name)),
        }
    }

    /// Rows that are in the database already, under inactive ids.
    fn written(&self) -> Vec<(Kind, i64)> {
        self.drafts.list.iter().zip(&self.ids).map(|(draft, &id)| (draft.key.1, id)).collect()
    }

    /// True when somebody who is new to this load got a token from another load meanwhile.
    fn others_met(&self, db: &mut dyn Db) -> Result<bool> {
        let mut met = false;
        let mut by_role: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for stranger in &self.drafts.people.new {
            by_role.entry(stranger.role).or_default().push(stranger.code.clone());
        }
        for (role, codes) in by_role {
            in_lists(&codes, |codes| {
                db.query(&queries::people(role, codes), &[Type::Text, Type::Text], &mut |_| {
                    met = true;
                    Ok(())
                })
            })?;
        }
        Ok(met)
    }

    /// Counts the kept blocks in anew, with the tokens that people have by now.
    fn take_again(&mut self, db: &mut dyn Db) -> Result<()> {
        self.drafts = Drafts::new(self.terms.seed, self.terms.careful);
        for (block, _) in std::mem::take(&mut self.kept) {
            let strangers = self.meet(db, &block)?;
            let places = self.drafts.take(&block, &strangers);
            self.kept.push((block, places));
        }
        Ok(())
    }

    /// One attempt; in place of the outcome what the plan asks, when the document must be held.
    fn try_finish(&self, db: &mut dyn Db) -> Result<Result<Applied, Vec<Diagnostic>>> {
        let keys: BTreeSet<Key> = self.drafts.list.iter().map(|draft| draft.key.0.clone()).collect();
        let before = self.stored.as_ref().map(|stored| stored.id);
        let known = known_batches(db, &keys, before)?;
        let said_at = self.stored.as_ref().map_or_else(|| said_at(&self.document, self.terms.now), |stored| stored.said_at);
        let newcomer = Newcomer {
            name: self.document.name.clone(),
            hash: self.document.hash,
            order: (said_at, before.unwrap_or(i64::MAX), i64::MAX),
            again: self.stored.is_some(),
        };
        let twins = twins(db, &self.drafts.list)?;
        let Plan { steps, diagnostics, held } = plan::plan(&self.drafts.list, &known, &newcomer, &twins);
        if held {
            return Ok(Err(diagnostics));
        }
        let mut changes = Changes::default();
        db.all_or_nothing(&mut |db| {
            verify(db, &keys, before, &known)?;
            self.first(db)?;
            if self.others_met(db)? {
                return Err(Error::Conflict("the list of people".into()));
            }
            for &first in &self.runs {
                if db.execute(&queries::loaded(first))? != 1 {
                    return Err(Error::Conflict(self.document.name.clone()));
                }
            }
            let mut steps = steps.clone();
            self.keep_beside(db, &mut steps)?;
            let (document, reading) = self.record(db, DocumentState::Loaded, "")?;
            let missing = (self.drafts.list.len() - self.ids.len()) as i64;
            let first = if missing > 0 { reserve(db, "batch", missing)? } else { 0 };
            let ids: Vec<i64> = self.ids.iter().copied().chain(first..first + missing).collect();
            let needless = |draft: usize| steps.get(draft).is_some_and(|step| step.kept_in.is_some());
            write_rows(db, &self.drafts, &self.kept, &|draft| ids.get(draft).copied().filter(|_| !needless(draft)))?;
            let written: Vec<(Kind, i64)> = self
                .ids
                .iter()
                .enumerate()
                .filter(|(draft, _)| needless(*draft))
                .filter_map(|(draft, &id)| Some((self.drafts.list.get(draft)?.key.1, id)))
                .collect();
            delete_rows(db, &written)?;
            let speaker = Speaker { document, reading, now: self.terms.now };
            changes = carry_out(db, &steps, &known, &self.drafts, &ids, &speaker)?;
            let mut found = diagnostics.clone();
            found.extend(changes.revised.iter().map(|revised| self.revision_finding(revised, &known)));
            if self.nothing_new(&steps, &changes, &found) {
                let message = "all its rows were loaded before, from another file; nothing was changed";
                found.push(Diagnostic::new(diagnostic::L005, At::document(&self.document.name), message));
            }
            self.note(db, document, reading, &found, true)?;
            super::layouts::learn(db, &self.document.name, &self.shapes, &self.good_days())?;
            super::unjudge(db, changes.days.iter().cloned().chain(self.rejected_days()))?;
            changes.diagnostics = found;
            Ok(())
        })?;
        let mut days = std::mem::take(&mut changes.days);
        days.extend(self.rejected_days());
        let outcome = if self.nothing_new(&steps, &changes, &changes.diagnostics) {
            Outcome::SameContent
        } else {
            Outcome::Loaded { batches: changes.batches, revisions: changes.revised }
        };
        Ok(Ok(Applied {
            hash: self.document.hash,
            outcome,
            diagnostics: changes.diagnostics,
            rows: self.rows,
            rejected: self.rejected.len(),
            days,
        }))
    }

    /// True when readers saw every row before.
    fn nothing_new(&self, steps: &[plan::Step], changes: &Changes, found: &[Diagnostic]) -> bool {
        let older = found.iter().any(|finding| [diagnostic::L008, diagnostic::L009].contains(&finding.code));
        changes.batches == 0 && !steps.is_empty() && self.rejected.is_empty() && !older
    }

    /// Steps that would change sealed store-days keep back.
    fn keep_beside(&self, db: &mut dyn Db, steps: &mut [plan::Step]) -> Result<()> {
        let sealed = super::seals::sealed_among(db, steps)?;
        let free = self.terms.release.as_ref();
        plan::beside(steps, &self.drafts.list, &|store, day| {
            let day = (store.to_owned(), day);
            sealed.contains_key(&day) && free != Some(&day)
        });
        Ok(())
    }

    /// A revision that waits beside sealed figures.
    fn held_finding(&self, revised: &super::Revised) -> Diagnostic {
        let (key, ..) = &revised.key;
        let message = format!("{}: the day is sealed, so these rows wait beside it: {}", plan::named(&revised.key), revised.diff);
        let help = format!("to let them count: epos seal --release {} {} --by NAME", key.store, key.trading_day);
        let finding = Diagnostic::new(diagnostic::L009, At::document(&self.document.name), message).help(help);
        let finding = finding.day(&key.store, key.trading_day).subject(plan::subject(&revised.key));
        match (revised.diff.before, revised.diff.after) {
            (Some(before), Some(after)) => finding.amount(after - before),
            _ => finding,
        }
    }

    fn revision_finding(&self, revised: &super::Revised, known: &plan::KnownBatches) -> Diagnostic {
        if revised.held {
            return self.held_finding(revised);
        }
        let (key, ..) = &revised.key;
        let said_at = self.stored.as_ref().map_or_else(|| said_at(&self.document, self.terms.now), |stored| stored.said_at);
        let replaced = known.get(&revised.key).and_then(|list| list.iter().find(|one| one.revision.active));
        let (name, tie) =
            replaced.map_or(("", false), |one| (one.document.as_str(), one.order.0 == said_at && one.hash != self.document.hash));
        let message =
            format!("{}: revision {} replaces that of {name}: {}", plan::named(&revised.key), revised.revision, revised.diff);
        let mut help = revised.diff.examples.join("; ");
        if tie {
            help.push_str("; nothing says which of the two is the later, so the one that arrived last counts");
        }
        let finding = Diagnostic::new(diagnostic::L002, At::document(&self.document.name), message);
        // A correction mends rows; a file that mostly leaves rows out may be a part sent for the whole.
        let diff = &revised.diff;
        let shrunk = diff.removed >= 3 && diff.removed > diff.added + diff.changed;
        if shrunk {
            help.push_str(&format!("; if this file is only a part: epos undo {}", self.document.hash.short()));
        }
        let mut finding = finding.help(help.trim_start_matches("; "));
        if shrunk {
            finding.severity = diagnostic::Severity::Warning;
        }
        if key.trading_day != Key::ALWAYS {
            finding = finding.day(&key.store, key.trading_day);
        }
        let finding = finding.subject(plan::subject(&revised.key));
        match (revised.diff.before, revised.diff.after) {
            (Some(before), Some(after)) => finding.amount(after - before),
            _ => finding,
        }
    }

    fn rejected_days(&self) -> impl Iterator<Item = (String, NaiveDate)> {
        self.rejected.iter().filter_map(|(_, row, _)| Some((row.store.clone()?, row.trading_day?)))
    }

    /// Keeps the document and what was found in it; none of its rows.
    ///
    /// # Errors
    /// When the database fails.
    pub fn hold(self, db: &mut dyn Db, why: String) -> Result<Applied> {
        let written = self.written();
        let loaded = self.stored.as_ref().is_some_and(|stored| stored.state == DocumentState::Loaded);
        let mut days: BTreeSet<(String, NaiveDate)> = self.rejected_days().collect();
        days.extend(self.diagnostics.iter().filter_map(|finding| Some((finding.store.clone()?, finding.trading_day?))));
        if loaded {
            // A second reading that raises a question leaves the first one in force.
            db.all_or_nothing(&mut |db| self.forget(db, &written))?;
        } else {
            let held = db.all_or_nothing(&mut |db| {
                take_turn(db)?;
                self.first(db)?;
                self.forget(db, &written)?;
                let (document, reading) = self.record(db, DocumentState::Held, &why)?;
                super::unjudge(db, days.iter().cloned())?;
                self.note(db, document, reading, &[], false)
            });
            match held {
                Err(Error::Conflict(_)) => return self.already_came(db),
                held => held?,
            }
        }
        Ok(Applied {
            hash: self.document.hash,
            outcome: Outcome::Held { why },
            diagnostics: self.diagnostics.into_iter().filter(|finding| finding.code == diagnostic::L006).collect(),
            rows: self.rows,
            rejected: self.rejected.len(),
            days,
        })
    }

    fn forget(&self, db: &mut dyn Db, written: &[(Kind, i64)]) -> Result<()> {
        delete_rows(db, written)?;
        self.runs.iter().try_for_each(|&first| db.execute(&queries::loaded(first)).map(drop))
    }

    /// Writes the document and the reading; gives their ids.
    fn record(&self, db: &mut dyn Db, state: DocumentState, why: &str) -> Result<(i64, i64)> {
        let now = self.terms.now;
        let names: Vec<&str> = self.layouts.iter().map(|(name, _)| name.as_str()).collect();
        let layout = names.join(" ");
        let document = match &self.stored {
            Some(stored) => {
                let speaks = if state == DocumentState::Loaded { "superseded" } else { "withdrawn" };
                db.execute(&queries::reading_state(stored.id, speaks))?;
                db.execute(&queries::document_state(stored.id, state.word(), why, Some(&layout), now))?;
                stored.id
            }
            None => {
                let id = reserve(db, "document", 1)?;
                let envelope = self.document.envelope.as_deref();
                insert(
                    db,
                    "document",
                    [vec![
                        Value::Integer(id),
                        text(self.document.hash.to_string()),
                        text(self.document.name.clone()),
                        Value::Integer(self.document.length() as i64),
                        optional(envelope.map(|envelope| envelope.message.as_str())),
                        optional(envelope.map(|envelope| envelope.sender.as_str())),
                        envelope.and_then(|envelope| envelope.sent_at).map_or(Value::Null, Value::DateTime),
                        Value::DateTime(now),
                        Value::DateTime(said_at(&self.document, now)),
                        text(state.word()),
                        Value::DateTime(now),
                        text(layout.clone()),
                        text(why),
                    ]],
                )?;
                id
            }
        };
        let reading = reserve(db, "reading", 1)?;
        let speaks = if state == DocumentState::Loaded { "current" } else { "held" };
        insert(
            db,
            "reading",
            [vec![
                Value::Integer(reading),
                Value::Integer(document),
                text(layout),
                Value::Integer(self.layouts.first().map_or(0, |(_, version)| i64::from(*version))),
                optional(self.terms.store.as_deref()),
                self.terms.trading_day.map_or(Value::Null, Value::Date),
                text(env!("CARGO_PKG_VERSION")),
                Value::DateTime(now),
                text(speaks),
                Value::Integer(self.rows as i64),
                Value::Integer(self.rejected.len() as i64),
            ]],
        )?;
        Ok((document, reading))
    }

    /// Writes what was found, what could not be read and, where rows become active, who is new.
    fn note(&self, db: &mut dyn Db, document: i64, reading: i64, more: &[Diagnostic], active: bool) -> Result<()> {
        let findings = self.diagnostics.iter().chain(more).zip(0..).map(|(finding, position)| {
            vec![
                Value::Integer(reading),
                Value::Integer(position),
                Value::Integer(document),
                text(finding.code.0.code),
                text(finding.severity.word()),
                optional(finding.store.as_deref()),
                finding.trading_day.map_or(Value::Null, Value::Date),
                text(finding.subject.clone()),
                finding.amount.map_or(Value::Null, |amount| Value::Decimal(amount.decimal())),
                text(json(finding)),
            ]
        });
        insert(db, "finding", findings)?;
        let rejected = self.rejected.iter().zip(0..).map(|((sheet, row, found), position)| {
            vec![
                Value::Integer(reading),
                Value::Integer(position),
                text(sheet.clone()),
                Value::Integer(i64::from(row.row)),
                text(row.kind.word()),
                optional(row.store.as_deref()),
                optional(row.till.as_deref()),
                row.trading_day.map_or(Value::Null, Value::Date),
                text(json(&row.cells)),
                text(row.why.clone()),
                text(json(found)),
            ]
        });
        insert(db, "rejected_row", rejected)?;
        if !active {
            return Ok(());
        }
        let people = &self.drafts.people;
        let strangers = people.new.iter().map(|stranger| {
            let known = [text(stranger.token.clone()), text(stranger.role), text(stranger.code.clone())];
            known.into_iter().chain([const { Value::Null }; 4]).collect()
        });
        insert(db, "person", strangers)?;
        for (token, particulars) in &people.known {
            db.execute(&queries::describe_person(token, particulars))?;
        }
        Ok(())
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn write_rows(db: &mut dyn Db, drafts: &Drafts, kept: &[(Block, Vec<Place>)], id: &dyn Fn(usize) -> Option<i64>) -> Result<()> {
    for (block, places) in kept {
        drafts.rows(block, places, id, &mut |rows| db.insert(rows))?;
    }
    Ok(())
}

fn delete_rows(db: &mut dyn Db, batches: &[(Kind, i64)]) -> Result<()> {
    let mut by_kind: BTreeMap<Kind, Vec<i64>> = BTreeMap::new();
    batches.iter().for_each(|(kind, id)| by_kind.entry(*kind).or_default().push(*id));
    for (kind, ids) in by_kind {
        in_lists(&ids, |ids| db.execute(&queries::delete_rows(db.dialect(), kind, ids)).map(drop))?;
    }
    Ok(())
}

/// Other days of the same tills that have the same rows but for their dates.
fn twins(db: &mut dyn Db, drafts: &[Draft]) -> Result<Twins> {
    let mut ours: BTreeMap<String, Vec<&Draft>> = BTreeMap::new();
    for draft in drafts {
        if let Some(undated) = draft.undated() {
            ours.entry(undated.to_string()).or_default().push(draft);
        }
    }
    let hashes: Vec<String> = ours.keys().cloned().collect();
    let mut twins = Twins::new();
    let types = [Type::Text, Type::Text, Type::Text, Type::Text, Type::Date];
    in_lists(&hashes, |hashes| {
        db.query(&queries::twins(hashes), &types, &mut |row| {
            if let [Value::Text(store), Value::Text(till), Value::Text(kind), Value::Text(undated), Value::Date(day)] =
                row.as_slice()
                && let (Ok(kind), Some(hash)) = (kind.parse::<Kind>(), Hash::parse(undated))
            {
                let same_till = |draft: &&&Draft| {
                    let (key, of, _) = &draft.key;
                    *of == kind && key.store == *store && key.till == *till && key.trading_day != *day
                };
                if ours.get(undated.as_ref()).is_some_and(|drafts| drafts.iter().find(same_till).is_some()) {
                    twins.entry((store.to_string(), till.to_string(), kind, hash)).or_insert(*day);
                }
            }
            Ok(())
        })
    })?;
    Ok(twins)
}

/// Loads a document whose blocks are at hand: begin, feed, finish.
///
/// # Errors
/// When the database fails, or others keep changing the same batches.
pub fn apply(
    db: &mut dyn Db,
    document: &Document,
    blocks: Vec<Block>,
    diagnostics: Vec<Diagnostic>,
    terms: Terms,
) -> Result<Applied> {
    match begin(db, document, terms)? {
        Begin::AlreadyHave(applied) => Ok(applied),
        Begin::Loading(mut loading) => {
            let mut rest = diagnostics;
            for block in blocks {
                let rows: BTreeSet<u32> = block.rejected.iter().map(|rejected| rejected.row).collect();
                let sheet = block.origin.sheet.clone();
                let (here, others) = rest.into_iter().partition(|finding: &Diagnostic| {
                    finding.at.sheet.as_deref().unwrap_or_default() == sheet
                        && finding.at.row.is_some_and(|row| rows.contains(&row))
                });
                rest = others;
                loading.feed(db, block, here)?;
            }
            loading.diagnostics.extend(rest);
            loading.finish(db)
        }
    }
}

/// Holds a document that could not be read, or whose store or day nobody knows.
///
/// # Errors
/// When the database fails.
pub fn hold(db: &mut dyn Db, document: &Document, why: &str, diagnostics: Vec<Diagnostic>, terms: Terms) -> Result<Applied> {
    match begin(db, document, terms)? {
        Begin::AlreadyHave(applied) => Ok(applied),
        Begin::Loading(mut loading) => {
            loading.diagnostics = diagnostics;
            loading.hold(db, why.to_owned())
        }
    }
}
