//! One line by itself: its total, its tax, its quantity, its discount.

use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{View, too, weighed};
use crate::diagnostic::{Diagnostic, T001, T004, T009, T017};
use crate::model::{Charity, Class, Kind, LineItem, Money, Rate, Rounding, Row, SaleKind};
use crate::tax;

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let mut rates = Rates::new(view);
    // Voids, failures and training rows are in no total; tills write all sorts of figures on them.
    for line in view.content.lines.iter().filter(|line| line.kind.counts() && !line.training) {
        if line.quantity.is_zero() {
            found.extend(zero_quantity(view, line));
            continue;
        }
        found.extend(discount_exceeds_line(view, line).or_else(|| line_total(view, line)).or_else(|| weighed_total(view, line)));
        found.extend(line_tax(view, line, &mut rates));
    }
}

/// T009. A whole-sale discount and money that is no goods (a tip, a rounding) need no quantity.
fn zero_quantity(view: &View<'_>, line: &Row<LineItem>) -> Option<Diagnostic> {
    if line.kind == SaleKind::Discount || !matches!(line.class, Class::Goods | Class::Service) {
        return None;
    }
    let message = match line.line_total {
        total if total.is_zero() => "this line sells a quantity of 0".to_owned(),
        total => format!("this line sells a quantity of 0 for {total}"),
    };
    let finding = view.finding(T009, Kind::Lines, line.row, "quantity", message).subject(&line.number);
    Some(finding.help("put the quantity that was sold, or delete the row if nothing was"))
}

/// What is taken off quantity × price, positive: the ways in which a row may mean it, likeliest first.
fn discounts(line: &LineItem, full: Decimal) -> Vec<Decimal> {
    let amount = line.discount_amount.map_or(Decimal::ZERO, |amount| amount.decimal().abs());
    let percent = line.discount_percent.map_or(Decimal::ZERO, |percent| (full * percent.factor()).abs());
    let mut ways = vec![amount + percent];
    // Many tills print the same discount twice, as money and as percent.
    if !amount.is_zero() && !percent.is_zero() {
        ways.extend([amount, percent]);
    }
    ways
}

/// T001. In prices without tax the row's net must fit; where nobody says, either may.
fn line_total(view: &View<'_>, line: &Row<LineItem>) -> Option<Diagnostic> {
    let price = line.unit_price?;
    if line.kind == SaleKind::Discount {
        return None;
    }
    let whole = line.discount_amount.is_none_or(Money::is_zero) && line.discount_percent.is_none();
    if whole && view.prices_include_tax() != Some(false) && line.line_total.is_exactly(price, line.quantity) {
        return None;
    }
    let full = price.times(line.quantity);
    let sign = if line.quantity.is_negative() { -Decimal::ONE } else { Decimal::ONE };
    let tolerance = view.context.policy.line_tolerance.decimal();
    let net = line.line_net.unwrap_or_else(|| line.line_total - line.tax_amount.unwrap_or_default());
    let totals = match view.prices_include_tax() {
        Some(true) => vec![line.line_total],
        Some(false) => vec![net],
        None => vec![line.line_total, net],
    };
    let ways: Vec<Decimal> = discounts(line, full).into_iter().map(|discount| full - sign * discount).collect();
    if totals.iter().any(|total| ways.iter().any(|way| (total.decimal() - way).abs() <= tolerance)) {
        return None;
    }

    let total = *totals.first()?;
    let expected = Money::rounded(*ways.first()?);
    let difference = total - expected;
    let field = if view.prices_include_tax() == Some(false) && line.line_net.is_some() { "line_net" } else { "line_total" };
    let message = format!("total {total} but {} = {expected}", arithmetic(line, price, sign));
    let finding = view.finding(T001, Kind::Lines, line.row, field, message).subject(&line.number).amount(difference);
    Some(finding.help(line_total_help(line, total, expected, full)))
}

/// `3 × 4.00 − 0.50`
fn arithmetic(line: &LineItem, price: Money, sign: Decimal) -> String {
    let mut text = format!("{} × {price}", line.quantity);
    let minus = if sign.is_sign_negative() { '+' } else { '−' };
    if let Some(amount) = line.discount_amount.filter(|amount| !amount.is_zero()) {
        text += &format!(" {minus} {}", amount.abs());
    }
    if let Some(percent) = line.discount_percent.filter(|percent| !percent.is_zero()) {
        text += &format!(" {minus} {percent} %");
    }
    text
}

fn line_total_help(line: &LineItem, total: Money, expected: Money, full: Decimal) -> String {
    let ten = Decimal::TEN;
    if total == -expected {
        "only the sign differs: a refund has a negative quantity and a negative total".into()
    } else if total.decimal() == Money::rounded(full).decimal() {
        "the discount was not taken off the total".into()
    } else if Some(total - expected) == line.tax_amount {
        "the difference is the tax: does the price include tax, or not?".into()
    } else if total.decimal() == expected.decimal() * ten || total.decimal() * ten == expected.decimal() {
        "it looks like a slipped decimal point".into()
    } else if Some(total) == line.unit_price {
        format!("the total is the price of one: was the quantity {} meant?", line.quantity)
    } else if same_digits(total, expected) {
        "it looks as if two digits were swapped".into()
    } else {
        "check the quantity, the price and the discount on this row".into()
    }
}

fn same_digits(a: Money, b: Money) -> bool {
    let digits = |money: Money| {
        let mut digits: Vec<char> = money.abs().to_string().chars().collect();
        digits.sort_unstable();
        digits
    };
    a.is_negative() == b.is_negative() && digits(a) == digits(b)
}

/// T001 for a weighed item: its barcode carries the price.
fn weighed_total(view: &View<'_>, line: &Row<LineItem>) -> Option<Diagnostic> {
    let code = line.item_code.as_deref()?;
    let piece = weighed(code, view.region()).filter(|piece| piece.verified)?;
    let discounted = line.discount_amount.is_some_and(|amount| !amount.is_zero())
        || line.discount_percent.is_some_and(|percent| !percent.is_zero());
    let one_piece = line.quantity.abs().decimal() == Decimal::ONE;
    if !one_piece || discounted || line.line_total.abs() == piece.price || view.context.product(code).is_some() {
        return None;
    }
    let message = format!("total {} but the barcode {code} carries the price {}", line.line_total, piece.price);
    let difference = line.line_total.abs() - piece.price;
    let finding = view.finding(T001, Kind::Lines, line.row, "line_total", message).subject(&line.number).amount(difference);
    Some(finding.help("was the price typed over at the till? Put the price that was paid, and a discount for the rest"))
}

/// T017.
fn discount_exceeds_line(view: &View<'_>, line: &Row<LineItem>) -> Option<Diagnostic> {
    if line.discount_percent.is_none() && line.discount_amount.is_none() {
        return None;
    }
    let percent = line.discount_percent.filter(|percent| percent.decimal().abs() > Decimal::ONE_HUNDRED);
    let full = line.unit_price.map(|price| price.times(line.quantity).abs());
    let amount = line.discount_amount.map(Money::abs).filter(|amount| full.is_some_and(|full| amount.decimal() > full));
    if line.kind == SaleKind::Discount {
        return None;
    }
    let (field, message) = match (amount, percent) {
        (Some(amount), _) => {
            let full = Money::rounded(full.unwrap_or_default());
            ("discount_amount", format!("{amount} is taken off a line of {full}"))
        }
        (None, Some(percent)) => ("discount_percent", format!("{percent} % is taken off this line")),
        (None, None) => return None,
    };
    let finding = view.finding(T017, Kind::Lines, line.row, field, message).subject(&line.number);
    Some(finding.help("is the discount in its own column, and in money or in percent as the column says?"))
}

/// T004. Rounding rules differ between tills, so one smallest unit of the currency either way is right.
fn line_tax(view: &View<'_>, line: &Row<LineItem>, rates: &mut Rates<'_>) -> Option<Diagnostic> {
    let tax = line.tax_amount?;
    let included = view.prices_include_tax()?;
    // Only the commission of goods sold for a donor is taxed, and no line states it.
    if line.charity == Some(Charity::Agency) {
        return None;
    }
    let decimals = rates.decimals;
    let tolerance = view.context.policy.line_tolerance.max(Money::rounded(Decimal::new(1, decimals)));
    let say = |message: String, difference: Money, help: &str| {
        let finding = view.finding(T004, Kind::Lines, line.row, "tax_amount", message).subject(&line.number).amount(difference);
        Some(finding.help(help))
    };

    if let Some(net) = line.line_net {
        let difference = line.line_total - net - tax;
        if difference.abs() > tolerance {
            let message = format!("net {net} and tax {tax} make {}, but the total is {}", net + tax, line.line_total);
            return say(message, difference, "which of the three is wrong? Is the right column mapped to each?");
        }
    }
    let applied = rates.of(line)?;
    let (right, base) = if included {
        (tax::included(line.line_total, &applied, decimals, Rounding::HalfUp).sum(), line.line_total)
    } else {
        let net = line.line_net.unwrap_or(line.line_total - tax);
        (tax::exclusive(net, &applied, decimals, Rounding::HalfUp).tax(), net)
    };
    let difference = tax - right;
    if difference.abs() <= tolerance {
        return None;
    }
    let at = applied.iter().map(|rate| format!("{rate} %")).collect::<Vec<_>>().join(" and ");
    let held = if included { "included in" } else { "on" };
    let message = format!("tax {tax} but {at} {held} {base} is {right}: {}", too(difference));
    let other = if included {
        tax::exclusive(base, &applied, decimals, Rounding::HalfUp)
    } else {
        tax::inclusive(line.line_total, &applied, decimals, Rounding::HalfUp)
    };
    let help = if (tax - other.tax()).abs() <= tolerance {
        "it would fit the other way round: is `prices_include_tax` set right for this store?"
    } else if tax.is_negative() != base.is_negative() && !tax.is_zero() {
        "the sign of the tax should be that of the total"
    } else {
        "check the rate and the tax on this row, and the tax category in the product list"
    };
    say(message, difference, help)
}

/// T024 needs it: the tax of one line as stated, else by its rates; `None` when nothing says.
pub(super) fn tax_of(view: &View<'_>, line: &LineItem, rates: &mut Rates<'_>) -> Option<Money> {
    if let Some(stated) = line.tax_amount {
        return Some(stated);
    }
    // Tips, donations and gift cards carry no tax until somebody says so.
    if !matches!(line.class, Class::Goods | Class::Service) && line.tax_rate.is_none() {
        return Some(Money::ZERO);
    }
    let included = view.prices_include_tax().filter(|_| line.charity != Some(Charity::Agency))?;
    let decimals = rates.decimals;
    let applied = rates.of(line)?;
    let split = match (included, line.line_net) {
        (true, _) => tax::inclusive(line.line_total, &applied, decimals, Rounding::HalfUp),
        (false, net) => tax::exclusive(net?, &applied, decimals, Rounding::HalfUp),
    };
    Some(split.tax())
}

/// The rates of a line: what it states, else what its product's category has in the store's region.
pub(super) struct Rates<'a> {
    view: &'a View<'a>,
    /// Those of the currency's smallest unit.
    decimals: u32,
    known: HashMap<Asked<'a>, Rc<[Rate]>>,
    /// The answer before: neighbours mostly ask the same.
    last: Option<(Asked<'a>, Rc<[Rate]>)>,
}

/// The tax category of a product, the rate that a row states, and its day.
type Asked<'a> = (Option<&'a str>, Option<Rate>, NaiveDate);

impl<'a> Rates<'a> {
    pub(super) fn new(view: &'a View<'a>) -> Self {
        let decimals = tax::minor_units(view.store.map_or("", |store| &store.currency));
        Rates { view, decimals, known: HashMap::new(), last: None }
    }

    fn of(&mut self, line: &LineItem) -> Option<Rc<[Rate]>> {
        self.of_code(line.item_code.as_deref(), line.tax_rate, line.date)
    }

    /// The rates of an item, when a row states `stated` of it or nothing.
    pub(super) fn of_code(&mut self, code: Option<&str>, stated: Option<Rate>, date: NaiveDate) -> Option<Rc<[Rate]>> {
        let product = code.and_then(|code| self.view.context.product(code));
        let asked = (product.and_then(|product| product.tax_category.as_deref()), stated, date);
        if self.last.as_ref().is_none_or(|(before, _)| *before != asked) {
            let view = self.view;
            let rates = self.known.entry(asked).or_insert_with(|| applied(view, asked)).clone();
            self.last = Some((asked, rates));
        }
        self.last.as_ref().map(|(_, rates)| rates.clone()).filter(|rates| !rates.is_empty())
    }
}

fn applied(view: &View<'_>, (category, stated, date): Asked<'_>) -> Rc<[Rate]> {
    let published = |category: &str| -> Rc<[Rate]> {
        tax::rates(&view.context.rates, view.region(), category, date).iter().map(|rate| rate.rate).collect()
    };
    match (category, stated) {
        (None, None) => Rc::default(),
        (Some(category), None) => published(category),
        // One stated rate may be the sum of a region's taxes, which are rounded each by itself.
        (category, Some(stated)) => {
            let each = published(category.unwrap_or("standard"));
            if each.is_empty() || each.iter().sum::<Rate>() != stated { Rc::new([stated]) } else { each }
        }
    }
}
