//! What is remembered of transactions between the blocks of one document.

use std::collections::{HashMap, HashSet};

use super::Sale;
use super::judge::judge;
use super::sums::Sums;
use crate::check::{Hashed, View, hash};
use crate::diagnostic::{Diagnostic, T012};
use crate::model::{At, Context, Key, Kind, Numbering, Origin};

/// What the document said of its transactions so far.
#[derive(Debug)]
pub(in crate::check) struct Memory {
    /// All rows are of one sheet.
    pub(in crate::check) one_sheet: bool,
    /// How many numbers are remembered; past it the database's key finds what stands twice.
    keys: usize,
    /// By number within its scope: the row (low half) and a digest of what came first (high half).
    seen: Hashed<u64>,
    /// Store and number of every sale, where the document can name originals.
    numbers: Hashed<()>,
    /// Transactions that are not (yet) in balance, in order.
    open: Vec<Open>,
    /// Where their rows come from.
    origins: Vec<Origin>,
    place: Hashed<usize>,
    refunds: Vec<(u64, Diagnostic)>,
    training: Hashed<()>,
    first_training: Option<At>,
    /// Store-days that have lines or headers, and those that have tenders.
    sold: Hashed<()>,
    paid: Hashed<()>,
}

/// A transaction that may still change, with its places.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) key: Key,
    pub(super) number: String,
    pub(super) sums: Sums,
    pub(super) header: Option<Place>,
    pub(super) lines: Option<Place>,
    pub(super) last_row: u32,
    pub(super) tender: Option<Place>,
    /// Prices come from the items list, not from the till.
    pub(super) listed_prices: bool,
}

/// Where a row stands. As short as can be: a workbook has one for every row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Which of the memory's origins.
    origin: usize,
    kind: Kind,
    pub(super) row: u32,
}

/// What came first under a number.
pub(super) struct First {
    pub(super) row: u32,
    pub(super) digest: u32,
}

impl Memory {
    pub(in crate::check) fn new(keys: usize) -> Self {
        Memory {
            one_sheet: false,
            keys,
            seen: Hashed::default(),
            numbers: Hashed::default(),
            open: Vec::new(),
            origins: Vec::new(),
            place: Hashed::default(),
            refunds: Vec::new(),
            training: Hashed::default(),
            first_training: None,
            sold: Hashed::default(),
            paid: Hashed::default(),
        }
    }

    /// What came first under this number within the layout's numbering; remembers it when nothing did.
    pub(super) fn first(&mut self, what: &str, view: &View<'_>, number: &str, row: u32, digest: u64) -> Option<First> {
        let Key { store, till, trading_day } = view.key;
        let key = match view.origin.numbering {
            Numbering::PerStore => hash((what, store, number)),
            Numbering::PerTill => hash((what, store, till, number)),
            Numbering::PerDay | Numbering::PerShift | Numbering::None => hash((what, store, till, trading_day, number)),
        };
        if let Some(&first) = self.seen.get(&key) {
            return Some(First { row: first as u32, digest: (first >> 32) as u32 });
        }
        if self.seen.len() < self.keys {
            self.seen.insert(key, (digest << 32) | u64::from(row));
        }
        None
    }

    /// A sale that a refund may name.
    pub(super) fn sale(&mut self, view: &View<'_>, kind: Kind, number: &str) {
        if self.numbers.len() < self.keys && view.carries(kind, "original_number") {
            self.numbers.insert(hash((&view.key.store, number)), ());
        }
    }

    /// A refund whose original may still come in this document.
    pub(super) fn refund(&mut self, store: &str, original: &str, finding: Diagnostic) {
        self.refunds.push((hash((store, original)), finding));
    }

    /// Which sides of the money identity this store-day has.
    pub(super) fn sides(&mut self, view: &View<'_>) {
        let day = hash((&view.key.store, view.key.trading_day));
        if !view.content.headers.is_empty() || !view.content.lines.is_empty() {
            self.sold.insert(day, ());
        }
        if !view.content.tenders.is_empty() {
            self.paid.insert(day, ());
        }
    }

    pub(super) fn train(&mut self, view: &View<'_>, kind: Kind, row: u32, number: &str) {
        self.first_training.get_or_insert_with(|| view.origin.at(kind, row, "training"));
        self.training.insert(hash((view.key, number)), ());
    }

    /// Which of the origins a part of the document comes from.
    fn origin(&mut self, of: &Origin) -> usize {
        if self.origins.last() != Some(of) {
            self.origins.push(of.clone());
        }
        self.origins.len() - 1
    }

    /// Other sheets may bring the other side of a transaction; a single one keeps both in one row or block.
    pub(super) fn keep(&mut self, view: &View<'_>, sale: &Sale<'_>) {
        let alone = self.one_sheet || view.origin.sheet.is_empty();
        let settled = || alone && (sale.sums.settled(view.region(), view.unit()) || self.one_sided_file(view, sale));
        if self.place.is_empty() && settled() {
            return;
        }
        let key = hash((view.key, sale.number));
        let place = match self.place.get(&key) {
            Some(&place) => place,
            None if settled() => return,
            None if self.open.len() >= self.keys => return,
            None => {
                self.place.insert(key, self.open.len());
                self.open.push(Open {
                    key: view.key.clone(),
                    number: sale.number.to_owned(),
                    sums: Sums::default(),
                    header: None,
                    lines: None,
                    last_row: 0,
                    tender: None,
                    listed_prices: false,
                });
                self.open.len() - 1
            }
        };
        let origin = self.origin(view.origin);
        let Some(open) = self.open.get_mut(place) else { return };
        open.sums.add(&sale.sums);
        let at = |kind, row| Place { origin, kind, row };
        open.header = open.header.or_else(|| sale.header.map(|header| at(Kind::Headers, header.row)));
        open.lines = open.lines.or_else(|| sale.first_run.first().map(|line| at(Kind::Lines, line.row)));
        open.tender = open.tender.or_else(|| sale.tender.map(|tender| at(Kind::Tenders, tender.row)));
        open.last_row = open.last_row.max(sale.last_row);
        open.listed_prices |= view.absent("unit_price");
    }

    /// A text file without tenders says nothing of how its sales were paid, and one of tenders nothing of what was sold.
    fn one_sided_file(&self, view: &View<'_>, sale: &Sale<'_>) -> bool {
        let column = |kinds: &[Kind]| view.origin.columns.iter().any(|(kind, _, _)| kinds.contains(kind));
        let sold = !self.sold.is_empty() || column(&[Kind::Headers, Kind::Lines]);
        let paid = !self.paid.is_empty() || column(&[Kind::Tenders]);
        let differs = sale.sums.total_differs() || sale.sums.tax_differs(view.unit());
        !(sold && paid) && sale.sums.one_sided() && !differs
    }

    /// Tender lists often do not say which till: then the only transaction of that number and day is meant.
    fn join_tills(&mut self) {
        let mut of_number: HashMap<u64, Vec<usize>> = HashMap::new();
        for (place, open) in self.open.iter().enumerate() {
            of_number.entry(hash((&open.key.store, open.key.trading_day, &open.number))).or_default().push(place);
        }
        let mut joined = HashSet::new();
        for places in of_number.into_values() {
            let &[a, b] = places.as_slice() else { continue };
            let without_till = |place: usize| self.open.get(place).is_some_and(|open| open.key.till.is_empty());
            let (from, to) = match (without_till(a), without_till(b)) {
                (true, false) => (a, b),
                (false, true) => (b, a),
                _ => continue,
            };
            let Some(open) = self.open.get_mut(from) else { continue };
            let (sums, tender, header) = (open.sums.clone(), open.tender, open.header);
            if let Some(open) = self.open.get_mut(to) {
                open.sums.add(&sums);
                open.tender = open.tender.or(tender);
                open.header = open.header.or(header);
                joined.insert(from);
            }
        }
        let mut place = 0;
        self.open.retain(|_| {
            place += 1;
            !joined.contains(&(place - 1))
        });
    }

    pub(in crate::check) fn finish(mut self, context: &Context) -> Vec<Diagnostic> {
        self.join_tills();
        let mut found = Vec::new();
        for open in &self.open {
            let day = hash((&open.key.store, open.key.trading_day));
            judge(open, &self.origins, self.sold.contains_key(&day), self.paid.contains_key(&day), context, &mut found);
        }
        let numbers = self.numbers;
        found.extend(self.refunds.into_iter().filter(|(original, _)| !numbers.contains_key(original)).map(|(_, finding)| finding));
        found.extend(self.first_training.map(|at| {
            let count = self.training.len();
            let message = match count {
                1 => "1 training transaction was left out of all totals".to_owned(),
                count => format!("{count} training transactions were left out of all totals"),
            };
            Diagnostic::new(T012, at, message)
                .help("nothing to do, if they were practice; a real sale in training mode must be rung again")
        }));
        found
    }
}

impl Place {
    /// With the column of what is judged by that sort of row.
    pub(super) fn at(self, origins: &[Origin]) -> At {
        let field = match self.kind {
            Kind::Headers => "total",
            Kind::Lines => "line_total",
            _ => "amount",
        };
        origins.get(self.origin).map(|origin| origin.at(self.kind, self.row, field)).unwrap_or_default()
    }

    /// The sheet it is in; empty for text files.
    pub(super) fn sheet(self, origins: &[Origin]) -> &str {
        origins.get(self.origin).map_or("", |origin| &origin.sheet)
    }
}

pub(super) fn region<'a>(context: &'a Context, key: &Key) -> &'a str {
    context.store(&key.store).map_or("", |store| &store.region)
}
