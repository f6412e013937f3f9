//! The charts of a report.

use std::path::Path;

use crate::results::Results;
use crate::{chart, growth};

/// Writes them into a folder.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write(results: &Results, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("whole-path.svg"), whole_path(results))?;
    std::fs::write(folder.join("invocations.svg"), invocations(results))?;
    std::fs::write(folder.join("growth.svg"), of_growth(results))
}

fn whole_path(results: &Results) -> String {
    let rows: Vec<(&str, f64)> =
        results.whole_path.iter().map(|peer| (peer.name.as_str(), peer.record_ns)).collect();
    chart::bars("A record on the whole path, batches of 1,000", &rows)
}

fn invocations(results: &Results) -> String {
    let rows = results.whole_path.iter().map(|peer| {
        let times = peer.invocation;
        (peer.name.as_str(), [times.p50, times.p99, times.p99_9].map(|nanos| nanos as f64))
    });
    chart::dots("Invocations of 3 records", ["p50", "p99", "p99.9"], &rows.collect::<Vec<_>>())
}

fn of_growth(results: &Results) -> String {
    let records: Vec<f64> = growth::SIZES.map(|records| records as f64).to_vec();
    let one: Vec<f64> = results.growth.iter().map(|growth| growth.one_ns).collect();
    let three: Vec<f64> = results.growth.iter().map(|growth| growth.three_ns).collect();
    let title = "A record, by the records of its batch";
    chart::lines(title, &records, ["one plugin", "three plugins"], [&one, &three])
}
