//! What isolation costs: the clock behind deadlines, fresh instances, and poison. What deadlines cost is seen in `record`.
//!
//! `instances` calls the compiled flatten-dynamodb alone, without the wire edge, so that the one thing that differs is
//! seen; `clock` and `poison` are whole batches of 1,000 records.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use nozzle_benches::record::{SETTINGS, batch, change};
use nozzle_benches::sandbox::Sandbox;
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::built;

const RECORDS: u64 = 1000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    instances(&mut criterion);
    clock(&mut criterion);
    poison(&mut criterion);
    criterion.final_summary();
}

/// One record in an instance that is kept, and in one of its own: store, instance and `configure` every time.
fn instances(criterion: &mut Criterion) {
    let (row, sandbox) = (change(7), Sandbox::ready("flatten-dynamodb", SETTINGS, true));
    let mut group = criterion.benchmark_group("instances");
    group.throughput(Throughput::Elements(1));
    let mut instance = sandbox.open();
    group.bench_function("kept", |bencher| bencher.iter(|| instance.transform(row.as_bytes())));
    group.bench_function("fresh", |bencher| {
        bencher.iter(|| sandbox.open().transform(row.as_bytes()));
    });
    group.finish();
}

/// A batch while the clock stands still, and while it ticks.
fn clock(criterion: &mut Criterion) {
    let config = Config::of_plugin(PluginSource::Ready("flatten-dynamodb".to_owned()), SETTINGS);
    let transform = Transform::load_stopped(&config, Origin::Wasm(READY)).expect("the pipeline loads");
    let event = batch(RECORDS as usize);
    let mut group = criterion.benchmark_group("clock");
    group.throughput(Throughput::Elements(RECORDS));
    for tick in [None, Some(10_000), Some(1_000), Some(100)] {
        let name = tick.map_or("stopped".to_owned(), |micros| format!("{micros}_us"));
        ticking(&transform, tick.map(Duration::from_micros), || {
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| transform.run(&event, None).expect("the event is one").response);
            });
        });
    }
    group.finish();
}

fn ticking(transform: &Transform, tick: Option<Duration>, work: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while let Some(tick) = tick.filter(|_| !over.load(Ordering::Relaxed)) {
                std::thread::sleep(tick);
                transform.tick();
            }
        });
        work();
        over.store(true, Ordering::Relaxed);
    });
}

/// A batch in which none, and every tenth record, kills its plugin: what a trap, its report and a fresh instance cost.
fn poison(criterion: &mut Criterion) {
    let config = Config::of_plugin(PluginSource::File(built::misbehave().into()), "{}");
    let transform = Transform::load(&config, Origin::Wasm(READY)).expect("the pipeline loads");
    let mut group = criterion.benchmark_group("poison");
    group.throughput(Throughput::Elements(RECORDS));
    for word in ["good", "trap", "panic", "recurse"] {
        let mut event = EventWriter::new(Source::Direct);
        (0..RECORDS).for_each(|index| event.push(if index % 10 == 0 { word } else { "good" }.as_bytes()));
        let event = event.finish();
        group.bench_function(word, |bencher| {
            bencher.iter(|| transform.run(&event, None).expect("the event is one").response);
        });
    }
    group.finish();
}
