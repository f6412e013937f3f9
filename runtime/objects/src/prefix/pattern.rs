//! Times by the patterns of Java's `DateTimeFormatter`, in UTC and in English.
//! <https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html#patterns>

use std::iter::Peekable;
use std::str::Chars;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Item>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Literal(char),
    /// A letter, and how often it stands there.
    Field(char, usize),
}

/// The letters that are known, and how often each may be repeated.
const LETTERS: [(char, usize); 14] = [
    ('y', 9),
    ('u', 9),
    ('M', 4),
    ('L', 4),
    ('d', 2),
    ('D', 3),
    ('H', 2),
    ('h', 2),
    ('m', 2),
    ('s', 2),
    ('S', 9),
    ('n', 9),
    ('E', 4),
    ('a', 1),
];

impl Pattern {
    /// Reads a pattern. What stands in single quotes is taken as it is, two of them are one.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '\'' => quoted(&mut chars, &mut items)?,
                'a'..='z' | 'A'..='Z' => items.push(field(char, &mut chars)?),
                '{' | '}' | '#' | '[' | ']' => {
                    return Err(format!(
                        "`{char}` has a meaning of its own in patterns\n  hint: put it in single quotes"
                    ));
                }
                _ => items.push(Item::Literal(char)),
            }
        }
        match items.is_empty() {
            true => Err("the pattern is empty".to_owned()),
            false => Ok(Self(items)),
        }
    }

    pub(super) fn format(&self, time: DateTime<Utc>) -> String {
        self.0.iter().map(|item| item.format(time)).collect()
    }
}

fn quoted(chars: &mut Peekable<Chars<'_>>, items: &mut Vec<Item>) -> Result<(), String> {
    if chars.next_if_eq(&'\'').is_some() {
        items.push(Item::Literal('\''));
        return Ok(());
    }
    loop {
        match chars.next() {
            Some('\'') if chars.next_if_eq(&'\'').is_none() => return Ok(()),
            Some(char) => items.push(Item::Literal(char)),
            None => return Err("a single quote has no end".to_owned()),
        }
    }
}

fn field(letter: char, chars: &mut Peekable<Chars<'_>>) -> Result<Item, String> {
    let mut count = 1;
    while chars.next_if_eq(&letter).is_some() {
        count += 1;
    }
    match LETTERS.iter().find(|(known, _)| *known == letter) {
        Some((_, most)) if count <= *most => Ok(Item::Field(letter, count)),
        Some((_, most)) => Err(format!("`{letter}` stands there {count} times, and may {most} times")),
        None => Err(format!(
            "`{letter}` is not known\n  hint: year `yyyy`, month `MM`, day `dd`, hour `HH`, minute `mm`, second `ss`; \
             put text in single quotes"
        )),
    }
}

impl Item {
    fn format(&self, time: DateTime<Utc>) -> String {
        let (letter, width) = match self {
            Self::Literal(char) => return char.to_string(),
            Self::Field(letter, width) => (*letter, *width),
        };
        match (letter, width) {
            ('y' | 'u', 2) => format!("{:02}", time.year().rem_euclid(100)),
            ('M' | 'L', 3) => time.format("%b").to_string(),
            ('M' | 'L', 4) => time.format("%B").to_string(),
            ('E', 4) => time.format("%A").to_string(),
            ('E', _) => time.format("%a").to_string(),
            ('a', _) => time.format("%p").to_string(),
            ('S', _) => format!("{:09}", time.nanosecond())[..width].to_owned(),
            _ => format!("{:0width$}", number(letter, time)),
        }
    }
}

fn number(letter: char, time: DateTime<Utc>) -> u32 {
    match letter {
        'M' | 'L' => time.month(),
        'd' => time.day(),
        'D' => time.ordinal(),
        'H' => time.hour(),
        'h' => time.hour12().1,
        'm' => time.minute(),
        's' => time.second(),
        'n' => time.nanosecond(),
        // Times of arrival are never before 1970.
        _ => time.year().unsigned_abs(),
    }
}
