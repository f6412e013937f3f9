//! Rows, as the settings lay them out.

use nozzle_sdk::json::{self, Object};
use nozzle_sdk::{Failure, Output, Result, Row};

use crate::event::{LogEvent, log_events};
use crate::settings::{Message, Settings};
use crate::source::Source;

/// What stands in a row, in this order.
#[derive(Debug)]
pub(crate) struct Layout {
    columns: Vec<Column>,
    message: Message,
    output: Output,
}

#[derive(Debug)]
struct Column {
    name: String,
    /// The name as JSON text, with the colon.
    key: String,
    source: Source,
}

impl Layout {
    /// # Errors
    ///
    /// Where the settings contradict each other.
    pub(crate) fn new(settings: Settings, output: Output) -> Result<Self> {
        settings.check()?;
        let Settings { columns, message } = settings;
        let column =
            |(name, source): (String, Source)| Column { key: json::to_raw(&name) + ":", name, source };
        Ok(Layout { columns: columns.0.into_iter().map(column).collect(), message, output })
    }

    /// The rows of a document's log events.
    ///
    /// # Errors
    ///
    /// `not-a-log-record`, `no-log-events`, `bad-time`, `column-collision`, `duplicate-member`, with the path.
    pub(crate) fn rows(&self, envelope: &Object<'_>) -> Result<Vec<Row>> {
        let mut line = Vec::new();
        let row = |event: Result<LogEvent<'_>>| {
            line.clear();
            self.write(&event?, &mut line)?;
            // A copy of just the size: there may be tens of thousands.
            Ok(Row::new(line.as_slice()))
        };
        log_events(envelope)?.map(row).collect()
    }

    fn write(&self, event: &LogEvent<'_>, line: &mut Vec<u8>) -> Result<()> {
        line.push(b'{');
        for column in &self.columns {
            let value = column.source.value(event, &self.output)?;
            let message = self.takes_apart(column).then(|| json::string_value(&value)).flatten();
            match message.as_deref().and_then(object) {
                Some(members) => {
                    let members = self.named(members).map_err(|failure| in_message(event, failure))?;
                    append(line, &[inner(&members.to_bytes())]);
                }
                None => append(line, &[column.key.as_bytes(), value.as_bytes()]),
            }
        }
        line.push(b'}');
        Ok(())
    }

    /// Whether the members of the column's value become columns in its place.
    fn takes_apart(&self, column: &Column) -> bool {
        self.message == Message::Json && column.source == Source::Message
    }

    /// The members of a message under the names that the output wants, which no other column has.
    fn named<'a>(&self, mut members: Object<'a>) -> Result<Object<'a>> {
        let renamed = |name: &str| {
            let wanted = self.output.column(name);
            (wanted != name).then(|| wanted.into_owned().into())
        };
        members.rename_with(renamed).map_err(|failure| Failure {
            code: COLLISION.to_owned(),
            reason: "two members of the message get this name".to_owned(),
            ..failure
        })?;
        let is_taken =
            |name: &str| self.columns.iter().any(|column| column.name == name && !self.takes_apart(column));
        if let Some((name, _)) = members.iter().find(|(name, _)| is_taken(name)) {
            let reason = "is a member of the message and another column of the row";
            return Err(Failure::new(COLLISION, reason).within_member(name));
        }
        Ok(members)
    }
}

const COLLISION: &str = "column-collision";

/// The message as an object. One in which two members have one name is none: which of them counts differs from reader
/// to reader, and as text both are kept.
fn object(message: &str) -> Option<Object<'_>> {
    Object::parse(message.as_bytes()).ok()
}

/// An object's JSON text without the braces.
fn inner(object: &[u8]) -> &[u8] {
    object.get(1..object.len() - 1).unwrap_or_default()
}

/// Appends the parts of a member, or of several, behind a comma where one is due. Parts that hold nothing but white
/// space are no member.
fn append(line: &mut Vec<u8>, parts: &[&[u8]]) {
    if parts.iter().all(|part| part.trim_ascii().is_empty()) {
        return;
    }
    if line.len() > 1 {
        line.push(b',');
    }
    parts.iter().for_each(|part| line.extend_from_slice(part));
}

fn in_message(event: &LogEvent<'_>, failure: Failure) -> Failure {
    event.place(failure.within("message"))
}
