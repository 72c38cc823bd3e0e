//! The main job: take the inbox, load it, judge every store-day, write the reports.

use std::path::Path;

use epos_core::edge;
use epos_core::error::Error;
use epos_core::flow::Config;
use epos_core::model::{Document, Limits};

use super::{Ending, exit, strictly, worst};
use crate::args::{Cli, FailOn, Strict};
use crate::open;
use crate::print;

pub fn run(cli: &Cli, inbox: Option<&str>, output: Option<&Path>, fail: &FailOn, strict: &Strict) -> Ending {
    // A folder with its own epos.toml is a company; anything else is an inbox of the company here.
    let company = inbox.map(Path::new).filter(|path| cli.common.config.is_none() && path.join("epos.toml").is_file());
    let config = strictly(open::config(&cli.common, company.unwrap_or(Path::new("")))?, strict);
    let place = match inbox {
        Some(place) if company.is_none() => place.to_owned(),
        _ => config.inbox(),
    };
    let folder = output.map_or_else(|| config.output(), Path::to_path_buf);
    let mut inbox = edge::inbox(&place, &Limits::default(), &[folder.clone(), config.archive()])?;
    let mut outbox = edge::outbox(&folder.display().to_string())?;
    let masters = masters(&config)?;
    let mut audit = open::audit(config)?;
    let bar = print::progress(0, cli.common.quiet);
    let evening = audit.run(&masters, inbox.as_mut(), outbox.as_mut(), &mut |document| {
        bar.inc_length(1);
        bar.inc(1);
        bar.set_message(document.to_owned());
    })?;
    bar.finish_and_clear();
    if cli.common.json {
        print::json(&evening)?;
    } else {
        print::out(&evening.summary)?;
        print::out(&format!("Reports: {}\n", folder.join("index.html").display()))?;
    }
    let documents = evening.loaded.iter().flat_map(|loaded| &loaded.diagnostics).chain(&evening.opening);
    Ok(exit(worst(documents.chain(evening.days.iter().flat_map(|day| &day.findings))), fail))
}

/// The configuration's master files.
fn masters(config: &Config) -> Result<Vec<Document>, Error> {
    config.masters.iter().map(|name| Ok(Document::new(name, edge::read(&config.path(name))?))).collect()
}
