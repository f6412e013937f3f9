//! Objects of S3: each that an event names is read, goes through the pipeline, and its rows become objects.
//!
//! The crate `nozzle-objects` does the work, in the binary that has it: `bootstrap-s3`. What it puts has names by its input alone
//! and leaves notes behind, so that an event may come again, at any time and to any number of functions.

mod event;
#[cfg(not(feature = "s3"))]
mod no_work;
#[cfg(feature = "s3")]
mod work;

use lambda_runtime::Diagnostic;

use crate::log::{self, Ids};
pub(crate) use event::named_in;
#[cfg(not(feature = "s3"))]
pub(crate) use no_work::{Objects, check};
#[cfg(feature = "s3")]
pub(crate) use work::{Objects, check};

/// An invocation that fails, with its line in the log.
fn refused(ids: Ids<'_>, code: &str, error_message: String) -> Diagnostic {
    log::failed(ids, code, &error_message);
    Diagnostic { error_type: code.to_owned(), error_message }
}

/// A pipeline that says nothing of objects.
fn not_configured(ids: Ids<'_>) -> Diagnostic {
    let problem = "the event names objects, and nozzle.toml has no `[objects]`; \
                   hint: say there where rows go: `to = \"s3://BUCKET/rows/\"`";
    refused(ids, "objects.not-configured", problem.to_owned())
}
