//! T019: prices at the till against the product list's of that day.

use std::rc::Rc;

use super::line::Rates;
use super::{Tally, View, weighed};
use crate::diagnostic::T019;
use crate::model::{Charity, Class, Context, Kind, LineItem, Money, Product, Rate, Rounding, Row, SaleKind};
use crate::tax;

pub(super) fn check(view: &View<'_>, said: &mut Tally) {
    if view.context.products.is_empty() {
        return;
    }
    let mut rates = Rates::new(view);
    for line in view.content.lines.iter().filter(|line| has_listed_price(line, view.context)) {
        let (Some(code), Some(price)) = (line.item_code.as_deref(), line.unit_price) else { continue };
        let Some(product) = view.context.product(code).filter(|_| weighed(code, view.region()).is_none()) else { continue };
        let Some(listed) = view.context.price(&product.item_code, line.date).filter(|listed| !listed.is_zero()) else { continue };
        let Some((listed, slack)) = in_mode_of(view, line, product, listed, &mut rates) else { continue };
        let tolerance = view.context.policy.price_tolerance + slack;
        if (price - listed).abs() <= tolerance || is_own_discount(line, price, listed, tolerance) {
            continue;
        }
        let difference = price - listed;
        said.add(T019, format!("{code}\n{price}"), || {
            let message =
                format!("{} ({code}) was sold at {price}, but its price in the product list is {listed}", product.description);
            let help = "is the till's price old, or the list's? A new price needs a row of its own with `effective_from`";
            view.finding(T019, Kind::Lines, line.row, "unit_price", message).subject(code).amount(difference).help(help)
        });
    }
}

/// Goods sold at a price that a list can know; every donated thing is one of its kind.
fn has_listed_price(line: &Row<LineItem>, context: &Context) -> bool {
    line.kind == SaleKind::Sale
        && line.class == Class::Goods
        && !line.training
        && !line.quantity.is_zero()
        && !matches!(context.charity(line), Some(Charity::Donated | Charity::Agency))
}

/// A till may print the price after its own discount; a deal names itself.
fn is_own_discount(line: &LineItem, price: Money, listed: Money, tolerance: Money) -> bool {
    let named = line.deal.is_some() || line.discount_reason.is_some();
    let off = line.discount_amount.unwrap_or_default().decimal().abs();
    let before = price.decimal() + off / line.quantity.decimal().abs();
    let percent = line.discount_percent.map(|percent| listed.decimal() * (rust_decimal::Decimal::ONE - percent.factor().abs()));
    let near = |amount: rust_decimal::Decimal, other: Money| (amount - other.decimal()).abs() <= tolerance.decimal().max(CENT);
    (named && price < listed) || (!off.is_zero() && near(before, listed)) || percent.is_some_and(|after| near(after, price))
}

/// What a price may be off after a percentage or a division.
const CENT: rust_decimal::Decimal = rust_decimal::Decimal::from_parts(1, 0, 0, false, 2);

/// The listed price as the document states prices, with or without tax, and what the rounding in between may cost. `None`: nobody
/// says which tax.
fn in_mode_of<'a>(
    view: &View<'a>,
    line: &LineItem,
    product: &Product,
    listed: Money,
    rates: &mut Rates<'a>,
) -> Option<(Money, Money)> {
    let decimals = tax::minor_units(view.store.map_or("", |store| &store.currency));
    let list_mode = view.store.and_then(|store| store.prices_include_tax);
    match (view.origin.prices_include_tax, list_mode) {
        (Some(included), Some(listed_so)) if included != listed_so => {
            let applied: Rc<[Rate]> = match product.tax_rate {
                Some(rate) => Rc::new([rate]),
                None => rates.of_code(line.item_code.as_deref(), line.tax_rate, line.date)?,
            };
            let price = if listed_so {
                tax::inclusive(listed, &applied, decimals, Rounding::HalfUp).net
            } else {
                tax::exclusive(listed, &applied, decimals, Rounding::HalfUp).gross()
            };
            Some((price, Money::rounded(rust_decimal::Decimal::new(1, decimals))))
        }
        _ => Some((listed, Money::ZERO)),
    }
}
