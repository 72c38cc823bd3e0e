//! epos
pub mod check;
pub mod diagnostic;
pub mod edge;
pub mod error;
pub mod flow;
pub mod format;
pub mod ledger;
pub mod mail;
pub mod model;
pub mod port;
pub mod reconcile;
pub mod render;
pub mod report;
pub mod sql;
pub mod tax;
