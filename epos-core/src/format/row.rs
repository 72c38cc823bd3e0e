//! One row's cells to the records it feeds.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::bind::{Bound, Source};
use super::cell::{self, Fault, Style};
use super::layout::{KEY_FIELDS, Sign};
use crate::diagnostic::{Code, F003, F024, T008};
use crate::model::{Kind, Money, Quantity, SaleKind, Scalar, SheetRow, Type, Value};

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
}

/// One record of a row, ready to be built.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub kind: Kind,
    pub values: Vec<Value<'static>>,
}

/// Fields that go the other way in a refund, beside its total.
pub(super) const TURNED: [&str; 9] =
    ["quantity", "discount_amount", "tax_amount", "line_net", "subtotal", "discount", "tax", "tip", "rounding"];

/// The field that holds what a record of this kind comes to.
pub(super) fn total_of(kind: Kind) -> &'static str {
    if kind == Kind::Lines { "line_total" } else { "total" }
}

/// Cells of a row as the heading counts them: an unquoted list takes what is too much.
pub(super) fn cells<'r>(bound: &Bound<'_>, cells: &'r [String]) -> Cow<'r, [String]> {
    let width = bound.headings.len();
    match bound.list {
        Some(list) if cells.len() > width && width > 0 => {
            let extra = cells.len() - width;
            let mut joined = cells[..list].to_vec();
            joined.push(cells[list..=list + extra].join(","));
            joined.extend_from_slice(&cells[list + extra + 1..]);
            Cow::Owned(joined)
        }
        _ => Cow::Borrowed(cells),
    }
}

/// Reads rows of one sheet.
pub(super) struct Reader<'a> {
    pub bound: &'a Bound<'a>,
    pub style: Style,
}

impl Reader<'_> {
    fn text<'c>(&self, cells: &'c [String], source: &Source) -> &'c str {
        match source {
            Source::Column(column) => cells.get(*column).map_or("", String::as_str),
            _ => "",
        }
    }

    /// The transaction number that the till gave this row, as it stands there.
    pub fn number<'r>(&self, row: &'r SheetRow) -> Option<&'r str> {
        let (kind, sources) = self.bound.kinds.first()?;
        match &sources[kind.field("number")?] {
            Source::Column(column) => row.cells.get(*column).map(|text| text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
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
    pub fn drafts(&self, cells: &[String], key: &RowKey, found: &mut Vec<Found>) -> Vec<Draft> {
        let layout = self.bound.layout;
        let mut drafts: Vec<Draft> = Vec::with_capacity(self.bound.kinds.len());
        for (kind, sources) in &self.bound.kinds {
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
        for draft in &mut drafts {
            self.complete(draft);
        }
        self.turn(&mut drafts, found);
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
        // The key was read already, with what is wrong with it.
        match name {
            "date" if of == Type::Date => return key.date.map_or(Value::Null, Value::Date),
            "time" if of == Type::Time => return key.time.map_or(Value::Null, Value::Time),
            _ => {}
        }
        if let Source::Spread(columns) = source {
            return self.spread(kind, name, columns, cells, found);
        }
        let layout = self.bound.layout;
        let mut text = self.text(cells, source).trim();
        if text.is_empty() {
            text = layout.constants.get(name).map_or("", String::as_str);
        }
        if let Some(words) = layout.words.get(name)
            && let Some(ours) = words.get(&text.to_lowercase())
        {
            text = ours;
        }
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
    fn complete(&self, draft: &mut Draft) {
        let layout = self.bound.layout;
        let kind = draft.kind;
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
            // Some exports write a refund's total negative and its quantity positive.
            let names: &[&str] = if positive { &TURNED } else { &["quantity"] };
            if !positive && amount(draft, "quantity") <= Decimal::ZERO {
                continue;
            }
            turned |= positive;
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
            // A row without a side speaks for both stores: it is kept once for each.
            if field.name == "side" {
                continue;
            }
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

/// Occurrences of look-alike rows without a number of their own.
pub(super) type Occurrences = HashMap<String, u32>;
