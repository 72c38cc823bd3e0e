//! Money: tenders, cash movements and bankings as movements of drawers, the safe and gift cards.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use super::Posted;
use super::till::{Shift, Till};
use super::transaction::{Placed, Transaction};
use crate::model::{Account, Banked, CashKind, Class, Kind, Money, Movement, Policy, Reason, Store, TenderClass, ZReport};

/// The names of a drawer's tenders. Tills write "Visa" where the Z-report says "Card"; both are one balance.
pub(crate) struct Tenders {
    on_z: BTreeMap<String, String>,
    elsewhere: BTreeMap<String, String>,
    classes: BTreeMap<TenderClass, BTreeSet<String>>,
    cash: String,
}

/// Between a tender's name and its currency, when that is not the store's.
const IN: &str = " in ";

/// Is it a tender that [`own_name`] gave a currency?
fn is_foreign(name: &str) -> bool {
    name.rsplit_once(IN).is_some_and(|(_, currency)| currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()))
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Tenders {
    /// The tenders of the tills that share a drawer.
    pub fn of<'t>(tills: impl IntoIterator<Item = &'t Till<'t>>, policy: &Policy, store: &Store) -> Self {
        let mut on_z: BTreeMap<String, String> = BTreeMap::new();
        let mut elsewhere: BTreeMap<String, String> = BTreeMap::new();
        let keep = |map: &mut BTreeMap<String, String>, name: &str| {
            let spelled = map.entry(folded(name)).or_insert_with(|| name.trim().to_owned());
            if name.trim() < spelled.as_str() {
                *spelled = name.trim().to_owned();
            }
        };
        for till in tills {
            till.shifts.iter().flat_map(|shift| &shift.rows).for_each(|row| keep(&mut on_z, &row.tender));
            for tender in till.transactions.iter().filter(|transaction| transaction.counts()).flat_map(|t| &t.tenders) {
                keep(&mut elsewhere, &own_name(&tender.tender, tender.currency.as_deref(), store));
            }
            till.open.iter().flat_map(|open| open.tenders.keys()).for_each(|name| keep(&mut elsewhere, name));
        }
        let mut classes: BTreeMap<TenderClass, BTreeSet<String>> = BTreeMap::new();
        for name in on_z.values() {
            classes.entry(Self::class(name, policy)).or_default().insert(name.clone());
        }
        let is_cash = |name: &&String| Self::class(name, policy) == TenderClass::Cash;
        let cash = on_z.values().find(is_cash).or_else(|| elsewhere.values().find(is_cash));
        let cash = cash.cloned().unwrap_or_else(|| "cash".into());
        Tenders { on_z, elsewhere, classes, cash }
    }

    /// The balance that `name` belongs to: the Z-report's row of that name, else its only row of that class, else its own.
    pub fn called(&self, name: &str, policy: &Policy) -> String {
        if let Some(spelled) = self.on_z.get(&folded(name)) {
            return spelled.clone();
        }
        match self.classes.get(&Self::class(name, policy)) {
            Some(names) if names.len() == 1 && !is_foreign(name) => names.iter().next().cloned().unwrap_or_default(),
            _ => self.elsewhere.get(&folded(name)).cloned().unwrap_or_else(|| name.trim().to_owned()),
        }
    }

    /// The class of a tender. Foreign money is no cash of the store's: nobody expects it to be counted.
    pub fn class(name: &str, policy: &Policy) -> TenderClass {
        if is_foreign(name) { TenderClass::Other } else { policy.tender_class(name) }
    }

    /// What the drawer's cash is called.
    pub fn cash(&self) -> &str {
        &self.cash
    }
}

/// A tender's name with its currency when that is not the store's: amounts of two currencies are never added.
pub(crate) fn own_name(name: &str, currency: Option<&str>, store: &Store) -> String {
    match currency.filter(|currency| !currency.eq_ignore_ascii_case(&store.currency)) {
        Some(currency) => format!("{}{IN}{}", name.trim(), currency.trim().to_uppercase()),
        None => name.trim().to_owned(),
    }
}

pub(super) fn post(tills: &[Till<'_>], store: &Store, policy: &Policy) -> Vec<Posted> {
    let mut by_drawer: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, till) in tills.iter().enumerate() {
        by_drawer.entry(store.drawer_of(&till.name)).or_default().push(position);
    }
    let mut posted = Vec::new();
    for (drawer, positions) in by_drawer {
        let members = || positions.iter().filter_map(|&position| tills.get(position).map(|till| (position, till)));
        let tenders = Tenders::of(members().map(|(_, till)| till), policy, store);
        for (position, till) in members() {
            let mut poster = Poster { store, policy, drawer: &drawer, tenders: &tenders, till, position, posted: &mut posted };
            till.transactions.iter().filter(|transaction| transaction.counts()).for_each(|sale| poster.sale(sale));
            poster.cash();
            poster.banked();
        }
    }
    posted
}

struct Poster<'p, 't> {
    store: &'p Store,
    policy: &'p Policy,
    drawer: &'p str,
    tenders: &'p Tenders,
    till: &'p Till<'t>,
    position: usize,
    posted: &'p mut Vec<Posted>,
}

/// What a movement is, but for its account and amount.
struct Cause<'c> {
    placed: Placed,
    reason: Reason,
    at: Option<NaiveDateTime>,
    till: &'c str,
    source: &'c str,
}

impl Poster<'_, '_> {
    fn add(&mut self, account: Account, amount: Decimal, cause: &Cause<'_>) {
        if amount.is_zero() {
            return;
        }
        let shift = match cause.placed {
            Placed::Shift(shift) => Some(shift),
            Placed::Open | Placed::Unknown => None,
        };
        let movement = Movement {
            account,
            trading_day: self.till.trading_day,
            at: cause.at,
            reason: cause.reason,
            amount,
            till: cause.till.to_owned(),
            z_number: shift.and_then(|shift| self.till.shifts.get(shift)).map(|shift| shift.label.clone()),
            source: cause.source.to_owned(),
        };
        self.posted.push(Posted { till: self.position, shift, movement });
    }

    fn drawer(&mut self, tender: String, amount: Decimal, cause: &Cause<'_>) {
        let account = Account::Drawer { store: self.store.code.clone(), drawer: self.drawer.to_owned(), tender };
        self.add(account, amount, cause);
    }

    fn sale(&mut self, sale: &Transaction<'_>) {
        let reason = if sale.is_refund() { Reason::Refund } else { Reason::Sale };
        let cause = Cause { placed: sale.placed, reason, at: sale.at, till: sale.till, source: sale.number };
        let gift_cards = Account::GiftCards { store: self.store.code.clone() };
        for tender in &sale.tenders {
            let name = own_name(&tender.tender, tender.currency.as_deref(), self.store);
            if Tenders::class(&name, self.policy) == TenderClass::GiftCard {
                self.add(gift_cards.clone(), -tender.amount.decimal(), &cause);
            }
            self.drawer(self.tenders.called(&name, self.policy), tender.amount.decimal(), &cause);
        }
        for line in sale.counted_lines().filter(|line| line.class == Class::GiftCard) {
            self.add(gift_cards.clone(), line.line_total.decimal(), &cause);
        }
    }

    fn cash(&mut self) {
        let till = self.till;
        for (placed, by, row) in &till.cash {
            let amount = row.amount.decimal();
            let (reason, amount) = match row.kind {
                CashKind::NoSale => continue,
                CashKind::PaidIn => (Reason::PaidIn, amount.abs()),
                CashKind::PaidOut => (Reason::PaidOut, -amount.abs()),
                CashKind::Drop => (Reason::Drop, -amount.abs()),
                CashKind::Loan => (Reason::Loan, amount.abs()),
                CashKind::Safe if amount.is_sign_negative() => (Reason::Loan, -amount),
                CashKind::Safe => (Reason::Drop, -amount),
            };
            let at = row.time.map(|time| row.date.and_time(time));
            let source = row.number.as_deref().or(row.reference.as_deref()).unwrap_or_default();
            let tender = row.tender.as_deref().filter(|tender| !tender.trim().is_empty());
            let tender = tender.map_or_else(|| self.tenders.cash().to_owned(), |name| self.tenders.called(name, self.policy));
            self.moved(tender, amount, &Cause { placed: *placed, reason, at, till: by, source });
        }
        // Only the Z-report tells of cash movements when the till sends none of its own.
        if till.kinds.contains(&Kind::CashMovements) || self.store.expects.contains(&Kind::CashMovements) {
            return;
        }
        for (position, shift, row) in rows(till) {
            let at = shift.closed_at;
            let placed = Placed::Shift(if till.together { till.shifts.len().saturating_sub(1) } else { position });
            let stated = [
                (Reason::PaidIn, row.paid_in.map(Money::decimal)),
                (Reason::PaidOut, row.paid_out.map(|amount| -amount.decimal().abs())),
                (Reason::Loan, row.loans.map(Money::decimal)),
                (Reason::Drop, row.dropped.map(|amount| -amount.decimal().abs())),
            ];
            for (reason, amount) in stated {
                let cause = Cause { placed, reason, at, till: &till.name, source: &shift.label };
                self.moved(self.tenders.called(&row.tender, self.policy), amount.unwrap_or_default(), &cause);
            }
        }
    }

    /// A movement of the drawer; drops and loans have the safe on their other side.
    fn moved(&mut self, tender: String, amount: Decimal, cause: &Cause<'_>) {
        if matches!(cause.reason, Reason::Drop | Reason::Loan) {
            self.add(Account::Safe { store: self.store.code.clone() }, -amount, cause);
        }
        self.drawer(tender, amount, cause);
    }

    fn banked(&mut self) {
        let till = self.till;
        for (position, shift, row) in rows(till) {
            // Out before the count is a drop for the equation; after it, it only says what is left. Of several counts that cannot
            // be told apart only the last is judged, so what left after an earlier one left before it.
            let before = self.store.banked() == Banked::BeforeCount || (till.together && position + 1 < till.shifts.len());
            let reason = if before { Reason::Drop } else { Reason::Banked };
            let placed = Placed::Shift(if till.together { till.shifts.len().saturating_sub(1) } else { position });
            let cause = Cause { placed, reason, at: shift.closed_at, till: &till.name, source: &shift.label };
            let tender = self.tenders.called(&row.tender, self.policy);
            let is_cash = Tenders::class(&tender, self.policy) == TenderClass::Cash;
            let counted = row.counted.or_else(|| shift.pieces_worth().filter(|_| is_cash));
            // Where only the closing float is stated, the rest of the count was taken out.
            let taken = match (row.banked, counted, row.closing_float) {
                (Some(banked), ..) => banked.abs(),
                (None, Some(counted), Some(closing)) if self.store.banked() == Banked::AfterCount => counted - closing,
                _ => continue,
            };
            self.drawer(tender, -taken.decimal(), &cause);
        }
    }
}

fn rows<'s, 'a>(till: &'s Till<'a>) -> impl Iterator<Item = (usize, &'s Shift<'a>, &'a ZReport)> {
    till.shifts.iter().enumerate().flat_map(|(position, shift)| shift.rows.iter().map(move |row| (position, shift, *row)))
}
