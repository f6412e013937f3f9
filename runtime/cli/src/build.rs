//! A plugin's sources to a component: what a folder holds, and the tool of each language.

mod c;
mod contract;
mod javascript;
mod python;
mod rust;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nozzle_plugins::READY;
use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{component_bytes, inspect};

use crate::files;

/// A language that a plugin can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    Rust,
    #[value(name = "javascript")]
    JavaScript,
    Python,
    C,
}

/// What a tool has made: a component, or a core module that carries the contract.
struct Built {
    /// The plugin's name in its manifest, which the file is called by.
    name: String,
    wasm: Vec<u8>,
}

impl Language {
    const ALL: [Language; 4] = [Self::Rust, Self::JavaScript, Self::Python, Self::C];

    /// The file that tells a folder of the language.
    pub(crate) fn marker(self) -> &'static str {
        match self {
            Self::Rust => rust::MARKER,
            Self::JavaScript => javascript::MARKER,
            Self::Python => python::MARKER,
            Self::C => c::MARKER,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::C => "C",
        }
    }
}

/// The language of the plugin whose sources are in the folder `dir`, if there is one.
pub(crate) fn buildable(dir: &Path) -> Option<Language> {
    Language::ALL.into_iter().find(|language| dir.join(language.marker()).is_file())
}

/// Builds the plugin in the folder `dir` and checks that it is one of this contract. Gives the component's path:
/// `out`, or `target/nozzle/NAME.wasm` in the folder itself, whatever cargo's own target folder is.
pub(crate) fn build(dir: &Path, out: Option<&Path>) -> anyhow::Result<PathBuf> {
    let Some(language) = buildable(dir) else {
        bail!("`{}` holds no plugin that can be built\n  hint: {}", dir.display(), markers());
    };
    // Tools run in the folder, so that a relative path would be another there.
    let sources = dir.canonicalize().with_context(|| format!("failed to find `{}`", dir.display()))?;
    let built = match language {
        Language::Rust => rust::build(&sources, rust::Effort::Full),
        Language::JavaScript => javascript::build(&sources),
        Language::Python => python::build(&sources),
        Language::C => c::build(&sources),
    }?;
    let out = match out {
        Some(out) => out.to_owned(),
        None => target(dir).join(format!("{}.wasm", built.name)),
    };
    finish(&built, &out)?;
    Ok(out)
}

/// Makes a component of what was built, and checks that it is a plugin.
fn finish(built: &Built, out: &Path) -> anyhow::Result<()> {
    let component = component_bytes(&built.wasm).map_err(anyhow::Error::msg)?;
    write(out, &component)?;
    inspect(PluginSource::File(out.to_owned()), READY)?;
    Ok(())
}

/// Builds for a look at records, and not for a stream: like [`build`], but in as little time as may be.
pub(crate) fn build_quickly(dir: &Path, out: &Path) -> anyhow::Result<()> {
    if buildable(dir) != Some(Language::Rust) {
        return build(dir, Some(out)).map(|_| ());
    }
    let sources = dir.canonicalize().with_context(|| format!("failed to find `{}`", dir.display()))?;
    finish(&rust::build(&sources, rust::Effort::Quick)?, out)
}

/// The tools that build a plugin, with their versions.
pub(crate) fn tools(dir: &Path, language: Language) -> anyhow::Result<String> {
    let sources = dir.canonicalize().with_context(|| format!("failed to find `{}`", dir.display()))?;
    match language {
        Language::Rust => rust::tools(&sources),
        Language::JavaScript => javascript::COMPONENTIZE.version(&sources, "--version"),
        Language::Python => python::COMPONENTIZE.version(&sources, "--version"),
        Language::C => c::ZIG.version(&sources, "version"),
    }
}

fn markers() -> String {
    let markers = Language::ALL.map(|language| format!("`{}` ({})", language.marker(), language.name()));
    format!("a plugin's folder has one of {}", markers.join(", "))
}

/// Where the components of a plugin's folder are, and what its tools leave beside them.
fn target(dir: &Path) -> PathBuf {
    dir.join("target/nozzle")
}

/// Writes a file and the folders that it is in.
fn write(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("failed to make `{}`", folder.display()))?;
    }
    files::write(file, content)
}

/// What a tool wrote, taken from where it wrote it.
fn taken(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = files::read(file)?;
    fs::remove_file(file).with_context(|| format!("failed to remove `{}`", file.display()))?;
    Ok(bytes)
}
