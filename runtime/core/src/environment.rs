//! The only place that reads the environment.

use std::path::PathBuf;

use crate::config::FILE_NAME;

/// What the Lambda environment says.
#[derive(Debug)]
pub struct Environment {
    /// The configuration file: `NOZZLE_CONFIG`, or nozzle.toml in `LAMBDA_TASK_ROOT`, or in the working directory.
    pub config: PathBuf,
}

/// The variables without which a process is not in Lambda.
const LAMBDA_VARIABLES: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

impl Environment {
    /// Reads the environment of a Lambda function.
    ///
    /// # Errors
    ///
    /// The name of the first variable that Lambda sets and this environment lacks.
    pub fn of_lambda() -> Result<Self, &'static str> {
        if let Some(missing) = LAMBDA_VARIABLES.into_iter().find(|name| variable(name).is_none()) {
            return Err(missing);
        }
        let beside = || PathBuf::from(variable("LAMBDA_TASK_ROOT").unwrap_or_default()).join(FILE_NAME);
        Ok(Self { config: variable("NOZZLE_CONFIG").map_or_else(beside, PathBuf::from) })
    }
}

/// How the function's log is to be: Lambda's own settings.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// Whether lines are JSON: `AWS_LAMBDA_LOG_FORMAT` is `JSON`. Lambda's default is `Text`.
    pub json: bool,
    /// The least level of a line that is kept, in upper case: `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets for JSON alone, or
    /// `RUST_LOG`. Default `INFO`.
    pub level: String,
}

impl Logging {
    /// Reads the environment of a Lambda function.
    pub fn of_lambda() -> Self {
        let json =
            variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("JSON"));
        let level = variable("AWS_LAMBDA_LOG_LEVEL").or_else(|| variable("RUST_LOG"));
        Self { json, level: level.map_or_else(|| "INFO".to_owned(), |level| level.to_ascii_uppercase()) }
    }
}

/// Where this user's cache is to be, if it is to be: see [`Origin::CachedWasm`](crate::Origin::CachedWasm).
#[cfg(feature = "compile")]
pub(crate) fn cache_folder() -> Option<PathBuf> {
    if let Some(folder) = set("NOZZLE_CACHE") {
        return Some(folder).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    }
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|cache| cache.is_absolute());
    let cache = cache.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(cache.join("nozzle"))
}

/// An environment variable that is set to something.
pub fn variable(name: &str) -> Option<String> {
    set(name).filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
fn set(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
