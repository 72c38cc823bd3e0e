//! The schema as a page for people, made from the one list of tables.

use std::fmt::Write;

use super::schema::{TABLES, Table, migrations};
use super::{Dialect, schema};
use crate::model::Type;

/// The version that this program brings a schema up to.
pub fn version(dialect: Dialect) -> i64 {
    migrations(dialect).last().map_or(0, |migration| migration.version)
}

/// Every table with what it is for, its key, and what every column means; then the statements that make them.
pub fn manual(dialect: Dialect) -> String {
    let mut text = String::new();
    for table in TABLES.iter() {
        describe(table, &mut text);
    }
    let _ = write!(text, "-- The statements, version {}\n\n{}", version(dialect), schema::schema(dialect));
    text
}

fn describe(table: &Table, text: &mut String) {
    let _ = writeln!(text, "-- {}: {}\n--   key: {}", table.name, table.doc, table.key.join(", "));
    for column in &table.columns {
        let blank = if column.required { "" } else { ", may be blank" };
        let _ = writeln!(text, "--   {:<18} {}{blank}. {}", column.name, holds(column.kind), column.doc.trim());
    }
    text.push('\n');
}

fn holds(kind: Type) -> String {
    match kind {
        Type::Text => "text".to_owned(),
        Type::Integer => "whole number".to_owned(),
        Type::Money => "money".to_owned(),
        Type::Quantity => "quantity".to_owned(),
        Type::Rate => "percent".to_owned(),
        Type::Bool => "yes or no".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Time => "time".to_owned(),
        Type::DateTime => "date and time".to_owned(),
        Type::Person => "a person's token (in `person`: name or code)".to_owned(),
        Type::Word(words) => format!("one of {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_and_column_is_on_the_page() {
        for dialect in [Dialect::Sqlite, Dialect::MySql] {
            let page = manual(dialect);
            for table in TABLES.iter() {
                assert!(page.contains(&format!("-- {}: ", table.name)), "{}", table.name);
                assert!(table.columns.iter().all(|column| !column.doc.trim().is_empty()), "{}", table.name);
            }
            assert_eq!(version(dialect), 1);
        }
    }
}
