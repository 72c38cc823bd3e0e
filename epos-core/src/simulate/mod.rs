//! Whole evenings of a company that does not exist: seed and company in, typed rows and documents out, with every fault on record.
//!
//! Everything is whole cents and a function of its place: a store-day can be made alone, in any order and on any thread, and is the
//! same to the byte. Money and goods are conserved by construction.

mod catalogue;
mod company;
mod damage;
pub(crate) mod dice;
mod evening;
mod fault;
mod pack;
mod plan;
mod profile;
mod rivals;
mod rows;
mod sale;
mod shelf;
mod table;
#[cfg(test)]
mod tests;
mod till;
mod wrong;

use chrono::NaiveDate;

use crate::model::TaxRate;
use crate::tax;
use catalogue::{Item, Somebody};
use plan::Plan;

pub use company::{Category, Coins, Company, Habits, Mode, PRESETS, Promotion, Seasons, Shop, Status, Stock};
pub use evening::{Evening, Post, Writer};
pub use fault::{Family, FaultClass, Faults, Shows, Truth};
pub use profile::{Kept, Profile, Shares};
pub use table::{FLAT, heading, rows};

/// A company over a span of days: nothing is made yet, everything is decided.
#[derive(Debug)]
pub struct Simulation {
    seed: u64,
    company: Company,
    from: NaiveDate,
    to: NaiveDate,
    items: Vec<Item>,
    employees: Vec<Somebody>,
    /// First and behind the last product of each category, and its weight.
    ranges: Vec<(usize, usize, u64)>,
    /// How busy each hour of the day is.
    hours: Vec<u32>,
    rates: Vec<TaxRate>,
    plan: Plan,
}

/// What is asked of a simulation beside its company; what is left out is the company's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// The seed: another one is another company's year.
    pub seed: u64,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Number of stores.
    pub stores: Option<usize>,
    /// Number of products.
    pub products: Option<u32>,
    /// Number of people who work there.
    pub employees: Option<u32>,
    /// Number of customers the tills know.
    pub customers: Option<u32>,
    /// Number of transactions, exactly.
    pub transactions: Option<u64>,
    /// How well drawers are counted.
    pub coins: Option<Coins>,
}

impl Simulation {
    /// Decides everything.
    ///
    /// # Errors
    /// What the company lacks.
    pub fn new(mut company: Company, asked: &Asked) -> Result<Self, String> {
        let usual = (company.transactions, plan::days_between(company.from, company.to), company.stores.len() as u64);
        company.from = asked.from.unwrap_or(company.from);
        company.to = asked.to.unwrap_or(company.to);
        if let Some(count) = asked.stores {
            company = company.with_stores(count);
        }
        if let Some(count) = asked.products {
            company = company.with_products(count);
        }
        company.employees = asked.employees.unwrap_or(company.employees);
        company.coins = asked.coins.unwrap_or(company.coins);
        company.customers = asked.customers.unwrap_or(company.customers);
        company.sensible()?;
        let (from, to, seed) = (company.from, company.to, asked.seed);
        let days = plan::days_between(from, to);
        let scaled = u128::from(usual.0) * u128::from(days) * company.stores.len() as u128 / u128::from((usual.1 * usual.2).max(1));
        let transactions = asked.transactions.unwrap_or(scaled as u64);
        let items = catalogue::items(&company, seed);
        let (mut ranges, mut start) = (Vec::new(), 0);
        for category in &company.categories {
            let end = start + category.products as usize;
            ranges.push((start, end, if end > start { u64::from(category.weight) } else { 0 }));
            start = end;
        }
        let hours = (0..24_u32).map(|hour| company.seasons.hours.get(&hour.to_string()).copied());
        let known = !company.seasons.hours.is_empty();
        Ok(Simulation {
            hours: hours.map(|weight| weight.unwrap_or(if known { 10 } else { 100 })).collect(),
            employees: catalogue::employees(&company, seed),
            plan: Plan::new(&company, seed, from, to, transactions),
            rates: tax::built_in_rates(),
            seed,
            company,
            from,
            to,
            items,
            ranges,
        })
    }

    /// The company, as it was asked for.
    pub fn company(&self) -> &Company {
        &self.company
    }

    /// First and last day.
    pub fn span(&self) -> (NaiveDate, NaiveDate) {
        (self.from, self.to)
    }

    /// How many store-days there are.
    pub fn store_days(&self) -> usize {
        self.plan.length()
    }

    /// How many transactions there are.
    pub fn transactions(&self) -> u64 {
        self.plan.cells.iter().map(|cell| u64::from(cell.count)).sum()
    }
}
