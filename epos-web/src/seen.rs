//! Since when an address has been answered with the same bytes: what `Last-Modified` tells. It holds for every database, whatever in it
//! an answer is made of.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDateTime, SubsecRound, TimeDelta};
use foldhash::fast::RandomState;

/// Addresses that are remembered; past that it begins anew, and answers are only told by their tags for a while.
const ADDRESSES_MAX: usize = 4_096;

/// What was answered, by address.
#[derive(Debug, Default)]
pub struct Seen {
    state: RandomState,
    answers: Mutex<HashMap<u64, (u64, NaiveDateTime), RandomState>>,
}

impl Seen {
    /// Since when this address has had this answer, in whole seconds; `None` while another answer may have been given within the same
    /// second, which a client could not tell from this one.
    pub fn since(&self, path: &str, query: &str, answer: u64, now: NaiveDateTime) -> Option<NaiveDateTime> {
        let address = self.state.hash_one((path, query));
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= ADDRESSES_MAX && !answers.contains_key(&address) {
            answers.clear();
        }
        let seen = answers.entry(address).or_insert((answer, now));
        if seen.0 != answer {
            *seen = (answer, now);
        }
        let whole = seen.1.trunc_subsecs(0) + TimeDelta::seconds(1);
        (now >= whole + TimeDelta::seconds(1)).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_from_when_on_an_answer_has_been_the_same() {
        let seen = Seen::default();
        let at = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let since = |answer, now: &str| seen.since("/stores", "", answer, at(now));
        assert_eq!(since(1, "2026-11-21T09:00:00.2"), None);
        assert_eq!(since(1, "2026-11-21T09:00:01.9"), None, "another answer may follow within the second");
        assert_eq!(since(1, "2026-11-21T09:00:02"), Some(at("2026-11-21T09:00:01")));
        assert_eq!(since(1, "2026-11-21T11:00:00"), Some(at("2026-11-21T09:00:01")));
        assert_eq!(since(2, "2026-11-21T11:00:00.1"), None);
        assert_eq!(since(1, "2026-11-21T11:00:03"), None, "it came back: what was told before does not hold");
        assert_eq!(seen.since("/stores", "x", 1, at("2026-11-21T11:00:05")), None, "another address");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (seen, now) = (Seen::default(), NaiveDateTime::default());
        (0..3 * ADDRESSES_MAX).for_each(|address| assert_eq!(seen.since(&address.to_string(), "", 1, now), None));
        assert!(seen.answers.lock().unwrap().len() <= ADDRESSES_MAX);
    }
}
