//! Looking things up: items by name, code or barcode, which store has them and how sure we are. Keyed reads over a [`Db`], no more:
//! whoever serves visitors keeps as many connections as it likes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::store::index::{self, Listed};
use super::store::shelves::{Held, shelf_row};
use super::store::{Cells, in_lists, number};
use crate::error::Result;
use crate::model::search::{self, Asked, Fit};
use crate::model::{Confidence, Money, OnHand, Quantity, Type};
use crate::port::Db;
use crate::sql::{Statement, lookup as sql};

/// Items on a page when nobody says.
pub const PER_PAGE: usize = 20;
/// The most items on a page.
pub const PER_PAGE_MAX: usize = 100;

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Words of a name, a code or a barcode, as people type them; nothing means everything.
    pub query: String,
    /// Only items of this category; case and accents do not matter.
    pub category: Option<String>,
    /// Which page, from 1.
    pub page: usize,
    /// Items on a page, at most [`PER_PAGE_MAX`].
    pub per_page: usize,
}

impl Search {
    /// The first page for a query.
    pub fn new(query: impl Into<String>) -> Self {
        Search { query: query.into(), category: None, page: 1, per_page: PER_PAGE }
    }
}

/// One page of what was found, the most fitting first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The query as it was typed.
    pub query: String,
    /// The category it was narrowed to.
    pub category: Option<String>,
    /// Which page, from 1.
    pub page: usize,
    /// Items on a page.
    pub per_page: usize,
    /// How many items there are on all pages.
    pub total: usize,
    /// True when even more items fit a query this general: only the `total` most fitting ones can be paged through.
    pub more: bool,
    /// The items of this page.
    pub items: Vec<Item>,
}

/// An item of the product list, as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Our code.
    pub sku: String,
    /// Its barcode, 14 digits.
    pub gtin: Option<String>,
    /// What it is called.
    pub name: String,
    /// Its category.
    pub category: Option<String>,
    /// Its price today, as the stores show it; `None` when nobody listed one.
    pub price: Option<Money>,
    /// Which tax applies.
    pub tax_category: Option<String>,
    /// Who delivers it.
    pub supplier: Option<String>,
    /// False for what is never on a shelf: services, bags, donated goods.
    pub stocked: bool,
    /// Of a pack: what it holds in the end, and how many.
    pub unit: Option<Unit>,
    /// The packs that hold this unit, the smallest first. Only [`item`] fills it.
    pub packs: Vec<Pack>,
}

/// What a pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// The unit's SKU: stock is held in these.
    pub sku: String,
    /// What the unit is called; `None` when it is on no list.
    pub name: Option<String>,
    /// How many units one pack holds.
    pub units: Quantity,
}

/// A pack of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// The pack's SKU.
    pub sku: String,
    /// Its barcode, 14 digits.
    pub gtin: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many units it holds.
    pub units: Quantity,
    /// Its price today.
    pub price: Option<Money>,
}

/// What one store has of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// The store's code.
    pub store: String,
    /// Its name.
    pub name: String,
    /// Units on hand, of a pack those of the unit it holds; `None` when nobody knows, which is not 0.
    pub on_hand: Option<Quantity>,
    /// Of a pack: how many whole packs those units make.
    pub packs: Option<Quantity>,
    /// The last trading day that is in the figure.
    pub as_of: Option<NaiveDate>,
    /// When a person last counted it, in the store's time.
    pub last_counted: Option<NaiveDateTime>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// A store, as far as visitors may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its code.
    pub store: String,
    /// Its name.
    pub name: String,
    /// ISO currency of its prices.
    pub currency: String,
    /// The last trading day of which it sent sales.
    pub sales_until: Option<NaiveDate>,
    /// Trading days that came but are not in its stock figures yet.
    pub waiting: usize,
}

/// One page of a store's stock, in order of SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stock {
    /// The store's code.
    pub store: String,
    /// Its name.
    pub name: String,
    /// Which page, from 1.
    pub page: usize,
    /// Shelves on a page.
    pub per_page: usize,
    /// How many shelves there are on all pages.
    pub total: usize,
    /// The shelves of this page.
    pub shelves: Vec<Shelf>,
}

/// One shelf of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shelf {
    /// The SKU of the unit.
    pub sku: String,
    /// What it is called; `None` when it is on no list.
    pub name: Option<String>,
    /// Units on hand; `None` when nobody knows, which is not 0.
    pub on_hand: Option<Quantity>,
    /// The last trading day that is in the figure.
    pub as_of: Option<NaiveDate>,
    /// When a person last counted it, in the store's time.
    pub last_counted: Option<NaiveDateTime>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// Postings that are read for one query at most: a query that fits more items says so in [`Found::more`].
pub const CANDIDATES_MAX: usize = 2_000;
/// Words that begin as a word of the query does, as far as they are counted.
const WORDS_MAX: usize = 2_000;
/// Words that share most letters with a mistyped one, as far as they are looked at.
const NEAR_MAX: usize = 300;

/// What a word of a query can mean, and how many items have that.
fn ask(db: &mut dyn Db, word: String) -> Result<(Asked, i64)> {
    let types = [Type::Text, Type::Integer];
    let mut items = 0;
    let mut add = |row| {
        let mut cells = Cells::of(row);
        let _word: String = cells.next();
        items += cells.next::<i64>();
        Ok(())
    };
    db.query(&sql::words_like(&word, WORDS_MAX), &types, &mut add)?;
    let mut asked = Asked { word, near: BTreeMap::new() };
    // A word that no item has is taken to be mistyped.
    if items == 0 && search::forgiven(&asked.word) > 0 {
        db.query(&sql::words_near(&search::grams(&asked.word), NEAR_MAX), &types, &mut |row| {
            let near: String = Cells::of(row).next();
            let worth = search::worth(&asked.word, &near);
            if worth > 0 && !near.starts_with(&asked.word) {
                asked.near.insert(near, worth);
            }
            Ok(())
        })?;
        let near: Vec<String> = asked.near.keys().cloned().collect();
        let mut add = |row| {
            let mut cells = Cells::of(row);
            let _word: String = cells.next();
            items += cells.next::<i64>();
            Ok(())
        };
        in_lists(&near, |words| db.query(&sql::counts(words), &types, &mut add))?;
    }
    Ok((asked, items))
}

/// What was found of an item: the words of its name, and the words it was found by.
#[derive(Default)]
struct Candidate {
    label: String,
    by: Vec<String>,
}

type Candidates = BTreeMap<String, Candidate>;

fn find(db: &mut dyn Db, question: &Statement, found: &mut Candidates) -> Result<usize> {
    let mut rows = 0;
    db.query(question, &[Type::Text, Type::Text, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        let (word, label, code): (String, String, String) = (cells.next(), cells.next(), cells.next());
        let candidate = found.entry(code).or_default();
        candidate.label = label;
        candidate.by.push(word);
        rows += 1;
        Ok(())
    })?;
    Ok(rows)
}

/// The SKUs on a page of everything.
fn page_of(db: &mut dyn Db, word: &str, per_page: usize, skip: usize) -> Result<Vec<String>> {
    let mut shown = Vec::new();
    db.query(&sql::items_under(word, per_page, skip), &[Type::Text, Type::Text, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        let (_word, _label): (String, String) = (cells.next(), cells.next());
        shown.push(cells.next::<String>());
        Ok(())
    })?;
    Ok(shown)
}

/// The SKUs that a code or barcode means: the one that is written exactly so first.
fn codes(db: &mut dyn Db, code: &str) -> Result<Vec<String>> {
    let code = code.trim();
    let mut found = Vec::new();
    if code.is_empty() {
        return Ok(found);
    }
    db.query(&sql::items_called(&index::codes_of(code)), &[Type::Text, Type::Text], &mut |row| {
        let mut cells = Cells::of(row);
        let _code: String = cells.next();
        found.push(cells.next::<String>());
        Ok(())
    })?;
    found.sort_by(|one, other| (one != code, one).cmp(&(other != code, other)));
    found.dedup();
    Ok(found)
}

/// Searches the product list by name, code or barcode. Words may come in any order, begun or with a mistake in them; the most fitting
/// items come first: the one with that very code or barcode, then those with the very words, words that begin so, mistyped ones; by
/// name and SKU where they fit alike. The same answer from every database.
///
/// # Errors
/// When the database fails.
pub fn lookup(db: &mut dyn Db, search: &Search, now: NaiveDateTime) -> Result<Found> {
    let (page, per_page) = (search.page.max(1), search.per_page.clamp(1, PER_PAGE_MAX));
    let skip = (page - 1).saturating_mul(per_page);
    let category = search.category.as_deref().map(search::label).filter(|category| !category.is_empty());
    let (total, more, shown) = if search.query.trim().is_empty() {
        let word = category.as_deref().map(index::category_word).unwrap_or_default();
        let total = number(db, &sql::word(&word))?;
        let within = skip < usize::try_from(total).unwrap_or(0);
        let shown = if within { page_of(db, &word, per_page, skip)? } else { Vec::new() };
        (usize::try_from(total).unwrap_or(0), false, shown)
    } else {
        let (all, more) = fitting(db, &search.query, category.as_deref())?;
        (all.len(), more, all.into_iter().skip(skip).take(per_page).collect())
    };
    let mut items = listed(db, &shown, now.date())?;
    let items = shown.iter().filter_map(|sku| items.remove(sku)).collect();
    Ok(Found { query: search.query.clone(), category: search.category.clone(), page, per_page, total, more, items })
}

/// The SKUs that fit a query, the most fitting first; true when there are even more.
fn fitting(db: &mut dyn Db, query: &str, category: Option<&str>) -> Result<(Vec<String>, bool)> {
    let mut asked: Vec<(Asked, i64)> = Vec::new();
    for word in search::words(query) {
        let word = search::cut(&word).to_owned();
        if asked.len() < search::QUERY_WORDS_MAX && asked.iter().all(|(asked, _)| asked.word != word) {
            asked.push(ask(db, word)?);
        }
    }
    // What no item has is no reason to find none.
    asked.retain(|(_, items)| *items > 0);
    let (mut candidates, mut rows) = (Candidates::new(), 0);
    if let Some((rarest, _)) = asked.iter().min_by_key(|(_, items)| *items) {
        rows += find(db, &sql::items_like(&rarest.word, category, CANDIDATES_MAX), &mut candidates)?;
        let near: Vec<String> = rarest.near.keys().cloned().collect();
        in_lists(&near, |near| {
            rows += find(db, &sql::items_with(near, category, CANDIDATES_MAX), &mut candidates)?;
            Ok(())
        })?;
    }
    let more = rows >= CANDIDATES_MAX;
    let whole = search::label(query);
    if !whole.is_empty() {
        // However general its words are, a whole name is found.
        find(db, &sql::items_named(&whole, category, CANDIDATES_MAX), &mut candidates)?;
    }
    let asked: Vec<Asked> = asked.into_iter().map(|(asked, _)| asked).collect();
    let mut fits: Vec<(Fit, &String, &String)> = Vec::with_capacity(candidates.len());
    for (sku, Candidate { label, by }) in &mut candidates {
        by.extend(search::words(sku));
        fits.push((search::fit(&asked, &whole, label, by), label, sku));
    }
    // Items with all words, unless none has.
    let most = fits.iter().map(|(fit, ..)| fit.found).max().unwrap_or(0);
    let needed = if most == asked.len() { most } else { 1 };
    fits.retain(|(fit, ..)| fit.found >= needed);
    fits.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let mut found = codes(db, query)?;
    if category.is_some() {
        let of = index::items(db, &found)?;
        found.retain(|sku| of.get(sku).and_then(|rows| rows.last()?.category.as_deref().map(search::label)).as_deref() == category);
    }
    let exact: BTreeSet<String> = found.iter().cloned().collect();
    found.extend(fits.into_iter().map(|(.., sku)| sku.clone()).filter(|sku| !exact.contains(sku)));
    Ok((found, more))
}

/// Some items as they are in force on a day.
fn listed(db: &mut dyn Db, skus: &[String], today: NaiveDate) -> Result<BTreeMap<String, Item>> {
    let all = index::items(db, skus)?;
    let units: BTreeSet<String> =
        all.values().flatten().filter(|row| row.base != row.item_code).map(|row| row.base.clone()).collect();
    let units = index::items(db, &units.into_iter().collect::<Vec<_>>())?;
    let name = |sku: &str| units.get(sku).and_then(|rows| index::in_force(rows, today)).map(|row| row.description.clone());
    Ok(all.iter().filter_map(|(sku, rows)| Some((sku.clone(), item_of(rows, &name, today)?))).collect())
}

fn item_of(rows: &[Listed], name: &dyn Fn(&str) -> Option<String>, today: NaiveDate) -> Option<Item> {
    let row = index::in_force(rows, today)?;
    let pack = row.base != row.item_code;
    Some(Item {
        sku: row.item_code.clone(),
        gtin: row.gtin.clone(),
        name: row.description.clone(),
        category: row.category.clone(),
        price: index::price(rows, today),
        tax_category: row.tax_category.clone(),
        supplier: row.supplier.clone(),
        stocked: row.stocked,
        unit: pack.then(|| Unit { sku: row.base.clone(), name: name(&row.base), units: row.units }),
        packs: Vec::new(),
    })
}

/// The item with this SKU or barcode: GTIN-8, -12, -13 and -14 of one item all mean it. `None` when no list has it.
///
/// # Errors
/// When the database fails.
pub fn item(db: &mut dyn Db, code: &str, now: NaiveDateTime) -> Result<Option<Item>> {
    let today = now.date();
    let Some(sku) = codes(db, code)?.into_iter().next() else { return Ok(None) };
    let Some(mut item) = listed(db, std::slice::from_ref(&sku), today)?.remove(&sku) else { return Ok(None) };
    if item.unit.is_none() {
        for rows in index::ask_items(db, &sql::items_of(&sku))?.values() {
            let Some(row) = index::in_force(rows, today).filter(|row| row.item_code != sku) else { continue };
            item.packs.push(Pack {
                sku: row.item_code.clone(),
                gtin: row.gtin.clone(),
                name: row.description.clone(),
                units: row.units,
                price: index::price(rows, today),
            });
        }
        item.packs.sort_by(|one, other| (one.units, &one.sku).cmp(&(other.units, &other.sku)));
    }
    Ok(Some(item))
}

/// What every store has of an item, by SKU or barcode, in order of stores; `None` when neither a list nor a shelf knows it.
///
/// # Errors
/// When the database fails.
pub fn availability(db: &mut dyn Db, code: &str, now: NaiveDateTime) -> Result<Option<Vec<Availability>>> {
    let today = now.date();
    let sku = codes(db, code)?.into_iter().next();
    let rows = index::items(db, sku.as_slice())?.into_values().next();
    let row = rows.as_deref().and_then(|rows| index::in_force(rows, today));
    let (base, pack) = match row {
        Some(row) => (row.base.clone(), (row.base != row.item_code).then_some(row.units)),
        None => (code.trim().to_owned(), None),
    };
    let mut shelves: BTreeMap<String, Held> = BTreeMap::new();
    db.query(&sql::shelves(&base), sql::SHELF_TYPES, &mut |row| {
        let (_, store, held) = shelf_row(row);
        shelves.insert(store, held);
        Ok(())
    })?;
    if row.is_none() && shelves.is_empty() {
        return Ok(None);
    }
    let mut all = Vec::new();
    for (place, due) in places(db)? {
        let figure = figure(shelves.get(&place.store), &place, due, today);
        let whole = |units: Quantity| pack.map(|each| Quantity::rounded((units.decimal() / each.decimal()).floor()));
        all.push(Availability {
            store: place.store,
            name: place.name,
            on_hand: figure.on_hand,
            packs: figure.on_hand.filter(|_| pack.is_some_and(|each| each > Quantity::ZERO)).and_then(whole),
            as_of: figure.as_of,
            last_counted: figure.last_counted,
            confidence: figure.confidence,
        });
    }
    Ok(Some(all))
}

/// A stock figure with its age.
struct Figure {
    on_hand: Option<Quantity>,
    as_of: Option<NaiveDate>,
    last_counted: Option<NaiveDateTime>,
    confidence: Confidence,
}

/// How a shelf is shown. Days that came but are not counted in make it as old as the day before the first of them.
fn figure(held: Option<&Held>, place: &Place, due: Option<NaiveDate>, today: NaiveDate) -> Figure {
    let nothing = Figure { on_hand: None, as_of: None, last_counted: None, confidence: Confidence::Unknown };
    let Some(held) = held else { return nothing };
    let known = |day: NaiveDate| due.map_or(day, |due| day.min(due.pred_opt().unwrap_or(due)));
    let on_hand = OnHand {
        on_hand: held.on_hand,
        last_counted: held.counted_at,
        stood_on: held.stood_on,
        sales_until: place.sales_until.map(known),
    };
    let as_of = held.on_hand.and(place.sales_until.max(Some(held.moved_on))).map(known);
    Figure { on_hand: held.on_hand, as_of, last_counted: held.counted_at, confidence: Confidence::of(&on_hand, today) }
}

/// Every store by code, with the first day that is not in its figures yet.
fn places(db: &mut dyn Db) -> Result<Vec<(Place, Option<NaiveDate>)>> {
    let mut due: BTreeMap<String, (usize, NaiveDate)> = BTreeMap::new();
    db.query(&sql::due_by_store(), &[Type::Text, Type::Integer, Type::Date], &mut |row| {
        let mut cells = Cells::of(row);
        let (store, days) = (cells.next(), usize::try_from(cells.next::<i64>()).unwrap_or(0));
        due.insert(store, (days, cells.date()));
        Ok(())
    })?;
    let mut all = Vec::new();
    let question = sql::stores(db.dialect());
    db.query(&question, sql::STORE_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let (store, name, currency, sales_until): (String, _, _, _) = (cells.next(), cells.next(), cells.next(), cells.next());
        let due = due.get(&store);
        all.push((
            Place { store, name, currency, sales_until, waiting: due.map_or(0, |(days, _)| *days) },
            due.map(|(_, day)| *day),
        ));
        Ok(())
    })?;
    all.sort_by(|one, other| one.0.store.cmp(&other.0.store));
    Ok(all)
}

/// Every store that the configuration, a list or a document names, by code.
///
/// # Errors
/// When the database fails.
pub fn stores(db: &mut dyn Db) -> Result<Vec<Place>> {
    Ok(places(db)?.into_iter().map(|(place, _)| place).collect())
}

/// A page of a store's stock; `None` when there is no such store.
///
/// # Errors
/// When the database fails.
pub fn stock(db: &mut dyn Db, store: &str, page: usize, per_page: usize, now: NaiveDateTime) -> Result<Option<Stock>> {
    let Some((place, due)) = places(db)?.into_iter().find(|(place, _)| place.store == store) else { return Ok(None) };
    let (page, per_page) = (page.max(1), per_page.clamp(1, PER_PAGE_MAX));
    let total = usize::try_from(number(db, &sql::shelf_count(store))?).unwrap_or(0);
    let skip = (page - 1).saturating_mul(per_page);
    let mut held: Vec<(String, Held)> = Vec::new();
    if skip < total {
        db.query(&sql::shelves_in(store, per_page, skip), sql::SHELF_TYPES, &mut |row| {
            let (sku, _, shelf) = shelf_row(row);
            held.push((sku, shelf));
            Ok(())
        })?;
    }
    let skus: Vec<String> = held.iter().map(|(sku, _)| sku.clone()).collect();
    let mut names = listed(db, &skus, now.date())?;
    let shelves = held.into_iter().map(|(sku, shelf)| {
        let figure = figure(Some(&shelf), &place, due, now.date());
        Shelf {
            name: names.remove(&sku).map(|item| item.name),
            sku,
            on_hand: figure.on_hand,
            as_of: figure.as_of,
            last_counted: figure.last_counted,
            confidence: figure.confidence,
        }
    });
    let shelves = shelves.collect();
    Ok(Some(Stock { store: place.store, name: place.name, page, per_page, total, shelves }))
}
