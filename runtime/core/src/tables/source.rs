//! Where tables come from: a file, or an object in S3.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Table;
use crate::artefact;
#[cfg(not(feature = "s3"))]
use crate::config::ObjectUrl;
use crate::config::{TableConfig, TableSource};

/// One version of a source, and how a later look tells whether there is another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Version {
    /// The object's ETag, or the file's number, length and time.
    pub(crate) tag: Option<String>,
    /// When it was made, where the source tells.
    pub(crate) modified: Option<SystemTime>,
}

/// What a source holds.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) version: Version,
}

/// A table and the version of its source.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) table: Table,
    pub(super) version: Version,
}

impl Content {
    /// What never changes.
    #[cfg(feature = "compile")]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_owned(), version: Version::default() }
    }
}

/// What a source holds, whichever version that is.
pub(crate) fn read(source: &TableSource) -> Result<Content, String> {
    read_unless(source, None)
        .map(|content| content.unwrap_or_else(|| unreachable!("no version was seen before")))
}

/// Reads and indexes a table.
pub(super) fn load(config: &TableConfig) -> Result<Loaded, String> {
    parse(config, &read(&config.source)?)
}

/// Reads and indexes a table, `None` where its source still holds the version that was `seen`.
pub(super) fn reload(config: &TableConfig, seen: Option<&Version>) -> Result<Option<Loaded>, String> {
    read_unless(&config.source, seen)?.map(|content| parse(config, &content)).transpose()
}

/// What a source holds, `None` where that is the version that was `seen`.
fn read_unless(source: &TableSource, seen: Option<&Version>) -> Result<Option<Content>, String> {
    match source {
        TableSource::File(path) => read_file(path, seen),
        TableSource::S3(url) => read_object(url, seen).map_err(|problem| format!("`{source}`: {problem}")),
        TableSource::Ready(name) => unreachable!("`{name}` is carried, not read"),
    }
}

/// Indexes what a source holds.
pub(super) fn parse(config: &TableConfig, content: &Content) -> Result<Loaded, String> {
    let version = content.version.clone();
    let table =
        Table::parse(&content.bytes, config).map_err(|problem| format!("`{}`: {problem}", config.source))?;
    Ok(Loaded { table, version })
}

#[cfg(feature = "s3")]
use super::s3::read as read_object;

#[cfg(not(feature = "s3"))]
fn read_object(_: &ObjectUrl, _: Option<&Version>) -> Result<Option<Content>, String> {
    Err("this program has no S3 client\n  hint: `nozzle package` takes the bootstrap that has one".to_owned())
}

fn read_file(path: &Path, seen: Option<&Version>) -> Result<Option<Content>, String> {
    let unread = |error| format!("failed to read `{}`: {error}", path.display());
    let metadata = fs::metadata(path).map_err(unread)?;
    let modified = metadata.modified().ok();
    let time = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let tag = Some(format!("{}-{}-{}", metadata.ino(), metadata.len(), time.as_nanos()));
    if seen.is_some_and(|seen| seen.tag == tag) {
        return Ok(None);
    }
    let bytes = artefact::read(path)?;
    let modified = modified.filter(|_| time.as_secs() > ZIP_EPOCH);
    Ok(Some(Content { bytes, version: Version { tag, modified } }))
}

/// The end of 1980-01-01 in UTC and every time zone, in seconds since 1970: files of a package bear that date, which tells
/// nothing about them.
const ZIP_EPOCH: u64 = 315_705_600;
