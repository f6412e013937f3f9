//! What sends batches.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use nozzle_aws::{CallError, Refused};
use tokio::runtime::Runtime;

use super::batch::Limits;
use super::interruption::Interruptions;
use super::key::PartitionKeys;
use super::pace::Pace;
use super::rounds::{Carrier, Rounds};
use super::target::Target;
use super::{Batch, Interrupted, Sending, TargetArgs, Unsure};
use crate::show;

/// A stream, and all it takes to put records into it.
pub(crate) struct Sender {
    target: Target,
    shown: String,
    limits: Limits,
    partition: Option<PartitionKeys>,
    unsure: Unsure,
    pace: Pace,
    interruptions: Interruptions,
    /// Whether the stream has ever answered.
    answered: bool,
    tally: Tally,
    runtime: Runtime,
}

/// What was sent so far, by this process.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Requests, whatever became of them.
    pub(crate) requests: u64,
    /// Records that were refused and sent again, each time that they were.
    pub(crate) refused: u64,
    /// Records that were sent again though nobody knows whether they were taken: they may be there twice.
    pub(crate) unsure: u64,
}

impl Tally {
    /// Says of records that they may be there twice.
    pub(crate) fn show_unsure(&self) {
        if self.unsure > 0 {
            let records = show::plural(self.unsure, "record");
            show::note(&format!(
                "{records} may be there twice: a request with them had no answer\n  hint: `--unsure keep` keeps such apart"
            ));
        }
    }
}

impl Sender {
    /// Opens the stream that is named, with the credentials of the environment. From now on Ctrl-C and SIGTERM do not end the
    /// process by themselves.
    ///
    /// # Errors
    ///
    /// When no stream is named, or it cannot be called. Whether it is there shows with the first batch.
    pub(crate) fn open(target: &TargetArgs) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let interruptions = Interruptions::listen(&runtime).context("failed to listen for signals")?;
        let keys = || PartitionKeys { pointer: target.partition_key.clone() };
        Ok(Self {
            target: target.open()?,
            shown: target.shown(),
            limits: target.limits(),
            partition: target.kinesis.is_some().then(keys),
            unsure: target.unsure,
            pace: Pace::new(target.rate, Instant::now()),
            interruptions,
            answered: false,
            tally: Tally::default(),
            runtime,
        })
    }

    /// An empty batch for this stream: with a rate, a second's worth at most, so that a slow rate is an even one.
    pub(crate) fn batch(&self) -> Batch {
        let records = self.limits.records.min(self.pace.a_second());
        Batch::new(Limits { records, ..self.limits }, self.partition.clone())
    }

    /// An empty batch as large as a request may be, whatever the rate: for one that an earlier run has begun at another.
    pub(crate) fn full_batch(&self) -> Batch {
        Batch::new(self.limits, self.partition.clone())
    }

    /// Where the stream is called: a URL.
    pub(crate) fn endpoint(&self) -> &str {
        self.target.endpoint()
    }

    /// What becomes of records of which it is not known whether they were taken.
    pub(crate) fn unsure(&self) -> Unsure {
        self.unsure
    }

    /// What was sent so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// Counts records as sent again that an earlier process had in a request without an answer.
    pub(crate) fn doubt(&mut self, records: usize) {
        self.tally.unsure += records as u64;
    }

    /// An error where somebody wants the process to end.
    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        self.interruptions.check()
    }

    /// Sends those records of a batch that are `pending`, by their places, until each is acknowledged: refused ones again, with pauses.
    /// `note` is called before each request (`InFlight`) and behind it, where it is known what became of it (`Acknowledged`), with the
    /// places still pending: what it writes is what a resumed run knows. An error of it ends the sending.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] on a signal: the request in flight was brought to its end first, unless there was a second signal. [`Unknown`]
    /// where a request had no answer, and is not to be sent again (`--unsure keep`). Else what the stream says: it refuses for good, or
    /// nothing was taken ten times in a row.
    ///
    /// [`Unknown`]: super::Unknown
    pub(crate) fn send(
        &mut self,
        batch: &Batch,
        pending: Vec<usize>,
        note: &mut dyn FnMut(Sending, &[usize]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Self { target, pace, interruptions, runtime, .. } = self;
        let mut wire = Wire { target, batch, pace, interruptions, runtime };
        let mut rounds = Rounds { unsure: self.unsure, answered: &mut self.answered, tally: &mut self.tally };
        let sent = rounds.run(&mut wire, pending, note);
        sent.map_err(|error| self.explained(error))
    }

    /// An error of the stream says which one, and has a way out. Others stay as they are: they are told apart by what they are.
    fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        let Some(call) = error.downcast_ref::<CallError>() else { return error };
        let hint = hint(call);
        anyhow::anyhow!("{} at {}: {error:#}\n  hint: {hint}", self.shown, self.endpoint())
    }
}

/// A batch on its way to a stream.
struct Wire<'a> {
    target: &'a Target,
    batch: &'a Batch,
    pace: &'a mut Pace,
    interruptions: &'a Interruptions,
    runtime: &'a Runtime,
}

impl Carrier for Wire<'_> {
    fn wait(&mut self, pause: Duration, records: usize) -> anyhow::Result<()> {
        self.interruptions.check()?;
        let pause = pause.max(self.pace.wait(Instant::now()));
        self.runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(pause) => Ok(()),
                interrupted = self.interruptions.wait(1) => Err(interrupted),
            }
        })?;
        self.pace.went(records, Instant::now());
        Ok(())
    }

    fn put(&mut self, places: &[usize]) -> anyhow::Result<Result<Vec<Refused>, CallError>> {
        self.runtime.block_on(async {
            tokio::select! {
                answer = self.target.put(self.batch, places) => Ok(answer),
                interrupted = self.interruptions.wait(2) => Err(interrupted.into()),
            }
        })
    }
}

/// The way out.
fn hint(error: &CallError) -> &'static str {
    match error {
        CallError::Refused { message, .. } if message.contains("KinesisStreamAsSource") => {
            "the stream takes records from a Kinesis stream alone: `--kinesis` puts them into that one"
        }
        CallError::Refused { code, .. } => match code.as_str() {
            "ResourceNotFoundException" => {
                "is the name right? region and endpoint may be others: `AWS_REGION`, `--endpoint`"
            }
            _ if error.may_pass() => "the stream has too much to do: `--rate` sends slower",
            _ => CREDENTIALS,
        },
        CallError::Unreached(_) | CallError::Unanswered(_) => {
            "is the endpoint right, and at work? `--endpoint` names another"
        }
        CallError::Unsigned(_) => CREDENTIALS,
    }
}

const CREDENTIALS: &str = "credentials and region are those of the environment: `AWS_ACCESS_KEY_ID`, `AWS_REGION`; of a profile:\n        \
     `eval \"$(aws configure export-credentials --format env)\"`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_reads_from_kinesis_is_told_by_its_refusal() {
        let refused = |message: &str| {
            let (code, message) = ("InvalidArgumentException".to_owned(), message.to_owned());
            hint(&CallError::Refused { code, message })
        };
        let said = refused("This operation is not permitted on KinesisStreamAsSource delivery stream type.");
        assert!(said.contains("`--kinesis`"), "{said}");
        assert_eq!(refused("No."), CREDENTIALS);
    }
}
