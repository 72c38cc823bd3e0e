//! Masters that were loaded as documents, beside what the configuration says: products, stores, drawers, calendar days.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::store;
use crate::error::Result;
use crate::model::{Context, Drawer, Exception, Gtin, Kind, Person, Store, is_zone};
use crate::port::Db;

/// Adds the products, stores, drawers and calendar days of loaded lists to a context. What the configuration says of a store stays.
pub(super) fn take(context: &mut Context, db: &mut dyn Db) -> Result<()> {
    for row in store::masters(db, Kind::Products)?.into_iter().flat_map(|batch| batch.content.products) {
        let product = row.record;
        if let Some(gtin) = product.gtin.as_deref().and_then(|gtin| Gtin::parse(gtin).ok()) {
            context.gtins.insert(gtin.as_str().to_owned(), product.item_code.clone());
        }
        if let Some(price) = product.price {
            let from = product.effective_from.unwrap_or(NaiveDate::MIN);
            context.prices.entry(product.item_code.clone()).or_default().push((from, price));
        }
        // What begins only later is in the list, but not yet in force.
        let ahead = product.effective_from.is_some_and(|from| from > context.now.date());
        if !ahead || !context.products.contains_key(&product.item_code) {
            context.products.insert(product.item_code.clone(), product);
        }
    }
    context.prices.values_mut().for_each(|prices| prices.sort_by_key(|(from, _)| *from));
    staff(context, db)?;
    for row in store::masters(db, Kind::Stores)?.into_iter().flat_map(|batch| batch.content.stores) {
        let listed = row.record;
        if context.stores.contains_key(&listed.code) {
            continue;
        }
        // A store that is only listed expects nothing: nobody said which files it must send.
        let mut store = Store { starts: listed.starts, expects: Vec::new(), ..Store::new(&listed.code, &listed.name) };
        if let Some(zone) = listed.zone.filter(|zone| is_zone(zone)) {
            store.zone = zone;
        }
        store.currency = listed.currency.unwrap_or(store.currency);
        store.region = listed.region.unwrap_or(store.region);
        context.stores.insert(listed.code, store);
    }
    for batch in store::masters(db, Kind::Drawers)? {
        let Some(store) = context.stores.get_mut(&batch.key.store) else { continue };
        for row in batch.content.drawers {
            let unit = row.record.unit;
            if !store.drawers.iter().any(|drawer| drawer.unit == unit) {
                store.drawers.push(Drawer { unit, tills: row.record.tills.split_whitespace().map(str::to_owned).collect() });
            }
        }
    }
    for batch in store::masters(db, Kind::Calendar)? {
        let Some(store) = context.stores.get_mut(&batch.key.store) else { continue };
        for row in batch.content.calendar {
            let reason = row.record.reason.unwrap_or_default();
            store.exceptions.entry(row.record.date).or_insert(Exception { open: row.record.open, reason, hours: None });
        }
    }
    Ok(())
}

/// Everybody on the loaded staff lists, by code and by name. In memory only: rows keep tokens.
fn staff(context: &mut Context, db: &mut dyn Db) -> Result<()> {
    let listed = store::masters(db, Kind::Employees)?.into_iter().flat_map(|batch| batch.content.employees);
    let tokens: HashSet<Person> = listed.map(|row| row.record.code).collect();
    if tokens.is_empty() {
        return Ok(());
    }
    for ((role, Person(known)), token) in store::everybody(db)? {
        if role == "employee" && tokens.contains(&token) {
            context.staff.insert(known.trim().to_lowercase());
        }
    }
    Ok(())
}
