use super::*;
use crate::model::{Hours, OpeningHours, Person, ZReport};

fn z_row(number: &str, tender: &str) -> ZReport {
    ZReport { z_number: number.to_owned(), tender: tender.to_owned(), ..ZReport::default() }
}

fn timed(number: &str, time: &str) -> LineItem {
    LineItem { time: Some(time.parse().expect(time)), ..line(number, "1.00") }
}

fn open(hours: &str) -> Context {
    let mut context = world();
    let hours = OpeningHours::Daily(Hours::try_from(hours.to_owned()).expect(hours));
    context.stores.get_mut("leith").unwrap().hours = Some(hours);
    context
}

#[test]
fn sales_while_the_store_is_closed_are_said_once_a_day() {
    let rung = lines([timed("201", "10:30:00"), timed("202", "22:10:00"), timed("203", "23:40:00"), timed("203", "23:41:00")]);
    let found = batch(&[evening(rung)], &open("09:30-17:30"));
    assert_eq!(coded(&found), ["T020"]);
    let message = "2 sales are timed outside the opening hours 09:30-17:30: from 22:10 (number 202) to 23:40";
    assert_eq!(found[0].message, message);
}

#[test]
fn half_an_hour_before_and_after_is_no_surprise_and_hours_may_end_after_midnight() {
    let rung = || lines([timed("201", "09:00:00"), timed("202", "18:00:00")]);
    assert_eq!(coded(&batch(&[evening(rung())], &open("09:30-17:30"))), [""; 0]);
    let mut strict = open("09:30-17:30");
    strict.policy.hours_slack = 0;
    assert_eq!(coded(&batch(&[evening(rung())], &strict)), ["T020"]);
    let mut late = lines([timed("201", "17:00:00"), timed("202", "01:55:00")]);
    late.lines[1].record.date = day("2026-11-21");
    assert_eq!(coded(&batch(&[evening(late)], &open("17:00-02:00"))), [""; 0]);
    assert_eq!(codes(rung()), [""; 0], "a store without hours is not judged");
}

#[test]
fn a_tender_without_a_class_is_asked_about_once() {
    let mut content = lines([line("201", "2.00"), line("202", "1.00")]);
    content.tenders = rows([tender("201", "Zahlart 4", "2.00"), tender("202", "ZAHLART 4 ", "1.00")]);
    let found = batch(&[evening(content.clone())], &world());
    assert_eq!((coded(&found), found[0].more), (vec!["T021"], 1));
    let mut context = world();
    context.policy.tenders.insert("zahlart 4".into(), crate::model::TenderClass::Cash);
    assert_eq!(coded(&batch(&[evening(content)], &context)), [""; 0]);
    for known in ["Cash", "Visa", "Gift card", "Cheque", "Account 12", "Mobile"] {
        assert!(context.policy.known_tender(known).is_some(), "{known}");
    }
}

#[test]
fn strangers_are_counted_and_never_named() {
    let served = |by: &str| LineItem { cashier: Some(Person(by.into())), ..line("201", "1.00") };
    let content = || lines([served("Ann"), served("bob "), served("Zed"), served("Zed"), served("Yan")]);
    let mut context = world();
    assert_eq!(coded(&batch(&[evening(content())], &context)), [""; 0], "without a staff list nobody is a stranger");
    context.staff = ["ann", "bob"].map(str::to_owned).into();
    let found = batch(&[evening(content())], &context);
    assert_eq!((coded(&found), found[0].more), (vec!["T022"], 1));
    assert!(!format!("{found:?}").contains("Zed"));
}

#[test]
fn a_second_count_that_meets_the_expected_figure_is_noted() {
    let count = |counted: &str| {
        let row = ZReport { expected: Some(money("70.50")), counted: Some(money(counted)), ..z_row("88", "Cash") };
        evening(Content { z_reports: rows([row]), ..Content::default() })
    };
    let mut context = world();
    let key = count("1.00").batches[0].key.clone();
    context.counts.insert((key, "88".into(), "cash".into()), money("52.50"));
    let found = batch(&[count("70.50")], &context);
    assert_eq!(coded(&found), ["W005"]);
    assert_eq!(found[0].message, "Cash: the second count is 70.50, exactly as expected; the first was 52.50");
    assert_eq!(coded(&batch(&[count("60.00")], &context)), [""; 0], "another count that differs");
    assert_eq!(coded(&batch(&[count("52.50")], &context)), [""; 0], "the same count again");
    assert_eq!(coded(&batch(&[count("70.50")], &world())), [""; 0], "a first count");
}

#[test]
fn strict_holds_the_whole_document_for_one_row() {
    let mut block = evening(lines([line("201", "1.00")]));
    block.rejected.push(crate::model::RejectedRow {
        store: None,
        till: None,
        trading_day: None,
        number: None,
        kind: Kind::Lines,
        row: 14,
        cells: Vec::new(),
        why: String::new(),
    });
    assert_eq!(coded(&batch(&[block.clone()], &world())), [""; 0]);
    let mut context = world();
    context.policy.strict = true;
    let found = batch(&[block.clone()], &context);
    assert_eq!((coded(&found), found[0].at.row), (vec!["F032"], Some(14)));
    block.rejected.clear();
    assert_eq!(coded(&batch(&[block], &context)), [""; 0]);
}
