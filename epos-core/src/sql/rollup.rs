//! Roll-ups: a till-day's rows folded into narrow sums. Folds add up over blocks and documents, so that a difference can be applied.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasher;
use std::rc::Rc;

use chrono::{NaiveTime, Timelike};

use crate::model::{Class, Content, Money, Person, Value};

crate::model::words! {
    /// Along what a day's takings are summed.
    Axis {
        /// Hour of the till's clock, `00` to `23`; empty where the document has no time.
        Hour = "hour",
        /// Category as the till has it.
        Category = "category",
        /// Token of who served.
        Employee = "employee",
        /// Tax rate in percent.
        TaxRate = "tax_rate",
        /// How it was paid.
        Tender = "tender",
    }
}

/// One sum. Amounts are in 1/10000 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Distinct transactions that count.
    pub transactions: i64,
    /// Units.
    pub quantity: i64,
    /// Without tax; nothing on the tender axis.
    pub net: i64,
    /// Tax as stated.
    pub tax: i64,
    /// With tax; what was paid on the tender axis.
    pub gross: i64,
}

impl Sums {
    fn taken(quantity: i64, tax: i64, gross: i64) -> Self {
        Sums { transactions: 0, quantity, net: gross - tax, tax, gross }
    }

    fn paid(gross: i64) -> Self {
        Sums { gross, ..Sums::default() }
    }

    /// Adds `other`, `sign` times. What does not fit stops at the largest number: documents that would come near it are held (F012).
    pub fn add(&mut self, other: &Sums, sign: i64) {
        let add = |to: &mut i64, more: i64| *to = to.saturating_add(more.saturating_mul(sign));
        add(&mut self.transactions, other.transactions);
        add(&mut self.quantity, other.quantity);
        add(&mut self.net, other.net);
        add(&mut self.tax, other.tax);
        add(&mut self.gross, other.gross);
    }

    /// True when nothing is left.
    pub fn is_zero(&self) -> bool {
        *self == Sums::default()
    }

    /// The measures in the order of the tables' columns.
    pub fn values(&self) -> [Value<'static>; 5] {
        let amount = |units| Value::Decimal(Money::from_ten_thousandths(units).decimal());
        [Value::Integer(self.transactions), amount(self.quantity), amount(self.net), amount(self.tax), amount(self.gross)]
    }

    /// From the measures in the order of the tables' columns.
    pub fn from_values(values: &[Value<'_>]) -> Option<Self> {
        let amount = |value: &Value<'_>| match value {
            Value::Decimal(amount) => Some(Money::rounded(*amount).ten_thousandths()),
            _ => None,
        };
        match values {
            [Value::Integer(transactions), quantity, net, tax, gross] => Some(Sums {
                transactions: *transactions,
                quantity: amount(quantity)?,
                net: amount(net)?,
                tax: amount(tax)?,
                gross: amount(gross)?,
            }),
            _ => None,
        }
    }
}

/// The sums of one or more till-days by axis and value, and by item code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// By axis and value.
    pub axes: BTreeMap<(Axis, String), Sums>,
    /// By item code as the till has it.
    pub products: BTreeMap<String, Sums>,
}

/// A header that counts if its transaction turns out to have no lines.
#[derive(Debug, Clone)]
struct Stated {
    number: u64,
    hour: &'static str,
    employee: u32,
    sums: Sums,
}

/// The rows of one till-day, folded as they come, in any order and in any number of pieces. A transaction counts by its lines, or
/// by its header where it has none; its tenders count unless it is void, failed or training.
///
/// [`Fold::settle`] says that every transaction is whole so far, and frees what was remembered of each.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    sums: HashMap<Place, Sums, foldhash::fast::RandomState>,
    /// Which transaction stands at which place; neighbours are never equal.
    seen: Vec<(Place, u64)>,
    /// Transactions with lines, and whether that line counts.
    lines: Vec<(u64, bool)>,
    headers: Vec<Stated>,
    void: Vec<u64>,
    tenders: Vec<(u64, u32, i64)>,
}

/// An axis and one of its values; products lie behind the axes.
type Place = (u8, u32);

/// The places of tenders and of products.
const TENDERS: u8 = 4;
const PRODUCTS: u8 = 5;

/// Words by number: many till-days share few employees, tenders and products.
#[derive(Debug, Clone, Default)]
pub struct Words {
    list: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, u32, foldhash::fast::RandomState>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.list.len() as u32;
        let word: Rc<str> = word.into();
        self.list.push(word.clone());
        self.numbers.insert(word, number);
        number
    }

    fn word(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", |word| word)
    }
}

/// Hours as text, in order.
const HOURS: [&str; 24] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23",
];

fn hour(time: Option<NaiveTime>) -> &'static str {
    time.and_then(|time| HOURS.get(time.hour() as usize)).copied().unwrap_or_default()
}

fn mark(number: &str) -> u64 {
    foldhash::quality::FixedState::default().hash_one(number)
}

impl Fold {
    /// Counts rows in. `token` gives what stands for a person.
    pub fn add<'a>(&mut self, content: &'a Content, words: &mut Words, token: &dyn Fn(&'a Person) -> &'a str) {
        let (mut rate_of, mut rate_text) = (None, String::new());
        for line in &content.lines {
            let number = mark(&line.number);
            let counts = line.kind.counts() && !line.training;
            if (line.is_priced() || !counts) && self.lines.last() != Some(&(number, counts)) {
                self.lines.push((number, counts));
            }
            if !counts || !matches!(line.class, Class::Goods | Class::Service) {
                continue;
            }
            let sums = Sums::taken(
                line.quantity.ten_thousandths(),
                line.tax_amount.map_or(0, Money::ten_thousandths),
                line.line_total.ten_thousandths(),
            );
            if line.tax_rate != rate_of {
                (rate_of, rate_text) = (line.tax_rate, line.tax_rate.map(|rate| rate.to_string()).unwrap_or_default());
            }
            let rate = rate_text.as_str();
            let employee = line.cashier.as_ref().map(token).unwrap_or_default();
            let values = [hour(line.time), line.category.as_deref().unwrap_or_default(), employee, rate];
            for (axis, value) in (0..).zip(values) {
                self.count_at((axis, words.number(value)), number, sums);
            }
            let product = words.number(line.item_code.as_deref().unwrap_or_default());
            self.count_at((PRODUCTS, product), number, sums);
        }
        for header in &content.headers {
            let number = mark(&header.number);
            if !header.kind.counts() || header.training {
                self.void.push(number);
                continue;
            }
            let other = header.tip.unwrap_or_default() + header.rounding.unwrap_or_default();
            let quantity = header.item_count.unwrap_or_default().saturating_mul(10_000);
            self.headers.push(Stated {
                number,
                hour: hour(header.time),
                employee: words.number(header.cashier.as_ref().map(token).unwrap_or_default()),
                sums: Sums::taken(quantity, header.tax.map_or(0, Money::ten_thousandths), (header.total - other).ten_thousandths()),
            });
        }
        for tender in &content.tenders {
            let name = words.number(&tender.tender);
            self.tenders.push((mark(&tender.number), name, tender.amount.ten_thousandths()));
        }
    }

    fn count_at(&mut self, place: Place, number: u64, sums: Sums) {
        self.sums.entry(place).or_default().add(&sums, 1);
        self.seen.push((place, number));
    }

    /// Every transaction that was counted in is whole: none of its rows comes later.
    pub fn settle(&mut self, words: &mut Words) {
        let with_lines: HashSet<u64> = match self.headers.is_empty() {
            true => HashSet::new(),
            false => self.lines.iter().map(|(number, _)| *number).collect(),
        };
        let mut left_out: HashSet<u64> = self.lines.iter().filter(|(_, counts)| !counts).map(|(number, _)| *number).collect();
        if !left_out.is_empty() {
            for (number, _) in self.lines.iter().filter(|(_, counts)| *counts) {
                left_out.remove(number);
            }
        }
        left_out.extend(std::mem::take(&mut self.void));
        self.lines = Vec::new();
        let blank = words.number("");
        for header in std::mem::take(&mut self.headers).into_iter().filter(|header| !with_lines.contains(&header.number)) {
            let values = [words.number(header.hour), blank, header.employee, blank];
            for (axis, value) in (0..).zip(values) {
                self.count_at((axis, value), header.number, header.sums);
            }
            self.count_at((PRODUCTS, blank), header.number, header.sums);
        }
        let tenders = std::mem::take(&mut self.tenders);
        for (number, name, amount) in tenders.into_iter().filter(|(number, ..)| !left_out.contains(number)) {
            self.count_at((TENDERS, name), number, Sums::paid(amount));
        }
        let mut seen = std::mem::take(&mut self.seen);
        seen.sort_unstable();
        seen.dedup();
        for (place, _) in seen {
            self.sums.entry(place).or_default().transactions += 1;
        }
    }

    /// The sums of everything counted in and settled.
    pub fn totals(&self, words: &Words) -> Totals {
        let mut totals = Totals::default();
        for (&(axis, value), &sums) in &self.sums {
            let value = words.word(value).to_owned();
            match Axis::ALL.get(usize::from(axis)) {
                Some(&axis) => totals.axes.insert((axis, value), sums),
                None => totals.products.insert(value, sums),
            };
        }
        totals
    }

    /// How many sums it keeps.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// True when nothing was counted in.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }
}
