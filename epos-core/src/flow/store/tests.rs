//! What must hold whatever happens: nothing lost, nothing twice, nothing half.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use proptest::prelude::*;

use self::engine::{fresh, fresh_for_two};
use super::read::all_text;
use super::*;
use crate::diagnostic;
use crate::model::*;
use crate::sql::Dialect;
use crate::sql::audit::Days;
use crate::sql::rollup::Axis;

mod engine;
mod lookups;

use self::lookups::*;

/// Names every test of this file; one that is not named is never used, which the compiler says.
macro_rules! over_every_database {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[test] fn $test() { super::engine::on_sqlite(super::$test) })*
        }
        #[cfg(feature = "mysql")]
        mod on_mysql {
            $(#[test] fn $test() { super::engine::on_mysql(super::$test) })*
        }
    };
}

over_every_database! {
    migrating_twice_does_nothing_the_second_time,
    the_same_bytes_again_change_nothing_and_say_so,
    other_bytes_with_the_same_rows_write_no_rows,
    a_corrected_file_is_a_revision_with_a_diff,
    an_older_document_arriving_late_stays_behind,
    undo_reopens_what_was_before_and_reading_again_brings_it_back,
    reading_again_under_another_day_moves_the_rows,
    overlapping_exports_merge_and_absence_means_nothing,
    z_reports_merge_by_their_number,
    events_add_up_by_reference,
    a_second_source_holds_the_whole_document,
    fridays_file_with_a_new_date_is_noticed,
    a_question_of_the_format_holds_and_is_listed,
    rejected_rows_are_kept_raw_and_make_their_day_incomplete,
    people_are_in_no_row,
    the_views_show_small_negative_amounts_right,
    two_transactions_that_share_a_number_keep_all_their_lines,
    rows_come_back_as_they_went_in,
    refunds_find_their_original,
    the_latest_product_list_is_in_force,
    roll_ups_count_each_transaction_once,
    a_large_document_in_blocks_equals_the_same_in_one,
    rows_that_stand_twice_far_apart_are_found_by_the_databases_key,
    what_killed_loads_left_is_swept_and_what_another_load_is_writing_is_not,
    a_load_whose_ground_moved_plans_again,
    killed_at_any_moment_all_of_a_document_is_there_or_none,
    any_order_of_arrival_ends_the_same,
    loaders_at_the_same_moment_lose_nothing_and_count_nothing_twice,
    the_same_bytes_at_the_same_moment_are_loaded_once,
    judgements_that_are_the_same_are_not_written_again,
    what_people_type_finds_the_item,
    every_length_of_a_barcode_is_the_item,
    a_changed_list_changes_the_index,
    a_price_begins_on_its_day,
    stock_is_unknown_until_somebody_counts,
    a_list_may_come_after_the_sales,
    shelves_hold_what_judging_says,
    a_product_is_found_by_its_own_name_and_codes,
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn noon(of: u32) -> NaiveDateTime {
    day(of).and_hms_opt(12, 0, 0).unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn line(number: &str, line: i64, of: u32, total: &str) -> Row<LineItem> {
    Row {
        row: line as u32,
        record: LineItem {
            number: number.into(),
            line: Some(line),
            date: day(of),
            time: NaiveTime::from_hms_opt(15, 4, 5),
            cashier: Some(Person("Molly Malone".into())),
            kind: SaleKind::Sale,
            class: Class::Goods,
            item_code: Some("0012".into()),
            description: Some("Jug".into()),
            category: Some("China".into()),
            quantity: Quantity::units(1),
            unit_price: Some(money(total)),
            tax_rate: Some("20".parse().unwrap()),
            line_total: money(total),
            ..LineItem::default()
        },
    }
}

fn tender(number: &str, of: u32, amount: &str) -> Row<Tender> {
    Tender { number: number.into(), date: day(of), tender: "Cash".into(), amount: money(amount), ..Tender::default() }.into()
}

fn z(number: &str, tender: &str, counted: &str) -> Row<ZReport> {
    ZReport {
        z_number: number.into(),
        closed_by: Some(Person("Molly Malone".into())),
        tender: tender.into(),
        opening_float: Some(money("50")),
        counted: Some(money(counted)),
        ..ZReport::default()
    }
    .into()
}

fn key(of: u32) -> Key {
    Key { store: "01".into(), till: "1".into(), trading_day: day(of) }
}

/// A document of one till-day's lines and tenders: (number, total) pairs.
fn sales(of: u32, sold: &[(&str, &str)]) -> Block {
    let mut block = Block::default();
    block.origin.layout = "sales".into();
    let content = content_of(&mut block, key(of));
    for (number, total) in sold {
        content.lines.push(line(number, 1, of, total));
        content.tenders.push(tender(number, of, total));
    }
    block
}

fn with(coverage: Coverage, mut block: Block) -> Block {
    block.origin.coverage = coverage;
    block
}

fn document(name: &str, sent: u32) -> Document {
    let envelope = Envelope {
        message: format!("{name}@till"),
        sender: "shop@example.org".into(),
        sent_at: Some(noon(sent)),
        ..Envelope::default()
    };
    Document::new(name, name.as_bytes().to_vec()).from_mail(Arc::new(envelope))
}

fn terms(now: u32) -> Terms {
    Terms { now: noon(now), seed: [now as u8; 32], ..Terms::default() }
}

fn load(db: &mut dyn Db, name: &str, sent: u32, block: Block) -> Applied {
    apply(db, &document(name, sent), vec![block], vec![], terms(25)).unwrap()
}

/// Everything readers see, as text, whatever order it came in. People's tokens differ from load to load and are left out.
fn visible(db: &mut dyn Db) -> Vec<String> {
    let mut seen = Vec::new();
    for ((store, day), evidence) in all_sources(db, Days::now(day(1), day(30), None)).unwrap() {
        for source in evidence.sources {
            for &kind in Kind::ALL {
                let fields = kind.fields();
                source.batch.content.visit(kind, &mut |_, values| {
                    let shown = fields.iter().zip(&values).filter(|(field, _)| field.kind != Type::Person);
                    let shown: Vec<String> = shown.map(|(field, value)| format!("{}={value}", field.name)).collect();
                    seen.push(format!("{store} {} {day} {kind} {}", source.batch.key.till, shown.join(" ")));
                });
            }
        }
    }
    seen.sort();
    seen
}

fn seen_total(db: &mut dyn Db) -> Money {
    let days = all_sources(db, Days::now(day(1), day(30), None)).unwrap();
    days.values()
        .flat_map(|evidence| &evidence.sources)
        .flat_map(|source| &source.batch.content.lines)
        .map(|line| line.line_total)
        .sum()
}

fn counts(db: &mut dyn Db) -> Vec<i64> {
    let tables = crate::sql::TABLES.iter();
    let dialect = db.dialect();
    let quote = |name: &str| dialect.quote(name);
    tables
        .map(|table| number(db, &Statement::new(format!("SELECT COUNT(*) FROM {}", quote(table.name)), vec![])).unwrap())
        .collect()
}

fn lines_kept(db: &mut dyn Db) -> i64 {
    let question = format!("SELECT COUNT(*) FROM {}", db.dialect().quote("lines"));
    number(db, &Statement::new(question, vec![])).unwrap()
}

fn assert_sound(db: &mut dyn Db) {
    assert_eq!(check(db).unwrap().differences, Vec::<String>::new());
}

fn codes(applied: &Applied) -> Vec<String> {
    applied.diagnostics.iter().map(|finding| finding.code.to_string()).collect()
}

fn migrating_twice_does_nothing_the_second_time() {
    let mut db = fresh();
    migrate(&mut db, noon(2)).unwrap();
    assert_eq!(schema_version(&mut db).unwrap(), 1);
    db.execute(&queries::migrated(99, noon(2))).unwrap();
    assert!(migrate(&mut db, noon(2)).unwrap_err().to_string().contains("newer epos"));
}

fn the_same_bytes_again_change_nothing_and_say_so() {
    let mut db = fresh();
    let first = load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50"), ("202", "-0.05")]));
    assert!(matches!(first.outcome, Outcome::Loaded { batches: 2, .. }));
    let before = counts(&mut db);
    let again = load(&mut db, "a.csv", 21, sales(20, &[("201", "12.50"), ("202", "-0.05")]));
    assert!(matches!(again.outcome, Outcome::AlreadyHave { state: DocumentState::Loaded, .. }));
    assert_eq!(codes(&again), ["L001"]);
    assert_eq!(counts(&mut db), before);
    assert_sound(&mut db);
}

fn other_bytes_with_the_same_rows_write_no_rows() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50"), ("202", "1.00")]));
    let seen = visible(&mut db);
    // The order of rows does not matter.
    let same = load(&mut db, "b.csv", 21, sales(20, &[("202", "1.00"), ("201", "12.50")]));
    assert_eq!(same.outcome, Outcome::SameContent);
    assert_eq!(codes(&same), ["L005"]);
    assert_eq!(visible(&mut db), seen);
    assert_eq!(lines_kept(&mut db), 2);
    // Taking the first back leaves what the second says too.
    undo(&mut db, document("a.csv", 20).hash, "test", noon(26)).unwrap();
    assert_eq!(visible(&mut db), seen);
    assert_sound(&mut db);
}

fn a_corrected_file_is_a_revision_with_a_diff() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50"), ("202", "1.00")]));
    let second = load(&mut db, "b.csv", 21, sales(20, &[("201", "12.00"), ("203", "3.00")]));
    let Outcome::Loaded { batches: 2, revisions } = &second.outcome else { panic!("{:?}", second.outcome) };
    let lines = revisions.iter().find(|revised| revised.key.1 == Kind::Lines).unwrap();
    assert_eq!((lines.revision, lines.diff.changed, lines.diff.added, lines.diff.removed), (2, 1, 1, 1));
    assert_eq!((lines.diff.before, lines.diff.after), (Some(money("13.50")), Some(money("15.00"))));
    assert!(lines.diff.examples[0].contains("line_total 12.50 → 12.00"), "{:?}", lines.diff.examples);
    assert_eq!(codes(&second), ["L002", "L002"]);
    assert_eq!(seen_total(&mut db), money("15.00"));
    assert_sound(&mut db);
    let days = second.days.iter().next().unwrap();
    assert_eq!(*days, ("01".to_owned(), day(20)));
    let again = load(&mut db, "a.csv", 20, sales(20, &[]));
    assert_eq!(codes(&again), ["L004"]);
    assert_eq!(seen_total(&mut db), money("15.00"));
}

fn an_older_document_arriving_late_stays_behind() {
    let mut db = fresh();
    load(&mut db, "new.csv", 22, sales(20, &[("201", "12.00")]));
    let old = load(&mut db, "old.csv", 21, sales(20, &[("201", "12.50")]));
    assert!(matches!(old.outcome, Outcome::Loaded { batches: 0, .. }));
    assert_eq!(codes(&old), ["L008", "L008"]);
    assert_eq!(seen_total(&mut db), money("12.00"));
    undo(&mut db, document("new.csv", 22).hash, "test", noon(26)).unwrap();
    assert_eq!(seen_total(&mut db), money("12.50"));
    assert_sound(&mut db);
}

fn undo_reopens_what_was_before_and_reading_again_brings_it_back() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50")]));
    let first = visible(&mut db);
    load(&mut db, "b.csv", 21, sales(20, &[("201", "12.00")]));
    let second = visible(&mut db);
    let undone = undo(&mut db, document("b.csv", 21).hash, "wrong file", noon(26)).unwrap();
    assert_eq!(undone.outcome, Outcome::Withdrawn { batches: 2 });
    assert_eq!(visible(&mut db), first);
    assert_sound(&mut db);
    let again = load(&mut db, "b.csv", 21, sales(20, &[("201", "12.00")]));
    assert_eq!(codes(&again), ["L004"]);
    let reread = Terms { again: true, ..terms(27) };
    apply(&mut db, &document("b.csv", 21), vec![sales(20, &[("201", "12.00")])], vec![], reread).unwrap();
    assert_eq!(visible(&mut db), second);
    assert_sound(&mut db);
    undo(&mut db, document("b.csv", 21).hash, "again", noon(28)).unwrap();
    undo(&mut db, document("a.csv", 21).hash, "too", noon(28)).unwrap();
    assert!(visible(&mut db).is_empty());
    assert!(totals(&mut db, Some(Axis::Hour), day(1), day(30), None).unwrap().is_empty());
    assert_sound(&mut db);
}

fn reading_again_under_another_day_moves_the_rows() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50")]));
    let terms = Terms { again: true, ..terms(27) };
    let moved = apply(&mut db, &document("a.csv", 20), vec![sales(21, &[("201", "12.50")])], vec![], terms).unwrap();
    assert_eq!(moved.days.len(), 2);
    let days = all_sources(&mut db, Days::now(day(1), day(30), None)).unwrap();
    assert_eq!(days.keys().map(|(_, day)| *day).collect::<Vec<_>>(), [day(21)]);
    assert_sound(&mut db);
}

fn overlapping_exports_merge_and_absence_means_nothing() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, with(Coverage::Range, sales(20, &[("1", "1"), ("2", "2")])));
    load(&mut db, "b.csv", 21, with(Coverage::Range, sales(20, &[("2", "2.50"), ("3", "3")])));
    assert_eq!(seen_total(&mut db), money("6.50"));
    let part = load(&mut db, "c.csv", 22, with(Coverage::Range, sales(20, &[("3", "3")])));
    assert_eq!(part.outcome, Outcome::SameContent);
    assert_eq!(seen_total(&mut db), money("6.50"));
    assert_sound(&mut db);
    undo(&mut db, document("b.csv", 21).hash, "test", noon(26)).unwrap();
    assert_eq!(seen_total(&mut db), money("6.00"));
    undo(&mut db, document("a.csv", 21).hash, "test", noon(26)).unwrap();
    assert_eq!(seen_total(&mut db), money("3.00"));
    assert_sound(&mut db);
}

fn z_block(reports: &[(&str, &str)]) -> Block {
    let mut block = Block::default();
    block.origin.layout = "z_report".into();
    for (number, counted) in reports {
        content_of(&mut block, key(20)).z_reports.push(z(number, "Cash", counted));
    }
    block
}

fn z_reports_merge_by_their_number() {
    let mut db = fresh();
    load(&mut db, "z1.csv", 20, z_block(&[("7", "100")]));
    load(&mut db, "z2.csv", 20, z_block(&[("8", "50")]));
    let corrected = load(&mut db, "z3.csv", 21, z_block(&[("7", "101"), ("8", "50")]));
    assert_eq!(codes(&corrected), ["L002"]);
    let sources = sources(&mut db, "01", day(20)).unwrap();
    let mut counted: Vec<(String, Option<Money>)> =
        sources.iter().flat_map(|source| &source.batch.content.z_reports).map(|z| (z.z_number.clone(), z.counted)).collect();
    counted.sort();
    assert_eq!(counted, [("7".into(), Some(money("101"))), ("8".into(), Some(money("50")))]);
}

fn events_add_up_by_reference() {
    let mut db = fresh();
    let delivery = |reference: Option<&str>, quantity: i64| {
        let mut block = with(Coverage::Event, Block::default());
        let line = GoodsInLine {
            date: day(20),
            reference: reference.map(str::to_owned),
            supplier: Some("Acme".into()),
            item_code: "0012".into(),
            quantity: Quantity::units(quantity),
            ..GoodsInLine::default()
        };
        content_of(&mut block, key(20)).goods_in.push(line.into());
        block
    };
    load(&mut db, "a", 20, delivery(Some("D1"), 5));
    load(&mut db, "b", 20, delivery(Some("D2"), 7));
    assert_eq!(load(&mut db, "c", 21, delivery(Some("D1"), 5)).outcome, Outcome::SameContent);
    load(&mut db, "d", 21, delivery(Some("D1"), 6));
    load(&mut db, "e", 21, delivery(None, 1));
    load(&mut db, "f", 21, delivery(None, 2));
    assert_eq!(load(&mut db, "g", 21, delivery(None, 2)).outcome, Outcome::SameContent);
    let sources = sources(&mut db, "01", day(20)).unwrap();
    let units: Quantity = sources.iter().flat_map(|source| &source.batch.content.goods_in).map(|line| line.quantity).sum();
    assert_eq!(units, Quantity::units(6 + 7 + 1 + 2));
}

fn a_second_source_holds_the_whole_document() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50")]));
    let mut other = sales(20, &[("201", "12.50"), ("202", "1.00")]);
    other.origin.layout = "square".into();
    content_of(&mut other, key(21)).lines.push(line("300", 1, 21, "5"));
    let held_one = load(&mut db, "b.csv", 21, other.clone());
    assert!(matches!(&held_one.outcome, Outcome::Held { why } if why.contains("square")), "{:?}", held_one.outcome);
    assert!(codes(&held_one).contains(&"L006".to_owned()));
    assert_eq!(seen_total(&mut db), money("12.50"));
    assert_eq!(held(&mut db).unwrap().len(), 1);
    assert_eq!(all_sources(&mut db, Days::now(day(20), day(20), None)).unwrap()[&("01".to_owned(), day(20))].held, 1);
    assert_eq!(lines_kept(&mut db), 1);
    // Once the other is taken back, the held one can be read again.
    undo(&mut db, document("a.csv", 20).hash, "square counts", noon(26)).unwrap();
    let now = load(&mut db, "b.csv", 21, other);
    assert!(matches!(now.outcome, Outcome::Loaded { .. }));
    assert!(held(&mut db).unwrap().is_empty());
    assert_eq!(seen_total(&mut db), money("18.50"));
    assert_sound(&mut db);
}

fn fridays_file_with_a_new_date_is_noticed() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50"), ("202", "1.00")]));
    let twin = load(&mut db, "b.csv", 21, sales(21, &[("201", "12.50"), ("202", "1.00")]));
    assert_eq!(codes(&twin), ["L007"]);
    assert!(twin.diagnostics[0].message.contains("Friday 20 November 2026"));
}

fn a_question_of_the_format_holds_and_is_listed() {
    let mut db = fresh();
    let found = vec![Diagnostic::new(diagnostic::F015, At::document("a.csv"), "no store")];
    let held_one = apply(&mut db, &document("a.csv", 20), vec![sales(20, &[("1", "1")])], found, terms(25)).unwrap();
    assert!(matches!(held_one.outcome, Outcome::Held { .. }));
    assert!(visible(&mut db).is_empty());
    let listed = findings(&mut db, None, None, Some(document("a.csv", 20).hash)).unwrap();
    assert_eq!(listed[0].code, diagnostic::F015);
    assert_eq!(documents_of(&mut db, "a.csv").unwrap()[0].why, "no store");
    assert_eq!(documents_of(&mut db, &document("a.csv", 1).hash.short()).unwrap().len(), 1);
}

fn rejected_rows_are_kept_raw_and_make_their_day_incomplete() {
    let mut db = fresh();
    let mut block = sales(20, &[("1", "1")]);
    block.rejected.push(RejectedRow {
        store: Some("01".into()),
        till: None,
        trading_day: Some(day(20)),
        number: None,
        kind: Kind::Lines,
        row: 14,
        cells: vec!["1".into(), "tw=elve".into()],
        why: "`tw=elve` is not a number".into(),
    });
    let at = At { row: Some(14), ..At::document("a.csv") };
    let found = vec![Diagnostic::new(diagnostic::F003, at, "`tw=elve` is not a number").day("01", day(20)).amount(money("-0.05"))];
    let applied = apply(&mut db, &document("a.csv", 20), vec![block], found.clone(), terms(25)).unwrap();
    assert_eq!(applied.rejected, 1);
    let kept = rejected_rows(&mut db, None, Some("01")).unwrap();
    assert_eq!((kept[0].row, kept[0].cells[1].as_str()), (14, "tw=elve"));
    assert_eq!(
        all_sources(&mut db, Days::now(day(20), day(20), None)).unwrap()[&("01".to_owned(), day(20))].rejected,
        [Kind::Lines]
    );
    assert_eq!(findings(&mut db, Some((day(20), day(20))), Some("01"), None).unwrap(), found);
    // A second reading that can read it takes the rejected row away.
    let terms = Terms { again: true, ..terms(26) };
    apply(&mut db, &document("a.csv", 20), vec![sales(20, &[("1", "1"), ("2", "12")])], vec![], terms).unwrap();
    assert!(rejected_rows(&mut db, None, None).unwrap().is_empty());
    assert_sound(&mut db);
}

fn people_are_in_no_row() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50")]));
    let mut staff = Block::default();
    let molly = Employee {
        code: Person("Molly Malone".into()),
        first_name: Some(Person("Molly".into())),
        last_name: Some(Person("Malone".into())),
        role: Some("volunteer".into()),
    };
    content_of(&mut staff, Key { store: String::new(), till: String::new(), trading_day: day(20) }).employees.push(molly.into());
    load(&mut db, "staff.csv", 20, staff);
    load(&mut db, "z.csv", 20, z_block(&[("7", "100")]));
    let text = all_text(&mut db).unwrap();
    assert!(!text.iter().any(|text| text.contains("Molly")), "{text:?}");
    let tokens = |db: &mut dyn Db| number(db, &Statement::new("SELECT COUNT(*) FROM person", vec![])).unwrap();
    assert_eq!(tokens(&mut db), 1);
    let employee = totals(&mut db, Some(Axis::Employee), day(20), day(20), None).unwrap();
    assert!(employee[0].value.starts_with('p'));
    assert_eq!(erase(&mut db, "Molly Malone").unwrap(), [employee[0].value.clone()]);
    assert!(erase(&mut db, "Molly Malone").is_err());
    assert_sound(&mut db);
}

fn the_views_show_small_negative_amounts_right() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "-0.05"), ("202", "12.5")]));
    let mut shown = Vec::new();
    let question = Statement::new("SELECT store, number, line_total, discount_amount FROM v_lines ORDER BY number", vec![]);
    db.query(&question, &[Type::Text; 4], &mut |row| {
        shown.push(row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"));
        Ok(())
    })
    .unwrap();
    assert_eq!(shown, ["01|201|-0.0500|", "01|202|12.5000|"]);
}

fn two_transactions_that_share_a_number_keep_all_their_lines() {
    let mut db = fresh();
    let mut block = sales(20, &[]);
    let content = content_of(&mut block, key(20));
    for (number, total) in [(1, "1"), (2, "2"), (1, "4"), (2, "8"), (99, "16"), (99, "32")] {
        content.lines.push(line("902784", number, 20, total));
    }
    load(&mut db, "a.csv", 20, block);
    assert_eq!(seen_total(&mut db), money("63"));
    assert_sound(&mut db);
}

fn rows_come_back_as_they_went_in() {
    let mut db = fresh();
    let mut block = sales(20, &[("201", "12.3456")]);
    let movement = |reason: &str| CashMovement {
        date: day(20),
        kind: CashKind::PaidOut,
        amount: money("3.00"),
        reason: Some(reason.into()),
        ..CashMovement::default()
    };
    content_of(&mut block, key(20)).cash_movements =
        vec![movement("milk").into(), movement("milk").into(), movement("stamps").into()];
    let before = block.batches[0].content.clone();
    load(&mut db, "a.csv", 20, block);
    let mut source = sources(&mut db, "01", day(20)).unwrap().remove(0);
    assert_eq!(source.arrived_at, Some(noon(20)));
    let token = source.batch.content.lines[0].record.cashier.replace(Person("Molly Malone".into()));
    assert_ne!(token, before.lines[0].cashier);
    assert_eq!(source.batch.content.lines, before.lines);
    assert_eq!(source.batch.content.tenders, before.tenders);
    let mut reasons: Vec<_> =
        source.batch.content.cash_movements.iter().map(|row| (row.number.clone(), row.reason.clone())).collect();
    reasons.sort();
    assert_eq!(reasons, [(None, Some("milk".into())), (None, Some("milk".into())), (None, Some("stamps".into()))]);
}

fn refunds_find_their_original() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("201", "12.50")]));
    let mut refund = sales(21, &[("300", "-12.50")]);
    content_of(&mut refund, key(21)).lines[0].record.original_number = Some("201".into());
    let context = context(&mut db, Context::default(), &refund, &mut Default::default()).unwrap();
    assert_eq!(context.sales[&("01".to_owned(), "201".to_owned())], (day(20), money("12.50")));
    assert!(context.active.is_empty());
}

fn the_latest_product_list_is_in_force() {
    let mut db = fresh();
    let list = |of: u32, codes: &[&str]| {
        let mut block = with(Coverage::Snapshot, Block::default());
        let key = Key { store: String::new(), till: String::new(), trading_day: day(of) };
        for code in codes {
            content_of(&mut block, key.clone()).products.push(
                Product { item_code: (*code).into(), description: "Jug".into(), price: Some(money("1")), ..Product::default() }
                    .into(),
            );
        }
        block
    };
    load(&mut db, "new.csv", 22, list(22, &["2", "3"]));
    load(&mut db, "old.csv", 20, list(20, &["1", "2"]));
    let listed: Vec<String> = masters(&mut db, Kind::Products)
        .unwrap()
        .into_iter()
        .flat_map(|batch| batch.content.products)
        .map(|row| row.record.item_code)
        .collect();
    assert_eq!(listed, ["2", "3"]);
}

/// A header counts where a transaction has no lines, and voids count nowhere.
fn roll_ups_count_each_transaction_once() {
    let mut db = fresh();
    let header = |number: &str, kind: SaleKind, total: &str| Header {
        number: number.into(),
        date: day(20),
        time: NaiveTime::from_hms_opt(9, 0, 0),
        kind,
        tax: Some(money("1")),
        tip: Some(money("0.50")),
        total: money(total),
        ..Header::default()
    };
    let mut block = sales(20, &[("1", "10")]);
    let content = content_of(&mut block, key(20));
    content.headers.push(header("1", SaleKind::Sale, "10.50").into());
    content.headers.push(header("2", SaleKind::Sale, "6.50").into());
    content.headers.push(header("3", SaleKind::Void, "99").into());
    content.tenders.push(tender("3", 20, "99"));
    load(&mut db, "a.csv", 20, block);
    let hours = totals(&mut db, Some(Axis::Hour), day(20), day(20), Some("01")).unwrap();
    let hours: Vec<_> = hours.iter().map(|hour| (hour.value.as_str(), hour.transactions, hour.net, hour.gross)).collect();
    assert_eq!(hours, [("09", 1, money("5"), money("6")), ("15", 1, money("10"), money("10"))]);
    let tenders = totals(&mut db, Some(Axis::Tender), day(20), day(20), None).unwrap();
    assert_eq!(tenders.iter().map(|tender| tender.gross).collect::<Vec<_>>(), [money("10")]);
    assert_sound(&mut db);
}

fn a_large_document_in_blocks_equals_the_same_in_one() {
    let blocks: Vec<Block> = (0..4).map(|part| sales(20, &[(["1", "2", "3", "4"][part], "1.10")])).collect();
    let mut db = fresh();
    let Begin::Loading(mut loading) = begin(&mut db, &document("a.csv", 20), terms(25)).unwrap() else { panic!() };
    for block in blocks {
        loading.feed(&mut db, block, vec![]).unwrap();
        loading.flush(&mut db).unwrap();
    }
    assert!(visible(&mut db).is_empty());
    loading.finish(&mut db).unwrap();
    assert_sound(&mut db);
    let mut other = fresh();
    load(&mut other, "b.csv", 20, sales(20, &[("1", "1.10"), ("2", "1.10"), ("3", "1.10"), ("4", "1.10")]));
    assert_eq!(visible(&mut db), visible(&mut other));
    let same = load(&mut db, "b.csv", 20, sales(20, &[("1", "1.10"), ("2", "1.10"), ("3", "1.10"), ("4", "1.10")]));
    assert_eq!(same.outcome, Outcome::SameContent);
}

fn what_killed_loads_left_is_swept_and_what_another_load_is_writing_is_not() {
    let mut db = fresh();
    let Begin::Loading(mut loading) = begin(&mut db, &document("a.csv", 20), terms(25)).unwrap() else { panic!() };
    loading.feed(&mut db, sales(20, &[("1", "1")]), vec![]).unwrap();
    loading.flush(&mut db).unwrap();
    assert_eq!(lines_kept(&mut db), 1);
    assert!(visible(&mut db).is_empty());
    // Another document's load leaves it alone, the next load of the same one does not.
    load(&mut db, "b.csv", 21, sales(21, &[("1", "1")]));
    assert_eq!(lines_kept(&mut db), 2);
    load(&mut db, "a.csv", 20, sales(20, &[("1", "1")]));
    assert_eq!(lines_kept(&mut db), 2);
    // The one that was thought dead finds out that another brought the same.
    assert!(matches!(loading.finish(&mut db).unwrap().outcome, Outcome::AlreadyHave { .. }));
    assert_eq!(seen_total(&mut db), money("2"));
    // Nobody loads for a day.
    let Begin::Loading(mut loading) = begin(&mut db, &document("c.csv", 22), terms(25)).unwrap() else { panic!() };
    loading.feed(&mut db, sales(22, &[("1", "1")]), vec![]).unwrap();
    loading.flush(&mut db).unwrap();
    assert_eq!(lines_kept(&mut db), 3);
    begin(&mut db, &document("d.csv", 23), terms(27)).unwrap();
    assert_eq!(lines_kept(&mut db), 2);
    assert_sound(&mut db);
}

fn a_load_whose_ground_moved_plans_again() {
    let (mut one, mut two) = fresh_for_two();
    let two = two.as_mut();
    let keys = [key(20)].into();
    let planned = super::activate::known_batches(&mut one, &keys, None).unwrap();
    let Begin::Loading(mut loading) = begin(&mut one, &document("b.csv", 21), terms(25)).unwrap() else { panic!() };
    loading.feed(&mut one, sales(20, &[("1", "2")]), vec![]).unwrap();
    load(two, "a.csv", 20, sales(20, &[("1", "1")]));
    assert!(matches!(super::activate::verify(&mut one, &keys, None, &planned), Err(Error::Conflict(_))));
    // Finishing plans from what is there now: a revision, not a second sum.
    let applied = loading.finish(&mut one).unwrap();
    assert_eq!(codes(&applied).iter().filter(|code| *code == "L002").count(), 2);
    assert_eq!(seen_total(two), money("2"));
    assert_sound(&mut one);
}

/// What two connections do at the same moment.
fn at_once<T: Send>(one: &mut dyn Db, two: &mut dyn Db, work: impl Fn(&mut dyn Db, usize) -> T + Sync) -> [T; 2] {
    let start = std::sync::Barrier::new(2);
    let (start, work) = (&start, &work);
    std::thread::scope(|threads| {
        let other = threads.spawn(move || {
            start.wait();
            work(two, 1)
        });
        start.wait();
        let first = work(one, 0);
        [first, other.join().unwrap()]
    })
}

/// Both write to one day and one person, in every document.
fn loaders_at_the_same_moment_lose_nothing_and_count_nothing_twice() {
    const EACH: usize = 12;
    let name = |who: usize, of: usize| format!("{who}-{of}");
    let block = |who: usize, of: usize| with(Coverage::Range, sales(20, &[(&name(who, of), "1.25"), ("common", "3.00")]));
    let (mut one, mut two) = fresh_for_two();
    let loaded = at_once(&mut one, two.as_mut(), |db, who| {
        let load = |of| apply(db, &document(&name(who, of), 20), vec![block(who, of)], vec![], terms(25)).map(drop);
        (0..EACH).try_for_each(load)
    });
    assert!(loaded.iter().all(Result::is_ok), "{loaded:?}");
    assert_sound(&mut one);
    assert_eq!(seen_total(&mut one), money("33.00"));
    let people = number(&mut one, &Statement::new("SELECT COUNT(*) FROM person", vec![])).unwrap();
    let documents = number(&mut one, &Statement::new("SELECT COUNT(*) FROM document", vec![])).unwrap();
    assert_eq!((people, documents), (1, 2 * EACH as i64));
    let gross = totals(&mut one, Some(Axis::Tender), day(20), day(20), None).unwrap();
    assert_eq!(gross[0].gross, money("33.00"));
    let seen = visible(&mut one);
    let mut alone = fresh();
    for (who, of) in (0..2).flat_map(|who| (0..EACH).map(move |of| (who, of))) {
        load(&mut alone, &name(who, of), 20, block(who, of));
    }
    assert_eq!(visible(&mut alone), seen);
}

fn the_same_bytes_at_the_same_moment_are_loaded_once() {
    for round in 0..6 {
        let (mut one, mut two) = fresh_for_two();
        let loaded = at_once(&mut one, two.as_mut(), |db, _| {
            let Begin::Loading(mut loading) = begin(db, &document("a.csv", 20), terms(25)).unwrap() else { return None };
            loading.feed(db, sales(20, &[("1", "2")]), vec![]).unwrap();
            Some(if round % 2 == 0 { loading.finish(db).unwrap() } else { loading.hold(db, "who knows".into()).unwrap() }.outcome)
        });
        let again = loaded.iter().filter(|outcome| matches!(outcome, None | Some(Outcome::AlreadyHave { .. }))).count();
        // A held document may be asked about again, one after the other.
        assert!(again == 1 || again == 0 && round % 2 == 1, "{loaded:?}");
        assert_eq!(number(&mut one, &Statement::new("SELECT COUNT(*) FROM document", vec![])).unwrap(), 1);
        assert_eq!(seen_total(&mut one), money(if round % 2 == 0 { "2" } else { "0" }));
        assert_sound(&mut one);
    }
}

fn judgements_that_are_the_same_are_not_written_again() {
    let mut db = fresh();
    load(&mut db, "a.csv", 20, sales(20, &[("1", "1")]));
    let judge = |of: u32| {
        let store = Store::new("01", "Leith Walk");
        let evidence = crate::reconcile::Evidence::default();
        crate::reconcile::day(&store, day(of), &evidence, &Context { now: noon(25), ..Context::default() })
    };
    let kept = |db: &mut dyn Db| -> Vec<NaiveDate> {
        store_days(db, FIRST, LAST, None).unwrap().iter().map(|kept| kept.trading_day).collect()
    };
    save_days(&mut db, &[judge(20), judge(21)], noon(25)).unwrap();
    assert_eq!(kept(&mut db), [day(20), day(21)]);
    let left = AtomicUsize::new(1);
    save_days(&mut Dying { db: &mut db, left: &left }, &[judge(20), judge(21)], noon(25)).unwrap();
    save_days(&mut db, &[judge(21), judge(22)], noon(25)).unwrap();
    assert_eq!(kept(&mut db), [day(21), day(22)]);
    save_day(&mut db, &judge(22)).unwrap();
    assert_eq!(kept(&mut db), [day(21), day(22)]);
}

/// A database that dies at the n-th thing it is asked.
struct Dying<'a> {
    db: &'a mut dyn Db,
    left: &'a AtomicUsize,
}

impl Dying<'_> {
    fn breathe(&self) -> Result<()> {
        match self.left.load(Relaxed) {
            0 => Err(Error::Database { url: "test".into(), message: "killed".into() }),
            left => {
                self.left.store(left - 1, Relaxed);
                Ok(())
            }
        }
    }
}

impl Db for Dying<'_> {
    fn dialect(&self) -> Dialect {
        self.db.dialect()
    }
    fn url(&self) -> &str {
        self.db.url()
    }
    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.breathe()?;
        self.db.execute(statement)
    }
    fn query(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> Result<()> {
        self.breathe()?;
        self.db.query(statement, types, each)
    }
    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.breathe()?;
        self.db.insert(rows)
    }
    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.breathe()?;
        self.db.add(rows)
    }
    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        self.breathe()?;
        let left = self.left;
        self.db.all_or_nothing(&mut |db| {
            work(&mut Dying { db, left })?;
            // Dying at the very end of the unit of work, too.
            Dying { db, left }.breathe()
        })
    }
}

fn rows_that_stand_twice_far_apart_are_found_by_the_databases_key() {
    let halves = || [sales(20, &[("1", "1"), ("2", "2")]), sales(20, &[("2", "2"), ("3", "3")])];
    let attempt = |db: &mut dyn Db, careful: bool| -> Result<()> {
        let Begin::Loading(mut loading) = begin(db, &document("a.csv", 20), Terms { careful, ..terms(25) })? else { return Ok(()) };
        for block in halves() {
            loading.feed(db, block, vec![])?;
            loading.flush(db)?;
        }
        loading.finish(db).map(drop)
    };
    let mut db = fresh();
    let told = attempt(&mut db, false).unwrap_err();
    assert!(matches!(told, Error::Conflict(_)), "{told}");
    assert_eq!(visible(&mut db), [""; 0], "nothing is half done");
    attempt(&mut db, true).unwrap();
    assert_eq!(visible(&mut db).iter().filter(|row| row.contains("number=2")).count(), 4, "both get places of their own");
    assert_sound(&mut db);
}

fn killed_at_any_moment_all_of_a_document_is_there_or_none() {
    let first = || with(Coverage::Range, sales(20, &[("1", "1"), ("2", "2")]));
    let blocks = || [with(Coverage::Range, sales(20, &[("2", "2.50"), ("3", "3")])), sales(21, &[("9", "9")])];
    let (before, after) = {
        let mut db = fresh();
        load(&mut db, "a.csv", 20, first());
        let before = visible(&mut db);
        apply(&mut db, &document("b.csv", 21), blocks().into(), vec![], terms(25)).unwrap();
        (before, visible(&mut db))
    };
    let attempt = |db: &mut dyn Db| -> Result<()> {
        if let Begin::Loading(mut loading) = begin(db, &document("b.csv", 21), terms(25))? {
            for block in blocks() {
                loading.feed(db, block, vec![])?;
                loading.flush(db)?;
            }
            loading.finish(db)?;
        }
        Ok(())
    };
    let mut survived = false;
    for breaths in 0..400 {
        let mut db = fresh();
        load(&mut db, "a.csv", 20, first());
        let left = AtomicUsize::new(breaths);
        let died = attempt(&mut Dying { db: &mut db, left: &left }).is_err();
        let seen = visible(&mut db);
        assert!(seen == before || seen == after, "half a document after {breaths} steps");
        assert_sound(&mut db);
        attempt(&mut db).unwrap();
        assert_eq!(visible(&mut db), after, "after {breaths} steps");
        assert_sound(&mut db);
        survived = !died;
        if survived {
            break;
        }
    }
    assert!(survived);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Documents of distinct dates end in the same content, whatever order they arrive in and however often.
        fn any_order_of_arrival_ends_the_same(
        documents in proptest::collection::vec(proptest::collection::vec((0..4_usize, 1..50_i64), 1..4), 1..5),
        ranged in any::<bool>(),
        order in any::<prop::sample::Index>(),
        again in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let coverage = if ranged { Coverage::Range } else { Coverage::Day };
        let block = |rows: &[(usize, i64)]| {
            let mut block = with(coverage, sales(20, &[]));
            let rows: std::collections::BTreeMap<usize, i64> = rows.iter().copied().collect();
            for (number, cents) in rows {
                content_of(&mut block, key(20)).lines.push(line(&number.to_string(), 1, 20, &Money::cents(cents).to_string()));
            }
            block
        };
        let mut forward = fresh();
        for (position, rows) in documents.iter().enumerate() {
            load(&mut forward, &format!("d{position}"), 1 + position as u32, block(rows));
        }
        let mut shuffled = fresh();
        let mut rest: Vec<usize> = (0..documents.len()).collect();
        while !rest.is_empty() {
            let position = rest.remove(order.index(rest.len()));
            load(&mut shuffled, &format!("d{position}"), 1 + position as u32, block(&documents[position]));
            // Any that came may come again, at any time.
            let came: Vec<usize> = (0..documents.len()).filter(|position| !rest.contains(position)).collect();
            for position in again.iter().map(|again| came[again.index(came.len())]) {
                load(&mut shuffled, &format!("d{position}"), 1 + position as u32, block(&documents[position]));
            }
        }
        prop_assert_eq!(visible(&mut forward), visible(&mut shuffled));
        prop_assert_eq!(check(&mut forward).unwrap().differences, Vec::<String>::new());
        prop_assert_eq!(check(&mut shuffled).unwrap().differences, Vec::<String>::new());
        // Taking any one back leaves what the others say.
        let gone = order.index(documents.len());
        undo(&mut shuffled, document(&format!("d{gone}"), 1).hash, "test", noon(26)).unwrap();
        let mut without = fresh();
        for (position, rows) in documents.iter().enumerate().filter(|(position, _)| *position != gone) {
            load(&mut without, &format!("d{position}"), 1 + position as u32, block(rows));
        }
        prop_assert_eq!(visible(&mut without), visible(&mut shuffled));
        prop_assert_eq!(check(&mut shuffled).unwrap().differences, Vec::<String>::new());
    }
}

/// The content of `key`, made when it is new.
fn content_of(block: &mut Block, key: Key) -> &mut Content {
    let at = block.batches.iter().position(|batch| batch.key == key).unwrap_or_else(|| {
        block.batches.push(Batch { key, content: Content::default() });
        block.batches.len() - 1
    });
    &mut block.batches[at].content
}

#[test]
fn customers_are_in_person_only_and_an_erased_one_is_nobody() {
    let mut db = fresh();
    let person = |text: &str| Person(text.into());
    let mut sold = sales(20, &[("201", "12.50")]);
    content_of(&mut sold, key(20)).lines[0].record.customer = Some(person("C-12"));
    load(&mut db, "a.csv", 20, sold);
    let mut list = Block::default();
    let zoe = Customer {
        code: person("C-12"),
        first_name: Some(person("Zoë")),
        last_name: Some(person("O'Neil")),
        email: Some(person("zoe@example.org")),
        phone: Some(person("0131 496 0000")),
        category: Some("member".into()),
    };
    let company = Key { store: String::new(), till: String::new(), trading_day: Key::ALWAYS };
    content_of(&mut list, company).customers.push(zoe.into());
    load(&mut db, "customers.csv", 20, list);

    let sources = sources(&mut db, "01", day(20)).unwrap();
    let bought = sources.iter().flat_map(|source| &source.batch.content.lines).find_map(|line| line.customer.clone()).unwrap();
    let listed = masters(&mut db, Kind::Customers).unwrap().remove(0).content.customers.remove(0).record;
    assert_eq!((&listed.code, listed.category.as_deref()), (&bought, Some("member")), "the list and the sale mean one person");
    assert_eq!((listed.first_name, listed.last_name, listed.email, listed.phone), (None, None, None, None));
    let text = all_text(&mut db).unwrap();
    assert!(
        !text.iter().any(|text| ["Zoë", "O'Neil", "zoe@", "0131", "C-12"].iter().any(|secret| text.contains(secret))),
        "{text:?}"
    );
    assert_eq!(everybody(&mut db).unwrap().get(&("customer".to_owned(), person("Zoë O'Neil"))), Some(&bought));

    assert_eq!(erase(&mut db, "C-12").unwrap(), std::slice::from_ref(&bought.0));
    let filled = "code IS NOT NULL OR first_name IS NOT NULL OR last_name IS NOT NULL OR email IS NOT NULL OR phone IS NOT NULL";
    let left = Statement::new(format!("SELECT COUNT(*) FROM person WHERE role = 'customer' AND ({filled})"), vec![]);
    assert_eq!(number(&mut db, &left).unwrap(), 0);
    assert!(!everybody(&mut db).unwrap().values().any(|token| *token == bought));
    assert_sound(&mut db);
}

/// One side of the transfer T-7 from store 01 to store 02, as a document has it.
fn transferred(side: Side, units: i64) -> Block {
    let (from_store, to_store, reference) = ("01".to_owned(), "02".to_owned(), "T-7".to_owned());
    let quantity = Quantity::units(units);
    let row = Transfer {
        reference,
        date: day(20),
        from_store,
        to_store,
        item_code: "0012".into(),
        quantity,
        side,
        ..Transfer::default()
    };
    let mut block = with(Coverage::Event, Block::default());
    block.origin.layout = "transfers".into();
    let key = Key { store: row.store().to_owned(), till: String::new(), trading_day: day(20) };
    content_of(&mut block, key).transfers.push(row.into());
    block
}

#[test]
fn a_transfer_that_both_stores_send_is_on_each_shelf_once() {
    let mut db = fresh();
    let units = |db: &mut dyn Db, store: &str| -> Vec<Quantity> {
        let sources = sources(db, store, day(20)).unwrap();
        sources.iter().flat_map(|source| &source.batch.content.transfers).map(|row| row.moved()).collect()
    };
    // Head office's list speaks for both stores; then each store sends its own paper.
    let mut both = transferred(Side::Sent, 12);
    both.batches.append(&mut transferred(Side::Received, 12).batches);
    let applied = load(&mut db, "both.csv", 20, both);
    assert_eq!(applied.days, [("01".to_owned(), day(20)), ("02".to_owned(), day(20))].into());
    assert_eq!(load(&mut db, "sent.csv", 20, transferred(Side::Sent, 12)).outcome, Outcome::SameContent);
    assert_eq!((units(&mut db, "01"), units(&mut db, "02")), (vec![Quantity::units(-12)], vec![Quantity::units(12)]));
    // One bottle was broken: the receiving store's paper replaces what the list said of it, and only that.
    let broken = load(&mut db, "received.csv", 21, transferred(Side::Received, 11));
    assert_eq!(broken.days, [("02".to_owned(), day(20))].into());
    assert_eq!((units(&mut db, "01"), units(&mut db, "02")), (vec![Quantity::units(-12)], vec![Quantity::units(11)]));
    undo(&mut db, document("received.csv", 21).hash, "test", noon(26)).unwrap();
    assert_eq!(units(&mut db, "02"), [Quantity::units(12)]);
    assert_sound(&mut db);
}
