//! Stores × days as a map: a letter for each state, and a colour where there are colours. A day of which nothing came is never green.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::html::{completeness, made, tone};
use super::page::{escape, page};
use super::people::span;
use crate::diagnostic::visible;
use crate::model::Store;
use crate::reconcile::{State, StoreDay};
use crate::report::Completeness;

/// Days beside each other on a terminal before the map goes on below.
const ACROSS: usize = 28;

/// Stores × days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatMap {
    /// The first day; `None` when there is none.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// How complete the store-days are.
    pub completeness: Completeness,
    /// The same as a sentence.
    pub complete: String,
    /// What the letters mean: those that stand in it.
    pub legend: Vec<Letter>,
    /// The stores, by code.
    pub stores: Vec<HeatRow>,
}

/// What a letter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The letter.
    pub letter: char,
    /// The state it stands for.
    pub state: State,
    /// The state in plain words.
    pub means: &'static str,
}

/// A store's days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeatRow {
    /// Its code.
    pub store: String,
    /// Its name.
    pub name: String,
    /// A cell for every day from the first to the last; `None` where nothing was expected and nothing came.
    pub days: Vec<Option<HeatCell>>,
}

/// A store-day on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeatCell {
    /// The day.
    pub day: NaiveDate,
    /// Its state.
    pub state: State,
    /// The letter of its state.
    pub letter: char,
    /// Is it sealed? Only then its figures are final.
    pub sealed: bool,
    /// Why it is closed, where somebody said.
    pub why: String,
}

/// The letter of a state, and what it means. A new state is a line here.
const fn letter(state: State) -> Letter {
    let (letter, means) = match state {
        State::Balanced => ('b', "all agrees"),
        State::WithinTolerance => ('t', "small difference"),
        State::Accepted => ('a', "accepted"),
        State::Zero => ('z', "open, nothing sold"),
        State::OutOfBalance => ('X', "does not agree"),
        State::Incomplete => ('i', "not complete"),
        State::Overdue => ('M', "missing: nothing came"),
        State::Expected => ('?', "not due yet"),
        State::Closed => ('c', "closed"),
        State::NotExpected => ('n', "not expected"),
    };
    Letter { letter, state, means }
}

impl HeatMap {
    /// The map of judged store-days, in any order.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, State, day};
    /// use epos_core::render::HeatMap;
    ///
    /// let store = Store { starts: Some("2026-11-01".parse()?), ..Store::new("LW", "Leith Walk") };
    /// let context = Context { now: "2026-11-22T09:00:00".parse()?, ..Context::default() };
    /// let days = ["2026-11-20", "2026-11-21"].map(|date| day(&store, date.parse().unwrap_or_default(), &Evidence::default(), &context));
    /// let map = HeatMap::of(&days, &BTreeMap::from([("LW".into(), store)]));
    /// assert_eq!(map.stores[0].days.len(), 2);
    /// let text = map.text(false);
    /// assert!(text.contains("Leith Walk  M  M") && text.contains("M missing: nothing came"), "{text}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(days: &[StoreDay], stores: &BTreeMap<String, Store>) -> Self {
        let (from, to) = (days.iter().map(|day| day.trading_day).min(), days.iter().map(|day| day.trading_day).max());
        let completeness = Completeness::of(days);
        let states: BTreeSet<State> = days.iter().map(|day| day.state).collect();
        let legend = State::ALL.iter().filter(|state| states.contains(state)).map(|state| letter(*state)).collect();
        let by_day: BTreeMap<(&str, NaiveDate), &StoreDay> =
            days.iter().map(|day| ((day.store.as_str(), day.trading_day), day)).collect();
        // One mistyped date must not draw a thousand years: days of which nobody knows anything are left out between far ones.
        let span: Vec<NaiveDate> = days.iter().map(|day| day.trading_day).collect::<BTreeSet<_>>().into_iter().collect();
        let why = |day: &StoreDay| {
            let store = stores.get(&day.store).filter(|_| day.state == State::Closed);
            let exception =
                store.and_then(|store| store.exceptions.get(&day.trading_day)).map(|exception| exception.reason.clone());
            let holiday = || store.and_then(|store| store.holiday(day.trading_day)).map(|holiday| holiday.title());
            let declared = day.declaration.as_ref().map(|declaration| declaration.reason.clone());
            declared.or(exception).or_else(holiday).unwrap_or_default()
        };
        let cell = |day: &StoreDay| HeatCell {
            day: day.trading_day,
            state: day.state,
            letter: letter(day.state).letter,
            sealed: day.sealed.is_some(),
            why: why(day),
        };
        let codes: BTreeSet<&str> = days.iter().map(|day| day.store.as_str()).collect();
        let row = |code: &str| HeatRow {
            store: code.to_owned(),
            name: stores.get(code).map_or(code, |store| &store.name).to_owned(),
            days: span.iter().map(|day| by_day.get(&(code, *day)).map(|day| cell(day))).collect(),
        };
        let stores = codes.into_iter().map(row).collect();
        HeatMap { from, to, complete: completeness.to_string(), completeness, legend, stores }
    }

    /// The days across.
    fn days(&self) -> Vec<NaiveDate> {
        let cells = self.stores.iter().flat_map(|store| &store.days).flatten();
        cells.map(|cell| cell.day).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// As text for a terminal: a letter for each state, so that it reads without colours too. [`HeatMap::of`] shows one.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use epos_core::render::HeatMap;
    ///
    /// let empty = HeatMap::of(&[], &BTreeMap::new());
    /// assert_eq!(empty.text(true), "No store-days yet.\n");
    /// ```
    pub fn text(&self, colours: bool) -> String {
        let mut text = String::new();
        let (Some(from), Some(to)) = (self.from, self.to) else { return "No store-days yet.\n".to_owned() };
        let _ = writeln!(text, "{} · {}\n", span(from, to), self.complete);
        let width = self.stores.iter().map(|store| visible(&store.name).chars().count()).max().unwrap_or_default();
        let days = self.days();
        for first in (0..days.len()).step_by(ACROSS) {
            let across: Vec<NaiveDate> = days.iter().copied().skip(first).take(ACROSS).collect();
            text.push_str(&heading(&across, width));
            for store in &self.stores {
                let _ = write!(text, "  {:<width$}", visible(&store.name));
                for cell in store.days.iter().skip(first).take(ACROSS) {
                    text.push_str(&painted(cell.as_ref(), colours));
                }
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
            text.push('\n');
        }
        let mut legend: Vec<String> = self.legend.iter().map(|of| format!("{} {}", of.letter, of.means)).collect();
        if self.completeness.sealed > 0 {
            legend.push("= before a letter: sealed".to_owned());
        }
        let _ = writeln!(text, "  {}", legend.join(" · "));
        text
    }

    /// As a page, which says when it was made.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use epos_core::render::HeatMap;
    ///
    /// let empty = HeatMap::of(&[], &BTreeMap::new());
    /// assert!(empty.html("Store-days", chrono::NaiveDateTime::default()).contains("no store-days yet"));
    /// ```
    pub fn html(&self, title: &str, now: NaiveDateTime) -> String {
        let lede = match (self.from, self.to) {
            (Some(from), Some(to)) => span(from, to),
            _ => "no store-days yet".to_owned(),
        };
        let mut body = format!("<h1>{}</h1>\n<p class=\"lede\">{}</p>\n", escape(title), escape(&lede));
        body.push_str(&completeness(&self.completeness));
        body.push_str(
            "<div class=\"scroll\" role=\"region\" aria-label=\"Stores and days\" tabindex=\"0\">\n<table class=\"heat\">\n",
        );
        body.push_str(
            "<caption class=\"unseen\">State of every store and day</caption>\n<thead>\n<tr><th scope=\"col\">Store</th>",
        );
        for day in self.days() {
            let _ =
                write!(body, "<th scope=\"col\"><abbr title=\"{}\">{}</abbr></th>", day.format("%A %-d %B %Y"), day.format("%-d"));
        }
        body.push_str("</tr>\n</thead>\n<tbody>\n");
        for store in &self.stores {
            let _ = write!(body, "<tr><th scope=\"row\">{}</th>", escape(&store.name));
            for cell in &store.days {
                let _ = match cell {
                    None => write!(body, "<td></td>"),
                    Some(cell) => {
                        let why = if cell.why.is_empty() { String::new() } else { format!(": {}", escape(&cell.why)) };
                        let (means, day) = (letter(cell.state).means, cell.day.format("%-d %b"));
                        let (why, mark) = if cell.sealed { (format!("{why}, sealed"), "=") } else { (why, "") };
                        write!(
                            body,
                            "<td><span class=\"state {}\" title=\"{day}, {means}{why}\">{mark}{}</span></td>",
                            tone(cell.state),
                            cell.letter
                        )
                    }
                };
            }
            body.push_str("</tr>\n");
        }
        body.push_str("</tbody>\n</table>\n</div>\n<ul class=\"notes\">\n");
        for of in &self.legend {
            let _ = writeln!(body, "<li><span class=\"state {}\">{}</span> {}</li>", tone(of.state), of.letter, of.means);
        }
        body.push_str("</ul>\n");
        body.push_str(&made(now));
        page(title, &body)
    }
}

/// Months, and below them days.
fn heading(days: &[NaiveDate], width: usize) -> String {
    let (mut months, mut numbers) = (format!("  {:width$}", ""), format!("  {:width$}", ""));
    let mut last = None;
    for day in days {
        let month = (day.year(), day.month());
        // A month's name is as wide as a day with its blank.
        let _ = if last == Some(month) { write!(months, "   ") } else { write!(months, "{:>3}", day.format("%b").to_string()) };
        last = Some(month);
        let _ = write!(numbers, "{:>3}", day.day());
    }
    format!("{}\n{numbers}\n", months.trim_end())
}

/// A cell, three characters wide.
fn painted(cell: Option<&HeatCell>, colours: bool) -> String {
    let Some(cell) = cell else { return "   ".to_owned() };
    let mark = if cell.sealed { '=' } else { ' ' };
    if !colours {
        return format!(" {mark}{}", cell.letter);
    }
    let colour = match tone(cell.state) {
        "good" => "42;30",
        "near" => "43;30",
        "bad" => "41;97",
        _ => "100;97",
    };
    format!(" \u{1b}[{colour}m{mark}{}\u{1b}[0m", cell.letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{day, evening};

    fn map() -> HeatMap {
        let example = evening();
        HeatMap::of(&example.days, &example.context.stores)
    }

    #[test]
    fn every_state_has_a_letter_of_its_own_and_none_that_misses_figures_is_green() {
        let letters: BTreeSet<char> = State::ALL.iter().map(|state| letter(*state).letter).collect();
        assert_eq!(letters.len(), State::ALL.len());
        for state in [State::Overdue, State::Expected, State::Incomplete, State::NotExpected, State::Closed, State::OutOfBalance] {
            assert_ne!(tone(state), "good", "{state}");
        }
    }

    #[test]
    fn the_map_reads_without_colours_and_says_how_complete_it_is() {
        let text = map().text(false);
        let expected = "20 to 22 November 2026 · 2 of 3 store-days, 1 late, 1 out of balance, 1 closed\n\n\
            \u{20}            Nov\n\
            \u{20}             20 21 22\n\
            \u{20} Leith Walk   b  c\n\
            \u{20} Stockbridge  X     M\n\n\
            \u{20} M missing: nothing came · c closed · b all agrees · X does not agree\n";
        let sorted = |text: &str| text.lines().take(6).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(sorted(&text), sorted(expected));
        assert!(text.lines().last().unwrap().contains("M missing: nothing came"), "{text}");
        assert!(!text.contains('\u{1b}') && map().text(true).contains("\u{1b}[41;97m M\u{1b}[0m"));
    }

    #[test]
    fn a_page_and_a_value_say_the_same() {
        let map = map();
        let html = map.html("Leith & others", NaiveDateTime::default());
        assert!(html.contains("title=\"21 Nov, closed: stocktaking\">c</span>"), "{html}");
        assert!(html.contains("<span class=\"state bad\" title=\"22 Nov, missing: nothing came\">M</span>"));
        assert!(html.contains("Leith &amp; others") && html.contains("2 of 3 store-days"));
        let value = serde_json::to_value(&map).unwrap();
        assert_eq!(value["stores"][1]["days"][2]["state"], "overdue");
        assert_eq!(
            (&value["complete"], value["stores"][1]["days"][1].is_null()),
            (&"2 of 3 store-days, 1 late, 1 out of balance, 1 closed".into(), true)
        );
        assert_eq!(map.from, Some(day(20)));
    }

    #[test]
    fn four_weeks_stand_beside_each_other_and_the_rest_below() {
        let mut example = evening();
        let first = example.days[0].clone();
        example.days = (1..=30).map(|of| StoreDay { trading_day: day(of), ..first.clone() }).collect();
        let text = HeatMap::of(&example.days, &example.context.stores).text(false);
        assert_eq!(text.matches("Leith Walk").count(), 2);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
