//! `openapi.json`, made from the table of routes: what is not in the table is not served, and what is served is described.

use epos_core::render::Format;
use serde_json::{Map, Value, json};

use crate::routes::{Answers, Body, Handled, Kind, Parameter, ROUTES, Route};

/// The schemas of what is answered.
const SCHEMAS: &str = include_str!("schemas.json");

/// Lines of heads as `seal::read_heads` reads them: store, number and link; lines that are empty or begin with `#` say nothing.
const HEADS: &str = concat!(
    r"^(#[^\u0000-\u001f\u007f-\u009f]*|[ \t]*([^\s\u0000-\u001f\u007f-\u009f]+[ \t]+[0-9]{1,18}[ \t]+[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*)?)",
    r"(\n(#[^\u0000-\u001f\u007f-\u009f]*|[ \t]*([^\s\u0000-\u001f\u007f-\u009f]+[ \t]+[0-9]{1,18}[ \t]+[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*)?))*$",
);

/// What holds for every route.
const ABOUT: &str = "Decimals are strings. A parameter, or a member of a body, that a route does not know is an error, never ignored.

HEAD is answered as GET is, without the body. OPTIONS is answered with 204 and `Allow`, on every route. Methods that a path does not take get 405.

Problems are `application/problem+json` (RFC 9457) whose `type` is always `about:blank`: the status tells what kind they are and `detail` what to do; the problems of the page `/` are pages. What is not HTTP, or has too long or too many headers, is refused before any route sees it: 400, 414 or 431 with an empty body, and the connection is closed.

Reports, store-days, seals and answers to senders are figures. They are for whoever sends the token; a server without a token shows them only to whoever asks at its own machine, by the name `localhost` or an address such as 127.0.0.1 or [::1], without `Origin`, `Via`, `Forwarded`, `X-Forwarded-*` or `X-Real-IP`. A server behind a proxy needs a token: it cannot know for whom a proxy asks.

GET changes nothing. What people do to store-days (accept, declare, seal, release, lock) is asked with POST, by whoever may see figures, with a JSON object as `Content-Type: application/json`; a page of another site may not ask it, whatever it sends. One such request is done after another. 409 says why it may not be done as it was asked. A 503 without an answer in time may be done yet: look before asking again.

The server takes in no documents. After a load that was too large to be counted in at once, stock figures are as old as their `as_of` says, and a store's `waiting` tells how many trading days came but are not in them: the next `epos run` or `epos stock` counts them in.";

/// The description, as JSON text.
pub fn description() -> String {
    let mut paths = Map::new();
    for route in ROUTES {
        if let Some(path) = paths.entry(route.path).or_insert_with(|| json!({})).as_object_mut() {
            path.insert(method(route).to_owned(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "epos",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Items, which store has them and how sure we are; stores, store-days, what people say of them, seals and reports.",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Needed for figures when the server has a token; a server without one shows them at its own machine only, and to no proxy."}},
        },
    })
    .to_string()
}

/// The schemas; a test reads them.
fn schemas() -> Value {
    serde_json::from_str(SCHEMAS).unwrap_or_default()
}

fn method(route: &Route) -> &'static str {
    if route.body.is_some() { "post" } else { "get" }
}

fn operation(route: &Route) -> Value {
    let mut answers = Map::new();
    let mut headers = json!({"X-Request-Id": header("Names the request in the server's log")});
    let mut problems = vec![("405", "Asked with a method that it does not take"), ("413", "A body that is too large")];
    if route.body.is_some() {
        problems.extend([
            ("403", "Asked by a page of another site"),
            ("408", "The body took too long to come"),
            ("415", "The body is not said to be JSON"),
        ]);
    } else {
        headers["ETag"] = header("Names this answer; send it back as If-None-Match");
        answers.insert("304".to_owned(), json!({"description": "The client has it already"}));
    }
    answers.insert("200".to_owned(), json!({"description": "The answer", "headers": headers, "content": content(route)}));
    if matches!(route.handler, Handled::Here(_)) {
        problems.push(("400", "A parameter that is not known"));
    } else {
        problems.extend([
            ("400", "A parameter is not known or not what it must be"),
            ("500", "The answer could not be made"),
            ("503", "The database cannot be reached, or too many ask; Retry-After says when to ask again"),
        ]);
    }
    problems.extend((route.path.contains('{') || route.names_a_store()).then_some(("404", "There is no such thing")));
    let may_be_refused = matches!(route.handler, Handled::Alone(_)) || matches!(route.answers, Answers::Report);
    problems.extend(may_be_refused.then_some(("409", "It may not be done as it was asked; `detail` says what may")));
    problems.extend(route.is_page().then_some(("404", "There is no such item")));
    problems.extend(route.figures.then_some(("401", "Figures are for the shops' own people")));
    let kind = if route.is_page() {
        json!({"text/html": {"schema": {"type": "string"}}})
    } else {
        json!({"application/problem+json": {"schema": reference("Problem")}})
    };
    for (status, why) in problems {
        answers.insert(status.to_owned(), json!({"description": why, "content": kind}));
    }
    let mut operation = json!({
        "operationId": route.operation,
        "summary": route.summary,
        "parameters": route.parameters.iter().map(|parameter| described(route, parameter)).collect::<Vec<_>>(),
        "responses": answers,
    });
    if let Some(body) = &route.body {
        operation["requestBody"] = taken(body);
    }
    if let (true, Some(operation)) = (route.figures, operation.as_object_mut()) {
        operation.insert("security".to_owned(), json!([{}, {"token": []}]));
    }
    operation
}

fn described(route: &Route, parameter: &Parameter) -> Value {
    let place = if route.in_path(parameter) { "path" } else { "query" };
    json!({"name": parameter.name, "in": place, "required": place == "path", "description": parameter.meaning, "schema": schema(&parameter.kind, place)})
}

/// What a body may be: null asks for nothing, as a member that is not there does.
fn taken(body: &Body) -> Value {
    let member = |parameter: &Parameter, needed: bool| {
        let of = schema(&parameter.kind, "body");
        let of = if needed { of } else { json!({"anyOf": [of, {"type": "null"}]}) };
        let mut of = of;
        of["description"] = parameter.meaning.into();
        (parameter.name.to_owned(), of)
    };
    let members = body.needs.iter().map(|one| member(one, true)).chain(body.takes.iter().map(|one| member(one, false)));
    let needs: Vec<&str> = body.needs.iter().map(|one| one.name).collect();
    let schema = json!({
        "type": "object", "required": needs, "properties": members.collect::<Map<_, _>>(), "additionalProperties": false,
    });
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn schema(kind: &Kind, place: &str) -> Value {
    match kind {
        Kind::Text { max } => {
            // In a query an empty text asks for nothing; a path has no empty parts.
            let min = usize::from(place == "path");
            json!({"type": "string", "minLength": min, "maxLength": max, "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"})
        }
        Kind::Heads => json!({"type": "string", "pattern": HEADS}),
        Kind::Rate => json!({"type": "string", "pattern": "^[0-9]{1,3}([.][0-9]{1,4})?$"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Number { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Day => json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        Kind::Word(words) => json!({"type": "string", "enum": words()}),
    }
}

fn content(route: &Route) -> Value {
    match route.answers {
        Answers::Json(name) => json!({"application/json": {"schema": reference(name)}}),
        Answers::Text(media_type) => json!({media_type: {"schema": {"type": "string"}}}),
        Answers::Report => Format::ALL
            .iter()
            .map(|format| {
                let media_type = format.media_type().split(';').next().unwrap_or_default().to_owned();
                let schema = if *format == Format::Json { reference("Report") } else { json!({"type": "string"}) };
                (media_type, json!({"schema": schema}))
            })
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn header(meaning: &str) -> Value {
    json!({"description": meaning, "schema": {"type": "string"}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description: Value = serde_json::from_str(&description()).unwrap();
        let paths = description["paths"].as_object().unwrap();
        assert_eq!(paths.values().map(|path| path.as_object().unwrap().len()).sum::<usize>(), ROUTES.len());
        for route in ROUTES {
            let operation = &paths[route.path][method(route)];
            assert_eq!(operation["operationId"], route.operation);
            assert_eq!(operation["requestBody"].is_object(), route.body.is_some());
            assert_eq!(operation["parameters"].as_array().unwrap().len(), route.parameters.len());
        }
        let operations: std::collections::BTreeSet<_> = ROUTES.iter().map(|route| route.operation).collect();
        assert_eq!(operations.len(), ROUTES.len(), "an operation is one route");
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_schema_is_needed() {
        let text = description();
        let description: Value = serde_json::from_str(&text).unwrap();
        let schemas = description["components"]["schemas"].as_object().unwrap();
        let named: Vec<&str> = text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert!(named.iter().all(|name| schemas.contains_key(*name)), "{named:?}");
        assert!(schemas.keys().all(|name| named.contains(&name.as_str())));
    }
}
