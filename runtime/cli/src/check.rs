//! What `nozzle check` finds, one line a check: `ok`, `note` or `error` first, the way out beneath.

mod artefacts;
mod growth;
mod limits;
mod objects;
mod settings;
mod start;
mod toolchain;

use serde::Serialize;

use crate::show;

pub(crate) use artefacts::artefacts;
pub(crate) use growth::growth;
pub(crate) use limits::limits;
pub(crate) use objects::objects;
pub(crate) use start::start;
pub(crate) use toolchain::toolchain;

/// What one check found.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// What was looked at: `config`, `plugin`, `settings`, `limits`, `table`, `schema`, `objects`, `artefacts`, `growth`,
    /// `toolchain`.
    check: &'static str,
    level: Level,
    /// What was found, with its place in nozzle.toml where it has one.
    text: String,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// How much of a finding stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Nothing.
    Ok,
    /// Worth knowing.
    Note,
    /// Something does not work.
    Error,
}

impl Finding {
    pub(crate) fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, text: text.into(), hint: None }
    }

    pub(crate) fn note(check: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, level: Level::Note, text: text.into(), hint: Some(hint.into()) }
    }

    pub(crate) fn error(check: &'static str, text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, level: Level::Error, text: text.into(), hint: Some(hint.into()) }
    }

    /// An error in the words of the library: lines that follow say more, and the way out is the one behind `hint: `.
    pub(crate) fn told(check: &'static str, error: &anyhow::Error) -> Self {
        let told = format!("{error:#}");
        let (hints, lines): (Vec<&str>, Vec<&str>) =
            told.lines().map(str::trim_start).partition(|line| line.starts_with("hint: "));
        let hint = hints.first().and_then(|hint| hint.strip_prefix("hint: ")).map(str::to_owned);
        Self { check, level: Level::Error, text: lines.join(": "), hint }
    }

    /// Whether it is an error.
    pub(crate) fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Prints it.
    pub(crate) fn show(&self) -> anyhow::Result<()> {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Note => "note",
            Level::Error => "error",
        };
        show::line(format_args!("{level}: {}", self.text))?;
        self.hint.as_ref().map_or(Ok(()), |hint| show::line(format_args!("  hint: {hint}")))
    }
}
