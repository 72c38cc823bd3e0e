//! `epos init`: what a folder of real mails or files proves, written as an `epos.toml`, with questions for the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use crate::diagnostic::{Diagnostic, Effect};
use crate::format::{self, Layouts, Reading};
use crate::model::{Document, Kind, Limits};

/// What one document shows of the company it comes from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Its name.
    pub document: String,
    /// Who mailed it.
    pub sender: Option<String>,
    /// The layouts it was read under.
    pub layouts: BTreeSet<String>,
    /// Stores it names, with their tills and trading days and the kinds that came for them.
    pub stores: BTreeMap<String, Store>,
    /// Why it could not be read, if it could not.
    pub problem: Option<String>,
}

/// What is known of one store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Store {
    tills: BTreeSet<String>,
    days: BTreeSet<NaiveDate>,
    kinds: BTreeSet<Kind>,
    senders: BTreeSet<String>,
}

impl Store {
    fn merge(&mut self, other: &Store) {
        self.tills.extend(other.tills.iter().cloned());
        self.days.extend(&other.days);
        self.kinds.extend(&other.kinds);
        self.senders.extend(other.senders.iter().cloned());
    }
}

/// Looks at one document with no company known yet.
pub fn look(document: &Document, layouts: &Layouts, limits: &Limits) -> Seen {
    let sender = document.envelope.as_ref().map(|envelope| envelope.sender.clone());
    let mut seen = Seen { document: document.name.clone(), sender: sender.clone(), ..Seen::default() };
    let mut found: Vec<Diagnostic> = Vec::new();
    // A file that does not name its store is read as if its sender's name were the store, so that days and tills are seen.
    let reading = Reading { store: sender.as_deref().map(store_name), ..Reading::default() };
    let sheets = format::sheets(document, limits).into_value(&mut found);
    let blocks = format::batch(document, sheets, layouts, &reading, &BTreeMap::new(), limits).into_value(&mut found);
    for block in blocks {
        seen.layouts.extend(Some(block.origin.layout.clone()).filter(|layout| !layout.is_empty()));
        for batch in block.batches {
            if batch.key.store.is_empty() {
                continue;
            }
            let store = seen.stores.entry(batch.key.store).or_default();
            store.senders.extend(sender.clone());
            for kind in Kind::ALL.iter().filter(|&&kind| kind.is_daily() && batch.content.count(kind) > 0) {
                store.kinds.insert(*kind);
                store.days.insert(batch.key.trading_day);
                if !batch.key.till.is_empty() {
                    store.tills.insert(batch.key.till.clone());
                }
            }
        }
    }
    seen.problem = found.into_iter().find(|finding| finding.code.0.effect >= Effect::Hold).map(|finding| finding.message);
    seen
}

/// The part of an address before the `@`, as a store's code.
fn store_name(address: &str) -> String {
    code(address.split('@').next().unwrap_or(address))
}

/// Lower-case letters and digits, anything else a dash: a TOML key that needs no quotes.
fn code(name: &str) -> String {
    let dashed: String = name.trim().to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "store".to_owned() } else { parts.join("-") }
}

/// An `epos.toml` from everything that was seen.
pub fn draft(seen: &[Seen], inbox: &str) -> String {
    let mut stores: BTreeMap<String, Store> = BTreeMap::new();
    for (name, store) in seen.iter().flat_map(|seen| &seen.stores) {
        stores.entry(name.clone()).or_default().merge(store);
    }
    let layouts: BTreeSet<&str> = seen.iter().flat_map(|seen| seen.layouts.iter().map(String::as_str)).collect();
    let mut text = String::new();
    let _ = writeln!(text, "# Drafted by `epos init` from {} documents. Everything stated was seen in them;", seen.len());
    let _ = writeln!(text, "# lines that begin with `# ?` are questions that the documents could not answer.");
    if !layouts.is_empty() {
        let _ = writeln!(text, "# Layouts recognised: {}.", layouts.into_iter().collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(text, "\ndatabase = \"sqlite:epos.db\"\ninbox = {}\noutput = \"out\"\narchive = \"archive\"", quoted(inbox));
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for (name, store) in &stores {
        let mut key = code(name);
        while !codes.insert(key.clone()) {
            key.push_str("-2");
        }
        let _ = writeln!(text, "\n[stores.{key}]\nname = {}", quoted(name));
        if let Some(first) = store.days.first() {
            let _ = writeln!(text, "starts = {}", quoted(&first.to_string()));
        }
        if !store.senders.is_empty() {
            let _ = writeln!(text, "senders = [{}]", list(store.senders.iter().map(|sender| quoted(sender))));
        } else {
            let _ = writeln!(text, "# ? senders = [\"…\"]   which addresses may send this store's files");
        }
        if !store.tills.is_empty() {
            let _ = writeln!(text, "tills = [{}]", list(store.tills.iter().map(|till| quoted(till))));
        }
        let expects: Vec<&Kind> = store
            .kinds
            .iter()
            .filter(|kind| matches!(kind, Kind::Headers | Kind::Lines | Kind::Tenders | Kind::ZReports))
            .collect();
        let _ = writeln!(text, "expects = [{}]", list(expects.iter().map(|kind| quoted(kind.word()))));
        if !store.kinds.contains(&Kind::ZReports) {
            let _ = writeln!(text, "# ? No Z-report was seen: without one the drawer cannot be reconciled. Can the till send it?");
        }
        let weekdays: BTreeSet<u32> = store.days.iter().map(|day| day.weekday().num_days_from_monday()).collect();
        if store.days.len() >= 14 && weekdays.len() < 7 {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let _ = writeln!(text, "open = [{}]", list(weekdays.iter().map(|&day| quoted(names[day as usize % 7]))));
        } else {
            let _ = writeln!(text, "# ? open = [\"mon\", \"tue\", …]   every day of the week unless you say otherwise");
        }
        let _ = writeln!(text, "# ? currency = \"GBP\", region = \"GB\", zone = \"Europe/London\" are assumed");
        let _ = writeln!(text, "# ? prices_include_tax = true   unless a layout says it; without it tax is not checked");
    }
    if stores.is_empty() {
        let _ = writeln!(text, "\n# ? No store was recognised. Add one:\n# [stores.high-street]\n# name = \"High Street\"");
    }
    let problems: Vec<&Seen> = seen.iter().filter(|seen| seen.problem.is_some()).collect();
    if !problems.is_empty() {
        let _ = writeln!(text, "\n# Documents that could not be read yet:");
        for seen in problems {
            let problem = seen.problem.as_deref().unwrap_or_default().replace('\n', " ");
            let _ = writeln!(text, "# ? {}: {problem}", seen.document.replace('\n', " "));
        }
    }
    text
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draft_is_a_configuration_that_can_be_read() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let store = Store {
            tills: BTreeSet::from(["1".to_owned()]),
            days: BTreeSet::from([day]),
            kinds: BTreeSet::from([Kind::Lines]),
            senders: BTreeSet::from(["leith@example.org".to_owned()]),
        };
        let seen = Seen {
            document: "a\nb.csv".into(),
            stores: BTreeMap::from([("Leith \"Walk\"".to_owned(), store)]),
            problem: Some("two\nlines".into()),
            ..Seen::default()
        };
        let text = draft(&[seen], "inbox");
        let config = super::super::Config::parse(&text, std::path::Path::new("epos.toml"), &[]).expect(&text);
        let store = &config.stores["leith-walk"];
        assert_eq!(store.starts, Some(day));
        assert!(store.is_called("Leith \"Walk\""));
        assert_eq!(store.expects, [Kind::Lines]);
    }
}
