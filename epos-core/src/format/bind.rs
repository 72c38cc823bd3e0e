//! Which layout fits a sheet: its columns bound to a layout's fields, and why the others do not fit.

use std::collections::BTreeMap;

use serde::Serialize;

use super::heading::{begins, normal};
use super::layout::{HeadingRow, KEY_FIELDS, Layout, Layouts, Names};
use crate::model::{Column, Kind, Sheet};

/// Rows above the heading that are looked through for it.
pub(super) const TITLE_ROWS: usize = 10;
/// With fewer headings known, a missing column is rather another file than an incomplete one.
const NEAR: usize = 5;

/// Where a field's text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Nowhere.
    Nothing,
    /// A column.
    Column(usize),
    /// The first of several columns that is filled.
    Either(Vec<usize>),
    /// Several columns that are summed.
    Spread(Vec<usize>),
}

/// A sheet's columns bound to a layout.
#[derive(Debug, Clone)]
pub(super) struct Bound<'a> {
    pub layout: &'a Layout,
    /// Position of the heading among the sheet's rows; `None` for files without one.
    pub heading: Option<usize>,
    /// The headings as written.
    pub headings: Vec<String>,
    /// For each kind it feeds: where each field comes from, in field order.
    pub kinds: Vec<(Kind, Vec<Source>)>,
    /// Where the key fields come from, in the order of [`KEY_FIELDS`].
    pub key: Vec<Source>,
    /// Columns that each hold one tender's amount.
    pub tenders: Vec<usize>,
    /// The column that may hold several cells.
    pub list: Option<usize>,
    /// Columns that the layout looks into beside those of its fields, by heading as the layout has it.
    pub further: BTreeMap<&'a str, usize>,
    /// Columns whose cells a transaction's later lines take over from its first.
    pub carried: Vec<usize>,
    /// The column of cash given out on a card payment.
    pub cash_back: Option<usize>,
    /// The column that says in which currency's smallest units amounts are.
    pub currency: Option<usize>,
    /// Figures of whole transactions: the field of the lines, their column, and the column without which they are not shared.
    pub shared: Vec<(&'a str, usize, Option<usize>)>,
    /// Fields that two columns claim: the field and both headings.
    pub twice: Vec<(String, String, String)>,
    /// Columns of no field.
    pub unread: Vec<usize>,
    /// What must be there for the layout to be recognised, and is not.
    pub missing: Vec<String>,
    /// Required fields that nothing gives.
    pub lacking: Vec<String>,
    /// How many columns are bound.
    pub score: usize,
}

impl<'a> Bound<'a> {
    /// Binds headings to a layout.
    fn new(layout: &'a Layout, heading: Option<usize>, headings: &[String]) -> Self {
        let plain: Vec<String> = headings.iter().map(|heading| normal(heading)).collect();
        let mut used = vec![false; plain.len()];
        let mut twice = Vec::new();
        let mut find = |kind: Kind, field: &str| -> Source {
            if let Some(Names::Position(position)) = layout.columns.get(field).filter(|_| kind == layout.kind) {
                return Source::Column((*position as usize).saturating_sub(1));
            }
            if let Some(names) = layout.spread.get(field) {
                let prefix = matches!(names, Names::One(_));
                let names: Vec<String> = names.headings().iter().map(|name| normal(name)).collect();
                let summed =
                    |heading: &String| names.iter().any(|name| if prefix { begins(heading, name) } else { heading == name });
                let columns: Vec<usize> = (0..plain.len()).filter(|&column| summed(&plain[column])).collect();
                columns.iter().for_each(|&column| used[column] = true);
                if !columns.is_empty() {
                    return Source::Spread(columns);
                }
            }
            let binds = layout.binding(kind, field);
            let mut found = (0..plain.len()).filter(|&column| !plain[column].is_empty() && binds(&plain[column]));
            let Some(first) = found.next() else { return Source::Nothing };
            used[first] = true;
            if layout.either.iter().any(|either| either == field) {
                let columns: Vec<usize> = std::iter::once(first).chain(found).collect();
                columns.iter().for_each(|&column| used[column] = true);
                return if columns.len() > 1 { Source::Either(columns) } else { Source::Column(first) };
            }
            if let Some(second) = found.next() {
                used[second] = true;
                twice.push((field.to_owned(), headings[first].clone(), headings[second].clone()));
            }
            Source::Column(first)
        };
        let key: Vec<Source> = KEY_FIELDS.iter().map(|field| find(layout.kind, field)).collect();
        let mut kinds: Vec<(Kind, Vec<Source>)> =
            layout.kinds().map(|kind| (kind, kind.fields().iter().map(|field| find(kind, field.name)).collect())).collect();
        // Further kinds take number, date and time from the row's own kind.
        let own = kinds.first().map(|(_, sources)| sources.clone()).unwrap_or_default();
        for (kind, sources) in kinds.iter_mut().skip(1) {
            for (field, source) in kind.fields().iter().zip(sources) {
                if *source == Source::Nothing
                    && matches!(field.name, "number" | "cashier" | "customer")
                    && let Some(position) = layout.kind.field(field.name)
                {
                    source.clone_from(&own[position]);
                }
            }
        }
        let mut named = |name: &str| {
            let name = normal(name);
            let column = plain.iter().position(|heading| *heading == name);
            if let Some(column) = column {
                used[column] = true;
            }
            column
        };
        let list = layout.list.as_deref().and_then(&mut named);
        let tenders = layout.tender_columns.iter().filter_map(|name| named(name)).collect();
        let further = layout.further_headings().filter_map(|name| Some((name, named(name)?))).collect();
        let cash_back = layout.columns.get("cash_back").filter(|_| layout.kind == Kind::Tenders);
        let cash_back = cash_back.and_then(|names| names.headings().iter().find_map(|name| named(name)));
        let field = |name: &str| -> Option<usize> {
            let in_key = KEY_FIELDS.iter().position(|key| *key == name).map(|at| &key[at]);
            let (kind, sources) = kinds.first()?;
            match in_key.or_else(|| sources.get(kind.field(name)?))? {
                Source::Column(column) => Some(*column),
                _ => None,
            }
        };
        let carried = layout.carried.iter().filter_map(|name| field(name).or_else(|| named(name))).collect();
        let currency = layout.minor_units_of.as_deref().and_then(&mut named);
        let mut shared = Vec::new();
        for (field, figure) in &layout.shared {
            let when = figure.when.as_deref().map(&mut named);
            if let (Some(column), true) = (named(&figure.of), when != Some(None)) {
                shared.push((field.as_str(), column, when.flatten()));
            }
        }
        let score = used.iter().filter(|used| **used).count();
        let unread = (0..plain.len()).filter(|&column| !used[column] && !plain[column].is_empty()).collect();
        let mut bound = Bound {
            layout,
            heading,
            headings: headings.to_vec(),
            kinds,
            key,
            tenders,
            list,
            further,
            carried,
            cash_back,
            currency,
            shared,
            twice,
            unread,
            missing: Vec::new(),
            lacking: Vec::new(),
            score,
        };
        (bound.missing, bound.lacking) = bound.find_missing(&plain);
        bound
    }

    /// What recognition misses, and what reading misses.
    fn find_missing(&self, plain: &[String]) -> (Vec<String>, Vec<String>) {
        let layout = self.layout;
        let has = |field: &str| {
            let in_key = KEY_FIELDS.iter().position(|key| *key == field).is_some_and(|at| self.key[at] != Source::Nothing);
            let in_kind =
                |(kind, sources): &(Kind, Vec<Source>)| kind.field(field).is_some_and(|at| sources[at] != Source::Nothing);
            in_key || self.kinds.iter().any(in_kind)
        };
        let given = |field: &str| {
            let dated = matches!(field, "date" | "trading_day") && (has("timestamp") || has("date") || has("trading_day"));
            let named = layout.file_names.iter().any(|pattern| pattern.contains(&format!("{{{field}}}")));
            let made = field == "line_total" && (layout.total_from_price || layout.net_by_tax_mode);
            has(field)
                || dated
                || made
                || named
                || layout.constants.contains_key(field)
                || layout.sums.contains_key(field)
                || layout.lacks(field)
        };
        let mut lacking: Vec<String> =
            layout.detect.iter().filter(|item| !given(item) && !plain.contains(&normal(item))).cloned().collect();
        let defaulted = |field: &str| matches!(field, "kind" | "class" | "number" | "z_number" | "side");
        let required = layout.kind.fields().iter().filter(|field| field.required && !defaulted(field.name));
        let needed: Vec<String> = required.map(|field| field.name).filter(|field| !given(field)).map(str::to_owned).collect();
        if layout.detect.is_empty() {
            lacking.clone_from(&needed);
        }
        (lacking, needed)
    }

    /// Every bound column by kind and field, for naming cells.
    pub fn columns(&self) -> Vec<(Kind, &'static str, Column)> {
        let column = |index: usize| Column { index: index as u32, heading: self.headings.get(index).cloned().unwrap_or_default() };
        let first = |source: &Source| match source {
            Source::Column(index) => Some(*index),
            Source::Either(columns) | Source::Spread(columns) => columns.first().copied(),
            Source::Nothing => None,
        };
        let mut all = Vec::new();
        for (kind, sources) in &self.kinds {
            for (field, source) in kind.fields().iter().zip(sources) {
                let key = KEY_FIELDS.iter().position(|name| *name == field.name).and_then(|at| first(&self.key[at]));
                all.extend(first(source).or(key).map(|index| (*kind, field.name, column(index))));
            }
            for (name, source) in KEY_FIELDS.iter().zip(&self.key) {
                if kind.field(name).is_none() {
                    all.extend(first(source).map(|index| (*kind, *name, column(index))));
                }
            }
        }
        all
    }

    fn fits(&self, sheet: &str) -> bool {
        let named = self.layout.sheets.is_empty() || self.layout.sheets.iter().any(|name| normal(name) == normal(sheet));
        named && self.missing.is_empty() && self.score > 0
    }

    /// More is better: bound columns, then a layout made for sheets of this name, then headings that the layout itself would write,
    /// so that a layout does not compete with the one it extends.
    fn rank(&self) -> (usize, bool, usize) {
        let layout = self.layout;
        let firsts = layout.columns.values().filter_map(|names| names.headings().first().map(String::as_str));
        let own = layout.kind.fields().iter().map(|field| field.name);
        let own = own.filter(|name| layout.own_names && !layout.columns.contains_key(*name));
        let written: Vec<String> = firsts.chain(own).map(normal).collect();
        let headings = self.headings.iter().filter(|heading| written.contains(&normal(heading)));
        (self.score, !layout.sheets.is_empty(), headings.count())
    }
}

/// Why a layout fits a sheet, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The layout.
    pub layout: String,
    /// Headings that it knows.
    pub matched: Vec<String>,
    /// Fields or headings that it needs and does not find.
    pub missing: Vec<String>,
    /// True when everything needed is there.
    pub fits: bool,
}

/// What one sheet was found to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The sheet's name; empty for text files.
    pub sheet: String,
    /// The layouts that fit best: one, or several that fit equally well, or none.
    pub layouts: Vec<String>,
    /// Row of the heading as a person sees it.
    pub heading_row: Option<u32>,
    /// Every layout tried, best first.
    pub trials: Vec<Trial>,
}

/// What a document's sheets were found to be, and why.
///
/// ```
/// use epos_core::format::{Layouts, detect, sheets};
/// use epos_core::model::{Document, Limits};
///
/// let document = Document::new("payments.csv", &b"store,till,date,number,tender,amount\nLW,1,2026-11-20,201,Cash,3.50\n"[..]);
/// let found = detect(&sheets(&document, &Limits::default()).value, &Layouts::built_in());
/// assert_eq!(found[0].layouts, ["tenders"]);
/// assert_eq!(found[0].heading_row, Some(1));
/// let tried = found[0].trials.iter().find(|trial| trial.layout == "sales");
/// assert!(tried.is_some_and(|trial| trial.missing == ["item_code", "quantity"]));
/// ```
pub fn detect(sheets: &[Sheet], layouts: &Layouts) -> Vec<Detected> {
    sheets
        .iter()
        .filter(|sheet| !sheet.hidden)
        .map(|sheet| {
            let best = best(sheet, layouts, None, false);
            let headings = headings(sheet, layouts);
            let mut trials: Vec<(usize, Trial)> = layouts.iter().map(|layout| trial(sheet, layout, &headings)).collect();
            trials.sort_by_key(|(score, trial)| (std::cmp::Reverse((trial.fits, *score)), trial.layout.clone()));
            Detected {
                sheet: sheet.name.clone(),
                layouts: best.iter().map(|bound| bound.layout.id.clone()).collect(),
                heading_row: best
                    .first()
                    .and_then(|bound| sheet.rows.get(bound.heading?))
                    .map(|row| row.number)
                    .filter(|&row| row > 0),
                trials: trials.into_iter().map(|(_, trial)| trial).collect(),
            }
        })
        .collect()
}

fn trial(sheet: &Sheet, layout: &Layout, headings: &[usize]) -> (usize, Trial) {
    let tried = bindings(sheet, layout, headings).max_by_key(|bound| (bound.missing.is_empty(), bound.score));
    let Some(bound) = tried else {
        return (0, Trial { layout: layout.id.clone(), matched: Vec::new(), missing: layout.detect.clone(), fits: false });
    };
    let matched =
        (0..bound.headings.len()).filter(|column| !bound.unread.contains(column)).map(|column| bound.headings[column].clone());
    let mut missing = bound.missing.clone();
    if missing.is_empty() && bound.score > 0 && !bound.fits(&sheet.name) {
        missing.push(format!("a sheet named {}", layout.sheets.join(" or ")));
    }
    let matched = matched.filter(|heading| !heading.is_empty()).collect();
    (bound.score, Trial { layout: layout.id.clone(), matched, fits: bound.fits(&sheet.name), missing })
}

/// The rows among a sheet's first that could be a heading: some layout knows the first word of one of their cells.
fn headings(sheet: &Sheet, layouts: &Layouts) -> Vec<usize> {
    let rows = sheet.rows.iter().take(TITLE_ROWS).enumerate();
    rows.filter(|(_, row)| row.cells.iter().any(|cell| layouts.may_know(cell))).map(|(at, _)| at).collect()
}

/// The rows that could be a layout's heading, by their place.
fn rows_of<'s>(sheet: &'s Sheet, layout: &Layout, headings: &'s [usize]) -> impl Iterator<Item = usize> + use<'s> {
    let (header, bare) = (layout.header, layout.is_bare());
    let may_be = move |at: usize, number: u32| match header {
        Some(HeadingRow::Row(row)) => row == number,
        _ => headings.contains(&at) && !bare,
    };
    let last = if matches!(header, Some(HeadingRow::Row(_))) { sheet.rows.len() } else { TITLE_ROWS };
    sheet.rows.iter().take(last).enumerate().filter(move |(at, row)| may_be(*at, row.number)).map(|(at, _)| at)
}

/// The layout bound to each row that could be its heading.
fn bindings<'a, 's>(sheet: &'s Sheet, layout: &'a Layout, headings: &'s [usize]) -> impl Iterator<Item = Bound<'a>> + use<'a, 's> {
    rows_of(sheet, layout, headings).map(|at| Bound::new(layout, Some(at), &sheet.rows[at].cells))
}

/// The layouts that fit a sheet best. More than one: they fit equally well. With the day `said`, no column need say it.
pub(super) fn best<'a>(sheet: &Sheet, layouts: &'a Layouts, wanted: Option<&str>, said: bool) -> Vec<Bound<'a>> {
    let headings = headings(sheet, layouts);
    let told = |mut bound: Bound<'a>| {
        bound.missing.retain(|field| !said || field != "date");
        bound.lacking.retain(|field| !said || field != "date");
        bound
    };
    if let Some(layout) = wanted.and_then(|id| layouts.named(id)) {
        if layout.is_bare() {
            return vec![Bound::new(layout, None, &[])];
        }
        let bindings = bindings(sheet, layout, &headings).map(told);
        return bindings.max_by_key(|bound| (bound.missing.is_empty(), bound.score)).into_iter().collect();
    }
    // A layout that knows fewer headings than another binds is not bound at all: it could neither fit better nor miss nearly.
    let mut known: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut candidates: Vec<(usize, &'a Layout, usize)> = Vec::new();
    for (place, layout) in layouts.iter().enumerate() {
        for at in rows_of(sheet, layout, &headings) {
            let known = known.entry(at).or_insert_with(|| layouts.known(&sheet.rows[at].cells));
            candidates.push((known[place], layout, at));
        }
    }
    candidates.sort_by_key(|(known, ..)| std::cmp::Reverse(*known));
    let (mut all, mut most) = (Vec::new(), 1);
    for (known, layout, at) in candidates {
        if known < most {
            break;
        }
        let bound = told(Bound::new(layout, Some(at), &sheet.rows[at].cells));
        if bound.fits(&sheet.name) {
            most = most.max(bound.score);
        }
        all.push(bound);
    }
    all.sort_by_key(|bound| (&bound.layout.id, bound.heading));
    chosen(sheet, all)
}

/// The best of those that were bound.
fn chosen<'a>(sheet: &Sheet, all: Vec<Bound<'a>>) -> Vec<Bound<'a>> {
    let near = near_miss(sheet, &all).cloned();
    let mut best: Vec<Bound<'a>> = Vec::new();
    for bound in all.into_iter().filter(|bound| bound.fits(&sheet.name)) {
        match best.first().map(|first| bound.rank().cmp(&first.rank())) {
            None | Some(std::cmp::Ordering::Greater) => best = vec![bound],
            Some(std::cmp::Ordering::Equal) if best[0].layout.id != bound.layout.id => best.push(bound),
            Some(_) => {}
        }
    }
    match near.filter(|near| best.first().is_none_or(|best| near.score * 2 >= best.score * 3)) {
        Some(near) => vec![near],
        None => best,
    }
}

/// The layout that knows most of a sheet's headings and lacks exactly one column: reading the sheet as one that fits but knows far less
/// of it would take sales for deliveries.
fn near_miss<'b, 'a>(sheet: &Sheet, bindings: &'b [Bound<'a>]) -> Option<&'b Bound<'a>> {
    let named = |bound: &Bound<'_>| {
        let made_for = bound.layout.sheets.iter().any(|name| normal(name) == normal(&sheet.name));
        // Other sheets of a workbook may be nobody's business.
        made_for || (bound.layout.sheets.is_empty() && sheet.name.is_empty())
    };
    let lacks_one =
        |bound: &&Bound<'_>| bound.missing.len() == 1 && bound.score >= NEAR && bound.unread.len() < bound.score && named(bound);
    let near = || bindings.iter().filter(lacks_one);
    let most = near().map(|bound| bound.score).max()?;
    let mut near = near().filter(|bound| bound.score == most);
    near.next().filter(|_| near.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{self, Reading};
    use crate::model::{Document, Limits, SheetRow, Store};

    /// The codes found in a file of a company with the stores Leith Walk and Morningside.
    fn codes(name: &str, text: &str) -> Vec<&'static str> {
        let stores = [Store::new("leith", "Leith Walk"), Store::new("morningside", "Morningside")];
        let stores = stores.map(|store| (store.code.clone(), store)).into();
        let (limits, layouts) = (Limits::default(), Layouts::built_in());
        let document = Document::new(name, text.as_bytes().to_vec());
        let sheets = format::sheets(&document, &limits).value;
        let read = format::batch(&document, sheets, &layouts, &Reading::default(), &stores, &limits);
        read.diagnostics.iter().map(|finding| finding.code.0.code).collect()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        /// Layouts that know too little are left out; that changes nothing.
        #[test]
        fn the_best_of_the_likely_is_the_best_of_all(
            of in 0_usize..100, left_out in proptest::collection::vec(proptest::prelude::any::<bool>(), 24),
            more in proptest::collection::vec(0_usize..10_000, 0..8), said in proptest::prelude::any::<bool>(),
        ) {
            let layouts = Layouts::built_in();
            let words: Vec<&str> = layouts.iter().flat_map(Layout::headings).collect();
            let layout = layouts.iter().nth(of % layouts.iter().count()).unwrap();
            let own = layout.headings().zip(left_out.into_iter().chain(std::iter::repeat(false))).filter(|(_, out)| !out);
            let cells: Vec<String> = own.map(|(word, _)| word).chain(more.into_iter().map(|at| words[at % words.len()])).map(str::to_owned).collect();
            let sheet = Sheet { rows: vec![SheetRow { number: 1, cells }], ..Sheet::default() };
            let rows = headings(&sheet, &layouts);
            let all = layouts.iter().flat_map(|layout| bindings(&sheet, layout, &rows)).map(|mut bound| {
                bound.missing.retain(|field| !said || field != "date");
                bound
            });
            let names = |bound: &[Bound<'_>]| bound.iter().map(|bound| bound.layout.id.clone()).collect::<Vec<_>>();
            assert_eq!(names(&best(&sheet, &layouts, None, said)), names(&chosen(&sheet, all.collect())));
        }
    }

    #[test]
    fn sales_without_their_totals_are_not_taken_for_deliveries() {
        let sales =
            "store,till,number,line,date,item_code,description,quantity,unit_price\nleith,1,201,1,2026-11-20,B,Books,1,6.00\n";
        assert_eq!(codes("a.csv", sales), ["F002"]);
        let deliveries = "store,date,supplier,item_code,quantity\nleith,2026-11-20,Hall,B,1\n";
        assert_eq!(codes("a.csv", deliveries), [""; 0]);
    }

    #[test]
    fn a_files_name_may_say_the_store_and_must_not_contradict_the_rows() {
        let bare = "till,number,line,date,item_code,description,quantity,line_total\n1,201,1,2026-11-20,B,Books,1,6.00\n";
        assert_eq!(codes("Leith Walk_2026-11-20.csv", bare), [""; 0]);
        assert_eq!(codes("sales.csv", bare), ["F015"]);
        assert_eq!(codes("leith and morningside.csv", bare), ["F015"]);
        let named =
            "store,till,number,line,date,item_code,description,quantity,line_total\nleith,1,201,1,2026-11-20,B,Books,1,6.00\n";
        assert_eq!(codes("morningside.csv", named), ["F009"]);
    }

    #[test]
    fn one_bad_cell_is_said_once() {
        let sales =
            "store,till,number,line,date,item_code,description,quantity,line_total\nleith,1,201,1,2026-02-30,B,Books,1,6.00\n";
        assert_eq!(codes("a.csv", sales), ["F004"]);
    }
}
