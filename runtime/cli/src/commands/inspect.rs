//! `nozzle inspect`: what a plugin is, needs and exports.

use std::path::PathBuf;
use std::process::ExitCode;

use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Description, Identity, inspect};
use serde_json::{Value, json};

use crate::show::{self, schema};

/// Tell what a plugin is, needs and exports, without running it on a record.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The plugin's `.wasm`
    #[arg(value_name = "FILE")]
    plugin: PathBuf,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (identity, description) = inspect(PluginSource::File(args.plugin.clone()), READY)?;
    let bytes = std::fs::metadata(&args.plugin)?.len();
    if args.json {
        show::line(as_json(&identity, &description, bytes))?;
    } else {
        show::line(as_text(&identity, &description, bytes))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(identity: &Identity, description: &Description, bytes: u64) -> Value {
    json!({
        "name": &*description.name,
        "version": description.version,
        "summary": description.summary,
        "bytes": bytes,
        "imports": identity.imports,
        "exports": identity.exports,
        "counters": &*description.counters,
        "settings": schema(description),
    })
}

fn as_text(identity: &Identity, description: &Description, bytes: u64) -> String {
    let Description { name, version, summary, counters, .. } = description;
    let (imports, exports) = (list(&identity.imports), list(&identity.exports));
    let (counters, settings) = (list(counters), schema(description));
    format!(
        "\
{name} {version}
{summary}
bytes     {bytes}
imports   {imports}
exports   {exports}
counters  {counters}
settings  {settings:#}"
    )
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
