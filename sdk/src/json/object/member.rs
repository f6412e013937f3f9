//! Members of an object as they are written.

use std::borrow::Cow;

use crate::json::{Scan, Scanner, string_value, to_raw};

/// One member, with the white space that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) name: Cow<'a, str>,
    /// White space before the name.
    pub(super) gap: &'a str,
    /// The name as it is written, in quotes.
    pub(super) key: Cow<'a, str>,
    /// The colon, with white space around it.
    pub(super) colon: &'a str,
    pub(super) value: Cow<'a, str>,
    /// White space before the comma.
    pub(super) end: &'a str,
}

impl<'a> Member<'a> {
    pub(super) fn new(name: Cow<'a, str>, value: Cow<'a, str>) -> Self {
        let key = Cow::Owned(to_raw(&name));
        Member { name, gap: "", key, colon: ":", value, end: "" }
    }

    /// Reads the member whose name, `key`, the scanner has just gone over. What is before it ends at `start`; between
    /// them may be a comma, and the white space before that is given too.
    pub(super) fn read(key: &'a str, start: usize, scanner: &mut Scanner<'a>) -> Scan<(&'a str, Self)> {
        let before = scanner.text(start..scanner.position());
        let place = |sign| before.bytes().position(|byte| byte == sign);
        let quote = place(b'"').unwrap_or_default();
        let (end, gap) = match place(b',').filter(|comma| *comma < quote) {
            Some(comma) => (&before[..comma], &before[comma + 1..quote]),
            None => ("", &before[..quote]),
        };
        let _ = scanner.peek();
        let colon = scanner.text(start + quote + key.len()..scanner.position());
        let name = string_value(key).unwrap_or_default();
        let (key, value) = (Cow::Borrowed(key), Cow::Borrowed(scanner.value()?));
        Ok((end, Member { name, gap, key, colon, value, end: "" }))
    }

    pub(super) fn rename(&mut self, name: Cow<'a, str>) {
        self.key = Cow::Owned(to_raw(&name));
        self.name = name;
    }
}
