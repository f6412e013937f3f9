//! What a run knows of the one before it: how far each file was put, and what was in flight.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, ensure};
use nozzle_local::now_ms;
use serde::{Deserialize, Serialize};

use super::kept::Kept;
use super::records::Shape;
use crate::state;

/// A folder for what is put into one stream.
pub(crate) struct Folder(PathBuf);

/// A file on its way into a stream.
#[derive(Debug)]
pub(crate) struct State {
    /// What is written down.
    pub(super) told: Told,
    /// Where it is written down; none for standard input, which cannot be read again.
    path: Option<PathBuf>,
    /// Where records of this file are kept apart.
    kept: PathBuf,
    /// Nobody else puts the file meanwhile.
    _lock: Option<File>,
}

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    /// Its absolute path, or `-`.
    pub(super) file: String,
    size: u64,
    modified_ns: u64,
    pub(super) shape: Shape,
    /// Up to where its rows are in the stream, or kept apart, in bytes of the unpacked input.
    pub(super) position: u64,
    /// How many rows that are.
    pub(super) rows: u64,
    /// How much of the file of kept records counts.
    pub(super) kept_bytes: u64,
    /// The batch that begins at the position.
    pub(super) batch: Option<Begun>,
    /// Nothing is left to be put.
    pub(super) done: bool,
}

/// A batch that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begun {
    pub(super) records: usize,
    /// Where its last record ends in the input.
    pub(super) end: u64,
    /// The places of records that are not acknowledged.
    pub(super) pending: Vec<usize>,
    /// Whether those are in a request that has no answer yet.
    pub(super) in_flight: bool,
}

impl Folder {
    /// The folder of a stream, by its name and where it is: what was put into a stream of `nozzle dev` was not put into that of AWS.
    /// Git leaves it out.
    pub(crate) fn make(root: &Path, stream: &str, endpoint: &str) -> anyhow::Result<Self> {
        let folder = root.join(state::name(stream, &format!("{stream}\n{endpoint}")));
        state::make_folder(root, &folder)?;
        Ok(Self(folder))
    }

    /// What is known of a file, or of standard input for `-`. With `restart`, nothing is.
    ///
    /// # Errors
    ///
    /// When it cannot be read, has changed, is to become other records than before, or is being put by another process.
    pub(crate) fn state(&self, path: &Path, shape: &Shape, restart: bool) -> anyhow::Result<State> {
        let new = Told::new(path, shape).with_context(|| format!("failed to read `{}`", path.display()))?;
        if !is_lasting(path) {
            let kept = self.kept(&format!("stdin-{}", now_ms()));
            return Ok(State { told: new, path: None, kept, _lock: None });
        }
        let name = state::name(&path.file_name().unwrap_or_default().to_string_lossy(), &new.file);
        let lock = state::lock(&self.0.join(&name).with_added_extension("lock"))?
            .with_context(|| format!("`{}` is being put by another process", path.display()))?;
        let file = self.0.join(&name).with_added_extension("json");
        if restart {
            state::forget([&file, &self.kept(&name)])?;
        }
        let known: Option<Told> = state::read(&file)?;
        if let Some(known) = &known {
            known.check(&new, path)?;
        }
        Ok(State { told: known.unwrap_or(new), path: Some(file), kept: self.kept(&name), _lock: Some(lock) })
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.0.join(name).with_added_extension("kept.jsonl")
    }
}

impl State {
    /// Whether all of it was put by an earlier run.
    pub(crate) fn is_done(&self) -> bool {
        self.told.done
    }

    /// Where records of it are kept apart, and what is there already.
    pub(super) fn kept(&self) -> Kept {
        Kept::new(&self.kept, self.told.kept_bytes)
    }

    /// Whether it can be read again: not so standard input.
    pub(super) fn is_lasting(&self) -> bool {
        self.path.is_some()
    }

    /// Writes down what is known.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        self.path.as_ref().map_or(Ok(()), |path| state::write(path, &self.told))
    }
}

impl Told {
    fn new(path: &Path, shape: &Shape) -> std::io::Result<Self> {
        let (mut file, mut size, mut modified_ns) = (path.to_string_lossy().into_owned(), 0, 0);
        if is_lasting(path) {
            let metadata = path.metadata()?;
            file = path.canonicalize()?.to_string_lossy().into_owned();
            let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            (size, modified_ns) = (metadata.len(), modified.as_nanos() as u64);
        }
        let shape = shape.clone();
        Ok(Self {
            file,
            size,
            modified_ns,
            shape,
            position: 0,
            rows: 0,
            kept_bytes: 0,
            batch: None,
            done: false,
        })
    }

    /// All before a position is put or kept apart: so many more rows.
    pub(super) fn pass(&mut self, position: u64, rows: u64) {
        self.position = position;
        self.rows += rows;
        self.batch = None;
    }

    /// The places that are left of the batch that was begun, and whether they are in flight.
    pub(super) fn left(&self) -> (Vec<usize>, bool) {
        self.batch.as_ref().map(|begun| (begun.pending.clone(), begun.in_flight)).unwrap_or_default()
    }

    /// Whether what is known is of the file as it is now.
    fn check(&self, now: &Self, path: &Path) -> anyhow::Result<()> {
        let shown = path.display();
        ensure!(
            (self.size, self.modified_ns) == (now.size, now.modified_ns),
            "`{shown}` has changed since {} rows of it were put\n  hint: `--restart` puts all of it, the same rows again too",
            self.rows
        );
        ensure!(
            self.shape == now.shape,
            "`{shown}` was begun with {}\n  hint: the same arguments go on; `--restart` puts all of it again",
            self.shape.arguments()
        );
        Ok(())
    }
}

impl Shape {
    fn arguments(&self) -> String {
        let flag = |is_set, flag| if is_set { flag } else { "" };
        format!("`--format {}{}{}`", self.format, flag(self.header, " --header"), flag(self.pack, " --pack"))
    }
}

/// Whether it can be read a second time: a file can, standard input and a pipe cannot.
fn is_lasting(path: &Path) -> bool {
    path != Path::new("-") && path.is_file()
}
