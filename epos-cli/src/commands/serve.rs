//! The web server.

use std::io::stderr;
use std::path::Path;
use std::process::ExitCode;

use epos_core::edge::database::without_password;
use epos_core::edge::open;
use epos_web::Open;

use super::Ending;
use crate::args::Cli;
use crate::print::{self, Failure};

pub fn serve(cli: &Cli, bind: Option<&str>, certificate: Option<&str>, key: Option<&str>) -> Ending {
    let mut config = open::config(&cli.common.wish(), Path::new(""))?;
    let serve = &mut config.serve;
    serve.bind = bind.unwrap_or(&serve.bind).to_owned();
    serve.certificate = certificate.map(str::to_owned).or(serve.certificate.take());
    serve.key = key.map(str::to_owned).or(serve.key.take());
    // What is wrong from the beginning is told now and not to the first visitor.
    drop(open::existing(config.clone())?);
    let (database, quiet) = (without_password(&config.database()), cli.common.quiet);
    let served = epos_web::run(Open::new(config).logging(stderr()), |address, tls| {
        if !quiet {
            print::complain(&format!("{database} on http{}://{address}", if tls { "s" } else { "" }));
        }
    });
    served.map(|()| ExitCode::SUCCESS).map_err(Failure::Serve)
}
