//! What is on the shelves.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::make::*;
use super::{Period, Report};
use crate::model::{Account, Balance, Type, Value};
use crate::reconcile::StoreDay;

/// One row per store and SKU that moved or was counted, in base units.
pub fn on_hand(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        column("sku", "SKU", Type::Text),
        column("description", "Description", Type::Text),
        or("unknown", column("on_hand", "On hand", Type::Quantity)),
        column("as_of", "As of", Type::Date),
        or("not in this period", column("last_counted", "Last counted", Type::DateTime)),
    ];
    let mut shelves: BTreeMap<(&str, &str), (&StoreDay, &Balance)> = BTreeMap::new();
    for &day in &period.days {
        for balance in &day.shelves {
            if let Account::Shelf { sku, .. } = &balance.account {
                // Days come in order: the last one stands.
                shelves.insert((&day.store, sku), (day, balance));
            }
        }
    }
    let counted = last_counted(period);
    let rows = shelves.into_iter().map(|((store, sku), (of, balance))| {
        let known = balance.counted.or_else(|| balance.expected());
        vec![
            text(store),
            text(period.store_name(store)),
            text(sku),
            maybe(period.context.product(sku).map(|product| product.description.as_str())),
            known.map_or(Value::Null, Value::Decimal),
            day(of.trading_day),
            counted.get(&(store, sku)).map_or(Value::Null, |&at| Value::DateTime(at)),
        ]
    });
    let mut report = make(period, "on-hand", columns, rows.collect());
    report.notes.push(
        "Packs are shown as the single units they hold. Items that neither moved nor were counted in these days are not listed."
            .to_owned(),
    );
    report
}

/// When a person last counted each SKU. A till's own stock level is no count.
fn last_counted<'p>(period: &Period<'p>) -> BTreeMap<(&'p str, &'p str), NaiveDateTime> {
    let mut counted = BTreeMap::new();
    for day in &period.sources {
        for row in day.sources.iter().flat_map(|source| &source.batch.content.stock_counts) {
            let product = period.context.product(&row.item_code);
            let sku = product.map_or(row.item_code.as_str(), |product| product.pack_of.as_deref().unwrap_or(&product.item_code));
            let last = counted.entry((day.store.as_str(), sku)).or_insert(row.counted_at);
            *last = row.counted_at.max(*last);
        }
    }
    counted
}
