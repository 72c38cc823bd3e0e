//! The canonical text of rows, and hashes of them that do not depend on their order.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use crate::model::{Hash, Kind, Type, Value};

/// Appends the canonical text of a value: the same as its `Display`, only without the detour through format strings
/// (half of a load's time otherwise).
pub fn text(value: &Value<'_>, to: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Text(text) => to.extend_from_slice(text.as_bytes()),
        Value::Integer(n) => integer(*n, to),
        Value::Decimal(amount) => decimal(amount, to),
        Value::Bool(flag) => to.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Date(day) => date(*day, to),
        Value::Time(at) => time(*at, to),
        Value::DateTime(at) => {
            date(at.date(), to);
            to.push(b'T');
            time(at.time(), to);
        }
    }
}

fn padded(number: u32, width: usize, to: &mut Vec<u8>) {
    let start = to.len();
    let mut rest = number;
    for _ in 0..width {
        to.push(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    if let Some(digits) = to.get_mut(start..) {
        digits.reverse();
    }
}

fn integer(number: i64, to: &mut Vec<u8>) {
    if number < 0 {
        to.push(b'-');
    }
    let mut rest = number.unsigned_abs();
    let start = to.len();
    loop {
        to.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = to.get_mut(start..) {
        digits.reverse();
    }
}

fn decimal(amount: &Decimal, to: &mut Vec<u8>) {
    let (Ok(mut mantissa), mut scale) = (i64::try_from(amount.mantissa()), amount.scale()) else {
        return to.extend_from_slice(Value::Decimal(*amount).to_string().as_bytes());
    };
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    if scale == 0 {
        return integer(mantissa, to);
    }
    let Some(unit) = 10_u64.checked_pow(scale) else {
        return to.extend_from_slice(Value::Decimal(*amount).to_string().as_bytes());
    };
    if mantissa < 0 {
        to.push(b'-');
    }
    let digits = mantissa.unsigned_abs();
    integer((digits / unit) as i64, to);
    to.push(b'.');
    let mut fraction = digits % unit;
    let start = to.len();
    for _ in 0..scale {
        to.push(b'0' + (fraction % 10) as u8);
        fraction /= 10;
    }
    if let Some(digits) = to.get_mut(start..) {
        digits.reverse();
    }
}

fn date(day: NaiveDate, to: &mut Vec<u8>) {
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => {
            padded(year, 4, to);
            to.push(b'-');
            padded(day.month(), 2, to);
            to.push(b'-');
            padded(day.day(), 2, to);
        }
        _ => to.extend_from_slice(day.format("%Y-%m-%d").to_string().as_bytes()),
    }
}

fn time(at: NaiveTime, to: &mut Vec<u8>) {
    let leap = at.nanosecond() / 1_000_000_000;
    padded(at.hour(), 2, to);
    to.push(b':');
    padded(at.minute(), 2, to);
    to.push(b':');
    padded(at.second() + leap, 2, to);
}

/// A date from its canonical text.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    match text.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
            NaiveDate::from_ymd_opt(number(&[*y1, *y2, *y3, *y4])? as i32, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        _ => text.parse().ok(),
    }
}

/// A time from its canonical text.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    match text.as_bytes() {
        [h1, h2, b':', m1, m2, b':', s1, s2] => {
            NaiveTime::from_hms_opt(number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?.min(59))
        }
        _ => text.parse().ok(),
    }
}

/// A date and time from its canonical text.
pub fn parse_datetime(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    Some(parse_date(date)?.and_time(parse_time(time)?))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
}

/// The hash of a set of rows, whatever their order: the sum modulo 2^256 of the rows' SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    sum: [u64; 4],
    /// How many rows.
    pub rows: u64,
}

impl Tally {
    /// Counts one row in.
    pub fn add(&mut self, row: &Hash) {
        let mut carry = 0_u128;
        for (word, bytes) in self.sum.iter_mut().zip(row.0.chunks_exact(8)) {
            let bytes = bytes.iter().rev().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
            carry += u128::from(*word) + u128::from(bytes);
            *word = carry as u64;
            carry >>= 64;
        }
        self.rows += 1;
    }

    /// The hash of all rows counted in so far.
    pub fn hash(&self) -> Hash {
        let mut hash = Hash::default();
        for (bytes, word) in hash.0.chunks_exact_mut(8).zip(self.sum) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        hash
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hash().fmt(f)
    }
}

/// The hashes of one row as it is stored: with everything, and without its dates (to recognise Friday's file with a new date).
///
/// The text names every filled field, so a field that a later version adds changes no hash of rows that do not fill it. `line` is
/// the row's place among those of its number; it takes the part of the record's own `line`.
pub fn row_hash(kind: Kind, values: &[Value<'_>], line: i64, scratch: &mut (Vec<u8>, Vec<u8>)) -> (Hash, Hash) {
    let (undated, dated) = scratch;
    undated.clear();
    dated.clear();
    for (field, value) in kind.fields().iter().zip(values) {
        if value.is_null() || field.name == "line" {
            continue;
        }
        let to = if matches!(field.kind, Type::Date | Type::DateTime) { &mut *dated } else { &mut *undated };
        to.extend_from_slice(field.name.as_bytes());
        to.push(b'=');
        text(value, to);
        to.push(0x1f);
    }
    undated.extend_from_slice(b"line=");
    integer(line, undated);
    let without = Hash::of(undated);
    if dated.is_empty() {
        return (without, without);
    }
    dated.extend_from_slice(&without.0);
    (Hash::of(dated), without)
}

/// The hash of a row's values: blank and empty differ, and so do values that were cut elsewhere.
pub fn values_hash<'v>(values: impl IntoIterator<Item = &'v Value<'v>>) -> Hash {
    let (mut all, mut one) = (Vec::new(), Vec::new());
    for value in values {
        one.clear();
        text(value, &mut one);
        all.push(u8::from(!value.is_null()));
        all.extend_from_slice(&(one.len() as u64).to_le_bytes());
        all.extend_from_slice(&one);
    }
    Hash::of(&all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fast(value: Value<'_>) -> String {
        let mut bytes = Vec::new();
        text(&value, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn the_fast_text_is_the_displayed_text(mantissa in any::<i64>(), scale in 0_u32..12, days in -800_000_i32..3_000_000, seconds in 0_u32..86_400) {
            let amount = Value::Decimal(Decimal::new(mantissa, scale));
            prop_assert_eq!(fast(amount.clone()), amount.to_string());
            prop_assert_eq!(fast(Value::Integer(mantissa)), mantissa.to_string());
            let day = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap();
            for value in [Value::Date(day), Value::Time(time), Value::DateTime(day.and_time(time))] {
                prop_assert_eq!(fast(value.clone()), value.to_string());
            }
            prop_assert_eq!(parse_time(&fast(Value::Time(time))), Some(time));
            if (0..=9999).contains(&day.year()) {
                prop_assert_eq!(parse_date(&fast(Value::Date(day))), Some(day));
            }
        }

        #[test]
        fn a_tally_does_not_care_about_order(rows in proptest::collection::vec(any::<[u8; 32]>(), 0..20)) {
            let tally = |rows: &mut dyn Iterator<Item = &[u8; 32]>| {
                let mut tally = Tally::default();
                rows.for_each(|row| tally.add(&Hash(*row)));
                tally
            };
            prop_assert_eq!(tally(&mut rows.iter()), tally(&mut rows.iter().rev()));
        }
    }

    #[test]
    fn the_same_row_twice_is_not_the_same_as_none() {
        let mut tally = Tally::default();
        let one = Hash([0x80; 32]);
        tally.add(&one);
        tally.add(&one);
        assert_ne!(tally.hash(), Tally::default().hash());
    }
}
