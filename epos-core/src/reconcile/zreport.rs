//! A Z-report's totals against the transactions of its shift, its number, and the till's running grand total.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::judge::{Judgement, spoken};
use super::{Sums, Tie, TieOut};
use crate::diagnostic::{Code, S001, S005, S009, S010};
use crate::ledger::till::{Shift, Till};
use crate::model::Money;

/// How the Z-reports of each till came out.
#[derive(Default)]
pub(super) struct Ties(BTreeMap<usize, Vec<Tie>>);

impl Ties {
    /// At least one total of the till agrees and none differs.
    pub fn agree(&self, till: usize) -> bool {
        self.0.get(&till).is_some_and(|ties| ties.contains(&Tie::Tied) && !ties.contains(&Tie::Differs))
    }
}

struct Found {
    code: Code,
    subject: String,
    amount: Option<Decimal>,
    message: String,
    help: &'static str,
}

/// Ties every Z-report of the day.
pub(super) fn tie(judgement: &mut Judgement<'_>) -> Ties {
    let mut ties = Ties::default();
    let mut outs = Vec::new();
    let mut found = Vec::new();
    for (position, till) in judgement.tills.iter().enumerate() {
        let blocked = judgement.blocked_till(till);
        for (index, shift) in till.shifts.iter().enumerate() {
            let subject = name(till, shift);
            let why = doubt(judgement, till, index).or_else(|| blocked.clone());
            if shift.twice || is_repeated(judgement, till, shift) {
                found.push(twice(judgement, till, shift));
            }
            if let (0, Some(true), Some(open)) = (index, till.covers, &till.open) {
                found.push(over_days(judgement, till, shift, open));
            }
            if till.together {
                continue;
            }
            let these = totals(judgement, till, index, &subject, why.as_deref(), &mut found);
            ties.0.entry(position).or_default().extend(these.iter().map(|tie| tie.tie));
            outs.extend(these);
        }
        if till.together {
            let labels: Vec<&str> = till.shifts.iter().map(|shift| shift.label.as_str()).collect();
            let subject = format!("{} Z {}", till.name, labels.join(" + ")).trim_start().to_owned();
            let why = "neither numbers nor times say which sales belong to which Z-report: judged together, by the last count";
            outs.push(TieOut::open("shifts", &subject, Tie::NotChecked, None, None, why));
            let these = together(judgement, till, &subject, blocked.as_deref(), &mut found);
            ties.0.entry(position).or_default().extend(these.iter().map(|tie| tie.tie));
            outs.extend(these);
        }
        grand_total(judgement, till, &mut outs, &mut found);
    }
    for out in &outs {
        match out.tie {
            Tie::Tied => judgement.judged = true,
            Tie::Differs => judgement.out_of_balance(),
            Tie::NotChecked | Tie::NotApplicable => {}
        }
    }
    judgement.tie_outs.extend(outs);
    for Found { code, subject, amount, message, help } in found {
        judgement.note(code, &subject, amount.map(Money::rounded), message, help);
    }
    ties
}

/// `till-1 Z 101`.
pub(super) fn name(till: &Till<'_>, shift: &Shift<'_>) -> String {
    format!("{} Z {}", till.name, shift.label).trim_start().to_owned()
}

/// Why nothing may be balanced to this Z-report, if so.
pub(super) fn doubt(judgement: &Judgement<'_>, till: &Till<'_>, index: usize) -> Option<String> {
    let shift = till.shifts.get(index)?;
    if shift.twice {
        return Some(format!("Z-report {} came with two different contents", shift.label));
    }
    if is_repeated(judgement, till, shift) {
        return Some(format!("Z-report {} was already used on an earlier day", shift.label));
    }
    match (index, &till.open, till.covers) {
        (0, Some(open), None) => Some(format!("nothing says whether Z-report {} also covers {}", shift.label, spoken(open.until))),
        _ => None,
    }
}

/// Was the number used on an earlier day? Tills that start again every day use every number again and again.
fn is_repeated(judgement: &Judgement<'_>, till: &Till<'_>, shift: &Shift<'_>) -> bool {
    let seen: Vec<&str> =
        judgement.evidence.before.z_numbers.iter().filter(|(of, _)| *of == till.name).map(|(_, number)| number.as_str()).collect();
    let restarts = seen.iter().collect::<BTreeSet<_>>().len() * 2 <= seen.len();
    shift.numbered && !restarts && seen.contains(&shift.label.as_str())
}

fn twice(judgement: &Judgement<'_>, till: &Till<'_>, shift: &Shift<'_>) -> Found {
    let of = judgement.called(&till.name);
    let message = if shift.twice {
        format!("Z-report {} of {of} came with two different contents", shift.label)
    } else {
        format!("Z-report {} of {of} was already used on an earlier day", shift.label)
    };
    let help = "Is one of them an X-report, or an earlier Z-report sent again? Please send the right one.";
    Found { code: S009, subject: name(till, shift), amount: None, message, help }
}

fn over_days(judgement: &Judgement<'_>, till: &Till<'_>, shift: &Shift<'_>, open: &super::OpenShift) -> Found {
    let today = till.sums_of(Some(0), judgement.store).bridge.takings;
    let earlier = open.sums.bridge.takings;
    let both = today + earlier;
    let message = format!(
        "Z-report {} of {} covers {} too: {earlier} + {today} = {both}",
        shift.label,
        judgement.called(&till.name),
        spoken(open.since)
    );
    Found { code: S010, subject: name(till, shift), amount: Some(both.decimal()), message, help: "" }
}

fn covered(judgement: &Judgement<'_>, till: &Till<'_>, index: usize) -> Sums {
    let mut sums = till.sums_of(Some(index), judgement.store);
    if let (0, Some(true), Some(open)) = (index, till.covers, &till.open) {
        sums += open.sums;
    }
    sums
}

fn totals(
    judgement: &Judgement<'_>,
    till: &Till<'_>,
    index: usize,
    subject: &str,
    why: Option<&str>,
    found: &mut Vec<Found>,
) -> Vec<TieOut> {
    let Some(shift) = till.shifts.get(index) else { return Vec::new() };
    let Some(total) = shift.total else {
        return vec![TieOut::open("z_net", subject, Tie::NotChecked, None, None, "the Z-report came without its totals")];
    };
    let sums = covered(judgement, till, index);
    let stated = [
        ("z_net", "net", total.net.map(Money::decimal), net(&sums)),
        ("z_gross", "gross", total.gross.map(Money::decimal), gross(&sums)),
        ("z_refunds", "refunds", total.refund_amount.map(|amount| amount.decimal().abs()), vec![sums.refunds.decimal()]),
        ("z_tax", "tax", total.tax.map(Money::decimal).filter(|_| !sums.bridge.tax.is_zero()), tax(&sums, total.tax)),
        ("z_count", "transactions", total.transaction_count.map(Decimal::from), count(till, index, &sums, shift)),
    ];
    stated
        .into_iter()
        .filter_map(|(tie, what, stated, ours)| Some((tie, what, stated?, ours)))
        .map(|(tie, what, stated, ours)| one(tie, what, subject, stated, &ours, &sums, why, found))
        .collect()
}

/// What a till may mean by its net: takings, or everything it was paid for.
fn net(sums: &Sums) -> Vec<Decimal> {
    let bridge = &sums.bridge;
    let all = bridge.takings + bridge.gift_cards + bridge.deposits + bridge.donations;
    vec![bridge.takings.decimal(), all.decimal(), (all + bridge.tips).decimal()]
}

/// The sum of what rows state; a till that rounds over the whole shift may be off by a penny for each transaction.
fn tax(sums: &Sums, stated: Option<Money>) -> Vec<Decimal> {
    let ours = sums.bridge.tax.decimal();
    let rounding = Decimal::new(i64::try_from(sums.transactions).unwrap_or(i64::MAX), 2);
    let near = stated.map(Money::decimal).filter(|stated| (stated - ours).abs() <= rounding);
    near.into_iter().chain([ours]).collect()
}

fn gross(sums: &Sums) -> Vec<Decimal> {
    let bridge = &sums.bridge;
    let others = bridge.gift_cards + bridge.deposits + bridge.donations;
    vec![sums.gross.decimal(), sums.gross_before_tax.decimal(), (sums.gross + others).decimal()]
}

/// Tills count no-sales and what is left out, or not.
fn count(till: &Till<'_>, index: usize, sums: &Sums, shift: &Shift<'_>) -> Vec<Decimal> {
    let moved = till.cash.iter().filter(|(placed, ..)| *placed == crate::ledger::transaction::Placed::Shift(index)).count();
    let no_sales = shift.total.and_then(|total| total.no_sale_count).unwrap_or_default();
    let (counted, left_out) = (Decimal::from(sums.transactions), Decimal::from(sums.left_out));
    let moved = Decimal::from(moved);
    let no_sales = Decimal::from(no_sales);
    vec![counted, counted + left_out, counted + moved, counted + left_out + moved, counted + left_out + no_sales]
}

#[expect(clippy::too_many_arguments, reason = "one call, with what the sentence needs")]
fn one(
    tie: &'static str,
    what: &str,
    subject: &str,
    stated: Decimal,
    ours: &[Decimal],
    sums: &Sums,
    why: Option<&str>,
    found: &mut Vec<Found>,
) -> TieOut {
    let first = ours.first().copied().unwrap_or_default();
    if let Some(why) = why {
        return TieOut::open(tie, subject, Tie::NotChecked, Some(stated), Some(first), why);
    }
    let agreeing = ours.iter().copied().find(|&ours| ours == stated);
    let right = agreeing.unwrap_or(first);
    let figure = |value: Decimal| if tie == "z_count" { value.normalize().to_string() } else { Money::rounded(value).to_string() };
    let note = format!("{what}: {} on the Z-report, {} from its transactions", figure(stated), figure(right));
    let out = TieOut::compared(tie, subject, stated, right, note);
    if out.tie == Tie::Differs {
        let by = stated - right;
        let side = if by.is_sign_negative() { "less" } else { "more" };
        let of = if subject.starts_with(|c: char| c.is_ascii_digit()) { "till " } else { "" };
        let message = match tie {
            "z_count" => format!("{of}{subject} counts {} transactions, {} came", figure(stated), figure(right)),
            _ => format!(
                "{of}{subject}: {what} {}, but its {} transactions give {}: {} {side} on the Z-report",
                figure(stated),
                sums.transactions,
                figure(right),
                figure(by.abs())
            ),
        };
        let help = "Are rows missing, or does the Z-report cover another time?";
        found.push(Found { code: S001, subject: format!("{subject} {what}"), amount: Some(by), message, help });
    }
    out
}

/// Several Z-reports that cannot be told apart are tied as one.
fn together(judgement: &Judgement<'_>, till: &Till<'_>, subject: &str, why: Option<&str>, found: &mut Vec<Found>) -> Vec<TieOut> {
    let mut sums = till.sums_of(Some(till.shifts.len().saturating_sub(1)), judgement.store);
    if let (Some(true), Some(open)) = (till.covers, &till.open) {
        sums += open.sums;
    }
    let nets: Option<Decimal> = till.shifts.iter().map(|shift| shift.total.and_then(|total| total.net).map(Money::decimal)).sum();
    let doubt = (0..till.shifts.len()).find_map(|index| doubt(judgement, till, index));
    let why = why.map(str::to_owned).or(doubt);
    let Some(nets) = nets else {
        let ours = Some(sums.bridge.takings.decimal());
        return vec![TieOut::open("z_net", subject, Tie::NotChecked, None, ours, "a Z-report came without its totals")];
    };
    vec![one("z_net", "net", subject, nets, &net(&sums), &sums, why.as_deref(), found)]
}

/// The running grand total rises by exactly each Z-report's gross (some tills: its net); more, and a Z-report was left out.
fn grand_total(judgement: &Judgement<'_>, till: &Till<'_>, outs: &mut Vec<TieOut>, found: &mut Vec<Found>) {
    let mut last = judgement.evidence.before.grand_total.get(&till.name).copied();
    for (index, shift) in till.shifts.iter().enumerate() {
        let Some((total, now)) = shift.total.and_then(|total| Some((total, total.grand_total?))) else { continue };
        let subject = name(till, shift);
        let own = covered(judgement, till, index);
        let parts = || Some(total.net? + total.discounts.unwrap_or_default().abs() + total.refund_amount.unwrap_or_default().abs());
        let gross = total.gross.or_else(parts).unwrap_or(own.gross);
        let Some(before) = last.replace(now) else {
            let why = "the first grand total of the till";
            outs.push(TieOut::open("grand_total", &subject, Tie::NotChecked, Some(now.decimal()), None, why));
            continue;
        };
        let rose = now - before;
        let agreeing = [Some(gross), total.net].into_iter().flatten().find(|&amount| amount == rose).unwrap_or(gross);
        if let Some(why) = doubt(judgement, till, index) {
            outs.push(TieOut::open("grand_total", &subject, Tie::NotChecked, Some(rose.decimal()), Some(gross.decimal()), why));
            continue;
        }
        let note = format!("{now} − {before} = {rose}, this Z-report {agreeing}");
        let out = TieOut::compared("grand_total", &subject, rose.decimal(), agreeing.decimal(), note);
        if out.tie == Tie::Differs {
            let missing = rose - agreeing;
            let of = judgement.called(&till.name);
            let message = format!(
                "the grand total of {of} rose by {now} − {before} = {rose}, but {subject} is of {agreeing}: {missing} is in no \
                 Z-report that came"
            );
            let help = "Is there a Z-report that was not sent? Please send it too.";
            found.push(Found { code: S005, subject, amount: Some(missing.decimal()), message, help });
        }
        outs.push(out);
    }
}
