//! How many instructions a record takes, counted by callgrind: a figure that noise does not move.
//!
//! Without arguments it runs each case twice under valgrind, over N records and over 2N: the difference is what N records
//! take, without start and set-up. With the name of a case and a number of records it just runs them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use clean::Clean;
use conform::Conform;
use flatten_dynamodb::FlattenDynamodb;
use nozzle_benches::native;
use nozzle_benches::record::{CLEAN, SCHEMA, SETTINGS, batch, change, rows};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::Event;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_sdk::{Plugin, testing};

/// Records of the shorter run.
const RECORDS: usize = 2000;

/// Records of a batch.
const BATCH: usize = 100;

/// Works one batch.
type Work = Box<dyn Fn()>;

/// What is counted.
struct Case {
    name: &'static str,
    set_up: fn() -> Work,
}

const CASES: [Case; 6] = [
    Case { name: "envelope", set_up: || on_event(native::envelope) },
    Case { name: "transform/flatten-dynamodb", set_up: || transform::<FlattenDynamodb>(SETTINGS, changes()) },
    Case { name: "transform/clean", set_up: || transform::<Clean>(CLEAN, changes()) },
    Case { name: "transform/conform", set_up: || transform::<Conform>(SCHEMA, flat_rows()) },
    Case { name: "whole-path/native", set_up: whole_path_native },
    Case { name: "whole-path/sandboxed", set_up: whole_path_sandboxed },
];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => table(),
        [case, records] => run(case, records.parse()?),
        _ => bail!("usage: instructions [CASE RECORDS]"),
    }
}

fn run(case: &str, records: usize) -> anyhow::Result<()> {
    let case = CASES.iter().find(|known| known.name == case).context("there is no such case")?;
    let work = (case.set_up)();
    (0..records / BATCH).for_each(|_| work());
    Ok(())
}

fn table() -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{:28} instructions a record", "case")?;
    for Case { name: case, .. } in CASES {
        let a_record = (counted(case, 2 * RECORDS)? - counted(case, RECORDS)?) / RECORDS as u64;
        writeln!(out, "{case:28} {a_record:>21}")?;
    }
    Ok(())
}

/// The instructions of a whole run: what callgrind says last, `Collected : 123`.
fn counted(case: &str, records: usize) -> anyhow::Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(std::env::current_exe()?);
    let ran = valgrind.args([case, &records.to_string()]).stdout(Stdio::null()).output();
    let ran = ran.context("valgrind does not run (hint: apt-get install valgrind)")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "{case} failed:\n{said}");
    let count = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.with_context(|| format!("callgrind told no count:\n{said}"))?;
    Ok(count.trim().parse()?)
}

fn on_event(respond: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Work {
    let event = batch(BATCH);
    Box::new(move || drop(respond(&event)))
}

/// A plugin's own code alone, natively.
fn transform<P: Plugin + 'static>(settings: &str, payloads: Vec<Vec<u8>>) -> Work {
    let plugin: P = testing::configure(settings).expect("the settings fit");
    Box::new(move || payloads.iter().for_each(|payload| drop(native::row(&plugin, payload))))
}

fn whole_path_native() -> Work {
    let plugin: FlattenDynamodb = testing::configure(SETTINGS).expect("the settings fit");
    on_event(move |event| native::respond(&plugin, event))
}

/// The shipped path. Its clock stands still: how often that ticks is a matter of time.
fn whole_path_sandboxed() -> Work {
    let config = Config::of_plugin(PluginSource::Ready("flatten-dynamodb".to_owned()), SETTINGS);
    let transform = Transform::load_stopped(&config, Origin::Wasm(READY)).expect("the pipeline loads");
    on_event(move |event| transform.run(event, None).expect("the event is one").response)
}

fn changes() -> Vec<Vec<u8>> {
    (0..BATCH).map(|number| change(number).into_bytes()).collect()
}

fn flat_rows() -> Vec<Vec<u8>> {
    let event = rows(BATCH, "");
    let event = Event::parse(&event).expect("the event is one");
    let mut buffer = Vec::new();
    let decoded = event
        .records
        .iter()
        .map(|record| event.decode(record, &mut buffer).expect("the data is base64").to_vec());
    decoded.collect()
}
