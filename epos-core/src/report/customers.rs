//! Who bought: how many, and how often. A customer is a token; a name only where the person table still has one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::make::*;
use super::{By, Period, Report, Sale};
use crate::model::{Money, Person, SaleKind, Type, Value};

/// The fewest purchases of a loyal customer when nobody says.
pub const AT_LEAST: usize = 2;

/// What customers did in one store (or all) over some days.
#[derive(Default)]
struct Visits<'p> {
    customers: BTreeSet<&'p Person>,
    again: BTreeSet<&'p Person>,
    named: usize,
    unnamed: usize,
    known: Money,
    unknown: Money,
}

impl<'p> Visits<'p> {
    fn see(&mut self, sale: &Sale<'p>) {
        let takings = sale.bridge().takings;
        match sale.customer() {
            Some(customer) => {
                if !self.customers.insert(customer) {
                    self.again.insert(customer);
                }
                self.named += usize::from(!sale.is_orphan());
                self.known += takings;
            }
            None => {
                self.unnamed += usize::from(!sale.is_orphan());
                self.unknown += takings;
            }
        }
    }
}

/// One row per store, and for each month or day of it when asked: how many different customers. Customers are counted once in
/// each row, so the rows of several stores or months do not add up to the number of people.
pub fn unique(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let by = period.asked.by.unwrap_or(By::Period);
    let columns = vec![
        code,
        name,
        FIRST_DAY,
        LAST_DAY,
        column("customers", "Customers", Type::Integer),
        column("customers_again", "Came again", Type::Integer),
        summed("transactions_named", "Transactions, customer named", Type::Integer),
        summed("transactions_unnamed", "Transactions, nobody named", Type::Integer),
        summed("takings_named", "Takings, customer named", Type::Money),
        summed("takings_unnamed", "Takings, nobody named", Type::Money),
        TAKINGS,
        CURRENCY,
    ];
    let mut visits: BTreeMap<(&str, (NaiveDate, NaiveDate)), Visits<'_>> = BTreeMap::new();
    let mut all: BTreeMap<&Person, BTreeSet<&str>> = BTreeMap::new();
    for sale in period.sales.iter().filter(|sale| sale.counts()) {
        visits.entry((sale.store, period.bucket(sale.trading_day, by))).or_default().see(sale);
        if let Some(customer) = sale.customer() {
            all.entry(customer).or_default().insert(sale.store);
        }
    }
    let rows = visits.iter().map(|((store, (from, to)), of)| {
        vec![
            text(*store),
            text(period.store_name(store)),
            day(*from),
            day(*to),
            count(of.customers.len()),
            count(of.again.len()),
            count(of.named),
            count(of.unnamed),
            money(of.known),
            money(of.unknown),
            money(of.known + of.unknown),
            text(period.currency(store)),
        ]
    });
    let mut report = make(period, "unique-customers", columns, rows.collect());
    let several = all.values().filter(|stores| stores.len() > 1).count();
    report.notes.push(match (all.len(), several) {
        (0, _) => "No transaction names a customer.".to_owned(),
        (1, _) => "1 customer in all.".to_owned(),
        (many, 0) => format!("{many} different customers in all."),
        (many, 1) => format!("{many} different customers in all; 1 came to more than one store."),
        (many, several) => format!("{many} different customers in all; {several} came to more than one store."),
    });
    report
}

/// What one customer bought.
#[derive(Default)]
struct Bought<'p> {
    purchases: usize,
    takings: Money,
    days: BTreeSet<NaiveDate>,
    stores: BTreeSet<&'p str>,
}

/// One row per customer with as many purchases as asked or more, the most first; then what all others took. A purchase is a
/// transaction that is no refund; takings have the refunds taken off.
pub fn loyal(period: &Period<'_>) -> Report {
    let least = period.asked.at_least.unwrap_or(AT_LEAST);
    let columns = vec![
        column("customer", "Customer", Type::Person),
        summed("purchases", "Purchases", Type::Integer),
        TAKINGS,
        FIRST_DAY,
        LAST_DAY,
        column("stores", "Stores", Type::Text),
        CURRENCY,
    ];
    let mut bought: BTreeMap<(&str, Option<&Person>), Bought<'_>> = BTreeMap::new();
    for sale in period.sales.iter().filter(|sale| sale.counts()) {
        let of = bought.entry((period.currency(sale.store), sale.customer())).or_default();
        of.takings += sale.bridge().takings;
        of.purchases += usize::from(!sale.is_orphan() && sale.kind() != SaleKind::Refund);
        of.days.insert(sale.trading_day);
        of.stores.insert(period.store_name(sale.store));
    }
    let (mut loyal, mut fewer, mut unnamed) = (Vec::new(), BTreeMap::<&str, Bought<'_>>::new(), Vec::new());
    for ((currency, customer), of) in bought {
        match customer {
            None => unnamed.push((currency, of)),
            Some(customer) if of.purchases >= least => loyal.push((currency, customer, of)),
            Some(_) => {
                let others = fewer.entry(currency).or_default();
                others.purchases += of.purchases;
                others.takings += of.takings;
            }
        }
    }
    loyal.sort_by_key(|(currency, customer, of)| (*currency, std::cmp::Reverse((of.purchases, of.takings)), *customer));
    let row = |name: Value<'static>, of: &Bought<'_>, currency: &str, single: bool| {
        let date = |of: Option<&NaiveDate>| of.filter(|_| single).map_or(Value::Null, |&of| day(of));
        let stores = of.stores.iter().copied().collect::<Vec<_>>().join(", ");
        vec![
            name,
            count(of.purchases),
            money(of.takings),
            date(of.days.first()),
            date(of.days.last()),
            maybe(Some(stores.as_str()).filter(|_| single)),
            text(currency),
        ]
    };
    let mut rows: Vec<_> =
        loyal.iter().map(|(currency, customer, of)| row(text(period.person(customer)), of, currency, true)).collect();
    let less = format!("(customers with fewer than {least} purchases)");
    rows.extend(fewer.iter().map(|(currency, of)| row(text(less.as_str()), of, currency, false)));
    rows.extend(unnamed.iter().map(|(currency, of)| row(text("(no customer named)"), of, currency, false)));
    let mut report = make(period, "loyal-customers", columns, rows);
    report.notes.push(format!(
        "{} of {least} purchases or more. A purchase is a transaction that is no refund; names that were erased are shown as their token.",
        if loyal.len() == 1 { "1 customer".to_owned() } else { format!("{} customers", loyal.len()) }
    ));
    report
}
