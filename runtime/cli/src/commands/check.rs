//! `nozzle check`: whether a pipeline starts, and whether its table takes what it delivers.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use nozzle_plugins::READY;
use nozzle_rows::schema::Schema;
use nozzle_runtime::telemetry::TableUse;
use nozzle_runtime::{Config, Origin, Transform};
use serde_json::{Value, json};

use super::ConfigFile;
use super::schema::read_schema;
use crate::input::Format;
use crate::schema::{CatalogueTable, Comparison, Delivered, Difference, Sample};
use crate::show;

/// Check a pipeline: that it starts, and with --glue that the table takes what it delivers.
///
/// Loads the pipeline as the Lambda does, and says what is in it. With --glue its rows are held against a table of the Glue
/// catalogue: those of the pinned schema (`schema` in `[output]`), or those of the sample where none is pinned.
///
/// Exit codes: 0 all is well, 1 rows would be refused or lost, or a record of the sample failed, 2 the pipeline does not start.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// A table, as `aws glue get-table` prints it
    #[arg(long, value_name = "FILE.json")]
    glue: Option<PathBuf>,
    /// Run this sample
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// What the sample is
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// What was found.
struct Findings<'a> {
    config: &'a Config,
    transform: &'a Transform,
    schema: Option<Schema>,
    sample: Option<Sample>,
    differences: Option<Vec<Difference>>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.config.config)?;
    let transform = Transform::load(&config, Origin::CachedWasm(READY))?;
    show::said(&transform);
    let schema = config.schema.as_ref().map(|schema| read_schema(&schema.path)).transpose()?;
    let run = |input| Sample::run(&config, &transform, input, args.format);
    let sample = args.input.as_deref().map(run).transpose()?;
    let differences = match (&args.glue, &schema, &sample) {
        (None, _, _) => None,
        (Some(table), Some(schema), _) => Some(differences(table, &config, &Delivered::Pinned(schema))?),
        (Some(table), None, Some(sample)) => {
            Some(differences(table, &config, &Delivered::Sampled(&sample.columns))?)
        }
        (Some(_), None, None) => bail!(
            "nothing says what the pipeline delivers\n  \
             hint: pin a schema (`nozzle schema infer` makes one), or name a sample with --input"
        ),
    };
    let findings = Findings { config: &config, transform: &transform, schema, sample, differences };
    if args.json {
        show::line(findings.as_json())?;
    } else {
        findings.show()?;
    }
    Ok(if findings.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn differences(table: &Path, config: &Config, delivered: &Delivered<'_>) -> anyhow::Result<Vec<Difference>> {
    Ok(Comparison::of(&CatalogueTable::read(table)?, &config.output, delivered))
}

impl Findings<'_> {
    fn is_well(&self) -> bool {
        let fails = self.sample.as_ref().is_some_and(|sample| sample.total.failed > 0 || sample.strange > 0);
        !fails && !self.differences.iter().flatten().any(|difference| difference.breaks)
    }

    fn show(&self) -> anyhow::Result<()> {
        for plugin in self.transform.plugins() {
            show::line(format_args!("plugin {} {}", plugin.name, plugin.version))?;
        }
        for TableUse { name, rows, version, .. } in self.transform.tables() {
            show::line(format_args!("table {name}: {rows} rows, version {version}"))?;
        }
        if let Some((schema, pinned)) = self.schema.as_ref().zip(self.config.schema.as_ref()) {
            show::line(format_args!("schema {}: {} columns", pinned.path.display(), schema.columns.len()))?;
        }
        self.sample.iter().for_each(show::sample);
        for Difference { column, breaks, told, .. } in self.differences.iter().flatten() {
            let column = column.as_ref().map(|name| format!("`{name}` ")).unwrap_or_default();
            show::line(format_args!("{}: {column}{told}", if *breaks { "error" } else { "note" }))?;
        }
        if self.differences.as_ref().is_some_and(Vec::is_empty) {
            show::line("the table takes all columns as they are")?;
        }
        Ok(())
    }

    fn as_json(&self) -> Value {
        let plugin =
            |told: &nozzle_runtime::Description| json!({ "plugin": &*told.name, "version": told.version });
        let table =
            |table: TableUse| json!({ "table": table.name, "rows": table.rows, "version": table.version });
        json!({
            "plugins": self.transform.plugins().map(plugin).collect::<Vec<_>>(),
            "tables": self.transform.tables().into_iter().map(table).collect::<Vec<_>>(),
            "schema": self.schema,
            "sample": self.sample.as_ref().map(|sample| json!({
                "records": sample.total.records,
                "rows": sample.total.rows,
                "dropped": sample.total.dropped,
                "failed": sample.total.failed + sample.strange,
            })),
            "differences": self.differences,
        })
    }
}
