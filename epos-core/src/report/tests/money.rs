//! Tax, over/short, gift cards, deposits and bags, with figures worked out by hand.

use super::*;

/// QC 100.00 incl. → GST 4.35, QST 8.68; 9.99 at 20 % incl. → 1.67; ten lines of 0.99: 1.70 by line; the till says 1.65.
#[test]
fn tax_is_stated_and_computed_side_by_side() {
    let mut example = Example::default();
    example.context.rates = crate::tax::built_in_rates();
    let quebec = Store { region: "CA-QC".into(), currency: "CAD".into(), ..Store::new("Q", "Québec") };
    example.context.stores.insert("Q".into(), quebec);
    let sold = |number: &str, total, rate: Option<&str>, tax: Option<i64>| LineItem {
        tax_rate: rate.map(|rate| rate.parse().unwrap()),
        tax_amount: tax.map(Money::cents),
        ..line(number, Class::Goods, SaleKind::Sale, total)
    };
    let mut lines: Vec<_> = (0..10).map(|_| sold("1", 99, Some("20"), Some(17)).into()).collect();
    lines.push(sold("1", 999, Some("20"), None).into());
    lines.push(sold("2", 500, None, None).into());
    let tenders = vec![tender("1", "Cash", 1989).into(), tender("2", "Cash", 500).into()];
    traded(&mut example, "S1", day(20), Content { lines, tenders, ..Content::default() });
    let product = Product { tax_category: Some("standard".into()), item_code: "0123".into(), ..listed("0123", "Jam", "Jams") };
    let lines = vec![sold("1", 10_000, Some("14.975"), Some(1303)).into()];
    traded(&mut example, "Q", day(20), Content { lines, tenders: vec![tender("1", "Cash", 10_000).into()], ..Content::default() });

    let report = asked(&example, "tax", Asked::default());
    assert_eq!(cells(&report, "region"), ["CA-QC", "GB", "GB"]);
    assert_eq!(cells(&report, "tax_rate"), ["14.975", "", "20"], "a rate that nobody states is not known");
    assert_eq!(cells(&report, "lines"), ["1", "1", "11"]);
    assert_eq!(cells(&report, "tax"), ["13.03", "0", "1.7"]);
    assert_eq!(cells(&report, "tax_computed")[1..], ["", "3.37"], "10 × 0.17 + 1.67");
    assert_eq!(cells(&report, "tax_difference")[1..], ["", "0"], "only lines that state a tax are compared");
    assert!(report.notes.iter().any(|note| note.starts_with("2 lines state no tax of their own")), "{:?}", report.notes);

    // The product list says the category, the published rates say the taxes, and each is rounded by itself.
    example.context.products.insert("0123".into(), product);
    let report = asked(&example, "tax", Asked::default());
    let names = cells(&report, "tax_names");
    assert_eq!(names[0], "GST 5 % + QST 9.975 %");
    assert_eq!(cells(&report, "tax_computed")[0], "13.03", "4.35 + 8.68");
    assert_eq!(cells(&report, "tax_rate"), ["14.975", "20"], "now the line of 5.00 is known to be standard-rated too");
    assert_eq!(cells(&report, "tax_computed")[1], "4.2", "10 × 0.17 + 1.67 + 0.83");
}

#[test]
fn the_balance_of_a_drawer_runs_on_from_before_the_period() {
    let mut example = evening();
    let mut second = example.days[1].clone();
    second.trading_day = day(23);
    second.drawers[0].over_short = Some(Money::cents(250));
    let mut third = second.clone();
    third.trading_day = day(24);
    third.drawers[0].over_short = None;
    third.drawers[0].not_judged = Some("nobody counted".into());
    example.days.extend([second, third]);
    let whole = asked(&example, "over-short", Asked::default());
    assert_eq!(cells(&whole, "store"), ["S1", "S2", "S2", "S2"]);
    assert_eq!(cells(&whole, "balance"), ["0", "-18", "-15.5", "-15.5"]);
    assert_eq!(cells(&whole, "not_judged")[3], "nobody counted");
    assert!(whole.totals.is_empty(), "an over is never set off against a short in a total");
    assert_eq!(whole.charts[0].series[1].values[1], None.or(Some(Decimal::ZERO)), "2.50 over on the 23rd hangs nothing");
    let later = Period::new(day(23), day(28), None, &example.days, &example.sources, &example.context);
    let later = report("over-short", &later).unwrap();
    assert_eq!(cells(&later, "z_number"), ["brought forward", "Z7", "Z7"]);
    assert_eq!(cells(&later, "balance"), ["-18", "-15.5", "-15.5"]);
}

/// PRACTICE §1: 400.00 + 25.00 − 10.00 = 415.00.
#[test]
fn gift_cards_are_owed_until_they_are_spent() {
    let mut example = Example::default();
    let content = Content {
        lines: vec![line("1", Class::Goods, SaleKind::Sale, 1000).into(), line("2", Class::GiftCard, SaleKind::Sale, 2500).into()],
        tenders: vec![tender("1", "Gift card", 1000).into(), tender("2", "Cash", 2500).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let opening = [("S1".to_owned(), Owed { gift_cards: Some(Money::cents(40_000)), deposits: None })].into();
    let with = |by| Asked { by, journal: Journal { opening, ..Journal::default() }, ..Asked::default() };
    let asked_for = with(Some(By::Day));
    let report = asked(&example, "gift-cards", asked_for.clone());
    for (column, amount) in
        [("opening", "400"), ("cards_sold", "25"), ("cards_spent", "10"), ("cards_expired", "0"), ("closing", "415")]
    {
        assert_eq!(cells(&report, column), [amount], "{column}");
    }
    assert!(report.notes.is_empty(), "{:?}", report.notes);

    // The next day: reloaded 5.00, 2.00 refunded onto a card, 3.00 cashed out, 100.00 expired: 415 + 5 + 2 − 3 − 100 = 319.
    let reload = LineItem { description: Some("Top-up of card 17".into()), ..line("3", Class::GiftCard, SaleKind::Sale, 500) };
    let expired = CashMovement {
        date: day(21),
        time: None,
        number: None,
        kind: CashKind::PaidOut,
        tender: Some("Gift card".into()),
        amount: Money::cents(10_000),
        reason: Some("expired".into()),
        reference: None,
        by: None,
    };
    let content = Content {
        lines: vec![
            reload.into(),
            line("4", Class::Goods, SaleKind::Refund, -200).into(),
            line("5", Class::GiftCard, SaleKind::Refund, -300).into(),
        ],
        tenders: vec![tender("3", "Cash", 500).into(), tender("4", "Gift card", -200).into(), tender("5", "Cash", -300).into()],
        cash_movements: vec![expired.into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(21), content);
    let report = asked(&example, "gift-cards", asked_for.clone());
    assert_eq!(cells(&report, "opening"), ["400", "415"]);
    assert_eq!(cells(&report, "closing"), ["415", "319"]);
    let rows =
        ["cards_reloaded", "cards_credited", "cards_cashed_out", "cards_expired"].map(|name| cells(&report, name)[1].clone());
    assert_eq!(rows, ["5", "2", "3", "100"]);
    // The journal owes what the ledger owes: 25 − 10 + 5 + 2 − 3 − 100 = −81.
    let books = asked(&example, "journal", Asked { by: Some(By::Month), ..Asked::default() });
    let at = cells(&books, "account_name").iter().position(|name| name == "Gift cards").unwrap();
    assert_eq!(cells(&books, "debit")[at], "81");
    // A period that begins later opens with what the earlier days closed; a store that owes is there although nothing happened.
    let later = Period::new(day(22), day(28), None, &example.days, &example.sources, &example.context).with(asked_for);
    assert_eq!(cells(&report_of("gift-cards", &later), "opening"), ["319"]);
    let unknown = asked(&example, "gift-cards", Asked::default());
    assert!(unknown.notes[0].starts_with("Nobody said what was owed before"), "{:?}", unknown.notes);
}

fn report_of(name: &str, period: &Period<'_>) -> Report {
    report(name, period).unwrap()
}

#[test]
fn deposits_are_owed_until_they_are_used_or_given_back() {
    let mut example = Example::default();
    let content = Content {
        lines: vec![
            line("1", Class::Deposit, SaleKind::Sale, 5000).into(),
            line("2", Class::Goods, SaleKind::Sale, 3000).into(),
            line("2", Class::Deposit, SaleKind::Sale, -2000).into(),
            line("3", Class::Deposit, SaleKind::Refund, -700).into(),
        ],
        tenders: vec![tender("1", "Cash", 5000).into(), tender("2", "Cash", 1000).into(), tender("3", "Cash", -700).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let report = asked(&example, "deposits", Asked::default());
    let row = ["opening", "deposits_received", "deposits_used", "deposits_given_back", "closing"].map(|name| cells(&report, name));
    assert_eq!(row.concat(), ["0", "50", "20", "7", "23"]);
    let bridge = report.bridge.iter().find(|line| line.label == "deposits").unwrap().amount;
    assert_eq!(bridge, Money::cents(2300), "received less used less given back is the bridge's");
}

#[test]
fn bags_are_unbanked_until_the_bank_names_them() {
    let mut example = Example::default();
    example.context.now = day(28).and_hms_opt(9, 0, 0).unwrap();
    let row = |kind, reference: &str, date, cents| Deposit {
        kind,
        reference: reference.into(),
        date: day(date),
        amount: Money::cents(cents),
        fees: None,
        chargebacks: None,
    };
    use DepositKind::{Bag, Bank};
    let deposits = |rows: Vec<Deposit>| Content { deposits: rows.into_iter().map(Into::into).collect(), ..Content::default() };
    traded(&mut example, "S1", day(18), deposits(vec![row(Bag, "A", 18, 5000), row(Bag, "B", 18, 6000)]));
    traded(&mut example, "S1", day(20), deposits(vec![row(Bag, "C", 20, 7000), row(Bag, "D", 20, 7100)]));
    traded(&mut example, "S1", day(25), deposits(vec![row(Bag, "E", 25, 8000), row(Bank, "A", 25, 4900)]));
    traded(&mut example, "S1", day(26), deposits(vec![row(Bag, "F", 26, 8100), row(Bank, "slip 9", 26, 7000)]));
    let report = asked(&example, "unbanked", Asked::default());
    // A is credited, with 1.00 less: that is a bag difference, not an unbanked bag. C is cleared by its amount.
    assert_eq!(cells(&report, "bag"), ["B", "D", "E", "F"]);
    assert_eq!(cells(&report, "age_days"), ["10", "8", "3", "2"]);
    assert_eq!(cells(&report, "unbanked_8"), ["60", "71", "", ""]);
    assert_eq!(cells(&report, "unbanked_3_7"), ["", "", "80", ""]);
    assert_eq!(cells(&report, "unbanked_0_2"), ["", "", "", "81"]);
    assert_eq!(report.notes, Vec::<String>::new());
    // A short period does not hide old bags.
    let short = Period::new(day(26), day(26), None, &example.days, &example.sources, &example.context);
    assert_eq!(cells(&report_of("unbanked", &short), "bag"), ["B", "D", "E", "F"]);
}

/// Where nobody writes of bags, what left each drawer is one.
#[test]
fn what_left_a_drawer_is_a_bag() {
    let mut example = Example::default();
    example.context.now = day(21).and_hms_opt(9, 0, 0).unwrap();
    let drop = CashMovement {
        date: day(20),
        time: None,
        number: None,
        kind: CashKind::Drop,
        tender: None,
        amount: Money::cents(10_000),
        reason: None,
        reference: None,
        by: None,
    };
    let content = Content {
        lines: vec![line("1", Class::Goods, SaleKind::Sale, 20_000).into()],
        tenders: vec![tender("1", "Cash", 20_000).into()],
        cash_movements: vec![drop.into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let report = asked(&example, "unbanked", Asked::default());
    assert_eq!((cells(&report, "bag"), cells(&report, "unbanked_0_2")), (vec!["drawer 1".to_owned()], vec!["100".to_owned()]));
    assert!(report.notes[0].starts_with("Nobody has sent bank credits"));
}
