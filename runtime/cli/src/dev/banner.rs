//! What `nozzle dev` says when it has started.

use std::net::SocketAddr;
use std::time::Duration;

use nozzle_local::Firehose;
use nozzle_local::config::{Bucket, Buffer, Compression, KinesisSource, Source, StreamConfig};
use owo_colors::OwoColorize as _;

use crate::show;

/// Says where it listens, and the way of each stream: with what its function is called, where it has one.
pub(crate) fn banner(firehose: &Firehose, functions: &[Option<String>]) {
    let address = firehose.address();
    anstream::eprintln!("{} http://{address}", "Firehose on".bold());
    for (stream, function) in firehose.streams().iter().zip(functions) {
        anstream::eprintln!("  {}", way(stream.config(), function.as_deref()));
        let left = stream.pending();
        if left > 0 {
            anstream::eprintln!("    {} of an earlier run to be delivered", show::plural(left, "record"));
        }
    }
    let clients =
        format!("  clients: AWS_ENDPOINT_URL_FIREHOSE=http://{address}, any credentials and region");
    anstream::eprintln!("{}", clients.dimmed());
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        let page = format!("  the page: http://localhost:{}", address.port());
        anstream::eprintln!("{}", page.dimmed());
    }
    warn_of_others(address);
}

fn warn_of_others(address: SocketAddr) {
    if !address.ip().is_loopback() {
        show::note(&format!("signatures are not checked: whoever reaches {address} may put records"));
    }
}

/// `orders  direct-put -> flatten (1 MiB or 1s) -> out/ (5 MiB or 5m)`
fn way(config: &StreamConfig, function: Option<&str>) -> String {
    let mut steps = vec![source(&config.source)];
    if let (Some(function), Some(transform)) = (function, &config.transform) {
        steps.push(format!("{function} ({})", buffer(transform.buffer)));
    }
    steps.push(objects(config));
    format!("{}  {}", config.name.cyan(), steps.join(" -> "))
}

/// Where a stream's records come from.
pub(crate) fn source(source: &Source) -> String {
    match source {
        Source::DirectPut => "direct-put".to_owned(),
        Source::Kinesis(KinesisSource { stream, endpoint, .. }) => {
            let at = endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
            format!("kinesis {stream}{at}")
        }
    }
}

/// Where a stream's rows go: `out/ (5 MiB or 5m, gzip)`.
pub(crate) fn objects(config: &StreamConfig) -> String {
    let format = match (&config.parquet, config.compression) {
        (Some(_), _) => ", parquet",
        (None, Compression::Gzip) => ", gzip",
        (None, Compression::None) => "",
    };
    let backup = if config.backup.is_some() { ", backup" } else { "" };
    let (bucket, prefix) = (bucket(&config.bucket), &config.prefix);
    format!("{bucket}/{prefix} ({}{format}{backup})", buffer(config.buffer))
}

fn bucket(bucket: &Bucket) -> String {
    match bucket {
        Bucket::S3(name) => format!("s3://{name}"),
        Bucket::Folder(path) => show::nearer(path).to_string(),
    }
}

fn buffer(Buffer { size, interval }: Buffer) -> String {
    if interval == Duration::ZERO {
        return "at once".to_owned();
    }
    let mebibytes = size as f64 / f64::from(1 << 20);
    format!("{mebibytes} MiB or {}", humantime::format_duration(interval))
}
