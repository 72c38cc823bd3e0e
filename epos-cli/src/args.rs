//! The command line, defined once: parser, help and completions come from it.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use epos_core::edge::open::Wish;
use epos_core::model::{AcceptanceReason, Declared, Kind, Rate};
use epos_core::simulate::Coins;

/// An open sales audit for small shops.
///
/// epos takes the files that tills e-mail after closing, checks them, reconciles each store-day, loads a database and writes reports.
/// Wrong data is explained and never aborts; nothing is lost and nothing is counted twice.
#[derive(Debug, Parser)]
#[command(name = "epos", version, max_term_width = 120)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Common {
    /// Configuration file; `epos.toml` in the current folder when there is one
    #[arg(long, global = true, value_name = "FILE", env = "EPOS_CONFIG")]
    pub config: Option<PathBuf>,
    /// Database, instead of the configuration's (sqlite:FILE, mysql://USER:PASSWORD@HOST/NAME)
    #[arg(long, global = true, value_name = "URL")]
    pub db: Option<String>,
    /// The present moment in UTC, instead of the clock's (2026-11-22T09:00:00)
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    /// Print machine-readable JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress bars and no remarks on the side
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

impl Common {
    /// What is said beside the configuration file.
    pub fn wish(&self) -> Wish {
        Wish { config: self.config.clone(), database: self.db.clone(), now: self.now.clone(), strict: false }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at a folder of real mails or files and write epos.toml: what could be proved, and questions for the rest
    Init {
        /// The folder with mails or files
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// Replace an epos.toml that is there
        #[arg(long)]
        force: bool,
    },
    /// Read and check files; change nothing. Exit 0: clean, 1: findings of warning or above, 2: failure
    Check {
        /// Files, mails or folders
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        reading: ReadingArgs,
        /// How to print what was found; --json is the same as --format json
        #[arg(long, value_enum, default_value_t)]
        format: FindingsFormat,
        #[command(flatten)]
        strict: Strict,
    },
    /// The manual page of a code (T002), or the list of all
    Explain {
        /// A code or its name
        code: Option<String>,
    },
    /// Check files and load them into the database
    Load {
        /// Files, mails or folders
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        reading: ReadingArgs,
        #[command(flatten)]
        fail: FailOn,
        #[command(flatten)]
        strict: Strict,
    },
    /// Read documents again from the archive, perhaps with another layout, store or date; it enters as a revision
    Reread {
        /// Documents, by hash or its beginning; all held ones when none is named
        documents: Vec<String>,
        #[command(flatten)]
        reading: ReadingArgs,
        /// Say what would change, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Withdraw a document: what it replaced counts again
    Undo {
        /// The document, by hash or its beginning
        document: String,
    },
    /// The whole evening: take the inbox, load it, reconcile every store-day, write the reports
    Run {
        /// A folder with its own epos.toml, or an inbox (folder, maildir:PATH, mbox:PATH); the configuration's inbox when absent
        inbox: Option<String>,
        /// Where reports go, instead of the configuration's folder
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
        #[command(flatten)]
        fail: FailOn,
        #[command(flatten)]
        strict: Strict,
    },
    /// Print or write a report
    Report {
        /// Its name; see --list
        #[arg(required_unless_present = "list")]
        name: Option<String>,
        /// List all reports
        #[arg(long)]
        list: bool,
        #[command(flatten)]
        period: Period,
        #[command(flatten)]
        asked: AskedArgs,
        /// As it was reported on the evening of this day; its notes say what changed since, and who sent the correction
        #[arg(long, value_name = "DAY", value_parser = day)]
        as_of: Option<NaiveDate>,
        /// Only the figures that changed since, as reported and as known now
        #[arg(long, requires = "as_of")]
        changes: bool,
        /// How to print it
        #[arg(long, default_value = "table")]
        format: FormatArg,
        /// Write it here instead of printing it
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Stores × days: what came, what is missing, what needs a person
    Status {
        #[command(flatten)]
        period: Period,
        /// How the map of stores and days is printed; `--json` prints the store-days themselves
        #[arg(long, default_value = "table", value_name = "FORMAT")]
        format: MapFormat,
    },
    /// Answers to senders: those that were written, and those that the next `epos run` would write
    Replies {
        /// Only of this store, by code, name or alias
        #[arg(long)]
        store: Option<String>,
        /// Print one answer in full, by its id or the beginning of it
        #[arg(long, value_name = "ID")]
        show: Option<String>,
        /// Print in full what the next run would write; nothing is written
        #[arg(long, conflicts_with = "show")]
        dry_run: bool,
    },
    /// One store-day in full: the Z-reconciliation page, its findings and documents
    Day {
        /// The store
        store: String,
        /// The trading day
        #[arg(value_parser = day)]
        date: NaiveDate,
        /// What later documents changed of it, and every change of its state
        #[arg(long, conflicts_with = "format")]
        diff: bool,
        /// How to print it
        #[arg(long, default_value = "table")]
        format: FormatArg,
    },
    /// Accept a finding of a store-day, with the reason that decides what is posted; without --code, list what can be accepted
    #[command(after_help = ACCEPT_HELP)]
    Accept(Box<AcceptArgs>),
    /// Say that nothing will come for a day: the store was closed, or open without a sale
    Declare {
        /// The store
        store: String,
        /// The trading day
        #[arg(value_parser = day)]
        date: NaiveDate,
        /// closed, or zero: open, and nothing sold
        declared: Declared,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Seal store-days that are in order: their figures are final, and every seal is a link of the store's chain
    #[command(after_help = SEAL_HELP)]
    Seal {
        /// The last day; all that are due when absent
        #[arg(long, value_name = "DAY", conflicts_with_all = ["release", "lock"], value_parser = day)]
        until: Option<NaiveDate>,
        /// One store only
        #[arg(long, conflicts_with_all = ["release", "lock"])]
        store: Option<String>,
        /// Open a sealed day: what waits beside it counts, and it is sealed anew as a restatement; where nothing waits it stays open until
        /// the next seal
        #[arg(long, num_args = 2, value_names = ["STORE", "DAY"], requires = "by")]
        release: Option<Vec<String>>,
        /// Close the period up to this day: what comes later for it is posted to the current period
        #[arg(long, value_name = "DAY", requires = "by", conflicts_with = "release", value_parser = day)]
        lock: Option<NaiveDate>,
        /// Who seals
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// Why it is released
        #[arg(long, default_value = "", requires = "release")]
        note: String,
    },
    /// Hash again what was sealed, and name the first broken link. Exit 0: sound, 1: broken, 2: failure
    Verify {
        /// Heads that were sent out (`epos export seals`): proves that nothing sealed up to them was altered, reordered or removed
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
    },
    /// Write what goes out of the house
    Export {
        /// What
        what: ExportWhat,
        /// Write it here instead of printing it
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Make a company's evenings out of nothing: mails, tables, events, with every fault on record
    Simulate(Box<SimulateArgs>),
    /// Read a simulated company and hold what was found against what is wrong with it
    Score {
        /// The folder that `epos simulate --mail` made
        dir: PathBuf,
        /// Print which codes are found at which faults instead
        #[arg(long)]
        confusion: bool,
        /// Print how often the likeliest cause of a difference is the one that was made instead
        #[arg(long, conflicts_with = "confusion")]
        causes: bool,
        /// Print for each band of stated percentages how often the cause was right instead
        #[arg(long, conflicts_with_all = ["confusion", "causes"])]
        calibration: bool,
        /// How to print it
        #[arg(long, default_value = "table")]
        format: FormatArg,
        /// Write it here instead of printing it
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Find an item by name, code or barcode; a few letters will do, and a mistyped word is forgiven
    #[command(after_help = LOOKUP_HELP)]
    Lookup {
        /// Words of the name, a code, or a barcode in any length; everything when it is empty
        #[arg(default_value = "")]
        query: String,
        /// Only items of this category
        #[arg(long)]
        category: Option<String>,
        /// Only the item with this very code or barcode, in full
        #[arg(long, conflicts_with = "category")]
        item: bool,
        #[command(flatten)]
        paging: Paging,
    },
    /// Stores; what a store has; which stores have an item, and how sure we are
    #[command(after_help = STOCK_HELP)]
    Stock {
        /// The store, by code or name; all stores when absent
        store: Option<String>,
        /// The item, by code or barcode
        item: Option<String>,
        /// The item, in all stores
        #[arg(long = "item", value_name = "ITEM", conflicts_with = "item")]
        only: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Layouts: how till programs write their files
    Layout {
        #[command(subcommand)]
        command: LayoutCommand,
    },
    /// Serve item lookup, stores and reports over HTTP, and a page to look things up; `[serve]` in epos.toml has its limits
    ///
    /// Standard error is its log, one JSON record a line; the record that says `listening` has the address as `url`.
    ///
    /// Figures (reports, store-days, seals) are for whoever sends the `token` of `[serve]` (or EPOS_SERVE_TOKEN). Without a token they
    /// are shown to this machine only, asked by the name localhost or by 127.0.0.1 or [::1], for no page of another site and through no
    /// proxy: behind a proxy, set a token. Who may see figures may also accept, declare, seal, release and lock, with POST and a body of
    /// JSON, and no page of another site may; GET changes nothing.
    ///
    /// The server takes in no documents. When a load was too large to be counted in at once, its stock figures are older than those of
    /// `epos stock`, which counts in first: every figure says up to which day it is (`as_of`), every store how many days wait
    /// (`waiting`), and the next `epos run` or `epos stock` counts them in.
    #[cfg(feature = "serve")]
    Serve {
        /// Address and port; 127.0.0.1:8080, which only this machine reaches, when nothing says otherwise
        #[arg(long, value_name = "ADDRESS")]
        bind: Option<String>,
        /// Certificate chain (PEM): speak HTTPS
        #[arg(long, value_name = "FILE", requires = "key")]
        certificate: Option<String>,
        /// The certificate's private key (PEM)
        #[arg(long, value_name = "FILE", requires = "certificate")]
        key: Option<String>,
    },
    /// The database itself
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// The store
    pub store: String,
    /// The trading day
    #[arg(value_parser = day)]
    pub date: NaiveDate,
    /// The finding's code, or `row` for a row that could not be read
    #[arg(long)]
    pub code: Option<String>,
    /// What the finding is about, where several have the code
    #[arg(long)]
    pub subject: Option<String>,
    /// Why: wrong-tender, cash-missing, cash-surplus, sale-not-rung, over-ring, refund-not-rung, drop-not-rung, paid-out-not-rung,
    /// wrong-count or as-it-should
    #[arg(long, requires = "code")]
    pub reason: Option<AcceptanceReason>,
    /// In your own words; what proves it, where takings change
    #[arg(long, default_value = "")]
    pub note: String,
    /// Who accepts it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub by: String,
    /// The second person, where the amount needs one
    #[arg(long, value_name = "NAME")]
    pub second: Option<String>,
    /// The tax in a sale that was not rung, in percent; the store's standard rate when absent
    #[arg(long, value_name = "PERCENT")]
    pub tax_rate: Option<Rate>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportWhat {
    /// The heads of all stores' chains: what `verify --anchor` holds them against. With --json every seal
    Seals,
}

#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The seed: the same one with the same settings gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// A company that comes with epos: hospitality, grocery-ca or charity
    #[arg(long, default_value = "hospitality", value_name = "NAME")]
    pub preset: String,
    /// A company of one's own, instead of a preset
    #[arg(long, value_name = "FILE")]
    pub company: Option<PathBuf>,
    /// First day; the company's when absent
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<NaiveDate>,
    /// Last day; the company's when absent
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Option<NaiveDate>,
    /// Number of stores
    #[arg(long)]
    pub stores: Option<usize>,
    /// Number of products
    #[arg(long)]
    pub products: Option<u32>,
    /// Number of people who work there
    #[arg(long)]
    pub employees: Option<u32>,
    /// Number of customers whom the tills know
    #[arg(long)]
    pub customers: Option<u32>,
    /// Number of transactions, exactly
    #[arg(long)]
    pub transactions: Option<u64>,
    /// How well drawers are counted: exact, or honest (a fifth of the counts up to 1.00 off, as people count)
    #[arg(long, value_name = "exact|honest")]
    pub coins: Option<Coins>,
    /// What goes wrong: `none`, `default`, or classes with a share of store-days (`late=0.5%,never`), or one in one place
    /// (`late@leith/2026-03-02`)
    #[arg(long, default_value = "none", value_name = "LIST")]
    pub faults: String,
    /// What is written to the output folder
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = SimulateFormat::USUAL)]
    pub format: Vec<SimulateFormat>,
    /// Write every kind of row of a till program's file too, as this layout has it
    #[arg(long, value_name = "NAME")]
    pub layout: Vec<String>,
    /// The folder for tables and masters
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The folder for whole evenings: epos.toml, masters, a maildir, truth.jsonl
    #[arg(long, value_name = "DIR")]
    pub mail: Option<PathBuf>,
    /// Load every store-day straight into the database
    #[arg(long)]
    pub load: bool,
    /// Print how good the data is: rules that it keeps, and its shares against the company's
    #[arg(long)]
    pub profile: bool,
    /// How the profile is printed
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub profile_format: FormatArg,
}

/// What a simulation can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SimulateFormat {
    /// Canonical tables, one file for each kind of row
    Csv,
    /// The flat export of a hospitality point of sale, 28 columns
    Flat,
    /// JSON events, one transaction a line
    Events,
    /// Typed columns in Parquet files
    Parquet,
}

impl SimulateFormat {
    /// What is written when nobody says.
    pub const USUAL: [SimulateFormat; 3] = [SimulateFormat::Csv, SimulateFormat::Flat, SimulateFormat::Parquet];
}

#[derive(Debug, Default, Args)]
pub struct ReadingArgs {
    /// Read with this layout instead of the one that is recognised
    #[arg(long)]
    pub layout: Option<String>,
    /// The store the files are of, when nothing in them says so
    #[arg(long)]
    pub store: Option<String>,
    /// The trading day the files are of, when nothing in them says so
    #[arg(long, value_parser = day)]
    pub date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct Strict {
    /// Load a file only when every one of its rows can be read; otherwise it is held whole
    #[arg(long)]
    pub strict: bool,
}

/// Which part of a long list.
#[derive(Debug, Args)]
pub struct Paging {
    /// Which page
    #[arg(long, default_value_t = 1)]
    pub page: usize,
    /// Rows on a page: 20, at most 100
    #[arg(long, value_name = "N")]
    pub per_page: Option<usize>,
}

const LOOKUP_HELP: &str = "\
Example:
  $ epos lookup \"shortbraed\"
  SKU     Barcode         Name                            Category  Price  Holds
  BIS-01  05012345678900  Shortbread Fingers              Biscuits   1.85
  BIS-06                  Shortbread Fingers (case of 6)  Biscuits   9.90  6 × Shortbread Fingers
  2 items.

The item with that very code or barcode comes first, then those with the very words, words that begin so, mistyped ones. The answer
is the same from every database.";

const STOCK_HELP: &str = "\
Example:
  $ epos stock --item 5012345678900
  Store  Name        On hand    As of       Last counted      Confidence
  leith  Leith Walk       11    2026-11-20  2026-11-18 09:00  high
  quay   The Quay    unknown                never             unknown

Of a pack the units it holds are shown. Unknown is not 0: nobody counted the item and no stock file named it. Confidence is high when
a person counted within 31 days and the store's sales came within 3; medium within 92 and 7 days, or when the till's own stock file
is at most 7 days old; low otherwise, and when fewer than none are on hand.";

const ACCEPT_HELP: &str = "\
Example:
  $ epos accept leith 2026-11-20 --code S002 --reason wrong-tender --note \"card slip 18.00, 10:30\" --by \"Ann Ross\"

The finding stays, with your reason. The reason decides what is posted: a wrong tender puts both tenders right and leaves over/short
alone; missing cash is over/short and never fewer takings; a sale that was not rung is takings and tax, and needs evidence in the note.
An acceptance lapses when the amount changes. Above the limit, or for your own count, a second person must sign.";

const SEAL_HELP: &str = "\
A day is sealed when everything agrees, is within tolerance or was accepted, and when it was closed or declared. What comes later for a
sealed day waits beside it, with its difference: epos day STORE DAY --diff shows it, --release lets it count. Banking clears later on
its own. Keep what `epos export seals` prints somewhere else: `epos verify --anchor` proves the chains by it.";

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FindingsFormat {
    /// For people; of repeats the first ten
    #[default]
    Text,
    /// For programs; every one of them
    Json,
    /// Workflow commands, which GitHub shows beside the files
    Github,
    /// A page with the manual of every code that was found
    Html,
}

#[derive(Debug, Args)]
pub struct FailOn {
    /// Exit with 1 when there are findings of this severity or above
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailSeverity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailSeverity {
    Warning,
    Error,
}

#[derive(Debug, Args)]
pub struct Period {
    /// First day; the first known when absent
    #[arg(long, value_parser = day)]
    pub from: Option<NaiveDate>,
    /// Last day; the last known when absent
    #[arg(long, value_parser = day)]
    pub to: Option<NaiveDate>,
    /// One store only
    #[arg(long)]
    pub store: Option<String>,
}

/// What some reports take beside days and store; `epos report --list` says which.
#[derive(Debug, Args)]
pub struct AskedArgs {
    /// How many to show; everyone equal to the last is shown too
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// The fewest that are shown
    #[arg(long, value_name = "N")]
    pub at_least: Option<usize>,
    /// By what the report goes
    #[arg(long)]
    pub by: Option<ByArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ByArg {
    Day,
    Month,
    Quarter,
    Period,
    Quantity,
    Takings,
}

/// How stores × days are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    Table,
    Html,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    Table,
    Csv,
    Json,
    Html,
    Xlsx,
}

#[derive(Debug, Subcommand)]
pub enum LayoutCommand {
    /// All layouts
    List,
    /// Which layout fits a file, and why not the others
    Detect {
        /// The file
        file: PathBuf,
    },
    /// Draft a layout from a file that none knows: what the file proves is written down, what it cannot prove is asked
    New {
        /// The file
        file: PathBuf,
        /// Where to write the layout; printed when absent
        #[arg(short, long, value_name = "LAYOUT.toml")]
        output: Option<PathBuf>,
        /// What its rows are (lines, headers, tenders, z_reports, products …), when the headings mislead
        #[arg(long)]
        kind: Option<Kind>,
        /// Answer a question beforehand: `--answer coverage=day`, `--answer "heading Total=line_total"`
        #[arg(long = "answer", value_name = "QUESTION=ANSWER")]
        answers: Vec<String>,
    },
    /// Propose a layout for a till whose columns changed: the layout it had, under the new names
    Propose {
        /// A file, or the name or hash of a document that came
        document: String,
        /// Where to write the layout; printed when absent
        #[arg(short, long, value_name = "LAYOUT.toml")]
        output: Option<PathBuf>,
    },
    /// Take the proposed layout: put it into the folder of layouts, and read the document under it
    Accept {
        /// The name or hash of a document that came
        document: String,
    },
    /// Read a file with a layout, write it again, and compare: what the layout would lose
    Test {
        /// The file
        file: PathBuf,
        /// The layout; the recognised one when absent
        #[arg(long)]
        layout: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Create the tables
    Init,
    /// Bring the tables up to this version
    Migrate,
    /// Print the tables, with what every column means
    Schema,
    /// Recompute every roll-up from its rows, read every archived document again, and compare
    Check,
    /// Blank a person: their token stays, their name and code go
    Erase {
        /// Their name or code as tills write it, or their token
        person: String,
    },
}

/// A day as it is typed.
fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "a day is written like 2026-11-20, year first".to_owned())
}
