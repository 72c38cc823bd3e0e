//! An evening that stops between any two steps is answered by the next one, and nothing is answered twice.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;
use crate::edge::open::{self, Wish};

/// What an outbox holds by name. It fails at one put, before or after the file is there.
#[derive(Default, Clone)]
struct Shelf {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    puts: usize,
    fails_at: Option<(usize, bool)>,
}

impl Outbox for Shelf {
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        let (at, after) = self.fails_at.unwrap_or((usize::MAX, false));
        self.puts += 1;
        let mut whole = Vec::new();
        bytes.read_to_end(&mut whole).unwrap();
        if self.puts != at || after {
            self.files.lock().unwrap().insert(name.to_owned(), whole);
        }
        if self.puts == at { Err(Error::Conflict("the machine stopped".to_owned())) } else { Ok(()) }
    }

    fn take(&mut self, name: &str) -> Result<Document> {
        Err(Error::NotFound(name.to_owned()))
    }
}

fn evening(place: &Path) -> open::Evening {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/evening");
    std::fs::create_dir_all(place.join("inbox")).unwrap();
    for name in ["epos.toml", "products.csv"] {
        std::fs::copy(from.join(name), place.join(name)).unwrap();
    }
    for entry in std::fs::read_dir(from.join("inbox")).unwrap().flatten() {
        std::fs::copy(entry.path(), place.join("inbox").join(entry.file_name())).unwrap();
    }
    open::evening(&Wish::default(), Some(&place.display().to_string()), None).unwrap()
}

/// Answers to the evening whose books are copied from `from`: they stop at a put, and then go on. Gives what the outbox holds, and how
/// many were written before and after.
fn answered(from: &Path, days: &[StoreDay], fails_at: Option<(usize, bool)>) -> (BTreeMap<String, Vec<u8>>, usize, usize) {
    let place = tempfile::tempdir().unwrap();
    for name in ["epos.toml", "epos.db"] {
        std::fs::copy(from.join(name), place.path().join(name)).unwrap();
    }
    let mut audit = open::existing(open::config(&Wish::default(), place.path()).unwrap()).unwrap();
    let mut shelf = Shelf { fails_at, ..Shelf::default() };
    let heads = [("leith".to_owned(), "abc".to_owned())];
    let first = audit.answer_with(days, &heads, &mut shelf);
    assert_eq!(first.is_err(), fails_at.is_some());
    let mut rest = Shelf { fails_at: None, ..shelf.clone() };
    let second = audit.answer_with(days, &heads, &mut rest).unwrap();
    assert!(audit.answer_with(days, &heads, &mut rest).unwrap().is_empty(), "all is answered");
    let written = store::replies(audit.db(), None, None).unwrap();
    let files = shelf.files.lock().unwrap().clone();
    assert_eq!(written.iter().map(|of| &of.file).collect::<BTreeSet<_>>(), files.keys().collect());
    (files, first.map_or(0, |first| first.len()), second.len())
}

/// Its mails are taken and done with, so that only the books know whom to answer.
#[test]
fn whatever_step_it_stops_at_the_answers_are_the_same() {
    let place = tempfile::tempdir().unwrap();
    let open::Evening { mut audit, masters, mut inbox, mut outbox, .. } = evening(place.path());
    let days = audit.run(&masters, inbox.as_mut(), outbox.as_mut(), &mut |_| {}).unwrap().days;
    drop(audit);
    let (whole, first, second) = answered(place.path(), &days, None);
    assert_eq!((whole.len(), first, second), (14, 14, 0));
    assert!(whole.iter().any(|(name, bytes)| name.contains("digest") && String::from_utf8_lossy(bytes).contains("leith: abc")));
    for at in 1..=14 {
        for after in [false, true] {
            let (files, _, second) = answered(place.path(), &days, Some((at, after)));
            assert_eq!(second, 15 - at, "all that were not noted are written");
            assert!(files == whole, "stopped at {at}");
        }
    }
}
