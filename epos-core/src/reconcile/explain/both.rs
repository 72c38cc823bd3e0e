//! Two causes on one evening, looked for only where none alone gives the difference.

use std::collections::BTreeMap;

use super::Cause;
use super::causes::{Candidate, Off, signed, weight};
use super::digits;
use super::scene::{Spot, called, different, told};
use super::weights::{TWICE, WHOLE};
use crate::model::{CashKind, Money, TenderClass};

/// Amounts that are tried with each other.
const PARTS_MAX: usize = 600;

/// What one cause alone would do to the difference.
struct Part<'a> {
    cause: Cause,
    amount: Money,
    weight: u64,
    what: String,
    rows: Vec<Spot<'a>>,
}

/// The likeliest few pairs of causes whose sum is exactly the difference.
pub(super) fn look<'a>(off: &Off<'_, '_, 'a>) -> Vec<Candidate<'a>> {
    let parts = parts(off);
    let mut by_amount: BTreeMap<Money, Vec<usize>> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        by_amount.entry(part.amount).or_default().push(at);
    }
    let mut pairs: BTreeMap<(Cause, Cause), (u64, usize, &Part<'a>, &Part<'a>)> = BTreeMap::new();
    for (at, one) in parts.iter().enumerate() {
        let others = by_amount.get(&(off.amount - one.amount)).into_iter().flatten();
        for other in others.filter(|other| **other > at).filter_map(|other| parts.get(*other)) {
            if one.cause == other.cause && one.cause != Cause::RefundNotPaid && one.cause != Cause::ChangeCountedIn {
                continue;
            }
            let both =
                u64::try_from(u128::from(one.weight) * u128::from(other.weight) / u128::from(WHOLE)).unwrap_or(u64::MAX) / TWICE;
            let entry = pairs.entry((one.cause, other.cause)).or_insert((0, 0, one, other));
            entry.1 += 1;
            if both > entry.0 {
                (entry.0, entry.2, entry.3) = (both, one, other);
            }
        }
    }
    let mut found: Vec<Candidate<'a>> = pairs
        .into_values()
        .map(|(weight, matches, one, other)| Candidate {
            cause: one.cause,
            with: Some(other.cause),
            weight,
            arithmetic: format!(
                "{} {} = {} ({}) {} ({})",
                off.tender().to_lowercase(),
                signed(off.amount),
                signed(one.amount),
                one.what,
                signed(other.amount),
                other.what
            ),
            sentence: format!("two things together would give it: {}, and {}", one.what, other.what),
            question: "Could both have happened?".to_owned(),
            matches,
            rows: one.rows.iter().chain(&other.rows).copied().collect(),
        })
        .collect();
    found.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.arithmetic.cmp(&b.arithmetic)));
    found.truncate(3);
    found
}

/// Amounts that single causes make, each different one of a cause once.
fn parts<'a>(off: &Off<'_, '_, 'a>) -> Vec<Part<'a>> {
    let (scene, result) = (off.scene, &off.round.result);
    let cash = result.class == TenderClass::Cash;
    let mut parts: BTreeMap<(Cause, Money), Part<'a>> = BTreeMap::new();
    let mut add = |cause, amount: Money, ways, what: String, rows| {
        if !amount.is_zero() {
            parts.entry((cause, amount)).or_insert(Part { cause, amount, weight: weight(cause, ways), what, rows });
        }
    };
    let refunds = || scene.in_tender(off.tender()).filter(|(_, paid)| paid.amount.is_negative());
    let ways = different(refunds().map(|(_, paid)| paid.amount));
    for (at, paid) in refunds() {
        add(Cause::RefundNotPaid, -paid.amount, ways, format!("{} not given back", told(paid)), vec![Spot::Paid(at)]);
    }
    let moved = || scene.moved_in(off.tender(), result.class);
    let ways = different(moved().map(|row| row.amount));
    for row in moved() {
        let twice = row.amount.abs() + row.amount.abs();
        let amount = match row.kind {
            CashKind::PaidIn | CashKind::Loan => -twice,
            CashKind::PaidOut | CashKind::Drop => twice,
            CashKind::Safe | CashKind::NoSale => continue,
        };
        add(
            Cause::SignError,
            amount,
            ways,
            format!("{} of {} the other way round", called(row.kind), row.amount),
            vec![Spot::Moved(row)],
        );
    }
    if cash {
        let float = result.balance.opening.map(Money::rounded).unwrap_or_default();
        add(Cause::FloatLeftOut, -float, 1, format!("float of {float} not counted"), Vec::new());
        let given = || scene.in_tender(off.tender()).filter(|(_, paid)| !paid.change.is_zero());
        let all: Money = given().map(|(_, paid)| paid.change).sum();
        let ways = different(given().map(|(_, paid)| paid.change)) + 1;
        add(Cause::ChangeCountedIn, all, ways, format!("change of the day, {all}, counted in"), Vec::new());
        for (at, paid) in given() {
            let what = format!("change {} of sale {} counted in", paid.change, paid.sale.number);
            add(Cause::ChangeCountedIn, paid.change, ways, what, vec![Spot::Paid(at)]);
        }
        let currency = &scene.judgement.store.currency;
        let ways = digits::amounts_of_pieces(currency);
        for worth in digits::pieces(currency).iter().copied().filter(|worth| *worth >= 1_00) {
            for (amount, side) in [(worth, "many"), (-worth, "few")] {
                add(Cause::RoundNote, Money::cents(amount), ways, format!("one {} too {side}", Money::cents(worth)), Vec::new());
            }
        }
    }
    parts.into_values().take(PARTS_MAX).collect()
}
