//! The world: the only place that touches files, network, environment, threads, the clock or a driver crate.

mod archive;
pub mod database;
mod folder;
#[cfg(feature = "mail")]
mod maildir;
#[cfg(feature = "mail")]
mod mbox;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod open;
#[cfg(feature = "sqlite")]
pub mod sqlite;
#[cfg(all(test, feature = "mysql"))]
#[path = "tests/trial.rs"]
pub(crate) mod trial;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{NaiveDateTime, Timelike, Utc};

pub use archive::Archive;
pub use folder::{FolderInbox, FolderOutbox};
#[cfg(feature = "mail")]
pub use maildir::MaildirInbox;
#[cfg(feature = "mail")]
pub use mbox::MboxInbox;

use crate::error::{Error, Result};
use crate::model::Limits;
use crate::port::{Inbox, Outbox};

/// Places that are planned or plausible, and that this version does not reach.
const NOT_YET: &[&str] = &[
    "imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "mailto", "kafka", "amqp", "amqps", "mqtt", "http", "https", "webdav",
    "webdavs", "s3", "gs", "azblob", "gdrive", "drive", "onedrive", "dropbox", "ftp", "ftps", "sftp",
];

/// The inbox at a location: `folder:PATH`, `maildir:PATH`, `mbox:PATH`, or a plain path whose sort is seen by looking at it
/// (a folder with `cur` and `new` is a maildir, a file that begins with `From ` an mbox, any other file or folder is itself).
///
/// `skip` names what is not read in a folder: where epos writes its own output.
///
/// # Errors
/// When the location does not exist, cannot be read, or is of a sort that this version or build does not reach.
pub fn inbox(location: &str, limits: &Limits, skip: &[PathBuf]) -> Result<Box<dyn Inbox>> {
    let (scheme, path) = parse(location)?;
    match scheme {
        Some("maildir") => maildir(path, limits),
        Some("mbox") => mbox(path, limits),
        Some(_) => Ok(Box::new(FolderInbox::open(path, limits, skip)?)),
        None if path.join("cur").is_dir() && path.join("new").is_dir() => maildir(path, limits),
        None if cfg!(feature = "mail") && path.is_file() && begins_as_mailbox(path)? => mbox(path, limits),
        None => Ok(Box::new(FolderInbox::open(path, limits, skip)?)),
    }
}

/// The outbox at a location: `folder:PATH` or a plain path. The folder is made when the first file is put.
///
/// # Errors
/// When the location is of a sort that this version does not reach.
pub fn outbox(location: &str) -> Result<Box<dyn Outbox>> {
    Ok(Box::new(FolderOutbox::new(folder_of(location)?)))
}

/// The archive at a location: `folder:PATH` or a plain path. The folder is made when the first document is put.
///
/// # Errors
/// When the location is of a sort that this version does not reach.
pub fn archive(location: &str) -> Result<Archive> {
    Ok(Archive::new(folder_of(location)?))
}

fn folder_of(location: &str) -> Result<&Path> {
    match parse(location)? {
        (None | Some("folder"), path) => Ok(path),
        (Some(scheme), _) => Err(Error::Scheme(format!("nothing can be written to `{scheme}:`; name a folder"))),
    }
}

/// Scheme and path. A plain path has no scheme; `C:\…` is one.
fn parse(location: &str) -> Result<(Option<&str>, &Path)> {
    let plain = Ok((None, Path::new(location)));
    let Some((scheme, rest)) = location.split_once(':') else { return plain };
    let path = Path::new(rest.strip_prefix("//").unwrap_or(rest));
    match ["folder", "maildir", "mbox"].into_iter().find(|known| *known == scheme) {
        Some(known) if path.as_os_str().is_empty() => {
            Err(Error::Scheme(format!("`{location}` names no path: write `{known}:PATH`")))
        }
        Some(known) => Ok((Some(known), path)),
        None if NOT_YET.contains(&&*scheme.to_lowercase()) => Err(Error::Scheme(format!(
            "this version of epos does not reach `{scheme}:` yet; use a folder, or `maildir:PATH` or `mbox:PATH` for mail fetched by another program"
        ))),
        None if rest.starts_with("//") => {
            Err(Error::Scheme(format!("`{scheme}:` is not known; use a plain path, `folder:PATH`, `maildir:PATH` or `mbox:PATH`")))
        }
        None => plain,
    }
}

#[cfg(feature = "mail")]
fn maildir(path: &Path, limits: &Limits) -> Result<Box<dyn Inbox>> {
    Ok(Box::new(MaildirInbox::open(path, limits)?))
}

#[cfg(feature = "mail")]
fn mbox(path: &Path, limits: &Limits) -> Result<Box<dyn Inbox>> {
    Ok(Box::new(MboxInbox::open(path, limits)?))
}

#[cfg(not(feature = "mail"))]
fn maildir(path: &Path, _: &Limits) -> Result<Box<dyn Inbox>> {
    without_mail(path)
}

#[cfg(not(feature = "mail"))]
fn mbox(path: &Path, _: &Limits) -> Result<Box<dyn Inbox>> {
    without_mail(path)
}

#[cfg(not(feature = "mail"))]
fn without_mail(path: &Path) -> Result<Box<dyn Inbox>> {
    Err(Error::Scheme(format!("{} holds mails, and this build of epos was made without the feature `mail`", path.display())))
}

/// Does the file look like an mbox?
fn begins_as_mailbox(path: &Path) -> Result<bool> {
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(512).read_to_end(&mut beginning));
    read.map_err(failed("read", path))?;
    Ok(crate::mail::is_mailbox(&beginning))
}

/// The moment, in UTC, to the second.
pub fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    now.with_nanosecond(0).unwrap_or(now)
}

/// Randomness, for tokens that must not be guessed.
///
/// # Errors
/// When the system gives none.
pub fn seed() -> Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| failed("read", Path::new("the system's random source"))(io::Error::other(error)))?;
    Ok(seed)
}

/// A whole file.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> Result<Arc<[u8]>> {
    let mut file = File::open(path).map_err(failed("read", path))?;
    let length = file.metadata().map_err(failed("read", path))?.len();
    // Straight into its final place: the largest files are only once in memory.
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, usize::try_from(length).unwrap_or(usize::MAX)).collect();
    let mut filled = 0;
    while let Some(rest) = Arc::get_mut(&mut bytes).and_then(|bytes| bytes.get_mut(filled..)).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed("read", path)(error)),
        }
    }
    let mut grown = Vec::new();
    file.read_to_end(&mut grown).map_err(failed("read", path))?;
    if filled == bytes.len() && grown.is_empty() {
        return Ok(bytes);
    }
    // Its length was not what the system said: it is being written, or is no ordinary file.
    Ok(bytes.iter().take(filled).copied().chain(grown).collect())
}

/// Writes a whole file, replacing what was there, and making its folder: all of it or nothing, even when the power fails.
///
/// # Errors
/// When it cannot be written; what was there is then untouched.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// A new file that is written piece by piece, making its folder and replacing what was there. Not for what must survive a crash half
/// written: see [`write()`].
///
/// # Errors
/// When it cannot be made.
pub fn create(path: &Path) -> Result<Box<dyn Write + Send>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let file = File::create(path).map_err(failed("create", path))?;
    Ok(Box::new(io::BufWriter::with_capacity(1 << 16, file)))
}

/// As [`write`], with what `fill` writes into the file.
fn write_with(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".epos-{}-{count}.part", std::process::id()));
    let written = File::create(&part)
        .and_then(|mut file| fill(&mut file).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&part, path))
        .and_then(|()| sync_folder(folder));
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        failed("write", path)(error)
    })
}

/// Makes a rename in a folder last.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Turns an io error into ours.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { action, path, source }
}

/// Files of a folder with this ending, in order of their names, as text.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn texts(folder: &Path, ending: &str) -> Result<Vec<(PathBuf, String)>> {
    let listed = std::fs::read_dir(folder).map_err(failed("read", folder))?;
    let mut paths = Vec::new();
    for entry in listed {
        let path = entry.map_err(failed("read", folder))?.path();
        if path.extension().is_some_and(|of| of == ending) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| Ok((path.clone(), String::from_utf8_lossy(&read(&path)?).into_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_recognised_by_scheme_or_by_looking() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        for sub in ["mail/cur", "mail/new", "mail/tmp", "files"] {
            fs::create_dir_all(at(sub)).unwrap();
        }
        fs::write(at("files/a.csv"), "sku,quantity\n1,2\n").unwrap();
        fs::write(at("files/box"), "From a@x Fri Nov 20 18:00:00 2026\nSubject: x\n\nhello\n\n").unwrap();
        let count = |location: &str| {
            let mut inbox = inbox(location, &Limits::default(), &[]).unwrap();
            let mut count = 0;
            while let Some(arrival) = inbox.next().unwrap() {
                inbox.done(&arrival.id).unwrap();
                count += 1;
            }
            count
        };
        assert_eq!(count(&at("mail")), 0);
        assert_eq!(count(&format!("maildir:{}", at("mail"))), 0);
        assert_eq!(count(&at("files")), 2);
        assert_eq!(count(&format!("folder:{}", at("files"))), 2);
        assert_eq!(count(&format!("folder://{}", at("files"))), 2);
        assert_eq!(count(&at("files/a.csv")), 1);
        assert_eq!(count(&format!("mbox:{}", at("files/box"))), 1);
        assert_eq!(count(&at("files/box")), 1);
    }

    #[test]
    fn what_this_version_does_not_reach_says_so() {
        let open = |location: &str| inbox(location, &Limits::default(), &[]).err().map(|error| error.to_string()).unwrap();
        assert!(open("imaps://ann@mail.example.org/INBOX").contains("does not reach `imaps:` yet"));
        assert!(open("kafka://broker/sales").contains("does not reach `kafka:` yet"));
        assert!(open("gopher://x").contains("`gopher:` is not known"));
        assert!(open("maildir:").contains("names no path"));
        assert!(open("no/such/folder").contains("no/such/folder"));
        assert!(outbox("s3://bucket").err().unwrap().to_string().contains("does not reach `s3:` yet"));
        assert!(outbox("mbox:x").err().unwrap().to_string().contains("nothing can be written to `mbox:`"));
        assert!(matches!(parse("C:\\till\\files"), Ok((None, _))));
        assert!(matches!(parse("./a:b"), Ok((None, _))));
    }

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/report.csv");
        write(&path, b"one").unwrap();
        write(&path, b"two, and longer").unwrap();
        assert_eq!(&*read(&path).unwrap(), b"two, and longer");
        // A folder stands where the file should go: nothing changes and nothing is left over.
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("inside")).unwrap();
        assert!(write(&taken, b"x").is_err());
        assert!(taken.join("inside").is_dir());
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn empty_and_special_files_are_read_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty");
        fs::write(&path, b"").unwrap();
        assert!(read(&path).unwrap().is_empty());
        assert!(read(&folder.path().join("none")).unwrap_err().to_string().starts_with("cannot read "));
        if Path::new("/proc/self/status").exists() {
            assert!(!read(Path::new("/proc/self/status")).unwrap().is_empty());
        }
    }

    #[test]
    fn seeds_differ() {
        assert_ne!(seed().unwrap(), seed().unwrap());
        assert_eq!(now().nanosecond(), 0);
    }
}
