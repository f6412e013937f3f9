//! The `bootstrap`: Nozzle as an AWS Lambda function behind an Amazon Data Firehose stream, or behind events of Amazon S3.
//!
//! It loads the pipeline once, from ahead-of-time artefacts, and then answers one batch an invocation, or the objects that an
//! event names. The crates `nozzle-runtime` and `nozzle-objects` do the work; here stand only Lambda's Runtime API and the log.

mod check;
mod invocation;
mod log;
mod objects;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use nozzle_runtime::environment::{Environment, Logging};
use nozzle_runtime::telemetry::ColdStart;
use nozzle_runtime::{Config, InvocationError, Origin, Transform};

use crate::invocation::Answering;
use crate::log::{Ids, Log};
use crate::objects::Objects;

/// Runs the function: what the `bootstrap` binaries do.
pub fn run() -> ExitCode {
    let logging = Logging::of_lambda();
    log::open(&logging);
    // lambda_runtime panics where the Runtime API breaks its contract: that is a log line too.
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "nozzle panicked")));
    let (config, transform, cold_start) = match start() {
        Ok(started) => started,
        Err(problem) => {
            tracing::error!(error = problem, "nozzle cannot start");
            return ExitCode::FAILURE;
        }
    };
    let transform = Arc::new(transform);
    let log = Log::new(&logging, &transform, cold_start);
    let objects = Objects::new(config.objects.as_ref(), &transform);
    match serve(|event, context| answer(&transform, &objects, &log, event, context)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(&*error), "the Lambda Runtime API failed");
            ExitCode::FAILURE
        }
    }
}

/// Takes invocations from the Runtime API, until that fails.
#[tokio::main(flavor = "current_thread")]
async fn serve(answer: impl Fn(&[u8], &Context) -> Result<Vec<u8>, Diagnostic>) -> Result<(), Error> {
    // The crate asks for a handler, in whose place the layer answers.
    let unused = service_fn(|_: LambdaEvent<()>| std::future::ready(Ok::<_, Diagnostic>(())));
    Runtime::new(unused).layer(Answering::by(answer)).run().await
}

/// Loads the pipeline and tells how long that took, or says in one text what is wrong and the way out.
fn start() -> Result<(Config, Transform, ColdStart), String> {
    let environment = Environment::of_lambda().map_err(|missing| {
        format!("the environment has no `{missing}`; hint: this is an AWS Lambda bootstrap, use `nozzle invoke` elsewhere")
    })?;
    let begun = Instant::now();
    let config = Config::load(&environment.config).map_err(|error| chain(&error))?;
    let configured = begun.elapsed();
    let transform = Transform::load(&config, Origin::Artefacts).map_err(|error| chain(&error))?;
    let cold_start = ColdStart::of(configured, transform.start_times());
    log::started(&transform, &environment.config, &cold_start);
    Ok((config, transform, cold_start))
}

/// Answers a batch. An error is an invocation without an answer: Firehose then tries again and counts it against every record of
/// the batch.
///
/// What is not of Firehose is looked at once it is known not to be: a batch pays nothing for that.
fn answer(
    transform: &Transform,
    objects: &Objects<'_>,
    log: &Log<'_>,
    event: &[u8],
    context: &Context,
) -> Result<Vec<u8>, Diagnostic> {
    let ids = Ids::of(context);
    match transform.run(event, Some(deadline(context))) {
        Ok(batch) => {
            log.answered(ids, &batch.summary);
            Ok(batch.response)
        }
        Err(InvocationError::Event(_)) if check::is_asked(event) => {
            check::answer(event, &context.request_id, deadline(context))
        }
        Err(error) => match objects::named_in(event) {
            Some(named) => objects.answer(&named, ids, deadline(context)),
            None => {
                log::failed(ids, error.code(), &error.to_string());
                Err(Diagnostic { error_type: error.code().to_owned(), error_message: chain(&error) })
            }
        },
    }
}

/// The longest time that Lambda gives an invocation.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// When Lambda kills the invocation, on this process's clock.
///
/// A deadline longer ago than any invocation takes is none: the emulator of cargo-lambda says 600000, ten minutes after 1970, each
/// time. Such an invocation has the longest time.
fn deadline(context: &Context) -> Instant {
    let left = match context.deadline().duration_since(SystemTime::now()) {
        Ok(left) => left,
        Err(ago) if ago.duration() > LONGEST => LONGEST,
        Err(_) => Duration::ZERO,
    };
    Instant::now() + left
}

/// An error with its causes, on one line: a log line is one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let text: Vec<String> = causes.map(ToString::to_string).collect();
    one_line(&text.join(": "))
}

/// A problem with its hint, on one line.
fn one_line(problem: &str) -> String {
    problem.replace("\n  ", "; ")
}

/// How many problems an error names.
const NAMED: usize = 5;

fn first_few(problems: &[String]) -> String {
    problems[..problems.len().min(NAMED)].join("; ")
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// The time that is left until a deadline, in milliseconds since 1970.
    fn left(deadline: Duration) -> Duration {
        let mut context = Context::default();
        context.deadline = deadline.as_millis() as u64;
        super::deadline(&context).saturating_duration_since(Instant::now())
    }

    #[test]
    fn a_deadline_of_1970_is_that_of_an_emulator() {
        let (now, minute) = (SystemTime::now().duration_since(UNIX_EPOCH).unwrap(), Duration::from_secs(60));
        assert!(left(now + minute) > minute / 2 && left(now + minute) <= minute);
        assert_eq!(left(now - minute), Duration::ZERO);
        assert!(left(Duration::from_millis(600_000)) > LONGEST / 2);
    }
}
