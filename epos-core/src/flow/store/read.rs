//! Reading what is active, and what is kept beside it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};

use super::activate::{ask_known, content_of, known_batches, stored_row, stored_rows};
use super::{Cells, DocumentState, StoredDocument, broken, in_lists, insert, take_turn};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::model::{Active, Batch, Block, Content, Context, Hash, Key, Kind, Money, Person, Quantity, Type, Value};
use crate::port::Db;
use crate::reconcile::{Evidence, Source, StoreDay};
use crate::sql::Statement;
use crate::sql::audit::Days;
use crate::sql::plan::Known;
use crate::sql::queries::{self, text};
use crate::sql::rollup::Axis;
use crate::sql::stored::{Diff, Stored};

/// Before every day there is.
pub const FIRST: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// After every day there is.
pub const LAST: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

fn ask_documents(db: &mut dyn Db, question: &Statement) -> Result<Vec<StoredDocument>> {
    let url = db.url().to_owned();
    let mut found = Vec::new();
    db.query(question, queries::DOCUMENT_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let strange = |what: &str| Error::Database { url: url.clone(), message: format!("a document has a strange {what}") };
        found.push(StoredDocument {
            id: cells.next(),
            hash: Hash::parse(&cells.next::<String>()).ok_or_else(|| strange("hash"))?,
            name: cells.next(),
            bytes: cells.next(),
            message: cells.next(),
            sender: cells.next(),
            sent_at: cells.next(),
            arrived_at: cells.next::<Option<NaiveDateTime>>().unwrap_or_default(),
            said_at: cells.next::<Option<NaiveDateTime>>().unwrap_or_default(),
            state: cells.next::<String>().parse().map_err(|_| strange("state"))?,
            changed_at: cells.next::<Option<NaiveDateTime>>().unwrap_or_default(),
            layout: cells.next(),
            why: cells.next(),
        });
        Ok(())
    })?;
    Ok(found)
}

/// The document with these bytes.
///
/// # Errors
/// When the database fails.
pub fn find_document(db: &mut dyn Db, hash: Hash) -> Result<Option<StoredDocument>> {
    Ok(ask_documents(db, &queries::documents(Some(&hash.to_string()), None))?.into_iter().next())
}

/// All documents, or those in one state, in the order of arrival.
///
/// # Errors
/// When the database fails.
pub fn documents(db: &mut dyn Db, state: Option<DocumentState>) -> Result<Vec<StoredDocument>> {
    ask_documents(db, &queries::documents(None, state.map(DocumentState::word)))
}

/// The documents that a person means: by file name, or by the first digits of the hash.
///
/// # Errors
/// When the database fails.
pub fn documents_of(db: &mut dyn Db, name: &str) -> Result<Vec<StoredDocument>> {
    let is_hash = name.len() >= 6 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        let found = ask_documents(db, &queries::documents(Some(&name.to_ascii_lowercase()), None))?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(documents(db, None)?.into_iter().filter(|document| document.name == name).collect())
}

/// Documents that wait for an answer.
///
/// # Errors
/// When the database fails.
pub fn held(db: &mut dyn Db) -> Result<Vec<StoredDocument>> {
    documents(db, Some(DocumentState::Held))
}

/// Fills a context with what the database knows of a block: active revisions and the sales that its
/// refunds name. Called once per block with the context of the block before; `asked` are the batches that were asked for already.
///
/// # Errors
/// When the database fails.
pub fn context(db: &mut dyn Db, mut base: Context, block: &Block, asked: &mut BTreeSet<Key>) -> Result<Context> {
    let keys: BTreeSet<Key> = block.batches.iter().map(|batch| &batch.key).filter(|key| !asked.contains(*key)).cloned().collect();
    for one in known_batches(db, &keys, None)?.into_values().flatten().filter(|one| one.revision.active) {
        let Known { revision, hash, .. } = one;
        let active = Active {
            batch: revision.id,
            revision: revision.revision,
            content: revision.content,
            document: hash,
            layout: revision.said.layout.clone(),
        };
        base.active.insert(revision.key, active);
    }
    asked.extend(keys);
    originals(db, &mut base, block)?;
    super::earlier::given_back(db, &mut base, block)?;
    super::earlier::counted(db, &mut base, block)?;
    Ok(base)
}

/// The sales that a block's refunds give back, as far as they are not in the block itself.
fn originals(db: &mut dyn Db, base: &mut Context, block: &Block) -> Result<()> {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for batch in &block.batches {
        let of_lines = batch.content.lines.iter().filter_map(|line| line.original_number.as_deref());
        let of_headers = batch.content.headers.iter().filter_map(|header| header.original_number.as_deref());
        let numbers: Vec<&str> = of_lines.chain(of_headers).collect();
        if !numbers.is_empty() {
            wanted.entry(batch.key.store.as_str()).or_default().extend(numbers);
        }
    }
    for (store, numbers) in wanted {
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        // What a header states goes before what lines add up to, so it comes last.
        for kind in [Kind::Lines, Kind::Headers] {
            in_lists(&numbers, |numbers| {
                let question = queries::originals(db.dialect(), kind, store, numbers);
                db.query(&question, &[Type::Date, Type::Text, Type::Money], &mut |row| {
                    let mut cells = Cells::of(row);
                    let (day, number, total): (NaiveDate, String, Money) = (cells.date(), cells.next(), cells.next());
                    base.sales.insert((store.to_owned(), number), (day, total));
                    Ok(())
                })
            })?;
        }
    }
    Ok(())
}

/// Everybody's token, by role and by what tills write or, where it is known, the full name. For reports; logs never carry it.
///
/// # Errors
/// When the database fails.
pub fn everybody(db: &mut dyn Db) -> Result<HashMap<(String, Person), Person>> {
    let mut all = HashMap::new();
    let types = [Type::Text, Type::Person, Type::Person, Type::Person, Type::Text];
    db.query(&queries::everybody(), &types, &mut |row| {
        let mut cells = Cells::of(row);
        let (role, code): (String, String) = (cells.next(), cells.next());
        let names: [Option<String>; 2] = [cells.next(), cells.next()];
        let token = Person(cells.next());
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            all.insert((role.clone(), Person(name)), token.clone());
        }
        all.insert((role, Person(code)), token);
        Ok(())
    })?;
    Ok(all)
}

/// A list that is not of a day (products, stores, drawers, employees, calendar), as it stands: the latest of each store and layout.
///
/// # Errors
/// When the database fails.
pub fn masters(db: &mut dyn Db, kind: Kind) -> Result<Vec<Batch>> {
    let mut latest: BTreeMap<(String, String), Known> = BTreeMap::new();
    for one in ask_known(db, &queries::active(Days::now(FIRST, LAST, None), Some(kind)))? {
        let of = (one.revision.key.0.store.clone(), one.revision.said.layout.clone());
        let later = |last: &Known| (last.revision.key.0.trading_day, last.order) < (one.revision.key.0.trading_day, one.order);
        if latest.get(&of).is_none_or(later) {
            latest.insert(of, one);
        }
    }
    let mut in_order: Vec<Known> = latest.into_values().collect();
    in_order.sort_by_key(|one| (one.revision.key.0.trading_day, one.order));
    let ids: Vec<i64> = in_order.iter().map(|one| one.revision.rows_in).collect();
    let mut rows = stored_rows(db, kind, &ids)?;
    let mut batches = Vec::new();
    for one in in_order {
        let mut content = Content::default();
        content_of(db, kind, rows.remove(&one.revision.rows_in).unwrap_or_default(), &mut content)?;
        batches.push(Batch { key: one.revision.key.0, content });
    }
    Ok(batches)
}

/// The active content of one store-day with what its documents say of themselves.
///
/// # Errors
/// When the database fails.
pub fn sources(db: &mut dyn Db, store: &str, trading_day: NaiveDate) -> Result<Vec<Source>> {
    let mut all = all_sources(db, Days::now(trading_day, trading_day, Some(store)))?;
    Ok(all.remove(&(store.to_owned(), trading_day)).map(|evidence| evidence.sources).unwrap_or_default())
}

/// What the judgement of store-days rests on, but for what was left behind the day before: active content, kinds of rejected rows,
/// and how many documents are held. One question per kind, whatever the number of days.
///
/// # Errors
/// When the database fails.
pub fn all_sources(db: &mut dyn Db, asked: Days<'_>) -> Result<BTreeMap<(String, NaiveDate), Evidence>> {
    let Days { from, to, store, as_of } = asked;
    let sources = active_sources(db, asked, &|kind| kind.is_daily())?;
    let mut days: BTreeMap<(String, NaiveDate), Evidence> = BTreeMap::new();
    for source in sources {
        days.entry((source.batch.key.store.clone(), source.batch.key.trading_day)).or_default().sources.push(source);
    }
    let acceptances = super::audit::acceptances(db, asked)?;
    // A row is accepted as it is by its place: file and row.
    let rows: BTreeSet<(&str, NaiveDate, &str)> =
        acceptances.iter().map(|of| (of.store.as_str(), of.trading_day, of.subject.as_str())).collect();
    for rejected in rejected_as_of(db, None, None, as_of)? {
        let other_store = store.is_some_and(|store| rejected.store.as_deref().is_some_and(|of| of != store));
        if other_store || rejected.trading_day.is_some_and(|day| day < from || to < day) {
            continue;
        }
        let place = rejected.place();
        match (rejected.store, rejected.trading_day) {
            (Some(store), Some(day)) => {
                let accepted = rows.contains(&(store.as_str(), day, place.as_str()));
                let evidence = days.entry((store, day)).or_default();
                match accepted {
                    true => evidence.accepted_rows += 1,
                    false => evidence.rejected.push(rejected.kind),
                }
            }
            // It may be of any day of its document.
            (_, None) | (None, _) => {
                let of_it = |evidence: &&mut Evidence| evidence.sources.iter().any(|source| source.hash == rejected.document);
                days.values_mut().filter(of_it).for_each(|evidence| evidence.rejected.push(rejected.kind));
            }
        }
    }
    db.query(&queries::held_days(asked), &[Type::Integer, Type::Text, Type::Date], &mut |row| {
        let mut cells = Cells::of(row);
        let _document: i64 = cells.next();
        days.entry((cells.next(), cells.date())).or_default().held += 1;
        Ok(())
    })?;
    for acceptance in acceptances {
        days.entry((acceptance.store.clone(), acceptance.trading_day)).or_default().acceptances.push(acceptance);
    }
    for (_, declaration) in super::audit::declarations(db, asked)? {
        let key = (declaration.store.clone(), declaration.trading_day);
        days.entry(key).or_default().declaration = Some(declaration);
    }
    Ok(days)
}

/// The active content of some kinds over days.
pub(super) fn active_sources(db: &mut dyn Db, asked: Days<'_>, wanted: &dyn Fn(Kind) -> bool) -> Result<Vec<Source>> {
    let mut sources: Vec<Source> = Vec::new();
    let mut places: HashMap<i64, usize> = HashMap::new();
    let mut alike: HashMap<(Key, i64, i64, std::sync::Arc<crate::sql::plan::Said>), usize> = HashMap::new();
    let mut kinds: BTreeSet<Kind> = BTreeSet::new();
    for Known { revision, hash, document, order, .. } in ask_known(db, &queries::active(asked, None))? {
        let (key, kind, _) = revision.key;
        if !wanted(kind) {
            continue;
        }
        kinds.insert(kind);
        let place = *alike.entry((key.clone(), revision.document, revision.reading, revision.said.clone())).or_insert_with(|| {
            sources.push(Source {
                batch: Batch { key, content: Content::default() },
                document,
                hash,
                layout: revision.said.layout.clone(),
                numbering: revision.said.numbering,
                prices_include_tax: revision.said.prices_include_tax,
                absent: revision.said.absent.split_whitespace().map(str::to_owned).collect(),
                arrived_at: Some(order.0),
            });
            sources.len() - 1
        });
        places.insert(revision.id, place);
    }
    for kind in kinds {
        let mut rows: Vec<(usize, Stored)> = Vec::new();
        db.query(&queries::active_rows(db.dialect(), kind, asked), &queries::row_types(kind), &mut |row| {
            let (batch, row) = stored_row(kind, row);
            rows.extend(places.get(&batch).map(|&place| (place, row)));
            Ok(())
        })?;
        // As the document has them; within one row of a document as they were unfolded.
        rows.sort_by_key(|(place, row)| (*place, row.row));
        for (place, row) in rows {
            if let Some(source) = sources.get_mut(place) {
                content_of(db, kind, vec![row], &mut source.batch.content)?;
            }
        }
    }
    Ok(sources)
}

/// A row that could not be read, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The document's hash.
    pub document: Hash,
    /// Its name.
    pub name: String,
    /// The sheet; empty for text files.
    pub sheet: String,
    /// Row as a person sees it.
    pub row: u32,
    /// What it would have been.
    pub kind: Kind,
    /// Whose it would have been.
    pub store: Option<String>,
    /// Of which day.
    pub trading_day: Option<NaiveDate>,
    /// Its cells.
    pub cells: Vec<String>,
    /// Why, in one sentence.
    pub why: String,
}

impl Rejected {
    /// What an acceptance calls it: `till-1.csv row 14`, `till-1.xlsx Sales row 14`.
    pub fn place(&self) -> String {
        let sheet = if self.sheet.is_empty() { String::new() } else { format!(" {}", self.sheet) };
        format!("{}{sheet} row {}", self.name, self.row)
    }
}

/// Rows that could not be read, of documents in use; of some days, or all.
///
/// # Errors
/// When the database fails.
pub fn rejected_rows(db: &mut dyn Db, days: Option<(NaiveDate, NaiveDate)>, store: Option<&str>) -> Result<Vec<Rejected>> {
    rejected_as_of(db, days, store, None)
}

/// The same as known at a moment.
fn rejected_as_of(
    db: &mut dyn Db,
    days: Option<(NaiveDate, NaiveDate)>,
    store: Option<&str>,
    as_of: Option<NaiveDateTime>,
) -> Result<Vec<Rejected>> {
    let url = db.url().to_owned();
    let mut found = Vec::new();
    db.query(&queries::rejected_rows(days, store, as_of), queries::REJECTED_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let strange = |what: &str| Error::Database { url: url.clone(), message: format!("a rejected row has a strange {what}") };
        found.push(Rejected {
            document: Hash::parse(&cells.next::<String>()).ok_or_else(|| strange("document"))?,
            name: cells.next(),
            sheet: cells.next(),
            row: u32::try_from(cells.next::<i64>()).unwrap_or(0),
            kind: cells.next::<String>().parse().map_err(|_| strange("kind"))?,
            store: cells.next(),
            trading_day: cells.next(),
            cells: serde_json::from_str(&cells.next::<String>()).map_err(|_| strange("list of cells"))?,
            why: cells.next(),
        });
        Ok(())
    })?;
    Ok(found)
}

/// Document findings of documents in use or held; of some days, of a store, of a document, or all.
///
/// # Errors
/// When the database fails.
pub fn findings(
    db: &mut dyn Db,
    days: Option<(NaiveDate, NaiveDate)>,
    store: Option<&str>,
    document: Option<Hash>,
) -> Result<Vec<Diagnostic>> {
    let document = match document {
        Some(hash) => match find_document(db, hash)? {
            Some(document) => Some(document.id),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    let mut texts: Vec<String> = Vec::new();
    db.query(&queries::findings(days, store, document), queries::FINDING_TYPES, &mut |row| {
        texts.push(Cells::of(row).next());
        Ok(())
    })?;
    texts.iter().map(|text| decode_finding(text).ok_or_else(|| broken(db, format!("a finding cannot be read: {text}")))).collect()
}

/// A finding from its JSON. A code that this version no longer has is no finding.
fn decode_finding(json: &str) -> Option<Diagnostic> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let word = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    let mut finding =
        Diagnostic::new(Code::parse(word("code")?)?, serde_json::from_value(value.get("at")?.clone()).ok()?, word("message")?)
            .help(word("help")?)
            .subject(word("subject")?);
    finding.severity = Severity::parse(word("severity")?)?;
    finding.more = value.get("more").and_then(serde_json::Value::as_u64).unwrap_or(0) as usize;
    finding.store = word("store").map(str::to_owned);
    finding.trading_day = word("trading_day").and_then(crate::sql::parse_date);
    finding.amount = word("amount").and_then(|amount| amount.parse().ok());
    Some(finding)
}

/// What changed between two revisions of one kind, by their batch ids.
///
/// # Errors
/// When the database fails, or there is no such revision.
pub fn diff(db: &mut dyn Db, before: i64, after: i64) -> Result<Diff> {
    let mut find = |id: i64| {
        let found = ask_known(db, &queries::batch(id))?.into_iter().next();
        found.map(|one| one.revision).ok_or_else(|| Error::NotFound(format!("there is no revision with the id {id}")))
    };
    let (old, new) = (find(before)?, find(after)?);
    if old.key.1 != new.key.1 {
        return Err(Error::NotFound(format!(
            "revisions {before} and {after} are of different kinds: {} and {}",
            old.key.1, new.key.1
        )));
    }
    let rows = stored_rows(db, old.key.1, &[old.rows_in, new.rows_in])?;
    let of = |id: i64| rows.get(&id).map(Vec::as_slice).unwrap_or_default();
    Ok(Diff::between(old.key.1, of(old.rows_in), of(new.rows_in)))
}

/// Keeps these judgements in place of all others, and notes every change of state. Writes only what is new or different.
///
/// # Errors
/// When the database fails.
pub fn save_days(db: &mut dyn Db, days: &[StoreDay], now: NaiveDateTime) -> Result<()> {
    let rows = days.iter().map(|day| day_row(db, day)).collect::<Result<Vec<_>>>()?;
    let of = |row: &[Value<'static>]| match row {
        [Value::Text(store), Value::Date(day), ..] => (store.to_string(), *day),
        _ => Default::default(),
    };
    if kept_days(db)? == rows.iter().map(|row| (of(row), row.clone())).collect() {
        return Ok(());
    }
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        let kept = kept_days(db)?;
        let (same, new): (Vec<_>, Vec<_>) = rows.iter().partition(|row| kept.get(&of(row)) == Some(*row));
        let same: BTreeSet<_> = same.into_iter().map(|row| of(row)).collect();
        for (store, day) in kept.keys().filter(|key| !same.contains(*key)) {
            db.execute(&queries::forget_day(store, *day))?;
        }
        let states = super::audit::states(db)?;
        let changed = days.iter().filter_map(|day| super::audit::changed(day, &states, now)).collect::<Vec<_>>();
        super::audit::add_events(db, &changed)?;
        insert(db, "store_day", new.into_iter().cloned())
    })
}

/// The kept judgements as rows.
fn kept_days(db: &mut dyn Db) -> Result<BTreeMap<(String, NaiveDate), Vec<Value<'static>>>> {
    let mut kept = BTreeMap::new();
    db.query(&queries::store_days(FIRST, LAST, None), queries::STORE_DAY_TYPES, &mut |row| {
        if let [Value::Text(store), Value::Date(day), ..] = row.as_slice() {
            kept.insert((store.to_string(), *day), row);
        }
        Ok(())
    })?;
    Ok(kept)
}

/// Keeps the latest judgement of a store-day, in place of the one before.
///
/// # Errors
/// When the database fails.
pub fn save_day(db: &mut dyn Db, day: &StoreDay) -> Result<()> {
    let row = day_row(db, day)?;
    db.all_or_nothing(&mut |db| {
        take_turn(db)?;
        db.execute(&queries::forget_day(&day.store, day.trading_day))?;
        insert(db, "store_day", [row.clone()])
    })
}

/// A judgement as its table keeps it.
fn day_row(db: &dyn Db, day: &StoreDay) -> Result<Vec<Value<'static>>> {
    let judgement = serde_json::to_string(day).map_err(|error| broken(db, format!("a store-day cannot be written: {error}")))?;
    let worth = day.findings.iter().filter(|finding| finding.severity >= Severity::Warning).count();
    Ok(vec![
        text(day.store.clone()),
        Value::Date(day.trading_day),
        text(day.state.word()),
        text(day.currency.clone()),
        Value::Integer(day.transactions as i64),
        Value::Decimal(day.bridge.takings.decimal()),
        day.over_short().map_or(Value::Null, |amount| Value::Decimal(amount.decimal())),
        Value::Integer(day.rejected as i64),
        Value::Integer(worth as i64),
        text(judgement),
    ])
}

/// A kept judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDay {
    /// The store.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// Its state.
    pub state: crate::reconcile::State,
    /// ISO currency.
    pub currency: String,
    /// Transactions that count.
    pub transactions: i64,
    /// Goods and services, tax included.
    pub takings: Money,
    /// Over/short of the cash drawers, when any was judged.
    pub over_short: Option<Money>,
    /// Rows that could not be read.
    pub rejected: i64,
    /// Findings of warning and above.
    pub findings: i64,
    /// All of it.
    pub judgement: serde_json::Value,
}

/// The kept judgements of some days.
///
/// # Errors
/// When the database fails.
pub fn store_days(db: &mut dyn Db, from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Result<Vec<StoredDay>> {
    let url = db.url().to_owned();
    let mut found = Vec::new();
    db.query(&queries::store_days(from, to, store), queries::STORE_DAY_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let strange = |what: &str| Error::Database { url: url.clone(), message: format!("a store-day has a strange {what}") };
        found.push(StoredDay {
            store: cells.next(),
            trading_day: cells.date(),
            state: cells.next::<String>().parse().map_err(|_| strange("state"))?,
            currency: cells.next(),
            transactions: cells.next(),
            takings: cells.next(),
            over_short: cells.next(),
            rejected: cells.next(),
            findings: cells.next(),
            judgement: serde_json::from_str(&cells.next::<String>()).map_err(|_| strange("judgement"))?,
        });
        Ok(())
    })?;
    Ok(found)
}

/// One kept sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The store; empty for products, which are summed over all stores.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// Which hour, category, employee, tax rate, tender or item code.
    pub value: String,
    /// Distinct transactions that count, per till.
    pub transactions: i64,
    /// Units.
    pub quantity: Quantity,
    /// Without tax.
    pub net: Money,
    /// Tax as stated.
    pub tax: Money,
    /// With tax; on the tender axis what was paid.
    pub gross: Money,
}

/// Sums of days along one axis, or by item code over all stores.
///
/// # Errors
/// When the database fails.
pub fn totals(db: &mut dyn Db, axis: Option<Axis>, from: NaiveDate, to: NaiveDate, store: Option<&str>) -> Result<Vec<Total>> {
    let question = match axis {
        Some(axis) => queries::day_totals(Some(axis), from, to, store),
        None => queries::product_days(from, to),
    };
    let mut found = Vec::new();
    db.query(&question, queries::TOTAL_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (store, trading_day) = (cells.next(), cells.date());
        let _axis: String = cells.next();
        found.push(Total {
            store,
            trading_day,
            value: cells.next(),
            transactions: cells.next(),
            quantity: cells.next(),
            net: cells.next(),
            tax: cells.next(),
            gross: cells.next(),
        });
        Ok(())
    })?;
    Ok(found)
}

/// Tokens of people that rows may hold: used to prove that nothing else is in them.
#[cfg(test)]
pub(super) fn all_text(db: &mut dyn Db) -> Result<std::collections::HashSet<String>> {
    let mut found = std::collections::HashSet::new();
    for table in crate::sql::TABLES.iter().filter(|table| table.name != "person") {
        let kinds: Vec<Type> = table.columns.iter().map(|column| column.kind).collect();
        let columns = db.dialect().quoted(table.columns.iter().map(|column| column.name));
        let question = Statement::new(format!("SELECT {columns} FROM {}", db.dialect().quote(table.name)), vec![]);
        db.query(&question, &kinds, &mut |row| {
            found.extend(row.into_iter().filter_map(|value| match value {
                Value::Text(text) => Some(text.into_owned()),
                _ => None,
            }));
            Ok(())
        })?;
    }
    Ok(found)
}
