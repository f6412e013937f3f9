//! The lines of error objects, one behind the other.

use anyhow::{Context as _, ensure};
use nozzle_objects::{Format, Records, Source};
use serde::{Deserialize, Serialize};

use super::version::Version;

/// A line: its object's place among those of the run, and its number there, from 1. As a place to go on from: how many lines of that
/// object are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct At {
    pub(crate) object: usize,
    pub(crate) line: u64,
}

/// What reads them.
pub(crate) struct Lines<'a> {
    source: &'a Source,
    objects: &'a [Version],
    at: At,
    /// The object that is being read.
    records: Option<Records>,
}

impl<'a> Lines<'a> {
    /// Goes on from a place.
    pub(crate) fn from(source: &'a Source, objects: &'a [Version], at: At) -> Self {
        Self { source, objects, at, records: None }
    }

    /// How far it is.
    pub(crate) fn at(&self) -> At {
        self.at
    }

    /// The next line that is not blank; `None` behind the last object.
    pub(crate) fn next(&mut self) -> anyhow::Result<Option<(At, Vec<u8>)>> {
        while let Some(object) = self.objects.get(self.at.object) {
            let unread = || format!("failed to read `{}`", object.name);
            let records = match &mut self.records {
                Some(records) => records,
                none => none.insert(open(self.source, object, self.at.line)?),
            };
            let mut text = Vec::new();
            if !records.read(&mut text).with_context(unread)? {
                self.at = At { object: self.at.object + 1, line: 0 };
                self.records = None;
                continue;
            }
            self.at.line += 1;
            if !text.trim_ascii().is_empty() {
                return Ok(Some((self.at, text)));
            }
        }
        Ok(None)
    }
}

/// Opens an object behind so many lines.
fn open(source: &Source, version: &Version, lines: u64) -> anyhow::Result<Records> {
    let name = &version.name;
    // Of an object in S3 only this version is opened.
    let object = if version.tag.is_some() { version.object() } else { source.object(name)? };
    ensure!(
        version.is(&object),
        "`{name}` has changed since the run began\n  hint: `--restart` begins anew, and sends the same records again"
    );
    let unread = || format!("failed to read `{name}`");
    let mut records = Records::open(source.open(&object)?, Format::Lines, None).with_context(unread)?;
    let mut text = Vec::new();
    for _ in 0..lines {
        records.read(&mut text).with_context(unread)?;
    }
    Ok(records)
}
