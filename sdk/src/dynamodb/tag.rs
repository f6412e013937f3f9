//! The types of attribute values.

use crate::Failure;
use crate::json::{Scan, Scanner, string_value};

/// The type of an attribute value, under DynamoDB's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "told by `AttributeValue`, whose variants are the same")]
pub enum Tag {
    S,
    N,
    B,
    SS,
    NS,
    BS,
    M,
    L,
    NULL,
    BOOL,
}

impl Tag {
    /// Goes into the typed value that the scanner is at, up to the value behind its type.
    ///
    /// # Errors
    ///
    /// `bad-attribute` when it is no object or its type is unknown; `not-json`.
    #[inline]
    pub fn open(scanner: &mut Scanner<'_>) -> Scan<Tag> {
        match scanner.open_letter() {
            Some(b'S') => Ok(Tag::S),
            Some(b'N') => Ok(Tag::N),
            Some(b'M') => Ok(Tag::M),
            Some(b'L') => Ok(Tag::L),
            Some(b'B') => Ok(Tag::B),
            Some(_) => Err(bad_attribute(UNKNOWN)),
            None => Tag::open_any(scanner),
        }
    }

    fn open_any(scanner: &mut Scanner<'_>) -> Scan<Tag> {
        if scanner.peek() != Some(b'{') {
            return Err(bad_attribute("is not an attribute value"));
        }
        scanner.open(b'{')?;
        let name = scanner.member()?.ok_or_else(|| bad_attribute("attribute value has no type"))?;
        let escaped = || string_value(name).and_then(|name| Tag::of(&name));
        let tag = Tag::of(&name[1..name.len() - 1]).or_else(escaped);
        tag.ok_or_else(|| bad_attribute(UNKNOWN))
    }

    /// Goes out of a typed value whose type and value were read.
    ///
    /// # Errors
    ///
    /// `bad-attribute` when there is a second type; `not-json`.
    pub fn close(scanner: &mut Scanner<'_>) -> Scan<()> {
        match scanner.member()? {
            None => Ok(()),
            Some(_) => Err(bad_attribute("attribute value has two types")),
        }
    }

    /// DynamoDB's name for the type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tag::S => "S",
            Tag::N => "N",
            Tag::B => "B",
            Tag::SS => "SS",
            Tag::NS => "NS",
            Tag::BS => "BS",
            Tag::M => "M",
            Tag::L => "L",
            Tag::NULL => "NULL",
            Tag::BOOL => "BOOL",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "S" => Tag::S,
            "N" => Tag::N,
            "B" => Tag::B,
            "SS" => Tag::SS,
            "NS" => Tag::NS,
            "BS" => Tag::BS,
            "M" => Tag::M,
            "L" => Tag::L,
            "NULL" => Tag::NULL,
            "BOOL" => Tag::BOOL,
            _ => return None,
        })
    }
}

const UNKNOWN: &str = "attribute value has an unknown type";

/// The failure of what is no attribute value, without its path.
#[cold]
pub(super) fn bad_attribute(trouble: &str) -> Box<Failure> {
    Box::new(Failure::new("bad-attribute", trouble))
}
