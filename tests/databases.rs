//! The program over every database: what it says must not depend on where it keeps its data.
//!
//! MySQL's tests need a server: `EPOS_TEST_MYSQL=mysql://root@127.0.0.1:3306`, which `tests/run` starts and sets.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use epos_core::edge::database;
use epos_core::model::{Type, Value};
use epos_core::port::Db;
use epos_core::sql::{Statement, TABLES};

#[test]
fn every_report_is_the_same_from_every_database() {
    for company in [evening as fn(&Path), awkward] {
        let Some(there) = Fresh::new() else { return };
        let (here, beside) = (Company::new(company), Company::new(company));
        let here_db = format!("sqlite:{}", here.path().join("here.db").display());
        let first = here.epos(&here_db, &["run"]);
        same("the first run", &first, &beside.epos(&there.url(), &["run"]));
        let catalogue: Vec<serde_json::Value> =
            serde_json::from_str(&here.epos(&here_db, &["report", "--list", "--json"])).unwrap();
        let names: Vec<&str> = catalogue.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in &names {
            let [one, other] =
                [(&here, &here_db), (&beside, &there.url())].map(|(company, db)| company.epos(db, &["report", name, "--json"]));
            assert!(one.len() > 2, "{name}");
            same(name, &one, &other);
        }
        same("status", &here.epos(&here_db, &["status", "--json"]), &beside.epos(&there.url(), &["status", "--json"]));
        for (company, db) in [(&here, &here_db), (&beside, &there.url())] {
            assert_eq!(
                company.epos(db, &["db", "check"]),
                "Every roll-up equals its rows, and the archive holds every document.\n"
            );
        }
        // A second run changes nothing, in either.
        let (file, sums) = (fs::read(here.path().join("here.db")).unwrap(), there.checksums());
        let second = here.epos(&here_db, &["run"]);
        assert_ne!(second, first);
        same("the second run", &second, &beside.epos(&there.url(), &["run"]));
        assert!(file == fs::read(here.path().join("here.db")).unwrap(), "the second run wrote to SQLite");
        assert_eq!(sums, there.checksums(), "the second run wrote to MySQL");
    }
}

/// What people do to store-days: accepted, declared, sealed, held beside the seal, released, proven.
#[test]
fn books_are_kept_the_same_in_every_database() {
    let Some(there) = Fresh::new() else { return };
    let (here, beside) = (Company::new(evening), Company::new(evening));
    let here_db = format!("sqlite:{}", here.path().join("here.db").display());
    let both = |arguments: &[&str]| {
        let [one, other] = [here.epos(&here_db, arguments), beside.epos(&there.url(), arguments)];
        same(&arguments.join(" "), &one, &other);
        one
    };
    both(&["run"]);
    let wrong_tender = ["--code", "S002", "--reason", "wrong-tender", "--by", "Ann"];
    let said = both(&[&["accept", "leith", "2026-11-20"], &wrong_tender[..]].concat());
    assert!(said.ends_with("leith 2026-11-20: accepted\n"), "{said}");
    both(&["declare", "stockbridge", "2026-11-21", "closed", "--reason", "no heating", "--by", "Ann"]);
    let sealed = both(&["seal", "--by", "Ann"]);
    assert!(sealed.contains("11 store-days sealed"), "{sealed}");
    for company in [&here, &beside] {
        let late = "store,till,number,line,date,time,cashier,kind,class,charity,item_code,description,quantity,unit_price,\
                    discount_amount,discount_reason,tax_rate,tax_amount,line_total,training,original_number\n\
                    leith,1,187,1,2026-11-19,10:12,Aileen,sale,goods,donated,DON-BOOKS,Books,1,6.00,,,0,0.00,6.00,,\n";
        fs::write(company.path().join("leith_2026-11-19_sales.csv"), late).unwrap();
    }
    let held = both(&["load", "leith_2026-11-19_sales.csv"]);
    assert!(held.contains("kept beside sealed days") && held.contains("L009"), "{held}");
    let sound = both(&["verify"]);
    assert!(sound.contains("11 links of 4 stores"), "{sound}");
    both(&["seal", "--release", "leith", "2026-11-19", "--by", "Ann"]);
    both(&["status"]);
    assert_eq!(both(&["verify"]), sound, "what was sealed is still as it was");
    both(&["report", "daily", "--as-of", "2026-11-22", "--json"]);
}

#[test]
fn lookups_are_the_same_from_every_database() {
    let Some(there) = Fresh::new() else { return };
    let (here, beside) = (Company::new(counter), Company::new(counter));
    let here_db = format!("sqlite:{}", here.path().join("here.db").display());
    same("the load", &here.epos(&here_db, &["run"]), &beside.epos(&there.url(), &["run"]));
    let questions: &[&[&str]] = &[
        &["lookup", ""],
        &["lookup", "", "--page", "2", "--per-page", "2"],
        &["lookup", "cafe"],
        &["lookup", "CAFÉ"],
        &["lookup", "cofee"],
        &["lookup", "c"],
        &["lookup", "straße"],
        &["lookup", "чай"],
        &["lookup", "tea 500 g"],
        &["lookup", "x-1"],
        &["lookup", "X-1"],
        &["lookup", "'; DROP TABLE item; --"],
        &["lookup", "%"],
        &["lookup", "☕"],
        &["lookup", "tea", "--category", "küche"],
        &["lookup", "", "--category", "KUCHE"],
        &["lookup", "--item", "05012345678900"],
        &["lookup", "--item", "x-1"],
        &["lookup", "--item", "X-1"],
        &["stock"],
        &["stock", "quay"],
        &["stock", "quay", "--per-page", "1", "--page", "2"],
        &["stock", "--item", "X-6"],
        &["stock", "Kai", "5012345678900"],
    ];
    for question in questions {
        let question = [*question, &["--json"]].concat();
        same(&format!("{question:?}"), &here.epos(&here_db, &question), &beside.epos(&there.url(), &question));
    }
    let found = here.epos(&here_db, &["lookup", "cafe", "--json"]);
    assert!(found.contains("Cafe") && found.contains("Café"), "{found}");
    for (company, db) in [(&here, &here_db), (&beside, &there.url())] {
        assert_eq!(company.epos(db, &["db", "check"]), "Every roll-up equals its rows, and the archive holds every document.\n");
    }
}

#[test]
fn amounts_are_kept_to_the_last_digit() {
    let Some(there) = Fresh::new() else { return };
    let company = Company::new(awkward);
    company.epos(&there.url(), &["run"]);
    let totals = there.texts("SELECT line_total FROM v_lines WHERE store = 'quay' ORDER BY line_total, number");
    assert_eq!(totals, ["-0.0500", "-0.0100", "0.0100", "999999999999.9900", "999999999999.9900"]);
    let units = there.texts("SELECT quantity FROM v_lines WHERE store = 'quay' ORDER BY quantity, number");
    assert_eq!(units, ["-1.0000", "-0.0001", "0.0001", "1.0000", "1.0000"]);
    let day = there.texts("SELECT gross FROM v_day_total WHERE store = 'quay' AND axis = 'hour'");
    assert_eq!(day, ["1999999999999.9300"]);
    let words = there.texts("SELECT DISTINCT description FROM v_lines WHERE store = 'quay' AND description LIKE '%kettle%'");
    assert_eq!(words, ["☕ kettle \\N \"tin\"; 50 % 'off'"]);
}

/// The grants of the documentation: one who makes tables, one who loads, one who looks.
#[test]
fn nobody_needs_more_rights_than_the_job_takes() {
    let Some(there) = Fresh::new() else { return };
    let company = Company::new(evening);
    let migrate = there.user("m", "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW");
    let load = there.user("l", "SELECT, INSERT, UPDATE, DELETE");
    let look = there.user("r", "SELECT");
    for (user, hint) in [(&load, "rights"), (&look, "rights")] {
        let refused = company.try_epos(user, &["db", "migrate"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(hint) && !said.contains("pass word"), "{said}");
    }
    let made = company.epos(&migrate, &["db", "migrate"]);
    assert!(made.contains("tables are at version") && !made.contains("pass"), "{made}");
    company.epos(&load, &["run"]);
    company.epos(&load, &["undo", "leith_2026-11-21_sales.csv"]);
    company.epos(&load, &["run"]);
    let before = there.checksums();
    for arguments in [&["report", "daily", "--json"][..], &["status"], &["day", "leith", "2026-11-20"], &["db", "check"]] {
        same(arguments[0], &company.epos(&look, arguments), &company.epos(&load, arguments));
    }
    assert!(!there.rows_as(&look, "SELECT COUNT(*) FROM v_lines").is_empty());
    let refused = company.try_epos(&look, &["load", "products.csv", "--layout", "products"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    // The masters are there already; what is new is refused.
    fs::write(
        company.path().join("new.csv"),
        "store,till,number,date,item_code,quantity,unit_price,line_total\nleith,1,9,2026-11-20,MUG,1,1,1\n",
    )
    .unwrap();
    let new = company.try_epos(&look, &["load", "new.csv"]);
    let new = String::from_utf8_lossy(&new.stderr).into_owned();
    assert!(new.contains("this user may not do that"), "{said}{new}");
    assert_eq!(before, there.checksums());
}

/// Two programs begin the same evening at the same moment, on a database that neither has seen.
#[test]
fn two_programs_at_once_come_to_what_one_comes_to() {
    let Some(there) = Fresh::new() else { return };
    let companies = [Company::new(evening), Company::new(evening)];
    let running: Vec<Child> = companies.iter().map(|company| company.command(&there.url(), &["run"]).spawn().unwrap()).collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let alone = Company::new(evening);
    let alone_db = format!("sqlite:{}", alone.path().join("alone.db").display());
    alone.epos(&alone_db, &["run"]);
    let report = ["report", "daily", "--json"];
    same("the report", &companies[0].epos(&there.url(), &report), &alone.epos(&alone_db, &report));
    assert_eq!(
        companies[0].epos(&there.url(), &["db", "check"]),
        "Every roll-up equals its rows, and the archive holds every document.\n"
    );
}

/// Two outputs to the last byte; shows the first line that differs.
fn same(what: &str, one: &str, other: &str) {
    let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    assert!(one == other, "{what}: {differs:?}, {} and {} bytes", one.len(), other.len());
}

// ------------------------------------------------------------------------------------------------------------------ companies

/// A company's folder.
struct Company(tempfile::TempDir);

impl Company {
    fn new(fill: fn(&Path)) -> Company {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("inbox")).unwrap();
        fill(place.path());
        Company(place)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, db: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epos"));
        command.args(["--db", db, "--config", "epos.toml"]).args(arguments).current_dir(self.path()).env("NO_COLOR", "1");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn try_epos(&self, db: &str, arguments: &[&str]) -> Output {
        self.command(db, arguments).output().unwrap()
    }

    fn epos(&self, db: &str, arguments: &[&str]) -> String {
        let output = self.try_epos(db, arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "epos {arguments:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }
}

/// The evening of the README.
fn evening(place: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/evening");
    for name in ["epos.toml", "products.csv"] {
        fs::copy(from.join(name), place.join(name)).unwrap();
    }
    for path in fs::read_dir(from.join("inbox")).unwrap().map(|entry| entry.unwrap().path()) {
        fs::copy(&path, place.join("inbox").join(path.file_name().unwrap())).unwrap();
    }
}

/// A company whose files hold what databases like to spoil: the largest and smallest amounts, blanks, marks, other alphabets, case,
/// a file that corrects another, rows that cannot be read.
fn awkward(place: &Path) {
    let put = |name: &str, text: &str| fs::write(place.join(name), text).unwrap();
    let stores = "[stores.quay]\nname = 'Quay'\n[stores.Kai]\nname = 'Der Kai ☕'\n";
    put("epos.toml", &format!("now = '2026-11-22T09:00:00'\n{stores}"));
    let heads = "store,till,number,date,time,item_code,description,category,quantity,unit_price,line_total\n";
    let lines = [
        "quay,1,1,2026-11-20,09:00,KETTLE,\"☕ kettle \\N \"\"tin\"\"; 50 % 'off'\",Küche,1,999999999999.99,999999999999.99",
        "quay,1,2,2026-11-20,09:05,kettle,,KÜCHE,1,999999999999.99,999999999999.99",
        "quay,1,3,2026-11-20,09:10,ɐ,,,0.0001,100.00,0.01",
        "quay,1,4,2026-11-20,09:15,ɐ,,,-0.0001,100.00,-0.01",
        "quay,1,5,2026-11-20,09:20,0012,,küche,-1,0.05,-0.05",
    ];
    put("inbox/quay.csv", &format!("{heads}{}\n", lines.join("\n")));
    let other = "Kai,1,1,2026-11-20,10:00,0012,Jug,NULL,3,2.50,7.50\nKai,1,2,2026-11-20,10:01,12,Jug,null,1,zwölf,2.50\n";
    put("inbox/other.csv", &format!("{heads}{other}"));
    put("inbox/other_again.csv", &format!("{heads}{}", other.replace("3,2.50,7.50", "4,2.50,10.00")));
    let tenders = "store,till,number,date,tender,amount\nKai,1,1,2026-11-20,Cash,10.00\nKai,1,2,2026-11-20,cash ,2.50\n";
    put("inbox/tenders.csv", tenders);
}

/// A company with a product list of names that databases put in different orders when they are not told how.
fn counter(place: &Path) {
    let put = |name: &str, text: &str| fs::write(place.join(name), text).unwrap();
    let stores = "[stores.quay]\nname = 'Quay'\n[stores.Kai]\nname = 'Der Kai ☕'\n";
    put("epos.toml", &format!("now = '2026-11-22T09:00:00'\nmasters = ['products.csv']\n{stores}"));
    let products = [
        "x-1,5012345678900,Café,1.00,Küche,,",
        "X-1,,Cafe,1.00,kuche,,",
        "X-6,,Cafés,5.00,Küche,x-1,6",
        "ä,,Coffee,1.00,,,",
        "Z,,coffee,1.00,,,",
        "a,,COFFEE ☕,1.00,,,",
        "1,,Straße 'tea' 500 g,1.00,Küche,,",
        "2,,Чай Tea,1.00,Tee,,",
        "3,,☕,1.00,,,",
        "4,,\"a \\N tab\\t \"\"quoted\"\" tea\",1.00,Tee,,",
    ];
    put("products.csv", &format!("item_code,gtin,description,price,category,pack_of,pack_units\n{}\n", products.join("\n")));
    put("inbox/counts.csv", "store,item_code,counted,counted_at\nquay,x-1,10,2026-11-20 09:00\nquay,ä,3,2026-11-20 09:00\n");
    let heads = "store,till,number,date,time,item_code,description,category,quantity,unit_price,line_total\n";
    let lines = ["quay,1,1,2026-11-20,10:00,X-6,Cafés,,1,5.00,5.00", "Kai,1,1,2026-11-20,10:00,5012345678900,Café,,1,1.00,1.00"];
    put("inbox/lines.csv", &format!("{heads}{}\n", lines.join("\n")));
}

// ------------------------------------------------------------------------------------------------------------------ databases

/// An empty MySQL database, dropped with the value together with its users.
struct Fresh {
    server: String,
    name: String,
    users: std::cell::RefCell<Vec<String>>,
}

impl Fresh {
    /// A new one; `None`, and a note past the harness, where there is no server.
    fn new() -> Option<Fresh> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(server) = std::env::var("EPOS_TEST_MYSQL").ok().filter(|url| !url.is_empty()) else {
            let note = "note: EPOS_TEST_MYSQL is not set, so this test of MySQL is SKIPPED; tests/run starts a server and sets it";
            let _ = writeln!(std::io::stderr(), "{note}");
            return None;
        };
        let name = format!("epos_program_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let fresh = Fresh { server, name, users: Default::default() };
        fresh.tell(&format!("DROP DATABASE IF EXISTS {}", fresh.name));
        fresh.tell(&format!("CREATE DATABASE {}", fresh.name));
        Some(fresh)
    }

    fn at(&self, who: Option<&str>, database: &str) -> String {
        let (place, parameters) =
            self.server.split_once('?').map_or((self.server.as_str(), String::new()), |(place, rest)| (place, format!("?{rest}")));
        let place = place.trim_end_matches('/');
        let place = match (who, place.rsplit_once('@')) {
            (Some(who), Some((_, host))) => format!("mysql://{who}@{host}"),
            _ => place.to_owned(),
        };
        format!("{place}/{database}{parameters}")
    }

    fn url(&self) -> String {
        self.at(None, &self.name)
    }

    fn tell(&self, sql: &str) {
        let mut server = database::open(&self.at(None, "information_schema")).unwrap();
        server.execute(&Statement::new(sql, vec![])).unwrap();
    }

    /// A user with some rights on this database and no other; gives the URL.
    fn user(&self, letter: &str, rights: &str) -> String {
        let user = format!("{}_{letter}", self.name);
        self.tell(&format!("DROP USER IF EXISTS '{user}'@'%'"));
        self.tell(&format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'pass word@1'"));
        self.tell(&format!("GRANT {rights} ON {}.* TO '{user}'@'%'", self.name));
        self.users.borrow_mut().push(user.clone());
        self.at(Some(&format!("{user}:pass%20word%401")), &self.name)
    }

    fn rows(&self, url: &str, sql: &str, types: &[Type]) -> Vec<Vec<Value<'static>>> {
        let mut db: Box<dyn Db> = database::open(url).unwrap();
        let mut found = Vec::new();
        db.query(&Statement::new(sql, vec![]), types, &mut |row| {
            found.push(row);
            Ok(())
        })
        .unwrap();
        found
    }

    fn rows_as(&self, url: &str, sql: &str) -> Vec<Vec<Value<'static>>> {
        self.rows(url, sql, &[Type::Integer])
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(&self.url(), sql, &[Type::Text]).into_iter().map(|row| row[0].to_string()).collect()
    }

    /// What the server makes of every table's content.
    fn checksums(&self) -> Vec<String> {
        let names: Vec<String> = TABLES.iter().map(|table| format!("`{}`", table.name)).collect();
        let rows = self.rows(&self.url(), &format!("CHECKSUM TABLE {}", names.join(", ")), &[Type::Text, Type::Integer]);
        rows.into_iter().map(|row| format!("{} {}", row[0], row[1])).collect()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        self.tell(&format!("DROP DATABASE {}", self.name));
        for user in self.users.take() {
            self.tell(&format!("DROP USER '{user}'@'%'"));
        }
    }
}
