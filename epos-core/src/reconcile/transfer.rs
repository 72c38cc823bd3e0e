//! Transfers between stores: what one store sent is what the other received, and nobody sends what is not there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::judge::Judgement;
use super::{Evidence, Tie, TieOut};
use crate::diagnostic::{K005, K006};
use crate::ledger::base_units;
use crate::model::{Kind, Money, Quantity, Side, Transfer};

/// What both sides of a transfer have in common: the store that sent, and its number.
type Papers = (String, String);

fn papers(transfer: &Transfer) -> Papers {
    (transfer.from_store.clone(), transfer.reference.clone())
}

/// Brings the two sides of every transfer together: each store-day that speaks of one gets to know all that was said of it.
///
/// ```
/// use std::collections::BTreeMap;
/// use epos_core::model::{Batch, Content, Hash, Key, Numbering, Quantity, Side, Source, Transfer};
/// use epos_core::reconcile::{Evidence, meet};
///
/// let (friday, saturday) = ("2026-11-20".parse()?, "2026-11-21".parse()?);
/// let evidence = |store: &str, side, trading_day, units| {
///     let (from_store, to_store) = ("LW".into(), "SB".into());
///     let (reference, item_code, quantity) = ("T1".into(), "jam".into(), Quantity::units(units));
///     let transfer = Transfer { reference, from_store, to_store, side, item_code, quantity, ..Transfer::default() };
///     let transfers = vec![transfer.into()];
///     let key = Key { store: store.into(), till: String::new(), trading_day };
///     let batch = Batch { key, content: Content { transfers, ..Content::default() } };
///     let (document, hash, layout, numbering) = ("transfers.csv".into(), Hash::default(), "transfers".into(), Numbering::None);
///     let (prices_include_tax, absent, arrived_at) = (None, Vec::new(), None);
///     let source = Source { batch, document, hash, layout, numbering, prices_include_tax, absent, arrived_at };
///     ((store.to_owned(), trading_day), Evidence { sources: vec![source], ..Evidence::default() })
/// };
/// let mut all = BTreeMap::from([evidence("LW", Side::Sent, friday, 12), evidence("SB", Side::Received, saturday, 11)]);
/// meet(&mut all);
/// let sides: Vec<_> = all[&("SB".to_owned(), saturday)].transfers.iter().map(|(day, of)| (*day, of.side)).collect();
/// assert_eq!(sides, [(friday, Side::Sent), (saturday, Side::Received)], "Stockbridge now knows what Leith Walk said");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn meet(evidence: &mut BTreeMap<(String, NaiveDate), Evidence>) {
    let mut said: HashMap<Papers, Vec<(NaiveDate, Transfer)>> = HashMap::new();
    for ((_, day), evidence) in evidence.iter() {
        for transfer in rows(evidence) {
            said.entry(papers(transfer)).or_default().push((*day, transfer.clone()));
        }
    }
    for evidence in evidence.values_mut() {
        let spoken: BTreeSet<Papers> = rows(evidence).map(papers).collect();
        evidence.transfers = spoken.iter().filter_map(|papers| said.get(papers)).flatten().cloned().collect();
    }
}

fn rows(evidence: &Evidence) -> impl Iterator<Item = &Transfer> {
    evidence.sources.iter().flat_map(|source| &source.batch.content.transfers).map(|row| &row.record)
}

/// What was said of one transfer: units by SKU that left and that arrived, and the days.
#[derive(Default)]
struct Both {
    units: BTreeMap<String, (Decimal, Decimal)>,
    sent: BTreeSet<NaiveDate>,
    /// Days, and the store on whose shelf the goods came.
    received: BTreeSet<(NaiveDate, String)>,
    to_store: String,
}

/// Ties the two sides of the day's transfers per SKU, where the goods arrived; asks after a side that is still missing.
pub(super) fn tie(judgement: &mut Judgement<'_>) {
    let context = judgement.context;
    let mut all: BTreeMap<Papers, Both> = BTreeMap::new();
    for (day, transfer) in &judgement.evidence.transfers {
        let both = all.entry(papers(transfer)).or_default();
        let (sku, each) = base_units(&transfer.item_code, context);
        let amount = transfer.quantity.decimal() * each;
        let (left, arrived) = both.units.entry(sku).or_default();
        match transfer.side {
            Side::Sent => {
                *left += amount;
                both.sent.insert(*day);
            }
            Side::Received => {
                *arrived += amount;
                both.received.insert((*day, transfer.to_store.clone()));
            }
        }
        both.to_store.clone_from(&transfer.to_store);
    }
    let here = (judgement.trading_day, judgement.store.code.clone());
    let unread = judgement.evidence.rejected.contains(&Kind::Transfers);
    for ((from, reference), both) in all {
        if unread {
            let why = "a row of the day's transfers could not be read";
            judgement.tie_outs.push(TieOut::open("transfer", &reference, Tie::NotChecked, None, None, why));
        } else if both.sent.is_empty() || both.received.is_empty() {
            one_sided(judgement, &from, &reference, &both);
        } else if both.received.last() == Some(&here) {
            compare(judgement, &from, &reference, &both);
        }
    }
}

/// Both sides are known: they must agree for every SKU.
fn compare(judgement: &mut Judgement<'_>, from: &str, reference: &str, both: &Both) {
    for (sku, &(left, arrived)) in &both.units {
        let (sent, received) = (Quantity::rounded(left), Quantity::rounded(arrived));
        let note = format!("{sent} units left {from}, {received} arrived");
        let out = TieOut::compared("transfer", &format!("{reference} {sku}"), left, arrived, note);
        if out.tie == Tie::Differs {
            judgement.out_of_balance();
            let message = format!("transfer {reference}: {from} sent {sent} of {sku}, {received} arrived");
            let difference = Money::rounded(arrived - left);
            let help = "Count again on both sides, and correct the paper that is wrong. Was something broken or left behind?";
            judgement.note(K005, &format!("{reference} {sku}"), Some(difference), message, help);
        }
        judgement.tie_outs.push(out);
    }
}

/// One side is known: the goods are on their way, which is a question only when the other side is late.
fn one_sided(judgement: &mut Judgement<'_>, from: &str, reference: &str, both: &Both) {
    let sum: Decimal = both.units.values().map(|(left, arrived)| left + arrived).sum();
    let (units, to) = (Quantity::rounded(sum), &both.to_store);
    let in_transit = both.received.is_empty();
    let last = if in_transit { both.sent.last() } else { both.received.last().map(|(day, _)| day) };
    if last != Some(&judgement.trading_day) {
        return;
    }
    let (left, right, why) = if in_transit {
        (Some(sum), None, format!("{units} units in transit to {to}"))
    } else {
        (None, Some(sum), format!("{units} units arrived, {from} has not said that it sent them"))
    };
    judgement.tie_outs.push(TieOut::open("transfer", reference, Tie::NotChecked, left, right, &*why));
    let (store, policy) = (judgement.store, &judgement.context.policy);
    let patience = Days::new(u64::try_from(policy.late_days).unwrap_or_default());
    let due = store.due(judgement.trading_day, policy).checked_add_days(patience);
    if due.is_some_and(|due| store.local_time(judgement.context.now) >= due) {
        let side = if in_transit {
            format!("{to} has not said that they arrived")
        } else {
            format!("{from} has not said that it sent them")
        };
        let verb = if in_transit { "left" } else { "arrived" };
        let message = format!("transfer {reference}: {units} units {verb}, but {side}");
        judgement.note(K006, reference, None, message, "Please send the other store's paper, or ask whether the goods are there.");
    }
}
