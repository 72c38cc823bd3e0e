//! What it answers.

use std::io::{Read, Write};
use std::process::Command;

use serde_json::Value;

use crate::client::{Server, company, epos, program, say};

#[test]
fn every_answer_is_what_the_command_line_prints() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    for (path, words) in [
        ("/products?q=tea", &["lookup", "tea"][..]),
        ("/products?q=candel&per_page=5", &["lookup", "candel", "--per-page", "5"][..]),
        ("/products?page=2&per_page=3", &["lookup", "--page", "2", "--per-page", "3"][..]),
        ("/products?q=card&category=Cards", &["lookup", "card", "--category", "Cards"][..]),
        ("/products?q=nothing+like+it", &["lookup", "nothing like it"][..]),
        ("/products/TEA80-6", &["lookup", "--item", "TEA80-6"][..]),
        ("/products/5012345670447", &["lookup", "--item", "5012345670447"][..]),
        ("/products/05012345670447", &["lookup", "--item", "5012345670447"][..]),
        ("/products/MUG/availability", &["stock", "--item", "MUG"][..]),
        ("/products/TEA80-6/availability", &["stock", "--item", "TEA80-6"][..]),
        ("/stores", &["stock"][..]),
        ("/stores/leith/stock", &["stock", "leith"][..]),
        ("/stores/leith/stock?page=2&per_page=3", &["stock", "leith", "--page", "2", "--per-page", "3"][..]),
        ("/stores/leith/days/2026-11-20", &["day", "leith", "2026-11-20"][..]),
        ("/stores/Leith%20Walk/days/2026-11-20", &["day", "Leith Walk", "2026-11-20"][..]),
        ("/replies", &["replies"][..]),
        ("/replies?store=Leith%20Walk", &["replies", "--store", "leith"][..]),
        ("/reports", &["report", "--list"][..]),
        ("/reports/daily", &["report", "daily"][..]),
        (
            "/reports/daily?store=leith&from=2026-11-20&to=2026-11-21",
            &["report", "daily", "--store", "leith", "--from", "2026-11-20", "--to", "2026-11-21"][..],
        ),
        ("/reports/best-sellers?top=2&by=quantity", &["report", "best-sellers", "--top", "2", "--by", "quantity"][..]),
        ("/reports/journal", &["report", "journal"][..]),
        ("/reports/daily?as_of=2026-11-21", &["report", "daily", "--as-of", "2026-11-21"][..]),
        ("/reports/daily?as_of=2026-11-21&changes=true", &["report", "daily", "--as-of", "2026-11-21", "--changes"][..]),
        ("/status", &["status"][..]),
        ("/status?store=Leith+Walk&to=2026-11-20", &["status", "--store", "Leith Walk", "--to", "2026-11-20"][..]),
        ("/stores/leith/days/2026-11-20/acceptable", &["accept", "leith", "2026-11-20"][..]),
        ("/seals", &["export", "seals"][..]),
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
        let printed = epos(folder.path(), &words);
        assert!(printed.status.success(), "{words:?}: {}", String::from_utf8_lossy(&printed.stderr));
        let answer = server.at(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.json(), serde_json::from_slice::<Value>(&printed.stdout).unwrap(), "{path}");
    }
    let printed = epos(folder.path(), &["day", "leith", "2026-11-20", "--diff", "--json"]).stdout;
    let said = ["revisions", "events"].map(|what| server.at(&format!("/stores/leith/days/2026-11-20/{what}")).json());
    assert_eq!(Value::from(said.to_vec()), serde_json::from_slice::<Value>(&printed).unwrap());
    assert_eq!(server.at("/reports/daily?changes=true").status, 409, "since which day?");
    assert_eq!(server.at("/reports/daily?as_of=9999-12-31").status, 200, "what is to come is not looked at");
    for name in ["daily", "best-sellers", "over-short", "store-day"] {
        for format in ["table", "csv", "json", "html", "xlsx"] {
            let printed = epos(
                folder.path(),
                &["report", name, "--format", format, "--from", "2026-11-20", "--to", "2026-11-20", "--store", "leith"],
            );
            let answer = server.at(&format!("/reports/{name}?format={format}&from=2026-11-20&to=2026-11-20&store=leith"));
            assert!(answer.status == 200 && answer.body == printed.stdout, "{name} as {format}");
        }
    }
    for (path, words) in [
        ("/products/NOPE", "lookup --item NOPE"),
        ("/reports/nope", "report nope"),
        ("/status?store=nope", "status --store nope --json"),
        ("/stores/nope/days/2026-11-20/events", "day nope 2026-11-20 --diff"),
        ("/stores/leith/days/1999-01-01", "day leith 1999-01-01 --json"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        assert_eq!((server.at(path).status, epos(folder.path(), &words).status.code()), (404, Some(2)), "{path}");
    }
}

#[test]
fn a_client_that_has_an_answer_is_not_sent_it_again() {
    let folder = company("[serve]\ncors = [\"https://shop.example\"]");
    let server = Server::start(folder.path(), &[]);
    let first = server.at("/products?q=tea");
    let tag = first.header("etag").unwrap();
    let again = server.ask("GET", "/products?q=tea", &[("If-None-Match", tag)]);
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)));
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let since = server.at("/products?q=tea").header("last-modified").unwrap().to_owned();
    assert_eq!(server.ask("GET", "/products?q=tea", &[("If-Modified-Since", &since)]).status, 304);
    // What changes is sent, whatever the client has.
    let count = "store,trading_day,item_code,counted,counted_at\nleith,2026-11-21,TEA80,3,2026-11-21T20:00:00\n";
    std::fs::write(folder.path().join("more.csv"), count).unwrap();
    let before = server.at("/products/TEA80/availability");
    assert!(epos(folder.path(), &["load", "more.csv"]).status.success());
    let after = server.ask("GET", "/products/TEA80/availability", &[("If-None-Match", before.header("etag").unwrap())]);
    assert_eq!((after.status, &after.json()[0]["on_hand"]), (200, &Value::from("3")));

    let plain = server.at("/reports/daily");
    let packed = server.ask("GET", "/reports/daily", &[("Accept-Encoding", "gzip")]);
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), (Some("gzip"), Some("accept-encoding")));
    assert!(packed.body.starts_with(&[0x1f, 0x8b]) && packed.body.len() * 2 < plain.body.len());
    let head = server.ask("HEAD", "/reports/daily", &[]);
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, plain.header("content-length")));

    let shown = server.ask("GET", "/stores", &[("Origin", "https://shop.example"), ("X-Request-Id", "till-7")]);
    assert_eq!(
        (shown.header("access-control-allow-origin"), shown.header("x-request-id")),
        (Some("https://shop.example"), Some("till-7"))
    );
    assert_eq!(server.ask("GET", "/stores", &[("Origin", "https://evil.example")]).header("access-control-allow-origin"), None);
    let asks = server.ask("OPTIONS", "/stores", &[("Origin", "https://shop.example"), ("Access-Control-Request-Method", "GET")]);
    assert_eq!((asks.status, asks.header("access-control-allow-methods")), (204, Some("GET, HEAD, OPTIONS")));
    assert!(server.said("\"till-7\"").contains("\"route\":\"/stores\""));
    assert!(server.at("/metrics").text().contains("epos_http_requests_total{route=\"/stores\",status=\"200\"} 2"));
}

#[test]
fn pages_are_linked() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let (mut path, mut seen) = ("/products?q=&per_page=5".to_owned(), Vec::new());
    loop {
        let answer = server.at(&path);
        seen.extend(answer.json()["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap().to_owned()));
        let links = answer.header("link").unwrap();
        assert!(links.contains("rel=\"first\"") && links.contains("rel=\"last\""));
        let Some(next) = links.split(", ").find(|link| link.contains("rel=\"next\"")) else { break };
        path = next.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    let all = server.at("/products?per_page=100").json();
    assert_eq!(Value::from(seen.len()), all["total"]);
    assert_eq!(Value::from(seen), all["items"].as_array().unwrap().iter().map(|item| item["sku"].clone()).collect::<Value>());
}

#[test]
fn the_page_says_what_is_known_and_leads_back() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let said = |path: &str| {
        let page = server.at(path).text();
        page.split_once("role=\"status\">").unwrap().1.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(said("/?item=nope"), "There is no such item");
    assert_eq!(said("/?nope=1"), "We did not understand that");
    assert!(server.at("/?item=MUG").text().contains(">5012345670447<"));
    let page = server.at("/?q=tea&page=999");
    assert!(page.status == 200 && page.text().contains("href=\"/?q=tea&amp;page=1\""), "{}", page.text());
    assert!(said("/?q=tea&page=999").starts_with("There is no page 999"));
    assert_eq!(said("/?q=tea&page=999").split_once(": ").unwrap().1, said("/?q=tea"));
    assert!(!server.at("/?q=tea").text().contains("</span><span"), "words do not run into one another where there is no style");
    // Other items, which nobody ever counted.
    let list = "item_code,description,price,gtin\nSCARF,Wool scarf,9.00,036000291452\nPIN,Badge,1.00,96385074\n";
    std::fs::write(folder.path().join("list.csv"), list).unwrap();
    assert!(epos(folder.path(), &["load", "list.csv"]).status.success());
    assert_eq!(said("/?item=SCARF"), "Wool scarf: nobody knows which stores have it");
    for (item, barcode) in [("SCARF", ">036000291452<"), ("PIN", ">96385074<")] {
        assert!(server.at(&format!("/?item={item}")).text().contains(barcode), "{item}");
    }
}

#[test]
fn figures_are_for_who_has_the_token() {
    let folder = company("[serve]\ntoken = \"open sesame\"");
    let server = Server::start(folder.path(), &[]);
    for path in ["/replies", "/reports", "/reports/daily", "/stores/leith/days/2026-11-20"] {
        let of = |sent: &str| server.ask("GET", path, &[("Authorization", sent)]).status;
        assert_eq!(
            (of("Bearer open sesame"), of("Bearer open sesam"), of("Bearer "), of("Basic open sesame")),
            (200, 401, 401, 401),
            "{path}"
        );
        assert_eq!(server.at(path).header("www-authenticate"), Some("Bearer realm=\"epos\""));
    }
    assert_eq!((server.at("/products").status, server.at("/stores/leith/stock").status), (200, 200));
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    assert_eq!(
        (server.at("/reports").status, server.ask("GET", "/reports", &[("X-Forwarded-For", "203.0.113.7")]).status),
        (200, 401)
    );
    // A page elsewhere whose name was made to lead here, and a proxy that says little: neither asks for somebody at this machine.
    let port = server.address.port();
    for (host, status) in [("localhost", 200), ("127.0.0.1", 200), ("[::1]", 200), ("evil.example", 401), ("shop.example", 401)] {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            let answer = server.ask("GET", "/stores/leith/days/2026-11-20", &[("Host", &host)]);
            assert_eq!(answer.status, status, "{host}");
            assert!(status == 200 || answer.text().contains("token"), "{}", answer.text());
        }
    }
    for name in ["Forwarded", "X-Forwarded-Proto", "X-Real-IP", "Via", "Origin"] {
        assert_eq!(server.ask("GET", "/reports/daily", &[(name, "http://shop.example")]).status, 401, "{name}");
    }
    assert!(server.raw(b"GET /reports HTTP/1.0\r\n\r\n").contains(" 401 "), "who names no host");
    assert_eq!(server.ask("GET", "/products", &[("Host", "shop.example"), ("Via", "1.1 proxy")]).status, 200);
}

#[test]
fn a_store_is_found_by_code_name_and_alias() {
    let folder = company("");
    let config = folder.path().join("epos.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(config, text.replacen("[stores.leith]", "[stores.leith]\naliases = [\"The Walk\"]", 1)).unwrap();
    let server = Server::start(folder.path(), &[]);
    for path in ["", "/stock", "/stock?page=2&per_page=3", "/days/2026-11-20"] {
        let by_code = server.at(&format!("/stores/leith{path}"));
        for name in ["Leith%20Walk", "LEITH", "%20leith%20walk%20", "the%20walk"] {
            let by_name = server.at(&format!("/stores/{name}{path}"));
            assert_eq!((by_name.status, by_name.json()), (200, by_code.json()), "{name}{path}");
        }
        let none = server.at(&format!("/stores/Elm%20Row{path}"));
        assert!(none.status == 404 && none.text().contains("Elm Row"), "{}", none.text());
    }
    for words in [&["stock", "the walk"][..], &["day", "the walk", "2026-11-20"]] {
        assert!(epos(folder.path(), words).status.success(), "{words:?}: the command line knows it as well");
    }
    assert_eq!(server.at("/stores/leith/days/+12345-01-01").status, 400);
    assert_eq!(server.at("/stores/leith/days/-262143-01-01").status, 400);
}

/// Why a value is not what a schema of the description says; `None` when it is.
fn misfit(value: &Value, schema: &Value, all: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return misfit(value, &all[name.rsplit('/').next().unwrap()], all);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let why: Option<Vec<String>> = any.iter().map(|one| misfit(value, one, all)).collect();
        return why.map(|why| why.join("; "));
    }
    if schema.get("const").is_some_and(|one| one != value) || schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        return Some(format!("{value} is none of {schema}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::String(one) if one != kind => return Some(format!("{value} is not of type {one}")),
        Value::Array(any) if !any.contains(&Value::from(kind)) => return Some(format!("{value} is not of type {any:?}")),
        _ => {}
    }
    if let Some(items) = value.as_array() {
        return items.iter().find_map(|item| misfit(item, &schema["items"], all));
    }
    let fields = value.as_object()?;
    let missing = schema["required"].as_array().into_iter().flatten().find(|name| !fields.contains_key(name.as_str().unwrap()));
    if let Some(missing) = missing {
        return Some(format!("{missing} is missing"));
    }
    let described = schema["properties"].as_object()?;
    fields.iter().find_map(|(name, value)| match described.get(name) {
        Some(schema) => misfit(value, schema, all).map(|why| format!("{name}: {why}")),
        None => Some(format!("{name} is not described")),
    })
}

#[test]
fn every_answer_is_as_it_is_described() {
    let folder = company("");
    let server = Server::start(folder.path(), &[]);
    let description = server.at("/openapi.json").json();
    let schemas = &description["components"]["schemas"];
    let sealed = server.post("/seals", &serde_json::json!({"until": "2026-11-19"})).json();
    assert_eq!(misfit(&sealed, &schemas["SealedDays"], schemas), None);
    let accepted = serde_json::json!({"code": "S002", "reason": "wrong-tender", "by": "Maria", "tax_rate": "17.5"});
    let accepted = server.post("/stores/leith/days/2026-11-20/acceptances", &accepted).json();
    assert_eq!(misfit(&accepted, &schemas["Accepted"], schemas), None);
    let verified = server.post("/verify", &serde_json::json!({"anchor": "leith 9 5f1c"})).json();
    assert_eq!(misfit(&verified, &schemas["Verified"], schemas), None);
    for (path, schema) in [
        ("/status", "StoreDays"),
        ("/seals", "Seals"),
        ("/stores/leith/days/2026-11-20/events", "Events"),
        ("/stores/leith/days/2026-11-20/revisions", "Revisions"),
        ("/stores/stockbridge/days/2026-11-21/acceptable", "AllAcceptable"),
        ("/stores/leith/days/2026-11-19", "StoreDay"),
        ("/health", "Health"),
        ("/products?q=tea", "Found"),
        ("/products/TEA80-6", "Item"),
        ("/products/TEA80", "Item"),
        ("/products/TEA80-6/availability", "Availability"),
        ("/stores", "Stores"),
        ("/stores/leith", "Store"),
        ("/stores/leith/stock", "Stock"),
        ("/stores/leith/days/2026-11-20", "StoreDay"),
        ("/stores/portobello/days/2026-11-19", "StoreDay"),
        ("/stores/stockbridge/days/2026-11-21", "StoreDay"),
        ("/stores/morningside/days/2026-11-21", "StoreDay"),
        ("/replies", "Replies"),
        ("/reports", "Reports"),
        ("/reports/daily", "Report"),
        ("/reports/best-sellers", "Report"),
        ("/products/NOPE", "Problem"),
        ("/stores?page=1", "Problem"),
    ] {
        assert_eq!(misfit(&server.at(path).json(), &schemas[schema], schemas), None, "{path}");
    }
    let about = description["info"]["description"].as_str().unwrap();
    assert!(["HEAD", "about:blank", "431", "needs a token", "`waiting`"].iter().all(|word| about.contains(word)));
}

#[test]
fn it_speaks_tls_with_the_certificate_it_is_given() {
    let (Some(openssl), Some(curl)) = (program("openssl"), program("curl")) else {
        say("SKIPPED: TLS needs openssl and curl");
        return;
    };
    let folder = company("");
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=epos -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem";
    let leaf = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=epos -keyout key.pem -out leaf.csr";
    let sign = "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out cert.pem";
    std::fs::write(folder.path().join("leaf.ext"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    for words in [make, leaf, sign] {
        assert!(
            Command::new(&openssl).args(words.split(' ')).current_dir(folder.path()).output().unwrap().status.success(),
            "{words}"
        );
    }
    let server = Server::start(folder.path(), &["--certificate", "cert.pem", "--key", "key.pem"]);
    let url = format!("https://{}/products/MUG", server.address);
    let asked = Command::new(curl).args(["-sS", "--cacert", "ca.pem", &url]).current_dir(folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&asked.stdout).contains("Harbour Light mug"), "{}", String::from_utf8_lossy(&asked.stderr));
    assert!(!server.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").contains("200 OK"), "plain HTTP is not answered");
    assert!(server.said("listening").contains(&format!("\"url\":\"https://{}\"", server.address)));
    // Files that the configuration names are beside it, wherever the server is started.
    let config = folder.path().join("epos.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}\n[serve]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let beside = Server::start(elsewhere.path(), &["--config", config.to_str().unwrap()]);
    assert!(beside.said("listening").contains("\"url\":\"https://"));
    let refused = epos(folder.path(), &["serve", "--certificate", "cert.pem", "--key", "epos.toml"]);
    assert!(refused.status.code() == Some(2) && String::from_utf8_lossy(&refused.stderr).contains("epos.toml"));
}

#[test]
fn requests_in_flight_are_finished_when_it_stops() {
    let folder = company("");
    let mut server = Server::start(folder.path(), &[]);
    let mut streams: Vec<_> = (0..8).map(|_| server.connect()).collect();
    for stream in &mut streams {
        stream.write_all(b"GET /reports/journal HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    }
    let mut idle = server.connect();
    // All have been taken in, and perhaps some are answered.
    crate::client::until("all to be taken in", || {
        let metrics = server.at("/metrics").text();
        let counted =
            |name: &str| metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<usize>().ok()).unwrap_or(0);
        let answered = counted("epos_http_request_seconds_count{route=\"/reports/{name}\"}");
        (answered + counted("epos_http_in_flight ") > 8).then_some(())
    });
    server.stop();
    for stream in &mut streams {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = crate::client::Answer::of(&answer);
        assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some("journal")));
    }
    assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0, "who waits for nothing is let go");
    assert!(server.child.wait().unwrap().success());
    assert!(server.said("stopped").contains("\"all_answered\":true"));
}
