//! Flattens DynamoDB change records, from DynamoDB Streams through a pipe or from Kinesis Data Streams for
//! DynamoDB, to one flat JSON row each. The settings and their defaults are described in the package's README
//! and in its schema.

mod cell;
mod column;
mod flat;
mod row;
mod settings;
mod source;

use nozzle_sdk::dynamodb::{Change, Event, Image};
use nozzle_sdk::prelude::*;

use crate::row::Layout;
pub use crate::settings::Settings;
use crate::settings::{Events, Part};

/// The plugin.
#[derive(Debug)]
pub struct FlattenDynamodb {
    events: Events,
    layout: Layout,
}

#[plugin]
impl Plugin for FlattenDynamodb {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");

    fn configure(config: Config<Settings>) -> Result<Self> {
        let events = config.settings.events;
        Ok(FlattenDynamodb { events, layout: Layout::new(config.settings, config.output)? })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        record.transform_documents(|document| self.outcome(document))
    }
}

impl FlattenDynamodb {
    /// What becomes of one change.
    fn outcome(&self, text: &str) -> Result<Outcome> {
        let change = Change::parse(text)?;
        let event = change.event()?;
        let image = match self.events.part(event) {
            Part::NewImage => change.new_image.ok_or_else(|| no_image("NewImage", "NEW_IMAGE")),
            Part::OldImage => change.old_image.ok_or_else(|| no_image("OldImage", "OLD_IMAGE")),
            Part::Keys => change.keys.ok_or_else(no_keys),
            Part::Drop => return Ok(Outcome::drop(drop_reason(event))),
        };
        self.row(&change, image?).map(Outcome::deliver)
    }

    fn row(&self, change: &Change<'_>, image: Image<'_>) -> Result<Row> {
        let attributes = image.attributes()?;
        let flat = self.layout.flatten(&attributes).map_err(|failure| match failure.path {
            Some(_) => failure.within(image.place()),
            None => failure,
        })?;
        self.layout.write(&flat, change)
    }
}

fn no_image(image: &str, view: &str) -> Failure {
    let reason =
        format!("change has no `{image}`: the stream's view type must be {view} or NEW_AND_OLD_IMAGES");
    Failure::new("no-image", reason).at(format!("dynamodb.{image}"))
}

fn no_keys() -> Failure {
    Failure::new("not-a-change", "change has no `Keys`").at("dynamodb.Keys")
}

fn drop_reason(event: Event) -> &'static str {
    match event {
        Event::Insert => "insert-event",
        Event::Modify => "modify-event",
        Event::Remove => "remove-event",
    }
}

#[cfg(test)]
mod tests;
