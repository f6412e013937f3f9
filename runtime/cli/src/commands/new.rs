//! `nozzle new`: a plugin that builds and tests as it is.

mod name;
mod sdk;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use self::name::plugin_name;
use self::sdk::dependency;
use super::template::{check_free, files, write_new};
use super::usage;
use crate::build::Language;
use crate::show;

/// Make a plugin that builds and tests as it is; nothing is overwritten.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder, new or empty; its last part is the plugin's name, kebab-case
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// What a plugin in Rust begins with [default: custom]
    #[arg(long, value_enum)]
    template: Option<Template>,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    lang: Language,
    /// The SDK for Rust: a folder, or a git repository and its commit as in `https://host/nozzle.git#COMMIT` [default: that of
    /// the sources of this nozzle]
    #[arg(long, value_name = "PATH")]
    sdk: Option<String>,
}

const AFTER_HELP: &str = "\
The folder holds:
  src/lib.rs     the plugin, with tests of its own; index.js, app.py or plugin.c in other languages
  nozzle.toml    a pipeline of this plugin alone, with its settings
  sample.jsonl   records to try, some of them bad on purpose; put your own there
  cases/         records with what must become of each, for `nozzle test`
  README.md      what the plugin does, a record before and after, and the commands
  .github/       the same checks in CI

Examples:
  nozzle new big-orders
  nozzle new plugins/add-customer --template enrich
  nozzle new big-orders --lang python
  nozzle new big-orders --sdk https://git.example.com/nozzle.git#8c1f2ab";

/// A plugin in Rust to begin with. Beside its own files it has those that every plugin in Rust has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Template {
    /// Adds a column to JSON rows: the smallest
    Custom,
    /// Keeps orders over a least price, and drops the others
    Filter,
    /// Change records of DynamoDB, Debezium or AWS DMS to typed rows
    Flatten,
    /// Looks products up in a reference table, and counts those that are not there
    Enrich,
    /// Says where rows go: partition keys of S3, or an Iceberg table
    Route,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.check()?;
    let name = plugin_name(&args.folder)?;
    check_free(&args.folder)?;
    let sdk = if args.lang == Language::Rust { dependency(args.sdk.as_deref())? } else { String::new() };
    for (file, content) in args.templates().iter().flat_map(|template| files(template)) {
        let content = content.replace("{{name}}", &name).replace("{{sdk}}", &sdk);
        write_new(&args.folder.join(place(&file)), &content)?;
    }
    show::line(next_steps(&args.folder, args.lang))?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// Refuses an option that says nothing of the language.
    fn check(&self) -> anyhow::Result<()> {
        let for_rust = [("--template", self.template.is_some()), ("--sdk", self.sdk.is_some())];
        match for_rust.iter().find(|(_, is_said)| *is_said && self.lang != Language::Rust) {
            Some((option, _)) => Err(usage(format!(
                "`{option}` is for plugins in Rust; other languages have one template each"
            ))),
            None => Ok(()),
        }
    }

    /// The templates that the plugin is made of.
    fn templates(&self) -> Vec<String> {
        let own = self.template.unwrap_or(Template::Custom);
        let names = match self.lang {
            Language::Rust => vec![show::name(&self.lang), show::name(&own)],
            Language::JavaScript | Language::Python | Language::C => vec![show::name(&self.lang)],
        };
        names.into_iter().map(|name| format!("plugins/{name}")).collect()
    }
}

/// Where a template's file goes. The names that tools look for are not in this repository's own tree, where they would
/// find them.
fn place(file: &str) -> &str {
    match file {
        "Cargo.toml.template" => "Cargo.toml",
        "gitignore" => ".gitignore",
        "ci.yml" => ".github/workflows/ci.yml",
        other => other,
    }
}

fn next_steps(folder: &Path, language: Language) -> String {
    let folder = folder.display();
    let tools = match language {
        Language::Rust => "",
        Language::JavaScript => "npm install && ",
        Language::Python | Language::C => {
            "python3 -m venv .venv && .venv/bin/pip install --requirement requirements.txt && "
        }
    };
    format!(
        "\
made `{folder}`; its README.md tells what the plugin does

Next:
  cd {folder} && {tools}nozzle test && nozzle run sample
  nozzle package"
    )
}

#[cfg(test)]
mod tests {
    use super::super::template::tests::assert_whole;
    use super::*;

    #[test]
    fn a_template_is_all_files_of_its_folder() {
        let templates = Template::value_variants().iter().map(show::name);
        let languages = Language::value_variants().iter().map(show::name);
        for name in templates.chain(languages) {
            assert_whole(&format!("plugins/{name}"));
        }
    }
}
