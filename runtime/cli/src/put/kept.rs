//! Records that are not put, kept apart in a file: lines as Firehose's error objects have them, so that `nozzle run`, `nozzle put` and
//! `nozzle replay` take them.

use std::path::{Path, PathBuf};

use nozzle_runtime::firehose::to_base64;
use serde_json::json;

use crate::grown::Grown;

/// Why a record is kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    TooLarge,
    /// Its request had no answer.
    Unsure,
    /// The run ended before it could be put, and its input cannot be read again.
    NotPut,
}

/// Where a record comes from.
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    /// The number of its first row, from 1.
    pub(super) row: u64,
    pub(super) rows: u64,
}

/// The file, which is there as soon as there is something to be kept.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    /// How much of it counts, in bytes: what is behind that is of a run that was killed, and comes again.
    bytes: u64,
}

impl Why {
    fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "Put.TooLarge",
            Self::Unsure => "Put.Unsure",
            Self::NotPut => "Put.NotPut",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::TooLarge => "the record is too large for the stream",
            Self::Unsure => "the request had no answer: nobody knows whether the record was taken",
            Self::NotPut => "the run ended before the record was put",
        }
    }
}

impl Kept {
    pub(super) fn new(path: &Path, bytes: u64) -> Self {
        Self { path: path.to_owned(), bytes }
    }

    /// How much of the file counts.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file, where there is anything in it.
    pub(super) fn file(&self) -> Option<PathBuf> {
        Some(self.path.clone()).filter(|path| self.bytes > 0 && path.exists())
    }

    /// Adds records.
    pub(super) fn keep<'a>(
        &mut self,
        why: Why,
        records: impl Iterator<Item = (&'a [u8], Place<'a>)>,
    ) -> anyhow::Result<()> {
        let lines: String = records.map(|(data, place)| line(why, data, &place)).collect();
        // Somebody may have taken what was kept away.
        let there = self.path.metadata().map_or(0, |file| file.len());
        let mut file = Grown::at(&self.path, self.bytes.min(there));
        file.append(lines.as_bytes())?;
        self.bytes = file.length();
        Ok(())
    }
}

fn line(why: Why, data: &[u8], place: &Place<'_>) -> String {
    let line = json!({
        "errorCode": why.code(),
        "errorMessage": why.message(),
        "file": place.file,
        "row": place.row,
        "rows": place.rows,
        "rawData": to_base64(data),
    });
    format!("{line}\n")
}
