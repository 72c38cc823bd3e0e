//! Cash on its way to the bank that has not arrived there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::make::*;
use super::{Period, Report};
use crate::ledger;
use crate::model::{Account, DepositKind, Money, Reason, TenderClass, Type, Value};

/// A bag, or what left a drawer where nobody wrote of bags.
struct Bag<'p> {
    store: &'p str,
    date: NaiveDate,
    reference: String,
    amount: Money,
}

/// One row per bag that no bank credit names, the oldest first, with its age in days now. Bags of every day up to the last of the
/// period count: an old bag does not go away because the period is short.
///
/// A bag row of the store counts; on a day without any, what left each drawer for the bank does. A credit clears the bag of its
/// reference, else the oldest bag of exactly its amount.
pub fn unbanked(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        column("bagged_on", "Bagged", Type::Date),
        column("bag", "Bag", Type::Text),
        column("age_days", "Days old", Type::Integer),
        summed("unbanked_0_2", "0 to 2 days", Type::Money),
        summed("unbanked_3_7", "3 to 7 days", Type::Money),
        summed("unbanked_8", "8 days or more", Type::Money),
        CURRENCY,
    ];
    let until = period.at(NaiveDate::MIN, period.to);
    let mut bags: Vec<Bag<'_>> = bags(&until);
    let mut reporting = BTreeSet::new();
    let mut by_reference: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut credits: Vec<(&str, NaiveDate, &str, Money)> = Vec::new();
    for of in period.known() {
        for row in of.sources.iter().flat_map(|source| &source.batch.content.deposits) {
            if row.kind == DepositKind::Bank {
                reporting.insert(of.store.as_str());
                by_reference.insert((&of.store, &row.reference));
                credits.push((&of.store, row.date, &row.reference, row.amount));
            }
        }
    }
    let named: BTreeSet<(&str, String)> = bags.iter().map(|bag| (bag.store, bag.reference.clone())).collect();
    bags.retain(|bag| !by_reference.contains(&(bag.store, bag.reference.as_str())));
    credits.retain(|(store, _, reference, _)| !named.contains(&(*store, (*reference).to_owned())));
    credits.sort();
    for (store, date, _, amount) in credits {
        let same = |bag: &Bag<'_>| bag.store == store && bag.amount == amount && bag.date <= date;
        if let Some(position) = bags.iter().position(same) {
            bags.remove(position);
        }
    }
    let silent: BTreeSet<&str> =
        bags.iter().filter(|bag| !reporting.contains(bag.store)).map(|bag| period.store_name(bag.store)).collect();
    let silent: Vec<&str> = silent.into_iter().collect();
    let rows = bags.iter().map(|bag| {
        let today = period.known_store(bag.store).local_time(period.context.now).date();
        let age = (today - bag.date).num_days();
        let in_age = |fits: bool| maybe_money(fits.then_some(bag.amount));
        vec![
            text(bag.store),
            text(period.store_name(bag.store)),
            day(bag.date),
            text(bag.reference.as_str()),
            Value::Integer(age),
            in_age(age <= 2),
            in_age((3..=7).contains(&age)),
            in_age(age >= 8),
            text(period.currency(bag.store)),
        ]
    });
    let mut report = make(period, "unbanked", columns, rows.collect());
    if !silent.is_empty() {
        report.notes.push(format!("Nobody has sent bank credits, so that every bag counts as unbanked: {}.", silent.join(", ")));
    }
    report
}

/// The bags of a period, the oldest first.
fn bags<'p>(period: &Period<'p>) -> Vec<Bag<'p>> {
    let mut bags = Vec::new();
    for of in &period.sources {
        let mut found: BTreeMap<(NaiveDate, String), Money> = BTreeMap::new();
        let deposits = of.sources.iter().flat_map(|source| &source.batch.content.deposits);
        for row in deposits.filter(|row| row.kind == DepositKind::Bag) {
            *found.entry((row.date, row.reference.clone())).or_default() += row.amount;
        }
        if found.is_empty() {
            for movement in ledger::post(&of.sources, &period.known_store(&of.store), period.context) {
                let Account::Drawer { drawer, tender, .. } = &movement.account else { continue };
                let cash = foreign(tender).is_none() && period.context.policy.tender_class(tender) == TenderClass::Cash;
                if cash && matches!(movement.reason, Reason::Banked | Reason::Drop) {
                    let z = movement.z_number.as_ref().map(|z| format!(", Z-report {z}")).unwrap_or_default();
                    *found.entry((of.trading_day, format!("drawer {drawer}{z}"))).or_default() += Money::rounded(-movement.amount);
                }
            }
        }
        let whole = found.into_iter().filter(|(_, amount)| !amount.is_zero());
        bags.extend(whole.map(|((date, reference), amount)| Bag { store: &of.store, date, reference, amount }));
    }
    bags.sort_by(|a, b| (a.date, a.store, &a.reference).cmp(&(b.date, b.store, &b.reference)));
    bags
}
