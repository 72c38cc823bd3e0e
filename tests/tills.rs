//! Other tills' files through the program: exports that overlap, and layouts that are drafted from a file nobody knew.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const COMPANY: &str = r#"
now = "2026-08-01T09:00:00"
database = "sqlite:epos.db"
archive = "archive"
layouts = "layouts"

[stores.cafe]
name = "Harbour Café"
zone = "America/New_York"
starts = "2026-07-15"
expects = ["lines"]
prices_include_tax = false
"#;

fn company() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("epos.toml"), COMPANY).unwrap();
    fs::create_dir(place.path().join("layouts")).unwrap();
    place
}

fn run(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_epos")).args(arguments).current_dir(place).env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn epos(place: &Path, arguments: &[&str]) -> String {
    let output = run(place, arguments);
    assert!(output.status.success(), "epos {arguments:?}\n{}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Takings and number of transactions of a day.
fn day(place: &Path, date: &str) -> (String, u64) {
    let day: Value = serde_json::from_str(&epos(place, &["day", "cafe", date, "--json"])).unwrap();
    (day["bridge"]["takings"].as_str().unwrap_or_default().to_owned(), day["transactions"].as_u64().unwrap_or_default())
}

const ITEMS: &str = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,\
Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location";

fn item(date: &str, time: &str, item: &str, net: &str, number: &str) -> String {
    format!(
        "{date},{time},Eastern Time (US & Canada),None,{item},1.0,,,,${net},$0.00,${net},$0.00,{number},P,Terminal 1,,,Payment,Harbour Café"
    )
}

/// Two exports that overlap by the 16th: of a transaction with two look-alike items, and of one that only the second knows.
fn overlapping() -> [(&'static str, String); 2] {
    let fifteenth = [item("2026-07-15", "09:00:00", "Tea", "2.00", "A")];
    let twice = [
        item("2026-07-16", "10:00:00", "Scone", "3.50", "B"),
        item("2026-07-16", "10:00:00", "Scone", "3.50", "B"),
        item("2026-07-16", "11:00:00", "Tea", "2.00", "C"),
    ];
    let late = [item("2026-07-16", "23:50:00", "Cake", "4.00", "D"), item("2026-07-17", "09:00:00", "Tea", "2.00", "E")];
    let file = |rows: &[&[String]]| format!("{ITEMS}\n{}\n", rows.concat().join("\n"));
    [
        ("items-2026-07-15-2026-07-17.csv", file(&[&fifteenth, &twice])),
        // Another export may have its rows in another order.
        ("items-2026-07-16-2026-07-18.csv", file(&[&late, &twice])),
    ]
}

#[test]
fn exports_that_overlap_by_a_day_double_nothing_and_lose_nothing_in_either_order() {
    let files = overlapping();
    for order in [[0, 1], [1, 0]] {
        let place = company();
        for (at, loaded) in order.into_iter().zip(1..) {
            let (name, text) = &files[at];
            fs::write(place.path().join(name), text).unwrap();
            epos(place.path(), &["load", name]);
            // The same bytes again are no news.
            epos(place.path(), &["load", name]);
            if loaded == 1 {
                let (first, second) = (("9.00".to_owned(), 2), ("13.00".to_owned(), 3));
                assert_eq!(day(place.path(), "2026-07-16"), if at == 0 { first } else { second });
            }
        }
        assert_eq!(day(place.path(), "2026-07-15"), ("2.00".to_owned(), 1));
        assert_eq!(day(place.path(), "2026-07-16"), ("13.00".to_owned(), 3), "{order:?}");
        assert_eq!(day(place.path(), "2026-07-17"), ("2.00".to_owned(), 1));
    }
}

#[test]
fn look_alike_rows_without_numbers_are_kept_by_occurrence_when_exports_overlap() {
    let layout = "title = 'Kiosk'\nkind = 'lines'\ncoverage = 'range'\nnumbering = 'none'\nidentity = ['time', 'item_code', 'line_total']\n\
        [columns]\ndate = 'Day'\ntime = 'At'\nitem_code = 'Code'\nquantity = 'Qty'\nline_total = 'Sum'\n[constants]\ntill = '1'\n";
    let head = "Day,At,Code,Qty,Sum\n";
    let row = |day: &str, at: &str| format!("{day},{at},TEA,1,2.00\n");
    let alike = row("2026-07-16", "10:00").repeat(2);
    let first = format!("{head}{}{alike}", row("2026-07-15", "09:00"));
    let second = format!("{head}{alike}{}{}", row("2026-07-16", "17:00"), row("2026-07-17", "09:00"));
    for order in [[&first, &second], [&second, &first]] {
        let place = company();
        fs::write(place.path().join("layouts/kiosk.toml"), layout).unwrap();
        for (text, name) in order.into_iter().zip(["a.csv", "b.csv"]) {
            fs::write(place.path().join(name), text).unwrap();
            epos(place.path(), &["load", name, "--store", "cafe", "--layout", "kiosk"]);
        }
        assert_eq!(day(place.path(), "2026-07-16"), ("6.00".to_owned(), 3));
        assert_eq!(day(place.path(), "2026-07-15"), ("2.00".to_owned(), 1));
    }
}

#[test]
fn square_transactions_and_items_of_one_day_are_one_account_of_it() {
    let place = company();
    let transactions = "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Card,Cash,Fees,Net Total,Transaction ID,\
        Device Name,Event Type,Deposit ID,Deposit Date,Location\n\
        2026-07-15,09:00:00,Eastern Time (US & Canada),$2.00,$0.00,$2.00,$0.00,$1.00,$3.00,$3.00,$0.00,($0.10),$2.90,A,Terminal 1,Payment,D1,\
        2026-07-16,Harbour Café\n";
    fs::write(place.path().join("t.csv"), transactions.replace(",        ", ",")).unwrap();
    let (name, text) = &overlapping()[0];
    fs::write(place.path().join(name), text).unwrap();
    epos(place.path(), &["load", "t.csv", name]);
    let found: Value = serde_json::from_str(&epos(place.path(), &["day", "cafe", "2026-07-15", "--json"])).unwrap();
    assert_eq!(found["transactions"], 1);
    assert_eq!((&found["bridge"]["takings"], &found["bridge"]["tips"]), (&Value::from("2.00"), &Value::from("1.00")), "{found}");
    let codes: Vec<&str> = found["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert!(!codes.iter().any(|code| code.starts_with('T')), "{codes:?}");
}

#[test]
fn what_banked_means_is_the_stores_word_or_else_the_layouts() {
    // Opening 50, cash 200, out 200: out before the count leaves 50, out after it 250.
    let z = "till,trading_day,z_number,tender,opening_float,counted,banked\n1,2026-07-15,9,Cash,50.00,50.00,200.00\n";
    let sales = "till,date,number,item_code,quantity,line_total\n1,2026-07-15,1,TEA,1,200.00\n";
    let tenders = "till,date,number,tender,amount\n1,2026-07-15,1,Cash,200.00\n";
    let layout = "title = 'Close'\nkind = 'z_reports'\nextends = 'z_report'\nbanked = 'before_count'\n";
    let over = |store: &str, named: &[&str]| {
        let place = company();
        let config =
            COMPANY.replace("expects = [\"lines\"]", &format!("expects = [\"lines\", \"tenders\", \"z_reports\"]\n{store}"));
        fs::write(place.path().join("epos.toml"), config).unwrap();
        if !named.is_empty() {
            fs::write(place.path().join("layouts/close.toml"), layout).unwrap();
        }
        for (name, text) in [("sales.csv", sales), ("tenders.csv", tenders), ("z.csv", z)] {
            fs::write(place.path().join(name), text).unwrap();
        }
        epos(place.path(), &["load", "sales.csv", "tenders.csv", "--store", "cafe"]);
        epos(place.path(), &[&["load", "z.csv", "--store", "cafe"], named].concat());
        let day: Value = serde_json::from_str(&epos(place.path(), &["day", "cafe", "2026-07-15", "--json"])).unwrap();
        day["drawers"][0]["over_short"].as_str().map(str::to_owned)
    };
    let close = ["--layout", "close"];
    assert_eq!(over("", &[]).as_deref(), Some("-200.00"));
    assert_eq!(over("", &close).as_deref(), Some("0.00"));
    assert_eq!(over("banked = \"after_count\"", &close).as_deref(), Some("-200.00"));
    assert_eq!(over("banked = \"before_count\"", &[]).as_deref(), Some("0.00"));
}

/// Drafts a layout without answers, then with them; the finished one must read the file without a word.
#[track_caller]
fn drafts(name: &str, text: &str, proven: &[&str], open: &[&str], answers: &[&str], rows: usize) -> String {
    let place = company();
    fs::write(place.path().join(name), text).unwrap();
    let output = run(place.path(), &["layout", "new", name, "-o", "layouts/open.toml"]);
    let first = fs::read_to_string(place.path().join("layouts/open.toml")).unwrap_or_else(|_| panic!("{}", said(&output)));
    for line in proven {
        assert!(first.contains(line), "{line}\n{first}");
    }
    for comment in open {
        assert!(first.lines().any(|line| line.starts_with("# ") && line.contains(comment)), "{comment}\n{first}");
    }
    let remain = if open.is_empty() { (Some(0), "rows of") } else { (Some(1), "remain") };
    assert!(output.status.code() == remain.0 && said(&output).contains(remain.1), "{}\n{first}", said(&output));
    fs::remove_file(place.path().join("layouts/open.toml")).unwrap();

    let answers = answers.iter().flat_map(|answer| ["--answer", answer]);
    let arguments: Vec<&str> = ["layout", "new", name, "-o", "layouts/mine.toml"].into_iter().chain(answers).collect();
    let told = epos(place.path(), &arguments);
    let text = fs::read_to_string(place.path().join("layouts/mine.toml")).unwrap();
    assert!(told.contains(&format!("{rows} rows of {name} are read under it\n")), "{told}\n{text}");
    let checked = said(&run(place.path(), &["check", name, "--layout", "mine", "--store", "cafe"]));
    assert!(checked.contains("0 errors, 0 warnings"), "{checked}\n{text}");
    // Nobody's work is overwritten.
    let again = run(place.path(), &arguments);
    assert!(again.status.code() == Some(2) && said(&again).contains("there already"), "{}", said(&again));
    text
}

#[test]
fn a_sales_file_nobody_knew_becomes_a_layout() {
    let text = "Shop report;;;;;;;;;;\n\
        Sale Date;Time;Till No;Receipt No;Type;Barcode;Product Name;Description;Qty;Selling Price;VAT;Total\n\
        13/07/2026;09:00;1;1;Sold;0501;Milk;Dairy;2;1,50;0,50;3,00\n\
        13/07/2026;09:05;1;2;Sold;0502;Tea;Drinks;1;2,40;0,40;2,40\n\
        14/07/2026;09:00;1;1;Sold;0501;Milk;Dairy;2;1,50;0,50;3,00\n\
        14/07/2026;09:10;1;2;Returned;0502;Tea;Drinks;-1;2,40;-0,40;-2,40\n";
    let proven = [
        "delimiter = \";\"",
        "row 3 has 13/07/2026.\ndate_order = \"dmy\"",
        "The decimal mark is a comma: row 3 has 1,50.\ndecimal = \",\"",
        "number = \"Receipt No\"",
        "unit_price = \"Selling Price\"",
    ];
    let open = [
        "? line_total = \"Total\"",
        "The file suggests line_total: quantity × price is it in all 4 rows",
        "? description = \"Product Name\"",
        "? prices_include_tax = true",
        "The file suggests true: the amounts of 4 rows with tax hold it, row 3 for one",
        "The file suggests range: its rows are of 2 days",
        "The file suggests per_day: the number 1 stands on different days",
        "6 questions are open",
    ];
    let answers = [
        "prices_include_tax=true",
        "coverage=range",
        "numbering=per_day",
        "heading Total=line_total",
        "heading Type=nothing",
        "column description=Product Name",
    ];
    let layout = drafts("north.csv", text, &proven, &open, &answers, 4);
    // What was only a question is bound nowhere.
    assert!(!layout.contains("kind = \"Type\"") && !layout.contains("# ?"), "{layout}");
}

#[test]
fn words_of_the_file_are_asked_for_and_never_guessed() {
    let text = "Transaction Date,Terminal,Trans No,Transaction Type,Code,Units,Line Amount\n\
        2026-07-15,A,XKCDQRS1,Sold,TEA,1,2.00\n2026-07-15,A,XKCDQRS2,Returned,TEA,-1,-2.00\n";
    let open = [
        "? \"sold\" = \"sale\"",
        "? \"returned\" = \"refund\"",
        "? coverage = \"day\"",
        "row 2 has XKCDQRS1, which counts nothing",
    ];
    let answers = ["prices_include_tax=true", "coverage=day", "numbering=none", "word kind sold=sale", "word kind returned=refund"];
    let layout = drafts("words.csv", text, &["kind = \"Transaction Type\""], &open, &answers, 2);
    assert!(layout.contains("[words.kind]\n\"returned\" = \"refund\"\n\"sold\" = \"sale\""), "{layout}");
}

#[test]
fn lines_without_number_and_total_are_told_apart_and_multiplied() {
    let text = "Business Date\tTime\tPLU\tDesc\tQuantity Sold\tEach\tItem Discount\n\
        2026-07-15\t09:00\t7\tTea\t2\t1.50\t0.50\n2026-07-15\t09:01\t8\tScone\t1\t2.00\t\n";
    let open = ["? till = \"\"", "? numbering = \"none\"", "? total_from_price = true"];
    let answers =
        ["prices_include_tax=true", "coverage=day", "column till=Kiosk", "column number=none", "column line_total=from_price"];
    let layout = drafts("kiosk.tsv", text, &["delimiter = \"tab\"", "quantity = \"Quantity Sold\""], &open, &answers, 2);
    assert!(layout.contains("[constants]\ntill = \"Kiosk\""), "{layout}");
}

#[test]
fn transactions_tenders_closes_products_and_stock_are_drafted_too() {
    let transactions = "Transaction Date,Register,Receipt No,Served By,Order Total,VAT,Gratuity\n\
        2026-07-14,1,10,Ann,12.00,2.00,0.00\n2026-07-14,1,11,Ann,6.00,1.00,0.00\n2026-07-15,1,12,Bob,3.00,0.50,0.00\n";
    let answers = ["prices_include_tax=true", "coverage=range", "numbering=per_till"];
    let open = ["? coverage", "The file suggests per_till: numbers follow each other from day to day"];
    drafts("orders.csv", transactions, &["kind = \"headers\"", "total = \"Order Total\""], &open, &answers, 3);

    let tenders = "Sale Date,Till No,Receipt No,Paid By,Amount,Tendered,Change\n2026-07-15,1,10,Cash,12.00,20.00,8.00\n";
    drafts(
        "paid.csv",
        tenders,
        &["kind = \"tenders\"", "tender = \"Paid By\""],
        &["? coverage"],
        &["coverage=day", "numbering=none"],
        1,
    );

    let z = "Business Date,Till No,Payment Type,Opening Balance,Should Be,Actual,Banking,Float\n\
        2026-07-15,1,Cash,50.00,250.00,200.00,150.00,50.00\n";
    let open = [
        "What does the heading `Float` mean?",
        "The file suggests false: counted − expected is exactly the float, below zero in 1 rows, row 2 for one",
        "Was the banked money taken out before the count or after it?",
    ];
    let answers = ["banked=after_count", "count_includes_float=false", "heading Float=closing_float"];
    let layout = drafts("close.csv", z, &["kind = \"z_reports\"", "expected = \"Should Be\""], &open, &answers, 1);
    assert!(layout.contains("\nclosing_float = \"Float\""), "{layout}");
    let clear = z.replace(",Float\n", ",closing_float\n");
    let open = ["The file suggests after_count: the count less it is what was left in 1 rows, row 2 for one"];
    drafts("clear.csv", &clear, &["closing_float = \"closing_float\""], &open, &answers[..2], 1);

    let products = "SKU,Product Name,RRP,Cost Price,Vendor\nTEA,Tea,2.40,1.00,Hall\n";
    drafts(
        "list.csv",
        products,
        &["kind = \"products\"", "price = \"RRP\"", "company = true", "coverage = \"snapshot\""],
        &[],
        &[],
        1,
    );

    let stock = "PLU,Item Name,Stock Level\n7,Tea,12\n";
    drafts("shelf_2026-07-15.csv", stock, &["kind = \"stock_levels\"", "on_hand = \"Stock Level\""], &[], &[], 1);
}

#[test]
fn dates_that_prove_nothing_are_asked_and_a_file_of_nothing_is_said() {
    let place = company();
    fs::write(place.path().join("a.csv"), "Date,Till No,No,PLU,Qty,Line Amount\n03/07/2026,1,5,7,1,2.00\n").unwrap();
    let drafted = run(place.path(), &["layout", "new", "a.csv"]);
    let text = String::from_utf8_lossy(&drafted.stdout);
    assert!(
        text.contains("# ? date_order = \"dmy\"") && text.contains("row 2 has 03/07/2026") && text.contains("# ? number = \"No\""),
        "{text}"
    );
    assert!(String::from_utf8_lossy(&drafted.stderr).ends_with("questions remain; they are comments that begin with `# ?`\n"));
    assert_eq!(drafted.status.code(), Some(1));
    fs::write(place.path().join("b.csv"), "colour,shape\nred,round\n").unwrap();
    let nothing = run(place.path(), &["layout", "new", "b.csv", "-o", "b.toml"]);
    assert!(nothing.status.code() == Some(1) && said(&nothing).contains("nothing was drafted"), "{}", said(&nothing));
    assert!(!place.path().join("b.toml").exists());
}

#[test]
fn orders_of_a_web_shop_tie_and_what_was_cancelled_counts_nowhere() {
    let place = company();
    let orders = "Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,\
        Lineitem price,Cancelled at,Payment Method,Lineitem discount\n\
        #1,paid,GBP,28.00,5.00,2.64,35.64,3.00,2026-07-16 01:30:00 +0000,2,Mug,8.00,,Cash,1.00\n\
        #1,,,,,,,,,1,Print,16.00,,,0.00\n\
        #2,voided,GBP,8.00,0.00,0.00,8.00,0.00,2026-07-15 15:00:00 +0000,1,Mug,8.00,2026-07-15 16:00:00 +0000,Cash,0.00\n";
    fs::write(place.path().join("orders.csv"), orders.replace("        ", "")).unwrap();
    epos(place.path(), &["load", "orders.csv", "--store", "cafe"]);
    let found: Value = serde_json::from_str(&epos(place.path(), &["day", "cafe", "2026-07-15", "--json"])).unwrap();
    let bridge = &found["bridge"];
    assert_eq!((&bridge["takings"], &bridge["tenders"]), (&Value::from("35.64"), &Value::from("35.64")), "{bridge}");
    // The whole of it is in the drawer: 35.64 in cash, not 43.64.
    assert_eq!(found["drawers"][0]["balance"]["moved_in"], "35.64", "{found:#}");
}

#[test]
fn a_layout_is_tested_on_rows_that_name_their_store_and_never_on_none() {
    let place = company();
    let (name, text) = &overlapping()[0];
    fs::write(place.path().join(name), text).unwrap();
    let told = epos(place.path(), &["layout", "test", name]);
    assert!(told.contains("4 rows read under square_items and written again; nothing is lost"), "{told}");
    fs::write(place.path().join(name), text.replace("Harbour Café", "Elsewhere")).unwrap();
    let nothing = run(place.path(), &["layout", "test", name]);
    assert!(nothing.status.code() == Some(1) && said(&nothing).contains("nothing was proven"), "{}", said(&nothing));
}
