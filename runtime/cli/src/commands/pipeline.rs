//! The arguments of the commands that take records through a pipeline: which pipeline, and which records.

use std::path::{Path, PathBuf};

use nozzle_runtime::Config;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::firehose::Source;

use super::ConfigFile;
use crate::fetch;
use crate::input::{Format, Input, named};

/// A pipeline: that of a nozzle.toml, or one plugin alone.
#[derive(clap::Args)]
pub(super) struct PipelineArgs {
    #[command(flatten)]
    config: ConfigFile,
    /// Run this one ready plugin, without a nozzle.toml; `nozzle plugins` lists them
    #[arg(long = "use", value_name = "NAME", group = "alone", conflicts_with = "config")]
    ready: Option<String>,
    /// Run this one plugin, without a nozzle.toml
    #[arg(long, value_name = "FILE.wasm", group = "alone", conflicts_with = "config")]
    plugin: Option<PathBuf>,
    /// The settings of that one plugin, a JSON object
    #[arg(long, value_name = "JSON", default_value = "{}", requires = "alone", value_parser = json_object)]
    settings: String,
}

impl PipelineArgs {
    /// The nozzle.toml, where the pipeline has one.
    pub(super) fn file(&self) -> Option<&Path> {
        (self.ready.is_none() && self.plugin.is_none()).then_some(&self.config.config)
    }

    pub(super) fn load(&self) -> anyhow::Result<Config> {
        let source = match (&self.ready, &self.plugin) {
            (Some(name), _) => PluginSource::Ready(name.clone()),
            (None, Some(path)) => PluginSource::File(path.clone()),
            (None, None) => return fetch::load(&self.config.config),
        };
        Ok(Config::of_plugin(source, &self.settings))
    }
}

/// Records, from a file or standard input.
#[derive(clap::Args)]
pub(super) struct InputArgs {
    /// A file, or `-` for standard input; `sample` is `sample.jsonl` where no other file is named `sample.*`
    #[arg(value_name = "INPUT", default_value = "-")]
    input: PathBuf,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// The source that events made of lines seem to come from
    #[arg(long, value_enum, default_value_t = SourceName::Direct)]
    source: SourceName,
}

impl InputArgs {
    /// The file that is meant; `-` for standard input.
    pub(super) fn file(&self) -> anyhow::Result<PathBuf> {
        if self.input == Path::new("-") { Ok(self.input.clone()) } else { named(&self.input) }
    }

    pub(super) fn open(&self) -> anyhow::Result<Input> {
        Input::open(&self.input, self.format, self.source.into())
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum SourceName {
    Direct,
    Kinesis,
    Msk,
}

impl From<SourceName> for Source {
    fn from(name: SourceName) -> Self {
        match name {
            SourceName::Direct => Self::Direct,
            SourceName::Kinesis => Self::Kinesis,
            SourceName::Msk => Self::Msk,
        }
    }
}

fn json_object(text: &str) -> Result<String, String> {
    match serde_json::from_str::<serde_json::Map<_, _>>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("no JSON object: {error}")),
    }
}
