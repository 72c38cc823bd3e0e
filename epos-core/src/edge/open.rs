//! Opening what a verb works on: configuration, layouts, database, archive, documents. Every front opens them here.

use std::path::{Path, PathBuf};

use super::{archive, database, inbox, now, outbox, read, seed, texts};
use crate::diagnostic::Checked;
use crate::error::{Error, Result};
use crate::flow::{Audit, Config};
use crate::format::Layouts;
use crate::model::{Document, Limits};
use crate::port::{Db, Inbox, Outbox};

/// What whoever asks says beside the configuration file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// The configuration file; `epos.toml` of the folder, when there is one, if absent.
    pub config: Option<PathBuf>,
    /// The database's URL, instead of the configuration's.
    pub database: Option<String>,
    /// The present moment in UTC, instead of the configuration's and the clock's.
    pub now: Option<String>,
    /// Load a file only when every one of its rows can be read, even where the configuration is lenient.
    pub strict: bool,
}

/// The configuration: the file that was named, else `epos.toml` in `folder` when there is one, else the defaults for that folder; then
/// what the environment says (`EPOS_DATABASE`, `EPOS_NOW` …), then the wish.
///
/// # Errors
/// When a named file is not there, or the file cannot be read or is wrong.
pub fn config(wish: &Wish, folder: &Path) -> Result<Config> {
    let path = wish.config.clone().unwrap_or_else(|| folder.join("epos.toml"));
    let text =
        if wish.config.is_some() || path.exists() { String::from_utf8_lossy(&read(&path)?).into_owned() } else { String::new() };
    let mut overrides: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.to_str()?.strip_prefix("EPOS_")?.to_lowercase(), value.into_string().ok()?)))
        .collect();
    overrides.extend(wish.database.clone().map(|url| ("database".to_owned(), url)));
    overrides.extend(wish.now.clone().map(|now| ("now".to_owned(), now)));
    let mut config = Config::parse(&text, &path, &overrides)?;
    config.policy.strict |= wish.strict;
    languages(&mut config).map_err(|message| Error::Config { path, message })?;
    Ok(config)
}

/// Adds the languages of the configuration's folder to those that are built in.
fn languages(config: &mut Config) -> std::result::Result<(), String> {
    if let Some(folder) = config.reply.messages.clone() {
        for (path, text) in texts(&config.path(&folder), "toml").map_err(|error| error.to_string())? {
            config.reply.languages.add(&text).map_err(|message| format!("{}: {message}", path.display()))?;
        }
    }
    config.languages_known()
}

/// Built-in layouts and those of the configuration's folder.
///
/// # Errors
/// When the folder or a layout cannot be read, or a layout is wrong.
pub fn layouts(config: &Config) -> Result<Layouts> {
    let mut layouts = Layouts::built_in();
    if let Some(folder) = &config.layouts {
        for (path, text) in texts(&config.path(folder), "toml")? {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            layouts.add(&name, &text).map_err(|message| Error::Config { path, message })?;
        }
    }
    Ok(layouts)
}

/// Everything that a verb needs; a database that is not there is made.
///
/// # Errors
/// When the layouts, the database or the archive cannot be opened.
pub fn audit(config: Config) -> Result<Audit> {
    on(config, database::open)
}

/// Everything that reading documents needs: a database that is not there is not made, and what would be in it is taken to be empty.
///
/// # Errors
/// As [`audit`].
pub fn reader(config: Config) -> Result<Audit> {
    on(config, |url| {
        let absent = database::file(url).is_some_and(|path| !path.exists());
        database::existing(if absent { "sqlite::memory:" } else { url })
    })
}

/// Everything that asking a database needs: one that is not there is a failure, neither made nor taken to be empty.
///
/// # Errors
/// As [`audit`], and when there is no database.
pub fn existing(config: Config) -> Result<Audit> {
    on(config, database::existing)
}

fn on(config: Config, open: impl FnOnce(&str) -> Result<Box<dyn Db>>) -> Result<Audit> {
    let layouts = layouts(&config)?;
    let db = open(&config.database())?;
    let archive = archive(&config.archive().display().to_string())?;
    let now = config.now().unwrap_or_else(now);
    Audit::open(config, layouts, db, Box::new(archive), now, seed()?, Limits::default())
}

/// The documents in files, mails, mailboxes and folders, in order, with what was found while opening them.
///
/// # Errors
/// When one of them is not there or cannot be read.
pub fn documents(places: &[String]) -> Result<Checked<Vec<Document>>> {
    let mut all = Checked::clean(Vec::new());
    for place in places {
        let mut inbox = inbox(place, &Limits::default(), &[])?;
        while let Some(arrival) = inbox.next()? {
            all.value.extend(arrival.documents);
            all.diagnostics.extend(arrival.diagnostics);
        }
    }
    Ok(all)
}

/// A file as one document, whatever is in it.
///
/// # Errors
/// When it cannot be read.
pub fn document(path: &Path) -> Result<Document> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Document::new(&name, read(path)?))
}

/// All that an evening needs.
pub struct Evening {
    /// The books.
    pub audit: Audit,
    /// The configuration's master files.
    pub masters: Vec<Document>,
    /// What is taken in.
    pub inbox: Box<dyn Inbox>,
    /// Where reports go.
    pub outbox: Box<dyn Outbox>,
    /// The folder behind the outbox.
    pub folder: PathBuf,
    /// Where answers to senders go; `None` where nobody is answered.
    pub replies: Option<Box<dyn Outbox>>,
}

/// Opens an evening. `place` is a folder with its own `epos.toml` (a company), or an inbox of the company here, or absent: then the
/// inbox is the configuration's. `output` is used instead of the configuration's folder for reports.
///
/// # Errors
/// When anything that it names cannot be opened.
pub fn evening(wish: &Wish, place: Option<&str>, output: Option<&Path>) -> Result<Evening> {
    let company = place.map(Path::new).filter(|path| wish.config.is_none() && path.join("epos.toml").is_file());
    let config = config(wish, company.unwrap_or(Path::new("")))?;
    let from = place.filter(|_| company.is_none()).map_or_else(|| config.inbox(), str::to_owned);
    let folder = output.map_or_else(|| config.output(), Path::to_path_buf);
    let inbox = inbox(&from, &Limits::default(), &[folder.clone(), config.archive(), config.replies()])?;
    let outbox = outbox(&folder.display().to_string())?;
    let master = |name: &String| Ok(Document::new(name, read(&config.path(name))?));
    let masters = config.masters.iter().map(master).collect::<Result<_>>()?;
    let place = config.replies().display().to_string();
    let replies = config.reply.sender().map(|_| super::outbox(&place)).transpose()?;
    Ok(Evening { audit: audit(config)?, masters, inbox, outbox, folder, replies })
}
