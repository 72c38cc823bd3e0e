//! Mails that wait for an answer, and answers that were written.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Cells, in_lists, insert, number};
use crate::error::{Error, Result};
use crate::model::{Hash, Key, Type, Value};
use crate::port::Db;
use crate::sql::queries::{self, optional, text};

/// A mail that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What makes it one: its Message-ID and its documents.
    pub hash: Hash,
    /// Its Message-ID.
    pub message: String,
    /// Who sent it.
    pub sender: String,
    /// Where answers go.
    pub answer_to: String,
    /// Its subject.
    pub subject: String,
    /// Message-IDs of the thread before it.
    pub thread: Vec<String>,
    /// Its own date, else when it came, UTC.
    pub sent_at: NaiveDateTime,
    /// When it first came, UTC.
    pub arrived_at: NaiveDateTime,
    /// Why it is never answered.
    pub automatic: Option<String>,
    /// The documents in it.
    pub documents: Vec<Hash>,
}

/// An answer that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What makes it one: what it answers, and in which state.
    pub hash: Hash,
    /// What sort of answer it is.
    pub answer: String,
    /// The store it is about.
    pub store: Option<String>,
    /// The day it is about.
    pub trading_day: Option<NaiveDate>,
    /// Message-ID of the mail that it answers.
    pub answered: Option<String>,
    /// Its own Message-ID.
    pub message: String,
    /// Addresses it goes to.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub body: String,
    /// Its file in the outbox.
    pub file: String,
    /// When, UTC.
    pub written_at: NaiveDateTime,
}

/// Inserts a row that is all in its key: whoever was quicker inserted the same.
fn once(db: &mut dyn Db, table: &str, row: &[Value<'static>]) -> Result<()> {
    match db.all_or_nothing(&mut |db| insert(db, table, [row.to_vec()])) {
        Err(Error::Conflict(_)) => Ok(()),
        done => done,
    }
}

/// Remembers a mail; nothing is changed when it is known.
///
/// # Errors
/// When the database fails.
pub fn keep_mail(db: &mut dyn Db, mail: &Mail) -> Result<()> {
    let hash = mail.hash.to_string();
    let mut known = false;
    db.query(&queries::mail(&hash), queries::MAIL_TYPES, &mut |_| {
        known = true;
        Ok(())
    })?;
    if known {
        return Ok(());
    }
    let documents: Vec<String> = mail.documents.iter().map(Hash::to_string).collect();
    let row = vec![
        text(hash),
        text(&mail.message),
        text(&mail.sender),
        text(&mail.answer_to),
        text(&mail.subject),
        text(mail.thread.join(" ")),
        Value::DateTime(mail.sent_at),
        Value::DateTime(mail.arrived_at),
        text(mail.automatic.as_deref().unwrap_or_default()),
        text(documents.join(" ")),
    ];
    once(db, "mail", &row)
}

/// Mails that were sent since a moment, in that order.
///
/// # Errors
/// When the database fails.
pub fn mails(db: &mut dyn Db, since: NaiveDateTime) -> Result<Vec<Mail>> {
    let mut found = Vec::new();
    let words = |text: String| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    db.query(&queries::mails(since), queries::MAIL_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        found.push(Mail {
            hash: Hash::parse(&cells.next::<String>()).unwrap_or_default(),
            message: cells.next(),
            sender: cells.next(),
            answer_to: cells.next(),
            subject: cells.next(),
            thread: words(cells.next()),
            sent_at: cells.next(),
            arrived_at: cells.next(),
            automatic: Some(cells.next::<String>()).filter(|why| !why.is_empty()),
            documents: words(cells.next()).iter().filter_map(|hash| Hash::parse(hash)).collect(),
        });
        Ok(())
    })?;
    Ok(found)
}

/// Remembers that an answer was written; nothing is changed when it is known.
///
/// # Errors
/// When the database fails.
pub fn keep_reply(db: &mut dyn Db, of: &Written) -> Result<()> {
    let row = vec![
        text(of.hash.to_string()),
        text(&of.answer),
        optional(of.store.as_deref()),
        of.trading_day.map_or(Value::Null, Value::Date),
        optional(of.answered.as_deref()),
        text(&of.message),
        text(of.to.join(", ")),
        text(&of.subject),
        text(&of.body),
        text(&of.file),
        Value::DateTime(of.written_at),
    ];
    once(db, "reply", &row)
}

/// Answers that were written, in that order: those of these hashes when some are given, of one store or all.
///
/// # Errors
/// When the database fails.
pub fn replies(db: &mut dyn Db, hashes: Option<&[Hash]>, store: Option<&str>) -> Result<Vec<Written>> {
    let mut found = Vec::new();
    let mut ask = |hashes: Option<&[String]>| {
        db.query(&queries::replies(hashes, store), queries::REPLY_TYPES, &mut |row| {
            let mut cells = Cells::of(row);
            found.push(Written {
                hash: Hash::parse(&cells.next::<String>()).unwrap_or_default(),
                answer: cells.next(),
                store: cells.next(),
                trading_day: cells.next(),
                answered: cells.next(),
                message: cells.next(),
                to: cells.next::<String>().split(", ").map(str::to_owned).collect(),
                subject: cells.next(),
                body: cells.next(),
                file: cells.next(),
                written_at: cells.next(),
            });
            Ok(())
        })
    };
    match hashes {
        None => ask(None)?,
        Some(hashes) => {
            let hashes: Vec<String> = hashes.iter().map(Hash::to_string).collect();
            in_lists(&hashes, |some| ask(Some(some)))?;
        }
    }
    Ok(found)
}

/// The store-days that a document states rows of.
///
/// # Errors
/// When the database fails.
pub fn days_of(db: &mut dyn Db, document: i64) -> Result<BTreeSet<(String, NaiveDate)>> {
    let mut found = BTreeSet::new();
    db.query(&queries::days_of(document), &[Type::Text, Type::Date], &mut |row| {
        let mut cells = Cells::of(row);
        found.insert((cells.next::<String>(), cells.date()));
        Ok(())
    })?;
    found.retain(|(store, day)| !store.is_empty() && *day != Key::ALWAYS);
    Ok(found)
}

/// Did later documents take the place of everything that a document states?
///
/// # Errors
/// When the database fails.
pub fn is_replaced(db: &mut dyn Db, document: i64) -> Result<bool> {
    Ok(number(db, &queries::batch_count(document))? > 0 && number(db, &queries::rows_seen(document))? == 0)
}
