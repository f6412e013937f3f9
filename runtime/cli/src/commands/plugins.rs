//! `nozzle plugins`: the ready plugins with their settings.

use std::process::ExitCode;

use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{Description, inspect};
use owo_colors::OwoColorize as _;
use serde_json::Value;

use crate::show::{self, plugin_json, schema};

/// List the ready plugins with their settings: `use = "NAME"` in nozzle.toml, or `nozzle run --use NAME`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// This one alone
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// One JSON array, with the settings' JSON Schemas
    #[arg(long)]
    json: bool,
    /// The table that the README shows
    #[arg(long, conflicts_with = "json", hide = true)]
    markdown: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let names: Vec<&str> = match &args.name {
        Some(name) => vec![name],
        None => READY.plugins.iter().map(|ready| ready.name).collect(),
    };
    let describe = |name: &str| inspect(PluginSource::Ready(name.to_owned()), READY).map(|(_, told)| told);
    let told = names.into_iter().map(describe).collect::<Result<Vec<_>, _>>()?;
    if args.json {
        show::line(told.iter().map(plugin_json).collect::<Value>())?;
    } else if args.markdown {
        markdown(&told)?;
    } else {
        told.iter().try_for_each(as_text)?;
        if args.name.is_none() {
            let tables: Vec<&str> = READY.tables.iter().map(|table| table.name).collect();
            show::line(format_args!("{} for `use` in a [[table]]: {}", "tables".bold(), tables.join(", ")))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(told: &Description) -> anyhow::Result<()> {
    show::line(format_args!("{} {}", told.name.bold(), told.version))?;
    show::line(format_args!("  {}", told.summary))?;
    for Setting { name, description, default } in settings(&schema(told)) {
        show::line(format_args!("    {:<14} {description} [{default}]", name.green()))?;
    }
    Ok(())
}

fn markdown(told: &[Description]) -> anyhow::Result<()> {
    show::line("| plugin | what it does |\n|---|---|")?;
    for Description { name, summary, .. } in told {
        show::line(format_args!("| [{name}](plugins/{name}/README.md) | {summary} |"))?;
    }
    Ok(())
}

/// One setting, as its schema describes it.
struct Setting {
    name: String,
    description: String,
    /// `required`, or the default as JSON.
    default: String,
}

fn settings(schema: &Value) -> Vec<Setting> {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name))
    };
    let setting = |(name, about): (&String, &Value)| Setting {
        name: name.clone(),
        description: about["description"].as_str().unwrap_or_default().to_owned(),
        default: match about.get("default") {
            _ if required(name) => "required".to_owned(),
            Some(default) => default.to_string(),
            None => "none".to_owned(),
        },
    };
    schema["properties"].as_object().into_iter().flatten().map(setting).collect()
}
