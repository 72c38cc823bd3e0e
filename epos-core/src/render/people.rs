//! Values as people read them, and which columns they are shown.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Money, Type, Value};
use crate::report::{Report, ReportColumn, minor_units};

/// The columns that people are shown: no store code where the name says as much, no currency where there is only one, no days
/// that the heading says.
pub fn shown(report: &Report) -> Vec<usize> {
    let distinct = |name: &str| {
        let column = report.column(name)?;
        let mut all: Vec<String> = report.rows.iter().filter_map(|row| row.get(column)).map(|value| value.to_string()).collect();
        all.sort();
        all.dedup();
        Some(all.len())
    };
    let names_are_enough = distinct("store_name").is_some_and(|names| distinct("store") == Some(names));
    let one_currency = report.currencies().len() <= 1;
    // Days that the heading says already, and a last day that is the first, are no news.
    let all = |name: &str, is: &dyn Fn(&[Value<'static>], &Value<'static>) -> bool| {
        report.column(name).is_some_and(|at| report.rows.iter().all(|row| row.get(at).is_some_and(|value| is(row, value))))
    };
    let whole = |name: &str, day: NaiveDate| all(name, &|_, value| *value == Value::Date(day));
    let whole = report.from != report.to && whole("first_day", report.from) && whole("last_day", report.to);
    let first = report.column("first_day");
    let one_day = all("last_day", &|row, value| first.and_then(|at| row.get(at)) == Some(value));
    let hidden = |column: &ReportColumn| match column.name {
        "first_day" => whole,
        "last_day" => whole || one_day,
        "store" => names_are_enough,
        "currency" => one_currency,
        "accepted" | "not_judged" | "charity" => all(column.name, &|_, value| value.is_null()),
        _ => false,
    };
    report.columns.iter().enumerate().filter(|(_, column)| !hidden(column)).map(|(position, _)| position).collect()
}

/// What the figures are of: `20 to 22 November 2026 · all stores · amounts in GBP`.
pub fn subtitle(report: &Report) -> String {
    let mut parts = vec![span(report.from, report.to), report.store.clone().unwrap_or_else(|| "all stores".to_owned())];
    if let [currency] = report.currencies().as_slice() {
        parts.push(format!("amounts in {currency}"));
    }
    parts.join(" · ")
}

/// A span of days in words.
pub fn span(from: NaiveDate, to: NaiveDate) -> String {
    let format = |day: NaiveDate, how: &str| day.format(how).to_string();
    let whole = "%-d %B %Y";
    if from == to {
        return format(to, "%A %-d %B %Y");
    }
    let how = match (format(from, "%Y") == format(to, "%Y"), format(from, "%m") == format(to, "%m")) {
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        _ => whole,
    };
    format!("{} to {}", format(from, how), format(to, whole))
}

/// A day in words, short: `Fri 20 Nov 2026`.
pub fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// The currency of a row's amounts.
pub fn currency<'r>(report: &'r Report, row: &'r [Value<'static>]) -> &'r str {
    let of_row = report.column("currency").and_then(|column| match row.get(column) {
        Some(Value::Text(currency)) => Some(currency.as_ref()),
        _ => None,
    });
    of_row.or_else(|| report.bridge.first().map(|line| line.currency.as_str())).unwrap_or("")
}

/// Is the column's text set to the right?
pub fn is_number(kind: Type) -> bool {
    matches!(kind, Type::Integer | Type::Money | Type::Quantity | Type::Rate)
}

/// A cell for people. Control characters become blanks, so that no file can steer a terminal.
pub fn cell(value: &Value<'_>, column: &ReportColumn, currency: &str) -> String {
    match value {
        Value::Null => column.blank.to_owned(),
        Value::Text(text) if matches!(column.kind, Type::Word(_)) => text.replace('_', " "),
        Value::Text(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
        Value::Integer(n) => grouped(&n.to_string()),
        Value::Decimal(amount) => match column.kind {
            Type::Money => money(*amount, currency),
            Type::Rate => format!("{} %", amount.normalize()),
            _ => grouped(&Value::Decimal(*amount).to_string()),
        },
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Date(day) => day.to_string(),
        Value::Time(time) => time.format("%H:%M").to_string(),
        Value::DateTime(at) => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// Money with the currency's decimals (more where it has more) and its thousands set apart: `-1,234.50`.
pub fn money(amount: Decimal, currency: &str) -> String {
    let mut amount = if amount.is_zero() { Decimal::ZERO } else { amount.normalize() };
    if amount.scale() < minor_units(currency) {
        amount.rescale(minor_units(currency));
    }
    grouped(&amount.to_string())
}

/// A number with its thousands set apart.
pub fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A cell for machines: exact, no thousands set apart, money with at least two decimals.
pub fn exact(value: &Value<'_>, kind: Type) -> String {
    match (value, kind) {
        (Value::Decimal(amount), Type::Money) => Money::rounded(*amount).to_string(),
        (other, _) => other.to_string(),
    }
}

/// A sentence as it should stand alone: a capital in front, a full stop behind.
pub fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(letters).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
