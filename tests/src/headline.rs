//! The figures at the head of README.md, from `benches/results.json`.

use std::fmt::Write as _;
use std::{fs, io};

use serde::Deserialize;

use crate::figures::{digits, time};
use crate::{between, root};

/// The line behind which they stand.
pub const BEGIN: &str = "<!-- written by `make headline` from benches/results.json -->";
const END: &str = "<!-- end -->";

/// What the headline takes of the results; the benches write more.
#[derive(Deserialize)]
struct Results {
    machine: Machine,
    whole_path: Vec<WholePath>,
    cold_start: Vec<ColdStart>,
}

#[derive(Deserialize)]
struct Machine {
    cpu: String,
    cores: usize,
    date: String,
    commit: String,
}

#[derive(Deserialize)]
struct WholePath {
    name: String,
    record_ns: f64,
}

#[derive(Deserialize)]
struct ColdStart {
    name: String,
    time: Percentiles,
}

#[derive(Deserialize)]
struct Percentiles {
    p50: f64,
}

/// What README.md has to show.
///
/// # Errors
///
/// When there are no results, or none that can be read.
pub fn expected() -> io::Result<String> {
    Ok(text(&serde_json::from_str(&fs::read_to_string(root().join("benches/results.json"))?)?))
}

/// Makes README.md show it.
///
/// # Errors
///
/// Those of [`expected`]; when README.md cannot be read or written, or has no place for it.
pub fn write() -> io::Result<()> {
    between::write(&root().join("README.md"), &format!("{BEGIN}\n"), END, &expected()?)
}

fn text(results: &Results) -> String {
    let Machine { cpu, cores, date, commit } = &results.machine;
    let mut text =
        String::from("| one record of 660 bytes, flattened | time | to nozzle |\n|---|---:|---:|\n");
    let nozzle = results.whole_path.first().map_or(f64::NAN, |nozzle| nozzle.record_ns);
    for WholePath { name, record_ns } in &results.whole_path {
        let _ = writeln!(text, "| {name} | {} | {}x |", time(*record_ns), digits(record_ns / nozzle));
    }
    let _ = writeln!(text, "\n| cold start to the first response | time |\n|---|---:|");
    for ColdStart { name, time: times } in &results.cold_start {
        let _ = writeln!(text, "| {name} | {} |", time(times.p50));
    }
    let _ = writeln!(text, "\nMedians of one run: {cpu}, {cores} cores, {date}, commit {commit}.");
    text
}
