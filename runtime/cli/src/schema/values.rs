//! What the values of a column have been.

mod numbers;
mod texts;

use std::mem::discriminant;

use indexmap::IndexMap;
use nozzle_rows::schema::{Member, Type};
use nozzle_sdk::Times;
use nozzle_sdk::json::{Scan, Scanner, string_value};

pub(super) use numbers::Numbers;
pub(super) use texts::Texts;

/// The columns of rows, or the members of objects, in the order in which they first appeared.
pub(crate) type Members = IndexMap<String, Values>;

/// The values of a column, or at one place within it.
#[derive(Debug, Default)]
pub(crate) enum Values {
    /// Nothing but nulls.
    #[default]
    Nulls,
    Booleans,
    Numbers(Numbers),
    Texts(Texts),
    /// Arrays, and what is in them.
    Arrays(Box<Values>),
    Objects(Members),
    /// Values of two kinds, for which there is no type.
    Mixed(&'static str, &'static str),
}

impl Values {
    /// Adds the value that the scanner is at.
    pub(super) fn add(&mut self, scanner: &mut Scanner<'_>, times: Times) -> Scan<()> {
        let kind = match scanner.peek() {
            Some(b'n') => return scanner.value().map(drop),
            Some(b't' | b'f') => Values::Booleans,
            Some(b'"') => Values::Texts(Texts::default()),
            Some(b'[') => Values::Arrays(Box::default()),
            Some(b'{') => Values::Objects(Members::default()),
            _ => Values::Numbers(Numbers::default()),
        };
        match self.with(kind) {
            Values::Nulls | Values::Booleans | Values::Mixed(..) => scanner.value().map(drop),
            Values::Numbers(numbers) => scanner.value().map(|number| numbers.add(number)),
            Values::Texts(texts) => {
                let raw = scanner.string()?;
                texts.add(&string_value(raw).unwrap_or_default(), times);
                Ok(())
            }
            Values::Arrays(elements) => add_elements(elements, scanner, times),
            Values::Objects(members) => add_members(members, scanner, times),
        }
    }

    /// These values with one of that kind among them.
    fn with(&mut self, kind: Values) -> &mut Values {
        if matches!(self, Values::Nulls) {
            *self = kind;
        } else if !matches!(self, Values::Mixed(..)) && discriminant(self) != discriminant(&kind) {
            *self = Values::Mixed(self.kind(), kind.kind());
        }
        self
    }

    /// What one of them is, for people.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Values::Nulls => "null",
            Values::Booleans => "true or false",
            Values::Numbers(_) => "a number",
            Values::Texts(_) => "a string",
            Values::Arrays(_) => "an array",
            Values::Objects(_) => "an object",
            Values::Mixed(..) => "of several kinds",
        }
    }

    /// Whether a column of this type takes them all, as the plugin `conform` judges it.
    pub(crate) fn fit(&self, r#type: &Type, times: Times) -> bool {
        match self {
            Values::Nulls => true,
            Values::Booleans => *r#type == Type::Boolean,
            Values::Numbers(numbers) => numbers.fit(r#type, times),
            Values::Texts(texts) => texts.fit(r#type),
            Values::Arrays(elements) => {
                matches!(r#type, Type::Array(element) if elements.fit(element, times))
            }
            Values::Objects(members) => match r#type {
                Type::Map(value) => members.values().all(|values| values.fit(value, times)),
                Type::Struct(types) => {
                    members.iter().all(|(name, values)| fits_member(values, name, types, times))
                }
                _ => false,
            },
            Values::Mixed(..) => false,
        }
    }
}

fn add_elements(elements: &mut Values, scanner: &mut Scanner<'_>, times: Times) -> Scan<()> {
    scanner.open(b'[')?;
    while scanner.element()? {
        elements.add(scanner, times)?;
    }
    Ok(())
}

/// Adds the members of the object that the scanner is at.
pub(super) fn add_members(members: &mut Members, scanner: &mut Scanner<'_>, times: Times) -> Scan<()> {
    scanner.open(b'{')?;
    while let Some(key) = scanner.member()? {
        let name = string_value(key).unwrap_or_default();
        match members.get_mut(&*name) {
            Some(values) => values.add(scanner, times)?,
            None => members.entry(name.into_owned()).or_default().add(scanner, times)?,
        }
    }
    Ok(())
}

fn fits_member(values: &Values, name: &str, types: &[Member], times: Times) -> bool {
    types.iter().find(|member| member.name == name).is_some_and(|member| values.fit(&member.r#type, times))
}
