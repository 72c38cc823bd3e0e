//! What all requests share, and the way of one request through it.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use epos_core::edge;
use epos_core::flow::{Audit, Config, Serve};
use hyper::body::Bytes;
use serde_json::json;
use tokio::time::timeout;
use warp::http::{Method, Response, StatusCode, header};

use crate::answer::{Answer, Finished};
use crate::asked::Asked;
use crate::body::{self, Pieces};
use crate::log::Log;
use crate::metrics::Metrics;
use crate::openapi;
use crate::pool::{Opener, Pool, Question};
use crate::routes::{self, Handled, Route};
use crate::seen::Seen;

/// How the books are opened, how they are served, and where is told what happens.
#[derive(Clone)]
pub struct Open {
    pub(crate) books: Opener,
    pub(crate) settings: Serve,
    pub(crate) now: Option<NaiveDateTime>,
    pub(crate) log: Log,
    /// Where the books are, without a password; for the log.
    pub(crate) database: Option<String>,
}

impl Open {
    /// The books that a configuration names, served as it says.
    pub fn new(config: Config) -> Self {
        let (settings, now) = (config.serve.clone(), config.now());
        let database = Some(edge::database::without_password(&config.database()));
        Open { database, ..Open::with(move || edge::open::existing(config.clone()), settings, now) }
    }

    /// Books that are opened by a function, once for each reader and again when the database failed. `now` is the present moment in
    /// UTC; the clock's when absent.
    pub fn with(
        books: impl Fn() -> epos_core::error::Result<Audit> + Send + Sync + 'static,
        settings: Serve,
        now: Option<NaiveDateTime>,
    ) -> Self {
        Open { books: Arc::new(books), settings, now, log: Log::default(), database: None }
    }

    /// The same, telling what happens: a line of JSON for every start, stop, failure and (unless the configuration says no) request.
    #[must_use]
    pub fn logging(self, to: impl Write + Send + 'static) -> Self {
        Open { log: Log::to(to), ..self }
    }
}

/// What all requests share.
pub struct Site {
    pub settings: Serve,
    pub cors: Arc<[String]>,
    pub seen: Arc<Seen>,
    pub metrics: Metrics,
    pub log: Log,
    pub pool: Pool,
    /// What changes something, one request after another.
    pub writer: Pool,
    pub description: Bytes,
    pub database: Option<String>,
    now: Option<NaiveDateTime>,
}

impl Site {
    pub fn new(open: Open) -> Self {
        let Open { books, settings, now, log, database } = open;
        Site {
            cors: settings.cors.clone().into(),
            seen: Arc::default(),
            metrics: Metrics::new(),
            pool: Pool::start(&books, "reader", settings.readers, settings.waiting_max, &log),
            writer: Pool::start(&books, "writer", 1, settings.waiting_max, &log),
            description: Bytes::from(openapi::description()),
            now,
            log,
            database,
            settings,
        }
    }

    /// The present moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.now.unwrap_or_else(edge::now)
    }

    /// Answers a request, counts it and tells of it.
    pub async fn answer(self: Arc<Self>, mut asked: Asked, body: Pieces) -> Response<Bytes> {
        let began = Instant::now();
        let _in_flight = InFlight::begin(&self);
        let refused = match self.refuses(&mut asked) {
            Some(answer) => Some(answer),
            None => self.read(&mut asked, body).await.err(),
        };
        let asked = Arc::new(asked);
        let (response, cause) = match refused {
            Some(answer) => answer.finish(&asked),
            None => self.ask(&asked).await,
        };
        self.tell(&asked, &response, cause, began.elapsed());
        response
    }

    /// What is wrong with a request, before anything is read for it.
    fn refuses(&self, asked: &mut Asked) -> Option<Answer> {
        let problem = |status, detail: &str| Some(Answer::problem(status, detail));
        let length = asked.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.unwrap_or(0) > self.settings.body_bytes_max {
            return Some(body::too_large());
        }
        let Some(route) = asked.route else {
            return problem(StatusCode::NOT_FOUND, "There is nothing at this address; /openapi.json says what there is.");
        };
        if !route.takes(&asked.method) {
            let allowed = routes::allowed(&asked.path);
            let answer = match asked.method {
                Method::OPTIONS => Answer::of("text/plain", "").status(StatusCode::NO_CONTENT),
                _ => Answer::problem(StatusCode::METHOD_NOT_ALLOWED, &format!("This takes {allowed}.")),
            };
            return Some(answer.with(header::ALLOW, allowed));
        }
        if route.figures && !asked.may_see_figures(self.settings.token.as_deref()) {
            let detail = match self.settings.token {
                Some(_) => "Figures are for the shops' own people: send their token as `Authorization: Bearer …`.",
                None => {
                    "Figures are for the shops' own people. This server has no token, so it shows them only to whoever asks at its own \
                     machine, as localhost, for no page of another site and through no proxy; `token` under [serve] opens them to others."
                }
            };
            return Some(Answer::problem(StatusCode::UNAUTHORIZED, detail).with(header::WWW_AUTHENTICATE, "Bearer realm=\"epos\""));
        }
        if route.body.is_some() && asked.is_of_another_site() {
            return problem(StatusCode::FORBIDDEN, "This is asked by a page of another site, and no such page may ask it.");
        }
        if route.body.is_some() && !asked.sends_json() {
            return problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the body as `Content-Type: application/json`.");
        }
        asked.take().err()
    }

    /// Reads the body of a request whose route takes one.
    async fn read(&self, asked: &mut Asked, pieces: Pieces) -> Result<(), Answer> {
        if asked.route.is_none_or(|route| route.body.is_none()) {
            return Ok(());
        }
        let patience = Duration::from_secs(self.settings.header_seconds.max(1));
        let bytes = body::whole(pieces, self.settings.body_bytes_max, patience).await?;
        asked.take_body(&bytes)
    }

    /// Has a request answered by its route: by the server itself, or by a reader.
    async fn ask(&self, asked: &Arc<Asked>) -> Finished {
        let question = |handler, fresh, once| Question { asked: asked.clone(), handler, fresh, once };
        match asked.route.map(|route| route.handler) {
            Some(Handled::Here(handler)) => handler(self, asked).finish(asked),
            Some(Handled::Books(handler)) => self.blocking(&self.pool, question(handler, false, false)).await,
            Some(Handled::Fresh(handler)) => self.blocking(&self.pool, question(handler, true, false)).await,
            Some(Handled::Alone(handler)) => self.blocking(&self.writer, question(handler, true, true)).await,
            None => Answer::problem(StatusCode::NOT_FOUND, "There is nothing at this address.").finish(asked),
        }
    }

    /// The one way to core: a reader's answer, or that none is free before too long.
    async fn blocking(&self, pool: &Pool, question: Question) -> Finished {
        let (asked, changes) = (question.asked.clone(), question.once);
        let Some(answered) = pool.ask(question) else { return busy().finish(&asked) };
        match timeout(self.patience(), answered).await {
            Ok(Ok(finished)) => finished,
            _ if changes => undecided().because("the writer did not answer in time").finish(&asked),
            _ => busy().because("no reader answered in time").finish(&asked),
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.answer_seconds.max(1))
    }

    /// Counts an answer and tells of it.
    fn tell(&self, asked: &Asked, response: &Response<Bytes>, cause: Option<String>, took: Duration) {
        let status = response.status();
        self.metrics.count(asked.route.and_then(Route::number), status.as_u16(), took);
        if self.settings.log || status.is_server_error() {
            let level = if status.is_server_error() { "error" } else { "info" };
            self.log.tell(level, "request", || {
                json!({
                    "request": asked.id, "method": asked.method.as_str(), "path": asked.path, "route": asked.route.map(|route| route.path),
                    "status": status.as_u16(), "bytes": response.body().len(), "micros": u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                    "peer": asked.peer.map(|peer| peer.ip().to_string()), "cause": cause,
                })
            });
        }
    }
}

/// Everyone who could answer is at work.
fn busy() -> Answer {
    Answer::problem(StatusCode::SERVICE_UNAVAILABLE, "Too many questions at once; ask again soon.")
}

/// Nobody waited for what came of a change.
fn undecided() -> Answer {
    let detail = "It took too long, and may be done yet: look whether it is before you ask again.";
    Answer::problem(StatusCode::SERVICE_UNAVAILABLE, detail)
}

/// Counts a request for as long as it is being answered, also when its client goes away.
struct InFlight(Arc<Site>);

impl InFlight {
    fn begin(site: &Arc<Site>) -> Self {
        site.metrics.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(site.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
