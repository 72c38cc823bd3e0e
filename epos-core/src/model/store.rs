//! Stores, their drawers and calendars, and the policy they are judged by.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::value::words;
use super::{Kind, Money, Rate};

/// One store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Its code; unique, never reused.
    #[serde(default)]
    pub code: String,
    /// Its name as people say it.
    pub name: String,
    /// Other names and codes that tills write for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// ISO 4217 currency.
    #[serde(default = "gbp")]
    pub currency: String,
    /// Tax region (`GB`, `CA-QC`, …); tax rates are looked up by it.
    #[serde(default = "gb")]
    pub region: String,
    /// IANA time zone.
    #[serde(default = "london")]
    pub zone: String,
    /// First day that is expected of it; nothing is carried from before.
    pub starts: Option<NaiveDate>,
    /// Last day that is expected of it.
    #[serde(default)]
    pub ends: Option<NaiveDate>,
    /// A trading day ends at this time of the next calendar day (00:00: at midnight).
    #[serde(default)]
    pub cutoff: NaiveTime,
    /// Kinds that every till must send every open day.
    #[serde(default = "expected_kinds")]
    pub expects: Vec<Kind>,
    /// The tills that must send them. Empty: whichever send are the tills.
    #[serde(default)]
    pub tills: Vec<String>,
    /// Drawers, when one is shared by several tills. Tills in none have a drawer each.
    #[serde(default)]
    pub drawers: Vec<Drawer>,
    /// Addresses whose mails are taken for this store.
    #[serde(default)]
    pub senders: Vec<String>,
    /// Weekdays on which it opens.
    #[serde(default = "all_week", with = "weekdays")]
    pub open: Vec<Weekday>,
    /// Days that differ from the week.
    #[serde(default)]
    pub exceptions: BTreeMap<NaiveDate, Exception>,
    /// Whether its prices include tax, when its layouts do not say.
    #[serde(default)]
    pub prices_include_tax: Option<bool>,
    /// What `banked` on a Z-report means: removed before the count, or after it. As its layouts say, else after it, when absent.
    #[serde(default)]
    pub banked: Option<Banked>,
}

fn gbp() -> String {
    "GBP".into()
}
fn gb() -> String {
    "GB".into()
}
fn london() -> String {
    "Europe/London".into()
}
fn all_week() -> Vec<Weekday> {
    use Weekday::*;
    vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun]
}
fn expected_kinds() -> Vec<Kind> {
    vec![Kind::Lines, Kind::Tenders, Kind::ZReports]
}

mod weekdays {
    use super::*;
    use serde::{Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(days: &[Weekday], to: S) -> Result<S::Ok, S::Error> {
        days.iter().map(|day| day.to_string().to_lowercase()).collect::<Vec<_>>().serialize(to)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Weekday>, D::Error> {
        Vec::<String>::deserialize(from)?
            .iter()
            .map(|day| day.parse().map_err(|_| D::Error::custom(format!("`{day}` is not a weekday"))))
            .collect()
    }
}

words! {
    /// What the figure `banked` of a Z-report means (FORMATS §3: opening 50, cash 200, out 200: before → expected 50, after → 250).
    Banked {
        /// Taken out before the count.
        BeforeCount = "before_count",
        /// Taken out after the count.
        AfterCount = "after_count",
    }
}

/// A drawer: the cash that balances as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawer {
    /// Its name.
    pub unit: String,
    /// The tills whose cash lies in it.
    pub tills: Vec<String>,
}

/// A day that differs from the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Open or closed.
    pub open: bool,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Whether a store-day is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// The store trades: its files must come.
    Open,
    /// The store is closed, and why.
    Closed(String),
    /// Before `starts` or after `ends`: nothing is expected.
    NotYet,
}

impl Store {
    /// A store with every default, for tests and for stores known only by code.
    pub fn new(code: &str, name: &str) -> Self {
        Store {
            code: code.to_owned(),
            name: name.to_owned(),
            aliases: Vec::new(),
            currency: gbp(),
            region: gb(),
            zone: london(),
            starts: None,
            ends: None,
            cutoff: NaiveTime::MIN,
            expects: expected_kinds(),
            tills: Vec::new(),
            drawers: Vec::new(),
            senders: Vec::new(),
            open: all_week(),
            exceptions: BTreeMap::new(),
            prices_include_tax: None,
            banked: None,
        }
    }

    /// Is the store expected to trade on `day`? A store without `starts` expects nothing by itself.
    pub fn expectation(&self, day: NaiveDate) -> Expectation {
        if self.starts.is_none_or(|starts| day < starts) || self.ends.is_some_and(|ends| day > ends) {
            return Expectation::NotYet;
        }
        match self.exceptions.get(&day) {
            Some(exception) if exception.open => Expectation::Open,
            Some(exception) => Expectation::Closed(exception.reason.clone()),
            None if self.open.contains(&day.weekday()) => Expectation::Open,
            None => Expectation::Closed(format!("closed on {}s", day.format("%A"))),
        }
    }

    /// The trading day of a local time: times before the cut-off belong to the day before.
    pub fn trading_day(&self, date: NaiveDate, time: Option<NaiveTime>) -> NaiveDate {
        match time {
            Some(time) if time < self.cutoff => date.pred_opt().unwrap_or(date),
            _ => date,
        }
    }

    /// The drawer in which a till's cash lies: the declared one, else one of the till's own name.
    pub fn drawer_of(&self, till: &str) -> String {
        self.drawers
            .iter()
            .find(|drawer| drawer.tills.iter().any(|of| of == till))
            .map_or_else(|| till.to_owned(), |drawer| drawer.unit.clone())
    }

    /// What `banked` on a Z-report means.
    pub fn banked(&self) -> Banked {
        self.banked.unwrap_or(Banked::AfterCount)
    }

    /// Does `name`, as a file writes it, mean this store? Case and surrounding blanks do not matter.
    pub fn is_called(&self, name: &str) -> bool {
        let same = |other: &str| other.trim().to_lowercase() == name.trim().to_lowercase();
        same(&self.code) || same(&self.name) || self.aliases.iter().any(|alias| same(alias))
    }

    /// The store's local time at a moment given in UTC; UTC itself when its zone is not one we know.
    pub fn local_time(&self, utc: NaiveDateTime) -> NaiveDateTime {
        super::local_time(utc, &self.zone)
    }

    /// When the files of `day` are overdue, local time: at the policy's hour that evening, or at the cut-off of a day that ends after midnight.
    pub fn due(&self, day: NaiveDate, policy: &Policy) -> NaiveDateTime {
        let end = if self.cutoff == NaiveTime::MIN { day } else { day.succ_opt().unwrap_or(day) };
        end.and_time(if self.cutoff == NaiveTime::MIN { policy.due } else { self.cutoff })
    }
}

words! {
    /// What sort of money a tender is: decides which rules apply to it.
    TenderClass {
        /// Coins and notes: counted, with tolerances, change and rounding.
        Cash = "cash",
        /// Cards and phones: settled by a batch, tolerance 0.00.
        Card = "card",
        /// Gift cards and credit notes spent: a liability going down.
        GiftCard = "gift_card",
        /// Anything else (cheque, voucher, account).
        Other = "other",
    }
}

/// What is tolerated, by whom a difference must be seen, and which severities apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Limits on |over/short| per drawer and close, ascending: recount, checklist, supervisor, escalate (PRACTICE §1).
    pub tolerances: Vec<Money>,
    /// The most that the |over/short| of one drawer may add up to in seven days.
    pub weekly: Money,
    /// How far a line's total may be from quantity × price − discount.
    pub line_tolerance: Money,
    /// Time of day at which the files of a day are overdue.
    pub due: NaiveTime,
    /// Days after which a document is late.
    pub late_days: i64,
    /// Dates after this many days from now are wrong.
    pub future_days: i64,
    /// Dates older than this many days are asked about.
    pub old_days: i64,
    /// Severity by code, where it differs from the code's own: `"note"`, `"warning"`, `"error"`.
    pub severity: BTreeMap<String, String>,
    /// Class of a tender, by its name in lower case, beside the well-known ones.
    pub tenders: BTreeMap<String, TenderClass>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            tolerances: vec![Money::cents(200), Money::cents(1000), Money::cents(5000)],
            weekly: Money::cents(1000),
            line_tolerance: Money::cents(1),
            due: NaiveTime::from_hms_opt(23, 0, 0).unwrap_or(NaiveTime::MIN),
            late_days: 1,
            future_days: 1,
            old_days: 400,
            severity: BTreeMap::new(),
            tenders: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// The class of a tender by its name: the policy's own list, else the well-known names.
    pub fn tender_class(&self, tender: &str) -> TenderClass {
        let name = tender.trim().to_lowercase();
        if let Some(&class) = self.tenders.get(&name) {
            return class;
        }
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["gift", "voucher", "credit note"]) {
            TenderClass::GiftCard
        } else if has(&["card", "visa", "mastercard", "amex", "debit", "credit", "contactless", "mobile", "phone", "pay"]) {
            TenderClass::Card
        } else if has(&["cash", "coin", "note"]) {
            TenderClass::Cash
        } else {
            TenderClass::Other
        }
    }
}

words! {
    /// Who says a tax rate. The greatest counts: what it says of a region and a category on a day is all that applies there.
    Authority {
        /// It comes with epos.
        BuiltIn = "built_in",
        /// A list that was loaded.
        List = "list",
        /// `epos.toml`.
        Configuration = "configuration",
    }
}

fn configuration() -> Authority {
    Authority::Configuration
}

/// The rate of one tax in one region for one category, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// Region (`GB`, `CA-QC`, …).
    pub region: String,
    /// Category (`standard`, `reduced`, `zero`, `exempt`, …).
    pub category: String,
    /// Name of the tax (`VAT`, `GST`, `QST`, …): a region and category may have several at once.
    pub tax: String,
    /// In percent.
    pub rate: Rate,
    /// First day.
    pub from: NaiveDate,
    /// Last day, when it ended.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Where the rate is published.
    pub source: String,
    /// Who says so.
    #[serde(skip, default = "configuration")]
    pub said_by: Authority,
}
