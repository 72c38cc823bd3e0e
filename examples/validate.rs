//! Checks a file as a till wrote it, in memory: no database, no files, no clock.
//!
//! `cargo run -p epos-examples --example validate [FILE]`

use epos_core::{Checked, Context, Document, Layouts, Limits, Reading, check, diagnostic, format};

/// Half past nine: the second line says 12.00 for 3 × 4.50.
const SALES: &str = "\
store,till,number,date,time,item_code,description,quantity,unit_price,line_total
leith,1,201,2026-11-20,09:28,TEA80,Tea bags,1,2.20,2.20
leith,1,202,2026-11-20,09:30,MUG,Mug,3,4.50,12.00
leith,1,203,2026-11-20,09:41,MUG,Mug,1,4.50,4.5O
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = match std::env::args().nth(1) {
        Some(path) => Document::new(&path, std::fs::read(&path)?),
        None => Document::new("leith_2026-11-20_sales.csv", SALES.as_bytes()),
    };
    let (layouts, reading, context, limits) = (Layouts::built_in(), Reading::default(), Context::default(), Limits::default());
    let mut found = Vec::new();
    let sheets = format::sheets(&document, &limits).into_value(&mut found);
    let Checked { value: blocks, diagnostics } = format::batch(&document, sheets, &layouts, &reading, &context.stores, &limits);
    found.extend(diagnostics);
    found.extend(check::batch(&blocks, &context));

    let rows: usize = blocks.iter().flat_map(|block| &block.batches).map(|batch| batch.content.total()).sum();
    let rejected: usize = blocks.iter().map(|block| block.rejected.len()).sum();
    println!("{}: {rows} rows read, {rejected} kept as they are\n", document.name);
    for finding in &found {
        println!("{}", diagnostic::text(finding));
    }
    if std::env::args().len() == 1 {
        assert_eq!((rows, rejected), (2, 1));
        assert!(found.iter().any(|finding| finding.code == diagnostic::T001));
        assert!(found.iter().any(|finding| finding.code == diagnostic::F003));
    }
    Ok(())
}
