//! The verbs: they string the pure functions together; they may sequence, never decide.

mod acceptance;
mod answer;
mod audit;
pub mod config;
mod history;
pub mod init;
mod judge;
mod late;
pub mod lookup;
mod masters;
mod records;
mod replies;
mod run;
pub mod score;
mod seal;
mod shapes;
pub mod simulate;
mod stocked;
pub mod store;
mod table;

pub use acceptance::{Acceptable, Accepted, Accepting, ROW};
pub use answer::{Detection, Drafted, Listed, Withdrawn, detect, listed};
pub use audit::{Audit, Loaded, Outcome};
pub use config::{Answers, Config, Serve};
pub use judge::{Judged, judge};
pub use records::Texts;
pub use replies::Reply;
pub use run::Evening;
pub use seal::{SealedDays, Verified};
pub use shapes::Proposed;
pub use stocked::Stocked;
pub use table::Table;

#[cfg(all(test, feature = "sqlite"))]
mod tests;
