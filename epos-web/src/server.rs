//! Connections: how many, how long, with or without TLS, and how it all ends.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use warp::http::Request;

use crate::asked::Peer;
use crate::patient::Patient;
use crate::routes_of;
use crate::site::{Open, Site};

/// Headers of a request.
const HEADERS_MAX: usize = 64;

/// How many idle connections make room at a time when all places are taken.
const ROOM: usize = 16;

/// Why the server cannot begin.
#[derive(Debug)]
pub struct Failed(String);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

/// Serves until the program is told to stop (Ctrl-C, SIGTERM), on threads of its own. `ready` is told the address and whether it speaks
/// TLS, once connections are taken.
///
/// # Errors
/// As [`serve`]; when the system gives no threads.
pub fn run(open: Open, ready: impl FnOnce(SocketAddr, bool)) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failed(format!("cannot start threads: {error}")))?;
    let served = runtime.block_on(serve(open, ready, told_to_stop()));
    // Whoever is not done by now was waited for long enough.
    runtime.shutdown_background();
    served
}

async fn told_to_stop() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// Serves the routes where the configuration says, until `stop` comes; then requests in flight are finished. `ready` is told the
/// address (with the port, when the configuration left it to the system) and whether it speaks TLS, once connections are taken.
///
/// # Errors
/// When the address cannot be had, or the certificate cannot be read.
pub async fn serve(open: Open, ready: impl FnOnce(SocketAddr, bool), stop: impl Future<Output = ()>) -> Result<(), Failed> {
    let bind = &open.settings.bind;
    let address: SocketAddr =
        bind.parse().map_err(|_| Failed(format!("`{bind}` is not an address and port such as 127.0.0.1:8080")))?;
    let tls = tls(open.settings.certificate.as_deref(), open.settings.key.as_deref())?;
    let listener = TcpListener::bind(address).await.map_err(|error| Failed(format!("cannot listen on {address}: {error}")))?;
    let address = listener.local_addr().unwrap_or(address);
    let site = Arc::new(Site::new(open));
    let scheme = if tls.is_some() { "https" } else { "http" };
    site.log.tell("info", "listening", || json!({"url": format!("{scheme}://{address}"), "database": site.database}));
    ready(address, tls.is_some());
    let guests = Arc::new(Guests::default());
    take_in(&listener, tls, &site, &guests, stop).await;
    drop(listener);
    site.log.tell("info", "stopping", || json!({"connections": guests.count()}));
    guests.leave_all();
    let empty = timeout(Duration::from_secs(site.settings.drain_seconds), guests.gone()).await;
    site.log.tell("info", "stopped", || json!({"all_answered": empty.is_ok()}));
    site.log.settle();
    Ok(())
}

/// How many connections there may be: as configured, and fewer where the system gives fewer files.
fn places(configured: usize) -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse::<usize>().ok());
    // Databases, archives and logs need some too.
    configured.min(files.map_or(usize::MAX, |files| files.saturating_sub(64))).max(1)
}

/// Takes connections until told to stop.
async fn take_in(
    listener: &TcpListener,
    tls: Option<TlsAcceptor>,
    site: &Arc<Site>,
    guests: &Arc<Guests>,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let places = places(site.settings.connections_max);
    let service = TowerToHyperService::new(warp::service(routes_of(site.clone())));
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut stop => return,
        };
        match taken {
            Ok((stream, from)) => {
                if guests.count() >= places && guests.staying() >= places {
                    let closed = guests.make_room(ROOM);
                    site.metrics.closed_for_room.fetch_add(closed as u64, Ordering::Relaxed);
                    if closed == 0 {
                        // Every place is taken by somebody who is being served.
                        continue;
                    }
                }
                let guest = guests.enter();
                let (tls, site, service) = (tls.clone(), site.clone(), service.clone());
                tokio::spawn(async move {
                    site.metrics.connections.fetch_add(1, Ordering::Relaxed);
                    host(stream, from, tls, &site, &guest, service).await;
                    site.metrics.connections.fetch_sub(1, Ordering::Relaxed);
                });
            }
            // Whoever hung up while waiting is nothing to us; when there are no more files, idle connections make room.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {}
            Err(error) => {
                site.log.tell("error", "cannot take a connection", || json!({"cause": error.to_string()}));
                let closed = guests.make_room(ROOM * 4);
                site.metrics.closed_for_room.fetch_add(closed as u64, Ordering::Relaxed);
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection, from its first byte to its last.
async fn host<H: Handler>(stream: TcpStream, from: SocketAddr, tls: Option<TlsAcceptor>, site: &Site, guest: &Guest, service: H) {
    // Without it small answers wait for more; a connection that refuses is slower and otherwise the same.
    let _ = stream.set_nodelay(true);
    let stream = Patient::new(stream, Duration::from_secs(site.settings.stalled_seconds.max(1)), guest.writing.clone());
    let patience = Duration::from_secs(site.settings.header_seconds.max(1));
    match tls {
        None => converse(stream, from, site, guest, service).await,
        Some(tls) => {
            let shaken = tokio::select! {
                shaken = timeout(patience, tls.accept(stream)) => shaken,
                () = guest.leave.notified() => return,
            };
            if let Ok(Ok(stream)) = shaken {
                converse(stream, from, site, guest, service).await;
            }
        }
    }
}

/// Requests and answers, one after the other, until the client has no more or the guest is asked to leave.
async fn converse<S, H>(stream: S, from: SocketAddr, site: &Site, guest: &Guest, service: H)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    H: Handler,
{
    let service = hyper::service::service_fn(|mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(from));
        guest.begins();
        let answered = service.call(request);
        async move {
            let answer = answered.await;
            guest.ends();
            answer
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(site.settings.header_seconds.max(1)));
    // No buffer is smaller than this.
    http.max_headers(HEADERS_MAX).max_buf_size(site.settings.header_bytes_max.max(8 << 10)).half_close(true);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    // How a connection ends is the client's business: there is nobody left to tell.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = guest.leave.notified() => {
            // Who waits for nothing is let go at once; everybody else has the answer first.
            if guest.waits() {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// What answers requests.
trait Handler:
    Service<Request<Incoming>, Response = warp::reply::Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<H> Handler for H where
    H: Service<Request<Incoming>, Response = warp::reply::Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// How the server proves who it is.
fn tls(certificate: Option<&str>, key: Option<&str>) -> Result<Option<TlsAcceptor>, Failed> {
    let (certificate, key) = match (certificate, key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (Path::new(certificate), Path::new(key)),
        _ => return Err(Failed("TLS needs both files: `certificate` and `key` under [serve]".to_owned())),
    };
    let wrong = |path: &Path, error: &dyn std::fmt::Display| Failed(format!("{}: {error}", path.display()));
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| wrong(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let versions = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let builder = versions.map_err(|error| wrong(certificate, &error))?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, private).map_err(|error| wrong(certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

/// One connection, seen from outside.
#[derive(Default)]
struct Guest {
    /// It waits for an answer.
    busy: AtomicBool,
    /// Not all of its answer is taken.
    writing: Arc<AtomicBool>,
    /// It was asked to leave.
    leaving: AtomicBool,
    /// Where it stands in the order of those who were served last.
    turn: AtomicU64,
    turns: Arc<AtomicU64>,
    leave: Notify,
}

impl Guest {
    fn begins(&self) {
        self.busy.store(true, Ordering::Relaxed);
    }

    fn waits(&self) -> bool {
        self.busy.load(Ordering::Relaxed) || self.writing.load(Ordering::Relaxed)
    }

    fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.leave.notify_one();
    }

    fn ends(&self) {
        self.turn.store(self.turns.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        self.busy.store(false, Ordering::Relaxed);
    }
}

/// All connections.
#[derive(Default)]
struct Guests {
    open: Mutex<BTreeMap<u64, Arc<Guest>>>,
    turns: Arc<AtomicU64>,
    left: Notify,
}

/// A connection among the others, for as long as it is there.
struct Stay {
    guest: Arc<Guest>,
    number: u64,
    guests: Arc<Guests>,
}

impl std::ops::Deref for Stay {
    type Target = Guest;
    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.guests.open().remove(&self.number);
        self.guests.left.notify_one();
    }
}

impl Guests {
    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Guest>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(self: &Arc<Self>) -> Stay {
        let number = self.turns.fetch_add(1, Ordering::Relaxed);
        let guest = Arc::new(Guest { turn: AtomicU64::new(number), turns: self.turns.clone(), ..Guest::default() });
        self.open().insert(number, guest.clone());
        Stay { guest, number, guests: self.clone() }
    }

    fn count(&self) -> usize {
        self.open().len()
    }

    /// How many were not asked to leave.
    fn staying(&self) -> usize {
        self.open().values().filter(|guest| !guest.leaving.load(Ordering::Relaxed)).count()
    }

    /// Asks those to leave that have waited for nothing longest; gives how many.
    fn make_room(&self, count: usize) -> usize {
        let open = self.open();
        let idle = open.values().filter(|guest| !guest.waits() && !guest.leaving.load(Ordering::Relaxed));
        let mut idle: Vec<(u64, &Guest)> = idle.map(|guest| (guest.turn.load(Ordering::Relaxed), &**guest)).collect();
        idle.sort_unstable_by_key(|(turn, _)| *turn);
        idle.iter().take(count).map(|(_, guest)| guest.leave()).count()
    }

    fn leave_all(&self) {
        self.open().values().for_each(|guest| guest.leave());
    }

    /// Until nobody is here any more.
    async fn gone(&self) {
        while self.count() > 0 {
            self.left.notified().await;
        }
    }
}
