//! `nozzle init`: a folder with a pipeline that runs as it is.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use crate::show;

/// Make a folder with a pipeline that runs as it is; nothing is overwritten.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder; it must be new or empty
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// What to begin with [default: the template of the folder's name, otherwise `empty`]
    #[arg(long, value_enum)]
    template: Option<Template>,
}

const AFTER_HELP: &str = "\
The folder holds:
  nozzle.toml    the pipeline, of ready plugins; edit it until the rows are those you want
  sample.jsonl   records to try, some of them bad on purpose; put your own there
  cases/         records with what must become of each
  README.md      what the pipeline does, a record before and after, and the commands
and the reference tables that the pipeline reads.

Examples:
  nozzle init orders-cdc                      the template orders-cdc in a folder of that name
  nozzle init my-sales --template region-sales
  nozzle init my-pipeline                     the template `empty`";

/// A pipeline to begin with. Its files are those of runtime/cli/templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Template {
    /// Changes of a DynamoDB table of orders: a flat row of six columns each
    OrdersCdc,
    /// Sales rows: cleaned, typed, and completed from a table of regions
    RegionSales,
    /// Ticks of a price index: checked, and stamped with their time of arrival
    Ticker,
    /// Invoice lines of a shop: typed, and given the region of their country
    Ecommerce,
    /// JSON rows of any kind: passed on as they are
    Empty,
}

/// The name of a file within its folder, and what it holds.
type TemplateFile = (&'static str, &'static str);

/// The files of a template: those that every template has, those of its cases, and its table.
macro_rules! files {
    ($template:literal, cases: [$($case:literal),+] $(, table: $table:literal)?) => {
        &[
            files!(@ $template, "README.md"),
            files!(@ $template, "nozzle.toml"),
            files!(@ $template, "sample.jsonl"),
            $(files!(@ $template, $table),)?
            $(
                files!(@ $template, "cases/", $case, "/input.jsonl"),
                files!(@ $template, "cases/", $case, "/expected.jsonl"),
            )+
        ]
    };
    (@ $template:literal, $($path:literal),+) => {
        (concat!($($path),+), include_str!(concat!("../../templates/", $template, "/", $($path),+)))
    };
}

impl Template {
    fn files(self) -> &'static [TemplateFile] {
        match self {
            Self::OrdersCdc => files!("orders-cdc", cases: ["changes", "refused"]),
            Self::RegionSales => files!("region-sales", cases: ["cleaned", "refused"], table: "regions.csv"),
            Self::Ticker => files!("ticker", cases: ["ticks", "refused"]),
            Self::Ecommerce => files!("ecommerce", cases: ["invoices", "refused"], table: "countries.csv"),
            Self::Empty => files!("empty", cases: ["rows"]),
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The template that a folder is named for.
    fn named_by(folder: &Path) -> Option<Self> {
        Self::from_str(folder.file_name()?.to_str()?, false).ok()
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Args { folder, template } = args;
    let template = template.or_else(|| Template::named_by(folder)).unwrap_or(Template::Empty);
    check_free(folder)?;
    for (name, content) in template.files() {
        write_new(&folder.join(name), content)?;
    }
    show::line(next_steps(folder, template))?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses a folder that holds anything, so that a template never mixes with a user's files.
fn check_free(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    match fs::read_dir(folder).map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Ok(Some(_)) => bail!("the folder `{shown}` is not empty\n  hint: name a new folder, or an empty one"),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!("`{shown}` is a file\n  hint: name a new folder, or an empty one")
        }
        Err(error) => Err(error).with_context(|| format!("failed to read `{shown}`")),
    }
}

fn write_new(file: &Path, content: &str) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(file)?.write_all(content.as_bytes())
    };
    write().with_context(|| format!("failed to write `{}`", file.display()))
}

fn next_steps(folder: &Path, template: Template) -> String {
    let folder = folder.display();
    let name = template.name();
    format!(
        "\
made `{folder}` from the template `{name}`; its README.md tells what it does

Next:
  cd {folder} && nozzle run sample.jsonl
  nozzle package"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_in(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { files_in(&entry, found) } else { found.push(entry) }
        }
    }

    #[test]
    fn a_template_is_all_files_of_its_folder() {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        for template in Template::value_variants() {
            let folder = templates.join(template.name());
            let mut found = Vec::new();
            files_in(&folder, &mut found);
            let mut carried: Vec<_> = template.files().iter().map(|(name, _)| folder.join(name)).collect();
            found.sort();
            carried.sort();
            assert_eq!(found, carried);
        }
    }

    #[test]
    fn a_folder_is_named_for_a_template() {
        assert_eq!(Template::named_by(Path::new("pipelines/orders-cdc/")), Some(Template::OrdersCdc));
        assert_eq!(Template::named_by(Path::new("my-orders")), None);
        assert_eq!(Template::named_by(Path::new(".")), None);
    }
}
