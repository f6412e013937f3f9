//! The parts of a change record that hold columns.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use nozzle_sdk::Result;
use nozzle_sdk::cdc::{Change, Image, Op, Reader, Shape, Source};
use nozzle_sdk::json::{self, Object};

use crate::columns::{Columns, Part};

/// The reader that the settings `shape` and `before-image` say. Without a shape whatever is no change record is a plain
/// row.
#[must_use]
pub fn reader(shape: Option<Shape>, before_image: Option<String>) -> Reader {
    let reader = Reader::of(shape.unwrap_or(Shape::Any));
    match before_image {
        Some(member) => reader.with_before_image(member),
        None => reader,
    }
}

/// The images and the key that the change shows. The one that is judged stands first: the row as it is, or
/// as it was, or what is known of it.
///
/// # Errors
///
/// Where two columns of one have one name, with its path.
pub fn parts<'a>(change: &Change<'a>) -> Result<Vec<Columns<'a>>> {
    let is_row = matches!(change.source, Source::Row | Source::DebeziumRow);
    let part = |part: Part| if is_row { Part::Row } else { part };
    let parts =
        [(part(Part::After), change.after), (part(Part::Before), change.before), (Part::Keys, change.keys)];
    let columns = |(part, image): (Part, Image<'a>)| match Object::parse(image.text().as_bytes()) {
        Ok(object) => Ok(Columns::new(object, part, image)),
        Err(failure) => Err(failure.within(image.place())),
    };
    parts.into_iter().filter_map(|(part, image)| Some((part, image?))).map(columns).collect()
}

/// What AWS DMS shows of a deleted row in `data`, where it shows the row before the change as well: a [`Change`] has the
/// latter alone.
///
/// # Errors
///
/// Those of [`parts`].
pub fn deleted_data<'a>(change: &Change<'a>) -> Result<Vec<Columns<'a>>> {
    static WITHOUT_BEFORE_IMAGE: LazyLock<Reader> =
        LazyLock::new(|| Reader::of(Shape::Dms).with_before_image(""));
    let is_in_data = |image: Image<'_>| image.place().starts_with("data");
    match change.before {
        Some(before) if change.source == Source::Dms && change.op == Op::Delete && !is_in_data(before) => {
            parts(&WITHOUT_BEFORE_IMAGE.read(change.text)?)
        }
        _ => Ok(Vec::new()),
    }
}

/// The record with its parts changed, on one line; everything else in it stays byte for byte.
///
/// # Panics
///
/// When `text` is not the text of the change that the parts are those of.
#[must_use]
pub fn write_back(text: &str, parts: Vec<Columns<'_>>) -> Vec<u8> {
    let mut by_place = BTreeMap::new();
    by_place.extend(parts.into_iter().map(|part| (place(text, part.image().text()), part)));
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    let mut written = 0;
    for (start, part) in by_place {
        out.extend_from_slice(json::one_line(&text[written..start]).as_bytes());
        written = start + part.image().text().len();
        part.into_object().write(&mut out);
    }
    out.extend_from_slice(json::one_line(&text[written..]).as_bytes());
    out
}

/// Where in a text a part of it begins.
fn place(text: &str, part: &str) -> usize {
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr());
    start.expect("an image is a part of the change's text")
}
