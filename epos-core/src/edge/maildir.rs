//! A maildir: one file per mail, `new/` what no program has seen, `cur/` what one has.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::arrival;
use super::{failed, sync_folder};
use crate::error::Result;
use crate::mail;
use crate::model::Limits;
use crate::port::{Arrival, Inbox};

/// The mails of a maildir, those seen before too, by file name (which begins with the time of delivery). Whether a mail was dealt with is
/// the database's knowledge: a person who reads a mail first hides nothing from epos.
#[derive(Debug)]
pub struct MaildirInbox {
    folder: PathBuf,
    paths: BTreeMap<String, PathBuf>,
    waiting: VecDeque<String>,
    limits: Limits,
}

impl MaildirInbox {
    /// The inbox of a maildir.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn open(folder: &Path, limits: &Limits) -> Result<Self> {
        let paths = list(folder)?;
        let waiting = paths.keys().cloned().collect();
        Ok(MaildirInbox { folder: folder.to_owned(), paths, waiting, limits: *limits })
    }

    /// Where the mail with this key is now: other programs move mails and set flags at any time.
    fn find(&mut self, key: &str) -> Result<Option<&PathBuf>> {
        if !self.paths.get(key).is_some_and(|path| path.is_file()) {
            self.paths = list(&self.folder)?;
        }
        Ok(self.paths.get(key))
    }
}

/// Every mail's path by its key, the file name without flags.
fn list(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut mails = BTreeMap::new();
    for sub in ["new", "cur"] {
        let folder = folder.join(sub);
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed("read", &folder))?;
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') && entry.file_type().is_ok_and(|sort| sort.is_file()) {
                let key = name.split_once(":2,").map_or(&*name, |(key, _)| key);
                mails.insert(key.to_owned(), entry.path());
            }
        }
    }
    Ok(mails)
}

impl Inbox for MaildirInbox {
    fn next(&mut self) -> Result<Option<Arrival>> {
        while let Some(key) = self.waiting.pop_front() {
            // Gone: somebody deleted it since it was listed.
            let Some(path) = self.find(&key)?.cloned() else { continue };
            let name = format!("{key}.eml");
            let open = |bytes| mail::message(&name, bytes, &self.limits);
            return arrival(&path, key, &name, &self.limits, open).map(Some);
        }
        Ok(None)
    }

    fn done(&mut self, id: &str) -> Result<()> {
        let Some(path) = self.find(id)?.cloned() else { return Ok(()) };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut flags: Vec<char> = name.split_once(":2,").map(|(_, flags)| flags.chars().collect()).unwrap_or_default();
        if !flags.contains(&'S') {
            flags.push('S');
        }
        flags.sort_unstable();
        let cur = self.folder.join("cur");
        let seen = cur.join(format!("{id}:2,{}", flags.iter().collect::<String>()));
        if seen == path {
            return Ok(());
        }
        fs::rename(&path, &seen).and_then(|()| sync_folder(&cur)).map_err(failed("move", &path))?;
        self.paths.insert(id.to_owned(), seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maildir(mails: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for sub in ["cur", "new", "tmp"] {
            fs::create_dir(folder.path().join(sub)).unwrap();
        }
        for (n, mail) in mails.iter().enumerate() {
            let text = format!(
                "From: till@x.example\nMessage-ID: <{n}@x>\nContent-Type: text/csv; name={n}.csv\nContent-Disposition: attachment\n\na\n{n}\n"
            );
            fs::write(folder.path().join(mail), text).unwrap();
        }
        folder
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut names = Vec::new();
        for sub in ["new", "cur"] {
            let entries = fs::read_dir(folder.join(sub)).unwrap();
            names.extend(entries.map(|entry| format!("{sub}/{}", entry.unwrap().file_name().to_string_lossy())));
        }
        names.sort();
        names
    }

    fn open(folder: &Path) -> MaildirInbox {
        MaildirInbox::open(folder, &Limits::default()).unwrap()
    }

    #[test]
    fn mails_come_by_file_name_from_new_and_cur() {
        let folder = maildir(&["new/3.M1.host", "cur/1.M1.host:2,RS", "cur/2.M1.host:2,F", "new/.hidden"]);
        let mut inbox = open(folder.path());
        let mut ids = Vec::new();
        while let Some(arrival) = inbox.next().unwrap() {
            assert_eq!(arrival.documents.len(), 1);
            inbox.done(&arrival.id).unwrap();
            ids.push(arrival.id);
        }
        assert_eq!(ids, ["1.M1.host", "2.M1.host", "3.M1.host"]);
        assert_eq!(files(folder.path()), ["cur/1.M1.host:2,RS", "cur/2.M1.host:2,FS", "cur/3.M1.host:2,S", "new/.hidden"]);
    }

    #[test]
    fn a_crash_before_done_brings_the_arrival_again() {
        let folder = maildir(&["new/1.M1.host", "new/2.M1.host"]);
        let arrival = open(folder.path()).next().unwrap().unwrap();
        assert_eq!(files(folder.path()), ["new/1.M1.host", "new/2.M1.host"], "reading marks nothing");
        let mut inbox = open(folder.path());
        let again = inbox.next().unwrap().unwrap();
        assert_eq!(again.id, arrival.id);
        assert_eq!(again.documents[0].hash, arrival.documents[0].hash);
        inbox.done(&again.id).unwrap();
        inbox.done(&again.id).unwrap();
        assert_eq!(files(folder.path()), ["cur/1.M1.host:2,S", "new/2.M1.host"]);
    }

    #[test]
    fn another_program_may_move_and_delete_mails_meanwhile() {
        let folder = maildir(&["new/1", "new/2", "new/3"]);
        let at = |name: &str| folder.path().join(name);
        let mut inbox = open(folder.path());
        fs::rename(at("new/1"), at("cur/1:2,R")).unwrap();
        fs::remove_file(at("new/2")).unwrap();
        let first = inbox.next().unwrap().unwrap();
        fs::rename(at("cur/1:2,R"), at("cur/1:2,FR")).unwrap();
        inbox.done(&first.id).unwrap();
        assert_eq!(inbox.next().unwrap().unwrap().id, "3");
        inbox.done("2").unwrap();
        assert!(inbox.next().unwrap().is_none());
        assert_eq!(files(folder.path()), ["cur/1:2,FRS", "new/3"]);
    }
}
