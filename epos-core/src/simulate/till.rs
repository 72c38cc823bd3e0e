//! One till from opening to close: its transactions, the cash that moved, the count and the Z-report.

use super::Simulation;
use super::catalogue::cents;
use super::company::{Coins, Shop};
use super::plan::Cell;
use super::sale::{Counter, Sold};
use crate::model::{CashKind, Class, SaleKind, TenderClass};

const CASH: u64 = 20;
const NOISE: u64 = 21;

/// Cash that moved without a sale, in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub second: u32,
    pub kind: CashKind,
    pub amount: i64,
    pub reason: &'static str,
}

/// What the Z-report says of one tender, in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closed {
    /// Position of the tender.
    pub mode: usize,
    pub expected: i64,
    pub counted: Option<i64>,
}

/// A till from opening to close, as the till and its people wrote it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TillDay {
    pub cell: Cell,
    pub z_number: u64,
    /// The day on which the shift opened: earlier than the cell's when a Z-report was forgotten.
    pub since: chrono::NaiveDate,
    pub opened: u32,
    pub closed: u32,
    /// Cash in the drawer at opening, as written down.
    pub opening: Option<i64>,
    pub sales: Vec<Sold>,
    pub moved: Vec<Moved>,
    pub tenders: Vec<Closed>,
    /// Coins and notes: worth of one piece and how many.
    pub pieces: Vec<(i64, i64)>,
    pub banked: i64,
    pub left: i64,
    pub closer: usize,
    /// What somebody wrote on the Z-report.
    pub note: Option<String>,
    pub totals: Totals,
}

/// The totals of a Z-report, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Totals {
    pub gross: i64,
    pub discounts: i64,
    pub refund_count: i64,
    pub refunds: i64,
    pub net: i64,
    pub tax: i64,
    pub void_count: i64,
    pub count: i64,
    pub first: u64,
    pub last: u64,
}

const PAID_OUT: [&str; 5] = ["milk and tea", "window cleaner", "stamps", "light bulb", "parking"];

impl Simulation {
    /// A till day with nothing wrong in it.
    pub(super) fn till_day(&self, cell: &Cell) -> Option<TillDay> {
        let counter = self.counter(cell)?;
        let sales: Vec<Sold> = (0..cell.count).filter_map(|at| self.sold(&counter, at)).collect();
        let (opens, closes) = counter.shop.span();
        let moved = self.moved(&counter, &sales);
        let float = cents(self.company.float);
        let mut day = TillDay {
            cell: *cell,
            z_number: u64::from(cell.open_day) + 1,
            since: cell.day,
            opened: opens.saturating_sub(600),
            closed: closes + 300,
            opening: Some(float),
            totals: totals(&sales),
            sales,
            moved,
            tenders: Vec::new(),
            pieces: Vec::new(),
            banked: 0,
            left: float,
            closer: counter.staff.first().copied().unwrap_or_default(),
            note: None,
        };
        self.expect(&mut day);
        for tender in &mut day.tenders {
            tender.counted = Some(tender.expected);
        }
        let noise = self.noise(cell);
        if let Some(cash) = self.cash(&mut day) {
            cash.counted = Some((cash.expected + noise).max(float));
        }
        self.count_pieces(&mut day);
        Some(day)
    }

    /// The row of cash.
    pub(super) fn cash<'d>(&self, day: &'d mut TillDay) -> Option<&'d mut Closed> {
        day.tenders.iter_mut().find(|tender| self.class(tender.mode) == TenderClass::Cash)
    }

    /// What should be there, from what the till rang and what moved.
    pub(super) fn expect(&self, day: &mut TillDay) {
        let moved: i64 = day.moved.iter().map(signed).sum();
        let counted: Vec<Option<i64>> = day.tenders.iter().map(|tender| tender.counted).collect();
        day.tenders = (0..self.company.tenders.len())
            .map(|mode| {
                let paid = day.sales.iter().filter(|sold| sold.counts()).flat_map(|sold| &sold.paid);
                let sum: i64 = paid.filter(|paid| paid.mode == mode).map(|paid| paid.amount).sum();
                let drawer = if self.class(mode) == TenderClass::Cash { day.opening.unwrap_or_default() + moved } else { 0 };
                Closed { mode, expected: sum + drawer, counted: counted.get(mode).copied().flatten() }
            })
            .collect();
    }

    /// Coins and notes that come to the count, the largest first; what goes to the bank and what stays.
    pub(super) fn count_pieces(&self, day: &mut TillDay) {
        let float = cents(self.company.float);
        let Some(counted) = self.cash(day).and_then(|cash| cash.counted) else { return };
        let mut rest = counted;
        day.pieces.clear();
        for worth in self.company.denominations.iter().map(|worth| cents(*worth)) {
            day.pieces.push((worth, rest / worth.max(1)));
            rest %= worth.max(1);
        }
        day.banked = (counted - float).max(0);
        day.left = counted - day.banked;
    }

    /// A few pence that the count is off, where people count.
    fn noise(&self, cell: &Cell) -> i64 {
        let mut dice = self.dice(cell, NOISE, 0);
        if self.company.coins == Coins::Exact || !dice.chance(2_000) {
            return 0;
        }
        let coin = cents(self.company.coin).max(1);
        let off = coin * dice.between(1, 100 / coin);
        if dice.chance(5_000) { off } else { -off }
    }

    /// Drops, paid-outs and loans. No drawer is ever below nothing, and every one closes with its float.
    fn moved(&self, counter: &Counter<'_>, sales: &[Sold]) -> Vec<Moved> {
        let mut dice = self.dice(&counter.cell, CASH, 0);
        let (opens, closes) = counter.shop.span();
        let float = cents(self.company.float);
        let limit = cents(self.company.drop_above);
        let mut moved = Vec::new();
        let within = |dice: &mut super::dice::Dice| dice.between(i64::from(opens) + 600, i64::from(closes) - 1_200) as u32;
        if dice.chance(self.company.habits.paid_out) {
            let reason = PAID_OUT.get(dice.position(PAID_OUT.len())).copied().unwrap_or_default();
            moved.push(Moved { second: within(&mut dice), kind: CashKind::PaidOut, amount: 5 * dice.between(40, 300), reason });
        }
        if dice.chance(self.company.habits.loan) {
            moved.push(Moved { second: opens + 60, kind: CashKind::Loan, amount: 2_000, reason: "change" });
        }
        let mut events: Vec<(u32, i64)> = moved.iter().map(|moved| (moved.second, signed(moved))).collect();
        for sold in sales {
            let cash: i64 =
                sold.paid.iter().filter(|paid| self.class(paid.mode) == TenderClass::Cash).map(|paid| paid.amount).sum();
            events.push((sold.second, cash));
        }
        events.sort_unstable_by_key(|(second, _)| *second);
        let mut there = float;
        for (second, amount) in events {
            if there + amount < 0 {
                let loan = (-(there + amount) + 4_999) / 5_000 * 5_000;
                moved.push(Moved { second: second.saturating_sub(30), kind: CashKind::Loan, amount: loan, reason: "change" });
                there += loan;
            }
            there += amount;
            if there > limit + float {
                let drop = (there - float) / 1_000 * 1_000;
                moved.push(Moved { second: second + 20, kind: CashKind::Drop, amount: drop, reason: "to the safe" });
                there -= drop;
            }
        }
        if there < float {
            moved.push(Moved { second: closes + 30, kind: CashKind::Loan, amount: float - there, reason: "float made up" });
        }
        moved.sort_by_key(|moved| moved.second);
        moved
    }
}

/// What a movement adds to the drawer.
pub(crate) fn signed(moved: &Moved) -> i64 {
    match moved.kind {
        CashKind::PaidIn | CashKind::Loan => moved.amount,
        CashKind::PaidOut | CashKind::Drop | CashKind::Safe => -moved.amount,
        CashKind::NoSale => 0,
    }
}

/// What a till prints at close.
pub(crate) fn totals(sales: &[Sold]) -> Totals {
    let mut totals = Totals { count: 0, ..Totals::default() };
    for sold in sales {
        if sold.kind == SaleKind::Void {
            totals.void_count += 1;
        }
        if !sold.counts() {
            continue;
        }
        totals.count += 1;
        if sold.kind == SaleKind::Refund {
            totals.refund_count += 1;
        }
        for line in sold.lines.iter().filter(|line| line.class == Class::Goods) {
            totals.net += line.total;
            totals.tax += line.tax;
            if line.kind == SaleKind::Refund {
                totals.refunds -= line.total;
            } else {
                totals.gross += line.price * line.quantity;
                totals.discounts += line.discount;
            }
        }
    }
    totals.first = sales.first().map_or(0, |sold| sold.number);
    totals.last = sales.last().map_or(0, |sold| sold.number);
    totals
}

/// Local date and time of a second of a trading day.
pub(crate) fn moment(day: chrono::NaiveDate, second: u32) -> chrono::NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + chrono::Duration::seconds(i64::from(second))
}

/// The cut-off that a store needs: none, unless it closes after midnight.
pub(crate) fn cutoff(shop: &Shop) -> chrono::NaiveTime {
    let (_, closes) = shop.span();
    let after = closes.saturating_sub(86_400);
    if after == 0 { chrono::NaiveTime::MIN } else { shop.hours.closes + chrono::Duration::hours(2) }
}
