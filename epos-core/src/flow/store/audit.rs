//! What people and time did to store-days, as the database keeps it: nothing is changed or deleted, only added.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::activate::{Speaker, ask_known, content_of, fold, stored_rows};
use super::{Cells, Revised, broken, insert, reserve, take_turn};
use crate::error::{Error, Result};
use crate::model::{Acceptance, BatchKey, Content, Declaration, Hash, Key, Kind, Money, Person, Type, Value};
use crate::port::Db;
use crate::reconcile::{State, StoreDay};
use crate::report::Figure;
use crate::sql::audit::{self as questions, Days};
use crate::sql::plan::Revision;
use crate::sql::queries::{self, optional, text};
use crate::sql::rollup::Axis;
use crate::sql::stored::{Diff, TenderChange};

/// A change of a store-day's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The store.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// `epos`, or a person's token.
    pub who: String,
    /// The state before; empty for the first.
    pub was: String,
    /// The state from then on.
    pub state: String,
    /// Why, in one sentence.
    pub why: String,
}

/// What a later document changed in one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredRevision {
    /// `batch.id` of its rows.
    pub batch: i64,
    /// `batch.id` of the rows it replaces; 0 when there were none.
    pub replaces: i64,
    /// The store.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// The till; empty where the kind knows none.
    pub till: String,
    /// The table that keeps its rows.
    pub kind: String,
    /// Z number, or an event's reference; otherwise empty.
    pub part: String,
    /// Its number, from 1.
    pub revision: i64,
    /// File name of the document that brought it.
    pub document: String,
    /// First digits of that document's hash.
    pub hash: String,
    /// The sender of its mail.
    pub sender: Option<String>,
    /// When it came, UTC.
    pub at: NaiveDateTime,
    /// `active`, `held`, `released` or `posted`.
    pub state: String,
    /// Rows that are new.
    pub added: i64,
    /// Rows that are gone.
    pub removed: i64,
    /// Rows that are different.
    pub changed: i64,
    /// Sum of the rows' amounts before; nothing for kinds without an amount.
    pub before: Option<Money>,
    /// The same sum after.
    pub after: Option<Money>,
    /// Sums by tender that are different.
    pub tenders: Vec<TenderChange>,
    /// The first few changes in words.
    pub examples: Vec<String>,
}

/// What a revision's diff says beside its figures.
#[derive(Default, Serialize, Deserialize)]
struct Detail {
    tenders: Vec<TenderChange>,
    examples: Vec<String>,
}

impl StoredRevision {
    /// What it changed, in words: `2 rows changed, 1 row added; 120.00 → 118.50`.
    pub fn difference(&self) -> String {
        let rows = |count: i64| usize::try_from(count).unwrap_or_default();
        let (added, removed, changed) = (rows(self.added), rows(self.removed), rows(self.changed));
        Diff { added, removed, changed, before: self.before, after: self.after, ..Diff::default() }.to_string()
    }
}

/// Something added to a closed period's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// `batch.id` of the rows that came too late.
    pub batch: i64,
    /// The store.
    pub store: String,
    /// The day that it is about.
    pub trading_day: NaiveDate,
    /// The day on which it is posted.
    pub posted_on: NaiveDate,
    /// `takings`, `tax`, or a tender with `tender ` before its name.
    pub figure: String,
    /// By how much it changes.
    pub amount: Money,
}

impl From<Adjustment> for crate::report::Adjustment {
    fn from(kept: Adjustment) -> Self {
        let figure = match (kept.figure.as_str(), kept.figure.strip_prefix("tender ")) {
            (_, Some(tender)) => Figure::Tender(tender.to_owned()),
            ("tax", _) => Figure::Tax,
            _ => Figure::Takings,
        };
        let Adjustment { store, trading_day, posted_on, amount, .. } = kept;
        crate::report::Adjustment { store, trading_day, posted_on, figure, amount }
    }
}

fn strange(db: &dyn Db, what: &str) -> Error {
    broken(db, format!("{what} cannot be read"))
}

/// Acceptances of some days, in the order in which they were given.
///
/// # Errors
/// When the database fails.
pub fn acceptances(db: &mut dyn Db, days: Days<'_>) -> Result<Vec<Acceptance>> {
    let wrong = strange(db, "an acceptance");
    let (mut found, mut bad) = (Vec::new(), false);
    db.query(&questions::acceptances(days), questions::ACCEPTANCE_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (id, store, trading_day) = (cells.next(), cells.next(), cells.date());
        let (code, subject, amount) = (cells.next(), cells.next(), cells.next());
        let Ok(reason) = cells.next::<String>().parse() else {
            bad = true;
            return Ok(());
        };
        let (tax_rate, note, by, second) = (cells.next(), cells.next(), cells.next(), cells.next());
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        found.push(Acceptance { id, code, store, trading_day, subject, amount, reason, tax_rate, note, by, second, at });
        Ok(())
    })?;
    if bad { Err(wrong) } else { Ok(found) }
}

/// Keeps an acceptance; its `id` is given here.
///
/// # Errors
/// When the database fails.
pub fn accept(db: &mut dyn Db, given: &Acceptance) -> Result<Acceptance> {
    let mut kept = given.clone();
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        kept.id = reserve(db, "acceptance", 1)?;
        super::unjudge(db, std::iter::once((kept.store.clone(), kept.trading_day)))?;
        insert(db, "acceptance", [row_of(&kept)])
    })?;
    Ok(kept)
}

fn row_of(kept: &Acceptance) -> Vec<Value<'static>> {
    vec![
        Value::Integer(kept.id),
        text(kept.store.clone()),
        Value::Date(kept.trading_day),
        text(kept.code.clone()),
        text(kept.subject.clone()),
        kept.amount.map_or(Value::Null, |amount| Value::Decimal(amount.decimal())),
        text(kept.reason.word()),
        kept.tax_rate.map_or(Value::Null, |rate| Value::Decimal(rate.decimal())),
        text(kept.note.clone()),
        text(kept.by.clone()),
        optional(kept.second.as_deref()),
        Value::DateTime(kept.at),
    ]
}

/// Declarations of some days, in the order in which they were made.
///
/// # Errors
/// When the database fails.
pub fn declarations(db: &mut dyn Db, days: Days<'_>) -> Result<Vec<(i64, Declaration)>> {
    let wrong = strange(db, "a declaration");
    let (mut found, mut bad) = (Vec::new(), false);
    db.query(&questions::declarations(days), questions::DECLARATION_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (id, store, trading_day) = (cells.next(), cells.next(), cells.date());
        let Ok(declared) = cells.next::<String>().parse() else {
            bad = true;
            return Ok(());
        };
        let (reason, by) = (cells.next(), cells.next());
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        found.push((id, Declaration { store, trading_day, declared, reason, by, at }));
        Ok(())
    })?;
    if bad { Err(wrong) } else { Ok(found) }
}

/// Keeps a declaration.
///
/// # Errors
/// When the database fails.
pub fn declare(db: &mut dyn Db, said: &Declaration) -> Result<()> {
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        super::unjudge(db, std::iter::once((said.store.clone(), said.trading_day)))?;
        let id = reserve(db, "declaration", 1)?;
        let row = vec![
            Value::Integer(id),
            text(said.store.clone()),
            Value::Date(said.trading_day),
            text(said.declared.word()),
            text(said.reason.clone()),
            text(said.by.clone()),
            Value::DateTime(said.at),
        ];
        insert(db, "declaration", [row])
    })
}

/// Changes of state of some days, in order.
///
/// # Errors
/// When the database fails.
pub fn events(db: &mut dyn Db, days: Days<'_>) -> Result<Vec<Event>> {
    let mut found = Vec::new();
    db.query(&questions::events(days), questions::EVENT_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (store, trading_day) = (cells.next(), cells.date());
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        let (who, was, state, why) = (cells.next(), cells.next(), cells.next(), cells.next());
        found.push(Event { store, trading_day, at, who, was, state, why });
        Ok(())
    })?;
    Ok(found)
}

/// The state of every store-day as it was last noted. What was done to sealed ones is no state of theirs.
pub(super) fn states(db: &mut dyn Db) -> Result<BTreeMap<(String, NaiveDate), String>> {
    let mut found = BTreeMap::new();
    db.query(&questions::states(), &[Type::Text, Type::Date, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        found.insert((cells.next(), cells.date()), cells.next());
        Ok(())
    })?;
    Ok(found)
}

/// The change of a day's state since it was last noted, if it is another.
pub(super) fn changed(day: &StoreDay, states: &BTreeMap<(String, NaiveDate), String>, now: NaiveDateTime) -> Option<Event> {
    let was = states.get(&(day.store.clone(), day.trading_day)).map(String::as_str).unwrap_or_default();
    let state = day.state.word();
    let by = match (day.state, day.accepted.last(), &day.declaration) {
        (State::Accepted, Some(settled), _) => Some(settled.acceptance.by.clone()),
        (State::Closed | State::Zero, _, Some(declaration)) => Some(declaration.by.clone()),
        _ => None,
    };
    (was != state).then(|| Event {
        store: day.store.clone(),
        trading_day: day.trading_day,
        at: now,
        who: by.unwrap_or_else(|| "epos".to_owned()),
        was: was.to_owned(),
        state: state.to_owned(),
        why: day.why(),
    })
}

/// Keeps changes of state. Within the caller's unit of work.
pub(super) fn add_events(db: &mut dyn Db, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let first = reserve(db, "day_event", events.len() as i64)?;
    let rows = events.iter().zip(first..).map(|(event, id)| {
        vec![
            Value::Integer(id),
            text(event.store.clone()),
            Value::Date(event.trading_day),
            Value::DateTime(event.at),
            text(event.who.clone()),
            text(event.was.clone()),
            text(event.state.clone()),
            text(event.why.clone()),
        ]
    });
    insert(db, "day_event", rows)
}

/// Keeps what a document changed. Within the activation's unit of work.
pub(super) fn keep_revisions(db: &mut dyn Db, revised: &[Revised], speaker: &Speaker) -> Result<()> {
    let daily = revised.iter().filter(|one| one.key.0.trading_day != Key::ALWAYS && !one.key.0.store.is_empty());
    let rows = daily.map(|one| {
        let diff = &one.diff;
        let detail = Detail { tenders: diff.tenders.clone(), examples: diff.examples.clone() };
        let money = |amount: Option<Money>| amount.map_or(Value::Null, |amount| Value::Decimal(amount.decimal()));
        vec![
            Value::Integer(one.batches.0),
            Value::Integer(one.batches.1),
            text(one.key.0.store.clone()),
            Value::Date(one.key.0.trading_day),
            Value::Integer(speaker.document),
            Value::DateTime(speaker.now),
            text(if one.held { "held" } else { "active" }),
            Value::Integer(diff.added as i64),
            Value::Integer(diff.removed as i64),
            Value::Integer(diff.changed as i64),
            money(diff.before),
            money(diff.after),
            text(serde_json::to_string(&detail).unwrap_or_default()),
        ]
    });
    insert(db, "revision", rows)
}

/// What later documents changed on some days; with a state, only those. With a moment in `days`, what came after it.
///
/// # Errors
/// When the database fails.
pub fn revisions(db: &mut dyn Db, days: Days<'_>, state: Option<&str>) -> Result<Vec<StoredRevision>> {
    let mut found = Vec::new();
    db.query(&questions::revisions(days, state), questions::REVISION_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (batch, replaces, store, trading_day) = (cells.next(), cells.next(), cells.next(), cells.date());
        let (till, kind, part, revision) = (cells.next(), cells.next(), cells.next(), cells.next());
        let document = cells.next();
        let hash = Hash::parse(&cells.next::<String>()).map(|hash| hash.short()).unwrap_or_default();
        let sender = cells.next();
        let at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
        let (state, added, removed, changed) = (cells.next(), cells.next(), cells.next(), cells.next());
        let (before, after) = (cells.next(), cells.next());
        let Detail { tenders, examples } = serde_json::from_str(&cells.next::<String>()).unwrap_or_default();
        found.push(StoredRevision {
            batch,
            replaces,
            store,
            trading_day,
            till,
            kind,
            part,
            revision,
            document,
            hash,
            sender,
            at,
            state,
            added,
            removed,
            changed,
            before,
            after,
            tenders,
            examples,
        });
        Ok(())
    })?;
    Ok(found)
}

/// What the revisions that wait for a day change of its takings, tax and tenders.
///
/// # Errors
/// When the database fails.
pub fn changes(db: &mut dyn Db, store: &str, day: NaiveDate, posted_on: NaiveDate) -> Result<Vec<Adjustment>> {
    let asked = Days::now(day, day, Some(store));
    let held = revisions(db, asked, Some("held"))?;
    let mut before: BTreeMap<BatchKey, Revision> = BTreeMap::new();
    for one in ask_known(db, &queries::active(asked, None))? {
        before.insert(one.revision.key.clone(), one.revision);
    }
    let mut after = before.clone();
    for one in &held {
        let mut known = ask_known(db, &queries::batch(one.batch))?;
        if let Some(known) = known.pop() {
            after.insert(known.revision.key.clone(), known.revision);
        }
    }
    let mut figures: BTreeMap<String, Money> = BTreeMap::new();
    for (set, sign) in [(&before, -1), (&after, 1)] {
        let mut tills: BTreeMap<&str, Content> = BTreeMap::new();
        for ((key, kind, _), revision) in set {
            if matches!(kind, Kind::Headers | Kind::Lines | Kind::Tenders) {
                let rows = stored_rows(db, *kind, &[revision.rows_in])?.remove(&revision.rows_in).unwrap_or_default();
                content_of(db, *kind, rows, tills.entry(&key.till).or_default())?;
            }
        }
        for content in tills.values() {
            for ((axis, value), sums) in fold(std::iter::once(content)).axes {
                let mut add = |figure: String, amount: Money| {
                    *figures.entry(figure).or_default() += if sign < 0 { -amount } else { amount };
                };
                match axis {
                    Axis::Category => {
                        add("takings".to_owned(), Money::from_ten_thousandths(sums.gross));
                        add("tax".to_owned(), Money::from_ten_thousandths(sums.tax));
                    }
                    Axis::Tender => add(format!("tender {value}"), Money::from_ten_thousandths(sums.gross)),
                    _ => {}
                }
            }
        }
    }
    let batch = held.last().map_or(0, |one| one.batch);
    let changed = figures.into_iter().filter(|(_, amount)| !amount.is_zero());
    Ok(changed
        .map(|(figure, amount)| Adjustment { batch, store: store.to_owned(), trading_day: day, posted_on, figure, amount })
        .collect())
}

/// The last day of the closed period.
///
/// # Errors
/// When the database fails.
pub fn last_locked(db: &mut dyn Db) -> Result<Option<NaiveDate>> {
    let mut last = None;
    db.query(&questions::last_locked(), &[Type::Date], &mut |row| {
        if let Some(Value::Date(day)) = row.first() {
            last = Some(*day);
        }
        Ok(())
    })?;
    Ok(last)
}

/// Closes the period up to a day.
///
/// # Errors
/// When the database fails.
pub fn lock(db: &mut dyn Db, last_day: NaiveDate, by: &str, at: NaiveDateTime) -> Result<()> {
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        let id = reserve(db, "period_lock", 1)?;
        insert(db, "period_lock", [vec![Value::Integer(id), Value::Date(last_day), text(by), Value::DateTime(at)]])
    })
}

/// What is posted on some days for days of a closed period.
///
/// # Errors
/// When the database fails.
pub fn adjustments(db: &mut dyn Db, from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Result<Vec<Adjustment>> {
    let mut found = Vec::new();
    db.query(&questions::adjustments(from, to, store), questions::ADJUSTMENT_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (batch, store, trading_day, posted_on) = (cells.next(), cells.next(), cells.date(), cells.date());
        found.push(Adjustment { batch, store, trading_day, posted_on, figure: cells.next(), amount: cells.next() });
        Ok(())
    })?;
    Ok(found)
}

/// Posts what waits for a day of a closed period; it waits no longer.
///
/// # Errors
/// When the database fails.
pub fn post(db: &mut dyn Db, store: &str, day: NaiveDate, adjustments: &[Adjustment], event: &Event) -> Result<()> {
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        add_events(db, std::slice::from_ref(event))?;
        db.execute(&questions::revision_state(store, day, "posted"))?;
        let rows = adjustments.iter().zip(1..).map(|(of, line)| {
            vec![
                Value::Integer(of.batch),
                Value::Integer(line),
                text(of.store.clone()),
                Value::Date(of.trading_day),
                Value::Date(of.posted_on),
                text(of.figure.clone()),
                Value::Decimal(of.amount.decimal()),
            ]
        });
        insert(db, "adjustment", rows)
    })
}

/// What waited for a day waits no longer: it is in the figures now.
///
/// # Errors
/// When the database fails.
pub fn released(db: &mut dyn Db, store: &str, day: NaiveDate, event: &Event) -> Result<()> {
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        add_events(db, std::slice::from_ref(event))?;
        super::unjudge(db, std::iter::once((store.to_owned(), day)))?;
        db.execute(&questions::revision_state(store, day, "released")).map(drop)
    })
}

/// The token of whoever signs: an employee of that name or code, else a signer of their own, who is noted when new. `seed` is random bytes.
///
/// # Errors
/// When the database fails.
pub fn signer(db: &mut dyn Db, name: &str, seed: &[u8; 32]) -> Result<Person> {
    let name = name.trim();
    let find = |db: &mut dyn Db| -> Result<Option<String>> {
        let mut found: BTreeSet<(bool, String)> = BTreeSet::new();
        let types = [Type::Text, Type::Text, Type::Person, Type::Person, Type::Person];
        db.query(&questions::called(name), &types, &mut |row| {
            let mut cells = Cells::of(row);
            let (token, role, code): (String, String, String) = (cells.next(), cells.next(), cells.next());
            let names: [Option<String>; 2] = [cells.next(), cells.next()];
            let full = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            if code == name || full.eq_ignore_ascii_case(name) {
                found.insert((role == "signer", token));
            }
            Ok(())
        })?;
        Ok(found.into_iter().next().map(|(_, token)| token))
    };
    let mut token = find(db)?;
    if token.is_none() {
        db.all_or_nothing(&mut |db| {
            take_turn(db)?;
            token = find(db)?;
            if token.is_none() {
                let made = format!("p{}", &Hash::of(&[seed.as_slice(), name.as_bytes()].concat()).to_string()[..20]);
                let blank = const { Value::Null };
                let row = vec![text(made.clone()), text("signer"), text(name), blank.clone(), blank.clone(), blank.clone(), blank];
                insert(db, "person", [row])?;
                token = Some(made);
            }
            Ok(())
        })?;
    }
    Ok(Person(token.unwrap_or_default()))
}
