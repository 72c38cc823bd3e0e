//! Every key of `[policy]` is read and has an effect: one company's evening, judged once as usual and once with each key changed.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use epos_core::model::Policy;

/// Each key with a value that must change what the program says of the evening below.
const KEYS: [(&str, &str); 20] = [
    ("tolerances", r#"["1.00", "5.00"]"#),
    ("tender_tolerances", r#"{ card = "0.50" }"#),
    ("weekly", r#""3.00""#),
    ("line_tolerance", r#""0.00""#),
    ("price_tolerance", r#""0.10""#),
    ("due", r#""22:00:00""#),
    ("late_days", "10"),
    ("late_streak", "2"),
    ("future_days", "5"),
    ("old_days", "10"),
    ("hours_slack", "0"),
    ("clock_minutes", "1"),
    ("zero_closes", "2"),
    ("banking_days", "2"),
    ("layout_days", "10"),
    ("charity", r#"{ "second-hand books" = "donated" }"#),
    ("same_finding_stores", "2"),
    ("strict", "true"),
    ("severity", r#"{ unknown-tender = "error" }"#),
    ("tenders", r#"{ "zahlart 4" = "card" }"#),
];

const CONFIG: &str = r#"
now = "2026-11-20T22:30:00"
database = "sqlite:epos.db"
masters = ["products.csv"]
reports = []

[stores.leith]
name = "Leith Walk"
starts = "2026-11-16"
expects = ["lines", "tenders", "z_reports"]
tills = ["1"]
senders = ["leith@harbourlight.example"]
prices_include_tax = true
hours = "09:30-17:30"

[stores.marchmont]
name = "Marchmont"
starts = "2026-11-16"
expects = ["lines", "tenders", "z_reports"]
tills = ["1"]
prices_include_tax = true

[stores.portobello]
name = "Portobello"
expects = ["lines"]
prices_include_tax = true
"#;

const SALES: &str = "store,till,number,line,date,time,kind,item_code,description,quantity,unit_price,line_total\n";
const TENDERS: &str = "store,till,number,date,time,tender,amount\n";
const Z: &str = "store,till,trading_day,z_number,closed_at,blind,tender,opening_float,expected,counted,banked,closing_float\n";

#[test]
fn every_key_is_known_here() {
    let policy = toml::Table::try_from(Policy::default()).unwrap();
    let keys: BTreeSet<&str> = policy.keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS.iter().map(|(key, _)| *key).collect());
}

#[test]
fn every_key_has_an_effect() {
    let usual = said("");
    assert_eq!(usual, said(""), "the same evening twice");
    let idle: Vec<&str> =
        KEYS.iter().filter(|(key, value)| said(&format!("{key} = {value}")) == usual).map(|(key, _)| *key).collect();
    assert!(idle.is_empty(), "these keys change nothing: {idle:?}; as usual the program said\n{usual}");
}

/// What the program says of the evening under this policy.
fn said(policy: &str) -> String {
    let place = tempfile::tempdir().unwrap();
    let inbox = place.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    for (name, text) in documents() {
        fs::write(inbox.join(&name), text).unwrap();
    }
    fs::write(place.path().join("products.csv"), "item_code,description,price,category\nBOOK,Book,3.00,Second-hand books\n")
        .unwrap();
    fs::write(place.path().join("epos.toml"), format!("{CONFIG}\n[policy]\n{policy}\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_epos")).args(["run", "--json"]).current_dir(place.path()).output().unwrap();
    assert!(output.status.success(), "{policy}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Four days of two stores, with something for every key, and some strange rows of a third.
fn documents() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for day in 16..=19 {
        let date = format!("2026-11-{day}");
        // Leith: 1.50 short every day, the card machine 0.40 over on the first, a price of 3.10, a line that is a penny off.
        let sales = format!(
            "{SALES}leith,1,{day}1,1,{date},10:30,sale,BOOK,Book,1,3.10,3.10\nleith,1,{day}2,1,{date},17:50,sale,,Pens,3,3.33,10.00\n\
             leith,1,{day}3,1,{date},11:00,sale,,Rug,1,5.00,5.00\n"
        );
        let tenders = format!(
            "{TENDERS}leith,1,{day}1,{date},10:30,Cash,3.10\nleith,1,{day}2,{date},17:50,Card,10.00\nleith,1,{day}3,{date},11:00,Zahlart 4,5.00\n"
        );
        let card = if day == 16 { "10.40" } else { "10.00" };
        let z = format!(
            "{Z}leith,1,{date},{day},{date} 17:55,no,Cash,50.00,53.10,51.60,1.60,50.00\nleith,1,{date},{day},{date} 17:55,no,Card,,10.00,{card},,\n\
             leith,1,{date},{day},{date} 17:55,no,Zahlart 4,,5.00,5.00,,\n"
        );
        if day == 19 {
            // The till was updated: one more column.
            let sales = sales.replacen("line_total\n", "line_total,aisle\n", 1).replace("0\n", "0,\n");
            all.push(("mail.eml".to_owned(), mail(&date, &sales)));
        } else {
            all.push((format!("leith_{date}_sales.csv"), sales));
        }
        all.push((format!("leith_{date}_tenders.csv"), tenders));
        all.push((format!("leith_{date}_z_report.csv"), z));
        // Marchmont: counted blind, exact every day, and paid in the same strange way.
        let sales = format!(
            "{SALES}marchmont,1,{day}1,1,{date},10:30,sale,,Rug,1,5.00,5.00\nmarchmont,1,{day}2,1,{date},10:40,sale,,Rug,1,5.00,5.00\n"
        );
        let tenders =
            format!("{TENDERS}marchmont,1,{day}1,{date},10:30,Cash,5.00\nmarchmont,1,{day}2,{date},10:40,Zahlart 4,5.00\n");
        let z = format!(
            "{Z}marchmont,1,{date},{day},{date} 17:30,yes,Cash,50.00,55.00,55.00,5.00,50.00\n\
             marchmont,1,{date},{day},{date} 17:30,yes,Zahlart 4,,5.00,5.00,,\n"
        );
        all.push((format!("marchmont_{date}_sales.csv"), sales));
        all.push((format!("marchmont_{date}_tenders.csv"), tenders));
        all.push((format!("marchmont_{date}_z_report.csv"), z));
    }
    let deposits = "store,trading_day,kind,reference,date,amount\nleith,2026-11-16,bag,B1,2026-11-16,1.60\n\
                    leith,2026-11-16,bag,B2,2026-11-16,1.00\nleith,2026-11-16,bank,B2,2026-11-16,1.00\n";
    all.push(("leith_2026-11-16_deposits.csv".to_owned(), deposits.to_owned()));
    for (name, date, total) in [("future", "2026-11-22", "1.00"), ("old", "2026-11-02", "1.00"), ("broken", "2026-11-18", "1.0O")] {
        let row = format!("{SALES}portobello,1,{name},1,{date},10:30,sale,,Rug,1,1.00,{total}\n");
        all.push((format!("portobello_{date}_{name}.csv"), row));
    }
    all
}

/// A mail of 17:45, whose last sale is timed 17:50.
fn mail(date: &str, sales: &str) -> String {
    format!(
        "From: leith@harbourlight.example\nTo: sales@harbourlight.example\nSubject: Files\nDate: Thu, 19 Nov 2026 17:45:00 +0000\n\
         Message-ID: <1@harbourlight.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"edge\"\n\n--edge\n\
         Content-Type: text/csv\nContent-Disposition: attachment; filename=\"leith_{date}_sales.csv\"\n\n{sales}--edge--\n"
    )
}
