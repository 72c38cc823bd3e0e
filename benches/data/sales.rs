//! Sales lines in epos's own layout: ten stores of four tills, 400 transactions a till and day, five lines in two transactions.

use std::error::Error;
use std::io::Write;

use chrono::{Days, NaiveDate};

use crate::random::{below, shuffled as permutation};

const STORES: u64 = 10;
const TILLS: u64 = 4;
/// Transactions of one till on one day.
const DAY: u64 = 400;
/// Lines of eight transactions in a row.
const LINES: [u64; 8] = [1, 2, 1, 4, 3, 2, 5, 2];
const EIGHT: u64 = 20;
const PRODUCTS: u64 = 600;

const CASHIERS: [&str; 12] = [
    "Amira Khan", "Ben Okafor", "Chidi Eze", "Dorota Wolska", "Emlyn Pryce", "Farah Nasser", "Grace Osei", "Hugo Lindqvist",
    "Ines Duarte", "Jun Tanaka", "Kofi Mensah", "Lena Vogt",
];
const MAKES: [&str; 20] = [
    "Organic", "Harbour", "Fairtrade", "Northern", "Old Mill", "Green", "Sunny", "Valley", "Little", "Highland", "Cottage", "River",
    "Garden", "Meadow", "Island", "Baker's", "Coastal", "Forest", "Village", "Hilltop",
];
const GOODS: [&str; 30] = [
    "oat biscuits", "honey", "ground coffee", "tea bags", "dark chocolate", "greeting card", "candle", "tea towel", "jam", "marmalade",
    "notebook", "soap bar", "mug", "tote bag", "sponge cake", "chutney", "apple juice", "shortbread", "fudge", "lemon curd",
    "wrapping paper", "calendar", "pencil set", "jigsaw", "picture book", "hand cream", "socks", "scarf", "seed packet", "bird food",
];

/// One line item; amounts in pence.
pub struct Line {
    pub store: u64,
    pub till: u64,
    pub number: u64,
    pub line: u64,
    pub date: NaiveDate,
    /// Minutes since midnight.
    pub minute: u64,
    pub cashier: &'static str,
    pub refund: bool,
    /// Which product.
    pub product: u64,
    /// Negative on refunds.
    pub quantity: i64,
    pub price: i64,
    /// Money off, positive.
    pub discount: i64,
}

impl Line {
    /// The line at a place of the file in order, from 0.
    pub fn at(place: u64) -> Self {
        let (eight, mut rest) = (place / EIGHT, place % EIGHT);
        let mut within = 0;
        for lines in LINES {
            if rest < lines {
                break;
            }
            rest -= lines;
            within += 1;
        }
        let transaction = eight * LINES.len() as u64 + within;
        let (till_day, sequence) = (transaction / DAY, transaction % DAY);
        let (day, till) = (till_day / (STORES * TILLS), till_day % (STORES * TILLS));
        let refund = below(50, transaction, 1) == 0;
        let product = below(PRODUCTS, place, 2).min(below(PRODUCTS, place, 3));
        let quantity = if below(5, place, 4) == 0 { 2 + below(4, place, 5) as i64 } else { 1 };
        let price = price(product);
        let discount = if !refund && below(16, place, 6) == 0 { price * quantity / 10 } else { 0 };
        Line {
            store: till / TILLS + 1,
            till: till % TILLS + 1,
            number: day * DAY + sequence + 1,
            line: rest + 1,
            date: NaiveDate::from_ymd_opt(2025, 1, 2).unwrap_or_default() + Days::new(day),
            minute: 9 * 60 + sequence * 8 * 60 / DAY,
            cashier: CASHIERS[((till + sequence / 100) % CASHIERS.len() as u64) as usize],
            refund,
            product,
            quantity: if refund { -quantity } else { quantity },
            price,
            discount,
        }
    }

    pub fn total(&self) -> i64 {
        self.price * self.quantity - self.discount
    }

    /// The tax within the total, a sixth of it at 20 %; a third of the products bear none.
    pub fn tax(&self) -> (i64, i64) {
        if self.product % 3 == 0 { (0, 0) } else { (20, (self.total() * 2 + 6 * self.total().signum()) / 12) }
    }
}

fn price(product: u64) -> i64 {
    75 + 5 * below(400, product, 7) as i64
}

pub fn code(product: u64) -> u64 {
    let body = 501_234_500_000 + product;
    let sum: u64 = (0..12).map(|place| body / 10_u64.pow(place) % 10 * if place % 2 == 0 { 3 } else { 1 }).sum();
    body * 10 + (10 - sum % 10) % 10
}

pub fn description(product: u64) -> String {
    let (make, goods) = (product % MAKES.len() as u64, product / MAKES.len() as u64);
    format!("{} {}", MAKES[make as usize], GOODS[goods as usize % GOODS.len()])
}

/// Pence as an amount.
pub struct Amount(pub i64);

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

pub fn in_order(lines: u64) -> impl Iterator<Item = u64> {
    0..lines
}

pub fn shuffled(lines: u64) -> impl Iterator<Item = u64> {
    permutation(lines)
}

pub fn write(out: &mut impl Write, places: impl Iterator<Item = u64>) -> Result<(), Box<dyn Error>> {
    let products: Vec<(u64, String)> = (0..PRODUCTS).map(|product| (code(product), description(product))).collect();
    writeln!(
        out,
        "store,till,number,line,date,time,cashier,kind,item_code,description,quantity,unit_price,discount_amount,tax_rate,tax_amount,line_total"
    )?;
    for place in places {
        let line = Line::at(place);
        let (code, description) = &products[line.product as usize];
        write!(
            out,
            "{:02},{},{:06},{},{},{:02}:{:02},{},{},{code},{description},{},{},",
            line.store,
            line.till,
            line.number,
            line.line,
            line.date,
            line.minute / 60,
            line.minute % 60,
            line.cashier,
            if line.refund { "refund" } else { "sale" },
            line.quantity,
            Amount(line.price),
        )?;
        if line.discount != 0 {
            write!(out, "{}", Amount(line.discount))?;
        }
        let (rate, tax) = line.tax();
        writeln!(out, ",{rate},{},{}", Amount(tax), Amount(line.total()))?;
    }
    Ok(())
}
