//! `score`: a simulated company is read like any other, and what was found is held against what is wrong with it.

mod causes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Audit;
use super::run::Intake;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::model::{Document, Envelope, Money, Type, Value};
use crate::port::{Arrival, Inbox, Outbox};
use crate::reconcile::{State, StoreDay, Tie};
use crate::report::{Completeness, Report, ReportColumn};
use crate::simulate::{Family, FaultClass, Shows, Truth};
pub use causes::{Band, CauseScore, calibrated, causes_of, interval, report as likely_causes};

/// Open days behind a fault on which goods that it concerns may still be found to be wrong: until the next count.
const SHELF_DAYS: i64 = 14;

/// Open days behind a fault on which a refund may name a sale that it lost.
const REFUND_DAYS: i64 = 7;

/// Open days behind a fault in whose weekly sums it still is.
const WEEK_DAYS: i64 = 6;

/// How well one class of faults was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassScore {
    /// The class.
    pub class: FaultClass,
    /// What it is about.
    pub family: Family,
    /// Faults that are in the data.
    pub injected: usize,
    /// Those that were found, or dealt with as they should be.
    pub detected: usize,
    /// Those that were not.
    pub missed: usize,
    /// Findings of its codes that no fault explains; of what must not be reported, what was.
    pub false_alarms: usize,
    /// Those whose amount was named to the penny.
    pub exact_amount: usize,
    /// What figures were off by before anybody looked.
    pub misstated_before: Money,
    /// What they are still off by: that of the missed.
    pub misstated_after: Money,
    /// Open days from the fault to the first finding, added up over the detected.
    pub store_days: usize,
    /// What was found where these faults are: codes, and on how many of the faults.
    pub found: BTreeMap<&'static str, usize>,
    /// Up to five of the missed: store and day.
    pub examples: Vec<String>,
}

impl ClassScore {
    fn share(part: usize, whole: usize) -> Option<Decimal> {
        let percent = (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole))?;
        Some(percent.round_dp(1))
    }

    /// Found of injected, in percent.
    pub fn recall(&self) -> Option<Decimal> {
        Self::share(self.detected, self.injected)
    }

    /// Right of all alarms, in percent.
    pub fn precision(&self) -> Option<Decimal> {
        Self::share(self.detected, self.detected + self.false_alarms)
    }
}

/// What came of a simulated company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Open store-days.
    pub store_days: usize,
    /// Classes that are in the data, and those with false alarms.
    pub classes: Vec<ClassScore>,
    /// Findings above a note that no fault explains, by code.
    pub false_alarms: BTreeMap<&'static str, usize>,
    /// Up to twenty of these, in words.
    pub alarms: Vec<String>,
    /// How often the likeliest cause of a difference was the one that was made, by class.
    pub causes: Vec<CauseScore>,
    /// What was stated of causes, and how often it was right.
    pub calibration: Vec<Band>,
    /// Open store-days without a fault.
    pub clean_days: usize,
    /// Findings about money above a note that no fault explains.
    pub money_alarms: usize,
    /// Store-days on which a store was closed.
    pub holidays: usize,
    /// Findings above a note on them.
    pub holiday_alarms: usize,
    /// Over/short of all drawers, without signs.
    pub over_short: Money,
    /// Figures that must agree and differ.
    pub differing: usize,
    /// How complete the days are.
    pub completeness: Completeness,
}

/// A finding with the store-day it is of.
struct Found<'f> {
    finding: &'f Diagnostic,
    store: String,
    day: NaiveDate,
    /// When it was first known.
    known: NaiveDate,
}

impl Found<'_> {
    fn code(&self) -> &'static str {
        self.finding.code.0.code
    }

    fn is_loud(&self) -> bool {
        self.finding.severity > Severity::Note
    }

    fn is_of_goods(&self) -> bool {
        self.code().starts_with('K')
    }
}

/// A fault, and what was found in its store on its days.
struct Scene<'s, 'f> {
    truth: &'s Truth,
    open: &'s [NaiveDate],
    here: Vec<&'s Found<'f>>,
}

impl<'s, 'f> Scene<'s, 'f> {
    fn of(truth: &'s Truth, open: &'s OpenDays, by_store: &BTreeMap<&str, Vec<&'s Found<'f>>>) -> Self {
        let open = open.get(&truth.store).map(Vec::as_slice).unwrap_or_default();
        let near = |one: &&&'s Found<'f>| {
            let last = match one.code() {
                "S014" => WEEK_DAYS,
                "T006" | "T023" => REFUND_DAYS,
                _ if one.is_of_goods() => SHELF_DAYS,
                _ => 1,
            };
            (-1..=last).contains(&apart(open, truth.trading_day, one.day))
        };
        let own = by_store.get(truth.store.as_str()).into_iter().flatten().filter(near);
        // What one store has not said of a transfer is asked at the other.
        let transfer = |one: &&&'s Found<'f>| one.day == truth.trading_day && matches!(one.code(), "K005" | "K006");
        let others = by_store.iter().filter(|(store, _)| **store != truth.store).flat_map(|(_, all)| all).filter(transfer);
        Scene { truth, open, here: own.chain(others).copied().collect() }
    }

    /// Is it one of the findings that the fault's class shows itself by?
    fn owns(&self, one: &Found<'_>) -> bool {
        match self.truth.class.shows() {
            Shows::Codes(codes) | Shows::Either(codes) => codes.contains(&one.code()),
            Shows::Handled => false,
        }
    }
}

/// Open days of each store, in order.
type OpenDays = BTreeMap<String, Vec<NaiveDate>>;

/// Reads the records of `truth.jsonl`.
///
/// # Errors
/// The number of the first line that is none.
pub fn truth(text: &str) -> Result<Vec<Truth>> {
    let parse = |(at, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|error| Error::Config { path: "truth.jsonl".into(), message: format!("line {}: {error}", at + 1) })
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect()
}

/// Store and day from the name of a file or mail, as the simulator writes them.
fn named(document: &str, stores: &OpenDays) -> Option<(String, NaiveDate)> {
    // `leith_2026-03-02_z_report.csv`: the day stands right behind the store.
    if let Some(store) = stores.keys().filter(|store| document.starts_with(&format!("{store}_"))).max_by_key(|store| store.len()) {
        let day = document.get(store.len() + 1..store.len() + 11).and_then(|day| day.parse().ok());
        return day.map(|day| (store.clone(), day));
    }
    // The mail's name or Message-ID: `1772472600.leith.20260302@…`
    let mut parts = document.split(['.', '@']).skip(1);
    let store = parts.next().filter(|store| stores.contains_key(*store))?.to_owned();
    let day = NaiveDate::parse_from_str(parts.next()?, "%Y%m%d").ok()?;
    Some((store, day))
}

/// How many open days lie between two days of a store: negative when the second is earlier.
fn apart(days: &[NaiveDate], from: NaiveDate, to: NaiveDate) -> i64 {
    let at = |day: NaiveDate| days.partition_point(|open| *open < day) as i64;
    at(to) - at(from)
}

impl Audit {
    /// Takes masters and inbox of a simulated company, judges every store-day, and holds what was found against `truths`.
    ///
    /// # Errors
    /// When the world fails.
    pub fn score(
        &mut self,
        truths: &[Truth],
        masters: &[Document],
        inbox: &mut dyn Inbox,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Score> {
        let Intake { loaded, opening } = self.intake(masters, &mut Untouched(inbox), progress)?;
        let judged = self.judge()?;
        let outcomes: Vec<(&[Diagnostic], Option<&Envelope>)> =
            loaded.iter().map(|(loaded, mail)| (&*loaded.diagnostics, mail.as_deref())).chain([(&*opening, None)]).collect();
        Ok(score(truths, &outcomes, &judged.days))
    }
}

/// An inbox that is only read: its mails stay as they are, so that they can be scored again.
struct Untouched<'i>(&'i mut dyn Inbox);

impl Inbox for Untouched<'_> {
    fn next(&mut self) -> Result<Option<Arrival>> {
        self.0.next()
    }

    fn done(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// An archive in memory, for books that are kept for a moment only.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<String, Document>);

impl Outbox for Memory {
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        let mut all = Vec::new();
        bytes.read_to_end(&mut all).map_err(|source| Error::File { action: "read", path: name.into(), source })?;
        self.0.insert(name.to_owned(), Document::new(name, all));
        Ok(())
    }

    fn take(&mut self, name: &str) -> Result<Document> {
        self.0.get(name).cloned().ok_or_else(|| Error::NotFound(format!("{name} is not in the archive")))
    }
}

/// Holds findings of documents (each with the mail that it came in) and of store-days against the truth.
pub fn score(truths: &[Truth], documents: &[(&[Diagnostic], Option<&Envelope>)], days: &[StoreDay]) -> Score {
    let mut open: OpenDays = BTreeMap::new();
    for day in days.iter().filter(|day| !matches!(day.state, State::Closed | State::NotExpected)) {
        open.entry(day.store.clone()).or_default().push(day.trading_day);
    }
    open.values_mut().for_each(|days| days.sort_unstable());
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut nowhere: Vec<&Diagnostic> = Vec::new();
    for (findings, mail) in documents {
        let of_mail = mail.and_then(|mail| named(&mail.message, &open));
        let sent = mail.and_then(|mail| mail.sent_at);
        for finding in *findings {
            let own = finding.store.clone().zip(finding.trading_day).filter(|(store, _)| open.contains_key(store));
            match named(&finding.at.document, &open).or(own).or_else(|| of_mail.clone()) {
                Some((store, day)) => {
                    let known = sent.map_or(day, |sent| sent.date().max(day));
                    found.push(Found { finding, store, day, known });
                }
                None => nowhere.push(finding),
            }
        }
    }
    for day in days {
        for finding in &day.findings {
            // What is missing is known when it is overdue: the next morning.
            let missing = day.state == State::Overdue;
            let known = if missing { day.trading_day.succ_opt().unwrap_or(day.trading_day) } else { day.trading_day };
            found.push(Found { finding, store: day.store.clone(), day: day.trading_day, known });
        }
    }
    let mut by_store: BTreeMap<&str, Vec<&Found<'_>>> = BTreeMap::new();
    for one in &found {
        by_store.entry(&one.store).or_default().push(one);
    }
    let takings: BTreeMap<(&str, NaiveDate), Money> =
        days.iter().map(|day| ((day.store.as_str(), day.trading_day), day.bridge.takings)).collect();
    let scenes: Vec<Scene<'_, '_>> = truths.iter().map(|truth| Scene::of(truth, &open, &by_store)).collect();
    // Which faults explain a finding: those on whose days it is. What must not be reported explains nothing.
    let mut explained: BTreeMap<*const Diagnostic, Vec<usize>> = BTreeMap::new();
    for (at, scene) in scenes.iter().enumerate().filter(|(_, scene)| scene.truth.class.family() != Family::NearMiss) {
        for one in scene.here.iter().filter(|one| one.is_loud() || scene.owns(one)) {
            explained.entry(std::ptr::from_ref(one.finding)).or_default().push(at);
        }
    }
    let mut classes: BTreeMap<FaultClass, ClassScore> = BTreeMap::new();
    for (at, scene) in scenes.iter().enumerate() {
        let truth = scene.truth;
        let by_another =
            |one: &Found<'_>| explained.get(&std::ptr::from_ref(one.finding)).is_some_and(|by| by.iter().any(|other| *other != at));
        let loud = |one: &&&Found<'_>| one.is_loud() && one.day == truth.trading_day && !one.is_of_goods() && !by_another(one);
        let entry = classes.entry(truth.class).or_insert_with(|| blank(truth.class));
        entry.injected += 1;
        let amount = truth.amount.map(Money::abs).unwrap_or_default();
        entry.misstated_before += amount;
        let coded = scene.here.iter().any(|one| scene.owns(one));
        let silent = !scene.here.iter().any(|one| loud(&one));
        let handled = silent && takings.get(&(truth.store.as_str(), truth.trading_day)) == Some(&truth.takings);
        let detected = match truth.class.shows() {
            Shows::Codes(_) => coded,
            Shows::Handled => handled,
            Shows::Either(_) => coded || handled,
        };
        if truth.class.family() == Family::NearMiss && !silent {
            entry.false_alarms += 1;
        }
        let codes: BTreeSet<&'static str> =
            scene.here.iter().filter(|one| scene.owns(one) || loud(one)).map(|one| one.code()).collect();
        for code in codes {
            *entry.found.entry(code).or_default() += 1;
        }
        if detected {
            entry.detected += 1;
            let days = |one: &Found<'_>| apart(scene.open, truth.trading_day, one.known).max(0);
            let first = scene.here.iter().filter(|one| scene.owns(one)).map(|one| days(one)).min();
            entry.store_days += usize::try_from(first.unwrap_or_default()).unwrap_or_default();
            let exact = |one: &&Found<'_>| scene.owns(one) && one.finding.amount.is_some_and(|of| of.abs() == amount);
            entry.exact_amount += usize::from(!amount.is_zero() && scene.here.iter().any(exact));
        } else {
            entry.missed += 1;
            entry.misstated_after += amount;
            if entry.examples.len() < 5 {
                entry.examples.push(format!("{} {}", truth.store, truth.trading_day));
            }
        }
    }
    let mut false_alarms: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut alarms = Vec::new();
    let mut money_alarms = 0;
    let left = found.iter().map(|one| one.finding).filter(|finding| !explained.contains_key(&std::ptr::from_ref(*finding)));
    let faulty = truths.iter().any(|truth| truth.class.family() != Family::NearMiss);
    // What is of no store-day (a finding of the whole company) has no fault to be held against, unless there is none at all.
    for finding in left.chain(nowhere.into_iter().filter(|_| !faulty)).filter(|finding| finding.severity > Severity::Note) {
        let code = finding.code.0.code;
        *false_alarms.entry(code).or_default() += 1;
        money_alarms += usize::from(is_of_money(code));
        if alarms.len() < 20 {
            let place = format!("{} {}", finding.store.as_deref().unwrap_or("-"), finding.at.document);
            let day = finding.trading_day.map(|day| day.to_string()).unwrap_or_default();
            alarms.push(format!("{code} {place} {day}: {}", finding.message));
        }
        let of = FaultClass::ALL
            .iter()
            .find(|class| matches!(class.shows(), Shows::Codes(codes) | Shows::Either(codes) if codes.contains(&code)));
        if let Some(class) = of {
            classes.entry(*class).or_insert_with(|| blank(*class)).false_alarms += 1;
        }
    }
    let drawers = days.iter().flat_map(|day| &day.drawers);
    let holidays = || days.iter().filter(|day| day.state == State::Closed);
    let loud = |finding: &&Diagnostic| finding.severity > Severity::Note;
    Score {
        causes: causes::causes(truths, days),
        calibration: causes::calibration(truths, days),
        clean_days: causes::clean_days(truths, &open),
        money_alarms,
        holidays: holidays().count(),
        holiday_alarms: holidays().map(|day| day.findings.iter().filter(loud).count()).sum(),
        from: days.iter().map(|day| day.trading_day).min().unwrap_or_default(),
        to: days.iter().map(|day| day.trading_day).max().unwrap_or_default(),
        store_days: open.values().map(Vec::len).sum(),
        classes: classes.into_values().collect(),
        false_alarms,
        alarms,
        over_short: drawers.filter_map(|drawer| drawer.over_short).map(Money::abs).sum(),
        differing: days.iter().flat_map(|day| &day.tie_outs).filter(|out| out.tie == Tie::Differs).count(),
        completeness: Completeness::of(days),
    }
}

/// Codes of store-days that are about money, and not about files that are missing.
fn is_of_money(code: &str) -> bool {
    code.starts_with('S') && !matches!(code, "S007" | "S008" | "S012")
}

fn blank(class: FaultClass) -> ClassScore {
    ClassScore {
        class,
        family: class.family(),
        injected: 0,
        detected: 0,
        missed: 0,
        false_alarms: 0,
        exact_amount: 0,
        misstated_before: Money::ZERO,
        misstated_after: Money::ZERO,
        store_days: 0,
        found: BTreeMap::new(),
        examples: Vec::new(),
    }
}

fn column(name: &'static str, title: &'static str, kind: Type, summed: bool) -> ReportColumn {
    ReportColumn { name, title, kind, summed, blank: "", heading: false }
}

fn whole(count: usize) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Classes by family.
fn sorted(score: &Score) -> Vec<&ClassScore> {
    let mut classes: Vec<&ClassScore> = score.classes.iter().collect();
    classes.sort_by_key(|class| (class.family, class.class));
    classes
}

fn words_of(class: &ClassScore) -> [Value<'static>; 2] {
    let family = match class.family {
        Family::Money => "money",
        Family::Control => "control",
        Family::File => "file",
        Family::Mail => "mail",
        Family::Stock => "stock",
        Family::NearMiss => "near miss",
    };
    [Value::Text(family.into()), Value::Text(class.class.word().replace('_', " ").into())]
}

fn table(
    score: &Score,
    (name, title): (&'static str, &str),
    columns: Vec<ReportColumn>,
    rows: Vec<Vec<Value<'static>>>,
    totals: Vec<Vec<Value<'static>>>,
    notes: Vec<String>,
) -> Report {
    Report {
        name,
        title: title.to_owned(),
        from: score.from,
        to: score.to,
        store: None,
        completeness: score.completeness.clone(),
        columns,
        rows,
        totals,
        bridge: Vec::new(),
        charts: Vec::new(),
        notes,
    }
}

/// What was found where each class of faults is: on how many of its faults which code, and on how many nothing.
pub fn confusion(score: &Score) -> Report {
    let classes = sorted(score);
    let codes: BTreeSet<&'static str> = classes.iter().flat_map(|class| class.found.keys().copied()).collect();
    let mut columns = vec![
        ReportColumn { heading: true, ..column("family", "Family", Type::Text, false) },
        column("class", "Class", Type::Text, false),
        column("injected", "Injected", Type::Integer, false),
    ];
    columns.extend(codes.iter().map(|code| column(code, code, Type::Integer, false)));
    let row = |class: &&ClassScore| {
        let found = codes.iter().map(|code| class.found.get(code).map_or(Value::Null, |count| whole(*count)));
        words_of(class).into_iter().chain([whole(class.injected)]).chain(found).collect()
    };
    let rows = classes.iter().map(row).collect();
    let notes = vec![
        "A fault may have several codes; what was handled without a word has none. `epos explain CODE` tells what a code means."
            .to_owned(),
    ];
    table(score, ("confusion", "Which codes are found at which faults"), columns, rows, Vec::new(), notes)
}

/// The score as a table, ready for any renderer.
pub fn report(score: &Score) -> Report {
    let columns = vec![
        ReportColumn { heading: true, ..column("family", "Family", Type::Text, false) },
        column("class", "Class", Type::Text, false),
        column("injected", "Injected", Type::Integer, true),
        column("detected", "Detected", Type::Integer, true),
        column("missed", "Missed", Type::Integer, true),
        column("false_alarms", "False alarms", Type::Integer, true),
        column("precision", "Precision", Type::Rate, false),
        column("recall", "Recall", Type::Rate, false),
        column("misstated_before", "Mis-stated before", Type::Money, true),
        column("misstated_after", "Mis-stated after", Type::Money, true),
        column("store_days", "Store-days to detect", Type::Quantity, false),
    ];
    let share = |share: Option<Decimal>| share.map_or(Value::Null, Value::Decimal);
    let classes = sorted(score);
    let rows = classes
        .iter()
        .map(|class| {
            let days = Decimal::from(class.store_days).checked_div(Decimal::from(class.detected)).map(|days| days.round_dp(1));
            let [family, name] = words_of(class);
            vec![
                family,
                name,
                whole(class.injected),
                whole(class.detected),
                whole(class.missed),
                whole(class.false_alarms),
                share(class.precision()),
                share(class.recall()),
                Value::Decimal(class.misstated_before.decimal()),
                Value::Decimal(class.misstated_after.decimal()),
                share(days),
            ]
        })
        .collect();
    let sum = |of: fn(&ClassScore) -> usize| whole(classes.iter().map(|class| of(class)).sum());
    let money = |of: fn(&ClassScore) -> Money| Value::Decimal(classes.iter().map(|class| of(class)).sum::<Money>().decimal());
    let totals = vec![
        Value::Text("all".into()),
        Value::Null,
        sum(|class| class.injected),
        sum(|class| class.detected),
        sum(|class| class.missed),
        sum(|class| class.false_alarms),
        Value::Null,
        Value::Null,
        money(|class| class.misstated_before),
        money(|class| class.misstated_after),
        Value::Null,
    ];
    let mut notes = vec![format!(
        "{} store-days. Over and short of all drawers, without signs: {}. Figures that must agree and differ: {}.",
        score.store_days, score.over_short, score.differing
    )];
    notes.extend(score.alarms.iter().map(|alarm| format!("No fault explains: {alarm}")));
    table(score, ("score", "What was found, held against what is wrong"), columns, rows, vec![totals], notes)
}
