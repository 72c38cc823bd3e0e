//! Months and comparisons, with figures worked out by hand.

use super::*;

fn came(store: &str, on: NaiveDate, state: State, cents: i64, transactions: usize) -> StoreDay {
    let bridge = Bridge { takings: Money::cents(cents), tenders: Money::cents(cents), ..Bridge::default() };
    StoreDay { transactions, bridge, ..judged(store, on, "GBP", state) }
}

fn report_over(days: &[StoreDay], name: &str, from: NaiveDate, to: NaiveDate) -> Report {
    let context = Context::default();
    report(name, &Period::new(from, to, None, days, &[], &context)).unwrap()
}

#[test]
fn months_add_up_their_days() {
    let october = |on| NaiveDate::from_ymd_opt(2026, 10, on).unwrap();
    let mut days = vec![
        came("A", october(30), State::Balanced, 10_000, 10),
        came("A", october(31), State::Balanced, 5_050, 5),
        came("A", day(2), State::OutOfBalance, 3_000, 4),
        came("A", day(3), State::Overdue, 0, 0),
        came("B", day(2), State::Overdue, 0, 0),
    ];
    days[2].drawers = evening().days[1].drawers.clone();
    let report = report_over(&days, "monthly", october(1), day(30));
    assert_eq!(cells(&report, "store"), ["A", "A", "B"]);
    assert_eq!(cells(&report, "month"), ["2026-10", "2026-11", "2026-11"]);
    assert_eq!(cells(&report, "takings"), ["150.5", "30", ""], "a month of which nothing came is unknown, not zero");
    assert_eq!(cells(&report, "days_present"), ["2", "1", "0"]);
    assert_eq!(cells(&report, "days_expected"), ["2", "2", "1"]);
    assert_eq!(cells(&report, "average"), ["10.03", "7.5", ""]);
    assert_eq!(cells(&report, "short"), ["", "-18", ""]);
    let chart = &report.charts[0];
    assert_eq!(chart.labels, ["2026-10", "2026-11"]);
    assert_eq!(chart.series[0].values, [Some(Decimal::new(15_050, 2)), Some(Decimal::new(3_000, 2))]);
    assert_eq!(chart.series[1].values, [None, None]);
}

/// A week beside the week before: only Monday and Tuesday came whole in both.
#[test]
fn only_days_that_came_in_both_periods_are_compared() {
    let days = [
        came("A", day(9), State::Balanced, 10_000, 10),
        came("A", day(10), State::WithinTolerance, 20_000, 20),
        came("A", day(11), State::Incomplete, 4_000, 4),
        came("A", day(16), State::Balanced, 11_000, 12),
        came("A", day(17), State::OutOfBalance, 17_500, 18),
        came("A", day(18), State::Balanced, 5_000, 5),
        came("A", day(19), State::Overdue, 0, 0),
        came("A", day(20), State::Balanced, 6_000, 6),
        came("A", day(22), State::Closed, 0, 0),
    ];
    let report = report_over(&days, "comparison", day(16), day(22));
    assert_eq!(cells(&report, "store_name"), ["A", "(left out)"]);
    assert_eq!(cells(&report, "days_compared")[0], "2");
    assert_eq!(cells(&report, "takings"), ["285", "110"]);
    assert_eq!(cells(&report, "takings_before")[0], "300");
    assert_eq!(cells(&report, "takings_change")[0], "-15");
    assert_eq!(cells(&report, "takings_change_percent")[0], "-5");
    assert_eq!(cells(&report, "transactions"), ["30", "11"]);
    assert_eq!(cells(&report, "transactions_change")[0], "0");
    assert_eq!(
        report.notes,
        [
            "Compared with the 7 days before: Mon 9 Nov 2026 to Sun 15 Nov 2026. Only store-days that came whole in both are compared.",
            "Left out because nothing is known of the day they would be compared with: A, Fri 20 Nov 2026.",
            "Left out because the day they would be compared with was incomplete: A, Wed 18 Nov 2026.",
            "Left out because they were overdue: A, Thu 19 Nov 2026.",
        ]
    );
    let uneven = report_over(&days, "comparison", day(16), day(18));
    assert!(uneven.notes.iter().any(|note| note.starts_with("The period is not of whole weeks")));
}
