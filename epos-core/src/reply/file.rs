//! Answers about files and senders: what we have already, cannot read, do not know, or still wait for.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::draft::{Draft, name};
use super::{Case, Catalogue, LayoutChange, calm_end};
use crate::diagnostic::{Code, Diagnostic, F008, F010, F011, F015, F016, F019, F026, F033};

/// What the sender can do about a file, by what was found in it. Head office sees to everything else.
const ASKED: &[(&[Code], &str)] = &[
    (&[F011], "has_password"),
    (&[F010, F026], "ends_early"),
    (&[F008], "no_rows"),
    (&[F019], "no_sort"),
    (&[F033], "not_calculated"),
    (&[F015], "which_store"),
    (&[F016], "which_day"),
];

pub(super) fn beside(case: &Case<'_>, day: NaiveDate, words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("thank_you", &[("store", &case.name(words)), ("day", &words.day(day))]));
    draft.say(words.say("beside", &[]));
    calm_end(&mut draft, case, words);
    draft
}

pub(super) fn already(
    case: &Case<'_>,
    trading_day: Option<NaiveDate>,
    first: Option<NaiveDateTime>,
    replaced: bool,
    words: &Catalogue,
) -> Draft {
    let store = case.name(words);
    let mut draft = Draft::new(match trading_day {
        Some(day) => words.say("already_day", &[("store", &store), ("day", &words.day(day))]),
        None => words.say("already", &[("store", &store)]),
    });
    draft.task(match first {
        _ if replaced => words.say("was_replaced", &[]),
        Some(at) => words.say("same_file", &[("day", &words.day(at.date())), ("time", &words.time(at.time()))]),
        None => words.say("same_rows", &[]),
    });
    draft
}

pub(super) fn layout_changed(case: &Case<'_>, change: &LayoutChange, words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("safe", &[("store", &case.name(words))]));
    let named = change.renamed.iter().map(|(old, new)| (name(old), name(new)));
    let renamed = named.into_iter().find(|(old, new)| !old.is_empty() && !new.is_empty());
    draft.say(match (&renamed, change.added) {
        (Some((old, new)), 0) => words.say("columns_renamed", &[("old", old), ("new", new)]),
        (Some((old, new)), added) => words.counted("columns_renamed_more", added, &[("old", old), ("new", new)]),
        (None, 0) => words.say("columns_new", &[]),
        (None, added) => words.counted("columns_more", added, &[]),
    });
    draft.must_end(words.say("till_updated", &[]));
    draft
}

pub(super) fn not_read(case: &Case<'_>, finding: &Diagnostic, words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("safe", &[("store", &case.name(words))]));
    if !finding.at.document.is_empty() {
        draft.say(words.say("file", &[("file", &name(&finding.at.document))]));
    }
    let known = ASKED.iter().find(|(codes, _)| codes.contains(&finding.code));
    let task = known.map_or("safe_head_office", |(_, task)| task);
    draft.task(words.say(task, &[]));
    draft
}

pub(super) fn unknown_sender(words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("unknown", &[]));
    draft.say(words.say("kept_safe", &[]));
    draft.task(words.say("add_address", &[]));
    draft
}

pub(super) fn here(case: &Case<'_>, words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("here", &[("store", &case.name(words))]));
    calm_end(&mut draft, case, words);
    draft
}

pub(super) fn missing(case: &Case<'_>, trading_day: NaiveDate, until: Option<NaiveTime>, words: &Catalogue) -> Draft {
    let mut draft = Draft::new(words.say("nothing_yet", &[("store", &case.name(words)), ("day", &words.day(trading_day))]));
    draft.say(words.say("perhaps_waiting", &[]));
    let answers = [
        words.say("open_send", &[("weekday", words.weekday(trading_day))]),
        words.say("closed_say", &[]),
        words.say("no_sales_say", &[]),
    ];
    draft.task(answers.join(" "));
    draft.must_end(match until {
        Some(time) => words.say("cant_tonight", &[("time", &words.time(time))]),
        None => words.say("keep_z", &[]),
    });
    draft
}
