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
use tokio::sync::oneshot;
use warp::http::StatusCode;

use crate::answer::{Answer, Finished};
use crate::asked::Asked;

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
    /// From books that are opened for it.
    pub fresh: bool,
}

/// A question that waits for a reader.
struct Job {
    question: Question,
    reply: oneshot::Sender<Finished>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// Readers of one database.
pub struct Pool {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    waiting_max: usize,
}

impl Pool {
    /// Starts `readers` threads. The books are opened by the first question to each.
    pub fn start(open: &Opener, readers: usize, waiting_max: usize) -> Self {
        let queue = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        for number in 0..readers.max(1) {
            let (queue, open) = (queue.clone(), open.clone());
            let reader = std::thread::Builder::new().name(format!("reader-{number}"));
            // A thread that cannot be started leaves its questions to the others.
            let _ = reader.spawn(move || Reader { open, books: None, failed: None, looked_at: Instant::now() }.serve(&queue));
        }
        Pool { queue, waiting_max: waiting_max.max(1) }
    }

    /// Has a question answered; `None` when too many wait already.
    pub fn ask(&self, question: Question) -> Option<oneshot::Receiver<Finished>> {
        let (reply, answered) = oneshot::channel();
        let (queue, bell) = &*self.queue;
        let mut queue = lock(queue);
        if queue.jobs.len() >= self.waiting_max {
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
        match waiting.jobs.pop_front() {
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
            if !reply.is_closed() {
                // It may go away while it is answered, too.
                let _ = reply.send(self.answer(&question).finish(&question.asked));
            }
        }
    }

    /// Answers from books that are open, else from books that are opened for it.
    fn answer(&mut self, question: &Question) -> Answer {
        self.look();
        if question.fresh {
            self.books = None;
        }
        let old = self.books.is_some();
        match self.ask(question) {
            // What was opened long ago may only have been closed for being idle.
            Err(error) if old && is_gone(&error) => self.ask(question),
            other => other,
        }
        .unwrap_or_else(|error| Answer::failure(&error))
    }

    fn ask(&mut self, question: &Question) -> Result<Answer> {
        let books = self.books()?;
        let answered = catch_unwind(AssertUnwindSafe(|| (question.handler)(books, &question.asked)));
        if !matches!(&answered, Ok(Ok(_))) && !matches!(&answered, Ok(Err(error)) if !is_gone(error)) {
            self.books = None;
        }
        answered.unwrap_or_else(|_| {
            let detail = "The answer could not be made; the server's log says why.";
            Ok(Answer::problem(StatusCode::INTERNAL_SERVER_ERROR, detail).because("a handler panicked"))
        })
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
