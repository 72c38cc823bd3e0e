//! Every route, once: what it is called, what it takes, what it answers, and the handler. The filter, the metrics, `openapi.json` and
//! the tests all come from this table.

use std::borrow::Cow;

use epos_core::model::{AcceptanceReason, Declared};
use epos_core::render::Format;
use epos_core::report::By;
use warp::http::Method;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::handlers;
use crate::pool::Handler;
use crate::site::Site;

/// Something that can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The path; what stands in braces is a parameter.
    pub path: &'static str,
    /// The verb of core, of the command line and of Python.
    pub operation: &'static str,
    pub summary: &'static str,
    /// Of path and query.
    pub parameters: &'static [Parameter],
    /// What it takes as a JSON object: it is asked with POST, the others with GET.
    pub body: Option<Body>,
    pub answers: Answers,
    pub handler: Handled,
    /// Figures of the shops, which not every visitor may see.
    pub figures: bool,
}

/// The members of a body.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// Those that must be there.
    pub needs: &'static [Parameter],
    /// Those that may.
    pub takes: &'static [Parameter],
}

/// What is asked, and what it can be.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
}

/// What a parameter can be.
#[derive(Debug)]
pub enum Kind {
    Text {
        max: usize,
    },
    /// Heads of chains, a line each, as long as a body may be.
    Heads,
    /// Per cent, as a decimal number.
    Rate,
    /// `true` or `false`.
    Flag,
    Number {
        min: usize,
        max: usize,
    },
    Day,
    Word(fn() -> Vec<&'static str>),
}

/// What a route answers when all is well.
#[derive(Debug, Clone, Copy)]
pub enum Answers {
    /// JSON of a schema in `openapi.json`.
    Json(&'static str),
    /// Text of a media type.
    Text(&'static str),
    /// A report in the format that was asked for.
    Report,
}

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub enum Handled {
    /// The server itself: nothing is read.
    Here(fn(&Site, &Asked) -> Answer),
    /// A reader, from its books.
    Books(Handler),
    /// A reader, from books that are opened for it: what it tells depends on the clock and on everything that was loaded.
    Fresh(Handler),
    /// The writer, one request at a time, in books that are opened for it alone.
    Alone(Handler),
}

const CODE: Parameter = text("code", 100, "Our code (SKU) or a barcode: EAN-8, UPC-12, EAN-13 or GTIN-14");
const STORE: Parameter = text("store", 100, "The store's code, its name or an alias");
const PAGE: Parameter = Parameter { name: "page", kind: Kind::Number { min: 1, max: 1_000_000 }, meaning: "Which page, from 1" };
const PER_PAGE: Parameter =
    Parameter { name: "per_page", kind: Kind::Number { min: 1, max: 100 }, meaning: "How many on a page (20)" };
const QUERY: Parameter = text("q", 200, "Words of a name, a code or a barcode; the beginning of a word is enough");
const DAY: Parameter = day("day", "The trading day");
const FROM: Parameter = day("from", "First day; the first known when absent");
const TO: Parameter = day("to", "Last day; the last known when absent");
const ONE_STORE: Parameter = text("store", 100, "One store only, by code, name or alias");
const BY: Parameter = text("by", 200, "Who, by name");
const NOTE: Parameter = text("note", 2_000, "In their own words");
const CATEGORY: Parameter = text("category", 100, "Only items of this category");

const fn text(name: &'static str, max: usize, meaning: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Text { max }, meaning }
}

const fn day(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Day, meaning }
}

const fn open(
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    answers: Answers,
    handler: Handled,
) -> Route {
    Route { path, operation, summary, parameters, body: None, answers, handler, figures: false }
}

/// Of what only the shops' own people may see.
const fn figures(of: Route) -> Route {
    Route { figures: true, ..of }
}

/// Of what only they may ask, with a body.
const fn posted(of: Route, needs: &'static [Parameter], takes: &'static [Parameter]) -> Route {
    Route { figures: true, body: Some(Body { needs, takes }), ..of }
}

/// The table.
pub static ROUTES: &[Route] = &[
    open(
        "/",
        "page",
        "The page for visitors and volunteers",
        &[QUERY, text("item", 100, "The item to show"), PAGE],
        Answers::Text("text/html"),
        Handled::Books(handlers::page),
    ),
    open("/page.css", "page_style", "The page's style", &[], Answers::Text("text/css"), Handled::Here(handlers::style)),
    open(
        "/page.js",
        "page_script",
        "The page's script: search as you type, the camera",
        &[],
        Answers::Text("text/javascript"),
        Handled::Here(handlers::script),
    ),
    open("/icon.svg", "page_icon", "The page's icon", &[], Answers::Text("image/svg+xml"), Handled::Here(handlers::icon)),
    open("/health", "health", "Is the server up?", &[], Answers::Json("Health"), Handled::Here(handlers::health)),
    open(
        "/ready",
        "ready",
        "Can the server answer from its database?",
        &[],
        Answers::Json("Health"),
        Handled::Books(handlers::ready),
    ),
    open("/metrics", "metrics", "Counters for Prometheus", &[], Answers::Text("text/plain"), Handled::Here(handlers::metrics)),
    open("/openapi.json", "openapi", "This description", &[], Answers::Json("Description"), Handled::Here(handlers::openapi)),
    open(
        "/products",
        "lookup",
        "Items by name, code or barcode, the most fitting first",
        &[QUERY, CATEGORY, PAGE, PER_PAGE],
        Answers::Json("Found"),
        Handled::Books(handlers::lookup),
    ),
    open(
        "/products/{code}",
        "item",
        "One item; a pack says what it holds",
        &[CODE],
        Answers::Json("Item"),
        Handled::Books(handlers::item),
    ),
    open(
        "/products/{code}/availability",
        "availability",
        "What every store has of an item, and how sure we are",
        &[CODE],
        Answers::Json("Availability"),
        Handled::Books(handlers::availability),
    ),
    open("/stores", "stores", "Every store", &[], Answers::Json("Stores"), Handled::Books(handlers::stores)),
    open("/stores/{store}", "store", "One store", &[STORE], Answers::Json("Store"), Handled::Books(handlers::store)),
    open(
        "/stores/{store}/stock",
        "stock",
        "What a store has on its shelves, in order of SKUs",
        &[STORE, PAGE, PER_PAGE],
        Answers::Json("Stock"),
        Handled::Books(handlers::stock),
    ),
    figures(open(
        "/stores/{store}/days/{day}",
        "day",
        "One store-day: what came, what it adds up to, what was found",
        &[STORE, DAY],
        Answers::Json("StoreDay"),
        Handled::Fresh(handlers::day),
    )),
    figures(open(
        "/replies",
        "replies",
        "Answers to senders: those that were written, and those that the next run writes",
        &[text("store", 100, "One store only, by code, name or alias")],
        Answers::Json("Replies"),
        Handled::Fresh(handlers::replies),
    )),
    figures(open(
        "/reports",
        "reports",
        "The reports there are, and what may be asked of each",
        &[],
        Answers::Json("Reports"),
        Handled::Here(handlers::reports),
    )),
    figures(open(
        "/reports/{name}",
        "report",
        "A report, in the formats of the command line",
        &[
            text("name", 100, "Its name, as /reports lists it"),
            FROM,
            TO,
            ONE_STORE,
            Parameter { name: "top", kind: Kind::Number { min: 1, max: 1_000_000 }, meaning: "How many to show" },
            Parameter { name: "at_least", kind: Kind::Number { min: 0, max: 1_000_000 }, meaning: "The fewest that are shown" },
            Parameter { name: "by", kind: Kind::Word(|| By::WORDS.to_vec()), meaning: "By what the report goes" },
            Parameter {
                name: "format",
                kind: Kind::Word(|| Format::ALL.iter().map(|format| format.name()).collect()),
                meaning: "How it is written (json)",
            },
            day("as_of", "The report as it was that evening; its notes say what changed since"),
            Parameter {
                name: "changes",
                kind: Kind::Flag,
                meaning: "With `as_of`: only the figures that are others by now, as reported, as known now, and the difference",
            },
        ],
        Answers::Report,
        Handled::Fresh(handlers::report),
    )),
    figures(open(
        "/status",
        "status",
        "How every store-day of a span stands, whether anything came or not",
        &[FROM, TO, ONE_STORE],
        Answers::Json("StoreDays"),
        Handled::Fresh(handlers::status),
    )),
    figures(open(
        "/stores/{store}/days/{day}/revisions",
        "revisions",
        "What later documents changed of a store-day, with what waits beside a sealed one",
        &[STORE, DAY],
        Answers::Json("Revisions"),
        Handled::Fresh(handlers::revisions),
    )),
    figures(open(
        "/stores/{store}/days/{day}/events",
        "events",
        "Every change of a store-day's state, with who and why",
        &[STORE, DAY],
        Answers::Json("Events"),
        Handled::Fresh(handlers::events),
    )),
    figures(open(
        "/stores/{store}/days/{day}/acceptable",
        "acceptable",
        "What of a store-day can be accepted",
        &[STORE, DAY],
        Answers::Json("AllAcceptable"),
        Handled::Fresh(handlers::acceptable),
    )),
    posted(
        open(
            "/stores/{store}/days/{day}/acceptances",
            "accept",
            "A person accepts a finding: it stays, and the reason decides what is posted",
            &[STORE, DAY],
            Answers::Json("Accepted"),
            Handled::Alone(handlers::accept),
        ),
        &[
            text("code", 20, "The finding's code, or `row` for a row that could not be read"),
            Parameter { name: "reason", kind: Kind::Word(|| AcceptanceReason::WORDS.to_vec()), meaning: "Why" },
            BY,
        ],
        &[
            text("note", 2_000, "In their own words; what proves it, where takings change"),
            text("subject", 200, "What the finding is about, where several have the code"),
            text("second", 200, "The second person, where the amount needs one"),
            Parameter {
                name: "tax_rate",
                kind: Kind::Rate,
                meaning: "The tax in a sale that was not rung, or was rung too much, in percent; the store's standard rate when absent",
            },
        ],
    ),
    posted(
        open(
            "/stores/{store}/days/{day}/declaration",
            "declare",
            "A person says that nothing will come for a day",
            &[STORE, DAY],
            Answers::Json("StoreDay"),
            Handled::Alone(handlers::declare),
        ),
        &[
            Parameter {
                name: "declared",
                kind: Kind::Word(|| Declared::WORDS.to_vec()),
                meaning: "closed, or zero: open, and nothing sold",
            },
            text("reason", 2_000, "Why"),
            BY,
        ],
        &[],
    ),
    posted(
        open(
            "/stores/{store}/days/{day}/release",
            "release",
            "Opens a sealed day: what waits beside it counts, and when it is in order it is sealed anew",
            &[STORE, DAY],
            Answers::Json("StoreDay"),
            Handled::Alone(handlers::release),
        ),
        &[BY],
        &[NOTE],
    ),
    figures(open(
        "/seals",
        "export",
        "Every seal, each store's chain from its first link on",
        &[],
        Answers::Json("Seals"),
        Handled::Fresh(handlers::export),
    )),
    figures(open(
        "/seals/heads",
        "heads",
        "Where every store's chain stands, as lines of text: send them out, and give them to `verify` as its anchor",
        &[],
        Answers::Text("text/plain"),
        Handled::Fresh(handlers::heads),
    )),
    posted(
        open(
            "/seals",
            "seal",
            "Seals every store-day that is in order, oldest first, and names those that are not",
            &[],
            Answers::Json("SealedDays"),
            Handled::Alone(handlers::seal),
        ),
        &[],
        &[day("until", "The last day; all that are due when absent"), ONE_STORE, BY],
    ),
    posted(
        open(
            "/verify",
            "verify",
            "Hashes again what was sealed, and names the first broken link of each store",
            &[],
            Answers::Json("Verified"),
            Handled::Fresh(handlers::verify),
        ),
        &[],
        &[Parameter {
            name: "anchor",
            kind: Kind::Heads,
            meaning: "Heads that were sent out: proves that nothing sealed up to them was altered, reordered or removed",
        }],
    ),
    posted(
        open(
            "/period-lock",
            "lock",
            "Closes the period up to a day: what comes later for it is posted to the current one",
            &[],
            Answers::Json("Locked"),
            Handled::Alone(handlers::lock),
        ),
        &[day("date", "The last day of the period"), BY],
        &[],
    ),
];

/// The methods that a path takes.
pub fn allowed(path: &str) -> String {
    let of = |posts: bool| ROUTES.iter().any(|route| route.fits(path) && route.body.is_some() == posts);
    [(of(false), "GET, HEAD"), (of(true), "POST"), (true, "OPTIONS")]
        .iter()
        .filter_map(|(takes, methods)| takes.then_some(*methods))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Route {
    /// Is the path one of this route?
    pub fn fits(&self, path: &str) -> bool {
        let (mut pattern, mut parts) = (self.path.split('/'), path.split('/'));
        loop {
            match (pattern.next(), parts.next()) {
                (None, None) => return true,
                (Some(word), Some(part)) if word == part || (word.starts_with('{') && !part.is_empty()) => {}
                _ => return false,
            }
        }
    }

    /// Is it asked with this method?
    pub fn takes(&self, method: &Method) -> bool {
        match self.body {
            Some(_) => method == Method::POST,
            None => matches!(*method, Method::GET | Method::HEAD),
        }
    }

    /// Its path, which with POST is another route than with GET.
    pub fn name(&self) -> Cow<'static, str> {
        match self.body {
            Some(_) => format!("POST {}", self.path).into(),
            None => self.path.into(),
        }
    }

    /// Is what it takes a store, by any name?
    pub fn names_a_store(&self) -> bool {
        let of_body = self.body.iter().flat_map(|body| body.needs.iter().chain(body.takes));
        self.parameters.iter().chain(of_body).any(|parameter| parameter.name == "store")
    }

    /// Its number in the table.
    pub fn number(&self) -> Option<usize> {
        ROUTES.iter().position(|route| std::ptr::eq(route, self))
    }

    /// One of its parameters.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// Does the parameter stand in the path?
    pub fn in_path(&self, parameter: &Parameter) -> bool {
        self.path.split('/').any(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(parameter.name))
    }

    /// Is it a page for people, whose problems are pages too?
    pub fn is_page(&self) -> bool {
        self.path == "/"
    }

    /// What is said of a member of the body that it does not take, or needs.
    pub fn not_in_body(&self, why: &str) -> String {
        let names = |of: &[Parameter]| of.iter().map(|parameter| format!("`{}`", parameter.name)).collect::<Vec<_>>().join(", ");
        let body = self.body.unwrap_or(Body { needs: &[], takes: &[] });
        let said = [(names(body.needs), "must be there"), (names(body.takes), "may be")];
        let said: Vec<String> =
            said.iter().filter(|(names, _)| !names.is_empty()).map(|(names, how)| format!("{names} {how}")).collect();
        format!("{why}: of the body's members {}.", said.join(", and "))
    }

    /// What is said of a parameter that it does not take.
    pub fn unknown(&self, name: &str) -> String {
        let known: Vec<&str> =
            self.parameters.iter().filter(|parameter| !self.in_path(parameter)).map(|parameter| parameter.name).collect();
        let known = if known.is_empty() { "it takes none".to_owned() } else { format!("it takes {}", known.join(", ")) };
        let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        format!("There is no parameter `{name}` here; {known}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_of_one_route_or_none() {
        let of = |path: &str| {
            let read = |route: &&Route| route.fits(path) && route.body.is_none();
            ROUTES.iter().filter(read).map(|route| route.operation).collect::<Vec<_>>()
        };
        assert_eq!(of("/"), ["page"]);
        assert_eq!(of("/products"), ["lookup"]);
        assert_eq!(of("/products/a%2Fb"), ["item"]);
        assert_eq!(of("/products/x/availability"), ["availability"]);
        for path in ["", "//", "/products/", "/products//availability", "/products/x/y", "/product", "/health/x", "/stores/../days"]
        {
            assert_eq!(of(path), [""; 0], "{path}");
        }
        for route in ROUTES {
            let same = |other: &&Route| other.fits(route.path) && other.body.is_some() == route.body.is_some();
            assert_eq!(ROUTES.iter().filter(same).count(), 1, "{}", route.name());
            let braces = route.path.matches('{').count();
            assert_eq!(route.parameters.iter().filter(|parameter| route.in_path(parameter)).count(), braces, "{}", route.path);
        }
        assert_eq!(allowed("/seals"), "GET, HEAD, POST, OPTIONS");
        assert_eq!((allowed("/verify"), allowed("/stores")), ("POST, OPTIONS".to_owned(), "GET, HEAD, OPTIONS".to_owned()));
    }
}
