//! The batch that is being sent, on disk: what a killed run has begun to send is sent by the next one byte for byte, whatever the pipeline
//! makes of it by then.

use std::path::Path;

use anyhow::Context as _;
use nozzle_runtime::firehose::{from_base64, to_base64};
use serde::{Deserialize, Serialize};

use super::lines::At;
use super::report::Key;
use crate::files;

/// A line whose bytes are on their way.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) at: At,
    pub(crate) key: Key,
    /// The error line.
    pub(crate) line: String,
    /// What is sent.
    #[serde(with = "base64")]
    pub(crate) bytes: Vec<u8>,
}

/// Writes the batch that is about to be sent in the place of the last one.
pub(crate) fn write(path: &Path, batch: &[Waiting]) -> anyhow::Result<()> {
    let mut text = Vec::new();
    for waiting in batch {
        serde_json::to_writer(&mut text, waiting)?;
        text.push(b'\n');
    }
    files::write(path, &text)
}

/// Reads the batch that was being sent.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Waiting>> {
    let lines = files::read_text(path)?;
    let waiting =
        |line| serde_json::from_str(line).with_context(|| format!("failed to read `{}`", path.display()));
    lines.lines().map(waiting).collect()
}

mod base64 {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{from_base64, to_base64};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_base64(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_base64(&text).ok_or_else(|| D::Error::custom("not base64"))
    }
}
