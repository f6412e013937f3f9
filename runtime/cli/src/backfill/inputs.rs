//! Which objects are meant.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::ensure;
use nozzle_objects::{Object, Source};

/// Objects that are read, each once.
pub(crate) struct Inputs {
    pub(crate) objects: Vec<Object>,
    /// How many were found below the place that rows go to, and are not read: an earlier run has put them.
    pub(crate) left_out: usize,
}

impl Inputs {
    /// The objects of all that is named, in that order.
    pub(crate) fn list(source: &Source, named: &[String], to: &str) -> anyhow::Result<Self> {
        let (mut inputs, mut seen) = (Self { objects: Vec::new(), left_out: 0 }, BTreeSet::new());
        let to = Place::of(to);
        for what in named {
            ensure!(
                what != "-",
                "standard input has no name that its objects could have\n  hint: write it to a file first"
            );
            ensure!(
                !to.holds(what),
                "`{what}` is below the place that rows go to: they would be read again\n  hint: another `--to`"
            );
            for object in source.list(what)? {
                if to.holds(&object.name) {
                    inputs.left_out += 1;
                } else if seen.insert(Place::of(&object.name)) {
                    inputs.objects.push(object);
                }
            }
        }
        Ok(inputs)
    }
}

/// A place by its one name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    File(PathBuf),
    S3(String),
}

impl Place {
    fn of(name: &str) -> Self {
        match name.strip_prefix("s3://") {
            Some(key) => Self::S3(key.trim_end_matches('/').to_owned()),
            // One that is not there yet is made there.
            None => {
                Self::File(fs::canonicalize(name).or_else(|_| std::path::absolute(name)).unwrap_or_default())
            }
        }
    }

    /// Whether an object, folder or prefix is this place or below it.
    fn holds(&self, name: &str) -> bool {
        match (self, Self::of(name)) {
            (Self::File(folder), Self::File(file)) => file.starts_with(folder),
            (Self::S3(prefix), Self::S3(key)) => {
                key.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_what_is_below_it() {
        let s3 = Place::of("s3://b/rows/");
        for (name, is_held) in [
            ("s3://b/rows", true),
            ("s3://b/rows/", true),
            ("s3://b/rows/year=2026/a", true),
            ("s3://b/rows-of-before/a", false),
            ("s3://b", false),
            ("rows/a", false),
        ] {
            assert_eq!(s3.holds(name), is_held, "{name}");
        }
        let folder = Place::of("not-there/rows");
        for (name, is_held) in [
            ("not-there/rows", true),
            ("./not-there/rows/a", true),
            ("not-there/rows2", false),
            ("not-there", false),
            ("s3://not-there/rows", false),
        ] {
            assert_eq!(folder.holds(name), is_held, "{name}");
        }
    }
}
