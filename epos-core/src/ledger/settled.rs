//! Transactions as they were settled: for whoever analyses them elsewhere.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::till;
use crate::model::{Bridge, Source, Store};

/// One transaction put back together from its header, lines and tenders.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The trading day that it belongs to.
    pub trading_day: NaiveDate,
    /// The till that rang it.
    pub till: String,
    /// Its number.
    pub number: String,
    /// The latest time on its rows, local.
    pub at: Option<NaiveDateTime>,
    /// False for voids, failures and training: counted, in no total.
    pub counts: bool,
    /// Does it give money back on the whole?
    pub refund: bool,
    /// How many of its lines belong to totals.
    pub lines: usize,
    /// What its money was for; all zero when it does not count.
    pub bridge: Bridge,
}

/// The transactions in `sources` of one store, by trading day, till and number: what counts in them adds up to what reports show.
///
/// ```
/// use epos_core::ledger::settled;
/// use epos_core::model::{Batch, Content, Hash, Key, LineItem, Money, Numbering, Source, Store};
///
/// let date = "2026-11-20".parse()?;
/// let line = |cents| LineItem { number: "201".into(), date, line_total: Money::cents(cents), ..LineItem::default() };
/// let content = Content { lines: vec![line(250).into(), line(100).into()], ..Content::default() };
/// let source = Source {
///     batch: Batch { key: Key { store: "LW".into(), till: "1".into(), trading_day: date }, content },
///     # document: "sales.csv".into(), hash: Hash::default(), layout: "sales".into(), numbering: Numbering::PerTill,
///     # prices_include_tax: None, absent: Vec::new(), arrived_at: None,
///     // and the document it came from
/// };
/// let all = settled(&[source], &Store::new("LW", "Leith Walk"));
/// assert_eq!((all.len(), all[0].lines, all[0].bridge.takings), (1, 2, Money::cents(350)));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn settled(sources: &[Source], store: &Store) -> Vec<Settled> {
    let mut all = Vec::new();
    for till in till::tills(sources, store, &BTreeMap::new()) {
        for transaction in &till.transactions {
            let sums = transaction.sums(store);
            all.push(Settled {
                trading_day: till.trading_day,
                till: transaction.till.to_owned(),
                number: transaction.number.to_owned(),
                at: transaction.at,
                counts: transaction.counts(),
                refund: transaction.counts() && transaction.is_refund(),
                lines: transaction.counted_lines().count(),
                bridge: sums.bridge,
            });
        }
    }
    all
}
