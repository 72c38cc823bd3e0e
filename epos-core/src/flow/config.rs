//! `epos.toml`: stores, senders, calendars, policy, and where things are kept.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Code, Effect, Severity};
use crate::error::{Error, Result};
use crate::model::{Context, Policy, Store, TaxRate, is_zone, rising};
use crate::reply::Languages;
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
    /// How senders are answered.
    pub reply: Answers,
    /// How `epos serve` serves.
    pub serve: Serve,
    /// Stores by code.
    pub stores: BTreeMap<String, Store>,
    /// Tax rates beside the built-in ones.
    pub tax_rates: Vec<TaxRate>,
    /// The folder that relative paths start from.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// `[reply]`: answers to senders, reminders of missing days, and the digest for head office. Nothing is answered without `from`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// Whether answers are written at all. Default true, once there is a `from`.
    pub enabled: bool,
    /// Who answers: an address, or `Name <address>`.
    pub from: Option<String>,
    /// Who gets the digest; nobody when absent.
    #[serde(rename = "manager")]
    pub head_office: Option<String>,
    /// The folder that answers are written into, as `.eml` files. Default `replies`.
    pub outbox: String,
    /// Language of the digest, and of stores that name none. Default `en`.
    pub language: String,
    /// Folder with languages of one's own (`*.toml`), each as the ones that come with epos.
    pub messages: Option<String>,
    /// Hours after a day was due at which its store is reminded. Default 1.
    pub remind_hours: i64,
    /// From what time on the digest is written, once a day, in the first store's zone. Default 09:00.
    pub digest_at: NaiveTime,
    /// Mails older than this many days are not answered, and older days not reminded of, so that a year of old mails may be read in.
    /// Default 7.
    pub age_days: i64,
    /// Every language that is known.
    #[serde(skip)]
    pub languages: Languages,
}

impl Default for Answers {
    fn default() -> Self {
        Answers {
            enabled: true,
            from: None,
            head_office: None,
            outbox: "replies".to_owned(),
            language: "en".to_owned(),
            messages: None,
            remind_hours: 1,
            digest_at: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN),
            age_days: 7,
            languages: Languages::default(),
        }
    }
}

impl Answers {
    /// Who answers, where answers are switched on.
    pub fn sender(&self) -> Option<&str> {
        self.from.as_deref().filter(|_| self.enabled)
    }

    /// What cannot be meant, in one sentence.
    fn sensible(&self) -> std::result::Result<(), String> {
        let is_address = |text: &String| {
            let (_, address) = crate::mail::named(text);
            address
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !address.contains([' ', ',']))
        };
        for (key, text) in [("from", &self.from), ("manager", &self.head_office)] {
            if let Some(text) = text.as_ref().filter(|text| !is_address(text)) {
                return Err(format!("[reply] {key} = `{text}` is not an address such as `Sales <sales@example.org>`"));
            }
        }
        match [("remind_hours", self.remind_hours), ("age_days", self.age_days)]
            .into_iter()
            .find(|(_, value)| !(0..=10_000).contains(value))
        {
            Some((key, value)) => Err(format!("[reply] {key} = {value} must be at least 0 and at most 10000")),
            None => Ok(()),
        }
    }
}

/// `[serve]`: the web server, its limits and its patience. A limit of 0 is taken as 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// Address and port; only this machine reaches the default, 127.0.0.1:8080.
    pub bind: String,
    /// PEM file with the certificate and those that vouch for it, beside the configuration file: the server then speaks HTTPS.
    pub certificate: Option<String>,
    /// PEM file with the certificate's private key.
    pub key: Option<String>,
    /// Who sends this as `Authorization: Bearer …` may read figures (reports, store-days, seals), and accept, declare, seal,
    /// release and lock. Without one only this machine itself may: asked as
    /// `localhost`, `127.0.0.1` or `[::1]`, by no page of another site and through no proxy. Behind a proxy a token is needed.
    pub token: Option<String>,
    /// Origins (`https://shop.example`) whose pages may read the answers in a browser; `*` for all.
    pub cors: Vec<String>,
    /// A line for every request on standard error.
    pub log: bool,
    /// Threads that read the database, each with a connection of its own.
    pub readers: usize,
    /// Questions that may wait for a reader; more are told to ask again soon.
    pub waiting_max: usize,
    /// Connections that may be open; whoever has been idle longest makes room for one more.
    pub connections_max: usize,
    /// Bytes of a request's head.
    pub header_bytes_max: usize,
    /// Bytes of a request's body.
    pub body_bytes_max: u64,
    /// How long a client may take to send a request's head, and how long a connection may stay without one, in seconds.
    pub header_seconds: u64,
    /// How long a client may take nothing of its answer, in seconds.
    pub stalled_seconds: u64,
    /// How long an answer may take, in seconds.
    pub answer_seconds: u64,
    /// How long requests in flight are waited for when the server stops, in seconds.
    pub drain_seconds: u64,
}

impl Default for Serve {
    fn default() -> Self {
        Serve {
            bind: "127.0.0.1:8080".to_owned(),
            certificate: None,
            key: None,
            token: None,
            cors: Vec::new(),
            log: true,
            readers: 4,
            waiting_max: 256,
            connections_max: 4_096,
            header_bytes_max: 16 << 10,
            body_bytes_max: 64 << 10,
            header_seconds: 20,
            stalled_seconds: 20,
            answer_seconds: 30,
            drain_seconds: 20,
        }
    }
}

impl Config {
    /// Reads the text of `epos.toml`; `overrides` are `EPOS_*` settings (`EPOS_DATABASE`, `EPOS_NOW`, …) without the prefix, in lower case.
    ///
    /// # Errors
    /// [`Error::Config`] with line and reason.
    pub fn parse(text: &str, path: &Path, overrides: &[(String, String)]) -> Result<Config> {
        let wrong = |message: String| Error::Config { path: path.to_owned(), message };
        let located = |error: toml::de::Error| wrong(error.to_string().trim_end().to_owned());
        let mut config: Config = toml::from_str(text).map_err(located)?;
        toml::from_str::<Severities>(text).map_err(located)?;
        config.folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        for (name, value) in overrides {
            let setting = match name.as_str() {
                "now" => &mut config.now,
                "database" => &mut config.database,
                "inbox" => &mut config.inbox,
                "output" => &mut config.output,
                "archive" => &mut config.archive,
                "layouts" => &mut config.layouts,
                "serve_token" => &mut config.serve.token,
                _ => continue,
            };
            *setting = Some(value.clone());
        }
        let folder = config.folder.clone();
        for file in [&mut config.serve.certificate, &mut config.serve.key].into_iter().flatten() {
            *file = folder.join(&*file).display().to_string();
        }
        for (code, store) in &mut config.stores {
            store.code.clone_from(code);
            rising(&format!("[stores.{code}] tolerances"), store.tolerances.as_deref().unwrap_or_default()).map_err(wrong)?;
            store.holidays_known().map_err(|why| wrong(format!("[stores.{code}] {why}")))?;
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
        config.policy.sensible().map_err(wrong)?;
        config.reply.sensible().map_err(wrong)?;
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

    /// The folder for answers to senders.
    pub fn replies(&self) -> PathBuf {
        self.path(&self.reply.outbox)
    }

    /// The language of a store's answers, or of head office's.
    pub fn language<'a>(&'a self, store: Option<&'a Store>) -> &'a str {
        store.and_then(|store| store.language.as_deref()).unwrap_or(&self.reply.language)
    }

    /// Every language that is named must be known.
    ///
    /// # Errors
    /// The sentence that says which is not.
    pub fn languages_known(&self) -> std::result::Result<(), String> {
        let known = self.reply.languages.codes();
        let named = self.stores.values().map(|store| self.language(Some(store))).chain([self.language(None)]);
        match named.into_iter().find(|code| !known.contains(code)) {
            Some(code) => Err(format!("there is no language `{code}`; there are {}", known.join(", "))),
            None => Ok(()),
        }
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

/// `[policy.severity]` once more, only to say with its line what is wrong with it.
#[derive(Deserialize)]
struct Severities {
    #[serde(default, rename = "policy")]
    _policy: SeveritiesOfPolicy,
}

#[derive(Default, Deserialize)]
struct SeveritiesOfPolicy {
    #[serde(default, rename = "severity")]
    _severity: SeverityByCode,
}

#[derive(Default)]
struct SeverityByCode;

impl<'de> Deserialize<'de> for SeverityByCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = SeverityByCode;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("severities by code")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<SeverityByCode, A::Error> {
                while let Some(KnownCode(code)) = map.next_key()? {
                    map.next_value_seed(For(code))?;
                }
                Ok(SeverityByCode)
            }
        }
        from.deserialize_map(Each)
    }
}

/// The severity that a code may have.
struct For(Code);

impl<'de> DeserializeSeed<'de> for For {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<(), D::Error> {
        let (word, code) = (String::deserialize(from)?, self.0);
        match Severity::parse(&word) {
            None => Err(D::Error::custom(format!("`{word}` is not note, warning or error; nothing can be turned off"))),
            Some(Severity::Note) if code.0.effect > Effect::Say => {
                Err(D::Error::custom(format!("{code} keeps rows or whole files out of the totals, so it is a warning at least")))
            }
            Some(_) => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct KnownCode(Code);

impl TryFrom<String> for KnownCode {
    type Error = String;
    fn try_from(text: String) -> std::result::Result<Self, String> {
        let unknown = || format!("`{text}` is not a code such as T002, nor the name of one; `epos explain` lists them all");
        Code::parse(&text).map(KnownCode).ok_or_else(unknown)
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
            [serve]
            certificate = "tls/cert.pem"
            key = "/etc/epos/key.pem"
        "#;
        let config = Config::parse(text, Path::new("/company/epos.toml"), &[("output".into(), "/tmp/out".into())]).unwrap();
        assert_eq!(config.database(), "sqlite:/company/epos.db");
        assert_eq!(config.output(), Path::new("/tmp/out"));
        assert_eq!(config.inbox(), "/company/inbox");
        assert_eq!(config.serve.certificate.as_deref(), Some("/company/tls/cert.pem"));
        assert_eq!(config.serve.key.as_deref(), Some("/etc/epos/key.pem"));
        assert_eq!(config.stores["leith"].code, "leith");
        assert_eq!(config.now(), moment("2026-11-22 09:00"));
    }

    #[test]
    fn holidays_are_told_and_a_wrong_one_is_explained() {
        let parse = |of: &str| Config::parse(&format!("[stores.leith]\nname = 'Leith Walk'\n{of}"), Path::new("epos.toml"), &[]);
        use crate::model::Holidays;
        let holidays = |of: &str| parse(of).unwrap().stores["leith"].holidays.clone();
        assert_eq!(holidays(""), Holidays::Open);
        assert_eq!(holidays("holidays = 'open'"), Holidays::Open);
        assert_eq!(holidays("holidays = true\nholiday_region = 'GB-SCT'"), Holidays::Closed);
        let named = Holidays::Named(vec!["Good Friday".into()]);
        assert_eq!(holidays("holidays = ['Good Friday']\nregion = 'CA-QC'"), named);
        for (wrong, says) in [
            ("holidays = true", "public holidays of `GB` are not known; there are CA-AB"),
            ("holidays = ['Easter Monday']\nholiday_region = 'GB-SCT'", "`Easter Monday` is no public holiday of GB-SCT"),
            ("holidays = 'closed'", "true (closed on public holidays), \"open\", or a list"),
        ] {
            let why = parse(wrong).unwrap_err().to_string();
            assert!(why.contains(says), "{why}");
        }
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

    fn wrong(text: &str) -> String {
        Config::parse(text, Path::new("epos.toml"), &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_policy_is_named_with_its_line() {
        let unknown = wrong("[policy]\nweekly = \"5.00\"\n[policy.severity]\nT002 = \"note\"\nT999 = \"note\"\n");
        assert!(unknown.contains("line 5") && unknown.contains("T999"), "{unknown}");
        let off = wrong("[policy.severity]\nT002 = \"off\"\n");
        assert!(off.contains("line 2") && off.contains("nothing can be turned off"), "{off}");
        let silent = wrong("[policy.severity]\nT002 = \"note\"\nbad-number = \"note\"\n");
        assert!(silent.contains("line 3") && silent.contains("F003 keeps rows"), "{silent}");
        assert!(wrong("[policy]\ntolerence = [\"2.00\"]\n").contains("line 2"));
        assert!(wrong("[policy]\ntolerances = [\"10.00\", \"2.00\"]\n").contains("must rise"));
        assert!(wrong("[policy]\nlate_streak = 0\n").contains("late_streak"));
        assert!(wrong("[stores.a]\nname = 'A'\nhours = '9 to 5'\n").contains("09:30-17:30"));
        assert!(wrong("[stores.a]\nname = 'A'\nhours = { someday = '09:00-17:00' }\n").contains("someday"));
        assert!(wrong("[stores.a]\nname = 'A'\ntolerances = ['-1.00']\n").contains("below zero"));
    }

    #[test]
    fn whatever_keeps_rows_out_may_be_a_warning() {
        let config = Config::parse("[policy.severity]\nF003 = \"warning\"\n", Path::new("epos.toml"), &[]).unwrap();
        assert_eq!(config.policy.severity["F003"], "warning");
    }

    #[test]
    fn hours_are_daily_by_weekday_or_of_one_day() {
        let text = r#"
            [stores.a]
            name = "A"
            hours = "09:30-17:30"
            exceptions = { "2026-12-24" = { open = true, hours = "09:30-13:00" } }
            [stores.b]
            name = "B"
            hours = { fri = "17:00-02:00" }
        "#;
        let config = Config::parse(text, Path::new("epos.toml"), &[]).unwrap();
        let hours = |store: &str, day: &str| config.stores[store].hours(day.parse().unwrap()).map(|hours| hours.to_string());
        assert_eq!(hours("a", "2026-11-20").as_deref(), Some("09:30-17:30"));
        assert_eq!(hours("a", "2026-12-24").as_deref(), Some("09:30-13:00"));
        assert_eq!(hours("b", "2026-11-20").as_deref(), Some("17:00-02:00"));
        assert_eq!(hours("b", "2026-11-21"), None);
    }
}
