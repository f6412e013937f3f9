//! What builds the plugins of a nozzle.toml: tools, their versions, and the SDK. Looked at only where there are sources.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use nozzle_runtime::config::PluginSource;
use nozzle_runtime::{CONTRACT_LINE, Config};

use super::Finding;
use crate::build::{self, Language};
use crate::{files, sources};

/// Looks at the tools of each folder from which a plugin of the configuration is built; without a configuration, of the
/// folder in which it should be.
pub(crate) fn toolchain(file: &Path, config: Option<&Config>, found: &mut Vec<Finding>) {
    let Some(config) = config else {
        let beside = files::folder_of(file);
        if let Some(language) = build::buildable(beside) {
            of_folder(beside, language, found);
        }
        return;
    };
    for folder in sources::of(config) {
        if let Some(language) = build::buildable(&folder) {
            of_folder(&folder, language, found);
        }
    }
    for plugin in &config.plugins {
        if let PluginSource::File(component) = &plugin.source {
            found.extend(sources::of_file(component).and_then(|folder| age(component, &folder)));
        }
    }
}

fn of_folder(folder: &Path, language: Language, found: &mut Vec<Finding>) {
    match build::tools(folder, language) {
        Ok(tools) => {
            found.push(Finding::ok("toolchain", format!("{} is built by {tools}", shown(folder))));
        }
        Err(error) => found.push(Finding::told("toolchain", &error)),
    }
    if language == Language::Rust {
        found.extend(sdk(folder));
    }
}

/// The nozzle-sdk that a crate is locked to. The SDK's line is the contract's.
fn sdk(folder: &Path) -> Option<Finding> {
    let lock = folder.canonicalize().ok()?;
    let lock = lock.ancestors().map(|above| above.join("Cargo.lock")).find(|lock| lock.is_file())?;
    let lock: toml::Table = toml::from_str(&fs::read_to_string(lock).ok()?).ok()?;
    let packages = lock.get("package")?.as_array()?;
    let sdk = packages.iter().find(|package| package["name"].as_str() == Some("nozzle-sdk"))?;
    let version = sdk["version"].as_str()?;
    let text = format!("{}: nozzle-sdk {version}", shown(folder));
    Some(if version.starts_with(CONTRACT_LINE) {
        Finding::ok("toolchain", text)
    } else {
        let text = format!("{text}; this nozzle runs plugins of {CONTRACT_LINE}x");
        let hint = format!("depend on a nozzle-sdk {CONTRACT_LINE}x, or take the nozzle of its line");
        Finding::error("toolchain", text, hint)
    })
}

/// A folder as people name it.
fn shown(folder: &Path) -> String {
    if folder == Path::new(".") { "this folder".to_owned() } else { folder.display().to_string() }
}

/// Whether the component is of an earlier time than its sources.
fn age(component: &Path, folder: &Path) -> Option<Finding> {
    let made = modified(component)?;
    let newer =
        sources::files(folder).into_iter().find(|file| modified(file).is_some_and(|time| time > made))?;
    let newer = newer.strip_prefix(folder).unwrap_or(&newer).display().to_string();
    let text = format!("`{}` is older than `{newer}`", component.display());
    Some(Finding::note("toolchain", text, format!("run `nozzle build {}`", folder.display())))
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}
