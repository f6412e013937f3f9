//! The parts of a change record that hold columns.

use nozzle_sdk::Result;
use nozzle_sdk::dynamodb::Change;
use nozzle_sdk::json::Object;

use crate::columns::{Columns, Part};

/// Whether a document has the shape of a change record. Anything else is a plain row.
#[must_use]
pub fn is_change(document: &Object<'_>) -> bool {
    let begins = |member: &str, with: char| document.get(member).is_some_and(|raw| raw.starts_with(with));
    begins("eventName", '"') && begins("dynamodb", '{')
}

/// The images and the key that the change shows. The one that is judged stands first: the item as it is, or
/// as it was, or what is known of it.
///
/// # Errors
///
/// Where one of them is not an object, with its path.
pub fn parts<'a>(change: &Change<'a>) -> Result<Vec<Columns<'a>>> {
    let parts =
        [(Part::NewImage, change.new_image), (Part::OldImage, change.old_image), (Part::Keys, change.keys)];
    let shown = parts.into_iter().filter_map(|(part, image)| Some((part, image?.text())));
    let columns = |(part, text): (Part, &'a str)| match Object::parse(text.as_bytes()) {
        Ok(object) => Ok(Columns::new(object, part)),
        Err(failure) => Err(failure.within(part.place())),
    };
    shown.map(columns).collect()
}

/// Puts the parts back into their document.
///
/// # Errors
///
/// Where `dynamodb` has two members of one name, with the path.
pub fn write_back(document: &mut Object<'_>, parts: Vec<Columns<'_>>) -> Result<()> {
    let text = document.get("dynamodb").unwrap_or_default();
    let mut body = Object::parse(text.as_bytes()).map_err(|failure| failure.within("dynamodb"))?;
    for part in parts {
        body.set(part.part().member(), part.into_object().to_string());
    }
    let text = body.to_string();
    document.set("dynamodb", text);
    Ok(())
}
