//! What the layouts promise: nothing is lost on the way in and out, and every trap of real files is found and said.

mod fixtures;
mod keys;
mod masters;
mod nested;
mod traps;
mod trips;
mod vendors;

use std::collections::BTreeMap;

use super::*;
use crate::model::{Block, Content, Document, Kind, Limits, Sheet, SheetRow, Store, Value};

/// What a document was read as: its blocks and the codes of its findings.
struct Read {
    blocks: Vec<Block>,
    codes: Vec<&'static str>,
    said: Vec<String>,
}

impl Read {
    /// All rows of a kind as `field=value` texts of the named fields, joined by `|`.
    fn rows(&self, kind: Kind, fields: &[&str]) -> Vec<String> {
        let mut rows = Vec::new();
        for batch in write_batches(&self.blocks) {
            batch.content.visit(kind, &mut |row, values| {
                let cell = |field: &&str| match *field {
                    "store" => batch.key.store.clone(),
                    "till" => batch.key.till.clone(),
                    "day" => batch.key.trading_day.to_string(),
                    field => kind.field(field).map_or_else(|| panic!("{field}"), |at| values[at].to_string()),
                };
                rows.push((row, fields.iter().map(cell).collect::<Vec<_>>().join("|")));
            });
        }
        rows.sort_by_key(|(row, _)| *row);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn layouts(&self) -> Vec<&str> {
        self.blocks.iter().map(|block| block.origin.layout.as_str()).collect()
    }

    fn rejected(&self) -> usize {
        self.blocks.iter().map(|block| block.rejected.len()).sum()
    }
}

fn write_batches(blocks: &[Block]) -> impl Iterator<Item = &crate::model::Batch> {
    blocks.iter().flat_map(|block| &block.batches)
}

fn read_with(name: &str, text: &str, layouts: &Layouts, reading: &Reading, stores: &BTreeMap<String, Store>) -> Read {
    let document = Document::new(name, text.as_bytes());
    let mut found = Vec::new();
    let sheets = sheets(&document, &Limits::default()).into_value(&mut found);
    let blocks = batch(&document, sheets, layouts, reading, stores, &Limits::default()).into_value(&mut found);
    read_of(blocks, &found)
}

fn read_of(blocks: Vec<Block>, found: &[crate::diagnostic::Diagnostic]) -> Read {
    Read {
        blocks,
        codes: found.iter().map(|finding| finding.code.0.code).collect(),
        said: found.iter().map(|finding| format!("{} {} {}", finding.at, finding.message, finding.help)).collect(),
    }
}

/// Reads any bytes that came for store S1.
fn read_bytes(name: &str, bytes: &[u8]) -> Read {
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    let document = Document::new(name, bytes);
    let mut found = Vec::new();
    let sheets = sheets(&document, &Limits::default()).into_value(&mut found);
    let blocks =
        batch(&document, sheets, &Layouts::built_in(), &reading, &BTreeMap::new(), &Limits::default()).into_value(&mut found);
    read_of(blocks, &found)
}

/// Reads a text that came for store S1.
fn read(text: &str) -> Read {
    read_named("till.csv", text)
}

fn read_named(name: &str, text: &str) -> Read {
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    read_with(name, text, &Layouts::built_in(), &reading, &BTreeMap::new())
}

/// Reads a workbook's sheets, given as names and comma-separated rows.
fn read_sheets(sheets: &[(&str, &str)]) -> Read {
    let sheet = |(name, text): &(&str, &str)| Sheet {
        name: (*name).to_owned(),
        hidden: false,
        rows: (1..)
            .zip(text.lines())
            .map(|(number, line)| SheetRow { number, cells: line.split(',').map(str::to_owned).collect() })
            .collect(),
    };
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    let document = Document::new("book.xlsx", &b""[..]);
    let checked = batch(
        &document,
        sheets.iter().map(sheet).collect::<Vec<_>>(),
        &Layouts::built_in(),
        &reading,
        &BTreeMap::new(),
        &Limits::default(),
    );
    let mut found = Vec::new();
    let blocks = checked.into_value(&mut found);
    read_of(blocks, &found)
}

/// The same rows, not read from anywhere.
fn unplaced(content: &Content) -> Content {
    let mut same = Content::default();
    for &kind in Kind::ALL {
        content.visit(kind, &mut |_, mut values| {
            same.push(kind, 0, &mut values).expect("it was a record");
        });
    }
    same
}
