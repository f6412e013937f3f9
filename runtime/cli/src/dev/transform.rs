//! What transforms a stream: its pipeline in this process, or a program as Lambda runs it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use nozzle_local::config::{StreamConfig, TransformConfig};
use nozzle_local::{Function, Log, Program};
use nozzle_plugins::READY;
use nozzle_runtime::environment::variable;
use nozzle_runtime::{Config, Target, artefact};
use owo_colors::OwoColorize as _;

use super::State;
use crate::package::{Archive, Bootstrap, PROGRAM};
use crate::{fetch, transform};

/// What Lambda gives to a function with a role, and to one that speaks to another S3 than AWS's: passed on where it is set here.
const AWS: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
];

/// How streams are transformed.
pub(crate) enum Transformer {
    /// By their pipelines, in this process.
    Here,
    /// By their packages, which Nozzle's own bootstrap runs.
    Bootstrap,
    /// By a program that speaks Lambda's Runtime API.
    Program(PathBuf),
}

impl Transformer {
    /// The function of a stream, and what it is called; none for a stream without a transform.
    pub(crate) fn of(
        &self,
        stream: &StreamConfig,
        state: &State,
    ) -> anyhow::Result<Option<(Function, String)>> {
        let Some(transform) = &stream.transform else { return Ok(None) };
        let function = match self {
            Self::Here => pipeline(transform),
            Self::Bootstrap => {
                let folder = state.package(&stream.name);
                let variables = unpack(transform, &folder, true)?;
                program(&folder.join(PROGRAM), &folder, &variables, &stream.name)
            }
            Self::Program(path) => given(path, transform, state, &stream.name),
        };
        function.map(Some)
    }
}

fn pipeline(transform: &TransformConfig) -> anyhow::Result<(Function, String)> {
    // Records are this machine's own: there is nothing to mask.
    let config = Config { log_values: true, ..fetch::load(&transform.config)? };
    let transform = transform::load(&config)?;
    let plugins: Vec<&str> = transform.plugins().map(|plugin| &*plugin.name).collect();
    let name = plugins.join(", ");
    Ok((Function::Pipeline(Arc::new(transform)), name))
}

/// A program works in the package of the pipeline, where there is one; else in its own folder.
fn given(
    path: &Path,
    transform: &TransformConfig,
    state: &State,
    stream: &str,
) -> anyhow::Result<(Function, String)> {
    if !transform.config.exists() {
        let absolute = std::path::absolute(path)?;
        return program(path, absolute.parent().unwrap_or(&absolute), &BTreeSet::new(), stream);
    }
    let folder = state.package(stream);
    let variables = unpack(transform, &folder, false)?;
    program(path, &folder, &variables, stream)
}

/// Unpacks into a folder what `nozzle package` would pack, with or without Nozzle's bootstrap. Gives the variables that the pipeline
/// asks its environment for.
fn unpack(
    transform: &TransformConfig,
    folder: &Path,
    with_bootstrap: bool,
) -> anyhow::Result<BTreeSet<String>> {
    let config = fetch::load(&transform.config)?;
    let mut archive = Archive::default();
    if with_bootstrap {
        archive.add_bootstrap(Bootstrap::find(None, &config, Target::here())?.bytes);
    }
    let (artefacts, manifest) = artefact::compile(&config, READY, Target::here())?;
    archive.add_artefacts(&artefacts, &manifest)?;
    archive.add_pipeline(&config)?;
    // A program that still runs keeps its files; new ones take their names.
    let emptied = if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) };
    let written = emptied.and_then(|()| fs::create_dir_all(folder)).and_then(|()| archive.unpack(folder));
    written.with_context(|| format!("failed to write into `{}`", folder.display()))?;
    Ok(config.variables)
}

fn program(
    path: &Path,
    folder: &Path,
    variables: &BTreeSet<String>,
    stream: &str,
) -> anyhow::Result<(Function, String)> {
    let mut program = Program::new(path, folder, log(stream)).map_err(|problem| anyhow!(problem))?;
    for name in variables.iter().map(String::as_str).chain(AWS) {
        if let Some(value) = variable(name) {
            program = program.with_variable(name, value);
        }
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((Function::Program(program), name))
}

/// Shows what a program logs, on standard error.
fn log(stream: &str) -> Log {
    let stream = stream.to_owned();
    Arc::new(move |line| anstream::eprintln!("{} {}", format!("{stream} log:").dimmed(), line))
}
