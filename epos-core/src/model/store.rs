//! Stores, their drawers and calendars, and the policy they are judged by.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::value::words;
use super::{Charity, Holiday, Kind, Money, Rate, knows_holidays};

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
    /// The language of its answers (`en`, `fr`, …), instead of `[reply] language`.
    #[serde(default)]
    pub language: Option<String>,
    /// Weekdays on which it opens.
    #[serde(default = "all_week", with = "weekdays")]
    pub open: Vec<Weekday>,
    /// When it is open: `"09:30-17:30"` for every day, or a table by weekday (`{ mon = "09:30-17:30", fri = "17:00-02:00" }`).
    /// Without it no time is judged.
    #[serde(default)]
    pub hours: Option<OpeningHours>,
    /// Card machines send their batch at this time of day: later sales belong to the next day's batch. Without it a batch is the
    /// trading day's card sales.
    #[serde(default)]
    pub card_cutoff: Option<NaiveTime>,
    /// Its own limits on |over/short|, instead of the policy's `tolerances`.
    #[serde(default)]
    pub tolerances: Option<Vec<Money>>,
    /// Its own limit on the sum of seven days, instead of the policy's `weekly`.
    #[serde(default)]
    pub weekly: Option<Money>,
    /// What it does on public holidays: `true` closes on all of its region, a list of names on those; `"open"`, which is what is taken when
    /// nobody says, on none. An exception goes before it.
    #[serde(default)]
    pub holidays: Holidays,
    /// The region of its public holidays (`GB-ENG`, `GB-SCT`, `CA-QC`, …), where it is not that of its taxes.
    #[serde(default)]
    pub holiday_region: Option<String>,
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

pub(crate) mod weekdays {
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

/// From when to when a store is open on one day; a closing time that is not later than the opening time is the next morning's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// When it opens.
    pub opens: NaiveTime,
    /// When it closes.
    pub closes: NaiveTime,
}

impl Hours {
    /// Does `at` lie in the hours of `day`, give or take `slack`?
    pub fn contain(&self, day: NaiveDate, at: NaiveDateTime, slack: Duration) -> bool {
        let last = if self.closes > self.opens { day } else { day.succ_opt().unwrap_or(day) };
        day.and_time(self.opens) - at <= slack && at - last.and_time(self.closes) <= slack
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.opens.format("%H:%M"), self.closes.format("%H:%M"))
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

impl TryFrom<String> for Hours {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let hours = text.split_once('-').and_then(|(opens, closes)| Some(Hours { opens: time(opens)?, closes: time(closes)? }));
        hours.ok_or_else(|| format!("`{text}` is not opening hours such as 09:30-17:30"))
    }
}

/// A store's opening hours: the same every day, or by weekday. A weekday without any is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OpeningHours {
    /// Every day.
    Daily(Hours),
    /// By weekday (`mon` … `sun`).
    Weekly(BTreeMap<String, Hours>),
}

impl OpeningHours {
    /// Those of one day.
    pub fn of(&self, day: NaiveDate) -> Option<Hours> {
        match self {
            OpeningHours::Daily(hours) => Some(*hours),
            OpeningHours::Weekly(week) => week.iter().find(|(name, _)| name.parse() == Ok(day.weekday())).map(|(_, hours)| *hours),
        }
    }
}

/// By hand, so that a wrong value is said in its own words and not as "no variant fits".
impl<'de> Deserialize<'de> for OpeningHours {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OpeningHours;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("opening hours such as \"09:30-17:30\", or a table of them by weekday")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OpeningHours, E> {
                Hours::try_from(text.to_owned()).map(OpeningHours::Daily).map_err(E::custom)
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<OpeningHours, A::Error> {
                let mut week = BTreeMap::new();
                while let Some((name, hours)) = map.next_entry::<String, Hours>()? {
                    if name.parse::<Weekday>().is_err() {
                        return Err(serde::de::Error::custom(format!("`{name}` is not a weekday")));
                    }
                    week.insert(name, hours);
                }
                Ok(OpeningHours::Weekly(week))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// What a store does on the public holidays of its region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Holidays {
    /// It trades: what is taken when nobody says.
    #[default]
    Open,
    /// It closes on all of them.
    Closed,
    /// It closes on these, by name, and on the days that stand in for them.
    Named(Vec<String>),
}

impl Serialize for Holidays {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Holidays::Open => to.serialize_str("open"),
            Holidays::Closed => to.serialize_bool(true),
            Holidays::Named(names) => names.serialize(to),
        }
    }
}

/// By hand, so that a wrong value is said in its own words and not as "no variant fits".
impl<'de> Deserialize<'de> for Holidays {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Holidays;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true (closed on public holidays), \"open\", or a list of holidays by name")
            }
            fn visit_bool<E: serde::de::Error>(self, closed: bool) -> Result<Holidays, E> {
                Ok(if closed { Holidays::Closed } else { Holidays::Open })
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Holidays, E> {
                match text {
                    "open" => Ok(Holidays::Open),
                    other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
                }
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Holidays, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Holidays::Named(names))
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// Are two names of a holiday the same? Case, punctuation and blanks do not matter.
fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    plain(one) == plain(other)
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
    /// Its hours, when they are not the week's.
    #[serde(default)]
    pub hours: Option<Hours>,
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
            language: None,
            open: all_week(),
            hours: None,
            card_cutoff: None,
            tolerances: None,
            weekly: None,
            holidays: Holidays::default(),
            holiday_region: None,
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
            None if self.holiday(day).is_some() => {
                Expectation::Closed(self.holiday(day).map(|holiday| holiday.title()).unwrap_or_default())
            }
            None if self.open.contains(&day.weekday()) => Expectation::Open,
            None => Expectation::Closed(format!("closed on {}s", day.format("%A"))),
        }
    }

    /// The public holiday for which it closes on `day`, whatever an exception says.
    ///
    /// ```
    /// use epos_core::model::{Expectation, Holidays, Store};
    ///
    /// let mut store = Store { starts: Some("2026-01-01".parse()?), ..Store::new("LW", "Leith Walk") };
    /// (store.holidays, store.holiday_region) = (Holidays::Closed, Some("GB-SCT".into()));
    /// assert_eq!(store.expectation("2026-04-03".parse()?), Expectation::Closed("Good Friday".into()));
    /// assert_eq!(store.expectation("2026-04-06".parse()?), Expectation::Open, "no holiday in Scotland");
    /// store.holidays = Holidays::Named(vec!["Christmas Day".into()]);
    /// assert_eq!(store.expectation("2026-04-03".parse()?), Expectation::Open);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn holiday(&self, day: NaiveDate) -> Option<Holiday> {
        let found = || super::holiday(self.holiday_region(), day);
        match &self.holidays {
            Holidays::Open => None,
            Holidays::Closed => found(),
            Holidays::Named(names) => found().filter(|holiday| names.iter().any(|name| same_name(name, holiday.name))),
        }
    }

    /// The region of its public holidays: what it says of them, else the region of its taxes.
    pub fn holiday_region(&self) -> &str {
        self.holiday_region.as_deref().unwrap_or(&self.region)
    }

    /// What cannot be meant by its holidays, in one sentence: a region without any, a name that none of them has.
    ///
    /// # Errors
    /// The sentence.
    pub fn holidays_known(&self) -> Result<(), String> {
        let region = self.holiday_region();
        if self.holidays != Holidays::Open && !knows_holidays(region) {
            let all = super::holiday_regions().join(", ");
            return Err(format!("holiday_region: the public holidays of `{region}` are not known; there are {all}"));
        }
        let Holidays::Named(names) = &self.holidays else { return Ok(()) };
        let known = super::holiday_names(region);
        match names.iter().find(|name| !known.iter().any(|known| same_name(name, known))) {
            Some(name) => Err(format!("holidays: `{name}` is no public holiday of {region}; there are {}", known.join(", "))),
            None => Ok(()),
        }
    }

    /// When it is open on `day`, if anybody said.
    pub fn hours(&self, day: NaiveDate) -> Option<Hours> {
        let own = self.exceptions.get(&day).and_then(|exception| exception.hours);
        own.or_else(|| self.hours.as_ref().and_then(|hours| hours.of(day)))
    }

    /// The moment after which card sales of `day` belong to the next batch, for a store whose card machines have a cut-off. A
    /// cut-off before the end of the trading day at night is the next morning's.
    pub fn card_cutoff(&self, day: NaiveDate) -> Option<NaiveDateTime> {
        let at = self.card_cutoff?;
        let of = if at < self.cutoff { day.succ_opt().unwrap_or(day) } else { day };
        Some(of.and_time(at))
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

/// What is tolerated, by whom a difference must be seen, and which severities apply: `[policy]` in epos.toml. Every key may be left
/// out. Amounts are written as text (`"2.00"`), in the store's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Limits on |over/short| of cash per drawer and close, ascending: recount, checklist, supervisor, escalate (PRACTICE §1). A
    /// difference up to the first is within tolerance. A store may have its own. Default 2.00, 10.00, 50.00.
    pub tolerances: Vec<Money>,
    /// The largest difference that one person may accept alone; the last of the tolerances when absent.
    pub second_signature: Option<Money>,
    /// The most that one person may accept of one drawer in seven days; 100.00 when absent.
    pub second_signature_week: Option<Money>,
    /// Days after which store-days that are in order are sealed by `epos run`; never when absent.
    pub seal_days: Option<i64>,
    /// How far a tender that is not cash may be off, by its name in lower case or by its class (`card`, `gift_card`, `other`).
    /// Default 0.00: the coin tolerance is for coins.
    pub tender_tolerances: BTreeMap<String, Money>,
    /// The most that the |over/short| of one drawer may add up to in seven days. A store may have its own. Default 10.00.
    pub weekly: Money,
    /// How far a line's total may be from quantity × price − discount. Default 0.01.
    pub line_tolerance: Money,
    /// How far a price may be from the product list's (T019). Default 0.00.
    pub price_tolerance: Money,
    /// Time of day at which the files of a day are overdue. Default 23:00.
    pub due: NaiveTime,
    /// Days after which a document is late. Default 1.
    pub late_days: i64,
    /// Late days in a row after which it is said (W002). Default 3.
    pub late_streak: u32,
    /// Dates after this many days from now are wrong. Default 1.
    pub future_days: i64,
    /// Dates older than this many days are asked about. Default 400.
    pub old_days: i64,
    /// Minutes before opening and after closing at which sales are still no surprise (T020). Default 30.
    pub hours_slack: i64,
    /// Minutes by which a row may be timed after the mail that brought it (W003). Default 10.
    pub clock_minutes: i64,
    /// Blind closes in a row that are exact to the penny before it is said (W004). Default 20.
    pub zero_closes: u32,
    /// Good days after which the columns of a till's files are known, and a change of them is asked about (F036). Default 3.
    pub layout_days: u32,
    /// Days that a bag may wait for the bank's credit and a card batch for its payout (S022). Default 7.
    pub banking_days: i64,
    /// Stores with the same finding on one day from which on it is one finding of the company (W001). Default 3.
    pub same_finding_stores: usize,
    /// Load a document only when every row can be read (F032), instead of loading its good rows. Default false.
    pub strict: bool,
    /// Severity by code or name, where it differs from the code's own: `"note"`, `"warning"`, `"error"`. There is no `off`, and what
    /// keeps rows or documents out of the totals stays at least a warning: nothing wrong can be made silent.
    pub severity: BTreeMap<String, String>,
    /// Whose goods a category's are, by its name in lower case, where neither the till nor the product list says: `donated`, `bought_in`
    /// or `agency`.
    pub charity: BTreeMap<String, Charity>,
    /// Class of a tender, by its name in lower case, beside the well-known ones.
    pub tenders: BTreeMap<String, TenderClass>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            tolerances: vec![Money::cents(200), Money::cents(1000), Money::cents(5000)],
            second_signature: None,
            second_signature_week: None,
            seal_days: None,
            tender_tolerances: BTreeMap::new(),
            weekly: Money::cents(1000),
            line_tolerance: Money::cents(1),
            price_tolerance: Money::ZERO,
            due: NaiveTime::from_hms_opt(23, 0, 0).unwrap_or(NaiveTime::MIN),
            late_days: 1,
            late_streak: 3,
            future_days: 1,
            old_days: 400,
            hours_slack: 30,
            clock_minutes: 10,
            zero_closes: 20,
            layout_days: 3,
            banking_days: 7,
            same_finding_stores: 3,
            strict: false,
            severity: BTreeMap::new(),
            charity: BTreeMap::new(),
            tenders: BTreeMap::new(),
        }
    }
}

impl Policy {
    /// The class of a tender by its name: the policy's own list, else the well-known names.
    pub fn tender_class(&self, tender: &str) -> TenderClass {
        self.known_tender(tender).unwrap_or(TenderClass::Other)
    }

    /// The same; `None` for a name that says nothing.
    pub fn known_tender(&self, tender: &str) -> Option<TenderClass> {
        let name = tender.trim().to_lowercase();
        if let Some(&class) = self.tenders.get(&name) {
            return Some(class);
        }
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["gift", "voucher", "credit note"]) {
            Some(TenderClass::GiftCard)
        } else if has(&["card", "visa", "mastercard", "amex", "debit", "credit", "contactless", "mobile", "phone", "pay"]) {
            Some(TenderClass::Card)
        } else if has(&["cash", "coin", "note"]) {
            Some(TenderClass::Cash)
        } else if has(&["cheque", "check", "account", "coupon", "invoice", "transfer", "loyalty", "points", "deposit", "other"]) {
            Some(TenderClass::Other)
        } else {
            None
        }
    }

    /// How far a tender that is not cash may be off: by its name, else by its class, else not at all.
    pub fn tender_tolerance(&self, tender: &str, class: TenderClass) -> Money {
        let by_name = self.tender_tolerances.get(&tender.trim().to_lowercase());
        by_name.or_else(|| self.tender_tolerances.get(class.word())).copied().unwrap_or_default()
    }

    /// The most that one person may accept of one drawer in seven days.
    pub fn second_signature_week(&self) -> Money {
        self.second_signature_week.unwrap_or(Money::cents(10_000))
    }

    /// What cannot be meant, in one sentence: limits that do not rise, spans of no time.
    ///
    /// # Errors
    /// The sentence.
    pub fn sensible(&self) -> Result<(), String> {
        rising("[policy] tolerances", &self.tolerances)?;
        let amounts = [
            ("weekly", self.weekly),
            ("second_signature", self.second_signature.unwrap_or_default()),
            ("second_signature_week", self.second_signature_week.unwrap_or_default()),
            ("line_tolerance", self.line_tolerance),
            ("price_tolerance", self.price_tolerance),
        ];
        let named = self.tender_tolerances.iter().map(|(name, amount)| (name.as_str(), *amount));
        if let Some((name, amount)) = amounts.into_iter().chain(named).find(|(_, amount)| amount.is_negative()) {
            return Err(format!("[policy] {name} = {amount} is less than nothing"));
        }
        let spans = [
            ("late_days", self.late_days, 0),
            ("late_streak", i64::from(self.late_streak), 1),
            ("future_days", self.future_days, 0),
            ("old_days", self.old_days, 1),
            ("hours_slack", self.hours_slack, 0),
            ("clock_minutes", self.clock_minutes, 0),
            ("zero_closes", i64::from(self.zero_closes), 1),
            ("layout_days", i64::from(self.layout_days), 1),
            ("banking_days", self.banking_days, 0),
            ("seal_days", self.seal_days.unwrap_or_default(), 0),
            ("same_finding_stores", i64::try_from(self.same_finding_stores).unwrap_or(i64::MAX), 2),
        ];
        match spans.into_iter().find(|(_, value, least)| value < least || *value > 1_000_000) {
            Some((name, value, least)) => Err(format!("[policy] {name} = {value} must be at least {least} and at most 1000000")),
            None => Ok(()),
        }
    }
}

/// Limits must rise, from nothing or more.
pub(crate) fn rising(name: &str, limits: &[Money]) -> Result<(), String> {
    let rises = limits.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    let negative = limits.first().is_some_and(|limit| limit.is_negative());
    if rises && !negative { Ok(()) } else { Err(format!("{name} must rise from limit to limit, and none be below zero")) }
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
