//! Reading a type as it is written.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Member, Type};
use crate::column::PRECISION;

/// The deepest nesting of a type, which is that of DynamoDB's documents.
const DEEPEST: usize = 32;

/// What has a meaning of its own in a type, and so is in no name of a struct's member.
const SIGNS: [char; 7] = ['<', '>', '(', ')', ',', ':', '`'];

/// The text of one type. Troubles are told in words, behind what was read so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Reader { text, rest: text.trim_start(), depth: 0 }
    }

    /// The type that the whole text is.
    pub(super) fn whole(mut self) -> Result<Type, String> {
        let whole = self.one()?;
        match self.rest {
            "" => Ok(whole),
            _ => Err(self.expected("nothing more")),
        }
    }

    fn one(&mut self) -> Result<Type, String> {
        Ok(match self.word(|c| c.is_alphanumeric() || c == '_') {
            "string" => Type::String,
            "boolean" => Type::Boolean,
            "tinyint" => Type::Tinyint,
            "smallint" => Type::Smallint,
            "int" => Type::Int,
            "bigint" => Type::Bigint,
            "float" => Type::Float,
            "double" => Type::Double,
            "decimal" => self.decimal()?,
            "date" => Type::Date,
            "timestamp" => Type::Timestamp,
            "varchar" => Type::Varchar(self.length(1..=u16::MAX)?),
            "char" => Type::Char(self.length(1..=u8::MAX)?),
            "binary" => Type::Binary,
            "array" => self.within(|reader| Ok(Type::Array(reader.one()?.into())))?,
            "map" => self.within(Self::map)?,
            "struct" => self.within(Self::members)?,
            word => return Err(self.unknown(word)),
        })
    }

    /// What stands in angle brackets.
    fn within(&mut self, read: impl FnOnce(&mut Self) -> Result<Type, String>) -> Result<Type, String> {
        self.sign('<')?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("type is nested deeper than {DEEPEST} levels"));
        }
        let read = read(self)?;
        self.depth -= 1;
        self.sign('>')?;
        Ok(read)
    }

    fn map(&mut self) -> Result<Type, String> {
        if self.one()? != Type::String {
            return Err("the keys of a map are of type `string`: JSON has no others".to_owned());
        }
        self.sign(',')?;
        Ok(Type::Map(self.one()?.into()))
    }

    fn members(&mut self) -> Result<Type, String> {
        let mut members: Vec<Member> = Vec::new();
        loop {
            let name = self.word(|c| !SIGNS.contains(&c)).trim_end();
            if name.is_empty() {
                return Err(self.expected("the name of a member"));
            }
            if members.iter().any(|before| before.name == name) {
                return Err(format!("two members of a struct are named `{name}`"));
            }
            self.sign(':')?;
            members.push(Member { name: name.to_owned(), r#type: self.one()? });
            if !self.take(',') {
                return Ok(Type::Struct(members));
            }
        }
    }

    fn decimal(&mut self) -> Result<Type, String> {
        let (mut precision, mut scale) = (10, 0);
        if self.take('(') {
            precision = self.number(1..=PRECISION)?;
            scale = if self.take(',') { self.number(0..=precision)? } else { 0 };
            self.sign(')')?;
        }
        Ok(Type::Decimal { precision, scale })
    }

    fn length<T: FromStr + PartialOrd + Display>(&mut self, range: RangeInclusive<T>) -> Result<T, String> {
        self.sign('(')?;
        let length = self.number(range)?;
        self.sign(')')?;
        Ok(length)
    }

    fn number<T: FromStr + PartialOrd + Display>(&mut self, range: RangeInclusive<T>) -> Result<T, String> {
        let expected = self.expected(&format!("a number from {} to {}", range.start(), range.end()));
        let number = self.word(|c| c.is_ascii_digit()).parse().ok();
        number.filter(|number| range.contains(number)).ok_or(expected)
    }

    /// Goes over the sign that has to be there.
    fn sign(&mut self, sign: char) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    /// Goes over this sign, if it is there.
    fn take(&mut self, sign: char) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest).trim_start();
        rest.is_some()
    }

    /// Goes over the characters that belong to a word.
    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word
    }

    fn unknown(&self, word: &str) -> String {
        if word.is_empty() {
            return self.expected("a type");
        }
        let known = "`string`, `boolean`, `tinyint`, `smallint`, `int`, `bigint`, `float`, `double`, `decimal(p,s)`, \
                     `date`, `timestamp`, `varchar(n)`, `char(n)`, `binary`, `array<T>`, `map<string,T>`, `struct<a:T>`";
        format!("unknown type `{word}`, expected one of {known}")
    }

    fn expected(&self, what: &str) -> String {
        match self.text[..self.text.len() - self.rest.len()].trim_end() {
            "" => format!("expected {what}"),
            read => format!("expected {what} behind `{read}`"),
        }
    }
}
