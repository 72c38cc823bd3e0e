//! Every question and every change, as statements. Names that databases reserve are quoted by the dialect in generated ones; the
//! hand-written ones below use none unquoted.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

use super::audit::Days;
use super::dialect::marks;
use super::plan::Particulars;
use super::rollup::Axis;
use super::{Dialect, Statement, fact_table};
use crate::model::{Kind, Type, Value};

/// How many parameters one list of values takes at most.
pub const LIST: usize = 500;

/// A text parameter.
pub fn text(text: impl Into<String>) -> Value<'static> {
    Value::Text(Cow::Owned(text.into()))
}

/// A text parameter, or blank.
pub fn optional(text: Option<&str>) -> Value<'static> {
    text.map_or(Value::Null, |text| Value::Text(Cow::Owned(text.to_owned())))
}

fn int(number: i64) -> Value<'static> {
    Value::Integer(number)
}

/// Conditions joined by `AND`, with their parameters.
#[derive(Default)]
pub(super) struct Where {
    parts: Vec<String>,
    values: Vec<Value<'static>>,
}

impl Where {
    pub(super) fn and(mut self, part: &str, values: impl IntoIterator<Item = Value<'static>>) -> Self {
        self.parts.push(part.to_owned());
        self.values.extend(values);
        self
    }

    pub(super) fn list(self, column: &str, values: impl IntoIterator<Item = Value<'static>>) -> Self {
        let values: Vec<_> = values.into_iter().collect();
        self.and(&format!("{column} IN ({})", marks(values.len())), values)
    }

    pub(super) fn span(self, column: &str, from: NaiveDate, to: NaiveDate) -> Self {
        self.and(&format!("{column} BETWEEN ? AND ?"), [Value::Date(from), Value::Date(to)])
    }

    pub(super) fn store(self, column: &str, store: Option<&str>) -> Self {
        match store {
            Some(store) => self.and(&format!("{column} = ?"), [text(store)]),
            None => self,
        }
    }

    pub(super) fn select(self, sql: &str, rest: &str) -> Statement {
        let condition = if self.parts.is_empty() { String::new() } else { format!(" WHERE {}", self.parts.join(" AND ")) };
        Statement::new(format!("{sql}{condition}{rest}"), self.values)
    }
}

/// The version of the schema; fails where there is none yet.
pub fn schema_version() -> Statement {
    Statement::new("SELECT MAX(version) FROM epos_schema", vec![])
}

/// Does the database hold our schema at all?
pub fn has_schema(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => Statement::new("SELECT COUNT(*) FROM sqlite_master WHERE name = 'epos_schema'", vec![]),
        Dialect::MySql => Statement::new(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'epos_schema'",
            vec![],
        ),
    }
}

/// Notes that a migration was carried out.
pub fn migrated(version: i64, now: NaiveDateTime) -> Statement {
    Statement::new("INSERT INTO epos_schema (version, applied_at) VALUES (?, ?)", vec![int(version), Value::DateTime(now)])
}

/// Takes free ids of a sort away; [`last_id`] says which. Others who want some wait until this unit of work is over.
pub fn take_ids(dialect: Dialect, name: &str, count: i64) -> Statement {
    Statement::new(dialect.add("epos_sequence", &["name", "last"], &["name"], 1), vec![text(name), int(count)])
}

/// The last id of a sort that was taken.
pub fn last_id(name: &str) -> Statement {
    Statement::new("SELECT last FROM epos_sequence WHERE name = ?", vec![text(name)])
}

/// Makes every other unit of work that takes its turn wait until this one is over. Nothing where units of work wait for each other
/// anyhow. It writes, so that clusters which only compare what was written see it too.
pub fn take_turn(dialect: Dialect) -> Option<Statement> {
    match dialect {
        Dialect::Sqlite => None,
        Dialect::MySql => Some(take_ids(dialect, "turn", 1)),
    }
}

/// What the server found odd in the statement before: level, code, sentence.
pub fn warnings() -> Statement {
    Statement::new("SHOW WARNINGS LIMIT 3", vec![])
}

const DOCUMENT: &str = "SELECT id, hash, name, bytes, message, sender, sent_at, arrived_at, said_at, state, changed_at, layout, why \
                        FROM document";

/// The types of [`documents`].
pub const DOCUMENT_TYPES: &[Type] = &[
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::DateTime,
    Type::DateTime,
    Type::DateTime,
    Type::Text,
    Type::DateTime,
    Type::Text,
    Type::Text,
];

/// Documents by hash (or its first digits) and state, in the order of arrival.
pub fn documents(hash: Option<&str>, state: Option<&str>) -> Statement {
    let mut condition = Where::default();
    if let Some(hash) = hash {
        condition = condition.and("hash BETWEEN ? AND ?", [text(hash), text(format!("{hash}g"))]);
    }
    if let Some(state) = state {
        condition = condition.and("state = ?", [text(state)]);
    }
    condition.select(DOCUMENT, " ORDER BY id")
}

/// Puts a document into another state.
pub fn document_state(id: i64, state: &str, why: &str, layout: Option<&str>, now: NaiveDateTime) -> Statement {
    let (layout_set, mut values) = match layout {
        Some(layout) => (", layout = ?", vec![text(state), Value::DateTime(now), text(why), text(layout)]),
        None => ("", vec![text(state), Value::DateTime(now), text(why)]),
    };
    values.push(int(id));
    Statement::new(format!("UPDATE document SET state = ?, changed_at = ?, why = ?{layout_set} WHERE id = ?"), values)
}

/// The readings of a document that still speak, or are held, get another state.
pub fn reading_state(document: i64, state: &str) -> Statement {
    Statement::new(
        "UPDATE reading SET state = ? WHERE document = ? AND state IN ('current', 'held')",
        vec![text(state), int(document)],
    )
}

/// The types of [`known`].
pub const KNOWN_TYPES: &[Type] = &[
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Integer,
    Type::Integer,
    Type::Text,
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Bool,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Integer,
    Type::Bool,
    Type::Bool,
    Type::DateTime,
    Type::DateTime,
    Type::Text,
    Type::Text,
    Type::DateTime,
    Type::Bool,
];

const KNOWN: &str = "SELECT b.id, b.store, b.till, b.trading_day, b.kind, b.part, b.revision, b.document, b.reading, b.layout, \
    b.layout_version, b.coverage, b.numbering, b.prices_include_tax, b.absent, b.content, b.undated, b.row_count, b.rows_in, b.own, \
    b.active, b.known_from, b.known_until, d.hash, d.name, d.said_at, CASE WHEN r.state = 'current' THEN 1 ELSE 0 END \
    FROM batch b JOIN document d ON d.id = b.document JOIN reading r ON r.id = b.reading";

/// All revisions of some stores over some days.
pub fn known(stores: &[&str], from: NaiveDate, to: NaiveDate) -> Statement {
    let stores = stores.iter().map(|store| text(*store));
    Where::default().list("b.store", stores).span("b.trading_day", from, to).select(KNOWN, " ORDER BY b.id")
}

/// Batches that readers see now, or saw at a moment.
fn seen(as_of: Option<NaiveDateTime>) -> Where {
    match as_of {
        None => Where::default().and("b.active = 1", []),
        Some(at) => {
            let at = Value::DateTime(at);
            Where::default().and("b.known_from <= ? AND (b.known_until IS NULL OR b.known_until > ?)", [at.clone(), at])
        }
    }
}

/// Readings that speak now, or spoke at a moment, of documents in use; with `held` those that were held.
fn speaking(as_of: Option<NaiveDateTime>, held: bool) -> Where {
    let Some(at) = as_of else {
        let word = if held { "held" } else { "current" };
        return Where::default().and("r.state = ?", [text(word)]);
    };
    let at = Value::DateTime(at);
    let brought = "EXISTS (SELECT 1 FROM batch o WHERE o.reading = r.id)";
    let kind = if held { format!("(r.state = 'held' OR NOT {brought})") } else { format!("(r.state <> 'held' AND {brought})") };
    Where::default()
        .and("r.read_at <= ?", [at.clone()])
        .and("NOT EXISTS (SELECT 1 FROM reading l WHERE l.document = r.document AND l.id > r.id AND l.read_at <= ?)", [at.clone()])
        .and("NOT (d.state = 'withdrawn' AND d.changed_at <= ?)", [at])
        .and(&kind, [])
}

/// Active batches of days, of one store or all, of one kind or all; or those that were active at a moment.
pub fn active(days: Days<'_>, kind: Option<Kind>) -> Statement {
    let mut condition = seen(days.as_of).store("b.store", days.store).span("b.trading_day", days.from, days.to);
    if let Some(kind) = kind {
        condition = condition.and("b.kind = ?", [text(kind.word())]);
    }
    condition.select(KNOWN, " ORDER BY b.id")
}

/// One revision.
pub fn batch(id: i64) -> Statement {
    Where::default().and("b.id = ?", [int(id)]).select(KNOWN, "")
}

/// Stores and days that a document speaks of: store, first day, last day.
pub fn span_of(document: i64) -> Statement {
    Statement::new(
        "SELECT store, MIN(trading_day), MAX(trading_day) FROM batch WHERE document = ? GROUP BY store",
        vec![int(document)],
    )
}

/// How many batches a document has that a later one can replace.
pub fn batch_count(document: i64) -> Statement {
    Statement::new("SELECT COUNT(*) FROM batch WHERE document = ? AND own = 1", vec![int(document)])
}

/// When a document's batches stopped being seen, the latest.
pub fn replaced_at(document: i64) -> Statement {
    Statement::new("SELECT MAX(known_until) FROM batch WHERE document = ? AND own = 1", vec![int(document)])
}

/// How many of a document's row sets readers see under any revision.
pub fn rows_seen(document: i64) -> Statement {
    Statement::new(
        "SELECT COUNT(*) FROM batch b WHERE b.document = ? AND b.own = 1 AND EXISTS (SELECT 1 FROM batch a WHERE a.active = 1 AND \
         a.store = b.store AND a.trading_day = b.trading_day AND a.kind = b.kind AND a.till = b.till AND a.part = b.part AND \
         (a.content = b.content OR a.coverage = 'range'))",
        vec![int(document)],
    )
}

/// Closes revisions that are active; the number of rows changed says whether all were.
pub fn close(ids: &[i64], now: NaiveDateTime) -> Statement {
    let mut values = vec![Value::DateTime(now)];
    values.extend(ids.iter().map(|&id| int(id)));
    Statement::new(
        format!("UPDATE batch SET active = NULL, known_until = ? WHERE id IN ({}) AND active = 1", marks(ids.len())),
        values,
    )
}

/// Active batches with the same rows but for their dates.
pub fn twins(undated: &[String]) -> Statement {
    let list = undated.iter().map(|hash| text(hash.clone()));
    Where::default()
        .list("undated", list)
        .and("active = 1", [])
        .select("SELECT store, till, kind, undated, trading_day FROM batch", " ORDER BY trading_day")
}

/// The columns of a kind's rows: batch, number, line, document row, then the record's fields in their order.
pub fn row_types(kind: Kind) -> Vec<Type> {
    let mut types = vec![Type::Integer, Type::Text, Type::Integer, Type::Integer];
    types.extend(kind.fields().iter().map(|field| field.kind));
    types
}

fn row_columns(dialect: Dialect, kind: Kind) -> String {
    let columns = ["number", "line", "document_row"].into_iter().chain(kind.fields().iter().map(|field| field.name));
    columns.map(|column| format!("t.{}", dialect.quote(column))).collect::<Vec<_>>().join(", ")
}

/// Rows kept under some batch ids.
pub fn rows(dialect: Dialect, kind: Kind, ids: &[i64]) -> Statement {
    Where::default().list("t.batch", ids.iter().map(|&id| int(id))).select(
        &format!("SELECT t.batch, {} FROM {} t", row_columns(dialect, kind), dialect.quote(kind.word())),
        " ORDER BY t.batch, t.document_row",
    )
}

/// Active rows of a kind over days, with their batch's own id in place of where they are kept.
pub fn active_rows(dialect: Dialect, kind: Kind, days: Days<'_>) -> Statement {
    seen(days.as_of)
        .and("b.kind = ?", [text(kind.word())])
        .store("b.store", days.store)
        .span("b.trading_day", days.from, days.to)
        .select(
            &format!(
                "SELECT b.id, {} FROM batch b JOIN {} t ON t.batch = b.rows_in",
                row_columns(dialect, kind),
                dialect.quote(kind.word())
            ),
            "",
        )
}

/// Which kinds have active batches over days.
pub fn active_kinds(from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Statement {
    Where::default()
        .and("active = 1", [])
        .store("store", store)
        .span("trading_day", from, to)
        .select("SELECT DISTINCT kind FROM batch", "")
}

/// Deletes rows kept under some batch ids.
pub fn delete_rows(dialect: Dialect, kind: Kind, ids: &[i64]) -> Statement {
    let sql = format!("DELETE FROM {}", dialect.quote(fact_table(kind).name));
    Where::default().list("batch", ids.iter().map(|&id| int(id))).select(&sql, "")
}

/// Deletes rows kept under a run of batch ids.
pub fn sweep_rows(dialect: Dialect, kind: Kind, first: i64, last: i64) -> Statement {
    let sql = format!("DELETE FROM {} WHERE batch BETWEEN ? AND ?", dialect.quote(kind.word()));
    Statement::new(sql, vec![int(first), int(last)])
}

/// Batch ids of loads under way.
pub fn loading() -> Statement {
    Statement::new("SELECT first, last, document, began_at FROM loading", vec![])
}

/// A load under way is over. Changes no row when another load swept it away.
pub fn loaded(first: i64) -> Statement {
    Statement::new("DELETE FROM loading WHERE first = ?", vec![int(first)])
}

/// Tokens by code.
pub fn people(role: &str, codes: &[String]) -> Statement {
    let list = codes.iter().map(|code| text(code.clone()));
    Where::default().and("role = ?", [text(role)]).list("code", list).select("SELECT code, token FROM person", "")
}

/// Everybody: role, code, names and token.
pub fn everybody() -> Statement {
    Statement::new("SELECT role, code, first_name, last_name, token FROM person WHERE code IS NOT NULL", vec![])
}

/// Notes what a list says of a person. An erased one is left alone.
pub fn describe_person(token: &str, particulars: &Particulars) -> Statement {
    let Particulars { first_name, last_name, email, phone } = particulars;
    Statement::new(
        "UPDATE person SET first_name = ?, last_name = ?, email = ?, phone = ? WHERE token = ? AND code IS NOT NULL",
        [first_name, last_name, email, phone].map(|one| optional(one.as_deref())).into_iter().chain([text(token)]).collect(),
    )
}

/// A person by token or code: token, role, code, and what lists say.
pub fn person(name: &str) -> Statement {
    Statement::new(
        "SELECT token, role, code, first_name, last_name, email, phone FROM person WHERE token = ? OR code = ? ORDER BY role",
        vec![text(name), text(name)],
    )
}

/// Blanks a person.
pub fn erase_person(token: &str) -> Statement {
    let blank = "UPDATE person SET code = NULL, first_name = NULL, last_name = NULL, email = NULL, phone = NULL WHERE token = ?";
    Statement::new(blank, vec![text(token)])
}

/// Raw cells of all rejected rows.
pub fn rejected_cells() -> Statement {
    Statement::new("SELECT reading, position, cells FROM rejected_row", vec![])
}

/// Puts other cells into a rejected row.
pub fn rewrite_cells(reading: i64, position: i64, cells: &str, why: &str) -> Statement {
    Statement::new(
        "UPDATE rejected_row SET cells = ?, why = ?, diagnostics = '[]' WHERE reading = ? AND position = ?",
        vec![text(cells), text(why), int(reading), int(position)],
    )
}

/// The types of [`findings`].
pub const FINDING_TYPES: &[Type] = &[Type::Text];

/// What a later document of the same layout has answered: it replaces rows of the same store-day, or there were none to replace.
/// For a table `x` with store and day, reading `r` and document `d`; `same` narrows which batches `a` answer.
fn answered(same: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM batch a JOIN document e ON e.id = a.document JOIN reading q ON q.id = a.reading \
     WHERE a.own = 1 AND q.state = 'current' AND q.layout = r.layout AND a.store = x.store AND a.trading_day = x.trading_day {same}\
     AND (e.said_at > d.said_at OR (e.said_at = d.said_at AND e.id > d.id)) \
     AND (EXISTS (SELECT 1 FROM batch b WHERE b.document = d.id AND b.own = 1 AND b.active IS NULL AND b.store = a.store \
     AND b.till = a.till AND b.trading_day = a.trading_day AND b.kind = a.kind AND b.part = a.part) \
     OR NOT EXISTS (SELECT 1 FROM batch b WHERE b.document = d.id AND b.own = 1 AND b.store = x.store AND b.trading_day = x.trading_day)))"
    )
}

/// Findings of documents whose reading still speaks or is held, but for those that a later document has answered.
pub fn findings(from: Option<(NaiveDate, NaiveDate)>, store: Option<&str>, document: Option<i64>) -> Statement {
    let mut condition = Where::default().and("r.state IN ('current', 'held')", []).store("x.store", store);
    if let Some((from, to)) = from {
        condition = condition.span("x.trading_day", from, to);
    }
    match document {
        Some(document) => condition = condition.and("x.document = ?", [int(document)]),
        None => condition = condition.and(&format!("NOT {}", answered("")), []),
    }
    condition.select(
        "SELECT x.diagnostic FROM finding x JOIN reading r ON r.id = x.reading JOIN document d ON d.id = r.document",
        " ORDER BY x.reading, x.position",
    )
}

/// The types of [`rejected_rows`].
pub const REJECTED_TYPES: &[Type] =
    &[Type::Text, Type::Text, Type::Text, Type::Integer, Type::Text, Type::Text, Type::Date, Type::Text, Type::Text];

/// Rejected rows of documents in use that no later document has answered: document hash and name, sheet, row, kind, store, day, cells, why.
pub fn rejected_rows(from: Option<(NaiveDate, NaiveDate)>, store: Option<&str>, as_of: Option<NaiveDateTime>) -> Statement {
    let known = as_of.map(|_| "AND e.arrived_at <= ? ").unwrap_or_default();
    let same = format!("AND a.kind = x.kind AND (x.till IS NULL OR a.till = x.till) {known}");
    let mut condition =
        speaking(as_of, false).and(&format!("NOT {}", answered(&same)), as_of.map(Value::DateTime)).store("x.store", store);
    if let Some((from, to)) = from {
        condition = condition.span("x.trading_day", from, to);
    }
    condition.select(
        "SELECT d.hash, d.name, x.sheet, x.document_row, x.kind, x.store, x.trading_day, x.cells, x.why FROM rejected_row x \
         JOIN reading r ON r.id = x.reading JOIN document d ON d.id = r.document",
        " ORDER BY x.reading, x.position",
    )
}

/// The types of [`mails`].
pub const MAIL_TYPES: &[Type] = &[
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::DateTime,
    Type::DateTime,
    Type::Text,
    Type::Text,
];

const MAIL: &str = "SELECT hash, message, sender, answer_to, subject, thread, sent_at, arrived_at, automatic, documents FROM mail";

/// Mails that were sent since a moment, in that order.
pub fn mails(since: NaiveDateTime) -> Statement {
    Where::default().and("sent_at >= ?", [Value::DateTime(since)]).select(MAIL, " ORDER BY sent_at, arrived_at, hash")
}

/// One mail.
pub fn mail(hash: &str) -> Statement {
    Where::default().and("hash = ?", [text(hash)]).select(MAIL, "")
}

/// The types of [`replies`].
pub const REPLY_TYPES: &[Type] = &[
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::DateTime,
];

/// Answers that were written, in that order: those of these hashes, or of a store, or all.
pub fn replies(hashes: Option<&[String]>, store: Option<&str>) -> Statement {
    let mut condition = Where::default().store("store", store);
    if let Some(hashes) = hashes {
        condition = condition.list("hash", hashes.iter().map(text));
    }
    condition.select(
        "SELECT hash, answer, store, trading_day, answered, message, recipient, subject, body, file, written_at FROM reply",
        " ORDER BY written_at, file",
    )
}

/// Store-days that a document states rows of, those that could not be read among them.
pub fn days_of(document: i64) -> Statement {
    Statement::new(
        "SELECT store, trading_day FROM batch WHERE document = ? AND own = 1 UNION SELECT x.store, x.trading_day FROM rejected_row x \
         JOIN reading r ON r.id = x.reading WHERE r.document = ? AND r.state = 'current' AND x.store IS NOT NULL AND \
         x.trading_day IS NOT NULL",
        vec![int(document), int(document)],
    )
}

/// Store-days of which documents are held: document, store, day.
pub fn held_days(days: Days<'_>) -> Statement {
    let condition = speaking(days.as_of, true);
    let condition = if days.as_of.is_none() { condition.and("d.state = 'held'", []) } else { condition };
    condition.and("f.store IS NOT NULL", []).store("f.store", days.store).span("f.trading_day", days.from, days.to).select(
        "SELECT DISTINCT f.document, f.store, f.trading_day FROM finding f JOIN document d ON d.id = f.document \
             JOIN reading r ON r.id = f.reading",
        "",
    )
}

/// What transactions were worth, by number: store, day, number and total. From the lines, or from the headers.
pub fn originals(dialect: Dialect, kind: Kind, store: &str, numbers: &[String]) -> Statement {
    let amount = if kind == Kind::Lines { "line_total" } else { "total" };
    Where::default()
        .and("b.active = 1", [])
        .and("b.store = ?", [text(store)])
        .and("b.kind = ?", [text(kind.word())])
        .list("t.number", numbers.iter().map(|number| text(number.clone())))
        .and("t.kind NOT IN ('void', 'failed')", [])
        .select(
            &format!(
                "SELECT b.trading_day, t.number, SUM(t.{amount}) FROM batch b JOIN {} t ON t.batch = b.rows_in",
                dialect.quote(kind.word())
            ),
            " GROUP BY b.trading_day, t.number ORDER BY b.trading_day",
        )
}

/// What sales were made of: day, till, number, item code, kind and sum of their lines.
pub fn bought(dialect: Dialect, store: &str, numbers: &[String]) -> Statement {
    let what = "b.trading_day, b.till, t.number, t.item_code, t.kind";
    of_sales(dialect, Kind::Lines, store, "t.number", numbers)
        .and("t.kind NOT IN ('void', 'failed', 'refund')", [])
        .select(&sums(dialect, Kind::Lines, what), &format!(" GROUP BY {what}"))
}

/// What refunds gave back for some sales: day, till, own number, number of the sale, item code (of lines) and sum.
pub fn given_back(dialect: Dialect, kind: Kind, store: &str, numbers: &[String]) -> Statement {
    let item = if kind == Kind::Lines { ", t.item_code" } else { "" };
    let what = format!("b.trading_day, b.till, t.number, t.original_number{item}");
    of_sales(dialect, kind, store, "t.original_number", numbers)
        .and("t.kind = 'refund'", [])
        .select(&sums(dialect, kind, &what), &format!(" GROUP BY {what}"))
}

fn of_sales(dialect: Dialect, kind: Kind, store: &str, column: &str, numbers: &[String]) -> Where {
    Where::default()
        .and("b.active = 1", [])
        .and("b.store = ?", [text(store)])
        .and("b.kind = ?", [text(kind.word())])
        .list(column, numbers.iter().map(|number| text(number.clone())))
        .and(&format!("t.{} = ?", dialect.quote("training")), [Value::Bool(false)])
}

fn sums(dialect: Dialect, kind: Kind, what: &str) -> String {
    let amount = if kind == Kind::Lines { "line_total" } else { "total" };
    format!("SELECT {what}, SUM(t.{amount}) FROM batch b JOIN {} t ON t.batch = b.rows_in", dialect.quote(kind.word()))
}

/// What was counted for some Z-reports: day, till, Z number, tender and count.
pub fn counted(dialect: Dialect, store: &str, z_numbers: &[String]) -> Statement {
    Where::default()
        .and("b.active = 1", [])
        .and("b.store = ?", [text(store)])
        .and("b.kind = ?", [text(Kind::ZReports.word())])
        .list("t.z_number", z_numbers.iter().map(|number| text(number.clone())))
        .and("t.counted IS NOT NULL", [])
        .select(
            &format!(
                "SELECT b.trading_day, b.till, t.z_number, t.tender, t.counted FROM batch b JOIN {} t ON t.batch = b.rows_in",
                dialect.quote(Kind::ZReports.word())
            ),
            "",
        )
}

/// Takes roll-up rows away that have become nothing.
pub fn drop_zeros(table: &str) -> Statement {
    Statement::new(
        format!("DELETE FROM {table} WHERE transactions = 0 AND quantity = 0 AND net = 0 AND tax = 0 AND gross = 0"),
        vec![],
    )
}

/// The types of [`day_totals`] and, without the first and third, of [`product_days`].
pub const TOTAL_TYPES: &[Type] =
    &[Type::Text, Type::Date, Type::Text, Type::Text, Type::Integer, Type::Quantity, Type::Money, Type::Money, Type::Money];

/// Stored totals: store, day, axis, value, transactions, quantity, net, tax, gross.
pub fn day_totals(axis: Option<Axis>, from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Statement {
    let mut condition = Where::default().store("store", store).span("trading_day", from, to);
    if let Some(axis) = axis {
        condition = condition.and("axis = ?", [text(axis.word())]);
    }
    condition.select(
        "SELECT store, trading_day, axis, value, transactions, quantity, net, tax, gross FROM day_total",
        " ORDER BY trading_day, store, axis, value",
    )
}

/// Stored totals by product: an empty store, day, an empty axis, item code, transactions, quantity, net, tax, gross.
pub fn product_days(from: NaiveDate, to: NaiveDate) -> Statement {
    Where::default().span("trading_day", from, to).select(
        "SELECT '', trading_day, '', sku, transactions, quantity, net, tax, gross FROM product_day",
        " ORDER BY trading_day, sku",
    )
}

/// Takes every judgement away, so that none outlives its day.
pub fn forget_days() -> Statement {
    Statement::new("DELETE FROM store_day", vec![])
}

/// Takes away the judgements of a store from a day on: they rest on rows that are no longer those.
pub fn forget_days_from(store: &str, day: NaiveDate) -> Statement {
    Statement::new("DELETE FROM store_day WHERE store = ? AND trading_day >= ?", vec![text(store), Value::Date(day)])
}

/// Takes a judgement away, so that the new one takes its place.
pub fn forget_day(store: &str, day: NaiveDate) -> Statement {
    Statement::new("DELETE FROM store_day WHERE store = ? AND trading_day = ?", vec![text(store), Value::Date(day)])
}

/// The types of [`store_days`].
pub const STORE_DAY_TYPES: &[Type] = &[
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Money,
    Type::Money,
    Type::Integer,
    Type::Integer,
    Type::Text,
];

/// Judgements of days: store, day, state, currency, transactions, takings, over/short, rejected, findings, all of it as JSON.
pub fn store_days(from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Statement {
    Where::default().store("store", store).span("trading_day", from, to).select(
        "SELECT store, trading_day, state, currency, transactions, takings, over_short, rejected, findings, judgement FROM store_day",
        " ORDER BY trading_day, store",
    )
}

/// The types of [`layouts_seen`].
pub const LAYOUT_SEEN_TYPES: &[Type] = &[Type::Text, Type::Text, Type::Text, Type::Date, Type::Date, Type::Integer];

/// The shapes that files had: store, family, columns as JSON, first and last day, days.
pub fn layouts_seen(store: Option<&str>) -> Statement {
    Where::default().store("store", store).select(
        "SELECT store, family, columns_seen, first_day, last_day, good_days FROM layout_seen",
        " ORDER BY store, last_day, shape",
    )
}

/// Takes a shape away, so that what is known of it now takes its place.
pub fn forget_layout_seen(store: &str, shape: &str) -> Statement {
    Statement::new("DELETE FROM layout_seen WHERE store = ? AND shape = ?", vec![text(store), text(shape)])
}

/// Trading days of all active batches.
pub fn active_days() -> Statement {
    Statement::new("SELECT DISTINCT trading_day FROM batch WHERE active = 1 ORDER BY trading_day", vec![])
}

/// The types of every answer of [`unsound`]: what it is about, what it says, what it should say.
pub const UNSOUND_TYPES: &[Type] = &[Type::Text, Type::Integer, Type::Integer];

/// What no load ever leaves behind, as questions that are answered with one row for each: a sentence, and the question. In the
/// sentence `{0}`, `{1}` and `{2}` stand for the answer's columns.
pub fn unsound(dialect: Dialect) -> Vec<(String, Statement)> {
    let mut all: Vec<(String, Statement)> = [
        (
            "store {0} has two active revisions of one batch ({1} of batch {2} and others)",
            "SELECT store, COUNT(*), MIN(id) FROM batch WHERE active = 1 GROUP BY store, till, trading_day, kind, part HAVING COUNT(*) > 1",
        ),
        (
            "a batch of store {0} (batch {1}, revision {2}) is active although it ended, or ended without saying when",
            "SELECT store, id, revision FROM batch WHERE (active = 1 AND known_until IS NOT NULL) OR (active IS NULL AND known_until IS NULL)",
        ),
        (
            "a batch of store {0} (batch {1}) is of reading {2}, which is not there or is another document's",
            "SELECT b.store, b.id, b.reading FROM batch b WHERE NOT EXISTS \
             (SELECT 1 FROM reading r JOIN document d ON d.id = r.document WHERE r.id = b.reading AND d.id = b.document)",
        ),
        (
            "{0}: {1} of its readings speak, and {2} should",
            "SELECT d.name, (SELECT COUNT(*) FROM reading r WHERE r.document = d.id AND r.state = 'current'), 1 FROM document d \
             WHERE d.state = 'loaded' AND (SELECT COUNT(*) FROM reading r WHERE r.document = d.id AND r.state = 'current') <> 1",
        ),
        (
            "{0}: {1} rejected rows are kept, and {2} were found",
            "SELECT d.name, (SELECT COUNT(*) FROM rejected_row x WHERE x.reading = r.id), r.rejected_count FROM reading r \
             JOIN document d ON d.id = r.document \
             WHERE r.rejected_count <> (SELECT COUNT(*) FROM rejected_row x WHERE x.reading = r.id)",
        ),
    ]
    .map(|(sentence, sql)| (sentence.to_owned(), Statement::new(sql, vec![])))
    .into();
    for &kind in Kind::ALL {
        let table = dialect.quote(kind.word());
        let rows = format!("(SELECT COUNT(*) FROM {table} t WHERE t.batch = b.rows_in)");
        all.push((
            format!("a batch of {kind} of store {{0}} has {{1}} rows, and {{2}} were loaded"),
            Statement::new(
                format!("SELECT b.store, {rows}, b.row_count FROM batch b WHERE b.kind = ? AND b.row_count <> {rows}"),
                vec![text(kind.word())],
            ),
        ));
        all.push((
            format!("{{1}} rows of {kind} are in batch {{2}}, which is not there{{0}}"),
            Statement::new(
                format!(
                    "SELECT '', COUNT(*), t.batch FROM {table} t WHERE NOT EXISTS \
                     (SELECT 1 FROM batch b WHERE b.id = t.batch AND b.kind = ? AND b.rows_in = b.id) AND NOT EXISTS \
                     (SELECT 1 FROM loading l WHERE t.batch BETWEEN l.first AND l.last) GROUP BY t.batch"
                ),
                vec![text(kind.word())],
            ),
        ));
    }
    all
}
