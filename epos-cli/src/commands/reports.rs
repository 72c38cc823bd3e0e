//! Figures out: reports, status, one store-day.

use std::path::Path;
use std::process::ExitCode;

use chrono::{NaiveDate, NaiveDateTime};
use epos_core::edge;
use epos_core::render::{self, Format};
use epos_core::report::{self, Asked, By, Entry, Group, Report};

use super::{Ending, reader};
use crate::args::{AskedArgs, ByArg, Cli, FormatArg, MapFormat, Period};
use crate::print;

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Table => Format::Table,
            FormatArg::Csv => Format::Csv,
            FormatArg::Json => Format::Json,
            FormatArg::Html => Format::Html,
            FormatArg::Xlsx => Format::Xlsx,
        }
    }
}

impl From<ByArg> for By {
    fn from(by: ByArg) -> By {
        match by {
            ByArg::Day => By::Day,
            ByArg::Month => By::Month,
            ByArg::Quarter => By::Quarter,
            ByArg::Period => By::Period,
            ByArg::Quantity => By::Quantity,
            ByArg::Takings => By::Takings,
        }
    }
}

impl From<&AskedArgs> for Asked {
    fn from(args: &AskedArgs) -> Asked {
        Asked { top: args.top, at_least: args.at_least, by: args.by.map(By::from), ..Asked::default() }
    }
}

/// The catalogue: what every report shows, and what may be asked of it.
pub fn list(cli: &Cli) -> Ending {
    if cli.common.json {
        print::json(&report::CATALOGUE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = |of: fn(&Entry) -> usize| report::CATALOGUE.iter().map(of).max().unwrap_or(0);
    let (name, shows) = (width(|entry| entry.name.len()), width(|entry| entry.shows.len()));
    for &group in Group::ALL {
        print::out(&format!("{}\n", group.title()))?;
        for entry in report::CATALOGUE.iter().filter(|entry| entry.group == group) {
            let line = format!("  {:<name$}  {:<shows$}  {}", entry.name, entry.shows, entry.options());
            print::out(&format!("{}\n", line.trim_end()))?;
        }
    }
    print::out("\nEvery report takes --from DAY, --to DAY, --store STORE and --format table|csv|json|html|xlsx.\n")?;
    Ok(ExitCode::SUCCESS)
}

pub fn report(
    cli: &Cli,
    name: &str,
    period: &Period,
    asked: &AskedArgs,
    then: Option<(NaiveDate, bool)>,
    format: FormatArg,
    output: Option<&Path>,
) -> Ending {
    let mut audit = reader(cli)?;
    let store = period.store.as_deref();
    let report = match then {
        None => audit.report_as(name, period.from, period.to, store, asked.into())?,
        Some((as_of, changes)) => audit.report_as_of(name, (period.from, period.to), store, asked.into(), as_of, changes)?,
    };
    let format = if cli.common.json { Format::Json } else { format.into() };
    let ending = show(&report, format, audit.now(), output)?;
    // Its rows are for programs: what stands above and below them elsewhere is said on the side.
    if format == Format::Csv && !cli.common.quiet {
        std::iter::once(&report.completeness.to_string()).chain(&report.notes).for_each(|said| print::complain(said));
    }
    Ok(ending)
}

/// Prints a report, or writes it where it was asked for.
pub(super) fn show(report: &Report, format: Format, now: NaiveDateTime, output: Option<&Path>) -> Ending {
    let bytes = render::render(report, format, now)?;
    match output {
        Some(path) => edge::write(path, &bytes)?,
        None if format == Format::Table => print::out(&String::from_utf8_lossy(&bytes))?,
        None => print::bytes(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

pub fn status(cli: &Cli, period: &Period, format: MapFormat) -> Ending {
    let mut audit = reader(cli)?;
    let (from, to, store) = (period.from, period.to, period.store.as_deref());
    if cli.common.json {
        print::json(&audit.days(from, to, store)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let map = audit.heat_map(from, to, store)?;
    match format {
        MapFormat::Json => print::json(&map)?,
        MapFormat::Html => print::bytes(map.html("Store-days", audit.now()).as_bytes())?,
        MapFormat::Table => {
            // A single day has nothing to be beside.
            if map.from < map.to {
                print::bytes(map.text(print::has_colours()).as_bytes())?;
                print::out("\n")?;
            }
            print::out(&audit.status(from, to, store)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What later documents changed of a store-day, and every change of its state.
pub fn diff(cli: &Cli, store: &str, date: NaiveDate) -> Ending {
    let mut audit = reader(cli)?;
    let (revisions, events) = (audit.revisions(store, date)?, audit.events(store, date)?);
    if cli.common.json {
        print::json(&(&revisions, &events))?;
        return Ok(ExitCode::SUCCESS);
    }
    if revisions.is_empty() {
        print::out("Nothing of this day was corrected.\n")?;
    }
    for one in &revisions {
        let of = [one.till.as_str(), one.part.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let (kind, from) = (one.kind.replace('_', " "), one.sender.clone().map(|from| format!(" from {from}")).unwrap_or_default());
        let held = match one.state.as_str() {
            "held" => "waits beside the sealed figures",
            "released" => "was released",
            "posted" => "was posted to a later period",
            _ => "counts",
        };
        let at = one.at.format("%Y-%m-%d %H:%M");
        print::out(&format!(
            "{kind} {of}: revision {} by {} [{}]{from}, {at} UTC: {held}\n",
            one.revision, one.document, one.hash
        ))?;
        print::out(&format!("    rows: {} changed, {} added, {} gone\n", one.changed, one.added, one.removed))?;
        if let (Some(before), Some(after)) = (one.before, one.after) {
            print::out(&format!("    sum: {before} → {after} ({})\n", after - before))?;
        }
        for tender in &one.tenders {
            let by = tender.after - tender.before;
            print::out(&format!("    {}: {} → {} ({by})\n", tender.tender, tender.before, tender.after))?;
        }
        for example in &one.examples {
            print::out(&format!("    {example}\n"))?;
        }
    }
    print::out("\nWhat became of it:\n")?;
    for event in &events {
        let (at, state) = (event.at.format("%Y-%m-%d %H:%M"), event.state.replace('_', " "));
        print::out(&format!("  {at} UTC  {state}, by {}: {}\n", event.who, event.why))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn day(cli: &Cli, store: &str, date: NaiveDate, format: FormatArg) -> Ending {
    let mut audit = reader(cli)?;
    if cli.common.json {
        print::json(&audit.day(store, date)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page: Report = audit.report("store-day", Some(date), Some(date), Some(store))?;
    let bytes = render::render(&page, format.into(), audit.now())?;
    if format != FormatArg::Table {
        print::bytes(&bytes)?;
    } else {
        print::out(&String::from_utf8_lossy(&bytes))?;
    }
    if format == FormatArg::Table {
        let days = audit.days(Some(date), Some(date), Some(store))?;
        print::out(&super::findings(&days.into_iter().flat_map(|day| day.findings).collect::<Vec<_>>()))?;
    }
    Ok(ExitCode::SUCCESS)
}
