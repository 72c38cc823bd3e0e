//! The web front of epos: items, which store has them and how sure we are, stores, store-days, what people say of them, seals and
//! reports over HTTP, and a page for visitors and volunteers.
//!
//! [`routes`] is a value: it is tested without a socket and can be mounted in any warp server. [`serve`] runs it with limits,
//! timeouts, TLS and a graceful end. What is asked goes to core through a bounded pool of readers, each with a connection of its own;
//! every answer is what the command line prints for the same question with `--json`.
//!
//! GET changes nothing. What people do to store-days (accept, declare, seal, release, lock) is a POST with a JSON body; one after another
//! is done, each in books that are opened for it.
//!
//! It takes in no documents. Trading days that came in a load too large to be counted in at once are in its stock figures after the next
//! `epos run` or `epos stock`; until then `as_of` says how old a figure is, and a store's `waiting` how many days wait.
//!
//! Figures (reports, store-days, seals), and every POST, are for who sends the token. A server without one shows them to its own machine
//! only, as far as it can tell: a request that names another host, comes from another site's page or through a proxy does not see them.
//! Behind a proxy a token is needed. No page of another site may POST, whatever it sends.

#![deny(missing_docs)]

mod answer;
mod asked;
mod body;
mod handlers;
mod id;
mod log;
mod metrics;
mod openapi;
mod page;
mod patient;
mod pool;
mod routes;
mod seen;
mod server;
mod site;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Bytes;
use warp::Filter;
use warp::http::{HeaderMap, Method, Response};

use crate::asked::{Asked, Peer};
use crate::body::Pieces;
use crate::site::Site;

pub use crate::server::{Failed, run, serve};
pub use crate::site::Open;

/// Every route, over books that `open` opens.
///
/// ```
/// use epos_core::flow::Serve;
/// use epos_web::{Open, routes};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// // Whatever becomes of the books, the server says that it is up.
/// let books = || Err(epos_core::Error::NotFound("no books".into()));
/// let routes = routes(Open::with(books, Serve::default(), None));
/// let reply = warp::test::request().path("/health").reply(&routes).await;
/// assert_eq!(reply.status(), 200);
/// # });
/// ```
pub fn routes(open: Open) -> impl Filter<Extract = (Response<Bytes>,), Error = Infallible> + Clone + Send + Sync + 'static {
    routes_of(Arc::new(Site::new(open)))
}

fn routes_of(site: Arc<Site>) -> impl Filter<Extract = (Response<Bytes>,), Error = Infallible> + Clone + Send + Sync + 'static {
    asked(site.clone()).and(body()).then(move |asked, body| site.clone().answer(asked, body))
}

/// The body, of which nothing was read yet.
fn body() -> impl Filter<Extract = (Pieces,), Error = Infallible> + Clone + Send + Sync + 'static {
    let none = || body::pieces(futures_util::stream::empty::<Result<Bytes, warp::Error>>());
    warp::body::stream().map(body::pieces).or(warp::any().map(none)).unify()
}

/// What was asked.
fn asked(site: Arc<Site>) -> impl Filter<Extract = (Asked,), Error = Infallible> + Clone + Send + Sync + 'static {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let from = warp::ext::optional::<Peer>().and(warp::addr::remote());
    let from = from.map(|ours: Option<Peer>, theirs| ours.map(|Peer(address)| address).or(theirs));
    warp::method().and(warp::path::full()).and(query).and(warp::header::headers_cloned()).and(from).map(
        move |method: Method, path: warp::path::FullPath, query: String, headers: HeaderMap, from: Option<SocketAddr>| {
            Asked::new(method, path.as_str().to_owned(), query, headers, from, &site)
        },
    )
}
