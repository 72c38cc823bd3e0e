//! What a store-day is put together from, and what its transactions add up to.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Batch, Hash, Money, Numbering};

/// An active batch of a store-day with what its document says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The rows.
    pub batch: Batch,
    /// The document's name.
    pub document: String,
    /// The document's hash.
    pub hash: Hash,
    /// The layout it was read under.
    pub layout: String,
    /// How its transactions are numbered.
    pub numbering: Numbering,
    /// Whether its prices include tax, if anybody said.
    pub prices_include_tax: Option<bool>,
    /// Fields or kinds that its layout cannot carry.
    pub absent: Vec<String>,
    /// When the document arrived (the mail's date, else when it was loaded), UTC.
    pub arrived_at: Option<NaiveDateTime>,
}

/// The day's money by what it was for: both sides of the money identity (PRACTICE §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Bridge {
    /// Goods and services, tax included, after discounts and refunds: the takings.
    pub takings: Money,
    /// Of the takings, tax as stated on lines or headers.
    pub tax: Money,
    /// Gift cards sold.
    pub gift_cards: Money,
    /// Deposits and account payments received.
    pub deposits: Money,
    /// Donations.
    pub donations: Money,
    /// Tips.
    pub tips: Money,
    /// Cash rounding.
    pub rounding: Money,
    /// Tenders, net of change, cash-back as negative cash.
    pub tenders: Money,
}

impl Bridge {
    /// What was to be paid: everything but the tenders.
    pub fn due(&self) -> Money {
        self.takings + self.gift_cards + self.deposits + self.donations + self.tips + self.rounding
    }

    /// Tenders − due: zero when the identity holds.
    pub fn difference(&self) -> Money {
        self.tenders - self.due()
    }
}

impl std::ops::AddAssign for Bridge {
    fn add_assign(&mut self, other: Bridge) {
        self.takings += other.takings;
        self.tax += other.tax;
        self.gift_cards += other.gift_cards;
        self.deposits += other.deposits;
        self.donations += other.donations;
        self.tips += other.tips;
        self.rounding += other.rounding;
        self.tenders += other.tenders;
    }
}

/// What transactions add up to, as a Z-report states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sums {
    /// Transactions that count.
    pub transactions: usize,
    /// Transactions that do not: voids, failures, training.
    pub left_out: usize,
    /// The money identity.
    pub bridge: Bridge,
    /// Goods sold before discounts and refunds, tax included.
    pub gross: Money,
    /// The same from unit prices, which leave tax out where prices do.
    pub gross_before_tax: Money,
    /// Refunds.
    pub refund_count: usize,
    /// Refunded, positive.
    pub refunds: Money,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Sums) {
        self.transactions += other.transactions;
        self.left_out += other.left_out;
        self.bridge += other.bridge;
        self.gross += other.gross;
        self.gross_before_tax += other.gross_before_tax;
        self.refund_count += other.refund_count;
        self.refunds += other.refunds;
    }
}

/// Transactions of a till that no Z-report closed on their day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenShift {
    /// Trading day of the first.
    pub since: NaiveDate,
    /// Trading day of the last.
    pub until: NaiveDate,
    /// Number of the first.
    pub first_number: Option<String>,
    /// Number of the last.
    pub last_number: Option<String>,
    /// What they add up to.
    pub sums: Sums,
    /// What came in and went out per tender, as tills call it; a blank name is cash moved without a sale.
    pub tenders: BTreeMap<String, (Decimal, Decimal)>,
}
