//! Databases by URL.

use std::path::Path;

use crate::error::{Error, Result};
use crate::port::Db;
use crate::sql::Dialect;

/// Opens the database at a URL: `sqlite:epos.db`, `sqlite::memory:`, a plain path that ends in `.db`, or
/// `mysql://user:password@host:3306/database`.
///
/// # Errors
/// When it cannot be opened, or the URL's scheme is not known to this build.
pub fn open(url: &str) -> Result<Box<dyn Db>> {
    by_url(url, true)
}

/// As [`open`], and an SQLite file that is not there is not made.
///
/// # Errors
/// As [`open`], and when there is no such file.
pub fn existing(url: &str) -> Result<Box<dyn Db>> {
    by_url(url, false)
}

fn by_url(url: &str, make: bool) -> Result<Box<dyn Db>> {
    match url.split_once(':') {
        Some(("sqlite", rest)) => sqlite(rest, make),
        Some(("mysql" | "mariadb", _)) => mysql(url),
        Some((scheme @ ("postgres" | "postgresql"), _)) => Err(Error::Scheme(format!(
            "this version cannot keep its data in {scheme} yet; use sqlite:epos.db, a file beside your epos.toml"
        ))),
        _ if is_path(url) => sqlite(url, make),
        _ => Err(Error::Scheme(format!(
            "`{}` is not a database that epos knows; write for example sqlite:epos.db",
            without_password(url)
        ))),
    }
}

/// The file that a URL means; `None` where the database is no file.
pub(super) fn file(url: &str) -> Option<&Path> {
    let path = match url.split_once(':') {
        Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
        _ if is_path(url) => url,
        _ => return None,
    };
    (!path.is_empty() && !path.starts_with(':')).then_some(Path::new(path))
}

fn is_path(url: &str) -> bool {
    Path::new(url).extension().is_some_and(|extension| matches!(extension.to_str(), Some("db" | "sqlite" | "sqlite3")))
}

/// Which SQL the database at a URL speaks.
pub fn dialect(url: &str) -> Dialect {
    if matches!(url.split_once(':'), Some(("mysql" | "mariadb", _))) { Dialect::MySql } else { Dialect::Sqlite }
}

/// A URL for messages: without the password, and without anything else that stands before the last `@` but the user.
pub fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, place))) => {
            let user = rest.split([':', '@']).next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        _ => url.to_owned(),
    }
}

#[cfg(feature = "mysql")]
fn mysql(url: &str) -> Result<Box<dyn Db>> {
    Ok(Box::new(super::mysql::Mysql::open(url)?))
}

#[cfg(not(feature = "mysql"))]
fn mysql(_url: &str) -> Result<Box<dyn Db>> {
    Err(Error::Scheme("this build has no MySQL; build epos-core with the feature `mysql`".into()))
}

#[cfg(feature = "sqlite")]
fn sqlite(path: &str, make: bool) -> Result<Box<dyn Db>> {
    let path = path.strip_prefix("//").unwrap_or(path);
    match path {
        "" => Err(Error::Scheme("`sqlite:` needs a file name behind it; write for example sqlite:epos.db".into())),
        ":memory:" => Ok(Box::new(super::sqlite::Sqlite::memory()?)),
        path if make => Ok(Box::new(super::sqlite::Sqlite::open(Path::new(path))?)),
        path => Ok(Box::new(super::sqlite::Sqlite::existing(Path::new(path))?)),
    }
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_path: &str, _make: bool) -> Result<Box<dyn Db>> {
    Err(Error::Scheme("this build has no SQLite; build epos-core with the feature `sqlite`".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_of_later_versions_is_named() {
        let error = open("postgres://till:secret@db/epos").err().unwrap().to_string();
        assert!(error.contains("yet") && !error.contains("secret"), "{error}");
        assert!(open("sales.xlsx").err().unwrap().to_string().contains("sqlite:epos.db"));
    }

    #[test]
    fn no_password_is_ever_shown() {
        for (url, shown) in [
            ("mysql://till:p%40ss@db:3306/epos", "mysql://till@db:3306/epos"),
            ("mysql://till:p@ss:w@rd?@db/epos?socket=/run/s", "mysql://till@db/epos?socket=/run/s"),
            ("mysql://till@db/epos", "mysql://till@db/epos"),
            ("mysql://db/epos", "mysql://db/epos"),
            ("sqlite:epos@home.db", "sqlite:epos@home.db"),
        ] {
            assert_eq!(without_password(url), shown);
        }
        for url in ["mysqli://till:secret@db/epos", "mysql://till:secret@127.0.0.1:1/", "mysql://till:se/cret@db:x/epos?secret=1@b"]
        {
            let error = open(url).err().unwrap().to_string();
            assert!(!error.contains("secret@") && !error.contains("cret@db"), "{error}");
        }
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

    #[cfg(feature = "sqlite")]
    #[test]
    fn a_mistyped_path_makes_no_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("typo.db");
        for url in [path.display().to_string(), format!("sqlite:{}", path.display()), format!("sqlite://{}", path.display())] {
            let error = existing(&url).err().unwrap().to_string();
            assert!(error.contains("there is no database") && error.contains("`epos run`") && error.contains("typo.db"), "{error}");
            assert!(!path.exists() && file(&url) == Some(&path), "{url}");
        }
        drop(open(path.to_str().unwrap()).unwrap());
        assert!(existing(path.to_str().unwrap()).is_ok() && existing("sqlite::memory:").is_ok());
        for url in ["sqlite::memory:", "sqlite:", "mysql://till@host/shop.d", "postgres://till@host/shop"] {
            assert_eq!(file(url), None, "{url}");
        }
    }
}
