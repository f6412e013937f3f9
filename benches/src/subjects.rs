//! One record through one plugin, without the wire edge.
//!
//! Axes: plugin x size of the record x who runs it. `native` is the plugin's own code in this process; `deadlines-off` is the
//! same in the sandbox, without the checks that deadlines need; `deadlines-on` is what ships.

use std::hint::black_box;

use anyhow::Context as _;
use clean::Clean;
use flatten_dynamodb::FlattenDynamodb;
use nozzle_plugins::READY;
use nozzle_sdk::{Plugin, testing};
use nozzle_tests::built;

use crate::record::{CLEAN, KIB, SETTINGS, change_of};
use crate::results::BySize;
use crate::sandbox::Sandbox;
use crate::times::Times;
use crate::{Effort, native};

/// About how many bytes a record has.
pub const SIZES: [usize; 4] = [256, KIB, 10 * KIB, 100 * KIB];

/// Who runs the plugin.
pub const MODES: [&str; 3] = ["native", "deadlines-off", "deadlines-on"];

/// A plugin's own code on a record.
type Native = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// One plugin in each mode.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Subject {
    /// The plugin.
    pub name: &'static str,
    native: Native,
    sandboxes: [Sandbox; 2],
}

/// A plugin that returns its input, one that reads and rewrites a record, and one that makes a row of it.
///
/// # Errors
///
/// When a plugin is not there, or refuses its settings.
pub fn all() -> anyhow::Result<[Subject; 3]> {
    let echo = std::fs::read(built::echo())?;
    let copy = Box::new(<[u8]>::to_vec);
    Ok([
        Subject::of("echo", &echo, "{}", copy),
        Subject::ready::<FlattenDynamodb>("flatten-dynamodb", SETTINGS)?,
        Subject::ready::<Clean>("clean", CLEAN)?,
    ])
}

impl Subject {
    fn of(name: &'static str, wasm: &[u8], settings: &str, native: Native) -> Self {
        let sandboxes = [false, true].map(|deadlines| Sandbox::compile(wasm, settings, deadlines));
        Self { name, native, sandboxes }
    }

    fn ready<P: Plugin + 'static>(name: &'static str, settings: &str) -> anyhow::Result<Self> {
        let ready = READY.plugins.iter().find(|ready| ready.name == name).context("it is not ready")?;
        let plugin: P = testing::configure(settings).map_err(anyhow::Error::msg)?;
        let native = Box::new(move |payload: &[u8]| native::row(&plugin, payload));
        Ok(Self::of(name, ready.wasm, settings, native))
    }

    /// The work on this record in each of [`MODES`].
    pub fn works<'a>(&'a self, payload: &'a [u8]) -> [Box<dyn FnMut() + 'a>; 3] {
        let [off, on] = &self.sandboxes;
        let (mut off, mut on) = (off.open(), on.open());
        [
            Box::new(|| drop(black_box((self.native)(payload)))),
            Box::new(move || off.transform(payload)),
            Box::new(move || on.transform(payload)),
        ]
    }
}

/// The times of each subject at each size.
///
/// # Errors
///
/// Those of [`all`].
pub fn measure(effort: Effort) -> anyhow::Result<Vec<BySize>> {
    let mut rows = Vec::new();
    for subject in all()? {
        for bytes in SIZES {
            let payload = change_of(7, bytes).into_bytes();
            let times = subject.works(&payload).map(|work| Times::of(effort.time, work).percentiles());
            rows.push(BySize { plugin: subject.name.to_owned(), bytes: payload.len(), times });
        }
    }
    Ok(rows)
}
