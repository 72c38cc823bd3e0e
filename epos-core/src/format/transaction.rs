//! Rows of one transaction: what later rows take over from the first, and what only the first one says.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rust_decimal::Decimal;

use super::bind::{Bound, Source};
use super::layout::{CashBack, KEY_FIELDS, Layout, MoreLine, TendersOn};
use super::row::{Draft, Found, Reader, RowKey, cell_at, found};
use crate::diagnostic::{F013, F030};
use crate::model::{Kind, Money, Quantity, SaleKind, Scalar, Type, Value};

/// What rows take over from the first row of their transaction.
#[derive(Default)]
pub(super) struct Carry {
    /// False where every row speaks for itself.
    looks_back: bool,
    /// The first row's cells.
    cells: Vec<String>,
    /// Hashes of the transactions met so far.
    met: HashSet<u64>,
    /// Columns that tell transactions of one number apart.
    whose: Vec<usize>,
}

impl Carry {
    /// Before the first row.
    pub fn new(bound: &Bound<'_>) -> Self {
        let layout = bound.layout;
        let once = layout.kind == Kind::Lines && bound.kinds.iter().any(|(kind, _)| *kind == Kind::Headers);
        let first = layout.tenders_on == Some(TendersOn::FirstLine);
        let looks_back = (once && states_once(layout)) || !bound.carried.is_empty() || !layout.more_lines.is_empty() || first;
        let key = KEY_FIELDS.iter().zip(&bound.key);
        let whose = key.filter_map(|(name, source)| match source {
            Source::Column(column) if matches!(*name, "store" | "till" | "date" | "trading_day") => Some(*column),
            _ => None,
        });
        Carry { looks_back, whose: whose.collect(), ..Carry::default() }
    }

    /// Takes note of a row; true when it is the first of its transaction, or rows speak for themselves.
    pub fn see(&mut self, reader: &Reader<'_>, cells: &[&str]) -> bool {
        if !self.looks_back {
            return true;
        }
        if self.continues(reader, cells) {
            return false;
        }
        self.cells = cells.iter().map(|&cell| cell.to_owned()).collect();
        let Some(number) = reader.number(cells) else { return true };
        let mut hasher = DefaultHasher::new();
        number.hash(&mut hasher);
        self.whose.iter().for_each(|&column| cell_at(cells, column).hash(&mut hasher));
        self.met.insert(hasher.finish())
    }

    /// Is the row of the same transaction as the one before it?
    pub fn continues(&self, reader: &Reader<'_>, cells: &[&str]) -> bool {
        let Some(column) = reader.number_column().filter(|_| self.looks_back) else { return false };
        let first = |column: usize| self.cells.get(column).map_or("", String::as_str);
        let same = |column: usize| cell_at(cells, column).is_empty() || cell_at(cells, column) == first(column);
        let numbered = reader.number(cells).map_or(reader.bound.carried.contains(&column), |number| number == first(column));
        !first(column).is_empty() && numbered && self.whose.iter().all(|&column| same(column))
    }

    /// The row's cells with what it takes over; `None` when that is nothing.
    pub fn over<'c>(&'c self, bound: &Bound<'_>, cells: &[&'c str]) -> Option<Vec<&'c str>> {
        let taken = |column: usize| self.cells.get(column).filter(|first| cell_at(cells, column).is_empty() && !first.is_empty());
        if !bound.carried.iter().any(|&column| taken(column).is_some()) {
            return None;
        }
        let mut over = cells.to_vec();
        for &column in &bound.carried {
            if let Some(first) = taken(column) {
                over.resize(over.len().max(column + 1), "");
                over[column] = first;
            }
        }
        Some(over)
    }
}

/// Does a layout of lines state whole transactions in columns of their own, and not on rows of their own?
fn states_once(layout: &Layout) -> bool {
    layout.also.get(&Kind::Headers).is_some_and(|fields| fields.contains_key("total"))
}

/// Which rows feed a kind.
pub(super) enum Gate {
    /// Every row.
    Open,
    /// The first of a transaction.
    First,
    /// The first of a transaction, where this is filled.
    FirstFilled(Source),
    /// Rows where this is filled.
    Filled(Source),
    /// Rows where this is blank.
    Blank(Source),
}

impl Gate {
    /// Transactions are stated once, tenders where the layout has them, deposits by their reference, stock where it is said.
    pub fn new(bound: &Bound<'_>, kind: Kind, sources: &[Source]) -> Self {
        let layout = bound.layout;
        let source = |kind: Kind, name: &str, sources: &[Source]| {
            kind.field(name).and_then(|at| sources.get(at)).cloned().unwrap_or(Source::Nothing)
        };
        let tender = bound.kinds.iter().find(|(of, _)| *of == Kind::Tenders);
        let tender = tender.map(|(of, sources)| source(*of, "tender", sources));
        match (layout.tenders_on, tender) {
            (Some(TendersOn::OwnRows), Some(tender)) if kind == Kind::Tenders => return Gate::Filled(tender),
            (Some(TendersOn::OwnRows), Some(tender)) => return Gate::Blank(tender),
            (Some(TendersOn::FirstLine), Some(tender)) if kind == Kind::Tenders && kind != layout.kind => {
                return if bound.tenders.is_empty() { Gate::FirstFilled(tender) } else { Gate::First };
            }
            _ => {}
        }
        match kind {
            _ if kind == layout.kind => Gate::Open,
            Kind::Headers if layout.kind == Kind::Lines && states_once(layout) => Gate::First,
            Kind::Deposits => Gate::Filled(source(kind, "reference", sources)),
            Kind::StockLevels => Gate::Filled(source(kind, "on_hand", sources)),
            _ => Gate::Open,
        }
    }

    /// Does a row pass?
    pub fn lets(&self, begins: bool, cells: &[&str]) -> bool {
        let filled = |source: &Source| !super::row::text(cells, source).is_empty();
        match self {
            Gate::Open => true,
            Gate::First => begins,
            Gate::FirstFilled(source) => begins && filled(source),
            Gate::Filled(source) => filled(source),
            Gate::Blank(source) => !filled(source),
        }
    }
}

impl Draft {
    pub(super) fn decimal(&self, name: &str) -> Option<Decimal> {
        match self.values.get(self.kind.field(name)?)? {
            Value::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn set(&mut self, name: &str, value: Value<'static>) {
        if let Some(at) = self.kind.field(name) {
            self.values[at] = value;
        }
    }
}

impl Reader<'_> {
    /// The cell under a heading that the layout looks into beside its fields'.
    pub(super) fn further<'c>(&self, cells: &[&'c str], heading: &str) -> &'c str {
        self.bound.further.get(heading).map_or("", |&column| cell_at(cells, column))
    }

    /// The amount under such a heading; blank and unreadable ones are none.
    fn amount(&self, cells: &[&str], heading: &str) -> Option<Decimal> {
        match self.read(self.further(cells, heading), Type::Money, cells) {
            Ok((Value::Decimal(amount), _)) => Some(amount),
            _ => None,
        }
    }

    /// The records of a row that follow from others of it, and what becomes of all when the transaction was taken back.
    pub(super) fn add_more(&self, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>, drafts: &mut Vec<Draft>) {
        let layout = self.bound.layout;
        if self.begins {
            drafts.extend(layout.more_lines.iter().filter_map(|line| self.more(line, cells, key, found)));
        }
        if let Some(void) = &layout.void {
            let said = self.further(cells, &void.column).to_lowercase();
            if !said.is_empty() && (void.words.is_empty() || void.words.contains(&said)) {
                for draft in drafts.iter_mut().filter(|draft| matches!(draft.kind, Kind::Headers | Kind::Lines)) {
                    draft.set("kind", SaleKind::Void.value().into_owned());
                }
            }
        }
        for heading in layout.watched.iter().filter(|_| self.begins) {
            if let Some(amount) = self.amount(cells, heading).filter(|amount| !amount.is_zero()) {
                let amount = Money::rounded(amount);
                let message = format!("{heading} is {amount}; the layout {} has no place for it", layout.id);
                let help =
                    "nothing of it is counted: book it by hand, or send the report that states it with its own date".to_owned();
                found.push(Found { code: F030, kind: layout.kind, field: "", message, help });
            }
        }
    }

    /// A line that a transaction has beside those of its rows.
    fn more(&self, line: &MoreLine, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>) -> Option<Draft> {
        let kind = Kind::Lines;
        let text = self.further(cells, &line.amount);
        let amount = match self.read(text, Type::Money, cells) {
            Ok((Value::Decimal(amount), _)) if !amount.is_zero() => amount,
            Ok(_) => return None,
            Err(fault) => {
                found.push(self::found(kind, "line_total", text, fault));
                return None;
            }
        };
        if let Some((total, parts)) = line.when.split_first() {
            let sum: Decimal = parts.iter().filter_map(|part| self.amount(cells, part)).sum();
            if self.amount(cells, total) != Some(sum) {
                return None;
            }
        }
        let amount = if line.negated { -amount } else { amount };
        let mut draft = Draft { kind, values: self.shared(self.plan(kind)?, cells, key) };
        let word = |word: &Option<String>, none: &str| Value::Text(Cow::Owned(word.as_deref().unwrap_or(none).to_owned()));
        for (field, value) in [
            ("kind", word(&line.kind, SaleKind::Sale.word())),
            ("class", word(&line.class, "goods")),
            ("description", Value::Text(Cow::Owned(line.description.clone()))),
            ("quantity", Quantity::units(1).value().into_owned()),
            ("line_total", Value::Decimal(amount)),
            ("training", Value::Bool(false)),
        ] {
            draft.set(field, value);
        }
        if line.tax {
            draft.set("tax_amount", Value::Decimal(amount));
            draft.set("line_net", Value::Decimal(Decimal::ZERO));
        }
        Some(draft)
    }

    /// Cash given out on a card payment becomes a cash tender below zero.
    pub(super) fn give_cash_back(&self, cells: &[&str], found: &mut Vec<Found>, drafts: &mut Vec<Draft>) {
        let Some(column) = self.bound.cash_back.filter(|_| self.bound.layout.cash_back == Some(CashBack::AsColumn)) else { return };
        let text = cell_at(cells, column);
        let given = match self.read(text, Type::Money, cells) {
            Ok((Value::Decimal(given), _)) if !given.is_zero() => given.abs(),
            Ok(_) => return,
            Err(fault) => return found.push(self::found(Kind::Tenders, "amount", text, fault)),
        };
        let Some(charged) = drafts.iter().find(|draft| draft.kind == Kind::Tenders) else { return };
        let mut cash = charged.clone();
        for field in ["tendered", "change", "reference"] {
            cash.set(field, Value::Null);
        }
        cash.set("tender", Value::Text(Cow::Borrowed("Cash")));
        cash.set("amount", Value::Decimal(-given));
        drafts.push(cash);
    }

    /// What the layout's settings make of the amounts as they are written.
    pub(super) fn settle(&self, draft: &mut Draft, found: &mut Vec<Found>) {
        let layout = self.bound.layout;
        if draft.kind == Kind::ZReports && layout.count_includes_float == Some(false) {
            let float = draft.decimal("opening_float").unwrap_or_default();
            if let Some(counted) = draft.decimal("counted") {
                draft.set("counted", Value::Decimal(counted + float));
            }
        }
        let open = layout.net_by_tax_mode && draft.kind == Kind::Lines && draft.decimal("line_total").is_none();
        let Some(net) = draft.decimal("line_net").filter(|_| open) else { return };
        let tax = draft.decimal("tax_amount").unwrap_or_default();
        match self.taxed {
            Some(true) => {
                draft.set("line_total", Value::Decimal(net));
                draft.set("line_net", Value::Decimal(net - tax));
            }
            None if !tax.is_zero() => {
                let message = "nothing says whether the tax is in the line's amount or comes on top".to_owned();
                let help = "set prices_include_tax for the store or in the layout".to_owned();
                found.push(Found { code: F013, kind: Kind::Lines, field: "line_total", message, help });
            }
            _ => draft.set("line_total", Value::Decimal(net + tax)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_opens_where_its_cell_is_filled() {
        let cells = ["Cash", ""];
        assert!(Gate::Filled(Source::Column(0)).lets(false, &cells) && Gate::Blank(Source::Column(1)).lets(false, &cells));
        assert!(!Gate::FirstFilled(Source::Column(0)).lets(false, &cells) && Gate::First.lets(true, &cells));
        assert!(!Gate::Filled(Source::Nothing).lets(true, &cells));
    }
}
