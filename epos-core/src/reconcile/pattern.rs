//! Watching drawers and shifts, not people: what the over/short of a drawer does over many closes, and how often money goes back, measured
//! against the store's own past. No single difference is a pattern.
//!
//! A drawer's closes are a chart of individual values about nothing, because a drawer has a right figure. Its own spread is the median
//! absolute deviation about the median, times 1.4826 (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993; NIST/SEMATECH
//! e-Handbook, 1.3.5.17); where more than half of the closes are alike, 1.2533 times the mean deviation. The rules are those of control
//! charts: nine on one side (Nelson, Journal of Quality Technology 16, 1984, test 2), six that grow (test 3), three of ten beyond three
//! spreads, and a sign test over twenty. Rates are judged by a u-chart with four spreads (NIST/SEMATECH e-Handbook, 6.3.3.1).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::StoreDay;
use super::drawer::Round;
use super::judge::Judgement;
use crate::diagnostic::{W006, W007};
use crate::ledger::till::Till;
use crate::ledger::transaction::Transaction;
use crate::model::{CashKind, Money, SaleKind, TenderClass};
use crate::tax::cash_rounding;

/// Closes to learn from before anything is said: of a drawer, and of the store's past.
const LEARNED: u32 = 20;
/// Closes that are remembered of a drawer.
const REMEMBERED: usize = 60;
/// Closes on one side that are a pattern.
const ONE_SIDE: usize = 9;
/// Closes that grow that are a pattern.
const GROWING: usize = 6;
/// Closes beyond the limits, of the last [`LAST`], that are a pattern.
const BEYOND: usize = 3;
/// See [`BEYOND`].
const LAST: usize = 10;
/// Closes over which small differences are set side by side.
const SMALL_OF: usize = 20;
/// The fewest small differences that can be a pattern.
const SMALL_LEAST: usize = 10;
/// Closes over which a drawer's rates are put together.
const WINDOW: u32 = 10;
/// The fewest events that can be a pattern.
const EVENTS_LEAST: u32 = 5;

/// What a drawer rang, as far as it is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Transactions, voids among them.
    pub transactions: u32,
    /// Refunds in cash that do not say what they give back.
    pub refunds: u32,
    /// Transactions that were paid and then taken back.
    pub voids: u32,
    /// Times the drawer was opened without a sale.
    pub no_sales: u32,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.transactions = self.transactions.saturating_add(other.transactions);
        self.refunds = self.refunds.saturating_add(other.refunds);
        self.voids = self.voids.saturating_add(other.voids);
        self.no_sales = self.no_sales.saturating_add(other.no_sales);
    }
}

/// What each drawer rang on a day.
pub type Watched = BTreeMap<String, Tally>;

/// What is remembered of a drawer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Its over/short of cash, close by close, as far as it is remembered.
    pub closes: Vec<Money>,
    /// Closes of which over/short was ever known.
    pub known: u32,
    /// What it rang since its rates were last judged.
    pub window: Tally,
    /// Over how many closes.
    pub window_closes: u32,
}

/// What is remembered of a store's drawers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    /// Each drawer, by name.
    pub drawers: BTreeMap<String, History>,
    /// What all of them rang before: the store's own past.
    pub past: Tally,
    /// Over how many closes.
    pub past_closes: u32,
}

impl Patterns {
    /// Takes a day in.
    pub(super) fn take(&mut self, day: &StoreDay) {
        for result in day.drawers.iter().filter(|result| result.class == TenderClass::Cash) {
            let Some(over_short) = result.over_short else { continue };
            let history = self.drawers.entry(result.drawer.clone()).or_default();
            history.known = history.known.saturating_add(1);
            history.closes.push(over_short);
            let excess = history.closes.len().saturating_sub(REMEMBERED);
            history.closes.drain(..excess);
        }
        for (drawer, tally) in &day.watched {
            let history = self.drawers.entry(drawer.clone()).or_default();
            history.window.add(*tally);
            history.window_closes += 1;
            if history.window_closes >= WINDOW {
                self.past_closes = self.past_closes.saturating_add(history.window_closes);
                self.past.add(std::mem::take(&mut history.window));
                history.window_closes = 0;
            }
        }
    }
}

/// What each drawer of the day rang.
pub(super) fn watched(judgement: &Judgement<'_>) -> Watched {
    let mut all = Watched::new();
    for till in judgement.tills.iter().filter(|till| till.traded()) {
        all.entry(judgement.store.drawer_of(&till.name)).or_default().add(tally(till, judgement));
    }
    all
}

fn tally(till: &Till<'_>, judgement: &Judgement<'_>) -> Tally {
    let count = |test: &dyn Fn(&Transaction<'_>) -> bool| {
        u32::try_from(till.transactions.iter().filter(|of| test(of)).count()).unwrap_or(u32::MAX)
    };
    let is_cash = |name: &str| judgement.context.policy.tender_class(name) == TenderClass::Cash;
    let named = |of: &Transaction<'_>| {
        let header = of.header.and_then(|header| header.original_number.as_ref());
        header.or_else(|| of.lines.iter().find_map(|line| line.original_number.as_ref())).is_some()
    };
    let cash_back = |of: &Transaction<'_>| of.tenders.iter().any(|tender| tender.amount.is_negative() && is_cash(&tender.tender));
    let void = |of: &Transaction<'_>| match of.header {
        Some(header) => header.kind == SaleKind::Void,
        None => !of.lines.is_empty() && of.lines.iter().all(|line| line.kind == SaleKind::Void),
    };
    let paid = |of: &Transaction<'_>| of.tenders.iter().any(|tender| !tender.amount.is_zero());
    let no_sales = till.cash.iter().filter(|(_, _, row)| row.kind == CashKind::NoSale).count();
    Tally {
        transactions: count(&|of| !of.lines.is_empty() || of.header.is_some()),
        refunds: count(&|of| of.counts() && of.is_refund() && cash_back(of) && !named(of)),
        voids: count(&|of| void(of) && paid(of)),
        no_sales: u32::try_from(no_sales).unwrap_or(u32::MAX),
    }
}

/// A pattern: what might well be behind it, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    innocent: &'static str,
    what: String,
    amount: Money,
    help: &'static str,
}

/// W006 and W007.
pub(super) fn watch(judgement: &mut Judgement<'_>, rounds: &[Round], watched: &Watched) {
    let patterns = &judgement.evidence.before.patterns;
    let policy = &judgement.context.policy;
    let limits = judgement.store.tolerances.as_ref().unwrap_or(&policy.tolerances);
    let small = limits.first().copied().unwrap_or_default();
    let nickels = judgement.store.region.starts_with("CA");
    let mut histories: BTreeMap<&str, History> = BTreeMap::new();
    let mut found: Vec<(crate::diagnostic::Code, String, Pattern)> = Vec::new();
    for result in rounds.iter().map(|round| &round.result).filter(|result| result.class == TenderClass::Cash) {
        let Some(over_short) = result.over_short else { continue };
        let history =
            histories.entry(&result.drawer).or_insert_with(|| patterns.drawers.get(&result.drawer).cloned().unwrap_or_default());
        history.closes.push(over_short);
        history.known = history.known.saturating_add(1);
        if history.known >= LEARNED {
            let closes: Vec<Money> = history.closes.iter().map(|amount| to_coin(*amount, nickels)).collect();
            found.extend(pattern(&closes, small).map(|of| (W006, result.drawer.clone(), of)));
        }
    }
    for (drawer, today) in watched {
        let before = patterns.drawers.get(drawer);
        let mut window = before.map(|history| history.window).unwrap_or_default();
        window.add(*today);
        let closes = before.map_or(0, |history| history.window_closes) + 1;
        if closes >= WINDOW && patterns.past_closes >= LEARNED {
            found.extend(rates(window, patterns.past).into_iter().map(|of| (W007, drawer.clone(), of)));
        }
    }
    for (code, drawer, of) in found {
        let amount = Some(of.amount).filter(|amount| !amount.is_zero());
        judgement.note(code, &drawer, amount, format!("{}; drawer {drawer}: {}", of.innocent, of.what), of.help);
    }
}

/// Where the smallest coin is five cents, a count cannot be nearer than that.
fn to_coin(amount: Money, nickels: bool) -> Money {
    if nickels { amount + cash_rounding(amount) } else { amount }
}

/// The first pattern that the last of a drawer's closes completes. `small`: the tolerance.
fn pattern(closes: &[Money], small: Money) -> Option<Pattern> {
    one_side(closes).or_else(|| growing(closes)).or_else(|| beyond(closes, small)).or_else(|| many_small(closes, small))
}

/// Do the last of these closes complete a pattern?
#[cfg(test)]
pub(super) fn alarm(closes: &[Money], small: Money) -> bool {
    pattern(closes, small).is_some()
}

/// `short` or `over`.
fn side(amount: Money) -> &'static str {
    if amount.is_negative() { "short" } else { "over" }
}

/// The last closes that are all short or all over, in the order they came.
fn same_side(closes: &[Money]) -> &[Money] {
    let Some(last) = closes.last().filter(|last| !last.is_zero()) else { return &[] };
    let same = |amount: &&Money| !amount.is_zero() && amount.is_negative() == last.is_negative();
    let length = closes.iter().rev().take_while(same).count();
    closes.get(closes.len() - length..).unwrap_or_default()
}

fn one_side(closes: &[Money]) -> Option<Pattern> {
    let run = same_side(closes);
    let sum: Money = run.iter().sum();
    (!run.is_empty() && run.len().is_multiple_of(ONE_SIDE)).then(|| Pattern {
        innocent: "perhaps the float is not quite what it is taken to be, or change is mostly rounded one way",
        what: format!("each of the last {} closes was {}, {} in all", run.len(), side(sum), sum.abs()),
        amount: sum,
        help: "Please count the float once by itself, and see whether the next closes still lean to one side.",
    })
}

fn growing(closes: &[Money]) -> Option<Pattern> {
    let run = same_side(closes);
    let rising = run.windows(2).rev().take_while(|pair| matches!(pair, [a, b] if a.abs() < b.abs())).count() + 1;
    let last = run.last()?;
    (rising.is_multiple_of(GROWING)).then(|| Pattern {
        innocent: "perhaps what is missing one day is carried into the next opening, or scales for coins need to be set",
        what: format!("at {rising} closes running it was further {} than before, the last time {}", side(*last), last.abs()),
        amount: *last,
        help: "Is the opening float counted, or taken over from the evening before?",
    })
}

/// The middle one of several figures, or the mean of the two in the middle.
fn median(mut values: Vec<Decimal>) -> Decimal {
    values.sort_unstable();
    let half = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    if values.len().is_multiple_of(2) && half > 0 { (at(half - 1) + at(half)) / Decimal::TWO } else { at(half) }
}

/// The middle of a drawer's closes, and three times their spread.
fn limits(closes: &[Money]) -> (Decimal, Decimal) {
    let values = || closes.iter().map(|amount| amount.decimal());
    let middle = median(values().collect());
    let deviations: Vec<Decimal> = values().map(|value| (value - middle).abs()).collect();
    let robust = median(deviations.clone()) * Decimal::new(14_826, 4);
    let count = Decimal::from(deviations.len().max(1));
    let spread = if robust.is_zero() { deviations.iter().sum::<Decimal>() / count * Decimal::new(12_533, 4) } else { robust };
    (middle, spread * Decimal::from(3))
}

fn beyond(closes: &[Money], small: Money) -> Option<Pattern> {
    let (middle, limit) = limits(closes.get(..closes.len().checked_sub(1)?)?);
    let limit = limit.max(small.decimal());
    let is_beyond = |amount: &&Money| (amount.decimal() - middle).abs() > limit;
    let recent = closes.get(closes.len().saturating_sub(LAST)..)?;
    let far: Vec<&Money> = recent.iter().filter(is_beyond).collect();
    let last = closes.last().filter(is_beyond)?;
    let list = far.iter().map(|amount| format!("{} {}", amount.abs(), side(**amount))).collect::<Vec<_>>().join(", ");
    (far.len() == BEYOND).then(|| Pattern {
        innocent: "perhaps card sales are rung as cash now and then, or money goes to the safe without being rung",
        what: format!("{BEYOND} of the last {} closes were far from what is usual there ({list})", recent.len()),
        amount: *last,
        help: "What did these days have in common: a market, somebody new, the card machine?",
    })
}

/// Is it likelier than one in a thousand that of `all` closes `most` or more lie on one side by chance?
fn by_chance(all: usize, most: usize) -> bool {
    let mut ways: u64 = 1;
    let (mut whole, mut tail) = (0_u64, 0_u64);
    for position in 0..=all as u64 {
        whole += ways;
        tail += if position >= most as u64 { ways } else { 0 };
        ways = ways * (all as u64 - position) / (position + 1);
    }
    tail * 2_000 > whole
}

fn leaning(closes: &[Money], small: Money) -> Option<(usize, usize, Money)> {
    let recent = closes.get(closes.len().checked_sub(SMALL_OF)?..)?;
    let differing: Vec<&Money> = recent.iter().filter(|amount| !amount.is_zero() && amount.abs() <= small).collect();
    let short = differing.iter().filter(|amount| amount.is_negative()).count();
    let most = short.max(differing.len() - short);
    let leans = differing.len() >= SMALL_LEAST && !by_chance(differing.len(), most);
    leans.then(|| (differing.len(), most, differing.into_iter().sum()))
}

fn many_small(closes: &[Money], small: Money) -> Option<Pattern> {
    let (all, most, sum) = leaning(closes, small)?;
    // Said when it becomes so, and not again at every close while it stays so.
    if leaning(closes.get(..closes.len().checked_sub(1)?)?, small).is_some() {
        return None;
    }
    Some(Pattern {
        innocent: "perhaps small change is rounded for customers, or one coin roll was never full",
        what: format!("of {all} small differences at the last {SMALL_OF} closes {most} were {}, {} in all", side(sum), sum.abs()),
        amount: sum,
        help: "Each is small; together they lean to one side. Please count the float once by itself.",
    })
}

/// Rates of a drawer's last closes that are far above the store's own past.
fn rates(window: Tally, past: Tally) -> Vec<Pattern> {
    let measures = [
        (
            window.refunds,
            past.refunds,
            "perhaps customers brought gifts back without a receipt, or the till does not ask for the sale's number",
            "cash refunds that name no sale",
            "Is there a list of what came back, and does the till offer the number of the sale?",
        ),
        (
            window.voids,
            past.voids,
            "perhaps the card machine lost its line, or somebody is learning the till",
            "sales taken back after payment",
            "Please ask how the card machine did, and whether the till could be shown once more.",
        ),
        (
            window.no_sales,
            past.no_sales,
            "perhaps change was fetched for customers, or the drawer is opened to put slips away",
            "openings without a sale",
            "What is the drawer opened for? Perhaps the change could be kept at hand.",
        ),
    ];
    let far = |events: u32, before: u32| {
        // One event more than were seen, so that nothing seen is not never.
        let expected =
            Decimal::from(window.transactions) * Decimal::from(before.saturating_add(1)) / Decimal::from(past.transactions.max(1));
        let above = Decimal::from(events) - expected;
        let enough = events >= EVENTS_LEAST && above > expected;
        enough && above * above > expected * Decimal::from(16)
    };
    let per_hundred = |events: u32, of: u32| (Decimal::from(events) * Decimal::ONE_HUNDRED / Decimal::from(of.max(1))).round_dp(1);
    measures
        .into_iter()
        .filter(|(events, before, ..)| far(*events, *before))
        .map(|(events, before, innocent, name, help)| Pattern {
            innocent,
            what: format!(
                "{events} {name} in {WINDOW} closes, {} for every 100 transactions; the store's own past has {}",
                per_hundred(events, window.transactions),
                per_hundred(before, past.transactions)
            ),
            amount: Money::ZERO,
            help,
        })
        .collect()
}
