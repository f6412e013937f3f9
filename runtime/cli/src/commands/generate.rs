//! `nozzle generate`: sample records, the same for the same seed.

use std::io::{BufWriter, ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::bail;

use crate::generators::invoices::{self, Invoices};
use crate::generators::orders::{Orders, Shape};
use crate::generators::sales::Sales;

/// Generate sample records, one a line, the same ones for the same seed.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Change records of a DynamoDB table of orders, as JSON Lines
    Orders {
        #[command(flatten)]
        amount: Amount,
        /// How the records reach Firehose
        #[arg(long, value_enum, default_value_t = Shape::Streams)]
        shape: Shape,
    },
    /// Sales in many countries, as lines of CSV
    Sales {
        #[command(flatten)]
        amount: Amount,
        #[command(flatten)]
        mess: Mess,
        /// What stands between two fields
        #[arg(long, value_name = "CHARACTER", default_value_t = ',')]
        delimiter: char,
        /// Begin with the line that names the columns
        #[arg(long)]
        header: bool,
    },
    /// Invoice lines of a web shop, as JSON Lines or CSV
    Invoices {
        #[command(flatten)]
        amount: Amount,
        #[command(flatten)]
        mess: Mess,
        /// What the lines are
        #[arg(long, value_enum, default_value_t = invoices::Format::Json)]
        format: invoices::Format,
        /// Begin with the line that names the columns; for CSV
        #[arg(long)]
        header: bool,
    },
}

#[derive(clap::Args)]
struct Amount {
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 100)]
    count: usize,
    /// Another seed, other records
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

#[derive(clap::Args)]
struct Mess {
    /// The share of the records that is messy, 0 to 1: other names for countries, and what is to be rejected
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = share)]
    messy: f64,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let written = match &args.what {
        What::Orders { amount, shape } => write(None, Orders::new(amount.seed, *shape).take(amount.count)),
        What::Sales { amount, mess, delimiter, header } => {
            let sales = Sales::new(amount.seed, *delimiter, mess.messy).take(amount.count);
            write(header.then(|| Sales::header(*delimiter)), sales)
        }
        What::Invoices { amount, mess, format, header } => {
            if *header && *format == invoices::Format::Json {
                bail!("`--header` is for `--format csv`");
            }
            let lines = Invoices::new(amount.seed, *format, mess.messy).take(amount.count);
            write(header.then(Invoices::header), lines)
        }
    };
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => written.map(|()| ExitCode::SUCCESS).map_err(Into::into),
    }
}

fn write(header: Option<String>, lines: impl Iterator<Item = String>) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in header.into_iter().chain(lines) {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "no number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("not within 0 and 1".to_owned()) }
}
