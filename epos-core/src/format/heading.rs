//! Headings: how a file's column names are matched.

/// BOM stripped, lower case, anything but letters and digits one blank: `Line Total (£)` is `line total`.
pub fn normal(heading: &str) -> String {
    let mut normal = String::with_capacity(heading.len());
    for c in heading.trim_start_matches('\u{feff}').chars() {
        if c.is_alphanumeric() {
            normal.extend(c.to_lowercase());
        } else if !normal.ends_with(' ') && !normal.is_empty() {
            normal.push(' ');
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

/// Is `heading`, written in any way, this normal one? Most are told apart by their first letter, without making a text.
pub fn is(heading: &str, normal_heading: &str) -> bool {
    let first = heading.chars().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
    first == normal_heading.chars().next() && normal(heading) == normal_heading
}

#[cfg(test)]
mod tests {
    use super::{is, normal};

    #[test]
    fn a_heading_is_itself_in_any_writing_and_nothing_else() {
        assert!(is(" Line__Total (£) ", "line total") && is("---", ""));
        assert!(!is("Line Total", "line") && !is("Net", "line total") && !is("", "line"));
    }

    #[test]
    fn case_marks_and_blanks_do_not_matter() {
        assert_eq!(normal("\u{feff} Line__Total (£) "), "line total");
        assert_eq!(normal("Total Net Price"), "total net price");
        assert_eq!(normal("---"), "");
    }
}
