//! Fresh databases on the server of `EPOS_TEST_MYSQL`, for tests. Without it their tests say that they did nothing.

use std::io::Write;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use super::mysql::Mysql;
use crate::port::Db;
use crate::sql::Statement;

/// An empty database, dropped with the value.
pub(crate) struct Trial {
    server: String,
    name: String,
}

/// The server's URL, without a database. Says once when there is none.
fn server() -> Option<String> {
    static NOTE: Once = Once::new();
    let server = std::env::var("EPOS_TEST_MYSQL").ok().filter(|url| !url.is_empty());
    if server.is_none() {
        // Past the harness, which shows what a test prints only when it fails.
        NOTE.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "note: EPOS_TEST_MYSQL is not set, so every test of MySQL is SKIPPED; tests/run starts a server and sets it"
            );
        });
    }
    server
}

/// The URL of a database on a server.
fn url(server: &str, database: &str) -> String {
    let (place, parameters) = server.split_once('?').unwrap_or((server, ""));
    let parameters = if parameters.is_empty() { String::new() } else { format!("?{parameters}") };
    format!("{}/{database}{parameters}", place.trim_end_matches('/'))
}

impl Trial {
    /// A new one; `None` where there is no server.
    pub(crate) fn new() -> Option<Trial> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = server()?;
        let name = format!("epos_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let trial = Trial { server, name };
        trial.tell("DROP DATABASE IF EXISTS");
        trial.tell("CREATE DATABASE");
        Some(trial)
    }

    fn tell(&self, what: &str) {
        let mut server = Mysql::open(&url(&self.server, "information_schema")).unwrap();
        server.execute(&Statement::new(format!("{what} {}", self.name), vec![])).unwrap();
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        url(&self.server, &self.name)
    }

    /// A connection to it.
    pub(crate) fn open(&self) -> Mysql {
        Mysql::open(&self.url()).unwrap()
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.tell("DROP DATABASE");
    }
}
