//! How records are sent until each is acknowledged: round by round, what was refused again in the next.

use std::fmt::{Display, Formatter};
use std::time::Duration;

use anyhow::Error;
use nozzle_aws::{CallError, Refused};

use super::Unsure;
use super::sender::Tally;

/// How many rounds in a row may come to nothing: they take about 20 seconds.
const IN_VAIN: u32 = 10;
/// The pause behind a round in which some were refused.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause.
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// Where records are that are not acknowledged yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// In a request whose answer is not there: nobody knows whether they are taken.
    InFlight,
    /// In no request: they are not taken.
    Acknowledged,
}

/// A request had no answer, and what was in it is not to be sent again.
#[derive(Debug)]
pub(crate) struct Unknown(CallError);

impl Display for Unknown {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "it is not known whether the last records were taken: {}", self.0)
    }
}

impl std::error::Error for Unknown {}

/// What carries a request, and waits between them.
pub(super) trait Carrier {
    /// Waits until the next request may go, and this long at least. An interruption is an error.
    fn wait(&mut self, pause: Duration, records: usize) -> anyhow::Result<()>;
    /// Puts the records at these places. What is refused has its place among the places. An interruption is an error of its own.
    fn put(&mut self, places: &[usize]) -> anyhow::Result<Result<Vec<Refused>, CallError>>;
}

/// Who hears of each request.
pub(super) type Note<'a> = &'a mut dyn FnMut(Sending, &[usize]) -> anyhow::Result<()>;

/// Rounds of requests.
pub(super) struct Rounds<'a> {
    pub(super) unsure: Unsure,
    /// Whether the stream has ever answered: where it has not, it may be the wrong one, and is not tried for long.
    pub(super) answered: &'a mut bool,
    pub(super) tally: &'a mut Tally,
}

/// What a round has come to.
enum Round {
    /// So many of its records are taken.
    Taken(usize),
    /// None of them, or nobody knows.
    Vain(CallError),
}

impl Rounds<'_> {
    /// Sends until nothing is pending.
    pub(super) fn run(
        &mut self,
        carrier: &mut impl Carrier,
        mut pending: Vec<usize>,
        note: Note<'_>,
    ) -> anyhow::Result<()> {
        let (mut pause, mut in_vain) = (Duration::ZERO, 0);
        while !pending.is_empty() {
            carrier.wait(pause, pending.len())?;
            let sent = pending.len();
            match self.round(carrier, &mut pending, note)? {
                Round::Taken(taken) => {
                    pause = if taken * 2 >= sent { FIRST_PAUSE } else { longer(pause) };
                    in_vain = 0;
                }
                Round::Vain(why) => {
                    (pause, in_vain) = (longer(pause), in_vain + 1);
                    if in_vain == IN_VAIN {
                        return Err(
                            Error::new(why).context(format!("nothing was taken, {IN_VAIN} times in a row"))
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// Sends once, and leaves what is still pending.
    fn round(
        &mut self,
        carrier: &mut impl Carrier,
        pending: &mut Vec<usize>,
        note: Note<'_>,
    ) -> anyhow::Result<Round> {
        note(Sending::InFlight, pending)?;
        self.tally.requests += 1;
        match carrier.put(pending)? {
            Ok(refused) => {
                *self.answered = true;
                let sent = pending.len();
                *pending = refused.iter().map(|refused| pending[refused.place]).collect();
                note(Sending::Acknowledged, pending)?;
                self.tally.refused += pending.len() as u64;
                Ok(match refused.into_iter().next_back() {
                    Some(Refused { code, message, .. }) if pending.len() == sent => {
                        Round::Vain(CallError::Refused { code, message })
                    }
                    _ => Round::Taken(sent - pending.len()),
                })
            }
            Err(error) => self.failed(error, pending, note),
        }
    }

    /// After a request that came to nothing, as far as is known.
    fn failed(&mut self, error: CallError, pending: &[usize], note: Note<'_>) -> anyhow::Result<Round> {
        if !error.may_have_worked() {
            note(Sending::Acknowledged, pending)?;
        } else if self.unsure == Unsure::Keep {
            return Err(Unknown(error).into());
        } else {
            self.tally.unsure += pending.len() as u64;
        }
        let is_new_and_unreached = !*self.answered && matches!(error, CallError::Unreached(_));
        *self.answered |= matches!(error, CallError::Refused { .. });
        if is_new_and_unreached || !error.may_pass() {
            return Err(error.into());
        }
        Ok(Round::Vain(error))
    }
}

fn longer(pause: Duration) -> Duration {
    (pause * 2).clamp(FIRST_PAUSE, LAST_PAUSE)
}

#[cfg(test)]
mod tests;
