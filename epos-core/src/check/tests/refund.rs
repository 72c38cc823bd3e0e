use super::*;
use crate::model::{Numbering, Original};

/// An evening of a till that counts on from day to day.
fn filed(content: Content) -> Block {
    let mut block = evening(content);
    block.origin.numbering = Numbering::PerTill;
    block
}

/// An evening of which the books have earlier sales; every file says which sale a refund is of.
fn judged(records: impl IntoIterator<Item = LineItem>, original: Option<Original>) -> Vec<Diagnostic> {
    let mut context = world();
    if let Some(original) = original {
        let key = ("leith".to_owned(), "101".to_owned());
        context.sales.insert(key.clone(), (day("2026-11-19"), original.total.unwrap_or_default()));
        context.originals.insert(key, original);
    }
    batch(&[filed(lines(records))], &context)
}

fn lamp(total: &str) -> LineItem {
    LineItem { item_code: Some("LAMP".into()), ..refund("301", total, Some("101")) }
}

fn bought(items: &[(&str, &str)], shared: &str) -> Original {
    let items: std::collections::BTreeMap<String, Money> =
        items.iter().map(|(code, paid)| ((*code).to_owned(), money(paid))).collect();
    let total = items.values().sum::<Money>() + money(shared);
    Original { total: Some(total), items, shared: money(shared), ..Original::default() }
}

#[test]
fn no_more_is_given_back_than_was_paid_after_the_discount() {
    let paid = bought(&[("LAMP", "8.00")], "0.00");
    assert_eq!(coded(&judged([lamp("-8.00")], Some(paid.clone()))), [""; 0]);
    let found = judged([lamp("-10.00")], Some(paid));
    assert_eq!(coded(&found), ["T023"]);
    assert_eq!(found[0].message, "10.00 was given back for sale 101, but 8.00 was paid for it");
    assert_eq!(found[0].amount, Some(money("2.00")));
}

#[test]
fn refunds_of_one_sale_add_up_over_files() {
    let mut paid = bought(&[("LAMP", "8.00"), ("RUG", "8.00")], "0.00");
    paid.given_back.insert("LAMP".into(), money("8.00"));
    let found = judged([lamp("-8.00")], Some(paid.clone()));
    assert_eq!(coded(&found), ["T023"]);
    assert_eq!(found[0].message, "16.00 was given back for LAMP of sale 101, but 8.00 was paid for it after discounts");
    let rug = LineItem { item_code: Some("RUG".into()), ..lamp("-8.00") };
    assert_eq!(coded(&judged([rug], Some(paid))), [""; 0]);
}

#[test]
fn a_discount_over_the_whole_sale_is_shared_over_its_lines() {
    let paid = bought(&[("LAMP", "10.00"), ("RUG", "30.00")], "-4.00");
    assert_eq!(coded(&judged([lamp("-9.00")], Some(paid.clone()))), [""; 0]);
    let found = judged([lamp("-10.00")], Some(paid));
    assert_eq!(found[0].message, "10.00 was given back for LAMP of sale 101, but 9.00 was paid for it after discounts");
}

#[test]
fn a_sale_from_before_the_first_day_is_unknown() {
    assert_eq!(coded(&judged([lamp("-10.00")], None)), [""; 0]);
}

#[test]
fn a_sale_of_the_same_document_counts_whatever_the_order_and_the_blocks() {
    let sale = |total: &str| filed(lines([line("101", total)]));
    let back = || filed(lines([lamp("-5.00"), lamp("-5.00")]));
    let mut context = world();
    context.sales.insert(("leith".into(), "1".into()), (day(FRIDAY), money("1.00")));
    for blocks in [[sale("10.00"), back()], [back(), sale("10.00")]] {
        assert_eq!(coded(&batch(&blocks, &context)), [""; 0]);
    }
    for blocks in [[sale("9.00"), back()], [back(), sale("9.00")]] {
        assert_eq!(coded(&batch(&blocks, &context)), ["T023"]);
    }
}

#[test]
fn where_numbers_start_again_every_day_nothing_says_which_sale_is_meant() {
    let block = evening(lines([line("101", "1.00"), lamp("-5.00")]));
    assert_eq!(coded(&batch(&[block], &world())), [""; 0]);
}

/// A transaction that states its tax, with lines that state theirs.
fn taxed(stated: &str, taxes: &[(&str, &str)]) -> Vec<Diagnostic> {
    let total: Money = taxes.iter().map(|(total, _)| money(total)).sum();
    let of = |(total, tax): &(&str, &str)| LineItem { tax_amount: Some(money(tax)), ..line("201", total) };
    let mut content = lines(taxes.iter().map(of));
    content.headers = rows([Header { tax: Some(money(stated)), ..header("201", &total.to_string()) }]);
    batch(&[evening(content)], &world())
}

#[test]
fn the_tax_of_a_sale_is_that_of_its_lines() {
    let found = taxed("2.00", &[("6.00", "1.00"), ("3.00", "0.50")]);
    assert_eq!(coded(&found), ["T024"]);
    assert_eq!(found[0].message, "sale 201 states a tax of 2.00, but its lines carry 1.50");
    assert_eq!(taxed("1.50", &[("6.00", "1.00"), ("3.00", "0.50")]), []);
}

#[test]
fn rounding_by_line_or_by_sale_is_both_right() {
    // 10 × 0.99 at 20 %: 1.70 by line, 1.65 on the total; 10 × 0.02: 0.00 and 0.03.
    assert_eq!(taxed("1.65", &[("0.99", "0.17"); 10]), []);
    assert_eq!(coded(&taxed("1.59", &[("0.99", "0.17"); 10])), ["T024"]);
    assert_eq!(taxed("0.03", &[("0.02", "0.00"); 10]), []);
    // The NCR sample: 33 + 33 + 47 = 113 by line, 114 by sale, in a currency without small units.
    let lines_of = [("455", "33"), ("446", "33"), ("647", "47")];
    assert_eq!(coded(&taxed("114", &lines_of)), ["T024"], "a whole pound is no rounding");
}

#[test]
fn yen_have_no_small_units() {
    let mut context = world();
    context.stores.get_mut("leith").unwrap().currency = "JPY".into();
    let of = |(total, tax): (&str, &str)| LineItem { tax_amount: Some(money(tax)), ..line("201", total) };
    let mut content = lines([("455", "33"), ("446", "33"), ("647", "47")].map(of));
    content.headers = rows([Header { tax: Some(money("114")), ..header("201", "1548") }]);
    assert_eq!(coded(&batch(&[evening(content)], &context)), [""; 0]);
}

#[test]
fn a_line_of_which_nobody_knows_the_tax_leaves_the_sale_s_unchecked() {
    let mut content = lines([LineItem { tax_amount: Some(money("1.00")), ..line("201", "6.00") }, line("201", "3.00")]);
    content.headers = rows([Header { tax: Some(money("3.00")), ..header("201", "9.00") }]);
    assert_eq!(coded(&batch(&[evening(content)], &world())), [""; 0]);
}
