mod hostile;

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Formula, Workbook};

use super::*;
use crate::format::sheets;

/// Made by us with xlwt: a merged title in row 1, a heading in row 3 from column B on, rows 4 and 6, a hidden sheet, an empty one.
const XLS: &[u8] = include_bytes!("../../../../tests/files/till.xls");

pub(super) fn open(name: &str, bytes: &[u8]) -> Checked<Vec<Sheet>> {
    sheets(&Document::new(name, bytes), &Limits::default())
}

pub(super) fn codes(read: &Checked<Vec<Sheet>>) -> Vec<&'static str> {
    read.diagnostics.iter().map(|finding| finding.code.0.code).collect()
}

/// A sheet's rows as `number:a|b|c`.
pub(super) fn rows(sheet: &Sheet) -> Vec<String> {
    sheet.rows.iter().map(|row| format!("{}:{}", row.number, row.cells.join("|"))).collect()
}

pub(in crate::format) fn xlsx(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

/// Rows of words as an xlsb workbook of one sheet.
pub(in crate::format) fn xlsb_of(rows: &[Vec<&str>]) -> Vec<u8> {
    xlsb::tests::of_words(rows)
}

/// Rows of words as an ods spreadsheet of one table.
pub(in crate::format) fn ods_of(rows: &[Vec<&str>]) -> Vec<u8> {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>", text.replace('&', "&amp;"))
    };
    let row = |cells: &Vec<&str>| format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>());
    ods::tests::ods(&format!("<table:table table:name=\"Sales\">{}</table:table>", rows.iter().map(row).collect::<String>()))
}

fn blank() -> Vec<u8> {
    xlsx(|book| {
        book.add_worksheet();
    })
}

pub(super) fn small() -> Vec<u8> {
    xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Date", "Item", "Total"]).unwrap();
        sheet.write_row(1, 0, ["2026-11-20", "Milk", "1.50"]).unwrap();
        sheet.write(2, 2, 3.5).unwrap();
    })
}

/// The same archive with one part's bytes changed.
pub(in crate::format) fn with_part(bytes: &[u8], part: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        to.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&if name == part { change(content) } else { content }).unwrap();
    }
    to.finish().unwrap().into_inner()
}

pub(super) fn with_part_added(bytes: &[u8], part: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(bytes.to_vec())).unwrap();
    zip.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn numbers_are_plain_decimals_of_fifteen_digits() {
    let cases = [
        (0.1 + 0.2, "0.3"),
        (12.1, "12.1"),
        (12.100000000000001, "12.1"),
        (5_012_345_678_900.0, "5012345678900"),
        (41096.0, "41096"),
        (-3.5, "-3.5"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.005, "1.005"),
        (0.01, "0.01"),
        (0.0001, "0.0001"),
        (1e-7, "0.0000001"),
        (5.01e12, "5010000000000"),
        (1e20, "100000000000000000000"),
        (999_999_999_999_999.9, "1000000000000000"),
        (123_456.789, "123456.789"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
    ];
    for (number, expected) in cases {
        assert_eq!(decimal(number), expected);
    }
}

#[test]
fn cells_of_every_sort_become_text() {
    let bytes = xlsx(|book| {
        let sheet = book.add_worksheet();
        let format = |text: &str| Format::new().set_num_format(text);
        let moment = |text: &str| Moment::parse_from_str(text).unwrap();
        sheet.write(0, 0, "\u{A0} Tea \u{A0}").unwrap();
        sheet.write(0, 1, 0.1 + 0.2).unwrap();
        sheet.write(0, 2, 5_012_345_678_900.0).unwrap();
        sheet.write_with_format(0, 3, 12.1, &format("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00")).unwrap();
        sheet.write_with_format(0, 4, moment("2026-11-20"), &format("dd/mm/yyyy")).unwrap();
        sheet.write_with_format(0, 5, moment("09:30:15"), &format("hh:mm:ss")).unwrap();
        sheet.write_with_format(0, 6, moment("2026-11-20T17:42:00"), &format("dd/mm/yyyy hh:mm")).unwrap();
        sheet.write_with_format(0, 7, 1.5, &format("[h]:mm:ss")).unwrap();
        sheet.write(0, 8, true).unwrap();
        sheet.write(0, 9, Formula::new("=1+1").set_result("2.50")).unwrap();
        sheet.write(0, 10, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(0, 11, "0123").unwrap();
        sheet.write_with_format(0, 12, 0.2, &format("0%")).unwrap();
    });
    let read = open("a.xlsx", &bytes);
    assert_eq!(codes(&read), [""; 0]);
    let expected = "1:Tea|0.3|5012345678900|12.1|2026-11-20|09:30:15|2026-11-20T17:42:00|36:00:00|true|2.5|#DIV/0!|0123|0.2";
    assert_eq!(rows(&read.value[0]), [expected]);
}

#[test]
fn the_1904_calendar_is_read_as_excel_does() {
    let bytes = xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_with_format(0, 0, 40_000.0, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    });
    assert_eq!(rows(&open("a.xlsx", &bytes).value[0]), ["1:2009-07-06"]);
    let later = with_part(&bytes, "xl/workbook.xml", |xml| {
        String::from_utf8(xml).unwrap().replace("<workbookPr", "<workbookPr date1904=\"1\"").into_bytes()
    });
    assert_eq!(rows(&open("a.xlsx", &later).value[0]), ["1:2013-07-07"]);
}

#[test]
fn rows_and_columns_are_those_a_person_sees() {
    let bytes = xlsx(|book| {
        let sheet = book.add_worksheet().set_name("Sales").unwrap();
        sheet.write_row(4, 2, ["a", "b"]).unwrap();
        sheet.write(9, 3, 1).unwrap();
        sheet.write_blank(9, 9, &Format::new().set_bold()).unwrap();
        sheet.merge_range(10, 0, 10, 3, "merged", &Format::new()).unwrap();
    });
    let read = open("a.xlsx", &bytes);
    assert_eq!(read.value[0].name, "Sales");
    assert_eq!(rows(&read.value[0]), ["5:||a|b", "10:|||1", "11:merged"]);
}

#[test]
fn hidden_sheets_are_said_and_not_read() {
    let bytes = xlsx(|book| {
        book.add_worksheet().write(0, 0, "seen").unwrap();
        book.add_worksheet().set_name("Prices").unwrap().set_hidden(true).write(0, 0, "unseen").unwrap();
        book.add_worksheet();
    });
    let read = open("a.xlsx", &bytes);
    assert_eq!(codes(&read), ["F021"]);
    assert_eq!(read.diagnostics[0].at.sheet.as_deref(), Some("Prices"));
    let seen: Vec<_> = read.value.iter().map(|sheet| (sheet.name.as_str(), sheet.hidden, sheet.rows.len())).collect();
    assert_eq!(seen, [("Prices", true, 0), ("Sheet1", false, 1)]);
}

#[test]
fn macros_are_said_and_not_run() {
    let read = open("a.xlsm", &with_part_added(&small(), "xl/vbaProject.bin", b"not run"));
    assert_eq!(codes(&read), ["F020"]);
    assert_eq!(read.value[0].rows.len(), 3);
}

#[test]
fn a_workbook_without_rows_is_empty() {
    let read = open("a.xlsx", &blank());
    assert_eq!((codes(&read), read.value.len()), (vec!["F008"], 0));
}

#[test]
fn the_old_xls_form_is_read_alike() {
    let read = open("till.xls", XLS);
    assert_eq!(codes(&read), ["F021"]);
    assert_eq!(read.value.len(), 2);
    let expected = [
        "1:|Café Leeds",
        "3:|Date|Time|Closed|Item code|Item|Quantity|Total|Refund|Formula",
        "4:|2026-11-20|09:30:00|2026-11-20T17:42:00|5012345678900|Milk|2|12.1|true",
        "6:|||||Tea|0.3|-3.5",
    ];
    let sales = read.value.iter().find(|sheet| sheet.name == "Sales").unwrap();
    assert_eq!(rows(sales)[..2], expected[..2]);
    assert!(rows(sales)[2].starts_with(expected[2]), "{}", rows(sales)[2]);
    assert_eq!(rows(sales)[3], expected[3]);
}

#[test]
fn an_xls_name_says_nothing() {
    assert_eq!(rows(&open("a.xls", b"Date,Item\n2026-11-20,Milk\n").value[0]), ["1:Date|Item", "2:2026-11-20|Milk"]);
    let page = open("a.xls", b"<html><table><tr><td>1</td></tr></table></html>");
    assert_eq!((codes(&page), rows(&page.value[0])), (vec!["F034"], vec!["1:1".to_owned()]));
    assert_eq!(page.diagnostics[0].message, "the file is named .xls, but it is a web page (HTML); it was read as that");
    assert_eq!(rows(&open("a.csv", &small()).value[0])[2], "3:||3.5");
}

#[test]
fn a_web_page_is_read_by_its_tables() {
    let excel = "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><meta http-equiv=Content-Type \
        content=\"text/html; charset=windows-1252\"><table><tr><td>Date<td>Code<td>Total<td>Time</tr>\
        <tr><td class=xl24 x:num=\"46346\">20/11/2026</td><td>0123</td><td x:num=\"12.100000000000001\">\u{1}12.10</td>\
        <td x:num=\"0.39583333333333331\">9:30</td></tr></table>";
    let bytes: Vec<u8> = excel.bytes().map(|byte| if byte == 1 { 0xA3 } else { byte }).collect();
    let read = open("till.xls", &bytes);
    assert_eq!(codes(&read), ["F007", "F034"]);
    assert!(read.diagnostics[0].message.contains("windows-1252, as it says itself"));
    assert_eq!(
        (read.value[0].name.as_str(), rows(&read.value[0])),
        ("", vec!["1:Date|Code|Total|Time".to_owned(), "2:2026-11-20|0123|12.1|09:30:00".to_owned()])
    );
    let two = open("a.html", "<body><table><tr><td>Café</table><table></table><table><tr><td>b</table>".as_bytes());
    assert_eq!(codes(&two), [""; 0]);
    let seen: Vec<_> = two.value.iter().map(|sheet| (sheet.name.as_str(), rows(sheet).concat())).collect();
    assert_eq!(seen, [("table 1", "1:Café".to_owned()), ("table 3", "1:b".to_owned())]);
    let greek = b"<meta charset='iso-8859-7'><table><td>\xE1";
    assert_eq!(rows(&open("a.html", greek).value[0]), ["1:\u{3B1}"]);
    let none = open("a.xls", b"<html><p>Please log in</p></html>");
    assert_eq!((codes(&none), none.value.len()), (vec!["F001"], 0));
}

#[test]
fn kinds_that_are_not_read_are_named() {
    for (bytes, code, word) in [
        (&b"<?xml version=\"1.0\"?><orders/>"[..], "F019", "XML"),
        (b"%PDF-1.7", "F001", "PDF"),
        (b"\x89PNG\r\n\x1A\n", "F001", "picture"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "F001", "zip"),
        (b"\x1F\x8B\x08\0", "F001", "gzip"),
        (b"", "F008", "no rows"),
    ] {
        let read = open("a.csv", bytes);
        assert_eq!(codes(&read), [code]);
        assert!(read.diagnostics[0].message.contains(word), "{}", read.diagnostics[0].message);
        assert!(!read.diagnostics[0].help.is_empty());
    }
}

/// A compound file of one empty stream, as Excel's password protection begins.
fn compound_with(name: &str) -> Vec<u8> {
    let mut bytes = vec![0xFF; 512 * 3];
    bytes[..512].fill(0);
    bytes[..8].copy_from_slice(crate::format::compound::MAGIC);
    bytes[26] = 3;
    bytes[30] = 9;
    bytes[32] = 6;
    bytes[44] = 1;
    bytes[48] = 1;
    bytes[60..64].fill(0xFF);
    bytes[68..72].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    bytes[76..512].fill(0xFF);
    bytes[76..80].fill(0);
    bytes[512..516].copy_from_slice(&0xFFFF_FFFD_u32.to_le_bytes());
    bytes[516..520].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    bytes[1024..].fill(0);
    for (slot, name) in ["Root Entry", name].iter().enumerate() {
        for (position, unit) in name.encode_utf16().enumerate() {
            bytes[1024 + slot * 128 + position * 2] = unit as u8;
        }
    }
    bytes
}

#[test]
fn a_password_is_told_from_damage() {
    let read = open("sales.xlsx", &compound_with("EncryptedPackage"));
    assert_eq!(codes(&read), ["F011"]);
    assert_eq!(codes(&open("letter.doc", &compound_with("WordDocument"))), ["F001"]);
}

#[test]
fn an_allocation_chain_that_bites_its_tail_is_damage() {
    let mut bytes = compound_with("Workbook");
    bytes[516..520].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(codes(&open("sales.xls", &bytes)), ["F010"]);
    let mut bytes = compound_with("Workbook");
    bytes[516..520].copy_from_slice(&77_u32.to_le_bytes());
    assert_eq!(codes(&open("sales.xls", &bytes)), ["F010"]);
}

#[test]
fn a_workbook_cut_anywhere_is_truncated() {
    for (name, bytes) in [("a.xlsx", small()), ("a.xls", XLS.to_vec())] {
        for length in (20..bytes.len()).step_by(bytes.len() / 150) {
            let read = open(name, &bytes[..length]);
            // Only the padding behind the last sheet may be missing from an xls.
            let harmless = name == "a.xls" && !read.value.is_empty();
            assert!(harmless || (codes(&read) == ["F010"] && read.value.is_empty()), "{name} cut at {length}: {:?}", codes(&read));
        }
    }
}

#[test]
fn a_zip_bomb_is_stopped_before_it_unpacks() {
    let limits = Limits { unpacked_bytes: 4 << 20, ..Limits::default() };
    let stuffed = |size: usize| with_part_added(&small(), "xl/media/bomb.bin", &vec![0; size]);
    let refused = |bytes: &[u8], limits: &Limits| {
        let read = sheets(&Document::new("a.xlsx", bytes), limits);
        (codes(&read), read.diagnostics.first().map(|finding| finding.message.clone()).unwrap_or_default())
    };
    let (codes, message) = refused(&stuffed(8 << 20), &limits);
    assert_eq!(codes, ["F012"]);
    assert!(message.contains("4194304 bytes") || message.contains("200 times"), "{message}");
    let (codes, message) = refused(&stuffed(8 << 20), &Limits::default());
    assert_eq!(codes, ["F012"]);
    assert!(message.contains("200 times"), "{message}");
    let lax = Limits { unpack_ratio: 2_000, ..limits };
    let (codes, message) = refused(&stuffed(8 << 20), &lax);
    assert_eq!(codes, ["F012"]);
    assert!(message.contains("4194304 bytes"), "{message}");
    assert!(refused(&stuffed(100 << 10), &Limits::default()).0.is_empty());
}

#[test]
fn many_columns_rows_sheets_and_one_far_cell_are_limits() {
    let code = |bytes: &[u8], limits: &Limits| {
        let read = sheets(&Document::new("a.xlsx", bytes), limits);
        assert!(read.value.is_empty());
        (codes(&read)[0], read.diagnostics[0].at.row)
    };
    let wide = xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_row(1, 0, [1; 10_000]).unwrap();
    });
    assert_eq!(code(&wide, &Limits::default()), ("F012", Some(2)));
    let long = xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_column(0, 0, [1; 30]).unwrap();
    });
    assert_eq!(code(&long, &Limits { workbook_rows: 20, ..Limits::default() }), ("F012", Some(21)));
    let many = xlsx(|book| {
        for _ in 0..5 {
            book.add_worksheet();
        }
    });
    assert_eq!(code(&many, &Limits { sheets: 4, ..Limits::default() }), ("F012", None));
    let sparse = xlsx(|book| {
        let sheet = book.add_worksheet();
        sheet.write_column(0, 999, [1; 2_000]).unwrap();
    });
    let tight = Limits { unpacked_bytes: 2 << 20, ..Limits::default() };
    assert_eq!(code(&sparse, &tight), ("F012", None));
    let far = xlsx(|book| {
        book.add_worksheet().write(1_048_575, 16_383, 1).unwrap();
    });
    assert_eq!(code(&far, &Limits::default()), ("F012", Some(1_048_576)));
}

#[test]
fn formats_that_would_be_copied_a_million_times_are_a_limit() {
    let bytes = with_part(&small(), "xl/styles.xml", |xml| {
        let xml = String::from_utf8(xml).unwrap();
        let font = format!("name val=\"{}\"", "x".repeat(1 << 20));
        xml.replace("name val=\"Calibri\"", &font)
            .replace("</cellXfs>", &format!("{}</cellXfs>", "<xf fontId=\"0\"/>".repeat(20_000)))
            .into_bytes()
    });
    let lax = Limits { unpack_ratio: 10_000, ..Limits::default() };
    assert_eq!(codes(&sheets(&Document::new("a.xlsx", bytes), &lax)), ["F012"]);
}

#[test]
fn rows_in_any_order_come_in_theirs() {
    let bytes = with_part(&small(), "xl/worksheets/sheet1.xml", |xml| {
        let xml = String::from_utf8(xml).unwrap();
        let (head, rest) = xml.split_once("<sheetData>").unwrap();
        let tail = rest.split_once("</sheetData>").unwrap().1;
        let rows = "<row r=\"7\"><c r=\"B7\"><v>7</v></c></row><row r=\"2\"><c r=\"C2\"><v>3</v></c><c r=\"A2\"><v>1</v></c></row>";
        format!("{head}<sheetData>{rows}</sheetData>{tail}").into_bytes()
    });
    assert_eq!(rows(&open("a.xlsx", &bytes).value[0]), ["2:1||3", "7:|7"]);
}

/// Positions spread over a file, and what to do to the byte there.
fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
}

fn damaged(bytes: &[u8], damage: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in damage {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
    }
    bytes
}

proptest! {
    #[test]
    fn a_decimal_of_fifteen_digits_comes_back_as_it_was(digits in 1_u64..1_000_000_000_000_000, places in 0_usize..12, negative: bool) {
        let sign = if negative { "-" } else { "" };
        let text = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = text.split_at(text.len() - places);
        let written = format!("{sign}{whole}.{fraction}");
        let expected = if places == 0 { written.trim_end_matches('.') } else { written.trim_end_matches('0').trim_end_matches('.') };
        prop_assert_eq!(number(&written), expected);
    }

    #[test]
    fn a_decimal_is_that_of_fifteen_digits_whatever_the_number(number in -1e18..1e18_f64) {
        let plain = decimal(number);
        prop_assert_eq!(format!("{:.14e}", plain.parse::<f64>().unwrap()), format!("{number:.14e}"));
        prop_assert!(plain.trim_start_matches(['-', '0', '.']).trim_end_matches('0').replace('.', "").len() <= 15, "{}", plain);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), name in "[a-z]{0,3}\\.(csv|xlsx|xls|json)") {
        let read = open(&name, &bytes);
        prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
    }

    #[test]
    fn damaged_text_is_read_or_refused(damage in damage(), cut in any::<prop::sample::Index>()) {
        let text = "sep=;\r\nDate;Item;\"Total\"\r\n2026-11-20;\"Tea; \"\"green\"\"\r\nloose\";1,50\r\n\r\n;;\r\n2026-11-20;Caf\u{E9};2,00".as_bytes();
        let bytes = damaged(&text[..cut.index(text.len() + 1)], &damage);
        let read = open("a.csv", &bytes);
        prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
        for pair in read.value.iter().flat_map(|sheet| sheet.rows.windows(2)) {
            prop_assert!(pair[0].number < pair[1].number || !bytes.contains(&b'\n') || bytes.contains(&b'\r'));
        }
    }

    #[test]
    fn damaged_workbooks_are_read_or_refused(damage in damage()) {
        let table = "<table:table><table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>";
        let (xlsb, ods) = (xlsb::tests::one(), ods::tests::ods(table));
        for (name, bytes) in [("a.xlsx", small()), ("a.xls", XLS.to_vec()), ("a.xlsb", xlsb), ("a.ods", ods)] {
            let read = open(name, &damaged(&bytes, &damage));
            prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
        }
    }

    #[test]
    fn damaged_records_and_elements_behind_a_right_checksum_are_read_or_refused(damage in damage(), part in 0_usize..5) {
        let parts = ["xl/worksheets/sheet2.bin", "xl/workbook.bin", "xl/sharedStrings.bin", "xl/styles.bin", "xl/_rels/workbook.bin.rels"];
        let read = open("a.xlsb", &with_part(&xlsb::tests::one(), parts[part], |bytes| damaged(&bytes, &damage)));
        prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
        let table = "<table:table table:name=\"Sales\"><table:table-row table:number-rows-repeated=\"2\">\
            <table:table-cell office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row></table:table>";
        let read = open("a.ods", &with_part(&ods::tests::ods(table), "content.xml", |bytes| damaged(&bytes, &damage)));
        prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
    }

    #[test]
    fn damaged_parts_behind_a_right_checksum_are_read_or_refused(damage in damage(), part in 0_usize..5) {
        let parts = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"];
        let read = open("a.xlsx", &with_part(&small(), parts[part], |xml| damaged(&xml, &damage)));
        prop_assert!(!read.value.is_empty() || !read.diagnostics.is_empty());
    }
}
