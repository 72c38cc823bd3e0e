//! Checking the database finds every sort of damage, and nothing where there is none.

use std::fs;

use epos_core::edge::{Archive, sqlite::Sqlite};
use epos_core::flow::config::moment;
use epos_core::format::{Layouts, Reading};
use epos_core::model::{Document, Limits};
use epos_core::port::Db;
use epos_core::sql::Statement;
use epos_core::{Audit, Config};

const FIRST: &str = "store,till,date,number,item_code,quantity,line_total\nS1,1,2026-11-20,1,A,1,2.00\nS1,1,2026-11-20,2,B,2,x\n";
const SECOND: &str =
    "store,till,date,number,item_code,quantity,line_total\nS1,1,2026-11-20,1,A,1,2.50\nS1,1,9999-12-31,3,A,1,1.00\n";

/// What the check says after each of these changes, made to a fresh database of two documents.
fn damaged(changes: &[&str]) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let (path, archive) = (place.path().join("epos.db"), Archive::new(place.path().join("archive")));
    let open = || Sqlite::open(&path).unwrap();
    let now = moment("2026-11-22 09:00").unwrap();
    let mut audit = Audit::open(
        Config::default(),
        Layouts::built_in(),
        Box::new(open()),
        Box::new(archive.clone()),
        now,
        [7; 32],
        Limits::default(),
    )
    .unwrap();
    for (name, text) in [("a.csv", FIRST), ("b.csv", SECOND)] {
        audit.load(&Document::new(name, text.as_bytes()), &Reading::default()).unwrap();
    }
    assert_eq!(audit.check_database().unwrap(), Vec::<String>::new());
    for change in changes {
        match change.strip_prefix("archive ") {
            None => {
                let changed = open().execute(&Statement::new(*change, vec![])).unwrap();
                assert!(changed > 0 || change.starts_with("DROP"), "{change} changed nothing");
            }
            Some("gone") => fs::remove_file(archive.path(&Document::new("", FIRST.as_bytes()).hash)).unwrap(),
            Some(_) => fs::write(archive.path(&Document::new("", SECOND.as_bytes()).hash), b"moths").unwrap(),
        }
    }
    audit.check_database().unwrap()
}

#[test]
fn every_sort_of_damage_is_found() {
    for (change, says) in [
        ("UPDATE lines SET line_total = line_total + 1", "the rows are not those that were loaded"),
        ("DELETE FROM lines WHERE batch = (SELECT MIN(id) FROM batch)", "has 0 rows, and 1 were loaded"),
        ("UPDATE day_total SET gross = gross + 1 WHERE axis = 'hour'", "the roll-up of store S1, hour"),
        ("DELETE FROM product_day WHERE sku = 'A'", "the roll-up of product A"),
        ("UPDATE batch SET active = NULL WHERE active = 1", "ended without saying when"),
        ("UPDATE batch SET known_until = known_from WHERE active = 1", "is active although it ended"),
        ("UPDATE batch SET row_count = row_count + 1 WHERE active = 1", "has 1 rows, and 2 were loaded"),
        ("UPDATE batch SET reading = 99 WHERE active = 1", "is of reading 99, which is not there"),
        ("UPDATE lines SET batch = batch + 1000", "are in batch 1"),
        ("DELETE FROM rejected_row", "0 rejected rows are kept, and 1 were found"),
        ("UPDATE reading SET state = 'superseded'", "0 of its readings speak, and 1 should"),
        ("UPDATE document SET bytes = bytes + 1", "bytes of it, and"),
        ("archive gone", "is not in the archive"),
        ("archive moths", "damaged"),
    ] {
        let differences = damaged(&[change]);
        assert!(differences.iter().any(|difference| difference.contains(says)), "{change}: {differences:?}");
    }
    let two = ["DROP INDEX batch_active", "UPDATE batch SET active = 1, known_until = NULL"];
    let differences = damaged(&two);
    assert!(differences.iter().any(|difference| difference.contains("two active revisions")), "{differences:?}");
}
