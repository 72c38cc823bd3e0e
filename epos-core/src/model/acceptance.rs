//! What people said about a store-day: they accept findings, and declare days without files.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::value::words;
use super::{Money, Rate, TenderClass};

words! {
    /// Why a finding is accepted. The reason decides what is posted for it (PRACTICE §2).
    AcceptanceReason {
        /// One sale or refund was rung in one tender and paid in another: both tenders are put right, nobody is over or short.
        WrongTender = "wrong-tender",
        /// Money is missing: posted to over/short, takings stay.
        CashMissing = "cash-missing",
        /// There is more than there should be: posted to over/short, no takings.
        CashSurplus = "cash-surplus",
        /// A sale was made and not rung: takings and tax go up. Needs evidence.
        SaleNotRung = "sale-not-rung",
        /// Too much was rung: takings and tax go down. Needs evidence.
        OverRing = "over-ring",
        /// A refund was paid and not rung: takings and tax go down. Needs evidence.
        RefundNotRung = "refund-not-rung",
        /// Cash went to the safe or the bank and was not rung: it is there.
        DropNotRung = "drop-not-rung",
        /// Something was paid out of the drawer and not rung: an expense.
        PaidOutNotRung = "paid-out-not-rung",
        /// The count or the figure was wrong, the money is right: nothing is posted.
        WrongCount = "wrong-count",
        /// It was looked at and is as it should be: nothing is posted.
        AsItShould = "as-it-should",
    }
}

words! {
    /// What a person declares of a day of which nothing comes.
    Declared {
        /// The store was closed.
        Closed = "closed",
        /// It was open and sold nothing.
        Zero = "zero",
    }
}

/// A person's word that a finding is understood: it names code, store, day, subject and amount, and lapses when the amount changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Its number in the books.
    pub id: i64,
    /// The finding's code.
    pub code: String,
    /// The store.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// The finding's subject.
    pub subject: String,
    /// The finding's amount when it was accepted.
    pub amount: Option<Money>,
    /// Why.
    pub reason: AcceptanceReason,
    /// The tax in a sale that was not rung, or was rung too much; the store's standard rate when absent.
    #[serde(default)]
    pub tax_rate: Option<Rate>,
    /// In the person's own words; evidence where the reason asks for some.
    pub note: String,
    /// Who.
    pub by: String,
    /// The second person, where the amount needs one.
    pub second: Option<String>,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// A person's word that nothing will come for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The store.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// What it was.
    pub declared: Declared,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// What an acceptance moves: from one account of the books to another, always both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posting {
    /// The tender whose figure changes; `None` for an account of the books (over/short, takings, expenses, safe).
    pub tender: Option<TenderClass>,
    /// The account by name.
    pub account: String,
    /// By how much; over one acceptance they add up to nothing.
    pub amount: Money,
}
