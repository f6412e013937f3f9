//! What the objects of an object are called: a function of its name alone, so that doing it again puts the same objects.

use std::fs;

use chrono::NaiveDateTime;
use nozzle_runtime::artefact::sha256;
use uuid::Uuid;

use crate::Object;

/// Where the lines of failed records are. Query engines leave out names that begin with `_`.
pub(super) const ERRORS: &str = "_errors";
/// Where the notes are.
const DONE: &str = "_done";

/// How many characters of an input's own name are in those of its objects.
const STEM: usize = 100;

/// The names that come of an object's.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The input's name in full: the absolute path of a file.
    pub(super) input: String,
    /// What every name begins with: the input's own one for people, and a part of a sum that tells inputs of one name apart.
    stem: String,
    is_parquet: bool,
}

impl Names {
    pub(super) fn of(object: &Object, is_parquet: bool) -> Self {
        let input = full(&object.name);
        let stem = format!("{}-{}", stem(file_name(&input)), short_sum(&input));
        Self { input, stem, is_parquet }
    }

    /// The object of a slice's rows in a partition, which is a folder's name or empty.
    pub(super) fn rows(&self, partition: &str, slice: u32) -> String {
        let ending = if self.is_parquet { "parquet" } else { "json.gz" };
        let slash = if partition.is_empty() { "" } else { "/" };
        format!("{partition}{slash}{}-{slice:05}.{ending}", self.stem)
    }

    /// The object of a slice's failed records.
    pub(super) fn errors(&self, slice: u32) -> String {
        format!("{ERRORS}/{}-{slice:05}.json.gz", self.stem)
    }

    /// The note of a slice.
    pub(super) fn note(&self, slice: u32) -> String {
        format!("{DONE}/{}-{slice:05}.json", self.stem)
    }
}

/// The time of an object's records, in milliseconds since 1970: that in the name of an object of Firehose, else the one when it was
/// last written.
pub(super) fn time_ms(object: &Object) -> u64 {
    firehose_time(file_name(&object.name)).unwrap_or(object.modified_ms)
}

/// Tells texts apart that differ: sixteen digits of a sum.
pub(super) fn short_sum(text: &str) -> String {
    sha256(text.as_bytes())[..16].to_owned()
}

/// The absolute path of a file, so that it is one input from whatever folder it is named.
fn full(name: &str) -> String {
    if name.starts_with("s3://") {
        return name.to_owned();
    }
    fs::canonicalize(name).map_or_else(|_| name.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// A name without the endings that say what is in it: `orders` of `orders.csv.gz`.
fn stem(name: &str) -> String {
    let name = without_ending(name.strip_suffix(".gz").unwrap_or(name));
    let name: String = name.trim_start_matches(['_', '.']).chars().take(STEM).collect();
    if name.is_empty() { "object".to_owned() } else { name }
}

/// An ending is short and of letters and digits: a stream's name may hold points too.
fn without_ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 8 && ending.bytes().all(|c| c.is_ascii_alphanumeric()) => {
            stem
        }
        _ => name,
    }
}

/// The time in `STREAM-VERSION-YYYY-MM-DD-HH-MM-SS-UUID`, whatever ending is behind it.
/// <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>
fn firehose_time(name: &str) -> Option<u64> {
    const UUID: usize = 36;
    const TIME: usize = "-2026-01-31-12-30-00-".len();
    let name = without_ending(name.strip_suffix(".gz").unwrap_or(name));
    let at = name.len().checked_sub(UUID)?;
    let uuid = name.get(at..)?;
    let time = name.get(at.checked_sub(TIME)?..at)?;
    let (_, version) = name.get(..at - TIME)?.rsplit_once('-')?;
    let is_version = !version.is_empty() && version.bytes().all(|c| c.is_ascii_digit());
    Uuid::try_parse(uuid).ok().filter(|_| is_version)?;
    let time = NaiveDateTime::parse_from_str(time, "-%Y-%m-%d-%H-%M-%S-").ok()?;
    u64::try_from(time.and_utc().timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str) -> Names {
        Names::of(&Object { name: name.to_owned(), size: 0, modified_ms: 7, tag: None, export: None }, false)
    }

    #[test]
    fn names_say_what_they_come_of() {
        let names = names("s3://b/in/orders.2026.csv.gz");
        assert_eq!(names.rows("year=2026", 3), "year=2026/orders.2026-3e93ba0a6162011a-00003.json.gz");
        assert_eq!(names.rows("", 0), "orders.2026-3e93ba0a6162011a-00000.json.gz");
        assert_eq!(names.errors(0), "_errors/orders.2026-3e93ba0a6162011a-00000.json.gz");
        assert_eq!(names.note(100_000), "_done/orders.2026-3e93ba0a6162011a-100000.json");
    }

    #[test]
    fn inputs_of_one_name_have_other_objects() {
        let (one, other) = (names("s3://b/1/orders.csv"), names("s3://b/2/orders.csv"));
        assert_ne!(one.rows("", 0), other.rows("", 0));
    }

    #[test]
    fn stems_are_seen_by_query_engines_and_not_too_long() {
        for (name, expected) in [
            ("_part.0.json", "part.0"),
            (".gz", "object"),
            ("a.b-1-2026-01-31-12-30-00-x", "a.b-1-2026-01-31-12-30-00-x"),
            (&"ä".repeat(200), &"ä".repeat(100)),
        ] {
            assert_eq!(stem(name), expected);
        }
    }

    #[test]
    fn a_firehose_object_says_its_time() {
        let uuid = "0d0c6b5e-8b4b-4f9a-9d0b-0e8f5b0a7c11";
        for (name, expected) in [
            (format!("orders-1-2026-01-31-12-30-00-{uuid}"), Some(1_769_862_600_000)),
            (format!("my.orders-x-12-2026-01-31-12-30-00-{uuid}.gz"), Some(1_769_862_600_000)),
            (format!("orders-1-2026-01-31-12-30-00-{uuid}.json.gz"), Some(1_769_862_600_000)),
            (format!("orders-1-2026-02-31-12-30-00-{uuid}"), None),
            (format!("orders-x-2026-01-31-12-30-00-{uuid}"), None),
            (format!("2026-01-31-12-30-00-{uuid}"), None),
            ("orders-1-2026-01-31-12-30-00-ä".to_owned(), None),
            ("ä".repeat(40), None),
        ] {
            assert_eq!(firehose_time(&name), expected, "{name}");
        }
    }
}
