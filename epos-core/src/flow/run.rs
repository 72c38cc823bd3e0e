//! The whole evening: take the inbox, load it, judge every store-day, write the reports.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use super::audit::{Audit, Loaded, Outcome, holds, span, unread};
use super::store;
use crate::diagnostic::{Diagnostic, Effect};
use crate::error::{Error, Result};
use crate::format::Reading;
use crate::model::{Context, Document, Envelope, local_time};
use crate::port::{Inbox, Outbox};
use crate::reconcile::{State, StoreDay};
use crate::render::{self, Format, HeatMap, Summary, Written};
use crate::report::{self, Asked, Period};

/// What an evening came to.
#[derive(Debug, Clone, Serialize)]
pub struct Evening {
    /// Every document, in the order in which it came.
    pub loaded: Vec<Loaded>,
    /// What was found while mails were opened, apart from what belongs to one of their documents.
    pub opening: Vec<Diagnostic>,
    /// Every store-day, judged.
    pub days: Vec<StoreDay>,
    /// The calm text that is printed.
    pub summary: String,
}

/// What came in.
#[derive(Default)]
pub(super) struct Intake {
    /// Every document, with the mail that it came in.
    pub loaded: Vec<(Loaded, Option<Arc<Envelope>>)>,
    /// What was found while mails were opened, apart from what belongs to one of their documents.
    pub opening: Vec<Diagnostic>,
}

impl Audit {
    /// Loads masters and inbox, judges every store-day, seals those that are [`Policy::seal_days`](crate::model::Policy) old and in order,
    /// and writes reports and the summary page to `outbox`. A message is done with only after its documents are safe, so a crash in
    /// between is harmless. `progress` is called with each document's name.
    ///
    /// # Errors
    /// When the world fails; wrong data never stops an evening.
    pub fn run(
        &mut self,
        masters: &[Document],
        inbox: &mut dyn Inbox,
        outbox: &mut dyn Outbox,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Evening> {
        let Intake { mut loaded, opening } = self.intake(masters, inbox, progress)?;
        let mut all: Vec<Loaded> = loaded.drain(..).map(|(loaded, _)| loaded).collect();
        all.extend(self.ask_again(&all)?);
        let mut judged = self.judge()?;
        if let Some(days) = self.config.policy.seal_days {
            let until = chrono::Duration::try_days(days).and_then(|days| self.now.date().checked_sub_signed(days));
            if until.is_some() && !self.seal(until, None, None)?.sealed.is_empty() {
                judged = self.judge()?;
            }
        }
        let files = self.write(&judged, outbox)?;
        let summary = self.tell(&all, &opening, &judged.days, &files, outbox)?;
        Ok(Evening { loaded: all, opening, days: judged.days, summary })
    }

    /// Loads masters and inbox; each document with its mail.
    pub(super) fn intake(&mut self, masters: &[Document], inbox: &mut dyn Inbox, progress: &mut dyn FnMut(&str)) -> Result<Intake> {
        let mut intake = Intake::default();
        for document in masters {
            progress(&document.name);
            intake.loaded.push((self.load(document, &Reading::default())?, None));
        }
        while let Some(arrival) = inbox.next()? {
            let (own, others): (Vec<_>, Vec<_>) = arrival
                .diagnostics
                .into_iter()
                .partition(|finding| arrival.documents.iter().any(|of| of.name == finding.at.document));
            intake.opening.extend(others);
            for document in &arrival.documents {
                progress(&document.name);
                let own = own.iter().filter(|finding| finding.at.document == document.name).cloned().collect();
                intake.loaded.push((self.take(document, &Reading::default(), own, false)?, document.envelope.clone()));
            }
            self.remember(&arrival.documents)?;
            inbox.done(&arrival.id)?;
        }
        Ok(intake)
    }

    /// Reads documents again that wait for an answer and did not come this evening: those that are held, and those with rows that
    /// could not be read. A new layout or setting may be the answer; where it is not, nothing is changed.
    fn ask_again(&mut self, came: &[Loaded]) -> Result<Vec<Loaded>> {
        let rejected: BTreeSet<_> =
            store::rejected_rows(self.db.as_mut(), None, None)?.into_iter().map(|row| row.document).collect();
        let mut answered = Vec::new();
        for stored in store::documents(self.db.as_mut(), None)? {
            let waits = stored.state == store::DocumentState::Held || rejected.contains(&stored.hash);
            let here = came.iter().any(|loaded| loaded.hash == stored.hash.short() && loaded.outcome != Outcome::AlreadyHave);
            if !waits || here || stored.state == store::DocumentState::Withdrawn {
                continue;
            }
            let document = self.archived(&stored)?;
            let rejects =
                |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.code.0.effect == Effect::Reject).count();
            let before = store::findings(self.db.as_mut(), None, None, Some(stored.hash))?;
            let now = self.check(&document, &Reading::default())?;
            let better = stored.state == store::DocumentState::Held || rejects(&now) < rejects(&before);
            if better && !now.iter().any(unread) {
                let loaded = self.take(&document, &Reading::default(), Vec::new(), true)?;
                answered.extend(Some(loaded).filter(|loaded| loaded.outcome != Outcome::Held));
            }
        }
        Ok(answered)
    }

    /// Writes every configured report in every configured format. What single customers bought is written only when it is named.
    fn write(&mut self, judged: &super::Judged, outbox: &mut dyn Outbox) -> Result<Vec<Written>> {
        let context = self.named_context()?;
        let (from, to) = span(&judged.days, None, None, self.now.date());
        let asked = self.asked_as_of(Asked::default(), None)?;
        let period = Period::new(from, to, None, &judged.days, &judged.sources, &context).with(asked);
        let formats = self.formats()?;
        let wanted = self.config.reports.as_deref();
        if let Some(unknown) = wanted.into_iter().flatten().find(|name| report::entry(name).is_none()) {
            return Err(Error::NotFound(format!(
                "epos.toml, reports: there is no report `{unknown}`; `epos report --list` names them all"
            )));
        }
        let mut files = Vec::new();
        for entry in report::CATALOGUE {
            let named = |names: &[String]| names.iter().any(|name| report::entry(name).is_some_and(|of| of.name == entry.name));
            if !wanted.map_or(!entry.personal, named) {
                continue;
            }
            let report = (entry.make)(&period);
            for &format in &formats {
                let file = format!("{}.{}", entry.name, format.extension());
                outbox.put(&file, &mut &render::render(&report, format, self.now)?[..])?;
                files.push(Written::new(*entry, &report, file));
            }
        }
        Ok(files)
    }

    fn formats(&self) -> Result<Vec<Format>> {
        let default = || {
            let workbook = if cfg!(feature = "workbook") { "xlsx" } else { "csv" };
            ["html", workbook].map(str::to_owned).to_vec()
        };
        let names = self.config.formats.clone().unwrap_or_else(default);
        let wrong = |name: &String| Error::NotFound(format!("epos.toml, formats: there is no format `{name}`"));
        names.iter().map(|name| name.parse().map_err(|_| wrong(name))).collect()
    }

    /// The summary, printed and as a page.
    fn tell(
        &mut self,
        all: &[Loaded],
        opening: &[Diagnostic],
        days: &[StoreDay],
        files: &[Written],
        outbox: &mut dyn Outbox,
    ) -> Result<String> {
        let context = self.base()?;
        let held = store::held(self.db.as_mut())?;
        let findings = self.open_questions(opening, days)?;
        let zone = context.stores.values().next().map_or("UTC", |store| store.zone.as_str());
        // The page shows where things stand, not what this run did, so a run that changes nothing writes the same bytes.
        let documents = store::documents(self.db.as_mut(), None)?.len();
        let standing = [("files received".to_owned(), documents), ("files held".to_owned(), held.len())];
        let page = Summary {
            title: "Sales audit",
            now: local_time(self.now, zone),
            days,
            stores: &context.stores,
            findings: &findings,
            counts: &standing,
            files,
            notes: &[],
        };
        outbox.put("index.html", &mut render::index(&page).as_bytes())?;
        let count = |outcome| all.iter().filter(|loaded| loaded.outcome == outcome).count();
        let counts = [
            ("files read".to_owned(), all.len()),
            ("loaded".to_owned(), count(Outcome::Loaded)),
            ("already there".to_owned(), count(Outcome::AlreadyHave) + count(Outcome::SameContent)),
            ("held".to_owned(), count(Outcome::Held) + count(Outcome::Beside)),
        ];
        let changed = all.iter().any(|loaded| matches!(loaded.outcome, Outcome::Loaded) || !loaded.store_days.is_empty());
        let notes = if changed { Vec::new() } else { vec!["Nothing changed: every file was here already.".to_owned()] };
        Ok(render::summary(&Summary { counts: &counts, files: &[], notes: &notes, ..page }))
    }

    /// Stores × days over a span: what came, what is missing, what does not agree.
    ///
    /// # Errors
    /// As [`Audit::status`].
    pub fn heat_map(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>, store: Option<&str>) -> Result<HeatMap> {
        let days = self.days(from, to, store)?;
        Ok(HeatMap::of(&days, &self.base()?.stores))
    }

    /// Where things stand over a span of days, as text: stores and days, and what needs a person.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; when the database fails.
    pub fn status(&mut self, from: Option<NaiveDate>, to: Option<NaiveDate>, store: Option<&str>) -> Result<String> {
        let days = self.days(from, to, store)?;
        let context = self.base()?;
        let findings = self.open_questions(&[], &days)?;
        let zone = context.stores.values().next().map_or("UTC", |store| store.zone.as_str());
        let counts = [
            ("files received".to_owned(), store::documents(self.db.as_mut(), None)?.len()),
            ("files held".to_owned(), store::held(self.db.as_mut())?.len()),
        ];
        Ok(render::summary(&Summary {
            title: "Sales audit",
            now: local_time(self.now, zone),
            days: &days,
            stores: &context.stores,
            findings: &findings,
            counts: &counts,
            files: &[],
            notes: &[],
        }))
    }

    /// What was found in documents that are in use or held, whenever they came: where things stand.
    fn open_questions(&mut self, opening: &[Diagnostic], days: &[StoreDay]) -> Result<Vec<Diagnostic>> {
        let mut findings: Vec<Diagnostic> = opening.iter().filter(|finding| !holds(finding)).cloned().collect();
        findings.extend(store::findings(self.db.as_mut(), None, None, None)?);
        // In the order of days and places, whatever the order in which documents came.
        findings.sort_by(|a, b| {
            let key = |of: &Diagnostic| {
                (of.trading_day, of.store.clone(), of.at.document.clone(), of.at.sheet.clone(), of.at.row, of.code.0.code)
            };
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        // One cause for many stores goes before what it did in each.
        let mut all = across(days, &findings, &self.base()?);
        all.append(&mut findings);
        Ok(all)
    }

    /// What many stores share in documents that were loaded together: perhaps their tills were updated.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shared(&mut self, loaded: &[Loaded]) -> Result<Vec<Diagnostic>> {
        let context = self.base()?;
        let sent = loaded.iter().flat_map(|loaded| loaded.store_days.iter().cloned()).collect();
        let mut found = crate::check::many_stores(loaded.iter().flat_map(|loaded| &loaded.diagnostics), &sent, &context);
        crate::check::severities(&mut found, &context.policy);
        Ok(found)
    }
}

/// What many stores share, in their documents and in their days.
fn across(days: &[StoreDay], findings: &[Diagnostic], context: &Context) -> Vec<Diagnostic> {
    let came = |day: &&StoreDay| !matches!(day.state, State::Expected | State::Overdue | State::Closed | State::NotExpected);
    let sent = days.iter().filter(came).map(|day| (day.store.clone(), day.trading_day)).collect();
    let of_days = days.iter().flat_map(|day| &day.findings);
    let mut found = crate::check::many_stores(findings.iter().chain(of_days), &sent, context);
    crate::check::severities(&mut found, &context.policy);
    found
}
