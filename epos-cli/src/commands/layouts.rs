//! Layouts: list, detect, draft, propose, accept, test.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use epos_core::diagnostic::F015;
use epos_core::edge::{self, open};
use epos_core::error::Error;
use epos_core::flow::{self, Config, Drafted, Proposed};
use epos_core::format::{self, Answer, Draft, Layouts, Reading};
use epos_core::model::{Document, Kind, Limits};

use super::{Ending, findings};
use crate::args::{Cli, LayoutCommand};
use crate::print;

pub fn run(cli: &Cli, command: &LayoutCommand) -> Ending {
    let config: Config = open::config(&cli.common.wish(), std::path::Path::new(""))?;
    let layouts = open::layouts(&config)?;
    match command {
        LayoutCommand::List => list(cli, &layouts),
        LayoutCommand::Detect { file } => detect(cli, &layouts, file),
        LayoutCommand::New { file, output, kind, answers } => new(cli, layouts, file, output.as_deref(), *kind, answers),
        LayoutCommand::Propose { document, output } => propose(cli, document, output.as_deref()),
        LayoutCommand::Accept { document } => accept(cli, &config, document),
        LayoutCommand::Test { file, layout } => test(cli, &config, &layouts, file, layout.clone()),
    }
}

fn list(cli: &Cli, layouts: &Layouts) -> Ending {
    if cli.common.json {
        print::json(&flow::listed(layouts))?;
    } else {
        for layout in layouts.iter() {
            print::out(&format!("{:<26} {:<15} {}\n", layout.id, layout.kind.word(), layout.title))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn detect(cli: &Cli, layouts: &Layouts, file: &std::path::Path) -> Ending {
    let detected = flow::detect(&open::document(file)?, layouts);
    if cli.common.json {
        print::json(&detected)?;
        return Ok(ExitCode::SUCCESS);
    }
    print::out(&findings(&detected.diagnostics))?;
    for sheet in &detected.sheets {
        let name = if sheet.sheet.is_empty() { "the file".to_owned() } else { format!("sheet {}", sheet.sheet) };
        match &sheet.layouts[..] {
            [] => print::out(&format!("{name}: no layout fits\n"))?,
            [layout] => print::out(&format!("{name}: {layout}, heading in row {}\n", sheet.heading_row.unwrap_or(1)))?,
            several => print::out(&format!("{name}: {} fit equally well; name one with --layout\n", several.join(" and ")))?,
        }
        for trial in sheet.trials.iter().filter(|trial| !trial.matched.is_empty()).take(6) {
            let why = if trial.fits { "fits".to_owned() } else { format!("misses {}", trial.missing.join(", ")) };
            print::out(&format!("  {:<26} {why}; knows {}\n", trial.layout, trial.matched.join(", ")))?;
        }
    }
    Ok(if detected.sheets.iter().all(|sheet| sheet.layouts.len() == 1) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn test(cli: &Cli, config: &Config, layouts: &Layouts, file: &std::path::Path, layout: Option<String>) -> Ending {
    let document = open::document(file)?;
    let trip = |store: Option<String>| {
        let reading = Reading { layout: layout.clone(), store, ..Reading::default() };
        format::round_trip(&document, layouts, &reading, &config.stores, &Limits::default())
    };
    let mut outcome = trip(None);
    // Whose rows they are does not matter here, unless the file says it.
    if outcome.diagnostics.iter().any(|finding| finding.code == F015) {
        outcome = trip(Some(config.stores.keys().next().map_or("store", String::as_str).to_owned()));
    }
    if cli.common.json {
        print::json(&outcome.value)?;
        return Ok(ExitCode::SUCCESS);
    }
    print::out(&findings(&outcome.diagnostics))?;
    for trip in &outcome.value {
        let lost = match &trip.lost[..] {
            _ if trip.rows == 0 => "nothing was proven".to_owned(),
            [] => "nothing is lost".to_owned(),
            lost => format!("lost: {}", lost.join(", ")),
        };
        print::out(&format!("{}: {} rows read under {} and written again; {lost}\n", document.name, trip.rows, trip.layout))?;
    }
    let whole = outcome.value.iter().all(|trip| trip.lost.is_empty() && trip.rows > 0);
    Ok(if whole && !outcome.value.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn new(cli: &Cli, layouts: Layouts, file: &Path, output: Option<&Path>, kind: Option<Kind>, given: &[String]) -> Ending {
    if let Some(path) = output.filter(|path| path.exists()) {
        let message = "it is there already; name another file, or move it away".to_owned();
        return Err(Error::Config { path: path.to_owned(), message }.into());
    }
    let document = open::document(file)?;
    let drafted = format::draft(&document, &layouts, kind, &Limits::default());
    let Some(mut draft) = drafted.value else {
        print::out(&findings(&drafted.diagnostics))?;
        print::out(&format!("{}: no heading of it means anything to epos; nothing was drafted\n", document.name))?;
        return Ok(ExitCode::from(1));
    };
    if let Some(stem) = output.and_then(Path::file_stem) {
        draft.id = stem.to_string_lossy().into_owned();
    }
    let mut answers = answered(&draft, given)?;
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !cli.common.json {
        ask(&draft, &mut answers, &mut std::io::stdin().lock(), &mut std::io::stderr())?;
    }
    let text = draft.toml(&answers);
    let open = draft.questions.iter().filter(|question| !answers.contains_key(&question.about)).count();
    let told = match open {
        0 => tried(&document, layouts, &draft, &text)?,
        1 => "1 question remains; it is a comment that begins with `# ?`\n".to_owned(),
        _ => format!("{open} questions remain; they are comments that begin with `# ?`\n"),
    };
    if let Some(path) = output {
        edge::write(path, text.as_bytes())?;
    }
    match (cli.common.json, output) {
        (true, _) => print::json(&Drafted { draft, layout: text, open })?,
        (false, Some(path)) => print::out(&format!("{}: written; {told}", path.display()))?,
        (false, None) => {
            print::out(&text)?;
            write!(std::io::stderr(), "{told}")?;
        }
    }
    Ok(if open == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn propose(cli: &Cli, name: &str, output: Option<&Path>) -> Ending {
    if let Some(path) = output.filter(|path| path.exists()) {
        let message = "it is there already; name another file, or move it away".to_owned();
        return Err(Error::Config { path: path.to_owned(), message }.into());
    }
    let mut audit = super::reader(cli)?;
    let document = if Path::new(name).exists() { open::document(Path::new(name))? } else { audit.document(name)? };
    let proposed = audit.propose(&document, &Reading::default())?;
    if let Some(path) = output {
        edge::write(path, proposed.proposal.text.as_bytes())?;
    }
    match (cli.common.json, output) {
        (true, _) => print::json(&proposed)?,
        (false, Some(path)) => print::out(&format!("{}: written; {}", path.display(), told(&proposed)))?,
        (false, None) => {
            print::out(&proposed.proposal.text)?;
            write!(std::io::stderr(), "{}", told(&proposed))?;
        }
    }
    Ok(if proposed.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What a proposed layout reads of its document.
fn told(proposed: &Proposed) -> String {
    let fields = |open: &[String]| open.iter().map(|field| field.replace('_', " ")).collect::<Vec<_>>().join(" and the ");
    match (&proposed.proposal.open[..], proposed.rejected) {
        ([], 0) => format!("{} of {} are read under it\n", super::plural(proposed.rows, "row"), proposed.document),
        ([], rejected) => {
            format!("{} of {} are read under it, {rejected} are not\n", super::plural(proposed.rows, "row"), proposed.document)
        }
        (open, _) => format!("no column seems to be the {}; the line that begins with `# ?` asks for it\n", fields(open)),
    }
}

fn accept(cli: &Cli, config: &Config, name: &str) -> Ending {
    let Some(folder) = config.layouts.as_deref().map(|folder| config.path(folder)) else {
        let path = config.folder.join("epos.toml");
        let message =
            "no folder of layouts is named; write layouts = \"layouts\" into it, so that the new one has a place".to_owned();
        return Err(Error::Config { path, message }.into());
    };
    let mut audit = super::audit(cli)?;
    let document = audit.document(name)?;
    let proposed = audit.propose(&document, &Reading::default())?;
    if !proposed.is_whole() {
        print::out(&findings(&proposed.diagnostics))?;
        let hash = &proposed.hash;
        print::out(&format!(
            "{}: nothing was changed; {}mend what `epos layout propose {hash} -o {}` writes\n",
            proposed.document,
            told(&proposed),
            folder.join(format!("{}.toml", proposed.proposal.id)).display()
        ))?;
        return Ok(ExitCode::from(1));
    }
    let path = folder.join(format!("{}.toml", proposed.proposal.id));
    edge::write(&path, proposed.proposal.text.as_bytes())?;
    drop(audit);
    if !cli.common.json {
        print::out(&format!("{}: written; {}", path.display(), proposed.drift.says()))?;
        print::out("\n")?;
    }
    super::documents::reread(cli, &[document.hash.to_string()], &crate::args::ReadingArgs::default(), false)
}

/// The answers that were given on the command line, by what they are about.
fn answered(draft: &Draft, given: &[String]) -> Result<BTreeMap<String, Answer>, Error> {
    let mut answers = BTreeMap::new();
    for text in given {
        let asked =
            draft.questions.iter().find_map(|question| Some((question, text.strip_prefix(&question.about)?.strip_prefix('=')?)));
        let Some((question, word)) = asked else {
            let about: Vec<&str> = draft.questions.iter().map(|question| question.about.as_str()).collect();
            return Err(Error::NotFound(format!("`{text}` answers nothing that is asked: {}", about.join(", "))));
        };
        let Some(answer) = question.answer(word) else {
            let words: Vec<&str> = question.answers.iter().map(|answer| answer.word.as_str()).collect();
            return Err(Error::NotFound(format!("`{word}` is no answer to {}: {}", question.about, words.join(", "))));
        };
        answers.insert(question.about.clone(), answer);
    }
    Ok(answers)
}

/// Asks a person what is still open. An empty line takes what the file suggests, or leaves the question open where it suggests nothing.
fn ask(draft: &Draft, answers: &mut BTreeMap<String, Answer>, from: &mut impl BufRead, to: &mut impl Write) -> std::io::Result<()> {
    for question in draft.questions.iter().filter(|question| !answers.contains_key(&question.about)).collect::<Vec<_>>() {
        writeln!(to, "\n{}", question.asks)?;
        for (number, answer) in (1..).zip(&question.answers) {
            writeln!(to, "  {number}  {:<16} {}", answer.word, answer.means)?;
        }
        if let Some((answer, (_, why))) = question.suggestion().zip(question.suggested.as_ref()) {
            writeln!(to, "  The file suggests {}: {why}.", answer.word)?;
        }
        loop {
            write!(to, "> ")?;
            to.flush()?;
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let answer = if line.trim().is_empty() { question.suggestion().cloned() } else { question.answer(&line) };
            match answer {
                Some(answer) => drop(answers.insert(question.about.clone(), answer)),
                None if line.trim().is_empty() => {}
                None => {
                    writeln!(to, "a number or a word of the list, please; an empty line leaves it open")?;
                    continue;
                }
            }
            break;
        }
    }
    Ok(())
}

/// Reads the file under its finished layout: how much of it that reads.
fn tried(document: &Document, mut layouts: Layouts, draft: &Draft, text: &str) -> Result<String, Error> {
    if let Err(why) = layouts.add(&draft.id, text) {
        return Ok(format!("but these answers do not go together: {why}\n"));
    }
    let mut found = Vec::new();
    let sheets = format::sheets_as(document, layouts.named(&draft.id), &Limits::default()).into_value(&mut found);
    let reading = Reading { layout: Some(draft.id.clone()), store: Some("store".to_owned()), ..Reading::default() };
    let blocks = format::batch(document, sheets, &layouts, &reading, &BTreeMap::new(), &Limits::default()).into_value(&mut found);
    let rows: usize = blocks.iter().flat_map(|block| &block.batches).map(|batch| batch.content.count(draft.kind)).sum();
    let rejected: usize = blocks.iter().map(|block| block.rejected.len()).sum();
    let unread = if rejected > 0 { format!(", {rejected} cannot be read") } else { String::new() };
    Ok(format!("{rows} rows of {} are read under it{unread}\n", document.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drafted() -> Draft {
        let text = "Date,Receipt,Till No,Item,Qty,Total\n01/02/2026,1,1,Tea,1,2.00\n";
        let document = Document::new("till.csv", text.as_bytes());
        format::draft(&document, &Layouts::built_in(), None, &Limits::default()).value.expect("its headings are known")
    }

    #[test]
    fn a_person_is_asked_only_what_is_open_and_asked_again_what_was_no_answer() {
        let draft = drafted();
        let mut answers = answered(&draft, &["date_order=dmy".to_owned(), "numbering=none".to_owned()]).unwrap();
        let about: Vec<&str> = draft.questions.iter().map(|question| question.about.as_str()).collect();
        assert_eq!(about, ["date_order", "heading Total", "prices_include_tax", "coverage", "numbering"]);
        let mut said = Vec::new();
        // Nonsense and then the first answer; the second; nothing, which takes what the file suggests.
        ask(&draft, &mut answers, &mut "perhaps\n1\n2\n\n".as_bytes(), &mut said).unwrap();
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains("a number or a word of the list") && !said.contains("numbered"), "{said}");
        let words: Vec<(&str, &str)> = answers.iter().map(|(about, answer)| (about.as_str(), answer.word.as_str())).collect();
        let expected = [
            ("coverage", "day"),
            ("date_order", "dmy"),
            ("heading Total", "line_total"),
            ("numbering", "none"),
            ("prices_include_tax", "false"),
        ];
        assert_eq!(words, expected);
        assert!(Layouts::built_in().add("mine", &draft.toml(&answers)).is_ok());
    }

    #[test]
    fn an_answer_to_nothing_is_refused_with_what_is_asked() {
        let draft = drafted();
        for (given, names) in [("colour=red", "heading Total"), ("coverage=week", "range")] {
            let why = answered(&draft, &[given.to_owned()]).unwrap_err().to_string();
            assert!(why.contains(names), "{why}");
        }
    }
}
