//! Whole transactions: totals, the money identity, numbers that stand twice, refunds, tenders without lines.

use std::collections::{HashMap, HashSet};

use chrono::NaiveTime;

use super::{View, hash, too};
use crate::diagnostic::{Diagnostic, T002, T003, T005, T006, T012, T014, T015, T016, T017, T018};
use crate::model::{At, Class, Context, Header, Key, Kind, LineItem, Money, Numbering, Row, SaleKind, Tender, TenderClass};
use crate::tax;

/// What the document said of its transactions so far.
#[derive(Debug)]
pub(super) struct Memory {
    /// How many numbers are remembered; past it the database's key finds what stands twice.
    keys: usize,
    /// By number within its scope: the row (low half) and a digest of what came first (high half).
    seen: HashMap<u64, u64>,
    /// Store and number of every sale, where the document can name originals.
    numbers: HashSet<u64>,
    /// Transactions that are not (yet) in balance, in order.
    open: Vec<Open>,
    place: HashMap<u64, usize>,
    refunds: Vec<(u64, Diagnostic)>,
    training: HashSet<u64>,
    first_training: Option<At>,
    /// Store-days that have lines or headers, and those that have tenders.
    sold: HashSet<u64>,
    paid: HashSet<u64>,
}

/// The figures of one transaction, added up over its rows.
#[derive(Debug, Clone, Default)]
struct Sums {
    stated: Option<Money>,
    stated_tip: Money,
    stated_rounding: Money,
    stated_tax: Money,
    stated_discount: Money,
    lines: Money,
    discounts: Money,
    line_count: u32,
    tip_line: bool,
    rounding_line: bool,
    paid: Money,
    cash: Money,
    change: Money,
    tender_count: u32,
    /// Some money is in another currency.
    foreign: bool,
    /// The header says that it is a void, a failure or training.
    left_out: bool,
    /// Lines that are.
    left_out_lines: u32,
}

impl Sums {
    /// What the lines come to, with what only the header knows.
    fn by_lines(&self) -> Money {
        let tip = if self.tip_line { Money::ZERO } else { self.stated_tip };
        let rounding = if self.rounding_line { Money::ZERO } else { self.stated_rounding };
        self.lines + tip + rounding
    }

    /// What was to be paid: as stated, else as the lines say.
    fn due(&self) -> Option<Money> {
        self.stated.or_else(|| (self.line_count > 0).then(|| self.by_lines()))
    }

    fn total_differs(&self) -> bool {
        self.line_count > 0 && self.stated.is_some_and(|stated| stated != self.by_lines())
    }

    /// Tenders that agree with the lines prove the stated total wrong, which is said already.
    fn payment_differs(&self, region: &str) -> bool {
        let Some(due) = self.due().filter(|_| self.tender_count > 0 && !self.foreign) else { return false };
        let by_lines = self.line_count > 0 && self.paid == self.by_lines();
        self.paid != due && !by_lines && !self.rounded_in_cash(due, region)
    }

    /// Canada pays the cash remainder in steps of five cents; a till without a row for it leaves the difference here.
    fn rounded_in_cash(&self, due: Money, region: &str) -> bool {
        region.starts_with("CA") && !self.cash.is_zero() && self.paid - due == tax::cash_rounding(due - (self.paid - self.cash))
    }

    /// Nothing of it counts.
    fn nothing_counts(&self) -> bool {
        self.left_out || (self.left_out_lines > 0 && self.line_count == 0 && self.stated.is_none())
    }

    fn one_sided(&self) -> bool {
        self.due().is_none() || self.tender_count == 0
    }

    fn settled(&self, region: &str) -> bool {
        let complete = self.due().is_some_and(|due| self.tender_count > 0 || due.is_zero());
        self.nothing_counts() || (complete && !self.total_differs() && !self.payment_differs(region))
    }

    fn add(&mut self, other: &Sums) {
        self.stated = match (self.stated, other.stated) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        self.stated_tip += other.stated_tip;
        self.stated_rounding += other.stated_rounding;
        self.stated_tax += other.stated_tax;
        self.stated_discount += other.stated_discount;
        self.lines += other.lines;
        self.discounts += other.discounts;
        self.line_count += other.line_count;
        self.tip_line |= other.tip_line;
        self.rounding_line |= other.rounding_line;
        self.paid += other.paid;
        self.cash += other.cash;
        self.change += other.change;
        self.tender_count += other.tender_count;
        self.foreign |= other.foreign;
        self.left_out |= other.left_out;
        self.left_out_lines += other.left_out_lines;
    }
}

/// A transaction of the batch at hand.
struct Sale<'a> {
    number: &'a str,
    sums: Sums,
    header: Option<&'a Row<Header>>,
    first_run: &'a [Row<LineItem>],
    discount: Option<&'a Row<LineItem>>,
    last_row: u32,
    tender: Option<&'a Row<Tender>>,
    said_twice: bool,
}

/// A transaction that may still change, with its places.
#[derive(Debug)]
struct Open {
    key: Key,
    number: String,
    sums: Sums,
    header: Option<At>,
    lines: Option<At>,
    last_row: u32,
    tender: Option<At>,
    /// Prices come from the items list, not from the till.
    listed_prices: bool,
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory, found: &mut Vec<Diagnostic>) {
    let content = view.content;
    if content.headers.is_empty() && content.lines.is_empty() && content.tenders.is_empty() {
        return;
    }
    let mut sales = Sales { view, list: Vec::new(), place: HashMap::new() };
    for header in &content.headers {
        sales.header(header, memory, found);
    }
    for run in content.lines.chunk_by(|a, b| a.number == b.number) {
        sales.run(run, memory, found);
    }
    repeated_lines(view, found);
    for tender in &content.tenders {
        sales.tender(tender, found);
    }

    let day = hash((&view.key.store, view.key.trading_day));
    if !content.headers.is_empty() || !content.lines.is_empty() {
        memory.sold.insert(day);
    }
    if !content.tenders.is_empty() {
        memory.paid.insert(day);
    }
    for sale in &sales.list {
        found.extend(discount_exceeds_sale(view, sale));
        memory.keep(view, sale);
    }
}

struct Sales<'a> {
    view: &'a View<'a>,
    list: Vec<Sale<'a>>,
    place: HashMap<&'a str, usize>,
}

impl<'a> Sales<'a> {
    /// The sale with this number; `None` never happens, but says so without a panic.
    fn of(&mut self, number: &'a str) -> Option<&mut Sale<'a>> {
        let place = *self.place.entry(number).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(Sale {
                number,
                sums: Sums::default(),
                header: None,
                first_run: &[],
                discount: None,
                last_row: 0,
                tender: None,
                said_twice: false,
            });
        }
        self.list.get_mut(place)
    }

    fn header(&mut self, header: &'a Row<Header>, memory: &mut Memory, found: &mut Vec<Diagnostic>) {
        let view = self.view;
        let Some(sale) = self.of(&header.number) else { return };
        let digest = hash(format!("{:?}", header.record));
        // A void may carry the number of the sale that it takes back.
        let first = if header.kind.counts() { memory.first("header", view, &header.number, header.row, digest) } else { None };
        if let Some(first) = first {
            let same = first.digest == digest as u32;
            // Numbers that start again after a Z-report come twice a day.
            if same || view.origin.numbering != Numbering::PerShift {
                found.push(twice(view, Kind::Headers, header.row, &header.number, first.row, same));
                sale.said_twice = true;
            }
        }
        if header.training {
            memory.train(view, Kind::Headers, header.row, &header.number);
        }
        if header.training || !header.kind.counts() {
            sale.sums.left_out = true;
            return;
        }
        if header.kind == SaleKind::Refund {
            refund(view, Kind::Headers, header.row, &header.number, header.original_number.as_deref(), memory, found);
        } else {
            memory.sale(view, Kind::Headers, &header.number);
        }
        found.extend(parts_differ(view, header));
        sale.header = sale.header.or(Some(header));
        sale.sums.add(&Sums {
            stated: Some(header.total),
            stated_tip: header.tip.unwrap_or_default(),
            stated_rounding: header.rounding.unwrap_or_default(),
            stated_tax: header.tax.unwrap_or_default(),
            stated_discount: header.discount.unwrap_or_default(),
            ..Sums::default()
        });
    }

    /// Lines that stand together under one number.
    fn run(&mut self, run: &'a [Row<LineItem>], memory: &mut Memory, found: &mut Vec<Diagnostic>) {
        let view = self.view;
        let Some(first) = run.first() else { return };
        let Some(sale) = self.of(&first.number) else { return };
        if run.iter().all(|line| !line.kind.counts()) {
            // A void may carry the number of the sale that it takes back.
        } else if sale.first_run.is_empty() {
            sale.first_run = run;
            let digest = hash((view.key.trading_day, &view.key.till, run_time(view, run)));
            let earlier = memory.first("line", view, &first.number, first.row, digest);
            if let Some(earlier) = earlier.filter(|earlier| earlier.digest != digest as u32 && !sale.said_twice) {
                found.push(twice(view, Kind::Lines, first.row, &first.number, earlier.row, false));
                sale.said_twice = true;
            }
            let headed = sale.header.is_some() || sale.sums.left_out;
            let back = run.iter().find(|line| line.kind == SaleKind::Refund && !line.training).filter(|_| !headed);
            if let Some(back) = back {
                let original = run.iter().find_map(|line| line.original_number.as_deref());
                refund(view, Kind::Lines, back.row, &back.number, original, memory, found);
            }
            if run.iter().any(|line| line.kind != SaleKind::Refund && line.kind.counts()) {
                memory.sale(view, Kind::Lines, &first.number);
            }
        } else if !sale.said_twice && !view.carries_line_numbers() && view.origin.numbering != Numbering::PerShift {
            // A second group of rows under one number: another sale, the same rows pasted twice, or a parked sale that went on.
            let same = run.len() == sale.first_run.len() && run.iter().zip(sale.first_run).all(|(a, b)| same_line(a, b));
            let other_time = run_time(view, run) != run_time(view, sale.first_run);
            if same || other_time {
                let first_row = sale.first_run.first().map_or(0, |line| line.row);
                found.push(twice(view, Kind::Lines, first.row, &first.number, first_row, same));
                sale.said_twice = true;
            }
        }
        for line in run {
            sale.last_row = sale.last_row.max(line.row);
            if line.training {
                memory.train(view, Kind::Lines, line.row, &line.number);
            }
            if line.training || !line.kind.counts() {
                sale.sums.left_out_lines += 1;
                continue;
            }
            let sums = &mut sale.sums;
            sums.lines += line.line_total;
            sums.line_count += 1;
            sums.tip_line |= line.class == Class::Tip;
            sums.rounding_line |= line.class == Class::Rounding;
            if line.kind == SaleKind::Discount {
                sums.discounts += line.line_total;
                sale.discount = sale.discount.or(Some(line));
            }
        }
    }

    fn tender(&mut self, tender: &'a Row<Tender>, found: &mut Vec<Diagnostic>) {
        let view = self.view;
        let cash = view.context.policy.tender_class(&tender.tender) == TenderClass::Cash;
        let Some(sale) = self.of(&tender.number) else { return };
        if let (Some(change), Some(given)) = (tender.change, tender.tendered)
            && change > given
            && !given.is_negative()
        {
            let message = format!("{change} of change was given for {given} handed over");
            let finding = view.finding(T015, Kind::Tenders, tender.row, "change", message).subject(&tender.number);
            found.push(finding.amount(change - given).help("are the two columns exchanged, or is a decimal point missing?"));
        }
        let currency = view.store.map(|store| store.currency.as_str());
        sale.tender = sale.tender.or(Some(tender));
        sale.sums.add(&Sums {
            paid: tender.amount,
            cash: if cash { tender.amount } else { Money::ZERO },
            change: tender.change.unwrap_or_default(),
            tender_count: 1,
            foreign: tender.currency.as_deref().is_some_and(|of| currency.is_some_and(|ours| ours != of)),
            ..Sums::default()
        });
    }
}

impl View<'_> {
    /// Line numbers that the document itself states tell a second sale from a sale that goes on.
    fn carries_line_numbers(&self) -> bool {
        self.origin.columns.iter().any(|(kind, field, _)| *kind == Kind::Lines && *field == "line")
    }
}

/// The time that tells two sales with one number apart; where lines have numbers of their own, or ids are random, none is needed.
fn run_time(view: &View<'_>, run: &[Row<LineItem>]) -> Option<NaiveTime> {
    let needed = !view.carries_line_numbers() && !matches!(view.origin.numbering, Numbering::None | Numbering::PerShift);
    run.first().filter(|_| needed)?.time
}

/// Equal but for the line number that was counted for them.
fn same_line(a: &LineItem, b: &LineItem) -> bool {
    LineItem { line: None, ..a.clone() } == LineItem { line: None, ..b.clone() }
}

/// T005.
fn twice(view: &View<'_>, kind: Kind, row: u32, number: &str, first_row: u32, same: bool) -> Diagnostic {
    let place = if first_row > 0 { format!(" (first in row {first_row})") } else { String::new() };
    let (message, help) = if same {
        (
            format!("sale {number} stands twice with the same content{place}"),
            "if its rows were pasted or exported twice, delete one of them: now it would be counted twice",
        )
    } else {
        (
            format!("number {number} stands twice for different sales{place}"),
            "two sales cannot share a number: which of the two has another one on its receipt?",
        )
    };
    view.finding(T005, kind, row, "number", message).subject(number).help(help)
}

/// T005 for single rows, where the document numbers its lines.
fn repeated_lines(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    if !view.carries_line_numbers() || view.origin.numbering == Numbering::PerShift {
        return;
    }
    let mut first: HashMap<(&str, i64), &Row<LineItem>> = HashMap::new();
    for line in &view.content.lines {
        let Some(position) = line.line else { continue };
        if let Some(other) = first.insert((&line.number, position), line) {
            let how = if other.record == line.record { "the same" } else { "different" };
            let message =
                format!("line {position} of sale {} stands twice with {how} content (also in row {})", line.number, other.row);
            let finding = view.finding(T005, Kind::Lines, line.row, "line", message).subject(&line.number);
            found.push(finding.help("if the row was pasted twice, delete one; else give it its own line number"));
        }
    }
}

/// T006, for one refund.
fn refund(
    view: &View<'_>,
    kind: Kind,
    row: u32,
    number: &str,
    original: Option<&str>,
    memory: &mut Memory,
    found: &mut Vec<Diagnostic>,
) {
    let say = |message: String, help: &str| view.finding(T006, kind, row, "original_number", message).subject(number).help(help);
    match original {
        None if view.carries(kind, "original_number") => found.push(say(
            format!("refund {number} does not name the sale that it gives back"),
            "write the number of the original sale from the customer's receipt, if there is one",
        )),
        None => {}
        Some(original) => {
            let store = &view.key.store;
            // While no earlier sale is known at all, an original is not missing, only older than epos.
            let known = view.context.sales.contains_key(&(store.clone(), original.to_owned()));
            if !known && !view.context.sales.is_empty() {
                let finding = say(
                    format!("refund {number} names sale {original}, which is not known here"),
                    "was the number mistyped, or was the sale made in another store?",
                );
                memory.refunds.push((hash((store, original)), finding));
            }
        }
    }
}

/// T002 from what the header itself states.
fn parts_differ(view: &View<'_>, header: &Row<Header>) -> Option<Diagnostic> {
    let subtotal = header.subtotal?;
    let part = |part: Option<Money>| part.unwrap_or_default();
    let (tax, discount, tip, rounding) = (part(header.tax), part(header.discount), part(header.tip), part(header.rounding));
    let with_tax = |subtotal: Money, discount: Money, tax: Money, tip: Money| subtotal + tax - discount + tip + rounding;
    let mut ways = vec![with_tax(subtotal, discount, tax, tip)];
    if view.prices_include_tax() != Some(false) {
        ways.push(with_tax(subtotal, discount, Money::ZERO, tip));
    }
    if header.kind == SaleKind::Refund {
        // Tills disagree on which parts of a refund carry a sign.
        let tax = if view.prices_include_tax() == Some(true) { Money::ZERO } else { tax.abs() };
        ways.push(-with_tax(subtotal.abs(), discount.abs(), tax, tip.abs()));
        ways.push(with_tax(subtotal, -discount, header.tax.unwrap_or_default(), tip));
    }
    if ways.contains(&header.total) {
        return None;
    }
    let expected = *ways.first()?;
    let mut sum = subtotal.to_string();
    for (sign, part) in [("+", tax), ("−", discount), ("+", tip), ("+", rounding)].into_iter().filter(|(_, part)| !part.is_zero())
    {
        sum += &format!(" {sign} {part}");
    }
    let message = format!("total {} but {sum} = {expected}", header.total);
    let finding = view.finding(T002, Kind::Headers, header.row, "total", message).subject(&header.number);
    Some(
        finding
            .amount(header.total - expected)
            .help("subtotal + tax − discount + tip + rounding should be the total: which is mistyped?"),
    )
}

/// T017 for money off a whole sale.
fn discount_exceeds_sale(view: &View<'_>, sale: &Sale<'_>) -> Option<Diagnostic> {
    let row = sale.discount?;
    let full = sale.sums.lines - sale.sums.discounts;
    let off = -sale.sums.discounts;
    if full.is_negative() || full.is_zero() || off <= full {
        return None;
    }
    let message = format!("{off} is taken off a sale of {full}");
    let finding = view.finding(T017, Kind::Lines, row.row, "line_total", message).subject(sale.number).amount(off - full);
    Some(finding.help("a discount cannot be more than the sale: is a digit too many, or an item missing?"))
}

/// What came first under a number.
struct First {
    row: u32,
    digest: u32,
}

impl Memory {
    pub(super) fn new(keys: usize) -> Self {
        Memory {
            keys,
            seen: HashMap::new(),
            numbers: HashSet::new(),
            open: Vec::new(),
            place: HashMap::new(),
            refunds: Vec::new(),
            training: HashSet::new(),
            first_training: None,
            sold: HashSet::new(),
            paid: HashSet::new(),
        }
    }

    /// What came first under this number within the layout's numbering; remembers it when nothing did.
    fn first(&mut self, what: &str, view: &View<'_>, number: &str, row: u32, digest: u64) -> Option<First> {
        let Key { store, till, trading_day } = view.key;
        let key = match view.origin.numbering {
            Numbering::PerStore => hash((what, store, number)),
            Numbering::PerTill => hash((what, store, till, number)),
            Numbering::PerDay | Numbering::PerShift | Numbering::None => hash((what, store, till, trading_day, number)),
        };
        if let Some(&first) = self.seen.get(&key) {
            return Some(First { row: first as u32, digest: (first >> 32) as u32 });
        }
        if self.seen.len() < self.keys {
            self.seen.insert(key, (digest << 32) | u64::from(row));
        }
        None
    }

    /// A sale that a refund may name.
    fn sale(&mut self, view: &View<'_>, kind: Kind, number: &str) {
        if self.numbers.len() < self.keys && view.carries(kind, "original_number") {
            self.numbers.insert(hash((&view.key.store, number)));
        }
    }

    fn train(&mut self, view: &View<'_>, kind: Kind, row: u32, number: &str) {
        self.first_training.get_or_insert_with(|| view.origin.at(kind, row, "training"));
        self.training.insert(hash((view.key, number)));
    }

    /// Other sheets may bring the other side of a transaction; a text file keeps both in one row or block.
    fn keep(&mut self, view: &View<'_>, sale: &Sale<'_>) {
        let key = hash((view.key, sale.number));
        let place = match self.place.get(&key) {
            Some(&place) => place,
            None if view.origin.sheet.is_empty() && (sale.sums.settled(view.region()) || self.one_sided_file(sale)) => return,
            None if self.open.len() >= self.keys => return,
            None => {
                self.place.insert(key, self.open.len());
                self.open.push(Open {
                    key: view.key.clone(),
                    number: sale.number.to_owned(),
                    sums: Sums::default(),
                    header: None,
                    lines: None,
                    last_row: 0,
                    tender: None,
                    listed_prices: false,
                });
                self.open.len() - 1
            }
        };
        let Some(open) = self.open.get_mut(place) else { return };
        open.sums.add(&sale.sums);
        let at = |kind, row, field| view.origin.at(kind, row, field);
        open.header = open.header.take().or_else(|| sale.header.map(|header| at(Kind::Headers, header.row, "total")));
        open.lines = open.lines.take().or_else(|| sale.first_run.first().map(|line| at(Kind::Lines, line.row, "line_total")));
        open.tender = open.tender.take().or_else(|| sale.tender.map(|tender| at(Kind::Tenders, tender.row, "amount")));
        open.last_row = open.last_row.max(sale.last_row);
        open.listed_prices |= view.absent("unit_price");
    }

    /// A text file without tenders says nothing of how its sales were paid.
    fn one_sided_file(&self, sale: &Sale<'_>) -> bool {
        (self.sold.is_empty() || self.paid.is_empty()) && sale.sums.one_sided() && !sale.sums.total_differs()
    }

    /// Tender lists often do not say which till: then the only transaction of that number and day is meant.
    fn join_tills(&mut self) {
        let mut of_number: HashMap<u64, Vec<usize>> = HashMap::new();
        for (place, open) in self.open.iter().enumerate() {
            of_number.entry(hash((&open.key.store, open.key.trading_day, &open.number))).or_default().push(place);
        }
        let mut joined = HashSet::new();
        for places in of_number.into_values() {
            let &[a, b] = places.as_slice() else { continue };
            let without_till = |place: usize| self.open.get(place).is_some_and(|open| open.key.till.is_empty());
            let (from, to) = match (without_till(a), without_till(b)) {
                (true, false) => (a, b),
                (false, true) => (b, a),
                _ => continue,
            };
            let Some(open) = self.open.get_mut(from) else { continue };
            let (sums, tender, header) = (open.sums.clone(), open.tender.take(), open.header.take());
            if let Some(open) = self.open.get_mut(to) {
                open.sums.add(&sums);
                open.tender = open.tender.take().or(tender);
                open.header = open.header.take().or(header);
                joined.insert(from);
            }
        }
        let mut place = 0;
        self.open.retain(|_| {
            place += 1;
            !joined.contains(&(place - 1))
        });
    }

    pub(super) fn finish(mut self, context: &Context) -> Vec<Diagnostic> {
        self.join_tills();
        let mut found = Vec::new();
        for open in &self.open {
            let day = hash((&open.key.store, open.key.trading_day));
            judge(open, self.sold.contains(&day), self.paid.contains(&day), context, &mut found);
        }
        let numbers = self.numbers;
        found.extend(self.refunds.into_iter().filter(|(original, _)| !numbers.contains(original)).map(|(_, finding)| finding));
        found.extend(self.first_training.map(|at| {
            let count = self.training.len();
            let message = match count {
                1 => "1 training transaction was left out of all totals".to_owned(),
                count => format!("{count} training transactions were left out of all totals"),
            };
            Diagnostic::new(T012, at, message)
                .help("nothing to do, if they were practice; a real sale in training mode must be rung again")
        }));
        found
    }
}

fn region<'a>(context: &'a Context, key: &Key) -> &'a str {
    context.store(&key.store).map_or("", |store| &store.region)
}

/// T002 or T014, T003, T016, T018: what the rows of one transaction come to when all are in.
fn judge(open: &Open, sold: bool, paid: bool, context: &Context, found: &mut Vec<Diagnostic>) {
    let Open { key, number, sums, .. } = open;
    if sums.nothing_counts() {
        return;
    }
    let place = |first: &Option<At>, other: &Option<At>| first.clone().or_else(|| other.clone()).unwrap_or_default();
    let mut say = |code, at: At, message: String, difference: Money, help: String| {
        let finding = Diagnostic::new(code, at, message).day(&key.store, key.trading_day).subject(number).amount(difference);
        found.push(finding.help(help));
    };
    if let Some(stated) = sums.stated.filter(|_| sums.total_differs()) {
        let lines = sums.by_lines();
        if open.listed_prices {
            let message = format!("total {stated} but its items cost {lines} by the product list");
            say(T014, place(&open.header, &open.lines), message, stated - lines, listed_help(stated, lines));
        } else {
            let message = format!("total {stated} but lines sum to {lines}");
            say(T002, place(&open.header, &open.lines), message, stated - lines, total_help(open, stated, lines));
        }
    }
    match sums.due() {
        Some(due) if sums.payment_differs(region(context, key)) => {
            let difference = sums.paid - due;
            let message = format!("sale {number} comes to {due} but was paid with {}: {}", sums.paid, too(difference));
            say(T003, place(&open.tender, &open.header), message, difference, payment_help(sums, due));
        }
        Some(due) if sums.tender_count == 0 && !due.is_zero() && paid => {
            let message = format!("nothing says how sale {number} ({due}) was paid");
            say(T016, place(&open.header, &open.lines), message, due, "add its row to the tenders, with cash or card".to_owned());
        }
        None if !sums.paid.is_zero() && sold => {
            let message = format!("{} was paid for number {number}, which has no lines", sums.paid);
            let help = "is the number mistyped, or were the lines of this sale left out?".to_owned();
            say(T018, place(&open.tender, &None), message, sums.paid, help);
        }
        _ => {}
    }
}

fn total_help(open: &Open, stated: Money, lines: Money) -> String {
    let sums = &open.sums;
    let first = open.lines.as_ref().and_then(|at| at.row).unwrap_or(0);
    let same_sheet = open.header.as_ref().zip(open.lines.as_ref()).is_some_and(|(header, lines)| header.sheet == lines.sheet);
    let its_lines = match (first, open.last_row) {
        (0, _) => String::new(),
        (first, last) if first >= last => format!("row {first} is its line; "),
        (first, last) if last - first + 1 == sums.line_count => format!("rows {first}-{last} are its lines; "),
        (first, _) => format!("its lines begin in row {first}; "),
    };
    let its_lines = if same_sheet || first == 0 { its_lines } else { format!("in sheet {}: {its_lines}", sheet(open)) };
    let why = if stated == -lines {
        "only the sign differs"
    } else if !sums.stated_tax.is_zero() && stated - lines == sums.stated_tax {
        "the difference is the tax: is the total of each line mapped without its tax?"
    } else if !sums.stated_discount.is_zero() && lines - stated == sums.stated_discount {
        "the difference is the discount of the whole sale, which stands on no line"
    } else if sums.tender_count > 0 && sums.paid == lines {
        "the tenders agree with the lines, so the total looks mistyped"
    } else if stated > lines {
        "is a line missing?"
    } else {
        "is the discount column mapped?"
    };
    its_lines + why
}

fn sheet(open: &Open) -> &str {
    open.lines.as_ref().and_then(|at| at.sheet.as_deref()).unwrap_or_default()
}

fn listed_help(stated: Money, lines: Money) -> String {
    let times =
        (2..=20).find(|&times| !lines.is_zero() && lines.decimal() * rust_decimal::Decimal::from(times) == stated.decimal());
    match times {
        Some(times) => format!("that is {times} × {lines}: is a quantity missing in the items list?"),
        None => "did a price change that day, or is an item missing in the list? The stated total counts".to_owned(),
    }
}

fn payment_help(sums: &Sums, due: Money) -> String {
    let difference = sums.paid - due;
    let help = if sums.paid == -due {
        "only the sign differs: the tender of a refund is negative"
    } else if !sums.change.is_zero() && difference == sums.change {
        "the difference is the change: the amount must be what stayed in the till"
    } else if sums.paid == due + due {
        "does a tender stand twice?"
    } else if difference.is_negative() {
        "is a second tender missing, or a discount not on the lines?"
    } else {
        "is a tip, a gift card, a donation or a line missing?"
    };
    help.to_owned()
}
