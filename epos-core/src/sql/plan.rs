//! What a document's rows mean for the database: which batches they make, and which of them readers shall see. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::rollup::{Fold, Totals, Words};
use super::{Rows, Tally, fact_table, row_hash};
use crate::diagnostic::{self, Diagnostic};
use crate::model::{At, BatchKey, Block, Coverage, Hash, Key, Kind, Numbering, Origin, Person, Type, Value};

/// What a document says of the rows it brings, apart from the rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Said {
    /// The layout it was read under.
    pub layout: String,
    /// That layout's version.
    pub layout_version: i64,
    /// How the rows add up with other documents'.
    pub coverage: Coverage,
    /// How transactions are numbered.
    pub numbering: Numbering,
    /// Whether prices include tax, if anybody says.
    pub prices_include_tax: Option<bool>,
    /// Fields or kinds that the layout cannot carry, separated by blanks.
    pub absent: String,
}

impl From<&Origin> for Said {
    fn from(origin: &Origin) -> Self {
        Said {
            layout: origin.layout.clone(),
            layout_version: i64::from(origin.layout_version),
            coverage: origin.coverage,
            numbering: origin.numbering,
            prices_include_tax: origin.prices_include_tax,
            absent: origin.absent.join(" "),
        }
    }
}

/// One row of the table `batch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Its id.
    pub id: i64,
    /// Whose rows of which kind.
    pub key: BatchKey,
    /// From 1, in the order in which we came to know.
    pub revision: i64,
    /// `document.id`.
    pub document: i64,
    /// `reading.id`.
    pub reading: i64,
    /// What the document says of them.
    pub said: Arc<Said>,
    /// Hash of the rows.
    pub content: Hash,
    /// Hash of the rows without dates.
    pub undated: Option<Hash>,
    /// How many rows.
    pub row_count: i64,
    /// Under which id they are kept.
    pub rows_in: i64,
    /// True for what a document itself says.
    pub own: bool,
    /// True while readers see it.
    pub active: bool,
    /// From when on readers saw it.
    pub known_from: NaiveDateTime,
    /// Until when.
    pub known_until: Option<NaiveDateTime>,
}

/// What decides which of two documents is the later: what it says of itself, then its arrival, then the reading.
pub type Order = (NaiveDateTime, i64, i64);

/// A revision that the database already has.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The revision.
    pub revision: Revision,
    /// The document's hash.
    pub hash: Hash,
    /// The document's name.
    pub document: String,
    /// Its place among the revisions.
    pub order: Order,
    /// True while its document is loaded and this is the document's current reading.
    pub live: bool,
}

/// Revisions by what they are of.
pub type KnownBatches = BTreeMap<BatchKey, Vec<Known>>;

/// A batch of the document at hand.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Whose rows of which kind.
    pub key: BatchKey,
    /// What the document says of them.
    pub said: Arc<Said>,
    /// Their hash.
    pub content: Tally,
    /// Their hash without dates.
    pub undated: Tally,
    /// The part is completed by the content: an event without reference.
    by_content: bool,
}

impl Draft {
    /// The hash that recognises the same rows on another day; only for sales of at least two rows, where it means something.
    pub fn undated(&self) -> Option<Hash> {
        (matches!(self.key.1, Kind::Headers | Kind::Lines) && self.content.rows >= 2).then(|| self.undated.hash())
    }
}

/// Where a row goes: found while it is counted in, used when it is written.
#[derive(Debug, Clone)]
pub struct Place {
    /// The position of its batch among the drafts.
    pub draft: usize,
    line: i64,
    number: Option<Box<str>>,
}

/// Someone not met before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// `employee`, `customer`, `donor`.
    pub role: &'static str,
    /// Name or code as the till has it.
    pub code: String,
    /// The token made for them.
    pub token: String,
}

/// What a list says of a person beside the code: personal data, kept with the token and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// Tokens that stand for people.
#[derive(Debug, Clone, Default)]
pub struct People {
    tokens: HashMap<&'static str, HashMap<String, String>>,
    /// Those who got a token here.
    pub new: Vec<Stranger>,
    /// What lists of employees and customers say of people, by token.
    pub known: BTreeMap<String, Particulars>,
    seed: [u8; 32],
}

/// The role that a field's people have; `None` for particulars, which are kept beside the person only.
fn role(kind: Kind, field: &str) -> Option<&'static str> {
    match field {
        "first_name" | "last_name" | "email" | "phone" => None,
        "customer" => Some("customer"),
        "code" if kind == Kind::Customers => Some("customer"),
        "donor" => Some("donor"),
        _ => Some("employee"),
    }
}

impl People {
    /// Notes somebody's token.
    pub fn meet(&mut self, role: &str, code: &str, token: &str) {
        if let Some(role) = ["employee", "customer", "donor"].into_iter().find(|known| *known == role) {
            self.tokens.entry(role).or_default().insert(code.to_owned(), token.to_owned());
        }
    }

    fn token(&self, role: &str, code: &str) -> Option<&str> {
        self.tokens.get(role)?.get(code).map(String::as_str)
    }

    /// Makes a token for whoever has none. It is made of the seed and a counter, so that one seed gives one outcome.
    fn greet(&mut self, role: &'static str, code: &str) {
        if self.token(role, code).is_some() {
            return;
        }
        let made_of = [self.seed.as_slice(), &(self.new.len() as u64).to_le_bytes()].concat();
        let token = format!("p{}", &Hash::of(&made_of).to_string()[..20]);
        self.new.push(Stranger { role, code: code.to_owned(), token: token.clone() });
        self.tokens.entry(role).or_default().insert(code.to_owned(), token);
    }

    /// Notes what a list says of somebody who has a token.
    fn note(&mut self, role: &str, code: &Person, particulars: Particulars) {
        if let Some(token) = self.token(role, &code.0).map(str::to_owned) {
            self.known.insert(token, particulars);
        }
    }

    /// People of a block without a token yet, by role and code.
    pub fn strangers(&self, block: &Block) -> Vec<(&'static str, String)> {
        let mut found: BTreeMap<&'static str, HashSet<String>> = BTreeMap::new();
        each_person(block, &mut |role, code| {
            let met = self.token(role, code).is_some() || found.get(role).is_some_and(|codes| codes.contains(code));
            if !met {
                found.entry(role).or_default().insert(code.to_owned());
            }
        });
        found.into_iter().flat_map(|(role, codes)| codes.into_iter().map(move |code| (role, code))).collect()
    }

    /// Puts tokens in place of people; names go away.
    fn hide<'v>(&'v self, kind: Kind, values: &mut [Value<'v>]) {
        for (field, value) in kind.fields().iter().zip(values) {
            if field.kind != Type::Person {
                continue;
            }
            let token = match (&*value, role(kind, field.name)) {
                (Value::Text(code), Some(role)) => self.token(role, code),
                _ => None,
            };
            *value = token.map_or(Value::Null, |token| Value::Text(Cow::Borrowed(token)));
        }
    }
}

/// Calls `each` with everybody a block names. Sales, which are nearly all of a block, are looked at without unfolding them.
fn each_person(block: &Block, each: &mut dyn FnMut(&'static str, &str)) {
    let mut call = |role: &'static str, person: &Option<Person>| {
        if let Some(person) = person.as_ref().filter(|person| !person.0.is_empty()) {
            each(role, &person.0);
        }
    };
    for batch in &block.batches {
        for header in &batch.content.headers {
            call("employee", &header.cashier);
            call("customer", &header.customer);
        }
        for line in &batch.content.lines {
            call("employee", &line.cashier);
            call("customer", &line.customer);
            call("donor", &line.donor);
        }
        let others = Kind::ALL.iter().filter(|kind| !matches!(kind, Kind::Headers | Kind::Lines));
        for &kind in others.filter(|&&kind| batch.content.count(kind) > 0) {
            let people = person_fields(kind);
            if people.is_empty() {
                continue;
            }
            batch.content.visit(kind, &mut |_, values| {
                for (field, role) in &people {
                    if let Some(Value::Text(code)) = values.get(*field) {
                        call(role, &Some(Person(code.to_string())));
                    }
                }
            });
        }
    }
}

fn person_fields(kind: Kind) -> Vec<(usize, &'static str)> {
    let fields = kind.fields().iter().enumerate().filter(|(_, field)| field.kind == Type::Person);
    fields.filter_map(|(position, field)| Some((position, role(kind, field.name)?))).collect()
}

/// The field that a kind's rows are known by: the key column `number`. None, or a blank one: `~` and a hash of the row.
pub fn number_field(kind: Kind) -> Option<usize> {
    ["number", "z_number", "item_code", "reference", "code", "unit", "date"].iter().find_map(|name| kind.field(name))
}

/// Sums that are made while the rows stream by; those of a larger document are made from what was written.
const SUMS_MAX: usize = 700_000;

/// Rows of one table that are unfolded before they are written.
const AT_A_TIME: usize = 4_000;

/// A document's batches while its blocks are counted in.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    /// The batches in the order in which they first appeared.
    pub list: Vec<Draft>,
    /// The roll-ups of its till-days: of all, or (a very large document) of none.
    pub folds: BTreeMap<Key, Fold>,
    /// The words that the roll-ups speak of.
    pub words: Words,
    folding: bool,
    /// Till-days with a transaction that goes on in another block: their roll-ups are made from what was written.
    torn: HashSet<Key>,
    /// People.
    pub people: People,
    index: HashMap<BatchKey, usize>,
    seen: HashMap<u64, Lines, BuildHasherDefault<Ready>>,
    /// Blocks counted in so far.
    blocks: u32,
}

fn draft(
    list: &mut Vec<Draft>,
    index: &mut HashMap<BatchKey, usize>,
    key: &Key,
    kind: Kind,
    (part, by_content): (String, bool),
    said: &Arc<Said>,
) -> usize {
    let key = (key.clone(), kind, part);
    if let Some(&position) = index.get(&key) {
        return position;
    }
    list.push(Draft { key: key.clone(), said: said.clone(), content: Tally::default(), undated: Tally::default(), by_content });
    index.insert(key, list.len() - 1);
    list.len() - 1
}

/// The hasher for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Which lines of one number are taken.
#[derive(Debug, Clone, Copy, Default)]
struct Lines {
    low: u64,
    highest: i32,
    /// The block that had the last of them.
    block: u32,
}

impl Lines {
    /// The place of the next row: the stated one while it is free, else behind the last. Two transactions that share a number
    /// keep all their lines this way.
    fn place(&mut self, stated: Option<i64>) -> i64 {
        let highest = i64::from(self.highest);
        let free = |line: &i64| match line {
            0..64 => self.low & (1 << line) == 0,
            line => *line > highest && *line < i64::from(i32::MAX),
        };
        let line = stated.filter(free).unwrap_or(highest.max(0) + 1);
        if let 0..64 = line {
            self.low |= 1 << line;
        }
        self.highest = i32::try_from(highest.max(line)).unwrap_or(i32::MAX);
        line
    }
}

impl Drafts {
    /// None yet. Tokens for new people are made of the seed.
    ///
    /// With `careful` every transaction is remembered: rows that stand twice get places of their own, and the roll-ups are made on the way.
    pub fn new(seed: [u8; 32], careful: bool) -> Self {
        Drafts { people: People { seed, ..People::default() }, folding: careful, ..Drafts::default() }
    }

    /// Counts a block in, and says where each of its rows goes, in the order of [`Drafts::rows`]. `strangers` are those of
    /// [`People::strangers`]; who was not met since then gets a new token.
    pub fn take(&mut self, block: &Block, strangers: &[(&'static str, String)]) -> Vec<Place> {
        strangers.iter().for_each(|(role, code)| self.people.greet(role, code));
        let said = Arc::new(Said::from(&block.origin));
        let mut places = Vec::with_capacity(block.batches.iter().map(|batch| batch.content.total()).sum());
        let mut scratch = (Vec::with_capacity(512), Vec::with_capacity(64));
        let mut number = Vec::with_capacity(64);
        self.blocks += 1;
        let here = self.blocks;
        let (people, list, index, seen) = (&self.people, &mut self.list, &mut self.index, &mut self.seen);
        for batch in &block.batches {
            let mut torn = false;
            for &kind in Kind::ALL.iter().filter(|&&kind| batch.content.count(kind) > 0) {
                let parted = Parted::new(kind, said.coverage);
                let mut draft_of = |part: (String, bool), list: &mut Vec<Draft>| draft(list, index, &batch.key, kind, part, &said);
                let whole = matches!(parted, Parted::Whole).then(|| draft_of((String::new(), false), list));
                let number_field = number_field(kind);
                let line_field = kind.field("line");
                batch.content.visit(kind, &mut |_, mut values| {
                    people.hide(kind, &mut values);
                    let draft = whole.unwrap_or_else(|| draft_of(parted.of(&values), list));
                    number.clear();
                    if let Some(value) = number_field.and_then(|field| values.get(field)) {
                        super::text(value, &mut number);
                    }
                    let nameless = number.is_empty().then(|| nameless(kind, &values, &mut scratch));
                    let stated = line_field.and_then(|field| match values.get(field) {
                        Some(Value::Integer(line)) => Some(*line),
                        _ => None,
                    });
                    let mut hasher = DefaultHasher::new();
                    hasher.write_usize(draft);
                    hasher.write(nameless.as_deref().map_or(number.as_slice(), str::as_bytes));
                    let lines = seen.entry(hasher.finish()).or_default();
                    torn |= lines.block != 0 && lines.block != here;
                    lines.block = here;
                    let line = lines.place(stated);
                    let (with, without) = row_hash(kind, &values, line, &mut scratch);
                    if let Some(draft) = list.get_mut(draft) {
                        draft.content.add(&with);
                        draft.undated.add(&without);
                    }
                    places.push(Place { draft, line, number: nameless.map(String::into_boxed_str) });
                });
            }
            if torn && block.origin.sheet.is_empty() {
                self.torn.insert(batch.key.clone());
            }
        }
        self.sum(block);
        places
    }

    /// Counts a block into the roll-ups, and notes what lists say of people.
    fn sum(&mut self, block: &Block) {
        // Only a text keeps all of a transaction in one block: sheets may each have a part.
        let whole = block.origin.sheet.is_empty();
        for batch in &block.batches {
            let content = &batch.content;
            if self.folding && content.headers.len() + content.lines.len() + content.tenders.len() > 0 {
                let people = &self.people;
                if !self.folds.contains_key(&batch.key) {
                    self.folds.insert(batch.key.clone(), Fold::default());
                }
                if let Some(fold) = self.folds.get_mut(&batch.key) {
                    fold.add(content, &mut self.words, &|person| people.token("employee", &person.0).unwrap_or_default());
                    if whole {
                        fold.settle(&mut self.words);
                    }
                }
            }
            let people = &mut self.people;
            let text = |person: &Option<Person>| person.as_ref().map(|person| person.0.clone());
            for employee in &content.employees {
                let (first_name, last_name) = (text(&employee.first_name), text(&employee.last_name));
                people.note("employee", &employee.code, Particulars { first_name, last_name, ..Particulars::default() });
            }
            for customer in &content.customers {
                let particulars = Particulars {
                    first_name: text(&customer.first_name),
                    last_name: text(&customer.last_name),
                    email: text(&customer.email),
                    phone: text(&customer.phone),
                };
                people.note("customer", &customer.code, particulars);
            }
        }
    }

    /// The rows of a block for their tables, some thousands at a time. Rows whose batch has no id are left out.
    ///
    /// # Errors
    /// What `write` says.
    pub fn rows<'b, E>(
        &'b self,
        block: &'b Block,
        places: &[Place],
        id: &dyn Fn(usize) -> Option<i64>,
        write: &mut dyn FnMut(&Rows<'b>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut tables: Vec<Rows<'b>> = Kind::ALL.iter().map(|&kind| Rows::of(fact_table(kind))).collect();
        let mut places = places.iter();
        for batch in &block.batches {
            for (&kind, rows) in Kind::ALL.iter().zip(&mut tables).filter(|(kind, _)| batch.content.count(**kind) > 0) {
                let number_field = number_field(kind);
                batch.content.visit(kind, &mut |row, mut values| {
                    let Some(place) = places.next() else { return };
                    let Some(id) = id(place.draft) else { return };
                    self.people.hide(kind, &mut values);
                    let number = match (&place.number, number_field.and_then(|field| values.get(field))) {
                        (Some(number), _) => Value::Text(Cow::Owned(number.to_string())),
                        (None, Some(Value::Text(text))) => Value::Text(text.clone()),
                        (None, Some(value)) => Value::Text(Cow::Owned(value.to_string())),
                        (None, None) => Value::Text(Cow::Borrowed("")),
                    };
                    push_row(rows, kind, id, number, place.line, row, values);
                });
                if rows.len() >= AT_A_TIME {
                    write(rows)?;
                    rows.values.clear();
                }
            }
        }
        tables.iter().filter(|rows| !rows.is_empty()).try_for_each(write)
    }

    /// After rows were written: lets go of which lines each transaction has, unless the roll-ups need it. A transaction's lines stand
    /// together, and where they do not, the lines state their places; rows with the same place are found by the database's key.
    pub fn forget(&mut self) {
        if !self.folding {
            self.seen = HashMap::default();
        } else if self.folds.values().map(Fold::len).sum::<usize>() > SUMS_MAX {
            self.folding = false;
            self.folds.clear();
        }
    }

    /// A till-day's sums, when they were made while its rows streamed by: after [`Drafts::close`].
    pub fn totals(&self, key: &Key) -> Option<Totals> {
        self.folds.get(key).map(|fold| fold.totals(&self.words))
    }

    /// After the last block: events without reference are known by their content.
    pub fn close(&mut self) {
        self.folds.retain(|key, _| !self.torn.contains(key));
        self.folds.values_mut().for_each(|fold| fold.settle(&mut self.words));
        for draft in self.list.iter_mut().filter(|draft| draft.by_content) {
            draft.key.2 = format!("{} {}", draft.key.2, draft.content.hash().short());
            draft.by_content = false;
        }
    }
}

/// Adds one row in the order of its table's columns.
pub fn push_row<'v>(rows: &mut Rows<'v>, kind: Kind, batch: i64, number: Value<'v>, line: i64, row: u32, values: Vec<Value<'v>>) {
    rows.values.extend([Value::Integer(batch), number, Value::Integer(line), Value::Integer(i64::from(row))]);
    let fields = kind.fields().iter().zip(values).filter(|(field, _)| !matches!(field.name, "number" | "line"));
    rows.values.extend(fields.map(|(_, value)| value));
}

/// What stands for the number of a row without one: a hash of its fields.
fn nameless(kind: Kind, values: &[Value<'_>], scratch: &mut (Vec<u8>, Vec<u8>)) -> String {
    format!("~{}", &row_hash(kind, values, 0, scratch).0.to_string()[..16])
}

/// How the rows of one kind fall into parts.
enum Parted {
    /// One part.
    Whole,
    /// By Z number, else by the time of closing.
    Z { number: Option<usize>, closed_at: Option<usize> },
    /// By reference, else by supplier and date and content.
    Event { prefix: Option<usize>, reference: Option<usize>, else_by: Vec<usize> },
}

impl Parted {
    fn new(kind: Kind, coverage: Coverage) -> Self {
        match (kind, coverage) {
            (Kind::ZReports | Kind::ZTotals | Kind::CashCounts, _) => {
                Parted::Z { number: kind.field("z_number"), closed_at: kind.field("closed_at") }
            }
            (_, Coverage::Event) => Parted::Event {
                prefix: (kind == Kind::Deposits).then(|| kind.field("kind")).flatten(),
                reference: kind.field("reference"),
                else_by: ["supplier", "date"].iter().filter_map(|name| kind.field(name)).collect(),
            },
            _ => Parted::Whole,
        }
    }

    /// A row's part, and whether the content of all its rows completes it.
    fn of(&self, values: &[Value<'_>]) -> (String, bool) {
        let text = |field: usize| values.get(field).map(Value::to_string).unwrap_or_default();
        match self {
            Parted::Whole => (String::new(), false),
            Parted::Z { number, closed_at } => {
                let number = number.map(text).unwrap_or_default();
                (if number.is_empty() { closed_at.map(text).unwrap_or_default() } else { number }, false)
            }
            Parted::Event { prefix, reference, else_by } => match reference.map(text).unwrap_or_default() {
                reference if reference.is_empty() => (else_by.iter().map(|&field| text(field)).collect::<Vec<_>>().join(" "), true),
                reference => (prefix.map_or(reference.clone(), |prefix| format!("{} {reference}", text(prefix))), false),
            },
        }
    }
}

/// What readers shall see of one batch key.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// What they see now.
    Keep,
    /// Nothing: everything was withdrawn.
    Nothing,
    /// The document at hand.
    New,
    /// A revision of before, again.
    Again(Box<Known>),
    /// The union of overlapping exports, in this order; `None` is the document at hand.
    Union(Vec<Option<Known>>),
}

/// What becomes of one batch key.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Of what.
    pub key: BatchKey,
    /// The draft, when the document at hand speaks of it.
    pub draft: Option<usize>,
    /// Where equal rows are already kept, so that none are written.
    pub kept_in: Option<i64>,
    /// What readers see now.
    pub active: Option<Revision>,
    /// What they shall see.
    pub next: Next,
    /// The next revision's number.
    pub revision: i64,
    /// Its rows are kept beside sealed figures, unseen, until somebody releases them.
    pub held: bool,
}

/// What a document's activation does.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One step per batch key, those of the drafts first and in their order.
    pub steps: Vec<Step>,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// True when the document must be held: nothing of it is activated.
    pub held: bool,
}

/// The document at hand, as its plan needs to know it.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub hash: Hash,
    /// Its place among the revisions.
    pub order: Order,
    /// True when it is read again: its earlier reading no longer speaks.
    pub again: bool,
}

/// Other days that have the same rows: key of the batch and the day.
pub type Twins = HashMap<(String, String, Kind, Hash), chrono::NaiveDate>;

/// Plans what a document's drafts do to what is known.
pub fn plan(drafts: &[Draft], known: &KnownBatches, newcomer: &Newcomer, twins: &Twins) -> Plan {
    let mut plan = Plan::default();
    let at = At::document(&newcomer.name);
    let none = Vec::new();
    for (position, draft) in drafts.iter().enumerate() {
        let (key, kind, _) = &draft.key;
        let known = known.get(&draft.key).unwrap_or(&none);
        let content = draft.content.hash();
        let step = settle(&draft.key, known, Some((position, draft, newcomer)));
        let foreign = known.iter().find(|other| {
            other.live
                && other.revision.own
                && other.hash != newcomer.hash
                && other.revision.said.layout != draft.said.layout
                && other.revision.content != content
        });
        if let Some(other) = foreign.filter(|_| draft.said.coverage != Coverage::Snapshot) {
            plan.held = true;
            let message = format!(
                "{} came in the layout `{}`, but `{}` already brought them in the layout `{}` with other rows",
                named(&draft.key),
                draft.said.layout,
                other.document,
                other.revision.said.layout
            );
            let finding = Diagnostic::new(diagnostic::L006, at.clone(), message)
                .help(format!("say which counts: to use this file, undo `{}` and read this one again", other.document));
            plan.diagnostics.push(finding.day(&key.store, key.trading_day).subject(subject(&draft.key)));
        } else if step.next != Next::New && !matches!(step.next, Next::Union(_)) && step.kept_in.is_none() {
            let message =
                format!("{}: this file is older than the one in use, so it was kept as an earlier revision", named(&draft.key));
            let finding = Diagnostic::new(diagnostic::L008, at.clone(), message);
            plan.diagnostics.push(finding.day(&key.store, key.trading_day).subject(subject(&draft.key)));
        }
        if let Some(day) = draft.undated().and_then(|rows| twins.get(&(key.store.clone(), key.till.clone(), *kind, rows))) {
            let message = format!("{} are the same rows as those of {}", named(&draft.key), long(*day));
            let finding = Diagnostic::new(diagnostic::L007, at.clone(), message)
                .help(format!("is this the file of {} with a new date? If so, undo it and send the right one", long(*day)));
            plan.diagnostics.push(finding.day(&key.store, key.trading_day).subject(subject(&draft.key)));
        }
        plan.steps.push(step);
    }
    if newcomer.again {
        let spoken: HashSet<&BatchKey> = drafts.iter().map(|draft| &draft.key).collect();
        plan.steps.extend(withdraw(known, newcomer.hash, &|key| !spoken.contains(key)));
    }
    plan
}

/// What becomes of the batches that a document spoke of when it is no longer heard.
pub fn withdraw(known: &KnownBatches, document: Hash, of: &dyn Fn(&BatchKey) -> bool) -> Vec<Step> {
    let spoke = |list: &&Vec<Known>| list.iter().any(|one| one.hash == document && one.revision.own && one.live);
    let mut steps = Vec::new();
    for (key, list) in known.iter().filter(|(key, list)| of(key) && spoke(list)) {
        let others: Vec<Known> = list.iter().map(|one| Known { live: one.live && one.hash != document, ..one.clone() }).collect();
        steps.push(settle(key, &others, None));
    }
    steps
}

/// Coverage says how the revisions of one key add up: the latest wins, or overlapping exports merge.
fn settle(key: &BatchKey, known: &[Known], new: Option<(usize, &Draft, &Newcomer)>) -> Step {
    let active = known.iter().find(|one| one.revision.active);
    let newcomer = new.map(|(_, _, newcomer)| newcomer);
    let mut speak: Vec<Option<&Known>> = known
        .iter()
        .filter(|one| one.live && one.revision.own && newcomer.is_none_or(|newcomer| one.hash != newcomer.hash))
        .map(Some)
        .collect();
    if new.is_some() {
        speak.push(None);
    }
    let order = |one: &Option<&Known>| one.map(|one| one.order).or(newcomer.map(|newcomer| newcomer.order));
    speak.sort_by_key(order);
    let content = new.map(|(_, draft, _)| draft.content.hash());
    let coverage = |one: &Option<&Known>| match (one, new) {
        (Some(one), _) => one.revision.said.coverage,
        (None, Some((_, draft, _))) => draft.said.coverage,
        (None, None) => Coverage::Day,
    };
    let ranged = speak.len() > 1 && key.2.is_empty() && speak.iter().all(|one| coverage(one) == Coverage::Range);
    let seen = |of: Hash| active.filter(|active| active.live && active.revision.content == of);
    let next = match speak.last() {
        None => Next::Nothing,
        Some(_) if ranged => Next::Union(speak.iter().map(|one| one.cloned()).collect()),
        Some(None) => match content.and_then(seen) {
            Some(active) if newcomer.is_none_or(|newcomer| active.hash != newcomer.hash) => Next::Keep,
            _ => Next::New,
        },
        Some(Some(last)) if seen(last.revision.content).is_some() => Next::Keep,
        Some(Some(last)) => Next::Again(Box::new((*last).clone())),
    };
    Step {
        key: key.clone(),
        draft: new.map(|(position, ..)| position),
        kept_in: known.iter().find(|one| Some(one.revision.content) == content).map(|one| one.revision.rows_in),
        active: active.map(|active| active.revision.clone()),
        next,
        revision: known.iter().map(|one| one.revision.revision).max().unwrap_or(0) + 1,
        held: false,
    }
}

/// Keeps back what would change a sealed store-day: its rows stand beside the sealed ones, and readers see what they saw.
pub fn beside(steps: &mut [Step], drafts: &[Draft], sealed: &dyn Fn(&str, chrono::NaiveDate) -> bool) {
    for step in steps.iter_mut().filter(|step| step.key.1.is_sealed() && sealed(&step.key.0.store, step.key.0.trading_day)) {
        let content = step.draft.and_then(|draft| drafts.get(draft)).map(|draft| draft.content.hash());
        let same = step.active.as_ref().is_some_and(|active| Some(active.content) == content);
        step.held = step.next != Next::Keep && !same && step.draft.is_some();
        step.next = Next::Keep;
    }
}

/// What people call the rows of a kind.
pub fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Headers => "sales",
        Kind::Lines => "line items",
        Kind::Tenders => "tenders",
        Kind::CashMovements => "cash movements",
        Kind::ZReports => "Z-report",
        Kind::ZTotals => "Z totals",
        Kind::CashCounts => "cash count",
        Kind::Deposits => "deposits",
        Kind::Products => "product list",
        Kind::StockLevels => "stock levels",
        Kind::StockCounts => "stock counts",
        Kind::GoodsIn => "goods in",
        Kind::Transfers => "transfers",
        Kind::Stores => "store list",
        Kind::Drawers => "drawer list",
        Kind::Employees => "employee list",
        Kind::Customers => "customer list",
        Kind::Suppliers => "supplier list",
        Kind::TaxRates => "tax rates",
        Kind::Calendar => "calendar",
    }
}

fn long(day: chrono::NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// `line items of store 01, till 2, Friday 20 November 2026`.
pub fn named((key, kind, part): &BatchKey) -> String {
    let mut name = label(*kind).to_owned();
    if !part.is_empty() {
        name.push_str(&format!(" {part}"));
    }
    if !key.store.is_empty() {
        name.push_str(&format!(" of store {}", key.store));
    }
    if !key.till.is_empty() {
        name.push_str(&format!(", till {}", key.till));
    }
    if key.trading_day == Key::ALWAYS { name } else { format!("{name}, {}", long(key.trading_day)) }
}

/// What an acceptance of a finding about a batch names.
pub fn subject((key, kind, part): &BatchKey) -> String {
    [key.till.as_str(), kind.word(), part].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
