//! What it costs to hold rows against their schema: the ready plugin `conform` alone, sandboxed, on batches of 1,000 flat rows.
//!
//! `echo` is a plugin that delivers each row as it is: what is above it is the work of `conform`. A row `fits`, has an `extra`
//! column, which is left out, or lacks one, `missing`, which is added as null.

use criterion::{Criterion, Throughput};
use nozzle_benches::record::{SCHEMA, rows};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::built;

const RECORDS: usize = 1000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    conform(&mut criterion);
    criterion.final_summary();
}

fn conform(criterion: &mut Criterion) {
    let echo = PluginSource::File(built::echo().into());
    let plugin = || PluginSource::Ready("conform".to_owned());
    let one_more = SCHEMA.replace("] }", r#", { "name": "coupon", "type": "string" } ] }"#);
    let mut group = criterion.benchmark_group("conform");
    group.throughput(Throughput::Elements(RECORDS as u64));
    for (name, source, settings, more) in [
        ("echo", echo, "{}", ""),
        ("fits", plugin(), SCHEMA, ""),
        ("extra", plugin(), SCHEMA, r#","coupon":"SUMMER""#),
        ("missing", plugin(), &one_more, ""),
    ] {
        let config = Config::of_plugin(source, settings);
        let transform = Transform::load(&config, Origin::Wasm(READY)).expect("the pipeline loads");
        let event = rows(RECORDS, more);
        let delivered = transform.run(&event, None).expect("the event is one").summary.delivered;
        assert_eq!(delivered, RECORDS as u64, "every row is delivered");
        group.bench_function(name, |bencher| {
            bencher.iter(|| transform.run(&event, None).expect("the event is one").response);
        });
    }
    group.finish();
}
