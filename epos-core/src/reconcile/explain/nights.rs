//! Causes that show over two days: rung too much and taken back the next morning, card sales after the machine's cut-off.

use super::Cause;
use super::causes::{Around, Candidate, Off, signed, weight};
use super::scene::{Spot, different, moment};
use super::weights::CHANCE;
use crate::model::{Money, TenderClass};

/// Sales at the end of a day that a machine may have left for the next batch.
const LAST_MAX: usize = 12;

impl Off<'_, '_, '_> {
    /// Short today and over tomorrow by the same, or the other way round: rung too much, and taken back after the Z-report.
    pub(super) fn neighbour(&mut self) {
        let Around { before, after } = self.around();
        if self.round.result.class == TenderClass::Card {
            return;
        }
        if self.is_short() && after == Some(-self.amount) {
            let rung = || self.scene.in_tender(self.tender()).filter(|(_, paid)| !paid.amount.is_negative());
            let fits: Vec<usize> = rung().filter(|(_, paid)| paid.amount == -self.amount).map(|(at, _)| at).collect();
            // What was rung too much is one sale, or the difference between two prices.
            let ways = different(rung().map(|(_, paid)| paid.amount)) * if fits.is_empty() { 10 } else { 1 };
            let what = match fits.first().and_then(|at| self.scene.paid.get(*at)) {
                Some(paid) => format!(", sale {} = {}", paid.sale.number, paid.amount),
                None => String::new(),
            };
            self.found.push(Candidate {
                cause: Cause::OverRing,
                with: None,
                weight: weight(Cause::OverRing, ways),
                arithmetic: format!("today {}, the next day {}{what}", signed(self.amount), signed(-self.amount)),
                sentence: "too much was probably rung, and taken back on the till the next day".to_owned(),
                question: format!("Was a sale of {} voided the next day?", self.amount.abs()),
                matches: fits.len().max(1),
                rows: fits.into_iter().map(Spot::Paid).collect(),
            });
        }
        if !self.is_short() && before == Some(-self.amount) {
            self.found.push(Candidate {
                cause: Cause::OverRing,
                with: None,
                weight: weight(Cause::OverRing, 1),
                arithmetic: format!("today {}, the day before {}", signed(self.amount), signed(-self.amount)),
                sentence: "what was rung too much the day before was probably taken back on the till today".to_owned(),
                question: format!("Was a sale of {} of the day before voided today?", self.amount),
                matches: 1,
                rows: Vec::new(),
            });
        }
    }

    /// The card machine closed its batch before the last sales (or after some that belong to the next).
    pub(super) fn cutoff(&mut self) {
        let Around { before, after } = self.around();
        let judgement = self.scene.judgement;
        let cutoff = judgement.store.card_cutoff(judgement.trading_day);
        let mut cards: Vec<usize> = self.scene.in_tender(self.tender()).map(|(at, _)| at).collect();
        let when = |at: &usize| self.scene.paid.get(*at).and_then(moment);
        cards.sort_by_key(|at| when(at));
        let inside = cards.iter().take_while(|at| cutoff.is_none_or(|cutoff| when(at).is_none_or(|when| when <= cutoff))).count();
        let (inside, late) = cards.split_at(inside.min(cards.len()));
        // The last of today's batch that were left for tomorrow, or the first after it that came into today's.
        let at_the_edge: Vec<usize> = if self.is_short() { inside.iter().rev().copied().collect() } else { late.to_vec() };
        let mut sum = Money::ZERO;
        let mut fits: Option<Vec<usize>> = None;
        for (position, at) in at_the_edge.iter().take(LAST_MAX).enumerate() {
            sum += self.scene.paid.get(*at).map(|paid| paid.amount).unwrap_or_default();
            if sum == self.amount.abs() {
                fits = at_the_edge.get(..=position).map(<[usize]>::to_vec);
                break;
            }
        }
        let given_back = self.is_short() && after == Some(-self.amount);
        let brought = !self.is_short() && before == Some(-self.amount);
        if fits.is_none() && !given_back && !brought {
            return;
        }
        let ways = if fits.is_some() { at_the_edge.len().clamp(1, LAST_MAX) as u64 } else { LAST_MAX as u64 * 4 };
        let sales = fits.unwrap_or_default();
        let which = match (self.is_short(), sales.len()) {
            (_, 0) => String::new(),
            (true, 1) => format!(", the last card sale = {}", self.amount.abs()),
            (true, count) => format!(", the last {count} card sales = {}", self.amount.abs()),
            (false, count) => format!(", the first {count} after the cut-off = {}", self.amount),
        };
        let next = match (given_back, brought) {
            (true, _) => format!(", the next day {}", signed(-self.amount)),
            (_, true) => format!(", the day before {}", signed(-self.amount)),
            _ => String::new(),
        };
        let sentence = match (self.is_short(), brought) {
            (true, _) => "the card machine probably closed its batch before the last sales, which are in the next one",
            (_, true) => "card sales of the day before are probably in today's batch",
            _ => "the card machine probably closed its batch later than usual",
        };
        self.found.push(Candidate {
            cause: Cause::CardCutoff,
            with: None,
            weight: weight(Cause::CardCutoff, ways),
            arithmetic: format!("{} {}{which}{next}", self.tender().to_lowercase(), signed(self.amount)),
            sentence: sentence.to_owned(),
            question: "When did the card machine close its batch?".to_owned(),
            matches: 1,
            rows: sales.into_iter().map(Spot::Paid).collect(),
        });
    }

    /// The till's own figure agrees with the count, and ours does not: then a row is missing in the files, or stands there twice.
    pub(super) fn rows_missing(&mut self) {
        let (Some(by_z), Some(counted)) = (self.round.result.expected_by_z, self.counted()) else { return };
        let ours = self.round.till.expected().map(Money::rounded);
        if by_z != counted || ours == Some(by_z) {
            return;
        }
        let (cause, sentence, fits) = if self.is_short() {
            let fits: Vec<usize> =
                self.scene.in_tender(self.tender()).filter(|(_, paid)| paid.amount == -self.amount).map(|(at, _)| at).collect();
            (Cause::Duplicate, "a sale probably stands twice in the files", fits)
        } else {
            (Cause::MissingRows, "rows of a sale are probably missing in the files", Vec::new())
        };
        // Every other cause leaves the till's own figure to chance.
        for other in &mut self.found {
            other.weight /= CHANCE;
        }
        self.found.push(Candidate {
            cause,
            with: None,
            weight: weight(cause, 1),
            arithmetic: format!("counted {counted} = the Z-report's {by_z}, the rows give {}", by_z - self.amount),
            sentence: sentence.to_owned(),
            question: format!("Which sale of {} is on the till's roll and not in the files, or twice in them?", self.amount.abs()),
            matches: fits.len().max(1),
            rows: fits.into_iter().map(Spot::Paid).collect(),
        });
    }
}
