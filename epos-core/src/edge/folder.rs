//! A folder as inbox and as outbox.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::vec::IntoIter;

#[cfg(feature = "mail")]
use super::{begins_as_mailbox, mbox::MboxInbox};
use super::{failed, read, write_with};
use crate::diagnostic::Checked;
use crate::error::Result;
use crate::mail;
use crate::model::{Document, Limits};
use crate::port::{Arrival, Inbox, Outbox};

/// The files of a folder and the folders in it, by name: mails, mailboxes, zips and plain files. Nothing in it is ever changed: what was
/// read before is read again, and swallowed as a repeat.
///
/// Left out are hidden files, configuration (`*.toml`), databases (`*.db`), texts about the folder (`README*`, `*.md`) and lock files of
/// office programs.
#[derive(Debug)]
pub struct FolderInbox {
    files: IntoIter<PathBuf>,
    limits: Limits,
    #[cfg(feature = "mail")]
    mailbox: Option<MboxInbox>,
}

impl FolderInbox {
    /// The inbox at a folder, or of one single file. `skip` is not read.
    ///
    /// # Errors
    /// When the folder cannot be listed, or the one file is a pipe or a device.
    pub fn open(path: &Path, limits: &Limits, skip: &[PathBuf]) -> Result<Self> {
        let mut files = Vec::new();
        let what = fs::metadata(path).map_err(failed("read", path))?;
        if what.is_dir() {
            let skip: Vec<PathBuf> = skip.iter().filter_map(|path| path.canonicalize().ok()).collect();
            list(path, &skip, &mut files)?;
        } else if what.is_file() {
            files.push(path.to_owned());
        } else {
            // A pipe or a device may never end, and is gone once it was looked at.
            let why = io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file; save what it gives to a file first");
            return Err(failed("read", path)(why));
        }
        Ok(FolderInbox {
            files: files.into_iter(),
            limits: *limits,
            #[cfg(feature = "mail")]
            mailbox: None,
        })
    }
}

/// Lists the files below `folder` by name. Links to folders are not followed: they may lead in circles.
fn list(folder: &Path, skip: &[PathBuf], files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed("read", folder))?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_ours(&name) || (!skip.is_empty() && path.canonicalize().is_ok_and(|path| skip.contains(&path))) {
            continue;
        }
        let entry = fs::symlink_metadata(&path).map_err(failed("read", &path))?;
        if entry.is_dir() {
            list(&path, skip, files)?;
        } else if entry.is_file() || path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Not from a till.
fn is_ours(name: &str) -> bool {
    let lower = name.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    name.starts_with(['.', '~'])
        || lower.starts_with("readme")
        || lower == "desktop.ini"
        || ends(&[".md", ".toml", ".db", ".db-wal", ".db-shm", ".db-journal"])
}

impl Inbox for FolderInbox {
    fn next(&mut self) -> Result<Option<Arrival>> {
        loop {
            #[cfg(feature = "mail")]
            if let Some(mailbox) = &mut self.mailbox {
                if let Some(arrival) = mailbox.next()? {
                    return Ok(Some(arrival));
                }
                self.mailbox = None;
            }
            let Some(path) = self.files.next() else { return Ok(None) };
            #[cfg(feature = "mail")]
            if begins_as_mailbox(&path)? {
                self.mailbox = Some(MboxInbox::open(&path, &self.limits)?);
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let open = |bytes| mail::documents(&name, bytes, &self.limits);
            return arrival(&path, path.display().to_string(), &name, &self.limits, open).map(Some);
        }
    }

    fn done(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// One file as an arrival, opened by `open`; one that is too large is named and not read.
pub(super) fn arrival(
    path: &Path,
    id: String,
    name: &str,
    limits: &Limits,
    open: impl FnOnce(Arc<[u8]>) -> Checked<Vec<Document>>,
) -> Result<Arrival> {
    let length = fs::metadata(path).map_err(failed("read", path))?.len();
    let opened = if length > limits.document_bytes {
        Checked::with(Vec::new(), vec![mail::too_large(name, length, limits)])
    } else if length > Document::HELD && !mail::is_container(name, &begin(path)?) {
        Checked::with(vec![kept(path, name)?], Vec::new())
    } else {
        open(read(path)?)
    };
    Ok(Arrival { id, documents: opened.value, diagnostics: opened.diagnostics })
}

/// A file's first bytes.
fn begin(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(1 << 12).read_to_end(&mut bytes)).map_err(failed("read", path))?;
    Ok(bytes)
}

/// Writes files into a folder.
#[derive(Debug)]
pub struct FolderOutbox {
    folder: PathBuf,
}

impl FolderOutbox {
    /// The outbox in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        FolderOutbox { folder: folder.into() }
    }
}

impl FolderOutbox {
    fn inside(&self, name: &str, action: &'static str) -> Result<PathBuf> {
        let path = self.folder.join(name);
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || name.contains('\0') || name.ends_with('/') || !inside {
            let message = "the name must be that of a file inside the folder, without `..`";
            return Err(failed(action, &path)(io::Error::new(io::ErrorKind::InvalidInput, message)));
        }
        Ok(path)
    }
}

impl Outbox for FolderOutbox {
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        write_with(&self.inside(name, "write")?, |file| io::copy(bytes, file).map(drop))
    }

    fn take(&mut self, name: &str) -> Result<Document> {
        kept(&self.inside(name, "read")?, name)
    }
}

/// A file as a document: held in memory when it is small, else read where it lies as often as needed, as long as nobody changes it.
pub(super) fn kept(path: &Path, name: &str) -> Result<Document> {
    let stamp = |file: &File| file.metadata().map(|data| (data.len(), data.modified().ok()));
    let first = File::open(path).and_then(|file| stamp(&file)).map_err(failed("read", path))?;
    let place = path.to_owned();
    let opener = move || -> io::Result<Box<dyn Read + Send>> {
        let file = File::open(&place)?;
        Ok(Box::new(Unchanged { file, unchanged: Box::new(move |file| stamp(file).is_ok_and(|now| now == first)) }))
    };
    Document::kept(name, Some(first.0), Box::new(opener)).map_err(failed("read", path))
}

/// A file that must be at its end what it was at its beginning.
struct Unchanged {
    file: File,
    unchanged: Box<dyn Fn(&File) -> bool + Send>,
}

impl Read for Unchanged {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if count == 0 && !into.is_empty() && !(self.unchanged)(&self.file) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it was changed while it was being read; try again"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            super::super::write(&folder.join(name), text.as_bytes()).unwrap();
        }
    }

    fn names(folder: &Path, skip: &[PathBuf]) -> Vec<String> {
        let mut inbox = FolderInbox::open(folder, &Limits::default(), skip).unwrap();
        let mut names = Vec::new();
        while let Some(arrival) = inbox.next().unwrap() {
            names.extend(arrival.documents.iter().map(|document| document.name.clone()));
            inbox.done(&arrival.id).unwrap();
        }
        names
    }

    #[test]
    fn files_come_by_name_and_what_is_ours_does_not_come() {
        let folder = tempfile::tempdir().unwrap();
        put(
            folder.path(),
            &[
                ("b/2.csv", "a"),
                ("b/1.csv", "a"),
                ("a.csv", "a"),
                ("c.csv", "a"),
                ("README.txt", "a"),
                ("notes.md", "a"),
                ("epos.toml", "a"),
                ("layouts/till.toml", "a"),
                ("epos.db", "a"),
                ("epos.db-wal", "a"),
                (".hidden/x.csv", "a"),
                (".x.csv", "a"),
                ("~$c.xlsx", "a"),
                ("output/report.csv", "a"),
                ("mydb.csv", "a"),
            ],
        );
        let skip = [folder.path().join("output"), folder.path().join("not-there")];
        assert_eq!(names(folder.path(), &skip), ["a.csv", "1.csv", "2.csv", "c.csv", "mydb.csv"]);
        assert_eq!(names(folder.path(), &skip), names(folder.path(), &skip));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_circle_ends() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &[("in/a.csv", "a")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("in/again")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("in/a.csv"), folder.path().join("b.csv")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("gone"), folder.path().join("c.csv")).unwrap();
        assert_eq!(names(folder.path(), &[]), ["b.csv", "a.csv"]);
    }

    #[test]
    fn a_file_past_the_limit_is_named_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &[("a.csv", "0123456789")]);
        let limits = Limits { document_bytes: 9, ..Limits::default() };
        let arrival = FolderInbox::open(folder.path(), &limits, &[]).unwrap().next().unwrap().unwrap();
        assert!(arrival.documents.is_empty());
        assert_eq!(arrival.diagnostics[0].code, crate::diagnostic::F012);
        assert_eq!(arrival.diagnostics[0].at.document, "a.csv");
    }

    #[cfg(feature = "mail")]
    #[test]
    fn mails_and_mailboxes_in_a_folder_are_opened_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let mail = |n: u32| {
            format!(
                "From: t@x.example\nMessage-ID: <{n}@x>\nContent-Type: text/csv; name=\"{n}.csv\"\nContent-Disposition: attachment\n\na\n{n}\n"
            )
        };
        let mbox = [3, 4].map(|n| format!("From t@x Fri Nov 20 18:00:00 2026\n{}\n", mail(n))).concat();
        put(folder.path(), &[("1.eml", &mail(1)), ("2.eml", &mail(2)), ("3-4", &mbox), ("5.csv", "a")]);
        assert_eq!(names(folder.path(), &[]), ["1.csv", "2.csv", "3.csv", "4.csv", "5.csv"]);
    }

    #[test]
    fn an_outbox_never_leaves_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut outbox = FolderOutbox::new(folder.path().join("out"));
        for bad in ["", "..", "../x", "a/../../x", "/tmp/x", "a/", "./../x", "a\0b"] {
            assert!(outbox.put(bad, &mut &b"x"[..]).is_err(), "{bad:?}");
        }
        outbox.put("2026/11/daily.csv", &mut &b"one"[..]).unwrap();
        outbox.put("2026/11/daily.csv", &mut &b"two"[..]).unwrap();
        assert_eq!(&*read(&folder.path().join("out/2026/11/daily.csv")).unwrap(), b"two");
        let left: Vec<_> = fs::read_dir(folder.path().join("out/2026/11")).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file is left: {left:?}");
    }
}
