//! Generated batches, written and read again.

use std::borrow::Cow;

use chrono::{Days, NaiveDate, NaiveTime};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use super::*;
use crate::model::{Batch, Key, SaleKind, Scalar, Side, Type};

const CANONICAL: [&str; 19] = [
    "sales",
    "tenders",
    "cash_movements",
    "z_report",
    "z_totals",
    "cash_count",
    "deposits",
    "products",
    "stock",
    "stock_count",
    "goods_in",
    "transfers",
    "stores",
    "drawers",
    "employees",
    "customers",
    "suppliers",
    "tax_rates",
    "calendar",
];

const STORES: [&str; 4] = ["S1", "007", "=x", "Café, 2"];

const EDGES: [&str; 26] = [
    "Milk",
    "say \"hi\"",
    "\"",
    "a, b",
    "a;b;c",
    "two\nlines",
    "two\nlines",
    "00123",
    "'0123",
    "''",
    "'tis",
    "=1+1",
    "+44",
    "-5",
    "@x",
    "Café ☕ 茶",
    "£5 voucher",
    "1,50",
    "5.01E+12",
    "2026-11-20",
    "#hash",
    "a|b\tc",
    "Total",
    "no",
    "7:30",
    "\\",
];

type Row = Vec<Value<'static>>;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&EDGES[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z0-9'\"=,;:. é€-]{0,10}[a-zA-Z0-9\"é€]",
    ]
    .prop_map(|text| text.trim().to_owned())
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..4000u64).prop_map(|days| NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(days))
}

fn clock() -> impl Strategy<Value = NaiveTime> {
    (0..86_400u32).prop_map(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap())
}

fn value(of: Type, decimals: u32) -> BoxedStrategy<Value<'static>> {
    match of {
        Type::Text | Type::Person => text().prop_map(|text| Value::Text(Cow::Owned(text))).boxed(),
        Type::Integer => any::<i32>().prop_map(|n| Value::Integer(n.into())).boxed(),
        Type::Money => (-9_999_999i64..9_999_999).prop_map(move |n| Value::Decimal(Decimal::new(n, decimals))).boxed(),
        Type::Quantity | Type::Rate => (-9_999_999i64..9_999_999).prop_map(|n| Value::Decimal(Decimal::new(n, 4))).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Date => day().prop_map(Value::Date).boxed(),
        Type::Time => clock().prop_map(Value::Time).boxed(),
        Type::DateTime => (day(), clock()).prop_map(|(day, time)| Value::DateTime(day.and_time(time))).boxed(),
        Type::Word(words) => select(words).prop_map(|word| Value::Text(Cow::Borrowed(word))).boxed(),
    }
}

/// A row of any content that the kind can have.
fn row(kind: Kind, decimals: u32) -> impl Strategy<Value = Row> {
    let fields: Vec<BoxedStrategy<Value<'static>>> = kind
        .fields()
        .iter()
        .map(|field| {
            let value = match field.name {
                "tender" => select(vec!["Cash", "Card", "=Gift"]).prop_map(|name| Value::Text(Cow::Borrowed(name))).boxed(),
                "line" => (1..9i64).prop_map(Value::Integer).boxed(),
                _ => value(field.kind, decimals),
            };
            let filled = field.required || matches!(field.kind, Type::Bool) && field.name != "stocked" || field.name == "line";
            if filled { value } else { prop_oneof![2 => value, 1 => Just(Value::Null)].boxed() }
        })
        .collect();
    fields.prop_map(move |mut values| {
        refund_goes_out(kind, &mut values);
        values
    })
}

fn at(kind: Kind, field: &str) -> usize {
    kind.field(field).unwrap_or_else(|| panic!("{kind}.{field}"))
}

/// A refund is money going out, with everything that belongs to it.
fn refund_goes_out(kind: Kind, values: &mut Row) {
    let Some(total) = kind.field("line_total").or(kind.field("total")) else { return };
    if values[at(kind, "kind")] != SaleKind::Refund.value() {
        return;
    }
    let turned = ["quantity", "discount_amount", "tax_amount", "line_net", "subtotal", "discount", "tax", "tip", "rounding"];
    for at in turned.iter().filter_map(|name| kind.field(name)).chain([total]) {
        if let Value::Decimal(number) = values[at] {
            values[at] = Value::Decimal(-number.abs());
        }
    }
}

fn content(kind: Kind, rows: Vec<Row>) -> Content {
    let mut content = Content::default();
    push(&mut content, kind, rows);
    content
}

fn push(content: &mut Content, kind: Kind, rows: Vec<Row>) {
    for mut values in rows {
        content.push(kind, 0, &mut values).expect("a whole row");
    }
}

/// One to three batches of a layout's own kind.
fn batches(layout: &Layout) -> impl Strategy<Value = Vec<Batch>> + use<> {
    let (kind, company, tills, decimals) =
        (layout.kind, layout.company, layout.columns.contains_key("till"), layout.minor_units.unwrap_or(2));
    let always = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
    let key = (select(&STORES[..]), select(vec!["1", "01", "T-2", "@"]), day()).prop_map(move |(store, till, day)| Key {
        store: if company && kind != Kind::Transfers { String::new() } else { store.to_owned() },
        till: if tills { till.to_owned() } else { String::new() },
        trading_day: if kind.is_daily() { day } else { always },
    });
    let batch = (key, prop::collection::vec(row(kind, decimals), 1..5));
    prop::collection::vec(batch, 1..4).prop_map(move |batches| {
        let mut all: Vec<Batch> = Vec::new();
        for (key, mut rows) in batches {
            for row in rows.iter_mut().filter(|_| kind == Kind::Transfers) {
                let side: Side = row[at(kind, "side")].to_string().parse().expect("a side");
                row[at(kind, side.store_field())] = Value::Text(Cow::Owned(key.store.clone()));
            }
            if all.iter().all(|batch| batch.key != key) {
                all.push(Batch { key, content: content(kind, rows) });
            }
        }
        all
    })
}

fn read_back(text: Vec<u8>, reading: &Reading, layouts: &Layouts) -> Read {
    let text = String::from_utf8(text).expect("UTF-8");
    read_with("rows.csv", &text, layouts, reading, &BTreeMap::new())
}

fn canonical_survives(id: &str) {
    let layouts = Layouts::built_in();
    let layout = layouts.named(id).unwrap_or_else(|| panic!("{id}"));
    proptest!(ProptestConfig::with_cases(32), |(batches in batches(layout))| {
        let text = write(&batches, layout);
        let shown = String::from_utf8_lossy(&text).into_owned();
        let again = read_back(text, &Reading::default(), &layouts);
        prop_assert!(again.codes.is_empty(), "{id}: {:?} {:?}\n{shown}", again.codes, again.said);
        prop_assert_eq!(again.layouts(), [id], "{}", shown);
        let after: Vec<Batch> = write_batches(&again.blocks)
            .map(|batch| Batch { key: batch.key.clone(), content: unplaced(&batch.content) })
            .collect();
        prop_assert_eq!(after, batches, "{}: {}", id, shown);
    });
}

macro_rules! canonical {
    ($($id:ident),*) => { $(#[test] fn $id() { canonical_survives(stringify!($id)); })* };
}

/// Every canonical layout carries every field of its kind, whatever is in it, and is recognised by what it wrote.
mod canonical_layouts_carry_everything {
    use super::canonical_survives;
    canonical!(
        sales,
        tenders,
        cash_movements,
        z_report,
        z_totals,
        cash_count,
        deposits,
        products,
        stock,
        stock_count,
        goods_in,
        transfers,
        stores,
        drawers,
        employees,
        customers,
        suppliers,
        tax_rates,
        calendar
    );
}

#[test]
fn a_layout_that_extends_a_canonical_one_carries_as_much() {
    let layouts = Layouts::built_in();
    for id in ["epos4excel_sales", "epos4excel_payments", "epos4excel_products", "epos4excel_stock"] {
        let layout = layouts.named(id).unwrap();
        let reading = Reading { layout: Some(id.to_owned()), ..Reading::default() };
        proptest!(ProptestConfig::with_cases(32), |(batches in batches(layout))| {
            let text = write(&batches, layout);
            let shown = String::from_utf8_lossy(&text).into_owned();
            let again = read_back(text, &reading, &layouts);
            prop_assert!(again.codes.is_empty(), "{id}: {:?} {:?}\n{shown}", again.codes, again.said);
            prop_assert_eq!(super::super::write::lost(layout, batches.iter(), write_batches(&again.blocks)), Vec::<String>::new(), "{}", shown);
        });
    }
}

#[test]
fn a_canonical_heading_is_the_fields_own_name() {
    let layouts = Layouts::built_in();
    for id in CANONICAL {
        let layout = layouts.named(id).unwrap();
        let headings = String::from_utf8(write(&[], layout)).unwrap();
        let headings: Vec<&str> = headings.trim_end().split(',').collect();
        for field in layout.kind.fields() {
            assert!(headings.contains(&field.name), "{id}: {} is not in {headings:?}", field.name);
        }
    }
}

/// A transaction of a layout with one row per transaction: its header, and the rows of the further kind.
fn transactions(further: Kind) -> impl Strategy<Value = Vec<Batch>> {
    let transaction = (row(Kind::Headers, 2), prop::collection::vec(row(further, 2), 1..4), (day(), clock()));
    prop::collection::vec(transaction, 1..5).prop_map(move |transactions| {
        let mut all: Vec<Batch> = Vec::new();
        for (count, (mut header, mut rows, (day, time))) in transactions.into_iter().enumerate() {
            let set = |row: &mut Row, kind: Kind, field: &str, value: Value<'static>| row[at(kind, field)] = value;
            let number = Value::Text(Cow::Owned(format!("T{count}")));
            if further == Kind::Lines {
                // A register's list holds names and quantities of sales, and no commas.
                set(&mut header, Kind::Headers, "kind", SaleKind::Sale.value().into_owned());
            } else {
                rows.truncate(1);
            }
            for (line, row) in rows.iter_mut().enumerate() {
                if further == Kind::Lines {
                    let name = format!("{}{line}:{count}", ["apple", "=tea", "a \"b\"", "7:30 cake"][line % 4]);
                    let name = if count % 2 == 0 { name.replace(':', " ") } else { name };
                    for field in ["item_code", "description"] {
                        set(row, further, field, Value::Text(Cow::Owned(name.clone())));
                    }
                    set(row, further, "kind", SaleKind::Sale.value().into_owned());
                    set(row, further, "class", Value::Text(Cow::Borrowed("goods")));
                    set(row, further, "line", Value::Integer(line as i64 + 1));
                    set(row, further, "training", Value::Bool(false));
                    set(row, further, "customer", header[at(Kind::Headers, "customer")].clone());
                } else {
                    set(row, further, "amount", header[at(Kind::Headers, "total")].clone());
                }
                set(row, further, "number", number.clone());
                set(row, further, "date", Value::Date(day));
                set(row, further, "time", Value::Time(time));
            }
            set(&mut header, Kind::Headers, "number", number);
            set(&mut header, Kind::Headers, "date", Value::Date(day));
            set(&mut header, Kind::Headers, "time", Value::Time(time));
            let till = if further == Kind::Lines { "1" } else { "D-1" };
            let key = Key { store: "S1".into(), till: till.into(), trading_day: day };
            let position = all.iter().position(|batch| batch.key == key).unwrap_or_else(|| {
                all.push(Batch { key, content: Content::default() });
                all.len() - 1
            });
            push(&mut all[position].content, Kind::Headers, vec![header]);
            push(&mut all[position].content, further, rows);
        }
        all
    })
}

/// Writing loses only what the layout names as absent, and what was read once is never lost again.
fn loses_only_what_it_says(id: &str, batches: &[Batch]) -> Result<(), TestCaseError> {
    let layouts = Layouts::built_in();
    let layout = layouts.named(id).unwrap_or_else(|| panic!("{id}"));
    let text = write(batches, layout);
    let shown = String::from_utf8_lossy(&text).into_owned();
    let document = Document::new("rows.csv", text.clone());
    let again = read_back(text, &Reading::default(), &layouts);
    prop_assert_eq!(again.rejected(), 0, "{:?}\n{}", again.said, shown);
    let lost = super::super::write::lost(layout, batches.iter(), write_batches(&again.blocks));
    prop_assert_eq!(lost, Vec::<String>::new(), "{}", shown);
    let trips = round_trip(&document, &layouts, &Reading::default(), &BTreeMap::new(), &Limits::default());
    let rows = batches.iter().map(|batch| batch.content.count(layout.kind)).sum();
    prop_assert_eq!(trips.value, [Trip { layout: id.to_owned(), rows, lost: Vec::new() }]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_register_loses_only_what_it_says(batches in transactions(Kind::Lines)) {
        loses_only_what_it_says("register_purchases", &batches)?;
    }

    #[test]
    fn a_hospitality_till_loses_only_what_it_says(batches in transactions(Kind::Tenders)) {
        loses_only_what_it_says("hospitality_transactions", &batches)?;
    }

    #[test]
    fn square_loses_only_what_it_says(rows in prop::collection::vec((row(Kind::Lines, 2), day(), any::<i16>(), any::<i16>()), 1..6)) {
        let mut batches: Vec<Batch> = Vec::new();
        for (mut values, day, net, tax) in rows {
            let lines = Kind::Lines;
            values[at(lines, "date")] = Value::Date(day);
            for (field, cents) in [("line_net", i64::from(net)), ("tax_amount", i64::from(tax)), ("line_total", i64::from(net) + i64::from(tax))] {
                values[at(lines, field)] = Value::Decimal(Decimal::new(cents, 2));
            }
            if values[at(lines, "kind")] == SaleKind::Refund.value() && net as i32 + tax as i32 > 0 {
                values[at(lines, "kind")] = SaleKind::Sale.value().into_owned();
            }
            let key = Key { store: "S1".into(), till: "Square Terminal".into(), trading_day: day };
            match batches.iter_mut().find(|batch| batch.key == key) {
                Some(batch) => push(&mut batch.content, lines, vec![values]),
                None => batches.push(Batch { key, content: content(lines, vec![values]) }),
            }
        }
        loses_only_what_it_says("square_items", &batches)?;
    }
}

/// Masters of other programs lose only what their layouts say, and are read under no other layout.
#[test]
fn masters_of_other_programs_lose_only_what_they_say() {
    let masters = [
        (
            "hospitality_locations",
            "location_id,location_name,location_type,city,timezone,address,postal_code\nLOC-001,\"The Crown, Leith\",pub,Edinburgh,Europe/London,1 Shore,EH6 6QW\n",
        ),
        (
            "hospitality_products",
            "product_id,product_name,product_category,base_price,cost_price,sku,is_taxable,tax_rate\nPRD-1,Lager,Beer,3.59,1.34,SKU-1,True,0.2\nPRD-2,=Pie,Sides,4.00,,SKU-2,False,0.0\n",
        ),
        (
            "hospitality_employees",
            "employee_id,first_name,last_name,role,location_id\nEMP-1,Zoë,O'Neil,manager,LOC-001\nEMP-2,,,,LOC-002\n",
        ),
        ("register_products", "product_name,unit_price\napple,0.5\n\"milk, whole\",2.50\n"),
    ];
    for (layout, text) in masters {
        let document = Document::new("masters.csv", text.as_bytes());
        let trips = round_trip(&document, &Layouts::built_in(), &Reading::default(), &BTreeMap::new(), &Limits::default()).value;
        let [trip] = &trips[..] else { panic!("{layout}: {trips:?}") };
        assert_eq!((trip.layout.as_str(), trip.rows), (layout, text.lines().count() - 1));
        assert!(trip.lost.is_empty(), "{layout}: {:?}", trip.lost);
    }
}
