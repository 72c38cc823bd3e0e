//! Answers to senders: what was written, and what would be.

use std::process::ExitCode;

use epos_core::flow::Reply;

use super::{Ending, reader};
use crate::args::Cli;
use crate::print;

pub fn replies(cli: &Cli, store: Option<&str>, dry_run: bool) -> Ending {
    let mut audit = reader(cli)?;
    let mut all = audit.replies(store)?;
    if dry_run {
        all.retain(|reply| reply.written_at.is_none());
    }
    if cli.common.json {
        print::json(&all)?;
    } else if all.is_empty() {
        print::out(match audit.config().reply.sender() {
            None => "Nobody is answered: epos.toml has no [reply] with a `from`, or says enabled = false.\n",
            Some(_) if dry_run => "No answer is due.\n",
            Some(_) => "Nothing was answered yet, and no answer is due.\n",
        })?;
    } else if dry_run {
        all.iter().try_for_each(|reply| print::out(&full(reply)))?;
    } else {
        for reply in &all {
            let when = reply.written_at.map_or("due".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string());
            let verdict = reply.text.lines().next().unwrap_or_default();
            print::out(&format!("{}  {when:<16}  {}  -> {}\n", reply.id, verdict, reply.to.join(", ")))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn show(cli: &Cli, id: &str, store: Option<&str>) -> Ending {
    let reply = reader(cli)?.reply(id, store)?;
    if cli.common.json {
        print::json(&reply)?;
    } else {
        print::out(&full(&reply))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// An answer as a mail program shows it.
fn full(reply: &Reply) -> String {
    let when = reply.written_at.map_or("due".to_owned(), |at| format!("{} UTC", at.format("%Y-%m-%d %H:%M")));
    format!("To: {}\nSubject: {}\nWritten: {when}\nFile: {}\n\n{}\n", reply.to.join(", "), reply.subject, reply.file, reply.text)
}
