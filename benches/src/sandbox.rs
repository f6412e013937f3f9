//! A compiled plugin alone, called by wasmtime as the runtime calls it: without wire edge, telemetry and tables, so that the
//! one thing that differs is seen.

use nozzle_plugins::READY;
use nozzle_runtime::component_bytes;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, InstanceAllocationStrategy, Store};

/// The host's side of the contract.
mod bindings {
    wasmtime::component::bindgen!({ path: "../sdk/wit", world: "plugin" });
}
use bindings::nozzle::plugin::{host, types};
use bindings::{Plugin, PluginPre};

/// A compiled plugin and its settings.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Sandbox {
    pre: PluginPre<NoHost>,
    configuration: String,
}

/// A configured instance, in a store of its own.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Instance {
    store: Store<NoHost>,
    plugin: Plugin,
}

impl Sandbox {
    /// Compiles a plugin with or without the checks that deadlines need; instances come from a pool as in the runtime.
    ///
    /// # Panics
    ///
    /// When it is no plugin.
    pub fn compile(wasm: &[u8], settings: &str, deadlines: bool) -> Self {
        let mut config = wasmtime::Config::new();
        config.epoch_interruption(deadlines);
        config.allocation_strategy(InstanceAllocationStrategy::pooling());
        let engine = Engine::new(&config).expect("the engine starts");
        let bytes = component_bytes(wasm).expect("it is a plugin");
        let component = Component::from_binary(&engine, &bytes).expect("it compiles");
        let mut linker = Linker::new(&engine);
        host::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).expect("it links");
        let pre = linker.instantiate_pre(&component).expect("it links");
        let output = r#""output":{"for":"json","newline":true,"names":"as-is","times":"iso","rows-per-record":"many","rows":"fail"}"#;
        let configuration = format!(r#"{{"settings":{settings},{output}}}"#);
        Self { pre: PluginPre::new(pre).expect("it fits the contract"), configuration }
    }

    /// The same with a ready plugin.
    ///
    /// # Panics
    ///
    /// When there is none of this name.
    pub fn ready(name: &str, settings: &str, deadlines: bool) -> Self {
        let ready = READY.plugins.iter().find(|ready| ready.name == name).expect("it is ready");
        Self::compile(ready.wasm, settings, deadlines)
    }

    /// Store, instance and `configure`.
    ///
    /// # Panics
    ///
    /// When the plugin refuses its settings.
    pub fn open(&self) -> Instance {
        let mut instance = self.instantiate();
        let Instance { store, plugin } = &mut instance;
        let configured = plugin.nozzle_plugin_transformer().call_configure(store, &self.configuration);
        configured.expect("it lives").expect("the settings fit");
        instance
    }

    /// Store and instance alone.
    ///
    /// # Panics
    ///
    /// When the pool is empty.
    pub fn instantiate(&self) -> Instance {
        let mut store = Store::new(self.pre.engine(), NoHost);
        store.set_epoch_deadline(u64::MAX / 2);
        let plugin = self.pre.instantiate(&mut store).expect("there is room");
        Instance { store, plugin }
    }
}

impl Instance {
    /// Runs one record through the plugin, its deadline set anew.
    ///
    /// # Panics
    ///
    /// When the plugin dies, or the record does not pass.
    pub fn transform(&mut self, record: &[u8]) {
        self.store.set_epoch_deadline(101);
        let outcome = self.plugin.nozzle_plugin_transformer().call_transform(&mut self.store, record);
        let passed = matches!(outcome.expect("it lives"), types::Outcome::Deliver(_));
        assert!(passed, "every record passes");
    }
}

/// The host's side of the contract with nothing behind it.
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
