//! Seals: one append-only chain of SHA-256 links per store. Each link covers a store-day as it was judged: its rows, its documents, the
//! stored result, the rules' version, what people said of it, and the link before.
//!
//! A seal's payload is plain text, so that anybody can check it with `sha256sum`:
//!
//! ```text
//! epos seal 1
//! store LW
//! number 2
//! day 2026-11-20
//! sealing 1
//! previous 5f1c…
//! restates -
//! rules 0.1.0 c0ffee…
//! at 2026-11-22T09:00:00
//! by epos
//! state balanced
//! result 9b2d…
//! batch 17 3f…
//! rows 17 8a…
//! document 4 77…
//! bytes 4 d1…
//! acceptance 3 0c…
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::State;
use crate::model::{Hash, words};

/// A link of a store's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// The store.
    pub store: String,
    /// Its place in the store's chain, from 1.
    pub number: i64,
    /// The day it seals.
    pub trading_day: NaiveDate,
    /// Which sealing of that day, from 1: later ones restate.
    pub sealing: i64,
    /// SHA-256 of the payload.
    pub link: String,
    /// All that it covers.
    pub payload: String,
    /// The judgement as it was sealed, JSON.
    pub result: String,
    /// Who: `epos`, or a person's token.
    pub by: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// How a store-day is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// How often: 1, or more when it was restated.
    pub sealing: i64,
    /// The place of its last seal in the store's chain.
    pub number: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
}

words! {
    /// What a line of a payload covers.
    Covered {
        /// A batch: what the database says of it.
        Batch = "batch",
        /// The rows of a batch.
        Rows = "rows",
        /// A document: what the database says of it.
        Document = "document",
        /// A document's bytes.
        Bytes = "bytes",
        /// An acceptance.
        Acceptance = "acceptance",
        /// A declaration.
        Declaration = "declaration",
    }
}

/// What is to be sealed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing<'s> {
    /// The store.
    pub store: &'s str,
    /// The day.
    pub trading_day: NaiveDate,
    /// Its state.
    pub state: State,
    /// The judgement, JSON.
    pub result: &'s str,
    /// The version of program and rules.
    pub rules: &'s str,
    /// Hashes of what it rests on, by what they are of and its number in the database.
    pub covers: &'s BTreeMap<(Covered, i64), Hash>,
    /// Who: `epos`, or a person's token.
    pub by: &'s str,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// The next link of a store's `chain`.
///
/// ```
/// use std::collections::BTreeMap;
/// use epos_core::model::Hash;
/// use epos_core::reconcile::State;
/// use epos_core::reconcile::seal::{self, Covered, Sealing};
///
/// let at = "2026-11-22T09:00:00".parse()?;
/// let covers = BTreeMap::from([((Covered::Rows, 17), Hash::of(b"rows"))]);
/// let day = Sealing {
///     store: "LW", trading_day: "2026-11-20".parse()?, state: State::Balanced, result: "{}", rules: "1", covers: &covers, by: "epos", at,
/// };
/// let mut chain = vec![seal::next(&day, &[])];
/// let saturday = Sealing { trading_day: "2026-11-21".parse()?, ..day };
/// chain.push(seal::next(&saturday, &chain));
/// assert_eq!(seal::broken(&chain), None);
/// assert!(chain[1].payload.contains(&chain[0].link), "each link names the one before");
/// chain[0].result = "[]".into();
/// assert_eq!(seal::broken(&chain).map(|found| found.number), Some(1));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn next(sealing: &Sealing<'_>, chain: &[Seal]) -> Seal {
    let number = chain.last().map_or(1, |last| last.number + 1);
    let earlier = chain.iter().rfind(|seal| seal.trading_day == sealing.trading_day);
    let times = earlier.map_or(1, |earlier| earlier.sealing + 1);
    let mut payload = String::from("epos seal 1\n");
    let link = |of: Option<&Seal>| of.map_or_else(|| "-".to_owned(), |seal| seal.link.clone());
    let heads = [
        ("store", sealing.store.to_owned()),
        ("number", number.to_string()),
        ("day", sealing.trading_day.to_string()),
        ("sealing", times.to_string()),
        ("previous", link(chain.last())),
        ("restates", link(earlier)),
        ("rules", sealing.rules.to_owned()),
        ("at", sealing.at.format("%Y-%m-%dT%H:%M:%S").to_string()),
        ("by", sealing.by.to_owned()),
        ("state", sealing.state.word().to_owned()),
        ("result", Hash::of(sealing.result.as_bytes()).to_string()),
    ];
    // Writing to a text cannot fail.
    for (name, value) in heads {
        let _ = writeln!(payload, "{name} {value}");
    }
    for ((what, id), hash) in sealing.covers {
        let _ = writeln!(payload, "{what} {id} {hash}");
    }
    Seal {
        store: sealing.store.to_owned(),
        number,
        trading_day: sealing.trading_day,
        sealing: times,
        link: Hash::of(payload.as_bytes()).to_string(),
        payload,
        result: sealing.result.to_owned(),
        by: sealing.by.to_owned(),
        at: sealing.at,
    }
}

/// What is wrong with a chain, and from which link on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The store.
    pub store: String,
    /// The link's place in the chain.
    pub number: i64,
    /// The day that it seals.
    pub trading_day: NaiveDate,
    /// What is wrong, in one sentence.
    pub why: String,
}

/// What a head line of a payload says.
///
/// ```
/// use epos_core::reconcile::seal::head;
///
/// assert_eq!(head("epos seal 1\nstore LW\nnumber 2\n", "number"), Some("2"));
/// ```
pub fn head<'p>(payload: &'p str, name: &str) -> Option<&'p str> {
    payload.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

impl Seal {
    /// Says what is wrong with it.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use epos_core::reconcile::State;
    /// use epos_core::reconcile::seal::{self, Sealing};
    ///
    /// let (trading_day, at) = ("2026-11-20".parse()?, "2026-11-22T09:00:00".parse()?);
    /// let (state, covers) = (State::Closed, BTreeMap::new());
    /// let day = Sealing { store: "LW", trading_day, state, result: "{}", rules: "1", covers: &covers, by: "epos", at };
    /// let broken = seal::next(&day, &[]).broken("a row is gone");
    /// assert_eq!((broken.number, broken.why.as_str()), (1, "a row is gone"));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn broken(&self, why: impl Into<String>) -> Broken {
        Broken { store: self.store.clone(), number: self.number, trading_day: self.trading_day, why: why.into() }
    }

    /// What a head line of the payload says.
    fn head(&self, name: &str) -> Option<&str> {
        head(&self.payload, name)
    }

    /// The hashes that the payload names, by what they are of and its number; `None` when it is no payload.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use epos_core::model::Hash;
    /// use epos_core::reconcile::State;
    /// use epos_core::reconcile::seal::{self, Covered, Sealing};
    ///
    /// let (trading_day, at) = ("2026-11-20".parse()?, "2026-11-22T09:00:00".parse()?);
    /// let covers = BTreeMap::from([((Covered::Batch, 17), Hash::of(b"batch")), ((Covered::Bytes, 4), Hash::of(b"bytes"))]);
    /// let (state, result) = (State::Balanced, "{}");
    /// let day = Sealing { store: "LW", trading_day, state, result, rules: "1", covers: &covers, by: "epos", at };
    /// assert_eq!(seal::next(&day, &[]).covers(), Some(covers.clone()));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn covers(&self) -> Option<BTreeMap<(Covered, i64), Hash>> {
        let lines = self.payload.lines().skip_while(|line| !line.starts_with("result ")).skip(1);
        lines
            .map(|line| {
                let mut parts = line.split(' ');
                let (what, id, hash) = (parts.next()?, parts.next()?, parts.next()?);
                let covered = ((what.parse().ok()?, id.parse().ok()?), Hash::parse(hash)?);
                parts.next().is_none().then_some(covered)
            })
            .collect()
    }

    /// Does the payload say what its columns say, and hash to the link?
    fn sound(&self) -> Result<(), &'static str> {
        if Hash::of(self.payload.as_bytes()).to_string() != self.link {
            return Err("its link is not the hash of its payload");
        }
        let says = |name: &str, value: &str| self.head(name) == Some(value);
        let columns = says("store", &self.store)
            && says("number", &self.number.to_string())
            && says("day", &self.trading_day.to_string())
            && says("sealing", &self.sealing.to_string())
            && says("by", &self.by)
            && says("at", &self.at.format("%Y-%m-%dT%H:%M:%S").to_string());
        if !columns {
            return Err("its columns are not what its payload says");
        }
        if !says("result", &Hash::of(self.result.as_bytes()).to_string()) {
            return Err("the stored result is not the one that was sealed");
        }
        Ok(())
    }
}

/// The first broken link of one store's `chain`, as far as the chain itself tells; what its links cover is held against the database by
/// whoever can read it.
///
/// ```
/// use epos_core::reconcile::seal;
///
/// assert_eq!(seal::broken(&[]), None, "an empty chain is consistent with itself, and proves nothing");
/// ```
pub fn broken(chain: &[Seal]) -> Option<Broken> {
    let mut days: BTreeMap<NaiveDate, &Seal> = BTreeMap::new();
    let mut last: Option<&Seal> = None;
    for seal in chain {
        if let Err(why) = seal.sound() {
            return Some(seal.broken(why));
        }
        let link = |of: Option<&&Seal>| of.map_or("-", |of| of.link.as_str()).to_owned();
        if seal.number != last.map_or(1, |last| last.number + 1) {
            return Some(seal.broken("a link before it is gone"));
        }
        if seal.head("previous") != Some(&link(last.as_ref())) {
            return Some(seal.broken("it does not name the link before it"));
        }
        let earlier = days.get(&seal.trading_day);
        if seal.head("restates") != Some(&link(earlier)) || seal.sealing != earlier.map_or(1, |earlier| earlier.sealing + 1) {
            return Some(seal.broken("it does not name the seal that it restates"));
        }
        days.insert(seal.trading_day, seal);
        last = Some(seal);
    }
    None
}

/// Where a store's chain stood when its head was sent out: what proves that nothing up to there was altered, reordered or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The store.
    pub store: String,
    /// How many links it had.
    pub number: i64,
    /// The last of them.
    pub link: String,
}

/// The heads of all stores' chains, as lines of text: store, number of links, last link. `seals` are in order of store and number.
///
/// ```
/// use epos_core::reconcile::seal::{self, Head};
///
/// let heads = [Head { store: "LW".into(), number: 3, link: "5f1c".into() }];
/// let text = seal::write_heads(&heads);
/// assert_eq!(text, "LW 3 5f1c\n");
/// assert_eq!(seal::read_heads(&text), Ok(heads.to_vec()));
/// assert_eq!(seal::read_heads("LW three 5f1c"), Err(1), "the line that is none");
/// ```
pub fn write_heads(heads: &[Head]) -> String {
    heads.iter().map(|Head { store, number, link }| format!("{} {number} {link}\n", store.replace(' ', "%20"))).collect()
}

/// Heads from lines of text; empty lines and those that begin with `#` say nothing.
///
/// ```
/// use epos_core::reconcile::seal::read_heads;
///
/// assert_eq!(read_heads("# sent on 2 December\n\n"), Ok(Vec::new()));
/// ```
///
/// # Errors
/// The number of the first line that is no head.
pub fn read_heads(text: &str) -> Result<Vec<Head>, usize> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(at, line)| {
            let mut parts = line.split_whitespace();
            let head = (|| {
                let store = parts.next()?.replace("%20", " ");
                Some(Head { store, number: parts.next()?.parse().ok()?, link: parts.next()?.to_owned() })
            })();
            head.ok_or(at + 1)
        })
        .collect()
}

/// The heads of chains.
///
/// ```
/// assert!(epos_core::reconcile::seal::heads(&[]).is_empty());
/// ```
pub fn heads(seals: &[Seal]) -> Vec<Head> {
    let mut last: BTreeMap<&str, &Seal> = BTreeMap::new();
    for seal in seals {
        last.insert(&seal.store, seal);
    }
    let of = |seal: &&Seal| Head { store: seal.store.clone(), number: seal.number, link: seal.link.clone() };
    last.values().map(of).collect()
}

/// The first store whose chain is no longer what it was when `anchor` was sent out: what it should have been.
///
/// ```
/// use epos_core::reconcile::seal::{Head, moved};
///
/// let anchor = [Head { store: "LW".into(), number: 3, link: "5f1c".into() }];
/// assert_eq!(moved(&[], &anchor), Some(&anchor[0]), "the whole chain is gone");
/// ```
pub fn moved<'a>(seals: &[Seal], anchor: &'a [Head]) -> Option<&'a Head> {
    anchor
        .iter()
        .find(|head| !seals.iter().any(|seal| seal.store == head.store && seal.number == head.number && seal.link == head.link))
}
