//! What people accept and declare.

use super::*;
use crate::error::Error;
use crate::flow::Accepting;
use crate::model::{AcceptanceReason as Reason, Declared};
use crate::reconcile::State;

fn saying(reason: Reason, by: &str) -> Accepting<'_> {
    Accepting { code: "S002", reason: Some(reason), by, ..Accepting::default() }
}

fn refused(done: crate::error::Result<impl Sized>) -> String {
    match done {
        Err(Error::Refused(why)) => why,
        Err(other) => panic!("another failure: {other}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn an_accepted_difference_stays_and_lapses_when_its_amount_changes() {
    let mut books = books();
    load(&mut books, &evening(19, "69.00"));
    assert_eq!(books.day("leith", day(19)).unwrap().state, State::OutOfBalance);
    let done = books.accept("leith", day(19), &saying(Reason::CashMissing, "Ben Hope")).unwrap();
    assert_eq!(done.day.state, State::Accepted);
    assert_eq!(done.day.findings.iter().filter(|finding| finding.code.0.code == "S002").count(), 1, "it is not deleted");
    let posted: Vec<_> = done.day.accepted[0].postings.iter().map(|of| (of.account.as_str(), of.amount)).collect();
    assert_eq!(posted, [("cash", money("-5.00")), ("over_short", money("5.00"))]);
    // The count comes again: another amount, which nobody accepted.
    let mut again = evening(19, "68.00");
    load(&mut books, &again.split_off(2));
    let now = books.day("leith", day(19)).unwrap();
    assert_eq!(now.state, State::OutOfBalance);
    assert_eq!(now.accepted[0].lapsed.as_deref(), Some("-5.00 was accepted, and it is -6.00 by now"));
}

#[test]
fn whoever_counted_needs_a_second_person() {
    let mut books = books();
    load(&mut books, &evening(19, "69.00"));
    let done = books.accept("leith", day(19), &saying(Reason::CashMissing, "Ann Ross")).unwrap();
    assert_eq!(done.day.state, State::OutOfBalance);
    assert!(done.day.findings.iter().any(|finding| finding.code.0.code == "S023"));
    let second = Accepting { second: Some("Ben Hope"), ..saying(Reason::CashMissing, "Ann Ross") };
    assert_eq!(books.accept("leith", day(19), &second).unwrap().day.state, State::Accepted);
}

#[test]
fn a_reason_must_fit_the_difference() {
    let mut books = books();
    load(&mut books, &evening(19, "69.00"));
    let why = refused(books.accept("leith", day(19), &saying(Reason::CashSurplus, "Ben")));
    assert_eq!(why, "there is 5.00 too little, and cash-surplus is for too much; cash-missing, drop-not-rung or wrong-tender fit");
    let why = refused(books.accept("leith", day(19), &saying(Reason::OverRing, "Ben")));
    assert!(why.starts_with("over-ring changes the takings"), "{why}");
    let same = Accepting { second: Some("Ben"), ..saying(Reason::CashMissing, "Ben") };
    assert_eq!(refused(books.accept("leith", day(19), &same)), "the second person must be another one");
    assert!(refused(books.accept("leith", day(19), &saying(Reason::CashMissing, " "))).contains("who"));
}

#[test]
fn large_and_many_differences_need_two_people() {
    let mut books = books();
    load(&mut books, &evening(19, "20.00"));
    let why = refused(books.accept("leith", day(19), &saying(Reason::CashMissing, "Ben")));
    assert_eq!(why, "54.00 is above the limit of 50.00 for one person: let a second person sign with --second");
    let two = Accepting { second: Some("Cat"), ..saying(Reason::CashMissing, "Ben") };
    assert_eq!(books.accept("leith", day(19), &two).unwrap().day.state, State::Accepted);
    load(&mut books, &evening(20, "26.00"));
    let why = refused(books.accept("leith", day(20), &saying(Reason::CashMissing, "Ben")));
    assert_eq!(why, "102.00 in seven days is above the limit of 100.00 for one person: let a second person sign with --second");
}

#[test]
fn a_declared_day_is_closed_until_sales_come() {
    let mut books = books();
    load(&mut books, &evening(19, "74.00"));
    assert_eq!(books.day("leith", day(20)).unwrap().state, State::Overdue);
    let closed = books.declare("leith", day(20), Declared::Closed, "flood", "Ben Hope").unwrap();
    assert_eq!(closed.state, State::Closed);
    assert_eq!(closed.why(), "declared closed: flood");
    let zero = books.declare("leith", day(20), Declared::Zero, "nobody came in", "Ben Hope").unwrap();
    assert_eq!(zero.state, State::Zero);
    load(&mut books, &evening(20, "74.00"));
    let came = books.day("leith", day(20)).unwrap();
    assert_eq!(came.bridge.takings, money("24.00"), "what came counts");
    assert!(came.findings.iter().any(|finding| finding.code.0.code == "S012"));
    assert!(refused(books.declare("leith", day(20), Declared::Closed, "flood", "Ben")).contains("2 sales came"));
    let states: Vec<(String, String)> =
        books.events("leith", day(20)).unwrap().into_iter().map(|event| (event.state, event.who)).collect();
    let said = |state: &str, who: &str| (state.to_owned(), who.to_owned());
    let expected = [said("overdue", "epos"), said("closed", "Ben Hope"), said("zero_sales", "Ben Hope"), said("balanced", "epos")];
    assert_eq!(states, expected);
}
