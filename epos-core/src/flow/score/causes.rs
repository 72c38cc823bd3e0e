//! How often the likeliest cause is the one that was made: by class, with intervals, and by the percentage that was said.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Score, column, whole};
use crate::model::{Money, Type, Value};
use crate::reconcile::{Cause, Explanation, StoreDay};
use crate::report::{Report, ReportColumn};
use crate::simulate::{Family, FaultClass, Truth};

/// How often the causes of one class were right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseScore {
    /// The class.
    pub class: FaultClass,
    /// Days on which it is the only fault.
    pub days: usize,
    /// Days on which no other class gives the same differences from the same rows, as the simulator says.
    pub identifiable: usize,
    /// Of these, on how many its cause is the likeliest.
    pub first: usize,
    /// Of these, on how many it is among the three likeliest.
    pub in_three: usize,
    /// Of all its days, on how many its cause is the likeliest.
    pub first_of_all: usize,
    /// Of all its days, on how many it is among the three likeliest.
    pub in_three_of_all: usize,
    /// Of all its days, on how many a cause is likely enough to be said.
    pub said: usize,
    /// Of these, on how many it is the right one.
    pub said_right: usize,
    /// Up to five identifiable days on which another cause is the likeliest: store, day, and what was said.
    pub examples: Vec<String>,
}

/// How often the likeliest cause was right where its percentage lay in one band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Band {
    /// From this many percent.
    pub from: u8,
    /// Up to and with this many.
    pub to: u8,
    /// Differences whose likeliest cause had such a percentage.
    pub causes: usize,
    /// Of these, those where it was right.
    pub right: usize,
    /// Their percentages, added up.
    pub percents: usize,
}

/// The causes that a class of faults is; none for classes that are not mistakes with money as retail practice tells them apart.
pub const fn causes_of(class: FaultClass) -> &'static [Cause] {
    use FaultClass as F;
    match class {
        F::WrongTender => &[Cause::WrongTender],
        F::RefundOtherTender => &[Cause::RefundOtherTender],
        F::RefundNotRung => &[Cause::RefundNotRung],
        F::RefundNotPaid => &[Cause::RefundNotPaid],
        F::SignError => &[Cause::SignError],
        F::CountDigits => &[Cause::Digits],
        F::FloatNotEntered => &[Cause::FloatNotEntered],
        F::FloatLeftOut => &[Cause::FloatLeftOut],
        F::ChangeCountedIn => &[Cause::ChangeCountedIn],
        F::DropNotRung => &[Cause::DropNotRung],
        F::PaidOutNotRung => &[Cause::PaidOutNotRung],
        F::DuplicateLine => &[Cause::Duplicate],
        F::MissingRows => &[Cause::MissingRows],
        F::RoundNote => &[Cause::RoundNote],
        F::CardCutoff => &[Cause::CardCutoff],
        F::TwoDrawers => &[Cause::TwoDrawers],
        F::OverRing => &[Cause::OverRing],
        _ => &[],
    }
}

/// The explanation of a fault: the one of its amount, else the day's first. (Of rows that are missing, the Z-report's net knows only
/// the goods.)
fn of_fault<'d>(truth: &Truth, day: Option<&'d StoreDay>) -> Option<&'d Explanation> {
    let (amount, all) = (truth.amount.map(Money::abs)?, &day?.explanations);
    all.iter().find(|one| one.amount.abs() == amount).or_else(|| all.first())
}

/// At which place a class's cause stands, from 0.
fn place(class: FaultClass, why: Option<&Explanation>) -> Option<usize> {
    why?.causes.iter().position(|one| one.with.is_none() && causes_of(class).contains(&one.cause))
}

type Days<'d> = BTreeMap<(&'d str, NaiveDate), &'d StoreDay>;

pub(super) fn causes(truths: &[Truth], days: &[StoreDay]) -> Vec<CauseScore> {
    let days: Days<'_> = days.iter().map(|day| ((day.store.as_str(), day.trading_day), day)).collect();
    let mut classes: BTreeMap<FaultClass, CauseScore> = BTreeMap::new();
    for truth in truths.iter().filter(|truth| !causes_of(truth.class).is_empty()) {
        let here = |other: &&Truth| (&other.store, other.trading_day) == (&truth.store, truth.trading_day);
        if truths.iter().filter(here).filter(|other| other.class.family() != Family::NearMiss).count() > 1 {
            continue;
        }
        let why = of_fault(truth, days.get(&(truth.store.as_str(), truth.trading_day)).copied());
        let place = place(truth.class, why);
        let (first, in_three) = (usize::from(place == Some(0)), usize::from(place.is_some_and(|place| place < 3)));
        let of = usize::from(truth.identifiable);
        let score = classes.entry(truth.class).or_insert_with(|| blank(truth.class));
        score.days += 1;
        score.identifiable += of;
        score.first += first * of;
        score.in_three += in_three * of;
        score.first_of_all += first;
        score.in_three_of_all += in_three;
        if let Some(said) = why.and_then(Explanation::said) {
            score.said += 1;
            score.said_right += usize::from(said.with.is_none() && causes_of(truth.class).contains(&said.cause));
        }
        if of > first && score.examples.len() < 5 {
            let said = why.and_then(|why| why.causes.first());
            let said = said.map(|one| format!("{} {} %: {}", one.cause, one.percent, one.arithmetic));
            let amount = truth.amount.unwrap_or_default();
            let said = said.unwrap_or_else(|| "no explanation found".to_owned());
            score.examples.push(format!("{} {} {amount}: {said}", truth.store, truth.trading_day));
        }
    }
    classes.into_values().collect()
}

fn blank(class: FaultClass) -> CauseScore {
    CauseScore {
        class,
        days: 0,
        identifiable: 0,
        first: 0,
        in_three: 0,
        first_of_all: 0,
        in_three_of_all: 0,
        said: 0,
        said_right: 0,
        examples: Vec::new(),
    }
}

/// For each band of ten percent, how often the likeliest cause was right: of every difference of every day, faults or not.
pub(super) fn calibration(truths: &[Truth], days: &[StoreDay]) -> Vec<Band> {
    let mut bands: Vec<Band> =
        (0..10).map(|band| Band { from: band * 10, to: band * 10 + 9, causes: 0, right: 0, percents: 0 }).collect();
    let of_day: BTreeMap<(&str, NaiveDate), &Truth> =
        truths.iter().map(|truth| ((truth.store.as_str(), truth.trading_day), truth)).collect();
    let mut last: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for day in days {
        let store = day.store.as_str();
        let truth = of_day.get(&(store, day.trading_day));
        // What was rung too much, or sold after the cut-off, comes back the next open day.
        let before = last.get(store).and_then(|before| of_day.get(&(store, *before)));
        let before = before.filter(|truth| matches!(truth.class, FaultClass::OverRing | FaultClass::CardCutoff));
        for why in &day.explanations {
            let Some(first) = why.causes.first() else { continue };
            let of_class = |truth: &Truth| causes_of(truth.class).contains(&first.cause);
            let came_back = |truth: &Truth| truth.amount.map(Money::abs) == Some(why.amount.abs()) && of_class(truth);
            let right = truth.is_some_and(|truth| of_class(truth)) || before.is_some_and(|truth| came_back(truth));
            let right = right && first.with.is_none();
            if let Some(band) = bands.get_mut(usize::from(first.percent / 10)) {
                band.causes += 1;
                band.right += usize::from(right);
                band.percents += usize::from(first.percent);
            }
        }
        if day.transactions > 0 {
            last.insert(store, day.trading_day);
        }
    }
    bands
}

/// Days without a fault.
pub(super) fn clean_days(truths: &[Truth], open: &BTreeMap<String, Vec<NaiveDate>>) -> usize {
    let faulty: BTreeSet<(&str, NaiveDate)> = truths
        .iter()
        .filter(|truth| truth.class.family() != Family::NearMiss)
        .map(|truth| (truth.store.as_str(), truth.trading_day))
        .collect();
    let all = open.iter().flat_map(|(store, days)| days.iter().map(move |day| (store.as_str(), *day)));
    all.filter(|day| !faulty.contains(day)).count()
}

/// The lower and upper end of the 95 % interval of a share (Wilson's score interval), in thousandths.
///
/// 8 of 10 lie between 49.0 % and 94.3 %.
pub fn interval(part: usize, whole: usize) -> Option<(u64, u64)> {
    let (k, n) = (u128::try_from(part).ok()?, u128::try_from(whole).ok()?);
    if n == 0 || k > n {
        return None;
    }
    // z = 1.96: in ten-thousandths z² is 38416.
    let below = n * 10_000 + 38_416;
    let middle = k * 10_000 + 19_208;
    let under_root = k * (n - k) * 10_u128.pow(16) / n + 9_604 * 10_u128.pow(12);
    let half = under_root.isqrt() * 196 / 100 / 10_000;
    let share = |above: u128| u64::try_from((above * 1_000 + below / 2) / below).ok();
    Some((share(middle.saturating_sub(half))?, share((middle + half).min(below))?))
}

fn share(part: usize, whole: usize) -> Value<'static> {
    let percent = (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole));
    percent.map_or(Value::Null, |percent| Value::Decimal(percent.round_dp(1)))
}

/// `88.1-95.2`, in percent.
fn between(part: usize, whole: usize) -> Value<'static> {
    let tenths = |thousandths: u64| format!("{}.{}", thousandths / 10, thousandths % 10);
    interval(part, whole).map_or(Value::Null, |(low, high)| Value::Text(format!("{}-{}", tenths(low), tenths(high)).into()))
}

/// Top-1 and top-3 of the likely causes as a table, ready for any renderer.
pub fn report(score: &Score) -> Report {
    let columns = vec![
        ReportColumn { heading: true, ..column("class", "Class", Type::Text, false) },
        column("days", "Days", Type::Integer, true),
        column("identifiable", "Identifiable", Type::Integer, true),
        column("identifiable_share", "Share", Type::Rate, false),
        column("first", "Top-1", Type::Rate, false),
        column("first_between", "95 %", Type::Text, false),
        column("in_three", "Top-3", Type::Rate, false),
        column("in_three_between", "95 %", Type::Text, false),
        column("first_of_all", "Top-1 of all days", Type::Rate, false),
        column("in_three_of_all", "Top-3 of all days", Type::Rate, false),
        column("said", "Said", Type::Integer, true),
        column("said_right", "Said and right", Type::Integer, true),
    ];
    let row = |name: String, of: &CauseScore| {
        vec![
            Value::Text(name.into()),
            whole(of.days),
            whole(of.identifiable),
            share(of.identifiable, of.days),
            share(of.first, of.identifiable),
            between(of.first, of.identifiable),
            share(of.in_three, of.identifiable),
            between(of.in_three, of.identifiable),
            share(of.first_of_all, of.days),
            share(of.in_three_of_all, of.days),
            whole(of.said),
            whole(of.said_right),
        ]
    };
    let rows = score.causes.iter().map(|one| row(one.class.word().replace('_', " "), one)).collect();
    let mut all = blank(FaultClass::WrongTender);
    for one in &score.causes {
        all.days += one.days;
        all.identifiable += one.identifiable;
        all.first += one.first;
        all.in_three += one.in_three;
        all.first_of_all += one.first_of_all;
        all.in_three_of_all += one.in_three_of_all;
        all.said += one.said;
        all.said_right += one.said_right;
    }
    let totals = vec![row("all".to_owned(), &all)];
    let mut notes = vec![
        "Top-1 and top-3 are of identifiable days: no other class gives the same differences from the same rows, which the simulator \
         decides without looking at what was found."
            .to_owned(),
        format!(
            "{} days without a fault: {} alarms about money, {} a 50 days. {} holidays: {} alarms.",
            score.clean_days,
            score.money_alarms,
            (Decimal::from(score.money_alarms) * Decimal::from(50))
                .checked_div(Decimal::from(score.clean_days))
                .unwrap_or_default()
                .round_dp(2),
            score.holidays,
            score.holiday_alarms
        ),
    ];
    let missed = score.causes.iter().flat_map(|one| one.examples.iter().map(move |example| (one.class, example)));
    notes.extend(missed.take(20).map(|(class, example)| format!("{}: {example}", class.word().replace('_', " "))));
    super::table(score, ("causes", "How often the likeliest cause is the one that was made"), columns, rows, totals, notes)
}

/// Stated percentages against how often they were right.
pub fn calibrated(score: &Score) -> Report {
    let columns = vec![
        ReportColumn { heading: true, ..column("said", "Stated", Type::Text, false) },
        column("causes", "Differences", Type::Integer, true),
        column("stated", "Stated on average", Type::Rate, false),
        column("right", "Right", Type::Integer, true),
        column("share", "Right, of a hundred", Type::Rate, false),
        column("between", "95 %", Type::Text, false),
    ];
    let average = |band: &Band| {
        let mean = Decimal::from(band.percents).checked_div(Decimal::from(band.causes));
        mean.map_or(Value::Null, |mean| Value::Decimal(mean.round_dp(1)))
    };
    let rows = score
        .calibration
        .iter()
        .map(|band| {
            vec![
                Value::Text(format!("{}-{} %", band.from, band.to).into()),
                whole(band.causes),
                average(band),
                whole(band.right),
                share(band.right, band.causes),
                between(band.right, band.causes),
            ]
        })
        .collect();
    let notes = vec!["Every difference with a cause, on days with a fault and without.".to_owned()];
    super::table(score, ("calibration", "What was stated, and how often it was right"), columns, rows, Vec::new(), notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_books() {
        assert_eq!(interval(8, 10), Some((490, 943)));
        assert_eq!(interval(0, 10), Some((0, 278)));
        assert_eq!(interval(10, 10), Some((722, 1_000)));
        assert_eq!(interval(950, 1_000), Some((935, 962)));
        assert_eq!((interval(0, 0), interval(2, 1)), (None, None));
    }

    #[test]
    fn every_cause_has_its_class() {
        let made: BTreeSet<Cause> = FaultClass::ALL.iter().flat_map(|class| causes_of(*class)).copied().collect();
        assert_eq!(made.len(), Cause::ALL.len());
    }
}
