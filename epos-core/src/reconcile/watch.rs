//! What no single figure shows: numbers that come again, clocks that are ahead, files that come late day after day, counts that
//! are always exact.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::drawer::Round;
use super::judge::{Judgement, spoken};
use super::{Before, Source};
use crate::diagnostic::{S018, W002, W003, W004};
use crate::ledger::till::Till;
use crate::ledger::transaction::suffix;
use crate::model::{Expectation, Money, Numbering, TenderClass};

/// For how many days numbers are remembered.
const REMEMBERED_DAYS: i64 = 60;
/// Runs of numbers of one till and day that are remembered at most.
const RUNS_MAX: usize = 50;

/// Numbers in a row that a till used on a day, behind their common prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The day.
    pub day: NaiveDate,
    /// What stands before the digits.
    pub prefix: String,
    /// The first.
    pub first: u128,
    /// The last.
    pub last: u128,
}

/// Numbers of sales by till (an empty one where the whole store counts as one) and prefix. Refunds and voids may carry the number of
/// the sale that they take back.
fn numbers<'t>(till: &Till<'t>) -> BTreeMap<(&'t str, &'t str), BTreeSet<u128>> {
    let mut found: BTreeMap<(&str, &str), BTreeSet<u128>> = BTreeMap::new();
    let store_wide = till.numbering == Numbering::PerStore;
    if !store_wide && till.numbering != Numbering::PerTill {
        return found;
    }
    let is_sale = |sale: &&crate::ledger::transaction::Transaction<'_>| {
        sale.counts() && !sale.is_refund() && (sale.header.is_some() || !sale.lines.is_empty())
    };
    for sale in till.transactions.iter().filter(is_sale) {
        let Some((prefix, value)) = suffix(sale.number) else { continue };
        found.entry((if store_wide { "" } else { sale.till }, prefix)).or_default().insert(value);
    }
    found
}

/// S018.
pub(super) fn numbers_again(judgement: &mut Judgement<'_>) {
    let used = &judgement.evidence.before.used;
    let mut found = Vec::new();
    for till in &judgement.tills {
        for ((name, prefix), values) in numbers(till) {
            let of_till = used.get(name).into_iter().flatten().filter(|used| used.prefix == prefix);
            let again = |used: &Used| values.range(used.first..=used.last).copied().collect::<Vec<_>>();
            let latest = of_till.map(|used| (used.day, again(used))).filter(|(_, again)| !again.is_empty()).max();
            let Some((day, again)) = latest else { continue };
            let (Some(first), Some(last)) = (again.first(), again.last()) else { continue };
            let of = if name.is_empty() { judgement.store.name.clone() } else { judgement.called(name) };
            let day = spoken(day);
            let what = match again.len() {
                1 => format!("number {prefix}{first} of {of} was in the files of {day} already"),
                many => format!("{many} numbers of {of} ({prefix}{first} to {prefix}{last}) were in the files of {day} already"),
            };
            found.push((format!("{of} {prefix}{first}"), what));
        }
    }
    for (subject, message) in found {
        let help = "Does today's file repeat sales of that day? They would be counted twice.";
        judgement.note(S018, &subject, None, message, help);
    }
}

/// Remembers the numbers of a day.
pub(super) fn remember(till: &Till<'_>, used: &mut BTreeMap<String, Vec<Used>>) {
    for ((name, prefix), values) in numbers(till) {
        let mut runs: Vec<Used> = Vec::new();
        for value in values {
            let full = runs.len() >= RUNS_MAX;
            match runs.last_mut() {
                Some(run) if run.last.checked_add(1) == Some(value) => run.last = value,
                _ if full => break,
                _ => runs.push(Used { day: till.trading_day, prefix: prefix.to_owned(), first: value, last: value }),
            }
        }
        let known = used.entry(name.to_owned()).or_default();
        known.retain(|run| (till.trading_day - run.day).num_days() < REMEMBERED_DAYS);
        known.extend(runs);
    }
}

/// W003: the latest time in a file against the moment at which it came.
pub(super) fn clock(judgement: &mut Judgement<'_>) {
    let policy = &judgement.context.policy;
    let (Some(grace), Some(most)) = (Duration::try_minutes(policy.clock_minutes), Duration::try_days(policy.future_days.max(1)))
    else {
        return;
    };
    let mut ahead: BTreeMap<&str, (Duration, NaiveDateTime, NaiveDateTime)> = BTreeMap::new();
    for source in &judgement.evidence.sources {
        let Some(came) = source.arrived_at.map(|at| judgement.store.local_time(at)) else { continue };
        let Some(latest) = latest(source) else { continue };
        let by = latest - came;
        if by > grace && by <= most {
            let worst = ahead.entry(&source.batch.key.till).or_insert((by, latest, came));
            *worst = (*worst).max((by, latest, came));
        }
    }
    let found: Vec<_> = ahead.into_iter().map(|(till, of)| (judgement.called(till), of)).collect();
    for (of, (by, latest, came)) in found {
        let time = |at: NaiveDateTime| at.format("%H:%M");
        let message = format!(
            "the clock of {of} is ahead by {} minutes at least: a row is timed {}, its file came at {}",
            by.num_minutes(),
            time(latest),
            time(came)
        );
        judgement.note(W003, &of, None, message, "Please set the till's clock.");
    }
}

fn latest(source: &Source) -> Option<NaiveDateTime> {
    let content = &source.batch.content;
    let at = |date: NaiveDate, time: Option<chrono::NaiveTime>| time.map(|time| date.and_time(time));
    let headers = content.headers.iter().filter_map(|row| at(row.date, row.time));
    let lines = content.lines.iter().filter_map(|row| at(row.date, row.time));
    let tenders = content.tenders.iter().filter_map(|row| at(row.date, row.time));
    let cash = content.cash_movements.iter().filter_map(|row| at(row.date, row.time));
    let closes = content.z_reports.iter().filter_map(|row| row.closed_at);
    headers.chain(lines).chain(tenders).chain(cash).chain(closes).max()
}

/// Did the day's first file come late, or not at all? `None` while it may still come in time, and on days on which none must.
fn is_late(judgement: &Judgement<'_>, expectation: &Expectation) -> Option<bool> {
    if *expectation != Expectation::Open || judgement.expects.is_empty() {
        return None;
    }
    let days = Duration::try_days(judgement.context.policy.late_days)?;
    let last = judgement.store.due(judgement.trading_day, &judgement.context.policy).checked_add_signed(days)?;
    let expected = |source: &&Source| judgement.expects.iter().any(|&kind| source.batch.content.count(kind) > 0);
    let came = judgement.evidence.sources.iter().filter(expected).filter_map(|source| source.arrived_at).min();
    match came {
        Some(came) => Some(judgement.store.local_time(came) > last),
        None if judgement.evidence.sources.iter().any(|source| expected(&source)) => None,
        None => (judgement.store.local_time(judgement.context.now) > last).then_some(true),
    }
}

/// W002. Gives whether the day was late.
pub(super) fn late(judgement: &mut Judgement<'_>, expectation: &Expectation) -> Option<bool> {
    let late = is_late(judgement, expectation)?;
    let streak = judgement.evidence.before.late_days.saturating_add(1);
    let every = judgement.context.policy.late_streak.max(1);
    if late && streak.is_multiple_of(every) {
        let message =
            format!("the files of {streak} open days in a row came late or not at all, {} is the last", judgement.spoken());
        judgement.note(W002, "late", None, message, "What stands in the way? Perhaps the till's export or the address changed.");
    }
    Some(late)
}

/// W004.
pub(super) fn always_exact(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    let mut streaks = judgement.evidence.before.exact.clone();
    let every = judgement.context.policy.zero_closes.max(1);
    for result in rounds.iter().map(|round| &round.result) {
        let streak = exact(&mut streaks, result);
        if streak.is_some_and(|streak| streak > 0 && streak.is_multiple_of(every)) {
            let drawer = &result.drawer;
            let closes = streak.unwrap_or_default();
            let message = format!("drawer {drawer}: {closes} blind counts in a row were exact to the penny");
            judgement.note(W004, drawer, None, message, "Is the expected figure on the screen or the slip before the count?");
        }
    }
}

/// Counts a close into its drawer's streak of exact blind ones, and gives what it is now; `None` for what is no blind count.
fn exact(streaks: &mut BTreeMap<String, u32>, result: &super::DrawerResult) -> Option<u32> {
    let over_short = result.over_short.filter(|_| result.blind && result.class == TenderClass::Cash)?;
    let streak = streaks.entry(result.drawer.clone()).or_default();
    *streak = if over_short == Money::ZERO { streak.saturating_add(1) } else { 0 };
    Some(*streak)
}

/// What the day leaves of all that.
pub(super) fn after(day: &super::StoreDay, next: &mut Before) {
    match day.late {
        Some(true) => next.late_days = next.late_days.saturating_add(1),
        Some(false) => next.late_days = 0,
        None => {}
    }
    for result in &day.drawers {
        exact(&mut next.exact, result);
    }
}
