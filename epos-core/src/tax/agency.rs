//! Retail Gift Aid: the shop sells a donor's goods as an agent.

use super::exclusive;
use crate::model::{Money, Rate, Rounding};

/// What one sale for a donor comes to. Only the commission is the shop's supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agency {
    /// What the shop keeps, without VAT.
    pub commission: Money,
    /// VAT on the commission.
    pub vat: Money,
    /// What is owed to the donor, who may give it with Gift Aid.
    pub owed: Money,
}

/// Splits the price of goods sold for a donor (HMRC, "Charities: detailed guidance notes", chapter 3: Gift Aid).
///
/// A refund is a negative price and takes everything back.
pub fn agency(price: Money, commission: Rate, vat: Rate, decimals: u32, rounding: Rounding) -> Agency {
    let kept = Money::rounded(rounding.apply(price.decimal() * commission.factor(), decimals));
    let vat = exclusive(kept, &[vat], decimals, rounding).tax();
    Agency { commission: kept, vat, owed: price - kept - vat }
}
