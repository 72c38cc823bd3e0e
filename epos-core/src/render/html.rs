//! A report as a page for trustees and printers.

use std::fmt::Write;

use chrono::NaiveDateTime;

use super::chart;
use super::page::{escape, page};
use super::people::{cell, currency, day, is_number, money, shown, subtitle};
use crate::model::Value;
use crate::reconcile::State;
use crate::report::{Completeness, Report, ReportColumn, meaning};

/// The report as one self-contained page.
///
/// ```
/// # use epos_core::model::{Context, Money, Store};
/// # use epos_core::reconcile::{Evidence, day};
/// # use epos_core::report::{Period, report};
/// use epos_core::render::html;
///
/// # let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// # let mut judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// # judged.bridge.takings = Money::cents(123_50);
/// # let days = [judged];
/// # let daily = report("daily", &Period::new(friday, friday, None, &days, &[], &context)).ok_or("no such report")?;
/// // A report of Friday, 123.50 taken in Leith Walk.
/// let page = html(&daily, chrono::NaiveDateTime::default());
/// assert!(page.starts_with("<!doctype html>") && page.contains("123.50"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn html(report: &Report, now: NaiveDateTime) -> String {
    let title = escape(&report.title);
    let mut body =
        format!("<p class=\"eyebrow\">Report</p>\n<h1>{title}</h1>\n<p class=\"lede\">{}</p>\n", escape(&subtitle(report)));
    body.push_str(&completeness(&report.completeness));
    report.charts.iter().enumerate().for_each(|(number, chart)| body.push_str(&chart::svg(chart, number + 1)));
    body.push_str(&rows(report));
    body.push_str(&bridges(report));
    if !report.notes.is_empty() {
        body.push_str("<h2>Notes</h2>\n<ul class=\"notes\">\n");
        report.notes.iter().for_each(|note| body.push_str(&format!("<li>{}</li>\n", escape(note))));
        body.push_str("</ul>\n");
    }
    body.push_str(&columns(report));
    body.push_str(&made(now));
    page(&format!("{}, {}", report.title, subtitle(report)), &body)
}

/// What the columns mean, for whoever opens it.
fn columns(report: &Report) -> String {
    let mut html = String::from("<details>\n<summary>What the columns mean</summary>\n<dl class=\"words\">\n");
    for column in shown(report).into_iter().filter_map(|position| report.columns.get(position)) {
        let meaning = meaning(column.name);
        if !meaning.is_empty() {
            let _ = writeln!(html, "<dt>{}</dt><dd>{}</dd>", escape(column.title), escape(meaning));
        }
    }
    html.push_str("</dl>\n</details>\n");
    html
}

/// When a page was made.
pub(super) fn made(now: NaiveDateTime) -> String {
    format!("<p class=\"made\">Made by epos on {}.</p>\n", now.format("%A %-d %B %Y at %H:%M"))
}

/// How complete the figures are: a bar and the sentence that says the same.
pub(super) fn completeness(of: &Completeness) -> String {
    let late = of.missing.saturating_sub(of.not_due);
    let agree = of.present.saturating_sub(of.out_of_balance);
    let parts = [("good", agree), ("bad", of.out_of_balance + late), ("near", of.incomplete), ("none", of.not_due + of.closed)];
    let mut bar = String::new();
    for (class, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
        let _ = write!(bar, "<span class=\"{class}\" style=\"flex-grow:{count}\"></span>");
    }
    let bar = if bar.is_empty() { bar } else { format!("<div class=\"bar\" aria-hidden=\"true\">{bar}</div>\n") };
    format!("<div class=\"whole\">\n{bar}<p><strong>Complete:</strong> {of}.</p>\n</div>\n")
}

/// How a state is coloured. Its word always stands beside the colour.
pub(super) fn tone(state: State) -> &'static str {
    match state {
        State::Balanced | State::Accepted | State::Zero => "good",
        State::WithinTolerance | State::Incomplete => "near",
        State::OutOfBalance | State::Overdue => "bad",
        State::Expected | State::Closed | State::NotExpected => "none",
    }
}

type Shown<'r> = (usize, &'r ReportColumn);

fn rows(report: &Report) -> String {
    let columns: Vec<Shown<'_>> =
        shown(report).into_iter().filter_map(|position| Some((position, report.columns.get(position)?))).collect();
    // Of many heading columns the first ones say what a whole group of rows is of: they become a band above it.
    let leading = columns.iter().take_while(|(_, column)| column.heading).count();
    let (band, columns) = columns.split_at(leading.saturating_sub(2));
    let leading = leading - band.len();
    let mut html = format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\">\n<table{2}>\n<caption class=\"unseen\">{0}, {1}</caption>\n<thead>\n<tr>",
        escape(&report.title),
        escape(&subtitle(report)),
        if band.is_empty() { "" } else { " class=\"banded\"" }
    );
    for (_, column) in columns {
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", class(&[number(column)]), escape(column.title));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    if report.rows.is_empty() {
        let _ = writeln!(html, "<tr><td colspan=\"{}\" class=\"blank\">Nothing in this period.</td></tr>", columns.len());
    }
    let mut last: Option<&Vec<Value<'static>>> = None;
    for row in &report.rows {
        let of = currency(report, row);
        let same = |(position, _): &Shown<'_>| last.is_some_and(|last| last.get(*position) == row.get(*position));
        let same_band = band.iter().all(same);
        if !band.is_empty() && !same_band {
            let close = if last.is_some() { "</tbody>\n<tbody>\n" } else { "" };
            let names: Vec<String> =
                band.iter().filter_map(|(at, column)| Some(escape(&words(row.get(*at)?, column, of)))).collect();
            let _ = writeln!(
                html,
                "{close}<tr class=\"band\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>",
                columns.len(),
                names.join(", ")
            );
        }
        let repeated = if same_band { columns.iter().take(leading).take_while(|column| same(column)).count() } else { 0 };
        html.push_str(if repeated > 0 { "<tr class=\"under\">" } else { "<tr>" });
        for (at, (position, column)) in columns.iter().enumerate() {
            let value = row.get(*position).unwrap_or(&Value::Null);
            let head = at == 0 || (at < leading && column.heading);
            html.push_str(&one(value, column, of, head, at < repeated));
        }
        html.push_str("</tr>\n");
        last = Some(row);
    }
    html.push_str("</tbody>\n");
    if !report.totals.is_empty() {
        html.push_str("<tfoot>\n");
        report.totals.iter().for_each(|total| html.push_str(&total_row(report, columns, total)));
        html.push_str("</tfoot>\n");
    }
    html.push_str("</table>\n</div>\n");
    html
}

/// One cell.
fn one(value: &Value<'static>, column: &ReportColumn, of: &str, head: bool, again: bool) -> String {
    let shown = escape(&words(value, column, of));
    let state = if column.name == "state" { value.to_string().parse::<State>().ok() } else { None };
    let content = match (value, state) {
        (_, Some(state)) if !again => format!("<span class=\"state {}\">{shown}</span>", tone(state)),
        (Value::Null, _) if !shown.is_empty() && !again => format!("<span class=\"blank\">{shown}</span>"),
        _ if again => format!("<span class=\"unseen\">{shown}</span>"),
        _ => shown,
    };
    let minus = matches!(value, Value::Decimal(amount) if amount.is_sign_negative() && !amount.is_zero());
    let date = matches!(value, Value::Date(_) | Value::DateTime(_) | Value::Time(_));
    let class = class(&[
        number(column),
        if minus { "minus" } else { "" },
        if date { "date" } else { "" },
        if again { "again" } else { "" },
    ]);
    if head { format!("<th scope=\"row\"{class}>{content}</th>") } else { format!("<td{class}>{content}</td>") }
}

fn total_row(report: &Report, columns: &[Shown<'_>], total: &[Value<'static>]) -> String {
    let of = currency(report, total);
    let mut html = String::from("<tr>");
    for (at, (position, column)) in columns.iter().enumerate() {
        match total.get(*position) {
            Some(Value::Null) | None if at == 0 => html.push_str("<th scope=\"row\">Total</th>"),
            Some(Value::Null) | None => html.push_str("<td></td>"),
            Some(value) => html.push_str(&one(value, column, of, false, false)),
        }
    }
    html.push_str("</tr>\n");
    html
}

/// A cell's words: as everywhere for people, with days in words and a true minus sign.
fn words(value: &Value<'static>, column: &ReportColumn, of: &str) -> String {
    match value {
        Value::Date(date) => day(*date),
        Value::Decimal(_) | Value::Integer(_) => cell(value, column, of).replacen('-', "−", 1),
        _ => cell(value, column, of),
    }
}

fn number(column: &ReportColumn) -> &'static str {
    if is_number(column.kind) { "num" } else { "" }
}

fn class(names: &[&str]) -> String {
    let names: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
    if names.is_empty() { String::new() } else { format!(" class=\"{}\"", names.join(" ")) }
}

/// The money identity, a table per currency.
fn bridges(report: &Report) -> String {
    if report.bridge.is_empty() {
        return String::new();
    }
    let mut html = String::from("<h2>How it adds up</h2>\n<div class=\"bridges\">\n");
    for lines in report.bridge.chunk_by(|one, next| one.currency == next.currency) {
        let of = lines.first().map(|line| escape(&line.currency)).unwrap_or_default();
        let _ = writeln!(html, "<div class=\"scroll\">\n<table class=\"bridge\">\n<caption>Amounts in {of}</caption>\n<tbody>");
        for line in lines {
            let sum = if matches!(line.label, "to be paid" | "difference") { " class=\"sum\"" } else { "" };
            let minus = if line.amount.is_negative() { " minus" } else { "" };
            let amount = money(line.amount.decimal(), &line.currency).replacen('-', "−", 1);
            let _ =
                writeln!(html, "<tr{sum}><th scope=\"row\">{}</th><td class=\"num{minus}\">{amount}</td></tr>", escape(line.label));
        }
        html.push_str("</tbody>\n</table>\n</div>\n");
    }
    html.push_str("</div>\n");
    html
}
