//! What arrives: [`Document`], and the located text cells in it.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

/// A SHA-256: the identity of a document's bytes, and of stored content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Hash(Sha256::digest(bytes).into())
    }

    /// The first 12 hexadecimal digits: enough for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }

    /// From 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let mut hash = [0; 32];
        for (position, pair) in bytes.chunks(2).enumerate() {
            let digit = |byte: u8| (byte as char).to_digit(16);
            hash[position] = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
        }
        Some(Hash(hash))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The mail a document came in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Message-ID without angle brackets, or `sha256:…` of the message when it has none.
    pub message: String,
    /// The sender's address, lower case.
    pub sender: String,
    /// The mail's own `Date`, in UTC.
    pub sent_at: Option<NaiveDateTime>,
    /// The mail's subject.
    pub subject: String,
}

/// A file as it arrived: its bytes, its name, and how it came.
#[derive(Clone)]
pub struct Document {
    /// File name without any path.
    pub name: String,
    /// Its bytes, shared.
    pub bytes: Arc<[u8]>,
    /// SHA-256 of the bytes.
    pub hash: Hash,
    /// The mail it came in, if any.
    pub envelope: Option<Arc<Envelope>>,
}

impl Document {
    /// A document that did not come by mail. The name loses any path.
    pub fn new(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Document { name: name.to_owned(), hash: Hash::of(&bytes), bytes, envelope: None }
    }

    /// The same document, coming by this mail.
    pub fn from_mail(mut self, envelope: Arc<Envelope>) -> Self {
        self.envelope = Some(envelope);
        self
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} bytes, {})", self.name, self.bytes.len(), self.hash.short())
    }
}

/// One row of cells as text, with its number as a person sees it (1-based).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetRow {
    /// Row number in a workbook, line number of the record's first line in a text file; from 1.
    pub number: u32,
    /// The cells' text. A workbook's numbers are 15-significant-digit decimals, its dates ISO text.
    pub cells: Vec<String>,
}

/// A table of text cells: a workbook's sheet, or the one table of a text file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The sheet's name; empty for text files.
    pub name: String,
    /// True when a workbook hides it.
    pub hidden: bool,
    /// Its rows, blank ones left out.
    pub rows: Vec<SheetRow>,
}

/// Every limit on what is read. Past one is a diagnostic, not a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document.
    pub document_bytes: u64,
    /// Bytes of one mail.
    pub mail_bytes: u64,
    /// Attachments of one mail, those of forwarded mails and zips included.
    pub attachments: usize,
    /// How deep mails in mails and zips in zips are opened.
    pub nesting: usize,
    /// How deep values of a JSON or XML text are nested.
    pub levels: usize,
    /// Bytes that one zip may unpack to.
    pub unpacked_bytes: u64,
    /// How many times larger than packed a zip entry may be.
    pub unpack_ratio: u64,
    /// Sheets of one workbook.
    pub sheets: usize,
    /// Rows of one workbook's sheet.
    pub workbook_rows: usize,
    /// Columns of one row.
    pub columns: usize,
    /// Distinct transaction numbers remembered while checking one document.
    pub keys: usize,
    /// Line items in one block of a text file.
    pub block_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            document_bytes: 4 << 30,
            mail_bytes: 64 << 20,
            attachments: 200,
            nesting: 4,
            levels: 32,
            unpacked_bytes: 512 << 20,
            unpack_ratio: 200,
            sheets: 100,
            workbook_rows: 1_048_576,
            columns: 1_000,
            keys: 20_000_000,
            block_rows: 50_000,
        }
    }
}
