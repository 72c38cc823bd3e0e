//! L003: documents that bring a day's first rows long after they were due.

use chrono::{Duration, NaiveDateTime};

use crate::diagnostic::{Diagnostic, L003};
use crate::model::{At, Block, Context, Expectation};

/// Says that what a block brings came late, once for its first late day. Only a store with `starts` has days on which files are due,
/// so years of old files may be loaded in silence; and a correction is no late file.
pub(super) fn late(block: &Block, said_at: NaiveDateTime, context: &Context) -> Option<Diagnostic> {
    let days = context.policy.late_days;
    let mut batches: Vec<_> = block.batches.iter().collect();
    batches.sort_by_key(|batch| batch.key.trading_day);
    batches.into_iter().find_map(|batch| {
        let (key, store) = (&batch.key, context.stores.get(&batch.key.store)?);
        let awaited = store.expectation(key.trading_day) == Expectation::Open;
        let came_before = |kind| context.active.keys().any(|(other, of, _)| *of == kind && other == key);
        let first = |kind| batch.content.count(kind) > 0 && !came_before(kind);
        let came = store.local_time(said_at);
        let last = store.due(key.trading_day, &context.policy).checked_add_signed(Duration::try_days(days)?)?;
        if !awaited || came <= last || !store.expects.iter().any(|&kind| first(kind)) {
            return None;
        }
        let spoken = |format| (key.trading_day.format(format), came.format(format));
        let (day, arrival) = spoken("%A %-d %B %Y");
        let span = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
        let message = format!("the files of {day} came on {arrival}, more than {span} late");
        let finding = Diagnostic::new(L003, At::document(&block.origin.document), message).day(&key.store, key.trading_day);
        Some(finding.help("nothing more to do for this day; until now its reports were incomplete"))
    })
}
