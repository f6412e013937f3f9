//! One lookup, or several.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use super::LookupSettings;

/// The settings: those of one lookup, or a list of lookups.
#[derive(Debug)]
pub enum Settings {
    /// The short form: the settings are the lookup's.
    One(Box<LookupSettings>),
    /// The member `lookups`.
    Several(Vec<LookupSettings>),
}

/// The member that lists lookups, and stands alone.
const LOOKUPS: &str = "lookups";

impl Settings {
    /// The lookups in their order, each with its place in nozzle.toml.
    pub(crate) fn lookups(self) -> Vec<(String, LookupSettings)> {
        match self {
            Settings::One(lookup) => vec![("settings".to_owned(), *lookup)],
            Settings::Several(lookups) => {
                let place = |index| format!("settings.{LOOKUPS}[{index}]");
                lookups.into_iter().enumerate().map(|(index, lookup)| (place(index), lookup)).collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SettingsVisitor)
    }
}

// No untagged enum, whose errors would not say where in the settings the trouble is.
struct SettingsVisitor;

impl<'de> Visitor<'de> for SettingsVisitor {
    type Value = Settings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first: Option<String> = map.next_key()?;
        if first.as_deref() != Some(LOOKUPS) {
            let members = MapAccessDeserializer::new(ShortForm { first, rest: map });
            return LookupSettings::deserialize(members).map(|lookup| Settings::One(Box::new(lookup)));
        }
        let lookups = map.next_value()?;
        match map.next_key::<String>()? {
            Some(_) => Err(A::Error::custom(NOT_BOTH)),
            None => Ok(Settings::Several(lookups)),
        }
    }
}

const NOT_BOTH: &str = "stands beside `lookups`, which takes every other setting\n  \
                        hint: write it in the lookup that it is for, or make all of them one lookup without `lookups`";

/// The members of the short form, the first of which has been read.
struct ShortForm<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ShortForm<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let name = match self.first.take() {
            Some(first) => Some(first),
            None => self.rest.next_key()?,
        };
        match name {
            Some(name) if name == LOOKUPS => Err(A::Error::custom(NOT_BOTH)),
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
