//! W005: a second count that is exactly what was expected.

use super::View;
use crate::diagnostic::{Diagnostic, W005};
use crate::model::Kind;

/// Compares counts with those that the books already have of the same Z-reports.
pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    if view.context.counts.is_empty() {
        return;
    }
    for row in &view.content.z_reports {
        let known = (view.key.clone(), row.z_number.trim().to_owned(), row.tender.trim().to_lowercase());
        let Some(&first) = view.context.counts.get(&known) else { continue };
        let (Some(second), Some(expected)) = (row.counted, row.expected) else { continue };
        if second == first || second != expected {
            continue;
        }
        let message = format!("{}: the second count is {second}, exactly as expected; the first was {first}", row.tender.trim());
        let finding = view.finding(W005, Kind::ZReports, row.row, "counted", message).subject(&row.z_number).amount(second - first);
        found.push(finding.help("nothing to do if somebody knows what was found; the second count is in use"));
    }
}
