//! The summary page: every store and day at a glance, what needs a person, and the reports.

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::NaiveDate;

use super::html::{completeness, made, tone};
use super::page::{escape, page};
use super::people::{day, span};
use super::summary::{Summary, Written};
use crate::report::{Completeness, Group, has_come};

/// The summary as one self-contained page.
pub fn index(summary: &Summary<'_>) -> String {
    let days: BTreeSet<NaiveDate> = summary.days.iter().map(|day| day.trading_day).collect();
    let lede = match (days.first(), days.last()) {
        (Some(&from), Some(&to)) => span(from, to),
        _ => "no store-days yet".to_owned(),
    };
    let mut body = format!(
        "<p class=\"eyebrow\">Sales audit</p>\n<h1>{}</h1>\n<p class=\"lede\">{}</p>\n",
        escape(summary.title),
        escape(&lede)
    );
    body.push_str(&completeness(&Completeness::of(summary.days)));
    body.push_str(&tiles(summary));
    body.push_str(&grid(summary, &days));
    body.push_str(&needs(summary));
    body.push_str(&files(summary));
    if !summary.notes.is_empty() {
        body.push_str("<h2>Notes</h2>\n<ul class=\"notes\">\n");
        summary.notes.iter().for_each(|note| body.push_str(&format!("<li>{}</li>\n", escape(note))));
        body.push_str("</ul>\n");
    }
    body.push_str(&made(summary.now));
    page(summary.title, &body)
}

fn tiles(summary: &Summary<'_>) -> String {
    let mut html = String::from("<ul class=\"tiles\">\n");
    let mut tile = |number: &str, what: &str| {
        let _ = writeln!(html, "<li><strong>{}</strong><span>{}</span></li>", escape(number), escape(what));
    };
    tile(&summary.takings(), "takings, tax included");
    match summary.needs().len() {
        0 => tile("0", "things need a person"),
        1 => tile("1", "thing needs a person"),
        more => tile(&more.to_string(), "things need a person"),
    }
    for (what, count) in summary.counts {
        tile(&count.to_string(), what);
    }
    html.push_str("</ul>\n");
    html
}

/// Stores down, days across.
fn grid(summary: &Summary<'_>, days: &BTreeSet<NaiveDate>) -> String {
    if days.is_empty() {
        return String::new();
    }
    let stores: BTreeSet<&str> = summary.days.iter().map(|day| day.store.as_str()).collect();
    let amounts = summary.currency().map(|of| format!(", amounts in {}", escape(of))).unwrap_or_default();
    let mut html = format!(
        "<h2 id=\"days\">Store-days</h2>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"days\" tabindex=\"0\">\n<table class=\"grid\">\n\
         <caption>State, takings and drawer of every store and day{amounts}</caption>\n<thead>\n<tr><th scope=\"col\">Store</th>"
    );
    for date in days {
        let _ = write!(html, "<th scope=\"col\">{}</th>", day(*date));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for store in stores {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escape(summary.name(store)));
        for date in days {
            let of = summary.days.iter().find(|day| day.store == store && day.trading_day == *date);
            let _ = match of {
                None => write!(html, "<td></td>"),
                Some(day) => {
                    let amount = if has_come(day) {
                        format!("<span class=\"amount\">{}</span>", escape(&summary.amount(day.bridge.takings, day)))
                    } else {
                        String::new()
                    };
                    let drawer = match summary.over_short(day) {
                        drawer if drawer.is_empty() => drawer,
                        drawer => format!("<span class=\"drawer\">{}</span>", escape(&drawer)),
                    };
                    let (tone, state) = (tone(day.state), escape(&summary.state(day)));
                    write!(html, "<td><span class=\"state {tone}\">{state}</span>{amount}{drawer}</td>")
                }
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    html
}

fn needs(summary: &Summary<'_>) -> String {
    let needs = summary.needs();
    let mut html = String::from("<h2>What needs a person</h2>\n");
    if needs.is_empty() {
        html.push_str("<p>Nothing. Good night!</p>\n");
        return html;
    }
    html.push_str("<ol class=\"needs\">\n");
    for need in &needs {
        let urgent = if need.urgent { " class=\"urgent\"" } else { "" };
        let place =
            if need.place.is_empty() { String::new() } else { format!("<span class=\"place\">{}:</span> ", escape(&need.place)) };
        let more = if need.more > 0 { format!(" And {} more like it.", need.more) } else { String::new() };
        let help = if need.help.is_empty() { String::new() } else { format!("\n<p class=\"help\">{}</p>", escape(&need.help)) };
        let _ = writeln!(html, "<li{urgent}><p>{place}{}{more}</p>{help}</li>", escape(&need.what));
    }
    html.push_str("</ol>\n");
    html
}

/// Every file of every report, by what the reports are about: what it shows, of which days, how complete, in which formats.
fn files(summary: &Summary<'_>) -> String {
    let mut html = String::new();
    for &group in Group::ALL {
        let mut reports: Vec<&Written> = Vec::new();
        for file in summary.files.iter().filter(|file| file.report.group == group) {
            if !reports.iter().any(|seen| same(seen, file)) {
                reports.push(file);
            }
        }
        if reports.is_empty() {
            continue;
        }
        let (title, id) = (escape(group.title()), group.word());
        let _ = write!(
            html,
            "<h3 id=\"{id}\">{title}</h3>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"{id}\" tabindex=\"0\">\n<table class=\"files\">\n\
             <caption class=\"unseen\">Reports: {title}</caption>\n<thead>\n<tr><th scope=\"col\">Report</th><th scope=\"col\">What it shows</th>\
             <th scope=\"col\" class=\"num\">Rows</th><th scope=\"col\">Days</th><th scope=\"col\">Complete</th><th scope=\"col\">Files</th></tr>\n\
             </thead>\n<tbody>\n"
        );
        for report in reports {
            let formats: Vec<&str> =
                summary.files.iter().filter(|file| same(file, report)).map(|file| file.file.as_str()).collect();
            html.push_str(&row(report, &formats));
        }
        html.push_str("</tbody>\n</table>\n</div>\n");
    }
    if html.is_empty() {
        return html;
    }
    let stamp = summary.now.format("%A %-d %B %Y at %H:%M");
    format!("<h2 id=\"reports\">Reports</h2>\n<p class=\"lede\">Every file of this folder, as it was on {stamp}.</p>\n{html}")
}

/// Are both formats of one report?
fn same(one: &Written, other: &Written) -> bool {
    let key = |of: &Written| (of.report.name, of.from, of.to);
    key(one) == key(other) && one.store == other.store
}

/// One report with its formats; its title leads to the page, where there is one.
fn row(report: &Written, names: &[&str]) -> String {
    let title = escape(report.report.title);
    let first = names.iter().find(|name| name.ends_with(".html")).or(names.first()).copied().unwrap_or_default();
    let links: Vec<String> = names
        .iter()
        .map(|name| {
            let format = escape(name.rsplit_once('.').map_or(name, |(_, extension)| extension));
            format!("<a href=\"{}\" aria-label=\"{title}, {format}\">{format}</a>", link(name))
        })
        .collect();
    let days = match &report.store {
        Some(store) => format!("{}, {store}", span(report.from, report.to)),
        None => span(report.from, report.to),
    };
    let tone = if report.completeness.is_whole() { "good" } else { "near" };
    let whole = report.completeness.to_string();
    let short = whole.split_once(", ").map_or(whole.as_str(), |(short, _)| short);
    format!(
        "<tr><th scope=\"row\"><a href=\"{}\">{title}</a></th><td>{}</td><td class=\"num\">{}</td><td>{}</td>\
         <td class=\"{tone}-ink\" title=\"{}\">{}</td><td>{}</td></tr>\n",
        link(first),
        escape(report.report.shows),
        report.rows,
        escape(&days),
        escape(&whole),
        escape(short),
        links.join(" · ")
    )
}

/// A relative link: every character that a URL gives a meaning of its own is written as its code.
fn link(name: &str) -> String {
    let mut link = String::from("./");
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => link.push(char::from(byte)),
            other => {
                let _ = write!(link, "%{other:02X}");
            }
        }
    }
    link
}
