//! The world: the only place that touches files, network, environment, threads, the clock or a driver crate.

pub mod database;
#[cfg(feature = "sqlite")]
pub mod sqlite;
