//! Dates: far from their document's day, in the future, very old.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::View;
use crate::diagnostic::{Diagnostic, T007, T010, T011};
use crate::model::{At, Coverage, Kind};

/// A day this far from the rest of a one-day document was not meant.
const FAR_DAYS: i64 = 2;
/// … and only when it has at most one row for so many of the busiest day: a quiet day is not a mistake.
const FEW: usize = 10;

/// How many rows each day has, and where the first stands.
#[derive(Debug, Default)]
pub(super) struct Memory {
    days: BTreeMap<NaiveDate, Day>,
    future: Option<Diagnostic>,
    old: Option<Diagnostic>,
}

#[derive(Debug)]
struct Day {
    rows: usize,
    at: At,
    store: String,
    one_day: bool,
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory, found: &mut Vec<Diagnostic>) {
    let dated = rows(view);
    let Some(&(kind, row, date)) = dated.first() else { return };
    for &(kind, row, date) in &dated {
        misplaced(view, kind, row, date, found);
    }

    let day = view.key.trading_day;
    let policy = &view.context.policy;
    let today = view.context.now.date();
    // A context without the present moment (a hand-made one) cannot tell past from future.
    let knows_now = view.context.now != NaiveDateTime::default();
    let future = knows_now && Duration::try_days(policy.future_days).is_some_and(|days| date - today > days);
    let old = knows_now && Duration::try_days(policy.old_days).is_some_and(|days| today - date > days);
    let say = |code, words: String, help: &str| view.finding(code, kind, row, "date", words).subject(date.to_string()).help(help);
    if future {
        add(&mut memory.future, dated.len(), || {
            say(
                T010,
                format!("{date} lies in the future (today is {today})"),
                "is the till's clock or the year right? Mend the date and send the file again",
            )
        });
    } else if old {
        add(&mut memory.old, dated.len(), || {
            say(
                T011,
                format!("{date} is more than {} days ago", policy.old_days),
                "if old sales are being loaded on purpose there is nothing to do; else check the year",
            )
        });
    } else {
        let entry = memory.days.entry(day).or_insert_with(|| Day {
            rows: 0,
            at: view.origin.at(kind, row, "date"),
            store: view.key.store.clone(),
            one_day: view.origin.coverage == Coverage::Day,
        });
        entry.rows += dated.len();
    }
}

fn add(said: &mut Option<Diagnostic>, rows: usize, make: impl FnOnce() -> Diagnostic) {
    match said {
        Some(diagnostic) => diagnostic.more += rows,
        None => *said = Some(Diagnostic { more: rows.saturating_sub(1), ..make() }),
    }
}

/// The rows that carry the till's own date.
fn rows(view: &View<'_>) -> Vec<(Kind, u32, NaiveDate)> {
    let content = view.content;
    let mut rows = Vec::with_capacity(content.lines.len() + content.tenders.len());
    rows.extend(content.headers.iter().map(|row| (Kind::Headers, row.row, row.date)));
    rows.extend(content.lines.iter().map(|row| (Kind::Lines, row.row, row.date)));
    rows.extend(content.tenders.iter().map(|row| (Kind::Tenders, row.row, row.date)));
    rows.extend(content.cash_movements.iter().map(|row| (Kind::CashMovements, row.row, row.date)));
    rows
}

/// A row's own date is its trading day, or the next when the store closes after midnight.
fn misplaced(view: &View<'_>, kind: Kind, row: u32, date: NaiveDate, found: &mut Vec<Diagnostic>) {
    let day = view.key.trading_day;
    if (0..=1).contains(&(date - day).num_days()) {
        return;
    }
    let message = format!("this row is dated {date}, but it was sent for {day}");
    let finding = view.finding(T007, kind, row, "date", message).subject(date.to_string());
    found.push(finding.help("if it belongs to another day, send it with that day's file"));
}

impl Memory {
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.future.into_iter().chain(self.old).collect();
        let Some((&main, busiest)) = self.days.iter().max_by_key(|(_, day)| day.rows) else { return found };
        let near = |from: NaiveDate, to: NaiveDate| (to - from).num_days() <= FAR_DAYS;
        let mut first = main;
        for &day in self.days.keys().rev().filter(|&&day| day < main) {
            if !near(day, first) {
                break;
            }
            first = day;
        }
        let mut last = main;
        for &day in self.days.keys().filter(|&&day| day > main) {
            if !near(last, day) {
                break;
            }
            last = day;
        }
        for (date, day) in &self.days {
            let far = *date < first || *date > last;
            if far && day.one_day && day.rows * FEW <= busiest.rows {
                let message = format!("{} of {date} in a file of {main}", rows_of(day.rows));
                found.push(
                    Diagnostic::new(T007, day.at.clone(), message)
                        .day(&day.store, *date)
                        .subject(date.to_string())
                        .help("they were put into their own day; if the date is mistyped, mend it and send the file again"),
                );
            }
        }
        found
    }
}

fn rows_of(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
