//! Time zones: the only place that knows them.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;

/// Is this the name of an IANA time zone?
pub fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// A moment in UTC as the clocks of a zone show it; UTC itself when the zone is not one we know.
pub fn local_time(utc: NaiveDateTime, zone: &str) -> NaiveDateTime {
    zone.parse::<Tz>().map_or(utc, |zone| zone.from_utc_datetime(&utc).naive_local())
}

/// The moment in UTC at which the clocks of a zone show `local`: the earlier one in the hour that comes twice, `None` in the hour that
/// is left out and for a zone that we do not know.
pub fn utc_of(local: NaiveDateTime, zone: &str) -> Option<NaiveDateTime> {
    zone.parse::<Tz>().ok()?.from_local_datetime(&local).earliest().map(|moment| moment.naive_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_is_the_zones() {
        let noon = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
        assert_eq!(local_time(noon, "Europe/London").format("%H").to_string(), "13");
        assert_eq!(local_time(noon, "Mars"), noon);
        assert!(is_zone("America/Toronto") && !is_zone("Mars"));
        assert_eq!(utc_of(local_time(noon, "America/Toronto"), "America/Toronto"), Some(noon));
        let left_out = chrono::NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(1, 30, 0).unwrap();
        assert_eq!((utc_of(left_out, "Europe/London"), utc_of(noon, "Mars")), (None, None));
    }
}
