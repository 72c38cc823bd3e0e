//! What a store-day leaves behind for the next.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Before, Evidence, OpenShift, State, StoreDay, Sums, banking, cutoff, watch};
use crate::ledger::till::{Till, tills};
use crate::ledger::transaction::Placed;
use crate::model::{Account, CashKind, Money, Store, TenderClass};

/// What `day` leaves behind, given what was there `before` it: the `before` of the next day.
///
/// ```
/// use epos_core::model::{Batch, Content, Context, Hash, Header, Key, Money, Numbering, Source, Store};
/// use epos_core::reconcile::{Before, Evidence, after, day};
///
/// let (store, date) = (Store::new("LW", "Leith Walk"), "2026-11-20".parse()?);
/// let header = Header { number: "201".into(), date, total: Money::cents(350), ..Header::default() };
/// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
/// let source = Source {
///     batch: Batch { key, content: Content { headers: vec![header.into()], ..Content::default() } },
///     document: "till-1.csv".into(),
///     hash: Hash::default(),
///     layout: "sales".into(),
///     numbering: Numbering::PerTill,
///     prices_include_tax: Some(true),
///     absent: Vec::new(),
///     arrived_at: None,
/// };
/// let evidence = Evidence { sources: vec![source], ..Evidence::default() };
/// let friday = day(&store, date, &evidence, &Context::default());
/// let saturday = Evidence { before: after(&friday, &evidence, &Before::default()), ..Evidence::default() };
/// assert_eq!(saturday.before.last_number["1"], "201", "Saturday's first sale should be 202");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn after(day: &StoreDay, evidence: &Evidence, before: &Before) -> Before {
    // No float and no number is carried from before a store's first day.
    let too_early = day.state == State::NotExpected && !evidence.sources.is_empty();
    let mut next = if too_early { Before { on_hand: before.on_hand.clone(), ..Before::default() } } else { before.clone() };
    let store = store_of(day);
    let tills = tills(&evidence.sources, &store, &before.open_shift);
    for till in tills.iter().filter(|till| till.trading_day == day.trading_day && till.traded() && !too_early) {
        numbers(till, &mut next);
        watch::remember(till, &mut next.used);
        let shared = store.drawers.iter().filter(|drawer| drawer.unit == till.name).flat_map(|drawer| &drawer.tills);
        shared.for_each(|member| drop(next.open_shift.remove(member)));
        match open_shift(till, &store) {
            Some(open) => next.open_shift.insert(till.name.clone(), open),
            None => next.open_shift.remove(&till.name),
        };
    }
    next.waiting = banking::carried(day.trading_day, evidence, before);
    next.pays.extend(banking::payments(evidence));
    let traded = tills.iter().any(|till| till.trading_day == day.trading_day && till.traded());
    match day.state {
        _ if traded => next.after_cutoff.clone_from(&day.after_cutoff),
        State::Overdue | State::Expected => next.after_cutoff = cutoff::unknown(),
        _ => {}
    }
    if !too_early {
        watch::after(day, &mut next);
        next.patterns.take(day);
        left(day, &mut next);
        week(day, &mut next);
        match day.state {
            _ if traded => next.over_short = day.by_drawer(),
            // Nobody knows what an open day without files would have given back.
            State::Overdue | State::Expected => next.over_short.clear(),
            _ => {}
        }
        payees(day.trading_day, evidence, &mut next.payees);
    }
    for balance in &day.shelves {
        let Account::Shelf { sku, .. } = &balance.account else { continue };
        if let Some(on_hand) = balance.counted.or_else(|| balance.expected()) {
            next.on_hand.insert(sku.clone(), on_hand);
        }
    }
    next
}

/// As much of the store as putting its tills together needs: its drawers, as the judgement names them.
fn store_of(day: &StoreDay) -> Store {
    let mut store = Store::new(&day.store, &day.store);
    store.currency.clone_from(&day.currency);
    let drawers: BTreeMap<&String, &Vec<String>> = day.drawers.iter().map(|drawer| (&drawer.drawer, &drawer.tills)).collect();
    store.drawers = drawers
        .into_iter()
        .filter(|(unit, tills)| tills.as_slice() != [unit.as_str()])
        .map(|(unit, tills)| crate::model::Drawer { unit: unit.clone(), tills: tills.clone() })
        .collect();
    store
}

fn numbers(till: &Till<'_>, next: &mut Before) {
    let mut names: Vec<&str> = till.transactions.iter().map(|transaction| transaction.till).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if let Some(last) = till.last_number(name) {
            next.last_number.insert(name.to_owned(), last.to_owned());
        }
    }
    for shift in &till.shifts {
        if shift.numbered {
            next.z_numbers.push((till.name.clone(), shift.label.clone()));
        }
        if let Some(grand_total) = shift.total.and_then(|total| total.grand_total) {
            next.grand_total.insert(till.name.clone(), grand_total);
        }
    }
}

/// What is still open at the end of the day: today's, and what was open before when nothing closed today either.
fn open_shift(till: &Till<'_>, store: &Store) -> Option<OpenShift> {
    let earlier = till.open.clone().filter(|_| till.shifts.is_empty());
    let open = || till.transactions.iter().filter(|transaction| transaction.placed == Placed::Open);
    let mut shift = match earlier {
        Some(open) => OpenShift { until: till.trading_day, ..open },
        None if open().next().is_none() && (till.cash.is_empty() || !till.shifts.is_empty()) => return None,
        None => OpenShift {
            since: till.trading_day,
            until: till.trading_day,
            first_number: open().next().map(|transaction| transaction.number.to_owned()),
            last_number: None,
            sums: Sums::default(),
            tenders: BTreeMap::new(),
        },
    };
    shift.last_number = open().next_back().map(|transaction| transaction.number.to_owned()).or(shift.last_number);
    let mut moved = |tender: String, amount: rust_decimal::Decimal| {
        let (moved_in, moved_out) = shift.tenders.entry(tender).or_default();
        if amount.is_sign_negative() { *moved_out -= amount } else { *moved_in += amount }
    };
    for transaction in open() {
        for tender in transaction.tenders.iter().filter(|_| transaction.counts()) {
            moved(crate::ledger::own_name(&tender.tender, tender.currency.as_deref(), store), tender.amount.decimal());
        }
    }
    // After a close, cash that moves changes what is left in the drawer instead, so it is carried there.
    if till.shifts.is_empty() {
        for (_, _, row) in &till.cash {
            let amount = row.amount.decimal();
            let amount = match row.kind {
                CashKind::PaidIn | CashKind::Loan => amount.abs(),
                CashKind::PaidOut | CashKind::Drop => -amount.abs(),
                CashKind::Safe => -amount,
                CashKind::NoSale => continue,
            };
            moved(row.tender.clone().unwrap_or_default().trim().to_owned(), amount);
        }
    }
    for transaction in open() {
        shift.sums += transaction.sums(store);
    }
    Some(shift)
}

fn left(day: &StoreDay, next: &mut Before) {
    for result in day.drawers.iter().filter(|result| result.class == TenderClass::Cash && !result.z_numbers.is_empty()) {
        // In order of shifts: the last one stands. A count that nobody took leaves nothing to compare tomorrow with.
        match result.left {
            Some(left) => next.left.insert(result.drawer.clone(), left),
            None => next.left.remove(&result.drawer),
        };
    }
}

fn week(day: &StoreDay, next: &mut Before) {
    for result in day.drawers.iter().filter(|result| result.class == TenderClass::Cash) {
        if let Some(over_short) = result.over_short {
            *next.week.entry(result.drawer.clone()).or_default().entry(day.trading_day).or_default() += over_short.abs();
        }
    }
    for days in next.week.values_mut() {
        *days = days.split_off(&week_before(day.trading_day.succ_opt().unwrap_or(day.trading_day)));
    }
}

/// Days for which payments out of drawers are remembered.
const PAYEE_DAYS: i64 = 60;

fn payees(today: NaiveDate, evidence: &Evidence, payees: &mut BTreeMap<String, Vec<(NaiveDate, Money)>>) {
    let moved = evidence.sources.iter().filter(|source| source.batch.key.trading_day == today);
    for row in moved.flat_map(|source| &source.batch.content.cash_movements).filter(|row| row.kind == CashKind::PaidOut) {
        if let Some(reason) = row.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) {
            payees.entry(reason.to_lowercase()).or_default().push((today, row.amount.abs()));
        }
    }
    payees.retain(|_, days| {
        days.retain(|(day, _)| (today - *day).num_days() <= PAYEE_DAYS);
        !days.is_empty()
    });
}

impl OpenShift {
    /// Both together: tills whose one Z-report is their drawer's.
    pub(crate) fn with(mut self, other: OpenShift) -> OpenShift {
        self.since = self.since.min(other.since);
        self.until = self.until.max(other.until);
        // Numbers of two tills have no common order.
        (self.first_number, self.last_number) = (None, None);
        self.sums += other.sums;
        for (tender, (moved_in, moved_out)) in other.tenders {
            let sums = self.tenders.entry(tender).or_default();
            sums.0 += moved_in;
            sums.1 += moved_out;
        }
        self
    }
}

/// The first of the six days before `day`.
pub(super) fn week_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(6)).unwrap_or(NaiveDate::MIN)
}
