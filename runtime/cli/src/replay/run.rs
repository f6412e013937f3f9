//! What is asked for, and the run that does it: a new one, or the one that ended early.

use std::fs;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use nozzle_local::now_ms;
use nozzle_objects::Source;
use serde::{Deserialize, Serialize};

use super::fate::Wants;
use super::state::{Progress, State};
use super::version::Version;
use crate::send::{Sender, TargetArgs};
use crate::{show, state};

/// What is replayed, and where to.
#[derive(clap::Args)]
pub(crate) struct RunArgs {
    /// Files, folders, `s3://bucket/prefix`
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,
    /// Write the rows of what succeeds into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stream", "kinesis"])]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// What is put into a stream
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = What::Records)]
    send: What,
    /// Where lines are kept apart that go nowhere; a file that is not there yet [default: `kept.jsonl` in the target's folder below
    /// `--state`, or the first of `kept-2.jsonl` and so on]
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// The folder that remembers what was replayed
    #[arg(long, value_name = "FOLDER", default_value = ".nozzle/replay")]
    state: PathBuf,
    /// Send what was sent before and has come back
    #[arg(long)]
    pub(super) again: bool,
    /// Forget what was replayed to this target, and replay all of it
    #[arg(long)]
    restart: bool,
}

/// What is put into a stream.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The records as they once came, for a stream with the transform
    Records,
    /// The rows that the pipeline makes of them, for a stream without one
    Rows,
}

/// What a run is about: written once, when it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// When it began, in milliseconds since 1970.
    pub(crate) id: u64,
    /// As they were named.
    pub(crate) inputs: Vec<String>,
    /// What is put, rows or records.
    pub(crate) rows: bool,
    /// Where lines are kept apart.
    pub(crate) keep: PathBuf,
    /// What was there then: what comes later is for a later run.
    pub(crate) objects: Vec<Version>,
}

/// How many records a second are put back where nothing else is said: a stream has others to serve.
const RATE: Option<NonZeroU32> = NonZeroU32::new(1_000);

impl RunArgs {
    /// What is to become of records.
    pub(crate) fn wants(&self) -> Wants {
        match (&self.out, &self.target.stream, &self.target.kinesis) {
            (Some(_), ..) => Wants::Out,
            (None, None, None) => Wants::Report,
            _ if self.send == What::Rows => Wants::Rows,
            _ => Wants::Records,
        }
    }

    /// What sends, where something is sent.
    pub(crate) fn sender(&self) -> anyhow::Result<Option<Sender>> {
        ensure!(
            !self.inputs.iter().any(|input| input == "-"),
            "standard input cannot be read a second time by a run that goes on\n  hint: name a file"
        );
        let target = TargetArgs { rate: self.target.rate.or(RATE), ..self.target.clone() };
        self.out.is_none().then(|| Sender::open(&target)).transpose()
    }

    /// What is known of earlier runs to the target.
    pub(crate) fn state(&self, sender: Option<&Sender>) -> anyhow::Result<State> {
        State::open(&self.state, &self.folder(sender)?)
    }

    /// The name of the target's folder.
    fn folder(&self, sender: Option<&Sender>) -> anyhow::Result<String> {
        if let Some(out) = &self.out {
            let path = std::path::absolute(out)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            return Ok(state::name(&name, &path.to_string_lossy()));
        }
        let (service, name) = match (&self.target.stream, &self.target.kinesis) {
            (Some(name), _) => ("firehose", name),
            (None, name) => ("kinesis", name.as_ref().context("no stream is named")?),
        };
        let endpoint = sender.map(Sender::endpoint).unwrap_or_default();
        Ok(state::name(name, &format!("{service}\n{name}\n{endpoint}")))
    }

    /// The run that goes on, or a new one; none where there is nothing new.
    pub(crate) fn run(&self, source: &Source, state: &State) -> anyhow::Result<Option<(Run, Progress)>> {
        let is_known = state.is_known();
        if self.restart {
            state.restart()?;
        }
        if let Some(run) = state.run()? {
            self.check_goes_on(&run)?;
            let progress = state.progress(&run)?;
            return Ok(Some((run, progress)));
        }
        let objects = state.new_ones(Version::list(source, &self.inputs)?)?;
        if objects.is_empty() {
            return Ok(None);
        }
        let out_bytes = self.out_bytes(is_known)?;
        let (id, inputs, rows) = (now_ms(), self.inputs.clone(), self.send == What::Rows);
        let run = Run { id, inputs, rows, keep: self.new_keep(state)?, objects };
        let progress = Progress::new(&run, out_bytes);
        state.begin(&run, &progress)?;
        Ok(Some((run, progress)))
    }

    fn check_goes_on(&self, run: &Run) -> anyhow::Result<()> {
        let is_same = run.inputs == self.inputs && run.rows == (self.send == What::Rows);
        let keeps = self
            .keep
            .as_ref()
            .is_none_or(|keep| std::path::absolute(keep).is_ok_and(|keep| keep == run.keep));
        ensure!(
            is_same && keeps,
            "a replay of `{}` to this target was not brought to its end\n  \
             hint: the same arguments go on with it (`--send {}`, `--keep {}`); `--restart` forgets it",
            run.inputs.join(" "),
            if run.rows { "rows" } else { "records" },
            run.keep.display()
        );
        show::note("goes on with the run that ended early");
        Ok(())
    }

    /// Where a new run keeps lines apart: in a file of its own, for the one of an earlier run may have been replayed since.
    fn new_keep(&self, state: &State) -> anyhow::Result<PathBuf> {
        let Some(keep) = &self.keep else { return Ok(std::path::absolute(state.free_keep())?) };
        ensure!(
            !keep.exists(),
            "`{}` is there already\n  hint: each run keeps lines in a file of its own: name another",
            keep.display()
        );
        Ok(std::path::absolute(keep)?)
    }

    /// How much is in the file of rows already that stays there: what earlier runs have written, unless these are forgotten.
    fn out_bytes(&self, is_known: bool) -> anyhow::Result<u64> {
        let Some(out) = self.out.as_deref().filter(|out| out.exists()) else { return Ok(0) };
        let length = fs::metadata(out).with_context(|| format!("failed to read `{}`", out.display()))?.len();
        ensure!(
            length == 0 || is_known,
            "`{}` is there already, and no replay has written it\n  hint: name another file, or remove it",
            out.display()
        );
        Ok(if self.restart { 0 } else { length })
    }
}
