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
        let (day, arrival) = (key.trading_day.format("%A %-d %B %Y"), came.format("%A %-d %B %Y"));
        let span = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
        let message = format!("the files of {day} came on {arrival}, more than {span} late");
        let finding = Diagnostic::new(L003, At::document(&block.origin.document), message).day(&key.store, key.trading_day);
        Some(finding.help("nothing more to do for this day; until now its reports were incomplete"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;

    use super::*;
    use crate::format::{self, Layouts, Reading};
    use crate::model::{Document, Limits, Store};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    /// Friday's sales as a till writes them, said on another day, for a store whose files are due from `starts` on.
    fn said_on(arrival: u32, starts: Option<NaiveDate>) -> Option<String> {
        let text =
            "store,till,number,line,date,item_code,description,quantity,line_total\nleith,1,201,1,2026-11-20,B,Books,1,6.00\n";
        let document = Document::new("sales.csv", text.as_bytes().to_vec());
        let stores = BTreeMap::from([("leith".to_owned(), Store { starts, ..Store::new("leith", "Leith Walk") })]);
        let (limits, reading, layouts) = (Limits::default(), Reading::default(), Layouts::built_in());
        let sheets = format::sheets(&document, &limits).value;
        let block = format::blocks(&document, sheets, &layouts, &reading, &stores, &limits).next()?.value;
        assert_eq!(block.batches.len(), 1);
        let context = Context { stores: stores.clone(), ..Context::default() };
        late(&block, day(arrival).and_hms_opt(9, 0, 0)?, &context).map(|finding| finding.message)
    }

    #[test]
    fn fridays_file_is_in_time_on_saturday_and_late_on_tuesday() {
        assert_eq!(said_on(21, Some(day(1))), None);
        let message = "the files of Friday 20 November 2026 came on Tuesday 24 November 2026, more than a day late";
        assert_eq!(said_on(24, Some(day(1))).as_deref(), Some(message));
    }

    #[test]
    fn old_files_of_a_store_that_is_not_yet_awaited_are_not_late() {
        assert_eq!(said_on(24, None), None);
        assert_eq!(said_on(24, Some(day(23))), None);
    }
}
