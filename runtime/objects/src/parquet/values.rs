//! The values of one column of a file.

use bytes::Bytes;
use nozzle_rows::schema::Type;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType,
    FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;

use super::SerDe;
use super::schema::decimal_width;
use super::{scalar, time};

/// Values of one type, nulls left out.
#[derive(Debug)]
pub(super) enum Values {
    Boolean(Vec<bool>),
    /// Of up to 32 bits.
    Integer {
        bits: u32,
        values: Vec<i32>,
    },
    Bigint(Vec<i64>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    /// Without their points.
    Decimal {
        precision: u8,
        scale: u8,
        values: Vec<i128>,
    },
    /// In days since 1970.
    Date(Vec<i32>),
    Timestamp(Vec<Int96>),
    /// Of up to so many characters.
    Text {
        most: usize,
        values: Texts,
    },
    Binary(Texts),
}

/// Runs of bytes, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Values {
    /// None yet, of a type that holds no others.
    pub(super) fn of(r#type: &Type) -> Self {
        match *r#type {
            Type::Boolean => Self::Boolean(Vec::new()),
            Type::Tinyint => Self::Integer { bits: 8, values: Vec::new() },
            Type::Smallint => Self::Integer { bits: 16, values: Vec::new() },
            Type::Int => Self::Integer { bits: 32, values: Vec::new() },
            Type::Bigint => Self::Bigint(Vec::new()),
            Type::Float => Self::Float(Vec::new()),
            Type::Double => Self::Double(Vec::new()),
            Type::Decimal { precision, scale } => Self::Decimal { precision, scale, values: Vec::new() },
            Type::Date => Self::Date(Vec::new()),
            Type::Timestamp => Self::Timestamp(Vec::new()),
            Type::Binary => Self::Binary(Texts::default()),
            Type::Varchar(most) => Self::text(most.into()),
            Type::Char(most) => Self::text(most.into()),
            _ => Self::text(usize::MAX),
        }
    }

    /// Text of up to so many characters.
    pub(super) fn text(most: usize) -> Self {
        Self::Text { most, values: Texts::default() }
    }

    /// Reads and adds the value that is written as `raw`, which is not null. `None` when it is of another type.
    pub(super) fn read(&mut self, raw: &str, serde: SerDe) -> Option<()> {
        match self {
            Self::Boolean(values) => values.push(scalar::boolean(raw)?),
            Self::Integer { bits, values } => values.push(scalar::integer(raw, serde, *bits)? as i32),
            Self::Bigint(values) => values.push(scalar::integer(raw, serde, 64)?),
            Self::Float(values) => values.push(scalar::float(raw, serde)?),
            Self::Double(values) => values.push(scalar::double(raw, serde)?),
            Self::Decimal { precision, scale, values } => {
                values.push(scalar::decimal(raw, serde, *precision, *scale)?);
            }
            Self::Date(values) => values.push(time::date(raw)?),
            Self::Timestamp(values) => values.push(time::timestamp(raw, serde)?),
            Self::Text { most, values } => values.push(scalar::text(raw, serde, *most)?.as_bytes()),
            Self::Binary(values) => values.push(&scalar::binary(raw, serde)?),
        }
        Some(())
    }

    /// Adds a name.
    pub(super) fn add_text(&mut self, text: &str) {
        if let Self::Text { values, .. } = self {
            values.push(text.as_bytes());
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Boolean(values) => values.len(),
            Self::Integer { values, .. } | Self::Date(values) => values.len(),
            Self::Bigint(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Double(values) => values.len(),
            Self::Decimal { values, .. } => values.len(),
            Self::Timestamp(values) => values.len(),
            Self::Text { values, .. } | Self::Binary(values) => values.ends.len(),
        }
    }

    pub(super) fn truncate(&mut self, len: usize) {
        match self {
            Self::Boolean(values) => values.truncate(len),
            Self::Integer { values, .. } | Self::Date(values) => values.truncate(len),
            Self::Bigint(values) => values.truncate(len),
            Self::Float(values) => values.truncate(len),
            Self::Double(values) => values.truncate(len),
            Self::Decimal { values, .. } => values.truncate(len),
            Self::Timestamp(values) => values.truncate(len),
            Self::Text { values, .. } | Self::Binary(values) => values.truncate(len),
        }
    }

    /// About how many bytes they take in memory.
    pub(super) fn size(&self) -> usize {
        let each = match self {
            Self::Boolean(_) => 1,
            Self::Integer { .. } | Self::Float(_) | Self::Date(_) => 4,
            Self::Bigint(_) | Self::Double(_) => 8,
            Self::Timestamp(_) => size_of::<Int96>(),
            Self::Decimal { .. } => size_of::<i128>(),
            Self::Text { values, .. } | Self::Binary(values) => return values.size(),
        };
        each * self.len()
    }

    /// Writes them with the levels of their column.
    pub(super) fn write(
        &mut self,
        column: &mut SerializedColumnWriter<'_>,
        definitions: &[i16],
        repetitions: Option<&[i16]>,
    ) -> Result<()> {
        let mut to = Levels { column, definitions, repetitions };
        match self {
            Self::Boolean(values) => to.write::<BoolType>(values),
            Self::Integer { values, .. } | Self::Date(values) => to.write::<Int32Type>(values),
            Self::Bigint(values) => to.write::<Int64Type>(values),
            Self::Float(values) => to.write::<FloatType>(values),
            Self::Double(values) => to.write::<DoubleType>(values),
            Self::Timestamp(values) => to.write::<Int96Type>(values),
            Self::Decimal { precision, values, .. } => {
                to.write::<FixedLenByteArrayType>(&decimals(values, decimal_width(*precision)))
            }
            Self::Text { values, .. } | Self::Binary(values) => to.write::<ByteArrayType>(&values.take()),
        }
    }
}

/// Where values go, and the levels they go with.
struct Levels<'a, 'c> {
    column: &'a mut SerializedColumnWriter<'c>,
    definitions: &'a [i16],
    repetitions: Option<&'a [i16]>,
}

impl Levels<'_, '_> {
    fn write<T: DataType>(&mut self, values: &[T::T]) -> Result<()> {
        self.column.typed::<T>().write_batch(values, Some(self.definitions), self.repetitions).map(drop)
    }
}

/// Decimals in two's complement of so many bytes, the largest first.
fn decimals(values: &[i128], width: usize) -> Vec<FixedLenByteArray> {
    let bytes = |value: &i128| value.to_be_bytes()[size_of::<i128>() - width..].to_vec();
    let all: Bytes = values.iter().flat_map(bytes).collect();
    let one = |index: usize| ByteArray::from(all.slice(index * width..(index + 1) * width)).into();
    (0..values.len()).map(one).collect()
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.bytes.truncate(self.ends.last().copied().unwrap_or_default());
    }

    fn size(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends)
    }

    /// All of them, of which none is left.
    fn take(&mut self) -> Vec<ByteArray> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let one = |end| ByteArray::from(bytes.slice(std::mem::replace(&mut start, end)..end));
        self.ends.drain(..).map(one).collect()
    }
}
