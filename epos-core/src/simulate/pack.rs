//! Files in a mail, and files in an archive: bytes as a mail program and an archiver write them, the same every time.

use std::fmt::Write as _;

use chrono::NaiveDateTime;

/// A file of an archive.
pub(crate) struct Entry {
    pub name: String,
    pub bytes: Vec<u8>,
    /// It says that it needs a password.
    pub locked: bool,
}

/// CRC-32, as archives want it.
fn check_sum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

/// An archive of files that are not compressed, all of one fixed date.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let (sum, length) = (check_sum(&entry.bytes), entry.bytes.len() as u32);
        let mut head: Vec<u8> = Vec::new();
        for word in [20_u16, u16::from(entry.locked), 0, 0, 0x5A21] {
            head.extend(word.to_le_bytes());
        }
        for word in [sum, length, length] {
            head.extend(word.to_le_bytes());
        }
        head.extend((entry.name.len() as u16).to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        let offset = bytes.len() as u32;
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&head);
        bytes.extend(entry.name.as_bytes());
        bytes.extend(&entry.bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let (start, count) = (bytes.len() as u32, entries.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    bytes
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
    fn base64_and_check_sums_are_the_usual_ones() {
        let encoded = |bytes: &[u8]| {
            let mut text = String::new();
            base64(bytes, &mut text);
            text.trim_end().to_owned()
        };
        assert_eq!([encoded(b"f"), encoded(b"fo"), encoded(b"foo")], ["Zg==", "Zm8=", "Zm9v"]);
        assert_eq!(check_sum(b"123456789"), 0xCBF4_3926);
    }
}
