//! What an instance costs that lives for one batch: made, configured and dropped, without a record.
//!
//! Axes: plugin x what is done. `instance` is store and instance alone, `configured` hands the settings over too.

use criterion::{BenchmarkId, Criterion};
use nozzle_benches::record::{CLEAN, SETTINGS};
use nozzle_benches::sandbox::Sandbox;
use nozzle_tests::built;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let echo = std::fs::read(built::echo()).expect("it was built");
    let mut group = criterion.benchmark_group("instantiate");
    for (name, sandbox) in [
        ("echo", Sandbox::compile(&echo, "{}", true)),
        ("flatten-dynamodb", Sandbox::ready("flatten-dynamodb", SETTINGS, true)),
        ("clean", Sandbox::ready("clean", CLEAN, true)),
    ] {
        group.bench_function(BenchmarkId::new("instance", name), |bencher| {
            bencher.iter(|| sandbox.instantiate());
        });
        group.bench_function(BenchmarkId::new("configured", name), |bencher| bencher.iter(|| sandbox.open()));
    }
    group.finish();
    criterion.final_summary();
}
