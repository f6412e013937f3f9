//! What a setting can be.

use super::Field;
use super::word::Word;

/// What a type of settings is. All of it is known when the plugin is compiled.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number in the range of its type.
    Integer {
        /// The least that the type holds.
        least: i64,
        /// The most that the type holds.
        most: u64,
    },
    /// Any number.
    Number,
    /// Text.
    Text,
    /// One of several names.
    Word(&'static [Word]),
    /// A list.
    List(&'static Kind),
    /// A table whose names are free.
    Map(&'static Kind),
    /// One that may be left out.
    Optional(&'static Kind),
    /// A table of settings.
    Table(Table),
}

/// A struct of settings.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its doc comment.
    pub help: &'static str,
    /// Its settings.
    pub fields: &'static [Field],
}

/// A default as the author writes it.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent.
    Number,
    /// Text.
    Text(&'static str),
    /// A list.
    List(&'static [Literal]),
}

impl Kind {
    /// The JSON text of a bare `default`.
    ///
    /// # Panics
    ///
    /// Where there is none: while the plugin is compiled, at the author's line.
    #[must_use]
    #[track_caller]
    pub const fn empty(&self) -> &'static str {
        match self {
            Kind::Flag => "false",
            Kind::Integer { .. } | Kind::Number => "0",
            Kind::Text => "\"\"",
            Kind::List(_) => "[]",
            Kind::Map(_) => "{}",
            Kind::Word(_) => panic!("an enum has no default of its own: write `default = \"...\"`"),
            Kind::Optional(_) => panic!("an `Option` needs no default: it may be left out"),
            Kind::Table(table) => {
                assert!(!table.has_required(), "a default needs one for each setting of this struct");
                "{}"
            }
        }
    }

    /// The JSON text of a default, where it can be one.
    ///
    /// # Panics
    ///
    /// Where it cannot: while the plugin is compiled, at the author's line.
    #[must_use]
    #[track_caller]
    pub const fn checked(&self, default: Literal, text: &'static str) -> &'static str {
        self.check(default);
        text
    }

    #[track_caller]
    const fn check(&self, default: Literal) {
        match (self, default) {
            (Kind::Flag, Literal::Flag)
            | (Kind::Number, Literal::Integer(_) | Literal::Number)
            | (Kind::Text, Literal::Text(_)) => {}
            (Kind::Integer { least, most }, Literal::Integer(value)) => {
                assert!(
                    *least as i128 <= value && value <= *most as i128,
                    "the type does not hold its default"
                );
            }
            (Kind::Word(words), Literal::Text(text)) => {
                assert!(
                    Word::is_one(words, text),
                    "the default is none of the enum's names, which are kebab-case"
                );
            }
            (Kind::List(kind), Literal::List(mut items)) => {
                while let [first, rest @ ..] = items {
                    kind.check(*first);
                    items = rest;
                }
            }
            (Kind::Optional(_), _) => panic!("an `Option` needs no default: it may be left out"),
            _ => panic!("the default is of another type than the setting"),
        }
    }

    /// The settings of a struct.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Kind::Table(table) => table.fields,
            _ => &[],
        }
    }

    /// The names of an enum.
    #[must_use]
    pub const fn words(&self) -> &'static [Word] {
        match self {
            Kind::Word(words) => words,
            _ => &[],
        }
    }

    /// Whether it takes personal data out, as far as its own fields say.
    pub(crate) fn redacts(&self) -> bool {
        match self {
            Kind::List(kind) | Kind::Map(kind) | Kind::Optional(kind) => kind.redacts(),
            Kind::Table(table) => table.fields.iter().any(Field::redacts),
            Kind::Flag | Kind::Integer { .. } | Kind::Number | Kind::Text | Kind::Word(_) => false,
        }
    }
}

impl Table {
    const fn has_required(&self) -> bool {
        let mut fields = self.fields;
        while let [field, rest @ ..] = fields {
            if field.is_required() {
                return true;
            }
            fields = rest;
        }
        false
    }
}
