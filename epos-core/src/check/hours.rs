//! T020: sales rung while the store was closed.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::View;
use crate::diagnostic::{Diagnostic, T020};
use crate::model::{At, Hours, Key, Kind};

/// By store, till and day, what lay outside the hours so far.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<Key, Outside>);

#[derive(Debug)]
struct Outside {
    hours: Hours,
    at: At,
    first: NaiveDateTime,
    last: NaiveDateTime,
    number: String,
    sales: usize,
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory) {
    let day = view.key.trading_day;
    let Some(hours) = view.store.and_then(|store| store.hours(day)) else { return };
    let Some(slack) = Duration::try_minutes(view.context.policy.hours_slack) else { return };
    let mut number = "";
    for (kind, row, of, date, time) in timed(view) {
        let Some(at) = time.map(|time| date.and_time(time)) else { continue };
        if std::mem::replace(&mut number, of) == of || hours.contain(day, at, slack) {
            continue;
        }
        let outside = memory.0.entry(view.key.clone()).or_insert_with(|| Outside {
            hours,
            at: view.origin.at(kind, row, "time"),
            first: at,
            last: at,
            number: of.to_owned(),
            sales: 0,
        });
        outside.sales += 1;
        outside.first = outside.first.min(at);
        outside.last = outside.last.max(at);
    }
}

/// A row's kind, row, number, date and time.
type Timed<'a> = (Kind, u32, &'a str, NaiveDate, Option<NaiveTime>);

/// Each transaction once: by its header, else its lines, else its payments.
fn timed<'a>(view: &View<'a>) -> Vec<Timed<'a>> {
    let content = view.content;
    if content.headers.iter().any(|row| row.time.is_some()) {
        let counting = content.headers.iter().filter(|row| row.kind.counts() && !row.training);
        counting.map(|row| (Kind::Headers, row.row, row.number.as_str(), row.date, row.time)).collect()
    } else if content.lines.iter().any(|row| row.time.is_some()) {
        let counting = content.lines.iter().filter(|row| row.kind.counts() && !row.training);
        counting.map(|row| (Kind::Lines, row.row, row.number.as_str(), row.date, row.time)).collect()
    } else {
        content.tenders.iter().map(|row| (Kind::Tenders, row.row, row.number.as_str(), row.date, row.time)).collect()
    }
}

impl Memory {
    pub(super) fn finish(self) -> impl Iterator<Item = Diagnostic> {
        self.0.into_iter().map(|(key, outside)| {
            let Outside { hours, at, first, last, number, sales } = outside;
            let time = |at: NaiveDateTime| at.format("%H:%M");
            let message = match sales {
                1 => format!("sale {number} is timed {}, outside the opening hours {hours}", time(first)),
                _ => format!(
                    "{sales} sales are timed outside the opening hours {hours}: from {} (number {number}) to {}",
                    time(first),
                    time(last)
                ),
            };
            let help = "is the till's clock right? If the store was open longer that day, put its hours into the calendar";
            Diagnostic::new(T020, at, message).day(&key.store, key.trading_day).subject(key.till).help(help)
        })
    }
}
