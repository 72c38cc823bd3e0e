//! The company that is simulated, as a text file: stores, catalogue, staff, customers, and what an evening is made of.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;

use crate::model::{Charity, Hours, Money, TenderClass, words};

/// A company file. Every weight is a whole number; how likely something is, is its weight among all of its list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// The domain of its mail addresses.
    pub domain: String,
    /// First day, unless asked otherwise.
    pub from: NaiveDate,
    /// Last day, unless asked otherwise.
    pub to: NaiveDate,
    /// Transactions from the first to the last day; another span has as many a day.
    pub transactions: u64,
    /// How well drawers are counted.
    #[serde(default = "exact")]
    pub coins: Coins,
    /// Cash in every drawer at opening.
    pub float: Money,
    /// Cash in a drawer above which some is dropped into the safe during the day.
    pub drop_above: Money,
    /// Smallest coin that is given in cash: 0.05 in Canada, 0.01 elsewhere.
    #[serde(default = "penny")]
    pub coin: Money,
    /// Notes that customers pay with.
    pub notes: Vec<Money>,
    /// Coins and notes that a drawer is counted in, largest first.
    pub denominations: Vec<Money>,
    /// Stores.
    pub stores: Vec<Shop>,
    /// The catalogue, by category.
    pub categories: Vec<Category>,
    /// How sales are paid.
    pub tenders: Vec<Mode>,
    /// What transactions are.
    pub status: Status,
    /// How business goes over the year, the week, the day.
    #[serde(default)]
    pub seasons: Seasons,
    /// What else happens at a till, in 10,000 transactions.
    #[serde(default)]
    pub habits: Habits,
    /// Weeks in which a category is cheaper.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    /// People who work there.
    pub employees: u32,
    /// Their roles, by weight.
    #[serde(default)]
    pub roles: BTreeMap<String, u32>,
    /// Customers the tills know.
    #[serde(default)]
    pub customers: u32,
    /// Deliveries, transfers and counts.
    #[serde(default)]
    pub stock: Stock,
}

fn exact() -> Coins {
    Coins::Exact
}
fn penny() -> Money {
    Money::cents(1)
}

words! {
    /// How well drawers are counted.
    Coins {
        /// Every count is exact.
        Exact = "exact",
        /// A fifth of all counts is up to 1.00 off.
        Honest = "honest",
    }
}

/// A store.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind of store.
    #[serde(rename = "type")]
    pub store_type: String,
    /// City.
    pub city: String,
    /// Street address.
    #[serde(default)]
    pub address: String,
    /// Postal code.
    #[serde(default)]
    pub postal_code: String,
    /// Tax region.
    pub region: String,
    /// Time zone.
    pub zone: String,
    /// Currency.
    pub currency: String,
    /// Whether prices include tax.
    pub prices_include_tax: bool,
    /// Opening hours.
    pub hours: Hours,
    /// Weekdays on which it opens.
    #[serde(default = "all_week", with = "crate::model::weekdays")]
    pub open: Vec<Weekday>,
    /// Days on which it is closed although its week says open, with the reason.
    #[serde(default)]
    pub closed: BTreeMap<NaiveDate, String>,
    /// Its tills.
    #[serde(default = "one_till")]
    pub tills: Vec<String>,
    /// How busy it is.
    #[serde(default = "hundred")]
    pub weight: u32,
    /// Tips are usual here: of 10,000 sales, how many.
    #[serde(default)]
    pub tips: u32,
}

fn all_week() -> Vec<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun]
}
fn one_till() -> Vec<String> {
    vec!["1".to_owned()]
}
fn hundred() -> u32 {
    100
}

impl Shop {
    /// Seconds after midnight of the trading day at which it opens and closes; closing may be past midnight.
    pub(crate) fn span(&self) -> (u32, u32) {
        let seconds = |time: NaiveTime| chrono::Timelike::num_seconds_from_midnight(&time);
        let (opens, closes) = (seconds(self.hours.opens), seconds(self.hours.closes));
        (opens, if closes > opens { closes } else { closes + 86_400 })
    }
}

/// A category of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Its tax category.
    pub tax: String,
    /// The lowest and the highest price.
    pub price: (Money, Money),
    /// Prices are this far apart.
    pub step: Money,
    /// Cost in percent of the price without tax; 0 for goods that were given.
    #[serde(default)]
    pub cost_percent: u32,
    /// How many products.
    pub products: u32,
    /// How often something of it is sold.
    #[serde(default = "hundred")]
    pub weight: u32,
    /// Names of its products.
    pub names: Vec<String>,
    /// What tells products of one name apart.
    #[serde(default)]
    pub sizes: Vec<String>,
    /// The beginning of its products' codes; without it they are sold by barcode.
    #[serde(default)]
    pub code: Option<String>,
    /// Whose goods, in a charity.
    #[serde(default)]
    pub charity: Option<Charity>,
    /// Is it stock?
    #[serde(default = "yes")]
    pub stocked: bool,
    /// Units in the pack that it is delivered in.
    #[serde(default = "one")]
    pub pack: u32,
    /// Every item has its own price, on the label: the product list has none.
    #[serde(default)]
    pub own_price: bool,
}

fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}

/// A way to pay.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mode {
    /// What the till calls it.
    pub name: String,
    /// What sort of money.
    pub class: TenderClass,
    /// How often.
    pub weight: u32,
}

/// What transactions are, by weight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Sales.
    pub sale: u32,
    /// Refunds.
    #[serde(default)]
    pub refund: u32,
    /// Voids.
    #[serde(default)]
    pub void: u32,
    /// Failures.
    #[serde(default)]
    pub failed: u32,
    /// Exchanges.
    #[serde(default)]
    pub exchange: u32,
    /// Refunds and exchanges give back what was sold up to this many open days ago; 0: earlier the same day.
    #[serde(default)]
    pub refund_after: u32,
}

/// How business goes, in percent of the usual.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seasons {
    /// January to December.
    pub months: Vec<u32>,
    /// Monday to Sunday.
    pub weekdays: Vec<u32>,
    /// By hour of the day (`"12" = 180`).
    pub hours: BTreeMap<String, u32>,
    /// More business in a year's time, in percent.
    pub trend: i32,
}

/// What else happens at a till, in 10,000 transactions, and how baskets are filled.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// Weights of baskets with 1, 2, 3 … lines.
    pub lines: Vec<u32>,
    /// Weights of 1, 2, 3 … units on a line.
    pub units: Vec<u32>,
    /// Sales with money off.
    pub discount: u32,
    /// How much off, in percent; one of these.
    pub discounts: Vec<u32>,
    /// Sales paid in two ways.
    pub split: u32,
    /// Sales with a gift card sold.
    pub gift_card: u32,
    /// Sales with a deposit received.
    pub deposit: u32,
    /// Sales with a donation.
    pub donation: u32,
    /// Sales to a customer the till knows.
    pub customer: u32,
    /// Till days, of 10,000, on which something is paid out of the drawer.
    pub paid_out: u32,
    /// Till days, of 10,000, on which change is brought from the safe.
    pub loan: u32,
    /// Products, of 10,000, that are out of stock in a store in a given week.
    pub stock_out: u32,
}

/// A week in which a category is cheaper.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    /// Its name, as the till prints it.
    pub name: String,
    /// The category.
    pub category: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How much off.
    pub percent: u32,
}

/// Deliveries, transfers and counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stock {
    /// Deliveries come every this many days; 0: goods are not followed.
    pub every: u32,
    /// Units of each product on the shelf after a delivery.
    pub target: u32,
    /// Products of which some are moved between two stores on a delivery day, of 10,000.
    pub transfers: u32,
    /// Units of 10,000 that are gone when the shelves are counted.
    pub shrinkage: u32,
}

/// The companies that come with epos, by name.
pub const PRESETS: [(&str, &str); 3] = [
    ("hospitality", include_str!("presets/hospitality.toml")),
    ("grocery-ca", include_str!("presets/grocery-ca.toml")),
    ("charity", include_str!("presets/charity.toml")),
];

impl Company {
    /// A company that comes with epos.
    pub fn preset(name: &str) -> Option<Company> {
        let (_, text) = PRESETS.iter().find(|(of, _)| *of == name)?;
        Company::parse(text).ok()
    }

    /// Reads a company file.
    ///
    /// # Errors
    /// What is wrong with it, with its line.
    pub fn parse(text: &str) -> Result<Company, String> {
        let company: Company = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        company.sensible()?;
        Ok(company)
    }

    /// Is there something of everything that an evening needs?
    pub(crate) fn sensible(&self) -> Result<(), String> {
        let empty = |what: &str| Err(format!("the company has no {what}"));
        if self.stores.is_empty() {
            return empty("stores");
        }
        if let Some(store) = self.stores.iter().find(|store| store.tills.is_empty() || store.open.is_empty()) {
            return Err(format!("store {} has no till, or is never open", store.code));
        }
        if self.categories.iter().all(|category| category.products == 0 || category.weight == 0) {
            return empty("products that are sold");
        }
        if let Some(category) = self.categories.iter().find(|category| {
            let (low, high) = category.price;
            category.names.is_empty() || category.step <= Money::ZERO || low <= Money::ZERO || high < low || category.pack == 0
        }) {
            return Err(format!("category {} needs names, a step, a pack and prices that rise", category.name));
        }
        let promoted = |promotion: &&Promotion| !self.categories.iter().any(|category| category.name == promotion.category);
        if let Some(promotion) = self.promotions.iter().find(promoted) {
            return Err(format!("promotion {}: there is no category {}", promotion.name, promotion.category));
        }
        if self.tenders.iter().all(|mode| mode.weight == 0) {
            return empty("tenders");
        }
        if !self.tenders.iter().any(|mode| mode.class == TenderClass::Cash) {
            return empty("tender of class cash");
        }
        if self.status.sale == 0 || self.employees == 0 || self.notes.is_empty() || self.denominations.is_empty() {
            return empty("sales, employees, notes or denominations");
        }
        if self.from > self.to {
            return Err(format!("there is no day from {} to {}", self.from, self.to));
        }
        let wrong_hour = |hour: &&String| hour.parse::<u32>().is_ok_and(|hour| hour < 24);
        if let Some(hour) = self.seasons.hours.keys().find(|hour| !wrong_hour(hour)) {
            return Err(format!("`{hour}` is not an hour from 0 to 23"));
        }
        Ok(())
    }

    /// The same with another number of stores: the first ones, or those again under new codes.
    pub fn with_stores(mut self, count: usize) -> Self {
        let named = self.stores.len();
        for at in named..count {
            let Some(of) = self.stores.get(at % named).cloned() else { break };
            let again = at / named + 1;
            self.stores.push(Shop { code: format!("{}-{again}", of.code), name: format!("{} {again}", of.name), ..of });
        }
        self.stores.truncate(count.max(1));
        self
    }

    /// The same with another number of products, shared over the categories as before.
    pub fn with_products(mut self, count: u32) -> Self {
        let before: u64 = self.categories.iter().map(|category| u64::from(category.products)).sum();
        let (mut seen, mut given) = (0_u64, 0_u64);
        for category in &mut self.categories {
            seen += u64::from(category.products);
            let upto = (u64::from(count) * seen).checked_div(before).unwrap_or_default();
            category.products = (upto - given) as u32;
            given = upto;
        }
        self
    }
}
