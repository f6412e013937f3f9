//! What a record costs as batches grow, through one plugin and through three.

use anyhow::ensure;
use nozzle_runtime::{Seen, Transform};

use crate::Effort;
use crate::pipelines::Pipeline;
use crate::record::batch;
use crate::results::{Growth, Record};
use crate::times::Times;

/// Records a batch. What a batch costs by itself stands in the first, what does not scale in the last.
pub const SIZES: [usize; 6] = [1, 3, 10, 100, 1000, 10_000];

/// The time of a record in batches of each size.
///
/// # Errors
///
/// When a pipeline does not load, or a record is not delivered.
pub fn measure(effort: Effort) -> anyhow::Result<Vec<Growth>> {
    let (one, three) = (Pipeline::one()?, Pipeline::three()?);
    let transforms = [one.load()?, three.load()?];
    let mut times: Vec<[Times; 2]> = SIZES.iter().map(|_| Default::default()).collect();
    for _ in 0..effort.rounds {
        for (records, times) in SIZES.into_iter().zip(&mut times) {
            let event = batch(records);
            for (transform, times) in transforms.iter().zip(times) {
                let delivered = transform.run(&event, None)?.summary.delivered;
                ensure!(delivered == records as u64, "{delivered} of {records} records were delivered");
                times.merge(&Times::of(effort.time, || run(transform, &event)));
            }
        }
    }
    let rows = SIZES.into_iter().zip(&times).map(|(records, [one, three])| {
        let a_record = |times: &Times| times.p50() as f64 / records as f64;
        Growth { records, one_ns: a_record(one), three_ns: a_record(three) }
    });
    Ok(rows.collect())
}

/// The times of single records within batches of 1,000.
///
/// # Errors
///
/// When a pipeline does not load.
pub fn records(effort: Effort) -> anyhow::Result<Vec<Record>> {
    let event = batch(1000);
    let mut rows = Vec::new();
    for (plugins, pipeline) in [(1, Pipeline::one()?), (3, Pipeline::three()?)] {
        let transform = pipeline.load()?;
        let mut times = Times::default();
        Times::of(effort.time, || {
            let mut note = |seen: Seen<'_>| times.add(seen.time);
            transform.run_watched(&event, None, Some(&mut note)).expect("the event is one");
        });
        rows.push(Record { plugins, time: times.percentiles() });
    }
    Ok(rows)
}

fn run(transform: &Transform, event: &[u8]) {
    drop(transform.run(event, None).expect("the event is one"));
}
