//! What must hold of every simulated company, whatever the seed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::till::signed;
use super::*;
use crate::model::{Class, Kind, SaleKind, Side, TenderClass};

fn small(preset: &str, seed: u64) -> Simulation {
    let company = Company::preset(preset).unwrap();
    let to = company.from.checked_add_days(chrono::Days::new(20));
    let asked = Asked { seed, stores: Some(3), products: Some(60), transactions: Some(600), to, ..Asked::default() };
    Simulation::new(company, &asked).unwrap()
}

fn hash(parts: impl Iterator<Item = Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    parts.for_each(|part| hash.update(part));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_preset_is_a_sensible_company() {
    for (name, text) in PRESETS {
        Company::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let hospitality = Company::preset("hospitality").unwrap();
    let products: u32 = hospitality.categories.iter().map(|category| category.products).sum();
    let kinds = |kind: &str| hospitality.stores.iter().filter(|shop| shop.store_type == kind).count();
    assert_eq!((hospitality.stores.len(), products, hospitality.categories.len()), (8, 150, 10));
    assert_eq!((kinds("restaurant"), kinds("bar"), kinds("pub")), (3, 3, 2));
    assert_eq!((hospitality.employees, hospitality.transactions), (25, 100_000));
    let provinces: BTreeSet<String> =
        Company::preset("grocery-ca").unwrap().stores.iter().map(|shop| shop.region.clone()).collect();
    assert_eq!(provinces.len(), 5);
    assert_eq!(Company::preset("charity").unwrap().stores.len(), 12);
}

#[test]
fn the_same_seed_is_the_same_to_the_byte_on_every_machine() {
    // Changes with what the simulator writes, and with nothing else: see CHANGELOG before changing it.
    let made = |preset| {
        let simulation = small(preset, 1);
        hash(simulation.flat().map(|(text, _)| text).chain(simulation.events().map(|(text, _)| text)))
    };
    let golden = [
        ("hospitality", "c7cfb5b5229412ba59ab2469cc14b0badc08fca05e6a46c0cd7b0d7d6650a459"),
        ("grocery-ca", "37a9b9898ccfcc5196c66100e3ea7aafdf35860f09fb8e052f8c75476bfdf5d8"),
        ("charity", "4b71d9fdd8d2dd0e4f535376fdf8e8e8cbf205b5f4ae9888a85c183aebeed861"),
    ];
    for (name, hash) in golden {
        assert_eq!(made(name), hash, "{name}");
    }
}

#[test]
fn an_evening_is_the_same_whatever_was_made_before() {
    let simulation = small("charity", 5);
    let faults: Faults = "default=0.59%".parse().unwrap();
    let writer = |batches: &[crate::model::Batch], layout: &str| format!("{layout} {batches:?}").into_bytes();
    let mut seen = 0;
    for evening in simulation.evenings(&faults) {
        let alone = simulation.evening(&evening.store, evening.trading_day, &faults).unwrap();
        assert_eq!(alone.batches, evening.batches);
        assert_eq!(alone.truth, evening.truth);
        let bytes = |evening: &Evening| evening.posts.iter().map(|post| post.write(&writer)).collect::<Vec<_>>();
        assert_eq!(bytes(&alone), bytes(&evening));
        seen += 1;
    }
    assert_eq!(seen, simulation.store_days());
}

#[test]
fn what_is_asked_for_is_what_there_is() {
    for transactions in [0, 1, 7, 600, 5_000] {
        let asked = Asked { transactions: Some(transactions), products: Some(25), stores: Some(15), ..Asked::default() };
        let simulation = Simulation::new(Company::preset("charity").unwrap(), &asked).unwrap();
        assert_eq!(simulation.transactions(), transactions);
        assert_eq!(simulation.company().stores.len(), 15);
        let masters: BTreeMap<&str, usize> =
            simulation.master_files().into_iter().map(|(name, batch)| (name, batch.content.total())).collect();
        assert_eq!((masters["stores"], masters["products"]), (15, 25));
    }
    let asked = Asked { from: "2026-03-02".parse().ok(), to: "2026-03-01".parse().ok(), ..Asked::default() };
    assert!(Simulation::new(Company::preset("charity").unwrap(), &asked).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Money is conserved: what is sold is paid, and a drawer holds its float and what came in less what went out.
    #[test]
    fn money_is_conserved(seed in any::<u64>(), preset in 0..PRESETS.len()) {
        let simulation = small(PRESETS[preset].0, seed);
        let mut numbers: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for cell in simulation.plan.store_days().flatten() {
            let day = simulation.till_day(cell).unwrap();
            let mut cash = day.opening.unwrap() + day.moved.iter().map(signed).sum::<i64>();
            for sold in &day.sales {
                let before = numbers.insert((cell.store, cell.till), sold.number);
                prop_assert!(before.is_none_or(|before| before + 1 == sold.number));
                let paid: i64 = sold.paid.iter().map(|paid| paid.amount).sum();
                prop_assert_eq!(paid, if sold.counts() { sold.total() } else { 0 });
                for paid in &sold.paid {
                    prop_assert_eq!(paid.tendered.unwrap_or_default() - paid.change.unwrap_or_default(),
                        if paid.tendered.is_some() { paid.amount } else { 0 });
                    if simulation.class(paid.mode) == TenderClass::Cash { cash += paid.amount; }
                }
                let back = sold.kind == SaleKind::Refund;
                prop_assert!(!back || (sold.original.is_some() && sold.total() <= 0));
            }
            let drawer = day.tenders.iter().find(|tender| simulation.class(tender.mode) == TenderClass::Cash).unwrap();
            prop_assert_eq!(drawer.expected, cash);
            prop_assert_eq!(day.banked + day.left, drawer.counted.unwrap());
            let coins: i64 = day.pieces.iter().map(|(worth, count)| worth * count).sum();
            prop_assert_eq!(coins, drawer.counted.unwrap());
        }
    }

    /// Goods are conserved: every count is the count before it, plus what came, less what went and what was sold.
    #[test]
    fn goods_are_conserved(seed in any::<u64>()) {
        let simulation = small("charity", seed);
        let mut shelves: BTreeMap<(String, String), i64> = BTreeMap::new();
        let (mut sent, mut received, mut counts) = (0, 0, 0);
        let mut opened = BTreeSet::new();
        let units = |quantity: crate::model::Quantity| quantity.ten_thousandths() / 10_000;
        for evening in simulation.evenings(&Faults::none()) {
            let shelf = |code: &str| (evening.store.clone(), code.to_owned());
            let all = |kind: Kind| evening.batches.iter().filter(move |batch| batch.content.count(kind) > 0);
            for row in all(Kind::GoodsIn).flat_map(|batch| &batch.content.goods_in) {
                *shelves.entry(shelf(&row.item_code)).or_default() += units(row.quantity);
            }
            for row in all(Kind::Transfers).flat_map(|batch| &batch.content.transfers) {
                let by = units(row.quantity);
                let (count, by) = if row.side == Side::Sent { (&mut sent, -by) } else { (&mut received, by) };
                *count += by.abs();
                *shelves.entry(shelf(&row.item_code)).or_default() += by;
            }
            // Shelves are counted before the first opening, later after closing.
            let first = opened.insert(evening.store.clone());
            for row in all(Kind::StockCounts).flat_map(|batch| &batch.content.stock_counts).filter(|_| first) {
                shelves.insert(shelf(&row.item_code), units(row.counted));
            }
            for line in all(Kind::Lines).flat_map(|batch| &batch.content.lines) {
                let counted = !matches!(line.kind, SaleKind::Void | SaleKind::Failed) && line.class == Class::Goods;
                if let Some(code) = line.item_code.as_ref().filter(|_| counted) {
                    *shelves.entry(shelf(code)).or_default() -= units(line.quantity);
                }
            }
            for row in all(Kind::StockCounts).flat_map(|batch| &batch.content.stock_counts).filter(|_| !first) {
                counts += 1;
                prop_assert_eq!(shelves.get(&shelf(&row.item_code)).copied(), Some(units(row.counted)), "{}", row.item_code);
            }
        }
        prop_assert_eq!(sent, received);
        prop_assert!(counts > 0);
    }
}
