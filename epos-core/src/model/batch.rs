//! Typed rows: [`Content`] by kind, [`Batch`] by store-day, [`Block`] by document.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::records::*;
use super::{At, Column, Hash, Record, Value};

/// A record with its place in the document it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<T> {
    /// Row number as a person sees it, from 1; 0 when the record was not read from a file.
    pub row: u32,
    /// The record.
    pub record: T,
}

impl<T> std::ops::Deref for Row<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.record
    }
}

impl<T> From<T> for Row<T> {
    fn from(record: T) -> Self {
        Row { row: 0, record }
    }
}

/// What a batch is of: one till (or, with an empty till, the store; with an empty store, the company) on one trading day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Store code; empty for company-wide masters.
    pub store: String,
    /// Till; empty where a kind knows none.
    pub till: String,
    /// Trading day; for masters and stock levels the day they were true.
    pub trading_day: NaiveDate,
}

impl Key {
    /// The day of rows that are true until they are replaced: masters.
    pub const ALWAYS: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    };
}

macro_rules! content {
    ($( $field:ident : $record:ident ),* $(,)?) => {
        /// Rows of every kind. The one value that formats produce, checks read, the database keeps and reconciliation judges.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Content {
            $( #[doc = concat!("Rows of kind `", stringify!($field), "`.")] pub $field: Vec<Row<$record>>, )*
        }

        impl Content {
            /// True when there is no row of any kind.
            pub fn is_empty(&self) -> bool {
                $( self.$field.is_empty() )&&*
            }

            /// How many rows of `kind`.
            pub fn count(&self, kind: Kind) -> usize {
                match kind { $( <$record as Record>::KIND => self.$field.len(), )* }
            }

            /// How many rows of all kinds.
            pub fn total(&self) -> usize {
                Kind::ALL.iter().map(|&kind| self.count(kind)).sum()
            }

            /// Adds the rows of `other` behind these.
            pub fn append(&mut self, mut other: Content) {
                $( self.$field.append(&mut other.$field); )*
            }

            /// Calls `each` with every row of `kind`: its place and its values.
            pub fn visit<'a>(&'a self, kind: Kind, each: &mut dyn FnMut(u32, Vec<Value<'a>>)) {
                match kind { $( <$record as Record>::KIND => self.$field.iter().for_each(|row| each(row.row, row.record.values())), )* }
            }

            /// Adds a row of `kind` made of values in field order, which are taken.
            ///
            /// # Errors
            /// The position of the first field whose value is missing or of another kind.
            pub fn push(&mut self, kind: Kind, row: u32, values: &mut [Value<'_>]) -> Result<(), usize> {
                match kind { $( <$record as Record>::KIND => {
                    self.$field.push(Row { row, record: <$record>::default() });
                    let wrong = self.$field.last_mut().and_then(|row| row.record.fill(values).err());
                    if wrong.is_some() {
                        self.$field.pop();
                    }
                    wrong.map_or(Ok(()), Err)
                } )* }
            }
        }

        impl Kind {
            /// The fields of this kind's rows.
            pub const fn fields(self) -> &'static [super::Field] {
                match self { $( <$record as Record>::KIND => <$record as Record>::FIELDS, )* }
            }
        }
    };
}

content! {
    headers: Header,
    lines: LineItem,
    tenders: Tender,
    cash_movements: CashMovement,
    z_reports: ZReport,
    z_totals: ZTotal,
    cash_counts: CashCount,
    deposits: Deposit,
    products: Product,
    stock_levels: StockLevel,
    stock_counts: StockCount,
    goods_in: GoodsInLine,
    transfers: Transfer,
    stores: StoreRow,
    drawers: DrawerRow,
    employees: Employee,
    customers: Customer,
    suppliers: Supplier,
    tax_rates: TaxRateRow,
    calendar: CalendarDay,
}

impl Kind {
    /// The position of a field in this kind's rows.
    pub fn field(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }

    /// True for rows that the seal of a store-day covers: its trade and its counts. Banking clears later, and shelves have books of their own.
    pub const fn is_sealed(self) -> bool {
        use Kind::{CashCounts, CashMovements, Headers, Lines, Tenders, ZReports, ZTotals};
        matches!(self, Headers | Lines | Tenders | CashMovements | ZReports | ZTotals | CashCounts)
    }

    /// True for rows that a trading day consists of; false for masters.
    pub const fn is_daily(self) -> bool {
        !matches!(
            self,
            Kind::Products
                | Kind::Stores
                | Kind::Drawers
                | Kind::Employees
                | Kind::Customers
                | Kind::Suppliers
                | Kind::TaxRates
                | Kind::Calendar
        )
    }
}

/// The rows of one till on one trading day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whose they are.
    pub key: Key,
    /// The rows.
    pub content: Content,
}

/// How rows of one kind add up over documents (FORMATS §2 `coverage`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All rows of (store, till, trading day, kind): other content is the next revision.
    #[default]
    Day,
    /// An export over a span: rows merge by key, absence means nothing.
    Range,
    /// Replaces what was known (stock levels, masters).
    Snapshot,
    /// Adds, by `reference`.
    Event,
}

/// How transactions are numbered (FORMATS §2 `numbering`): gaps and duplicates are looked for only within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// Per till and trading day: starts again every day.
    #[default]
    PerDay,
    /// Per till and shift: starts again after every Z-report.
    PerShift,
    /// Per till: today's first is yesterday's last plus one.
    PerTill,
    /// Per store, over all tills.
    PerStore,
    /// Random ids or none: neither gaps nor order mean anything.
    None,
}

/// Where the rows of a block come from: enough to name the exact cell of any field of any row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The document's name.
    pub document: String,
    /// The document's hash.
    pub hash: Hash,
    /// The sheet's name; empty for text files.
    pub sheet: String,
    /// The layout it was read under.
    pub layout: String,
    /// That layout's version.
    pub layout_version: u32,
    /// How these rows add up with other documents'.
    pub coverage: Coverage,
    /// How transactions are numbered.
    pub numbering: Numbering,
    /// Whether prices include tax; `None` when nobody says, then tax is not checked (and that is said).
    pub prices_include_tax: Option<bool>,
    /// Fields that this layout cannot carry, as `field` or `kind` names.
    pub absent: Vec<String>,
    /// For each kind read: which column each of its fields came from.
    pub columns: Vec<(Kind, &'static str, Column)>,
}

impl Origin {
    /// The exact place of `field` of the row `row` of `kind`. The column is left out when the field has none of its own.
    pub fn at(&self, kind: Kind, row: u32, field: &str) -> At {
        let column = self.columns.iter().find(|(of, name, _)| *of == kind && *name == field).map(|(_, _, column)| column.clone());
        At { column, ..self.row(row) }
    }

    /// The place of a whole row.
    pub fn row(&self, row: u32) -> At {
        At { row: (row > 0).then_some(row), ..self.whole() }
    }

    /// The whole sheet.
    pub fn whole(&self) -> At {
        At { document: self.document.clone(), sheet: (!self.sheet.is_empty()).then(|| self.sheet.clone()), ..At::default() }
    }
}

/// A row that could not be read: kept raw, so that nothing is lost. Its diagnostics name the same place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// Whose it would have been, as far as the row says: the store-day it makes incomplete.
    pub store: Option<String>,
    /// Its till, as far as the row says.
    pub till: Option<String>,
    /// Its trading day, as far as the row says.
    pub trading_day: Option<NaiveDate>,
    /// The transaction it would have been of.
    pub number: Option<String>,
    /// What kind it would have been.
    pub kind: Kind,
    /// Its row number.
    pub row: u32,
    /// Its cells as they were.
    pub cells: Vec<String>,
    /// Why, in one sentence.
    pub why: String,
}

/// A part of a document's rows that is read, checked and loaded as one: all of a workbook's sheet, or a bounded run of a text
/// file's rows that ends on a transaction where the file keeps its lines together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// Where the rows come from.
    pub origin: Origin,
    /// The rows, by store, till and trading day, in the order they first appear.
    pub batches: Vec<Batch>,
    /// Rows that could not be read.
    pub rejected: Vec<RejectedRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_its_values() {
        let tender = Tender {
            number: "201".into(),
            date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            tender: "Cash".into(),
            amount: "18.00".parse().unwrap(),
            tendered: Some("20.00".parse().unwrap()),
            change: Some("2.00".parse().unwrap()),
            ..Tender::default()
        };
        let values = tender.values();
        let mut content = Content::default();
        content.push(Kind::Tenders, 7, &mut values.clone()).unwrap();
        assert_eq!(content.tenders, [Row { row: 7, record: tender.clone() }]);
        assert_eq!(content.count(Kind::Tenders), 1);
        let amount = Kind::Tenders.field("amount").unwrap();
        let mut blank = values.clone();
        blank[amount] = Value::Null;
        assert_eq!(content.push(Kind::Tenders, 8, &mut blank), Err(amount));
        let mut other = values;
        other[amount] = Value::Bool(true);
        assert_eq!(content.push(Kind::Tenders, 9, &mut other), Err(amount));
        assert_eq!(content.count(Kind::Tenders), 1);
    }
}
