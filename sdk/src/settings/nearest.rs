//! Names that were meant.

/// The hint behind a name that is none: the nearest one, and which there are.
pub(crate) fn hint<I: Iterator<Item = &'static str>>(wrong: &str, names: impl Fn() -> I) -> String {
    if names().next().is_none() {
        return "\n  hint: there is none to give".to_owned();
    }
    let likely = |name: &&str| distance(wrong, name) <= name.len().div_ceil(3);
    let nearest = names().filter(likely).min_by_key(|name| distance(wrong, name));
    let meant = nearest.map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    format!("\n  hint: {meant}it takes {}", quoted(names()))
}

/// The names in backticks, with commas between them.
pub(crate) fn quoted(names: impl Iterator<Item = &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How many bytes are put in, left out or changed between two names (Levenshtein's distance).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, byte) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in right.bytes().enumerate() {
            let changed = diagonal + usize::from(byte != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_changes() {
        let pairs = [("", "abc", 3), ("colums", "columns", 1), ("abc", "acb", 2), ("same", "same", 0)];
        for (left, right, changes) in pairs {
            assert_eq!((distance(left, right), distance(right, left)), (changes, changes), "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_name_is_told_where_one_is_near() {
        let names = || ["columns", "table"].into_iter();
        assert_eq!(hint("colums", names), "\n  hint: did you mean `columns`? it takes `columns`, `table`");
        assert_eq!(hint("x", names), "\n  hint: it takes `columns`, `table`");
        assert_eq!(hint("x", || [].into_iter()), "\n  hint: there is none to give");
    }
}
