//! How a case went.

use std::fmt::Display;

use nozzle_runtime::Summary;
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use super::difference::Difference;
use super::tolerance::Needed;
use crate::show;

/// How a case went, with all that is not as it should be.
#[derive(Debug)]
pub(crate) struct Verdict {
    name: String,
    pub(crate) summary: Summary,
    /// Instructions a record, where they were counted, and the budget.
    fuel: Option<(u64, Option<u64>)>,
    pub(super) tolerated: Needed,
    /// Whether what is expected has been written anew.
    pub(super) blessed: bool,
    pub(super) problems: Vec<Problem>,
}

/// What is not as it should be.
#[derive(Debug)]
pub(super) enum Problem {
    /// The case could not be run or compared.
    Broken(String),
    /// Something else became of a record.
    Differs(Difference),
    /// A record takes more instructions than the case allows.
    OverBudget(String),
}

impl Verdict {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            summary: Summary::default(),
            fuel: None,
            tolerated: Needed::new(),
            blessed: false,
            problems: Vec::new(),
        }
    }

    pub(crate) fn passed(&self) -> bool {
        self.problems.is_empty()
    }

    pub(super) fn judge_fuel(&mut self, fuel: u64, budget: Option<u64>) {
        self.fuel = Some((fuel, budget));
        if let Some(budget) = budget.filter(|budget| fuel > *budget) {
            let over = (fuel - budget) as f64 / budget as f64 * 100.0;
            self.problems.push(Problem::OverBudget(format!(
                "a record takes {fuel} instructions, {over:.1} % over the budget of {budget}\n  \
                 hint: `nozzle bench --profile` shows where; `fuel` in case.toml is the budget"
            )));
        }
    }

    /// Some lines for people.
    pub(crate) fn text(&self) -> String {
        let state = match (self.passed(), self.blessed) {
            (false, _) => "FAILED ".red().bold().to_string(),
            (true, true) => "blessed".yellow().to_string(),
            (true, false) => "ok     ".green().to_string(),
        };
        let mut lines = vec![format!("{state} {}  {}", self.name, self.facts().join(", ").dimmed())];
        lines.extend(self.problems.iter().flat_map(Problem::lines));
        lines.join("\n")
    }

    fn facts(&self) -> Vec<String> {
        let mut facts = vec![show::plural(self.summary.records, "record")];
        if let Some((fuel, budget)) = self.fuel {
            let budget = budget.map(|budget| format!(" of {budget}")).unwrap_or_default();
            facts.push(format!("fuel {fuel}{budget} a record"));
        }
        let tolerated = |(tolerance, n): (&String, &u64)| format!("tolerated {tolerance}: {n}");
        facts.extend(self.tolerated.iter().map(tolerated));
        facts
    }

    /// One object for machines.
    pub(crate) fn as_json(&self) -> Value {
        json!({
            "case": self.name,
            "passed": self.passed(),
            "blessed": self.blessed,
            "records": self.summary.records,
            "fuelPerRecord": self.fuel.map(|(fuel, _)| fuel),
            "fuelBudget": self.fuel.and_then(|(_, budget)| budget),
            "tolerated": self.tolerated,
            "problems": self.problems.iter().map(Problem::as_json).collect::<Vec<_>>(),
        })
    }
}

impl Problem {
    fn lines(&self) -> Vec<String> {
        match self {
            Self::Differs(difference) => difference.lines(),
            Self::Broken(text) | Self::OverBudget(text) => text.lines().map(indented).collect(),
        }
    }

    fn as_json(&self) -> Value {
        match self {
            Self::Differs(difference) => json!({ "kind": "difference", "difference": difference }),
            Self::Broken(text) => json!({ "kind": "broken", "problem": text }),
            Self::OverBudget(text) => json!({ "kind": "over-budget", "problem": text }),
        }
    }
}

fn indented(line: impl Display) -> String {
    format!("  {line}")
}
