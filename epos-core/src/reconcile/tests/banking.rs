//! Bags, bank credits, card batches and payouts, and the card machine's cut-off.

use chrono::NaiveTime;

use super::*;
use crate::reconcile::Banking;

fn deposit(kind: DepositKind, reference: &str, day: u32, amount: &str) -> Deposit {
    Deposit { kind, reference: reference.into(), date: november(day), amount: money(amount), fees: None, chargebacks: None }
}

fn with(evening: Evening, deposits: Vec<Deposit>) -> Evening {
    evening.rows(|content| content.deposits.extend(deposits.into_iter().map(Into::into)))
}

/// An evening that took `removed` out of the drawer for the bank.
fn banked(day: u32, removed: &str) -> Evening {
    let total = money(removed);
    Evening::of(day).sale(&day.to_string(), removed, &[("Cash", removed)]).z(&day.to_string(), "Cash", |row| {
        row.opening_float = Some(money("50.00"));
        row.counted = Some(money("50.00") + total);
        row.banked = Some(total);
    })
}

#[test]
fn a_bag_that_holds_less_than_left_the_drawer() {
    let day = with(banked(20, "217.50"), vec![deposit(DepositKind::Bag, "B7", 20, "207.50")]).judge();
    let found = finding(&day, S019).expect("a bag difference");
    assert_eq!(found.message, "bags hold 207.50, 217.50 left the drawers: a bag difference of -10.00");
    assert_eq!((day.state, day.banking), (State::Balanced, Banking::Differs));
    let even = with(banked(20, "217.50"), vec![deposit(DepositKind::Bag, "B7", 20, "217.50")]).judge();
    assert_eq!((codes(&even), even.banking), (vec!["S015"], Banking::Waiting));
}

#[test]
fn the_bank_credits_days_later_and_the_drawer_stays_as_it_was() {
    let bag = with(banked(20, "217.50"), vec![deposit(DepositKind::Bag, "B7", 20, "217.50")]);
    let credit = |amount: &str| with(banked(23, "10.00"), vec![deposit(DepositKind::Bank, "B7", 23, amount)]);
    let (days, before) = fold(&leith(), &[bag.clone(), banked(21, "5.00"), credit("207.50")]);
    assert_eq!(days.iter().map(|day| day.banking).collect::<Vec<_>>(), [Banking::Waiting, Banking::Waiting, Banking::Differs]);
    let found = finding(&days[2], S020).expect("a bank difference");
    assert_eq!(found.message, "bag B7: the bank credited 207.50 for 217.50: -10.00");
    assert_eq!((found.amount, days[2].state), (Some(money("-10.00")), State::Balanced));
    assert_eq!(before.waiting, []);
    let (days, _) = fold(&leith(), &[bag, credit("217.50")]);
    assert_eq!((days[1].banking, finding(&days[1], S020)), (Banking::Cleared, None));
    assert_eq!(tie(&days[1], "bank").tie, Tie::Tied);
}

#[test]
fn n_bags_to_a_credit_and_an_unknown_credit_is_not_checked() {
    let bags = |day, amount: &str| with(banked(day, amount), vec![deposit(DepositKind::Bag, &format!("B{day}"), day, amount)]);
    let credit = |amount: &str| with(banked(23, "1.00"), vec![deposit(DepositKind::Bank, "SLIP 9", 23, amount)]);
    let (days, before) = fold(&leith(), &[bags(20, "100.00"), bags(21, "117.50"), bags(22, "30.00"), credit("217.50")]);
    assert_eq!((tie(&days[3], "bank").tie, days[3].banking), (Tie::Tied, Banking::Waiting));
    assert_eq!(before.waiting.iter().map(|waiting| waiting.reference.as_str()).collect::<Vec<_>>(), ["B22"]);
    let (days, _) = fold(&leith(), &[bags(20, "100.00"), credit("99.00")]);
    assert_eq!((tie(&days[1], "bank").tie, finding(&days[1], S020)), (Tie::NotChecked, None));
}

#[test]
fn a_payout_is_its_batches_less_fees_and_chargebacks() {
    let batch = |reference: &str, amount| deposit(DepositKind::Batch, reference, 20, amount);
    let payout = |amount| Deposit { fees: Some(money("3.75")), ..deposit(DepositKind::Payout, "P1", 20, amount) };
    let judge = |deposits| with(Evening::of(20).sale("1", "214.50", &[("Card", "214.50")]), deposits).judge();
    let batches = || vec![batch("P1", "126.50"), batch("P1", "88.00")];
    let even = judge([batches(), vec![payout("210.75")]].concat());
    assert_eq!((tie(&even, "payout").tie, even.banking), (Tie::Tied, Banking::Cleared));
    let less = judge([batches(), vec![payout("200.75")]].concat());
    let found = finding(&less, S021).expect("a payout that differs");
    assert_eq!(found.message, "payout P1: batches 214.50 − fees 3.75 − chargebacks 0.00 = 210.75, but 200.75 was paid out: -10.00");
    assert_eq!((less.banking, less.over_short()), (Banking::Differs, None));
    // Under numbers of their own they are found by their sum.
    let own = judge(vec![batch("T1", "126.50"), batch("T2", "88.00"), payout("210.75")]);
    assert_eq!(tie(&own, "payout").tie, Tie::Tied);
}

#[test]
fn what_waits_too_long_is_said_once_and_only_by_who_reports_credits() {
    let bag = with(banked(1, "10.00"), vec![deposit(DepositKind::Bag, "B1", 1, "10.00")]);
    let other =
        with(banked(2, "5.00"), vec![deposit(DepositKind::Bag, "B2", 2, "5.00"), deposit(DepositKind::Bank, "B2", 2, "5.00")]);
    let quiet: Vec<Evening> = (3..=11).map(Evening::of).collect();
    let said = |evenings: Vec<Evening>| {
        let (days, _) = fold(&leith(), &evenings);
        days.iter().filter(|day| finding(day, S022).is_some()).map(|day| day.trading_day).collect::<Vec<_>>()
    };
    let all = |first: Vec<Evening>| [first, quiet.clone()].concat();
    assert_eq!(said(all(vec![bag.clone(), other])), [november(9)]);
    assert_eq!(said(all(vec![bag])), [], "a store that reports no credits is not asked about them");
}

fn with_cutoff() -> Store {
    Store { card_cutoff: NaiveTime::from_hms_opt(17, 0, 0), ..leith() }
}

/// Card sales at times, and what the card machine says.
fn cards(day: u32, sales: &[(&str, &str)], machine: &str) -> Evening {
    let evening = (1..).zip(sales).fold(Evening::of(day), |evening, (number, (time, amount))| {
        evening.sale_at(&format!("{day}{number:02}"), &format!("{day} {time}"), amount, "Card")
    });
    evening.z(&day.to_string(), "Card", |row| row.counted = Some(money(machine)))
}

#[test]
fn the_card_machine_s_cutoff_carries_to_tomorrow() {
    let yesterday = cards(19, &[("12:00", "30.00"), ("17:20", "8.00")], "30.00");
    let today = cards(20, &[("11:00", "118.50"), ("17:30", "21.50")], "126.50");
    let (days, before) = fold(&with_cutoff(), &[yesterday.clone(), today.clone()]);
    assert_eq!(of(&days[0], "Card").over_short, Some(Money::ZERO));
    let card = of(&days[1], "Card");
    assert_eq!(card.balance.expected(), Some(money("126.50").decimal()));
    assert_eq!((card.over_short, card.after_cutoff), (Some(Money::ZERO), Some(money("21.50"))));
    assert_eq!(finding(&days[1], S013), None);
    assert_eq!(before.after_cutoff.values().copied().sum::<Option<Money>>(), Some(money("21.50")));
    // Without the cut-off the same evening seems 13.50 short.
    let (days, _) = fold(&leith(), &[yesterday, today]);
    assert_eq!(of(&days[1], "Card").over_short, Some(money("-13.50")));
    assert_eq!(finding(&days[1], S013).and_then(|finding| finding.amount), Some(money("-13.50")));
}

#[test]
fn the_terminal_s_own_batch_is_judged_by_the_cutoff_too() {
    let batch = |amount| deposit(DepositKind::Batch, "T9", 20, amount);
    let yesterday = cards(19, &[("17:20", "8.00")], "0.00");
    let today = |amount| with(cards(20, &[("11:00", "118.50"), ("17:30", "21.50")], "126.50"), vec![batch(amount)]);
    let (days, _) = fold(&with_cutoff(), &[yesterday.clone(), today("126.50")]);
    assert_eq!(tie(&days[1], "card_batch").note, "the card machine says 126.50, the tills 140.00 − 21.50 + 8.00 = 126.50");
    assert_eq!(tie(&days[1], "card_batch").tie, Tie::Tied);
    let (days, _) = fold(&with_cutoff(), &[yesterday, today("120.00")]);
    assert_eq!((tie(&days[1], "card_batch").tie, days[1].state), (Tie::Differs, State::OutOfBalance));
}

#[test]
fn without_times_or_without_yesterday_a_cutoff_is_not_judged() {
    let untimed =
        Evening::of(20).sale("1", "10.00", &[("Card", "10.00")]).z("20", "Card", |row| row.counted = Some(money("10.00")));
    let day = untimed.judge_in(&with_cutoff());
    let why = "a card payment has no time, so nobody knows to which batch it belongs";
    assert_eq!((of(&day, "Card").over_short, of(&day, "Card").not_judged.as_deref()), (None, Some(why)));
    // Nothing came for the 19th, though the store was open.
    let (days, _) =
        fold(&with_cutoff(), &[cards(18, &[("12:00", "5.00")], "5.00"), Evening::of(19), cards(20, &[("12:00", "5.00")], "5.00")]);
    let why = "nobody knows what was sold by card after the cut-off of the day before";
    assert_eq!(of(&days[2], "Card").not_judged.as_deref(), Some(why));
}

#[test]
fn tolerances_are_the_store_s_or_the_tender_s_own() {
    let short = |by: &str| {
        let counted = (money("56.00") - money(by)).to_string();
        Evening::of(20).sale("1", "6.00", &[("Cash", "6.00")]).counted("9", "50.00", &counted)
    };
    assert_eq!(short("1.50").judge().state, State::WithinTolerance);
    let strict = Store { tolerances: Some(vec![money("1.00")]), ..leith() };
    assert_eq!(short("1.50").judge_in(&strict).state, State::OutOfBalance);
    let card = Evening::of(20).sale("1", "6.00", &[("Card", "6.00")]).z("9", "Card", |row| row.counted = Some(money("6.40")));
    assert_eq!(card.judge().state, State::OutOfBalance);
    let mut lenient = context();
    lenient.policy.tender_tolerances.insert("card".into(), money("0.50"));
    let judged = day(&leith(), november(20), &card.evidence(&Before::default()), &lenient);
    assert_eq!(of(&judged, "Card").over_short, Some(money("0.40")));
    assert_ne!(judged.state, State::OutOfBalance);
}
