//! Reads a struct of settings.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::{Field, nearest};

/// What was read so far: an empty place for each setting at first.
pub trait Slots<'de>: Default {
    /// What is made of it.
    type Settings;

    /// The settings.
    const FIELDS: &'static [Field];

    /// Reads the value of the setting at this index of [`FIELDS`](Slots::FIELDS).
    ///
    /// # Errors
    ///
    /// When it does not fit.
    fn read<A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error>;

    /// Makes the settings.
    ///
    /// # Errors
    ///
    /// Which one is missing or out of its range.
    fn finish(self) -> Result<Self::Settings, String>;
}

/// Reads settings.
///
/// # Errors
///
/// When one is unknown, missing, out of its range or of another type.
pub fn read<'de, S: Slots<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<S::Settings, D::Error> {
    deserializer.deserialize_map(TableVisitor(PhantomData::<S>))
}

struct TableVisitor<S>(PhantomData<S>);

impl<'de, S: Slots<'de>> Visitor<'de> for TableVisitor<S> {
    type Value = S::Settings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut slots = S::default();
        while let Some(name) = map.next_key::<String>()? {
            let index = S::FIELDS.iter().position(|field| field.name == name);
            slots.read(index.ok_or_else(|| A::Error::custom(unknown(&name, S::FIELDS)))?, &mut map)?;
        }
        slots.finish().map_err(A::Error::custom)
    }
}

fn unknown(name: &str, fields: &'static [Field]) -> String {
    let names = || fields.iter().map(|field| field.name);
    format!("unknown setting `{name}`{}", nearest::hint(name, names))
}
