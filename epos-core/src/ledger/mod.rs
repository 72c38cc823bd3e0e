//! Content to movements to balances: one equation for drawers and shelves.
//!
//! A till's rows are first put back together into transactions and shifts (`till`); what counts is then posted as
//! [`Movement`]s, and [`balances`] folds them. Packs become base units here, so nothing downstream knows them.

mod drawer;
mod settled;
mod shelf;
pub(crate) mod till;
pub(crate) mod transaction;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::{Account, Balance, Context, Movement, Source, Store};
pub(crate) use drawer::{Tenders, own_name};
pub use settled::{Settled, settled};
pub use shelf::base_units;
pub(crate) use shelf::{shelf, stocked};

/// A movement with the till (an index into the tills it was posted from) and the shift that it lies in.
pub(crate) struct Posted {
    /// Which of the tills.
    pub till: usize,
    /// Which of the till's shifts; `None` when no Z-report closed it.
    pub shift: Option<usize>,
    /// What moved.
    pub movement: Movement,
}

/// What `sources` moved: money in drawers, the safe and gift cards; units on shelves. Training, voids and failures move nothing.
///
/// Counts and stock levels are no movements: they are the `counts` of [`balances`]. The order depends on nothing but the rows.
///
/// ```
/// use epos_core::ledger::post;
/// use epos_core::model::{Account, Batch, Content, Context, Hash, Key, Money, Numbering, Source, Store, Tender};
///
/// let (store, date) = (Store::new("LW", "Leith Walk"), "2026-11-20".parse()?);
/// let paid = Tender { number: "201".into(), date, tender: "Cash".into(), amount: Money::cents(350), ..Tender::default() };
/// let content = Content { tenders: vec![paid.into()], ..Content::default() };
/// let source = Source {
///     batch: Batch { key: Key { store: "LW".into(), till: "1".into(), trading_day: date }, content },
///     document: "payments.csv".into(),
///     hash: Hash::default(),
///     layout: "tenders".into(),
///     numbering: Numbering::PerTill,
///     prices_include_tax: None,
///     absent: Vec::new(),
///     arrived_at: None,
/// };
/// let movements = post(&[source], &store, &Context::default());
/// assert_eq!(movements.len(), 1);
/// assert!(matches!(&movements[0].account, Account::Drawer { drawer, tender, .. } if drawer == "1" && tender == "Cash"));
/// assert_eq!(movements[0].amount, Money::cents(350).decimal());
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn post(sources: &[Source], store: &Store, context: &Context) -> Vec<Movement> {
    let tills = till::tills(sources, store, &BTreeMap::new());
    let mut movements: Vec<Movement> = post_drawers(&tills, store, context).into_iter().map(|posted| posted.movement).collect();
    movements.extend(post_shelves(&tills, sources, store, context));
    sort(&mut movements);
    movements
}

/// What moved in drawers, the safe and on gift cards.
pub(crate) fn post_drawers(tills: &[till::Till<'_>], store: &Store, context: &Context) -> Vec<Posted> {
    drawer::post(tills, store, &context.policy)
}

/// What moved on shelves.
pub(crate) fn post_shelves(tills: &[till::Till<'_>], sources: &[Source], store: &Store, context: &Context) -> Vec<Movement> {
    let mut movements = shelf::post(tills, sources, store, context);
    sort(&mut movements);
    movements
}

fn sort(movements: &mut [Movement]) {
    movements.sort_by(|a, b| {
        let key = |m: &Movement| (m.trading_day, m.at, m.reason, m.amount);
        a.account
            .cmp(&b.account)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| (&a.till, &a.source, &a.z_number).cmp(&(&b.till, &b.source, &b.z_number)))
    });
}

/// Folds movements into one balance per account, in order of accounts. An account without an opening has an unknown one; one that
/// only has an opening or a count is there too.
///
/// ```
/// use std::collections::BTreeMap;
/// use epos_core::ledger::balances;
/// use epos_core::model::{Account, Movement, Reason};
/// use rust_decimal::Decimal;
///
/// let drawer = Account::Drawer { store: "LW".into(), drawer: "1".into(), tender: "Cash".into() };
/// let moved = |reason, pence| Movement {
///     account: drawer.clone(), trading_day: chrono::NaiveDate::default(), at: None, reason,
///     amount: Decimal::new(pence, 2), till: "1".into(), z_number: None, source: "201".into(),
/// };
/// let openings = BTreeMap::from([(drawer.clone(), Decimal::new(100_00, 2))]);
/// let counts = BTreeMap::from([(drawer.clone(), Decimal::new(117_50, 2))]);
/// let balances = balances(&[moved(Reason::Sale, 20_00), moved(Reason::PaidOut, -2_00)], &openings, &counts);
/// assert_eq!(balances[0].expected(), Some(Decimal::new(118_00, 2)), "100.00 + 20.00 − 2.00");
/// assert_eq!(balances[0].over_short(), Some(Decimal::new(-50, 2)));
/// ```
pub fn balances<'a>(
    movements: impl IntoIterator<Item = &'a Movement>,
    openings: &BTreeMap<Account, Decimal>,
    counts: &BTreeMap<Account, Decimal>,
) -> Vec<Balance> {
    let mut sums: BTreeMap<&Account, (Decimal, Decimal)> = BTreeMap::new();
    for movement in movements {
        let (moved_in, moved_out) = sums.entry(&movement.account).or_default();
        match movement.amount {
            amount if amount.is_sign_negative() => *moved_out -= amount,
            amount => *moved_in += amount,
        }
    }
    let accounts: BTreeSet<&Account> = sums.keys().copied().chain(openings.keys()).chain(counts.keys()).collect();
    accounts
        .into_iter()
        .map(|account| {
            let (moved_in, moved_out) = sums.get(account).copied().unwrap_or_default();
            Balance {
                account: account.clone(),
                opening: openings.get(account).copied(),
                moved_in,
                moved_out,
                counted: counts.get(account).copied(),
            }
        })
        .collect()
}
