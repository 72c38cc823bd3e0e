//! How long a lookup takes in a SQLite file: many items, every one of them on a shelf of every store.
//!
//! `cargo bench -p epos-benches --bench lookup -- --items 100000 --stores 50`
//!
//! Prints one line per question: what, how many milliseconds half of them took at most, and how many 99 of 100 did.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime};
use epos_core::edge::database;
use epos_core::flow::lookup::{self, Search};
use epos_core::flow::store;
use epos_core::model::{Batch, Block, Content, Coverage, Document, Gtin, Key, Money, Product, Store, Value};
use epos_core::port::Db;
use epos_core::sql::{Rows, table};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Asked of each question.
const TIMES: usize = 400;

const MAKERS: [&str; 20] = [
    "Traidcraft",
    "Divine",
    "Clipper",
    "Cafédirect",
    "Zaytoun",
    "Suma",
    "Biona",
    "Essential",
    "Meridian",
    "Equal",
    "Hampstead",
    "Montezuma",
    "Liberation",
    "Steenbergs",
    "Zest",
    "Bonvita",
    "Plamil",
    "Doves",
    "Rapunzel",
    "Yogi",
];
const KINDS: [&str; 25] = [
    "organic",
    "roast",
    "ground",
    "dark",
    "milk",
    "white",
    "green",
    "black",
    "rooibos",
    "ginger",
    "lemon",
    "orange",
    "almond",
    "hazelnut",
    "honey",
    "vanilla",
    "crème",
    "salted",
    "smooth",
    "crunchy",
    "wholemeal",
    "gluten-free",
    "wild",
    "mountain",
    "garden",
];
const THINGS: [&str; 25] = [
    "coffee",
    "tea",
    "chocolate",
    "shortbread",
    "biscuits",
    "cookies",
    "marmalade",
    "jam",
    "chutney",
    "muesli",
    "granola",
    "rice",
    "quinoa",
    "pasta",
    "olive oil",
    "sugar",
    "cocoa",
    "nuts",
    "raisins",
    "candles",
    "mug",
    "scarf",
    "basket",
    "soap",
    "card",
];

fn product(number: usize) -> Product {
    let pick = |list: &'static [&'static str], of: usize| list.get(of % list.len()).copied().unwrap_or_default();
    let (kind, other) = (pick(&KINDS, number / 7), pick(&KINDS, number / 31 + 11));
    let (maker, thing) = (pick(&MAKERS, number / 500), pick(&THINGS, number));
    let body = format!("50{number:010}");
    let gtin = Gtin::check_digit(&body).map(|digit| format!("{body}{digit}"));
    Product {
        item_code: format!("SKU-{number:06}"),
        gtin,
        description: format!("{maker} {kind} {other} {thing} {} g no {number}", 50 + number % 19 * 25),
        price: Some(Money::cents(99 + (number % 1900) as i64)),
        category: Some(thing.to_owned()),
        ..Product::default()
    }
}

fn day(of: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, of).unwrap_or_default()
}

/// Loads the list as a document, as any other; the shelves are written as settling writes them.
fn fill(db: &mut dyn Db, items: usize, stores: usize, now: NaiveDateTime) -> Outcome<()> {
    store::migrate(db, now)?;
    let began = Instant::now();
    let products = (0..items).map(|number| product(number).into()).collect();
    let mut block = Block::default();
    block.origin.coverage = Coverage::Snapshot;
    block.origin.layout = "products".into();
    let key = Key { store: String::new(), till: String::new(), trading_day: Key::ALWAYS };
    block.batches.push(Batch { key, content: Content { products, ..Content::default() } });
    let terms = store::Terms { now, ..store::Terms::default() };
    store::apply(db, &Document::new("products.csv", b"products".to_vec()), vec![block], Vec::new(), terms)?;
    writeln!(std::io::stderr(), "loading {items} items and their index: {:.1} s", began.elapsed().as_secs_f64())?;

    let mut changed: Vec<_> = (0..items).map(|number| product(number).into()).collect();
    for row in changed.iter_mut().step_by(100) {
        let row: &mut epos_core::model::Row<Product> = row;
        row.record.description.push_str(" new");
    }
    let mut block = Block::default();
    block.origin.coverage = Coverage::Snapshot;
    block.origin.layout = "products".into();
    let key = Key { store: String::new(), till: String::new(), trading_day: Key::ALWAYS };
    block.batches.push(Batch { key, content: Content { products: changed, ..Content::default() } });
    let terms = store::Terms { now, ..store::Terms::default() };
    let began = Instant::now();
    store::apply(db, &Document::new("products-2.csv", b"products 2".to_vec()), vec![block], Vec::new(), terms)?;
    writeln!(std::io::stderr(), "loading them again, one of 100 with another name: {:.1} s", began.elapsed().as_secs_f64())?;

    let named: BTreeMap<String, Store> = (1..=stores)
        .map(|number| format!("{number:02}"))
        .map(|code| (code.clone(), Store::new(&code, &format!("Store {code}"))))
        .collect();
    store::settle(db, &named, now)?;
    let shelf = table("shelf").ok_or("no table of shelves")?;
    let text = |text: String| Value::Text(text.into());
    for first in (0..items).step_by(1_000) {
        let mut rows = Rows::of(shelf);
        for number in first..items.min(first + 1_000) {
            for code in named.keys() {
                let counted = day(1 + (number % 20) as u32);
                rows.values.extend([
                    text(format!("SKU-{number:06}")),
                    text(code.clone()),
                    Value::Decimal(((number % 30) as i64).into()),
                    Value::Date(day(20)),
                    Value::Date(counted),
                    Value::DateTime(counted.and_time(now.time())),
                ]);
            }
        }
        db.insert(&rows)?;
    }
    Ok(())
}

/// Asks many times; prints the median and the 99th percentile in milliseconds.
fn measure(what: &str, mut ask: impl FnMut(usize) -> Outcome<bool>) -> Outcome<()> {
    let mut took = Vec::with_capacity(TIMES);
    for turn in 0..TIMES {
        let began = Instant::now();
        let found = black_box(ask(turn)?);
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        if !found {
            return Err(format!("{what}: nothing was found").into());
        }
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took.get((TIMES as f64 * share) as usize).copied().unwrap_or_default();
    Ok(writeln!(std::io::stdout(), "{what}\t{:.4}\t{:.4}", at(0.5), at(0.99))?)
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |name: &str, usual: usize| {
        let place = arguments.iter().position(|argument| argument == name);
        place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(usual)
    };
    let (items, stores) = (given("--items", 100_000).max(100), given("--stores", 50));
    let now = day(21).and_hms_opt(9, 0, 0).unwrap_or_default();
    let file = std::env::temp_dir().join(format!("epos-bench-lookup-{}.db", std::process::id()));
    let url = format!("sqlite:{}", file.display());
    let mut db = database::open(&url)?;
    let asked = fill(db.as_mut(), items, stores, now).and_then(|()| {
        let any = |turn: usize| turn * 7_919 % items;
        let code = |turn: usize| product(any(turn)).item_code;
        let db = db.as_mut();
        measure("item by code", |turn| Ok(lookup::item(db, &code(turn), now)?.is_some()))?;
        measure("item by barcode", |turn| Ok(lookup::item(db, &product(any(turn)).gtin.unwrap_or_default(), now)?.is_some()))?;
        measure("availability in every store", |turn| {
            Ok(lookup::availability(db, &code(turn), now)?.is_some_and(|all| all.len() == stores))
        })?;
        let mut search = |what: &str, query: &dyn Fn(usize) -> String| {
            measure(what, |turn| Ok(!lookup::lookup(db, &Search::new(query(turn)), now)?.items.is_empty()))
        };
        search("search by a whole name", &|turn| product(any(turn)).description)?;
        search("search by two words", &|turn| format!("{} {}", MAKERS[turn % 20], THINGS[turn % 25]))?;
        search("search by a word of one item in 25", &|turn| THINGS[turn % 25].to_owned())?;
        search("search by a beginning", &|turn| THINGS[turn % 25].chars().take(3).collect())?;
        search("search by one letter", &|turn| THINGS[turn % 25].chars().take(1).collect())?;
        search("search by a mistyped word", &|turn| ["shortbraed", "marmelade", "choclate", "biscits"][turn % 4].to_owned())?;
        search("a page of everything", &|_| String::new())?;
        measure("a page of a store's stock", |turn| {
            Ok(lookup::stock(db, "01", 1 + turn % (items / 20), 20, now)?.is_some_and(|stock| !stock.shelves.is_empty()))
        })
    });
    drop(db);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    asked
}
