//! Amazon Data Firehose on one's own machine: real clients in, objects as S3 would have them out, a transform between.
//!
//! Records that were accepted are in a journal until they stand in an object, so a killed process loses none. The way of a
//! record is one file, `stream.rs`: read it from top to bottom. What AWS is known to do, and how that is known, stands with each rule.

pub mod config;
mod destination;
mod failure;
mod function;
mod happened;
mod journal;
pub mod parquet;
mod partition;
mod prefix;
mod prepare;
mod record;
mod server;
mod sources;
mod stream;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use config::StreamConfig;

pub use failure::{ErrorOutput, Failure};
pub use function::{Function, Program};
pub use happened::{Happened, Watch, What};
pub use partition::Query;
pub use prefix::Prefix;
pub use record::{Arrival, Record, RecordId};
pub use sources::follow;
pub use stream::Stream;

/// Streams at work behind one address.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Firehose {
    address: SocketAddr,
    streams: Arc<[Arc<Stream>]>,
}

/// How a local Firehose runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address of its API; port 0 for any.
    pub listen: SocketAddr,
    /// Where journals are, a folder a stream.
    pub state: PathBuf,
}

impl Firehose {
    /// Opens journals, delivers what an earlier process has left, and listens. Each stream comes with its function, where it has one.
    ///
    /// # Errors
    ///
    /// When the address is taken, a journal is in use or cannot be read, or a bucket cannot be opened.
    pub async fn start(
        streams: Vec<(StreamConfig, Option<Function>)>,
        options: &Options,
        watch: Watch,
    ) -> Result<Self, String> {
        let _ = (streams, options, watch);
        unimplemented!("flow")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its streams.
    pub fn streams(&self) -> &[Arc<Stream>] {
        &self.streams
    }

    /// Takes no more records, and returns when all that were accepted are delivered, whatever buffers would wait for.
    pub async fn finish(self) {
        unimplemented!("flow")
    }
}
