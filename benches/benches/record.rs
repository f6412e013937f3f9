//! One record through one plugin, without the wire edge. Axes: those of `nozzle_benches::subjects`.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use nozzle_benches::record::change_of;
use nozzle_benches::subjects::{self, MODES, SIZES};

fn main() {
    let times = Criterion::default().warm_up_time(Duration::from_secs(1));
    let mut criterion = times.measurement_time(Duration::from_secs(2)).configure_from_args();
    for subject in subjects::all().expect("the plugins are there") {
        let mut group = criterion.benchmark_group(format!("record/{}", subject.name));
        for size in SIZES {
            let payload = change_of(7, size).into_bytes();
            group.throughput(Throughput::Bytes(payload.len() as u64));
            for (mode, mut work) in MODES.into_iter().zip(subject.works(&payload)) {
                group.bench_function(BenchmarkId::new(mode, size), |bencher| bencher.iter(&mut work));
            }
        }
        group.finish();
    }
    criterion.final_summary();
}
