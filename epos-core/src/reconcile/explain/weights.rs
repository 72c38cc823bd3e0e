//! How likely each cause is before the figures are looked at, and what evidence is worth: dated data, calibrated on simulated faults.
//!
//! Made 2026-11-21 on seeds 1 to 5 of the charity company over ten weeks each, with every class of faults about equally often, and
//! checked with `tests/simulate/causes --seed 1 --runs 3 --days 70 --calibration`, which prints for each band of stated percentages how
//! often the cause was right. People are not simulated faults: where a chain of shops knows how often each happens, these are to follow.

use super::Cause;

/// Weights are parts of this.
pub(super) const WHOLE: u64 = 1_000_000_000;

/// Of a thousand notable differences, how many each cause is behind.
pub(super) fn prior(cause: Cause) -> u64 {
    match cause {
        Cause::WrongTender => 80,
        Cause::RefundOtherTender => 40,
        Cause::RefundNotRung => 60,
        Cause::RefundNotPaid => 40,
        Cause::SignError => 80,
        Cause::Digits => 80,
        Cause::FloatNotEntered => 80,
        Cause::FloatLeftOut => 80,
        Cause::ChangeCountedIn => 80,
        Cause::DropNotRung => 80,
        Cause::PaidOutNotRung => 80,
        Cause::MissingRows => 80,
        Cause::Duplicate => 80,
        Cause::CardCutoff => 80,
        Cause::RoundNote => 90,
        Cause::TwoDrawers => 80,
        Cause::OverRing => 80,
    }
}

/// Of a thousand differences above tolerance, how many have none of the causes, or one that left no trace.
pub(super) const ELSE: u64 = 250;

/// The same of differences within tolerance: a few coins, nearly always.
pub(super) const ELSE_SMALL: u64 = 200_000;

/// So many times more often what is not known takes whole notes out of a drawer than any other amount: to the safe, or for change.
pub(super) const ELSE_NOTES: u64 = 3;

/// Different amounts that what is not known makes: its weight is spread over them.
pub(super) const ELSE_AMOUNTS: u64 = 400;

/// A second figure that a cause leaves unexplained happens by chance this seldom: one time in so many.
pub(super) const CHANCE: u64 = 400;

/// A cause that its own trace contradicts (the count was made piece by piece, what is left does not add up): one time in so many.
pub(super) const AGAINST: u64 = 20;

/// Two causes on one evening: one time in so many of what both would be alone.
pub(super) const TWICE: u64 = 30;
