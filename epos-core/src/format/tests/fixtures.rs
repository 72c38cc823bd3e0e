//! The layouts that are built in, over small files as their till programs write them.

use super::*;
use crate::format::heading::normal;

const SALE: [&str; 8] = ["day", "till", "number", "kind", "item_code", "description", "quantity", "line_total"];

/// A file with these headings, whose rows are given as (heading, cell).
fn by_heading(headings: &str, rows: &[&[(&str, &str)]]) -> String {
    let cell = |row: &[(&str, &str)], heading: &str| {
        row.iter().find(|(name, _)| *name == heading).map_or(String::new(), |(_, cell)| format!("\"{cell}\""))
    };
    let rows = rows.iter().map(|row| headings.split(',').map(|heading| cell(row, heading)).collect::<Vec<_>>().join(","));
    std::iter::once(headings.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_register_writes_its_list_without_quotes() {
    let text = "supermarket_id,timestamp,user_id,items_list,total_amount\n\
        M1,2026-07-01T22:30:00Z,u7,apple,milk:2,3.40\n\
        M1,2026-07-01T09:00:00Z,u8,pear,0.40\n\
        M1,2026-07-01T09:05:00Z,u9,\"tea,bread:3\",7\n";
    let mut store = Store::new("M1", "Market");
    store.aliases = vec!["Market 1".into()];
    let stores = BTreeMap::from([("M1".to_owned(), store)]);
    let read = read_with("purchases.csv", text, &Layouts::built_in(), &Reading::default(), &stores);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    let lines = read.rows(Kind::Lines, &["item_code", "line", "quantity", "customer", "line_total"]);
    assert_eq!(lines, ["apple|1|1|u7|0", "milk|2|2|u7|0", "pear|1|1|u8|0", "tea|1|1|u9|0", "bread|2|3|u9|0"]);
    // 22:30 in UTC is 23:30 on a summer evening in London.
    let headers = read.rows(Kind::Headers, &["store", "day", "time", "customer", "total", "kind"]);
    assert_eq!(headers[0], "M1|2026-07-01|23:30:00|u7|3.4|sale");
    let numbers = read.rows(Kind::Headers, &["number"]);
    assert!(numbers.iter().all(|number| number.starts_with("auto-")), "{numbers:?}");
}

#[test]
fn purchases_alike_to_the_second_are_numbered_apart() {
    let row = "M1,2026-07-01T09:00:00Z,u8,pear,0.40\n";
    let text = format!("supermarket_id,timestamp,user_id,items_list,total_amount\n{row}{row}");
    let numbers = self::read(&text).rows(Kind::Headers, &["number"]);
    assert_eq!(format!("{}-2", numbers[0]), numbers[1]);
}

const HOSPITALITY: &str = "transaction_id,transaction_number,timestamp,transaction_date,transaction_time,location_id,location_name,\
location_type,city,device_id,employee_id,employee_name,num_items,product_id,product_name,product_category,quantity,unit_price,subtotal,\
tax_total,discount_total,tip_amount,total_amount,payment_method,payment_status,transaction_status,card_last_four,authorization_code";

#[test]
fn hospitality_refunds_go_out_and_repeated_numbers_are_no_key() {
    let row = |id: &'static str, status: &'static str| {
        vec![
            ("transaction_id", id),
            ("transaction_number", "#100"),
            ("timestamp", "2026-03-01 12:00:00"),
            ("location_id", "L1"),
            ("device_id", "D1"),
            ("employee_id", "E1"),
            ("num_items", "2"),
            ("subtotal", "10.00"),
            ("tax_total", "2.00"),
            ("discount_total", "1.0"),
            ("tip_amount", "0.5"),
            ("total_amount", "11.50"),
            ("payment_method", "cash"),
            ("transaction_status", status),
            ("authorization_code", "A1"),
        ]
    };
    let rows: Vec<_> =
        [("T1", "completed"), ("T2", "refunded"), ("T3", "voided"), ("T4", "error")].map(|(id, s)| row(id, s)).into();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let read = read_named("epos_transactions.csv", &by_heading(HOSPITALITY, &rows));
    assert_eq!((read.layouts(), read.rejected()), (vec!["hospitality_transactions"], 0));
    let headers = read.rows(Kind::Headers, &["number", "receipt", "kind", "subtotal", "tax", "discount", "tip", "total"]);
    assert_eq!(
        headers,
        [
            "T1|#100|sale|10|2|1|0.5|11.5",
            "T2|#100|refund|-10|-2|-1|-0.5|-11.5",
            "T3|#100|void|10|2|1|0.5|11.5",
            "T4|#100|failed|10|2|1|0.5|11.5",
        ]
    );
    assert_eq!(read.rows(Kind::Tenders, &["number", "tender", "amount", "reference"])[1], "T2|cash|-11.5|A1");
    assert!(!read.codes.contains(&"T008"), "its layout says that refunds are written positive: {:?}", read.said);
}

const SQUARE: &str = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,\
Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,\
Count,GTIN,Itemization Type,Commission,Employee,Fulfillment Note,Channel,Token,Card Brand,PAN Suffix";

#[test]
fn square_is_read_by_name_under_every_set_of_columns() {
    let without = |names: &[&str]| SQUARE.split(',').filter(|name| !names.contains(name)).collect::<Vec<_>>().join(",");
    let newest = SQUARE.to_owned();
    let middle = without(&["Commission", "Employee"]);
    let older = SQUARE.split(',').filter(|name| *name != "GTIN").take(29).collect::<Vec<_>>().join(",");
    let early = SQUARE.split(',').take(14).collect::<Vec<_>>().join(",");
    for (headings, columns) in [(newest, 35), (middle, 33), (older, 29), (early, 14)] {
        assert_eq!(headings.split(',').count(), columns);
        let common =
            [("Date", "2026-06-20"), ("Time", "13:04:59"), ("Item", "Chai, large"), ("Category", "None"), ("Location", "Café")];
        let sale = [
            ("Qty", "2.0"),
            ("Gross Sales", "$8.00"),
            ("Discounts", "($1.00)"),
            ("Net Sales", "$7.00"),
            ("Tax", "$0.54"),
            ("Transaction ID", "A1"),
            ("Device Name", "Terminal 1"),
            ("Event Type", "Payment"),
        ];
        let refund = [
            ("Qty", "-1.0"),
            ("Gross Sales", "-$4.00"),
            ("Discounts", "$0.50"),
            ("Net Sales", "-$3.50"),
            ("Tax", "-$0.27"),
            ("Transaction ID", "A2"),
            ("Event Type", "Refund"),
        ];
        let rows: [Vec<(&str, &str)>; 2] = [[&common[..], &sale].concat(), [&common[..], &refund].concat()];
        let read = read_named("items-2026-06-20-2026-06-21.csv", &by_heading(&headings, &[&rows[0], &rows[1]]));
        assert_eq!((read.layouts(), read.rejected()), (vec!["square_items"], 0), "{columns}: {:?}", read.said);
        let amounts = read.rows(Kind::Lines, &["number", "quantity", "discount_amount", "line_net", "tax_amount", "line_total"]);
        assert_eq!(amounts, ["A1|2|1|7|0.54|7.54", "A2|-1|-0.5|-3.5|-0.27|-3.77"], "{columns}");
        let named = read.rows(Kind::Lines, &["store", "till", "kind", "description"]);
        // The early form names neither place, device nor event: units that come back are a refund.
        let expected = match columns {
            14 => ["S1|Square|sale|Chai, large", "S1|Square|refund|Chai, large"],
            _ => ["Café|Terminal 1|sale|Chai, large", "Café|Square|refund|Chai, large"],
        };
        assert_eq!(named, expected, "{columns}");
    }
}

#[test]
fn canonical_layouts_know_the_common_words_of_tills() {
    let sales = [
        ("store", "shop, shop code, branch, location, store id, site, supermarket id"),
        ("till", "till no, till number, register, pos, terminal, workstation, device"),
        ("number", "sale no, sale number, receipt, receipt no, receipt number, transaction, transaction id, trans no"),
        ("line", "line no, item no, seq"),
        ("date", "sale date, transaction date, business date"),
        ("cashier", "sales assistant, assistant, staff, operator, user, served by, employee"),
        ("kind", "line type, type, transaction type, event type"),
        ("item_code", "code, product code, barcode, sku, plu, item id, ean, upc"),
        ("description", "item, item name, product, product name, name, desc"),
        ("quantity", "qty, units, count, quantity sold"),
        ("unit_price", "price, item price, each, selling price, retail price"),
        ("discount_amount", "discount, discounts, item discount, money off"),
        ("discount_percent", "discount percent, % off"),
        ("tax_rate", "vat rate, gst rate"),
        ("tax_amount", "vat, tax, gst"),
        ("line_total", "total, amount, item total, line amount"),
    ];
    let z = [
        ("counted", "actual, declared, in till"),
        ("expected", "system, should be, till total"),
        ("over_short", "variance, difference, over/under"),
        ("opening_float", "float in, opening balance"),
        ("banked", "banking, to bank"),
        ("tender", "payment type, payment method, method, paid by"),
    ];
    let products =
        [("price", "retail price, selling price, rrp, base price"), ("cost", "cost price, buy price"), ("supplier", "vendor")];
    let stock = [("on_hand", "stock, stock level, stock qty, quantity, qty on hand")];
    let layouts = Layouts::built_in();
    for (id, aliases) in [("sales", &sales[..]), ("z_report", &z), ("products", &products), ("stock", &stock), ("tenders", &z[5..])]
    {
        let layout = layouts.named(id).unwrap_or_else(|| panic!("{id}"));
        for (field, alias) in aliases.iter().flat_map(|(field, aliases)| aliases.split(", ").map(move |alias| (*field, alias))) {
            assert!(layout.binds(layout.kind, field, &normal(alias)), "{id}: `{alias}` is {field}");
        }
        for never in ["net sales", "no", "float", "cash removed"] {
            let bound = layout.kind.fields().iter().find(|field| layout.binds(layout.kind, field.name, never));
            assert!(bound.is_none_or(|field| field.name == "line_net"), "{id}: `{never}` must not be {bound:?}");
        }
    }
}

#[test]
fn aliases_are_found_in_any_order_and_case() {
    let text = "TOTAL,Qty,Product Name,Barcode,Receipt No,Till No,Sale Date,Each\n3.00,2,Milk,0501,77,1,2026-11-20,1.50\n";
    let read = self::read(text);
    assert_eq!(
        (read.layouts(), read.rows(Kind::Lines, &SALE)),
        (vec!["sales"], vec!["2026-11-20|1|77|sale|0501|Milk|2|3".to_owned()])
    );
}

#[test]
fn sheets_are_known_by_name_and_strange_ones_are_said() {
    let sales = "Shop,Till No,Sale No,Sale Date,Time,Sales Assistant,Type,Code,Item,Qty,Price,VAT Rate,VAT,Total\n\
        S1,1,201,06 07 2012,15 04,Ann,Sale,007,Tea,2,1.50,20,0.50,3.00\nS1,2,202,06 07 2012,15 05,Bob,Refund,007,Tea,-1,1.50,20,-0.25,-1.50";
    let payments =
        "Shop,Till No,Sale No,Sale Date,Time,Payment Type,Amount,Tendered,Change\nS1,1,201,06 07 2012,15 04,Cash,,5.00,2.00";
    let products = "Code,Item,Selling Price,Cost Price,Category\n007,Tea,1.50,0.70,Drinks";
    let stock = "Shop,Code,Item,Stock Level\nS1,007,Tea,12";
    let reading =
        [("Sales", sales), ("Payments", payments), ("Products", products), ("Notes", "to do,who\nmop,Ann"), ("Stock", stock)];
    let read = read_sheets(&reading);
    let layouts = ["epos4excel_sales", "epos4excel_payments", "epos4excel_products", "", "epos4excel_stock"];
    assert_eq!(read.layouts(), layouts, "{:?}", read.said);
    let lines = read.rows(Kind::Lines, &["day", "time", "till", "cashier", "kind", "item_code", "quantity", "line_total"]);
    assert_eq!(lines, ["2012-07-06|15:04:00|1|Ann|sale|007|2|3", "2012-07-06|15:05:00|2|Bob|refund|007|-1|-1.5"]);
    assert_eq!(read.rows(Kind::Tenders, &["number", "tender", "amount", "tendered", "change"]), ["201|Cash|3|5|2"]);
    assert_eq!(read.rows(Kind::Products, &["item_code", "price", "cost"]), ["007|1.5|0.7"]);
    assert!(read.said.iter().any(|said| said.starts_with("book.xlsx, sheet Notes")), "{:?}", read.said);
}

#[test]
fn a_layout_of_ones_own_extends_a_canonical_one() {
    let mut layouts = Layouts::built_in();
    let text = "title = 'Kasse'\nkind = 'lines'\nextends = 'sales'\ndetect = ['Bon', 'Datum', 'Summe']\ndecimal = ','\ndate_order = 'dmy'\ntender_columns = ['Bar', 'Karte']\n\
        [columns]\nnumber = 'Bon'\ndate = 'Datum'\nquantity = 'Menge'\nline_total = 'Summe'\nkind = 'Art'\n[words.kind]\nverkauf = 'sale'\n";
    layouts.add("kasse", text).expect("a layout");
    let rows =
        "Bon;Datum;Menge;Summe;Art;Bar;Karte\n7;03.04.2026;2;1.234,50;Verkauf;1.000,00;234,50\n8;03.04.2026;1;5,00;Verkauf;5;0\n";
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    let read = read_with("bon.csv", rows, &layouts, &reading, &BTreeMap::new());
    assert_eq!(
        read.rows(Kind::Lines, &["day", "number", "quantity", "line_total"]),
        ["2026-04-03|7|2|1234.5", "2026-04-03|8|1|5"],
        "{:?}",
        read.said
    );
    assert_eq!(read.rows(Kind::Tenders, &["number", "tender", "amount"]), ["7|Bar|1000", "7|Karte|234.5", "8|Bar|5"]);
    let trip =
        round_trip(&Document::new("bon.csv", rows.as_bytes()), &layouts, &reading, &BTreeMap::new(), &Limits::default()).value;
    assert_eq!(trip, [Trip { layout: "kasse".into(), rows: 2, lost: Vec::new() }]);
    let canonical = "store,till,date,number,item_code,quantity,unit_price,line_total\nS1,1,2026-11-20,1,A,1,2,2\n";
    assert_eq!(read_with("a.csv", canonical, &layouts, &reading, &BTreeMap::new()).layouts(), ["sales"]);
}

#[test]
fn a_file_without_headings_is_read_by_position_when_it_is_named() {
    let mut layouts = Layouts::built_in();
    let text = "title = 'Bare'\nkind = 'lines'\n[columns]\nnumber = 2\ndate = 1\nquantity = 4\nline_total = 5\nitem_code = 3\n";
    layouts.add("bare", text).expect("a layout");
    let rows = "2026-11-20,1,007,2,3.00\n2026-11-20,2,008,1,1.50\n";
    let reading = Reading { store: Some("S1".into()), layout: Some("bare".into()), ..Reading::default() };
    let read = read_with("rows.csv", rows, &layouts, &reading, &BTreeMap::new());
    assert_eq!(read.rows(Kind::Lines, &["number", "item_code", "line_total"]), ["1|007|3", "2|008|1.5"], "{:?}", read.said);
    assert_eq!(
        write(write_batches(&read.blocks), layouts.named("bare").expect("added")),
        b"2026-11-20,1,007,2,3\n2026-11-20,2,008,1,1.5\n"
    );
}

#[test]
fn cells_that_a_spreadsheet_takes_for_formulas_are_written_as_text() {
    let text = "item_code,description,price\n'=1+1,\"@x, y\",-2\n'007,''tis,3\n";
    let read = self::read(text);
    let layouts = Layouts::built_in();
    let written =
        String::from_utf8(write(write_batches(&read.blocks), layouts.named("products").expect("built in"))).expect("UTF-8");
    let rows: Vec<&str> = written.lines().skip(1).map(|line| line.trim_end_matches(',')).collect();
    assert_eq!(rows, ["'=1+1,,\"'@x, y\",-2", "007,,''tis,3"]);
    assert_eq!(self::read(&written).rows(Kind::Products, &["item_code", "description"]), ["=1+1|@x, y", "007|'tis"]);
}
