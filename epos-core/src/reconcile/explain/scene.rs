//! The rows that may be behind a difference: payments, cash that moved, Z-reports, bags, put side by side.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::Pointer;
use crate::ledger::transaction::{Placed, Transaction};
use crate::ledger::{Tenders, own_name};
use crate::model::{At, CashKind, CashMovement, Deposit, DepositKind, LineItem, Money, Row, Tender, TenderClass, ZReport};
use crate::reconcile::Source;
use crate::reconcile::drawer::Round;
use crate::reconcile::judge::Judgement;

/// One payment of a transaction: all its rows of one tender.
pub(super) struct Paid<'s, 'a> {
    pub sale: &'s Transaction<'a>,
    pub row: &'a Tender,
    /// The balance it belongs to.
    pub tender: String,
    /// Net of change; negative when given back.
    pub amount: Money,
    /// What was given back on a note.
    pub change: Money,
    /// It is in the totals: no void, no training.
    pub counts: bool,
}

/// A row to look at, before anybody asks where it stands.
#[derive(Clone, Copy)]
pub(super) enum Spot<'a> {
    /// A payment, by its position in the scene.
    Paid(usize),
    Moved(&'a CashMovement),
    Z(&'a ZReport),
    Bag(&'a Deposit),
    Line(&'a LineItem),
}

/// What one round of a drawer rests on, all tenders.
pub(super) struct Scene<'s, 'a> {
    pub judgement: &'s Judgement<'a>,
    pub paid: Vec<Paid<'s, 'a>>,
    pub moved: Vec<&'a CashMovement>,
    pub z_reports: Vec<&'a ZReport>,
    pub bags: Vec<&'a Deposit>,
    /// Somebody counted coins and notes one by one.
    pub pieces: bool,
    tenders: Tenders,
}

impl<'s, 'a> Scene<'s, 'a> {
    /// The rows behind a round.
    pub(super) fn of(judgement: &'s Judgement<'a>, round: &Round) -> Self {
        let own = || round.tills.iter().filter_map(|&position| judgement.tills.get(position));
        let policy = &judgement.context.policy;
        let drawer = |name: &str| judgement.store.drawer_of(name) == round.result.drawer;
        let all = judgement.tills.iter().filter(|till| drawer(&till.name));
        let tenders = Tenders::of(all, policy, judgement.store);
        let mut scene = Scene {
            judgement,
            paid: Vec::new(),
            moved: Vec::new(),
            z_reports: Vec::new(),
            bags: judgement
                .evidence
                .sources
                .iter()
                .flat_map(|source| &source.batch.content.deposits)
                .map(|row| &row.record)
                .filter(|deposit| deposit.kind == DepositKind::Bag)
                .collect(),
            pieces: false,
            tenders,
        };
        for till in own() {
            let of_round = |placed: Placed| match placed {
                Placed::Shift(shift) => till.shifts.get(shift).is_some_and(|shift| round.result.z_numbers.contains(&shift.label)),
                Placed::Open | Placed::Unknown => false,
            };
            for shift in till.shifts.iter().filter(|shift| round.result.z_numbers.contains(&shift.label)) {
                scene.z_reports.extend(&shift.rows);
                scene.pieces |= !shift.pieces.is_empty();
            }
            scene.moved.extend(till.cash.iter().filter(|(placed, ..)| of_round(*placed)).map(|(.., row)| *row));
            for sale in till.transactions.iter().filter(|sale| of_round(sale.placed)) {
                scene.sale(sale);
            }
        }
        scene
    }

    fn sale(&mut self, sale: &'s Transaction<'a>) {
        let (store, policy, first) = (self.judgement.store, &self.judgement.context.policy, self.paid.len());
        for row in &sale.tenders {
            let tender = self.tenders.called(&own_name(&row.tender, row.currency.as_deref(), store), policy);
            let change = row.change.unwrap_or_default().abs();
            match self.paid.iter_mut().skip(first).find(|paid| paid.tender == tender) {
                Some(paid) => {
                    paid.amount += row.amount;
                    paid.change += change;
                }
                None => self.paid.push(Paid { sale, row, tender, amount: row.amount, change, counts: sale.counts() }),
            }
        }
    }

    /// Payments in a tender that count, each with its position.
    pub(super) fn in_tender<'t>(&'t self, tender: &'t str) -> impl Iterator<Item = (usize, &'t Paid<'s, 'a>)> + 't {
        self.paid.iter().enumerate().filter(move |(_, paid)| paid.counts && paid.tender == tender)
    }

    /// The Z-reports' rows of a tender.
    pub(super) fn stated<'t>(&'t self, tender: &'t str) -> impl Iterator<Item = &'a ZReport> + 't {
        let policy = &self.judgement.context.policy;
        self.z_reports.iter().copied().filter(move |row| self.tenders.called(&row.tender, policy) == tender)
    }

    /// Cash movements that moved this tender.
    pub(super) fn moved_in<'t>(&'t self, tender: &'t str, class: TenderClass) -> impl Iterator<Item = &'a CashMovement> + 't {
        let policy = &self.judgement.context.policy;
        self.moved.iter().copied().filter(move |row| match row.tender.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => self.tenders.called(name, policy) == tender,
            None => class == TenderClass::Cash,
        })
    }
}

/// A row as a person finds it.
pub(super) fn pointer(judgement: &Judgement<'_>, paid: &[Paid<'_, '_>], spot: Spot<'_>) -> Option<Pointer> {
    let sources = &judgement.evidence.sources;
    let (at, what) = match spot {
        Spot::Paid(position) => {
            let paid = paid.get(position)?;
            let at = place(sources, paid.row, |source| &source.batch.content.tenders);
            (at, told(paid))
        }
        Spot::Moved(row) => (place(sources, row, |source| &source.batch.content.cash_movements), told_moved(row)),
        Spot::Z(row) => {
            let at = place(sources, row, |source| &source.batch.content.z_reports);
            let counted = row.counted.map(|counted| format!(", counted {counted}")).unwrap_or_default();
            (at, format!("Z-report {}, {}{counted}", row.z_number, row.tender.trim().to_lowercase()))
        }
        Spot::Bag(row) => {
            let at = place(sources, row, |source| &source.batch.content.deposits);
            (at, format!("bag {}, {}", row.reference, row.amount))
        }
        Spot::Line(row) => {
            let at = place(sources, row, |source| &source.batch.content.lines);
            (at, format!("line of sale {}, {}", row.number, row.line_total))
        }
    };
    Some(Pointer { at, what })
}

fn time(at: Option<NaiveDateTime>) -> String {
    at.map(|at| format!(", {}", at.format("%H:%M"))).unwrap_or_default()
}

/// When a payment was made.
pub(super) fn moment(paid: &Paid<'_, '_>) -> Option<NaiveDateTime> {
    paid.row.time.map(|time| paid.row.date.and_time(time)).or(paid.sale.at)
}

/// ` around 10:30`, where the time is known.
pub(super) fn around(paid: &Paid<'_, '_>) -> String {
    moment(paid).map(|at| format!(" around {}", at.format("%H:%M"))).unwrap_or_default()
}

/// `sale 201, 10:30, 18.00 cash`.
pub(super) fn told(paid: &Paid<'_, '_>) -> String {
    let what = if paid.amount.is_negative() { "refund" } else { "sale" };
    let (amount, tender) = (paid.amount.abs(), paid.tender.to_lowercase());
    format!("{what} {}{}, {amount} {tender}", paid.sale.number, time(moment(paid)))
}

/// `paid-in, 10:30, 15.00`.
pub(super) fn told_moved(row: &CashMovement) -> String {
    format!("{}{}, {}", called(row.kind), time(row.time.map(|time| row.date.and_time(time))), row.amount.abs())
}

/// A kind of cash movement as people say it.
pub(super) fn called(kind: CashKind) -> &'static str {
    match kind {
        CashKind::PaidIn => "paid-in",
        CashKind::PaidOut => "paid-out",
        CashKind::Drop => "drop to the safe",
        CashKind::Loan => "change from the safe",
        CashKind::NoSale => "no-sale",
        CashKind::Safe => "swap with the safe",
    }
}

/// Where a record stands: found by being the very same.
fn place<T>(sources: &[Source], record: &T, rows: impl Fn(&Source) -> &Vec<Row<T>>) -> At {
    let found = sources.iter().find_map(|source| {
        let row = rows(source).iter().find(|row| std::ptr::eq(&raw const row.record, record))?;
        Some(At { document: source.document.clone(), row: Some(row.row).filter(|row| *row > 0), ..At::default() })
    });
    found.unwrap_or_default()
}

/// How many different amounts there are.
pub(super) fn different(amounts: impl Iterator<Item = Money>) -> u64 {
    let all: BTreeSet<Money> = amounts.filter(|amount| !amount.is_zero()).collect();
    u64::try_from(all.len()).unwrap_or(u64::MAX).max(1)
}
