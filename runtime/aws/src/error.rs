//! Calls that came to nothing.

use nozzle_runtime::one_line;
use reqwest::StatusCode;
use serde_json::Value;

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The service refuses: with a code, such as `ResourceNotFoundException`, and in its own words.
    #[error("{message} (`{code}`)")]
    Refused {
        /// The code.
        code: String,
        /// The words.
        message: String,
    },
    /// The request did not come to a service: nobody listens, or there is something else.
    #[error("{0}")]
    Unreached(String),
    /// The request was sent, and there is no answer, or none that can be read: what became of it is not known.
    #[error("{0}")]
    Unanswered(String),
    /// There are no credentials to sign with.
    #[error("{0}")]
    Unsigned(String),
}

impl CallError {
    /// A request without an answer. One that had no connection was never sent.
    pub(crate) fn without_answer(error: reqwest::Error) -> Self {
        let (is_unsent, error) = (error.is_connect() || error.is_builder(), one_line(&error.without_url()));
        if is_unsent { Self::Unreached(error) } else { Self::Unanswered(error) }
    }

    /// An answer that is no success.
    pub(crate) fn of_answer(operation: &str, status: StatusCode, answer: &[u8]) -> Self {
        refused(answer).unwrap_or_else(|| strange(operation, status))
    }

    /// Whether the service may have done what it was asked for, for all that is known.
    pub fn may_have_worked(&self) -> bool {
        match self {
            Self::Unanswered(_) => true,
            // A failure inside of the service, at whatever point.
            Self::Refused { code, .. } => {
                code.starts_with("InternalFailure") || code.starts_with("InternalServer")
            }
            Self::Unreached(_) | Self::Unsigned(_) => false,
        }
    }

    /// Whether the same call may work in a while.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreached(_) | Self::Unanswered(_) => true,
            Self::Refused { code, .. } => self.may_have_worked() || PASSING.contains(&code.as_str()),
            Self::Unsigned(_) => false,
        }
    }
}

/// What a service says that has too much to do.
/// <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html>,
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html> and what is common to both.
const PASSING: [&str; 9] = [
    "ServiceUnavailableException",
    "ServiceUnavailable",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "KMSThrottlingException",
    "ThrottlingException",
    "Throttling",
    "RequestLimitExceeded",
    "RequestTimeout",
];

/// An error of AWS: `{"__type": "ResourceNotFoundException", "message": "..."}`. The code may stand behind a namespace.
fn refused(answer: &[u8]) -> Option<CallError> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let code = answer["__type"].as_str()?;
    let code = code.rsplit('#').next().unwrap_or(code).to_owned();
    let message = answer["message"].as_str().or_else(|| answer["Message"].as_str());
    Some(CallError::Refused { code, message: message.unwrap_or_default().to_owned() })
}

/// A status without an error of AWS: of something in between, which may have handed the request on where it says 500 or more.
fn strange(operation: &str, status: StatusCode) -> CallError {
    let message = format!("the answer to `{operation}` is {status}");
    if status.is_server_error() { CallError::Unanswered(message) } else { CallError::Unreached(message) }
}
