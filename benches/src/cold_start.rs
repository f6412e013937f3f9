//! Cold starts: from before the process exists to its first answer, through a real HTTP Runtime API.

use std::time::{Duration, Instant};

use crate::Effort;
use crate::function::Kind;
use crate::loopback::Loopback;
use crate::record::batch;
use crate::results::ColdStart;
use crate::times::Times;

const RECORDS: usize = 3;

/// Starts each function again and again, in turns. Its files are in the page cache, Python's bytecode too.
///
/// # Errors
///
/// When one does not start.
pub fn measure(effort: Effort) -> anyhow::Result<Vec<ColdStart>> {
    let mut kinds: Vec<(Kind, Times)> =
        Kind::all()?.into_iter().map(|kind| (kind, Times::default())).collect();
    for (kind, _) in &kinds {
        start(kind)?;
    }
    for _ in 0..effort.starts {
        for (kind, times) in &mut kinds {
            times.add(start(kind)?);
        }
    }
    let row =
        |(kind, times): &(Kind, Times)| ColdStart { name: kind.name().to_owned(), time: times.percentiles() };
    Ok(kinds.iter().map(row).collect())
}

fn start(kind: &Kind) -> anyhow::Result<Duration> {
    let api = Loopback::start()?;
    api.offer(&batch(RECORDS), Duration::ZERO);
    let begun = Instant::now();
    let _function = kind.start(&api)?;
    let played = api.played()?;
    Ok(played.invocations[0].answered - begun)
}
