//! Databases by URL.

use std::path::Path;

use crate::error::{Error, Result};
use crate::port::Db;

/// Opens the database at a URL: `sqlite:epos.db`, `sqlite::memory:`, or a plain path that ends in `.db`.
///
/// # Errors
/// When it cannot be opened, or the URL's scheme is not known to this build.
pub fn open(url: &str) -> Result<Box<dyn Db>> {
    match url.split_once(':') {
        Some(("sqlite", rest)) => sqlite(rest),
        Some((scheme @ ("mysql" | "mariadb" | "postgres" | "postgresql"), _)) => Err(Error::Scheme(format!(
            "this version cannot keep its data in {scheme} yet; use sqlite:epos.db, a file beside your epos.toml"
        ))),
        _ if Path::new(url)
            .extension()
            .is_some_and(|extension| matches!(extension.to_str(), Some("db" | "sqlite" | "sqlite3"))) =>
        {
            sqlite(url)
        }
        _ => Err(Error::Scheme(format!("`{url}` is not a database that epos knows; write for example sqlite:epos.db"))),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(path: &str) -> Result<Box<dyn Db>> {
    let path = path.strip_prefix("//").unwrap_or(path);
    match path {
        "" => Err(Error::Scheme("`sqlite:` needs a file name behind it; write for example sqlite:epos.db".into())),
        ":memory:" => Ok(Box::new(super::sqlite::Sqlite::memory()?)),
        path => Ok(Box::new(super::sqlite::Sqlite::open(Path::new(path))?)),
    }
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_path: &str) -> Result<Box<dyn Db>> {
    Err(Error::Scheme("this build has no SQLite; build epos-core with the feature `sqlite`".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_of_later_versions_is_named() {
        for url in ["mysql://till@db/epos", "postgres://db/epos"] {
            let error = open(url).err().unwrap().to_string();
            assert!(error.contains("yet") && !error.contains("till@db"), "{error}");
        }
        assert!(open("sales.xlsx").err().unwrap().to_string().contains("sqlite:epos.db"));
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn sqlite_opens_by_url_and_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("epos.db");
        assert_eq!(open("sqlite::memory:").unwrap().url(), "sqlite::memory:");
        assert!(open(path.to_str().unwrap()).is_ok());
        assert!(open(&format!("sqlite:{}", path.display())).is_ok());
    }
}
