//! Why a record cannot be transformed.

use std::error::Error;
use std::fmt;

use crate::{json, path};

/// What a plugin's functions return: [`Failure`] is the error unless another one is named.
pub type Result<T, E = Failure> = core::result::Result<T, E>;

/// Why a record cannot be transformed. It goes back as `ProcessingFailed`, its original bytes untouched.
///
/// Reasons name the place and the type of trouble, never the value: they end up in logs.
///
/// Any error becomes a failure with `?`, under the code `error` and with the error's text as reason. Errors
/// of serde_json are the exception, because their text may quote the record: they become `not-json` or
/// `mistyped`, with a reason that quotes nothing. This is why `Failure` does not implement
/// [`std::error::Error`] itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A stable code, kebab-case, 1 to 64 bytes. Operators see it as `plugin.failed/<code>`.
    pub code: String,
    /// Where in the record, as a JSON path such as `dynamodb.NewImage.price`; none for the record as a whole.
    pub path: Option<String>,
    /// What is wrong, as a lower-case fragment.
    pub reason: String,
}

impl Failure {
    /// A failure of the record as a whole.
    #[must_use]
    pub fn new(code: impl Into<String>, reason: impl Into<String>) -> Self {
        Failure { code: code.into(), path: None, reason: reason.into() }
    }

    /// Says where in the record the trouble is.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Puts the place found so far below `parent`: `price` within `dynamodb.NewImage` is
    /// `dynamodb.NewImage.price`. An empty `parent` is the record as a whole, and changes nothing.
    ///
    /// ```
    /// use nozzle_sdk::Failure;
    ///
    /// let failure = Failure::new("bad-number", "is not a number").at("price").within("dynamodb.NewImage");
    /// assert_eq!(failure.within("[1]").path.as_deref(), Some("[1].dynamodb.NewImage.price"));
    /// ```
    ///
    /// A member's name goes in with [`within_member`](Failure::within_member), which minds dots in it.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        if parent.is_empty() {
            return self;
        }
        self.path = Some(match self.path {
            Some(path) => path::join(parent, &path),
            None => parent.to_owned(),
        });
        self
    }

    /// Puts the place found so far below a member of this name: a name such as `net.price` becomes
    /// `["net.price"]`.
    #[must_use]
    pub fn within_member(self, name: &str) -> Self {
        self.within(&path::member(name))
    }
}

/// `` `price`: is not a number ``: the place and the reason, for the start errors of a plugin.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "`{path}`: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl From<Box<Failure>> for Failure {
    fn from(failure: Box<Failure>) -> Self {
        *failure
    }
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let any: &(dyn Error + 'static) = &error;
        match any.downcast_ref::<serde_json::Error>() {
            Some(error) => json::failure(error),
            None => Failure::new("error", error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_error_becomes_a_failure() {
        let error = "x".parse::<u8>().unwrap_err();
        assert_eq!(Failure::from(error), Failure::new("error", "invalid digit found in string"));
    }

    #[test]
    fn an_empty_place_is_the_record_as_a_whole() {
        let failure = Failure::new("odd", "is odd");
        assert_eq!(failure.clone().within(""), failure);
        assert_eq!(failure.at("a").within("").path.as_deref(), Some("a"));
    }

    #[test]
    fn an_error_of_serde_json_loses_the_values_it_quotes() {
        let error = serde_json::from_str::<u8>(r#""secret""#).unwrap_err();
        assert!(error.to_string().contains("secret"));
        assert_eq!(Failure::from(error), Failure::new("mistyped", "expected u8 at line 1, column 8"));
    }
}
