//! Records in, [`Report`] out.
//!
//! A [`Period`] is what reports read: judged store-days and the rows behind them. Every report is one function from a period to a
//! [`Report`], listed in the [`CATALOGUE`]; every report carries the same completeness and the same bridge, so that each total
//! ties to the penny with every other.

mod best_sellers;
mod catalogue;
mod charity;
mod chart;
mod comparison;
mod customers;
mod daily;
mod glossary;
mod journal;
mod liabilities;
mod make;
mod monthly;
mod movements;
mod on_hand;
mod over_short;
mod paid;
mod period;
mod sale;
mod since;
mod sold;
mod stock;
mod store_day;
mod tax;
#[cfg(test)]
pub(crate) mod tests;
mod unbanked;

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use crate::model::{Money, Type, Value};
use crate::reconcile::{State, StoreDay};

pub use catalogue::{By, CATALOGUE, Entry, Group, Reporter, entry, report};
pub use chart::{Chart, ChartKind, Series};
pub use glossary::meaning;
pub use journal::{Journal, JournalAccount, Owed};
pub(crate) use make::foreign;
pub use make::has_come;
pub use period::{Adjustment, Asked, DaySources, Figure, Period};
pub use sale::Sale;
pub use since::{changes, moved_totals};

/// A column of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportColumn {
    /// Its name for machines, `snake_case`.
    pub name: &'static str,
    /// Its heading for people.
    pub title: &'static str,
    /// What it holds: decides alignment and cell format.
    pub kind: Type,
    /// True when the totals row sums it.
    pub summed: bool,
    /// What people are shown where a cell is blank (`unknown`, `not judged`); machines get a blank.
    pub blank: &'static str,
    /// True for a heading column: people are shown its value once, not again in every row that repeats it.
    pub heading: bool,
}

/// How complete the figures are. Every report carries it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Completeness {
    /// Store-days on which a store was open.
    pub expected: usize,
    /// Store-days that came, whole.
    pub present: usize,
    /// Store-days of which nothing came.
    pub missing: usize,
    /// Of the missing: not yet due.
    pub not_due: usize,
    /// Store-days with a rejected row, or without a count or Z.
    pub incomplete: usize,
    /// Store-days whose drawer or tie-outs do not agree.
    pub out_of_balance: usize,
    /// Store-days on which a store was closed.
    pub closed: usize,
    /// Store-days that are sealed, closed ones too: only their figures are final.
    pub sealed: usize,
}

impl Completeness {
    /// Counts the states of `days`.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, State, day};
    /// use epos_core::report::Completeness;
    ///
    /// let judged = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// let days = [State::Balanced, State::OutOfBalance, State::Overdue, State::Closed].map(|state| {
    ///     let mut day = judged.clone();
    ///     day.state = state;
    ///     day
    /// });
    /// let all = Completeness::of(&days);
    /// assert_eq!((all.expected, all.present, all.missing, all.closed), (3, 2, 1, 1));
    /// assert_eq!(all.to_string(), "2 of 3 store-days, 1 late, 1 out of balance, 1 closed");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn of<'d>(days: impl IntoIterator<Item = &'d StoreDay>) -> Self {
        let mut all = Completeness::default();
        for day in days {
            all.sealed += usize::from(day.sealed.is_some() && day.state != State::NotExpected);
            match day.state {
                State::NotExpected => continue,
                State::Closed => {
                    all.closed += 1;
                    continue;
                }
                State::Expected => {
                    all.missing += 1;
                    all.not_due += 1;
                }
                State::Overdue => all.missing += 1,
                State::Incomplete => all.incomplete += 1,
                State::Balanced | State::WithinTolerance | State::Accepted | State::Zero => all.present += 1,
                State::OutOfBalance => {
                    all.present += 1;
                    all.out_of_balance += 1;
                }
            }
            all.expected += 1;
        }
        all
    }

    /// True when every expected store-day came whole.
    ///
    /// ```
    /// use epos_core::report::Completeness;
    ///
    /// let late = Completeness { expected: 3, present: 2, missing: 1, ..Completeness::default() };
    /// assert!(!late.is_whole());
    /// assert!(Completeness { present: 3, missing: 0, ..late }.is_whole());
    /// ```
    pub fn is_whole(&self) -> bool {
        self.present == self.expected
    }
}

/// `38 of 41 store-days, 2 late, 1 closed`.
impl fmt::Display for Completeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expected + self.closed == 0 {
            return f.write_str("no store-days expected");
        }
        let days = if self.expected == 1 { "store-day" } else { "store-days" };
        write!(f, "{} of {} {days}", self.present, self.expected)?;
        let late = self.missing.saturating_sub(self.not_due);
        let parts = [
            (late, "late"),
            (self.not_due, "not due yet"),
            (self.incomplete, "incomplete"),
            (self.out_of_balance, "out of balance"),
            (self.closed, "closed"),
            (self.sealed, "sealed"),
        ];
        for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {word}")?;
        }
        Ok(())
    }
}

/// A table with a title, ready for any renderer. N reports + M formats, never N×M.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// Its title for people.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The store, when it is of one: its name, else its code.
    pub store: Option<String>,
    /// How complete the figures are.
    pub completeness: Completeness,
    /// Columns.
    pub columns: Vec<ReportColumn>,
    /// Rows; text cells that start with `= + - @` are escaped by the renderers.
    pub rows: Vec<Vec<Value<'static>>>,
    /// Totals row: a value for every summed column and the currency it is of, else null. One per currency.
    pub totals: Vec<Vec<Value<'static>>>,
    /// The money identity, label and amount per currency, the same on every report of the period.
    pub bridge: Vec<BridgeLine>,
    /// Its figures as pictures, one per currency; none where a picture says no more than the table.
    pub charts: Vec<Chart>,
    /// Remarks for people, in order.
    pub notes: Vec<String>,
}

impl Report {
    /// The position of the column called `name`.
    ///
    /// ```
    /// use epos_core::model::Context;
    /// use epos_core::report::{Period, report};
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let daily = report("daily", &Period::new(friday, friday, None, &[], &[], &context)).ok_or("no such report")?;
    /// let takings = daily.column("takings").ok_or("no such column")?;
    /// assert_eq!(daily.columns[takings].title, "Takings");
    /// assert_eq!(daily.column("weather"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The currencies of the bridge and the rows, in order.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    /// use epos_core::report::{Period, report};
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let dublin = Store { currency: "EUR".into(), ..Store::new("DB", "Dublin") };
    /// let days = [dublin, Store::new("LW", "Leith Walk")].map(|store| day(&store, friday, &Evidence::default(), &context));
    /// let daily = report("daily", &Period::new(friday, friday, None, &days, &[], &context)).ok_or("no such report")?;
    /// assert_eq!(daily.currencies(), ["EUR", "GBP"], "their amounts are never added up");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn currencies(&self) -> Vec<String> {
        let mut all: Vec<String> = self.bridge.iter().map(|line| line.currency.clone()).collect();
        if let Some(column) = self.column("currency") {
            all.extend(self.rows.iter().filter_map(|row| match row.get(column) {
                Some(Value::Text(currency)) if !currency.is_empty() => Some(currency.to_string()),
                _ => None,
            }));
        }
        all.sort();
        all.dedup();
        all
    }
}

/// One line of the bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BridgeLine {
    /// ISO currency.
    pub currency: String,
    /// What it is (`goods and services`, `gift cards sold`, … `to be paid`, `tenders`, `difference`).
    pub label: &'static str,
    /// How much.
    pub amount: Money,
}

/// Decimals that a currency's smallest coin or unit has (ISO 4217): 2 for most.
///
/// ```
/// use epos_core::report::minor_units;
///
/// assert_eq!(["GBP", "JPY", "KWD"].map(minor_units), [2, 0, 3]);
/// ```
pub fn minor_units(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "ISK" | "CLP" | "PYG" | "VND" | "UGX" | "RWF" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}
