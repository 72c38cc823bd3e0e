//! From the drawer to the bank: bags, card batches and payouts. Drawer, bag and card differences are three pots that never mix.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::drawer::Round;
use super::judge::{Judgement, spoken};
use super::{Banking, Before, Evidence, Tie, TieOut, cutoff};
use crate::diagnostic::{Code, S013, S019, S020, S021, S022};
use crate::model::{Account, Deposit, DepositKind, Money, Reason, TenderClass};

/// What a terminal's batch should hold: the till's card sales, less today's after the cut-off, plus yesterday's after it.
///
/// ```
/// use epos_core::model::Money;
/// use epos_core::reconcile::banking::card_batch_expected;
///
/// let (till, late_today, late_yesterday) = (Money::cents(250_00), Money::cents(30_00), Money::cents(12_50));
/// assert_eq!(card_batch_expected(till, late_today, late_yesterday), Money::cents(232_50));
/// ```
pub fn card_batch_expected(till_card: Money, after_cutoff_today: Money, after_cutoff_yesterday: Money) -> Money {
    till_card - after_cutoff_today + after_cutoff_yesterday
}

/// What the card company should pay out: its batches less fees and chargebacks.
///
/// ```
/// use epos_core::model::Money;
/// use epos_core::reconcile::banking::payout_expected;
///
/// let batches = [Money::cents(232_50), Money::cents(180_00)];
/// assert_eq!(payout_expected(&batches, Money::cents(7_22), Money::cents(15_00)), Money::cents(390_28));
/// ```
pub fn payout_expected(batches: &[Money], fees: Money, chargebacks: Money) -> Money {
    batches.iter().sum::<Money>() - fees - chargebacks
}

/// What the bank credited less what the bags held: negative when the bank found less.
///
/// ```
/// use epos_core::model::Money;
/// use epos_core::reconcile::banking::bag_difference;
///
/// let bags = [Money::cents(400_00), Money::cents(120_00)];
/// assert_eq!(bag_difference(&bags, Money::cents(515_00)), Money::cents(-5_00));
/// ```
pub fn bag_difference(bags: &[Money], credited: Money) -> Money {
    credited - bags.iter().sum::<Money>()
}

/// Gift cards sold and not yet spent at the end.
///
/// ```
/// use epos_core::model::Money;
/// use epos_core::reconcile::banking::gift_cards_closing;
///
/// let pounds = |pounds: i64| Money::cents(pounds * 100);
/// let (opening, sold, reloaded) = (pounds(1_000), pounds(200), pounds(50));
/// let (spent, cashed_out, expired) = (pounds(310), pounds(5), pounds(20));
/// assert_eq!(gift_cards_closing(opening, sold, reloaded, spent, cashed_out, expired), pounds(915));
/// ```
pub fn gift_cards_closing(opening: Money, sold: Money, reloaded: Money, spent: Money, cashed_out: Money, expired: Money) -> Money {
    opening + sold + reloaded - spent - cashed_out - expired
}

/// A bag or a card batch that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Since which trading day.
    pub since: NaiveDate,
    /// A bag (until the bank credits it) or a batch (until it is paid out).
    pub kind: DepositKind,
    /// Its number.
    pub reference: String,
    /// What it holds.
    pub amount: Money,
}

/// What was credited or paid out today under one reference, and what it was for.
struct Payment<'a> {
    kind: DepositKind,
    reference: &'a str,
    amount: Money,
    fees: Money,
    chargebacks: Money,
    /// What it clears; empty when nothing that waits fits.
    clears: Vec<Waiting>,
}

impl Payment<'_> {
    /// What it should be, by what it clears.
    fn expected(&self) -> Money {
        let amounts: Vec<Money> = self.clears.iter().map(|waiting| waiting.amount).collect();
        payout_expected(&amounts, self.fees, self.chargebacks)
    }
}

/// What waits after today's payments, and those payments. A payment clears what has its reference, else the oldest that together
/// come to exactly its amount: n bags to a deposit, n batches to a payout.
fn settle<'a>(day: NaiveDate, evidence: &'a Evidence, before: &Before) -> (Vec<Payment<'a>>, Vec<Waiting>) {
    let deposits = || evidence.sources.iter().flat_map(|source| &source.batch.content.deposits).map(|row| &row.record);
    let mut pool = before.waiting.clone();
    pool.extend(deposits().filter(|deposit| matches!(deposit.kind, DepositKind::Bag | DepositKind::Batch)).map(|deposit| {
        Waiting { since: day, kind: deposit.kind, reference: deposit.reference.trim().to_owned(), amount: deposit.amount }
    }));
    pool.sort_by(|a, b| (a.since, a.kind, &a.reference, a.amount).cmp(&(b.since, b.kind, &b.reference, b.amount)));
    let mut payments: BTreeMap<(DepositKind, &str), Payment<'a>> = BTreeMap::new();
    for deposit in deposits().filter(|deposit| matches!(deposit.kind, DepositKind::Bank | DepositKind::Payout)) {
        let reference = deposit.reference.trim();
        let payment = payments.entry((deposit.kind, reference)).or_insert_with(|| Payment {
            kind: deposit.kind,
            reference,
            amount: Money::ZERO,
            fees: Money::ZERO,
            chargebacks: Money::ZERO,
            clears: Vec::new(),
        });
        payment.amount += deposit.amount;
        payment.fees += deposit.fees.unwrap_or_default();
        payment.chargebacks += deposit.chargebacks.unwrap_or_default();
    }
    let mut payments: Vec<Payment<'a>> = payments.into_values().collect();
    for payment in &mut payments {
        let of = if payment.kind == DepositKind::Bank { DepositKind::Bag } else { DepositKind::Batch };
        let named =
            |waiting: &Waiting| waiting.kind == of && !waiting.reference.is_empty() && waiting.reference == payment.reference;
        if pool.iter().any(named) {
            payment.clears = pool.iter().filter(|waiting| named(waiting)).cloned().collect();
            pool.retain(|waiting| !named(waiting));
            continue;
        }
        let wanted = payment.amount + payment.fees + payment.chargebacks;
        let mut sum = Money::ZERO;
        let oldest = pool.iter().filter(|waiting| waiting.kind == of).position(|waiting| {
            sum += waiting.amount;
            sum == wanted
        });
        let Some(last) = oldest else { continue };
        let mut seen = 0;
        pool.retain(|waiting| {
            let clear = waiting.kind == of && seen <= last;
            seen += usize::from(waiting.kind == of);
            if clear {
                payment.clears.push(waiting.clone());
            }
            !clear
        });
    }
    (payments, pool)
}

/// What is still on its way after a day.
pub(super) fn carried(day: NaiveDate, evidence: &Evidence, before: &Before) -> Vec<Waiting> {
    settle(day, evidence, before).1
}

/// Which payments are among the evidence.
pub(super) fn payments(evidence: &Evidence) -> impl Iterator<Item = DepositKind> + '_ {
    let deposits = evidence.sources.iter().flat_map(|source| &source.batch.content.deposits).map(|row| row.record.kind);
    deposits.filter(|kind| matches!(kind, DepositKind::Bank | DepositKind::Payout))
}

/// Ties the deposits among the evidence. Only a card batch bears on the day's state: bags and payouts clear later, on their own.
pub(super) fn tie(judgement: &mut Judgement<'_>, rounds: &[Round]) {
    let evidence = judgement.evidence;
    let deposits: Vec<&Deposit> =
        evidence.sources.iter().flat_map(|source| &source.batch.content.deposits).map(|row| &row.record).collect();
    let of_kind = |kind| deposits.iter().filter(move |deposit| deposit.kind == kind).map(|deposit| deposit.amount);
    let bags: Vec<Money> = of_kind(DepositKind::Bag).collect();
    let (payments, waiting) = settle(judgement.trading_day, evidence, &evidence.before);
    if !bags.is_empty() {
        tie_bags(judgement, rounds, bags.iter().sum());
    }
    for payment in &payments {
        tie_payment(judgement, payment);
    }
    let cleared = payments.iter().any(|payment| !payment.clears.is_empty());
    let overdue = overdue(judgement, &waiting);
    judgement.banking = match judgement.banking {
        Banking::Differs => Banking::Differs,
        _ if overdue => Banking::Overdue,
        _ if !waiting.is_empty() => Banking::Waiting,
        _ if cleared => Banking::Cleared,
        _ => Banking::NotApplicable,
    };
    if deposits.iter().any(|deposit| deposit.kind == DepositKind::Batch) {
        card_batch(judgement, rounds, of_kind(DepositKind::Batch).sum());
    }
}

/// S019: the bags against what left the drawers.
fn tie_bags(judgement: &mut Judgement<'_>, rounds: &[Round], filled: Money) {
    let policy = &judgement.context.policy;
    let taken = |reason: Reason| -> Money {
        let of_cash = judgement.posted.iter().filter(|posted| {
            posted.movement.reason == reason
                && matches!(&posted.movement.account, Account::Drawer { tender, .. } if policy.tender_class(tender) == TenderClass::Cash)
        });
        of_cash.map(|posted| Money::rounded(-posted.movement.amount)).sum()
    };
    let stated = taken(Reason::Banked);
    let cash = rounds.iter().map(|round| &round.result).filter(|result| result.class == TenderClass::Cash);
    let removed = if stated.is_zero() { cash.filter_map(|result| result.banked).sum() } else { stated };
    let drops = taken(Reason::Drop);
    if removed.is_zero() && drops.is_zero() {
        judgement.tie_outs.push(unchecked("bags", "", filled, "nothing says what left the drawers for the bank"));
        return;
    }
    // A drop that is exactly what the Z-report says was banked is the same money.
    let out = if removed == drops && filled == drops { drops } else { removed + drops };
    let note = format!("bags hold {filled}, {out} left the drawers");
    let tie = compared("bags", "", filled, out, note.clone());
    if tie.tie == Tie::Differs {
        let help = "Please count the bag once more. No drawer is over or short by this.";
        differs(judgement, S019, "bags", filled - out, format!("{note}: a bag difference of {}", filled - out), help);
    }
    judgement.tie_outs.push(tie);
}

/// S020 and S021.
fn tie_payment(judgement: &mut Judgement<'_>, payment: &Payment<'_>) {
    let Payment { kind, reference, amount, fees, chargebacks, clears } = payment;
    let (name, code) = if *kind == DepositKind::Bank { ("bank", S020) } else { ("payout", S021) };
    if clears.is_empty() {
        let why = match kind {
            DepositKind::Bank => "no bag that waits has its number or its sum",
            _ => "no card batch that waits has its number or its sum",
        };
        judgement.tie_outs.push(unchecked(name, reference, *amount, why));
        return;
    }
    let held: Vec<Money> = clears.iter().map(|waiting| waiting.amount).collect();
    let sum: Money = held.iter().sum();
    let note = if *kind == DepositKind::Bank && fees.is_zero() && chargebacks.is_zero() {
        format!("the bank credited {amount} for {sum}: {}", bag_difference(&held, *amount))
    } else {
        format!("batches {sum} − fees {fees} − chargebacks {chargebacks} = {}", payment.expected())
    };
    let tie = compared(name, reference, *amount, payment.expected(), note.clone());
    if tie.tie == Tie::Differs {
        let by = *amount - payment.expected();
        let (message, help) = match kind {
            DepositKind::Bank => {
                (format!("bag {reference}: {note}"), "Please ask the bank for its count slip. The drawer stays as it was judged.")
            }
            _ => (
                format!("payout {reference}: {note}, but {amount} was paid out: {by}"),
                "Is there a fee or a chargeback on its statement that was not entered?",
            ),
        };
        differs(judgement, code, reference, by, message, help);
    }
    judgement.tie_outs.push(tie);
}

/// S022: what waits for too long, said on the first day on which it does.
fn overdue(judgement: &mut Judgement<'_>, waiting: &[Waiting]) -> bool {
    let days = judgement.context.policy.banking_days;
    let before = &judgement.evidence.before;
    let pays: BTreeSet<DepositKind> = before.pays.iter().copied().chain(payments(judgement.evidence)).collect();
    let age = |waiting: &&Waiting| (judgement.trading_day - waiting.since).num_days();
    let awaited = |waiting: &&Waiting| {
        pays.contains(if waiting.kind == DepositKind::Bag { &DepositKind::Bank } else { &DepositKind::Payout })
    };
    let late: Vec<&Waiting> = waiting.iter().filter(awaited).filter(|waiting| age(waiting) > days).collect();
    let said: Vec<&Waiting> = late.iter().copied().filter(|waiting| age(waiting) == days + 1).collect();
    for Waiting { since, kind, reference, amount } in said {
        let (what, how) = if *kind == DepositKind::Bag { ("bag", "credited") } else { ("card batch", "paid out") };
        let message = format!("{what} {reference} of {} ({amount}) is not {how} after {days} days", spoken(*since));
        let help = "Is it still in the safe, or did it come under another number?";
        judgement.find(S022, reference, *amount, message, help);
    }
    !late.is_empty()
}

fn differs(judgement: &mut Judgement<'_>, code: Code, subject: &str, by: Money, message: String, help: &str) {
    judgement.banking = Banking::Differs;
    judgement.find(code, subject, by, message, help);
}

fn card_batch(judgement: &mut Judgement<'_>, rounds: &[Round], batch: Money) {
    let till: Money = judgement
        .posted
        .iter()
        .filter(|posted| {
            matches!(&posted.movement.account, Account::Drawer { tender, .. }
            if judgement.context.policy.tender_class(tender) == TenderClass::Card)
        })
        .map(|posted| Money::rounded(posted.movement.amount))
        .sum();
    let (today, carried) = if judgement.store.card_cutoff.is_some() {
        let today: Option<Money> = cutoff::today(judgement, rounds).into_values().sum();
        (today, cutoff::carried_whole(&judgement.evidence.before.after_cutoff))
    } else {
        (Some(Money::ZERO), Some(Money::ZERO))
    };
    let unclear = "nobody knows which card payments lie after the cut-off".to_owned();
    let why = judgement.blocked().or_else(|| today.zip(carried).is_none().then_some(unclear));
    if let Some(why) = why {
        judgement.tie_outs.push(unchecked("card_batch", "", batch, &why));
        return;
    }
    let (today, carried) = (today.unwrap_or_default(), carried.unwrap_or_default());
    let expected = card_batch_expected(till, today, carried);
    let parts = if today.is_zero() && carried.is_zero() { String::new() } else { format!("{till} − {today} + {carried} = ") };
    let note = format!("the card machine says {batch}, the tills {parts}{expected}");
    let tie = compared("card_batch", "", batch, expected, note.clone());
    if tie.tie == Tie::Differs {
        judgement.find(S013, "card batch", batch - expected, format!("card: {note}, a difference of {}", batch - expected), "");
        judgement.out_of_balance();
    }
    judgement.tie_outs.push(tie);
}

fn compared(name: &'static str, subject: &str, left: Money, right: Money, note: String) -> TieOut {
    TieOut::compared(name, subject, left.decimal(), right.decimal(), note)
}

fn unchecked(name: &'static str, subject: &str, left: Money, why: &str) -> TieOut {
    TieOut::open(name, subject, Tie::NotChecked, Some(left.decimal()), None, why)
}
