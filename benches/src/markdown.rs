//! The results as the text that stands in RESULTS.md.

use std::fmt::Write as _;

use nozzle_tests::figures::{digits, time};

use crate::peers;
use crate::results::Results;
use crate::targets::{self, Bound};
use crate::times::Percentiles;

/// All of it, charts linked.
pub fn of(results: &Results) -> String {
    let mut text = machine(results);
    text += &section("Targets", "", &["", "target", "measured", ""], targets(results));
    text += &whole_path(results);
    text += &over_http(results);
    text += &cold_start(results);
    text += &sized(results);
    text += &records(results);
    text += &growth(results);
    text += &footprint(results);
    text
}

fn machine(results: &Results) -> String {
    let machine = &results.machine;
    let mut text = format!(
        "{}, {} cores; {}; {}; commit {}",
        machine.cpu, machine.cores, machine.rustc, machine.date, machine.commit
    );
    for version in [&machine.python, &machine.node].into_iter().flatten() {
        let _ = write!(text, "; {version}");
    }
    text + ".\n"
}

fn section(title: &str, words: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("\n### {title}\n\n");
    if !words.is_empty() {
        let _ = writeln!(text, "{words}\n");
    }
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|---|{}", "---:|".repeat(head.len() - 1));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

fn targets(results: &Results) -> Vec<Vec<String>> {
    let row = |target: &targets::Target| {
        let unit = |figure| match target.unit {
            "x" => format!("{}x", digits(figure)),
            unit => format!("{} {unit}", digits(figure)),
        };
        let bound = match target.bound {
            Bound::AtMost(most) => format!("at most {}", unit(most)),
            Bound::AtLeast(least) => format!("at least {}", unit(least)),
        };
        let measured = target.measured.map_or_else(String::new, unit);
        vec![target.what.to_owned(), bound, measured, target.verdict()]
    };
    targets::of(results).iter().map(row).collect()
}

fn whole_path(results: &Results) -> String {
    let nozzle = results.record_ns(peers::NOZZLE).unwrap_or(f64::NAN);
    let rows = results.whole_path.iter().map(|peer| {
        let mut row =
            vec![peer.name.clone(), time(peer.record_ns), format!("{:.2}", peer.record_ns / nozzle)];
        row.extend(percentiles(&peer.invocation));
        row
    });
    let words = "The event's bytes to the response's bytes, warm: library calls, or in the peer's own process. A record: the \
                 middle batch\nof 1,000. Percentiles: invocations of 3 records. All made the same rows before they were \
                 timed.\n\n![A record on the whole path](charts/whole-path.svg)\n\n![Invocations of 3 records](charts/invocations.svg)";
    section("The whole path", words, &["who", "a record", "to nozzle", "p50", "p99", "p99.9"], rows)
}

fn over_http(results: &Results) -> String {
    let rows = results.lambda_loop.iter().map(|function| {
        let mut row = vec![function.name.clone(), time(function.record_ns)];
        row.extend(percentiles(&function.invocation));
        row
    });
    let words = "A real process on a local Runtime API. A record: from event to event, 1,000 records. Percentiles: from the \
                 event's first byte\nto the answer's last one, 3 records.";
    section("Over HTTP", words, &["function", "a record", "p50", "p99", "p99.9"], rows)
}

fn cold_start(results: &Results) -> String {
    let rows = results.cold_start.iter().map(|start| {
        let times = start.time;
        vec![start.name.clone(), times.runs.to_string(), time(times.p50 as f64), time(times.p99 as f64)]
    });
    let words =
        "From before the process exists to the last byte of its first answer, files in the page cache.";
    section("Cold start", words, &["function", "starts", "p50", "p99"], rows)
}

fn sized(results: &Results) -> String {
    let rows = results.sized.iter().map(|sized| {
        let [native, off, on] = &sized.times;
        let mut row = vec![sized.plugin.clone(), sized.bytes.to_string()];
        row.extend([native.p50, off.p50].map(|nanos| time(nanos as f64)));
        row.extend(percentiles(on));
        row
    });
    let words = "One record through one plugin, without the wire edge: the plugin's own code natively, in the sandbox without \
                 the checks that\ndeadlines need, and with them, which ships.";
    let head = ["plugin", "bytes", "native", "deadlines off", "deadlines on, p50", "p99", "p99.9"];
    section("By the record's size", words, &head, rows)
}

fn records(results: &Results) -> String {
    let rows = results.record.iter().map(|record| {
        let mut row = vec![record.plugins.to_string()];
        row.extend(percentiles(&record.time));
        row
    });
    let words =
        "Each record of batches of 1,000, from decoding to its answer, two looks at the clock among it.";
    section("A record's own time", words, &["plugins", "p50", "p99", "p99.9"], rows)
}

fn growth(results: &Results) -> String {
    let rows = results
        .growth
        .iter()
        .map(|growth| vec![growth.records.to_string(), time(growth.one_ns), time(growth.three_ns)]);
    let words = "The time of a record in batches of each size, whole path.\n\n![A record by the size of its batch](charts/growth.svg)";
    section("Growth", words, &["records a batch", "one plugin", "three plugins"], rows)
}

fn footprint(results: &Results) -> String {
    let footprint = &results.footprint;
    let mut rows = vec![vec![
        format!("peak memory of an event of {} bytes, three plugins", footprint.event_bytes),
        format!("{:.1} MiB", footprint.peak_memory as f64 / f64::from(1 << 20)),
    ]];
    let size = |name: &str, bytes: u64| vec![name.to_owned(), format!("{} KB", bytes / 1000)];
    rows.extend(footprint.bootstrap.map(|bytes| size("bootstrap, stripped", bytes)));
    rows.extend(footprint.plugins.iter().map(|plugin| size(&plugin.name, plugin.bytes)));
    section("Memory and sizes", "", &["", ""], rows)
}

fn percentiles(times: &Percentiles) -> [String; 3] {
    [times.p50, times.p99, times.p99_9].map(|nanos| time(nanos as f64))
}
