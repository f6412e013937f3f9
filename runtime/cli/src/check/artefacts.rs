//! What the Lambda would load: the artefacts beside nozzle.toml.

use nozzle_plugins::READY;
use nozzle_runtime::Config;
use nozzle_runtime::artefact::{State, Survey};

use super::Finding;

const COMPILE: &str = "`nozzle package` compiles them anew; so does `nozzle compile`";

/// Looks at the artefacts of a configuration.
pub(crate) fn artefacts(config: &Config, found: &mut Vec<Finding>) {
    let survey = match Survey::of(config, READY) {
        Ok(Some(survey)) => survey,
        Ok(None) => {
            return found.push(Finding::ok("artefacts", "artefacts: none yet; `nozzle package` makes them"));
        }
        Err(problem) => return found.push(Finding::told("artefacts", &anyhow::Error::msg(problem))),
    };
    let before = found.len();
    let (folder, manifest) = (survey.folder.display(), &survey.manifest);
    if let Some(nozzle) = survey.other_nozzle() {
        let text =
            format!("{folder}: made by Nozzle {nozzle}; the bootstrap of this version does not load them");
        found.push(Finding::note("artefacts", text, COMPILE));
    }
    for (name, state) in &survey.parts {
        found.extend(of_part(name, state).map(|(text, is_broken)| {
            let text = format!("{folder}: `{name}` {text}");
            if is_broken {
                Finding::error("artefacts", text, COMPILE)
            } else {
                Finding::note("artefacts", text, COMPILE)
            }
        }));
    }
    if found.len() == before {
        found.push(Finding::ok(
            "artefacts",
            format!("{folder}: for {}, of what is there now", manifest.target),
        ));
    }
}

/// What is to be said of a plugin or a table, and whether no Lambda would load it.
fn of_part(name: &str, state: &State) -> Option<(String, bool)> {
    match state {
        State::Current => None,
        State::Stale => Some(("has changed since: a Lambda would run the one before".to_owned(), false)),
        State::Absent => Some((format!("is not among them: `{name}` came later"), false)),
        State::Broken(problem) => {
            Some((format!("does not load: {}", problem.lines().next().unwrap_or_default()), true))
        }
    }
}
