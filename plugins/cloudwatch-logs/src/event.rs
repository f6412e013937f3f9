//! Log events, as a document holds them.

use nozzle_sdk::json::{self, Object};
use nozzle_sdk::{Failure, Result};
use serde_json::value::RawValue;

/// One log event, and the document that it stands in.
#[derive(Debug)]
pub(crate) struct LogEvent<'a> {
    pub(crate) envelope: &'a Object<'a>,
    pub(crate) members: Object<'a>,
    index: usize,
}

impl LogEvent<'_> {
    /// Puts a failure's place below this event.
    pub(crate) fn place(&self, failure: Failure) -> Failure {
        within_event(self.index, failure)
    }
}

/// The log events of a document, in their order.
///
/// # Errors
///
/// `not-a-log-record` where `logEvents` is not a list of objects, `no-log-events` where it is empty: CloudWatch Logs
/// sends no such record, and a drop would hide it.
pub(crate) fn log_events<'a>(
    envelope: &'a Object<'a>,
) -> Result<impl ExactSizeIterator<Item = Result<LogEvent<'a>>>> {
    let list = list(envelope).map_err(|failure| failure.within("logEvents"))?;
    Ok(list.into_iter().enumerate().map(move |(index, text)| {
        let members = Object::parse(text.get().as_bytes()).map_err(|failure| within_event(index, failure))?;
        Ok(LogEvent { envelope, members, index })
    }))
}

fn list<'a>(envelope: &'a Object<'a>) -> Result<Vec<&'a RawValue>> {
    let raw = envelope.get("logEvents").ok_or_else(is_missing)?;
    if !raw.starts_with('[') {
        return Err(not_a_log_record("is not a list"));
    }
    let list: Vec<&RawValue> = json::parse(raw.as_bytes())?;
    match list.is_empty() {
        true => Err(Failure::new("no-log-events", "is empty")),
        false => Ok(list),
    }
}

fn within_event(index: usize, failure: Failure) -> Failure {
    failure.within(&format!("logEvents[{index}]"))
}

/// The failure of a document that is not what CloudWatch Logs sends.
pub(crate) fn not_a_log_record(trouble: &str) -> Failure {
    Failure::new("not-a-log-record", trouble)
}

/// The failure of a member that has to be there.
pub(crate) fn is_missing() -> Failure {
    not_a_log_record("is missing")
}
