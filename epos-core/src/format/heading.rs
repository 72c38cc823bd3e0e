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

/// Is the normal heading this prefix, or this prefix and more words? `tax 20` begins with `tax`, `taxi` does not.
pub fn begins(normal_heading: &str, prefix: &str) -> bool {
    normal_heading.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Is `heading`, written in any way, this normal one? Most are told apart by their first letter.
pub fn is(heading: &str, normal_heading: &str) -> bool {
    let mut rest = normal_heading.chars();
    let (mut begun, mut blank) = (false, false);
    for c in heading.chars() {
        if !c.is_alphanumeric() {
            blank = begun;
            continue;
        }
        if std::mem::take(&mut blank) && rest.next() != Some(' ') {
            return false;
        }
        begun = true;
        if !c.to_lowercase().all(|c| rest.next() == Some(c)) {
            return false;
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::{is, normal};

    #[test]
    fn a_heading_is_itself_in_any_writing_and_nothing_else() {
        assert!(is(" Line__Total (£) ", "line total") && is("---", ""));
        assert!(!is("Line Total", "line") && !is("Net", "line total") && !is("", "line"));
    }

    proptest::proptest! {
        #[test]
        fn being_one_is_having_the_same_normal_form(heading in "\\PC{0,12}", other in "[a-z ]{0,4}") {
            assert!(is(&heading, &normal(&heading)));
            assert_eq!(is(&heading, &other), normal(&heading) == other);
        }
    }

    #[test]
    fn case_marks_and_blanks_do_not_matter() {
        assert_eq!(normal("\u{feff} Line__Total (£) "), "line total");
        assert_eq!(normal("Total Net Price"), "total net price");
        assert_eq!(normal("---"), "");
    }
}
