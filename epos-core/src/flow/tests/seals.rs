//! Seals: what they cover, what waits beside them, and that no bit can change unseen.

use super::*;
use crate::flow::Accepting;
use crate::model::{AcceptanceReason, Declared, Scalar as _, Type, Value};
use crate::reconcile::State;
use crate::report::Asked;
use crate::simulate::dice::Dice;
use crate::sql::{self, SEALED, Statement};

/// Books with a day that was accepted and one that was declared, both sealed.
fn sealed() -> Audit {
    let mut books = books();
    load(&mut books, &evening(19, "69.00"));
    let said = Accepting { code: "S002", reason: Some(AcceptanceReason::CashMissing), by: "Ben", ..Accepting::default() };
    books.accept("leith", day(19), &said).unwrap();
    books.declare("leith", day(20), Declared::Closed, "flood", "Ben").unwrap();
    let done = books.seal(None, None, Some("Cat")).unwrap();
    assert_eq!((done.sealed.len(), done.left.len()), (2, 0));
    books
}

#[test]
fn what_comes_for_a_sealed_day_waits_until_it_is_released() {
    let mut books = sealed();
    let loaded = books.load(&correction(19), &Reading::default()).unwrap();
    assert!(loaded.diagnostics.iter().any(|finding| finding.code.0.code == "L009"), "{:?}", loaded.diagnostics);
    books.judge().unwrap();
    let held = books.day("leith", day(19)).unwrap();
    assert_eq!((held.bridge.takings, held.waiting, held.state), (money("24.00"), 1, State::Accepted));
    let revisions = books.revisions("leith", day(19)).unwrap();
    assert_eq!((revisions[0].state.as_str(), revisions[0].added, revisions[0].after), ("held", 1, Some(money("26.50"))));
    assert!(books.verify(None).unwrap().is_sound());
    let heads = books.heads().unwrap();

    let open = books.release("leith", day(19), "Cat", "the sale was real").unwrap();
    assert_eq!(
        (open.bridge.takings, open.waiting, open.sealed),
        (money("26.50"), 0, None),
        "it does not balance: not sealed again"
    );
    assert_eq!(books.revisions("leith", day(19)).unwrap()[0].state, "released");
    assert!(books.verify(Some(&heads)).unwrap().is_sound(), "the first seal still covers the first rows");
}

#[test]
fn what_is_sealed_is_not_withdrawn() {
    let mut books = sealed();
    let why = books.undo("leith_2026-11-19_sales.csv").unwrap_err().to_string();
    assert!(why.starts_with("it is in the sealed figures of leith 2026-11-19"), "{why}");
    assert_eq!(books.day("leith", day(19)).unwrap().bridge.takings, money("24.00"));
    books.release("leith", day(19), "Cat", "the wrong file").unwrap();
    books.undo("leith_2026-11-19_sales.csv").unwrap();
    assert_eq!(books.day("leith", day(19)).unwrap().transactions, 0, "what was released can be withdrawn");
    assert!(books.verify(None).unwrap().is_sound(), "the seal still covers what was sealed");
    let said = books.declare("leith", day(20), Declared::Zero, "open after all", "Ben").unwrap_err().to_string();
    assert!(said.contains("is sealed"), "{said}");
    books.release("leith", day(20), "Cat", "").unwrap();
    assert_eq!(books.declare("leith", day(20), Declared::Zero, "open after all", "Ben").unwrap().state, State::Zero);
}

#[test]
fn a_restatement_names_the_seal_that_it_restates() {
    let mut books = sealed();
    let open = books.release("leith", day(19), "Cat", "").unwrap();
    assert_eq!((open.sealed, open.state), (None, State::Accepted), "nothing waited, so it is open for whoever asked");
    assert_eq!(books.seal(None, None, Some("Cat")).unwrap().sealed.len(), 1);
    let again = books.day("leith", day(19)).unwrap();
    assert_eq!(again.sealed.map(|sealed| (sealed.sealing, sealed.number)), Some((2, 3)));
    let seals = books.seals(Some("leith")).unwrap();
    assert!(seals[2].payload.contains(&format!("restates {}", seals[0].link)));
    assert!(books.verify(None).unwrap().is_sound());
    assert!(books.release("leith", day(18), "Cat", "").is_err());
}

#[test]
fn after_the_period_is_closed_what_comes_is_posted_to_the_current_one() {
    let mut books = sealed();
    books.lock(day(20), "Cat").unwrap();
    books.load(&correction(19), &Reading::default()).unwrap();
    books.judge().unwrap();
    let kept = books.release("leith", day(19), "Cat", "late sale").unwrap();
    assert_eq!((kept.bridge.takings, kept.waiting), (money("24.00"), 0));
    assert!(kept.sealed.is_some());
    let journal = books.report_as("journal", Some(day(22)), Some(day(22)), None, Asked::default()).unwrap();
    let column = |name| journal.column(name).unwrap();
    let rows: Vec<(String, String, String)> = journal
        .rows
        .iter()
        .map(|row| (row[column("account_name")].to_string(), row[column("debit")].to_string(), row[column("credit")].to_string()))
        .collect();
    let of = |name: &str, debit: &str, credit: &str| (name.to_owned(), debit.to_owned(), credit.to_owned());
    assert_eq!(rows, [of("Sales of goods", "", "2.5"), of("Suspense", "2.5", "")]);
}

#[test]
fn an_open_day_keeps_the_period_open() {
    let mut books = books();
    load(&mut books, &evening(19, "74.00"));
    books.seal(Some(day(19)), None, None).unwrap();
    let why = books.lock(day(20), "Cat").unwrap_err().to_string();
    assert_eq!(why, "leith 2026-11-20 is not sealed yet");
    books.lock(day(19), "Cat").unwrap();
}

#[test]
fn an_anchor_finds_what_was_taken_from_the_end() {
    let mut books = sealed();
    let heads = books.heads().unwrap();
    assert!(books.verify(Some(&heads)).unwrap().is_sound());
    books.db.execute(&Statement::new("DELETE FROM seal WHERE number = 2", vec![])).unwrap();
    assert!(books.verify(None).unwrap().is_sound(), "without an anchor it is consistent with itself, and no more");
    let found = books.verify(Some(&heads)).unwrap();
    assert_eq!(found.moved.map(|head| head.number), Some(2));
    assert_eq!(
        books.verify(Some(&[])).unwrap().without_head,
        ["leith"],
        "an anchor proves nothing of a store that it does not name"
    );
}

#[test]
fn a_report_is_what_it_was_and_says_what_changed() {
    let mut books = books();
    load(&mut books, &evening(19, "74.00"));
    books.now = at(25, 9);
    books.load(&correction(19), &Reading::default()).unwrap();
    books.judge().unwrap();
    let report = |books: &mut Audit, changes| {
        books.report_as_of("daily", (Some(day(19)), Some(day(19))), None, Asked::default(), day(23), changes).unwrap()
    };
    let then = report(&mut books, false);
    let takings = then.column("takings").unwrap();
    assert_eq!(then.rows[0][takings].to_string(), "24");
    assert!(then.notes.contains(&"Takings: 24.00 then, 26.50 now, 2.50 GBP".to_owned()), "{:?}", then.notes);
    assert!(then.notes.iter().any(|note| note.starts_with("Corrected since: Leith Walk 2026-11-19")), "{:?}", then.notes);
    let changed = report(&mut books, true);
    let cells: Vec<String> = changed.rows[0].iter().map(ToString::to_string).collect();
    assert_eq!(cells[1..5], ["Takings", "24", "26.5", "2.5"]);
    let now = books.report_as_of("daily", (Some(day(19)), Some(day(19))), None, Asked::default(), day(26), true).unwrap();
    assert!(now.rows.is_empty());
}

/// A value with one bit flipped, as SQL, and how to put it back.
fn flipped(value: &Value<'_>, kind: Type, dice: &mut Dice) -> Option<String> {
    Some(match value {
        Value::Integer(number) => (number ^ 1 << dice.below(62)).to_string(),
        Value::Bool(flag) => i64::from(!flag).to_string(),
        Value::Decimal(_) => {
            let units = crate::model::Money::from_value(value.clone())?.ten_thousandths();
            (units ^ 1 << dice.below(62)).to_string()
        }
        Value::Null => return None,
        other => {
            let mut bytes = match (other, kind) {
                (Value::DateTime(at), _) => at.format("%Y-%m-%dT%H:%M:%S").to_string().into_bytes(),
                (other, _) => other.to_string().into_bytes(),
            };
            if bytes.is_empty() {
                return None;
            }
            let at = usize::try_from(dice.below(bytes.len() as u64)).ok()?;
            bytes[at] ^= 1 << dice.below(8);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("CAST(X'{hex}' AS TEXT)")
        }
    })
}

/// Thousands of single bits in every column that a seal covers: each is found, and named by its store and day.
#[test]
fn no_bit_of_what_is_sealed_changes_unseen() {
    let mut books = sealed();
    let mut dice = Dice::new(1, &[22]);
    let facts = ["lines", "tenders", "z_reports"].map(|name| {
        let columns: Vec<&str> = sql::table(name).unwrap().columns.iter().map(|column| column.name).collect();
        (name, columns)
    });
    let covered: Vec<(&str, Vec<&str>)> = SEALED.iter().map(|(table, columns)| (*table, columns.to_vec())).chain(facts).collect();
    let (mut flips, mut untouched) = (0, 0);
    for (table, columns) in covered {
        let table = sql::table(table).unwrap();
        let key = table.key;
        let types: Vec<Type> = table.columns.iter().map(|column| column.kind).collect();
        let names = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ");
        let mut rows: Vec<Vec<Value<'static>>> = Vec::new();
        books
            .db
            .query(&Statement::new(format!("SELECT {names} FROM \"{}\"", table.name), vec![]), &types, &mut |row| {
                rows.push(row);
                Ok(())
            })
            .unwrap();
        assert!(!rows.is_empty(), "{}", table.name);
        for column in columns {
            let position = table.columns.iter().position(|of| of.name == column).unwrap();
            for _ in 0..30 {
                let row = &rows[usize::try_from(dice.below(rows.len() as u64)).unwrap()];
                let Some(new) = flipped(&row[position], types[position], &mut dice) else { continue };
                let value_of = |name: &str| row[table.columns.iter().position(|of| of.name == name).unwrap()].clone();
                let mut place: Vec<String> = Vec::new();
                let mut values = Vec::new();
                for name in key {
                    place.push(format!("\"{name}\" = ?"));
                    values.push(value_of(name));
                }
                let change = format!("UPDATE \"{}\" SET \"{column}\" = {new} WHERE {}", table.name, place.join(" AND "));
                // A key that is taken, or a number that a column does not take, is refused by the database itself.
                if books.db.execute(&Statement::new(change.clone(), values.clone())).is_err() {
                    untouched += 1;
                    continue;
                }
                flips += 1;
                let found = books.verify(None);
                let named = found.as_ref().is_ok_and(|found| !found.broken.is_empty());
                assert!(named, "{change} of {row:?}: no link is named: {found:?}");
                // Back: everything of that row, found by what it is now.
                let now: Vec<String> = key
                    .iter()
                    .map(|name| if *name == column { format!("\"{name}\" = {new}") } else { format!("\"{name}\" = ?") })
                    .collect();
                let others: Vec<Value<'static>> = key.iter().filter(|name| **name != column).map(|name| value_of(name)).collect();
                let back = format!("UPDATE \"{}\" SET \"{column}\" = ? WHERE {}", table.name, now.join(" AND "));
                let values = std::iter::once(row[position].clone()).chain(others).collect();
                assert_eq!(books.db.execute(&Statement::new(back, values)).unwrap(), 1);
            }
        }
    }
    assert!(flips > 2_000 && untouched < flips, "{flips} flips, {untouched} refused");
    assert!(books.verify(None).unwrap().is_sound(), "all is as it was");
}

#[test]
fn a_changed_document_in_the_archive_is_found() {
    let mut books = sealed();
    let hash = evening(19, "69.00")[0].hash;
    books.archive = Box::new(Memory::default());
    let found = books.verify(None).unwrap();
    assert!(found.broken[0].why.contains("not in the archive"), "{:?}", found.broken);
    assert!(found.broken[0].why.contains(&hash.short()) || found.broken[0].trading_day == day(19));
}
