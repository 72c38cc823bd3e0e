//! What people do to store-days: accept, declare, seal, verify, export.

use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;
use epos_core::edge;
use epos_core::error::Error;
use epos_core::flow::Accepting;
use epos_core::model::Declared;
use epos_core::reconcile::StoreDay;
use epos_core::reconcile::seal;

use super::{Ending, plural, reader};
use crate::args::{AcceptArgs, Cli, ExportWhat};
use crate::print::{self, Failure};

/// Where a day stands, in one line.
fn standing(day: &StoreDay) -> String {
    let sealed = day.sealed.map(|sealed| format!(", sealed as link {}", sealed.number)).unwrap_or_default();
    let waiting = if day.waiting > 0 { format!(", {} waiting beside it", plural(day.waiting, "revision")) } else { String::new() };
    format!("{} {}: {}{sealed}{waiting}\n", day.store, day.trading_day, day.state.word().replace('_', " "))
}

fn show(cli: &Cli, day: &StoreDay) -> Result<(), Failure> {
    if cli.common.json { print::json(day) } else { print::out(&standing(day)) }
}

pub fn accept(cli: &Cli, args: &AcceptArgs) -> Ending {
    let mut audit = reader(cli)?;
    let Some(code) = &args.code else {
        let all = audit.acceptable(&args.store, args.date)?;
        if cli.common.json {
            print::json(&all)?;
            return Ok(ExitCode::SUCCESS);
        }
        if all.is_empty() {
            print::out("Nothing of this day waits to be accepted.\n")?;
        }
        for one in all {
            let amount = one.amount.map(|amount| format!(" ({amount})")).unwrap_or_default();
            print::out(&format!("--code {} --subject '{}'{amount}\n    {}\n", one.code, one.subject, one.message))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let said = Accepting {
        code,
        subject: args.subject.as_deref(),
        reason: args.reason,
        note: &args.note,
        by: &args.by,
        second: args.second.as_deref(),
        tax_rate: args.tax_rate,
    };
    let done = audit.accept(&args.store, args.date, &said)?;
    if cli.common.json {
        print::json(&done)?;
        return Ok(ExitCode::SUCCESS);
    }
    for one in &done.acceptances {
        let amount = one.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
        print::out(&format!("accepted: {} {}{amount}, {}\n", one.code, one.subject, one.reason.word().replace('-', " ")))?;
        let posted = done.day.accepted.iter().find(|of| of.acceptance.id == one.id);
        if let Some(why) = posted.and_then(|of| of.lapsed.as_deref()) {
            print::out(&format!("    it does not count yet: {why}\n"))?;
        }
        for posting in posted.iter().flat_map(|of| &of.postings) {
            print::out(&format!("    {} {}\n", posting.account.replace('_', "/"), posting.amount))?;
        }
    }
    print::out(&standing(&done.day))?;
    Ok(ExitCode::SUCCESS)
}

pub fn declare(cli: &Cli, store: &str, date: NaiveDate, declared: Declared, reason: &str, by: &str) -> Ending {
    let day = reader(cli)?.declare(store, date, declared, reason, by)?;
    show(cli, &day)?;
    Ok(ExitCode::SUCCESS)
}

pub fn seal(cli: &Cli, until: Option<NaiveDate>, store: Option<&str>, by: Option<&str>) -> Ending {
    let done = reader(cli)?.seal(until, store, by)?;
    if cli.common.json {
        print::json(&done)?;
        return Ok(ExitCode::SUCCESS);
    }
    for seal in &done.sealed {
        print::out(&format!("{} {}: sealed as link {}\n", seal.store, seal.trading_day, seal.number))?;
    }
    for (store, day, state, why) in &done.left {
        print::out(&format!("{store} {day}: not sealed, {}: {why}\n", state.word().replace('_', " ")))?;
    }
    let (sealed, left) = (plural(done.sealed.len(), "store-day"), plural(done.left.len(), "store-day"));
    print::out(&format!("{sealed} sealed, {left} not in order.\n"))?;
    Ok(ExitCode::SUCCESS)
}

pub fn release(cli: &Cli, place: &[String], by: &str, note: &str) -> Ending {
    let [store, day] = place else { return Err(Error::NotFound("name a store and a day".to_owned()).into()) };
    let day = day.parse().map_err(|_| Error::NotFound(format!("`{day}` is not a day such as 2026-11-20")))?;
    let day = reader(cli)?.release(store, day, by, note)?;
    show(cli, &day)?;
    Ok(ExitCode::SUCCESS)
}

pub fn lock(cli: &Cli, last_day: NaiveDate, by: &str) -> Ending {
    reader(cli)?.lock(last_day, by)?;
    print::out(&format!("The period up to {last_day} is closed: what comes later for it is posted to the current one.\n"))?;
    Ok(ExitCode::SUCCESS)
}

pub fn verify(cli: &Cli, anchor: Option<&Path>) -> Ending {
    let mut audit = reader(cli)?;
    let heads = match anchor {
        Some(path) => {
            let text = String::from_utf8_lossy(&edge::read(path)?).into_owned();
            let message = |line| format!("line {line} is not a store, a number and a link, as `epos export seals` writes them");
            let wrong = |line| Error::Config { path: path.to_owned(), message: message(line) };
            Some(seal::read_heads(&text).map_err(wrong)?)
        }
        None => None,
    };
    let verified = audit.verify(heads.as_deref())?;
    let ending = if verified.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(1) };
    if cli.common.json {
        print::json(&verified)?;
        return Ok(ending);
    }
    for broken in &verified.broken {
        print::out(&format!("{} link {} ({}): {}\n", broken.store, broken.number, broken.trading_day, broken.why))?;
    }
    if let Some(head) = &verified.moved {
        print::out(&format!(
            "{} link {}: it was {} when it was sent out, and is not there any more\n",
            head.store, head.number, head.link
        ))?;
    }
    let (links, stores) = (plural(verified.links, "link"), plural(verified.stores, "store"));
    let proves = verified.without_head.len() < verified.stores;
    let sum = match (verified.is_sound(), verified.anchored) {
        (true, true) if !proves => "consistent with themselves, and no more: the anchor has no head of them",
        (true, true) => "all as they were when their heads were sent out",
        (true, false) => {
            "consistent with themselves, and no more: without --anchor nobody knows whether links were taken from the end"
        }
        (false, _) => "not as they were sealed",
    };
    print::out(&format!("{links} of {stores}: {sum}.\n"))?;
    if proves && !verified.without_head.is_empty() && verified.is_sound() {
        let stores = verified.without_head.join(", ");
        print::out(&format!("Not in the anchor, so consistent with themselves and no more: {stores}.\n"))?;
    }
    if !verified.is_sound() {
        print::out("Keep a copy of database and archive as they are, then compare them with the last backup.\n")?;
    }
    Ok(ending)
}

pub fn export(cli: &Cli, what: ExportWhat, output: Option<&Path>) -> Ending {
    let mut audit = reader(cli)?;
    let ExportWhat::Seals = what;
    let text = if cli.common.json { epos_core::render::value(&audit.seals(None)?)? } else { seal::write_heads(&audit.heads()?) };
    match output {
        Some(path) => edge::write(path, text.as_bytes())?,
        None => print::out(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
