//! How settings say the type of a column.

use std::fmt;
use std::str::FromStr;

use nozzle_sdk::time::Format;
use nozzle_sdk::{Failure, Result};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{ColumnType, Decimal, PRECISION};

/// What `from` says of a decimal that is written as Debezium writes NUMERIC.
const UNSCALED: &str = "unscaled-base64";

/// A type with the ways in which its values are written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    r#type: ColumnType,
    from: Sources,
}

/// One way in which values are written, or a list of them.
struct Sources(Vec<String>);

impl ColumnType {
    /// The type, read from values that are written so.
    fn from(self, sources: &[String]) -> Result<Self> {
        match self {
            ColumnType::Date(_) => formats(sources).map(ColumnType::Date),
            ColumnType::Timestamp(_) => formats(sources).map(ColumnType::Timestamp),
            ColumnType::Decimal(decimal) if sources == [UNSCALED] => {
                Ok(ColumnType::Decimal(Decimal { from_unscaled: true, ..decimal }))
            }
            ColumnType::Decimal(_) => {
                Err(refused(format!("a decimal is read from `{UNSCALED}` or a number")))
            }
            _ => Err(refused("`from` goes with a date, a timestamp or a decimal".to_owned())),
        }
    }
}

fn formats(sources: &[String]) -> Result<Vec<Format>> {
    if sources.is_empty() {
        return Err(refused("`from` names no format".to_owned()));
    }
    let format = |source: &String| {
        source.parse().map_err(|Failure { reason, .. }| refused(format!("format `{source}` {reason}")))
    };
    sources.iter().map(format).collect()
}

fn refused(trouble: String) -> Failure {
    Failure::new("settings", trouble)
}

/// # Errors
///
/// Where there is no such type.
impl FromStr for ColumnType {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "string" => ColumnType::String,
            "int" => ColumnType::Int,
            "bigint" => ColumnType::Bigint,
            "double" => ColumnType::Double,
            "number" => ColumnType::Number,
            "boolean" => ColumnType::Boolean,
            "date" => ColumnType::Date(vec![Format::Iso]),
            "timestamp" => ColumnType::Timestamp(vec![Format::Iso]),
            _ => ColumnType::Decimal(decimal(text)?),
        })
    }
}

/// The type that is written `decimal(p,s)`.
fn decimal(text: &str) -> Result<Decimal> {
    let numbers = text.strip_prefix("decimal(").and_then(|rest| rest.strip_suffix(')')?.split_once(','));
    let Some((precision, scale)) = numbers else {
        let known =
            "`string`, `int`, `bigint`, `double`, `number`, `boolean`, `decimal(p,s)`, `date`, `timestamp`";
        return Err(refused(format!("unknown type `{text}`, expected one of {known}")));
    };
    match (precision.trim().parse(), scale.trim().parse()) {
        (Ok(precision @ 1..=PRECISION), Ok(scale)) if scale <= precision => {
            Ok(Decimal { precision, scale, from_unscaled: false })
        }
        _ => Err(refused(format!(
            "there is no `{text}`: the precision is 1 to {PRECISION}, the scale 0 to the precision"
        ))),
    }
}

impl<'de> Deserialize<'de> for ColumnType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnTypeVisitor)
    }
}

// Visitors and not untagged enums, whose errors would not say where in the settings the trouble is.
struct ColumnTypeVisitor;

impl<'de> Visitor<'de> for ColumnTypeVisitor {
    type Value = ColumnType;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type, or an object with `type` and `from`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map_err(|Failure { reason, .. }| E::custom(reason))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let Written { r#type, from } = Written::deserialize(MapAccessDeserializer::new(map))?;
        r#type.from(&from.0).map_err(|Failure { reason, .. }| A::Error::custom(reason))
    }
}

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourcesVisitor)
    }
}

struct SourcesVisitor;

impl<'de> Visitor<'de> for SourcesVisitor {
    type Value = Sources;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a format or a list of formats")
    }

    fn visit_str<E>(self, source: &str) -> Result<Self::Value, E> {
        Ok(Sources(vec![source.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Sources)
    }
}
