//! Files made to break a reader.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const HEADING: &str = "store,till,date,time,number,line,kind,item_code,quantity,unit_price,line_total\n";

/// A row under [`HEADING`].
pub fn sale(number: u32, item_code: &str, total: &str) -> String {
    format!("S1,1,2026-11-20,10:00,{number},1,sale,{item_code},1,,{total}\n")
}

pub fn table(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| format!("{}\n", line.trim_end()).into_bytes()).collect()
}

/// A mail with attachments: name and content.
pub fn mail(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut text =
        b"From: till@example.org\nMessage-ID: <hostile@example.org>\nDate: Fri, 20 Nov 2026 18:00:00 +0000\nSubject: files\n\
        MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"limit\"\n\n"
            .to_vec();
    for (name, bytes) in parts {
        let name = name.replace('\\', "\\\\");
        text.extend(
            format!("--limit\nContent-Type: text/csv\nContent-Disposition: attachment; filename=\"{name}\"\n\n").into_bytes(),
        );
        text.extend(bytes);
        text.extend(b"\n");
    }
    text.extend(b"--limit--\n");
    text
}

/// A mail in a mail in a mail …, with one file in the innermost.
pub fn nested_mail(depth: usize) -> Vec<u8> {
    let mut inner = mail(&[("sales.csv".to_owned(), format!("{HEADING}{}", sale(1, "A", "2.00")).into_bytes())]);
    for level in 0..depth {
        let head = format!(
            "From: till@example.org\nMessage-ID: <{level}@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b{level}\"\n\n\
             --b{level}\nContent-Type: message/rfc822\n\n"
        );
        inner = [head.into_bytes(), inner, format!("\n--b{level}--\n").into_bytes()].concat();
    }
    inner
}

pub fn zip<N: AsRef<str>>(entries: &[(N, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        archive.start_file(name.as_ref(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A sheet of one sale, with `more` behind its rows.
pub fn sheet(more: &str) -> String {
    let row = |at: usize, cells: &[&str]| {
        let cells: String = cells.iter().map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")).collect();
        format!("<row r=\"{at}\">{cells}</row>")
    };
    let (heading, sold) = (HEADING.trim_end(), sale(1, "A", "2.00"));
    let rows = row(1, &heading.split(',').collect::<Vec<_>>()) + &row(2, &sold.trim_end().split(',').collect::<Vec<_>>());
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{more}</worksheet>"
    )
}

/// A workbook of one sheet.
pub fn workbook(sheet: &str) -> Vec<u8> {
    const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
        <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
    const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Sales\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    const BOOK_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let part = |name: &'static str, text: &str| (name, text.as_bytes().to_vec());
    zip(&[
        part("[Content_Types].xml", TYPES),
        part("_rels/.rels", RELS),
        part("xl/workbook.xml", BOOK),
        part("xl/_rels/workbook.xml.rels", BOOK_RELS),
        part("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// The same zip, one of whose entries says in both its headers that it unpacks to `bytes`.
pub fn with_stated_size(archive: &[u8], name: &str, bytes: u32) -> Vec<u8> {
    let mut archive = archive.to_vec();
    // Where a header of each sort begins, relative to its name, and where in it the unpacked size stands.
    for (mark, before_name, size) in [(&b"PK\x03\x04"[..], 30, 22), (&b"PK\x01\x02"[..], 46, 24)] {
        let at = (before_name..archive.len() - name.len())
            .find(|&at| archive[at..].starts_with(name.as_bytes()) && archive[at - before_name..].starts_with(mark))
            .expect("the entry is there");
        archive[at - before_name + size..][..4].copy_from_slice(&bytes.to_le_bytes());
    }
    archive
}
