//! Questions and changes of the tables that lookups read: items, the search index, shelves, stores.

use chrono::{NaiveDate, NaiveDateTime};

use super::dialect::marks;
use super::queries::text;
use super::{Dialect, Statement};
use crate::model::{Type, Value};

const ITEM: &str = "SELECT item_code, effective_from, place, gtin, description, price, tax_category, category, supplier, stocked, \
                    base, units FROM item";

/// The types of every question about items.
pub const ITEM_TYPES: &[Type] = &[
    Type::Text,
    Type::Date,
    Type::Integer,
    Type::Text,
    Type::Text,
    Type::Money,
    Type::Text,
    Type::Text,
    Type::Text,
    Type::Bool,
    Type::Text,
    Type::Quantity,
];

fn texts<'t>(list: impl IntoIterator<Item = &'t String>) -> Vec<Value<'static>> {
    list.into_iter().map(|one| text(one.as_str())).collect()
}

/// Every row of every item.
pub fn all_items() -> Statement {
    Statement::new(ITEM, vec![])
}

/// The rows of some items.
pub fn items(codes: &[String]) -> Statement {
    Statement::new(format!("{ITEM} WHERE item_code IN ({})", marks(codes.len())), texts(codes))
}

/// The rows of every item that is stock of one SKU.
pub fn items_of(base: &str) -> Statement {
    Statement::new(format!("{ITEM} WHERE base = ?"), vec![text(base)])
}

/// Is there any item?
pub fn any_item() -> Statement {
    Statement::new("SELECT 1 FROM item LIMIT 1", vec![])
}

/// Takes items away.
pub fn delete_items(codes: &[String]) -> Statement {
    Statement::new(format!("DELETE FROM item WHERE item_code IN ({})", marks(codes.len())), texts(codes))
}

/// The items that have one of these codes.
pub fn items_called(codes: &[String]) -> Statement {
    Statement::new(
        format!("SELECT called, item_code FROM search_code WHERE called IN ({}) ORDER BY called, item_code", marks(codes.len())),
        texts(codes),
    )
}

/// Takes codes of items away; a code is only one when it is of that item too.
pub fn delete_codes(code: &str, items: &[String]) -> Statement {
    let mut values = vec![text(code)];
    values.extend(texts(items));
    Statement::new(format!("DELETE FROM search_code WHERE called = ? AND item_code IN ({})", marks(items.len())), values)
}

/// Takes a word of items away.
pub fn delete_words(word: &str, items: &[String]) -> Statement {
    let mut values = vec![text(word)];
    values.extend(texts(items));
    Statement::new(format!("DELETE FROM search_item WHERE word = ? AND item_code IN ({})", marks(items.len())), values)
}

/// Which of these words some item has.
pub fn known_words(words: &[String]) -> Statement {
    Statement::new(format!("SELECT word FROM search_word WHERE word IN ({})", marks(words.len())), texts(words))
}

/// Words that no item has any more.
pub fn lost_words() -> Statement {
    Statement::new("SELECT word FROM search_word WHERE items <= 0", vec![])
}

/// Takes the letters of words away.
pub fn delete_grams(words: &[String]) -> Statement {
    Statement::new(format!("DELETE FROM search_gram WHERE word IN ({})", marks(words.len())), texts(words))
}

/// Takes the words away that no item has any more.
pub fn delete_lost_words() -> Statement {
    Statement::new("DELETE FROM search_word WHERE items <= 0", vec![])
}

/// Takes the whole search index away, statement by statement.
pub fn clear_search() -> [Statement; 3] {
    ["search_item", "search_word", "search_gram"].map(|table| Statement::new(format!("DELETE FROM {table}"), vec![]))
}

/// How many items have a word.
pub fn word(word: &str) -> Statement {
    Statement::new("SELECT items FROM search_word WHERE word = ?", vec![text(word)])
}

/// How many items have each of some words.
pub fn counts(words: &[String]) -> Statement {
    Statement::new(format!("SELECT word, items FROM search_word WHERE word IN ({})", marks(words.len())), texts(words))
}

/// What no word comes after that begins with `beginning`.
fn last(beginning: &str) -> Value<'static> {
    text(format!("{beginning}\u{10ffff}"))
}

/// Words that begin so, and how many items have each.
pub fn words_like(beginning: &str, most: usize) -> Statement {
    Statement::new(
        format!("SELECT word, items FROM search_word WHERE word BETWEEN ? AND ? ORDER BY word LIMIT {most}"),
        vec![text(beginning), last(beginning)],
    )
}

/// Words that share three letters with a word, those that share most first.
pub fn words_near<'g>(grams: impl IntoIterator<Item = &'g String>, most: usize) -> Statement {
    let grams = texts(grams);
    Statement::new(
        format!(
            "SELECT word, COUNT(*) FROM search_gram WHERE gram IN ({}) GROUP BY word ORDER BY COUNT(*) DESC, word LIMIT {most}",
            marks(grams.len())
        ),
        grams,
    )
}

fn postings(
    condition: &str,
    mut values: Vec<Value<'static>>,
    category: Option<&str>,
    order: &str,
    most: usize,
    skip: usize,
) -> Statement {
    let narrowed = if category.is_some() { " AND category = ?" } else { "" };
    values.extend(category.map(text));
    let skip = if skip > 0 { format!(" OFFSET {skip}") } else { String::new() };
    Statement::new(
        format!("SELECT word, label, item_code FROM search_item WHERE {condition}{narrowed} ORDER BY {order} LIMIT {most}{skip}"),
        values,
    )
}

/// Items that have a word which begins so, the exact word first: names and codes.
pub fn items_like(beginning: &str, category: Option<&str>, most: usize) -> Statement {
    postings("word BETWEEN ? AND ?", vec![text(beginning), last(beginning)], category, "word, label, item_code", most, 0)
}

/// Items that have one of these words.
pub fn items_with(words: &[String], category: Option<&str>, most: usize) -> Statement {
    postings(&format!("word IN ({})", marks(words.len())), texts(words), category, "word, label, item_code", most, 0)
}

/// A page of the items that have a word, by name.
pub fn items_under(word: &str, most: usize, skip: usize) -> Statement {
    postings("word = ?", vec![text(word)], None, "label, item_code", most, skip)
}

/// Items whose name is this one, word for word.
pub fn items_named(label: &str, category: Option<&str>, most: usize) -> Statement {
    postings("word = '' AND label = ?", vec![text(label)], category, "item_code", most, 0)
}

/// The whole index, in no order: what a check compares.
pub fn all_words() -> Statement {
    Statement::new("SELECT word, label, item_code, category FROM search_item", vec![])
}

/// All codes: code and item.
pub fn all_codes() -> Statement {
    Statement::new("SELECT called, item_code FROM search_code", vec![])
}

/// All counts of words.
pub fn all_counts() -> Statement {
    Statement::new("SELECT word, items FROM search_word", vec![])
}

/// All letters of words: gram and word.
pub fn all_grams() -> Statement {
    Statement::new("SELECT gram, word FROM search_gram", vec![])
}

/// The types of [`days_of`] and [`shelf_days`]: SKU, day, stood, moved, counted at.
pub const SHELF_DAY_TYPES: &[Type] = &[Type::Text, Type::Date, Type::Quantity, Type::Quantity, Type::DateTime];

const SHELF_DAY: &str = "SELECT sku, trading_day, stood, moved, counted_at FROM shelf_day";

/// What the days of a store did to some shelves, in order of days.
pub fn days_of(store: &str, skus: &[String]) -> Statement {
    let mut values = vec![text(store)];
    values.extend(texts(skus));
    Statement::new(format!("{SHELF_DAY} WHERE store = ? AND sku IN ({}) ORDER BY sku, trading_day", marks(skus.len())), values)
}

/// What the days of a store did to its shelves.
pub fn shelf_days(store: &str, from: NaiveDate, to: NaiveDate) -> Statement {
    Statement::new(
        format!("{SHELF_DAY} WHERE store = ? AND trading_day BETWEEN ? AND ?"),
        vec![text(store), Value::Date(from), Value::Date(to)],
    )
}

/// What every day of a store did to its shelves, in order of days.
pub fn all_days_of(store: &str) -> Statement {
    Statement::new(format!("{SHELF_DAY} WHERE store = ? ORDER BY trading_day, sku"), vec![text(store)])
}

/// Every store-day that did something to shelves.
pub fn days_with_shelves() -> Statement {
    Statement::new("SELECT DISTINCT store, trading_day FROM shelf_day", vec![])
}

/// Takes away what a store-day did to shelves.
pub fn delete_shelf_day(store: &str, day: NaiveDate) -> Statement {
    Statement::new("DELETE FROM shelf_day WHERE store = ? AND trading_day = ?", vec![text(store), Value::Date(day)])
}

/// Store-days that speak of some codes.
pub fn days_with(codes: &[String]) -> Statement {
    Statement::new(format!("SELECT DISTINCT store, trading_day FROM shelf_day WHERE sku IN ({})", marks(codes.len())), texts(codes))
}

/// Every store-day that has active rows of some kinds.
pub fn days_with_kinds(kinds: &[&str]) -> Statement {
    Statement::new(
        format!(
            "SELECT DISTINCT store, trading_day FROM batch WHERE active = 1 AND store <> '' AND kind IN ({})",
            marks(kinds.len())
        ),
        kinds.iter().map(|kind| text(*kind)).collect(),
    )
}

/// The types of [`shelves_at`], [`shelves`] and [`shelves_in`]: SKU, store, on hand, moved on, stood on, counted at.
pub const SHELF_TYPES: &[Type] = &[Type::Text, Type::Text, Type::Quantity, Type::Date, Type::Date, Type::DateTime];

const SHELF: &str = "SELECT sku, store, on_hand, moved_on, stood_on, counted_at FROM shelf";

/// The shelves of a SKU in every store.
pub fn shelves(sku: &str) -> Statement {
    Statement::new(format!("{SHELF} WHERE sku = ?"), vec![text(sku)])
}

/// Some shelves of a store.
pub fn shelves_at(store: &str, skus: &[String]) -> Statement {
    let mut values = vec![text(store)];
    values.extend(texts(skus));
    Statement::new(format!("{SHELF} WHERE store = ? AND sku IN ({})", marks(skus.len())), values)
}

/// A page of a store's shelves, in order of SKUs.
pub fn shelves_in(store: &str, most: usize, skip: usize) -> Statement {
    Statement::new(format!("{SHELF} WHERE store = ? ORDER BY sku LIMIT {most} OFFSET {skip}"), vec![text(store)])
}

/// All shelves of a store.
pub fn shelves_of(store: &str) -> Statement {
    Statement::new(format!("{SHELF} WHERE store = ?"), vec![text(store)])
}

/// How many shelves a store has.
pub fn shelf_count(store: &str) -> Statement {
    Statement::new("SELECT COUNT(*) FROM shelf WHERE store = ?", vec![text(store)])
}

/// Takes some shelves of a store away.
pub fn delete_shelves(store: &str, skus: &[String]) -> Statement {
    let mut values = vec![text(store)];
    values.extend(texts(skus));
    Statement::new(format!("DELETE FROM shelf WHERE store = ? AND sku IN ({})", marks(skus.len())), values)
}

/// Store-days that are not in the shelves yet, of one store or all.
pub fn due(store: Option<&str>) -> Statement {
    let (condition, values) = match store {
        Some(store) => (" WHERE store = ?", vec![text(store)]),
        None => ("", vec![]),
    };
    Statement::new(format!("SELECT store, trading_day FROM shelf_due{condition} ORDER BY store, trading_day"), values)
}

/// All store-days of a store are in its shelves.
pub fn settled(store: &str) -> Statement {
    Statement::new("DELETE FROM shelf_due WHERE store = ?", vec![text(store)])
}

/// Per store with store-days that are not in its shelves: how many, and the first.
pub fn due_by_store() -> Statement {
    Statement::new("SELECT store, COUNT(*), MIN(trading_day) FROM shelf_due GROUP BY store", vec![])
}

/// The last day, up to one, of which a store sent sales.
pub fn sales_until(store: &str, today: NaiveDate) -> Statement {
    Statement::new(
        "SELECT trading_day FROM batch WHERE store = ? AND trading_day <= ? AND active = 1 AND kind IN ('lines', 'headers', 'tenders') \
         ORDER BY trading_day DESC LIMIT 1",
        vec![text(store), Value::Date(today)],
    )
}

/// The types of [`stores`]: code, name, currency, sales until.
pub const STORE_TYPES: &[Type] = &[Type::Text, Type::Text, Type::Text, Type::Date];

/// Every store, in no order.
pub fn stores(dialect: Dialect) -> Statement {
    Statement::new(format!("SELECT store, description, currency, sales_until FROM {}", dialect.quote("store")), vec![])
}

/// Takes a store's row away, so that a new one takes its place.
pub fn delete_store(dialect: Dialect, store: &str) -> Statement {
    Statement::new(format!("DELETE FROM {} WHERE store = ?", dialect.quote("store")), vec![text(store)])
}

/// A moment as a parameter, or blank.
pub fn moment(at: Option<NaiveDateTime>) -> Value<'static> {
    at.map_or(Value::Null, Value::DateTime)
}
