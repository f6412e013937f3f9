//! A record as a case: what `nozzle test` needs of it, and a script that makes it.

use std::fmt::Write as _;
use std::path::Path;

use nozzle_runtime::firehose::{EventWriter, Metadata, Source, to_base64};
use nozzle_runtime::{Answer, Seen, Transform, artefact};
use serde_json::Value;

use super::answers::Answers;

/// A case that is not yet on the disk.
#[derive(Debug)]
pub(crate) struct Copied {
    /// The name of its folder.
    pub(crate) name: String,
    /// What makes it, for a shell.
    pub(crate) script: String,
    /// What runs it then, for a shell.
    pub(crate) test: String,
}

impl Copied {
    /// A case of what a pipeline makes of a record. `folder` is where the pipeline's nozzle.toml is.
    pub(crate) fn of(
        transform: &Transform,
        folder: &Path,
        source: Source,
        record: &[u8],
        metadata: &Metadata,
    ) -> anyhow::Result<Self> {
        let mut event = EventWriter::new(source);
        event.push_with(record, metadata);
        let event = event.finish();
        let (mut answers, mut end) = (Answers::default(), String::new());
        let mut watch = |seen: Seen<'_>| {
            answers.push(seen.answer);
            end = ending(seen.answer);
        };
        let batch = transform.run_watched(&event, None, Some(&mut watch))?;
        answers.count(&batch.summary);
        let name = format!("{end}-{}", &artefact::sha256(record)[..6]);
        let mut files = match line(record) {
            Some(line) => vec![("input.jsonl", line), ("case.toml", spec(source, metadata))],
            None => vec![("event.json", String::from_utf8_lossy(&event).into_owned() + "\n")],
        };
        files.push(("expected.jsonl", answers.text()));
        let (case, pipeline) = (folder.join("cases").join(&name), quoted(folder));
        Ok(Self {
            script: script(&case, &files),
            test: format!("nozzle test {pipeline} --only {name}"),
            name,
        })
    }
}

/// What the case's name begins with: `ok`, `dropped-not-eu`, `plugin-failed-missing-column`.
fn ending(answer: &Answer) -> String {
    let end = match answer {
        Answer::Ok(_) => "ok".to_owned(),
        Answer::Dropped { reason, .. } => format!("dropped {}", reason.as_deref().unwrap_or_default()),
        Answer::ProcessingFailed(failure) => failure.code.to_string(),
    };
    let words = end.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The record as a line of input.jsonl: itself, or a JSON string where it would be taken for another. `None` for what is no text.
fn line(record: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(record).ok()?;
    let stands_for_itself = !text.contains('\n') && serde_json::from_str::<String>(text).is_err();
    Some(if stands_for_itself { text.to_owned() } else { Value::from(text).to_string() } + "\n")
}

/// What plugins may ask about the record. JSON's strings and numbers are TOML's.
fn spec(source: Source, metadata: &Metadata) -> String {
    let mut text = match source {
        Source::Direct => String::new(),
        Source::Kinesis => "source = \"kinesis\"\n\n".to_owned(),
        Source::Msk => "source = \"msk\"\n\n".to_owned(),
    };
    text.push_str("[context]\n");
    let asked = serde_json::to_value(metadata).unwrap_or_default();
    for (key, value) in asked.as_object().into_iter().flatten() {
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

/// Writes files, when it is pasted into a shell. What records hold never reaches the terminal as it is unless it is harmless there:
/// an escape sequence could end the paste, and be a command.
fn script(case: &Path, files: &[(&str, String)]) -> String {
    let folder = quoted(case);
    let mut script = format!("mkdir -p {folder}\n");
    for (name, text) in files {
        let file = quoted(&case.join(name));
        let _ = match is_harmless(text) {
            true => writeln!(script, "cat > {file} <<'END'\n{text}END"),
            false => writeln!(script, "base64 -d > {file} <<'END'\n{}\nEND", to_base64(text.as_bytes())),
        };
    }
    script
}

/// Whether a terminal shows a text and does nothing else, and a shell reads it to its end.
fn is_harmless(text: &str) -> bool {
    let is_shown = |c: char| c == '\n' || (' '..='~').contains(&c) || c.is_alphanumeric();
    text.chars().all(is_shown) && text.lines().all(|line| line != "END" && line.len() < LONGEST_LINE)
}

/// Terminals cut a line that is longer than 4,096 bytes while no program has asked for more.
const LONGEST_LINE: usize = 4000;

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
