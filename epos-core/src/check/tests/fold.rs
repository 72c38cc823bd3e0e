//! However a document is cut into blocks, the same is found; and nothing makes a check panic.

use proptest::prelude::*;

use super::*;

fn amounts() -> impl Strategy<Value = Money> {
    prop_oneof![(-2_000_i64..2_000).prop_map(Money::cents), Just(money("999999999999.9999")), Just(money("-999999999999.9999"))]
}

fn kinds() -> impl Strategy<Value = SaleKind> {
    prop_oneof![4 => Just(SaleKind::Sale), 1 => prop::sample::select(SaleKind::ALL)]
}

prop_compose! {
    fn sold()(
        kind in kinds(),
        class in prop::sample::select(Class::ALL),
        code in prop::option::of(prop_oneof!["[0-9]{7,14}", "[0-9]\\.[0-9]{0,5}E\\+[0-9]{2}", "C[12]", "20[0-9]{11}", ".{0,9}"]),
        quantity in amounts(),
        price in prop::option::of(amounts()),
        off in prop::option::of(amounts()),
        tax in prop::option::of(amounts()),
        at in prop::option::of(amounts()),
        total in amounts(),
        training in prop::bool::weighted(0.1),
    ) -> LineItem {
        LineItem {
            kind,
            class,
            item_code: code,
            quantity: Quantity::rounded(quantity.decimal()),
            unit_price: price,
            discount_amount: off,
            discount_percent: at.map(|at| Rate::rounded(at.decimal())),
            tax_rate: at.map(|at| Rate::rounded(at.decimal())),
            tax_amount: tax,
            training,
            line_total: total,
            ..line("", "0")
        }
    }
}

/// Transactions whose rows stand together, each with its header, lines and tenders.
fn transactions() -> impl Strategy<Value = Vec<(Option<Money>, Vec<LineItem>, Vec<Money>)>> {
    prop::collection::vec(
        (prop::option::of(amounts()), prop::collection::vec(sold(), 0..4), prop::collection::vec(amounts(), 0..3)),
        1..12,
    )
}

/// Blocks that end on a transaction, at every place where `cuts` says so.
fn blocks(transactions: &[(Option<Money>, Vec<LineItem>, Vec<Money>)], cuts: &[bool]) -> Vec<Block> {
    let mut blocks = vec![evening(Content::default())];
    let mut row = 1;
    for (number, (total, lines, tenders)) in transactions.iter().enumerate() {
        if cuts.get(number).copied().unwrap_or_default() {
            blocks.push(evening(Content::default()));
        }
        let content = &mut blocks.last_mut().unwrap().batches[0].content;
        let number = number.to_string();
        row += 1;
        content.headers.extend(total.map(|total| Row { row, record: Header { total, ..header(&number, "0") } }));
        for sold in lines {
            row += 1;
            content.lines.push(Row { row, record: LineItem { number: number.clone(), ..sold.clone() } });
        }
        for &amount in tenders {
            row += 1;
            content.tenders.push(Row { row, record: Tender { amount, ..tender(&number, "Cash", "0") } });
        }
    }
    blocks
}

proptest! {
    #[test]
    fn cutting_a_document_into_blocks_changes_nothing(
        transactions in transactions(),
        cuts in prop::collection::vec(any::<bool>(), 12),
        in_sheets in any::<bool>(),
    ) {
        let context = world_with([product("C1", "Coffee", "3.50"), product("00000042", "Egg", "0.25")]);
        let check = |cuts: &[bool]| {
            let mut blocks = blocks(&transactions, cuts);
            let columns = [(Kind::Lines, "number"), (Kind::Tenders, "number")];
            let columns = columns.map(|(kind, field)| (kind, field, Column { index: 0, heading: "No".into() }));
            blocks.iter_mut().for_each(|block| block.origin.columns = columns.to_vec());
            if in_sheets {
                blocks.iter_mut().for_each(|block| block.origin.sheet = "Sales".into());
            }
            let mut found: Vec<String> = batch(&blocks, &context).iter().map(|finding| format!("{finding:?}")).collect();
            found.sort();
            found
        };
        prop_assert_eq!(check(&[]), check(&cuts));
    }
}
