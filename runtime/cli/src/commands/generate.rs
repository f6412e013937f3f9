//! `nozzle generate`: sample records, the same for the same seed.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use super::usage;
use crate::generators::invoices::{self, Invoices};
use crate::generators::orders::{Orders, Shape};
use crate::generators::sales::Sales;
use crate::generators::ticks::Ticks;

/// Generate sample records, one a line, the same ones for the same seed.
///
/// With `--rate` they come as they would in life: `nozzle generate ticks --rate 5 --follow | nozzle dev -`.
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
    /// Ticks of five price indexes, as JSON Lines
    Ticks {
        #[command(flatten)]
        amount: Amount,
    },
    /// Invoice lines of a web shop, as JSON Lines or CSV
    #[command(visible_alias = "ecommerce")]
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
    /// So many a second, each written when it is due; 0.1 is one every ten seconds [default: as fast as can be]
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
    /// Without end: until it is interrupted, or nobody reads on
    #[arg(long, conflicts_with = "count")]
    follow: bool,
}

#[derive(clap::Args)]
struct Mess {
    /// The share of the records that is messy, 0 to 1: other names for countries, and what is to be rejected
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = share)]
    messy: f64,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let written = match &args.what {
        What::Orders { amount, shape } => amount.write(None, Orders::new(amount.seed, *shape)),
        What::Sales { amount, mess, delimiter, header } => {
            let sales = Sales::new(amount.seed, *delimiter, mess.messy);
            amount.write(header.then(|| Sales::header(*delimiter)), sales)
        }
        What::Ticks { amount } => amount.write(None, Ticks::new(amount.seed)),
        What::Invoices { amount, mess, format, header } => {
            if *header && *format == invoices::Format::Json {
                return Err(usage("`--header` is for `--format csv`"));
            }
            let lines = Invoices::new(amount.seed, *format, mess.messy);
            amount.write(header.then(Invoices::header), lines)
        }
    };
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => written.map(|()| ExitCode::SUCCESS).map_err(Into::into),
    }
}

impl Amount {
    /// Writes as many of the lines as are asked for, at the rate that is asked for.
    fn write(&self, header: Option<String>, lines: impl Iterator<Item = String>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        if let Some(header) = header {
            writeln!(out, "{header}")?;
        }
        let count = if self.follow { usize::MAX } else { self.count };
        let begin = Instant::now();
        for (index, line) in lines.take(count).enumerate() {
            if let Some(rate) = self.rate {
                wait(begin + Duration::from_secs_f64(index as f64 / rate), &mut out)?;
            }
            writeln!(out, "{line}")?;
        }
        out.flush()
    }
}

/// Waits until a line is due. What is written goes out before, so that nobody waits for it.
fn wait(due: Instant, out: &mut impl Write) -> io::Result<()> {
    let left = due.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(());
    }
    out.flush()?;
    thread::sleep(left);
    Ok(())
}

/// Slower than one record in a quarter of an hour would look like a hang.
fn rate(text: &str) -> Result<f64, String> {
    within(0.001..=1e9, text)
}

fn share(text: &str) -> Result<f64, String> {
    within(0.0..=1.0, text)
}

fn within(range: RangeInclusive<f64>, text: &str) -> Result<f64, String> {
    let number = text.parse().map_err(|_| "no number".to_owned())?;
    match range.contains(&number) {
        true => Ok(number),
        false => Err(format!("not within {} and {}", range.start(), range.end())),
    }
}
