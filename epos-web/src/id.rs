//! Names for requests: this run of the server, and a number.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

static RUN: OnceLock<String> = OnceLock::new();
static COUNT: AtomicU64 = AtomicU64::new(1);

/// The next request's name.
pub fn next() -> String {
    let run = RUN.get_or_init(|| {
        // Not a secret: it only tells one run's requests from another's.
        let seed = epos_core::edge::seed().unwrap_or_default();
        seed.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    });
    format!("{run}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
