//! Which streams are played: those of a streams.toml, or one alone.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use nozzle_local::config::{FILE_NAME, StreamConfig, load, unnamed};

use crate::show;

/// Streams, and the file that they are of.
pub(crate) struct Streams {
    /// streams.toml, or the nozzle.toml of the one stream.
    pub(crate) file: PathBuf,
    /// At least one.
    pub(crate) configs: Vec<StreamConfig>,
}

impl Streams {
    /// The streams of the given streams.toml, or the one stream of the given nozzle.toml; where neither is given, of those here.
    pub(crate) fn find(streams: Option<&Path>, config: Option<&Path>) -> anyhow::Result<Self> {
        let here = Path::new(FILE_NAME);
        match (streams, config) {
            (Some(file), _) => Self::described(file),
            (None, None) if here.exists() => Self::described(here),
            (None, config) => Self::alone(config.unwrap_or(Path::new(nozzle_runtime::config::FILE_NAME))),
        }
    }

    /// What is wrong is told at once, the last of it by the caller.
    fn described(file: &Path) -> anyhow::Result<Self> {
        let mut errors = match load(file) {
            Ok(configs) => return Ok(Self { file: file.to_owned(), configs }),
            Err(errors) => errors,
        };
        let last = errors.pop().context("nothing is wrong, and no stream was read")?;
        errors.into_iter().for_each(|error| show::error(&error.into()));
        Err(last.into())
    }

    fn alone(config: &Path) -> anyhow::Result<Self> {
        let config = std::path::absolute(config)?;
        let folder = config.parent().unwrap_or(Path::new("/"));
        Ok(Self { configs: vec![unnamed(folder, &config)], file: config })
    }
}
