//! A database that goes away and comes back.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::client::{Server, company, epos, program, say, until};

/// Everyone is told to ask again soon, and nobody where the database is; then all is as before, without a restart.
fn goes_and_comes(server: &Server, away: impl FnOnce(), back: impl FnOnce()) {
    assert_eq!([server.at("/ready").status, server.at("/products/MUG").status], [200, 200]);
    away();
    let refused = until("503", || Some(server.at("/products/MUG")).filter(|answer| answer.status != 200));
    assert_eq!(
        (refused.status, refused.header("retry-after"), refused.header("content-type")),
        (503, Some("2"), Some("application/problem+json"))
    );
    assert!(!refused.text().contains("epos.db") && !refused.text().contains("mysql"), "{}", refused.text());
    // Every reader finds out for itself, within half a second.
    until("503 from every reader", || (0..20).all(|_| server.at("/stores").status == 503).then_some(()));
    assert_eq!([server.at("/ready").status, server.at("/stores").status, server.at("/reports/daily").status], [503; 3]);
    assert_eq!([server.at("/health").status, server.at("/metrics").status, server.at("/page.css").status], [200; 3]);
    let page = server.at("/?q=mug");
    assert!(page.status == 503 && page.text().contains("We cannot look just now"), "{} {}", page.status, page.text());
    assert_eq!((page.header("retry-after"), page.header("content-type")), (Some("2"), Some("text/html; charset=utf-8")));
    assert!(page.text().contains("role=\"status\">We cannot look just now"), "a screen reader says it: {}", page.text());
    // Why is in the log, of the page too.
    let log = server.said("\"route\":\"/\"");
    let of_page: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["route"] == "/" && line["status"] == 503)
        .collect();
    assert!(
        !of_page.is_empty()
            && of_page.iter().all(|line| line["level"] == "error" && line["cause"].as_str().is_some_and(|cause| !cause.is_empty())),
        "{of_page:?}"
    );
    back();
    until("every reader to serve again", || (0..20).all(|_| server.at("/ready").status == 200).then_some(()));
    assert_eq!(server.at("/products/MUG").status, 200);
}

#[test]
fn an_sqlite_file_that_is_moved_away_is_missed_and_found_again() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let at = |name: &str| folder.path().join(name);
    let moved = |from: &str, to: &str| {
        for more in ["", "-wal", "-shm"] {
            let _ = fs::rename(at(&format!("{from}{more}")), at(&format!("{to}{more}")));
        }
    };
    goes_and_comes(&server, || moved("epos.db", "elsewhere.db"), || moved("elsewhere.db", "epos.db"));
    assert!(!at("elsewhere.db").exists() && at("epos.db").exists(), "no empty database was made meanwhile");
    // Another file under the same name: it is the one that is read from now on.
    let other = company("");
    fs::write(other.path().join("list.csv"), "item_code,description,price\nMUG,Another mug,7.00\n").unwrap();
    assert!(epos(other.path(), &["load", "list.csv"]).status.success());
    fs::rename(other.path().join("epos.db"), at("new.db")).unwrap();
    for more in ["-wal", "-shm"] {
        let _ = fs::remove_file(at(&format!("epos.db{more}")));
    }
    fs::rename(at("new.db"), at("epos.db")).unwrap();
    until("the other file", || (server.at("/products/MUG").json()["name"] == "Another mug").then_some(()));
}

#[test]
fn a_mistyped_database_is_told_and_not_made() {
    // Nothing to serve at all is told before anybody is let in.
    let empty = tempfile::tempdir().unwrap();
    for words in [
        &["serve"][..],
        &["serve", "--db", "sqlite:typo.db"],
        &["stock", "--db", "typo.db"],
        &["lookup", "tea", "--db", "sqlite:typo.db"],
        &["report", "daily", "--db", "sqlite:typo.db"],
        &["status", "--db", "sqlite://typo.db"],
        &["day", "leith", "2026-11-20", "--db", "typo.sqlite"],
        &["db", "check", "--db", "typo.db"],
    ] {
        let refused = epos(empty.path(), words);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains("there is no database"), "{words:?}: {said}");
        let made = fs::read_dir(empty.path()).unwrap().flatten().any(|file| file.path().is_file());
        assert!(!made, "{words:?} made a file");
    }
}

/// A private MariaDB that can be stopped and started again.
struct MariaDb<'f> {
    folder: &'f Path,
    port: u16,
    child: Option<Child>,
}

impl MariaDb<'_> {
    fn start(&mut self) {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let child = Command::new(program("mariadbd").unwrap())
            .arg("--no-defaults")
            .args([format!("--datadir={}", path("data")), format!("--socket={}", path("s")), format!("--pid-file={}", path("pid"))])
            .args([format!("--port={}", self.port), format!("--user={}", user()), format!("--log-error={}", path("log"))])
            .args(["--bind-address=127.0.0.1", "--local-infile=1", "--skip-name-resolve", "--skip-log-bin"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap());
        until("MariaDB", || self.ask("SELECT 1").then_some(()));
    }

    fn ask(&self, sql: &str) -> bool {
        let socket = format!("--socket={}", self.folder.join("s").display());
        Command::new("mariadb").args(["--no-defaults", "--user=root", &socket, "-e", sql]).output().unwrap().status.success()
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for MariaDb<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

fn user() -> String {
    String::from_utf8_lossy(&Command::new("id").arg("-un").output().unwrap().stdout).trim().to_owned()
}

#[test]
fn a_mysql_server_that_restarts_is_missed_and_found_again() {
    let (Some(make), Some(_), Some(_)) = (program("mariadb-install-db"), program("mariadbd"), program("mariadb")) else {
        say("SKIPPED: a server that restarts needs mariadbd (package mariadb-server)");
        return;
    };
    let (home, folder) = (tempfile::tempdir_in("/tmp").unwrap(), company(""));
    let data = format!("--datadir={}", home.path().join("data").display());
    let made = Command::new(make)
        .args(["--no-defaults", &data, &format!("--user={}", user()), "--auth-root-authentication-method=normal", "--skip-test-db"])
        .output();
    assert!(made.unwrap().status.success());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let database = std::cell::RefCell::new(MariaDb { folder: home.path(), port, child: None });
    database.borrow_mut().start();
    assert!(database.borrow().ask("CREATE DATABASE epos CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"));
    let url = format!("mysql://root@127.0.0.1:{port}/epos");
    let ran = epos(folder.path(), &["run", ".", "--db", &url]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let server = Server::start(folder.path(), &["--db", &url]);
    let here = Server::start(folder.path(), &[]);
    for path in ["/products?q=candel", "/products/TEA80-6", "/stores", "/stores/portobello/stock", "/reports/daily"] {
        assert_eq!(server.at(path).json(), here.at(path).json(), "{path}: every database gives the same answer");
    }
    goes_and_comes(&server, || database.borrow_mut().stop(), || database.borrow_mut().start());
}
