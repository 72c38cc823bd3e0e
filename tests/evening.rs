//! The main job, as a newcomer does it: the evening is run, twice, and must come to its truth.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use epos_core::model::Money;
use serde_json::Value;

#[test]
fn the_evening_comes_to_its_truth() {
    let place = evening();
    epos(place.path(), &["run", "."]);
    let truth: Value = serde_json::from_slice(&fs::read(place.path().join("truth.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for right in truth["days"].as_array().unwrap() {
        let (store, day) = (right["store"].as_str().unwrap(), right["trading_day"].as_str().unwrap());
        let said = epos(place.path(), &["day", store, day, "--config", "epos.toml", "--json"]);
        let ours: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{store} {day}: {error}\n{said}"));
        let mut same = |what: &str, right: &Value, ours: &Value| {
            if !right.is_null() && right != ours && money(right).is_none_or(|right| money(ours) != Some(right)) {
                wrong.push(format!("{store} {day}: {what} is {ours}, the truth is {right}"));
            }
        };
        same("the state", &right["state"], &ours["state"]);
        same("rejected rows", &right["rejected"], &ours["rejected"]);
        if right["state"] == "incomplete" {
            same("takings so far", &right["takings_without_rejected"], &ours["bridge"]["takings"]);
            continue;
        }
        same("transactions", &right["transactions"], &ours["transactions"]);
        same("left out", &right["left_out"], &ours["left_out"]);
        for name in ["takings", "tax", "gift_cards", "donations"] {
            same(name, &right[name], &ours["bridge"][name]);
        }
        for right in right["drawers"].as_array().into_iter().flatten() {
            let name = format!("{} Z {} {}", right["till"], right["z_number"], right["tender"]);
            let found = ours["drawers"].as_array().into_iter().flatten().find(|ours| {
                let zs = ours["z_numbers"].as_array().into_iter().flatten();
                ours["tender"] == right["tender"]
                    && ours["tills"][0] == right["till"]
                    && zs.clone().any(|z| *z == right["z_number"])
            });
            let found = found.unwrap_or(&Value::Null);
            same(&format!("{name}: counted"), &right["counted"], &found["balance"]["counted"]);
            same(&format!("{name}: over/short"), &right["over_short"], &found["over_short"]);
            same(&format!("{name}: expected by the Z-report"), &right["expected"], &found["expected_by_z"]);
            same(&format!("{name}: banked"), &right["banked"], &found["banked"]);
        }
        let codes: Vec<&str> =
            ours["findings"].as_array().into_iter().flatten().filter_map(|found| found["code"].as_str()).collect();
        for code in
            right["findings"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(|code| code.starts_with('S'))
        {
            if !codes.contains(&code) {
                wrong.push(format!("{store} {day}: {code} is not among {codes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_second_run_changes_nothing_and_two_companies_get_the_same_bytes() {
    let (one, other) = (evening(), evening());
    let first = epos(one.path(), &["run", "."]);
    assert_eq!(first, epos(other.path(), &["run", "."]), "two first runs");
    let outputs = tree(&one.path().join("out"));
    assert!(!outputs.is_empty(), "nothing was written to out/");
    assert!(outputs == tree(&other.path().join("out")), "two first runs wrote other bytes");
    epos(one.path(), &["run", "."]);
    let again = tree(&one.path().join("out"));
    let changed: Vec<&PathBuf> = outputs.keys().filter(|name| again.get(*name) != outputs.get(*name)).collect();
    assert!(changed.is_empty() && again.len() == outputs.len(), "the second run changed {changed:?}");
}

/// Every report of the catalogue can be asked for, adds up as every other one does, and the journal balances on every store-day.
#[test]
fn every_report_of_the_evening_adds_up() {
    let place = evening();
    epos(place.path(), &["run", "."]);
    let ask = |args: &[&str]| -> Value {
        let said = epos(place.path(), &[&["report", "--config", "epos.toml", "--json"], args].concat());
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{args:?}: {error}\n{said}"))
    };
    let catalogue = ask(&["--list"]);
    let names: Vec<&str> = catalogue.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"journal") && names.contains(&"best-sellers"), "{names:?}");
    let bridge = ask(&["daily"])["bridge"].clone();
    for name in &names {
        let report = ask(&[name]);
        assert_eq!(report["bridge"], bridge, "{name}");
        assert_eq!(
            report["completeness"]["sentence"], "9 of 11 store-days, 1 late, 1 incomplete, 1 out of balance, 5 closed",
            "{name}"
        );
    }
    let mut days: BTreeMap<(String, String), Money> = BTreeMap::new();
    for row in ask(&["journal"])["rows"].as_array().unwrap() {
        let day = (row["store"].to_string(), row["first_day"].to_string());
        *days.entry(day).or_default() += money(&row["debit"]).unwrap_or_default() - money(&row["credit"]).unwrap_or_default();
    }
    assert_eq!(days.len(), 10, "a day of which something came has a journal: {days:?}");
    assert!(days.values().all(|difference| *difference == Money::ZERO), "{days:?}");
    let best = ask(&["best-sellers", "--top", "6"]);
    let ranks: Vec<i64> = best["rows"].as_array().unwrap().iter().filter_map(|row| row["rank"].as_i64()).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 6], "candles and books took the same");
}

/// What the README shows is what a newcomer sees, to the letter; a second run says that nothing changed.
#[test]
fn the_readme_shows_what_is_printed() {
    let place = tempfile::tempdir().unwrap();
    copy_to(&place.path().join("examples/evening"));
    let said = epos(place.path(), &["run", "examples/evening"]);
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    assert!(readme.contains(&format!("```text\n{said}```\n")), "README.md does not show this:\n{said}");
    let again = epos(place.path(), &["run", "examples/evening"]);
    let change = again.lines().rev().take(3).collect::<Vec<_>>();
    assert!(change.contains(&"Nothing changed: every file was here already."), "{again}");
}

/// A held document is read by itself when the configuration answers its question, although its mail is gone.
#[test]
fn a_held_document_is_read_when_its_question_is_answered() {
    let place = evening();
    epos(place.path(), &["run", "."]);
    assert!(epos(place.path(), &["status", "--config", "epos.toml"]).contains("on no store's list of senders"));
    for entry in fs::read_dir(place.path().join("inbox")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("offers") {
            fs::remove_file(path).unwrap();
        }
    }
    let settings = fs::read_to_string(place.path().join("epos.toml")).unwrap();
    let answered = settings.replace("senders = [\"leith@", "senders = [\"offers@fitzroy-tillrolls.example\", \"leith@");
    assert_ne!(settings, answered);
    fs::write(place.path().join("epos.toml"), answered).unwrap();
    epos(place.path(), &["run", "."]);
    assert!(!epos(place.path(), &["status", "--config", "epos.toml"]).contains("list of senders"));
}

/// Rows that could not be read are read by themselves when a layout answers them.
#[test]
fn rejected_rows_are_read_when_a_layout_answers_them() {
    let place = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        fs::create_dir_all(place.path().join(name).parent().unwrap()).unwrap();
        fs::write(place.path().join(name), text).unwrap();
    };
    put("epos.toml", "now = '2026-11-21T09:00:00'\nlayouts = 'layouts'\n[stores.leith]\nname = 'Leith Walk'\n");
    put("layouts/readme.txt", "layouts of one's own");
    let rows = "leith,1,1,2026-11-20,sale,MUG,1,4.50,4.50\nleith,1,2,2026-11-20,verkauf,MUG,1,4.50,4.50\n";
    put("inbox/sales.csv", &format!("store,till,number,date,kind,item_code,quantity,unit_price,line_total\n{rows}"));
    epos(place.path(), &["run"]);
    let day = || epos(place.path(), &["day", "leith", "2026-11-20", "--json"]);
    let judged: Value = serde_json::from_str(&day()).unwrap();
    assert_eq!((&judged["rejected"], &judged["bridge"]["takings"]), (&Value::from(1), &Value::from("4.50")));
    fs::remove_file(place.path().join("inbox/sales.csv")).unwrap();
    let layout = "title = 'Sales'\nkind = 'lines'\nextends = 'sales'\n[words.kind]\nverkauf = 'sale'\n";
    put("layouts/sales.toml", layout);
    epos(place.path(), &["run"]);
    let judged: Value = serde_json::from_str(&day()).unwrap();
    assert_eq!((&judged["rejected"], &judged["bridge"]["takings"]), (&Value::from(0), &Value::from("9.00")));
}

/// A mistyped store or layout is the typist's fault, not the document's: nothing is archived and nothing is loaded.
#[test]
fn a_mistyped_store_or_layout_changes_nothing() {
    let place = evening();
    for wish in [["--store", "atlantis"], ["--layout", "nope"]] {
        let program = env!("CARGO_BIN_EXE_epos");
        let arguments = ["load", "products.csv", "--config", "epos.toml"];
        let output = Command::new(program).args(arguments).args(wish).current_dir(place.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wish:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(wish[1]), "{output:?}");
    }
    assert!(!place.path().join("archive").exists());
}

/// A fresh copy of the evening.
fn evening() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    copy_to(place.path());
    place
}

fn copy_to(place: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/evening");
    fs::create_dir_all(place.join("inbox")).unwrap();
    for name in ["epos.toml", "products.csv", "truth.json"] {
        fs::copy(from.join(name), place.join(name)).unwrap();
    }
    for entry in fs::read_dir(from.join("inbox")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, place.join("inbox").join(path.file_name().unwrap())).unwrap();
    }
}

fn epos(place: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_epos")).args(arguments).current_dir(place).env("NO_COLOR", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "epos {arguments:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Every file below a folder, by its path within it.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(&next).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// An amount written as text, however many zeros it ends in.
fn money(value: &Value) -> Option<Money> {
    value.as_str()?.parse().ok()
}
