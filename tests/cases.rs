//! One folder per code under `tests/cases/`: documents in, the program's own words out.
//!
//! Each `case.toml` drives the real program and its output must be `expected.txt`, must name the folder's code, and may name no other
//! code of warning or above unless `also` says so. `EPOS_BLESS=1` writes `expected.txt` anew; `EPOS_CASE=F0` runs only the folders whose
//! names begin so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, for the reader.
    about: String,
    /// `check` (all documents at once), `load` (one after the other), `load-all` (at once) or `run` (the documents are the inbox).
    #[serde(default = "check")]
    command: String,
    /// Commands after that, such as `status` or `day leith 2026-11-20`.
    #[serde(default)]
    then: Vec<String>,
    /// Other codes of warning or above that it cannot do without, and why in a comment.
    #[serde(default)]
    also: BTreeSet<String>,
    /// The documents, in the order in which they arrive.
    #[serde(default)]
    documents: Vec<File>,
    /// Layouts of one's own, which the usual `epos.toml` then names.
    #[serde(default)]
    layouts: Vec<File>,
    /// Replaces entries of the usual `epos.toml`; `stores` replaces all stores.
    #[serde(default)]
    config: toml::Table,
}

fn check() -> String {
    "check".to_owned()
}

/// A file: written here as text, or lying in the case's folder under its own name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    text: Option<String>,
    /// Commands that are carried out before it arrives; only of documents that are loaded one after the other.
    #[serde(default)]
    after: Vec<String>,
    /// `windows-1252` or `utf-16le` (with its mark) instead of UTF-8.
    encoding: Option<String>,
}

/// The `epos.toml` of a case that says nothing else.
const USUAL: &str = r#"
now = "2026-11-20T20:00:00"
database = "sqlite:epos.db"
inbox = "inbox"
archive = "archive"
output = "out"

[stores.leith]
name = "Leith Walk"
starts = "2026-11-20"
expects = ["lines"]
senders = ["leith@harbourlight.example"]
prices_include_tax = true
"#;

#[test]
fn every_case_says_what_it_should() {
    let bless = std::env::var_os("EPOS_BLESS").is_some();
    let only = std::env::var("EPOS_CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for folder in folders().into_iter().filter(|folder| name(folder).starts_with(&only)) {
        if let Err(problem) = try_case(&folder, bless) {
            wrong.push(format!("---- {}\n{problem}", name(&folder)));
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong\n\n{}\n", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_code_has_a_case_and_every_case_a_code() {
    let codes: BTreeSet<String> = epos_core::diagnostic::ALL.iter().map(|code| code.0.code.to_owned()).collect();
    let cases: BTreeSet<String> = folders().iter().map(|folder| name(folder)).collect();
    let without: Vec<&String> = codes.difference(&cases).collect();
    let strange: Vec<&String> = cases.difference(&codes).collect();
    assert!(without.is_empty() && strange.is_empty(), "codes without a case: {without:?}; cases without a code: {strange:?}");
}

fn try_case(folder: &Path, bless: bool) -> Result<(), String> {
    let text = fs::read_to_string(folder.join("case.toml")).map_err(|error| format!("case.toml: {error}"))?;
    let case: Case = toml::from_str(&text).map_err(|error| format!("case.toml: {error}"))?;
    if case.about.trim().is_empty() {
        return Err("case.toml: `about` is empty".to_owned());
    }
    let place = tempfile::tempdir().map_err(|error| error.to_string())?;
    let inbox = place.path().join("inbox");
    fs::create_dir(&inbox).map_err(|error| error.to_string())?;
    let to = if case.command == "run" { inbox.as_path() } else { place.path() };
    let mut over = case.config.clone();
    if !case.layouts.is_empty() {
        let folder_of_layouts = place.path().join("layouts");
        fs::create_dir(&folder_of_layouts).map_err(|error| error.to_string())?;
        case.layouts.iter().try_for_each(|file| put(file, folder, &folder_of_layouts))?;
        over.entry("layouts").or_insert_with(|| "layouts".into());
    }
    fs::write(place.path().join("epos.toml"), config(&over)?).map_err(|error| error.to_string())?;

    let mut said = String::new();
    let documents: Vec<&str> = case.documents.iter().map(|file| file.name.as_str()).collect();
    match case.command.as_str() {
        "load" => {
            for file in &case.documents {
                for command in &file.after {
                    said += &epos(place.path(), &command.split_whitespace().collect::<Vec<_>>())?;
                }
                put(file, folder, to)?; // one by one: a later document may have the name of an earlier one
                said += &epos(place.path(), &["load", &file.name])?;
            }
        }
        "check" | "run" | "load-all" => {
            case.documents.iter().try_for_each(|file| put(file, folder, to))?;
            let files = if case.command == "run" { &[][..] } else { &documents };
            let verb = case.command.strip_suffix("-all").unwrap_or(&case.command);
            said += &epos(place.path(), &[&[verb][..], files].concat())?;
        }
        other => return Err(format!("case.toml: command `{other}` is not check, load, load-all or run")),
    }
    for command in &case.then {
        said += &epos(place.path(), &command.split_whitespace().collect::<Vec<_>>())?;
    }

    let found = codes(&said);
    let code = name(folder);
    if !found.iter().any(|(of, _)| *of == code) {
        return Err(format!("{code} was not found; the program said:\n{said}"));
    }
    let strange: BTreeSet<&String> =
        found.iter().filter(|(of, grave)| *grave && *of != code && !case.also.contains(of)).map(|(of, _)| of).collect();
    if !strange.is_empty() {
        return Err(format!("{strange:?} are not in `also`; the program said:\n{said}"));
    }
    if let Some(unused) = case.also.iter().find(|also| !found.iter().any(|(of, _)| of == *also)) {
        return Err(format!("`also` names {unused}, which was not found; the program said:\n{said}"));
    }

    let expected = folder.join("expected.txt");
    if bless {
        return fs::write(expected, said).map_err(|error| error.to_string());
    }
    let expected = fs::read_to_string(expected).map_err(|_| format!("no expected.txt: read this, then EPOS_BLESS=1\n{said}"))?;
    if expected == said { Ok(()) } else { Err(format!("expected\n{expected}\nbut the program said\n{said}")) }
}

/// Runs the program in `place` and gives what it printed, behind the command.
fn epos(place: &Path, arguments: &[&str]) -> Result<String, String> {
    let (verb, rest) = arguments.split_first().ok_or("no command")?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_epos"));
    command.args([verb, "--config", "epos.toml"]).args(rest).current_dir(place);
    for (variable, _) in std::env::vars_os().filter(|(variable, _)| variable.to_string_lossy().starts_with("EPOS_")) {
        command.env_remove(variable);
    }
    let output = command.env("NO_COLOR", "1").output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let highest = if *verb == "check" { 1 } else { 0 };
    match output.status.code() {
        // Of a store-day's page a case shows what was found; the page itself is tested where it is made.
        Some(code) if code <= highest && *verb == "day" => Ok(format!("$ epos {}\n{}", arguments.join(" "), findings(&said))),
        Some(code) if code <= highest => Ok(format!("$ epos {}\n{said}", arguments.join(" "))),
        code => {
            let why = String::from_utf8_lossy(&output.stderr);
            Err(format!("`epos {}` ended with {code:?}\n{said}{why}", arguments.join(" ")))
        }
    }
}

/// What follows the page: from the first finding on.
fn findings(said: &str) -> String {
    said.split_inclusive('\n').skip_while(|line| codes(line).is_empty()).collect()
}

/// The codes at the beginnings of lines, and whether each is of warning or above.
fn codes(said: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for line in said.lines() {
        for (word, grave) in [("error[", true), ("warning[", true), ("note[", false)] {
            if let Some((code, _)) = line.trim_start().strip_prefix(word).and_then(|rest| rest.split_once(']')) {
                found.push((code.to_owned(), grave));
            }
        }
    }
    found
}

fn config(over: &toml::Table) -> Result<String, String> {
    let mut config: toml::Table = toml::from_str(USUAL).map_err(|error| error.to_string())?;
    config.extend(over.clone());
    toml::to_string(&config).map_err(|error| error.to_string())
}

fn put(file: &File, folder: &Path, to: &Path) -> Result<(), String> {
    let bytes = match (&file.text, file.encoding.as_deref()) {
        (None, _) => fs::read(folder.join(&file.name)).map_err(|error| format!("{}: {error}", file.name))?,
        (Some(text), None) => text.clone().into_bytes(),
        (Some(text), Some("utf-16le")) => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        // Windows-1252 is Latin-1 but for 0x80 to 0x9f, of which a case needs none.
        (Some(text), Some("windows-1252")) => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).map_err(|_| format!("{}: `{c}` is not in Windows-1252", file.name)))
            .collect::<Result<_, _>>()?,
        (_, Some(other)) => return Err(format!("{}: encoding `{other}` is not known here", file.name)),
    };
    fs::write(to.join(&file.name), bytes).map_err(|error| format!("{}: {error}", file.name))
}

fn folders() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let entries = fs::read_dir(&cases).unwrap_or_else(|error| panic!("{}: {error}", cases.display()));
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
