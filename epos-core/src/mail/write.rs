//! A mail as bytes, the same every time. The only user of `mail-builder`.

use chrono::NaiveDateTime;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use crate::model::Hash;

/// A mail to be written.
#[derive(Debug, Clone, Default)]
pub struct Letter<'l> {
    /// Who writes: an address, or `Name <address>`.
    pub from: &'l str,
    /// To whom: addresses, or `Name <address>`.
    pub to: &'l [String],
    /// Its subject.
    pub subject: &'l str,
    /// Its date, UTC.
    pub date: NaiveDateTime,
    /// Its Message-ID without angle brackets.
    pub id: &'l str,
    /// The Message-ID of the mail that it answers.
    pub answers: Option<&'l str>,
    /// The Message-IDs of the thread, the oldest first.
    pub thread: &'l [String],
    /// A program wrote it: whoever answers mails by themselves must not answer this one (RFC 3834).
    pub automatic: bool,
    /// Its plain text.
    pub text: &'l str,
    /// The same as a page.
    pub html: Option<&'l str>,
    /// Attached files: name and bytes.
    pub files: &'l [(String, Vec<u8>)],
    /// A mail that it holds as an attachment.
    pub inner: Option<&'l [u8]>,
}

/// The bytes of a mail.
///
/// ```
/// use epos_core::mail::{Letter, write};
///
/// let to = ["Leith Walk <leith@example.org>".to_owned()];
/// let letter = Letter { from: "sales@example.org", to: &to, subject: "Re: Friday", id: "1@example.org", text: "Thank you.", ..Letter::default() };
/// let mail = String::from_utf8(write(&letter)).unwrap();
/// assert!(mail.contains("Subject: Re: Friday\r\n") && mail.ends_with("Thank you."), "{mail}");
/// ```
pub fn write(letter: &Letter<'_>) -> Vec<u8> {
    let to: Vec<Address<'_>> = letter.to.iter().map(|to| address(to)).collect();
    let mut mail = MessageBuilder::new()
        .from(address(letter.from))
        .to(Address::new_list(to))
        .subject(line(letter.subject))
        .date(Date::new(letter.date.and_utc().timestamp()))
        .message_id(line(letter.id));
    if let Some(answered) = letter.answers {
        mail = mail.in_reply_to(line(answered));
    }
    if !letter.thread.is_empty() {
        mail = mail.references(MessageId::new_list(letter.thread.iter().map(|id| line(id))));
    }
    if letter.automatic {
        let sort = if letter.answers.is_some() { "auto-replied" } else { "auto-generated" };
        let raw = |text| HeaderType::Raw(Raw::new(text));
        mail = mail.header("Auto-Submitted", raw(sort)).header("X-Auto-Response-Suppress", raw("All"));
    }
    let mut bytes = Vec::new();
    mail.body(body(letter)).serialize(&mut bytes);
    bytes
}

/// Text; with a page beside it; with files behind both.
fn body<'l>(letter: &Letter<'l>) -> MimePart<'l> {
    let text = MimePart::new("text/plain", letter.text);
    let body = match letter.html {
        Some(html) => several("alternative", letter, vec![text, MimePart::new("text/html", html)]),
        None => text,
    };
    if letter.files.is_empty() && letter.inner.is_none() {
        return body;
    }
    let file = |(name, bytes): &'l (String, Vec<u8>)| MimePart::new(media_type(name), bytes.as_slice()).attachment(name.as_str());
    let mut parts = vec![body];
    parts.extend(letter.files.iter().map(file));
    // A mail in a mail may not be encoded (RFC 2046, 5.2.1).
    parts.extend(letter.inner.map(|inner| {
        let part = MimePart::new("message/rfc822", BodyPart::Binary(inner.into()));
        part.header("Content-Disposition", ContentType::new("attachment")).transfer_encoding("8bit")
    }));
    several("mixed", letter, parts)
}

/// Parts with a boundary of our own: it is the same every time, and nobody writes it by chance.
fn several<'l>(sort: &str, letter: &Letter<'l>, parts: Vec<MimePart<'l>>) -> MimePart<'l> {
    let boundary = format!("={sort}_{}", Hash::of(letter.id.as_bytes()).short());
    MimePart::new(ContentType::new(format!("multipart/{sort}")).attribute("boundary", boundary), parts)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        Some("zip") => "application/zip",
        Some("jpg") => "image/jpeg",
        Some("xls") => "application/vnd.ms-excel",
        _ => "application/octet-stream",
    }
}

/// `Name <address>`, or the address alone.
fn address(text: &str) -> Address<'static> {
    let (name, address) = named(text);
    Address::new_address((!name.is_empty()).then_some(name), address)
}

/// Name and address of `Name <address>`; the name is empty where there is none.
pub fn named(text: &str) -> (String, String) {
    match text.rsplit_once('<') {
        Some((name, address)) => (line(name.trim().trim_matches('"')), line(address.trim_end().trim_end_matches('>'))),
        None => (String::new(), line(text.trim())),
    }
}

/// Nothing that somebody else wrote may begin a heading of its own.
fn line(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

#[cfg(all(test, feature = "mail"))]
mod tests {
    use mail_parser::{Message, MessageParser, MimeHeaders};

    use super::*;

    fn parsed(bytes: &[u8]) -> Message<'_> {
        MessageParser::default().parse(bytes).unwrap()
    }

    #[test]
    fn an_answer_opens_in_its_thread_with_both_parts() {
        let (to, thread) = (["Café <cafe@example.org>".to_owned()], ["a@x".to_owned(), "b@x".to_owned()]);
        let subject = "Re: Données du café, vendredi";
        let html = "<p>tout concorde : 412,30 £</p>";
        let letter = Letter {
            from: "Ventes <sales@example.org>",
            to: &to,
            subject,
            id: "1@example.org",
            answers: Some("b@x"),
            thread: &thread,
            automatic: true,
            text: "tout concorde : 412,30 £\n",
            html: Some(html),
            ..Letter::default()
        };
        let bytes = write(&letter);
        assert_eq!(bytes, write(&letter), "the same every time");
        let mail = parsed(&bytes);
        assert_eq!(mail.subject(), Some(subject));
        assert_eq!(mail.in_reply_to().as_text(), Some("b@x"));
        assert_eq!(mail.references().as_text_list().unwrap(), ["a@x", "b@x"]);
        assert_eq!(mail.header("Auto-Submitted").and_then(|value| value.as_text()), Some("auto-replied"));
        assert_eq!(mail.to().and_then(|to| to.first()).and_then(|to| to.name()), Some("Café"));
        assert_eq!((mail.body_text(0).unwrap().trim(), mail.body_html(0).unwrap().trim()), ("tout concorde : 412,30 £", html));
    }

    #[test]
    fn nobody_can_slip_in_a_heading() {
        let to = ["x@example.org\r\nBcc: all@example.org".to_owned()];
        let bytes = write(&Letter { to: &to, subject: "a\r\nBcc: b@example.org", id: "1\r\nX: y", ..Letter::default() });
        let head = String::from_utf8(bytes).unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X:")), "{head}");
    }

    #[test]
    fn files_and_a_mail_within_come_out_as_they_went_in() {
        let inner = write(&Letter { subject: "inner", text: "within", ..Letter::default() });
        let files = [("a.csv".to_owned(), b"a,b\n1,2\n".to_vec()), ("b.bin".to_owned(), vec![0, 255, 10])];
        let bytes = write(&Letter { text: "see", files: &files, inner: Some(&inner), ..Letter::default() });
        let mail = parsed(&bytes);
        let found: Vec<_> = mail.attachments().collect();
        assert_eq!(found[0].contents(), files[0].1);
        assert_eq!((found[1].attachment_name(), found[1].contents()), (Some("b.bin"), &files[1].1[..]));
        assert_eq!(found[2].message().and_then(Message::subject), Some("inner"));
    }
}
