//! Masters that were loaded as documents, beside what the configuration says: products, suppliers, tax rates, stores, drawers,
//! calendar days. Lists of employees and customers say who a token stands for, and are not part of a context.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::store;
use crate::error::Result;
use crate::model::{Authority, Context, Drawer, Exception, Gtin, Kind, Person, Product, Store, TaxRate, TaxRateRow, is_zone};
use crate::port::Db;

/// What stands as the source of a loaded tax rate that names none.
const NO_SOURCE: &str = "a loaded list of tax rates";

/// Adds what loaded lists say to a context. What the configuration says of a store stays.
pub(super) fn take(context: &mut Context, db: &mut dyn Db) -> Result<()> {
    let listed = store::masters(db, Kind::Products)?;
    list(context, listed.into_iter().flat_map(|batch| batch.content.products).map(|row| row.record));
    staff(context, db)?;
    for row in store::masters(db, Kind::Suppliers)?.into_iter().flat_map(|batch| batch.content.suppliers) {
        context.suppliers.insert(row.record.code.clone(), row.record);
    }
    for row in store::masters(db, Kind::TaxRates)?.into_iter().flat_map(|batch| batch.content.tax_rates) {
        let TaxRateRow { region, category, tax, rate, from, until, source } = row.record;
        let source = source.unwrap_or_else(|| NO_SOURCE.to_owned());
        context.rates.push(TaxRate { region, category, tax, rate, from, until, source, said_by: Authority::List });
    }
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

/// Adds products, in the order in which lists came.
pub(super) fn list(context: &mut Context, products: impl Iterator<Item = Product>) {
    for product in products {
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

#[cfg(feature = "sqlite")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::sqlite::Sqlite;
    use crate::format::{self, Layouts, Reading};
    use crate::model::{Document, Key, Limits};
    use crate::tax;

    /// Loads a list by its text.
    fn load(db: &mut Sqlite, name: &str, text: &str) {
        let (document, now) = (Document::new(name, text.as_bytes()), Key::ALWAYS.and_hms_opt(12, 0, 0).expect("noon"));
        let limits = Limits::default();
        let sheets = format::sheets(&document, &limits).value;
        let layouts = Layouts::built_in();
        let blocks = format::batch(&document, sheets, &layouts, &Reading::default(), &Default::default(), &limits).value;
        let terms = store::Terms { now, ..store::Terms::default() };
        store::apply(db, &document, blocks, Vec::new(), terms).expect("it loads");
    }

    #[test]
    fn loaded_suppliers_and_rates_are_in_the_context_and_the_latest_list_counts() {
        let mut db = Sqlite::memory().expect("a database");
        store::migrate(&mut db, Key::ALWAYS.and_hms_opt(0, 0, 0).expect("midnight")).expect("a schema");
        let heading = "region,category,tax,rate,from,until,source\n";
        load(&mut db, "old.csv", &format!("{heading}GB,standard,VAT,21,2026-12-01,,Budget\n"));
        load(&mut db, "rates.csv", &format!("{heading}GB,standard,VAT,22.5,2026-12-01,,\n"));
        load(&mut db, "suppliers.csv", "code,name,lead_days\nTRAID,Traidcraft,7\n");
        let mut context = Context { rates: tax::built_in_rates(), ..Context::default() };
        take(&mut context, &mut db).expect("masters");

        assert_eq!(context.supplier(" traidcraft").and_then(|supplier| supplier.lead_days), Some(7));
        assert_eq!(context.supplier("Tradecraft"), None);
        let on = |month: u32| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, month, 30).expect("a day");
            let found = tax::rates(&context.rates, "GB", "standard", day);
            found.iter().map(|rate| (rate.rate.to_string(), rate.source.clone())).collect::<Vec<_>>()
        };
        assert_eq!(on(11), [("20".to_owned(), "HMRC: VAT rates".to_owned())]);
        assert_eq!(on(12), [("22.5".to_owned(), NO_SOURCE.to_owned())]);
    }
}
