//! `epos.toml`: stores, senders, calendars, policy, and where things are kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::{Context, Policy, Store, TaxRate, is_zone};
use crate::report::Journal;

/// What `epos.toml` says. Relative paths are relative to the file's folder.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The present moment in UTC, for examples and replays; the clock when absent.
    pub now: Option<String>,
    /// Database URL.
    pub database: Option<String>,
    /// Where mails or files come from: a folder, `maildir:`, `mbox:`.
    pub inbox: Option<String>,
    /// Folder for reports and the summary page.
    pub output: Option<String>,
    /// Folder for the raw documents, compressed and named by hash; beside the database when absent.
    pub archive: Option<String>,
    /// Folder with layouts of one's own (`*.toml`).
    pub layouts: Option<String>,
    /// Master files (products, tax rates, …) loaded before the inbox, in order.
    pub masters: Vec<String>,
    /// Reports that `epos run` writes, by name; all of them when absent.
    pub reports: Option<Vec<String>>,
    /// Formats they are written in.
    pub formats: Option<Vec<String>>,
    /// Accounts of the journal, commission on goods of donors, what was owed when the books began.
    pub journal: Journal,
    /// Tolerances, severities, tender classes.
    pub policy: Policy,
    /// Stores by code.
    pub stores: BTreeMap<String, Store>,
    /// Tax rates beside the built-in ones.
    pub tax_rates: Vec<TaxRate>,
    /// The folder that relative paths start from.
    #[serde(skip)]
    pub folder: PathBuf,
}

impl Config {
    /// Reads the text of `epos.toml`; `overrides` are `EPOS_*` settings (`EPOS_DATABASE`, `EPOS_NOW`, …) without the prefix, in lower case.
    ///
    /// # Errors
    /// [`Error::Config`] with line and reason.
    pub fn parse(text: &str, path: &Path, overrides: &[(String, String)]) -> Result<Config> {
        let wrong = |message: String| Error::Config { path: path.to_owned(), message };
        let mut config: Config = toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        config.folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        for (name, value) in overrides {
            let setting = match name.as_str() {
                "now" => &mut config.now,
                "database" => &mut config.database,
                "inbox" => &mut config.inbox,
                "output" => &mut config.output,
                "archive" => &mut config.archive,
                "layouts" => &mut config.layouts,
                _ => continue,
            };
            *setting = Some(value.clone());
        }
        for (code, store) in &mut config.stores {
            store.code.clone_from(code);
            if !is_zone(&store.zone) {
                return Err(wrong(format!(
                    "[stores.{code}]: zone `{}` is not an IANA time zone such as Europe/London",
                    store.zone
                )));
            }
        }
        if let Some(now) = &config.now {
            moment(now).ok_or_else(|| wrong(format!("now = `{now}` is not a time such as 2026-11-22T09:00:00")))?;
        }
        if let Some((code, word)) =
            config.policy.severity.iter().find(|(_, word)| crate::diagnostic::Severity::parse(word).is_none())
        {
            return Err(wrong(format!("[policy.severity]: {code} = `{word}` is not note, warning or error")));
        }
        Ok(config)
    }

    /// The moment that `now` states, if any.
    pub fn now(&self) -> Option<NaiveDateTime> {
        self.now.as_deref().and_then(moment)
    }

    /// The database URL, with a relative SQLite path made relative to the configuration's folder.
    pub fn database(&self) -> String {
        let url = self.database.as_deref().unwrap_or("sqlite:epos.db");
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.starts_with(':') => format!("sqlite:{}", self.path(path).display()),
            _ => url.to_owned(),
        }
    }

    /// The archive's folder.
    pub fn archive(&self) -> PathBuf {
        self.path(self.archive.as_deref().unwrap_or("archive"))
    }

    /// The folder for reports.
    pub fn output(&self) -> PathBuf {
        self.path(self.output.as_deref().unwrap_or("out"))
    }

    /// Where the inbox is; `scheme:` prefixes are kept.
    pub fn inbox(&self) -> String {
        let inbox = self.inbox.as_deref().unwrap_or("inbox");
        match inbox.split_once(':') {
            Some((scheme @ ("folder" | "maildir" | "mbox"), path)) => format!("{scheme}:{}", self.path(path).display()),
            Some((scheme, _)) if scheme.len() > 1 => inbox.to_owned(),
            _ => self.path(inbox).display().to_string(),
        }
    }

    /// A path of the configuration.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// The context that every check starts from.
    pub fn context(&self, now: NaiveDateTime) -> Context {
        let mut rates = crate::tax::built_in_rates();
        rates.extend(self.tax_rates.iter().cloned());
        Context { now, stores: self.stores.clone(), rates, policy: self.policy.clone(), ..Context::default() }
    }
}

/// `2026-11-22T09:00:00`, `2026-11-22 09:00`, or a date alone (its midnight).
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_company_is_read_and_relative_paths_start_at_the_file() {
        let text = r#"
            now = "2026-11-22T09:00:00"
            database = "sqlite:epos.db"
            [stores.leith]
            name = "Leith Walk"
            starts = "2026-11-19"
            open = ["mon", "fri", "sat"]
            senders = ["leith@example.org"]
            exceptions = { "2026-11-20" = { open = false, reason = "boiler" } }
        "#;
        let config = Config::parse(text, Path::new("/company/epos.toml"), &[("output".into(), "/tmp/out".into())]).unwrap();
        assert_eq!(config.database(), "sqlite:/company/epos.db");
        assert_eq!(config.output(), Path::new("/tmp/out"));
        assert_eq!(config.inbox(), "/company/inbox");
        assert_eq!(config.stores["leith"].code, "leith");
        assert_eq!(config.now(), moment("2026-11-22 09:00"));
    }

    #[test]
    fn accounts_of_the_journal_are_named_by_what_they_hold() {
        let text = "[journal]\ncommission = '2'\n[journal.accounts]\nover_short = '7999'\n[journal.opening.leith]\ngift_cards = '400.00'\n";
        let journal = Config::parse(text, Path::new("epos.toml"), &[]).unwrap().journal;
        use crate::report::JournalAccount::{Bank, OverShort};
        assert_eq!((journal.code(OverShort), journal.code(Bank)), ("7999", "1200"));
        assert_eq!(journal.opening["leith"].gift_cards, Some(crate::model::Money::cents(40_000)));
        let wrong = Config::parse("[journal.accounts]\novershort = '1'\n", Path::new("epos.toml"), &[]).unwrap_err().to_string();
        assert!(wrong.contains("overshort") && wrong.contains("over_short"), "{wrong}");
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let error = Config::parse("databse = 'x'\n", Path::new("epos.toml"), &[]).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("databse"), "{error}");
        let zone = Config::parse("[stores.a]\nname='A'\nzone='Mars'\n", Path::new("epos.toml"), &[]).unwrap_err().to_string();
        assert!(zone.contains("Mars"), "{zone}");
    }
}
