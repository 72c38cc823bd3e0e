//! The body of a request: read as far as one may be, and looked at as parameters are.

use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use hyper::body::{Buf, Bytes};
use serde_json::{Map, Value};
use tokio::time::timeout;
use warp::http::StatusCode;

use crate::answer::Answer;
use crate::routes::Kind;

/// A body that comes piece by piece.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>>;

/// A body of what a server gives.
pub fn pieces(body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send + 'static) -> Pieces {
    Box::pin(body.map(|piece| piece.map(|mut piece| piece.copy_to_bytes(piece.remaining()))))
}

/// The whole of a body.
///
/// # Errors
/// The problem to answer with: it is larger than `max`, takes longer than `patience`, or ends in the middle.
pub async fn whole(body: Pieces, max: u64, patience: Duration) -> Result<Vec<u8>, Answer> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let mut body = pin!(body);
    let read = async {
        let mut all = Vec::new();
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| wrong("The body ended in the middle.").because(error))?;
            if all.len().saturating_add(piece.len()) > max {
                return Err(too_large());
            }
            all.extend_from_slice(&piece);
        }
        Ok(all)
    };
    let late = |_| Answer::problem(StatusCode::REQUEST_TIMEOUT, "The body took too long to come.");
    timeout(patience, read).await.map_err(late)?
}

/// What is said of a body that is too large.
pub fn too_large() -> Answer {
    Answer::problem(StatusCode::PAYLOAD_TOO_LARGE, "The request's body is too large.")
}

/// The members of the one JSON object that a body is.
///
/// # Errors
/// The problem to answer with: it is not one.
pub fn members(body: &[u8]) -> Result<Map<String, Value>, Answer> {
    serde_json::from_slice(body).map_err(|error| wrong(&format!("The body is not one JSON object: {error}.")))
}

/// A member as text; `None` for null, which asks for nothing.
///
/// # Errors
/// Why it is not one.
pub fn text(value: &Value, kind: &Kind) -> Result<Option<String>, String> {
    match (value, kind) {
        (Value::Null, _) => Ok(None),
        (Value::Bool(flag), Kind::Flag) => Ok(Some(flag.to_string())),
        (Value::Number(number), Kind::Number { .. }) => Ok(Some(number.to_string())),
        (Value::String(text), Kind::Text { .. } | Kind::Heads | Kind::Rate | Kind::Day | Kind::Word(_)) => Ok(Some(text.clone())),
        (_, Kind::Flag) => Err("must be true or false".to_owned()),
        (_, Kind::Number { .. }) => Err("must be a number".to_owned()),
        _ => Err("must be text".to_owned()),
    }
}

fn wrong(detail: &str) -> Answer {
    Answer::problem(StatusCode::BAD_REQUEST, detail)
}
