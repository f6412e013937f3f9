//! A program that Lambda would start, one invocation at a time.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Mutex;

use super::fault::Fault;
use super::process::Process;

/// Takes the lines of a program's standard output and error, as they come.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// A program that Lambda would start: it speaks the Runtime API.
///
/// It is started at the first invocation, and anew where it has died, or was killed because it had timed out. Between invocations it
/// stays. It ends, with all that it has started, when this is dropped.
#[expect(missing_debug_implementations, reason = "a program is its path, and a log has nothing to show")]
pub struct Program {
    pub(super) executable: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) variables: Vec<(String, OsString)>,
    pub(super) log: Log,
    process: Mutex<Option<Box<Process>>>,
}

impl Program {
    /// A program that is started in a folder, which is its `LAMBDA_TASK_ROOT` too.
    ///
    /// # Errors
    ///
    /// When there is no such file or folder, in words.
    pub fn new(executable: &Path, folder: &Path, log: Log) -> Result<Self, String> {
        // Its own folder is another one than ours. Links stay: a Python of a virtual environment is one.
        let found = |path: &Path| {
            let absolute = std::path::absolute(path).and_then(|path| path.metadata().map(|_| path));
            absolute.map_err(|error| format!("failed to find `{}`: {error}", path.display()))
        };
        Ok(Self {
            executable: found(executable)?,
            folder: found(folder)?,
            variables: Vec::new(),
            log,
            process: Mutex::new(None),
        })
    }

    /// Sets a variable of its environment, which has Lambda's own variables and no others.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Invokes it. A process that has ended since the last invocation is no fault of this one.
    pub(super) async fn invoke(&self, event: Vec<u8>, timeout: Duration) -> Result<Bytes, Fault> {
        let mut slot = self.process.lock().await;
        // Out of its place for the time: it is killed when this future is dropped, as nobody waits for its answer then.
        let mut process = match still_ready(slot.take()).await {
            Some(process) => process,
            None => Box::new(Process::start(self).await?),
        };
        let answer = process.invoke(event, timeout).await;
        if !matches!(answer, Err(Fault::Ended(_) | Fault::TimedOut(_))) {
            *slot = Some(process);
        }
        answer
    }
}

async fn still_ready(process: Option<Box<Process>>) -> Option<Box<Process>> {
    let mut process = process?;
    process.ready().await.is_ok().then_some(process)
}
