//! A response, judged record by record, as Firehose was seen to do.
//!
//! Not probed are three: a `result` that is none, `data` that is not base64 (each fails its record here), and a response that is not JSON
//! (fails the batch, with the code that AWS documents for it, and is not tried again). Of the first two, an emulator's authors tell of
//! captures in which the whole batch failed with `Lambda.FunctionError`.

use std::collections::HashMap;

use nozzle_runtime::firehose::{Claim, Data};

use super::Verdict;
use crate::{ErrorOutput, Failure};

/// The verdict on each of the records that a function was asked about, in their order. What the response says of others is ignored.
///
/// Each failure counts the invocations that were made: one, where none before failed.
pub(super) fn judge(ids: &[String], response: &[u8], attempts: u32) -> Vec<Verdict> {
    let failed = |reason: &Reason| Verdict::Failed(reason.failure(attempts));
    let Ok(claims) = Claim::all_of(response) else { return vec![failed(&Reason::NotJson); ids.len()] };
    let mut said: HashMap<String, Result<Claim, Reason>> = HashMap::with_capacity(ids.len());
    for claim in claims {
        let repeats = said.contains_key(&claim.record_id);
        let id = claim.record_id.clone();
        said.insert(id, if repeats { Err(Reason::Duplicated) } else { Ok(claim) });
    }
    let judged = |id| said.remove(id).unwrap_or(Err(Reason::Missing)).and_then(of_claim);
    ids.iter().map(judged).map(|judged| judged.unwrap_or_else(|reason| failed(&reason))).collect()
}

/// What one claim comes to, by itself.
fn of_claim(claim: Claim) -> Result<Verdict, Reason> {
    match (claim.result.as_deref(), claim.data) {
        (Some("Ok"), Data::Bytes(data)) => {
            Ok(Verdict::Ok { data: data.into(), partition_keys: claim.partition_keys })
        }
        (Some("Ok"), Data::Absent) => Err(Reason::NoData),
        (Some("Ok"), Data::NotBase64) => Err(Reason::NotBase64),
        (Some("Dropped"), _) => Ok(Verdict::Dropped),
        (Some("ProcessingFailed"), _) => Err(Reason::Failed),
        _ => Err(Reason::NoResult),
    }
}

/// Why a record fails.
enum Reason {
    /// The function says so.
    Failed,
    /// The response does not have it.
    Missing,
    /// The response has it more than once.
    Duplicated,
    /// `Ok` without `data`.
    NoData,
    /// `Ok` with something else.
    NotBase64,
    /// A `result` that is none of the three.
    NoResult,
    /// The response cannot be read.
    NotJson,
}

impl Reason {
    fn failure(&self, attempts: u32) -> Failure {
        let (code, message) = self.words();
        Failure { attempts, ..Failure::once(ErrorOutput::ProcessingFailed, code, message) }
    }

    /// The code and the message: AWS's own, as they were seen in error objects, but for [`Reason::NotBase64`] and
    /// [`Reason::NoResult`]. That of [`Reason::NotJson`] is documented:
    /// <https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html>
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Failed => ("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"),
            Self::Missing => (
                "Lambda.MissingRecordId",
                "One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.",
            ),
            Self::Duplicated => (
                "Lambda.DuplicatedRecordId",
                "Multiple records were returned with the same record Id. Ensure that the Lambda function returns a unique record Id for each record.",
            ),
            Self::NoData => (
                "Lambda.InvalidReturnFormat",
                "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and processing result is Ok. \
                 The value field cannot be null when the SourceType is MSKAsSource and processing result is Ok.",
            ),
            Self::NotBase64 => ("Lambda.InvalidReturnFormat", "The data field is not base64."),
            Self::NoResult => (
                "Lambda.InvalidReturnFormat",
                "The result field is none of Ok, Dropped and ProcessingFailed.",
            ),
            Self::NotJson => (
                "Lambda.JsonProcessingException",
                "There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the status \
                 model required by Amazon Data Firehose.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn ids() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).to_vec()
    }

    fn code(verdict: &Verdict) -> &str {
        match verdict {
            Verdict::Ok { .. } => "Ok",
            Verdict::Dropped => "Dropped",
            Verdict::Failed(failure) => &failure.code,
        }
    }

    fn codes(response: &Value) -> Vec<String> {
        let verdicts = judge(&ids(), response.to_string().as_bytes(), 1);
        verdicts.iter().map(|verdict| code(verdict).to_owned()).collect()
    }

    #[test]
    fn what_names_no_record_says_nothing() {
        let missing = ["Lambda.MissingRecordId"; 3];
        for response in [
            json!({}),
            json!(null),
            json!([{"recordId": "a", "result": "Dropped"}]),
            json!({"records": null}),
            json!({"records": {"recordId": "a", "result": "Dropped"}}),
            json!({"records": ["a", 1, null, {"recordId": 1, "result": "Dropped"}, {"result": "Dropped"}]}),
            json!({"Records": [{"recordId": "a", "result": "Dropped"}]}),
        ] {
            assert_eq!(codes(&response), missing, "{response}");
        }
    }

    #[test]
    fn data_of_another_type_or_under_another_key_is_none_of_direct_put() {
        let response = json!({"records": [
            {"recordId": "a", "result": "Ok", "data": {"a": 1}},
            {"recordId": "b", "result": "Ok", "kafkaRecordValue": "aGk="},
            {"recordId": "c", "result": "Ok", "data": ""},
        ]});
        assert_eq!(codes(&response), ["Lambda.InvalidReturnFormat", "Lambda.InvalidReturnFormat", "Ok"]);
    }

    #[test]
    fn data_beside_another_result_is_not_looked_at() {
        let response = json!({"records": [
            {"recordId": "a", "result": "Dropped", "data": "{"},
            {"recordId": "b", "result": "ProcessingFailed", "data": 1},
            {"recordId": "c", "result": "ok", "data": "aGk="},
        ]});
        let expected = ["Dropped", "Lambda.ProcessingFailedStatus", "Lambda.InvalidReturnFormat"];
        assert_eq!(codes(&response), expected);
    }

    #[test]
    fn metadata_of_another_shape_has_no_keys() {
        for metadata in [
            json!(null),
            json!("x"),
            json!({}),
            json!({"partitionKeys": null}),
            json!({"partitionKeys": ["x"]}),
        ] {
            let response =
                json!({"records": [{"recordId": "a", "result": "Ok", "data": "", "metadata": metadata}]});
            let verdict = judge(&ids(), response.to_string().as_bytes(), 1).remove(0);
            assert_eq!(verdict, Verdict::Ok { data: "".into(), partition_keys: serde_json::Map::new() });
        }
    }

    fn answers() -> impl Strategy<Value = Vec<Value>> {
        let id = prop_oneof![
            Just(json!("a")),
            Just(json!("b")),
            Just(json!("c")),
            Just(json!("d")),
            Just(json!(7))
        ];
        let result = prop_oneof![
            4 => Just(json!("Ok")),
            1 => Just(json!("Dropped")),
            1 => Just(json!("ProcessingFailed")),
            1 => Just(json!("Fine")),
            1 => Just(json!(null)),
        ];
        let data = prop_oneof![Just(json!("aGk=")), Just(json!("a_")), Just(json!(null)), Just(json!(1))];
        let answer = (id, result, data)
            .prop_map(|(id, result, data)| json!({"recordId": id, "result": result, "data": data}));
        proptest::collection::vec(answer, 0..8)
    }

    proptest! {
        #[test]
        fn every_record_has_one_verdict_by_what_is_said_of_it(answers in answers(), attempts in 1u32..5) {
            let response = json!({ "records": answers }).to_string();
            let verdicts = judge(&ids(), response.as_bytes(), attempts);
            prop_assert_eq!(verdicts.len(), 3);
            for (id, verdict) in ids().iter().zip(&verdicts) {
                let of_it: Vec<&Value> = answers.iter().filter(|answer| answer["recordId"] == **id).collect();
                let expected = match of_it.as_slice() {
                    [] => "Lambda.MissingRecordId",
                    [one] => match (one["result"].as_str(), one["data"].as_str()) {
                        (Some("Ok"), Some("aGk=")) => "Ok",
                        (Some("Dropped"), _) => "Dropped",
                        (Some("ProcessingFailed"), _) => "Lambda.ProcessingFailedStatus",
                        _ => "Lambda.InvalidReturnFormat",
                    },
                    _ => "Lambda.DuplicatedRecordId",
                };
                prop_assert_eq!(code(verdict), expected);
                if let Verdict::Failed(failure) = verdict {
                    prop_assert_eq!(failure.attempts, attempts);
                }
            }
        }

        #[test]
        fn any_bytes_give_every_record_a_verdict(response in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(judge(&ids(), &response, 1).len(), 3);
        }
    }
}
