//! Shelves: packs, counts, stock files.

use super::*;
use rust_decimal::Decimal;

fn shop() -> Context {
    with_products([
        product("BEER", None),
        product("CASE", Some(("BEER", 6))),
        product("PALLET", Some(("CASE", 10))),
        product("EGG", None),
        product("TRAY", Some(("EGG", 30))),
        product("LOOP-A", Some(("LOOP-B", 2))),
        product("LOOP-B", Some(("LOOP-A", 2))),
        Product { stocked: Some(false), ..product("BAG", None) },
    ])
}

fn judge(evening: &Evening, before: &Before) -> StoreDay {
    let store = Store { expects: vec![Kind::Lines], ..leith() };
    day(&store, evening.day, &evening.evidence(before), &shop())
}

fn on_hand(sku: &str, units: i64) -> Before {
    Before { on_hand: [(sku.to_owned(), Decimal::from(units))].into(), ..Before::default() }
}

#[test]
fn cases_and_singles_leave_one_shelf() {
    let day = judge(&Evening::of(20).units("1", "CASE", 2).units("2", "BEER", 3), &on_hand("BEER", 100));
    let shelf = day.shelf("BEER").expect("a shelf");
    assert_eq!((shelf.moved_out, shelf.expected()), (Decimal::from(15), Some(Decimal::from(85))));
    assert!(day.shelf("CASE").is_none());
    assert_eq!(tie(&day, "stock").tie, Tie::Tied);
    assert_eq!(tie(&day, "stock").left, Some(Decimal::from(15)));
}

#[test]
fn one_egg_leaves_a_tray_of_thirty() {
    let delivered = Evening::of(20)
        .rows(|content| {
            content.goods_in.push(
                GoodsInLine {
                    date: november(20),
                    reference: Some("D1".into()),
                    item_code: "TRAY".into(),
                    quantity: Quantity::units(1),
                    ..GoodsInLine::default()
                }
                .into(),
            );
        })
        .units("1", "EGG", 1);
    let day = judge(&delivered, &on_hand("EGG", 0));
    assert_eq!(day.shelf("EGG").and_then(Balance::expected), Some(Decimal::from(29)));
}

#[test]
fn packs_of_packs_and_loops() {
    assert_eq!(crate::ledger::base_units("PALLET", &shop()), ("BEER".into(), Decimal::from(60)));
    assert_eq!(crate::ledger::base_units("LOOP-A", &shop()), ("LOOP-A".into(), Decimal::ONE));
    assert_eq!(crate::ledger::base_units("nobody", &shop()), ("nobody".into(), Decimal::ONE));
}

#[test]
fn what_is_not_stock_moves_no_shelf() {
    let day = judge(&Evening::of(20).units("1", "BAG", 2).units("2", "unknown", 1), &Before::default());
    assert!(day.shelves.is_empty());
    assert_eq!(tie(&day, "stock").tie, Tie::NotApplicable);
    assert_eq!(finding(&day, K003), None, "a store that keeps no stock is not nagged");
}

#[test]
fn a_count_is_compared_and_stands() {
    let counted = |evening: Evening, code: &str, units: i64| {
        evening.rows(|content| {
            let (item_code, counted, counted_at, by) = (code.into(), Quantity::units(units), at("20 12:00"), None);
            content.stock_counts.push(StockCount { item_code, counted, counted_at, by }.into());
        })
    };
    // 100 − 4 sold before noon; 15 cases and 5 singles counted; 2 sold after.
    let sold = |evening: Evening, number: &str, time: &str, units: i64| {
        evening.rows(|content| {
            let when = at(time);
            let item = line(number, when.date(), "0.00");
            let (item_code, quantity) = (Some("BEER".into()), Quantity::units(units));
            content.lines.push(LineItem { item_code, quantity, time: Some(when.time()), ..item }.into());
        })
    };
    let evening = sold(sold(Evening::of(20), "1", "20 10:00", 4), "2", "20 15:00", 2);
    let evening = counted(counted(evening, "CASE", 15), "BEER", 5);
    let before = on_hand("BEER", 100);
    let day = judge(&evening, &before);
    let shelf = day.shelf("BEER").expect("a shelf");
    assert_eq!((shelf.counted, shelf.over_short()), (Some(Decimal::from(93)), Some(Decimal::from(-1))));
    let shrinkage = finding(&day, K002).expect("shrinkage");
    assert!(shrinkage.message.contains("the book says 96, 95 were counted: 1 fewer"), "{}", shrinkage.message);
    let next = crate::reconcile::after(&day, &evening.evidence(&before), &before);
    assert_eq!(next.on_hand.get("BEER"), Some(&Decimal::from(93)));
}

#[test]
fn on_hand_is_unknown_until_somebody_looks() {
    let day = judge(&Evening::of(20).units("1", "BEER", 3), &on_hand("EGG", 5));
    assert_eq!(day.shelf("BEER").and_then(Balance::expected), None);
    assert!(finding(&day, K003).is_some());
    let level = Evening::of(20).units("1", "BEER", 3).till("").rows(|content| {
        let (item_code, on_hand) = ("BEER".into(), Quantity::units(40));
        content.stock_levels.push(StockLevel { item_code, description: None, on_hand, as_of: None }.into());
    });
    let known = judge(&level, &Before::default());
    assert_eq!(known.shelf("BEER").and_then(|shelf| shelf.counted), Some(Decimal::from(40)));
    assert_eq!(finding(&known, K004), None);
    let jump = judge(&level, &on_hand("BEER", 45));
    assert!(finding(&jump, K004).expect("a jump").message.contains("the stock file says 40, our movements give 42: 2 fewer"));
}

#[test]
fn fewer_than_none_is_a_question() {
    let day = judge(&Evening::of(20).units("1", "BEER", 3), &on_hand("BEER", 1));
    assert_eq!(finding(&day, K001).expect("negative").amount, Some(money("-2.00")));
}
