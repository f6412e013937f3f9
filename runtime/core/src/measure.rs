//! Looks at plugins at work, for `nozzle bench`: where a row's time goes, how many instructions it takes, and in which
//! functions they are.
//!
//! Looking costs time itself. So nobody looks while the time of records is taken, and each [`Watch`] has a run of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::{CallHook, Store, UpdateDeadline, WasmBacktrace};

use crate::engine::Clock;
use crate::host::HostState;
use crate::pipeline::Pipeline;
use crate::transform::first;
use crate::trap::frame_name;
use crate::{Config, Origin, StartError, Transform};

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Where the time goes: in the guest, in the host, or between them.
    Shares,
    /// The instructions that were executed, as wasmtime counts them. None where the pipeline was not
    /// loaded by [`Transform::load_counting`].
    Fuel,
    /// The functions in which the guest is, sampled every [`TICK`](crate::limits::TICK).
    Stacks,
}

/// What was seen of one plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// Instances: one a batch, and another after each death.
    pub instances: u64,
    /// Rows that it was called with.
    pub rows: u64,
    /// The most linear memory that an instance had, in bytes.
    pub memory: usize,
    /// Time before the first row of each instance: instantiation and `configure`.
    pub start: Duration,
    /// Time between host and guest: lifting, lowering and entering.
    pub boundary: Duration,
    /// Time in the guest's code, its allocator included.
    pub guest: Duration,
    /// Time in what the guest called: host functions, and the moves and growth of memory that wasm leaves to the host.
    pub host: Duration,
    /// What looking has cost, and is in none of the times above.
    pub overhead: Duration,
    /// Instructions before the first row of each instance.
    pub fuel_of_start: u64,
    /// Instructions for rows.
    pub fuel: u64,
    /// How often each stack was met: demangled function names, outermost first.
    pub stacks: BTreeMap<Vec<String>, u64>,
}

impl Usage {
    /// All of the time above.
    pub fn time(&self) -> Duration {
        self.start + self.boundary + self.guest + self.host
    }

    fn add(&mut self, other: Self) {
        self.instances += other.instances;
        self.rows += other.rows;
        self.memory = self.memory.max(other.memory);
        self.fuel_of_start += other.fuel_of_start;
        self.fuel += other.fuel;
        for (stack, count) in other.stacks {
            *self.stacks.entry(stack).or_default() += count;
        }
    }
}

impl Transform {
    /// Loads a pipeline that counts its instructions. It has no deadlines: a row is stopped by the amount of fuel that no
    /// machine burns within its deadline, so that the same records always cost the same.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    pub fn load_counting(config: &Config, origin: Origin) -> Result<Self, StartError> {
        let pipeline = Pipeline::load(config, origin, Clock::Fuel).map_err(first)?;
        let mut transform = Self { pipeline, reserve: config.reserve };
        transform.watch(Watch::Fuel);
        Ok(transform)
    }

    /// Looks at all plugins from now on, and forgets what was seen before.
    pub fn watch(&mut self, watch: Watch) {
        let reading = if watch == Watch::Shares { cost_of_reading() } else { Duration::ZERO };
        for plugin in &mut self.pipeline.plugins {
            plugin.watched = Some(Watched { watch, reading, sum: Arc::default() });
        }
    }

    /// What was seen of each plugin in the batches that have been answered, in pipeline order; nothing of one at which
    /// nobody looks.
    pub fn usages(&self) -> Vec<Usage> {
        let of =
            |watched: &Watched| watched.sum.lock().unwrap_or_else(PoisonError::into_inner).usage(watched);
        self.pipeline
            .plugins
            .iter()
            .map(|plugin| plugin.watched.as_ref().map(of).unwrap_or_default())
            .collect()
    }
}

/// A plugin that is looked at.
#[derive(Debug)]
pub(crate) struct Watched {
    watch: Watch,
    /// What it costs to look at one transition.
    reading: Duration,
    sum: Arc<Mutex<Tally>>,
}

impl Watched {
    /// What looks at one instance.
    fn probe(&self) -> Box<Probe> {
        Box::new(Probe {
            watch: self.watch,
            seen: Tally { usage: Usage { instances: 1, ..Usage::default() }, ..Tally::default() },
            at: vec![Place::Start],
            since: Instant::now(),
            ends: Instant::now(),
            given: 0,
            sum: Arc::clone(&self.sum),
        })
    }
}

/// What was seen, with the readings of the clock still in it.
#[derive(Debug, Default)]
struct Tally {
    usage: Usage,
    /// The time in each [`Place`], and how often the clock was read in it.
    places: [(Duration, u64); 4],
}

impl Tally {
    fn usage(&self, watched: &Watched) -> Usage {
        let cost = |readings: u64| Duration::from_nanos(watched.reading.as_nanos() as u64 * readings);
        let net = |place: Place| {
            let (time, readings) = self.places[place as usize];
            time.saturating_sub(cost(readings))
        };
        // The reading that begins a row lies in no place.
        let readings = self.usage.rows + self.places.iter().map(|(_, readings)| readings).sum::<u64>();
        Usage {
            start: net(Place::Start),
            boundary: net(Place::Boundary),
            guest: net(Place::Guest),
            host: net(Place::Host),
            overhead: cost(readings),
            ..self.usage.clone()
        }
    }

    fn add(&mut self, other: Self) {
        self.usage.add(other.usage);
        for ((time, readings), (more, times)) in self.places.iter_mut().zip(other.places) {
            *time += more;
            *readings += times;
        }
    }
}

/// Where an instance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Boundary,
    Guest,
    Host,
}

/// Looks at one instance, and adds what it has seen to the plugin's sum when the instance is given up.
#[derive(Debug)]
pub(crate) struct Probe {
    watch: Watch,
    seen: Tally,
    /// Where the instance is, and from where it came there; empty between rows.
    at: Vec<Place>,
    since: Instant,
    /// When the call in hand is stopped: sampling takes the place of the deadline.
    ends: Instant,
    /// The fuel that the call in hand was given.
    given: u64,
    sum: Arc<Mutex<Tally>>,
}

impl Drop for Probe {
    fn drop(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        self.sum.lock().unwrap_or_else(PoisonError::into_inner).add(seen);
    }
}

impl Probe {
    /// Reads the clock: what has passed since the last reading was spent where the instance is.
    fn mark(&mut self) {
        let now = Instant::now();
        if let Some(place) = self.at.last() {
            let (time, readings) = &mut self.seen.places[*place as usize];
            *time += now - self.since;
            *readings += 1;
        }
        self.since = now;
    }

    fn is_starting(&self) -> bool {
        self.at.first() == Some(&Place::Start)
    }

    fn is_in_row(&self) -> bool {
        self.at.first() == Some(&Place::Boundary)
    }

    /// The fuel burnt of what the call was given; none where the engine does not count.
    fn burnt(&self, store: &Store<HostState>) -> u64 {
        store.get_fuel().map_or(0, |left| self.given.saturating_sub(left))
    }

    fn transition(&mut self, hook: CallHook) {
        if !self.is_in_row() {
            return; // A start is one whole.
        }
        self.mark();
        match hook {
            CallHook::CallingWasm => self.at.push(Place::Guest),
            CallHook::CallingHost => self.at.push(Place::Host),
            CallHook::ReturningFromWasm | CallHook::ReturningFromHost => _ = self.at.pop(),
        }
    }

    fn sample(&mut self, backtrace: &WasmBacktrace) -> UpdateDeadline {
        if self.is_in_row() {
            let stack = backtrace.frames().iter().rev().map(frame_name).collect();
            *self.seen.usage.stacks.entry(stack).or_default() += 1;
        }
        if Instant::now() >= self.ends { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) }
    }
}

/// The state of an instance of a plugin that may be looked at.
pub(crate) fn watched(mut state: HostState, by: Option<&Watched>) -> HostState {
    state.probe = by.map(Watched::probe);
    state
}

/// Begins to look at a store before it is instantiated.
pub(crate) fn attach(store: &mut Store<HostState>, deadline: Duration) {
    // An engine that counts gives a store no fuel to begin with; any other refuses it.
    let _ = store.set_fuel(most_fuel(deadline));
    let Some(probe) = &mut store.data_mut().probe else { return };
    (probe.ends, probe.given) = (Instant::now() + deadline, most_fuel(deadline));
    match probe.watch {
        Watch::Fuel => {}
        Watch::Shares => store.call_hook(|mut store, hook| {
            if let Some(probe) = &mut store.data_mut().probe {
                probe.transition(hook);
            }
            Ok(())
        }),
        Watch::Stacks => {
            store.set_epoch_deadline(1);
            store.epoch_deadline_callback(|mut store| {
                let backtrace = WasmBacktrace::force_capture(&store);
                let probe = store.data_mut().probe.as_mut();
                Ok(probe.map_or(UpdateDeadline::Interrupt, |probe| probe.sample(&backtrace)))
            });
        }
    }
}

/// Notes that a row begins.
pub(crate) fn begin(store: &mut Store<HostState>, deadline: Duration) {
    let Some(mut probe) = store.data_mut().probe.take() else { return };
    match probe.watch {
        Watch::Shares => {}
        Watch::Fuel => {
            if probe.is_starting() {
                probe.seen.usage.fuel_of_start += probe.burnt(store);
            }
            probe.given = most_fuel(deadline);
            let _ = store.set_fuel(probe.given);
        }
        Watch::Stacks => {
            probe.ends = Instant::now() + deadline;
            store.set_epoch_deadline(1);
        }
    }
    probe.mark();
    probe.at.clear();
    probe.at.push(Place::Boundary);
    store.data_mut().probe = Some(probe);
}

/// Notes that a row is done, or that the instance died of it.
pub(crate) fn end(store: &mut Store<HostState>) {
    let Some(mut probe) = store.data_mut().probe.take() else { return };
    probe.mark();
    probe.at.clear();
    probe.seen.usage.rows += 1;
    probe.seen.usage.memory = probe.seen.usage.memory.max(store.data().meter.memory());
    if probe.watch == Watch::Fuel {
        probe.seen.usage.fuel += probe.burnt(store);
    }
    store.data_mut().probe = Some(probe);
}

/// The fuel that no machine burns in this time: ten instructions a nanosecond.
fn most_fuel(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().saturating_mul(10)).unwrap_or(u64::MAX)
}

/// What it costs by itself to look at a transition: for the most part a reading of the clock.
fn cost_of_reading() -> Duration {
    const TRANSITIONS: u32 = 1000;
    let nobody = Watched { watch: Watch::Shares, reading: Duration::ZERO, sum: Arc::default() };
    let mut probe = nobody.probe();
    probe.at = vec![Place::Boundary];
    let mut round = || {
        let start = Instant::now();
        for _ in 0..TRANSITIONS / 2 {
            probe.transition(CallHook::CallingWasm);
            probe.transition(CallHook::ReturningFromWasm);
        }
        start.elapsed() / TRANSITIONS
    };
    (0..20).map(|_| round()).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use CallHook::{CallingHost, CallingWasm, ReturningFromHost, ReturningFromWasm};

    use super::*;

    #[test]
    fn time_is_spent_where_the_instance_is() {
        let watched = Watched { watch: Watch::Shares, reading: Duration::ZERO, sum: Arc::default() };
        let mut probe = watched.probe();
        // The last transition is always an hour ago.
        let hour_later = |probe: &mut Probe, hook| {
            probe.since = Instant::now() - HOUR;
            probe.transition(hook);
            probe.at.clone()
        };
        assert_eq!(hour_later(&mut probe, CallingWasm), [Place::Start], "a start is one whole");
        probe.mark();
        probe.at = vec![Place::Boundary];
        // A host function whose result goes into memory that the guest allocates.
        for (hook, at) in [
            (CallingWasm, Place::Guest),
            (CallingHost, Place::Host),
            (CallingWasm, Place::Guest),
            (ReturningFromWasm, Place::Host),
            (ReturningFromHost, Place::Guest),
            (ReturningFromWasm, Place::Boundary),
        ] {
            assert_eq!(hour_later(&mut probe, hook).last(), Some(&at));
        }
        drop(probe);
        let usage = watched.sum.lock().unwrap().usage(&watched);
        let hours = [usage.start, usage.boundary, usage.guest, usage.host].map(|time| time.as_secs() / 3600);
        assert_eq!(hours, [1, 1, 3, 2]);
    }

    /// Long enough that no pause of this process is another.
    const HOUR: Duration = Duration::from_secs(3600);
}
