//! One mail to its attachments. The only user of `mail-parser`.
//!
//! `mail-parser` reads headers (addresses, dates, encoded and continued names) and undoes base64 and quoted-printable. The parts are told
//! apart here: a boundary counts only as a whole line, text is never re-encoded, forwarded mails cannot nest deeper than the limit, and
//! a mail that ends in the middle is noticed.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{DateTime, HeaderName, Message, MessageParser, MimeHeaders};

use super::automatic;
use super::name::{extension, is_path};
use super::open::{Opening, Refusal, Sort, message, size};
use crate::diagnostic::{Checked, Diagnostic, F028};
use crate::model::{At, Document, Envelope, Hash, Limits};

/// Bytes of one part's headers.
const HEADERS: usize = 256 << 10;
/// How deep multiparts lie in multiparts.
const LEVELS: usize = 20;
/// Parts of a mail for every attachment that is allowed: bodies, pictures and signatures come on top.
const PARTS: usize = 20;

/// The documents attached to a mail, in its order, those of forwarded mails and zips among them.
///
/// Bodies, pictures inside the text and signatures are no documents. All of them remember the outermost mail. A mail that cannot be
/// read is itself the one document. Findings are located at the mail (`mail.eml`), the zip or the attachment they concern.
pub fn attachments(bytes: &[u8], limits: &Limits) -> Checked<Vec<Document>> {
    message("mail.eml", bytes, limits)
}

/// Takes in the attachments of a mail, or says why not.
pub(super) fn open(opening: &mut Opening<'_>, name: &str, bytes: &Arc<[u8]>, depth: usize) -> Result<(), Refusal> {
    let limits = opening.limits;
    if bytes.len() as u64 > limits.mail_bytes {
        let (has, limit) = (size(bytes.len() as u64), size(limits.mail_bytes));
        return Err(Refusal::limit(format!("the mail has {has}, and the limit is {limit}")));
    }
    let mail = without_envelope_line(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let parser = MessageParser::new().with_minimal_headers().header_id(HeaderName::MessageId).header_address(HeaderName::Sender);
    let (head, _) = split(mail);
    let text = head_text(head)?;
    let parsed = parser.parse_headers(text.as_bytes()).filter(is_mail);
    let Some(parsed) = parsed else {
        return Err(Refusal::damaged("this is not an e-mail: it has none of an e-mail's headings"));
    };
    let mut envelope = envelope(&parsed, bytes);
    let subject = envelope.subject.clone();
    let outermost = opening.envelope.is_none();
    if outermost {
        automatic::describe(&mut envelope, &text);
        opening.envelope = Some(Arc::new(envelope));
    }
    let before = (opening.documents.len(), opening.diagnostics.len());
    let mut walk = Walk { opening, parser, depth, cut_short: false };
    let root = Head::new(&parsed, "");
    walk.part(mail, "", root.is_multipart(), 0)?;
    if walk.cut_short {
        let refusal = Refusal::damaged("the mail ends in the middle; files that came after are missing");
        return walk.opening.keep_refused(name.to_owned(), Arc::clone(bytes), refusal);
    }
    if outermost && before == (walk.opening.documents.len(), walk.opening.diagnostics.len()) {
        let message = if subject.is_empty() {
            "the mail has no attachment".to_owned()
        } else {
            format!("the mail “{subject}” has no attachment")
        };
        let finding = Diagnostic::new(F028, At::document(name), message);
        let help = "Attach the till's files and send it again; figures in the text are not read. When it answers a reminder that the store \
                    was closed or sold nothing, say so: epos declare STORE DAY closed|zero --reason WHY --by NAME";
        walk.opening.diagnostics.push(finding.help(help));
    }
    Ok(())
}

/// A mail cut out of a mailbox may still carry the mailbox's own first line.
fn without_envelope_line(mail: &[u8]) -> &[u8] {
    if !mail.starts_with(b"From ") {
        return mail;
    }
    let end = mail.iter().position(|&byte| byte == b'\n').map_or(mail.len(), |end| end + 1);
    mail.get(end..).unwrap_or_default()
}

/// Does a file that nobody calls a mail begin with headings and nothing else, some of them such as only a mail has?
pub(super) fn begins_as_mail(bytes: &[u8]) -> bool {
    let (head, _) = split(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let is_heading = |line: &[u8]| {
        let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        line.starts_with(b" ") || line.starts_with(b"\t") || line.get(name) == Some(&b':')
    };
    let only_of_mails = |name: &HeaderName<'_>| {
        use HeaderName::{From, MessageId, MimeVersion, Received, ReturnPath, Sender};
        matches!(name, From | Sender | MessageId | MimeVersion | Received | ReturnPath)
    };
    head.len() <= HEADERS
        && head.split_inclusive(|&byte| byte == b'\n').all(is_heading)
        && head_text(head).is_ok_and(|text| {
            let parsed = MessageParser::new().parse_headers(text.as_bytes());
            parsed.is_some_and(|mail| mail.parts.iter().flat_map(|part| &part.headers).any(|header| only_of_mails(&header.name)))
        })
}

fn is_mail(message: &Message<'_>) -> bool {
    let known = |name: &HeaderName<'_>| {
        use HeaderName::{ContentDisposition, ContentType, Date, From, MessageId, MimeVersion, Received, Sender, Subject};
        matches!(name, From | Sender | Date | Subject | MessageId | MimeVersion | Received | ContentType | ContentDisposition)
    };
    message.parts.first().is_some_and(|part| part.headers.iter().any(|header| known(&header.name)))
}

fn envelope(message: &Message<'_>, bytes: &[u8]) -> Envelope {
    let text = |text: &str| text.chars().filter(|char| !char.is_control()).collect::<String>().trim().to_owned();
    let header = |name: HeaderName<'static>| {
        message.parts.first().and_then(|part| part.headers.iter().find(|header| header.name == name).map(|header| &header.value))
    };
    let address = |name| header(name)?.as_address()?.iter().find_map(|address| address.address.as_deref());
    Envelope {
        message: header(HeaderName::MessageId)
            .and_then(|value| value.as_text())
            .map(text)
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| format!("sha256:{}", Hash::of(bytes))),
        sender: address(HeaderName::From).or_else(|| address(HeaderName::Sender)).map(text).unwrap_or_default().to_lowercase(),
        sent_at: header(HeaderName::Date).and_then(|value| value.as_datetime()).and_then(in_utc),
        subject: header(HeaderName::Subject).and_then(|value| value.as_text()).map(text).unwrap_or_default(),
        ..Envelope::default()
    }
}

fn in_utc(date: &DateTime) -> Option<NaiveDateTime> {
    let local = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?.and_hms_opt(
        date.hour.into(),
        date.minute.into(),
        date.second.min(59).into(),
    )?;
    let offset = TimeDelta::minutes(i64::from(date.tz_hour) * 60 + i64::from(date.tz_minute));
    if date.tz_before_gmt { local.checked_add_signed(offset) } else { local.checked_sub_signed(offset) }
}

/// Headings and body: the first blank line parts them.
fn split(part: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in part.split_inclusive(|&byte| byte == b'\n') {
        let end = at + line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return (part.get(..at).unwrap_or_default(), part.get(end..).unwrap_or_default());
        }
        at = end;
    }
    (part, b"")
}

/// Headings as text that ends with a blank line. Raw bytes that are no UTF-8 are read as Latin-1, which is what old mailers mean by them.
fn head_text(head: &[u8]) -> Result<String, Refusal> {
    if head.len() > HEADERS {
        return Err(Refusal::limit(format!("the headings of the mail have {}", size(head.len() as u64))));
    }
    let mut text = match std::str::from_utf8(head) {
        Ok(text) => text.to_owned(),
        Err(_) => head.iter().map(|&byte| byte as char).collect(),
    };
    text.push_str("\n\n");
    Ok(text)
}

/// What the headings of a part say of it.
struct Head {
    /// `text/csv`, lower case.
    media_type: String,
    boundary: Option<String>,
    name: String,
    /// Meant to be saved, not shown.
    attached: bool,
    encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    None,
    Base64,
    QuotedPrintable,
}

impl Head {
    fn new(message: &Message<'_>, parent: &str) -> Self {
        let mut head = Head {
            media_type: if parent == "multipart/digest" { "message/rfc822" } else { "text/plain" }.to_owned(),
            boundary: None,
            name: String::new(),
            attached: false,
            encoding: Encoding::None,
        };
        let Some(part) = message.parts.first() else { return head };
        if let Some(content) = part.content_type() {
            head.media_type = format!("{}/{}", content.ctype(), content.subtype().unwrap_or_default()).to_lowercase();
            head.boundary = content.attribute("boundary").filter(|boundary| !boundary.is_empty()).map(str::to_owned);
        } else if part.headers.iter().any(|header| header.name == HeaderName::ContentType) {
            head.media_type = "application/octet-stream".to_owned();
        }
        let disposition = part.content_disposition();
        // The encoded form of a name stands after the plain one and says more.
        let attributes = disposition.and_then(|disposition| disposition.attributes()).unwrap_or_default();
        let filename = attributes.iter().rev().find(|attribute| attribute.name == "filename").map(|attribute| &*attribute.value);
        head.name = filename.or_else(|| part.content_type()?.attribute("name")).unwrap_or_default().to_owned();
        head.attached = disposition.is_some_and(|disposition| disposition.is_attachment());
        head.encoding = match part.content_transfer_encoding().map(|encoding| encoding.trim().to_lowercase()).as_deref() {
            Some("base64") => Encoding::Base64,
            Some("quoted-printable") => Encoding::QuotedPrintable,
            _ => Encoding::None,
        };
        head
    }

    fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/")
    }

    fn is_message(&self) -> bool {
        matches!(&*self.media_type, "message/rfc822" | "message/global")
    }

    /// A file that somebody attached, as opposed to text, decoration and what mailers add by themselves.
    fn is_document(&self, parent: &str) -> bool {
        let named = !self.name.is_empty();
        match self.media_type.split_once('/').unwrap_or_default() {
            ("application", "pgp-signature" | "pgp-keys" | "pkcs7-signature" | "x-pkcs7-signature" | "ics") => false,
            ("text", "vcard" | "x-vcard" | "directory" | "calendar") => false,
            _ if matches!(&*extension(&self.name), "asc" | "p7s" | "vcf" | "ics") => false,
            ("text", "plain" | "html") if is_footer(&self.name) => false,
            ("text", "csv" | "tab-separated-values" | "comma-separated-values" | "xml") => true,
            ("text", _) => self.attached || named,
            ("image", _) => self.attached && parent != "multipart/related",
            ("message", _) => self.attached,
            _ => true,
        }
    }
}

/// The extension that files of this media type usually have.
fn extension_of(media_type: &str) -> &'static str {
    match media_type {
        "text/csv" | "application/csv" | "text/comma-separated-values" => "csv",
        "text/tab-separated-values" => "tsv",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/xml" | "application/xml" => "xml",
        "application/json" => "json",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-excel.sheet.macroenabled.12" => "xlsm",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.oasis.opendocument.spreadsheet" => "ods",
        "message/rfc822" | "message/global" => "eml",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    }
}

/// `ATT00001.txt`: how Exchange names the text that follows an attachment.
fn is_footer(name: &str) -> bool {
    let number = name.get(..3).filter(|start| start.eq_ignore_ascii_case("ATT")).and(name.get(3..8));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && matches!(name.get(8..).map(str::to_lowercase).as_deref(), Some(".txt" | ".htm" | ".html"))
}

struct Walk<'o, 'l> {
    opening: &'o mut Opening<'l>,
    parser: MessageParser,
    depth: usize,
    /// The mail ends in the middle of something that is no document: what came after is missing.
    cut_short: bool,
}

impl Walk<'_, '_> {
    /// One part and all in it. `cut`: the mail may end in the middle of it.
    fn part(&mut self, part: &[u8], parent: &str, cut: bool, level: usize) -> Result<(), Refusal> {
        self.opening.parts += 1;
        if self.opening.parts > self.opening.limits.attachments.saturating_mul(PARTS).max(PARTS) {
            return Err(Refusal::limit(format!("the mail has more than {} parts", self.opening.parts - 1)));
        }
        let (head, body) = split(part);
        let text = head_text(head)?;
        let head = Head::new(&self.parser.parse_headers(text.as_bytes()).unwrap_or_default(), parent);
        if head.is_multipart() {
            return self.parts(&head, body, cut, level);
        }
        let is_message = head.is_message();
        if !is_message && !head.is_document(parent) {
            self.cut_short |= cut;
            return Ok(());
        }
        let name = self.opening.name(&head.name, is_path(&head.name), extension_of(&head.media_type));
        let (bytes, damage) = match decode(head.encoding, body) {
            Ok(bytes) if cut => (bytes, Some("the mail ends in the middle of this file")),
            Ok(bytes) => (bytes, None),
            Err(bytes) => (bytes, Some("the mail was damaged on its way: this file's encoding is broken")),
        };
        if let Some(damage) = damage {
            return self.opening.keep_refused(name, bytes, Refusal::damaged(damage));
        }
        let sort = if is_message { Sort::Mail } else { Sort::of(&name, &bytes) };
        self.opening.take(name, bytes, sort, self.depth + 1)
    }

    fn parts(&mut self, head: &Head, body: &[u8], cut: bool, level: usize) -> Result<(), Refusal> {
        if level >= LEVELS {
            return Err(Refusal::limit(format!("the mail's parts lie more than {LEVELS} levels deep in each other")));
        }
        let lost = "the mail is damaged: where one part ends and the next begins cannot be told";
        let boundary = head.boundary.as_deref().ok_or_else(|| Refusal::damaged(lost))?;
        let (parts, closed) = sections(body, boundary.as_bytes());
        if parts.is_empty() && !closed {
            return Err(Refusal::damaged(lost));
        }
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            self.part(part, &head.media_type, cut && last && !closed, level + 1)?;
        }
        Ok(())
    }
}

/// The sections of a multipart, and whether its closing line was there.
fn sections<'b>(body: &'b [u8], boundary: &[u8]) -> (Vec<&'b [u8]>, bool) {
    let mut sections = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) {
            let rest = rest.trim_ascii_end();
            if rest.is_empty() || rest == b"--" {
                sections.extend(start.map(|start| without_line_end(body.get(start..at).unwrap_or_default())));
                start = Some(end);
            }
            if rest == b"--" {
                return (sections, true);
            }
        }
        at = end;
    }
    sections.extend(start.and_then(|start| body.get(start..)));
    (sections, false)
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(part: &[u8]) -> &[u8] {
    part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).unwrap_or(part)
}

/// The bytes of a part; as `Err` what can be had of a broken one.
fn decode(encoding: Encoding, body: &[u8]) -> Result<Arc<[u8]>, Arc<[u8]>> {
    let whole = match encoding {
        Encoding::None => return Ok(body.into()),
        Encoding::QuotedPrintable => quoted_printable_decode(body),
        // Four characters at a time; one to three left over were cut off.
        Encoding::Base64 if body.iter().filter(|byte| !byte.is_ascii_whitespace()).count() % 4 != 0 => {
            return Err(base64_decode(body).map_or_else(|| body.into(), Arc::from));
        }
        Encoding::Base64 => base64_decode(body),
    };
    whole.map(Arc::from).ok_or_else(|| body.into())
}
