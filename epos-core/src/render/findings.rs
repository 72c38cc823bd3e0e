//! Findings as a page: by code, each with its places and its manual.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDateTime;

use super::html::made;
use super::page::{escape, page};
use crate::diagnostic::{Code, Diagnostic, Severity, explain};

/// The findings as one self-contained page, worst codes first. `#T002` is the section of a code, `#manual-T002` its manual.
pub fn findings(title: &str, found: &[Diagnostic], now: NaiveDateTime) -> String {
    let mut by_code: BTreeMap<(std::cmp::Reverse<Severity>, &'static str), Vec<&Diagnostic>> = BTreeMap::new();
    for finding in found {
        by_code.entry((std::cmp::Reverse(finding.code.0.severity), finding.code.0.code)).or_default().push(finding);
    }
    let count =
        |severity| found.iter().filter(|finding| finding.severity == severity).map(|finding| 1 + finding.more).sum::<usize>();
    let mut body = format!("<p class=\"eyebrow\">Findings</p>\n<h1>{}</h1>\n", escape(title));
    let _ = writeln!(
        body,
        "<p class=\"lede\">{} errors, {} warnings, {} notes.</p>",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    );
    if by_code.is_empty() {
        body.push_str("<p>Nothing was found.</p>\n");
    } else {
        body.push_str("<ul class=\"notes\">\n");
        for ((_, code), of_code) in &by_code {
            let times: usize = of_code.iter().map(|finding| 1 + finding.more).sum();
            let name = of_code.first().map_or("", |finding| finding.code.0.name);
            let _ = writeln!(body, "<li><a href=\"#{code}\">{code} {name}</a>: {times}</li>");
        }
        body.push_str("</ul>\n");
    }
    for ((_, code), of_code) in &by_code {
        let Some(first) = of_code.first() else { continue };
        let _ = writeln!(body, "<section id=\"{code}\">\n<h2>{code} {}</h2>\n<ul class=\"notes\">", first.code.0.name);
        of_code.iter().for_each(|finding| body.push_str(&one(finding)));
        let _ = writeln!(
            body,
            "</ul>\n<details id=\"manual-{code}\">\n<summary>The manual of {code}</summary>\n{}</details>\n</section>",
            manual(first.code)
        );
    }
    body.push_str(&made(now));
    page(title, &body)
}

fn one(finding: &Diagnostic) -> String {
    let code = finding.code.0.code;
    let word = finding.severity.word();
    let mut item = format!("<li><a href=\"#manual-{code}\">{word}</a>: {}", escape(&finding.message));
    let place = match (&finding.store, finding.trading_day) {
        _ if !finding.at.document.is_empty() => finding.at.to_string(),
        (Some(store), Some(day)) => format!("{store}, {day}"),
        (Some(store), None) => store.clone(),
        (None, Some(day)) => day.to_string(),
        (None, None) => String::new(),
    };
    if !place.is_empty() {
        let _ = write!(item, "<br>{}", escape(&place));
    }
    if finding.more > 0 {
        let _ = write!(item, "<br>and {} more like it", finding.more);
    }
    if !finding.help.is_empty() {
        let _ = write!(item, "<br>Help: {}", escape(&finding.help));
    }
    item + "</li>\n"
}

/// A manual page as HTML: its headings, its paragraphs, its `code`.
fn manual(code: Code) -> String {
    let mut html = String::new();
    let mut paragraph = String::new();
    let close = |paragraph: &mut String, html: &mut String| {
        if !paragraph.is_empty() {
            let _ = writeln!(html, "<p>{}</p>", marked(paragraph.trim()));
            paragraph.clear();
        }
    };
    for line in explain(code).lines().skip(1) {
        match line.strip_prefix("## ") {
            Some(heading) => {
                close(&mut paragraph, &mut html);
                let _ = writeln!(html, "<h3>{}</h3>", escape(heading));
            }
            None if line.trim().is_empty() => close(&mut paragraph, &mut html),
            None => {
                paragraph.push_str(line.trim());
                paragraph.push(' ');
            }
        }
    }
    close(&mut paragraph, &mut html);
    html
}

/// Text between backticks is code.
fn marked(text: &str) -> String {
    let mut html = String::new();
    for (position, part) in text.split('`').enumerate() {
        let part = escape(part);
        html.push_str(&if position % 2 == 1 { format!("<code>{part}</code>") } else { part });
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{ALL, F003, T002};
    use crate::model::At;

    #[test]
    fn a_page_of_findings_links_each_to_its_manual() {
        let at = At { document: "till <1>.csv".into(), row: Some(14), ..At::default() };
        let bad = Diagnostic { more: 3, ..Diagnostic::new(F003, at, "Total says 7.5O & more").help("mend \"it\"") };
        let html = findings("epos check", &[bad, Diagnostic::new(T002, At::default(), "x")], NaiveDateTime::default());
        let item = "<li><a href=\"#manual-F003\">error</a>: Total says 7.5O &amp; more<br>till &lt;1&gt;.csv, row 14\
                    <br>and 3 more like it<br>Help: mend &quot;it&quot;</li>";
        assert!(html.contains(item), "{html}");
        assert!(html.contains("5 errors, 0 warnings, 0 notes"));
        assert!(html.contains("<li><a href=\"#F003\">F003 bad-number</a>: 4</li>"));
        for id in ["id=\"F003\"", "id=\"manual-F003\"", "id=\"T002\"", "id=\"manual-T002\""] {
            assert_eq!(html.matches(id).count(), 1, "{id}");
        }
        assert!(!html.contains("<script") && !html.contains("<1>"));
    }

    #[test]
    fn every_manual_has_its_four_headings() {
        for code in ALL {
            let html = manual(*code);
            assert_eq!((html.matches("<h3>").count(), html.contains('`')), (4, false), "{code}: {html}");
        }
    }
}
