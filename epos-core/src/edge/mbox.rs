//! A file with many mails.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::failed;
use crate::error::Result;
use crate::mail::{self, Messages};
use crate::model::Limits;
use crate::port::{Arrival, Inbox};

/// The mails of an mbox file, in its order, read one at a time. The file is never changed.
#[derive(Debug)]
pub struct MboxInbox {
    path: PathBuf,
    messages: Messages<BufReader<File>>,
    limits: Limits,
    count: usize,
}

impl MboxInbox {
    /// The inbox of an mbox file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self> {
        let file = File::open(path).map_err(failed("read", path))?;
        Ok(MboxInbox { path: path.to_owned(), messages: Messages::new(BufReader::new(file)), limits: *limits, count: 0 })
    }
}

impl Inbox for MboxInbox {
    fn next(&mut self) -> Result<Option<Arrival>> {
        let Some(message) = self.messages.next().transpose().map_err(failed("read", &self.path))? else { return Ok(None) };
        self.count += 1;
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let opened = mail::message(&format!("{file}-{}.eml", self.count), message, &self.limits);
        let id = format!("{}#{}", self.path.display(), self.count);
        Ok(Some(Arrival { id, documents: opened.value, diagnostics: opened.diagnostics }))
    }

    fn done(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_of_the_file_arrives_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox");
        let mail = |n: u32| {
            format!(
                "From till@x Fri Nov 20 18:00:00 2026\r\nFrom: till@x.example\r\nSubject: {n}\r\nContent-Type: text/csv; name={n}.csv\r\n\
                 Content-Disposition: attachment\r\n\r\nday,total\r\n>From Friday,{n}\r\n\r\n"
            )
        };
        std::fs::write(&path, [1, 2, 3].map(mail).concat()).unwrap();
        let mut inbox = MboxInbox::open(&path, &Limits::default()).unwrap();
        for n in 1..=3 {
            let arrival = inbox.next().unwrap().unwrap();
            assert!(arrival.id.ends_with(&format!("inbox#{n}")));
            assert!(arrival.diagnostics.is_empty());
            let [document] = &arrival.documents[..] else { panic!("{:?}", arrival.documents) };
            assert_eq!(document.name, format!("{n}.csv"));
            assert_eq!(std::str::from_utf8(&document.bytes).unwrap(), format!("day,total\r\nFrom Friday,{n}\r\n"));
            assert!(document.envelope.as_ref().unwrap().message.starts_with("sha256:"), "a mail without Message-ID has a name too");
        }
        assert!(inbox.next().unwrap().is_none());
    }
}
