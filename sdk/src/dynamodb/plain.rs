//! From DynamoDB's typed JSON to plain JSON, without a tree in between.

use std::borrow::Cow;

use crate::json::{Names, Scan, Scanner, duplicate_member, string_value};
use crate::number::Number;
use crate::{Failure, path};

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
            Some(_) => Err(bad(UNKNOWN)),
            None => Tag::open_any(scanner),
        }
    }

    fn open_any(scanner: &mut Scanner<'_>) -> Scan<Tag> {
        if scanner.peek() != Some(b'{') {
            return Err(bad("is not an attribute value"));
        }
        scanner.open(b'{')?;
        let name = scanner.member()?.ok_or_else(|| bad("attribute value has no type"))?;
        let escaped = || string_value(name).and_then(|name| Tag::of(&name));
        let tag = Tag::of(&name[1..name.len() - 1]).or_else(escaped);
        tag.ok_or_else(|| bad(UNKNOWN))
    }

    /// Goes out of a typed value whose type and value were read.
    ///
    /// # Errors
    ///
    /// `bad-attribute` when there is a second type; `not-json`.
    pub fn close(scanner: &mut Scanner<'_>) -> Scan<()> {
        match scanner.member()? {
            None => Ok(()),
            Some(_) => Err(bad("attribute value has two types")),
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

/// Appends the typed value that the scanner is at as plain JSON: sets as arrays, binary as its base64 text, numbers as
/// their exact literal, strings with the escapes that they have.
///
/// # Errors
///
/// `bad-number` for a number that is none, `duplicate-member` for a map with two members of one name, `bad-attribute`
/// for any other trouble, each with the path within the value; `not-json`.
pub fn write_plain(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    let tag = Tag::open(scanner)?;
    write_plain_of(tag, scanner, out)?;
    Tag::close(scanner)
}

/// Appends the value behind the type `tag`, which the scanner has just gone over, as [`write_plain`] does.
///
/// # Errors
///
/// Those of [`write_plain`].
pub fn write_plain_of(tag: Tag, scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    match tag {
        Tag::S => write(text(scanner)?, out)?,
        Tag::N => write(number(scanner)?.as_str(), out)?,
        Tag::B => write(base64(scanner)?, out)?,
        Tag::SS => write_array(scanner, out, |scanner, out| write(text(scanner)?, out))?,
        Tag::NS => write_array(scanner, out, |scanner, out| write(number(scanner)?.as_str(), out))?,
        Tag::BS => write_array(scanner, out, |scanner, out| write(base64(scanner)?, out))?,
        Tag::M => write_plain_members(scanner, out)?,
        Tag::L => write_array(scanner, out, write_plain)?,
        Tag::NULL => null(scanner).and_then(|()| write("null", out))?,
        Tag::BOOL => write(if boolean(scanner)? { "true" } else { "false" }, out)?,
    }
    Ok(())
}

/// Appends the object of typed values that the scanner is at, such as an image, as a plain JSON object.
///
/// # Errors
///
/// Those of [`write_plain`].
pub fn write_plain_members(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    open_members(scanner)?;
    out.push(b'{');
    let mut names = Names::default();
    while let Some(name) = scanner.member()? {
        if !names.is_empty() {
            out.push(b',');
        }
        if !names.add(string_value(name).unwrap_or_default()) {
            return Err(within(duplicate_member(), name));
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        write_plain(scanner, out).map_err(|failure| within(*failure, name))?;
    }
    out.push(b'}');
    Ok(())
}

/// The string that the scanner is at, in quotes and with its escapes.
///
/// # Errors
///
/// `bad-attribute` when something else is there; `not-json`.
pub fn text<'a>(scanner: &mut Scanner<'a>) -> Scan<&'a str> {
    match scanner.peek() {
        Some(b'"') => scanner.string(),
        _ => Err(bad("is not a string")),
    }
}

/// The number that the scanner is at, in quotes or, as some tools write it, without.
///
/// # Errors
///
/// `bad-number` when it is none; `not-json`.
pub fn number<'a>(scanner: &mut Scanner<'a>) -> Scan<Number<'a>> {
    let value = scanner.value()?;
    let literal = string_value(value).unwrap_or(Cow::Borrowed(value));
    Number::new(literal)
        .ok_or_else(|| Box::new(Failure::new("bad-number", "number is not one in JSON's grammar")))
}

/// The base64 text that the scanner is at, in quotes and with its escapes.
///
/// # Errors
///
/// `bad-attribute` when something else is there; `not-json`.
pub fn base64<'a>(scanner: &mut Scanner<'a>) -> Scan<&'a str> {
    let text = text(scanner)?;
    let is_binary = string_value(text).is_some_and(|text| is_base64(&text));
    if is_binary { Ok(text) } else { Err(bad("binary is not base64")) }
}

/// The standard alphabet, with its padding.
fn is_base64(text: &str) -> bool {
    let content = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && content.bytes().all(is_digit)
}

/// Goes over what stands behind the type `NULL`.
///
/// # Errors
///
/// `bad-attribute` when it is not `true`; `not-json`.
pub fn null(scanner: &mut Scanner<'_>) -> Scan<()> {
    if scanner.value()? == "true" { Ok(()) } else { Err(bad("`NULL` is not `true`")) }
}

/// What stands behind the type `BOOL`.
///
/// # Errors
///
/// `bad-attribute` when it is something else; `not-json`.
pub fn boolean(scanner: &mut Scanner<'_>) -> Scan<bool> {
    match scanner.value()? {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(bad("`BOOL` is not a boolean")),
    }
}

pub(super) fn open_members(scanner: &mut Scanner<'_>) -> Scan<()> {
    match scanner.peek() {
        Some(b'{') => scanner.open(b'{'),
        _ => Err(bad("is not an object of attribute values")),
    }
}

/// Goes over an array, element by element.
pub(super) fn each<'a>(
    scanner: &mut Scanner<'a>,
    mut read: impl FnMut(&mut Scanner<'a>) -> Scan<()>,
) -> Scan<()> {
    if scanner.peek() != Some(b'[') {
        return Err(bad("is not an array"));
    }
    scanner.open(b'[')?;
    let mut index = 0;
    while scanner.element()? {
        read(scanner).map_err(|failure| Box::new(failure.within(&format!("[{index}]"))))?;
        index += 1;
    }
    Ok(())
}

fn write_array(
    scanner: &mut Scanner<'_>,
    out: &mut Vec<u8>,
    write: impl Fn(&mut Scanner<'_>, &mut Vec<u8>) -> Scan<()>,
) -> Scan<()> {
    let mut opening = b'[';
    each(scanner, |scanner| {
        out.push(opening);
        opening = b',';
        write(scanner, out)
    })?;
    if opening == b'[' {
        out.push(b'[');
    }
    out.push(b']');
    Ok(())
}

/// Appends text that is JSON as it is.
#[expect(clippy::unnecessary_wraps, reason = "it stands among functions that may fail")]
fn write(json: &str, out: &mut Vec<u8>) -> Scan<()> {
    out.extend_from_slice(json.as_bytes());
    Ok(())
}

#[cold]
pub(super) fn within(failure: Failure, name: &str) -> Box<Failure> {
    Box::new(failure.within(&path::member(&string_value(name).unwrap_or_default())))
}

#[cold]
fn bad(trouble: &str) -> Box<Failure> {
    Box::new(Failure::new("bad-attribute", trouble))
}
