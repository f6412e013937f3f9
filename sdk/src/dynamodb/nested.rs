//! What holds attribute values: maps and images, lists and sets.

use super::tag::bad_attribute;
use crate::Failure;
use crate::json::{Scan, Scanner, string_value};

pub(super) fn open_members(scanner: &mut Scanner<'_>) -> Scan<()> {
    match scanner.peek() {
        Some(b'{') => scanner.open(b'{'),
        _ => Err(bad_attribute("is not an object of attribute values")),
    }
}

/// Puts a failure's place below a member, whose name is given in quotes.
#[cold]
pub(super) fn within(failure: Failure, name: &str) -> Box<Failure> {
    Box::new(failure.within_member(&string_value(name).unwrap_or_default()))
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
        read(scanner).map_err(|failure| Box::new(failure.within(&format!("[{index}]"))))?;
        index += 1;
    }
    Ok(())
}
