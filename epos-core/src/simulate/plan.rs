//! Which till trades on which day, how many transactions it rings, and under which numbers: one small table, whatever the volume.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::company::{Company, Shop};
use super::dice::Dice;

const WEIGHT: u64 = 3;

/// One till on one trading day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Position of the store.
    pub store: usize,
    /// Position of the till in its store.
    pub till: usize,
    /// The trading day.
    pub day: NaiveDate,
    /// Which open day of the store this is, from 0.
    pub open_day: u32,
    /// Transactions rung before it on this till.
    pub before: u64,
    /// Transactions on it.
    pub count: u32,
}

/// Every till day, day by day, stores in order, tills in order.
#[derive(Debug)]
pub(crate) struct Plan {
    pub cells: Vec<Cell>,
    /// The first cell of a store on its n-th open day.
    starts: Vec<Vec<usize>>,
    /// Open days of each store.
    days: BTreeMap<(NaiveDate, usize), usize>,
}

impl Plan {
    /// Shares `transactions` over the till days between `from` and `to` by how busy each is; the sum is exact.
    pub fn new(company: &Company, seed: u64, from: NaiveDate, to: NaiveDate, transactions: u64) -> Self {
        let mut plan = Plan { cells: Vec::new(), starts: vec![Vec::new(); company.stores.len()], days: BTreeMap::new() };
        let mut weights: Vec<u64> = Vec::new();
        let mut tills: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for day in from.iter_days().take_while(|day| *day <= to) {
            for (at, shop) in company.stores.iter().enumerate().filter(|(_, shop)| is_open(shop, day)) {
                let Some(starts) = plan.starts.get_mut(at) else { continue };
                let open_day = starts.len() as u32;
                plan.days.insert((day, at), plan.cells.len());
                starts.push(plan.cells.len());
                for till in 0..shop.tills.len() {
                    weights.push(weight(company, shop, seed, from, day, at, till));
                    plan.cells.push(Cell { store: at, till, day, open_day, before: 0, count: 0 });
                }
            }
        }
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        let (mut seen, mut given) = (0_u128, 0_u64);
        for (cell, weight) in plan.cells.iter_mut().zip(&weights) {
            seen += u128::from(*weight);
            let upto = (u128::from(transactions) * seen).checked_div(total).unwrap_or_default() as u64;
            let before = tills.entry((cell.store, cell.till)).or_default();
            cell.before = *before;
            cell.count = u32::try_from(upto - given).unwrap_or(u32::MAX);
            *before += u64::from(cell.count);
            given = upto;
        }
        plan
    }

    /// The tills of a store on a day; none when it is closed.
    pub fn of(&self, store: usize, day: NaiveDate) -> &[Cell] {
        self.days.get(&(day, store)).map_or(&[], |start| self.tills_from(*start))
    }

    fn tills_from(&self, start: usize) -> &[Cell] {
        let rest = self.cells.get(start..).unwrap_or_default();
        let same = |cell: &&Cell| rest.first().is_some_and(|first| first.day == cell.day && first.store == cell.store);
        let count = rest.iter().take_while(same).count();
        rest.get(..count).unwrap_or_default()
    }

    /// The same till, `back` open days earlier.
    pub fn earlier(&self, cell: &Cell, back: u32) -> Option<&Cell> {
        self.on_open_day(cell, cell.open_day.checked_sub(back)?)
    }

    /// The same till on another open day of its store.
    pub fn on_open_day(&self, cell: &Cell, open_day: u32) -> Option<&Cell> {
        let start = *self.starts.get(cell.store)?.get(open_day as usize)?;
        self.cells.get(start + cell.till)
    }

    /// Store-days, in order: the tills of each.
    pub fn store_days(&self) -> impl Iterator<Item = &[Cell]> {
        self.days.values().map(|start| self.tills_from(*start))
    }

    /// How many store-days.
    pub fn length(&self) -> usize {
        self.days.len()
    }
}

/// Is the store open on this day?
pub(crate) fn is_open(shop: &Shop, day: NaiveDate) -> bool {
    shop.open.contains(&day.weekday()) && !shop.closed.contains_key(&day)
}

fn percent(list: &[u32], at: u32) -> u64 {
    list.get(at as usize).copied().map_or(100, u64::from)
}

/// How busy a till is on a day: store × month × weekday × trend × the weather of the day.
fn weight(company: &Company, shop: &Shop, seed: u64, from: NaiveDate, day: NaiveDate, store: usize, till: usize) -> u64 {
    let seasons = &company.seasons;
    let passed = day.signed_duration_since(from).num_days();
    let trend = 36_600 + i64::from(seasons.trend) * passed;
    let key = [WEIGHT, store as u64, till as u64, u64::from(day.num_days_from_ce().unsigned_abs())];
    let weather = Dice::new(seed, &key).between(85, 115);
    let till = if till == 0 { 100 } else { 55 };
    u64::from(shop.weight)
        * percent(&seasons.months, day.month0())
        * percent(&seasons.weekdays, day.weekday().num_days_from_monday())
        * (trend.max(0) as u64 / 366)
        * weather.unsigned_abs()
        * till
}

/// Days from `from` to `to`, both counted.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> u64 {
    to.signed_duration_since(from).num_days().max(0).unsigned_abs() + 1
}

/// The day after.
pub(crate) fn tomorrow(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
