//! Where objects are read from: files, folders, S3 prefixes.

mod folder;

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use crate::Object;

/// Why objects cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// What was named is not there, or cannot be read.
    #[error("failed to read `{name}`: {problem}")]
    Read {
        /// What was named.
        name: String,
        /// Why not, with a hint.
        problem: String,
    },
}

/// How much of a file is read at once, in bytes.
const BUFFER: usize = 256 << 10;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// What opens objects. Not to be used within an asynchronous task: it waits.
#[derive(Debug)]
pub struct Source;

impl Source {
    /// A source with the environment's credentials, region and endpoint, which are looked at with the first object of S3.
    ///
    /// # Errors
    ///
    /// When the process may have no more threads.
    pub fn new() -> Result<Self, SourceError> {
        Ok(Self)
    }

    /// The objects that are meant: a file, those of a folder and its folders, or those below `s3://bucket/prefix`, in the order of
    /// their names. Names of which a part begins with `.` or `_` are left out. Of a DynamoDB export, those of its manifest.
    ///
    /// # Errors
    ///
    /// When there is no such thing, or it cannot be listed.
    pub fn list(&self, what: &str) -> Result<Vec<Object>, SourceError> {
        folder::list(what)
    }

    /// One object, by its name.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be asked for.
    pub fn object(&self, name: &str) -> Result<Object, SourceError> {
        folder::object(name)
    }

    /// The bytes of an object as they are, from its beginning, read while they come.
    ///
    /// # Errors
    ///
    /// When it is not there any more. What goes wrong further on is an error of the reader.
    pub fn open(&self, object: &Object) -> Result<Box<dyn BufRead + Send>, SourceError> {
        if object.name == STANDARD_INPUT {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, io::stdin())));
        }
        let file = File::open(&object.name).map_err(|error| folder::problem(&object.name, &error))?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
    }
}

/// Whether a part of a name begins as those do that query engines pass over, too.
fn is_hidden(part: &str) -> bool {
    part.starts_with(['.', '_'])
}
