use chrono::NaiveTime;

use super::*;
use crate::model::{Numbering, RejectedRow};

fn at(hour: u32, minute: u32) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour, minute, 0)
}

fn content(headers: Vec<Header>, records: Vec<LineItem>, tenders: Vec<Tender>) -> Content {
    Content { headers: rows(headers), lines: rows(records), tenders: rows(tenders), ..Content::default() }
}

fn paid(records: Vec<LineItem>, tenders: Vec<Tender>) -> Content {
    content(vec![], records, tenders)
}

fn class(class: Class, total: &str) -> LineItem {
    LineItem { class, ..line("201", total) }
}

#[test]
fn a_stated_total_that_its_lines_do_not_give() {
    let found = found(content(vec![header("201", "12.50")], vec![line("201", "5.00"), line("201", "7.00")], vec![]));
    assert_eq!(coded(&found), ["T002"]);
    assert_eq!(found[0].message, "total 12.50 but lines sum to 12.00");
    assert_eq!(found[0].help, "rows 2-3 are its lines; is a line missing?");
}

#[test]
fn tips_and_rounding_that_only_the_header_knows_belong_to_the_total() {
    let stated = Header { tip: Some(money("2.00")), rounding: Some(money("-0.02")), ..header("201", "9.98") };
    assert_eq!(codes(content(vec![stated.clone()], vec![line("201", "8.00")], vec![])), [""; 0]);
    let lines = vec![line("201", "8.00"), class(Class::Tip, "2.00"), class(Class::Rounding, "-0.02")];
    assert_eq!(codes(content(vec![stated], lines, vec![])), [""; 0]);
    let void = Header { kind: SaleKind::Void, ..header("201", "9.00") };
    assert_eq!(codes(content(vec![void], vec![line("201", "5.00")], vec![])), [""; 0]);
}

#[test]
fn a_discount_on_no_line_and_a_tax_in_no_line_are_recognised() {
    let help = |stated: Header, total: &str| found(content(vec![stated], vec![line("201", total)], vec![])).remove(0).help;
    let off = Header { discount: Some(money("1.00")), ..header("201", "9.00") };
    assert!(help(off, "10.00").ends_with("the difference is the discount of the whole sale, which stands on no line"));
    let tax = Header { tax: Some(money("2.00")), ..header("201", "12.00") };
    assert!(help(tax, "10.00").ends_with("is the total of each line mapped without its tax?"));
}

#[test]
fn a_stated_total_that_its_parts_do_not_give() {
    let stated = |subtotal: &str, tax: &str, discount: &str, total: &str| Header {
        subtotal: Some(money(subtotal)),
        tax: Some(money(tax)),
        discount: Some(money(discount)),
        ..header("201", total)
    };
    let codes = |mode: Option<bool>, header: Header| {
        let mut block = evening(content(vec![header], vec![], vec![]));
        block.origin.prices_include_tax = mode;
        batch(&[block], &world()).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(codes(Some(false), stated("11.87", "2.37", "0", "14.24")), [""; 0]);
    assert_eq!(codes(Some(false), stated("11.87", "2.37", "1.00", "14.24")), ["total 14.24 but 11.87 + 2.37 − 1.00 = 13.24"]);
    assert_eq!(codes(Some(false), stated("12.00", "2.00", "0", "12.00")), ["total 12.00 but 12.00 + 2.00 = 14.00"]);
    assert_eq!(codes(Some(true), stated("12.00", "2.00", "0", "12.00")), [""; 0]);
    assert_eq!(codes(None, stated("12.00", "2.00", "0", "12.00")), [""; 0]);
    let refund = |subtotal: &str| Header {
        kind: SaleKind::Refund,
        original_number: Some("1".into()),
        ..stated(subtotal, "2.00", "1.00", "-11.00")
    };
    assert_eq!(codes(Some(false), refund("10.00")), [""; 0]);
    let signed = Header { tax: Some(money("-2.00")), ..refund("-10.00") };
    assert_eq!(codes(Some(false), signed), [""; 0]);
}

#[test]
fn a_total_that_the_items_list_does_not_explain() {
    let mut block = evening(content(
        vec![header("201", "1.00")],
        vec![LineItem { item_code: Some("APPLE".into()), unit_price: None, ..line("201", "0.00") }],
        vec![],
    ));
    block.origin.absent = vec!["unit_price".into()];
    let mut world = world();
    assert_eq!(
        batch(&[block.clone()], &Context { products: Default::default(), ..world.clone() }),
        [],
        "no list, nothing to compare"
    );
    world.products.insert("APPLE".into(), product("APPLE", "Apple", "0.50"));
    let found = batch(&[block.clone()], &world);
    assert_eq!(coded(&found), ["T014"]);
    assert_eq!(found[0].message, "total 1.00 but its items cost 0.50 by the product list");
    assert_eq!(found[0].help, "that is 2 × 0.50: is a quantity missing in the items list?");
    block.batches[0].content.headers[0].record.total = money("0.50");
    assert_eq!(batch(&[block], &world), []);
}

#[test]
fn the_money_identity_of_goods_gift_cards_and_donations() {
    let sold = vec![line("201", "23.00"), class(Class::GiftCard, "25.00"), class(Class::Donation, "2.50")];
    let tenders =
        |cash: &str| vec![tender("201", "Cash", cash), tender("201", "Card", "10.00"), tender("201", "Gift card", "10.00")];
    assert_eq!(codes(paid(sold.clone(), tenders("30.50"))), [""; 0]);
    let found = found(paid(sold, tenders("28.00")));
    assert_eq!(coded(&found), ["T003"]);
    assert_eq!(found[0].message, "sale 201 comes to 50.50 but was paid with 48.00: 2.50 too little");
}

#[test]
fn change_counted_as_paid_is_recognised() {
    let cash = Tender { tendered: Some(money("20.00")), change: Some(money("2.00")), ..tender("201", "Cash", "20.00") };
    let found = found(paid(vec![line("201", "18.00")], vec![cash]));
    assert_eq!(found[0].help, "the difference is the change: the amount must be what stayed in the till");
}

#[test]
fn cash_back_voids_and_other_currencies_are_no_difference() {
    let back = vec![tender("201", "Card", "70.00"), tender("201", "Cash", "-20.00")];
    assert_eq!(codes(paid(vec![line("201", "50.00")], back)), [""; 0]);
    let void = LineItem { kind: SaleKind::Void, ..line("201", "9.00") };
    assert_eq!(codes(paid(vec![void], vec![tender("201", "Cash", "4.00")])), [""; 0]);
    let euro = Tender { currency: Some("EUR".into()), ..tender("201", "Cash", "12.00") };
    assert_eq!(codes(paid(vec![line("201", "10.00")], vec![euro])), [""; 0]);
}

#[test]
fn canadian_cash_is_rounded_and_nothing_else() {
    let mut context = world();
    context.stores.get_mut("leith").unwrap().region = "CA-ON".into();
    let codes = |total: &str, tenders: Vec<Tender>| coded(&batch(&[evening(paid(vec![line("201", total)], tenders))], &context));
    assert_eq!(codes("4.92", vec![tender("201", "Cash", "4.90")]), [""; 0]);
    assert_eq!(codes("10.02", vec![tender("201", "Card", "5.00"), tender("201", "Cash", "5.00")]), [""; 0]);
    assert_eq!(codes("4.92", vec![tender("201", "Cash", "4.95")]), ["T003"]);
    assert_eq!(codes("4.92", vec![tender("201", "Card", "4.90")]), ["T003"]);
}

#[test]
fn a_total_that_only_its_own_cell_contradicts_is_said_once() {
    let found = found(content(vec![header("201", "18.00")], vec![line("201", "10.80")], vec![tender("201", "Cash", "10.80")]));
    assert_eq!(coded(&found), ["T002"]);
    assert!(found[0].help.ends_with("the tenders agree with the lines, so the total looks mistyped"));
}

#[test]
fn sheets_of_one_workbook_are_joined_even_without_a_till() {
    let sold = sheet("Sales", "1", lines([line("201", "5.00"), line("202", "7.00"), line("203", "0.00")]));
    let paid = |amounts: [&str; 2]| {
        let tenders = rows([tender("201", "Cash", amounts[0]), tender("202", "Card", amounts[1])]);
        sheet("Tenders", "", Content { tenders, ..Content::default() })
    };
    assert_eq!(coded(&batch(&[sold.clone(), paid(["5.00", "7.00"])], &world())), [""; 0]);
    assert_eq!(coded(&batch(&[paid(["5.00", "7.00"]), sold.clone()], &world())), [""; 0]);
    let found = batch(&[sold, paid(["5.00", "17.00"])], &world());
    assert_eq!(coded(&found), ["T003"]);
    assert_eq!(found[0].at.to_string(), "till-1.csv, sheet Tenders, row 3");
}

#[test]
fn a_sale_that_is_cut_by_a_block_is_put_together() {
    let one = evening(content(vec![header("201", "12.00")], vec![line("201", "5.00")], vec![tender("201", "Cash", "12.00")]));
    let two = evening(lines([line("201", "7.00")]));
    assert_eq!(coded(&batch(&[one, two], &world())), [""; 0]);
}

#[test]
fn two_sales_with_one_number() {
    let sale = |number: &str, time| LineItem { time, ..line(number, "1.00") };
    let found = found(lines([sale("201", at(10, 30)), sale("202", at(11, 0)), sale("201", at(15, 10))]));
    assert_eq!(coded(&found), ["T005"]);
    assert_eq!(found[0].message, "number 201 stands twice for different sales (first in row 2)");
    assert_eq!(found[0].at.row, Some(4));
}

#[test]
fn rows_pasted_twice_are_the_same_sale() {
    let sale = |number: &str| LineItem { time: at(10, 30), ..line(number, "1.00") };
    let found = found(lines([sale("201"), sale("202"), sale("201"), sale("202")]));
    assert_eq!(coded(&found), ["T005", "T005"]);
    assert_eq!(found[0].message, "sale 201 stands twice with the same content (first in row 2)");
}

#[test]
fn two_of_the_same_item_a_parked_sale_and_a_void_are_not_twice() {
    let sale = |number: &str, time, total: &str| LineItem { time, ..line(number, total) };
    let pair = [sale("201", at(10, 30), "1.00"), sale("201", at(10, 30), "1.00")];
    assert_eq!(codes(lines(pair)), [""; 0]);
    let parked = [sale("201", at(10, 30), "1.00"), sale("202", at(10, 30), "1.00"), sale("201", at(10, 30), "2.00")];
    assert_eq!(codes(lines(parked)), [""; 0]);
    let void = LineItem { kind: SaleKind::Void, ..sale("201", at(12, 0), "1.00") };
    assert_eq!(codes(lines([sale("201", at(10, 30), "1.00"), sale("202", at(11, 0), "1.00"), void])), [""; 0]);
    let back = LineItem { time: at(12, 0), ..refund("201", "-1.00", Some("201")) };
    assert_eq!(codes(lines([sale("201", at(10, 30), "1.00"), sale("202", at(11, 0), "1.00"), back])), [""; 0]);
}

#[test]
fn lines_with_numbers_of_their_own_stand_once_each() {
    let numbered = |position, time, total: &str| LineItem { line: Some(position), time, ..line("201", total) };
    let with_column = |records: Vec<LineItem>| {
        let mut block = evening(lines(records));
        block.origin.columns = vec![(Kind::Lines, "line", Column { index: 1, heading: "Line".into() })];
        batch(&[block], &world()).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let other = LineItem { time: at(11, 0), ..line("202", "1.00") };
    let goes_on = vec![numbered(1, at(10, 30), "1.00"), other.clone(), numbered(2, at(12, 0), "1.00")];
    assert_eq!(with_column(goes_on), [""; 0]);
    let repeated = vec![numbered(1, at(10, 30), "1.00"), other, numbered(1, at(10, 30), "1.00")];
    assert_eq!(with_column(repeated), ["line 1 of sale 201 stands twice with the same content (also in row 2)"]);
}

#[test]
fn numbers_are_compared_only_within_their_scope() {
    let on = |till: &str, date: &str| {
        let mut block = evening(lines([LineItem { date: day(date), ..line("201", "1.00") }]));
        block.batches[0].key = Key { store: "leith".into(), till: till.into(), trading_day: day(date) };
        block
    };
    let codes = |numbering, other: Block| {
        let blocks = [on("1", FRIDAY), other].map(|mut block| {
            block.origin.numbering = numbering;
            block
        });
        coded(&batch(&blocks, &world()))
    };
    let (next_day, next_till) = (on("1", "2026-11-19"), on("2", FRIDAY));
    assert_eq!(codes(Numbering::PerDay, next_day.clone()), [""; 0]);
    assert_eq!(codes(Numbering::PerTill, next_day), ["T005"]);
    assert_eq!(codes(Numbering::PerTill, next_till.clone()), [""; 0]);
    assert_eq!(codes(Numbering::PerStore, next_till), ["T005"]);
}

#[test]
fn numbers_that_start_again_after_a_z_report_come_twice_a_day() {
    let sale = |number: &str, time| LineItem { time, ..line(number, "1.00") };
    let mut block = evening(lines([sale("1", at(9, 0)), sale("2", at(9, 5)), sale("1", at(17, 0))]));
    block.origin.numbering = Numbering::PerShift;
    assert_eq!(coded(&batch(&[block], &world())), [""; 0]);
}

#[test]
fn headers_stand_once_each_over_all_blocks() {
    let block = |total: &str| evening(content(vec![header("TXN-1", total)], vec![], vec![]));
    let messages = |a, b| batch(&[block(a), block(b)], &world()).into_iter().map(|finding| finding.message).collect::<Vec<_>>();
    assert_eq!(messages("5.00", "6.00"), ["number TXN-1 stands twice for different sales (first in row 2)"]);
    assert_eq!(messages("5.00", "5.00"), ["sale TXN-1 stands twice with the same content (first in row 2)"]);
}

#[test]
fn past_the_limit_of_keys_nothing_more_is_remembered() {
    let mut state = State::new(&Limits { keys: 1, ..Limits::default() });
    let two = evening(content(vec![header("1", "5.00"), header("2", "5.00")], vec![], vec![]));
    assert_eq!(block(&two, &world(), &mut state), []);
    let again = evening(content(vec![header("2", "6.00"), header("1", "6.00")], vec![], vec![]));
    assert_eq!(block(&again, &world(), &mut state).len(), 1);
}

#[test]
fn a_refund_that_names_no_sale_or_an_unknown_one() {
    assert_eq!(codes(lines([refund("214", "-5.00", None), refund("214", "-2.00", None)])), ["T006"]);
    let mut context = world();
    context.sales.insert(("leith".into(), "100".into()), (day("2026-11-18"), money("5.00")));
    let codes =
        |original| coded(&batch(&[evening(lines([line("188", "5.00"), refund("214", "-5.00", Some(original))]))], &context));
    assert_eq!(codes("177"), ["T006"]);
    assert_eq!(codes("100"), [""; 0]);
    assert_eq!(codes("188"), [""; 0]);
}

#[test]
fn a_refund_is_not_blamed_for_what_its_file_cannot_say() {
    let mut block = evening(lines([refund("214", "-5.00", None)]));
    block.origin.absent = vec!["original_number".into()];
    assert_eq!(batch(&[block.clone()], &world()), []);
    block.origin.absent.clear();
    block.origin.columns = vec![(Kind::Lines, "number", Column { index: 0, heading: "No".into() })];
    assert_eq!(batch(&[block], &world()), []);
    assert_eq!(codes(lines([refund("214", "-5.00", Some("12"))])), [""; 0]);
}

#[test]
fn training_is_counted_once_per_transaction() {
    let practice = |number: &str| LineItem { training: true, ..line(number, "5.00") };
    let found = found(lines([practice("1"), practice("1"), practice("2"), line("3", "1.00")]));
    assert_eq!(coded(&found), ["T012"]);
    assert_eq!(found[0].message, "2 training transactions were left out of all totals");
}

#[test]
fn more_change_than_cash() {
    let cash = |given: &str, change: &str| Tender {
        tendered: Some(money(given)),
        change: Some(money(change)),
        ..tender("201", "Cash", "5.00")
    };
    assert_eq!(codes(paid(vec![line("201", "5.00")], vec![cash("5.00", "10.00")])), ["T015"]);
    assert_eq!(codes(paid(vec![line("201", "5.00")], vec![cash("10.00", "5.00")])), [""; 0]);
}

#[test]
fn a_sale_without_tender_and_a_tender_without_sale() {
    let sold = vec![line("201", "5.00"), line("202", "7.00")];
    let found = found(paid(sold.clone(), vec![tender("201", "Cash", "5.00"), tender("302", "Cash", "7.00")]));
    assert_eq!(coded(&found), ["T016", "T018"]);
    assert_eq!(found[0].message, "nothing says how sale 202 (7.00) was paid");
    assert_eq!(found[1].message, "7.00 was paid for number 302, which has no lines");
}

#[test]
fn an_even_exchange_and_files_of_one_kind_need_no_other_side() {
    let even = vec![
        LineItem { kind: SaleKind::Exchange, quantity: units("-1"), ..line("202", "-5.00") },
        LineItem { kind: SaleKind::Exchange, ..line("202", "5.00") },
    ];
    let mut sold = even;
    sold.push(line("201", "5.00"));
    assert_eq!(codes(paid(sold, vec![tender("201", "Cash", "5.00")])), [""; 0]);
    assert_eq!(codes(lines([line("201", "5.00")])), [""; 0]);
    assert_eq!(codes(paid(vec![], vec![tender("201", "Cash", "5.00")])), [""; 0]);
}

#[test]
fn a_discount_larger_than_its_sale() {
    let found = found(lines([line("201", "5.00"), discount("201", "-50.00")]));
    assert_eq!(coded(&found), ["T017"]);
    assert_eq!(found[0].message, "50.00 is taken off a sale of 5.00");
    assert_eq!(codes(lines([line("201", "5.00"), discount("201", "-5.00")])), [""; 0]);
}

#[test]
fn a_transaction_of_an_unread_row_is_not_said_to_differ() {
    let mut block = evening(content(vec![], vec![line("201", "2.20")], vec![tender("201", "Cash", "9.70")]));
    assert_eq!(coded(&batch(&[block.clone()], &world())), ["T003"]);
    let unread = |number: &str| RejectedRow {
        store: None,
        till: None,
        trading_day: Some(day(FRIDAY)),
        number: Some(number.into()),
        kind: Kind::Lines,
        row: 9,
        cells: vec![number.into(), "201".into(), "7.5O".into()],
        why: String::new(),
    };
    block.rejected.push(unread("1"));
    assert_eq!(coded(&batch(&[block.clone()], &world())), ["T003"]);
    block.rejected.push(unread("201"));
    assert_eq!(batch(&[block], &world()), []);
}
