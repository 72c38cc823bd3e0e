//! Public holidays by region: rules with their sources, as data.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{Datelike, Duration, NaiveDate, Weekday};
use serde::Deserialize;

/// A public holiday of one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// What it is called; the same for the day that stands in for it.
    pub name: &'static str,
    /// True for the weekday that stands in for a holiday on a weekend.
    pub substitute: bool,
    /// Where it is published.
    pub source: &'static str,
}

impl Holiday {
    /// What it is called, and that it stands in where it does.
    ///
    /// ```
    /// use epos_core::model::holidays;
    ///
    /// let boxing: Vec<String> =
    ///     holidays("GB-SCT", 2026).iter().filter(|holiday| holiday.name == "Boxing Day").map(|holiday| holiday.title()).collect();
    /// assert_eq!(boxing, ["Boxing Day", "Boxing Day (substitute day)"], "26 December 2026 is a Saturday");
    /// ```
    pub fn title(&self) -> String {
        if self.substitute { format!("{} (substitute day)", self.name) } else { self.name.to_owned() }
    }
}

/// A rule of the data file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    regions: Vec<String>,
    date: Option<String>,
    easter: Option<i64>,
    weekday: Option<String>,
    nth: Option<i32>,
    month: Option<u32>,
    before: Option<String>,
    #[serde(default)]
    days: Vec<NaiveDate>,
    #[serde(default)]
    substitute: bool,
    from: Option<i32>,
    until: Option<i32>,
    source: String,
}

#[derive(Debug, Default, Deserialize)]
struct Rules {
    holiday: Vec<Rule>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    // A test proves that the file can be read.
    toml::from_str::<Rules>(include_str!("holidays.toml")).unwrap_or_default().holiday
});

/// Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm of Nature, 1876).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (d, e, g) = (b / 4, b % 4, (8 * b + 13) / 25);
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

impl Rule {
    /// `12-25` in a year.
    fn date_in(year: i32, date: &str) -> Option<NaiveDate> {
        let (month, day) = date.split_once('-')?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
    }

    /// Its days in a year.
    fn days(&self, year: i32) -> Vec<NaiveDate> {
        if self.from.is_some_and(|from| year < from) || self.until.is_some_and(|until| year > until) {
            return Vec::new();
        }
        let single = self.days.iter().copied().filter(|day| day.year() == year);
        single.chain(self.ruled(year)).collect()
    }

    fn ruled(&self, year: i32) -> Option<NaiveDate> {
        if let Some(date) = &self.date {
            return Self::date_in(year, date);
        }
        if let Some(after) = self.easter {
            return easter(year)?.checked_add_signed(Duration::days(after));
        }
        let weekday: Weekday = self.weekday.as_deref()?.parse().ok()?;
        if let Some(before) = &self.before {
            return (1..=7)
                .filter_map(|days| Self::date_in(year, before)?.checked_sub_signed(Duration::days(days)))
                .find(|day| day.weekday() == weekday);
        }
        let (nth, month) = (self.nth?, self.month?);
        let all: Vec<NaiveDate> =
            (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day)).filter(|day| day.weekday() == weekday).collect();
        let at = if nth < 0 {
            all.len().checked_sub(nth.unsigned_abs() as usize)?
        } else {
            usize::try_from(nth).ok()?.checked_sub(1)?
        };
        all.get(at).copied()
    }
}

/// Is it a region whose holidays are known?
///
/// ```
/// use epos_core::model::knows_holidays;
///
/// assert!(knows_holidays("GB-SCT") && knows_holidays("CA-QC"));
/// assert!(!knows_holidays("GB"), "Scotland and England have holidays of their own");
/// ```
pub fn knows_holidays(region: &str) -> bool {
    RULES.iter().any(|rule| rule.regions.iter().any(|of| of == region))
}

/// The regions whose holidays are known, in order.
pub fn holiday_regions() -> Vec<&'static str> {
    let mut all: Vec<&str> = RULES.iter().flat_map(|rule| &rule.regions).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The names of a region's public holidays, as they fall in the year.
pub fn holiday_names(region: &str) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.regions.iter().any(|of| of == region)) {
        if !names.contains(&rule.name.as_str()) {
            names.push(&rule.name);
        }
    }
    names
}

/// The public holidays of a region in a year, in order. A holiday on a weekend and the weekday that stands in for it are both there. None
/// for a region that is not known.
///
/// ```
/// use epos_core::model::holidays;
///
/// let year = holidays("GB-ENG", 2027);
/// let names: Vec<String> = year.iter().filter(|holiday| holiday.substitute).map(|holiday| format!("{} {}", holiday.day, holiday.name)).collect();
/// assert_eq!(names, ["2027-12-27 Christmas Day", "2027-12-28 Boxing Day"], "both fall on a weekend");
/// ```
pub fn holidays(region: &str, year: i32) -> Vec<Holiday> {
    let of_region = || RULES.iter().filter(|rule| rule.regions.iter().any(|of| of == region));
    let mut days: BTreeMap<NaiveDate, Holiday> = BTreeMap::new();
    for rule in of_region() {
        for day in rule.days(year) {
            days.entry(day).or_insert(Holiday { day, name: &rule.name, substitute: false, source: &rule.source });
        }
    }
    let weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let moved = of_region().filter(|rule| rule.substitute).flat_map(|rule| rule.days(year).into_iter().map(move |day| (day, rule)));
    let mut moved: Vec<(NaiveDate, &Rule)> = moved.filter(|(day, _)| weekend(*day)).collect();
    moved.sort_by_key(|(day, _)| *day);
    for (day, rule) in moved {
        let free = day.iter_days().skip(1).find(|day| !weekend(*day) && !days.contains_key(day));
        if let Some(day) = free {
            days.insert(day, Holiday { day, name: &rule.name, substitute: true, source: &rule.source });
        }
    }
    days.into_values().collect()
}

/// Years by region, once somebody asked for them: a calendar asks for every day of a year.
type Asked = BTreeMap<(String, i32), Arc<[Holiday]>>;
static ASKED: Mutex<Asked> = Mutex::new(BTreeMap::new());

/// The public holiday of a region on a day.
///
/// ```
/// use epos_core::model::holiday;
///
/// let name = |region, day: &str| Ok::<_, chrono::ParseError>(holiday(region, day.parse()?).map(|holiday| holiday.name));
/// assert_eq!(name("GB-ENG", "2026-04-06")?, Some("Easter Monday"));
/// assert_eq!(name("GB-SCT", "2026-04-06")?, None, "Scotland has none on Easter Monday");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn holiday(region: &str, day: NaiveDate) -> Option<Holiday> {
    let mut asked = ASKED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let key = (region.to_owned(), day.year());
    let of_year = asked.entry(key).or_insert_with(|| holidays(region, day.year()).into()).clone();
    of_year.iter().find(|holiday| holiday.day == day).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read_and_every_rule_names_one_way_and_its_source() {
        let rules = toml::from_str::<Rules>(include_str!("holidays.toml")).unwrap().holiday;
        for rule in &rules {
            let ways = [rule.date.is_some(), rule.easter.is_some(), rule.weekday.is_some(), !rule.days.is_empty()];
            assert_eq!(ways.into_iter().filter(|way| *way).count(), 1, "{}", rule.name);
            assert!((2024..2028).any(|year| !rule.days(year).is_empty()) || !rule.days.is_empty(), "{}", rule.name);
            assert!(!rule.regions.is_empty() && !rule.source.is_empty(), "{}", rule.name);
        }
    }

    /// Easter Sundays as published by the Church of England and the US Naval Observatory.
    #[test]
    fn easter_falls_where_it_is_published() {
        for (year, month, day) in
            [(2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)]
        {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
        }
    }

    /// The days that are published: those on weekdays, as gov.uk lists them, which names only the substitute of a holiday on a weekend.
    fn published(region: &str, year: i32) -> Vec<String> {
        let weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        holidays(region, year).iter().filter(|of| !weekend(of.day)).map(|of| of.day.format("%m-%d").to_string()).collect()
    }

    /// https://www.gov.uk/bank-holidays.json, the three divisions, 2024 to 2027; 15 June 2026 by the royal proclamation of 4 February 2026.
    #[test]
    fn bank_holidays_of_the_united_kingdom_are_those_of_gov_uk() {
        let lists = [
            (
                2024,
                "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
                "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26",
                "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26",
            ),
            (
                2025,
                "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
                "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
                "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26",
            ),
            (
                2026,
                "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
                "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
                "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
            ),
            (
                2027,
                "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
                "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
                "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
            ),
        ];
        for (year, england, scotland, ireland) in lists {
            for (region, list) in [("GB-ENG", england), ("GB-WLS", england), ("GB-SCT", scotland), ("GB-NIR", ireland)] {
                assert_eq!(published(region, year).join(" "), list, "{region} {year}");
            }
        }
    }

    /// A holiday on a Sunday beside one on a Monday: the substitute is the Tuesday (gov.uk, 2022), and in Scotland both days of the New Year
    /// may be moved (mygov.scot, 2022).
    #[test]
    fn a_substitute_never_falls_on_another_holiday() {
        let substitutes = |region, year| {
            let all = holidays(region, year);
            all.iter()
                .filter(|of| of.substitute)
                .map(|of| format!("{} {}", of.day.format("%m-%d"), of.name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(substitutes("GB-ENG", 2022), "01-03 New Year's Day, 12-27 Christmas Day");
        assert_eq!(substitutes("GB-SCT", 2022), "01-03 New Year's Day, 01-04 2nd January, 12-27 Christmas Day");
        assert_eq!(substitutes("GB-ENG", 2021), "12-27 Christmas Day, 12-28 Boxing Day");
    }

    /// https://www.canada.ca/en/revenue-agency/services/tax/public-holidays.html (2024 to 2026) and the provinces' employment standards;
    /// 2027 by the same rules.
    #[test]
    fn statutory_holidays_of_canada_are_those_that_are_published() {
        let days = |region: &str, year| {
            let all = holidays(&format!("CA-{region}"), year);
            all.iter().map(|of| of.day.format("%m-%d").to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(days("ON", 2024), "01-01 02-19 03-29 05-20 07-01 09-02 10-14 12-25 12-26");
        assert_eq!(days("ON", 2025), "01-01 02-17 04-18 05-19 07-01 09-01 10-13 12-25 12-26");
        assert_eq!(days("ON", 2026), "01-01 02-16 04-03 05-18 07-01 09-07 10-12 12-25 12-26");
        assert_eq!(days("ON", 2027), "01-01 02-15 03-26 05-24 07-01 09-06 10-11 12-25 12-26");
        assert_eq!(days("QC", 2026), "01-01 04-03 05-18 06-24 07-01 09-07 10-12 12-25");
        assert_eq!(days("BC", 2026), "01-01 02-16 04-03 05-18 07-01 08-03 09-07 09-30 10-12 11-11 12-25");
        assert_eq!(days("AB", 2026), "01-01 02-16 04-03 05-18 07-01 09-07 10-12 11-11 12-25");
        assert_eq!(days("SK", 2026), "01-01 02-16 04-03 05-18 07-01 08-03 09-07 10-12 11-11 12-25");
        assert_eq!(days("MB", 2026), "01-01 02-16 04-03 05-18 07-01 09-07 09-30 10-12 12-25");
        assert_eq!(days("NB", 2026), "01-01 02-16 04-03 07-01 08-03 09-07 11-11 12-25");
        assert_eq!(days("NS", 2026), "01-01 02-16 04-03 07-01 09-07 11-11 12-25");
        assert_eq!(days("PE", 2026), "01-01 02-16 04-03 07-01 09-07 09-30 11-11 12-25");
        assert_eq!(days("NL", 2026), "01-01 04-03 07-01 09-07 11-11 12-25");
        assert_eq!(days("YT", 2026), "01-01 04-03 05-18 06-21 07-01 08-17 09-07 09-30 10-12 11-11 12-25");
        assert_eq!(days("NT", 2026), "01-01 04-03 05-18 06-21 07-01 08-03 09-07 09-30 10-12 11-11 12-25");
        assert_eq!(days("NU", 2026), "01-01 04-03 05-18 07-01 07-09 08-03 09-07 09-30 10-12 11-11 12-25");
        assert_eq!(holiday_regions().len(), 17);
    }
}
