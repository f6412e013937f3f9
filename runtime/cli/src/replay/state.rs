//! What a run knows of the ones before it, in a folder for each target.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lines::At;
use super::report::Report;
use super::run::Run;
use super::version::Version;
use crate::state;

/// The folder of a target. Nobody else replays to it meanwhile.
#[derive(Debug)]
pub(crate) struct State {
    folder: PathBuf,
    _lock: File,
}

/// How far a run is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    /// The run's `id`: of another one it says nothing.
    run: u64,
    /// All lines before it are done, but for the batch.
    pub(crate) at: At,
    /// How much of the file of rows counts, and of that of kept lines.
    pub(crate) out_bytes: u64,
    pub(crate) kept_bytes: u64,
    /// The places of what is not acknowledged yet of the batch that lies beside.
    pub(crate) pending: Vec<usize>,
    /// How many of these, from the first, are in a request that has no answer yet.
    pub(crate) in_flight: usize,
    pub(crate) report: Report,
}

/// What finished runs leave behind.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Done {
    objects: Vec<Version>,
}

impl State {
    /// Opens the folder of a target; Git leaves it out.
    pub(crate) fn open(root: &Path, target: &str) -> anyhow::Result<Self> {
        let folder = root.join(target);
        state::make_folder(root, &folder)?;
        let lock = state::lock(&folder.join("lock"))?.with_context(|| {
            format!(
                "another process replays to the same target; it keeps its notes in `{}`",
                folder.display()
            )
        })?;
        Ok(Self { folder, _lock: lock })
    }

    /// The ledger of what was sent.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.join("ledger")
    }

    /// The run that was not brought to its end.
    pub(crate) fn run(&self) -> anyhow::Result<Option<Run>> {
        self.read("run.json")
    }

    /// Those objects that no finished run has replayed.
    ///
    /// # Errors
    ///
    /// When one was replayed in another version: it may hold the same lines.
    pub(crate) fn new_ones(&self, objects: Vec<Version>) -> anyhow::Result<Vec<Version>> {
        let done: Done = self.read("done.json")?.unwrap_or_default();
        let known: std::collections::HashMap<&str, &Version> =
            done.objects.iter().map(|version| (&*version.identity, version)).collect();
        for object in &objects {
            ensure!(
                known.get(&*object.identity).is_none_or(|known| known.is_same(object)),
                "`{}` was replayed, and has changed since\n  hint: `--restart` replays all of it, the same records again too",
                object.name
            );
        }
        Ok(objects.into_iter().filter(|object| !known.contains_key(&*object.identity)).collect())
    }

    /// Begins a run. Its progress is there first: without it a run would be taken for one that has done nothing.
    pub(crate) fn begin(&self, run: &Run, progress: &Progress) -> anyhow::Result<()> {
        self.note(progress)?;
        self.write("run.json", run)
    }

    /// How far a run is.
    pub(crate) fn progress(&self, run: &Run) -> anyhow::Result<Progress> {
        let progress = self.read::<Progress>("progress.json")?.filter(|progress| progress.run == run.id);
        progress.with_context(|| {
            format!(
                "`{}` does not say how far the run is\n  hint: `--restart` begins anew",
                self.folder.display()
            )
        })
    }

    /// Notes how far a run is.
    pub(crate) fn note(&self, progress: &Progress) -> anyhow::Result<()> {
        self.write("progress.json", progress)
    }

    /// Ends a run: its objects are not replayed again. Done twice it is the same, so a process may die anywhere in between.
    pub(crate) fn finish(&self, run: Run) -> anyhow::Result<()> {
        let mut done: Done = self.read("done.json")?.unwrap_or_default();
        done.objects.retain(|known| !run.objects.iter().any(|object| object.identity == known.identity));
        done.objects.extend(run.objects);
        self.write("done.json", &done)?;
        self.forget(&["run.json", "progress.json", "batch.jsonl"])
    }

    /// Whether there was a run before.
    pub(crate) fn is_known(&self) -> bool {
        ["run.json", "done.json"].iter().any(|name| self.folder.join(name).exists())
    }

    /// Forgets all runs, but not what was sent.
    pub(crate) fn restart(&self) -> anyhow::Result<()> {
        self.forget(&["run.json", "done.json", "progress.json", "batch.jsonl"])
    }

    /// The first name for kept lines that is free.
    pub(crate) fn free_keep(&self) -> PathBuf {
        let names = (2..).map(|number| format!("kept-{number}.jsonl"));
        let mut names = std::iter::once("kept.jsonl".to_owned()).chain(names);
        let free = names.find(|name| !self.folder.join(name).exists());
        self.folder.join(free.unwrap_or_default())
    }

    /// The batch that is being sent.
    pub(crate) fn batch(&self) -> PathBuf {
        self.folder.join("batch.jsonl")
    }

    fn forget(&self, names: &[&str]) -> anyhow::Result<()> {
        state::forget(names.iter().map(|name| self.folder.join(name)))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<Option<T>> {
        state::read(&self.folder.join(name))
    }

    fn write(&self, name: &str, note: &impl Serialize) -> anyhow::Result<()> {
        state::write(&self.folder.join(name), note)
    }
}

impl Progress {
    /// That of a run that begins behind so many bytes of rows.
    pub(crate) fn new(run: &Run, out_bytes: u64) -> Self {
        Self {
            run: run.id,
            at: At::default(),
            out_bytes,
            kept_bytes: 0,
            pending: Vec::new(),
            in_flight: 0,
            report: Report::default(),
        }
    }
}
