//! One cause that gives exactly the difference of one tender of one drawer (PRACTICE §7), each with the test that it must pass.

use super::digits::{self, Slip};
use super::scene::{Scene, Spot, around, called, different, told, told_moved};
use super::weights::{AGAINST, CHANCE, WHOLE, prior};
use super::{Cause, Neighbours};
use crate::model::{Banked, CashKind, Money, TenderClass};
use crate::reconcile::drawer::Round;

/// A cause that fits, with the weight of its evidence.
pub(super) struct Candidate<'a> {
    pub cause: Cause,
    pub with: Option<Cause>,
    /// Its prior times how likely exactly this difference is by it, times its evidence.
    pub weight: u64,
    pub arithmetic: String,
    pub sentence: String,
    pub question: String,
    pub matches: usize,
    pub rows: Vec<Spot<'a>>,
}

/// Rows that are told; the rest is only counted.
pub(super) const ROWS_MAX: usize = 10;

/// The weight of a cause that could explain so many different differences.
pub(super) fn weight(cause: Cause, ways: u64) -> u64 {
    prior(cause) * (WHOLE / 1_000) / ways.max(1)
}

/// One difference of one tender of one drawer.
pub(super) struct Off<'o, 's, 'a> {
    pub scene: &'o Scene<'s, 'a>,
    pub round: &'o Round,
    /// Counted − ours.
    pub amount: Money,
    pub neighbours: &'o Neighbours,
    pub found: Vec<Candidate<'a>>,
}

impl<'a> Off<'_, '_, 'a> {
    /// Every single cause that fits.
    pub(super) fn look(&mut self) {
        self.refund_not_paid();
        self.evidence();
        self.sign();
        self.digits();
        self.neighbour();
        if self.round.result.class == TenderClass::Cash {
            self.float();
            self.change();
            self.pieces();
        }
        if self.round.result.class == TenderClass::Card {
            self.cutoff();
        }
        // What shows the day after must be explained too: a cause that does not is there by chance.
        if self.is_given_back() {
            for found in self.found.iter_mut().filter(|found| !matches!(found.cause, Cause::OverRing | Cause::CardCutoff)) {
                found.weight /= CHANCE;
            }
        }
        self.rows_missing();
    }

    pub(super) fn tender(&self) -> &str {
        &self.round.result.tender
    }

    pub(super) fn is_short(&self) -> bool {
        self.amount.is_negative()
    }

    pub(super) fn counted(&self) -> Option<Money> {
        self.round.result.balance.counted.map(Money::rounded)
    }

    fn expected(&self) -> Option<Money> {
        self.round.result.balance.expected().map(Money::rounded)
    }

    /// What was banked and what was left, together: what whoever closed believed to have counted.
    fn handed(&self) -> Option<Money> {
        if self.round.result.class != TenderClass::Cash || self.scene.judgement.store.banked() == Banked::BeforeCount {
            return None;
        }
        let sum = |of: fn(&crate::model::ZReport) -> Option<Money>| {
            let stated: Vec<Money> = self.scene.stated(self.tender()).filter_map(of).collect();
            (!stated.is_empty()).then(|| stated.iter().sum::<Money>())
        };
        Some(sum(|row| row.banked.map(Money::abs))? + sum(|row| row.closing_float)?)
    }

    /// Lowers a weight when what was banked and left says that the count was (or was not) what lay in the drawer.
    fn by_hand(&self, weight: u64, count_is_wrong: bool) -> u64 {
        match (self.handed(), self.counted(), self.expected()) {
            (Some(handed), Some(counted), _) if handed == counted && count_is_wrong => weight / AGAINST,
            (Some(handed), Some(counted), Some(expected)) if handed != counted && !count_is_wrong => {
                weight / if handed == expected { CHANCE } else { AGAINST }
            }
            _ => weight,
        }
    }

    /// The equation of the difference in one line, from its parts.
    fn sum(&self, parts: &str) -> String {
        format!("{} {} = {parts}", self.tender().to_lowercase(), signed(self.amount))
    }

    /// A refund stands in the file, and the drawer is over by just that.
    fn refund_not_paid(&mut self) {
        if self.is_short() {
            return;
        }
        let refunds = || self.scene.in_tender(self.tender()).filter(|(_, paid)| paid.amount.is_negative());
        let ways = different(refunds().map(|(_, paid)| paid.amount));
        let fits: Vec<usize> = refunds().filter(|(_, paid)| -paid.amount == self.amount).map(|(at, _)| at).collect();
        let Some(first) = fits.first().and_then(|at| self.scene.paid.get(*at)) else { return };
        let candidate = Candidate {
            cause: Cause::RefundNotPaid,
            with: None,
            weight: self.by_hand(weight(Cause::RefundNotPaid, ways), false),
            arithmetic: self.sum(&told(first)),
            sentence: "a refund was probably rung and the money not given back".to_owned(),
            question: format!("Did refund {} of {} get its money{}?", first.sale.number, self.amount, around(first)),
            matches: fits.len(),
            rows: fits.into_iter().map(Spot::Paid).collect(),
        };
        self.found.push(candidate);
    }

    /// What went out and was not rung leaves a trace or is not said: a void refund, a bag without a drop, a note, a regular payee.
    fn evidence(&mut self) {
        if !self.is_short() {
            return;
        }
        let amount = self.amount.abs();
        let voided = |(_, paid): &(usize, &super::scene::Paid<'_, 'a>)| {
            !paid.counts && paid.amount.is_negative() && paid.tender == self.tender()
        };
        let all = || self.scene.paid.iter().enumerate().filter(voided);
        let ways = different(all().map(|(_, paid)| paid.amount));
        let fits: Vec<usize> = all().filter(|(_, paid)| -paid.amount == amount).map(|(at, _)| at).collect();
        if let Some(first) = fits.first().and_then(|at| self.scene.paid.get(*at)) {
            let (number, when) = (first.sale.number, around(first));
            let what = format!("voided refund {number}, {amount}");
            let (sentence, question) =
                ("a refund was probably paid out and then voided on the till", format!("Was money given back for {number}{when}?"));
            let rows = fits.iter().copied().map(Spot::Paid).collect();
            self.traced(Cause::RefundNotRung, ways, what, sentence, question, fits.len(), rows);
        }
        if self.round.result.class == TenderClass::Cash {
            self.bag(amount);
            self.payee(amount);
        }
        self.noted(amount);
    }

    #[expect(clippy::too_many_arguments, reason = "the words of one trace")]
    fn traced(
        &mut self,
        cause: Cause,
        ways: u64,
        what: String,
        sentence: &str,
        question: String,
        matches: usize,
        rows: Vec<Spot<'a>>,
    ) {
        let weight = self.by_hand(weight(cause, ways), false);
        let arithmetic = self.sum(&what);
        self.found.push(Candidate {
            cause,
            with: None,
            weight,
            arithmetic,
            sentence: sentence.to_owned(),
            question,
            matches,
            rows,
        });
    }

    /// A bag that is neither a drop nor what was banked.
    fn bag(&mut self, amount: Money) {
        let rung = |of: Money| {
            let drop = self.scene.moved.iter().any(|row| row.kind == CashKind::Drop && row.amount.abs() == of);
            drop || self.round.result.banked == Some(of)
        };
        let bags: Vec<_> = self.scene.bags.iter().copied().filter(|bag| !rung(bag.amount.abs())).collect();
        let ways = different(bags.iter().map(|bag| bag.amount));
        let fits: Vec<_> = bags.into_iter().filter(|bag| bag.amount.abs() == amount).collect();
        if fits.is_empty() {
            return;
        }
        let what = format!("a bag of {amount} without a drop");
        let question = format!("Did {amount} go to the safe during the day?");
        let matches = fits.len();
        let rows = fits.into_iter().map(Spot::Bag).collect();
        let sentence = "cash probably went to the safe without being rung as a drop";
        self.traced(Cause::DropNotRung, ways, what, sentence, question, matches, rows);
    }

    /// An amount that is paid out of this store's drawers again and again, and not today.
    fn payee(&mut self, amount: Money) {
        let regular = &self.scene.judgement.evidence.before.payees;
        let often = |days: &&Vec<(chrono::NaiveDate, Money)>| days.len() >= REGULAR;
        let ways = different(regular.values().filter(often).flatten().map(|(_, paid)| *paid));
        let today = |reason: &str| {
            let same = |row: &&&crate::model::CashMovement| {
                row.kind == CashKind::PaidOut && row.reason.as_deref().is_some_and(|of| of.trim().eq_ignore_ascii_case(reason))
            };
            self.scene.moved.iter().any(|row| same(&row))
        };
        let times = regular
            .iter()
            .filter(|(reason, days)| often(days) && !today(reason))
            .map(|(_, days)| days.iter().filter(|(_, paid)| *paid == amount).count())
            .filter(|times| *times >= REGULAR)
            .max();
        let Some(times) = times else { return };
        let what = format!("a regular payment of {amount}, {times} times before");
        let question = format!("Was the usual {amount} paid out of the drawer?");
        let sentence = "a regular payment was probably made from the drawer without being rung";
        self.traced(Cause::PaidOutNotRung, ways, what, sentence, question, 1, Vec::new());
    }

    /// A note on the Z-report that names the amount.
    fn noted(&mut self, amount: Money) {
        let notes = || self.scene.stated(self.tender()).filter_map(|row| Some((row, row.note.as_deref()?.to_lowercase())));
        let ways = u64::try_from(notes().flat_map(|(_, note)| amounts(&note).collect::<Vec<_>>()).count()).unwrap_or(u64::MAX);
        let Some((row, note)) = notes().find(|(_, note)| amounts(note).any(|of| of == amount)) else { return };
        let says = |words: &[&str]| words.iter().any(|word| note.contains(word));
        let (cause, sentence) = if says(&["safe", "drop", "bag", "bank"]) {
            (Cause::DropNotRung, "cash probably went to the safe without being rung as a drop")
        } else if says(&["refund", "gave back", "given back", "return"]) {
            (Cause::RefundNotRung, "a refund was probably paid without being rung")
        } else {
            (Cause::PaidOutNotRung, "something was probably paid out of the drawer without being rung")
        };
        let what = format!("{amount} in the note of Z-report {}", row.z_number);
        let question = format!("Is the {amount} in the note on the Z-report rung on the till?");
        self.traced(cause, ways, what, sentence, question, 1, vec![Spot::Z(row)]);
    }
}

/// How often a payment comes back before it is regular.
const REGULAR: usize = 3;

/// Amounts that a text names: `7.25 window cleaner` has one.
fn amounts(text: &str) -> impl Iterator<Item = Money> + '_ {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.contains('.'))
        .filter_map(|word| word.parse().ok())
}

/// `−18.00`, `+18.00`: the sign as people write it.
pub(super) fn signed(amount: Money) -> String {
    format!("{}{}", if amount.is_negative() { '−' } else { '+' }, amount.abs())
}

/// What the same drawers were over or short by on the open day before, and on the one after where it is judged already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Around {
    pub before: Option<Money>,
    pub after: Option<Money>,
}

impl<'a> Off<'_, '_, 'a> {
    pub(super) fn around(&self) -> Around {
        let key = (self.round.result.drawer.clone(), self.round.result.tender.to_lowercase());
        Around { before: self.neighbours.before.get(&key).copied(), after: self.neighbours.after.get(&key).copied() }
    }

    /// Did the opposite difference show on the next open day, or on the one before?
    pub(super) fn is_given_back(&self) -> bool {
        let around = self.around();
        !self.amount.is_zero() && (around.after == Some(-self.amount) || around.before == Some(-self.amount))
    }

    /// Half the difference is a movement that was keyed the wrong way round.
    fn sign(&mut self) {
        let (tender, class) = (self.tender().to_owned(), self.round.result.class);
        // What a row does to the figure that should be there; the other way round it does the opposite.
        let effect = |kind: CashKind, amount: Money| match kind {
            CashKind::PaidIn | CashKind::Loan => amount.abs(),
            CashKind::PaidOut | CashKind::Drop => -amount.abs(),
            CashKind::Safe => -amount,
            CashKind::NoSale => Money::ZERO,
        };
        let moved = self.scene.moved_in(&tender, class).map(|row| (Spot::Moved(row), effect(row.kind, row.amount)));
        let refunds = self.scene.in_tender(&tender).filter(|(_, paid)| paid.amount.is_negative());
        let refunds = refunds.map(|(at, paid)| (Spot::Paid(at), paid.amount));
        let all: Vec<(Spot<'a>, Money)> = moved.chain(refunds).collect();
        let ways = different(all.iter().map(|(_, effect)| *effect));
        let fits: Vec<(Spot<'a>, Money)> =
            all.into_iter().filter(|(_, effect)| !effect.is_zero() && -(*effect + *effect) == self.amount).collect();
        let Some((spot, effect)) = fits.first().copied() else { return };
        let half = effect.abs();
        let (what, sentence, question) = match spot {
            Spot::Moved(row) => {
                let other = match row.kind {
                    CashKind::PaidIn => "paid-out",
                    CashKind::PaidOut => "paid-in",
                    CashKind::Drop => "change from the safe",
                    _ => "drop to the safe",
                };
                let what = told_moved(row);
                let (name, sentence) = (called(row.kind), format!("a {other} was probably keyed as a {}", called(row.kind)));
                (what, sentence, format!("Was the {name} of {half} really a {other}?"))
            }
            _ => (
                format!("refund of {half}"),
                "a sale was probably keyed as a refund".to_owned(),
                format!("Was the refund of {half} really a sale?"),
            ),
        };
        let candidate = Candidate {
            cause: Cause::SignError,
            with: None,
            weight: self.by_hand(weight(Cause::SignError, ways), false),
            arithmetic: self.sum(&format!("2 × {half}: {what}")),
            sentence,
            question,
            matches: fits.len(),
            rows: fits.into_iter().map(|(spot, _)| spot).collect(),
        };
        self.found.push(candidate);
    }

    /// The count (or an opening that nothing else says) with two digits swapped or its point slipped is exactly right.
    fn digits(&mut self) {
        let (Some(counted), Some(expected)) = (self.counted(), self.expected()) else { return };
        let stated = self.scene.stated(self.tender()).next();
        let rows: Vec<Spot<'a>> = stated.into_iter().map(Spot::Z).collect();
        if let Some(slip) = digits::slip(counted, expected) {
            let base = self.by_hand(weight(Cause::Digits, digits::ways(counted)), true);
            // Coins and notes that were counted one by one, and come to the count, were hardly mistyped.
            let weight = if self.scene.pieces && self.round.result.class == TenderClass::Cash { base / AGAINST } else { base };
            let (sentence, question) = typed(slip, "count", counted, expected);
            let arithmetic = format!("{expected} → {counted}");
            let matches = 1;
            self.found.push(Candidate { cause: Cause::Digits, with: None, weight, arithmetic, sentence, question, matches, rows });
            return;
        }
        let opening = self.round.result.balance.opening.map(Money::rounded);
        let Some(opening) = opening.filter(|_| self.round.before.is_none() && self.round.result.class == TenderClass::Cash) else {
            return;
        };
        let meant = opening + self.amount;
        let arithmetic = format!("opening {meant} → {opening}: {}", signed(self.amount));
        self.found.extend(mistyped("opening float", (opening, meant), 2, arithmetic, rows));
    }

    /// The float is not in the count, or it was not entered and nothing else says so.
    fn float(&mut self) {
        let result = &self.round.result;
        let rows: Vec<Spot<'a>> = self.scene.stated(self.tender()).next().into_iter().map(Spot::Z).collect();
        let opening = result.balance.opening.map(Money::rounded).unwrap_or_default();
        if !self.is_short() {
            let float = result.left.filter(|left| opening.is_zero() && self.round.before.is_none() && *left == self.amount);
            let Some(float) = float else { return };
            self.found.push(Candidate {
                cause: Cause::FloatNotEntered,
                with: None,
                weight: weight(Cause::FloatNotEntered, 1),
                arithmetic: self.sum(&format!("the float of {float}")),
                sentence: "the float was probably not entered at opening".to_owned(),
                question: format!("Was {float} in the drawer in the morning?"),
                matches: 1,
                rows,
            });
            return;
        }
        let short = self.amount.abs();
        if !short.is_zero() && (opening == short || result.left == Some(short)) {
            let (counted, expected) = (self.counted().unwrap_or_default(), self.expected().unwrap_or_default());
            // Then the float lies beside what was counted, and what was banked and left is all there should be.
            let weight = self.by_hand(weight(Cause::FloatLeftOut, 1), true);
            self.found.push(Candidate {
                cause: Cause::FloatLeftOut,
                with: None,
                weight,
                arithmetic: format!("{counted} counted + {short} float = {expected}"),
                sentence: "the float was probably left out of the count".to_owned(),
                question: format!("Is the float of {short} in the {counted} that was counted?"),
                matches: 1,
                rows,
            });
        }
    }

    /// Change that was given back lies in the count: all of it, or one sale's.
    fn change(&mut self) {
        if self.is_short() {
            return;
        }
        let given = || self.scene.in_tender(self.tender()).filter(|(_, paid)| !paid.change.is_zero());
        let all: Money = given().map(|(_, paid)| paid.change).sum();
        let ways = different(given().map(|(_, paid)| paid.change)) + 1;
        let several = given().count() > 1;
        let fits: Vec<usize> = given().filter(|(_, paid)| paid.change == self.amount).map(|(at, _)| at).collect();
        let base = self.by_hand(weight(Cause::ChangeCountedIn, ways), false);
        if several && all == self.amount {
            let rows: Vec<usize> = given().map(|(at, _)| at).collect();
            let arithmetic = self.sum(&format!("all change of the day, {} sales", rows.len()));
            self.found.push(Candidate {
                cause: Cause::ChangeCountedIn,
                with: None,
                weight: base,
                arithmetic,
                sentence: "the change that was given was probably counted as cash in the drawer".to_owned(),
                question: "Does the count add up what customers handed over, before their change?".to_owned(),
                matches: 1,
                rows: rows.into_iter().map(Spot::Paid).collect(),
            });
        }
        if let Some(first) = fits.first().and_then(|at| self.scene.paid.get(*at)) {
            let handed = first.amount + first.change;
            let candidate = Candidate {
                cause: Cause::ChangeCountedIn,
                with: None,
                weight: base,
                arithmetic: self.sum(&format!("{handed} given − {} for sale {}", first.amount, first.sale.number)),
                sentence: "the change of one sale was probably not given, or counted in".to_owned(),
                question: format!("Was {} of change given for sale {}{}?", self.amount, first.sale.number, around(first)),
                matches: fits.len(),
                rows: fits.into_iter().map(Spot::Paid).collect(),
            };
            self.found.push(candidate);
        }
    }

    /// A note or a coin too many or too few, or a full bag: wrong change, a note under the tray and a note gone are one class.
    fn pieces(&mut self) {
        let currency = &self.scene.judgement.store.currency;
        let Some((count, worth)) = digits::of_pieces(self.amount, currency) else { return };
        let ways = digits::amounts_of_pieces(currency);
        // Several at once are rarer than one.
        let base = weight(Cause::RoundNote, ways) / u64::try_from(count).unwrap_or(1).max(1);
        let side = if self.is_short() { "few" } else { "many" };
        let (piece, times) = match count {
            1 => (format!("a piece of {worth} was probably one too {side}"), worth.to_string()),
            _ => (format!("{count} pieces of {worth} were probably too {side}"), format!("{count} × {worth}")),
        };
        let candidate = Candidate {
            cause: Cause::RoundNote,
            with: None,
            weight: self.by_hand(base, false),
            arithmetic: self.sum(&times),
            sentence: format!("{piece}: in the change, under the tray, or in a bag"),
            question: format!("Is there a {worth} under the tray, in the bag, or in another roll?"),
            matches: 1,
            rows: Vec::new(),
        };
        self.found.push(candidate);
    }
}

/// Sentence and question about a typed figure.
fn typed(slip: Slip, figure: &str, typed: Money, meant: Money) -> (String, String) {
    let how = match slip {
        Slip::Swapped => format!("two digits of the {figure} were probably swapped: {typed} instead of {meant}"),
        Slip::Point => format!("the decimal point of the {figure} probably slipped: {typed} instead of {meant}"),
    };
    (how, format!("Does the paper say {meant}, not {typed}?"))
}

/// A figure that was typed wrongly: `stated` stands where `meant` would agree. `unlikely` divides its weight.
pub(super) fn mistyped<'a>(
    figure: &str,
    (stated, meant): (Money, Money),
    unlikely: u64,
    arithmetic: String,
    rows: Vec<Spot<'a>>,
) -> Option<Candidate<'a>> {
    let (sentence, question) = typed(digits::slip(stated, meant)?, figure, stated, meant);
    let weight = weight(Cause::Digits, digits::ways(stated) * unlikely);
    Some(Candidate { cause: Cause::Digits, with: None, weight, arithmetic, sentence, question, matches: 1, rows })
}
