//! Patterns over many closes.

use super::*;
use crate::reconcile::Patterns;

/// A close that is off by so many pence.
fn close(day: u32, pence: i64) -> Evening {
    let number = day.to_string();
    Evening::of(day).sale(&number, "6.00", &[("Cash", "6.00")]).z(&number, "Cash", |row| {
        row.opening_float = Some(money("50.00"));
        row.counted = Some(money("56.00") + Money::cents(pence));
        row.banked = Some(money("6.00") + Money::cents(pence));
    })
}

/// What is said of a drawer whose closes, from 1 November on, are off by these pence: the day of the month, and the sentence.
fn said(pence: &[i64]) -> Vec<(usize, String)> {
    let evenings: Vec<Evening> = (1..).zip(pence).map(|(day, pence)| close(day, *pence)).collect();
    let (days, _) = fold(&leith(), &evenings);
    (1..).zip(&days).filter_map(|(at, day)| Some((at, finding(day, W006)?.message.clone()))).collect()
}

fn closes(learned: &[i64], then: &[i64]) -> Vec<i64> {
    let mut all: Vec<i64> = learned.iter().cycle().take(20).copied().collect();
    all.extend(then);
    all
}

#[test]
fn nine_on_one_side_are_said_once_and_begin_with_what_is_harmless() {
    let found = said(&closes(&[0], &[-90; 10]));
    let [(at, message)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(*at, 29);
    assert_eq!(
        message,
        "perhaps the float is not quite what it is taken to be, or change is mostly rounded one way; drawer till-1: each of the last 9 \
         closes was short, 8.10 in all"
    );
    // Eight are none, and a close that agrees begins anew.
    assert_eq!(said(&closes(&[0], &[-90, -90, -90, -90, -90, -90, -90, -90, 0, -90])), []);
}

#[test]
fn nothing_is_said_while_it_learns_and_never_of_one_difference() {
    assert_eq!(said(&[-90; 19]), []);
    assert_eq!(said(&closes(&[0], &[-4_000, 0, 0, 0, 0])), [], "that is S002, and no pattern");
    assert_eq!(said(&closes(&[0, 100, 0, -100, 0], &[100, -100, 0, 0, 100])), []);
}

#[test]
fn six_that_grow_and_three_far_ones_and_many_small_ones() {
    let grown = said(&closes(&[0, 10, -10], &[-20, -30, -50, -70, -80, -95]));
    assert!(
        grown.iter().any(|(at, message)| *at == 26 && message.contains("at 6 closes running it was further short than before")),
        "{grown:?}"
    );
    let far = said(&closes(&[0, 10, -10], &[1_500, 0, -1_400, 0, 0, 1_200]));
    let [(at, message)] = &far[..] else { panic!("{far:?}") };
    assert_eq!(*at, 26);
    assert!(
        message.contains("3 of the last 10 closes were far from what is usual there (15.00 over, 14.00 short, 12.00 over)"),
        "{message}"
    );
    let small = said(&closes(&[0], &[-10, -20, 0, -10, -5, 0, -10, -20]));
    assert_eq!(small, [], "seven are few");
    let small = said(&[-10, 0, -20, 0, -10, -5, 0, -10, -20, 0, -5, -10, 0, -10, -20, 0, -5, 0, -10, 0]);
    let [(at, message)] = &small[..] else { panic!("{small:?}") };
    assert_eq!(*at, 20);
    assert!(message.contains("of 12 small differences at the last 20 closes 12 were short, 1.35 in all"), "{message}");
}

#[test]
fn where_the_smallest_coin_is_five_cents_two_cents_are_none() {
    let store = Store { region: "CA-ON".into(), ..leith() };
    let evenings: Vec<Evening> = (1..=29).map(|day| close(day, if day > 20 { -2 } else { 0 })).collect();
    assert!(fold(&store, &evenings).0.iter().all(|day| finding(day, W006).is_none()));
    assert!(fold(&leith(), &evenings).0.iter().any(|day| finding(day, W006).is_some()));
}

/// Ten sales a day, and some of them taken back in cash without their number, or voided after payment.
fn rung(day: u32, refunds: u32, voids: u32, no_sales: u32) -> Evening {
    let mut evening = Evening::of(day);
    for number in 1..=10 {
        evening = evening.sale(&number.to_string(), "6.00", &[("Cash", "6.00")]);
    }
    for number in 0..refunds {
        evening = evening.sale(&(20 + number).to_string(), "-1.00", &[("Cash", "-1.00")]);
    }
    for number in 0..voids {
        let (number, day) = ((40 + number).to_string(), evening.day);
        evening = evening.rows(|content| {
            content.lines.push(LineItem { kind: SaleKind::Void, ..line(&number, day, "2.00") }.into());
            content.tenders.push(tender(&number, day, "Card", "2.00").into());
        });
    }
    for _ in 0..no_sales {
        evening = evening.cash(CashKind::NoSale, "0.00", None);
    }
    evening
}

#[test]
fn rates_are_judged_against_the_stores_own_past() {
    let of = |last: &dyn Fn(u32) -> Evening| {
        let evenings: Vec<Evening> =
            (1..=30).map(|day| if day <= 20 { rung(day, u32::from(day % 10 == 0), 0, 1) } else { last(day) }).collect();
        let (days, _) = fold(&leith(), &evenings);
        days.iter()
            .flat_map(|day| &day.findings)
            .filter(|finding| finding.code == W007)
            .map(|finding| finding.message.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(&|day| rung(day, u32::from(day % 5 == 0), 0, 1)), Vec::<String>::new());
    let refunds = of(&|day| rung(day, 1, 0, 1));
    let [message] = &refunds[..] else { panic!("{refunds:?}") };
    assert!(message.starts_with("perhaps customers brought gifts back"), "{message}");
    assert!(
        message.ends_with(
            "10 cash refunds that name no sale in 10 closes, 9.1 for every 100 transactions; the store's own past has 1.0"
        ),
        "{message}"
    );
    let voids = of(&|day| rung(day, 0, 1, 1));
    assert!(voids[0].contains("10 sales taken back after payment") && voids.len() == 1, "{voids:?}");
    // Opened as often as ever, and far more often.
    assert!(of(&|day| rung(day, 0, 0, 2)).is_empty());
    assert!(of(&|day| rung(day, 0, 0, 6))[0].contains("60 openings without a sale"));
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut patterns = Patterns::default();
    let judged = close(1, -10).judge();
    (0..500).for_each(|_| patterns.take(&judged));
    let history = &patterns.drawers["till-1"];
    assert_eq!((history.closes.len(), history.known, history.window_closes), (60, 500, 0));
    assert_eq!((patterns.past_closes, patterns.past.transactions), (500, 500));
}

/// Counted as people count: four of five closes exact, the rest up to 1.00 off. A hundred drawers over three hundred closes.
#[test]
fn honest_drawers_are_left_alone() {
    let mut state: u64 = 7;
    let mut dice = |faces: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % faces
    };
    let mut alarms = 0;
    for _ in 0..100 {
        let mut known = Vec::new();
        for close in 0..300 {
            let off = if dice(5) == 0 { dice(201) as i64 - 100 } else { 0 };
            known.push(Money::cents(off));
            let recent = &known[known.len().saturating_sub(60)..];
            alarms += usize::from(close >= 20 && crate::reconcile::pattern::alarm(recent, Money::cents(200)));
        }
    }
    assert!(alarms <= 6, "{alarms} alarms in 30,000 honest closes");
}
