//! What sort of file it is: told from its bytes; the name only helps where bytes leave it open.

use std::io::{Cursor, Read};

use super::compound::{self, Compound};
use super::csv;

/// What sort of workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkbookKind {
    /// Excel since 2007.
    Xlsx,
    /// Excel since 2007, with macros.
    Xlsm,
    /// Excel's binary form.
    Xlsb,
    /// Excel 97 to 2003.
    Xls,
    /// OpenDocument: LibreOffice and others.
    Ods,
    /// Excel 2002 and 2003's XML.
    SpreadsheetMl,
}

/// What sort of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// No bytes, or nothing but blanks.
    Empty,
    /// Delimited text, in whatever encoding.
    Text,
    /// A workbook.
    Workbook(WorkbookKind),
    /// A workbook behind a password.
    LockedWorkbook,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// A web page, whatever its name says.
    Html,
    /// A zip archive that is no workbook.
    Zip,
    /// A PDF.
    Pdf,
    /// A picture.
    Image,
    /// A program.
    Program,
    /// Apache Parquet.
    Parquet,
    /// Something else, in words: `a gzip archive`.
    Other(&'static str),
}

impl FileKind {
    /// The kind in words, with its article: `an Excel workbook`.
    ///
    /// ```
    /// use epos_core::format::FileKind;
    ///
    /// assert_eq!(FileKind::Pdf.words(), "a PDF");
    /// assert_eq!(FileKind::LockedWorkbook.words(), "a workbook with a password");
    /// ```
    pub const fn words(self) -> &'static str {
        match self {
            FileKind::Empty => "an empty file",
            FileKind::Text => "a text file",
            FileKind::Workbook(WorkbookKind::Xlsx) => "an Excel workbook (xlsx)",
            FileKind::Workbook(WorkbookKind::Xlsm) => "an Excel workbook with macros (xlsm)",
            FileKind::Workbook(WorkbookKind::Xlsb) => "a binary Excel workbook (xlsb)",
            FileKind::Workbook(WorkbookKind::Xls) => "an Excel 97-2003 workbook (xls)",
            FileKind::Workbook(WorkbookKind::Ods) => "an OpenDocument spreadsheet (ods)",
            FileKind::Workbook(WorkbookKind::SpreadsheetMl) => "an Excel 2003 XML workbook",
            FileKind::LockedWorkbook => "a workbook with a password",
            FileKind::Json => "a JSON file",
            FileKind::Xml => "an XML file",
            FileKind::Html => "a web page (HTML)",
            FileKind::Zip => "a zip archive",
            FileKind::Pdf => "a PDF",
            FileKind::Image => "a picture",
            FileKind::Program => "a program",
            FileKind::Parquet => "a Parquet file",
            FileKind::Other(words) => words,
        }
    }
}

/// First bytes that leave no doubt.
const MAGIC: &[(&[u8], FileKind)] = &[
    (b"%PDF-", FileKind::Pdf),
    (b"\x89PNG\r\n\x1A\n", FileKind::Image),
    (b"\xFF\xD8\xFF", FileKind::Image),
    (b"GIF87a", FileKind::Image),
    (b"GIF89a", FileKind::Image),
    (b"II*\0", FileKind::Image),
    (b"MM\0*", FileKind::Image),
    (b"\x7FELF", FileKind::Program),
    (b"\xFE\xED\xFA\xCE", FileKind::Program),
    (b"\xFE\xED\xFA\xCF", FileKind::Program),
    (b"\xCE\xFA\xED\xFE", FileKind::Program),
    (b"\xCF\xFA\xED\xFE", FileKind::Program),
    (b"\xCA\xFE\xBA\xBE", FileKind::Program),
    (b"\x1F\x8B", FileKind::Other("a gzip archive")),
    (b"7z\xBC\xAF\x27\x1C", FileKind::Other("a 7-Zip archive")),
    (b"Rar!\x1A\x07", FileKind::Other("a RAR archive")),
    (b"\xFD7zXZ\0", FileKind::Other("an xz archive")),
    (b"\x28\xB5\x2F\xFD", FileKind::Other("a Zstandard archive")),
    (b"SQLite format 3\0", FileKind::Other("an SQLite database")),
    (b"PAR1", FileKind::Parquet),
    (b"{\\rtf", FileKind::Other("a rich-text document")),
    (b"TNEF", FileKind::Other("an Outlook winmail.dat")),
    (b"\x78\x9F\x3E\x22", FileKind::Other("an Outlook winmail.dat")),
];

/// How much of a text is looked at.
const HEAD: usize = 4096;

/// What sort of file these bytes are. The name is only a hint where the bytes are damaged or say too little.
///
/// ```
/// use epos_core::format::{FileKind, kind};
///
/// assert_eq!(kind("sales.csv", b"number,line_total\n201,3.50\n"), FileKind::Text);
/// assert_eq!(kind("sales.csv", b"%PDF-1.7"), FileKind::Pdf, "whatever its name says");
/// assert_eq!(kind("sales.csv", b""), FileKind::Empty);
/// ```
pub fn kind(name: &str, bytes: &[u8]) -> FileKind {
    if bytes.is_empty() {
        return FileKind::Empty;
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *kind;
    }
    let at = |from: usize, magic: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(magic));
    match bytes {
        _ if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") => zip_kind(name, bytes),
        _ if at(0, compound::MAGIC) => compound_kind(bytes),
        _ if at(0, b"RIFF") && at(8, b"WEBP") => FileKind::Image,
        _ if at(0, b"BM") && at(6, b"\0\0\0\0") => FileKind::Image,
        _ if at(4, b"ftyphei") || at(4, b"ftypmif1") => FileKind::Image,
        _ if at(4, b"ftyp") => FileKind::Other("a video"),
        _ if at(0, b"MZ") && bytes.iter().take(64).any(|&byte| byte == 0) => FileKind::Program,
        _ => text_kind(name, bytes),
    }
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.trim().to_ascii_lowercase()).unwrap_or_default()
}

/// The extension of a name that promises another kind of file than it is. Names that promise nothing are not looked at.
pub(super) fn misnamed(name: &str, kind: FileKind) -> Option<String> {
    use WorkbookKind::{Ods, SpreadsheetMl, Xls, Xlsb, Xlsm, Xlsx};
    let extension = extension(name);
    let right = match extension.as_str() {
        "csv" | "tsv" | "tab" | "txt" => kind == FileKind::Text,
        "xls" | "xlt" => kind == FileKind::Workbook(Xls),
        "xlsx" | "xlsm" | "xltx" | "xltm" => matches!(kind, FileKind::Workbook(Xlsx | Xlsm)),
        "xlsb" => kind == FileKind::Workbook(Xlsb),
        "ods" | "ots" => kind == FileKind::Workbook(Ods),
        "xml" => matches!(kind, FileKind::Xml | FileKind::Workbook(SpreadsheetMl)),
        "htm" | "html" => kind == FileKind::Html,
        "json" => kind == FileKind::Json,
        _ => true,
    };
    (!right).then_some(extension)
}

fn zip_kind(name: &str, bytes: &[u8]) -> FileKind {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        // A zip without its directory was cut off. What it was going to be stands in its first entry, or in its name.
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        let holds = |word: &[u8]| contains(head, word);
        return match extension(name).as_str() {
            "xlsm" => FileKind::Workbook(WorkbookKind::Xlsm),
            "xlsb" => FileKind::Workbook(WorkbookKind::Xlsb),
            "ods" => FileKind::Workbook(WorkbookKind::Ods),
            "xlsx" => FileKind::Workbook(WorkbookKind::Xlsx),
            _ if holds(b"[Content_Types].xml") && !holds(b"word/") && !holds(b"ppt/") => FileKind::Workbook(WorkbookKind::Xlsx),
            _ => FileKind::Zip,
        };
    };
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.replace('\\', "/").to_ascii_lowercase()).collect();
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let office = has("[content_types].xml");
    if office && has("xl/workbook.bin") {
        FileKind::Workbook(WorkbookKind::Xlsb)
    } else if office && has("xl/") {
        let macros = names.iter().any(|name| name.ends_with("vbaproject.bin"));
        FileKind::Workbook(if macros { WorkbookKind::Xlsm } else { WorkbookKind::Xlsx })
    } else if office && has("word/") {
        FileKind::Other("a Word document")
    } else if office && has("ppt/") {
        FileKind::Other("a PowerPoint file")
    } else if has("mimetype") && (has("content.xml") || has("encrypted-package")) {
        // It says itself which it is.
        let mut says = String::new();
        let read = archive.by_name("mimetype").is_ok_and(|part| part.take(HEAD as u64).read_to_string(&mut says).is_ok());
        match read && says.contains("opendocument.spreadsheet") {
            true => FileKind::Workbook(WorkbookKind::Ods),
            false => FileKind::Other("an OpenDocument file that is no spreadsheet"),
        }
    } else {
        FileKind::Zip
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn compound_kind(bytes: &[u8]) -> FileKind {
    match Compound::open(bytes) {
        // Too damaged to look inside: reading it will say so.
        None => FileKind::Workbook(WorkbookKind::Xls),
        Some(file) if file.has("EncryptedPackage") => FileKind::LockedWorkbook,
        Some(file) if file.has("Workbook") || file.has("Book") => FileKind::Workbook(WorkbookKind::Xls),
        Some(file) if file.has("WordDocument") => FileKind::Other("a Word document"),
        Some(file) if file.names().any(|name| name.starts_with("__substg1.0")) => FileKind::Other("an Outlook message"),
        Some(_) => FileKind::Other("an old Office file that is no workbook"),
    }
}

fn text_kind(name: &str, bytes: &[u8]) -> FileKind {
    let head = csv::head(bytes, HEAD);
    let text = head.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{FEFF}');
    if text.is_empty() {
        let blank = bytes.len() <= HEAD || bytes.iter().all(|byte| byte.is_ascii_whitespace());
        return if blank { FileKind::Empty } else { FileKind::Text };
    }
    let lower = text.get(..text.len().min(HEAD)).unwrap_or(text).to_ascii_lowercase();
    if let Some(tag) = lower.strip_prefix('<') {
        const PAGE: [&str; 8] = ["!doctype html", "html", "head", "body", "table", "meta", "style", "div"];
        let markup = tag.starts_with(|next: char| next.is_alphabetic() || next == '?' || next == '!');
        return match markup {
            true if PAGE.iter().any(|start| tag.starts_with(start)) || lower.contains("<html") => FileKind::Html,
            true if lower.contains("urn:schemas-microsoft-com:office:spreadsheet") => {
                FileKind::Workbook(WorkbookKind::SpreadsheetMl)
            }
            true => FileKind::Xml,
            false => FileKind::Text,
        };
    }
    let mut letters = text.chars();
    let first = letters.next();
    let second = letters.find(|letter| !letter.is_whitespace());
    let json = match (first, second) {
        (Some('{'), Some('"' | '}')) => true,
        (Some('['), Some('{' | '[' | '"')) => true,
        (Some('{' | '['), _) => extension(name).ends_with("json"),
        _ => false,
    };
    if json {
        return FileKind::Json;
    }
    let odd = |letter: &char| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\x0B' | '\x0C' | '\x1A' | '\0');
    let (all, odd) = (text.chars().count(), text.chars().filter(odd).count());
    // NUL bytes have a finding of their own: they tell a damaged text from another program's file.
    if odd * 20 > all && !text.contains('\0') { FileKind::Other("a file of another program") } else { FileKind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn zip_of(names: &[&str]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn bytes_decide_and_the_extension_does_not() {
        assert_eq!(kind("sales.xls", b"Date,Item\n2026-11-20,Milk\n"), FileKind::Text);
        assert_eq!(kind("sales.csv", b"%PDF-1.7\n..."), FileKind::Pdf);
        assert_eq!(kind("sales.xls", b"\r\n<HTML><table><tr><td>1"), FileKind::Html);
        assert_eq!(kind("sales.xls", b"<table border=1><tr><td>1"), FileKind::Html);
        assert_eq!(kind("a.csv", b"<?xml version=\"1.0\"?><html xmlns=\"x\">"), FileKind::Html);
        assert_eq!(kind("a.csv", b"\xEF\xBB\xBF<?xml version=\"1.0\"?><POSLog/>"), FileKind::Xml);
        assert_eq!(kind("a.csv", b" {\n \"transaction_id\": 1}"), FileKind::Json);
        assert_eq!(kind("a.txt", b"[{\"item\": 1}]"), FileKind::Json);
        assert_eq!(kind("a.csv", b"\x89PNG\r\n\x1A\n\0\0"), FileKind::Image);
        assert_eq!(kind("a.csv", b"MZ\x90\0\x03\0"), FileKind::Program);
        assert_eq!(kind("a.csv", b"PAR1\x15\x04"), FileKind::Parquet);
        assert_eq!(kind("a.csv", b"\x01\x02\x03\x04\x05\x06abc"), FileKind::Other("a file of another program"));
    }

    #[test]
    fn excels_old_xml_is_told_from_other_xml() {
        let head = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">";
        assert_eq!(kind("a.xls", head.as_bytes()), FileKind::Workbook(WorkbookKind::SpreadsheetMl));
        assert_eq!(kind("a.xls", b"<?xml version=\"1.0\"?><Workbook>"), FileKind::Xml);
    }

    #[test]
    fn only_a_name_that_promises_another_kind_is_wrong() {
        let xls = FileKind::Workbook(WorkbookKind::Xls);
        assert_eq!(misnamed("sales.XLS", FileKind::Text).as_deref(), Some("xls"));
        assert_eq!(misnamed("sales.xlsx", xls).as_deref(), Some("xlsx"));
        for (name, kind) in
            [("sales.xls", xls), ("sales.txt", FileKind::Text), ("sales", xls), ("sales.2026-11-20", FileKind::Html)]
        {
            assert_eq!(misnamed(name, kind), None, "{name}");
        }
    }

    #[test]
    fn text_that_only_looks_like_something_else_stays_text() {
        assert_eq!(kind("a.csv", b"MZ-100,2.00\n"), FileKind::Text);
        assert_eq!(kind("a.csv", b"BM,Item\n"), FileKind::Text);
        assert_eq!(kind("a.csv", b"[1] Milk,2.00\n"), FileKind::Text);
        assert_eq!(kind("a.json", b"[1, 2]"), FileKind::Json);
        assert_eq!(kind("a.csv", b"< 5 items,2.00\n"), FileKind::Text);
    }

    #[test]
    fn blank_bytes_are_empty() {
        for bytes in [&b""[..], b"\xEF\xBB\xBF", b" \r\n\t\n", b"\xFF\xFE", b"\xFF\xFE\r\0\n\0"] {
            assert_eq!(kind("a.csv", bytes), FileKind::Empty, "{bytes:?}");
        }
    }

    #[test]
    fn zips_are_told_apart_by_what_is_in_them() {
        let types = "[Content_Types].xml";
        assert_eq!(kind("a.zip", &zip_of(&[types, "xl/workbook.xml"])), FileKind::Workbook(WorkbookKind::Xlsx));
        assert_eq!(
            kind("a.xlsx", &zip_of(&[types, "xl/workbook.xml", "xl/vbaProject.bin"])),
            FileKind::Workbook(WorkbookKind::Xlsm)
        );
        assert_eq!(kind("a.xlsx", &zip_of(&[types, "xl/workbook.bin"])), FileKind::Workbook(WorkbookKind::Xlsb));
        assert_eq!(kind("a.xlsx", &zip_of(&[types, "word/document.xml"])), FileKind::Other("a Word document"));
        assert_eq!(kind("a.zip", &zip_of(&["mimetype", "content.xml"])), FileKind::Workbook(WorkbookKind::Ods));
        assert_eq!(kind("a.zip", &zip_of(&["mimetype", "encrypted-package"])), FileKind::Workbook(WorkbookKind::Ods));
        assert_eq!(kind("a.xlsx", &zip_of(&["sales.csv"])), FileKind::Zip);
        assert_eq!(kind("a.xlsx", &zip_of(&[])), FileKind::Zip);
    }

    #[test]
    fn a_workbook_cut_short_is_still_a_workbook() {
        let whole = zip_of(&["[Content_Types].xml", "xl/workbook.xml"]);
        assert_eq!(kind("x", &whole[..60]), FileKind::Workbook(WorkbookKind::Xlsx));
        assert_eq!(kind("a.xlsx", &zip_of(&["a"])[..20]), FileKind::Workbook(WorkbookKind::Xlsx));
        assert_eq!(kind("a.zip", &zip_of(&["a"])[..20]), FileKind::Zip);
    }
}
