use super::*;
use crate::model::Charity;

fn messages(content: Content) -> Vec<String> {
    found(content).into_iter().map(|finding| finding.message).collect()
}

fn codes_in(mode: Option<bool>, record: LineItem) -> Vec<&'static str> {
    let mut block = evening(lines([record]));
    block.origin.prices_include_tax = mode;
    coded(&batch(&[block], &world()))
}

fn taxed(total: &str, at: &str, tax: &str) -> LineItem {
    LineItem { tax_rate: rate(at), tax_amount: Some(money(tax)), ..line("201", total) }
}

#[test]
fn a_line_total_that_its_parts_do_not_give() {
    let wrong = LineItem { discount_amount: Some(money("0.50")), ..priced("3", "4.00", "12.50") };
    assert_eq!(messages(lines([wrong])), ["total 12.50 but 3 × 4.00 − 0.50 = 11.50"]);
    let wrong = LineItem { discount_percent: rate("10"), ..priced("3", "4.00", "12.00") };
    let found = found(lines([wrong]));
    assert_eq!(found[0].message, "total 12.00 but 3 × 4.00 − 10 % = 10.80");
    assert_eq!(found[0].help, "the discount was not taken off the total");
}

#[test]
fn line_totals_within_a_penny_and_every_way_to_write_a_discount_are_right() {
    let weight = priced("0.345", "1.99", "0.69");
    let both = LineItem { discount_amount: Some(money("1.20")), discount_percent: rate("10"), ..priced("3", "4.00", "10.80") };
    let each = LineItem { discount_amount: Some(money("1.00")), discount_percent: rate("10"), ..priced("3", "4.00", "9.80") };
    let back = LineItem {
        kind: SaleKind::Refund,
        original_number: Some("1".into()),
        discount_amount: Some(money("0.50")),
        ..priced("-1", "4.00", "-3.50")
    };
    let exchanged = LineItem { kind: SaleKind::Exchange, ..priced("-1", "4.00", "-4.00") };
    let void = LineItem { kind: SaleKind::Void, ..priced("1", "4.00", "0.00") };
    let training = LineItem { training: true, ..priced("1", "4.00", "9.00") };
    let off = LineItem { kind: SaleKind::Discount, ..priced("1", "0.00", "-1.00") };
    assert_eq!(codes(lines([weight, both, each, back, exchanged, void, off, training])), ["T012"]);
}

#[test]
fn a_line_total_with_tax_over_a_price_without() {
    let square = LineItem {
        line_net: Some(money("8.00")),
        tax_amount: Some(money("0.62")),
        unit_price: Some(money("8.00")),
        ..line("201", "8.62")
    };
    assert_eq!(codes_in(Some(false), square.clone()), [""; 0]);
    assert_eq!(codes_in(None, square.clone()), ["F025"]);
    assert_eq!(codes_in(Some(true), square), ["T001"]);
}

#[test]
fn likely_slips_are_named() {
    let help = |record| found(lines([record])).remove(0).help;
    assert_eq!(help(priced("2", "4.00", "80.00")), "it looks like a slipped decimal point");
    assert_eq!(help(priced("3", "4.00", "4.00")), "the total is the price of one: was the quantity 3 meant?");
    assert_eq!(help(priced("2", "10.70", "24.10")), "it looks as if two digits were swapped");
    assert_eq!(help(priced("2", "4.00", "-8.00")), "only the sign differs: a refund has a negative quantity and a negative total");
}

#[test]
fn a_weighed_item_costs_what_its_barcode_says() {
    let code = "2012345928756";
    assert!(crate::model::Gtin::parse(code).is_ok());
    let sold = |total: &str| LineItem { unit_price: None, line_total: money(total), ..item(code, "Cheddar") };
    assert_eq!(codes(lines([sold("28.75")])), [""; 0]);
    assert_eq!(messages(lines([sold("2.75")])), [format!("total 2.75 but the barcode {code} carries the price 28.75")]);
    let context = world_with([product(code, "Cheddar", "2.75")]);
    assert_eq!(coded(&batch(&[evening(lines([sold("2.75")]))], &context)), [""; 0]);
}

#[test]
fn tax_that_its_rate_does_not_give() {
    assert_eq!(messages(lines([taxed("12.00", "20", "2.40")])), ["tax 2.40 but 20 % included in 12.00 is 2.00: 0.40 too much"]);
    let found = found(lines([taxed("12.00", "20", "2.40")]));
    assert_eq!(found[0].help, "it would fit the other way round: is `prices_include_tax` set right for this store?");
    assert_eq!(codes_in(Some(false), taxed("12.00", "20", "2.40")), ["T004"]);
    let parts = LineItem { line_net: Some(money("9.00")), ..taxed("12.00", "20", "2.00") };
    assert_eq!(messages(lines([parts])), ["net 9.00 and tax 2.00 make 11.00, but the total is 12.00"]);
}

#[test]
fn tax_by_any_common_rounding_is_right() {
    for tax in ["1.66", "1.67", "1.6650"] {
        assert_eq!(codes_in(Some(true), taxed("9.99", "20", tax)), [""; 0], "{tax}");
    }
    assert_eq!(codes_in(Some(false), taxed("12.00", "20", "2.00")), [""; 0]);
    assert_eq!(codes_in(Some(true), taxed("-12.00", "20", "-2.00")), [""; 0]);
    let agency = LineItem { charity: Some(Charity::Agency), ..taxed("20.00", "20", "0.08") };
    assert_eq!(codes_in(Some(true), agency), [""; 0]);
}

#[test]
fn tax_is_not_judged_while_the_mode_is_unknown_and_that_is_said_once() {
    let mut block = evening(lines([taxed("12.00", "20", "9.00"), taxed("12.00", "20", "2.00")]));
    block.origin.prices_include_tax = None;
    assert_eq!(coded(&batch(&[block.clone()], &world())), ["F025"]);
    let mut context = world();
    context.stores.get_mut("leith").unwrap().prices_include_tax = Some(true);
    assert_eq!(coded(&batch(&[block], &context)), ["T004"]);
    assert_eq!(codes_in(None, line("201", "3.00")), [""; 0]);
}

#[test]
fn two_taxes_of_a_region_are_rounded_each_by_itself() {
    let mut context = world_with([Product { tax_category: Some("standard".into()), ..product("A1", "Lamp", "100.00") }]);
    context.stores.get_mut("leith").unwrap().region = "CA-QC".into();
    let codes = |record: LineItem| coded(&batch(&[evening(lines([record]))], &context));
    assert_eq!(codes(taxed("100.00", "14.975", "13.03")), [""; 0]);
    let by_category = |tax| LineItem { tax_rate: None, item_code: Some("A1".into()), ..taxed("100.00", "0", tax) };
    assert_eq!(codes(by_category("13.03")), [""; 0]);
    assert_eq!(codes(by_category("4.76")), ["T004"]);
}

#[test]
fn a_quantity_of_nothing() {
    let none = |record: LineItem| LineItem { quantity: units("0"), ..record };
    assert_eq!(messages(lines([none(line("201", "3.00"))])), ["this line sells a quantity of 0 for 3.00"]);
    let tip = LineItem { class: Class::Tip, ..line("201", "1.00") };
    let void = LineItem { kind: SaleKind::Void, ..line("201", "1.00") };
    assert_eq!(codes(lines([none(discount("201", "-1.00")), none(tip), none(void), line("201", "3.00")])), [""; 0]);
}

#[test]
fn a_discount_larger_than_its_line() {
    let off = |amount: &str, total: &str| LineItem { discount_amount: Some(money(amount)), ..priced("2", "4.00", total) };
    assert_eq!(messages(lines([off("9.00", "-1.00")])), ["9.00 is taken off a line of 8.00"]);
    assert_eq!(codes(lines([off("8.00", "0.00")])), [""; 0]);
    let percent = LineItem { discount_percent: rate("150"), ..line("201", "1.00") };
    assert_eq!(messages(lines([percent])), ["150 % is taken off this line"]);
}
