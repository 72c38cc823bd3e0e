//! Findings as workflow commands, which GitHub shows beside the files of a change.

use std::fmt::Write;

use super::{Diagnostic, Severity};

/// One finding as a workflow command: `::error file=a.csv,line=14,col=6,title=F003 bad-number::…`. A row is its line and a column its
/// position, from 1; a workbook's sheet stands in the title.
///
/// Escaped as GitHub documents it: `%`, line ends, and in properties also `:` and `,`.
pub fn github(diagnostic: &Diagnostic) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let at = &diagnostic.at;
    let mut properties: Vec<(&str, String)> = Vec::new();
    if !at.document.is_empty() {
        properties.push(("file", at.document.clone()));
        properties.extend(at.row.map(|row| ("line", row.to_string())));
        properties.extend(at.row.and(at.column.as_ref()).map(|column| ("col", (u64::from(column.index) + 1).to_string())));
    }
    let mut title = format!("{} {}", diagnostic.code, diagnostic.code.0.name);
    if let Some(sheet) = &at.sheet {
        let _ = write!(title, " (sheet {sheet})");
    }
    properties.push(("title", title));
    let properties: Vec<String> = properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
    let mut message = diagnostic.message.clone();
    if diagnostic.more > 0 {
        let _ = write!(message, " (and {} more like it)", diagnostic.more);
    }
    if !diagnostic.help.is_empty() {
        let _ = write!(message, "\nhelp: {}", diagnostic.help);
    }
    format!("::{word} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    escaped(text, "%\r\n")
}

fn property(text: &str) -> String {
    escaped(text, "%\r\n:,")
}

/// Characters that GitHub would read are written as `%` and two digits; other control characters are made visible.
fn escaped(text: &str, those: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if those.contains(c) {
            let _ = write!(safe, "%{:02X}", u32::from(c));
        } else if c.is_control() {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::model::{At, Column};

    #[test]
    fn a_finding_becomes_an_annotation() {
        let at = At {
            document: "till-07.csv".into(),
            sheet: None,
            row: Some(118),
            column: Some(Column { index: 5, heading: "total".into() }),
        };
        let finding = Diagnostic::new(T002, at, "total 12.50 but lines sum to 12.00").help("100 % sure?");
        assert_eq!(
            github(&finding),
            "::error file=till-07.csv,line=118,col=6,title=T002 transaction-total::total 12.50 but lines sum to 12.00%0Ahelp: 100 %25 sure?\n"
        );
    }

    #[test]
    fn a_file_cannot_write_commands_of_its_own() {
        let at = At { sheet: Some("a,b".into()), ..At::document("x,line=1::error::.csv\r\n::stop-commands::y") };
        let finding = Diagnostic { more: 212, ..Diagnostic::new(F023, at, "one\n::error::two\u{1b}[31m") };
        assert_eq!(
            github(&finding),
            "::notice file=x%2Cline=1%3A%3Aerror%3A%3A.csv%0D%0A%3A%3Astop-commands%3A%3Ay,title=F023 repeated-header (sheet a%2Cb)\
             ::one%0A::error::two\\u{1b}[31m (and 212 more like it)\n"
        );
        assert!(
            github(&Diagnostic::new(S008, At::default(), "x").day("leith", "2026-11-20".parse().unwrap()))
                .starts_with("::warning title=S008")
        );
    }
}
