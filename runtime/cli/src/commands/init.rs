//! `nozzle init`: a folder with a pipeline that runs as it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use super::template::{check_free, files, write_new};
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

/// A pipeline to begin with. Its files are those of runtime/cli/templates/pipelines.
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

impl Template {
    fn folder(self) -> String {
        format!("pipelines/{}", show::name(&self))
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
    for (file, content) in files(&template.folder()) {
        write_new(&folder.join(file), &content)?;
    }
    show::line(next_steps(folder, template))?;
    Ok(ExitCode::SUCCESS)
}

fn next_steps(folder: &Path, template: Template) -> String {
    let folder = folder.display();
    let name = show::name(&template);
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
    use super::super::template::tests::assert_whole;
    use super::*;

    #[test]
    fn a_template_is_all_files_of_its_folder() {
        for template in Template::value_variants() {
            assert_whole(&template.folder());
        }
    }

    #[test]
    fn a_folder_is_named_for_a_template() {
        assert_eq!(Template::named_by(Path::new("pipelines/orders-cdc/")), Some(Template::OrdersCdc));
        assert_eq!(Template::named_by(Path::new("my-orders")), None);
        assert_eq!(Template::named_by(Path::new(".")), None);
    }
}
