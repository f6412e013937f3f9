//! Bootstraps beside each other, such as one with glibc and one with musl: `bootstraps FILE FILE ..`.
//!
//! Each starts with three plugins, in turns with the others, up to its first answer; then each answers events of 1,000 records.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nozzle_benches::Effort;
use nozzle_benches::function::Function;
use nozzle_benches::loopback::{Loopback, Played};
use nozzle_benches::pipelines::Pipeline;
use nozzle_benches::record::batch;
use nozzle_benches::times::Times;
use nozzle_tests::bootstrap;

/// Records of the first event, and of those that are answered warm.
const FEW: usize = 3;
const MANY: usize = 1000;

/// A bootstrap and what was measured of it.
struct Measured {
    file: PathBuf,
    starts: Times,
    records: Times,
}

fn main() -> anyhow::Result<()> {
    let (pipeline, effort) = (Pipeline::three()?, Effort::FULL);
    let of =
        |file: String| Measured { file: file.into(), starts: Times::default(), records: Times::default() };
    let mut all: Vec<Measured> = std::env::args().skip(1).map(of).collect();
    for round in 0..=effort.starts {
        for one in &mut all {
            let time = one.start(&pipeline)?;
            // The first round brings files into the page cache.
            if round > 0 {
                one.starts.add(time);
            }
        }
    }
    for _ in 0..effort.rounds {
        for one in &mut all {
            one.work(&pipeline, effort.time)?;
        }
    }
    table(&all)
}

impl Measured {
    fn start(&self, pipeline: &Pipeline) -> anyhow::Result<Duration> {
        let api = Loopback::start()?;
        api.offer(&batch(FEW), Duration::ZERO);
        let begun = Instant::now();
        let _function = Function::spawn(&mut self.command(&api, pipeline))?;
        Ok(api.played()?.invocations[0].answered - begun)
    }

    fn work(&mut self, pipeline: &Pipeline, time: Duration) -> anyhow::Result<()> {
        let api = Loopback::start()?;
        let _function = Function::spawn(&mut self.command(&api, pipeline))?;
        play(&api, time / 5)?;
        let played = play(&api, time)?;
        played.invocations.iter().for_each(|one| self.records.add(one.answered - one.handed_out));
        Ok(())
    }

    fn command(&self, api: &Loopback, pipeline: &Pipeline) -> Command {
        bootstrap::command_of(&self.file, &api.address(), &pipeline.config())
    }
}

fn play(api: &Loopback, time: Duration) -> anyhow::Result<Played> {
    api.offer(&batch(MANY), time);
    api.played()
}

fn table(all: &[Measured]) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "| bootstrap | bytes | start, p50 | p99 | a record |\n|---|---:|---:|---:|---:|")?;
    for Measured { file, starts, records } in all {
        let (starts, bytes) = (starts.percentiles(), size(file)?);
        let ms = |nanos: u64| nanos as f64 / 1e6;
        let (p50, p99) = (ms(starts.p50), ms(starts.p99));
        let record = records.p50() as f64 / MANY as f64 / 1e3;
        writeln!(out, "| {} | {bytes} | {p50:.2} ms | {p99:.2} ms | {record:.2} us |", file.display())?;
    }
    Ok(())
}

fn size(file: &Path) -> std::io::Result<u64> {
    file.metadata().map(|file| file.len())
}
