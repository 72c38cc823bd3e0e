//! What one day leaves to the next, and what is odd about single days.

use super::*;
use crate::reconcile::{self, Evidence, Source};

fn closed(day: u32, z: &str, sale: &str, counted: &str) -> Evening {
    Evening::of(day).numbered(Numbering::PerTill).sale(sale, "20.00", &[("Cash", "20.00")]).z(z, "Cash", |row| {
        row.opening_float = Some(money("50.00"));
        row.counted = Some(money(counted));
        row.banked = Some(money("20.00"));
    })
}

#[test]
fn floats_and_numbers_are_carried_over_closed_days() {
    let evenings = [closed(17, "1", "8", "70.00"), Evening::of(18), closed(19, "2", "9", "70.00"), closed(20, "3", "12", "70.00")];
    let (days, before) = fold(&leith(), &evenings);
    let states: Vec<State> = days.iter().map(|day| day.state).collect();
    assert_eq!(states, [State::Balanced, State::Overdue, State::Balanced, State::Balanced]);
    assert_eq!(tie(&days[2], "float_carried").tie, Tie::Tied);
    assert!(days[2].gaps.is_empty());
    assert_eq!(days[3].gaps, [("till-1".into(), "10".into(), "11".into())]);
    assert_eq!(before.last_number.get("till-1").map(String::as_str), Some("12"));
    assert_eq!(before.z_numbers.len(), 3);
}

#[test]
fn a_count_that_nobody_took_leaves_nothing_to_compare() {
    let uncounted = Evening::of(19).sale("1", "20.00", &[("Cash", "20.00")]).z("1", "Cash", |row| {
        row.opening_float = Some(money("50.00"));
    });
    let (days, _) = fold(&leith(), &[closed(18, "9", "1", "70.00"), uncounted, closed(20, "2", "2", "70.00")]);
    assert_eq!(tie(&days[1], "float_carried").tie, Tie::Tied);
    assert_eq!(tie(&days[2], "float_carried").tie, Tie::NotChecked);
    assert_eq!(finding(&days[2], S015), None, "not its first day");
}

#[test]
fn nothing_is_carried_from_before_the_first_day() {
    let store = Store { starts: Some(november(20)), ..leith() };
    let (days, _) = fold(&store, &[closed(19, "1", "5", "60.00"), closed(20, "2", "9", "70.00")]);
    assert_eq!((days[0].state, days[1].state), (State::NotExpected, State::Balanced));
    assert!(days[1].gaps.is_empty() && finding(&days[1], S015).is_some());
}

#[test]
fn a_shared_z_covers_what_each_till_left_open() {
    let drawer = Drawer { unit: "front".into(), tills: vec!["1".into(), "2".into()] };
    let store = Store { drawers: vec![drawer], ..leith() };
    let sold = |day| {
        let evening = Evening::of(day).till("1").sale("1", "10.00", &[("Cash", "10.00")]);
        evening.till("2").sale("1", "5.00", &[("Cash", "5.00")]).cash(CashKind::PaidOut, "2.00", None)
    };
    let z = sold(20).till("front").counted("7", "50.00", "76.00").total("7", |total| total.net = Some(money("30.00")));
    let (days, before) = fold(&store, &[sold(19), z]);
    assert_eq!(days[0].state, State::Incomplete);
    assert_eq!((days[1].state, cash(&days[1]).over_short), (State::Balanced, Some(Money::ZERO)), "{:#?}", days[1]);
    assert!(before.open_shift.is_empty());
}

#[test]
fn change_fetched_after_the_close_is_in_what_is_left() {
    let day = Evening::of(20)
        .sale_at("1", "20 10:00", "20.00", "Cash")
        .z("9", "Cash", |row| {
            row.closed_at = Some(at("20 17:30"));
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money("70.00"));
            row.banked = Some(money("20.00"));
        })
        .cash(CashKind::Loan, "15.00", Some("20 17:45"))
        .cash(CashKind::Drop, "20.00", Some("20 17:50"))
        .judge();
    assert_eq!((cash(&day).over_short, cash(&day).left), (Some(Money::ZERO), Some(money("65.00"))));
    assert_eq!(day.state, State::Balanced);
}

#[test]
fn a_clock_that_is_wrong_at_closing_keeps_its_sales() {
    let day = Evening::of(20)
        .sale_at("1", "20 10:00", "20.00", "Cash")
        .z("9", "Cash", |row| {
            row.closed_at = Some(at("19 17:30"));
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money("70.00"));
        })
        .judge();
    assert_eq!(cash(&day).over_short, Some(Money::ZERO));
}

#[test]
fn numbers_that_start_again_with_every_shift_are_two_sales() {
    let z = |evening: Evening, number: &str, time: &str, counted: &str| {
        evening.z(number, "Cash", |row| {
            row.closed_at = Some(at(time));
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money(counted));
            row.closing_float = Some(money("50.00"));
        })
    };
    let evening = Evening::of(20).numbered(Numbering::PerShift);
    let evening = evening.sale_at("1", "20 10:00", "20.00", "Cash").sale_at("1", "20 15:00", "30.00", "Cash");
    let day = z(z(evening, "101", "20 13:00", "70.00"), "102", "20 17:00", "80.00").judge();
    assert_eq!((day.transactions, over_shorts(&day)), (2, vec![Some(Money::ZERO); 2]));
}

#[test]
fn two_currencies_are_never_added() {
    let day = Evening::of(20)
        .rows(|content| {
            content.lines.push(line("1", november(20), "20.00").into());
            content.tenders.push(Tender { currency: Some("EUR".into()), ..tender("1", november(20), "Cash", "24.00") }.into());
        })
        .counted("9", "50.00", "50.00")
        .judge();
    assert_eq!(day.bridge.tenders, Money::ZERO);
    assert_eq!(tie(&day, "money_identity").tie, Tie::NotChecked);
    assert_eq!((of(&day, "Cash").over_short, of(&day, "Cash in EUR").over_short), (Some(Money::ZERO), None));
    assert_eq!(day.state, State::Balanced);
}

#[test]
fn coins_that_are_not_the_count_are_asked_about() {
    let day = Evening::of(20)
        .sale("1", "20.00", &[("Cash", "20.00")])
        .counted("9", "50.00", "70.00")
        .rows(|content| {
            content.cash_counts.push(CashCount { z_number: "9".into(), denomination: money("20.00"), count: 3 }.into());
        })
        .judge();
    assert_eq!(finding(&day, S017).and_then(|finding| finding.amount), Some(money("10.00")));
    assert_eq!((cash(&day).over_short, day.state), (Some(Money::ZERO), State::OutOfBalance));
}

#[test]
fn a_till_without_a_name_is_a_till() {
    let day = Evening::of(20).till("").sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", "69.00").judge();
    assert_eq!(cash(&day).over_short, Some(money("-1.00")));
    assert!(finding(&day, S002).expect("over/short").message.starts_with("the drawer, cash: 50.00 + 20.00 = 70.00 expected"));
}

#[test]
fn a_held_document_keeps_a_day_from_being_overdue() {
    let evidence = crate::reconcile::Evidence { held: 1, ..Default::default() };
    let judged = day(&leith(), november(20), &evidence, &context());
    assert_eq!((judged.state, codes(&judged)), (State::Incomplete, vec!["S011"]));
}

#[test]
fn numbers_over_all_tills_of_a_store_follow_each_other() {
    let evening = Evening::of(20).numbered(Numbering::PerStore);
    let evening = evening.till("1").sale("11", "5.00", &[("Card", "5.00")]).till("2").sale("12", "5.00", &[("Card", "5.00")]);
    let before = Before { last_number: [("1".into(), "8".into()), ("2".into(), "9".into())].into(), ..Before::default() };
    assert_eq!(evening.judge_after(&before).gaps, [(String::new(), "10".into(), "10".into())]);
}

#[test]
fn anything_may_come_and_nothing_breaks() {
    let extreme = money("999999999999.9999");
    let number = "9".repeat(70_000);
    let mut evening = Evening::of(20)
        .numbered(Numbering::PerTill)
        .rows(|content| {
            for number in ["", "x", "340282366920938463463374607431768211455", number.as_str()] {
                content.lines.push(LineItem { line_total: extreme, ..line(number, november(20), "1.00") }.into());
                content.tenders.push(Tender { amount: extreme, ..tender(number, november(20), "", "1.00") }.into());
            }
            let (z_number, denomination) = ("".to_owned(), extreme);
            content.cash_counts.push(CashCount { z_number, denomination, count: i64::MAX }.into());
        })
        .total("", |total| (total.first_number, total.last_number) = (Some("9".into()), Some("1".into())));
    evening.sources.push(Source { absent: vec!["nonsense".into()], ..evening.sources[0].clone() });
    assert_eq!(evening.judge().state, State::Incomplete);
    let _ = fold(&Store::new("LW", "Leith Walk"), &[evening]);
}

#[test]
fn a_shared_drawer_is_not_judged_while_one_of_its_tills_is_missing() {
    let drawer = Drawer { unit: "front".into(), tills: vec!["1".into(), "2".into()] };
    let store = Store { drawers: vec![drawer], tills: vec!["1".into(), "2".into()], ..leith() };
    let one = Evening::of(20).till("1").sale("1", "30.00", &[("Cash", "30.00")]).counted("9", "50.00", "125.00");
    let silent = one.clone().judge_in(&store);
    assert_eq!((silent.state, cash(&silent).over_short), (State::Incomplete, None));
    let no_z = one.till("2").sale("1", "45.00", &[("Cash", "45.00")]).judge_in(&store);
    assert_eq!(no_z.state, State::Incomplete);
    assert!(no_z.drawers.iter().all(|result| result.over_short.is_none()), "{:#?}", no_z.drawers);
    assert_eq!(finding(&no_z, S002), None);
}

#[test]
fn a_day_may_give_back_more_than_it_takes_and_an_even_exchange_has_no_tender() {
    let evening = Evening::of(20)
        .sale("1", "5.00", &[("Cash", "5.00")])
        .sale("2", "-12.00", &[("Cash", "-12.00")])
        .sold("3", &[(Class::Goods, "-8.00"), (Class::Goods, "8.00")], &[])
        .counted("1", "50.00", "43.00");
    let day = evening.judge();
    assert_eq!((day.bridge.takings, day.bridge.tenders), (money("-7.00"), money("-7.00")));
    assert_eq!((day.state, cash(&day).over_short), (State::Balanced, Some(Money::ZERO)), "{day:#?}");
}

#[test]
fn a_held_file_keeps_its_day_from_being_green() {
    let evening = closed(20, "1", "8", "70.00");
    let evidence = Evidence { held: 1, ..evening.evidence(&Before::default()) };
    let day = reconcile::day(&leith(), november(20), &evidence, &context());
    assert_eq!(day.state, State::Incomplete);
    assert!(finding(&day, S011).is_some());
}
