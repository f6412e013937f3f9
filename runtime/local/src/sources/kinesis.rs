//! A Kinesis data stream, read shard by shard; aggregated records (KPL) are unpacked.

mod aggregated;
#[cfg(test)]
mod fake;
mod shards;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use nozzle_aws::CallError;
use nozzle_aws::kinesis::{Begin, Kinesis, Record, Shard};
use nozzle_runtime::firehose::Metadata;
use tokio::time::Instant;

use crate::Arrival;
use crate::clock::now_ms;
use crate::config::{KinesisSource, Start};
use crate::pause::Pauses;
use crate::stream::Stream;
use aggregated::unpack;
use shards::{Reading, Shards};

/// How often a shard is read at most: Kinesis allows five calls a second.
/// <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>
const ROUND: Duration = Duration::from_millis(200);

/// After what time the shards are listed again, where none has ended.
const LISTED: Duration = Duration::from_secs(10);

/// Between tries, while nothing works.
const PAUSES: Pauses = Pauses { first: Duration::from_millis(500), longest: Duration::from_secs(5) };

/// After what time a trouble that comes again is told again.
const TOLD: Duration = Duration::from_secs(60);

/// Reads until it is dropped. What does not work is told and tried again. Progress is accepted with the records
/// (`Stream::accept`, a position a shard), so a restart goes on behind the last accepted one.
pub(crate) async fn read(stream: Arc<Stream>, source: KinesisSource) {
    let mut tries = Tries::default();
    loop {
        let Err(problem) = async { Reader::open(&stream, &source)?.read(&mut tries).await }.await;
        if let Some(message) = tries.failed(&source, &problem) {
            stream.trouble(message);
        }
        tokio::time::sleep(PAUSES.after(tries.in_vain)).await;
    }
}

/// Why reading does not go on.
#[derive(Debug, thiserror::Error)]
enum Problem {
    /// A call came to nothing.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What was read cannot be accepted.
    #[error("the journal: {0}")]
    Unaccepted(io::Error),
}

impl Problem {
    /// An iterator is good for five minutes: that one has grown too old is no trouble.
    fn is_expiry(&self) -> bool {
        matches!(self, Self::Call(CallError::Refused { code, .. }) if code == "ExpiredIteratorException")
    }

    /// The way out, where there is one.
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Call(CallError::Refused { code, .. }) => Some(hint(code)),
            Self::Call(CallError::Unreached(_) | CallError::Unanswered(_)) => {
                Some("is its `endpoint` right, and at work?")
            }
            Self::Call(CallError::Unsigned(_)) => Some(CREDENTIALS),
            Self::Unaccepted(_) => None,
        }
    }
}

/// What reads from where was accepted last, until something does not work.
struct Reader<'a> {
    stream: &'a Stream,
    source: &'a KinesisSource,
    kinesis: Kinesis,
    /// Where shards begin that were never read.
    begin: Begin,
}

impl<'a> Reader<'a> {
    fn open(stream: &'a Stream, source: &'a KinesisSource) -> Result<Self, Problem> {
        // First of all: the latest is what comes from now on, though nobody answers yet.
        let begin = begin(stream, source)?;
        let kinesis = Kinesis::open(&source.stream, source.endpoint.as_deref())?;
        Ok(Self { stream, source, kinesis, begin })
    }

    async fn read(&self, tries: &mut Tries) -> Result<Infallible, Problem> {
        let mut shards = Shards::default();
        let mut listed = None::<Instant>;
        loop {
            let round = Instant::now();
            if listed.is_none_or(|listed| listed.elapsed() > LISTED) {
                shards.update(self.kinesis.shards().await?);
                listed = Some(round);
            }
            if self.read_round(&mut shards).await? {
                // The children of what has ended are there.
                listed = None;
            }
            tries.worked();
            tokio::time::sleep_until(round + ROUND).await;
        }
    }

    /// Reads each shard once; whether one of them has ended.
    async fn read_round(&self, shards: &mut Shards) -> Result<bool, Problem> {
        let (mut ended, mut refused) = (false, None);
        for reading in shards.readable() {
            match self.read_shard(reading).await {
                // The other shards do not wait for this one.
                Err(problem @ Problem::Call(CallError::Refused { .. })) => refused = Some(problem),
                told => told?,
            }
            ended |= reading.ended;
        }
        refused.map_or(Ok(ended), Err)
    }

    /// Reads a shard on, by what Kinesis gives at once.
    async fn read_shard(&self, reading: &mut Reading) -> Result<(), Problem> {
        let place = format!("kinesis:{}/{}", self.source.stream, reading.shard.identity());
        let iterator = match reading.iterator.take() {
            Some(iterator) => iterator,
            None => {
                let begin = self.stream.position(&place).map_or_else(|| self.begin.clone(), Begin::After);
                self.kinesis.iterator(&reading.shard, &begin).await?
            }
        };
        let batch = self.kinesis.records(&iterator).await?;
        if let Some(last) = batch.records.last() {
            let position = (place, last.sequence_number.clone());
            let arrivals = batch.records.into_iter().flat_map(|record| arrivals(&reading.shard, record));
            let arrivals: Vec<_> = arrivals.collect();
            self.stream.accept(&arrivals, &[position]).map_err(Problem::Unaccepted)?;
        }
        reading.ended = batch.next_shard_iterator.is_none();
        reading.iterator = batch.next_shard_iterator;
        Ok(())
    }
}

/// Where shards begin that were never read. From the latest record on means: from when it was first asked for, whatever happens
/// before the first record comes.
fn begin(stream: &Stream, source: &KinesisSource) -> Result<Begin, Problem> {
    if source.start == Start::TrimHorizon {
        return Ok(Begin::TrimHorizon);
    }
    let key = format!("kinesis:{}", source.stream);
    if let Some(since) = stream.position(&key).and_then(|since| since.parse().ok()) {
        return Ok(Begin::Since(since));
    }
    let now = now_ms();
    stream.accept(&[], &[(key, now.to_string())]).map_err(Problem::Unaccepted)?;
    Ok(Begin::Since(now))
}

/// What arrives with a record: itself, or what is packed in it. One that is broken arrives as it is, and so does an empty one (not
/// documented; nothing is lost that way). Nor is it documented whether Firehose leaves out records whose key belongs to another
/// shard, as the Kinesis Client Library does: they arrive.
fn arrivals(shard: &Shard, record: Record) -> Vec<Arrival> {
    let metadata = Metadata {
        arrival_time_ms: Some((record.approximate_arrival_timestamp * 1000.0).round() as u64),
        shard_id: Some(shard.shard_id.clone()),
        sequence_number: Some(record.sequence_number),
        ..Metadata::default()
    };
    let arrival = |place: u64, partition_key, data| Arrival {
        data,
        metadata: Metadata {
            partition_key: Some(partition_key),
            subsequence_number: Some(place),
            ..metadata.clone()
        },
    };
    match unpack(&record.data) {
        Some(records) => {
            (0..).zip(records).map(|(place, user)| arrival(place, user.partition_key, user.data)).collect()
        }
        None => vec![arrival(0, record.partition_key, record.data)],
    }
}

/// What is remembered between tries.
#[derive(Debug, Default)]
struct Tries {
    /// How many have failed since the last that worked.
    in_vain: u32,
    /// The last trouble, and when it was.
    told: Option<(String, Instant)>,
}

impl Tries {
    fn worked(&mut self) {
        self.in_vain = 0;
    }

    /// Gives what is to be told: each trouble once, not at every try.
    fn failed(&mut self, source: &KinesisSource, problem: &Problem) -> Option<String> {
        self.in_vain += 1;
        if problem.is_expiry() {
            return None;
        }
        let (message, now) = (message(source, problem), Instant::now());
        let before = self.told.replace((message.clone(), now));
        let is_known = before.is_some_and(|(told, at)| told == message && now - at < TOLD);
        (!is_known).then_some(message)
    }
}

fn message(source: &KinesisSource, problem: &Problem) -> String {
    let at = source.endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    let what = format!("the Kinesis stream `{}`{at} is not read", source.stream);
    let hint = problem.hint().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    format!("{what}: {problem}{hint}")
}

/// The way out, by Kinesis's code.
fn hint(code: &str) -> &'static str {
    match code {
        "ResourceNotFoundException" | "ResourceInUseException" => "it is read as soon as it is there",
        "ProvisionedThroughputExceededException" | "LimitExceededException" => {
            "it is read on in a while; others may read it, too"
        }
        "InvalidArgumentException" => "is it another stream of the same name, or is this clock ahead?",
        _ => CREDENTIALS,
    }
}

const CREDENTIALS: &str =
    "credentials and region are those of the environment: `AWS_ACCESS_KEY_ID`, `AWS_REGION`";
