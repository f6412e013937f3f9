//! From DynamoDB's typed JSON to plain JSON, without a tree in between.

use super::nested::{each_element, open_members, within};
use super::number::copy_number;
use super::scalar::{base64, boolean, null, text};
use super::tag::Tag;
use crate::json::{Names, Scan, Scanner, duplicate_member, string_value};

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
        Tag::S => copy_text(scanner, out),
        Tag::N => copy_number(scanner, out),
        Tag::B => copy_base64(scanner, out),
        Tag::SS => write_array(scanner, out, copy_text),
        Tag::NS => write_array(scanner, out, copy_number),
        Tag::BS => write_array(scanner, out, copy_base64),
        Tag::M => write_plain_members(scanner, out),
        Tag::L => write_array(scanner, out, write_plain),
        Tag::NULL => null(scanner).map(|()| out.extend_from_slice(b"null")),
        Tag::BOOL => {
            boolean(scanner).map(|truth| out.extend_from_slice(if truth { b"true" } else { b"false" }))
        }
    }
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

fn write_array(
    scanner: &mut Scanner<'_>,
    out: &mut Vec<u8>,
    write: impl Fn(&mut Scanner<'_>, &mut Vec<u8>) -> Scan<()>,
) -> Scan<()> {
    let mut opening = b'[';
    each_element(scanner, |scanner| {
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

#[inline]
fn copy_text(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    text(scanner).map(|text| out.extend_from_slice(text.as_bytes()))
}

#[inline]
fn copy_base64(scanner: &mut Scanner<'_>, out: &mut Vec<u8>) -> Scan<()> {
    base64(scanner).map(|text| out.extend_from_slice(text.as_bytes()))
}
