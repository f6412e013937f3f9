//! Where records are sent to.

use std::num::NonZeroU32;

use anyhow::{Context as _, bail};
use nozzle_aws::firehose::Firehose;
use nozzle_aws::kinesis::{Entry, Kinesis};
use nozzle_aws::{CallError, Refused};

use super::batch::{Batch, Limits};

/// Where records are sent to, and how.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct TargetArgs {
    /// Put into this Firehose stream
    #[arg(long, value_name = "NAME", conflicts_with = "kinesis")]
    pub(crate) stream: Option<String>,
    /// Put into this Kinesis data stream
    #[arg(long, value_name = "NAME")]
    pub(crate) kinesis: Option<String>,
    /// The member of a record that is its partition key in Kinesis, a JSON pointer such as `/customer/id`; a hash of the record where
    /// it has none
    #[arg(long, value_name = "POINTER", requires = "kinesis", value_parser = pointer)]
    pub(crate) partition_key: Option<String>,
    /// Where the stream is [default: AWS_ENDPOINT_URL_FIREHOSE or _KINESIS, or AWS's own in AWS_REGION]
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Records a second at most [default: as fast as they are taken; 1000 of `nozzle replay`]
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<NonZeroU32>,
    /// What becomes of records whose request had no answer, because the process or the connection ended: nobody can be asked
    /// whether they are there
    #[arg(long, value_enum, default_value_t = Unsure::Send)]
    pub(crate) unsure: Unsure,
}

/// What becomes of records of which it is not known whether they were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Unsure {
    /// Sent again: some may be there twice
    Send,
    /// Kept apart in a file: some may be missing
    Keep,
}

/// A stream that takes records.
#[derive(Debug)]
pub(super) enum Target {
    Firehose(Firehose),
    Kinesis(Kinesis),
}

impl TargetArgs {
    /// Opens the stream that is named.
    pub(super) fn open(&self) -> anyhow::Result<Target> {
        let endpoint = self.endpoint.as_deref();
        let opened = match (&self.stream, &self.kinesis) {
            (Some(name), _) => Firehose::open(name, endpoint).map(Target::Firehose),
            (None, Some(name)) => Kinesis::open(name, endpoint).map(Target::Kinesis),
            (None, None) => bail!("no stream is named\n  hint: `--stream NAME` or `--kinesis NAME`"),
        };
        opened.with_context(|| format!("{} cannot be called", self.shown()))
    }

    /// ``the Firehose stream `orders` ``, for messages.
    pub(crate) fn shown(&self) -> String {
        match (&self.stream, &self.kinesis) {
            (None, Some(name)) => format!("the Kinesis stream `{name}`"),
            (name, _) => format!("the Firehose stream `{}`", name.as_deref().unwrap_or_default()),
        }
    }

    /// What fits into a request.
    pub(super) fn limits(&self) -> Limits {
        if self.stream.is_some() { Limits::FIREHOSE } else { Limits::KINESIS }
    }
}

impl Target {
    /// Puts those records of a batch that are at these places. Gives those that are refused, by their place among the places.
    pub(super) async fn put(&self, batch: &Batch, places: &[usize]) -> Result<Vec<Refused>, CallError> {
        let data = |place: &usize| &*batch.records()[*place];
        match self {
            Self::Firehose(stream) => stream.put(places.iter().map(data)).await,
            Self::Kinesis(stream) => {
                let entry = |place: &usize| Entry { partition_key: batch.key(*place), data: data(place) };
                stream.put(places.iter().map(entry)).await
            }
        }
    }

    pub(super) fn endpoint(&self) -> &str {
        match self {
            Self::Firehose(stream) => stream.endpoint(),
            Self::Kinesis(stream) => stream.endpoint(),
        }
    }
}

/// A JSON pointer to a member. <https://www.rfc-editor.org/rfc/rfc6901>
fn pointer(text: &str) -> Result<String, String> {
    if text.len() > 1 && text.starts_with('/') {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a JSON pointer begins with `/`: `/{}`",
        text.trim_start_matches(['$', '.', '/']).replace('.', "/")
    ))
}
