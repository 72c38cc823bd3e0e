//! The main job: take the inbox, load it, judge every store-day, write the reports.

use std::path::Path;

use epos_core::edge::open;

use super::{Ending, exit, plural, strictly, worst};
use crate::args::{Cli, FailOn, Strict};
use crate::print;

pub fn run(cli: &Cli, inbox: Option<&str>, output: Option<&Path>, fail: &FailOn, strict: &Strict) -> Ending {
    let open::Evening { mut audit, masters, mut inbox, mut outbox, folder, replies } =
        open::evening(&strictly(cli, strict), inbox, output)?;
    let bar = print::progress(0, cli.common.quiet);
    let evening = audit.run(&masters, inbox.as_mut(), outbox.as_mut(), &mut |document| print::came(&bar, document))?;
    if let Some(mut replies) = replies {
        let written = audit.answer(&evening.days, replies.as_mut())?;
        if !written.is_empty() && !cli.common.quiet {
            print::complain(&format!("{} in {}", plural(written.len(), "new answer"), audit.config().replies().display()));
        }
    }
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
