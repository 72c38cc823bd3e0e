//! Every test of the suite runs over every database there is.

use std::cell::Cell;
#[cfg(feature = "mysql")]
use std::cell::RefCell;

use super::noon;
use crate::edge::sqlite::Sqlite;
use crate::error::Result;
use crate::flow::store::migrate;
use crate::model::{Type, Value};
use crate::port::Db;
use crate::sql::{Dialect, Rows, Statement};

thread_local! {
    /// Which database this thread's test is about.
    static DIALECT: Cell<Dialect> = const { Cell::new(Dialect::Sqlite) };
    #[cfg(feature = "mysql")]
    static IDLE: RefCell<Vec<mysql::Made>> = const { RefCell::new(Vec::new()) };
}

/// A migrated, empty database.
pub(super) struct Fresh {
    db: Option<Box<dyn Db>>,
    /// How another connection to it is made.
    place: Place,
}

enum Place {
    Memory,
    File(tempfile::TempDir),
    #[cfg(feature = "mysql")]
    Mysql(Option<crate::edge::trial::Trial>),
}

/// A database for one connection.
pub(super) fn fresh() -> Fresh {
    match DIALECT.get() {
        Dialect::Sqlite => Fresh::made(Box::new(Sqlite::memory().unwrap()), Place::Memory),
        Dialect::MySql => mysql_or_panic(),
    }
}

/// A database for two connections.
pub(super) fn fresh_for_two() -> (Fresh, Box<dyn Db>) {
    let fresh = match DIALECT.get() {
        Dialect::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            Fresh::made(Box::new(Sqlite::open(&folder.path().join("epos.db")).unwrap()), Place::File(folder))
        }
        Dialect::MySql => mysql_or_panic(),
    };
    let other: Box<dyn Db> = match &fresh.place {
        Place::Memory => unreachable!("memory has one connection"),
        Place::File(folder) => Box::new(Sqlite::open(&folder.path().join("epos.db")).unwrap()),
        #[cfg(feature = "mysql")]
        Place::Mysql(trial) => Box::new(trial.as_ref().unwrap().open()),
    };
    (fresh, other)
}

impl Fresh {
    fn made(mut db: Box<dyn Db>, place: Place) -> Fresh {
        migrate(db.as_mut(), noon(1)).unwrap();
        Fresh { db: Some(db), place }
    }

    fn db(&mut self) -> &mut dyn Db {
        self.db.as_deref_mut().unwrap()
    }
}

/// Runs a test over SQLite.
pub(super) fn on_sqlite(test: fn()) {
    DIALECT.set(Dialect::Sqlite);
    test();
}

#[cfg(not(feature = "mysql"))]
fn mysql_or_panic() -> Fresh {
    panic!("this build has no MySQL")
}

#[cfg(feature = "mysql")]
fn mysql_or_panic() -> Fresh {
    mysql::fresh()
}

#[cfg(feature = "mysql")]
pub(super) use mysql::on_mysql;

#[cfg(feature = "mysql")]
mod mysql {
    use super::*;
    use crate::edge::trial::Trial;
    use crate::sql::TABLES;

    /// A database that a test has finished with; making tables takes longer than emptying them.
    pub(super) type Made = (Trial, Box<dyn Db>);

    /// Drops this thread's databases, however the test ends.
    struct Broom;

    impl Drop for Broom {
        fn drop(&mut self) {
            IDLE.with_borrow_mut(Vec::clear);
        }
    }

    /// Runs a test over MySQL where there is a server.
    pub(in super::super) fn on_mysql(test: fn()) {
        let _broom = Broom;
        DIALECT.set(Dialect::MySql);
        let Some(trial) = Trial::new() else { return };
        let db = trial.open();
        drop(Fresh::made(Box::new(db), Place::Mysql(Some(trial))));
        test();
    }

    pub(super) fn fresh() -> Fresh {
        let Some((trial, mut db)) = IDLE.with_borrow_mut(Vec::pop) else {
            let trial = Trial::new().unwrap();
            return Fresh::made(Box::new(trial.open()), Place::Mysql(Some(trial)));
        };
        for table in TABLES.iter() {
            let only = if table.name == "epos_schema" { " WHERE version > 1" } else { "" };
            let delete = format!("DELETE FROM {}{only}", Dialect::MySql.quote(table.name));
            db.execute(&Statement::new(delete, vec![])).unwrap();
        }
        Fresh { db: Some(db), place: Place::Mysql(Some(trial)) }
    }

    impl Drop for Fresh {
        fn drop(&mut self) {
            if let (Place::Mysql(trial), Some(db)) = (&mut self.place, self.db.take())
                && let Some(trial) = trial.take()
                && !std::thread::panicking()
            {
                IDLE.with_borrow_mut(|idle| idle.push((trial, db)));
            }
        }
    }
}

impl Db for Fresh {
    fn dialect(&self) -> Dialect {
        DIALECT.get()
    }
    fn url(&self) -> &str {
        self.db.as_deref().map_or("", |db| db.url())
    }
    fn execute(&mut self, statement: &Statement) -> Result<u64> {
        self.db().execute(statement)
    }
    fn query(
        &mut self,
        statement: &Statement,
        types: &[Type],
        each: &mut dyn FnMut(Vec<Value<'static>>) -> Result<()>,
    ) -> Result<()> {
        self.db().query(statement, types, each)
    }
    fn insert(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.db().insert(rows)
    }
    fn add(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.db().add(rows)
    }
    fn all_or_nothing(&mut self, work: &mut dyn FnMut(&mut dyn Db) -> Result<()>) -> Result<()> {
        self.db().all_or_nothing(work)
    }
}
