use epos_core::edge::open::{self, Wish};
use serde_json::{Value, json};

use crate::door::call;

/// The head and the body of a reply.
fn ask(line: &Value, bytes: &[u8]) -> (Value, Vec<u8>) {
    let reply = call(&[line.to_string().as_bytes(), b"\n", bytes].concat());
    let end = reply.iter().position(|&byte| byte == b'\n').unwrap();
    (serde_json::from_slice(&reply[..end]).unwrap(), reply[end + 1..].to_vec())
}

const TENDERS: &[u8] = b"store,till,date,number,tender,amount\nLW,1,2026-11-20,201,Cash,3.50\nLW,1,2026-11-20,202,Card,lots\n";

#[test]
fn the_version_is_that_of_the_workspace() {
    let (head, body) = ask(&json!({"verb": "version"}), b"");
    assert_eq!((head, body), (json!({}), format!("\"{}\"\n", env!("CARGO_PKG_VERSION")).into_bytes()));
}

#[test]
fn a_document_that_travels_with_the_request_is_checked() {
    let (head, body) = ask(&json!({"verb": "check", "name": "payments.csv"}), TENDERS);
    let found: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(head, json!({}));
    assert!(found.as_array().unwrap().iter().any(|finding| finding["code"] == "F003" && finding["at"]["row"] == 3), "{found}");
}

#[test]
fn several_documents_travel_with_one_request() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("at a place.csv").display().to_string();
    std::fs::write(&place, TENDERS).unwrap();
    let bytes = |name: &str| json!({"name": name, "length": TENDERS.len()});
    let request = json!({"verb": "check", "documents": [bytes("a.csv"), {"place": place}, bytes("b.csv")]});
    let (_, body) = ask(&request, &[TENDERS, TENDERS].concat());
    let found: Vec<Value> = serde_json::from_slice(&body).unwrap();
    let named = |finding: &&Value| finding["code"] == "F003";
    let names: Vec<&Value> = found.iter().filter(named).map(|finding| &finding["at"]["document"]).collect();
    assert_eq!(names, ["a.csv", "at a place.csv", "b.csv"]);
    assert_eq!(ask(&request, TENDERS).0["message"], "`b.csv` has fewer bytes than were promised");
}

#[test]
fn nonsense_is_refused_and_never_a_panic() {
    for request in [
        &b""[..],
        b"\n",
        b"{}",
        b"{\"verb\":\"fly\"}",
        b"[1]\n",
        b"\xff",
        b"{\"verb\":\"check\",\"colour\":1}\n",
        b"{\"verb\":\"next\"}",
    ] {
        let reply = call(request);
        let head: Value = serde_json::from_slice(reply.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!(head["error"], "request", "{head}");
    }
    let (head, _) = ask(&json!({"verb": "check", "places": ["no/such/file"]}), b"");
    assert_eq!(head["error"], "file");
}

#[test]
fn a_panic_is_a_reply() {
    let panic = std::panic::catch_unwind(|| panic!("on {}", "purpose")).unwrap_err();
    let said = serde_json::to_value(crate::answer::Refused::panic(&*panic)).unwrap();
    assert_eq!(said["error"], "panic");
    assert!(said["message"].as_str().unwrap().ends_with("on purpose"), "{said}");
    // Through what every request of both transports goes through.
    let reply = crate::door::guarded(|| panic!("on {}", "purpose"));
    let head: Value = serde_json::from_slice(reply.strip_suffix(b"\n").unwrap()).unwrap();
    assert_eq!(head, said);
    // In a series too, whose thread it is that panics.
    let cursor = crate::held::begin(|_| panic!("in a thread")).unwrap();
    let reply = String::from_utf8(crate::held::next(cursor).unwrap()).unwrap();
    assert!(reply.contains("\"error\":\"panic\"") && reply.contains("in a thread"), "{reply}");
    crate::held::close(cursor);
}

#[test]
fn a_series_gives_every_block_and_then_says_so() {
    let (head, _) = ask(&json!({"verb": "blocks", "name": "payments.csv"}), TENDERS);
    let next = json!({"verb": "next", "cursor": head["cursor"]});
    let (head, body) = ask(&next, b"");
    let block: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(head, json!({"more": true}));
    assert_eq!(block["batches"][0]["rows"]["tenders"][0][0], 2);
    assert_eq!(block["rejected"][0]["row"], 3);
    assert_eq!(ask(&next, b"").0["more"], false);
    assert_eq!(ask(&next, b"").0["error"], "request");
    let close = json!({"verb": "close", "cursor": next["cursor"]});
    assert_eq!(ask(&close, b"").0, json!({}));
    assert_eq!(ask(&close, b"").0, json!({}), "closing twice is nothing");
}

#[test]
fn books_that_stay_open_go_with_the_clock_unless_the_moment_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let stores = "database = 'sqlite::memory:'\n[stores.LW]\nname = 'Leith Walk'\nstarts = '2026-11-20'\n";
    std::fs::write(folder.path().join("epos.toml"), stores).unwrap();
    let at = |text: &str| text.parse::<chrono::NaiveDateTime>().unwrap();
    let state = |said: Option<&str>, now: &str| {
        let wish = Wish { now: said.map(str::to_owned), ..Wish::default() };
        let mut audit = open::audit(open::config(&wish, folder.path()).unwrap()).unwrap();
        let mut state = |now: &str| {
            audit.renew(at(now));
            let friday = at("2026-11-20T00:00:00").date();
            let days = audit.days(Some(friday), Some(friday), Some("LW")).unwrap();
            serde_json::to_value(&days).unwrap()[0]["state"].as_str().unwrap().to_owned()
        };
        (state("2026-11-20T12:00:00"), state(now))
    };
    assert_eq!(state(None, "2026-11-22T12:00:00"), ("expected".to_owned(), "overdue".to_owned()));
    let friday = "2026-11-20T12:00:00";
    assert_eq!(state(Some(friday), "2026-11-22T12:00:00"), ("expected".to_owned(), "expected".to_owned()));
}

#[test]
fn a_database_is_opened_used_and_closed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("epos.toml"), "now = '2026-11-22T09:00:00'\n").unwrap();
    let (head, _) = ask(&json!({"verb": "open", "folder": at("")}), b"");
    let handle = &head["handle"];
    let (head, body) = ask(&json!({"verb": "load", "handle": handle, "name": "payments.csv"}), TENDERS);
    let loaded: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&loaded[0]["outcome"], &loaded[0]["rejected"], &head["judged"]), (&json!("loaded"), &json!(1), &json!(true)));
    let (_, body) = ask(&json!({"verb": "reconcile", "handle": handle}), b"");
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()[0]["store"], "LW");
    ask(&json!({"verb": "close", "handle": handle}), b"");
    assert_eq!(ask(&json!({"verb": "reconcile", "handle": handle}), b"").0["message"], "the database was closed");
}

#[test]
fn what_people_do_to_a_day_goes_through_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let stores = "now = '2026-11-22T09:00:00'\n[stores.LW]\nname = 'Leith Walk'\nstarts = '2026-11-20'\n";
    std::fs::write(folder.path().join("epos.toml"), stores).unwrap();
    let (head, _) = ask(&json!({"verb": "open", "folder": place}), b"");
    let handle = head["handle"].clone();
    let of = |verb: &str, more: Value| {
        let mut request = json!({"verb": verb, "handle": handle, "store": "LW", "date": "2026-11-20"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let answered = |request: &Value| serde_json::from_slice::<Value>(&ask(request, b"").1).unwrap();
    let error = |request: &Value| ask(request, b"").0["error"].clone();
    assert_eq!(answered(&of("day", json!({})))["state"], "overdue");
    let closed = json!({"declared": "closed", "reason": "a burst pipe", "by": "Zoë"});
    assert_eq!(error(&of("declare", json!({"declared": "shut", "reason": "x", "by": "Zoë"}))), "request");
    assert_eq!(error(&of("declare", json!({"declared": "closed", "by": "Zoë"}))), "refused");
    assert_eq!(error(&of("accept", json!({"code": "S002", "by": "Zoë"}))), "refused", "why?");
    assert_eq!(error(&of("accept", json!({"code": "S002", "reason": "because", "by": "Zoë"}))), "request");
    assert_eq!(error(&json!({"verb": "day", "handle": handle, "store": "LW"})), "request");
    assert_eq!(answered(&of("declare", closed))["state"], "closed");
    assert_eq!(error(&json!({"verb": "lock", "handle": handle, "date": "2026-11-20", "by": "Zoë"})), "refused");
    let sealed = answered(&json!({"verb": "seal", "handle": handle, "until": "2026-11-20"}));
    assert_eq!((&sealed["sealed"][0]["number"], &sealed["left"]), (&json!(1), &json!([])));
    let (head, _) = ask(&json!({"verb": "export", "handle": handle, "what": "seals"}), b"");
    let heads = head["heads"].as_str().unwrap();
    let verify = json!({"verb": "verify", "handle": handle, "name": "seals.txt"});
    let (_, body) = ask(&verify, heads.as_bytes());
    let verified: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&verified["broken"], &verified["moved"], &verified["anchored"]), (&json!([]), &Value::Null, &json!(true)));
    assert_eq!(
        ask(&verify, b"LW one").0["message"],
        "seals.txt: line 1 is not a store, a number and a link, as `export` gives them"
    );
    assert_eq!(answered(&json!({"verb": "lock", "handle": handle, "date": "2026-11-20", "by": "Zoë"}))["last_day"], "2026-11-20");
    let states: Vec<Value> =
        answered(&of("events", json!({}))).as_array().unwrap().iter().map(|event| event["state"].clone()).collect();
    assert!(states.contains(&json!("closed")) && states.contains(&json!("sealed")), "{states:?}");
    ask(&json!({"verb": "close", "handle": handle}), b"");
}
