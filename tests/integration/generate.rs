//! Ticks, and what comes at a rate and without end.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nozzle_tests::{built, root};
use serde_json::Value;

use crate::{nozzle, stderr, stdout};

#[test]
fn ticks_are_what_the_ticker_pipeline_takes() {
    let ticks = nozzle(&["generate", "ticks", "--count", "1000", "--seed", "7"], b"").stdout;
    let config = root().join("runtime/cli/templates/pipelines/ticker/nozzle.toml");
    let output = nozzle(&["run", "-", "--config", config.to_str().unwrap(), "--json"], &ticks);
    let last: Value = serde_json::from_str(stdout(&output).lines().last().unwrap()).unwrap();
    assert_eq!((&last["summary"]["records"], &last["summary"]["delivered"]), (&1000.into(), &1000.into()));
}

#[test]
fn records_are_written_as_they_are_due_until_nobody_reads() {
    let mut generate = built::nozzle_command();
    generate.args(["generate", "ticks", "--rate", "5", "--follow"]).stdout(Stdio::piped());
    let begin = Instant::now();
    let mut generating = generate.spawn().unwrap();
    let mut lines = BufReader::new(generating.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        assert!(lines.next().unwrap().unwrap().starts_with("{\"TickerName\":\"Index_"));
    }
    // The third is due after 0.4 s. Were they kept until a buffer is full, they would take more than half a minute.
    assert!((Duration::from_millis(400)..Duration::from_secs(30)).contains(&begin.elapsed()));
    drop(lines);
    assert!(generating.wait().unwrap().success());
}

#[test]
fn ecommerce_is_another_name_of_invoices() {
    let [invoices, ecommerce] = ["invoices", "ecommerce"].map(|what| nozzle(&["generate", what], b"").stdout);
    assert_eq!(invoices, ecommerce);
}

#[test]
fn what_has_no_end_has_no_count() {
    let refused = nozzle(&["generate", "ticks", "--follow", "--count", "3"], b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("'--follow' cannot be used with '--count <N>'"));
    let refused = nozzle(&["generate", "ticks", "--rate", "0"], b"");
    assert!(stderr(&refused).contains("not within 0.001 and 1000000000"), "{}", stderr(&refused));
}
