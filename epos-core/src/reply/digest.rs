//! The digest: once a day, what needs a person, for head office. It is a list, so it may be longer than an answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::day::{above_second, differences, said};
use super::draft::{escaped, name, page};
use super::{Catalogue, Message};
use crate::model::{Money, Policy, Store, TenderClass};
use crate::reconcile::{State, StoreDay};

/// Lines of one list before the rest is only counted.
const SHOWN: usize = 25;

/// A document that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its file name.
    pub document: String,
    /// Why it waits, in one sentence.
    pub why: String,
}

/// What a digest rests on.
#[derive(Debug, Clone)]
pub struct Digest<'a> {
    /// The day on which it is sent.
    pub date: NaiveDate,
    /// The first day of those that are counted; older ones are named while they need a person.
    pub since: NaiveDate,
    /// The stores by code.
    pub stores: &'a BTreeMap<String, Store>,
    /// Limits of what is told.
    pub policy: &'a Policy,
    /// The store-days it is about.
    pub days: &'a [StoreDay],
    /// Documents in no total.
    pub held: &'a [Held],
    /// The head of each store's chain of seals: the store and the link.
    pub heads: &'a [(String, String)],
}

/// Writes the digest in a language.
///
/// ```
/// use std::collections::BTreeMap;
/// use epos_core::model::Policy;
/// use epos_core::reply::{Digest, Languages, digest};
///
/// let (date, stores, policy) = ("2026-11-21".parse()?, BTreeMap::new(), Policy::default());
/// let heads = [("leith".to_owned(), "9f86d081".to_owned())];
/// let calm = Digest { date, since: date, stores: &stores, policy: &policy, days: &[], held: &[], heads: &heads };
/// let message = digest(&calm, Languages::default().of("en"));
/// assert_eq!(message.subject, "Sales audit, Saturday 21 November: nothing needs a person");
/// assert!(message.text.contains("leith: 9f86d081"));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn digest(of: &Digest<'_>, words: &Catalogue) -> Message {
    let (mut late, mut large, mut needs) = (Vec::new(), Vec::new(), Vec::new());
    let mut newest: Vec<&StoreDay> = of.days.iter().collect();
    newest.sort_by(|a, b| b.trading_day.cmp(&a.trading_day).then_with(|| a.store.cmp(&b.store)));
    for day in newest {
        let store = of.stores.get(&day.store).map_or_else(|| name(&day.store), |store| name(&store.name));
        let date = words.day(day.trading_day);
        let line = |what: &str| words.say("digest_line", &[("store", &store), ("day", &date), ("what", what)]);
        let differ = large_differences(of, day, words);
        match day.state {
            State::Overdue => late.push(words.say("digest_day", &[("store", &store), ("day", &date)])),
            State::Incomplete => needs.push(line(&words.say("digest_incomplete", &[]))),
            State::OutOfBalance if differ.is_empty() => needs.push(line(&words.say("digest_not_agree", &[]))),
            _ => {}
        }
        // What people have accepted needs nobody any more.
        if day.state != State::Accepted {
            large.extend(differ.iter().map(|what| line(what)));
        }
    }
    needs.extend(of.held.iter().map(|held| words.say("digest_waits", &[("file", &name(&held.document)), ("why", &held.why)])));
    let count = late.len() + large.len() + needs.len();
    let date = words.day(of.date);
    let subject = match count {
        0 => words.say("digest_calm", &[("day", &date)]),
        count => words.counted("digest", count, &[("day", &date)]),
    };
    let heads = of.heads.iter().map(|(store, head)| format!("{store}: {head}")).collect();
    let mut text = format!("{subject}\n\n{}\n", completeness(of, words));
    let mut html = format!("<p><strong>{}</strong></p>\n<p>{}</p>\n", escaped(&subject), escaped(&completeness(of, words)));
    for (title, lines, shown) in [
        ("digest_late", late, SHOWN),
        ("digest_differences", large, SHOWN),
        ("digest_needs", needs, SHOWN),
        ("digest_seals", heads, usize::MAX),
    ] {
        let title = words.say(title, &[]);
        let Some(lines) = shortened(lines, shown, words) else { continue };
        text += &format!("\n{title}\n{}", lines.iter().map(|line| format!("  - {line}\n")).collect::<String>());
        let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", escaped(line))).collect();
        html += &format!("<p><b>{}</b></p>\n<ul>\n{items}</ul>\n", escaped(&title));
    }
    Message { subject, text, html: page(&html) }
}

fn shortened(mut lines: Vec<String>, shown: usize, words: &Catalogue) -> Option<Vec<String>> {
    let more = lines.len().saturating_sub(shown);
    lines.truncate(shown);
    lines.extend((more > 0).then(|| words.counted("digest_more", more, &[])));
    (!lines.is_empty()).then_some(lines)
}

/// How many of the days that were expected are here.
fn completeness(of: &Digest<'_>, words: &Catalogue) -> String {
    let counted = of.days.iter().filter(|day| day.trading_day >= of.since);
    let expected = counted.clone().filter(|day| !matches!(day.state, State::Closed | State::NotExpected | State::Expected));
    let arrived = expected.clone().filter(|day| day.state != State::Overdue).count().to_string();
    let dates: std::collections::BTreeSet<NaiveDate> = counted.map(|day| day.trading_day).collect();
    let expected = expected.count().to_string();
    words.counted("digest_complete", dates.len(), &[("arrived", &arrived), ("expected", &expected)])
}

/// The differences above the second limit, in full.
fn large_differences(of: &Digest<'_>, day: &StoreDay, words: &Catalogue) -> Vec<String> {
    let store = of.stores.get(&day.store);
    let amount =
        |amount: Option<Decimal>| amount.map(|amount| words.amount(Money::rounded(amount), &day.currency)).unwrap_or_default();
    let large = differences(day).into_iter().filter(|(_, amount)| above_second(*amount, store, of.policy));
    let why = match said(day) {
        None => words.say("digest_unexplained", &[]),
        Some(likely) => {
            let given = words.causes_given && !likely.sentence.is_empty() && words.is_plain(&likely.sentence);
            let cause = if given { likely.sentence.as_str() } else { words.cause(likely.cause.word()) };
            words.say("digest_likely", &[("percent", &likely.percent.to_string()), ("cause", cause)])
        }
    };
    let told = large.map(|(drawer, difference)| {
        let tender = match drawer.class {
            TenderClass::Cash => "cash",
            TenderClass::Card => "card",
            TenderClass::GiftCard => "gift_card",
            TenderClass::Other => "other_tender",
        };
        let direction = words.say(if difference.is_negative() { "is_under" } else { "is_over" }, &[]);
        let what = words.say(
            "digest_is",
            &[
                ("tender", &words.say(tender, &[])),
                ("drawer", &name(&drawer.drawer)),
                ("expected", &amount(drawer.balance.expected())),
                ("counted", &amount(drawer.balance.counted)),
                ("amount", &words.amount(difference, &day.currency)),
                ("direction", &direction),
            ],
        );
        format!("{what}; {why}")
    });
    told.collect()
}
