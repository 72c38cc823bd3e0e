//! Sharing one amount over several so that not a penny is lost.

use rust_decimal::Decimal;
use rust_decimal::prelude::{One, Zero};

use crate::model::{Money, Rounding};

/// Shares `amount` in proportion to `weights`, in steps of the currency's smallest unit (largest remainder).
///
/// The shares add up to `amount` exactly. Steps that are left over go to the largest remainders, among equals to the earlier
/// one, so the same input always gives the same shares. A weight that is not above zero gets nothing, unless no weight is:
/// then all count the same. A negative amount is shared like the positive one. Without weights there are no shares.
pub fn share(amount: Money, weights: &[Money], decimals: u32) -> Vec<Money> {
    if amount.is_negative() {
        return share(-amount, weights, decimals).into_iter().map(|part| -part).collect();
    }
    let mut weights: Vec<Decimal> = weights.iter().map(|weight| weight.decimal().max(Decimal::zero())).collect();
    if weights.iter().all(Zero::is_zero) {
        weights.fill(Decimal::one());
    }
    let whole: Decimal = weights.iter().sum();
    let ideal = |weight: &Decimal| (amount.decimal() * weight).checked_div(whole).unwrap_or_default();
    let mut shares: Vec<Money> =
        weights.iter().map(|weight| Money::rounded(Rounding::Truncate.apply(ideal(weight), decimals))).collect();

    let mut order: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > Decimal::zero()).collect();
    let remainders: Vec<Decimal> = weights.iter().zip(&shares).map(|(weight, share)| ideal(weight) - share.decimal()).collect();
    order.sort_by(|&a, &b| remainders[b].cmp(&remainders[a]).then(a.cmp(&b)));

    let step = Money::rounded(Decimal::new(1, decimals.min(crate::model::SCALE)));
    let mut left = amount - shares.iter().sum();
    for &place in order.iter().cycle() {
        if left.is_zero() {
            break;
        }
        let part = left.min(step);
        shares[place] += part;
        left -= part;
    }
    shares
}
