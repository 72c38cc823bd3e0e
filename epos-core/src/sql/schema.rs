//! The one list of tables. DDL, inserts, decoding and the schema's documentation come from it.

use std::sync::LazyLock;

use super::Dialect;
use crate::model::{Kind, Type};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// True when it is always filled.
    pub required: bool,
    /// What it means.
    pub doc: &'static str,
}

/// An index beside the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// True when no two rows may agree in it. Blanks agree with nothing.
    pub unique: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its key.
    pub key: &'static [&'static str],
    /// Its other indexes.
    pub indexes: Vec<Index>,
    /// The kind of rows it keeps, when it is a table of facts.
    pub kind: Option<Kind>,
}

fn required(name: &'static str, kind: Type, doc: &'static str) -> Column {
    Column { name, kind, required: true, doc }
}

fn optional(name: &'static str, kind: Type, doc: &'static str) -> Column {
    Column { name, kind, required: false, doc }
}

fn plain(name: &'static str, doc: &'static str, key: &'static [&'static str], columns: Vec<Column>) -> Table {
    Table { name, doc, columns, key, indexes: Vec::new(), kind: None }
}

impl Table {
    fn index(mut self, name: &'static str, columns: &'static [&'static str], unique: bool) -> Self {
        self.indexes.push(Index { name, columns, unique });
        self
    }
}

/// The table of a kind: its record's fields, keyed by batch, number and line. A record without `number` or `line` gets them beside
/// its own fields: see [`plan::number_field`](super::plan::number_field).
fn facts(kind: Kind) -> Table {
    let mut columns = vec![
        required("batch", Type::Integer, "The batch that keeps the row: `batch.rows_in`."),
        required("number", Type::Text, "The row's own number, or what stands for it (item code, Z number, `~` and a hash)."),
        required("line", Type::Integer, "Place among the rows of this number, from 1 where the document does not say."),
        required("document_row", Type::Integer, "Row in the document as a person sees it; 0 when it was not read from a file."),
    ];
    let fields = kind.fields().iter().filter(|field| !matches!(field.name, "number" | "line"));
    columns.extend(fields.map(|field| Column { name: field.name, kind: field.kind, required: field.required, doc: field.doc }));
    Table {
        name: kind.word(),
        doc: "Rows as documents state them, in no other form.",
        columns,
        key: &["batch", "number", "line"],
        indexes: Vec::new(),
        kind: Some(kind),
    }
}

fn measures() -> Vec<Column> {
    vec![
        required("transactions", Type::Integer, "Distinct transactions that count, per till."),
        required("quantity", Type::Quantity, "Units."),
        required("net", Type::Money, "Without tax."),
        required("tax", Type::Money, "Tax as stated."),
        required("gross", Type::Money, "With tax; on the tender axis what was paid."),
    ]
}

/// Every table, in the order they are made.
pub static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    use Type::{Bool, Date, DateTime, Integer, Money, Person, Text};
    let mut tables = vec![
        plain(
            "epos_schema",
            "Which migrations were carried out.",
            &["version"],
            vec![required("version", Integer, "Number of the migration."), required("applied_at", DateTime, "When, UTC.")],
        ),
        plain(
            "epos_sequence",
            "The last number of each sort of id.",
            &["name"],
            vec![required("name", Text, "Of what."), required("last", Integer, "The last number that was given away.")],
        ),
        plain(
            "document",
            "Everything that ever arrived, once per content of bytes.",
            &["id"],
            vec![
                required("id", Integer, "In order of arrival."),
                required("hash", Text, "SHA-256 of the bytes."),
                required("name", Text, "File name."),
                required("bytes", Integer, "Length."),
                optional("message", Text, "Message-ID of the mail it came in."),
                optional("sender", Text, "The mail's sender."),
                optional("sent_at", DateTime, "The mail's own date, UTC."),
                required("arrived_at", DateTime, "When it first arrived, UTC."),
                required("said_at", DateTime, "What decides which of two documents is the later: the mail's date, else arrival."),
                required("state", Text, "`loaded`, `held` (in no total) or `withdrawn`."),
                required("changed_at", DateTime, "Since when it is in this state, UTC."),
                required("layout", Text, "The layout of its last reading; empty when none fitted."),
                required("why", Text, "Why it is held or withdrawn; empty otherwise."),
            ],
        )
        .index("document_hash", &["hash"], true)
        .index("document_state", &["state"], false),
        plain(
            "reading",
            "A document read under one layout by one version of the program.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("document", Integer, "`document.id`."),
                required("layout", Text, "The layout; several are separated by blanks."),
                required("layout_version", Integer, "The layout's version."),
                optional("store", Text, "The store it was told to be of, when a person said so."),
                optional("trading_day", Date, "The day it was told to be of, when a person said so."),
                required("program", Text, "Version of the program."),
                required("read_at", DateTime, "When, UTC."),
                required("state", Text, "`current`, `superseded` by a later reading, `withdrawn` or `held`."),
                required("row_count", Integer, "Rows that were read."),
                required("rejected_count", Integer, "Rows that could not be read."),
            ],
        )
        .index("reading_document", &["document"], false),
        plain(
            "batch",
            "A revision of the rows of one kind of one till on one trading day. Readers see only active ones.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("store", Text, "Store; empty for company-wide rows."),
                required("till", Text, "Till; empty where the kind knows none."),
                required("trading_day", Date, "Trading day; for masters the day they were true."),
                required("kind", Text, "The table that keeps its rows."),
                required("part", Text, "Z number, or an event's reference; otherwise empty."),
                required("revision", Integer, "From 1, in the order in which we came to know."),
                required("document", Integer, "`document.id` it comes from; of a merged one, the last."),
                required("reading", Integer, "`reading.id`."),
                required("layout", Text, "The layout it was read under."),
                required("layout_version", Integer, "The layout's version."),
                required("coverage", Text, "How it adds up with others: `day`, `range`, `snapshot`, `event`."),
                required("numbering", Text, "How transactions are numbered."),
                optional("prices_include_tax", Bool, "Whether prices include tax, when anybody says."),
                required("absent", Text, "What the layout cannot carry, separated by blanks."),
                required("content", Text, "Hash of the rows, whatever their order."),
                optional("undated", Text, "Hash of the rows without their dates, for sales of at least two rows."),
                required("row_count", Integer, "How many rows."),
                required(
                    "rows_in",
                    Integer,
                    "The batch id under which the rows are kept: its own, or that of an equal earlier one.",
                ),
                required("own", Bool, "True for what a document itself says, false for what was merged or reopened from it."),
                optional("active", Bool, "True while readers see it, otherwise blank: one per store, till, day, kind and part."),
                required("known_from", DateTime, "From when on readers saw it, UTC."),
                optional("known_until", DateTime, "Until when, UTC; the same as `known_from` when they never did."),
            ],
        )
        .index("batch_active", &["store", "trading_day", "kind", "till", "part", "active"], true)
        .index("batch_document", &["document"], false)
        .index("batch_undated", &["undated"], false),
        plain(
            "loading",
            "Batch ids given to a load under way; what is left of a killed one is swept by the next.",
            &["first"],
            vec![
                required("first", Integer, "First batch id."),
                required("last", Integer, "Last batch id."),
                required("document", Text, "SHA-256 of the document."),
                required("began_at", DateTime, "When the load began, UTC."),
            ],
        ),
        plain(
            "rejected_row",
            "Rows that could not be read, as they were.",
            &["reading", "position"],
            vec![
                required("reading", Integer, "`reading.id`."),
                required("position", Integer, "Running number."),
                required("sheet", Text, "Sheet; empty for text files."),
                required("document_row", Integer, "Row as a person sees it."),
                required("kind", Text, "What it would have been."),
                optional("store", Text, "Whose it would have been."),
                optional("till", Text, "Of which till."),
                optional("trading_day", Date, "Of which day."),
                required("cells", Text, "Its cells, JSON."),
                required("why", Text, "Why, in one sentence."),
                required("diagnostics", Text, "What was found in it, JSON."),
            ],
        )
        .index("rejected_row_day", &["store", "trading_day"], false),
        plain(
            "finding",
            "What was found in documents: facts about their bytes, fixed for ever.",
            &["reading", "position"],
            vec![
                required("reading", Integer, "`reading.id`."),
                required("position", Integer, "Running number."),
                required("document", Integer, "`document.id`."),
                required("code", Text, "The rule's code."),
                required("severity", Text, "`note`, `warning` or `error`."),
                optional("store", Text, "The store it concerns."),
                optional("trading_day", Date, "The day it concerns."),
                required("subject", Text, "What it is about."),
                optional("amount", Money, "The amount it is about."),
                required("diagnostic", Text, "All of it, JSON."),
            ],
        )
        .index("finding_day", &["store", "trading_day"], false),
        plain(
            "person",
            "People. The only table with personal data; rows hold the token.",
            &["token"],
            vec![
                required("token", Text, "Random; stands for the person everywhere else."),
                required("role", Text, "`employee`, `customer`, `donor`, or `signer` (who accepts, declares or seals)."),
                optional("code", Person, "Name or code as tills write it; blank once erased."),
                optional("first_name", Person, "First name, from a list of employees or customers."),
                optional("last_name", Person, "Last name, from a list of employees or customers."),
                optional("email", Person, "E-mail address, from a list of customers."),
                optional("phone", Person, "Telephone number, from a list of customers."),
            ],
        )
        .index("person_code", &["role", "code"], true),
    ];
    tables.extend(Kind::ALL.iter().map(|&kind| facts(kind)));
    let mut day_total = vec![
        required("store", Text, "Store."),
        required("trading_day", Date, "Trading day."),
        required("axis", Text, "`hour`, `category`, `employee`, `tax_rate` or `tender`."),
        required("value", Text, "Which one; empty when the document does not say."),
    ];
    day_total.extend(measures());
    let mut product_day = vec![
        required("trading_day", Date, "Trading day."),
        required("sku", Text, "The item's code as tills have it; empty for none."),
    ];
    product_day.extend(measures());
    tables.push(plain(
        "day_total",
        "Takings (goods and services) of a store-day along one axis; tenders along theirs. Kept by difference.",
        &["store", "trading_day", "axis", "value"],
        day_total,
    ));
    tables.push(plain(
        "product_day",
        "Takings of a product on a day, all stores. Kept by difference.",
        &["trading_day", "sku"],
        product_day,
    ));
    tables.push(plain(
        "store_day",
        "The latest judgement of each store-day.",
        &["store", "trading_day"],
        vec![
            required("store", Text, "Store."),
            required("trading_day", Date, "Trading day."),
            required("state", Text, "Its state."),
            required("currency", Text, "ISO currency."),
            required("transactions", Integer, "Transactions that count."),
            required("takings", Money, "Goods and services, tax included."),
            optional("over_short", Money, "Over/short of the cash drawers; blank when none was judged."),
            required("rejected", Integer, "Rows that could not be read."),
            required("findings", Integer, "Findings of warning and above."),
            required("judgement", Text, "All of it, JSON."),
        ],
    ));
    tables.extend(audit());
    tables.push(plain(
        "layout_seen",
        "The columns that a till's files had on days whose rows could all be read. Enough good days, and a change is asked about.",
        &["store", "shape"],
        vec![
            required("store", Text, "Store."),
            required("shape", Text, "Hash of family, sheet and headings."),
            required("family", Text, "What the files' names have in common: without digits and months."),
            required("layout", Text, "The layout that reads them."),
            required(
                "columns_seen",
                Text,
                "Sheet and columns in order, each with its heading, what stands under it and its field; JSON.",
            ),
            required("first_day", Date, "The first trading day of such a file."),
            required("last_day", Date, "The last one."),
            required("good_days", Integer, "Trading days that came so, each counted once."),
        ],
    ));
    tables.extend(lookup());
    tables.extend(answers());
    tables
});

/// What people and time did to store-days: nothing here is ever changed or deleted, only added.
fn audit() -> Vec<Table> {
    use Type::{Date, DateTime, Integer, Money, Text};
    vec![
        plain(
            "acceptance",
            "Findings that a person accepted. The latest of a finding counts, while its amount is what was accepted.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("code", Text, "The finding's code."),
                required("subject", Text, "What the finding is about."),
                optional("amount", Money, "The finding's amount at that time."),
                required("reason", Text, "Why: decides what is posted."),
                optional(
                    "tax_rate",
                    Type::Rate,
                    "The tax in a sale that was not rung, or was rung too much; blank: the standard rate.",
                ),
                required("note", Text, "In the person's own words."),
                required("signed_by", Text, "Who: `person.token`."),
                optional("second_by", Text, "The second person: `person.token`."),
                required("signed_at", DateTime, "When, UTC."),
            ],
        )
        .index("acceptance_day", &["store", "trading_day"], false),
        plain(
            "declaration",
            "Days of which a person said that nothing will come. The latest of a day counts.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("declared", Text, "`closed` or `zero` (open, and nothing sold)."),
                required("reason", Text, "Why."),
                required("signed_by", Text, "Who: `person.token`."),
                required("signed_at", DateTime, "When, UTC."),
            ],
        )
        .index("declaration_day", &["store", "trading_day"], false),
        plain(
            "day_event",
            "Every change of a store-day's state: when, by whom, and why.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("happened_at", DateTime, "When, UTC."),
                required("who", Text, "`epos`, or `person.token`."),
                required("was", Text, "The state before; empty for the first."),
                required("state", Text, "The state from then on."),
                required("why", Text, "In one sentence."),
            ],
        )
        .index("day_event_day", &["store", "trading_day"], false),
        plain(
            "revision",
            "What a later document changed: batches that replaced others, or wait beside sealed figures.",
            &["batch"],
            vec![
                required("batch", Integer, "`batch.id` of the later rows."),
                required("replaces", Integer, "`batch.id` of the earlier ones; 0 when there were none."),
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("document", Integer, "`document.id` that brought them."),
                required("happened_at", DateTime, "When, UTC."),
                required("state", Text, "`active`, `held` (beside sealed figures), `released`, or `posted` (to a later period)."),
                required("added_rows", Integer, "Rows that are new."),
                required("removed_rows", Integer, "Rows that are gone."),
                required("changed_rows", Integer, "Rows that are different."),
                optional("before_amount", Money, "Sum of the rows' amounts before; blank for kinds without one."),
                optional("after_amount", Money, "The same sum after."),
                required("detail", Text, "First changes in words, and sums by tender, JSON."),
            ],
        )
        .index("revision_day", &["store", "trading_day"], false)
        .index("revision_state", &["state"], false),
        plain(
            "seal",
            "One chain of sealed store-days per store. Each link is the SHA-256 of its payload, which names the link before.",
            &["store", "number"],
            vec![
                required("store", Text, "Store."),
                required("number", Integer, "Place in the store's chain, from 1."),
                required("trading_day", Date, "The day it seals."),
                required("sealing", Integer, "Which sealing of that day, from 1: later ones restate."),
                required("link", Text, "SHA-256 of the payload."),
                required("payload", Text, "All that the seal covers, as text: hashes of rows, documents, result and acceptances."),
                required("result", Text, "The judgement as it was sealed, JSON."),
                required("sealed_by", Text, "Who: `epos`, or `person.token`."),
                required("sealed_at", DateTime, "When, UTC."),
            ],
        )
        .index("seal_day", &["store", "trading_day"], false),
        plain(
            "period_lock",
            "Up to which day the books are closed: what comes later for these days is posted to the current period.",
            &["id"],
            vec![
                required("id", Integer, "In order."),
                required("last_day", Date, "Last day of the closed period."),
                required("locked_by", Text, "Who: `person.token`."),
                required("locked_at", DateTime, "When, UTC."),
            ],
        ),
        plain(
            "adjustment",
            "What a document that came after the period was closed changes: posted to the day on which it was released.",
            &["batch", "line"],
            vec![
                required("batch", Integer, "`revision.batch`."),
                required("line", Integer, "Running number."),
                required("store", Text, "Store."),
                required("trading_day", Date, "The day of the closed period that it is about."),
                required("posted_on", Date, "The day of the current period on which it is posted."),
                required("figure", Text, "`takings`, `tax`, or a tender with `tender ` before its name."),
                required("amount", Money, "By how much it changes."),
            ],
        )
        .index("adjustment_day", &["store", "posted_on"], false),
    ]
}

/// The columns that a seal covers, directly or by a hash in its payload: a change of any of them is found by `verify`. Of tables of facts
/// every column is covered, of the sealed batches; documents in the archive are covered to the last bit.
pub const SEALED: &[(&str, &[&str])] = &[
    ("seal", &["store", "number", "trading_day", "sealing", "link", "payload", "result", "sealed_by", "sealed_at"]),
    (
        "batch",
        &[
            "id",
            "store",
            "till",
            "trading_day",
            "kind",
            "part",
            "revision",
            "document",
            "layout",
            "layout_version",
            "coverage",
            "numbering",
            "prices_include_tax",
            "absent",
            "content",
            "row_count",
            "rows_in",
            "known_from",
        ],
    ),
    ("document", &["id", "hash", "name", "bytes", "message", "sent_at", "arrived_at", "said_at"]),
    (
        "acceptance",
        &[
            "id",
            "store",
            "trading_day",
            "code",
            "subject",
            "amount",
            "reason",
            "tax_rate",
            "note",
            "signed_by",
            "second_by",
            "signed_at",
        ],
    ),
    ("declaration", &["id", "store", "trading_day", "declared", "reason", "signed_by", "signed_at"]),
];

/// Whom to answer, and what was answered.
fn answers() -> Vec<Table> {
    use Type::{Date, DateTime, Text};
    vec![
        plain(
            "mail",
            "Every mail that came while answers were switched on: whom to answer, and about which documents.",
            &["hash"],
            vec![
                required("hash", Text, "SHA-256 of its Message-ID and its documents."),
                required("message", Text, "Its Message-ID, or `sha256:` and its bytes' hash when it has none."),
                required("sender", Text, "Who sent it."),
                required("answer_to", Text, "Where answers go."),
                required("subject", Text, "Its subject."),
                required("thread", Text, "Message-IDs of the thread before it, separated by blanks."),
                required("sent_at", DateTime, "Its own date, else when it came, UTC."),
                required("arrived_at", DateTime, "When it first came, UTC."),
                required("automatic", Text, "Why it is never answered; empty when a person waits for an answer."),
                required("documents", Text, "SHA-256 of each document in it, separated by blanks."),
            ],
        )
        .index("mail_sent", &["sent_at"], false),
        plain(
            "reply",
            "Every answer that was written: one for each mail and state, store-day that is missing, and day's digest.",
            &["hash"],
            vec![
                required("hash", Text, "SHA-256 of what it answers and in which state."),
                required("answer", Text, "What sort of answer it is."),
                optional("store", Text, "The store it is about."),
                optional("trading_day", Date, "The day it is about."),
                optional("answered", Text, "Message-ID of the mail that it answers."),
                required("message", Text, "Its own Message-ID."),
                required("recipient", Text, "Addresses it goes to, separated by commas."),
                required("subject", Text, "Its subject."),
                required("body", Text, "Its plain text."),
                required("file", Text, "Its file in the outbox."),
                required("written_at", DateTime, "When, UTC."),
            ],
        )
        .index("reply_written", &["written_at"], false),
    ]
}

/// What lookups read: roll-ups of product lists and of what moved on shelves.
fn lookup() -> Vec<Table> {
    use Type::{Bool, Date, DateTime, Integer, Money, Quantity, Text};
    vec![
        plain(
            "item",
            "The product lists as they stand: a row per item and first day of its price. Kept as lists change.",
            &["item_code", "effective_from"],
            vec![
                required("item_code", Text, "Our SKU."),
                required("effective_from", Date, "First day of this row; 1970-01-01 when the list names none."),
                required(
                    "place",
                    Integer,
                    "Place among the item's rows, in the order in which lists came; the last in force counts.",
                ),
                optional("gtin", Text, "Barcode, 14 digits, when it is a good one."),
                required("description", Text, "Its name."),
                optional("price", Money, "Price in the stores' tax mode."),
                optional("tax_category", Text, "Which tax applies."),
                optional("category", Text, "Product category."),
                optional("supplier", Text, "Who delivers it."),
                required("stocked", Bool, "False when neither it nor what it holds is ever stock."),
                required("base", Text, "The SKU it is stock of: its own, or what a pack holds in the end."),
                required("units", Quantity, "How many of those it is."),
            ],
        )
        .index("item_base", &["base"], false),
        plain(
            "search_code",
            "Every code that an item is asked for by: its SKU in small letters, its barcode as 14 digits.",
            &["called", "item_code"],
            vec![required("called", Text, "The code."), required("item_code", Text, "The item.")],
        ),
        plain(
            "search_item",
            "Which items have which word, in order of names. Every item has the empty word, and `:` with its category.",
            &["word", "label", "item_code"],
            vec![
                required("word", Text, "A word of its name or code, without case, accents and marks."),
                required("label", Text, "The words of its name."),
                required("item_code", Text, "The item."),
                required("category", Text, "The words of its category."),
            ],
        ),
        plain(
            "search_word",
            "How many items have each word.",
            &["word"],
            vec![required("word", Text, "The word."), required("items", Integer, "How many items.")],
        ),
        plain(
            "search_gram",
            "Three letters in a row of each word, so that a mistyped one is found.",
            &["gram", "word"],
            vec![
                required("gram", Text, "Three letters; `_` stands before the word and after it."),
                required("word", Text, "The word."),
            ],
        ),
        plain(
            "shelf_day",
            "What a store-day did to each shelf, in base units. Codes that only point at a shelf have a row that does nothing.",
            &["store", "trading_day", "sku"],
            vec![
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("sku", Text, "The SKU of the unit."),
                optional("stood", Quantity, "On hand at the end of the day, when a count or a stock file of the day says so."),
                optional("moved", Quantity, "What came in less what went out; blank for a code that is no shelf of its own."),
                optional("counted_at", DateTime, "When a person last counted it on that day."),
            ],
        )
        .index("shelf_day_sku", &["sku", "store", "trading_day"], false),
        plain(
            "shelf",
            "What every shelf holds: its days, one after the other.",
            &["sku", "store"],
            vec![
                required("sku", Text, "The SKU of the unit."),
                required("store", Text, "Store."),
                optional("on_hand", Quantity, "Units; blank when nobody knows."),
                required("moved_on", Date, "The last day on which it moved or was counted."),
                optional("stood_on", Date, "The last day on which a count or a stock file set it."),
                optional("counted_at", DateTime, "When a person last counted it."),
            ],
        )
        .index("shelf_store", &["store", "sku"], false),
        plain(
            "shelf_due",
            "Store-days that changed and are not in the shelves yet.",
            &["store", "trading_day"],
            vec![
                required("store", Text, "Store."),
                required("trading_day", Date, "Trading day."),
                required("changes", Integer, "How often it changed."),
            ],
        ),
        plain(
            "store",
            "Every store as it was last known.",
            &["store"],
            vec![
                required("store", Text, "Its code."),
                required("description", Text, "Its name."),
                required("currency", Text, "ISO currency."),
                optional("sales_until", Date, "The last trading day of which it sent sales that are in the shelves."),
            ],
        ),
    ]
}

/// A table by its name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The table of a kind.
pub fn fact_table(kind: Kind) -> &'static Table {
    static FACTS: LazyLock<Vec<Table>> = LazyLock::new(|| Kind::ALL.iter().map(|&kind| facts(kind)).collect());
    &FACTS[kind as usize]
}

/// A view of one kind's active rows with store, till, day and readable decimals.
fn view(dialect: Dialect, table: &Table) -> String {
    let name = |of: &str, column: &str| format!("{of}.{}", dialect.quote(column));
    let mut columns: Vec<String> = ["store", "till", "trading_day"].map(|column| name("b", column)).to_vec();
    columns.extend(table.columns.iter().filter(|column| column.name != "batch").map(|column| match column.kind {
        Type::Money | Type::Quantity | Type::Rate => {
            format!("{} AS {}", dialect.decimal_text(&name("t", column.name)), dialect.quote(column.name))
        }
        _ => name("t", column.name),
    }));
    let from = if table.kind.is_some() {
        format!(
            "{} b JOIN {} t ON t.{} = b.{} WHERE b.{} = 1 AND b.{} = '{}'",
            dialect.quote("batch"),
            dialect.quote(table.name),
            dialect.quote("batch"),
            dialect.quote("rows_in"),
            dialect.quote("active"),
            dialect.quote("kind"),
            table.name
        )
    } else {
        columns.drain(..3);
        format!("{} t", dialect.quote(table.name))
    };
    let name = dialect.quote(&format!("v_{}", table.name));
    format!("{} {name} AS SELECT\n  {}\nFROM {from}", dialect.create_view(), columns.join(",\n  "))
}

/// Every statement that makes the schema, each ended by `;` and an empty line.
pub fn schema(dialect: Dialect) -> String {
    let mut statements: Vec<String> = TABLES.iter().map(|table| dialect.create_table(table)).collect();
    for table in TABLES.iter() {
        statements.extend(table.indexes.iter().filter_map(|index| dialect.create_index(table, index)));
    }
    let shown = TABLES.iter().filter(|table| {
        table.kind.is_some()
            || matches!(table.name, "day_total" | "product_day" | "store_day" | "acceptance" | "revision" | "adjustment")
    });
    statements.extend(shown.map(|table| view(dialect, table)));
    statements.iter().map(|statement| format!("{statement};\n\n")).collect()
}

/// A step from one version of the schema to the next. Never edited once released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The version it leads to, from 1.
    pub version: i64,
    /// Its statements, each ended by `;` and an empty line.
    pub text: &'static str,
}

impl Migration {
    /// Its statements, one by one.
    pub fn statements(&self) -> impl Iterator<Item = &'static str> {
        self.text.split(";\n\n").map(str::trim).filter(|statement| !statement.is_empty())
    }
}

/// All migrations of a dialect, in order.
pub fn migrations(dialect: Dialect) -> &'static [Migration] {
    match dialect {
        Dialect::Sqlite => &[Migration { version: 1, text: include_str!("migrations/sqlite/0001.sql") }],
        Dialect::MySql => &[Migration { version: 1, text: include_str!("migrations/mysql/0001.sql") }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migration_one_is_what_the_tables_say() {
        for (dialect, folder) in [(Dialect::Sqlite, "sqlite"), (Dialect::MySql, "mysql")] {
            let now = schema(dialect);
            if std::env::var_os("EPOS_BLESS").is_some() {
                let file = format!("{}/src/sql/migrations/{folder}/0001.sql", env!("CARGO_MANIFEST_DIR"));
                std::fs::write(file, &now).unwrap();
                continue;
            }
            assert!(
                migrations(dialect)[0].text == now,
                "TABLES changed. Before the first release run the tests with EPOS_BLESS=1; after it add a migration and leave the old ones"
            );
        }
    }

    /// InnoDB's limit, with two bytes of length for each text and a byte for a blank.
    #[test]
    fn no_key_is_longer_than_mysql_takes() {
        for table in TABLES.iter() {
            let bytes = |columns: &[&str]| -> usize {
                let of = |name: &str| table.columns.iter().find(|column| column.name == name).unwrap();
                let length = |column: &Column| match column.kind {
                    Type::Text | Type::Person => crate::sql::indexed_length(column.name) * 4 + 3,
                    Type::Word(_) => 163,
                    _ => 9,
                };
                columns.iter().map(|name| length(of(name))).sum()
            };
            for columns in table.indexes.iter().map(|index| index.columns).chain([table.key]) {
                assert!(bytes(columns) <= 3072, "{} {columns:?}", table.name);
            }
        }
    }

    #[test]
    fn every_key_and_index_names_columns_of_its_table() {
        for table in TABLES.iter() {
            let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let indexed = table.indexes.iter().flat_map(|index| index.columns);
            assert!(table.key.iter().chain(indexed).all(|column| names.contains(column)), "{}", table.name);
            assert!(names.iter().enumerate().all(|(position, name)| !names[..position].contains(name)), "{}", table.name);
        }
    }

    #[test]
    fn a_kind_finds_its_own_table() {
        assert!(Kind::ALL.iter().all(|&kind| fact_table(kind).kind == Some(kind)));
    }
}
