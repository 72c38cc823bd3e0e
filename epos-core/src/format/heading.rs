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

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn case_marks_and_blanks_do_not_matter() {
        assert_eq!(normal("\u{feff} Line__Total (£) "), "line total");
        assert_eq!(normal("Total Net Price"), "total net price");
        assert_eq!(normal("---"), "");
    }
}
