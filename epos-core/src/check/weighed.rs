//! Barcodes of weighed items, which carry their price.

use crate::model::{Gtin, Money};

/// A weighed item's barcode, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// Prefix and item: what the product list may know it by.
    pub item: String,
    /// The price of this piece.
    pub price: Money,
    /// True when the price's own check digit fits. Printing it is optional, so false proves nothing.
    pub verified: bool,
}

impl Weighed {
    /// The codes under which a product list may hold the item: prefix and item, item alone, or the barcode at price zero.
    ///
    /// ```
    /// use epos_core::check::weighed;
    ///
    /// let ham = weighed("2012345928756", "GB").ok_or("not a weighed item")?;
    /// assert_eq!(ham.codes(), ["2012345", "12345", "2012345000001"]);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn codes(&self) -> [String; 3] {
        let body = format!("{:0<12}", self.item);
        let check = Gtin::check_digit(&body).map(String::from).unwrap_or_default();
        [self.item.clone(), self.item.chars().skip(2).collect(), body + &check]
    }
}

/// Reads a barcode of a weighed item. National formats differ, so it is a table by region; so far only `GB` is in it:
/// prefix 20 or 28, five digits of item, price verifier, four digits of pence, check digit (GS1 General Specifications, variable measure items).
///
/// A shop's own number may look the same: ask the product list for the whole code first.
///
/// ```
/// use epos_core::check::weighed;
/// use epos_core::model::Money;
///
/// let ham = weighed("2012345928756", "GB").ok_or("not a weighed item")?;
/// assert_eq!((ham.item.as_str(), ham.price), ("2012345", Money::cents(2875)));
/// assert_eq!(weighed("2012345928756", "CA-ON"), None, "other countries have other tables");
/// assert_eq!(weighed("5012345678900", "GB"), None);
/// # Ok::<(), &str>(())
/// ```
pub fn weighed(code: &str, region: &str) -> Option<Weighed> {
    let form = region == "GB" && code.len() == 13 && (code.starts_with("20") || code.starts_with("28"));
    if !form || Gtin::parse(code).is_err() {
        return None;
    }
    let (item, verifier, pence) = (code.get(..7)?, code.get(7..8)?, code.get(8..12)?);
    let verified = price_verifier(pence).is_some_and(|digit| verifier == digit.to_string());
    Some(Weighed { item: item.to_owned(), price: Money::cents(pence.parse().ok()?), verified })
}

/// Check digit of a four-digit price (GS1 General Specifications, 7.9): weights 2−, 2−, 3, 5−, where "−" takes the tens off.
fn price_verifier(pence: &str) -> Option<char> {
    let weighted = |digit: u32, factor: u32, minus: bool| {
        let product = digit * factor;
        if minus { product + 10 - product / 10 } else { product }
    };
    let weights = [(2, true), (2, true), (3, false), (5, true)];
    let sum = pence
        .chars()
        .zip(weights)
        .try_fold(0, |sum, (digit, (factor, minus))| Some(sum + weighted(digit.to_digit(10)?, factor, minus) % 10))?;
    char::from_digit(sum * 3 % 10, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_verifier_of_the_specification() {
        assert_eq!(price_verifier("2875"), Some('9'));
    }

    #[test]
    fn a_british_weighed_item_carries_its_price() {
        let body = "201234592875";
        let code = format!("{body}{}", Gtin::check_digit(body).unwrap());
        let read = weighed(&code, "GB").unwrap();
        assert_eq!(read, Weighed { item: "2012345".into(), price: Money::cents(2875), verified: true });
        assert_eq!(read.codes()[..2], ["2012345", "12345"]);
        assert!(Gtin::parse(&read.codes()[2]).is_ok());
    }

    #[test]
    fn other_codes_and_other_countries_carry_none() {
        assert_eq!(weighed("5012345678900", "GB"), None);
        let code = format!("201234592875{}", Gtin::check_digit("201234592875").unwrap());
        assert_eq!(weighed(&code, "CA-ON"), None);
        assert!(!weighed(&format!("201234502875{}", Gtin::check_digit("201234502875").unwrap()), "GB").unwrap().verified);
    }
}
