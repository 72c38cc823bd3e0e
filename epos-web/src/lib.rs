//! The web front of epos. So far it says that it is there.
//!
//! A route is a value: [`routes`] is tested without a socket and can be mounted in any warp server.

use warp::{Filter, Rejection, Reply};

/// Every route.
///
/// `GET /health` answers 200 and `{"status":"ok","version":"…"}`.
pub fn routes() -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
    warp::path!("health").and(warp::get()).map(health)
}

fn health() -> impl Reply {
    warp::reply::json(&serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn health_says_which_version_answers() {
        let reply = warp::test::request().path("/health").reply(&routes()).await;
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.headers()["content-type"], "application/json");
        let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body, serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        for (method, path, status) in [("GET", "/", 404), ("GET", "/health/x", 404), ("POST", "/health", 405)] {
            assert_eq!(warp::test::request().method(method).path(path).reply(&routes()).await.status(), status, "{method} {path}");
        }
    }
}
