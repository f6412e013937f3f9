//! How the text becomes a [`Config`]: its form first, then what it says, block by block.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use toml::de::DeTable;
use toml::{Deserializer, Spanned};

use super::objects::RawObjects;
use super::output::RawOutput;
use super::plugin::RawPlugin;
use super::table::RawTable;
use super::{Config, DEFAULT_RESERVE, SettingsPlaces, Text, keep};
use crate::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    version: Option<Spanned<i64>>,
    #[serde(default)]
    output: RawOutput,
    #[serde(default)]
    plugin: Vec<Spanned<RawPlugin>>,
    #[serde(default)]
    table: Vec<Spanned<RawTable>>,
    objects: Option<Spanned<RawObjects>>,
    reserve: Option<Spanned<String>>,
    #[serde(default)]
    log_values: bool,
}

impl Text<'_> {
    /// The configuration, or all that is wrong with it: with its form, else with what it says.
    pub(super) fn config(&self) -> Result<Config, Vec<ConfigError>> {
        let document = DeTable::parse(self.text).map_err(|error| vec![self.malformed(&error)])?;
        let line = |offset| self.line(offset);
        let places = SettingsPlaces::of(self.file, document.get_ref(), &line);
        let in_objects = SettingsPlaces::of_block(self.file, document.get_ref(), "objects", &line);
        let raw = RawConfig::deserialize(Deserializer::from(document));
        let raw = raw.map_err(|error| vec![self.malformed(&error)])?;
        let mut wrong = Vec::new();
        keep(&mut wrong, self.check_version(raw.version.as_ref()));
        let schema = keep(&mut wrong, self.schema(&raw.output)).flatten();
        if raw.plugin.is_empty() && raw.output.schema.is_none() {
            let problem = "there is no `[[plugin]]`\n  hint: name at least one, by `use` or `path`";
            wrong.push(self.invalid(0, problem.into()));
        }
        let plugins = raw.plugin.into_iter().zip(places).map(|(raw, places)| self.plugin(raw, places));
        let plugins = plugins.filter_map(|plugin| keep(&mut wrong, plugin)).collect();
        let tables = self.tables(raw.table, &mut wrong);
        let objects = raw.objects.zip(in_objects).map(|(raw, places)| self.objects(&raw, places));
        let objects = objects.and_then(|objects| keep(&mut wrong, objects));
        let reserve = keep(&mut wrong, self.duration(raw.reserve.as_ref())).flatten();
        if !wrong.is_empty() {
            wrong.sort_by_key(ConfigError::line);
            return Err(wrong);
        }
        Ok(Config {
            file: self.file.to_owned(),
            schema,
            output: raw.output.resolve(),
            plugins,
            tables,
            objects,
            reserve: reserve.unwrap_or(DEFAULT_RESERVE),
            log_values: raw.log_values,
            variables: BTreeSet::new(),
        })
    }

    fn check_version(&self, version: Option<&Spanned<i64>>) -> Result<(), ConfigError> {
        match version {
            Some(version) if *version.get_ref() == 1 => Ok(()),
            Some(version) => {
                let problem =
                    format!("`version = {}` is not known; this Nozzle reads version 1", version.get_ref());
                Err(self.invalid(version.span().start, problem))
            }
            None => {
                Err(self
                    .invalid(0, "there is no `version`\n  hint: begin the file with `version = 1`".into()))
            }
        }
    }

    fn duration(&self, raw: Option<&Spanned<String>>) -> Result<Option<Duration>, ConfigError> {
        self.parsed(raw, "time; write it as `100 ms` or `1 s`", |text| humantime::parse_duration(text).ok())
    }

    /// A time that is not zero.
    pub(super) fn time(
        &self,
        raw: Option<&Spanned<String>>,
        what: &str,
    ) -> Result<Option<Duration>, ConfigError> {
        let some = |text: &str| humantime::parse_duration(text).ok().filter(|time| !time.is_zero());
        self.parsed(raw, what, some)
    }
}
