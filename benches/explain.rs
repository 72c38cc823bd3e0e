//! How long a store-day of 2,000 transactions takes to judge with its explanation, and how long without a difference to explain.
//!
//! `cargo bench -p epos-benches --bench explain`. The bar is 50 ms for the explanation.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use divan::Bencher;
use epos_core::model::{
    Batch, CashKind, CashMovement, Content, Context, Hash, Key, LineItem, Money, Numbering, Source, Store, Tender, ZReport,
};
use epos_core::reconcile::{Evidence, StoreDay, day};

const SALES: u32 = 2_000;

fn main() {
    divan::main();
}

/// Prices as they come.
fn mixed(n: u32) -> i64 {
    100 + i64::from(n.wrapping_mul(2_654_435_761) % 4_000)
}

/// Every price the same: every sale fits.
fn same(_: u32) -> i64 {
    18_00
}

/// A day of one drawer: every third sale by card, change on every cash sale, a refund in twenty, paid-ins through the day.
fn evidence(price: fn(u32) -> i64, off: (i64, i64)) -> Evidence {
    let date = NaiveDate::default();
    let mut content = Content::default();
    let (mut cash, mut card) = (50_00, 0);
    for n in 1..=SALES {
        let cents = if n % 20 == 0 { -price(n) } else { price(n) };
        let name = if n % 3 == 0 { "Card" } else { "Cash" };
        *(if n % 3 == 0 { &mut card } else { &mut cash }) += cents;
        let (number, time) = (n.to_string(), NaiveTime::from_num_seconds_from_midnight_opt(32_400 + n * 12, 0));
        let change = (n % 3 != 0 && cents > 0).then(|| Money::cents(5_000 - cents));
        let amount = Money::cents(cents);
        content.lines.push(LineItem { number: number.clone(), date, time, line_total: amount, ..LineItem::default() }.into());
        content.tenders.push(Tender { number, date, time, tender: name.into(), amount, change, ..Tender::default() }.into());
        if n % 50 == 0 {
            let amount = Money::cents(price(n) / 2);
            cash += price(n) / 2;
            content
                .cash_movements
                .push(CashMovement { date, time, kind: CashKind::PaidIn, amount, ..CashMovement::default() }.into());
        }
    }
    for (name, expected, by) in [("Cash", cash, off.0), ("Card", card, off.1)] {
        let opening_float = (name == "Cash").then(|| Money::cents(50_00));
        let counted = Some(Money::cents(expected + by));
        content
            .z_reports
            .push(ZReport { z_number: "1".into(), tender: name.into(), opening_float, counted, ..ZReport::default() }.into());
    }
    let source = Source {
        batch: Batch { key: Key { store: "LW".into(), till: "1".into(), trading_day: date }, content },
        document: "till-1.csv".into(),
        hash: Hash::default(),
        layout: "sales".into(),
        numbering: Numbering::PerDay,
        prices_include_tax: Some(true),
        absent: Vec::new(),
        arrived_at: None,
    };
    Evidence { sources: vec![source], ..Evidence::default() }
}

fn judged(evidence: &Evidence) -> StoreDay {
    let context = Context { now: NaiveDateTime::default() + chrono::Duration::days(2), ..Context::default() };
    day(&Store::new("LW", "Leith Walk"), NaiveDate::default(), evidence, &context)
}

fn bench(bencher: Bencher<'_, '_>, price: fn(u32) -> i64, off: (i64, i64)) {
    let evidence = evidence(price, off);
    bencher.bench_local(|| judged(&evidence));
}

/// Nothing to explain: what the judgement itself takes.
#[divan::bench]
fn agrees(bencher: Bencher<'_, '_>) {
    bench(bencher, mixed, (0, 0));
}

/// Cash below and card above by one sale.
#[divan::bench]
fn wrong_tender(bencher: Bencher<'_, '_>) {
    bench(bencher, mixed, (-mixed(7), mixed(7)));
}

/// No single cause: two together are looked for.
#[divan::bench]
fn two_causes(bencher: Bencher<'_, '_>) {
    bench(bencher, mixed, (71_13, 0));
}

/// The worst: every price is the same, and both tenders are off by it.
#[divan::bench]
fn every_price_the_same(bencher: Bencher<'_, '_>) {
    bench(bencher, same, (-18_00, 18_00));
}
