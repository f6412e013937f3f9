//! What `nozzle run --watch` shows of one run after the other.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use owo_colors::OwoColorize as _;

use super::record::Shown;
use super::{output, pretty};

/// Records that are as before, beside those that have changed: more are only counted.
const UNCHANGED: usize = 20;

/// The records of one more run: those that have changed first, each with what it was.
pub(crate) fn again(before: Option<&[Shown]>, now: &[Shown]) -> anyhow::Result<()> {
    let was = |at: usize| before.map(|before| before.get(at));
    let has_changed = |at: &usize| was(*at).is_some_and(|was| was != Some(&now[*at]));
    let (changed, same): (Vec<usize>, Vec<usize>) = (0..now.len()).partition(has_changed);
    let mut text = String::new();
    for at in &changed {
        let _ = write!(text, "{} {} {}", "~".cyan().bold(), at + 1, now[*at]);
        if let Some(was) = was(*at).flatten() {
            let _ = writeln!(text, "{}", format!("  < {}", was.after()).dimmed());
        }
    }
    let shown = if before.is_some() { UNCHANGED } else { same.len() };
    for at in same.iter().take(shown) {
        let _ = write!(text, "{} {}", at + 1, now[*at]);
    }
    if same.len() > shown {
        let _ = writeln!(text, "{} more are as before", same.len() - shown);
    }
    output(text.as_bytes())?;
    if before.is_some() {
        anstream::eprintln!("{} of {} records have changed", changed.len().cyan(), now.len());
    }
    Ok(())
}

/// What `nozzle run --watch` says when it waits.
pub(crate) fn watching(time: Duration, files: usize) {
    anstream::eprintln!(
        "{}",
        format!("done in {}, watching {files} files; Ctrl-C ends", pretty(time)).dimmed()
    );
}

/// What `nozzle run --watch` runs again for.
pub(crate) fn changed(file: &Path) {
    let file = file.strip_prefix(".").unwrap_or(file);
    anstream::eprintln!("\n{} {}", "changed:".cyan(), file.display());
}
