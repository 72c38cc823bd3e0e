//! Rows that another program made, as batches that can be written.

use std::collections::BTreeMap;

use super::Audit;
use crate::error::{Error, Result};
use crate::format;
use crate::model::{Batch, Content, Key, Kind, Type, Value};
use crate::sql;

/// A row as texts by field: the fields of its kind, and `store`, `till` and `trading_day`. What is blank or left out is not known.
pub type Texts = BTreeMap<String, String>;

impl Audit {
    /// Writes rows, by kind, as the till program of a layout would write them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a layout that does not exist; [`Error::Render`] with kind, row and field for a row that has a field which
    /// its kind does not know, lacks one that it needs, or has a text that its field cannot hold.
    pub fn write_rows(&self, rows: &BTreeMap<Kind, Vec<Texts>>, layout: &str) -> Result<Vec<u8>> {
        let layout = self
            .layouts()
            .named(layout)
            .ok_or_else(|| Error::NotFound(format!("there is no layout `{layout}`; `epos layout list` names them all")))?;
        Ok(format::write(&batches(rows)?, layout))
    }
}

/// The batches of rows, by store, till and trading day in the order in which they first appear.
fn batches(rows: &BTreeMap<Kind, Vec<Texts>>) -> Result<Vec<Batch>> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    for (&kind, rows) in rows {
        for (position, row) in rows.iter().enumerate() {
            let wrong = |why: String| Error::Render { what: format!("{kind}, row {}", position + 1), message: why };
            let known = |name: &str| matches!(name, "store" | "till" | "trading_day" | "row") || kind.field(name).is_some();
            if let Some(unknown) = row.keys().find(|name| !known(name)) {
                return Err(wrong(format!("it has no field `{unknown}`")));
            }
            let text = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
            let day = ["trading_day", "date"].into_iter().map(text).find(|day| !day.is_empty());
            let trading_day = match day {
                Some(day) => sql::parse_date(day).ok_or_else(|| wrong(format!("`{day}` is not a day such as 2026-11-20")))?,
                None => Key::ALWAYS,
            };
            let key = Key { store: text("store").to_owned(), till: text("till").to_owned(), trading_day };
            let place = *places.entry(key.clone()).or_insert(batches.len());
            if place == batches.len() {
                batches.push(Batch { key, content: Content::default() });
            }
            let mut misread = None;
            let mut values = Vec::with_capacity(kind.fields().len());
            for field in kind.fields() {
                let value = read(text(field.name), field.kind);
                if value.is_none() {
                    misread.get_or_insert(field.name);
                }
                values.push(value.unwrap_or(Value::Null));
            }
            let number = u32::try_from(position + 1).unwrap_or(u32::MAX);
            let pushed = match batches.get_mut(place) {
                Some(batch) => batch.content.push(kind, number, &mut values),
                None => Ok(()),
            };
            if let Some(name) = misread {
                return Err(wrong(format!("`{}` is no {name}", text(name))));
            }
            if let Err(Some(field)) = pushed.map_err(|field| kind.fields().get(field)) {
                let given = text(field.name);
                let why = if given.is_empty() { "is missing".to_owned() } else { format!("cannot be `{given}`") };
                return Err(wrong(format!("`{}` {why}", field.name)));
            }
        }
    }
    Ok(batches)
}

/// A value from its canonical text; `None` when the text is of another kind.
fn read(text: &str, kind: Type) -> Option<Value<'_>> {
    if text.is_empty() {
        return Some(Value::Null);
    }
    match kind {
        Type::Text | Type::Word(_) | Type::Person => Some(Value::Text(text.into())),
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Money | Type::Quantity | Type::Rate => text.parse().ok().map(Value::Decimal),
        Type::Bool => text.parse().ok().map(Value::Bool),
        Type::Date => sql::parse_date(text).map(Value::Date),
        Type::Time => sql::parse_time(text).map(Value::Time),
        Type::DateTime => sql::parse_datetime(text).map(Value::DateTime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> Texts {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn rows_become_batches_by_store_till_and_day() {
        let paid = |till: &str, amount: &str| {
            row(&[
                ("store", "LW"),
                ("till", till),
                ("number", "201"),
                ("date", "2026-11-20"),
                ("tender", "Cash"),
                ("amount", amount),
            ])
        };
        let rows = BTreeMap::from([(Kind::Tenders, vec![paid("1", "3.50"), paid("2", "-1"), paid("1", "0.1")])]);
        let batches = batches(&rows).unwrap();
        assert_eq!(batches.len(), 2);
        assert_eq!(batches[0].content.tenders[1].amount.to_string(), "0.10");
        assert_eq!(batches[1].key.till, "2");
    }

    #[test]
    fn a_row_that_cannot_be_is_named_with_its_field() {
        let good = [("number", "201"), ("date", "2026-11-20"), ("tender", "Cash"), ("amount", "3.50")];
        for (name, text, says) in [
            ("amount", "lots", "`lots` is no amount"),
            ("amount", "1e99", "is no amount"),
            ("amount", "", "`amount` is missing"),
            ("date", "yesterday", "is not a day"),
            ("colour", "red", "no field `colour`"),
        ] {
            let mut bad = row(&good);
            bad.insert(name.to_owned(), text.to_owned());
            let error = batches(&BTreeMap::from([(Kind::Tenders, vec![row(&good), bad])])).unwrap_err().to_string();
            assert!(error.contains("tenders, row 2") && error.contains(says), "{error}");
        }
    }
}
