//! The program over files that were made to break it. Whatever comes: no panic, no hang, no more memory than is allowed, no rejected row
//! lost, and a database that passes its own check.

#[path = "hostile/files.rs"]
mod files;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use epos_core::edge::database;
use epos_core::model::{Type, Value};
use epos_core::sql::Statement;

use files::{HEADING, mail, sale, table};

/// Seconds of the processor that one command may take.
const SECONDS: u64 = 20;
/// Seconds by the clock: the machine may be busy with something else.
const PATIENCE: u64 = 240;
/// Kilobytes of address space that one command may take.
const MEMORY: u64 = 1_500_000;

/// Files in an inbox, what is said of them, and how many rows are kept raw.
fn tried(files: &[(&str, Vec<u8>)], codes: &[&str], rejected: i64) -> Inbox {
    let inbox = Inbox::new();
    for (name, bytes) in files {
        fs::write(inbox.path().join("inbox").join(name), bytes).unwrap();
    }
    inbox.tried(codes, rejected);
    inbox
}

#[test]
fn a_line_of_200_megabytes() {
    let inbox = Inbox::new();
    let mut file = fs::File::create(inbox.path().join("inbox/long.csv")).unwrap();
    file.write_all(HEADING.as_bytes()).unwrap();
    (0..200).for_each(|_| file.write_all(&[b'7'; 1 << 20]).unwrap());
    drop(file);
    inbox.tried(&["F012"], 0);
}

#[test]
fn ten_thousand_columns() {
    let heading: Vec<String> = (0..10_000).map(|at| format!("column {at}")).collect();
    tried(&[("wide.csv", table(&[&heading.join(","), &"1,".repeat(10_000)]))], &["F012"], 0);
}

#[test]
fn nul_bytes() {
    let text = format!("{HEADING}{}{}", sale(1, "A\0B", "2.00"), sale(2, "A", "2.\x0000"));
    tried(&[("nuls.csv", text.into_bytes()), ("zeros.csv", vec![0; 100_000])], &["F026"], 0);
}

#[test]
fn utf_16_cut_in_half() {
    let text = format!("{HEADING}{}{}", sale(1, "Café", "2.00"), sale(2, "Tea", "2.00"));
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    tried(
        &[("cut.csv", wide[..wide.len() - 13].to_vec()), ("mark.csv", vec![0xFF, 0xFE]), ("half.csv", vec![0xFF, 0xFE, b'a'])],
        &["F010", "F008"],
        0,
    );
}

#[test]
fn a_mail_fifty_deep() {
    tried(&[("deep.eml", files::nested_mail(50))], &["F012"], 0);
}

#[test]
fn multiparts_a_thousand_deep() {
    let mut text = String::from("From: a@example.org\nMessage-ID: <1@x>\n");
    (0..1_000).for_each(|at| text += &format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n"));
    tried(&[("parts.eml", text.into_bytes())], &["F012"], 0);
}

#[test]
fn a_mail_with_ten_thousand_attachments() {
    let parts: Vec<(String, Vec<u8>)> =
        (0..10_000).map(|at| (format!("a{at}.csv"), format!("a,b\n1,{at}\n").into_bytes())).collect();
    tried(&[("many.eml", mail(&parts))], &["F012"], 0);
}

#[test]
fn bombs_of_zips() {
    let zeros = files::zip(&[("zeros.csv", vec![b'0'; 60 << 20])]);
    assert!(zeros.len() < 100_000);
    let mut nested = files::zip(&[("sales.csv", table(&[HEADING.trim_end(), &sale(1, "A", "2.00")]))]);
    for depth in 0..12 {
        nested = files::zip(&[(&format!("level{depth}.zip"), nested)]);
    }
    let wide = files::zip(&(0..40).map(|at| (format!("{at}.zip"), zeros.clone())).collect::<Vec<_>>());
    tried(&[("ratio.zip", zeros), ("nested.zip", nested), ("wide.zip", wide)], &["F012"], 0);
}

#[test]
fn a_workbook_with_a_million_merged_cells() {
    let merged: String = (1..=1_000_000).map(|at| format!("<mergeCell ref=\"A{at}:B{at}\"/>")).collect();
    let sheet = files::sheet(&format!("<mergeCells count=\"1000000\">{merged}</mergeCells>"));
    tried(&[("merged.xlsx", files::workbook(&sheet))], &[], 0);
}

#[test]
fn a_workbook_whose_entry_says_that_it_has_four_gigabytes() {
    let book = files::workbook(&files::sheet(""));
    tried(&[("large.xlsx", files::with_stated_size(&book, "xl/worksheets/sheet1.xml", 0xFFFF_FFFE))], &[], 0);
}

#[test]
fn a_workbook_that_unpacks_to_a_bomb() {
    let sheet = files::sheet(&" ".repeat(700 << 20));
    tried(&[("bomb.xlsx", files::workbook(&sheet))], &["F012"], 0);
}

#[test]
fn workbooks_cut_anywhere() {
    let book = files::workbook(&files::sheet(""));
    let names: Vec<String> = (1..12).map(|at| format!("cut{at}.xlsx")).collect();
    let cuts: Vec<(&str, Vec<u8>)> =
        (1..12).zip(&names).map(|(at, name)| (name.as_str(), book[..book.len() * at / 12].to_vec())).collect();
    tried(&cuts, &["F010"], 0);
}

#[test]
fn packs_in_a_circle() {
    let inbox = Inbox::new();
    let settings = fs::read_to_string(inbox.path().join("epos.toml")).unwrap();
    fs::write(inbox.path().join("epos.toml"), format!("masters = ['products.csv']\n{settings}")).unwrap();
    let products = "item_code,description,price,pack_of,pack_units\nA,Six B,6.00,B,6\nB,Six A,6.00,A,6\nC,Itself,1.00,C,2\n";
    fs::write(inbox.path().join("products.csv"), products).unwrap();
    let rows: String = [(1, "A"), (2, "B"), (3, "C")].map(|(number, code)| sale(number, code, "6.00")).concat();
    fs::write(inbox.path().join("inbox/sales.csv"), format!("{HEADING}{rows}")).unwrap();
    fs::copy(inbox.path().join("products.csv"), inbox.path().join("inbox/products.csv")).unwrap();
    inbox.tried(&["P006"], 0);
}

#[test]
fn the_first_and_the_last_day() {
    let on = |day: &str, number: u32| format!("S1,1,{day},10:00,{number},1,sale,A,1,2.00,2.00\n");
    let days =
        ["0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01", "99999-12-31", "2026-02-30", "262143-12-31"];
    let rows: String = (1..).zip(days).map(|(number, day)| on(day, number)).collect();
    let inbox = tried(&[("days.csv", format!("{HEADING}{rows}").into_bytes())], &["F004"], 7);
    assert_eq!(inbox.count("SELECT COUNT(*) FROM lines"), 1);
}

#[test]
fn amounts_beyond_all_measure() {
    let amounts = [
        "1000000000000000000000000000000",
        "1e400",
        "1e-400",
        "NaN",
        "inf",
        "-inf",
        "-1e30",
        "99999999999999999999.99",
        "0x10",
        "1_000",
        "--1",
    ];
    let rows: String = (1..).zip(amounts).map(|(number, amount)| sale(number, "A", amount)).collect();
    let units: String = (100..)
        .zip(amounts)
        .map(|(number, amount)| format!("S1,1,2026-11-20,10:00,{number},1,sale,A,{amount},2.00,2.00\n"))
        .collect();
    tried(&[("amounts.csv", format!("{HEADING}{rows}{units}").into_bytes())], &["F003"], 22);
}

/// Each is as large as an amount can be; the sum of many is larger than what a database adds up exactly.
#[test]
fn sums_beyond_all_measure() {
    let rows = |count| (1..=count).map(|number| sale(number, "A", "999999999999.99")).collect::<String>();
    let many = format!("{HEADING}{}", rows(1_500)).into_bytes();
    let units: String =
        (1..=1_500).map(|number| format!("S1,1,2026-11-20,10:00,{number},1,sale,A,-999999999999,,1.00\n")).collect();
    let inbox = tried(&[("many.csv", many), ("units.csv", format!("{HEADING}{units}").into_bytes())], &["F012"], 0);
    assert_eq!(inbox.count("SELECT COUNT(*) FROM lines"), 0, "held, and in no total");
    let inbox = tried(&[("few.csv", format!("{HEADING}{}", rows(9)).into_bytes())], &[], 0);
    assert_eq!(inbox.count("SELECT SUM(gross) FROM day_total WHERE axis = 'hour'"), 9 * 9_999_999_999_999_900);
}

#[test]
fn a_heading_a_hundred_thousand_times() {
    let text = HEADING.repeat(100_000) + &sale(1, "A", "2.00");
    let inbox = tried(&[("headings.csv", text.into_bytes())], &["F023"], 0);
    assert_eq!(inbox.count("SELECT COUNT(*) FROM lines"), 1);
}

#[test]
fn a_hundred_thousand_rows_that_cannot_be_read() {
    let rows: String = (1..=100_000).map(|number| sale(number, "A", "x")).collect();
    tried(&[("bad.csv", format!("{HEADING}{rows}").into_bytes())], &["F003"], 100_000);
}

#[test]
#[cfg(unix)]
fn terminal_escapes_in_cells_and_names() {
    let wicked = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}";
    let rows = sale(1, wicked, "2.00") + &sale(2, "A", &format!("2{wicked}")) + &sale(3, "A", "2.00").replace("sale", wicked);
    let parts = [(format!("{wicked}.csv"), format!("{HEADING}{rows}").into_bytes())];
    let name = format!("{wicked}.csv");
    let files = [
        (name.as_str(), format!("{HEADING}{rows}").into_bytes()),
        ("mail.eml", mail(&parts)),
        ("bad\u{9b}31m.csv", b"x\x1b[31m,y\n1,2\n".to_vec()),
    ];
    let inbox = tried(&files, &["F003"], 2);
    let page = fs::read_to_string(inbox.path().join("out/index.html")).unwrap();
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'), "the page holds control characters");
    // JSON stays JSON.
    let (_, said) = inbox.epos(&["check", "inbox", "--json"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    assert!(found.iter().any(|finding| finding["at"]["document"] == *"bad\u{9b}31m.csv"), "{said}");
}

#[test]
fn names_that_lead_elsewhere() {
    let rows = |number| format!("{HEADING}{}", sale(number, "A", "2.00")).into_bytes();
    let names = [
        "../../../../etc/passwd",
        "..\\..\\windows\\system32\\a.csv",
        "/etc/cron.d/epos",
        "..",
        "CON",
        "a\0b.csv",
        "~/x.csv",
        "inbox/../../x.csv",
    ];
    let parts: Vec<(String, Vec<u8>)> = (1..).zip(names).map(|(number, name)| (name.to_owned(), rows(number))).collect();
    let zipped: Vec<(String, Vec<u8>)> = (21..)
        .zip(["../../up.csv", "/tmp/absolute.csv", "..\\up.csv"])
        .map(|(number, name)| (name.to_owned(), rows(number)))
        .collect();
    let inbox = tried(&[("names.eml", mail(&parts)), ("names.zip", files::zip(&zipped))], &["F027"], 0);
    assert!(!inbox.path().join("../up.csv").exists() && !Path::new("/tmp/absolute.csv").exists());
    let mut beside: Vec<String> =
        fs::read_dir(inbox.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    beside.sort();
    beside.retain(|name| !name.starts_with("epos."));
    assert_eq!(beside, ["archive", "inbox", "out"]);
}

#[test]
#[cfg(unix)]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;
    let inbox = Inbox::new();
    let at = |name: &str| inbox.path().join("inbox").join(name);
    fs::create_dir(inbox.path().join("elsewhere")).unwrap();
    fs::write(inbox.path().join("elsewhere/linked.csv"), format!("{HEADING}{}", sale(1, "A", "2.00"))).unwrap();
    fs::write(at("plain.csv"), format!("{HEADING}{}", sale(2, "A", "2.00"))).unwrap();
    symlink("../elsewhere/linked.csv", at("linked.csv")).unwrap();
    symlink("../elsewhere", at("folder")).unwrap();
    symlink(".", at("circle")).unwrap();
    symlink("nowhere.csv", at("dangling.csv")).unwrap();
    symlink("itself.csv", at("itself.csv")).unwrap();
    symlink("/dev/zero", at("zero.csv")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.csv")).status().unwrap().success());
    inbox.tried(&[], 0);
    for name in ["inbox/pipe.csv", "inbox/zero.csv", "inbox/dangling.csv", "inbox/itself.csv", "/dev/zero"] {
        let (code, said) = inbox.epos(&["load", name]);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains("cannot read"), "{name}: {said}");
    }
}

/// The rest of the evening is not lost over one file, and the file is named.
#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let inbox = Inbox::new();
    for (name, number) in [("a.csv", 1), ("b.csv", 2), ("c.csv", 3)] {
        fs::write(inbox.path().join("inbox").join(name), format!("{HEADING}{}", sale(number, "A", "2.00"))).unwrap();
    }
    let secret = inbox.path().join("inbox/b.csv");
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&secret, 0o000);
    mode(inbox.path(), 0o777);
    let nobody: &[&str] =
        if fs::read(&secret).is_ok() { &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] } else { &[] };
    if !nobody.is_empty() && !Command::new("setpriv").arg("--version").output().is_ok_and(|output| output.status.success()) {
        let _ = writeln!(
            std::io::stderr(),
            "note: a file that may not be read: SKIPPED, root reads everything and there is no setpriv"
        );
        return;
    }
    let (code, said) = inbox.limited(nobody, &["run"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("b.csv") && said.contains("cannot read"), "{said}");
    mode(&secret, 0o644);
    let (code, said) = inbox.limited(nobody, &["run"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(inbox.count("SELECT COUNT(*) FROM lines"), 3);
}

/// A company of two stores, with an inbox.
struct Inbox(tempfile::TempDir);

impl Inbox {
    fn new() -> Inbox {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("inbox")).unwrap();
        let settings = "now = '2026-11-21T09:00:00'\n[stores.S1]\nname = 'One'\nstarts = '2026-11-20'\n[stores.S2]\nname = 'Two'\nstarts = '2026-11-20'\n";
        fs::write(place.path().join("epos.toml"), settings).unwrap();
        Inbox(place)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Checks, loads, runs twice and looks: every command ends well and in time.
    fn tried(&self, codes: &[&str], rejected: i64) {
        let (code, checked) = self.epos(&["check", "inbox"]);
        assert!(code == Some(0) || code == Some(1), "check ended with {code:?}: {checked}");
        let (code, loaded) = self.epos(&["load", "inbox"]);
        assert_eq!(code, Some(0), "load: {loaded}");
        for code in codes {
            let said = format!("[{code}]");
            assert!(loaded.contains(&said) && checked.contains(&said), "nothing says {code}:\n{checked}\n{loaded}");
        }
        assert_eq!(self.count("SELECT COUNT(*) FROM rejected_row"), rejected, "rows kept raw:\n{loaded}");
        for arguments in [&["db", "check"][..], &["run"], &["db", "check"], &["load", "inbox"], &["status"]] {
            let (code, said) = self.epos(arguments);
            assert_eq!(code, Some(0), "epos {arguments:?}: {said}");
        }
        assert_eq!(self.count("SELECT COUNT(*) FROM rejected_row"), rejected, "rows kept raw after a second load");
    }

    fn count(&self, sql: &str) -> i64 {
        let mut db = database::open(&format!("sqlite:{}", self.path().join("epos.db").display())).unwrap();
        let mut found = None;
        db.query(&Statement::new(sql, vec![]), &[Type::Integer], &mut |row| {
            found = row.into_iter().next();
            Ok(())
        })
        .unwrap();
        match found {
            Some(Value::Integer(count)) => count,
            other => panic!("{sql}: {other:?}"),
        }
    }

    fn epos(&self, arguments: &[&str]) -> (Option<i32>, String) {
        self.limited(&[], arguments)
    }

    /// The exit code and all that was said; `None` when a limit was passed. Whatever was said is harmless to a terminal.
    fn limited(&self, before: &[&str], arguments: &[&str]) -> (Option<i32>, String) {
        let script = format!("ulimit -t {SECONDS}; ulimit -v {MEMORY}; exec \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).args(before).arg(env!("CARGO_BIN_EXE_epos")).args(arguments);
        command.current_dir(self.path()).env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let reader = |mut from: Box<dyn Read + Send>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                from.read_to_end(&mut bytes).unwrap();
                bytes
            })
        };
        let (out, err) = (reader(Box::new(child.stdout.take().unwrap())), reader(Box::new(child.stderr.take().unwrap())));
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > Duration::from_secs(PATIENCE) {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("epos {arguments:?} was still busy after {PATIENCE} s");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let output = Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() };
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "epos {arguments:?}: {said}");
        let wicked = said.chars().find(|&letter| (letter.is_control() && letter != '\n') || letter == '\u{202e}');
        assert!(wicked.is_none(), "epos {arguments:?} printed {wicked:?}: {said:?}");
        (output.status.code(), said)
    }
}
