//! Replacements in strings, by patterns.

use std::borrow::Cow;

use nozzle_sdk::{Failure, Result};
use regex_lite::{Regex, RegexBuilder};

/// How large a pattern may become when it is compiled, in bytes. What is found in a value takes this much time
/// for each of its bytes.
const COMPILED_BYTES: usize = 64 * 1024;

/// A replacement as it is written.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawReplacement {
    pub(crate) column: String,
    pattern: String,
    with: String,
}

/// What takes the place of all that a pattern finds in a column's string.
#[derive(Debug)]
pub(crate) struct Replacement {
    column: String,
    pattern: Regex,
    with: String,
}

impl Replacement {
    /// The replacements that the settings list.
    ///
    /// # Errors
    ///
    /// Where a pattern is none or too large, and where a text names a group that its pattern does not have.
    pub(crate) fn list(raw: Vec<RawReplacement>) -> Result<Vec<Self>> {
        let placed = |(index, replacement)| {
            Replacement::new(replacement).map_err(|failure| failure.at(format!("settings.replace[{index}]")))
        };
        raw.into_iter().enumerate().map(placed).collect()
    }

    fn new(raw: RawReplacement) -> Result<Self> {
        let RawReplacement { column, pattern, with } = raw;
        let pattern = RegexBuilder::new(&pattern).size_limit(COMPILED_BYTES).build();
        let pattern = pattern.map_err(|error| refused(format!("pattern for `{column}`: {error}")))?;
        match unknown_group(&pattern, &with) {
            Some(group) => {
                let trouble = format!("pattern for `{column}` has no group `{group}`: `$$` is a dollar sign");
                Err(refused(trouble))
            }
            None => Ok(Replacement { column, pattern, with }),
        }
    }

    pub(crate) fn column(&self) -> &str {
        &self.column
    }

    /// The text with all that the pattern finds replaced.
    pub(crate) fn replaced<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        let replaced = match self.pattern.replace_all(&text, &*self.with) {
            Cow::Borrowed(_) => None,
            Cow::Owned(replaced) => Some(replaced),
        };
        replaced.map_or(text, Cow::Owned)
    }
}

fn refused(trouble: String) -> Failure {
    Failure::new("settings", trouble)
}

/// The first group that the text names and the pattern does not have. It would be replaced by nothing, as in
/// `$1st`, which names a group `1st`.
fn unknown_group<'w>(pattern: &Regex, with: &'w str) -> Option<&'w str> {
    let group = Regex::new(r"\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))").ok()?;
    let named = group.captures_iter(with).filter_map(|found| found.get(1).or(found.get(2)));
    let is_known = |name: &str| match name.parse::<usize>() {
        Ok(index) => index < pattern.captures_len(),
        Err(_) => pattern.capture_names().flatten().any(|known| known == name),
    };
    named.map(|found| found.as_str()).find(|name| !is_known(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replacement(pattern: &str, with: &str) -> Result<Replacement> {
        let (pattern, with) = (pattern.to_owned(), with.to_owned());
        Replacement::new(RawReplacement { column: "x".to_owned(), pattern, with })
    }

    #[test]
    fn all_that_a_pattern_finds_is_replaced() {
        for (pattern, with, text, replaced) in [
            ("[^0-9+]", "", "+44 (0)20 7946-0018", "+4402079460018"),
            ("^(..)/(..)/(....)$", "$3-$2-$1", "24/12/2025", "2025-12-24"),
            ("(?<first>\\w+) (?<last>\\w+)", "${last}, $first", "Ada King", "King, Ada"),
            ("[€$]", "$$", "€5", "$5"),
            ("x", "$", "x5", "$5"),
            ("(?i)n/a", "", "N/A", ""),
            ("", "-", "ab", "-a-b-"),
            ("z", "-", "ab", "ab"),
        ] {
            assert_eq!(replacement(pattern, with).unwrap().replaced(text.into()), replaced, "{pattern}");
        }
    }

    #[test]
    fn what_finds_nothing_costs_no_copy() {
        let text = replacement("z", "").unwrap().replaced("ab".into());
        assert!(matches!(text, Cow::Borrowed("ab")));
    }

    #[test]
    fn a_wrong_pattern_is_refused_with_its_trouble() {
        for (pattern, with, trouble) in [
            ("(", "", "pattern for `x`: found open group without closing ')'"),
            ("(?=a)", "", "pattern for `x`: look-around is not supported"),
            ("(a{500}){500}", "", "pattern for `x`: compiled regex exceeded size limit"),
            ("(a)", "$2", "pattern for `x` has no group `2`: `$$` is a dollar sign"),
            ("(a)", "$1st", "pattern for `x` has no group `1st`: `$$` is a dollar sign"),
            ("(?<b>a)", "$${b}${c}", "pattern for `x` has no group `c`: `$$` is a dollar sign"),
        ] {
            let failure = replacement(pattern, with).unwrap_err();
            assert_eq!(failure.reason, trouble);
        }
    }
}
