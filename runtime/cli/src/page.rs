//! The page of `nozzle dev`, in a browser: streams at work, records before and after, and pipelines to try.
//!
//! What happens is noted as it happens ([`Page::note`]), within bounds; everything else is done when the page asks, twice a second.
//! Its own files are in `runtime/cli/page`.

mod assets;
mod attempt;
mod case;
mod figures;
mod guard;
mod histogram;
mod kept;
mod outcome;
mod own;
mod ready;
mod records;
mod refusal;
mod seconds;
mod streams;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use nozzle_local::config::Source;
use nozzle_local::{Happened, Stream, now_ms};
use nozzle_runtime::firehose;

use attempt::Attempts;
use figures::Figures;
use kept::{Kept, RECORDS};
use ready::ReadyPlugins;
use refusal::Refusal;

/// What may be tried at once, in bytes of a request.
const LARGEST_ATTEMPT: usize = 8 << 20;

/// How many records of a batch are kept while nobody looks: enough to begin with, and not to be felt.
const UNWATCHED: usize = 100;

/// How long somebody looks who has asked for records, in milliseconds. The page asks twice a second.
const LOOKS_MS: u64 = 5_000;

/// What has happened so far, for those who look later.
#[derive(Default)]
pub(crate) struct Page {
    seen: Mutex<Seen>,
    /// When records were asked for last, in milliseconds since 1970.
    asked_ms: AtomicU64,
}

#[derive(Default)]
struct Seen {
    figures: BTreeMap<String, Figures>,
    kept: Kept,
}

/// What answers the page.
struct Served {
    page: Arc<Page>,
    streams: Arc<[Arc<Stream>]>,
    /// What each stream's function is called, where it has one.
    functions: Vec<Option<String>>,
    ready: ReadyPlugins,
    attempts: Attempts,
}

impl Page {
    /// Takes down what happened to a stream.
    pub(crate) fn note(&self, happened: &Happened) {
        let now = now_ms();
        let mut seen = self.seen();
        seen.figures.entry(happened.stream.clone()).or_default().note(&happened.what, now);
        seen.kept.note(happened, now);
    }

    /// How many records of a batch it wants to be told of.
    pub(crate) fn records(&self) -> usize {
        let asked = self.asked_ms.load(Ordering::Relaxed);
        if now_ms().saturating_sub(asked) < LOOKS_MS { RECORDS } else { UNWATCHED }
    }

    /// Everything under `/page/`, and the page itself under `/`.
    pub(crate) fn router(
        self: Arc<Self>,
        streams: Arc<[Arc<Stream>]>,
        functions: Vec<Option<String>>,
    ) -> Router {
        let (ready, attempts) = (ReadyPlugins::default(), Attempts::default());
        let served = Served { page: self, streams, functions, ready, attempts };
        Router::new()
            .route("/", get(assets::index))
            .route("/page/streams", get(streams::all))
            .route("/page/records", get(records::some))
            .route("/page/records/{seq}", get(records::one))
            .route("/page/records/{seq}/case", get(case::of_record))
            .route("/page/plugins", get(ready::all))
            .route("/page/pipeline", get(own::pipeline))
            .route("/page/try", post(attempt::run).layer(DefaultBodyLimit::max(LARGEST_ATTEMPT)))
            .route("/page/{file}", get(assets::file))
            .layer(middleware::from_fn(guard::check))
            .with_state(Arc::new(served))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The source of a stream's records, as plugins are told it.
fn source(stream: &Stream) -> firehose::Source {
    match stream.config().source {
        Source::DirectPut => firehose::Source::Direct,
        Source::Kinesis(_) => firehose::Source::Kinesis,
    }
}

impl Served {
    /// The stream of a name.
    fn stream(&self, name: &str) -> Result<&Arc<Stream>, Refusal> {
        let named = self.streams.iter().find(|stream| stream.config().name == name);
        named.ok_or_else(|| Refusal::absent(format!("there is no stream `{name}`")))
    }
}
