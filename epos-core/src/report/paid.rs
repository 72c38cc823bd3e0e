//! How it was paid, and what was given back.

use std::collections::BTreeMap;

use super::chart::{ChartKind, Drawn};
use super::make::*;
use super::{Period, Report, Sale};
use crate::model::{LineItem, Money, SaleKind, TenderClass, Type, Value};

/// One row per tender. Its total is the bridge's tenders.
pub fn by_tender(period: &Period<'_>) -> Report {
    let columns = vec![
        column("tender", "Tender", Type::Text),
        column("class", "Class", Type::Word(TenderClass::WORDS)),
        summed("payments", "Payments", Type::Integer),
        summed("received", "Received", Type::Money),
        summed("given_back", "Given back", Type::Money),
        summed("amount", "Amount", Type::Money),
        CURRENCY,
    ];
    let mut groups: BTreeMap<(&str, TenderClass, &str), (usize, Money, Money)> = BTreeMap::new();
    let mut rest: BTreeMap<&str, Money> = period.bridges().into_iter().map(|(of, bridge)| (of, bridge.tenders)).collect();
    for sale in period.sales.iter().filter(|sale| sale.counts()) {
        let currency = period.currency(sale.store);
        for tender in &sale.tenders {
            let class = period.context.policy.tender_class(&tender.tender);
            let (payments, received, given) = groups.entry((currency, class, &tender.tender)).or_default();
            *payments += 1;
            *if tender.amount.is_negative() { given } else { received } += tender.amount;
            *rest.entry(currency).or_default() -= tender.amount;
        }
    }
    let named = groups.into_iter().map(|((currency, class, tender), (payments, received, given))| {
        vec![
            text(tender),
            text(class.word()),
            count(payments),
            money(received),
            money(given),
            money(received + given),
            text(currency),
        ]
    });
    let rest = rest.into_iter().filter(|(_, amount)| !amount.is_zero()).map(|(currency, amount)| {
        vec![text("(no payment detail)"), Value::Null, Value::Null, Value::Null, Value::Null, money(amount), text(currency)]
    });
    let mut report = make(period, "tender", columns, named.chain(rest).collect());
    report.notes.extend(foreign_payments(period));
    report.charts = Drawn { kind: ChartKind::Bars, title: "How it was paid", x: "tender", y: "amount", by: None }.of(&report);
    report
}

/// Payments in another currency than the store's: said, never added.
fn foreign_payments(period: &Period<'_>) -> Option<String> {
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for tender in period.sales.iter().filter(|sale| sale.counts()).flat_map(|sale| &sale.foreign) {
        *sums.entry(tender.currency.as_deref().unwrap_or_default()).or_default() += tender.amount;
    }
    let sums: Vec<String> = sums.iter().map(|(currency, amount)| format!("{amount} {currency}")).collect();
    (!sums.is_empty()).then(|| format!("Payments in other currencies are in none of these figures: {}.", sums.join(", ")))
}

/// One row per line that was given back, or per transaction where there are no lines.
pub fn refunds(period: &Period<'_>) -> Report {
    let [code, name] = STORE;
    let columns = vec![
        code,
        name,
        TRADING_DAY,
        column("till", "Till", Type::Text),
        column("time", "Time", Type::Time),
        column("number", "Number", Type::Text),
        ITEM_CODE,
        DESCRIPTION,
        QUANTITY,
        summed("amount", "Amount", Type::Money),
        or("none named", column("original_number", "Original sale", Type::Text)),
        CURRENCY,
    ];
    let mut sales: Vec<&Sale<'_>> = period.sales.iter().filter(|sale| sale.counts()).collect();
    sales.sort_by_key(|sale| (sale.store, sale.trading_day, sale.till, sale.time(), sale.number.len(), sale.number));
    let rows = sales.into_iter().flat_map(|sale| {
        let whole = sale.kind() == SaleKind::Refund;
        let given_back = move |line: &LineItem| line.kind == SaleKind::Refund || (whole && line.kind == SaleKind::Discount);
        let original = sale.header.and_then(|header| header.original_number.as_deref());
        let row = move |item: [Value<'static>; 3], amount: Money, of: Option<&str>| {
            let [item_code, description, quantity] = item;
            vec![
                text(sale.store),
                text(period.store_name(sale.store)),
                day(sale.trading_day),
                text(sale.till),
                sale.time().map_or(Value::Null, Value::Time),
                text(sale.number),
                item_code,
                description,
                quantity,
                money(amount),
                maybe(of.or(original)),
                text(period.currency(sale.store)),
            ]
        };
        let lines = sale.lines.iter().filter(move |line| given_back(line)).map(move |line| {
            let item = [
                maybe(line.item_code.as_deref()),
                maybe(line.description.as_deref()),
                if line.kind == SaleKind::Refund { Value::Decimal(line.quantity.decimal()) } else { Value::Null },
            ];
            row(item, line.line_total, line.original_number.as_deref())
        });
        let unlined = sale.header.filter(|_| whole && sale.is_unlined());
        let header = unlined.map(|header| row([Value::Null, text(NO_LINE_DETAIL), Value::Null], header.total, None));
        lines.chain(header)
    });
    make(period, "refunds", columns, rows.collect())
}
