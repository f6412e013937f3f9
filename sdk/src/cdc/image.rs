//! What a row looks like before or after a change.

use std::borrow::Cow;

use serde::Deserialize;

use crate::dynamodb::{self, Attributes};
use crate::json::Scanner;
use crate::{Failure, Result, json};

/// The columns of a row, or of its key, not read yet.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    text: &'a str,
    place: &'a str,
    notation: Notation,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// As plain JSON.
    Plain,
    /// As DynamoDB's typed JSON, such as `{"N":"42"}`.
    Typed,
}

impl<'a> Image<'a> {
    pub(super) fn new(text: &'a str, place: &'a str, notation: Notation) -> Self {
        Image { text, place, notation }
    }

    /// The image's text: a JSON object, in the image's notation.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where in the record the image stands, such as `dynamodb.NewImage`; empty for the record as a whole.
    #[must_use]
    pub fn place(&self) -> &'a str {
        self.place
    }

    /// How the values of the image are written.
    #[must_use]
    pub fn notation(&self) -> Notation {
        self.notation
    }

    /// The image as a plain JSON object.
    ///
    /// # Errors
    ///
    /// For typed JSON those of [`dynamodb::write_plain_members`], with the path.
    pub fn plain(&self) -> Result<Cow<'a, str>> {
        if self.notation == Notation::Plain {
            return Ok(Cow::Borrowed(self.text));
        }
        let mut out = Vec::with_capacity(self.text.len());
        let written = dynamodb::write_plain_members(&mut Scanner::new(self.text), &mut out);
        written.map_err(|failure| failure.within(self.place))?;
        Ok(Cow::Owned(String::from_utf8(out).expect("JSON text is UTF-8")))
    }

    /// The columns as a type of the plugin's own.
    ///
    /// # Errors
    ///
    /// Those of [`Image::plain`]; `mistyped` with the path of the column that does not fit.
    pub fn json<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        json::parse(self.plain()?.as_bytes()).map_err(|failure: Failure| failure.within(self.place))
    }

    /// Reads the attributes of an image in typed JSON, in their order.
    ///
    /// # Errors
    ///
    /// Those of [`dynamodb::attributes`], with the attribute's path.
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        dynamodb::attributes(self.text).map_err(|failure| failure.within(self.place))
    }
}
