//! The entries of a request that puts many: each is answered for itself.

use serde::Deserialize;

use crate::CallError;

/// An entry that was refused while others were taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the request, from 0.
    pub place: usize,
    /// The service's code, such as `ServiceUnavailableException`.
    pub code: String,
    /// The service's words.
    pub message: String,
}

/// The answer to an entry: an id, or an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer {
    error_code: Option<String>,
    error_message: Option<String>,
}

/// Those of `entries` that were refused. With another number of answers it is not known which is whose.
pub(crate) fn refused(entries: usize, answers: Vec<Answer>) -> Result<Vec<Refused>, CallError> {
    if answers.len() != entries {
        return Err(CallError::Unanswered(format!("{} answers to {entries} entries", answers.len())));
    }
    let refusal = |(place, answer): (usize, Answer)| {
        let message = answer.error_message.unwrap_or_default();
        answer.error_code.map(|code| Refused { place, code, message })
    };
    Ok(answers.into_iter().enumerate().filter_map(refusal).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entries: usize, answers: &str) -> Result<Vec<Refused>, CallError> {
        refused(entries, serde_json::from_str(answers).unwrap())
    }

    #[test]
    fn the_refused_are_those_with_a_code() {
        let answers = r#"[{"RecordId":"1"},{"ErrorCode":"Slow","ErrorMessage":"Down"},{"SequenceNumber":"1","ErrorCode":null}]"#;
        let slow = Refused { place: 1, code: "Slow".to_owned(), message: "Down".to_owned() };
        assert_eq!(of(3, answers).unwrap(), [slow]);
    }

    #[test]
    fn answers_that_are_not_each_somebody_s_tell_nothing() {
        assert!(of(2, "[{}]").unwrap_err().may_have_worked());
    }
}
