//! The answer to the sender: what came of a mail, in a few plain words. Pure: a result goes in, a message comes out.
//!
//! The verdict stands first, there is one thing to do, a cell is called by its name, and what was done meanwhile is said. Nobody is
//! blamed or named, and no amount is said to an address that is on no list. The words are data: see [`Catalogue`].

mod catalogue;
mod day;
mod digest;
mod draft;
mod file;
#[cfg(test)]
mod tests;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::model::{Policy, Store};
use crate::reconcile::StoreDay;
pub use catalogue::{Catalogue, Languages};
pub use digest::{Digest, Held, digest};
pub use draft::WORDS;
use draft::{Draft, name};

/// A mail's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

crate::model::words! {
    /// What sort of answer it is: with the store-day, an answer's state.
    Answer {
        /// Everything agrees.
        AllAgrees = "all_agrees",
        /// A difference so small that it is only written down.
        Small = "small",
        /// A drawer or the card machine differs, and how.
        Differs = "differs",
        /// More differs than is told by mail: thanks, and head office looks.
        Thanks = "thanks",
        /// No drawer differs, but a Z-report, a number or the bank does.
        NotYet = "not_yet",
        /// A cell to mend.
        Cell = "cell",
        /// A file is missing.
        Waiting = "waiting",
        /// Something else is not clear, and head office sees to it.
        NotComplete = "not_complete",
        /// What was sent is here, and there is nothing to say of it.
        Here = "here",
        /// What was sent waits beside a sealed day.
        Beside = "beside",
        /// The same file came before.
        AlreadyHave = "already_have",
        /// The till writes another layout.
        LayoutChanged = "layout_changed",
        /// The file cannot be read or placed.
        NotRead = "not_read",
        /// Nobody knows the sender.
        UnknownSender = "unknown_sender",
        /// Nothing came for a day.
        Reminder = "reminder",
        /// What needs a person, once a day, for head office.
        Digest = "digest",
    }
}

/// What an answer is about.
#[derive(Debug, Clone)]
pub enum Matter<'a> {
    /// A judged store-day.
    Day {
        /// The judgement.
        day: &'a StoreDay,
        /// What was found in rows of the day that could not be read.
        cells: &'a [Diagnostic],
    },
    /// Bytes or rows that came before.
    AlreadyHave {
        /// The day they are of, if it is one.
        trading_day: Option<NaiveDate>,
        /// When the same bytes first came, the store's time; `None` for other bytes with the same rows.
        first: Option<NaiveDateTime>,
        /// A later document took their place.
        replaced: bool,
    },
    /// Columns that no layout knows.
    LayoutChanged(&'a LayoutChange),
    /// A document that could not be read, or not be placed.
    NotRead(&'a Diagnostic),
    /// The sender is on no store's list.
    UnknownSender,
    /// Everything was taken in, and no store-day comes of it.
    Here,
    /// Something of it changes a day that is sealed, and waits beside its figures.
    Beside(NaiveDate),
    /// Nothing came for a day.
    Missing {
        /// The day.
        trading_day: NaiveDate,
        /// Until when tomorrow is early enough, while it is still the evening of that day.
        until: Option<NaiveTime>,
    },
}

/// How a file's columns differ from those that its till wrote before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayoutChange {
    /// Columns that have another name now: the old one and the new one.
    pub renamed: Vec<(String, String)>,
    /// How many columns came on top.
    pub added: usize,
}

/// Everything that an answer rests on.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Whose answer it is; `None` when nobody knows.
    pub store: Option<&'a Store>,
    /// Limits of what is told by mail.
    pub policy: &'a Policy,
    /// The present moment, the store's time.
    pub now: NaiveDateTime,
    /// When the mail came, the store's time.
    pub arrived: Option<NaiveDateTime>,
    /// The subject of the mail that is answered; empty for none.
    pub subject: &'a str,
    /// Is the address that is answered on the store's list? Nobody else is told an amount.
    pub listed: bool,
    /// What it is about.
    pub matter: Matter<'a>,
}

impl Case<'_> {
    /// The store's name, short enough.
    fn name(&self, words: &Catalogue) -> String {
        self.store.map_or_else(|| words.say("your_files", &[]), |store| name(&store.name))
    }
}

/// The sort of answer that a case gets.
pub fn answer(case: &Case<'_>) -> Answer {
    match &case.matter {
        Matter::UnknownSender => Answer::UnknownSender,
        Matter::AlreadyHave { .. } => Answer::AlreadyHave,
        Matter::LayoutChanged(_) => Answer::LayoutChanged,
        Matter::NotRead(_) => Answer::NotRead,
        Matter::Missing { .. } => Answer::Reminder,
        Matter::Here => Answer::Here,
        Matter::Beside(_) => Answer::Beside,
        Matter::Day { .. } if !case.listed => Answer::Here,
        Matter::Day { day, cells } => day::answer(case, day, cells),
    }
}

/// Writes the answer in a language.
///
/// ```
/// use epos_core::model::{Policy, Store};
/// use epos_core::reply::{Case, Languages, Matter, compose};
///
/// let (store, policy) = (Store::new("LW", "Leith Walk"), Policy::default());
/// let now = "2026-11-21T00:05:00".parse()?;
/// let matter = Matter::Missing { trading_day: "2026-11-20".parse()?, until: None };
/// let case = Case { store: Some(&store), policy: &policy, now, arrived: None, subject: "", listed: true, matter };
/// let reminder = compose(&case, Languages::default().of("en"));
/// assert_eq!(reminder.subject, "Leith Walk: nothing yet for Friday 20 November");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn compose(case: &Case<'_>, words: &Catalogue) -> Message {
    let draft = match &case.matter {
        Matter::Day { day, cells } => day::draft(case, day, cells, words),
        Matter::AlreadyHave { trading_day, first, replaced } => file::already(case, *trading_day, *first, *replaced, words),
        Matter::LayoutChanged(change) => file::layout_changed(case, change, words),
        Matter::NotRead(finding) => file::not_read(case, finding, words),
        Matter::UnknownSender => file::unknown_sender(words),
        Matter::Here => file::here(case, words),
        Matter::Beside(day) => file::beside(case, *day, words),
        Matter::Missing { trading_day, until } => file::missing(case, *trading_day, *until, words),
    };
    draft.finish(case.subject)
}

/// "Nothing else to do. Good night!", in the evening.
fn calm_end(draft: &mut Draft, case: &Case<'_>, words: &Catalogue) {
    draft.may_end(words.say("nothing_else", &[]));
    let evening = case.now.time() >= NaiveTime::from_hms_opt(17, 0, 0).unwrap_or(NaiveTime::MIN);
    if evening {
        draft.may_end(words.say("good_night", &[]));
    }
}
