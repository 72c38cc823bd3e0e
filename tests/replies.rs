//! Answers to senders, by the real program: which mails are answered, when, how often, and that the answers open as mails.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use epos_core::mail::{Letter, write};
use mail_parser::{Message, MessageParser, MimeHeaders};

/// A file: its name and bytes.
type File = (String, Vec<u8>);

const SETTINGS: &str = r#"
[reply]
from = "Sales <sales@example.org>"
manager = "office@example.org"

[stores.leith]
name = "Leith Walk"
starts = "2026-11-20"
open = ["thu", "fri"]
tills = ["1"]
senders = ["leith@example.org"]
prices_include_tax = true
"#;

#[test]
fn every_answer_of_the_evening_opens_in_its_thread_with_both_parts() {
    let place = evening();
    epos(place.path(), &["run", "."]);
    let came: BTreeMap<String, String> = files(&place.path().join("inbox"))
        .values()
        .map(|bytes| {
            let mail = parsed(bytes);
            (mail.message_id().unwrap().to_owned(), mail.subject().unwrap_or_default().to_owned())
        })
        .collect();
    let answers = replies(place.path());
    assert_eq!(answers.len(), 14, "{:?}", answers.keys());
    for (name, bytes) in &answers {
        let mail = parsed(bytes);
        let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
        let verdict = text.lines().next().unwrap();
        assert!(html.contains(verdict), "{name}: {verdict}\n{html}");
        assert!(!bytes.windows(5).any(|five| five == b"Morag"), "{name} names a person");
        let header = |header: &str| mail.header(header).and_then(|value| value.as_text()).unwrap_or_default().to_owned();
        assert_eq!(mail.from().and_then(|from| from.first()).and_then(|from| from.address()), Some("sales@harbourlight.example"));
        if name.contains("reminder") || name.contains("digest") {
            assert_eq!((header("Auto-Submitted").as_str(), header("In-Reply-To").as_str()), ("auto-generated", ""), "{name}");
            assert_eq!(mail.subject(), Some(verdict), "{name}");
            continue;
        }
        let answered = header("In-Reply-To");
        assert_eq!(mail.references().as_text(), Some(answered.as_str()), "{name}");
        assert_eq!(mail.subject(), Some(format!("Re: {}", came[&answered]).replace("Re: Re: ", "Re: ").as_str()), "{name}");
        assert_eq!(header("Auto-Submitted"), "auto-replied");
        assert!(text.split_whitespace().count() < 90, "{name}: {text}");
    }
    let cell = answers.iter().find(|(name, _)| name.contains("portobello_cell")).unwrap().1;
    assert!(
        parsed(cell).body_text(0).unwrap().contains("cell R15 (Item total) says 7.5O, with a letter O. We think it is 7.50: then")
    );
    another_reader_agrees(&place.path().join("replies"), &answers);
}

/// Python's own mail reader finds the same subjects and texts.
fn another_reader_agrees(folder: &Path, answers: &BTreeMap<String, Vec<u8>>) {
    let script = "import email,email.policy,json,os,sys\nout={}\nfor name in os.listdir(sys.argv[1]):\n  \
                  mail=email.message_from_binary_file(open(os.path.join(sys.argv[1],name),'rb'),policy=email.policy.default)\n  \
                  assert not mail.defects and not any(part.defects for part in mail.walk()), name\n  \
                  out[name]=[mail['subject'],mail.get_body(('plain',)).get_content(),mail.get_body(('html',)).get_content(),mail['to'].addresses[0].addr_spec]\n\
                  print(json.dumps(out))";
    let Ok(read) = Command::new("python3").args(["-c", script]).arg(folder).output() else {
        std::io::stderr().write_all(b"SKIPPED: a second mail reader needs python3\n").unwrap();
        return;
    };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let theirs: BTreeMap<String, [String; 4]> = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(theirs.len(), answers.len());
    for (name, bytes) in answers {
        let mail = parsed(bytes);
        let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        let [subject, text, html, to] = &theirs[name];
        assert_eq!(Some(subject.as_str()), mail.subject(), "{name}");
        assert_eq!(lines(text), lines(&mail.body_text(0).unwrap()), "{name}");
        assert_eq!(lines(html), lines(&mail.body_html(0).unwrap()), "{name}");
        assert_eq!(Some(to.as_str()), mail.to().and_then(|to| to.first()).and_then(|to| to.address()), "{name}");
    }
}

#[test]
fn a_second_run_writes_nothing_and_shows_what_was_written() {
    let place = evening();
    epos(place.path(), &["run", "."]);
    let first = replies(place.path());
    assert!(epos(place.path(), &["replies", "--dry-run"]).contains("No answer is due."));
    // Were one written again, its date would be another.
    epos(place.path(), &["run", ".", "--now", "2026-11-22T10:00:00"]);
    assert!(replies(place.path()) == first, "the second run wrote something");
    let listed = epos(place.path(), &["replies", "--store", "Leith Walk"]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    let shown = epos(place.path(), &["replies", "--show", &id[..8]]);
    assert!(shown.contains("Subject: Re: Thursday") && shown.contains("everything matches"), "{shown}");
    assert_eq!(run(place.path(), &["replies", "--show", "ffffffff"]).status.code(), Some(2));
}

#[test]
fn what_would_be_answered_is_shown_and_not_written() {
    let place = company("");
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    fs::remove_dir_all(place.path().join("replies")).unwrap();
    let due = epos(place.path(), &["replies", "--dry-run", "--now", "2026-11-21T09:00:00"]);
    assert!(due.contains("Written: due") && due.contains("Sales audit, Saturday 21 November"), "{due}");
    assert!(!place.path().join("replies").exists());
}

#[test]
fn programs_lists_bounces_and_ourselves_get_no_answer() {
    let place = company("");
    let heads = [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "List-Id: <all.example.org>",
        "List-Unsubscribe: <mailto:x@example.org>",
        "Return-Path: <>",
    ];
    for (number, head) in heads.iter().enumerate() {
        put(place.path(), head.split(':').next().unwrap(), mail(&format!("{number}@x"), "leith@example.org", &friday()), head);
    }
    for from in ["sales@example.org", "MAILER-DAEMON@example.org", "noreply@example.org"] {
        put(place.path(), from, mail(&format!("of.{from}"), from, &friday()), "");
    }
    put(place.path(), "own", mail(&format!("epos.{}@example.org", "0a".repeat(16)), "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    assert!(answers(place.path()).is_empty(), "{:?}", answers(place.path()).keys());
    put(place.path(), "person", mail("person@x", "leith@example.org", &friday()), "Auto-Submitted: no");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    assert_eq!(answers(place.path()).len(), 1);
}

#[test]
fn a_day_in_two_mails_is_answered_step_by_step() {
    let place = company("");
    let is_z = |(name, _): &File| name.contains("z_");
    let (z, sales): (Vec<File>, Vec<File>) = friday().into_iter().partition(is_z);
    put(place.path(), "1", mail("sales@x", "leith@example.org", &sales), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    assert_eq!(verdicts(place.path()), ["Leith Walk, Friday 20 November: still waiting for the Z-report"]);
    put(place.path(), "2", mail("z@x", "leith@example.org", &z), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:10:00"]);
    let told = verdicts(place.path());
    assert_eq!(told.len(), 2, "{told:?}");
    // The same bytes in another mail.
    put(place.path(), "3", mail("again@x", "leith@example.org", &sales), "");
    epos(place.path(), &["run", "--now", "2026-11-20T19:00:00"]);
    assert!(verdicts(place.path()).contains(&"Leith Walk, Friday 20 November: we already have this one".to_owned()));
    assert_eq!(verdicts(place.path()).len(), 3);
}

#[test]
fn what_is_settled_needs_nobody_and_what_comes_for_a_sealed_day_is_not_said_to_agree() {
    let place = company("[policy]\ntolerances = ['2.00', '10.00']");
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    let accept = "accept leith 2026-11-20 --code S002 --reason wrong-tender --by Ann --second Bea --now 2026-11-21T08:00:00";
    epos(place.path(), &accept.split(' ').collect::<Vec<_>>());
    assert!(epos(place.path(), &["seal", "--now", "2026-11-21T08:00:00"]).contains("sealed as link 1"));
    epos(place.path(), &["run", "--now", "2026-11-21T10:00:00"]);
    let all = replies(place.path());
    let digest = all
        .iter()
        .find(|(name, _)| name.contains("digest") && name.starts_with("2026-11-21"))
        .map(|(_, bytes)| body(bytes))
        .unwrap();
    assert!(digest.starts_with("Sales audit, Saturday 21 November: nothing needs a person"), "{digest}");

    let dearer = |(name, bytes): File| {
        let text = String::from_utf8(bytes).unwrap();
        let changed = if name.contains("sales") { text.replacen(",18.00", ",19.00", 2) } else { text };
        (name, changed.into_bytes())
    };
    put(place.path(), "2", mail("again@x", "leith@example.org", &friday().into_iter().map(dearer).collect::<Vec<_>>()), "");
    epos(place.path(), &["run", "--now", "2026-11-21T11:00:00"]);
    let all = answers(place.path());
    let told: Vec<(&String, String)> = all.iter().map(|(name, bytes)| (name, body(bytes))).collect();
    let beside = told.iter().find(|(name, _)| name.contains("beside"));
    assert!(beside.is_some_and(|(_, text)| text.contains("What you sent is kept beside them")), "{told:?}");
}

#[test]
fn above_the_second_limit_only_head_office_is_told() {
    let place = company("[policy]\ntolerances = ['2.00', '10.00']");
    // The card machine agrees with the till, so no sale explains what is missing.
    let unexplained = |(name, bytes): File| (name, String::from_utf8(bytes).unwrap().replace("90.49", "72.49").into_bytes());
    let friday: Vec<File> = friday().into_iter().map(unexplained).collect();
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday), "");
    epos(place.path(), &["run", "--now", "2026-11-21T09:00:00"]);
    let all = replies(place.path());
    let text = |word: &str| all.iter().find(|(name, _)| name.contains(word)).map(|(_, bytes)| body(bytes)).unwrap();
    assert!(!text("leith").contains('£') && text("leith").contains("Please don't add or take any money."), "{}", text("leith"));
    assert!(text("digest").contains("£70.50 expected, £52.50 counted, £18.00 under"), "{}", text("digest"));
}

#[test]
fn a_small_enough_difference_is_told_with_one_question() {
    let place = company("[policy]\ntolerances = ['2.00', '20.00']");
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    let all = answers(place.path());
    let text = body(all.values().next().unwrap());
    assert!(text.starts_with("Leith Walk, Friday 20 November: cash £18.00 under"), "{text}");
    assert!(
        text.contains("The drawer should hold £70.50 and held £52.50.") && text.contains("Please don't add or take any money.")
    );
}

#[test]
fn an_address_that_is_on_no_list_is_told_no_amount() {
    let place = company("");
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "Reply-To: home@elsewhere.example");
    put(place.path(), "2", mail("stranger@x", "who@elsewhere.example", &friday()[..1]), "");
    put(place.path(), "3", mail("stranger2@x", "who@elsewhere.example", &friday()[1..2]), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    let all = answers(place.path());
    assert_eq!(all.len(), 2, "a stranger is answered once: {:?}", all.keys());
    for bytes in all.values() {
        assert!(!body(bytes).contains('£') && !body(bytes).contains("money"), "{}", body(bytes));
    }
    let to: Vec<String> =
        all.values().map(|bytes| parsed(bytes).to().unwrap().first().unwrap().address().unwrap().to_owned()).collect();
    assert!(to.contains(&"home@elsewhere.example".to_owned()) && to.contains(&"who@elsewhere.example".to_owned()), "{to:?}");
}

#[test]
fn a_file_with_other_columns_is_nobodys_fault() {
    let place = company("");
    let mut files = friday();
    files.truncate(1);
    let text = String::from_utf8(files[0].1.clone()).unwrap().replacen("item_code,description", "article,what", 1).replacen(
        "line_total",
        "sum",
        1,
    );
    files[0].1 = text.into_bytes();
    put(place.path(), "1", mail("friday@x", "leith@example.org", &files), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    let told = answers(place.path()).values().map(|bytes| body(bytes)).collect::<String>();
    assert!(told.contains("safe with us, but we can't read it yet") && told.contains("You did nothing wrong."), "{told}");
}

#[test]
fn reminders_come_an_hour_after_the_day_was_due_and_once() {
    let place = company("");
    let at = |now: &str| {
        epos(place.path(), &["run", "--now", now]);
        verdicts(place.path())
    };
    assert!(at("2026-11-20T23:30:00").is_empty(), "due at 23:00, reminded an hour later");
    assert_eq!(at("2026-11-21T00:00:00"), ["Leith Walk: nothing yet for Friday 20 November"]);
    let reminder = body(answers(place.path()).values().next().unwrap());
    assert!(reminder.contains("Tomorrow before 9:00 is fine"), "{reminder}");
    assert_eq!(at("2026-11-21T09:00:00").len(), 1);
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    let told = at("2026-11-22T10:00:00");
    assert_eq!(told.iter().filter(|verdict| verdict.contains("nothing yet")).count(), 1);
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn the_digest_comes_at_its_hour_once_a_day() {
    let place = company("");
    let at = |now: &str| {
        epos(place.path(), &["run", "--now", now]);
        let digests = replies(place.path()).into_iter().filter(|(name, _)| name.contains("digest"));
        digests.map(|(_, bytes)| parsed(&bytes).subject().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(at("2026-11-21T08:59:00").is_empty());
    let first = "Sales audit, Saturday 21 November: one thing needs a person";
    assert_eq!(at("2026-11-21T09:00:00"), [first]);
    assert_eq!(at("2026-11-21T21:00:00"), [first]);
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    assert_eq!(at("2026-11-22T10:00:00"), [first, "Sales audit, Sunday 22 November: 2 things need a person"]);
}

#[test]
fn a_year_of_old_mails_is_not_answered() {
    let place = company("");
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-12-24T09:00:00"]);
    let old: Vec<String> = replies(place.path()).into_keys().filter(|name| name.contains("2026-11-20")).collect();
    assert!(old.is_empty(), "{old:?}");
}

#[test]
fn a_store_is_answered_in_its_language_and_a_language_is_a_file() {
    let place = company("");
    let settings = place.path().join("epos.toml");
    let french = fs::read_to_string(&settings).unwrap().replace("starts =", "language = \"fr\"\nstarts =");
    fs::write(&settings, &french).unwrap();
    put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
    epos(place.path(), &["run", "--now", "2026-11-20T18:00:00"]);
    assert_eq!(
        verdicts(place.path()),
        ["Leith Walk, vendredi 20 novembre : espèces, 18,00\u{a0}£ en moins, et nous pensons savoir pourquoi"]
    );
    // One of our own, in a folder beside the settings.
    let own = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../epos-core/src/reply/messages/en.toml")).unwrap();
    let scots = own.replace("language = \"en\"", "language = \"sco\"").replace("still waiting for the", "still bidin on the");
    fs::create_dir(place.path().join("words")).unwrap();
    fs::write(place.path().join("words/sco.toml"), &scots).unwrap();
    fs::write(&settings, french.replace("\"fr\"", "\"sco\"").replace("[reply]", "[reply]\nmessages = \"words\"")).unwrap();
    let said = run(place.path(), &["replies", "--now", "2026-11-20T18:00:00"]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    fs::write(place.path().join("words/sco.toml"), scots.replace("good_night =", "guid_nicht =")).unwrap();
    let said = run(place.path(), &["replies"]);
    let why = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.code() == Some(2) && why.contains("sco.toml") && why.contains("`good_night` is missing"), "{why}");
    fs::write(&settings, french.replace("\"fr\"", "\"xx\"")).unwrap();
    let why = String::from_utf8_lossy(&run(place.path(), &["replies"]).stderr).into_owned();
    assert!(why.contains("there is no language `xx`; there are en, fr"), "{why}");
}

#[test]
fn nobody_is_answered_unless_it_is_asked_for() {
    for settings in [SETTINGS.replace("from =", "# from ="), SETTINGS.replace("from =", "enabled = false\nfrom =")] {
        let place = company("");
        fs::write(place.path().join("epos.toml"), settings).unwrap();
        put(place.path(), "1", mail("friday@x", "leith@example.org", &friday()), "");
        epos(place.path(), &["run", "--now", "2026-11-21T10:00:00"]);
        assert!(!place.path().join("replies").exists());
        assert!(epos(place.path(), &["replies"]).contains("Nobody is answered"));
    }
    let place = company("");
    fs::write(place.path().join("epos.toml"), SETTINGS.replace("office@example.org", "the office")).unwrap();
    let why = String::from_utf8_lossy(&run(place.path(), &["replies"]).stderr).into_owned();
    assert!(why.contains("[reply] manager = `the office` is not an address"), "{why}");
}

// ------------------------------------------------------------------------------------------------------------ what the tests share

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// The plain text of an answer, on one line.
fn body(bytes: &[u8]) -> String {
    parsed(bytes).body_text(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The files that Leith Walk sent on Friday: the drawer is 18.00 short.
fn friday() -> Vec<File> {
    let bytes = fs::read(examples().join("inbox/2026-11-20_1742_leith.eml")).unwrap();
    parsed(&bytes).attachments().map(|part| (part.attachment_name().unwrap().to_owned(), part.contents().to_vec())).collect()
}

/// A mail of Friday evening.
fn mail(id: &str, from: &str, files: &[File]) -> Vec<u8> {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(17, 42, 0).unwrap();
    let to = ["sales@example.org".to_owned()];
    write(&Letter { from, to: &to, subject: "Friday", date, id, text: "Here they are.", files, ..Letter::default() })
}

fn put(place: &Path, name: &str, mail: Vec<u8>, head: &str) {
    let head = if head.is_empty() { String::new() } else { format!("{head}\r\n") };
    fs::create_dir_all(place.join("inbox")).unwrap();
    fs::write(place.join(format!("inbox/{name}.eml")), [head.into_bytes(), mail].concat()).unwrap();
}

fn company(more: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("inbox")).unwrap();
    fs::write(place.path().join("epos.toml"), format!("{SETTINGS}\n{more}\n")).unwrap();
    place
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/evening")
}

fn evening() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for name in ["epos.toml", "products.csv"] {
        fs::copy(examples().join(name), place.path().join(name)).unwrap();
    }
    fs::create_dir_all(place.path().join("inbox")).unwrap();
    for (name, bytes) in files(&examples().join("inbox")) {
        fs::write(place.path().join("inbox").join(name), bytes).unwrap();
    }
    place
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap())).collect()
}

fn replies(place: &Path) -> BTreeMap<String, Vec<u8>> {
    files(&place.join("replies"))
}

/// Those to senders: everything but digests.
fn answers(place: &Path) -> BTreeMap<String, Vec<u8>> {
    replies(place).into_iter().filter(|(name, _)| !name.contains("digest")).collect()
}

/// The first line of every answer to a sender, in alphabetical order.
fn verdicts(place: &Path) -> Vec<String> {
    let first = |bytes: &Vec<u8>| parsed(bytes).body_text(0).unwrap().lines().next().unwrap().to_owned();
    let mut all: Vec<String> = answers(place).values().map(first).collect();
    all.sort();
    all
}

fn run(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_epos")).args(arguments).current_dir(place).env("NO_COLOR", "1").output().unwrap()
}

fn epos(place: &Path, arguments: &[&str]) -> String {
    let output = run(place, arguments);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "epos {arguments:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
