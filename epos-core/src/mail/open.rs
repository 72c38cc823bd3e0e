//! Opening containers inside containers, with limits over all of it.

use std::sync::Arc;

#[cfg(feature = "mail")]
use super::mbox::{is_mailbox, messages};
use super::name::{extension, safe};
use super::unzip;
use crate::diagnostic::{Checked, Code, Diagnostic, F010, F012, F027};
use crate::model::{At, Document, Envelope, Limits};

/// Files that are zips inside but one document to people.
const PACKED_DOCUMENTS: &[&str] = &[
    "xlsx", "xlsm", "xlsb", "xltx", "xltm", "ods", "ots", "docx", "docm", "odt", "pptx", "odp", "numbers", "pages", "key", "epub",
    "jar", "apk", "kmz",
];

/// The documents in a file: of a zip or mail those inside, otherwise the file itself.
pub fn documents(name: &str, bytes: impl Into<Arc<[u8]>>, limits: &Limits) -> Checked<Vec<Document>> {
    let bytes = bytes.into();
    let sort = Sort::of(name, &bytes);
    whole(name, bytes, sort, limits)
}

/// The documents in what somebody says is an arrival: as [`documents`], but a mailbox and a mail are known by their content too, whatever
/// their names.
#[cfg(feature = "mail")]
pub fn arrival(name: &str, bytes: impl Into<Arc<[u8]>>, limits: &Limits) -> Checked<Vec<Document>> {
    let bytes = bytes.into();
    if is_mailbox(&bytes) {
        let mut all = Checked::clean(Vec::new());
        for (count, mail) in (1..).zip(messages(&bytes)) {
            let mut opened = message(&format!("{name}-{count}.eml"), mail, limits);
            all.value.append(&mut opened.value);
            all.diagnostics.append(&mut opened.diagnostics);
        }
        return all;
    }
    match Sort::of(name, &bytes) {
        Sort::Plain if super::mime::begins_as_mail(&bytes) => message(name, bytes, limits),
        sort => whole(name, bytes, sort, limits),
    }
}

/// The documents in a mail that lies in a mailbox under `name`.
#[cfg(feature = "mail")]
pub(crate) fn message(name: &str, bytes: impl Into<Arc<[u8]>>, limits: &Limits) -> Checked<Vec<Document>> {
    whole(name, bytes.into(), Sort::Mail, limits)
}

fn whole(name: &str, bytes: Arc<[u8]>, sort: Sort, limits: &Limits) -> Checked<Vec<Document>> {
    let mut opening = Opening {
        limits,
        envelope: None,
        documents: Vec::new(),
        diagnostics: Vec::new(),
        unpacked: 0,
        made_up: 0,
        #[cfg(feature = "mail")]
        parts: 0,
    };
    if let Err(refusal) = opening.take(name.to_owned(), bytes, sort, 0) {
        opening.diagnostics.push(refusal.at(name));
    }
    Checked::with(opening.documents, opening.diagnostics)
}

/// The finding for a file that is larger than any document may be and so was not even read.
pub(crate) fn too_large(name: &str, bytes: u64, limits: &Limits) -> Diagnostic {
    let message = format!("the file has {} and the limit is {}; it was not read", size(bytes), size(limits.document_bytes));
    Refusal::new(F012, message, "Split it, for example by month.").at(name)
}

/// Must a file be opened to find its documents? Its first bytes are enough to tell.
pub(crate) fn is_container(name: &str, first: &[u8]) -> bool {
    Sort::of(name, first) != Sort::Plain
}

/// How a file is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// As one document.
    Plain,
    /// Opened as a zip.
    Zip,
    /// Opened as a mail.
    #[cfg(feature = "mail")]
    Mail,
}

impl Sort {
    /// By name, and by content where names lie.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        match extension(name).as_str() {
            #[cfg(feature = "mail")]
            "eml" => Sort::Mail,
            "zip" => Sort::Zip,
            known if PACKED_DOCUMENTS.contains(&known) => Sort::Plain,
            _ if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => Sort::Zip,
            _ => Sort::Plain,
        }
    }
}

/// Why a container was not opened. The container itself is kept.
pub(super) struct Refusal {
    code: Code,
    message: String,
    help: &'static str,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>, help: &'static str) -> Self {
        Refusal { code, message: message.into(), help }
    }

    pub(super) fn damaged(message: impl Into<String>) -> Self {
        Refusal::new(F010, message, "Ask for it to be sent again; what came is kept.")
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Refusal::new(
            F012,
            message,
            "Nothing of it was loaded; what came is kept. Ask for the files themselves, in several mails if need be.",
        )
    }

    pub(super) fn at(self, name: &str) -> Diagnostic {
        Diagnostic::new(self.code, At::document(name), self.message).help(self.help)
    }
}

/// One arrival being opened: what was found so far, and how much of the limits is used up.
pub(super) struct Opening<'a> {
    pub(super) limits: &'a Limits,
    /// The outermost mail's.
    pub(super) envelope: Option<Arc<Envelope>>,
    pub(super) documents: Vec<Document>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Bytes unpacked from zips, never given back: a bomb in pieces is still a bomb.
    pub(super) unpacked: u64,
    /// Parts of mails looked at.
    #[cfg(feature = "mail")]
    pub(super) parts: usize,
    made_up: usize,
}

impl Opening<'_> {
    /// Takes one file in: keeps it, or opens it and takes in what it holds.
    pub(super) fn take(&mut self, name: String, bytes: Arc<[u8]>, sort: Sort, depth: usize) -> Result<(), Refusal> {
        if sort == Sort::Plain {
            return self.keep(name, bytes);
        }
        let before = (self.documents.len(), self.diagnostics.len(), self.envelope.clone());
        let opened = if depth > self.limits.nesting {
            Err(Refusal::limit(format!("it lies {depth} levels deep in other files, and the limit is {}", self.limits.nesting)))
        } else {
            match sort {
                Sort::Plain => Ok(()),
                Sort::Zip => unzip::open(self, &name, &bytes, depth),
                #[cfg(feature = "mail")]
                Sort::Mail => super::mime::open(self, &name, &bytes, depth),
            }
        };
        let kept = match opened {
            Ok(()) => Ok(()),
            Err(refusal) => {
                self.documents.truncate(before.0);
                self.diagnostics.truncate(before.1);
                self.diagnostics.push(refusal.at(&name));
                self.keep(name, bytes)
            }
        };
        self.envelope = before.2;
        kept
    }

    /// Keeps a file as one document.
    pub(super) fn keep(&mut self, name: String, bytes: Arc<[u8]>) -> Result<(), Refusal> {
        // Never below one: whatever the limit, the arrival as a whole is kept.
        if self.documents.len() >= self.limits.attachments.max(1) {
            return Err(Refusal::limit(format!("it holds more than {} files", self.limits.attachments)));
        }
        let document = Document::new(&name, bytes);
        self.documents.push(match &self.envelope {
            Some(envelope) => document.from_mail(Arc::clone(envelope)),
            None => document,
        });
        Ok(())
    }

    /// Keeps a file as it is, because something is wrong with it.
    #[cfg(feature = "mail")]
    pub(super) fn keep_refused(&mut self, name: String, bytes: Arc<[u8]>, refusal: Refusal) -> Result<(), Refusal> {
        self.diagnostics.push(refusal.at(&name));
        self.keep(name, bytes)
    }

    /// A safe name, made up where none is given; says so where a path was cut off.
    pub(super) fn name(&mut self, raw: &str, had_path: bool, extension: &str) -> String {
        let mut name = safe(raw);
        if name.is_empty() {
            self.made_up += 1;
            name = format!("attachment-{}.{extension}", self.made_up);
        }
        if had_path {
            let message = format!("the attachment's name held a path; it is taken as `{name}`");
            self.diagnostics.push(Diagnostic::new(F027, At::document(&name), message));
        }
        name
    }
}

/// Bytes as people say them.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
