//! The members of a change record, their values not read yet.

use std::borrow::Cow;

use super::image::{Image, Notation};
use crate::json::{Names, Scan, Scanner, duplicate_member, string_value};
use crate::{Failure, Result};

/// What may go over an image when the reader comes by, and says whether it has.
pub(super) type Ahead<'f, 'a> = dyn FnMut(&mut Scanner<'a>) -> bool + 'f;

/// An object's members, in their order. Values are text that is checked to be JSON and nothing more.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    /// The whole object.
    pub(super) text: &'a str,
    members: Names<'a, &'a str>,
    /// Values that were opened on the way.
    opened: Vec<Outline<'a>>,
}

impl<'a> Outline<'a> {
    /// Reads the object that the scanner is at.
    ///
    /// # Errors
    ///
    /// `not-json`; `duplicate-member` when two members have one name: which of them counts differs from reader to
    /// reader.
    pub(super) fn read(scanner: &mut Scanner<'a>) -> Result<Self> {
        Outline::read_ahead(scanner, &[], &mut |_| false)
    }

    /// The same, for what is to be read once. Members of these names that are objects are opened on the way, and `ahead` may
    /// go over images.
    ///
    /// # Errors
    ///
    /// Those of [`Outline::read`].
    pub(super) fn read_ahead(
        scanner: &mut Scanner<'a>,
        opened: &[&str],
        ahead: &mut Ahead<'_, 'a>,
    ) -> Result<Self> {
        let start = scanner.position();
        scanner.open(b'{')?;
        let mut outline = Outline { text: "", members: Names::default(), opened: Vec::new() };
        while let Some(name) = scanner.named_member()? {
            if !outline.members.is_new(&name) {
                return Err(duplicate_member().within_member(&name));
            }
            let text = match scanner.peek() {
                Some(b'{') if name == "NewImage" => read_image(scanner, ahead)?,
                Some(b'{') if opened.contains(&&*name) => outline.open(scanner, &name, ahead)?,
                _ => scanner.value()?,
            };
            outline.members.push(name, text);
        }
        outline.text = scanner.text(start..scanner.position());
        Ok(outline)
    }

    /// Reads the object that the scanner is at in one of the members, and gives its text.
    fn open(&mut self, scanner: &mut Scanner<'a>, name: &str, ahead: &mut Ahead<'_, 'a>) -> Result<&'a str> {
        let inner = Outline::read_ahead(scanner, &[], ahead).map_err(|failure| placed(failure, name))?;
        let text = inner.text;
        self.opened.push(inner);
        Ok(text)
    }

    /// The members of an object's text.
    pub(super) fn of(text: &'a str) -> Result<Self> {
        Outline::read(&mut Scanner::new(text))
    }

    /// A member's value, if it is there and not null.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.members.get(name).copied().filter(|text| *text != "null")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some()
    }

    pub(super) fn has_object(&self, name: &str) -> bool {
        self.value(name).is_some_and(is_object)
    }

    pub(super) fn has_text(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.starts_with('"'))
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// A string, if it is there and not null.
    ///
    /// # Errors
    ///
    /// `not-a-change`, with the member's name as path, when it is something else.
    pub(super) fn text(&self, name: &str) -> Result<Option<Cow<'a, str>>> {
        let read = |value| string_value(value).ok_or_else(|| misfit("is not a string").within_member(name));
        self.value(name).map(read).transpose()
    }

    /// The text of an object, if it is there and not null.
    ///
    /// # Errors
    ///
    /// `not-a-change`, with the member's name as path, when it is something else.
    pub(super) fn object(&self, name: &str) -> Result<Option<&'a str>> {
        match self.value(name) {
            Some(value) if !is_object(value) => Err(misfit("is not an object").within_member(name)),
            value => Ok(value),
        }
    }

    /// An image, if it is there and not null. `place` is where it stands in the record.
    ///
    /// # Errors
    ///
    /// Those of [`Outline::object`].
    pub(super) fn image(&self, name: &str, place: &'a str, notation: Notation) -> Result<Option<Image<'a>>> {
        Ok(self.object(name)?.map(|text| Image::new(text, place, notation)))
    }

    /// The members of an object that must be there.
    ///
    /// # Errors
    ///
    /// `not-a-change` when it is missing or something else.
    pub(super) fn take(&mut self, name: &str) -> Result<Outline<'a>> {
        let text = self.object(name)?.ok_or_else(|| missing(name))?;
        match self.opened.iter().position(|inner| std::ptr::eq(inner.text, text)) {
            Some(opened) => Ok(self.opened.swap_remove(opened)),
            None => Outline::of(text).map_err(|failure| placed(failure, name)),
        }
    }
}

fn read_image<'a>(scanner: &mut Scanner<'a>, ahead: &mut Ahead<'_, 'a>) -> Scan<&'a str> {
    let start = scanner.position();
    if ahead(scanner) { Ok(scanner.text(start..scanner.position())) } else { scanner.value() }
}

/// Line and column tell the place of what is no JSON.
fn placed(failure: Failure, member: &str) -> Failure {
    if failure.code == "not-json" { failure } else { failure.within_member(member) }
}

pub(super) fn is_object(value: &str) -> bool {
    value.starts_with('{')
}

/// The failure of a record that is not as its source writes them.
pub(super) fn misfit(trouble: impl Into<String>) -> Failure {
    Failure::new("not-a-change", trouble)
}

pub(super) fn missing(member: &str) -> Failure {
    misfit(format!("missing member `{member}`"))
}

/// The failure of a time that is none or out of range.
pub(super) fn bad_time(trouble: &str) -> Failure {
    Failure::new("bad-time", trouble)
}

/// The failure of a word that the source has for nothing that happens.
pub(super) fn unknown_operation(trouble: &str) -> Failure {
    Failure::new("unknown-operation", trouble)
}
