//! The text of a configuration file: where things stand in it, and what variables stand for.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::Place;
use super::fill::{Fill, Unfilled};
use crate::{ConfigError, nearest};

/// A configuration file on its way to checked types: nozzle.toml, and what stands beside it.
#[expect(missing_debug_implementations, reason = "a function has nothing to show")]
pub struct Text<'a> {
    /// The file, named in messages; relative paths begin in its folder.
    pub file: &'a Path,
    /// What is in it.
    pub text: &'a str,
    /// Looks an environment variable up.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Text<'_> {
    /// What serde says of the text, with its line, and with the known name that was meant where one is like it.
    pub fn malformed(&self, error: &toml::de::Error) -> ConfigError {
        let at = error.span().map_or(0, |span| span.start);
        self.invalid(at, nearest::hinted(error.message().trim().to_owned()))
    }

    /// What somebody wrote, as what it stands for; `what` says what it should be.
    ///
    /// # Errors
    ///
    /// When it is not that, or a variable is not set.
    pub fn parsed<T>(
        &self,
        raw: Option<&Spanned<String>>,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(raw) = raw else { return Ok(None) };
        let wrong = || self.invalid(raw.span().start, format!("`{}` is no {what}", raw.get_ref()));
        parse(&self.fill(raw)?).map(Some).ok_or_else(wrong)
    }

    /// A value with its variables filled in.
    ///
    /// # Errors
    ///
    /// When the environment lacks one that has no default.
    pub fn fill(&self, raw: &Spanned<String>) -> Result<String, ConfigError> {
        Fill::new(self.variable)
            .text(raw.get_ref())
            .map_err(|missing| self.unfilled(raw.span().start, &missing))
    }

    /// The place of a variable is where the text first names it behind `start`.
    pub(super) fn unfilled(&self, start: usize, unfilled: &Unfilled) -> ConfigError {
        let at = self.text[start..].find(&unfilled.written).map_or(start, |at| start + at);
        self.invalid(at, unfilled.to_string())
    }

    /// Paths are relative to the file.
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        Place(Some((self.file.to_owned(), self.line(offset))))
    }

    /// What is wrong at a byte of the text.
    pub fn invalid(&self, offset: usize, problem: String) -> ConfigError {
        ConfigError::Invalid { file: self.file.to_owned(), line: self.line(offset), problem }
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count()
    }
}

/// What is right goes on, what is wrong is set aside.
pub fn keep<T>(wrong: &mut Vec<ConfigError>, result: Result<T, ConfigError>) -> Option<T> {
    result.map_err(|error| wrong.push(error)).ok()
}
