//! The WebAssembly engine: one configuration for compiling and for running, instance pool, epoch ticker.

use std::path::Path;

use wasmtime::component::Component;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

#[cfg(feature = "compile")]
use crate::Target;
use crate::limits::{STACK_BYTES, TABLE_ELEMENTS, TICK};
use crate::{Limits, StartError};

/// A wasmtime engine.
#[derive(Clone)]
pub(crate) struct Engine(wasmtime::Engine);

/// What advances an engine's epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// A thread, every [`TICK`], as long as the engine lives.
    Running,
    /// [`Engine::tick`] alone.
    Stopped,
    /// Nothing: instructions are counted instead, and a deadline is an amount of fuel.
    #[cfg(feature = "measure")]
    Fuel,
}

/// Address space that wasmtime reserves for one memory, in GiB. It costs no memory.
const SLOT_GIB: u32 = 4;

/// Core instances behind one component: its module and the two shims that wit-component puts around it; CPython has 38, of
/// its libraries and of stubs for WASI. They are counted and no more: room for them costs nothing.
const CORE_INSTANCES: u32 = 64;

/// Tables behind one component: that of its module and that of the shims, and room for components made otherwise. Each takes
/// address space.
const TABLES: u32 = 6;

impl Engine {
    /// An engine with room for an instance of each of `plugins` plugins on each core of this machine.
    pub(crate) fn new(plugins: usize, memory: usize, clock: Clock) -> Result<Self, StartError> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let instances = u32::try_from((plugins * (threads + 1)).clamp(1, 1000)).unwrap_or(1000);
        let mut config = settings();
        #[cfg(feature = "measure")]
        config.consume_fuel(clock == Clock::Fuel);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(instances, memory)));
        let engine = wasmtime::Engine::new(&config).map_err(|error| no_room(error, instances))?;
        if clock == Clock::Running {
            start_ticker(&engine);
        }
        Ok(Self(engine))
    }

    /// An engine that only compiles: the same settings without a pool, and what `target` can do in the place of what this
    /// machine can.
    #[cfg(feature = "compile")]
    pub(crate) fn compiler(target: Target) -> Result<Self, StartError> {
        let mut config = settings();
        config.target(target.triple()).map_err(StartError::Engine)?;
        // Reports name functions, and only wasmtime walks their frames: a sixth of an artefact that nobody would read.
        config.generate_address_map(false).native_unwind_info(false);
        for feature in target.features() {
            #[expect(unsafe_code, reason = "there is no safe way to name a CPU's features")]
            // SAFETY: they only let the compiler use instructions. Nothing that it makes is run by this engine; where it is
            // loaded, wasmtime holds them against the CPU.
            unsafe {
                config.cranelift_flag_enable(feature);
            }
        }
        wasmtime::Engine::new(&config).map(Self).map_err(StartError::Engine)
    }

    /// Compiles a component in memory.
    #[cfg(feature = "compile")]
    pub(crate) fn compile(&self, component: &[u8]) -> wasmtime::Result<Component> {
        Component::from_binary(&self.0, component)
    }

    /// Compiles a component to the bytes of an artefact.
    #[cfg(feature = "compile")]
    pub(crate) fn precompile(&self, component: &[u8]) -> wasmtime::Result<Vec<u8>> {
        self.0.precompile_component(component)
    }

    /// Maps an ahead-of-time artefact into memory. The caller has checked its SHA-256 against the manifest.
    ///
    /// # Errors
    ///
    /// When it was made by another engine, with other settings, or for another CPU.
    pub(crate) fn load_artefact(&self, file: &Path) -> wasmtime::Result<Component> {
        #[expect(unsafe_code, reason = "an artefact is native code: there is no safe way to load one")]
        // SAFETY: the bytes are those that `nozzle compile` wrote: their SHA-256 stands in the manifest that travels with
        // the bootstrap in one immutable package, and the one caller, `artefact::load`, has just compared it.
        unsafe {
            Component::deserialize_file(&self.0, file)
        }
    }

    /// Loads what this engine, or one like it, has compiled on this machine.
    #[cfg(feature = "compile")]
    pub(crate) fn load_own(&self, native: &[u8]) -> wasmtime::Result<Component> {
        #[expect(unsafe_code, reason = "what was compiled is native code: there is no safe way to load it")]
        // SAFETY: the bytes are those that `precompile` made, just now or for a folder that this user alone can write to: the one
        // caller, `cache`, has checked that, and their SHA-256.
        unsafe {
            Component::deserialize(&self.0, native)
        }
    }

    /// Advances the epoch by one tick.
    pub(crate) fn tick(&self) {
        self.0.increment_epoch();
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.0
    }
}

/// The pool's address space is what a machine refuses, by its limit for a process.
fn no_room(error: wasmtime::Error, instances: u32) -> StartError {
    let gib = instances * SLOT_GIB;
    StartError::Engine(error.context(format!(
        "it reserves about {gib} GiB of address space, not memory\n  hint: lift `ulimit -v`, or raise it above that"
    )))
}

/// What both sides must agree on: an artefact is refused by an engine with other settings.
fn settings() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true).max_wasm_stack(STACK_BYTES);
    // The same record gives the same bytes on every CPU: neither relaxed SIMD nor the bits of a NaN may differ.
    config.relaxed_simd_deterministic(true);
    #[cfg(feature = "compile")]
    config.cranelift_nan_canonicalization(true);
    config
}

/// What an instance leaves behind in its memory and its tables is overwritten as far as these go, in bytes, and given back to
/// the system beyond: pages that stay need not be faulted in again by the next batch.
const KEPT_MEMORY: usize = 512 << 10;
const KEPT_TABLE: usize = 16 << 10;

/// Slots are sized for the greediest plugin; its limit is enforced by the store's meter, below the slot's size.
fn pool(instances: u32, memory: usize) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(instances)
        .total_core_instances(instances * CORE_INSTANCES)
        .total_memories(instances)
        .total_tables(instances * TABLES)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(memory.max(Limits::default().memory).next_multiple_of(64 << 10))
        .linear_memory_keep_resident(KEPT_MEMORY)
        .table_keep_resident(KEPT_TABLE)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// Ticks until the engine is gone. Ticks that were missed, because the process was stopped or got no CPU, are not made up
/// for: a deadline is the time that the plugin could run. It keeps only a weak reference, so it does not hold the engine alive itself.
fn start_ticker(engine: &wasmtime::Engine) {
    let engine = engine.weak();
    std::thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    });
}
