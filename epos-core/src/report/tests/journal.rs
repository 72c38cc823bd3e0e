//! The journal: hand-computed days, and balance for every generated one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{Acceptance, AcceptanceReason, Rate};
use crate::reconcile::AcceptedFinding;

/// Debit and credit of each account, by its name and detail.
fn accounts(report: &Report) -> BTreeMap<String, (String, String)> {
    let [names, details, debits, credits] = ["account_name", "detail", "debit", "credit"].map(|name| cells(report, name));
    let rows = names.into_iter().zip(details).zip(debits.into_iter().zip(credits));
    rows.map(|((name, detail), sides)| (format!("{name} {detail}").trim().to_owned(), sides)).collect()
}

fn sides(debit: &str, credit: &str) -> (String, String) {
    (debit.to_owned(), credit.to_owned())
}

/// PRACTICE §3: donated 10.00, new 12.00 with VAT, a donor's 20.00 at 2 % + VAT: drawer 42.00, VAT 2.08, owed to the donor 19.52.
#[test]
fn the_three_sorts_of_a_charity_are_told_apart() {
    let mut example = Example::default();
    example.context.rates = crate::tax::built_in_rates();
    let of = |number: &str, charity, total, rate: Option<&str>, tax| LineItem {
        charity: Some(charity),
        tax_rate: rate.map(|rate| rate.parse().unwrap()),
        tax_amount: tax,
        donor: (charity == Charity::Agency).then(|| Person("d7".into())),
        ..line(number, Class::Goods, SaleKind::Sale, total)
    };
    let content = Content {
        lines: vec![
            of("1", Charity::Donated, 1000, Some("0"), Some(Money::ZERO)).into(),
            of("1", Charity::BoughtIn, 1200, Some("20"), Some(Money::cents(200))).into(),
            of("1", Charity::Agency, 2000, None, None).into(),
        ],
        tenders: vec![tender("1", "Cash", 4200).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let commission = Some("2".parse().unwrap());
    let report = asked(&example, "journal", Asked { journal: Journal { commission, ..Journal::default() }, ..Asked::default() });
    let expected = BTreeMap::from([
        ("Cash in drawers".to_owned(), sides("42", "")),
        ("Sales of donated goods".to_owned(), sides("", "10")),
        ("Sales of bought-in goods".to_owned(), sides("", "10")),
        ("Commission on goods of donors".to_owned(), sides("", "0.4")),
        ("Tax 20 %".to_owned(), sides("", "2.08")),
        ("Owed to donors".to_owned(), sides("", "19.52")),
    ]);
    assert_eq!(accounts(&report), expected);
    assert_eq!(cells(&report, "account")[0], "1210");
    // Without a commission all of it is the donor's, and that is said.
    let without = asked(&example, "journal", Asked::default());
    assert_eq!(accounts(&without)["Owed to donors"], sides("", "20"));
    assert!(without.notes.iter().any(|note| note.contains("commission in [journal]")), "{:?}", without.notes);
}

/// PRACTICE §1: 30.50 cash + 10.00 card + 10.00 gift card = 23.00 goods + 25.00 gift card sold + 2.50 donations; 4.00 tips paid out,
/// 100.00 dropped, a bag of 100.00 of which the bank finds 90.00, and a payout of 126.50 + 88.00 − 3.75.
#[test]
fn every_way_of_money_has_its_account() {
    let mut example = Example::default();
    let moved = |kind, cents, reason: &str| CashMovement {
        date: day(20),
        time: None,
        number: None,
        kind,
        tender: None,
        amount: Money::cents(cents),
        reason: Some(reason.into()),
        reference: None,
        by: None,
    };
    let banked = |kind, reference: &str, cents, fees: Option<i64>| Deposit {
        kind,
        reference: reference.into(),
        date: day(20),
        amount: Money::cents(cents),
        fees: fees.map(Money::cents),
        chargebacks: None,
    };
    let content = Content {
        lines: vec![
            line("1", Class::Goods, SaleKind::Sale, 2300).into(),
            line("1", Class::GiftCard, SaleKind::Sale, 2500).into(),
            line("1", Class::Donation, SaleKind::Sale, 250).into(),
        ],
        tenders: vec![tender("1", "Cash", 3050).into(), tender("1", "Card", 1000).into(), tender("1", "Gift card", 1000).into()],
        cash_movements: vec![
            moved(CashKind::PaidOut, 400, "tips").into(),
            moved(CashKind::PaidOut, 150, "milk").into(),
            moved(CashKind::PaidIn, 500, "change").into(),
            moved(CashKind::Drop, 10_000, "bag 7").into(),
        ],
        deposits: vec![
            banked(DepositKind::Bag, "7", 10_000, None).into(),
            banked(DepositKind::Bank, "7", 9000, None).into(),
            banked(DepositKind::Payout, "P1", 21_075, Some(375)).into(),
        ],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let accounts_of = [(JournalAccount::Bank, "BANK-1".to_owned())].into();
    let report =
        asked(&example, "journal", Asked { journal: Journal { accounts: accounts_of, ..Journal::default() }, ..Asked::default() });
    let expected = BTreeMap::from([
        // 30.50 − 4.00 − 1.50 + 5.00 − 100.00
        ("Cash in drawers".to_owned(), sides("", "70")),
        // 100.00 dropped − 90.00 credited − 10.00 that the bank did not find
        ("Bag differences 7".to_owned(), sides("10", "")),
        ("Bank".to_owned(), sides("300.75", "")),
        // 10.00 − 210.75 − 3.75
        ("Card clearing".to_owned(), sides("", "204.5")),
        ("Card fees".to_owned(), sides("3.75", "")),
        ("Sales of goods".to_owned(), sides("", "23")),
        ("Gift cards".to_owned(), sides("", "15")),
        ("Donations".to_owned(), sides("", "2.5")),
        ("Tips".to_owned(), sides("4", "")),
        ("Paid in".to_owned(), sides("", "5")),
        ("Paid out".to_owned(), sides("1.5", "")),
    ]);
    assert_eq!(accounts(&report), expected);
    let bank = report.rows.iter().find(|row| row[report.column("account_name").unwrap()] == Value::Text("Bank".into())).unwrap();
    assert_eq!(bank[report.column("account").unwrap()], Value::Text("BANK-1".into()));
}

/// PRACTICE §2: a wrong tender is a correction (cash −18.00, card +18.00) and leaves the over/short account alone; it lapses when
/// the amount changes.
#[test]
fn a_difference_is_posted_unless_its_reason_puts_it_elsewhere() {
    let mut example = evening();
    let report = asked(&example, "journal", Asked::default());
    assert_eq!(accounts(&report)["Over/short"], sides("18", ""));
    let account = asked(&example, "over-short", Asked::default());
    let before = cells(&account, "balance");
    let day = &mut example.days[1];
    let acceptance = Acceptance {
        id: 1,
        code: "S002".into(),
        store: day.store.clone(),
        trading_day: day.trading_day,
        subject: "1 Cash".into(),
        amount: Some(Money::cents(-1800)),
        reason: AcceptanceReason::WrongTender,
        tax_rate: None,
        note: "sale 201 was paid by card".into(),
        by: "p1".into(),
        second: None,
        at: chrono::NaiveDateTime::default(),
    };
    let amount = Money::cents(-1800);
    let postings = crate::reconcile::acceptance::postings(acceptance.reason, amount, TenderClass::Cash, Rate::ZERO, "GBP");
    day.accepted = vec![AcceptedFinding { acceptance, lapsed: None, postings }];
    let report = asked(&example, "journal", Asked::default());
    assert_eq!(accounts(&report)["Tender corrections"], sides("18", ""));
    assert!(!accounts(&report).contains_key("Over/short"));
    let account = asked(&example, "over-short", Asked::default());
    assert_eq!(cells(&account, "accepted"), ["", "wrong tender: sale 201 was paid by card"]);
    assert_eq!(
        (cells(&account, "balance"), before),
        (vec!["0".to_owned(), "0".to_owned()], vec!["0".to_owned(), "-18".to_owned()])
    );
    example.days[1].drawers[0].over_short = Some(Money::cents(-1900));
    assert_eq!(cells(&asked(&example, "over-short", Asked::default()), "balance"), ["0", "-19"]);
}

#[test]
fn what_the_tills_cannot_account_for_is_in_suspense() {
    let mut example = Example::default();
    let content = Content {
        lines: vec![line("1", Class::Goods, SaleKind::Sale, 1250).into()],
        tenders: vec![tender("1", "Card", 2000).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let report = asked(&example, "journal", Asked::default());
    assert_eq!(accounts(&report)["Suspense"], sides("", "7.5"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn debit_is_credit_on_every_store_day(example in example(), over_short in -5_000..5_000i64) {
        let mut example = example;
        for (position, of) in example.days.iter_mut().enumerate() {
            let mut result = evening().days[1].drawers[0].clone();
            result.over_short = Some(Money::cents(over_short + position as i64));
            result.overnight = Some(Money::cents(over_short / 3));
            of.drawers.push(result);
        }
        for by in [By::Day, By::Month] {
            let report = asked(&example, "journal", Asked { by: Some(by), ..Asked::default() });
            let [store, first, last] = ["store", "first_day", "last_day"].map(|name| cells(&report, name));
            let [debit, credit, names] = ["debit", "credit", "account_name"].map(|name| cells(&report, name));
            let amount = |text: &String| if text.is_empty() { Decimal::ZERO } else { text.parse().unwrap() };
            let mut balance: BTreeMap<(String, String, String), Decimal> = BTreeMap::new();
            let mut takings = Decimal::ZERO;
            for at in 0..report.rows.len() {
                let (debit, credit) = (amount(&debit[at]), amount(&credit[at]));
                prop_assert!(debit.is_zero() != credit.is_zero(), "one side and only one has an amount");
                prop_assert!(!debit.is_sign_negative() && !credit.is_sign_negative());
                *balance.entry((store[at].clone(), first[at].clone(), last[at].clone())).or_default() += debit - credit;
                prop_assert_ne!(&names[at], "Suspense");
                if names[at].starts_with("Sales") || names[at] == "Services" || names[at] == "Tax" {
                    takings += credit - debit;
                }
            }
            for (place, difference) in balance {
                prop_assert_eq!(difference, Decimal::ZERO, "{:?}", place);
            }
            let bridges: Decimal = example.period().bridges().values().map(|bridge| bridge.takings.decimal()).sum();
            prop_assert_eq!(takings, bridges);
            for total in &report.totals {
                prop_assert_eq!(&total[report.column("debit").unwrap()], &total[report.column("credit").unwrap()]);
            }
        }
    }
}
