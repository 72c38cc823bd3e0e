//! Bytes to located text cells.

use super::csv::{self, TextRows};
use super::kind::{FileKind, kind, misnamed};
use super::layout::Layout;
use crate::diagnostic::{Checked, Code, Diagnostic, F001, F011, F012, F019, F034};
use crate::model::{At, Document, Limits, Sheet};

/// Why a document is not read.
pub(super) type Refused = Box<Diagnostic>;

pub(super) fn refused(code: Code, at: At, message: impl Into<String>, help: &str) -> Refused {
    Box::new(Diagnostic::new(code, at, message).help(help))
}

/// A document's cells: a text's rows come one by one, a workbook's sheets are whole.
pub enum Sheets {
    /// Delimited text; its rows are read as they are asked for.
    Text(Box<TextRows>),
    /// A workbook. Empty when the document could not be read: the findings say why.
    Book(Vec<Sheet>),
}

impl Sheets {
    /// Is there one table at most?
    ///
    /// ```
    /// use epos_core::format::open;
    /// use epos_core::model::{Document, Limits};
    ///
    /// let document = Document::new("sales.csv", &b"number,line_total\n201,3.50\n"[..]);
    /// assert!(open(&document, &Limits::default()).value.is_single());
    /// ```
    pub fn is_single(&self) -> bool {
        match self {
            Sheets::Text(_) => true,
            Sheets::Book(sheets) => sheets.len() < 2,
        }
    }

    /// All sheets with all rows; a text's rows are collected into one sheet without a name.
    ///
    /// ```
    /// use epos_core::format::open;
    /// use epos_core::model::{Document, Limits};
    ///
    /// let document = Document::new("sales.csv", &b"number,line_total\n201,3.50\n202,0.99\n"[..]);
    /// let sheets = open(&document, &Limits::default()).value.collect();
    /// assert_eq!((sheets.len(), sheets[0].rows.len()), (1, 3));
    /// assert_eq!(sheets[0].rows[2].cells, ["202", "0.99"]);
    /// ```
    pub fn collect(self) -> Vec<Sheet> {
        match self {
            Sheets::Text(rows) => vec![Sheet { name: String::new(), hidden: false, rows: rows.collect() }],
            Sheets::Book(sheets) => sheets,
        }
    }
}

/// Opens a document of any kind. Everything that is wrong with the file as a whole is found here, before its first row.
///
/// ```
/// use epos_core::format::{Sheets, open};
/// use epos_core::model::{Document, Limits};
///
/// let text = Document::new("sales.csv", &b"number,line_total\n201,3.50\n"[..]);
/// assert!(matches!(open(&text, &Limits::default()).value, Sheets::Text(_)));
///
/// let paper = open(&Document::new("sales.csv", &b"%PDF-1.7"[..]), &Limits::default());
/// assert!(matches!(paper.value, Sheets::Book(sheets) if sheets.is_empty()));
/// assert_eq!(paper.diagnostics[0].code.to_string(), "F001");
/// ```
pub fn open(document: &Document, limits: &Limits) -> Checked<Sheets> {
    open_as(document, None, limits)
}

/// As [`open`], with the layout that a person named: its delimiter and encoding go before what would be found in the bytes.
///
/// ```
/// use epos_core::format::{Layouts, Sheets, open_as};
/// use epos_core::model::{Document, Limits};
///
/// let mut layouts = Layouts::default();
/// layouts.add("mine", "title = \"Ours\"\nkind = \"lines\"\ndelimiter = \"|\"\n[columns]\nline_total = \"Total\"\n")?;
/// let document = Document::new("sales.txt", &b"No,Name|Total\n201,Jam|3.50\n"[..]);
/// let opened = open_as(&document, layouts.named("mine"), &Limits::default()).value;
/// let Sheets::Text(rows) = opened else { panic!("it is text") };
/// assert_eq!(rows.delimiter(), '|');
/// # Ok::<(), String>(())
/// ```
pub fn open_as(document: &Document, layout: Option<&Layout>, limits: &Limits) -> Checked<Sheets> {
    let none = |refusal: Refused| Checked::with(Sheets::Book(Vec::new()), vec![*refusal]);
    let refuse = |code, message: String, help: &str| none(refused(code, At::document(&document.name), message, help));
    let size = document.length();
    if size > limits.document_bytes {
        return refuse(
            F012,
            format!("the file has {size} bytes; at most {} are read", limits.document_bytes),
            "export fewer days into one file",
        );
    }
    let what = kind(&document.name, &document.bytes);
    if !document.is_held() && what != FileKind::Text {
        // Only rows of text can be read piece by piece.
        return match document.held() {
            Ok(held) => open_as(&held, layout, limits),
            Err(_) => Checked::with(Sheets::Book(Vec::new()), Vec::new()),
        };
    }
    let mut opened = open_kind(what, document, layout, limits);
    let read = !matches!(&opened.value, Sheets::Book(sheets) if sheets.is_empty());
    if let Some(extension) = misnamed(&document.name, what).filter(|_| read) {
        let message = format!("the file is named .{extension}, but it is {}; it was read as that", what.words());
        opened.diagnostics.push(Diagnostic::new(F034, At::document(&document.name), message));
    }
    opened
}

fn open_kind(what: FileKind, document: &Document, layout: Option<&Layout>, limits: &Limits) -> Checked<Sheets> {
    let none = |refusal: Refused| Checked::with(Sheets::Book(Vec::new()), vec![*refusal]);
    let refuse = |code, message: String, help: &str| none(refused(code, At::document(&document.name), message, help));
    match what {
        FileKind::Text => {
            let (rows, said) = csv::open(document, layout, limits);
            Checked::with(rows.map_or(Sheets::Book(Vec::new()), |rows| Sheets::Text(Box::new(rows))), said)
        }
        FileKind::Empty => none(csv::empty(document)),
        FileKind::LockedWorkbook => refuse(
            F011,
            "the workbook is protected by a password, so nothing in it can be read".into(),
            "open it in Excel, choose File > Info > Protect Workbook > Encrypt with Password, clear the password and send it again",
        ),
        #[cfg(feature = "workbook")]
        FileKind::Workbook(kind) => super::workbook::read(document, kind, limits).map(Sheets::Book),
        #[cfg(not(feature = "workbook"))]
        FileKind::Workbook(_) | FileKind::Html => refuse(
            F019,
            format!("this is {}; this build of epos was made without the feature `workbook` and does not read it", what.words()),
            "save the sheet as CSV, or use a build with the feature `workbook`",
        ),
        #[cfg(feature = "workbook")]
        FileKind::Html => super::workbook::read_page(document, limits).map(Sheets::Book),
        FileKind::Json => super::json::read(document, limits).map(Sheets::Book),
        FileKind::Xml => super::poslog::read(document, limits).map(Sheets::Book),
        FileKind::Parquet => refuse(
            F019,
            format!("this is {}; it is recognised but not read yet", what.words()),
            "export the same data as CSV or as an Excel workbook",
        ),
        FileKind::Zip => refuse(
            F001,
            "this is a zip archive, not a file with rows".into(),
            "unpack it and send the CSV or Excel files that are in it",
        ),
        FileKind::Pdf | FileKind::Image => refuse(
            F001,
            format!("this is {}: it shows figures to people, but holds no cells to read", what.words()),
            "export the same report from the till as CSV or as an Excel workbook",
        ),
        FileKind::Program | FileKind::Other(_) => refuse(
            F001,
            format!("this is {}, not delimited text or a workbook", what.words()),
            "send what the till exports as CSV or as an Excel workbook",
        ),
    }
}

impl From<Vec<Sheet>> for Sheets {
    fn from(sheets: Vec<Sheet>) -> Self {
        Sheets::Book(sheets)
    }
}

/// All sheets of a document with all their rows. For large texts, [`open`] gives the rows one by one.
///
/// ```
/// use epos_core::format::sheets;
/// use epos_core::model::{Document, Limits};
///
/// let read = sheets(&Document::new("sales.csv", &b"number,line_total\n201,3.50\n"[..]), &Limits::default());
/// assert_eq!(read.value[0].rows[1].cells, ["201", "3.50"]);
/// assert_eq!(read.value[0].rows[1].number, 2);
/// ```
pub fn sheets(document: &Document, limits: &Limits) -> Checked<Vec<Sheet>> {
    open(document, limits).map(Sheets::collect)
}

/// As [`sheets`], with the layout that a person named.
///
/// ```
/// use epos_core::format::{Layouts, sheets_as};
/// use epos_core::model::{Document, Limits};
///
/// let mut layouts = Layouts::default();
/// layouts.add("mine", "title = \"Ours\"\nkind = \"lines\"\ndelimiter = \"|\"\n[columns]\nline_total = \"Total\"\n")?;
/// let document = Document::new("sales.txt", &b"No,Name|Total\n201,Jam|3.50\n"[..]);
/// let sheets = sheets_as(&document, layouts.named("mine"), &Limits::default()).value;
/// assert_eq!(sheets[0].rows[1].cells, ["201,Jam", "3.50"]);
/// # Ok::<(), String>(())
/// ```
pub fn sheets_as(document: &Document, layout: Option<&Layout>, limits: &Limits) -> Checked<Vec<Sheet>> {
    open_as(document, layout, limits).map(Sheets::collect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_row_by_row_and_a_collected_one_is_a_sheet_without_a_name() {
        let document = Document::new("../till/sales.csv", &b"a,b\n1,2\n"[..]);
        let Sheets::Text(mut rows) = open(&document, &Limits::default()).value else { panic!("it is text") };
        assert_eq!(rows.next().map(|row| row.cells), Some(vec!["a".to_owned(), "b".to_owned()]));
        let collected = sheets(&document, &Limits::default()).value;
        assert_eq!((collected[0].name.as_str(), collected[0].hidden, collected[0].rows.len()), ("", false, 2));
    }

    #[test]
    fn a_document_past_the_limit_is_not_even_looked_at() {
        let read = sheets(&Document::new("a.csv", &b"a,b\n1,2\n"[..]), &Limits { document_bytes: 4, ..Limits::default() });
        assert_eq!((read.value.len(), read.diagnostics[0].code), (0, F012));
    }

    #[test]
    #[cfg(not(feature = "workbook"))]
    fn without_the_feature_a_workbook_is_named_with_what_is_missing() {
        let read = sheets(&Document::new("a.xlsx", &b"PK\x03\x04"[..]), &Limits::default());
        assert_eq!((read.value.len(), read.diagnostics[0].code), (0, F019));
        assert!(read.diagnostics[0].message.contains("feature `workbook`"));
    }
}
