//! GTINs: GTIN-8, -12, -13 and -14 with their check digit, kept as 14 digits of text.

use std::fmt;

/// A barcode number with a right check digit, left-padded to 14 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(String);

/// Why a text is no GTIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAGtin {
    /// Not 8, 12, 13 or 14 digits.
    #[error("a barcode has 8, 12, 13 or 14 digits")]
    Form,
    /// The last digit does not fit the others.
    #[error("the last digit should be {0}")]
    CheckDigit(char),
}

impl Gtin {
    /// The check digit for the digits before it: weights 3, 1, 3, 1 … from the right, up to the next ten.
    /// `None` when `digits` holds anything but digits.
    pub fn check_digit(digits: &str) -> Option<char> {
        let sum = digits
            .chars()
            .rev()
            .enumerate()
            .try_fold(0, |sum, (place, digit)| Some(sum + digit.to_digit(10)? * if place % 2 == 0 { 3 } else { 1 }))?;
        char::from_digit((10 - sum % 10) % 10, 10)
    }

    /// Reads a printed number; blanks around it do not matter.
    ///
    /// # Errors
    /// When it has another length, other characters, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, NotAGtin> {
        let text = text.trim();
        if !matches!(text.len(), 8 | 12 | 13 | 14) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAGtin::Form);
        }
        let (body, last) = text.split_at(text.len() - 1);
        match Self::check_digit(body) {
            Some(digit) if last == digit.to_string() => Ok(Gtin(format!("{text:0>14}"))),
            Some(digit) => Err(NotAGtin::CheckDigit(digit)),
            None => Err(NotAGtin::Form),
        }
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_the_practice_vectors() {
        assert_eq!(Gtin::check_digit("629104150021"), Some('3'));
        assert_eq!(Gtin::check_digit("501234567890"), Some('0'));
        assert_eq!(Gtin::check_digit("50123456789O"), None);
    }

    #[test]
    fn all_lengths_are_one_number() {
        let thirteen = Gtin::parse("5012345678900").unwrap();
        assert_eq!(Gtin::parse("05012345678900").unwrap(), thirteen);
        assert_eq!(Gtin::parse("5012345678901"), Err(NotAGtin::CheckDigit('0')));
        assert_eq!(Gtin::parse("5.01235E+12"), Err(NotAGtin::Form));
        assert_eq!(Gtin::parse("áááá"), Err(NotAGtin::Form));
    }
}
