//! One case: a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nozzle_runtime::Config;
use nozzle_runtime::config::{Settings, TableConfig, TableSource};
use nozzle_runtime::firehose::EventWriter;
use nozzle_sdk::settings::Ordered;
use serde::de::IgnoredAny;

use super::handler;
use super::spec::Spec;
use crate::files;

/// A folder that holds records, and what must become of them.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) folder: PathBuf,
}

const EVENT: &str = "event.json";
const INPUT: &str = "input.jsonl";
const LINES: &str = "input.txt";
const SETTINGS: &str = "settings.json";
const TABLES: &str = "tables";

impl Case {
    /// What must become of each record.
    pub(super) fn expected(&self) -> PathBuf {
        self.folder.join("expected.jsonl")
    }

    /// What a handler answered, where the case is held against one.
    pub(super) fn response(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let file = self.folder.join(handler::FILE);
        file.exists().then(|| files::read(&file)).transpose()
    }

    /// The case's records as an event. A case without input takes the `input.jsonl` beside the cases.
    pub(super) fn event(&self, spec: &Spec) -> anyhow::Result<Vec<u8>> {
        let [event, lines, input] = [EVENT, LINES, INPUT].map(|name| self.folder.join(name));
        if event.exists() {
            if spec.source.is_some() || spec.context.is_some() {
                bail!("`{EVENT}` tells source and context itself\n  hint: leave them out of case.toml");
            }
            return files::read(&event);
        }
        let shared = self.folder.with_file_name(INPUT);
        let Some(file) = [&input, &lines, &shared].into_iter().find(|file| file.exists()) else {
            bail!("it has no records\n  hint: put them into `{INPUT}`, `{LINES}` or `{EVENT}`");
        };
        let text = files::read(file)?;
        let mut event = EventWriter::new(spec.source.unwrap_or_default());
        let metadata = spec.context.clone().unwrap_or_default();
        for line in text.strip_suffix(b"\n").unwrap_or(&text).split(|byte| *byte == b'\n') {
            let content = (file != &lines).then(|| serde_json::from_slice::<String>(line).ok()).flatten();
            event.push_with(content.as_deref().map_or(line, str::as_bytes), &metadata);
        }
        Ok(event.finish())
    }

    /// The configuration with what the case has of its own: settings and tables. None where it has nothing.
    pub(super) fn config(&self, base: &Config) -> anyhow::Result<Option<Config>> {
        let (settings, tables) = (self.folder.join(SETTINGS), self.folder.join(TABLES));
        if !settings.exists() && !tables.exists() {
            return Ok(None);
        }
        let mut config = base.clone();
        if settings.exists() {
            set(&mut config, &settings)?;
        }
        if tables.exists() {
            files::entries(&tables)?.into_iter().try_for_each(|file| take_table(&mut config, file))?;
        }
        Ok(Some(config))
    }
}

/// Puts the settings of a file in the place of those of the one plugin.
fn set(config: &mut Config, file: &Path) -> anyhow::Result<()> {
    let own = config.plugins.len() - usize::from(config.schema.is_some());
    if own != 1 {
        bail!(
            "`{SETTINGS}` is for cases of one plugin, and the pipeline has {own}\n  hint: make a nozzle.toml of that plugin alone"
        );
    }
    let text = files::read_text(file)?;
    serde_json::from_str::<Ordered<IgnoredAny>>(&text)
        .with_context(|| format!("`{SETTINGS}` is not a JSON object"))?;
    config.plugins[0].settings = Settings::of(&text);
    Ok(())
}

/// Takes a file for the table of its name.
fn take_table(config: &mut Config, file: PathBuf) -> anyhow::Result<()> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let there: Vec<&str> = config.tables.iter().map(|table| table.name.as_str()).collect();
    let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
    let Some(table) = config.tables.iter_mut().find(|table| table.name == name) else {
        bail!("`{TABLES}/{}` stands for no table of nozzle.toml; it has {there}", file_name(&file));
    };
    let wanted = table.format.extension();
    if file.extension().is_none_or(|extension| extension != wanted) {
        bail!("the table `{name}` is read as .{wanted}, and `{TABLES}/{}` is not", file_name(&file));
    }
    *table = TableConfig { source: TableSource::File(file), refresh: None, ..table.clone() };
    Ok(())
}

fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
