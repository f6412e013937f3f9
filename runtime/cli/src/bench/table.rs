//! A report for people.

use std::time::Duration;

use indicatif::HumanCount;
use nozzle_runtime::Summary;
use owo_colors::OwoColorize as _;

use super::report::{Latency, PluginCost, Records};
use super::{Comparison, Report};
use crate::show;

impl Report {
    /// Writes the report to standard output; `first` is what became of each record once.
    pub(crate) fn show(&self, first: &Summary) -> anyhow::Result<()> {
        let Records { events, records, payload_bytes, .. } = &self.input;
        show::line(format_args!(
            "{} records in {} events, {} bytes a record: {} delivered, {} dropped, {} failed",
            grouped(*records as f64),
            grouped(*events as f64),
            grouped((*payload_bytes as f64 / *records as f64).round()),
            grouped(self.outcome.delivered as f64).green(),
            grouped(self.outcome.dropped as f64).yellow(),
            grouped(self.outcome.failed as f64).red(),
        ))?;
        show::counts("failed", &first.failures);
        show::line(format_args!(
            "{} a record: {} records/s, {} MB/s\n",
            ns(self.ns_per_record).bold(),
            grouped(self.records_per_second),
            self.mb_per_second,
        ))?;
        show::line(self.latencies())?;
        show::line(self.split())?;
        show::line(self.method())
    }

    fn latencies(&self) -> String {
        let row = |name: &str, latency: &Latency| {
            let Latency { mean, p50, p99, p999, max } = latency;
            let times = [mean, p50, p99, p999, max].map(|time| ns(*time as f64));
            [vec![name.to_owned()], times.to_vec()].concat()
        };
        let head = ["", "mean", "p50", "p99", "p99.9", "max"].map(str::to_owned).to_vec();
        grid(&[head, row("record", &self.record_ns), row("event", &self.event_ns)])
    }

    fn split(&self) -> String {
        let head = ["of a record", "time", "start", "boundary", "guest", "host", "fuel", "memory"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.push(vec!["edge".to_owned(), ns(self.edge_ns_per_record)]);
        rows.extend(self.plugins.iter().map(|cost| {
            let PluginCost { plugin, ns_per_record: split, fuel_per_record, memory_bytes, .. } = cost;
            let times = [split.sum(), split.start, split.boundary, split.guest, split.host].map(ns);
            let memory = show::mebibytes(*memory_bytes);
            [vec![plugin.clone()], times.to_vec(), vec![grouped(*fuel_per_record), memory]].concat()
        }));
        grid(&rows)
    }

    fn method(&self) -> String {
        format!(
            "nozzle {} on {}; deadlines and limits on\n\
             {} events in {:?} after {:?} of warm-up. The split is of a run of its own, in which looking costs time too.\n\
             Fuel counts instructions, and is the same on every machine.",
            self.nozzle,
            self.machine,
            grouped(self.measured.events as f64),
            Duration::from_millis(self.measured.time_ms),
            Duration::from_millis(self.measured.warm_up_ms),
        )
    }
}

impl Comparison {
    /// Writes what has changed to standard output, and on standard error what makes it doubtful.
    pub(crate) fn show(&self) -> anyhow::Result<()> {
        let changed =
            |change: Option<f64>| change.map_or("new".to_owned(), |percent| format!("{percent:+.2} %"));
        let row = |name: &str, time, fuel| vec![name.to_owned(), changed(time), changed(fuel)];
        let mut rows = vec![["since the baseline", "time", "fuel"].map(str::to_owned).to_vec()];
        rows.extend(
            self.plugins.iter().map(|change| row(&change.plugin, change.time_percent, change.fuel_percent)),
        );
        rows.push(row("together", self.time_percent, self.fuel_percent));
        show::line(format_args!("\n{}", grid(&rows).trim_end()))?;
        if !self.same_input {
            show::note("the baseline is of other records");
        }
        if !self.same_machine {
            show::note("the baseline is of another machine: its times say nothing here");
        }
        if !self.same_nozzle {
            show::note("the baseline is of another Nozzle, which may count fuel otherwise");
        }
        Ok(())
    }
}

/// Columns, the first flushed left and the others right.
fn grid(rows: &[Vec<String>]) -> String {
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let mut text = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            let width = width(at).unwrap_or_default();
            text += &if at == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
        }
        text.push('\n');
    }
    text
}

fn ns(time: f64) -> String {
    show::pretty(Duration::from_nanos(time.round() as u64))
}

/// A whole number with a comma at each thousand.
fn grouped(figure: f64) -> String {
    HumanCount(figure.round_ties_even() as u64).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(grid(&[row(["", "p50"]), row(["record", "1.2µs"])]), "          p50\nrecord  1.2µs\n");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!([0.0, 999.0, 1000.0, 1_234_567.4].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
