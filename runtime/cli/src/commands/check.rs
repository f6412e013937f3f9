//! `nozzle check`: everything that would keep a pipeline from starting, and whether its table takes what it delivers.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use nozzle_rows::schema::Schema;
use nozzle_runtime::telemetry::TableUse;
use nozzle_runtime::{Config, Transform};
use serde_json::{Value, json};

use super::ConfigFile;
use super::schema::read_schema;
use crate::check::{self, Finding};
use crate::input::Format;
use crate::schema::{CatalogueTable, Comparison, Delivered, Difference, Sample};
use crate::show;

/// Check a pipeline: everything that would keep it from starting, and with --glue whether the table takes what it delivers.
///
/// One line a check, `ok`, `note` or `error` first, the way out beneath: nozzle.toml, each plugin's settings against their
/// schema, the plugins and tables as the Lambda loads them, limits, prefix and schema of `[objects]`, the artefacts beside nozzle.toml, and where a plugin is built
/// from sources beside it (`path = "target/nozzle/NAME.wasm"`) the tools that build it. With --input a sample is run, and told
/// how much longer rows are than records, and which buffer hint the stream may have. With --glue the rows are held against a
/// table of the Glue catalogue: those of the pinned schema (`schema` in `[output]`), or those of the sample where none is pinned.
///
/// Exit codes: 0 all is well, 1 something else than the start is wrong: rows would be refused or lost, a record of the sample
/// failed, a tool is missing, 2 the pipeline does not start.
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
#[derive(Default)]
struct Findings {
    checks: Vec<Finding>,
    config: Option<Config>,
    transform: Option<Transform>,
    schema: Option<Schema>,
    sample: Option<Sample>,
    differences: Option<Vec<Difference>>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    let (config, transform) = check::start(&args.config.config, &mut findings.checks);
    let starts = transform.is_some();
    if let Some(config) = &config {
        check::limits(config, &mut findings.checks);
        check::objects(config, &mut findings.checks);
        check::artefacts(config, &mut findings.checks);
    }
    check::toolchain(&args.config.config, config.as_ref(), &mut findings.checks);
    (findings.config, findings.transform) = (config, transform);
    findings.look_at_rows(args)?;
    if args.json {
        show::line(findings.as_json())?;
    } else {
        findings.show()?;
    }
    Ok(ExitCode::from(match findings.is_well() {
        _ if !starts => 2,
        true => 0,
        false => 1,
    }))
}

fn differences(table: &Path, config: &Config, delivered: &Delivered<'_>) -> anyhow::Result<Vec<Difference>> {
    Ok(Comparison::of(&CatalogueTable::read(table)?, &config.output, delivered))
}

impl Findings {
    /// What a pipeline that starts delivers: by its schema, by the sample, and beside the table.
    fn look_at_rows(&mut self, args: &Args) -> anyhow::Result<()> {
        let Some((config, transform)) = self.config.as_ref().zip(self.transform.as_ref()) else {
            return Ok(());
        };
        self.schema = config.schema.as_ref().map(|schema| read_schema(&schema.path)).transpose()?;
        if let Some((schema, pinned)) = self.schema.as_ref().zip(config.schema.as_ref()) {
            let text = format!("schema {}: {} columns", pinned.path.display(), schema.columns.len());
            self.checks.push(Finding::ok("schema", text));
        }
        let run = |input| Sample::run(config, transform, input, args.format);
        self.sample = args.input.as_deref().map(run).transpose()?;
        self.checks.extend(self.sample.as_ref().and_then(check::growth));
        self.differences = match (&args.glue, &self.schema, &self.sample) {
            (None, _, _) => None,
            (Some(table), Some(schema), _) => Some(differences(table, config, &Delivered::Pinned(schema))?),
            (Some(table), None, Some(sample)) => {
                Some(differences(table, config, &Delivered::Sampled(&sample.columns))?)
            }
            (Some(_), None, None) => bail!(
                "nothing says what the pipeline delivers\n  \
                 hint: pin a schema (`nozzle schema infer` makes one), or name a sample with --input"
            ),
        };
        Ok(())
    }

    fn is_well(&self) -> bool {
        let fails = self.sample.as_ref().is_some_and(|sample| sample.total.failed > 0 || sample.strange > 0);
        let breaks = self.differences.iter().flatten().any(|difference| difference.breaks);
        !fails && !breaks && !self.checks.iter().any(Finding::is_error)
    }

    fn show(&self) -> anyhow::Result<()> {
        self.checks.iter().try_for_each(Finding::show)?;
        self.sample.iter().for_each(Sample::show);
        for Difference { column, breaks, told, .. } in self.differences.iter().flatten() {
            let column = column.as_ref().map(|name| format!("`{name}` ")).unwrap_or_default();
            show::line(format_args!("{}: {column}{told}", if *breaks { "error" } else { "note" }))?;
        }
        if self.differences.as_ref().is_some_and(Vec::is_empty) {
            show::line("ok: the table takes all columns as they are")?;
        }
        Ok(())
    }

    fn as_json(&self) -> Value {
        let plugin =
            |told: &nozzle_runtime::Description| json!({ "plugin": &*told.name, "version": told.version });
        let table =
            |table: TableUse| json!({ "table": table.name, "rows": table.rows, "version": table.version });
        let transform = self.transform.as_ref();
        json!({
            "checks": self.checks,
            "plugins": transform.into_iter().flat_map(Transform::plugins).map(plugin).collect::<Vec<_>>(),
            "tables": transform.map(Transform::tables).unwrap_or_default().into_iter().map(table).collect::<Vec<_>>(),
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
