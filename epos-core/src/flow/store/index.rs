//! The product lists as they stand, and the search index over them: changed in the activation that changes a list, and only where
//! it changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};

use super::activate::ask_known;
use super::{Cells, broken, in_lists, read};
use crate::error::Result;
use crate::ledger::base_units;
use crate::model::search::{CODE_MAX, cut, grams, label, words};
use crate::model::{Context, Gtin, Kind, Money, Product, Quantity, Type, Value};
use crate::port::Db;
use crate::sql::audit::Days;
use crate::sql::queries::{self, optional, text};
use crate::sql::{Rows, Statement, lookup, table};

/// One row of an item: as a list names it from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::flow) struct Listed {
    pub item_code: String,
    pub effective_from: NaiveDate,
    /// Place among the item's rows, in the order in which lists came.
    pub place: i64,
    pub gtin: Option<String>,
    pub description: String,
    pub price: Option<Money>,
    pub tax_category: Option<String>,
    pub category: Option<String>,
    pub supplier: Option<String>,
    pub stocked: bool,
    pub base: String,
    pub units: Quantity,
}

/// All rows of each item, in the order of their places.
pub(in crate::flow) type Items = BTreeMap<String, Vec<Listed>>;

/// The row that counts on a day: the last that is in force, else the first that will be.
pub(in crate::flow) fn in_force(rows: &[Listed], today: NaiveDate) -> Option<&Listed> {
    rows.iter().rev().find(|row| row.effective_from <= today).or(rows.first())
}

/// The price on a day: that of the latest first day, as [`Context::price`] has it.
pub(in crate::flow) fn price(rows: &[Listed], today: NaiveDate) -> Option<Money> {
    let priced = rows.iter().filter(|row| row.effective_from <= today && row.price.is_some());
    priced.max_by_key(|row| (row.effective_from, row.place))?.price
}

impl Listed {
    fn row(&self) -> Vec<Value<'static>> {
        vec![
            text(self.item_code.as_str()),
            Value::Date(self.effective_from),
            Value::Integer(self.place),
            optional(self.gtin.as_deref()),
            text(self.description.as_str()),
            self.price.map_or(Value::Null, |price| Value::Decimal(price.decimal())),
            optional(self.tax_category.as_deref()),
            optional(self.category.as_deref()),
            optional(self.supplier.as_deref()),
            Value::Bool(self.stocked),
            text(self.base.as_str()),
            Value::Decimal(self.units.decimal()),
        ]
    }

    /// What decides on which shelf it stands, and what tills may call it.
    fn shelf(&self) -> (bool, &str, Quantity, Option<&str>) {
        (self.stocked, &self.base, self.units, self.gtin.as_deref())
    }
}

/// Items by a question about them.
pub(in crate::flow) fn ask_items(db: &mut dyn Db, question: &Statement) -> Result<Items> {
    let mut items = Items::new();
    db.query(question, lookup::ITEM_TYPES, &mut |row| {
        let mut cells = Cells::of(row);
        let item = Listed {
            item_code: cells.next(),
            effective_from: cells.date(),
            place: cells.next(),
            gtin: cells.next(),
            description: cells.next(),
            price: cells.next(),
            tax_category: cells.next(),
            category: cells.next(),
            supplier: cells.next(),
            stocked: cells.next(),
            base: cells.next(),
            units: cells.next(),
        };
        items.entry(item.item_code.clone()).or_default().push(item);
        Ok(())
    })?;
    items.values_mut().for_each(|rows| rows.sort_by_key(|row| row.place));
    Ok(items)
}

/// The items with these codes.
pub(in crate::flow) fn items(db: &mut dyn Db, codes: &[String]) -> Result<Items> {
    let mut all = Items::new();
    in_lists(codes, |codes| {
        all.append(&mut ask_items(db, &lookup::items(codes))?);
        Ok(())
    })?;
    Ok(all)
}

/// What the active lists say, as rows of items.
fn listed(db: &mut dyn Db, now: NaiveDateTime) -> Result<Items> {
    let products: Vec<Product> = read::masters(db, Kind::Products)?
        .into_iter()
        .flat_map(|batch| batch.content.products)
        .map(|row| row.record)
        .filter(|product| !product.item_code.is_empty())
        .collect();
    let mut context = Context { now, ..Context::default() };
    super::super::masters::list(&mut context, products.iter().cloned());
    let mut items = Items::new();
    for product in products {
        let (base, units) = base_units(&product.item_code, &context);
        let kept = |product: &Product| product.stocked != Some(false);
        let current = context.products.get(&product.item_code);
        let stocked = current.is_none_or(kept) && context.product(&base).is_none_or(kept);
        let rows = items.entry(product.item_code.clone()).or_default();
        let effective_from = product.effective_from.unwrap_or_default();
        rows.retain(|row| row.effective_from != effective_from);
        rows.push(Listed {
            effective_from,
            place: 0,
            gtin: product.gtin.as_deref().and_then(|gtin| Gtin::parse(gtin).ok()).map(|gtin| gtin.as_str().to_owned()),
            description: product.description,
            price: product.price,
            tax_category: product.tax_category,
            category: product.category,
            supplier: product.supplier,
            stocked,
            base,
            units: Quantity::rounded(units),
            item_code: product.item_code,
        });
    }
    for rows in items.values_mut() {
        (1..).zip(rows).for_each(|(place, row)| row.place = place);
    }
    Ok(items)
}

/// What the index says of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    label: String,
    category: String,
    words: BTreeSet<String>,
    codes: BTreeSet<String>,
}

/// A word that stands for a category.
pub(in crate::flow) fn category_word(category: &str) -> String {
    cut(&format!(":{}", label(category))).to_owned()
}

/// The codes under which people ask for an item code or a barcode: small letters; 14 digits where it is a barcode.
pub(in crate::flow) fn codes_of(code: &str) -> Vec<String> {
    let mut codes = vec![code.trim().to_lowercase().chars().take(CODE_MAX).collect()];
    if let Ok(gtin) = Gtin::parse(code) {
        codes.push(gtin.as_str().to_owned());
    }
    codes.dedup();
    codes
}

impl Entry {
    fn of(rows: &[Listed]) -> Option<Entry> {
        let last = rows.last()?;
        let category = last.category.as_deref().map(label).unwrap_or_default();
        let mut found = BTreeSet::from([String::new()]);
        if !category.is_empty() {
            found.insert(category_word(&category));
        }
        let mut codes: BTreeSet<String> = codes_of(&last.item_code).into_iter().collect();
        for row in rows {
            found.extend(label(&row.description).split(' ').map(|word| cut(word).to_owned()));
            codes.extend(row.gtin.clone());
            found.extend(row.gtin.as_deref().map(words).into_iter().flatten());
        }
        found.extend(words(&last.item_code).iter().map(|word| cut(word).to_owned()));
        Some(Entry { label: label(&last.description), category, words: found, codes })
    }

    /// Does the posting of a word differ from another entry's?
    fn says(&self, word: &str, other: &Entry) -> bool {
        other.words.contains(word) && other.label == self.label && other.category == self.category
    }
}

/// Adds text rows to a table.
fn fill(db: &mut dyn Db, name: &str, rows: impl Iterator<Item = Vec<Value<'static>>>, add: bool) -> Result<()> {
    let table = table(name).ok_or_else(|| broken(db, format!("there is no table {name}")))?;
    let mut all = Rows::of(table);
    all.values.extend(rows.flatten());
    match (all.is_empty(), add) {
        (true, _) => Ok(()),
        (false, true) => db.add(&all),
        (false, false) => db.insert(&all),
    }
}

/// More items than this whose words change at once: the index is made anew, which takes less than mending it.
const MEND_MAX: usize = 5_000;

/// What changes of the index when `before` becomes `after`.
#[derive(Default)]
struct Turn<'e> {
    /// Postings that go, by word.
    gone: BTreeMap<&'e str, Vec<String>>,
    /// Postings that come, in the order of the table.
    come: BTreeSet<(&'e str, &'e str, &'e str, &'e str)>,
    /// Codes that go, and codes that come.
    codes_gone: BTreeMap<&'e str, Vec<String>>,
    codes_come: BTreeSet<(&'e str, &'e str)>,
    /// How many items more or fewer have a word.
    counts: BTreeMap<&'e str, i64>,
}

impl<'e> Turn<'e> {
    fn item(&mut self, item: &'e str, before: Option<&'e Entry>, after: Option<&'e Entry>) {
        if let Some(before) = before {
            for word in before.words.iter().filter(|word| after.is_none_or(|after| !before.says(word, after))) {
                self.gone.entry(word).or_default().push(item.to_owned());
                *self.counts.entry(word).or_default() -= 1;
            }
            for code in before.codes.iter().filter(|code| after.is_none_or(|after| !after.codes.contains(*code))) {
                self.codes_gone.entry(code).or_default().push(item.to_owned());
            }
        }
        if let Some(after) = after {
            for word in after.words.iter().filter(|word| before.is_none_or(|before| !after.says(word, before))) {
                self.come.insert((word, &after.label, item, &after.category));
                *self.counts.entry(word).or_default() += 1;
            }
            for code in after.codes.iter().filter(|code| before.is_none_or(|before| !before.codes.contains(*code))) {
                self.codes_come.insert((code, item));
            }
        }
    }

    /// Carries it out.
    fn apply(&self, db: &mut dyn Db) -> Result<()> {
        for (word, items) in &self.gone {
            in_lists(items, |items| db.execute(&lookup::delete_words(word, items)).map(drop))?;
        }
        for (code, items) in &self.codes_gone {
            in_lists(items, |items| db.execute(&lookup::delete_codes(code, items)).map(drop))?;
        }
        fill(
            db,
            "search_item",
            self.come.iter().map(|(word, label, item, category)| [*word, *label, *item, *category].map(text).into()),
            false,
        )?;
        fill(db, "search_code", self.codes_come.iter().map(|(code, item)| [*code, *item].map(text).into()), false)?;
        self.count(db)
    }

    /// Changes how many items have each word; words that are new get their letters, those that nobody has lose them.
    fn count(&self, db: &mut dyn Db) -> Result<()> {
        let changed = || self.counts.iter().filter(|(_, count)| **count != 0);
        let more: Vec<String> = changed().filter(|(_, count)| **count > 0).map(|(word, _)| (*word).to_owned()).collect();
        let mut new: BTreeSet<String> = more.iter().cloned().collect();
        in_lists(&more, |words| {
            db.query(&lookup::known_words(words), &[Type::Text], &mut |row| {
                new.remove(&Cells::of(row).next::<String>());
                Ok(())
            })
        })?;
        fill(db, "search_word", changed().map(|(word, count)| vec![text(*word), Value::Integer(*count)]), true)?;
        let letters: BTreeSet<(String, &str)> =
            new.iter().flat_map(|word| grams(word).into_iter().map(move |gram| (gram, word.as_str()))).collect();
        fill(db, "search_gram", letters.into_iter().map(|(gram, word)| vec![text(gram), text(word)]), false)?;
        if changed().any(|(_, count)| *count < 0) {
            let mut lost: Vec<String> = Vec::new();
            db.query(&lookup::lost_words(), &[Type::Text], &mut |row| {
                lost.push(Cells::of(row).next());
                Ok(())
            })?;
            in_lists(&lost, |words| db.execute(&lookup::delete_grams(words)).map(drop))?;
            db.execute(&lookup::delete_lost_words())?;
        }
        Ok(())
    }
}

/// The lists changed: items, the index and what stands on which shelf follow, where they differ. Within an activation.
pub(super) fn relist(db: &mut dyn Db, now: NaiveDateTime) -> Result<()> {
    let (before, after) = (ask_items(db, &lookup::all_items())?, listed(db, now)?);
    let changed: Vec<&String> = before
        .keys()
        .chain(after.keys().filter(|code| !before.contains_key(*code)))
        .filter(|code| before.get(*code) != after.get(*code))
        .collect();
    let old: Vec<String> = changed.iter().filter(|code| before.contains_key(**code)).map(|code| (*code).clone()).collect();
    in_lists(&old, |codes| db.execute(&lookup::delete_items(codes)).map(drop))?;
    let new: BTreeSet<&String> = changed.iter().copied().collect();
    fill(db, "item", new.iter().filter_map(|code| after.get(*code)).flatten().map(Listed::row), false)?;

    let entries = |items: &Items| -> BTreeMap<String, Entry> {
        new.iter().filter_map(|code| Some(((*code).clone(), Entry::of(items.get(*code)?)?))).collect()
    };
    let (was, is) = (entries(&before), entries(&after));
    let spoken: Vec<&String> = new.iter().copied().filter(|code| was.get(*code) != is.get(*code)).collect();
    let mended = spoken.iter().filter(|code| was.contains_key(**code)).count();
    if mended > MEND_MAX {
        rebuild(db, &after, &was, &is)?;
    } else {
        let mut turn = Turn::default();
        spoken.iter().for_each(|code| turn.item(code, was.get(*code), is.get(*code)));
        turn.apply(db)?;
    }

    // Whatever stands on another shelf now, or is called otherwise by tills: its days are counted in anew.
    let shelf = |items: &Items, code: &String| -> Option<(bool, String, Quantity, Vec<String>)> {
        let rows = items.get(code)?;
        let (stocked, base, units, _) = rows.last()?.shelf();
        Some((stocked, base.to_owned(), units, rows.iter().filter_map(|row| row.gtin.clone()).collect()))
    };
    let moved = new.iter().filter(|code| shelf(&before, code) != shelf(&after, code));
    if before.is_empty() {
        return super::shelves::all_due(db);
    }
    let names = moved.flat_map(|code| {
        let gtins = [&before, &after].into_iter().filter_map(|items| shelf(items, code)).flat_map(|(.., gtins)| gtins);
        gtins.flat_map(|gtin| writings(&gtin)).chain([code.to_string()]).collect::<Vec<_>>()
    });
    let names: BTreeSet<String> = names.collect();
    super::shelves::due_with(db, &names.into_iter().collect::<Vec<_>>())
}

/// How a barcode of 14 digits may stand on a receipt: with all of them, or without those in front that are 0.
fn writings(gtin: &str) -> Vec<String> {
    let shorter = [13, 12, 8].into_iter().filter_map(|length| {
        let (zeros, rest) = gtin.split_at_checked(14 - length)?;
        zeros.bytes().all(|byte| byte == b'0').then(|| rest.to_owned())
    });
    [gtin.to_owned()].into_iter().chain(shorter).collect()
}

/// Makes the words anew; codes are mended.
fn rebuild(db: &mut dyn Db, all: &Items, was: &BTreeMap<String, Entry>, is: &BTreeMap<String, Entry>) -> Result<()> {
    for statement in lookup::clear_search() {
        db.execute(&statement)?;
    }
    let entries: BTreeMap<&String, Entry> = all.iter().filter_map(|(code, rows)| Some((code, Entry::of(rows)?))).collect();
    let mut turn = Turn::default();
    entries.iter().for_each(|(code, entry)| turn.item(code, None, Some(entry)));
    let mut codes = Turn::default();
    let both: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    both.into_iter().for_each(|code| codes.item(code, was.get(code), is.get(code)));
    (turn.codes_gone, turn.codes_come) = (codes.codes_gone, codes.codes_come);
    turn.apply(db)
}

/// What the items and the index say otherwise than the active lists do, one sentence each.
pub(super) fn check(db: &mut dyn Db) -> Result<Vec<String>> {
    let mut found = Vec::new();
    // What was in force when a list last changed stayed so until the next.
    let lists = ask_known(db, &queries::active(Days::now(read::FIRST, read::LAST, None), Some(Kind::Products)))?;
    let now = lists.iter().map(|one| one.revision.known_from).max().unwrap_or_default();
    let (is, should) = (ask_items(db, &lookup::all_items())?, listed(db, now)?);
    for code in is.keys().chain(should.keys()).collect::<BTreeSet<_>>() {
        if is.get(code) != should.get(code) {
            found.push(format!("the item {code} is not what the product lists say of it"));
        }
    }
    let entries: BTreeMap<&String, Entry> = is.iter().filter_map(|(code, rows)| Some((code, Entry::of(rows)?))).collect();
    let mut turn = Turn::default();
    entries.iter().for_each(|(code, entry)| turn.item(code, None, Some(entry)));
    let mut compare = |question: Statement, what: &str, columns: usize, should: HashMap<String, i64>| -> Result<()> {
        let mut left = should;
        let types: &[Type] = match columns {
            0 => &[Type::Text, Type::Integer],
            more => [Type::Text; 4].get(..more).unwrap_or_default(),
        };
        db.query(&question, types, &mut |row| {
            let (key, count) = match row.split_last() {
                Some((Value::Integer(count), key)) => (joined(key), *count),
                _ => (joined(&row), 1),
            };
            if left.remove(&key) != Some(count) {
                found.push(format!("the search index has {what} `{}`, which no item has so", key.trim_end()));
            }
            Ok(())
        })?;
        let mut left: Vec<String> = left.into_keys().collect();
        left.sort_unstable();
        found.extend(left.iter().map(|key| format!("the search index lacks {what} `{}`", key.trim_end())));
        Ok(())
    };
    let key = |parts: &[&str]| joined(&parts.iter().map(|part| text(*part)).collect::<Vec<_>>());
    compare(
        lookup::all_words(),
        "the word",
        4,
        turn.come.iter().map(|(word, label, item, category)| (key(&[word, label, item, category]), 1)).collect(),
    )?;
    compare(lookup::all_codes(), "the code", 2, turn.codes_come.iter().map(|(code, item)| (key(&[code, item]), 1)).collect())?;
    compare(lookup::all_counts(), "the count of", 0, turn.counts.iter().map(|(word, count)| (key(&[word]), *count)).collect())?;
    let letters = turn.counts.keys().flat_map(|word| grams(word).into_iter().map(|gram| (key(&[&gram, word]), 1)));
    compare(lookup::all_grams(), "the letters", 2, letters.collect())?;
    Ok(found)
}

fn joined(row: &[Value<'_>]) -> String {
    row.iter().map(|value| format!("{value} ")).collect()
}
