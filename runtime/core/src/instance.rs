//! An instance of a plugin at work: its store and its calls.

use std::time::Duration;

use wasmtime::Store;

use crate::host::bindings::{Plugin as Bindings, PluginPre};
use crate::host::{HostState, wit};
use crate::limits::{METADATA_BYTES, TICK};
#[cfg(feature = "measure")]
use crate::measure;
use crate::{Failure, Limits, trap};

/// An instance with its store. A trap spoils the whole store: after an error the instance must be given up.
pub(crate) struct Instance {
    store: Store<HostState>,
    bindings: Bindings,
    output: usize,
    /// The deadline of the call in hand.
    deadline: Duration,
}

impl Instance {
    /// Instantiates a plugin. All that comes before its first row shares one deadline.
    ///
    /// # Errors
    ///
    /// When its start function dies, or there is no room for the instance.
    pub(crate) fn open(
        pre: &PluginPre<HostState>,
        state: HostState,
        limits: &Limits,
        deadline: Duration,
    ) -> Result<Self, Failure> {
        let mut store = Store::new(pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(limits.output + METADATA_BYTES);
        store.set_epoch_deadline(ticks(deadline));
        #[cfg(feature = "measure")]
        measure::attach(&mut store, deadline);
        match pre.instantiate(&mut store) {
            Ok(bindings) => Ok(Self { store, bindings, output: limits.output, deadline }),
            Err(error) => Err(trap::failure(&error, deadline, limits.output, store.data_mut())),
        }
    }

    /// What the plugin tells about itself.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn describe(&mut self) -> Result<wit::Description, Failure> {
        let described = self.bindings.nozzle_plugin_transformer().call_describe(&mut self.store);
        described.map_err(|error| self.death(&error))
    }

    /// Hands the configuration over. Gives the tables that the plugin will read, or its own words against the settings.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn configure(&mut self, configuration: &str) -> Result<Result<Vec<String>, String>, Failure> {
        let transformer = self.bindings.nozzle_plugin_transformer();
        let configured = transformer.call_configure(&mut self.store, configuration);
        configured.map_err(|error| self.death(&error))
    }

    /// Runs the plugin on one row.
    ///
    /// # Errors
    ///
    /// When it dies on the way.
    pub(crate) fn transform(&mut self, row: &[u8], deadline: Duration) -> Result<wit::Outcome, Failure> {
        self.deadline = deadline;
        self.store.set_epoch_deadline(ticks(deadline));
        #[cfg(feature = "measure")]
        measure::begin(&mut self.store, deadline);
        let outcome = self.bindings.nozzle_plugin_transformer().call_transform(&mut self.store, row);
        #[cfg(feature = "measure")]
        measure::end(&mut self.store);
        outcome.map_err(|error| self.death(&error))
    }

    /// What host functions read and leave behind.
    pub(crate) fn state(&mut self) -> &mut HostState {
        self.store.data_mut()
    }

    fn death(&mut self, error: &wasmtime::Error) -> Failure {
        trap::failure(error, self.deadline, self.output, self.store.data_mut())
    }
}

/// A deadline in epoch ticks: the current one is already partly over, so one more.
fn ticks(deadline: Duration) -> u64 {
    u64::try_from(deadline.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX / 2) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_less_than_two_ticks() {
        assert_eq!(ticks(Duration::from_nanos(1)), 2);
        assert_eq!(ticks(TICK), 2);
        assert_eq!(ticks(TICK * 10), 11);
    }
}
