//! Documents in: init, check, load, reread, undo.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use epos_core::diagnostic::{self, Diagnostic, Severity};
use epos_core::edge::{self, open};
use epos_core::error::Error;
use epos_core::flow::{self, Loaded, Outcome};
use epos_core::format::Reading;
use epos_core::model::{Document, Limits};
use epos_core::render;

use super::{Ending, audit, exit, findings, folded, plural, strictly, worst};
use crate::args::{Cli, FailOn, FindingsFormat, ReadingArgs, Strict};
use crate::print::{self, Failure};

/// The documents in files, mails and folders, in order, with what was found while opening them.
fn opened(paths: &[PathBuf]) -> Result<(Vec<Document>, Vec<Diagnostic>), Failure> {
    let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let opened = open::documents(&places)?;
    Ok((opened.value, opened.diagnostics))
}

fn reading(args: &ReadingArgs) -> Reading {
    Reading { store: args.store.clone(), date: args.date, layout: args.layout.clone(), ..Reading::default() }
}

pub fn init(cli: &Cli, dir: &Path, force: bool) -> Ending {
    let path = dir.join("epos.toml");
    if path.exists() && !force {
        return Err(Error::Config { path, message: "is there already; --force replaces it".to_owned() }.into());
    }
    let layouts = open::layouts(&flow::Config::default())?;
    let (documents, _) = opened(&[dir.to_owned()])?;
    let bar = print::progress(documents.len() as u64, cli.common.quiet);
    let mut seen = Vec::new();
    for document in &documents {
        bar.set_message(document.name.clone());
        seen.push(flow::init::look(document, &layouts, &Limits::default()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let text = flow::init::draft(&seen, ".");
    edge::write(&path, text.as_bytes())?;
    print::out(&text)?;
    print::complain(&format!("\nWrote {}. Next: answer its questions, then `epos run {}`.", path.display(), dir.display()));
    Ok(ExitCode::SUCCESS)
}

pub fn check(cli: &Cli, files: &[PathBuf], args: &ReadingArgs, format: FindingsFormat, strict: &Strict) -> Ending {
    let mut audit = open::reader(open::config(&strictly(cli, strict), Path::new(""))?)?;
    let (mut documents, mut all) = opened(files)?;
    let bar = print::reading(&mut documents, cli.common.quiet);
    let mut read = 0;
    for document in &documents {
        bar.set_message(document.name.clone());
        all.extend(audit.check(document, &reading(args))?);
        read += document.length();
        bar.set_position(read);
    }
    bar.finish_and_clear();
    let count = |severity| all.iter().filter(|finding| finding.severity == severity).map(|finding| 1 + finding.more).sum();
    let sum = format!(
        "{} checked: {}, {}, {}.",
        plural(documents.len(), "document"),
        plural(count(Severity::Error), "error"),
        plural(count(Severity::Warning), "warning"),
        plural(count(Severity::Note), "note"),
    );
    match format {
        _ if cli.common.json => print::json(&all)?,
        FindingsFormat::Json => print::json(&all)?,
        FindingsFormat::Text => print::out(&(findings(&all) + &sum + "\n"))?,
        FindingsFormat::Github => print::out(&folded(&all).iter().map(diagnostic::github).collect::<String>())?,
        FindingsFormat::Html => print::out(&render::findings(&sum, &folded(&all), audit.now()))?,
    }
    Ok(if worst(&all) >= Some(Severity::Warning) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

pub fn load(cli: &Cli, files: &[PathBuf], args: &ReadingArgs, fail: &FailOn, strict: &Strict) -> Ending {
    let mut audit = open::audit(open::config(&strictly(cli, strict), Path::new(""))?)?;
    let (mut documents, opening) = opened(files)?;
    let bar = print::reading(&mut documents, cli.common.quiet);
    let mut read = 0;
    let mut all = Vec::new();
    for document in &documents {
        bar.set_message(document.name.clone());
        all.push(audit.load(document, &reading(args))?);
        read += document.length();
        bar.set_position(read);
    }
    bar.finish_and_clear();
    let judged = audit.judge_after(&all)?;
    if !opening.is_empty() && !cli.common.json {
        print::out(&findings(&opening))?;
    }
    show(cli, &all)?;
    if !judged && !cli.common.json {
        print::out(
            "So many rows came that their store-days wait to be judged: by `epos run`, or when `epos status` or a report asks.\n",
        )?;
    }
    let shared = audit.shared(&all)?;
    if !cli.common.json {
        print::out(&findings(&shared))?;
    }
    Ok(exit(worst(all.iter().flat_map(|loaded| &loaded.diagnostics).chain(&opening).chain(&shared)), fail))
}

pub fn reread(cli: &Cli, names: &[String], args: &ReadingArgs, dry_run: bool) -> Ending {
    let mut audit = audit(cli)?;
    let all = audit.reread(names, &reading(args), dry_run)?;
    if !dry_run {
        audit.judge_after(&all)?;
    }
    show(cli, &all)?;
    if all.is_empty() && !cli.common.json {
        print::out("Nothing is held, so there is nothing to read again.\n")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn undo(cli: &Cli, name: &str) -> Ending {
    let mut audit = audit(cli)?;
    let withdrawn = audit.undo(name)?;
    audit.judge()?;
    if cli.common.json {
        print::json(&withdrawn)?;
    } else {
        let days = withdrawn.spoken();
        let days = if days.is_empty() { "It was in no total.".to_owned() } else { format!("Judged again: {}.", days.join(", ")) };
        print::out(&format!("{}: withdrawn; its bytes stay in the archive. {days}\n", withdrawn.document))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(cli: &Cli, all: &[Loaded]) -> Result<(), Failure> {
    if cli.common.json {
        return print::json(all);
    }
    for loaded in all {
        print::out(&line(loaded))?;
        print::out(&findings(&loaded.diagnostics))?;
    }
    Ok(())
}

/// What became of one document, in one line.
fn line(loaded: &Loaded) -> String {
    let what = match loaded.outcome {
        Outcome::Loaded => format!("loaded, {}", plural(loaded.rows, "row")),
        Outcome::AlreadyHave => "already have it, nothing changed".to_owned(),
        Outcome::SameContent => "the same rows as before, nothing changed".to_owned(),
        Outcome::Beside => "kept beside sealed days, in no total".to_owned(),
        Outcome::Held => "held: archived and safe, in no total".to_owned(),
    };
    let rejected = match loaded.rejected {
        0 => String::new(),
        count => format!("; {} kept raw, not loaded", plural(count, "row")),
    };
    let days = match loaded.store_days.len() {
        0 => String::new(),
        1..=4 => {
            format!(" ({})", loaded.store_days.iter().map(|(store, day)| format!("{store} {day}")).collect::<Vec<_>>().join(", "))
        }
        many => format!(" ({})", plural(many, "store-day")),
    };
    format!("{} [{}]: {what}{rejected}{days}\n", loaded.document, loaded.hash)
}
