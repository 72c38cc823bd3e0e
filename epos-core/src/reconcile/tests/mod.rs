//! The numeric examples of retail practice, and the bugs that other systems had.

mod banking;
mod days;
mod pattern;
mod properties;
mod shelves;
mod transfers;
mod watch;

use super::banking::{bag_difference, card_batch_expected, gift_cards_closing, payout_expected};
use super::testing::*;
use super::{Before, DrawerResult, State, StoreDay, Tie, day};
use crate::diagnostic::*;
use crate::ledger::{balances, post};
use crate::model::*;

/// The only cash result of a day.
fn cash(day: &StoreDay) -> &DrawerResult {
    let cash: Vec<&DrawerResult> = day.drawers.iter().filter(|result| result.class == TenderClass::Cash).collect();
    assert_eq!(cash.len(), 1, "{cash:#?}");
    cash[0]
}

fn of<'d>(day: &'d StoreDay, tender: &str) -> &'d DrawerResult {
    day.drawers.iter().find(|result| result.tender == tender).expect(tender)
}

fn over_shorts(day: &StoreDay) -> Vec<Option<Money>> {
    day.drawers.iter().map(|result| result.over_short).collect()
}

#[test]
fn the_money_identity_of_a_mixed_sale() {
    let parts = [(Class::Goods, "23.00"), (Class::GiftCard, "25.00"), (Class::Donation, "2.50")];
    let day = Evening::of(20)
        .sold("1", &parts, &[("Cash", "30.50"), ("Card", "10.00"), ("Gift card", "10.00")])
        .counted("9", "50.00", "80.50")
        .judge();
    assert_eq!(day.bridge.tenders, money("50.50"));
    assert_eq!(day.bridge.due(), money("50.50"));
    assert_eq!(day.bridge.takings, money("23.00"));
    assert_eq!(tie(&day, "money_identity").tie, Tie::Tied);
    assert_eq!(cash(&day).over_short, Some(Money::ZERO));
    assert_eq!(day.state, State::Balanced);
}

#[test]
fn a_drawer_after_a_drop() {
    let day = Evening::of(20)
        .sale("1", "117.50", &[("Cash", "117.50")])
        .cash(CashKind::Drop, "100.00", None)
        .counted("9", "50.00", "49.50")
        .judge();
    let drawer = cash(&day);
    assert_eq!(drawer.balance.expected(), Some(money("67.50").decimal()));
    assert_eq!(drawer.over_short, Some(money("-18.00")));
    assert_eq!(day.state, State::OutOfBalance);
    let short = finding(&day, S002).expect("over/short");
    assert_eq!(short.message, "drawer till-1, cash: 50.00 + 117.50 − 100.00 = 67.50 expected, 49.50 counted, 18.00 short");
    assert_eq!((short.amount, short.subject.as_str()), (Some(money("-18.00")), "till-1 Cash"));
    assert_eq!((short.store.as_deref(), short.trading_day), (Some("LW"), Some(november(20))));
}

#[test]
fn bags_hold_the_drop_and_what_was_removed() {
    let day = Evening::of(20)
        .sale("1", "217.50", &[("Cash", "217.50")])
        .cash(CashKind::Drop, "100.00", None)
        .z("9", "Cash", |row| {
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money("167.50"));
            row.banked = Some(money("117.50"));
        })
        .rows(|content| {
            let deposit = |kind, amount| Deposit {
                kind,
                reference: "B7".into(),
                date: november(20),
                amount: money(amount),
                ..Deposit::default()
            };
            content.deposits.push(deposit(DepositKind::Bag, "217.50").into());
            content.deposits.push(deposit(DepositKind::Bank, "207.50").into());
        })
        .judge();
    assert_eq!(cash(&day).left, Some(money("50.00")));
    assert_eq!(cash(&day).over_short, Some(Money::ZERO));
    assert_eq!(tie(&day, "bags").tie, Tie::Tied);
    assert_eq!(tie(&day, "bags").left, Some(money("217.50").decimal()));
    assert_eq!(tie(&day, "bank").tie, Tie::Differs);
    assert_eq!(bag_difference(&[money("100.00"), money("117.50")], money("207.50")), money("-10.00"));
    assert_eq!(day.state, State::Balanced, "a bag difference never touches the drawer");
}

#[test]
fn card_batches_payouts_and_gift_cards() {
    assert_eq!(card_batch_expected(money("140.00"), money("21.50"), money("8.00")), money("126.50"));
    assert_eq!(payout_expected(&[money("126.50"), money("88.00")], money("3.75"), Money::ZERO), money("210.75"));
    let closing = gift_cards_closing(money("400.00"), money("25.00"), Money::ZERO, money("10.00"), Money::ZERO, Money::ZERO);
    assert_eq!(closing, money("415.00"));
}

#[test]
fn the_ledger_keeps_gift_cards() {
    let evening = Evening::of(20).sold("1", &[(Class::GiftCard, "25.00")], &[("Cash", "25.00")]).sale(
        "2",
        "10.00",
        &[("Gift card", "10.00")],
    );
    let movements = post(&evening.sources, &leith(), &context());
    let account = Account::GiftCards { store: "LW".into() };
    let openings = [(account.clone(), money("400.00").decimal())].into();
    let balances = balances(&movements, &openings, &Default::default());
    let gift_cards = balances.iter().find(|balance| balance.account == account).expect("gift cards");
    assert_eq!(gift_cards.expected(), Some(money("415.00").decimal()));
}

#[test]
fn a_forgotten_z_makes_the_next_one_cover_two_days() {
    let evenings = [
        Evening::of(19).sale("1", "60.00", &[("Cash", "60.00")]).numbered(Numbering::PerTill),
        Evening::of(20)
            .numbered(Numbering::PerTill)
            .sale("2", "90.00", &[("Cash", "90.00")])
            .z("101", "Cash", |row| {
                row.opening_float = Some(money("50.00"));
                row.expected = Some(money("200.00"));
                row.counted = Some(money("200.00"));
                row.closing_float = Some(money("50.00"));
            })
            .total("101", |total| total.net = Some(money("150.00"))),
    ];
    let (days, before) = fold(&leith(), &evenings);
    assert_eq!(days[0].state, State::Incomplete);
    assert_eq!(codes(&days[0]), ["S005", "S011"]);
    assert_eq!(days[1].state, State::Balanced, "{:#?}", days[1].findings);
    assert_eq!(cash(&days[1]).over_short, Some(Money::ZERO));
    assert_eq!(tie(&days[1], "z_net").tie, Tie::Tied);
    let over = finding(&days[1], S010).expect("over two days");
    assert!(over.message.contains("60.00 + 90.00 = 150.00"), "{}", over.message);
    assert_eq!(days[1].bridge.takings, money("90.00"), "takings stay on their own day");
    assert!(before.open_shift.is_empty());
    assert_eq!(before.left.get("till-1"), Some(&money("50.00")));
}

#[test]
fn a_z_that_was_not_sent_is_not_taken_for_one_over_two_days() {
    let evenings = [
        Evening::of(19).sale("1", "60.00", &[("Cash", "60.00")]),
        Evening::of(20)
            .sale("1", "90.00", &[("Cash", "90.00")])
            .counted("102", "50.00", "140.00")
            .total("102", |total| total.net = Some(money("90.00"))),
    ];
    let (days, before) = fold(&leith(), &evenings);
    assert_eq!((days[0].state, days[1].state), (State::Incomplete, State::Balanced));
    assert_eq!(finding(&days[1], S010), None);
    assert!(before.open_shift.is_empty());
}

#[test]
fn when_nothing_says_what_a_z_covers_it_is_not_judged() {
    let evenings = [
        Evening::of(19).sale("1", "60.00", &[("Cash", "60.00")]),
        Evening::of(20).sale("1", "90.00", &[("Cash", "90.00")]).counted("102", "50.00", "140.00"),
    ];
    let (days, _) = fold(&leith(), &evenings);
    assert_eq!(days[1].state, State::Incomplete);
    let why = cash(&days[1]).not_judged.as_deref();
    assert_eq!(why, Some("nothing says whether Z-report 102 also covers Thursday 19 November 2026"));
}

#[test]
fn the_grand_total_proves_that_no_z_was_left_out() {
    let before = Before { grand_total: [("till-1".into(), money("18296.71"))].into(), ..Before::default() };
    let evening = |grand_total: &str| {
        Evening::of(20)
            .sale("1", "153.49", &[("Cash", "153.49")])
            .counted("9", "50.00", "203.49")
            .total("9", |total| {
                total.gross = Some(money("153.49"));
                total.grand_total = Some(money(grand_total));
            })
            .judge_after(&before)
    };
    let whole = evening("18450.20");
    assert_eq!(tie(&whole, "grand_total").tie, Tie::Tied);
    assert_eq!(tie(&whole, "grand_total").left, Some(money("153.49").decimal()));
    let missing = evening("18538.20");
    assert_eq!(tie(&missing, "grand_total").tie, Tie::Differs);
    assert_eq!(finding(&missing, S005).expect("a Z is missing").amount, Some(money("88.00")));
}

#[test]
fn banked_before_or_after_the_count() {
    for (banked, expected, left) in [(Banked::BeforeCount, "50.00", "50.00"), (Banked::AfterCount, "250.00", "50.00")] {
        let store = Store { banked: Some(banked), ..leith() };
        let day = Evening::of(20)
            .sale("1", "200.00", &[("Cash", "200.00")])
            .z("9", "Cash", |row| {
                row.opening_float = Some(money("50.00"));
                row.counted = Some(money(expected));
                row.banked = Some(money("200.00"));
            })
            .judge_in(&store);
        assert_eq!(cash(&day).balance.expected(), Some(money(expected).decimal()), "{banked}");
        assert_eq!(cash(&day).over_short, Some(Money::ZERO), "{banked}");
        assert_eq!((cash(&day).left, cash(&day).banked), (Some(money(left)), Some(money("200.00"))), "{banked}");
    }
}

#[test]
fn change_given_is_not_cash_in_the_drawer() {
    let day = Evening::of(20)
        .rows(|content| {
            content.lines.push(line("1", november(20), "13.45").into());
            let tendered = (Some(money("20.00")), Some(money("6.55")));
            let (tendered, change) = tendered;
            content.tenders.push(Tender { tendered, change, ..tender("1", november(20), "Cash", "13.45") }.into());
        })
        .counted("9", "50.00", "63.45")
        .judge();
    assert_eq!(cash(&day).over_short, Some(Money::ZERO));
}

#[test]
fn split_tenders_are_counted_once() {
    let day = Evening::of(20)
        .sale("1", "30.00", &[("Cash", "10.00"), ("Card", "20.00")])
        .counted("9", "50.00", "60.00")
        .z("9", "Card", |row| row.counted = Some(money("20.00")))
        .judge();
    assert_eq!(over_shorts(&day), [Some(Money::ZERO); 2]);
    assert_eq!((day.bridge.takings, day.transactions), (money("30.00"), 1));
    assert_eq!(day.state, State::Balanced);
}

#[test]
fn a_second_close_does_not_sum_the_whole_day_again() {
    let closed = |evening: Evening, number: &str, opening: &str, counted: &str, closed: &str| {
        evening.z(number, "Cash", |row| {
            row.closed_at = Some(at(closed));
            row.opening_float = Some(money(opening));
            row.counted = Some(money(counted));
            row.closing_float = Some(money("50.00"));
        })
    };
    let evening = Evening::of(20).sale_at("1", "20 10:00", "30.00", "Cash").sale_at("2", "20 15:00", "45.00", "Cash");
    let evening = closed(evening, "101", "50.00", "80.00", "20 13:00");
    let day = closed(evening, "102", "50.00", "95.00", "20 17:30").judge();
    let expected: Vec<_> = day.drawers.iter().map(|result| result.balance.expected()).collect();
    assert_eq!(expected, [Some(money("80.00").decimal()), Some(money("95.00").decimal())]);
    assert_eq!(over_shorts(&day), [Some(Money::ZERO); 2]);
    assert_eq!(day.drawers[1].overnight, Some(Money::ZERO));
    assert_eq!((day.state, day.bridge.takings), (State::Balanced, money("75.00")));
}

#[test]
fn shifts_are_told_apart_by_their_numbers() {
    let evening = Evening::of(20).sale("1", "30.00", &[("Cash", "30.00")]).sale("2", "45.00", &[("Cash", "45.00")]);
    let range = |evening: Evening, z: &str, number: &str, net: &str, counted: &str| {
        evening.counted(z, "50.00", counted).total(z, |total| {
            (total.first_number, total.last_number) = (Some(number.into()), Some(number.into()));
            total.net = Some(money(net));
        })
    };
    let day = range(range(evening, "101", "1", "30.00", "80.00"), "102", "2", "45.00", "95.00").judge();
    assert_eq!(over_shorts(&day), [Some(Money::ZERO); 2]);
    assert_eq!(day.tie_outs.iter().filter(|tie| tie.name == "z_net" && tie.tie == Tie::Tied).count(), 2);
}

#[test]
fn closes_that_cannot_be_told_apart_are_judged_together() {
    let z = |evening: Evening, number: &str, opening: &str, counted: &str, banked: &str| {
        evening.z(number, "Cash", |row| {
            row.opening_float = Some(money(opening));
            row.counted = Some(money(counted));
            row.banked = Some(money(banked));
        })
    };
    let evening = Evening::of(20).sale("1", "30.00", &[("Cash", "30.00")]).sale("2", "45.00", &[("Cash", "45.00")]);
    let day = z(z(evening, "101", "50.00", "80.00", "30.00"), "102", "50.00", "95.00", "45.00").judge();
    let drawer = cash(&day);
    assert_eq!(drawer.z_numbers, ["101", "102"]);
    assert_eq!(drawer.balance.expected(), Some(money("95.00").decimal()));
    assert_eq!((drawer.over_short, drawer.left), (Some(Money::ZERO), Some(money("50.00"))));
    assert!(tie(&day, "shifts").note.contains("judged together, by the last count"), "{}", tie(&day, "shifts").note);
}

#[test]
fn sales_after_the_last_close_wait_for_the_next_one() {
    let evening = Evening::of(20).sale_at("1", "20 10:00", "30.00", "Cash").sale_at("2", "20 18:00", "45.00", "Cash");
    let day = evening
        .z("101", "Cash", |row| {
            row.closed_at = Some(at("20 17:30"));
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money("80.00"));
        })
        .judge();
    assert_eq!(over_shorts(&day), [Some(Money::ZERO), None]);
    assert_eq!(day.state, State::Incomplete);
    assert_eq!(day.drawers[1].not_judged.as_deref(), Some("sales of till-1 after its last Z-report wait for the next one"));
}

#[test]
fn cash_back_appears_once() {
    let day = Evening::of(20)
        .sale("1", "15.00", &[("Card", "35.00"), ("Cash", "-20.00")])
        .counted("9", "50.00", "30.00")
        .z("9", "Card", |row| row.counted = Some(money("35.00")))
        .judge();
    assert_eq!(over_shorts(&day), [Some(Money::ZERO); 2]);
    assert_eq!(day.bridge.takings, money("15.00"));
    assert_eq!(cash(&day).balance.moved_out, money("20.00").decimal());
    assert_eq!(day.state, State::Balanced);
}

#[test]
fn canadian_rounding_is_its_own_line() {
    let evening = Evening::of(20)
        .sold("1", &[(Class::Goods, "4.92"), (Class::Rounding, "-0.02")], &[("Cash", "4.90")])
        .sold("2", &[(Class::Goods, "10.02"), (Class::Rounding, "-0.02")], &[("Card", "5.00"), ("Cash", "5.00")])
        .sold("3", &[(Class::Goods, "-1.83"), (Class::Rounding, "-0.02")], &[("Cash", "-1.85")]);
    let day = evening.counted("9", "50.00", "58.05").judge();
    assert_eq!((day.bridge.takings, day.bridge.rounding), (money("13.11"), money("-0.06")));
    assert_eq!(cash(&day).over_short, Some(Money::ZERO));
    assert_eq!(tie(&day, "money_identity").tie, Tie::Tied);
}

#[test]
fn headers_state_takings_less_tip_and_rounding() {
    let evening = |rounding: &str, total: &str, paid: &str| {
        let mut evening = Evening::of(20)
            .rows(|content| {
                let mut stated = header("1", november(20), total);
                stated.tip = Some(money("2.00"));
                stated.rounding = Some(money(rounding));
                stated.tax = Some(money("0.50"));
                content.headers.push(stated.into());
                content.tenders.push(tender("1", november(20), "Card", paid).into());
            })
            .z("9", "Card", |row| row.counted = Some(money(paid)));
        // A layout that cannot carry lines must say so; then they are not missed.
        evening.sources.iter_mut().for_each(|source| source.absent = vec!["lines".into()]);
        evening.judge()
    };
    for day in [evening("0.00", "12.00", "12.00"), evening("-0.02", "11.98", "11.98"), evening("-0.02", "12.00", "11.98")] {
        assert_eq!((day.bridge.takings, day.bridge.tips, day.bridge.tax), (money("10.00"), money("2.00"), money("0.50")));
        assert_eq!((tie(&day, "money_identity").tie, day.state), (Tie::Tied, State::Balanced));
    }
}

#[test]
fn seven_small_differences_are_not_green() {
    let evenings: Vec<Evening> = (14..=20)
        .map(|day| {
            Evening::of(day).sale("1", "20.00", &[("Cash", "20.00")]).z("9", "Cash", |row| {
                row.z_number = day.to_string();
                row.opening_float = Some(money("50.00"));
                row.counted = Some(money("68.01"));
                row.closing_float = Some(money("50.00"));
            })
        })
        .collect();
    let (days, _) = fold(&leith(), &evenings);
    assert!(days[..5].iter().all(|day| day.state == State::WithinTolerance), "{:?}", days[0].findings);
    let last = finding(&days[6], S014).expect("the week's sum");
    assert_eq!(last.amount, Some(money("13.93")));
    assert_eq!(days[6].state, State::OutOfBalance);
    assert_eq!(finding(&days[6], S002).expect("over/short").severity, Severity::Note);
}

#[test]
fn tolerances_are_half_open() {
    let judged = |counted: &str| Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", counted).judge();
    for (counted, state, severity) in [
        ("70.00", State::Balanced, None),
        ("72.00", State::WithinTolerance, Some(Severity::Note)),
        ("67.99", State::OutOfBalance, Some(Severity::Warning)),
    ] {
        let day = judged(counted);
        assert_eq!((day.state, finding(&day, S002).map(|finding| finding.severity)), (state, severity), "{counted}");
    }
}

#[test]
fn change_from_the_safe_is_no_difference() {
    let evening =
        Evening::of(20).sale("1", "30.00", &[("Cash", "30.00")]).cash(CashKind::Safe, "20.00", None).counted("9", "50.00", "60.00");
    assert_eq!(cash(&evening.judge()).over_short, Some(Money::ZERO));
    let movements = post(&evening.sources, &leith(), &context());
    let safe: Vec<_> = movements.iter().filter(|movement| matches!(movement.account, Account::Safe { .. })).collect();
    assert_eq!((safe.len(), safe[0].amount), (1, money("20.00").decimal()));
}

#[test]
fn three_figures_and_none_overwrites_another() {
    let day = Evening::of(20)
        .sale("1", "100.00", &[("Cash", "100.00")])
        .z("9", "Cash", |row| {
            row.opening_float = Some(money("50.00"));
            row.expected = Some(money("162.00"));
            row.counted = Some(money("149.00"));
        })
        .judge();
    let drawer = cash(&day);
    assert_eq!(drawer.balance.expected(), Some(money("150.00").decimal()));
    assert_eq!(drawer.expected_by_z, Some(money("162.00")));
    assert_eq!(drawer.balance.counted, Some(money("149.00").decimal()));
    assert_eq!(drawer.over_short, Some(money("-1.00")), "counted − ours, never counted − the Z-report's");
    assert_eq!(finding(&day, S016).expect("Z − ours").amount, Some(money("12.00")));
}

#[test]
fn a_z_that_leaves_the_float_out_of_its_figure_still_ties() {
    let day = Evening::of(20)
        .sale("1", "100.00", &[("Cash", "100.00")])
        .z("9", "Cash", |row| {
            row.opening_float = Some(money("50.00"));
            row.expected = Some(money("100.00"));
            row.counted = Some(money("150.00"));
        })
        .judge();
    assert_eq!((tie(&day, "z_expected").tie, day.state), (Tie::Tied, State::Balanced));
}

#[test]
fn a_wrong_opening_is_the_nights_and_never_the_days() {
    let before = Before { left: [("till-1".into(), money("60.00"))].into(), ..Before::default() };
    let evening = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", "70.00");
    let day = evening.judge_after(&before);
    assert_eq!((cash(&day).over_short, cash(&day).overnight), (Some(Money::ZERO), Some(money("-10.00"))));
    assert_eq!(finding(&day, S004).expect("the night").amount, Some(money("-10.00")));
    assert_eq!(finding(&day, S015), None);
    assert_eq!(day.bridge.takings, money("20.00"));
    assert_eq!(day.state, State::OutOfBalance);
}

#[test]
fn an_opening_that_nobody_counted_is_what_was_left_and_says_so() {
    let before = Before { left: [("till-1".into(), money("50.00"))].into(), ..Before::default() };
    let evening = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]);
    let day = evening.clone().z("9", "Cash", |row| row.counted = Some(money("69.00"))).judge_after(&before);
    assert_eq!((cash(&day).over_short, cash(&day).overnight), (Some(money("-1.00")), None));
    assert!(finding(&day, S002).expect("over/short").help.contains("the night is in it"));
    let unknown = evening.z("9", "Cash", |row| row.counted = Some(money("69.00"))).judge();
    assert_eq!((cash(&unknown).over_short, unknown.state), (None, State::Incomplete));
}

#[test]
fn the_first_float_is_taken_as_declared() {
    let day = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", "70.00").judge();
    assert_eq!(codes(&day), ["S015"]);
    assert_eq!(day.findings[0].severity, Severity::Note);
}

#[test]
fn a_missing_count_z_or_row_leaves_the_drawer_unjudged() {
    let sold = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]);
    let no_count = sold.clone().z("9", "Cash", |row| row.opening_float = Some(money("50.00"))).judge();
    assert_eq!((no_count.state, codes(&no_count)), (State::Incomplete, vec!["S006", "S011"]));
    let no_z = sold.clone().judge();
    assert_eq!((no_z.state, codes(&no_z)), (State::Incomplete, vec!["S005", "S011"]));
    let mut rejected = sold.counted("9", "50.00", "70.00");
    rejected.rejected = vec![Kind::Lines];
    let rejected = rejected.judge();
    assert_eq!((rejected.state, codes(&rejected)), (State::Incomplete, vec!["S011"]));
    for day in [no_count, no_z, rejected] {
        assert_eq!((cash(&day).over_short, day.over_short()), (None, None));
        assert!(cash(&day).not_judged.is_some());
    }
}

#[test]
fn missing_kinds_are_said_once_due() {
    let evening =
        Evening::of(20).rows(|content| content.lines.push(line("1", november(20), "20.00").into())).counted("9", "50.00", "70.00");
    let evidence = evening.evidence(&Before::default());
    let early = day(&leith(), november(20), &evidence, &Context { now: at("20 18:00"), ..context() });
    assert_eq!((early.state, finding(&early, S007)), (State::Incomplete, None));
    let late = day(&leith(), november(20), &evidence, &context());
    assert_eq!(late.state, State::Incomplete);
    assert_eq!(finding(&late, S007).expect("no tenders").message, "till-1 has not sent its payments for Friday 20 November 2026");
    assert_eq!(tie(&late, "money_identity").tie, Tie::NotChecked);
}

#[test]
fn absence_is_visible_and_never_green() {
    let nothing = Evening::of(20);
    let evidence = nothing.evidence(&Before::default());
    let judged = |store: &Store, now: &str| day(store, november(20), &evidence, &Context { now: at(now), ..context() });
    assert_eq!(judged(&leith(), "20 18:00").state, State::Expected);
    let overdue = judged(&leith(), "20 23:30");
    assert_eq!((overdue.state, codes(&overdue)), (State::Overdue, vec!["S008"]));
    let exception = Exception { open: false, reason: "St Andrew's fair".into(), hours: None };
    let closed = Store { exceptions: [(november(20), exception)].into(), ..leith() };
    assert_eq!(judged(&closed, "30 12:00").state, State::Closed);
    assert_eq!(judged(&Store { starts: Some(november(21)), ..leith() }, "30 12:00").state, State::NotExpected);
    let open = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", "70.00").judge_in(&closed);
    assert_eq!((open.state, finding(&open, S012).is_some()), (State::Balanced, true));
}

#[test]
fn a_till_that_sent_nothing_is_named_once() {
    let store = Store { tills: vec!["till-1".into(), "till-2".into()], ..leith() };
    let day = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).counted("9", "50.00", "70.00").judge_in(&store);
    let missing: Vec<&Diagnostic> = day.findings.iter().filter(|finding| finding.code == S007).collect();
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].message, "nothing came from till-2 for Friday 20 November 2026");
    assert_eq!(day.state, State::Incomplete);
    assert_eq!(cash(&day).over_short, Some(Money::ZERO), "the other till's drawer is whole");
}

#[test]
fn a_z_of_nothing_is_normal() {
    let day = Evening::of(20).counted("9", "50.00", "50.00").total("9", |total| total.net = Some(Money::ZERO)).judge();
    assert_eq!((day.state, cash(&day).over_short), (State::Balanced, Some(Money::ZERO)), "{:?}", day.findings);
}

#[test]
fn a_store_without_z_reports_is_judged_by_its_identity() {
    let store = Store { expects: vec![Kind::Lines, Kind::Tenders], ..leith() };
    let day = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]).judge_in(&store);
    assert_eq!((day.state, codes(&day)), (State::Balanced, vec![]));
    assert_eq!(tie(&day, "z_report").tie, Tie::NotApplicable);
    assert_eq!(cash(&day).over_short, None);
    let wrong = Evening::of(20).sale("1", "20.00", &[("Cash", "19.00")]).judge_in(&store);
    assert_eq!((wrong.state, codes(&wrong)), (State::OutOfBalance, vec!["T003"]));
}

#[test]
fn nothing_compared_is_not_green() {
    let store = Store { expects: vec![Kind::Lines], ..leith() };
    let day = Evening::of(20).rows(|content| content.lines.push(line("1", november(20), "5.00").into())).judge_in(&store);
    assert_eq!(day.state, State::Incomplete);
}

#[test]
fn training_and_voids_move_nothing_with_their_tenders() {
    let day = Evening::of(20)
        .sale("1", "20.00", &[("Cash", "20.00")])
        .rows(|content| {
            content.lines.push(LineItem { training: true, ..line("2", november(20), "99.00") }.into());
            content.lines.push(LineItem { kind: SaleKind::Void, ..line("3", november(20), "8.00") }.into());
            content.headers.push(Header { kind: SaleKind::Failed, ..header("4", november(20), "7.00") }.into());
            for number in ["2", "3", "4"] {
                content.tenders.push(tender(number, november(20), "Cash", "9.00").into());
            }
        })
        .counted("9", "50.00", "70.00")
        .judge();
    assert_eq!((day.state, day.transactions, day.left_out), (State::Balanced, 1, 3));
    assert_eq!(day.bridge.takings, money("20.00"));
}

#[test]
fn gaps_are_ranges_and_limit_judgement() {
    let evening = Evening::of(20).numbered(Numbering::PerTill);
    let evening =
        ["A-0103", "A-0104", "A-0108"].iter().fold(evening, |evening, number| evening.sale(number, "10.00", &[("Cash", "10.00")]));
    let before = Before { last_number: [("till-1".into(), "A-0101".into())].into(), ..Before::default() };
    let unexplained = evening.clone().counted("9", "50.00", "68.00").judge_after(&before);
    let range = |first: &str, last: &str| ("till-1".to_owned(), first.to_owned(), last.to_owned());
    assert_eq!(unexplained.gaps, [range("A-0102", "A-0102"), range("A-0105", "A-0107")]);
    assert_eq!((unexplained.state, cash(&unexplained).over_short), (State::Incomplete, None));
    assert_eq!(cash(&unexplained).not_judged.as_deref(), Some("number A-0102 of till-1 is missing"));
    let messages: Vec<&str> =
        unexplained.findings.iter().filter(|finding| finding.code == S003).map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["number A-0102 of till-1 is missing", "numbers A-0105 to A-0107 of till-1 are missing (3)"]);

    let explained = evening.clone().counted("9", "50.00", "80.00").judge_after(&before);
    assert_eq!((explained.state, explained.gaps.len()), (State::Balanced, 2));
    assert!(explained.findings.iter().all(|finding| finding.severity == Severity::Note));
    let by_z = evening.clone().counted("9", "50.00", "68.00").total("9", |total| total.net = Some(money("30.00")));
    assert_eq!(cash(&by_z.judge_after(&before)).over_short, Some(money("-12.00")));
    let none = Evening {
        sources: evening.sources.into_iter().map(|source| super::Source { numbering: Numbering::None, ..source }).collect(),
        ..Evening::of(20)
    };
    assert!(none.judge().gaps.is_empty());
}

#[test]
fn a_z_range_shows_missing_rows_at_both_ends() {
    let day = Evening::of(20)
        .sale("2", "10.00", &[("Cash", "10.00")])
        .counted("9", "50.00", "60.00")
        .total("9", |total| {
            (total.first_number, total.last_number) = (Some("1".into()), Some("4".into()));
            total.net = Some(money("45.00"));
        })
        .judge();
    assert_eq!(day.gaps, [("till-1".into(), "1".into(), "1".into()), ("till-1".into(), "3".into(), "4".into())]);
    assert_eq!(finding(&day, S001).expect("Z differs").amount, Some(money("35.00")));
}

#[test]
fn cards_have_no_tolerance_and_silence_is_not_checked() {
    let sold = Evening::of(20).sale("1", "30.00", &[("Visa", "30.00")]).counted("9", "50.00", "50.00");
    let differs = sold.clone().z("9", "Card", |row| row.counted = Some(money("29.99"))).judge();
    assert_eq!((differs.state, of(&differs, "Card").over_short), (State::OutOfBalance, Some(money("-0.01"))));
    assert_eq!(finding(&differs, S013).expect("card").amount, Some(money("-0.01")));
    let silent = sold.judge();
    assert_eq!(of(&silent, "Visa").over_short, None);
    assert_eq!(of(&silent, "Visa").not_judged.as_deref(), Some("nobody sent a total for Visa"));
    assert_eq!(silent.state, State::Balanced);
}

#[test]
fn tills_that_share_a_drawer_balance_together() {
    let drawer = Drawer { unit: "front".into(), tills: vec!["1".into(), "2".into()] };
    let store = Store { drawers: vec![drawer], ..leith() };
    let sold =
        Evening::of(20).till("1").sale("1", "30.00", &[("Cash", "30.00")]).till("2").sale("1", "45.00", &[("Cash", "45.00")]);
    let expecting = |evening: Evening, till: &str, opening: &str, expected: &str, counted: Option<&str>| {
        evening.till(till).z("9", "Cash", |row| {
            row.opening_float = Some(money(opening));
            row.expected = Some(money(expected));
            row.counted = counted.map(money);
        })
    };
    let each =
        expecting(expecting(sold.clone(), "1", "50.00", "80.00", Some("125.00")), "2", "0.00", "45.00", None).judge_in(&store);
    let one = expecting(sold, "front", "50.00", "125.00", Some("125.00")).judge_in(&store);
    for day in [each, one] {
        let drawer = cash(&day);
        assert_eq!((drawer.drawer.as_str(), drawer.over_short), ("front", Some(Money::ZERO)), "{:#?}", day.drawers);
        assert_eq!((day.state, day.transactions), (State::Balanced, 2), "{:#?}", day.findings);
        assert_eq!(tie(&day, "z_expected").tie, Tie::Tied);
    }
}

#[test]
fn coins_and_notes_are_the_count_when_none_is_typed() {
    let day = Evening::of(20)
        .sale("1", "20.00", &[("Cash", "20.00")])
        .z("9", "Cash", |row| row.opening_float = Some(money("50.00")))
        .rows(|content| {
            for (denomination, count) in [("20.00", 3), ("5.00", 2)] {
                content.cash_counts.push(CashCount { z_number: "9".into(), denomination: money(denomination), count }.into());
            }
        })
        .judge();
    assert_eq!((cash(&day).over_short, day.state), (Some(Money::ZERO), State::Balanced));
}

#[test]
fn the_z_speaks_for_cash_movements_that_the_till_does_not_send() {
    let evening = Evening::of(20).sale("1", "100.00", &[("Cash", "100.00")]).z("9", "Cash", |row| {
        row.opening_float = Some(money("50.00"));
        row.paid_out = Some(money("5.00"));
        row.dropped = Some(money("60.00"));
        row.counted = Some(money("85.00"));
    });
    assert_eq!(cash(&evening.judge()).over_short, Some(Money::ZERO));
    let with_rows = evening.cash(CashKind::PaidOut, "5.00", None).cash(CashKind::Drop, "60.00", None);
    assert_eq!(cash(&with_rows.judge()).over_short, Some(Money::ZERO), "rows and Z-report are never added");
}

#[test]
fn a_repeated_z_is_asked_about_and_not_balanced_to() {
    let sold = Evening::of(20).sale("1", "20.00", &[("Cash", "20.00")]);
    let twice = sold.clone().counted("9", "50.00", "70.00").counted("9", "50.00", "69.00").judge();
    assert_eq!((twice.state, finding(&twice, S009).is_some()), (State::Incomplete, true));
    let before = Before { z_numbers: vec![("till-1".into(), "9".into())], ..Before::default() };
    let again = sold.clone().counted("9", "50.00", "70.00").judge_after(&before);
    assert_eq!((again.state, finding(&again, S009).is_some()), (State::Incomplete, true));
    let restarting = Before { z_numbers: vec![("till-1".into(), "9".into()); 2], ..Before::default() };
    assert_eq!(finding(&sold.counted("9", "50.00", "70.00").judge_after(&restarting), S009), None);
}

#[test]
fn no_sentence_accuses() {
    let day = Evening::of(20)
        .sale("1", "117.50", &[("Cash", "117.50")])
        .sale("4", "1.00", &[("Card", "1.00")])
        .counted("9", "50.00", "49.50")
        .z("9", "Card", |row| row.counted = Some(money("3.00")))
        .total("9", |total| total.net = Some(money("500.00")))
        .judge();
    for finding in &day.findings {
        let text = format!("{} {}", finding.message, finding.help).to_lowercase();
        assert!(["theft", "suspect", "dishonest"].iter().all(|word| !text.contains(word)), "{text}");
        assert_eq!((finding.store.as_deref(), finding.subject.is_empty()), (Some("LW"), false), "{finding:?}");
    }
}
