//! `nozzle run --watch`: the same records again, whenever something changes that they depend on.

mod changes;
mod files;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use nozzle_runtime::config::{PluginConfig, PluginSource};
use nozzle_runtime::{Config, Seen, Summary};

use crate::input::Input;
use crate::show::{self, Shown};
use crate::{build, sources, transform};
use changes::Changes;
use files::{Files, Stamps, stamps};

/// What is run again.
pub(crate) struct Subject<'a> {
    /// The input and, where there is one, nozzle.toml.
    pub(crate) files: Vec<PathBuf>,
    /// Reads the configuration.
    pub(crate) load: &'a dyn Fn() -> anyhow::Result<Config>,
    /// Opens the input.
    pub(crate) open: &'a dyn Fn() -> anyhow::Result<Input>,
}

/// Runs, and again after each change, until Ctrl-C. What fails is shown, and the next change waited for.
pub(crate) fn watch(subject: &Subject<'_>) -> anyhow::Result<ExitCode> {
    let mut changes = Changes::listen()?;
    let mut session = Session::default();
    let mut files = Files::of(&subject.files, None);
    loop {
        let begun = Instant::now();
        let config = (subject.load)();
        if let Ok(config) = &config {
            files = Files::of(&subject.files, Some(config));
        }
        let seen = files.stamps();
        if let Err(error) = config.and_then(|config| session.turn(config, subject, &changes)) {
            show::error(&error);
        }
        show::watching(begun.elapsed(), seen.len());
        match changes.wait(&files, &seen)? {
            Some(changed) => show::changed(&changed),
            None => return Ok(ExitCode::SUCCESS),
        }
    }
}

/// What is kept from one run to the next.
#[derive(Default)]
struct Session {
    /// The sources of each folder as they were when they were built.
    built: BTreeMap<PathBuf, Stamps>,
    /// What the records became.
    shown: Option<Vec<Shown>>,
}

impl Session {
    fn turn(&mut self, mut config: Config, subject: &Subject<'_>, changes: &Changes) -> anyhow::Result<()> {
        for plugin in &mut config.plugins {
            self.build(plugin)?;
        }
        // The records themselves are shown: there is nothing to mask.
        config.log_values = true;
        let transform = transform::load(&config)?;
        let mut input = (subject.open)()?;
        let (mut shown, mut batches) = (Vec::new(), Vec::new());
        while !changes.is_over()
            && let Some(event) = input.next_event()?
        {
            let mut watch = |seen: Seen<'_>| shown.push(Shown::of(&seen));
            batches.push(transform.run_watched(&event, None, Some(&mut watch))?.summary);
        }
        show::again(self.shown.as_deref(), &shown)?;
        self.shown = Some(shown);
        let mut total = Summary::default();
        for summary in &batches {
            show::notes(summary);
            total.add(summary);
        }
        show::summary(&total, false)
    }

    /// Builds a plugin that has sources, where they have changed, and puts the component in its place. It is one that is
    /// quickly built: what `nozzle build` made is left alone.
    fn build(&mut self, plugin: &mut PluginConfig) -> anyhow::Result<()> {
        let PluginSource::File(component) = &mut plugin.source else { return Ok(()) };
        let Some(sources) = sources::of_file(component) else { return Ok(()) };
        let name = component.file_name().unwrap_or_default();
        let quick = sources.join("target/nozzle/watch").join(name);
        let now = stamps(sources::files(&sources));
        if self.built.get(&sources) != Some(&now) {
            build::build_quickly(&sources, &quick)?;
            self.built.insert(sources, now);
        }
        *component = quick;
        Ok(())
    }
}
