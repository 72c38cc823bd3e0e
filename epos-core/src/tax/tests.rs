//! Every figure here was computed independently of the code.

use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::model::{Authority, TaxRate};

fn money(text: &str) -> Money {
    text.parse().expect(text)
}

fn moneys(texts: &[&str]) -> Vec<Money> {
    texts.iter().map(|text| money(text)).collect()
}

fn rate(text: &str) -> Rate {
    text.parse().expect(text)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

fn inclusive_at(gross: &str, at: &str) -> Split {
    inclusive(money(gross), &[rate(at)], 2, Rounding::HalfUp)
}

const QC: [&str; 2] = ["5", "9.975"];
const BC: [&str; 2] = ["5", "7"];
const SK: [&str; 2] = ["5", "6"];

fn prices() -> impl Iterator<Item = Money> {
    (1..=1999).map(Money::cents)
}

#[test]
fn half_a_penny_of_vat_by_each_rule() {
    let price = [money("9.99")];
    let vat = |rounding| inclusive(price[0], &[rate("20")], 2, rounding).tax();
    assert_eq!(inclusive(price[0], &[rate("20")], 3, Rounding::HalfUp).tax(), money("1.665"));
    assert_eq!(vat(Rounding::HalfUp), money("1.67"));
    assert_eq!(vat(Rounding::HalfEven), money("1.66"));
    assert_eq!(vat(Rounding::Truncate), money("1.66"));
}

#[test]
fn rounding_per_line_and_per_transaction_are_two_figures() {
    for (count, price, lines, once) in [(10, "0.99", "1.70", "1.65"), (6, "0.20", "0.18", "0.20"), (10, "0.02", "0.00", "0.03")] {
        let prices = vec![money(price); count];
        let rates = [rate("20")];
        let vat = |per| over(&prices, per, &rates, |gross| inclusive(gross, &rates, 2, Rounding::HalfUp)).tax();
        assert_eq!((vat(Per::Line), vat(Per::Transaction)), (money(lines), money(once)), "{count} × {price}");
    }
    let basket = moneys(&["1.48", "1.48", "1.48", "1.48", "1.52", "1.54", "0.39"]);
    let rates = [rate("21")];
    let gross = |per| over(&basket, per, &rates, |net| exclusive(net, &rates, 2, Rounding::HalfUp)).gross();
    assert_eq!((gross(Per::Line), gross(Per::Transaction)), (money("11.33"), money("11.34")));
}

#[test]
fn two_taxes_in_one_price() {
    let split = |gross: &str, rates: [&str; 2]| inclusive(money(gross), &rates.map(rate), 2, Rounding::HalfUp);
    let of = |net: &str, a: &str, b: &str| Split { net: money(net), taxes: moneys(&[a, b]) };
    assert_eq!(split("100.00", QC), of("86.97", "4.35", "8.68"));
    assert_eq!(split("100.00", BC), of("89.29", "4.46", "6.25"));
    assert_eq!(split("0.05", QC), of("0.05", "0.00", "0.00"));
    assert_eq!(split("0.18", QC), of("0.15", "0.01", "0.02"));
    assert_eq!(split("-100.00", QC), of("-86.97", "-4.35", "-8.68"));
}

#[test]
fn every_price_ties_and_every_tax_is_its_own_half_up() {
    for rates in [QC, BC, SK].map(|texts| texts.map(rate)) {
        let whole: i128 = 100_000 + rates.iter().map(|rate| i128::from(rate.ten_thousandths()) / 10).sum::<i128>();
        for (cents, price) in (1_i128..).zip(prices()) {
            let split = inclusive(price, &rates, 2, Rounding::HalfUp);
            assert_eq!(split.gross(), price);
            for (tax, rate) in split.taxes.iter().zip(&rates) {
                let thousandths = i128::from(rate.ten_thousandths()) / 10;
                let half_up = (2 * cents * thousandths + whole) / (2 * whole);
                assert_eq!(i128::from(tax.ten_thousandths()) / 100, half_up, "{price} at {rate}");
            }
        }
    }
}

#[test]
fn rounding_everything_separately_would_break_the_sum() {
    let broken = |texts: [&str; 2]| {
        let rates = texts.map(rate);
        let whole = Decimal::ONE_HUNDRED + rates[0].decimal() + rates[1].decimal();
        prices()
            .filter(|price| {
                let net = Money::rounded(Rounding::HalfUp.apply(price.decimal() * Decimal::ONE_HUNDRED / whole, 2));
                net + inclusive(*price, &rates, 2, Rounding::HalfUp).tax() != *price
            })
            .count()
    };
    assert_eq!([QC, BC, SK].map(broken), [455, 498, 468]);
}

#[test]
fn largest_remainder_would_move_a_tax() {
    let moved = |texts: [&str; 2]| {
        let rates = texts.map(rate);
        let weights = [money("100"), money(texts[0]), money(texts[1])];
        prices().filter(|price| share(*price, &weights, 2)[1..] != inclusive(*price, &rates, 2, Rounding::HalfUp).taxes).count()
    };
    assert_eq!([QC, BC, SK].map(moved), [293, 391, 288]);
    assert_eq!(share(money("0.18"), &moneys(&["100", "5", "9.975"]), 2)[1..], moneys(&["0.01", "0.01"]));
}

#[test]
fn vat_fractions_are_a_sixth_and_a_twenty_first() {
    assert_eq!(inclusive_at("6.00", "20").tax(), money("1.00"));
    assert_eq!(inclusive_at("21.00", "5").tax(), money("1.00"));
    assert_eq!(inclusive_at("21.00", "0").tax(), Money::ZERO);
}

#[test]
fn cash_goes_to_the_nearest_five_cents() {
    for (last, cents) in [(0, 0), (1, -1), (2, -2), (3, 2), (4, 1), (5, 0), (6, -1), (7, -2), (8, 2), (9, 1)] {
        assert_eq!(cash_rounding(Money::cents(100 + last)), Money::cents(cents), "1.0{last}");
        assert_eq!(cash_rounding(Money::cents(-100 - last)), Money::cents(-cents), "-1.0{last}");
    }
}

#[test]
fn canadian_receipts() {
    let goods = moneys(&["1.83", "2.86"]).iter().sum::<Money>();
    let due = exclusive(goods, &[rate("5")], 2, Rounding::HalfUp).gross();
    assert_eq!((due, due + cash_rounding(due)), (money("4.92"), money("4.90")));
    let remainder = money("10.02") - money("5.00");
    assert_eq!((remainder + cash_rounding(remainder), cash_rounding(remainder)), (money("5.00"), money("-0.02")));
    let refund = money("-1.83");
    assert_eq!((refund + cash_rounding(refund), cash_rounding(refund)), (money("-1.85"), money("-0.02")));
}

#[test]
fn zettle_sample_with_a_discount_over_two_rates() {
    let lines = [money("40.00") - money("5.00"), money("100.00") - money("10.00")];
    let discount = Money::rounded(lines.iter().sum::<Money>().decimal() * rate("20").factor());
    let gross: Vec<Money> = lines.iter().zip(share(discount, &lines, 2)).map(|(&line, off)| line - off).collect();
    assert_eq!(gross, moneys(&["28.00", "72.00"]));
    let splits: Vec<Split> =
        gross.iter().zip(["25", "12"]).map(|(&gross, at)| inclusive(gross, &[rate(at)], 2, Rounding::HalfUp)).collect();
    assert_eq!([splits[0].net, splits[1].net], [money("22.40"), money("64.29")]);
    assert_eq!(splits[0].tax() + splits[1].tax(), money("13.31"));
    assert_eq!(gross.iter().sum::<Money>(), money("100.00"));
}

#[test]
fn ncr_poslog_sample_in_yen() {
    let items = moneys(&["505", "495", "720"]);
    assert_eq!(items.iter().sum::<Money>(), money("1720"));
    // That till cuts every share down and gives the rest to the last line; ours ties too, with the odd yen on the first.
    let cut = |item: Money| Money::rounded(Rounding::Truncate.apply(item.decimal() / Decimal::TEN, 0));
    let shares = [cut(items[0]), cut(items[1]), money("172") - cut(items[0]) - cut(items[1])];
    assert_eq!(shares[..], moneys(&["50", "49", "73"]));
    assert_eq!(share(money("172"), &items, 0), moneys(&["51", "49", "72"]));

    let due: Vec<Money> = items.iter().zip(shares).map(|(&item, off)| item - off).collect();
    assert_eq!(due, moneys(&["455", "446", "647"]));
    assert_eq!(money("2000") - money("452"), due.iter().sum());
    let rates = [rate("8")];
    let tax = |per| over(&due, per, &rates, |gross| inclusive(gross, &rates, 0, Rounding::Truncate)).tax();
    let single: Vec<Money> = due.iter().map(|&gross| inclusive(gross, &rates, 0, Rounding::Truncate).tax()).collect();
    assert_eq!(single, moneys(&["33", "33", "47"]));
    assert_eq!((tax(Per::Line), tax(Per::Transaction)), (money("113"), money("114")));
}

#[test]
fn ikea_poslog_sample_keeps_four_decimals() {
    let lines = moneys(&["27.99", "2.50", "1.00", "3.50"]);
    assert_eq!(lines.iter().sum::<Money>(), money("34.99"));
    let rates = [rate("23")];
    let single: Vec<Money> = lines.iter().map(|&gross| inclusive(gross, &rates, 4, Rounding::HalfUp).tax()).collect();
    assert_eq!(single, moneys(&["5.2339", "0.4675", "0.1870", "0.6545"]));
    let tax = |per| over(&lines, per, &rates, |gross| inclusive(gross, &rates, 4, Rounding::HalfUp)).tax();
    assert_eq!((tax(Per::Line), tax(Per::Transaction)), (money("6.5429"), money("6.5428")));
}

#[test]
fn loyverse_row() {
    let net = money("150") - money("50");
    assert_eq!((net, net - money("20")), (money("100"), money("80")));
}

#[test]
fn retail_gift_aid_day() {
    let sold = agency(money("20.00"), rate("2"), rate("20"), 2, Rounding::HalfUp);
    assert_eq!(sold, Agency { commission: money("0.40"), vat: money("0.08"), owed: money("19.52") });
    let donated = money("10.00");
    let new = inclusive_at("12.00", "20");
    assert_eq!(donated + new.gross() + money("20.00"), money("42.00"));
    assert_eq!(donated + new.gross() + sold.commission + sold.vat, money("22.48"));
    assert_eq!(new.tax() + sold.vat, money("2.08"));
    let back = agency(money("-20.00"), rate("2"), rate("20"), 2, Rounding::HalfUp);
    assert_eq!(back.owed, -sold.owed);
}

#[test]
fn shares_tie_in_every_corner() {
    assert_eq!(share(money("10"), &moneys(&["1", "1", "1"]), 2), moneys(&["3.34", "3.33", "3.33"]));
    assert_eq!(share(money("-10"), &moneys(&["1", "1", "1"]), 2), moneys(&["-3.34", "-3.33", "-3.33"]));
    assert_eq!(share(money("0.05"), &moneys(&["0", "2", "0"]), 2), moneys(&["0", "0.05", "0"]));
    assert_eq!(share(money("0.05"), &moneys(&["0", "0"]), 2), moneys(&["0.03", "0.02"]));
    assert_eq!(share(money("0.0101"), &moneys(&["1", "1"]), 2), moneys(&["0.01", "0.0001"]));
    assert_eq!(share(money("5"), &moneys(&["-3", "1"]), 2), moneys(&["0", "5"]));
    assert!(share(money("5"), &[], 2).is_empty());
}

#[test]
fn rates_are_those_of_their_day_and_category() {
    let all = built_in_rates();
    let sum = |region: &str, category: &str, date: &str| -> Option<Rate> {
        let found = rates(&all, region, category, day(date));
        (!found.is_empty()).then(|| found.iter().map(|rate| rate.rate).sum())
    };
    let expected = [
        ("GB", "standard", "2011-01-03", "17.5"),
        ("GB", "standard", "2011-01-04", "20"),
        ("GB", "reduced", "2026-11-20", "5"),
        ("GB", "zero", "2026-11-20", "0"),
        ("GB", "exempt", "2026-11-20", "0"),
        ("CA-NS", "standard", "2025-03-31", "15"),
        ("CA-NS", "standard", "2025-04-01", "14"),
        ("CA-ON", "standard", "2026-11-20", "13"),
        ("CA-BC", "standard", "2026-11-20", "12"),
        ("CA-MB", "standard", "2026-11-20", "12"),
        ("CA-SK", "standard", "2026-11-20", "11"),
        ("CA-QC", "standard", "2026-11-20", "14.975"),
        ("CA-QC", "groceries", "2026-11-20", "0"),
        ("CA-ON", "groceries", "2026-11-20", "0"),
    ];
    for (region, category, date, at) in expected {
        assert_eq!(sum(region, category, date), Some(rate(at)), "{region} {category} {date}");
    }
    for region in ["CA-AB", "CA-NT", "CA-NU", "CA-YT"] {
        assert_eq!(sum(region, "standard", "2026-11-20"), Some(rate("5")), "{region}");
    }
    for region in ["CA-NB", "CA-NL", "CA-PE"] {
        assert_eq!(sum(region, "standard", "2026-11-20"), Some(rate("15")), "{region}");
    }
    assert_eq!(sum("FR", "standard", "2026-11-20"), None);
    assert!(all.iter().all(|rate| !rate.source.is_empty() && rate.until.is_none_or(|until| until > rate.from)));
}

#[test]
fn a_new_rate_needs_no_end_of_the_old_one() {
    let mut all = built_in_rates();
    let mut next = rates(&all, "GB", "standard", day("2026-11-20"))[0].clone();
    next.rate = rate("22");
    next.from = day("2027-01-01");
    all.insert(0, next);
    assert_eq!(rates(&all, "GB", "standard", day("2026-12-31"))[0].rate, rate("20"));
    assert_eq!(rates(&all, "GB", "standard", day("2027-01-01"))[0].rate, rate("22"));
}

proptest! {
    #[test]
    fn a_split_always_ties(units in -1_000_000_000_i64..1_000_000_000, a in 0_i64..500_000, b in 0_i64..500_000) {
        let gross = Money::from_ten_thousandths(units);
        let rates = [Rate::from_ten_thousandths(a), Rate::from_ten_thousandths(b)];
        prop_assert_eq!(inclusive(gross, &rates, 2, Rounding::HalfUp).gross(), gross);
    }

    #[test]
    fn shares_always_tie_and_never_change_sign(units in -1_000_000_i64..1_000_000, weights in prop::collection::vec(-500_i64..5_000, 1..12)) {
        let amount = Money::cents(units);
        let weights: Vec<Money> = weights.into_iter().map(Money::cents).collect();
        let shares = share(amount, &weights, 2);
        prop_assert_eq!(shares.iter().sum::<Money>(), amount);
        prop_assert!(shares.iter().all(|share| share.is_zero() || share.is_negative() == amount.is_negative()));
    }
}

#[test]
fn no_figure_makes_it_panic() {
    let most = money("999999999999.9999");
    let rates = [rate("999999999999.9999"), rate("-100"), rate("-999999999999.9999")];
    for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Truncate] {
        assert_eq!(inclusive(most, &rates, 2, rounding).gross(), most);
        let _ = (inclusive(most, &rates[1..2], 2, rounding), exclusive(-most, &rates, 2, rounding));
    }
    assert_eq!(share(most, &[most, most], 2).iter().sum::<Money>(), most);
}

#[test]
fn a_loaded_list_counts_before_what_is_built_in_and_the_configuration_before_both() {
    let at = |tax: &str, percent: &str, from: &str, until: Option<&str>, said_by: Authority| TaxRate {
        region: "CA-QC".into(),
        category: "standard".into(),
        tax: tax.into(),
        rate: rate(percent),
        from: day(from),
        until: until.map(day),
        source: "test".into(),
        said_by,
    };
    let found = |all: &[TaxRate], date: &str| -> Vec<String> {
        rates(all, "CA-QC", "standard", day(date)).iter().map(|rate| format!("{} {}", rate.tax, rate.rate)).collect()
    };
    let mut all = built_in_rates();
    let before = found(&all, "2026-11-20");
    assert_eq!(before.len(), 2, "{before:?}");
    // One tax may have two names: a list that speaks of a region and category speaks of all of it, from its first day on.
    all.push(at("TPS", "5", "2026-01-01", None, Authority::List));
    all.push(at("TVQ", "10", "2026-01-01", None, Authority::List));
    assert_eq!(found(&all, "2026-11-20"), ["TPS 5", "TVQ 10"]);
    assert_eq!(found(&all, "2025-12-31"), before);
    all.push(at("TPS", "4", "2026-11-01", Some("2026-11-30"), Authority::List));
    assert_eq!(found(&all, "2026-11-20"), ["TPS 4", "TVQ 10"]);
    all.insert(0, at("HST", "12", "2026-11-20", None, Authority::Configuration));
    assert_eq!(found(&all, "2026-11-20"), ["HST 12"]);
    assert_eq!(found(&all, "2026-11-19"), ["TPS 4", "TVQ 10"]);
    assert_eq!(
        rates(&all, "CA-QC", "groceries", day("2026-11-20")).len(),
        rates(&built_in_rates(), "CA-QC", "groceries", day("2026-11-20")).len()
    );
}
