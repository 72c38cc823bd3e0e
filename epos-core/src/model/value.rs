//! What one cell can hold, and the one trait that turns typed records into cells and back.
//!
//! Reading a file, writing one, creating a table, loading it and hashing its content all walk the same [`Record::FIELDS`].

use std::borrow::Cow;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

use super::{Kind, Money, Quantity, Rate};

/// One value of a record's field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value<'a> {
    /// Blank.
    #[default]
    Null,
    /// Text, a code, or one of a closed list of words.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Money, a quantity or a rate.
    Decimal(Decimal),
    /// Yes or no.
    Bool(bool),
    /// A calendar date.
    Date(NaiveDate),
    /// A local time of day.
    Time(NaiveTime),
    /// A local date and time.
    DateTime(NaiveDateTime),
}

impl Value<'_> {
    /// The same value owning its text.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Integer(n) => Value::Integer(n),
            Value::Decimal(d) => Value::Decimal(d),
            Value::Bool(b) => Value::Bool(b),
            Value::Date(d) => Value::Date(d),
            Value::Time(t) => Value::Time(t),
            Value::DateTime(t) => Value::DateTime(t),
        }
    }

    /// True for [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

/// The canonical text of a value: decimals without needless zeros, ISO dates, `true`/`false`, nothing for blank.
/// Content hashes are made of it, so it never changes.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Integer(n) => write!(f, "{n}"),
            Value::Decimal(d) if d.is_zero() => f.write_str("0"),
            Value::Decimal(d) => write!(f, "{}", d.normalize()),
            Value::Bool(b) => write!(f, "{b}"),
            Value::Date(d) => write!(f, "{}", d.format("%Y-%m-%d")),
            Value::Time(t) => write!(f, "{}", t.format("%H:%M:%S")),
            Value::DateTime(t) => write!(f, "{}", t.format("%Y-%m-%dT%H:%M:%S")),
        }
    }
}

/// The type of a field, as files, databases and documentation need to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Free text or a code; never a number, so leading zeros survive.
    Text,
    /// A whole number.
    Integer,
    /// [`Money`].
    Money,
    /// [`Quantity`].
    Quantity,
    /// [`Rate`], in percent.
    Rate,
    /// Yes or no.
    Bool,
    /// A calendar date.
    Date,
    /// A local time.
    Time,
    /// A local date and time.
    DateTime,
    /// One of a closed list of words.
    Word(&'static [&'static str]),
    /// A name or code of a person: replaced by a random token before it is stored.
    Person,
}

/// A Rust type that a record's field can have.
pub trait Scalar: Sized {
    /// What kind of cell it is.
    const TYPE: Type;
    /// False when blank is allowed.
    const REQUIRED: bool;
    /// What a record has before anybody fills it: nothing where blank is allowed, else an empty text, zero, the first word of a
    /// list, the first day of 1970.
    fn blank() -> Self;
    /// As a value, borrowing text.
    fn value(&self) -> Value<'_>;
    /// From a value; `None` when the value is of another kind.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

impl Scalar for String {
    const TYPE: Type = Type::Text;
    const REQUIRED: bool = true;
    fn blank() -> Self {
        String::new()
    }
    fn value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}

impl Scalar for i64 {
    const TYPE: Type = Type::Integer;
    const REQUIRED: bool = true;
    fn blank() -> Self {
        0
    }
    fn value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(n) => Some(n),
            _ => None,
        }
    }
}

/// Blank means no: a flag that a file does not state is not set.
impl Scalar for bool {
    const TYPE: Type = Type::Bool;
    const REQUIRED: bool = false;
    fn blank() -> Self {
        false
    }
    fn value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(b),
            Value::Null => Some(false),
            _ => None,
        }
    }
}

macro_rules! copied_scalar {
    ($($ty:ty, $kind:expr, $variant:ident;)*) => {$(
        impl Scalar for $ty {
            const TYPE: Type = $kind;
            const REQUIRED: bool = true;
            fn blank() -> Self {
                Self::default()
            }
            fn value(&self) -> Value<'_> {
                Value::$variant(*self)
            }
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        }
    )*};
}

copied_scalar! {
    NaiveDate, Type::Date, Date;
    NaiveTime, Type::Time, Time;
    NaiveDateTime, Type::DateTime, DateTime;
}

macro_rules! decimal_scalar {
    ($($ty:ident)*) => {$(
        impl Scalar for $ty {
            const TYPE: Type = Type::$ty;
            const REQUIRED: bool = true;
            fn blank() -> Self {
                $ty::ZERO
            }
            fn value(&self) -> Value<'_> {
                Value::Decimal(self.decimal())
            }
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Decimal(decimal) => $ty::new(decimal).ok(),
                    _ => None,
                }
            }
        }
    )*};
}

decimal_scalar!(Money Quantity Rate);

impl<T: Scalar> Scalar for Option<T> {
    const TYPE: Type = T::TYPE;
    const REQUIRED: bool = false;
    fn blank() -> Self {
        None
    }
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Scalar::value)
    }
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name: the canonical column heading and the database column.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// False when blank is allowed.
    pub required: bool,
    /// What it means, one paragraph: the schema documentation is made of it.
    pub doc: &'static str,
}

/// A row type: the same definition serves files, checks, databases and hashes.
pub trait Record: Sized + Clone + PartialEq + fmt::Debug {
    /// The kind (and so the table) it belongs to.
    const KIND: Kind;
    /// Its fields, in order.
    const FIELDS: &'static [Field];

    /// Calls `each` with every field's position and value, in order.
    fn visit<'a>(&'a self, each: &mut dyn FnMut(usize, Value<'a>));

    /// Sets one field by its position; false when there is none or the value is of another kind.
    fn set(&mut self, at: usize, value: Value<'_>) -> bool;

    /// Fills a blank record with values in field order, and takes them.
    ///
    /// # Errors
    /// The position of the first field whose value is missing or of another kind.
    fn fill(&mut self, values: &mut [Value<'_>]) -> Result<(), usize> {
        for (at, field) in Self::FIELDS.iter().enumerate() {
            match values.get_mut(at).map(std::mem::take) {
                None | Some(Value::Null) if field.required => return Err(at),
                None | Some(Value::Null) => {}
                Some(value) => self.set(at, value).then_some(()).ok_or(at)?,
            }
        }
        Ok(())
    }

    /// All values, in order.
    fn values(&self) -> Vec<Value<'_>> {
        let mut values = Vec::with_capacity(Self::FIELDS.len());
        self.visit(&mut |_, value| values.push(value));
        values
    }
}

/// Declares a closed list of words: an enum that is written and stored as its `snake_case` word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $word:literal ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $( $(#[$vdoc])* #[serde(rename = $word)] $variant ),* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            const FIRST: $name = [$($name::$variant),*][0];
            /// Their words, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word that files and databases use.
            pub const fn word(self) -> &'static str {
                match self { $( $name::$variant => $word ),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $( $word => Ok($name::$variant), )*
                    other => Err(format!("`{other}` is not one of {}", Self::WORDS.join(", "))),
                }
            }
        }

        impl $crate::model::Scalar for $name {
            const TYPE: $crate::model::Type = $crate::model::Type::Word(Self::WORDS);
            const REQUIRED: bool = true;
            fn blank() -> Self {
                Self::FIRST
            }
            fn value(&self) -> $crate::model::Value<'_> {
                $crate::model::Value::Text(std::borrow::Cow::Borrowed(self.word()))
            }
            fn from_value(value: $crate::model::Value<'_>) -> Option<Self> {
                match value {
                    $crate::model::Value::Text(text) => text.parse().ok(),
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use words;

/// Declares a record: the struct, and its [`Record`] implementation.
macro_rules! record {
    ($(#[doc = $doc:literal])* $kind:ident $name:ident { $( $(#[doc = $fdoc:literal])* $field:ident : $ty:ty ),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $( $(#[doc = $fdoc])* pub $field: $ty ),* }

        /// The blank record, to be filled: see [`Scalar::blank`]($crate::model::Scalar::blank).
        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $crate::model::Scalar::blank()),* }
            }
        }

        impl $crate::model::Record for $name {
            const KIND: $crate::model::Kind = $crate::model::Kind::$kind;
            const FIELDS: &'static [$crate::model::Field] = &[ $( $crate::model::Field {
                name: stringify!($field),
                kind: <$ty as $crate::model::Scalar>::TYPE,
                required: <$ty as $crate::model::Scalar>::REQUIRED,
                doc: concat!($($fdoc),*),
            } ),* ];

            fn visit<'a>(&'a self, each: &mut dyn FnMut(usize, $crate::model::Value<'a>)) {
                let mut position = 0;
                $( each(position, $crate::model::Scalar::value(&self.$field)); position += 1; )*
                let _ = position;
            }

            fn set(&mut self, at: usize, value: $crate::model::Value<'_>) -> bool {
                let mut position = 0;
                $(
                    if at == position {
                        return $crate::model::Scalar::from_value(value).map(|value| self.$field = value).is_some();
                    }
                    position += 1;
                )*
                let _ = position;
                false
            }
        }
    };
}
pub(crate) use record;
