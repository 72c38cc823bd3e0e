//! Judging store-days in order: every store's days are a fold, because each evening leaves something for the next.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{Banked, Context, Expectation, Money, Store};
use crate::reconcile::{self, Before, Evidence, OverShort, State, StoreDay};
use crate::report::DaySources;

/// Judged store-days, and the rows they rest on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// The judgements, by store and day.
    pub days: Vec<StoreDay>,
    /// The rows, by store and day.
    pub sources: Vec<DaySources>,
}

/// Judges every day of every store: those that were expected up to now, and those of which something came.
pub fn judge(context: &Context, mut evidence: BTreeMap<(String, NaiveDate), Evidence>) -> Judged {
    let mut judged = Judged::default();
    reconcile::meet(&mut evidence);
    for store in stores(context, evidence.keys().map(|(store, _)| store.as_str())) {
        let today = store.local_time(context.now).date();
        let came: Vec<NaiveDate> = evidence.keys().filter(|(code, _)| *code == store.code).map(|&(_, day)| day).collect();
        let Some(first) = store.starts.into_iter().chain(came.first().copied()).min() else { continue };
        // One mistyped date must not stretch the calendar: days to come are judged only when something came for them.
        let days = first.iter_days().take_while(|day| *day <= today);
        let ahead = came.into_iter().filter(|day| *day > today && *day >= first);
        let mut before = Before::default();
        let mut last: Option<Trading> = None;
        for day in days.chain(ahead) {
            let mut known = evidence.remove(&(store.code.clone(), day)).unwrap_or_default();
            if known == Evidence::default() && store.expectation(day) == Expectation::NotYet {
                continue;
            }
            known.before = before;
            let result = one(&store, day, &known, context);
            before = reconcile::after(&result, &known, &known.before);
            let by_drawer = result.by_drawer();
            if let Some(yesterday) = last.as_mut().filter(|_| !by_drawer.is_empty()) {
                yesterday.given_back(&store, &by_drawer, context, &mut judged);
            }
            let sources = std::mem::take(&mut known.sources);
            match result.state {
                State::Closed | State::NotExpected => {}
                // What an open day without judged drawers would have given back is not known.
                _ if by_drawer.is_empty() => last = None,
                _ => last = Some(Trading { at: judged.days.len(), by_drawer, known }),
            }
            judged.days.push(result);
            judged.sources.push(DaySources { store: store.code.clone(), trading_day: day, sources });
        }
    }
    judged
}

fn one(store: &Store, day: NaiveDate, known: &Evidence, context: &Context) -> StoreDay {
    let banked = store.banked.or_else(|| banked(context, known));
    let mut result = reconcile::day(&Store { banked, ..store.clone() }, day, known, context);
    crate::check::severities(&mut result.findings, &context.policy);
    reconcile::acceptance::apply(&mut result, store, known, context);
    result
}

/// The last day of a store that traded, for as long as the next may shed light on it.
struct Trading {
    at: usize,
    by_drawer: OverShort,
    /// What it rests on, but for its sources: those are with the judged days.
    known: Evidence,
}

impl Trading {
    /// Explains the day again when a drawer gave back the next day just what it was off by: figures and findings stay as they are.
    fn given_back(&mut self, store: &Store, next: &OverShort, context: &Context, judged: &mut Judged) {
        let given_back = |(drawer, amount): (&(String, String), &Money)| !amount.is_zero() && next.get(drawer) == Some(&-*amount);
        if !self.by_drawer.iter().any(given_back) {
            return;
        }
        let (Some(day), Some(of)) = (judged.days.get_mut(self.at), judged.sources.get_mut(self.at)) else { return };
        self.known.sources = std::mem::take(&mut of.sources);
        self.known.morning.clone_from(next);
        day.explanations = one(store, day.trading_day, &self.known, context).explanations;
        of.sources = std::mem::take(&mut self.known.sources);
    }
}

/// What `banked` means on a day's Z-reports, as their layout says.
fn banked(context: &Context, known: &Evidence) -> Option<Banked> {
    let closes = known.sources.iter().filter(|source| !source.batch.content.z_reports.is_empty());
    closes.into_iter().find_map(|source| context.banked.get(&source.layout).copied())
}

/// The configured stores, and a plain store for every code that only documents name.
fn stores<'a>(context: &Context, named: impl Iterator<Item = &'a str>) -> Vec<Store> {
    let mut all = context.stores.clone();
    for code in named {
        all.entry(code.to_owned()).or_insert_with(|| Store { expects: Vec::new(), ..Store::new(code, code) });
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;
    use crate::reconcile::Cause;

    #[test]
    fn a_mistyped_year_is_one_day_and_not_thousands() {
        let far = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        let context = Context { now: far.with_year(2026).unwrap().and_hms_opt(9, 0, 0).unwrap(), ..Context::default() };
        let evidence = BTreeMap::from([(("leith".to_owned(), far), Evidence { held: 1, ..Evidence::default() })]);
        assert_eq!(judge(&context, evidence).days.len(), 1);
    }

    #[test]
    fn a_day_of_which_nothing_came_is_there_and_not_green() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let store = Store { starts: Some(day(19)), ..Store::new("leith", "Leith Walk") };
        let context = Context {
            now: day(21).and_hms_opt(9, 0, 0).unwrap(),
            stores: BTreeMap::from([("leith".to_owned(), store)]),
            ..Context::default()
        };
        let judged = judge(&context, BTreeMap::new());
        let states: Vec<State> = judged.days.iter().map(|day| day.state).collect();
        assert_eq!(states, [State::Overdue, State::Overdue, State::Expected]);
    }

    /// One sale of a day in cash, and the count of the drawer, which opens and closes with 50.00.
    fn evening(day: NaiveDate, sold: i64, counted: i64) -> Evidence {
        use crate::model::{Batch, Content, Hash, Key, LineItem, Numbering, Source, Tender, ZReport};
        let (number, cash, amount) = (day.ordinal().to_string(), "Cash".to_owned(), Money::cents(sold));
        let line = LineItem { number: number.clone(), date: day, line_total: amount, ..LineItem::default() };
        let paid = Tender { number: number.clone(), date: day, tender: cash.clone(), amount, ..Tender::default() };
        let float = Some(Money::cents(50_00));
        let (counted, banked) = (Some(Money::cents(counted)), Some(Money::cents(counted - 50_00)));
        let z = ZReport {
            z_number: number,
            tender: cash,
            opening_float: float,
            counted,
            banked,
            closing_float: float,
            ..ZReport::default()
        };
        let content =
            Content { lines: vec![line.into()], tenders: vec![paid.into()], z_reports: vec![z.into()], ..Content::default() };
        let source = Source {
            batch: Batch { key: Key { store: "leith".into(), till: "1".into(), trading_day: day }, content },
            document: format!("{day}.csv"),
            hash: Hash::default(),
            layout: "sales".into(),
            numbering: Numbering::PerDay,
            prices_include_tax: Some(true),
            absent: Vec::new(),
            arrived_at: None,
        };
        Evidence { sources: vec![source], ..Evidence::default() }
    }

    #[test]
    fn yesterday_learns_what_today_gives_back_and_no_figure_changes() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let store = Store { starts: Some(day(18)), ..Store::new("leith", "Leith Walk") };
        let stores = BTreeMap::from([("leith".to_owned(), store)]);
        let context = Context { now: day(20).and_hms_opt(23, 30, 0).unwrap(), stores, ..Context::default() };
        let judged = |last: i64| {
            let evenings = [(18, 12_00, 62_00), (19, 34_99, 50_00), (20, 20_00, last)];
            let evidence = evenings.map(|(d, sold, counted)| (("leith".to_owned(), day(d)), evening(day(d), sold, counted)));
            judge(&context, BTreeMap::from(evidence))
        };
        let over_ring = |of: &StoreDay| of.explanations.iter().flat_map(|why| &why.causes).any(|one| one.cause == Cause::OverRing);
        let (back, agrees) = (judged(10_499), judged(70_00));
        assert!(over_ring(&back.days[1]) && over_ring(&back.days[2]), "{:#?}", back.days[1].explanations);
        assert!(!over_ring(&agrees.days[1]));
        assert_eq!((&back.days[1].findings, &back.days[1].drawers), (&agrees.days[1].findings, &agrees.days[1].drawers));
        assert!(back.sources.iter().all(|of| of.sources.len() == 1), "no row is lost on the way");
    }
}
