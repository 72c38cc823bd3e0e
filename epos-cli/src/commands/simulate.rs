//! Companies that do not exist: made, and read again.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use epos_core::edge::{self, open};
use epos_core::error::{Error, Result};
use epos_core::flow::Audit;
use epos_core::flow::score::{self, Score};
use epos_core::flow::simulate::{self as make, Made, OneFile};
use epos_core::format::Layouts;
use epos_core::model::{Document, Limits};
use epos_core::render::Format;
use epos_core::report::Report;
use epos_core::simulate::{Asked, Company, Faults, PRESETS, Simulation};

use super::Ending;
use crate::args::{Cli, FormatArg, SimulateArgs, SimulateFormat};
use crate::print;

/// Something that was asked for and cannot be.
fn wrong(message: String) -> Error {
    Error::NotFound(message)
}

fn company(args: &SimulateArgs) -> Result<Company> {
    match &args.company {
        Some(path) => {
            let text = String::from_utf8_lossy(&edge::read(path)?).into_owned();
            Company::parse(&text).map_err(|message| Error::Config { path: path.clone(), message })
        }
        None => Company::preset(&args.preset).ok_or_else(|| {
            let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            wrong(format!("there is no preset `{}`; there are {}", args.preset, names.join(", ")))
        }),
    }
}

/// Writes one form of a company to where files are created, telling of each store-day.
type Maker<'m> = dyn Fn(&mut make::Create<'_>, &mut dyn FnMut()) -> Result<Made> + 'm;

pub fn run(cli: &Cli, args: &SimulateArgs) -> Ending {
    let asked = Asked {
        seed: args.seed,
        from: args.from,
        to: args.to,
        stores: args.stores,
        products: args.products,
        employees: args.employees,
        customers: args.customers,
        transactions: args.transactions,
        coins: args.coins,
    };
    let simulation = Simulation::new(company(args)?, &asked).map_err(wrong)?;
    let faults: Faults = args.faults.parse().map_err(wrong)?;
    if args.output.is_none() && args.mail.is_none() && !args.load && !args.profile {
        return Err(wrong("say where it shall go: --output DIR, --mail DIR, --load, or --profile".to_owned()).into());
    }
    let layouts = Layouts::built_in();
    let mut all: Vec<Made> = Vec::new();
    let mut made = |folder: &Path, write: &Maker<'_>| -> Result<()> {
        let bar = print::progress(simulation.store_days() as u64, cli.common.quiet);
        let mut create = |name: &str| -> Result<Box<dyn Write + Send>> { edge::create(&folder.join(name)) };
        all.push(write(&mut create, &mut || bar.inc(1))?);
        bar.finish_and_clear();
        Ok(())
    };
    if let Some(folder) = &args.output {
        for format in &args.format {
            made(folder, &|create, progress| match format {
                SimulateFormat::Csv => make::tables(&simulation, &faults, &layouts, create, progress),
                SimulateFormat::Flat => make::one_file(&simulation, OneFile::Flat, &layouts, create, progress),
                SimulateFormat::Parquet => make::parquet(&simulation, create, progress),
                SimulateFormat::Events => make::one_file(&simulation, OneFile::Events, &layouts, create, progress),
            })?;
        }
        for name in &args.layout {
            made(folder, &|create, progress| make::as_layout(&simulation, &faults, &layouts, name, create, progress))?;
        }
    }
    if let Some(folder) = &args.mail {
        made(folder, &|create, progress| make::mails(&simulation, &faults, &layouts, create, progress))?;
    }
    if args.load {
        let mut audit = super::audit(cli)?;
        let bar = print::progress(simulation.store_days() as u64, cli.common.quiet);
        all.push(audit.load_simulated(&simulation, &faults, &mut || bar.inc(1))?);
        bar.finish_and_clear();
    }
    if args.profile {
        return profile(cli, &simulation, args);
    }
    if cli.common.json {
        print::json(&all)?;
    } else {
        all.iter().try_for_each(|made| print::out(&told(made)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn profile(cli: &Cli, simulation: &Simulation, args: &SimulateArgs) -> Ending {
    let bar = print::progress(simulation.store_days() as u64, cli.common.quiet);
    let profile = make::profile(simulation, &mut || bar.inc(1));
    bar.finish_and_clear();
    let format = if cli.common.json { Format::Json } else { args.profile_format.into() };
    super::reports::show(&profile, format, simulation.span().1.and_time(chrono::NaiveTime::MIN), None)
}

/// What was made, in words.
fn told(made: &Made) -> String {
    let mut text = format!(
        "{}, {} to {}: {} transactions on {} store-days\n",
        made.company, made.from, made.to, made.transactions, made.store_days
    );
    for (file, rows) in &made.files {
        text += &format!("  {rows:>10}  {file}\n");
    }
    let faults: usize = made.faults.values().sum();
    if faults > 0 {
        text += &format!("  {faults:>10}  faults of {} classes in truth.jsonl\n", made.faults.len());
    }
    text
}

pub fn score(cli: &Cli, dir: &Path, make: &[fn(&Score) -> Report], format: FormatArg, output: Option<&Path>) -> Ending {
    let config = open::config(&cli.common.wish(), dir)?;
    let text = String::from_utf8_lossy(&edge::read(&dir.join("truth.jsonl"))?).into_owned();
    let truths = score::truth(&text)?;
    let masters: Vec<Document> =
        config.masters.iter().map(|name| Ok(Document::new(name, edge::read(&config.path(name))?))).collect::<Result<_>>()?;
    let mut inbox = edge::inbox(&config.inbox(), &Limits::default(), &[])?;
    // Nothing of it is kept: neither the database nor the archive, and no mail is moved.
    let layouts = open::layouts(&config)?;
    let now = config.now().unwrap_or_else(edge::now);
    let books = edge::database::open("sqlite::memory:")?;
    let archive = Box::new(score::Memory::default());
    let mut audit = Audit::open(config, layouts, books, archive, now, edge::seed()?, Limits::default())?;
    let bar = print::progress(0, cli.common.quiet);
    let score = audit.score(&truths, &masters, inbox.as_mut(), &mut |document| print::came(&bar, document))?;
    bar.finish_and_clear();
    if cli.common.json {
        print::json(&score)?;
        return Ok(ExitCode::SUCCESS);
    }
    for make in make {
        super::reports::show(&make(&score), format.into(), audit.now(), output)?;
    }
    Ok(ExitCode::SUCCESS)
}
