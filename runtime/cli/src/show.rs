//! What people see, and what machines read in its place.

mod again;
mod failure;
mod notes;
mod plugin;
mod record;
mod summary;

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::path::{self, Path};
use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use owo_colors::OwoColorize as _;

pub(crate) use again::{again, changed, watching};
pub(crate) use failure::{failure_line, place, trap_json};
pub(crate) use notes::{log_line, notes, said};
pub(crate) use plugin::{plugin_json, schema};
pub(crate) use record::{Records, Shown, beginning, route_json};
pub(crate) use summary::{counts, named, summary};

/// Writes to standard output. A reader who has seen enough is no error.
pub(crate) fn output(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("failed to write the standard output"),
    }
}

/// Writes a line to standard output.
pub(crate) fn line(line: impl Display) -> anyhow::Result<()> {
    output(format!("{line}\n").as_bytes())
}

/// Three digits are enough for people: `1.23µs`, `45.6ms`.
pub(crate) fn pretty(time: Duration) -> String {
    let nanos = time.as_nanos() as f64;
    let digits = if nanos < 1.0 { 0 } else { nanos.log10() as i32 };
    let unit = 10f64.powi((digits - 2).max(0));
    format!("{:?}", Duration::from_nanos(((nanos / unit).round() * unit) as u64))
}

pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// `1 case`, `2 cases`.
pub(crate) fn plural(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What a value of an option is called on the command line.
pub(crate) fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A path as it is from here, where it is below.
pub(crate) fn nearer(path: &Path) -> path::Display<'_> {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display()
}

/// What somebody should look at.
pub(crate) fn note(text: &str) {
    anstream::eprintln!("{} {text}", "note:".yellow());
}

/// What stands in the way, where there may be more of it.
pub(crate) fn trouble(text: &str) {
    anstream::eprintln!("{} {text}", "error:".red().bold());
}

/// The one place where an error is printed.
pub(crate) fn error(error: &anyhow::Error) {
    trouble(&format!("{error:#}"));
}
