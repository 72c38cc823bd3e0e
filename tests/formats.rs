//! `epos check` says the same in every format, with the same exit code; `--strict` refuses whole files.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const CONFIG: &str = "now = \"2026-11-20T20:00:00\"\n[stores.leith]\nname = \"Leith Walk\"\nprices_include_tax = true\n";

#[test]
fn repeats_are_folded_for_people_and_all_there_for_programs() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("epos.toml"), CONFIG).unwrap();
    let mut text = "store,till,number,line,date,time,kind,item_code,description,quantity,unit_price,line_total\n".to_owned();
    for number in 1..=222 {
        text += &format!("leith,1,{number},1,2026-11-20,10:30,sale,,<b>Rug</b>,3,4.00,12.50\n");
    }
    fs::write(place.path().join("a,b.csv"), text).unwrap();
    let check = |format: &str| epos(place.path(), &["check", "a,b.csv", "--format", format], 1);

    let text = check("text");
    assert_eq!(text.matches("error[T001]").count(), 10);
    assert!(text.contains("and 212 more like it") && text.ends_with("222 errors, 0 warnings, 0 notes.\n"), "{text}");

    let json: Value = serde_json::from_str(&check("json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 222);
    assert_eq!(epos(place.path(), &["check", "a,b.csv", "--json"], 1), check("json"));

    let github = check("github");
    assert_eq!(github.lines().count(), 10);
    let first = "::error file=a%2Cb.csv,line=2,col=12,title=T001 line-total::total 12.50 but 3 × 4.00 = 12.00%0Ahelp: ";
    assert!(github.starts_with(first) && github.contains("(and 212 more like it)"), "{github}");

    let html = check("html");
    for part in
        ["id=\"T001\"", "id=\"manual-T001\"", "href=\"#manual-T001\"", "and 212 more like it", "222 errors", "a,b.csv, row 2"]
    {
        assert!(html.contains(part), "{part} is not in\n{html}");
    }
    assert!(!html.contains("<b>"));
}

#[test]
fn strict_refuses_the_whole_file_and_says_so() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("epos.toml"), CONFIG).unwrap();
    let text = "store,till,number,line,date,kind,quantity,unit_price,line_total,item_code\n\
                leith,1,1,1,2026-11-20,sale,1,4.00,4.00,RUG\nleith,1,2,1,2026-11-20,sale,1,4.00,4.0O,RUG\n";
    fs::write(place.path().join("sales.csv"), text).unwrap();
    let held = epos(place.path(), &["load", "sales.csv", "--strict"], 0);
    assert!(held.contains("held: archived and safe") && held.contains("error[F032]"), "{held}");
    assert!(epos(place.path(), &["check", "sales.csv", "--strict"], 1).contains("error[F032]"));
    // Without it the good row is loaded, of the same bytes that waited.
    let loaded = epos(place.path(), &["load", "sales.csv"], 0);
    assert!(loaded.contains("loaded, 1 row; 1 row kept raw"), "{loaded}");
}

fn epos(place: &Path, arguments: &[&str], code: i32) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_epos")).args(arguments).current_dir(place).output().unwrap();
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}{why}");
    said.into_owned()
}
