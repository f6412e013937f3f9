//! Memory and sizes: what a function of 128 MB, a package and a page cache have to hold.

use std::process::Command;
use std::time::Duration;

use anyhow::ensure;
use nozzle_plugins::READY;
use nozzle_tests::built;

use crate::function::Kind;
use crate::loopback::Loopback;
use crate::record::batch;
use crate::results::{Footprint, PluginSize};
use crate::rows;

/// Records whose event takes nearly the 6 MB (2^20 each) that Lambda hands over.
const RECORDS: usize = 5900;

/// How often the event is answered: memory that is given back late would show.
const TIME: Duration = Duration::from_secs(1);

/// Starts the bootstrap with three plugins and feeds it the largest event.
///
/// # Errors
///
/// When it does not deliver each record.
pub fn measure() -> anyhow::Result<Footprint> {
    let event = batch(RECORDS);
    ensure!(event.len() <= 6 << 20, "Lambda would not hand over an event of {} bytes", event.len());
    let (kind, api) = (Kind::three_plugins()?, Loopback::start()?);
    let function = kind.start(&api)?;
    api.offer(&event, TIME);
    ensure!(rows::delivered(&api.played()?.answer)?.len() == RECORDS, "every record is delivered");
    let plugins = READY.plugins.iter();
    let size = |plugin: &nozzle_runtime::ReadyPlugin| PluginSize {
        name: plugin.name.to_owned(),
        bytes: plugin.wasm.len() as u64,
    };
    Ok(Footprint {
        peak_memory: function.peak_memory()?,
        event_bytes: event.len() as u64,
        bootstrap: stripped(),
        plugins: plugins.map(size).collect(),
    })
}

/// The size of the bootstrap without symbols.
fn stripped() -> Option<u64> {
    let file = tempfile::NamedTempFile::new().ok()?;
    let mut strip = Command::new("strip");
    let ran = strip.arg("-o").arg(file.path()).arg(built::bootstrap()).status();
    if !ran.is_ok_and(|status| status.success()) {
        crate::skipped("the size of the bootstrap (hint: install binutils)");
        return None;
    }
    file.path().metadata().ok().map(|file| file.len())
}
