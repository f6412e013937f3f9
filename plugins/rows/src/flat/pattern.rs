//! Which columns settings are about, by the path in the record.

use serde::Deserialize;

/// A path of names with dots between them. In a name `*` stands for any characters, and `**` for any number of names.
/// What lies below a path that matches, matches too.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub(super) struct Pattern(Vec<String>);

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Pattern(text.split('.').map(str::to_owned).collect())
    }
}

impl Pattern {
    pub(super) fn matches(&self, path: &[impl AsRef<str>]) -> bool {
        matches(&self.0, path)
    }
}

fn matches(pattern: &[String], path: &[impl AsRef<str>]) -> bool {
    let Some((name, rest)) = pattern.split_first() else {
        return true;
    };
    if name == "**" {
        return (0..=path.len()).any(|start| matches(rest, &path[start..]));
    }
    path.split_first().is_some_and(|(first, below)| is_like(first.as_ref(), name) && matches(rest, below))
}

/// Whether a name is like the pattern of one.
fn is_like(name: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return name == pattern;
    };
    let Some(mut name) = name.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_paths_and_what_lies_below() {
        for (pattern, path, expected) in [
            ("a", "a", true),
            ("a", "a.b", true),
            ("a.b", "a", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("*.b", "a.b.c", true),
            ("**.secret", "a.b.secret", true),
            ("**.secret", "secret", true),
            ("**.secret", "a.secrets", false),
            ("a.**.d", "a.d", true),
            ("a.**.d", "a.b.c.d", true),
            ("BI_*", "BI_price", true),
            ("BI_*", "price", false),
            ("*_id", "order_id", true),
            ("*a*b*", "xaxbx", true),
            ("*a*b", "xbxa", false),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            let path: Vec<&str> = path.split('.').collect();
            assert_eq!(Pattern::from(pattern.to_owned()).matches(&path), expected, "{pattern} {path:?}");
        }
    }
}
