//! What the call into a plugin and back costs: a plugin that returns its input, on records of 1 KiB.
//!
//! What is above the wire edge alone is the host's work, the copies in and out, and the call.

use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Config, Origin, Transform};
use nozzle_tests::built;

use crate::record::{KIB, batch_of};
use crate::results::Boundary;
use crate::times::Times;
use crate::{Effort, native};

const RECORDS: usize = 1000;

/// Times the plugin and the wire edge in turns.
///
/// # Errors
///
/// When the plugin does not load.
pub fn measure(effort: Effort) -> anyhow::Result<Boundary> {
    let config = Config::of_plugin(PluginSource::File(built::echo().into()), "{}");
    let transform = Transform::load(&config, Origin::Wasm(READY))?;
    let event = batch_of(RECORDS, KIB);
    let (mut echo, mut envelope) = (Times::default(), Times::default());
    for _ in 0..effort.rounds {
        echo.merge(&Times::of(effort.time, || drop(transform.run(&event, None))));
        envelope.merge(&Times::of(effort.time, || drop(native::envelope(&event))));
    }
    let a_record = |times: &Times| times.p50() as f64 / RECORDS as f64;
    Ok(Boundary { echo_ns: a_record(&echo), envelope_ns: a_record(&envelope) })
}
