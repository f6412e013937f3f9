//! The ranges of the API's model, and what AWS says of values outside of them.
//! <https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html>

use super::refusal::Refusal;
use crate::config::is_of_name;

/// What a request breaks: all of it is told at once.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    broken: Vec<String>,
}

impl Constraints {
    /// A member has to be there.
    pub(super) fn not_null<T>(&mut self, place: &str, member: Option<&T>) {
        if member.is_none() {
            self.breaks("Value null", place, "not be null");
        }
    }

    /// A list or a blob is of some length; its content is not told.
    pub(super) fn length(&mut self, place: &str, length: usize, (least, most): (usize, usize)) {
        if length < least {
            self.breaks("Value", place, &format!("have length greater than or equal to {least}"));
        } else if length > most {
            self.breaks("Value", place, &format!("have length less than or equal to {most}"));
        }
    }

    /// The name of a stream: `[a-zA-Z0-9_.-]+`, 1 to 64.
    pub(super) fn stream_name(&mut self, place: &str, name: &str) {
        let value = format!("Value '{name}'");
        if name.chars().count() > 64 {
            self.breaks(&value, place, "have length less than or equal to 64");
        }
        if name.is_empty() {
            self.breaks(&value, place, "have length greater than or equal to 1");
        }
        if !name.chars().all(is_of_name) || name.is_empty() {
            self.breaks(&value, place, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }
    }

    /// How many are asked for at most: 1 to 10,000.
    pub(super) fn limit(&mut self, place: &str, limit: i64) {
        let value = format!("Value '{limit}'");
        if limit < 1 {
            self.breaks(&value, place, "have value greater than or equal to 1");
        } else if limit > 10_000 {
            self.breaks(&value, place, "have value less than or equal to 10000");
        }
    }

    /// A word is one of some.
    pub(super) fn one_of(&mut self, place: &str, word: &str, words: &[&str]) {
        if !words.contains(&word) {
            let set = words.join(", ");
            self.breaks(&format!("Value '{word}'"), place, &format!("satisfy enum value set: [{set}]"));
        }
    }

    fn breaks(&mut self, value: &str, place: &str, rule: &str) {
        self.broken.push(format!("{value} at '{place}' failed to satisfy constraint: Member must {rule}"));
    }

    /// Refuses the request where anything is broken.
    pub(super) fn check(self) -> Result<(), Refusal> {
        let n = self.broken.len();
        if n == 0 {
            return Ok(());
        }
        let errors = if n == 1 { "error" } else { "errors" };
        let broken = self.broken.join("; ");
        Err(Refusal::new("ValidationException", format!("{n} validation {errors} detected: {broken}")))
    }
}
