//! What can go wrong on an evening, how often it shall, and the record of each that did.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Simulation;
use super::dice::Dice;
use super::plan::Cell;
use crate::model::{Money, words};

const FAULT: u64 = 40;

/// What a class of faults is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Money in the wrong place, or figures that say so.
    Money,
    /// The drawer balances, and still somebody should look.
    Control,
    /// A file is not as it should be.
    File,
    /// A mail is not as it should be.
    Mail,
    /// Goods.
    Stock,
    /// Nothing is wrong, and nothing may be said.
    NearMiss,
}

/// How a class shows that it was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// One of these codes is found.
    Codes(&'static [&'static str]),
    /// The day's takings come out right, and nothing above a note is said.
    Handled,
    /// Either: what can be told is mended without a word, and what cannot has one of these codes.
    Either(&'static [&'static str]),
}

macro_rules! classes {
    ($( $(#[$doc:meta])* $variant:ident = $word:literal $family:ident $shows:expr, $difficulty:literal; )*) => {
        words! {
            /// A class of faults.
            FaultClass { $( $(#[$doc])* $variant = $word ),* }
        }

        impl FaultClass {
            /// What it is about.
            pub const fn family(self) -> Family {
                match self { $( FaultClass::$variant => Family::$family ),* }
            }

            /// How it shows that it was dealt with.
            pub const fn shows(self) -> Shows {
                match self { $( FaultClass::$variant => $shows ),* }
            }

            /// How hard it is to find, from 1 to 3.
            pub const fn difficulty(self) -> u8 {
                match self { $( FaultClass::$variant => $difficulty ),* }
            }
        }
    };
}

use Shows::{Codes, Either, Handled};

classes! {
    /// Rung cash, paid by card: cash below, card above by the same amount.
    WrongTender = "wrong_tender" Money Codes(&["S002", "S013"]), 1;
    /// A refund rung in cash and given back on the card.
    RefundOtherTender = "refund_other_tender" Money Codes(&["S002", "S013"]), 1;
    /// A refund was paid and not rung.
    RefundNotRung = "refund_not_rung" Money Codes(&["S002"]), 2;
    /// A refund was rung and not paid.
    RefundNotPaid = "refund_not_paid" Money Codes(&["S002"]), 2;
    /// Paid out, keyed as paid in.
    SignError = "sign_error" Money Codes(&["S002"]), 2;
    /// Two digits of the count swapped, or its decimal point slipped.
    CountDigits = "count_digits" Money Codes(&["S002"]), 1;
    /// The float was not entered at opening.
    FloatNotEntered = "float_not_entered" Money Codes(&["S004", "S002"]), 1;
    /// The count left the float out, or the float was banked.
    FloatLeftOut = "float_left_out" Money Codes(&["S002"]), 1;
    /// Less in the drawer this morning than was left last night.
    FloatNotCarried = "float_not_carried" Money Codes(&["S004"]), 1;
    /// The change of a sale was counted in.
    ChangeCountedIn = "change_counted_in" Money Codes(&["S002"]), 2;
    /// Cash went to the safe and was not rung.
    DropNotRung = "drop_not_rung" Money Codes(&["S002"]), 2;
    /// Something was paid out of the drawer and not rung.
    PaidOutNotRung = "paid_out_not_rung" Money Codes(&["S002"]), 2;
    /// A line stands twice in the file.
    DuplicateLine = "duplicate_line" Money Codes(&["T005"]), 1;
    /// A transaction is missing in the file.
    MissingRows = "missing_rows" Money Codes(&["S001", "S003"]), 1;
    /// A note too much or too few: wrong change, under the tray, or gone.
    RoundNote = "round_note" Money Codes(&["S002"]), 2;
    /// Card sales after the machine's cut-off: today below, tomorrow above.
    CardCutoff = "card_cutoff" Money Codes(&["S013"]), 2;
    /// Cash put into the other drawer: one above, one below.
    TwoDrawers = "two_drawers" Money Codes(&["S002"]), 2;
    /// Rung too much, taken back after the Z-report: below today, above tomorrow.
    OverRing = "over_ring" Money Codes(&["S002"]), 3;
    /// No Z-report was made; the next one covers two days.
    ForgottenZ = "forgotten_z" Money Codes(&["S005", "S007"]), 1;
    /// The Z-report has yesterday's number.
    RepeatedZ = "repeated_z" Money Codes(&["S009"]), 1;
    /// A refund does not say what it gives back.
    RefundWithoutOriginal = "refund_without_original" Control Codes(&["T006"]), 1;
    /// A price was typed over.
    PriceOverride = "price_override" Control Codes(&["T019"]), 1;
    /// The count came again, and now it is exact.
    RetypedCount = "retyped_count" Control Codes(&["W005"]), 2;
    /// The files came days later.
    Late = "late" File Codes(&["L003"]), 1;
    /// The files never came.
    Never = "never" File Codes(&["S008"]), 1;
    /// The same files came again the next evening.
    Twice = "twice" File Codes(&["L001"]), 1;
    /// A file was wrong, and a corrected one came.
    Corrected = "corrected" File Codes(&["L002"]), 1;
    /// The file's name says another day.
    WrongDayInName = "wrong_day_in_name" File Codes(&["F017"]), 1;
    /// The day's sales came in tomorrow's file, with tomorrow's.
    TwoDaysInOneFile = "two_days_in_one_file" File Handled, 2;
    /// A file of two stores.
    TwoStores = "two_stores" File Codes(&["F009"]), 1;
    /// A till update renamed columns.
    ColumnsRenamed = "columns_renamed" File Codes(&["F036", "F001", "F002", "F029"]), 2;
    /// A till update moved columns.
    ColumnsMoved = "columns_moved" File Handled, 1;
    /// Dates have month and day the other way round.
    DateOrder = "date_order" File Either(&["F004", "F016", "F017", "T010", "T011", "L003"]), 2;
    /// Decimal commas.
    DecimalComma = "decimal_comma" File Handled, 2;
    /// A spreadsheet made a barcode a rounded number.
    BarcodeDestroyed = "barcode_destroyed" File Codes(&["P002"]), 1;
    /// A spreadsheet took leading zeros from barcodes.
    ZerosLost = "zeros_lost" File Either(&["P004"]), 1;
    /// The file ends in the middle.
    Truncated = "truncated" File Codes(&["F010", "F005", "F013", "F003"]), 1;
    /// A row with totals below the others.
    TotalsRow = "totals_row" File Handled, 1;
    /// A web page called a workbook.
    OtherType = "other_type" File Codes(&["F034"]), 1;
    /// The file is locked with a password.
    Locked = "locked" File Codes(&["F011"]), 1;
    /// A workbook with a program in it.
    Macros = "macros" File Codes(&["F020"]), 1;
    /// Sent from an address nobody listed.
    UnknownSender = "unknown_sender" File Codes(&["F018"]), 1;
    /// A file without a byte.
    EmptyAttachment = "empty_attachment" File Codes(&["F008"]), 1;
    /// A photograph instead of the file.
    Photo = "photo" File Codes(&["F001", "F028"]), 1;
    /// The same mail was delivered twice.
    MailTwice = "mail_twice" Mail Handled, 1;
    /// The files came in another store's mail, with that store's own.
    TwoStoresInOneMail = "two_stores_in_one_mail" Mail Codes(&["F009"]), 2;
    /// Two evenings' mails were delivered in the other order.
    MailReordered = "mail_reordered" Mail Handled, 2;
    /// The mail was sent in time and delivered days later.
    MailDelayed = "mail_delayed" Mail Handled, 1;
    /// The mail was forwarded as an attachment of another.
    MailForwarded = "mail_forwarded" Mail Handled, 2;
    /// The files came in an archive.
    MailZipped = "mail_zipped" Mail Handled, 1;
    /// A delivery was not recorded.
    MissedDelivery = "missed_delivery" Stock Codes(&["K001", "K002"]), 2;
    /// A pack was scanned as a single item when it came.
    PackAsSingle = "pack_as_single" Stock Codes(&["K001", "K002"]), 2;
    /// A shelf was counted wrongly.
    CountError = "count_error" Stock Codes(&["K002"]), 1;
    /// A few coins off, within tolerance.
    FewCoins = "few_coins" NearMiss Handled, 1;
    /// A large drop, rung as it should be.
    DropRung = "drop_rung" NearMiss Handled, 1;
    /// A small sale paid with the largest note.
    LargeNote = "large_note" NearMiss Handled, 1;
}

/// One fault that is in the data: a line of `truth.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// What.
    pub class: FaultClass,
    /// The store's code.
    pub store: String,
    /// The till, where it is one's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub till: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// By how much figures are off, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Rows it touches.
    #[serde(default)]
    pub rows: usize,
    /// How hard it is to find, from 1 to 3.
    pub difficulty: u8,
    /// Could anybody tell its class from the files alone?
    pub identifiable: bool,
    /// Documents it is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The day's true takings.
    pub takings: Money,
}

/// How often each class shall happen, or exactly where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// Store-days of 10,000 with each class.
    rates: BTreeMap<FaultClass, u32>,
    /// Faults at fixed places.
    placed: Vec<(FaultClass, String, NaiveDate)>,
}

/// Store-days of 10,000 with each class, where nobody says how many.
const USUAL: u32 = 30;

/// Faults of one store are at least this many open days apart, so that none is mistaken for another.
pub(crate) const APART: u32 = 3;

impl Faults {
    /// None at all.
    pub fn none() -> Self {
        Faults::default()
    }

    /// Is there nothing to go wrong?
    pub fn is_empty(&self) -> bool {
        self.rates.values().all(|rate| *rate == 0) && self.placed.is_empty()
    }

    /// The class that is to happen on a store-day, if any.
    pub(super) fn on(&self, simulation: &Simulation, cell: &Cell) -> Option<FaultClass> {
        let store = simulation.company.stores.get(cell.store).map(|shop| shop.code.as_str());
        let here = |(_, of, day): &&(FaultClass, String, NaiveDate)| Some(of.as_str()) == store && *day == cell.day;
        if let Some((class, ..)) = self.placed.iter().find(here) {
            return Some(*class);
        }
        // The first days have no past to be wrong about, and the last no morning after.
        let ahead = simulation.plan.on_open_day(cell, cell.open_day + 2).is_some();
        if cell.open_day < APART || !ahead || !(cell.open_day + cell.store as u32).is_multiple_of(APART) {
            return None;
        }
        let mut dice = Dice::new(simulation.seed, &[FAULT, cell.store as u64, u64::from(cell.open_day)]);
        let mut at = dice.below(10_000);
        self.rates.iter().find_map(|(class, rate)| {
            let here = u64::from(*rate) * u64::from(APART);
            let it = at < here;
            at = at.saturating_sub(here);
            it.then_some(*class)
        })
    }
}

/// `none`, `default`, `late,never`, `late=2.5%`, `late@leith/2026-03-02`, in any mixture.
impl FromStr for Faults {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults = Faults::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if part == "none" {
                continue;
            }
            if let Some((class, place)) = part.split_once('@') {
                let wrong = || format!("`{part}` is not CLASS@STORE/DAY");
                let (store, day) = place.split_once('/').ok_or_else(wrong)?;
                faults.placed.push((class.parse()?, store.to_owned(), day.parse().map_err(|_| wrong())?));
                continue;
            }
            let (name, rate) = match part.split_once('=') {
                Some((name, rate)) => (name, parts(rate).ok_or_else(|| format!("`{rate}` is not a rate such as 0.5%"))?),
                None => (part, USUAL),
            };
            if name == "default" {
                faults.rates.extend(FaultClass::ALL.iter().map(|class| (*class, rate)));
            } else {
                faults.rates.insert(name.parse()?, rate);
            }
        }
        let sum: u32 = faults.rates.values().sum();
        if sum * APART > 10_000 {
            let share = |parts: u32| format!("{}.{:02} %", parts / 100, parts % 100);
            return Err(format!("faults on {} of all store-days are too many: at most {}", share(sum), share(10_000 / APART)));
        }
        Ok(faults)
    }
}

/// `0.5%` in parts of 10,000.
fn parts(text: &str) -> Option<u32> {
    let percent: crate::model::Rate = text.trim().trim_end_matches('%').trim().parse().ok()?;
    u32::try_from(percent.ten_thousandths() / 100).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_lists_and_places_are_read() {
        let faults: Faults = "default,late=2.5%,never@leith/2026-03-02".parse().unwrap();
        assert_eq!(faults.rates.len(), FaultClass::ALL.len());
        assert_eq!((faults.rates[&FaultClass::Late], faults.rates[&FaultClass::Never]), (250, USUAL));
        assert_eq!(faults.placed.len(), 1);
        assert!("none".parse::<Faults>().unwrap().is_empty());
        for wrong in ["lateness", "late=x", "late@leith", "late=40%"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
    }
}
