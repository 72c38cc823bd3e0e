//! Two differences that belong together: two tenders of one drawer, two drawers, a drawer and the night before.

use super::Cause;
use super::causes::{Candidate, Off, mistyped, signed, weight};
use super::digits;
use super::scene::{Spot, around, different, told};
use super::weights::AGAINST;
use crate::model::Money;

/// Two tenders of one drawer that are off by the same, one above and one below: a sale or a refund went the other way.
pub(super) fn tenders<'a>(off: &Off<'_, '_, 'a>, other: &Off<'_, '_, 'a>) -> Vec<Candidate<'a>> {
    let (short, over) = if off.amount.is_negative() { (off, other) } else { (other, off) };
    let amount = over.amount;
    let mut found = Vec::new();
    // A sale rung in what is short and paid in what is over; a refund rung in what is over and given back in what is short.
    let sides: [(Cause, &Off<'_, '_, 'a>, &Off<'_, '_, 'a>, bool); 2] =
        [(Cause::WrongTender, short, over, false), (Cause::RefundOtherTender, over, short, true)];
    for (cause, rung, paid_in, is_refund) in sides {
        let (rung, paid_in) = (&rung.round.result.tender, &paid_in.round.result.tender);
        let scene = off.scene;
        let all = || scene.in_tender(rung).filter(|(_, paid)| paid.amount.is_negative() == is_refund);
        let ways = different(all().map(|(_, paid)| paid.amount));
        let fits: Vec<usize> = all().filter(|(_, paid)| paid.amount.abs() == amount).map(|(at, _)| at).collect();
        let Some(first) = fits.first().and_then(|at| scene.paid.get(*at)) else { continue };
        let (rung, paid_in) = (rung.to_lowercase(), paid_in.to_lowercase());
        let (sentence, question) = if is_refund {
            (
                format!("one refund was probably rung as {rung} but given back by {paid_in}"),
                format!("Is there a {paid_in} slip for a refund of {amount}{}?", around(first)),
            )
        } else {
            (
                format!("one sale was probably rung as {rung} but paid by {paid_in}"),
                format!("Is there a {paid_in} slip for {amount}{}?", around(first)),
            )
        };
        found.push(Candidate {
            cause,
            with: None,
            weight: weight(cause, ways),
            arithmetic: format!(
                "{} −{amount}, {} +{amount}, {}",
                short.round.result.tender.to_lowercase(),
                over.round.result.tender.to_lowercase(),
                told(first)
            ),
            sentence,
            question,
            matches: fits.len(),
            rows: fits.into_iter().map(Spot::Paid).collect(),
        });
    }
    found
}

/// One drawer above and another below by the same, in the same tender.
pub(super) fn drawers<'a>(off: &Off<'_, '_, 'a>, other: &Off<'_, '_, 'a>) -> Vec<Candidate<'a>> {
    let (short, over) = if off.amount.is_negative() { (off, other) } else { (other, off) };
    let amount = over.amount;
    let (from, to) = (&short.round.result.drawer, &over.round.result.drawer);
    vec![Candidate {
        cause: Cause::TwoDrawers,
        with: None,
        weight: weight(Cause::TwoDrawers, digits::amounts_of_pieces(&off.scene.judgement.store.currency)),
        arithmetic: format!("drawer {from} −{amount}, drawer {to} +{amount}"),
        sentence: format!("cash of drawer {from} was probably put into drawer {to}"),
        question: format!("Was change or a payment of {amount} put into the other drawer?"),
        matches: 1,
        rows: Vec::new(),
    }]
}

/// Opened with less than was left, and over by just that (or the other way round): the opening was not entered, or typed wrongly.
pub(super) fn opening<'a>(off: &Off<'_, '_, 'a>, overnight: Money) -> Vec<Candidate<'a>> {
    let opening = off.round.result.balance.opening.map(Money::rounded).unwrap_or_default();
    let left = opening - overnight;
    let row = off.scene.stated(&off.round.result.tender).find(|row| row.opening_float.is_some());
    let rows: Vec<Spot<'a>> = row.into_iter().map(Spot::Z).collect();
    let both = format!("opened with {opening}, {left} was left: {}; {} at the close", signed(overnight), signed(off.amount));
    let mut found = Vec::new();
    if opening.is_zero() {
        found.push(Candidate {
            cause: Cause::FloatNotEntered,
            with: None,
            weight: weight(Cause::FloatNotEntered, 1),
            arithmetic: both.clone(),
            sentence: "the float was probably not entered at opening".to_owned(),
            question: format!("Was {left} in the drawer in the morning?"),
            matches: 1,
            rows: rows.clone(),
        });
    }
    found.extend(mistyped("opening float", (opening, left), 2, both, rows));
    found
}

/// Opened with another sum than was left, and the close agrees: somebody fetched or banked in between, or a figure was mistyped.
pub(super) fn night<'a>(off: &Off<'_, '_, 'a>, overnight: Money) -> Vec<Candidate<'a>> {
    let opening = off.round.result.balance.opening.map(Money::rounded).unwrap_or_default();
    let left = opening - overnight;
    let row = off.scene.stated(&off.round.result.tender).find(|row| row.opening_float.is_some());
    let rows: Vec<Spot<'a>> = row.into_iter().map(Spot::Z).collect();
    let arithmetic = format!("{left} left, {opening} at opening: {}", signed(overnight));
    let mut found = Vec::new();
    // The opening was counted and the close agrees with it, so what was left may have been typed wrongly the evening before.
    found.extend(mistyped("sum left the evening before", (left, opening), 2, arithmetic.clone(), rows.clone()));
    let currency = &off.scene.judgement.store.currency;
    if let Some((count, worth)) = digits::of_pieces(overnight, currency) {
        // Whatever went out of a drawer overnight went out in notes: that it did is no reason why.
        let ways = digits::amounts_of_pieces(currency) * AGAINST;
        let base = weight(Cause::RoundNote, ways) / u64::try_from(count).unwrap_or(1).max(1);
        let side = if overnight.is_negative() { "fetched from the drawer or banked" } else { "brought as change" };
        found.push(Candidate {
            cause: Cause::RoundNote,
            with: None,
            weight: base,
            arithmetic: format!("{arithmetic} = {count} × {worth}"),
            sentence: format!("notes or coins were probably {side} between the evening and the morning"),
            question: format!("Was {} {side} in between?", overnight.abs()),
            matches: 1,
            rows,
        });
    }
    found
}
