//! Shelves as a roll-up: what each store-day did to them, and what they hold. An activation only notes which store-days changed;
//! settling counts them in, so that a history loads as fast as ever, and a crash in between loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};

use super::index::{self, Items};
use super::read::active_sources;
use super::{Cells, in_lists, insert, number, take_turn};
use crate::error::Result;
use crate::model::{Context, Kind, Product, Quantity, Source, Store, Type, Value};
use crate::port::Db;
use crate::reconcile::{ShelfDay, shelf_days};
use crate::sql::audit::Days;
use crate::sql::lookup::{self, moment};
use crate::sql::queries::text;

/// Kinds of rows that move or set what is on a shelf.
pub(super) const KINDS: [Kind; 6] =
    [Kind::Headers, Kind::Lines, Kind::StockLevels, Kind::StockCounts, Kind::GoodsIn, Kind::Transfers];

/// How many days of a store are counted in at a time, so that a history costs no more memory than a month.
const AT_ONCE: usize = 31;

/// Notes that store-days changed.
pub(super) fn due(db: &mut dyn Db, days: &BTreeSet<(String, NaiveDate)>) -> Result<()> {
    let Some(table) = crate::sql::table("shelf_due") else { return Ok(()) };
    let mut rows = crate::sql::Rows::of(table);
    for (store, day) in days.iter().filter(|(store, _)| !store.is_empty()) {
        rows.values.extend([text(store.as_str()), Value::Date(*day), Value::Integer(1)]);
    }
    if rows.is_empty() { Ok(()) } else { db.add(&rows) }
}

/// Notes that every store-day must be counted in.
pub(super) fn all_due(db: &mut dyn Db) -> Result<()> {
    let days = ask_days(db, &lookup::days_with_kinds(&KINDS.map(Kind::word)))?;
    due(db, &days)
}

/// Notes that the store-days which speak of some codes must be counted in anew.
pub(super) fn due_with(db: &mut dyn Db, codes: &[String]) -> Result<()> {
    in_lists(codes, |codes| {
        let days = ask_days(db, &lookup::days_with(codes))?;
        due(db, &days)
    })
}

fn ask_days(db: &mut dyn Db, question: &crate::sql::Statement) -> Result<BTreeSet<(String, NaiveDate)>> {
    let mut days = BTreeSet::new();
    db.query(question, &[Type::Text, Type::Date], &mut |row| {
        let mut cells = Cells::of(row);
        days.insert((cells.next(), cells.date()));
        Ok(())
    })?;
    Ok(days)
}

/// One row of `shelf_day`; `moved` is blank where the code is no shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Effect {
    stood: Option<Quantity>,
    moved: Option<Quantity>,
    counted_at: Option<NaiveDateTime>,
}

impl From<ShelfDay> for Effect {
    fn from(day: ShelfDay) -> Self {
        Effect { stood: day.stood.map(Quantity::rounded), moved: Some(Quantity::rounded(day.moved)), counted_at: day.counted_at }
    }
}

fn decimal(quantity: Option<Quantity>) -> Value<'static> {
    quantity.map_or(Value::Null, |quantity| Value::Decimal(quantity.decimal()))
}

/// What a shelf holds: one row of `shelf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) struct Held {
    pub on_hand: Option<Quantity>,
    pub moved_on: NaiveDate,
    pub stood_on: Option<NaiveDate>,
    pub counted_at: Option<NaiveDateTime>,
}

/// One day more on a shelf. A code that is no shelf leaves it as it was.
fn add(held: Option<Held>, day: NaiveDate, effect: &Effect) -> Option<Held> {
    let Some(moved) = effect.moved else { return held };
    let sum = |on_hand: Quantity| Quantity::rounded(on_hand.decimal() + moved.decimal());
    let before = held.and_then(|held| held.on_hand);
    Some(Held {
        on_hand: effect.stood.or(before.map(sum)),
        moved_on: day,
        stood_on: effect.stood.map(|_| day).or(held.and_then(|held| held.stood_on)),
        counted_at: effect.counted_at.max(held.and_then(|held| held.counted_at)),
    })
}

/// The codes that rows speak of.
fn codes(sources: &[Source]) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for content in sources.iter().map(|source| &source.batch.content) {
        codes.extend(content.lines.iter().filter_map(|row| row.item_code.clone()));
        codes.extend(content.stock_levels.iter().map(|row| row.item_code.clone()));
        codes.extend(content.stock_counts.iter().map(|row| row.item_code.clone()));
        codes.extend(content.goods_in.iter().map(|row| row.item_code.clone()));
        codes.extend(content.transfers.iter().map(|row| row.item_code.clone()));
    }
    codes.remove("");
    codes
}

/// The items that codes mean, packs resolved, as a context in which days can be counted in.
fn catalogue(db: &mut dyn Db, codes: &BTreeSet<String>) -> Result<Context> {
    let mut context = Context::default();
    let asked: Vec<String> =
        codes.iter().filter_map(|code| crate::model::Gtin::parse(code).ok()).map(|gtin| gtin.as_str().to_owned()).collect();
    let mut wanted: BTreeSet<String> = codes.clone();
    in_lists(&asked, |asked| {
        db.query(&lookup::items_called(asked), &[Type::Text, Type::Text], &mut |row| {
            let mut cells = Cells::of(row);
            let (code, item): (String, String) = (cells.next(), cells.next());
            wanted.insert(item.clone());
            context.gtins.entry(code).or_insert(item);
            Ok(())
        })
    })?;
    let items: Items = index::items(db, &wanted.into_iter().collect::<Vec<_>>())?;
    for row in items.into_values().filter_map(|rows| rows.into_iter().next_back()) {
        let pack = row.base != row.item_code;
        let product = Product {
            item_code: row.item_code.clone(),
            description: row.description,
            charity: None,
            stocked: Some(row.stocked),
            pack_of: pack.then_some(row.base),
            pack_units: pack.then_some(row.units),
            ..Product::default()
        };
        context.products.insert(row.item_code, product);
    }
    Ok(context)
}

type Effects = BTreeMap<NaiveDate, BTreeMap<String, Effect>>;

/// What some days of a store did to shelves, from their rows.
fn effects(db: &mut dyn Db, store: &str, days: &[NaiveDate]) -> Result<Effects> {
    let mut effects: Effects = days.iter().map(|&day| (day, BTreeMap::new())).collect();
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return Ok(effects) };
    let mut by_day: BTreeMap<NaiveDate, Vec<Source>> = BTreeMap::new();
    // Without a product list nothing that is sold is stock.
    let sold = number(db, &lookup::any_item())? > 0;
    let wanted = |kind: Kind| KINDS.contains(&kind) && (sold || !matches!(kind, Kind::Headers | Kind::Lines));
    for source in active_sources(db, Days::now(first, last, Some(store)), &wanted)? {
        by_day.entry(source.batch.key.trading_day).or_default().push(source);
    }
    by_day.retain(|day, _| effects.contains_key(day));
    let spoken: BTreeSet<String> = by_day.values().flat_map(|sources| codes(sources)).collect();
    let context = catalogue(db, &spoken)?;
    let store = Store::new(store, store);
    for (day, sources) in &by_day {
        let done = shelf_days(&store, *day, sources, &context);
        let of_day = effects.entry(*day).or_default();
        of_day.extend(codes(sources).into_iter().map(|code| (code, Effect::default())));
        of_day.extend(done.into_iter().map(|(sku, effect)| (sku, Effect::from(effect))));
    }
    Ok(effects)
}

/// Days in runs that are asked for together: what lies between them is read in vain.
fn runs(days: &[NaiveDate]) -> Vec<&[NaiveDate]> {
    days.chunk_by(|one, next| (*next - *one).num_days() <= 3).flat_map(|run| run.chunks(AT_ONCE)).collect()
}

fn effect_of(cells: &mut Cells) -> Effect {
    Effect { stood: cells.next(), moved: cells.next(), counted_at: cells.next() }
}

/// What `shelf_day` says of some days of a store.
fn stored(db: &mut dyn Db, store: &str, from: NaiveDate, to: NaiveDate) -> Result<Effects> {
    let mut effects = Effects::new();
    db.query(&lookup::shelf_days(store, from, to), lookup::SHELF_DAY_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (sku, day) = (cells.next(), cells.date());
        effects.entry(day).or_default().insert(sku, effect_of(&mut cells));
        Ok(())
    })?;
    Ok(effects)
}

/// Counts in every store-day that changed: as much in one unit of work as belongs to one store. Writes the stores that are known, too.
/// Changes nothing where nothing is due. Gives the number of store-days.
///
/// # Errors
/// When the database fails.
pub fn settle(db: &mut dyn Db, stores: &BTreeMap<String, Store>, now: NaiveDateTime) -> Result<usize> {
    let mut days = 0;
    let stores_due: BTreeSet<String> = ask_days(db, &lookup::due(None))?.into_iter().map(|(store, _)| store).collect();
    let named: BTreeMap<&str, (&str, &str)> =
        stores.iter().map(|(code, store)| (code.as_str(), (store.name.as_str(), store.currency.as_str()))).collect();
    let mut known: BTreeMap<String, Noted> = BTreeMap::new();
    db.query(&lookup::stores(db.dialect()), lookup::STORE_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        known.insert(cells.next(), (cells.next(), cells.next(), cells.next()));
        Ok(())
    })?;
    for code in named.keys().copied().chain(stores_due.iter().map(String::as_str)).collect::<BTreeSet<_>>() {
        let was = known.get(code);
        let until = was.and_then(|(.., sales_until)| *sales_until);
        let (name, currency) = match (named.get(code), was) {
            (Some((name, currency)), _) => ((*name).to_owned(), (*currency).to_owned()),
            (None, Some((name, currency, _))) => (name.clone(), currency.clone()),
            (None, None) => {
                let plain = Store::new(code, code);
                (plain.name, plain.currency)
            }
        };
        if stores_due.contains(code) {
            // Days and what they say of the store are one step: a store whose days are settled is not looked at again.
            db.all_or_nothing(&mut |db| {
                take_turn(db)?;
                days += settle_store(db, code)?;
                // A day ahead is today somewhere; a mistyped year is not.
                let today = now.date().succ_opt().unwrap_or(now.date());
                let mut last = None;
                db.query(&lookup::sales_until(code, today), &[Type::Date], &mut |row| {
                    last = Some(Cells::of(row).date());
                    Ok(())
                })?;
                note(db, code, was, &(name.clone(), currency.clone(), last))
            })?;
        } else {
            let is = (name, currency, until);
            if was != Some(&is) {
                db.all_or_nothing(&mut |db| {
                    take_turn(db)?;
                    note(db, code, was, &is)
                })?;
            }
        }
    }
    Ok(days)
}

/// What is kept of a store: name, currency, and until when it sent sales.
type Noted = (String, String, Option<NaiveDate>);

/// Keeps what is known of a store, where it is something else than before.
fn note(db: &mut dyn Db, code: &str, was: Option<&Noted>, is: &Noted) -> Result<()> {
    if was == Some(is) {
        return Ok(());
    }
    let (name, currency, until) = is.clone();
    db.execute(&lookup::delete_store(db.dialect(), code))?;
    insert(db, "store", [vec![text(code), text(name), text(currency), until.map_or(Value::Null, Value::Date)]])
}

fn settle_store(db: &mut dyn Db, store: &str) -> Result<usize> {
    let days: Vec<NaiveDate> = ask_days(db, &lookup::due(Some(store)))?.into_iter().map(|(_, day)| day).collect();
    let mut more: BTreeMap<String, Vec<(NaiveDate, Effect)>> = BTreeMap::new();
    let mut again: BTreeSet<String> = BTreeSet::new();
    for run in runs(&days) {
        let (Some(&from), Some(&to)) = (run.first(), run.last()) else { continue };
        let (mut was, is) = (stored(db, store, from, to)?, effects(db, store, run)?);
        for (day, effects) in is {
            let before = was.remove(&day).unwrap_or_default();
            if before == effects {
                continue;
            }
            again.extend(before.into_keys());
            effects.iter().for_each(|(sku, &effect)| more.entry(sku.clone()).or_default().push((day, effect)));
            db.execute(&lookup::delete_shelf_day(store, day))?;
            let rows = effects.into_iter().map(|(sku, effect)| {
                vec![
                    text(store),
                    Value::Date(day),
                    text(sku),
                    decimal(effect.stood),
                    decimal(effect.moved),
                    moment(effect.counted_at),
                ]
            });
            insert(db, "shelf_day", rows)?;
        }
    }
    again.iter().for_each(|sku| drop(more.remove(sku)));
    // A shelf with a later day, or whose day was counted in before, begins anew; any other goes on from what it holds.
    let skus: Vec<String> = more.keys().cloned().collect();
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    in_lists(&skus, |skus| {
        db.query(&lookup::shelves_at(store, skus), lookup::SHELF_TYPES, &mut |row| {
            let (sku, _, shelf) = shelf_row(row);
            match more.get(&sku).and_then(|days| days.first()) {
                Some((first, _)) if *first <= shelf.moved_on => drop(again.insert(sku)),
                _ => drop(held.insert(sku, shelf)),
            }
            Ok(())
        })
    })?;
    for (sku, days) in more.iter().filter(|(sku, _)| !again.contains(*sku)) {
        let now = days.iter().fold(held.get(sku).copied(), |held, (day, effect)| add(held, *day, effect));
        held.extend(now.map(|now| (sku.clone(), now)));
    }
    let again: Vec<String> = again.into_iter().collect();
    held.append(&mut folded(db, store, &again)?);
    let touched: Vec<String> = again.into_iter().chain(more.into_keys()).collect();
    in_lists(&touched, |skus| db.execute(&lookup::delete_shelves(store, skus)).map(drop))?;
    let rows = held.into_iter().map(|(sku, held)| {
        vec![
            text(sku),
            text(store),
            decimal(held.on_hand),
            Value::Date(held.moved_on),
            held.stood_on.map_or(Value::Null, Value::Date),
            moment(held.counted_at),
        ]
    });
    insert(db, "shelf", rows)?;
    db.execute(&lookup::settled(store))?;
    Ok(days.len())
}

/// One row of `shelf`: SKU, store, what it holds.
pub(in crate::flow) fn shelf_row(row: Vec<Value<'static>>) -> (String, String, Held) {
    let mut cells = Cells::of(row);
    let (sku, store, on_hand, moved_on) = (cells.next(), cells.next(), cells.next(), cells.date());
    (sku, store, Held { on_hand, moved_on, stood_on: cells.next(), counted_at: cells.next() })
}

/// What some shelves of a store hold, from all their days.
fn folded(db: &mut dyn Db, store: &str, skus: &[String]) -> Result<BTreeMap<String, Held>> {
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    in_lists(skus, |skus| {
        db.query(&lookup::days_of(store, skus), lookup::SHELF_DAY_TYPES, &mut |row| {
            let mut cells = Cells::of(row);
            let (sku, day): (String, _) = (cells.next(), cells.date());
            if let Some(now) = add(held.get(&sku).copied(), day, &effect_of(&mut cells)) {
                held.insert(sku, now);
            }
            Ok(())
        })
    })?;
    Ok(held)
}

/// What the shelves say otherwise than their rows do, one sentence each. Store-days that are due are not looked at.
pub(super) fn check(db: &mut dyn Db) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let due = ask_days(db, &lookup::due(None))?;
    let mut days: BTreeMap<String, BTreeSet<NaiveDate>> = BTreeMap::new();
    for question in [lookup::days_with_kinds(&KINDS.map(Kind::word)), lookup::days_with_shelves()] {
        for (store, day) in ask_days(db, &question)? {
            if !due.contains(&(store.clone(), day)) {
                days.entry(store).or_default().insert(day);
            }
        }
    }
    for (store, days) in &days {
        let days: Vec<NaiveDate> = days.iter().copied().collect();
        for run in runs(&days) {
            let (Some(&from), Some(&to)) = (run.first(), run.last()) else { continue };
            let (mut is, should) = (stored(db, store, from, to)?, effects(db, store, run)?);
            for (day, should) in should {
                let is = is.remove(&day).unwrap_or_default();
                for sku in is.keys().chain(should.keys()).collect::<BTreeSet<_>>() {
                    if is.get(sku) != should.get(sku) {
                        found.push(format!("what {day} did to the shelf of {sku} in store {store} is not what its rows give"));
                    }
                }
            }
        }
    }
    for store in days.keys() {
        let mut shelves: BTreeMap<String, Held> = BTreeMap::new();
        db.query(&lookup::shelves_of(store), lookup::SHELF_TYPES, &mut |row| {
            let (sku, _, held) = shelf_row(row);
            shelves.insert(sku, held);
            Ok(())
        })?;
        let mut should: BTreeMap<String, Held> = BTreeMap::new();
        db.query(&lookup::all_days_of(store), lookup::SHELF_DAY_TYPES, &mut |row| {
            let mut cells = Cells::of(row);
            let (sku, day): (String, _) = (cells.next(), cells.date());
            let held = add(should.get(&sku).copied(), day, &effect_of(&mut cells));
            should.extend(held.map(|held| (sku, held)));
            Ok(())
        })?;
        for sku in shelves.keys().chain(should.keys()).collect::<BTreeSet<_>>() {
            let (is, should) = (shelves.get(sku), should.get(sku));
            if is != should {
                let show = |held: Option<&Held>| match held.map(|held| held.on_hand) {
                    Some(Some(on_hand)) => on_hand.to_string(),
                    Some(None) => "unknown".to_owned(),
                    None => "nothing".to_owned(),
                };
                found.push(format!("the shelf of {sku} in store {store} says {}, its days give {}", show(is), show(should)));
            }
        }
    }
    Ok(found)
}
