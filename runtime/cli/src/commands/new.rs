//! `nozzle new`: a plugin that builds and tests as it is.

mod name;
mod sdk;
mod templates;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;

use self::name::plugin_name;
use self::sdk::dependency;
use self::templates::{Template, place};
use super::template::{TemplateFile, check_free, write_new};
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

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    args.check();
    let name = plugin_name(&args.folder)?;
    check_free(&args.folder)?;
    let sdk = if args.lang == Language::Rust { dependency(args.sdk.as_deref())? } else { String::new() };
    for (file, content) in args.files() {
        let content = content.replace("{{name}}", &name).replace("{{sdk}}", &sdk);
        write_new(&args.folder.join(place(file)), &content)?;
    }
    show::line(next_steps(&args.folder, args.lang))?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// Ends the program where an option says nothing of the language.
    fn check(&self) {
        let for_rust = [("--template", self.template.is_some()), ("--sdk", self.sdk.is_some())];
        let misused = for_rust.iter().find(|(_, is_said)| *is_said && self.lang != Language::Rust);
        if let Some((option, _)) = misused {
            let trouble =
                format!("`{option}` is for plugins in Rust; other languages have one template each\n");
            clap::Error::raw(ErrorKind::ArgumentConflict, trouble).exit();
        }
    }

    fn files(&self) -> Vec<TemplateFile> {
        match self.lang {
            Language::Rust => {
                let template = self.template.unwrap_or(Template::Custom);
                [templates::RUST, template.files()].concat()
            }
            Language::JavaScript => templates::JAVASCRIPT.to_vec(),
            Language::Python => templates::PYTHON.to_vec(),
            Language::C => templates::C.to_vec(),
        }
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
