//! The messages of CloudWatch Logs (processor `CloudWatchLogProcessing` with `DataMessageExtraction`).
//! <https://docs.aws.amazon.com/firehose/latest/dev/Message_extraction.html>

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Deserializer;

use crate::{ErrorOutput, Failure};

/// What CloudWatch Logs sends to a subscription.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow)]
    message_type: Cow<'a, str>,
    #[serde(borrow, default)]
    log_events: Vec<LogEvent<'a>>,
}

#[derive(Deserialize)]
struct LogEvent<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
}

/// The messages of a record, each with a newline: the documentation shows them so, as one record. Nothing of a control message.
pub(super) fn extract(data: &[u8]) -> Result<Vec<u8>, Failure> {
    let envelopes = Deserializer::from_slice(data).into_iter().collect::<Result<Vec<Envelope<'_>>, _>>();
    let envelopes = envelopes.ok().filter(|envelopes| !envelopes.is_empty()).ok_or_else(not_an_envelope)?;
    let mut messages = Vec::new();
    for envelope in &envelopes {
        match &*envelope.message_type {
            "DATA_MESSAGE" => {
                for event in &envelope.log_events {
                    messages.extend_from_slice(event.message.as_bytes());
                    messages.push(b'\n');
                }
            }
            "CONTROL_MESSAGE" => {}
            _ => return Err(not_an_envelope()),
        }
    }
    Ok(messages)
}

/// AWS documents neither the folder nor the code.
fn not_an_envelope() -> Failure {
    let message = "the record is not what CloudWatch Logs sends to a subscription";
    Failure::once(ErrorOutput::ProcessingFailed, "CloudWatchLogProcessing.Failed", message)
}
