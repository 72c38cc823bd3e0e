//! What lives from one call to the next: opened databases, and begun series of replies. Each has a number, until it is closed.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use epos_core::edge;
use epos_core::flow::Audit;

use crate::answer::{Refused, Reply, refused};
use crate::request::Request;

/// Replies that a series makes ahead of who asks for them.
const AHEAD: usize = 2;

/// An opened database, with the request that opened it.
pub struct Books {
    /// What was asked when it was opened: a series opens the same once more, for itself.
    pub opening: Request,
    audit: Mutex<Audit>,
}

impl Books {
    /// The audit for one verb, when no other thread works with it: as it is now, with what other programs loaded meanwhile.
    pub fn audit(&self) -> MutexGuard<'_, Audit> {
        // A panic in the middle of a verb leaves nothing half done: databases take it back.
        let mut audit = self.audit.lock().unwrap_or_else(PoisonError::into_inner);
        audit.renew(edge::now());
        audit
    }
}

/// Replies that a thread makes one after another.
struct Series {
    replies: Mutex<Receiver<Reply>>,
}

enum Held {
    Books(Arc<Books>),
    Series(Arc<Series>),
}

static HELD: Mutex<Option<HashMap<u64, (u32, Held)>>> = Mutex::new(None);
static NEXT: AtomicU64 = AtomicU64::new(1);

fn held<T>(with: impl FnOnce(&mut HashMap<u64, (u32, Held)>) -> T) -> T {
    with(HELD.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

fn hold(one: Held) -> u64 {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    held(|all| all.insert(number, (std::process::id(), one)));
    number
}

/// Neither connections nor threads survive a fork.
fn of_this_process(process: u32) -> Result<(), Refused> {
    if process == std::process::id() {
        return Ok(());
    }
    Err(Refused::request("it was opened by another process; open it again after the fork"))
}

/// Keeps an opened database.
pub fn keep(opening: Request, audit: Audit) -> u64 {
    hold(Held::Books(Arc::new(Books { opening, audit: Mutex::new(audit) })))
}

/// The database of a number.
pub fn books(number: u64) -> Result<Arc<Books>, Refused> {
    held(|all| match all.get(&number) {
        Some((process, Held::Books(books))) => of_this_process(*process).map(|()| Arc::clone(books)),
        _ => Err(Refused::request("the database was closed")),
    })
}

/// Begins a series: `work` makes its replies, until it is done or nobody wants more. What it gives at its end is the last reply.
pub fn begin(work: impl FnOnce(&SyncSender<Reply>) -> Result<Reply, Refused> + Send + 'static) -> Result<u64, Refused> {
    let (sender, replies) = sync_channel(AHEAD);
    let worker = move || {
        let last = catch_unwind(AssertUnwindSafe(|| work(&sender))).unwrap_or_else(|panic| Err(Refused::panic(&*panic)));
        let _ = sender.send(last.unwrap_or_else(|why| refused(&why)));
    };
    let spawned = thread::Builder::new().name("epos".to_owned()).spawn(worker);
    spawned.map_err(|error| Refused::request(format!("the system gives no thread: {error}")))?;
    Ok(hold(Held::Series(Arc::new(Series { replies: Mutex::new(replies) }))))
}

/// The next reply of a series.
pub fn next(number: u64) -> Result<Reply, Refused> {
    let series = held(|all| match all.get(&number) {
        Some((process, Held::Series(series))) => of_this_process(*process).map(|()| Arc::clone(series)),
        _ => Err(Refused::request("there is no more; it was closed")),
    })?;
    let reply = series.replies.lock().unwrap_or_else(PoisonError::into_inner).recv();
    reply.map_err(|_| Refused::request("there is no more"))
}

/// Lets go of a database or a series; one that is gone already is nothing.
pub fn close(number: u64) {
    let gone = held(|all| all.remove(&number));
    // What another process opened is left alone: its connection is not ours to end.
    if let Some((process, held)) = gone
        && process != std::process::id()
    {
        std::mem::forget(held);
    }
}

/// How many are open.
pub fn count() -> usize {
    held(|all| all.len())
}
