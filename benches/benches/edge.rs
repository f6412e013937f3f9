//! The wire edge, and the way to a plugin and back: batches of 1,000 records.
//!
//! Axes: size of the record (256 B, 1 KiB, 10 KiB) x how far it goes. `parse` reads the event; `envelope` decodes, encodes and
//! answers each record as it came; `echo` hands it to a plugin that returns it, deadlines and limits on.

use criterion::{BenchmarkId, Criterion, Throughput};
use nozzle_benches::native;
use nozzle_benches::record::{KIB, batch_of};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::Event;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::built;

const RECORDS: usize = 1000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    edge(&mut criterion);
    criterion.final_summary();
}

fn edge(criterion: &mut Criterion) {
    let config = Config::of_plugin(PluginSource::File(built::echo().into()), "{}");
    let transform = Transform::load(&config, Origin::Wasm(READY)).expect("the pipeline loads");
    let mut group = criterion.benchmark_group("edge");
    // Less than 6 MiB of text, which Lambda takes: a tenth as many of the largest.
    for (size, records) in [(256, RECORDS), (KIB, RECORDS), (10 * KIB, RECORDS / 10)] {
        let event = batch_of(records, size);
        group.throughput(Throughput::Elements(records as u64));
        group.bench_function(BenchmarkId::new("parse", size), |bencher| {
            bencher.iter(|| Event::parse(&event).expect("the event is one").records.len());
        });
        group.bench_function(BenchmarkId::new("envelope", size), |bencher| {
            bencher.iter(|| native::envelope(&event));
        });
        group.bench_function(BenchmarkId::new("echo", size), |bencher| {
            bencher.iter(|| transform.run(&event, None).expect("the event is one").response);
        });
    }
    group.finish();
}
