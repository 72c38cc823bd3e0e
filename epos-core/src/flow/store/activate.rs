//! The one all-or-nothing step: which revisions readers see, and the roll-ups that follow.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Cells, Revised, broken, in_lists, insert, reserve, take_turn};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::model::{BatchKey, Content, Coverage, Hash, Key, Kind, Numbering, Type, Value};
use crate::port::Db;
use crate::sql::plan::{Draft, Drafts, Known, KnownBatches, Next, Revision, Said, Step, push_row};
use crate::sql::queries::{self, text};
use crate::sql::rollup::{Axis, Fold, Sums, Totals, Words};
use crate::sql::stored::{Diff, Stored, into_content, tally, union};
use crate::sql::{Rows, Statement, fact_table};

/// Who speaks in an activation.
pub(super) struct Speaker {
    /// `document.id`.
    pub document: i64,
    /// `reading.id`.
    pub reading: i64,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
}

/// What an activation changed.
#[derive(Default)]
pub(super) struct Changes {
    /// Batches that readers see differently now.
    pub batches: usize,
    /// Those that replaced others.
    pub revised: Vec<Revised>,
    /// Their store-days.
    pub days: BTreeSet<(String, NaiveDate)>,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Sales: what roll-ups are made of.
const SALES: [Kind; 3] = [Kind::Headers, Kind::Lines, Kind::Tenders];

/// How many till-days are compared at a time, so that a large document costs no more memory than a small one.
const AT_ONCE: usize = 200;

/// One row of the known-batches questions.
pub(super) fn known_row(db_url: &str, row: Vec<Value<'static>>) -> Result<Known> {
    let mut cells = Cells::of(row);
    let strange = |what: &str| Error::Database { url: db_url.to_owned(), message: format!("a batch has a strange {what}") };
    let id = cells.next();
    let (store, till, trading_day) = (cells.next(), cells.next(), cells.date());
    let kind: Kind = cells.next::<String>().parse().map_err(|_| strange("kind"))?;
    let part = cells.next();
    let (revision, document, reading) = (cells.next(), cells.next(), cells.next());
    let (layout, layout_version) = (cells.next(), cells.next());
    let coverage = coverage(&cells.next::<String>()).ok_or_else(|| strange("coverage"))?;
    let numbering = numbering(&cells.next::<String>()).ok_or_else(|| strange("numbering"))?;
    let (prices_include_tax, absent) = (cells.next(), cells.next());
    let content = Hash::parse(&cells.next::<String>()).ok_or_else(|| strange("content hash"))?;
    let undated = cells.next::<Option<String>>().and_then(|text| Hash::parse(&text));
    let (row_count, rows_in, own, active) = (cells.next(), cells.next(), cells.next(), cells.next());
    let known_from = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
    let known_until = cells.next();
    let hash = Hash::parse(&cells.next::<String>()).ok_or_else(|| strange("document"))?;
    let name = cells.next();
    let said_at = cells.next::<Option<NaiveDateTime>>().unwrap_or_default();
    let live = cells.next();
    Ok(Known {
        revision: Revision {
            id,
            key: (Key { store, till, trading_day }, kind, part),
            revision,
            document,
            reading,
            said: Arc::new(Said { layout, layout_version, coverage, numbering, prices_include_tax, absent }),
            content,
            undated,
            row_count,
            rows_in,
            own,
            active,
            known_from,
            known_until,
        },
        hash,
        document: name,
        order: (said_at, document, reading),
        live,
    })
}

const COVERAGES: [(Coverage, &str); 4] =
    [(Coverage::Day, "day"), (Coverage::Range, "range"), (Coverage::Snapshot, "snapshot"), (Coverage::Event, "event")];
const NUMBERINGS: [(Numbering, &str); 5] = [
    (Numbering::PerDay, "per_day"),
    (Numbering::PerShift, "per_shift"),
    (Numbering::PerTill, "per_till"),
    (Numbering::PerStore, "per_store"),
    (Numbering::None, "none"),
];

fn coverage(word: &str) -> Option<Coverage> {
    COVERAGES.iter().find(|(_, known)| *known == word).map(|(coverage, _)| *coverage)
}

fn numbering(word: &str) -> Option<Numbering> {
    NUMBERINGS.iter().find(|(_, known)| *known == word).map(|(numbering, _)| *numbering)
}

/// A batch row for its table.
fn batch_row(batch: &Revision) -> Vec<Value<'static>> {
    let (key, kind, part) = &batch.key;
    let word = |found: Option<&'static str>| Value::Text(Cow::Borrowed(found.unwrap_or_default()));
    vec![
        Value::Integer(batch.id),
        text(key.store.clone()),
        text(key.till.clone()),
        Value::Date(key.trading_day),
        Value::Text(Cow::Borrowed(kind.word())),
        text(part.clone()),
        Value::Integer(batch.revision),
        Value::Integer(batch.document),
        Value::Integer(batch.reading),
        text(batch.said.layout.clone()),
        Value::Integer(batch.said.layout_version),
        word(COVERAGES.iter().find(|(one, _)| *one == batch.said.coverage).map(|(_, word)| *word)),
        word(NUMBERINGS.iter().find(|(one, _)| *one == batch.said.numbering).map(|(_, word)| *word)),
        batch.said.prices_include_tax.map_or(Value::Null, Value::Bool),
        text(batch.said.absent.clone()),
        text(batch.content.to_string()),
        batch.undated.map_or(Value::Null, |hash| text(hash.to_string())),
        Value::Integer(batch.row_count),
        Value::Integer(batch.rows_in),
        Value::Bool(batch.own),
        if batch.active { Value::Bool(true) } else { Value::Null },
        Value::DateTime(batch.known_from),
        batch.known_until.map_or(Value::Null, Value::DateTime),
    ]
}

/// Asks for batches.
pub(super) fn ask_known(db: &mut dyn Db, question: &Statement) -> Result<Vec<Known>> {
    let url = db.url().to_owned();
    let mut found = Vec::new();
    db.query(question, queries::KNOWN_TYPES, &mut |row| {
        found.push(known_row(&url, row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Every revision of the till-days that a load touches: those of its keys, and those that its document spoke of before.
pub(super) fn known_batches(db: &mut dyn Db, keys: &BTreeSet<Key>, document: Option<i64>) -> Result<KnownBatches> {
    let mut spans: Vec<(String, NaiveDate, NaiveDate)> = Vec::new();
    if let Some(document) = document {
        db.query(&queries::span_of(document), &[Type::Text, Type::Date, Type::Date], &mut |row| {
            let mut cells = Cells::of(row);
            spans.push((cells.next(), cells.date(), cells.date()));
            Ok(())
        })?;
    }
    spans.extend(keys.iter().map(|key| (key.store.clone(), key.trading_day, key.trading_day)));
    let stores: BTreeSet<&str> = spans.iter().map(|(store, ..)| store.as_str()).collect();
    let from = spans.iter().map(|(_, from, _)| *from).min();
    let to = spans.iter().map(|(.., to)| *to).max();
    let (Some(from), Some(to)) = (from, to) else { return Ok(KnownBatches::new()) };
    let stores: Vec<&str> = stores.into_iter().collect();
    let mut found = Vec::new();
    in_lists(&stores, |stores| {
        found.append(&mut ask_known(db, &queries::known(stores, from, to))?);
        Ok(())
    })?;
    let touched: BTreeSet<Key> =
        found.iter().filter(|one| Some(one.revision.document) == document).map(|one| one.revision.key.0.clone()).collect();
    let mut known = KnownBatches::new();
    for one in found {
        let key = &one.revision.key.0;
        if keys.contains(key) || touched.contains(key) {
            known.entry(one.revision.key.clone()).or_default().push(one);
        }
    }
    Ok(known)
}

/// Compare-and-set: what the plan was made from must still be so, and stays so until this unit of work is over.
pub(super) fn verify(db: &mut dyn Db, keys: &BTreeSet<Key>, document: Option<i64>, planned: &KnownBatches) -> Result<()> {
    take_turn(db)?;
    let now = known_batches(db, keys, document)?;
    if now == *planned {
        return Ok(());
    }
    let changed = now.iter().find(|(key, list)| planned.get(*key) != Some(list)).map(|(key, _)| crate::sql::plan::named(key));
    Err(Error::Conflict(changed.unwrap_or_else(|| "a batch".into())))
}

/// Rows kept under batch ids, by id.
pub(super) fn stored_rows(db: &mut dyn Db, kind: Kind, ids: &[i64]) -> Result<HashMap<i64, Vec<Stored>>> {
    let types = queries::row_types(kind);
    let mut found: HashMap<i64, Vec<Stored>> = HashMap::new();
    in_lists(ids, |ids| {
        db.query(&queries::rows(db.dialect(), kind, ids), &types, &mut |row| {
            let (batch, row) = stored_row(kind, row);
            found.entry(batch).or_default().push(row);
            Ok(())
        })
    })?;
    Ok(found)
}

/// One row: its batch, and the row. What only stood for a blank number becomes blank again.
pub(super) fn stored_row(kind: Kind, row: Vec<Value<'static>>) -> (i64, Stored) {
    let mut cells = Cells::of(row);
    let (batch, number, line, document_row): (i64, String, i64, i64) = (cells.next(), cells.next(), cells.next(), cells.next());
    let mut values = cells.rest();
    if number.starts_with('~')
        && let Some(value) = kind.field("number").and_then(|field| values.get_mut(field))
    {
        *value = Value::Null;
    }
    (batch, Stored { number, line, row: u32::try_from(document_row).unwrap_or(0), values })
}

/// Content of stored rows.
pub(super) fn content_of(db: &dyn Db, kind: Kind, rows: Vec<Stored>, content: &mut Content) -> Result<()> {
    into_content(kind, rows, content).map_err(|field| broken(db, format!("a row of {kind} has no good {field}")))
}

/// What readers see of one till-day's sales: kind and the id that keeps the rows.
type Seen = BTreeMap<Key, Kept>;
/// Kinds and the ids that keep their rows.
type Kept = BTreeSet<(Kind, i64)>;

/// Carries the steps out. Rows of the drafts are already written under `ids`.
pub(super) fn carry_out(
    db: &mut dyn Db,
    steps: &[Step],
    known: &KnownBatches,
    drafts: &Drafts,
    ids: &[i64],
    speaker: &Speaker,
) -> Result<Changes> {
    let mut changes = Changes::default();
    let extra = steps.iter().filter(|step| matches!(step.next, Next::Again(_) | Next::Union(_))).count() as i64;
    let mut spare = if extra > 0 { reserve(db, "batch", extra)? } else { 0 };
    let mut close: Vec<i64> = Vec::new();
    let mut batches: Vec<Revision> = Vec::new();
    let mut after: Seen = seen(known);
    let before = after.clone();
    let mut compare: BTreeMap<Kind, Vec<Comparison>> = BTreeMap::new();
    let (mut shelved, mut relisted) = (BTreeSet::new(), false);
    for step in steps {
        let mut own = step.draft.and_then(|position| own_batch(step, drafts.list.get(position)?, *ids.get(position)?, speaker));
        let mut put = None;
        match (&step.next, &mut own) {
            (Next::Keep, Some(own)) => {
                let same = step.active.as_ref().filter(|active| active.content == own.content);
                own.revision = same.map_or(own.revision, |active| active.revision);
            }
            (Next::Keep | Next::Nothing, _) => {}
            (Next::New, Some(own)) => own.active = true,
            (Next::New, None) => {}
            (Next::Again(one), _) => {
                put = Some(Revision { id: spare, own: false, revision: step.revision, ..one.revision.clone() });
                spare += 1;
            }
            (Next::Union(list), own) => {
                put = unite(db, step, list, own.as_ref(), spare)?;
                spare += 1;
                if let (Some(merged), Some(own)) = (&put, own)
                    && merged.rows_in == own.rows_in
                {
                    own.active = true;
                    put = None;
                }
            }
        }
        let keeps = match &step.next {
            Next::Keep => true,
            Next::Union(_) => put.is_none() && own.as_ref().is_none_or(|own| !own.active),
            _ => false,
        };
        if !keeps {
            let (key, kind, _) = &step.key;
            changes.batches += 1;
            changes.days.insert((key.store.clone(), key.trading_day));
            relisted |= *kind == Kind::Products;
            if super::shelves::KINDS.contains(kind) {
                shelved.insert((key.store.clone(), key.trading_day));
            }
            let now_active = put.as_ref().or(own.as_ref()).filter(|batch| put.is_some() || batch.active);
            let rows = after.entry(key.clone()).or_default();
            if let Some(active) = &step.active {
                close.push(active.id);
                rows.remove(&(*kind, active.rows_in));
            }
            if let Some(now) = now_active {
                if SALES.contains(kind) {
                    rows.insert((*kind, now.rows_in));
                }
                if let Some(active) = step.active.as_ref().filter(|active| active.content != now.content) {
                    compare.entry(*kind).or_default().push(Comparison::of(step, Some(active), now));
                }
            }
        }
        if let Some(put) = &mut put {
            (put.active, put.known_from, put.known_until) = (true, speaker.now, None);
        }
        if let Some(own) = &mut own {
            own.known_until = if own.active { None } else { Some(speaker.now) };
            if step.held {
                changes.days.insert((step.key.0.store.clone(), step.key.0.trading_day));
                compare.entry(step.key.1).or_default().push(Comparison::of(step, step.active.as_ref(), own));
            }
        }
        batches.extend(own.into_iter().chain(put));
    }
    in_lists(&close, |ids| match db.execute(&queries::close(ids, speaker.now))? {
        closed if closed == ids.len() as u64 => Ok(()),
        _ => Err(Error::Conflict("a batch that this load replaces".into())),
    })?;
    insert(db, "batch", batches.iter().map(batch_row))?;
    for (kind, list) in compare {
        for list in list.chunks(AT_ONCE) {
            let ids: Vec<i64> = list.iter().flat_map(|of| [of.old.1, of.new.1]).filter(|id| *id != 0).collect();
            let rows = stored_rows(db, kind, &ids)?;
            let of = |id: &i64| rows.get(id).map(Vec::as_slice).unwrap_or_default();
            changes.revised.extend(list.iter().map(|one| Revised {
                key: one.key.clone(),
                revision: one.revision,
                batches: (one.new.0, one.old.0),
                held: one.held,
                diff: Diff::between(kind, of(&one.old.1), of(&one.new.1)),
            }));
        }
    }
    super::audit::keep_revisions(db, &changes.revised, speaker)?;
    let mut sizes: HashMap<i64, u64> =
        known.values().flatten().map(|one| (one.revision.rows_in, one.revision.row_count.unsigned_abs())).collect();
    sizes.extend(ids.iter().zip(&drafts.list).map(|(&id, draft)| (id, draft.content.rows)));
    roll_up(db, &before, &after, drafts, steps, &sizes)?;
    super::shelves::due(db, &shelved)?;
    if relisted {
        super::index::relist(db, speaker.now)?;
    }
    Ok(changes)
}

fn seen(known: &KnownBatches) -> Seen {
    let mut seen = Seen::new();
    for one in known.values().flatten().filter(|one| one.revision.active && SALES.contains(&one.revision.key.1)) {
        seen.entry(one.revision.key.0.clone()).or_default().insert((one.revision.key.1, one.revision.rows_in));
    }
    seen
}

/// Two revisions that are compared: their batch ids, and the ids that keep their rows; nothing is 0.
struct Comparison {
    key: BatchKey,
    revision: i64,
    old: (i64, i64),
    new: (i64, i64),
    held: bool,
}

impl Comparison {
    fn of(step: &Step, old: Option<&Revision>, new: &Revision) -> Self {
        let ids = |of: &Revision| (of.id, of.rows_in);
        let old = old.map(ids).unwrap_or_default();
        Comparison { key: step.key.clone(), revision: new.revision, old, new: ids(new), held: step.held }
    }
}

/// What the document itself says of one key.
fn own_batch(step: &Step, draft: &Draft, id: i64, speaker: &Speaker) -> Option<Revision> {
    Some(Revision {
        id,
        key: step.key.clone(),
        revision: step.revision,
        document: speaker.document,
        reading: speaker.reading,
        said: draft.said.clone(),
        content: draft.content.hash(),
        undated: draft.undated(),
        row_count: draft.content.rows as i64,
        rows_in: step.kept_in.unwrap_or(id),
        own: true,
        active: false,
        known_from: speaker.now,
        known_until: None,
    })
}

/// Merges overlapping exports. `None` when readers see exactly that already.
fn unite(db: &mut dyn Db, step: &Step, list: &[Option<Known>], own: Option<&Revision>, id: i64) -> Result<Option<Revision>> {
    let kind = step.key.1;
    let from: Vec<&Revision> = list.iter().filter_map(|one| one.as_ref().map(|one| &one.revision).or(own)).collect();
    let ids: Vec<i64> = from.iter().map(|one| one.rows_in).collect();
    let stored = stored_rows(db, kind, &ids)?;
    let rows = union(ids.iter().map(|id| stored.get(id).cloned().unwrap_or_default()));
    let (content, undated) = tally(kind, &rows);
    let hash = content.hash();
    let speaks = |active: &&Revision| list.iter().flatten().any(|one| one.revision.document == active.document) || own.is_some();
    if step.active.as_ref().filter(speaks).is_some_and(|active| active.content == hash) {
        return Ok(None);
    }
    let Some(last) = from.last() else { return Ok(None) };
    let kept = from.iter().copied().chain(step.active.as_ref()).find(|one| one.content == hash);
    let mut merged = Revision {
        id,
        own: false,
        revision: step.revision,
        content: hash,
        undated: last.undated.map(|_| undated.hash()),
        row_count: rows.len() as i64,
        rows_in: kept.map_or(id, |kept| kept.rows_in),
        ..(*last).clone()
    };
    merged.key = step.key.clone();
    if kept.is_none() {
        let mut all = Rows::of(fact_table(kind));
        for Stored { number, line, row, values } in rows {
            push_row(&mut all, kind, id, Value::Text(Cow::Owned(number)), line, row, values);
        }
        db.insert(&all)?;
    }
    Ok(Some(merged))
}

/// Where a till-day's change of the roll-ups comes from.
enum Change<'t> {
    /// There was nothing, and its sums were made while the rows streamed by.
    Made,
    /// From the rows that were seen and those that are seen now.
    Rows(&'t Kept, &'t Kept),
}

/// Rows and sums that are compared at a time, so that a large document costs no more memory than a small one.
const WEIGHT_MAX: u64 = 20_000;

/// Changes the roll-ups by what each till-day's sums became minus what they were.
fn roll_up(db: &mut dyn Db, before: &Seen, after: &Seen, drafts: &Drafts, steps: &[Step], sizes: &HashMap<i64, u64>) -> Result<()> {
    let nothing = Kept::new();
    let plain = plainly_new(steps);
    let mut changes: Vec<(&Key, Change<'_>, u64)> = Vec::new();
    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (before.get(key).unwrap_or(&nothing), after.get(key).unwrap_or(&nothing));
        match drafts.folds.get(key) {
            _ if was == is => {}
            Some(fold) if was.is_empty() && plain.get(key).copied().unwrap_or(false) => {
                changes.push((key, Change::Made, fold.len() as u64));
            }
            _ => {
                let rows = was.iter().chain(is.iter()).map(|(_, id)| sizes.get(id).copied().unwrap_or_default()).sum();
                changes.push((key, Change::Rows(was, is), rows));
            }
        }
    }
    // Products are summed over stores and tills: those of one day belong together.
    changes.sort_by_key(|(key, ..)| key.trading_day);
    let mut rest = &changes[..];
    while !rest.is_empty() {
        let mut weight = 0;
        let fits = |(_, _, of): &&(&Key, Change<'_>, u64)| {
            weight += of;
            weight <= WEIGHT_MAX
        };
        let (some, others) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        add_up(db, drafts, some)?;
        rest = others;
    }
    if changes.iter().any(|(_, change, _)| matches!(change, Change::Rows(was, _) if !was.is_empty())) {
        db.execute(&queries::drop_zeros("day_total"))?;
        db.execute(&queries::drop_zeros("product_day"))?;
    }
    Ok(())
}

/// Adds some till-days' changes to the roll-ups.
fn add_up(db: &mut dyn Db, drafts: &Drafts, some: &[(&Key, Change<'_>, u64)]) -> Result<()> {
    let mut rows: HashMap<(Kind, i64), Content> = HashMap::new();
    for kind in SALES {
        let mut ids = BTreeSet::new();
        for (_, change, _) in some {
            if let Change::Rows(was, is) = change {
                ids.extend(was.iter().chain(is.iter()).filter(|(of, _)| *of == kind).map(|(_, id)| *id));
            }
        }
        for (id, stored) in stored_rows(db, kind, &ids.into_iter().collect::<Vec<_>>())? {
            content_of(db, kind, stored, rows.entry((kind, id)).or_default())?;
        }
    }
    let mut changed: Vec<(&Key, Totals, i64)> = Vec::new();
    for (key, change, _) in some {
        match change {
            Change::Made => changed.push((key, drafts.totals(key).unwrap_or_default(), 1)),
            Change::Rows(was, is) => {
                for (set, sign) in [(was, -1), (is, 1)] {
                    changed.push((key, fold(set.iter().filter_map(|of| rows.get(of))), sign));
                }
            }
        }
    }
    let mut days: BTreeMap<(&str, NaiveDate, Axis, &str), Sums> = BTreeMap::new();
    let mut products: BTreeMap<(NaiveDate, &str), Sums> = BTreeMap::new();
    for (key, totals, sign) in &changed {
        for ((axis, value), sums) in &totals.axes {
            days.entry((&key.store, key.trading_day, *axis, value)).or_default().add(sums, *sign);
        }
        for (sku, sums) in &totals.products {
            products.entry((key.trading_day, sku)).or_default().add(sums, *sign);
        }
    }
    let word = |text| Value::Text(Cow::Borrowed(text));
    let mut rows = empty("day_total", db)?;
    for ((store, day, axis, value), sums) in days.iter().filter(|(_, sums)| !sums.is_zero()) {
        rows.values.extend([word(store), Value::Date(*day), word(axis.word()), word(value)].into_iter().chain(sums.values()));
    }
    db.add(&rows)?;
    let mut rows = empty("product_day", db)?;
    for ((day, sku), sums) in products.iter().filter(|(_, sums)| !sums.is_zero()) {
        rows.values.extend([Value::Date(*day), word(sku)].into_iter().chain(sums.values()));
    }
    db.add(&rows)
}

/// Which till-days' sales come whole and only from the document at hand.
fn plainly_new(steps: &[Step]) -> HashMap<&Key, bool> {
    let mut plain: HashMap<&Key, bool> = HashMap::new();
    for step in steps.iter().filter(|step| SALES.contains(&step.key.1)) {
        *plain.entry(&step.key.0).or_insert(true) &= step.next == Next::New;
    }
    plain
}

/// The sums of some content, people being tokens already.
pub(super) fn fold<'c>(content: impl Iterator<Item = &'c Content>) -> Totals {
    let (mut fold, mut words) = (Fold::default(), Words::default());
    for content in content {
        fold.add(content, &mut words, &|person| person.0.as_str());
    }
    fold.settle(&mut words);
    fold.totals(&words)
}

fn empty<'r>(name: &str, db: &dyn Db) -> Result<Rows<'r>> {
    crate::sql::table(name).map(Rows::of).ok_or_else(|| broken(db, format!("there is no table {name}")))
}
