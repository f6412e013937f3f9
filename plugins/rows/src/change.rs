//! The parts of a change record that hold columns.

use std::sync::LazyLock;

use nozzle_sdk::Result;
use nozzle_sdk::cdc::{Change, Image, Op, Reader, Shape, Source};
use nozzle_sdk::json::Object;

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
        Err(failure) if image.place().is_empty() => Err(failure),
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

/// The record with its parts changed; everything else in it stays byte for byte.
///
/// # Errors
///
/// Where an object around a part has two members of one name, with the path.
pub fn write_back<'a>(text: &'a str, parts: Vec<Columns<'a>>) -> Result<Object<'a>> {
    let mut document = Object::parse(text.as_bytes())?;
    for part in parts {
        let place = part.image().place();
        let object = part.into_object();
        if place.is_empty() {
            return Ok(object);
        }
        put(&mut document, place, &object)?;
    }
    Ok(document)
}

/// Puts an object in its place, such as `payload.after`.
fn put(document: &mut Object<'_>, place: &str, part: &Object<'_>) -> Result<()> {
    // A name that settings give to an image may hold a point too.
    let is_around = |outer: &str| document.get(outer).is_some_and(|raw| raw.starts_with('{'));
    match place.split_once('.').filter(|(outer, _)| is_around(outer)) {
        None => document.set(place.to_owned(), part.to_string()),
        Some((outer, inner)) => {
            let text = document.get(outer).unwrap_or_default();
            let mut body = Object::parse(text.as_bytes()).map_err(|failure| failure.within(outer))?;
            put(&mut body, inner, part).map_err(|failure| failure.within(outer))?;
            let text = body.to_string();
            document.set(outer.to_owned(), text);
        }
    }
    Ok(())
}
