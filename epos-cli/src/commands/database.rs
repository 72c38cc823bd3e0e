//! The database itself: init, migrate, schema, check, erase.

use std::path::Path;
use std::process::ExitCode;

use epos_core::edge::{database, open};
use epos_core::sql;

use super::{Ending, audit, reader};
use crate::args::{Cli, DbCommand};
use crate::print;

pub fn run(cli: &Cli, command: &DbCommand) -> Ending {
    match command {
        DbCommand::Init | DbCommand::Migrate => {
            // Opening an audit brings the tables up to this version.
            audit(cli)?;
            let url = open::config(&cli.common.wish(), Path::new(""))?.database();
            let version = sql::version(database::dialect(&url));
            print::out(&format!("{}: tables are at version {version}.\n", database::without_password(&url)))?;
        }
        DbCommand::Schema => {
            let url = open::config(&cli.common.wish(), Path::new(""))?.database();
            print::out(&sql::manual(database::dialect(&url)))?;
        }
        DbCommand::Check => {
            let differences = reader(cli)?.check_database()?;
            if differences.is_empty() {
                print::out("Every roll-up equals its rows, and the archive holds every document.\n")?;
            } else {
                print::out(&(differences.join("\n") + "\n"))?;
                return Ok(ExitCode::from(1));
            }
        }
        DbCommand::Erase { person } => {
            let erased = reader(cli)?.erase(person)?;
            print::out(&format!("{erased} of `{person}` blanked; tokens stay, so every total stays.\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
