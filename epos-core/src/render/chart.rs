//! Charts as pictures within a page: plain SVG, no script, readable in light and dark, and told in words to whoever cannot see them.

use std::fmt::Write;

use rust_decimal::Decimal;

use super::page::escape;
use super::people::{grouped, money};
use crate::report::{Chart, ChartKind};

/// Units of the picture from its left to its right edge.
const WIDTH: i64 = 960;
/// Height of the field that columns stand in.
const FIELD: i64 = 240;
/// Height of one bar with the gap below it.
const BAR: i64 = 28;
/// Space above the field.
const TOP: i64 = 18;
/// About as wide as one letter of a label.
const LETTER: i64 = 7;
/// Letters of a bar's label that are shown.
const LABEL_MAX: usize = 30;
/// Lines across the field, about.
const STEPS: i64 = 5;

/// The chart as a figure. `number` tells the charts of one page apart.
pub fn svg(chart: &Chart, number: usize) -> String {
    let (body, height) = match chart.kind {
        ChartKind::Columns => columns(chart),
        ChartKind::Bars => bars(chart),
    };
    let of = if chart.currency.is_empty() { String::new() } else { format!(", in {}", escape(&chart.currency)) };
    let title = escape(&chart.title);
    format!(
        "<figure class=\"chart\">\n<figcaption>{title}{of}</figcaption>\n{}<div class=\"scroll\" tabindex=\"0\">\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-labelledby=\"chart-{number}-title chart-{number}-desc\">\n<title id=\"chart-{number}-title\">{title}{of}</title>\n\
         <desc id=\"chart-{number}-desc\">{}</desc>\n{body}</svg>\n</div>\n</figure>\n",
        legend(chart),
        escape(&description(chart)),
    )
}

/// The colours of the series, where there are several.
fn legend(chart: &Chart) -> String {
    if chart.series.len() < 2 {
        return String::new();
    }
    let mut html = String::from("<ul class=\"legend\">\n");
    for (at, series) in chart.series.iter().enumerate() {
        let _ = writeln!(html, "<li><span class=\"key s{at}\"></span>{}</li>", escape(&series.name));
    }
    html.push_str("</ul>\n");
    html
}

/// What a picture shows, in words.
fn description(chart: &Chart) -> String {
    let mut text = format!("{} by {}.", chart.measures, chart.along.to_lowercase());
    for series in &chart.series {
        let known = || series.values.iter().zip(&chart.labels).filter_map(|(value, label)| Some(((*value)?, label)));
        let (Some(most), Some(least)) = (known().max_by_key(|(value, _)| *value), known().min_by_key(|(value, _)| *value)) else {
            continue;
        };
        let name = if chart.series.len() > 1 { format!("{}: ", series.name) } else { String::new() };
        let _ = write!(text, " {name}most {} ({}), least {} ({}).", amount(chart, most.0), most.1, amount(chart, least.0), least.1);
    }
    text.push_str(" Every figure is in the table.");
    text
}

fn amount(chart: &Chart, value: Decimal) -> String {
    let text = match chart.currency.as_str() {
        "" => grouped(&value.normalize().to_string()),
        currency => money(value, currency),
    };
    text.replacen('-', "−", 1)
}

/// What stands on an axis: whole amounts without decimals.
fn tick(value: Decimal) -> String {
    grouped(&value.normalize().to_string()).replacen('-', "−", 1)
}

/// An axis: its lowest and highest value and the lines between.
struct Scale {
    low: Decimal,
    high: Decimal,
    step: Decimal,
}

impl Scale {
    /// An axis of round numbers that holds zero and all of `values`.
    fn of(values: impl Iterator<Item = Decimal> + Clone) -> Scale {
        let least = values.clone().fold(Decimal::ZERO, Decimal::min);
        let most = values.fold(Decimal::ZERO, Decimal::max);
        let most = if most == least { Decimal::ONE } else { most };
        let rough = (most - least) / Decimal::from(STEPS);
        let mut unit = Decimal::ONE;
        while unit > rough {
            unit /= Decimal::TEN;
        }
        while unit * Decimal::TEN <= rough {
            unit *= Decimal::TEN;
        }
        let step = [1, 2, 5, 10].map(|times| unit * Decimal::from(times)).into_iter().find(|step| *step >= rough).unwrap_or(rough);
        Scale { low: (least / step).floor() * step, high: (most / step).ceil() * step, step }
    }

    /// Where a value lies between 0 and `length`.
    fn place(&self, value: Decimal, length: i64) -> Decimal {
        ((value - self.low) * Decimal::from(length) / (self.high - self.low)).round_dp(1)
    }

    /// The values of the lines, from below.
    fn lines(&self) -> Vec<Decimal> {
        let count = 4 * STEPS;
        (0..count).map(|n| self.low + self.step * Decimal::from(n)).take_while(|value| *value <= self.high).collect()
    }
}

/// Sums of what stands and of what hangs at each place: how far stacked columns reach.
fn reaches(chart: &Chart) -> Vec<(Decimal, Decimal)> {
    (0..chart.labels.len())
        .map(|at| {
            let values = chart.series.iter().filter_map(move |series| series.values.get(at).copied().flatten());
            values.fold((Decimal::ZERO, Decimal::ZERO), |(over, under), value| {
                if value.is_sign_negative() { (over, under + value) } else { (over + value, under) }
            })
        })
        .collect()
}

/// Columns along time, the series upon each other.
fn columns(chart: &Chart) -> (String, i64) {
    let reaches: Vec<Decimal> = reaches(chart).into_iter().flat_map(|(over, under)| [over, under]).collect();
    let scale = Scale::of(reaches.into_iter());
    let lines = scale.lines();
    let left = 14 + LETTER * lines.iter().map(|line| tick(*line).chars().count()).max().unwrap_or(0).try_into().unwrap_or(0);
    let field = WIDTH - left - 8;
    let y = |value: Decimal| Decimal::from(TOP + FIELD) - scale.place(value, FIELD);
    let mut body = String::new();
    for line in &lines {
        let (at, class) = (y(*line), if line.is_zero() { "axis" } else { "line" });
        let _ = writeln!(body, "<line class=\"{class}\" x1=\"{left}\" x2=\"{}\" y1=\"{at}\" y2=\"{at}\"/>", left + field);
        let _ = writeln!(body, "<text class=\"end\" x=\"{}\" y=\"{}\">{}</text>", left - 8, at + Decimal::from(4), tick(*line));
    }
    let slot = Decimal::from(field) / Decimal::from(chart.labels.len().max(1));
    let middle = |at: usize| (Decimal::from(left) + slot * (Decimal::from(at) + Decimal::new(5, 1))).round_dp(1);
    stacks(&mut body, chart, &y, &middle, slot);
    // Labels that would run into each other are left out, evenly.
    let widest = chart.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let every = (Decimal::from(widest) * Decimal::from(LETTER) + Decimal::TEN) / slot;
    let every = usize::try_from(every.ceil().mantissa()).unwrap_or(1).max(1);
    for (at, label) in chart.labels.iter().enumerate().step_by(every) {
        let _ = writeln!(body, "<text class=\"mid\" x=\"{}\" y=\"{}\">{}</text>", middle(at), TOP + FIELD + 20, escape(label));
    }
    (body, TOP + FIELD + 32)
}

fn stacks(body: &mut String, chart: &Chart, y: &dyn Fn(Decimal) -> Decimal, middle: &dyn Fn(usize) -> Decimal, slot: Decimal) {
    let wide = (slot * Decimal::new(7, 1)).min(Decimal::from(56)).round_dp(1);
    for at in 0..chart.labels.len() {
        let (mut over, mut under) = (Decimal::ZERO, Decimal::ZERO);
        for (number, series) in chart.series.iter().enumerate() {
            let Some(value) = series.values.get(at).copied().flatten().filter(|value| !value.is_zero()) else { continue };
            let base = if value.is_sign_negative() { &mut under } else { &mut over };
            let (from, to) = (y(*base), y(*base + value));
            *base += value;
            let _ = writeln!(
                body,
                "<rect class=\"s{number}\" x=\"{}\" y=\"{}\" width=\"{wide}\" height=\"{}\"><title>{}</title></rect>",
                middle(at) - (wide / Decimal::TWO).round_dp(1),
                from.min(to),
                (from - to).abs().max(Decimal::new(5, 1)),
                told(chart, number, at, value)
            );
        }
    }
}

/// Bars one below the other; each says its figure.
fn bars(chart: &Chart) -> (String, i64) {
    let Some(series) = chart.series.first() else { return (String::new(), 0) };
    let scale = Scale::of(series.values.iter().copied().flatten());
    let letters = |count: usize| LETTER * i64::try_from(count).unwrap_or(0);
    let label = |text: &str| -> String {
        if text.chars().count() <= LABEL_MAX {
            return text.to_owned();
        }
        text.chars().take(LABEL_MAX - 1).chain(['…']).collect()
    };
    let left = 16 + letters(chart.labels.iter().map(|text| label(text).chars().count()).max().unwrap_or(0));
    let figures = series.values.iter().flatten().map(|value| amount(chart, *value).chars().count()).max().unwrap_or(0);
    let field = WIDTH - left - 14 - letters(figures);
    let zero = scale.place(Decimal::ZERO, field);
    let mut body = String::new();
    for (at, (name, value)) in chart.labels.iter().zip(&series.values).enumerate() {
        let top = i64::try_from(at).unwrap_or(0) * BAR;
        let _ = writeln!(body, "<text class=\"end name\" x=\"{}\" y=\"{}\">{}</text>", left - 8, top + 18, escape(&label(name)));
        let Some(value) = *value else { continue };
        let to = scale.place(value, field);
        let begin = Decimal::from(left) + to.min(zero);
        let wide = (to - zero).abs().max(Decimal::ONE);
        let _ = writeln!(
            body,
            "<rect class=\"s0\" x=\"{begin}\" y=\"{}\" width=\"{wide}\" height=\"{}\"><title>{}</title></rect>",
            top + 4,
            BAR - 8,
            told(chart, 0, at, value)
        );
        let behind = Decimal::from(left) + to.max(zero) + Decimal::from(6);
        let _ = writeln!(body, "<text class=\"figure\" x=\"{behind}\" y=\"{}\">{}</text>", top + 18, amount(chart, value));
    }
    let height = i64::try_from(chart.labels.len()).unwrap_or(0) * BAR;
    let at = Decimal::from(left) + zero;
    let _ = writeln!(body, "<line class=\"axis\" x1=\"{at}\" x2=\"{at}\" y1=\"0\" y2=\"{height}\"/>");
    (body, height)
}

/// What a figure is, for whoever points at it.
fn told(chart: &Chart, number: usize, at: usize, value: Decimal) -> String {
    let label = chart.labels.get(at).map_or("", String::as_str);
    let series = chart.series.get(number).filter(|_| chart.series.len() > 1).map(|series| format!(", {}", series.name));
    escape(&format!("{label}{}: {}", series.unwrap_or_default(), amount(chart, value)))
}
