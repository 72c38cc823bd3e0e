//! Closes one store-day in memory: two sales, a drop to the safe, and a count that is 2.00 short of what should be there.
//!
//! `cargo run -p epos-examples --example close_the_day`

use epos_core::model::Batch;
use epos_core::reconcile::{self, Evidence, Source, State};
use epos_core::{Context, Document, Layouts, Limits, Money, Reading, Store, format};

const FILES: [(&str, &str); 4] = [
    (
        "sales.csv",
        "till,number,date,time,item_code,quantity,unit_price,line_total\n1,201,2026-11-20,10:30,MUG,4,4.50,18.00\n1,202,2026-11-20,11:05,TEA80,5,2.50,12.50\n",
    ),
    (
        "tenders.csv",
        "till,number,date,tender,amount,tendered,change\n1,201,2026-11-20,Cash,18.00,20.00,2.00\n1,202,2026-11-20,Card,12.50,,\n",
    ),
    ("cash.csv", "till,date,time,kind,amount,reference\n1,2026-11-20,15:00,drop,10.00,bag 7\n"),
    (
        "z.csv",
        "till,trading_day,z_number,tender,opening_float,expected,counted\n1,2026-11-20,89,Cash,50.00,58.00,56.00\n1,2026-11-20,89,Card,,12.50,12.50\n",
    ),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let day = "2026-11-20".parse()?;
    let store = Store::new("leith", "Leith Walk");
    let context =
        Context { now: "2026-11-21T09:00:00".parse()?, stores: [("leith".to_owned(), store.clone())].into(), ..Context::default() };
    let (layouts, limits) = (Layouts::built_in(), Limits::default());
    let reading = Reading { store: Some("leith".to_owned()), ..Reading::default() };
    let mut evidence = Evidence::default();
    for (name, text) in FILES {
        let document = Document::new(name, text.as_bytes());
        let mut found = Vec::new();
        let sheets = format::sheets(&document, &limits).into_value(&mut found);
        for block in format::batch(&document, sheets, &layouts, &reading, &context.stores, &limits).into_value(&mut found) {
            let origin = block.origin;
            evidence.sources.extend(block.batches.into_iter().map(|batch: Batch| Source {
                batch,
                document: name.to_owned(),
                hash: document.hash,
                layout: origin.layout.clone(),
                numbering: origin.numbering,
                prices_include_tax: origin.prices_include_tax,
                absent: origin.absent.clone(),
                arrived_at: None,
            }));
        }
        assert!(found.iter().all(|finding| finding.severity < epos_core::Severity::Warning), "{found:?}");
    }

    let closed = reconcile::day(&store, day, &evidence, &context);
    println!("{} {}: {}", store.name, day, closed.state);
    println!("takings {}, tenders {}, difference {}", closed.bridge.takings, closed.bridge.tenders, closed.bridge.difference());
    let told = |amount: Option<Money>| amount.map_or("not known".to_owned(), |amount| amount.to_string());
    for drawer in &closed.drawers {
        let [expected, counted] =
            [drawer.balance.expected(), drawer.balance.counted].map(|figure| told(figure.map(Money::rounded)));
        println!(
            "drawer {}, {}: {expected} expected, {counted} counted, over/short {}",
            drawer.drawer,
            drawer.tender,
            told(drawer.over_short)
        );
    }
    for finding in &closed.findings {
        println!("{}: {}", finding.code, finding.message);
    }
    assert_eq!(closed.state, State::WithinTolerance);
    assert_eq!(closed.over_short(), Some("-2.00".parse()?));
    Ok(())
}
