//! What a layout can say of how its files are written, each with a file that needs it.

use super::*;

/// Reads bytes under a layout of these lines that was named, for a company with the store S1.
fn read_bytes(layout: &str, name: &str, bytes: &[u8], store: Store) -> Read {
    let mut layouts = Layouts::built_in();
    layouts.add("mine", layout).expect("a layout");
    let document = Document::new(name, bytes);
    let reading = Reading { layout: Some("mine".into()), ..Reading::default() };
    let stores = BTreeMap::from([("S1".to_owned(), store)]);
    let mut found = Vec::new();
    let sheets = sheets_as(&document, layouts.named("mine"), &Limits::default()).into_value(&mut found);
    let blocks = batch(&document, sheets, &layouts, &reading, &stores, &Limits::default()).into_value(&mut found);
    read_of(blocks, &found)
}

fn read_mine(layout: &str, text: &str) -> Read {
    read_bytes(layout, "S1.csv", text.as_bytes(), Store::new("S1", "Harbour"))
}

const SALES: &str = "title = 'Mine'\nkind = 'lines'\nextends = 'sales'\n";
const HEAD: &str = "till,date,number,item_code,description,quantity,line_total";

#[test]
fn the_delimiter_goes_before_what_the_text_looks_like() {
    // Every row has more commas than bars.
    let text = format!(
        "{}\n1|2026-11-20|7|A|red, green, blue, large|1|2.00\n1|2026-11-20|8|B|a, b, c, d|1|3.00\n",
        HEAD.replace(',', "|")
    );
    let read = read_mine(&format!("{SALES}delimiter = '|'\n"), &text);
    assert_eq!(
        read.rows(Kind::Lines, &["number", "description"]),
        ["7|red, green, blue, large", "8|a, b, c, d"],
        "{:?}",
        read.said
    );
    let tabs = read_mine(
        &format!("{SALES}delimiter = 'tab'\n"),
        &format!("{}\n1\t2026-11-20\t7\tA\tx\t1\t2.00\n", HEAD.replace(',', "\t")),
    );
    assert_eq!(tabs.rows(Kind::Lines, &["number"]), ["7"], "{:?}", tabs.said);
}

#[test]
fn the_encoding_goes_before_what_the_bytes_look_like() {
    let bytes = |text: &[u8]| [HEAD.as_bytes(), b"\n1,2026-11-20,7,A,", text, b",1,2.00\n"].concat();
    let store = || Store::new("S1", "Harbour");
    // 0xA4 is the euro in ISO-8859-15 and a currency sign in Windows-1252.
    let latin = format!("{SALES}encoding = 'iso-8859-15'\n");
    let read = read_bytes(&latin, "S1.csv", &bytes(b"5\xA4"), store());
    assert_eq!((read.rows(Kind::Lines, &["description"]), read.codes), (vec!["5€".to_owned()], vec![]));
    assert_eq!(read_bytes(SALES, "S1.csv", &bytes(b"5\xA4"), store()).rows(Kind::Lines, &["description"]), ["5¤"]);
    // A layout that is wrong about it is told so, and nothing is read.
    let read = read_bytes(&format!("{SALES}encoding = 'utf-8'\n"), "S1.csv", &bytes(b"5\xA4"), store());
    assert_eq!((read.codes.as_slice(), read.blocks.len()), (&["F007"][..], 0), "{:?}", read.said);
}

#[test]
fn the_heading_stands_where_the_layout_says() {
    let above: String = (1..=12).map(|line| format!("Report of the till,line {line},,,,,\n")).collect();
    let text = format!("{above}{HEAD}\n1,2026-11-20,7,A,x,1,2.00\n");
    assert_eq!(read_mine(SALES, &text).codes, ["F002", "F002", "F002", "F002", "F002", "F030"], "too far down to be looked for");
    let read = read_mine(&format!("{SALES}header = 13\n"), &text);
    assert_eq!((read.rows(Kind::Lines, &["number"]), read.codes), (vec!["7".to_owned()], vec![]));
    let bare = "title = 'Bare'\nkind = 'lines'\nheader = 'none'\n[columns]\ndate = 1\nnumber = 2\nitem_code = 3\nquantity = 4\nline_total = 5\n";
    assert_eq!(read_mine(bare, "2026-11-20,7,A,1,2.00\n").rows(Kind::Lines, &["number", "line_total"]), ["7|2"]);
}

const PAID: &str = "till,date,number,item_code,quantity,line_total,Paid by,Paid\n";
const ALSO: &str = "[also.tenders]\ntender = 'Paid by'\namount = 'Paid'\n";

#[test]
fn tenders_stand_on_every_line_on_the_first_or_on_rows_of_their_own() {
    let repeated =
        format!("{PAID}1,2026-11-20,7,A,1,2.00,Cash,5.00\n1,2026-11-20,7,B,1,3.00,Cash,5.00\n1,2026-11-21,7,B,1,3.00,Card,3.00\n");
    let tenders = |on: &str, text: &str| {
        let read = read_mine(&format!("{SALES}tenders_on = '{on}'\n{ALSO}"), text);
        assert_eq!(read.codes, [""; 0], "{:?}", read.said);
        (read.rows(Kind::Lines, &["item_code", "line_total"]), read.rows(Kind::Tenders, &["day", "number", "tender", "amount"]))
    };
    let (lines, paid) = tenders("first_line", &repeated);
    assert_eq!((lines.len(), paid.as_slice()), (3, &["2026-11-20|7|Cash|5".to_owned(), "2026-11-21|7|Card|3".to_owned()][..]));
    let apart = format!("{PAID}1,2026-11-20,7,A,1,2.00,Cash,2.00\n1,2026-11-20,7,B,1,3.00,Card,3.00\n");
    assert_eq!(tenders("every_line", &apart).1, ["2026-11-20|7|Cash|2", "2026-11-20|7|Card|3"]);
    let own = format!(
        "{PAID}1,2026-11-20,7,A,1,2.00,,\n1,2026-11-20,7,B,1,3.00,,\n1,2026-11-20,7,,,,Cash,1.00\n1,2026-11-20,7,,,,Card,4.00\n"
    );
    let (lines, paid) = tenders("own_rows", &own);
    assert_eq!(
        (lines, paid),
        (vec!["A|2".to_owned(), "B|3".to_owned()], vec!["2026-11-20|7|Cash|1".to_owned(), "2026-11-20|7|Card|4".to_owned()])
    );
}

#[test]
fn a_name_says_store_till_and_day_by_the_layouts_pattern() {
    let layout = "title = 'Mine'\nkind = 'lines'\nfile_names = ['{store}_{till}_{date}']\n[columns]\nnumber = 'number'\nitem_code = 'item_code'\n\
        quantity = 'quantity'\nline_total = 'line_total'\n";
    let text = b"number,item_code,quantity,line_total\n7,A,1,2.00\n";
    let store = || Store { aliases: vec!["12".into()], ..Store::new("S1", "Harbour") };
    // A bare number is no store's name, unless the pattern says that it stands for one.
    let read = read_bytes(layout, "12_3_261120.csv", text, store());
    assert_eq!(read.rows(Kind::Lines, &["store", "till", "day", "number"]), ["S1|3|2026-11-20|7"], "{:?}", read.said);
    assert_eq!(read_bytes(layout, "13_3_261120.csv", text, store()).codes, ["F015"]);
    let columns = format!("{layout}store = 'shop'\n");
    let other = b"shop,number,item_code,quantity,line_total\nS2,7,A,1,2.00\n";
    assert_eq!(read_bytes(&columns, "12_3_261120.csv", other, store()).codes, ["F015"], "S2 is nobody's");
    let stores = BTreeMap::from([("S1".to_owned(), store()), ("S2".to_owned(), Store::new("S2", "Hill"))]);
    let mut layouts = Layouts::built_in();
    layouts.add("mine", &columns).expect("a layout");
    let reading = Reading { layout: Some("mine".into()), ..Reading::default() };
    let read = read_with("12_3_261120.csv", std::str::from_utf8(other).unwrap(), &layouts, &reading, &stores);
    assert_eq!(read.codes, ["F009"], "two that disagree hold the document: {:?}", read.said);
}

#[test]
fn the_cut_off_is_the_stores_own_or_else_the_layouts() {
    let layout = format!("{SALES}trading_day_cutoff = '04:00'\n");
    let text =
        b"till,date,time,number,item_code,quantity,line_total\n1,2026-11-21,03:30,7,A,1,2.00\n1,2026-11-21,04:00,8,A,1,2.00\n";
    let days = |cutoff: &str| {
        let store = Store { cutoff: cutoff.parse().unwrap(), ..Store::new("S1", "Harbour") };
        read_bytes(&layout, "S1.csv", text, store).rows(Kind::Lines, &["day", "number"])
    };
    assert_eq!(days("00:00"), ["2026-11-20|7", "2026-11-21|8"]);
    assert_eq!(days("03:00"), ["2026-11-21|7", "2026-11-21|8"]);
}

#[test]
fn a_count_without_the_float_gets_it_and_cash_back_becomes_negative_cash() {
    let z = "title = 'Mine'\nkind = 'z_reports'\nextends = 'z_report'\ncount_includes_float = false\n";
    let read = read_mine(
        z,
        "till,date,z_number,tender,opening_float,counted\n1,2026-11-20,9,Cash,50.00,120.00\n1,2026-11-20,9,Card,,30.00\n",
    );
    assert_eq!(read.rows(Kind::ZReports, &["tender", "opening_float", "counted"]), ["Cash|50|170", "Card||30"]);
    let paid =
        "title = 'Mine'\nkind = 'tenders'\nextends = 'tenders'\ncash_back = 'as_column'\n[columns]\ncash_back = 'Cashback'\n";
    let text =
        "till,date,number,tender,amount,reference,Cashback\n1,2026-11-20,7,Card,35.00,c1,20.00\n1,2026-11-20,8,Card,5.00,c2,\n";
    let read = read_mine(paid, text);
    assert_eq!(
        read.rows(Kind::Tenders, &["number", "tender", "amount", "reference"]),
        ["7|Card|35|c1", "7|Cash|-20|", "8|Card|5|c2"]
    );
    assert_eq!(read.codes, [""; 0], "{:?}", read.said);
}

#[test]
fn a_layout_that_says_nonsense_is_explained() {
    let mut layouts = Layouts::built_in();
    for (line, word) in [
        ("delimiter = ';;'", "delimiter"),
        ("encoding = 'klingon'", "klingon"),
        ("header = 0", "counted from 1"),
        ("file_names = ['{shop}']", "{shop}"),
        ("tenders_on = 'somewhere'", "somewhere"),
        ("time_zones = { 'Here' = 'Mars' }", "Mars"),
        ("otherwise = { mood = ['x'] }", "mood"),
        ("more_lines = [{ description = 'x', amount = 'y', class = 'z' }]", "more_lines"),
        ("banked = 'sometimes'", "sometimes"),
        ("constants = { 'deposits.kind' = 'bag' }", "deposits.kind"),
    ] {
        let why = layouts.add("mine", &format!("{SALES}{line}\n")).unwrap_err();
        assert!(why.contains(word), "{line}: {why}");
    }
}
