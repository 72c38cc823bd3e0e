//! Exact amounts: [`Money`], [`Quantity`], [`Rate`], and named [`Rounding`].

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Decimals kept everywhere: every database column is exact to 1/10000 of a unit.
pub const SCALE: u32 = 4;

/// Amounts are smaller than this (10^12), so sums and products of what was read can never overflow a [`Decimal`].
pub fn amount_max() -> Decimal {
    Decimal::from(AMOUNT_MAX)
}

const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// 1/10000 in one unit.
const UNIT: i64 = 10_000;

/// How an amount with too many decimals is brought to fewer. Every place that rounds names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half a unit goes away from zero: 1.665 → 1.67, −1.665 → −1.67.
    #[default]
    HalfUp,
    /// Half a unit goes to the even neighbour: 1.665 → 1.66.
    HalfEven,
    /// Digits past the last kept one are dropped: 1.669 → 1.66.
    Truncate,
}

impl Rounding {
    /// `value` with at most `decimals` digits behind the point.
    pub fn apply(self, value: Decimal, decimals: u32) -> Decimal {
        if value.scale() <= decimals {
            return value;
        }
        let strategy = match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::Truncate => RoundingStrategy::ToZero,
        };
        value.round_dp_with_strategy(decimals, strategy)
    }

    /// The whole quotient of `value / by`, rounded; `by` is positive.
    fn divide(self, value: i128, by: i128) -> i128 {
        // Nearly all fit the machine's own division.
        let (quotient, rest) = match (i64::try_from(value), i64::try_from(by)) {
            (Ok(value), Ok(by)) => ((value / by).into(), (value % by).into()),
            _ => (value / by, value % by),
        };
        let away = match (rest.abs() * 2).cmp(&by) {
            Ordering::Less => false,
            _ if self == Rounding::Truncate => false,
            Ordering::Greater => true,
            Ordering::Equal => self == Rounding::HalfUp || quotient % 2 != 0,
        };
        quotient + if away { value.signum() } else { 0 }
    }
}

/// A decimal that cannot be an amount of ours: not a number, or past [`amount_max`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount below 1,000,000,000,000 with at most {SCALE} decimals")]
pub struct NotAnAmount(pub String);

const POWERS: [i64; SCALE as usize + 1] = [1, 10, 100, 1_000, 10_000];

/// Ten to the power of `digits`, for the few digits that an amount has behind its point.
fn power(digits: u32) -> i128 {
    10_i128.pow(digits)
}

/// As many 1/10000 as fit; amounts that were read are so much smaller that only sums of absurd ones reach the end.
fn saturated(units: i128) -> i64 {
    i64::try_from(units).unwrap_or(if units.is_negative() { i64::MIN + 1 } else { i64::MAX })
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Kept as a whole number of 1/10000. A sum past ±922,337,203,685,477 stays there: no document with such amounts is
        /// loaded (F012).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From a decimal.
            ///
            /// # Errors
            /// When it has more than four decimals or is not below [`amount_max`].
            pub fn new(value: Decimal) -> Result<Self, NotAnAmount> {
                // Nearly all amounts are told at a glance.
                if value.scale() <= SCALE
                    && let Ok(mantissa @ -99_999_999_999..100_000_000_000) = i64::try_from(value.mantissa())
                {
                    return Ok(Self(mantissa * POWERS[(SCALE - value.scale()) as usize]));
                }
                let wrong = || NotAnAmount(value.to_string());
                let exact = if value.scale() <= SCALE { value } else { value.normalize() };
                let more = SCALE.checked_sub(exact.scale()).ok_or_else(wrong)?;
                let units = exact.mantissa().checked_mul(power(more)).ok_or_else(wrong)?;
                if units.unsigned_abs() >= AMOUNT_MAX as u128 * UNIT as u128 {
                    return Err(wrong());
                }
                Ok(Self(saturated(units)))
            }

            /// From a computed decimal, rounded half-up to four decimals (a result of arithmetic on read amounts).
            pub fn rounded(value: Decimal) -> Self {
                let (mantissa, scale) = (value.mantissa(), value.scale());
                Self(saturated(match SCALE.checked_sub(scale) {
                    Some(more) => mantissa.saturating_mul(power(more)),
                    None => Rounding::HalfUp.divide(mantissa, power(scale - SCALE)),
                }))
            }

            /// `units` hundredths: `cents(1250)` is 12.50.
            pub fn cents(units: i64) -> Self {
                Self(saturated(i128::from(units) * 100))
            }

            /// As a decimal without needless zeros.
            pub fn decimal(self) -> Decimal {
                let (mut units, mut scale) = (self.0, SCALE);
                while scale > 0 && units % 10 == 0 {
                    (units, scale) = (units / 10, scale - 1);
                }
                Decimal::new(units, scale)
            }

            /// In 1/10000 units, as the embedded database keeps it.
            pub const fn ten_thousandths(self) -> i64 {
                self.0
            }

            /// From 1/10000 units.
            pub const fn from_ten_thousandths(units: i64) -> Self {
                Self(units)
            }

            /// Without sign.
            pub const fn abs(self) -> Self {
                Self(self.0.saturating_abs())
            }

            /// True for exactly zero.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// True below zero.
            pub const fn is_negative(self) -> bool {
                self.0 < 0
            }

            /// Rounded to `decimals` by a named rule.
            pub fn round(self, rounding: Rounding, decimals: u32) -> Self {
                match SCALE.checked_sub(decimals) {
                    None | Some(0) => self,
                    Some(less) => Self(saturated(rounding.divide(self.0.into(), power(less)) * power(less))),
                }
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(self.0.saturating_neg())
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
                amounts.fold(Self::ZERO, Add::add)
            }
        }
        impl<'a> Sum<&'a $name> for $name {
            fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
                amounts.copied().sum()
            }
        }
        impl FromStr for $name {
            type Err = NotAnAmount;
            fn from_str(text: &str) -> Result<Self, NotAnAmount> {
                Decimal::from_str_exact(text.trim())
                    .map_err(|_| NotAnAmount(text.to_owned()))
                    .and_then(Self::new)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotAnAmount;
            fn try_from(text: String) -> Result<Self, NotAnAmount> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(amount: $name) -> String {
                amount.to_string()
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
    };
}

amount! {
    /// An amount of money in the store's currency, in whole units with up to four decimals. Prints at least two decimals.
    Money
}
amount! {
    /// How many units of an item: whole, or a weight or length with up to four decimals. Prints no needless zeros.
    Quantity
}
amount! {
    /// A rate in percent: 20 is 20 %, 9.975 is 9.975 %. Prints no needless zeros.
    Rate
}

impl Money {
    /// This price for `quantity` units, not yet rounded.
    pub fn times(self, quantity: Quantity) -> Decimal {
        self.decimal() * quantity.decimal()
    }

    /// Is this exactly what `quantity` units come to at `price`?
    pub fn is_exactly(self, price: Money, quantity: Quantity) -> bool {
        i128::from(self.0) * i128::from(UNIT) == i128::from(price.0) * i128::from(quantity.0)
    }

    /// The share that `rate` parts of `whole` parts are, both in percent, rounded: of a price of 120 the tax of 20 parts in 120 is
    /// 20. Nothing of no parts.
    pub fn part(self, rate: Rate, whole: Rate, decimals: u32, rounding: Rounding) -> Self {
        let digits = SCALE.saturating_sub(decimals);
        let parts = i128::from(whole.0) * power(digits);
        if parts <= 0 {
            return Self::ZERO;
        }
        Self(saturated(rounding.divide(i128::from(self.0) * i128::from(rate.0), parts) * power(digits)))
    }
}

impl Quantity {
    /// A whole number of units.
    pub fn units(units: i64) -> Self {
        Self(saturated(i128::from(units) * i128::from(UNIT)))
    }

    /// This many packs of `units` each.
    pub fn times(self, units: Quantity) -> Self {
        Self(saturated(Rounding::HalfUp.divide(i128::from(self.0) * i128::from(units.0), UNIT.into())))
    }
}

impl Rate {
    /// As a factor: 20 % is 0.2.
    pub fn factor(self) -> Decimal {
        self.decimal() / Decimal::ONE_HUNDRED
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.decimal();
        if value.scale() < 2 {
            value.rescale(2);
        }
        f.pad(&value.to_string())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.decimal().to_string())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.decimal().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().expect(text)
    }

    #[test]
    fn prints_at_least_two_decimals_and_never_minus_zero() {
        assert_eq!(money("3.5").to_string(), "3.50");
        assert_eq!(money("-0.00").to_string(), "0.00");
        assert_eq!(money("5.2339").to_string(), "5.2339");
        assert_eq!(Quantity::units(-0).to_string(), "0");
    }

    #[test]
    fn refuses_what_could_overflow_or_lose_digits() {
        assert!("1000000000000".parse::<Money>().is_err());
        assert!("0.00001".parse::<Money>().is_err());
        assert!("0.10000".parse::<Money>().is_ok());
        assert!("1e3".parse::<Money>().is_err());
    }

    #[test]
    fn half_a_penny_by_each_rule() {
        let value = Decimal::new(1665, 3);
        assert_eq!(Rounding::HalfUp.apply(value, 2), Decimal::new(167, 2));
        assert_eq!(Rounding::HalfEven.apply(value, 2), Decimal::new(166, 2));
        assert_eq!(Rounding::Truncate.apply(-value, 2), Decimal::new(-166, 2));
    }

    #[test]
    fn ten_thousandths_are_exact_both_ways() {
        for text in ["0.00", "-12.3456", "999999999999.9999"] {
            assert_eq!(Money::from_ten_thousandths(money(text).ten_thousandths()), money(text));
        }
    }
}
