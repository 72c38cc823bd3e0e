use super::*;

fn sold(price: &str) -> LineItem {
    LineItem { item_code: Some("TEA".into()), description: Some("Tea".into()), ..priced("1", price, price) }
}

fn listed() -> Context {
    world_with([product("TEA", "Tea", "3.20")])
}

fn codes_of(line: LineItem, context: &Context) -> Vec<&'static str> {
    coded(&batch(&[evening(lines([line]))], context))
}

#[test]
fn a_price_is_the_list_s_or_is_asked_about() {
    let found = batch(&[evening(lines([sold("2.95"), sold("2.95"), sold("3.20")]))], &listed());
    assert_eq!(coded(&found), ["T019"]);
    assert_eq!(found[0].message, "Tea (TEA) was sold at 2.95, but its price in the product list is 3.20");
    assert_eq!((found[0].more, found[0].amount), (1, Some(money("-0.25"))));
}

#[test]
fn the_price_is_that_of_the_day() {
    let mut context = listed();
    let prices = vec![(day("2026-11-01"), money("2.95")), (day("2026-11-21"), money("3.20"))];
    context.prices.insert("TEA".into(), prices);
    assert_eq!(codes_of(sold("2.95"), &context), [""; 0]);
    assert_eq!(codes_of(sold("3.20"), &context), ["T019"]);
    // Before its first price nobody knows what it cost.
    context.prices.insert("TEA".into(), vec![(day("2026-11-21"), money("3.20"))]);
    assert_eq!(codes_of(sold("2.95"), &context), [""; 0]);
}

#[test]
fn own_discounts_deals_donations_and_refunds_have_no_listed_price() {
    let context = listed();
    let off = |line: LineItem| LineItem { discount_amount: Some(money("0.20")), line_total: money("3.00"), ..line };
    assert_eq!(codes_of(off(sold("3.20")), &context), [""; 0]);
    let tens = LineItem { discount_percent: rate("10"), line_total: money("2.59"), ..sold("2.88") };
    assert_eq!(codes_of(tens, &context), [""; 0]);
    assert_eq!(codes_of(LineItem { deal: Some("Tea time".into()), ..sold("2.00") }, &context), [""; 0]);
    assert_eq!(codes_of(LineItem { charity: Some(crate::model::Charity::Donated), ..sold("1.00") }, &context), [""; 0]);
    let back = LineItem {
        kind: SaleKind::Refund,
        quantity: units("-1"),
        line_total: money("-2.95"),
        original_number: Some("101".into()),
        ..sold("2.95")
    };
    assert_eq!(codes_of(back, &context), [""; 0]);
}

#[test]
fn a_list_with_tax_and_a_file_without_it_are_compared_after_the_tax() {
    let mut context = listed();
    context.products.get_mut("TEA").unwrap().tax_rate = rate("20");
    context.stores.get_mut("leith").unwrap().prices_include_tax = Some(true);
    let net = |price: &str| {
        let mut block = evening(lines([sold(price)]));
        block.origin.prices_include_tax = Some(false);
        coded(&batch(&[block], &context))
    };
    assert_eq!(net("2.67"), [""; 0]);
    assert_eq!(net("3.20"), ["T019"]);
}

#[test]
fn the_policy_says_how_far_apart_they_may_be() {
    let mut context = listed();
    context.policy.price_tolerance = money("0.25");
    assert_eq!(codes_of(sold("2.95"), &context), [""; 0]);
    assert_eq!(codes_of(sold("2.94"), &context), ["T019"]);
}
