//! The judgement of one store-day: what came, what is missing, how it ties, and the state that follows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AfterCutoff, Banking, Bridge, Evidence, Source, State, StoreDay, Tie, TieOut};
use super::{banking, cutoff, drawer, explain, gap, identity, pattern, shelf, watch, zreport};
use crate::diagnostic::{Code, Diagnostic, S007, S008, S011, S012};
use crate::ledger::till::{Till, tills};
use crate::ledger::{self, Posted};
use crate::model::{At, Context, Declared, Expectation, Kind, Money, Store};

/// A judgement in the making: the evidence put together, and what has been found so far.
pub(super) struct Judgement<'a> {
    pub store: &'a Store,
    pub trading_day: NaiveDate,
    pub evidence: &'a Evidence,
    pub context: &'a Context,
    /// The tills that sent anything, by name.
    pub tills: Vec<Till<'a>>,
    /// What moved in drawers.
    pub posted: Vec<Posted>,
    /// Kinds that must come.
    pub expects: &'a [Kind],
    /// The time by which everything should have come has passed.
    pub overdue: bool,
    /// Kinds that have not come, by till; the store's own under an empty name.
    pub missing: BTreeMap<String, Vec<Kind>>,
    pub tie_outs: Vec<TieOut>,
    pub findings: Vec<Diagnostic>,
    /// At least one pair of figures was compared: green is never silence.
    pub judged: bool,
    /// How the banking stands.
    pub banking: Banking,
    late: Option<bool>,
    incomplete: bool,
    worst: State,
}

/// Judges one store-day from its active content. Every figure is recomputed; nothing is kept from an earlier judgement.
///
/// ```
/// use epos_core::model::{Batch, CashMovement, Content, Context, Hash, Key, Money, Numbering, Source, Store, Tender, ZReport};
/// use epos_core::reconcile::{Evidence, day};
///
/// let (store, date) = (Store::new("LW", "Leith Walk"), "2026-11-20".parse()?);
/// let paid = Tender { number: "1".into(), date, tender: "Cash".into(), amount: Money::cents(80_00), ..Tender::default() };
/// let float = Some(Money::cents(100_00));
/// let counted = Some(Money::cents(179_50));
/// let z = ZReport { z_number: "7".into(), tender: "Cash".into(), opening_float: float, counted, ..ZReport::default() };
/// let source = Source {
///     batch: Batch {
///         key: Key { store: "LW".into(), till: "1".into(), trading_day: date },
///         content: Content { tenders: vec![paid.into()], z_reports: vec![z.into()], ..Content::default() },
///     },
///     document: "till-1.csv".into(),
///     hash: Hash::default(),
///     layout: "sales".into(),
///     numbering: Numbering::PerDay,
///     prices_include_tax: Some(true),
///     absent: Vec::new(),
///     arrived_at: None,
/// };
/// let judged = day(&store, date, &Evidence { sources: vec![source], ..Evidence::default() }, &Context::default());
/// assert_eq!(judged.drawers[0].over_short, Some(Money::cents(-50)), "100.00 + 80.00 should be there");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn day(store: &Store, trading_day: NaiveDate, evidence: &Evidence, context: &Context) -> StoreDay {
    let mut judgement = Judgement::new(store, trading_day, evidence, context);
    let expectation = store.expectation(trading_day);
    judgement.late = watch::late(&mut judgement, &expectation);
    watch::clock(&mut judgement);
    if !judgement.tills.iter().any(Till::traded) && evidence.rejected.is_empty() && evidence.held == 0 {
        return judgement.nothing(&expectation);
    }
    judgement.missing_kinds();
    let sums = identity::tie(&mut judgement);
    let ties = zreport::tie(&mut judgement);
    let mut rounds = drawer::judge(&mut judgement);
    let gaps = gap::find(&judgement);
    let explained = |till: usize| ties.agree(till) || drawer::agrees(&rounds, till);
    let unexplained = gap::judge(&mut judgement, &gaps, &explained);
    drawer::withhold(&mut rounds, &unexplained);
    if !unexplained.is_empty() {
        judgement.incomplete();
    }
    drawer::conclude(&mut judgement, &rounds);
    let shelves = shelf::judge(&mut judgement);
    banking::tie(&mut judgement, &rounds);
    watch::numbers_again(&mut judgement);
    watch::always_exact(&mut judgement, &rounds);
    let watched = pattern::watched(&judgement);
    pattern::watch(&mut judgement, &rounds, &watched);
    if evidence.held > 0 {
        judgement.incomplete();
        let message = format!("{} documents that seem to be of this day are held, so it is not judged", evidence.held);
        judgement.note(S011, "held", None, message, "Somebody at head office must say what they are.");
    }
    if !evidence.rejected.is_empty() {
        judgement.incomplete();
    }
    if let Expectation::Closed(reason) = &expectation
        && sums.transactions > 0
    {
        let takings = sums.bridge.takings;
        let message = format!("{} sales came for a day on which the store was to be closed ({reason})", sums.transactions);
        judgement.find(S012, "closed", takings, message, "Was it open after all? Then the calendar needs an exception.");
    } else if let (Some(declaration), true) = (&evidence.declaration, sums.transactions > 0) {
        let (takings, declared) = (sums.bridge.takings, declaration.declared);
        let message = format!("{} sales came for a day that was declared {declared}: {}", sums.transactions, declaration.reason);
        judgement.find(S012, "declared", takings, message, "What came counts. Was another day meant?");
    }
    let state = judgement.state(&expectation, sums.transactions);
    let after_cutoff = cutoff::today(&judgement, &rounds);
    let explanations = explain::explain(&judgement, &rounds);
    StoreDay {
        after_cutoff,
        watched,
        explanations,
        state,
        transactions: sums.transactions,
        left_out: sums.left_out,
        bridge: sums.bridge,
        drawers: rounds.into_iter().map(|round| round.result).collect(),
        shelves,
        gaps: gap::ranges(gaps),
        ..judgement.finish()
    }
}

impl<'a> Judgement<'a> {
    fn new(store: &'a Store, trading_day: NaiveDate, evidence: &'a Evidence, context: &'a Context) -> Self {
        let mut tills = tills(&evidence.sources, store, &evidence.before.open_shift);
        tills.retain(|till| till.trading_day == trading_day);
        let posted = ledger::post_drawers(&tills, store, context);
        let expects: &[Kind] = if store.expectation(trading_day) == Expectation::NotYet { &[] } else { store.expects.as_slice() };
        Judgement {
            store,
            trading_day,
            evidence,
            context,
            posted,
            expects,
            overdue: store.local_time(context.now) >= store.due(trading_day, &context.policy),
            tills,
            missing: BTreeMap::new(),
            tie_outs: Vec::new(),
            findings: Vec::new(),
            judged: false,
            banking: Banking::NotApplicable,
            late: None,
            incomplete: false,
            worst: State::Balanced,
        }
    }

    /// Nothing of the day's trade came.
    fn nothing(mut self, expectation: &Expectation) -> StoreDay {
        let shelves = shelf::judge(&mut self);
        banking::tie(&mut self, &[]);
        let declared = self.evidence.declaration.as_ref().map(|declaration| declaration.declared);
        let state = match expectation {
            Expectation::NotYet => State::NotExpected,
            // Whoever was there knows better than the calendar.
            Expectation::Closed(_) if declared == Some(Declared::Zero) => State::Zero,
            Expectation::Closed(_) => State::Closed,
            Expectation::Open if declared == Some(Declared::Closed) => State::Closed,
            Expectation::Open if declared == Some(Declared::Zero) => State::Zero,
            Expectation::Open if self.overdue => State::Overdue,
            Expectation::Open => State::Expected,
        };
        if state == State::Overdue {
            let day = self.spoken();
            let help = "Open? Please send the day's files. Closed, or open without a sale? Please say so.";
            self.note(S008, "day", None, format!("nothing came for {day}"), help);
        }
        StoreDay { state, shelves, ..self.finish() }
    }

    /// The result so far; the caller fills in the rest.
    fn finish(mut self) -> StoreDay {
        self.findings.sort_by(|a, b| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| (a.code.0.code, &a.subject, &a.message).cmp(&(b.code.0.code, &b.subject, &b.message)))
        });
        StoreDay {
            store: self.store.code.clone(),
            trading_day: self.trading_day,
            currency: self.store.currency.clone(),
            state: State::Expected,
            transactions: 0,
            left_out: 0,
            bridge: Bridge::default(),
            drawers: Vec::new(),
            shelves: Vec::new(),
            tie_outs: self.tie_outs,
            gaps: Vec::new(),
            rejected: self.evidence.rejected.len(),
            banking: self.banking,
            after_cutoff: AfterCutoff::new(),
            watched: pattern::Watched::new(),
            late: self.late,
            findings: self.findings,
            declaration: self.evidence.declaration.clone(),
            accepted: Vec::new(),
            sealed: None,
            waiting: 0,
            explanations: Vec::new(),
        }
    }

    fn state(&self, expectation: &Expectation, transactions: usize) -> State {
        match expectation {
            Expectation::NotYet if self.store.starts.is_some() => State::NotExpected,
            Expectation::Closed(_) if transactions == 0 && self.worst == State::Balanced && !self.incomplete => State::Closed,
            _ if self.incomplete => State::Incomplete,
            _ if self.worst == State::Balanced && !self.judged => State::Incomplete,
            _ => self.worst,
        }
    }

    /// The day cannot be judged whole.
    pub fn incomplete(&mut self) {
        self.incomplete = true;
    }

    /// There is a difference below the first limit.
    pub fn within_tolerance(&mut self) {
        if self.worst == State::Balanced {
            self.worst = State::WithinTolerance;
        }
    }

    /// There is a difference above it.
    pub fn out_of_balance(&mut self) {
        self.worst = State::OutOfBalance;
    }

    /// By the tolerance policy, where a difference of an uncounted penny is none.
    pub fn tolerate(&mut self, difference: Money) -> bool {
        let limits = self.store.tolerances.as_ref().unwrap_or(&self.context.policy.tolerances);
        let first = limits.first().copied().unwrap_or_default();
        if difference.is_zero() {
            return true;
        }
        let within = difference.abs() <= first;
        if within {
            self.within_tolerance()
        } else {
            self.out_of_balance()
        }
        within
    }

    /// Records a finding about an amount.
    pub fn find(&mut self, code: Code, subject: &str, amount: Money, message: String, help: impl Into<String>) {
        self.note(code, subject, Some(amount), message, help);
    }

    /// Records a finding.
    pub fn note(&mut self, code: Code, subject: &str, amount: Option<Money>, message: String, help: impl Into<String>) {
        let finding =
            Diagnostic::new(code, At::default(), message).help(help).day(&self.store.code, self.trading_day).subject(subject);
        self.findings.push(Diagnostic { amount, ..finding });
    }

    /// Why figures over all rows of the day cannot be compared yet, if they cannot.
    pub fn blocked(&self) -> Option<String> {
        use Kind::*;
        let money = |kind: &&Kind| matches!(kind, Headers | Lines | Tenders | CashMovements | ZReports | ZTotals | CashCounts);
        match self.evidence.rejected.iter().filter(money).count() {
            0 => {}
            1 => return Some("one row of the day could not be read".to_owned()),
            rows => return Some(format!("{rows} rows of the day could not be read")),
        }
        let (till, kinds) = self.missing.iter().find(|(_, kinds)| kinds.iter().any(|kind| is_trade(*kind)))?;
        Some(absence(&self.called(till), kinds))
    }

    /// The same for what one till sent.
    pub fn blocked_till(&self, till: &Till<'_>) -> Option<String> {
        if self.missing.is_empty() || self.evidence.rejected.iter().any(|kind| is_trade(*kind)) {
            return self.blocked();
        }
        let of = |name: &String| *name == till.name || self.store.drawer_of(name) == till.name;
        let (till, kinds) = self.missing.iter().find(|(name, kinds)| of(name) && kinds.iter().any(|kind| is_trade(*kind)))?;
        Some(absence(&self.called(till), kinds))
    }

    /// Does the store send Z-reports at all?
    pub fn expects_z(&self) -> bool {
        self.expects.contains(&Kind::ZReports) || self.expects.contains(&Kind::ZTotals)
    }

    /// Is any till's kind still to come?
    pub fn is_missing_any(&self) -> bool {
        !self.missing.is_empty()
    }

    /// A till as a sentence names it.
    pub fn called(&self, till: &str) -> String {
        match till {
            "" => "the store".to_owned(),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("till {number}"),
            name => name.to_owned(),
        }
    }

    /// The day as people say it.
    pub fn spoken(&self) -> String {
        spoken(self.trading_day)
    }

    /// Which of the expected kinds have not come. Findings wait until the day is overdue; the state does not.
    fn missing_kinds(&mut self) {
        let traded: BTreeSet<&str> = self.tills.iter().filter(|till| till.traded()).map(|till| till.name.as_str()).collect();
        let required: BTreeSet<&str> = self.store.tills.iter().map(String::as_str).collect();
        let required = if required.is_empty() { traded } else { required };
        let mut missing: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
        let mut silent = BTreeSet::new();
        for name in required {
            let till = self.tills.iter().find(|till| till.name == name || self.store.drawer_of(name) == till.name);
            let kinds: Vec<Kind> =
                self.expects.iter().copied().filter(|&kind| is_trade(kind) && !self.came(till, name, kind)).collect();
            if till.is_none_or(|till| !till.traded()) && !kinds.is_empty() {
                silent.insert(name.to_owned());
            }
            if !kinds.is_empty() {
                missing.insert(name.to_owned(), kinds);
            }
        }
        let own: Vec<Kind> = self
            .expects
            .iter()
            .copied()
            .filter(|kind| kind.is_daily() && !is_trade(*kind))
            .filter(|&kind| self.evidence.sources.iter().all(|source| source.batch.content.count(kind) == 0))
            .collect();
        if !own.is_empty() {
            missing.entry(String::new()).or_default().extend(own);
        }
        self.incomplete |= !missing.is_empty();
        for (till, kinds) in missing.iter().filter(|_| self.overdue) {
            let called = self.called(till);
            let help = "Please send it, or say why there is none.";
            if silent.contains(till) {
                let message = format!("nothing came from {called} for {}", self.spoken());
                self.findings.push(self.absent(till, "everything", message, help));
                continue;
            }
            for &kind in kinds {
                // Sales without their Z-report are said by the drawer.
                let rang = self.tills.iter().any(|of| of.name == *till && of.unclosed().next().is_some());
                if rang && matches!(kind, Kind::ZReports | Kind::ZTotals) {
                    continue;
                }
                let message = format!("{} for {}", absence(&called, &[kind]), self.spoken());
                self.findings.push(self.absent(till, kind.word(), message, help));
            }
        }
        self.missing = missing;
        if !self.expects_z() && self.tills.iter().any(|till| till.traded() && till.shifts.is_empty()) {
            let why = "not reconcilable: the store sends no Z-reports";
            self.tie_outs.push(TieOut::open("z_report", "", Tie::NotApplicable, None, None, why));
            if self.store.starts == Some(self.trading_day) {
                let help = "From now on only its payments are compared with its sales.";
                self.note(S011, "store", None, format!("{} is {why}", self.store.name), help);
            }
        }
    }

    fn absent(&self, till: &str, what: &str, message: String, help: &str) -> Diagnostic {
        let subject = format!("{till} {what}").trim().to_owned();
        Diagnostic::new(S007, At::default(), message).help(help).day(&self.store.code, self.trading_day).subject(subject)
    }

    /// Did `kind` come from `till`, or is there good reason that it did not?
    fn came(&self, till: Option<&Till<'_>>, name: &str, kind: Kind) -> bool {
        let Some(till) = till else { return false };
        if till.kinds.contains(&kind) {
            return true;
        }
        let of_till = |source: &&Source| {
            let of = &source.batch.key.till;
            of == name || *of == till.name || self.store.drawer_of(of) == till.name
        };
        let cannot = self.evidence.sources.iter().filter(of_till).any(|source| source.absent.iter().any(|of| of == kind.word()));
        let zero = matches!(kind, Kind::Headers | Kind::Lines | Kind::Tenders) && is_zero_day(till);
        cannot || zero
    }
}

/// A till that rang nothing, and whose Z-reports say so: there are no lines to send.
fn is_zero_day(till: &Till<'_>) -> bool {
    till.transactions.is_empty()
        && !till.shifts.is_empty()
        && till.shifts.iter().all(|shift| match shift.total {
            Some(total) => {
                let nothing = |amount: Option<Money>| amount.is_some_and(Money::is_zero);
                nothing(total.net) || nothing(total.gross) || total.transaction_count == Some(0)
            }
            None => {
                let moved = |row: &Option<Money>| row.unwrap_or_default();
                shift.rows.iter().all(|row| {
                    row.expected.is_some_and(|expected| {
                        let out = moved(&row.paid_out) + moved(&row.dropped);
                        expected == row.opening_float.unwrap_or_default() + moved(&row.paid_in) + moved(&row.loans) - out
                    })
                })
            }
        })
}

/// Kinds that a till sends of its trade.
fn is_trade(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Headers | Lines | Tenders | CashMovements | ZReports | ZTotals | CashCounts)
}

fn absence(till: &str, kinds: &[Kind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| plain(*kind)).collect();
    format!("{till} has not sent its {}", names.join(", "))
}

fn plain(kind: Kind) -> &'static str {
    match kind {
        Kind::Headers => "transactions",
        Kind::Lines => "sales",
        Kind::Tenders => "payments",
        Kind::CashMovements => "cash movements",
        Kind::ZReports => "Z-report",
        Kind::ZTotals => "Z-report totals",
        Kind::CashCounts => "count of coins and notes",
        Kind::Deposits => "banking",
        Kind::StockLevels => "stock levels",
        Kind::StockCounts => "stock counts",
        Kind::GoodsIn => "goods in",
        other => other.word(),
    }
}

/// `Friday 20 November 2026`.
pub(super) fn spoken(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

impl TieOut {
    /// Two known figures.
    pub(super) fn compared(name: &'static str, subject: &str, left: Decimal, right: Decimal, note: String) -> TieOut {
        let tie = if left == right { Tie::Tied } else { Tie::Differs };
        TieOut { name, subject: subject.to_owned(), tie, left: Some(left), right: Some(right), note }
    }

    /// Figures that cannot be compared, and why.
    pub(super) fn open(
        name: &'static str,
        subject: &str,
        tie: Tie,
        left: Option<Decimal>,
        right: Option<Decimal>,
        why: impl Into<String>,
    ) -> TieOut {
        TieOut { name, subject: subject.to_owned(), tie, left, right, note: why.into() }
    }
}
