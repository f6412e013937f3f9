//! What an item looks like before or after a change.

use serde_json::value::RawValue;

use super::value::{Attributes, BAD_NUMBER, Members};
use crate::{Failure, Result, json, path};

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
        let message = error.to_string();
        let failure = if message.starts_with(BAD_NUMBER) {
            Failure::new("bad-number", BAD_NUMBER)
        } else {
            Failure::new("bad-attribute", trouble(error, &message))
        };
        // Every other step is a type such as `M`, which says nothing to people.
        let path = path::of(json::place(error, self.text.as_bytes()).iter().step_by(2));
        match path.is_empty() {
            true => failure.at(self.place),
            false => failure.at(path).within(self.place),
        }
    }
}

/// The words of this module's own errors, which quote nothing, or the safe part of serde's.
fn trouble(error: &serde_json::Error, message: &str) -> String {
    let own = ["attribute value has", "`NULL` is not", "binary is not"];
    match message.split_once(" at line ") {
        Some((trouble, _)) if own.iter().any(|words| message.starts_with(words)) => trouble.to_owned(),
        _ => json::data_failure_reason(error),
    }
}
