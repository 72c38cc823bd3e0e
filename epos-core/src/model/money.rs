//! Exact amounts: [`Money`], [`Quantity`], [`Rate`], and named [`Rounding`].

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
    Decimal::from(1_000_000_000_000_i64)
}

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
        let strategy = match self {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
            Rounding::Truncate => RoundingStrategy::ToZero,
        };
        value.round_dp_with_strategy(decimals, strategy)
    }
}

/// A decimal that cannot be an amount of ours: not a number, or past [`amount_max`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount below 1,000,000,000,000 with at most {SCALE} decimals")]
pub struct NotAnAmount(pub String);

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Decimal);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// From a decimal.
            ///
            /// # Errors
            /// When it has more than four decimals or is not below [`amount_max`].
            pub fn new(value: Decimal) -> Result<Self, NotAnAmount> {
                // Nearly all amounts are told at a glance.
                if value.scale() <= SCALE && value.mantissa().unsigned_abs() < 1_000_000_000_000 {
                    return Ok(Self(value));
                }
                if value.abs() >= amount_max() || value.normalize().scale() > SCALE {
                    return Err(NotAnAmount(value.to_string()));
                }
                Ok(Self(value))
            }

            /// From a computed decimal, rounded half-up to four decimals (a result of arithmetic on read amounts).
            pub fn rounded(value: Decimal) -> Self {
                Self(Rounding::HalfUp.apply(value, SCALE))
            }

            /// `units` hundredths: `cents(1250)` is 12.50.
            pub fn cents(units: i64) -> Self {
                Self(Decimal::new(units, 2))
            }

            /// The decimal itself.
            pub fn decimal(self) -> Decimal {
                self.0
            }

            /// In 1/10000 units, as the embedded database keeps it.
            pub fn ten_thousandths(self) -> i64 {
                use rust_decimal::prelude::ToPrimitive;
                (self.0 * Decimal::from(10_000)).trunc().to_i64().unwrap_or(0)
            }

            /// From 1/10000 units.
            pub fn from_ten_thousandths(units: i64) -> Self {
                Self(Decimal::new(units, SCALE).normalize())
            }

            /// Without sign.
            pub fn abs(self) -> Self {
                Self(self.0.abs())
            }

            /// True for exactly zero.
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// True below zero.
            pub fn is_negative(self) -> bool {
                self.0.is_sign_negative() && !self.0.is_zero()
            }

            /// Rounded to `decimals` by a named rule.
            pub fn round(self, rounding: Rounding, decimals: u32) -> Self {
                Self(rounding.apply(self.0, decimals))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
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
        self.0 * quantity.0
    }
}

impl Quantity {
    /// A whole number of units.
    pub fn units(units: i64) -> Self {
        Self(Decimal::from(units))
    }

    /// This many packs of `units` each.
    pub fn times(self, units: Quantity) -> Self {
        Self::rounded(self.0 * units.0)
    }
}

impl Rate {
    /// As a factor: 20 % is 0.2.
    pub fn factor(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0.normalize();
        if value.is_zero() {
            value.set_sign_positive(true);
        }
        if value.scale() < 2 {
            value.rescale(2);
        }
        f.pad(&value.to_string())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.normalize().to_string())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.normalize().to_string())
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
