//! Everything that is printed. A reader that has gone away (`epos … | head`) is success.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::Arc;

use epos_core::error::Error;
use epos_core::model::Document;
use indicatif::{ProgressBar, ProgressStyle};

/// A failure of the library, or of printing.
#[derive(Debug)]
pub enum Failure {
    Core(Error),
    Print(std::io::Error),
    #[cfg(feature = "serve")]
    Serve(epos_web::Failed),
}

impl Failure {
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Failure::Print(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Core(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Print(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Core(error) => error.fmt(f),
            #[cfg(feature = "serve")]
            Failure::Serve(error) => error.fmt(f),
            Failure::Print(error) => write!(f, "cannot print: {error}"),
        }
    }
}

/// Prints text, with any control characters that files brought along made visible.
pub fn out(text: &str) -> Result<(), Failure> {
    bytes(epos_core::diagnostic::visible(text).as_bytes())
}

/// Prints bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// Are colours seen where it is printed? Not in a file, and not where NO_COLOR asks for none.
pub fn has_colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !unwanted
}

/// Prints a value as JSON.
pub fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<(), Failure> {
    bytes(epos_core::render::value(value)?.as_bytes())
}

/// Says something on the side. Nothing can be done when even that fails.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A progress bar on the side: hidden when piped or quiet.
pub fn progress(len: u64, quiet: bool) -> ProgressBar {
    bar(len, quiet, "{bar:30} {pos}/{len} {wide_msg}")
}

/// One more has come, of nobody knows how many.
pub fn came(bar: &ProgressBar, name: &str) {
    bar.inc_length(1);
    bar.inc(1);
    bar.set_message(name.to_owned());
}

/// A progress bar over documents, by their bytes; the documents tell it how far they were read.
pub fn reading(documents: &mut [Document], quiet: bool) -> ProgressBar {
    let bar = bar(documents.iter().map(Document::length).sum(), quiet, "{bar:30} {bytes}/{total_bytes} {wide_msg}");
    let mut before = 0;
    for document in documents {
        let (of, base) = (bar.clone(), before);
        before += document.length();
        *document = document.clone().watched(Arc::new(move |passed| of.set_position(base + passed)));
    }
    bar
}

fn bar(len: u64, quiet: bool, template: &str) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(len).with_style(style)
}
