//! Turns the records that CloudWatch Logs sends to a subscription into one row per log event. The settings and
//! their defaults are described in the package's README and in its schema.

mod event;
mod gzip;
mod layout;
mod settings;
mod source;

use std::borrow::Cow;

use nozzle_sdk::json::{self, Object};
use nozzle_sdk::prelude::*;

use crate::event::{is_missing, not_a_log_record};
use crate::layout::Layout;
pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct CloudwatchLogs {
    layout: Layout,
}

#[plugin]
impl Plugin for CloudwatchLogs {
    type Settings = Settings;
    const SETTINGS_SCHEMA: &'static str = include_str!("../settings.schema.json");

    fn configure(config: Config<Settings>) -> Result<Self> {
        Ok(CloudwatchLogs { layout: Layout::new(config.settings, config.output)? })
    }

    fn transform(&self, record: Record) -> Result<Outcome> {
        let plain = gzip::inflated(record.into_data())?;
        Record::new(plain).transform_documents(|document| self.outcome(document))
    }
}

impl CloudwatchLogs {
    /// What becomes of one document: log events, or word that the destination can be reached.
    fn outcome(&self, document: &str) -> Result<Outcome> {
        let envelope = Object::parse(document.as_bytes())?;
        let placed = |failure: Failure| failure.within("messageType");
        match &*message_type(&envelope).map_err(placed)? {
            "DATA_MESSAGE" => self.layout.rows(&envelope).map(Outcome::rows),
            "CONTROL_MESSAGE" => Ok(Outcome::drop("control-message")),
            _ => Err(placed(Failure::new("unknown-message-type", "is not DATA_MESSAGE or CONTROL_MESSAGE"))),
        }
    }
}

fn message_type<'a>(envelope: &'a Object<'_>) -> Result<Cow<'a, str>> {
    let raw = envelope.get("messageType").ok_or_else(is_missing)?;
    json::string_value(raw).ok_or_else(|| not_a_log_record("is not a string"))
}

#[cfg(test)]
mod tests;
