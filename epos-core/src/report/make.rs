//! What all reports share: columns, completeness, bridge, totals, notes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{BridgeLine, Completeness, Period, Report, ReportColumn, minor_units};
use crate::model::{Money, Rounding, Type, Value};
use crate::reconcile::{Bridge, State, StoreDay};

/// A column that is shown, not summed.
pub const fn column(name: &'static str, title: &'static str, kind: Type) -> ReportColumn {
    ReportColumn { name, title, kind, summed: false, blank: "", heading: false }
}

/// A column that the totals row sums.
pub const fn summed(name: &'static str, title: &'static str, kind: Type) -> ReportColumn {
    ReportColumn { summed: true, ..column(name, title, kind) }
}

/// A text column whose repeated values people see once.
pub const fn heading(name: &'static str, title: &'static str, kind: Type) -> ReportColumn {
    ReportColumn { heading: true, ..column(name, title, kind) }
}

/// A column whose blanks mean something to people.
pub const fn or(blank: &'static str, column: ReportColumn) -> ReportColumn {
    ReportColumn { blank, ..column }
}

/// Store code and name: how every list by store begins.
pub const STORE: [ReportColumn; 2] = [heading("store", "Code", Type::Text), heading("store_name", "Store", Type::Text)];
/// The trading day.
pub const TRADING_DAY: ReportColumn = column("trading_day", "Trading day", Type::Date);
/// The state of a store-day.
pub const STATE: ReportColumn = column("state", "State", Type::Word(State::WORDS));
/// How many transactions.
pub const TRANSACTIONS: ReportColumn = summed("transactions", "Transactions", Type::Integer);
/// Units sold.
pub const QUANTITY: ReportColumn = summed("quantity", "Quantity", Type::Quantity);
/// Goods and services, tax included.
pub const TAKINGS: ReportColumn = summed("takings", "Takings", Type::Money);
/// Of the takings, tax.
pub const TAX: ReportColumn = summed("tax", "Tax in it", Type::Money);
/// Takings without tax.
pub const NET: ReportColumn = summed("net", "Without tax", Type::Money);
/// Takings per transaction.
pub const AVERAGE: ReportColumn = column("average", "Average", Type::Money);
/// The ISO currency of the row's amounts.
pub const CURRENCY: ReportColumn = column("currency", "Currency", Type::Text);

/// The month, as `2026-11`.
pub const MONTH: ReportColumn = column("month", "Month", Type::Text);
/// The first day of what the row is over.
pub const FIRST_DAY: ReportColumn = column("first_day", "First day", Type::Date);
/// The last day of what the row is over.
pub const LAST_DAY: ReportColumn = column("last_day", "Last day", Type::Date);
/// Store-days that came, whole.
pub const DAYS_PRESENT: ReportColumn = summed("days_present", "Days here", Type::Integer);
/// Store-days that were expected.
pub const DAYS_EXPECTED: ReportColumn = summed("days_expected", "Days expected", Type::Integer);
/// Paid in cash.
pub const CASH: ReportColumn = summed("cash", "Cash", Type::Money);
/// Paid by card.
pub const CARD: ReportColumn = summed("card", "Card", Type::Money);
/// Paid otherwise.
pub const OTHER_TENDERS: ReportColumn = summed("other_tenders", "Other", Type::Money);
/// What the cash drawers were over.
pub const OVER: ReportColumn = or("not judged", summed("over", "Over", Type::Money));
/// What the cash drawers were short.
pub const SHORT: ReportColumn = or("not judged", summed("short", "Short", Type::Money));
/// The item's code.
pub const ITEM_CODE: ReportColumn = column("item_code", "Item code", Type::Text);
/// The item's name.
pub const DESCRIPTION: ReportColumn = column("description", "Description", Type::Text);

/// What stands under every list of over and short.
pub const OVER_AND_SHORT: &str = "Over and short are the cash drawers' and are never set off against each other.";

/// The month of a day, as `2026-11`.
pub fn month(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The same column, its repeated values shown once.
pub const fn once(column: ReportColumn) -> ReportColumn {
    ReportColumn { heading: true, ..column }
}

/// Text as a cell.
pub fn text(text: impl Into<String>) -> Value<'static> {
    Value::Text(Cow::Owned(text.into()))
}

/// Text that may be blank.
pub fn maybe(text: Option<&str>) -> Value<'static> {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, |known| Value::Text(Cow::Owned(known.to_owned())))
}

/// Money as a cell.
pub fn money(amount: Money) -> Value<'static> {
    Value::Decimal(amount.decimal())
}

/// Money that may be unknown.
pub fn maybe_money(amount: Option<Money>) -> Value<'static> {
    amount.map_or(Value::Null, money)
}

/// A count as a cell.
pub fn count(count: usize) -> Value<'static> {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A day as a cell.
pub fn day(day: NaiveDate) -> Value<'static> {
    Value::Date(day)
}

/// Takings per transaction, half-up to the currency's smallest unit; blank without transactions.
pub fn average(takings: Money, transactions: usize, currency: &str) -> Value<'static> {
    if transactions == 0 {
        return Value::Null;
    }
    Value::Decimal(Rounding::HalfUp.apply(takings.decimal() / Decimal::from(transactions), minor_units(currency)))
}

/// What a group of sales adds up to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Transactions that count.
    pub transactions: usize,
    /// Units sold.
    pub quantity: Decimal,
    /// Takings, tax included.
    pub takings: Money,
    /// Of which tax.
    pub tax: Money,
}

impl Sums {
    /// Adds another group's sums.
    pub fn add(&mut self, other: &Sums) {
        self.transactions += other.transactions;
        self.quantity += other.quantity;
        self.take(other.takings, other.tax);
    }

    /// Adds takings and their tax.
    pub fn take(&mut self, takings: Money, tax: Money) {
        self.takings += takings;
        self.tax += tax;
    }
}

/// The takings and tax that the groups do not hold, per currency: sales known by their total only, so that every report's takings
/// are the bridge's.
pub fn rest<'p, K>(period: &Period<'p>, groups: &BTreeMap<(&'p str, K), Sums>) -> Vec<(&'p str, Sums)> {
    let mut rest: BTreeMap<&str, Sums> = BTreeMap::new();
    for (currency, bridge) in period.bridges() {
        rest.entry(currency).or_default().take(bridge.takings, bridge.tax);
    }
    for ((currency, _), sums) in groups {
        rest.entry(currency).or_default().take(-sums.takings, -sums.tax);
    }
    rest.into_iter().filter(|(_, sums)| !sums.takings.is_zero() || !sums.tax.is_zero()).collect()
}

/// How the row of sales without lines is called.
pub const NO_LINE_DETAIL: &str = "(no line detail)";

/// The report `name` of the catalogue with everything that all reports carry.
pub fn make(period: &Period<'_>, name: &'static str, columns: Vec<ReportColumn>, rows: Vec<Vec<Value<'static>>>) -> Report {
    let title = super::entry(name).map_or(name, |entry| entry.title);
    Report {
        name,
        title: title.to_owned(),
        from: period.from,
        to: period.to,
        store: period.store.map(|code| period.store_name(code).to_owned()),
        completeness: Completeness::of(period.days.iter().copied()),
        totals: totals(&columns, &rows),
        columns,
        rows,
        bridge: period.bridges().into_iter().flat_map(|(currency, bridge)| bridge_lines(currency, &bridge)).collect(),
        charts: Vec::new(),
        notes: left_out(period).into_iter().collect(),
    }
}

/// Has anything of this store-day come? Where nothing has, its figures are unknown, not zero.
///
/// ```
/// use epos_core::model::{Context, Money, Store};
/// use epos_core::reconcile::{Evidence, day};
/// use epos_core::report::has_come;
///
/// let mut friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
/// assert!(!has_come(&friday), "its takings are unknown, not 0.00");
/// friday.bridge.takings = Money::cents(123_50);
/// assert!(has_come(&friday));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn has_come(day: &StoreDay) -> bool {
    let silent = matches!(day.state, State::Overdue | State::Expected | State::Closed | State::NotExpected);
    !silent || day.transactions > 0 || day.left_out > 0 || day.bridge != Bridge::default()
}

/// The currency of a drawer's tender that the ledger keeps apart because it is not the store's: `EUR` of `Cash in EUR`.
pub fn foreign(tender: &str) -> Option<&str> {
    let (_, currency) = tender.rsplit_once(" in ")?;
    (currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(currency)
}

/// The bridge in its fixed order.
pub fn bridge_lines(currency: &str, bridge: &Bridge) -> [BridgeLine; 9] {
    [
        ("goods and services", bridge.takings),
        ("gift cards sold", bridge.gift_cards),
        ("deposits", bridge.deposits),
        ("donations", bridge.donations),
        ("tips", bridge.tips),
        ("rounding", bridge.rounding),
        ("to be paid", bridge.due()),
        ("tenders", bridge.tenders),
        ("difference", bridge.difference()),
    ]
    .map(|(label, amount)| BridgeLine { currency: currency.to_owned(), label, amount })
}

/// Sums of the summed columns, a row per currency in the order of their names.
fn totals(columns: &[ReportColumn], rows: &[Vec<Value<'static>>]) -> Vec<Vec<Value<'static>>> {
    if !columns.iter().any(|column| column.summed) {
        return Vec::new();
    }
    let currency = columns.iter().position(|column| column.name == CURRENCY.name);
    let mut totals: BTreeMap<&str, Vec<Value<'static>>> = BTreeMap::new();
    for row in rows {
        let of = match currency.and_then(|position| row.get(position)) {
            Some(Value::Text(currency)) => currency.as_ref(),
            _ => "",
        };
        let total = totals.entry(of).or_insert_with(|| columns.iter().map(zero).collect());
        for (sum, cell) in total.iter_mut().zip(row) {
            match (&mut *sum, cell) {
                (Value::Decimal(sum), Value::Decimal(cell)) => *sum += cell,
                (Value::Integer(sum), Value::Integer(cell)) => *sum = sum.saturating_add(*cell),
                _ => {}
            }
        }
    }
    totals
        .into_iter()
        .map(|(of, mut total)| {
            if let Some(cell) = currency.and_then(|position| total.get_mut(position)) {
                *cell = text(of);
            }
            total
        })
        .collect()
}

fn zero(column: &ReportColumn) -> Value<'static> {
    match column.kind {
        Type::Integer if column.summed => Value::Integer(0),
        _ if column.summed => Value::Decimal(Decimal::ZERO),
        _ => Value::Null,
    }
}

/// What is counted but in no figure.
fn left_out(period: &Period<'_>) -> Option<String> {
    match period.days.iter().map(|day| day.left_out).sum::<usize>() {
        0 => None,
        1 => Some("1 transaction (a void, a failed payment or training) is in none of these figures.".to_owned()),
        more => Some(format!("{more} transactions (voids, failed payments, training) are in none of these figures.")),
    }
}

/// A day in the words of a note: `Fri 20 Nov 2026`.
pub fn people_day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}
