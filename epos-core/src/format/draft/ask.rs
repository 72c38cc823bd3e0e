//! What a file proves, what it suggests, and what must be asked.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Answer, Columns, Order, Proven, Question, dates, quoted};
use crate::format::cell::{self, DateOrder};
use crate::format::heading::normal;
use crate::format::layout::Layout;
use crate::format::row::plain;
use crate::model::{Coverage, Kind, SheetRow, Type, Value};

fn key(name: &str, value: &str, means: &str) -> Answer {
    Answer { word: value.to_owned(), means: means.to_owned(), table: String::new(), line: format!("{name} = {}", quoted(value)) }
}

/// How dates and amounts are written: proven with the row, else asked.
pub(super) fn style(
    columns: &mut Columns<'_>,
    asked: &[(&'static str, Vec<usize>)],
    unclear: &[usize],
    proven: &mut Vec<Proven>,
    questions: &mut Vec<Question>,
) {
    let mut order: Order = None;
    let mut ambiguous = None;
    let also = asked.iter().filter(|(field, _)| matches!(*field, "date" | "timestamp")).flat_map(|(_, of)| of.iter().copied());
    for column in dates(columns).chain(also) {
        for (row, text) in columns.filled(column) {
            match cell::proves(text) {
                Some(proves) if order.is_none() => order = Some((proves, row, text.to_owned())),
                None if cell::parts(text.split([' ', 'T']).next().unwrap_or_default(), None) == Err(true) => {
                    ambiguous.get_or_insert((row, text.to_owned()));
                }
                _ => {}
            }
        }
    }
    let words = |order: DateOrder| match order {
        DateOrder::Dmy => ("dmy", "the day comes first"),
        DateOrder::Mdy => ("mdy", "the month comes first"),
        DateOrder::Ymd => ("ymd", "the year comes first"),
    };
    if let Some((order, row, text)) = order {
        columns.style.date_order = Some(order);
        let (word, says) = words(order);
        proven.push(Proven {
            says: format!("In dates {says}: row {row} has {text}."),
            line: format!("date_order = {}", quoted(word)),
        });
    } else if let Some((row, text)) = ambiguous {
        let answers = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd].map(words).map(|(word, says)| key("date_order", word, says));
        questions.push(Question {
            about: "date_order".to_owned(),
            asks: format!("What comes first in dates? No date of the file has a day after the 12th; row {row} has {text}."),
            answers: answers.to_vec(),
            free: None,
            suggested: None,
        });
    }
    let amounts = columns.of.iter().filter(|(field, _)| {
        let of = columns.kind.field(field).map(|at| columns.kind.fields()[at].kind);
        matches!(of, Some(Type::Money | Type::Quantity))
    });
    let amounts: Vec<usize> = amounts.map(|(_, &column)| column).chain(unclear.iter().copied()).collect();
    let ends = |text: &str, mark: char| {
        text.rsplit_once(mark).is_some_and(|(whole, part)| {
            (1..=2).contains(&part.len())
                && part.bytes().all(|c| c.is_ascii_digit())
                && whole.ends_with(|c: char| c.is_ascii_digit())
        })
    };
    let find = |mark: char| {
        let cells = amounts.iter().flat_map(|&column| columns.filled(column).map(move |(row, text)| (row, column, text)));
        let first = cells.filter(|(.., text)| ends(text, mark)).min_by_key(|(row, column, _)| (*row, *column));
        first.map(|(row, _, text)| (row, text))
    };
    let found = match (find(','), find('.')) {
        (Some(comma), None) => Some((",", "comma", comma)),
        (None, Some(point)) => Some((".", "point", point)),
        _ => None,
    };
    if let Some((mark, name, (row, text))) = found {
        proven.push(Proven {
            says: format!("The decimal mark is a {name}: row {row} has {text}."),
            line: format!("decimal = {}", quoted(mark)),
        });
        columns.style.comma = mark == ",";
    }
}

/// Two headings that could be one field.
pub(super) fn which(columns: &Columns<'_>, field: &'static str, of: &[usize]) -> Question {
    let answers = of.iter().map(|&column| column_answer(columns, field, column, columns.heading(column))).collect();
    let names: Vec<String> = of.iter().map(|&column| format!("`{}`", columns.heading(column))).collect();
    Question {
        about: format!("column {field}"),
        asks: format!("Which column is the {}: {}?", plain(field), names.join(" or ")),
        answers,
        free: None,
        suggested: None,
    }
}

fn column_answer(columns: &Columns<'_>, field: &str, column: usize, word: &str) -> Answer {
    let heading = columns.heading(column);
    let example =
        columns.filled(column).next().map(|(row, text)| format!("row {row} has {text}")).unwrap_or("it is blank".to_owned());
    let line = format!("{field} = {}", quoted(heading));
    Answer { word: word.to_owned(), means: example, table: "columns".to_owned(), line }
}

/// A heading that could be several fields, and the one that it looks like; never bound by itself.
pub(super) fn meaning(columns: &Columns<'_>, layout: &Layout, column: usize) -> Option<(Question, Option<&'static str>)> {
    let heading = columns.heading(column);
    let plain_heading = normal(heading);
    let mut meanings: Vec<(&'static str, String)> =
        super::words::meanings(layout.kind, &plain_heading).into_iter().map(|(field, means)| (field, means.to_owned())).collect();
    if meanings.is_empty() {
        meanings.extend(super::fields(layout, &plain_heading).into_iter().map(|field| (field, format!("the {}", plain(field)))));
    }
    meanings.retain(|(field, _)| !columns.of.contains_key(field));
    if meanings.is_empty() {
        return None;
    }
    let mut answers: Vec<Answer> = meanings
        .iter()
        .map(|(field, means)| Answer { means: means.clone(), ..column_answer(columns, field, column, field) })
        .collect();
    let fits = meanings.iter().map(|(field, _)| looks_like(columns, field, column));
    let fits: Vec<(usize, String)> = fits.enumerate().filter_map(|(at, why)| Some((at, why?))).collect();
    answers.push(Answer {
        word: "nothing".to_owned(),
        means: "nothing that matters".to_owned(),
        table: "columns".to_owned(),
        line: String::new(),
    });
    let suggested = match &fits[..] {
        [one] => Some(one.clone()),
        _ => None,
    };
    let field = suggested.as_ref().and_then(|(at, _)| meanings.get(*at)).map(|(field, _)| *field);
    let asks = format!("What does the heading `{heading}` mean?");
    Some((Question { about: format!("heading {heading}"), asks, answers, free: None, suggested }, field))
}

/// Does a column look like this field? Why, with a row.
fn looks_like(columns: &Columns<'_>, field: &str, column: usize) -> Option<String> {
    let filled: Vec<(u32, &str)> = columns.filled(column).collect();
    let (first, _) = *filled.first()?;
    let all = |words: &[&str]| filled.iter().all(|(_, text)| words.iter().any(|word| text.to_lowercase().contains(word)));
    match field {
        "line_total" => {
            let fits = |row: &&SheetRow| {
                let full = amount(columns, row, "quantity")? * amount(columns, row, "unit_price")?;
                let off = amount(columns, row, "discount_amount").unwrap_or_default().abs();
                Some(full - off == read(columns, columns.cell(row, column))?)
            };
            let rows: Vec<&SheetRow> = columns.rows.iter().filter(|row| fits(row).is_some()).collect();
            let (row, right) = (rows.first()?, rows.iter().all(|row| fits(row) == Some(true)));
            right.then(|| format!("quantity × price is it in all {} rows, row {} for one", rows.len(), row.number))
        }
        "kind" => {
            all(&["sale", "refund", "return", "void", "exchange", "sold", "paid", "drop", "loan", "bag", "bank", "payout", "batch"])
                .then(|| format!("its words say so, row {first} for one"))
        }
        "tender" => all(&["cash", "card", "visa", "amex", "cheque", "voucher", "gift", "contactless"])
            .then(|| format!("its words are ways to pay, row {first} for one")),
        "number" => {
            let rising = filled.windows(2).all(|pair| {
                let of = |at: usize| pair[at].1.parse::<u64>().ok();
                of(0).zip(of(1)).is_some_and(|(a, b)| b == a || b == a + 1)
            });
            (rising && filled.len() > 1).then(|| format!("it counts up from row {first} on"))
        }
        _ => None,
    }
}

fn read(columns: &Columns<'_>, text: &str) -> Option<Decimal> {
    match cell::read(text, Type::Money, &columns.style) {
        Ok((Value::Decimal(number), _)) => Some(number),
        _ => None,
    }
}

fn amount(columns: &Columns<'_>, row: &SheetRow, field: &str) -> Option<Decimal> {
    let column = *columns.of.get(field)?;
    read(columns, row.cells.get(column).map_or("", |cell| cell.trim()))
}

/// Fields that every row needs and no heading is clear about.
pub(super) fn missing(columns: &Columns<'_>, layout: &Layout, asked: &[Question], unread: &[usize]) -> Vec<Question> {
    let has = |field: &str| columns.of.contains_key(field);
    let could_be = |field: &str| {
        let begins = format!("{field} = ");
        asked.iter().any(|question| question.answers.iter().any(|answer| answer.line.starts_with(&begins)))
    };
    let required = layout.kind.fields().iter().filter(|field| field.required).map(|field| field.name);
    let till =
        matches!(layout.kind, Kind::Headers | Kind::Lines | Kind::Tenders | Kind::CashMovements | Kind::ZReports | Kind::ZTotals);
    let wanted = required.chain(till.then_some("till")).filter(|field| !matches!(*field, "kind" | "class" | "z_number"));
    let dated = has("timestamp") || has("trading_day");
    wanted
        .filter(|field| !(has(field) || could_be(field) || (*field == "date" && dated)))
        .map(|field| {
            let mut answers: Vec<Answer> =
                unread.iter().map(|&column| column_answer(columns, field, column, columns.heading(column))).collect();
            let (asks, free) = match field {
                "till" => ("Which till is the file of? It has no column for it; a word of your own is enough.".to_owned(), true),
                "number" => {
                    answers.push(Answer {
                        word: "none".to_owned(),
                        means: "sales have no numbers: rows are told apart by their time, item and amount".to_owned(),
                        table: String::new(),
                        line: format!("numbering = \"none\"\n{}", identity(columns)),
                    });
                    ("Which column is the number of the sale?".to_owned(), false)
                }
                "date" => {
                    answers.push(Answer {
                        word: "name".to_owned(),
                        means: "the day stands in the file's name, or is said with --date".to_owned(),
                        table: String::new(),
                        line: "file_names = [\"{any}{date}\", \"{any}{date}{any}\", \"{date}{any}\", \"{date}\"]".to_owned(),
                    });
                    ("Which column is the date?".to_owned(), false)
                }
                "line_total" => {
                    let made = |word: &str, means: &str, key: &str| {
                        let line = format!("{key} = true");
                        Answer { word: word.to_owned(), means: means.to_owned(), table: String::new(), line }
                    };
                    answers.push(made("from_price", "none: it is quantity × price − discount", "total_from_price"));
                    if has("line_net") {
                        let means = "none: it is the net amount, with tax where prices do not hold it";
                        answers.push(made("by_tax_mode", means, "net_by_tax_mode"));
                    }
                    ("Which column is what the line comes to?".to_owned(), false)
                }
                field => (format!("Which column is the {}?", plain(field)), false),
            };
            Question {
                about: format!("column {field}"),
                asks,
                answers,
                free: free.then(|| ("constants".to_owned(), field.to_owned())),
                suggested: None,
            }
        })
        .collect()
}

/// What tells rows without a number apart.
fn identity(columns: &Columns<'_>) -> String {
    let fields = ["time", "timestamp", "item_code", "tender", "quantity", "line_total", "total", "amount"];
    let own: Vec<String> = fields.iter().filter(|field| columns.of.contains_key(*field)).map(|field| quoted(field)).collect();
    format!("identity = [{}]", own.join(", "))
}

/// Words of the file in columns that know only ours.
pub(super) fn words(columns: &Columns<'_>) -> Vec<Question> {
    let mut questions = Vec::new();
    for (field, &column) in &columns.of {
        let Some(at) = columns.kind.field(field) else { continue };
        let Type::Word(ours) = columns.kind.fields()[at].kind else { continue };
        let mut met = BTreeMap::new();
        for (row, text) in columns.filled(column) {
            met.entry(text.to_lowercase()).or_insert(row);
        }
        met.retain(|word, _| !ours.contains(&normal(word).replace(' ', "_").as_str()));
        for (word, row) in met.into_iter().take(12) {
            let line = |our: &str| format!("{} = {}", quoted(&word), quoted(our));
            let answers: Vec<Answer> = ours
                .iter()
                .map(|our| Answer {
                    word: (*our).to_owned(),
                    means: String::new(),
                    table: format!("words.{field}"),
                    line: line(our),
                })
                .collect();
            let like = |our: &str, parts: &[&str]| {
                let at = ours.iter().position(|known| *known == our)?;
                parts.iter().any(|part| word.contains(part)).then(|| (at, "the word looks like it".to_owned()))
            };
            let suggested = like("refund", &["ref", "return"])
                .or_else(|| like("void", &["void", "cancel"]))
                .or_else(|| like("sale", &["sale", "sold", "payment"]));
            questions.push(Question {
                about: format!("word {field} {word}"),
                asks: format!("What is `{word}` in {} (row {row})?", columns.heading(column)),
                answers,
                free: None,
                suggested,
            });
        }
    }
    questions
}

/// Lines that follow from the kind of rows alone.
pub(super) fn fixed(layout: &Layout, columns: &Columns<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !layout.company && !columns.of.contains_key("store") {
        lines.push("# No column says which store it is of: its sender does, or the file's name, or --store.".to_owned());
    }
    if matches!(layout.coverage(), Coverage::Snapshot) {
        lines.push("coverage = \"snapshot\"".to_owned());
    }
    if layout.company {
        lines.push("company = true".to_owned());
    }
    lines
}

/// What no cell can prove: tax mode, coverage, numbering, what `banked` means.
pub(super) fn modes(columns: &Columns<'_>, layout: &Layout) -> Vec<Question> {
    let mut questions = Vec::new();
    let sold = matches!(layout.kind, Kind::Lines | Kind::Headers);
    if sold {
        questions.push(tax(columns));
    }
    if sold || matches!(layout.kind, Kind::Tenders | Kind::CashMovements | Kind::Deposits | Kind::GoodsIn | Kind::StockCounts) {
        questions.push(coverage(columns));
    }
    if (sold || layout.kind == Kind::Tenders) && columns.of.contains_key("number") {
        questions.push(numbering(columns));
    }
    if layout.kind == Kind::ZReports {
        questions.extend(banked(columns));
        questions.extend(float(columns));
    }
    questions
}

fn yes_no(name: &str, value: bool, means: &str) -> Answer {
    let word = value.to_string();
    Answer { line: format!("{name} = {word}"), word, means: means.to_owned(), table: String::new() }
}

/// Does the price hold the tax? Tells by quantity × price, else by the stated rate.
fn tax(columns: &Columns<'_>) -> Question {
    let near = |a: Decimal, b: Decimal| (a - b).abs() <= Decimal::new(1, 2);
    let judge = |row: &SheetRow| -> Option<bool> {
        let of = |field: &str| amount(columns, row, field);
        let tax = of("tax_amount").or_else(|| of("tax")).filter(|tax| !tax.is_zero())?;
        let total = of("line_total").or_else(|| of("total"))?;
        let off = of("discount_amount").or_else(|| of("discount")).unwrap_or_default().abs();
        let before = of("quantity").zip(of("unit_price")).map(|(quantity, price)| quantity * price).or_else(|| of("subtotal"));
        if let Some(before) = before {
            let (included, excluded) =
                (near(before - off, total), near(before - off + tax, total) || near(before - off, total - tax));
            return (included != excluded).then_some(included);
        }
        let rate = match cell::read(columns.of.get("tax_rate").and_then(|&at| row.cells.get(at))?, Type::Rate, &columns.style) {
            Ok((Value::Decimal(rate), _)) => rate,
            _ => return None,
        };
        let included = near(total * rate / (Decimal::ONE_HUNDRED + rate), tax);
        let excluded = near(total * rate / Decimal::ONE_HUNDRED, tax);
        (included != excluded).then_some(included)
    };
    let told: Vec<(u32, bool)> = columns.rows.iter().filter_map(|row| Some((row.number, judge(row)?))).collect();
    let suggested = told.first().filter(|first| told.iter().all(|other| other.1 == first.1)).map(|&(row, included)| {
        let how = if included { "hold it" } else { "come to the total only with it" };
        (usize::from(!included), format!("the amounts of {} rows with tax {how}, row {row} for one", told.len()))
    });
    Question {
        about: "prices_include_tax".to_owned(),
        asks: "Do prices include tax?".to_owned(),
        answers: vec![
            yes_no("prices_include_tax", true, "the price on the shelf is what is paid"),
            yes_no("prices_include_tax", false, "tax is added at the till"),
        ],
        free: None,
        suggested,
    }
}

fn days<'c>(columns: &'c Columns<'_>) -> BTreeMap<&'c str, Vec<&'c SheetRow>> {
    let mut days: BTreeMap<&str, Vec<&SheetRow>> = BTreeMap::new();
    for row in columns.rows {
        let text = ["trading_day", "date", "timestamp"].iter().map(|field| columns.field(row, field)).find(|text| !text.is_empty());
        let day = text.map(|text| text.split([' ', 'T']).next().filter(|day| day.len() >= 6).unwrap_or(text));
        days.entry(day.unwrap_or_default()).or_default().push(row);
    }
    days
}

fn coverage(columns: &Columns<'_>) -> Question {
    let mut answers = vec![
        key("coverage", "day", "all of a till's day: a later file of that day replaces it"),
        key("coverage", "range", "an export over a span: files overlap, and rows add up by their numbers"),
    ];
    let days = days(columns).len();
    let mut suggested = Some(match days {
        1 => (0, "all its rows are of one day".to_owned()),
        _ => (1, format!("its rows are of {days} days")),
    });
    if matches!(columns.kind, Kind::Deposits | Kind::GoodsIn) {
        answers.push(key("coverage", "event", "every file adds what it has, by its reference"));
        suggested = columns.of.contains_key("reference").then(|| (2, "its rows have references".to_owned()));
    }
    Question { about: "coverage".to_owned(), asks: "What does one file hold?".to_owned(), answers, free: None, suggested }
}

fn numbering(columns: &Columns<'_>) -> Question {
    let answers = vec![
        key("numbering", "per_day", "numbers start again every day"),
        key("numbering", "per_shift", "numbers start again after every Z-report"),
        key("numbering", "per_till", "every till counts on from day to day"),
        key("numbering", "per_store", "all tills of a store share one count"),
        key("numbering", "none", "numbers are random or have gaps: nobody looks for missing ones"),
    ];
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (day, rows) in days(columns) {
        for row in rows {
            let number = columns.field(row, "number");
            if !number.is_empty() {
                seen.entry(number).or_default().insert(day);
                numbers.push((row.number, number));
            }
        }
    }
    let repeated = seen.iter().find(|(_, days)| days.len() > 1).map(|(number, _)| *number);
    let random = numbers.iter().find(|(_, number)| number.chars().filter(char::is_ascii_alphabetic).count() > 4);
    let counts: BTreeSet<u64> = numbers.iter().filter_map(|(_, number)| number.parse().ok()).collect();
    let unbroken = counts.len() == seen.len()
        && counts.len() > 2
        && counts.last().zip(counts.first()).is_some_and(|(last, first)| last - first + 1 == counts.len() as u64);
    let several = days(columns).len() > 1;
    let tills: BTreeSet<&str> = columns.rows.iter().map(|row| columns.field(row, "till")).collect();
    let suggested = match (repeated, random) {
        (Some(number), _) => Some((0, format!("the number {number} stands on different days"))),
        (None, Some((row, number))) => Some((4, format!("row {row} has {number}, which counts nothing"))),
        _ if unbroken && several && tills.len() > 1 => Some((3, "numbers follow each other over all tills and days".to_owned())),
        _ if unbroken && several => Some((2, "numbers follow each other from day to day".to_owned())),
        _ => None,
    };
    Question { about: "numbering".to_owned(), asks: "How are sales numbered?".to_owned(), answers, free: None, suggested }
}

fn banked(columns: &Columns<'_>) -> Option<Question> {
    columns.of.get("banked")?;
    let answers = vec![
        key("banked", "before_count", "taken out before the count: what was counted is what is left"),
        key("banked", "after_count", "taken out after the count: what was counted held it"),
    ];
    let judge = |row: &SheetRow| -> Option<bool> {
        let of = |field: &str| amount(columns, row, field);
        let banked = of("banked").filter(|banked| !banked.is_zero())?;
        let (counted, left) = (of("counted")?, of("closing_float")?);
        let (before, after) = (counted == left, counted - banked.abs() == left);
        (before != after).then_some(before)
    };
    let told: Vec<(u32, bool)> = columns.rows.iter().filter_map(|row| Some((row.number, judge(row)?))).collect();
    let suggested = told.first().filter(|first| told.iter().all(|other| other.1 == first.1)).map(|&(row, before)| {
        let how = if before { "the count is what was left" } else { "the count less it is what was left" };
        (usize::from(!before), format!("{how} in {} rows, row {row} for one", told.len()))
    });
    let asks = "Was the banked money taken out before the count or after it? The wrong answer invents a difference every day.";
    Some(Question { about: "banked".to_owned(), asks: asks.to_owned(), answers, free: None, suggested })
}

fn float(columns: &Columns<'_>) -> Option<Question> {
    if !["counted", "opening_float"].iter().all(|field| columns.of.contains_key(field)) {
        return None;
    }
    let judge = |row: &SheetRow| -> Option<bool> {
        let of = |field: &str| amount(columns, row, field);
        let float = of("opening_float").filter(|float| !float.is_zero())?;
        let difference = of("counted")? - of("expected")?;
        match difference + float {
            without if without.is_zero() => Some(false),
            without => (difference.abs() < without.abs()).then_some(true),
        }
    };
    let told: Vec<(u32, bool)> = columns.rows.iter().filter_map(|row| Some((row.number, judge(row)?))).collect();
    let suggested = told.first().filter(|first| told.iter().all(|other| other.1 == first.1)).map(|&(row, included)| {
        let how = if included {
            "counted is near expected as it stands"
        } else {
            "counted − expected is exactly the float, below zero"
        };
        (usize::from(!included), format!("{how} in {} rows, row {row} for one", told.len()))
    });
    Some(Question {
        about: "count_includes_float".to_owned(),
        asks: "Does what was counted hold the opening float?".to_owned(),
        answers: vec![
            yes_no("count_includes_float", true, "everything in the drawer was counted"),
            yes_no("count_includes_float", false, "the float was left out of the count"),
        ],
        free: None,
        suggested,
    })
}
