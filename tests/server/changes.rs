//! What people do to store-days over HTTP: accept, declare, seal, verify, release, lock.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Server, company, epos};

const FRIDAY: &str = "/stores/leith/days/2026-11-20";

/// The one who accepts.
fn wrong_tender() -> Value {
    json!({"code": "S002", "reason": "wrong-tender", "by": "Maria", "note": "the card slip of 17:40"})
}

fn state(day: &Answer) -> String {
    day.json()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_difference_is_accepted_with_a_reason() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let at = |end: &str| format!("{FRIDAY}{end}");
    let all = server.at(&at("/acceptable")).json();
    let told: Vec<(&str, &str)> =
        all.as_array().unwrap().iter().map(|one| (one["code"].as_str().unwrap(), one["amount"].as_str().unwrap())).collect();
    assert_eq!(told, [("S002", "-18.00"), ("S013", "18.00")]);
    let accept = |body: &Value| server.post(&at("/acceptances"), body);
    let with = |name: &str, value: Value| {
        let mut body = wrong_tender();
        body[name] = value;
        body
    };
    for (body, status, said) in [
        (with("reason", "cash-surplus".into()), 409, "cash-missing"),
        (with("by", " ".into()), 409, "Say who accepts it."),
        (json!({"code": "S002", "reason": "over-ring", "by": "Maria"}), 409, "what proves it"),
        (with("code", "S001".into()), 404, "S002 `1 Cash`"),
        (with("reason", "because".into()), 400, "wrong-tender, cash-missing"),
        (with("tax_rate", 20.into()), 400, "`tax_rate` must be text"),
        (with("tax_rate", "a fifth".into()), 400, "percent"),
        (with("colour", "red".into()), 400, "not known"),
        (with("by", Value::Null), 400, "`by` is missing"),
        (with("note", "\u{0}".into()), 400, "control characters"),
        (json!([wrong_tender()]), 400, "not one JSON object"),
    ] {
        let answer = accept(&body);
        assert!(answer.status == status && answer.text().contains(said), "{body}: {}", answer.text());
    }
    assert_eq!(state(&server.at(FRIDAY)), "out_of_balance", "nothing of that was done");

    let done = accept(&wrong_tender());
    assert_eq!((done.status, done.header("cache-control"), done.header("etag")), (200, Some("no-store"), None), "{}", done.text());
    let done = done.json();
    assert_eq!((&done["day"]["state"], done["acceptances"].as_array().map(Vec::len)), (&json!("accepted"), Some(2)));
    let day = server.at(FRIDAY);
    assert_eq!((state(&day), &day.json()["accepted"]), ("accepted".to_owned(), &done["day"]["accepted"]));
    assert_eq!(accept(&wrong_tender()).status, 404, "it is not open any more");
    let events = server.at(&at("/events")).json();
    assert_eq!((events.as_array().map(Vec::len), &events[1]["state"]), (Some(2), &json!("accepted")));
    let printed = epos(folder.path(), &["day", "leith", "2026-11-20", "--json"]);
    assert_eq!(serde_json::from_slice::<Value>(&printed.stdout).unwrap(), day.json(), "the command line knows it too");
}

#[test]
fn days_are_declared_sealed_verified_and_released() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let declare = |declared: &str, reason: &str| {
        let body = json!({"declared": declared, "reason": reason, "by": "Maria"});
        server.post("/stores/stockbridge/days/2026-11-21/declaration", &body)
    };
    assert_eq!((declare("shut", "a burst pipe").status, declare("closed", "").status), (400, 409));
    assert_eq!(state(&declare("closed", "a burst pipe")), "closed");

    let until = json!({"until": "2026-11-20", "by": "Maria"});
    let done = server.post("/seals", &until).json();
    assert_eq!((done["sealed"].as_array().map(Vec::len), &done["left"][0][2]), (Some(7), &json!("out_of_balance")));
    let lock = || server.post("/period-lock", &json!({"date": "2026-11-20", "by": "Maria"}));
    assert_eq!(lock().status, 409);
    assert_eq!(server.post(&format!("{FRIDAY}/acceptances"), &wrong_tender()).status, 200);
    assert_eq!(
        server.post("/seals", &json!({"store": "Leith Walk", "until": null})).json()["sealed"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(server.post("/seals", &json!({"store": "nowhere"})).status, 404);

    let heads = server.at("/seals/heads");
    assert_eq!(heads.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(heads.text().lines().count(), 4);
    assert_eq!(heads.body, epos(folder.path(), &["export", "seals"]).stdout);
    let verify = |body: Value| server.post("/verify", &body);
    let found = verify(json!({"anchor": heads.text()})).json();
    assert_eq!(
        (&found["links"], &found["broken"], &found["moved"], &found["anchored"]),
        (&json!(9), &json!([]), &Value::Null, &json!(true))
    );
    assert_eq!(verify(json!({})).json()["anchored"], false);
    assert_eq!(server.send("POST", "/verify", &[("Content-Type", "application/json")], b"").status, 400, "no body");
    let other = verify(json!({"anchor": heads.text().replacen("leith 3", "leith 4", 1)})).json();
    assert_eq!((&other["moved"]["store"], &other["moved"]["number"]), (&json!("leith"), &json!(4)));
    let wrong = verify(json!({"anchor": "leith one two"}));
    assert!(wrong.status == 400 && wrong.text().contains("line 1 is not a store"), "{}", wrong.text());

    assert_eq!(server.post(&format!("{FRIDAY}/acceptances"), &wrong_tender()).status, 409, "a sealed day takes no new word");
    let release = |by: &str| server.post(&format!("{FRIDAY}/release"), &json!({"by": by, "note": "one more look"}));
    assert_eq!(release(" ").status, 409);
    assert_eq!(release("Maria").json()["sealed"], Value::Null, "nothing waited: it is open for whoever asked");
    let again = server.post("/seals", &json!({"until": "2026-11-20", "by": "Maria"})).json();
    assert_eq!((again["sealed"].as_array().map(Vec::len), &again["sealed"][0]["sealing"]), (Some(1), &json!(2)));
    assert_eq!(lock().json(), json!({"last_day": "2026-11-20"}));
    assert_eq!(server.at("/seals").json().as_array().map(Vec::len), Some(10));
}

#[test]
fn nobody_else_may_change_anything() {
    let folder = company("[serve]\ncors = [\"*\"]");
    let server = Server::start(folder.path(), &[]);
    let path = format!("{FRIDAY}/acceptances");
    let body = wrong_tender().to_string();
    let json = ("Content-Type", "application/json");
    for (headers, status) in [
        (&[json, ("Origin", "https://evil.example")][..], 401),
        (&[json, ("Origin", "null")][..], 401),
        (&[json, ("X-Forwarded-For", "203.0.113.7")][..], 401),
        (&[json, ("Host", "evil.example")][..], 401),
        (&[("Content-Type", "text/plain")][..], 415),
        (&[("Content-Type", "application/x-www-form-urlencoded")][..], 415),
        (&[][..], 415),
    ] {
        assert_eq!(server.send("POST", &path, headers, body.as_bytes()).status, status, "{headers:?}");
    }
    // Before a page elsewhere may send JSON its browser asks, and is not told that it may.
    let asks = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST")];
    let told = server.ask("OPTIONS", &path, &asks);
    assert!(!told.header("access-control-allow-headers").unwrap_or_default().contains("content-type"));
    assert_eq!((told.status, told.header("allow")), (204, Some("POST, OPTIONS")));
    assert_eq!(server.ask("OPTIONS", "/seals", &[]).header("allow"), Some("GET, HEAD, POST, OPTIONS"));
    assert_eq!((server.at(&path).status, server.ask("DELETE", "/seals", &[]).status), (405, 405));
    assert_eq!(state(&server.at(FRIDAY)), "out_of_balance");

    let folder = company("[serve]\ntoken = \"open sesame\"");
    let server = Server::start(folder.path(), &[]);
    let token = ("Authorization", "Bearer open sesame");
    let own = format!("http://{}", server.address);
    let host = server.address.to_string();
    for (headers, status) in [
        (&[json][..], 401),
        (&[json, ("Authorization", "Bearer sesame")][..], 401),
        (&[json, token, ("Origin", "https://evil.example")][..], 403),
        (&[json, token, ("Origin", "null")][..], 403),
        (&[json, token, ("Host", host.as_str()), ("Origin", own.as_str())][..], 200),
    ] {
        assert_eq!(server.send("POST", &path, headers, body.as_bytes()).status, status, "{headers:?}");
    }
    for path in ["/status", "/seals", "/seals/heads", &format!("{FRIDAY}/events"), &format!("{FRIDAY}/revisions")] {
        assert_eq!((server.at(path).status, server.ask("GET", path, &[token]).status), (401, 200), "{path}");
    }
}

#[test]
fn no_body_is_too_much_and_many_at_once_are_done_one_by_one() {
    let folder = company("[serve]\nbody_bytes_max = 2000\nheader_seconds = 1");
    let server = Server::start(folder.path(), &[]);
    let json = [("Content-Type", "application/json")];
    let long = format!("{{\"anchor\": \"{}\"}}", " ".repeat(3_000));
    assert_eq!(server.send("POST", "/verify", &json, long.as_bytes()).status, 413);
    let head = "POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let pieces = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", format!("3e8\r\n{}\r\n", "x".repeat(1_000)).repeat(4));
    assert!(server.raw(pieces.as_bytes()).contains(" 413 "), "a body that does not say how long it is");
    let mut slow = server.connect();
    slow.write_all(format!("{head}Content-Length: 10\r\n\r\n{{").as_bytes()).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut answer = [0; 12];
    std::io::Read::read_exact(&mut slow, &mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408", "a body that does not come");

    let ends: Vec<u16> = std::thread::scope(|scope| {
        let ask = || server.post("/seals", &json!({})).status;
        let asked: Vec<_> = (0..6).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(ends, [200; 6]);
    let found = server.post("/verify", &json!({})).json();
    assert_eq!((&found["broken"], &found["links"]), (&json!([]), &json!(server.at("/seals").json().as_array().unwrap().len())));
    let counted = server.at("/metrics").text();
    assert!(counted.contains("epos_http_requests_total{route=\"POST /seals\",status=\"200\"} 6"), "{counted}");
}
