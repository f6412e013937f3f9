//! One record through one plugin, without the wire edge.
//!
//! Axes: plugin x size of the record (256 B, 1 KiB, 10 KiB, 100 KiB) x who runs it. `native` is the plugin's own code in
//! this process; `deadlines-off` the same in the sandbox, without the checks that deadlines need; `deadlines-on` is what ships.

use std::time::Duration;

use clean::Clean;
use criterion::{BenchmarkId, Criterion, Throughput};
use flatten_dynamodb::FlattenDynamodb;
use nozzle_benches::native;
use nozzle_benches::record::{CLEAN, KIB, SETTINGS, change_of};
use nozzle_benches::sandbox::Sandbox;
use nozzle_plugins::READY;
use nozzle_sdk::testing;
use nozzle_tests::built;

const SIZES: [usize; 4] = [256, KIB, 10 * KIB, 100 * KIB];

/// A plugin natively.
type Native = Box<dyn Fn(&[u8]) -> Vec<u8>>;

fn main() {
    let times = Criterion::default().warm_up_time(Duration::from_secs(1));
    let mut criterion = times.measurement_time(Duration::from_secs(2)).configure_from_args();
    let echo = std::fs::read(built::echo()).expect("it was built");
    let copy: Native = Box::new(<[u8]>::to_vec);
    record(&mut criterion, "echo", &echo, "{}", &copy);
    let plugin: FlattenDynamodb = testing::configure(SETTINGS).expect("the settings fit");
    let twin: Native = Box::new(move |payload| native::row(&plugin, payload));
    record(&mut criterion, "flatten-dynamodb", ready("flatten-dynamodb"), SETTINGS, &twin);
    let plugin: Clean = testing::configure(CLEAN).expect("the settings fit");
    let twin: Native = Box::new(move |payload| native::row(&plugin, payload));
    record(&mut criterion, "clean", ready("clean"), CLEAN, &twin);
    criterion.final_summary();
}

fn ready(name: &str) -> &'static [u8] {
    READY.plugins.iter().find(|ready| ready.name == name).expect("it is ready").wasm
}

fn record(criterion: &mut Criterion, name: &str, wasm: &[u8], settings: &str, native: &Native) {
    let mut group = criterion.benchmark_group(format!("record/{name}"));
    let sandboxes = [false, true].map(|deadlines| Sandbox::compile(wasm, settings, deadlines));
    for size in SIZES {
        let payload = change_of(7, size).into_bytes();
        group.throughput(Throughput::Bytes(payload.len() as u64));
        group.bench_function(BenchmarkId::new("native", size), |bencher| bencher.iter(|| native(&payload)));
        for (mode, sandbox) in ["deadlines-off", "deadlines-on"].into_iter().zip(&sandboxes) {
            let mut instance = sandbox.open();
            group.bench_function(BenchmarkId::new(mode, size), |bencher| {
                bencher.iter(|| instance.transform(&payload));
            });
        }
    }
    group.finish();
}
