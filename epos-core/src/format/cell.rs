//! One cell's text to one value.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::diagnostic::{Code, F003, F004, F013, F014, F031};
use crate::model::{Money, Quantity, Rate, Rounding, Type, Value};

/// The order in which a file writes day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 20/11/2026.
    Dmy,
    /// 11/20/2026.
    Mdy,
    /// 2026/11/20.
    Ymd,
}

/// How a file writes rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RateForm {
    /// 20 or 20% is 20 %.
    #[default]
    Percent,
    /// 0.2 is 20 %.
    Fraction,
}

/// How a file writes its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Day, month, year; `None`: only unmistakable dates are read.
    pub date_order: Option<DateOrder>,
    /// True when a comma is the decimal mark.
    pub comma: bool,
    /// Decimals that stated totals have; `None` keeps what is written.
    pub minor_units: Option<u32>,
    /// How rates are written.
    pub rates: RateForm,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which rule.
    pub code: Code,
    /// Completes “`7.5O` …”.
    pub why: String,
    /// How to fix it.
    pub help: String,
}

fn fault(code: Code, why: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault { code, why: why.into(), help: help.into() }
}

/// Reads a cell. The flag says that digits were rounded away.
///
/// # Errors
/// A [`Fault`] when the text cannot be a value of this kind.
pub fn read(text: &str, kind: Type, style: &Style) -> Result<(Value<'static>, bool), Fault> {
    let blank = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_graphic());
    let text = if blank(text.as_bytes().first()) || blank(text.as_bytes().last()) { text.trim() } else { text };
    if text.is_empty() {
        return Ok((Value::Null, false));
    }
    if is_error(text) {
        return Err(fault(
            F031,
            "is a spreadsheet's error, not a value",
            "open the file, mend the formula in this cell and send it again",
        ));
    }
    let value = match kind {
        Type::Text | Type::Person => Value::Text(Cow::Owned(text.to_owned())),
        Type::Money | Type::Quantity | Type::Rate if let Some(number) = short(text, kind, style) => Value::Decimal(number),
        Type::Word(words) => return word(text, words).map(|value| (value, false)),
        Type::Bool => Value::Bool(flag(text)?),
        Type::Integer => Value::Integer(whole(text, style)?),
        Type::Money | Type::Quantity | Type::Rate => return amount(text, kind, style),
        Type::Date => Value::Date(date(text, style.date_order)?),
        Type::Time => Value::Time(time(text)?),
        Type::DateTime => Value::DateTime(moment(text, style.date_order)?),
    };
    Ok((value, false))
}

/// What Excel, or LibreOffice with `Err:502`, shows instead of a result.
fn is_error(text: &str) -> bool {
    match text.as_bytes() {
        [b'#', ..] => matches!(
            text,
            "#N/A"
                | "#REF!"
                | "#DIV/0!"
                | "#VALUE!"
                | "#NAME?"
                | "#NULL!"
                | "#NUM!"
                | "#SPILL!"
                | "#CALC!"
                | "#FIELD!"
                | "#GETTING_DATA"
        ),
        [b'E', b'r', b'r', b':', digits @ ..] => digits.len() == 3 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A fault for a blank cell that must be filled.
pub fn blank() -> Fault {
    fault(F013, "must not be blank", "fill in this cell and send the file again")
}

fn word(text: &str, words: &'static [&'static str]) -> Result<Value<'static>, Fault> {
    if let Some(word) = words.iter().find(|word| **word == text) {
        return Ok(Value::Text(Cow::Borrowed(word)));
    }
    let plain = super::heading::normal(text).replace(' ', "_");
    match words.iter().find(|word| **word == plain) {
        Some(word) => Ok(Value::Text(Cow::Borrowed(word))),
        None => Err(fault(
            F014,
            format!("is none of {}", words.join(", ")),
            "use one of these words, or let the layout translate yours",
        )),
    }
}

fn flag(text: &str) -> Result<bool, Fault> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" | "open" => Ok(true),
        "false" | "no" | "n" | "0" | "-" | "closed" => Ok(false),
        _ => Err(fault(F014, "is neither yes nor no", "write yes or no")),
    }
}

fn whole(text: &str, style: &Style) -> Result<i64, Fault> {
    if text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.bytes().fold(0, |number, byte| number * 10 + i64::from(byte - b'0')));
    }
    use rust_decimal::prelude::ToPrimitive;
    let number = decimal(text, style.comma)?;
    match number.to_i64() {
        Some(whole) if number.fract().is_zero() => Ok(whole),
        _ => Err(fault(F003, "is not a whole number", "write a whole number")),
    }
}

/// A number as most files write nearly all of them: a sign, digits, a point, up to four digits. Everything else takes the long way.
fn short(text: &str, kind: Type, style: &Style) -> Option<Decimal> {
    if style.comma || (kind == Type::Rate && style.rates == RateForm::Fraction) || text.len() > 15 {
        return None;
    }
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (mut mantissa, mut scale, mut pointed, mut whole) = (0_i64, 0, false, 0);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                if pointed {
                    scale += 1;
                } else {
                    whole += 1;
                }
            }
            b'.' if !pointed => pointed = true,
            _ => return None,
        }
    }
    // The same value has the same form, however it was written.
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let fits = whole > 0 && whole < 12 && scale <= crate::model::SCALE && digits.last() != Some(&b'.');
    fits.then(|| Decimal::new(if negative { -mantissa } else { mantissa }, scale))
}

/// Money, a quantity or a rate.
fn amount(text: &str, kind: Type, style: &Style) -> Result<(Value<'static>, bool), Fault> {
    let percent = text.strip_suffix('%').map(str::trim_end);
    let mut number = decimal(percent.filter(|_| kind == Type::Rate).unwrap_or(text), style.comma)?;
    if kind == Type::Rate && percent.is_none() && style.rates == RateForm::Fraction {
        number *= Decimal::ONE_HUNDRED;
    }
    let rounded = Rounding::HalfUp.apply(number, crate::model::SCALE);
    let fits = match kind {
        Type::Money => Money::new(rounded).is_ok(),
        Type::Quantity => Quantity::new(rounded).is_ok(),
        _ => Rate::new(rounded).is_ok(),
    };
    if !fits {
        return Err(fault(F003, "is far too large to be right", "check the figure: perhaps it is a barcode in the wrong column"));
    }
    Ok((Value::Decimal(rounded.normalize()), rounded != number))
}

/// Rounds a stated total to the currency's decimals; true when digits were lost.
pub fn to_minor(value: Value<'static>, style: &Style) -> (Value<'static>, bool) {
    match (value, style.minor_units) {
        (Value::Decimal(number), Some(units)) if number.scale() > units => {
            let rounded = Rounding::HalfUp.apply(number, units);
            (Value::Decimal(rounded), rounded != number)
        }
        (value, _) => (value, false),
    }
}

/// A decimal as people and tills write it: `1,234.50`, `£1,234.50`, `$8.00`, `(3.50)`, `-3.50`, `3.50-`, `1.234,50` with a decimal comma.
fn decimal(text: &str, comma: bool) -> Result<Decimal, Fault> {
    let bad = || {
        let letters: String = text
            .chars()
            .map(|c| match c {
                'O' | 'o' => '0',
                'l' | 'I' => '1',
                other => other,
            })
            .collect();
        let help = if letters != text && plain_number(&letters, comma).is_some() {
            format!("a letter stands where a digit should be: is it {letters}?")
        } else {
            "write a plain number such as 12.50".to_owned()
        };
        fault(F003, "is not a number", help)
    };
    plain_number(text, comma).ok_or_else(bad)
}

fn plain_number(text: &str, comma: bool) -> Option<Decimal> {
    let mut rest = text.trim();
    // `CHF 6.00` and `6.00 EUR`.
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    match rest.split_once(' ') {
        Some((code, number)) if is_code(code) => rest = number.trim(),
        _ => {}
    }
    match rest.rsplit_once(' ') {
        Some((number, code)) if is_code(code) => rest = number.trim(),
        _ => {}
    }
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        (rest, negative) = (inner.trim(), true);
    }
    if let Some(inner) = rest.strip_suffix('-') {
        (rest, negative) = (inner.trim_end(), !negative);
    }
    let signs: &[char] = &['£', '$', '€', '¥', '-', '−', '+', ' ', '\u{a0}'];
    let body = rest.trim_start_matches(signs);
    let head = &rest[..rest.len() - body.len()];
    if head.chars().filter(|c| matches!(c, '-' | '−' | '+')).count() > 1 {
        return None;
    }
    if head.contains(['-', '−']) {
        negative = !negative;
    }
    let body = body.trim_end_matches(['£', '$', '€', '¥', ' ', '\u{a0}']);
    let (mark, group) = if comma { (',', '.') } else { ('.', ',') };
    let (whole, part) = body.split_once(mark).unwrap_or((body, ""));
    let grouped = whole.contains([group, ' ', '\u{a0}', '\'']);
    let digits: Vec<&str> = whole.split([group, ' ', '\u{a0}', '\'']).collect();
    let right = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if grouped
        && (digits.iter().skip(1).any(|group| group.len() != 3)
            || digits.first().is_none_or(|first| first.is_empty() || first.len() > 3))
    {
        return None;
    }
    if !digits.iter().all(|digits| right(digits)) || !right(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let text = format!("{}{}.{part}", if negative { "-" } else { "" }, digits.concat());
    let text = text.strip_suffix('.').unwrap_or(&text);
    let text = if whole.is_empty() { text.replacen('.', "0.", 1) } else { text.to_owned() };
    // More decimals than a Decimal holds are cut where they cannot matter.
    let cut = text.find('.').map_or(text.len(), |point| text.len().min(point + 13));
    Decimal::from_str_exact(text.get(..cut)?).ok()
}

/// `2026-11-20`, as most files write it.
pub fn iso(text: &str) -> Option<NaiveDate> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let year = digit(y1)? * 1000 + digit(y2)? * 100 + digit(y3)? * 10 + digit(y4)?;
    if year < 1900 {
        return None;
    }
    NaiveDate::from_ymd_opt(year as i32, digit(m1)? * 10 + digit(m2)?, digit(d1)? * 10 + digit(d2)?)
}

/// Is it a day that a till may have seen, and that every database keeps?
pub fn is_kept(day: NaiveDate) -> bool {
    (1900..=9999).contains(&day.year())
}

/// A calendar date.
fn date(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, Fault> {
    let day = match iso(text) {
        Some(day) => Ok(day),
        None => parts(split_time(text).0, order),
    };
    let help = "write the date as 2026-11-20";
    match day {
        Ok(day) if is_kept(day) => Ok(day),
        Ok(_) => Err(fault(F004, "is in a year that no till has seen", help)),
        Err(true) => Err(fault(F004, "could be two dates, and nothing says whether day or month comes first", help)),
        Err(false) => Err(fault(F004, "is not a date", help)),
    }
}

/// The three numbers of a date; `Err(true)` when it is ambiguous.
pub fn parts(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, bool> {
    let text = text.trim().trim_matches('#');
    if let Ok(serial) = text.parse::<i64>()
        && text.len() <= 5
    {
        return serial_date(serial).ok_or(false);
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").map_err(|_| false);
    }
    let fields: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = fields[..] else { return Err(false) };
    let month_name = |text: &str| {
        let name = text.get(..3)?.to_lowercase();
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].iter().position(|month| *month == name)
    };
    let number = |text: &str| text.parse::<u32>().map_err(|_| false);
    let year = |text: &str| {
        Ok::<i32, bool>(
            number(text)? as i32
                + match text.len() {
                    0..=2 if number(text)? >= 70 => 1900,
                    0..=2 => 2000,
                    _ => 0,
                },
        )
    };
    let made = |year: i32, month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).ok_or(false);
    if let Some(month) = month_name(second) {
        return made(year(third)?, month as u32 + 1, number(first)?);
    }
    if let Some(month) = month_name(first) {
        return made(year(third)?, month as u32 + 1, number(second)?);
    }
    if first.len() == 4 {
        return made(year(first)?, number(second)?, number(third)?);
    }
    let (a, b) = (number(first)?, number(second)?);
    match order {
        Some(DateOrder::Dmy) => made(year(third)?, b, a),
        Some(DateOrder::Mdy) => made(year(third)?, a, b),
        Some(DateOrder::Ymd) => made(year(first)?, b, number(third)?),
        None if a > 12 && b <= 12 => made(year(third)?, b, a),
        None if b > 12 && a <= 12 => made(year(third)?, a, b),
        None if a == b => made(year(third)?, a, b),
        None => Err(a <= 12 && b <= 12),
    }
}

/// What a date of this text proves about the file's order: a day above 12 stands first or second.
pub fn proves(text: &str) -> Option<DateOrder> {
    let (text, _) = split_time(text);
    let fields: Vec<&str> = text.trim_matches('#').split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = fields[..] else { return None };
    if first.len() > 2 || third.len() < 2 {
        return None;
    }
    match (first.parse::<u32>().ok()?, second.parse::<u32>().ok()?) {
        (13..=31, 1..=12) => Some(DateOrder::Dmy),
        (1..=12, 13..=31) => Some(DateOrder::Mdy),
        _ => None,
    }
}

/// A spreadsheet's day number: 41096 is 2012-07-06.
fn serial_date(serial: i64) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    (20_000..80_000).contains(&serial).then(|| first.checked_add_days(chrono::Days::new(serial as u64)))?
}

/// A date and what follows it.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let text = text.trim().trim_matches('#');
    match text.split_once('T') {
        Some((date, time)) if date.ends_with(|c: char| c.is_ascii_digit()) => (date, Some(time)),
        _ => match text.find(':').and_then(|colon| Some((colon, text.get(..colon)?.rfind(' ')?))) {
            Some((_, blank)) => (text[..blank].trim_end_matches([' ', ',']), Some(text[blank..].trim())),
            None => (text, None),
        },
    }
}

/// `17:42` and `17:42:05`, as most files write it.
fn plain_time(text: &str) -> Option<NaiveTime> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let two = |tens: &u8, ones: &u8| Some(digit(tens)? * 10 + digit(ones)?);
    match text.as_bytes() {
        [h1, h2, b':', m1, m2] => NaiveTime::from_hms_opt(two(h1, h2)?, two(m1, m2)?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2] => NaiveTime::from_hms_opt(two(h1, h2)?, two(m1, m2)?, two(s1, s2)?),
        _ => None,
    }
}

/// A time of day: `17:42`, `17:42:05`, `15 04`, `5:42 PM`, a day's fraction.
pub fn time(text: &str) -> Result<NaiveTime, Fault> {
    if let Some(time) = plain_time(text) {
        return Ok(time);
    }
    let text = match split_time(text) {
        (_, Some(time)) => time,
        (text, None) => text,
    };
    let upper = text.to_uppercase();
    let bare = upper.split(['.', ',']).next().filter(|_| upper.contains(':')).unwrap_or(&upper);
    let spaced = bare.replace(' ', ":");
    for (form, text) in
        [("%H:%M:%S", bare), ("%H:%M", bare), ("%I:%M:%S %p", bare), ("%I:%M %p", bare), ("%I:%M%p", bare), ("%H:%M", &spaced)]
    {
        if let Ok(time) = NaiveTime::parse_from_str(text, form) {
            return Ok(time);
        }
    }
    if let Ok(fraction) = Decimal::from_str_exact(text)
        && fraction >= Decimal::ZERO
        && fraction < Decimal::ONE
    {
        use rust_decimal::prelude::ToPrimitive;
        let seconds = (fraction * Decimal::from(86_400)).round().to_u32().unwrap_or(0).min(86_399);
        return NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).ok_or_else(|| fault(F004, "is not a time", ""));
    }
    Err(fault(F004, "is not a time", "write the time as 17:42"))
}

/// The time behind a date, if the cell has one.
pub fn time_of(text: &str) -> Option<NaiveTime> {
    if text.len() <= 10 {
        return None;
    }
    split_time(text).1.and_then(|rest| time(rest.trim_end_matches('Z')).ok())
}

/// A date with a time; a date alone is its midnight.
fn moment(text: &str, order: Option<DateOrder>) -> Result<NaiveDateTime, Fault> {
    let day = date(text, order)?;
    match split_time(text) {
        (_, Some(rest)) => Ok(day.and_time(time(rest.trim_end_matches('Z'))?)),
        _ => Ok(day.and_time(NaiveTime::MIN)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { date_order: None, comma: false, minor_units: Some(2), rates: RateForm::Percent };

    fn money(text: &str) -> Option<String> {
        read(text, Type::Money, &STYLE).ok().map(|(value, _)| value.to_string())
    }

    #[test]
    fn money_as_tills_write_it() {
        for (text, value) in [
            ("1,234.50", "1234.5"),
            ("£1,234.50", "1234.5"),
            ("$8.00", "8"),
            ("(3.50)", "-3.5"),
            ("-3.50", "-3.5"),
            ("3.50-", "-3.5"),
            ("-£3.50", "-3.5"),
            ("£-3.50", "-3.5"),
            (".5", "0.5"),
            ("7.", "7"),
            ("-$0.00", "0"),
            ("", ""),
            ("CHF 6.00", "6"),
            ("6.00 EUR", "6"),
        ] {
            assert_eq!(money(text).as_deref(), Some(value), "{text}");
        }
        for text in ["7.5O", "1,23", "12,5", "1.2.3", "--3", "abc", "5.01E+12", "£", "99999999999999"] {
            assert_eq!(money(text), None, "{text}");
        }
        let comma = Style { comma: true, ..STYLE };
        assert_eq!(read("1.234,50", Type::Money, &comma).unwrap().0.to_string(), "1234.5");
    }

    #[test]
    fn a_letter_for_a_digit_is_seen() {
        let fault = read("7.5O", Type::Money, &STYLE).unwrap_err();
        assert!(fault.help.contains("7.50"), "{fault:?}");
    }

    #[test]
    fn dates_are_proven_and_never_guessed() {
        let day =
            |text, order| read(text, Type::Date, &Style { date_order: order, ..STYLE }).ok().map(|(value, _)| value.to_string());
        let twelve = Some("2012-07-06".to_owned());
        for text in [
            "2012-07-06",
            "41096",
            "#2012-07-06#",
            "2012-07-06T10:00:00",
            "6 Jul 2012",
            "2012-07-06 10:00",
            "Jul 6, 2012",
            "6 Jul 2012 10:31",
        ] {
            assert_eq!(day(text, None), twelve, "{text}");
        }
        assert_eq!(day("06 07 2012", Some(DateOrder::Dmy)), twelve);
        assert_eq!(day("06/07/12", Some(DateOrder::Dmy)), twelve);
        assert_eq!(day("07/06/2012", Some(DateOrder::Mdy)), twelve);
        assert_eq!(day("06/07/2012", None), None);
        assert_eq!(day("20/11/2026", None).as_deref(), Some("2026-11-20"));
        assert_eq!(day("31/02/2026", Some(DateOrder::Dmy)), None);
        assert_eq!((day("0000-01-01", None), day("1899-12-31", None), day("12026-11-20", None)), (None, None, None));
        assert_eq!(day("9999-12-31", None).as_deref(), Some("9999-12-31"));
        assert_eq!(
            (proves("20/11/2026"), proves("11/20/26 10:00"), proves("2026-11-20")),
            (Some(DateOrder::Dmy), Some(DateOrder::Mdy), None)
        );
    }

    #[test]
    fn a_year_that_no_database_keeps_is_no_date() {
        for text in ["0000-01-01", "1899-12-31", "31.12.10000", "1/1/262142", "00010101"] {
            assert!(date(text, Some(DateOrder::Dmy)).is_err(), "{text}");
        }
        assert!(date("1900-01-01", None).is_ok() && date("31.12.9999", Some(DateOrder::Dmy)).is_ok());
    }

    #[test]
    fn errors_are_known_as_excel_and_libreoffice_write_them() {
        let code = |text| read(text, Type::Text, &STYLE).err().map(|fault| fault.code);
        for text in ["#N/A", "#DIV/0!", "#SPILL!", "Err:502"] {
            assert_eq!(code(text), Some(F031), "{text}");
        }
        for text in ["#1 mug", "Err:or", "Err:5021", "N/A"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn times_in_all_their_forms() {
        for text in ["15:04", "15:04:00", "15 04", "3:04 PM", "3:04pm", "2026-11-20T15:04:00", "15:04:00.000"] {
            assert_eq!(time(text).ok(), NaiveTime::from_hms_opt(15, 4, 0), "{text}");
        }
        assert_eq!(time("0.5").ok(), NaiveTime::from_hms_opt(12, 0, 0));
        assert!(time("25:00").is_err());
    }

    #[test]
    fn rates_are_percent() {
        let rate = |text, rates| read(text, Type::Rate, &Style { rates, ..STYLE }).unwrap().0.to_string();
        assert_eq!(rate("20", RateForm::Percent), "20");
        assert_eq!(rate("20%", RateForm::Fraction), "20");
        assert_eq!(rate("0.2", RateForm::Fraction), "20");
    }
}
