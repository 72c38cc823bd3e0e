//! Keeps the house in order by reading its source: who may import whom, where effects, SQL, printing and `unsafe` may live,
//! and which words are ours. It guards direction and words, never line counts.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules of epos-core and the modules each may import, besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &["model"]),
    ("diagnostic", &["model"]),
    ("tax", &["model", "diagnostic"]),
    ("format", &["model", "diagnostic", "error", "tax"]),
    ("mail", &["model", "diagnostic"]),
    ("check", &["model", "diagnostic", "tax"]),
    ("ledger", &["model", "diagnostic"]),
    ("reconcile", &["model", "diagnostic", "ledger", "tax"]),
    ("stock", &["model", "diagnostic", "ledger"]),
    ("sync", &["model", "diagnostic"]),
    ("reply", &["model", "diagnostic", "reconcile"]),
    ("simulate", &["mail", "model", "diagnostic", "tax"]),
    ("report", &["model", "diagnostic", "ledger", "reconcile", "tax"]),
    ("analytics", &["model", "diagnostic", "reconcile", "report"]),
    ("render", &["model", "diagnostic", "error", "reconcile", "report"]),
    ("sql", &["model", "diagnostic", "error"]),
    ("port", &["model", "diagnostic", "error", "sql"]),
    (
        "flow",
        &[
            "analytics",
            "check",
            "diagnostic",
            "error",
            "format",
            "ledger",
            "mail",
            "model",
            "port",
            "reconcile",
            "render",
            "reply",
            "report",
            "simulate",
            "sql",
            "stock",
            "sync",
            "tax",
        ],
    ),
    ("edge", &["diagnostic", "error", "flow", "format", "mail", "model", "port", "sql"]),
];

/// Modules that never see these names, wherever they come from.
const NEVER_SEE: &[(&str, &[&str])] = &[
    ("check", &["Document", "Sheet", "SheetRow", "Statement", "Db"]),
    ("ledger", &["Document", "Sheet", "SheetRow", "Statement", "Db"]),
    ("report", &["Document", "Sheet", "SheetRow", "Statement", "Db"]),
    ("analytics", &["Document", "Sheet", "SheetRow", "Statement", "Db"]),
    ("format", &["Db", "Statement"]),
];

/// What only `edge` may do in core: files, network, environment, threads, processes, the clock.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "File::open",
    "File::create",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
];

/// Third-party crates of core, and the one place where each is used.
const PLACES: &[(&str, &[&str])] = &[
    ("arrow_array", &["format/arrow"]),
    ("arrow_ipc", &["format/arrow"]),
    ("arrow_schema", &["format/arrow"]),
    ("calamine", &["format/workbook"]),
    ("html5gum", &["format/html"]),
    ("parquet", &["format/parquet"]),
    ("quick_xml", &["format/poslog", "format/workbook"]),
    ("csv", &["format/", "render/", "simulate/damage"]),
    ("encoding_rs", &["format/"]),
    ("mail_builder", &["mail/write"]),
    ("mail_parser", &["mail"]),
    ("zip", &["mail", "format/", "simulate/pack"]),
    ("rust_xlsxwriter", &["render/"]),
    ("mysql", &["edge/mysql"]),
    ("rusqlite", &["edge/sqlite"]),
    ("flate2", &["edge/"]),
    ("getrandom", &["edge/"]),
    ("sha2", &["model/"]),
    ("chrono_tz", &["model/"]),
];

/// Files in which a binary floating-point number may appear: a workbook's cell *is* one.
const FLOATS: &[&str] = &["epos-core/src/format/workbook", "epos-core/src/render/xlsx"];

/// Modules of core in which every function that a user can call shows an example, which the documentation's tests run.
const EXAMPLES: &[&str] = &["format", "check", "ledger", "reconcile", "report", "render"];

/// Everything at the top level, and nothing else.
const TOP: &[&str] = &[
    ".ci",
    ".git",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "epos-cli",
    "epos-core",
    "epos-py",
    "epos-web",
    "examples",
    "rustfmt.toml",
    "target",
    "tests",
];

// ------------------------------------------------------------------------------------------------------------------- rules

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for source in core() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(module, _)| *module == source.module()) else {
            if source.module() != "lib" {
                wrong.push(format!("{}: module `{}` is not in MAY_IMPORT", source.path, source.module()));
            }
            continue;
        };
        for (line, name) in source.imports() {
            let known = MAY_IMPORT.iter().any(|(module, _)| *module == name);
            if known && name != source.module() && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}:{line}: `{}` may not import `{name}`", source.path, source.module()));
            }
            if !known && name.starts_with(|first: char| first.is_uppercase()) {
                wrong.push(format!("{}:{line}: import `{name}` from its module, not from the crate's root", source.path));
            }
        }
    }
    for (module, hidden) in NEVER_SEE {
        for source in core().into_iter().filter(|source| source.module() == *module) {
            for name in *hidden {
                wrong.extend(source.words(name).map(|line| format!("{}:{line}: `{module}` never sees `{name}`", source.path)));
            }
        }
    }
    none(wrong);
}

/// With one exception: the program carries the server behind its feature `serve`, so that one installation has both.
#[test]
fn fronts_import_core_and_never_each_other() {
    let excepted = "epos-web = { workspace = true, optional = true }";
    let mut wrong = Vec::new();
    for (front, others) in [
        ("epos-core", ["epos-cli", "epos-py", "epos-web"]),
        ("epos-cli", ["epos-py", "epos-web", "epos-tests"]),
        ("epos-py", ["epos-cli", "epos-web", "epos-tests"]),
        ("epos-web", ["epos-cli", "epos-py", "epos-tests"]),
    ] {
        let manifest = read(&root().join(front).join("Cargo.toml"));
        let named = manifest.lines().filter(|line| others.iter().any(|other| line.starts_with(other)));
        let named = named.filter(|line| front != "epos-cli" || *line != excepted);
        wrong.extend(named.map(|line| format!("{front}/Cargo.toml: {line}")));
    }
    none(wrong);
}

#[test]
fn effects_live_at_the_edge() {
    let mut wrong = Vec::new();
    for source in core().into_iter().filter(|source| source.module() != "edge") {
        for effect in EFFECTS {
            wrong.extend(source.paths(effect).map(|line| format!("{}:{line}: `{effect}` outside edge/", source.path)));
        }
    }
    none(wrong);
}

#[test]
fn each_third_party_crate_has_one_place() {
    let mut wrong = Vec::new();
    for source in core() {
        let inside = source.path.trim_start_matches("epos-core/src/");
        for (name, places) in PLACES {
            if !places.iter().any(|place| inside.starts_with(place)) {
                let path = format!("{name}::");
                wrong.extend(source.starts(&path).map(|line| format!("{}:{line}: `{name}` outside {places:?}", source.path)));
            }
        }
    }
    none(wrong);
}

#[test]
fn sql_text_lives_in_sql() {
    let statement = |text: &str| {
        let text = text.trim_start();
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM ", "CREATE ", "DROP ", "ALTER ", "PRAGMA ", "WITH ", "REPLACE INTO "]
            .iter()
            .any(|word| text.starts_with(word))
    };
    let mut wrong = Vec::new();
    for source in product().into_iter().filter(|source| source.module() != "sql") {
        let texts = source.texts.iter().filter(|(_, text)| statement(text));
        wrong.extend(texts.map(|(line, text)| format!("{}:{line}: SQL outside sql/: {text:.40}", source.path)));
    }
    none(wrong);
}

#[test]
fn only_programs_print() {
    let mut wrong = Vec::new();
    let quiet = |source: &Source| !source.path.starts_with("epos-cli/");
    for source in product().into_iter().filter(quiet) {
        for word in ["println", "print", "eprintln", "eprint", "dbg"] {
            let calls = source.words(word).filter(|&line| source.line(line).contains(&format!("{word}!")));
            wrong.extend(calls.map(|line| format!("{}:{line}: `{word}!` outside epos-cli", source.path)));
        }
        for name in ["stdout", "stderr"] {
            wrong.extend(source.words(name).map(|line| format!("{}:{line}: `{name}` outside epos-cli", source.path)));
        }
    }
    none(wrong);
}

#[test]
fn the_servers_handlers_decide_nothing() {
    let source = read(&root().join("epos-web/src/handlers.rs"));
    let mut wrong = Vec::new();
    for function in source.split("\npub fn ").skip(1) {
        let lines = function.lines().skip(1).take_while(|line| *line != "}").count();
        if lines > 10 {
            wrong.push(format!("epos-web/src/handlers.rs: `{}` has {lines} lines, not 10", identifier(function)));
        }
    }
    none(wrong);
}

#[test]
fn unsafe_lives_in_the_c_abi() {
    let elsewhere = product().into_iter().filter(|source| source.path != "epos-py/src/c_abi.rs");
    none(elsewhere.flat_map(|source| places(&source, "unsafe")).collect());
}

#[test]
fn money_is_never_a_float() {
    let exact = core().into_iter().filter(|source| !FLOATS.iter().any(|place| source.path.starts_with(place)));
    none(exact.flat_map(|source| [places(&source, "f64"), places(&source, "f32")].concat()).collect());
}

#[test]
fn nothing_is_left_for_later() {
    let mut wrong = Vec::new();
    for source in product() {
        for word in ["todo", "unimplemented"] {
            let calls = source.words(word).filter(|&line| source.line(line).contains(&format!("{word}!")));
            wrong.extend(calls.map(|line| format!("{}:{line}: `{word}!`", source.path)));
        }
    }
    none(wrong);
}

#[test]
fn words_are_ours() {
    let mut wrong = Vec::new();
    for source in product() {
        for part in source.path.split(['/', '.']) {
            if ["utils", "util", "helpers", "helper", "common", "misc", "manager"].contains(&part) {
                wrong.push(format!("{}: `{part}` says nothing about what is in it", source.path));
            }
        }
        for (number, line) in source.code.lines().enumerate() {
            for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
                let plain = word.to_lowercase();
                let ours = if plain == "qty" || plain.starts_with("qty_") || plain.ends_with("_qty") {
                    "quantity"
                } else if line.contains(&format!("fn {word}")) && word.starts_with("get_") {
                    "the noun it returns, without `get_`"
                } else if ["mod utils", "mod helpers", "mod common", "mod misc"].contains(&format!("mod {word}").as_str())
                    && line.contains(&format!("mod {word}"))
                {
                    "what is in it"
                } else if plain.ends_with("manager") {
                    "what it does"
                } else {
                    continue;
                };
                wrong.push(format!("{}:{}: `{word}`: say {ours}", source.path, number + 1));
            }
        }
    }
    none(wrong);
}

#[test]
fn nothing_names_registries_or_the_place_it_was_written_in() {
    // In pieces, so that this file does not name them either.
    let hosts =
        [["crates", "io"], ["pypi", "org"], ["npmjs", "org"], ["npmjs", "com"], ["docs", "rs"]].map(|parts| parts.join("."));
    let places = [["/work", "wt"], ["/work", "main"], ["/work", "shared"], ["issues", "show"]].map(|parts| parts.join("/"));
    let mut wrong = Vec::new();
    for path in files(&root()) {
        let name = relative(&path);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if name.ends_with("Cargo.lock") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let named = hosts.iter().chain(&places).filter(|word| {
                line.match_indices(word.as_str()).any(|(at, _)| {
                    let after = line[at + word.len()..].chars().next();
                    let before = line[..at].chars().next_back();
                    !after.is_some_and(char::is_alphanumeric)
                        && (word.starts_with('/') || !before.is_some_and(|c| c.is_alphanumeric()))
                })
            });
            wrong.extend(named.map(|word| format!("{name}:{}: names {word}", number + 1)));
        }
    }
    none(wrong);
}

#[test]
fn public_functions_show_an_example() {
    let mut wrong = Vec::new();
    for module in EXAMPLES {
        let facade = format!("epos-core/src/{module}/mod.rs");
        let facade = Source::new(facade.clone(), &read(&root().join(&facade)));
        for source in core().into_iter().filter(|source| source.module() == *module) {
            let lacking = without_example(&facade, &source, &read(&root().join(&source.path)));
            wrong.extend(lacking.into_iter().map(|(line, name)| format!("{}:{line}: `{name}` shows no example", source.path)));
        }
    }
    none(wrong);
}

#[test]
fn the_top_level_is_short() {
    let entries = fs::read_dir(root()).expect("the root can be listed");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    none(
        names
            .filter(|name| {
                !TOP.contains(&name.as_str()) && !name.contains(".db") && !name.starts_with(".idea") && !name.starts_with(".vscode")
            })
            .map(|name| format!("{name} at the top level"))
            .collect(),
    );
}

// ------------------------------------------------------------------------------------------------------- reading the source

/// A source file: its code with comments, texts and tests blanked out (lines keep their numbers), and its texts.
struct Source {
    path: String,
    code: String,
    texts: Vec<(usize, String)>,
}

impl Source {
    fn new(path: String, rust: &str) -> Self {
        let (code, texts) = split(rust);
        let (code, cut) = without_tests(&code);
        let texts = texts.into_iter().filter(|(line, _)| !cut.iter().any(|(from, to)| (from..=to).contains(&line))).collect();
        Source { path, code, texts }
    }

    /// The top-level module it belongs to.
    fn module(&self) -> &str {
        let inside = self.path.split_once("/src/").map_or("", |(_, inside)| inside);
        inside.split('/').next().unwrap_or("").trim_end_matches(".rs")
    }

    /// How many `super::` lead to the crate's root.
    fn depth(&self) -> usize {
        let inside = self.path.split_once("/src/").map_or("", |(_, inside)| inside);
        inside.trim_end_matches("/mod.rs").split('/').count()
    }

    fn line(&self, number: usize) -> &str {
        self.code.lines().nth(number - 1).unwrap_or("")
    }

    fn number(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }

    /// Lines on which `word` stands as a whole identifier.
    fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(word).filter_map(move |(at, _)| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            (!before.is_some_and(part) && !after.is_some_and(part)).then(|| self.number(at))
        })
    }

    /// Lines on which a path begins with `start` (so not `super::csv::` for `csv::`).
    fn starts<'a>(&'a self, start: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(start).filter_map(move |(at, _)| {
            let before = self.code[..at].chars().next_back();
            (!before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')).then(|| self.number(at))
        })
    }

    /// Lines that use `path`, also as `use std::{fs, io}`.
    fn paths<'a>(&'a self, path: &'a str) -> impl Iterator<Item = usize> + 'a {
        let (first, last) = path.rsplit_once("::").unwrap_or(("", path));
        let group = format!("{first}::{{");
        let grouped: Vec<usize> = self
            .code
            .match_indices(&group)
            .filter(|(at, _)| names_in(&self.code[at + group.len()..]).iter().any(|name| name == last))
            .map(|(at, _)| self.number(at))
            .collect();
        self.words(path).chain(grouped)
    }

    /// What it takes from the crate's root, with line numbers.
    fn imports(&self) -> Vec<(usize, String)> {
        let up = "super::".repeat(self.depth());
        let mut found = Vec::new();
        for start in ["crate::", up.as_str()] {
            for (at, _) in self.code.match_indices(start) {
                let before = self.code[..at].chars().next_back();
                let rest = &self.code[at + start.len()..];
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') || rest.starts_with("super::") {
                    continue;
                }
                let names = match rest.strip_prefix('{') {
                    Some(group) => names_in(group),
                    None => vec![identifier(rest)],
                };
                found.extend(names.into_iter().map(|name| (self.number(at), name)));
            }
        }
        found
    }
}

/// The first identifier of `text`.
fn identifier(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first identifier of each entry of a `use` group, from behind its opening brace.
fn names_in(group: &str) -> Vec<String> {
    let (mut depth, mut begin, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(identifier(&group[begin..at]));
                begin = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// Code with comments and texts blanked out, and the texts with their line numbers.
fn split(rust: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = rust.chars().collect();
    let (mut code, mut texts, mut at, mut line) = (String::new(), Vec::new(), 0, 1);
    let at_is = |at: usize, text: &str| text.chars().enumerate().all(|(offset, c)| chars.get(at + offset) == Some(&c));
    while at < chars.len() {
        let begin = at;
        let text = if at_is(at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
            None
        } else if at_is(at, "/*") {
            let mut depth = 0;
            loop {
                let step = if at_is(at, "/*") {
                    depth += 1;
                    2
                } else if at_is(at, "*/") {
                    depth -= 1;
                    2
                } else {
                    1
                };
                at += step;
                if depth == 0 || at >= chars.len() {
                    break;
                }
            }
            None
        } else if let Some((open, hashes)) = raw_string(&chars, at) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            at += open;
            while at < chars.len() && !at_is(at, &close) {
                at += 1;
            }
            let text = chars[begin + open..at.min(chars.len())].iter().collect::<String>();
            at += close.len();
            Some(text)
        } else if chars[at] == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            let text = chars[begin + 1..at.min(chars.len())].iter().collect::<String>();
            at += 1;
            Some(text)
        } else if chars[at] == '\'' && (chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'')) {
            at += if chars.get(at + 1) == Some(&'\\') { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
            None
        } else {
            code.push(chars[at]);
            line += usize::from(chars[at] == '\n');
            at += 1;
            continue;
        };
        if let Some(text) = text {
            texts.push((line, text));
        }
        for &c in &chars[begin..at.min(chars.len())] {
            code.push(if c == '\n' { '\n' } else { ' ' });
            line += usize::from(c == '\n');
        }
    }
    (code, texts)
}

/// The length of a raw string's opening and its number of hashes, when one begins at `at`.
fn raw_string(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let before = at.checked_sub(1).and_then(|at| chars.get(at));
    if before.is_some_and(|c| c.is_alphanumeric() || *c == '_') {
        return None;
    }
    let prefix = match (chars.get(at)?, chars.get(at + 1)?) {
        ('r', _) => 1,
        ('b', 'r') => 2,
        _ => return None,
    };
    let hashes = chars[at + prefix..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + prefix + hashes) == Some(&'"')).then_some((prefix + hashes + 1, hashes))
}

/// Code with everything under `#[cfg(test)]` blanked out, and the lines that were.
fn without_tests(code: &str) -> (String, Vec<(usize, usize)>) {
    let (mut kept, mut cut, mut rest) = (String::new(), Vec::new(), code);
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, tests) = rest.split_at(at);
        kept.push_str(before);
        let mut depth = 0;
        let end = tests
            .char_indices()
            .find(|&(_, c)| {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                depth == 0 && (c == '}' || c == ';')
            })
            .map_or(tests.len(), |(end, _)| end + 1);
        let from = 1 + kept.matches('\n').count();
        kept.extend(tests[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        cut.push((from, 1 + kept.matches('\n').count()));
        rest = &tests[end..];
    }
    kept.push_str(rest);
    (kept, cut)
}

/// What a module's `facade`, its `mod.rs`, shows of its file or folder `part`; `None` when all that is public there.
fn shown(facade: &Source, part: &str) -> Option<Vec<String>> {
    if part == "mod" || facade.code.contains(&format!("pub mod {part};")) {
        return None;
    }
    let mut shown = Vec::new();
    for (at, start) in facade.code.match_indices("pub use ") {
        let path = facade.code[at + start.len()..].trim_start_matches("self::");
        let Some(names) = path.strip_prefix(part).and_then(|rest| rest.strip_prefix("::")) else { continue };
        match names.strip_prefix('{') {
            Some(group) => shown.extend(names_in(group)),
            None if names.starts_with('*') => return None,
            None => shown.push(identifier(names)),
        }
    }
    Some(shown)
}

/// Lines and names of the functions of a file that its module's `facade` shows, by themselves or with their type, and whose doc
/// comment has no example that proves anything. `rust` is the file with its comments.
fn without_example(facade: &Source, source: &Source, rust: &str) -> Vec<(usize, String)> {
    let part = source.path.split('/').nth(3).unwrap_or("").trim_end_matches(".rs");
    let shown = shown(facade, part);
    let lines: Vec<&str> = rust.lines().map(str::trim).collect();
    let (mut of, mut lacking) = (String::new(), Vec::new());
    for (at, line) in source.code.lines().enumerate() {
        if let Some(rest) = line.strip_prefix("impl") {
            of = identifier(if rest.starts_with('<') { rest.split_once("> ").map_or("", |(_, rest)| rest) } else { rest });
        } else if line == "}" {
            of.clear();
        }
        let function =
            line.trim_start().strip_prefix("pub ").map(|line| line.trim_start_matches("const ").trim_start_matches("async "));
        let Some(name) = function.and_then(|line| line.strip_prefix("fn ")).map(identifier) else { continue };
        let outer = if of.is_empty() { &name } else { &of };
        if shown.as_ref().is_some_and(|shown| !shown.contains(outer)) {
            continue;
        }
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let mut doc: Vec<&str> = above.filter_map(|line| line.strip_prefix("///")).map(str::trim).collect();
        doc.reverse();
        let mut fences = doc.split(|line| line.starts_with("```"));
        let (opens, proves) = (doc.iter().find(|line| line.starts_with("```")), fences.nth(1).unwrap_or_default());
        if opens != Some(&"```") || !proves.iter().any(|line| line.contains("assert")) {
            lacking.push((at + 1, if of.is_empty() { name } else { format!("{of}::{name}") }));
        }
    }
    lacking
}

// ----------------------------------------------------------------------------------------------------------------- the tree

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_owned()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file of the repository that a person wrote.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if ["target", ".git", "out", "archive", "node_modules", "__pycache__", ".venv"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The Rust sources of what is shipped, tests left out.
fn product() -> Vec<Source> {
    let rust = files(&root()).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| (relative(&path), path))
        .filter(|(name, _)| {
            name.starts_with("epos-") && name.contains("/src/") && !name.ends_with("/tests.rs") && !name.contains("/tests/")
        })
        .map(|(name, path)| Source::new(name, &read(&path)))
        .collect()
}

fn core() -> Vec<Source> {
    product().into_iter().filter(|source| source.path.starts_with("epos-core/")).collect()
}

fn places(source: &Source, word: &str) -> Vec<String> {
    source.words(word).map(|line| format!("{}:{line}: `{word}`", source.path)).collect()
}

#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

// ------------------------------------------------------------------------------------------------------- the guard, guarded

#[test]
fn comments_texts_and_tests_are_not_code() {
    let rust = "use crate::model; // use crate::sql\n/* a /* b */ println!() */ let a = \"std::fs \\\" x\";\nlet r = r#\"SELECT \"1\"\"#; \
                let c = '\"'; let l: &'a str = b;\n#[cfg(test)]\nmod tests { fn get_x() { \"CREATE \" } }\nunsafe {}\n";
    let source = Source::new("epos-core/src/format/x.rs".into(), rust);
    assert_eq!(source.imports(), [(1, "model".to_owned())]);
    assert_eq!(source.texts, [(2, "std::fs \\\" x".to_owned()), (3, "SELECT \"1\"".to_owned())]);
    assert!(!source.code.contains("println") && !source.code.contains("get_x"));
    assert_eq!(source.words("unsafe").collect::<Vec<_>>(), [6]);
    assert_eq!(source.words("l").count(), 1);
}

#[test]
fn imports_are_seen_in_groups_and_through_super() {
    let rust =
        "use crate::{model::{Money, At}, sql::Statement};\nuse super::super::edge;\nuse super::csv;\nfn f(d: crate::flow::X) {}";
    let source = Source::new("epos-core/src/format/x.rs".into(), rust);
    let names: Vec<String> = source.imports().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["model", "sql", "flow", "edge"]);
    let source = Source::new("epos-core/src/check/mod.rs".into(), "use super::sql;\nuse std::{fs, io};");
    assert_eq!(source.imports(), [(1, "sql".to_owned())]);
    assert_eq!(source.paths("std::fs").collect::<Vec<_>>(), [2]);
    assert_eq!(source.module(), "check");
}

#[test]
fn an_example_is_asked_of_what_a_module_shows_and_of_nothing_else() {
    let facade = "mod a;\npub mod b;\npub use self::a::{\n    Kept,\n    free,\n};\npub(crate) use a::inner;\n";
    let facade = Source::new("epos-core/src/format/mod.rs".into(), facade);
    let lacking = |file: &str, rust: &str| {
        let source = Source::new(format!("epos-core/src/format/{file}"), rust);
        without_example(&facade, &source, rust).into_iter().map(|(line, name)| format!("{line} {name}")).collect::<Vec<_>>()
    };
    let bare = "/// Free.\npub fn free() {}\npub fn inner() {}\nimpl<'a> Kept<'a> {\n    pub const fn new() {}\n    pub(super) fn near() {}\n}\n\
                impl Other {\n    pub fn new() {}\n}\n#[cfg(test)]\nmod tests {\n    pub fn free() {}\n}\n";
    assert_eq!(lacking("a.rs", bare), ["2 free", "5 Kept::new"]);
    assert_eq!(lacking("a/more.rs", bare), ["2 free", "5 Kept::new"]);
    assert_eq!(lacking("b.rs", bare), ["2 free", "3 inner", "5 Kept::new", "9 Other::new"]);
    assert_eq!(lacking("c.rs", bare), [""; 0]);
    let with =
        |fence: &str, line: &str| format!("/// Free.\n///\n/// {fence}\n/// {line}\n/// ```\n#[must_use]\npub fn free() {{}}\n");
    assert_eq!(lacking("a.rs", &with("```", "assert_eq!(1 + 1, 2);")), [""; 0]);
    assert_eq!(lacking("a.rs", &with("```", "free();")), ["7 free"], "it proves nothing");
    assert_eq!(lacking("a.rs", &with("```ignore", "assert_eq!(1 + 1, 2);")), ["7 free"], "nobody runs it");
}
