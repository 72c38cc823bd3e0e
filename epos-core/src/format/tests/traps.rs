//! What goes wrong in real files, and what is said of it: the rule, the place, and that nothing is lost.

use chrono::NaiveDate;

use super::*;

const HEAD: &str = "store,till,date,number,item_code,quantity,unit_price,line_total";
const GOOD: &str = "S1,1,2026-11-20,1,A,1,2.00,2.00";

/// A sales file with this row between two good ones.
fn with_row(row: &str) -> Read {
    read(&format!("{HEAD}\n{GOOD}\n{row}\n{GOOD}\n"))
}

#[track_caller]
fn rejects(row: &str, code: &str, place: &str) {
    let read = with_row(row);
    assert_eq!((read.codes.as_slice(), read.rejected()), (&[code][..], 1), "{:?}", read.said);
    assert!(read.said[0].starts_with(&format!("till.csv, row 3{place}")), "{:?}", read.said);
    assert_eq!(read.rows(Kind::Lines, &["number"]).len(), 2);
}

#[test]
fn a_bad_cell_rejects_its_row_and_names_itself() {
    rejects("S1,1,2026-11-20,1,A,1,2.00,7.5O", "F003", ", column H (line_total)");
    rejects("S1,1,2026-02-30,1,A,1,2.00,2.00", "F004", ", column C (date)");
    rejects("S1,1,2026-11-20,1,A,1,2.00,", "F013", ", column H (line_total)");
    rejects("S1,1,2026-11-20,,A,1,2.00,2.00", "F013", ", column D (number)");
    rejects("S1,1,2026-11-20,1,#N/A,1,2.00,2.00", "F031", ", column E (item_code)");
    rejects("S1,1,2026-11-20,1,A,b,1,2.00,2.00", "F005", "");
    rejects("S1,1,2026-11-20,1,A", "F005", "");
    let word = read("store,till,date,number,kind,item_code,quantity,line_total\nS1,1,2026-11-20,1,swap,A,1,2\n");
    assert_eq!((word.codes.as_slice(), word.rejected()), (&["F014"][..], 1));
}

#[test]
fn headings_that_do_not_fit_refuse_the_sheet() {
    let reading = Reading { store: Some("S1".into()), layout: Some("sales".into()), ..Reading::default() };
    let missing = read_with(
        "a.csv",
        "till,item_code,date,number,quantity\n1,A,2026-11-20,1,2\n",
        &Layouts::built_in(),
        &reading,
        &BTreeMap::new(),
    );
    assert_eq!(missing.codes, ["F002"], "{:?}", missing.said);
    let twice = read("till,item_code,date,number,quantity,qty,line_total\n1,A,2026-11-20,1,2,2,3\n");
    assert_eq!(twice.codes, ["F006"], "{:?}", twice.said);
    assert_eq!(read("colour,shape\nred,round\n").codes, ["F001"]);
    let unread = read("till,item_code,date,number,quantity,line_total,mood\n1,A,2026-11-20,1,2,3,fine\n");
    assert_eq!((unread.codes.as_slice(), unread.rows(Kind::Lines, &["number"]).len()), (&["F030"][..], 1));
}

#[test]
fn layouts_that_fit_equally_well_are_never_chosen_between() {
    let mut layouts = Layouts::built_in();
    let (_, sales) = BUILT_IN.iter().find(|(name, _)| *name == "sales").expect("built in");
    layouts.add("other_sales", sales).expect("a layout");
    let read = read_with("a.csv", &format!("{HEAD}\n{GOOD}\n"), &layouts, &Reading::default(), &BTreeMap::new());
    assert_eq!(read.codes, ["F029"]);
}

#[test]
fn decimal_commas_are_seen_and_semicolons_found() {
    let read = read("store;till;date;number;item_code;quantity;unit_price;line_total\nS1;1;20.11.2026;1;A;2;1.234,50;2.469,00\n");
    assert_eq!(
        read.rows(Kind::Lines, &["day", "quantity", "unit_price", "line_total"]),
        ["2026-11-20|2|1234.5|2469"],
        "{:?}",
        read.said
    );
}

fn dated(dates: &[&str]) -> Read {
    let rows: Vec<String> = dates.iter().map(|date| format!("S1,1,{date},1,A,1,2.00,2.00")).collect();
    read(&format!("{HEAD}\n{}\n", rows.join("\n")))
}

#[test]
fn one_date_above_the_twelfth_proves_the_order_of_all() {
    assert_eq!(dated(&["03/04/2026", "20/04/2026"]).rows(Kind::Lines, &["day"]), ["2026-04-03", "2026-04-20"]);
    assert_eq!(dated(&["03/04/2026", "04/20/2026"]).rows(Kind::Lines, &["day"]), ["2026-03-04", "2026-04-20"]);
    assert_eq!(dated(&["41096", "#2012-07-06#"]).rows(Kind::Lines, &["day"]), ["2012-07-06", "2012-07-06"]);
}

#[test]
fn dates_that_nothing_proves_hold_the_file() {
    for dates in [&["03/04/2026"][..], &["20/04/2026", "04/20/2026"]] {
        let read = dated(dates);
        assert_eq!((read.codes.as_slice(), read.rows(Kind::Lines, &["day"]).len()), (&["F016"][..], 0), "{dates:?}");
    }
    let undated = "till,number,item_code,quantity,unit_price,line_total\n1,1,A,1,2.00,2.00\n";
    let mut reading = Reading { store: Some("S1".into()), layout: Some("sales".into()), ..Reading::default() };
    let layouts = Layouts::built_in();
    assert_eq!(read_with("a.csv", undated, &layouts, &reading, &BTreeMap::new()).codes, ["F002"]);
    reading.date = NaiveDate::from_ymd_opt(2026, 11, 20);
    let told = read_with("a.csv", undated, &layouts, &reading, &BTreeMap::new());
    assert_eq!(told.rows(Kind::Lines, &["day"]), ["2026-11-20"], "{:?}", told.said);
}

#[test]
fn the_date_in_a_files_name_is_only_a_hint() {
    let text = format!("{HEAD}\n{GOOD}\n");
    assert_eq!(read_named("sales_2026-11-21.csv", &text).codes, ["F017"]);
    assert!(read_named("sales_20112026_20.11.2026.csv", &text).codes.is_empty());
    assert!(read_named("items-2026-11-20-2026-11-21.csv", &text).codes.is_empty());
}

#[test]
fn totals_and_repeated_headings_are_left_out_and_said() {
    let read = read(&format!("{HEAD}\n{GOOD}\n{HEAD}\n{GOOD}\n,,,,Total,2,,4.00\n"));
    assert_eq!((read.codes.as_slice(), read.rows(Kind::Lines, &["line_total"])), (&["F023", "F022"][..], vec!["2".to_owned(); 2]));
}

#[test]
fn a_product_called_total_is_no_totals_row() {
    let read = with_row("S1,1,2026-11-20,2,Total,1,,2.00");
    assert_eq!((read.codes.len(), read.rows(Kind::Lines, &["item_code"]).len()), (0, 3), "{:?}", read.said);
    let read = self::read("store,till,date,z_number,tender,counted\nS1,1,2026-11-20,9,Cash,5\nS1,1,2026-11-20,9,Total,5\n");
    assert_eq!((read.codes.as_slice(), read.rows(Kind::ZReports, &["tender"])), (&["F022"][..], vec!["Cash".to_owned()]));
}

#[test]
fn titles_may_stand_above_the_heading() {
    let read = read(&format!("Sales of the charity shop\nprinted,2026-11-21\n\n{HEAD}\n{GOOD}\n"));
    assert_eq!((read.codes.len(), read.rows(Kind::Lines, &["number"]).len()), (0, 1), "{:?}", read.said);
}

#[test]
fn a_heading_without_rows_is_said() {
    assert_eq!(read(HEAD).codes, ["F008"]);
}

#[test]
fn two_stores_in_one_file_are_two_batches_and_strange_stores_hold_it() {
    let text = format!("{HEAD}\n{GOOD}\nLeeds,1,2026-11-20,1,A,1,2.00,2.00\n");
    let stores = BTreeMap::from([("S1".to_owned(), Store::new("S1", "York")), ("S2".to_owned(), Store::new("S2", "leeds"))]);
    let layouts = Layouts::built_in();
    let open = read_with("a.csv", &text, &layouts, &Reading::default(), &stores);
    assert_eq!((open.codes.len(), open.rows(Kind::Lines, &["store"])), (0, vec!["S1".to_owned(), "S2".to_owned()]));
    let sent = Reading { store: Some("S1".into()), ..Reading::default() };
    assert_eq!(read_with("a.csv", &text, &layouts, &sent, &stores).codes, ["F009"]);
    let strange = text.replace("Leeds", "Atlantis");
    assert_eq!(read_with("a.csv", &strange, &layouts, &Reading::default(), &stores).codes, ["F015"]);
    let silent = read_with(
        "a.csv",
        "till,item_code,date,number,quantity,line_total\n1,A,2026-11-20,1,2,3\n",
        &layouts,
        &Reading::default(),
        &stores,
    );
    assert_eq!(silent.codes, ["F015"]);
}

#[test]
fn a_refund_written_positive_is_turned_and_said() {
    let read =
        read("store,till,date,number,kind,item_code,quantity,unit_price,line_total\nS1,1,2026-11-20,1,refund,A,1,2.00,2.00\n");
    assert_eq!(
        (read.codes.as_slice(), read.rows(Kind::Lines, &["quantity", "unit_price", "line_total"])),
        (&["T008"][..], vec!["-1|2|-2".to_owned()])
    );
}

#[test]
fn a_sale_after_midnight_belongs_to_the_evening_before() {
    let mut store = Store::new("S1", "Bar");
    store.cutoff = chrono::NaiveTime::from_hms_opt(4, 0, 0).expect("a time");
    let text =
        "store,till,date,time,number,item_code,quantity,line_total\nS1,1,2026-11-21,01:30,1,A,1,2\nS1,1,2026-11-21,11:00,2,A,1,2\n";
    let stores = BTreeMap::from([("S1".to_owned(), store)]);
    let read = read_with("a.csv", text, &Layouts::built_in(), &Reading::default(), &stores);
    assert_eq!(read.rows(Kind::Lines, &["day", "number"]), ["2026-11-20|1", "2026-11-21|2"]);
    let trips = round_trip(
        &Document::new("a.csv", text.as_bytes()),
        &Layouts::built_in(),
        &Reading::default(),
        &stores,
        &Limits::default(),
    );
    assert_eq!(trips.value, [Trip { layout: "sales".into(), rows: 2, lost: Vec::new() }]);
}

#[test]
fn a_block_never_parts_a_transaction() {
    let rows: Vec<String> = (0..20).map(|row| format!("S1,1,2026-11-20,{},A,1,2.00,2.00", row / 3)).collect();
    let text = format!("{HEAD}\n{}\n", rows.join("\n"));
    let document = Document::new("a.csv", text.as_bytes());
    let (layouts, reading, stores) = (Layouts::built_in(), Reading::default(), BTreeMap::new());
    let limits = Limits { block_rows: 4, ..Limits::default() };
    let blocks = batch(&document, sheets(&document, &limits).value, &layouts, &reading, &stores, &limits).value;
    let lines: Vec<Vec<String>> = blocks
        .iter()
        .map(|block| {
            Read { blocks: vec![block.clone()], codes: Vec::new(), said: Vec::new() }.rows(Kind::Lines, &["number", "line"])
        })
        .collect();
    assert_eq!(lines[0], ["0|1", "0|2", "0|3", "1|1", "1|2", "1|3"]);
    assert_eq!((lines.len(), lines.concat().len()), (4, 20));
    let trips = round_trip(&document, &layouts, &reading, &stores, &limits).value;
    assert_eq!(trips, [Trip { layout: "sales".into(), rows: 20, lost: Vec::new() }]);
}

#[test]
fn tax_columns_are_summed_and_a_taxi_is_none() {
    let read = read("store,till,date,z_number,net,tax_20,tax 5,taxi\nS1,1,2026-11-20,9,10,2.00,0.50,7\n");
    assert_eq!((read.codes.as_slice(), read.rows(Kind::ZTotals, &["net", "tax"])), (&["F030"][..], vec!["10|2.5".to_owned()]));
}

#[test]
fn a_workbook_of_which_no_sheet_is_known_is_refused_and_one_strange_sheet_is_said() {
    let sheet = |name: &str, headings: &[&str], row: &[&str]| {
        let cells = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let rows = vec![SheetRow { number: 1, cells: cells(headings) }, SheetRow { number: 2, cells: cells(row) }];
        Sheet { name: name.into(), hidden: false, rows }
    };
    let document = Document::new("book.xlsx", b"book".as_slice());
    let (layouts, reading, stores, limits) = (Layouts::built_in(), Reading::default(), BTreeMap::new(), Limits::default());
    let read = |sheets: Vec<Sheet>| {
        let read = batch(&document, sheets, &layouts, &reading, &stores, &limits);
        let rows: usize = read.value.iter().flat_map(|block| &block.batches).map(|batch| batch.content.total()).sum();
        (read.diagnostics.iter().map(|finding| finding.code.0.code).collect::<Vec<_>>(), rows)
    };
    let strange = || sheet("Notes", &["thoughts", "moods"], &["rain", "calm"]);
    let known = sheet("List", &["item_code", "description", "price"], &["TEA", "Tea", "2.20"]);
    assert_eq!(read(vec![strange(), sheet("More", &["this", "that"], &["1", "2"])]), (vec!["F001", "F001"], 0));
    assert_eq!(read(vec![strange(), known]), (vec!["F030"], 1));
}
