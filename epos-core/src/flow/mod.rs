//! The verbs: they string the pure functions together; they may sequence, never decide.

mod config;
pub mod init;

pub use config::Config;
