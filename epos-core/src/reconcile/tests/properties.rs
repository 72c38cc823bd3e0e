//! What must hold of every day.

use super::*;
use proptest::prelude::*;
use rust_decimal::Decimal;

type Sale = (i64, bool, bool);

fn evening(sales: &[Sale], drop: i64) -> Evening {
    let evening = sales.iter().enumerate().fold(Evening::of(20), |evening, (index, (cents, card, refund))| {
        let amount = Money::cents(if *refund { -cents } else { *cents }).to_string();
        evening.sale(&(index + 1).to_string(), &amount, &[(if *card { "Card" } else { "Cash" }, &amount)])
    });
    evening.cash(CashKind::Drop, &Money::cents(drop).to_string(), None)
}

fn total(sales: &[Sale], card: bool) -> i64 {
    sales.iter().filter(|sale| sale.1 == card).map(|(cents, _, refund)| if *refund { -cents } else { *cents }).sum()
}

proptest! {
    #[test]
    fn what_moved_is_what_changed(
        sales in prop::collection::vec((1..20_000_i64, any::<bool>(), any::<bool>()), 1..30),
        drop in 1..5_000_i64,
        left in 0..10_000_i64,
    ) {
        let counted = 5_000 + total(&sales, false) - drop;
        let day = evening(&sales, drop)
            .z("9", "Cash", |row| {
                row.opening_float = Some(money("50.00"));
                row.counted = Some(Money::cents(counted));
                row.closing_float = Some(Money::cents(left));
            })
            .z("9", "Card", |row| row.counted = Some(Money::cents(total(&sales, true))));
        let judged = day.judge();
        prop_assert!(judged.drawers.iter().all(|result| result.over_short == Some(Money::ZERO)));
        prop_assert_eq!(judged.state, State::Balanced);
        // Conservation: every account's movements are closing − opening, and the drawer's with its safe's cancel but for sales.
        let movements = post(&day.sources, &leith(), &context());
        for balance in balances(&movements, &Default::default(), &Default::default()) {
            let moved: Decimal = movements.iter().filter(|m| m.account == balance.account).map(|m| m.amount).sum();
            prop_assert_eq!(balance.moved_in - balance.moved_out, moved);
        }
        let cash: Decimal = movements
            .iter()
            .filter(|m| matches!(&m.account, Account::Drawer { tender, .. } if tender == "Cash"))
            .map(|m| m.amount)
            .sum();
        prop_assert_eq!(cash, Money::cents(counted - 5_000).decimal());
    }

    #[test]
    fn the_order_of_documents_does_not_matter(
        sales in prop::collection::vec((1..20_000_i64, any::<bool>(), any::<bool>()), 1..12),
        off in -300..300_i64,
        order in any::<prop::sample::Index>(),
        reverse in any::<bool>(),
    ) {
        let day = evening(&sales, 100)
            .counted("9", "50.00", &Money::cents(5_000 + total(&sales, false) + off).to_string())
            .z("9", "Card", |row| row.counted = Some(Money::cents(total(&sales, true) + off)))
            .total("9", |total| total.net = Some(Money::cents(7)));
        let mut shuffled = day.clone();
        let at = order.index(shuffled.sources.len());
        shuffled.sources.rotate_left(at);
        if reverse {
            shuffled.sources.reverse();
        }
        prop_assert_eq!(day.judge(), shuffled.judge());
        prop_assert_eq!(post(&day.sources, &leith(), &context()), post(&shuffled.sources, &leith(), &context()));
    }
}
