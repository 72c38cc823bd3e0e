//! The one door: a request is a line of JSON and then bytes, and so is the reply.
//!
//! The line names a `verb`, as the library and the program do, and what it needs (see `Request`). The bytes are the document that is
//! called `name`, or rows to be written. A reply's line is empty but for what does not belong to the answer itself, or says `error` and
//! `message`; its bytes are the answer: what the program prints with `--json`, a report, a piece of an Arrow stream.
//!
//! Series (`blocks`, `arrow`, `attachments`) are begun with their verb, give a piece for every `next`, and say `"more":false` with the last.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use epos_core::diagnostic::{self, Checked, Code, Diagnostic};
use epos_core::edge::open;
use epos_core::error::Error;
use epos_core::flow::lookup::{PER_PAGE, Search};
use epos_core::flow::{self, Audit, Table, Texts};
use epos_core::format::{self, ArrowWriter};
use epos_core::mail;
use epos_core::model::{Block, Document, Kind, Limits};
use epos_core::port::Arrival;
use epos_core::reconcile::seal::{self, Head};
use epos_core::render::{self, Format};
use epos_core::report;
use serde_json::{Value as Json, json};

use crate::answer::{self, Refused, Reply};
use crate::held;
use crate::request::Request;

/// Rows that travel in one reply. More come in blocks, or by Arrow.
const ROWS: usize = 50_000;

/// Rows of one piece of an Arrow stream, about.
const PIECE: usize = 16_000;

/// Answers one request. Never panics: a defect is a reply too.
pub fn call(request: &[u8]) -> Vec<u8> {
    let end = request.iter().position(|&byte| byte == b'\n').unwrap_or(request.len());
    let (line, rest) = request.split_at(end);
    let bytes = rest.get(1..).unwrap_or_default();
    guarded(|| answer(serde_json::from_slice(line)?, bytes))
}

/// The reply of `work`: what it answers, why there is no answer, or that it panicked.
pub(crate) fn guarded(work: impl FnOnce() -> Result<Reply, Refused>) -> Reply {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Refused::panic(&*panic)))
        .unwrap_or_else(|why| answer::refused(&why))
}

fn answer(request: Request, bytes: &[u8]) -> Result<Reply, Refused> {
    match request.verb.as_str() {
        "version" => answer::value(crate::version()),
        "open" => open_books(request),
        "close" => close(&request),
        "held" => answer::value(&held::count()),
        "next" => held::next(number(request.cursor)?),
        "layouts" => books(&request, Request::reader, |audit| answer::value(&flow::listed(audit.layouts()))),
        "detect" => {
            let document = request.document(bytes)?;
            books(&request, Request::reader, |audit| answer::value(&flow::detect(&document, audit.layouts())))
        }
        "sheets" => sheets(&request, bytes),
        "explain" => explain(&request),
        "check" => check(&request, bytes),
        "batch" => batch(&request, bytes),
        "blocks" => begin_reading(request, bytes, blocks),
        "arrow" => begin_reading(request, bytes, arrow),
        "attachments" => attachments(&request, bytes),
        "reconcile" | "status" => {
            books(&request, Request::existing, |audit| answer::value(&audit.days(request.from, request.to, request.store())?))
        }
        "day" | "revisions" | "events" | "acceptable" => of_a_day(&request),
        "accept" | "declare" | "release" => say(&request),
        "seal" => {
            books(&request, Request::existing, |audit| answer::value(&audit.seal(request.until, request.store(), request.by())?))
        }
        "lock" => lock(&request),
        "verify" => verify(&request, bytes),
        "export" => export(&request),
        "load" => load(&request, bytes),
        "report" => a_report(&request),
        "replies" => books(&request, Request::existing, |audit| answer::value(&audit.replies(request.store())?)),
        "lookup" => lookup(&request),
        "stock" => stock(&request),
        "write" => write(&request, bytes),
        "run" => run(&request),
        other => Err(Refused::request(format!("there is no verb `{other}`"))),
    }
}

fn number(number: Option<u64>) -> Result<u64, Refused> {
    number.ok_or_else(|| Refused::request("it names nothing that was opened"))
}

/// Works with the books that are open, or with books opened for this request alone.
fn books<T>(
    request: &Request,
    open: fn(&Request) -> epos_core::error::Result<Audit>,
    work: impl FnOnce(&mut Audit) -> Result<T, Refused>,
) -> Result<T, Refused> {
    match request.handle {
        Some(handle) => work(&mut held::books(handle)?.audit()),
        None => work(&mut open(request)?),
    }
}

fn open_books(request: Request) -> Result<Reply, Refused> {
    let audit = request.audit()?;
    let handle = held::keep(request, audit);
    Ok(answer::whole(&json!({ "handle": handle }), Vec::new()))
}

fn close(request: &Request) -> Result<Reply, Refused> {
    held::close(number(request.handle.or(request.cursor))?);
    Ok(answer::whole(&json!({}), Vec::new()))
}

fn explain(request: &Request) -> Result<Reply, Refused> {
    let Some(text) = &request.code else { return answer::value(&diagnostic::all()) };
    let unknown = || Error::NotFound(format!("there is no code `{text}`; `epos explain` lists them all"));
    let code = Code::parse(text).ok_or_else(unknown)?;
    Ok(answer::whole(&json!({}), diagnostic::explain(code).into_bytes()))
}

fn sheets(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let read = format::sheets(&request.document(bytes)?, &Limits::default());
    few(read.value.iter().map(|sheet| sheet.rows.len()).sum())?;
    answer::with(&json!({ "diagnostics": read.diagnostics }), &read.value)
}

fn few(rows: usize) -> Result<(), Refused> {
    if rows <= ROWS {
        return Ok(());
    }
    let message = format!("it has more than {ROWS} rows, too many for one answer; take them in `blocks`, or as `arrow`");
    Err(Refused::request(message))
}

fn check(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let opened = request.documents(bytes)?;
    books(request, Request::reader, |audit| {
        let mut found = opened.diagnostics;
        for document in &opened.value {
            found.extend(audit.check(document, &request.reading())?);
        }
        answer::value(&found)
    })
}

fn load(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let opened = request.documents(bytes)?;
    let work = |audit: &mut Audit| {
        let mut all = Vec::new();
        for document in &opened.value {
            all.push(audit.load(document, &request.reading())?);
        }
        let judged = audit.judge_after(&all)?;
        let shared = audit.shared(&all)?;
        answer::with(&json!({ "judged": judged, "opening": opened.diagnostics, "shared": shared }), &all)
    };
    books(request, Request::audit, work)
}

fn a_report(request: &Request) -> Result<Reply, Refused> {
    let Some(name) = &request.report else { return answer::value(report::CATALOGUE) };
    let format = request.format.as_deref().unwrap_or("json").parse::<Format>().map_err(Error::NotFound)?;
    books(request, Request::existing, |audit| {
        let (span, store, asked) = ((request.from, request.to), request.store(), request.asked()?);
        let made = match request.as_of {
            None if request.changes => return Err(Refused::request("say as_of which day the changes count")),
            None => audit.report_as(name, span.0, span.1, store, asked)?,
            Some(as_of) => audit.report_as_of(name, span, store, asked, as_of, request.changes)?,
        };
        Ok(answer::whole(&json!({}), render::render(&made, format, audit.now())?))
    })
}

fn of_a_day(request: &Request) -> Result<Reply, Refused> {
    let (store, day) = request.store_day()?;
    books(request, Request::existing, |audit| match request.verb.as_str() {
        "revisions" => answer::value(&audit.revisions(store, day)?),
        "events" => answer::value(&audit.events(store, day)?),
        "acceptable" => answer::value(&audit.acceptable(store, day)?),
        _ => answer::value(&audit.day(store, day)?),
    })
}

/// What a person says of a store-day.
fn say(request: &Request) -> Result<Reply, Refused> {
    let (store, day) = request.store_day()?;
    let by = request.by().unwrap_or_default();
    books(request, Request::existing, |audit| match request.verb.as_str() {
        "accept" => answer::value(&audit.accept(store, day, &request.accepting()?)?),
        "declare" => {
            let (declared, reason) = request.declaring()?;
            answer::value(&audit.declare(store, day, declared, reason, by)?)
        }
        _ => answer::value(&audit.release(store, day, by, request.note())?),
    })
}

fn lock(request: &Request) -> Result<Reply, Refused> {
    let last_day = request.date.ok_or_else(|| Refused::request("name the last day of the period"))?;
    books(request, Request::existing, |audit| {
        audit.lock(last_day, request.by().unwrap_or_default())?;
        answer::value(&json!({ "last_day": last_day }))
    })
}

fn verify(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let anchor = match request.sources(bytes)?.is_empty() {
        true => None,
        false => Some(heads(&request.document(bytes)?)?),
    };
    books(request, Request::existing, |audit| answer::value(&audit.verify(anchor.as_deref())?))
}

/// The heads that a document holds.
fn heads(document: &Document) -> Result<Vec<Head>, Refused> {
    let mut text = String::new();
    let unread = |why: String| Refused::request(format!("{}: {why}", document.name));
    document.open().read_to_string(&mut text).map_err(|error| unread(error.to_string()))?;
    let wrong = |line| unread(format!("line {line} is not a store, a number and a link, as `export` gives them"));
    seal::read_heads(&text).map_err(wrong)
}

fn export(request: &Request) -> Result<Reply, Refused> {
    match request.what.as_deref() {
        Some("seals") => books(request, Request::existing, |audit| {
            answer::with(&json!({ "heads": seal::write_heads(&audit.heads()?) }), &audit.seals(None)?)
        }),
        _ => Err(Refused::request("say what is exported: seals")),
    }
}

fn lookup(request: &Request) -> Result<Reply, Refused> {
    let search = Search {
        category: request.category.clone(),
        page: request.page.unwrap_or(1),
        per_page: request.per_page.unwrap_or(PER_PAGE),
        ..Search::new(request.query.as_deref().unwrap_or_default())
    };
    books(request, Request::existing, |audit| {
        let now = audit.now();
        let Some(code) = &request.item else { return answer::value(&flow::lookup::lookup(audit.db(), &search, now)?) };
        let missing = || Error::NotFound(format!("no product list has an item with the code or barcode `{code}`"));
        answer::value(&flow::lookup::item(audit.db(), code, now)?.ok_or_else(missing)?)
    })
}

fn stock(request: &Request) -> Result<Reply, Refused> {
    let (page, per_page) = (request.page.unwrap_or(1), request.per_page.unwrap_or(PER_PAGE));
    let ask = |audit: &mut Audit| answer::value(&audit.stock(request.store(), request.item.as_deref(), page, per_page)?);
    books(request, Request::existing, ask)
}

fn write(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let rows: std::collections::BTreeMap<Kind, Vec<Texts>> = serde_json::from_slice(bytes)?;
    let layout = request.layout().ok_or_else(|| Refused::request("name the layout to write in"))?;
    books(request, Request::reader, |audit| Ok(answer::whole(&json!({}), audit.write_rows(&rows, layout)?)))
}

fn run(request: &Request) -> Result<Reply, Refused> {
    let place = request.places.first().map(String::as_str);
    let open::Evening { mut audit, masters, mut inbox, mut outbox, folder, replies } =
        open::evening(&request.wish(), place, request.output.as_deref())?;
    let evening = audit.run(&masters, inbox.as_mut(), outbox.as_mut(), &mut |_| {})?;
    if let Some(mut replies) = replies {
        audit.answer(&evening.days, replies.as_mut())?;
    }
    answer::with(&json!({ "folder": folder }), &evening)
}

// -------------------------------------------------------------------------------------------------------------- blocks and tables

fn batch(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let opened = request.documents(bytes)?;
    books(request, Request::reader, |audit| {
        let (mut blocks, mut rows) = (Vec::new(), 0);
        for document in &opened.value {
            audit.read(document, &request.reading(), &mut |block| {
                rows += answer::rows(&block.value);
                blocks.push(block);
                rows <= ROWS
            })?;
            few(rows)?;
        }
        let blocks: Vec<_> = blocks.iter().map(answer::block).collect();
        Ok(answer::whole(&json!({ "diagnostics": opened.diagnostics }), serde_json::to_vec(&blocks)?))
    })
}

/// What a series does with the documents it reads.
type Work = fn(&mut Audit, &Request, Vec<Document>, &SyncSender<Reply>) -> Result<Vec<Diagnostic>, Refused>;

/// Begins a series over documents, in books of its own, so that it never waits for whoever works with the opened ones.
fn begin_reading(request: Request, bytes: &[u8], work: Work) -> Result<Reply, Refused> {
    if let Some(table) = &request.table {
        table.parse::<Table>().map_err(Error::NotFound)?;
    }
    let opened = request.documents(bytes)?;
    let mut audit = match request.handle {
        Some(handle) => held::books(handle)?.opening.reader()?,
        None => request.reader()?,
    };
    let cursor = held::begin(move |replies| {
        let mut found = opened.diagnostics;
        found.extend(work(&mut audit, &request, opened.value, replies)?);
        Ok(answer::whole(&json!({ "more": false, "diagnostics": found }), Vec::new()))
    })?;
    Ok(answer::whole(&json!({ "cursor": cursor }), Vec::new()))
}

fn more(body: Vec<u8>) -> Reply {
    answer::whole(&json!({ "more": true }), body)
}

fn blocks(
    audit: &mut Audit,
    request: &Request,
    documents: Vec<Document>,
    replies: &SyncSender<Reply>,
) -> Result<Vec<Diagnostic>, Refused> {
    let (mut had, mut failed) = (0, None);
    for document in &documents {
        audit.read(document, &request.reading(), &mut |block| {
            had += 1;
            if had <= request.skip {
                return true;
            }
            match serde_json::to_vec(&answer::block(&block)) {
                Ok(body) => replies.send(more(body)).is_ok(),
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(Vec::new())
}

fn arrow(
    audit: &mut Audit,
    request: &Request,
    documents: Vec<Document>,
    replies: &SyncSender<Reply>,
) -> Result<Vec<Diagnostic>, Refused> {
    let table: Table = request.table.as_deref().unwrap_or(Kind::Lines.word()).parse().map_err(Error::NotFound)?;
    let config = audit.config().clone();
    let mut writer = ArrowWriter::new(&table.fields())?;
    let mut found = Vec::new();
    // The schema goes ahead, so that whoever reads knows it before the first row.
    let mut result = writer.piece().map(|piece| replies.send(more(piece)).is_ok());
    for document in &documents {
        let mut waiting: Option<Block> = None;
        let add = |block: Block, writer: &mut ArrowWriter| {
            table.rows(block, &config, &mut |row| writer.add(row.into_iter()));
            if writer.rows() < PIECE {
                return Ok(true);
            }
            writer.piece().map(|piece| replies.send(more(piece)).is_ok())
        };
        audit.read(document, &request.reading(), &mut |Checked { value: block, diagnostics }| {
            found.extend(diagnostics);
            if table.holds(&block) {
                match &mut waiting {
                    Some(waiting) => waiting.batches.extend(block.batches),
                    None => waiting = Some(block),
                }
            } else if matches!(result, Ok(true)) {
                result = add(block, &mut writer);
            }
            matches!(result, Ok(true))
        })?;
        if let (Some(block), Ok(true)) = (waiting, &result) {
            result = add(block, &mut writer);
        }
        if !matches!(result, Ok(true)) {
            break;
        }
    }
    if result? {
        let _ = replies.send(more(writer.finish()?));
    }
    Ok(found)
}

// --------------------------------------------------------------------------------------------------------------------------- mails

fn attachments(request: &Request, bytes: &[u8]) -> Result<Reply, Refused> {
    let inboxes = request.inboxes(bytes)?;
    let cursor = held::begin(move |replies| {
        for mut inbox in inboxes {
            while let Some(one) = inbox.next()? {
                if replies.send(arrival(&by_content(one))?).is_err() {
                    return Ok(Reply::new());
                }
            }
        }
        Ok(answer::whole(&json!({ "more": false, "diagnostics": [] }), Vec::new()))
    })?;
    Ok(answer::whole(&json!({ "cursor": cursor }), Vec::new()))
}

/// Who asks for attachments means a mail or an archive, whatever its name: a file that was not opened is looked into once more.
fn by_content(one: Arrival) -> Arrival {
    let [document] = &one.documents[..] else { return one };
    if document.envelope.is_some() || !document.is_held() || !one.diagnostics.is_empty() {
        return one;
    }
    let Checked { value: documents, diagnostics } = mail::arrival(&document.name, document.bytes.clone(), &Limits::default());
    Arrival { id: one.id, documents, diagnostics }
}

/// What arrived: its documents one after another, and what was found while opening it.
fn arrival(one: &Arrival) -> Result<Reply, Refused> {
    let mut body = Vec::new();
    let mut listed: Vec<Json> = Vec::new();
    for document in &one.documents {
        let before = body.len();
        document.open().read_to_end(&mut body).map_err(|error| Refused::request(format!("{}: {error}", document.name)))?;
        if let Some(why) = document.fault() {
            return Err(Refused::request(format!("{}: {why}", document.name)));
        }
        let envelope = document.envelope.as_deref();
        listed.push(json!({
            "name": document.name,
            "length": body.len() - before,
            "hash": document.hash.to_string(),
            "message": envelope.map(|envelope| &envelope.message),
            "sender": envelope.map(|envelope| &envelope.sender),
            "sent_at": envelope.and_then(|envelope| envelope.sent_at).map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string()),
            "subject": envelope.map(|envelope| &envelope.subject),
        }));
    }
    Ok(answer::whole(&json!({ "more": true, "id": one.id, "documents": listed, "diagnostics": one.diagnostics }), body))
}
