//! The catalogue, the people and the customers of a company: made once from its seed.

use super::company::Company;
use super::dice::Dice;
use crate::model::{Gtin, Money};

/// Purposes of dice, so that no two draw the same numbers.
pub(super) const PRODUCT: u64 = 1;
const PERSON: u64 = 2;

/// A product that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The code that tills sell it by.
    pub code: String,
    /// Its barcode, where it has one.
    pub gtin: Option<String>,
    /// Its name.
    pub name: String,
    /// Position of its category.
    pub category: usize,
    /// Its price, in cents; of goods with prices of their own, a usual one.
    pub price: i64,
    /// Its cost, in cents.
    pub cost: i64,
}

/// Somebody with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Somebody {
    pub code: String,
    pub first: &'static str,
    pub last: &'static str,
    /// Position of the store they work in.
    pub store: usize,
    pub role: String,
}

const FIRST: [&str; 40] = [
    "Aileen", "Amira", "Ben", "Bethan", "Callum", "Carys", "Chloe", "Dan", "Dilys", "Eilidh", "Elif", "Ewan", "Finn", "Flora",
    "Grace", "Hamish", "Hanna", "Ines", "Iona", "Ivo", "Jun", "Kirsty", "Leila", "Malik", "Mairi", "Maya", "Nadia", "Niall", "Olu",
    "Orla", "Priya", "Ravi", "Rhona", "Rory", "Sanjay", "Shona", "Tomasz", "Una", "Wei", "Zoe",
];
const LAST: [&str; 30] = [
    "Adair",
    "Berg",
    "Brodie",
    "Chaudhry",
    "Demir",
    "Drummond",
    "Fraser",
    "Gillies",
    "Hughes",
    "Imrie",
    "Jarvie",
    "Kaur",
    "Khan",
    "Lindsay",
    "Marin",
    "Mensah",
    "Moffat",
    "Novak",
    "Okafor",
    "Osei",
    "Price",
    "Rankin",
    "Sharma",
    "Sinclair",
    "Tait",
    "Urquhart",
    "Walsh",
    "Weir",
    "Yang",
    "Zielinski",
];

/// Money in cents. Everything that is simulated is in whole cents.
pub(crate) fn cents(money: Money) -> i64 {
    money.ten_thousandths() / 100
}

/// The products of a company, category by category.
pub(crate) fn items(company: &Company, seed: u64) -> Vec<Item> {
    let mut items = Vec::new();
    for (at, category) in company.categories.iter().enumerate() {
        let (low, high) = (cents(category.price.0), cents(category.price.1));
        let step = cents(category.step).max(1);
        for number in 0..category.products {
            let mut dice = Dice::new(seed, &[PRODUCT, at as u64, u64::from(number)]);
            // Prices crowd at the lower end, as they do in shops.
            let steps = ((high - low) / step).max(0);
            let price = low + step * dice.between(0, steps).min(dice.between(0, steps));
            let serial = items.len() as u64 + 1;
            let names = category.names.len() as u32;
            let name = category.names.get((number % names) as usize).map_or("", String::as_str);
            let round = number / names;
            let sizes = (category.sizes.len() as u32).max(1);
            let size = category.sizes.get((round % sizes) as usize).map_or("", String::as_str);
            let again = round / sizes;
            let mut name = [name, size].join(" ").trim().to_owned();
            if again > 0 {
                name = format!("{name} {}", again + 1);
            }
            let gtin = category.code.is_none().then(|| barcode(serial));
            let code = match (&category.code, &gtin) {
                (None, Some(gtin)) => gtin.clone(),
                (prefix, _) => format!("{}{serial:04}", prefix.as_deref().unwrap_or_default()),
            };
            let cost = price * i64::from(category.cost_percent) / 100;
            items.push(Item { code, gtin, name, category: at, price, cost });
        }
    }
    items
}

/// Thirteen digits with their check digit. Every fourth begins with a zero, as those of North America do.
fn barcode(serial: u64) -> String {
    let maker = if serial.is_multiple_of(4) { "0612345" } else { "5012345" };
    let body = format!("{maker}{serial:05}");
    let digit = Gtin::check_digit(&body).unwrap_or('0');
    format!("{body}{digit}")
}

/// The people who work in the stores: every store has one at least.
pub(crate) fn employees(company: &Company, seed: u64) -> Vec<Somebody> {
    let stores = company.stores.len().max(1);
    let count = (company.employees as usize).max(stores);
    let roles: Vec<(&String, &u32)> = company.roles.iter().collect();
    (0..count)
        .map(|number| {
            let mut dice = Dice::new(seed, &[PERSON, number as u64]);
            let role = dice.pick(roles.iter().map(|(_, weight)| u64::from(**weight))).and_then(|at| roles.get(at));
            let role = role.map_or_else(|| "cashier".to_owned(), |(role, _)| (*role).clone());
            somebody(format!("EMP-{:04}", number + 1), number % stores, role, &mut dice)
        })
        .collect()
}

/// A customer, by number.
pub(crate) fn customer(seed: u64, number: u32) -> Somebody {
    let mut dice = Dice::new(seed, &[PERSON, 1 << 40 | u64::from(number)]);
    somebody(format!("CUST{:04}", number + 1), 0, "member".to_owned(), &mut dice)
}

fn somebody(code: String, store: usize, role: String, dice: &mut Dice) -> Somebody {
    let first = FIRST.get(dice.position(FIRST.len())).copied().unwrap_or_default();
    let last = LAST.get(dice.position(LAST.len())).copied().unwrap_or_default();
    Somebody { code, first, last, store, role }
}
