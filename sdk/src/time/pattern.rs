//! Times as a pattern of strftime describes them.

use std::fmt;
use std::str::FromStr;

use super::civil::Civil;
use super::field::{DIRECTIVES, Field};
use super::reader::Reader;
use crate::{Failure, Result};

/// A pattern such as `%d/%m/%Y %H:%M`. [`Format`](super::Format) lists its directives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    source: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Text(String),
    Field(Field),
}

impl Pattern {
    /// Reads a text that is, as a whole, of this pattern.
    pub(super) fn read(&self, text: &str) -> Option<Civil> {
        let (mut reader, mut civil) = (Reader::new(text), Civil::default());
        for (at, item) in self.items.iter().enumerate() {
            match item {
                Item::Text(text) => reader.text(text)?,
                Item::Field(field) => {
                    let digits_follow = self.items.get(at + 1).is_some_and(Item::begins_with_digit);
                    field.read(&mut reader, digits_follow, &mut civil)?;
                }
            }
        }
        reader.is_at_end().then_some(civil)
    }
}

impl Item {
    fn begins_with_digit(&self) -> bool {
        match self {
            Item::Text(text) => text.starts_with(|c: char| c.is_ascii_digit()),
            Item::Field(field) => field.begins_with_digit(),
        }
    }
}

/// # Errors
///
/// `bad-format` for an unknown directive, a part that is told twice, and one that is missing: a year, a month,
/// a day, or what a finer part needs.
impl FromStr for Pattern {
    type Err = Failure;

    fn from_str(source: &str) -> Result<Self> {
        let items = items(source).map_err(|trouble| Failure::new("bad-format", trouble))?;
        let fields: Vec<Field> = items.iter().filter_map(Item::field).collect();
        check(&fields).map_err(|trouble| Failure::new("bad-format", trouble))?;
        Ok(Pattern { source: source.to_owned(), items })
    }
}

impl Item {
    fn field(&self) -> Option<Field> {
        match self {
            Item::Text(_) => None,
            Item::Field(field) => Some(*field),
        }
    }
}

fn items(source: &str) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        let directive = if c == '%' { chars.next() } else { None };
        match (c, directive) {
            ('%', None) => return Err("ends in `%`: say `%%` for a percent sign".to_owned()),
            (c, None) | (_, Some(c @ '%')) => push_text(&mut items, c),
            (_, Some(letter)) => match Field::of(letter) {
                Some(field) => items.push(Item::Field(field)),
                None => return Err(format!("unknown directive `%{letter}`: there are {DIRECTIVES}")),
            },
        }
    }
    Ok(items)
}

fn push_text(items: &mut Vec<Item>, c: char) {
    match items.last_mut() {
        Some(Item::Text(text)) => text.push(c),
        _ => items.push(Item::Text(c.into())),
    }
}

/// The parts that every pattern tells, and by which directives.
const ALWAYS: [(&str, &str); 3] =
    [("year", "`%Y` or `%y`"), ("month", "`%m`, `%b` or `%B`"), ("day", "`%d` or `%e`")];

/// Fields that tell nothing without one of others.
const TOGETHER: [(Field, &[Field], &str); 5] = [
    (Field::HalfDayHour, &[Field::HalfDay], "`%I` needs `%p`"),
    (Field::HalfDay, &[Field::HalfDayHour], "`%p` needs `%I`"),
    (Field::Minute, &[Field::Hour, Field::HalfDayHour], "`%M` needs `%H` or `%I`"),
    (Field::Second, &[Field::Minute], "`%S` needs `%M`"),
    (Field::Fraction, &[Field::Second], "`%f` needs `%S`"),
];

fn check(fields: &[Field]) -> Result<(), String> {
    let tells = |part: &str, fields: &[Field]| fields.iter().any(|field| field.part() == part);
    let twice = (0..).zip(fields).find(|(at, field)| tells(field.part(), &fields[..*at]));
    if let Some((_, field)) = twice {
        return Err(format!("tells the {} twice", field.part()));
    }
    if let Some((part, directives)) = ALWAYS.iter().find(|(part, _)| !tells(part, fields)) {
        return Err(format!("does not tell the {part}: add {directives}"));
    }
    let is_alone = |field: &Field, others: &[Field]| {
        fields.contains(field) && !others.iter().any(|other| fields.contains(other))
    };
    match TOGETHER.iter().find(|(field, others, _)| is_alone(field, others)) {
        Some((_, _, trouble)) => Err((*trouble).to_owned()),
        None => Ok(()),
    }
}

/// As it was written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}
