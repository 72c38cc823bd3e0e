//! The manual page of a code, as `epos explain` and the web page show it.

use super::{Code, Effect, Severity};

/// A code's page: a title line such as `T002 transaction-total (error: does not add up)`, then what it checks, why it matters,
/// an example, and what to do, as Markdown.
pub fn explain(code: Code) -> String {
    let rule = code.0;
    let plain = match (rule.effect, rule.severity) {
        (Effect::Refuse, _) => "cannot load this file",
        (Effect::Reject, _) => "cannot load this row",
        (Effect::Hold, _) => "held until somebody answers",
        (Effect::Say, Severity::Note) => "fixed for you, or good to know",
        (Effect::Say, Severity::Warning) => "please check",
        (Effect::Say, Severity::Error) => "does not add up",
    };
    let mut page = format!("{} {} ({}: {plain})\n\n", rule.code, rule.name, rule.severity.word());
    for line in rule.doc.lines() {
        page.push_str(line.strip_prefix(' ').unwrap_or(line));
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::super::*;

    #[test]
    fn every_page_has_all_headings_and_something_below_each() {
        for code in ALL {
            let page = explain(*code);
            let mut rest = page.as_str();
            for heading in ["## What it checks\n", "## Why it matters\n", "## Example\n", "## What to do\n"] {
                let (before, after) = rest.split_once(heading).unwrap_or_else(|| panic!("{code} has no “{}”", heading.trim()));
                assert!(before.trim().len() > 5, "{code}: nothing before “{}”", heading.trim());
                rest = after;
            }
            assert!(rest.trim().len() > 5, "{code}: nothing to do");
        }
    }

    #[test]
    fn pages_begin_with_one_sentence_and_never_blame() {
        for code in ALL {
            let page = explain(*code).to_lowercase();
            let summary = page.lines().nth(2).unwrap_or_default();
            assert!(summary.len() > 10, "{code} has no summary");
            for word in ["theft", "suspect", "dishonest", "invalid", "variance", "discrepancy"] {
                assert!(!page.contains(word), "{code} says {word}");
            }
        }
    }

    #[test]
    fn a_page_reads_like_a_manual() {
        let page = explain(T010);
        assert!(
            page.starts_with("T010 future-date (error: does not add up)\n\nA date lies in the future.\n\n## What it checks\n"),
            "{page}"
        );
        assert!(explain(F003).starts_with("F003 bad-number (error: cannot load this row)\n"));
    }
}
