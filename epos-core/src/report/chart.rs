//! Figures as pictures: a report says what is to be drawn, the renderers draw it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Report;
use crate::model::{Money, Type, Value};

crate::model::words! {
    /// How figures are drawn.
    ChartKind {
        /// Upright columns along time, the series upon each other; what is below zero hangs.
        Columns = "columns",
        /// Bars one below the other, for long labels.
        Bars = "bars",
    }
}

/// One picture: a label along one axis for every figure of every series. Amounts of two currencies never share a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// How it is drawn.
    pub kind: ChartKind,
    /// What it shows, for people.
    pub title: String,
    /// What stands along the labels' axis: `Trading day`.
    pub along: String,
    /// What is measured: `Takings`.
    pub measures: String,
    /// The ISO currency of its amounts; empty where it counts units.
    pub currency: String,
    /// One label for each place.
    pub labels: Vec<String>,
    /// The figures.
    pub series: Vec<Series>,
}

/// Figures that belong together, one for each label of their chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// Whose or what: a store, a tender.
    pub name: String,
    /// The figures; `None` where nothing is known.
    pub values: Vec<Option<Decimal>>,
}

/// More series than this are drawn as their sum: nobody can tell so many colours apart.
const SERIES_MAX: usize = 6;
/// More bars than this are no picture.
const BARS_MAX: usize = 20;

/// What is drawn of a report's rows.
pub struct Drawn {
    /// How.
    pub kind: ChartKind,
    /// What it shows.
    pub title: &'static str,
    /// The column whose values are the labels.
    pub x: &'static str,
    /// The column that is measured.
    pub y: &'static str,
    /// The column that tells series apart; one series where there is none.
    pub by: Option<&'static str>,
}

impl Drawn {
    /// The charts of `report`, one per currency. Without two labels there is nothing to compare, so there is none.
    pub fn of(&self, report: &Report) -> Vec<Chart> {
        let (Some(x), Some(y)) = (report.column(self.x), report.column(self.y)) else { return Vec::new() };
        let by = self.by.and_then(|name| report.column(name));
        let currency = report.column("currency");
        let mut cells: BTreeMap<String, Cells> = BTreeMap::new();
        for (position, row) in report.rows.iter().enumerate() {
            let (Some(label), Some(value)) = (row.get(x), row.get(y)) else { continue };
            let of = currency.and_then(|at| row.get(at)).map(Value::to_string).unwrap_or_default();
            let series = by.and_then(|at| row.get(at)).map(Value::to_string).unwrap_or_default();
            cells.entry(of).or_default().add(self.place(label, position), words(label), series, number(value));
        }
        let title = |at: usize| report.columns.get(at).map_or("", |column| column.title).to_owned();
        let charts = cells.into_iter().filter_map(|(currency, cells)| {
            let measured = report.columns.get(y).is_some_and(|column| column.kind == Type::Money);
            let currency = if measured { currency } else { String::new() };
            let chart = cells.chart(self, (title(x), title(y)), currency);
            (chart.labels.len() > 1).then_some(chart)
        });
        charts.collect()
    }

    /// Where a label stands: days and months in their order, everything else in the order of the rows.
    fn place(&self, label: &Value<'_>, position: usize) -> (String, usize) {
        match (self.kind, label) {
            (ChartKind::Bars, _) => (String::new(), position),
            (_, Value::Date(day)) => (day.to_string(), 0),
            (_, label) => (label.to_string(), 0),
        }
    }
}

/// The figures of one currency while they are put together.
#[derive(Default)]
struct Cells {
    labels: BTreeMap<(String, usize), String>,
    series: BTreeMap<String, BTreeMap<(String, usize), Decimal>>,
}

impl Cells {
    fn add(&mut self, place: (String, usize), label: String, series: String, value: Option<Decimal>) {
        self.labels.entry(place.clone()).or_insert(label);
        let figures = self.series.entry(series).or_default();
        if let Some(value) = value {
            *figures.entry(place).or_default() += value;
        }
    }

    fn chart(mut self, drawn: &Drawn, (along, measures): (String, String), currency: String) -> Chart {
        if self.series.len() > SERIES_MAX {
            let mut sum: BTreeMap<(String, usize), Decimal> = BTreeMap::new();
            for (place, value) in self.series.values().flatten() {
                *sum.entry(place.clone()).or_default() += value;
            }
            self.series = BTreeMap::from([(String::new(), sum)]);
        }
        let most = if drawn.kind == ChartKind::Bars { BARS_MAX } else { usize::MAX };
        let places: Vec<&(String, usize)> = self.labels.keys().take(most).collect();
        let series = self.series.iter().map(|(name, figures)| Series {
            name: if name.is_empty() { measures.clone() } else { name.clone() },
            values: places.iter().map(|&place| figures.get(place).copied()).collect(),
        });
        Chart {
            kind: drawn.kind,
            title: drawn.title.to_owned(),
            along,
            series: series.collect(),
            measures,
            currency,
            labels: self.labels.values().take(most).cloned().collect(),
        }
    }
}

/// Over and short by day: what is over stands, what is short hangs, and neither takes from the other.
pub fn over_and_short(currency: &str, along: &str, days: &BTreeMap<chrono::NaiveDate, (Money, Money)>) -> Option<Chart> {
    let series = |name: &str, side: fn(&(Money, Money)) -> Money| Series {
        name: name.to_owned(),
        values: days.values().map(|of| Some(side(of).decimal())).collect(),
    };
    let chart = Chart {
        kind: ChartKind::Columns,
        title: "Over and short by day".to_owned(),
        along: along.to_owned(),
        measures: "Over/short".to_owned(),
        currency: currency.to_owned(),
        labels: days.keys().map(|day| words(&Value::Date(*day))).collect(),
        series: vec![series("Over", |(over, _)| *over), series("Short", |(_, short)| *short)],
    };
    (chart.labels.len() > 1).then_some(chart)
}

/// A label for people.
fn words(label: &Value<'_>) -> String {
    match label {
        Value::Date(day) => day.format("%a %-d %b").to_string(),
        other => other.to_string(),
    }
}

fn number(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => Some(Decimal::from(*number)),
        _ => None,
    }
}
