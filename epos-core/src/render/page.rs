//! The frame of every page: one self-contained file, no script, light and dark, good on a phone and on paper.

use crate::diagnostic::steers;

/// Makes text safe between tags and in quoted attributes.
///
/// ```
/// use epos_core::render::escape;
///
/// assert_eq!(escape("Jam & \"Tea\" <b>"), "Jam &amp; &quot;Tea&quot; &lt;b&gt;");
/// ```
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() || steers(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A whole page around `body`, which is HTML already; `title` is text.
///
/// ```
/// use epos_core::render::page;
///
/// let page = page("Jam & Tea", "<h1>Friday</h1>");
/// assert!(page.contains("<title>Jam &amp; Tea</title>"), "the title is text");
/// assert!(page.contains("<main>\n<h1>Friday</h1></main>"), "the body is HTML already");
/// ```
pub fn page(title: &str, body: &str) -> String {
    let style = include_str!("style.css");
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}
