//! Money rules: splitting prices into net and taxes, sharing amounts, cash rounding, and dated tax rates. Pure arithmetic.
//!
//! In a tax-inclusive price every tax is rounded by itself and net is what is left, so `net + taxes = price` always holds:
//!
//! ```
//! use epos_core::model::{Money, Rounding};
//! use epos_core::tax;
//!
//! let rates = ["5".parse()?, "9.975".parse()?]; // Quebec: GST and QST
//! let split = tax::inclusive(Money::cents(10_000), &rates, 2, Rounding::HalfUp);
//! assert_eq!(split.net, Money::cents(8_697));
//! assert_eq!(split.taxes, [Money::cents(435), Money::cents(868)]);
//! # Ok::<(), epos_core::model::NotAnAmount>(())
//! ```

mod agency;
mod cash;
mod rates;
mod share;

use crate::model::{Money, Rate, Rounding};

pub use agency::{Agency, agency};
pub use cash::cash_rounding;
pub use rates::{built_in_rates, rates};
pub use share::share;

const HUNDRED: Rate = Rate::from_ten_thousandths(1_000_000);

/// An amount without tax, and the taxes on it in the order of their rates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// Without tax.
    pub net: Money,
    /// One amount for each rate.
    pub taxes: Vec<Money>,
}

impl Split {
    /// All taxes together.
    pub fn tax(&self) -> Money {
        self.taxes.iter().sum()
    }

    /// With tax.
    pub fn gross(&self) -> Money {
        self.net + self.tax()
    }
}

/// What is rounded: which of the two must be declared, because they differ by pennies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Per {
    /// Every line by itself.
    #[default]
    Line,
    /// The sum of the lines, once.
    Transaction,
}

/// Splits a price that includes tax: `tax = round(gross × rate / (100 + all rates))` for each tax by itself, net is the rest.
///
/// `decimals` are those of the currency (2 for pounds, 0 for yen).
pub fn inclusive(gross: Money, rates: &[Rate], decimals: u32, rounding: Rounding) -> Split {
    let taxes: Vec<Money> = included(gross, rates, decimals, rounding).collect();
    Split { net: gross - taxes.iter().sum(), taxes }
}

/// The taxes that are in a price: those of [`inclusive`], one for each rate.
pub(crate) fn included(gross: Money, rates: &[Rate], decimals: u32, rounding: Rounding) -> impl Iterator<Item = Money> {
    let whole = HUNDRED + rates.iter().sum();
    rates.iter().map(move |&rate| gross.part(rate, whole, decimals, rounding))
}

/// Puts taxes on a price without tax: `tax = round(net × rate / 100)` for each tax by itself.
pub fn exclusive(net: Money, rates: &[Rate], decimals: u32, rounding: Rounding) -> Split {
    let tax = |&rate: &Rate| net.part(rate, HUNDRED, decimals, rounding);
    Split { net, taxes: rates.iter().map(tax).collect() }
}

/// Applies `split` ([`inclusive`] or [`exclusive`]) to the amounts of one transaction, rounding as declared.
pub fn over(amounts: &[Money], per: Per, rates: &[Rate], split: impl Fn(Money) -> Split) -> Split {
    let nothing = Split { net: Money::ZERO, taxes: vec![Money::ZERO; rates.len()] };
    match per {
        Per::Transaction => split(amounts.iter().sum()),
        Per::Line => amounts.iter().fold(nothing, |sum, &amount| {
            let line = split(amount);
            Split { net: sum.net + line.net, taxes: sum.taxes.iter().zip(&line.taxes).map(|(&a, &b)| a + b).collect() }
        }),
    }
}

/// Decimals of a currency's smallest unit (ISO 4217): 2 unless it is one of the few that differ.
pub fn minor_units(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF" | "XOF"
        | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests;
