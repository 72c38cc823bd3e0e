//! Rows as tables keep them: compared, united and turned back into records.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Tally, row_hash};
use crate::model::{Content, Hash, Kind, Money, Type, Value};

/// One stored row: its key within the batch, its place in the document, and its fields in the record's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its number, or what stands for it.
    pub number: String,
    /// Its place among the rows of that number.
    pub line: i64,
    /// Row in the document.
    pub row: u32,
    /// Its fields.
    pub values: Vec<Value<'static>>,
}

impl Stored {
    fn key(&self) -> (&str, i64) {
        (&self.number, self.line)
    }
}

/// Appends stored rows to content.
///
/// # Errors
/// The name of the first field that does not fit its record: the database was changed by something else.
pub fn into_content(kind: Kind, rows: Vec<Stored>, content: &mut Content) -> Result<(), &'static str> {
    for mut row in rows {
        let pushed = content.push(kind, row.row, &mut row.values);
        pushed.map_err(|field| kind.fields().get(field).map_or("?", |field| field.name))?;
    }
    Ok(())
}

/// The hash of stored rows, with and without their dates.
pub fn tally(kind: Kind, rows: &[Stored]) -> (Tally, Tally) {
    let mut scratch = Default::default();
    let (mut content, mut undated) = (Tally::default(), Tally::default());
    for row in rows {
        let (with, without) = row_hash(kind, &row.values, row.line, &mut scratch);
        content.add(&with);
        undated.add(&without);
    }
    (content, undated)
}

/// Rows of overlapping exports: all of them, by key; where two have one key, the later export's.
pub fn union(exports: impl IntoIterator<Item = Vec<Stored>>) -> Vec<Stored> {
    let mut rows: BTreeMap<(String, i64), Stored> = BTreeMap::new();
    for row in exports.into_iter().flatten() {
        rows.insert((row.number.clone(), row.line), row);
    }
    rows.into_values().collect()
}

/// What changed from one revision to another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diff {
    /// Rows that are new.
    pub added: usize,
    /// Rows that are gone.
    pub removed: usize,
    /// Rows that are different.
    pub changed: usize,
    /// Sum of the rows' amounts before; nothing for kinds without an amount.
    pub before: Option<Money>,
    /// The same sum after.
    pub after: Option<Money>,
    /// Sums by tender that are different, of tenders.
    pub tenders: Vec<TenderChange>,
    /// The first few changes in words, without anything about people.
    pub examples: Vec<String>,
}

/// What was paid in one way, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderChange {
    /// The tender.
    pub tender: String,
    /// Before.
    pub before: Money,
    /// After.
    pub after: Money,
}

/// How many changes a diff names in words.
const EXAMPLES: usize = 5;

/// The field whose sum people know a kind by.
fn amount_field(kind: Kind) -> Option<usize> {
    ["line_total", "total", "amount", "counted", "net"]
        .iter()
        .find_map(|name| kind.field(name))
        .filter(|&field| kind.fields().get(field).is_some_and(|field| field.kind == Type::Money))
}

impl Diff {
    /// Compares two revisions of a batch of `kind`.
    pub fn between(kind: Kind, before: &[Stored], after: &[Stored]) -> Diff {
        let old: BTreeMap<(&str, i64), &Stored> = before.iter().map(|row| (row.key(), row)).collect();
        let new: BTreeMap<(&str, i64), &Stored> = after.iter().map(|row| (row.key(), row)).collect();
        let (tenders, sums) = (tenders(kind, before, after), (amount(kind, before), amount(kind, after)));
        let mut diff = Diff { before: sums.0, after: sums.1, tenders, ..Diff::default() };
        let mut scratch = Default::default();
        let mut hash = |row: &Stored| -> Hash { row_hash(kind, &row.values, row.line, &mut scratch).0 };
        for (key, row) in &new {
            match old.get(key) {
                None => {
                    diff.added += 1;
                    diff.example(format!("{} is new", place(row)));
                }
                Some(was) if hash(was) != hash(row) => {
                    diff.changed += 1;
                    diff.example(change(kind, was, row));
                }
                Some(_) => {}
            }
        }
        for (_, row) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            diff.removed += 1;
            diff.example(format!("{} is gone", place(row)));
        }
        diff
    }

    fn example(&mut self, words: String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(words);
        }
    }
}

/// `2 rows changed, 1 added; 120.00 → 118.50`.
impl std::fmt::Display for Diff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = [(self.changed, "changed"), (self.added, "added"), (self.removed, "gone")]
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {} {what}", if *count == 1 { "row" } else { "rows" }))
            .collect();
        f.write_str(&if parts.is_empty() { "no row changed".to_owned() } else { parts.join(", ") })?;
        match (self.before, self.after) {
            (Some(before), Some(after)) if before != after => write!(f, "; {before} → {after}"),
            _ => Ok(()),
        }
    }
}

fn amount(kind: Kind, rows: &[Stored]) -> Option<Money> {
    let field = amount_field(kind)?;
    let of = |row: &Stored| match row.values.get(field) {
        Some(Value::Decimal(amount)) => Money::rounded(*amount),
        _ => Money::ZERO,
    };
    Some(rows.iter().map(of).sum())
}

/// Sums by tender that are different.
fn tenders(kind: Kind, before: &[Stored], after: &[Stored]) -> Vec<TenderChange> {
    let (Kind::Tenders, Some(tender), Some(field)) = (kind, kind.field("tender"), amount_field(kind)) else { return Vec::new() };
    let mut sums: BTreeMap<String, (Money, Money)> = BTreeMap::new();
    let mut add = |rows: &[Stored], to: fn(&mut (Money, Money)) -> &mut Money| {
        for row in rows {
            if let (Some(Value::Text(tender)), Some(Value::Decimal(amount))) = (row.values.get(tender), row.values.get(field)) {
                *to(sums.entry(tender.to_string()).or_default()) += Money::rounded(*amount);
            }
        }
    };
    add(before, |sums| &mut sums.0);
    add(after, |sums| &mut sums.1);
    let different = sums.into_iter().filter(|(_, (before, after))| before != after);
    different.map(|(tender, (before, after))| TenderChange { tender, before, after }).collect()
}

fn place(row: &Stored) -> String {
    let number = if row.number.starts_with('~') { "a row without number" } else { &row.number };
    if row.line > 1 { format!("{number}, line {}", row.line) } else { number.to_owned() }
}

fn change(kind: Kind, was: &Stored, is: &Stored) -> String {
    let shown = |of: Type, value: &Value<'_>| match (of, value) {
        (_, Value::Null) => "blank".to_owned(),
        (Type::Money, Value::Decimal(amount)) => Money::rounded(*amount).to_string(),
        _ => value.to_string(),
    };
    let fields = kind.fields().iter().zip(was.values.iter().zip(&is.values));
    let changes: Vec<String> = fields
        .filter(|(_, (was, is))| was != is)
        .map(|(field, (was, is))| match field.kind {
            Type::Person => format!("{} is another person", field.name),
            _ => format!("{} {} → {}", field.name, shown(field.kind, was), shown(field.kind, is)),
        })
        .collect();
    format!("{}: {}", place(is), changes.join(", "))
}
