//! What to answer to a mail: of everything that came of it, the one thing that its sender can do something about.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{About, Due};
use crate::diagnostic::{Diagnostic, Effect, F001, F002, F006, F008, F018, F019, F036, L005};
use crate::error::Result;
use crate::flow::audit::{Audit, holds, unread};
use crate::flow::store::{self, DocumentState, Mail, StoredDocument};
use crate::format::Reading;
use crate::mail;
use crate::model::Store;
use crate::reconcile::{State, StoreDay};
use crate::reply::{self, Answer, LayoutChange, Matter};
use crate::sql::audit::Days;

/// A store-day.
type Day = (String, NaiveDate);

/// What came of a mail.
#[derive(Default)]
struct Came {
    /// Its own documents.
    own: Vec<StoredDocument>,
    /// Those that came before by another mail (true), and those whose rows all did.
    before: Vec<(StoredDocument, bool)>,
    /// The store-days that its own documents in use speak of.
    days: BTreeSet<Day>,
}

/// What is answered, with everything that it borrows from.
enum Picked {
    Stranger,
    Held(Diagnostic),
    Day(Day),
    Before { document: StoredDocument, same_bytes: bool, replaced: bool, trading_day: Option<NaiveDate> },
    Here,
}

impl Audit {
    /// The answers to mails of the last days.
    pub(super) fn mails_due(&mut self, days: &[StoreDay]) -> Result<Vec<Due>> {
        let since = self.since();
        let mut mails = store::mails(self.db.as_mut(), since)?;
        mails.retain(|mail| mail.automatic.is_none() && !self.is_own(mail));
        let mut came = Vec::new();
        // Who sends files of a day twice is answered once: to the later mail.
        let mut latest: BTreeMap<(String, Day), usize> = BTreeMap::new();
        for (place, mail) in mails.iter().enumerate() {
            let of = self.came_of(mail)?;
            latest.extend(of.days.iter().map(|day| ((mail.sender.clone(), day.clone()), place)));
            came.push(of);
        }
        let judged: BTreeMap<(&str, NaiveDate), &StoreDay> =
            days.iter().map(|day| ((day.store.as_str(), day.trading_day), day)).collect();
        let mut due = Vec::new();
        for (place, (mail, mut of)) in mails.into_iter().zip(came).enumerate() {
            let all = of.days.len();
            of.days.retain(|day| latest.get(&(mail.sender.clone(), day.clone())) == Some(&place));
            let superseded = all > 0 && of.days.is_empty();
            due.extend(self.mail_due(mail, &of, superseded, &judged)?);
        }
        Ok(due)
    }

    /// Is it a mail of ours, come back?
    fn is_own(&self, mail: &Mail) -> bool {
        let own = self.own_address().to_lowercase();
        let id = mail.message.strip_prefix("epos.").and_then(|id| id.split_once('@'));
        let ours = id.is_some_and(|(id, _)| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        mail.sender == own || mail.answer_to == own || ours
    }

    fn came_of(&mut self, mail: &Mail) -> Result<Came> {
        let mut came = Came::default();
        for hash in &mail.documents {
            let Some(document) = store::find_document(self.db.as_mut(), *hash)? else { continue };
            if document.message.as_deref() != Some(&mail.message) {
                came.before.push((document, true));
                continue;
            }
            if store::findings(self.db.as_mut(), None, None, Some(*hash))?.iter().any(|finding| finding.code == L005) {
                came.before.push((document, false));
                continue;
            }
            if document.state == DocumentState::Loaded {
                came.days.extend(store::days_of(self.db.as_mut(), document.id)?);
            }
            came.own.push(document);
        }
        Ok(came)
    }

    /// The answer to one mail, where there is something to say.
    fn mail_due(
        &mut self,
        mail: Mail,
        came: &Came,
        superseded: bool,
        judged: &BTreeMap<(&str, NaiveDate), &StoreDay>,
    ) -> Result<Option<Due>> {
        let context = self.base()?;
        let (stores, policy) = (&context.stores, &context.policy);
        let known = mail::stores_of(&mail.sender, stores);
        let stranger = known.is_empty() && stores.values().any(|store| !store.senders.is_empty());
        let picked = if stranger { Some(Picked::Stranger) } else { self.pick(came, superseded, judged)? };
        let Some(picked) = picked else { return Ok(None) };
        let mut spoken: BTreeSet<&str> = came.days.iter().map(|(store, _)| store.as_str()).collect();
        if let Picked::Day((store, _)) = &picked {
            spoken = BTreeSet::from([store.as_str()]);
        }
        let store = match (&known[..], spoken.first()) {
            _ if stranger => None,
            (_, Some(code)) if spoken.len() == 1 => stores.get(*code),
            ([store], _) => Some(*store),
            _ => None,
        };
        let listed = store.is_some_and(|store| mail::stores_of(&mail.answer_to, stores).iter().any(|of| of.code == store.code));
        let (change, cells);
        let (matter, trading_day) = match &picked {
            Picked::Stranger => (Matter::UnknownSender, None),
            Picked::Held(finding) if [F001, F002, F006, F036].contains(&finding.code) => {
                change = self.change(finding);
                (Matter::LayoutChanged(&change), None)
            }
            Picked::Held(finding) => (Matter::NotRead(finding), None),
            Picked::Before { document, same_bytes, replaced, trading_day } => {
                let ours = *same_bytes && document.sender.as_deref() == Some(&mail.sender);
                let first = ours.then(|| store.map_or(document.said_at, |store| store.local_time(document.said_at)));
                (Matter::AlreadyHave { trading_day: *trading_day, first, replaced: *replaced }, *trading_day)
            }
            Picked::Here => (Matter::Here, None),
            Picked::Day((code, date)) => {
                let Some(day) = judged.get(&(code.as_str(), *date)) else { return Ok(None) };
                // Whoever was answered need not hear that head office has accepted it.
                if day.state == State::Accepted && self.was_answered(&mail, code, *date)? {
                    return Ok(None);
                }
                let held = store::audit::revisions(self.db.as_mut(), Days::now(*date, *date, Some(code)), Some("held"))?;
                let found = store::findings(self.db.as_mut(), Some((*date, *date)), Some(code), None)?;
                cells = found.into_iter().filter(|finding| finding.code.0.effect == Effect::Reject).collect::<Vec<_>>();
                match held.iter().any(|one| came.own.iter().any(|document| document.hash.short() == one.hash)) {
                    true => (Matter::Beside(*date), Some(*date)),
                    false => (Matter::Day { day, cells: &cells }, Some(*date)),
                }
            }
        };
        let case = reply::Case { policy, ..self.case(store, Some(&mail), listed, matter) };
        let answer = reply::answer(&case);
        let message = reply::compose(&case, self.config.reply.languages.of(self.config.language(store)));
        // A stranger is told once, however often he writes.
        let of = if stranger { mail.answer_to.clone() } else { mail.hash.to_string() };
        let about = About {
            answer,
            store: store.map(|store: &Store| store.code.as_str()),
            trading_day,
            to: vec![mail.answer_to.clone()],
            of: &of,
            named: trading_day.unwrap_or(mail.sent_at.date()),
        };
        Ok(Some(self.made(about, message, Some(mail.clone()))))
    }

    /// Was this mail answered about a store-day?
    fn was_answered(&mut self, mail: &Mail, store: &str, day: NaiveDate) -> Result<bool> {
        let written = store::replies(self.db.as_mut(), None, Some(store))?;
        Ok(written.iter().any(|of| of.trading_day == Some(day) && of.answered.as_deref() == Some(&mail.message)))
    }

    /// How the columns of a held document differ from those that its till's files had, as far as it can be told.
    fn change(&mut self, finding: &Diagnostic) -> LayoutChange {
        let drift = self.document(&finding.at.document).and_then(|document| self.propose(&document, &Reading::default()));
        let Ok(drift) = drift.map(|proposed| proposed.drift) else { return LayoutChange::default() };
        LayoutChange { renamed: drift.renamed.into_iter().map(|of| (of.from, of.to)).collect(), added: drift.new.len() }
    }

    /// A file that waits for a layout or an answer goes before the day's judgement, a file that is no till's after it.
    fn pick(&mut self, came: &Came, superseded: bool, judged: &BTreeMap<(&str, NaiveDate), &StoreDay>) -> Result<Option<Picked>> {
        let mut held = Vec::new();
        for document in came.own.iter().filter(|document| document.state == DocumentState::Held) {
            let findings = store::findings(self.db.as_mut(), None, None, Some(document.hash))?;
            held.extend(findings.into_iter().find(|finding| unread(finding) || holds(finding)));
        }
        let aside = |finding: &&Diagnostic| [F008, F018, F019].contains(&finding.code);
        if let Some(finding) = held.iter().find(|finding| !aside(finding)) {
            return Ok(Some(Picked::Held(finding.clone())));
        }
        let context = self.base()?;
        let worst = came.days.iter().filter_map(|day| {
            let judged = judged.get(&(day.0.as_str(), day.1))?;
            let matter = Matter::Day { day: judged, cells: &[] };
            let case = reply::Case { policy: &context.policy, ..self.case(context.stores.get(&day.0), None, true, matter) };
            Some((urgency(reply::answer(&case)), day.1, day))
        });
        if let Some((_, _, day)) = worst.max() {
            return Ok(Some(Picked::Day(day.clone())));
        }
        if let Some(finding) = held.into_iter().next() {
            return Ok(Some(Picked::Held(finding)));
        }
        if superseded {
            return Ok(None);
        }
        if !came.own.is_empty() {
            return Ok(Some(Picked::Here));
        }
        let Some((document, same_bytes)) = came.before.first().cloned() else { return Ok(None) };
        let replaced = same_bytes && store::is_replaced(self.db.as_mut(), document.id)?;
        let days = store::days_of(self.db.as_mut(), document.id)?;
        let trading_day = days.first().filter(|_| days.len() == 1).map(|(_, day)| *day);
        Ok(Some(Picked::Before { document, same_bytes, replaced, trading_day }))
    }
}

/// Which of several days is answered about: the one that needs its sender most.
fn urgency(answer: Answer) -> u8 {
    match answer {
        Answer::Cell => 7,
        Answer::NotComplete | Answer::Waiting => 6,
        Answer::Differs => 5,
        Answer::Thanks => 4,
        Answer::NotYet => 3,
        Answer::Small => 2,
        Answer::AllAgrees => 1,
        _ => 0,
    }
}
