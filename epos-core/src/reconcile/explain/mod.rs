//! Why a drawer may be over or short: ranked likely causes, each with its arithmetic, the rows to look at and a probability.
//!
//! A likely cause never changes a figure or a state; only a person's acceptance does.

mod both;
mod causes;
mod digits;
mod nights;
mod pairs;
mod rows;
mod scene;
#[cfg(test)]
mod tests;
mod weights;

use std::collections::BTreeMap;

use serde::Serialize;

use super::drawer::Round;
use super::judge::Judgement;
use crate::diagnostic::{S002, S004, S013, S016};
use crate::model::{At, Money, TenderClass, words};
use causes::{Candidate, Off, ROWS_MAX};
use scene::{Paid, Scene};
use weights::{CHANCE, ELSE, ELSE_AMOUNTS, ELSE_NOTES, ELSE_SMALL, WHOLE};

words! {
    /// What may have caused a difference (PRACTICE §7).
    Cause {
        /// One sale rung in one tender and paid in another.
        WrongTender = "wrong_tender",
        /// A refund rung in one tender and given back in another.
        RefundOtherTender = "refund_other_tender",
        /// A refund was paid and not rung.
        RefundNotRung = "refund_not_rung",
        /// A refund was rung and not paid.
        RefundNotPaid = "refund_not_paid",
        /// Something paid out was keyed as paid in, or the other way round.
        SignError = "sign_error",
        /// Digits of a typed figure swapped, or its decimal point slipped.
        Digits = "digits",
        /// The float was not entered at opening.
        FloatNotEntered = "float_not_entered",
        /// The count left the float out, or the float was banked before the count.
        FloatLeftOut = "float_left_out",
        /// Change that was given was counted in.
        ChangeCountedIn = "change_counted_in",
        /// Cash went to the safe and was not rung.
        DropNotRung = "drop_not_rung",
        /// Something was paid out of the drawer and not rung.
        PaidOutNotRung = "paid_out_not_rung",
        /// Rows are missing: sales were rung that did not come with the file.
        MissingRows = "missing_rows",
        /// A line or a file stands twice.
        Duplicate = "duplicate",
        /// Card sales after the machine's cut-off.
        CardCutoff = "card_cutoff",
        /// A coin, a note or a full bank bag too many or too few.
        RoundNote = "round_note",
        /// Cash was put into another drawer.
        TwoDrawers = "two_drawers",
        /// Rung too much, and taken back after the Z-report.
        OverRing = "over_ring",
    }
}

/// A row to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pointer {
    /// Where it stands.
    pub at: At,
    /// What it is, in a few words: `sale 201, 10:30, 18.00 cash`.
    pub what: String,
}

/// One cause, or two together, that would give exactly the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LikelyCause {
    /// The cause.
    pub cause: Cause,
    /// A second one beside it, when only both together give the difference.
    pub with: Option<Cause>,
    /// How often, of a hundred such differences with such rows, it is the one. Calibrated on simulated faults.
    pub percent: u8,
    /// The arithmetic, in one line: `cash −18.00, card +18.00, sale 201 = 18.00`.
    pub arithmetic: String,
    /// The cause in one plain sentence, without names: `one sale was probably rung as cash but paid by card`.
    pub sentence: String,
    /// What somebody could look at to know, as one question: `Is there a card slip for 18.00 around 10:30?`
    pub question: String,
    /// How many rows of the day fit equally well; above 1 it is printed.
    pub matches: usize,
    /// The rows to look at, the likeliest first; at most ten.
    pub rows: Vec<Pointer>,
}

/// What may be behind one difference of a store-day: of a drawer's tender, or of two that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The findings it is about: code and subject.
    pub findings: Vec<(&'static str, String)>,
    /// The difference; of two that belong together, that of the first.
    pub amount: Money,
    /// Likely causes, likeliest first. Empty: no explanation was found.
    pub causes: Vec<LikelyCause>,
}

impl Explanation {
    /// The likeliest cause, where it is likely enough to be said: from 60 of a hundred on (PRACTICE §7).
    ///
    /// ```
    /// use epos_core::model::Money;
    /// use epos_core::reconcile::Explanation;
    ///
    /// let honest = Explanation { findings: vec![("S002", "1 Cash".into())], amount: Money::cents(-18_00), causes: Vec::new() };
    /// assert_eq!(honest.said(), None, "no explanation found is an honest answer");
    /// ```
    pub fn said(&self) -> Option<&LikelyCause> {
        self.causes.first().filter(|cause| cause.percent >= 60)
    }
}

impl Explanation {
    /// What is said of it beside the finding: the likeliest cause with its question, or that none was found.
    ///
    /// ```
    /// use epos_core::model::Money;
    /// use epos_core::reconcile::Explanation;
    ///
    /// let honest = Explanation { findings: vec![("S002", "1 Cash".into())], amount: Money::cents(-18_00), causes: Vec::new() };
    /// assert_eq!(honest.in_words(), "No explanation found.");
    /// ```
    pub fn in_words(&self) -> String {
        match self.said() {
            Some(said) => {
                let matched = said.matched().map(|matched| format!("; {matched}")).unwrap_or_default();
                format!("Most likely ({} %): {} ({}{matched}). {}", said.percent, said.sentence, said.arithmetic, said.question)
            }
            None => "No explanation found.".to_owned(),
        }
    }
}

impl LikelyCause {
    /// `3 sales match`, where more than one row fits equally well.
    ///
    /// ```
    /// use epos_core::reconcile::{Cause, LikelyCause};
    ///
    /// let [arithmetic, sentence, question] = [const { String::new() }; 3];
    /// let (cause, with, percent, rows) = (Cause::WrongTender, None, 80, Vec::new());
    /// let likely = LikelyCause { cause, with, percent, arithmetic, sentence, question, matches: 3, rows };
    /// assert_eq!(likely.matched().as_deref(), Some("3 sales match"));
    /// ```
    pub fn matched(&self) -> Option<String> {
        let what = match (self.cause, self.with) {
            (_, Some(_)) => "combinations",
            (Cause::WrongTender | Cause::ChangeCountedIn | Cause::OverRing | Cause::MissingRows, _) => "sales",
            (Cause::RefundOtherTender | Cause::RefundNotPaid | Cause::RefundNotRung, _) => "refunds",
            _ => "rows",
        };
        (self.matches > 1).then(|| format!("{} {what} match", self.matches))
    }
}

/// Over/short by drawer and tender (in lower case).
pub type OverShort = BTreeMap<(String, String), Money>;

/// What the same drawers were off by on the open days around.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Neighbours {
    before: OverShort,
    after: OverShort,
}

/// Causes that are told of one difference.
const CAUSES_MAX: usize = 5;

/// Explains every difference of a judged day, in the order of its drawers.
pub(super) fn explain(judgement: &Judgement<'_>, rounds: &[Round]) -> Vec<Explanation> {
    let neighbours = Neighbours { before: judgement.evidence.before.over_short.clone(), after: judgement.evidence.morning.clone() };
    let differs = |round: &&Round| {
        let of = |amount: Option<Money>| amount.is_some_and(|amount| !amount.is_zero());
        of(round.result.over_short) || of(round.result.overnight)
    };
    let wanted: Vec<&Round> = rounds.iter().filter(differs).collect();
    // The tenders of one drawer and shift rest on the same rows.
    let mut scenes: BTreeMap<(&str, &[String]), Scene<'_, '_>> = BTreeMap::new();
    for round in &wanted {
        let key = (round.result.drawer.as_str(), round.result.z_numbers.as_slice());
        scenes.entry(key).or_insert_with(|| Scene::of(judgement, round));
    }
    let offs: Vec<Off<'_, '_, '_>> = wanted
        .iter()
        .filter_map(|round| {
            let scene = scenes.get(&(round.result.drawer.as_str(), round.result.z_numbers.as_slice()))?;
            let amount = round.result.over_short.unwrap_or_default();
            Some(Off { scene, round, amount, neighbours: &neighbours, found: Vec::new() })
        })
        .collect();
    let mut all = in_drawers(offs);
    let mut covered: Vec<String> = all.iter().flat_map(|one| one.findings.iter().map(|(_, subject)| subject.clone())).collect();
    for differing in rows::differing(judgement, rounds) {
        covered.extend(differing.findings.iter().map(|(_, subject)| subject.clone()));
        all.push(told(
            judgement,
            &[],
            differing.findings,
            differing.amount,
            differing.found,
            ELSE * (WHOLE / 1_000) / ELSE_AMOUNTS,
        ));
    }
    for round in rounds.iter().filter(|round| !covered.contains(&round.subject)) {
        if let Some(differing) = rows::expected(judgement, round) {
            all.push(told(
                judgement,
                &[],
                differing.findings,
                differing.amount,
                differing.found,
                ELSE * (WHOLE / 1_000) / ELSE_AMOUNTS,
            ));
        }
    }
    all
}

/// Differences of drawers: those that belong together first, every other alone.
fn in_drawers(offs: Vec<Off<'_, '_, '_>>) -> Vec<Explanation> {
    let mut all = Vec::new();
    let mut taken = vec![false; offs.len()];
    let mut offs = offs;
    for at in 0..offs.len() {
        if taken.get(at).copied().unwrap_or(true) {
            continue;
        }
        let partner = partner(&offs, &taken, at);
        if let Some(mark) = taken.get_mut(at) {
            *mark = true;
        }
        let overnight = offs.get(at).and_then(|off| off.round.result.overnight).filter(|night| !night.is_zero());
        let is_judged = offs.get(at).is_some_and(|off| !off.amount.is_zero());
        if let Some(off) = offs.get_mut(at).filter(|_| is_judged) {
            off.look();
        }
        let Some(off) = offs.get(at) else { continue };
        let (mut findings, mut together) = (named(off), Vec::new());
        if let Some(other) = partner.and_then(|other| offs.get(other)) {
            findings.extend(named(other));
            let same_drawer = off.round.result.drawer == other.round.result.drawer;
            together = if same_drawer { pairs::tenders(off, other) } else { pairs::drawers(off, other) };
        }
        let night_too = overnight.filter(|night| is_judged && *night == -off.amount);
        if let Some(night) = night_too.filter(|_| partner.is_none()) {
            findings.extend(named_night(off));
            together = pairs::opening(off, night);
        }
        let alone = overnight.filter(|_| night_too.is_none() || partner.is_some());
        let is_pair = partner.is_some() || night_too.is_some();
        let rest = rest(off, is_pair);
        let (scene, amount) = (off.scene, off.amount);
        let night = alone.map(|night| (named_night(off), night, pairs::night(off, night)));
        let both = if is_judged && !is_pair && off.found.is_empty() { both::look(off) } else { Vec::new() };
        if is_judged {
            let mut found = offs.get_mut(at).map(|off| std::mem::take(&mut off.found)).unwrap_or_default();
            // One of the two is then there by chance.
            found.iter_mut().filter(|_| is_pair).for_each(|one| one.weight /= CHANCE);
            found.extend(together);
            found.extend(both);
            all.push(told(scene.judgement, &scene.paid, findings, amount, found, rest));
        }
        if let Some((findings, night, found)) = night {
            all.push(told(scene.judgement, &scene.paid, findings, night, found, ELSE * (WHOLE / 1_000) / ELSE_AMOUNTS));
        }
        if let Some(mark) = partner.and_then(|other| taken.get_mut(other)) {
            *mark = true;
        }
    }
    all
}

/// The difference that belongs to this one: another tender of the drawer, else the same tender of another, off by the opposite.
fn partner(offs: &[Off<'_, '_, '_>], taken: &[bool], at: usize) -> Option<usize> {
    let off = offs.get(at).filter(|off| !off.amount.is_zero())?;
    let (result, opposite) = (&off.round.result, -off.amount);
    let free = || {
        offs.iter()
            .enumerate()
            .filter(move |(other, off)| *other != at && !taken.get(*other).copied().unwrap_or(true) && off.amount == opposite)
    };
    let same_drawer = free().find(|(_, other)| {
        let of = &other.round.result;
        of.drawer == result.drawer && of.z_numbers == result.z_numbers && of.tender != result.tender
    });
    let same_tender = || {
        free().find(|(_, other)| {
            let of = &other.round.result;
            of.drawer != result.drawer && of.class == result.class && of.class == TenderClass::Cash
        })
    };
    same_drawer.or_else(same_tender).map(|(other, _)| other)
}

/// The weight of what is not known.
fn rest(off: &Off<'_, '_, '_>, is_pair: bool) -> u64 {
    let judgement = off.scene.judgement;
    let limits = judgement.store.tolerances.as_ref().unwrap_or(&judgement.context.policy.tolerances);
    let small = off.round.result.class == TenderClass::Cash && limits.first().is_some_and(|first| off.amount.abs() <= *first);
    let notes = off.is_short() && digits::of_pieces(off.amount, &judgement.store.currency).is_some();
    let of = match (small, notes && off.round.result.class == TenderClass::Cash) {
        (true, _) => ELSE_SMALL,
        (false, true) => ELSE * ELSE_NOTES,
        (false, false) => ELSE,
    };
    let parts = of * (WHOLE / 1_000) / ELSE_AMOUNTS;
    if is_pair || off.is_given_back() { parts / CHANCE } else { parts }
}

/// The findings about a drawer's tender.
fn named(off: &Off<'_, '_, '_>) -> Vec<(&'static str, String)> {
    let about = [S002, S013, S016];
    let findings = off.scene.judgement.findings.iter();
    let own = findings.filter(|finding| about.contains(&finding.code) && finding.subject == off.round.subject);
    own.map(|finding| (finding.code.0.code, finding.subject.clone())).collect()
}

fn named_night(off: &Off<'_, '_, '_>) -> Vec<(&'static str, String)> {
    vec![(S004.0.code, off.round.subject.clone())]
}

/// Ranks what fits. The weight of what is not known keeps a part for itself.
fn told(
    judgement: &Judgement<'_>,
    paid: &[Paid<'_, '_>],
    findings: Vec<(&'static str, String)>,
    amount: Money,
    mut found: Vec<Candidate<'_>>,
    rest: u64,
) -> Explanation {
    found.sort_by(|a, b| {
        let key = |one: &Candidate<'_>| (one.cause, one.with);
        b.weight.cmp(&a.weight).then_with(|| key(a).cmp(&key(b))).then_with(|| a.arithmetic.cmp(&b.arithmetic))
    });
    let mut kept: Vec<Candidate<'_>> = Vec::new();
    for one in found {
        if !kept.iter().any(|other| (other.cause, other.with) == (one.cause, one.with)) {
            kept.push(one);
        }
    }
    let sum: u128 = kept.iter().map(|one| u128::from(one.weight)).sum::<u128>() + u128::from(rest.max(1));
    let percent = |weight: u64| u8::try_from(u128::from(weight) * 100 / sum).unwrap_or(100).min(99);
    let causes = kept.into_iter().take(CAUSES_MAX).filter(|one| percent(one.weight) > 0).map(|one| LikelyCause {
        cause: one.cause,
        with: one.with,
        percent: percent(one.weight),
        rows: one.rows.iter().take(ROWS_MAX).filter_map(|row| scene::pointer(judgement, paid, *row)).collect(),
        arithmetic: one.arithmetic,
        sentence: one.sentence,
        question: one.question,
        matches: one.matches,
    });
    Explanation { findings, amount, causes: causes.collect() }
}
