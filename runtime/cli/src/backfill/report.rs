//! What a run has come to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use nozzle_objects::bulk::{Done, SliceDone};
use nozzle_objects::{Object, bulk::BulkError};
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use crate::show;

/// Figures of a run so far.
pub(crate) struct Report {
    begun: Instant,
    json: bool,
    done: u64,
    broken: u64,
    /// What came of all objects, and what of it earlier runs have done.
    all: Figures,
    before: Figures,
}

/// What came of slices.
#[derive(Default, Clone)]
struct Figures {
    bytes: u64,
    records: u64,
    dropped: u64,
    rows: u64,
    objects: u64,
    failed: BTreeMap<String, u64>,
}

impl Figures {
    fn add(&mut self, slice: &SliceDone) {
        self.bytes += slice.bytes;
        self.records += slice.records;
        self.dropped += slice.dropped;
        self.rows += slice.rows;
        self.objects += slice.objects.len() as u64;
        for (code, n) in &slice.failed {
            *self.failed.entry(code.clone()).or_default() += n;
        }
    }

    fn failures(&self) -> u64 {
        self.failed.values().sum()
    }

    fn json(&self) -> Value {
        json!({
            "bytes": self.bytes,
            "records": self.records,
            "rows": self.rows,
            "dropped": self.dropped,
            "failed": self.failed,
            "objects": self.objects,
        })
    }
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        let (all, before) = (Figures::default(), Figures::default());
        Self { begun: Instant::now(), json, done: 0, broken: 0, all, before }
    }

    /// Adds a slice.
    pub(crate) fn slice(&mut self, slice: &SliceDone) {
        self.all.add(slice);
        if slice.was_done {
            self.before.add(slice);
        }
    }

    /// Adds an object, and tells of it.
    pub(crate) fn object(&mut self, object: &Object, done: Result<Done, BulkError>) {
        match done {
            Ok(done) => {
                self.done += 1;
                self.tell(object, &done);
            }
            Err(error) => {
                self.broken += 1;
                self.trouble(object, error);
            }
        }
    }

    /// Whether every object was brought to its end.
    pub(crate) fn is_complete(&self) -> bool {
        self.broken == 0
    }

    /// How many records have failed, by this run or an earlier one.
    pub(crate) fn failures(&self) -> u64 {
        self.all.failures()
    }

    fn tell(&self, object: &Object, done: &Done) {
        if self.json {
            let SliceDone { was_done, bytes, records, dropped, ref failed, rows, ref objects } = done.total;
            let line = json!({
                "name": object.name,
                "bytes": bytes,
                "records": records,
                "rows": rows,
                "dropped": dropped,
                "failed": failed,
                "objects": objects,
                "complete": done.complete,
                "doneBefore": was_done,
            });
            // A standard output that is closed, or full, is told by the summary.
            let _ = show::line(line);
        }
    }

    fn trouble(&self, object: &Object, error: BulkError) {
        let problem = anyhow::Error::from(error);
        if self.json {
            let line = json!({ "name": object.name, "complete": false, "problem": format!("{problem:#}") });
            let _ = show::line(line);
        }
        let name = &object.name;
        let problem = format!("{problem:#}");
        let about = if problem.contains(name) { problem } else { format!("`{name}`: {problem}") };
        show::trouble(&about);
    }

    /// The closing figures: on standard error for people, on standard output as JSON.
    pub(crate) fn summary(&self, to: &str) -> anyhow::Result<()> {
        let time = self.begun.elapsed();
        if self.json {
            return show::line(json!({ "summary": self.json(time) }));
        }
        let Figures { records, rows, dropped, objects, .. } = self.all;
        anstream::eprintln!(
            "{}, {records} records: {} rows, {} dropped, {} failed; {} below `{to}`",
            show::plural(self.done, "object"),
            rows.green(),
            dropped.yellow(),
            self.failures().red(),
            show::plural(objects, "object"),
        );
        for (code, n) in &self.all.failed {
            anstream::eprintln!("  failed: {n}  {code}");
        }
        if self.failures() > 0 {
            let to = to.trim_end_matches('/');
            anstream::eprintln!("  hint: they are below `{to}/_errors/`, which `nozzle replay` takes");
        }
        self.before_and_now(time);
        if !self.is_complete() {
            let broken = show::plural(self.broken, "object");
            show::trouble(&format!(
                "{broken} not at the end\n  hint: the same command goes on where it stopped"
            ));
        }
        Ok(())
    }

    fn before_and_now(&self, time: Duration) {
        let (all, before) = (&self.all, &self.before);
        if before.records == all.records && all.records > 0 {
            anstream::eprintln!(
                "all of it was done before; `--again` does it once more, for another pipeline"
            );
            return;
        }
        if before.records > 0 {
            let n = before.records;
            anstream::eprintln!(
                "{n} records were done before; `--again` does all once more, for another pipeline"
            );
        }
        let (records, bytes) = (all.records - before.records, all.bytes - before.bytes);
        let seconds = time.as_secs_f64();
        anstream::eprintln!(
            "{} in {}: {:.0} a second, {:.1} MB of text a second",
            show::plural(records, "record"),
            show::pretty(time),
            records as f64 / seconds,
            bytes as f64 / 1e6 / seconds,
        );
    }

    fn json(&self, time: Duration) -> Value {
        let mut json = self.all.json();
        json["inputs"] = (self.done + self.broken).into();
        json["broken"] = self.broken.into();
        json["doneBefore"] = self.before.json();
        json["durationNs"] = (time.as_nanos() as u64).into();
        json
    }
}
