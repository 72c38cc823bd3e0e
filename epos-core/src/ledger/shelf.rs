//! Goods: sales, refunds, deliveries and transfers as movements of shelves, in base units.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::till::Till;
use super::transaction::Placed;
use crate::model::{Account, Class, Context, LineItem, Movement, Product, Reason, Side, Source, Store};

/// The SKU that an item is stock of and how many of its units one item holds: a pack of packs is followed to the end. An item that
/// nobody knows is a shelf of its own; so is a pack that says neither what nor how much it holds, or that holds itself.
///
/// ```
/// use epos_core::ledger::base_units;
/// use epos_core::model::{Context, Product, Quantity};
///
/// let mut context = Context::default();
/// let can = Product { item_code: "cola".into(), ..Product::default() };
/// let six = Product { item_code: "cola-6".into(), pack_of: Some("cola".into()), ..Product::default() };
/// for product in [can, Product { pack_units: Some(Quantity::units(6)), ..six }] {
///     context.products.insert(product.item_code.clone(), product);
/// }
/// assert_eq!(base_units("cola-6", &context), ("cola".into(), 6.into()));
/// assert_eq!(base_units("tea", &context), ("tea".into(), 1.into()), "what nobody knows is a shelf of its own");
/// ```
pub fn base_units(item_code: &str, context: &Context) -> (String, Decimal) {
    let Some(product) = context.product(item_code) else { return (item_code.to_owned(), Decimal::ONE) };
    let (mut at, mut units) = (product, Decimal::ONE);
    let mut seen = BTreeSet::from([product.item_code.as_str()]);
    while let Some((of, each)) = holds(at) {
        let Some(next) = context.product(of) else { return (of.to_owned(), units * each) };
        if !seen.insert(&next.item_code) {
            return (product.item_code.clone(), Decimal::ONE);
        }
        // A chain that grows past any shelf is a mistake in the list; the item then stays as it is.
        let Some(more) = units.checked_mul(each).filter(|units| *units < crate::model::amount_max()) else {
            return (product.item_code.clone(), Decimal::ONE);
        };
        (at, units) = (next, more);
    }
    (at.item_code.clone(), units)
}

fn holds(product: &Product) -> Option<(&str, Decimal)> {
    let of = product.pack_of.as_deref().filter(|of| !of.trim().is_empty())?;
    let units = product.pack_units?.decimal();
    (units > Decimal::ZERO).then_some((of, units))
}

/// The item code of a line that is stock: goods on the product list that are not kept off it.
pub(crate) fn stocked<'l>(line: &'l LineItem, context: &Context) -> Option<&'l str> {
    let code = line.item_code.as_deref().filter(|_| line.class == Class::Goods)?;
    let product = context.product(code)?;
    let base = base_units(code, context).0;
    let kept = |product: &Product| product.stocked != Some(false);
    (kept(product) && context.product(&base).is_none_or(kept)).then_some(code)
}

/// The shelf of a base SKU.
pub(crate) fn shelf(store: &Store, sku: &str) -> Account {
    Account::Shelf { store: store.code.clone(), sku: sku.to_owned() }
}

pub(super) fn post(tills: &[Till<'_>], sources: &[Source], store: &Store, context: &Context) -> Vec<Movement> {
    let mut movements = Vec::new();
    for till in tills {
        for sale in till.transactions.iter().filter(|sale| sale.counts()) {
            let z_number = match sale.placed {
                Placed::Shift(shift) => till.shifts.get(shift).map(|shift| shift.label.clone()),
                Placed::Open | Placed::Unknown => None,
            };
            for line in sale.counted_lines() {
                let Some(code) = stocked(line, context) else { continue };
                let (sku, units) = base_units(code, context);
                let amount = -(line.quantity.decimal() * units);
                if amount.is_zero() {
                    continue;
                }
                movements.push(Movement {
                    account: shelf(store, &sku),
                    trading_day: till.trading_day,
                    at: line.time.map(|time| line.date.and_time(time)).or(sale.at),
                    reason: if amount.is_sign_positive() { Reason::Refund } else { Reason::Sale },
                    amount,
                    till: sale.till.to_owned(),
                    z_number: z_number.clone(),
                    source: sale.number.to_owned(),
                });
            }
        }
    }
    for source in sources.iter().filter(|source| source.batch.key.store == store.code) {
        for row in source.batch.content.goods_in.iter().filter(|row| !row.quantity.is_zero()) {
            let (sku, units) = base_units(&row.item_code, context);
            movements.push(Movement {
                account: shelf(store, &sku),
                trading_day: source.batch.key.trading_day,
                at: None,
                reason: Reason::GoodsIn,
                amount: row.quantity.decimal() * units,
                till: source.batch.key.till.clone(),
                z_number: None,
                source: row.reference.clone().unwrap_or_default(),
            });
        }
        for row in source.batch.content.transfers.iter().filter(|row| !row.quantity.is_zero()) {
            let (sku, units) = base_units(&row.item_code, context);
            movements.push(Movement {
                account: shelf(store, &sku),
                trading_day: source.batch.key.trading_day,
                at: row.time.map(|time| row.date.and_time(time)),
                reason: match row.side {
                    Side::Sent => Reason::TransferOut,
                    Side::Received => Reason::TransferIn,
                },
                amount: row.moved().decimal() * units,
                till: String::new(),
                z_number: None,
                source: row.reference.clone(),
            });
        }
    }
    movements
}
