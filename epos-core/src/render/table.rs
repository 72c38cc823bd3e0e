//! A calm table for a terminal.

use super::people::{cell, currency, is_number, money, shown, subtitle};
use crate::model::{Type, Value};
use crate::report::{Report, ReportColumn};

/// Blanks between columns.
const GAP: usize = 2;
/// Text columns are never made narrower than this.
const NARROWEST: usize = 8;

/// The report as text. With a `width` (in characters), long texts are cut so that lines fit, as far as they can.
///
/// ```
/// # use epos_core::model::{Context, Money, Store};
/// # use epos_core::reconcile::{Evidence, day};
/// # use epos_core::report::{Period, report};
/// use epos_core::render::table;
///
/// # let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// # let mut judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// # judged.bridge.takings = Money::cents(123_50);
/// # let days = [judged];
/// # let daily = report("daily", &Period::new(friday, friday, None, &days, &[], &context)).ok_or("no such report")?;
/// // A report of Friday, 123.50 taken in Leith Walk.
/// let text = table(&daily, None);
/// assert!(text.lines().any(|line| line.contains("2026") && line.contains("123.50")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn table(report: &Report, width: Option<usize>) -> String {
    let columns: Vec<(usize, &ReportColumn)> =
        shown(report).into_iter().filter_map(|position| Some((position, report.columns.get(position)?))).collect();
    let cells = |row: &Vec<Value<'static>>, total: bool| -> Vec<String> {
        let of = currency(report, row);
        let one = |(position, column): &(usize, &ReportColumn)| match row.get(*position) {
            Some(Value::Null) | None if total => String::new(),
            Some(value) => cell(value, column, of),
            None => String::new(),
        };
        columns.iter().map(one).collect()
    };
    let mut rows: Vec<Vec<String>> = report.rows.iter().map(|row| cells(row, false)).collect();
    hide_repeats(&columns, &mut rows);
    let mut totals: Vec<Vec<String>> = report.totals.iter().map(|row| cells(row, true)).collect();
    for total in &mut totals {
        if let Some(first) = total.first_mut().filter(|first| first.is_empty()) {
            "Total".clone_into(first);
        }
    }
    let heads: Vec<String> = columns.iter().map(|(_, column)| column.title.to_owned()).collect();
    let all = || std::iter::once(&heads).chain(&rows).chain(&totals);
    let mut widths: Vec<usize> = (0..columns.len())
        .map(|at| all().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or(0))
        .collect();
    if let Some(limit) = width {
        narrow(&columns, &mut widths, limit);
    }

    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for ((text, width), (_, column)) in row.iter().zip(&widths).zip(&columns) {
            let padding = " ".repeat(width.saturating_sub(text.chars().count()));
            let text = cut(text, *width);
            match is_number(column.kind) {
                true => line.extend([padding.as_str(), &text]),
                false => line.extend([text.as_str(), &padding]),
            }
            line.push_str(&" ".repeat(GAP));
        }
        format!("{}\n", line.trim_end())
    };
    let rule = format!("{}\n", widths.iter().map(|&width| "─".repeat(width)).collect::<Vec<_>>().join(&" ".repeat(GAP)));
    let mut text = format!("{}\n{}\n{}\n\n", report.title, subtitle(report), report.completeness);
    text.push_str(&line(&heads));
    text.push_str(&rule);
    if rows.is_empty() {
        text.push_str("nothing in this period\n");
    }
    rows.iter().for_each(|row| text.push_str(&line(row)));
    if !totals.is_empty() {
        text.push_str(&rule);
        totals.iter().for_each(|row| text.push_str(&line(row)));
    }
    text.push_str(&bridge(report));
    for note in &report.notes {
        text.push_str(&format!("\n{note}\n"));
    }
    text
}

/// A heading that repeats, together with all headings before it, is shown once.
fn hide_repeats(columns: &[(usize, &ReportColumn)], rows: &mut [Vec<String>]) {
    let leading = columns.iter().take_while(|(_, column)| column.heading).count();
    let mut last: Vec<String> = Vec::new();
    for row in rows {
        let now: Vec<String> = row.iter().take(leading).cloned().collect();
        let same = now.iter().zip(&last).take_while(|(now, last)| now == last).count();
        row.iter_mut().take(same).for_each(String::clear);
        last = now;
    }
}

/// Takes characters from the widest text columns until the lines fit.
fn narrow(columns: &[(usize, &ReportColumn)], widths: &mut [usize], limit: usize) {
    let text = |at: usize| columns.get(at).is_some_and(|(_, column)| matches!(column.kind, Type::Text | Type::Person));
    while widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1) > limit {
        let widest =
            widths.iter_mut().enumerate().filter(|(at, width)| text(*at) && **width > NARROWEST).max_by_key(|(_, width)| **width);
        let Some((_, width)) = widest else { return };
        *width -= 1;
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn bridge(report: &Report) -> String {
    let mut text = String::new();
    let widest = report.bridge.iter().map(|line| line.label.len()).max().unwrap_or(0);
    let amounts: Vec<String> = report.bridge.iter().map(|line| money(line.amount.decimal(), &line.currency)).collect();
    let width = amounts.iter().map(String::len).max().unwrap_or(0);
    let mut of = "";
    for (line, amount) in report.bridge.iter().zip(&amounts) {
        if line.currency != of {
            of = &line.currency;
            text.push_str(&format!("\nHow it adds up, in {of}\n"));
        }
        let sign = if matches!(line.label, "to be paid" | "difference") { "=" } else { " " };
        text.push_str(&format!("{sign} {:<widest$}  {amount:>width$}\n", line.label));
    }
    text
}
