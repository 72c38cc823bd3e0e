//! One function per route: what was asked goes to one call into core, what came goes out. Nothing is decided here.

use chrono::NaiveDate;
use epos_core::error::{Error, Result};
use epos_core::flow::lookup::{self, PER_PAGE, Search};
use epos_core::flow::{Accepting, Audit};
use epos_core::reconcile::seal;
use epos_core::render::{self, Format};
use epos_core::report::{self, Report};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use warp::http::{StatusCode, header};

use crate::answer::Answer;
use crate::asked::Asked;
use crate::page;
use crate::site::Site;

pub fn page(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    match (asked.text("item"), asked.text("q")) {
        (Some(code), _) => item_page(books, asked, code),
        (None, Some(_)) => found_page(books, asked),
        (None, None) => Ok(page::start(&lookup::stores(books.db())?, asked)),
    }
}

fn found_page(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let found = lookup::lookup(books.db(), &search(asked), asked.now)?;
    match &found.items[..] {
        [only] if found.total == 1 => item_page(books, asked, &only.sku),
        _ => Ok(page::found(&found, &lookup::stores(books.db())?, asked)),
    }
}

fn item_page(books: &mut Audit, asked: &Asked, code: &str) -> Result<Answer> {
    let item = lookup::item(books.db(), code, asked.now)?.ok_or_else(|| no("item", code))?;
    let stores = lookup::availability(books.db(), code, asked.now)?.unwrap_or_default();
    Ok(page::item(&item, &stores, &lookup::stores(books.db())?, asked))
}

pub fn style(_: &Site, _: &Asked) -> Answer {
    Answer::of("text/css; charset=utf-8", include_str!("page/page.css"))
}

pub fn script(_: &Site, _: &Asked) -> Answer {
    Answer::of("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

pub fn icon(_: &Site, _: &Asked) -> Answer {
    Answer::of("image/svg+xml", include_str!("page/icon.svg"))
}

pub fn health(_: &Site, _: &Asked) -> Answer {
    Answer::json(&json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

pub fn ready(books: &mut Audit, _: &Asked) -> Result<Answer> {
    books.db().still_there()?;
    lookup::stores(books.db())?;
    Ok(Answer::json(&json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})))
}

pub fn metrics(site: &Site, _: &Asked) -> Answer {
    Answer::of(
        "text/plain; version=0.0.4; charset=utf-8",
        site.metrics.text(site.pool.waiting() + site.writer.waiting(), site.log.lost()),
    )
}

pub fn openapi(site: &Site, _: &Asked) -> Answer {
    Answer::of("application/json", site.description.clone())
}

pub fn lookup(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let found = lookup::lookup(books.db(), &search(asked), asked.now)?;
    Ok(paged(Answer::json(&found), asked, found.page, found.per_page, found.total))
}

pub fn item(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let item = lookup::item(books.db(), code(asked), asked.now)?;
    item.map(|item| Answer::json(&item)).ok_or_else(|| no("item", code(asked)))
}

pub fn availability(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let stores = lookup::availability(books.db(), code(asked), asked.now)?;
    stores.map(|stores| Answer::json(&stores)).ok_or_else(|| no("item", code(asked)))
}

pub fn stores(books: &mut Audit, _: &Asked) -> Result<Answer> {
    Ok(Answer::json(&lookup::stores(books.db())?))
}

pub fn store(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.place(store_of(asked))?))
}

pub fn stock(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let (page, per_page) = pages(asked);
    let store = books.place(store_of(asked))?.store;
    let stock = lookup::stock(books.db(), &store, page, per_page, asked.now)?.ok_or_else(|| no("store", &store))?;
    Ok(paged(Answer::json(&stock), asked, stock.page, stock.per_page, stock.total))
}

pub fn day(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.day(store_of(asked), day_of(asked))?))
}

pub fn status(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.days(asked.day("from"), asked.day("to"), asked.text("store"))?))
}

pub fn revisions(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.revisions(store_of(asked), day_of(asked))?))
}

pub fn events(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.events(store_of(asked), day_of(asked))?))
}

pub fn acceptable(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.acceptable(store_of(asked), day_of(asked))?))
}

pub fn accept(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let (code, note, by) = (code(asked), note_of(asked), by(asked));
    let (subject, second) = (asked.text("subject"), asked.text("second"));
    let (reason, tax_rate) = (asked.parsed("reason"), asked.parsed("tax_rate"));
    let said = Accepting { code, subject, reason, note, by, second, tax_rate };
    Ok(Answer::json(&books.accept(store_of(asked), day_of(asked), &said)?))
}

pub fn declare(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let (declared, reason) = (asked.parsed("declared"), asked.text("reason").unwrap_or_default());
    let declared = declared.ok_or_else(|| Error::Refused("say whether it was closed".to_owned()))?;
    Ok(Answer::json(&books.declare(store_of(asked), day_of(asked), declared, reason, by(asked))?))
}

pub fn release(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.release(store_of(asked), day_of(asked), by(asked), note_of(asked))?))
}

pub fn export(books: &mut Audit, _: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.seals(None)?))
}

pub fn heads(books: &mut Audit, _: &Asked) -> Result<Answer> {
    Ok(Answer::of("text/plain; charset=utf-8", seal::write_heads(&books.heads()?)))
}

pub fn seal(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.seal(asked.day("until"), asked.text("store"), asked.text("by"))?))
}

pub fn verify(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let anchor = match asked.text("anchor").map(seal::read_heads).transpose() {
        Ok(anchor) => anchor,
        Err(line) => return Ok(no_head(line)),
    };
    Ok(Answer::json(&books.verify(anchor.as_deref())?))
}

pub fn lock(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let last_day = asked.day("date").unwrap_or_default();
    books.lock(last_day, by(asked))?;
    Ok(Answer::json(&json!({"last_day": last_day})))
}

pub fn replies(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    Ok(Answer::json(&books.replies(asked.text("store"))?))
}

pub fn reports(_: &Site, _: &Asked) -> Answer {
    Answer::json(&report::CATALOGUE)
}

pub fn report(books: &mut Audit, asked: &Asked) -> Result<Answer> {
    let name = asked.text("name").unwrap_or_default();
    let by = asked.parsed("by");
    let more = report::Asked { top: asked.number("top"), at_least: asked.number("at_least"), by, ..report::Asked::default() };
    let report = reported(books, name, asked, more)?;
    let format = asked.parsed("format").unwrap_or(Format::Json);
    let bytes = render::render(&report, format, books.now())?;
    let file = format!("inline; filename=\"{}.{}\"", report.name, format.extension());
    Ok(Answer::of(format.media_type(), bytes).with(header::CONTENT_DISPOSITION, file))
}

// -------------------------------------------------------------------------------------------------- what the requests have in common

/// A report as it is known now, or as it was.
fn reported(books: &mut Audit, name: &str, asked: &Asked, more: report::Asked) -> Result<Report> {
    let (from, to, store) = (asked.day("from"), asked.day("to"), asked.text("store"));
    match asked.day("as_of") {
        Some(as_of) => books.report_as_of(name, (from, to), store, more, as_of, asked.text("changes") == Some("true")),
        None if asked.text("changes") == Some("true") => Err(Error::Refused("say as_of which day the changes count".to_owned())),
        None => books.report_as(name, from, to, store, more),
    }
}

/// What is said of an anchor's line that is no head.
fn no_head(line: usize) -> Answer {
    let detail = format!("`anchor`: line {line} is not a store, a number and a link, as /seals/heads gives them.");
    Answer::problem(StatusCode::BAD_REQUEST, &detail)
}

fn day_of(asked: &Asked) -> NaiveDate {
    asked.day("day").unwrap_or_default()
}

fn by(asked: &Asked) -> &str {
    asked.text("by").unwrap_or_default()
}

fn note_of(asked: &Asked) -> &str {
    asked.text("note").unwrap_or_default()
}

fn code(asked: &Asked) -> &str {
    asked.text("code").unwrap_or_default()
}

fn store_of(asked: &Asked) -> &str {
    asked.text("store").unwrap_or_default()
}

fn pages(asked: &Asked) -> (usize, usize) {
    (asked.number("page").unwrap_or(1), asked.number("per_page").unwrap_or(PER_PAGE))
}

fn search(asked: &Asked) -> Search {
    let (page, per_page) = pages(asked);
    let query = asked.text("q").unwrap_or_default().to_owned();
    Search { query, category: asked.text("category").map(str::to_owned), page, per_page }
}

fn no(what: &str, code: &str) -> Error {
    Error::NotFound(format!("there is no {what} `{code}`"))
}

/// The answer with links to the other pages.
fn paged(answer: Answer, asked: &Asked, page: usize, per_page: usize, total: usize) -> Answer {
    let last = total.div_ceil(per_page.max(1)).max(1);
    let mut others = vec![("first", 1), ("last", last)];
    others.extend((page > 1).then(|| ("prev", (page - 1).min(last))));
    others.extend((page < last).then_some(("next", page + 1)));
    let links: Vec<String> = others.iter().map(|(rel, page)| format!("<{}>; rel=\"{rel}\"", other_page(asked, *page))).collect();
    answer.with(header::LINK, links.join(", "))
}

/// The address of another page of the same.
pub fn other_page(asked: &Asked, page: usize) -> String {
    let given = |name: &&str| asked.text(name).map(|value| format!("{name}={}&", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    let kept: String = ["q", "category", "per_page"].iter().filter_map(given).collect();
    format!("{}?{kept}page={page}", asked.path)
}
