//! Printing findings for people; machines read them by their `Serialize`.

use std::collections::HashMap;
use std::fmt::Write;

use super::Diagnostic;

/// Findings of one code, document, sheet and column past the first `most` are folded into the last shown one's `more`. Order is kept.
pub fn group(diagnostics: Vec<Diagnostic>, most: usize) -> Vec<Diagnostic> {
    /// Code, document, sheet, column.
    type Like = (&'static str, String, Option<String>, Option<u32>);
    let mut seen: HashMap<Like, (usize, usize)> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        let at = &diagnostic.at;
        let key = (diagnostic.code.0.code, at.document.clone(), at.sheet.clone(), at.column.as_ref().map(|column| column.index));
        let (count, last) = seen.entry(key).or_default();
        *count += 1;
        if at.row.is_some() && *count > most {
            kept[*last].more += 1 + diagnostic.more;
        } else {
            *last = kept.len();
            kept.push(diagnostic);
        }
    }
    kept
}

/// One finding as text: headline, place, fix.
///
/// ```text
/// error[T002]: total 12.50 but lines sum to 12.00
///   --> till-07_2026-11-20.xlsx, sheet Sales, row 118, column F (total)
///    = help: rows 119-121 are its lines; is the discount column mapped?
/// ```
pub fn text(diagnostic: &Diagnostic) -> String {
    let mut text = format!("{}[{}]: {}\n", diagnostic.severity.word(), diagnostic.code, diagnostic.message);
    let place = match (&diagnostic.store, diagnostic.trading_day) {
        _ if !diagnostic.at.document.is_empty() => diagnostic.at.to_string(),
        (Some(store), Some(day)) => format!("{store}, {day}"),
        (Some(store), None) => store.clone(),
        _ => String::new(),
    };
    if !place.is_empty() {
        let _ = writeln!(text, "  --> {place}");
    }
    if diagnostic.more > 0 {
        let _ = writeln!(text, "   = and {} more like it", diagnostic.more);
    }
    if !diagnostic.help.is_empty() {
        let _ = writeln!(text, "   = help: {}", diagnostic.help);
    }
    visible(&text)
}

/// Does a letter steer a terminal, or turn the direction of what follows, rather than show itself? Line breaks and tabs are meant.
pub fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Text with its control characters shown, so that nothing in a file can steer a terminal.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::model::{At, Column};

    #[test]
    fn a_finding_reads_as_designed() {
        let at = At {
            document: "till-07_2026-11-20.xlsx".into(),
            sheet: Some("Sales".into()),
            row: Some(118),
            column: Some(Column { index: 5, heading: "total".into() }),
        };
        let finding = Diagnostic::new(T002, at, "total 12.50 but lines sum to 12.00").help("rows 119-121 are its lines");
        assert_eq!(
            text(&finding),
            "error[T002]: total 12.50 but lines sum to 12.00\n  --> till-07_2026-11-20.xlsx, sheet Sales, row 118, column F (total)\n   = help: rows 119-121 are its lines\n"
        );
    }

    #[test]
    fn nothing_in_a_file_steers_the_terminal() {
        let finding = Diagnostic::new(F003, At::document("a\u{1b}[31m\u{202e}vsc.exe"), "b\u{7}\u{9b}");
        assert_eq!(text(&finding), "error[F003]: b\\u{7}\\u{9b}\n  --> a\\u{1b}[31m\\u{202e}vsc.exe\n");
    }

    #[test]
    fn repeats_are_folded_into_the_last_shown_and_none_is_lost() {
        let finding = |row| Diagnostic::new(F003, At { document: "a.csv".into(), row: Some(row), ..At::default() }, "x");
        let grouped = group((1..=222).map(finding).collect(), 10);
        assert_eq!(grouped.len(), 10);
        assert_eq!(grouped.iter().map(|finding| 1 + finding.more).sum::<usize>(), 222);
    }

    #[test]
    fn codes_are_unique_and_ordered_within_their_family() {
        for pair in ALL.windows(2) {
            let [a, b] = [pair[0].0, pair[1].0];
            assert!(a.code[..1] != b.code[..1] || a.code < b.code, "{} then {}", a.code, b.code);
            assert!(!a.doc.is_empty());
        }
    }
}
