//! `nozzle generate`: sample records, the same for the same seed.

use std::io::{BufWriter, ErrorKind, Write as _};
use std::process::ExitCode;

use crate::orders::{Orders, Shape};

/// Generate sample records as JSON Lines, the same ones for the same seed.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Change records of a DynamoDB table of orders
    Orders {
        /// How many records
        #[arg(long, value_name = "N", default_value_t = 100)]
        count: usize,
        /// Another seed, other records
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// How the records reach Firehose
        #[arg(long, value_enum, default_value_t = Shape::Streams)]
        shape: Shape,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let What::Orders { count, seed, shape } = args.what;
    match write(Orders::new(seed, shape).take(count)) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => written.map(|()| ExitCode::SUCCESS).map_err(Into::into),
    }
}

fn write(lines: impl Iterator<Item = String>) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}
