//! Whole transactions: totals, the money identity, numbers that stand twice, refunds, tenders without lines.

mod judge;
mod memory;
mod sums;

use chrono::NaiveTime;

use super::line::{Rates, tax_of};
use super::{Map, View, digest, hash};
use crate::diagnostic::{Diagnostic, T002, T005, T006, T015, T017};
use crate::model::{Class, Context, Header, Kind, LineItem, Money, Numbering, Rounding, Row, SaleKind, Tender, TenderClass};
use sums::Sums;

pub(super) use memory::Memory;

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

pub(super) fn check(view: &View<'_>, memory: &mut Memory, found: &mut Vec<Diagnostic>) {
    let content = view.content;
    if content.headers.is_empty() && content.lines.is_empty() && content.tenders.is_empty() {
        return;
    }
    let mut sales = Sales { view, rates: Rates::new(view), list: Vec::new(), place: Map::default(), doubtful: false };
    for header in &content.headers {
        sales.header(header, memory, found);
    }
    for run in content.lines.chunk_by(|a, b| a.number == b.number) {
        sales.run(run, memory, found);
    }
    if sales.doubtful {
        repeated_lines(view, found);
    }
    for tender in &content.tenders {
        sales.tender(tender, found);
    }

    memory.sides(view);
    for sale in &sales.list {
        found.extend(discount_exceeds_sale(view, sale));
        memory.keep(view, sale);
    }
}

struct Sales<'a> {
    view: &'a View<'a>,
    rates: Rates<'a>,
    list: Vec<Sale<'a>>,
    place: Map<&'a str, usize>,
    /// Lines of one transaction may stand twice.
    doubtful: bool,
}

impl<'a> Sales<'a> {
    /// The sale with this number; `None` never happens, but says so without a panic.
    fn of(&mut self, number: &'a str) -> Option<&mut Sale<'a>> {
        let place = self.place(number)?;
        self.list.get_mut(place)
    }

    fn place(&mut self, number: &'a str) -> Option<usize> {
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
        Some(place)
    }

    fn header(&mut self, header: &'a Row<Header>, memory: &mut Memory, found: &mut Vec<Diagnostic>) {
        let view = self.view;
        let Some(sale) = self.of(&header.number) else { return };
        let digest = digest(&header.record);
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
            states_tax: header.tax.is_some(),
            ..Sums::default()
        });
    }

    /// The tax of each line, where a transaction may state its own: in a text file's columns, or in another sheet.
    fn taxes(&mut self, run: &[Row<LineItem>]) -> Vec<Option<Money>> {
        let view = self.view;
        let wanted = !view.origin.sheet.is_empty() || view.carries(Kind::Headers, "tax");
        run.iter().map(|line| if wanted { tax_of(view, line, &mut self.rates) } else { None }).collect()
    }

    /// Lines that stand together under one number.
    fn run(&mut self, run: &'a [Row<LineItem>], memory: &mut Memory, found: &mut Vec<Diagnostic>) {
        let view = self.view;
        let Some(first) = run.first() else { return };
        let taxes = self.taxes(run);
        let Some(place) = self.place(&first.number) else { return };
        // Positions that rise within one run stand once.
        self.doubtful |= !run.is_sorted_by(|a, b| a.line < b.line);
        let Some(sale) = self.list.get_mut(place) else { return };
        self.doubtful |= !sale.first_run.is_empty();
        let back = |run: &[Row<LineItem>]| run.iter().all(|line| line.kind == SaleKind::Refund);
        if run.iter().all(|line| !line.kind.counts()) {
            // A void may carry the number of the sale that it takes back.
        } else if sale.first_run.is_empty() {
            sale.first_run = run;
            let digest = hash((view.key.trading_day, &view.key.till, run_time(view, run)));
            // So may a refund.
            let earlier = if back(run) { None } else { memory.first("line", view, &first.number, first.row, digest) };
            if let Some(earlier) = earlier.filter(|earlier| earlier.digest != digest as u32 && !sale.said_twice) {
                found.push(twice(view, Kind::Lines, first.row, &first.number, earlier.row, false));
                sale.said_twice = true;
            }
            let headed = sale.header.is_some() || sale.sums.left_out;
            let refunded = run.iter().find(|line| line.kind == SaleKind::Refund && !line.training).filter(|_| !headed);
            if let Some(line) = refunded {
                let original = run.iter().find_map(|line| line.original_number.as_deref());
                refund(view, Kind::Lines, line.row, &line.number, original, memory, found);
            }
            if run.iter().any(|line| line.kind != SaleKind::Refund && line.kind.counts()) {
                memory.sale(view, Kind::Lines, &first.number);
            }
        } else if !sale.said_twice && !view.line_numbers && view.origin.numbering != Numbering::PerShift {
            // A second group of rows under one number: another sale, the same rows pasted twice, or a parked sale that went on.
            let same = run.len() == sale.first_run.len() && run.iter().zip(sale.first_run).all(|(a, b)| same_line(a, b));
            let other_time = back(run) == back(sale.first_run) && run_time(view, run) != run_time(view, sale.first_run);
            if same || other_time {
                let first_row = sale.first_run.first().map_or(0, |line| line.row);
                found.push(twice(view, Kind::Lines, first.row, &first.number, first_row, same));
                sale.said_twice = true;
            }
        }
        for (line, tax) in run.iter().zip(taxes) {
            sale.last_row = sale.last_row.max(line.row);
            if line.training {
                memory.train(view, Kind::Lines, line.row, &line.number);
            }
            if line.training || !line.kind.counts() {
                sale.sums.left_out_lines += 1;
                continue;
            }
            let sums = &mut sale.sums;
            sums.lines += if line.is_priced() { line.line_total } else { listed(view.context, line) };
            sums.line_count += 1;
            match tax {
                Some(tax) => {
                    sums.line_tax += tax;
                    sums.taxed_lines += 1;
                }
                None => sums.untaxed_lines += 1,
            }
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

/// What an item without a price costs by the product list.
fn listed(context: &Context, line: &LineItem) -> Money {
    let price = line.item_code.as_deref().and_then(|code| context.product(code)?.price).unwrap_or_default();
    Money::rounded(price.times(line.quantity)).round(Rounding::HalfUp, 2)
}

/// The time that tells two sales with one number apart; where lines have numbers of their own, or ids are random, none is needed.
fn run_time(view: &View<'_>, run: &[Row<LineItem>]) -> Option<NaiveTime> {
    let needed = !view.line_numbers && !matches!(view.origin.numbering, Numbering::None | Numbering::PerShift);
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
    if !view.line_numbers || view.origin.numbering == Numbering::PerShift {
        return;
    }
    let mut first: Map<(&str, i64), &Row<LineItem>> = Map::default();
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
                memory.refund(store, original, finding);
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
