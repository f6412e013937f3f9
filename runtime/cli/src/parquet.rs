//! The conversion to Parquet that Firehose would do.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use nozzle_objects::parquet::{self, ParquetConfig, SerDe};

/// Reads a schema file whose columns rows have to fit.
pub(crate) fn config(file: &Path, serde: SerDe) -> anyhow::Result<ParquetConfig> {
    let read = || {
        let schema = serde_json::from_slice(&std::fs::read(file)?)?;
        parquet::check(&schema).map_err(|problem| anyhow!(problem))?;
        anyhow::Ok(ParquetConfig { schema, serde })
    };
    read().with_context(|| format!("failed to read the schema `{}`", file.display()))
}
