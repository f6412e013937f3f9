//! What a run leaves in files: rows as Firehose delivers them, failed records as error objects.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use nozzle_runtime::firehose::to_base64;
use nozzle_runtime::{Answer, Failure, Seen};
use serde_json::json;

use crate::show;

/// The two files, and what a batch adds to them.
pub(super) struct Files {
    rows: Appended,
    errors: Appended,
}

/// A file that grows by whole batches.
struct Appended {
    path: PathBuf,
    file: File,
    batch: Vec<u8>,
}

impl Files {
    /// Makes both anew, so that nothing of an older run stays: `path` for rows, and `path.errors`.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut errors = OsString::from(path);
        errors.push(".errors");
        Ok(Self { rows: Appended::create(path)?, errors: Appended::create(Path::new(&errors))? })
    }

    /// Adds one record. A dropped one leaves nothing.
    pub(super) fn record(&mut self, seen: &Seen<'_>) {
        match seen.answer {
            Answer::Ok(delivery) => self.rows.batch.extend_from_slice(&delivery.data),
            Answer::Dropped { .. } => {}
            Answer::ProcessingFailed(failure) => {
                let object = error_object(failure, seen.payload);
                self.errors.batch.extend_from_slice(format!("{object}\n").as_bytes());
            }
        }
    }

    /// Writes what has been added.
    pub(super) fn write(&mut self) -> anyhow::Result<()> {
        self.rows.write()?;
        self.errors.write()
    }
}

impl Appended {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| format!("failed to create `{}`", path.display()))?;
        Ok(Self { path: path.to_owned(), file, batch: Vec::new() })
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let written = self.file.write_all(&self.batch);
        self.batch.clear();
        written.with_context(|| format!("failed to write `{}`", self.path.display()))
    }
}

/// The members of Firehose's error objects that say what and why. Firehose itself would write
/// `Lambda.ProcessingFailedStatus` for every failure.
fn error_object(failure: &Failure, payload: &[u8]) -> serde_json::Value {
    let place = show::place(None, failure.path.as_deref());
    json!({
        "errorCode": failure.code,
        "errorMessage": format!("{place}{}", failure.reason),
        "rawData": to_base64(payload),
    })
}
