//! The one equation: `opening + in − out = expected; counted − expected = over/short`.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::value::words;

/// Something that holds money or goods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Account {
    /// One tender in one drawer of a store.
    Drawer {
        /// The store.
        store: String,
        /// The drawer.
        drawer: String,
        /// The tender.
        tender: String,
    },
    /// The safe of a store.
    Safe {
        /// The store.
        store: String,
    },
    /// One SKU on the shelves of a store, in base units.
    Shelf {
        /// The store.
        store: String,
        /// The SKU.
        sku: String,
    },
    /// Gift cards sold and not yet spent.
    GiftCards {
        /// The store.
        store: String,
    },
}

words! {
    /// Why something moved.
    Reason {
        /// What was there before.
        Opening = "opening",
        /// A sale: money in, goods out.
        Sale = "sale",
        /// A refund or customer return: money out, goods in.
        Refund = "refund",
        /// Paid in.
        PaidIn = "paid_in",
        /// Paid out.
        PaidOut = "paid_out",
        /// Dropped to the safe before the count.
        Drop = "drop",
        /// Change brought from the safe.
        Loan = "loan",
        /// Removed to the bank after the count.
        Banked = "banked",
        /// Delivered goods.
        GoodsIn = "goods_in",
        /// Sent to another store.
        TransferOut = "transfer_out",
        /// Received from another store.
        TransferIn = "transfer_in",
        /// The shelf is set to what a till or a person says it holds.
        CountAdjustment = "count_adjustment",
    }
}

/// One movement on one account. Positive goes in, negative goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// On what.
    pub account: Account,
    /// On which trading day.
    pub trading_day: NaiveDate,
    /// When, if the source says so.
    pub at: Option<NaiveDateTime>,
    /// Why.
    pub reason: Reason,
    /// Money in the store's currency, or units.
    pub amount: Decimal,
    /// The till that recorded it; empty when none did.
    pub till: String,
    /// The shift it belongs to: the Z-report's number, if there is one.
    pub z_number: Option<String>,
    /// The transaction, delivery note or Z-report that says so.
    pub source: String,
}

/// What an account should hold and what was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Of what.
    pub account: Account,
    /// What was there at the beginning; `None` when nobody knows.
    pub opening: Option<Decimal>,
    /// Sum of what came in.
    pub moved_in: Decimal,
    /// Sum of what went out, positive.
    pub moved_out: Decimal,
    /// What was counted at the end; `None` when nobody counted.
    pub counted: Option<Decimal>,
}

impl Balance {
    /// What should be there: opening + in − out; `None` while the opening is unknown.
    pub fn expected(&self) -> Option<Decimal> {
        self.opening.map(|opening| opening + self.moved_in - self.moved_out)
    }

    /// Counted − expected: positive is over, negative short (on a shelf: shrinkage). `None` while either is unknown.
    pub fn over_short(&self) -> Option<Decimal> {
        Some(self.counted? - self.expected()?)
    }
}
