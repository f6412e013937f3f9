//! The self-test, for an alias that is about to be moved: the event `{"nozzle":"check"}` loads everything anew, as a cold start
//! does, and runs the cases that `nozzle package` has packed. No record of a stream is touched.

use std::time::Instant;

use lambda_runtime::Diagnostic;
use nozzle_runtime::environment::Environment;
use nozzle_runtime::self_test::PackedCase;
use nozzle_runtime::{Config, Origin, Transform};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::{error, info};

use crate::{chain, first_few, objects, one_line};

/// What an event may ask of Nozzle itself.
const CHECK: &str = "check";

/// Ids and payloads of no record: what it takes in is the tables.
const NO_RECORDS: &[u8] = br#"{"records":[]}"#;

#[derive(Deserialize)]
struct Asked {
    nozzle: Value,
}

/// What was found, where nothing is wrong.
#[derive(Serialize)]
struct Report {
    nozzle: &'static str,
    ok: bool,
    version: &'static str,
    plugins: Vec<Plugin>,
    tables: Vec<Table>,
    cases: Vec<Case>,
    took_ms: u64,
}

#[derive(Serialize)]
struct Plugin {
    name: String,
    version: String,
    /// Of its `.wasm`, as in nozzle.lock.
    sha256: Option<String>,
}

#[derive(Serialize)]
struct Table {
    name: String,
    version: String,
    rows: usize,
}

#[derive(Serialize)]
struct Case {
    name: String,
    ok: bool,
}

/// Whether an event that is none of Firehose is one for Nozzle itself.
pub(crate) fn is_asked(event: &[u8]) -> bool {
    serde_json::from_slice::<Asked>(event).is_ok()
}

/// Answers such an event. Whatever is wrong is an error of the invocation, which is what stops a deployment.
pub(crate) fn answer(event: &[u8], request_id: &str, deadline: Instant) -> Result<Vec<u8>, Diagnostic> {
    match known(event).and_then(|()| check(deadline)) {
        Ok(report) => {
            info!(request_id, cases = report.cases.len(), took_ms = report.took_ms, "checked");
            serde_json::to_vec(&report).map_err(|error| failed(error.to_string()))
        }
        Err(problem) => {
            error!(request_id, error = problem, "check failed");
            Err(failed(problem))
        }
    }
}

fn failed(error_message: String) -> Diagnostic {
    Diagnostic { error_type: "check.failed".to_owned(), error_message }
}

fn known(event: &[u8]) -> Result<(), String> {
    match serde_json::from_slice::<Asked>(event) {
        Ok(Asked { nozzle }) if nozzle == CHECK => Ok(()),
        _ => Err(format!(r#"what the event asks of nozzle is not known; hint: send {{"nozzle":"{CHECK}"}}"#)),
    }
}

fn check(deadline: Instant) -> Result<Report, String> {
    let begun = Instant::now();
    let environment =
        Environment::of_lambda().map_err(|missing| format!("the environment has no `{missing}`"))?;
    let config = Config::load(&environment.config).map_err(|error| chain(&error))?;
    objects::check(&config)?;
    let (plugins, tables) = start(&config)?;
    let cases = run_cases(&config, deadline)?;
    let took_ms = begun.elapsed().as_millis() as u64;
    Ok(Report {
        nozzle: CHECK,
        ok: true,
        version: env!("CARGO_PKG_VERSION"),
        plugins,
        tables,
        cases,
        took_ms,
    })
}

/// Loads as a cold start does. A table in S3 that does not answer starts with its packaged copy then; here that is told: a
/// role that may not read it would never get a newer one.
fn start(config: &Config) -> Result<(Vec<Plugin>, Vec<Table>), String> {
    let transform = load(config, Origin::Artefacts)?;
    let batch = transform.run(NO_RECORDS, None).map_err(|error| chain(&error))?;
    for refresh in batch.summary.refreshes {
        refresh.result.map_err(|problem| one_line(&problem))?;
    }
    let plugins = transform.plugins().map(|plugin| Plugin {
        name: plugin.name.to_string(),
        version: plugin.version.clone(),
        sha256: plugin.wasm_sha256.clone(),
    });
    let tables = transform.tables().into_iter();
    let tables = tables.map(|table| Table { name: table.name, version: table.version, rows: table.rows });
    Ok((plugins.collect(), tables.collect()))
}

/// Runs the packed cases, with tables as they were packaged: a newer version in S3 is no fault.
fn run_cases(config: &Config, deadline: Instant) -> Result<Vec<Case>, String> {
    let cases = PackedCase::read_all(config.file.parent().unwrap_or("".as_ref()))?;
    let transform = load(config, Origin::Packaged)?;
    let run = |case: &PackedCase| {
        case.run(&transform, Some(deadline)).map_err(|told| format!("case `{}`: {told}", case.name))
    };
    let failed: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    match failed.len() {
        0 => Ok(cases.into_iter().map(|case| Case { name: case.name, ok: true }).collect()),
        count => Err(format!("{count} of {} cases failed: {}", cases.len(), first_few(&failed))),
    }
}

fn load(config: &Config, origin: Origin) -> Result<Transform, String> {
    Transform::check(config, origin).map_err(|errors| {
        let told: Vec<String> = errors.iter().map(|error| chain(error)).collect();
        told.join("; ")
    })
}
