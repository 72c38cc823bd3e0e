//! Figures out: reports, status, one store-day.

use std::path::Path;
use std::process::ExitCode;

use epos_core::edge;
use epos_core::error::Error;
use epos_core::render::{self, Format};
use epos_core::report::{self, Report};

use super::{Ending, reader};
use crate::args::{Cli, FormatArg, Period};
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

pub fn list(cli: &Cli) -> Ending {
    if cli.common.json {
        print::json(&report::CATALOGUE.iter().map(|(name, ..)| name).collect::<Vec<_>>())?;
    } else {
        for (name, title, _) in report::CATALOGUE {
            print::out(&format!("{name:<12} {title}\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn report(cli: &Cli, name: &str, period: &Period, format: FormatArg, output: Option<&Path>) -> Ending {
    let mut audit = reader(cli)?;
    let report = audit.report(name, period.from, period.to, period.store.as_deref())?;
    let format = if cli.common.json { Format::Json } else { format.into() };
    let bytes = render::render(&report, format, audit.now())?;
    match output {
        Some(path) => edge::write(path, &bytes)?,
        None if format == Format::Table => print::out(&String::from_utf8_lossy(&bytes))?,
        None => print::bytes(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

pub fn status(cli: &Cli, period: &Period) -> Ending {
    let mut audit = reader(cli)?;
    if cli.common.json {
        print::json(&audit.days(period.from, period.to, period.store.as_deref())?)?;
    } else {
        print::out(&audit.status(period.from, period.to, period.store.as_deref())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn day(cli: &Cli, period: &Period, format: FormatArg) -> Ending {
    let mut audit = reader(cli)?;
    if cli.common.json {
        let days = audit.days(period.from, period.to, period.store.as_deref())?;
        let day =
            days.first().ok_or_else(|| Error::NotFound("this store-day is not expected, and nothing came for it".to_owned()))?;
        print::json(day)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page: Report = audit.report("store-day", period.from, period.to, period.store.as_deref())?;
    let bytes = render::render(&page, format.into(), audit.now())?;
    if format != FormatArg::Table {
        print::bytes(&bytes)?;
    } else {
        print::out(&String::from_utf8_lossy(&bytes))?;
    }
    if format == FormatArg::Table {
        let days = audit.days(period.from, period.to, period.store.as_deref())?;
        print::out(&super::findings(&days.into_iter().flat_map(|day| day.findings).collect::<Vec<_>>()))?;
    }
    Ok(ExitCode::SUCCESS)
}
