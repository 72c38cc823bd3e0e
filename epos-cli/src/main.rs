//! The program `epos`: arguments → one call into the library → print. Exit codes: 0 done, 1 findings, 2 failure.

mod args;
mod commands;
mod print;

use std::process::ExitCode;

use clap::Parser;

/// Reading a large file is many small texts made and let go.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    match commands::run(&cli) {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            print::complain(&format!("epos: {error}"));
            ExitCode::from(2)
        }
    }
}
