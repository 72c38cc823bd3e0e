//! Files in a mail, and files in an archive: bytes as a mail program and an archiver write them, the same every time.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use chrono::NaiveDateTime;
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

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 in lines of 76 letters.
fn base64(bytes: &[u8], text: &mut String) {
    let mut width = 0;
    for three in bytes.chunks(3) {
        let at = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or_default();
            text.push(if place > three.len() { '=' } else { letter as char });
        }
        width += 4;
        if width == 76 {
            text.push_str("\r\n");
            width = 0;
        }
    }
    text.push_str("\r\n");
}

/// A mail to be written.
pub(crate) struct Letter<'l> {
    pub from: &'l str,
    pub to: &'l str,
    pub subject: &'l str,
    /// UTC.
    pub date: NaiveDateTime,
    pub id: &'l str,
    pub text: &'l str,
    pub files: &'l [(String, Vec<u8>)],
    /// A mail that it holds as an attachment.
    pub inner: Option<String>,
}

/// The bytes of a mail.
pub(crate) fn letter(letter: &Letter<'_>) -> String {
    let mut text = String::new();
    let boundary = format!("=_{}", letter.id.split('@').next().unwrap_or_default());
    let _ = write!(
        text,
        "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
        letter.from,
        letter.to,
        letter.subject,
        letter.date.format("%a, %d %b %Y %H:%M:%S +0000"),
        letter.id,
        letter.text,
    );
    for (name, bytes) in letter.files {
        let media = match name.rsplit('.').next() {
            Some("csv") => "text/csv",
            Some("zip") => "application/zip",
            Some("jpg") => "image/jpeg",
            Some("xls") => "application/vnd.ms-excel",
            _ => "application/octet-stream",
        };
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Type: {media}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n"
        );
        base64(bytes, &mut text);
    }
    if let Some(inner) = &letter.inner {
        let _ = write!(text, "--{boundary}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{inner}\r\n");
    }
    let _ = write!(text, "--{boundary}--\r\n");
    text
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

    #[test]
    fn base64_is_the_usual_one() {
        let encoded = |bytes: &[u8]| {
            let mut text = String::new();
            base64(bytes, &mut text);
            text.trim_end().to_owned()
        };
        assert_eq!([encoded(b"f"), encoded(b"fo"), encoded(b"foo")], ["Zg==", "Zm8=", "Zm9v"]);
    }
}
