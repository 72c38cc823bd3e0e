//! What goes wrong in real files, and what is said of it: the rule, the place, and that nothing is lost.
//!
//! | trap | what comes of it | shown by |
//! |---|---|---|
//! | leading zeros lost | mended from the product list, P004 | tests/cases/P004 |
//! | long barcodes in scientific form | P002 | tests/cases/P002 |
//! | BOM on the first heading | no part of it | format/tests/traps.rs: marks_line_ends_and_blanks_change_nothing |
//! | trailing empty columns and rows | left out | format/tests/traps.rs: marks_line_ends_and_blanks_change_nothing |
//! | blank rows inside | left out, and rows keep their numbers | format/tests/traps.rs: marks_line_ends_and_blanks_change_nothing |
//! | CRLF, CR only, no line end at the end | the same rows | format/tests/traps.rs: marks_line_ends_and_blanks_change_nothing |
//! | a line break or quotation mark in a description | kept | format/tests/traps.rs: a_description_keeps_its_line_breaks_and_quotation_marks |
//! | semicolons, decimal commas | found | format/tests/traps.rs: decimal_commas_are_seen_and_semicolons_found |
//! | `£` as byte 0xA3 | read as Windows-1252, F007 | format/tests/traps.rs: a_pound_sign_of_one_byte_is_read_and_said |
//! | UTF-16 | read, F007 | format/tests/traps.rs: what_holds_the_rows_changes_none_of_them |
//! | `#N/A`, `#REF!`, `#DIV/0!` | the row is rejected and the cell named, F031 | format/tests/traps.rs: an_error_is_named_by_its_cell_whatever_holds_it |
//! | a heading row repeated, a totals row at the end | left out, F023 and F022 | format/tests/traps.rs: totals_and_repeated_headings_are_left_out_and_said |
//! | the same file twice | nothing changes, L001 | tests/cases/L001 |
//! | a later corrected file | replaces the first, L002 | tests/cases/L002 |
//! | cells that begin with `=`, `+`, `-`, `@` | kept when read, no formula when written | format/tests/traps.rs: formulas_in_words_are_kept_and_go_out_as_words |
//! | an apostrophe before digits: `'0123` | taken away | format/tests/traps.rs: formulas_in_words_are_kept_and_go_out_as_words |
//! | two stores in one file | two batches, or F009 | format/tests/traps.rs: two_stores_in_one_file_are_two_batches_and_strange_stores_hold_it |
//! | hidden sheets | not read, F021 | format/workbook/tests.rs: hidden_sheets_are_said_and_not_read |
//! | merged cells | the value stands in the first one | format/workbook/tests.rs: rows_and_columns_are_those_a_person_sees |
//! | a formula whose saved value is stale | read as saved; that the sums disagree is T001 | format/tests/traps.rs: a_stale_formula_is_read_as_saved |
//! | a formula that was never calculated | the file is held, F033 | format/tests/traps.rs: a_formula_without_a_value_holds_the_file |
//! | `.xls` that is HTML, text, xlsx or XML | read as what it is, F034 | format/tests/traps.rs: what_holds_the_rows_changes_none_of_them |
//! | a column for each tender | tenders by their headings | format/tests/fixtures.rs: a_layout_of_ones_own_extends_a_canonical_one |
//! | dates that could be either way round | proven by one day above the twelfth, or held, F016 | format/tests/traps.rs: dates_that_nothing_proves_hold_the_file |
//! | rows out of their order in an archive of XML | in theirs | format/workbook/tests.rs: rows_in_any_order_come_in_theirs |

use chrono::NaiveDate;

use super::*;
#[cfg(feature = "workbook")]
use crate::format::workbook::tests::{ods_of, with_part, xlsb_of, xlsx};

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

#[test]
fn every_trap_has_its_test() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let table = include_str!("traps.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
    let shown: Vec<&str> = table.skip(1).filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next()).collect();
    assert!(shown.len() > 20, "{shown:?}");
    for place in shown {
        match place.split_once(": ") {
            Some((file, test)) => {
                let source = std::fs::read_to_string(format!("{root}src/{file}")).expect(file);
                assert!(source.contains(&format!("\nfn {test}()")), "{place}");
            }
            None => assert!(std::path::Path::new(&format!("{root}../{place}/expected.txt")).exists(), "{place}"),
        }
    }
}

#[test]
fn marks_line_ends_and_blanks_change_nothing() {
    let plain = format!("{HEAD}\n{GOOD}\n{GOOD}\n");
    let expected = read(&plain).rows(Kind::Lines, &["store", "day", "number", "item_code", "line_total"]);
    assert_eq!(expected.len(), 2);
    let blank = ",".repeat(9);
    for text in [
        format!("\u{FEFF}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace('\n', "\r"),
        plain.trim_end().to_owned(),
        format!("{HEAD}\n{GOOD}\n\n  \n{GOOD}\n"),
        format!("{HEAD},,\n{GOOD},,\n{blank}\n{GOOD},,\n{blank}\n{blank}\n\n"),
    ] {
        let read = read(&text);
        assert!(read.codes.is_empty(), "{:?}", read.said);
        assert_eq!(read.rows(Kind::Lines, &["store", "day", "number", "item_code", "line_total"]), expected, "{text}");
    }
    let bad = read(&format!("{HEAD}\r\n{GOOD}\r\n\r\n{blank}\r\nS1,1,2026-11-20,1,A,1,2.00,x"));
    assert!(bad.said[0].starts_with("till.csv, row 5, column H"), "{:?}", bad.said);
}

#[test]
fn a_description_keeps_its_line_breaks_and_quotation_marks() {
    let text = "till,date,number,item_code,description,quantity,line_total\n\
        1,2026-11-20,1,A,\"Tea \"\"green\"\",\nloose\",1,2.00\n1,2026-11-20,1,B,5\" plate,1,x\n";
    let read = read(text);
    assert_eq!(
        (read.codes.as_slice(), read.rows(Kind::Lines, &["description"])),
        (&["F003"][..], vec!["Tea \"green\",\nloose".to_owned()])
    );
    assert!(read.said[0].starts_with("till.csv, row 4, column G"), "{:?}", read.said);
}

#[test]
fn a_pound_sign_of_one_byte_is_read_and_said() {
    let read = read_bytes(
        "till.csv",
        b"till,date,number,item_code,description,quantity,line_total\n1,2026-11-20,1,A,\xA31 bag,1,\xA32.00\n",
    );
    assert_eq!(
        (read.codes.as_slice(), read.rows(Kind::Lines, &["description", "line_total"])),
        (&["F007"][..], vec!["£1 bag|2".to_owned()])
    );
}

#[test]
fn formulas_in_words_are_kept_and_go_out_as_words() {
    let head = "till,date,number,item_code,description,quantity,line_total\n";
    let text = format!(
        "{head}1,2026-11-20,1,'0123,=1+1,1,2\n1,2026-11-20,1,B,+44 @home,1,2\n1,2026-11-20,1,C,-x,1,2\n1,2026-11-20,1,D,@y,1,2\n"
    );
    let read = read(&text);
    assert_eq!(
        read.rows(Kind::Lines, &["item_code", "description"]),
        ["0123|=1+1", "B|+44 @home", "C|-x", "D|@y"],
        "{:?}",
        read.said
    );
    let reading = Reading { store: Some("S1".into()), ..Reading::default() };
    let document = Document::new("a.csv", text.as_bytes());
    let trips = round_trip(&document, &Layouts::built_in(), &reading, &BTreeMap::new(), &Limits::default()).value;
    assert_eq!(trips, [Trip { layout: "sales".into(), rows: 4, lost: Vec::new() }]);
}

#[cfg(feature = "workbook")]
fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

#[cfg(feature = "workbook")]
fn xlsx_of(rows: &[Vec<&str>]) -> Vec<u8> {
    xlsx(|book| {
        let sheet = book.add_worksheet();
        for (row, cells) in (0..).zip(rows) {
            sheet.write_row(row, 0, cells.iter().copied()).expect("a cell");
        }
    })
}

/// The rows as a web page's table, as tills write it.
#[cfg(feature = "workbook")]
fn page_of(rows: &[Vec<&str>]) -> Vec<u8> {
    let row = |cells: &Vec<&str>| format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>"));
    format!("<html>\n<body><TABLE border=1>{}</TABLE></body></html>", rows.iter().map(row).collect::<String>()).into_bytes()
}

/// The rows as Excel 2003's XML.
#[cfg(feature = "workbook")]
fn old_xml_of(rows: &[Vec<&str>]) -> Vec<u8> {
    let cell = |text: &&str| format!("<Cell><Data ss:Type=\"String\">{text}</Data></Cell>");
    let row = |cells: &Vec<&str>| format!("<Row>{}</Row>", cells.iter().map(cell).collect::<String>());
    format!(
        "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Sales\"><Table>{}</Table></Worksheet></Workbook>",
        rows.iter().map(row).collect::<String>()
    )
    .into_bytes()
}

#[test]
#[cfg(feature = "workbook")]
fn what_holds_the_rows_changes_none_of_them() {
    // A blank cell at the end of a row is a cell in a text, and nothing at all elsewhere.
    let text = format!("{HEAD},cashier\n{GOOD},\nS1,1,2026-11-20,2,0123,2,1.50,3.00,Ann\n");
    let expected = read(&text).rows(Kind::Lines, &["number", "item_code", "quantity", "line_total"]);
    assert_eq!(expected, ["1|A|1|2", "2|0123|2|3"]);
    let rows = cells(&text);
    let tabs = text.replace(',', "\t");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(tabs.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (name, bytes, codes) in [
        ("till.xlsx", xlsx_of(&rows), &[][..]),
        ("till.xls", xlsx_of(&rows), &["F034"]),
        ("till.csv", xlsx_of(&rows), &["F034"]),
        ("till.xlsb", xlsb_of(&rows), &[]),
        ("till.ods", ods_of(&rows), &[]),
        ("till.xls", ods_of(&rows), &["F034"]),
        ("till.xls", page_of(&rows), &["F034"]),
        ("till.html", page_of(&rows), &[]),
        ("till.xls", old_xml_of(&rows), &["F034"]),
        ("till.xls", text.clone().into_bytes(), &["F034"]),
        ("till.xls", tabs.clone().into_bytes(), &["F034"]),
        ("till.xls", utf16, &["F007", "F034"]),
    ] {
        let read = read_bytes(name, &bytes);
        assert_eq!(read.codes, codes, "{name}: {:?}", read.said);
        assert_eq!(read.rows(Kind::Lines, &["number", "item_code", "quantity", "line_total"]), expected, "{name}");
    }
}

#[test]
#[cfg(feature = "workbook")]
fn an_error_is_named_by_its_cell_whatever_holds_it() {
    let text = format!(
        "{HEAD}\n{GOOD}\nS1,1,2026-11-20,1,A,1,2.00,#DIV/0!\nS1,1,2026-11-20,1,#N/A,1,2.00,2.00\nS1,1,2026-11-20,1,A,#REF!,2.00,2.00\n"
    );
    let rows = cells(&text);
    for (name, bytes) in [
        ("a.csv", text.clone().into_bytes()),
        ("a.xlsx", xlsx_of(&rows)),
        ("a.xlsb", xlsb_of(&rows)),
        ("a.ods", ods_of(&rows)),
        ("a.html", page_of(&rows)),
        ("a.xml", old_xml_of(&rows)),
    ] {
        let read = read_bytes(name, &bytes);
        assert_eq!((read.codes.as_slice(), read.rejected()), (&["F031"; 3][..], 3), "{name}: {:?}", read.said);
        for (said, place) in
            read.said.iter().zip(["row 3, column H (line_total)", "row 4, column E (item_code)", "row 5, column F (quantity)"])
        {
            assert!(said.contains(place), "{said}");
        }
        assert_eq!(read.rows(Kind::Lines, &["number"]).len(), 1);
    }
}

/// A workbook with one sale whose total is this formula, with this saved value.
#[cfg(feature = "workbook")]
fn with_formula(saved: &str) -> Vec<u8> {
    let sales = cells(HEAD);
    xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, sales.iter().flatten().copied()).expect("a heading");
        sheet.write_row(1, 0, ["S1", "1", "2026-11-20", "1", "A", "2", "2.00"]).expect("a row");
        sheet.write_formula(1, 7, rust_xlsxwriter::Formula::new("=2*2").set_result(saved)).expect("a formula");
    })
}

#[test]
#[cfg(feature = "workbook")]
fn a_stale_formula_is_read_as_saved() {
    let read = read_bytes("a.xlsx", &with_formula("7"));
    assert_eq!(
        (read.codes.len(), read.rows(Kind::Lines, &["quantity", "unit_price", "line_total"])),
        (0, vec!["2|2|7".to_owned()])
    );
}

#[test]
#[cfg(feature = "workbook")]
fn a_formula_without_a_value_holds_the_file() {
    let never = with_part(&with_formula("7"), "xl/worksheets/sheet1.xml", |xml| {
        String::from_utf8(xml).expect("XML").replace("</f><v>7</v>", "</f>").into_bytes()
    });
    let read = read_bytes("a.xlsx", &never);
    assert_eq!(read.codes, ["F033", "F013"], "{:?}", read.said);
    assert!(read.said[0].starts_with("a.xlsx, sheet Sheet1, row 2, column H this cell holds a formula"), "{:?}", read.said);
    let saved = with_part(&with_formula("7"), "xl/worksheets/sheet1.xml", |xml| {
        String::from_utf8(xml).expect("XML").replace("</f><v>7</v>", "</f><v></v>").into_bytes()
    });
    assert_eq!(read_bytes("a.xlsx", &saved).codes[0], "F033");
}

#[test]
#[cfg(feature = "workbook")]
fn amounts_and_dates_out_of_reach_reject_their_row() {
    let bad = [("1e30", "F003"), ("1E400", "F003"), ("0000-01-01", "F004"), ("99999-01-01", "F004")];
    for (text, code) in bad {
        let row =
            if code == "F003" { format!("S1,1,2026-11-20,1,A,1,2.00,{text}") } else { format!("S1,1,{text},1,A,1,2.00,2.00") };
        let rows = format!("{HEAD}\n{GOOD}\n{row}\n");
        for (name, bytes) in
            [("a.csv", rows.clone().into_bytes()), ("a.ods", ods_of(&cells(&rows))), ("a.html", page_of(&cells(&rows)))]
        {
            let read = read_bytes(name, &bytes);
            assert_eq!((read.codes.as_slice(), read.rejected()), (&[code][..], 1), "{name} {text}: {:?}", read.said);
        }
    }
}

#[test]
fn sheets_of_which_none_has_rows_are_no_day_without_sales() {
    let heading = "till,date,number,item_code,quantity,line_total";
    let row = "1,2026-11-20,7,A,2,3.00";
    let notes = ("Notes", "to do,who\nmop,Ann");
    let codes = |sales: &str| read_sheets(&[("Sales", sales), notes]).codes;
    assert_eq!(codes(heading), ["F030", "F008"]);
    assert_eq!(codes(&format!("{heading}\n{row}")), ["F030"]);
    // A total alone is no row either.
    let total = ",,,,,3.00".replacen(',', "Total,", 1);
    assert!(read(&format!("{heading}\n{total}\n")).codes.contains(&"F008"));
}
