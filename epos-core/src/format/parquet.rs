//! Rows as Parquet: typed columns, zstd, amounts as decimals with four places. Written a row group at a time, so memory stays flat.

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime};
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Schema, TypePtr};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::error::{Error, Result};
use crate::model::{Batch, Field, Kind, Type, Value};

/// Rows of a row group: what is held before it is written.
const GROUP: usize = 50_000;

/// Digits of an amount, four of them behind the point.
const PRECISION: i32 = 18;

/// Writes the rows of one kind as a Parquet file: store, till and trading day (for rows that have them), then the kind's own fields.
///
/// Texts are UTF-8, dates `DATE`, local times `TIMESTAMP` in milliseconds without zone, amounts `DECIMAL(18, 4)`, compressed by zstd.
///
/// ```
/// use epos_core::format::Parquet;
/// use epos_core::model::{Batch, Content, Key, Kind, Money, Tender};
///
/// let date = "2026-11-20".parse()?;
/// let paid = Tender { number: "201".into(), date, tender: "Cash".into(), amount: Money::cents(350), ..Tender::default() };
/// let key = Key { store: "LW".into(), till: "1".into(), trading_day: date };
/// let batch = Batch { key, content: Content { tenders: vec![paid.into()], ..Content::default() } };
/// let (file, bytes) = (tempfile::NamedTempFile::new()?, std::fs::read);
/// let mut parquet = Parquet::new("tenders.parquet", Kind::Tenders, Box::new(file.reopen()?))?;
/// parquet.add(&batch)?;
/// assert_eq!(parquet.finish()?, 1);
/// let written = bytes(file.path())?;
/// assert!(written.starts_with(b"PAR1") && written.ends_with(b"PAR1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Parquet {
    name: String,
    kind: Kind,
    columns: Vec<Column>,
    writer: SerializedFileWriter<Box<dyn Write + Send>>,
    held: usize,
    written: usize,
}

/// A column that is being filled.
struct Column {
    kind: Type,
    required: bool,
    /// For each row of an optional column, 1 where there is a value.
    there: Vec<i16>,
    values: Values,
}

enum Values {
    Texts(Vec<ByteArray>),
    Days(Vec<i32>),
    Numbers(Vec<i64>),
    Flags(Vec<bool>),
}

impl Column {
    fn new(field: &Field) -> Self {
        let values = match field.kind {
            Type::Text | Type::Word(_) | Type::Person => Values::Texts(Vec::new()),
            Type::Date | Type::Time => Values::Days(Vec::new()),
            Type::Bool => Values::Flags(Vec::new()),
            _ => Values::Numbers(Vec::new()),
        };
        // A flag that is not set is no, not unknown.
        let required = field.required || field.kind == Type::Bool;
        Column { kind: field.kind, required, there: Vec::new(), values }
    }

    fn add(&mut self, value: &Value<'_>) {
        let filled = match (&mut self.values, value) {
            (Values::Texts(all), Value::Text(text)) => {
                all.push(ByteArray::from(text.as_bytes().to_vec()));
                true
            }
            (Values::Days(all), Value::Date(day)) => {
                all.push(i32::try_from(day.signed_duration_since(EPOCH).num_days()).unwrap_or_default());
                true
            }
            (Values::Days(all), Value::Time(time)) => {
                let passed = time.signed_duration_since(NaiveTime::MIN).num_milliseconds();
                all.push(i32::try_from(passed).unwrap_or_default());
                true
            }
            (Values::Numbers(all), Value::DateTime(moment)) => {
                all.push(moment.signed_duration_since(DateTime::UNIX_EPOCH.naive_utc()).num_milliseconds());
                true
            }
            (Values::Numbers(all), Value::Integer(number)) => {
                all.push(*number);
                true
            }
            (Values::Numbers(all), Value::Decimal(amount)) => {
                all.push((amount * Decimal::from(10_000)).to_i64().unwrap_or_default());
                true
            }
            (Values::Flags(all), Value::Bool(flag)) => {
                all.push(*flag);
                true
            }
            (Values::Flags(all), Value::Null) => {
                all.push(false);
                true
            }
            _ => false,
        };
        if !self.required {
            self.there.push(i16::from(filled));
        }
    }

    fn schema(&self, name: &str) -> Result<TypePtr, ParquetError> {
        let physical = match self.values {
            Values::Texts(_) => Physical::BYTE_ARRAY,
            Values::Days(_) => Physical::INT32,
            Values::Numbers(_) => Physical::INT64,
            Values::Flags(_) => Physical::BOOLEAN,
        };
        let logical = match self.kind {
            Type::Text | Type::Word(_) | Type::Person => Some(LogicalType::String),
            Type::Date => Some(LogicalType::Date),
            Type::Time => Some(LogicalType::time(false, TimeUnit::MILLIS)),
            Type::DateTime => Some(LogicalType::timestamp(false, TimeUnit::MILLIS)),
            Type::Money | Type::Quantity | Type::Rate => Some(LogicalType::decimal(4, PRECISION)),
            Type::Integer | Type::Bool => None,
        };
        let decimal = matches!(self.kind, Type::Money | Type::Quantity | Type::Rate);
        let repetition = if self.required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let mut builder = Schema::primitive_type_builder(name, physical).with_repetition(repetition).with_logical_type(logical);
        if decimal {
            builder = builder.with_converted_type(ConvertedType::DECIMAL).with_precision(PRECISION).with_scale(4);
        }
        builder.build().map(Arc::new)
    }

    /// Writes what is held, and lets it go.
    fn flush(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let there = (!self.required).then_some(&*self.there);
        match &mut self.values {
            Values::Texts(all) => {
                writer.typed::<ByteArrayType>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::Days(all) => {
                writer.typed::<Int32Type>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::Numbers(all) => {
                writer.typed::<Int64Type>().write_batch(all, there, None)?;
                all.clear();
            }
            Values::Flags(all) => {
                writer.typed::<BoolType>().write_batch(all, there, None)?;
                all.clear();
            }
        }
        self.there.clear();
        Ok(())
    }
}

const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(1970, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Whose rows they are, in front of every row of a kind that trading days consist of.
const KEY: [Field; 3] = [
    Field { name: "store", kind: Type::Text, required: true, doc: "Store code." },
    Field { name: "till", kind: Type::Text, required: true, doc: "Till; empty where a kind knows none." },
    Field { name: "trading_day", kind: Type::Date, required: true, doc: "Trading day." },
];

fn failed(name: &str) -> impl FnOnce(ParquetError) -> Error + '_ {
    move |error| Error::Render { what: name.to_owned(), message: error.to_string() }
}

impl Parquet {
    /// A file of rows of one kind, written to `to`. `name` is for messages.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// ```
    /// use epos_core::format::Parquet;
    /// use epos_core::model::Kind;
    ///
    /// let written = tempfile::NamedTempFile::new()?;
    /// Parquet::new("stores.parquet", Kind::Stores, Box::new(written.reopen()?))?.finish()?;
    /// assert!(std::fs::read(written.path())?.starts_with(b"PAR1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(name: &str, kind: Kind, to: Box<dyn Write + Send>) -> Result<Self> {
        let fields = || KEY.iter().filter(|_| kind.is_daily()).chain(kind.fields());
        let columns: Vec<Column> = fields().map(Column::new).collect();
        let schema = columns.iter().zip(fields()).map(|(column, field)| column.schema(field.name)).collect::<Result<Vec<_>, _>>();
        let schema = schema.and_then(|fields| Schema::group_type_builder(kind.word()).with_fields(fields).build());
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by("epos".to_owned())
            .build();
        let writer = schema.and_then(|schema| SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)));
        Ok(Parquet { name: name.to_owned(), kind, columns, writer: writer.map_err(failed(name))?, held: 0, written: 0 })
    }

    /// Adds the rows of this kind.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// ```
    /// use epos_core::format::Parquet;
    /// use epos_core::model::{Batch, Content, Key, Kind, StoreRow};
    ///
    /// let stores = vec![StoreRow { code: "LW".into(), name: "Leith Walk".into(), ..StoreRow::default() }.into()];
    /// let key = Key { store: String::new(), till: String::new(), trading_day: "2026-11-20".parse()? };
    /// let mut parquet = Parquet::new("stores.parquet", Kind::Stores, Box::new(Vec::new()))?;
    /// parquet.add(&Batch { key, content: Content { stores, ..Content::default() } })?;
    /// assert_eq!(parquet.finish()?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&mut self, batch: &Batch) -> Result<()> {
        let (columns, held) = (&mut self.columns, &mut self.held);
        let (store, till) = (Value::Text((&*batch.key.store).into()), Value::Text((&*batch.key.till).into()));
        let key = [store, till, Value::Date(batch.key.trading_day)];
        let key: &[Value<'_>] = if self.kind.is_daily() { &key } else { &[] };
        batch.content.visit(self.kind, &mut |_, values| {
            columns.iter_mut().zip(key.iter().chain(&values)).for_each(|(column, value)| column.add(value));
            *held += 1;
        });
        if self.held >= GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.held == 0 {
            return Ok(());
        }
        let mut write = || -> Result<(), ParquetError> {
            let mut group = self.writer.next_row_group()?;
            for column in &mut self.columns {
                let Some(mut writer) = group.next_column()? else { break };
                column.flush(&mut writer)?;
                writer.close()?;
            }
            group.close().map(drop)
        };
        write().map_err(failed(&self.name))?;
        self.written += self.held;
        self.held = 0;
        Ok(())
    }

    /// Writes what is held and closes the file; gives how many rows it has.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// ```
    /// use epos_core::format::Parquet;
    /// use epos_core::model::Kind;
    ///
    /// assert_eq!(Parquet::new("lines.parquet", Kind::Lines, Box::new(Vec::new()))?.finish()?, 0);
    /// # Ok::<(), epos_core::error::Error>(())
    /// ```
    pub fn finish(mut self) -> Result<usize> {
        self.flush()?;
        let (written, name) = (self.written, self.name);
        self.writer.close().map_err(failed(&name))?;
        Ok(written)
    }
}
