//! Amazon Data Firehose on one's own machine: real clients in, objects as S3 would have them out, a transform between.
//!
//! Records that were accepted are in a journal until they stand in an object, so a killed process loses none. The way of a
//! record is one file, `stream.rs`: read it from top to bottom. What AWS is known to do, and how that is known, stands with each rule.

mod arn;
mod buffer;
mod clock;
mod compression;
pub mod config;
mod destination;
mod function;
mod happened;
mod journal;
mod partition;
mod pause;
mod prepare;
mod record;
mod server;
mod sources;
mod stream;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use config::{Source, StreamConfig};

pub use clock::now_ms;
pub use function::{Function, Log, Program, Verdict};
pub use happened::{Happened, Judged, Told, Transformed, Watch, What};
pub use nozzle_objects::{ErrorOutput, Failure};
pub use partition::Query;
pub use record::{Record, RecordId};
pub use sources::follow;
pub use stream::Stream;

pub(crate) use record::Arrival;

/// What a client has to bring a request to its end when no more are taken. What it brings later is in the journal for the next process.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Why a local Firehose cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Its address.
    #[error("failed to listen on `{address}`\n  hint: another `--listen` address, or end what listens there")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The journal of a stream.
    #[error("failed to open the journal of stream `{stream}`")]
    Journal {
        /// The stream's name.
        stream: String,
        /// Why not.
        source: io::Error,
    },
    /// The bucket of a stream, or of its backup.
    #[error("failed to open the bucket of stream `{stream}`: {problem}")]
    Bucket {
        /// The stream's name.
        stream: String,
        /// Why not.
        problem: String,
    },
}

/// How a local Firehose runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address of its API; port 0 for any.
    pub listen: SocketAddr,
    /// Where journals are, a folder a stream.
    pub state: PathBuf,
    /// Every N-th entry of the batches that are put is refused, as Firehose does that has too much to do. None by default.
    pub refuse_every: Option<NonZeroU64>,
}

/// Streams at work behind one address.
#[expect(missing_debug_implementations, reason = "compiled code has nothing to show")]
pub struct Firehose {
    address: SocketAddr,
    streams: Arc<[Arc<Stream>]>,
    /// What takes records that are put, until `closing` is dropped.
    server: JoinHandle<()>,
    closing: oneshot::Sender<()>,
    /// What reads other sources.
    sources: Vec<JoinHandle<()>>,
    flows: Vec<JoinHandle<()>>,
    ending: watch::Sender<bool>,
}

impl Firehose {
    /// Opens journals, delivers what an earlier process has left, and listens. Each stream comes with its function, where it has one.
    /// `page` makes what is served beside the API, under other paths and methods than its `POST /`.
    ///
    /// # Errors
    ///
    /// When the address is taken, a journal is in use or cannot be read, or a bucket cannot be opened.
    pub async fn start(
        streams: Vec<(StreamConfig, Option<Function>)>,
        options: &Options,
        watch: Arc<dyn Watch>,
        page: impl FnOnce(Arc<[Arc<Stream>]>) -> axum::Router,
    ) -> Result<Self, LocalError> {
        let failed = |source| LocalError::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let open =
            |(config, function)| Stream::open(config, function, &options.state, watch.clone()).map(Arc::new);
        let streams: Arc<[Arc<Stream>]> = streams.into_iter().map(open).collect::<Result<_, _>>()?;
        let (ending, is_ending) = watch::channel(false);
        let flows = streams.iter().map(|stream| tokio::spawn(Arc::clone(stream).run(is_ending.clone())));
        let flows = flows.collect();
        let sources = streams.iter().filter_map(read_source).collect();
        let (closing, is_closing) = oneshot::channel();
        let router = server::router(streams.clone(), options.refuse_every).merge(page(streams.clone()));
        let server = tokio::spawn(serve(listener, router, is_closing));
        Ok(Self { address, streams, server, closing, sources, flows, ending })
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
        drop(self.closing);
        let _ = timeout(LAST_REQUESTS, self.server).await;
        for source in &self.sources {
            source.abort();
        }
        for source in self.sources {
            let _ = source.await;
        }
        self.ending.send_replace(true);
        for flow in self.flows {
            flow.await.expect("a stream's flow does not panic");
        }
    }
}

/// Serves until it is closed, and then those who are being served. The page asks who they are.
async fn serve(listener: TcpListener, router: axum::Router, closing: oneshot::Receiver<()>) {
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
    let closed = async { closing.await.unwrap_or_default() };
    serving.with_graceful_shutdown(closed).await.expect("a listener that listens goes on");
}

/// Reads a stream's source, where records are not put to it.
fn read_source(stream: &Arc<Stream>) -> Option<JoinHandle<()>> {
    match &stream.config().source {
        Source::DirectPut => None,
        Source::Kinesis(source) => Some(tokio::spawn(sources::read_kinesis(stream.clone(), source.clone()))),
    }
}
