//! The runs over the same events: one for the time, which nothing disturbs, and one for each thing to look at.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use nozzle_plugins::READY;
use nozzle_runtime::telemetry::Times;
use nozzle_runtime::{Config, Origin, Summary, Transform, Usage, Watch};

/// What an invocation has: Firehose waits for no transform longer than five minutes.
const INVOCATION: Duration = Duration::from_secs(300);

/// Runs of one pipeline over events in memory.
#[derive(Debug)]
pub(crate) struct Rounds<'a> {
    pub(crate) config: &'a Config,
    pub(crate) events: &'a [Vec<u8>],
    /// Advances by milliseconds.
    pub(crate) progress: ProgressBar,
}

/// What the undisturbed run has shown.
#[derive(Debug, Default)]
pub(crate) struct Timed {
    /// Each event once.
    pub(crate) first: Summary,
    /// All that was measured.
    pub(crate) total: Summary,
    /// The time of each event, from its bytes to those of its response.
    pub(crate) events: Times,
    /// How many there were.
    pub(crate) count: u64,
}

/// Where the time of records goes.
#[derive(Debug)]
pub(crate) struct Shares {
    /// By plugin.
    pub(crate) plugins: Vec<Usage>,
    /// What is no plugin's: reading the event, base64, writing the response.
    pub(crate) edge: Duration,
    /// The records that took it.
    pub(crate) records: u64,
}

impl Rounds<'_> {
    /// Takes the time of each record and event, after a warm-up.
    pub(crate) fn time(
        &self,
        transform: &Transform,
        warm_up: Duration,
        time: Duration,
    ) -> anyhow::Result<Timed> {
        self.progress.set_message("warming up");
        let mut timed = Timed::default();
        let mut left = self.events.len();
        self.repeat(transform, warm_up, |summary, _| {
            if left > 0 {
                left -= 1;
                timed.first.add(summary);
            }
        })?;
        self.progress.set_message("measuring");
        self.repeat(transform, time, |summary, took| {
            timed.total.add(summary);
            timed.events.record(took);
            timed.count += 1;
        })?;
        Ok(timed)
    }

    /// Finds where the time goes. A clock is read at each transition: what that costs is taken off as well as it is known.
    pub(crate) fn shares(&self, transform: &mut Transform, time: Duration) -> anyhow::Result<Shares> {
        self.progress.set_message("splitting the time");
        transform.watch(Watch::Shares);
        let (mut all, mut records) = (Duration::ZERO, 0);
        self.repeat(transform, time, |summary, took| {
            all += took;
            records += summary.records;
        })?;
        let plugins = transform.usages();
        let of_plugins = plugins.iter().map(|plugin| plugin.time() + plugin.overhead).sum();
        Ok(Shares { edge: all.saturating_sub(of_plugins), plugins, records })
    }

    /// Samples the functions in which the guests are.
    pub(crate) fn stacks(&self, transform: &mut Transform, time: Duration) -> anyhow::Result<Vec<Usage>> {
        self.progress.set_message("profiling");
        transform.watch(Watch::Stacks);
        self.repeat(transform, time, |_, _| {})?;
        Ok(transform.usages())
    }

    /// Counts the instructions for each event, once.
    pub(crate) fn fuel(&self) -> anyhow::Result<Vec<Usage>> {
        self.progress.set_message("counting instructions");
        let transform = Transform::load_counting(self.config, Origin::Wasm(READY))?;
        for event in self.events {
            transform.run(event, None)?;
        }
        Ok(transform.usages())
    }

    /// Runs event after event, each at least once, until the time is over.
    fn repeat(
        &self,
        transform: &Transform,
        time: Duration,
        mut note: impl FnMut(&Summary, Duration),
    ) -> anyhow::Result<()> {
        let (start, before) = (Instant::now(), self.progress.position());
        for (turn, event) in self.events.iter().cycle().enumerate() {
            if turn >= self.events.len() && start.elapsed() >= time {
                break;
            }
            let begun = Instant::now();
            let batch = transform.run(event, Some(begun + INVOCATION))?;
            note(&batch.summary, begun.elapsed());
            self.progress.set_position(before + start.elapsed().min(time).as_millis() as u64);
        }
        Ok(())
    }
}
