//! Questions about what people and time did to store-days: acceptances, declarations, changes of state, revisions, seals.

use chrono::{NaiveDate, NaiveDateTime};

use super::Statement;
use super::queries::{Where, text};
use crate::model::{Type, Value};

/// The types of [`acceptances`].
pub const ACCEPTANCE_TYPES: &[Type] = &[
    Type::Integer,
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Money,
    Type::Text,
    Type::Rate,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::DateTime,
];

/// Which days of which store, as they were known at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days<'d> {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// One store, or all.
    pub store: Option<&'d str>,
    /// As known at this moment (UTC); now when absent.
    pub as_of: Option<NaiveDateTime>,
}

impl<'d> Days<'d> {
    /// As they are known now.
    pub fn now(from: NaiveDate, to: NaiveDate, store: Option<&'d str>) -> Self {
        Days { from, to, store, as_of: None }
    }

    fn of(self, moment: &str) -> Where {
        let days = Where::default().store("store", self.store).span("trading_day", self.from, self.to);
        match self.as_of {
            Some(at) => days.and(&format!("{moment} <= ?"), [Value::DateTime(at)]),
            None => days,
        }
    }
}

const ACCEPTANCE: &str =
    "SELECT id, store, trading_day, code, subject, amount, reason, tax_rate, note, signed_by, second_by, signed_at FROM acceptance";

const DECLARATION: &str = "SELECT id, store, trading_day, declared, reason, signed_by, signed_at FROM declaration";

/// Acceptances of some days, in order.
pub fn acceptances(days: Days<'_>) -> Statement {
    days.of("signed_at").select(ACCEPTANCE, " ORDER BY id")
}

/// The types of [`declarations`].
pub const DECLARATION_TYPES: &[Type] = &[Type::Integer, Type::Text, Type::Date, Type::Text, Type::Text, Type::Text, Type::DateTime];

/// Declarations of some days, in order.
pub fn declarations(days: Days<'_>) -> Statement {
    days.of("signed_at").select(DECLARATION, " ORDER BY id")
}

/// The types of [`events`].
pub const EVENT_TYPES: &[Type] = &[Type::Text, Type::Date, Type::DateTime, Type::Text, Type::Text, Type::Text, Type::Text];

/// Changes of state of some days, in order: store, day, when, who, before, after, why.
pub fn events(days: Days<'_>) -> Statement {
    days.of("happened_at").select("SELECT store, trading_day, happened_at, who, was, state, why FROM day_event", " ORDER BY id")
}

/// The types of [`revisions`].
pub const REVISION_TYPES: &[Type] = &[
    Type::Integer,
    Type::Integer,
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::DateTime,
    Type::Text,
    Type::Integer,
    Type::Integer,
    Type::Integer,
    Type::Money,
    Type::Money,
    Type::Text,
];

/// What later documents changed, in order: batch, replaced batch, store, day, till, kind, part, revision, document's name, hash and sender,
/// when, state, rows added, removed and changed, sums before and after, detail.
pub fn revisions(days: Days<'_>, state: Option<&str>) -> Statement {
    let mut condition = Where::default().store("v.store", days.store).span("v.trading_day", days.from, days.to);
    if let Some(at) = days.as_of {
        condition = condition.and("v.happened_at > ?", [Value::DateTime(at)]);
    }
    if let Some(state) = state {
        condition = condition.and("v.state = ?", [text(state)]);
    }
    condition.select(
        "SELECT v.batch, v.replaces, v.store, v.trading_day, b.till, b.kind, b.part, b.revision, d.name, d.hash, d.sender, \
         v.happened_at, v.state, v.added_rows, v.removed_rows, v.changed_rows, v.before_amount, v.after_amount, v.detail \
         FROM revision v JOIN batch b ON b.id = v.batch JOIN document d ON d.id = v.document",
        " ORDER BY v.batch",
    )
}

/// Revisions of a store-day that wait get another state.
pub fn revision_state(store: &str, day: NaiveDate, state: &str) -> Statement {
    Statement::new(
        "UPDATE revision SET state = ? WHERE store = ? AND trading_day = ? AND state = 'held'",
        vec![text(state), text(store), Value::Date(day)],
    )
}

/// The columns of [`seals`].
pub const SEAL: &str = "store, number, trading_day, sealing, link, payload, result, sealed_by, sealed_at";

/// The types of [`seals`].
pub const SEAL_TYPES: &[Type] =
    &[Type::Text, Type::Integer, Type::Date, Type::Integer, Type::Text, Type::Text, Type::Text, Type::Text, Type::DateTime];

/// The chain of a store, or of all, from the first link on.
pub fn seals(store: Option<&str>) -> Statement {
    Where::default().store("store", store).select(&format!("SELECT {SEAL} FROM seal"), " ORDER BY store, number")
}

/// How many seals there are.
pub fn seal_count() -> Statement {
    Statement::new("SELECT COUNT(*) FROM seal", vec![])
}

/// Some columns of the seal at a place in the order of [`seals`], from 0.
pub fn seal_at(place: i64, columns: &str) -> Statement {
    Statement::new(format!("SELECT {columns} FROM seal ORDER BY store, number LIMIT 1 OFFSET {place}"), vec![])
}

/// What a batch is of, for people: kind, and its document's name.
pub fn batch_name(id: i64) -> Statement {
    Statement::new(
        "SELECT b.kind, d.name FROM batch b JOIN document d ON d.id = b.document WHERE b.id = ?",
        vec![Value::Integer(id)],
    )
}

/// The types of [`sealed_days`].
pub const SEALED_DAY_TYPES: &[Type] = &[Type::Text, Type::Date, Type::Integer, Type::Integer, Type::DateTime];

/// Sealed days: store, day, how often, number of the last seal, and when.
pub fn sealed_days(days: Days<'_>) -> Statement {
    days.of("sealed_at")
        .select("SELECT store, trading_day, MAX(sealing), MAX(number), MAX(sealed_at) FROM seal", " GROUP BY store, trading_day")
}

/// The last day of the closed period.
pub fn last_locked() -> Statement {
    Statement::new("SELECT MAX(last_day) FROM period_lock", vec![])
}

/// The types of [`adjustments`].
pub const ADJUSTMENT_TYPES: &[Type] = &[Type::Integer, Type::Text, Type::Date, Type::Date, Type::Text, Type::Money];

/// Adjustments posted on some days: batch, store, day they are about, day they are posted on, figure, amount.
pub fn adjustments(from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Statement {
    Where::default().store("store", store).span("posted_on", from, to).select(
        "SELECT batch, store, trading_day, posted_on, figure, amount FROM adjustment",
        " ORDER BY posted_on, store, batch, line",
    )
}

/// The people who have a role and this name or code: token.
pub fn called(name: &str) -> Statement {
    Statement::new(
        "SELECT token, role, code, first_name, last_name FROM person WHERE role IN ('signer', 'employee') AND code IS NOT NULL \
         AND (code = ? OR first_name IS NOT NULL OR last_name IS NOT NULL)",
        vec![text(name)],
    )
}

/// Documents of some batches: id, hash, name, bytes, message, sent, arrived, said.
pub fn documents_by_id(ids: &[i64]) -> Statement {
    Where::default()
        .list("id", ids.iter().map(|&id| Value::Integer(id)))
        .select("SELECT id, hash, name, bytes, message, sent_at, arrived_at, said_at FROM document", "")
}

/// The types of [`documents_by_id`].
pub const DOCUMENT_FACT_TYPES: &[Type] =
    &[Type::Integer, Type::Text, Type::Text, Type::Integer, Type::Text, Type::DateTime, Type::DateTime, Type::DateTime];

/// What was done to sealed days, in order: store, day, what.
pub fn sealings(days: Days<'_>) -> Statement {
    days.of("happened_at")
        .and("state IN ('sealed', 'restated', 'released')", [])
        .select("SELECT store, trading_day, state FROM day_event", " ORDER BY id")
}

/// The last noted state of every store-day, but for what was done to sealed ones.
pub fn states() -> Statement {
    Statement::new(
        "SELECT e.store, e.trading_day, e.state FROM day_event e JOIN (SELECT MAX(id) AS id FROM day_event \
         WHERE state NOT IN ('sealed', 'restated', 'released', 'posted') GROUP BY store, trading_day) l ON l.id = e.id",
        vec![],
    )
}

/// Batches by their ids, with what their documents and readings say.
pub fn batches(ids: &[i64]) -> Statement {
    Where::default().list("id", ids.iter().map(|&id| Value::Integer(id))).select(
        "SELECT id, store, till, trading_day, kind, part, revision, document, layout, layout_version, coverage, numbering, \
         prices_include_tax, absent, content, row_count, rows_in, known_from FROM batch",
        "",
    )
}

/// The types of [`batches`].
pub const BATCH_TYPES: &[Type] = &[
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Date,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Integer,
    Type::Text,
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Bool,
    Type::Text,
    Type::Text,
    Type::Integer,
    Type::Integer,
    Type::DateTime,
];

/// Acceptances by their ids.
pub fn acceptances_by_id(ids: &[i64]) -> Statement {
    Where::default().list("id", ids.iter().map(|&id| Value::Integer(id))).select(ACCEPTANCE, "")
}

/// Declarations by their ids.
pub fn declarations_by_id(ids: &[i64]) -> Statement {
    Where::default().list("id", ids.iter().map(|&id| Value::Integer(id))).select(DECLARATION, "")
}
