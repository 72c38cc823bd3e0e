//! The shapes that tills' files had: what a later change of columns is measured by.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Cells, insert};
use crate::error::Result;
use crate::format::{Shape, family};
use crate::model::{Hash, Value};
use crate::port::Db;
use crate::sql::queries::{self, text};

/// A shape that files of a store had on days that were read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The store.
    pub store: String,
    /// What the files' names have in common: see [`family`].
    pub family: String,
    /// The columns.
    pub shape: Shape,
    /// The first trading day of such a file.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
    /// Trading days that came so, and whose rows could all be read.
    pub good_days: i64,
}

/// The shapes that files of a store had, or of all stores.
///
/// # Errors
/// When the database fails.
pub fn layouts_seen(db: &mut dyn Db, store: Option<&str>) -> Result<Vec<Seen>> {
    let mut all = Vec::new();
    db.query(&queries::layouts_seen(store), queries::LAYOUT_SEEN_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (store, family) = (cells.next(), cells.next());
        let shape = serde_json::from_str::<Shape>(&cells.next::<String>());
        let (first_day, last_day, good_days) = (cells.date(), cells.date(), cells.next());
        all.extend(shape.ok().map(|shape| Seen { store, family, shape, first_day, last_day, good_days }));
        Ok(())
    })?;
    Ok(all)
}

/// Notes that a document's tables had these shapes on these days of these stores. A day counts once, however many files came; days
/// between the first and the last that were seen are known already. Within an activation.
pub(super) fn learn(db: &mut dyn Db, document: &str, shapes: &[Shape], days: &BTreeSet<(String, NaiveDate)>) -> Result<()> {
    let mut by_store: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
    for (store, day) in days {
        by_store.entry(store).or_default().push(*day);
    }
    let family = family(document);
    for (store, days) in by_store {
        let known = layouts_seen(db, Some(store))?;
        for shape in shapes {
            let (Some(&first), Some(&last)) = (days.first(), days.last()) else { continue };
            let same = |seen: &&Seen| {
                seen.family == family && seen.shape.sheet == shape.sheet && seen.shape.headings() == shape.headings()
            };
            let before = known.iter().find(same);
            let is_new = |day: &&NaiveDate| before.is_none_or(|seen| **day < seen.first_day || **day > seen.last_day);
            let new = i64::try_from(days.iter().filter(is_new).count()).unwrap_or(i64::MAX);
            if before.is_some_and(|seen| new == 0 && seen.shape == *shape) {
                continue;
            }
            let key = Hash::of(format!("{family}\n{}\n{}", shape.sheet, shape.headings().join("\n")).as_bytes()).to_string();
            db.execute(&queries::forget_layout_seen(store, &key))?;
            let row = vec![
                text(store),
                text(key),
                text(family.clone()),
                text(shape.layout.clone()),
                text(serde_json::to_string(shape).unwrap_or_default()),
                Value::Date(before.map_or(first, |seen| seen.first_day.min(first))),
                Value::Date(before.map_or(last, |seen| seen.last_day.max(last))),
                Value::Integer(before.map_or(0, |seen| seen.good_days).saturating_add(new)),
            ];
            insert(db, "layout_seen", [row])?;
        }
    }
    Ok(())
}
