//! What was asked: the request as text that is known to be sound, and what the client can read.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use percent_encoding::percent_decode_str;
use warp::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use warp::http::uri::Authority;
use warp::http::{Method, StatusCode};

use crate::answer::Answer;
use crate::body;
use crate::routes::{Kind, Parameter, ROUTES, Route};
use crate::seen::Seen;
use crate::site::Site;

/// The header that names a request in the answer and in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the connection comes from; the server puts it beside the request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// A request.
#[derive(Debug)]
pub struct Asked {
    pub id: String,
    pub method: Method,
    /// As it was written, without the query.
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub peer: Option<SocketAddr>,
    /// The route that it is of.
    pub route: Option<&'static Route>,
    /// Which origins may read the answer in a browser: `*`, or one by one.
    cors: Arc<[String]>,
    /// What was answered before.
    seen: Arc<Seen>,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
    values: Vec<(&'static str, String)>,
}

impl Asked {
    /// A request whose parameters were not looked at yet.
    pub fn new(method: Method, path: String, query: String, headers: HeaderMap, peer: Option<SocketAddr>, site: &Site) -> Self {
        let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| sound_id(id));
        let id = id.map_or_else(crate::id::next, str::to_owned);
        let of_path = || ROUTES.iter().filter(|route| route.fits(&path));
        let route = of_path().find(|route| route.takes(&method)).or_else(|| of_path().next());
        Asked {
            id,
            method,
            path,
            query,
            headers,
            peer,
            route,
            cors: site.cors.clone(),
            seen: site.seen.clone(),
            now: site.now(),
            values: Vec::new(),
        }
    }

    /// Takes the parameters of its route out of path and query.
    ///
    /// # Errors
    /// The problem to answer with: a value that is not what the route takes, or a parameter that it does not know.
    pub fn take(&mut self) -> Result<(), Answer> {
        let wrong = |detail: String| Answer::problem(StatusCode::BAD_REQUEST, &detail);
        let Some(route) = self.route else { return Ok(()) };
        for (pattern, part) in route.path.split('/').zip(self.path.split('/')) {
            let name = pattern.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            if let Some(parameter) = name.and_then(|name| route.parameter(name)) {
                self.values.push((parameter.name, parameter.read(part, false).map_err(wrong)?));
            }
        }
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name, true).map_err(wrong)?;
            let known = route.parameter(&name).filter(|parameter| !route.in_path(parameter));
            let parameter = known.ok_or_else(|| wrong(route.unknown(&name)))?;
            if self.values.iter().any(|(given, _)| *given == parameter.name) {
                return Err(wrong(format!("`{name}` is given twice.")));
            }
            // A form sends its empty fields too: they ask for nothing.
            if !value.is_empty() || !matches!(parameter.kind, Kind::Text { .. }) {
                self.values.push((parameter.name, parameter.read(value, true).map_err(wrong)?));
            }
        }
        Ok(())
    }

    /// Takes the members of a body that its route takes.
    ///
    /// # Errors
    /// The problem to answer with: it is no JSON object, a member is not what the route takes, not known, or missing.
    pub fn take_body(&mut self, bytes: &[u8]) -> Result<(), Answer> {
        let wrong = |detail: String| Answer::problem(StatusCode::BAD_REQUEST, &detail);
        let Some((route, body)) = self.route.and_then(|route| Some((route, route.body?))) else { return Ok(()) };
        for (name, value) in body::members(bytes)? {
            let known = body.needs.iter().chain(body.takes).find(|parameter| parameter.name == name);
            let parameter = known.ok_or_else(|| wrong(route.not_in_body("There is a member that is not known")))?;
            let value = body::text(&value, &parameter.kind).map_err(|why| wrong(format!("`{name}` {why}.")))?;
            if let Some(value) = value {
                self.values.push((parameter.name, parameter.sound(value).map_err(wrong)?));
            }
        }
        match body.needs.iter().find(|needed| self.text(needed.name).is_none()) {
            Some(missing) => Err(wrong(route.not_in_body(&format!("`{}` is missing", missing.name)))),
            None => Ok(()),
        }
    }

    /// A parameter as it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is a day.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        self.text(name).and_then(|day| day.parse().ok())
    }

    /// A parameter that is a number.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name).and_then(|number| number.parse().ok())
    }

    /// A parameter as what it stands for.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).and_then(|value| value.parse().ok())
    }

    /// Does it come from a page of another site? A page of ours has the origin that was asked.
    pub fn is_of_another_site(&self) -> bool {
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_ascii_lowercase);
        let host = self.headers.get(header::HOST).and_then(text);
        self.headers.get_all(header::ORIGIN).iter().any(|origin| {
            let origin = text(origin);
            let site = origin.as_deref().and_then(|origin| origin.split_once("://")).map(|(_, site)| site);
            site.is_none() || site != host.as_deref()
        })
    }

    /// Is its body said to be JSON? A form of another site cannot say so without asking first.
    pub fn sends_json(&self) -> bool {
        let sent = self.headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        sent.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case("application/json"))
    }

    /// May the client see figures? Who sends the token may; without a token, who asks from this machine and for nobody else.
    pub fn may_see_figures(&self, token: Option<&str>) -> bool {
        let Some(token) = token else { return self.is_of_this_machine() };
        let sent = self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, sent) = sent.split_once(' ').unwrap_or_default();
        // As long for a token that is nearly right as for any other.
        let differing = sent.bytes().zip(token.bytes()).fold(0, |differing, (one, other)| differing | (one ^ other));
        scheme.eq_ignore_ascii_case("bearer") && sent.len() == token.len() && differing == 0
    }

    /// Does somebody at this machine ask for himself? What comes here may come for another: through a proxy, or from a page elsewhere,
    /// whose own name may lead here too. Only what calls this machine by a name that always means it, and tells of nobody behind it,
    /// is trusted.
    fn is_of_this_machine(&self) -> bool {
        let passed_on = |name: &HeaderName| {
            matches!(name.as_str(), "forwarded" | "via" | "x-real-ip" | "origin") || name.as_str().starts_with("x-forwarded-")
        };
        let mut hosts = self.headers.get_all(header::HOST).iter();
        let by_own_name = matches!((hosts.next(), hosts.next()), (Some(host), None) if is_here(host));
        let near = self.peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
        near && by_own_name && !self.headers.keys().any(passed_on)
    }

    /// Is it asked as what is only read, and may be kept?
    pub fn reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    /// Since when this has been answered with the same bytes.
    pub fn since(&self, answer: u64) -> Option<NaiveDateTime> {
        self.seen.since(&self.path, &self.query, answer, chrono::Utc::now().naive_utc())
    }

    /// Does the client have this answer already?
    pub fn has(&self, tag: &str, since: Option<NaiveDateTime>) -> bool {
        if !self.reads() {
            return false;
        }
        let text = |name| self.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if let Some(tags) = text(header::IF_NONE_MATCH) {
            let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
            return tags.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag));
        }
        let had =
            text(header::IF_MODIFIED_SINCE).and_then(|at| NaiveDateTime::parse_from_str(at, "%a, %d %b %Y %H:%M:%S GMT").ok());
        matches!((had, since), (Some(had), Some(since)) if since <= had)
    }

    /// Can the client read what is compressed?
    pub fn reads_gzip(&self) -> bool {
        let accepted = self.headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // What is said of gzip holds; what is said of all the others only when nothing is.
        let said = |what: &str| {
            let mut all = accepted.split(',').map(|one| one.split_once(';').unwrap_or((one, "")));
            let (_, weight) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case(what))?;
            let weight = weight.trim().strip_prefix("q=").or_else(|| weight.trim().strip_prefix("Q="));
            Some(!weight.is_some_and(|weight| weight.trim_start_matches(['0', '.']).is_empty()))
        };
        said("gzip").or_else(|| said("*")).unwrap_or(false)
    }

    /// Puts into an answer's headers what depends on who asked: the request's id, and who may read it in a browser.
    pub fn sign(&self, headers: &mut HeaderMap) {
        headers.extend(HeaderValue::from_str(&self.id).map(|id| (REQUEST_ID, id)));
        if self.cors.is_empty() {
            return;
        }
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        let origin = self
            .headers
            .get(header::ORIGIN)
            .filter(|origin| self.cors.iter().any(|allowed| allowed == "*" || allowed.as_bytes() == origin.as_bytes()));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers
                .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, link, retry-after, x-request-id"));
            if self.method == Method::OPTIONS {
                headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
                headers.insert(
                    header::ACCESS_CONTROL_ALLOW_HEADERS,
                    HeaderValue::from_static("authorization, if-none-match, x-request-id"),
                );
                headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
            }
        }
    }
}

impl Parameter {
    /// Its value out of a path or query, where it must be what the parameter takes.
    fn read(&self, text: &str, in_query: bool) -> Result<String, String> {
        self.sound(decoded(text, in_query)?)
    }

    /// Its value, where it is what the parameter takes.
    fn sound(&self, value: String) -> Result<String, String> {
        match self.kind.refuses(&value) {
            Some(why) => Err(format!("`{}` {why}.", self.name)),
            None => Ok(value),
        }
    }
}

impl Kind {
    /// Why a value is not of this kind.
    fn refuses(&self, value: &str) -> Option<String> {
        match self {
            Kind::Text { max } => {
                let long = value.chars().count() > *max;
                (long || value.chars().any(char::is_control))
                    .then(|| format!("must be text of at most {max} letters without control characters"))
            }
            Kind::Heads => {
                let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
                value.chars().any(odd).then(|| "must be lines of text without control characters".to_owned())
            }
            Kind::Rate => (!is_rate(value)).then(|| "must be a rate in percent such as 20 or 17.5".to_owned()),
            Kind::Flag => (!matches!(value, "true" | "false")).then(|| "must be true or false".to_owned()),
            Kind::Number { min, max } => {
                let number = value.parse::<usize>().ok().filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()));
                (!number.is_some_and(|number| (*min..=*max).contains(&number)))
                    .then(|| format!("must be a number from {min} to {max}"))
            }
            Kind::Day => {
                // Four digits of a year: chrono also reads years that no calendar of ours has.
                let day = value.parse::<NaiveDate>().ok().filter(|day| value.len() == 10 && day.to_string() == value);
                day.is_none().then(|| "must be a day such as 2026-11-21".to_owned())
            }
            Kind::Word(words) => (!words().contains(&value)).then(|| format!("must be one of {}", words().join(", "))),
        }
    }
}

/// Three digits and four decimals at most: no tax is more.
fn is_rate(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, max: usize| (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 3) && digits(part, 4)
}

/// Does a `Host` always mean the machine that is asked, whoever answers for names?
fn is_here(host: &HeaderValue) -> bool {
    let Some(host) = host.to_str().ok().filter(|host| !host.contains('@')).and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let name = host.host();
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A percent-encoded text; in a query `+` is a blank.
fn decoded(text: &str, in_query: bool) -> Result<String, String> {
    let plain = if in_query { text.replace('+', " ") } else { text.to_owned() };
    let text = percent_decode_str(&plain).decode_utf8().map_err(|_| "The address is not UTF-8.".to_owned())?;
    Ok(text.into_owned())
}

/// May a client's name for a request go into headers and logs?
fn sound_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use epos_core::error::Error;
    use epos_core::flow::Serve;

    use super::*;
    use crate::site::Open;

    fn asked(path: &str, query: &str, headers: &[(&str, &str)]) -> Asked {
        let headers =
            headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()));
        let settings = Serve { cors: vec!["https://shop.example".to_owned()], ..Serve::default() };
        let books = || Err(Error::NotFound("these tests open no books".to_owned()));
        let site = Site::new(Open::with(books, settings, None));
        let mut all = HeaderMap::new();
        headers.for_each(|(name, value)| {
            all.append(name, value);
        });
        Asked::new(Method::GET, path.to_owned(), query.to_owned(), all, None, &site)
    }

    #[test]
    fn parameters_come_decoded_and_are_what_the_route_takes() {
        let mut of = asked("/stores/Leith%20Walk/days/2026-11-20", "", &[]);
        of.take().unwrap();
        assert_eq!(
            (of.text("store"), of.day("day").map(|day| day.to_string())),
            (Some("Leith Walk"), Some("2026-11-20".to_owned()))
        );
        let mut of = asked("/reports/daily", "store=A+B%26C&top=5", &[]);
        of.take().unwrap();
        assert_eq!((of.text("store"), of.text("from"), of.number("top")), (Some("A B&C"), None, Some(5)));
        for (path, query) in [
            ("/stores/LW/days/2026-2-1", ""),
            ("/stores/LW/days/2026-02-30", ""),
            ("/stores/LW/days/+12345-01-01", ""),
            ("/stores/LW/days/-262143-01-01", ""),
            ("/stores/LW/days/-001-01-01", ""),
            ("/stores/%00/days/2026-02-01", ""),
            ("/stores/%ff/days/2026-02-01", ""),
            ("/reports/daily", "top=-1"),
            ("/reports/daily", "top=0x1"),
            ("/reports/daily", "from="),
            ("/reports/daily", "format=exe"),
            ("/reports/daily", "stor=LW"),
            ("/reports/daily", "store=LW&store=PB"),
            ("/reports/daily", "name=weekly"),
        ] {
            assert!(asked(path, query, &[]).take().is_err(), "{path}?{query}");
        }
    }

    #[test]
    fn a_client_that_has_it_is_told_so() {
        let at = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(9, 0, 0);
        let has = |name: &str, value: &str| asked("/", "", &[(name, value)]).has("W/\"1\"", at);
        assert!(has("if-none-match", "\"0\", W/\"1\"") && has("if-none-match", "\"1\"") && has("if-none-match", "*"));
        assert!(!has("if-none-match", "\"2\"") && !has("accept", "*/*"));
        assert!(has("if-modified-since", "Fri, 20 Nov 2026 09:00:00 GMT"));
        assert!(!has("if-modified-since", "Fri, 20 Nov 2026 08:59:59 GMT") && !has("if-modified-since", "yesterday"));
    }

    #[test]
    fn gzip_is_only_for_who_reads_it() {
        let reads = |accept: &str| asked("/", "", &[("accept-encoding", accept)]).reads_gzip();
        assert!(reads("gzip") && reads("br, gzip;q=0.5") && reads("*"));
        assert!(reads("*;q=0, GZIP") && reads("identity;q=0, *;q=0.1"));
        assert!(!reads("gzip;q=0, *") && !reads("*, gzip;q=0") && !reads("*;q=0"));
        assert!(!reads("br") && !reads("gzip;q=0") && !reads("gzip; q=0.000") && !reads(""));
    }

    #[test]
    fn figures_without_a_token_are_for_this_machine_itself() {
        let sees = |peer: &str, headers: &[(&str, &str)]| {
            let mut asked = asked("/reports", "", headers);
            asked.peer = peer.parse().ok();
            asked.may_see_figures(None)
        };
        let here = "127.0.0.1:50000";
        for host in ["localhost", "LocalHost:8080", "127.0.0.1:8080", "127.8.0.1", "[::1]", "[::1]:8080"] {
            assert!(sees(here, &[("host", host)]) && sees("[::1]:5", &[("host", host)]), "{host}");
            assert!(sees("[::ffff:127.0.0.1]:5", &[("host", host)]) && !sees("192.0.2.1:5", &[("host", host)]), "{host}");
        }
        // A name that somebody else's server may give any address, this machine's too.
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "localhost@evil.example",
            "evil@localhost",
            "127.0.0.1.evil.example",
            "192.0.2.1",
            "0.0.0.0",
            "[::]",
            "",
        ] {
            assert!(!sees(here, &[("host", host)]), "{host}");
        }
        assert!(!sees(here, &[]) && !sees(here, &[("host", "localhost"), ("host", "evil.example")]));
        for name in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via", "Origin"] {
            assert!(!sees(here, &[("host", "localhost"), (name, "https://shop.example")]), "{name}");
        }
    }

    #[test]
    fn a_body_is_an_object_of_what_the_route_takes() {
        let taken = |body: &str| {
            let mut of = asked("/stores/LW/days/2026-11-20/acceptances", "", &[]);
            of.route = ROUTES.iter().find(|route| route.operation == "accept");
            of.take().and_then(|()| of.take_body(body.as_bytes())).map(|()| of)
        };
        let of = taken(r#"{"code": "S002", "reason": "over-ring", "by": "Zoë", "tax_rate": "17.5", "second": null}"#).unwrap();
        assert_eq!((of.text("store"), of.text("by"), of.text("second"), of.text("note")), (Some("LW"), Some("Zoë"), None, None));
        assert_eq!(of.parsed("reason"), Some(epos_core::model::AcceptanceReason::OverRing));
        assert_eq!(of.parsed::<epos_core::model::Rate>("tax_rate").map(|rate| rate.to_string()), Some("17.5".to_owned()));
        for body in [
            "",
            "null",
            "[]",
            "{",
            r#"{"code": "S002", "reason": "over-ring"}"#,
            r#"{"code": "S002", "reason": "over-ring", "by": null}"#,
            r#"{"code": 2, "reason": "over-ring", "by": "Zoë"}"#,
            r#"{"code": "S002", "reason": "it was", "by": "Zoë"}"#,
            r#"{"code": "S002", "reason": "over-ring", "by": "Zoë", "store": "PB"}"#,
            r#"{"code": "S002", "reason": "over-ring", "by": "Zoë", "tax_rate": "1e3"}"#,
            r#"{"code": "S002", "reason": "over-ring", "by": "Zoë", "tax_rate": "-1"}"#,
            r#"{"code": "S002", "reason": "over-ring", "by": "Zoë\n"}"#,
        ] {
            assert!(taken(body).is_err(), "{body}");
        }
        let read = asked("/stores", "", &[]).take_body(b"whatever");
        assert!(read.is_ok(), "what takes none looks at none");
    }

    #[test]
    fn a_page_of_another_site_is_known_by_its_origin() {
        let of_another = |host: &str, origins: &[&str]| {
            let origins = origins.iter().map(|origin| ("origin", *origin));
            asked("/", "", &[("host", host)].into_iter().chain(origins).collect::<Vec<_>>()).is_of_another_site()
        };
        assert!(!of_another("localhost:8080", &[]), "no browser's page");
        assert!(
            !of_another("localhost:8080", &["http://localhost:8080"]) && !of_another("shop.example", &["https://Shop.example"])
        );
        for origin in ["http://localhost", "http://localhost:80801", "https://evil.example", "null", "", "localhost:8080"] {
            assert!(of_another("localhost:8080", &[origin]), "{origin}");
        }
        assert!(of_another("localhost", &["http://localhost", "https://evil.example"]));
    }

    #[test]
    fn a_browser_of_another_origin_reads_only_when_that_is_configured() {
        let signed = |origin: &str| {
            let mut headers = HeaderMap::new();
            asked("/", "", &[("origin", origin), ("x-request-id", "till-7")]).sign(&mut headers);
            assert_eq!(headers[REQUEST_ID], "till-7");
            headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).cloned()
        };
        assert_eq!(signed("https://shop.example").unwrap(), "https://shop.example");
        assert_eq!(signed("https://evil.example"), None);
        assert_ne!(asked("/", "", &[("x-request-id", "a b\"")]).id, "a b\"");
    }
}
