//! A company with an evening behind it, the server before it, and a plain HTTP client.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const EPOS: &str = env!("CARGO_BIN_EXE_epos");

/// The evening of the examples, loaded once for all tests.
static EVENING: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/evening");
    for name in ["epos.toml", "products.csv", "inbox"] {
        copy(&examples.join(name), &folder.path().join(name));
    }
    let count = "store,trading_day,item_code,counted,counted_at\nleith,2026-11-21,MUG,9,2026-11-21T19:00:00\nleith,2026-11-21,CANDLE,0,2026-11-21T19:00:00\n";
    fs::write(folder.path().join("count.csv"), count).unwrap();
    for words in [&["run", "."][..], &["load", "count.csv"]] {
        let ran = epos(folder.path(), words);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    folder
});

/// A company of one's own, as the evening left it, with more in its `epos.toml`.
pub fn company(more: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(EVENING.path(), folder.path());
    let config = folder.path().join("epos.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(config, format!("{text}\n{more}\n")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// Runs the program in a folder.
pub fn epos(folder: &Path, words: &[&str]) -> Output {
    Command::new(EPOS).args(words).current_dir(folder).env_remove("EPOS_DATABASE").output().unwrap()
}

/// A running server; stopped, hard, when it goes out of scope.
pub struct Server {
    pub child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Server {
    pub fn start(folder: &Path, words: &[&str]) -> Self {
        let mut child = Command::new(EPOS)
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(words)
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let (log, mut address) = (Arc::new(Mutex::new(String::new())), None);
        while address.is_none() {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended: {}", log.lock().unwrap());
            let url = line.split_once("\"url\":\"http").and_then(|(_, rest)| rest.split('"').next());
            address = url.and_then(|url| url.trim_start_matches('s').trim_start_matches("://").parse().ok());
            log.lock().unwrap().push_str(&line);
        }
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                kept.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Server { child, address: address.unwrap(), log }
    }

    /// What it said, once it has said `what`.
    pub fn said(&self, what: &str) -> String {
        until("the log", || Some(self.log.lock().unwrap().clone()).filter(|log| log.contains(what)))
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends bytes as they are and reads until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may well answer and close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks with a method and headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, b"")
    }

    /// Asks with a JSON body.
    pub fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    /// Asks with a method, headers and, unless it is empty, a body.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str("Host: localhost\r\n");
        }
        headers.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut stream = self.connect();
        stream.write_all(&[request.as_bytes(), b"\r\n", body].concat()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::of(&bytes)
    }

    pub fn at(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Asks it to end, as a service does.
    pub fn stop(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn of(bytes: &[u8]) -> Self {
        let at = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body: bytes[at + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// Waits for something, at most half a minute.
pub fn until<T>(what: &str, mut holds: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = holds() {
            return value;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Says something that is seen although the test passes.
pub fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// A program on the search path.
pub fn program(name: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    folders.push("/usr/sbin".into());
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}
