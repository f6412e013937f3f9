//! Rules about what a column holds.

use std::cmp::Ordering;

use nozzle_sdk::number::Number;
use nozzle_sdk::settings::Ordered;
use nozzle_sdk::{Failure, Result, count};

use crate::columns::{Columns, Part};
use crate::constant::{Constants, Limit, Prefixes};
use crate::scalar::Scalar;

/// Counts the rules that were about a column which a change without images does not show.
pub const NO_IMAGE: &str = "no-image";

/// A rule about one column, as it is written.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RawRule {
    /// The column that the rule is about.
    pub column: String,
    is: Option<Constants>,
    is_not: Option<Constants>,
    below: Option<Limit>,
    above: Option<Limit>,
    starts_with: Option<Prefixes>,
    null: Option<bool>,
    empty: Option<bool>,
}

/// What is asked of one column. It holds when all of its conditions do.
#[derive(Debug)]
pub struct Rule {
    column: String,
    conditions: Vec<Condition>,
}

/// What can be asked of a value.
#[derive(Debug)]
enum Condition {
    Is(Vec<Scalar<'static>>),
    IsNot(Vec<Scalar<'static>>),
    Below(Number<'static>),
    Above(Number<'static>),
    StartsWith(Vec<String>),
    Null(bool),
    Empty(bool),
}

impl Rule {
    /// The rule that the settings say.
    ///
    /// # Errors
    ///
    /// Where it has no condition.
    fn new(raw: RawRule) -> Result<Self> {
        let conditions: Vec<Condition> = [
            raw.is.map(|constants| Condition::Is(constants.0)),
            raw.is_not.map(|constants| Condition::IsNot(constants.0)),
            raw.below.map(|limit| Condition::Below(limit.0)),
            raw.above.map(|limit| Condition::Above(limit.0)),
            raw.starts_with.map(|prefixes| Condition::StartsWith(prefixes.0)),
            raw.null.map(Condition::Null),
            raw.empty.map(Condition::Empty),
        ]
        .into_iter()
        .flatten()
        .collect();
        match conditions.is_empty() {
            true => Err(Failure::new("settings", format!("rule about `{}` asks nothing", raw.column))),
            false => Ok(Rule { column: raw.column, conditions }),
        }
    }

    /// The rules that a setting lists.
    ///
    /// # Errors
    ///
    /// Where one of them has no condition, with its place.
    pub fn list(setting: &str, raw: Vec<RawRule>) -> Result<Vec<Self>> {
        let placed = |(index, rule)| {
            Rule::new(rule).map_err(|failure| failure.at(format!("settings.{setting}[{index}]")))
        };
        raw.into_iter().enumerate().map(placed).collect()
    }

    /// The rules that a setting names, in their order.
    ///
    /// # Errors
    ///
    /// Where one of them has no condition, with its place.
    pub fn named(setting: &str, raw: Ordered<RawRule>) -> Result<Vec<(String, Self)>> {
        let placed = |(name, rule): (String, RawRule)| match Rule::new(rule) {
            Ok(rule) => Ok((name, rule)),
            Err(failure) => Err(failure.within_member(&name).within(setting).within("settings")),
        };
        raw.0.into_iter().map(placed).collect()
    }

    /// The column that the rule is about.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Whether the rule holds; `None` when it is about a column that these do not show.
    ///
    /// # Errors
    ///
    /// Those of a value that cannot be read.
    pub fn holds(&self, columns: &Columns<'_>) -> Result<Option<bool>> {
        if columns.part() == Part::Keys && !columns.has(&self.column) {
            count(NO_IMAGE, 1);
            return Ok(None);
        }
        let value = columns.get(&self.column)?;
        Ok(Some(self.conditions.iter().all(|condition| condition.holds(value.as_ref()))))
    }

    /// What the rule finds wrong with a column that it rejects.
    #[must_use]
    pub fn finding(&self) -> String {
        let findings: Vec<String> = self.conditions.iter().map(Condition::finding).collect();
        findings.join(" and ")
    }
}

impl Condition {
    /// Whether a value meets the condition; `None` is one that is no scalar.
    fn holds(&self, value: Option<&Scalar<'_>>) -> bool {
        let is = |constants: &[Scalar<'_>]| {
            value.is_some_and(|value| constants.iter().any(|constant| equals(value, constant)))
        };
        let compares = |limit: &Number<'_>, order: Ordering| {
            let number = value.and_then(Scalar::number);
            number.is_some_and(|number| number.compare(limit) == order)
        };
        match self {
            Condition::Is(constants) => is(constants),
            Condition::IsNot(constants) => !is(constants),
            Condition::Below(limit) => compares(limit, Ordering::Less),
            Condition::Above(limit) => compares(limit, Ordering::Greater),
            Condition::StartsWith(prefixes) => value.is_some_and(|value| starts_with(value, prefixes)),
            Condition::Null(null) => *null == (value == Some(&Scalar::Null)),
            Condition::Empty(empty) => *empty == value.is_some_and(is_empty),
        }
    }

    /// What it says about a value that meets it. The constants of `is` are the value itself, and stay unsaid.
    fn finding(&self) -> String {
        let finding = match self {
            Condition::Is(_) => "is a value that is rejected",
            Condition::IsNot(_) => "is no value that is accepted",
            Condition::Below(limit) => return format!("is below {limit}"),
            Condition::Above(limit) => return format!("is above {limit}"),
            Condition::StartsWith(_) => "starts with a text that is rejected",
            Condition::Null(true) => "is null or missing",
            Condition::Null(false) => "is not null",
            Condition::Empty(true) => "is empty, null or missing",
            Condition::Empty(false) => "is not empty",
        };
        finding.to_owned()
    }
}

/// A number equals one of the same value, in quotes or not.
fn equals(value: &Scalar<'_>, constant: &Scalar<'_>) -> bool {
    match constant {
        Scalar::Number(constant) => value.number().is_some_and(|number| number.compare(constant).is_eq()),
        _ => value == constant,
    }
}

/// Only a string starts with something.
fn starts_with(value: &Scalar<'_>, prefixes: &[String]) -> bool {
    match value {
        Scalar::Text(text) => prefixes.iter().any(|prefix| text.starts_with(prefix)),
        Scalar::Null | Scalar::Number(_) | Scalar::Boolean(_) => false,
    }
}

fn is_empty(value: &Scalar<'_>) -> bool {
    match value {
        Scalar::Null => true,
        Scalar::Text(text) => text.is_empty(),
        Scalar::Number(_) | Scalar::Boolean(_) => false,
    }
}
