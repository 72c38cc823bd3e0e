//! The nouns. Nothing here reads, writes or asks the clock.

mod acceptance;
mod account;
mod at;
mod batch;
mod confidence;
mod context;
mod day;
mod document;
mod gtin;
mod holidays;
mod money;
mod records;
pub mod search;
mod store;
mod value;
mod zone;

pub use acceptance::{Acceptance, AcceptanceReason, Declaration, Declared, Posting};
pub use account::{Account, Balance, Movement, Reason};
pub use at::{At, Column};
pub use batch::{Batch, Block, Content, Coverage, Key, Numbering, Origin, RejectedRow, Row};
pub use confidence::{
    COUNTED_DAYS_HIGH, COUNTED_DAYS_MEDIUM, Confidence, OnHand, SALES_DAYS_HIGH, SALES_DAYS_MEDIUM, STATED_DAYS_MEDIUM,
};
pub use context::{Active, BatchKey, Context, Original};
pub use day::{Bridge, OpenShift, Source, Sums};
pub use document::{Document, Envelope, Hash, Hasher, Limits, Opener, Sheet, SheetRow, Watcher};
pub use gtin::{Gtin, NotAGtin};
pub use holidays::{Holiday, holiday, holiday_names, holiday_regions, holidays, knows_holidays};
pub use money::{Money, NotAnAmount, Quantity, Rate, Rounding, SCALE, amount_max};
pub use records::*;
pub use store::{
    Authority, Banked, Drawer, Exception, Expectation, Holidays, Hours, OpeningHours, Policy, Store, TaxRate, TenderClass,
};
pub(crate) use store::{rising, weekdays};
pub(crate) use value::words;
pub use value::{Field, Record, Scalar, Type, Value};
pub use zone::{is_zone, local_time, utc_of};
