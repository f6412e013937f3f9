//! Why an invocation has no response.

use std::fmt;
use std::time::Duration;

use crate::{ErrorOutput, Failure};

/// An invocation without a response. Firehose invokes again, and then counts it against every record of the batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The function says so, or Lambda does: why. Its process goes on.
    Error(String),
    /// The process is of no use any more: why.
    Ended(String),
    /// There was no response in this time.
    TimedOut(Duration),
}

impl Fault {
    /// What Firehose says of it, in AWS's words.
    pub(super) fn failure(&self, attempts: u32) -> Failure {
        let (code, message) = match self {
            Self::Error(_) | Self::Ended(_) => (
                "Lambda.FunctionError",
                "The Lambda function was successfully invoked but it returned an error result.",
            ),
            Self::TimedOut(_) => (
                "Lambda.FunctionTimedOut",
                "The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.",
            ),
        };
        Failure { attempts, ..Failure::once(ErrorOutput::ProcessingFailed, code, message) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(problem) | Self::Ended(problem) => f.write_str(problem),
            Self::TimedOut(limit) => {
                write!(f, "it did not answer within {}", humantime::format_duration(*limit))
            }
        }
    }
}
