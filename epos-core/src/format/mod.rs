//! Bytes to typed rows and back: detection, sheets, layouts, blocks, writing.

mod compound;
mod csv;
mod kind;
mod sheets;
#[cfg(feature = "workbook")]
mod workbook;

pub use self::csv::TextRows;
pub use kind::{FileKind, WorkbookKind, kind};
pub use sheets::{Sheets, open, sheets};
