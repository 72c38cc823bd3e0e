//! What was known when: revisions of store-days, and reports as they were.

use chrono::{NaiveDate, NaiveDateTime};

use super::audit::span;
use super::{Audit, Judged, judge, store};
use crate::error::{Error, Result};
use crate::model::{Context, utc_of};
use crate::report::{self, Asked, Period, Report};
use crate::sql::audit::Days;
use store::audit::{Event, StoredRevision};

impl Audit {
    /// What later documents changed of a store-day, in order, with what waits beside a sealed one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; when the database fails.
    pub fn revisions(&mut self, store: &str, day: NaiveDate) -> Result<Vec<StoredRevision>> {
        let code = self.code_of(store)?;
        store::audit::revisions(self.db.as_mut(), Days::now(day, day, Some(&code)), None)
    }

    /// Every change of a store-day's state, in order, with who and why. People are named as they are called, unless they were erased.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; when the database fails.
    pub fn events(&mut self, store: &str, day: NaiveDate) -> Result<Vec<Event>> {
        let code = self.code_of(store)?;
        let context = self.named_context()?;
        let mut events = store::audit::events(self.db.as_mut(), Days::now(day, day, Some(&code)))?;
        for event in &mut events {
            event.who = name_of(&context, &event.who);
        }
        Ok(events)
    }

    /// A store's code by code, name or alias.
    pub(super) fn code_of(&mut self, name: &str) -> Result<String> {
        let context = self.base()?;
        if let Some(store) = context.store(name) {
            return Ok(store.code.clone());
        }
        let known = self.days(None, None, Some(name))?;
        known.first().map(|day| day.store.clone()).ok_or_else(|| Error::NotFound(format!("no store is called `{name}`")))
    }

    /// Every store-day as it was known at a moment (UTC).
    fn judged_as_of(&mut self, at: NaiveDateTime) -> Result<Judged> {
        let context = Context { now: at, ..self.base()? };
        let asked = Days { from: store::FIRST, to: store::LAST, store: None, as_of: Some(at) };
        let evidence = store::all_sources(self.db.as_mut(), asked)?;
        let mut judged = judge(&context, evidence);
        self.stamp(&mut judged, asked)?;
        Ok(judged)
    }

    /// A report as it was on the evening of `as_of`, with what changed since in its notes: totals, and who sent which correction. With
    /// `changes` only the figures that are others by now, each as it was reported, as it is known now, and the difference. Without a
    /// last day it ends with `as_of`.
    ///
    /// # Errors
    /// As [`Audit::report_as`].
    pub fn report_as_of(
        &mut self,
        name: &str,
        (from, to): (Option<NaiveDate>, Option<NaiveDate>),
        store: Option<&str>,
        asked: Asked,
        as_of: NaiveDate,
        changes: bool,
    ) -> Result<Report> {
        // Days that came later are no news of those that were reported.
        let to = to.or(Some(as_of.min(self.now.date())).filter(|to| from.is_none_or(|from| from <= *to)));
        let now = self.report_as(name, from, to, store, asked.clone())?;
        let entry = report::entry(name).ok_or_else(|| Error::NotFound(format!("there is no report `{name}`")))?;
        let evening = as_of.and_hms_opt(23, 59, 59).unwrap_or_default();
        let zone = self.base()?.stores.values().next().map(|store| store.zone.clone()).unwrap_or_default();
        // What is to come is not known yet.
        let at = utc_of(evening, &zone).unwrap_or(evening).min(self.now);
        let judged = self.judged_as_of(at)?;
        let context = self.named_context()?;
        let code = match store {
            Some(store) => Some(self.code_of(store)?),
            None => None,
        };
        let (from, to) = span(&judged.days, from.or(Some(now.from)), to.or(Some(now.to)), self.now.date());
        let asked = self.asked_as_of(asked, Some(at))?;
        let period = Period::new(from, to, code.as_deref(), &judged.days, &judged.sources, &context).with(asked);
        let then = (entry.make)(&period);
        let came = store::audit::revisions(self.db.as_mut(), Days { from, to, store: code.as_deref(), as_of: Some(at) }, None)?;
        let mut corrections: Vec<String> = Vec::new();
        for one in came.iter().filter(|one| one.state != "held") {
            let who = one.sender.clone().unwrap_or_else(|| "somebody".to_owned());
            let name = context.store(&one.store).map_or(one.store.as_str(), |store| &store.name);
            let on = one.at.format("%-d %B %Y %H:%M");
            corrections.push(format!(
                "Corrected since: {name} {}, {} by {} from {who} on {on}: {}",
                one.trading_day,
                one.kind,
                one.document,
                one.difference()
            ));
        }
        let moved = report::moved_totals(&then, &now);
        let mut report = if changes { report::changes(&then, &now) } else { then };
        report.title = format!("{}, as of {}", report.title, as_of.format("%-d %B %Y"));
        if moved.is_empty() && corrections.is_empty() {
            report.notes.push("Nothing of it has changed since.".to_owned());
        }
        report.notes.extend(moved);
        report.notes.extend(corrections);
        Ok(report)
    }
}

/// The name that a token stands for; the token itself when nobody knows.
pub(super) fn name_of(context: &Context, token: &str) -> String {
    let mut names: Vec<&str> =
        context.people.iter().filter(|(_, of)| of.0 == token).map(|((_, name), _)| name.0.as_str()).collect();
    // The full name, where a list has one.
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.first().map_or_else(|| token.to_owned(), |name| (*name).to_owned())
}
