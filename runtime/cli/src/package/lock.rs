//! nozzle.lock: which Nozzle and which plugins a package was made of. Committed, it tells in a review what a new package
//! changes, and with `--locked` it holds another machine to the same.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use nozzle_runtime::Config;
use nozzle_runtime::artefact::Manifest;
use serde::Deserialize;
use serde_json::json;

use super::plugins::PackedPlugin;
use crate::{files, show};

/// What a package was made of.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    /// The version of this format: 1.
    version: u32,
    /// The Nozzle that packaged, whose ready plugins and whose bootstrap are in it.
    nozzle: String,
    /// The plugins in the order in which a record passes them, each once.
    #[serde(default, rename = "plugin")]
    plugins: Vec<Locked>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    name: String,
    version: String,
    /// As nozzle.toml writes it: a ready plugin's name, a path, a URL.
    from: String,
    sha256: String,
}

/// The first digits of a sum, enough to tell two apart.
const SHOWN: usize = 12;

impl Lock {
    /// What a package is made of now.
    pub(crate) fn of(manifest: &Manifest, plugins: &[PackedPlugin]) -> Self {
        let locked = manifest.artefacts.iter().filter_map(|artefact| {
            let plugin = plugins.iter().find(|plugin| plugin.sha256 == artefact.sha256)?;
            // Of several plugins of one name, the second is called `name#2`.
            let name = plugin.name.split('#').next().unwrap_or_default().to_owned();
            let (from, sha256) = (artefact.plugin.clone(), artefact.wasm_sha256.clone());
            Some(Locked { name, version: plugin.version.clone(), from, sha256 })
        });
        Self { version: 1, nozzle: manifest.nozzle.clone(), plugins: locked.collect() }
    }

    /// Reads the lock of a configuration; none where there is none yet.
    pub(crate) fn read(config: &Config) -> anyhow::Result<Option<Self>> {
        let file = file(config);
        if !file.exists() {
            return Ok(None);
        }
        let lock: Self = toml::from_str(&files::read_text(&file)?)
            .with_context(|| format!("failed to read `{}`", file.display()))?;
        if lock.version != 1 {
            bail!("`{}` is of version {}; this Nozzle reads 1", file.display(), lock.version);
        }
        Ok(Some(lock))
    }

    /// Holds what a package is made of now against the lock that is there.
    ///
    /// # Errors
    ///
    /// When there is none, or anything differs; it names each difference.
    pub(crate) fn hold(&self, before: Option<&Self>) -> anyhow::Result<()> {
        let Some(before) = before else {
            bail!("there is no nozzle.lock\n  hint: package once without `--locked`, and commit it");
        };
        let changes = before.changes(self);
        if !changes.is_empty() {
            bail!(
                "the package would not be the one of nozzle.lock\n  {}\n  hint: package without `--locked`, and commit nozzle.lock",
                changes.join("\n  ")
            );
        }
        Ok(())
    }

    /// What is other now, a line each.
    fn changes(&self, now: &Self) -> Vec<String> {
        let nozzle = (self.nozzle != now.nozzle).then(|| format!("nozzle {} -> {}", self.nozzle, now.nozzle));
        let mut before: Vec<&Locked> = self.plugins.iter().collect();
        let mut changes: Vec<String> = nozzle.into_iter().collect();
        for plugin in &now.plugins {
            let is_from = |other: &&Locked| other.from == plugin.from;
            let is_named = |other: &&Locked| other.name == plugin.name;
            match before.iter().position(is_from).or_else(|| before.iter().position(is_named)) {
                Some(at) => changes.extend(before.remove(at).change(plugin)),
                None => changes.push(format!("{} {} is new", plugin.name, plugin.version)),
            }
        }
        changes.extend(before.iter().map(|gone| format!("{} {} is gone", gone.name, gone.version)));
        changes
    }

    /// Writes it beside nozzle.toml, and tells what differs from the one before.
    pub(crate) fn write(&self, config: &Config, before: Option<&Self>) -> anyhow::Result<()> {
        if before == Some(self) {
            return Ok(());
        }
        let file = file(config);
        files::write(&file, self.text().as_bytes())?;
        let told = before.map_or_else(|| vec!["commit it".to_owned()], |before| before.changes(self));
        told.iter().for_each(|told| show::note(&format!("{}: {told}", file.display())));
        Ok(())
    }

    /// As TOML, whose strings are JSON's.
    fn text(&self) -> String {
        let mut text = format!(
            "# Written by `nozzle package`; commit it. `nozzle package --locked` refuses what differs from it.\n\
             version = {}\nnozzle = {}\n",
            self.version,
            json!(self.nozzle)
        );
        for Locked { name, version, from, sha256 } in &self.plugins {
            let [name, version, from, sha256] = [name, version, from, sha256].map(|value| json!(value));
            let _ = write!(
                text,
                "\n[[plugin]]\nname = {name}\nversion = {version}\nfrom = {from}\nsha256 = {sha256}\n"
            );
        }
        text
    }
}

impl Locked {
    /// What is other of it now.
    fn change(&self, now: &Self) -> Option<String> {
        let Self { name, version, from, sha256 } = self;
        if name != &now.name || version != &now.version {
            let renamed = if name == &now.name { String::new() } else { format!("{} ", now.name) };
            return Some(format!("{name} {version} -> {renamed}{}", now.version));
        }
        if sha256 != &now.sha256 {
            let short = |sum: &str| sum.chars().take(SHOWN).collect::<String>();
            return Some(format!("{name} {version}, SHA-256 {} -> {}", short(sha256), short(&now.sha256)));
        }
        (from != &now.from).then(|| format!("{name} {version}, from {from} -> {}", now.from))
    }
}

/// The lock of nozzle.toml is nozzle.lock, that of stage.toml is stage.lock.
fn file(config: &Config) -> PathBuf {
    Path::with_extension(&config.file, "lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin([name, version, from, sha256]: [&str; 4]) -> Locked {
        let [name, version, from, sha256] = [name, version, from, sha256].map(str::to_owned);
        Locked { name, version, from, sha256 }
    }

    fn lock(nozzle: &str, plugins: &[[&str; 4]]) -> Lock {
        Lock { version: 1, nozzle: nozzle.to_owned(), plugins: plugins.iter().copied().map(plugin).collect() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let lock =
            lock("0.1.0", &[["clean", "0.1.0", "c:\\\"clean\"\n.wasm", "00"], ["own", "1.2", "own", "ff"]]);
        assert_eq!(toml::from_str::<Lock>(&lock.text()).unwrap(), lock);
    }

    #[test]
    fn every_change_is_a_line() {
        let old = lock(
            "0.1.0",
            &[
                ["clean", "0.1.0", "clean", "00"],
                ["own", "1.0.0", "target/nozzle/own.wasm", "0123456789abcdef"],
                ["shared", "1.0.0", "https://a/shared-1.0.wasm", "aa"],
                ["moved", "1.0.0", "https://a/moved.wasm", "bb"],
                ["old", "1.0.0", "plug.wasm", "cc"],
                ["gone", "2.0.0", "gone.wasm", "dd"],
                ["same", "1.0.0", "same", "ee"],
            ],
        );
        let new = lock(
            "0.2.0",
            &[
                ["same", "1.0.0", "same", "ee"],
                ["clean", "0.2.0", "clean", "11"],
                ["own", "1.0.0", "target/nozzle/own.wasm", "fedcba9876543210"],
                ["shared", "1.1.0", "https://a/shared-1.1.wasm", "ab"],
                ["moved", "1.0.0", "https://b/moved.wasm", "bb"],
                ["new", "1.0.0", "plug.wasm", "cd"],
                ["fresh", "0.0.1", "fresh.wasm", "ef"],
            ],
        );
        let expected = [
            "nozzle 0.1.0 -> 0.2.0",
            "clean 0.1.0 -> 0.2.0",
            "own 1.0.0, SHA-256 0123456789ab -> fedcba987654",
            "shared 1.0.0 -> 1.1.0",
            "moved 1.0.0, from https://a/moved.wasm -> https://b/moved.wasm",
            "old 1.0.0 -> new 1.0.0",
            "fresh 0.0.1 is new",
            "gone 2.0.0 is gone",
        ];
        assert_eq!(old.changes(&new), expected);
        assert!(new.hold(Some(&old)).is_err() && new.hold(None).is_err() && new.hold(Some(&new)).is_ok());
    }
}
