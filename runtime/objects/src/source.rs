//! Where objects are read from: files, folders, S3 prefixes.

mod bucket;
mod download;
mod exports;
mod folder;

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use self::bucket::Buckets;
use crate::Object;

/// Why objects cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read `{name}`: {problem}")]
pub struct SourceError {
    /// What was named: it is not there, or cannot be read.
    name: String,
    /// Why not, with a hint.
    problem: String,
}

impl SourceError {
    pub(crate) fn new(name: &str, problem: impl Into<String>) -> Self {
        Self { name: name.to_owned(), problem: problem.into() }
    }
}

/// How much of a file is read at once, in bytes.
const BUFFER: usize = 256 << 10;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// What opens objects. Not to be used within an asynchronous task, nor to be dropped there: it waits. Readers that it opened fail when
/// it is gone.
#[derive(Debug)]
pub struct Source {
    buckets: Buckets,
}

impl Source {
    /// A source with the environment's credentials, region and endpoint, which are looked at with the first object of S3.
    ///
    /// # Errors
    ///
    /// When the process may have no more threads.
    pub fn new() -> Result<Self, SourceError> {
        let buckets = Buckets::new().map_err(|error| SourceError::new("s3://", error.to_string()))?;
        Ok(Self { buckets })
    }

    /// The objects that are meant: a file, those of a folder and its folders, or those below `s3://bucket/prefix`, in the order of
    /// their names. Names of which a part begins with `.` or `_` are left out. Of a DynamoDB export, those of its manifest. Standard
    /// input is `-`.
    ///
    /// # Errors
    ///
    /// When there is no such thing, or it cannot be listed; an export that is not in DynamoDB JSON, or lacks a data file.
    pub fn list(&self, what: &str) -> Result<Vec<Object>, SourceError> {
        let mut objects = exports::resolve(self, self.all(what)?)?;
        // Consoles make folders of empty objects. Those are no keys that could be asked for, and there is no record in any other.
        objects.retain(|object| object.size > 0 || bucket::place(&object.name).is_none());
        Ok(objects)
    }

    /// One object, by its name.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be asked for.
    pub fn object(&self, name: &str) -> Result<Object, SourceError> {
        match bucket::place(name) {
            Some(place) => self.buckets.object(name, place),
            None if name == STANDARD_INPUT => Ok(standard_input()),
            None => folder::object(name),
        }
    }

    /// The bytes of an object as they are, from its beginning, read while they come.
    ///
    /// # Errors
    ///
    /// When it is not there any more, or not in this version. What goes wrong further on is an error of the reader.
    pub fn open(&self, object: &Object) -> Result<Box<dyn BufRead + Send>, SourceError> {
        if let Some(place) = bucket::place(&object.name) {
            return self.buckets.open(object, place);
        }
        if object.name == STANDARD_INPUT {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, io::stdin())));
        }
        let file = File::open(&object.name).map_err(|error| folder::problem(&object.name, &error))?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
    }

    /// What is meant, as it lies there.
    fn all(&self, what: &str) -> Result<Vec<Object>, SourceError> {
        let mut objects = match bucket::place(what) {
            Some(place) => self.buckets.list(what, place)?,
            None if what == STANDARD_INPUT => vec![standard_input()],
            None => folder::list(what)?,
        };
        objects.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(objects)
    }
}

fn standard_input() -> Object {
    Object { name: STANDARD_INPUT.to_owned(), size: 0, modified_ms: 0, tag: None, export: None }
}

/// Whether a part of a name begins as those do that query engines pass over, too.
fn is_hidden(part: &str) -> bool {
    part.starts_with(['.', '_'])
}

#[cfg(test)]
mod tests;
