//! What a verb answers, for programs.

use serde::Serialize;

use crate::diagnostic;
use crate::error::{Error, Result};

/// A value as JSON text that ends in a line break, as `--json` prints it and the other fronts hand it on. Control characters that files
/// brought along are escaped, so that nothing in them steers a terminal.
///
/// ```
/// let text = epos_core::render::value(&["jam", "te\u{202e}a"])?;
/// assert_eq!(text, "[\n  \"jam\",\n  \"te\\u202ea\"\n]\n");
/// # Ok::<(), epos_core::Error>(())
/// ```
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn value(value: &(impl Serialize + ?Sized)) -> Result<String> {
    let failed = |error: serde_json::Error| Error::Render { what: "JSON".to_owned(), message: error.to_string() };
    let text = serde_json::to_string_pretty(value).map_err(failed)?;
    let mut shown = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        // Such letters stand only inside texts, where JSON has an escape of its own for them.
        if diagnostic::steers(c) {
            shown.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown.push('\n');
    Ok(shown)
}
