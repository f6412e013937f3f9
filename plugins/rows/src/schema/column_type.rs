//! The types of a schema's columns.

use std::fmt;
use std::str::FromStr;

use nozzle_sdk::{Failure, Result};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::reader::Reader;

/// What a column of a table holds: the types of Hive, which are those of Glue and Athena, in their syntax.
/// <https://docs.aws.amazon.com/athena/latest/ug/data-types.html>.
///
/// It is read in lower case, spaces between its parts being tolerated, and shows without them:
///
/// ```
/// use nozzle_rows::schema::Type;
///
/// let tags: Type = "map< string, array<decimal(10, 2)> >".parse()?;
/// assert_eq!(tags.to_string(), "map<string,array<decimal(10,2)>>");
/// # Ok::<(), nozzle_sdk::Failure>(())
/// ```
///
/// Other catalogues have other words for some of them: Iceberg says `long` for `bigint`, Redshift `bytea` or `varbyte` for
/// `binary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `string`: text of any length.
    String,
    /// `boolean`.
    Boolean,
    /// `tinyint`: 8 bits.
    Tinyint,
    /// `smallint`: 16 bits.
    Smallint,
    /// `int`: 32 bits.
    Int,
    /// `bigint`: 64 bits.
    Bigint,
    /// `float`: single precision.
    Float,
    /// `double`: double precision.
    Double,
    /// `decimal(p,s)`. `decimal(p)` has the scale 0, and `decimal` alone is `decimal(10,0)`.
    Decimal {
        /// How many digits there are in all, 1 to 38.
        precision: u8,
        /// How many of them stand behind the point, at most all.
        scale: u8,
    },
    /// `date`: a day of the calendar.
    Date,
    /// `timestamp`: a point in time.
    Timestamp,
    /// `varchar(n)`: text of up to `n`, 1 to 65535.
    Varchar(u16),
    /// `char(n)`: text of up to `n`, 1 to 255, which is padded with spaces.
    Char(u8),
    /// `binary`: bytes.
    Binary,
    /// `array<T>`.
    Array(Box<Type>),
    /// `map<string,T>`. A map of JSON has no other keys.
    Map(Box<Type>),
    /// `struct<a:T,b:T>`: at least one member, no two of one name.
    Struct(Vec<Member>),
}

/// One member of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, exactly as rows have it.
    pub name: String,
    /// What it holds.
    pub r#type: Type,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::String => f.write_str("string"),
            Type::Boolean => f.write_str("boolean"),
            Type::Tinyint => f.write_str("tinyint"),
            Type::Smallint => f.write_str("smallint"),
            Type::Int => f.write_str("int"),
            Type::Bigint => f.write_str("bigint"),
            Type::Float => f.write_str("float"),
            Type::Double => f.write_str("double"),
            Type::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Type::Date => f.write_str("date"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Varchar(length) => write!(f, "varchar({length})"),
            Type::Char(length) => write!(f, "char({length})"),
            Type::Binary => f.write_str("binary"),
            Type::Array(element) => write!(f, "array<{element}>"),
            Type::Map(value) => write!(f, "map<string,{value}>"),
            Type::Struct(members) => write_struct(f, members),
        }
    }
}

fn write_struct(f: &mut fmt::Formatter<'_>, members: &[Member]) -> fmt::Result {
    f.write_str("struct<")?;
    for (index, Member { name, r#type }) in members.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        write!(f, "{comma}{name}:{type}")?;
    }
    f.write_str(">")
}

/// # Errors
///
/// Where there is no such type, with what is wrong.
impl FromStr for Type {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        Reader::new(text).whole().map_err(|trouble| Failure::new("schema", trouble))
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TypeVisitor)
    }
}

struct TypeVisitor;

impl Visitor<'_> for TypeVisitor {
    type Value = Type;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type such as `string` or `array<int>`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Type, E> {
        text.parse().map_err(|Failure { reason, .. }| E::custom(reason))
    }
}
