//! Card machines close their batch at their own time: what is sold after it belongs to the next batch.

use std::collections::BTreeMap;

use super::drawer::Round;
use super::judge::Judgement;
use crate::ledger::transaction::Transaction;
use crate::model::{Money, Tender, TenderClass};

/// Card sales after the cut-off by drawer and tender, in lower case; `None` when a payment has no time.
pub type AfterCutoff = BTreeMap<(String, String), Option<Money>>;

/// The tender of whatever is not known, because a day before did not come.
const ANY: &str = "";

/// Card sales after the cut-off as the rounds of a day have them; empty for a store without a cut-off.
pub(super) fn today(judgement: &Judgement<'_>, rounds: &[Round]) -> AfterCutoff {
    let mut after = AfterCutoff::new();
    let of_cards = rounds.iter().map(|round| &round.result).filter(|result| result.class == TenderClass::Card);
    for result in of_cards.filter(|_| judgement.store.card_cutoff.is_some()) {
        let sum = after.entry((result.drawer.clone(), result.tender.to_lowercase())).or_insert(Some(Money::ZERO));
        *sum = sum.zip(result.after_cutoff).map(|(sum, amount)| sum + amount);
    }
    after
}

/// What of some sales' payments with a tender lies after the cut-off; `None` without a cut-off, or when a payment has no time.
pub(super) fn after<'s, 'a: 's>(
    judgement: &Judgement<'_>,
    sales: impl Iterator<Item = &'s Transaction<'a>>,
    is_tender: impl Fn(&Tender) -> bool,
) -> Option<Money> {
    let cutoff = judgement.store.card_cutoff(judgement.trading_day)?;
    let paid = sales.filter(|sale| sale.counts()).flat_map(|sale| sale.tenders.iter().map(move |tender| (sale.at, *tender)));
    paid.filter(|(_, tender)| is_tender(tender))
        .map(|(at, tender)| {
            let at = tender.time.map(|time| tender.date.and_time(time)).or(at)?;
            Some(if at > cutoff { tender.amount } else { Money::ZERO })
        })
        .sum()
}

/// What yesterday's sales after its cut-off bring into today's batch; `None` when that is not known.
pub(super) fn carried(before: &AfterCutoff, drawer: &str, tender: &str) -> Option<Money> {
    let of = |tender: &str| before.get(&(drawer.to_owned(), tender.to_lowercase())).copied();
    of(tender).or_else(|| before.get(&(ANY.to_owned(), ANY.to_owned())).copied()).unwrap_or(Some(Money::ZERO))
}

/// All that was carried into today; `None` when any of it is not known.
pub(super) fn carried_whole(before: &AfterCutoff) -> Option<Money> {
    before.values().copied().sum()
}

/// After an open day of which nothing came nobody knows what was sold after its cut-off.
pub(super) fn unknown() -> AfterCutoff {
    AfterCutoff::from([((ANY.to_owned(), ANY.to_owned()), None)])
}
