//! The keys of dynamic partitioning.

use std::collections::BTreeMap;

use nozzle_sdk::json::Object;
use nozzle_sdk::{Record, Result, count};

use crate::source::Source;

/// Keys that one record may have: <https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html>.
pub(crate) const MOST_KEYS: usize = 50;

/// What a value may have, in bytes. Firehose takes 512 characters of the evaluated prefix, all keys and what stands
/// between them: <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>.
const LONGEST_VALUE: usize = 128;

/// The value where there is none, by which Hive, Glue and Athena know such a partition.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// The counter of rows that have it.
pub(crate) const DEFAULTED: &str = "default-partition";

/// The keys of every row, each with its source.
#[derive(Debug)]
pub(crate) struct Partition(BTreeMap<String, Source>);

impl Partition {
    pub(crate) fn new(keys: BTreeMap<String, Source>) -> Self {
        Partition(keys)
    }

    /// The row's keys and their values.
    ///
    /// # Errors
    ///
    /// `mistyped-column` and `bad-time`, with the path.
    pub(crate) fn keys(&self, row: &Object<'_>, record: &Record) -> Result<Vec<(String, String)>> {
        let mut is_defaulted = false;
        let mut key = |(name, source): (&String, &Source)| {
            let value = source.value(row, record)?;
            is_defaulted |= value.is_none();
            Ok((name.clone(), value.map_or_else(|| NO_VALUE.to_owned(), |value| safe(&value))))
        };
        let keys = self.0.iter().map(&mut key).collect::<Result<_>>()?;
        if is_defaulted {
            count(DEFAULTED, 1);
        }
        Ok(keys)
    }
}

/// A value that is one step of an S3 key for every reader: letters and digits of any alphabet, `-`, `_` and `.` stay,
/// all else becomes `_`. Steps of dots alone would lead elsewhere.
fn safe(value: &str) -> String {
    let kept = &value[..value.floor_char_boundary(LONGEST_VALUE)];
    let is_dots = kept.bytes().all(|byte| byte == b'.');
    let stays = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || (c == '.' && !is_dots);
    kept.chars().map(|c| if stays(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_the_prefix_becomes_an_underscore() {
        for (value, expected) in [
            ("France", "France"),
            ("Côte d'Ivoire", "Côte_d_Ivoire"),
            ("東京", "東京"),
            ("eu-west_1.a", "eu-west_1.a"),
            ("a/b\\c", "a_b_c"),
            ("!{firehose:random-string:2}", "__firehose_random-string_2_"),
            ("k=v&w%41+", "k_v_w_41_"),
            ("a\n\t\u{0}b\u{202e}", "a___b_"),
            (" ", "_"),
            (".", "_"),
            ("..", "__"),
            ("../x", ".._x"),
        ] {
            assert_eq!(safe(value), expected);
        }
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(safe(&"a".repeat(LONGEST_VALUE + 1)).len(), LONGEST_VALUE);
        assert_eq!(safe(&"東".repeat(LONGEST_VALUE)), "東".repeat(LONGEST_VALUE / 3));
    }
}
