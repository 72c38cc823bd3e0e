//! What people accept: which findings it settles, what it posts, and when a second person must sign.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Evidence, State, StoreDay};
use crate::diagnostic::{Code, Diagnostic, S002, S013, S023, Severity};
use crate::model::{Acceptance, AcceptanceReason, At, Context, Money, Posting, Rate, Rounding, Store, TenderClass};
use crate::tax::minor_units;

/// An acceptance of one of the day's findings, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedFinding {
    /// The acceptance.
    pub acceptance: Acceptance,
    /// Does it count? Otherwise why not: the amount is another by now, or a second person must sign.
    pub lapsed: Option<String>,
    /// What it moves.
    pub postings: Vec<Posting>,
}

/// Most that one person may accept alone.
fn alone_max(store: &Store, context: &Context) -> Money {
    let limits = store.tolerances.as_ref().unwrap_or(&context.policy.tolerances);
    context.policy.second_signature.or(limits.last().copied()).unwrap_or_default()
}

/// Why a second person must sign, if one must: the amount is above the limit for one, or what was accepted of the drawer in the last
/// seven days, `week`, is with this one above the weekly limit.
///
/// ```
/// use epos_core::model::{Context, Money, Store};
/// use epos_core::reconcile::acceptance::needs_second;
///
/// let (store, context) = (Store::new("LW", "Leith Walk"), Context::default());
/// let needs = |cents, week| needs_second(Money::cents(cents), Money::cents(week), &store, &context);
/// assert_eq!(needs(-18_00, 60_00), None);
/// assert_eq!(needs(-50_01, 0).as_deref(), Some("50.01 is above the limit of 50.00 for one person"));
/// assert_eq!(needs(-18_00, 90_00).as_deref(), Some("108.00 in seven days is above the limit of 100.00 for one person"));
/// ```
pub fn needs_second(amount: Money, week: Money, store: &Store, context: &Context) -> Option<String> {
    let alone = alone_max(store, context);
    if amount.abs() > alone {
        return Some(format!("{} is above the limit of {alone} for one person", amount.abs()));
    }
    let (sum, most) = (week + amount.abs(), context.policy.second_signature_week());
    (sum > most).then(|| format!("{sum} in seven days is above the limit of {most} for one person"))
}

/// What an acceptance of a difference posts. The two sides always add up to nothing; a reason that says the figures were right after all posts
/// nothing. `rate` is the tax in a sale that was not rung, or was rung too much.
///
/// ```
/// use epos_core::model::{AcceptanceReason, Money, Rate, TenderClass};
/// use epos_core::reconcile::acceptance::postings;
///
/// let short = Money::cents(-18_00);
/// let posted = postings(AcceptanceReason::WrongTender, short, TenderClass::Cash, Rate::ZERO, "GBP");
/// let lines: Vec<_> = posted.iter().map(|posting| (posting.account.as_str(), posting.amount.to_string())).collect();
/// assert_eq!(lines, [("cash", "-18.00".to_owned()), ("corrections", "18.00".to_owned())]);
/// let missing = postings(AcceptanceReason::CashMissing, short, TenderClass::Cash, Rate::ZERO, "GBP");
/// assert_eq!(missing[1].account, "over_short");
/// let rung = postings(AcceptanceReason::SaleNotRung, Money::cents(12_00), TenderClass::Cash, Rate::rounded(20.into()), "GBP");
/// let lines: Vec<_> = rung.iter().map(|posting| (posting.account.as_str(), posting.amount.to_string())).collect();
/// assert_eq!(lines, [("cash", "12.00".to_owned()), ("takings", "-10.00".to_owned()), ("tax", "-2.00".to_owned())]);
/// assert!(postings(AcceptanceReason::WrongCount, short, TenderClass::Cash, Rate::ZERO, "GBP").is_empty());
/// ```
pub fn postings(reason: AcceptanceReason, amount: Money, tender: TenderClass, rate: Rate, currency: &str) -> Vec<Posting> {
    use AcceptanceReason as R;
    let own = Posting { tender: Some(tender), account: tender.word().to_owned(), amount };
    let against = |account: &str, amount: Money| Posting { tender: None, account: account.to_owned(), amount };
    let other = match reason {
        R::WrongCount | R::AsItShould => return Vec::new(),
        R::WrongTender => against("corrections", -amount),
        R::CashMissing | R::CashSurplus => against("over_short", -amount),
        R::DropNotRung => against("safe", -amount),
        R::PaidOutNotRung => against("expenses", -amount),
        R::SaleNotRung | R::OverRing | R::RefundNotRung => {
            let split = crate::tax::inclusive(amount, &[rate], minor_units(currency), Rounding::HalfUp);
            let tax: Money = split.taxes.iter().sum();
            let mut all = vec![own, against("takings", tax - amount)];
            all.extend((!tax.is_zero()).then(|| against("tax", -tax)));
            return all;
        }
    };
    vec![own, other]
}

/// The class of the tender that a finding of a drawer is about.
fn class_of(day: &StoreDay, finding: &Diagnostic, context: &Context) -> TenderClass {
    let of = |drawer: &&super::DrawerResult| {
        let name = format!("{} {}", drawer.drawer, drawer.tender);
        finding.subject == name.trim_start() || finding.subject.starts_with(&format!("{} ", name.trim_start()))
    };
    match day.drawers.iter().find(of) {
        Some(drawer) => drawer.class,
        None if finding.code == S013 => TenderClass::Card,
        None => context.policy.tender_class("cash"),
    }
}

/// Counts what people accepted into a judged day: the latest acceptance of each finding, while its amount is what was accepted. A day whose
/// every finding is accepted is [`State::Accepted`]; figures stay as they are. A likely cause alone changes nothing.
///
/// ```
/// use epos_core::model::{Context, Store};
/// use epos_core::reconcile::{Evidence, State, acceptance, day};
///
/// let (store, context, none) = (Store::new("LW", "Leith Walk"), Context::default(), Evidence::default());
/// let mut friday = day(&store, "2026-11-20".parse()?, &none, &context);
/// acceptance::apply(&mut friday, &store, &none, &context);
/// assert_ne!(friday.state, State::Accepted, "nobody accepted anything");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn apply(day: &mut StoreDay, store: &Store, evidence: &Evidence, context: &Context) {
    let mut latest: BTreeMap<(&str, &str), &Acceptance> = BTreeMap::new();
    for acceptance in &evidence.acceptances {
        latest.insert((&acceptance.code, &acceptance.subject), acceptance);
    }
    let mut settled = Vec::new();
    let (mut open, mut flags) = (0, Vec::new());
    for finding in day.findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
        let Some(&acceptance) = latest.get(&(finding.code.0.code, finding.subject.as_str())) else {
            open += 1;
            continue;
        };
        let mut lapsed = lapsed(acceptance, finding, store, context);
        if lapsed.is_none() && acceptance.second.is_none() && own_count(acceptance, evidence) {
            flags.push(flag(day, finding));
            lapsed = Some("whoever counted accepted it: a second person must sign".to_owned());
        }
        open += usize::from(lapsed.is_some());
        let difference = finding.amount.filter(|_| is_difference(finding.code) && lapsed.is_none());
        let rate = acceptance.tax_rate.unwrap_or_else(|| standard_rate(store, day.trading_day, context));
        let class = class_of(day, finding, context);
        let postings = difference.map(|amount| postings(acceptance.reason, amount, class, rate, &day.currency));
        settled.push(AcceptedFinding { acceptance: acceptance.clone(), lapsed, postings: postings.unwrap_or_default() });
    }
    day.findings.extend(flags);
    let judged = matches!(day.state, State::OutOfBalance | State::WithinTolerance | State::Incomplete);
    let due = store.local_time(context.now) >= store.due(day.trading_day, &context.policy);
    let unsettled = evidence.held > 0 || !evidence.rejected.is_empty() || (day.state == State::Incomplete && !due);
    let said = !settled.is_empty() || evidence.accepted_rows > 0;
    if judged && open == 0 && said && !unsettled {
        day.state = State::Accepted;
    }
    day.accepted = settled;
}

/// Is the finding a difference of money, that an acceptance posts?
fn is_difference(code: Code) -> bool {
    [S002, S013].contains(&code)
}

fn standard_rate(store: &Store, day: NaiveDate, context: &Context) -> Rate {
    let rates = crate::tax::rates(&context.rates, &store.region, "standard", day);
    Rate::rounded(rates.iter().map(|rate| rate.rate.decimal()).sum())
}

/// Why an acceptance does not count (any more).
fn lapsed(acceptance: &Acceptance, finding: &Diagnostic, store: &Store, context: &Context) -> Option<String> {
    if acceptance.amount != finding.amount {
        let shown = |amount: Option<Money>| amount.map_or_else(|| "no amount".to_owned(), |amount| amount.to_string());
        return Some(format!("{} was accepted, and it is {} by now", shown(acceptance.amount), shown(finding.amount)));
    }
    let amount = finding.amount.filter(|_| is_difference(finding.code))?;
    let second = acceptance.second.as_ref().filter(|second| **second != acceptance.by);
    if second.is_none() && amount.abs() > alone_max(store, context) {
        return needs_second(amount, Money::ZERO, store, context).map(|why| format!("{why}: a second person must sign"));
    }
    None
}

/// Did whoever accepted count the drawer, or close it?
fn own_count(acceptance: &Acceptance, evidence: &Evidence) -> bool {
    let mut closes = evidence.sources.iter().flat_map(|source| &source.batch.content.z_reports);
    closes.any(|z| {
        let who = [&z.counted_by, &z.closed_by];
        who.into_iter().flatten().any(|person| person.0 == acceptance.by)
    })
}

fn flag(day: &StoreDay, finding: &Diagnostic) -> Diagnostic {
    let message = format!("{} of {} was accepted by whoever counted", finding.code.0.code, finding.subject);
    Diagnostic::new(S023, At::default(), message)
        .help("Please let a second person sign it too.")
        .day(&day.store, day.trading_day)
        .subject(finding.subject.clone())
}
