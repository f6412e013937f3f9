//! The `bootstrap`: Nozzle as an AWS Lambda function behind an Amazon Data Firehose stream.
//!
//! It loads the pipeline once, from ahead-of-time artefacts, and then answers one batch an invocation. The crate
//! `nozzle-runtime` does the work; here stand only Lambda's Runtime API and the log.

mod log;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use lambda_runtime::{Context, Diagnostic, LambdaEvent, service_fn};
use nozzle_runtime::environment::Environment;
use nozzle_runtime::{Config, InvocationError, Origin, Transform};
use serde_json::value::RawValue;

/// Runs the function: what the `bootstrap` binaries do.
#[tokio::main(flavor = "current_thread")]
pub async fn run() -> ExitCode {
    lambda_runtime::tracing::init_default_subscriber();
    // lambda_runtime panics where the Runtime API breaks its contract: that is a log line too.
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "nozzle panicked")));
    let transform = match start() {
        Ok(transform) => Arc::new(transform),
        Err(problem) => {
            tracing::error!(error = problem, "nozzle cannot start");
            return ExitCode::FAILURE;
        }
    };
    let handler =
        service_fn(|event: LambdaEvent<Box<RawValue>>| std::future::ready(answer(&transform, &event)));
    match lambda_runtime::run(handler).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(&*error), "the Lambda Runtime API failed");
            ExitCode::FAILURE
        }
    }
}

/// Loads the pipeline, or says in one text what is wrong and the way out.
fn start() -> Result<Transform, String> {
    let environment = Environment::of_lambda().map_err(|missing| {
        format!("the environment has no `{missing}`; hint: this is an AWS Lambda bootstrap, use `nozzle invoke` elsewhere")
    })?;
    let begun = Instant::now();
    let config = Config::load(&environment.config).map_err(|error| chain(&error))?;
    let configured = begun.elapsed();
    let transform = Transform::load(&config, Origin::Artefacts).map_err(|error| chain(&error))?;
    log::started(&transform, &environment.config, configured);
    Ok(transform)
}

fn answer(transform: &Transform, event: &LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, Failed> {
    let batch = transform.run(event.payload.get().as_bytes(), Some(deadline(&event.context)));
    let batch = batch.map_err(|error| {
        log::failed(&event.context.request_id, &error);
        Failed::Invocation(error)
    })?;
    log::answered(&event.context.request_id, &batch.summary);
    let text = String::from_utf8(batch.response).map_err(|_| Failed::Response)?;
    RawValue::from_string(text).map_err(|_| Failed::Response)
}

/// When Lambda kills the invocation, on this process's clock.
fn deadline(context: &Context) -> Instant {
    let left = context.deadline().duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
    Instant::now() + left
}

/// Why an invocation has no answer. Firehose then tries again and counts it against every record of the batch.
#[derive(Debug)]
enum Failed {
    Invocation(InvocationError),
    /// Our own response was not JSON: a defect of this program.
    Response,
}

impl From<Failed> for Diagnostic {
    fn from(failed: Failed) -> Self {
        let (error_type, error_message) = match failed {
            Failed::Invocation(error) => (error.code(), chain(&error)),
            Failed::Response => {
                ("invocation.bad-response", "the response that was written is not JSON".to_owned())
            }
        };
        Self { error_type: error_type.to_owned(), error_message }
    }
}

/// An error with its causes, on one line: a log line is one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let text: Vec<String> = causes.map(ToString::to_string).collect();
    text.join(": ").replace("\n  ", "; ")
}
