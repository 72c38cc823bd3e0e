//! Names of attachments: written by strangers, shown to people, used as file names.

/// Characters kept of a name.
const LENGTH: usize = 160;

/// The last part of a path, without what is dangerous to show or to store; empty when nothing is left of it.
pub(super) fn safe(raw: &str) -> String {
    let clean: String = raw.chars().filter(|&char| !is_hidden(char)).collect();
    let last = clean.trim().trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if last.chars().all(|char| char == '.') { String::new() } else { shorten(last) }
}

/// Does it hold a path?
#[cfg(feature = "mail")]
pub(super) fn is_path(raw: &str) -> bool {
    raw.contains(['/', '\\'])
}

/// Does a path try to leave its folder? Files in a zip lie in folders by right.
pub(super) fn escapes(raw: &str) -> bool {
    raw.starts_with(['/', '\\']) || raw.get(1..2) == Some(":") || raw.split(['/', '\\']).any(|part| part == "..")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_only_what_is_safe_to_show_and_store() {
        assert_eq!(safe("../../etc/passwd"), "passwd");
        assert_eq!(safe("C:\\Users\\Ann\\Sales.csv"), "Sales.csv");
        assert_eq!(safe("sa\0les\r\n.csv"), "sales.csv");
        assert_eq!(safe("sales\u{202E}vsc.exe"), "salesvsc.exe");
        assert_eq!(safe("  Café 20.11.csv "), "Café 20.11.csv");
        for nothing in ["", "..", "/", "a/..", "\0", " . "] {
            assert_eq!(safe(nothing), "", "{nothing:?}");
        }
        let long = safe(&format!("{}.csv", "é".repeat(10_000)));
        assert!(long.chars().count() <= LENGTH + 1 && long.ends_with(".csv"));
    }

    #[test]
    fn folders_in_a_zip_are_no_escape() {
        assert!(!escapes("2026/leith/sales.csv"));
        for bad in ["../a", "a/../../b", "/etc/passwd", "\\a", "c:\\a", "a\\..\\b"] {
            assert!(escapes(bad), "{bad}");
        }
    }
}
