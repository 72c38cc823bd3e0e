//! What a file's name says, by the pattern of the layout it is read under.

use chrono::NaiveDate;

use super::cell::{self, DateOrder};
use super::row::RowKey;

/// What a name says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub store: Option<String>,
    pub till: Option<String>,
    pub first: Option<NaiveDate>,
    /// The last day, itself included.
    pub last: Option<NaiveDate>,
}

impl Said {
    /// Gives a row what its own cells leave open.
    pub fn fill<'s>(&'s self, key: &mut RowKey<'s>) {
        key.store = key.store.or(self.store.as_deref());
        key.till = key.till.or(self.till.as_deref());
    }
}

/// A part of a pattern: letters that stand for themselves, or a word in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'p> {
    Plain(&'p str),
    Word(&'p str),
}

const WORDS: [&str; 8] = ["store", "till", "date", "from", "to", "until", "time", "any"];

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((plain, after)) = rest.split_once('{') {
        let Some((word, after)) = after.split_once('}') else { break };
        parts.extend(Some(Part::Plain(plain)).filter(|_| !plain.is_empty()));
        parts.push(Part::Word(word));
        rest = after;
    }
    parts.extend(Some(Part::Plain(rest)).filter(|_| !rest.is_empty()));
    parts
}

/// What is wrong with a pattern, if anything is.
pub(super) fn wrong(pattern: &str) -> Option<String> {
    let parts = parts(pattern);
    let strange = parts.iter().find_map(|part| match part {
        Part::Word(word) if !WORDS.contains(word) => Some(format!("`{{{word}}}` is none of {}", WORDS.join(", "))),
        Part::Plain(plain) if plain.contains(['{', '}']) => Some(format!("`{plain}` has a brace without its other half")),
        _ => None,
    });
    strange.or_else(|| {
        let vague = |part: &Part<'_>| matches!(part, Part::Word("store" | "till" | "any"));
        let beside = parts.windows(2).any(|pair| pair.iter().all(vague));
        beside.then(|| format!("`{pattern}`: nothing tells where the one ends and the next begins"))
    })
}

/// What `name` says by the first pattern that fits it; nothing when none does.
pub(super) fn read(patterns: &[String], name: &str, order: Option<DateOrder>) -> Option<Said> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    patterns.iter().find_map(|pattern| {
        let mut said = Said::default();
        fits(&parts(pattern), stem, order, &mut said).then_some(said)
    })
}

/// Does the rest of a name fit the rest of a pattern? The shortest text that lets the rest fit is a word's.
fn fits(parts: &[Part<'_>], text: &str, order: Option<DateOrder>, said: &mut Said) -> bool {
    let Some((part, parts)) = parts.split_first() else { return text.is_empty() };
    let word = match part {
        Part::Plain(plain) => {
            let begins = text.get(..plain.len()).is_some_and(|start| start.eq_ignore_ascii_case(plain));
            return begins && fits(parts, &text[plain.len()..], order, said);
        }
        Part::Word(word) => *word,
    };
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.into_iter().any(|end| {
        let (taken, rest) = text.split_at(end);
        let digits = |most: usize| taken.len() <= most && taken.bytes().all(|byte| byte.is_ascii_digit());
        let day = match word {
            "time" if !matches!(taken.len(), 4 | 6) || !digits(6) => return false,
            "date" | "from" | "to" | "until" => match day(taken, order) {
                Some(day) => Some(day),
                None => return false,
            },
            _ => None,
        };
        // A date of two digits less may be the beginning of one of four.
        let longer = day.is_some() && rest.starts_with(|c: char| c.is_ascii_digit());
        if longer || !fits(parts, rest, order, said) {
            return false;
        }
        match (word, day) {
            ("store", _) => said.store = Some(taken.trim().to_owned()),
            ("till", _) => said.till = Some(taken.trim().to_owned()),
            ("date", day) => (said.first, said.last) = (day, day),
            ("from", day) => said.first = day,
            ("to", day) => said.last = day,
            ("until", day) => said.last = day.and_then(|day| day.pred_opt()),
            _ => {}
        }
        true
    })
}

/// A date as names have it: `2026-07-15`, `20260715`, `15.07.2026`, `260715`.
fn day(text: &str, order: Option<DateOrder>) -> Option<NaiveDate> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok(),
            6 => NaiveDate::parse_from_str(text, "%y%m%d").ok(),
            _ => None,
        };
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_'));
    plain.then(|| cell::parts(&text.replace('_', "-"), order).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Store, till, first and last day, joined by `|`.
    fn said(pattern: &str, name: &str) -> Option<String> {
        let said = read(&[pattern.to_owned()], name, Some(DateOrder::Dmy))?;
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let text = |text: Option<String>| text.unwrap_or_default();
        Some(format!("{}|{}|{}|{}", text(said.store), text(said.till), day(said.first), day(said.last)))
    }

    #[test]
    fn a_name_says_store_till_and_days() {
        let fits = |pattern: &str, name: &str, right: &str| assert_eq!(said(pattern, name).as_deref(), Some(right), "{name}");
        fits("items-{from}-{until}", "items-2026-06-17-2026-06-21.csv", "||2026-06-17|2026-06-20");
        let sumup = "20230315-0000_20230331-2359-sales_report.csv";
        fits("{from}-{time}_{to}-{time}-{any}", sumup, "||2023-03-15|2023-03-31");
        fits("{store}_till{till}_{date}", "Leith Walk_TILL2_20.11.2026.csv", "Leith Walk|2|2026-11-20|2026-11-20");
        fits("{date}", "261120.txt", "||2026-11-20|2026-11-20");
    }

    #[test]
    fn what_does_not_fit_says_nothing() {
        for (pattern, name) in [
            ("items-{from}-{until}", "items.csv"),
            ("{date}", "2026-13-01.csv"),
            ("a{store}", "a.csv"),
            ("{date}x", "20261120.csv"),
        ] {
            assert_eq!(said(pattern, name), None, "{pattern} {name}");
        }
    }

    #[test]
    fn a_wrong_pattern_is_explained() {
        assert_eq!(wrong("{store}-{date}"), None);
        assert!(wrong("{shop}").is_some_and(|why| why.contains("{shop}")));
        assert!(wrong("{store}{till}").is_some());
        assert!(wrong("{store").is_some());
    }
}
