//! One function per command: arguments in, one call into the library, print.

mod books;
mod database;
mod documents;
mod evening;
mod layouts;
mod lookup;
mod replies;
mod reports;
#[cfg(feature = "serve")]
mod serve;
mod simulate;

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use epos_core::diagnostic::{self, Code, Diagnostic, Severity};
use epos_core::edge::open::{self, Wish};
use epos_core::error::Error;
use epos_core::flow::Audit;
use epos_core::flow::score::{self, Score};
use epos_core::report::Report;

use crate::args::{Cli, Command, FailOn, FailSeverity, FormatArg, Strict};
use crate::print::{self, Failure};

/// How a command ends.
type Ending = Result<ExitCode, Failure>;

pub fn run(cli: &Cli) -> Ending {
    match &cli.command {
        Command::Init { dir, force } => documents::init(cli, dir, *force),
        Command::Check { files, reading, format, strict } => documents::check(cli, files, reading, *format, strict),
        Command::Explain { code } => explain(cli, code.as_deref()),
        Command::Load { files, reading, fail, strict } => documents::load(cli, files, reading, fail, strict),
        Command::Reread { documents, reading, dry_run } => documents::reread(cli, documents, reading, *dry_run),
        Command::Undo { document } => documents::undo(cli, document),
        Command::Run { inbox, output, fail, strict } => evening::run(cli, inbox.as_deref(), output.as_deref(), fail, strict),
        Command::Report { list: true, .. } => reports::list(cli),
        Command::Report { name, period, asked, as_of, changes, format, output, .. } => {
            let then = as_of.map(|as_of| (as_of, *changes));
            reports::report(cli, name.as_deref().unwrap_or_default(), period, asked, then, *format, output.as_deref())
        }
        Command::Day { store, date, diff: true, .. } => reports::diff(cli, store, *date),
        Command::Day { store, date, format, .. } => reports::day(cli, store, *date, *format),
        Command::Accept(args) => books::accept(cli, args),
        Command::Declare { store, date, declared, reason, by } => books::declare(cli, store, *date, *declared, reason, by),
        Command::Seal { release: Some(place), by: Some(by), note, .. } => books::release(cli, place, by, note),
        Command::Seal { lock: Some(last_day), by: Some(by), .. } => books::lock(cli, *last_day, by),
        Command::Seal { until, store, by, .. } => books::seal(cli, *until, store.as_deref(), by.as_deref()),
        Command::Verify { anchor } => books::verify(cli, anchor.as_deref()),
        Command::Export { what, output } => books::export(cli, *what, output.as_deref()),
        Command::Status { period, format } => reports::status(cli, period, *format),
        Command::Replies { store, show: Some(id), .. } => replies::show(cli, id, store.as_deref()),
        Command::Replies { store, dry_run, .. } => replies::replies(cli, store.as_deref(), *dry_run),
        Command::Lookup { query, category, item: false, paging } => lookup::search(cli, query, category.as_deref(), paging),
        Command::Lookup { query, item: true, .. } => lookup::item(cli, query),
        Command::Stock { store, item, only, paging } => {
            lookup::stock(cli, store.as_deref(), item.as_deref().or(only.as_deref()), paging)
        }
        Command::Simulate(args) => simulate::run(cli, args),
        Command::Score { dir, confusion, causes, calibration, format, output } => {
            let make: &[fn(&Score) -> Report] = match (confusion, causes, calibration) {
                (true, ..) => &[score::confusion],
                (_, true, _) => &[score::likely_causes],
                (.., true) => &[score::calibrated],
                // As a table for people both; a file is one report.
                _ if *format == FormatArg::Table && output.is_none() => &[score::report, score::likely_causes],
                _ => &[score::report],
            };
            simulate::score(cli, dir, make, *format, output.as_deref())
        }
        Command::Layout { command } => layouts::run(cli, command),
        #[cfg(feature = "serve")]
        Command::Serve { bind, certificate, key } => serve::serve(cli, bind.as_deref(), certificate.as_deref(), key.as_deref()),
        Command::Db { command } => database::run(cli, command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "epos", &mut script);
            print::bytes(&script)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The audit of the configuration in the current folder.
fn audit(cli: &Cli) -> Result<Audit, Failure> {
    Ok(open::audit(open::config(&cli.common.wish(), Path::new(""))?)?)
}

/// The same for commands that ask the database: a mistyped one is told and not made.
fn reader(cli: &Cli) -> Result<Audit, Failure> {
    Ok(open::existing(open::config(&cli.common.wish(), Path::new(""))?)?)
}

/// `1 row`, `2 rows`.
fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn worst<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> Option<Severity> {
    findings.into_iter().map(|finding| finding.severity).max()
}

/// Exit code of a command that reports findings and fails on them only when asked to.
fn exit(worst: Option<Severity>, fail: &FailOn) -> ExitCode {
    let limit = fail.fail_on.map(|limit| match limit {
        FailSeverity::Warning => Severity::Warning,
        FailSeverity::Error => Severity::Error,
    });
    if limit.is_some_and(|limit| worst >= Some(limit)) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Repeats of one finding that are shown before the rest is only counted.
const SHOWN: usize = 10;

/// What is said beside the configuration, as strict as the command line asks for.
fn strictly(cli: &Cli, strict: &Strict) -> Wish {
    Wish { strict: strict.strict, ..cli.common.wish() }
}

/// Findings with repeats folded.
fn folded(all: &[Diagnostic]) -> Vec<Diagnostic> {
    diagnostic::group(all.to_vec(), SHOWN)
}

/// Findings as text, repeats folded.
fn findings(all: &[Diagnostic]) -> String {
    folded(all).iter().map(diagnostic::text).collect()
}

fn explain(cli: &Cli, code: Option<&str>) -> Ending {
    match code {
        Some(text) => {
            let code = Code::parse(text)
                .ok_or_else(|| Error::NotFound(format!("there is no code `{text}`; `epos explain` lists them all")))?;
            print::out(&diagnostic::explain(code))?;
        }
        None if cli.common.json => {
            print::json(&diagnostic::all())?;
        }
        None => {
            for Code(rule) in diagnostic::ALL {
                let summary = rule.doc.trim().lines().next().unwrap_or_default();
                print::out(&format!("{}  {:<8} {:<24} {summary}\n", rule.code, rule.severity.word(), rule.name))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
