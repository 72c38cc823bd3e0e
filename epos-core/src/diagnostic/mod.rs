//! The *data* is wrong: coded, located findings with a plain sentence and a fix, collected and never aborting.

mod codes;
mod explain;
mod github;
mod print;

use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::model::{At, Money};
pub use codes::*;
pub use explain::explain;
pub use github::github;
pub use print::{group, steers, text, visible};

/// How bad a finding is. In plain words: *fixed for you*, *please check*, *cannot load*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Fixed for you, or good to know.
    Note,
    /// Please check.
    Warning,
    /// Cannot load, or does not add up.
    Error,
}

impl Severity {
    /// `note`, `warning`, `error`.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.word() == word)
    }
}

/// What a finding does to what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing: it is said.
    Say,
    /// The row is kept raw and not loaded; its store-day is incomplete.
    Reject,
    /// The document is archived and held; it is in no total.
    Hold,
    /// The document cannot be read at all; it is archived and held.
    Refuse,
}

/// The definition of one code.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Letter and number, never reused.
    pub code: &'static str,
    /// Kebab-case name.
    pub name: &'static str,
    /// Severity unless policy says otherwise.
    pub severity: Severity,
    /// What it does.
    pub effect: Effect,
    /// The manual page: what it checks, why it matters, an example, what to do.
    #[serde(serialize_with = "trimmed")]
    pub doc: &'static str,
}

fn trimmed<S: Serializer>(doc: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(doc.trim())
}

/// Every rule, in order of the codes: what `explain` lists.
pub fn all() -> Vec<&'static Rule> {
    ALL.iter().map(|code| code.0).collect()
}

/// A code: a pointer to its rule.
#[derive(Clone, Copy)]
pub struct Code(pub &'static Rule);

impl Code {
    /// The code whose letters and number, or name, are `text`.
    pub fn parse(text: &str) -> Option<Code> {
        ALL.iter().copied().find(|code| code.0.code.eq_ignore_ascii_case(text) || code.0.name == text)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.0.code == other.0.code
    }
}
impl Eq for Code {}
impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.code.hash(state);
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.code)
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)
    }
}
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.code)
    }
}

/// Declares codes: `F001 "name" Severity Effect;`, each behind its manual page as doc comment.
macro_rules! rules {
    ($( $(#[doc = $doc:literal])* $code:ident $name:literal $severity:ident $effect:ident; )*) => {
        $(
            $(#[doc = $doc])*
            pub const $code: Code = Code(&Rule {
                code: stringify!($code),
                name: $name,
                severity: Severity::$severity,
                effect: Effect::$effect,
                doc: concat!($($doc, "\n"),*),
            });
        )*
        /// Every code, in order.
        pub const ALL: &[Code] = &[$($code),*];
    };
}
pub(crate) use rules;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Which rule.
    pub code: Code,
    /// How bad, policy applied.
    pub severity: Severity,
    /// One plain sentence with the figures: what is wrong.
    pub message: String,
    /// How to fix it; empty when the message says all.
    pub help: String,
    /// Where.
    pub at: At,
    /// How many more like it were folded into it by [`group`].
    pub more: usize,
    /// The store it concerns, when known.
    pub store: Option<String>,
    /// The trading day it concerns, when known.
    pub trading_day: Option<NaiveDate>,
    /// What it is about (a transaction number, a SKU, a tender): an acceptance names it.
    pub subject: String,
    /// The amount it is about: an acceptance lapses when it changes.
    pub amount: Option<Money>,
}

impl Diagnostic {
    /// A finding with its code's own severity.
    pub fn new(code: Code, at: At, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.0.severity,
            message: message.into(),
            help: String::new(),
            at,
            more: 0,
            store: None,
            trading_day: None,
            subject: String::new(),
            amount: None,
        }
    }

    /// With a fix.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// About this store-day.
    pub fn day(mut self, store: &str, trading_day: NaiveDate) -> Self {
        self.store = Some(store.to_owned());
        self.trading_day = Some(trading_day);
        self
    }

    /// About this transaction, SKU, tender …
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// About this amount.
    pub fn amount(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }
}

/// A value together with everything found on the way to it. Never dropped unread.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "the findings would be lost"]
pub struct Checked<T> {
    /// What came of it.
    pub value: T,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// Nothing was found.
    pub fn clean(value: T) -> Self {
        Checked { value, diagnostics: Vec::new() }
    }

    /// With findings.
    pub fn with(value: T, diagnostics: Vec<Diagnostic>) -> Self {
        Checked { value, diagnostics }
    }

    /// Moves the findings to `all` and gives the value.
    pub fn into_value(self, all: &mut Vec<Diagnostic>) -> T {
        all.extend(self.diagnostics);
        self.value
    }

    /// The same findings with another value.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Checked<U> {
        Checked { value: with(self.value), diagnostics: self.diagnostics }
    }
}
