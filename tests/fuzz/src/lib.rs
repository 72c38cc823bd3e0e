//! What must hold of any bytes. A fuzzer looks for bytes of which it does not; those it found are kept in `corpus/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::Datelike;
use epos_core::check;
use epos_core::diagnostic::{Diagnostic, Effect, F019, Severity};
use epos_core::format::{self, Layout, Layouts, Reading};
use epos_core::mail;
use epos_core::model::{Block, Context, Document, Kind, Limits, Money, Sheet, Store, Type, Value};

static LAYOUTS: LazyLock<Layouts> = LazyLock::new(Layouts::built_in);
static STORES: LazyLock<BTreeMap<String, Store>> =
    LazyLock::new(|| BTreeMap::from(["S1", "S2"].map(|code| (code.to_owned(), Store::new(code, code)))));

/// Small enough that a fuzzer reaches every one of them.
const LIMITS: Limits = Limits {
    document_bytes: 1 << 16,
    mail_bytes: 1 << 16,
    attachments: 8,
    nesting: 3,
    levels: 16,
    unpacked_bytes: 1 << 20,
    unpack_ratio: 200,
    sheets: 8,
    workbook_rows: 10_000,
    columns: 64,
    row_bytes: 2_048,
    keys: 16,
    block_rows: 6,
};

fn from_s1() -> Reading {
    Reading { store: Some("S1".to_owned()), ..Reading::default() }
}

/// A mail: whatever is in it, something comes out of it, and no name leads out of a folder.
pub fn attachments(bytes: &[u8]) {
    let opened = mail::attachments(bytes, &LIMITS);
    assert!(opened.value.len() <= LIMITS.attachments, "more documents than are allowed");
    assert!(!opened.value.is_empty() || !opened.diagnostics.is_empty(), "a mail came to nothing, silently");
    for document in &opened.value {
        let name = document.name.as_str();
        assert!(!name.is_empty() && name != "." && name != "..", "`{name}` is no name");
        assert!(!name.contains(['/', '\\', '\0']), "`{name}` leads somewhere");
        assert!(!name.chars().any(char::is_control), "`{name:?}` holds control characters");
        assert!(document.envelope.is_some() || document.bytes[..] == *bytes, "an attachment forgot its mail");
    }
    let boxed: usize = mail::messages(bytes).map(|message| message.len()).sum();
    assert!(boxed <= bytes.len(), "a mailbox grew");
}

/// A file of any name: the first byte chooses its ending, the rest are its bytes. A few layouts only: what fits a file is found by trying
/// all of them.
pub fn sheets(bytes: &[u8]) {
    const NAMES: [&str; 8] = ["S1.csv", "S1.xlsx", "S1.xls", "S1_2026-11-20.txt", "S1.xlsm", "S1.ods", "S1.json", "S1"];
    static FEW: LazyLock<Layouts> = LazyLock::new(|| only(&["sales", "products", "register_purchases"]));
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let document = Document::new(NAMES[usize::from(first) % NAMES.len()], bytes);
    let (read, said) = read(&document, &FEW, &Reading::default());
    sound(&document, &read, &said, Reach::FromFirstKept);
}

/// A file of values in values: the first byte chooses its ending, the rest are its bytes.
pub fn nested(bytes: &[u8]) {
    const NAMES: [&str; 4] = ["S1.json", "S1.xml", "S1.html", "S1.ndjson"];
    static FEW: LazyLock<Layouts> = LazyLock::new(|| {
        only(&[
            "sales",
            "tenders",
            "zettle",
            "zettle_payments",
            "poslog",
            "poslog_lines",
            "poslog_tenders",
            "events",
            "events_items",
        ])
    });
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let document = Document::new(NAMES[usize::from(first) % NAMES.len()], bytes);
    let (read, said) = read(&document, &FEW, &from_s1());
    sound(&document, &read, &said, Reach::FromFirstKept);
}

/// Some of the layouts that are built in.
fn only(names: &[&str]) -> Layouts {
    let mut few = Layouts::default();
    for (name, text) in format::BUILT_IN.iter().filter(|(name, _)| names.contains(name)) {
        few.add(name, text).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    few
}

/// Rows under a canonical heading: the first byte chooses the layout, the rest are the rows.
pub fn blocks(bytes: &[u8]) {
    static HEADINGS: LazyLock<Vec<(&Layout, Vec<u8>)>> =
        LazyLock::new(|| LAYOUTS.iter().map(|layout| (layout, format::write([], layout))).collect());
    let Some((&first, rows)) = bytes.split_first() else { return };
    let (layout, heading) = &HEADINGS[usize::from(first.wrapping_sub(b'A')) % HEADINGS.len()];
    let document = Document::new("rows.csv", [heading, rows].concat());
    let reading = Reading { layout: Some(layout.id.clone()), ..from_s1() };
    let (read, said) = read(&document, &LAYOUTS, &reading);
    sound(&document, &read, &said, Reach::FromRow(2));
    let context = Context { stores: STORES.clone(), ..Context::default() };
    let blocks: Vec<Block> = read.into_iter().collect();
    let first = check::batch(&blocks, &context);
    assert_eq!(first, check::batch(&blocks, &context), "checking twice says two things");
}

/// The text of a layout, and a small file read with it.
pub fn layouts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut layouts = LAYOUTS.clone();
    if let Err(why) = layouts.add("mine", text) {
        assert!(!why.trim().is_empty(), "refused without a reason");
        return;
    }
    for layout in layouts.iter().filter(|layout| LAYOUTS.named(&layout.id) != Some(layout)) {
        let reading = Reading { layout: Some(layout.id.clone()), ..from_s1() };
        let row = b"1,2026-11-20,1,1,1,1,1,1,1,1,1\nx,2026-11-21T10:00,cash,sale,-2.50,S1,007,,1,1,1\n";
        let document = Document::new("own.csv", [&format::write([], layout)[..], row].concat());
        let (read, said) = read(&document, &layouts, &reading);
        sound(&document, &read, &said, Reach::FromFirstKept);
    }
}

/// One cell's text, read as a value of every type: the first byte chooses the layout. What is kept is written and read again, and is the
/// same.
pub fn cell(bytes: &[u8]) {
    let Some((&first, text)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    if text.len() > 256 {
        return;
    }
    let (layout, columns) = TYPED[usize::from(first) % TYPED.len()];
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    let headings: Vec<&str> = columns.iter().map(|(heading, _)| *heading).collect();
    let mut csv = headings.join(",") + "\n";
    for at in 0..columns.len() {
        let cells: Vec<&str> =
            columns.iter().enumerate().map(|(here, (_, good))| if here == at { &*quoted } else { *good }).collect();
        csv += &(cells.join(",") + "\n");
    }
    // A total is looked for among the last rows only, so these are good ones.
    let good: Vec<&str> = columns.iter().map(|(_, good)| *good).collect();
    csv += &(good.join(",") + "\n").repeat(4);
    let document = Document::new("cell.csv", csv.as_bytes());
    let reading = Reading { layout: Some(layout.to_owned()), ..from_s1() };
    let (once, said) = read(&document, &LAYOUTS, &reading);
    sound(&document, &once, &said, Reach::FromFirstKept);
    let Some(layout) = LAYOUTS.named(layout) else { return };
    if said.iter().any(|finding| finding.code.0.effect >= Effect::Hold) {
        return;
    }
    let written = format::write(once.iter().flat_map(|block| &block.batches), layout);
    let (again, _) = read(&Document::new("cell.csv", written.as_slice()), &LAYOUTS, &reading);
    let rows = |blocks: &[Block]| blocks.iter().flat_map(|block| &block.batches).map(|batch| batch.content.total()).sum::<usize>();
    assert_eq!(rows(&once), rows(&again), "`{text}` is lost on the way out and in");
    let rewritten = format::write(again.iter().flat_map(|block| &block.batches), layout);
    assert!(
        written == rewritten,
        "`{text}` did not survive:\n{}\n{}",
        String::from_utf8_lossy(&written),
        String::from_utf8_lossy(&rewritten)
    );
}

/// Columns of every type, each with a cell that is good. Each is tried with the text in turn.
const TYPED: &[(&str, &[(&str, &str)])] = &[
    (
        "sales",
        &[
            ("store", "S1"),
            ("till", "1"),
            ("date", "2026-11-20"),
            ("time", "10:00"),
            ("number", "7"),
            ("line", "1"),
            ("cashier", "Ann"),
            ("kind", "sale"),
            ("item_code", "5901234123457"),
            ("description", "Tea"),
            ("quantity", "2"),
            ("unit_price", "1.50"),
            ("tax_rate", "20"),
            ("line_total", "3.00"),
        ],
    ),
    ("calendar", &[("store", "S1"), ("date", "2026-11-20"), ("open", "yes"), ("reason", "x")]),
    (
        "z_report",
        &[
            ("till", "1"),
            ("z_number", "5"),
            ("tender", "cash"),
            ("opened_at", "2026-11-20 09:00"),
            ("closed_at", "2026-11-20 17:00"),
            ("counted", "10.00"),
        ],
    ),
];

/// From which row on nothing may be missing.
#[derive(Clone, Copy)]
enum Reach {
    FromRow(u32),
    /// Where the heading stands is not known.
    FromFirstKept,
}

fn read(document: &Document, layouts: &Layouts, reading: &Reading) -> (Vec<Block>, Vec<Diagnostic>) {
    let mut said = Vec::new();
    let sheets = format::open(document, &LIMITS).into_value(&mut said);
    let read = format::batch(document, sheets, layouts, reading, &STORES, &LIMITS).into_value(&mut said);
    (read, said)
}

/// Every row is in a batch, or rejected, or a finding says that it is a heading or a total; amounts are as they are written; lines are
/// in order. A document that is held, or of which nothing was read, says why.
fn sound(document: &Document, read: &[Block], said: &[Diagnostic], reach: Reach) {
    let sheets: Vec<Sheet> = format::sheets(document, &LIMITS).value;
    for sheet in sheets.iter().filter(|sheet| sheet.name.is_empty()) {
        assert!(sheet.rows.windows(2).all(|pair| pair[0].number < pair[1].number), "lines are not in order");
    }
    let mut seen: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for block in read {
        let of = seen.entry(&block.origin.sheet).or_default();
        of.extend(block.rejected.iter().map(|row| row.row));
        assert!(block.rejected.iter().all(|row| !row.why.is_empty()), "rejected without a reason");
        for batch in &block.batches {
            for &kind in Kind::ALL {
                batch.content.visit(kind, &mut |row, values| {
                    of.insert(row);
                    kind.fields().iter().zip(&values).for_each(|(field, value)| amount(field.kind, value));
                });
            }
        }
    }
    if said.iter().any(|finding| finding.code.0.effect >= Effect::Hold) {
        return;
    }
    let left_out = said.iter().filter(|finding| matches!(finding.code.0.code, "F022" | "F023"));
    for finding in left_out {
        let sheet = finding.at.sheet.as_deref().unwrap_or_default();
        if let (Some(of), Some(row)) = (seen.get_mut(sheet), finding.at.row) {
            of.insert(row);
        }
    }
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden) {
        let Some(of) = seen.get(sheet.name.as_str()).filter(|of| !of.is_empty()) else {
            assert!(sheet.rows.is_empty() || !said.is_empty(), "nothing was read, and nothing is said");
            continue;
        };
        let first = match reach {
            // What follows may prove another delimiter than the heading has; what stands over a heading found then is a title.
            Reach::FromRow(row) if sheet.rows.first().is_some_and(|heading| heading.cells.len() > 1) => row,
            _ => of.first().copied().unwrap_or_default(),
        };
        for row in sheet.rows.iter().filter(|row| row.number >= first) {
            assert!(of.contains(&row.number), "row {} is lost: {:?}", row.number, row.cells);
        }
    }
    let nothing = read.iter().all(|block| block.batches.is_empty() && block.rejected.is_empty());
    assert!(
        !nothing || said.iter().any(|finding| finding.severity >= Severity::Warning || finding.code == F019),
        "nothing came of it, silently"
    );
}

/// What a database keeps exactly, and what reads back as itself.
fn amount(kind: Type, value: &Value<'_>) {
    if let Value::Date(day) = value {
        assert!((1900..=9999).contains(&day.year()), "{day} is kept by no database");
    }
    let Value::Decimal(number) = value else { return };
    let text = value.to_string();
    assert_eq!(text.parse().ok(), Some(*number), "{text} is not what it was");
    if kind == Type::Money {
        let money: Money = text.parse().unwrap_or_else(|_| panic!("{text} is no money"));
        assert_eq!(money.decimal(), *number, "{text}");
        assert_eq!(Money::from_ten_thousandths(money.ten_thousandths()), money, "{text} has more decimals than are kept");
    }
}
