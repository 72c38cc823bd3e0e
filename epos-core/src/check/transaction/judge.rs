//! What the rows of one transaction come to when all are in: T002 or T014, T003, T016, T018, T024.

use super::memory::{Open, Place, region};
use super::sums::Sums;
use crate::check::{too, unit};
use crate::diagnostic::{Diagnostic, T002, T003, T014, T016, T018, T024};
use crate::model::{At, Context, Money, Origin};

/// T002 or T014, T003, T016, T018, T024: what the rows of one transaction come to when all are in.
pub(super) fn judge(open: &Open, origins: &[Origin], sold: bool, paid: bool, context: &Context, found: &mut Vec<Diagnostic>) {
    let Open { key, number, sums, .. } = open;
    if sums.nothing_counts() {
        return;
    }
    let place = |first: Option<Place>, other| first.or(other).map(|place| place.at(origins)).unwrap_or_default();
    let mut say = |code, at: At, message: String, difference: Money, help: String| {
        let finding = Diagnostic::new(code, at, message).day(&key.store, key.trading_day).subject(number).amount(difference);
        found.push(finding.help(help));
    };
    if let Some(stated) = sums.stated.filter(|_| sums.total_differs()) {
        let lines = sums.by_lines();
        if open.listed_prices && context.products.is_empty() {
            // Without a product list there is nothing to compare with.
        } else if open.listed_prices {
            let message = format!("total {stated} but its items cost {lines} by the product list");
            say(T014, place(open.header, open.lines), message, stated - lines, listed_help(stated, lines));
        } else {
            let message = format!("total {stated} but lines sum to {lines}");
            say(T002, place(open.header, open.lines), message, stated - lines, total_help(open, origins, stated, lines));
        }
    }
    if sums.tax_differs(unit(context.store(&key.store))) && !sums.total_differs() {
        let (stated, lines) = (sums.stated_tax, sums.line_tax);
        let message = format!("sale {number} states a tax of {stated}, but its lines carry {lines}");
        let help = "is a rate wrong on one of its lines, or a tax category in the product list?".to_owned();
        say(T024, place(open.header, open.lines), message, stated - lines, help);
    }
    match sums.due() {
        Some(due) if sums.payment_differs(region(context, key)) => {
            let difference = sums.paid - due;
            let message = format!("sale {number} comes to {due} but was paid with {}: {}", sums.paid, too(difference));
            say(T003, place(open.tender, open.header), message, difference, payment_help(sums, due));
        }
        Some(due) if sums.tender_count == 0 && !due.is_zero() && paid => {
            let message = format!("nothing says how sale {number} ({due}) was paid");
            say(T016, place(open.header, open.lines), message, due, "add its row to the tenders, with cash or card".to_owned());
        }
        None if !sums.paid.is_zero() && sold => {
            let message = format!("{} was paid for number {number}, which has no lines", sums.paid);
            let help = "is the number mistyped, or were the lines of this sale left out?".to_owned();
            say(T018, place(open.tender, None), message, sums.paid, help);
        }
        _ => {}
    }
}

fn total_help(open: &Open, origins: &[Origin], stated: Money, lines: Money) -> String {
    let sums = &open.sums;
    let first = open.lines.map_or(0, |lines| lines.row);
    let sheet = |place: Place| place.sheet(origins);
    let same_sheet = open.header.zip(open.lines).is_some_and(|(header, lines)| sheet(header) == sheet(lines));
    let its_lines = match (first, open.last_row) {
        (0, _) => String::new(),
        (first, last) if first >= last => format!("row {first} is its line; "),
        (first, last) if last - first + 1 == sums.line_count => format!("rows {first}-{last} are its lines; "),
        (first, _) => format!("its lines begin in row {first}; "),
    };
    let its_lines =
        if same_sheet || first == 0 { its_lines } else { format!("in sheet {}: {its_lines}", open.lines.map_or("", sheet)) };
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
