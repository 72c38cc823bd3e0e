//! Every movement of drawers and shelves, as the ledger posts them.

use super::make::*;
use super::{DaySources, Period, Report};
use crate::model::{Account, CashKind, Context, Movement, Reason, Store, TenderClass, Type, Value};

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
        let known = period.store_of(&of.store).cloned().unwrap_or_else(|| Store::new(&of.store, &of.store));
        post(of, &known, period.context).into_iter().map(|movement| row(period, of, movement))
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
        if is_money { text(period.currency(&of.store)) } else { Value::Null },
    ]
}

/// Payments, cash movements and deliveries of one store-day.
fn post(of: &DaySources, store: &Store, context: &Context) -> Vec<Movement> {
    let mut all = Vec::new();
    for sale in super::sale::sales(of, &store.currency).iter().filter(|sale| sale.counts()) {
        for tender in &sale.tenders {
            all.push(Movement {
                account: Account::Drawer {
                    store: of.store.clone(),
                    drawer: store.drawer_of(sale.till),
                    tender: tender.tender.clone(),
                },
                trading_day: of.trading_day,
                at: tender.time.map(|time| tender.date.and_time(time)),
                reason: if tender.amount.is_negative() { Reason::Refund } else { Reason::Sale },
                amount: tender.amount.decimal(),
                till: sale.till.to_owned(),
                z_number: None,
                source: sale.number.to_owned(),
            });
        }
    }
    for source in &of.sources {
        let till = &source.batch.key.till;
        let cash = source.batch.content.tenders.iter().find(|row| context.policy.tender_class(&row.tender) == TenderClass::Cash);
        let cash = cash.map_or("Cash", |row| &row.tender);
        for row in &source.batch.content.cash_movements {
            let (reason, amount) = match row.kind {
                CashKind::PaidIn => (Reason::PaidIn, row.amount),
                CashKind::Loan => (Reason::Loan, row.amount),
                CashKind::PaidOut => (Reason::PaidOut, -row.amount),
                CashKind::Drop | CashKind::Safe => (Reason::Drop, -row.amount),
                CashKind::NoSale => continue,
            };
            let tender = row.tender.clone().unwrap_or_else(|| cash.to_owned());
            all.push(Movement {
                account: Account::Drawer { store: of.store.clone(), drawer: store.drawer_of(till), tender },
                trading_day: of.trading_day,
                at: row.time.map(|time| row.date.and_time(time)),
                reason,
                amount: amount.decimal(),
                till: till.clone(),
                z_number: None,
                source: row.number.clone().or_else(|| row.reference.clone()).unwrap_or_default(),
            });
        }
    }
    all
}
