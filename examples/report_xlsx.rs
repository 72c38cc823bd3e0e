//! Loads a folder of mails into a database in memory and writes one report as a workbook.
//!
//! `cargo run -p epos-examples --example report_xlsx [FOLDER [FILE]]`: the folder holds an `epos.toml`.

use std::path::{Path, PathBuf};

use epos_core::render::{self, Format};
use epos_core::{Audit, Config, Document, Layouts, Limits, Reading, edge};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let company = arguments.next().map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("evening"), PathBuf::from);
    let target = arguments.next().map_or_else(|| std::env::temp_dir().join("epos-daily.xlsx"), PathBuf::from);

    let file = company.join("epos.toml");
    let config = Config::parse(&std::fs::read_to_string(&file)?, &file, &[])?;
    let archive = std::env::temp_dir().join(format!("epos-archive-{}", std::process::id()));
    let now = config.now().unwrap_or_else(edge::now);
    let (inbox, masters) = (config.inbox(), config.masters.clone());
    let db = edge::database::open("sqlite::memory:")?;
    let mut audit = Audit::open(
        config,
        Layouts::built_in(),
        db,
        Box::new(edge::Archive::new(&archive)),
        now,
        edge::seed()?,
        Limits::default(),
    )?;
    for name in masters {
        audit.load(&Document::new(&name, edge::read(&company.join(&name))?), &Reading::default())?;
    }
    let mut inbox = edge::inbox(&inbox, &Limits::default(), &[])?;
    while let Some(arrival) = inbox.next()? {
        for document in &arrival.documents {
            audit.load(document, &Reading::default())?;
        }
        inbox.done(&arrival.id)?;
    }

    let report = audit.report("daily", None, None, None)?;
    edge::write(&target, &render::render(&report, Format::Xlsx, now)?)?;
    println!("{}: {} rows, {}", target.display(), report.rows.len(), report.completeness);
    std::fs::remove_dir_all(&archive)?;
    assert!(report.bridge.iter().any(|line| line.label == "tenders"));
    Ok(())
}
