//! Seals in the database: the chains, what a link covers as it stands there now, and which days are sealed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::activate::{ask_known, stored_rows};
use super::audit::{Event, acceptances, add_events, declarations};
use super::{Cells, in_lists, insert, number, take_turn};
use crate::error::{Error, Result};
use crate::model::{Hash, Kind, Scalar, Type, Value};
use crate::port::Db;
use crate::reconcile::seal::{self, Broken, Covered};
use crate::reconcile::{Seal, Sealed};
use crate::sql::audit::{self as questions, Days};
use crate::sql::plan::{Known, Step};
use crate::sql::queries::{self, text};
use crate::sql::{Statement, Tally, values_hash};

/// The seals of a store or of all, each store's chain from its first link on.
///
/// # Errors
/// When the database fails.
pub fn all(db: &mut dyn Db, store: Option<&str>) -> Result<Vec<Seal>> {
    ask_seals(db, &questions::seals(store))
}

fn ask_seals(db: &mut dyn Db, question: &Statement) -> Result<Vec<Seal>> {
    let mut found = Vec::new();
    db.query(question, questions::SEAL_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (store, number, trading_day, sealing) = (cells.next(), cells.next(), cells.date(), cells.next());
        let (link, payload, result, by) = (cells.next(), cells.next(), cells.next(), cells.next());
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        found.push(Seal { store, number, trading_day, sealing, link, payload, result, by, at });
        Ok(())
    })?;
    Ok(found)
}

/// As [`all`] of all stores, but a seal with a column that cannot be read is told from the others, and named by what of it still can.
///
/// # Errors
/// When the database fails, or a seal has nothing left to be named by.
pub fn readable(db: &mut dyn Db) -> Result<(Vec<Seal>, Vec<Broken>)> {
    if let Ok(good) = all(db, None) {
        return Ok((good, Vec::new()));
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for place in 0..number(db, &questions::seal_count())? {
        let error = match ask_seals(db, &questions::seal_at(place, questions::SEAL)) {
            Ok(seal) => {
                good.extend(seal);
                continue;
            }
            Err(error) => error,
        };
        let mut column = |name: &str, kind: Type| {
            let mut value = None;
            let asked = db.query(&questions::seal_at(place, name), &[kind], &mut |row| {
                value = row.into_iter().next();
                Ok(())
            });
            asked.ok().and(value)
        };
        let payload = String::from_value(column("payload", Type::Text).unwrap_or(Value::Null)).unwrap_or_default();
        let store =
            column("store", Type::Text).and_then(String::from_value).or_else(|| seal::head(&payload, "store").map(str::to_owned));
        let number = column("number", Type::Integer).and_then(i64::from_value);
        let day = column("trading_day", Type::Date).and_then(NaiveDate::from_value);
        let day = day.or_else(|| seal::head(&payload, "day")?.parse().ok());
        let (Some(store), Some(number), Some(trading_day)) = (store, number, day) else { return Err(error) };
        bad.push(Broken { store, number, trading_day, why: format!("it cannot be read: {error}") });
    }
    Ok((good, bad))
}

/// What a batch is called where people look for it: `17 (tenders of friday.csv)`, or only its number when nobody can tell any more.
pub fn batch_name(db: &mut dyn Db, id: i64) -> String {
    let mut name = id.to_string();
    let asked = db.query(&questions::batch_name(id), &[Type::Text, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        let (kind, document): (String, String) = (cells.next(), cells.next());
        name = format!("{id} ({kind} of {document})");
        Ok(())
    });
    asked.map_or_else(|_| id.to_string(), |()| name)
}

/// Which days are sealed, as known at the moment that `days` names.
///
/// # Errors
/// When the database fails.
pub fn sealed_days(db: &mut dyn Db, days: Days<'_>) -> Result<BTreeMap<(String, NaiveDate), Sealed>> {
    let mut found = BTreeMap::new();
    db.query(&questions::sealed_days(days), questions::SEALED_DAY_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let key = (cells.next(), cells.date());
        let (sealing, number) = (cells.next(), cells.next());
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        found.insert(key, Sealed { sealing, number, at });
        Ok(())
    })?;
    // A day that was released is open until it is sealed anew.
    let mut released = BTreeSet::new();
    db.query(&questions::sealings(days), &[Type::Text, Type::Date, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        let key: (String, NaiveDate) = (cells.next(), cells.date());
        match cells.next::<String>().as_str() {
            "released" => released.insert(key),
            _ => released.remove(&key),
        };
        Ok(())
    })?;
    found.retain(|key, _| !released.contains(key));
    Ok(found)
}

/// Which store-days are sealed, at least of those whose sealed rows the steps of a plan are about.
///
/// # Errors
/// When the database fails.
pub fn sealed_among(db: &mut dyn Db, steps: &[Step]) -> Result<BTreeMap<(String, NaiveDate), Sealed>> {
    let days = || steps.iter().filter(|step| step.key.1.is_sealed()).map(|step| step.key.0.trading_day);
    match (days().min(), days().max()) {
        (Some(from), Some(to)) => sealed_days(db, Days::now(from, to, None)),
        _ => Ok(BTreeMap::new()),
    }
}

/// Hashes of what the seal of a store-day covers: its batches and their rows, its documents, and what people said of it.
///
/// # Errors
/// When the database fails.
pub fn covers(db: &mut dyn Db, store: &str, day: NaiveDate) -> Result<BTreeMap<(Covered, i64), Hash>> {
    let asked = Days::now(day, day, Some(store));
    let active = ask_known(db, &queries::active(asked, None))?;
    let wanted =
        |id: fn(&Known) -> i64| -> BTreeSet<i64> { active.iter().filter(|one| one.revision.key.1.is_sealed()).map(id).collect() };
    let mut ids: BTreeMap<Covered, BTreeSet<i64>> = BTreeMap::new();
    ids.insert(Covered::Batch, wanted(|one: &Known| one.revision.id));
    ids.insert(Covered::Document, wanted(|one: &Known| one.revision.document));
    ids.insert(Covered::Acceptance, acceptances(db, asked)?.into_iter().map(|of| of.id).collect());
    ids.insert(Covered::Declaration, declarations(db, asked)?.into_iter().map(|(id, _)| id).collect());
    hashes(db, &ids)
}

/// Hashes of rows of the database, by what they are: of batches their rows too, of documents what they say their bytes are. What is not
/// there is absent.
///
/// # Errors
/// When the database fails.
pub fn hashes(db: &mut dyn Db, ids: &BTreeMap<Covered, BTreeSet<i64>>) -> Result<BTreeMap<(Covered, i64), Hash>> {
    type Ask = fn(&[i64]) -> Statement;
    let questions: [(Covered, Ask, &[Type]); 4] = [
        (Covered::Batch, questions::batches, questions::BATCH_TYPES),
        (Covered::Document, questions::documents_by_id, questions::DOCUMENT_FACT_TYPES),
        (Covered::Acceptance, questions::acceptances_by_id, questions::ACCEPTANCE_TYPES),
        (Covered::Declaration, questions::declarations_by_id, questions::DECLARATION_TYPES),
    ];
    let mut found = BTreeMap::new();
    let mut kept: BTreeMap<Kind, Vec<(i64, i64)>> = BTreeMap::new();
    for (what, ask, types) in questions {
        let ids: Vec<i64> = ids.get(&what).into_iter().flatten().copied().collect();
        in_lists(&ids, |ids| {
            db.query(&ask(ids), types, &mut |row| {
                let Some(Value::Integer(id)) = row.first() else { return Ok(()) };
                found.insert((what, *id), values_hash(&row));
                match (what, row.as_slice()) {
                    (Covered::Document, [_, Value::Text(hash), ..]) => {
                        found.extend(Hash::parse(hash).map(|hash| ((Covered::Bytes, *id), hash)));
                    }
                    (Covered::Batch, [_, _, _, _, Value::Text(kind), .., Value::Integer(rows_in), _]) => {
                        if let Ok(kind) = kind.parse() {
                            kept.entry(kind).or_default().push((*id, *rows_in));
                        }
                    }
                    _ => {}
                }
                Ok(())
            })
        })?;
    }
    for (kind, batches) in kept {
        let ids: Vec<i64> = batches.iter().map(|(_, rows_in)| *rows_in).collect();
        let rows = stored_rows(db, kind, &ids)?;
        for (id, rows_in) in batches {
            let mut tally = Tally::default();
            for row in rows.get(&rows_in).into_iter().flatten() {
                let place = [text(row.number.clone()), Value::Integer(row.line), Value::Integer(i64::from(row.row))];
                tally.add(&values_hash(place.iter().chain(&row.values)));
            }
            found.insert((Covered::Rows, id), tally.hash());
        }
    }
    Ok(found)
}

/// Keeps a seal, if the chain is still as it was when the seal was made.
///
/// # Errors
/// [`Error::Conflict`] when another seal took its place, or rows of the day changed meanwhile; when the database fails.
pub fn add(db: &mut dyn Db, seal: &Seal, still: &mut dyn FnMut(&mut dyn Db) -> Result<bool>, event: &Event) -> Result<()> {
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        if !still(db)? {
            return Err(Error::Conflict(format!("{} {}", seal.store, seal.trading_day)));
        }
        add_events(db, std::slice::from_ref(event))?;
        let row = vec![
            text(seal.store.clone()),
            Value::Integer(seal.number),
            Value::Date(seal.trading_day),
            Value::Integer(seal.sealing),
            text(seal.link.clone()),
            text(seal.payload.clone()),
            text(seal.result.clone()),
            text(seal.by.clone()),
            Value::DateTime(seal.at),
        ];
        insert(db, "seal", [row])
    })
}
