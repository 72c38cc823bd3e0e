//! The causes of retail practice: each found on its example, and turned down where its test fails.

use proptest::prelude::*;

use super::*;
use crate::model::*;
use crate::reconcile::testing::*;
use crate::reconcile::{Before, Evidence, StoreDay, after, day};

/// A day of several cash and card sales; cash comes to 164.30 and card to 52.50.
fn trading() -> Evening {
    Evening::of(20)
        .sale_at("201", "20 10:30", "18.00", "Cash")
        .sale_at("202", "20 11:00", "27.25", "Card")
        .sale_at("203", "20 12:15", "96.30", "Cash")
        .sale_at("204", "20 14:40", "50.00", "Cash")
        .sale_at("205", "20 16:20", "11.75", "Card")
        .sale_at("206", "20 16:50", "13.50", "Card")
}

fn closed(evening: Evening, cash: &str, card: &str) -> Evening {
    evening.counted("9", "50.00", cash).z("9", "Card", |row| row.counted = Some(money(card)))
}

/// Yesterday left 50.00, so that nothing of the float is open.
fn yesterday() -> Before {
    let left = [("till-1".to_owned(), money("50.00"))].into();
    Before { left, last_number: [("till-1".to_owned(), "200".to_owned())].into(), ..Before::default() }
}

fn only(day: &StoreDay) -> &Explanation {
    assert_eq!(day.explanations.len(), 1, "{:#?}", day.explanations);
    &day.explanations[0]
}

fn causes(of: &Explanation) -> Vec<Cause> {
    of.causes.iter().map(|one| one.cause).collect()
}

fn of(evening: &Evening) -> StoreDay {
    evening.judge_after(&yesterday())
}

#[test]
fn a_day_that_agrees_has_nothing_to_explain() {
    assert!(of(&closed(trading(), "214.30", "52.50")).explanations.is_empty());
}

#[test]
fn a_sale_in_the_wrong_tender_shows_on_both_sides() {
    let day = of(&closed(trading(), "196.30", "70.50"));
    let why = only(&day);
    assert_eq!(why.findings, [("S002", "till-1 Cash".to_owned()), ("S013", "till-1 Card".to_owned())]);
    let said = why.said().expect("likely enough");
    assert_eq!((said.cause, said.matches), (Cause::WrongTender, 1));
    assert_eq!(said.arithmetic, "cash −18.00, card +18.00, sale 201, 10:30, 18.00 cash");
    assert_eq!(said.sentence, "one sale was probably rung as cash but paid by card");
    assert_eq!(said.question, "Is there a card slip for 18.00 around 10:30?");
    assert_eq!(said.rows[0].what, "sale 201, 10:30, 18.00 cash");
    assert_eq!(said.rows[0].at.document, "0.csv");
}

#[test]
fn the_wrong_tender_is_turned_down_when_the_card_ties() {
    let day = of(&closed(trading(), "196.30", "52.50"));
    assert!(!causes(only(&day)).contains(&Cause::WrongTender), "{:#?}", day.explanations);
    assert_eq!(only(&day).said(), None, "no explanation found is an honest answer");
}

#[test]
fn a_refund_given_back_in_another_tender() {
    let evening = trading().sale("207", "-22.00", &[("Cash", "-22.00")]);
    let day = of(&closed(evening, "214.30", "30.50"));
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::RefundOtherTender));
}

#[test]
fn a_refund_that_was_not_paid_needs_its_row() {
    let evening = trading().sale("207", "-22.35", &[("Cash", "-22.35")]);
    let day = of(&closed(evening, "214.30", "52.50"));
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::RefundNotPaid));
    let without = of(&closed(trading(), "236.65", "52.50"));
    assert!(only(&without).causes.is_empty(), "{:#?}", without.explanations);
}

#[test]
fn what_was_not_rung_needs_evidence() {
    let bare = of(&closed(trading(), "206.05", "52.50"));
    assert!(only(&bare).causes.is_empty(), "8.25 short, and nothing says why: {:#?}", bare.explanations);
    let noted = |note: &str| {
        let evening = trading().z("9", "Card", |row| row.counted = Some(money("52.50")));
        of(&evening.z("9", "Cash", |row| {
            row.opening_float = Some(money("50.00"));
            row.counted = Some(money("206.05"));
            row.note = Some(note.into());
        }))
    };
    for (note, cause) in [
        ("8.25 for stamps", Cause::PaidOutNotRung),
        ("8.25 to the safe", Cause::DropNotRung),
        ("gave back 8.25, till frozen", Cause::RefundNotRung),
    ] {
        assert_eq!(only(&noted(note)).said().map(|one| one.cause), Some(cause), "{note}");
    }
    assert!(only(&noted("8.20 for stamps")).causes.is_empty());
    let voided = trading().rows(|content| {
        let of = LineItem { kind: SaleKind::Void, ..line("207", november(20), "-8.25") };
        content.lines.push(of.into());
        content.tenders.push(tender("207", november(20), "Cash", "-8.25").into());
    });
    assert_eq!(only(&of(&closed(voided, "206.05", "52.50"))).said().map(|one| one.cause), Some(Cause::RefundNotRung));
}

#[test]
fn a_bag_without_a_drop() {
    let bag = |evening: Evening| {
        evening.rows(|content| {
            let bag = Deposit {
                kind: DepositKind::Bag,
                reference: "B7".into(),
                date: november(20),
                amount: money("65.00"),
                ..Deposit::default()
            };
            content.deposits.push(bag.into());
        })
    };
    let day = of(&bag(closed(trading(), "149.30", "52.50")));
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::DropNotRung));
    let rung = of(&bag(closed(trading().cash(CashKind::Drop, "65.00", None), "84.30", "52.50")));
    assert!(!causes(only(&rung)).contains(&Cause::DropNotRung), "that bag is the drop that was rung");
}

#[test]
fn a_regular_payee_who_was_not_rung() {
    let paid = |day: u32| (november(day), money("8.25"));
    let before = Before { payees: [("window cleaner".to_owned(), vec![paid(6), paid(13), paid(19)])].into(), ..yesterday() };
    let day = closed(trading(), "206.05", "52.50").judge_after(&before);
    let said = only(&day).said().expect("likely");
    assert_eq!(
        (said.cause, said.arithmetic.as_str()),
        (Cause::PaidOutNotRung, "cash −8.25 = a regular payment of 8.25, 3 times before")
    );
    let once = Before { payees: [("window cleaner".to_owned(), vec![paid(13)])].into(), ..yesterday() };
    assert!(only(&closed(trading(), "206.05", "52.50").judge_after(&once)).causes.is_empty());
}

#[test]
fn a_paid_out_keyed_as_a_paid_in() {
    let day = of(&closed(trading().cash(CashKind::PaidIn, "14.85", None), "199.45", "52.50"));
    let said = only(&day).said().expect("likely");
    assert_eq!((said.cause, said.arithmetic.as_str()), (Cause::SignError, "cash −29.70 = 2 × 14.85: paid-in, 14.85"));
    let other = of(&closed(trading().cash(CashKind::PaidOut, "14.85", None), "229.15", "52.50"));
    assert_eq!(only(&other).amount, money("29.70"));
    assert_eq!(only(&other).said().map(|one| one.cause), Some(Cause::SignError));
    let wrong_way = of(&closed(trading().cash(CashKind::PaidIn, "14.85", None), "258.85", "52.50"));
    assert!(only(&wrong_way).causes.is_empty(), "over by twice a paid-in is no sign: {:#?}", wrong_way.explanations);
}

#[test]
fn two_digits_of_the_count_swapped() {
    let day = of(&closed(trading(), "241.30", "52.50"));
    let said = only(&day).said().expect("likely");
    assert_eq!((said.cause, said.arithmetic.as_str()), (Cause::Digits, "214.30 → 241.30"));
    let slipped = of(&closed(trading(), "2143.00", "52.50"));
    assert_eq!(only(&slipped).said().map(|one| one.cause), Some(Cause::Digits));
    let nine = of(&closed(trading(), "223.30", "52.50"));
    assert!(!causes(only(&nine)).contains(&Cause::Digits), "9.00 over is divisible by 9, and that proves nothing");
}

#[test]
fn coins_that_were_counted_one_by_one_speak_against_digits() {
    let pieces = |evening: Evening| {
        evening.rows(|content| {
            for (worth, count) in [("20.00", 12), ("1.00", 1), ("0.10", 3)] {
                let piece = CashCount { z_number: "9".into(), denomination: money(worth), count };
                content.cash_counts.push(piece.into());
            }
        })
    };
    let percent = |day: &StoreDay| {
        let all = day.explanations.iter().flat_map(|one| &one.causes);
        all.filter(|one| one.cause == Cause::Digits).map(|one| one.percent).max().unwrap_or_default()
    };
    let typed = percent(&of(&closed(trading(), "241.30", "52.50")));
    assert!(percent(&of(&pieces(closed(trading(), "241.30", "52.50")))) < typed);
}

#[test]
fn a_float_that_was_not_entered_shows_twice() {
    let evening = trading().counted("9", "0.00", "214.30").z("9", "Card", |row| row.counted = Some(money("52.50")));
    let day = of(&evening);
    let why = only(&day);
    assert_eq!(why.findings, [("S002", "till-1 Cash".to_owned()), ("S004", "till-1 Cash".to_owned())]);
    assert_eq!(why.said().map(|one| one.cause), Some(Cause::FloatNotEntered));
    assert_eq!(why.amount, money("50.00"));
    let over = of(&closed(trading(), "264.30", "52.50"));
    assert!(!causes(only(&over)).contains(&Cause::FloatNotEntered), "the float was entered");
}

#[test]
fn an_opening_with_its_digits_swapped_shows_twice() {
    let before = Before { left: [("till-1".to_owned(), money("61.40"))].into(), ..yesterday() };
    let evening = trading().counted("9", "16.40", "225.70").z("9", "Card", |row| row.counted = Some(money("52.50")));
    let day = evening.judge_after(&before);
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::Digits));
}

#[test]
fn a_count_that_left_the_float_out() {
    let before = Before { left: [("till-1".to_owned(), money("83.00"))].into(), ..yesterday() };
    let evening = trading().counted("9", "83.00", "164.30").z("9", "Card", |row| row.counted = Some(money("52.50")));
    let day = evening.judge_after(&before);
    let said = only(&day).said().expect("likely");
    assert_eq!((said.cause, said.arithmetic.as_str()), (Cause::FloatLeftOut, "164.30 counted + 83.00 float = 247.30"));
    // Here the count, what was banked and what was left add up: the float is in it.
    let whole = trading()
        .z("9", "Cash", |row| {
            row.opening_float = Some(money("83.00"));
            row.counted = Some(money("164.30"));
            row.banked = Some(money("81.30"));
            row.closing_float = Some(money("83.00"));
        })
        .z("9", "Card", |row| row.counted = Some(money("52.50")))
        .judge_after(&before);
    assert!(only(&whole).causes[0].percent < said.percent, "{:#?}", whole.explanations);
}

#[test]
fn change_that_was_counted_in() {
    let change = |amount: &str| {
        trading().rows(|content| {
            content.lines.push(line("207", november(20), "13.45").into());
            let paid = Tender {
                tendered: Some(money("20.00")),
                change: Some(money(amount)),
                ..tender("207", november(20), "Cash", "13.45")
            };
            content.tenders.push(paid.into());
        })
    };
    let day = of(&closed(change("6.55"), "234.30", "52.50"));
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::ChangeCountedIn));
    assert!(only(&of(&closed(change("6.55"), "221.20", "52.50"))).causes.is_empty(), "short by it is no change counted in");
    let all = change("6.55").rows(|content| {
        content.lines.push(line("208", november(20), "8.80").into());
        let paid =
            Tender { tendered: Some(money("10.00")), change: Some(money("1.20")), ..tender("208", november(20), "Cash", "8.80") };
        content.tenders.push(paid.into());
    });
    let day = of(&closed(all, "244.30", "52.50"));
    assert!(only(&day).said().is_some_and(|said| said.cause == Cause::ChangeCountedIn && said.arithmetic.contains("all change")));
}

#[test]
fn a_note_too_few() {
    let day = of(&closed(trading(), "204.30", "52.50"));
    let said = only(&day).said().expect("likely");
    assert_eq!((said.cause, said.arithmetic.as_str()), (Cause::RoundNote, "cash −10.00 = 10.00"));
}

#[test]
fn one_drawer_above_and_one_below() {
    let evening = Evening::of(20)
        .sale("1", "40.00", &[("Cash", "40.00")])
        .counted("9", "50.00", "85.00")
        .till("till-2")
        .sale("1", "30.00", &[("Cash", "30.00")])
        .counted("9", "50.00", "85.00");
    let day = evening.judge();
    assert_eq!(only(&day).said().map(|one| one.cause), Some(Cause::TwoDrawers));
    assert_eq!(only(&day).findings.len(), 2);
}

#[test]
fn rows_are_missing_by_exactly_what_the_z_report_has_more() {
    let evening = closed(trading(), "226.30", "52.50").total("9", |total| {
        total.net = Some(money("228.80"));
        total.first_number = Some("201".into());
        total.last_number = Some("207".into());
    });
    let day = of(&evening);
    let why =
        day.explanations.iter().find(|one| one.findings.iter().any(|(code, _)| *code == "S001")).expect("the Z-report differs");
    let said = why.said().expect("likely");
    assert_eq!((said.cause, why.amount), (Cause::MissingRows, money("12.00")));
    assert!(why.findings.iter().any(|(code, _)| *code == "S003"), "{why:#?}");
}

#[test]
fn a_line_that_stands_twice_is_one_too_many_and_the_z_report_agrees_without_it() {
    let doubled = |net: &str| {
        let net = money(net);
        closed(trading(), "214.30", "52.50")
            .rows(|content| content.lines.push(line("205", november(20), "11.75").into()))
            .rows(|content| content.lines.push(line("205", november(20), "11.75").into()))
            .total("9", |total| total.net = Some(net))
    };
    let of_z = |day: &StoreDay| day.explanations.iter().find(|one| one.findings.iter().any(|(code, _)| *code == "S001")).cloned();
    // The sale's own line is timed, so of the two others one is the same as the other.
    let day = of(&doubled("228.55"));
    assert_eq!(of_z(&day).and_then(|why| why.said().map(|one| one.cause)), Some(Cause::Duplicate));
    let other = of(&doubled("220.00"));
    assert!(of_z(&other).is_some_and(|why| why.causes.is_empty()), "the Z-report does not agree without it");
}

/// Two evenings in a row; the first is judged again when the second is known.
fn two_days(cash: [&str; 2], card: [&str; 2]) -> [StoreDay; 2] {
    let (context, store) = (context(), leith());
    let first = Evidence { sources: closed(trading(), cash[0], card[0]).sources, before: yesterday(), ..Evidence::default() };
    let judged = day(&store, november(20), &first, &context);
    let saturday = Evening::of(21)
        .sale_at("207", "21 10:30", "31.05", "Cash")
        .sale_at("208", "21 11:30", "9.15", "Card")
        .counted("10", "50.00", cash[1])
        .z("10", "Card", |row| row.counted = Some(money(card[1])));
    let second = Evidence { sources: saturday.sources, before: after(&judged, &first, &first.before), ..Evidence::default() };
    let next = day(&store, november(21), &second, &context);
    let again = Evidence { morning: next.by_drawer(), ..first };
    [day(&store, november(20), &again, &context), next]
}

#[test]
fn rung_too_much_and_taken_back_the_next_day() {
    let [friday, saturday] = two_days(["118.00", "99.05"], ["52.50", "9.15"]);
    assert_eq!(friday.explanations.len(), 1);
    let why = only(&friday);
    assert_eq!(why.amount, money("-96.30"));
    assert!(why.causes.is_empty() || why.causes[0].cause != Cause::OverRing, "the next day is 18.00 over");
    assert_eq!(saturday.over_short(), Some(money("18.00")));
    let [friday, saturday] = two_days(["196.30", "99.05"], ["52.50", "9.15"]);
    let said = only(&friday).said().expect("likely");
    assert_eq!((said.cause, said.arithmetic.as_str()), (Cause::OverRing, "today −18.00, the next day +18.00, sale 201 = 18.00"));
    assert_eq!(only(&saturday).said().map(|one| one.cause), Some(Cause::OverRing));
}

#[test]
fn card_sales_after_the_cut_off_come_the_next_day() {
    let [friday, saturday] = two_days(["214.30", "81.05"], ["39.00", "22.65"]);
    let said = only(&friday).said().expect("likely");
    assert_eq!((said.cause, said.rows.len()), (Cause::CardCutoff, 1));
    assert_eq!(said.arithmetic, "card −13.50, the last card sale = 13.50, the next day +13.50");
    assert_eq!(only(&saturday).said().map(|one| one.cause), Some(Cause::CardCutoff));
}

#[test]
fn the_same_price_again_and_again_is_less_sure_and_says_how_many_match() {
    let many = (207..210).fold(trading(), |evening, at| evening.sale_at(&at.to_string(), "20 15:00", "18.00", "Cash"));
    let day = of(&closed(many, "250.30", "70.50"));
    assert_eq!(only(&day).said().map(|one| (one.cause, one.matches)), Some((Cause::WrongTender, 4)));
}

#[test]
fn two_causes_only_where_none_alone_gives_it() {
    let evening = trading().sale("207", "-22.35", &[("Cash", "-22.35")]).cash(CashKind::PaidOut, "3.10", None);
    let day = of(&closed(evening, "217.40", "52.50"));
    let why = only(&day);
    assert_eq!(why.amount, money("28.55"), "22.35 not given back and 3.10 the wrong way round");
    assert!(why.causes.iter().all(|one| one.with.is_some()), "{why:#?}");
    assert!(why.said().is_none_or(|said| said.with.is_some()));
}

#[test]
fn no_word_of_blame_and_no_name() {
    let days = [
        of(&closed(trading(), "196.30", "70.50")),
        of(&closed(trading(), "204.30", "52.50")),
        of(&closed(trading().cash(CashKind::PaidIn, "14.85", None), "199.45", "52.50")),
        of(&closed(trading(), "241.30", "52.50")),
    ];
    for one in days.iter().flat_map(|day| &day.explanations).flat_map(|why| &why.causes) {
        let text = format!("{} {} {}", one.sentence, one.question, one.arithmetic).to_lowercase();
        for word in ["theft", "suspect", "dishonest", "error", "invalid", "variance", "discrepancy"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn the_same_rows_in_any_order_have_the_same_explanation(off in 1..9_000_i64, card in any::<bool>(), turn in 0..8_usize) {
        let cash = Money::cents(21_430 - off.min(20_000)).to_string();
        let cards = Money::cents(52_50 + if card { off } else { 0 }).to_string();
        let evening = closed(trading().cash(CashKind::PaidOut, "4.00", None), &cash, &cards);
        let mut turned = evening.clone();
        let by = turn % turned.sources.len();
        turned.sources.rotate_left(by);
        prop_assert_eq!(of(&evening).explanations, of(&turned).explanations);
    }

    #[test]
    fn taking_back_what_a_sign_changed_leaves_no_difference(cents in 3_00..60_00_i64) {
        let amount = Money::cents(cents).to_string();
        let count = Money::cents(21_430 - cents).to_string();
        let keyed = of(&closed(trading().cash(CashKind::PaidIn, &amount, None), &count, "52.50"));
        let said = only(&keyed).causes.iter().any(|one| one.cause == Cause::SignError);
        prop_assert!(said, "{:#?}", keyed.explanations);
        let right = of(&closed(trading().cash(CashKind::PaidOut, &amount, None), &count, "52.50"));
        prop_assert!(right.explanations.is_empty());
    }

    #[test]
    fn percentages_never_pass_a_hundred(off in -20_000..20_000_i64, card in -3_000..3_000_i64) {
        let day = of(&closed(trading(), &Money::cents(21_430 + off).to_string(), &Money::cents(52_50 + card).to_string()));
        for why in &day.explanations {
            prop_assert!(why.causes.iter().map(|one| u32::from(one.percent)).sum::<u32>() <= 100);
            prop_assert!(why.causes.is_sorted_by(|a, b| a.percent >= b.percent));
        }
    }
}
