//! Names that nobody introduced: tenders without a class (T021), and people who are not on the staff list (T022).

use std::collections::HashSet;

use super::{Tally, View, hash};
use crate::diagnostic::{Diagnostic, T021, T022};
use crate::model::{Kind, Money, Person};

/// Who and what was said already.
#[derive(Debug, Default)]
pub(super) struct Memory {
    tenders: Tally,
    strangers: HashSet<u64>,
    first_stranger: Option<Diagnostic>,
}

pub(super) fn check(view: &View<'_>, memory: &mut Memory) {
    let content = view.content;
    let moved = |amount: Option<Money>| amount.is_some_and(|amount| !amount.is_zero());
    let paid = content.tenders.iter().filter(|row| !row.amount.is_zero()).map(|row| (Kind::Tenders, row.row, &row.tender));
    let closed = content.z_reports.iter().filter(|row| moved(row.expected) || moved(row.counted));
    for (kind, row, tender) in paid.chain(closed.map(|row| (Kind::ZReports, row.row, &row.tender))) {
        let name = tender.trim();
        if !name.is_empty() && view.context.policy.known_tender(name).is_none() {
            memory.tenders.add(T021, name.to_lowercase(), || unknown_tender(view, kind, row, name));
        }
    }

    if view.context.staff.is_empty() {
        return;
    }
    let headers = content.headers.iter().map(|row| (Kind::Headers, row.row, row.cashier.as_ref()));
    let lines = content.lines.iter().map(|row| (Kind::Lines, row.row, row.cashier.as_ref()));
    for (kind, row, cashier) in headers.chain(lines) {
        let Some(Person(cashier)) = cashier.filter(|cashier| !view.context.is_staff(&cashier.0)) else { continue };
        memory.strangers.insert(hash(cashier));
        memory.first_stranger.get_or_insert_with(|| {
            let message = "somebody who is not on the staff list served here";
            let help = "add the new colleague to the staff list, or mend the code on the till";
            view.finding(T022, kind, row, "cashier", message).help(help)
        });
    }
}

fn unknown_tender(view: &View<'_>, kind: Kind, row: u32, name: &str) -> Diagnostic {
    let message = format!("nothing says what sort of money “{name}” is; it is balanced by itself, as neither cash nor card");
    let help = format!(
        "say it in epos.toml, under [policy.tenders]: \"{}\" = \"cash\", \"card\", \"gift_card\" or \"other\"",
        name.to_lowercase()
    );
    view.finding(T021, kind, row, "tender", message).subject(name).help(help)
}

impl Memory {
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let more = self.strangers.len().saturating_sub(1);
        let strangers = self.first_stranger.map(|first| Diagnostic { more, ..first });
        self.tenders.found.into_iter().chain(strangers).collect()
    }
}
