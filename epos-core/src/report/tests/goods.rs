//! Best sellers, customers, deliveries and shrinkage, with figures worked out by hand.

use super::*;

/// Five products: A 30.00, B and C 20.00 each, D 5.00, E 2.50.
fn shelf() -> Example {
    let mut example = Example::default();
    let sold = |code: &str, units: i64, total| LineItem {
        item_code: Some(code.into()),
        description: Some(format!("product {code}")),
        quantity: Quantity::units(units),
        ..line("1", Class::Goods, SaleKind::Sale, total)
    };
    let content = Content {
        lines: vec![
            sold("A", 1, 3000).into(),
            sold("B", 4, 2000).into(),
            sold("C", 2, 2000).into(),
            sold("D", 4, 500).into(),
            sold("E", 1, 250).into(),
            line("1", Class::Goods, SaleKind::Discount, -150).into(),
        ],
        tenders: vec![tender("1", "Cash", 7600).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    example
}

#[test]
fn everyone_equal_to_the_last_is_a_best_seller() {
    let top = |n, by| Asked { top: Some(n), by, ..Asked::default() };
    let report = asked(&shelf(), "best-sellers", top(2, None));
    assert_eq!(cells(&report, "rank"), ["1", "2", "2", "", ""]);
    assert_eq!(cells(&report, "item_code"), ["A", "B", "C", "", ""]);
    assert_eq!(cells(&report, "description")[3..], ["(discounts on whole sales)", "(2 other products)"]);
    assert_eq!(cells(&report, "takings"), ["30", "20", "20", "-1.5", "7.5"]);
    assert_eq!(cells(&report, "share"), ["39.5", "26.3", "26.3", "-2", "9.9"]);
    assert_eq!(report.charts[0].labels, ["product A", "product B", "product C"]);
    let report = asked(&shelf(), "best-sellers", top(1, Some(By::Quantity)));
    assert_eq!(
        (cells(&report, "item_code"), cells(&report, "rank")),
        (["B", "D", "", ""].map(str::to_owned).to_vec(), ["1", "1", "", ""].map(str::to_owned).to_vec())
    );
    assert_eq!(sum(&report, "takings", "GBP"), Money::cents(7600));
    let none = asked(&shelf(), "best-sellers", top(0, None));
    assert_eq!(cells(&none, "description"), ["(discounts on whole sales)", "(5 other products)"]);
    let all = asked(&shelf(), "best-sellers", Asked::default());
    assert_eq!(all.rows.len(), 6, "fewer than ten are all shown");
}

/// Ann buys three times in two stores and gives one thing back, Bo once, nobody is named once.
fn regulars() -> Example {
    let mut example = Example::default();
    let by = |number: &str, customer: Option<&str>, kind, total| LineItem {
        customer: customer.map(|token| Person(token.into())),
        ..line(number, Class::Goods, kind, total)
    };
    let tenders =
        |amounts: &[i64]| amounts.iter().zip(1..).map(|(cents, n)| tender(&format!("{n}"), "Cash", *cents).into()).collect();
    use SaleKind::{Refund, Sale};
    let lines =
        vec![by("1", Some("a1"), Sale, 1000).into(), by("2", Some("b2"), Sale, 400).into(), by("3", None, Sale, 300).into()];
    traded(&mut example, "S1", day(19), Content { lines, tenders: tenders(&[1000, 400, 300]), ..Content::default() });
    let lines = vec![by("1", Some("a1"), Sale, 500).into(), by("2", Some("a1"), Refund, -250).into()];
    traded(&mut example, "S1", day(20), Content { lines, tenders: tenders(&[500, -250]), ..Content::default() });
    let lines = vec![by("1", Some("a1"), Sale, 700).into()];
    traded(&mut example, "S2", day(21), Content { lines, tenders: tenders(&[700]), ..Content::default() });
    example.context.people.insert(("customer".into(), Person("Ann".into())), Person("a1".into()));
    example
}

#[test]
fn customers_are_counted_once_each() {
    let report = asked(&regulars(), "unique-customers", Asked::default());
    assert_eq!(cells(&report, "customers"), ["2", "1"]);
    assert_eq!(cells(&report, "customers_again"), ["1", "0"]);
    assert_eq!(cells(&report, "transactions_named"), ["4", "1"]);
    assert_eq!(cells(&report, "transactions_unnamed"), ["1", "0"]);
    assert_eq!(cells(&report, "takings_named"), ["16.5", "7"]);
    assert_eq!(cells(&report, "takings_unnamed"), ["3", "0"]);
    assert_eq!(report.notes, ["2 different customers in all; 1 came to more than one store."]);
    let daily = asked(&regulars(), "unique-customers", Asked { by: Some(By::Day), ..Asked::default() });
    assert_eq!(cells(&daily, "first_day"), ["2026-11-19", "2026-11-20", "2026-11-21"]);
    assert_eq!(cells(&daily, "customers"), ["2", "1", "1"]);
}

#[test]
fn loyal_customers_bought_a_number_of_times() {
    let report = asked(&regulars(), "loyal-customers", Asked { at_least: Some(3), ..Asked::default() });
    assert_eq!(cells(&report, "customer"), ["Ann", "(customers with fewer than 3 purchases)", "(no customer named)"]);
    assert_eq!(cells(&report, "purchases"), ["3", "1", "1"], "what is given back is no purchase");
    assert_eq!(cells(&report, "takings"), ["19.5", "4", "3"]);
    assert_eq!(
        (&cells(&report, "first_day")[0], &cells(&report, "last_day")[0]),
        (&"2026-11-19".to_owned(), &"2026-11-21".to_owned())
    );
    assert_eq!(cells(&report, "stores")[0], "S1, S2");
    assert!(entry("loyal-customers").unwrap().personal);
    // A name that was erased is a token.
    let mut erased = regulars();
    erased.context.people.clear();
    let report = asked(&erased, "loyal-customers", Asked { at_least: Some(1), ..Asked::default() });
    assert_eq!(cells(&report, "customer"), ["a1", "b2", "(no customer named)"]);
}

#[test]
fn deliveries_are_listed_by_supplier_with_what_they_cost() {
    let mut example = Example::default();
    let came = |supplier: Option<&str>, reference: &str, code: &str, units: i64, cost: Option<i64>| GoodsInLine {
        date: day(20),
        reference: Some(reference.into()),
        supplier: supplier.map(str::to_owned),
        item_code: code.into(),
        description: Some("as delivered".into()),
        quantity: Quantity::units(units),
        unit_cost: cost.map(Money::cents),
        received_by: None,
    };
    let goods_in = vec![
        came(Some("Wick & Co"), "N2", "CANDLE", 12, Some(320)).into(),
        came(None, "N9", "TEA", 5, None).into(),
        came(Some("Fair Isle"), "N1", "TEA", 6, Some(160)).into(),
        came(Some("Fair Isle"), "N1", "JAM", 3, Some(205)).into(),
    ];
    traded(&mut example, "S1", day(20), Content { goods_in, ..Content::default() });
    let report = asked(&example, "goods-in", Asked::default());
    assert_eq!(cells(&report, "supplier"), ["(no supplier named)", "Fair Isle", "Fair Isle", "Wick & Co"]);
    assert_eq!(cells(&report, "item_code"), ["TEA", "JAM", "TEA", "CANDLE"]);
    assert_eq!(cells(&report, "cost"), ["", "6.15", "9.6", "38.4"]);
    assert_eq!(report.totals[0][report.column("cost").unwrap()], Value::Decimal(Decimal::new(5415, 2)));
    assert!(report.notes.iter().any(|note| note == "1 line has no cost and is in no sum of costs."));
}

/// Day 1: 20 counted. Day 2: 6 sold and 12 came, 25 counted: 26 − 25 = 1 missing, at 1.60. Packs count as their units.
#[test]
fn shrinkage_is_book_less_count_at_cost() {
    let mut example = Example::default();
    let product = |code: &str, cost: Option<i64>| Product { cost: cost.map(Money::cents), ..listed(code, "Tea", "Groceries") };
    for (code, cost) in [("TEA", Some(160)), ("JAM", None)] {
        example.context.products.insert(code.into(), product(code, cost));
    }
    let pack = Product { pack_of: Some("TEA".into()), pack_units: Some(Quantity::units(6)), ..product("TEA6", Some(900)) };
    example.context.products.insert("TEA6".into(), pack);
    let count = |code: &str, units: i64, on: u32| StockCount {
        item_code: code.into(),
        counted: Quantity::units(units),
        counted_at: day(on).and_hms_opt(18, 0, 0).unwrap(),
        by: None,
    };
    let first = Content { stock_counts: vec![count("TEA", 20, 19).into(), count("JAM", 4, 19).into()], ..Content::default() };
    let sold =
        LineItem { item_code: Some("TEA6".into()), quantity: Quantity::units(1), ..line("1", Class::Goods, SaleKind::Sale, 1200) };
    let delivered = GoodsInLine {
        date: day(20),
        reference: None,
        supplier: None,
        item_code: "TEA".into(),
        description: None,
        quantity: Quantity::units(12),
        unit_cost: None,
        received_by: None,
    };
    let second = Content {
        lines: vec![sold.into()],
        tenders: vec![tender("1", "Cash", 1200).into()],
        goods_in: vec![delivered.into()],
        stock_counts: vec![count("TEA6", 4, 20).into(), count("TEA", 1, 20).into(), count("JAM", 3, 20).into()],
        ..Content::default()
    };
    let store = Store::new("S1", "S1");
    example.context.stores.insert("S1".into(), store.clone());
    let mut before = crate::reconcile::Before::default();
    for (on, content) in [(19, first), (20, second)] {
        let sources = vec![source("S1", "1", day(on), content)];
        let evidence = Evidence { sources: sources.clone(), before: before.clone(), ..Evidence::default() };
        let judged = crate::reconcile::day(&store, day(on), &evidence, &example.context);
        before = crate::reconcile::after(&judged, &evidence, &before);
        example.days.push(judged);
        example.sources.push(DaySources { store: "S1".into(), trading_day: day(on), sources });
    }
    let report = asked(&example, "shrinkage", Asked::default());
    assert_eq!(cells(&report, "sku"), ["JAM", "TEA", "JAM", "TEA"]);
    assert_eq!(cells(&report, "book"), ["", "", "4", "26"], "before the first count nobody knew");
    assert_eq!(cells(&report, "counted"), ["4", "20", "3", "25"]);
    assert_eq!(cells(&report, "shrinkage"), ["", "", "1", "1"]);
    assert_eq!(cells(&report, "shrinkage_cost"), ["", "", "", "1.6"], "what has no cost stays unknown");
    assert!(report.notes.iter().any(|note| note.ends_with("the product list has no cost: 3 counts.")), "{:?}", report.notes);
}

/// T1: 10 sent and 9 arrived, and 4 of which nothing arrived although the rest did. T2 is on its way. A case of six is six units.
#[test]
fn transfers_show_what_is_on_its_way_and_what_is_missing() {
    let mut example = Example::default();
    let tea = listed("TEA", "Tea", "Groceries");
    let pack =
        Product { pack_of: Some("TEA".into()), pack_units: Some(Quantity::units(6)), ..listed("TEA6", "Tea, 6", "Groceries") };
    example.context.products.extend([("TEA".to_owned(), tea), ("TEA6".to_owned(), pack)]);
    let moved = |reference: &str, code: &str, units: i64, side| Transfer {
        reference: reference.into(),
        date: day(20),
        from_store: "S1".into(),
        to_store: "S2".into(),
        item_code: code.into(),
        quantity: Quantity::units(units),
        side,
        ..Transfer::default()
    };
    let of =
        |transfers: Vec<Transfer>| Content { transfers: transfers.into_iter().map(Into::into).collect(), ..Content::default() };
    use Side::{Received, Sent};
    traded(
        &mut example,
        "S1",
        day(20),
        of(vec![moved("T1", "JAM", 10, Sent), moved("T1", "OATS", 4, Sent), moved("T2", "TEA6", 2, Sent)]),
    );
    traded(&mut example, "S2", day(22), of(vec![moved("T1", "JAM", 9, Received), moved("T3", "PEAS", 5, Received)]));
    let report = asked(&example, "transfers", Asked::default());
    assert_eq!(cells(&report, "transfer"), ["T1", "T1", "T2", "T3"]);
    assert_eq!(cells(&report, "sku"), ["JAM", "OATS", "TEA", "PEAS"]);
    assert_eq!(cells(&report, "units_sent"), ["10", "4", "12", ""]);
    assert_eq!(cells(&report, "units_received"), ["9", "0", "", "5"]);
    assert_eq!(cells(&report, "units_in_transit"), ["", "", "12", ""]);
    assert_eq!(cells(&report, "units_difference"), ["-1", "-4", "", ""]);
    assert_eq!(report.notes, ["2 lines are known from one side only: the other store has not said so yet."]);
    // Of the sender's own day the arrival of two days later, elsewhere, is told too.
    let sender = Period::new(day(20), day(20), Some("S1"), &example.days, &example.sources, &example.context);
    let report = super::report("transfers", &sender).unwrap();
    assert_eq!(cells(&report, "units_received"), ["9", "0", ""]);
    assert_eq!(cells(&report, "received_on")[0], "2026-11-22");
}
