//! The one door to core: a few threads, each with books of its own, and a bounded queue before them.
//!
//! A reader whose database fails lets go of its books and opens them again for the next question, so a database that comes back is
//! served again without a restart. Meanwhile everyone is told to ask again soon.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use epos_core::error::{Error, Result};
use epos_core::flow::Audit;
use serde_json::json;
use tokio::sync::oneshot;
use warp::http::StatusCode;

use crate::answer::{Answer, Finished};
use crate::asked::Asked;
use crate::log::Log;

/// How long a database that could not be opened is left in peace.
const PEACE: Duration = Duration::from_millis(500);

/// How often it is looked at whether what was opened is still what the URL names.
const LOOK: Duration = Duration::from_millis(500);

/// How to open the books.
pub type Opener = Arc<dyn Fn() -> Result<Audit> + Send + Sync>;

/// A question to the books.
pub type Handler = fn(&mut Audit, &Asked) -> Result<Answer>;

/// What a reader is asked.
pub struct Question {
    pub asked: Arc<Asked>,
    pub handler: Handler,
    /// From books that are opened for it. Such questions take long: they never have all readers.
    pub fresh: bool,
    /// They are let go after it.
    pub once: bool,
}

/// A question that waits for a reader.
struct Job {
    question: Question,
    reply: oneshot::Sender<Finished>,
}

struct Queue {
    jobs: VecDeque<Job>,
    /// How many that take long are at work; whoever asked may have gone away long ago.
    long: usize,
    /// How many of them there may be.
    long_max: usize,
    /// Threads that answer.
    readers: usize,
    closed: bool,
}

impl Queue {
    /// The first that may be answered now.
    fn pop(&mut self) -> Option<Job> {
        let full = self.long >= self.long_max;
        let at = self.jobs.iter().position(|job| !(full && job.question.fresh))?;
        let job = self.jobs.remove(at)?;
        self.long += usize::from(job.question.fresh);
        Some(job)
    }
}

/// Readers of one database; a single one is a writer's.
pub struct Pool {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    waiting_max: usize,
}

impl Pool {
    /// Starts `readers` threads by that name. The books are opened by the first question to each. A thread that cannot be started is told of, and
    /// leaves its questions to the others.
    pub fn start(open: &Opener, name: &str, readers: usize, waiting_max: usize, log: &Log) -> Self {
        let readers = readers.max(1);
        let queue = Queue { jobs: VecDeque::new(), long: 0, long_max: (readers / 2).max(1), readers: 0, closed: false };
        let queue = Arc::new((Mutex::new(queue), Condvar::new()));
        for number in 0..readers {
            let reader = Reader { open: open.clone(), books: None, failed: None, looked_at: Instant::now() };
            let of = queue.clone();
            let started = std::thread::Builder::new().name(format!("{name}-{number}")).spawn(move || reader.serve(&of));
            match started {
                Ok(_) => lock(&queue.0).readers += 1,
                Err(error) => log.tell("error", "cannot start a reader", || json!({"cause": error.to_string()})),
            }
        }
        Pool { queue, waiting_max: waiting_max.max(1) }
    }

    /// Has a question answered; `None` when too many wait already, or nobody is there to answer.
    pub fn ask(&self, question: Question) -> Option<oneshot::Receiver<Finished>> {
        let (reply, answered) = oneshot::channel();
        let (queue, bell) = &*self.queue;
        let mut queue = lock(queue);
        if queue.jobs.len() >= self.waiting_max {
            // Who has gone away waits no more.
            queue.jobs.retain(|job| !job.reply.is_closed());
        }
        if queue.jobs.len() >= self.waiting_max || queue.readers == 0 {
            return None;
        }
        queue.jobs.push_back(Job { question, reply });
        drop(queue);
        bell.notify_one();
        Some(answered)
    }

    /// How many questions wait.
    pub fn waiting(&self) -> usize {
        lock(&self.queue.0).jobs.len()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        lock(&self.queue.0).closed = true;
        self.queue.1.notify_all();
    }
}

/// A queue is whole between any two of its statements, whoever panicked.
fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next question; `None` when there will be none.
fn next(queue: &(Mutex<Queue>, Condvar)) -> Option<Job> {
    let mut waiting = lock(&queue.0);
    loop {
        match waiting.pop() {
            Some(job) => return Some(job),
            None if waiting.closed => return None,
            None => waiting = queue.1.wait(waiting).unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// One thread with its books.
struct Reader {
    open: Opener,
    books: Option<Audit>,
    /// When opening failed last, and why.
    failed: Option<(Instant, String)>,
    looked_at: Instant,
}

impl Reader {
    fn serve(mut self, queue: &(Mutex<Queue>, Condvar)) {
        while let Some(Job { question, reply }) = next(queue) {
            // Who has gone away needs no answer.
            if !reply.is_closed()
                && let Some(finished) = self.finished(&question)
            {
                // It may go away while it is answered, too.
                let _ = reply.send(finished);
            }
            if question.fresh {
                lock(&queue.0).long -= 1;
                // The next of its kind may have waited for this one only.
                queue.1.notify_one();
            }
        }
    }

    /// The answer as HTTP. Whatever panics on the way, the reader goes on, with books that are opened anew; `None` when not even that
    /// can be told.
    fn finished(&mut self, question: &Question) -> Option<Finished> {
        catch_unwind(AssertUnwindSafe(|| self.answer(question).finish(&question.asked))).ok().or_else(|| {
            self.books = None;
            let detail = "The answer could not be made; the server's log says why.";
            let answer = Answer::problem(StatusCode::INTERNAL_SERVER_ERROR, detail).because("a reader panicked");
            catch_unwind(AssertUnwindSafe(|| answer.finish(&question.asked))).ok()
        })
    }

    /// Answers from books that are open, else from books that are opened for it.
    fn answer(&mut self, question: &Question) -> Answer {
        self.look();
        if question.fresh {
            self.books = None;
        }
        let old = self.books.is_some();
        let answered = match self.ask(question) {
            // What was opened long ago may only have been closed for being idle.
            Err(error) if old && is_gone(&error) => self.ask(question),
            other => other,
        };
        if question.once {
            self.books = None;
        }
        answered.unwrap_or_else(|error| Answer::failure(&error))
    }

    fn ask(&mut self, question: &Question) -> Result<Answer> {
        let books = self.books()?;
        let answered = (question.handler)(books, &question.asked);
        if answered.as_ref().is_err_and(is_gone) {
            self.books = None;
        }
        answered
    }

    fn books(&mut self) -> Result<&mut Audit> {
        if self.books.is_none() {
            if let Some((at, why)) = self.failed.as_ref().filter(|(at, _)| at.elapsed() < PEACE) {
                return Err(Error::Database { url: String::new(), message: format!("{why} (tried {:?} ago)", at.elapsed()) });
            }
            match (self.open)() {
                Ok(books) => self.books = Some(books),
                Err(error) => {
                    self.failed = Some((Instant::now(), error.to_string()));
                    return Err(error);
                }
            }
        }
        self.books.as_mut().ok_or_else(|| Error::NotFound("the books are not open".to_owned()))
    }

    /// Lets go of books that are no longer what the URL names.
    fn look(&mut self) {
        if self.looked_at.elapsed() >= LOOK {
            self.looked_at = Instant::now();
            if self.books.as_mut().is_some_and(|books| books.db().still_there().is_err()) {
                self.books = None;
            }
        }
    }
}

/// Did the database fail, as opposed to what was asked of it?
fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Database { .. } | Error::File { .. })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

    use epos_core::edge;
    use epos_core::flow::{Config, Serve};
    use tokio::time::timeout;
    use warp::http::{HeaderMap, Method};

    use super::*;
    use crate::site::{Open, Site};

    fn opener() -> Opener {
        Arc::new(|| edge::open::audit(Config { database: Some("sqlite::memory:".to_owned()), ..Config::default() }))
    }

    fn question(handler: Handler, fresh: bool) -> Question {
        let site = Site::new(Open::with(|| Err(Error::NotFound("no books".to_owned())), Serve::default(), None));
        let asked = Asked::new(Method::GET, "/stores".to_owned(), String::new(), HeaderMap::new(), None, &site);
        Question { asked: Arc::new(asked), handler, fresh, once: false }
    }

    fn quick(_: &mut Audit, _: &Asked) -> Result<Answer> {
        Ok(Answer::of("text/plain", "quick"))
    }

    async fn status(answered: Option<oneshot::Receiver<Finished>>) -> u16 {
        timeout(Duration::from_secs(20), answered.unwrap()).await.unwrap().unwrap().0.status().as_u16()
    }

    #[tokio::test]
    async fn what_takes_long_keeps_its_place_until_it_is_done_whoever_still_waits() {
        static AT_WORK: AtomicUsize = AtomicUsize::new(0);
        static GO: AtomicBool = AtomicBool::new(false);
        fn long(_: &mut Audit, _: &Asked) -> Result<Answer> {
            AT_WORK.fetch_add(1, SeqCst);
            while !GO.load(SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(Answer::of("text/plain", "long"))
        }
        let pool = Pool::start(&opener(), "reader", 4, 6, &Log::default());
        // Two may be at work; their clients go away, and four more ask.
        let gone: Vec<_> = (0..2).map(|_| pool.ask(question(long, true)).unwrap()).collect();
        while AT_WORK.load(SeqCst) < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(gone);
        let four: Vec<_> = (0..4).map(|_| pool.ask(question(long, true))).collect();
        for _ in 0..20 {
            assert_eq!(status(pool.ask(question(quick, false))).await, 200, "two readers are left for what is quick");
        }
        assert_eq!((AT_WORK.load(SeqCst), pool.waiting()), (2, 4));
        // They are counted among those that wait, and leave their places when they go away.
        let more: Vec<_> = (0..2).map(|_| pool.ask(question(long, true))).collect();
        assert!(more.iter().all(Option::is_some) && pool.ask(question(long, true)).is_none());
        drop(more);
        assert_eq!(status(pool.ask(question(quick, false))).await, 200);
        GO.store(true, SeqCst);
        for one in four {
            assert_eq!(status(one).await, 200);
        }
        assert_eq!(AT_WORK.load(SeqCst), 6);
    }

    #[tokio::test]
    async fn a_reader_outlives_every_panic() {
        fn panics(_: &mut Audit, _: &Asked) -> Result<Answer> {
            panic!("asked to")
        }
        let opened = Arc::new(AtomicUsize::new(0));
        let count = opened.clone();
        // The first time, opening the books panics too.
        let open: Opener = Arc::new(move || {
            assert!(count.fetch_add(1, SeqCst) > 0, "asked to");
            opener()()
        });
        let pool = Pool::start(&open, "reader", 1, 4, &Log::default());
        assert_eq!(status(pool.ask(question(quick, false))).await, 500);
        assert_eq!(status(pool.ask(question(quick, false))).await, 200);
        assert_eq!(status(pool.ask(question(panics, true))).await, 500);
        let (response, cause) = pool.ask(question(panics, false)).unwrap().await.unwrap();
        assert_eq!((response.status().as_u16(), cause.as_deref()), (500, Some("a reader panicked")));
        assert_eq!(status(pool.ask(question(quick, true))).await, 200);
        assert!(opened.load(SeqCst) >= 4, "books that were in use are opened anew");
    }
}
