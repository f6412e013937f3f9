//! `ListDeliveryStreams`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::constraints::Constraints;
use super::operation::members;
use super::refusal::Refusal;
use crate::config::Source;
use crate::stream::Stream;

/// How many are listed where a request does not say.
const LIMIT: i64 = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListDeliveryStreams {
    limit: Option<i64>,
    delivery_stream_type: Option<String>,
    exclusive_start_delivery_stream_name: Option<String>,
}

/// Lists streams, by their names.
pub(super) fn answer(streams: &[Arc<Stream>], body: &[u8]) -> Result<Value, Refusal> {
    let request: ListDeliveryStreams = members(body)?;
    request.check()?;
    let streams = streams.iter().map(|stream| (stream.config().name.as_str(), &stream.config().source));
    Ok(request.list(streams))
}

impl ListDeliveryStreams {
    fn check(&self) -> Result<(), Refusal> {
        let mut constraints = Constraints::default();
        if let Some(limit) = self.limit {
            constraints.limit("limit", limit);
        }
        if let Some(kind) = &self.delivery_stream_type {
            constraints.one_of("deliveryStreamType", kind, &TYPES);
        }
        if let Some(name) = &self.exclusive_start_delivery_stream_name {
            constraints.stream_name("exclusiveStartDeliveryStreamName", name);
        }
        constraints.check()
    }

    fn list<'a>(&self, streams: impl Iterator<Item = (&'a str, &'a Source)>) -> Value {
        let start = self.exclusive_start_delivery_stream_name.as_deref();
        let of_type =
            |source| self.delivery_stream_type.as_deref().is_none_or(|kind| kind == type_of(source));
        let mut names: Vec<&str> = streams
            .filter(|(name, source)| start.is_none_or(|start| *name > start) && of_type(source))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        let limit = usize::try_from(self.limit.unwrap_or(LIMIT)).unwrap_or_default();
        let more = names.len() > limit;
        names.truncate(limit);
        json!({ "DeliveryStreamNames": names, "HasMoreDeliveryStreams": more })
    }
}

/// What AWS has; the local Firehose has the first two.
const TYPES: [&str; 4] = ["DirectPut", "KinesisStreamAsSource", "MSKAsSource", "DatabaseAsSource"];

/// The type of a stream with this source.
pub(super) fn type_of(source: &Source) -> &'static str {
    match source {
        Source::DirectPut => "DirectPut",
        Source::Kinesis(_) => "KinesisStreamAsSource",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(request: &str) -> Value {
        let kinesis = Source::Kinesis(crate::config::KinesisSource {
            stream: "k".to_owned(),
            endpoint: None,
            start: crate::config::Start::Latest,
        });
        let streams = [("c", &Source::DirectPut), ("a", &Source::DirectPut), ("b", &kinesis)];
        members::<ListDeliveryStreams>(request.as_bytes()).unwrap().list(streams.into_iter())
    }

    #[test]
    fn streams_are_listed_by_name_page_by_page_and_by_type() {
        let answer =
            |names: &[&str], more| json!({ "DeliveryStreamNames": names, "HasMoreDeliveryStreams": more });
        assert_eq!(list("{}"), answer(&["a", "b", "c"], false));
        assert_eq!(list(r#"{"Limit":2}"#), answer(&["a", "b"], true));
        assert_eq!(list(r#"{"Limit":2,"ExclusiveStartDeliveryStreamName":"b"}"#), answer(&["c"], false));
        assert_eq!(list(r#"{"ExclusiveStartDeliveryStreamName":"bb"}"#), answer(&["c"], false));
        assert_eq!(list(r#"{"DeliveryStreamType":"KinesisStreamAsSource"}"#), answer(&["b"], false));
        assert_eq!(list(r#"{"DeliveryStreamType":"DirectPut","Limit":1}"#), answer(&["a"], true));
        assert_eq!(list(r#"{"DeliveryStreamType":"MSKAsSource"}"#), answer(&[], false));
    }
}
