//! `epos lookup` and `epos stock`, as a volunteer at the counter uses them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONFIG: &str = r#"
now = "2026-11-21T09:00:00"
database = "sqlite:epos.db"
[stores.leith]
name = "Leith Walk"
starts = "2026-11-16"
[stores.quay]
name = "The Quay"
starts = "2026-11-16"
"#;

const PRODUCTS: &str = "\
item_code,gtin,description,price,category,stocked,pack_of,pack_units
BIS-01,5012345678900,Shortbread Fingers,1.85,Biscuits,yes,,
BIS-06,,Shortbread Fingers (case of 6),9.90,Biscuits,yes,BIS-01,6
CF-1,0012345678905,Café Crème Coffee 500 g,4.50,Drinks,yes,,
CF-2,96385074,Coffee Beans,6.00,Drinks,yes,,
MUG,,Müller's Mug,5.00,Home,yes,,
BAG,,Carrier bag,0.10,Other,no,,
";

const COUNTS: &str = "\
store,item_code,counted,counted_at
leith,BIS-01,20,2026-11-18 09:00
leith,CF-1,5,2026-11-18 09:01
";

const SALES: &str = "\
store,till,date,time,transaction,line,item_code,description,quantity,unit_price,line_total
leith,1,2026-11-19,10:00,101,1,BIS-01,Shortbread Fingers,2,1.85,3.70
leith,1,2026-11-19,10:05,102,1,BIS-06,Shortbread case,1,9.90,9.90
leith,1,2026-11-20,10:05,103,1,5012345678900,Shortbread Fingers,1,1.85,1.85
quay,1,2026-11-20,10:05,7,1,CF-1,Coffee,1,4.50,4.50
";

fn epos(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_epos")).current_dir(place).args(arguments).env_clear().output().expect("epos runs")
}

fn said(place: &Path, arguments: &[&str]) -> String {
    let output = epos(place, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(place: &Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&said(place, &[arguments, &["--json"]].concat())).unwrap()
}

fn company() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in [("epos.toml", CONFIG), ("products.csv", PRODUCTS), ("counts.csv", COUNTS), ("sales.csv", SALES)] {
        fs::write(place.path().join(name), text).unwrap();
    }
    said(place.path(), &["load", "products.csv", "counts.csv", "sales.csv"]);
    place
}

#[test]
fn an_item_is_found_as_people_write_it() {
    let company = company();
    for (query, first, total) in [
        ("shortbraed", "BIS-01", 2),
        ("cofee", "CF-1", 2),
        ("CAFE CREME", "CF-1", 1),
        ("5012345678900", "BIS-01", 1),
        ("012345678905", "CF-1", 1),
        ("bis-06", "BIS-06", 1),
        ("muller mug", "MUG", 1),
        ("", "CF-1", 6),
    ] {
        let found = json(company.path(), &["lookup", query]);
        assert_eq!((&found["items"][0]["sku"], &found["total"]), (&first.into(), &total.into()), "{query}: {found}");
    }
    assert_eq!(
        said(company.path(), &["lookup", "shortbraed"]),
        "SKU     Barcode         Name                            Category  Price  Holds\n\
         BIS-01  05012345678900  Shortbread Fingers              Biscuits   1.85\n\
         BIS-06                  Shortbread Fingers (case of 6)  Biscuits   9.90  6 × Shortbread Fingers\n\
         2 items.\n"
    );
    let second = said(company.path(), &["lookup", "--category", "drinks", "--per-page", "1", "--page", "2"]);
    assert!(second.contains("Coffee Beans") && second.ends_with("2 items; page 2 of 2.\n"), "{second}");
    assert!(said(company.path(), &["lookup", "xylophone"]).starts_with("Nothing fits."));
    let case = json(company.path(), &["lookup", "--item", "BIS-06"]);
    assert_eq!((&case["unit"]["sku"], &case["unit"]["units"], &case["price"]), (&"BIS-01".into(), &"6".into(), &"9.90".into()));
    let unit = json(company.path(), &["lookup", "--item", "05012345678900"]);
    assert_eq!(unit["packs"][0]["sku"], "BIS-06");
    let missing = epos(company.path(), &["lookup", "--item", "nobody"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("code or barcode `nobody`"));
}

#[test]
fn stock_says_how_old_it_is_and_unknown_is_not_nought() {
    let company = company();
    assert_eq!(
        said(company.path(), &["stock", "--item", "BIS-06"]),
        "Store  Name        On hand  Whole packs  As of       Last counted      Confidence\n\
         leith  Leith Walk       11            1  2026-11-20  2026-11-18 09:00  high\n\
         quay   The Quay    unknown                           never             unknown\n"
    );
    let one = json(company.path(), &["stock", "the quay", "CF-1"]);
    assert_eq!((&one["on_hand"], &one["confidence"]), (&serde_json::Value::Null, &"unknown".into()));
    let later = json(company.path(), &["stock", "leith", "BIS-01", "--now", "2026-12-30T09:00:00"]);
    assert_eq!((&later["on_hand"], &later["as_of"], &later["confidence"]), (&"11".into(), &"2026-11-20".into(), &"low".into()));
    let shelves = json(company.path(), &["stock", "leith"]);
    assert_eq!((&shelves["total"], &shelves["shelves"][0]["on_hand"]), (&2.into(), &"11".into()));
    let stores = json(company.path(), &["stock"]);
    assert_eq!((&stores[1]["store"], &stores[1]["sales_until"]), (&"quay".into(), &"2026-11-20".into()));
    // The same figures as the report's, which folds every day.
    let report = json(company.path(), &["report", "on-hand", "--store", "leith"]);
    assert!(report.to_string().contains("\"11\""), "{report}");
    let nowhere = epos(company.path(), &["stock", "mars"]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("no store is called `mars`; there are leith, quay"));

    fs::write(
        company.path().join("late.csv"),
        SALES.lines().next().unwrap().to_owned() + "\nleith,2,2026-11-20,11:00,1,1,BIS-01,x,4,1.85,7.40\n",
    )
    .unwrap();
    said(company.path(), &["load", "late.csv"]);
    assert_eq!(json(company.path(), &["stock", "leith", "BIS-01"])["on_hand"], "7");
    said(company.path(), &["undo", "late.csv"]);
    assert_eq!(json(company.path(), &["stock", "leith", "BIS-01"])["on_hand"], "11");
    assert_eq!(said(company.path(), &["db", "check"]), "Every roll-up equals its rows, and the archive holds every document.\n");
}

/// What the index or a shelf says otherwise than the rows do is found.
#[test]
fn a_spoilt_shelf_is_noticed() {
    use epos_core::edge::database;
    use epos_core::sql::Statement;
    let company = company();
    let mut db = database::open(&format!("sqlite:{}", company.path().join("epos.db").display())).unwrap();
    for (sql, says) in [
        (
            "UPDATE shelf SET on_hand = on_hand + 10000 WHERE sku = 'BIS-01'",
            "the shelf of BIS-01 in store leith says 12, its days give 11",
        ),
        (
            "UPDATE shelf_day SET moved = moved - 10000 WHERE moved < 0 AND store = 'leith' AND trading_day = '2026-11-20'",
            "shelf of BIS-01",
        ),
        ("DELETE FROM search_item WHERE word = 'mug'", "lacks the word `mug"),
        ("UPDATE item SET description = 'Cup' WHERE item_code = 'MUG'", "the item MUG is not what"),
        ("DELETE FROM search_gram WHERE gram = 'cof'", "lacks the letters `cof"),
    ] {
        db.execute(&Statement::new(sql, vec![])).unwrap();
        let check = epos(company.path(), &["db", "check"]);
        assert_eq!(check.status.code(), Some(1));
        let check = String::from_utf8_lossy(&check.stdout).into_owned();
        assert!(check.contains(says), "{sql}: {check}");
    }
}
