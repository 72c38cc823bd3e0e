//! The money identity of a whole day: what was paid is what was to be paid.

use super::judge::Judgement;
use super::{Bridge, Sums, Tie, TieOut};
use crate::diagnostic::T003;
use crate::ledger::transaction::Transaction;
use crate::model::Kind;

/// How many transactions a finding names before it only counts them.
const NAMED_MAX: usize = 5;

/// Adds up the day and ties tenders to what was to be paid.
pub(super) fn tie(judgement: &mut Judgement<'_>) -> Sums {
    let store = judgement.store;
    let mut sums = Sums::default();
    for transaction in judgement.tills.iter().flat_map(|till| &till.transactions) {
        sums += transaction.sums(store);
    }
    let Bridge { tenders, .. } = sums.bridge;
    let due = sums.bridge.due();
    let subject = "";
    if let Some(why) = unchecked(judgement) {
        let (left, right) = (Some(tenders.decimal()), Some(due.decimal()));
        judgement.tie_outs.push(TieOut::open("money_identity", subject, Tie::NotChecked, left, right, why));
        return sums;
    }
    let note = format!("tenders {tenders}, to be paid {due}");
    let tie = TieOut::compared("money_identity", subject, tenders.decimal(), due.decimal(), note);
    if tie.tie == Tie::Differs {
        differs(judgement, &sums.bridge);
    } else if sums.transactions > 0 {
        judgement.judged = true;
    }
    judgement.tie_outs.push(tie);
    sums
}

fn unchecked(judgement: &Judgement<'_>) -> Option<String> {
    if let Some(why) = judgement.blocked() {
        return Some(why);
    }
    let rang = |transaction: &&Transaction<'_>| transaction.counts();
    for till in &judgement.tills {
        let sales = till.transactions.iter().filter(rang).count();
        let sold = till.kinds.contains(&Kind::Lines) || till.kinds.contains(&Kind::Headers);
        if till.owes_tenders(judgement.store) {
            return Some(format!("{} sent no tenders", judgement.called(&till.name)));
        }
        if sales > 0 && !sold {
            return Some(format!("{} sent tenders without their sales", judgement.called(&till.name)));
        }
    }
    let mut tenders = judgement.tills.iter().flat_map(|till| &till.transactions).filter(rang).flat_map(|sale| &sale.tenders);
    tenders
        .any(|tender| Transaction::is_foreign(tender, judgement.store))
        .then(|| "a payment in another currency cannot be added to ours".to_owned())
}

fn differs(judgement: &mut Judgement<'_>, bridge: &Bridge) {
    let store = judgement.store;
    let wrong: Vec<String> = judgement
        .tills
        .iter()
        .flat_map(|till| &till.transactions)
        .filter(|sale| sale.counts())
        .filter_map(|sale| {
            let bridge = sale.bridge(store);
            (!bridge.difference().is_zero()).then(|| {
                format!("{} of {} (paid {}, due {})", sale.number, judgement.called(sale.till), bridge.tenders, bridge.due())
            })
        })
        .collect();
    let named = wrong.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    let more = wrong.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (paid, due, difference) = (bridge.tenders, bridge.due(), bridge.difference());
    judgement.find(
        T003,
        "day",
        difference,
        format!("the day's payments add up to {paid}, but {due} was to be paid: a difference of {difference}"),
        if wrong.is_empty() { String::new() } else { format!("Look at transaction {named}{more}.") },
    );
    judgement.out_of_balance();
}
