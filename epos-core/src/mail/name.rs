//! Names of attachments: written by strangers, shown to people, used as file names.

/// Characters kept of a name.
const LENGTH: usize = 160;

/// A name that is safe to show and to store: the last part of a path, without control and direction-changing characters.
pub(super) struct Name {
    /// The name; empty when nothing was left of it.
    pub text: String,
    /// It held a path.
    pub path: bool,
}

impl Name {
    pub(super) fn new(raw: &str) -> Self {
        let clean: String = raw.chars().filter(|&char| !is_hidden(char)).collect();
        let clean = clean.trim().trim_end_matches(['/', '\\']);
        let last = clean.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        let text = if last.chars().all(|char| char == '.') { "" } else { last };
        Name { text: shorten(text), path: clean.contains(['/', '\\']) }
    }

    /// For zips, whose entries lie in folders by right: does the path try to leave its folder?
    pub(super) fn escapes(raw: &str) -> bool {
        raw.starts_with(['/', '\\']) || raw.get(1..2) == Some(":") || raw.split(['/', '\\']).any(|part| part == "..")
    }
}

/// Control characters, and those that are invisible or turn the direction of writing (`sales[RLO]vsc.exe`).
fn is_hidden(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Cuts the middle out of a name that is too long; its end says what it is.
fn shorten(name: &str) -> String {
    let length = name.chars().count();
    if length <= LENGTH {
        return name.to_owned();
    }
    let half = LENGTH / 2;
    name.chars().take(half).chain(['…']).chain(name.chars().skip(length - half)).collect()
}

/// The part after the last dot, lower case; empty when there is none.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// The extension that files of this media type usually have.
pub(super) fn extension_of(media_type: &str) -> &'static str {
    match media_type {
        "text/csv" | "application/csv" | "text/comma-separated-values" => "csv",
        "text/tab-separated-values" => "tsv",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/xml" | "application/xml" => "xml",
        "application/json" => "json",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-excel.sheet.macroenabled.12" => "xlsm",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.oasis.opendocument.spreadsheet" => "ods",
        "message/rfc822" | "message/global" => "eml",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_only_what_is_safe_to_show_and_store() {
        let text = |raw: &str| Name::new(raw).text;
        assert_eq!(text("../../etc/passwd"), "passwd");
        assert_eq!(text("C:\\Users\\Ann\\Sales.csv"), "Sales.csv");
        assert_eq!(text("sa\0les\r\n.csv"), "sales.csv");
        assert_eq!(text("sales\u{202E}vsc.exe"), "salesvsc.exe");
        assert_eq!(text("  Café 20.11.csv "), "Café 20.11.csv");
        for nothing in ["", "..", "/", "a/..", "\0", " . "] {
            assert_eq!(text(nothing), "", "{nothing:?}");
        }
        let long = text(&format!("{}.csv", "é".repeat(10_000)));
        assert!(long.chars().count() <= LENGTH + 1 && long.ends_with(".csv"));
        assert!(Name::new("a/b.csv").path && !Name::new("b.csv").path);
    }

    #[test]
    fn folders_in_a_zip_are_no_escape() {
        assert!(!Name::escapes("2026/leith/sales.csv"));
        for bad in ["../a", "a/../../b", "/etc/passwd", "\\a", "c:\\a", "a\\..\\b"] {
            assert!(Name::escapes(bad), "{bad}");
        }
    }
}
