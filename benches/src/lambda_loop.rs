//! The whole Lambda loop: a real process on a real HTTP Runtime API, warm.
//!
//! Axes: function x records of the event (1,000 for the time of a record, 3 for that of an invocation).

use crate::Effort;
use crate::function::{Function, Kind};
use crate::loopback::{Loopback, Played};
use crate::record::batch;
use crate::results::LambdaLoop;
use crate::rows;
use crate::times::Times;

const RECORDS: usize = 1000;
const FEW: usize = 3;

/// A function that runs, and what was measured of it.
struct Running {
    kind: Kind,
    /// Ended before its server.
    _function: Function,
    api: Loopback,
    many: Times,
    few: Times,
}

/// Starts all functions, compares the rows of those that do the same, and times them in turns.
///
/// # Errors
///
/// When one fails, or makes other rows.
pub fn measure(effort: Effort) -> anyhow::Result<Vec<LambdaLoop>> {
    let mut functions = Kind::all()?.into_iter().map(Running::start).collect::<anyhow::Result<Vec<_>>>()?;
    let (many, few) = (batch(RECORDS), batch(FEW));
    check(&functions, &few)?;
    for _ in 0..effort.rounds {
        for function in &mut functions {
            function.play(&many, effort.time / 5)?;
            cycles(&function.play(&many, effort.time)?, &mut function.many);
            function.play(&few, effort.time / 5)?;
            answers(&function.play(&few, effort.time)?, &mut function.few);
        }
    }
    Ok(functions.into_iter().map(Running::row).collect())
}

impl Running {
    fn start(kind: Kind) -> anyhow::Result<Self> {
        let api = Loopback::start()?;
        let function = kind.start(&api)?;
        Ok(Self { kind, _function: function, api, many: Times::default(), few: Times::default() })
    }

    fn play(&self, event: &[u8], time: std::time::Duration) -> anyhow::Result<Played> {
        self.api.offer(event, time);
        self.api.played()
    }

    fn row(self) -> LambdaLoop {
        LambdaLoop {
            name: self.kind.name().to_owned(),
            record_ns: self.many.p50() as f64 / RECORDS as f64,
            invocation: self.few.percentiles(),
        }
    }
}

/// The functions of one plugin and of Python make the same rows; the others add columns.
fn check(functions: &[Running], event: &[u8]) -> anyhow::Result<()> {
    let mut expected = None;
    for function in functions {
        let answer = function.play(event, std::time::Duration::ZERO)?.answer;
        rows::delivered(&answer)?;
        if function.kind.flattens_only() {
            rows::compare(function.kind.name(), &answer, expected.get_or_insert_with(|| answer.clone()))?;
        }
    }
    Ok(())
}

/// From event to event: the answer's acknowledgement and the request for the next one among it.
fn cycles(played: &Played, times: &mut Times) {
    let pairs = played.invocations.windows(2);
    pairs.for_each(|pair| times.add(pair[1].handed_out - pair[0].handed_out));
}

/// From event to answer.
fn answers(played: &Played, times: &mut Times) {
    played.invocations.iter().for_each(|one| times.add(one.answered - one.handed_out));
}
