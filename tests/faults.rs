//! The loader is killed, the disk fills, the server goes away: every document is wholly in or wholly out, and the next run completes.
//!
//! The long run is `EPOS_FAULT_RUNS=200 cargo test -p epos-cli --test faults -- --nocapture`, for SQLite and, where `EPOS_TEST_MYSQL`
//! names a server, for MySQL. `EPOS_FAULT_SEED` chooses other moments, `EPOS_FAULT_ROWS` a larger document (above 50,000 rows a load
//! takes several commits), `EPOS_FAULT_PROGRAM` another build of the program, such as an optimised one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use epos_core::edge::database;
use epos_core::sql::Statement;

#[test]
fn a_killed_loader_leaves_nothing_half_done_in_sqlite() {
    killed("sqlite", &|company| Some(format!("sqlite:{}", company.join("epos.db").display())), number("EPOS_FAULT_RUNS", 12));
}

#[test]
fn a_killed_loader_leaves_nothing_half_done_in_mysql() {
    let Some(server) = Server::named("a killed loader with MySQL") else { return };
    killed("mysql", &|_| server.fresh(), number("EPOS_FAULT_RUNS", 12));
}

/// Kills loaders at moments spread over the time that an undisturbed one takes, and runs them again, until `kills` were killed.
fn killed(engine: &str, place: &dyn Fn(&Path) -> Option<String>, kills: u64) {
    let documents = documents(number("EPOS_FAULT_ROWS", 2_500));
    let prefixes = prefixes(&documents);
    let Some(whole) = Company::new(&documents, place) else { return };
    let began = Instant::now();
    whole.done(&["run"]);
    let takes = began.elapsed();
    let (truth, pages) = (whole.everything(), tree(&whole.path().join("out")));
    assert!(!pages.is_empty());
    let mut chance = Chance(number("EPOS_FAULT_SEED", 2026));
    let mut tally = Tally::default();
    while tally.kills < kills {
        let Some(company) = Company::new(&documents, place) else { return };
        let mut reached = 0;
        let verb: &[&str] = if chance.below(2) == 0 { &["run"] } else { &["load", "inbox"] };
        loop {
            let moment = Duration::from_micros(chance.below(takes.as_micros() as u64));
            let mut child = company.command(verb).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            sleep(moment);
            let finished = child.try_wait().unwrap();
            child.kill().unwrap();
            child.wait().unwrap();
            if let Some(status) = finished {
                assert!(status.success(), "an undisturbed {verb:?} failed: {status}");
                break;
            }
            tally.kills += 1;
            reached = company.sound(&prefixes, reached, &format!("{engine}: {verb:?} killed after {moment:?}"));
            tally.wholly_in += reached;
            tally.wholly_out += documents.len() - reached;
            if tally.kills >= kills {
                break;
            }
        }
        company.done(&["run"]);
        company.whole(&truth, &pages, documents.len());
    }
    tell(&format!(
        "{engine}: {} kills: documents wholly in {}, wholly out {}, half 0",
        tally.kills, tally.wholly_in, tally.wholly_out
    ));
}

#[derive(Default)]
struct Tally {
    kills: u64,
    wholly_in: usize,
    wholly_out: usize,
}

/// Files may not grow past a limit: the database's, the archive's, the reports'.
#[test]
#[cfg(unix)]
fn a_file_that_may_not_grow_is_told_and_nothing_is_half_done() {
    let documents = documents(1_500);
    let prefixes = prefixes(&documents);
    let place = |company: &Path| Some(format!("sqlite:{}", company.join("epos.db").display()));
    let whole = Company::new(&documents, &place).unwrap();
    whole.done(&["run"]);
    let (truth, pages) = (whole.everything(), tree(&whole.path().join("out")));
    let mut told = 0;
    for blocks in [1, 16, 64, 128, 256, 512, 1024] {
        let company = Company::new(&documents, &place).unwrap();
        // Blocks of 512 or 1024 bytes, as the shell likes. The signal is ignored, so that the write itself fails.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let output = company.through_shell(&limited, &["run"]);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{blocks}: {said}");
            assert!(said.contains("cannot write") || said.contains("the disk"), "{blocks}: {said}");
            told += 1;
        }
        company.sound(&prefixes, 0, &format!("files of at most {blocks} blocks"));
        company.done(&["run"]);
        company.whole(&truth, &pages, documents.len());
    }
    assert!(told > 2, "the limits were too wide to be met");
}

/// The disk fills while documents are loaded. Needs the right to mount; says so where it has none.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_nothing_is_half_done() {
    let documents = documents(1_500);
    let prefixes = prefixes(&documents);
    let beside = |company: &Path| Some(format!("sqlite:{}", company.join("epos.db").display()));
    let whole = Company::new(&documents, &beside).unwrap();
    whole.done(&["run"]);
    let (truth, pages) = (whole.everything(), tree(&whole.path().join("out")));
    let mut told = 0;
    for size in ["size=64k", "size=400k", "size=700k", "size=1m", "size=1500k", "size=2m"] {
        let company = Company::new(&documents, &beside).unwrap();
        let Some(disk) = Disk::mounted(&company.path().join("disk"), size) else { return };
        let company = Company { url: format!("sqlite:{}", disk.0.join("epos.db").display()), ..company };
        let arguments = ["run", "--output", "disk/out"];
        let kept_there = format!("archive = 'disk/archive'\n{SETTINGS}");
        fs::write(company.path().join("epos.toml"), kept_there).unwrap();
        let output = company.command(&arguments).output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{size}: {said}");
            assert!(said.contains("disk is full") || said.contains("No space left"), "{size}: {said}");
            told += 1;
        }
        disk.mount("remount,size=64m");
        company.sound(&prefixes, 0, &format!("a disk of {size}"));
        company.done(&arguments);
        assert_eq!(company.everything(), truth, "a disk of {size}");
        assert!(tree(&disk.0.join("out")) == pages, "a disk of {size}: other pages");
    }
    assert!(told > 2, "the disks were too large to be filled");
}

/// The server is killed and started again (`EPOS_TEST_MYSQL_SERVER` is the shell command for it) while documents are loaded.
#[test]
fn a_server_that_goes_away_leaves_nothing_half_done() {
    const WHAT: &str = "a server that goes away";
    let Some(server) = Server::named(WHAT) else { return };
    let Some(restart) = std::env::var("EPOS_TEST_MYSQL_SERVER").ok().filter(|command| !command.is_empty()) else {
        return tell(&format!(
            "{WHAT}: SKIPPED, EPOS_TEST_MYSQL_SERVER names no command that kills the server and starts it again"
        ));
    };
    let documents = documents(2_500);
    let prefixes = prefixes(&documents);
    let place = |_: &Path| server.fresh();
    let whole = Company::new(&documents, &place).unwrap();
    let began = Instant::now();
    whole.done(&["run"]);
    let takes = began.elapsed();
    let (truth, pages) = (whole.everything(), tree(&whole.path().join("out")));
    let mut chance = Chance(number("EPOS_FAULT_SEED", 2026));
    let mut told = 0;
    for _ in 0..number("EPOS_FAULT_RUNS", 12).div_ceil(4) {
        let company = Company::new(&documents, &place).unwrap();
        let child = company.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let moment = Duration::from_micros(chance.below(takes.as_micros() as u64));
        sleep(moment);
        assert!(Command::new("sh").args(["-c", &restart]).status().unwrap().success(), "`{restart}` failed");
        let output = child.wait_with_output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains("mysql://") && !said.contains("panicked"), "{said}");
            told += 1;
        }
        company.sound(&prefixes, 0, &format!("the server killed after {moment:?}"));
        company.done(&["run"]);
        company.whole(&truth, &pages, documents.len());
    }
    tell(&format!("the server was killed; {told} loads were cut off, none left anything half done"));
}

// ------------------------------------------------------------------------------------------------------------------ the company

const NOW: &str = "2026-11-24T09:00:00";

const SETTINGS: &str = "now = '2026-11-24T09:00:00'\n\
    [stores.leith]\nname = 'Leith Walk'\nstarts = '2026-11-20'\nprices_include_tax = true\n\
    [stores.tay]\nname = 'Tay Street'\nstarts = '2026-11-20'\nprices_include_tax = true\n";

const HEADING: &str = "store,till,date,time,number,line,cashier,kind,item_code,description,quantity,unit_price,line_total\n";

/// Name and text of every document, in the order in which they are taken: a small one; a large one over both stores and three days,
/// with a row that cannot be read; one that replaces a till-day of it; and one that is held.
fn documents(rows: u64) -> Vec<(String, String)> {
    let sale = |store: &str, day: u64, number: u64, pence: u64| {
        let (pounds, rest, minute) = (pence / 100, pence % 100, number % 60);
        format!(
            "{store},1,2026-11-{day},12:{minute:02},{number},1,cashier {},sale,SKU-{},Thing,1,{pounds}.{rest:02},{pounds}.{rest:02}\n",
            number % 7,
            number % 40
        )
    };
    let mut large = HEADING.to_owned();
    for row in 0..rows {
        let (store, day) =
            ([("leith", 21), ("tay", 21), ("leith", 22), ("tay", 22), ("leith", 23), ("tay", 23)])[(row * 6 / rows) as usize];
        large += &sale(store, day, row + 1, 100 + row % 900);
    }
    large += "tay,1,2026-11-23,13:00,99999,1,Ann,sale,SKU-1,Thing,one,1.00,1.00\n";
    let small: String = (1..20).map(|number| sale("leith", 20, number, 250)).collect();
    let again: String = (1..30).map(|number| sale("leith", 21, number, 300)).collect();
    let held = "till,date,number,item_code,quantity,line_total\n1,2026-11-22,1,A,1,2.00\n";
    [
        ("1-small.csv", HEADING.to_owned() + &small),
        ("2-large.csv", large),
        ("3-again.csv", HEADING.to_owned() + &again),
        ("4-held.csv", held.to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

/// What the reports say when the first documents are in and the others are not: for none, one, … all.
fn prefixes(documents: &[(String, String)]) -> Vec<String> {
    let place = |company: &Path| Some(format!("sqlite:{}", company.join("epos.db").display()));
    let company = Company::new(documents, &place).unwrap();
    company.done(&["db", "init"]);
    let mut all = vec![company.picture()];
    for (name, _) in documents {
        company.done(&["load", &format!("inbox/{name}")]);
        all.push(company.picture());
    }
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "two prefixes look the same");
    all
}

/// A company with all documents in its inbox, and an empty database.
struct Company {
    folder: tempfile::TempDir,
    url: String,
}

impl Company {
    fn new(documents: &[(String, String)], place: &dyn Fn(&Path) -> Option<String>) -> Option<Company> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("inbox")).unwrap();
        fs::write(folder.path().join("epos.toml"), SETTINGS).unwrap();
        for (name, text) in documents {
            fs::write(folder.path().join("inbox").join(name), text).unwrap();
        }
        let url = place(folder.path())?;
        Some(Company { folder, url })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        arguments.iter().copied().chain(["--db", &self.url, "--now", NOW]).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(self.arguments(arguments)).current_dir(self.path()).env("NO_COLOR", "1");
        command
    }

    /// Through `sh -c`, the program and its arguments being `$0` and `$@`.
    fn through_shell(&self, script: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new("sh");
        command.args(["-c", script, &program()]).args(self.arguments(arguments));
        command.current_dir(self.path()).env("NO_COLOR", "1").output().unwrap()
    }

    /// What it prints; it must succeed.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "epos {arguments:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// What readers see: totals, rejected rows, findings, held documents.
    fn picture(&self) -> String {
        self.done(&["report", "daily", "--json"]) + &self.done(&["status"])
    }

    /// Every report.
    fn everything(&self) -> String {
        let catalogue: Vec<serde_json::Value> = serde_json::from_str(&self.done(&["report", "--list", "--json"])).unwrap();
        let mut all = self.picture();
        for name in catalogue.iter().map(|entry| entry["name"].as_str().unwrap()) {
            let _ = writeln!(all, "{name}\n{}", self.done(&["report", name, "--json"]));
        }
        all
    }

    /// The database is sound, and is what it is when some first documents are in, at least those that were before. Gives how many.
    fn sound(&self, prefixes: &[String], before: usize, when: &str) -> usize {
        let output = self.command(&["db", "check"]).output().unwrap();
        if before == 0 && String::from_utf8_lossy(&output.stderr).contains("there is no database") {
            return 0;
        }
        assert!(
            output.status.success(),
            "{when}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let picture = self.picture();
        let reached = prefixes.iter().position(|prefix| *prefix == picture);
        let reached = reached.unwrap_or_else(|| {
            panic!("{when}: a document is half in:\n{picture}\nwholly out and wholly in:\n{}", prefixes.join("\n"))
        });
        assert!(reached >= before, "{when}: {before} documents were in, and {reached} are left");
        reached
    }

    /// All documents are in, and everything is as if nothing had happened.
    fn whole(&self, truth: &str, pages: &BTreeMap<PathBuf, Vec<u8>>, documents: usize) {
        assert_eq!(self.everything(), truth);
        let ours = tree(&self.path().join("out"));
        let changed: Vec<&PathBuf> = pages.keys().chain(ours.keys()).filter(|name| ours.get(*name) != pages.get(*name)).collect();
        assert!(changed.is_empty(), "other pages: {changed:?}");
        let check = self.done(&["db", "check"]);
        assert!(check.starts_with("Every roll-up equals its rows"), "{check}");
        let archived = tree(&self.path().join("archive"));
        let parts: Vec<&PathBuf> = archived.keys().filter(|name| name.to_string_lossy().contains(".part")).collect();
        assert_eq!(archived.len() - parts.len(), documents, "{:?}", archived.keys());
    }
}

/// Every file below a folder, by its path within it, but for what a killed writer left behind.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(&next).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if !path.to_string_lossy().ends_with(".part") {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// A disk of its own in memory, for as long as the value lives.
#[cfg(target_os = "linux")]
struct Disk(PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mounted(folder: &Path, size: &str) -> Option<Disk> {
        fs::create_dir_all(folder).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", size, "none"]).arg(folder).output();
        if mount.as_ref().is_ok_and(|output| output.status.success()) {
            return Some(Disk(folder.to_owned()));
        }
        tell("a full disk: SKIPPED, no disk can be mounted here (this needs root)");
        None
    }

    fn mount(&self, options: &str) {
        assert!(Command::new("mount").args(["-o", options]).arg(&self.0).status().unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The MySQL server of `EPOS_TEST_MYSQL`, and the databases made on it: dropped with the value.
struct Server {
    url: String,
    made: std::cell::RefCell<Vec<String>>,
}

impl Server {
    /// `None`, loudly, where there is no server or this build does not speak its language.
    fn named(what: &str) -> Option<Server> {
        let Some(url) = std::env::var("EPOS_TEST_MYSQL").ok().filter(|url| !url.is_empty()) else {
            tell(&format!("{what}: SKIPPED, EPOS_TEST_MYSQL is not set"));
            return None;
        };
        let server = Server { url, made: Default::default() };
        match database::open(&server.at("information_schema")) {
            Ok(_) => Some(server),
            Err(error) => {
                tell(&format!("{what}: SKIPPED, {error}"));
                None
            }
        }
    }

    fn at(&self, database: &str) -> String {
        let (place, parameters) =
            self.url.split_once('?').map_or((&*self.url, String::new()), |(place, rest)| (place, format!("?{rest}")));
        format!("{}/{database}{parameters}", place.trim_end_matches('/'))
    }

    fn tell(&self, sql: &str) {
        database::open(&self.at("information_schema")).unwrap().execute(&Statement::new(sql, vec![])).unwrap();
    }

    /// The URL of an empty database.
    fn fresh(&self) -> Option<String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("epos_faults_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        self.tell(&format!("CREATE DATABASE {name}"));
        self.made.borrow_mut().push(name.clone());
        Some(self.at(&name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.made.borrow().iter().for_each(|name| self.tell(&format!("DROP DATABASE {name}")));
        }
    }
}

fn program() -> String {
    std::env::var("EPOS_FAULT_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_epos").to_owned())
}

/// The same moments for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Says it past the test harness, which would keep it to itself.
fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "note: {what}");
}
