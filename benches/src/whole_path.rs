//! The whole path, the event's bytes to the response's bytes, by who transforms.
//!
//! Axes: peer x records in the batch (1,000 for the time of a record, 3 for that of an invocation).

use crate::peers::{self, Peer};
use crate::record::batch;
use crate::results::WholePath;
use crate::times::Times;
use crate::{Effort, rows};

const RECORDS: usize = 1000;
const FEW: usize = 3;

/// Compares what the peers make, and then times them in turns.
///
/// # Errors
///
/// When one fails, or its rows differ from Nozzle's.
pub fn measure(effort: Effort) -> anyhow::Result<Vec<WholePath>> {
    let peers = peers::all()?;
    let (many, few) = (turns(&peers, &batch(RECORDS), effort)?, turns(&peers, &batch(FEW), effort)?);
    let rows = peers.iter().zip(many.iter().zip(few)).map(|(peer, (many, few))| WholePath {
        name: peer.name.to_owned(),
        record_ns: many.p50() as f64 / RECORDS as f64,
        invocation: few.percentiles(),
    });
    Ok(rows.collect())
}

/// The times of each peer on this event.
fn turns(peers: &[Peer], event: &[u8], effort: Effort) -> anyhow::Result<Vec<Times>> {
    check(peers, event)?;
    let mut times: Vec<Times> = peers.iter().map(|_| Times::default()).collect();
    for _ in 0..effort.rounds {
        for (peer, times) in peers.iter().zip(&mut times) {
            times.merge(&peer.times(event, effort.time)?);
        }
    }
    Ok(times)
}

/// All make the same rows, or nothing is timed.
fn check(peers: &[Peer], event: &[u8]) -> anyhow::Result<()> {
    let mut expected = None;
    for peer in peers {
        let response = peer.respond(event)?;
        rows::compare(peer.name, &response, expected.get_or_insert_with(|| response.clone()))?;
    }
    Ok(())
}
