//! `simulate`: evenings, tables and events of a company that does not exist, written as they are made.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::format::{self, Layouts, Reading};
use crate::model::{Batch, Document, Kind, Money, Type, Value};
use crate::report::{Chart, ChartKind, Completeness, Report, ReportColumn, Series};
use crate::simulate::{self, FaultClass, Faults, Simulation};

/// Opens a file of the output by its name, which may hold `/`.
pub type Create<'c> = dyn FnMut(&str) -> Result<Box<dyn Write + Send>> + 'c;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The company.
    pub company: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Store-days.
    pub store_days: usize,
    /// Transactions.
    pub transactions: usize,
    /// Files, by name, with their rows; mails are counted together.
    pub files: BTreeMap<String, usize>,
    /// Faults by class.
    pub faults: BTreeMap<FaultClass, usize>,
    /// Takings of all days, without tax mode: by currency.
    pub takings: BTreeMap<String, Money>,
}

impl Made {
    fn of(simulation: &Simulation) -> Self {
        let (from, to) = simulation.span();
        Made {
            company: simulation.company().name.clone(),
            from,
            to,
            store_days: 0,
            transactions: 0,
            files: BTreeMap::new(),
            faults: BTreeMap::new(),
            takings: BTreeMap::new(),
        }
    }

    fn count(&mut self, simulation: &Simulation, evening: &simulate::Evening) {
        self.store_days += 1;
        self.transactions += evening.transactions;
        let shop = simulation.company().stores.iter().find(|shop| shop.code == evening.store);
        let currency = shop.map(|shop| shop.currency.clone()).unwrap_or_default();
        *self.takings.entry(currency).or_default() += evening.takings;
        if let Some(truth) = &evening.truth {
            *self.faults.entry(truth.class).or_default() += 1;
        }
    }
}

fn failed(name: &str) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |source| Error::File { action: "write", path: name.into(), source }
}

fn put(create: &mut Create<'_>, name: &str, bytes: &[u8]) -> Result<()> {
    let mut file = create(name)?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(failed(name))
}

fn masters(simulation: &Simulation, layouts: &Layouts, create: &mut Create<'_>, made: &mut Made) -> Result<()> {
    for (name, batch) in simulation.master_files() {
        let Some(layout) = layouts.named(name) else { continue };
        let file = format!("{name}.csv");
        put(create, &file, &format::write([&batch], layout))?;
        made.files.insert(file, batch.content.total());
    }
    Ok(())
}

/// A company's folder: `epos.toml`, masters, a maildir with every evening's mails, and `truth.jsonl`. `progress` is called after each
/// store-day.
///
/// # Errors
/// When a file cannot be written.
pub fn mails(
    simulation: &Simulation,
    faults: &Faults,
    layouts: &Layouts,
    create: &mut Create<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Made> {
    let mut made = Made::of(simulation);
    put(create, "epos.toml", simulation.configuration().as_bytes())?;
    masters(simulation, layouts, create, &mut made)?;
    for folder in ["cur", "new", "tmp"] {
        put(create, &format!("inbox/{folder}/.maildir"), b"")?;
    }
    let writer =
        |batches: &[Batch], layout: &str| layouts.named(layout).map(|layout| format::write(batches, layout)).unwrap_or_default();
    let mut truth = create("truth.jsonl")?;
    let mut mails = 0;
    for evening in simulation.evenings(faults) {
        for post in &evening.posts {
            put(create, &format!("inbox/new/{}", post.name), &post.write(&writer))?;
            mails += 1;
        }
        if let Some(record) = &evening.truth {
            let text = serde_json::to_string(record).unwrap_or_default();
            writeln!(truth, "{text}").map_err(failed("truth.jsonl"))?;
        }
        made.count(simulation, &evening);
        progress();
    }
    truth.flush().map_err(failed("truth.jsonl"))?;
    made.files.insert("inbox".to_owned(), mails);
    Ok(made)
}

/// The kinds that canonical tables are made of.
const TABLES: [(Kind, &str); 9] = [
    (Kind::Lines, "lines"),
    (Kind::Tenders, "tenders"),
    (Kind::CashMovements, "cash_movements"),
    (Kind::ZReports, "z_reports"),
    (Kind::ZTotals, "z_totals"),
    (Kind::CashCounts, "cash_counts"),
    (Kind::GoodsIn, "goods_in"),
    (Kind::Transfers, "transfers"),
    (Kind::StockCounts, "stock_counts"),
];

/// Canonical tables, one file for each kind, and the masters.
///
/// # Errors
/// When a file cannot be written.
pub fn tables(
    simulation: &Simulation,
    faults: &Faults,
    layouts: &Layouts,
    create: &mut Create<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Made> {
    let mut made = Made::of(simulation);
    masters(simulation, layouts, create, &mut made)?;
    let mut files = Vec::new();
    for (kind, name) in TABLES {
        let name = format!("{name}.csv");
        let mut file = create(&name)?;
        file.write_all(&simulate::heading(kind)).map_err(failed(&name))?;
        files.push((kind, name, file));
    }
    let mut text = Vec::new();
    for evening in simulation.evenings(faults) {
        for (kind, name, file) in &mut files {
            text.clear();
            for batch in evening.batches.iter() {
                simulate::rows(batch, *kind, &mut text);
                *made.files.entry(name.clone()).or_default() += batch.content.count(*kind);
            }
            file.write_all(&text).map_err(failed(name))?;
        }
        made.count(simulation, &evening);
        progress();
    }
    for (_, name, file) in &mut files {
        file.flush().map_err(failed(name))?;
    }
    Ok(made)
}

/// Transactions, line items, tenders, Z-reports and masters as Parquet files.
///
/// # Errors
/// When a file cannot be written; without the feature `parquet`.
#[cfg(feature = "parquet")]
pub fn parquet(simulation: &Simulation, create: &mut Create<'_>, progress: &mut dyn FnMut()) -> Result<Made> {
    let mut made = Made::of(simulation);
    for (name, batch) in simulation.master_files() {
        let Some(kind) = Kind::ALL.iter().copied().find(|kind| kind.word() == name) else { continue };
        let name = format!("{name}.parquet");
        let mut file = format::Parquet::new(&name, kind, create(&name)?)?;
        file.add(&batch)?;
        made.files.insert(name, file.finish()?);
    }
    let mut files = Vec::new();
    for (kind, name) in [
        (Kind::Headers, "transactions"),
        (Kind::Lines, "line_items"),
        (Kind::Tenders, "tenders"),
        (Kind::CashMovements, "cash_movements"),
        (Kind::ZReports, "z_reports"),
    ] {
        let name = format!("{name}.parquet");
        files.push((name.clone(), format::Parquet::new(&name, kind, create(&name)?)?));
    }
    for batches in simulation.all_headed() {
        for batch in &batches {
            files.iter_mut().try_for_each(|(_, file)| file.add(batch))?;
            made.transactions += batch.content.headers.len();
        }
        made.store_days += 1;
        progress();
    }
    for (name, file) in files {
        made.files.insert(name, file.finish()?);
    }
    Ok(made)
}

/// Without the feature `parquet` nothing of it can be written.
///
/// # Errors
/// Always.
#[cfg(not(feature = "parquet"))]
pub fn parquet(_: &Simulation, _: &mut Create<'_>, _: &mut dyn FnMut()) -> Result<Made> {
    Err(Error::Scheme("this build of epos was made without the feature `parquet`; choose csv".to_owned()))
}

/// The text of each store-day, and how many transactions it holds.
type StoreDays<'s> = dyn Iterator<Item = (Vec<u8>, usize)> + 's;

/// How one file holds every transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneFile {
    /// The flat export of a hospitality point of sale, `transactions.csv`.
    Flat,
    /// JSON events, `events.jsonl`.
    Events,
}

/// Every transaction in one file, and the masters.
///
/// # Errors
/// When a file cannot be written.
pub fn one_file(
    simulation: &Simulation,
    form: OneFile,
    layouts: &Layouts,
    create: &mut Create<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Made> {
    let mut made = Made::of(simulation);
    masters(simulation, layouts, create, &mut made)?;
    let (name, heading, parts): (_, &str, Box<StoreDays<'_>>) = match form {
        OneFile::Flat => ("transactions.csv", simulate::FLAT, Box::new(simulation.flat())),
        OneFile::Events => ("events.jsonl", "", Box::new(simulation.events())),
    };
    let mut file = create(name)?;
    file.write_all(heading.as_bytes()).map_err(failed(name))?;
    for (text, count) in parts {
        file.write_all(&text).map_err(failed(name))?;
        made.store_days += 1;
        made.transactions += count;
        progress();
    }
    file.flush().map_err(failed(name))?;
    made.files.insert(name.to_owned(), made.transactions);
    Ok(made)
}

/// The rows of one layout, as that till program would write them: `NAME.csv`.
///
/// # Errors
/// [`Error::NotFound`] for a layout that is not there; when its headings change from day to day; when the file cannot be written.
pub fn as_layout(
    simulation: &Simulation,
    faults: &Faults,
    layouts: &Layouts,
    name: &str,
    create: &mut Create<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Made> {
    let layout = layouts
        .named(name)
        .ok_or_else(|| Error::NotFound(format!("there is no layout `{name}`; `epos layout list` names them all")))?;
    let mut made = Made::of(simulation);
    let file = format!("{name}.csv");
    let mut to = create(&file)?;
    let headed = layout.kinds().any(|kind| kind == Kind::Headers);
    let mut heading: Option<Vec<u8>> = None;
    for evening in simulation.evenings(faults) {
        let batches: Vec<Batch> =
            if headed { simulation.headed(&evening.store, evening.trading_day) } else { evening.batches.to_vec() };
        let rows: usize = batches.iter().map(|batch| batch.content.count(layout.kind)).sum();
        made.count(simulation, &evening);
        progress();
        if rows == 0 {
            continue;
        }
        let text = format::write(&batches, layout);
        let split = if layout.is_bare() { 0 } else { text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1) };
        let (head, body) = text.split_at(split);
        match &heading {
            None => {
                to.write_all(head).map_err(failed(&file))?;
                heading = Some(head.to_vec());
            }
            Some(first) if first != head => {
                let message = format!("its headings are not the same every day: {}", evening.trading_day);
                return Err(Error::Render { what: format!("one file of layout {name}"), message });
            }
            Some(_) => {}
        }
        to.write_all(body).map_err(failed(&file))?;
        *made.files.entry(file.clone()).or_default() += rows;
    }
    to.flush().map_err(failed(&file))?;
    Ok(made)
}

impl super::Audit {
    /// Loads a simulated company: its masters, then the files of every store-day, as if they had come one by one.
    ///
    /// # Errors
    /// When the database or the archive fails.
    pub fn load_simulated(&mut self, simulation: &Simulation, faults: &Faults, progress: &mut dyn FnMut()) -> Result<Made> {
        let mut made = Made::of(simulation);
        let layouts = Layouts::built_in();
        let mut load = |name: String, batches: &[Batch], layout: &str| -> Result<usize> {
            let Some(layout) = layouts.named(layout) else { return Ok(0) };
            let document = Document::new(&name, format::write(batches, layout));
            Ok(self.load(&document, &Reading::default())?.rows)
        };
        for (name, batch) in simulation.master_files() {
            let rows = load(format!("{name}.csv"), &[batch], name)?;
            made.files.insert(name.to_owned(), rows);
        }
        for evening in simulation.evenings(faults) {
            for (name, layout) in evening.files() {
                let rows = load(name, &evening.batches, layout)?;
                *made.files.entry(layout.to_owned()).or_default() += rows;
            }
            made.count(simulation, &evening);
            progress();
        }
        Ok(made)
    }
}

/// How good the data is, as a report: rules and shares, with a chart of each share.
pub fn profile(simulation: &Simulation, progress: &mut dyn FnMut()) -> Report {
    let profile = simulation.profile(progress);
    let column = |name, title, kind| ReportColumn { name, title, kind, summed: false, blank: "", heading: false };
    let columns = vec![
        ReportColumn { heading: true, ..column("of", "Of", Type::Text) },
        column("what", "What", Type::Text),
        column("checked", "Checked or expected", Type::Integer),
        column("found", "Broken or found", Type::Integer),
        column("verdict", "Verdict", Type::Text),
    ];
    let text = |text: &str| Value::Text(text.to_owned().into());
    let whole = |count: u64| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let mut rows: Vec<Vec<Value<'static>>> = profile
        .rules
        .iter()
        .map(|rule| {
            let verdict = if rule.broken == 0 { "kept" } else { "broken" };
            vec![text("rules"), text(rule.rule), whole(rule.checked), whole(rule.broken), text(verdict)]
        })
        .collect();
    let mut charts = Vec::new();
    for shares in &profile.shares {
        let weights: u64 = shares.parts.iter().map(|(_, weight, _)| weight).sum();
        let total: u64 = shares.parts.iter().map(|(.., count)| count).sum();
        for (name, weight, count) in &shares.parts {
            let expected = u128::from(total) * u128::from(*weight) / u128::from(weights.max(1));
            rows.push(vec![text(shares.name), text(name), whole(expected as u64), whole(*count), Value::Null]);
        }
        let fits = if shares.chi_square <= shares.limit { "fits" } else { "does not fit" };
        let thousandths = |value: u64| Decimal::new(i64::try_from(value).unwrap_or(i64::MAX), 3).to_string();
        let verdict = format!("chi-square {} of {}: {fits}", thousandths(shares.chi_square), thousandths(shares.limit));
        rows.push(vec![text(shares.name), text("all"), whole(total), whole(total), text(&verdict)]);
        charts.push(Chart {
            kind: ChartKind::Bars,
            title: format!("Transactions by {}", shares.name),
            along: shares.name.to_owned(),
            measures: "Transactions".to_owned(),
            currency: String::new(),
            labels: shares.parts.iter().map(|(name, ..)| name.clone()).collect(),
            series: vec![Series {
                name: "Transactions".to_owned(),
                values: shares.parts.iter().map(|(.., count)| Some(Decimal::from(*count))).collect(),
            }],
        });
    }
    let (from, to) = simulation.span();
    let sound = if profile.is_sound() {
        "Every rule is kept and every share fits."
    } else {
        "Not every rule is kept, or not every share fits."
    };
    Report {
        name: "profile",
        title: format!("{}: how good the data is", simulation.company().name),
        from,
        to,
        store: None,
        completeness: Completeness {
            sealed: 0,
            expected: simulation.store_days(),
            present: simulation.store_days(),
            ..Completeness::default()
        },
        columns,
        rows,
        totals: Vec::new(),
        bridge: Vec::new(),
        charts,
        notes: vec![
            format!("{} transactions. {sound}", profile.transactions),
            "A share fits when its chi-square is below what chance passes once in 1,000 times.".to_owned(),
        ],
    }
}
