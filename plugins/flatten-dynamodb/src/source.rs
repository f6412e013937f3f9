//! What added columns are filled from.

use std::borrow::Cow;

use nozzle_sdk::dynamodb::{AttributeValue, Change};
use nozzle_sdk::{Output, Result};

use crate::cell::Cell;

/// A fact about a change that is no attribute of its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    EventName,
    CreatedAt,
    Keys,
    Sequence,
    Table,
}

impl Source {
    /// The fact, null where the record does not tell it.
    ///
    /// # Errors
    ///
    /// `bad-time` and the failures of attributes, with their path.
    pub(crate) fn cell<'a>(self, change: &'a Change<'_>, output: &Output) -> Result<Cell<'a>> {
        let text = match self {
            Source::CreatedAt => {
                let time = change.created_at()?;
                return Ok(time.map_or(Cell::Null, |time| Cell::Json(output.time(time))));
            }
            Source::EventName => Some(Cow::Borrowed(&*change.event_name)),
            Source::Keys => keys(change)?.map(Cow::Owned),
            Source::Sequence => change.sequence_number.as_deref().map(Cow::Borrowed),
            Source::Table => change.table.as_deref().map(Cow::Borrowed),
        };
        Ok(text.map_or(Cell::Null, Cell::Text))
    }
}

/// The keys as the text of a plain JSON object.
fn keys(change: &Change<'_>) -> Result<Option<String>> {
    let Some(image) = change.keys else {
        return Ok(None);
    };
    let mut text = Vec::new();
    AttributeValue::M(image.attributes()?).write_json(&mut text);
    Ok(Some(String::from_utf8(text).expect("JSON text is UTF-8")))
}
