//! Every movement of drawers and shelves, as the ledger posts them.

use super::make::*;
use super::{DaySources, Period, Report};
use crate::ledger;
use crate::model::{Account, Movement, Reason, Type, Value};

/// One row per movement.
pub fn movements(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        TRADING_DAY,
        column("at", "At", Type::DateTime),
        column("account", "Account", Type::Text),
        column("of", "Of", Type::Text),
        column("reason", "Reason", Type::Word(Reason::WORDS)),
        column("amount", "Amount", Type::Money),
        column("quantity", "Quantity", Type::Quantity),
        column("till", "Till", Type::Text),
        column("z_number", "Z-report", Type::Text),
        column("source", "Source", Type::Text),
        CURRENCY,
    ];
    let rows = period.sources.iter().flat_map(|of| {
        let known = period.known_store(&of.store);
        ledger::post(&of.sources, &known, period.context).into_iter().map(|movement| row(period, of, movement))
    });
    make(period, "movements", columns, rows.collect())
}

fn row(period: &Period<'_>, of: &DaySources, movement: Movement) -> Vec<Value<'static>> {
    let (account, subject, is_money) = match &movement.account {
        Account::Drawer { drawer, tender, .. } => (format!("drawer {drawer}"), tender.clone(), true),
        Account::Safe { .. } => ("safe".to_owned(), String::new(), true),
        Account::GiftCards { .. } => ("gift cards".to_owned(), String::new(), true),
        Account::Shelf { sku, .. } => ("shelf".to_owned(), sku.clone(), false),
    };
    let amount = Value::Decimal(movement.amount);
    let currency = || foreign(&subject).unwrap_or_else(|| period.currency(&of.store)).to_owned();
    let currency = if is_money { text(currency()) } else { Value::Null };
    let (money, units) = if is_money { (amount, Value::Null) } else { (Value::Null, amount) };
    vec![
        text(&of.store),
        text(period.store_name(&of.store)),
        day(movement.trading_day),
        movement.at.map_or(Value::Null, Value::DateTime),
        text(account),
        maybe(Some(&subject)),
        text(movement.reason.word()),
        money,
        units,
        maybe(Some(&movement.till)),
        maybe(movement.z_number.as_deref()),
        maybe(Some(&movement.source)),
        currency,
    ]
}
