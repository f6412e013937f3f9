//! What somebody may have meant by a name that is not known.

/// The known name that is most like this one, where one is like it: one letter in four may differ, and one more.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |known: &'a str| (strsim::damerau_levenshtein(name, known), known);
    let (distance, nearest) = known.into_iter().map(distance).min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + name.chars().count() / 4).then_some(nearest)
}

/// Serde's words against an unknown name, with a hint at the known one that is like it.
pub(crate) fn hinted(message: String) -> String {
    match meant(&message) {
        Some(meant) => format!("{message}\n  hint: did you mean `{meant}`?"),
        None => message,
    }
}

/// Serde says `` unknown field `a`, expected one of `b`, `c` ``; the ready plugins say the same of their own words.
fn meant(message: &str) -> Option<&str> {
    let (before, expected) = message.split_once(", expected ")?;
    let (what, unknown) = before.strip_suffix('`')?.rsplit_once('`')?;
    what.contains("unknown ").then(|| nearest(unknown, expected.split('`').skip(1).step_by(2)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_known_and_another_name_is_not() {
        let known = ["columns", "add", "deletes"];
        for (name, meant) in
            [("colums", Some("columns")), ("ad", Some("add")), ("dletees", Some("deletes")), ("price", None)]
        {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
    }

    #[test]
    fn the_words_of_serde_get_a_hint() {
        for (message, hint) in [
            ("unknown field `speeed`, expected one of `use`, `speed`", "\n  hint: did you mean `speed`?"),
            ("`a`: unknown variant `strin`, expected `string`", "\n  hint: did you mean `string`?"),
            (
                "`a`: unknown fact `event-nam`, expected one of `event-name`",
                "\n  hint: did you mean `event-name`?",
            ),
            ("unknown field `x`, there are no fields", ""),
            ("invalid type: string, expected `x`", ""),
        ] {
            assert_eq!(hinted(message.to_owned()), format!("{message}{hint}"));
        }
    }
}
