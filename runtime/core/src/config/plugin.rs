//! `[[plugin]]`: where a plugin's code is, what it may use, and its settings.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::fill::{Fill, Secret};
use super::{Place, RemoteUrl, SettingsPlaces, Text};
use crate::{ConfigError, Limits};

/// One `[[plugin]]` block.
#[derive(Debug, Clone)]
pub struct PluginConfig {
    /// Where the plugin's code is.
    pub source: PluginSource,
    /// The source as it is written, which is how the artefact manifest knows the plugin.
    pub written: String,
    /// The SHA-256 that the `.wasm` must have, in lower-case hexadecimal; none for any.
    pub sha256: Option<String>,
    /// What happens to a record that fails in this plugin.
    pub on_failure: OnFailure,
    /// What the plugin may use on one row.
    pub limits: Limits,
    /// The plugin's settings.
    pub settings: Settings,
    /// Where the block stands.
    pub place: Place,
    /// Where its settings stand.
    pub settings_places: SettingsPlaces,
}

impl PluginConfig {
    /// A plugin without a block of its own: default limits, and settings that are written out in full.
    pub(super) fn of(source: PluginSource, settings: &str, place: Place) -> Self {
        Self {
            written: source.to_string(),
            source,
            sha256: None,
            on_failure: OnFailure::default(),
            limits: Limits::default(),
            settings: Settings::of(settings),
            settings_places: SettingsPlaces::whole(&place),
            place,
        }
    }

    /// Holds a `.wasm`'s SHA-256 against the one that nozzle.toml pins, if it pins one.
    pub(crate) fn check_pin(&self, sha256: impl FnOnce() -> String) -> Result<(), String> {
        let Some(pinned) = &self.sha256 else { return Ok(()) };
        let sha256 = sha256();
        if *pinned == sha256 {
            return Ok(());
        }
        Err(format!(
            "its SHA-256 is {sha256}, not the one in nozzle.toml\n  \
             hint: pin the new one if you trust what changed"
        ))
    }
}

/// Where a plugin's code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PluginSource {
    /// `path = "..."`: a `.wasm` file.
    File(PathBuf),
    /// `use = "..."`: a ready plugin of this name, carried by the CLI.
    Ready(String),
    /// `source = "..."`: a `.wasm` of this URL, with [`sha256`](PluginConfig::sha256) pinned. This library fetches nothing: the
    /// command line does, and a Lambda has the artefact.
    Remote(RemoteUrl),
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Ready(name) => f.write_str(name),
            Self::Remote(url) => url.fmt(f),
        }
    }
}

/// A plugin's settings. Values that came from the environment are secrets: nothing here prints them.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// A JSON object, members in the order in which they are written.
    pub(crate) json: String,
    /// Each filled-in value with the variable it came from.
    secrets: Vec<Secret>,
}

impl Settings {
    /// Settings that are written out in full, as a JSON object.
    pub fn of(json: &str) -> Self {
        Self { json: json.to_owned(), secrets: Vec::new() }
    }

    /// The settings with all values filled in, secrets too: what the plugin is given, a JSON object.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// A text that may quote the settings, with variables in the place of their values.
    pub fn masked(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| secret.mask(&text))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked(&self.json))
    }
}

/// What happens to a row that fails in a plugin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The record goes back as `ProcessingFailed`.
    #[default]
    Fail,
    /// The row goes on as it entered this plugin.
    Pass,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlugin {
    #[serde(rename = "use")]
    ready: Option<String>,
    path: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
    sha256: Option<Spanned<String>>,
    #[serde(default)]
    on_failure: OnFailure,
    memory: Option<Spanned<String>>,
    deadline: Option<Spanned<String>>,
    output: Option<Spanned<String>>,
    settings: Option<Spanned<toml::Table>>,
}

/// What a WebAssembly memory can hold at most: 4 GiB.
const WASM_BYTES: usize = 4 << 30;

impl Text<'_> {
    pub(super) fn plugin(
        &self,
        raw: Spanned<RawPlugin>,
        settings: Option<SettingsPlaces>,
    ) -> Result<PluginConfig, ConfigError> {
        let start = raw.span().start;
        let raw = raw.into_inner();
        let defaults = Limits::default();
        let limits = Limits {
            deadline: self
                .time(raw.deadline.as_ref(), "time for a row; write it as `100 ms`")?
                .unwrap_or(defaults.deadline),
            memory: self.bytes(raw.memory.as_ref())?.unwrap_or(defaults.memory),
            output: self.bytes(raw.output.as_ref())?.unwrap_or(defaults.output),
        };
        let sha256 = self.sha256(raw.sha256.as_ref())?;
        let (source, written) = self.source(&raw, start)?;
        Ok(PluginConfig {
            source,
            written,
            sha256,
            on_failure: raw.on_failure,
            limits,
            settings: self.settings(raw.settings)?,
            place: self.place(start),
            settings_places: settings.unwrap_or_else(|| SettingsPlaces::whole(&self.place(start))),
        })
    }

    /// Where a plugin's code is, and how that is written.
    fn source(&self, raw: &RawPlugin, start: usize) -> Result<(PluginSource, String), ConfigError> {
        match (&raw.ready, &raw.path, &raw.source) {
            (Some(name), None, None) => Ok((PluginSource::Ready(name.clone()), name.clone())),
            (None, Some(path), None) => Ok((self.file(path)?, path.get_ref().clone())),
            (None, None, Some(url)) => Ok((self.remote(url, raw.sha256.is_some())?, url.get_ref().clone())),
            _ => {
                let problem = "a plugin has one of `use`, `path` and `source`\n  hint: `use = \"flatten-dynamodb\"` for a ready one";
                Err(self.invalid(start, problem.into()))
            }
        }
    }

    fn file(&self, path: &Spanned<String>) -> Result<PluginSource, ConfigError> {
        let written = self.fill(path)?;
        if written.contains("://") {
            let problem =
                "`path` is a file's\n  hint: `source`, with a `sha256`, fetches a plugin from elsewhere";
            return Err(self.invalid(path.span().start, problem.into()));
        }
        Ok(PluginSource::File(self.resolve(&written)))
    }

    /// What is fetched must be what was meant.
    fn remote(&self, url: &Spanned<String>, pinned: bool) -> Result<PluginSource, ConfigError> {
        let wrong = |problem: &str| self.invalid(url.span().start, problem.to_owned());
        if !pinned {
            return Err(wrong("a `source` needs a `sha256`\n  hint: `sha256sum FILE.wasm` prints it"));
        }
        RemoteUrl::parse(&self.fill(url)?).map(PluginSource::Remote).map_err(wrong)
    }

    /// Settings reach the plugin as JSON, members in the order in which they are written.
    fn settings(&self, raw: Option<Spanned<toml::Table>>) -> Result<Settings, ConfigError> {
        let Some(raw) = raw else { return Ok(Settings::of("{}")) };
        let start = raw.span().start;
        let mut fill = Fill::new(self.variable);
        let filled = fill.table(raw.into_inner()).map_err(|missing| self.unfilled(start, &missing))?;
        let json = serde_json::to_string(&filled).map_err(|error| {
            self.invalid(start, format!("the settings cannot be written as JSON: {error}"))
        })?;
        Ok(Settings { json, secrets: fill.secrets })
    }

    fn sha256(&self, raw: Option<&Spanned<String>>) -> Result<Option<String>, ConfigError> {
        let hex = |text: &str| {
            (text.len() == 64 && text.bytes().all(|c| c.is_ascii_hexdigit())).then(|| text.to_lowercase())
        };
        self.parsed(raw, "SHA-256; write its 64 hexadecimal digits", hex)
    }

    fn bytes(&self, raw: Option<&Spanned<String>>) -> Result<Option<usize>, ConfigError> {
        let size = |text: &str| {
            let bytes = text.parse::<bytesize::ByteSize>().ok()?.as_u64();
            usize::try_from(bytes).ok().filter(|bytes| (1..=WASM_BYTES).contains(bytes))
        };
        self.parsed(raw, "size up to 4 GiB; write it as `64 MiB`", size)
    }
}
