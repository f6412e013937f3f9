//! The response: written straight into one buffer, within its budget.

use base64::Engine as _;
use base64::engine::Simd;

use super::budget::{Budget, RESPONSE_BUDGET};
use super::{Event, Record, base64_engine};
use crate::{Answer, Delivery, Failure, InvocationError, Route};

const HEAD: &[u8] = br#"{"records":["#;
const TAIL: &[u8] = b"]}";
/// What stands around the answers.
pub(super) const FRAME: usize = HEAD.len() + TAIL.len();
const RECORD_ID: &[u8] = br#"{"recordId":"#;
const OK: &[u8] = br#","result":"Ok","#;
const DROPPED: &[u8] = br#","result":"Dropped"}"#;
const FAILED: &[u8] = br#","result":"ProcessingFailed"}"#;

/// Writes the answers of one batch, in the order of its records.
#[derive(Debug)]
pub struct ResponseWriter {
    text: Vec<u8>,
    budget: Budget,
    base64: Simd,
}

impl ResponseWriter {
    /// Opens the response to `event`.
    ///
    /// # Errors
    ///
    /// When not even `ProcessingFailed` for each record fits.
    pub fn new(event: &Event<'_>) -> Result<Self, InvocationError> {
        Self::with_budget(event, RESPONSE_BUDGET)
    }

    fn with_budget(event: &Event<'_>, bytes: usize) -> Result<Self, InvocationError> {
        let budget = Budget::of(event, bytes)?;
        let mut text = Vec::with_capacity(FRAME + budget.reserved);
        text.extend_from_slice(HEAD);
        Ok(Self { text, budget, base64: base64_engine() })
    }

    /// Appends the answer to `record`, the next one of the event. An answer that does not fit beside the smallest answers
    /// to the records behind it becomes the failure `response.over-budget`: gives back what was really answered.
    pub fn append(&mut self, record: &Record<'_>, answer: Answer) -> Answer {
        self.budget.free(record);
        let metadata = metadata(&answer);
        let answer = match answer {
            Answer::Ok(delivery) if !self.fits(record, &delivery, &metadata) => {
                Answer::ProcessingFailed(self.over_budget())
            }
            answer => answer,
        };
        if self.text.len() > HEAD.len() {
            self.text.push(b',');
        }
        self.text.extend_from_slice(RECORD_ID);
        self.text.extend_from_slice(record.id.as_bytes());
        match &answer {
            Answer::Ok(delivery) => self.write_delivery(record, delivery, &metadata),
            Answer::Dropped { .. } => self.text.extend_from_slice(DROPPED),
            Answer::ProcessingFailed(_) => self.text.extend_from_slice(FAILED),
        }
        answer
    }

    /// Closes the response.
    pub fn finish(mut self) -> Vec<u8> {
        debug_assert_eq!(self.budget.reserved, 0, "every record of the event is answered");
        self.text.extend_from_slice(TAIL);
        self.text
    }

    fn fits(&self, record: &Record<'_>, delivery: &Delivery, metadata: &str) -> bool {
        let comma = usize::from(self.text.len() > HEAD.len());
        let answer = comma + delivered(record, delivery) + metadata.len();
        self.budget.allows(self.text.len() + answer + TAIL.len())
    }

    fn over_budget(&self) -> Failure {
        let bytes = self.budget.bytes;
        let reason =
            format!("the response would pass Lambda's {bytes} bytes; lower the stream's buffer size");
        Failure::at_edge("response.over-budget", reason)
    }

    fn write_delivery(&mut self, record: &Record<'_>, delivery: &Delivery, metadata: &str) {
        self.text.extend_from_slice(OK);
        self.text.extend_from_slice(data_key(record));
        let start = self.text.len();
        self.text.resize(start + encoded(delivery.data.len()), 0);
        let written = self.base64.encode_slice(&delivery.data, &mut self.text[start..]);
        debug_assert_eq!(written, Ok(encoded(delivery.data.len())));
        self.text.push(b'"');
        self.text.extend_from_slice(metadata.as_bytes());
        self.text.push(b'}');
    }
}

/// The key that an answer's data goes under, up to the value's opening quote: the one the record's own data had.
fn data_key(record: &Record<'_>) -> &'static [u8] {
    if record.kafka { br#""kafkaRecordValue":""# } else { br#""data":""# }
}

/// The bytes of the smallest answer that loses nothing, with the comma behind it.
pub(super) fn smallest(record: &Record<'_>) -> usize {
    RECORD_ID.len() + record.id.len() + FAILED.len() + 1
}

/// The bytes of an `Ok` answer without metadata.
fn delivered(record: &Record<'_>, delivery: &Delivery) -> usize {
    RECORD_ID.len() + record.id.len() + OK.len() + data_key(record).len() + encoded(delivery.data.len()) + 2
}

/// The characters of base64 that so many bytes make.
pub(super) fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// `,"metadata":{...}` with what a plugin set; empty where it set nothing: blanks in `otfMetadata` are not documented to
/// be harmless.
pub(super) fn metadata(answer: &Answer) -> String {
    let Answer::Ok(Delivery { partition_keys: keys, route, .. }) = answer else { return String::new() };
    let keys = (!keys.is_empty()).then(|| partition_keys(keys));
    let members: Vec<String> = keys.into_iter().chain(route.as_ref().map(otf_metadata)).collect();
    if members.is_empty() { String::new() } else { format!(r#","metadata":{{{}}}"#, members.join(",")) }
}

fn partition_keys(keys: &[(String, String)]) -> String {
    let members: Vec<String> =
        keys.iter().map(|(name, value)| format!("{}:{}", quoted(name), quoted(value))).collect();
    format!(r#""partitionKeys":{{{}}}"#, members.join(","))
}

fn otf_metadata(route: &Route) -> String {
    format!(
        r#""otfMetadata":{{"destinationDatabaseName":{},"destinationTableName":{},"operation":"{}"}}"#,
        quoted(&route.database),
        quoted(&route.table),
        route.operation.name(),
    )
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::Operation;

    fn ok(data: &[u8]) -> Answer {
        Answer::Ok(Delivery { data: data.to_vec(), rows: 1, ..Delivery::default() })
    }

    fn event_of(ids: usize) -> String {
        let records: Vec<String> = (0..ids).map(|id| format!(r#"{{"recordId":"{id}","data":""}}"#)).collect();
        format!(r#"{{"records":[{}]}}"#, records.join(","))
    }

    fn respond(text: &str, budget: usize, answers: Vec<Answer>) -> (String, Vec<Answer>) {
        let event = Event::parse(text.as_bytes()).unwrap();
        let mut writer = ResponseWriter::with_budget(&event, budget).unwrap();
        let given =
            event.records.iter().zip(answers).map(|(record, answer)| writer.append(record, answer)).collect();
        (String::from_utf8(writer.finish()).unwrap(), given)
    }

    #[test]
    fn each_result_has_its_wire_form() {
        let delivery = Delivery {
            data: b"hi".to_vec(),
            rows: 1,
            partition_keys: vec![("day".into(), "1\"".into())],
            route: Some(Route { database: "d".into(), table: "t".into(), operation: Operation::Update }),
        };
        let failed = Answer::ProcessingFailed(Failure::at_edge("record.no-data", ""));
        let dropped = Answer::Dropped { plugin: Arc::from("p"), reason: None };
        let (text, _) =
            respond(&event_of(4), RESPONSE_BUDGET, vec![Answer::Ok(delivery), failed, dropped, ok(b"")]);
        let expected = concat!(
            r#"{"records":[{"recordId":"0","result":"Ok","data":"aGk=","metadata":{"partitionKeys":{"day":"1\""},"#,
            r#""otfMetadata":{"destinationDatabaseName":"d","destinationTableName":"t","operation":"update"}}},"#,
            r#"{"recordId":"1","result":"ProcessingFailed"},{"recordId":"2","result":"Dropped"},"#,
            r#"{"recordId":"3","result":"Ok","data":""}]}"#
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn data_goes_back_under_the_key_it_came_under() {
        let event = r#"{"sourceMSKArn":"arn","records":[{"recordId":"0","kafkaRecordValue":""}]}"#;
        let (text, _) = respond(event, RESPONSE_BUDGET, vec![ok(b"hi")]);
        assert_eq!(text, r#"{"records":[{"recordId":"0","result":"Ok","kafkaRecordValue":"aGk="}]}"#);
    }

    #[test]
    fn an_answer_fits_to_the_byte() {
        let event = event_of(2);
        let (whole, _) =
            respond(&event, RESPONSE_BUDGET, vec![ok(b"first"), ok(b"a rather longer second record")]);
        let (same, _) =
            respond(&event, whole.len(), vec![ok(b"first"), ok(b"a rather longer second record")]);
        assert_eq!(same, whole);
        let (short, answers) =
            respond(&event, whole.len() - 1, vec![ok(b"first"), ok(b"a rather longer second record")]);
        assert!(short.len() < whole.len());
        assert!(
            matches!(&answers[1], Answer::ProcessingFailed(failure) if failure.code == "response.over-budget")
        );
    }

    #[test]
    fn a_lone_answer_fits_to_the_byte() {
        let event = event_of(1);
        let (whole, _) = respond(&event, RESPONSE_BUDGET, vec![ok(b"a longer record than its failure")]);
        let (same, _) = respond(&event, whole.len(), vec![ok(b"a longer record than its failure")]);
        assert_eq!(same, whole);
    }

    #[test]
    fn a_batch_that_cannot_be_answered_is_an_invocation_error() {
        let text = event_of(10);
        let event = Event::parse(text.as_bytes()).unwrap();
        let needed: usize = HEAD.len() + TAIL.len() + event.records.iter().map(smallest).sum::<usize>();
        assert!(ResponseWriter::with_budget(&event, needed).is_ok());
        assert!(ResponseWriter::with_budget(&event, needed - 1).is_err());
    }

    proptest! {
        #[test]
        fn the_response_never_passes_its_budget_and_answers_all(
            sizes in proptest::collection::vec(0usize..200, 1..40),
            spare in 0usize..3000,
        ) {
            let text = event_of(sizes.len());
            let event = Event::parse(text.as_bytes()).unwrap();
            let budget = HEAD.len() + TAIL.len() + event.records.iter().map(smallest).sum::<usize>() + spare;
            let answers = sizes.iter().map(|size| ok(&vec![b'x'; *size])).collect();
            let (response, _) = respond(&text, budget, answers);
            prop_assert!(response.len() <= budget);
            let parsed: serde_json::Value = serde_json::from_str(&response).unwrap();
            let ids: Vec<&str> = parsed["records"].as_array().unwrap().iter()
                .map(|record| record["recordId"].as_str().unwrap()).collect();
            let expected: Vec<String> = (0..sizes.len()).map(|id| id.to_string()).collect();
            prop_assert_eq!(ids, expected);
        }
    }
}
