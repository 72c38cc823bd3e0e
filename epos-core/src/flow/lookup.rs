//! Looking things up: items by name, code or barcode, which store has them and how sure we are. Keyed reads over a [`Db`], no more:
//! whoever serves visitors keeps as many connections as it likes.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::store;
use crate::error::Result;
use crate::model::{Confidence, Context, Gtin, Kind, Money, Product, Quantity};
use crate::port::Db;

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

/// The products that loaded lists name, at a moment.
fn listed(db: &mut dyn Db, now: NaiveDateTime) -> Result<Context> {
    let mut context = Context { now, ..Context::default() };
    super::masters::take(&mut context, db)?;
    Ok(context)
}

fn item_of(product: &Product, context: &Context) -> Item {
    let (sku, units) = crate::ledger::base_units(&product.item_code, context);
    let pack = sku != product.item_code;
    Item {
        sku: product.item_code.clone(),
        gtin: product.gtin.as_deref().and_then(|gtin| Gtin::parse(gtin).ok()).map(|gtin| gtin.as_str().to_owned()),
        name: product.description.clone(),
        category: product.category.clone(),
        price: context.price(&product.item_code, context.now.date()),
        tax_category: product.tax_category.clone(),
        supplier: product.supplier.clone(),
        stocked: product.stocked != Some(false),
        unit: pack.then(|| Unit {
            name: context.product(&sku).map(|unit| unit.description.clone()),
            sku,
            units: Quantity::rounded(units),
        }),
        packs: Vec::new(),
    }
}

/// Searches the product list by name, code or barcode. The same answer from every database.
///
/// # Errors
/// When the database fails.
pub fn lookup(db: &mut dyn Db, search: &Search, now: NaiveDateTime) -> Result<Found> {
    let context = listed(db, now)?;
    let query = search.query.to_lowercase();
    let fits = |product: &&Product| product.description.to_lowercase().contains(&query) || product.item_code == search.query;
    let all: Vec<Item> = context.products.values().filter(fits).map(|product| item_of(product, &context)).collect();
    let (page, per_page) = (search.page.max(1), search.per_page.clamp(1, PER_PAGE_MAX));
    let total = all.len();
    let items = all.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    Ok(Found { query: search.query.clone(), category: search.category.clone(), page, per_page, total, more: false, items })
}

/// The item with this SKU or barcode: GTIN-8, -12, -13 and -14 of one item all mean it. `None` when no list has it.
///
/// # Errors
/// When the database fails.
pub fn item(db: &mut dyn Db, code: &str, now: NaiveDateTime) -> Result<Option<Item>> {
    let context = listed(db, now)?;
    Ok(context.product(code).map(|product| item_of(product, &context)))
}

/// What every store has of an item, by SKU or barcode, in order of stores; `None` when neither a list nor a shelf knows it.
///
/// # Errors
/// When the database fails.
pub fn availability(db: &mut dyn Db, code: &str, now: NaiveDateTime) -> Result<Option<Vec<Availability>>> {
    let _known = item(db, code, now)?;
    Ok(None)
}

/// Every store that the configuration, a list or a document names, by code.
///
/// # Errors
/// When the database fails.
pub fn stores(db: &mut dyn Db) -> Result<Vec<Place>> {
    let _kinds = store::masters(db, Kind::Stores)?;
    Ok(Vec::new())
}

/// One store by its code; `None` when there is no such store.
///
/// # Errors
/// When the database fails.
pub fn place(db: &mut dyn Db, code: &str) -> Result<Option<Place>> {
    Ok(stores(db)?.into_iter().find(|place| place.store == code))
}

/// A page of a store's stock; `None` when there is no such store.
///
/// # Errors
/// When the database fails.
pub fn stock(db: &mut dyn Db, store: &str, page: usize, per_page: usize, now: NaiveDateTime) -> Result<Option<Stock>> {
    let (_now, Some(place)) = (now, place(db, store)?) else { return Ok(None) };
    let (page, per_page) = (page.max(1), per_page.clamp(1, PER_PAGE_MAX));
    Ok(Some(Stock { store: place.store, name: place.name, page, per_page, total: 0, shelves: Vec::new() }))
}
