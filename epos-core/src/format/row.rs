//! One row's cells to the records it feeds.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

use super::bind::{Bound, Source};
use super::cell::{self, Fault, Style};
use super::heading::normal;
use super::layout::{ANY, KEY_FIELDS, Sign};
use super::transaction::Gate;
use crate::diagnostic::{Code, F003, F014, F024, T008};
use crate::model::{Kind, Money, Quantity, Rounding, SaleKind, Scalar, Type, Value, is_zone};
use crate::tax;

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
pub(super) struct RowKey<'c> {
    pub store: Option<&'c str>,
    pub till: Option<&'c str>,
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub trading_day: Option<NaiveDate>,
    /// An instant in UTC: the file states its offset, so the store's zone decides date and time.
    pub instant: Option<NaiveDateTime>,
    /// The IANA time zone that date and time are in, where the row says one.
    pub zone: Option<&'c str>,
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

/// Cells of a row as the heading counts them: an unquoted list takes what is too much, joined in `joined`.
pub(super) fn widths(bound: &Bound<'_>, cells: &[&str]) -> Option<(usize, usize)> {
    let width = bound.headings.len();
    bound.list.filter(|_| cells.len() > width && width > 0).map(|list| (list, cells.len() - width))
}

/// What is known of a field before the first row is read.
struct FieldPlan<'a> {
    at: usize,
    name: &'static str,
    of: Type,
    fill: Fill,
    /// Columns to look into, in this order, when its own cell is blank.
    otherwise: Vec<usize>,
    /// What stands for a blank cell.
    constant: &'a str,
    words: Option<&'a BTreeMap<String, String>>,
    /// An amount that was stated, not computed: it has the currency's decimals.
    stated: bool,
    negated: bool,
}

/// What fills a field.
enum Fill {
    /// The row's date, or its time: read with the key.
    Date,
    Time,
    Column(usize),
    /// The first of several columns that is filled.
    Either(Vec<usize>),
    Spread(Vec<usize>),
    /// The layout's constant.
    Constant,
}

/// How a row's cells make a record of one kind.
enum How {
    /// One record, field by field.
    Fields,
    /// One line item for each item of a list.
    Listed,
    /// One tender for each column of amounts.
    Unpivoted,
}

/// What is known of a kind before the first row is read.
pub(super) struct Plan<'a> {
    kind: Kind,
    how: How,
    gate: Gate,
    /// Fields that some cell or constant can fill.
    fields: Vec<FieldPlan<'a>>,
    /// Required fields, and those among them that are made from others when they have no column.
    required: Vec<(usize, &'static str, bool)>,
    /// Fields that are sums of others: the field and its parts, with those that are taken off.
    sums: Vec<(usize, Vec<(usize, bool)>)>,
    /// Lines state no total: it comes from their price.
    total_from_price: bool,
    at: Places,
    /// No cell can say what a line is.
    lacks_total: bool,
}

/// Where the fields stand that reading itself must know.
#[derive(Clone, Copy)]
struct Places {
    kind: Option<usize>,
    class: Option<usize>,
    quantity: Option<usize>,
    unit_price: Option<usize>,
    item_code: Option<usize>,
    total: Option<usize>,
    amount: Option<usize>,
    tendered: Option<usize>,
    change: Option<usize>,
}

impl<'a> Plan<'a> {
    fn new(bound: &Bound<'a>, kind: Kind, sources: &[Source]) -> Self {
        let layout = bound.layout;
        let own_row = kind == layout.kind;
        let how = if kind == Kind::Lines && bound.list.is_some() && !own_row {
            How::Listed
        } else if kind == Kind::Tenders && !bound.tenders.is_empty() && !layout.also.contains_key(&kind) {
            How::Unpivoted
        } else {
            How::Fields
        };
        let mut fields = Vec::new();
        let mut required = Vec::new();
        for (at, (field, source)) in kind.fields().iter().zip(sources).enumerate() {
            let name = field.name;
            let constant = layout.constant(kind, name).unwrap_or_default();
            let headings = layout.otherwise.get(name).into_iter().flatten();
            let otherwise: Vec<usize> = headings.filter_map(|heading| bound.further.get(heading.as_str()).copied()).collect();
            // A further kind may have a date of its own.
            let of_row = own_row || *source == Source::Nothing;
            let fill = match (name, field.kind, source) {
                ("date", Type::Date, _) if of_row => Some(Fill::Date),
                ("time", Type::Time, _) if of_row => Some(Fill::Time),
                (_, _, Source::Spread(columns)) => Some(Fill::Spread(columns.clone())),
                (_, _, Source::Column(column)) => Some(Fill::Column(*column)),
                (_, _, Source::Either(columns)) => Some(Fill::Either(columns.clone())),
                (_, _, Source::Nothing) => (!constant.is_empty() || !otherwise.is_empty()).then_some(Fill::Constant),
            };
            fields.extend(fill.map(|fill| FieldPlan {
                at,
                name,
                of: field.kind,
                fill,
                otherwise,
                constant,
                words: layout.words.get(name),
                stated: field.kind == Type::Money && !matches!(name, "unit_price" | "unit_cost" | "cost" | "tax_amount" | "price"),
                negated: layout.negated.iter().any(|negated| negated == name),
            }));
            let made_later = matches!(name, "number" | "date" | "z_number") || (name == "code" && kind == Kind::Employees);
            // A transfer without a side speaks for both stores: it is kept once for each.
            if field.required && name != "side" {
                required.push((at, name, made_later && (name == "date" || *source == Source::Nothing)));
            }
        }
        let place = |name: &str| kind.field(name);
        let sums = layout.sums.iter().filter_map(|(name, parts)| {
            let part = |part: &String| part.strip_prefix('-').map_or((place(part), false), |part| (place(part), true));
            Some((place(name)?, parts.iter().filter_map(|name| part(name).0.map(|at| (at, part(name).1))).collect()))
        });
        Plan {
            kind,
            how,
            gate: Gate::new(bound, kind, sources),
            fields,
            required,
            sums: sums.collect(),
            at: Places {
                kind: place("kind"),
                class: place("class"),
                quantity: place("quantity"),
                unit_price: place("unit_price"),
                item_code: place("item_code"),
                total: place(total_of(kind)),
                amount: place("amount"),
                tendered: place("tendered"),
                change: place("change"),
            },
            total_from_price: layout.total_from_price && kind == Kind::Lines,
            lacks_total: layout.lacks("line_total"),
        }
    }
}

/// Reads rows of one sheet.
pub(super) struct Reader<'a> {
    pub bound: Rc<Bound<'a>>,
    pub style: Style,
    /// Is the row at hand the first of its transaction?
    pub begins: bool,
    /// Whether the prices of its store, or of the layout, include tax.
    pub taxed: Option<bool>,
    plans: Vec<Plan<'a>>,
    /// Where the key fields come from, with what stands for a blank cell.
    key: Vec<(&'static str, Source, &'a str)>,
    number: Option<usize>,
    /// The dates read last: neighbours are mostly of one day.
    dates: DateMemory,
    /// Values of records that were taken, to be filled again.
    spare: Vec<Vec<Value<'static>>>,
}

/// The text of the date read last, and what it is.
#[derive(Default)]
struct DateMemory {
    text: String,
    date: Option<NaiveDate>,
}

pub(super) fn cell_at<'c>(cells: &[&'c str], column: usize) -> &'c str {
    cells.get(column).copied().unwrap_or_default()
}

pub(super) fn text<'c>(cells: &[&'c str], source: &Source) -> &'c str {
    match source {
        Source::Column(column) => cell_at(cells, *column),
        Source::Either(columns) => filled(cells, columns),
        Source::Spread(_) | Source::Nothing => "",
    }
}

/// The first of these cells that is filled.
fn filled<'c>(cells: &[&'c str], columns: &[usize]) -> &'c str {
    columns.iter().map(|&column| cell_at(cells, column)).find(|text| !text.is_empty()).unwrap_or_default()
}

fn decimal(values: &[Value<'_>], at: Option<usize>) -> Option<Decimal> {
    match values.get(at?)? {
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}

fn set(values: &mut [Value<'static>], at: Option<usize>, value: Value<'static>) {
    if let Some(place) = at.and_then(|at| values.get_mut(at)) {
        *place = value;
    }
}

impl<'a> Reader<'a> {
    pub fn new(bound: Rc<Bound<'a>>, style: Style) -> Self {
        let layout = bound.layout;
        let plans = bound.kinds.iter().map(|(kind, sources)| Plan::new(&bound, *kind, sources)).collect();
        let constant = |name: &str| layout.constants.get(name).map_or("", String::as_str);
        let key = KEY_FIELDS.iter().zip(&bound.key).map(|(name, source)| (*name, source.clone(), constant(name)));
        let needed = |(_, source, constant): &(&str, Source, &str)| *source != Source::Nothing || !constant.is_empty();
        let key = key.filter(needed).collect();
        let number = bound.kinds.first().and_then(|(kind, sources)| match sources.get(kind.field("number")?) {
            Some(Source::Column(column)) => Some(*column),
            _ => None,
        });
        Reader { bound, style, begins: true, taxed: None, plans, key, number, dates: DateMemory::default(), spare: Vec::new() }
    }

    /// Decimals of the row's currency, as far as it says.
    pub fn decimals(&self, cells: &[&str]) -> Option<u32> {
        self.bound.currency.map(|column| tax::minor_units(cell_at(cells, column)))
    }

    /// Reads a cell; amounts in smallest units become amounts.
    pub fn read(&self, text: &str, of: Type, cells: &[&str]) -> Result<(Value<'static>, bool), Fault> {
        let read = cell::read(text, of, &self.style)?;
        Ok(match (read, self.decimals(cells).filter(|_| of == Type::Money)) {
            ((Value::Decimal(number), cut), Some(units)) => (Value::Decimal((number * Decimal::new(1, units)).normalize()), cut),
            (read, _) => read,
        })
    }

    /// The column of the transaction's number.
    pub fn number_column(&self) -> Option<usize> {
        self.number
    }

    /// The transaction number that the till gave this row, as it stands there.
    pub fn number<'c>(&self, cells: &[&'c str]) -> Option<&'c str> {
        Some(cell_at(cells, self.number?)).filter(|text| !text.is_empty())
    }

    /// The key columns. Faults are reported under the kind's own field where it has one.
    pub fn key<'c>(&mut self, cells: &[&'c str], found: &mut Vec<Found>) -> RowKey<'c>
    where
        'a: 'c,
    {
        let kind = self.bound.layout.kind;
        let mut key = RowKey::default();
        for (name, source, constant) in &self.key {
            let written = text(cells, source);
            let text = if written.is_empty() { constant } else { written };
            if text.is_empty() {
                if *name == "till" && matches!(source, Source::Column(_)) && rings(kind) {
                    found.push(self::found(kind, name, text, cell::blank()));
                }
                continue;
            }
            let fault = match *name {
                "store" => {
                    key.store = Some(text);
                    None
                }
                "till" => {
                    key.till = Some(text);
                    None
                }
                "time" => cell::time(text).map(|time| key.time = Some(time)).err(),
                "time_zone" => {
                    let known = self.bound.layout.time_zones.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
                    key.zone = known.map(|(_, zone)| zone.as_str()).or_else(|| is_zone(text).then_some(text));
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
                name if self.dates.date.is_some() && self.dates.text == text => {
                    *(if name == "date" { &mut key.date } else { &mut key.trading_day }) = self.dates.date;
                    None
                }
                name => cell::read(text, Type::Date, &self.style)
                    .map(|(value, _)| {
                        if let Value::Date(date) = value {
                            *(if name == "date" { &mut key.date } else { &mut key.trading_day }) = Some(date);
                        }
                        match cell::time_of(text) {
                            Some(time) if name == "date" => key.time = Some(time),
                            _ => {
                                self.dates.text.clear();
                                self.dates.text.push_str(text);
                                self.dates.date = if name == "date" { key.date } else { key.trading_day };
                            }
                        }
                    })
                    .err(),
            };
            if let Some(fault) = fault {
                found.push(self::found(kind, name, text, fault));
            }
        }
        key
    }

    /// The records that a row feeds. With a rejecting finding they are incomplete and must not be kept.
    pub fn drafts(&mut self, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>, drafts: &mut Vec<Draft>) {
        for plan in self.plans.iter().filter(|plan| plan.gate.lets(self.begins, cells)) {
            match plan.how {
                How::Listed => self.listed(plan, cells, key, found, drafts),
                How::Unpivoted => self.unpivoted(plan, cells, key, found, drafts),
                How::Fields => {
                    let mut values = self.spare.pop().unwrap_or_default();
                    values.resize(plan.kind.fields().len(), Value::Null);
                    for field in &plan.fields {
                        values[field.at] = self.value(plan.kind, field, cells, key, found);
                    }
                    drafts.push(Draft { kind: plan.kind, values });
                }
            }
        }
        self.give_cash_back(cells, found, drafts);
        for draft in drafts.iter_mut() {
            self.complete(draft, cells);
            self.settle(draft, found);
        }
        self.add_more(cells, key, found, drafts);
        self.turn(drafts, found);
        for draft in drafts.iter() {
            self.require(draft, cells, found);
        }
    }

    /// Gives drafts back whose values were taken.
    pub fn give_back(&mut self, drafts: &mut Vec<Draft>) {
        self.spare.extend(drafts.drain(..).map(|draft| {
            // Values that were taken left blanks behind.
            let mut values = draft.values;
            values.iter_mut().filter(|value| !value.is_null()).for_each(|value| *value = Value::Null);
            values
        }));
    }

    pub(super) fn plan(&self, kind: Kind) -> Option<&Plan<'a>> {
        self.plans.iter().find(|plan| plan.kind == kind)
    }

    fn value(&self, kind: Kind, field: &FieldPlan<'_>, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>) -> Value<'static> {
        let mut text = match &field.fill {
            // The key was read already, with what is wrong with it.
            Fill::Date => return key.date.map_or(Value::Null, Value::Date),
            Fill::Time => return key.time.map_or(Value::Null, Value::Time),
            Fill::Spread(columns) => return self.spread(kind, field.name, columns, cells, found),
            Fill::Column(column) => cell_at(cells, *column),
            Fill::Either(columns) => filled(cells, columns),
            Fill::Constant => "",
        };
        text = in_our_words(field, text);
        if text.is_empty() {
            let others = field.otherwise.iter().map(|&column| cell_at(cells, column)).chain(Some(field.constant));
            text = others.map(|text| in_our_words(field, text)).find(|text| !text.is_empty()).unwrap_or_default();
            if text.is_empty() {
                return Value::Null;
            }
        }
        match self.read(text, field.of, cells) {
            Ok((value, mut cut)) => {
                let (value, cut_more) = if field.stated { cell::to_minor(value, &self.style) } else { (value, false) };
                cut |= cut_more;
                if cut {
                    let message = format!("`{text}` has more decimals than money has; {value} is used");
                    found.push(Found { code: F024, kind, field: field.name, message, help: String::new() });
                }
                match value {
                    Value::Decimal(number) if field.negated => Value::Decimal(-number),
                    value => value,
                }
            }
            Err(fault) => {
                found.push(self::found(kind, field.name, text, fault));
                Value::Null
            }
        }
    }

    fn spread(&self, kind: Kind, name: &'static str, columns: &[usize], cells: &[&str], found: &mut Vec<Found>) -> Value<'static> {
        let mut sum: Option<Decimal> = None;
        for &column in columns {
            let text = cell_at(cells, column);
            match self.read(text, Type::Money, cells) {
                Ok((Value::Decimal(part), _)) => sum = Some(sum.unwrap_or_default() + part),
                Ok(_) => {}
                Err(fault) => {
                    found.push(self::found(kind, name, text, fault));
                    return Value::Null;
                }
            }
        }
        sum.map_or(Value::Null, Value::Decimal)
    }

    /// Fields that follow from others, and defaults.
    fn complete(&self, draft: &mut Draft, cells: &[&str]) {
        let Some(plan) = self.plan(draft.kind) else { return };
        let values = &mut draft.values;
        if plan.total_from_price && plan.at.total.is_some_and(|at| values[at].is_null()) {
            let total = from_price(plan, values, self.decimals(cells).or(self.style.minor_units).unwrap_or(2));
            set(values, plan.at.total, total.map_or(Value::Null, Value::Decimal));
        }
        for (at, parts) in &plan.sums {
            if !values[*at].is_null() {
                continue;
            }
            let all = parts.iter().any(|(_, off)| *off);
            let part = |&(part, off): &(usize, bool)| decimal(values, Some(part)).map(|part| if off { -part } else { part });
            let (mut sum, mut known) = (Decimal::ZERO, 0);
            for part in parts.iter().filter_map(part) {
                sum += part;
                known += 1;
            }
            if known > 0 && (!all || known == parts.len()) {
                values[*at] = Value::Decimal(sum);
            }
        }
        let blank = |values: &[Value<'_>], at: Option<usize>| at.filter(|&at| values[at].is_null());
        match draft.kind {
            Kind::Headers if blank(values, plan.at.kind).is_some() => {
                set(values, plan.at.kind, SaleKind::Sale.value().into_owned());
            }
            Kind::Lines => {
                if blank(values, plan.at.kind).is_some() {
                    let implied = implied_kind(plan, values);
                    set(values, plan.at.kind, Value::Text(Cow::Borrowed(implied.word())));
                }
                if blank(values, plan.at.class).is_some() {
                    set(values, plan.at.class, Value::Text(Cow::Borrowed("goods")));
                }
                if plan.lacks_total && blank(values, plan.at.total).is_some() {
                    set(values, plan.at.total, Value::Decimal(Decimal::ZERO));
                }
            }
            Kind::Tenders => {
                if let (Some(tendered), Some(_)) = (decimal(values, plan.at.tendered), blank(values, plan.at.amount)) {
                    let net = tendered - decimal(values, plan.at.change).unwrap_or_default();
                    set(values, plan.at.amount, Value::Decimal(net));
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
            let Some(plan) = self.plan(kind) else { continue };
            if plan.at.kind.is_none_or(|at| draft.values[at] != SaleKind::Refund.value()) {
                continue;
            }
            let amount = |at| decimal(&draft.values, at).unwrap_or_default();
            let positive = amount(plan.at.total) > Decimal::ZERO;
            let from_kind = self.bound.layout.sign == Some(Sign::FromKind);
            // Some exports write a refund's total negative and its quantity, or what it was before discount, positive.
            let names: &[&str] = if positive || from_kind { &TURNED } else { &["quantity"] };
            turned |= positive || from_kind;
            if !positive && !from_kind && amount(plan.at.quantity) <= Decimal::ZERO {
                continue;
            }
            for name in names.iter().chain([&total_of(kind)]) {
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

    fn require(&self, draft: &Draft, cells: &[&str], found: &mut Vec<Found>) {
        let Some(plan) = self.plan(draft.kind) else { return };
        for &(at, name, made) in &plan.required {
            if !draft.values[at].is_null() || made {
                continue;
            }
            let already = found.iter().any(|found| found.kind == draft.kind && found.field == name);
            if !already {
                let sources = self.bound.kinds.iter().find(|(kind, _)| *kind == draft.kind);
                let text = sources.map_or("", |(_, sources)| text(cells, &sources[at]));
                found.push(self::found(draft.kind, name, text, cell::blank()));
            }
        }
    }

    /// Blank values but for what every record of a row has in common: the transaction's number and its people.
    pub(super) fn shared(&self, plan: &Plan<'_>, cells: &[&str], key: &RowKey<'_>) -> Vec<Value<'static>> {
        let mut values = vec![Value::Null; plan.kind.fields().len()];
        for field in &plan.fields {
            values[field.at] = match (&field.fill, field.name) {
                (Fill::Date, _) => key.date.map_or(Value::Null, Value::Date),
                (Fill::Time, _) => key.time.map_or(Value::Null, Value::Time),
                (Fill::Column(column), "number" | "cashier" | "customer") if !cell_at(cells, *column).is_empty() => {
                    Value::Text(Cow::Owned(cell_at(cells, *column).to_owned()))
                }
                _ => Value::Null,
            };
        }
        values
    }

    /// `apple,banana:3` as line items.
    fn listed(&self, plan: &Plan<'_>, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>, drafts: &mut Vec<Draft>) {
        let kind = Kind::Lines;
        let list = self.bound.list.map_or("", |list| cell_at(cells, list));
        let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        for (item, line) in items.zip(1..) {
            let (name, count) = item.rsplit_once(':').unwrap_or((item, "1"));
            let mut values = self.shared(plan, cells, key);
            set(&mut values, kind.field("item_code"), Value::Text(Cow::Owned(name.trim().to_owned())));
            set(&mut values, kind.field("description"), Value::Text(Cow::Owned(name.trim().to_owned())));
            set(&mut values, kind.field("line"), Value::Integer(line));
            set(&mut values, kind.field("training"), Value::Bool(false));
            match cell::read(count, Type::Quantity, &self.style) {
                Ok((Value::Null, _)) => set(&mut values, plan.at.quantity, Quantity::units(1).value().into_owned()),
                Ok((value, _)) => set(&mut values, plan.at.quantity, value),
                Err(fault) => found.push(Found { code: F003, ..self::found(kind, "quantity", item, fault) }),
            }
            drafts.push(Draft { kind, values });
        }
    }

    /// Columns that each hold one tender's amount.
    fn unpivoted(&self, plan: &Plan<'_>, cells: &[&str], key: &RowKey<'_>, found: &mut Vec<Found>, drafts: &mut Vec<Draft>) {
        let kind = Kind::Tenders;
        for &column in &self.bound.tenders {
            let text = cell_at(cells, column);
            let amount = match self.read(text, Type::Money, cells) {
                Ok((Value::Decimal(amount), _)) if !amount.is_zero() => amount,
                Ok(_) => continue,
                Err(fault) => {
                    found.push(self::found(kind, "amount", text, fault));
                    continue;
                }
            };
            let mut values = self.shared(plan, cells, key);
            let heading = self.bound.headings.get(column).cloned().unwrap_or_default();
            let names = self.bound.layout.tender_names.iter().find(|(of, _)| normal(of) == normal(&heading));
            let named = names.map(|(_, by)| self.further(cells, by)).filter(|name| !name.is_empty());
            let heading = named.map_or(heading, str::to_owned);
            set(&mut values, kind.field("tender"), Value::Text(Cow::Owned(heading)));
            set(&mut values, plan.at.amount, Money::rounded(amount).value().into_owned());
            drafts.push(Draft { kind, values });
        }
    }
}

pub(super) fn found(kind: Kind, field: &'static str, text: &str, fault: Fault) -> Found {
    let message = if text.is_empty() { format!("{} {}", plain(field), fault.why) } else { format!("`{text}` {}", fault.why) };
    Found { code: fault.code, kind, field, message, help: fault.help }
}

/// The file's word in ours, where the layout has one for it.
fn in_our_words<'t>(field: &FieldPlan<'t>, text: &'t str) -> &'t str {
    let Some(words) = field.words else { return text };
    let is_ours = || matches!(field.of, Type::Word(ours) if ours.contains(&text.to_lowercase().as_str()));
    let any = || words.get(ANY).filter(|_| !text.is_empty() && !is_ours());
    words.get(&text.to_lowercase()).or_else(any).map_or(text, String::as_str)
}

/// A line's total from its price: quantity × unit price, less the money off it or, without that, the percent.
fn from_price(plan: &Plan<'_>, values: &[Value<'_>], decimals: u32) -> Option<Decimal> {
    let full = decimal(values, plan.at.quantity)?.checked_mul(decimal(values, plan.at.unit_price)?)?;
    let percent =
        || decimal(values, plan.kind.field("discount_percent")).map(|percent| full.abs() * percent / Decimal::ONE_HUNDRED);
    let off = decimal(values, plan.kind.field("discount_amount")).map(|off| off.abs()).or_else(percent).unwrap_or_default();
    Some(Rounding::HalfUp.apply(if full.is_sign_negative() { full + off } else { full - off }, decimals))
}

/// What a line without a kind is: units that come back are a refund, money off without an item a discount.
fn implied_kind(plan: &Plan<'_>, values: &[Value<'_>]) -> SaleKind {
    let number = |at| decimal(values, at).unwrap_or_default();
    let coded = plan.at.item_code.is_some_and(|at| !values[at].is_null());
    let total = number(plan.at.total);
    if number(plan.at.quantity) < Decimal::ZERO && total < Decimal::ZERO {
        SaleKind::Refund
    } else if !coded && total < Decimal::ZERO && number(plan.at.unit_price).is_zero() {
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
    // An offset stands behind date and time.
    if !text.get(11..)?.contains(['Z', '+', '-']) {
        return None;
    }
    let text = text.trim().replacen(' ', "T", 1).replace(' ', "");
    let forms = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z"];
    let zulu = text.strip_suffix('Z').map(|bare| format!("{bare}+00:00")).unwrap_or(text);
    forms
        .iter()
        .find_map(|form| chrono::DateTime::parse_from_str(&zulu, form).ok())
        .map(|moment| moment.naive_utc().with_nanosecond(0).unwrap_or_default())
        // In any zone it must be a day that is kept.
        .filter(|utc| [utc.date().pred_opt(), utc.date().succ_opt()].into_iter().all(|day| day.is_some_and(super::cell::is_kept)))
}

/// Occurrences of look-alike rows without a number of their own.
pub(super) type Occurrences = HashMap<String, u32>;
