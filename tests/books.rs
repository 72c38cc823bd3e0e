//! What people do to store-days, with the program: accept, declare, seal, verify, release.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use epos_core::edge::database;
use epos_core::sql::Statement;
use serde_json::Value;

/// The example's evening, run.
fn evening() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/evening");
    for file in ["epos.toml", "products.csv"] {
        fs::copy(example.join(file), place.path().join(file)).unwrap();
    }
    fs::create_dir(place.path().join("inbox")).unwrap();
    for file in fs::read_dir(example.join("inbox")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), place.path().join("inbox").join(file.file_name())).unwrap();
    }
    epos(place.path(), "run");
    place
}

fn try_epos(place: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_epos"));
    for (variable, _) in std::env::vars_os().filter(|(variable, _)| variable.to_string_lossy().starts_with("EPOS_")) {
        command.env_remove(variable);
    }
    command.args(arguments).args(["--config", "epos.toml"]).current_dir(place).output().unwrap()
}

fn run(place: &Path, arguments: &[&str]) -> String {
    let output = try_epos(place, arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn epos(place: &Path, command: &str) -> String {
    run(place, &command.split(' ').collect::<Vec<_>>())
}

fn json(place: &Path, command: &str) -> Value {
    serde_json::from_str(&epos(place, &format!("{command} --json"))).unwrap()
}

const WRONG_TENDER: [&str; 10] = [
    "accept",
    "leith",
    "2026-11-20",
    "--code",
    "S002",
    "--reason",
    "wrong-tender",
    "--note=card slip 18.00, 10:30",
    "--by",
    "Ann Ross",
];

#[test]
fn a_sale_in_the_wrong_tender_is_accepted_on_both_sides_and_stays_out_of_over_and_short() {
    let place = evening();
    let listed = epos(place.path(), "accept leith 2026-11-20");
    assert!(listed.contains("--code S002 --subject '1 Cash' (-18.00)"), "{listed}");
    let said = run(place.path(), &WRONG_TENDER);
    assert!(said.ends_with("leith 2026-11-20: accepted\n"), "{said}");
    let day = json(place.path(), "day leith 2026-11-20");
    assert_eq!(day["state"], "accepted");
    assert_eq!(day["accepted"].as_array().unwrap().len(), 2);
    assert!(day["accepted"][0]["acceptance"]["by"].as_str().unwrap().starts_with('p'), "a token, and not a name");
    let page = epos(place.path(), "day leith 2026-11-20");
    assert!(page.contains("wrong tender: card slip 18.00, 10:30") && page.contains("by Ann Ross"), "{page}");
    let account = json(place.path(), "report journal --from 2026-11-20 --to 2026-11-20 --store leith");
    let text = account.to_string();
    // Cash −18.00 and card +18.00 come to nothing on the corrections, and over/short is left alone.
    let posted = ["\"Over/short\"", "\"Card differences\"", "\"Tender corrections\""].map(|account| text.contains(account));
    assert_eq!(posted, [false; 3], "{text}");
    let out = epos(place.path(), "run");
    assert!(out.contains("accepted") && !out.contains("18.00 short. Please"), "{out}");
}

#[test]
fn a_day_without_files_is_declared_and_a_later_file_clears_it() {
    let place = evening();
    assert!(epos(place.path(), "status").contains("nothing came"));
    let said = run(place.path(), &["declare", "stockbridge", "2026-11-21", "closed", "--reason", "no heating", "--by", "Ann Ross"]);
    assert_eq!(said, "stockbridge 2026-11-21: closed\n");
    let open =
        run(place.path(), &["declare", "portobello", "2026-11-20", "zero", "--reason", "open after all", "--by", "Ann Ross"]);
    assert_eq!(open, "portobello 2026-11-20: zero sales\n", "whoever was there knows better than the calendar");
    let events = epos(place.path(), "day stockbridge 2026-11-21 --diff");
    assert!(events.contains("closed, by Ann Ross: declared closed: no heating"), "{events}");
    let refused = try_epos(place.path(), &["declare", "leith", "2026-11-21", "closed", "--reason", "x", "--by", "y"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("sales came for leith 2026-11-21"));
}

/// The broken link that `verify` names.
fn broken(place: &Path, arguments: &[&str]) -> String {
    let output = try_epos(place, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file of the archive that is not empty.
fn archived(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(archived(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn what_was_sealed_is_proven_and_a_flipped_byte_is_named() {
    let place = evening();
    run(place.path(), &WRONG_TENDER);
    let sealed = run(place.path(), &["seal", "--by", "Ann Ross"]);
    assert!(sealed.contains("leith 2026-11-20: sealed as link 2"), "{sealed}");
    assert!(sealed.contains("portobello 2026-11-21: not sealed, incomplete"), "{sealed}");
    epos(place.path(), "export seals -o heads.txt");
    let whole = epos(place.path(), "verify --anchor heads.txt");
    assert!(whole.ends_with("all as they were when their heads were sent out.\n"), "{whole}");
    assert_eq!(epos(place.path(), "seal").lines().last().unwrap().split(',').next(), Some("0 store-days sealed"));

    // A byte of the database.
    let url = format!("sqlite:{}", place.path().join("epos.db").display());
    let mut db = database::open(&url).unwrap();
    let flip = "UPDATE tenders SET amount = amount + 1 WHERE batch = (SELECT rows_in FROM batch WHERE store = 'leith' AND \
                kind = 'tenders' AND trading_day = '2026-11-20') AND number = '201'";
    assert_eq!(db.execute(&Statement::new(flip, vec![])).unwrap(), 1);
    let found = broken(place.path(), &["verify"]);
    assert!(found.starts_with("leith link 2 (2026-11-20): a row of batch"), "{found}");
    assert!(found.contains("(tenders of leith_2026-11-20_tenders.csv) is not what was sealed"), "{found}");
    db.execute(&Statement::new(flip.replace("+ 1", "- 1"), vec![])).unwrap();
    epos(place.path(), "verify");

    // A byte of each file in the archive, in its middle.
    let mut named = 0;
    for file in archived(&place.path().join("archive")) {
        let good = fs::read(&file).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x10;
        fs::write(&file, &bad).unwrap();
        let output = try_epos(place.path(), &["verify"]);
        named += usize::from(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stdout).contains("document"));
        fs::write(&file, &good).unwrap();
    }
    assert!(named >= 20, "of the sealed days' documents {named} were named");

    // The last seal goes: only the anchor tells.
    db.execute(&Statement::new("DELETE FROM seal WHERE store = 'leith' AND number = 3", vec![])).unwrap();
    epos(place.path(), "verify");
    let found = broken(place.path(), &["verify", "--anchor", "heads.txt"]);
    assert!(found.starts_with("leith link 3: it was"), "{found}");

    // An anchor proves nothing of a store that it does not name.
    fs::write(place.path().join("few.txt"), "").unwrap();
    let empty = epos(place.path(), "verify --anchor few.txt");
    assert!(empty.ends_with("consistent with themselves, and no more: the anchor has no head of them.\n"), "{empty}");
    let heads = fs::read_to_string(place.path().join("heads.txt")).unwrap();
    fs::write(place.path().join("few.txt"), heads.lines().last().unwrap()).unwrap();
    let some = epos(place.path(), "verify --anchor few.txt");
    assert!(
        some.ends_with("Not in the anchor, so consistent with themselves and no more: leith, morningside, portobello.\n"),
        "{some}"
    );
}

#[test]
fn whoever_counted_needs_a_second_person_and_nothing_posts_nothing_without_a_word() {
    let place = evening();
    let accept = |reason: &str, more: &[&str]| {
        let usual = ["accept", "leith", "2026-11-20", "--code", "S002", "--reason", reason, "--by", "Morag"];
        try_epos(place.path(), &[&usual[..], more].concat())
    };
    let said = String::from_utf8_lossy(&accept("as-it-should", &[]).stderr).into_owned();
    assert!(said.contains("say in the note how that is known"), "{said}");
    let said = String::from_utf8_lossy(&accept("sale-not-rung", &["--note", "x"]).stderr).into_owned();
    assert!(said.contains("cash-missing, drop-not-rung or wrong-tender fit"), "{said}");
    let done = String::from_utf8_lossy(&accept("wrong-tender", &["--note", "slip"]).stdout).into_owned();
    assert!(done.contains("it does not count yet: whoever counted accepted it: a second person must sign"), "{done}");
}

#[test]
fn a_report_is_as_it_was_on_an_evening() {
    let place = evening();
    let then = json(place.path(), "report daily --as-of 2026-11-22");
    assert!(then["title"].as_str().unwrap().ends_with("as of 22 November 2026"), "{then}");
    assert!(then["notes"].to_string().contains("Nothing of it has changed since."), "{then}");
    let before = json(place.path(), "report daily --as-of 2026-11-20");
    assert!(before["notes"].to_string().contains("then"), "nothing was known then: {before}");
}

#[test]
fn rows_for_programs_are_rows_only_and_how_complete_they_are_is_said_on_the_side() {
    let place = evening();
    let report = ["report", "daily", "--from", "2026-11-19", "--to", "2026-11-21", "--as-of", "2026-11-20", "--format", "csv"];
    let output = try_epos(place.path(), &report);
    let (rows, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(rows.starts_with("store,") && !rows.contains("store-days"), "{rows}");
    assert!(said.starts_with("0 of 7 store-days") && said.contains(" then, "), "{said}");
    assert!(try_epos(place.path(), &[&report[..], &["--quiet"]].concat()).stderr.is_empty());
}
