//! Counters, and the text in which Prometheus asks for them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::routes::{ROUTES, Route};

/// Upper bounds of the classes that answers are counted in by how long they took, in microseconds.
const BOUNDS: [u64; 10] = [500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000];

/// How answers of one route came out.
#[derive(Default)]
struct Tally {
    statuses: Mutex<BTreeMap<u16, u64>>,
    classes: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

/// What is counted.
pub struct Metrics {
    /// One per route, and one for what is no route.
    tallies: Vec<Tally>,
    /// Requests being answered.
    pub in_flight: AtomicI64,
    /// Connections that are open.
    pub connections: AtomicI64,
    /// Connections that were closed to make room.
    pub closed_for_room: AtomicU64,
}

impl Metrics {
    pub fn new() -> Self {
        let tallies = (0..=ROUTES.len()).map(|_| Tally::default()).collect();
        Metrics { tallies, in_flight: AtomicI64::new(0), connections: AtomicI64::new(0), closed_for_room: AtomicU64::new(0) }
    }

    /// Counts an answer of a route, by its number in the table.
    pub fn count(&self, route: Option<usize>, status: u16, took: Duration) {
        let Some(tally) = self.tallies.get(route.unwrap_or(ROUTES.len())) else { return };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        *tally.statuses.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
        if let Some(class) = BOUNDS.iter().position(|bound| micros <= *bound).and_then(|class| tally.classes.get(class)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        tally.count.fetch_add(1, Ordering::Relaxed);
        tally.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Everything as text; `waiting` questions stand before the readers, `lost` lines of the log were not kept.
    pub fn text(&self, waiting: usize, lost: u64) -> String {
        let mut text = String::from("# HELP epos_build_info The version that answers.\n# TYPE epos_build_info gauge\n");
        let _ = writeln!(text, "epos_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
        let named =
            || self.tallies.iter().enumerate().map(|(at, tally)| (ROUTES.get(at).map_or("none".into(), Route::name), tally));
        text.push_str("# HELP epos_http_requests_total Requests answered.\n# TYPE epos_http_requests_total counter\n");
        for (route, tally) in named() {
            for (status, count) in tally.statuses.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = writeln!(text, "epos_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}");
            }
        }
        text.push_str("# HELP epos_http_request_seconds How long answers took.\n# TYPE epos_http_request_seconds histogram\n");
        for (route, tally) in named().filter(|(_, tally)| tally.count.load(Ordering::Relaxed) > 0) {
            let mut below = 0;
            for (bound, class) in BOUNDS.iter().zip(&tally.classes) {
                below += class.load(Ordering::Relaxed);
                let _ = writeln!(text, "epos_http_request_seconds_bucket{{route=\"{route}\",le=\"{}\"}} {below}", seconds(*bound));
            }
            let (count, micros) = (tally.count.load(Ordering::Relaxed), tally.micros.load(Ordering::Relaxed));
            let _ = writeln!(text, "epos_http_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "epos_http_request_seconds_sum{{route=\"{route}\"}} {}", seconds(micros));
            let _ = writeln!(text, "epos_http_request_seconds_count{{route=\"{route}\"}} {count}");
        }
        let mut single = |name: &str, kind: &str, help: &str, value: i128| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        single("epos_http_in_flight", "gauge", "Requests being answered.", self.in_flight.load(Ordering::Relaxed).into());
        single("epos_connections", "gauge", "Connections that are open.", self.connections.load(Ordering::Relaxed).into());
        let closed = self.closed_for_room.load(Ordering::Relaxed);
        single("epos_connections_closed_for_room_total", "counter", "Idle connections closed to make room.", closed.into());
        single("epos_readers_waiting", "gauge", "Questions that wait for a reader.", waiting as i128);
        single("epos_log_lines_lost_total", "counter", "Log lines that were not kept.", lost.into());
        text
    }
}

/// Microseconds as seconds, exactly.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_status_and_time() {
        let metrics = Metrics::new();
        metrics.count(Some(0), 200, Duration::from_micros(700));
        metrics.count(Some(0), 404, Duration::from_millis(7));
        metrics.count(None, 404, Duration::from_secs(60));
        let (text, route) = (metrics.text(3, 0), ROUTES[0].path);
        for line in [
            format!("epos_http_requests_total{{route=\"{route}\",status=\"200\"}} 1"),
            format!("epos_http_request_seconds_bucket{{route=\"{route}\",le=\"0.0005\"}} 0"),
            format!("epos_http_request_seconds_bucket{{route=\"{route}\",le=\"0.001\"}} 1"),
            format!("epos_http_request_seconds_bucket{{route=\"{route}\",le=\"0.01\"}} 2"),
            format!("epos_http_request_seconds_sum{{route=\"{route}\"}} 0.0077"),
            "epos_http_request_seconds_bucket{route=\"none\",le=\"10\"} 0".to_owned(),
            "epos_http_request_seconds_bucket{route=\"none\",le=\"+Inf\"} 1".to_owned(),
            "epos_readers_waiting 3".to_owned(),
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }
}
