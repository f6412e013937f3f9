//! All cases of a plugin or a pipeline, and how one is run.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use nozzle_plugins::READY;
use nozzle_runtime::{Answer, Batch, Config, Origin, Seen, StartError, Transform};

use super::answers::Answers;
use super::case::Case;
use super::difference::Difference;
use super::handler;
use super::spec::Spec;
use super::verdict::{Problem, Verdict};
use crate::{files, show, transform};

/// The cases of a folder, and what they run through.
pub(crate) struct Suite {
    config: Config,
    /// What all cases without settings or tables of their own run through: loaded for the first of them, because a plugin may need
    /// settings that only cases have.
    shared: OnceCell<Transform>,
    cases: Vec<Case>,
}

/// How to run cases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switches {
    /// Write what becomes of the records as what is expected.
    pub(crate) bless: bool,
    /// Count the instructions of all cases, not only of those with a budget.
    pub(crate) fuel: bool,
}

/// What became of a case's records.
struct Ran {
    answers: Answers,
    deaths: Vec<Option<String>>,
    batch: Batch,
}

impl Suite {
    /// The folders in `cases` whose names hold one of `only`, or all.
    pub(crate) fn open(mut config: Config, cases: &Path, only: &[String]) -> anyhow::Result<Self> {
        // Records are test data: there is nothing to mask.
        config.log_values = true;
        if !cases.is_dir() {
            bail!(
                "there are no cases in `{}`\n  hint: a case is a folder in it, with its records in input.jsonl; \
                 `nozzle test --bless` writes what becomes of them",
                cases.display()
            );
        }
        let wanted = |name: &str| only.is_empty() || only.iter().any(|part| name.contains(part));
        let folders = files::entries(cases)?.into_iter().filter(|path| path.is_dir());
        let named = folders.map(|folder| Case {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            folder,
        });
        let found: Vec<Case> = named.filter(|case| wanted(&case.name)).collect();
        if found.is_empty() {
            bail!("`{}` holds no such case", cases.display());
        }
        Ok(Self { config, shared: OnceCell::new(), cases: found })
    }

    /// Runs one case after the other.
    ///
    /// # Errors
    ///
    /// When what the cases run through does not start: that is no case's fault.
    pub(crate) fn run(&self, switches: Switches) -> impl Iterator<Item = anyhow::Result<Verdict>> {
        self.cases.iter().map(move |case| {
            let mut verdict = Verdict::new(&case.name);
            match self.judge(case, switches, &mut verdict) {
                Ok(()) => {}
                Err(error) if error.is::<StartError>() => return Err(error),
                Err(error) => verdict.problems.push(Problem::Broken(format!("{error:#}"))),
            }
            Ok(verdict)
        })
    }

    /// The cases that have neither settings nor tables of their own, by name, as events.
    pub(crate) fn events(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let mut events = Vec::new();
        for case in &self.cases {
            if case.config(&self.config)?.is_none() {
                events.push((case.name.clone(), case.event(&Spec::read(&case.folder)?)?));
            }
        }
        Ok(events)
    }

    fn shared(&self) -> anyhow::Result<&Transform> {
        match self.shared.get() {
            Some(transform) => Ok(transform),
            None => {
                let transform = transform::load(&self.config)?;
                Ok(self.shared.get_or_init(|| transform))
            }
        }
    }

    fn judge(&self, case: &Case, switches: Switches, verdict: &mut Verdict) -> anyhow::Result<()> {
        let spec = Spec::read(&case.folder)?;
        let event = case.event(&spec)?;
        let own = case.config(&self.config)?;
        let ran = match &own {
            // Settings and tables of the case's own: what is wrong with them is its own too.
            Some(config) => run(&transform::load_quietly(config).map_err(anyhow::Error::msg)?, &event)?,
            None => run(self.shared()?, &event)?,
        };
        verdict.summary = ran.batch.summary.clone();
        if spec.fuel.is_some() || switches.fuel {
            verdict.judge_fuel(fuel(own.as_ref().unwrap_or(&self.config), &event)?, spec.fuel);
        }
        match case.response()? {
            Some(response) => {
                let tolerance = spec.tolerance.unwrap_or_default();
                let (differences, needed) = handler::compare(&response, &ran.batch.response, &tolerance)?;
                verdict.tolerated = needed;
                verdict.problems.extend(differences.into_iter().map(Problem::Differs));
            }
            None if switches.bless => verdict.blessed = bless(&case.expected(), &ran.answers)?,
            None => verdict.problems.extend(differences(case, ran)?),
        }
        Ok(())
    }
}

fn run(transform: &Transform, event: &[u8]) -> anyhow::Result<Ran> {
    let (mut answers, mut deaths) = (Answers::default(), Vec::new());
    let mut watch = |seen: Seen<'_>| {
        answers.push(seen.answer);
        deaths.push(death(seen.answer));
    };
    let batch = transform.run_watched(event, None, Some(&mut watch))?;
    answers.count(&batch.summary);
    Ok(Ran { answers, deaths, batch })
}

/// Of a plugin that died: how.
fn death(answer: &Answer) -> Option<String> {
    match answer {
        Answer::ProcessingFailed(failure) if failure.trap.is_some() => Some(show::failure_line(failure)),
        _ => None,
    }
}

/// Instructions that a record takes on average.
fn fuel(config: &Config, event: &[u8]) -> anyhow::Result<u64> {
    let counting = Transform::load_counting(config, Origin::CachedWasm(READY))?;
    let records = counting.run(event, None)?.summary.records;
    let fuel: u64 = counting.usages().iter().map(|usage| usage.fuel).sum();
    Ok(fuel.checked_div(records).unwrap_or_default())
}

/// Whether the file was not yet so.
fn bless(expected: &Path, answers: &Answers) -> anyhow::Result<bool> {
    let text = answers.text();
    if fs::read_to_string(expected).is_ok_and(|before| before == text) {
        return Ok(false);
    }
    fs::write(expected, text).with_context(|| format!("failed to write `{}`", expected.display()))?;
    Ok(true)
}

fn differences(case: &Case, ran: Ran) -> anyhow::Result<Vec<Problem>> {
    let file = case.expected();
    if !file.exists() {
        bail!(
            "it does not say what to expect\n  hint: `nozzle test --bless` writes what becomes of its records"
        );
    }
    let expected = Answers::parse(&files::read_text(&file)?);
    let differences = Difference::all(expected, ran.answers, ran.deaths);
    Ok(differences.into_iter().map(Problem::Differs).collect())
}
