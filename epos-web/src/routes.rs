//! Every route, once: what it is called, what it takes, what it answers, and the handler. The filter, the metrics, `openapi.json` and
//! the tests all come from this table.

use epos_core::render::Format;
use epos_core::report::By;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::handlers;
use crate::pool::Handler;
use crate::site::Site;

/// Something that can be asked for.
#[derive(Debug)]
pub struct Route {
    /// The path; what stands in braces is a parameter.
    pub path: &'static str,
    /// The verb of core, of the command line and of Python.
    pub operation: &'static str,
    pub summary: &'static str,
    /// Of path and query.
    pub parameters: &'static [Parameter],
    pub answers: Answers,
    pub handler: Handled,
    /// Figures of the shops, which not every visitor may see.
    pub figures: bool,
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
    Text { max: usize },
    Number { min: usize, max: usize },
    Day,
    Word(fn() -> Vec<&'static str>),
}

/// What a route answers when all is well.
#[derive(Debug)]
pub enum Answers {
    /// JSON of a schema in `openapi.json`.
    Json(&'static str),
    /// Text of a media type.
    Text(&'static str),
    /// A report in the format that was asked for.
    Report,
}

/// Who answers.
#[derive(Debug)]
pub enum Handled {
    /// The server itself: nothing is read.
    Here(fn(&Site, &Asked) -> Answer),
    /// A reader, from its books.
    Books(Handler),
    /// A reader, from books that are opened for it: what it tells depends on the clock and on everything that was loaded.
    Fresh(Handler),
}

const CODE: Parameter = text("code", 100, "Our code (SKU) or a barcode: EAN-8, UPC-12, EAN-13 or GTIN-14");
const STORE: Parameter = text("store", 100, "The store's code, its name or an alias");
const PAGE: Parameter = Parameter { name: "page", kind: Kind::Number { min: 1, max: 1_000_000 }, meaning: "Which page, from 1" };
const PER_PAGE: Parameter =
    Parameter { name: "per_page", kind: Kind::Number { min: 1, max: 100 }, meaning: "How many on a page (20)" };
const QUERY: Parameter = text("q", 200, "Words of a name, a code or a barcode; the beginning of a word is enough");
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
    Route { path, operation, summary, parameters, answers, handler, figures: false }
}

/// Of what only the shops' own people may see.
const fn figures(of: Route) -> Route {
    Route {
        path: of.path,
        operation: of.operation,
        summary: of.summary,
        parameters: of.parameters,
        answers: of.answers,
        handler: of.handler,
        figures: true,
    }
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
        &[STORE, day("day", "The trading day")],
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
            day("from", "First day; the first known when absent"),
            day("to", "Last day; the last known when absent"),
            text("store", 100, "One store only, by code, name or alias"),
            Parameter { name: "top", kind: Kind::Number { min: 1, max: 1_000_000 }, meaning: "How many to show" },
            Parameter { name: "at_least", kind: Kind::Number { min: 0, max: 1_000_000 }, meaning: "The fewest that are shown" },
            Parameter { name: "by", kind: Kind::Word(|| By::WORDS.to_vec()), meaning: "By what the report goes" },
            Parameter {
                name: "format",
                kind: Kind::Word(|| Format::ALL.iter().map(|format| format.name()).collect()),
                meaning: "How it is written (json)",
            },
        ],
        Answers::Report,
        Handled::Fresh(handlers::report),
    )),
];

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
        let of = |path: &str| ROUTES.iter().filter(|route| route.fits(path)).map(|route| route.operation).collect::<Vec<_>>();
        assert_eq!(of("/"), ["page"]);
        assert_eq!(of("/products"), ["lookup"]);
        assert_eq!(of("/products/a%2Fb"), ["item"]);
        assert_eq!(of("/products/x/availability"), ["availability"]);
        for path in ["", "//", "/products/", "/products//availability", "/products/x/y", "/product", "/health/x", "/stores/../days"]
        {
            assert_eq!(of(path), [""; 0], "{path}");
        }
        for route in ROUTES {
            assert_eq!(of(route.path).len(), 1, "{}", route.path);
            let braces = route.path.matches('{').count();
            assert_eq!(route.parameters.iter().filter(|parameter| route.in_path(parameter)).count(), braces, "{}", route.path);
        }
    }
}
