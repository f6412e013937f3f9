//! `nozzle dev`: Amazon Data Firehose on this machine.

use std::future::{Future, pending};
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use nozzle_local::config::{Source, StreamConfig};
use nozzle_local::{Firehose, Function, Happened, Options, Stream, Watch, follow};

use crate::dev::{State, Streams, Transformer, banner, show_event};
use crate::page::Page;
use crate::show;
use crate::signals::Signals;

/// Play Amazon Data Firehose: real clients put records in, objects come out as S3 would have them.
///
/// Beside a streams.toml, plays the streams that it describes. Beside a nozzle.toml alone, plays one Direct PUT stream that is called
/// like the folder, transforms by the pipeline, and puts objects into the folder `out` after a second.
///
/// Its address in a browser is a page: streams at work, records before and after, pipelines to try. It answers this machine alone.
///
/// What was accepted is on disk until it is delivered: a killed process loses none, the next one goes on. Ctrl-C or SIGTERM takes no
/// more, delivers what is buffered, and ends; a second one ends at once. Standard output has a line an invocation of the pipeline
/// and a line an object, standard error troubles.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A file whose lines are put into the stream, and followed as it grows; `-` for standard input
    #[arg(value_name = "INPUT")]
    input: Option<PathBuf>,
    /// The streams that are played [default: streams.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    streams: Option<PathBuf>,
    /// Play one stream, without a streams.toml, through this pipeline [default: nozzle.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "streams")]
    config: Option<PathBuf>,
    /// The address of the API; port 0 for any
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4573")]
    listen: SocketAddr,
    /// Every buffer hands on after this time at the latest, such as `1s`, whatever streams.toml says
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    interval: Option<Duration>,
    /// The stream that the lines of INPUT are put into, where there are several
    #[arg(long, value_name = "NAME", requires = "input")]
    stream: Option<String>,
    /// Transform by a process, as Lambda runs it: by Nozzle's bootstrap on the pipeline's package, or by any other program that
    /// speaks the Lambda Runtime API
    #[arg(long, value_name = "BOOTSTRAP", num_args = 0..=1)]
    lambda: Option<Option<PathBuf>>,
    /// Where records are kept until they are delivered [default: .nozzle/dev beside the file]
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Refuse every N-th entry of PutRecordBatch with `ServiceUnavailableException`, as Firehose throttles: a client that does not
    /// put it again loses it
    #[arg(long, value_name = "N")]
    refuse_every: Option<NonZeroU64>,
    /// End when INPUT is at its end and everything is delivered
    #[arg(long)]
    once: bool,
    /// One JSON object a line instead of text
    #[arg(long)]
    json: bool,
}

impl Args {
    fn transformer(&self) -> Transformer {
        match &self.lambda {
            None => Transformer::Here,
            Some(None) => Transformer::Bootstrap,
            Some(Some(program)) => Transformer::Program(program.clone()),
        }
    }
}

const EXAMPLES: &str = r#"Examples:
  nozzle dev                                           until Ctrl-C
  nozzle dev orders.jsonl --once                       put a file's lines, deliver, end
  nozzle generate orders --count 1000 | nozzle dev -   put what another command writes

AWS's clients need the endpoint, and any credentials and region:
  export AWS_ENDPOINT_URL_FIREHOSE=http://127.0.0.1:4573
  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1

The AWS CLI, version 2:
  aws firehose list-delivery-streams
  aws firehose put-record --delivery-stream-name orders --cli-binary-format raw-in-base64-out \
    --record '{"Data": "{\"id\": 1}\n"}'

Python:
  firehose = boto3.client("firehose")
  firehose.put_record(DeliveryStreamName="orders", Record={"Data": b'{"id": 1}\n'})"#;

/// Shows what happens on the terminal, and takes it down for the page.
struct Looks {
    json: bool,
    page: Arc<Page>,
}

impl Watch for Looks {
    fn note(&self, happened: &Happened) {
        // First, so that whoever has read the line finds it on the page.
        self.page.note(happened);
        show_event(happened, self.json);
    }

    fn records(&self) -> usize {
        self.page.records()
    }
}

/// Streams that are about to be played.
struct Prepared {
    streams: Vec<(StreamConfig, Option<Function>)>,
    /// What their functions are called.
    functions: Vec<Option<String>>,
    options: Options,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let prepared = prepare(args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(play(args, prepared));
    // A standard input that is still open would keep its reader, and the process.
    runtime.shutdown_background();
    ended
}

fn prepare(args: &Args) -> anyhow::Result<Prepared> {
    let Streams { file, configs } = Streams::find(args.streams.as_deref(), args.config.as_deref())?;
    let state = State::at(args.state.as_deref(), &file)?;
    let options = Options { listen: args.listen, state: state.journals(), refuse_every: args.refuse_every };
    let (mut streams, mut functions) = (Vec::new(), Vec::new());
    for config in configs {
        let (function, name) = args.transformer().of(&config, &state)?.unzip();
        let config = args.interval.map_or(config.clone(), |interval| config.hurried(interval));
        streams.push((config, function));
        functions.push(name);
    }
    state.make()?;
    Ok(Prepared { streams, functions, options })
}

/// Plays streams until something ends them, and delivers what they have accepted.
async fn play(args: &Args, Prepared { streams, functions, options }: Prepared) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::listen().context("failed to listen for signals")?;
    let page = Arc::new(Page::default());
    let watch = Arc::new(Looks { json: args.json, page: Arc::clone(&page) });
    let names = functions.clone();
    let firehose = Firehose::start(streams, &options, watch, |streams| page.router(streams, names)).await?;
    banner(&firehose, &functions);
    let ended = tokio::select! {
        ended = input(args, &firehose)? => ended,
        _ = signals.next() => Ok(()),
    };
    tokio::select! {
        () = firehose.finish() => {
            ended.context("failed to read the input")?;
            Ok(ExitCode::SUCCESS)
        }
        _ = signals.next() => {
            show::note("ended before everything was delivered: the next `nozzle dev` goes on");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Puts the lines of the input into a stream. Comes to an end only with `--once`.
fn input(args: &Args, firehose: &Firehose) -> anyhow::Result<impl Future<Output = io::Result<()>> + use<>> {
    let once = args.once;
    let from = match &args.input {
        Some(file) => Some((input_stream(args, firehose.streams())?, file.clone())),
        None => None,
    };
    Ok(async move {
        if let Some((stream, file)) = from {
            follow(stream, &file, !once).await?;
        }
        if once { Ok(()) } else { pending().await }
    })
}

/// The stream that the input is for.
fn input_stream(args: &Args, streams: &[Arc<Stream>]) -> anyhow::Result<Arc<Stream>> {
    let names = || streams.iter().map(|stream| &*stream.config().name).collect::<Vec<_>>().join(", ");
    let stream = match (&args.stream, streams) {
        (None, [only]) => only,
        (None, _) => bail!("there are several streams\n  hint: `--stream` with one of {}", names()),
        (Some(name), _) => {
            let named = streams.iter().find(|stream| stream.config().name == *name);
            named.with_context(|| format!("there is no stream `{name}`\n  hint: there are {}", names()))?
        }
    };
    let config = stream.config();
    ensure!(
        config.source == Source::DirectPut,
        "the stream `{}` reads a Kinesis stream: nothing can be put into it",
        config.name
    );
    Ok(Arc::clone(stream))
}
