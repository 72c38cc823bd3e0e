use super::*;
use crate::model::GoodsInLine;

const COFFEE: &str = "5012345678900";

fn catalogue() -> Context {
    world_with([
        Product { gtin: Some(COFFEE.into()), ..product("C1", "Fairtrade coffee 200 g", "3.50") },
        Product { gtin: Some("5012345600009".into()), ..product("C2", "Green tea", "2.00") },
        product("00421", "Egg", "0.25"),
        product("12345678", "Postcard", "0.60"),
    ])
}

fn sold(records: impl IntoIterator<Item = LineItem>) -> Vec<Diagnostic> {
    batch(&[evening(lines(records))], &catalogue())
}

#[test]
fn a_wrong_check_digit_is_said_once_with_the_barcode_that_was_meant() {
    let found = sold([item("5012345678909", "Coffee"), item("5012345678909", "Coffee")]);
    assert_eq!((coded(&found), found[0].more), (vec!["P001"], 1));
    assert_eq!(found[0].message, "5012345678909 (Coffee) is not a right barcode: with these digits the last one would be 0");
    assert_eq!(found[0].help, "is it 5012345678900 (Fairtrade coffee 200 g)? Scan or type it again");
}

#[test]
fn a_right_barcode_a_listed_sku_and_a_short_upc_are_no_bad_barcodes() {
    assert_eq!(coded(&sold([item(COFFEE, "Coffee"), item("12345678", "Postcard")])), [""; 0]);
    assert_eq!(coded(&sold([item("04252614", "Gum")])), ["P003"]);
    assert_eq!(coded(&sold([item("12345679", "Card")])), ["P001"]);
    assert_eq!(codes(lines([item("12345679", "Card")])), [""; 0]);
    assert_eq!(codes(lines([item("5012345678909", "Coffee")])), ["P001"]);
}

#[test]
fn a_destroyed_barcode_is_proposed_only_when_one_product_fits() {
    let row =
        LineItem { unit_price: Some(money("3.50")), line_total: money("3.50"), ..item("5.01235E+12", "Fairtrade Coffee 200 g") };
    let found = sold([row.clone()]);
    assert_eq!(coded(&found), ["P002"]);
    assert!(found[0].help.starts_with("it may be 5012345678900 (Fairtrade coffee 200 g, 3.50)"), "{}", found[0].help);
    let other_price = LineItem { unit_price: Some(money("3.00")), line_total: money("3.00"), ..row.clone() };
    assert!(sold([other_price])[0].help.starts_with("format the column as text"));
    let other_digits = LineItem { item_code: Some("4.01235E+12".into()), ..row };
    assert!(sold([other_digits])[0].help.starts_with("format the column as text"));
}

#[test]
fn codes_with_an_e_are_not_destroyed() {
    assert_eq!(coded(&sold([item("12E34", "Lamp")])), ["P003"]);
    assert_eq!(codes(lines([item("E+12", "Lamp"), item("1.5E+1", "Lamp")])), [""; 0]);
}

#[test]
fn an_unknown_code_is_said_once_with_its_rows() {
    let found = sold([item("X9", "Mug"), item("X9", "Mug"), item("X9", "Mug"), item("X8", "Cup")]);
    assert_eq!(found.iter().map(|finding| (finding.subject.as_str(), finding.more)).collect::<Vec<_>>(), [("X9", 2), ("X8", 0)]);
    assert_eq!(found[0].message, "item code X9 (Mug) is not in the product list");
}

#[test]
fn no_code_is_unknown_without_a_list_on_discounts_and_on_gift_cards() {
    assert_eq!(codes(lines([item("X9", "Mug")])), [""; 0]);
    let card = LineItem { class: Class::GiftCard, ..item("GC", "Gift card") };
    let off = LineItem { kind: SaleKind::Discount, ..item("OFF", "Ten percent") };
    let void = LineItem { kind: SaleKind::Void, ..item("X9", "Mug") };
    assert_eq!(coded(&sold([card, off, void, line("201", "1.00")])), [""; 0]);
    let mut listed = evening(Content { products: rows([product("X9", "Mug", "1.00")]), ..Content::default() });
    listed.batches[0].key.store.clear();
    listed.batches[0].content.products[0].record.gtin = Some("4006381333931".into());
    let both = evening(lines([item("X9", "Mug"), item("4006381333931", "Mug")]));
    assert_eq!(coded(&batch(&[both, listed], &catalogue())), [""; 0]);
}

#[test]
fn lost_zeros_are_mended_when_one_listed_code_fits() {
    assert_eq!(sold([item("421", "Egg")])[0].message, "421 lost its leading zeros: it is 00421");
    let context = world_with([Product { gtin: Some("012345678905".into()), ..product("G", "Gum", "1.00") }]);
    let mut block = evening(lines([item("12345678905", "Gum"), item("12345678905", "Gum")]));
    assert_eq!(coded(&batch(&[block.clone()], &context)), ["P004"]);
    let found = mend(&mut block, &context);
    assert_eq!((coded(&found), found[0].more), (vec!["P004"], 1));
    assert_eq!(block.batches[0].content.lines[1].item_code.as_deref(), Some("012345678905"));
    assert_eq!(batch(&[block], &context), []);
}

#[test]
fn other_short_numbers_lost_nothing() {
    assert_eq!(coded(&sold([item("422", "Egg")])), ["P003"]);
    let context = world_with([product("007", "Pen", "1.00"), product("07", "Nib", "1.00")]);
    assert_eq!(coded(&batch(&[evening(lines([item("7", "Pen")]))], &context)), ["P003"]);
    let mut block = evening(lines([item("00421", "Egg")]));
    assert_eq!(mend(&mut block, &catalogue()), []);
}

#[test]
fn a_code_that_was_given_to_another_item() {
    let found = sold([item("C2", "Wool scarf"), item("C2", "Wool scarf")]);
    assert_eq!((coded(&found), found[0].more), (vec!["P005"], 1));
    assert_eq!(found[0].message, "C2 is sold here as “Wool scarf”, but in the product list it is “Green tea”");
    assert_eq!(coded(&sold([item("C2", "GRN TEA 80"), item("C1", "COFF FT"), item("C1", "200")])), [""; 0]);
}

#[test]
fn a_delivery_is_checked_like_a_sale() {
    let record = GoodsInLine { date: day(FRIDAY), item_code: "X9".into(), quantity: units("12"), ..GoodsInLine::default() };
    let content = Content { goods_in: rows([record]), ..Content::default() };
    assert_eq!(coded(&batch(&[evening(content)], &catalogue())), ["P003"]);
}

fn list(products: impl IntoIterator<Item = Product>) -> Vec<Diagnostic> {
    let mut block = evening(Content { products: rows(products), ..Content::default() });
    block.batches[0].key.store.clear();
    batch(&[block], &catalogue())
}

#[test]
fn a_pack_must_hold_a_listed_item() {
    let pack = |of: &str| Product { pack_of: Some(of.into()), pack_units: Some(units("6")), ..product("P6", "Six eggs", "1.40") };
    assert_eq!(coded(&list([pack("nothing")])), ["P006"]);
    assert_eq!(coded(&list([pack("P6")])), ["P006"]);
    assert_eq!(coded(&list([pack("00421")])), [""; 0]);
    assert_eq!(coded(&list([pack("N1"), product("N1", "New egg", "0.25")])), [""; 0]);
}

#[test]
fn a_product_that_stands_twice() {
    let found = list([product("N1", "Bowl", "4.00"), product("N1", "Bowl", "5.00")]);
    assert_eq!(coded(&found), ["P007"]);
    assert_eq!(found[0].message, "N1 stands twice in the product list with different content (also in row 2)");
    let later = Product { effective_from: Some(day("2026-12-01")), ..product("N1", "Bowl", "5.00") };
    assert_eq!(coded(&list([product("N1", "Bowl", "4.00"), product("N1", "Bowl", "4.00"), later])), [""; 0]);
}

#[test]
fn barcodes_of_the_product_list_are_checked() {
    let with = |gtin: &str| Product { gtin: Some(gtin.into()), ..product("N1", "Bowl", "4.00") };
    assert_eq!(coded(&list([with("5012345678909")])), ["P001"]);
    assert_eq!(coded(&list([with("5.01235E+12")])), ["P002"]);
    assert_eq!(coded(&list([with(COFFEE)])), [""; 0]);
    assert_eq!(coded(&list([with("04252614")])), [""; 0]);
    assert_eq!(coded(&list([product("C1", "Umbrella", "9.00")])), ["P005"]);
}
