//! Donated, bought-in and agency goods, from the line to the reports, with figures worked out by hand.

use super::*;

fn person(token: &str) -> Person {
    Person(token.into())
}

fn of(number: &str, code: &str, total: i64) -> LineItem {
    let kind = if total < 0 { SaleKind::Refund } else { SaleKind::Sale };
    LineItem { item_code: Some(code.into()), ..line(number, Class::Goods, kind, total) }
}

fn for_donor(number: &str, code: &str, total: i64, donor: Option<&str>) -> LineItem {
    LineItem { charity: Some(Charity::Agency), donor: donor.map(person), ..of(number, code, total) }
}

fn at_two_percent(by: Option<By>) -> Asked {
    let commission = Some("2".parse().unwrap());
    Asked { by, journal: Journal { commission, ..Journal::default() }, ..Asked::default() }
}

/// PRACTICE §3: donated 10.00, new 12.00 incl., agency 20.00 at 2 % + VAT; the till states the VAT of the new goods only.
fn shop() -> Example {
    let mut example = Example::default();
    example.context.rates = crate::tax::built_in_rates();
    example.context.people.insert(("donor".into(), person("G-0042")), person("d7"));
    let new = LineItem {
        charity: Some(Charity::BoughtIn),
        tax_rate: Some("20".parse().unwrap()),
        tax_amount: Some(Money::cents(200)),
        ..of("1", "TEA", 1200)
    };
    let donated = LineItem { charity: Some(Charity::Donated), tax_amount: Some(Money::ZERO), ..of("1", "BOOK", 1000) };
    let agency = LineItem { tax_amount: Some(Money::ZERO), ..for_donor("1", "COAT", 2000, Some("d7")) };
    let content = Content {
        lines: vec![donated.into(), new.into(), agency.into()],
        tenders: vec![tender("1", "Cash", 4200).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    example
}

#[test]
fn the_vector_of_practice_comes_out_in_every_report() {
    let example = shop();
    let vat = asked(&example, "vat-summary", at_two_percent(None));
    assert_eq!(cells(&vat, "supply"), ["donated goods", "bought-in goods", "commission on goods of donors"]);
    assert_eq!(cells(&vat, "tax_rate"), ["0", "20", "20"]);
    assert_eq!(cells(&vat, "supply_net"), ["10", "10", "0.4"]);
    assert_eq!(cells(&vat, "supply_tax"), ["0", "2", "0.08"]);
    assert_eq!(cells(&vat, "supply_gross"), ["10", "12", "0.48"]);
    assert_eq!(sum(&vat, "supply_gross", "GBP"), Money::cents(2248));
    assert_eq!(sum(&vat, "supply_tax", "GBP"), Money::cents(208));
    assert_eq!(sum(&vat, "donors_share", "GBP"), Money::cents(1952));
    assert_eq!(sum(&vat, "takings", "GBP"), Money::cents(4200), "the drawer");

    let gross = asked(&example, "gross-takings", at_two_percent(None));
    let row =
        ["donated", "bought_in", "agency", "takings", "donors_share", "gross_takings"].map(|name| cells(&gross, name)[0].clone());
    assert_eq!(row, ["10", "12", "20", "42", "19.52", "22.48"]);

    let owed = asked(&example, "donor-proceeds", at_two_percent(None));
    let row = ["donor", "donor_sold", "commission", "commission_tax", "donor_owed"].map(|name| cells(&owed, name)[0].clone());
    assert_eq!(row, ["G-0042", "20", "0.4", "0.08", "19.52"]);
    assert!(entry("donor-proceeds").unwrap().personal, "it is never written unless it is named");

    // Nobody said what the shop keeps: all of it is the donor's, and that is said.
    let silent = asked(&example, "vat-summary", Asked::default());
    assert_eq!(sum(&silent, "supply_gross", "GBP"), Money::cents(2200));
    assert!(silent.notes.iter().any(|note| note.contains("commission in [journal]")), "{:?}", silent.notes);
}

#[test]
fn an_agency_item_that_comes_back_takes_the_donors_proceeds_back_with_or_without_the_code() {
    let mut example = shop();
    // The refund, the next day, names the sale and not the donor.
    let back = LineItem { charity: None, original_number: Some("1".into()), ..for_donor("2", "COAT", -2000, None) };
    let content = Content { lines: vec![back.into()], tenders: vec![tender("2", "Cash", -2000).into()], ..Content::default() };
    traded(&mut example, "S1", day(21), content);
    let owed = asked(&example, "donor-proceeds", at_two_percent(None));
    let row =
        ["donor_sold", "donor_given_back", "commission", "commission_tax", "donor_owed"].map(|name| cells(&owed, name)[0].clone());
    assert_eq!(row, ["20", "20", "0", "0", "0"]);
    assert_eq!(cells(&asked(&example, "gross-takings", at_two_percent(None)), "gross_takings"), ["22.48", "-0.48"]);
    let books = asked(&example, "journal", at_two_percent(Some(By::Month)));
    assert!(!cells(&books, "account_name").contains(&"Owed to donors".to_owned()), "nothing is left on it");
}

#[test]
fn whose_goods_they_are_comes_from_the_till_then_the_list_then_the_category() {
    let mut example = Example::default();
    example.context.rates = crate::tax::built_in_rates();
    let listed = |code: &str, charity, category: &str| Product { charity, ..super::listed(code, "x", category) };
    for product in [listed("BOOK", Some(Charity::Donated), "Books"), listed("MUG", None, "Fair Trade"), listed("BAG", None, "Bags")]
    {
        example.context.products.insert(product.item_code.clone(), product);
    }
    example.context.policy.charity.insert("fair trade".into(), Charity::BoughtIn);
    let content = Content {
        lines: vec![
            of("1", "BOOK", 100).into(),
            of("1", "MUG", 1200).into(),
            of("1", "BAG", 10).into(),
            // The till says donated although the list does not; a donor whom nobody names; a donor's code and no class.
            LineItem { charity: Some(Charity::Donated), ..of("1", "MUG", 1000) }.into(),
            for_donor("1", "COAT", 500, None).into(),
            LineItem { charity: None, ..for_donor("1", "COAT", 700, Some("d1")) }.into(),
            LineItem { class: Class::Service, ..of("1", "GIFTWRAP", 50) }.into(),
        ],
        tenders: vec![tender("1", "Cash", 3560).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(20), content);
    let report = asked(&example, "gross-takings", Asked::default());
    let row = ["donated", "bought_in", "agency", "other_goods", "services"].map(|name| cells(&report, name)[0].clone());
    assert_eq!(row, ["16", "12", "7", "0.1", "0.5"]);
}

#[test]
fn a_shortage_never_reduces_gross_takings_and_a_deposit_is_in_one_of_them() {
    let mut example = shop();
    let content = Content {
        lines: vec![of("3", "TEA", 500).into(), LineItem { class: Class::Deposit, ..of("3", "DEP", 3000) }.into()],
        tenders: vec![tender("3", "Cash", 3500).into()],
        ..Content::default()
    };
    traded(&mut example, "S1", day(22), content);
    let mut short = evening().days[1].drawers[0].clone();
    short.over_short = Some(Money::cents(-1800));
    example.days.last_mut().unwrap().drawers.push(short);
    let report = asked(&example, "gross-takings", at_two_percent(None));
    assert_eq!(cells(&report, "over_short"), ["", "-18"]);
    assert_eq!(cells(&report, "gross_takings"), ["22.48", "5"]);
    assert_eq!(cells(&report, "gross_takings_received"), ["22.48", "35"]);
}

#[test]
fn the_summary_goes_by_quarter() {
    let mut example = shop();
    for (month, number) in [(9, "7"), (10, "8")] {
        let day = NaiveDate::from_ymd_opt(2026, month, 30).unwrap();
        let content = Content {
            lines: vec![LineItem { charity: Some(Charity::Donated), date: day, ..of(number, "BOOK", 100) }.into()],
            tenders: vec![tender(number, "Cash", 100).into()],
            ..Content::default()
        };
        traded(&mut example, "S1", day, content);
    }
    let (from, to) = (NaiveDate::from_ymd_opt(2026, 7, 1).unwrap(), NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
    let period = Period::new(from, to, None, &example.days, &example.sources, &example.context);
    let vat = report("vat-summary", &period.with(at_two_percent(Some(By::Quarter)))).unwrap();
    assert_eq!(cells(&vat, "first_day"), ["2026-07-01", "2026-10-01", "2026-10-01", "2026-10-01"]);
    assert_eq!(cells(&vat, "supply_gross"), ["1", "11", "12", "0.48"]);
}
