use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::{F002, S002, T001, W001};
use crate::model::Column;

fn company(stores: &[&str]) -> Context {
    let mut context = world();
    context.stores = stores.iter().map(|code| ((*code).to_owned(), Store::new(code, code))).collect();
    context
}

fn of(store: &str, code: Code, heading: &str) -> Diagnostic {
    let column = Some(Column { index: 5, heading: heading.into() });
    Diagnostic::new(code, At { document: format!("{store}.csv"), column, ..At::default() }, "x").day(store, day(FRIDAY))
}

fn said(findings: &[Diagnostic], stores: &[&str]) -> Vec<Diagnostic> {
    let sent: BTreeSet<_> = stores.iter().map(|store| ((*store).to_owned(), day(FRIDAY))).collect();
    super::super::many_stores(findings, &sent, &company(stores))
}

#[test]
fn three_stores_of_five_are_one_finding_of_the_company() {
    let all = ["a", "b", "c", "d", "e"];
    let same = |stores: &[&str]| stores.iter().map(|store| of(store, T001, "Total")).collect::<Vec<_>>();
    let found = said(&same(&["a", "b", "c"]), &all);
    assert_eq!((coded(&found), found[0].trading_day, found[0].store.as_deref()), (vec!["W001"], Some(day(FRIDAY)), None));
    assert_eq!(found[0].message, "3 of 5 stores have the same finding on Friday 20 November 2026 (T001 line-total): a, b, c");
    assert_eq!(said(&same(&["a", "b"]), &all), [], "two are too few");
    assert_eq!(said(&same(&["a", "b"]), &["a", "b", "c"]), [], "two are too few, be they all but one");
    assert_eq!(said(&same(&["a", "b", "c"]), &["a", "b", "c", "d", "e", "f"]), [], "half is not more than half");
}

#[test]
fn the_cause_must_be_the_same_and_no_business_of_the_store_s_own() {
    let all = ["a", "b", "c"];
    let mixed = [of("a", T001, "Total"), of("b", T001, "Total"), of("c", T001, "Price")];
    assert_eq!(said(&mixed, &all), []);
    let short: Vec<Diagnostic> = all.iter().map(|store| of(store, S002, "")).collect();
    assert_eq!(said(&short, &all), []);
}

#[test]
fn files_that_could_not_be_read_tell_by_their_names_whose_they_are() {
    let all = ["leith", "portobello", "stockbridge"];
    let held = all.map(|store| {
        let at = At::document(&format!("{store}_2026-11-20_sales.csv"));
        Diagnostic::new(F002, at, "the column Total is missing")
    });
    let found = super::super::many_stores(&held, &BTreeSet::new(), &company(&all));
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [W001]);
}
