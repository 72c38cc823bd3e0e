//! Layouts: list, detect, test.

use std::process::ExitCode;

use epos_core::edge;
use epos_core::error::Error;
use epos_core::flow::Config;
use epos_core::format::{self, Layouts, Reading};
use epos_core::model::{Document, Limits};
use serde_json::json;

use super::{Ending, findings};
use crate::args::{Cli, LayoutCommand};
use crate::open;
use crate::print;

pub fn run(cli: &Cli, command: &LayoutCommand) -> Ending {
    let config: Config = open::config(&cli.common, std::path::Path::new(""))?;
    let layouts = open::layouts(&config)?;
    match command {
        LayoutCommand::List => list(cli, &layouts),
        LayoutCommand::Detect { file } => detect(cli, &layouts, file),
        LayoutCommand::Test { file, layout } => test(cli, &config, &layouts, file, layout.clone()),
    }
}

fn list(cli: &Cli, layouts: &Layouts) -> Ending {
    if cli.common.json {
        let all: Vec<_> = layouts
            .iter()
            .map(|layout| json!({"layout": layout.id, "version": layout.version, "title": layout.title, "kind": layout.kind, "absent": layout.absent}))
            .collect();
        print::json(&all)?;
    } else {
        for layout in layouts.iter() {
            print::out(&format!("{:<26} {:<15} {}\n", layout.id, layout.kind.word(), layout.title))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn document(file: &std::path::Path) -> Result<Document, Error> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Document::new(&name, edge::read(file)?))
}

fn detect(cli: &Cli, layouts: &Layouts, file: &std::path::Path) -> Ending {
    let mut found = Vec::new();
    let sheets = format::sheets(&document(file)?, &Limits::default()).into_value(&mut found);
    let detected = format::detect(&sheets, layouts);
    if cli.common.json {
        print::json(&json!({"sheets": detected, "diagnostics": found}))?;
        return Ok(ExitCode::SUCCESS);
    }
    print::out(&findings(&found))?;
    for sheet in &detected {
        let name = if sheet.sheet.is_empty() { "the file".to_owned() } else { format!("sheet {}", sheet.sheet) };
        match &sheet.layouts[..] {
            [] => print::out(&format!("{name}: no layout fits\n"))?,
            [layout] => print::out(&format!("{name}: {layout}, heading in row {}\n", sheet.heading_row.unwrap_or(1)))?,
            several => print::out(&format!("{name}: {} fit equally well; name one with --layout\n", several.join(" and ")))?,
        }
        for trial in sheet.trials.iter().filter(|trial| !trial.matched.is_empty()).take(6) {
            let why = if trial.fits { "fits".to_owned() } else { format!("misses {}", trial.missing.join(", ")) };
            print::out(&format!("  {:<26} {why}; knows {}\n", trial.layout, trial.matched.join(", ")))?;
        }
    }
    Ok(if detected.iter().all(|sheet| sheet.layouts.len() == 1) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn test(cli: &Cli, config: &Config, layouts: &Layouts, file: &std::path::Path, layout: Option<String>) -> Ending {
    let document = document(file)?;
    let reading = Reading { layout, store: Some("store".to_owned()), ..Reading::default() };
    let outcome = format::round_trip(&document, layouts, &reading, &config.stores, &Limits::default());
    if cli.common.json {
        print::json(&outcome.value)?;
        return Ok(ExitCode::SUCCESS);
    }
    print::out(&findings(&outcome.diagnostics))?;
    for trip in &outcome.value {
        let lost = if trip.lost.is_empty() { "nothing is lost".to_owned() } else { format!("lost: {}", trip.lost.join(", ")) };
        print::out(&format!("{}: {} rows read under {} and written again; {lost}\n", document.name, trip.rows, trip.layout))?;
    }
    Ok(if outcome.value.iter().all(|trip| trip.lost.is_empty()) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
