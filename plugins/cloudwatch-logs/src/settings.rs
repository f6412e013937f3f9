//! What nozzle.toml says to this plugin.

use nozzle_rows::refused;
use nozzle_sdk::Result;
use nozzle_sdk::settings::Ordered;

use crate::source::Source;

/// The settings. Each is described in `settings.schema.json`.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub(crate) columns: Ordered<Source>,
    pub(crate) message: Message,
}

/// What becomes of an event's message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Message {
    #[default]
    Text,
    Json,
}

/// The columns of a row where the settings name none.
const COLUMNS: [(&str, Source); 6] = [
    ("id", Source::Id),
    ("timestamp", Source::Timestamp),
    ("owner", Source::Owner),
    ("log_group", Source::LogGroup),
    ("log_stream", Source::LogStream),
    ("message", Source::Message),
];

impl Default for Settings {
    fn default() -> Self {
        let columns = COLUMNS.map(|(name, source)| (name.to_owned(), source));
        Settings { columns: Ordered(columns.into()), message: Message::default() }
    }
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    ///
    /// Where there is no column, or where a message that is no JSON has none, or more than one.
    pub(crate) fn check(&self) -> Result<()> {
        if self.columns.0.is_empty() {
            return Err(refused("columns", "names no column"));
        }
        let messages = self.columns.0.iter().filter(|(_, source)| *source == Source::Message).count();
        match (self.message, messages) {
            (Message::Json, 0) => {
                Err(refused("columns", "has no column `message`, where messages that are no JSON go"))
            }
            (Message::Json, 2..) => Err(refused("columns", "has more than one column for the message")),
            _ => Ok(()),
        }
    }
}
