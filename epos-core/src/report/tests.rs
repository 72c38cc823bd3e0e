//! Every report of every generated period ties to the bridge to the penny.

mod charity;
mod days;
mod goods;
mod journal;
mod money;

use chrono::{NaiveDate, NaiveTime};
use proptest::prelude::*;
use rust_decimal::Decimal;

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::{Diagnostic, S002, S008};
use crate::model::*;
use crate::reconcile::{Bridge, DrawerResult, Evidence, Source};

/// Store-days and their rows, as a test writes them by hand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Example {
    pub days: Vec<StoreDay>,
    pub sources: Vec<DaySources>,
    pub context: Context,
}

impl Example {
    pub fn period(&self) -> Period<'_> {
        Period::new(day(1), day(28), None, &self.days, &self.sources, &self.context)
    }

    pub fn all(&self) -> Vec<Report> {
        CATALOGUE.iter().map(|entry| (entry.make)(&self.period())).collect()
    }
}

pub(crate) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

pub(crate) fn line(number: &str, class: Class, kind: SaleKind, total: i64) -> LineItem {
    LineItem {
        number: number.into(),
        date: day(20),
        time: NaiveTime::from_hms_opt(10, 30, 0),
        cashier: Some(Person("t1".into())),
        kind,
        class,
        item_code: (kind != SaleKind::Discount).then(|| "0123".into()),
        description: Some("=Jam".into()),
        quantity: Quantity::units(if total < 0 { -1 } else { 1 }),
        line_total: Money::cents(total),
        ..LineItem::default()
    }
}

pub(crate) fn header(number: &str, kind: SaleKind, total: i64) -> Header {
    Header { number: number.into(), date: day(20), kind, total: Money::cents(total), ..Header::default() }
}

pub(crate) fn tender(number: &str, tender: &str, amount: i64) -> Tender {
    Tender { number: number.into(), date: day(20), tender: tender.into(), amount: Money::cents(amount), ..Tender::default() }
}

pub(crate) fn judged(store: &str, trading_day: NaiveDate, currency: &str, state: State) -> StoreDay {
    StoreDay {
        store: store.into(),
        trading_day,
        currency: currency.into(),
        state,
        transactions: 0,
        left_out: 0,
        bridge: Bridge::default(),
        drawers: Vec::new(),
        shelves: Vec::new(),
        tie_outs: Vec::new(),
        gaps: Vec::new(),
        rejected: 0,
        banking: crate::reconcile::Banking::NotApplicable,
        after_cutoff: crate::reconcile::AfterCutoff::new(),
        watched: crate::reconcile::Watched::new(),
        late: None,
        findings: Vec::new(),
        declaration: None,
        accepted: Vec::new(),
        sealed: None,
        waiting: 0,
        explanations: Vec::new(),
    }
}

pub(crate) fn source(store: &str, till: &str, trading_day: NaiveDate, content: Content) -> Source {
    Source {
        batch: Batch { key: Key { store: store.into(), till: till.into(), trading_day }, content },
        document: "till.csv".into(),
        hash: Hash::default(),
        layout: "sales".into(),
        numbering: Numbering::PerDay,
        prices_include_tax: Some(true),
        absent: Vec::new(),
        arrived_at: None,
    }
}

/// Two stores, two evenings: a good one, a short drawer, one that never came, one closed.
pub(crate) fn evening() -> Example {
    let mut example = Example::default();
    for (code, name) in [("S1", "Leith Walk"), ("S2", "Stockbridge")] {
        let mut store = Store::new(code, name);
        store.exceptions.insert(day(21), Exception { open: false, reason: "stocktaking".into(), hours: None });
        store.starts = Some(day(1));
        example.context.stores.insert(code.into(), store);
    }
    example.context.people.insert(("cashier".into(), Person("Ann <b>".into())), Person("t1".into()));
    let mut good = judged("S1", day(20), "GBP", State::Balanced);
    let content = Content {
        lines: vec![
            line("1", Class::Goods, SaleKind::Sale, 123_450).into(),
            line("2", Class::Donation, SaleKind::Sale, 250).into(),
        ],
        tenders: vec![tender("1", "Cash", 123_450).into(), tender("2", "Card", 250).into()],
        ..Content::default()
    };
    good.transactions = 2;
    good.bridge = Bridge {
        takings: Money::cents(123_450),
        donations: Money::cents(250),
        tenders: Money::cents(123_700),
        ..Bridge::default()
    };
    let drawer = |over_short: i64| DrawerResult {
        drawer: "1".into(),
        tills: vec!["1".into()],
        z_numbers: vec!["Z7".into()],
        tender: "Cash".into(),
        class: TenderClass::Cash,
        balance: Balance {
            account: Account::Drawer { store: "S1".into(), drawer: "1".into(), tender: "Cash".into() },
            opening: Some(Decimal::new(5000, 2)),
            moved_in: Decimal::new(123_450, 2),
            moved_out: Decimal::ZERO,
            counted: Some(Decimal::new(128_450 + over_short, 2)),
        },
        expected_by_z: None,
        over_short: Some(Money::cents(over_short)),
        not_judged: None,
        banked: None,
        left: None,
        blind: false,
        after_cutoff: None,
        overnight: None,
    };
    good.drawers.push(drawer(0));
    example.sources.push(DaySources {
        store: "S1".into(),
        trading_day: day(20),
        sources: vec![source("S1", "1", day(20), content)],
    });
    let mut short = judged("S2", day(20), "GBP", State::OutOfBalance);
    short.drawers.push(drawer(-1800));
    let finding = Diagnostic::new(S002, At::default(), "the drawer should hold 70.50 and held 52.50").help("count again");
    short.findings.push(finding.day("S2", day(20)).amount(Money::cents(-1800)));
    let mut late = judged("S2", day(22), "GBP", State::Overdue);
    late.findings.push(Diagnostic::new(S008, At::default(), "nothing came for Sunday 22 November").day("S2", day(22)));
    example.days = vec![good, short, judged("S1", day(21), "GBP", State::Closed), late];
    example
}

/// One transaction of a generated day: what it is and what it adds.
#[derive(Debug, Clone)]
enum Act {
    Lines(Vec<(Class, i64, Option<i64>)>, bool),
    Refund(i64),
    Discounted(i64, i64),
    HeaderOnly(i64, i64, i64),
    HeaderTaxAndTip(i64, i64, i64),
    Left(u8, i64),
}

fn act() -> impl Strategy<Value = Act> {
    let class = prop::sample::select(Class::ALL);
    let item = (class, -5_000..50_000i64, prop::option::of(0..900i64));
    prop_oneof![
        (prop::collection::vec(item, 1..5), any::<bool>()).prop_map(|(lines, split)| Act::Lines(lines, split)),
        (1..9_000i64).prop_map(Act::Refund),
        (1..9_000i64, 1..500i64).prop_map(|(total, off)| Act::Discounted(total, off)),
        (1..9_000i64, 0..300i64, -2..3i64).prop_map(|(total, tip, rounding)| Act::HeaderOnly(total, tip, rounding)),
        (1..9_000i64, 0..300i64, 0..300i64).prop_map(|(total, tax, tip)| Act::HeaderTaxAndTip(total, tax, tip)),
        (0..4u8, 1..9_000i64).prop_map(|(how, total)| Act::Left(how, total)),
    ]
}

/// Builds the rows of `acts` and, apart from them, what they must add up to.
fn build(currency: &str, acts: &[Act]) -> (Content, StoreDay) {
    let mut content = Content::default();
    let mut day_of = judged("", day(1), currency, State::Balanced);
    let b = &mut day_of.bridge;
    for (position, act) in acts.iter().enumerate() {
        let n = position.to_string();
        let mut due = 0;
        match act {
            Act::Lines(lines, split) => {
                for (class, total, tax) in lines {
                    let tax = tax.filter(|_| matches!(class, Class::Goods | Class::Service));
                    content
                        .lines
                        .push(LineItem { tax_amount: tax.map(Money::cents), ..line(&n, *class, SaleKind::Sale, *total) }.into());
                    *match class {
                        Class::Goods | Class::Service => &mut b.takings,
                        Class::GiftCard => &mut b.gift_cards,
                        Class::Deposit => &mut b.deposits,
                        Class::Donation => &mut b.donations,
                        Class::Tip => &mut b.tips,
                        Class::Rounding => &mut b.rounding,
                    } += Money::cents(*total);
                    b.tax += Money::cents(tax.unwrap_or(0));
                    due += total;
                }
                if *split {
                    content.tenders.push(tender(&n, "Visa", 100).into());
                    b.tenders += Money::cents(100);
                    due -= 100;
                }
            }
            Act::Refund(total) => {
                content.lines.push(line(&n, Class::Goods, SaleKind::Refund, -total).into());
                b.takings -= Money::cents(*total);
                due = -total;
            }
            Act::Discounted(total, off) => {
                content.lines.push(line(&n, Class::Goods, SaleKind::Sale, *total).into());
                content.lines.push(line(&n, Class::Goods, SaleKind::Discount, -off).into());
                content.lines.push(line(&n, Class::Goods, SaleKind::Void, 777).into());
                b.takings += Money::cents(total - off);
                due = total - off;
            }
            Act::HeaderOnly(total, tip, rounding) => {
                let (tip, rounding) = (Money::cents(*tip), Money::cents(*rounding));
                content
                    .headers
                    .push(Header { tip: Some(tip), rounding: Some(rounding), ..header(&n, SaleKind::Sale, *total) }.into());
                b.takings += Money::cents(*total) - tip - rounding;
                b.tips += tip;
                b.rounding += rounding;
                due = *total;
            }
            Act::HeaderTaxAndTip(total, tax, tip) => {
                content.lines.push(line(&n, Class::Goods, SaleKind::Sale, *total).into());
                let stated = Header {
                    tax: Some(Money::cents(*tax)),
                    tip: Some(Money::cents(*tip)),
                    ..header(&n, SaleKind::Sale, total + tip)
                };
                content.headers.push(stated.into());
                b.takings += Money::cents(*total);
                b.tax += Money::cents(*tax);
                b.tips += Money::cents(*tip);
                due = total + tip;
            }
            Act::Left(how, total) => {
                match how {
                    0 => content.headers.push(header(&n, SaleKind::Void, *total).into()),
                    1 => content.headers.push(header(&n, SaleKind::Failed, *total).into()),
                    2 => content.headers.push(Header { training: true, ..header(&n, SaleKind::Sale, *total) }.into()),
                    _ => content.lines.push(LineItem { training: true, ..line(&n, Class::Goods, SaleKind::Sale, *total) }.into()),
                }
                content.tenders.push(tender(&n, "Cash", *total).into());
                day_of.left_out += 1;
                continue;
            }
        }
        content.tenders.push(tender(&n, "Cash", due).into());
        b.tenders += Money::cents(due);
        day_of.transactions += 1;
    }
    (content, day_of)
}

fn example() -> impl Strategy<Value = Example> {
    let store = |code: &'static str, currency: &'static str| {
        prop::collection::vec(prop::collection::vec(act(), 0..7), 0..4).prop_map(move |days| {
            let mut example = Example::default();
            example.context.stores.insert(code.into(), Store { currency: currency.into(), ..Store::new(code, code) });
            for (position, acts) in days.iter().enumerate() {
                let trading_day = day(position as u32 + 1);
                let (content, mut judged) = build(currency, acts);
                (judged.store, judged.trading_day) = (code.into(), trading_day);
                let sources = vec![source(code, "1", trading_day, content)];
                example.sources.push(DaySources { store: code.into(), trading_day, sources });
                example.days.push(judged);
            }
            example
        })
    };
    (store("B", "GBP"), store("A", "EUR"), store("C", "GBP")).prop_map(|(one, two, three)| {
        let mut all = one;
        for other in [two, three] {
            all.days.extend(other.days);
            all.sources.extend(other.sources);
            all.context.stores.extend(other.context.stores);
        }
        all
    })
}

/// A column of a report as text, from above.
fn cells(report: &Report, column: &str) -> Vec<String> {
    let at = report.column(column).unwrap_or_else(|| panic!("{} has no column {column}", report.name));
    report.rows.iter().map(|row| row[at].to_string()).collect()
}

/// The report `name` of `example` with what is asked.
fn asked(example: &Example, name: &str, asked: Asked) -> Report {
    report(name, &example.period().with(asked)).unwrap()
}

/// A store-day of one till, judged as the real judgement does.
fn traded(example: &mut Example, store: &str, trading_day: NaiveDate, content: Content) {
    let sources = vec![source(store, "1", trading_day, content)];
    let evidence = Evidence { sources: sources.clone(), ..Evidence::default() };
    let known = example.context.stores.entry(store.into()).or_insert_with(|| Store::new(store, store)).clone();
    example.days.push(crate::reconcile::day(&known, trading_day, &evidence, &example.context));
    example.sources.push(DaySources { store: store.into(), trading_day, sources });
}

fn sum(report: &Report, column: &str, currency: &str) -> Money {
    let at = |name| report.column(name).unwrap_or_else(|| panic!("{} has no column {name}", report.name));
    let (of, column) = (at("currency"), at(column));
    let rows = report.rows.iter().filter(|row| row[of] == Value::Text(currency.into()));
    rows.map(|row| match row[column] {
        Value::Decimal(amount) => Money::rounded(amount),
        _ => Money::ZERO,
    })
    .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_report_ties_to_the_bridge(example in example()) {
        let period = example.period();
        for (currency, bridge) in period.bridges() {
            for name in [
                "daily", "store", "product", "category", "hour", "employee", "monthly", "best-sellers", "unique-customers",
                "loyal-customers", "tax", "comparison",
                "gross-takings", "vat-summary",
            ] {
                let report = report(name, &period).unwrap();
                prop_assert_eq!(sum(&report, "takings", currency), bridge.takings, "{}", name);
                if report.column("tax").is_some() {
                    prop_assert_eq!(sum(&report, "tax", currency), bridge.tax, "{}", name);
                }
            }
            let daily = report("daily", &period).unwrap();
            let paid = sum(&daily, "cash", currency) + sum(&daily, "card", currency) + sum(&daily, "other_tenders", currency);
            prop_assert_eq!(paid, bridge.tenders);
            prop_assert_eq!(sum(&report("tender", &period).unwrap(), "amount", currency), bridge.tenders);
            prop_assert_eq!(bridge.difference(), Money::ZERO);
        }
        let day_page = report("store-day", &period).unwrap();
        let (item, amount) = (day_page.column("item").unwrap(), day_page.column("amount").unwrap());
        let of = |label: &str| day_page.rows.iter().filter(|row| row[item] == Value::Text(label.to_owned().into()))
            .map(|row| match row[amount] { Value::Decimal(amount) => amount, _ => Decimal::ZERO }).sum::<Decimal>();
        prop_assert_eq!(of("Gross") + of("Discounts") + of("Refunds"), of("Net: takings, tax included"));
        let all = example.all();
        for report in &all {
            prop_assert_eq!(&report.bridge, &all[0].bridge);
            for row in report.rows.iter().chain(&report.totals) {
                prop_assert_eq!(row.len(), report.columns.len(), "{}", report.name);
            }
            for total in &report.totals {
                if let (Some(of), Some(takings)) = (report.column("currency"), report.column("takings")) {
                    let currency = total[of].to_string();
                    prop_assert_eq!(&total[takings], &Value::Decimal(sum(report, "takings", &currency).decimal()));
                }
            }
        }
    }

    #[test]
    fn nothing_depends_on_the_order_of_arrival(example in example()) {
        let mut turned = example.clone();
        turned.days.reverse();
        turned.sources.reverse();
        prop_assert_eq!(example.all(), turned.all());
    }

    #[test]
    fn judged_days_and_posted_movements_tie_too(example in example()) {
        let mut example = example;
        for (judged, of) in example.days.iter_mut().zip(&example.sources) {
            let evidence = Evidence { sources: of.sources.clone(), ..Evidence::default() };
            let store = &example.context.stores[&of.store];
            let again = crate::reconcile::day(store, of.trading_day, &evidence, &example.context);
            prop_assert_eq!((again.bridge, again.transactions, again.left_out), (judged.bridge, judged.transactions, judged.left_out));
            *judged = again;
        }
        let period = example.period();
        let movements = report("movements", &period).unwrap();
        let [of, account, reason, amount] = ["currency", "account", "reason", "amount"].map(|name| movements.column(name).unwrap());
        for (currency, bridge) in period.bridges() {
            let paid = movements.rows.iter().filter(|row| row[of] == Value::Text(currency.to_owned().into()));
            let paid = paid.filter(|row| row[account].to_string().starts_with("drawer "));
            let paid = paid.filter(|row| ["sale", "refund"].contains(&row[reason].to_string().as_str()));
            let paid: Decimal = paid.map(|row| match row[amount] { Value::Decimal(amount) => amount, _ => Decimal::ZERO }).sum();
            prop_assert_eq!(Money::rounded(paid), bridge.tenders);
            prop_assert_eq!(sum(&report("product", &period).unwrap(), "takings", currency), bridge.takings);
        }
    }

    #[test]
    fn our_reading_of_a_transaction_is_the_bridge(example in example()) {
        let mut bridges = std::collections::BTreeMap::<&str, Bridge>::new();
        let period = example.period();
        for sale in &period.sales {
            *bridges.entry(period.currency(sale.store)).or_default() += sale.bridge();
        }
        for (currency, bridge) in period.bridges() {
            prop_assert_eq!(bridges.get(currency).copied().unwrap_or_default(), bridge);
        }
    }
}

/// Every column of every report is in the glossary, and nothing else is.
#[test]
fn every_column_has_a_meaning() {
    let reports = evening().all();
    let used: BTreeSet<&str> = reports.iter().flat_map(|report| &report.columns).map(|column| column.name).collect();
    let known: BTreeSet<&str> = glossary::MEANINGS.iter().map(|(name, _)| *name).collect();
    assert_eq!(known.difference(&used).collect::<Vec<_>>(), Vec::<&&str>::new(), "meanings of no column");
    assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "columns without a meaning");
    assert!(glossary::MEANINGS.is_sorted_by_key(|(name, _)| *name));
    for report in &reports {
        assert_eq!(entry(report.name).map(|entry| entry.title), Some(report.title.as_str()));
        let names: BTreeSet<&str> = report.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), report.columns.len(), "{} has a column twice", report.name);
    }
}

#[test]
fn a_report_refuses_what_it_does_not_take() {
    let refuses = |name: &str, asked: Asked| entry(name).unwrap().refuses(&asked);
    let top = Asked { top: Some(3), ..Asked::default() };
    let by = |by| Asked { by: Some(by), ..Asked::default() };
    assert_eq!(refuses("best sellers", top.clone()), None);
    assert_eq!(refuses("best-sellers", by(By::Quantity)), None);
    assert_eq!(
        refuses("daily", top).unwrap(),
        "the report `daily` does not take --top; it takes none but --from, --to and --store"
    );
    assert_eq!(
        refuses("journal", by(By::Takings)).unwrap(),
        "the report `journal` does not take --by takings; it takes --by day|month"
    );
    assert_eq!(entry("loyal_customers").unwrap().options(), "--at-least N (2)");
}

#[test]
fn completeness_reads_as_a_sentence() {
    let completeness = Completeness { expected: 41, present: 38, missing: 2, closed: 1, ..Completeness::default() };
    assert_eq!(completeness.to_string(), "38 of 41 store-days, 2 late, 1 closed");
    let example = evening();
    let of = Completeness::of(&example.days);
    assert_eq!((of.expected, of.present, of.missing, of.out_of_balance, of.closed), (3, 2, 1, 1, 1));
    assert_eq!(Completeness::default().to_string(), "no store-days expected");
}

#[test]
fn sales_known_by_total_only_are_one_row() {
    let mut example = evening();
    example.sources[0].sources[0].batch.content.headers.push(header("9", SaleKind::Sale, 1000).into());
    example.days[0].bridge.takings += Money::cents(1000);
    for name in ["product", "category"] {
        let report = report(name, &example.period()).unwrap();
        let last = report.rows.last().unwrap();
        assert!(last.contains(&Value::Text("(no line detail)".into())), "{last:?}");
        assert_eq!(last[report.column("takings").unwrap()], Value::Decimal(Decimal::new(1000, 2)));
    }
}

#[test]
fn the_page_of_a_store_day_shows_its_z_its_cash_and_its_gaps() {
    let mut example = evening();
    let at = |hour| day(20).and_hms_opt(hour, 2, 0);
    let z = ZReport {
        z_number: "Z7".into(),
        opened_at: at(9),
        closed_at: at(17),
        closed_by: Some(Person("t1".into())),
        blind: true,
        tender: "Cash".into(),
        ..ZReport::default()
    };
    let content = &mut example.sources[0].sources[0].batch.content;
    content.z_reports = vec![z.clone().into(), ZReport { tender: "Card".into(), ..z }.into()];
    content.cash_counts = [(100, 7), (2000, 3)]
        .map(|(cents, count)| CashCount { z_number: "Z7".into(), denomination: Money::cents(cents), count }.into())
        .into();
    example.days[0].gaps.push(("1".into(), "5".into(), "8".into()));
    let report = report("store-day", &example.period()).unwrap();
    let told: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row[0] == Value::Text("S1".into()))
        .map(|row| row[3..].iter().map(Value::to_string).collect::<Vec<_>>().join("|"))
        .collect();
    for line in [
        "Z-report|Z7, till 1|Closed|2026-11-20 17:02||",
        "Z-report|Z7, till 1|Closed by|Ann <b>||",
        "Z-report|Z7, till 1|Blind count|yes||",
        "Drawer|1, Cash, Z-report Z7|Expected, from the transactions||1284.5|GBP",
        "Coins and notes|Z-report Z7, till 1|20.00 each|3|60|GBP",
        "Numbers|till 1|Missing|5 to 8||",
        "Outcome||Why|stocktaking||",
    ] {
        assert_eq!(told.iter().filter(|told| *told == line).count(), 1, "{line}\n{told:#?}");
    }
}

#[test]
fn payments_in_another_currency_are_said_and_never_added() {
    let mut example = evening();
    let euros = Tender { currency: Some("EUR".into()), ..tender("1", "Cash", 2000) };
    example.sources[0].sources[0].batch.content.tenders.push(euros.into());
    let report = report("tender", &example.period()).unwrap();
    assert_eq!(report.totals.len(), 1);
    assert_eq!(sum(&report, "amount", "GBP"), Money::cents(123_700));
    assert_eq!(report.notes, ["Payments in other currencies are in none of these figures: 20.00 EUR."]);
}

#[test]
fn averages_are_exact_decimals_rounded_half_up() {
    assert_eq!(make::average(Money::cents(1001), 2, "GBP"), Value::Decimal(Decimal::new(501, 2)));
    assert_eq!(make::average(Money::cents(154_850), 100, "JPY"), Value::Decimal(Decimal::from(15)));
    assert_eq!(make::average(Money::ZERO, 0, "GBP"), Value::Null);
}

#[test]
fn people_are_shown_by_name_where_it_is_known() {
    let report = report("employee", &evening().period()).unwrap();
    assert_eq!(report.rows[0][0], Value::Text("Ann <b>".into()));
}

#[test]
fn a_category_of_the_product_list_stands_in_for_a_missing_one() {
    let mut example = evening();
    assert_eq!(report("category", &example.period()).unwrap().rows[0][0], Value::Text("(none)".into()));
    let product = Content::default();
    assert!(product.products.is_empty());
    example.context.products.insert("0123".into(), listed("0123", "Jam", "Preserves"));
    assert_eq!(report("category", &example.period()).unwrap().rows[0][0], Value::Text("Preserves".into()));
}

fn listed(code: &str, description: &str, category: &str) -> Product {
    Product { item_code: code.into(), description: description.into(), category: Some(category.into()), ..Product::default() }
}

#[test]
fn an_unknown_shelf_is_blank_for_machines_and_unknown_for_people() {
    let mut example = evening();
    let shelf = |sku: &str| Account::Shelf { store: "S1".into(), sku: sku.into() };
    let unknown = Balance { account: shelf("A"), opening: None, moved_in: Decimal::ONE, moved_out: Decimal::TWO, counted: None };
    let known = Balance { account: shelf("B"), opening: Some(Decimal::TEN), ..unknown.clone() };
    example.days[0].shelves = vec![unknown, known];
    let report = report("on_hand", &example.period()).unwrap();
    let on_hand = report.column("on_hand").unwrap();
    assert_eq!(report.columns[on_hand].blank, "unknown");
    assert_eq!(report.rows[0][on_hand], Value::Null);
    assert_eq!(report.rows[1][on_hand], Value::Decimal(Decimal::from(9)));
}

#[test]
fn one_store_and_a_span_of_days_can_be_chosen() {
    let example = evening();
    let period = Period::new(day(20), day(20), Some("S1"), &example.days, &example.sources, &example.context);
    let report = report("Store Day", &period).unwrap();
    assert_eq!(report.store.as_deref(), Some("Leith Walk"));
    assert_eq!(report.completeness.expected, 1);
    assert!(super::report("nonsense", &period).is_none());
}
