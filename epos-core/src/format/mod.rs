//! Bytes to typed rows and back: detection, sheets, layouts, blocks, writing.

#[cfg(feature = "arrow")]
mod arrow;
mod bind;
mod blocks;
mod cell;
mod compound;
mod csv;
mod draft;
mod heading;
#[cfg(feature = "workbook")]
mod html;
mod json;
mod kind;
mod layout;
mod name;
mod nested;
#[cfg(feature = "parquet")]
mod parquet;
mod poslog;
mod proposal;
mod row;
mod shape;
mod shared;
mod sheets;
mod transaction;
#[cfg(feature = "workbook")]
mod workbook;
mod write;

#[cfg(test)]
mod tests;

#[cfg(feature = "arrow")]
pub use self::arrow::ArrowWriter;
pub use self::csv::TextRows;
#[cfg(feature = "parquet")]
pub use self::parquet::Parquet;
pub use bind::{Detected, Trial, detect};
pub use blocks::{Reading, batch, blocks};
pub use cell::{DateOrder, RateForm};
pub use draft::{Answer, Draft, Proven, Question, draft};
pub use kind::{FileKind, WorkbookKind, kind};
pub use layout::{BUILT_IN, CashBack, HeadingRow, HeadingWord, Layout, Layouts, MoreLine, Names, Shared, Sign, TendersOn, Void};
pub use proposal::{Proposal, propose};
pub use shape::{Drift, Holds, Renamed, Shape, ShapeColumn, Table, family, tables};
pub use sheets::{Sheets, open, open_as, sheets, sheets_as};
pub use write::{Trip, round_trip, write};
