//! One place in which a case is not as it should be, for people and machines.

use owo_colors::OwoColorize as _;
use serde::Serialize;

use super::answers::Answers;
use super::leaves::leaves;

/// What was expected somewhere, and what is there; none for nothing.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// `record 3`, or `counters`.
    pub(super) place: String,
    pub(super) expected: Option<String>,
    pub(super) actual: Option<String>,
    /// The places at which the two differ; none where all that are not the same do.
    pub(super) members: Option<Vec<String>>,
    /// What died, where a plugin did: panic message, source file and line.
    pub(super) death: Option<String>,
}

impl Difference {
    /// All differences between what was expected and what became of the records, compared byte for byte.
    pub(super) fn all(expected: Answers, actual: Answers, mut deaths: Vec<Option<String>>) -> Vec<Self> {
        let mut differences = Vec::new();
        let (mut old, mut new) = (expected.records.into_iter(), actual.records.into_iter());
        for number in 1.. {
            let (expected, actual) = (old.next(), new.next());
            if expected.is_none() && actual.is_none() {
                break;
            }
            let death = deaths.get_mut(number - 1).and_then(Option::take);
            differences.push(Self {
                place: format!("record {number}"),
                expected,
                actual,
                members: None,
                death,
            });
        }
        let (expected, actual) = (expected.counters, actual.counters);
        differences.push(Self { place: "counters".to_owned(), expected, actual, members: None, death: None });
        differences.retain(|difference| difference.expected != difference.actual);
        differences
    }

    /// The lines that tell people of it.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("  {}", self.place)];
        match self.member_lines() {
            Some(members) => lines.extend(members),
            None => {
                lines.push(format!(
                    "    {} {}",
                    "-".red(),
                    self.expected.as_deref().unwrap_or("nothing").red()
                ));
                lines.push(format!(
                    "    {} {}",
                    "+".green(),
                    self.actual.as_deref().unwrap_or("nothing").green()
                ));
            }
        }
        lines.extend(self.death.iter().map(|death| format!("      {death}")));
        lines
    }

    /// The members that differ, where the two have the same result; none where only whole lines tell.
    fn member_lines(&self) -> Option<Vec<String>> {
        let (old, new) = (leaves(self.expected.as_deref()?)?, leaves(self.actual.as_deref()?)?);
        if old.get("result") != new.get("result") {
            return None;
        }
        let mut lines = Vec::new();
        let added = new.keys().filter(|place| !old.contains_key(*place));
        for place in old.keys().chain(added) {
            let (old, new) = (old.get(place), new.get(place));
            let differs = self.members.as_ref().map_or(old != new, |members| members.contains(place));
            if differs {
                lines.extend(old.map(|old| format!("    {} {place}: {}", "-".red(), old.red())));
                lines.extend(new.map(|new| format!("    {} {place}: {}", "+".green(), new.green())));
            }
        }
        // Nothing to tell but the order of members.
        (!lines.is_empty()).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(expected: &str, actual: &str) -> String {
        let differences = Difference::all(Answers::parse(expected), Answers::parse(actual), Vec::new());
        let lines: Vec<String> = differences.iter().flat_map(Difference::lines).collect();
        anstream::adapter::strip_str(&lines.join("\n")).to_string()
    }

    #[test]
    fn members_that_differ_are_named() {
        let told = told(
            "{\"result\":\"Ok\",\"rows\":[{\"a\":1,\"b\":2}]}\n",
            "{\"result\":\"Ok\",\"rows\":[{\"a\":1.0,\"c\":2}]}\n",
        );
        assert_eq!(
            told,
            "  record 1\n    - rows[0].a: 1\n    + rows[0].a: 1.0\n    - rows[0].b: 2\n    + rows[0].c: 2"
        );
    }

    #[test]
    fn another_result_and_another_order_are_shown_whole() {
        assert_eq!(
            told("{\"result\":\"Ok\"}\n", "{\"result\":\"Dropped\"}\n"),
            "  record 1\n    - {\"result\":\"Ok\"}\n    + {\"result\":\"Dropped\"}"
        );
        assert_eq!(
            told("{\"a\":1,\"b\":2}\n", "{\"b\":2,\"a\":1}\n"),
            "  record 1\n    - {\"a\":1,\"b\":2}\n    + {\"b\":2,\"a\":1}"
        );
    }

    #[test]
    fn records_and_counters_that_are_missing_are_told() {
        let told = told("{\"result\":\"Ok\"}\n{\"counters\":{\"x\":{\"y\":1}}}\n", "");
        assert_eq!(
            told,
            "  record 1\n    - {\"result\":\"Ok\"}\n    + nothing\n  counters\n    - {\"counters\":{\"x\":{\"y\":1}}}\n    + nothing"
        );
    }
}
