//! `seal`, `verify` and the chains' heads.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::{Audit, store};
use crate::error::{Error, Result};
use crate::format::Reading;
use crate::model::Hash;
use crate::reconcile::seal::{self, Broken, Covered, Head, Sealing};
use crate::reconcile::{Seal, State, StoreDay};
use crate::sql::audit::Days;
use store::audit::Event;

/// What sealing came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SealedDays {
    /// The links that were added.
    pub sealed: Vec<Seal>,
    /// Days that could not be: store, day, state and why.
    pub left: Vec<(String, NaiveDate, State, String)>,
}

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Verified {
    /// Stores with a chain.
    pub stores: usize,
    /// Links looked at.
    pub links: usize,
    /// The first broken link of each store. Empty is good.
    pub broken: Vec<Broken>,
    /// The first head of the anchor that the chains no longer have.
    pub moved: Option<Head>,
    /// True when the chains were held against heads that were sent out; otherwise they are consistent with themselves, and no more.
    pub anchored: bool,
    /// Stores whose chains no head was given of: they too are consistent with themselves, and no more.
    pub without_head: Vec<String>,
}

impl Verified {
    /// True when nothing is broken.
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty() && self.moved.is_none()
    }
}

/// May a day in this state be sealed?
fn sealable(state: State) -> bool {
    matches!(state, State::Balanced | State::WithinTolerance | State::Accepted | State::Closed | State::Zero)
}

impl Audit {
    /// The token of whoever acts; `epos` when nobody is named.
    fn who(&mut self, by: Option<&str>) -> Result<String> {
        match by {
            Some(name) if name.trim().is_empty() => Err(Error::Refused("say who does it".to_owned())),
            Some(name) => Ok(store::audit::signer(self.db.as_mut(), name, &self.seed)?.0),
            None => Ok("epos".to_owned()),
        }
    }

    /// The version of program and rules that a store's days are judged by.
    fn rules(&mut self, of: &str) -> Result<String> {
        let context = self.base()?;
        let codes: Vec<(&str, &str)> = crate::diagnostic::all().into_iter().map(|rule| (rule.code, rule.severity.word())).collect();
        let rules = serde_json::to_string(&(&context.policy, context.store(of), codes)).unwrap_or_default();
        Ok(format!("{} {}", env!("CARGO_PKG_VERSION"), Hash::of(rules.as_bytes()).short()))
    }

    /// Seals every store-day up to `until` (all that are due when absent) that is in order, oldest first; names those that are not.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; [`Error::Refused`] for a blank name; when the database fails.
    pub fn seal(&mut self, until: Option<NaiveDate>, store: Option<&str>, by: Option<&str>) -> Result<SealedDays> {
        self.judge()?;
        let days = self.days(None, until, store)?;
        let by = self.who(by)?;
        let mut chains: BTreeMap<String, Vec<Seal>> = BTreeMap::new();
        for seal in store::seals::all(self.db.as_mut(), None)? {
            chains.entry(seal.store.clone()).or_default().push(seal);
        }
        let mut done = SealedDays::default();
        for day in days.iter().filter(|day| day.sealed.is_none()) {
            match day.state {
                State::NotExpected | State::Expected => {}
                _ if self.is_open(day)? => {}
                state if sealable(state) => {
                    let chain = chains.entry(day.store.clone()).or_default();
                    let seal = self.seal_day(day, chain, &by)?;
                    chain.push(seal.clone());
                    done.sealed.push(seal);
                }
                state => done.left.push((day.store.clone(), day.trading_day, state, day.why())),
            }
        }
        Ok(done)
    }

    /// Is the day not over yet?
    fn is_open(&mut self, day: &StoreDay) -> Result<bool> {
        let context = self.base()?;
        Ok(context
            .store(&day.store)
            .is_some_and(|store| store.local_time(context.now) < store.due(day.trading_day, &context.policy)))
    }

    /// Adds one link.
    fn seal_day(&mut self, day: &StoreDay, chain: &[Seal], by: &str) -> Result<Seal> {
        let kept = StoreDay { sealed: None, waiting: 0, ..day.clone() };
        let result = serde_json::to_string(&kept)
            .map_err(|error| Error::Render { what: "a seal".to_owned(), message: error.to_string() })?;
        let rules = self.rules(&day.store)?;
        let covers = store::seals::covers(self.db.as_mut(), &day.store, day.trading_day)?;
        let sealing = Sealing {
            store: &day.store,
            trading_day: day.trading_day,
            state: day.state,
            result: &result,
            rules: &rules,
            covers: &covers,
            by,
            at: self.now,
        };
        let seal = seal::next(&sealing, chain);
        let state = if seal.sealing > 1 { "restated" } else { "sealed" };
        let event = self.event(day, by, state, format!("link {} of its chain: {}", seal.number, seal.link));
        let mut still = |db: &mut dyn crate::port::Db| -> Result<bool> {
            let same = store::seals::covers(db, &day.store, day.trading_day)? == covers;
            let last = store::seals::all(db, Some(&day.store))?.pop();
            Ok(same && last.map(|last| last.link) == chain.last().map(|last| last.link.clone()))
        };
        store::seals::add(self.db.as_mut(), &seal, &mut still, &event)?;
        Ok(seal)
    }

    fn event(&self, day: &StoreDay, who: &str, state: &str, why: String) -> Event {
        Event {
            store: day.store.clone(),
            trading_day: day.trading_day,
            at: self.now,
            who: who.to_owned(),
            was: day.state.word().to_owned(),
            state: state.to_owned(),
            why,
        }
    }

    /// Lets what waits beside a sealed day count: the day is judged with it and, when it is in order, sealed anew as a restatement. A sealed day
    /// without anything that waits is only opened, so that findings can be accepted. In a closed period the figures stay, and what
    /// changes is posted to today.
    ///
    /// # Errors
    /// [`Error::Refused`] when the day is not sealed, its period is closed and nothing waits, or nobody is named; when the database or the
    /// archive fails.
    pub fn release(&mut self, store: &str, day: NaiveDate, by: &str, note: &str) -> Result<StoreDay> {
        let judged = self.day(store, day)?;
        if judged.sealed.is_none() {
            return Err(Error::Refused(format!("{} {day} is not sealed: what comes for it counts at once", judged.store)));
        }
        let by = self.who(Some(by))?;
        let asked = Days::now(day, day, Some(&judged.store));
        let held = store::audit::revisions(self.db.as_mut(), asked, Some("held"))?;
        let why = if note.trim().is_empty() { "released".to_owned() } else { note.trim().to_owned() };
        let locked = store::audit::last_locked(self.db.as_mut())?.is_some_and(|last| day <= last);
        if locked && held.is_empty() {
            return Err(Error::Refused(format!("the period of {day} is closed, and nothing waits to be posted")));
        }
        if locked {
            let today = self.local_today(&judged.store)?;
            let changes = store::audit::changes(self.db.as_mut(), &judged.store, day, today)?;
            let event = self.event(&judged, &by, "posted", format!("its period is closed, so it is posted to {today}: {why}"));
            store::audit::post(self.db.as_mut(), &judged.store, day, &changes, &event)?;
            return self.day(&judged.store, day);
        }
        let mut documents: Vec<String> = Vec::new();
        for one in held {
            if !documents.contains(&one.hash) {
                documents.push(one.hash);
            }
        }
        let waited = !documents.is_empty();
        for hash in documents {
            for stored in store::documents_of(self.db.as_mut(), &hash)? {
                let document = self.archived(&stored)?;
                let release = Some((judged.store.clone(), day));
                self.take_for(&document, &Reading::default(), Vec::new(), true, release)?;
            }
        }
        let event = self.event(&judged, &by, "released", why);
        store::audit::released(self.db.as_mut(), &judged.store, day, &event)?;
        self.judge()?;
        let now = self.day(&judged.store, day)?;
        if waited && sealable(now.state) {
            let chain = store::seals::all(self.db.as_mut(), Some(&now.store))?;
            self.seal_day(&now, &chain, &by)?;
        }
        self.day(&judged.store, day)
    }

    /// The store's own date.
    fn local_today(&mut self, store: &str) -> Result<NaiveDate> {
        let context = self.base()?;
        Ok(context.store(store).map_or(self.now, |of| of.local_time(self.now)).date())
    }

    /// Closes the period up to a day: what comes later for its sealed days is posted to the current period.
    ///
    /// # Errors
    /// [`Error::Refused`] while a day of the period is not sealed, or nobody is named; when the database fails.
    pub fn lock(&mut self, last_day: NaiveDate, by: &str) -> Result<()> {
        let open: Vec<String> = self
            .days(None, Some(last_day), None)?
            .iter()
            .filter(|day| day.sealed.is_none() && day.state != State::NotExpected)
            .map(|day| format!("{} {}", day.store, day.trading_day))
            .collect();
        if let Some(first) = open.first() {
            let more = if open.len() > 1 { format!(" and {} others are", open.len() - 1) } else { " is".to_owned() };
            return Err(Error::Refused(format!("{first}{more} not sealed yet")));
        }
        let by = self.who(Some(by))?;
        store::audit::lock(self.db.as_mut(), last_day, &by, self.now)
    }

    /// Where every store's chain stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn heads(&mut self) -> Result<Vec<Head>> {
        Ok(seal::heads(&store::seals::all(self.db.as_mut(), None)?))
    }

    /// Every seal, each store's chain from its first link on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn seals(&mut self, store: Option<&str>) -> Result<Vec<Seal>> {
        store::seals::all(self.db.as_mut(), store)
    }

    /// Hashes again what is stored, and holds it against the seals: rows, documents in the archive, results, acceptances. Nothing is judged
    /// again. With `anchor`, heads that were sent out, it proves that nothing up to them was altered, reordered or removed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn verify(&mut self, anchor: Option<&[Head]>) -> Result<Verified> {
        let (seals, unreadable) = store::seals::readable(self.db.as_mut())?;
        let mut chains: BTreeMap<&str, (Vec<Seal>, Option<Broken>)> = BTreeMap::new();
        for seal in &seals {
            chains.entry(&seal.store).or_default().0.push(seal.clone());
        }
        for broken in &unreadable {
            chains.entry(&broken.store).or_default().1.get_or_insert_with(|| broken.clone());
        }
        let links = seals.len() + unreadable.len();
        let mut verified = Verified { stores: chains.len(), links, anchored: anchor.is_some(), ..Verified::default() };
        let mut proven: BTreeMap<Hash, Option<String>> = BTreeMap::new();
        for (chain, unreadable) in chains.values() {
            let itself = seal::broken(chain).into_iter().chain(unreadable.clone()).min_by_key(|broken| broken.number);
            let mut first = itself.clone();
            for seal in chain.iter().take_while(|seal| itself.as_ref().is_none_or(|broken| seal.number < broken.number)) {
                if let Some(why) = self.changed(seal, &mut proven)? {
                    first = Some(seal.broken(why));
                    break;
                }
            }
            verified.broken.extend(first);
        }
        if let Some(anchor) = anchor {
            let lacks = |store: &&&str| anchor.iter().all(|head| head.store != **store);
            verified.without_head = chains.keys().filter(lacks).map(|store| (*store).to_owned()).collect();
        }
        verified.moved = anchor.and_then(|anchor| seal::moved(&seals, anchor)).cloned();
        Ok(verified)
    }

    /// What of a seal's covers is no longer what it was.
    fn changed(&mut self, seal: &Seal, proven: &mut BTreeMap<Hash, Option<String>>) -> Result<Option<String>> {
        let Some(covers) = seal.covers() else { return Ok(Some("its payload cannot be read".to_owned())) };
        let mut ids: BTreeMap<Covered, BTreeSet<i64>> = BTreeMap::new();
        for (what, id) in covers.keys() {
            ids.entry(*what).or_default().insert(*id);
        }
        // What the database no longer can read is no longer what it was.
        let now = match store::seals::hashes(self.db.as_mut(), &ids) {
            Ok(now) => now,
            Err(error) => return Ok(Some(format!("what it covers cannot be read: {error}"))),
        };
        for ((what, id), hash) in &covers {
            let state = match now.get(&(*what, *id)) {
                None => Some("is gone"),
                Some(other) if other != hash => Some("is not what was sealed"),
                _ => None,
            };
            if let Some(state) = state {
                let name = match what {
                    Covered::Batch | Covered::Rows => store::seals::batch_name(self.db.as_mut(), *id),
                    _ => id.to_string(),
                };
                return Ok(Some(format!("{} {name} {state}", what_is(*what))));
            }
            if *what == Covered::Bytes {
                let bad = match proven.get(hash) {
                    Some(known) => known.clone(),
                    None => {
                        // Taking it proves its hash, to the last byte.
                        let bad = self.archive.take(&hash.to_string()).err().map(|error| error.to_string());
                        proven.insert(*hash, bad.clone());
                        bad
                    }
                };
                if let Some(bad) = bad {
                    return Ok(Some(format!("document {id} ({}): {bad}", hash.short())));
                }
            }
        }
        Ok(None)
    }
}

fn what_is(covered: Covered) -> &'static str {
    match covered {
        Covered::Batch => "batch",
        Covered::Rows => "a row of batch",
        Covered::Document => "what is known of document",
        Covered::Bytes => "document",
        Covered::Acceptance => "acceptance",
        Covered::Declaration => "declaration",
    }
}
