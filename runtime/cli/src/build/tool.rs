//! Running the tools of a language.

use std::io::{ErrorKind, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// A tool that a plugin is built with.
pub(super) struct Tool {
    /// What it is called.
    pub(super) name: &'static str,
    /// Where a project keeps its own tools. That of the plugin's folder, or of one above it, is preferred to `PATH`.
    pub(super) folder: &'static str,
    /// The command that installs it.
    pub(super) install: &'static str,
}

impl Tool {
    /// Runs the tool in the folder `sources`, its words on standard error: standard output has the component's path alone.
    pub(super) fn run(
        &self,
        sources: &Path,
        arrange: impl FnOnce(&mut Command) -> &mut Command,
    ) -> anyhow::Result<()> {
        let mut command = Command::new(self.find(sources));
        let status = arrange(&mut command).current_dir(sources).stdout(stderr()).status();
        match status {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("`{}` is not installed\n  hint: run `{}`", self.name, self.install)
            }
            status => {
                if !status.with_context(|| format!("failed to run `{}`", self.name))?.success() {
                    bail!("`{}` failed for `{}`", self.name, sources.display());
                }
                Ok(())
            }
        }
    }

    /// The tool, and the version that it tells when it is asked by this argument.
    pub(super) fn version(&self, sources: &Path, argument: &str) -> anyhow::Result<String> {
        let output = Command::new(self.find(sources)).arg(argument).current_dir(sources).output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else {
            bail!("`{}` is not installed\n  hint: {}", self.name, self.way_to_install());
        };
        let told = String::from_utf8_lossy(&output.stdout);
        Ok(format!("{} {}", self.name, told.split_whitespace().last().unwrap_or_default()))
    }

    fn way_to_install(&self) -> String {
        let installer = self.install.split(' ').next().unwrap_or_default();
        match Command::new(installer).arg("--version").output() {
            Ok(_) => format!("run `{}`", self.install),
            Err(_) => format!("install `{installer}`, then run `{}`", self.install),
        }
    }

    fn find(&self, sources: &Path) -> PathBuf {
        let own = sources.ancestors().map(|folder| folder.join(self.folder).join(self.name));
        own.into_iter().find(|program| program.is_file()).unwrap_or_else(|| self.name.into())
    }
}
