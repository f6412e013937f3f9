//! `POST /page/try`: a pipeline that is tried on some records, as `nozzle run` would.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use nozzle_runtime::firehose::Source;
use nozzle_runtime::{Config, ConfigError, Seen, StartError, Transform};
use serde::Deserialize;
use serde_json::{Value, json};

use super::outcome::of_seen;
use super::refusal::answer;
use super::{Refusal, Served, own, source};
use crate::input::{Format, Input};
use crate::{fetch, show, transform};

/// How many records are shown. All are run, as far as the time reaches.
const SHOWN: usize = 200;

/// How long one attempt may take.
const TIME: Duration = Duration::from_secs(10);

/// How long a pipeline stays loaded: a plugin or a table may be another one by then.
const KEPT: Duration = Duration::from_secs(5);

/// The pipeline that was tried last: as long as only the records change, it stays.
#[derive(Default)]
pub(super) struct Attempts(Mutex<Option<Loaded>>);

struct Loaded {
    file: PathBuf,
    toml: String,
    transform: Arc<Transform>,
    since: Instant,
}

impl Loaded {
    fn is(&self, file: &Path, toml: &str) -> bool {
        self.file == file && self.toml == toml && self.since.elapsed() < KEPT
    }
}

#[derive(Deserialize)]
pub(super) struct Attempt {
    /// The stream whose nozzle.toml it began as; none for one that began empty.
    stream: Option<String>,
    toml: String,
    records: String,
}

/// What is in the way, and the line of nozzle.toml where it is.
struct Wrong {
    message: String,
    line: Option<usize>,
}

pub(super) async fn run(
    State(served): State<Arc<Served>>,
    body: Bytes,
) -> Result<impl IntoResponse, Refusal> {
    let attempt: Attempt = serde_json::from_slice(&body).context("the request cannot be read")?;
    let running = tokio::task::spawn_blocking(move || served.attempt(&attempt));
    Ok(answer(&running.await.context("the attempt died")??))
}

impl Served {
    fn attempt(&self, attempt: &Attempt) -> Result<Value, Refusal> {
        let stream = attempt.stream.as_deref().map(|name| self.stream(name)).transpose()?;
        let file =
            stream.map_or_else(|| nozzle_runtime::config::FILE_NAME.into(), |stream| own::file(stream));
        let source = stream.map(|stream| source(stream)).unwrap_or_default();
        let tried = self.attempts.load(&file, &attempt.toml);
        let tried = tried.and_then(|transform| Ok(outcomes(&transform, &attempt.records, source)?));
        Ok(tried.unwrap_or_else(|wrong| wrong.as_json()))
    }
}

impl Attempts {
    /// The pipeline of a text, loaded. One is loaded at a time.
    fn load(&self, file: &Path, toml: &str) -> Result<Arc<Transform>, Wrong> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = last.as_ref().filter(|loaded| loaded.is(file, toml)) {
            return Ok(Arc::clone(&loaded.transform));
        }
        let transform = Arc::new(load(file, toml)?);
        let (file, toml, since) = (file.to_owned(), toml.to_owned(), Instant::now());
        *last = Some(Loaded { file, toml, transform: Arc::clone(&transform), since });
        Ok(transform)
    }
}

fn load(file: &Path, toml: &str) -> Result<Transform, Wrong> {
    // Before any file is opened.
    own::check_names(&Config::parse(file, toml)?, Config::load(file).ok().as_ref())?;
    let config = Config::check_text(file, toml).map_err(|wrong| Wrong::all(file, &wrong))?;
    let mut config = Config { log_values: true, ..config };
    match fetch::plugins(&mut config).first() {
        Some(error) => Err(Wrong::start(file, error)),
        None => transform::load_quietly(&config).map_err(|error| Wrong::start(file, &error)),
    }
}

fn outcomes(transform: &Transform, records: &str, source: Source) -> anyhow::Result<Value> {
    let deadline = Instant::now() + TIME;
    let mut input = Input::read(Box::new(Cursor::new(records.as_bytes().to_vec())), Format::Auto, source)?;
    let (mut outcomes, mut count) = (Vec::new(), 0);
    let mut said: Vec<String> = transform.said().map(show::log_line).collect();
    while let Some(event) = input.next_event()? {
        let mut watch = |seen: Seen<'_>| {
            count += 1;
            if outcomes.len() < SHOWN {
                outcomes.push(of_seen(&seen));
            }
        };
        let batch = transform.run_watched(&event, Some(deadline), Some(&mut watch))?;
        said.extend(batch.summary.logs.iter().map(|(_, line)| show::log_line(line)));
    }
    let shown = outcomes.len();
    let format = show::name(&input.format());
    Ok(json!({
        "outcomes": outcomes, "records": count, "shown": shown, "format": format, "said": said, "error": null,
    }))
}

impl Wrong {
    fn all(file: &Path, errors: &[ConfigError]) -> Self {
        let message =
            errors.iter().map(|error| without_place(file, &error.to_string()).0).collect::<Vec<_>>();
        let line = errors.first().map(ConfigError::line).filter(|line| *line > 0);
        Self { message: message.join("\n"), line }
    }

    fn start(file: &Path, error: &StartError) -> Self {
        let (message, line) = without_place(file, &error.to_string());
        Self { message, line }
    }

    fn as_json(&self) -> Value {
        json!({
            "outcomes": [], "records": 0, "shown": 0, "format": null, "said": [],
            "error": { "message": self.message, "line": self.line },
        })
    }
}

impl From<ConfigError> for Wrong {
    fn from(error: ConfigError) -> Self {
        let ConfigError::Invalid { line, problem, .. } = error else {
            return Self { message: error.to_string(), line: None };
        };
        Self { message: problem, line: Some(line) }
    }
}

impl From<anyhow::Error> for Wrong {
    fn from(error: anyhow::Error) -> Self {
        Self { message: format!("{error:#}"), line: None }
    }
}

/// A message without the `file:line: ` before it, which nobody has who types into a page, and the line.
fn without_place(file: &Path, message: &str) -> (String, Option<usize>) {
    let placed = message.strip_prefix(&format!("{}:", file.display())).and_then(|rest| {
        let (line, problem) = rest.split_once(": ")?;
        Some((problem.to_owned(), Some(line.parse().ok()?)))
    });
    placed.unwrap_or_else(|| (message.to_owned(), None))
}
