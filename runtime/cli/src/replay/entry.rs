//! A line with all that is known of it before anything is done with it.

use super::kind::{Kind, Raw};
use super::line::{ErrorLine, Mark};
use super::lines::At;
use super::log::{Log, Was};
use super::report::Key;

/// A line of an error object.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: At,
    /// As it stands there.
    pub(crate) text: Vec<u8>,
    /// What it says; or why it is no error line.
    pub(crate) line: Result<ErrorLine, String>,
    kind: Kind,
    was: Option<Was>,
}

impl Entry {
    /// Reads a line of the object of this name.
    pub(crate) fn read(at: At, text: Vec<u8>, object: &str, log: &Log) -> Self {
        let line = ErrorLine::parse(&text);
        let (kind, was) = match &line {
            Ok(line) => {
                let known = line.kind.filter(|kind| *kind != Kind::Unknown);
                let kind = known.unwrap_or_else(|| Kind::of(&line.code, object));
                // A log is about records as they came to the function.
                let was = (kind.raw() == Raw::Record).then(|| log.of(&line.raw).cloned()).flatten();
                (kind, was)
            }
            Err(_) => (Kind::Unknown, None),
        };
        Self { at, text, line, kind, was }
    }

    /// What it is counted with.
    pub(crate) fn key(&self) -> Key {
        let code = self.line.as_ref().map_or("no error line", |line| &line.code);
        Key { kind: self.kind, code: code.to_owned(), was: self.was.clone() }
    }

    /// What its bytes are.
    pub(crate) fn raw(&self) -> Raw {
        self.kind.raw()
    }

    /// Its bytes; none of what is no error line.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.line.as_ref().map_or(&[], |line| &line.raw)
    }

    /// Why it is kept apart, where that is no failure of the pipeline.
    pub(crate) fn mark(&self, code: &str, reason: &str) -> Mark {
        Mark::new(self.kind, code, reason)
    }

    /// The line as it is kept apart, with a newline. What is no error line takes no mark.
    pub(crate) fn kept(self, mark: &Mark) -> Vec<u8> {
        let mut text = match self.line {
            Ok(line) => line.marked(mark),
            Err(_) => self.text,
        };
        text.push(b'\n');
        text
    }
}
