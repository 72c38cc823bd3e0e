//! What a handler answers, and how it becomes HTTP: validators, 304, compression and headers are decided here and nowhere else.

use std::hash::BuildHasher;
use std::io::Write;

use epos_core::error::Error;
use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::quality::FixedState;
use hyper::body::Bytes;
use serde::Serialize;
use warp::http::header::{self, HeaderName, HeaderValue};
use warp::http::{Response, StatusCode};

use crate::asked::Asked;
use crate::page;
use crate::routes::Route;

/// Bytes below which compressing costs more than it saves.
const COMPRESS_MIN: usize = 1_400;

/// What may run and be fetched by a page of ours: what we wrote, from here.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for a report, which is one file with its style in it and no script.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; \
                             frame-ancestors 'none'";

/// An answer, before it is written for one client.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What went wrong, for the log and not for the client.
    cause: Option<String>,
}

/// An answer as HTTP, and what went wrong.
pub type Finished = (Response<Bytes>, Option<String>);

impl Answer {
    /// Bytes of a media type.
    pub fn of(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Answer { status: StatusCode::OK, media_type, body: body.into(), headers: Vec::new(), cause: None }
    }

    /// A value as JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Answer::of("application/json", body),
            Err(error) => Answer::problem(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be written.").because(error),
        }
    }

    /// A page of ours.
    pub fn page(html: impl Into<Bytes>) -> Self {
        Answer::of("text/html; charset=utf-8", html)
    }

    /// A problem (RFC 9457); `detail` is a sentence for whoever asked.
    pub fn problem(status: StatusCode, detail: &str) -> Self {
        let title = status.canonical_reason().unwrap_or("Problem");
        let problem = serde_json::json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail});
        let mut answer = Answer::of("application/problem+json", problem.to_string());
        answer.status = status;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            answer = answer.with(header::RETRY_AFTER, "2");
        }
        answer
    }

    /// What a failure of the world is to a client. Where the database is, and what it said, goes to the log only.
    pub fn failure(error: &Error) -> Self {
        match error {
            Error::NotFound(what) => Answer::problem(StatusCode::NOT_FOUND, &sentence(what)),
            Error::Refused(why) => Answer::problem(StatusCode::CONFLICT, &sentence(why)),
            Error::Conflict(_) => {
                let detail = "Somebody else changed the same at this moment; look at it and ask again.";
                Answer::problem(StatusCode::SERVICE_UNAVAILABLE, detail).because(error)
            }
            Error::Database { .. } | Error::File { .. } => {
                Answer::problem(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be reached just now; ask again soon.")
                    .because(error)
            }
            _ => Answer::problem(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be made; the server's log says why.")
                .because(error),
        }
    }

    /// The same with another status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with a header. A value that HTTP cannot carry is left out.
    pub fn with(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        self.headers.extend(value.try_into().ok().map(|value| (name, value)));
        self
    }

    /// The same, with what went wrong.
    pub fn because(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Writes it for the client that asked, and tells what went wrong. A page's problems are pages.
    pub fn finish(mut self, asked: &Asked) -> Finished {
        if asked.route.is_some_and(Route::is_page) && !self.status.is_success() && !self.status.is_redirection() {
            let page = page::problem(self.status, asked);
            (self.media_type, self.body) = (page.media_type, page.body);
        }
        let cause = self.cause.take();
        (self.write(asked), cause)
    }

    /// Writes it for the client that asked: 304 when the client has it already, compressed when the client can read that.
    fn write(self, asked: &Asked) -> Response<Bytes> {
        let (mut status, mut body) = (self.status, self.body);
        let mut response = Response::new(Bytes::new());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.media_type.starts_with("text/html") {
            let policy = if asked.route.is_some_and(Route::is_page) { PAGE_POLICY } else { REPORT_POLICY };
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        if status == StatusCode::OK && asked.reads() {
            let hash = FixedState::default().hash_one(&body[..]);
            let (tag, since) = (format!("W/\"{hash:016x}\""), asked.since(hash));
            if asked.has(&tag, since) {
                (status, body) = (StatusCode::NOT_MODIFIED, Bytes::new());
            }
            let since = since.map(|since| since.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
            headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
            headers.extend(since.and_then(|since| HeaderValue::from_str(&since).ok()).map(|since| (header::LAST_MODIFIED, since)));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        } else {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if compresses(self.media_type) {
            headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            if body.len() >= COMPRESS_MIN
                && asked.reads_gzip()
                && let Some(packed) = gzip(&body)
            {
                body = packed.into();
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        headers.extend(self.headers);
        asked.sign(headers);
        *response.status_mut() = status;
        *response.body_mut() = body;
        response
    }
}

/// As a sentence: core's messages begin small and end without a full stop.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Is there anything to be gained by compressing this? A workbook is compressed already.
fn compresses(media_type: &str) -> bool {
    !media_type.starts_with("application/vnd")
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    packed.write_all(body).ok()?;
    packed.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_a_sentence() {
        assert_eq!(sentence("there is no report `x`"), "There is no report `x`.");
        assert_eq!(sentence("élan?"), "Élan?");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn a_failure_says_nothing_of_where_the_database_is() {
        let error = Error::Database { url: "mysql://epos@db.internal/epos".to_owned(), message: "server has gone away".to_owned() };
        let mut answer = Answer::failure(&error);
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!String::from_utf8_lossy(&answer.body).contains("db.internal"));
        assert!(answer.headers.iter().any(|(name, _)| name == header::RETRY_AFTER));
        assert!(answer.cause.take().unwrap().contains("db.internal"));
    }
}
