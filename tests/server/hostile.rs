//! Clients that mean harm, or only behave as if they did. After each the server still answers everybody else.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::client::{Answer, Server, company, say, until};

/// The server answers an ordinary question as if nothing had happened.
#[track_caller]
fn is_well(server: &Server) {
    let begin = Instant::now();
    let answer = server.at("/products/MUG");
    assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some("Harbour Light mug")));
    assert!(begin.elapsed() < Duration::from_secs(5), "after {:?}", begin.elapsed());
}

#[test]
fn paths_lead_nowhere_but_to_routes() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    for path in [
        "/../epos.toml",
        "/..%2fepos.toml",
        "/%2e%2e/epos.toml",
        "/products/../../epos.toml",
        "/products/%2e%2e%2f%2e%2e%2fepos.toml",
        "/products/..",
        "/products/%2e%2e",
        "/stores/..%5c..%5cepos.toml/stock",
        "//epos.toml",
        "/page.css/../../epos.toml",
        "/reports/..%2f..%2fepos.toml",
        "/products/%00",
        "/products/MUG%00.json",
        "/stores/%00/days/2026-11-20",
        "/products/%ff%fe",
        "/products/%",
        "/products/%zz",
        "/products?q=%00",
        "/products?q=%c0%ae",
        "/?item=%00",
        "/products/%E2%80%AE",
        "/a/b/c/d/e/f/g",
    ] {
        let answer = server.at(path);
        assert!(
            (400..500).contains(&answer.status) && !answer.text().contains("harbourlight.example"),
            "{path}: {} {}",
            answer.status,
            answer.text()
        );
    }
    for code in ["'; DROP TABLE item; --", "\" OR 1=1", "1 OR 1=1", "%' OR '%'='", "\\'; SELECT sleep(10)"] {
        let code: String = code.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for path in [
            format!("/products/{code}"),
            format!("/products/{code}/availability"),
            format!("/stores/{code}/stock"),
            format!("/reports/daily?store={code}"),
            format!("/reports/{code}"),
        ] {
            assert_eq!(server.at(&path).status, 404, "{path}");
        }
        for path in [format!("/products?q={code}"), format!("/products?category={code}"), format!("/?q={code}")] {
            assert_eq!(server.at(&path).status, 200, "{path}");
        }
    }
    let shown = server.at("/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(!shown.text().contains("<script>alert") && shown.text().contains("&lt;script&gt;alert(1)"));
    assert!(shown.header("content-security-policy").unwrap().contains("script-src 'self'"));
    is_well(&server);
}

#[test]
fn what_is_too_large_is_refused() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let status = |answer: &str| answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
    let long = "x".repeat(1 << 20);
    assert_eq!(status(&server.raw(format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())).unwrap_or(431) / 100, 4);
    assert!(matches!(status(&server.raw(format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n").as_bytes())), Some(431) | None));
    let many = "X: y\r\n".repeat(1_000);
    assert!(matches!(status(&server.raw(format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes())), Some(431) | None));
    assert_eq!(server.ask("POST", "/products", &[("Content-Length", "9999999999")]).status, 413);
    assert_eq!(server.ask("GET", "/products", &[("Content-Length", "70000")]).status, 413);
    assert_eq!(server.ask("POST", "/products", &[]).status, 405);
    assert_eq!(server.ask("DELETE", "/products/MUG", &[]).header("allow"), Some("GET, HEAD, OPTIONS"));
    let page = server.ask("POST", "/", &[]);
    assert_eq!(
        (page.status, page.header("allow")),
        (405, Some("GET, HEAD, OPTIONS")),
        "a problem that is a page keeps its headers"
    );
    let (q, code) = ("a".repeat(201), "b".repeat(101));
    assert_eq!([server.at(&format!("/products?q={q}")).status, server.at(&format!("/products/{code}")).status], [400, 400]);
    assert_eq!(server.at("/products?page=99999999999999999999").status, 400);
    assert_eq!(server.at("/products?page=1000000&per_page=100").json()["items"].as_array().map(Vec::len), Some(0));
    // A body without end: it is not read, and the connection ends.
    let mut stream = server.connect();
    stream.write_all(b"POST /products HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    let piece = [b"10000\r\n", &vec![b'x'; 0x10000][..], b"\r\n"].concat();
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let sent = (0..2_000).take_while(|_| stream.write_all(&piece).is_ok()).count();
    assert!(sent < 2_000, "{sent} pieces of an endless body were taken");
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ] {
        assert!(!server.raw(nonsense).contains("200 OK"), "{nonsense:?}");
    }
    is_well(&server);
}

#[test]
fn slow_clients_are_let_go() {
    let folder = company("[serve]\nheader_seconds = 1\nstalled_seconds = 1\n");
    let server = Server::start(folder.path(), &[]);
    // One letter at a time, and never a whole head.
    let mut slow: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    let begin = Instant::now();
    for letter in b"GET /products HTTP/1.1\r\nX-Slow: " {
        for stream in &mut slow {
            let _ = stream.write_all(&[*letter]);
        }
        if begin.elapsed() > Duration::from_secs(3) {
            break;
        }
        sleep(Duration::from_millis(100));
        is_well(&server);
    }
    for mut stream in slow {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    // Who takes nothing of what was asked for: more answers are asked for than any buffer holds.
    let mut greedy: Vec<TcpStream> = (0..20).map(|_| server.connect()).collect();
    for stream in &mut greedy {
        stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
        let request = b"GET /page.css HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20);
        let _ = (0..500).take_while(|_| stream.write_all(&request).is_ok()).count();
    }
    is_well(&server);
    until("the greedy to be let go", || {
        let metrics = server.at("/metrics").text();
        metrics
            .lines()
            .any(|line| line.strip_prefix("epos_connections ").is_some_and(|open| open.parse::<u32>().unwrap() <= 2))
            .then_some(())
    });
    is_well(&server);
}

#[test]
fn who_has_said_everything_is_still_answered() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let mut half = server.connect();
    half.write_all(b"GET /products/MUG HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    half.read_to_end(&mut answer).unwrap();
    assert_eq!(Answer::of(&answer).status, 200);
    // In the middle of a head, of a body, before a word, and several questions at once.
    for said in [&b"GET /produ"[..], b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc", b""] {
        let mut half = server.connect();
        half.write_all(said).unwrap();
        half.shutdown(Shutdown::Write).unwrap();
        let _ = half.read_to_end(&mut Vec::new());
    }
    let twice = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /stores HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(server.raw(twice).matches("HTTP/1.1 200 OK").count(), 2);
    for _ in 0..500 {
        let mut gone = server.connect();
        let _ = gone.write_all(b"GET /reports/daily HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    is_well(&server);
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out() {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse::<usize>().ok());
    let wanted = files.unwrap_or(1_024).saturating_sub(200).min(10_000);
    if wanted < 10_000 {
        say(&format!(
            "SKIPPED in part: {wanted} idle connections instead of 10,000, because the system allows no more files (ulimit -n)"
        ));
    }
    // Places for all of them; and places for a few, where the longest idle make room.
    for places in [20_000, 500] {
        let folder = company(&format!("[serve]\nconnections_max = {places}\nheader_seconds = 120\n"));
        let server = Server::start(folder.path(), &[]);
        let mut idle = Vec::with_capacity(wanted);
        for number in 0..wanted {
            let mut stream = server.connect();
            if number % 3 == 1 {
                let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
            } else if number % 3 == 2 {
                let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            idle.push(stream);
            if number % 1_000 == 0 {
                is_well(&server);
            }
        }
        is_well(&server);
        let open: usize =
            server.at("/metrics").text().lines().find_map(|line| line.strip_prefix("epos_connections ")?.parse().ok()).unwrap();
        assert!(open <= places + 20 && (places < wanted || open >= wanted), "{open} are open");
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap_or_default();
        let peak_mb = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<usize>().ok())
            .map(|kb| kb / 1024);
        say(&format!("{wanted} idle connections, {places} places: {open} open, peak {peak_mb:?} MB"));
        assert!(peak_mb.is_none_or(|peak| peak < 500), "{peak_mb:?} MB");
        drop(idle);
        is_well(&server);
    }
}
