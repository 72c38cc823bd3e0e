//! What only a real server can show.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Barrier, Mutex as Lock};

use proptest::prelude::*;

use super::*;
use crate::edge::database;
use crate::edge::trial::Trial;
use crate::model::Kind;
use crate::sql::{Table, fact_table, table};

/// Tests that switch the server's `local_infile`, or count on it.
static LOCAL_INFILE: Lock<()> = Lock::new(());

fn alone() -> MutexGuard<'static, ()> {
    LOCAL_INFILE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn statement(sql: impl Into<String>) -> Statement {
    Statement::new(sql, vec![])
}

fn with_tables(trial: &Trial, names: &[&str]) -> Mysql {
    let mut db = trial.open();
    for name in names {
        db.execute(&statement(Dialect::MySql.create_table(table(name).unwrap()))).unwrap();
    }
    db
}

fn number(db: &mut Mysql, sql: &str) -> i64 {
    let mut found = 0;
    db.query(&statement(sql), &[Type::Integer], &mut |row| {
        if let Value::Integer(number) = row[0] {
            found = number;
        }
        Ok(())
    })
    .unwrap();
    found
}

/// Rows of a table as they come back, in the order of `line`.
fn back(db: &mut Mysql, table: &Table) -> Vec<Value<'static>> {
    let types: Vec<Type> = table.columns.iter().map(|column| column.kind).collect();
    let columns = Dialect::MySql.quoted(table.columns.iter().map(|column| column.name));
    let mut found = Vec::new();
    let question = format!("SELECT {columns} FROM {} ORDER BY line", Dialect::MySql.quote(table.name));
    db.query(&statement(question), &types, &mut |row| {
        found.extend(row);
        Ok(())
    })
    .unwrap();
    found
}

fn any_text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        "",
        " ",
        "x ",
        "\\",
        "\\N",
        "\\n",
        "NULL",
        "\t",
        "\n",
        "\r\n",
        "\0",
        "a\0b",
        "'\"`",
        "☕🧦 ",
        "\u{feff}",
        "\x1a",
        "é\u{301}",
        ",;|",
    ]);
    prop_oneof![proptest::collection::vec(awkward, 0..5).prop_map(|parts| parts.concat()), any::<String>()]
}

fn any_value(kind: Type) -> BoxedStrategy<Value<'static>> {
    let day = || (1_i32..3_652_059).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap());
    let time = || (0_u32..86_400).prop_map(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap());
    match kind {
        Type::Text | Type::Person => any_text().prop_map(|text| Value::Text(text.into())).boxed(),
        Type::Word(words) => prop::sample::select(words.to_vec()).prop_map(|word| Value::Text(word.into())).boxed(),
        Type::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Money | Type::Quantity | Type::Rate => {
            let units = 999_999_999_999_999_999_i64;
            let all = prop_oneof![Just(units), Just(-units), Just(-1), Just(0), -units..=units, -50_000..50_000_i64];
            all.prop_map(|units| Value::Decimal(Decimal::new(units, SCALE))).boxed()
        }
        Type::Date => day().prop_map(Value::Date).boxed(),
        Type::Time => time().prop_map(Value::Time).boxed(),
        Type::DateTime => (day(), time()).prop_map(|(day, time)| Value::DateTime(day.and_time(time))).boxed(),
    }
}

/// Rows of a table; the key is filled in by their place.
fn any_rows(table: &'static Table) -> impl Strategy<Value = Vec<Vec<Value<'static>>>> {
    let row: Vec<BoxedStrategy<Value<'static>>> = table
        .columns
        .iter()
        .map(|column| match column.required {
            true => any_value(column.kind),
            false => prop_oneof![1 => Just(Value::Null), 3 => any_value(column.kind)].boxed(),
        })
        .collect();
    proptest::collection::vec(row, 1..40).prop_map(|mut rows| {
        for (line, row) in (1_i64..).zip(&mut rows) {
            row[..4].clone_from_slice(&[
                Value::Integer(1),
                Value::Text("number ☕".into()),
                Value::Integer(line),
                Value::Integer(line),
            ]);
        }
        rows
    })
}

#[test]
fn every_value_comes_back_as_it_went_in() {
    let _alone = alone();
    let Some(trial) = Trial::new() else { return };
    let kinds = [Kind::Lines, Kind::Tenders, Kind::ZReports, Kind::CashCounts];
    let mut db = with_tables(&trial, &kinds.map(|kind| kind.word()));
    let table = prop::sample::select(kinds.to_vec()).prop_map(fact_table);
    let case = (table.prop_flat_map(|table| (Just(table), any_rows(table))), any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let db = std::cell::RefCell::new(&mut db);
    let ran = runner.run(&case, |((table, given), bulk)| {
        let db = &mut **db.borrow_mut();
        db.bulk = bulk;
        db.execute(&statement(format!("DELETE FROM {}", Dialect::MySql.quote(table.name)))).unwrap();
        let mut rows = Rows::of(table);
        rows.values = given.concat();
        db.insert(&rows).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(back(db, table), rows.values);
        prop_assert_eq!(db.bulk, bulk);
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn where_the_server_takes_no_text_rows_go_in_as_statements() {
    let _alone = alone();
    let Some(trial) = Trial::new() else { return };
    let mut db = with_tables(&trial, &["product_day"]);
    let total = |of: i64| {
        let amount = |units| Value::Decimal(Decimal::new(units, 4));
        let day = Value::Date(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        let sku = Value::Text(format!("{of}\t").into());
        [day, sku, Value::Integer(1), amount(10_000), amount(of), amount(0), amount(of)]
    };
    let mut rows = Rows::of(table("product_day").unwrap());
    rows.values = (0..1_000).flat_map(total).collect();
    db.execute(&statement("SET GLOBAL local_infile = 0")).unwrap();
    let kept = db.insert(&rows);
    db.execute(&statement("SET GLOBAL local_infile = 1")).unwrap();
    kept.unwrap();
    assert!(!db.bulk);
    assert_eq!(number(&mut db, "SELECT COUNT(*) FROM product_day WHERE sku LIKE '%\t'"), 1_000);
    // Adding to what is there, in every length of statement.
    for some in [1, 15, 16, 17, 300] {
        rows.values = (0..some).flat_map(total).collect();
        db.add(&rows).unwrap();
    }
    assert_eq!(number(&mut db, "SELECT SUM(transactions) DIV 1 FROM product_day"), 1_000 + 1 + 15 + 16 + 17 + 300);
}

/// With `LOCAL` a server would keep what it can and only warn of the rest.
#[test]
fn rows_that_a_server_would_skip_or_cut_fail_all_together() {
    let _alone = alone();
    let Some(trial) = Trial::new() else { return };
    let mut db = with_tables(&trial, &["product_day"]);
    let day = || Value::Date(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
    let row = |sku: String| {
        let nothing = || Value::Decimal(Decimal::ZERO);
        [day(), Value::Text(sku.into()), Value::Integer(1), nothing(), nothing(), nothing(), nothing()]
    };
    for (bulk, last, said) in [
        (true, "7".to_owned(), "a row with the same key"),
        (false, "7".to_owned(), "a row with the same key"),
        (true, "☕".repeat(401), "truncated for column 'sku'"),
        (false, "☕".repeat(401), "too long for column 'sku'"),
    ] {
        db.bulk = bulk;
        let mut rows = Rows::of(table("product_day").unwrap());
        rows.values = (0..50).map(|sku| sku.to_string()).chain([last]).flat_map(row).collect();
        let error = db.insert(&rows).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(number(&mut db, "SELECT COUNT(*) FROM product_day"), 0, "{error}");
    }
    // The longest that fits, of the longest letters.
    let mut rows = Rows::of(table("product_day").unwrap());
    rows.values = row("☕".repeat(400)).into();
    db.insert(&rows).unwrap();
    rows.values[3] = Value::Decimal(Decimal::new(1, 5));
    for bulk in [true, false] {
        db.bulk = bulk;
        let error = db.insert(&rows).unwrap_err().to_string();
        assert!(error.contains("more than four decimals"), "{error}");
    }
    rows.values[3] = Value::Decimal(Decimal::from(100_000_000_000_000_i64));
    assert!(db.insert(&rows).unwrap_err().to_string().contains("too large"));
    rows.values[0] = Value::Date(NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap());
    assert!(db.insert(&rows).unwrap_err().to_string().contains("years 1 and 9999"));
}

#[test]
fn text_of_many_chunks_arrives_whole() {
    let _alone = alone();
    let Some(trial) = Trial::new() else { return };
    let mut db = with_tables(&trial, &["loading", "rejected_row"]);
    let mut rows = Rows::of(table("loading").unwrap());
    let began_at = Value::DateTime(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(18, 0, 0).unwrap());
    let run = |id| [Value::Integer(id), Value::Integer(id + 1_000_000), Value::Text("f0".into()), began_at.clone()];
    rows.values = (0..700_000).flat_map(run).collect();
    db.insert(&rows).unwrap();
    assert!(db.bulk);
    assert_eq!(number(&mut db, "SELECT COUNT(*) FROM loading WHERE last = first + 1000000"), 700_000);
    let long = "☕\\\n".repeat(400_000);
    for (position, bulk) in [(1, false), (2, true)] {
        db.bulk = bulk;
        let text = |text: &str| Value::Text(text.to_owned().into());
        let row = |position| {
            let place = [Value::Integer(1), Value::Integer(position), text(""), Value::Integer(1), text("lines")];
            place.into_iter().chain([Value::Null, Value::Null, Value::Null, text(&long), text("why"), text("[]")])
        };
        let mut rows = Rows::of(table("rejected_row").unwrap());
        rows.values = (0..13).flat_map(|more| row(position * 100 + more)).collect();
        db.insert(&rows).unwrap();
    }
    let whole = format!("SELECT COUNT(*) FROM rejected_row WHERE LENGTH(cells) = {}", long.len());
    assert_eq!(number(&mut db, &whole), 26);
}

#[test]
fn amounts_have_one_form() {
    for (digits, form) in
        [("0.0000", "0"), ("-0.0500", "-0.05"), ("12.5000", "12.5"), ("3", "3"), ("99999999999999.9999", "99999999999999.9999")]
    {
        let found = amount(digits.as_bytes()).unwrap();
        assert_eq!((found.to_string().as_str(), found.normalize().scale()), (form, found.scale()), "{digits}");
    }
    for wrong in ["1.2.3", "1e3", "0.00001", "99999999999999999999"] {
        assert_eq!(amount(wrong.as_bytes()), None, "{wrong}");
    }
}

fn two_rows(trial: &Trial) -> (Mysql, Mysql) {
    let mut one = with_tables(trial, &["epos_sequence"]);
    for name in ["a", "b"] {
        one.execute(&queries::take_ids(Dialect::MySql, name, 100)).unwrap();
    }
    (one, trial.open())
}

#[test]
fn a_deadlock_is_carried_out_again() {
    let Some(trial) = Trial::new() else { return };
    let (mut one, mut two) = two_rows(&trial);
    let (met, runs) = (Barrier::new(2), AtomicU32::new(0));
    let cross = |db: &mut Mysql, first: &str, then: &str| {
        let mut begun = false;
        Db::all_or_nothing(db, &mut |db| {
            runs.fetch_add(1, Relaxed);
            db.execute(&queries::take_ids(Dialect::MySql, first, 1))?;
            if !std::mem::replace(&mut begun, true) {
                met.wait();
            }
            // Within an inner unit too, and whatever the work makes of its failure.
            let _ = db.all_or_nothing(&mut |db| db.execute(&queries::take_ids(Dialect::MySql, then, 1)).map(drop));
            Ok(())
        })
    };
    std::thread::scope(|threads| {
        let other = threads.spawn(|| cross(&mut two, "b", "a"));
        cross(&mut one, "a", "b").unwrap();
        other.join().unwrap().unwrap();
    });
    assert_eq!(runs.load(Relaxed), 3);
    assert_eq!(number(&mut one, "SELECT SUM(last) DIV 1 FROM epos_sequence"), 204);
}

#[test]
fn who_waits_too_long_tries_again_and_then_says_so() {
    let Some(trial) = Trial::new() else { return };
    let (mut one, mut two) = two_rows(&trial);
    two.connection.query_drop("SET SESSION innodb_lock_wait_timeout = 1").unwrap();
    let met = Barrier::new(2);
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| {
            met.wait();
            two.execute(&queries::take_ids(Dialect::MySql, "a", 1))
        });
        one.unit(&mut |db| {
            db.execute(&queries::take_ids(Dialect::MySql, "a", 1))?;
            met.wait();
            thread::sleep(Duration::from_millis(2_500));
            Ok(())
        })
        .unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert_eq!(number(&mut one, "SELECT last FROM epos_sequence WHERE name = 'a'"), 102);
    one.unit(&mut |db| {
        db.execute(&queries::take_ids(Dialect::MySql, "a", 1))?;
        let error = two.execute(&queries::take_ids(Dialect::MySql, "a", 1)).unwrap_err().to_string();
        assert!(error.contains("other loads were in the way"), "{error}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_connection_that_is_gone_is_made_anew() {
    let Some(trial) = Trial::new() else { return };
    let (mut one, mut two) = two_rows(&trial);
    let mut kill = |db: &Mysql| two.connection.query_drop(format!("KILL {}", db.connection.connection_id())).unwrap();
    let last = "SELECT last FROM epos_sequence WHERE name = 'a'";
    kill(&one);
    assert_eq!(number(&mut one, last), 100);
    kill(&one);
    one.execute(&queries::take_ids(Dialect::MySql, "a", 1)).unwrap();
    assert_eq!(number(&mut one, last), 101);
    // In the middle of a unit of work, all of it is done again, and counts once.
    let mut runs = 0;
    one.unit(&mut |db| {
        runs += 1;
        db.execute(&queries::take_ids(Dialect::MySql, "a", 1))?;
        if runs == 1 {
            kill(db);
        }
        db.execute(&queries::take_ids(Dialect::MySql, "a", 1)).map(drop)
    })
    .unwrap();
    assert_eq!((runs, number(&mut one, last)), (2, 103));
    // What a unit of work says itself is never tried again.
    let mut runs = 0;
    let fell = one.unit(&mut |db| {
        runs += 1;
        db.execute(&queries::take_ids(Dialect::MySql, "a", 1))?;
        Err(Error::Conflict("it".into()))
    });
    assert!(matches!(fell, Err(Error::Conflict(_))));
    assert_eq!((runs, number(&mut one, last)), (1, 103));
}

#[test]
fn units_within_units_fall_alone_at_any_depth() {
    let Some(trial) = Trial::new() else { return };
    let (mut db, _) = two_rows(&trial);
    let take = |db: &mut dyn Db| db.execute(&queries::take_ids(Dialect::MySql, "a", 1)).map(drop);
    let no = || Err(Error::Conflict("no".into()));
    Db::all_or_nothing(&mut db, &mut |db| {
        take(db)?;
        let fell = db.all_or_nothing(&mut |db| {
            take(db)?;
            db.all_or_nothing(&mut |db| take(db))?;
            let _ = db.all_or_nothing(&mut |db| {
                take(db)?;
                no()
            });
            take(db)?;
            no()
        });
        assert!(matches!(fell, Err(Error::Conflict(_))), "{fell:?}");
        db.all_or_nothing(&mut |db| {
            db.all_or_nothing(&mut |db| take(db))?;
            take(db)
        })
    })
    .unwrap();
    assert_eq!(number(&mut db, "SELECT last FROM epos_sequence WHERE name = 'a'"), 103);
}

#[test]
fn who_is_not_let_in_learns_why() {
    let Some(trial) = Trial::new() else { return };
    let url = trial.url();
    let (place, name) = url.rsplit_once('/').unwrap();
    let server = place.rsplit_once('@').unwrap().1;
    let error = |url: &str| {
        let error = database::open(url).err().unwrap().to_string();
        assert!(!error.contains("s3cret"), "{error}");
        error
    };
    assert!(error(&format!("mysql://nobody:s3cret@{server}/{name}")).contains("lets nobody in by this user"));
    assert!(error(&format!("{place}/not_{name}")).contains("no such database"));
    assert!(error(&format!("mysql://u:s3cret@127.0.0.1:1/{name}")).contains("no server answers there"));
    assert!(error(&format!("mysql://u:s3cret@{server}")).contains("names no database"));
    assert!(error(&format!("mysql://u:s3cret@{server}/{name}?colour=blue")).contains("colour"));
    assert!(error(&format!("mysql://u:s3cret@{server}/{name}?tls=maybe")).contains("on or off"));
    assert!(error(&format!("{url}?tls=on")).contains("does not encrypt"));
    let mut db = trial.open();
    let no_table = db.execute(&queries::migrated(1, NaiveDateTime::default())).unwrap_err().to_string();
    assert!(no_table.contains("epos db migrate"), "{no_table}");
    assert!(database::open(&url.replace("mysql:", "mariadb:")).is_ok());
}
