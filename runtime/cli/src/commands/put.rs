//! `nozzle put`: files into a stream.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::ensure;
use clap::ArgGroup;
use nozzle_runtime::firehose::Source;

use crate::input::{Format, Input, named};
use crate::put::{Folder, Known, Progress, Putting, Report, Shape};
use crate::send::{Interrupted, Sender, TargetArgs};
use crate::show;

/// Put the rows of files into a Firehose or Kinesis stream, each once.
///
/// JSON Lines, any lines, or rows of CSV, gzip or not; each becomes a record, with a newline behind it. What the stream refuses is put
/// again, with pauses, until each record is acknowledged.
///
/// A run that ended early goes on when it is started again with the same arguments: what was acknowledged is not put again. Only
/// records whose request had no answer are in doubt; `--unsure` says what becomes of them. A file that was put to its end is passed
/// over, a file that has changed is refused. Standard input is put as it comes, and cannot go on.
///
/// Ctrl-C and SIGTERM let a request come to its end first; a second one does not.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("to").required(true).args(["stream", "kinesis"]))]
pub(crate) struct Args {
    /// Files, or `-` for standard input; `sample` is `sample.jsonl` where no other file is named `sample.*`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
    /// What the files hold [default: rows of CSV in a file that is named so, else told by the first line]
    #[arg(long, value_enum, default_value_t = Format::Auto, hide_default_value = true)]
    format: Format,
    /// Leave out the first row of each file of CSV
    #[arg(long)]
    header: bool,
    /// Pack whole rows into records of up to 5 KB, for which Firehose bills each record at least
    #[arg(long, conflicts_with = "partition_key")]
    pack: bool,
    /// The folder that remembers what was put, by the names of streams and where they are, whatever the account
    #[arg(long, value_name = "FOLDER", default_value = ".nozzle/put")]
    state: PathBuf,
    /// Put all of the files, whatever an earlier run has put of them
    #[arg(long)]
    restart: bool,
    /// One JSON object with the summary
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  nozzle put orders.jsonl --stream orders
  nozzle put sales/*.csv.gz --header --pack --stream sales
  nozzle put orders.jsonl --kinesis orders --partition-key /customer_id --rate 500
  nozzle generate orders | nozzle put - --stream orders --endpoint http://127.0.0.1:4573   into `nozzle dev`

Exit codes: 0 all is put, 1 error, 2 usage, 3 all is put but what is kept apart, 130 Ctrl-C, 143 SIGTERM";

/// All is put but what is kept apart.
const KEPT: u8 = 3;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut sender = Sender::open(&args.target)?;
    let files = args.known(&sender)?;
    let mut report = Report::default();
    let put = put(files, &mut sender, &mut report);
    report.tally = sender.tally();
    report.show(&args.target.shown(), args.json)?;
    match put {
        Ok(()) => Ok(ExitCode::from(if report.has_kept() { KEPT } else { 0 })),
        Err(error) => error.downcast::<Interrupted>().map(|interrupted| ExitCode::from(interrupted.code)),
    }
}

/// Puts one file behind the other.
fn put(files: Vec<Known>, sender: &mut Sender, report: &mut Report) -> anyhow::Result<()> {
    let mut progress = Progress::new(length(&files));
    for file in files {
        if file.state.is_done() {
            report.passed_over(&file.state);
        } else {
            Putting::begin(sender, file, report, &mut progress).run()?;
        }
    }
    Ok(())
}

impl Args {
    /// The files, and what is known of them: what is wrong with any of them is told before anything is put.
    fn known(&self, sender: &Sender) -> anyhow::Result<Vec<Known>> {
        let stream = self.target.stream.as_ref().or(self.target.kinesis.as_ref());
        let folder = Folder::make(&self.state, stream.map_or("", String::as_str), sender.endpoint())?;
        let mut paths: Vec<PathBuf> = Vec::new();
        for path in &self.files {
            let path = if path == Path::new("-") { path.clone() } else { named(path)? };
            // The same file twice is one.
            if !paths.iter().any(|known| known.canonicalize().ok() == path.canonicalize().ok()) {
                paths.push(path);
            }
        }
        paths.into_iter().map(|path| self.known_file(&folder, path)).collect()
    }

    fn known_file(&self, folder: &Folder, path: PathBuf) -> anyhow::Result<Known> {
        let format = self.format_of(&path);
        ensure!(
            !self.header || format == Format::Csv,
            "`{}` is not known to be CSV, and has no header\n  hint: `--format csv`",
            path.display()
        );
        let shape = Shape { format: show::name(&format), header: self.header, pack: self.pack };
        let state = folder.state(&path, &shape, self.restart)?;
        Ok(Known { path, format, state })
    }

    /// CSV has no mark of its own but its name.
    fn format_of(&self, path: &Path) -> Format {
        let name = path.to_string_lossy().to_ascii_lowercase();
        let is_csv = name.ends_with(".csv") || name.ends_with(".csv.gz");
        if self.format == Format::Auto && is_csv { Format::Csv } else { self.format }
    }
}

/// The bytes of all files that are to be put; none where that is not known before they are read.
fn length(files: &[Known]) -> Option<u64> {
    let lengths = files.iter().filter(|file| !file.state.is_done()).map(|file| plain_length(&file.path));
    lengths.sum::<Option<u64>>()
}

fn plain_length(path: &Path) -> Option<u64> {
    // What is in a pipe can be read once.
    let file = Some(path).filter(|path| path.is_file())?;
    Input::open(file, Format::Lines, Source::Direct).ok()?.length
}
