//! The texts of answers as data: a language is one file of sentences with placeholders, plural forms, dates and amounts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::Deserialize;

use crate::model::Money;

/// The languages that come with epos. The first one is what every other must say.
const BUILT_IN: [&str; 2] = [include_str!("messages/en.toml"), include_str!("messages/fr.toml")];

/// One language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its code: `en`, `fr`, `cy` …
    pub language: String,
    /// Its own name.
    pub name: String,
    /// True for the language in which likely causes are given, so that they are said in their own words.
    pub causes_given: bool,
    /// Words, in lower case, that no answer in it holds.
    pub never: Vec<String>,
    forms: BTreeMap<String, Form>,
    dates: Dates,
    amounts: Amounts,
    lists: Lists,
    texts: BTreeMap<String, Text>,
    causes: BTreeMap<String, String>,
}

/// Which numbers take a form of a sentence: those listed, or those that end in a digit listed, save a few.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Form {
    is: Vec<usize>,
    ends: Vec<usize>,
    except: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    weekdays: [String; 7],
    months: [String; 12],
    day: String,
    time: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Amounts {
    decimal: String,
    thousands: String,
    amount: String,
    symbols: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    between: String,
    last: String,
}

/// A sentence, or its forms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Text {
    Always(String),
    Counted(BTreeMap<String, String>),
}

impl Text {
    fn forms(&self) -> Vec<&String> {
        match self {
            Text::Always(text) => vec![text],
            Text::Counted(forms) => forms.values().collect(),
        }
    }
}

impl Catalogue {
    /// Says a text of the catalogue with its placeholders filled in.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.counted(key, 1, values)
    }

    /// The same, in the form that `count` takes; `{count}` is the number.
    pub fn counted(&self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        let text = match self.texts.get(key) {
            None => "",
            Some(Text::Always(text)) => text,
            Some(Text::Counted(forms)) => {
                let of = self.forms.iter().find(|(_, form)| form.takes(count)).map_or("other", |(name, _)| name.as_str());
                forms.get(of).or_else(|| forms.get("other")).map_or("", String::as_str)
            }
        };
        let count = count.to_string();
        filled(text, &|name| match name {
            "count" => Some(count.as_str()),
            name => values.iter().find(|(of, _)| *of == name).map(|(_, value)| *value),
        })
    }

    /// A likely cause in a few words.
    pub fn cause(&self, word: &str) -> &str {
        self.causes.get(word).map_or("", String::as_str)
    }

    /// `Friday 20 November`.
    pub fn day(&self, day: NaiveDate) -> String {
        let (number, month) = (day.day().to_string(), self.dates.months.get(day.month0() as usize).cloned().unwrap_or_default());
        filled(&self.dates.day, &|name| match name {
            "weekday" => Some(self.weekday(day)),
            "number" => Some(number.as_str()),
            "month" => Some(month.as_str()),
            _ => None,
        })
    }

    /// `Friday`.
    pub fn weekday(&self, day: NaiveDate) -> &str {
        self.dates.weekdays.get(day.weekday().num_days_from_monday() as usize).map_or("", String::as_str)
    }

    /// `17:42`.
    pub fn time(&self, time: NaiveTime) -> String {
        let (hour, minute) = (time.hour().to_string(), format!("{:02}", time.minute()));
        filled(&self.dates.time, &|name| match name {
            "hour" => Some(hour.as_str()),
            "minute" => Some(minute.as_str()),
            _ => None,
        })
    }

    /// `£1,412.30`: of a currency whose sign nobody knows, its code stands there.
    pub fn amount(&self, amount: Money, currency: &str) -> String {
        let text = amount.abs().to_string();
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let mut number = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                number.push_str(&self.amounts.thousands);
            }
            number.push(digit);
        }
        number.extend((!rest.is_empty()).then(|| format!("{}{rest}", self.amounts.decimal)));
        let code = format!("{currency}\u{a0}");
        let symbol = self.amounts.symbols.get(currency).map_or(code.as_str(), String::as_str);
        filled(&self.amounts.amount, &|name| match name {
            "symbol" => Some(symbol),
            "number" => Some(number.as_str()),
            _ => None,
        })
    }

    /// `cash £168.40, card £243.90`.
    pub fn list(&self, parts: &[String]) -> String {
        parts.join(&self.lists.between)
    }

    /// `this and that`.
    pub fn both(&self, parts: &[String]) -> String {
        match parts {
            [first @ .., last] if !first.is_empty() => format!("{}{}{last}", first.join(&self.lists.between), self.lists.last),
            _ => parts.concat(),
        }
    }

    /// Does a text hold none of the words that are never said?
    pub fn is_plain(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        !words.any(|word| self.never.iter().any(|never| never == word))
    }

    /// The placeholders of every text and cause. A form may leave the number out, so `count` is none of them.
    fn placeholders(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let causes = self.causes.iter().map(|(name, text)| (name.as_str(), names(text).collect()));
        let texts = self.texts.iter().map(|(name, text)| {
            let found = text.forms().into_iter().flat_map(|form| names(form));
            (name.as_str(), found.filter(|name| *name != "count").collect())
        });
        causes.chain(texts).collect()
    }
}

impl Form {
    fn takes(&self, count: usize) -> bool {
        let ends = self.ends.contains(&(count % 10)) && !self.except.contains(&(count % 100));
        self.is.contains(&count) || ends
    }
}

/// The names in braces.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text with the names in braces replaced; what is put in is never looked at again.
fn filled<'v>(text: &str, value: &dyn Fn(&str) -> Option<&'v str>) -> String {
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        out.push_str(value(name).unwrap_or_default());
        out.push_str(rest);
    }
    out
}

/// Every language that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    english: Catalogue,
    others: BTreeMap<String, Catalogue>,
}

impl Default for Languages {
    /// Those that come with epos; the tests read them.
    fn default() -> Self {
        let mut read = BUILT_IN.iter().map(|text| toml::from_str::<Catalogue>(text).unwrap_or_default());
        let english = read.next().unwrap_or_default();
        Languages { english, others: read.map(|catalogue| (catalogue.language.clone(), catalogue)).collect() }
    }
}

impl Languages {
    /// Adds a language, or replaces one, from the text of its file.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence: a text is missing, or its placeholders are not those of the English one.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let new: Catalogue = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let (ours, theirs) = (self.english.placeholders(), new.placeholders());
        for (name, wanted) in &ours {
            match theirs.get(name) {
                None => return Err(format!("`{name}` is missing")),
                Some(found) if found != wanted => {
                    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
                    return Err(format!("`{name}` has the names {{{}}}, not {{{}}}", list(found), list(wanted)));
                }
                Some(_) => {}
            }
        }
        if let Some(unknown) = theirs.keys().find(|name| !ours.contains_key(*name)) {
            return Err(format!("`{unknown}` is no text of an answer"));
        }
        if let Some((name, _)) =
            new.texts.iter().find(|(_, text)| matches!(text, Text::Counted(forms) if !forms.contains_key("other")))
        {
            return Err(format!("`{name}` needs a form `other`"));
        }
        if new.language == "en" {
            self.english = new;
        } else {
            self.others.insert(new.language.clone(), new);
        }
        Ok(())
    }

    /// The codes of all languages.
    pub fn codes(&self) -> Vec<&str> {
        ["en"].into_iter().chain(self.others.keys().map(String::as_str)).collect()
    }

    /// The catalogue of a language; the English one when there is no such language.
    pub fn of(&self, code: &str) -> &Catalogue {
        self.others.get(code).unwrap_or(&self.english)
    }
}
