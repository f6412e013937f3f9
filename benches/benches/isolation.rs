//! What isolation costs: deadlines, the clock behind them, fresh instances, and poison.
//!
//! `deadlines` and `instances` call the compiled flatten-dynamodb alone, without the wire edge, so that the one thing that
//! differs is seen; `clock` and `poison` are whole batches of 1,000 records.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use nozzle_benches::record::{SETTINGS, batch, change};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::{EventWriter, Source};
use nozzle_runtime::{Config, Origin, Transform, component_bytes};
use nozzle_tests::built;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Store};

/// The host's side of the contract with nothing behind it.
mod bindings {
    wasmtime::component::bindgen!({ path: "../sdk/wit", world: "plugin" });
}
use bindings::nozzle::plugin::{host, types};
use bindings::{Plugin, PluginPre};

const RECORDS: u64 = 1000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    deadlines(&mut criterion);
    instances(&mut criterion);
    clock(&mut criterion);
    poison(&mut criterion);
    criterion.final_summary();
}

struct NoHost;

impl types::Host for NoHost {}

impl host::Host for NoHost {
    fn log(&mut self, _: types::Level, _: String) {}
    fn count(&mut self, _: String, _: u64) {}
    fn lookup(
        &mut self,
        _: String,
        _: Vec<String>,
        _: Vec<String>,
    ) -> Result<Option<Vec<u8>>, types::LookupError> {
        Err(types::LookupError::NoSuchTable)
    }
    fn context(&mut self, _: String) -> Option<String> {
        None
    }
    fn reject(&mut self, _: Vec<u8>, _: types::Failure) {}
    fn panicked(&mut self, _: String, _: String, _: u32, _: u32) {}
}

/// flatten-dynamodb, compiled with or without the checks that deadlines need, instances from a pool as in the runtime.
fn compiled(deadlines: bool) -> PluginPre<NoHost> {
    let mut config = wasmtime::Config::new();
    config.epoch_interruption(deadlines);
    config.allocation_strategy(wasmtime::InstanceAllocationStrategy::pooling());
    let engine = Engine::new(&config).expect("the engine starts");
    let ready = READY.plugins.iter().find(|ready| ready.name == "flatten-dynamodb").expect("it is ready");
    let bytes = component_bytes(ready.wasm).expect("it is a plugin");
    let component = Component::from_binary(&engine, &bytes).expect("it compiles");
    let mut linker = Linker::new(&engine);
    host::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).expect("it links");
    PluginPre::new(linker.instantiate_pre(&component).expect("it links")).expect("it fits the contract")
}

fn open(pre: &PluginPre<NoHost>) -> (Store<NoHost>, Plugin) {
    let mut store = Store::new(pre.engine(), NoHost);
    store.set_epoch_deadline(u64::MAX / 2);
    let plugin = pre.instantiate(&mut store).expect("there is room");
    let output = r#""output":{"for":"json","newline":true,"names":"as-is","times":"iso","rows-per-record":"many","rows":"fail"}"#;
    let configuration = format!(r#"{{"settings":{SETTINGS},{output}}}"#);
    let configured = plugin.nozzle_plugin_transformer().call_configure(&mut store, &configuration);
    configured.expect("it lives").expect("the settings fit");
    (store, plugin)
}

fn transform(store: &mut Store<NoHost>, plugin: &Plugin, row: &[u8]) -> types::Outcome {
    plugin.nozzle_plugin_transformer().call_transform(store, row).expect("it lives")
}

/// One record through a plugin that has no deadline, and one whose deadline is set anew for each record.
fn deadlines(criterion: &mut Criterion) {
    let row = change(7);
    let mut group = criterion.benchmark_group("deadlines");
    group.throughput(Throughput::Elements(1));
    for (name, deadlines) in [("off", false), ("on", true)] {
        let (mut store, plugin) = open(&compiled(deadlines));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                store.set_epoch_deadline(101);
                transform(&mut store, &plugin, row.as_bytes())
            });
        });
    }
    group.finish();
}

/// One record in an instance that is kept, and in one of its own: store, instance and `configure` every time.
fn instances(criterion: &mut Criterion) {
    let (row, pre) = (change(7), compiled(true));
    let mut group = criterion.benchmark_group("instances");
    group.throughput(Throughput::Elements(1));
    let (mut store, plugin) = open(&pre);
    group.bench_function("kept", |bencher| bencher.iter(|| transform(&mut store, &plugin, row.as_bytes())));
    group.bench_function("fresh", |bencher| {
        bencher.iter(|| {
            let (mut store, plugin) = open(&pre);
            transform(&mut store, &plugin, row.as_bytes())
        });
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
