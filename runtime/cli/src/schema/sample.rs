//! A sample run through a pipeline, and what the values of the rows have been that it delivers.

use std::collections::BTreeSet;
use std::path::Path;

use nozzle_runtime::firehose::{Source, answer_bytes, record_bytes};
use nozzle_runtime::{Answer, Config, Delivery, Seen, Summary, Transform, config};
use nozzle_sdk::Times;
use nozzle_sdk::json::{Scan, Scanner};
use owo_colors::OwoColorize as _;

use super::values::{Members, add_members};
use crate::input::{Format, Input};
use crate::show;

/// What a sample became.
#[derive(Debug)]
pub(crate) struct Sample {
    /// How the pipeline writes times.
    pub(crate) times: Times,
    /// The columns of all rows.
    pub(crate) columns: Members,
    /// The records, and what became of them.
    pub(crate) total: Summary,
    /// Records of which a row is no JSON object.
    pub(crate) strange: u64,
    /// The Iceberg tables to which rows go.
    pub(crate) routes: BTreeSet<String>,
    /// How much longer rows are than records.
    pub(crate) growth: Growth,
}

/// What records became, in bytes. Those that found no room in a response are not among them: they would in a smaller batch.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Growth {
    /// The records.
    pub(crate) bytes_in: u64,
    /// Their rows.
    pub(crate) bytes_out: u64,
    /// What they take up in an event.
    pub(crate) event_bytes: u64,
    /// Their answers in a response.
    pub(crate) response_bytes: u64,
}

impl Growth {
    fn add(&mut self, seen: &Seen<'_>) {
        let rows = match seen.answer {
            Answer::ProcessingFailed(failure) if failure.code == "response.over-budget" => return,
            Answer::Ok(delivery) => delivery.data.len(),
            Answer::Dropped { .. } | Answer::ProcessingFailed(_) => 0,
        };
        self.bytes_in += seen.payload.len() as u64;
        self.bytes_out += rows as u64;
        self.event_bytes += record_bytes(seen.payload.len()) as u64;
        self.response_bytes += answer_bytes(seen.answer) as u64;
    }
}

impl Sample {
    /// Runs the input through a loaded pipeline.
    pub(crate) fn run(
        config: &Config,
        transform: &Transform,
        input: &Path,
        format: Format,
    ) -> anyhow::Result<Self> {
        let mut input = Input::open(input, format, Source::Direct)?;
        let mut sample = Self::new(times(config.output.times));
        while let Some(event) = input.next_event()? {
            let batch = transform.run_watched(
                &event,
                None,
                Some(&mut |seen| {
                    sample.growth.add(&seen);
                    if let Answer::Ok(delivery) = seen.answer {
                        sample.deliver(delivery);
                    }
                }),
            )?;
            show::notes(&batch.summary);
            sample.total.add(&batch.summary);
        }
        Ok(sample)
    }

    /// One without a record.
    pub(super) fn new(times: Times) -> Self {
        Self {
            times,
            columns: Members::default(),
            total: Summary::default(),
            strange: 0,
            routes: BTreeSet::new(),
            growth: Growth::default(),
        }
    }

    /// What became of the records, on standard error.
    pub(crate) fn show(&self) {
        let Summary { records, rows, dropped, failed, .. } = self.total;
        anstream::eprintln!(
            "{} columns in {rows} rows of {records} records: {} dropped, {} failed",
            self.columns.len(),
            dropped.yellow(),
            failed.red()
        );
        show::counts("failed", &self.total.failures);
        show::counts("counted", &self.total.counters);
        if self.strange > 0 {
            show::trouble(&format!("{} records have a row that is no JSON object", self.strange));
        }
        if self.routes.len() > 1 {
            let routes: Vec<&str> = self.routes.iter().map(String::as_str).collect();
            show::note(&format!(
                "rows go to several tables, and these are the columns of all: {}",
                routes.join(", ")
            ));
        }
    }

    fn deliver(&mut self, delivery: &Delivery) {
        let text = std::str::from_utf8(&delivery.data).unwrap_or_default();
        if text.is_empty() || self.add(text).is_err() {
            self.strange += 1;
        }
        if let Some(route) = &delivery.route {
            self.routes.insert(format!("{}.{}", route.database, route.table));
        }
    }

    /// Adds the rows in a text, one behind the other.
    pub(super) fn add(&mut self, rows: &str) -> Scan<()> {
        let mut scanner = Scanner::new(rows);
        while !scanner.is_at_end() {
            add_members(&mut self.columns, &mut scanner, self.times)?;
        }
        Ok(())
    }
}

/// As plugins know it.
pub(super) fn times(times: config::Times) -> Times {
    match times {
        config::Times::Iso => Times::Iso,
        config::Times::Sql => Times::Sql,
        config::Times::EpochMicros => Times::EpochMicros,
    }
}
