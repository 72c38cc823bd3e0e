use chrono::NaiveDateTime;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::model::{Money, Type, Value};
use crate::report::tests::{day, evening};
use crate::report::{Chart, ChartKind, Completeness, Report, ReportColumn, Series, report};

fn now() -> NaiveDateTime {
    day(22).and_hms_opt(21, 5, 0).unwrap()
}

/// A report of one row per given text, each with an amount.
fn listing(cells: &[(&str, i64)]) -> Report {
    let column = |name, kind, summed| ReportColumn { name, title: name, kind, summed, blank: "", heading: false };
    Report {
        name: "listing",
        title: "A & B".into(),
        from: day(20),
        to: day(22),
        store: None,
        completeness: Completeness::default(),
        columns: vec![column("what", Type::Text, false), column("amount", Type::Money, true)],
        rows: cells
            .iter()
            .map(|(text, cents)| vec![Value::Text(text.to_string().into()), Value::Decimal(Decimal::new(*cents, 2))])
            .collect(),
        totals: vec![vec![Value::Null, Value::Decimal(cells.iter().map(|(_, cents)| Decimal::new(*cents, 2)).sum())]],
        bridge: Vec::new(),
        charts: Vec::new(),
        notes: Vec::new(),
    }
}

fn written(report: &Report, format: Format) -> String {
    String::from_utf8(render(report, format, now()).unwrap()).unwrap()
}

#[test]
fn formats_are_known_by_name_and_extension() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(*format));
        assert_eq!(format!(".{}", format.extension().to_uppercase()).parse(), Ok(*format));
    }
    assert_eq!("pdf".parse::<Format>().unwrap_err(), "`pdf` is not a format; choose one of table, csv, json, html, xlsx");
}

#[test]
fn csv_escapes_formulas_in_text_and_leaves_numbers_alone() {
    let csv = written(&listing(&[("=1+1", -350), ("a,\"b\"", 1250), ("-x", 0), ("\tx", 1)]), Format::Csv);
    assert_eq!(csv, "what,amount\r\n'=1+1,-3.50\r\n\"a,\"\"b\"\"\",12.50\r\n'-x,0.00\r\n'\tx,0.01\r\n");
}

#[test]
fn json_keeps_decimals_as_text_and_columns_in_order() {
    let json = written(&report("daily", &evening().period()).unwrap(), Format::Json);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["rows"][0]["takings"], "1234.50");
    assert_eq!(value["rows"][0]["trading_day"], "2026-11-20");
    assert_eq!(value["rows"][1]["over_short"], serde_json::Value::Null);
    assert_eq!(value["rows"][2]["over_short"], "-18.00");
    assert_eq!(value["rows"][3]["takings"], serde_json::Value::Null, "nothing came: unknown, not zero");
    assert_eq!(value["totals"][0]["takings"], "1234.50");
    assert_eq!(value["bridge"][0]["label"], "goods and services");
    assert_eq!(value["completeness"]["sentence"], "2 of 3 store-days, 1 late, 1 out of balance, 1 closed");
    assert!(json.find("\"store_name\"").unwrap() < json.find("\"takings\"").unwrap());
}

#[test]
fn no_text_of_a_file_becomes_markup() {
    let html = written(&listing(&[("<script>alert('x')</script>", 1), ("a & \"b\"", 2)]), Format::Html);
    assert!(!html.contains("<script"));
    assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    assert!(html.contains("a &amp; &quot;b&quot;"));
    assert!(html.contains("<h1>A &amp; B</h1>"));
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    for name in crate::report::CATALOGUE.iter().map(|entry| entry.name) {
        let html = written(&report(name, &evening().period()).unwrap(), Format::Html);
        for outside in ["<script", "http://", "https://", "@import", "url("] {
            assert!(!html.contains(outside), "{name}: {outside}");
        }
        assert!(html.contains("<caption") && html.contains("scope=\"col\""), "{name}");
    }
}

/// The value of every attribute called `name`, as tenths.
fn numbers(svg: &str, name: &str) -> Vec<Decimal> {
    svg.split(&format!(" {name}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

fn chart(kind: ChartKind, values: &[&[Option<i64>]]) -> Chart {
    Chart {
        kind,
        title: "A & B".into(),
        along: "Trading day".into(),
        measures: "Takings".into(),
        currency: "GBP".into(),
        labels: (0..values[0].len()).map(|n| format!("<day {n}>")).collect(),
        series: values
            .iter()
            .enumerate()
            .map(|(n, values)| Series {
                name: format!("S{n}"),
                values: values.iter().map(|cents| cents.map(|cents| Decimal::new(cents, 2))).collect(),
            })
            .collect(),
    }
}

#[test]
fn columns_stand_on_zero_and_upon_each_other() {
    let svg =
        chart::svg(&chart(ChartKind::Columns, &[&[Some(10_000), None, Some(-5_000)], &[Some(5_000), Some(0), Some(2_500)]]), 1);
    // From −50 to 150 in steps of 50 over a field of 240 that begins at 18: 1.2 for each pound.
    let rects: Vec<&str> = svg.split("<rect ").skip(1).collect();
    let of = |at: usize| (numbers(rects[at], "y")[0], numbers(rects[at], "height")[0]);
    let tenths = |y: i64, height: i64| (Decimal::new(y, 1), Decimal::new(height, 1));
    assert_eq!(rects.len(), 4, "nothing is drawn of what is unknown or nothing");
    assert_eq!(of(0), tenths(780, 1200), "100.00 stands on zero");
    assert_eq!(of(1), tenths(180, 600), "50.00 upon it");
    assert_eq!(of(2), tenths(1980, 600), "−50.00 hangs from zero");
    assert_eq!(of(3), tenths(1680, 300), "25.00 stands beside what hangs");
    assert!(svg.contains("&lt;day 0&gt;, S1: 50.00") && !svg.contains("<day"), "{svg}");
    for part in ["role=\"img\"", "<title id=\"chart-1-title\">A &amp; B, in GBP</title>", "S0: most 100.00", "least −50.00"] {
        assert!(svg.contains(part), "{part}: {svg}");
    }
}

#[test]
fn bars_are_as_long_as_their_figures() {
    let svg = chart::svg(&chart(ChartKind::Bars, &[&[Some(20_000), Some(10_000), None, Some(-2_000)]]), 2);
    let wide = |at: usize| numbers(svg.split("<rect ").nth(at + 1).unwrap(), "width")[0];
    let tenth = Decimal::new(5, 1);
    assert!((wide(0) - wide(1) * Decimal::TWO).abs() < tenth && (wide(1) - wide(2) * Decimal::from(5)).abs() < tenth);
    assert!(svg.contains(">−20.00</text>"));
}

#[test]
fn a_chart_of_nothing_and_of_one_amount_can_be_drawn() {
    for values in [&[Some(0), None][..], &[None, None], &[Some(1), Some(1)], &[Some(i64::MAX / 2), Some(-1)]] {
        for kind in ChartKind::ALL {
            let svg = chart::svg(&chart(*kind, &[values]), 1);
            assert!(numbers(&svg, "height").iter().all(|height| !height.is_sign_negative()), "{svg}");
        }
    }
}

#[test]
fn many_labels_do_not_run_into_each_other() {
    let values: Vec<Option<i64>> = (0..365).map(Some).collect();
    let svg = chart::svg(&chart(ChartKind::Columns, &[&values]), 1);
    let shown = svg.matches("class=\"mid\"").count();
    assert!((5..=13).contains(&shown), "{shown}");
}

#[test]
fn a_state_that_repeats_is_shown_once() {
    let journal = report("journal", &evening().period()).unwrap();
    let html = written(&journal, Format::Html);
    assert_eq!(journal.rows.iter().filter(|row| row.contains(&Value::Text("balanced".into()))).count(), 4);
    assert_eq!(html.matches("<span class=\"state good\">balanced</span>").count(), 1);
    assert_eq!(html.matches("<span class=\"unseen\">balanced</span>").count(), 3);
}

#[test]
fn pages_explain_their_columns_and_machines_get_charts() {
    let daily = report("daily", &evening().period()).unwrap();
    assert!(written(&daily, Format::Html).contains("<dt>Takings</dt><dd>Goods and services sold"));
    let json: serde_json::Value = serde_json::from_str(&written(&daily, Format::Json)).unwrap();
    assert!(json["columns"][5]["meaning"].as_str().unwrap().starts_with("Goods and services sold"));
    assert_eq!(json["charts"][0]["series"][0]["values"][0], "1234.5");
}

#[test]
fn a_table_aligns_numbers_and_says_how_it_adds_up() {
    let table = written(&report("daily", &evening().period()).unwrap(), Format::Table);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "Store-days");
    assert_eq!(lines[1], "1 to 28 November 2026 · all stores · amounts in GBP");
    assert_eq!(lines[2], "2 of 3 store-days, 1 late, 1 out of balance, 1 closed");
    assert!(table.contains("1,234.50") && table.contains("-18.00") && table.contains("not judged"));
    assert!(table.contains("out of balance") && !table.contains("out_of_balance"));
    assert!(table.contains("= to be paid") && table.contains("How it adds up, in GBP"));
    let ends = |what: &str| {
        lines.iter().filter(|line| line.contains(what)).map(|line| line.trim_end().chars().count()).collect::<Vec<_>>()
    };
    assert_eq!(ends("-18.00").len(), 1, "an over is never set off against a short in a total");
}

#[test]
fn a_narrow_terminal_cuts_long_texts_not_numbers() {
    let long = "a very long description that does not fit on a narrow terminal at all";
    let table = table(&listing(&[(long, 123_456_789)]), Some(40));
    assert!(table.contains("1,234,567.89") && table.contains('…'));
    let rows = table.lines().skip(4);
    assert!(rows.clone().count() > 3);
    rows.for_each(|line| assert!(line.chars().count() <= 40, "{line}"));
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    assert!(!table(&listing(&[("\u{1b}[2Jgone", 1)]), None).contains('\u{1b}'));
}

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    assert_eq!(people::money(Decimal::new(-123_450, 2), "GBP"), "-1,234.50");
    assert_eq!(people::money(Decimal::from(1548), "JPY"), "1,548");
    assert_eq!(people::money(Decimal::new(52_339, 4), "GBP"), "5.2339");
    assert_eq!(people::money(Decimal::new(-1, 1) + Decimal::new(1, 1), "GBP"), "0.00");
}

#[cfg(feature = "workbook")]
mod workbooks {
    use super::*;
    use calamine::{Data, Reader, Xlsx};

    fn open(bytes: Vec<u8>) -> Xlsx<std::io::Cursor<Vec<u8>>> {
        Xlsx::new(std::io::Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn the_same_report_and_time_give_the_same_bytes() {
        for name in crate::report::CATALOGUE.iter().map(|entry| entry.name) {
            let report = report(name, &evening().period()).unwrap();
            let first = render(&report, Format::Xlsx, now()).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(120));
            assert!(first == render(&report, Format::Xlsx, now()).unwrap(), "{name}");
        }
    }

    #[test]
    fn cells_are_typed_and_totals_are_formulas_with_our_sums() {
        let mut report = report("daily", &evening().period()).unwrap();
        report.rows[0][0] = Value::Text("007".into());
        report.rows[0][1] = Value::Text("=2+2".into());
        let mut book = open(render(&report, Format::Xlsx, now()).unwrap());
        let sheet = book.worksheet_range("Store-days").unwrap();
        let at = |row: u32, column: &str| sheet.get_value((row, report.column(column).unwrap() as u32)).unwrap().clone();
        assert_eq!(at(5, "store"), Data::String("007".into()));
        assert_eq!(at(5, "store_name"), Data::String("=2+2".into()));
        assert_eq!(at(5, "takings"), Data::Float(1234.5));
        assert!(matches!(at(5, "trading_day"), Data::DateTime(_)));
        assert_eq!(at(6, "over_short"), Data::String("not judged".into()));
        assert_eq!(at(9, "takings"), Data::Float(1234.5));
        let formulas = book.worksheet_formula("Store-days").unwrap();
        let total = formulas.get_value((9, report.column("takings").unwrap() as u32)).unwrap();
        assert_eq!(total, "ROUND(SUM(F6:F9),2)");
        let bridge = book.worksheet_range("How it adds up").unwrap();
        assert_eq!(bridge.get_value((5, 0)), Some(&Data::String("goods and services".into())));
        assert_eq!(bridge.get_value((13, 0)), Some(&Data::String("difference".into())));
    }

    #[test]
    fn currencies_are_summed_apart() {
        let mut example = evening();
        example.days[1].currency = "EUR".into();
        example.days[1].bridge.takings = Money::cents(700);
        example.days[1].bridge.tenders = Money::cents(700);
        let report = report("daily", &example.period()).unwrap();
        let mut book = open(render(&report, Format::Xlsx, now()).unwrap());
        let sheet = book.worksheet_range("Store-days").unwrap();
        let takings = report.column("takings").unwrap() as u32;
        assert_eq!(sheet.get_value((9, takings)), Some(&Data::Float(7.0)));
        assert_eq!(sheet.get_value((10, takings)), Some(&Data::Float(1234.5)));
        let formulas = book.worksheet_formula("Store-days").unwrap();
        assert_eq!(formulas.get_value((9, takings)).unwrap(), "ROUND(SUMIF(L6:L9,\"EUR\",F6:F9),2)");
    }

    #[test]
    fn a_workbook_has_its_charts_beside_their_cells() {
        let report = report("daily", &evening().period()).unwrap();
        let bytes = render(&report, Format::Xlsx, now()).unwrap();
        let mut book = open(bytes.clone());
        let sheet = book.worksheet_range("Charts").unwrap();
        assert_eq!(sheet.get_value((4, 1)), Some(&Data::String("Leith Walk".into())));
        assert_eq!(sheet.get_value((5, 1)), Some(&Data::Float(1234.5)));
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/charts/chart1.xml").unwrap(), &mut xml).unwrap();
        assert!(xml.contains("<c:f>Charts!$B$6:$B$8</c:f>") && xml.contains("<c:grouping val=\"stacked\"/>"), "{xml}");
    }

    #[test]
    fn a_report_without_rows_is_still_a_workbook() {
        let mut empty = listing(&[]);
        empty.totals.clear();
        assert!(open(render(&empty, Format::Xlsx, now()).unwrap()).worksheet_range("A & B").is_ok());
    }
}

fn told<'a>(example: &'a crate::report::tests::Example, counts: &'a [(String, usize)], files: &'a [Written]) -> Summary<'a> {
    Summary {
        title: "Three Shops",
        now: now(),
        days: &example.days,
        stores: &example.context.stores,
        findings: &[],
        counts,
        files,
        notes: &[],
    }
}

#[test]
fn the_evening_is_told_in_plain_words() {
    let example = evening();
    let counts = [("files read".to_owned(), 7), ("already here".to_owned(), 1)];
    assert_eq!(
        summary(&told(&example, &counts, &[])),
        "Three Shops · Sunday 22 November 2026, 21:05\n\
         2 of 3 store-days, 1 late, 1 out of balance, 1 closed · amounts in GBP\n\
         \n\
         \x20 Fri 20 Nov  Leith Walk   all agrees           1,234.50  cash agrees\n\
         \x20 Fri 20 Nov  Stockbridge  does not agree           0.00  cash 18.00 short\n\
         \x20 Sat 21 Nov  Leith Walk   closed: stocktaking\n\
         \x20 Sun 22 Nov  Stockbridge  nothing came\n\
         \n\
         What needs a person\n\
         \x20 1. Stockbridge, Fri 20 Nov: The drawer should hold 70.50 and held 52.50. Count again.\n\
         \x20 2. Stockbridge, Sun 22 Nov: Nothing came for Sunday 22 November.\n\
         \n\
         7 files read · 1 already here\n"
    );
}

#[test]
fn twelve_store_days_in_trouble_fit_on_a_screen() {
    let mut example = evening();
    let day = example.days[1].clone();
    example.days = (0..12).map(|n| crate::reconcile::StoreDay { store: format!("S{n:02}"), ..day.clone() }).collect();
    let text = summary(&told(&example, &[], &[]));
    assert!(text.lines().count() <= 40, "{}", text.lines().count());
    assert!(text.contains("S11"));
}

#[test]
fn the_summary_page_names_states_in_words_and_links_the_files() {
    let example = evening();
    let daily = report("daily", &example.period()).unwrap();
    let entry = *crate::report::entry("daily").unwrap();
    let files = ["daily.html", "a \"b.xlsx"].map(|file| Written::new(entry, &daily, file.to_owned()));
    let html = index(&told(&example, &[], &files));
    for part in
        ["does not agree", "nothing came", "closed: stocktaking", "href=\"./daily.html\"", "href=\"./a%20%22b.xlsx\"", "1,234.50"]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<script") && !html.contains("https://"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_cell_is_a_formula_after_csv(texts in prop::collection::vec("[=+@\\-\\t\\ra-c,\"\n ]{0,6}", 1..6)) {
        let cells: Vec<(&str, i64)> = texts.iter().map(|text| (text.as_str(), 5)).collect();
        let bytes = render(&listing(&cells), Format::Csv, now()).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().from_reader(bytes.as_slice());
        let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        prop_assert_eq!(read.len(), texts.len());
        for (read, text) in read.iter().zip(&texts) {
            prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(read.strip_prefix('\'').unwrap_or(read), text.as_str());
        }
    }

    #[test]
    fn every_format_takes_any_text(text in "\\PC{0,40}", cents in any::<i32>()) {
        for format in Format::ALL {
            prop_assert!(render(&listing(&[(&text, cents.into())]), *format, now()).is_ok());
        }
    }
}
