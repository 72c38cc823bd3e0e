//! How long a store-day of 2,000 transactions takes to judge with its explanation, and how long without a difference to explain.
//!
//! `benches/run --only explain`, or `cargo bench -p epos-benches --bench explain`. The bar is 50 ms for the explanation; measured is the whole
//! judgement of the day with it.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use epos_core::model::{
    Batch, CashKind, CashMovement, Content, Context, Hash, Key, LineItem, Money, Numbering, Source, Store, Tender, ZReport,
};
use epos_core::reconcile::{Evidence, StoreDay, day};

const SALES: u32 = 2_000;

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

/// Prints what it is, the median and the longest of 30, in milliseconds.
fn bench(what: &str, price: fn(u32) -> i64, off: (i64, i64)) {
    let evidence = evidence(price, off);
    let mut times: Vec<f64> = (0..30)
        .map(|_| {
            let begin = Instant::now();
            black_box(judged(black_box(&evidence)));
            begin.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let (half, most) = (times[times.len() / 2], times[times.len() - 1]);
    writeln!(std::io::stdout(), "{what}\t{half}\t{most}").expect("standard output takes it");
}

fn main() {
    bench("nothing to explain", mixed, (0, 0));
    bench("a sale in the wrong tender", mixed, (-mixed(7), mixed(7)));
    bench("no single cause, so two together are looked for", mixed, (71_13, 0));
    bench("every price the same, and both tenders off by it", same, (-18_00, 18_00));
}
