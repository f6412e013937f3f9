//! Lines that are taken together.

use super::entry::Entry;
use super::lines::Lines;
use super::log::Log;
use super::version::Version;
use crate::show;

/// As many as go into a request of Firehose or Kinesis, and about as much as Firehose hands to a function by default.
const LINES: usize = 500;
const BYTES: usize = 1 << 20;

/// How many lines that are no error lines are told one by one.
const TOLD: usize = 10;

/// What reads lines in chunks, and tells of those that are no error lines.
pub(crate) struct Chunks<'a> {
    pub(crate) lines: Lines<'a>,
    objects: &'a [Version],
    log: &'a Log,
    told: usize,
}

impl<'a> Chunks<'a> {
    pub(crate) fn of(lines: Lines<'a>, objects: &'a [Version], log: &'a Log) -> Self {
        Self { lines, objects, log, told: 0 }
    }

    /// The next lines; none at the end.
    pub(crate) fn next(&mut self) -> anyhow::Result<Vec<Entry>> {
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while entries.len() < LINES && bytes < BYTES {
            let Some((at, text)) = self.lines.next()? else { break };
            bytes += text.len();
            let object = &self.objects[at.object].name;
            let entry = Entry::read(at, text, object, self.log);
            if let Err(problem) = &entry.line {
                self.tell(&format!("`{object}`, line {}: {problem}", at.line));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    fn tell(&mut self, problem: &str) {
        match self.told {
            ..TOLD => show::trouble(problem),
            TOLD => show::trouble("more lines are no error lines; the report counts them"),
            _ => {}
        }
        self.told += 1;
    }
}
