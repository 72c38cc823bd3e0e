//! [`Audit`]: the verbs over one company's database and archive.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::judge::{Judged, judge};
use super::{Config, Withdrawn, store};
use crate::check;
use crate::diagnostic::{self, Checked, Diagnostic, Effect};
use crate::error::{Error, Result};
use crate::format::{self, Layout, Layouts, Reading};
use crate::mail;
use crate::model::{At, Block, Context, Document, Envelope, Hash, Key, Limits};
use crate::port::{Db, Outbox};
use crate::reconcile::StoreDay;
use crate::report::{self, Asked, Period, Report};
use crate::sql::audit::Days;

/// Bytes up to which every transaction of a document is remembered while it is read.
const CAREFUL: u64 = 100 << 20;

/// Rows up to which a load is followed by judging: no evening brings more, a history does.
const EVENING_ROWS: usize = 50_000;

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its rows are in the database.
    Loaded,
    /// Exactly these bytes came before; nothing changed.
    AlreadyHave,
    /// Other bytes, but the rows that are active already; nothing changed.
    SameContent,
    /// Its rows are kept beside sealed store-days, in no total, until somebody releases them.
    Beside,
    /// Archived, listed, and in no total, until its question is answered.
    Held,
}

/// What came of one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loaded {
    /// Its name.
    pub document: String,
    /// The first digits of its hash: they name it in `reread` and `undo`.
    pub hash: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Rows read from it.
    pub rows: usize,
    /// Rows kept raw because they could not be read.
    pub rejected: usize,
    /// The store-days that must be judged again.
    pub store_days: BTreeSet<(String, NaiveDate)>,
    /// Everything found in it.
    pub diagnostics: Vec<Diagnostic>,
}

/// One company's books: what is configured, the database, the archive, and what time it is.
pub struct Audit {
    pub(super) config: Config,
    pub(super) layouts: Layouts,
    pub(super) db: Box<dyn Db>,
    pub(super) archive: Box<dyn Outbox>,
    pub(super) now: NaiveDateTime,
    pub(super) seed: [u8; 32],
    pub(super) limits: Limits,
    base: Option<Context>,
}

impl Audit {
    /// Opens the books, and brings the database's tables up to this version. `seed` is random bytes: people's tokens are made of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(
        config: Config,
        layouts: Layouts,
        mut db: Box<dyn Db>,
        archive: Box<dyn Outbox>,
        now: NaiveDateTime,
        seed: [u8; 32],
        limits: Limits,
    ) -> Result<Self> {
        store::migrate(db.as_mut(), now)?;
        Ok(Audit { config, layouts, db, archive, now, seed, limits, base: None })
    }

    /// The present moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.now
    }

    /// Begins anew for the next verb of books that stay open: what others loaded meanwhile is seen, and it is `now`, unless the
    /// configuration states the moment.
    pub fn renew(&mut self, now: NaiveDateTime) {
        self.now = self.config.now().unwrap_or(now);
        self.base = None;
    }

    /// The database, for whoever looks things up in it (see [`lookup`](super::lookup)).
    pub fn db(&mut self) -> &mut dyn Db {
        self.db.as_mut()
    }

    /// The context that documents are read in: the configuration, and the masters that were loaded.
    pub(super) fn base(&mut self) -> Result<Context> {
        if self.base.is_none() {
            let mut context = self.config.context(self.now);
            super::masters::take(&mut context, self.db.as_mut())?;
            let says = |layout: &Layout| Some((layout.id.clone(), layout.banked?));
            context.banked = self.layouts.iter().filter_map(says).collect();
            self.base = Some(context);
        }
        Ok(self.base.clone().unwrap_or_default())
    }

    /// Whose store a mail's sender speaks for. Findings that hold the document are added to `found`.
    pub(super) fn reading(&self, document: &Document, wish: &Reading, context: &Context, found: &mut Vec<Diagnostic>) -> Reading {
        let mut reading = wish.clone();
        let sent = document.envelope.as_ref().and_then(|envelope| envelope.sent_at).unwrap_or(self.now);
        reading.received = reading.received.or(Some(sent.date()));
        let listed = context.stores.values().any(|store| !store.senders.is_empty());
        if let (Some(envelope), None, true) = (&document.envelope, &reading.store, listed) {
            match mail::stores_of(&envelope.sender, &context.stores)[..] {
                [] => {
                    let message = format!("{} is on no store's list of senders", envelope.sender);
                    let help = "if the sender is right, add the address to senders in epos.toml and read the document again";
                    found.push(Diagnostic::new(diagnostic::F018, At::document(&document.name), message).help(help));
                }
                [store] => reading.store = Some(store.code.clone()),
                _ => {}
            }
        }
        reading
    }

    /// A document's cells, as the layout that was named says they are written.
    fn cells(&self, document: &Document, reading: &Reading, found: &mut Vec<Diagnostic>) -> format::Sheets {
        let named = reading.layout.as_deref().and_then(|id| self.layouts.named(id));
        format::open_as(document, named, &self.limits).into_value(found)
    }

    /// Can a person's wish be met at all? A mistyped store or layout is no fault of the document.
    fn possible(&self, wish: &Reading, context: &Context) -> Result<()> {
        if let Some(name) = wish.layout.as_ref().filter(|name| self.layouts.named(name).is_none()) {
            return Err(Error::NotFound(format!("there is no layout `{name}`; `epos layout list` names them all")));
        }
        match &wish.store {
            Some(name) if !context.stores.is_empty() && !context.stores.contains_key(name) => {
                let codes: Vec<&str> = context.stores.keys().map(String::as_str).collect();
                Err(Error::NotFound(format!("no store has the code `{name}`; there are {}", codes.join(", "))))
            }
            _ => Ok(()),
        }
    }

    /// Reads and checks a document; changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn check(&mut self, document: &Document, wish: &Reading) -> Result<Vec<Diagnostic>> {
        let mut context = self.base()?;
        self.possible(wish, &context)?;
        let mut found = Vec::new();
        let reading = self.reading(document, wish, &context, &mut found);
        let sheets = self.cells(document, &reading, &mut found);
        let (_, drift) = self.watch(document, &sheets, &reading)?;
        if drift.iter().any(holds) {
            found.extend(drift);
            check::severities(&mut found, &context.policy);
            return Ok(found);
        }
        found.extend(drift);
        let stores = context.stores.clone();
        let (mut state, mut asked) = (check::State::new(&self.limits).one_sheet(sheets.is_single()), BTreeSet::new());
        for block in format::blocks(document, sheets, &self.layouts, &reading, &stores, &self.limits) {
            let mut block = block.into_value(&mut found);
            context = store::context(self.db.as_mut(), context, &block, &mut asked)?;
            found.extend(check::mend(&mut block, &context));
            found.extend(check::block(&block, &context, &mut state));
        }
        sound(document)?;
        found.extend(state.finish(&context));
        check::severities(&mut found, &context.policy);
        Ok(found)
    }

    /// Reads a document block by block, as [`Audit::check`] and [`Audit::load`] do; changes nothing. `each` is given every block with what
    /// was found in it, and says whether to go on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a layout or store that does not exist; when the database fails, or the document cannot be read to its end.
    pub fn read(&mut self, document: &Document, wish: &Reading, each: &mut dyn FnMut(Checked<Block>) -> bool) -> Result<()> {
        let context = self.base()?;
        self.possible(wish, &context)?;
        let mut opening = Vec::new();
        let reading = self.reading(document, wish, &context, &mut opening);
        let sheets = self.cells(document, &reading, &mut opening);
        check::severities(&mut opening, &context.policy);
        for block in format::blocks(document, sheets, &self.layouts, &reading, &context.stores, &self.limits) {
            let mut found = Vec::new();
            let mut block = block.into_value(&mut found);
            found.extend(check::mend(&mut block, &context));
            check::severities(&mut found, &context.policy);
            found.splice(0..0, opening.drain(..));
            if !each(Checked::with(block, found)) {
                return Ok(());
            }
        }
        sound(document)?;
        if !opening.is_empty() {
            each(Checked::with(Block::default(), opening));
        }
        Ok(())
    }

    /// What is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The layouts that documents are read with.
    pub fn layouts(&self) -> &Layouts {
        &self.layouts
    }

    /// Archives a document, reads and checks it, and loads its rows: all of them or none.
    ///
    /// # Errors
    /// When the database or the archive fails. Nothing is half done then.
    pub fn load(&mut self, document: &Document, wish: &Reading) -> Result<Loaded> {
        self.take(document, wish, Vec::new(), false)
    }

    /// As [`Audit::load`], with what was found when the document was unpacked; `again` reads it although it was read before.
    pub(super) fn take(&mut self, document: &Document, wish: &Reading, opening: Vec<Diagnostic>, again: bool) -> Result<Loaded> {
        self.take_for(document, wish, opening, again, None)
    }

    /// The same, and what the document says of the sealed store-day `release` counts.
    pub(super) fn take_for(
        &mut self,
        document: &Document,
        wish: &Reading,
        opening: Vec<Diagnostic>,
        again: bool,
        release: Option<(String, NaiveDate)>,
    ) -> Result<Loaded> {
        let known = self.base()?;
        self.possible(wish, &known)?;
        let hash = document.hash.to_string();
        self.archive.put(&hash, &mut document.open())?;
        sound(document)?;
        let stored = store::find_document(self.db.as_mut(), document.hash)?;
        let waiting = stored.is_some_and(|stored| stored.state == store::DocumentState::Held);
        if waiting && !again {
            // Asked again, it may be answered by now; while it is not, nothing changes.
            let mut found = opening.clone();
            found.extend(self.check(document, wish)?);
            if found.iter().any(unread) {
                return Ok(Loaded::unchanged(document, Outcome::Held, found));
            }
        }
        let seed = Hash::of(&[self.seed.as_slice(), document.hash.0.as_slice()].concat()).0;
        let terms = store::Terms {
            now: self.now,
            seed,
            again,
            store: wish.store.clone(),
            trading_day: wish.date,
            release,
            careful: document.length() < CAREFUL,
        };
        match self.enter(document, wish, opening.clone(), terms.clone()) {
            // Rows that stand twice in a large document, far apart: it is read again, remembering every transaction.
            Err(Error::Conflict(_)) if !terms.careful => {
                self.enter(document, wish, opening, store::Terms { careful: true, ..terms })
            }
            done => done,
        }
    }

    /// Reads, checks and loads a document on these terms.
    fn enter(&mut self, document: &Document, wish: &Reading, opening: Vec<Diagnostic>, terms: store::Terms) -> Result<Loaded> {
        let (again, careful) = (terms.again, terms.careful);
        let mut loading = match store::begin(self.db.as_mut(), document, terms)? {
            store::Begin::AlreadyHave(applied) => return Ok(loaded(document, applied, opening)),
            store::Begin::Loading(loading) => loading,
        };
        let mut context = self.base()?;
        let mut found = opening;
        let reading = self.reading(document, wish, &context, &mut found);
        let mut unread = found.iter().any(holds);
        if unread {
            loading.say(found.iter().cloned());
        } else {
            let sheets = self.cells(document, &reading, &mut found);
            unread = matches!(&sheets, format::Sheets::Book(sheets) if sheets.is_empty());
            let (shapes, mut drift) = self.watch(document, &sheets, &reading)?;
            check::severities(&mut drift, &context.policy);
            let changed = drift.iter().any(holds);
            loading.learn(shapes);
            found.extend(drift);
            loading.say(found.iter().cloned());
            // A till whose columns changed is one finding, and not one for each of its rows.
            let sheets = if changed { format::Sheets::Book(Vec::new()) } else { sheets };
            let stores = context.stores.clone();
            let limits = Limits { keys: if careful { usize::MAX } else { self.limits.keys }, ..self.limits };
            let (mut state, mut asked) = (check::State::new(&limits).one_sheet(sheets.is_single()), BTreeSet::new());
            for block in format::blocks(document, sheets, &self.layouts, &reading, &stores, &self.limits) {
                let mut here = Vec::new();
                let mut block = block.into_value(&mut here);
                context = store::context(self.db.as_mut(), context, &block, &mut asked)?;
                here.extend(check::mend(&mut block, &context));
                here.extend(check::block(&block, &context, &mut state));
                if !again && !found.iter().any(|finding| finding.code == diagnostic::L003) {
                    let said_at = document.envelope.as_ref().and_then(|envelope| envelope.sent_at).unwrap_or(self.now);
                    here.extend(super::late::late(&block, said_at, &context));
                }
                check::severities(&mut here, &context.policy);
                found.extend(here.iter().cloned());
                loading.feed(self.db.as_mut(), block, here)?;
            }
            let mut rest = state.finish(&context);
            check::severities(&mut rest, &context.policy);
            loading.say(rest.iter().cloned());
            found.extend(rest);
        }
        sound(document)?;
        // What held the document is the reason that people are given.
        let why = found.iter().find(|finding| holds(finding)).or(found.first().filter(|_| unread));
        let applied = match why.map(|finding| finding.message.clone()) {
            Some(why) => loading.hold(self.db.as_mut(), why)?,
            None if unread => loading.hold(self.db.as_mut(), "nothing in it could be read".to_owned())?,
            None => loading.finish(self.db.as_mut())?,
        };
        if applied.days.iter().any(|(_, day)| *day == Key::ALWAYS) {
            self.base = None;
        }
        Ok(loaded(document, applied, found))
    }

    /// Reads documents again from the archive, by file name or the first digits of their hash; held ones when none is named. With
    /// `dry_run` they are only checked.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a name that is no document's; when the database or the archive fails.
    pub fn reread(&mut self, names: &[String], wish: &Reading, dry_run: bool) -> Result<Vec<Loaded>> {
        let mut wanted = if names.is_empty() { store::held(self.db.as_mut())? } else { Vec::new() };
        for name in names {
            let found = store::documents_of(self.db.as_mut(), name)?;
            if found.is_empty() {
                return Err(Error::NotFound(format!("no document is called `{name}` or has a hash that begins so")));
            }
            wanted.extend(found);
        }
        let mut all = Vec::new();
        for stored in wanted {
            let document = self.archived(&stored)?;
            all.push(if dry_run {
                let diagnostics = self.check(&document, wish)?;
                let outcome = if diagnostics.iter().any(unread) { Outcome::Held } else { Outcome::Loaded };
                Loaded::unchanged(&document, outcome, diagnostics)
            } else {
                self.take(&document, wish, Vec::new(), true)?
            });
        }
        Ok(all)
    }

    /// A document as it came, from the archive.
    pub(super) fn archived(&mut self, stored: &store::StoredDocument) -> Result<Document> {
        let document = self.archive.take(&stored.hash.to_string())?.named(&stored.name);
        Ok(match &stored.sender {
            None => document,
            Some(sender) => document.from_mail(Arc::new(Envelope {
                message: stored.message.clone().unwrap_or_default(),
                sender: sender.clone(),
                sent_at: stored.sent_at,
                ..Envelope::default()
            })),
        })
    }

    /// Withdraws a document: what it replaced counts again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no document, or more than one, is meant; when the database fails.
    pub fn undo(&mut self, name: &str) -> Result<Withdrawn> {
        let found = store::documents_of(self.db.as_mut(), name)?;
        let [stored] = &found[..] else {
            let message = match found.len() {
                0 => format!("no document is called `{name}` or has a hash that begins so"),
                many => format!(
                    "{many} documents are called `{name}`: name one by its hash, {}",
                    found.iter().map(|of| of.hash.short()).collect::<Vec<_>>().join(" or ")
                ),
            };
            return Err(Error::NotFound(message));
        };
        let applied = store::undo(self.db.as_mut(), stored.hash, "withdrawn by hand", self.now)?;
        self.base = None;
        self.settle()?;
        Ok(Withdrawn { document: stored.name.clone(), store_days: applied.days.into_iter().collect() })
    }

    /// Judges every store-day afresh and keeps the judgements.
    ///
    /// # Errors
    /// When the database fails.
    pub fn judge(&mut self) -> Result<Judged> {
        let judged = self.judged()?;
        store::save_days(self.db.as_mut(), &judged.days, self.now)?;
        self.settle()?;
        Ok(judged)
    }

    /// Counts every store-day that changed into the shelves, and notes the stores that are known: what [`lookup`](super::lookup)
    /// reads. Writes nothing where nothing changed. Gives the number of store-days.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle(&mut self) -> Result<usize> {
        let stores = self.base()?.stores;
        store::settle(self.db.as_mut(), &stores, self.now)
    }

    /// Judges after a load, where it changed anything and brought no more than an evening's rows; false when judging was put off because
    /// so much came: whoever asks for store-days judges them then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn judge_after(&mut self, loaded: &[Loaded]) -> Result<bool> {
        let changed = |one: &&Loaded| matches!(one.outcome, Outcome::Loaded | Outcome::Held) || !one.store_days.is_empty();
        let rows: usize = loaded.iter().filter(changed).map(|one| one.rows).sum();
        if loaded.iter().any(|one| changed(&one)) && rows <= EVENING_ROWS {
            self.judge()?;
        }
        Ok(rows <= EVENING_ROWS)
    }

    /// Every store-day's judgement as of now. Keeps nothing, so that whoever may only read can ask.
    fn judged(&mut self) -> Result<Judged> {
        let context = self.base()?;
        let all = Days::now(store::FIRST, store::LAST, None);
        let evidence = store::all_sources(self.db.as_mut(), all)?;
        let mut judged = judge(&context, evidence);
        self.stamp(&mut judged, all)?;
        Ok(judged)
    }

    /// Says of each day how it is sealed, and what waits beside it.
    pub(super) fn stamp(&mut self, judged: &mut Judged, asked: Days<'_>) -> Result<()> {
        let sealed = store::seals::sealed_days(self.db.as_mut(), asked)?;
        let held = store::audit::revisions(self.db.as_mut(), Days { as_of: None, ..asked }, Some("held"))?;
        for day in &mut judged.days {
            day.sealed = sealed.get(&(day.store.clone(), day.trading_day)).copied();
            day.waiting = held.iter().filter(|of| of.store == day.store && of.trading_day == day.trading_day).count();
        }
        Ok(())
    }

    /// A report of the catalogue over a span of days, all that are known when it is open, of one store or all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a report or a store that does not exist; when the database fails.
    pub fn report(&mut self, name: &str, from: Option<NaiveDate>, to: Option<NaiveDate>, store: Option<&str>) -> Result<Report> {
        self.report_as(name, from, to, store, Asked::default())
    }

    /// As [`Audit::report`], with what is asked of it beside days and store. The journal's accounts are the configuration's.
    ///
    /// # Errors
    /// As [`Audit::report`]; [`Error::NotFound`] for something that the report does not take.
    pub fn report_as(
        &mut self,
        name: &str,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        store: Option<&str>,
        asked: Asked,
    ) -> Result<Report> {
        Self::in_order(from, to)?;
        let entry = report::entry(name).ok_or_else(|| {
            let names: Vec<&str> = report::CATALOGUE.iter().map(|entry| entry.name).collect();
            Error::NotFound(format!("there is no report `{name}`; there are {}", names.join(", ")))
        })?;
        if let Some(why) = entry.refuses(&asked) {
            return Err(Error::NotFound(why));
        }
        let judged = self.judged()?;
        let context = self.named_context()?;
        let store = self.known(store, &judged)?;
        let (from, to) = span(&judged.days, from, to, self.now.date());
        let asked = self.asked_as_of(asked, None)?;
        let period = Period::new(from, to, store.as_deref(), &judged.days, &judged.sources, &context).with(asked);
        Ok((entry.make)(&period))
    }

    /// What is asked, with what the configuration says of the journal and what was posted for closed periods.
    pub(super) fn asked_as_of(&mut self, asked: Asked, as_of: Option<NaiveDateTime>) -> Result<Asked> {
        let mut adjustments = store::audit::adjustments(self.db.as_mut(), store::FIRST, store::LAST, None)?;
        adjustments.retain(|one| as_of.is_none_or(|at| one.posted_on <= at.date()));
        let adjustments = adjustments.into_iter().map(report::Adjustment::from).collect();
        Ok(Asked { journal: self.config.journal.clone(), adjustments, ..asked })
    }

    /// The judged store-days of a span, of one store or all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; when the database fails.
    pub fn days(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>, store: Option<&str>) -> Result<Vec<StoreDay>> {
        Self::in_order(from, to)?;
        let judged = self.judged()?;
        let store = self.known(store, &judged)?;
        let (from, to) = span(&judged.days, from, to, self.now.date());
        let within = |day: &StoreDay| {
            from <= day.trading_day && day.trading_day <= to && store.as_ref().is_none_or(|store| *store == day.store)
        };
        Ok(judged.days.into_iter().filter(within).collect())
    }

    /// One judged store-day.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist, and for a day that is not expected and of which nothing came; when the
    /// database fails.
    pub fn day(&mut self, store: &str, day: NaiveDate) -> Result<StoreDay> {
        let found = self.days(Some(day), Some(day), Some(store))?.into_iter().next();
        found.ok_or_else(|| Error::NotFound("this store-day is not expected, and nothing came for it".to_owned()))
    }

    /// Days in their order.
    fn in_order(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<()> {
        match (from, to) {
            (Some(from), Some(to)) if from > to => Err(Error::NotFound(format!("there is no day from {from} to {to}"))),
            _ => Ok(()),
        }
    }

    /// The code of a store that is named by code, name or alias.
    fn known(&mut self, store: Option<&str>, judged: &Judged) -> Result<Option<String>> {
        let Some(name) = store else { return Ok(None) };
        let context = self.base()?;
        let code = context.store(name).map(|store| store.code.clone());
        let code = code.or_else(|| judged.days.iter().find(|day| day.store == name).map(|day| day.store.clone()));
        code.map(Some).ok_or_else(|| Error::NotFound(format!("no store is called `{name}`")))
    }

    /// The context with the names that people's tokens stand for.
    pub(super) fn named_context(&mut self) -> Result<Context> {
        let mut context = self.base()?;
        context.people = store::everybody(self.db.as_mut())?;
        Ok(context)
    }

    /// Recomputes every roll-up and every content hash from its rows, and reads every document in the archive again; one sentence for
    /// each difference.
    ///
    /// # Errors
    /// When the database fails.
    pub fn check_database(&mut self) -> Result<Vec<String>> {
        let mut differences = store::check(self.db.as_mut())?.differences;
        for stored in store::documents(self.db.as_mut(), None)? {
            // Taking it proves its hash, to the last byte.
            match self.archive.take(&stored.hash.to_string()) {
                Ok(document) if i64::try_from(document.length()) == Ok(stored.bytes) => {}
                Ok(document) => {
                    let (is, was) = (document.length(), stored.bytes);
                    differences.push(format!("{}: the archive has {is} bytes of it, and {was} came", stored.name));
                }
                Err(error) => differences.push(format!("{}: {error}", stored.name)),
            }
        }
        Ok(differences)
    }

    /// Blanks a person by name, code or token; gives how many entries were blanked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn erase(&mut self, person: &str) -> Result<usize> {
        Ok(store::erase(self.db.as_mut(), person)?.len())
    }

    /// Documents that wait for an answer: name, first digits of the hash, and why.
    ///
    /// # Errors
    /// When the database fails.
    pub fn held(&mut self) -> Result<Vec<(String, String, String)>> {
        Ok(store::held(self.db.as_mut())?.into_iter().map(|held| (held.name, held.hash.short(), held.why)).collect())
    }
}

/// Could all bytes of a document be read? Its rows end early otherwise, and nothing of it may count.
fn sound(document: &Document) -> Result<()> {
    match document.fault() {
        None => Ok(()),
        Some(why) => {
            let source = std::io::Error::new(std::io::ErrorKind::InvalidData, why);
            Err(Error::File { action: "read", path: document.name.clone().into(), source })
        }
    }
}

impl Loaded {
    /// A document that changed nothing.
    fn unchanged(document: &Document, outcome: Outcome, diagnostics: Vec<Diagnostic>) -> Self {
        let (document, hash) = (document.name.clone(), document.hash.short());
        Loaded { document, hash, outcome, rows: 0, rejected: 0, store_days: BTreeSet::new(), diagnostics }
    }
}

/// Does the finding say that nothing of the document can be in a total yet?
pub(super) fn unread(finding: &Diagnostic) -> bool {
    holds(finding) || finding.code == diagnostic::F019
}

/// Does the finding keep the whole document out of every total?
pub(super) fn holds(finding: &Diagnostic) -> bool {
    finding.code.0.effect >= Effect::Hold
}

fn loaded(document: &Document, applied: store::Applied, found: Vec<Diagnostic>) -> Loaded {
    let outcome = match applied.outcome {
        store::Outcome::Loaded { batches: 0, revisions } if revisions.iter().any(|one| one.held) => Outcome::Beside,
        store::Outcome::Loaded { .. } => Outcome::Loaded,
        store::Outcome::AlreadyHave { .. } | store::Outcome::Withdrawn { .. } => Outcome::AlreadyHave,
        store::Outcome::SameContent => Outcome::SameContent,
        store::Outcome::Held { .. } => Outcome::Held,
    };
    let mut diagnostics = found;
    for finding in applied.diagnostics {
        if !diagnostics.contains(&finding) {
            diagnostics.push(finding);
        }
    }
    Loaded {
        document: document.name.clone(),
        hash: document.hash.short(),
        outcome,
        rows: applied.rows,
        rejected: applied.rejected,
        store_days: applied.days.into_iter().filter(|(store, day)| !store.is_empty() && *day != Key::ALWAYS).collect(),
        diagnostics,
    }
}

/// The span of days meant: what is open is what is known.
pub(super) fn span(days: &[StoreDay], from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let known = || days.iter().map(|day| day.trading_day);
    (from.or(known().min()).unwrap_or(today), to.or(known().max()).unwrap_or(today))
}
