//! Tables that other programs analyse: rows of one kind, or whole transactions, as a stream of plain values.

use std::str::FromStr;

use super::Config;
use crate::ledger::{self, Settled};
use crate::model::{Block, Content, Field, Kind, Source, Store, Type, Value};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Rows of one kind: line items, tenders, Z-reports …
    Rows(Kind),
    /// Transactions put back together from headers, lines and tenders.
    Transactions,
}

impl FromStr for Table {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        if word == "transactions" {
            return Ok(Table::Transactions);
        }
        let known = || format!("there is no table `{word}`; there are transactions, {}", Kind::WORDS.join(", "));
        word.parse().map(Table::Rows).map_err(|_| known())
    }
}

const fn field(name: &'static str, kind: Type, doc: &'static str) -> Field {
    Field { name, kind, required: false, doc }
}

/// Where a row is from, before its own fields.
const PLACE: [Field; 5] = [
    field("document", Type::Text, "Name of the document."),
    field("store", Type::Text, "Store code."),
    field("till", Type::Text, "Till; blank where the kind knows none."),
    field("trading_day", Type::Date, "Trading day."),
    field("row", Type::Integer, "Row of the document as a person sees it."),
];

/// The moment of a row that has a date and a time, in place of the time.
const AT: Field = field("at", Type::DateTime, "Local date and time on the till.");

/// The fields of a transaction.
const TRANSACTION: [Field; 17] = [
    PLACE[0],
    PLACE[1],
    PLACE[2],
    PLACE[3],
    field("number", Type::Text, "The till's number of the transaction."),
    AT,
    field("counts", Type::Bool, "False for voids, failures and training: counted, in no total."),
    field("refund", Type::Bool, "Does it give money back on the whole?"),
    field("lines", Type::Integer, "Lines that belong to totals."),
    field("takings", Type::Money, "Goods and services, tax included, after discounts and refunds."),
    field("tax", Type::Money, "Of the takings, tax as stated."),
    field("gift_cards", Type::Money, "Gift cards sold."),
    field("deposits", Type::Money, "Deposits and account payments received."),
    field("donations", Type::Money, "Donations."),
    field("tips", Type::Money, "Tips."),
    field("rounding", Type::Money, "Cash rounding."),
    field("tenders", Type::Money, "Tenders, net of change; cash-back as negative cash."),
];

impl Table {
    /// The fields of its rows, in order.
    pub fn fields(self) -> Vec<Field> {
        let Table::Rows(kind) = self else { return TRANSACTION.to_vec() };
        let own = kind.fields().iter().map(|of| if joined(kind, of) { AT } else { *of });
        PLACE.into_iter().chain(own).collect()
    }

    /// Calls `each` with the values of every row of a block, in order of [`Table::fields`].
    ///
    /// A transaction whose rows lie in several blocks comes in parts, whose amounts add up; see [`Table::holds`].
    pub fn rows(self, block: Block, config: &Config, each: &mut dyn FnMut(Vec<Value<'_>>)) {
        let Table::Rows(kind) = self else { return transactions(block, config, each) };
        let document = block.origin.document.as_str();
        let date = kind.field("date");
        for batch in &block.batches {
            let place = |row: u32| {
                [
                    text(document),
                    text(&batch.key.store),
                    text(&batch.key.till),
                    Value::Date(batch.key.trading_day),
                    if row > 0 { Value::Integer(row.into()) } else { Value::Null },
                ]
            };
            batch.content.visit(kind, &mut |row, mut values| {
                let day = match date.and_then(|date| values.get(date)) {
                    Some(Value::Date(day)) => Some(*day),
                    _ => None,
                };
                for (value, of) in values.iter_mut().zip(kind.fields()).filter(|(_, of)| joined(kind, of)) {
                    if let (Value::Time(time), Some(day), Type::Time) = (&*value, day, of.kind) {
                        *value = Value::DateTime(day.and_time(*time));
                    }
                }
                each(place(row).into_iter().chain(values).collect());
            });
        }
    }

    /// Must this block wait for the next ones? Sheets of a workbook may each hold a part of the same transactions.
    pub fn holds(self, block: &Block) -> bool {
        self == Table::Transactions && !block.origin.sheet.is_empty()
    }
}

/// Is it the time of a row that also has a date?
fn joined(kind: Kind, of: &Field) -> bool {
    of.kind == Type::Time && of.name == "time" && kind.field("date").is_some()
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn transactions(block: Block, config: &Config, each: &mut dyn FnMut(Vec<Value<'_>>)) {
    let origin = block.origin;
    let source = |batch| Source {
        batch,
        document: origin.document.clone(),
        hash: origin.hash,
        layout: origin.layout.clone(),
        numbering: origin.numbering,
        prices_include_tax: origin.prices_include_tax,
        absent: origin.absent.clone(),
        arrived_at: None,
    };
    let mut sources: Vec<Source> = block.batches.into_iter().map(source).collect();
    // Only what makes a transaction: Z-reports in the same document are no part of it.
    for source in &mut sources {
        let Content { headers, lines, tenders, .. } = std::mem::take(&mut source.batch.content);
        source.batch.content = Content { headers, lines, tenders, ..Content::default() };
    }
    sources.sort_by(|a, b| a.batch.key.store.cmp(&b.batch.key.store));
    for of_store in sources.chunk_by(|a, b| a.batch.key.store == b.batch.key.store) {
        let Some(code) = of_store.first().map(|source| source.batch.key.store.as_str()) else { continue };
        let plain = Store::new(code, code);
        for one in ledger::settled(of_store, config.stores.get(code).unwrap_or(&plain)) {
            each(transaction(&origin.document, code, &one));
        }
    }
}

fn transaction<'a>(document: &'a str, store: &'a str, one: &'a Settled) -> Vec<Value<'a>> {
    let money = |amount: crate::model::Money| Value::Decimal(amount.decimal());
    let bridge = &one.bridge;
    vec![
        text(document),
        text(store),
        text(&one.till),
        Value::Date(one.trading_day),
        text(&one.number),
        one.at.map_or(Value::Null, Value::DateTime),
        Value::Bool(one.counts),
        Value::Bool(one.refund),
        Value::Integer(i64::try_from(one.lines).unwrap_or(i64::MAX)),
        money(bridge.takings),
        money(bridge.tax),
        money(bridge.gift_cards),
        money(bridge.deposits),
        money(bridge.donations),
        money(bridge.tips),
        money(bridge.rounding),
        money(bridge.tenders),
    ]
}
