//! What is answered: a line of JSON, then bytes.

use std::any::Any;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use epos_core::diagnostic::{Checked, Diagnostic};
use epos_core::error::Error;
use epos_core::model::{Block, Coverage, Kind, Numbering, Type, Value};
use epos_core::render;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

/// A reply as it is handed over.
pub type Reply = Vec<u8>;

/// Why there is no answer: the sort of failure by which Python chooses the exception, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    error: &'static str,
    message: String,
}

impl Refused {
    /// The request itself cannot be met.
    pub fn request(message: impl Into<String>) -> Self {
        Refused { error: "request", message: message.into() }
    }

    /// The library has a defect.
    pub fn panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Refused { error: "panic", message: format!("epos has a defect, please report it: {said}") }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let sort = match &error {
            Error::File { .. } => "file",
            Error::Database { .. } => "database",
            Error::Conflict(_) => "conflict",
            Error::Config { .. } => "config",
            Error::Scheme(_) => "scheme",
            Error::NotFound(_) => "not_found",
            Error::Refused(_) => "refused",
            Error::Render { .. } => "render",
            _ => "world",
        };
        Refused { error: sort, message: error.to_string() }
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        Refused::request(error.to_string())
    }
}

/// A reply that says why there is no answer.
pub fn refused(why: &Refused) -> Reply {
    whole(&json!(why), Vec::new())
}

/// A reply of `head` and `body`.
pub fn whole(head: &Json, body: Vec<u8>) -> Reply {
    let mut reply = head.to_string().into_bytes();
    reply.push(b'\n');
    if reply.capacity() < body.len() {
        reply.reserve_exact(body.len());
    }
    reply.extend(body);
    reply
}

/// A reply of a value, in the very bytes that the program prints with `--json`.
pub fn value(value: &(impl Serialize + ?Sized)) -> Result<Reply, Refused> {
    with(&json!({}), value)
}

/// As [`value`], with more in the head.
pub fn with(head: &Json, value: &(impl Serialize + ?Sized)) -> Result<Reply, Refused> {
    Ok(whole(head, render::value(value)?.into_bytes()))
}

/// A block as it is handed over: rows as lists of values, in the order of their kind's fields.
#[derive(Serialize)]
pub struct BlockAnswer<'a> {
    document: &'a str,
    hash: String,
    sheet: Option<&'a str>,
    layout: &'a str,
    layout_version: u32,
    coverage: Coverage,
    numbering: Numbering,
    prices_include_tax: Option<bool>,
    absent: &'a [String],
    fields: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
    batches: Vec<BatchAnswer<'a>>,
    rejected: Vec<Json>,
    diagnostics: &'a [Diagnostic],
}

#[derive(Serialize)]
struct BatchAnswer<'a> {
    store: &'a str,
    till: &'a str,
    trading_day: NaiveDate,
    rows: BTreeMap<&'static str, Vec<(u32, Vec<Cell<'a>>)>>,
}

struct Cell<'a>(Value<'a>);

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Null => to.serialize_none(),
            Value::Text(text) => to.serialize_str(text),
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Bool(yes) => to.serialize_bool(*yes),
            Value::Decimal(decimal) => to.collect_str(decimal),
            other => to.collect_str(other),
        }
    }
}

/// What Python makes of a field's texts.
fn sort(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::Word(_) | Type::Person => "text",
        Type::Integer => "integer",
        Type::Money | Type::Quantity | Type::Rate => "decimal",
        Type::Bool => "bool",
        Type::Date => "date",
        Type::Time => "time",
        Type::DateTime => "date_time",
    }
}

/// A block for Python.
pub fn block(block: &Checked<Block>) -> BlockAnswer<'_> {
    let Block { origin, batches, rejected } = &block.value;
    let there = |kind: &&Kind| batches.iter().any(|batch| batch.content.count(**kind) > 0);
    let fields = |kind: Kind| kind.fields().iter().map(|field| (field.name, sort(field.kind))).collect();
    let batches = batches.iter().map(|batch| {
        let rows_of = |kind: Kind| {
            let mut rows = Vec::with_capacity(batch.content.count(kind));
            batch.content.visit(kind, &mut |row, values| rows.push((row, values.into_iter().map(Cell).collect())));
            rows
        };
        let kinds = Kind::ALL.iter().filter(|kind| batch.content.count(**kind) > 0);
        BatchAnswer {
            store: &batch.key.store,
            till: &batch.key.till,
            trading_day: batch.key.trading_day,
            rows: kinds.map(|&kind| (kind.word(), rows_of(kind))).collect(),
        }
    });
    BlockAnswer {
        document: &origin.document,
        hash: origin.hash.to_string(),
        sheet: Some(origin.sheet.as_str()).filter(|sheet| !sheet.is_empty()),
        layout: &origin.layout,
        layout_version: origin.layout_version,
        coverage: origin.coverage,
        numbering: origin.numbering,
        prices_include_tax: origin.prices_include_tax,
        absent: &origin.absent,
        fields: Kind::ALL.iter().filter(there).map(|&kind| (kind.word(), fields(kind))).collect(),
        batches: batches.collect(),
        rejected: rejected
            .iter()
            .map(|row| {
                json!({
                    "store": row.store, "till": row.till, "trading_day": row.trading_day, "number": row.number,
                    "kind": row.kind, "row": row.row, "cells": row.cells, "why": row.why,
                })
            })
            .collect(),
        diagnostics: &block.diagnostics,
    }
}

/// Rows of a block, those that could not be read among them.
pub fn rows(block: &Block) -> usize {
    block.rejected.len() + block.batches.iter().map(|batch| batch.content.total()).sum::<usize>()
}
