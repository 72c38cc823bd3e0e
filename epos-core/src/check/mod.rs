//! What one document says of itself: facts about its rows that stay true whatever comes later.
//!
//! A check is a fold: [`block`] reads one block and carries a [`State`] to the next, [`State::finish`] says what only the whole
//! document can tell (a transaction whose lines and tenders stand in two sheets, a code sold forty times). Every finding of a
//! document is collected in one pass; nothing aborts.
//!
//! Differences between documents (Z-reports, counts, gaps, repeated loads) are judged in `reconcile` and on loading.

mod count;
mod date;
mod fleet;
mod hours;
mod line;
mod names;
mod price;
mod product;
mod refund;
mod supply;
mod transaction;
mod weighed;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, F012, F025, F032, Severity, T002, T003, T013, T016, T018, T024};
use crate::model::{At, Batch, Block, Content, Context, Key, Kind, Limits, Money, Origin, Policy, Record, Store, Value};
use crate::tax;

pub use fleet::many_stores;
pub use product::mend;
pub use weighed::{Weighed, weighed};

/// Checks one block. `state` is that of its document: begin with [`State::new`], end with [`State::finish`].
///
/// ```
/// use epos_core::check;
/// use epos_core::model::{Batch, Block, Content, Context, Key, Limits, LineItem, Money, Quantity};
///
/// let (date, units, price) = ("2026-11-20".parse()?, Quantity::units(3), Some(Money::cents(400)));
/// let line = LineItem { number: "201".into(), date, quantity: units, unit_price: price, ..LineItem::default() };
/// let lines = vec![LineItem { line_total: Money::cents(1250), ..line }.into()];
/// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
/// let content = Content { lines, ..Content::default() };
/// let block = Block { batches: vec![Batch { key, content }], ..Block::default() };
///
/// let found = check::block(&block, &Context::default(), &mut check::State::new(&Limits::default()));
/// assert_eq!((found[0].code.to_string(), found[0].subject.as_str()), ("T001".into(), "201"));
/// assert_eq!(found[0].amount, Some(Money::cents(50)), "3 × 4.00 is 12.00, not 12.50");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn block(block: &Block, context: &Context, state: &mut State) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    state.unread.extend(block.rejected.iter().filter_map(|row| Some((row.trading_day?, row.number.clone()?))));
    let rejected = || block.rejected.first().map(|row| block.origin.row(row.row));
    state.more.rejected = state.more.rejected.take().or_else(rejected);
    for batch in &block.batches {
        let view = View::new(&block.origin, batch, context);
        state.note(&view);
        line::check(&view, &mut found);
        product::check(&view, &mut state.products);
        supply::check(&view, &mut state.supplies);
        transaction::check(&view, &mut state.transactions, &mut found);
        date::check(&view, &mut state.dates, &mut found);
        state.more.check(&view, &mut found);
    }
    spare(&state.unread, &mut found);
    severities(&mut found, &context.policy);
    found
}

/// Checks all blocks of one document.
///
/// ```
/// use epos_core::check;
/// use epos_core::model::{Batch, Block, Content, Context, Key, Header, Money, Tender};
///
/// let (number, date) = ("201".to_owned(), "2026-11-20".parse()?);
/// let header = Header { number: number.clone(), date, total: Money::cents(500), ..Header::default() };
/// let tender = Tender { number, date, tender: "Cash".into(), amount: Money::cents(450), ..Tender::default() };
/// let content = Content { headers: vec![header.into()], tenders: vec![tender.into()], ..Content::default() };
/// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
/// let block = Block { batches: vec![Batch { key, content }], ..Block::default() };
///
/// let found = check::batch(&[block], &Context::default());
/// let unpaid = found.iter().find(|finding| finding.subject == "201").ok_or("the tenders do not pay the total")?;
/// assert_eq!(unpaid.code.0.name, "money-identity");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn batch(blocks: &[Block], context: &Context) -> Vec<Diagnostic> {
    let mut state = State::new(&Limits::default());
    let mut found: Vec<Diagnostic> = blocks.iter().flat_map(|part| block(part, context, &mut state)).collect();
    found.extend(state.finish(context));
    found
}

/// Leaves out that a transaction does not add up when one of its rows could not be read: that row's own finding says why.
fn spare(unread: &Unread, found: &mut Vec<Diagnostic>) {
    if unread.is_empty() {
        return;
    }
    let sums = [T002, T003, T016, T018, T024];
    let of_unread = |finding: &Diagnostic| finding.trading_day.is_some_and(|day| unread.contains(&(day, finding.subject.clone())));
    found.retain(|finding| !sums.contains(&finding.code) || !of_unread(finding));
}

/// Gives every finding the severity that the policy names for its code (by number or name). Doing it twice changes nothing.
///
/// ```
/// use epos_core::check::severities;
/// use epos_core::diagnostic::{Diagnostic, Severity, T001};
/// use epos_core::model::{At, Policy};
///
/// let mut policy = Policy::default();
/// policy.severity.insert("T001".into(), "note".into());
/// let mut found = [Diagnostic::new(T001, At::default(), "3 × 4.00 is 12.00, not 12.50")];
/// assert_ne!(found[0].severity, Severity::Note);
/// severities(&mut found, &policy);
/// assert_eq!(found[0].severity, Severity::Note);
/// ```
pub fn severities(found: &mut [Diagnostic], policy: &Policy) {
    if policy.severity.is_empty() {
        return;
    }
    let wanted: HashMap<Code, Severity> =
        policy.severity.iter().filter_map(|(code, word)| Some((Code::parse(code)?, Severity::parse(word)?))).collect();
    for diagnostic in found {
        diagnostic.severity = wanted.get(&diagnostic.code).copied().unwrap_or(diagnostic.severity);
    }
}

/// Days and numbers of transactions of which a row could not be read.
type Unread = HashSet<(NaiveDate, String)>;

/// What is remembered between the blocks of one document: a hash of each transaction number (up to [`Limits::keys`]) and what is
/// not yet in balance.
#[derive(Debug)]
pub struct State {
    products: product::Memory,
    supplies: supply::Memory,
    transactions: transaction::Memory,
    dates: date::Memory,
    no_lines: Option<At>,
    tax_mode_unknown: Option<At>,
    unread: Unread,
    /// All amounts and units in 1/10000, without their signs, and where the last of them stood.
    amounts: (i128, Option<At>),
    more: More,
}

/// What else is remembered, rule by rule.
#[derive(Debug)]
struct More {
    prices: Tally,
    hours: hours::Memory,
    names: names::Memory,
    refunds: refund::Memory,
    /// The first row that could not be read.
    rejected: Option<At>,
}

impl More {
    fn check(&mut self, view: &View<'_>, found: &mut Vec<Diagnostic>) {
        price::check(view, &mut self.prices);
        hours::check(view, &mut self.hours);
        names::check(view, &mut self.names);
        refund::check(view, &mut self.refunds);
        count::check(view, found);
    }

    fn finish(self, policy: &Policy) -> Vec<Diagnostic> {
        let mut found = self.prices.found;
        found.extend(self.hours.finish());
        found.extend(self.names.finish());
        found.extend(self.refunds.finish());
        // The one place where strictness is decided: a finding that holds is all it takes.
        found.extend(self.rejected.filter(|_| policy.strict).map(|at| {
            Diagnostic::new(F032, at, "a row could not be read, so the whole file waits, as `strict` asks for")
                .help("mend that row and send the whole file again")
        }));
        found
    }
}

impl State {
    /// Nothing seen yet.
    ///
    /// ```
    /// use epos_core::check;
    /// use epos_core::model::{Batch, Block, Content, Context, Key, Limits, LineItem, Money, Origin, Tender};
    ///
    /// let (number, date) = ("201".to_owned(), "2026-11-20".parse()?);
    /// let line = LineItem { number: number.clone(), date, line_total: Money::cents(500), ..LineItem::default() };
    /// let tender = Tender { number, date, tender: "Cash".into(), amount: Money::cents(450), ..Tender::default() };
    /// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
    /// let sheet = |name: &str, content| {
    ///     let origin = Origin { sheet: name.into(), ..Origin::default() };
    ///     Block { origin, batches: vec![Batch { key: key.clone(), content }], ..Block::default() }
    /// };
    /// let sales = sheet("Sales", Content { lines: vec![line.into()], ..Content::default() });
    /// let payments = sheet("Payments", Content { tenders: vec![tender.into()], ..Content::default() });
    ///
    /// let (context, mut state) = (Context::default(), check::State::new(&Limits::default()));
    /// let early = [sales, payments].map(|block| check::block(&block, &context, &mut state)).concat();
    /// let unpaid = |finding: &epos_core::Diagnostic| finding.code.0.name == "money-identity";
    /// assert!(!early.iter().any(unpaid), "what pays a sale may stand in a later sheet");
    /// assert!(state.finish(&context).iter().any(unpaid));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn new(limits: &Limits) -> Self {
        State {
            products: product::Memory::default(),
            supplies: supply::Memory::default(),
            transactions: transaction::Memory::new(limits.keys),
            dates: date::Memory::default(),
            no_lines: None,
            tax_mode_unknown: None,
            unread: Unread::new(),
            amounts: (0, None),
            more: More {
                prices: Tally::default(),
                hours: hours::Memory::default(),
                names: names::Memory::default(),
                refunds: refund::Memory::new(limits.keys),
                rejected: None,
            },
        }
    }

    /// The document is known to have one sheet only: what is in balance need not be remembered, for no other sheet can change it.
    ///
    /// ```
    /// use epos_core::check::State;
    /// use epos_core::model::{Context, Limits};
    ///
    /// let state = State::new(&Limits::default()).one_sheet(true);
    /// assert!(state.finish(&Context::default()).is_empty());
    /// ```
    pub fn one_sheet(mut self, only: bool) -> Self {
        self.transactions.one_sheet = only;
        self
    }

    /// What had to wait for the end of the document.
    ///
    /// ```
    /// use epos_core::check;
    /// use epos_core::model::{Batch, Block, Content, Context, Header, Key, Limits, Origin};
    ///
    /// let date = "2026-11-20".parse()?;
    /// let headers = vec![Header { number: "201".into(), date, ..Header::default() }.into()];
    /// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
    /// let origin = Origin { absent: vec!["lines".into()], prices_include_tax: Some(true), ..Origin::default() };
    /// let content = Content { headers, ..Content::default() };
    /// let block = Block { origin, batches: vec![Batch { key, content }], ..Block::default() };
    ///
    /// let (context, mut state) = (Context::default(), check::State::new(&Limits::default()));
    /// assert!(check::block(&block, &context, &mut state).iter().all(|finding| finding.code.to_string() != "T013"));
    /// let found = state.finish(&context);
    /// assert!(found.iter().any(|finding| finding.code.to_string() == "T013"), "that lines are missing is said once, at the end");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use = "the findings would be lost"]
    pub fn finish(self, context: &Context) -> Vec<Diagnostic> {
        let mut found = self.transactions.finish(context);
        spare(&self.unread, &mut found);
        found.extend(self.products.finish());
        found.extend(self.supplies.finish(!context.suppliers.is_empty()));
        found.extend(self.dates.finish());
        if let (true, Some(at)) = (self.amounts.0 >= document_max(), self.amounts.1) {
            let message =
                format!("the amounts and quantities in this file add up to {} or more: no till took that", document_max() / 10_000);
            let help = "look for a barcode in the column of an amount, mend it, and send the file again";
            found.push(Diagnostic::new(F012, at, message).help(help));
        }
        found.extend(self.more.finish(&context.policy));
        found.extend(self.no_lines.map(|at| {
            Diagnostic::new(T013, at, "this file states totals without their lines")
                .help("nothing to do: the totals count, and product reports show them as one row, “(no line detail)”")
        }));
        found.extend(self.tax_mode_unknown.map(|at| {
            Diagnostic::new(F025, at, "nothing says whether these prices include tax, so the tax was not checked")
                .help("set `prices_include_tax = true` or `false` for the store or the layout")
        }));
        severities(&mut found, &context.policy);
        found
    }

    fn note(&mut self, view: &View<'_>) {
        let content = view.content;
        let units = |amount: i64| i128::from(amount).abs();
        let lines = content.lines.iter();
        let lines = lines.map(|line| units(line.line_total.ten_thousandths()) + units(line.quantity.ten_thousandths()));
        let headers = content.headers.iter();
        let headers =
            headers.map(|header| units(header.total.ten_thousandths()) + units(header.item_count.unwrap_or_default()) * 10_000);
        let tenders = content.tenders.iter().map(|tender| units(tender.amount.ten_thousandths()));
        let before = self.amounts.0;
        self.amounts.0 += lines.chain(headers).chain(tenders).sum::<i128>();
        if before < document_max() && self.amounts.0 >= document_max() {
            self.amounts.1 = Some(view.origin.whole());
        }
        if self.no_lines.is_none() && view.absent("lines") && !view.content.headers.is_empty() {
            self.no_lines = Some(view.origin.whole());
        }
        if self.tax_mode_unknown.is_none() && view.prices_include_tax().is_none() {
            let taxed = view.content.lines.iter().find(|line| line.tax_rate.is_some() || line.tax_amount.is_some());
            self.tax_mode_unknown = taxed.map(|line| {
                let field = if line.tax_rate.is_some() { "tax_rate" } else { "tax_amount" };
                At { row: None, ..view.origin.at(Kind::Lines, line.row, field) }
            });
        }
    }
}

/// What all amounts of one document, in 1/10000, stay below: however many come together, no database's sum of a day overflows.
fn document_max() -> i128 {
    100_000_000_000_000_000
}

/// One batch with all that its rules may know.
struct View<'a> {
    origin: &'a Origin,
    key: &'a Key,
    content: &'a Content,
    context: &'a Context,
    store: Option<&'a Store>,
    /// The document states each line's position.
    line_numbers: bool,
}

impl<'a> View<'a> {
    fn new(origin: &'a Origin, batch: &'a Batch, context: &'a Context) -> Self {
        let line_numbers = origin.columns.iter().any(|(kind, field, _)| *kind == Kind::Lines && *field == "line");
        let store = context.store(&batch.key.store);
        View { origin, key: &batch.key, content: &batch.content, context, store, line_numbers }
    }

    /// A finding about a field of a row of this store-day.
    fn finding(&self, code: Code, kind: Kind, row: u32, field: &str, message: impl Into<String>) -> Diagnostic {
        self.of_day(Diagnostic::new(code, self.origin.at(kind, row, field), message))
    }

    /// Masters belong to no trading day, even though their batch has a date.
    fn of_day(&self, diagnostic: Diagnostic) -> Diagnostic {
        if self.key.store.is_empty() { diagnostic } else { diagnostic.day(&self.key.store, self.key.trading_day) }
    }

    fn absent(&self, what: &str) -> bool {
        self.origin.absent.iter().any(|absent| absent == what)
    }

    /// False when the document has no column for `field`, so a blank means nothing.
    fn carries(&self, kind: Kind, field: &str) -> bool {
        let mut columns = self.origin.columns.iter().filter(|(of, _, _)| *of == kind).peekable();
        !self.absent(field) && (columns.peek().is_none() || columns.any(|(_, name, _)| *name == field))
    }

    fn prices_include_tax(&self) -> Option<bool> {
        self.origin.prices_include_tax.or_else(|| self.store.and_then(|store| store.prices_include_tax))
    }

    /// The smallest unit of the store's currency.
    fn unit(&self) -> Money {
        unit(self.store)
    }

    fn region(&self) -> &str {
        self.store.map_or("", |store| &store.region)
    }
}

/// Findings that are said once per subject, however often it comes.
#[derive(Debug, Default)]
struct Tally {
    found: Vec<Diagnostic>,
    place: HashMap<(Code, String), usize>,
}

impl Tally {
    fn add(&mut self, code: Code, subject: String, make: impl FnOnce() -> Diagnostic) {
        match self.place.get(&(code, subject.clone())).and_then(|&place| self.found.get_mut(place)) {
            Some(diagnostic) => diagnostic.more += 1,
            None => {
                self.place.insert((code, subject), self.found.len());
                self.found.push(make());
            }
        }
    }
}

fn unit(store: Option<&Store>) -> Money {
    Money::rounded(Decimal::new(1, tax::minor_units(store.map_or("", |store| &store.currency))))
}

/// A fast hash, the same in every run, so that findings are too.
type Fixed = foldhash::quality::FixedState;

/// A map whose keys are hashed fast.
type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A map whose keys are hashes already.
type Hashed<V> = HashMap<u64, V, BuildHasherDefault<Ready>>;

/// The hasher for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

fn hash(of: impl Hash) -> u64 {
    Fixed::default().hash_one(of)
}

/// A hash of all values of a record.
fn digest(record: &impl Record) -> u64 {
    let mut hasher = Fixed::default().build_hasher();
    record.visit(&mut |field, value| match value {
        Value::Null => {}
        Value::Text(text) => (field, text).hash(&mut hasher),
        Value::Decimal(decimal) => (field, decimal.normalize()).hash(&mut hasher),
        Value::Integer(number) => (field, number).hash(&mut hasher),
        Value::Bool(flag) => (field, flag).hash(&mut hasher),
        Value::Date(date) => (field, date).hash(&mut hasher),
        Value::Time(time) => (field, time).hash(&mut hasher),
        Value::DateTime(time) => (field, time).hash(&mut hasher),
    });
    hasher.finish()
}

/// −2.00 as a person says it: `2.00 too little`.
fn too(difference: Money) -> String {
    format!("{} too {}", difference.abs(), if difference.is_negative() { "little" } else { "much" })
}

#[cfg(test)]
mod tests;
