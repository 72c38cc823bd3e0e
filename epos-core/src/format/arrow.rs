//! Typed rows as an Arrow IPC stream, piece by piece.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};
use chrono::Datelike;

use crate::error::{Error, Result};
use crate::model::{Field, SCALE, Type, Value};

/// Digits of a decimal column: every amount below [`amount_max`](crate::model::amount_max), and sums of a million of them.
const DIGITS: u8 = 22;

/// Days from the first day of the common era to the first of 1970.
const EPOCH: i32 = 719_163;

/// Writes rows as an Arrow IPC stream: decimals as `decimal128(22, 4)`, dates as `date32`, times as `timestamp[us]` without a zone
/// (local time of the store), times of day as text. No more than the rows since the last piece is in memory.
///
/// ```
/// use epos_core::format::ArrowWriter;
/// use epos_core::model::{Field, Type, Value};
///
/// let field = Field { name: "takings", kind: Type::Money, required: true, doc: "What was taken." };
/// let mut writer = ArrowWriter::new(&[field])?;
/// writer.add([Value::Decimal("12.50".parse()?)].into_iter());
/// let mut stream = writer.piece()?;
/// stream.extend(writer.finish()?);
/// assert!(stream.starts_with(&[0xff; 4]), "schema, one batch of rows, end");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ArrowWriter {
    schema: Arc<Schema>,
    columns: Vec<Column>,
    rows: usize,
    stream: StreamWriter<Vec<u8>>,
}

/// One column of the rows since the last piece.
enum Column {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    DateTime(TimestampMicrosecondBuilder),
}

impl Column {
    fn new(kind: Type) -> Column {
        match kind {
            Type::Integer => Column::Integer(Int64Builder::new()),
            Type::Money | Type::Quantity | Type::Rate => {
                Column::Decimal(Decimal128Builder::new().with_data_type(DataType::Decimal128(DIGITS, SCALE as i8)))
            }
            Type::Bool => Column::Bool(BooleanBuilder::new()),
            Type::Date => Column::Date(Date32Builder::new()),
            Type::DateTime => Column::DateTime(TimestampMicrosecondBuilder::new()),
            Type::Text | Type::Time | Type::Word(_) | Type::Person => Column::Text(StringBuilder::new()),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Column::Text(_) => DataType::Utf8,
            Column::Integer(_) => DataType::Int64,
            Column::Decimal(_) => DataType::Decimal128(DIGITS, SCALE as i8),
            Column::Bool(_) => DataType::Boolean,
            Column::Date(_) => DataType::Date32,
            Column::DateTime(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }

    /// Adds a value; one of another kind than the column is blank.
    fn add(&mut self, value: Value<'_>) {
        match (self, value) {
            (Column::Text(all), Value::Text(text)) => all.append_value(text),
            (Column::Text(all), Value::Null) => all.append_null(),
            (Column::Text(all), other) => all.append_value(other.to_string()),
            (Column::Integer(all), Value::Integer(number)) => all.append_value(number),
            (Column::Integer(all), _) => all.append_null(),
            (Column::Decimal(all), Value::Decimal(mut decimal)) => {
                decimal.rescale(SCALE);
                all.append_value(decimal.mantissa());
            }
            (Column::Decimal(all), _) => all.append_null(),
            (Column::Bool(all), Value::Bool(yes)) => all.append_value(yes),
            (Column::Bool(all), _) => all.append_null(),
            (Column::Date(all), Value::Date(date)) => all.append_value(date.num_days_from_ce() - EPOCH),
            (Column::Date(all), _) => all.append_null(),
            (Column::DateTime(all), Value::DateTime(at)) => all.append_value(at.and_utc().timestamp_micros()),
            (Column::DateTime(all), _) => all.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Text(all) => Arc::new(all.finish()),
            Column::Integer(all) => Arc::new(all.finish()),
            Column::Decimal(all) => Arc::new(all.finish()),
            Column::Bool(all) => Arc::new(all.finish()),
            Column::Date(all) => Arc::new(all.finish()),
            Column::DateTime(all) => Arc::new(all.finish()),
        }
    }
}

impl ArrowWriter {
    /// A stream of rows with these fields.
    ///
    /// # Errors
    /// When the schema cannot be written.
    ///
    /// ```
    /// # use epos_core::format::ArrowWriter;
    /// let mut without_columns = ArrowWriter::new(&[])?;
    /// assert!(!without_columns.piece()?.is_empty(), "the schema comes first");
    /// # Ok::<(), epos_core::Error>(())
    /// ```
    pub fn new(fields: &[Field]) -> Result<ArrowWriter> {
        let columns: Vec<Column> = fields.iter().map(|field| Column::new(field.kind)).collect();
        let described = fields.iter().zip(&columns).map(|(field, column)| {
            arrow_schema::Field::new(field.name, column.data_type(), true)
                .with_metadata([("doc".to_owned(), field.doc.trim().to_owned())].into())
        });
        let schema = Arc::new(Schema::new(described.collect::<Vec<_>>()));
        let stream = StreamWriter::try_new(Vec::new(), &schema).map_err(failed)?;
        Ok(ArrowWriter { schema, columns, rows: 0, stream })
    }

    /// Adds a row: its values in the order of the fields.
    ///
    /// ```
    /// # use epos_core::{format::ArrowWriter, model::{Field, Type, Value}};
    /// # let mut writer = ArrowWriter::new(&[Field { name: "till", kind: Type::Text, required: true, doc: "" }])?;
    /// writer.add([Value::Text("1".into())].into_iter());
    /// # assert_eq!(writer.rows(), 1);
    /// # Ok::<(), epos_core::Error>(())
    /// ```
    pub fn add<'v>(&mut self, mut row: impl Iterator<Item = Value<'v>>) {
        for column in &mut self.columns {
            column.add(row.next().unwrap_or(Value::Null));
        }
        self.rows += 1;
    }

    /// Rows since the last piece.
    ///
    /// ```
    /// # use epos_core::format::ArrowWriter;
    /// assert_eq!(ArrowWriter::new(&[])?.rows(), 0);
    /// # Ok::<(), epos_core::Error>(())
    /// ```
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The next bytes of the stream: the rows since the last piece; before the first rows the schema alone.
    ///
    /// # Errors
    /// When the rows cannot be written.
    ///
    /// ```
    /// # use epos_core::format::ArrowWriter;
    /// let mut writer = ArrowWriter::new(&[])?;
    /// assert!(!writer.piece()?.is_empty());
    /// assert!(writer.piece()?.is_empty(), "nothing came since");
    /// # Ok::<(), epos_core::Error>(())
    /// ```
    pub fn piece(&mut self) -> Result<Vec<u8>> {
        if self.rows > 0 {
            let columns = self.columns.iter_mut().map(Column::finish).collect();
            self.rows = 0;
            let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(failed)?;
            self.stream.write(&batch).map_err(failed)?;
        }
        Ok(std::mem::take(self.stream.get_mut()))
    }

    /// The last bytes of the stream.
    ///
    /// # Errors
    /// When the last rows cannot be written.
    ///
    /// ```
    /// # use epos_core::format::ArrowWriter;
    /// assert!(ArrowWriter::new(&[])?.finish()?.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    /// # Ok::<(), epos_core::Error>(())
    /// ```
    pub fn finish(mut self) -> Result<Vec<u8>> {
        let mut last = self.piece()?;
        self.stream.finish().map_err(failed)?;
        last.append(self.stream.get_mut());
        Ok(last)
    }
}

fn failed(error: ArrowError) -> Error {
    Error::Render { what: "Arrow".to_owned(), message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_comes_back_as_it_was() {
        let kinds = [Type::Text, Type::Integer, Type::Money, Type::Bool, Type::Date, Type::Time, Type::DateTime];
        let fields = kinds.map(|kind| Field { name: "x", kind, required: false, doc: " Means x." });
        let day: chrono::NaiveDate = "2026-11-20".parse().unwrap();
        let rows = [
            vec![
                Value::Text("jam\0".into()),
                Value::Integer(-7),
                Value::Decimal("-999999999999.9999".parse().unwrap()),
                Value::Bool(true),
                Value::Date(day),
                Value::Time(day.and_hms_opt(9, 5, 0).unwrap().time()),
                Value::DateTime(day.and_hms_opt(9, 5, 0).unwrap()),
            ],
            vec![Value::Null; 7],
        ];
        let mut writer = ArrowWriter::new(&fields).unwrap();
        let mut stream = Vec::new();
        for row in rows {
            writer.add(row.into_iter());
            stream.extend(writer.piece().unwrap());
        }
        stream.extend(writer.finish().unwrap());
        let read = arrow_ipc::reader::StreamReader::try_new(&stream[..], None).unwrap();
        let schema = read.schema();
        assert_eq!(schema.field(2).data_type(), &DataType::Decimal128(22, 4));
        assert_eq!(schema.field(0).metadata()["doc"], "Means x.");
        let batches: Vec<RecordBatch> = read.map(Result::unwrap).collect();
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
        let first = format!("{:?}", batches[0].columns());
        for text in ["jam\\0", "-7", "-9999999999999999", "true", "2026-11-20", "09:05:00", "2026-11-20T09:05:00"] {
            assert!(first.contains(text), "{text}: {first}");
        }
        assert!(batches[1].columns().iter().all(|column| column.null_count() == 1));
        use arrow_array::Array as _;
    }
}
