//! The evening in plain words: what came, what agrees, what needs a person.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime};

use super::people::{money, sentence};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Money, Store, TenderClass};
use crate::reconcile::{State, StoreDay};
use crate::report::{Completeness, Entry, Report, foreign, has_come};

/// What the summaries tell of: the same value for the terminal ([`summary`]) and the page ([`index`](super::index)).
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    /// The company or the evening.
    pub title: &'a str,
    /// The present moment, as it is to be shown.
    pub now: NaiveDateTime,
    /// Judged store-days, in any order.
    pub days: &'a [StoreDay],
    /// Stores by code, for their names and why they were closed.
    pub stores: &'a BTreeMap<String, Store>,
    /// Findings beside those of the store-days: about documents, senders, files that are held.
    pub findings: &'a [Diagnostic],
    /// What was done, each with its number: `("files read", 24)`.
    pub counts: &'a [(String, usize)],
    /// Files written. Files of one report are its formats.
    pub files: &'a [Written],
    /// Remarks.
    pub notes: &'a [String],
}

/// A file that was written, and what is in it.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which report.
    pub report: Entry,
    /// Its name, relative to the page that lists it.
    pub file: String,
    /// First day of its figures.
    pub from: NaiveDate,
    /// Last day of its figures.
    pub to: NaiveDate,
    /// The store, when it is of one.
    pub store: Option<String>,
    /// How many rows it has.
    pub rows: usize,
    /// How complete its figures are.
    pub completeness: Completeness,
}

impl Written {
    /// `report`, written as `file`.
    ///
    /// ```
    /// use epos_core::model::Context;
    /// use epos_core::render::Written;
    /// use epos_core::report::{Period, entry};
    ///
    /// let (friday, context) = ("2026-11-20".parse()?, Context::default());
    /// let daily = *entry("daily").ok_or("no such report")?;
    /// let report = (daily.make)(&Period::new(friday, friday, None, &[], &[], &context));
    /// let written = Written::new(daily, &report, "daily.csv".into());
    /// assert_eq!((written.file.as_str(), written.from, written.rows), ("daily.csv", friday, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(entry: Entry, report: &Report, file: String) -> Self {
        let (store, rows, completeness) = (report.store.clone(), report.rows.len(), report.completeness.clone());
        Written { report: entry, file, from: report.from, to: report.to, store, rows, completeness }
    }
}

/// Something that needs a person.
pub(super) struct Need {
    /// Where: store and day, or the document.
    pub place: String,
    /// What, as a sentence.
    pub what: String,
    /// What to do; may be empty.
    pub help: String,
    /// How many more like it there are.
    pub more: usize,
    /// True when it does not add up or cannot be loaded; false when it is to be checked.
    pub urgent: bool,
}

impl<'a> Summary<'a> {
    /// Store-days by day, then by store.
    pub(super) fn ordered(&self) -> Vec<&'a StoreDay> {
        let mut days: Vec<&StoreDay> = self.days.iter().collect();
        days.sort_by_key(|day| (day.trading_day, &day.store));
        days
    }

    /// A store's name, else its code.
    pub(super) fn name<'s>(&'s self, code: &'s str) -> &'s str {
        self.stores.get(code).map_or(code, |store| &store.name)
    }

    /// The currency of all store-days, when it is one.
    pub(super) fn currency(&self) -> Option<&'a str> {
        let all: BTreeSet<&str> = self.days.iter().map(|day| day.currency.as_str()).collect();
        if all.len() == 1 { all.first().copied() } else { None }
    }

    /// An amount, with its currency where there are several.
    pub(super) fn amount(&self, amount: Money, day: &StoreDay) -> String {
        let number = money(amount.decimal(), &day.currency);
        if self.currency().is_some() { number } else { format!("{number} {}", day.currency) }
    }

    /// Takings per currency, in words.
    pub(super) fn takings(&self) -> String {
        let mut all: BTreeMap<&str, Money> = BTreeMap::new();
        for day in self.days {
            *all.entry(&day.currency).or_default() += day.bridge.takings;
        }
        all.iter().map(|(of, amount)| format!("{} {of}", money(amount.decimal(), of))).collect::<Vec<_>>().join(", ")
    }

    /// The state of a store-day in plain words.
    pub(super) fn state(&self, day: &StoreDay) -> String {
        match day.state {
            State::Balanced => "all agrees",
            State::WithinTolerance => "small difference",
            State::Accepted => "accepted",
            State::Zero => "open, nothing sold",
            State::OutOfBalance => "does not agree",
            State::Incomplete => "not complete",
            State::Overdue => "nothing came",
            State::Expected => "not due yet",
            State::NotExpected => "not expected",
            State::Closed => {
                let store = self.stores.get(&day.store);
                let exception = store.and_then(|store| store.exceptions.get(&day.trading_day));
                let holiday = || store.and_then(|store| store.holiday(day.trading_day)).map(|holiday| holiday.title());
                let declared = day.declaration.as_ref().map(|declaration| declaration.reason.clone());
                let why = declared.or_else(|| exception.map_or_else(holiday, |exception| Some(exception.reason.clone())));
                return match why.filter(|why| !why.is_empty()) {
                    Some(why) => format!("closed: {why}"),
                    None => "closed".to_owned(),
                };
            }
        }
        .to_owned()
    }

    /// Over/short in words: `cash 18.00 short`, or why it was not judged. Nothing where nothing came.
    pub(super) fn over_short(&self, day: &StoreDay) -> String {
        let mut parts = Vec::new();
        let of = |class: TenderClass| {
            day.drawers.iter().filter(move |drawer| drawer.class == class && foreign(&drawer.tender).is_none())
        };
        for &class in TenderClass::ALL {
            let judged: Vec<Money> = of(class).filter_map(|drawer| drawer.over_short).collect();
            let name = class.word().replace('_', " ");
            for (negative, word) in [(false, "over"), (true, "short")] {
                let sum: Money = judged.iter().filter(|amount| amount.is_negative() == negative).sum();
                if !sum.is_zero() {
                    parts.push(format!("{name} {} {word}", self.amount(sum.abs(), day)));
                }
            }
            let all_zero = judged.iter().all(|amount| amount.is_zero());
            if class == TenderClass::Cash && !judged.is_empty() && all_zero && judged.len() == of(class).count() {
                parts.push("cash agrees".to_owned());
            }
        }
        let cash_unknown = of(TenderClass::Cash).find(|drawer| drawer.over_short.is_none());
        if let Some(drawer) = cash_unknown {
            let why = drawer.not_judged.as_deref().unwrap_or("a figure is missing");
            parts.push(format!("not judged: {}", why.trim_end_matches('.')));
        } else if day.drawers.is_empty() && day.state == State::Incomplete {
            parts.push("not judged: no count".to_owned());
        }
        parts.join(", ")
    }

    /// What needs a person, the most urgent first; findings that repeat are one.
    pub(super) fn needs(&self) -> Vec<Need> {
        let of_days = self.ordered().into_iter().flat_map(|day| {
            let place = (day.store.as_str(), day.trading_day);
            let mut told = Vec::new();
            day.open_findings().map(move |finding| {
                // Two findings that belong together have one reason, which is said once.
                let why = day.explanation(finding).filter(|why| !told.contains(&why.findings));
                told.extend(why.filter(|_| finding.severity > Severity::Note).map(|why| why.findings.clone()));
                let why = why.map(|why| why.in_words());
                (finding.store.as_deref().or(Some(place.0)), Some(place.1), finding, why)
            })
        });
        let others = self.findings.iter().map(|finding| (finding.store.as_deref(), finding.trading_day, finding, None));
        let mut kept: Vec<Need> = Vec::new();
        let mut groups: HashMap<(&str, String, &str), usize> = HashMap::new();
        let mut seen = HashSet::new();
        for (store, day, finding, why) in of_days.chain(others).filter(|(_, _, finding, _)| finding.severity > Severity::Note) {
            let at = &finding.at;
            if !seen.insert((finding.code, &finding.message, &at.document, at.sheet.as_deref(), at.row, store, day)) {
                continue;
            }
            let day = day.map(|day| day.format("%a %-d %b").to_string());
            let place = match (store.map(|code| self.name(code)), day, finding.at.document.as_str()) {
                (Some(store), Some(day), _) => format!("{store}, {day}"),
                (_, _, document) if !document.is_empty() => document.to_owned(),
                (Some(store), ..) => store.to_owned(),
                _ => String::new(),
            };
            let group = *groups.entry((finding.code.0.code, place.clone(), &finding.at.document)).or_insert(kept.len());
            if let Some(need) = kept.get_mut(group) {
                need.more += 1 + finding.more;
                continue;
            }
            let cell = finding.at.to_string();
            let at = if finding.at.row.is_some() && !finding.message.contains(&finding.at.document) {
                format!(" ({cell})")
            } else {
                String::new()
            };
            let what = sentence(&format!("{}{at}", finding.message.trim().trim_end_matches('.')));
            let urgent = finding.severity == Severity::Error;
            let help = [sentence(&finding.help), why.unwrap_or_default()];
            let help: Vec<String> = help.into_iter().filter(|part| !part.is_empty()).collect();
            kept.push(Need { place, what, help: help.join(" "), more: finding.more, urgent });
        }
        kept.sort_by_key(|need| !need.urgent);
        kept
    }
}

/// Needs shown before the rest are only counted.
const MOST: usize = 12;
/// Lines are folded at this many characters.
const WIDTH: usize = 100;

/// The evening as calm plain text.
///
/// ```
/// use std::collections::BTreeMap;
/// use epos_core::model::{Context, Money, Store};
/// use epos_core::reconcile::{Evidence, day};
/// use epos_core::render::{Summary, summary};
///
/// let (friday, context) = ("2026-11-20".parse()?, Context::default());
/// let mut judged = day(&Store::new("LW", "Leith Walk"), friday, &Evidence::default(), &context);
/// judged.bridge.takings = Money::cents(123_50);
/// let days = [judged];
/// let told = Summary {
///     title: "Friday evening",
///     now: chrono::NaiveDateTime::default(),
///     days: &days,
///     stores: &BTreeMap::from([("LW".into(), Store::new("LW", "Leith Walk"))]),
///     findings: &[],
///     counts: &[("files read".into(), 4)],
///     files: &[],
///     notes: &[],
/// };
/// let text = summary(&told);
/// assert!(text.contains("Friday evening") && text.contains("123.50") && text.contains("Leith Walk"));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn summary(summary: &Summary<'_>) -> String {
    let mut text = format!("{} · {}\n", summary.title, summary.now.format("%A %-d %B %Y, %H:%M"));
    let _ = write!(text, "{}", Completeness::of(summary.days));
    match summary.currency() {
        Some(currency) => {
            let _ = writeln!(text, " · amounts in {currency}\n");
        }
        None => text.push_str("\n\n"),
    }
    text.push_str(&lines(summary));
    text.push_str(&needs(summary));
    if !summary.counts.is_empty() {
        let counts: Vec<String> = summary.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let _ = writeln!(text, "\n{}", fold(&counts.join(" · "), ""));
    }
    for note in summary.notes {
        let _ = writeln!(text, "{}", fold(note, ""));
    }
    text
}

/// One line per store-day.
fn lines(summary: &Summary<'_>) -> String {
    let rows: Vec<[String; 5]> = summary
        .ordered()
        .into_iter()
        .map(|day| {
            let takings = if has_come(day) { summary.amount(day.bridge.takings, day) } else { String::new() };
            let date = day.trading_day.format("%a %-d %b").to_string();
            [date, summary.name(&day.store).to_owned(), summary.state(day), takings, summary.over_short(day)]
        })
        .collect();
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or(0);
    let [date, name, state, takings] = [width(0), width(1), width(2), width(3)];
    let mut text = String::new();
    for [day, store, word, amount, drawer] in &rows {
        let line = format!("  {day:<date$}  {store:<name$}  {word:<state$}  {amount:>takings$}  {drawer}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn needs(summary: &Summary<'_>) -> String {
    let needs = summary.needs();
    if needs.is_empty() {
        return "\nNothing needs a person.\n".to_owned();
    }
    let mut text = String::from("\nWhat needs a person\n");
    for (position, need) in needs.iter().take(MOST).enumerate() {
        let place = if need.place.is_empty() { String::new() } else { format!("{}: ", need.place) };
        let more = if need.more > 0 { format!(" And {} more like it.", need.more) } else { String::new() };
        let help = if need.help.is_empty() { String::new() } else { format!(" {}", need.help) };
        let item = format!("{:>3}. {place}{}{more}{help}", position + 1, need.what);
        let _ = writeln!(text, "{}", fold(&item, "     "));
    }
    if needs.len() > MOST {
        let _ = writeln!(text, "     … and {} more, listed in the summary page.", needs.len() - MOST);
    }
    text
}

/// Breaks a long line at blanks; further lines begin with `indent`.
fn fold(text: &str, indent: &str) -> String {
    let mut folded = String::new();
    let mut length = 0;
    for (position, word) in text.split(' ').enumerate() {
        let more = word.chars().count() + 1;
        if position > 0 && length + more > WIDTH && !word.is_empty() {
            folded.push('\n');
            folded.push_str(indent);
            length = indent.len();
        } else if position > 0 {
            folded.push(' ');
        }
        folded.push_str(word);
        length += more;
    }
    folded
}
