//! `case.toml`: what a case says of itself.

use std::path::Path;

use anyhow::Context as _;
use nozzle_runtime::firehose::{Metadata, Source};
use serde::Deserialize;

use super::tolerance::Tolerance;
use crate::files;

/// The name of the file.
pub(super) const FILE: &str = "case.toml";

/// What a case asks for beyond its records. Nothing of it is required.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Spec {
    /// Instructions that a record may take on average, all plugins together.
    pub(super) fuel: Option<u64>,
    /// The source that the records seem to come from.
    pub(super) source: Option<Source>,
    /// What plugins are told of each record.
    pub(super) context: Option<Metadata>,
    /// What may differ from `response.json`.
    pub(super) tolerance: Option<Tolerance>,
}

impl Spec {
    /// That of a case; the default where the case has no such file.
    pub(super) fn read(case: &Path) -> anyhow::Result<Self> {
        let file = case.join(FILE);
        if !file.exists() {
            return Ok(Self::default());
        }
        toml::from_str(&files::read_text(&file)?)
            .with_context(|| format!("`{}` says what no case can", file.display()))
    }
}
