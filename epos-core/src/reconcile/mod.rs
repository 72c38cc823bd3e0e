//! One store-day's active content in, tie-outs, over/short, findings and a state out. Recomputed whole whenever the day changes.
//!
//! [`day`] judges, [`after`] says what the day leaves behind; a caller folds both over a store's days in order.

pub mod acceptance;
pub mod banking;
mod carry;
mod cutoff;
mod drawer;
pub mod explain;
mod gap;
mod identity;
mod judge;
mod pattern;
pub mod seal;
mod shelf;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transfer;
mod watch;
mod zreport;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::model::{Acceptance, Account, Balance, Declaration, DepositKind, Kind, Money, TenderClass, Transfer};
pub use crate::model::{Bridge, OpenShift, Source, Sums};
pub use acceptance::AcceptedFinding;
pub use banking::Waiting;
pub use carry::after;
pub use cutoff::AfterCutoff;
pub use explain::{Cause, Explanation, LikelyCause, OverShort, Pointer};
pub use judge::day;
pub use pattern::{History, Patterns, Tally, Watched};
pub use seal::{Seal, Sealed};
pub use shelf::ShelfDay;
pub(crate) use shelf::shelf_days;
pub use transfer::meet;
pub use watch::Used;

/// What the evening before left behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Before {
    /// Cash left in each drawer at its last close; absent for a drawer's first day.
    pub left: BTreeMap<String, Money>,
    /// Last transaction number of each till.
    pub last_number: BTreeMap<String, String>,
    /// Running grand total of each till after its last Z.
    pub grand_total: BTreeMap<String, Money>,
    /// Z numbers of the store's tills seen on earlier days: till and Z number.
    pub z_numbers: Vec<(String, String)>,
    /// Units on hand per SKU at the end of the day before; absent while unknown.
    pub on_hand: BTreeMap<String, Decimal>,
    /// |over/short| of each drawer by day, as far back as a week's limit reaches (six days).
    pub week: BTreeMap<String, BTreeMap<NaiveDate, Money>>,
    /// Numbers that each till used in the last sixty days, where they run on from day to day.
    pub used: BTreeMap<String, Vec<Used>>,
    /// Bags that the bank did not credit yet and card batches that were not paid out yet, oldest first.
    pub waiting: Vec<Waiting>,
    /// Which payments the store ever reported: only those are waited for.
    pub pays: BTreeSet<DepositKind>,
    /// Card sales after yesterday's cut-off: they belong to today's batch.
    pub after_cutoff: AfterCutoff,
    /// Open days in a row whose files came late.
    pub late_days: u32,
    /// Blind counts in a row that were exact, by drawer.
    pub exact: BTreeMap<String, u32>,
    /// Over/short of each drawer over many closes, and how often money went back.
    pub patterns: Patterns,
    /// What each till rang and no Z-report closed yet: the next one covers it.
    pub open_shift: BTreeMap<String, OpenShift>,
    /// What each drawer's tenders were over or short by on the last day that traded.
    pub over_short: OverShort,
    /// What was paid out of drawers in the last sixty days, by what for.
    pub payees: BTreeMap<String, Vec<(NaiveDate, Money)>>,
}

/// What the judgement of one store-day rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Active batches of the day, all tills, with the store's own (empty till).
    pub sources: Vec<Source>,
    /// Rows of this day that could not be read and are neither corrected nor accepted, by kind.
    pub rejected: Vec<Kind>,
    /// Rows of this day that could not be read and were accepted as they are.
    pub accepted_rows: usize,
    /// Documents held that seem to be of this day.
    pub held: usize,
    /// What people accepted of the day, in order.
    pub acceptances: Vec<Acceptance>,
    /// What a person declared of it, the latest.
    pub declaration: Option<Declaration>,
    /// Both sides of the transfers that the day's rows speak of, whichever store and day they are of: see [`meet`].
    pub transfers: Vec<(NaiveDate, Transfer)>,
    /// What was left behind.
    pub before: Before,
    /// What the same drawers were over or short by on the next day that traded, where that is judged already. It changes no figure:
    /// a difference that is given back the next day has its own likely cause.
    pub morning: OverShort,
}

impl StoreDay {
    /// What each drawer's tenders were over or short by, all shifts together: what its neighbours want to know.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// assert!(friday.by_drawer().is_empty(), "nothing was judged");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn by_drawer(&self) -> OverShort {
        let mut sums = OverShort::new();
        for drawer in &self.drawers {
            if let Some(over_short) = drawer.over_short {
                *sums.entry((drawer.drawer.clone(), drawer.tender.to_lowercase())).or_default() += over_short;
            }
        }
        sums
    }
}

crate::model::words! {
    /// The state of a store-day (PRACTICE §2).
    State {
        /// It will come; not yet due.
        Expected = "expected",
        /// Nothing came, and it was due.
        Overdue = "overdue",
        /// A row, a count or a Z is missing: not judged.
        Incomplete = "incomplete",
        /// Everything agrees to the penny.
        Balanced = "balanced",
        /// Differences below the first limit.
        WithinTolerance = "within_tolerance",
        /// A difference above it, or a tie-out that differs.
        OutOfBalance = "out_of_balance",
        /// Every finding was accepted by a person.
        Accepted = "accepted",
        /// The store was closed.
        Closed = "closed",
        /// It was open and sold nothing, as a person declared.
        Zero = "zero_sales",
        /// Before the store began, or after it ended.
        NotExpected = "not_expected",
    }
}

/// One tender of one drawer in one shift (or the day, where there is no Z-report).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DrawerResult {
    /// The drawer.
    pub drawer: String,
    /// The tills whose money lies in it.
    pub tills: Vec<String>,
    /// The Z-reports it was judged by, oldest first.
    pub z_numbers: Vec<String>,
    /// The tender.
    pub tender: String,
    /// Its class.
    pub class: TenderClass,
    /// The one equation, from the transactions: ours.
    pub balance: Balance,
    /// What the Z-report says should be there.
    pub expected_by_z: Option<Money>,
    /// Counted − ours; `None` when not judged.
    pub over_short: Option<Money>,
    /// Why it is not judged, in one plain sentence.
    pub not_judged: Option<String>,
    /// Removed to the bank: after the count, unless the store says before.
    pub banked: Option<Money>,
    /// Left in the drawer.
    pub left: Option<Money>,
    /// True when whoever counted did not see the expected figure.
    pub blind: bool,
    /// Of a card tender whose machine has a cut-off: what was sold after it, and belongs to tomorrow's batch. `None` when not known.
    pub after_cutoff: Option<Money>,
    /// Opening − what was left the evening before: dated to the night, in nobody's over/short.
    pub overnight: Option<Money>,
}

crate::model::words! {
    /// How a tie-out came out.
    Tie {
        /// Both sides agree.
        Tied = "tied",
        /// They differ.
        Differs = "differs",
        /// One side is not known.
        NotChecked = "not_checked",
        /// There is nothing to compare.
        NotApplicable = "not_applicable",
    }
}

crate::model::words! {
    /// How a day's banking stands: bags until the bank credits them, card batches until they are paid out. It clears later than the
    /// day, and no drawer is over or short by it.
    Banking {
        /// Nothing was to be banked, or nobody says.
        NotApplicable = "not_applicable",
        /// A bag or a batch is on its way.
        Waiting = "waiting",
        /// All that waited came, as it should.
        Cleared = "cleared",
        /// Something on its way has waited for too long.
        Overdue = "overdue",
        /// A bag, a credit or a payout differs.
        Differs = "differs",
    }
}

/// Two figures that must agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieOut {
    /// Which: `money_identity`, `z_net`, `z_count`, `grand_total`, `stock`, …
    pub name: &'static str,
    /// Of what: a till, a Z number, a SKU; empty for the whole day.
    pub subject: String,
    /// How it came out.
    pub tie: Tie,
    /// The one side.
    pub left: Option<Decimal>,
    /// The other side.
    pub right: Option<Decimal>,
    /// The arithmetic or the reason, in one line.
    pub note: String,
}

/// The judgement of one store-day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoreDay {
    /// The store's code.
    pub store: String,
    /// The trading day.
    pub trading_day: NaiveDate,
    /// ISO currency of every amount in it.
    pub currency: String,
    /// Its state.
    pub state: State,
    /// Transactions that count.
    pub transactions: usize,
    /// Transactions that do not count: voids, failures, training.
    pub left_out: usize,
    /// The money identity.
    pub bridge: Bridge,
    /// Every tender of every drawer and shift.
    pub drawers: Vec<DrawerResult>,
    /// Shelves: a balance per SKU that was counted or moved.
    pub shelves: Vec<Balance>,
    /// Tie-outs.
    pub tie_outs: Vec<TieOut>,
    /// Missing transaction numbers as (till, first, last).
    pub gaps: Vec<(String, String, String)>,
    /// Rows that could not be read.
    pub rejected: usize,
    /// How its banking stands: on its own, in no drawer.
    pub banking: Banking,
    /// Card sales after the cut-off, by drawer and tender; empty for a store without one.
    #[serde(skip)]
    pub after_cutoff: AfterCutoff,
    /// What each drawer rang, as far as it is watched.
    #[serde(skip)]
    pub watched: Watched,
    /// Did its first file come late? `None` on days on which none must come, or while it still may.
    pub late: Option<bool>,
    /// What was found, worst first.
    pub findings: Vec<Diagnostic>,
    /// What a person declared of it.
    pub declaration: Option<Declaration>,
    /// What people accepted of it, and what that posts.
    pub accepted: Vec<AcceptedFinding>,
    /// How it is sealed, if it is: only then its figures are final.
    pub sealed: Option<Sealed>,
    /// Revisions that wait beside the sealed figures.
    pub waiting: usize,
    /// What may be behind each difference: likely causes, which never change a figure or a state.
    pub explanations: Vec<Explanation>,
}

impl StoreDay {
    /// The sum of over/short of the cash drawers; `None` when none was judged. An over is never netted against a short for the
    /// state, only for this headline.
    ///
    /// ```
    /// use epos_core::model::{Account, Balance, Context, Money, Store, TenderClass};
    /// use epos_core::reconcile::{DrawerResult, Evidence, day};
    ///
    /// let mut friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// assert_eq!(friday.over_short(), None, "nothing was judged, which is not 0.00");
    /// friday.drawers = [("1", 2_00), ("2", -50)].map(|(drawer, cents)| {
    ///     # let account = Account::Drawer { store: "LW".into(), drawer: drawer.into(), tender: "Cash".into() };
    ///     # let balance = Balance { account, opening: None, moved_in: 0.into(), moved_out: 0.into(), counted: None };
    ///     # let (tills, z_numbers, tender, class) = (vec![drawer.into()], Vec::new(), "Cash".into(), TenderClass::Cash);
    ///     # let (expected_by_z, not_judged, banked, left) = (None, None, None, None);
    ///     # let (blind, after_cutoff, overnight) = (false, None, None);
    ///     let (drawer, over_short) = (drawer.to_owned(), Some(Money::cents(cents)));
    ///     DrawerResult { drawer, over_short, /* and what else was found */
    ///     # tills, z_numbers, tender, class, balance, expected_by_z, not_judged, banked, left, blind, after_cutoff, overnight,
    ///     }
    /// }).to_vec();
    /// assert_eq!(friday.over_short(), Some(Money::cents(1_50)));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn over_short(&self) -> Option<Money> {
        let judged: Vec<Money> =
            self.drawers.iter().filter(|drawer| drawer.class == TenderClass::Cash).filter_map(|drawer| drawer.over_short).collect();
        (!judged.is_empty()).then(|| judged.iter().sum())
    }

    /// What a person accepted of a drawer's difference, while it counts.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// assert!(friday.drawers.iter().all(|drawer| friday.accepted_of(drawer).is_none()));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn accepted_of(&self, drawer: &DrawerResult) -> Option<&AcceptedFinding> {
        let name = format!("{} {}", drawer.drawer, drawer.tender);
        let of = |subject: &str| match subject.strip_prefix(name.trim_start()) {
            Some("") => true,
            Some(rest) => rest.strip_prefix(" Z ").is_some_and(|z| drawer.z_numbers.iter().any(|number| number == z)),
            None => false,
        };
        self.accepted.iter().find(|settled| {
            let acceptance = &settled.acceptance;
            settled.lapsed.is_none()
                && ["S002", "S013"].contains(&acceptance.code.as_str())
                && acceptance.amount == drawer.over_short
                && of(&acceptance.subject)
        })
    }

    /// Findings that nobody accepted, or whose acceptance no longer counts.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let store = Store { starts: Some("2026-11-01".parse()?), ..Store::new("LW", "Leith Walk") };
    /// let context = Context { now: "2026-11-21T09:00:00".parse()?, ..Context::default() };
    /// let friday = day(&store, "2026-11-20".parse()?, &Evidence::default(), &context);
    /// let codes: Vec<_> = friday.open_findings().map(|finding| finding.code.0.code).collect();
    /// assert_eq!(codes, ["S008"], "nothing came, and nobody said why");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn open_findings(&self) -> impl Iterator<Item = &Diagnostic> {
        let settled = |finding: &&Diagnostic| {
            self.accepted.iter().any(|settled| {
                let acceptance = &settled.acceptance;
                settled.lapsed.is_none() && acceptance.code == finding.code.0.code && acceptance.subject == finding.subject
            })
        };
        self.findings.iter().filter(move |finding| !settled(finding))
    }

    /// Why it is in its state, in one sentence.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let store = Store { starts: Some("2026-11-01".parse()?), ..Store::new("LW", "Leith Walk") };
    /// let context = Context { now: "2026-11-20T09:00:00".parse()?, ..Context::default() };
    /// assert_eq!(day(&store, "2026-11-20".parse()?, &Evidence::default(), &context).why(), "the calendar expects it");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn why(&self) -> String {
        let first = || self.findings.first().map(|finding| finding.message.clone());
        match self.state {
            State::Expected => "the calendar expects it".to_owned(),
            State::Balanced => "everything agrees".to_owned(),
            State::NotExpected => "the calendar does not expect it".to_owned(),
            State::Closed | State::Zero => match &self.declaration {
                Some(declaration) => format!("declared {}: {}", declaration.declared, declaration.reason),
                None => "the calendar says so".to_owned(),
            },
            State::Accepted if self.accepted.is_empty() => "its rows were accepted as they are".to_owned(),
            State::Accepted => {
                let said = self.accepted.iter().map(|settled| {
                    let Acceptance { code, reason, note, .. } = &settled.acceptance;
                    let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
                    format!("{code} accepted: {reason}{note}")
                });
                said.collect::<Vec<_>>().join("; ")
            }
            _ => first().unwrap_or_else(|| "something has not come yet".to_owned()),
        }
    }

    /// What may be behind a finding; `None` where it is not about a difference that can be explained.
    ///
    /// ```
    /// use epos_core::model::{Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// assert!(friday.findings.iter().all(|finding| friday.explanation(finding).is_none()), "nothing came, so nothing differs");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn explanation(&self, finding: &Diagnostic) -> Option<&Explanation> {
        let about = |one: &&Explanation| {
            one.findings.iter().any(|(code, subject)| *code == finding.code.0.code && *subject == finding.subject)
        };
        self.explanations.iter().find(about)
    }

    /// The shelf balance of a SKU.
    ///
    /// ```
    /// use epos_core::model::{Account, Balance, Context, Store};
    /// use epos_core::reconcile::{Evidence, day};
    ///
    /// let mut friday = day(&Store::new("LW", "Leith Walk"), "2026-11-20".parse()?, &Evidence::default(), &Context::default());
    /// let account = Account::Shelf { store: "LW".into(), sku: "jam".into() };
    /// let (opening, counted) = (Some(20.into()), Some(14.into()));
    /// friday.shelves.push(Balance { account, opening, moved_in: 0.into(), moved_out: 5.into(), counted });
    /// assert_eq!(friday.shelf("jam").and_then(Balance::over_short), Some((-1).into()), "one of 15 is not there");
    /// assert_eq!(friday.shelf("tea"), None);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn shelf(&self, sku: &str) -> Option<&Balance> {
        self.shelves.iter().find(|balance| matches!(&balance.account, Account::Shelf { sku: of, .. } if of == sku))
    }
}
