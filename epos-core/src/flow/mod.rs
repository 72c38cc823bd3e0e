//! The verbs: they string the pure functions together; they may sequence, never decide.

pub mod store;
