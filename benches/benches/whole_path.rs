//! The whole path of a batch, the event's bytes to the response's bytes, through one plugin.
//!
//! Axes: records in the batch x who transforms them. `sandboxed` is the shipped path, deadlines and limits on; `native` is
//! the same plugin's code and the same wire edge without a sandbox, so the difference is what the sandbox costs.

use criterion::{BenchmarkId, Criterion, Throughput};
use flatten_dynamodb::FlattenDynamodb;
use nozzle_benches::{SETTINGS, batch};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::{Event, ResponseWriter};
use nozzle_runtime::{Answer, Config, Delivery, Origin, Transform};
use nozzle_sdk::{Outcome, Plugin, Record, testing};

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
        assert_eq!(sandboxed(), native(&plugin, &event), "both give the same bytes");
        group.throughput(Throughput::Elements(records as u64));
        group.bench_function(BenchmarkId::new("sandboxed", records), |bencher| bencher.iter(sandboxed));
        group.bench_function(BenchmarkId::new("native", records), |bencher| {
            bencher.iter(|| native(&plugin, &event));
        });
    }
    group.finish();
}

/// The flow of `Transform::run` without sandbox, limits and telemetry.
fn native(plugin: &FlattenDynamodb, event: &[u8]) -> Vec<u8> {
    let event = Event::parse(event).expect("the event is one");
    let mut response = ResponseWriter::new(&event).expect("the response fits");
    let mut buffer = Vec::new();
    for record in &event.records {
        let payload = event.decode(record, &mut buffer).expect("the data is base64");
        let outcome = plugin.transform(Record::new(payload));
        let Ok(Outcome::Deliver(mut row)) = outcome else { panic!("every record delivers one row") };
        row.data.push(b'\n');
        response.append(record, Answer::Ok(Delivery { data: row.data, rows: 1, ..Delivery::default() }));
    }
    response.finish()
}
