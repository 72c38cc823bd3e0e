//! Opening what a command works on: configuration, database, archive, layouts.

use std::path::Path;

use epos_core::edge;
use epos_core::error::{Error, Result};
use epos_core::flow::{Audit, Config};
use epos_core::format::Layouts;
use epos_core::model::Limits;

use crate::args::Common;

/// The configuration: `--config`, else `epos.toml` in `folder` when there is one, else the defaults for that folder.
pub fn config(common: &Common, folder: &Path) -> Result<Config> {
    let path = common.config.clone().unwrap_or_else(|| folder.join("epos.toml"));
    let text = if common.config.is_some() || path.exists() {
        String::from_utf8_lossy(&edge::read(&path)?).into_owned()
    } else {
        String::new()
    };
    let mut overrides: Vec<(String, String)> =
        std::env::vars().filter_map(|(name, value)| Some((name.strip_prefix("EPOS_")?.to_lowercase(), value))).collect();
    overrides.extend(common.db.clone().map(|url| ("database".to_owned(), url)));
    overrides.extend(common.now.clone().map(|now| ("now".to_owned(), now)));
    Config::parse(&text, &path, &overrides)
}

/// Built-in layouts and those of the configuration's folder.
pub fn layouts(config: &Config) -> Result<Layouts> {
    let mut layouts = Layouts::built_in();
    if let Some(folder) = &config.layouts {
        for (path, text) in edge::texts(&config.path(folder), "toml")? {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            layouts.add(&name, &text).map_err(|message| Error::Config { path, message })?;
        }
    }
    Ok(layouts)
}

/// Everything that a verb needs.
pub fn audit(config: Config) -> Result<Audit> {
    let url = config.database();
    on(config, &url)
}

/// Everything that a verb needs which changes nothing: a database that is not there is not made.
pub fn reader(config: Config) -> Result<Audit> {
    let url = config.database();
    let absent = url.strip_prefix("sqlite:").is_some_and(|path| !path.starts_with(':') && !Path::new(path).exists());
    on(config, if absent { "sqlite::memory:" } else { &url })
}

fn on(config: Config, url: &str) -> Result<Audit> {
    let layouts = layouts(&config)?;
    let db = edge::database::open(url)?;
    let archive = edge::archive(&config.archive().display().to_string())?;
    let now = config.now().unwrap_or_else(edge::now);
    Audit::open(config, layouts, db, Box::new(archive), now, edge::seed()?, Limits::default())
}
