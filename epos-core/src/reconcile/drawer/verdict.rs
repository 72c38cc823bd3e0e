//! What came of a round, in words and as a state.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::diagnostic::{S002, S004, S005, S006, S011, S013, S014, S015, S016, Severity};
use crate::model::{Balance, Kind, Money, TenderClass};
use crate::reconcile::judge::{Judgement, spoken};
use crate::reconcile::{DrawerResult, Tie, carry};

/// One tender of one drawer in one round, with what the findings need.
pub(in crate::reconcile) struct Round {
    pub result: DrawerResult,
    /// `till-1 cash`, `till-1 cash Z 101` where there are several.
    pub subject: String,
    pub tills: BTreeSet<usize>,
    /// Not being judged makes the day incomplete.
    pub needed: bool,
    /// Why in one word for the right finding.
    pub lack: Option<Lack>,
    /// The Z-report's expected figure against ours.
    pub expected: Tie,
    /// Where the opening figure comes from.
    pub opening: Opening,
    /// What was left the evening before, when it is known.
    pub before: Option<Money>,
    /// The equation as the till knows it, without any card machine's cut-off.
    pub till: Balance,
    /// Unclosed sales of earlier days in it: from when.
    pub since: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reconcile) enum Lack {
    Z,
    Count,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reconcile) enum Opening {
    Counted,
    First,
    Carried,
    Unknown,
}

/// Does every figure that the till's Z-reports expect agree, or else its cash, to the penny and in every round?
pub(in crate::reconcile) fn agrees(rounds: &[Round], till: usize) -> bool {
    let stated: Vec<Tie> = rounds
        .iter()
        .filter(|round| round.tills.contains(&till))
        .map(|round| round.expected)
        .filter(|tie| *tie != Tie::NotApplicable)
        .collect();
    if !stated.is_empty() && stated.iter().all(|tie| *tie == Tie::Tied) {
        return true;
    }
    let mut of_till =
        rounds.iter().filter(|round| round.result.class == TenderClass::Cash && round.tills.contains(&till)).peekable();
    of_till.peek().is_some() && of_till.all(|round| round.result.over_short.is_some_and(Money::is_zero))
}

/// Takes back the over/short of drawers with an unexplained gap.
pub(in crate::reconcile) fn withhold(rounds: &mut [Round], unexplained: &BTreeMap<usize, String>) {
    for round in rounds {
        let why = round.tills.iter().find_map(|till| unexplained.get(till));
        if let (Some(why), true) = (why, round.lack.is_none()) {
            round.lack = Some(Lack::Other);
            round.result.over_short = None;
            round.result.not_judged = Some(why.clone());
        }
    }
}

/// Says what came of it.
pub(in crate::reconcile) fn conclude(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    for round in rounds {
        round.conclude(judgement);
    }
    weekly(judgement, rounds);
}

/// `50.00 + 117.50 − 100.00 = 67.50`.
fn equation(balance: &Balance) -> String {
    let figure = |amount: Decimal| Money::rounded(amount).to_string();
    let mut text = figure(balance.opening.unwrap_or_default());
    if !balance.moved_in.is_zero() {
        text += &format!(" + {}", figure(balance.moved_in));
    }
    if !balance.moved_out.is_zero() {
        text += &format!(" − {}", figure(balance.moved_out));
    }
    format!("{text} = {}", figure(balance.expected().unwrap_or_default()))
}

impl Round {
    fn conclude(&self, judgement: &mut Judgement<'_>) {
        let result = &self.result;
        let drawer = if result.drawer.is_empty() { "the drawer".to_owned() } else { format!("drawer {}", result.drawer) };
        let what = format!("{drawer}, {}", result.tender.to_lowercase());
        if self.opening == Opening::First && result.class == TenderClass::Cash && self.lack.is_none() {
            let opening = Money::rounded(result.balance.opening.unwrap_or_default());
            let message = format!("{what}: the opening float of {opening} was taken as declared, it is the drawer's first day");
            judgement.find(S015, &self.subject, opening, message, "");
        }
        if let Some(overnight) = result.overnight.filter(|overnight| !overnight.is_zero()) {
            let (opening, left) = (Money::rounded(result.balance.opening.unwrap_or_default()), self.before.unwrap_or_default());
            let side = if overnight.is_negative() { "less" } else { "more" };
            let message = format!("{what}: opened with {opening}, but {left} was left before: {} {side}", overnight.abs());
            judgement.find(
                S004,
                &self.subject,
                overnight,
                message,
                "Was change fetched or cash banked in between? It is in nobody's over/short.",
            );
            judgement.tolerate(overnight);
        }
        if self.expected == Tie::Differs && self.lack != Some(Lack::Other) {
            self.z_differs(judgement, &what);
        }
        match (&result.not_judged, self.lack) {
            (Some(why), Some(lack)) => self.not_judged(judgement, &what, why, lack),
            _ => self.judged(judgement, &what),
        }
    }

    fn z_differs(&self, judgement: &mut Judgement<'_>, what: &str) {
        let (Some(by_z), Some(ours)) = (self.result.expected_by_z, self.till.expected()) else { return };
        let difference = by_z - Money::rounded(ours);
        let message =
            format!("{what}: the Z-report expects {by_z}, the transactions give {}: {difference} apart", equation(&self.till));
        judgement.find(S016, &self.subject, difference, message, "Are rows missing, or a cash movement?");
        judgement.out_of_balance();
    }

    fn not_judged(&self, judgement: &mut Judgement<'_>, what: &str, why: &str, lack: Lack) {
        if !self.needed {
            return;
        }
        judgement.incomplete();
        let amount = self.result.balance.expected().map(Money::rounded);
        let expected = amount.map(|amount| format!(" It should hold {amount}.")).unwrap_or_default();
        match lack {
            // The Z-report and its count are in: that there is no count in it is already known.
            Lack::Count if judgement.overdue || !judgement.expects.contains(&Kind::CashCounts) => {
                judgement.note(S006, &self.subject, amount, format!("{what}: {why}"), format!("Please send the count.{expected}"));
            }
            Lack::Z if self.result.class == TenderClass::Cash && judgement.overdue => {
                let message = format!("{what}: {why}");
                judgement.note(S005, &self.subject, amount, message, "Please send the Z-report, with its count.");
            }
            Lack::Z if self.result.class != TenderClass::Cash => return,
            _ => {}
        }
        if self.result.class == TenderClass::Cash {
            judgement.note(S011, &self.subject, None, format!("{what}: not judged: {why}"), "");
        }
    }

    fn judged(&self, judgement: &mut Judgement<'_>, what: &str) {
        let result = &self.result;
        let Some(over_short) = result.over_short else { return };
        judgement.judged = true;
        if over_short.is_zero() {
            return;
        }
        let side = if over_short.is_negative() { "short" } else { "over" };
        let counted = Money::rounded(result.balance.counted.unwrap_or_default());
        let since = self.since.map(|since| format!(" (since {})", spoken(since))).unwrap_or_default();
        let sum = format!("{} expected{since}, {counted} counted, {} {side}", equation(&result.balance), over_short.abs());
        if result.class != TenderClass::Cash {
            judgement.find(S013, &self.subject, over_short, format!("{what}: {sum}"), "Was one sale rung in another tender?");
            let tolerance = judgement.context.policy.tender_tolerance(&result.tender, result.class);
            if over_short.abs() > tolerance {
                judgement.out_of_balance();
                return;
            }
            judgement.within_tolerance();
            if let Some(finding) = judgement.findings.last_mut() {
                finding.severity = Severity::Note;
            }
            return;
        }
        let night = if self.opening == Opening::Carried { " Nobody counted the opening, so the night is in it." } else { "" };
        let within = judgement.tolerate(over_short);
        judgement.find(
            S002,
            &self.subject,
            over_short,
            format!("{what}: {sum}"),
            format!("Please don't add or take any money.{night}"),
        );
        if let Some(finding) = judgement.findings.last_mut().filter(|_| within) {
            finding.severity = Severity::Note;
        }
    }
}

/// Small differences every day are not small.
fn weekly(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    let mut today: BTreeMap<&str, Money> = BTreeMap::new();
    for round in rounds.iter().filter(|round| round.result.class == TenderClass::Cash) {
        if let Some(over_short) = round.result.over_short {
            *today.entry(&round.result.drawer).or_default() += over_short.abs();
        }
    }
    let limit = judgement.store.weekly.unwrap_or(judgement.context.policy.weekly);
    for (drawer, today) in today.into_iter().filter(|(_, today)| !today.is_zero()) {
        let from = carry::week_before(judgement.trading_day);
        let days = judgement.evidence.before.week.get(drawer);
        let earlier: Money =
            days.into_iter().flat_map(|days| days.range(from..judgement.trading_day)).map(|(_, amount)| *amount).sum();
        let sum = earlier + today;
        // One large difference has its own finding.
        if sum > limit && !earlier.is_zero() {
            let message = format!("drawer {drawer}: differences of seven days add up to {sum}, the limit is {limit}");
            judgement.find(S014, drawer, sum, message, "Each is small; together they are worth a look.");
            judgement.out_of_balance();
        }
    }
}
