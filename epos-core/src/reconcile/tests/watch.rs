//! What no single figure shows.

use super::*;

fn sold(day: u32, numbers: &[&str]) -> Evening {
    numbers
        .iter()
        .fold(Evening::of(day).numbered(Numbering::PerTill), |evening, number| evening.sale(number, "1.00", &[("Cash", "1.00")]))
}

#[test]
fn a_number_of_an_earlier_day_that_comes_again() {
    let (days, _) = fold(&leith(), &[sold(19, &["A1", "A2", "A3"]), sold(20, &["A3", "A4"]), sold(21, &["A5"])]);
    assert_eq!(finding(&days[0], S018), None);
    let found = finding(&days[1], S018).expect("A3 again");
    assert_eq!(found.message, "number A3 of till-1 was in the files of Thursday 19 November 2026 already");
    assert_eq!(finding(&days[2], S018), None);
}

#[test]
fn numbers_that_start_again_every_day_and_refunds_of_earlier_sales_are_nothing_new() {
    let daily = |day| Evening::of(day).sale("1", "1.00", &[("Cash", "1.00")]);
    let (days, before) = fold(&leith(), &[daily(19), daily(20)]);
    assert!(days.iter().all(|day| finding(day, S018).is_none()) && before.used.is_empty());
    let back = Evening::of(20).numbered(Numbering::PerTill).sale("2", "-1.00", &[("Cash", "-1.00")]);
    let (days, _) = fold(&leith(), &[sold(19, &["1", "2", "3"]), back]);
    assert_eq!(finding(&days[1], S018), None);
}

#[test]
fn numbers_in_a_row_take_one_place_however_many() {
    let numbers: Vec<String> = (1..=500).map(|number| number.to_string()).collect();
    let (_, before) = fold(&leith(), &[sold(19, &numbers.iter().map(String::as_str).collect::<Vec<_>>())]);
    assert_eq!(before.used["till-1"].len(), 1);
}

/// One sale at a time, whose file came at another.
fn came(day: u32, rung: &str, arrived: &str) -> Evening {
    let mut evening = Evening::of(day).sale_at("1", rung, "1.00", "Cash").counted("9", "50.00", "51.00");
    evening.sources.iter_mut().for_each(|source| source.arrived_at = Some(at(arrived)));
    evening
}

#[test]
fn a_clock_that_is_ahead_of_the_mail() {
    let day = came(20, "20 18:40", "20 17:42").judge();
    let found = finding(&day, W003).expect("a clock");
    let message = "the clock of till-1 is ahead by 58 minutes at least: a row is timed 18:40, its file came at 17:42";
    assert_eq!(found.message, message);
    assert_eq!(finding(&came(20, "20 17:45", "20 17:42").judge(), W003), None, "a few minutes are nothing");
    // In New York it is 17:42 when the mail says 22:42 in UTC.
    let york = Store { zone: "America/New_York".into(), ..leith() };
    assert_eq!(finding(&came(20, "20 17:40", "20 22:42").judge_in(&york), W003), None);
    assert!(finding(&came(20, "20 18:40", "20 22:42").judge_in(&york), W003).is_some());
}

#[test]
fn every_third_late_day_in_a_row_is_said() {
    let late = |day: u32| came(day, &format!("{day} 10:00"), &format!("{} 10:00", day + 3));
    let timely = |day: u32| came(day, &format!("{day} 10:00"), &format!("{day} 18:00"));
    let said = |evenings: &[Evening]| {
        let (days, _) = fold(&leith(), evenings);
        days.iter().map(|day| finding(day, W002).is_some()).collect::<Vec<_>>()
    };
    let week: Vec<Evening> = (2..=8).map(late).collect();
    assert_eq!(said(&week), [false, false, true, false, false, true, false]);
    assert_eq!(said(&[late(2), late(3), timely(4), late(5), late(6)]), [false; 5]);
    // A day of which nothing came is late too.
    assert_eq!(said(&[late(2), Evening::of(3), late(4)]), [false, false, true]);
}

#[test]
fn a_drawer_that_is_always_exact() {
    let close = |day: u32, blind: bool, counted: &str| {
        let number = day.to_string();
        Evening::of(day).sale(&number, "6.00", &[("Cash", "6.00")]).z(&number, "Cash", |row| {
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money(counted));
            row.blind = blind;
            row.banked = Some(money(counted) - money("50.00"));
        })
    };
    let said = |evenings: Vec<Evening>| {
        let (days, _) = fold(&leith(), &evenings);
        days.iter().filter(|day| finding(day, W004).is_some()).map(|day| day.trading_day).collect::<Vec<_>>()
    };
    assert_eq!(said((1..=25).map(|day| close(day, true, "56.00")).collect()), [november(20)]);
    assert_eq!(said((1..=25).map(|day| close(day, false, "56.00")).collect()), [], "who sees the figure meets it");
    let human = (1..=25).map(|day| close(day, true, if day == 13 { "55.99" } else { "56.00" })).collect();
    assert_eq!(said(human), []);
}

#[test]
fn the_tax_of_a_z_report_is_that_of_its_rows() {
    let evening = |tax: &str| {
        Evening::of(20)
            .rows(|content| {
                let taxed = LineItem { tax_amount: Some(money("1.00")), ..line("1", november(20), "6.00") };
                content.lines.push(taxed.into());
                content.tenders.push(tender("1", november(20), "Cash", "6.00").into());
            })
            .counted("9", "50.00", "56.00")
            .total("9", |total| total.tax = Some(money(tax)))
    };
    assert_eq!(tie(&evening("1.01").judge(), "z_tax").tie, Tie::Tied, "a penny for each transaction is rounding");
    let day = evening("0.50").judge();
    assert_eq!((tie(&day, "z_tax").tie, day.state), (Tie::Differs, State::OutOfBalance));
    assert!(finding(&day, S001).is_some());
}
