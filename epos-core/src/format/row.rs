//! One row's cells to the records it feeds.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::bind::{Bound, Source};
use super::cell::{self, Fault, Style};
use super::heading::normal;
use super::layout::{ANY, CashBack, KEY_FIELDS, LineTotals, MoreLine, Sign, TendersOn};
use crate::diagnostic::{Code, F003, F013, F014, F024, F030, T008};
use crate::model::{Kind, Money, Quantity, SaleKind, Scalar, SheetRow, Type, Value, is_zone};

/// Something found in a row: which rule, which kind's field, and the sentence.
pub(super) struct Found {
    pub code: Code,
    pub kind: Kind,
    pub field: &'static str,
    pub message: String,
    pub help: String,
}

/// What the key columns of a row say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RowKey {
    pub store: Option<String>,
    pub till: Option<String>,
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub trading_day: Option<NaiveDate>,
    /// An instant in UTC: the file states its offset, so the store's zone decides date and time.
    pub instant: Option<NaiveDateTime>,
    /// The IANA time zone that date and time are in, where the row says one.
    pub zone: Option<String>,
}

/// One record of a row, ready to be built.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub kind: Kind,
    pub values: Vec<Value<'static>>,
}

impl Draft {
    fn decimal(&self, name: &str) -> Option<Decimal> {
        match self.values.get(self.kind.field(name)?)? {
            Value::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    fn set(&mut self, name: &str, value: Value<'static>) {
        if let Some(at) = self.kind.field(name) {
            self.values[at] = value;
        }
    }
}

/// Fields that go the other way in a refund, beside its total.
pub(super) const TURNED: [&str; 9] =
    ["quantity", "discount_amount", "tax_amount", "line_net", "subtotal", "discount", "tax", "tip", "rounding"];

/// The field that holds what a record of this kind comes to.
pub(super) fn total_of(kind: Kind) -> &'static str {
    if kind == Kind::Lines { "line_total" } else { "total" }
}

/// Reads rows of one sheet, from the first to the last.
pub(super) struct Reader<'a> {
    pub bound: &'a Bound<'a>,
    pub style: Style,
    transaction: Transaction,
}

/// The transaction that the row at hand is of.
#[derive(Default)]
struct Transaction {
    /// Its first row's cells, where later rows take them over.
    cells: Vec<String>,
    /// Is the row at hand its first?
    begins: bool,
    /// Hashes of the numbers met so far.
    met: HashSet<u64>,
}

impl<'a> Reader<'a> {
    /// A reader before its first row.
    pub fn new(bound: &'a Bound<'a>, style: Style) -> Self {
        Reader { bound, style, transaction: Transaction::default() }
    }

    /// Cells of a row as the heading counts them: an unquoted list takes what is too much, and what stands on a transaction's first row
    /// only is taken over.
    pub fn cells<'r>(&mut self, row: &'r SheetRow) -> Cow<'r, [String]> {
        let (bound, cells) = (self.bound, row.cells.as_slice());
        let width = bound.headings.len();
        let mut cells = match bound.list {
            Some(list) if cells.len() > width && width > 0 => {
                let extra = cells.len() - width;
                let mut joined = cells[..list].to_vec();
                joined.push(cells[list..=list + extra].join(","));
                joined.extend_from_slice(&cells[list + extra + 1..]);
                Cow::Owned(joined)
            }
            _ => Cow::Borrowed(cells),
        };
        if !self.looks_back() {
            return cells;
        }
        let continues = self.continues(row);
        let number = self.number(row).unwrap_or_default();
        let mut whole = number.to_owned();
        for column in self.whose_columns() {
            whole.push('\0');
            whole.push_str(row.cells.get(column).map_or("", |cell| cell.trim()));
        }
        self.transaction.begins = !continues && (number.is_empty() || self.transaction.met.insert(fingerprint(&whole)));
        if !continues {
            self.transaction.cells = cells.to_vec();
        }
        let blank = |cells: &[String], column: usize| cells.get(column).is_none_or(|cell| cell.trim().is_empty());
        for &column in bound.carried.iter().filter(|_| continues) {
            let Some(first) = self.transaction.cells.get(column).filter(|_| blank(&cells, column)) else { continue };
            let cells = cells.to_mut();
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column].clone_from(first);
        }
        cells
    }

    /// Do rows depend on those before them?
    fn looks_back(&self) -> bool {
        let layout = self.bound.layout;
        let once = layout.kind == Kind::Lines && self.bound.kinds.iter().any(|(kind, _)| *kind == Kind::Headers);
        once || !self.bound.carried.is_empty() || !layout.more_lines.is_empty() || layout.tenders_on == Some(TendersOn::FirstLine)
    }

    /// Is the row of the same transaction as the one before it?
    pub fn continues(&self, row: &SheetRow) -> bool {
        let column = self.number_column();
        let first = column.and_then(|column| self.transaction.cells.get(column)).map_or("", |number| number.trim());
        let takes_over = column.is_some_and(|column| self.bound.carried.contains(&column));
        let same = |column: usize| {
            let text = |cells: &[String]| cells.get(column).map(|text| text.trim().to_owned()).unwrap_or_default();
            let (now, first) = (text(&row.cells), text(&self.transaction.cells));
            now.is_empty() || now == first
        };
        !first.is_empty() && self.number(row).map_or(takes_over, |number| number == first) && self.whose_columns().all(same)
    }

    /// The columns that tell transactions of one number apart.
    fn whose_columns(&self) -> impl Iterator<Item = usize> {
        KEY_FIELDS.iter().zip(&self.bound.key).filter_map(|(name, source)| match source {
            Source::Column(column) if matches!(*name, "store" | "till" | "date" | "trading_day") => Some(*column),
            _ => None,
        })
    }

    fn number_column(&self) -> Option<usize> {
        let (kind, sources) = self.bound.kinds.first()?;
        match &sources[kind.field("number")?] {
            Source::Column(column) => Some(*column),
            _ => None,
        }
    }

    fn text<'c>(&self, cells: &'c [String], source: &Source) -> &'c str {
        match source {
            Source::Column(column) => cells.get(*column).map_or("", String::as_str),
            _ => "",
        }
    }

    /// The transaction number that the till gave this row, as it stands there.
    pub fn number<'r>(&self, row: &'r SheetRow) -> Option<&'r str> {
        row.cells.get(self.number_column()?).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The key columns. Faults are reported under the kind's own field where it has one.
    pub fn key(&self, cells: &[String], found: &mut Vec<Found>) -> RowKey {
        let layout = self.bound.layout;
        let mut key = RowKey::default();
        for (name, source) in KEY_FIELDS.iter().zip(&self.bound.key) {
            let constant = layout.constants.get(*name).map_or("", String::as_str);
            let text = Some(self.text(cells, source).trim()).filter(|text| !text.is_empty()).unwrap_or(constant);
            if text.is_empty() {
                if *name == "till" && matches!(source, Source::Column(_)) && rings(layout.kind) {
                    found.push(self.found(layout.kind, name, text, cell::blank()));
                }
                continue;
            }
            let fault = match *name {
                "store" => {
                    key.store = Some(text.to_owned());
                    None
                }
                "till" => {
                    key.till = Some(text.to_owned());
                    None
                }
                "time" => cell::time(text).map(|time| key.time = Some(time)).err(),
                "time_zone" => {
                    let known = layout.time_zones.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
                    key.zone = known.map(|(_, zone)| zone.clone()).or_else(|| is_zone(text).then(|| text.to_owned()));
                    key.zone.is_none().then(|| Fault {
                        code: F014,
                        why: "is no time zone that the layout knows".to_owned(),
                        help: "name it with its place (Europe/London) under [time_zones] of the layout".to_owned(),
                    })
                }
                "timestamp" => match instant(text) {
                    Some(instant) => {
                        key.instant = Some(instant);
                        None
                    }
                    None => cell::read(text, Type::DateTime, &self.style)
                        .map(|(value, _)| {
                            if let Value::DateTime(moment) = value {
                                (key.date, key.time) = (Some(moment.date()), Some(moment.time()));
                            }
                        })
                        .err(),
                },
                name => cell::read(text, Type::Date, &self.style)
                    .map(|(value, _)| {
                        if let Value::Date(date) = value {
                            *(if name == "date" { &mut key.date } else { &mut key.trading_day }) = Some(date);
                        }
                        if let ("date", Some(time)) = (name, cell::time_of(text)) {
                            key.time = Some(time);
                        }
                    })
                    .err(),
            };
            if let Some(fault) = fault {
                found.push(self.found(layout.kind, name, text, fault));
            }
        }
        key
    }

    fn found(&self, kind: Kind, field: &'static str, text: &str, fault: Fault) -> Found {
        let message = if text.is_empty() { format!("{} {}", plain(field), fault.why) } else { format!("`{text}` {}", fault.why) };
        Found { code: fault.code, kind, field, message, help: fault.help }
    }

    /// The records that a row feeds. With a rejecting finding they are incomplete and must not be kept.
    pub fn drafts(&self, cells: &[String], key: &RowKey, taxed: Option<bool>, found: &mut Vec<Found>) -> Vec<Draft> {
        let layout = self.bound.layout;
        let mut drafts: Vec<Draft> = Vec::with_capacity(self.bound.kinds.len());
        for (kind, sources) in &self.bound.kinds {
            if !self.feeds(*kind, sources, cells) {
                continue;
            }
            if *kind == Kind::Lines && self.bound.list.is_some() && *kind != layout.kind {
                drafts.extend(self.listed(sources, cells, key, found));
                continue;
            }
            if *kind == Kind::Tenders && !self.bound.tenders.is_empty() && !layout.also.contains_key(kind) {
                drafts.extend(self.unpivoted(sources, cells, key, found));
                continue;
            }
            let mut values = Vec::with_capacity(sources.len());
            for (field, source) in kind.fields().iter().zip(sources) {
                values.push(self.value(*kind, field.name, field.kind, source, cells, key, found));
            }
            drafts.push(Draft { kind: *kind, values });
        }
        self.give_cash_back(&mut drafts, cells, found);
        for draft in &mut drafts {
            self.complete(draft, taxed, found);
        }
        if self.transaction.begins {
            drafts.extend(layout.more_lines.iter().filter_map(|line| self.more(line, cells, key, found)));
        }
        self.void(&mut drafts, cells);
        self.turn(&mut drafts, found);
        self.watch(cells, found);
        for draft in &drafts {
            self.require(draft, cells, found);
        }
        drafts
    }

    #[allow(clippy::too_many_arguments)]
    fn value(
        &self,
        kind: Kind,
        name: &'static str,
        of: Type,
        source: &Source,
        cells: &[String],
        key: &RowKey,
        found: &mut Vec<Found>,
    ) -> Value<'static> {
        // The key was read already, with what is wrong with it; a further kind may have a date of its own.
        let own = kind != self.bound.layout.kind && !self.text(cells, source).trim().is_empty();
        match name {
            "date" if of == Type::Date && !own => return key.date.map_or(Value::Null, Value::Date),
            "time" if of == Type::Time && !own => return key.time.map_or(Value::Null, Value::Time),
            _ => {}
        }
        if let Source::Spread(columns) = source {
            return self.spread(kind, name, columns, cells, found);
        }
        let layout = self.bound.layout;
        let words = layout.words.get(name);
        let others = layout.otherwise.get(name).into_iter().flatten().map(|heading| self.further(cells, heading));
        let mut texts = std::iter::once(self.text(cells, source).trim()).chain(others).chain(layout.constant(kind, name));
        let text = texts.find_map(|text| Some(in_our_words(words, text, of)).filter(|text| !text.is_empty())).unwrap_or_default();
        match cell::read(text, of, &self.style) {
            Ok((value, mut cut)) => {
                let stated = of == Type::Money && !matches!(name, "unit_price" | "unit_cost" | "cost" | "tax_amount" | "price");
                let (value, cut_more) = if stated { cell::to_minor(value, &self.style) } else { (value, false) };
                cut |= cut_more;
                if cut {
                    let message = format!("`{text}` has more decimals than money has; {value} is used");
                    found.push(Found { code: F024, kind, field: name, message, help: String::new() });
                }
                match value {
                    Value::Decimal(number) if layout.negated.iter().any(|field| field == name) => Value::Decimal(-number),
                    value => value,
                }
            }
            Err(fault) => {
                found.push(self.found(kind, name, text, fault));
                Value::Null
            }
        }
    }

    fn spread(
        &self,
        kind: Kind,
        name: &'static str,
        columns: &[usize],
        cells: &[String],
        found: &mut Vec<Found>,
    ) -> Value<'static> {
        let mut sum: Option<Decimal> = None;
        for &column in columns {
            let text = cells.get(column).map_or("", |text| text.trim());
            match cell::read(text, Type::Money, &self.style) {
                Ok((Value::Decimal(part), _)) => sum = Some(sum.unwrap_or_default() + part),
                Ok(_) => {}
                Err(fault) => {
                    found.push(self.found(kind, name, text, fault));
                    return Value::Null;
                }
            }
        }
        sum.map_or(Value::Null, Value::Decimal)
    }

    /// Fields that follow from others, and defaults.
    fn complete(&self, draft: &mut Draft, taxed: Option<bool>, found: &mut Vec<Found>) {
        let layout = self.bound.layout;
        let kind = draft.kind;
        if kind == Kind::Lines {
            self.total(draft, taxed, found);
        }
        if kind == Kind::ZReports && layout.count_includes_float == Some(false) {
            let float = draft.decimal("opening_float").unwrap_or_default();
            if let Some(counted) = draft.decimal("counted") {
                draft.set("counted", Value::Decimal(counted + float));
            }
        }
        for (name, parts) in &layout.sums {
            let Some(at) = kind.field(name).filter(|&at| draft.values[at].is_null()) else { continue };
            let decimal = |part: &String| match draft.values.get(kind.field(part)?)? {
                Value::Decimal(number) => Some(*number),
                _ => None,
            };
            let known: Vec<Decimal> = parts.iter().filter_map(decimal).collect();
            if !known.is_empty() {
                draft.values[at] = Value::Decimal(known.iter().sum());
            }
        }
        let implied = implied_kind(draft);
        let mut fill = |name: &str, value: Value<'static>| {
            if let Some(at) = kind.field(name)
                && draft.values[at].is_null()
            {
                draft.values[at] = value;
            }
        };
        match kind {
            Kind::Headers => fill("kind", Value::Text(Cow::Borrowed(SaleKind::Sale.word()))),
            Kind::Lines => {
                fill("kind", Value::Text(Cow::Borrowed(implied.word())));
                fill("class", Value::Text(Cow::Borrowed("goods")));
                if layout.lacks("line_total") {
                    fill("line_total", Value::Decimal(Decimal::ZERO));
                }
            }
            Kind::Tenders => {
                let number = |name: &str| match kind.field(name).map(|at| &draft.values[at]) {
                    Some(Value::Decimal(number)) => Some(*number),
                    _ => None,
                };
                if let Some(tendered) = number("tendered") {
                    let net = tendered - number("change").unwrap_or_default();
                    let at = kind.field("amount").filter(|&at| draft.values[at].is_null());
                    if let Some(at) = at {
                        draft.values[at] = Value::Decimal(net);
                    }
                }
            }
            _ => {}
        }
    }

    /// A line's total, where no column states it.
    fn total(&self, draft: &mut Draft, taxed: Option<bool>, found: &mut Vec<Found>) {
        let stated = draft.decimal("line_total").is_some();
        let (net, tax) = (draft.decimal("line_net"), draft.decimal("tax_amount").unwrap_or_default());
        match (self.bound.layout.line_totals, net) {
            (Some(LineTotals::FromPrice), _) if !stated => {
                let (Some(quantity), Some(price)) = (draft.decimal("quantity"), draft.decimal("unit_price")) else { return };
                let off = draft.decimal("discount_amount").unwrap_or_default().abs();
                let total = quantity * price - if quantity.is_sign_negative() { -off } else { off };
                draft.set("line_total", cell::to_minor(Value::Decimal(total), &self.style).0);
            }
            (Some(LineTotals::ByTaxMode), Some(net)) if !stated => match taxed {
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
            },
            _ => {}
        }
    }

    /// The cell under a heading that the layout looks into beside its fields'.
    fn further<'c>(&self, cells: &'c [String], heading: &str) -> &'c str {
        let cell = self.bound.further.get(heading).and_then(|&column| cells.get(column));
        cell.map_or("", |text| text.trim())
    }

    /// The amount under such a heading; blank and unreadable ones are none.
    fn amount(&self, cells: &[String], heading: &str) -> Option<Decimal> {
        match cell::read(self.further(cells, heading), Type::Money, &self.style) {
            Ok((Value::Decimal(amount), _)) => Some(amount),
            _ => None,
        }
    }

    /// Does the row feed this kind? Transactions are stated once, tenders where the layout has them, deposits by their reference.
    fn feeds(&self, kind: Kind, sources: &[Source], cells: &[String]) -> bool {
        let layout = self.bound.layout;
        let filled = |kind: Kind, name: &str, sources: &[Source]| {
            kind.field(name).is_some_and(|at| !self.text(cells, &sources[at]).trim().is_empty())
        };
        if layout.tenders_on == Some(TendersOn::OwnRows) {
            let tender = self.bound.kinds.iter().find(|(of, _)| *of == Kind::Tenders);
            let is_tender = tender.is_some_and(|(_, sources)| filled(Kind::Tenders, "tender", sources));
            return is_tender == (kind == Kind::Tenders);
        }
        match kind {
            _ if kind == layout.kind => true,
            Kind::Headers => layout.kind != Kind::Lines || self.transaction.begins,
            Kind::Tenders if layout.tenders_on == Some(TendersOn::FirstLine) => {
                self.transaction.begins && (!self.bound.tenders.is_empty() || filled(kind, "tender", sources))
            }
            Kind::Deposits => filled(kind, "reference", sources),
            Kind::StockLevels => filled(kind, "on_hand", sources),
            _ => true,
        }
    }

    /// A line that a transaction has beside those of its rows.
    fn more(&self, line: &MoreLine, cells: &[String], key: &RowKey, found: &mut Vec<Found>) -> Option<Draft> {
        let kind = Kind::Lines;
        let text = self.further(cells, &line.amount);
        let amount = match cell::read(text, Type::Money, &self.style) {
            Ok((Value::Decimal(amount), _)) if !amount.is_zero() => amount,
            Ok(_) => return None,
            Err(fault) => {
                found.push(self.found(kind, "line_total", text, fault));
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
        let (_, sources) = self.bound.kinds.iter().find(|(of, _)| *of == kind)?;
        let mut draft = Draft { kind, values: self.shared(kind, sources, cells) };
        let word = |word: &Option<String>, none: &str| Value::Text(Cow::Owned(word.as_deref().unwrap_or(none).to_owned()));
        for (field, value) in [
            ("date", key.date.map_or(Value::Null, Value::Date)),
            ("time", key.time.map_or(Value::Null, Value::Time)),
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
    fn give_cash_back(&self, drafts: &mut Vec<Draft>, cells: &[String], found: &mut Vec<Found>) {
        let Some(column) = self.bound.cash_back.filter(|_| self.bound.layout.cash_back == Some(CashBack::AsColumn)) else { return };
        let text = cells.get(column).map_or("", |text| text.trim());
        let given = match cell::read(text, Type::Money, &self.style) {
            Ok((Value::Decimal(given), _)) if !given.is_zero() => given.abs(),
            Ok(_) => return,
            Err(fault) => return found.push(self.found(Kind::Tenders, "amount", text, fault)),
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

    /// A transaction that was taken back is a void in all its rows.
    fn void(&self, drafts: &mut [Draft], cells: &[String]) {
        let Some(void) = &self.bound.layout.void else { return };
        let said = self.further(cells, &void.column).to_lowercase();
        if !said.is_empty() && (void.words.is_empty() || void.words.contains(&said)) {
            for draft in drafts.iter_mut().filter(|draft| matches!(draft.kind, Kind::Headers | Kind::Lines)) {
                draft.set("kind", SaleKind::Void.value().into_owned());
            }
        }
    }

    /// Amounts that no field takes are said where they are not zero.
    fn watch(&self, cells: &[String], found: &mut Vec<Found>) {
        let layout = self.bound.layout;
        for heading in layout.watched.iter().filter(|_| self.transaction.begins || !self.looks_back()) {
            if let Some(amount) = self.amount(cells, heading).filter(|amount| !amount.is_zero()) {
                let message = format!("{heading} is {}; the layout {} has no place for it", Money::rounded(amount), layout.id);
                let help =
                    "nothing of it is counted: book it by hand, or send the report that states it with its own date".to_owned();
                found.push(Found { code: F030, kind: layout.kind, field: "", message, help });
            }
        }
    }

    /// A refund that is written positive becomes negative, with everything that belongs to it.
    fn turn(&self, drafts: &mut [Draft], found: &mut Vec<Found>) {
        let mut turned = false;
        for draft in drafts.iter_mut().filter(|draft| matches!(draft.kind, Kind::Headers | Kind::Lines)) {
            let kind = draft.kind;
            let total = total_of(kind);
            let refund = kind.field("kind").is_some_and(|at| draft.values[at] == SaleKind::Refund.value());
            let amount = |draft: &Draft, name: &str| match kind.field(name).map(|at| &draft.values[at]) {
                Some(Value::Decimal(number)) => *number,
                _ => Decimal::ZERO,
            };
            if !refund {
                continue;
            }
            let positive = amount(draft, total) > Decimal::ZERO;
            let from_kind = self.bound.layout.sign == Some(Sign::FromKind);
            // Some exports write a refund's total negative and its quantity, or what it was before discount, positive.
            let names: &[&str] = if positive || from_kind { &TURNED } else { &["quantity"] };
            turned |= positive || from_kind;
            if !positive && !from_kind && amount(draft, "quantity") <= Decimal::ZERO {
                continue;
            }
            for name in names.iter().chain([&total]) {
                if let Some(at) = kind.field(name)
                    && let Value::Decimal(number) = draft.values[at]
                    && (number > Decimal::ZERO)
                {
                    draft.values[at] = Value::Decimal(-number);
                }
            }
            if self.bound.layout.sign.unwrap_or_default() == Sign::AsWritten {
                let message = "a refund was written with positive amounts; it is read as money going out".to_owned();
                found.push(Found { code: T008, kind, field: total_of(kind), message, help: String::new() });
            }
        }
        if turned {
            for draft in drafts.iter_mut().filter(|draft| draft.kind == Kind::Tenders) {
                if let Some(at) = Kind::Tenders.field("amount")
                    && let Value::Decimal(number) = draft.values[at]
                    && number > Decimal::ZERO
                {
                    draft.values[at] = Value::Decimal(-number);
                }
            }
        }
    }

    fn require(&self, draft: &Draft, cells: &[String], found: &mut Vec<Found>) {
        let sources = self.bound.kinds.iter().find(|(kind, _)| *kind == draft.kind).map(|(_, sources)| sources);
        for (at, field) in draft.kind.fields().iter().enumerate() {
            let made_later =
                matches!(field.name, "number" | "date" | "z_number") || (field.name == "code" && draft.kind == Kind::Employees);
            let already = found.iter().any(|found| found.kind == draft.kind && found.field == field.name);
            if field.required && draft.values[at].is_null() && !already && !(made_later && self.is_made(draft.kind, field.name)) {
                let text = sources.map_or("", |sources| self.text(cells, &sources[at]));
                found.push(self.found(draft.kind, field.name, text.trim(), cell::blank()));
            }
        }
    }

    /// Is this field made from others when it has no column?
    fn is_made(&self, kind: Kind, name: &str) -> bool {
        let at = kind.field(name);
        let unbound = self
            .bound
            .kinds
            .iter()
            .find(|(of, _)| *of == kind)
            .zip(at)
            .is_none_or(|((_, sources), at)| sources[at] == Source::Nothing);
        name == "date" || unbound
    }

    /// Blank values but for what every record of a row has in common: the transaction's number and its people.
    fn shared(&self, kind: Kind, sources: &[Source], cells: &[String]) -> Vec<Value<'static>> {
        let fields = kind.fields().iter().zip(sources);
        let cell = fields.map(|(field, source)| match (field.name, self.text(cells, source).trim()) {
            ("number" | "cashier" | "customer", text) if !text.is_empty() => Value::Text(Cow::Owned(text.to_owned())),
            _ => Value::Null,
        });
        cell.collect()
    }

    /// `apple,banana:3` as line items.
    fn listed(&self, sources: &[Source], cells: &[String], key: &RowKey, found: &mut Vec<Found>) -> Vec<Draft> {
        let kind = Kind::Lines;
        let list = self.bound.list.and_then(|list| cells.get(list)).map_or("", String::as_str);
        let mut drafts = Vec::new();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (name, count) = item.rsplit_once(':').unwrap_or((item, "1"));
            let mut values = self.shared(kind, sources, cells);
            let mut set = |field: &str, value: Value<'static>| {
                if let Some(at) = kind.field(field) {
                    values[at] = value;
                }
            };
            set("date", key.date.map_or(Value::Null, Value::Date));
            set("time", key.time.map_or(Value::Null, Value::Time));
            set("item_code", Value::Text(Cow::Owned(name.trim().to_owned())));
            set("description", Value::Text(Cow::Owned(name.trim().to_owned())));
            set("line", Value::Integer(drafts.len() as i64 + 1));
            set("training", Value::Bool(false));
            match cell::read(count, Type::Quantity, &self.style) {
                Ok((Value::Null, _)) => set("quantity", Quantity::units(1).value().into_owned()),
                Ok((value, _)) => set("quantity", value),
                Err(fault) => found.push(Found { code: F003, ..self.found(kind, "quantity", item, fault) }),
            }
            drafts.push(Draft { kind, values });
        }
        drafts
    }

    /// Columns that each hold one tender's amount.
    fn unpivoted(&self, sources: &[Source], cells: &[String], key: &RowKey, found: &mut Vec<Found>) -> Vec<Draft> {
        let kind = Kind::Tenders;
        let mut drafts = Vec::new();
        for &column in &self.bound.tenders {
            let text = cells.get(column).map_or("", |text| text.trim());
            let amount = match cell::read(text, Type::Money, &self.style) {
                Ok((Value::Decimal(amount), _)) if !amount.is_zero() => amount,
                Ok(_) => continue,
                Err(fault) => {
                    found.push(self.found(kind, "amount", text, fault));
                    continue;
                }
            };
            let mut values = self.shared(kind, sources, cells);
            let heading = self.bound.headings.get(column).cloned().unwrap_or_default();
            let names = self.bound.layout.tender_names.iter().find(|(of, _)| normal(of) == normal(&heading));
            let named = names.map(|(_, by)| self.further(cells, by)).filter(|name| !name.is_empty());
            let heading = named.map_or(heading, str::to_owned);
            for (field, value) in [
                ("date", key.date.map_or(Value::Null, Value::Date)),
                ("time", key.time.map_or(Value::Null, Value::Time)),
                ("tender", Value::Text(Cow::Owned(heading))),
                ("amount", Money::rounded(amount).value().into_owned()),
            ] {
                if let Some(at) = kind.field(field) {
                    values[at] = value;
                }
            }
            drafts.push(Draft { kind, values });
        }
        drafts
    }
}

/// What a line without a kind is: units that come back are a refund, money off without an item a discount.
fn implied_kind(draft: &Draft) -> SaleKind {
    let number = |name: &str| match draft.kind.field(name).map(|at| &draft.values[at]) {
        Some(Value::Decimal(number)) => *number,
        _ => Decimal::ZERO,
    };
    let coded = draft.kind.field("item_code").is_some_and(|at| !draft.values[at].is_null());
    if number("quantity") < Decimal::ZERO && number("line_total") < Decimal::ZERO {
        SaleKind::Refund
    } else if !coded && number("line_total") < Decimal::ZERO && number("unit_price").is_zero() {
        SaleKind::Discount
    } else {
        SaleKind::Sale
    }
}

/// Do rows of this kind come from a till?
fn rings(kind: Kind) -> bool {
    matches!(kind, Kind::Headers | Kind::Lines | Kind::Tenders | Kind::CashMovements | Kind::ZReports | Kind::ZTotals)
}

/// The file's word in ours, where the layout has one for it.
fn in_our_words<'t>(words: Option<&'t BTreeMap<String, String>>, text: &'t str, of: Type) -> &'t str {
    let Some(words) = words else { return text };
    let any = || words.get(ANY).filter(|_| !text.is_empty() && !is_ours(text, of));
    words.get(&text.to_lowercase()).or_else(any).map_or(text, String::as_str)
}

/// Is this one of our own words already?
fn is_ours(text: &str, of: Type) -> bool {
    matches!(of, Type::Word(words) if words.contains(&text.to_lowercase().as_str()))
}

/// A field's name for people.
pub(super) fn plain(field: &str) -> String {
    field.replace('_', " ")
}

/// `2025-10-28T09:30:00Z` or with an offset, in UTC.
fn instant(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().replacen(' ', "T", 1).replace(' ', "");
    let forms = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z"];
    let zulu = text.strip_suffix('Z').map(|bare| format!("{bare}+00:00")).unwrap_or(text);
    forms
        .iter()
        .find_map(|form| chrono::DateTime::parse_from_str(&zulu, form).ok())
        .map(|moment| moment.naive_utc().with_nanosecond(0).unwrap_or_default())
}

fn fingerprint(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Occurrences of look-alike rows without a number of their own.
pub(super) type Occurrences = HashMap<String, u32>;
