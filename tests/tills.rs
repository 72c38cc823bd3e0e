//! Other tills' files through the program: exports that overlap, and layouts that are drafted from a file nobody knew.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const COMPANY: &str = r#"
now = "2026-08-01T09:00:00"
database = "sqlite:epos.db"
archive = "archive"
layouts = "layouts"

[stores.cafe]
name = "Harbour Café"
zone = "America/New_York"
starts = "2026-07-15"
expects = ["lines"]
prices_include_tax = false
"#;

fn company() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("epos.toml"), COMPANY).unwrap();
    fs::create_dir(place.path().join("layouts")).unwrap();
    place
}

fn run(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_epos")).args(arguments).current_dir(place).env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn epos(place: &Path, arguments: &[&str]) -> String {
    let output = run(place, arguments);
    assert!(output.status.success(), "epos {arguments:?}\n{}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Takings and number of transactions of a day.
fn day(place: &Path, date: &str) -> (String, u64) {
    let day: Value = serde_json::from_str(&epos(place, &["day", "cafe", date, "--json"])).unwrap();
    (day["bridge"]["takings"].as_str().unwrap_or_default().to_owned(), day["transactions"].as_u64().unwrap_or_default())
}

const ITEMS: &str = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,\
Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location";

fn item(date: &str, time: &str, item: &str, net: &str, number: &str) -> String {
    format!(
        "{date},{time},Eastern Time (US & Canada),None,{item},1.0,,,,${net},$0.00,${net},$0.00,{number},P,Terminal 1,,,Payment,Harbour Café"
    )
}

/// Two exports that overlap by the 16th: of a transaction with two look-alike items, and of one that only the second knows.
fn overlapping() -> [(&'static str, String); 2] {
    let fifteenth = [item("2026-07-15", "09:00:00", "Tea", "2.00", "A")];
    let twice = [
        item("2026-07-16", "10:00:00", "Scone", "3.50", "B"),
        item("2026-07-16", "10:00:00", "Scone", "3.50", "B"),
        item("2026-07-16", "11:00:00", "Tea", "2.00", "C"),
    ];
    let late = [item("2026-07-16", "23:50:00", "Cake", "4.00", "D"), item("2026-07-17", "09:00:00", "Tea", "2.00", "E")];
    let file = |rows: &[&[String]]| format!("{ITEMS}\n{}\n", rows.concat().join("\n"));
    [
        ("items-2026-07-15-2026-07-17.csv", file(&[&fifteenth, &twice])),
        // Another export may have its rows in another order.
        ("items-2026-07-16-2026-07-18.csv", file(&[&late, &twice])),
    ]
}

#[test]
fn exports_that_overlap_by_a_day_double_nothing_and_lose_nothing_in_either_order() {
    let files = overlapping();
    for order in [[0, 1], [1, 0]] {
        let place = company();
        for (at, loaded) in order.into_iter().zip(1..) {
            let (name, text) = &files[at];
            fs::write(place.path().join(name), text).unwrap();
            epos(place.path(), &["load", name]);
            // The same bytes again are no news.
            epos(place.path(), &["load", name]);
            if loaded == 1 {
                let (first, second) = (("9.00".to_owned(), 2), ("13.00".to_owned(), 3));
                assert_eq!(day(place.path(), "2026-07-16"), if at == 0 { first } else { second });
            }
        }
        assert_eq!(day(place.path(), "2026-07-15"), ("2.00".to_owned(), 1));
        assert_eq!(day(place.path(), "2026-07-16"), ("13.00".to_owned(), 3), "{order:?}");
        assert_eq!(day(place.path(), "2026-07-17"), ("2.00".to_owned(), 1));
    }
}

#[test]
fn look_alike_rows_without_numbers_are_kept_by_occurrence_when_exports_overlap() {
    let layout = "title = 'Kiosk'\nkind = 'lines'\ncoverage = 'range'\nnumbering = 'none'\nidentity = ['time', 'item_code', 'line_total']\n\
        [columns]\ndate = 'Day'\ntime = 'At'\nitem_code = 'Code'\nquantity = 'Qty'\nline_total = 'Sum'\n[constants]\ntill = '1'\n";
    let head = "Day,At,Code,Qty,Sum\n";
    let row = |day: &str, at: &str| format!("{day},{at},TEA,1,2.00\n");
    let alike = row("2026-07-16", "10:00").repeat(2);
    let first = format!("{head}{}{alike}", row("2026-07-15", "09:00"));
    let second = format!("{head}{alike}{}{}", row("2026-07-16", "17:00"), row("2026-07-17", "09:00"));
    for order in [[&first, &second], [&second, &first]] {
        let place = company();
        fs::write(place.path().join("layouts/kiosk.toml"), layout).unwrap();
        for (text, name) in order.into_iter().zip(["a.csv", "b.csv"]) {
            fs::write(place.path().join(name), text).unwrap();
            epos(place.path(), &["load", name, "--store", "cafe", "--layout", "kiosk"]);
        }
        assert_eq!(day(place.path(), "2026-07-16"), ("6.00".to_owned(), 3));
        assert_eq!(day(place.path(), "2026-07-15"), ("2.00".to_owned(), 1));
    }
}

#[test]
fn square_transactions_and_items_of_one_day_are_one_account_of_it() {
    let place = company();
    let transactions = "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Card,Cash,Fees,Net Total,Transaction ID,\
        Device Name,Event Type,Deposit ID,Deposit Date,Location\n\
        2026-07-15,09:00:00,Eastern Time (US & Canada),$2.00,$0.00,$2.00,$0.00,$1.00,$3.00,$3.00,$0.00,($0.10),$2.90,A,Terminal 1,Payment,D1,\
        2026-07-16,Harbour Café\n";
    fs::write(place.path().join("t.csv"), transactions.replace(",        ", ",")).unwrap();
    let (name, text) = &overlapping()[0];
    fs::write(place.path().join(name), text).unwrap();
    epos(place.path(), &["load", "t.csv", name]);
    let found: Value = serde_json::from_str(&epos(place.path(), &["day", "cafe", "2026-07-15", "--json"])).unwrap();
    assert_eq!(found["transactions"], 1);
    assert_eq!((&found["bridge"]["takings"], &found["bridge"]["tips"]), (&Value::from("2.00"), &Value::from("1.00")), "{found}");
    let codes: Vec<&str> = found["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert!(!codes.iter().any(|code| code.starts_with('T')), "{codes:?}");
}

#[test]
fn what_banked_means_is_the_stores_word_or_else_the_layouts() {
    // Opening 50, cash 200, out 200: out before the count leaves 50, out after it 250.
    let z = "till,trading_day,z_number,tender,opening_float,counted,banked\n1,2026-07-15,9,Cash,50.00,50.00,200.00\n";
    let sales = "till,date,number,item_code,quantity,line_total\n1,2026-07-15,1,TEA,1,200.00\n";
    let tenders = "till,date,number,tender,amount\n1,2026-07-15,1,Cash,200.00\n";
    let layout = "title = 'Close'\nkind = 'z_reports'\nextends = 'z_report'\nbanked = 'before_count'\n";
    let over = |store: &str, named: &[&str]| {
        let place = company();
        let config =
            COMPANY.replace("expects = [\"lines\"]", &format!("expects = [\"lines\", \"tenders\", \"z_reports\"]\n{store}"));
        fs::write(place.path().join("epos.toml"), config).unwrap();
        if !named.is_empty() {
            fs::write(place.path().join("layouts/close.toml"), layout).unwrap();
        }
        for (name, text) in [("sales.csv", sales), ("tenders.csv", tenders), ("z.csv", z)] {
            fs::write(place.path().join(name), text).unwrap();
        }
        epos(place.path(), &["load", "sales.csv", "tenders.csv", "--store", "cafe"]);
        epos(place.path(), &[&["load", "z.csv", "--store", "cafe"], named].concat());
        let day: Value = serde_json::from_str(&epos(place.path(), &["day", "cafe", "2026-07-15", "--json"])).unwrap();
        day["drawers"][0]["over_short"].as_str().map(str::to_owned)
    };
    let close = ["--layout", "close"];
    assert_eq!(over("", &[]).as_deref(), Some("-200.00"));
    assert_eq!(over("", &close).as_deref(), Some("0.00"));
    assert_eq!(over("banked = \"after_count\"", &close).as_deref(), Some("-200.00"));
    assert_eq!(over("banked = \"before_count\"", &[]).as_deref(), Some("0.00"));
}
