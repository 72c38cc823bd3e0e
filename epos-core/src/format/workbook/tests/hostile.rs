//! Workbooks made to hurt: each is read or ends in a finding, soon, and before room is made for what it only claims to hold.

use std::time::{Duration, Instant};

use rust_xlsxwriter::ExcelDateTime;

use super::*;

/// Many times what the slowest takes in an unoptimised build: what is meant is not minutes, on a machine that does much else.
const SOON: Duration = Duration::from_secs(120);

/// Reads it within time, and gives the codes and the first message.
fn read(name: &str, bytes: &[u8]) -> (Vec<&'static str>, String) {
    let started = Instant::now();
    let read = open(name, bytes);
    assert!(started.elapsed() < SOON, "{name} took {:?}", started.elapsed());
    (codes(&read), read.diagnostics.first().map(|finding| finding.message.clone()).unwrap_or_default())
}

/// The small workbook with its sheet's XML changed.
fn sheet(change: impl Fn(&str) -> String) -> Vec<u8> {
    with_part(&small(), "xl/worksheets/sheet1.xml", |xml| change(&String::from_utf8(xml).unwrap()).into_bytes())
}

#[test]
fn a_million_merged_cells_hold_nothing_up() {
    let merged: String = (1..=1_000_000).map(|row| format!("<mergeCell ref=\"D{row}:E{row}\"/>")).collect();
    let bytes = sheet(|xml| xml.replace("</sheetData>", &format!("</sheetData><mergeCells>{merged}</mergeCells>")));
    assert_eq!(read("a.xlsx", &bytes).0, [""; 0]);
    assert_eq!(rows(&open("a.xlsx", &bytes).value[0]).len(), 3);
}

#[test]
fn a_table_of_strings_that_states_more_than_it_holds_gets_no_room() {
    for stated in ["100000000000", "18446744073709551615", "99999999999999999999999"] {
        let bytes = with_part(&small(), "xl/sharedStrings.xml", |xml| {
            let xml = String::from_utf8(xml).unwrap();
            let from = xml.find("uniqueCount=\"").unwrap() + 13;
            let end = from + xml[from..].find('"').unwrap();
            format!("{}{stated}{}", &xml[..from], &xml[end..]).into_bytes()
        });
        let (codes, message) = read("a.xlsx", &bytes);
        assert_eq!(codes, ["F012"], "{stated}");
        assert!(message.contains("sharedstrings.xml"), "{message}");
    }
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let many = with_part(&small(), "xl/sharedStrings.xml", |_| format!("<sst>{}</sst>", "<si/>".repeat(100_000)).into_bytes());
    assert_eq!(codes(&sheets(&Document::new("a.xlsx", many), &limits)), ["F012"]);
}

#[test]
fn a_long_string_in_a_million_cells_is_counted_as_often() {
    let cells: String = (1..=100_000).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>")).collect();
    let bytes = sheet(|xml| {
        let (head, rest) = xml.split_once("<sheetData>").unwrap();
        format!("{head}<sheetData>{cells}</sheetData>{}", rest.split_once("</sheetData>").unwrap().1)
    });
    let bytes =
        with_part(&bytes, "xl/sharedStrings.xml", |_| format!("<sst><si><t>{}</t></si></sst>", "x".repeat(32_000)).into_bytes());
    let (codes, message) = read("a.xlsx", &bytes);
    assert_eq!(codes, ["F012"]);
    assert!(message.contains("536870912 bytes"), "{message}");
}

#[test]
fn a_zip_that_states_or_holds_four_gigabytes_is_not_unpacked() {
    let mut stated = with_part_added(&small(), "xl/media/a.bin", b"short");
    // The sizes in the last directory entry: the file claims 4 GB.
    let entry = stated.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    stated[entry + 24..entry + 28].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    assert!(matches!(read("a.xlsx", &stated).0.as_slice(), [] | ["F010" | "F012"]));
    let held = with_part_added(&small(), "xl/worksheets/sheet9.xml", &vec![b' '; 64 << 20]);
    let (codes, message) = read("a.xlsx", &held);
    assert_eq!(codes, ["F012"]);
    assert!(message.contains("200 times"), "{message}");
}

#[test]
fn elements_without_end_take_no_room() {
    let deep = sheet(|xml| xml.replace("<sheetData>", &format!("<sheetData>{}", "<row>".repeat(300_000))));
    assert_eq!(read("a.xlsx", &deep).0, [""; 0]);
    let deep = format!("<office:document-content>{}", "<table:table>".repeat(300_000));
    let deep = with_part(&ods::tests::ods(""), "content.xml", |_| deep.clone().into_bytes());
    assert_eq!(read("a.ods", &deep).0, ["F012"]);
    let page = "<table><tr><td>".repeat(300_000);
    assert_eq!(read("a.html", page.as_bytes()).0, ["F008"]);
    // Entities that name themselves are never resolved.
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"&b;&b;\"><!ENTITY b \"&a;&a;\">]>\
        <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table><Row><Cell><Data>&a;</Data></Cell></Row></Table></Worksheet></Workbook>";
    assert_eq!(rows(&open("a.xml", laughs.as_bytes()).value[0]), ["1:\u{FFFD}"]);
}

#[test]
fn a_sheet_that_claims_every_cell_is_as_large_as_what_it_holds() {
    let bytes = sheet(|xml| {
        let from = xml.find("<dimension ref=\"").unwrap() + 16;
        let end = from + xml[from..].find('"').unwrap();
        let xml = format!("{}A1:XFD1048576{}", &xml[..from], &xml[end..]);
        xml.replace("</sheetData>", "<row r=\"1048576\"><c r=\"B1048576\"><v>2</v></c></row></sheetData>")
    });
    let (codes, _) = read("a.xlsx", &bytes);
    assert_eq!((codes, rows(&open("a.xlsx", &bytes).value[0])[3].as_str()), (vec![], "1048576:|2"));
}

#[test]
fn repeats_that_fill_a_sheet_are_limits() {
    let table = |rows: &str, columns: &str| {
        format!(
            "<table:table><table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{columns}\" \
             office:value-type=\"string\"><text:p>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    for (rows, columns) in [("1048576", "16384"), ("4294967295", "1"), ("1048576", "900"), ("1", "4294967295")] {
        assert_eq!(read("a.ods", &ods::tests::ods(&table(rows, columns))).0, ["F012"], "{rows} x {columns}");
    }
    let blank = "<table:table><table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell \
        table:number-columns-repeated=\"4294967295\"/></table:table-row></table:table>";
    assert_eq!(read("a.ods", &ods::tests::ods(&blank.repeat(99))).0, ["F008"]);
    assert_eq!(read("a.ods", &ods::tests::ods(&blank.repeat(101))).0, ["F012"]);
}

#[test]
fn impossible_dates_and_amounts_are_text_and_no_more() {
    let bytes = xlsx(|book| {
        let sheet = book.add_worksheet();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for (column, serial) in [-1.0, 0.0, 60.0, 2_958_465.0, 2_958_466.0, 1e30, -1e300].into_iter().enumerate() {
            sheet.write_with_format(0, column as u16, serial, &date).unwrap();
        }
        sheet.write_with_format(1, 0, ExcelDateTime::parse_from_str("9999-12-31").unwrap(), &date).unwrap();
        sheet.write(1, 1, 1e30).unwrap();
        sheet.write(1, 2, 1e-30).unwrap();
    });
    let found = rows(&open("a.xlsx", &bytes).value[0]);
    assert!(found[0].starts_with("1:-1|00:00:00|1900-02-28|9999-12-31|2958466|1000000000000000000000000000000|-1"), "{}", found[0]);
    assert_eq!(found[1], format!("2:9999-12-31|1{}|0.{}1", "0".repeat(30), "0".repeat(29)));
    let odd = |sort: &str, value: &str| {
        let table = format!(
            "<table:table><table:table-row><table:table-cell office:value-type=\"{sort}\" office:{value}/></table:table-row></table:table>"
        );
        rows(&open("a.ods", &ods::tests::ods(&table)).value[0]).concat()
    };
    assert_eq!(odd("date", "date-value=\"0000-01-01\""), "1:0000-01-01");
    assert_eq!(odd("date", "date-value=\"9999999-01-01\""), "1:9999999-01-01");
    assert_eq!(odd("time", "time-value=\"PT99999999999999999999999H\""), "1:PT99999999999999999999999H");
    assert_eq!(odd("float", "value=\"1e400\""), "1:inf");
    assert_eq!(odd("float", "value=\"twelve\""), "1:twelve");
}
