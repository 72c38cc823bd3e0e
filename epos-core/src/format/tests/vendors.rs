//! The layouts of other tills, over small files of our own made to their headings and habits.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::model::{Context, Money};

/// A company of one store in this zone whose prices are in this tax mode.
fn company(zone: &str, prices_include_tax: Option<bool>) -> BTreeMap<String, Store> {
    let store = Store { zone: zone.to_owned(), aliases: vec!["Café".into()], prices_include_tax, ..Store::new("S1", "Harbour") };
    BTreeMap::from([(store.code.clone(), store)])
}

/// A file with these headings, whose rows are given as (heading, cell).
fn file(headings: &str, rows: &[&[(&str, &str)]]) -> String {
    let cell = |row: &[(&str, &str)], heading: &str| {
        row.iter().find(|(name, _)| *name == heading).map_or(String::new(), |(_, cell)| format!("\"{cell}\""))
    };
    for (name, _) in rows.iter().flat_map(|row| row.iter()) {
        assert!(headings.split(',').any(|heading| heading == *name), "{name} is no heading");
    }
    let rows = rows.iter().map(|row| headings.split(',').map(|heading| cell(row, heading)).collect::<Vec<_>>().join(","));
    std::iter::once(headings.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

/// Reads a file for the company's store.
fn read_at(name: &str, text: &str, stores: &BTreeMap<String, Store>) -> Read {
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    read_with(name, text, &Layouts::built_in(), &reading, stores)
}

/// What the checks say of what was read, beside what reading itself said.
fn checked(read: &Read, stores: &BTreeMap<String, Store>) -> Vec<String> {
    let context = Context {
        now: chrono::NaiveDate::from_ymd_opt(2026, 8, 1).unwrap().and_hms_opt(9, 0, 0).unwrap(),
        stores: stores.clone(),
        ..Context::default()
    };
    let mut state = crate::check::State::new(&Limits::default());
    let mut found: Vec<Diagnostic> =
        read.blocks.iter().flat_map(|block| crate::check::block(block, &context, &mut state)).collect();
    found.extend(state.finish(&context));
    found.iter().map(|finding| format!("{} {}", finding.code.0.code, finding.message)).collect()
}

fn sum(read: &Read, kind: Kind, field: &str) -> Money {
    read.rows(kind, &[field]).iter().filter(|cell| !cell.is_empty()).map(|cell| cell.parse::<Money>().unwrap()).sum()
}

#[track_caller]
fn clean(read: &Read, layout: &str, stores: &BTreeMap<String, Store>) {
    assert_eq!((read.layouts(), read.rejected()), (vec![layout], 0), "{:?}", read.said);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    assert_eq!(checked(read, stores), [""; 0]);
}

const TRANSACTIONS: &str = "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,\
Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,Tender Note,Fees,Net Total,\
Transaction ID,Payment ID,Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,Description,Event Type,Location,Dining Option,\
Customer ID,Customer Name,Customer Reference ID,Device Nickname,Third Party Fees,Deposit ID,Deposit Date,Deposit Details,\
Fee Percentage Rate,Fee Fixed Rate,Refund Reason,Discount Name,Transaction Status,Cash App,Order Reference ID,Fulfillment Note,\
Free Processing Applied,Channel,Unattributed Tips,Table Info,International Fee";

#[test]
fn square_transactions_have_a_column_per_tender_under_every_set_of_columns() {
    let common = [
        ("Date", "2026-07-15"),
        ("Time", "20:30:10"),
        ("Time Zone", "Eastern Time (US & Canada)"),
        ("Device Name", "Terminal 1"),
        ("Location", "Café"),
        ("Event Type", "Payment"),
    ];
    let split = [
        ("Gross Sales", "$20.00"),
        ("Discounts", "($2.00)"),
        ("Net Sales", "$18.00"),
        ("Tax", "$1.40"),
        ("Tip", "$2.60"),
        ("Total Collected", "$22.00"),
        ("Card", "$12.00"),
        ("Cash", "$5.00"),
        ("Other Tender", "$5.00"),
        ("Other Tender Type", "Voucher"),
        ("Fees", "($0.45)"),
        ("Net Total", "$21.55"),
        ("Transaction ID", "T1"),
        ("Deposit ID", "D9"),
        ("Deposit Date", "2026-07-16"),
    ];
    let cash = [
        ("Gross Sales", "$4.00"),
        ("Discounts", "$0.00"),
        ("Net Sales", "$4.00"),
        ("Tax", "$0.31"),
        ("Tip", "$0.00"),
        ("Total Collected", "$4.31"),
        ("Card", "$0.00"),
        ("Cash", "$4.31"),
        ("Fees", "$0.00"),
        ("Net Total", "$4.31"),
        ("Transaction ID", "T2"),
    ];
    let rows = [[&common[..], &split].concat(), [&common[..], &cash].concat()];
    let early = TRANSACTIONS.split(',').take(44).collect::<Vec<_>>().join(",");
    for (headings, columns) in [(TRANSACTIONS.to_owned(), 55), (early, 44)] {
        assert_eq!(headings.split(',').count(), columns);
        let stores = company("America/New_York", None);
        let read = read_at("transactions-2026-07-15-2026-07-16.csv", &file(&headings, &[&rows[0], &rows[1]]), &stores);
        clean(&read, "square_transactions", &stores);
        let headers = read.rows(Kind::Headers, &["store", "day", "time", "number", "subtotal", "discount", "tax", "tip", "total"]);
        let first = "S1|2026-07-15|20:30:10|T1|20|2|1.4|2.6|22";
        assert_eq!(headers, [first, "S1|2026-07-15|20:30:10|T2|4|0|0.31|0|4.31"]);
        let tenders = read.rows(Kind::Tenders, &["number", "tender", "amount"]);
        assert_eq!(tenders, ["T1|Card|12", "T1|Cash|5", "T1|Voucher|5", "T2|Cash|4.31"]);
        assert_eq!(sum(&read, Kind::Tenders, "amount"), sum(&read, Kind::Headers, "total"));
        let paid_out = read.rows(Kind::Deposits, &["kind", "reference", "date", "amount", "fees"]);
        assert_eq!(paid_out, ["payout|D9|2026-07-16|11.55|0.45"]);
    }
}

#[test]
fn a_rows_own_time_zone_is_turned_into_the_stores() {
    let row = [
        ("Date", "2026-07-15"),
        ("Time", "20:30:10"),
        ("Time Zone", "Eastern Time (US & Canada)"),
        ("Gross Sales", "$4.00"),
        ("Total Collected", "$4.00"),
        ("Cash", "$4.00"),
        ("Transaction ID", "T1"),
    ];
    let stores = company("Europe/London", None);
    let read = read_at("t.csv", &file(TRANSACTIONS, &[&row, &row]), &stores);
    assert_eq!(read.rows(Kind::Headers, &["day", "time"])[0], "2026-07-16|01:30:10");
    assert_eq!(read.codes, ["F035"], "said once: {:?}", read.said);
    let mut strange = row;
    strange[2].1 = "Lunar Time";
    let read = read_at("t.csv", &file(TRANSACTIONS, &[&strange]), &stores);
    assert_eq!((read.codes.as_slice(), read.rejected()), (&["F014"][..], 1), "{:?}", read.said);
}

const ITEMS: &str = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,\
Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,\
Count,Itemization Type,Commission,Employee,Fulfillment Note,Channel,Token";

#[test]
fn square_items_of_32_columns_and_those_with_renamed_money_are_read() {
    assert_eq!(ITEMS.split(',').count(), 32);
    let row = [
        ("Time", "09:15:00"),
        ("Item", "Scone"),
        ("Qty", "2.0"),
        ("Net Sales", "$7.00"),
        ("Tax", "$0.54"),
        ("Transaction ID", "A1"),
        ("Event Type", "Payment"),
        ("Location", "Café"),
    ];
    let stores = company("Europe/London", None);
    let usual = [&row[..], &[("Date", "2026-07-15"), ("Discounts", "($1.00)"), ("Gross Sales", "$8.00")]].concat();
    let mut card = usual.clone();
    card.push(("Itemization Type", "Gift Card"));
    let read = read_at("items-2026-07-15-2026-07-16.csv", &file(ITEMS, &[&usual, &card]), &stores);
    clean(&read, "square_items", &stores);
    let lines = read.rows(Kind::Lines, &["day", "quantity", "class", "discount_amount", "line_total"]);
    assert_eq!(lines, ["2026-07-15|2|goods|1|7.54", "2026-07-15|2|gift_card|1|7.54"]);

    let renamed = ITEMS.replace("Gross Sales,Discounts,Net Sales,Tax,", "Product Sales,Discounts,Net Sales,Tax,Gross Sales,");
    let day_first = [&row[..], &[("Date", "15/07/2026"), ("Product Sales", "$7.00"), ("Gross Sales", "$7.54")]].concat();
    let read = read_at("items.csv", &file(&renamed, &[&day_first]), &stores);
    clean(&read, "square_items", &stores);
    assert_eq!(read.rows(Kind::Lines, &["day", "line_net", "tax_amount", "line_total"]), ["2026-07-15|7|0.54|7.54"]);
    // 3 July or 7 March: nothing proves it, so nobody guesses.
    let unclear = [&row[..], &[("Date", "03/07/2026"), ("Product Sales", "$7.00")]].concat();
    assert_eq!(read_at("items.csv", &file(&renamed, &[&unclear]), &stores).codes, ["F016"]);
}

#[test]
fn the_second_date_in_squares_file_names_is_not_of_the_file() {
    let row = |date: &'static str| [("Date", date), ("Item", "Tea"), ("Qty", "1"), ("Net Sales", "1"), ("Transaction ID", "A")];
    let stores = company("Europe/London", None);
    let named = |date| read_at("items-2026-06-17-2026-06-21.csv", &file(ITEMS, &[&row("2026-06-18"), &row(date)]), &stores);
    assert_eq!(named("2026-06-20").codes, [""; 0]);
    let outside = named("2026-06-21");
    assert_eq!(outside.codes, ["F017"]);
    assert!(outside.said[0].contains("2026-06-17 to 2026-06-20"), "{:?}", outside.said);
}

const SHOPIFY: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,\
Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,\
Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,\
Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,\
Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,\
Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,\
Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,\
Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References";

/// Three orders: shipping, tax on top and a discount; tax in the price; one that was cancelled.
fn orders(later: &'static str, included: bool) -> String {
    let (taxes, total) = if included { ("5.00", "33.00") } else { ("2.64", "35.64") };
    let first = [
        ("Name", "#1001"),
        ("Financial Status", "paid"),
        ("Currency", "GBP"),
        ("Subtotal", "28.00"),
        ("Shipping", "5.00"),
        ("Taxes", taxes),
        ("Total", total),
        ("Discount Amount", "3.00"),
        ("Created at", "2026-05-01 23:30:00 +0000"),
        ("Lineitem quantity", "2"),
        ("Lineitem name", "Mug"),
        ("Lineitem price", "8.00"),
        ("Lineitem sku", "MUG"),
        ("Payment Method", "Visa"),
        ("Payment Reference", "c1.1"),
        ("Refunded Amount", "0.00"),
        ("Lineitem discount", "1.00"),
    ];
    let second =
        [("Lineitem quantity", "1"), ("Lineitem name", "Print"), ("Lineitem price", "16.00"), ("Lineitem discount", "0.00")];
    let second = [&second[..], &[("Name", later)]].concat();
    let gone = [
        ("Name", "#1002"),
        ("Financial Status", "voided"),
        ("Subtotal", "8.00"),
        ("Taxes", "0.00"),
        ("Total", "8.00"),
        ("Created at", "2026-05-02 10:00:00 +0000"),
        ("Cancelled at", "2026-05-02 11:00:00 +0000"),
        ("Lineitem quantity", "1"),
        ("Lineitem name", "Mug"),
        ("Lineitem price", "8.00"),
        ("Payment Method", "Cash"),
    ];
    let gone_too = [("Name", later), ("Lineitem quantity", "1"), ("Lineitem name", "Card"), ("Lineitem price", "0.00")];
    let gone_too: Vec<_> = gone_too.iter().map(|&(name, cell)| (name, if cell == "#1001" { "#1002" } else { cell })).collect();
    file(SHOPIFY, &[&first, &second, &gone, &gone_too])
}

#[test]
fn shopify_orders_take_over_what_stands_on_their_first_line_only() {
    assert_eq!(SHOPIFY.split(',').count(), 79);
    let stores = company("Europe/London", Some(false));
    // Some variants leave the name of later lines blank too.
    for later in ["#1001", ""] {
        let read = read_at("orders_export.csv", &orders(later, false), &stores);
        clean(&read, "shopify_orders", &stores);
        // 23:30 in UTC is half past midnight in a London summer.
        let lines = read.rows(Kind::Lines, &["day", "number", "line", "kind", "class", "description", "quantity", "line_total"]);
        assert_eq!(
            lines,
            [
                "2026-05-02|#1001|1|sale|goods|Mug|2|15",
                "2026-05-02|#1001|2|sale|service|Shipping|1|5",
                "2026-05-02|#1001|3|discount|goods|Discount on the order|1|-3",
                "2026-05-02|#1001|4|sale|goods|Tax on the order|1|2.64",
                "2026-05-02|#1001|5|sale|goods|Print|1|16",
                "2026-05-02|#1002|1|void|goods|Mug|1|8",
                "2026-05-02|#1002|2|void|goods|Card|1|0",
            ]
        );
        let headers = read.rows(Kind::Headers, &["number", "time", "kind", "subtotal", "tax", "total"]);
        assert_eq!(headers, ["#1001|00:30:00|sale|33|2.64|35.64", "#1002|11:00:00|void|8|0|8"]);
        let tenders = read.rows(Kind::Tenders, &["number", "tender", "amount", "reference"]);
        assert_eq!(tenders, ["#1001|Visa|35.64|c1.1", "#1002|Cash|8|"]);
    }
}

#[test]
fn shopify_tax_that_is_in_the_price_is_not_added() {
    let stores = company("Europe/London", Some(true));
    let read = read_at("orders_export.csv", &orders("#1001", true), &stores);
    clean(&read, "shopify_orders", &stores);
    let lines = read.rows(Kind::Lines, &["number", "line_total"]);
    assert_eq!(lines[..4], ["#1001|15", "#1001|5", "#1001|-3", "#1001|16"]);
}

#[test]
fn a_refunded_order_is_said_and_not_booked_on_a_day_that_nobody_knows() {
    let text = orders("#1001", false).replacen("\"0.00\",", "\"4.00\",", 1);
    assert!(text.contains("4.00"));
    let read = read_at("orders_export.csv", &text, &company("Europe/London", None));
    assert_eq!(read.codes, ["F030"], "{:?}", read.said);
    assert!(read.said[0].contains("row 2 Refunded Amount is 4.00"), "{:?}", read.said);
}

const RECEIPTS: &str = "Date,Receipt number,Receipt type,Gross sales,Discounts,Net sales,Taxes,Total collected,Cost of goods,Gross profit,\
Payment type,Description,Dining option,POS,Store,Cashier name,Customer name,Customer contacts,Status";
const BY_ITEM: &str = "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,\
Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status";

fn receipt(date: &str, number: &str, kind: &str, amounts: [&str; 5], status: &str) -> String {
    let [gross, discounts, net, taxes, total] = amounts;
    format!("\"{date}\",{number},{kind},{gross},{discounts},{net},{taxes},{total},0,0,Cash,,,POS 4,Harbour,Ann,,,{status}")
}

#[test]
fn loyverse_refunds_go_out_whatever_their_signs_and_cancelled_receipts_count_for_nothing() {
    assert_eq!((RECEIPTS.split(',').count(), BY_ITEM.split(',').count()), (19, 22));
    let sale = receipt("7/28/26 1:33 PM", "4-10376", "Sale", ["200.00", "20.00", "180.00", "0.00", "180.00"], "Closed");
    // Gross is positive in some exports, while net and total are negative.
    let mixed = receipt("7/28/26 1:40 PM", "4-10377", "Refund", ["180.00", "0.00", "-180.00", "0.00", "-180.00"], "Closed");
    let plus = receipt("7/28/26 2:00 PM", "4-10378", "Refund", ["5.00", "0.00", "5.00", "0.00", "5.00"], "Closed");
    let gone = receipt("7/28/26 2:05 PM", "4-10379", "Sale", ["9.00", "0.00", "9.00", "0.00", "9.00"], "Cancelled");
    let stores = company("Europe/London", Some(true));
    let text = format!("\u{feff}{RECEIPTS}\n{sale}\n{mixed}\n{plus}\n{gone}\n");
    let read = read_at("receipts-2026-07-28.csv", &text, &stores);
    clean(&read, "loyverse_receipts", &stores);
    let headers = read.rows(Kind::Headers, &["day", "time", "till", "number", "kind", "subtotal", "discount", "total"]);
    assert_eq!(
        headers,
        [
            "2026-07-28|13:33:00|POS 4|4-10376|sale|200|20|180",
            "2026-07-28|13:40:00|POS 4|4-10377|refund|-180|0|-180",
            "2026-07-28|14:00:00|POS 4|4-10378|refund|-5|0|-5",
            "2026-07-28|14:05:00|POS 4|4-10379|void|9|0|9",
        ]
    );
    assert_eq!(read.rows(Kind::Tenders, &["number", "amount"])[..3], ["4-10376|180", "4-10377|-180", "4-10378|-5"]);
}

#[test]
fn loyverse_dates_are_read_in_the_accounts_three_forms_and_three_decimals_stay() {
    let stores = company("Europe/London", None);
    for (date, day) in [
        ("7/28/26 1:33 PM", "2026-07-28|13:33:00"),
        ("31/12/2025 14:05", "2025-12-31|14:05:00"),
        ("2026-01-01 08:00:00", "2026-01-01|08:00:00"),
    ] {
        let amounts = ["1.250", "0.000", "1.250", "0.125", "1.375"];
        let read = read_at("r.csv", &format!("{RECEIPTS}\n{}\n", receipt(date, "4-1", "Sale", amounts, "Closed")), &stores);
        assert_eq!(read.rows(Kind::Headers, &["day", "time"]), [day], "{:?}", read.said);
        assert_eq!(read.rows(Kind::Headers, &["tax", "total"]), ["0.125|1.375"]);
        assert_eq!(read.codes, [""; 0], "{:?}", read.said);
    }
}

#[test]
fn loyverse_items_ask_the_store_whether_their_sales_hold_the_tax() {
    let row = |number: &str, kind: &str, quantity: &str, net: &str, tax: &str| {
        format!(
            "28/07/2026 13:33,{number},{kind},Drinks,007,Tea,,,{quantity},{net},0.00,{net},0,0,{tax},POS 4,Harbour,Ann,,,,Closed"
        )
    };
    let rows = [
        row("4-1", "Sale", "2", "6.00", "1.00"),
        row("4-1", "Sale", "1", "1.00", "0.00"),
        row("4-2", "Refund", "1", "3.00", "0.50"),
    ];
    for heading in ["Item", "Item name"] {
        let text = format!("{}\n{}\n", BY_ITEM.replace(",Item,", &format!(",{heading},")), rows.join("\n"));
        let fields = ["number", "description", "quantity", "line_net", "tax_amount", "line_total"];
        let stores = company("Europe/London", Some(false));
        let read = read_at("items.csv", &text, &stores);
        clean(&read, "loyverse_items", &stores);
        assert_eq!(read.rows(Kind::Lines, &fields), ["4-1|Tea|2|6|1|7", "4-1|Tea|1|1|0|1", "4-2|Tea|-1|-3|-0.5|-3.5"]);
        let stores = company("Europe/London", Some(true));
        let read = read_at("items.csv", &text, &stores);
        clean(&read, "loyverse_items", &stores);
        assert_eq!(read.rows(Kind::Lines, &fields), ["4-1|Tea|2|5|1|6", "4-1|Tea|1|1|0|1", "4-2|Tea|-1|-2.5|-0.5|-3"]);
        // Where nobody says, what it would change waits, and nothing else.
        let read = read_at("items.csv", &text, &company("Europe/London", None));
        assert_eq!((read.codes.as_slice(), read.rejected()), (&["F013", "F013"][..], 2), "{:?}", read.said);
        assert_eq!(read.rows(Kind::Lines, &["number", "line_total"]), ["4-1|1"]);
    }
}

const SUMUP: &str = "Account,Date,Time,Type,Transaction ID,Receipt Number,Payment Method,Quantity,Description,Currency,Price (Gross),\
Price (Net),Tax,Tax rate,Transaction refunded";

#[test]
fn sumup_rows_say_how_they_were_paid_and_tips_are_no_takings() {
    let rows = "till@harbour.example,15.03.23,11:53,Sales,TAAAA11111,S20230000001,Card,2,Kaffee ,GBP,6.00,5.00,1.00,20%,\n\
        till@harbour.example,15.03.23,11:53,Sales,TAAAA11111,S20230000001,Card,1,Trinkgeld,GBP,1.00,1.00,0.00,0%,\n\
        till@harbour.example,15.03.23,12:10,Sales,TAAAA22222,S20230000002,,1,Kuchen,GBP,3.00,3.00,0.00,0%,\n\
        till@harbour.example,16.03.23,09:00,Refund,TAAAA33333,S20230000003,Card,1,Kaffee ,GBP,3.00,2.50,0.50,20%,TAAAA11111\n";
    let stores = company("Europe/London", None);
    let name = "20230315-0000_20230331-2359-sales_report.csv";
    let read = read_at(name, &format!("{SUMUP}\n{rows}"), &stores);
    assert_eq!((read.layouts(), read.rejected(), read.codes.len()), (vec!["sumup_sales"], 0, 0), "{:?}", read.said);
    let lines =
        read.rows(Kind::Lines, &["day", "number", "kind", "class", "description", "quantity", "line_total", "original_number"]);
    assert_eq!(
        lines,
        [
            "2023-03-15|TAAAA11111|sale|goods|Kaffee|2|6|",
            "2023-03-15|TAAAA11111|sale|tip|Trinkgeld|1|1|",
            "2023-03-15|TAAAA22222|sale|goods|Kuchen|1|3|",
            "2023-03-16|TAAAA33333|refund|goods|Kaffee|-1|-3|TAAAA11111",
        ]
    );
    let tenders = read.rows(Kind::Tenders, &["number", "tender", "amount"]);
    assert_eq!(tenders, ["TAAAA11111|Card|6", "TAAAA11111|Card|1", "TAAAA22222|not stated|3", "TAAAA33333|Card|-3"]);
    assert_eq!(sum(&read, Kind::Tenders, "amount"), sum(&read, Kind::Lines, "line_total"));
    assert_eq!(sum(&read, Kind::Lines, "line_net") + sum(&read, Kind::Lines, "tax_amount"), sum(&read, Kind::Lines, "line_total"));
    // All that the checks say: its dates are years old, and nobody knows what sort of money an empty payment method is.
    let codes: Vec<String> = checked(&read, &stores).iter().map(|said| said[..4].to_owned()).collect();
    assert_eq!(codes, ["T011", "T021"]);
}

#[test]
fn proepos_gives_products_and_what_is_on_the_shelf() {
    let text = "Name,Barcode,Barcode2,Department,subdept1,subdept2,subdept3,Retail price (inc tax),Cost price (ex tax),Tax rate (%),\
Stock qty,Supplier,Order code,Pack size,Pack cost\n\
        Oat milk,5012345678900,,Food,,,,2.10,1.05,0,12,Hall,OM1,6,6.30\n\
        Honey,ABC,,Food,,,,4.00,2.00,0,-1,Hall,HO1,1,2.00\n\
        Twine,abc,,Garden,,,,1.50,,20,,Hall,,1,\n";
    let stores = company("Europe/London", None);
    let reading =
        Reading { store: Some("S1".into()), received: chrono::NaiveDate::from_ymd_opt(2026, 7, 20), ..Reading::default() };
    let read = read_with("stock.csv", text, &Layouts::built_in(), &reading, &stores);
    clean(&read, "proepos_stock", &stores);
    let products =
        read.rows(Kind::Products, &["store", "item_code", "gtin", "description", "price", "cost", "tax_rate", "pack_units"]);
    let expected = ["|5012345678900|5012345678900|Oat milk|2.1|1.05|0|6", "|HO1||Honey|4|2|0|1", "|Twine||Twine|1.5||20|1"];
    assert_eq!(products, expected);
    assert_eq!(
        read.rows(Kind::StockLevels, &["store", "day", "item_code", "on_hand"]),
        ["S1|2026-07-20|5012345678900|12", "S1|2026-07-20|HO1|-1"]
    );
    // Prices are the company's; whose shelf it is must be said.
    let nobody = read_with("stock.csv", text, &Layouts::built_in(), &Reading { store: None, ..reading }, &stores);
    assert_eq!((nobody.codes.as_slice(), nobody.rows(Kind::Products, &["item_code"]).len()), (&["F015"][..], 3));
}
