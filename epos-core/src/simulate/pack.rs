//! Files in an archive: bytes as an archiver writes them, the same every time.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file of an archive.
pub(crate) struct Entry {
    pub name: String,
    pub bytes: Vec<u8>,
    /// It says that it needs a password.
    pub locked: bool,
}

/// An archive of files that are not compressed, all of one fixed date.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        // Memory takes everything.
        drop(archive.start_file(entry.name.as_str(), options).map(|()| archive.write_all(&entry.bytes)));
    }
    let mut bytes = archive.finish().map(Cursor::into_inner).unwrap_or_default();
    if entries.iter().any(|entry| entry.locked) {
        lock(&mut bytes);
    }
    bytes
}

/// Says of every file that it needs a password: the first flag in its own head and in the directory (APPNOTE.TXT 4.4.4).
fn lock(bytes: &mut [u8]) {
    for (head, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let found: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, four)| four == head).map(|(at, _)| at + flags).collect();
        found.into_iter().for_each(|at| bytes.get_mut(at).into_iter().for_each(|flags| *flags |= 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_archive_says_so_and_any_other_can_be_read() {
        let entry = |locked| Entry { name: "a.csv".to_owned(), bytes: b"a,b".to_vec(), locked };
        let open = |locked| zip::ZipArchive::new(Cursor::new(super::zip(&[entry(locked)]))).unwrap();
        let mut text = Vec::new();
        std::io::copy(&mut open(false).by_index(0).unwrap(), &mut text).unwrap();
        assert_eq!(text, b"a,b");
        assert!(open(true).by_index(0).is_err());
        assert_eq!(super::zip(&[entry(true)]), super::zip(&[entry(true)]));
    }
}
