//! Missing transaction numbers, as ranges. No-sales, parked and training sales use numbers too, so a gap is a question.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Judgement;
use crate::diagnostic::{S003, Severity};
use crate::ledger::transaction::{Placed, suffix};
use crate::model::{Kind, Numbering};

/// How many ranges of a till are findings of their own.
const NAMED_MAX: usize = 10;

/// Numbers that must follow each other.
#[derive(Default)]
struct Run<'a> {
    numbers: Vec<&'a str>,
    before: Option<&'a str>,
    bounds: Vec<&'a str>,
    tills: BTreeSet<usize>,
}

/// A range of missing numbers of a till; an empty till is the whole store's.
pub(super) struct Gap {
    till: String,
    first: String,
    last: String,
    missing: u128,
    tills: BTreeSet<usize>,
}

/// Finds the gaps of a day within each till's numbering.
pub(super) fn find(judgement: &Judgement<'_>) -> Vec<Gap> {
    let before = &judgement.evidence.before.last_number;
    let mut runs: BTreeMap<(String, Option<usize>), Run<'_>> = BTreeMap::new();
    for (position, till) in judgement.tills.iter().enumerate() {
        // Tenders alone leave out every sale without one.
        let whole = till.kinds.contains(&Kind::Lines) || till.kinds.contains(&Kind::Headers);
        if !whole || till.numbering == Numbering::None {
            continue;
        }
        let store_wide = till.numbering == Numbering::PerStore;
        if store_wide && !judgement.overdue && judgement.is_missing_any() {
            continue;
        }
        let by_shift = till.numbering == Numbering::PerShift && till.shifts.len() > 1;
        let key = |name: &str, placed: Placed| {
            let shift = match placed {
                Placed::Shift(shift) if by_shift => Some(shift),
                _ => None,
            };
            (if store_wide { String::new() } else { name.to_owned() }, shift)
        };
        let rung = till.transactions.iter().map(|sale| (sale.till, sale.placed, Some(sale.number)));
        let moved = till.cash.iter().map(|(placed, name, row)| (*name, *placed, row.number.as_deref()));
        for (name, placed, number) in rung.chain(moved) {
            let Some(number) = number else { continue };
            let run = runs.entry(key(name, placed)).or_default();
            run.tills.insert(position);
            run.numbers.push(number);
            if till.numbering == Numbering::PerTill {
                run.before = before.get(name).map(String::as_str);
            } else if store_wide {
                let highest = before.values().max_by_key(|number| suffix(number).map(|(_, value)| value));
                run.before = highest.map(String::as_str);
            }
        }
        for (shift, closed) in till.shifts.iter().enumerate().filter(|_| !store_wide && till.open.is_none()) {
            let Some(total) = closed.total else { continue };
            if let Some(run) = runs.get_mut(&key(&till.name, Placed::Shift(shift))) {
                run.bounds.extend([&total.first_number, &total.last_number].into_iter().flatten().map(String::as_str));
            }
        }
    }
    runs.into_iter().flat_map(|((till, _), run)| run.gaps(&till)).collect()
}

impl Run<'_> {
    fn gaps(&self, till: &str) -> Vec<Gap> {
        let mut prefixes: BTreeMap<&str, (BTreeSet<u128>, usize)> = BTreeMap::new();
        for (prefix, value) in self.numbers.iter().filter_map(|number| suffix(number)) {
            let (values, _) = prefixes.entry(prefix).or_default();
            values.insert(value);
        }
        for number in &self.numbers {
            let Some((prefix, _)) = suffix(number) else { continue };
            let digits = number.trim_end().len() - prefix.len();
            let padded = number.get(prefix.len()..).is_some_and(|digits| digits.starts_with('0'));
            if let Some((_, width)) = prefixes.get_mut(prefix).filter(|_| padded) {
                *width = digits.max(*width);
            }
        }
        let mut gaps = Vec::new();
        for (prefix, (values, width)) in prefixes {
            let (Some(&lowest), Some(&highest)) = (values.first(), values.last()) else { continue };
            let of_prefix = |number: &&str| suffix(number).filter(|(of, _)| *of == prefix).map(|(_, value)| value);
            let before = self.before.as_ref().and_then(of_prefix).filter(|&before| before < lowest);
            let bounds = || self.bounds.iter().filter_map(of_prefix);
            let first = before.map_or_else(|| bounds().fold(lowest, u128::min), |before| before + 1);
            let last = bounds().fold(highest, u128::max);
            let mut next = first;
            for value in values.iter().copied().filter(|&value| value >= first).chain([last.saturating_add(1)]) {
                if value > next {
                    let number = |value: u128| format!("{prefix}{value:0width$}");
                    gaps.push(Gap {
                        till: till.to_owned(),
                        first: number(next),
                        last: number(value - 1),
                        missing: value - next,
                        tills: self.tills.clone(),
                    });
                }
                next = next.max(value.saturating_add(1));
            }
        }
        gaps
    }
}

/// Says what is missing. A gap is explained when every Z-report of its till agrees to the penny, or its cash does; otherwise the
/// till's drawer is not judged. Gives the tills (by position) with an unexplained gap, and the ranges.
pub(super) fn judge(judgement: &mut Judgement<'_>, gaps: &[Gap], explained: &dyn Fn(usize) -> bool) -> BTreeMap<usize, String> {
    let mut unexplained: BTreeMap<usize, String> = BTreeMap::new();
    let mut said: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last_said = BTreeMap::new();
    for gap in gaps {
        let clear = gap.tills.iter().all(|&till| explained(till));
        let of = if gap.till.is_empty() { judgement.store.name.clone() } else { judgement.called(&gap.till) };
        let (range, what) = if gap.first == gap.last {
            (gap.first.clone(), format!("number {} of {of} is missing", gap.first))
        } else {
            let range = format!("{}-{}", gap.first, gap.last);
            (range, format!("numbers {} to {} of {of} are missing ({})", gap.first, gap.last, gap.missing))
        };
        if !clear {
            for &till in &gap.tills {
                unexplained.entry(till).or_insert_with(|| what.clone());
            }
        }
        let count = said.entry(&gap.till).or_default();
        *count += 1;
        if let (true, Some(&position)) = (*count > NAMED_MAX, last_said.get(&gap.till))
            && let Some(finding) = judgement.findings.get_mut::<usize>(position)
        {
            finding.more += 1;
            continue;
        }
        let rejected = !judgement.evidence.rejected.is_empty();
        let (what, help) = if clear {
            (format!("{what}, but the figures agree without it"), "A no-sale or a parked sale may have used it. Nothing to do.")
        } else if rejected {
            (what, "It may be the row that could not be read.")
        } else {
            (what, "Was it a no-sale or a parked sale? Otherwise please send the missing rows.")
        };
        last_said.insert(&gap.till, judgement.findings.len());
        judgement.note(S003, &format!("{of} {range}"), None, what, help);
        if let Some(finding) = judgement.findings.last_mut().filter(|_| clear || rejected) {
            finding.severity = Severity::Note;
        }
    }
    unexplained
}

/// The ranges, for the result.
pub(super) fn ranges(gaps: Vec<Gap>) -> Vec<(String, String, String)> {
    gaps.into_iter().map(|gap| (gap.till, gap.first, gap.last)).collect()
}
