//! Cash rounding where the smallest coin is five cents.

use rust_decimal::Decimal;

use crate::model::{Money, Rounding};

/// What rounding to five cents adds to an amount that is paid in cash: 4.92 → −0.02, a refund of −1.83 → −0.02 (1.85 is given).
///
/// `due` is the cash remainder after all other tenders, tax included (Department of Finance Canada, "Eliminating the penny":
/// 1, 2, 6 and 7 go down, 3, 4, 8 and 9 go up). The result is a line of its own: neither takings nor over/short.
pub fn cash_rounding(due: Money) -> Money {
    let twenty = Decimal::from(20);
    let paid = Rounding::HalfUp.apply(due.decimal() * twenty, 0) / twenty;
    Money::rounded(paid) - due
}
