//! What an item looks like before or after a change.

use serde_json::value::RawValue;

use super::value::{self, Attributes, Members};
use crate::{Failure, Result, json};

/// The attributes of an item, or of its key, not read yet.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    text: &'a str,
    place: &'static str,
}

impl<'a> Image<'a> {
    pub(super) fn new(text: &'a RawValue, place: &'static str) -> Self {
        Image { text: text.get(), place }
    }

    /// The image's JSON text, typed.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where in the change record the image stands, such as `dynamodb.NewImage`.
    #[must_use]
    pub fn place(&self) -> &'static str {
        self.place
    }

    /// Reads the attributes, in their order.
    ///
    /// # Errors
    ///
    /// `bad-number` for a number that is none, `bad-attribute` for any other trouble, with the attribute's
    /// path.
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        let members: Result<Members<'a>, _> = serde_json::from_str(self.text);
        members.map(|members| members.0).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &serde_json::Error) -> Failure {
        value::failure(error, json::place(error, self.text.as_bytes())).within(self.place)
    }
}
