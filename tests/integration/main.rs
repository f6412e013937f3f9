//! Nozzle as its users meet it: the real binaries, real plugins, a real HTTP Runtime API.

mod architecture;
mod attacks;
mod authoring;
mod backfill;
mod bad_input;
mod bench;
mod cases;
mod check;
mod cli;
mod compatibility;
mod conform;
mod countries;
mod dependencies;
mod deploy;
mod dev_api;
mod dev_cli;
mod dev_function;
mod dev_kills;
mod dev_limits;
mod dev_parquet;
mod dev_s3;
mod docs;
mod edge;
mod events;
mod faults;
mod fetch;
mod fuzz;
mod generate;
mod guests;
mod guide;
mod init;
mod lambda;
mod languages;
mod metrics;
mod mistakes;
mod mutated;
mod new;
mod objects;
mod objects_lambda;
mod oracle;
mod package;
mod page;
mod parity;
mod pipelines;
mod promises;
mod put;
mod refresh;
mod release;
mod replay;
mod schema;
mod self_test;
mod sessions;
mod soak;
mod sources;
mod suite;
mod values;
mod walk;
mod watch;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_runtime::{Answer, Config, Origin, Transform};
use nozzle_tests::{built, root};

/// Runs `nozzle` with these arguments and this standard input.
fn nozzle(arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut nozzle = built::nozzle_command();
    nozzle.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = nozzle.spawn().expect("nozzle starts");
    let mut stdin = child.stdin.take().expect("piped above");
    std::thread::scope(|scope| {
        // Beside the reading of its output: a full pipe on both sides would stop both.
        scope.spawn(move || {
            // A command that ends before it has read everything closes the pipe: its exit code tells why.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("nozzle ends")
    })
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The nozzle.toml of orders-cdc.
fn orders_cdc() -> PathBuf {
    root().join("tests/pipelines/orders-cdc/nozzle.toml")
}

/// A sample event of orders-cdc: `direct`, `kinesis`, `msk` or `demo`.
fn sample(name: &str) -> PathBuf {
    root().join("tests/pipelines/orders-cdc/cases").join(name).join("event.json")
}

/// A Direct PUT event with these payloads.
fn event(payloads: &[&str]) -> Vec<u8> {
    let mut event = EventWriter::new(Source::Direct);
    payloads.iter().for_each(|payload| event.push(payload.as_bytes()));
    event.finish()
}

/// A configuration of several plugins, to be changed by the test.
fn pipeline(plugins: &[(&Path, &str)]) -> Config {
    let alone =
        |(path, settings): &(&Path, &str)| Config::of_plugin(PluginSource::File((*path).into()), settings);
    let plugins_of = plugins.iter().flat_map(|plugin| alone(plugin).plugins);
    Config { plugins: plugins_of.collect(), ..alone(&plugins[0]) }
}

/// Runs one batch and gives the answer to each record.
fn answers(config: &Config, event: &[u8]) -> Vec<Answer> {
    let transform = Transform::load(config, Origin::Wasm(READY)).expect("the pipeline loads");
    let mut answers = Vec::new();
    transform
        .run_watched(event, None, Some(&mut |seen| answers.push(seen.answer.clone())))
        .expect("the event is one");
    answers
}

/// An answer in one word or line: the delivered text, `Dropped <reason>`, or the failure's code.
fn brief(answer: &Answer) -> String {
    match answer {
        Answer::Ok(delivery) => String::from_utf8_lossy(&delivery.data).into_owned(),
        Answer::Dropped { reason, .. } => format!("Dropped {}", reason.as_deref().unwrap_or("-")),
        Answer::ProcessingFailed(failure) => failure.code.to_string(),
    }
}

fn briefs(config: &Config, payloads: &[&str]) -> Vec<String> {
    answers(config, &event(payloads)).iter().map(brief).collect()
}
