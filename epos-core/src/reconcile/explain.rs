//! Why a drawer may be over or short: ranked likely causes, each with its arithmetic, the rows to look at and a probability.
//!
//! A likely cause never changes a figure or a state; only a person's acceptance does.

use serde::Serialize;

use crate::model::{At, Money, words};

words! {
    /// What may have caused a difference (PRACTICE §7).
    Cause {
        /// One sale rung in one tender and paid in another.
        WrongTender = "wrong_tender",
        /// A refund rung in one tender and given back in another.
        RefundOtherTender = "refund_other_tender",
        /// A refund was paid and not rung.
        RefundNotRung = "refund_not_rung",
        /// A refund was rung and not paid.
        RefundNotPaid = "refund_not_paid",
        /// Something paid out was keyed as paid in, or the other way round.
        SignError = "sign_error",
        /// Digits of a typed figure swapped, or its decimal point slipped.
        Digits = "digits",
        /// The float was not entered at opening.
        FloatNotEntered = "float_not_entered",
        /// The count left the float out, or the float was banked before the count.
        FloatLeftOut = "float_left_out",
        /// Change that was given was counted in.
        ChangeCountedIn = "change_counted_in",
        /// Cash went to the safe and was not rung.
        DropNotRung = "drop_not_rung",
        /// Something was paid out of the drawer and not rung.
        PaidOutNotRung = "paid_out_not_rung",
        /// Rows are missing: sales were rung that did not come with the file.
        MissingRows = "missing_rows",
        /// A line or a file stands twice.
        Duplicate = "duplicate",
        /// Card sales after the machine's cut-off.
        CardCutoff = "card_cutoff",
        /// A coin, a note or a full bank bag too many or too few.
        RoundNote = "round_note",
        /// Cash was put into another drawer.
        TwoDrawers = "two_drawers",
        /// Rung too much, and taken back after the Z-report.
        OverRing = "over_ring",
    }
}

/// A row to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pointer {
    /// Where it stands.
    pub at: At,
    /// What it is, in a few words: `sale 201, 10:30, 18.00 cash`.
    pub what: String,
}

/// One cause, or two together, that would give exactly the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LikelyCause {
    /// The cause.
    pub cause: Cause,
    /// A second one beside it, when only both together give the difference.
    pub with: Option<Cause>,
    /// How often, of a hundred such differences with such rows, it is the one. Calibrated on simulated faults.
    pub percent: u8,
    /// The arithmetic, in one line: `cash −18.00, card +18.00, sale 201 = 18.00`.
    pub arithmetic: String,
    /// The cause in one plain sentence, without names: `one sale was probably rung as cash but paid by card`.
    pub sentence: String,
    /// What somebody could look at to know, as one question: `Is there a card slip for 18.00 around 10:30?`
    pub question: String,
    /// How many rows of the day fit equally well; above 1 it is printed.
    pub matches: usize,
    /// The rows to look at, the likeliest first; at most ten.
    pub rows: Vec<Pointer>,
}

/// What may be behind one difference of a store-day: of a drawer's tender, or of two that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The findings it is about: code and subject.
    pub findings: Vec<(&'static str, String)>,
    /// The difference; of two that belong together, that of the first.
    pub amount: Money,
    /// Likely causes, likeliest first. Empty: no explanation was found.
    pub causes: Vec<LikelyCause>,
}

impl Explanation {
    /// The likeliest cause, where it is likely enough to be said: from 60 of a hundred on (PRACTICE §7).
    ///
    /// ```
    /// use epos_core::model::Money;
    /// use epos_core::reconcile::Explanation;
    ///
    /// let honest = Explanation { findings: vec![("S002", "1 Cash".into())], amount: Money::cents(-18_00), causes: Vec::new() };
    /// assert_eq!(honest.said(), None, "no explanation found is an honest answer");
    /// ```
    pub fn said(&self) -> Option<&LikelyCause> {
        self.causes.first().filter(|cause| cause.percent >= 60)
    }
}
