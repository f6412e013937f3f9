//! The whole path of a batch, the event's bytes to the response's bytes, through one plugin.
//!
//! Axes: records in the batch x who transforms them. `sandboxed` is the shipped path, deadlines and limits on; `native` is
//! the same plugin's code and the same wire edge without a sandbox, so the difference is what the sandbox costs.

use criterion::{BenchmarkId, Criterion, Throughput};
use flatten_dynamodb::FlattenDynamodb;
use nozzle_benches::native;
use nozzle_benches::record::{SETTINGS, batch};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_sdk::testing;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    whole_path(&mut criterion);
    criterion.final_summary();
}

fn whole_path(criterion: &mut Criterion) {
    let config = Config::of_plugin(PluginSource::Ready("flatten-dynamodb".to_owned()), SETTINGS);
    let transform = Transform::load(&config, Origin::Wasm(READY)).expect("the pipeline loads");
    let plugin: FlattenDynamodb = testing::configure(SETTINGS).expect("the settings fit");
    let mut group = criterion.benchmark_group("whole_path");
    for records in [3, 100, 1000] {
        let event = batch(records);
        let sandboxed = || transform.run(&event, None).expect("the event is one").response;
        assert_eq!(sandboxed(), native::respond(&plugin, &event), "both give the same bytes");
        group.throughput(Throughput::Elements(records as u64));
        group.bench_function(BenchmarkId::new("sandboxed", records), |bencher| bencher.iter(sandboxed));
        group.bench_function(BenchmarkId::new("native", records), |bencher| {
            bencher.iter(|| native::respond(&plugin, &event));
        });
    }
    group.finish();
}
