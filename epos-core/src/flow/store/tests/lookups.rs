//! Lookups: what a list says is found, and shelves hold what judging says.

use std::collections::BTreeMap;

use super::engine::fresh;
use super::*;
use crate::flow::lookup::{self, Found, Search};
use crate::flow::{judge, masters as take_masters};

fn product(code: &str, name: &str) -> Product {
    Product { item_code: code.into(), description: name.into(), price: Some(money("1")), ..Product::default() }
}

fn pack(code: &str, name: &str, of: &str, units: i64) -> Product {
    Product { pack_of: Some(of.into()), pack_units: Some(Quantity::units(units)), ..product(code, name) }
}

/// A product list that replaces the one before.
fn list(products: Vec<Product>) -> Block {
    let mut block = with(Coverage::Snapshot, Block::default());
    let key = Key { store: String::new(), till: String::new(), trading_day: Key::ALWAYS };
    content_of(&mut block, key).products = products.into_iter().map(Row::from).collect();
    block
}

/// Sales of item codes: number, hour, code and units.
fn sold(of: u32, lines: &[(&str, u32, &str, i64)]) -> Block {
    let mut block = Block::default();
    block.origin.layout = "sales".into();
    for (number, hour, code, units) in lines {
        let mut row = line(number, 1, of, "1");
        row.record.item_code = Some((*code).into());
        row.record.quantity = Quantity::units(*units);
        row.record.time = NaiveTime::from_hms_opt(*hour, 0, 0);
        content_of(&mut block, key(of)).lines.push(row);
    }
    block
}

/// Counts by hand: code, units and hour.
fn counted(of: u32, counts: &[(&str, i64, u32)]) -> Block {
    let mut block = with(Coverage::Snapshot, Block::default());
    block.origin.layout = "counts".into();
    for (code, units, hour) in counts {
        let counted_at = day(of).and_hms_opt(*hour, 0, 0).unwrap();
        let count = StockCount { item_code: (*code).into(), counted: Quantity::units(*units), counted_at, by: None };
        content_of(&mut block, key(of)).stock_counts.push(count.into());
    }
    block
}

fn settled(db: &mut dyn Db) -> usize {
    let stores =
        BTreeMap::from([("01".to_owned(), Store::new("01", "Leith Walk")), ("02".to_owned(), Store::new("02", "The Quay"))]);
    settle(db, &stores, noon(25)).unwrap()
}

fn search(db: &mut dyn Db, query: &str) -> Found {
    lookup::lookup(db, &Search::new(query), noon(25)).unwrap()
}

fn skus(db: &mut dyn Db, query: &str) -> Vec<String> {
    search(db, query).items.into_iter().map(|item| item.sku).collect()
}

/// Units on hand by store, as `availability` says.
fn on_hand(db: &mut dyn Db, code: &str) -> Vec<Option<i64>> {
    let all = lookup::availability(db, code, noon(25)).unwrap().unwrap();
    all.iter().map(|one| one.on_hand.map(|units| units.ten_thousandths() / 10_000)).collect()
}

fn corner() -> Vec<Product> {
    let gtin = |code: &str, product: Product| Product { gtin: Some(code.into()), ..product };
    let of = |category: &str, product: Product| Product { category: Some(category.into()), ..product };
    vec![
        of("Drinks", gtin("5012345678900", product("CF-1", "Café Crème Coffee 500 g"))),
        of("Drinks", gtin("96385074", product("CF-2", "Coffee Beans"))),
        of("Biscuits", product("BIS-01", "Shortbread Fingers")),
        of("Biscuits", pack("BIS-06", "Shortbread Fingers, case", "BIS-01", 6)),
        of("Home", gtin("036000291452", product("36000", "Müller's Mug"))),
        of("Drinks", product("TOF", "Toffee")),
    ]
}

pub(super) fn what_people_type_finds_the_item() {
    let mut db = fresh();
    load(&mut db, "list.csv", 1, list(corner()));
    assert_sound(&mut db);
    for (query, expected) in [
        ("CAFE creme", vec!["CF-1"]),
        ("Café", vec!["CF-1"]),
        ("coffee", vec!["CF-2", "CF-1"]),
        ("cof", vec!["CF-2", "CF-1"]),
        ("cofee", vec!["CF-1", "CF-2"]),
        ("shortbraed", vec!["BIS-01", "BIS-06"]),
        ("fingers short", vec!["BIS-01", "BIS-06"]),
        ("mullers mug", vec!["36000"]),
        ("mug zzzz", vec!["36000"]),
        ("500g", vec!["CF-1"]),
        ("500 G coffee", vec!["CF-1"]),
        ("bis-06", vec!["BIS-06"]),
        ("BIS", vec!["BIS-01", "BIS-06"]),
        ("501234", vec!["CF-1"]),
        ("36000", vec!["36000"]),
        ("xylophone", vec![]),
        ("'; DROP TABLE item; --", vec![]),
        ("%", vec![]),
        ("_", vec![]),
    ] {
        assert_eq!(skus(&mut db, query), expected, "{query}");
    }
    let drinks = Search { category: Some("DRINKS".into()), ..Search::new("") };
    let found = lookup::lookup(&mut db, &drinks, noon(25)).unwrap();
    assert_eq!((found.total, found.items.len()), (3, 3));
    let none = lookup::lookup(&mut db, &Search { category: Some("Drinks".into()), ..Search::new("mug") }, noon(25)).unwrap();
    assert_eq!((none.total, none.more), (0, false));
    let pages: Vec<Vec<String>> = (1..=4)
        .map(|page| lookup::lookup(&mut db, &Search { page, per_page: 2, ..Search::new("") }, noon(25)).unwrap())
        .map(|found| found.items.into_iter().map(|item| item.sku).collect())
        .collect();
    assert_eq!(pages, [vec!["CF-1", "CF-2"], vec!["36000", "BIS-01"], vec!["BIS-06", "TOF"], vec![]]);
}

pub(super) fn every_length_of_a_barcode_is_the_item() {
    let mut db = fresh();
    load(&mut db, "list.csv", 1, list(corner()));
    for (codes, sku) in [
        (vec!["5012345678900", "05012345678900", " 5012345678900 ", "cf-1", "CF-1"], "CF-1"),
        (vec!["96385074", "000096385074", "0000096385074", "00000096385074"], "CF-2"),
        (vec!["036000291452", "0036000291452", "00036000291452", "36000"], "36000"),
    ] {
        for code in codes {
            assert_eq!(lookup::item(&mut db, code, noon(25)).unwrap().map(|item| item.sku).as_deref(), Some(sku), "{code}");
        }
    }
    for code in ["5012345678901", "", "50123456789"] {
        assert_eq!(lookup::item(&mut db, code, noon(25)).unwrap(), None, "{code}");
    }
    let case = lookup::item(&mut db, "BIS-06", noon(25)).unwrap().unwrap();
    assert_eq!(
        case.unit.map(|unit| (unit.sku, unit.name, unit.units)),
        Some(("BIS-01".into(), Some("Shortbread Fingers".into()), Quantity::units(6)))
    );
    let packs = lookup::item(&mut db, "BIS-01", noon(25)).unwrap().unwrap().packs;
    assert_eq!(packs.into_iter().map(|pack| (pack.sku, pack.units)).collect::<Vec<_>>(), [("BIS-06".into(), Quantity::units(6))]);
}

/// A list that comes again with a few changes: only those are written, and the index is what it would be made anew.
pub(super) fn a_changed_list_changes_the_index() {
    let mut db = fresh();
    load(&mut db, "one.csv", 1, list(corner()));
    let mut next = corner();
    next.remove(5);
    next[1].description = "Kaffee".into();
    next[2].price = Some(money("2.50"));
    next.push(product("NEW", "Chutney"));
    load(&mut db, "two.csv", 2, list(next));
    assert_sound(&mut db);
    assert_eq!(skus(&mut db, "coffee"), ["CF-1"]);
    assert_eq!(skus(&mut db, "toffee"), ["CF-1"], "nothing is called so any more: taken for coffee");
    assert_eq!(skus(&mut db, "kaffee"), ["CF-2"]);
    assert_eq!(skus(&mut db, "chutny"), ["NEW"]);
    assert_eq!(search(&mut db, "shortbread").items[0].price, Some(money("2.50")));
    undo(&mut db, document("two.csv", 2).hash, "", noon(25)).unwrap();
    assert_sound(&mut db);
    assert_eq!(skus(&mut db, "toffee"), ["TOF"]);
    undo(&mut db, document("one.csv", 1).hash, "", noon(25)).unwrap();
    assert_sound(&mut db);
    assert_eq!(search(&mut db, "").total, 0);
}

pub(super) fn a_price_begins_on_its_day() {
    let mut db = fresh();
    let later = Product { effective_from: Some(day(20)), price: Some(money("3")), ..product("J", "Jug") };
    load(&mut db, "list.csv", 1, list(vec![product("J", "Jug"), later]));
    let price = |db: &mut dyn Db, of: u32| lookup::item(db, "J", noon(of)).unwrap().unwrap().price;
    assert_eq!((price(&mut db, 19), price(&mut db, 20)), (Some(money("1")), Some(money("3"))));
    assert_sound(&mut db);
}

pub(super) fn stock_is_unknown_until_somebody_counts() {
    let mut db = fresh();
    load(&mut db, "list.csv", 1, list(corner()));
    load(&mut db, "thursday.csv", 19, sold(19, &[("1", 9, "BIS-01", 2)]));
    assert_eq!(settled(&mut db), 1);
    assert_eq!(on_hand(&mut db, "BIS-01"), [None, None]);
    load(&mut db, "counts.csv", 20, counted(20, &[("BIS-01", 20, 12)]));
    load(&mut db, "friday.csv", 20, sold(20, &[("2", 9, "BIS-01", 5), ("3", 15, "BIS-06", 1), ("4", 16, "TOF", 1)]));
    // Friday is not counted in yet, and says so.
    assert_eq!(lookup::stores(&mut db).unwrap()[0].waiting, 1);
    assert_eq!(settled(&mut db), 1);
    assert_sound(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(14), None], "sold before the count: in it; a case after it: six less");
    let case = lookup::availability(&mut db, "BIS-06", noon(25)).unwrap().unwrap();
    assert_eq!((case[0].on_hand, case[0].packs), (Some(Quantity::units(14)), Some(Quantity::units(2))));
    assert_eq!((case[0].as_of, case[0].last_counted), (Some(day(20)), day(20).and_hms_opt(12, 0, 0)));
    assert_eq!((case[0].confidence, case[1].confidence), (Confidence::Medium, Confidence::Unknown), "five days without sales");
    assert_eq!(lookup::availability(&mut db, "nobody knows it", noon(25)).unwrap(), None);
    let stock = lookup::stock(&mut db, "01", 1, 20, noon(25)).unwrap().unwrap();
    let shelves: Vec<(&str, bool)> = stock.shelves.iter().map(|shelf| (shelf.sku.as_str(), shelf.on_hand.is_some())).collect();
    assert_eq!((stock.total, shelves), (2, vec![("BIS-01", true), ("TOF", false)]));
    assert_eq!(lookup::stock(&mut db, "03", 1, 20, noon(25)).unwrap(), None);
    assert_eq!(settled(&mut db), 0, "nothing is left to do");

    // A late file of a day before the count changes nothing on hand; one after it does.
    load(&mut db, "monday.csv", 21, sold(16, &[("0", 9, "BIS-01", 7)]));
    load(&mut db, "saturday.csv", 22, sold(21, &[("5", 9, "BIS-01", 1)]));
    settled(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(13), None]);
    undo(&mut db, document("friday.csv", 20).hash, "", noon(25)).unwrap();
    settled(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(19), None]);
    assert_sound(&mut db);
}

/// A list that comes after the sales, or says of a case what it holds only later, changes the shelves of days gone by.
pub(super) fn a_list_may_come_after_the_sales() {
    let mut db = fresh();
    load(&mut db, "counts.csv", 18, counted(18, &[("BIS-01", 20, 12)]));
    load(&mut db, "sales.csv", 19, sold(19, &[("1", 9, "BIS-01", 1), ("2", 9, "BIS-06", 1), ("3", 9, "5012345678900", 2)]));
    settled(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(20), None], "without a list nothing that is sold is stock");
    load(&mut db, "plain.csv", 20, list(vec![product("BIS-01", "Shortbread"), product("BIS-06", "A case")]));
    settled(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(19), None]);
    load(&mut db, "list.csv", 21, list(corner()));
    settled(&mut db);
    assert_sound(&mut db);
    assert_eq!(on_hand(&mut db, "BIS-01"), [Some(13), None]);
    load(&mut db, "stock.csv", 22, counted(20, &[("CF-1", 4, 12)]));
    let mut coded = corner();
    coded[0].gtin = None;
    settled(&mut db);
    assert_eq!(on_hand(&mut db, "CF-1"), [Some(4), None]);
    load(&mut db, "coded.csv", 23, list(coded));
    assert_eq!(settled(&mut db), 2, "the days on which its barcode was rung and it was counted");
    assert_sound(&mut db);
}

/// What the shelves hold is what judging all days, one after the other, says.
fn as_judged(db: &mut dyn Db) {
    let mut context = Context { now: noon(25), ..Context::default() };
    take_masters::take(&mut context, db).unwrap();
    let mut judged: BTreeMap<String, Option<Quantity>> = BTreeMap::new();
    let evidence = all_sources(db, Days::now(day(1), day(30), None)).unwrap();
    for day in judge(&context, evidence).days {
        for balance in day.shelves {
            let Account::Shelf { sku, .. } = balance.account.clone() else { continue };
            judged.insert(sku, balance.counted.or_else(|| balance.expected()).map(Quantity::rounded));
        }
    }
    let stock = lookup::stock(db, "01", 1, 100, noon(25)).unwrap().unwrap();
    let shelves: BTreeMap<String, Option<Quantity>> = stock.shelves.into_iter().map(|shelf| (shelf.sku, shelf.on_hand)).collect();
    assert_eq!(shelves, judged);
}

pub(super) fn shelves_hold_what_judging_says() {
    let few = if cfg!(feature = "mysql") { 8 } else { 48 };
    let codes = ["A", "B", "A6", "AA", "N"];
    let event = (16..22u32, 0..5usize, 8..18u32, -2..9i64, any::<bool>());
    let lists = (any::<bool>(), 1..7i64, any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(few));
    let steps = prop::collection::vec((prop::collection::vec(event, 0..6), lists), 1..4);
    runner
        .run(&steps, |steps| {
            let mut db = fresh();
            settled(&mut db);
            for (at, (events, (with_list, units, stocked))) in steps.into_iter().enumerate() {
                if with_list {
                    let kept = Product { stocked: Some(stocked), ..product("B", "Bread") };
                    let all = vec![product("A", "Apple"), kept, pack("A6", "Six apples", "A", units), pack("AA", "More", "A6", 2)];
                    load(&mut db, &format!("list-{at}"), 1 + at as u32, list(all));
                }
                let mut days: BTreeMap<_, Vec<_>> = BTreeMap::new();
                for (of, code, hour, units, by_hand) in events {
                    days.entry((of, by_hand)).or_default().push((code, hour, units));
                }
                for ((of, by_hand), rows) in days {
                    let block = if by_hand {
                        let mut rows: Vec<_> = rows.iter().map(|&(code, hour, units)| (codes[code], units.max(0), hour)).collect();
                        rows.sort_unstable();
                        rows.dedup_by_key(|(code, ..)| *code);
                        counted(of, &rows)
                    } else {
                        let numbers: Vec<String> = (0..rows.len()).map(|number| format!("{number}")).collect();
                        let rows: Vec<_> = rows
                            .iter()
                            .zip(&numbers)
                            .map(|(&(code, hour, units), number)| (number.as_str(), hour, codes[code], units))
                            .collect();
                        sold(of, &rows)
                    };
                    load(&mut db, &format!("{at}-{of}-{by_hand}"), 1 + at as u32, block);
                }
                if at % 2 == 0 {
                    settled(&mut db);
                }
            }
            settled(&mut db);
            assert_sound(&mut db);
            as_judged(&mut db);
            Ok(())
        })
        .unwrap();
}

pub(super) fn a_product_is_found_by_its_own_name_and_codes() {
    let few = if cfg!(feature = "mysql") { 6 } else { 32 };
    let name = "[A-Za-zÀ-ž0-9ß' .&-]{1,24}|(green|black|rooibos) (tea|chai|leaves)( [0-9]{1,3} ?g)?|\\PC{0,12}";
    let item = ("[A-Za-z0-9/-]{1,8}", name, prop::option::of(0u64..100_000_000_000));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(few));
    let items = prop::collection::btree_map(item.0, (item.1, item.2), 1..25);
    runner
        .run(&(items.clone(), items), |(first, then)| {
            let mut db = fresh();
            for (name, items) in [("first", &first), ("then", &then)] {
                let products = items.iter().map(|(code, (name, digits))| {
                    let gtin = digits.map(|digits| {
                        let body = format!("{digits:012}");
                        format!("{body}{}", Gtin::check_digit(&body).unwrap())
                    });
                    Product { gtin, ..product(code, name.trim()) }
                });
                load(&mut db, name, if name == "first" { 1 } else { 2 }, list(products.collect()));
                assert_sound(&mut db);
            }
            for (code, (name, digits)) in &then {
                let label = search::label(name);
                if !label.is_empty() {
                    let found = lookup::lookup(&mut db, &Search { per_page: 100, ..Search::new(name.as_str()) }, noon(25)).unwrap();
                    let place = found.items.iter().position(|item| item.sku == *code);
                    assert!(place.is_some(), "{name:?} does not find {code}: {found:?}");
                }
                let same = |found: Option<String>| found.is_some_and(|found| found.to_lowercase() == code.to_lowercase());
                let by_code = lookup::item(&mut db, code, noon(25)).unwrap().map(|item| item.sku);
                assert_eq!(by_code.as_ref(), Some(code));
                assert!(same(skus(&mut db, code).first().cloned()), "{code}");
                let Some(digits) = digits else { continue };
                let body = format!("{digits:012}");
                let gtin = Gtin::parse(&format!("{body}{}", Gtin::check_digit(&body).unwrap())).unwrap();
                let twins = then.values().filter(|(_, other)| other.as_ref() == Some(digits)).count();
                for length in [14, 13, 12, 8] {
                    let (zeros, rest) = gtin.as_str().split_at(14 - length);
                    if zeros.bytes().all(|byte| byte == b'0') && twins == 1 && !then.contains_key(rest) {
                        let found = lookup::item(&mut db, rest, noon(25)).unwrap().map(|item| item.sku);
                        assert_eq!(found.as_ref(), Some(code), "{rest}");
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}
