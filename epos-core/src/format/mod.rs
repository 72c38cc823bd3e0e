//! Bytes to typed rows and back: detection, sheets, layouts, blocks, writing.

mod bind;
mod blocks;
mod cell;
mod compound;
mod csv;
mod heading;
#[cfg(feature = "workbook")]
mod html;
mod json;
mod kind;
mod layout;
mod nested;
mod poslog;
mod row;
mod shared;
mod sheets;
#[cfg(feature = "workbook")]
mod workbook;
mod write;

#[cfg(test)]
mod tests;

pub use self::csv::TextRows;
pub use bind::{Detected, Trial, detect};
pub use blocks::{Reading, batch, blocks};
pub use cell::{DateOrder, RateForm};
pub use kind::{FileKind, WorkbookKind, kind};
pub use layout::{BUILT_IN, Layout, Layouts, Names, Shared, Sign};
pub use sheets::{Sheets, open, sheets};
pub use write::{Trip, round_trip, write};
