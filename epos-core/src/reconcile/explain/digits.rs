//! Figures as people type them: two digits swapped, a decimal point slipped; and coins, notes and bags as people hand them over.

use crate::model::Money;

/// How a typed figure may have become another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// Two digits changed places.
    Swapped,
    /// The decimal point is one or two places off.
    Point,
}

/// Ways in which a figure of some digits can be mistyped: what the likelihood of each is divided by.
pub(super) fn ways(typed: Money) -> u64 {
    let digits = u64::try_from(figures(typed).len()).unwrap_or(u64::MAX);
    digits.saturating_mul(digits.saturating_sub(1)) / 2 + 4
}

/// The digits of an amount, in its pennies: 214.30 is `21430`.
fn figures(amount: Money) -> Vec<u8> {
    (amount.abs().ten_thousandths() / 100).to_string().into_bytes()
}

/// How `meant` may have been typed as `typed`; `None` when neither swapping two digits nor slipping the point gives exactly that.
pub(super) fn slip(typed: Money, meant: Money) -> Option<Slip> {
    let whole = |amount: Money| amount.ten_thousandths() % 100 == 0 && !amount.is_negative();
    if typed == meant || typed.is_zero() || meant.is_zero() || !whole(typed) || !whole(meant) {
        return None;
    }
    let (large, small) = (typed.max(meant), typed.min(meant));
    if [10, 100].iter().any(|factor| small.ten_thousandths().checked_mul(*factor) == Some(large.ten_thousandths())) {
        return Some(Slip::Point);
    }
    let (typed, meant) = (figures(typed), figures(meant));
    // A zero in front is not typed: 05.30 for 50.30 is 5.30.
    let length = typed.len().max(meant.len());
    let padded = |digits: Vec<u8>| -> Vec<u8> { std::iter::repeat_n(b'0', length - digits.len()).chain(digits).collect() };
    let (typed, meant) = (padded(typed), padded(meant));
    let apart: Vec<(u8, u8)> = typed.into_iter().zip(meant).filter(|(one, other)| one != other).collect();
    match apart[..] {
        [(a, b), (c, d)] if a == d && b == c => Some(Slip::Swapped),
        _ => None,
    }
}

/// Notes and coins of a currency, and the worth of its full coin bags, largest first.
///
/// Source: the Bank of England and the Royal Mint (2025: notes 50, 20, 10, 5; coins 2.00 to 0.01; bags of 20, 10, 5 and 1), the European
/// Central Bank, the US Treasury and the Bank of Canada for theirs. A currency that is not listed has the commonest.
pub(super) fn pieces(currency: &str) -> &'static [i64] {
    match currency {
        "GBP" => &[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        "EUR" => &[20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        "USD" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1],
        "CAD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 25, 10, 5],
        _ => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 1],
    }
}

/// From this worth on a piece is a note of which several may go wrong at once; of coins one.
const NOTE: i64 = 5_00;

/// Notes of one worth that go wrong at once.
const NOTES_MAX: i64 = 4;

/// How many pieces of which worth make exactly this difference: the fewest.
pub(super) fn of_pieces(amount: Money, currency: &str) -> Option<(i64, Money)> {
    let amount = amount.abs();
    pieces(currency).iter().find_map(|&worth| {
        let piece = Money::cents(worth);
        let count = amount.ten_thousandths() / piece.ten_thousandths();
        let most = if worth >= NOTE { NOTES_MAX } else { 1 };
        let exact = amount.ten_thousandths() % piece.ten_thousandths() == 0;
        (exact && (1..=most).contains(&count)).then_some((count, piece))
    })
}

/// How many different differences pieces can make: what the likelihood of each is divided by.
pub(super) fn amounts_of_pieces(currency: &str) -> u64 {
    let all = pieces(currency);
    let notes = all.iter().filter(|worth| **worth >= NOTE).count();
    u64::try_from(notes * 2 + all.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::testing::money;

    #[test]
    fn two_digits_swapped_or_a_point_slipped_and_nothing_else() {
        let of = |typed: &str, meant: &str| slip(money(typed), money(meant));
        assert_eq!(of("241.30", "214.30"), Some(Slip::Swapped));
        assert_eq!(of("314.20", "214.30"), Some(Slip::Swapped), "digits apart from each other");
        assert_eq!(of("5.30", "50.30"), Some(Slip::Swapped), "a zero in front is not typed");
        assert_eq!(of("2143.00", "214.30"), Some(Slip::Point));
        assert_eq!(of("2.14", "214.00"), Some(Slip::Point));
        assert_eq!(of("223.30", "214.30"), None, "9.00 apart, and divisible by 9 alone proves nothing");
        assert_eq!(of("214.30", "214.30"), None);
    }

    #[test]
    fn notes_a_few_at_once_and_coins_one() {
        let of = |amount: &str| of_pieces(money(amount), "GBP").map(|(count, worth)| (count, worth.to_string()));
        assert_eq!(of("-10.00"), Some((1, "10.00".into())));
        assert_eq!(of("15.00"), Some((3, "5.00".into())));
        assert_eq!(of("0.50"), Some((1, "0.50".into())));
        assert_eq!(of("3.00"), None);
        assert_eq!(of("18.00"), None);
    }
}
