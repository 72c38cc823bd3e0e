//! Goods between stores: both sides, one side, and more than there is.

use std::collections::BTreeMap;

use super::*;
use crate::reconcile::{Evidence, after, meet};
use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn shop() -> Context {
    with_products([product("BEER", None), product("CASE", Some(("BEER", 6)))])
}

/// A store without files that must come.
fn quiet(code: &str) -> Store {
    Store { expects: Vec::new(), ..Store::new(code, code) }
}

/// From Leith Walk (LW) to Morningside (MS).
fn transfer(side: Side, day: u32, code: &str, units: i64) -> Transfer {
    Transfer {
        reference: "T-7".into(),
        date: november(day),
        from_store: "LW".into(),
        to_store: "MS".into(),
        item_code: code.into(),
        quantity: Quantity::units(units),
        side,
        ..Transfer::default()
    }
}

type Days = BTreeMap<(String, NaiveDate), Evidence>;

fn said(transfers: &[Transfer]) -> Days {
    let mut days = Days::new();
    for transfer in transfers {
        let key = Key { store: transfer.store().to_owned(), till: String::new(), trading_day: transfer.date };
        let mut source = Evening::of(20).rows(|content| content.transfers.push(transfer.clone().into())).sources.remove(0);
        source.batch.key = key;
        days.entry((transfer.store().to_owned(), transfer.date)).or_default().sources.push(source);
    }
    meet(&mut days);
    days
}

fn judged(days: &Days, store: &str, of: u32, on_hand: Option<i64>, now: &str) -> StoreDay {
    let mut evidence = days.get(&(store.to_owned(), november(of))).cloned().unwrap_or_default();
    evidence.before.on_hand = on_hand.map(|units| ("BEER".to_owned(), Decimal::from(units))).into_iter().collect();
    day(&quiet(store), november(of), &evidence, &Context { now: at(now), ..shop() })
}

#[test]
fn what_one_store_sends_is_on_the_others_shelf() {
    let days = said(&[transfer(Side::Sent, 20, "CASE", 2), transfer(Side::Received, 21, "BEER", 12)]);
    let (sent, received) = (judged(&days, "LW", 20, Some(100), "30 12:00"), judged(&days, "MS", 21, Some(1), "30 12:00"));
    let on_hand = |day: &StoreDay| day.shelf("BEER").and_then(Balance::expected);
    assert_eq!((on_hand(&sent), on_hand(&received)), (Some(Decimal::from(88)), Some(Decimal::from(13))));
    assert_eq!(tie(&received, "transfer").tie, Tie::Tied);
    assert!(sent.tie_outs.iter().all(|out| out.name != "transfer"), "it is compared where the goods arrived: {sent:#?}");
    assert!(sent.findings.is_empty() && received.findings.is_empty());
}

#[test]
fn on_hand_stays_unknown_until_somebody_counts() {
    let days = said(&[transfer(Side::Received, 20, "BEER", 12), transfer(Side::Sent, 20, "BEER", 12)]);
    let received = judged(&days, "MS", 20, None, "30 12:00");
    assert_eq!(received.shelf("BEER").map(|shelf| (shelf.moved_in, shelf.expected())), Some((Decimal::from(12), None)));
    assert!(finding(&received, K003).is_some());
    let evidence = &days[&("MS".to_owned(), november(20))];
    assert!(after(&received, evidence, &Before::default()).on_hand.is_empty());
}

#[test]
fn a_bottle_less_is_a_difference_of_the_day_it_arrived() {
    let days = said(&[transfer(Side::Sent, 20, "CASE", 2), transfer(Side::Received, 21, "BEER", 11)]);
    let received = judged(&days, "MS", 21, Some(0), "21 12:00");
    let difference = finding(&received, K005).expect("a difference");
    assert_eq!((difference.subject.as_str(), difference.amount), ("T-7 BEER", Some(money("-1.00"))));
    assert!(difference.message.contains("LW sent 12 of BEER, 11 arrived"), "{}", difference.message);
    assert_eq!(finding(&judged(&days, "LW", 20, Some(50), "21 12:00"), K005), None, "said once");
    // The other number of the same pad is another transfer.
    let mut other = transfer(Side::Received, 21, "BEER", 11);
    other.reference = "T-8".into();
    let apart = said(&[transfer(Side::Sent, 20, "CASE", 2), other]);
    assert_eq!(finding(&judged(&apart, "MS", 21, Some(0), "21 12:00"), K005), None);
}

#[test]
fn parts_that_arrive_on_two_days_are_one_transfer() {
    let parts =
        [transfer(Side::Sent, 20, "CASE", 2), transfer(Side::Received, 21, "CASE", 1), transfer(Side::Received, 22, "BEER", 6)];
    let days = said(&parts);
    let first = judged(&days, "MS", 21, Some(0), "30 12:00");
    assert!(first.findings.is_empty() && first.tie_outs.iter().all(|out| out.name != "transfer"), "{first:#?}");
    assert_eq!(tie(&judged(&days, "MS", 22, Some(6), "30 12:00"), "transfer").tie, Tie::Tied);
}

#[test]
fn one_side_is_in_transit_until_the_other_is_late() {
    let sent = said(&[transfer(Side::Sent, 20, "CASE", 2)]);
    let on_its_way = judged(&sent, "LW", 20, Some(50), "21 12:00");
    let out = tie(&on_its_way, "transfer");
    assert_eq!((out.tie, out.left, out.right), (Tie::NotChecked, Some(Decimal::from(12)), None));
    assert!(out.note.contains("12 units in transit to MS"), "{}", out.note);
    assert_eq!(finding(&on_its_way, K006), None, "the evening after is soon enough");
    let late = judged(&sent, "LW", 20, Some(50), "21 23:00");
    assert!(finding(&late, K006).expect("late").message.contains("12 units left, but MS has not said that they arrived"));
    let arrived = said(&[transfer(Side::Received, 20, "CASE", 2)]);
    let unsent = judged(&arrived, "MS", 20, Some(0), "22 12:00");
    assert!(finding(&unsent, K006).expect("late").message.contains("12 units arrived, but LW has not said that it sent them"));
}

#[test]
fn nobody_sends_what_is_not_there() {
    let days = said(&[transfer(Side::Sent, 20, "CASE", 2), transfer(Side::Received, 20, "CASE", 2)]);
    let beyond = judged(&days, "LW", 20, Some(10), "20 12:00");
    let message = &finding(&beyond, K007).expect("beyond").message;
    assert!(message.contains("12 units of BEER (BEER thing) were sent away, but only 10 were there"), "{message}");
    assert_eq!(finding(&beyond, K001), None, "one wrong thing is said once");
    assert_eq!(finding(&judged(&days, "LW", 20, Some(12), "20 12:00"), K007), None);
    assert_eq!(finding(&judged(&days, "LW", 20, None, "20 12:00"), K007), None, "on hand is unknown");
}

#[test]
fn what_left_after_the_count_is_not_in_it() {
    let counted = |days: &mut Days| {
        let (item_code, counted, counted_at, by) = ("BEER".into(), Quantity::units(50), at("20 12:00"), None);
        let count = StockCount { item_code, counted, counted_at, by };
        let source = Evening::of(20).till("").rows(|content| content.stock_counts.push(count.into())).sources.remove(0);
        days.get_mut(&("LW".to_owned(), november(20))).expect("a day").sources.push(source);
    };
    let on_hand = |time: Option<&str>| {
        let time = time.map(|time| at(time).time());
        let mut days = said(&[Transfer { time, ..transfer(Side::Sent, 20, "CASE", 2) }]);
        counted(&mut days);
        // The book was wrong, and the count shows that there was enough to send.
        assert_eq!(finding(&judged(&days, "LW", 20, Some(3), "20 12:00"), K007), None);
        judged(&days, "LW", 20, None, "20 12:00").shelf("BEER").and_then(|shelf| shelf.counted)
    };
    assert_eq!(on_hand(Some("20 15:00")), Some(Decimal::from(38)));
    assert_eq!(on_hand(Some("20 09:00")), Some(Decimal::from(50)));
    assert_eq!(on_hand(None), Some(Decimal::from(50)));
}

#[test]
fn an_unread_row_compares_nothing() {
    let mut days = said(&[transfer(Side::Sent, 20, "CASE", 2), transfer(Side::Received, 20, "CASE", 1)]);
    let key = ("MS".to_owned(), november(20));
    assert!(finding(&judged(&days, "MS", 20, Some(0), "30 12:00"), K005).is_some());
    days.entry(key).or_default().rejected.push(Kind::Transfers);
    let unread = judged(&days, "MS", 20, Some(0), "30 12:00");
    assert_eq!((finding(&unread, K005), tie(&unread, "transfer").tie), (None, Tie::NotChecked));
}

proptest! {
    /// Whatever is sent and received: what all shelves lost and won is exactly what did not arrive, and it is said.
    #[test]
    fn nothing_is_lost_between_stores(
        rows in prop::collection::vec((any::<bool>(), any::<bool>(), 1..50_i64), 1..12),
    ) {
        let row = |&(sent, case, units): &(bool, bool, i64)| {
            transfer(if sent { Side::Sent } else { Side::Received }, 20, if case { "CASE" } else { "BEER" }, units)
        };
        let days = said(&rows.iter().map(row).collect::<Vec<_>>());
        let moved = |store: &str| -> Decimal {
            let none = Evidence::default();
            let evidence = days.get(&(store.to_owned(), november(20))).unwrap_or(&none);
            post(&evidence.sources, &quiet(store), &shop()).iter().map(|movement| movement.amount).sum()
        };
        let lost: i64 = rows.iter().map(|(sent, case, units)| if *sent { 1 } else { -1 } * if *case { 6 * units } else { *units }).sum();
        prop_assert_eq!(moved("LW") + moved("MS"), Decimal::from(-lost));
        let both = rows.iter().any(|row| row.0) && rows.iter().any(|row| !row.0);
        let received = judged(&days, "MS", 20, Some(100_000), "20 12:00");
        let said = finding(&received, K005).and_then(|finding| finding.amount);
        prop_assert_eq!(said, (both && lost != 0).then(|| Money::cents(-lost * 100)));
    }
}
