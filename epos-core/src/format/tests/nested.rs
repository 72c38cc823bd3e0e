//! JSON and XML: cells are located and exact, layouts bind them, and sums tie.

use proptest::prelude::*;

use super::*;
use crate::format;

const EVENTS: &[u8] = include_bytes!("nested/events.ndjson");
const ZETTLE: &[u8] = include_bytes!("nested/zettle.json");
const YEN: &[u8] = include_bytes!("nested/yen.xml");
const EURO: &[u8] = include_bytes!("nested/euro.xml");

fn read_bytes(name: &str, bytes: &[u8]) -> Read {
    let document = Document::new(name, bytes);
    let reading = Reading { store: Some("leith".into()), ..Reading::default() };
    let mut found = Vec::new();
    let sheets = format::sheets(&document, &Limits::default()).into_value(&mut found);
    let blocks = batch(&document, sheets, &Layouts::built_in(), &reading, &BTreeMap::new(), &Limits::default());
    let blocks = blocks.into_value(&mut found);
    read_of(blocks, &found)
}

/// Sheets of a text, each as `name: heading|…` and `row number: cell|…`, and the codes that were found.
fn cells(name: &str, text: impl AsRef<[u8]>, limits: &Limits) -> (Vec<String>, Vec<String>) {
    let checked = format::sheets(&Document::new(name, text.as_ref()), limits);
    let mut all = Vec::new();
    for sheet in &checked.value {
        let row = |row: &SheetRow| match row.number {
            0 => format!("{}: {}", sheet.name, row.cells.join("|")),
            number => format!("{number}: {}", row.cells.join("|")),
        };
        all.extend(sheet.rows.iter().map(row));
    }
    (all, checked.diagnostics.iter().map(|finding| format!("{} {} {}", finding.code.0.code, finding.at, finding.message)).collect())
}

fn json(text: &str) -> Vec<String> {
    let (rows, found) = cells("a.json", text, &Limits::default());
    assert!(found.is_empty(), "{found:?}");
    rows
}

#[test]
fn records_are_rows_and_records_in_them_rows_of_sheets_of_their_own() {
    let text = "[\n {\"n\": 1, \"at\": {\"store\": \"S\", \"tags\": [\"a\", \"b\"]}, \"items\": [{\"p\": 0.10}, {\"p\": 2}], \"total\": 2.10},\n {\"n\": 2}\n]";
    let expected = [
        "records: n|at.store|at.tags|items|total",
        "2: 1|S|a, b|2|2.10",
        "3: 2",
        "items: n|at.store|at.tags|items|total|items.p",
        "2: 1|S|a, b|2|2.10|0.10",
        "2: 1|S|a, b|2|2.10|2",
    ];
    assert_eq!(json(text), expected);
    // On one line nothing is found by its line.
    let one = text.replace('\n', " ");
    let numbers: Vec<String> = json(&one).iter().map(|row| row.chars().take(2).collect()).collect();
    assert_eq!(numbers, ["re", "1:", "2:", "it", "1:", "2:"]);
}

#[test]
fn one_record_many_records_and_records_in_an_envelope_read_alike() {
    let record = "{\"id\": \"x\", \"total\": 3, \"items\": [{\"p\": 3}]}";
    let rows = ["records: id|total|items", "1: x|3|1", "items: id|total|items|items.p", "1: x|3|1|3"];
    assert_eq!(json(record), rows);
    assert_eq!(json(&format!("[{record}]")), rows);
    let two = json(&format!("{record}\r\n{record}\r\n"));
    assert_eq!(
        two,
        ["records: id|total|items", "1: x|3|1", "2: x|3|1", "items: id|total|items|items.p", "1: x|3|1|3", "2: x|3|1|3"]
    );
    let envelope = json(&format!("{{\"sales\": [{record}], \"next\": \"h\"}}"));
    assert_eq!(envelope[..2], ["sales: document.next|id|total|items", "1: h|x|3|1"]);
    assert_eq!(envelope[2], "items: document.next|id|total|items|items.p");
}

#[test]
fn numbers_are_kept_from_their_text() {
    let rows = json("[{\"a\": 0.10, \"b\": 1e2, \"c\": -12.5E-1, \"d\": 5012345678900, \"e\": 123456789012345678901234567890.12}]");
    assert_eq!(rows[1], "1: 0.10|100|-1.25|5012345678900|123456789012345678901234567890.12");
}

#[test]
fn values_that_are_no_records_are_cells_too() {
    assert_eq!(
        json("[{\"a\": null, \"b\": true, \"c\": [[1, 2], [3]], \"d\": \"\\u00e9\\\"\"}]"),
        ["records: b|c|d", "1: true|1, 2, 3|é\""]
    );
    assert_eq!(json("[{\"m\": [{\"x\": 1}, \"loose\", [{\"x\": 2}]]}]")[2..], ["m: m|m.x|m", "1: 3|1", "2: 3||loose", "3: 3|2"]);
    assert_eq!(cells("a.json", "[{}]", &Limits::default()).1, ["F008 a.json the file holds no rows"]);
}

#[test]
fn what_is_said_twice_is_kept_twice_and_not_guessed_at() {
    assert_eq!(json("[{\"total\": 1, \"total\": 2}]"), ["records: total|total", "1: 1|2"]);
    let event = String::from_utf8_lossy(EVENTS).lines().next().unwrap().replace("\"tax\"", "\"total\": 99, \"tax\"");
    assert!(read_bytes("pos.json", event.as_bytes()).codes.contains(&"F006"));
}

#[test]
fn wrong_json_is_found_to_the_character() {
    for (text, says) in [
        (
            "[{\"a\": 1},\n  {\"b\": 2,}]",
            "row 2 this is not right JSON: at character 11 stands '}' where a name in quotation marks should be",
        ),
        ("[{\"a\": 1}", "row 1 the JSON ends in the middle: a comma or ] should follow"),
        ("[{\"a\": \"x", "row 1 the JSON ends in the middle: a closing quotation mark should follow"),
        ("[{\"a\": 01}]", "character 9 stands '1' where a comma or }"),
        ("[{\"a\": 1.}]", "character 10 stands '}' where a digit"),
        ("[{\"a\": NaN}]", "character 8 stands 'N' where a value"),
        ("[{\"a\": \"\\q\"}]", "where a text with right escapes"),
        ("{\"a\": 1} x", "where a value should be"),
    ] {
        let (rows, found) = cells("a.json", text, &Limits::default());
        assert!(rows.is_empty() && found.len() == 1, "{text}: {rows:?} {found:?}");
        assert!(found[0].starts_with("F010 a.json, row") && found[0].contains(says), "{text}: {}", found[0]);
    }
}

#[test]
fn hostile_texts_meet_limits() {
    let code = |name: &str, text: String, limits: Limits| {
        let (rows, found) = cells(name, text, &limits);
        assert!(rows.is_empty(), "{rows:?}");
        found.iter().map(|found| found[..4].to_owned()).collect::<Vec<_>>()
    };
    let usual = Limits::default();
    assert_eq!(code("a.json", "[".repeat(100_000), usual), ["F012"]);
    assert_eq!(code("a.json", "{\"a\":".repeat(100_000), usual), ["F012"]);
    let many: Vec<String> = (0..1_001).map(|at| format!("\"k{at}\":1")).collect();
    assert_eq!(code("a.json", format!("[{{{}}}]", many.join(",")), usual), ["F012"]);
    // A wide record with many in it: each of them would repeat all of its values.
    let wide: Vec<String> = (0..900).map(|at| format!("\"k{at}\":1")).collect();
    let bomb = format!("[{{{},\"m\":[{}]}}]", wide.join(","), vec!["{\"x\":1}"; 20_000].join(","));
    assert_eq!(code("a.json", bomb, Limits { unpacked_bytes: 64 << 20, ..usual }), ["F012"]);
    assert_eq!(code("a.xml", format!("<POSLog><Transaction>{}", "<a>".repeat(100_000)), usual), ["F012"]);
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><POSLog><Transaction>&b;</Transaction></POSLog>";
    assert_eq!(code("a.xml", entities.to_owned(), usual), ["F001"]);
    assert_eq!(code("a.xml", "<POSLog><Transaction>&b;</Transaction></POSLog>".to_owned(), usual), ["F010"]);
    assert_eq!(code("a.xml", "<POSLog><Transaction>".to_owned(), usual), ["F010"]);
    assert_eq!(code("a.xml", "<POSLog><Transaction></POSLog>".to_owned(), usual), ["F010"]);
}

#[test]
fn events_of_both_generations_tie_and_hold_no_names() {
    let read = read_bytes("pos.json", EVENTS);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    assert_eq!(read.layouts(), ["events", "events_items"]);
    let headers = read.rows(Kind::Headers, &["store", "day", "time", "till", "customer", "subtotal", "tax", "total", "kind"]);
    assert_eq!(headers[0], "leith|2026-11-20|10:30:00|1|C17|13.55|1.76|15.31|sale");
    assert_eq!(headers[1], "leith|2026-11-20|11:02:41|1|C18|5.5|0.72|6.22|sale");
    assert_eq!(read.rows(Kind::Tenders, &["tender", "amount"]), ["Cash|15.31", "Credit Card|6.22"]);
    // 1.76 over 9.30, 1.80 and 2.45 by largest remainder: 1.2079 and 0.2338 and 0.3182.
    let lines = read.rows(Kind::Lines, &["item_code", "quantity", "unit_price", "line_net", "tax_amount", "line_total"]);
    assert_eq!(
        lines,
        [
            "Tea (80 bags)|3|3.1|9.3|1.21|10.51",
            "Oat cakes|1|1.8|1.8|0.23|2.03",
            "Jam|1|2.45|2.45|0.32|2.77",
            "Coffee|1|5.5|5.5|0.72|6.22",
        ]
    );
    let kept = format!("{:?}", read.blocks.iter().map(|block| &block.batches).collect::<Vec<_>>());
    assert!(!kept.contains("Byron") && !kept.contains("Rose") && !kept.contains("example.org"));
}

#[test]
fn zettle_shares_discounts_of_the_purchase_and_gives_back_refunds() {
    let read = read_bytes("purchases.json", ZETTLE);
    // The sheet of discounts needs no layout: what they took off is on the lines.
    assert_eq!(read.codes, ["F030"], "{:?}", read.said);
    let headers = read.rows(Kind::Headers, &["till", "day", "receipt", "kind", "cashier", "tax", "total", "original_number"]);
    let original = "aaaa0002-0000-11eb-a896-000000000002";
    assert_eq!(
        headers,
        [
            "Kassa 1|2026-11-20|1|sale|Kim Berg|13.31|100|".to_owned(),
            "Kassa 1|2026-11-20|2|sale|Kim Berg|3.75|35|".to_owned(),
            format!("Kassa 1|2026-11-20|3|refund|Kim Berg|-3.75|-35|{original}"),
        ]
    );
    let fields = ["description", "quantity", "unit_price", "discount_amount", "tax_rate", "line_net", "tax_amount", "line_total"];
    let lines = read.rows(Kind::Lines, &fields);
    assert_eq!(
        lines,
        [
            "Mug|2|20|12|25|22.4|5.6|28",
            "Bun|10|10|28|12|64.29|7.71|72",
            "Coffee beans|0.5|70||12|31.25|3.75|35",
            "Coffee beans|-0.5|70||12|-31.25|-3.75|-35",
        ]
    );
    let tenders = read.rows(Kind::Tenders, &["tender", "amount", "tendered", "change", "reference"]);
    assert_eq!(tenders, ["cash|40|50|10|", "card|60|||REF6000", "cash|35|35|0|", "cash|-35|-35|0|"]);
    // One purchase fetched by itself is the same.
    let all: serde_json::Value = serde_json::from_slice(ZETTLE).unwrap();
    let one = read_bytes("purchase.json", all["purchases"][1].to_string().as_bytes());
    assert_eq!((one.codes.len(), one.rows(Kind::Lines, &["line_total"])), (0, vec!["35".to_owned()]), "{:?}", one.said);
}

#[test]
fn minor_units_are_those_of_the_currency() {
    let text = String::from_utf8_lossy(ZETTLE).replace("\"SEK\"", "\"JPY\"");
    let read = read_bytes("purchases.json", text.as_bytes());
    assert_eq!(read.rows(Kind::Headers, &["total"]), ["10000", "3500", "-3500"]);
    assert_eq!(read.rows(Kind::Lines, &["line_total"])[..2], ["2800", "7200"]);
}

#[test]
fn a_poslog_in_yen_ties_with_its_discount_apportioned() {
    let read = read_bytes("log.xml", YEN);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    assert_eq!(read.layouts(), ["poslog", "poslog_lines", "poslog_tenders"]);
    let header = read.rows(Kind::Headers, &["store", "till", "number", "day", "time", "cashier", "tax", "item_count", "total"]);
    assert_eq!(header, ["leith|7|4711|2026-11-20|13:06:40|42|114|5|1548"]);
    let fields =
        ["line", "item_code", "description", "quantity", "unit_price", "discount_amount", "tax_rate", "tax_amount", "line_total"];
    let lines = read.rows(Kind::Lines, &fields);
    assert_eq!(
        lines,
        ["1|4901|Rice ball|1|505|50|8|33|455", "2|4902|Green tea & lemon|3|165|49|8|33|446", "3|4903|Lunch box|1|720|73|8|47|647"]
    );
    assert_eq!(read.rows(Kind::Tenders, &["tender", "amount", "tendered", "change"]), ["cash|1548|2000|452"]);
}

#[test]
fn a_poslog_with_a_namespace_skips_what_vendors_add() {
    let read = read_bytes("log.xml", EURO);
    assert!(read.codes.is_empty(), "{:?}", read.said);
    assert_eq!(
        read.rows(Kind::Headers, &["store", "till", "number", "time", "tax", "total"]),
        ["leith|3|88|17:59:59|6.5428|34.99"]
    );
    let lines = read.rows(Kind::Lines, &["item_code", "description", "quantity", "tax_amount", "line_total"]);
    assert_eq!(
        lines,
        [
            "00123456|Candle holder Sät|1|5.2339|27.99",
            "00123457|Napkins|2|0.4675|2.5",
            "BAG|Bag <blue>|1|0.187|1",
            "SOUP|Soup|1|0.6545|3.5"
        ]
    );
    assert_eq!(read.rows(Kind::Tenders, &["tender", "amount", "tendered", "change"]), ["card|34.99|34.99|"]);
}

#[test]
fn a_poslog_may_be_utf_16() {
    let text = String::from_utf8_lossy(YEN).replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read_bytes("log.xml", &bytes).rows(Kind::Headers, &["total"]), ["1548"]);
}

/// A transaction of one line at 10.00 with the given insides of its line, further lines, and total.
fn ten(sale: &str, more: &str, total: &str) -> Read {
    let text = format!(
        "<POSLog><Transaction><RetailStoreID>leith</RetailStoreID><WorkstationID>1</WorkstationID><SequenceNumber>5</SequenceNumber>\
         <BusinessDayDate>2026-11-20</BusinessDayDate><RetailTransaction>\n<LineItem><SequenceNumber>1</SequenceNumber>{sale}</LineItem>\
         {more}<Total TotalType=\"TransactionGrandAmount\">{total}</Total></RetailTransaction></Transaction></POSLog>"
    );
    read_bytes("log.xml", text.as_bytes())
}

#[test]
fn the_grand_total_proves_how_amounts_are_meant() {
    let sale = |inside: &str| {
        format!("<Sale><ItemID>A</ItemID><RegularSalesUnitPrice>10</RegularSalesUnitPrice><ExtendedAmount>{inside}</Sale>")
    };
    let off = "<RetailPriceModifier><Amount Action=\"Subtract\">1</Amount></RetailPriceModifier>";
    let lines = |read: Read| read.rows(Kind::Lines, &["kind", "discount_amount", "line_net", "tax_amount", "line_total"]);
    // Before and after the line's own discount.
    assert_eq!(lines(ten(&sale(&format!("10</ExtendedAmount>{off}")), "", "9")), ["sale|1|||9"]);
    assert_eq!(lines(ten(&sale(&format!("9</ExtendedAmount>{off}")), "", "9")), ["sale|1|||9"]);
    // A discount of the whole sale that is on no line.
    let whole = "<LineItem><SequenceNumber>2</SequenceNumber><Discount><Amount>2</Amount></Discount></LineItem>";
    assert_eq!(lines(ten(&sale("10</ExtendedAmount>"), whole, "8")), ["sale||||10", "discount||||-2"]);
    // Tax on top: of the line, or of the transaction.
    let taxed = sale("10</ExtendedAmount><Tax><Amount>2.00</Amount><Percent>20</Percent></Tax>");
    assert_eq!(lines(ten(&taxed, "", "12.00")), ["sale||10|2|12"]);
    assert_eq!(lines(ten(&taxed, "", "10.00")), ["sale|||2|10"]);
    let tax = "<LineItem><SequenceNumber>2</SequenceNumber><Tax><Amount>0.5</Amount></Tax></LineItem>";
    assert_eq!(lines(ten(&sale("10</ExtendedAmount>"), tax, "10.50")), ["sale||10|0.5|10.5"]);
}

#[test]
fn a_poslog_refund_goes_out_and_a_void_counts_for_nothing() {
    let back = "<Return><ItemID>A</ItemID><ActualSalesUnitPrice>10</ActualSalesUnitPrice><ExtendedAmount>10</ExtendedAmount>\
        <Quantity>1</Quantity><TransactionLink><SequenceNumber>3</SequenceNumber></TransactionLink></Return>";
    let paid = "<LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType=\"Cash\" TypeCode=\"Refund\"><Amount>10</Amount></Tender></LineItem>";
    let read = ten(back, paid, "10");
    assert_eq!(read.rows(Kind::Headers, &["kind", "total"]), ["refund|-10"]);
    assert_eq!(read.rows(Kind::Lines, &["kind", "quantity", "line_total", "original_number"]), ["refund|-1|-10|3"]);
    assert_eq!(read.rows(Kind::Tenders, &["tender", "amount"]), ["cash|-10"]);
    assert!(!read.codes.contains(&"T008"), "{:?}", read.said);
    let void = "<LineItem VoidFlag=\"true\"><SequenceNumber>2</SequenceNumber><Sale><ItemID>B</ItemID><ExtendedAmount>4</ExtendedAmount></Sale></LineItem>";
    let read = ten("<Sale><ItemID>A</ItemID><ExtendedAmount>10</ExtendedAmount></Sale>", void, "10");
    assert_eq!(read.rows(Kind::Lines, &["kind", "item_code", "line_total"]), ["sale|A|10", "void|B|4"]);
    assert_eq!(read.rows(Kind::Headers, &["total"]), ["10"]);
}

/// Any JSON value, and the scalars in it that fill a cell.
fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Map, Value as Json};
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "[ -~é€]{0,12}".prop_map(Json::from),
        "\\PC{0,6}".prop_map(Json::from),
    ];
    scalar.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            proptest::collection::vec(("[a-c.]{0,3}", inner), 0..6).prop_map(|members| Json::from(Map::from_iter(members))),
        ]
    })
}

fn scalars_of(value: &serde_json::Value, all: &mut Vec<String>) {
    match value {
        serde_json::Value::Null => {}
        serde_json::Value::String(text) => all.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| scalars_of(value, all)),
        serde_json::Value::Object(members) => members.values().for_each(|value| scalars_of(value, all)),
        other => all.push(other.to_string()),
    }
}

proptest! {
    #[test]
    fn every_scalar_of_any_json_is_in_some_cell(values in proptest::collection::vec(value(), 1..4), pretty in any::<bool>()) {
        let written = |value: &serde_json::Value| if pretty { format!("{value:#}") } else { value.to_string() };
        // An object in front makes it JSON whatever follows.
        let text = std::iter::once("{\"a\":1}".to_owned()).chain(values.iter().map(written)).collect::<Vec<_>>().join("\n");
        let document = Document::new("a.json", text.as_bytes());
        let checked = format::sheets(&document, &Limits::default());
        prop_assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
        let cells: Vec<&String> = checked.value.iter().flat_map(|sheet| sheet.rows.iter().skip(1)).flat_map(|row| &row.cells).collect();
        let mut scalars = Vec::new();
        values.iter().for_each(|value| scalars_of(value, &mut scalars));
        for scalar in scalars.iter().filter(|scalar| !scalar.trim().is_empty()) {
            prop_assert!(cells.iter().any(|cell| cell.contains(scalar.as_str())), "{scalar:?} of {text} is in no cell");
        }
    }

    #[test]
    fn no_text_that_begins_as_json_or_xml_panics(start in prop_oneof![Just("[{\"a\":"), Just("<POSLog><Transaction><RetailTransaction><LineItem>"), Just("{\"a\":1}\n")], rest in "(\\PC|[\\[\\]{}\",:0-9.eE<>/&;!a-z \n\\\\-]){0,80}") {
        let document = Document::new("a.json", format!("{start}{rest}").as_bytes());
        let mut found = Vec::new();
        let sheets = format::sheets(&document, &Limits::default()).into_value(&mut found);
        let layouts = Layouts::built_in();
        let _ = batch(&document, sheets, &layouts, &Reading::default(), &BTreeMap::new(), &Limits::default()).into_value(&mut found);
    }
}

#[test]
fn stores_of_events_have_regions() {
    let text = "{\"store_locations\": [{\"store_id\": \"S1\", \"name\": \"Mart\", \"address\": \"1 Way\", \"city\": \"Laval\", \
        \"province\": \"Quebec\", \"postal_code\": \"H2X 1Y6\"}]}";
    let read = read_bytes("stores.json", text.as_bytes());
    assert!(read.codes.is_empty(), "{:?}", read.said);
    assert_eq!(read.rows(Kind::Stores, &["code", "name", "region", "currency"]), ["S1|Mart|CA-QC|CAD"]);
}
