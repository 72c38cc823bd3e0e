//! Answering: which mails, missing days and people wait for an answer, and the answers as mails in an outbox.
//!
//! What is due follows from the database alone, so an evening that stopped in the middle is answered by the next one. An answer is put
//! into the outbox first and noted then; between the two it is written again under the same name.

mod pick;

use chrono::{Days, Duration, NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::audit::Audit;
use super::store::{self, Mail, Written};
use crate::error::{Error, Result};
use crate::mail::{self, Letter};
use crate::model::{Document, Envelope, Hash, Store, local_time};
use crate::port::Outbox;
use crate::reconcile::{State, StoreDay};
use crate::reply::{self, Answer, Case, Digest, Held, Matter, Message};

/// An answer that was written, or is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// The first digits of its hash: they name it.
    pub id: String,
    /// What sort of answer it is.
    pub answer: String,
    /// The store it is about.
    pub store: Option<String>,
    /// The day it is about.
    pub trading_day: Option<NaiveDate>,
    /// Addresses it goes to.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its file in the outbox.
    pub file: String,
    /// When it was written, UTC; `None` while it is due.
    pub written_at: Option<NaiveDateTime>,
}

/// An answer that is due: what is noted of it, its words, and the mail that it answers.
struct Due {
    written: Written,
    message: Message,
    mail: Option<Mail>,
}

/// What an answer is about, for its row and its name.
struct About<'a> {
    answer: Answer,
    store: Option<&'a str>,
    trading_day: Option<NaiveDate>,
    to: Vec<String>,
    /// What makes it one beside its sort, store and day.
    of: &'a str,
    /// The day in its file's name.
    named: NaiveDate,
}

impl From<&Written> for Reply {
    fn from(of: &Written) -> Self {
        Reply {
            id: of.hash.short(),
            answer: of.answer.clone(),
            store: of.store.clone(),
            trading_day: of.trading_day,
            to: of.to.clone(),
            subject: of.subject.clone(),
            text: of.body.clone(),
            file: of.file.clone(),
            written_at: Some(of.written_at),
        }
    }
}

impl Audit {
    /// Remembers the mails that documents came in, so that they are answered whatever happens next.
    pub(super) fn remember(&mut self, documents: &[Document]) -> Result<()> {
        if self.config.reply.sender().is_none() {
            return Ok(());
        }
        let mut mails: Vec<(&Envelope, Vec<Hash>)> = Vec::new();
        for document in documents {
            let Some(envelope) = document.envelope.as_deref() else { continue };
            match mails.iter_mut().find(|(of, _)| of.message == envelope.message) {
                Some((_, hashes)) => hashes.push(document.hash),
                None => mails.push((envelope, vec![document.hash])),
            }
        }
        for (envelope, documents) in mails {
            let mut identity = envelope.message.clone().into_bytes();
            identity.extend(documents.iter().flat_map(|hash| hash.0));
            let mail = Mail {
                hash: Hash::of(&identity),
                message: envelope.message.clone(),
                sender: envelope.sender.clone(),
                answer_to: envelope.reply_to.clone().unwrap_or_else(|| envelope.sender.clone()),
                subject: envelope.subject.clone(),
                thread: envelope.thread.clone(),
                sent_at: envelope.sent_at.unwrap_or(self.now),
                arrived_at: self.now,
                automatic: envelope.automatic.clone(),
                documents,
            };
            store::keep_mail(self.db.as_mut(), &mail)?;
        }
        Ok(())
    }

    /// Writes every answer that is due to the outbox, and gives those: to mails, reminders of missing days, and the day's digest.
    /// `days` are the judged store-days. The digest carries the head of each store's chain of seals. A second call writes nothing.
    ///
    /// # Errors
    /// When the database or the outbox fails.
    pub fn answer(&mut self, days: &[StoreDay], outbox: &mut dyn Outbox) -> Result<Vec<Reply>> {
        let heads = self.heads()?.into_iter().map(|head| (head.store, format!("{} {}", head.number, head.link)));
        self.answer_with(days, &heads.collect::<Vec<_>>(), outbox)
    }

    /// The same with these heads: stores, and what is said of their chains.
    fn answer_with(&mut self, days: &[StoreDay], heads: &[(String, String)], outbox: &mut dyn Outbox) -> Result<Vec<Reply>> {
        let due = self.due(days, heads)?;
        let from = self.config.reply.from.clone().unwrap_or_default();
        for Due { written, message, mail } in &due {
            let answered = mail.as_ref().map(|mail| mail.message.as_str()).filter(|id| !id.starts_with("sha256:"));
            let mut thread = mail.as_ref().map(|mail| mail.thread.clone()).unwrap_or_default();
            thread.extend(answered.map(str::to_owned));
            let letter = Letter {
                from: &from,
                to: &written.to,
                subject: &message.subject,
                date: self.now,
                id: &written.message,
                answers: answered,
                thread: &thread,
                automatic: true,
                text: &message.text,
                html: Some(&message.html),
                ..Letter::default()
            };
            outbox.put(&written.file, &mut &mail::write(&letter)[..])?;
            store::keep_reply(self.db.as_mut(), written)?;
        }
        Ok(due.iter().map(|due| Reply::from(&due.written)).collect())
    }

    /// The answers that were written, and those that the next evening would write; of one store, or all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that does not exist; when the database fails.
    pub fn replies(&mut self, store: Option<&str>) -> Result<Vec<Reply>> {
        let store = store.map(|name| self.place(name)).transpose()?.map(|place| place.store);
        let days = self.days(None, None, None)?;
        let mut all: Vec<Reply> = store::replies(self.db.as_mut(), None, store.as_deref())?.iter().map(Reply::from).collect();
        let due = self.due(&days, &[])?;
        let due = due.iter().map(|due| Reply { written_at: None, ..Reply::from(&due.written) });
        all.extend(due.filter(|due| store.is_none() || due.store == store));
        Ok(all)
    }

    /// One of [`Audit::replies`], by the first digits of its hash.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none, or more than one, begins so; when the database fails.
    pub fn reply(&mut self, id: &str, store: Option<&str>) -> Result<Reply> {
        let wanted = id.trim().to_lowercase();
        let mut found = self.replies(store)?.into_iter().filter(|reply| !wanted.is_empty() && reply.id.starts_with(&wanted));
        match (found.next(), found.next()) {
            (Some(reply), None) => Ok(reply),
            (Some(_), Some(_)) => Err(Error::NotFound(format!("more than one answer's id begins with `{id}`"))),
            (None, _) => Err(Error::NotFound(format!("there is no answer `{id}`; `epos replies` lists them all"))),
        }
    }

    /// Every answer that is due and was not written yet.
    fn due(&mut self, days: &[StoreDay], heads: &[(String, String)]) -> Result<Vec<Due>> {
        if self.config.reply.sender().is_none() {
            return Ok(Vec::new());
        }
        let mut due = self.mails_due(days)?;
        due.extend(self.reminders(days));
        due.extend(self.digest(days, heads)?);
        let hashes: Vec<Hash> = due.iter().map(|due| due.written.hash).collect();
        let known: Vec<Hash> = store::replies(self.db.as_mut(), Some(&hashes), None)?.iter().map(|of| of.hash).collect();
        let mut seen = std::collections::BTreeSet::new();
        due.retain(|due| !known.contains(&due.written.hash) && seen.insert(due.written.hash));
        Ok(due)
    }

    /// The oldest moment from which anything is answered.
    fn since(&self) -> NaiveDateTime {
        let age = Duration::try_days(self.config.reply.age_days).unwrap_or_default();
        self.now.checked_sub_signed(age).unwrap_or_default()
    }

    /// The address that answers.
    fn own_address(&self) -> String {
        mail::named(self.config.reply.from.as_deref().unwrap_or_default()).1
    }

    /// Puts an answer together: its identity follows from what it is about, so that it is the same answer whenever it is made.
    fn made(&self, about: About<'_>, message: Message, mail: Option<Mail>) -> Due {
        let day = about.trading_day.map(|day| day.to_string()).unwrap_or_default();
        let identity = [about.of, about.answer.word(), about.store.unwrap_or_default(), &day].join("\n");
        let hash = Hash::of(identity.as_bytes());
        let from = self.own_address();
        let host = from.split_once('@').map_or("localhost", |(_, host)| host);
        // A store's code is free text, and a file's name is not.
        let place: String = about.store.unwrap_or("all").chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        let written = Written {
            hash,
            answer: about.answer.word().to_owned(),
            store: about.store.map(str::to_owned),
            trading_day: about.trading_day,
            answered: mail.as_ref().map(|mail| mail.message.clone()),
            message: format!("epos.{}@{host}", &hash.to_string()[..32]),
            to: about.to,
            subject: message.subject.clone(),
            body: message.text.clone(),
            file: format!("{}_{place}_{}_{}.eml", about.named, about.answer, hash.short()),
            written_at: self.now,
        };
        Due { written, message, mail }
    }

    /// Reminders of days of which nothing came.
    fn reminders(&self, days: &[StoreDay]) -> Vec<Due> {
        let (config, since) = (&self.config, self.since().date());
        let mut due = Vec::new();
        for day in days.iter().filter(|day| day.state == State::Overdue && day.trading_day >= since) {
            let Some(store) = config.stores.get(&day.store) else { continue };
            let now = store.local_time(self.now);
            let wait = Duration::try_hours(config.reply.remind_hours).unwrap_or_default();
            let ripe = store.due(day.trading_day, &config.policy).checked_add_signed(wait).is_some_and(|at| at <= now);
            let to: Vec<String> = store.senders.iter().filter(|sender| !sender.trim().starts_with('@')).cloned().collect();
            if !ripe || to.is_empty() {
                continue;
            }
            // In the small hours it is still the evening before for whoever closed the store.
            let evening = now.checked_sub_signed(Duration::try_hours(5).unwrap_or_default()).map(|at| at.date());
            let until = (evening == Some(day.trading_day)).then_some(config.reply.digest_at);
            let matter = Matter::Missing { trading_day: day.trading_day, until };
            let case = self.case(Some(store), None, true, matter);
            let message = reply::compose(&case, config.reply.languages.of(config.language(Some(store))));
            let about = About {
                answer: Answer::Reminder,
                store: Some(&store.code),
                trading_day: Some(day.trading_day),
                to,
                of: "",
                named: day.trading_day,
            };
            due.push(self.made(about, message, None));
        }
        due
    }

    /// What an answer about this rests on.
    fn case<'a>(&'a self, store: Option<&'a Store>, mail: Option<&'a Mail>, listed: bool, matter: Matter<'a>) -> Case<'a> {
        let local = |at: NaiveDateTime| store.map_or(at, |store| store.local_time(at));
        Case {
            store,
            policy: &self.config.policy,
            now: local(self.now),
            arrived: mail.map(|mail| local(mail.sent_at)),
            subject: mail.map_or("", |mail| mail.subject.as_str()),
            listed,
            matter,
        }
    }

    /// The day's digest, from its hour on.
    fn digest(&mut self, days: &[StoreDay], heads: &[(String, String)]) -> Result<Option<Due>> {
        let Some(to) = self.config.reply.head_office.clone() else { return Ok(None) };
        let stores = self.base()?.stores;
        let now = local_time(self.now, stores.values().next().map_or("UTC", |store| store.zone.as_str()));
        if now.time() < self.config.reply.digest_at || days.is_empty() {
            return Ok(None);
        }
        let date = now.date();
        let since = date.checked_sub_days(Days::new(self.config.reply.age_days.unsigned_abs())).unwrap_or(date);
        let held: Vec<Held> =
            store::held(self.db.as_mut())?.into_iter().map(|held| Held { document: held.name, why: held.why }).collect();
        let of = Digest { date, since, stores: &stores, policy: &self.config.policy, days, held: &held, heads };
        let message = reply::digest(&of, self.config.reply.languages.of(self.config.language(None)));
        let day = date.to_string();
        let about = About { answer: Answer::Digest, store: None, trading_day: None, to: vec![to], of: &day, named: date };
        Ok(Some(self.made(about, message, None)))
    }
}

#[cfg(all(test, feature = "sqlite", feature = "mail"))]
mod tests;
