//! Measures what RESULTS.md tells, Nozzle's neighbours beside it.
//!
//! Writes benches/results.json, the charts, the part of RESULTS.md between its markers, and the headline of README.md. With `--quick` it takes about
//! two minutes, prints that part and writes nothing.

use std::fs;
use std::io::Write as _;

use anyhow::bail;
use nozzle_benches::results::Results;
use nozzle_benches::{Effort, charts, markdown};
use nozzle_tests::{between, headline, root};

const BEGIN: &str = "<!-- bench: begin -->\n";
const END: &str = "<!-- bench: end -->";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = match arguments.as_slice() {
        [] => false,
        [argument] if argument == "--quick" => true,
        _ => bail!("usage: report [--quick]"),
    };
    let results = Results::measure(if quick { Effort::QUICK } else { Effort::FULL })?;
    let text = markdown::of(&results);
    write!(std::io::stdout(), "{text}")?;
    if quick { Ok(()) } else { keep(&results, &text) }
}

fn keep(results: &Results, text: &str) -> anyhow::Result<()> {
    let folder = root().join("benches");
    fs::write(folder.join("results.json"), serde_json::to_string_pretty(results)? + "\n")?;
    charts::write(results, &folder.join("charts"))?;
    between::write(&folder.join("RESULTS.md"), BEGIN, END, text)?;
    Ok(headline::write()?)
}
