//! Notes: what is known of a slice after the process has ended.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::names::{Names, short_sum};
use super::place::Place;
use super::{BulkError, Output, SliceDone};
use crate::{Format, Object};

/// What came of a slice. It is put twice: before the slice's objects, so that none of them can be forgotten, and behind them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Note {
    /// The object that it is a slice of.
    pub(super) input: String,
    pub(super) version: Version,
    /// What it was read as.
    pub(super) format: String,
    pub(super) slice: u32,
    /// Where it begins and ends, in bytes of unpacked text.
    pub(super) first: u64,
    pub(super) end: u64,
    /// Whether nothing is behind it.
    pub(super) last: bool,
    /// Whether all of its objects are there. Before, they may be.
    pub(super) done: bool,
    pub(super) records: u64,
    pub(super) ok: u64,
    pub(super) dropped: u64,
    pub(super) failed: BTreeMap<String, u64>,
    pub(super) rows: u64,
    pub(super) objects: Vec<Put>,
}

/// An object that was put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Put {
    /// Its name below the place.
    pub(super) name: String,
    /// Its size in bytes.
    pub(super) size: u64,
}

/// What has to be the same for a slice to stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    size: u64,
    /// S3's ETag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// When it was last written, where there is no tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified_ms: Option<u64>,
    /// A sum of the prefix, the schema and the format that were asked for.
    output: String,
}

impl Version {
    pub(super) fn of(object: &Object, format: Format, output: &Output) -> Self {
        let schema = output.parquet.as_ref().map(|parquet| {
            (serde_json::to_string(&parquet.schema).unwrap_or_default(), format!("{:?}", parquet.serde))
        });
        let modified_ms = object.tag.is_none().then_some(object.modified_ms);
        let output = short_sum(&format!("{format:?} {} {schema:?}", output.prefix));
        Self { size: object.size, tag: object.tag.clone(), modified_ms, output }
    }
}

impl Note {
    /// The note of a slice, done or not; none where there is none, or one that cannot be read: it is written anew then.
    pub(super) fn read(place: &Place, names: &Names, slice: u32) -> Result<Option<Self>, BulkError> {
        let text = place.get(&names.note(slice))?;
        Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
    }

    pub(super) fn put(&self, place: &Place, names: &Names) -> Result<(), BulkError> {
        let mut text = serde_json::to_vec_pretty(self).expect("texts and numbers are JSON");
        text.push(b'\n');
        place.put([(names.note(self.slice), text.into())])
    }

    /// This note before its objects are put: what an older one lists stays in it until it is removed.
    pub(super) fn intent(&self, older: Option<&Self>) -> Self {
        let mut intent = Self { done: false, ..self.clone() };
        let stale = self.stale(older);
        intent.objects.extend(stale.into_iter().map(|name| Put { name, size: 0 }));
        intent
    }

    /// The objects of an older note that this one does not have.
    pub(super) fn stale(&self, older: Option<&Self>) -> Vec<String> {
        let has: BTreeSet<&str> = self.objects.iter().map(|put| put.name.as_str()).collect();
        let older = older.into_iter().flat_map(|older| &older.objects);
        older.filter(|put| !has.contains(put.name.as_str())).map(|put| put.name.clone()).collect()
    }

    /// What is told of a slice that was done before.
    pub(super) fn told(&self) -> SliceDone {
        SliceDone {
            bytes: self.end - self.first,
            was_done: true,
            records: self.records,
            dropped: self.dropped,
            failed: self.failed.clone(),
            rows: self.rows,
            objects: self.objects.iter().map(|put| put.name.clone()).collect(),
        }
    }
}

/// Removes the slices from this one on, which an older and longer version of the object had: their objects, then their notes, the last
/// slice first, so that what is left when the process ends is found again.
pub(super) fn remove_from(place: &Place, names: &Names, slice: u32) -> Result<(), BulkError> {
    let mut older = Vec::new();
    while let Some(text) = place.get(&names.note(slice + older.len() as u32))? {
        older.push(serde_json::from_slice::<Note>(&text).map(|note| note.objects).unwrap_or_default());
    }
    for (index, objects) in older.into_iter().enumerate().rev() {
        place.remove(objects.into_iter().map(|put| put.name))?;
        place.remove([names.note(slice + index as u32)])?;
    }
    Ok(())
}
