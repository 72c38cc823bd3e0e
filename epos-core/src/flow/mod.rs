//! The verbs: they string the pure functions together; they may sequence, never decide.

mod answer;
mod audit;
pub mod config;
pub mod init;
mod judge;
mod late;
pub mod lookup;
mod masters;
mod records;
mod replies;
mod run;
pub mod score;
pub mod simulate;
mod stocked;
pub mod store;
mod table;

pub use answer::{Detection, Drafted, Listed, Withdrawn, detect, listed};
pub use audit::{Audit, Loaded, Outcome};
pub use config::{Answers, Config, Serve};
pub use judge::{Judged, judge};
pub use records::Texts;
pub use replies::Reply;
pub use run::Evening;
pub use stocked::Stocked;
pub use table::Table;
