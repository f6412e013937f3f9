//! What is done to the columns of one row.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nozzle_rows::{ColumnType, Columns, Fact, Origin, Part, RawRule, Rule, Scalar, Selection, mistyped};
use nozzle_sdk::{Failure, Output, Result};

use crate::settings::Settings;

/// The steps that the settings ask for.
#[derive(Debug)]
pub(crate) struct Cleaner {
    output: Output,
    rename: BTreeMap<String, String>,
    trim: Selection,
    empty_to_null: Selection,
    keep: Vec<Rule>,
    drop: Vec<Rule>,
    default: Vec<(String, Scalar<'static>)>,
    require: Vec<String>,
    types: BTreeMap<String, ColumnType>,
    reject: Vec<Rule>,
    remove: Vec<String>,
    add: Vec<(String, Fact)>,
}

impl Cleaner {
    /// The steps that the settings ask for.
    ///
    /// # Errors
    ///
    /// Where a rule asks nothing.
    pub(crate) fn new(settings: Settings, output: Output) -> Result<Self> {
        let default = settings.default.0.into_iter().map(|(column, constant)| (column, constant.0));
        Ok(Cleaner {
            output,
            rename: settings.rename,
            trim: settings.trim,
            empty_to_null: settings.empty_to_null,
            keep: rules("keep", settings.keep)?,
            drop: rules("drop", settings.drop)?,
            default: default.collect(),
            require: settings.require,
            types: settings.types,
            reject: rules("reject", settings.reject)?,
            remove: settings.remove,
            add: settings.add.0,
        })
    }

    /// Cleans a row, or the parts of a change, the first of which is the one that rules are about. Gives the
    /// reason when the row is dropped.
    ///
    /// # Errors
    ///
    /// `column-collision`, `missing-column`, `mistyped-column`, `rejected`, and the failures of values that
    /// cannot be read, with the path.
    pub(crate) fn clean<'a>(
        &'a self,
        parts: &mut [Columns<'a>],
        origin: &Origin<'_>,
    ) -> Result<Option<&'static str>> {
        for columns in &mut *parts {
            columns.rename(&self.rename, &self.output)?;
            self.tidy(columns)?;
        }
        if !self.keeps(parts)? {
            return Ok(Some("rule"));
        }
        for columns in &mut *parts {
            self.fill(columns)?;
        }
        self.check_required(parts)?;
        for columns in &mut *parts {
            self.retype(columns)?;
        }
        self.check_rejected(parts)?;
        for columns in &mut *parts {
            self.remove.iter().for_each(|column| columns.remove(column));
        }
        self.add(parts, origin)?;
        Ok(None)
    }

    fn tidy(&self, columns: &mut Columns<'_>) -> Result<()> {
        columns.edit(|column| self.trim.holds(column), |_, value| Ok(value.and_then(trimmed)))?;
        columns.edit(|column| self.empty_to_null.holds(column), |_, value| Ok(value.and_then(nulled)))
    }

    fn keeps(&self, parts: &[Columns<'_>]) -> Result<bool> {
        let Some(judged) = parts.first() else {
            return Ok(true);
        };
        for rule in &self.drop {
            if rule.holds(judged)? == Some(true) {
                return Ok(false);
            }
        }
        for rule in &self.keep {
            if rule.holds(judged)? != Some(false) {
                return Ok(true);
            }
        }
        Ok(self.keep.is_empty())
    }

    /// Puts defaults in the place of nulls and of missing columns. A key is whole as it is.
    fn fill<'a>(&'a self, columns: &mut Columns<'a>) -> Result<()> {
        if columns.part() == Part::Keys {
            return Ok(());
        }
        for (column, value) in &self.default {
            if columns.get(column)? == Some(Scalar::Null) {
                columns.set(column, value);
            }
        }
        Ok(())
    }

    fn check_required(&self, parts: &[Columns<'_>]) -> Result<()> {
        let Some(judged) = parts.first().filter(|columns| columns.part() != Part::Keys) else {
            return Ok(());
        };
        for column in &self.require {
            if judged.get(column)? == Some(Scalar::Null) {
                return Err(judged.place(Failure::new("missing-column", "is null or missing"), column));
            }
        }
        Ok(())
    }

    fn retype(&self, columns: &mut Columns<'_>) -> Result<()> {
        columns.edit(
            |column| self.types.contains_key(column),
            |column, value| {
                let value = value.ok_or_else(|| mistyped("is not a string, a number, true or false"))?;
                let retyped = self.types[column].retyped(value)?;
                Ok((retyped != *value).then_some(retyped))
            },
        )
    }

    fn check_rejected(&self, parts: &[Columns<'_>]) -> Result<()> {
        let Some(judged) = parts.first() else {
            return Ok(());
        };
        for rule in &self.reject {
            if rule.holds(judged)? == Some(true) {
                return Err(judged.place(Failure::new("rejected", rule.finding()), rule.column()));
            }
        }
        Ok(())
    }

    /// Adds columns to the item, before and after. A removal leaves nothing but a key to make a row of, so
    /// that without a new image the key gets them too.
    fn add<'a>(&'a self, parts: &mut [Columns<'a>], origin: &Origin<'_>) -> Result<()> {
        let has_row = parts.iter().any(|columns| matches!(columns.part(), Part::After | Part::Row));
        for (column, fact) in &self.add {
            let value = fact.value(origin, &self.output);
            for columns in parts.iter_mut().filter(|columns| columns.part() != Part::Keys || !has_row) {
                columns.add(column, &value)?;
            }
        }
        Ok(())
    }
}

fn rules(setting: &str, raw: Vec<RawRule>) -> Result<Vec<Rule>> {
    let placed = |(index, rule)| {
        Rule::new(rule).map_err(|failure: Failure| failure.at(format!("settings.{setting}[{index}]")))
    };
    raw.into_iter().enumerate().map(placed).collect()
}

/// A string without white space around it; `None` where there is none.
fn trimmed<'v>(value: &'v Scalar<'v>) -> Option<Scalar<'v>> {
    match value {
        Scalar::Text(text) if text.trim().len() < text.len() => {
            Some(Scalar::Text(Cow::Borrowed(text.trim())))
        }
        _ => None,
    }
}

/// Null for the empty string; `None` for anything else.
fn nulled<'v>(value: &'v Scalar<'v>) -> Option<Scalar<'v>> {
    (*value == Scalar::Text(Cow::Borrowed(""))).then_some(Scalar::Null)
}
