use super::*;
use crate::model::Coverage;

fn on(date: &str, count: usize) -> Batch {
    let records = vec![LineItem { date: day(date), ..line("201", "1.00") }; count];
    Batch { key: Key { store: "leith".into(), till: "1".into(), trading_day: day(date) }, content: lines(records) }
}

fn found_in(batches: Vec<Batch>, coverage: Coverage) -> Vec<Diagnostic> {
    let mut block = evening(Content::default());
    block.origin.coverage = coverage;
    block.batches = batches;
    batch(&[block], &world())
}

#[test]
fn a_few_rows_far_from_their_document_s_day() {
    let found = found_in(vec![on("2026-11-20", 30), on("2026-11-02", 1)], Coverage::Day);
    assert_eq!(coded(&found), ["T007"]);
    assert_eq!(found[0].message, "1 row of 2026-11-02 in a file of 2026-11-20");
    assert_eq!(found[0].trading_day, Some(day("2026-11-02")));
}

#[test]
fn neighbouring_busy_or_exported_days_belong_together() {
    assert_eq!(coded(&found_in(vec![on("2026-11-20", 30), on("2026-11-19", 1)], Coverage::Day)), [""; 0]);
    assert_eq!(coded(&found_in(vec![on("2026-11-20", 30), on("2026-11-12", 20)], Coverage::Day)), [""; 0]);
    assert_eq!(coded(&found_in(vec![on("2026-11-20", 30), on("2026-11-02", 1)], Coverage::Range)), [""; 0]);
}

#[test]
fn a_row_whose_date_is_not_the_day_it_was_sent_for() {
    let at = |date: &str| lines([LineItem { date: day(date), ..line("201", "1.00") }]);
    assert_eq!(codes(at("2026-11-18")), ["T007"]);
    assert_eq!(codes(at("2026-11-21")), [""; 0]);
}

#[test]
fn the_future_and_the_far_past_are_said_once_with_their_rows() {
    let found = found_in(vec![on("2027-11-20", 3), on("2027-11-21", 2)], Coverage::Day);
    assert_eq!((coded(&found), found[0].more), (vec!["T010"], 4));
    assert_eq!(found[0].message, "2027-11-20 lies in the future (today is 2026-11-21)");
    let found = found_in(vec![on("2024-11-20", 3)], Coverage::Day);
    assert_eq!((coded(&found), found[0].more), (vec!["T011"], 2));
    assert_eq!(coded(&found_in(vec![on("2026-11-22", 1)], Coverage::Day)), [""; 0]);
    assert_eq!(coded(&found_in(vec![on("2025-11-20", 1)], Coverage::Day)), [""; 0]);
}

#[test]
fn without_the_present_moment_no_date_is_in_the_future() {
    let block = evening(lines([line("201", "1.00")]));
    assert_eq!(batch(&[block], &Context::default()), []);
}
