//! The shape of a till's files: its headings in order, what stands under them, and which field each is. And how a file differs from the
//! shape that its till's files had so far: one difference of columns, in place of a finding for each of its rows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bind::{self, Bound, TITLE_ROWS};
use super::blocks::Reading;
use super::heading::normal;
use super::kind::{FileKind, kind};
use super::layout::Layouts;
use super::sheets::Sheets;
use crate::model::{Document, SheetRow};

/// First rows in which headings and what stands under them are looked for.
const HEAD: usize = 60;

/// What the cells under a heading look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Nothing.
    Blank,
    /// Whole numbers.
    Whole,
    /// Numbers with decimals, as amounts are.
    Decimal,
    /// Dates, with or without a time.
    Date,
    /// Times of day.
    Time,
    /// Words, or a mixture.
    Text,
}

impl Holds {
    fn of(cell: &str) -> Self {
        let groups = |text: &str, marks: &[char]| -> Vec<usize> {
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            let parts: Vec<&str> = text.split(marks).collect();
            if parts.iter().all(|part| digits(part)) { parts.iter().map(|part| part.len()).collect() } else { Vec::new() }
        };
        let cell = cell.trim();
        if cell.is_empty() {
            return Holds::Blank;
        }
        let day = cell.split([' ', 'T']).next().unwrap_or(cell);
        if matches!(groups(day, &['-', '/', '.'])[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4]) {
            return Holds::Date;
        }
        let clock = cell.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '.'));
        if matches!(groups(clock, &[':'])[..], [1..=2, 2] | [1..=2, 2, 2]) {
            return Holds::Time;
        }
        let figure = cell.trim_matches(|c: char| matches!(c, '(' | ')' | '+' | '-' | '£' | '$' | '€' | ' ' | '%'));
        let is_figure = !figure.is_empty() && figure.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        match is_figure && figure.len() < 12 {
            true if figure.contains(['.', ',']) => Holds::Decimal,
            true => Holds::Whole,
            false => Holds::Text,
        }
    }

    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Holds::Blank, one) | (one, Holds::Blank) => one,
            (one, same) if one == same => one,
            (Holds::Whole, Holds::Decimal) | (Holds::Decimal, Holds::Whole) => Holds::Decimal,
            _ => Holds::Text,
        }
    }

    /// Could the one be what the other was? Amounts may all be round on a day, and a column may be blank.
    fn may_be(self, other: Self) -> bool {
        let figure = |holds| matches!(holds, Holds::Whole | Holds::Decimal);
        self == other || self == Holds::Blank || other == Holds::Blank || (figure(self) && figure(other))
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapeColumn {
    /// Its heading as written.
    pub heading: String,
    /// What stands under it.
    pub holds: Holds,
    /// The field that it is; `tender` for a tender's own column, `*` for one that is looked into beside fields; empty for none.
    pub field: String,
}

/// A table's columns, as a layout reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The sheet's name; empty for text files.
    pub sheet: String,
    /// The layout that reads it.
    pub layout: String,
    /// Its columns, in order; those without a heading are left out.
    pub columns: Vec<ShapeColumn>,
}

impl Shape {
    /// The headings as they are matched, in order: two files have one shape when these are the same.
    ///
    /// ```
    /// use epos_core::format::{Holds, Shape, ShapeColumn};
    ///
    /// let column = ShapeColumn { heading: " Line__Total (£)".into(), holds: Holds::Decimal, field: "line_total".into() };
    /// let shape = Shape { sheet: String::new(), layout: "sales".into(), columns: vec![column] };
    /// assert_eq!(shape.headings(), ["line total"]);
    /// ```
    pub fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| normal(&column.heading)).collect()
    }
}

/// A table of a document: its first rows, and its shape where a layout reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The sheet's name; empty for text files.
    pub sheet: String,
    head: Vec<SheetRow>,
    /// Its shape under the one layout that fits, when nothing that this layout needs is missing.
    pub shape: Option<Shape>,
}

/// A heading that became another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// What it was.
    pub from: String,
    /// What it is now.
    pub to: String,
    /// The field that it was; empty for none.
    pub field: String,
}

/// How a table differs from the shape that its till's files had.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Drift {
    /// The sheet's name; empty for text files.
    pub sheet: String,
    /// Row of the headings as a person sees it.
    pub row: u32,
    /// The layout that read the files so far.
    pub layout: String,
    /// Columns with another name.
    pub renamed: Vec<Renamed>,
    /// Columns that stand elsewhere among the others.
    pub moved: Vec<String>,
    /// Columns that were not there.
    pub new: Vec<String>,
    /// Columns that are no longer there: heading and field.
    pub gone: Vec<(String, String)>,
    /// Fields that were read so far and are not read now.
    pub lost: Vec<String>,
}

/// The tables of a document of rows and columns, with the fields that their columns are.
///
/// ```
/// use epos_core::format::{Layouts, Reading, open, tables};
/// use epos_core::model::{Document, Limits};
///
/// let document = Document::new("payments.csv", &b"till,date,number,tender,amount,lane\n1,2026-11-20,201,Cash,3.50,4\n"[..]);
/// let sheets = open(&document, &Limits::default()).value;
/// let found = tables(&document, &sheets, &Layouts::built_in(), &Reading::default());
/// let shape = found[0].shape.as_ref().ok_or("a layout fits")?;
/// let fields: Vec<&str> = shape.columns.iter().map(|column| column.field.as_str()).collect();
/// assert_eq!(fields, ["till", "date", "number", "tender", "amount", ""], "nothing reads the lane");
/// # Ok::<(), &str>(())
/// ```
///
/// Nested records (JSON, XML) have none: their columns come and go with what happened on a day. Files without headings have no shape.
pub fn tables(document: &Document, sheets: &Sheets, layouts: &Layouts, reading: &Reading) -> Vec<Table> {
    if matches!(kind(&document.name, &document.bytes), FileKind::Json | FileKind::Xml) {
        return Vec::new();
    }
    let of = |name: &str, head: Vec<SheetRow>| {
        let sheet = crate::model::Sheet { name: name.to_owned(), hidden: false, rows: head };
        let best = bind::best(&sheet, layouts, reading.layout.as_deref(), reading.date.is_some());
        let shape = match &best[..] {
            [bound] if bound.missing.is_empty() && bound.lacking.is_empty() && bound.twice.is_empty() => {
                bound.heading.map(|heading| shape(&sheet.name, bound, sheet.rows.get(heading + 1..).unwrap_or_default()))
            }
            _ => None,
        };
        Table { sheet: sheet.name, head: sheet.rows, shape }
    };
    match sheets {
        Sheets::Text(rows) => vec![of("", rows.again().take(HEAD).collect())],
        Sheets::Book(sheets) => {
            let shown = sheets.iter().filter(|sheet| !sheet.hidden && !sheet.rows.is_empty());
            shown.map(|sheet| of(&sheet.name, sheet.rows.iter().take(HEAD).cloned().collect())).collect()
        }
    }
}

fn holds(rows: &[SheetRow], column: usize) -> Holds {
    let cells = rows.iter().filter_map(|row| row.cells.get(column));
    cells.fold(Holds::Blank, |holds, cell| holds.with(Holds::of(cell)))
}

fn shape(sheet: &str, bound: &Bound<'_>, rows: &[SheetRow]) -> Shape {
    let fields = bound.columns();
    let field = |index: usize| match fields.iter().find(|(.., column)| column.index as usize == index) {
        Some((_, field, _)) => (*field).to_owned(),
        None if bound.tenders.contains(&index) => "tender".to_owned(),
        None if bound.unread.contains(&index) => String::new(),
        None => "*".to_owned(),
    };
    let column = |(index, heading): (usize, &String)| ShapeColumn {
        heading: heading.clone(),
        holds: holds(rows, index),
        field: field(index),
    };
    let named = bound.headings.iter().enumerate().filter(|(_, heading)| !normal(heading).is_empty());
    Shape { sheet: sheet.to_owned(), layout: bound.layout.id.clone(), columns: named.map(column).collect() }
}

/// How alike two headings are, in percent: the letters that they share two by two; one that holds all words of the other is its kin.
fn likeness(one: &str, other: &str) -> usize {
    let (one, other) = (normal(one), normal(other));
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<String>>();
    let (a, b) = (words(&one), words(&other));
    if a.is_subset(&b) || b.is_subset(&a) {
        return 80;
    }
    let pairs = |text: &str| -> Vec<(char, char)> {
        let letters: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
        letters.iter().copied().zip(letters.iter().copied().skip(1)).collect()
    };
    let (a, mut b) = (pairs(&one), pairs(&other));
    let all = a.len() + b.len();
    let shared = a.iter().filter(|pair| b.iter().position(|of| of == *pair).map(|at| b.swap_remove(at)).is_some()).count();
    (200 * shared).checked_div(all).unwrap_or_default()
}

/// From here on two headings may be one that was renamed, wherever they stand.
const ALIKE: usize = 60;
/// From here on they may be, where they stand between the same neighbours.
const SIMILAR: usize = 30;

/// Which column of `now` each column of `was` has become.
fn matched(was: &[ShapeColumn], now: &[ShapeColumn]) -> Vec<Option<usize>> {
    let mut taken = vec![false; now.len()];
    let plain: Vec<String> = now.iter().map(|column| normal(&column.heading)).collect();
    let mut to: Vec<Option<usize>> = Vec::with_capacity(was.len());
    for column in was {
        let name = normal(&column.heading);
        let at = (0..plain.len()).find(|&at| plain.get(at) == Some(&name) && taken.get(at) == Some(&false));
        if let Some(slot) = at.and_then(|at| taken.get_mut(at)) {
            *slot = true;
        }
        to.push(at);
    }
    // The open columns between the same two neighbours: where they are as many as before, each has its own place.
    let between = |to: &[Option<usize>], at: usize| -> (usize, usize, usize, usize) {
        let before = (0..at).rev().find_map(|of| to.get(of).copied().flatten().map(|now| (of + 1, now + 1)));
        let after = (at + 1..to.len()).find_map(|of| to.get(of).copied().flatten().map(|now| (of, now)));
        let ((old_from, from), (old_to, until)) = (before.unwrap_or((0, 0)), after.unwrap_or((to.len(), plain.len())));
        (old_from, old_to, from, until)
    };
    let open = |at: usize| was.get(at).filter(|_| to.get(at) == Some(&None));
    let free = |other: usize| now.get(other).filter(|_| taken.get(other) == Some(&false));
    let mut pairs = Vec::new();
    for at in 0..was.len() {
        let Some(column) = open(at) else { continue };
        let (old_from, old_to, from, until) = between(&to, at);
        let fits = |candidate: &ShapeColumn| column.holds.may_be(candidate.holds);
        for other in 0..now.len() {
            let Some(candidate) = free(other).filter(|candidate| fits(candidate)) else { continue };
            let alike = likeness(&column.heading, &candidate.heading);
            let near = (from..until).contains(&other);
            let as_many = near && until - from == old_to - old_from && other - from == at - old_from;
            // Or nothing else of its sort is open on either side.
            let only = |same: &dyn Fn(Holds, Holds) -> bool| {
                let here = (from..until).filter_map(free).filter(|of| same(column.holds, of.holds)).count();
                let there = (old_from..old_to).filter_map(open).filter(|of| same(of.holds, candidate.holds)).count();
                same(column.holds, candidate.holds) && here == 1 && there == 1
            };
            let only = || only(&|one, other| one == other) || only(&Holds::may_be);
            let own = as_many || (near && only());
            if own || alike >= ALIKE || (near && alike >= SIMILAR) {
                pairs.push((alike + if own { 50 } else { 0 } + if near { 10 } else { 0 }, at, other));
            }
        }
    }
    pairs.sort_by_key(|&(score, at, other)| (std::cmp::Reverse(score), at, other));
    for (_, at, other) in pairs {
        if let (Some(slot @ None), Some(free @ false)) = (to.get_mut(at), taken.get_mut(other)) {
            (*slot, *free) = (Some(other), true);
        }
    }
    to
}

/// Those of the matched columns that no longer stand in the order in which most of them do.
fn moved(to: &[Option<usize>]) -> Vec<usize> {
    let order: Vec<(usize, usize)> = to.iter().enumerate().filter_map(|(was, now)| Some((was, (*now)?))).collect();
    // The longest run that still rises, ending at each column: its length, and the column before.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(order.len());
    for (at, (_, now)) in order.iter().enumerate() {
        let rising = best.iter().zip(&order).take(at).enumerate().filter(|(_, (_, (_, of)))| of < now);
        let before = rising.max_by_key(|(before, ((length, _), _))| (*length, std::cmp::Reverse(*before)));
        best.push(before.map_or((1, None), |(before, ((length, _), _))| (length + 1, Some(before))));
    }
    let mut kept = BTreeSet::new();
    let mut at = (0..best.len()).max_by_key(|&at| (best.get(at).map(|(length, _)| *length), std::cmp::Reverse(at)));
    while let Some(of) = at {
        kept.insert(of);
        at = best.get(of).and_then(|(_, before)| *before);
    }
    order.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, (was, _))| *was).collect()
}

impl Table {
    /// The columns that a row would head.
    fn headed(&self, at: usize) -> Vec<ShapeColumn> {
        let rows = self.head.get(at + 1..).unwrap_or_default();
        let cells = self.head.get(at).map(|row| row.cells.as_slice()).unwrap_or_default();
        let named = cells.iter().enumerate().filter(|(_, heading)| !normal(heading).is_empty());
        let column = |(index, heading): (usize, &String)| ShapeColumn {
            heading: heading.trim().to_owned(),
            holds: holds(rows, index),
            field: String::new(),
        };
        named.map(column).collect()
    }

    /// How it differs from a shape. `None`: not at all, or so much that it is another sort of file. `lacks` says which fields its own
    /// layout leaves out knowingly.
    ///
    /// ```
    /// use epos_core::format::{Layouts, Reading, Table, open, tables};
    /// use epos_core::model::{Document, Limits};
    ///
    /// let table = |text: &str| -> Option<Table> {
    ///     let document = Document::new("payments.csv", text.as_bytes());
    ///     let sheets = open(&document, &Limits::default()).value;
    ///     tables(&document, &sheets, &Layouts::built_in(), &Reading::default()).pop()
    /// };
    /// let usual = table("till,date,number,tender,amount\n1,2026-11-20,201,Cash,3.50\n").and_then(|table| table.shape).ok_or("it is read")?;
    /// let updated = table("till,date,number,tender,amount GBP\n1,2026-11-21,202,Cash,0.99\n").ok_or("a table")?;
    /// assert!(!updated.is_read(), "no layout knows the new name");
    /// let drift = updated.drift(&usual, &|_| false).ok_or("it differs")?;
    /// assert_eq!(drift.says(), "column amount is now amount GBP");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn drift(&self, was: &Shape, lacks: &dyn Fn(&str) -> bool) -> Option<Drift> {
        let own = self.shape.as_ref().map(Shape::headings);
        let names: BTreeSet<String> = was.headings().into_iter().collect();
        let is_heading = |(_, columns): &(usize, Vec<ShapeColumn>)| {
            let plain: Vec<String> = columns.iter().map(|column| normal(&column.heading)).collect();
            let words = columns.iter().filter(|column| Holds::of(&column.heading) == Holds::Text).count();
            own.as_ref().map_or(words * 2 > columns.len(), |own| *own == plain)
        };
        let same = |columns: &[ShapeColumn]| columns.iter().filter(|column| names.contains(&normal(&column.heading))).count();
        let rows = (0..self.head.len().min(TITLE_ROWS)).map(|at| (at, self.headed(at)));
        let (at, now) = rows
            .filter(is_heading)
            .max_by_key(|(at, columns)| (same(columns), columns.len().min(was.columns.len()), std::cmp::Reverse(*at)))?;
        let to = matched(&was.columns, &now);
        let kept = to.iter().flatten().count();
        // With no name in common the row may be anything, even a row of data.
        if same(&now) == 0 || kept < 2 || kept * 2 < was.columns.len() {
            return None;
        }
        let mut drift = Drift {
            sheet: self.sheet.clone(),
            row: self.head.get(at).map_or(0, |row| row.number),
            layout: was.layout.clone(),
            ..Drift::default()
        };
        for (column, to) in was.columns.iter().zip(&to) {
            match to.and_then(|to| now.get(to)) {
                Some(new) if normal(&new.heading) != normal(&column.heading) => drift.renamed.push(Renamed {
                    from: column.heading.clone(),
                    to: new.heading.clone(),
                    field: column.field.clone(),
                }),
                Some(_) => {}
                None => drift.gone.push((column.heading.clone(), column.field.clone())),
            }
        }
        drift.moved = moved(&to).iter().filter_map(|&at| Some(was.columns.get(at)?.heading.clone())).collect();
        let is_new = |(at, _): &(usize, &ShapeColumn)| !to.contains(&Some(*at));
        drift.new = now.iter().enumerate().filter(is_new).map(|(_, column)| column.heading.clone()).collect();
        let read: Vec<&str> = self.shape.iter().flat_map(|shape| &shape.columns).map(|column| column.field.as_str()).collect();
        let changed = drift.renamed.iter().map(|one| one.field.as_str()).chain(drift.gone.iter().map(|(_, field)| field.as_str()));
        // A tender of which nothing was taken needs no column; whose rows they are is said elsewhere too.
        let matters = |field: &&str| !matches!(*field, "" | "tender" | "*" | "store" | "time_zone");
        let lost: BTreeSet<&str> = changed.filter(matters).filter(|field| !read.contains(field) && !lacks(field)).collect();
        drift.lost = lost.into_iter().map(str::to_owned).collect();
        let differs = !(drift.renamed.is_empty() && drift.moved.is_empty() && drift.new.is_empty() && drift.gone.is_empty());
        differs.then_some(drift)
    }

    /// True when a layout reads it whole.
    ///
    /// ```
    /// use epos_core::format::{Layouts, Reading, open, tables};
    /// use epos_core::model::{Document, Limits};
    ///
    /// let document = Document::new("notes.csv", &b"colour,shape\nred,round\n"[..]);
    /// let sheets = open(&document, &Limits::default()).value;
    /// let found = tables(&document, &sheets, &Layouts::built_in(), &Reading::default());
    /// assert!(!found[0].is_read());
    /// ```
    pub fn is_read(&self) -> bool {
        self.shape.is_some()
    }
}

impl Drift {
    /// The difference in a sentence: `column Total is now Total GBP; 2 new columns (Tip, Lane)`.
    ///
    /// ```
    /// use epos_core::format::{Drift, Renamed};
    ///
    /// let renamed = Renamed { from: "Total".into(), to: "Total GBP".into(), field: "line_total".into() };
    /// let drift = Drift { renamed: vec![renamed], new: vec!["Tip".into(), "Lane".into()], ..Drift::default() };
    /// assert_eq!(drift.says(), "column Total is now Total GBP; 2 new columns (Tip, Lane)");
    /// ```
    pub fn says(&self) -> String {
        let mut parts: Vec<String> = self.renamed.iter().map(|one| format!("column {} is now {}", one.from, one.to)).collect();
        let gone: Vec<&str> = self.gone.iter().map(|(heading, _)| heading.as_str()).collect();
        let moved: Vec<&str> = self.moved.iter().map(String::as_str).collect();
        let new: Vec<&str> = self.new.iter().map(String::as_str).collect();
        for (names, one, more) in [
            (new, "1 new column", "new columns"),
            (gone, "1 column is gone", "columns are gone"),
            (moved, "1 column stands elsewhere", "columns stand elsewhere"),
        ] {
            match names.len() {
                0 => {}
                1 => parts.push(format!("{one} ({})", names.join(", "))),
                many => parts.push(format!("{many} {more} ({})", names.join(", "))),
            }
        }
        parts.join("; ")
    }
}

/// What a document's name has in common with those of other days: digits and names of months are left out.
///
/// ```
/// use epos_core::format::family;
///
/// assert_eq!(family("till-07_2026-11-20.csv"), family("Till-07_2026-11-21.CSV"));
/// assert_eq!(family("Sales 20 November.xlsx"), family("Sales 1 December.xlsx"));
/// assert_ne!(family("leith_sales.csv"), family("leith_tenders.csv"));
/// ```
pub fn family(name: &str) -> String {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let is_month = |word: &str| word.is_ascii() && word.get(..3).is_some_and(|three| MONTHS.contains(&three)) && word.len() < 10;
    let words = stem.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty() && !is_month(word));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sheets::open;
    use crate::model::Limits;

    const USUAL: &str =
        "Till,Date,Receipt,Item,Qty,Price,Total\n1,2026-11-20,201,Jam,1,3.50,3.50\n1,2026-11-20,202,Tea,2,2.50,5.00\n";

    fn layouts() -> Layouts {
        let mut layouts = Layouts::built_in();
        let text = "title = \"Ours\"\nkind = \"lines\"\ndetect = [\"Receipt\", \"Item\", \"Total\"]\n[columns]\ntill = \"Till\"\ndate = \"Date\"\n\
            number = \"Receipt\"\nitem_code = \"Item\"\nquantity = \"Qty\"\nunit_price = \"Price\"\nline_total = \"Total\"\n";
        layouts.add("ours", text).unwrap();
        layouts
    }

    fn table(text: &str) -> Table {
        let document = Document::new("till.csv", text.as_bytes());
        let sheets = open(&document, &Limits::default()).value;
        tables(&document, &sheets, &layouts(), &Reading::default()).remove(0)
    }

    fn drift(text: &str) -> Option<Drift> {
        let was = table(USUAL).shape.expect("its layout is known");
        table(text).drift(&was, &|_| false)
    }

    #[test]
    fn the_same_headings_are_no_drift_however_the_rows_are() {
        assert_eq!(drift(USUAL), None);
        assert_eq!(drift(&USUAL.replace("3.50", "lots")), None);
        assert_eq!(drift("a,b\n1,2\n"), None, "another sort of file is no drift either");
    }

    #[test]
    fn a_renamed_total_and_two_new_columns_are_one_sentence() {
        let now = "Till,Date,Receipt,Item,Qty,Price,Total GBP,Lane,Tip\n1,2026-11-21,203,Jam,1,3.50,3.50,4,0.00\n";
        let drift = drift(now).expect("it differs");
        assert_eq!(drift.says(), "column Total is now Total GBP; 2 new columns (Lane, Tip)");
        assert_eq!(drift.lost, ["line_total"]);
        assert_eq!(drift.row, 1);
    }

    #[test]
    fn a_name_that_is_not_alike_is_known_by_its_place_and_by_what_stands_under_it() {
        let now = "Till,Date,Receipt,Artikel,Qty,Price,Val\n1,2026-11-21,203,Jam,1,3.50,3.50\n";
        let renamed: Vec<(String, String)> =
            drift(now).expect("it differs").renamed.into_iter().map(|one| (one.to, one.field)).collect();
        assert_eq!(renamed, [("Artikel".into(), "item_code".into()), ("Val".into(), "line_total".into())]);
        // A date in the total's place is not the total.
        let other = "Till,Date,Receipt,Item,Qty,Price,Printed\n1,2026-11-21,203,Jam,1,3.50,2026-11-21\n";
        let drift = drift(other).expect("it differs");
        assert_eq!(drift.says(), "1 new column (Printed); 1 column is gone (Total)");
    }

    #[test]
    fn columns_that_only_moved_or_came_lose_nothing() {
        let moved = drift("Total,Till,Date,Receipt,Item,Qty,Price\n3.50,1,2026-11-21,203,Jam,1,3.50\n").expect("it differs");
        assert_eq!((moved.says().as_str(), moved.lost.len()), ("1 column stands elsewhere (Total)", 0));
        let more = drift(&USUAL.replace("Total\n", "Total,Tip\n").replace("0\n", "0,\n")).expect("it differs");
        assert_eq!((more.says().as_str(), more.lost.len()), ("1 new column (Tip)", 0));
    }

    #[test]
    fn an_optional_column_under_another_name_is_lost_though_a_layout_still_fits() {
        let now = "Till,Date,Receipt,Item,Qty,Price each,Total\n1,2026-11-21,203,Jam,1,3.50,3.50\n";
        let drift = drift(now).expect("it differs");
        assert_eq!(drift.lost, ["unit_price"]);
    }
}
