//! What arrives: [`Document`], and the located text cells in it.

use std::fmt;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

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

/// Hashes bytes that come piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes that were added.
    pub fn hash(&self) -> Hash {
        Hash(self.0.clone().finalize().into())
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
    /// Where its sender wants answers, lower case, when not at `sender`.
    pub reply_to: Option<String>,
    /// Message-IDs of the thread it is in, the oldest first, without its own.
    pub thread: Vec<String>,
    /// Why nobody waits for an answer: a program or a list sent it. `None` when a person did.
    pub automatic: Option<String>,
}

/// A file as it arrived: its bytes, its name, and how it came.
#[derive(Clone)]
pub struct Document {
    /// File name without any path.
    pub name: String,
    /// Its bytes, shared; of a large file only the first ones (see [`Document::open`] for all of them).
    pub bytes: Arc<[u8]>,
    /// SHA-256 of all its bytes.
    pub hash: Hash,
    /// The mail it came in, if any.
    pub envelope: Option<Arc<Envelope>>,
    kept: Option<Arc<Kept>>,
    watcher: Option<Arc<Watcher>>,
}

/// Is told how many bytes of a large file were read, whenever it is read from the beginning.
pub type Watcher = dyn Fn(u64) + Send + Sync;

/// Opens the bytes of a large file from the first one on. Its readers fail when the file is not what it was at first.
pub type Opener = dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync;

/// Where the bytes of a large file are.
struct Kept {
    length: u64,
    opener: Box<Opener>,
    fault: Mutex<Option<String>>,
}

impl Document {
    /// Bytes that are held in memory; a longer file is read from where it is kept, as often as needed.
    pub const HELD: u64 = 16 << 20;

    /// Bytes that are held of a longer file, to see what it is.
    const FIRST: u64 = 1 << 20;

    /// A document that did not come by mail. The name loses any path.
    pub fn new(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Document { name: name.to_owned(), hash: Hash::of(&bytes), bytes, envelope: None, kept: None, watcher: None }
    }

    /// A document that may be too large to be held: goes over it once, for its hash. `length` is what it is said to have, when that is
    /// known; small ones are held after all.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept(name: &str, length: Option<u64>, opener: Box<Opener>) -> io::Result<Self> {
        let mut reader = opener()?;
        let held = if length.is_some_and(|length| length > Self::HELD) { Self::FIRST } else { Self::HELD };
        let mut first = Vec::with_capacity(length.unwrap_or_default().min(held) as usize);
        reader.by_ref().take(held).read_to_end(&mut first)?;
        let mut rest = vec![0; 1 << 18];
        let mut count = reader.read(&mut rest)?;
        if count == 0 {
            return Ok(Self::new(name, first));
        }
        let mut hasher = Hasher::default();
        hasher.add(&first);
        let mut length = first.len() as u64;
        while count > 0 {
            hasher.add(rest.get(..count).unwrap_or_default());
            length += count as u64;
            count = reader.read(&mut rest)?;
        }
        first.truncate(Self::FIRST as usize);
        let hash = hasher.hash();
        let kept = Kept { length, opener, fault: Mutex::new(None) };
        Ok(Document { hash, kept: Some(Arc::new(kept)), ..Self::new(name, first) })
    }

    /// The same document under another name.
    pub fn named(self, name: &str) -> Self {
        Document { name: name.to_owned(), ..self }
    }

    /// The same document, coming by this mail.
    pub fn from_mail(mut self, envelope: Arc<Envelope>) -> Self {
        self.envelope = Some(envelope);
        self
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.kept.as_ref().map_or(self.bytes.len() as u64, |kept| kept.length)
    }

    /// True when all of it is in [`Document::bytes`].
    pub fn is_held(&self) -> bool {
        self.kept.is_none()
    }

    /// All its bytes, from the first one. What goes wrong on the way is also remembered as its [`Document::fault`], so that a reader who
    /// only sees the rows end early cannot miss it.
    pub fn open(&self) -> Box<dyn Read + Send> {
        let Some(kept) = &self.kept else { return Box::new(io::Cursor::new(self.bytes.clone())) };
        match (kept.opener)() {
            Ok(inner) => Box::new(Watched { inner, kept: kept.clone(), watcher: self.watcher.clone(), passed: 0 }),
            Err(error) => {
                kept.fail(&error.to_string());
                Box::new(io::empty())
            }
        }
    }

    /// The same document, telling how far its bytes were read; one that is held in memory tells nothing.
    pub fn watched(self, watcher: Arc<Watcher>) -> Self {
        Document { watcher: Some(watcher), ..self }
    }

    /// The same document with all its bytes in memory.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn held(&self) -> io::Result<Document> {
        let mut bytes = Vec::new();
        self.open().read_to_end(&mut bytes)?;
        Ok(Document { bytes: bytes.into(), kept: None, ..self.clone() })
    }

    /// Why its bytes could not all be read, if that happened.
    pub fn fault(&self) -> Option<String> {
        self.kept.as_ref()?.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Kept {
    fn fail(&self, why: &str) {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.to_owned());
    }
}

/// Reads a kept document, tells how far it came, and remembers what goes wrong.
struct Watched {
    inner: Box<dyn Read + Send>,
    kept: Arc<Kept>,
    watcher: Option<Arc<Watcher>>,
    passed: u64,
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let done = self.inner.read(into);
        if let (Ok(count), Some(watcher)) = (&done, &self.watcher) {
            self.passed += *count as u64;
            watcher(self.passed);
        }
        done.inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.kept.fail(&error.to_string());
            }
        })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} bytes, {})", self.name, self.length(), self.hash.short())
    }
}

/// One row of cells as text, with its number as a person sees it (1-based).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct SheetRow {
    /// Row number in a workbook, line number of the record's first line in a text file; from 1.
    pub number: u32,
    /// The cells' text. A workbook's numbers are 15-significant-digit decimals, its dates ISO text.
    pub cells: Vec<String>,
}

/// A table of text cells: a workbook's sheet, or the one table of a text file.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
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
    /// Bytes of one row of a text file.
    pub row_bytes: usize,
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
            row_bytes: 4 << 20,
            keys: 900_000,
            block_rows: 2_000,
        }
    }
}
