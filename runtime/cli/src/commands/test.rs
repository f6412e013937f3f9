//! `nozzle test`: the cases of a plugin or a pipeline.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use nozzle_runtime::Config;
use nozzle_runtime::config::{FILE_NAME, PluginSource};
use serde_json::json;

use crate::cases::{Suite, Switches, Verdict};
use crate::{build, fetch, show, sources};

/// Run the cases of a plugin or a pipeline.
///
/// A case is a folder in `DIR/cases`. Its records go through the pipeline of `DIR/nozzle.toml` as they do in the Lambda: the built
/// `.wasm`, with all limits on. Plugins that stand in `target/nozzle` of their sources are built before.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder of a plugin's sources, or of a pipeline
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Run only cases whose name holds this; may be given several times
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
    /// Write what becomes of the records as what is expected; read the diff
    #[arg(long)]
    bless: bool,
    /// Count the instructions of all cases, not only of those with a budget
    #[arg(long)]
    fuel: bool,
    /// One JSON object a case, then one with the sums
    #[arg(long)]
    json: bool,
    /// Another pipeline than that of DIR/nozzle.toml
    #[arg(long, value_name = "FILE", group = "what")]
    config: Option<PathBuf>,
    /// This one ready plugin
    #[arg(long = "use", value_name = "NAME", group = "what")]
    ready: Option<String>,
    /// This one plugin
    #[arg(long, value_name = "FILE.wasm", group = "what")]
    plugin: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
A case holds its records, in one of
  input.jsonl      a record a line; a line that is a JSON string stands for its content
  input.txt        a record a line, as it is
  event.json       a Firehose event
what must become of them, in one of
  expected.jsonl   a line for each record: rows, partition keys, route; why it was dropped; code, path and reason of a failure;
                   and a last line with what plugins counted. --bless writes it
  response.json    what an existing handler answered to event.json, compared by value
and, where it needs them,
  settings.json    settings in the place of those in nozzle.toml, for a pipeline of one plugin
  tables/NAME.csv  a table's file in the place of that in nozzle.toml
  case.toml        fuel = 9000              instructions that a record may take on average
                   source = \"kinesis\"       direct, kinesis or msk
                   [context]                what plugins may ask: arrival-time-ms, partition-key, shard-id, sequence-number,
                                            subsequence-number, partition-id, offset
                   [tolerance]              what may differ from response.json: ignore = [\"processed_at\"], numbers = 0.001,
                                            null-is-absent = true, text-is-number = true

Exit codes: 0 all cases passed, 1 some did not, 2 usage or configuration.

Examples:
  nozzle test                                   build the plugin in this folder, and run its cases
  nozzle test --bless && git diff cases         take what is there now for what is expected
  nozzle test orders --only deletes --fuel      some cases, and what a record takes";

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let suite = Suite::open(args.config()?, &args.folder.join("cases"), &args.only)?;
    let (mut passed, mut failed) = (0, 0);
    for verdict in suite.run(Switches { bless: args.bless, fuel: args.fuel }) {
        let verdict = verdict?;
        *(if verdict.passed() { &mut passed } else { &mut failed }) += 1;
        args.tell(&verdict)?;
    }
    if args.json {
        show::line(json!({ "summary": { "cases": passed + failed, "passed": passed, "failed": failed } }))?;
    } else {
        let cases = show::plural(passed + failed, "case");
        show::line(format_args!("{cases}: {passed} passed, {failed} failed"))?;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Args {
    /// What the cases run through, built from its sources where it has some.
    fn config(&self) -> anyhow::Result<Config> {
        let alone = |source| Ok(Config::of_plugin(source, "{}"));
        match (&self.config, &self.ready, &self.plugin) {
            (Some(file), _, _) => pipeline(file),
            (_, Some(name), _) => alone(PluginSource::Ready(name.clone())),
            (_, _, Some(file)) => alone(PluginSource::File(file.clone())),
            (None, None, None) => {
                let own = [self.folder.join(FILE_NAME), self.folder.join("cases").join(FILE_NAME)];
                match own.iter().find(|file| file.exists()) {
                    Some(file) => pipeline(file),
                    None => alone(PluginSource::File(build::build(&self.folder, None)?)),
                }
            }
        }
    }

    fn tell(&self, verdict: &Verdict) -> anyhow::Result<()> {
        if self.json {
            return show::line(verdict.as_json());
        }
        show::line(verdict.text())?;
        if !verdict.passed() {
            show::notes(&verdict.summary);
        }
        Ok(())
    }
}

fn pipeline(file: &Path) -> anyhow::Result<Config> {
    let config = fetch::load(file)?;
    for folder in sources::of(&config) {
        build::build(&folder, None)?;
    }
    Ok(config)
}
