#![doc = include_str!("../ARCHITECTURE.md")]
#![deny(missing_docs)]

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
pub mod reply;
pub mod report;
pub mod simulate;
pub mod sql;
pub mod tax;

pub use diagnostic::{Checked, Code, Diagnostic, Severity};
pub use error::{Error, Result};
pub use flow::{Audit, Config};
pub use format::{Layouts, Reading};
pub use model::{Context, Document, Limits, Money, Quantity, Rate, Store};
