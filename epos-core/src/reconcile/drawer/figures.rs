//! The figures of one tender in one round: opening, count, the equation, the Z-report's, what is left.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Before, Drawer, Shifts, Stated};
use crate::ledger::{Posted, balances};
use crate::model::{Balance, Banked, Money, Reason};
use crate::reconcile::{Tie, TieOut};

impl<'a> Drawer<'_, 'a> {
    /// The float as declared: by each till's first shift. Tills of one drawer that declare different floats contradict each other.
    pub(super) fn opening(&self, shifts: &Shifts, rows: &[Stated<'_, 'a>]) -> (Option<Money>, Option<String>) {
        let first_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).min();
        let stated: BTreeSet<Money> = rows
            .iter()
            .filter(|((till, shift), ..)| first_of(*till) == Some(*shift))
            .filter_map(|(_, _, row)| row.opening_float)
            .collect();
        let own: Vec<Money> = stated.iter().copied().filter(|float| !float.is_zero()).collect();
        match (own.as_slice(), stated.len()) {
            ([], 0) => (None, None),
            ([], _) => (Some(Money::ZERO), None),
            ([float], _) => (Some(*float), None),
            _ => {
                let floats: Vec<String> = own.iter().map(Money::to_string).collect();
                (None, Some(format!("its tills declare different floats ({})", floats.join(", "))))
            }
        }
    }

    /// The count: each till's last one. Tills of one drawer that count different amounts: the latest, when times say which it is.
    pub(super) fn counted(
        &self,
        shifts: &Shifts,
        rows: &[Stated<'_, 'a>],
        is_cash: bool,
        subject: &str,
        outs: &mut Vec<TieOut>,
    ) -> (Option<Money>, Option<String>) {
        let last_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).max();
        let mut counts: Vec<(Option<chrono::NaiveDateTime>, Money)> = Vec::new();
        let pieces_of = |at: (usize, usize)| self.shift(at).and_then(|(_, shift)| shift.pieces_worth());
        if !is_cash {
            // Card machines and other takings add up, over tills and shifts.
            let stated: Vec<Money> = rows.iter().filter_map(|(_, _, row)| row.counted).collect();
            return ((!stated.is_empty()).then(|| stated.iter().sum()), None);
        }
        for (at, shift, row) in rows.iter().filter(|((till, shift), ..)| last_of(*till) == Some(*shift)) {
            let pieces = pieces_of(*at);
            if let (Some(counted), Some(pieces)) = (row.counted, pieces) {
                let note = format!("counted {counted}, coins and notes add up to {pieces}");
                outs.push(TieOut::compared("denominations", subject, counted.decimal(), pieces.decimal(), note));
            }
            counts.extend(row.counted.or(pieces).map(|counted| (shift.closed_at, counted)));
        }
        if rows.is_empty() {
            let last = shifts.iter().copied().filter(|(till, shift)| last_of(*till) == Some(*shift));
            counts.extend(last.filter_map(|at| Some((self.shift(at)?.1.closed_at, pieces_of(at)?))));
        }
        let distinct: BTreeSet<Money> = counts.iter().map(|(_, counted)| *counted).collect();
        if distinct.len() <= 1 {
            return (distinct.first().copied(), None);
        }
        let latest = counts.iter().map(|(at, _)| *at).max().flatten();
        let at_latest: Vec<Money> =
            counts.iter().filter(|(at, _)| at.is_some() && *at == latest).map(|(_, counted)| *counted).collect();
        match at_latest.as_slice() {
            [counted] if counts.iter().all(|(at, _)| at.is_some()) => (Some(*counted), None),
            _ => {
                let all: Vec<String> = distinct.iter().map(Money::to_string).collect();
                (None, Some(format!("its tills say different counts ({}): which is the whole drawer?", all.join(", "))))
            }
        }
    }

    /// The equation of a tender in a round, and what was banked after its count.
    pub(super) fn balance(
        &self,
        shifts: &Shifts,
        tender: &str,
        opening: Option<Money>,
        counted: Option<Money>,
    ) -> (Balance, Money) {
        let account = self.account(tender);
        let last_of = |till: usize| shifts.iter().filter(|(of, _)| *of == till).map(|(_, shift)| *shift).max();
        let of_tender =
            || self.posted().filter(|(posted, of)| *of == tender && Self::lies_in(shifts, posted)).map(|(posted, _)| posted);
        let after_count = |posted: &&Posted| posted.movement.reason == Reason::Banked && posted.shift == last_of(posted.till);
        let banked: Decimal = of_tender().filter(after_count).map(|posted| -posted.movement.amount).sum();
        let movements = of_tender().filter(|posted| !after_count(posted)).map(|posted| &posted.movement);
        let known = |amount: Option<Money>| amount.map(|amount| (account.clone(), amount.decimal())).into_iter().collect();
        let mut balance = balances(movements, &known(opening), &known(counted)).into_iter().next().unwrap_or(Balance {
            account: account.clone(),
            opening: None,
            moved_in: Decimal::ZERO,
            moved_out: Decimal::ZERO,
            counted: None,
        });
        for (_, moved_in, moved_out) in self.carried(shifts).into_iter().filter(|(name, ..)| name == tender) {
            balance.moved_in += moved_in;
            balance.moved_out += moved_out;
        }
        (balance, Money::rounded(banked))
    }

    /// What the Z-reports say should be there. Each till's own figure includes its float; the drawer holds one.
    pub(super) fn expected_by_z(
        &self,
        shifts: &Shifts,
        rows: &[Stated<'_, 'a>],
        is_cash: bool,
        opening: Option<Money>,
    ) -> Option<Money> {
        let tills: BTreeSet<usize> = shifts.iter().map(|(till, _)| *till).collect();
        match rows {
            [(_, _, row)] if shifts.len() == 1 => row.expected,
            // A Z-report of a shift that is judged with others says nothing about all of them.
            _ if is_cash && tills.len() < shifts.len() => None,
            rows => {
                let sum: Option<Money> = rows
                    .iter()
                    .map(|(_, _, row)| {
                        Some(row.expected? - if is_cash { row.opening_float.unwrap_or_default() } else { Money::ZERO })
                    })
                    .collect::<Option<Vec<_>>>()
                    .filter(|amounts| !amounts.is_empty())
                    .map(|amounts| amounts.iter().sum());
                let float = if is_cash { opening? } else { Money::ZERO };
                sum.map(|sum| sum + float)
            }
        }
    }

    /// What went to the bank, and what is left for tomorrow.
    #[expect(clippy::too_many_arguments, reason = "one call, with what the last shift states")]
    pub(super) fn left(
        &self,
        rows: &[Stated<'_, 'a>],
        tender: &str,
        counted: Option<Money>,
        after_count: Money,
        last: bool,
        subject: &str,
        outs: &mut Vec<TieOut>,
    ) -> (Option<Money>, Option<Money>) {
        let stated: Vec<Money> = rows.iter().filter_map(|(_, _, row)| row.banked).collect();
        let closing = rows.iter().rev().find_map(|(_, _, row)| row.closing_float);
        let is_before = self.judgement.store.banked() == Banked::BeforeCount;
        let banked = (!stated.is_empty()).then(|| stated.iter().map(|amount| amount.abs()).sum::<Money>());
        let late = if last { self.late(tender, banked) } else { Money::ZERO };
        let ours = match (counted, banked) {
            (Some(counted), _) if is_before => Some(counted),
            (Some(counted), Some(_)) => Some(counted - after_count),
            _ => None,
        };
        if let (Some(ours), Some(closing)) = (ours, closing) {
            let note = format!("{} left by the count, {closing} stated", ours);
            outs.push(TieOut::compared("left", subject, ours.decimal(), closing.decimal(), note));
        }
        let banked = banked.or(match (counted, closing) {
            (Some(counted), Some(closing)) if !is_before => Some(counted - closing),
            _ => None,
        });
        (banked, closing.or(ours).map(|left| left + late))
    }

    /// Cash that moved after the last close without a sale: in nobody's over/short, but in what is left. A drop that is exactly
    /// what the Z-report says was banked is the same money.
    pub(super) fn late(&self, tender: &str, banked: Option<Money>) -> Money {
        let closed: BTreeSet<usize> =
            self.tills.iter().filter(|(_, till)| !till.shifts.is_empty()).map(|(position, _)| *position).collect();
        let late = |drops: bool| -> Decimal {
            self.posted()
                .filter(|(posted, of)| *of == tender && posted.shift.is_none() && closed.contains(&posted.till))
                .filter(|(posted, _)| !matches!(posted.movement.reason, Reason::Sale | Reason::Refund))
                .filter(|(posted, _)| (posted.movement.reason == Reason::Drop) == drops)
                .map(|(posted, _)| posted.movement.amount)
                .sum()
        };
        let drops = Money::rounded(late(true));
        let drops = if banked == Some(-drops) { Money::ZERO } else { drops };
        drops + Money::rounded(late(false))
    }
}

/// Ours against the till's own figure. Some tills leave the float out of it.
pub(super) fn z_expected(
    balance: &Balance,
    by_z: Option<Money>,
    blocked: Option<String>,
    subject: &str,
    outs: &mut Vec<TieOut>,
) -> Tie {
    let Some(by_z) = by_z.map(Money::decimal) else { return Tie::NotApplicable };
    let Some(ours) = balance.expected() else {
        outs.push(TieOut::open("z_expected", subject, Tie::NotChecked, Some(by_z), None, "the opening is not known"));
        return Tie::NotChecked;
    };
    if let Some(why) = blocked {
        outs.push(TieOut::open("z_expected", subject, Tie::NotChecked, Some(by_z), Some(ours), why));
        return Tie::NotChecked;
    }
    let opening = balance.opening.unwrap_or_default();
    let (right, float) = match ours - opening {
        without if without == by_z && ours != by_z => (without, ", float left out"),
        _ => (ours, ""),
    };
    let note = format!("the Z-report expects {}, we {}{float}", Money::rounded(by_z), Money::rounded(right));
    let out = TieOut::compared("z_expected", subject, by_z, right, note);
    let tie = out.tie;
    outs.push(out);
    tie
}

pub(super) fn float_carried(
    subject: &str,
    is_cash: bool,
    opening: Option<Money>,
    before: Before,
    first: bool,
    outs: &mut Vec<TieOut>,
) {
    if !is_cash {
        return;
    }
    let name = "float_carried";
    let stated = opening.map(Money::decimal);
    let out = match (opening, before) {
        (Some(opening), Before::Left(left)) => {
            let note = format!(
                "opened with {opening}, {left} was left {}",
                if first { "the evening before" } else { "by the shift before" }
            );
            TieOut::compared(name, subject, opening.decimal(), left.decimal(), note)
        }
        (None, Before::Left(left)) => {
            let why = "nobody counted the opening: what was left before was taken, so over/short contains the night";
            TieOut::open(name, subject, Tie::NotChecked, None, Some(left.decimal()), why)
        }
        (_, Before::FirstDay) => TieOut::open(name, subject, Tie::NotApplicable, stated, None, "the drawer's first day"),
        (_, Before::Unknown) => {
            TieOut::open(name, subject, Tie::NotChecked, stated, None, "nobody says what was left in the drawer before")
        }
    };
    outs.push(out);
}
