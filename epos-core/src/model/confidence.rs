//! How sure a stock figure is: one rule over its age.

use chrono::{NaiveDate, NaiveDateTime};

use super::Quantity;
use super::value::words;

/// A person counted within this many days: the figure may be [`Confidence::High`].
pub const COUNTED_DAYS_HIGH: i64 = 31;
/// A person counted within this many days (a quarter): it may be [`Confidence::Medium`].
pub const COUNTED_DAYS_MEDIUM: i64 = 92;
/// A till's own stock file said so within this many days, and nobody counted since: it may be [`Confidence::Medium`].
pub const STATED_DAYS_MEDIUM: i64 = 7;
/// The store's last sales are at most this many days old: the figure may be [`Confidence::High`]. A Sunday and a holiday fit in.
pub const SALES_DAYS_HIGH: i64 = 3;
/// The store's last sales are at most this many days old: it may be [`Confidence::Medium`].
pub const SALES_DAYS_MEDIUM: i64 = 7;

words! {
    /// How sure a stock figure is.
    Confidence {
        /// Nothing is known: never counted, no stock file.
        Unknown = "unknown",
        /// Ring before you drive there.
        Low = "low",
        /// Probably right.
        Medium = "medium",
        /// Counted lately, and every sale since is in it.
        High = "high",
    }
}

/// What is known of one shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnHand {
    /// Units on hand.
    pub on_hand: Option<Quantity>,
    /// When a person last counted it.
    pub last_counted: Option<NaiveDateTime>,
    /// The day on which a count or a stock file last set it.
    pub stood_on: Option<NaiveDate>,
    /// The last trading day of which its store sent sales.
    pub sales_until: Option<NaiveDate>,
}

impl Confidence {
    /// How sure the figure is `today`.
    ///
    /// Unknown without a figure. Low when fewer than none are on hand (something was not recorded), or when the count or the store's
    /// sales are too old for more. The lower of what the count and what the sales allow, otherwise.
    ///
    /// ```
    /// use epos_core::model::{Confidence, OnHand, Quantity};
    ///
    /// let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    /// let counted = day("2026-11-15").and_then(|day| day.and_hms_opt(9, 0, 0));
    /// let shelf = OnHand { on_hand: Some(Quantity::units(4)), last_counted: counted, stood_on: day("2026-11-15"), sales_until: day("2026-11-20") };
    /// let on = |today| day(today).map(|today| Confidence::of(&shelf, today));
    /// assert_eq!(on("2026-11-21"), Some(Confidence::High));
    /// assert_eq!(on("2026-11-25"), Some(Confidence::Medium), "no sales for five days");
    /// assert_eq!(on("2026-12-25"), Some(Confidence::Low));
    /// assert_eq!(day("2026-11-21").map(|today| Confidence::of(&OnHand::default(), today)), Some(Confidence::Unknown));
    /// ```
    pub fn of(shelf: &OnHand, today: NaiveDate) -> Confidence {
        let Some(on_hand) = shelf.on_hand else { return Confidence::Unknown };
        if on_hand < Quantity::ZERO {
            return Confidence::Low;
        }
        let age = |day: NaiveDate| (today - day).num_days();
        let within = |days: Option<i64>, high: Option<i64>, medium: i64| match days {
            Some(days) if high.is_some_and(|high| days <= high) => Confidence::High,
            Some(days) if days <= medium => Confidence::Medium,
            _ => Confidence::Low,
        };
        let counted = shelf.last_counted.map(|at| age(at.date()));
        let by_count = within(counted, Some(COUNTED_DAYS_HIGH), COUNTED_DAYS_MEDIUM);
        let by_file = within(shelf.stood_on.map(age), None, STATED_DAYS_MEDIUM);
        let by_sales = within(shelf.sales_until.map(age), Some(SALES_DAYS_HIGH), SALES_DAYS_MEDIUM);
        by_count.max(by_file).min(by_sales)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn shelf() -> OnHand {
        OnHand {
            on_hand: Some(Quantity::units(4)),
            last_counted: day(20).and_hms_opt(9, 0, 0),
            stood_on: Some(day(20)),
            sales_until: Some(day(20)),
        }
    }

    #[test]
    fn nothing_known_is_unknown_and_never_low() {
        let unknown = OnHand { on_hand: None, ..shelf() };
        assert_eq!(Confidence::of(&unknown, day(20)), Confidence::Unknown);
    }

    #[test]
    fn none_on_the_shelf_may_be_sure_but_fewer_than_none_is_not() {
        assert_eq!(Confidence::of(&OnHand { on_hand: Some(Quantity::ZERO), ..shelf() }, day(21)), Confidence::High);
        assert_eq!(Confidence::of(&OnHand { on_hand: Some(Quantity::units(-1)), ..shelf() }, day(21)), Confidence::Low);
    }

    #[test]
    fn a_till_alone_is_never_sure() {
        let stated = OnHand { last_counted: None, ..shelf() };
        assert_eq!(Confidence::of(&stated, day(20)), Confidence::Medium);
        assert_eq!(Confidence::of(&stated, day(28)), Confidence::Low);
    }

    #[test]
    fn it_never_gets_surer_with_age() {
        let days = (0..400).map(|ahead| Confidence::of(&shelf(), day(20) + chrono::Days::new(ahead)));
        assert!(days.collect::<Vec<_>>().is_sorted_by(|one, next| one >= next));
        assert_eq!(Confidence::of(&OnHand { sales_until: None, ..shelf() }, day(20)), Confidence::Low);
    }
}
