//! What holds attribute values: maps and images, lists and sets.

use super::tag::bad_attribute;
use crate::json::{Names, Scan, Scanner, duplicate_member, string_value};

/// Goes over an object of typed values. `read` is given each name, in quotes, and goes over its value.
pub(super) fn each_member<'a>(
    scanner: &mut Scanner<'a>,
    mut read: impl FnMut(&mut Scanner<'a>, &'a str) -> Scan<()>,
) -> Scan<()> {
    if scanner.peek() != Some(b'{') {
        return Err(bad_attribute("is not an object of attribute values"));
    }
    scanner.open(b'{')?;
    let mut names = Names::default();
    while let Some(name) = scanner.member()? {
        let is_new = names.add(string_value(name).unwrap_or_default());
        let read = if is_new { read(scanner, name) } else { Err(duplicate_member().into()) };
        read.map_err(|failure| failure.within_member(&string_value(name).unwrap_or_default()))?;
    }
    Ok(())
}

/// Goes over an array. `read` goes over each element.
pub(super) fn each_element<'a>(
    scanner: &mut Scanner<'a>,
    mut read: impl FnMut(&mut Scanner<'a>) -> Scan<()>,
) -> Scan<()> {
    if scanner.peek() != Some(b'[') {
        return Err(bad_attribute("is not an array"));
    }
    scanner.open(b'[')?;
    let mut index = 0;
    while scanner.element()? {
        read(scanner).map_err(|failure| failure.within(&format!("[{index}]")))?;
        index += 1;
    }
    Ok(())
}
