//! `run` is killed at every step, before and after each effect on the world, and begun again: the end is the same as of one run that
//! was left in peace.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::*;
use crate::error::{Error, Result};
use crate::model::{Envelope, Type, Value};
use crate::port::{Arrival, Db, Inbox, Outbox};
use crate::sql::{Dialect, Rows, Statement};

/// How many effects a process still has before it is killed.
#[derive(Clone)]
struct Life(Arc<AtomicI64>);

impl Life {
    fn step(&self) -> Result<()> {
        match self.0.fetch_sub(1, Relaxed) {
            left if left > 0 => Ok(()),
            _ => Err(Error::Scheme("killed".to_owned())),
        }
    }

    /// One effect: the process may die before it, or after it.
    fn with<T>(&self, effect: impl FnOnce() -> Result<T>) -> Result<T> {
        self.step()?;
        let done = effect()?;
        self.step()?;
        Ok(done)
    }
}

struct MortalDb(Box<dyn Db>, Life);

/// The same within a unit of work.
struct Within<'d>(&'d mut (dyn Db + 'd), Life);

impl Db for Within<'_> {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }
    fn url(&self) -> &str {
        self.0.url()
    }
    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        let Within(db, life) = self;
        life.with(|| db.execute(statement))
    }
    fn query(&mut self, asked: &Statement, types: &[Type], each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>) -> Result<()> {
        // Asking changes nothing: whoever dies here could have died before.
        self.0.query(asked, types, each)
    }
    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        let Within(db, life) = self;
        life.with(|| db.insert(rows))
    }
    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        let Within(db, life) = self;
        life.with(|| db.add(rows))
    }
    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        let Within(db, life) = self;
        let within = life.clone();
        life.with(|| db.all_or_nothing(&mut |db| work(&mut Within(db, within.clone()))))
    }
}

impl MortalDb {
    fn within(&mut self) -> Within<'_> {
        Within(self.0.as_mut(), self.1.clone())
    }
}

impl Db for MortalDb {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }
    fn url(&self) -> &str {
        self.0.url()
    }
    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.within().execute(statement)
    }
    fn query(&mut self, asked: &Statement, types: &[Type], each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>) -> Result<()> {
        self.0.query(asked, types, each)
    }
    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.within().insert(rows)
    }
    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.within().add(rows)
    }
    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        self.within().all_or_nothing(work)
    }
}

type Kept = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A folder that outlives the process.
struct MortalFolder(Kept, Life);

impl Outbox for MortalFolder {
    fn put(&mut self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        self.1.with(|| {
            let mut all = Vec::new();
            bytes.read_to_end(&mut all).unwrap();
            self.0.lock().unwrap().insert(name.to_owned(), all);
            Ok(())
        })
    }
    fn take(&mut self, name: &str) -> Result<Document> {
        let kept = self.0.lock().unwrap();
        let bytes = kept.get(name).ok_or_else(|| Error::NotFound(format!("{name} is not there")))?;
        Ok(Document::new(name, bytes.clone()))
    }
}

type Mails = Arc<Mutex<Vec<(String, Vec<Document>)>>>;

/// Mails that are there until they are done with.
struct MortalInbox {
    mails: Mails,
    next: usize,
    life: Life,
}

impl Inbox for MortalInbox {
    fn next(&mut self) -> Result<Option<Arrival>> {
        let mails = self.mails.lock().unwrap();
        let Some((id, documents)) = mails.get(self.next).cloned() else { return Ok(None) };
        self.next += 1;
        Ok(Some(Arrival { id, documents, diagnostics: Vec::new() }))
    }
    fn done(&mut self, id: &str) -> Result<()> {
        let MortalInbox { mails, next, life } = self;
        life.with(|| {
            mails.lock().unwrap().retain(|(of, _)| of != id);
            *next = next.saturating_sub(1);
            Ok(())
        })
    }
}

/// A machine whose processes die, and whose disk does not.
struct Machine {
    folder: tempfile::TempDir,
    archive: Kept,
    out: Kept,
    mails: Mails,
}

impl Machine {
    fn new() -> Self {
        let mail = |id: &str, hour: u32, documents: Vec<Document>| {
            let envelope = Arc::new(Envelope {
                message: id.to_owned(),
                sender: "leith@example.org".to_owned(),
                sent_at: Some(at(20, hour)),
                ..Envelope::default()
            });
            (id.to_owned(), documents.into_iter().map(|document| document.from_mail(envelope.clone())).collect())
        };
        let mails = vec![
            mail("1@example.org", 8, evening(19, "74.00")),
            mail("2@example.org", 18, evening(20, "74.00")),
            mail("3@example.org", 19, vec![correction(20)]),
            mail("4@example.org", 20, evening(20, "74.00")),
            mail("5@example.org", 21, vec![Document::new("photo.jpg", vec![0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])]),
        ];
        // Memory, where there is some: a disk would only be slower.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        Machine { folder, archive: Kept::default(), out: Kept::default(), mails: Arc::new(Mutex::new(mails)) }
    }

    fn database(&self) -> Box<dyn Db> {
        database::open(&format!("sqlite:{}", Path::new(self.folder.path()).join("epos.db").display())).unwrap()
    }

    /// One process: `epos run`.
    fn run(&self, steps: i64) -> Result<()> {
        let life = Life(Arc::new(AtomicI64::new(steps)));
        let mut config = books().config().clone();
        config.reports = Some(vec!["daily".to_owned()]);
        config.formats = Some(vec!["csv".to_owned()]);
        config.policy.seal_days = Some(2);
        config.reply.from = Some("epos@example.org".to_owned());
        for store in config.stores.values_mut() {
            store.senders = vec!["leith@example.org".to_owned()];
        }
        let db = Box::new(MortalDb(self.database(), life.clone()));
        let archive = Box::new(MortalFolder(self.archive.clone(), life.clone()));
        let mut audit = Audit::open(config, Layouts::built_in(), db, archive, at(22, 9), [7; 32], Limits::default())?;
        let mut inbox = MortalInbox { mails: self.mails.clone(), next: 0, life: life.clone() };
        let mut out = MortalFolder(self.out.clone(), life);
        let evening = audit.run(&[], &mut inbox, &mut out, &mut |_| {})?;
        audit.answer(&evening.days, &mut out).map(drop)
    }

    /// All that is left on the disk, but for numbers that a process may have taken with it.
    fn state(&self) -> Vec<String> {
        let mut db = self.database();
        let mut all = Vec::new();
        for table in crate::sql::TABLES.iter().filter(|table| table.name != "epos_sequence") {
            let columns: Vec<_> =
                table.columns.iter().filter(|column| !matches!(column.name, "id" | "reading" | "number")).collect();
            let names = columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ");
            let types: Vec<Type> = columns.iter().map(|column| column.kind).collect();
            let mut rows = Vec::new();
            db.query(&Statement::new(format!("SELECT {names} FROM \"{}\"", table.name), vec![]), &types, &mut |row| {
                rows.push(format!("{} {row:?}", table.name));
                Ok(())
            })
            .unwrap();
            rows.sort();
            all.extend(rows);
        }
        for folder in [&self.archive, &self.out] {
            all.extend(folder.lock().unwrap().iter().map(|(name, bytes)| format!("{name} {}", String::from_utf8_lossy(bytes))));
        }
        all.extend(self.mails.lock().unwrap().iter().map(|(id, _)| id.clone()));
        all
    }
}

#[test]
fn a_run_that_was_killed_at_any_step_ends_as_one_that_was_not() {
    let peaceful = Machine::new();
    peaceful.run(i64::MAX).unwrap();
    let end = peaceful.state();
    assert!(end.iter().any(|line| line.starts_with("seal ")), "something was sealed");
    assert!(end.iter().any(|line| line.starts_with("revision ")), "something was corrected");
    assert!(end.iter().any(|line| line.starts_with("reply ")), "somebody was answered");
    let mut kills = 0;
    // Every step with EPOS_RUNS=1, a part of them otherwise.
    let every = if std::env::var_os("EPOS_RUNS").is_some() { 1 } else { 7 };
    for steps in (0..).step_by(every) {
        let machine = Machine::new();
        if machine.run(steps).is_ok() {
            break;
        }
        kills += 1;
        machine.run(i64::MAX).unwrap();
        let now = machine.state();
        let strange: Vec<&String> =
            now.iter().filter(|line| !end.contains(line)).chain(end.iter().filter(|line| !now.contains(line))).collect();
        assert!(strange.is_empty(), "killed after {steps} steps: {strange:#?}");
    }
    assert!(kills * every > 400, "only {kills} steps");
}
