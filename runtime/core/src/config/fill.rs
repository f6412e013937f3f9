//! `${VAR}` and `${VAR:-default}` in values: one file for development, staging and production.

use std::fmt;

/// A value that came from the environment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret {
    value: String,
    variable: String,
}

impl Secret {
    /// A text with the variable in the place of its value, as it stands there or escaped in JSON.
    pub(super) fn mask(&self, text: &str) -> String {
        let variable = format!("${{{}}}", self.variable);
        let escaped = serde_json::Value::from(self.value.as_str()).to_string();
        text.replace(escaped.trim_matches('"'), &variable).replace(&self.value, &variable)
    }
}

/// A variable that could not be filled in.
pub(super) struct Unfilled {
    /// How the variable begins in the file: `${NAME`.
    pub(super) written: String,
    /// The variable's name; empty where there is no `}` to end it.
    name: String,
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, name } = self;
        if name.is_empty() {
            return write!(
                f,
                "`{written}` has no closing `}}`\n  hint: `$${{` stands for the characters themselves"
            );
        }
        write!(
            f,
            "the environment has no `{name}`\n  hint: set it, or give a default: `{written}:-default}}`"
        )
    }
}

/// Fills variables in, and remembers what it has filled in.
pub(super) struct Fill<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    pub(super) secrets: Vec<Secret>,
}

impl<'a> Fill<'a> {
    pub(super) fn new(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variable, secrets: Vec::new() }
    }

    /// A text with its variables filled in. `$${` stands for `${`.
    pub(super) fn text(&mut self, text: &str) -> Result<String, Unfilled> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            if let Some(escaped) = before.strip_suffix('$') {
                filled.push_str(escaped);
                filled.push_str("${");
                rest = &from[2..];
                continue;
            }
            filled.push_str(before);
            let end =
                from.find('}').ok_or_else(|| Unfilled { written: from.to_owned(), name: String::new() })?;
            filled.push_str(&self.value(&from[2..end])?);
            rest = &from[end + 1..];
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// A table with the variables in all its strings filled in, and its times as strings: JSON has no times.
    pub(super) fn table(&mut self, table: toml::Table) -> Result<toml::Table, Unfilled> {
        table.into_iter().map(|(key, value)| Ok((key, self.any(value)?))).collect()
    }

    fn any(&mut self, value: toml::Value) -> Result<toml::Value, Unfilled> {
        Ok(match value {
            toml::Value::String(text) => self.text(&text)?.into(),
            toml::Value::Array(values) => {
                toml::Value::Array(values.into_iter().map(|value| self.any(value)).collect::<Result<_, _>>()?)
            }
            toml::Value::Table(table) => self.table(table)?.into(),
            toml::Value::Datetime(time) => time.to_string().into(),
            other => other,
        })
    }

    fn value(&mut self, inner: &str) -> Result<String, Unfilled> {
        let (name, default) =
            inner.split_once(":-").map_or((inner, None), |(name, default)| (name, Some(default)));
        if let Some(value) = (self.variable)(name) {
            self.secrets.push(Secret { value: value.clone(), variable: name.to_owned() });
            return Ok(value);
        }
        let unfilled = || Unfilled { written: format!("${{{name}"), name: name.to_owned() };
        default.map(str::to_owned).ok_or_else(unfilled)
    }
}
