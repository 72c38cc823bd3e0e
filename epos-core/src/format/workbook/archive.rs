//! The zip archive that xlsx, xlsm, xlsb and ods are: measured whole before any of it is believed.

use std::io::{self, BufReader, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::Book;
use crate::format::sheets::Refused;

/// More parts than any real workbook has.
const PARTS_MAX: usize = 10_000;
/// How strongly a part is packed matters only from this size on: a short part cannot hurt.
const RATIO_FROM: u64 = 1 << 20;

/// A workbook's archive.
pub(super) type Archive<'d> = ZipArchive<Cursor<&'d [u8]>>;
/// One part of it, unpacked as it is read.
pub(super) type Part<'a, 'd> = BufReader<ZipFile<'a, Cursor<&'d [u8]>>>;

/// Unpacks every part once, into nothing: sizes that the directory states can lie, and a checksum shows damage anywhere in the file.
pub(super) fn unpack<'d>(book: &Book<'d>) -> Result<Archive<'d>, Refused> {
    let limits = book.limits;
    let mut archive = ZipArchive::new(Cursor::new(&book.document.bytes[..])).map_err(|error| book.damaged(error))?;
    if archive.len() > PARTS_MAX {
        return Err(book.past_limit(format!("the workbook has {} parts; at most {PARTS_MAX} are read", archive.len())));
    }
    let mut left = limits.unpacked_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => book.locked(),
            other => book.damaged(other),
        })?;
        let name = part.name().map(|name| name.replace('\\', "/").to_ascii_lowercase()).unwrap_or_default();
        let most = part.compressed_size().saturating_mul(limits.unpack_ratio).max(RATIO_FROM);
        let mut sizes = Sizes::of(&name);
        let size =
            io::copy(&mut part.by_ref().take(left.min(most).saturating_add(1)), &mut sizes).map_err(|error| book.damaged(error))?;
        if size > left {
            return Err(book.past_limit(format!("the workbook unpacks to more than {} bytes", limits.unpacked_bytes)));
        }
        if size > most {
            let message = format!("a part of the workbook unpacks to more than {} times its size", limits.unpack_ratio);
            return Err(book.past_limit(message));
        }
        left -= size;
        if sizes.bytes() > limits.unpacked_bytes {
            return Err(book.past_limit(format!("what `{name}` lists would take more than {} bytes", limits.unpacked_bytes)));
        }
    }
    Ok(archive)
}

/// A part to read; `None` when there is none of this name.
pub(super) fn part<'a, 'd>(book: &Book<'_>, archive: &'a mut Archive<'d>, name: &str) -> Result<Option<Part<'a, 'd>>, Refused> {
    match archive.by_name(name) {
        Ok(part) => Ok(Some(BufReader::new(part))),
        Err(ZipError::FileNotFound) => Ok(None),
        Err(error) => Err(book.damaged(error)),
    }
}

/// True when a part's name, in lower case, is like this.
pub(super) fn any(archive: &Archive<'_>, like: impl Fn(&str) -> bool) -> bool {
    archive.file_names().flatten().any(|name| like(&name.replace('\\', "/").to_ascii_lowercase()))
}

/// What the reader makes of a part while it loads it, counted without keeping the part. Only two lists can grow past what they
/// take in the file: shared strings, for which it also makes as much room as the file states, and cell formats, each of which
/// gets its own copy of the font and format it names.
enum Sizes {
    Plain,
    Strings { stated: Stated, elements: Elements },
    Formats { elements: Elements },
}

impl Sizes {
    fn of(name: &str) -> Self {
        if name.ends_with("sharedstrings.xml") {
            Sizes::Strings { stated: Stated::default(), elements: Elements::new(b"si") }
        } else if name.ends_with("styles.xml") {
            Sizes::Formats { elements: Elements::new(b"xf") }
        } else {
            Sizes::Plain
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Sizes::Plain => 0,
            Sizes::Strings { stated, elements } => stated.most.max(elements.found).saturating_mul(size_of::<String>() as u64),
            Sizes::Formats { elements } => elements.found.saturating_mul(elements.longest),
        }
    }
}

impl io::Write for Sizes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sizes::Plain => {}
            Sizes::Strings { stated, elements } => {
                stated.look(bytes);
                elements.count(bytes);
            }
            Sizes::Formats { elements } => elements.count(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The largest number of strings that a table states, over pieces of a part.
#[derive(Default)]
struct Stated {
    /// Letters of the attribute's name that were just passed.
    passed: usize,
    count: u64,
    most: u64,
}

impl Stated {
    const NAME: &[u8] = b"uniqueCount";

    fn look(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match Self::NAME.get(self.passed) {
                Some(&letter) if letter == byte => self.passed += 1,
                // In `uniquniqueCount` the name begins at the second `u`.
                Some(_) => self.passed = if byte == b'u' { 1 } else { usize::from(self.passed == 5 && byte == b'n') * 2 },
                None if byte.is_ascii_digit() => {
                    self.count = self.count.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                    self.most = self.most.max(self.count);
                }
                None if self.count == 0 && matches!(byte, b'=' | b'"' | b'\'' | b'+' | b' ' | b'\t' | b'\r' | b'\n') => {}
                None => (self.passed, self.count) = (0, 0),
            }
        }
    }
}

/// Counts the elements whose name begins with two letters, and the longest element of any name, over pieces of a part.
struct Elements {
    start: &'static [u8; 2],
    found: u64,
    longest: u64,
    /// Bytes since the last `<`; `None` before the first.
    since: Option<u64>,
    first: u8,
}

impl Elements {
    fn new(start: &'static [u8; 2]) -> Self {
        Elements { start, found: 0, longest: 0, since: None, first: 0 }
    }

    fn count(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'<' {
                self.since = Some(0);
                continue;
            }
            let Some(since) = &mut self.since else { continue };
            *since += 1;
            self.longest = self.longest.max(*since);
            match *since {
                1 => self.first = byte,
                2 if [self.first, byte] == *self.start => self.found += 1,
                _ => {}
            }
        }
    }
}
