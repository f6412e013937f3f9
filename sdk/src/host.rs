//! The seam to the host: the contract's imports in WebAssembly, a stand-in of the current thread elsewhere.

#[cfg(not(target_family = "wasm"))]
pub(crate) use crate::testing::{context, count, log, lookup, reject};
#[cfg(target_family = "wasm")]
pub(crate) use imports::{context, count, log, lookup, panicked, reject};

#[cfg(target_family = "wasm")]
mod imports {
    use crate::__private::bindings::nozzle::plugin::{host, types};
    use crate::log::Level;
    use crate::{Failure, LookupError};

    pub(crate) use host::{context, count, panicked};

    pub(crate) fn log(level: Level, message: &str) {
        host::log(level.into(), message);
    }

    pub(crate) fn lookup(
        table: &str,
        keys: &[&str],
        columns: &[&str],
    ) -> Result<Option<Vec<u8>>, LookupError> {
        host::lookup(table, keys, columns).map_err(LookupError::from)
    }

    pub(crate) fn reject(row: &[u8], failure: Failure) {
        host::reject(row, &failure.into());
    }

    impl From<Level> for types::Level {
        fn from(level: Level) -> Self {
            match level {
                Level::Trace => types::Level::Trace,
                Level::Debug => types::Level::Debug,
                Level::Info => types::Level::Info,
                Level::Warn => types::Level::Warn,
                Level::Error => types::Level::Error,
            }
        }
    }

    impl From<types::LookupError> for LookupError {
        fn from(error: types::LookupError) -> Self {
            match error {
                types::LookupError::NoSuchTable => LookupError::NoSuchTable,
                types::LookupError::NoSuchColumn(column) => LookupError::NoSuchColumn(column),
                types::LookupError::KeyCount(count) => LookupError::KeyCount(count),
                types::LookupError::Refused(limit) => LookupError::Refused(limit),
            }
        }
    }
}
