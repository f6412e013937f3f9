//! `[objects]`: objects that are read whole, and where their rows go.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::{Place, SettingsPlaces, Text};
use crate::ConfigError;

/// The `[objects]` block: objects that are read whole, and where their rows go. What `format`, `prefix` and `parquet` mean is for
/// the crate nozzle-objects to say, which reads them.
#[derive(Debug, Clone)]
pub struct ObjectsConfig {
    /// Where rows go: a folder, resolved against the file's, or `s3://bucket/prefix`.
    pub to: String,
    /// What the names of rows' objects begin with below it, with Firehose's expressions. Default nothing.
    pub prefix: String,
    /// What the objects hold. Default `auto`: it is told by how they begin.
    pub format: String,
    /// The schema file of Parquet. Default none: JSON Lines, gzip.
    pub parquet: Option<PathBuf>,
    /// Where the settings of the block stand.
    pub places: SettingsPlaces,
}

impl ObjectsConfig {
    /// The place of one of its settings, or of the block where it is left out.
    pub fn place(&self, setting: &str) -> Place {
        self.places.at(&[setting.to_owned()])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawObjects {
    to: Option<Spanned<String>>,
    prefix: Option<Spanned<String>>,
    format: Option<Spanned<String>>,
    parquet: Option<Spanned<String>>,
}

impl Text<'_> {
    pub(super) fn objects(
        &self,
        raw: &Spanned<RawObjects>,
        places: SettingsPlaces,
    ) -> Result<ObjectsConfig, ConfigError> {
        let start = raw.span().start;
        let RawObjects { to, prefix, format, parquet } = raw.get_ref();
        let fill = |raw: &Option<Spanned<String>>| raw.as_ref().map(|raw| self.fill(raw)).transpose();
        let Some(to) = to else {
            let problem = "`[objects]` has no `to`\n  hint: say where rows go: `to = \"s3://BUCKET/rows/\"`";
            return Err(self.invalid(start, problem.to_owned()));
        };
        Ok(ObjectsConfig {
            to: self.folder_or_bucket(to)?,
            prefix: fill(prefix)?.unwrap_or_default(),
            format: fill(format)?.unwrap_or_else(|| "auto".to_owned()),
            parquet: fill(parquet)?.map(|path| self.resolve(&path)),
            places,
        })
    }

    fn folder_or_bucket(&self, raw: &Spanned<String>) -> Result<String, ConfigError> {
        let written = self.fill(raw)?;
        let Some(bucket) = written.strip_prefix("s3://") else {
            return match written.is_empty() || written.contains("://") {
                true => Err(self.no_place(raw)),
                false => Ok(self.resolve(&written).to_string_lossy().into_owned()),
            };
        };
        match bucket.is_empty() || bucket.starts_with('/') {
            true => Err(self.no_place(raw)),
            false => Ok(written),
        }
    }

    fn no_place(&self, raw: &Spanned<String>) -> ConfigError {
        let problem = format!("`{}` is no folder and no `s3://bucket/prefix`", raw.get_ref());
        self.invalid(raw.span().start, problem)
    }
}
