//! One line of JSON for everything worth telling, written by a thread of its own: no request waits for a slow terminal or disk.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use serde_json::Value;

/// Lines that may wait to be written; past that they are counted and not kept.
const WAITING_MAX: usize = 8_192;

/// What the writing thread is told.
enum Told {
    Line(String),
    /// Answer when everything before is written.
    Settle(SyncSender<()>),
}

/// Where lines go.
#[derive(Clone, Default)]
pub struct Log {
    lines: Option<SyncSender<Told>>,
    lost: Arc<AtomicU64>,
}

impl Log {
    /// To a writer.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        let (lines, written) = sync_channel(WAITING_MAX);
        let started = std::thread::Builder::new().name("log".to_owned()).spawn(move || write(&written, writer));
        Log { lines: started.is_ok().then_some(lines), lost: Arc::default() }
    }

    /// Tells something. `more` is an object.
    pub fn tell(&self, level: &str, message: &str, more: impl FnOnce() -> Value) {
        let Some(lines) = &self.lines else { return };
        let mut line = serde_json::json!({
            "time": chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "level": level,
            "message": message,
        });
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more()) {
            line.extend(more);
        }
        if lines.try_send(Told::Line(format!("{line}\n"))).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything is written, or the writer is too slow.
    pub fn settle(&self) {
        let (written, waits) = sync_channel(1);
        if self.lines.as_ref().is_some_and(|lines| lines.try_send(Told::Settle(written)).is_ok()) {
            // A writer that takes longer than this keeps nobody from stopping.
            let _ = waits.recv_timeout(Duration::from_secs(2));
        }
    }

    /// How many lines were not kept because the writer was too slow.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

/// Writes what there is in one go, until nobody can tell anything any more.
fn write(lines: &Receiver<Told>, mut writer: impl Write) {
    while let Ok(first) = lines.recv() {
        let (mut text, mut waiting) = (String::new(), Vec::new());
        for told in std::iter::once(first).chain(lines.try_iter().take(256)) {
            match told {
                Told::Line(line) => text.push_str(&line),
                Told::Settle(written) => waiting.push(written),
            }
        }
        // Nobody can be told when even this fails.
        let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
        for written in waiting {
            let _ = written.try_send(());
        }
    }
}
