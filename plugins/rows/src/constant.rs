//! Values that stand in the settings.

use nozzle_sdk::cdc::Notation;
use nozzle_sdk::json;
use nozzle_sdk::number::Number;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

use crate::scalar::Scalar;

/// A string, a number as its exact literal, `true` or `false`.
#[derive(Debug)]
pub struct Constant(pub Scalar<'static>);

/// One constant, or a list of them.
#[derive(Debug)]
pub(crate) struct Constants(pub(crate) Vec<Scalar<'static>>);

/// What strings start with: one text, or a list of them. None is empty: every string starts so.
#[derive(Debug)]
pub(crate) struct Prefixes(pub(crate) Vec<String>);

/// A number, as its exact literal.
#[derive(Debug)]
pub(crate) struct Limit(pub(crate) Number<'static>);

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        constant(raw.get())
            .map(Constant)
            .ok_or_else(|| D::Error::custom("a default is a string, a number, true or false"))
    }
}

impl<'de> Deserialize<'de> for Constants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let constants = match serde_json::from_str::<Vec<Constant>>(raw.get()) {
            Ok(list) => Some(list.into_iter().map(|constant| constant.0).collect()),
            Err(_) => constant(raw.get()).map(|constant| vec![constant]),
        };
        let trouble =
            || D::Error::custom("`is` and `is-not` take a string, a number, true, false or a list of these");
        constants.map(Constants).ok_or_else(trouble)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let number = Number::new(raw.get().to_owned());
        number.map(Limit).ok_or_else(|| D::Error::custom("`below` and `above` take a number"))
    }
}

impl<'de> Deserialize<'de> for Prefixes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let prefixes = match json::string_value(raw.get()) {
            Some(prefix) => vec![prefix.into_owned()],
            None => serde_json::from_str(raw.get()).unwrap_or_default(),
        };
        match prefixes.is_empty() || prefixes.iter().any(String::is_empty) {
            true => {
                Err(D::Error::custom("`starts-with` takes a string that is not empty, or a list of these"))
            }
            false => Ok(Prefixes(prefixes)),
        }
    }
}

fn constant(raw: &str) -> Option<Scalar<'static>> {
    if let Some(text) = json::string_value(raw) {
        return Some(Scalar::Text(text.into_owned().into()));
    }
    match Scalar::read(Notation::Plain, raw) {
        Ok(Some(Scalar::Boolean(truth))) => Some(Scalar::Boolean(truth)),
        _ => Number::new(raw.to_owned()).map(Scalar::Number),
    }
}
