//! Keeping the database honest: withdrawing, sweeping, checking, erasing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::activate::{Speaker, ask_known, carry_out, fold, known_batches, stored_rows, verify};
use super::read::{FIRST, LAST, find_document};
use super::{Applied, Cells, DocumentState, Outcome};
use crate::error::{Error, Result};
use crate::model::{Content, Hash, Key, Kind, Type, Value};
use crate::port::Db;
use crate::sql::audit::Days;
use crate::sql::queries;
use crate::sql::rollup::{Axis, Sums};
use crate::sql::stored::tally;
use crate::sql::{plan, stored};

/// How long a load may take: what is older was left behind by one that is no more.
const LOAD_HOURS_MAX: i64 = 24;

/// Removes rows that killed loads left behind: those of this document, and those of a day ago. No reader ever saw them. Two loads of one
/// document at the same moment end with one of them, two of different documents do not meet. Gives the number of runs swept.
///
/// # Errors
/// When the database fails.
pub fn sweep(db: &mut dyn Db, document: Hash, now: NaiveDateTime) -> Result<usize> {
    let mut left: Vec<(i64, i64)> = Vec::new();
    let document = document.to_string();
    db.query(&queries::loading(), &[Type::Integer, Type::Integer, Type::Text, Type::DateTime], &mut |row| {
        let mut cells = Cells::of(row);
        let run = (cells.next(), cells.next());
        let of: String = cells.next();
        let began_at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        if of == document || (now - began_at).num_hours() >= LOAD_HOURS_MAX {
            left.push(run);
        }
        Ok(())
    })?;
    for &(first, last) in &left {
        db.all_or_nothing(&mut |db| {
            if db.execute(&queries::loaded(first))? == 1 {
                for &kind in Kind::ALL {
                    db.execute(&queries::sweep_rows(db.dialect(), kind, first, last))?;
                }
            }
            Ok(())
        })?;
    }
    Ok(left.len())
}

/// Withdraws a document: its batches close, earlier ones reopen as a new revision. Its bytes stay in the archive.
///
/// # Errors
/// When the database fails, or there is no such document.
pub fn undo(db: &mut dyn Db, hash: Hash, why: &str, now: NaiveDateTime) -> Result<Applied> {
    let document = find_document(db, hash)?;
    let document = document.ok_or_else(|| Error::NotFound(format!("no document has the hash {}", hash.short())))?;
    let keys = BTreeSet::new();
    let known = known_batches(db, &keys, Some(document.id))?;
    let steps = plan::withdraw(&known, hash, &|_| true);
    let mut changes = Default::default();
    db.all_or_nothing(&mut |db| {
        verify(db, &keys, Some(document.id), &known)?;
        unsealed(db, &steps)?;
        let speaker = Speaker { document: document.id, reading: 0, now };
        changes = carry_out(db, &steps, &known, &plan::Drafts::default(), &[], &speaker)?;
        super::unjudge(db, known.keys().map(|(key, ..)| (key.store.clone(), key.trading_day)))?;
        db.execute(&queries::reading_state(document.id, "withdrawn"))?;
        db.execute(&queries::document_state(document.id, DocumentState::Withdrawn.word(), why, None, now)).map(drop)
    })?;
    let mut days = changes.days;
    days.extend(known.keys().map(|(key, ..)| (key.store.clone(), key.trading_day)));
    Ok(Applied {
        hash,
        outcome: Outcome::Withdrawn { batches: changes.batches },
        diagnostics: Vec::new(),
        rows: 0,
        rejected: 0,
        days,
    })
}

/// Fails when a step would change a sealed store-day.
fn unsealed(db: &mut dyn Db, steps: &[plan::Step]) -> Result<()> {
    let sealed = super::seals::sealed_among(db, steps)?;
    let mut changed = steps.iter().filter(|step| step.key.1.is_sealed() && step.next != plan::Next::Keep).map(|step| &step.key.0);
    match changed.find(|key| sealed.contains_key(&(key.store.clone(), key.trading_day))) {
        None => Ok(()),
        Some(Key { store, trading_day, .. }) => Err(Error::Refused(format!(
            "it is in the sealed figures of {store} {trading_day}: epos seal --release {store} {trading_day} --by NAME opens them first"
        ))),
    }
}

/// What checking the database found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// Active batches looked at.
    pub batches: usize,
    /// Rows read.
    pub rows: usize,
    /// What is not as it should be, one sentence each. Empty is good.
    pub differences: Vec<String>,
}

/// Reads every active row again and compares it with its batch's hash, and the roll-ups with sums made afresh; looks for batches and rows
/// that no load leaves behind.
///
/// # Errors
/// When the database fails.
pub fn check(db: &mut dyn Db) -> Result<Check> {
    let mut check = Check::default();
    let mut days: BTreeMap<(String, NaiveDate, String, String), Sums> = BTreeMap::new();
    let mut trading_days: Vec<NaiveDate> = Vec::new();
    db.query(&queries::active_days(), &[Type::Date], &mut |row| {
        if let [Value::Date(day)] = row.as_slice() {
            trading_days.push(*day);
        }
        Ok(())
    })?;
    for day in trading_days {
        check_day(db, day, &mut check, &mut days)?;
    }
    let mut stored: BTreeMap<(String, NaiveDate, String, String), Sums> = BTreeMap::new();
    for question in [queries::day_totals(None, FIRST, LAST, None), queries::product_days(FIRST, LAST)] {
        db.query(&question, queries::TOTAL_TYPES, &mut |row| {
            if let [Value::Text(store), Value::Date(day), Value::Text(axis), Value::Text(value), sums @ ..] = row.as_slice() {
                let key = (store.to_string(), *day, axis.to_string(), value.to_string());
                stored.insert(key, Sums::from_values(sums).unwrap_or_default());
            }
            Ok(())
        })?;
    }
    days.retain(|_, sums| !sums.is_zero());
    for key in days.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
        let (is, should) = (stored.get(key).copied().unwrap_or_default(), days.get(key).copied().unwrap_or_default());
        if is != should {
            let (store, day, axis, value) = key;
            let what = if axis.is_empty() { format!("product {value}") } else { format!("store {store}, {axis} `{value}`") };
            let show = |sums: Sums| sums.values().map(|value| value.to_string()).join(" / ");
            check.differences.push(format!("the roll-up of {what} on {day} says {}, its rows give {}", show(is), show(should)));
        }
    }
    check.differences.extend(super::index::check(db)?);
    check.differences.extend(super::shelves::check(db)?);
    for (sentence, question) in queries::unsound(db.dialect()) {
        db.query(&question, queries::UNSOUND_TYPES, &mut |row| {
            let filled =
                (0..).zip(row).fold(sentence.clone(), |text, (at, value)| text.replace(&format!("{{{at}}}"), &value.to_string()));
            check.differences.push(filled);
            Ok(())
        })?;
    }
    Ok(check)
}

fn check_day(
    db: &mut dyn Db,
    day: NaiveDate,
    check: &mut Check,
    sums: &mut BTreeMap<(String, NaiveDate, String, String), Sums>,
) -> Result<()> {
    let batches = ask_known(db, &queries::active(Days::now(day, day, None), None))?;
    let mut contents: BTreeMap<Key, Content> = BTreeMap::new();
    let kinds: BTreeSet<Kind> = batches.iter().map(|one| one.revision.key.1).collect();
    check.batches += batches.len();
    for kind in kinds {
        let ours: Vec<_> = batches.iter().filter(|one| one.revision.key.1 == kind).collect();
        let ids: Vec<i64> = ours.iter().map(|one| one.revision.rows_in).collect();
        let mut rows = stored_rows(db, kind, &ids)?;
        for one in ours {
            let stored = rows.remove(&one.revision.rows_in).unwrap_or_default();
            check.rows += stored.len();
            if tally(kind, &stored).0.hash() != one.revision.content {
                let name = plan::named(&one.revision.key);
                check.differences.push(format!("{name}: the rows are not those that were loaded from {}", one.document));
            }
            let content = contents.entry(one.revision.key.0.clone()).or_default();
            stored::into_content(kind, stored, content)
                .map_err(|field| super::broken(db, format!("a row of {kind} has no good {field}")))?;
        }
    }
    for (key, content) in &contents {
        let totals = fold(std::iter::once(content));
        for ((axis, value), of) in totals.axes {
            let axis: Axis = axis;
            sums.entry((key.store.clone(), day, axis.word().to_owned(), value)).or_default().add(&of, 1);
        }
        for (sku, of) in totals.products {
            sums.entry((String::new(), day, String::new(), sku)).or_default().add(&of, 1);
        }
    }
    Ok(())
}

/// Blanks a person, named by token or by the code that tills write: names go away, rows keep a token that stands for nobody. Cells
/// of rejected rows that hold them are blanked too. Gives the tokens that were blanked.
///
/// # Errors
/// When the database fails, or nobody is called so.
pub fn erase(db: &mut dyn Db, person: &str) -> Result<Vec<String>> {
    let mut tokens: Vec<String> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let types = [Type::Text, Type::Text, Type::Person, Type::Person, Type::Person, Type::Person, Type::Person];
    db.query(&queries::person(person), &types, &mut |row| {
        let mut cells = Cells::of(row);
        tokens.push(cells.next());
        let _role: String = cells.next();
        names.extend(cells.rest().into_iter().map(|value| value.to_string()).filter(|name| !name.is_empty()));
        Ok(())
    })?;
    if tokens.is_empty() {
        return Err(Error::NotFound("nobody in the database has that token or code".into()));
    }
    let mut cells: Vec<(i64, i64, Vec<String>)> = Vec::new();
    db.query(&queries::rejected_cells(), &[Type::Integer, Type::Integer, Type::Text], &mut |row| {
        let mut row = Cells::of(row);
        let (reading, position) = (row.next(), row.next());
        let mut raw: Vec<String> = serde_json::from_str(&row.next::<String>()).unwrap_or_default();
        let about = |cell: &String| names.iter().any(|name| cell.trim() == name);
        if raw.iter().any(about) {
            raw.iter_mut().filter(|cell| about(cell)).for_each(String::clear);
            cells.push((reading, position, raw));
        }
        Ok(())
    })?;
    db.all_or_nothing(&mut |db| {
        for token in &tokens {
            db.execute(&queries::erase_person(token))?;
        }
        for (reading, position, raw) in &cells {
            let raw = serde_json::to_string(raw).unwrap_or_default();
            db.execute(&queries::rewrite_cells(*reading, *position, &raw, "this row could not be read"))?;
        }
        Ok(())
    })?;
    Ok(tokens)
}
