//! One setting of several.

use std::cmp::Ordering;

use serde::de::DeserializeOwned;

use super::{Kind, Number};

/// A field of a struct of settings.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in nozzle.toml, kebab-case.
    pub name: &'static str,
    /// Its doc comment, empty where it has none.
    pub help: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it is where nozzle.toml leaves it out, as JSON text.
    pub default: Option<&'static str>,
    /// What it may be.
    pub range: Range,
    /// Whether it takes personal data out.
    pub redacts: bool,
}

/// The least and the most that a number may be.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The least.
    pub least: Option<Limit>,
    /// The most.
    pub most: Option<Limit>,
}

/// One end of a range, below 2^53 in size: no number on its other side is rounded across it.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// The number as JSON text.
    pub text: &'static str,
    /// The number.
    pub number: f64,
}

impl Range {
    fn check(&self, name: &str, value: &impl Number) -> Result<(), String> {
        let lies = |limit: &Limit, side| value.compare(limit.number) == Some(side);
        if let Some(limit) = self.least.filter(|limit| lies(limit, Ordering::Less)) {
            return Err(format!("`{name}` must be at least {}", limit.text));
        }
        if let Some(limit) = self.most.filter(|limit| lies(limit, Ordering::Greater)) {
            return Err(format!("`{name}` must be at most {}", limit.text));
        }
        Ok(())
    }
}

impl Field {
    pub(crate) const fn is_required(&self) -> bool {
        self.default.is_none() && !matches!(self.kind, Kind::Optional(_))
    }

    pub(crate) fn redacts(&self) -> bool {
        self.redacts || self.kind.redacts()
    }

    /// What was read, or what stands for a setting that was left out.
    ///
    /// # Errors
    ///
    /// When it is required.
    pub fn or_default<T: DeserializeOwned>(&self, read: Option<T>) -> Result<T, String> {
        if let Some(value) = read {
            return Ok(value);
        }
        if self.is_required() {
            return Err(format!("missing setting `{}`", self.name));
        }
        serde_json::from_str(self.default.unwrap_or("null")).map_err(|error| error.to_string())
    }

    /// The same for a setting with a range.
    ///
    /// # Errors
    ///
    /// When it is required, and when it is out of its range.
    pub fn in_range<T: DeserializeOwned + Number>(&self, read: Option<T>) -> Result<T, String> {
        let value = self.or_default(read)?;
        self.range.check(self.name, &value)?;
        Ok(value)
    }
}
