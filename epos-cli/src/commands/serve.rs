//! The web server.

use std::io::stderr;
use std::path::Path;
use std::process::ExitCode;

use epos_core::edge::open;
use epos_web::Open;

use super::Ending;
use crate::args::Cli;
use crate::print::Failure;

pub fn serve(cli: &Cli, bind: Option<&str>, certificate: Option<&str>, key: Option<&str>) -> Ending {
    let mut config = open::config(&cli.common.wish(), Path::new(""))?;
    let serve = &mut config.serve;
    serve.bind = bind.unwrap_or(&serve.bind).to_owned();
    serve.certificate = certificate.map(str::to_owned).or(serve.certificate.take());
    serve.key = key.map(str::to_owned).or(serve.key.take());
    // What is wrong from the beginning is told now and not to the first visitor.
    drop(open::existing(config.clone())?);
    // Where it listens is the log's first line.
    let served = epos_web::run(Open::new(config).logging(stderr()), |_, _| ());
    served.map(|()| ExitCode::SUCCESS).map_err(Failure::Serve)
}
