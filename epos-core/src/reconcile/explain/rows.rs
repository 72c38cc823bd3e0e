//! A Z-report against the rows that came: what is missing or stands twice makes up the difference exactly, or is not said.

use std::collections::BTreeMap;

use super::Cause;
use super::causes::{Candidate, mistyped, weight};
use super::scene::Spot;
use crate::diagnostic::{S001, S003, S016, T003};
use crate::ledger::till::Till;
use crate::ledger::transaction::{Placed, Transaction};
use crate::model::{LineItem, Money};
use crate::reconcile::drawer::Round;
use crate::reconcile::judge::Judgement;
use crate::reconcile::{Tie, zreport};

/// A Z-report that differs from its rows.
pub(super) struct Differing<'a> {
    pub findings: Vec<(&'static str, String)>,
    /// Stated − ours.
    pub amount: Money,
    pub found: Vec<Candidate<'a>>,
}

/// Every Z-report whose net (or else its gross) differs from what its rows add up to.
pub(super) fn differing<'a>(judgement: &Judgement<'a>, rounds: &[Round]) -> Vec<Differing<'a>> {
    let mut all = Vec::new();
    for (position, till) in judgement.tills.iter().enumerate() {
        for (index, shift) in till.shifts.iter().enumerate() {
            let subject = zreport::name(till, shift);
            let tie = |name: &str| {
                let mut outs = judgement.tie_outs.iter().filter(|out| out.tie == Tie::Differs);
                let out = outs.find(|out| out.name == name && out.subject == subject)?;
                Some((Money::rounded(out.left?), Money::rounded(out.right?)))
            };
            let Some((stated, ours)) = tie("z_net").or_else(|| tie("z_gross")) else { continue };
            let amount = stated - ours;
            let of = judgement.called(&till.name);
            let of_till = |code: &str, finding: &str| match code {
                _ if code == S001.0.code => finding.starts_with(&format!("{subject} ")),
                _ if code == S003.0.code => finding.starts_with(&format!("{of} ")),
                _ if code == T003.0.code => true,
                _ if code == S016.0.code => rounds.iter().any(|round| round.tills.contains(&position) && round.subject == finding),
                _ => false,
            };
            let findings = judgement.findings.iter().map(|finding| (finding.code.0.code, finding.subject.clone()));
            let findings: Vec<(&'static str, String)> = findings.filter(|(code, subject)| of_till(code, subject)).collect();
            let found = look(judgement, till, index, stated, ours, &findings);
            all.push(Differing { findings, amount, found });
        }
    }
    if all.is_empty() {
        all.extend(identity(judgement));
    }
    all
}

/// The Z-reports agree, and payments and lines do not: a line that is in no net (a donation, a gift card) is missing or stands twice.
fn identity<'a>(judgement: &Judgement<'a>) -> Option<Differing<'a>> {
    let finding = judgement.findings.iter().find(|finding| finding.code == T003)?;
    let out = judgement.tie_outs.iter().find(|out| out.name == "money_identity" && out.tie == Tie::Differs)?;
    let (paid, due) = (Money::rounded(out.left?), Money::rounded(out.right?));
    let sales = || judgement.tills.iter().flat_map(|till| &till.transactions).filter(|sale| sale.counts());
    let findings = vec![(T003.0.code, finding.subject.clone())];
    let found = if paid < due { twice(judgement, sales(), paid, due) } else { torn(judgement, sales(), paid, due) };
    Some(Differing { findings, amount: paid - due, found })
}

/// A sale that was paid as it should be, and of which just this line is missing.
fn torn<'s, 'a: 's>(
    judgement: &Judgement<'a>,
    sales: impl Iterator<Item = &'s Transaction<'a>>,
    paid: Money,
    due: Money,
) -> Vec<Candidate<'a>> {
    let amount = paid - due;
    let torn: Vec<&Transaction<'a>> = sales.filter(|sale| sale.bridge(judgement.store).difference() == amount).collect();
    let Some(first) = torn.first() else { return Vec::new() };
    vec![Candidate {
        cause: Cause::MissingRows,
        with: None,
        weight: weight(Cause::MissingRows, 1),
        arithmetic: format!("paid {paid} − due {due} = {amount}: sale {} was paid {amount} more than its lines", first.number),
        sentence: format!("a line of {amount} is probably missing in the file"),
        question: format!("Which line of {amount} of sale {} is on the till's roll?", first.number),
        matches: torn.len(),
        rows: torn.iter().filter_map(|sale| sale.lines.first().copied()).map(Spot::Line).collect(),
    }]
}

fn look<'a>(
    judgement: &Judgement<'a>,
    till: &Till<'a>,
    index: usize,
    stated: Money,
    ours: Money,
    findings: &[(&'static str, String)],
) -> Vec<Candidate<'a>> {
    let amount = stated - ours;
    let sales = || till.transactions.iter().filter(|sale| sale.placed == Placed::Shift(index) && sale.counts());
    let mut found = Vec::new();
    let arithmetic = format!("{ours} → {stated}");
    found.extend(mistyped("Z-report's figure", (stated, ours), 4, arithmetic, Vec::new()));
    if amount.is_negative() {
        found.extend(twice(judgement, sales(), stated, ours));
        return found;
    }
    // A sale that was paid, and of which a line is missing by just that.
    let torn: Vec<&Transaction<'a>> = sales().filter(|sale| sale.bridge(judgement.store).difference() == amount).collect();
    let gap = findings.iter().find(|(code, _)| *code == S003.0.code).map(|(_, subject)| subject.clone());
    let (what, question) = match (torn.first(), &gap) {
        (Some(sale), _) => (
            format!("sale {} was paid {amount} more than its lines", sale.number),
            format!("Which line of {amount} of sale {} is on the till's roll?", sale.number),
        ),
        (None, Some(gap)) => {
            (format!("number {gap} is missing"), format!("Is {gap}, {amount}, on the till's roll? Please send its rows."))
        }
        (None, None) => ("no number is missing".to_owned(), format!("Which sale of {amount} is on the till's roll?")),
    };
    let ways = if torn.is_empty() && gap.is_none() { 20 } else { 1 };
    let rows = torn.iter().filter_map(|sale| sale.lines.first().copied()).map(Spot::Line).collect();
    found.push(Candidate {
        cause: Cause::MissingRows,
        with: None,
        weight: weight(Cause::MissingRows, ways),
        arithmetic: format!("Z-report {stated} − rows {ours} = {amount}: {what}"),
        sentence: format!("rows of {amount} are probably missing in the files"),
        question,
        matches: torn.len().max(1),
        rows,
    });
    found
}

/// A line, a sale or a file that stands twice: without it the Z-report agrees to the penny.
fn twice<'s, 'a: 's>(
    judgement: &Judgement<'a>,
    sales: impl Iterator<Item = &'s Transaction<'a>>,
    stated: Money,
    ours: Money,
) -> Vec<Candidate<'a>> {
    let over = ours - stated;
    let mut lines: Vec<&'a LineItem> = Vec::new();
    let mut whole: BTreeMap<String, Vec<&'a LineItem>> = BTreeMap::new();
    for sale in sales {
        let of_sale: Vec<&'a LineItem> = sale.counted_lines().collect();
        // Two of a thing on two lines are no mistake: the sale was then paid as its lines say.
        let paid_less = sale.bridge(judgement.store).difference() == -over;
        for (position, line) in of_sale.iter().enumerate().filter(|(_, line)| line.line_total == over) {
            let of_one_kind = |other: &&&LineItem| paid_less && LineItem { line: line.line, ..(**other).clone() } == **line;
            if of_sale.iter().take(position).any(|other| other == line || of_one_kind(&other)) {
                lines.push(line);
            }
        }
        // The same sale under two numbers, with the same minute and lines.
        if let (Some(first), Some(at)) = (of_sale.first(), sale.at) {
            let same = of_sale.iter().map(|line| format!("{:?} {}", line.item_code, line.line_total)).collect::<Vec<_>>().join(" ");
            whole.entry(format!("{at} {same}")).or_default().push(first);
            let total: Money = of_sale.iter().map(|line| line.line_total).sum();
            if total != over
                && let Some(all) = whole.get_mut(&format!("{at} {same}"))
            {
                all.clear();
            }
        }
    }
    let sales: Vec<&'a LineItem> = whole.into_values().filter(|all| all.len() > 1).flatten().collect();
    let file = judgement.evidence.sources.iter().find(|source| {
        let lines = &source.batch.content.lines;
        let of_another = |other: &&crate::model::Source| {
            !std::ptr::eq(*other, *source)
                && !lines.is_empty()
                && lines.iter().map(|row| &row.record).eq(other.batch.content.lines.iter().map(|row| &row.record))
        };
        let total: Money = lines.iter().map(|row| row.record.line_total).sum();
        total == over && judgement.evidence.sources.iter().any(|other| of_another(&other))
    });
    let (what, sentence, rows) = match (lines.first(), sales.first(), file) {
        (Some(line), ..) => {
            (format!("a line of sale {}, {over}, stands twice", line.number), "a line probably stands twice in the file", lines)
        }
        (None, Some(line), _) => {
            (format!("sale {}, {over}, came under two numbers", line.number), "a sale probably came twice", sales)
        }
        (None, None, Some(source)) => (format!("{} came twice", source.document), "a file probably came twice", Vec::new()),
        _ => return Vec::new(),
    };
    vec![Candidate {
        cause: Cause::Duplicate,
        with: None,
        weight: weight(Cause::Duplicate, 1),
        arithmetic: format!("{ours} in the rows − {over} = {stated}, as it should be: {what}"),
        sentence: sentence.to_owned(),
        question: format!("Is the {over} on the till's roll once or twice?"),
        matches: rows.len().max(1),
        rows: rows.into_iter().map(Spot::Line).collect(),
    }]
}

/// A Z-report's figure for one tender that differs from its rows, when its totals agree or were not sent.
pub(super) fn expected<'a>(judgement: &Judgement<'a>, round: &Round) -> Option<Differing<'a>> {
    let (stated, ours) = (round.result.expected_by_z?, Money::rounded(round.till.expected()?));
    let amount = stated - ours;
    if amount.is_zero() {
        return None;
    }
    let finding = judgement.findings.iter().find(|finding| finding.code == S016 && finding.subject == round.subject)?;
    let mut found = Vec::new();
    let arithmetic = format!("{ours} → {stated}");
    found.extend(mistyped("Z-report's figure", (stated, ours), 1, arithmetic, Vec::new()));
    if !amount.is_negative() {
        found.push(Candidate {
            cause: Cause::MissingRows,
            with: None,
            weight: weight(Cause::MissingRows, 20),
            arithmetic: format!("Z-report {stated} − rows {ours} = {amount}"),
            sentence: format!("a payment of {amount}, or cash that came in, is probably missing in the files"),
            question: format!("Which payment of {amount} is on the till's roll?"),
            matches: 1,
            rows: Vec::new(),
        });
    }
    Some(Differing { findings: vec![(S016.0.code, finding.subject.clone())], amount, found })
}
