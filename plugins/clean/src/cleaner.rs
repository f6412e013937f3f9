//! What is done to the columns of one row.

use std::collections::BTreeMap;

use nozzle_rows::{ColumnType, Columns, Fact, Origin, Part, RowFilter, Rule, Scalar, mistyped};
use nozzle_sdk::{Failure, Output, Result};

use crate::redact::Redactions;
use crate::replacement::Replacement;
use crate::settings::Settings;
use crate::tidy::Tidy;

/// The steps that the settings ask for.
#[derive(Debug)]
pub(crate) struct Cleaner {
    output: Output,
    rename: BTreeMap<String, String>,
    tidy: Tidy,
    filter: RowFilter,
    default: Vec<(String, Scalar<'static>)>,
    require: Vec<String>,
    types: BTreeMap<String, ColumnType>,
    reject: Vec<Rule>,
    flags: Vec<(String, Rule)>,
    redactions: Redactions,
    remove: Vec<String>,
    add: Vec<(String, Fact)>,
}

impl Cleaner {
    /// The steps that the settings ask for.
    ///
    /// # Errors
    ///
    /// Where a rule asks nothing, a pattern is none, or a key is missing.
    pub(crate) fn new(settings: Settings, output: Output) -> Result<Self> {
        let default = settings.default.0.into_iter().map(|(column, constant)| (column, constant.0));
        Ok(Cleaner {
            output,
            rename: settings.rename,
            tidy: Tidy {
                trim: settings.trim,
                null_markers: settings.null_markers,
                case: settings.case,
                replace: Replacement::list(settings.replace)?,
                empty_to_null: settings.empty_to_null,
            },
            filter: RowFilter::new(settings.keep, settings.drop)?,
            default: default.collect(),
            require: settings.require,
            types: settings.types,
            reject: Rule::list("reject", settings.reject)?,
            flags: Rule::named("flags", settings.flags)?,
            redactions: Redactions::new(settings.redact, settings.hash_key)?,
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
        if let Some(judged) = parts.first()
            && !self.filter.keeps(judged)?
        {
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
        self.flag(parts)?;
        for columns in &mut *parts {
            self.redactions.redact(columns)?;
            self.remove.iter().for_each(|column| columns.remove(column));
        }
        self.add(parts, origin)?;
        Ok(None)
    }

    fn tidy(&self, columns: &mut Columns<'_>) -> Result<()> {
        columns.edit(
            |column| self.tidy.touches(column),
            |column, value| match value {
                Some(Scalar::Text(text)) => Ok(self.tidy.tidied(column, text)),
                _ => Ok(None),
            },
        )
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
                let retyped = self.types[column].retyped(value, &self.output)?;
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

    /// Adds what rules say of each image. Where it does not show the column that a rule is about, nobody knows.
    fn flag<'a>(&'a self, parts: &mut [Columns<'a>]) -> Result<()> {
        for columns in growing(parts) {
            for (column, rule) in &self.flags {
                let flag = rule.holds(columns)?.map_or(Scalar::Null, Scalar::Boolean);
                columns.add(column, &flag)?;
            }
        }
        Ok(())
    }

    fn add<'a>(&'a self, parts: &mut [Columns<'a>], origin: &Origin<'_>) -> Result<()> {
        for (column, fact) in &self.add {
            let value = Scalar::of_json(fact.text(origin, &self.output));
            for columns in growing(parts) {
                columns.add(column, &value)?;
            }
        }
        Ok(())
    }
}

/// The parts that get new columns: the item, before and after. A removal leaves nothing but a key to make a row of, so
/// that without a new image the key gets them too.
fn growing<'p, 'a>(parts: &'p mut [Columns<'a>]) -> impl Iterator<Item = &'p mut Columns<'a>> {
    let has_row = parts.iter().any(|columns| matches!(columns.part(), Part::After | Part::Row));
    parts.iter_mut().filter(move |columns| columns.part() != Part::Keys || !has_row)
}
