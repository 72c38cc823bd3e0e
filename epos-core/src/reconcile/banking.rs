//! From the drawer to the bank: bags, card batches and payouts. Drawer, bag and card differences are three pots that never mix.

use std::collections::BTreeMap;

use super::judge::Judgement;
use super::{Tie, TieOut};
use crate::diagnostic::S013;
use crate::model::{Account, Deposit, DepositKind, Money, Reason, TenderClass};

/// What a terminal's batch should hold: the till's card sales, less today's after the cut-off, plus yesterday's after it.
pub fn card_batch_expected(till_card: Money, after_cutoff_today: Money, after_cutoff_yesterday: Money) -> Money {
    till_card - after_cutoff_today + after_cutoff_yesterday
}

/// What the card company should pay out: its batches less fees and chargebacks.
pub fn payout_expected(batches: &[Money], fees: Money, chargebacks: Money) -> Money {
    batches.iter().sum::<Money>() - fees - chargebacks
}

/// What the bank credited less what the bags held: negative when the bank found less.
pub fn bag_difference(bags: &[Money], credited: Money) -> Money {
    credited - bags.iter().sum::<Money>()
}

/// Gift cards sold and not yet spent at the end.
pub fn gift_cards_closing(opening: Money, sold: Money, reloaded: Money, spent: Money, cashed_out: Money, expired: Money) -> Money {
    opening + sold + reloaded - spent - cashed_out - expired
}

/// Ties the deposits among the evidence. Only a card batch bears on the day's state: bags and payouts clear later, on their own.
pub(super) fn tie(judgement: &mut Judgement<'_>) {
    let mut deposits: Vec<&Deposit> =
        judgement.evidence.sources.iter().flat_map(|source| &source.batch.content.deposits).map(|row| &row.record).collect();
    deposits.sort_by(|a, b| (a.kind, &a.reference, a.date, a.amount).cmp(&(b.kind, &b.reference, b.date, b.amount)));
    let of_kind = |kind| deposits.iter().copied().filter(move |deposit| deposit.kind == kind);
    let mut bags: BTreeMap<&str, Vec<Money>> = BTreeMap::new();
    of_kind(DepositKind::Bag).for_each(|bag| bags.entry(&bag.reference).or_default().push(bag.amount));

    let mut ties = Vec::new();
    if !bags.is_empty() {
        let filled: Money = bags.values().flatten().sum();
        let removed: Money = judgement
            .posted
            .iter()
            .filter(|posted| matches!(posted.movement.reason, Reason::Banked | Reason::Drop))
            .filter(|posted| {
                matches!(&posted.movement.account, Account::Drawer { tender, .. }
                if judgement.context.policy.tender_class(tender) == TenderClass::Cash)
            })
            .map(|posted| Money::rounded(-posted.movement.amount))
            .sum();
        let note = format!("bags hold {filled}, {removed} left the drawers");
        ties.push(compared("bags", "", filled, removed, note));
    }
    for bank in of_kind(DepositKind::Bank) {
        match bags.get(bank.reference.as_str()) {
            Some(bag) => {
                let held: Money = bag.iter().sum();
                let note = format!("the bank credited {} for {held}: {}", bank.amount, bag_difference(bag, bank.amount));
                ties.push(compared("bank", &bank.reference, bank.amount, held, note));
            }
            None => ties.push(unchecked("bank", &bank.reference, bank.amount, "its bag is of another day")),
        }
    }
    let batches: Vec<&Deposit> = of_kind(DepositKind::Batch).collect();
    for payout in of_kind(DepositKind::Payout) {
        let paid: Vec<Money> =
            batches.iter().filter(|batch| batch.reference == payout.reference).map(|batch| batch.amount).collect();
        if paid.is_empty() {
            ties.push(unchecked("payout", &payout.reference, payout.amount, "its card batches are of other days"));
            continue;
        }
        let (fees, chargebacks) = (payout.fees.unwrap_or_default(), payout.chargebacks.unwrap_or_default());
        let expected = payout_expected(&paid, fees, chargebacks);
        let note = format!("batches {} − fees {fees} − chargebacks {chargebacks} = {expected}", paid.iter().sum::<Money>());
        ties.push(compared("payout", &payout.reference, payout.amount, expected, note));
    }
    judgement.tie_outs.extend(ties);
    if !batches.is_empty() {
        card_batch(judgement, batches.iter().map(|batch| batch.amount).sum());
    }
}

fn card_batch(judgement: &mut Judgement<'_>, batch: Money) {
    let till: Money = judgement
        .posted
        .iter()
        .filter(|posted| {
            matches!(&posted.movement.account, Account::Drawer { tender, .. }
            if judgement.context.policy.tender_class(tender) == TenderClass::Card)
        })
        .map(|posted| Money::rounded(posted.movement.amount))
        .sum();
    let expected = card_batch_expected(till, Money::ZERO, Money::ZERO);
    if let Some(why) = judgement.blocked() {
        judgement.tie_outs.push(unchecked("card_batch", "", batch, &why));
        return;
    }
    let note = format!("the card machine says {batch}, the tills {expected}");
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
