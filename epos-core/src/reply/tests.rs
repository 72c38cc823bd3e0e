//! The samples of the practice, and its rules over many made-up days.

use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::diagnostic::{Code, F002, F003, F004, F011, F013, S002, S005, S007};
use crate::model::{Account, At, Balance, Column, Context, Money, TenderClass};
use crate::reconcile::{self, Cause, DrawerResult, Evidence, Explanation, LikelyCause, Pointer, State, Tie, TieOut};

fn friday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn at(hour: u32, minute: u32) -> NaiveDateTime {
    friday().and_hms_opt(hour, minute, 0).unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn empty(state: State) -> StoreDay {
    let mut day = reconcile::day(&store(), friday(), &Evidence::default(), &Context::default());
    (day.state, day.findings) = (state, Vec::new());
    day
}

fn store() -> Store {
    Store { senders: vec!["leith@example.org".into()], ..Store::new("leith", "Leith Walk") }
}

/// A tender of a drawer: what was there at opening, what came in, and what was counted.
fn drawer(name: &str, class: TenderClass, opening: &str, came: &str, counted: Option<&str>) -> DrawerResult {
    let tender = class.word().to_owned();
    let account = Account::Drawer { store: "leith".into(), drawer: name.into(), tender: tender.clone() };
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    let balance = Balance {
        account,
        opening: Some(decimal(opening)),
        moved_in: decimal(came),
        moved_out: Decimal::ZERO,
        counted: counted.map(decimal),
    };
    DrawerResult {
        drawer: name.into(),
        tills: vec![name.into()],
        z_numbers: vec!["89".into()],
        tender,
        class,
        over_short: balance.over_short().map(Money::rounded),
        balance,
        expected_by_z: None,
        not_judged: None,
        banked: None,
        left: None,
        blind: false,
        after_cutoff: None,
        overnight: None,
    }
}

fn case<'a>(store: &'a Store, policy: &'a Policy, day: &'a StoreDay, cells: &'a [Diagnostic]) -> Case<'a> {
    Case {
        store: Some(store),
        policy,
        now: at(17, 50),
        arrived: Some(at(17, 42)),
        subject: "Friday",
        listed: true,
        matter: Matter::Day { day, cells },
    }
}

/// The text as one line, and its subject.
fn told(case: &Case<'_>, language: &str) -> String {
    let languages = Languages::default();
    compose(case, languages.of(language)).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_day(day: &StoreDay, cells: &[Diagnostic], language: &str) -> String {
    told(&case(&store(), &Policy::default(), day, cells), language)
}

fn balanced() -> StoreDay {
    let mut day = empty(State::Balanced);
    (day.bridge.takings, day.bridge.tenders) = (money("412.30"), money("412.30"));
    let cash = DrawerResult {
        banked: Some(money("168.40")),
        left: Some(money("50.00")),
        ..drawer("1", TenderClass::Cash, "50.00", "168.40", Some("218.40"))
    };
    day.drawers = vec![cash, drawer("1", TenderClass::Card, "0", "243.90", Some("243.90"))];
    day
}

fn short() -> StoreDay {
    let mut day = empty(State::OutOfBalance);
    day.drawers = vec![
        drawer("1", TenderClass::Cash, "50.00", "20.50", Some("52.50")),
        drawer("1", TenderClass::Card, "0", "72.49", Some("90.49")),
    ];
    day
}

fn wrong_tender() -> Explanation {
    let likely = LikelyCause {
        cause: Cause::WrongTender,
        with: None,
        percent: 93,
        arithmetic: "cash −18.00, card +18.00, sale 201 = 18.00".into(),
        sentence: "one sale was probably rung as cash but paid by card".into(),
        question: "Is there a card slip for £18.00 around 10:30?".into(),
        matches: 1,
        rows: vec![Pointer { at: At::default(), what: "sale 201, 10:30, £18.00".into() }],
    };
    Explanation { findings: vec![(S002.0.code, "1 Cash".into())], amount: money("-18.00"), causes: vec![likely] }
}

#[test]
fn a_good_day_says_what_to_bank_and_what_to_leave() {
    assert_eq!(
        of_day(&balanced(), &[], "en"),
        "Leith Walk, Friday 20 November: all agrees Thank you. Your files arrived at 17:42 and everything matches. Sales £412.30: \
         cash £168.40, card £243.90. The drawer held £218.40, just as it should. Please bank £168.40 and leave £50.00 in the drawer. \
         Nothing else to do. Good night!"
    );
    let french = of_day(&balanced(), &[], "fr");
    assert!(french.starts_with("Leith Walk, vendredi 20 novembre : tout concorde Merci."), "{french}");
    assert!(french.contains("Ventes 412,30\u{a0}£") || french.contains("Ventes 412,30 £"), "{french}");
}

#[test]
fn a_short_drawer_is_explained_when_no_money_is_missing() {
    let mut day = short();
    day.explanations = vec![wrong_tender()];
    assert_eq!(
        of_day(&day, &[], "en"),
        "Leith Walk, Friday 20 November: cash £18.00 under, and we think we know why The drawer should hold £70.50 and held £52.50. \
         The card machine shows £18.00 more than the till. So one sale was probably rung as cash but paid by card: sale 201, 10:30, \
         £18.00. Is there a card slip for £18.00 around 10:30? Please reply yes or no. Please don't add or take any money. It happens \
         to everyone, and no money seems to be missing."
    );
    let french = of_day(&day, &[], "fr");
    assert!(french.contains("une vente a sans doute été tapée") && !french.contains("sale 201"), "{french}");
}

#[test]
fn above_the_second_limit_the_volunteer_gets_thanks_only() {
    let mut day = short();
    let text = of_day(&day, &[], "en");
    assert_eq!(answer(&case(&store(), &Policy::default(), &day, &[])), Answer::Thanks);
    assert!(!text.contains('£') && text.ends_with("Please don't add or take any money."), "{text}");
    // A cause that leaves money missing changes nothing.
    day.explanations = vec![wrong_tender()];
    day.explanations[0].causes[0].cause = Cause::DropNotRung;
    assert!(!of_day(&day, &[], "en").contains('£'));
    let own = Store { tolerances: Some(vec![money("2.00"), money("20.00")]), ..store() };
    let told = told(&case(&own, &Policy::default(), &short(), &[]), "en");
    assert!(told.contains("cash £18.00 under The drawer") && told.contains("could not find the reason"), "{told}");
}

fn cell(code: Code, value: &str) -> Diagnostic {
    let column = Some(Column { index: 5, heading: "Total".into() });
    let place = At { document: "till-1.xlsx".into(), sheet: Some("Sales".into()), row: Some(14), column };
    Diagnostic::new(code, place, format!("`{value}` is not a number")).help("Mary Nimmo says so")
}

#[test]
fn one_cell_is_called_by_its_name() {
    let mut day = empty(State::Incomplete);
    let out = |name, left: &str, right: &str| TieOut {
        name,
        subject: "1 Z 89".into(),
        tie: Tie::NotChecked,
        left: Some(left.parse().unwrap()),
        right: Some(right.parse().unwrap()),
        note: String::new(),
    };
    day.tie_outs = vec![out("z_net", "100.00", "92.50"), out("count_and_z", "70", "70")];
    assert_eq!(
        of_day(&day, &[cell(F003, "7.5O")], "en"),
        "Leith Walk, Friday 20 November: one cell to mend We read every row but one. In till-1.xlsx, sheet Sales, cell F14 (Total) \
         says 7.5O, with a letter O. We think it is 7.50: then everything matches your Z-report, £100.00. Please correct that cell \
         and send the whole file again. We will count nothing twice. Your other rows are safe, and so far the drawer looks right."
    );
    day.tie_outs.clear();
    assert!(of_day(&day, &[cell(F003, "7.5O")], "en").contains("We think it is 7.50. Please correct"));
    let name = of_day(&day, &[cell(F003, "Mary Nimmo")], "en");
    assert!(name.contains("cell F14 (Total) cannot be read as it is.") && !name.contains("Mary"), "{name}");
    assert!(of_day(&day, &[cell(F013, "")], "en").contains("cell F14 (Total) is blank."));
    assert!(of_day(&day, &[cell(F004, "2026/13/40")], "en").contains("says 2026/13/40."));
    let two = of_day(&day, &[cell(F003, "7.5O"), cell(F003, "x")], "en");
    assert!(two.contains("2 cells to mend") && two.contains("every row but 2") && !two.contains("We think"), "{two}");
}

#[test]
fn what_is_missing_is_asked_for() {
    let mut day = empty(State::Incomplete);
    day.findings = vec![Diagnostic::new(S007, At::default(), "").subject("1 z_reports")];
    assert!(
        of_day(&day, &[], "en").contains("still waiting for the Z-report")
            && of_day(&day, &[], "en").contains("Please send the Z-report too")
    );
    day.findings = vec![Diagnostic::new(S007, At::default(), "").subject("lines")];
    assert!(of_day(&day, &[], "en").contains("still waiting for the sales file"));
    day.findings = vec![Diagnostic::new(S005, At::default(), "")];
    assert!(of_day(&day, &[], "fr").contains("il manque encore le Z"));
    day.findings.clear();
    assert!(of_day(&day, &[], "en").contains("Head office will sort it out"));
}

fn about(matter: Matter<'_>) -> String {
    let (store, policy) = (store(), Policy::default());
    told(&Case { store: Some(&store), policy: &policy, now: at(23, 59), arrived: None, subject: "", listed: true, matter }, "en")
}

#[test]
fn files_and_missing_days_are_answered_as_the_practice_has_it() {
    let first = Some(at(17, 42));
    assert_eq!(
        about(Matter::AlreadyHave { trading_day: Some(friday()), first, replaced: false }),
        "Leith Walk, Friday 20 November: we already have this one This is exactly the file you sent on Friday 20 November at 17:42, so \
         we changed nothing and counted nothing twice. Did you mean to send a corrected file?"
    );
    assert_eq!(
        about(Matter::Missing { trading_day: friday(), until: chrono::NaiveTime::from_hms_opt(9, 0, 0) }),
        "Leith Walk: nothing yet for Friday 20 November Perhaps the files are still waiting to be sent. Open? Please send Friday's \
         files. Closed? Reply CLOSED and why. Open, but no sales? Reply NO SALES. Can't do it tonight? Tomorrow before 9:00 is fine; \
         keep the Z-report with the bag."
    );
    let change = LayoutChange { renamed: vec![("Total".into(), "Total GBP".into())], added: 2 };
    assert_eq!(
        about(Matter::LayoutChanged(&change)),
        "Leith Walk: safe with us, but we can't read it yet Its columns are new to us: the one called Total is now Total GBP, and \
         there are 2 more. The till was probably updated. You did nothing wrong. Head office will sort it out; you need not send this \
         file again."
    );
    let locked = Diagnostic::new(F011, At::document("till.xlsx"), "protected");
    assert!(about(Matter::NotRead(&locked)).contains("This is about till.xlsx. It is protected by a password."));
    assert!(about(Matter::NotRead(&Diagnostic::new(F002, At::default(), ""))).contains("Head office will sort it out"));
    assert!(about(Matter::AlreadyHave { trading_day: None, first, replaced: true }).contains("Should we use this one again?"));
}

#[test]
fn a_stranger_is_told_no_amount_and_no_store() {
    let (store, policy, day) = (store(), Policy::default(), balanced());
    let unlisted = Case { listed: false, ..case(&store, &policy, &day, &[]) };
    let text = told(&unlisted, "en");
    assert_eq!(text, "Leith Walk, Friday 20 November: thank you, your files are here Nothing else to do. Good night!");
    let stranger = Case { store: None, matter: Matter::UnknownSender, ..unlisted };
    assert!(!told(&stranger, "en").contains("Leith"));
}

#[test]
fn the_digest_names_everything_that_needs_a_person() {
    let (policy, stores) = (Policy::default(), std::collections::BTreeMap::from([("leith".to_owned(), store())]));
    let mut late = empty(State::Overdue);
    late.trading_day = NaiveDate::from_ymd_opt(2026, 11, 19).unwrap();
    let days = [short(), late, balanced(), empty(State::Incomplete)];
    let held = [Held { document: "x.csv".into(), why: "nothing says which store it is of".into() }];
    let heads = [("leith".to_owned(), "9f86d081884c7d65".to_owned())];
    let of = Digest { date: friday(), since: friday(), stores: &stores, policy: &policy, days: &days, held: &held, heads: &heads };
    let text = digest(&of, Languages::default().of("en")).text;
    for line in [
        "Sales audit, Friday 20 November: 5 things need a person",
        "3 of 3 store-days of the last day are here.",
        "  - Leith Walk, Thursday 19 November",
        "  - Leith Walk, Friday 20 November: cash, drawer 1: £70.50 expected, £52.50 counted, £18.00 under; no explanation found",
        "  - Leith Walk, Friday 20 November: is not complete",
        "  - x.csv waits: nothing says which store it is of",
        "  - leith: 9f86d081884c7d65",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

// ------------------------------------------------------------------------------------------------ the rules, over made-up days

/// Somebody's name, which stands wherever a file or a finding may carry one.
const SOMEBODY: &str = "Mary Nimmo";

/// Words of no language: what somebody calls a store or a file is theirs to choose.
fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec("[bdfgkzé]{1,12}|[0-9]{1,4}", count).prop_map(|words| words.join(" "))
}

fn a_drawer() -> impl Strategy<Value = DrawerResult> {
    let class = prop::sample::select(TenderClass::ALL.to_vec());
    let cents = prop_oneof![Just(0_i64), -250_i64..250, -2_000_i64..2_000, -2_000_000_i64..2_000_000];
    (class, 0_i64..5_000_000, prop::option::weighted(0.85, cents), words(1..4), any::<bool>()).prop_map(
        |(class, came, off, name, bag)| {
            let (came, counted) = (Money::cents(came), off.map(|off| Money::cents(came + off).to_string()));
            DrawerResult {
                not_judged: counted.is_none().then(|| SOMEBODY.to_owned()),
                banked: bag.then_some(came),
                left: bag.then_some(Money::ZERO),
                ..drawer(&name, class, "0", &came.to_string(), counted.as_deref())
            }
        },
    )
}

fn an_explanation() -> impl Strategy<Value = Explanation> {
    let cause = prop::sample::select(Cause::ALL.to_vec());
    let sentence = prop_oneof![words(0..40), Just("a discrepancy of the till".to_owned())];
    (cause, 0_u8..100, sentence, words(0..30), words(0..30), 0_usize..9).prop_map(
        |(cause, percent, sentence, question, row, matches)| {
            let mut all = wrong_tender();
            let rows = vec![Pointer { at: At::default(), what: row }];
            all.causes[0] =
                LikelyCause { cause, percent, sentence, question: question + "?", matches, rows, ..all.causes[0].clone() };
            all
        },
    )
}

fn a_cell() -> impl Strategy<Value = Diagnostic> {
    let code = prop::sample::select(vec![F003, F004, F013]);
    let value =
        prop_oneof![Just(SOMEBODY.to_owned()), Just("7.5O".to_owned()), Just("1,234.5".to_owned()), Just(format!("7 {SOMEBODY}"))];
    (code, value, words(1..12), prop::option::of(words(0..12)), words(0..12)).prop_map(|(code, value, file, sheet, heading)| {
        let column = Some(Column { index: 17, heading });
        let place = At { document: file + ".xlsx", sheet, row: Some(14), column };
        Diagnostic::new(code, place, format!("`{value}` is not a number")).help(SOMEBODY).subject(SOMEBODY)
    })
}

fn a_day() -> impl Strategy<Value = StoreDay> {
    let state = prop::sample::select(State::ALL.to_vec());
    let drawers = prop::collection::vec(a_drawer(), 0..6);
    let gaps = prop::collection::vec(("[0-9]{1,3}", "[0-9]{1,9}", "[0-9]{1,9}"), 0..3);
    let tie =
        (prop::sample::select(vec!["z_net", "z_gross", "count_and_z"]), prop::sample::select(Tie::ALL.to_vec()), -9_i64..9_999);
    let ties = prop::collection::vec(tie, 0..4);
    let missing = prop::sample::select(vec!["", "1 z_reports", "lines", "2 cash_counts", "tenders", "stock"]);
    (state, drawers, gaps, ties, prop::collection::vec(an_explanation(), 0..2), missing).prop_map(
        |(state, drawers, gaps, ties, explanations, missing)| {
            let mut day = empty(state);
            day.bridge.takings = drawers.iter().map(|drawer| Money::rounded(drawer.balance.moved_in)).sum();
            day.bridge.tenders = day.bridge.takings;
            let out = |(name, tie, figure)| TieOut {
                name,
                subject: SOMEBODY.into(),
                tie,
                left: Some(Decimal::from(figure)),
                right: Some(Decimal::ONE),
                note: SOMEBODY.into(),
            };
            day.tie_outs = ties.into_iter().map(out).collect();
            let finding = Diagnostic::new(S007, At::default(), SOMEBODY).help(SOMEBODY).subject(missing);
            day.findings.extend((!missing.is_empty()).then_some(finding));
            (day.drawers, day.gaps, day.explanations) = (drawers, gaps, explanations);
            day
        },
    )
}

fn a_matter() -> impl Strategy<Value = (u8, StoreDay, Vec<Diagnostic>, LayoutChange, bool, bool)> {
    let change = (prop::collection::vec((words(0..9), words(0..9)), 0..3), 0_usize..4);
    let change = change.prop_map(|(renamed, added)| LayoutChange { renamed, added });
    (0_u8..12, a_day(), prop::collection::vec(a_cell(), 0..3), change, any::<bool>(), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever the day: few words, none of them hard, nobody's name, one task, no amount for strangers, and no word of an over or a
    /// short without asking that no money be moved.
    #[test]
    fn every_answer_keeps_the_rules((sort, day, cells, change, listed, flag) in a_matter(), name in words(1..14), hour in 0_u32..24) {
        let (store, policy, languages) = (Store { name, ..store() }, Policy::default(), Languages::default());
        let first = flag.then(|| at(17, 42));
        let matter = match sort {
            0 => Matter::UnknownSender,
            1 if flag => Matter::Here,
            1 => Matter::Beside(friday()),
            2 => Matter::LayoutChanged(&change),
            3 => Matter::AlreadyHave { trading_day: flag.then(friday), first, replaced: !flag },
            4 => Matter::Missing { trading_day: friday(), until: first.map(|at| at.time()) },
            5 if !cells.is_empty() => Matter::NotRead(&cells[0]),
            _ => Matter::Day { day: &day, cells: &cells },
        };
        let whose = Some(&store).filter(|_| sort != 0 && (sort > 5 || flag));
        let case = Case { store: whose, policy: &policy, now: at(hour, 0), arrived: first, subject: "", listed, matter };
        let sort = answer(&case);
        for code in languages.codes() {
            let catalogue = languages.of(code);
            let Message { text, html, subject } = compose(&case, catalogue);
            let count = text.split_whitespace().count();
            prop_assert!(count < WORDS, "{count} words\n{text}");
            prop_assert!(catalogue.is_plain(&text), "{text}");
            prop_assert!(!text.contains("Mary") && !html.contains("Nimmo"), "{text}");
            prop_assert!(html.matches("<b>").count() <= 1, "{html}");
            prop_assert!(!text.contains('{') && !text.contains("  "), "{text}");
            prop_assert_eq!(text.lines().next(), Some(subject.as_str()));
            let tells = matches!(sort, Answer::Small | Answer::Differs | Answer::Thanks | Answer::NotYet);
            prop_assert!(!tells || text.contains(&catalogue.say("dont", &[])), "{text}");
            prop_assert!((listed && sort != Answer::Thanks) || !text.contains('£'), "{text}");
        }
        let over = |drawer: &DrawerResult| drawer.over_short.is_some_and(|off| off.abs() > policy.tolerances[1]);
        if let (Matter::Day { .. }, Answer::Differs | Answer::Small) = (&case.matter, sort) {
            let told = day.drawers.iter().any(over);
            prop_assert!(!told || day.explanations.iter().any(|of| of.said().is_some()), "{sort} above the second limit");
        }
    }
}

#[test]
fn every_language_says_everything_and_nothing_that_is_never_said() {
    let texts = [include_str!("messages/en.toml"), include_str!("messages/fr.toml")];
    let mut languages = Languages::default();
    assert_eq!(languages.codes(), ["en", "fr"]);
    for text in texts {
        languages.add(text).unwrap();
        let never = text.lines().find(|line| line.starts_with("never")).unwrap();
        let rest = text.replace(never, "");
        let catalogue = languages.of(text.lines().find_map(|line| line.strip_prefix("language = ")).unwrap().trim_matches('"'));
        let said = rest.lines().filter_map(|line| line.split_once(" = ")).map(|(_, text)| text).collect::<Vec<_>>().join("\n");
        assert!(catalogue.is_plain(&said), "{}", catalogue.name);
        for cause in Cause::ALL {
            assert!(!catalogue.cause(cause.word()).is_empty(), "{}: {cause}", catalogue.name);
        }
    }
    let missing = texts[1].replace("nothing_else = ", "nothing = ");
    assert_eq!(languages.add(&missing), Err("`nothing_else` is missing".to_owned()));
    let other = texts[1].replace("Ventes {amount}.", "Ventes {sum}.");
    assert_eq!(languages.add(&other), Err("`sales_only` has the names {sum}, not {amount}".to_owned()));
    let forms = texts[1].replace("one = \"et un autre\", other", "one");
    assert_eq!(languages.add(&forms), Err("`digest_more` needs a form `other`".to_owned()));
}

#[test]
fn a_language_is_one_file() {
    // Polish numbers take three forms; everything else is as in English here.
    let polish = include_str!("messages/en.toml")
        .replace("language = \"en\"", "language = \"pl\"")
        .replace("one = { is = [1] }", "one = { is = [1] }\nfew = { ends = [2, 3, 4], except = [12, 13, 14] }")
        .replace("one = \"and one more\", other", "one = \"i jeszcze jeden\", few = \"i jeszcze {count} inne\", other");
    let mut languages = Languages::default();
    languages.add(&polish).unwrap();
    let more = |count| languages.of("pl").counted("digest_more", count, &[]);
    assert_eq!(
        [1, 2, 12, 22, 25].map(more),
        ["i jeszcze jeden", "i jeszcze 2 inne", "and 12 more", "i jeszcze 22 inne", "and 25 more"]
    );
}

#[test]
fn amounts_are_written_as_the_language_writes_them() {
    let languages = Languages::default();
    let amount = |code: &str, currency: &str| languages.of(code).amount(money("-1234567.5"), currency);
    assert_eq!(amount("en", "GBP"), "£1,234,567.50");
    assert_eq!(amount("en", "CHF"), "CHF\u{a0}1,234,567.50");
    assert_eq!(amount("fr", "EUR").replace(['\u{a0}', '\u{202f}'], " "), "1 234 567,50 €");
}
