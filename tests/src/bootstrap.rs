//! The real `bootstrap` as a process, as Lambda starts it.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::built;
use crate::runtime_api::RuntimeApi;

/// A running bootstrap with nothing in its environment but what Lambda sets. It is killed when it is dropped.
#[derive(Debug)]
pub struct Bootstrap(Child);

impl Bootstrap {
    /// Starts a bootstrap on a Runtime API, with the configuration `config`.
    ///
    /// # Panics
    ///
    /// When the process cannot be started.
    pub fn start(api: &RuntimeApi, config: &Path) -> Self {
        Self::spawn(&mut command(&api.address(), config))
    }

    /// Starts a bootstrap by a command of one's own.
    ///
    /// # Panics
    ///
    /// When the process cannot be started.
    pub fn spawn(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).spawn();
        Self(child.expect("the bootstrap starts"))
    }

    /// Sends it a signal, by its name without `SIG`. One that has ended takes none.
    ///
    /// # Panics
    ///
    /// When there is no `kill` on this machine.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.0.id().to_string()]).stderr(Stdio::null());
        kill.status().expect("there is a `kill`");
    }

    /// The most memory that it has had resident so far, in bytes.
    ///
    /// # Panics
    ///
    /// When Linux does not tell.
    pub fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.0.id());
        let status = std::fs::read_to_string(status).expect("the bootstrap still runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.and_then(|kib| kib.parse::<u64>().ok()).expect("Linux tells the peak in kB") << 10
    }

    /// Waits for it to end by itself: its exit code and what it has logged.
    ///
    /// # Panics
    ///
    /// When it does not end within a minute.
    pub fn wait(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + Duration::from_secs(60);
        let status = loop {
            if let Some(status) = self.0.try_wait().expect("a child can be waited for") {
                break status;
            }
            assert!(Instant::now() < until, "the bootstrap neither goes on nor ends");
            std::thread::sleep(Duration::from_millis(10));
        };
        (status.code(), text(self.0.stdout.take()))
    }

    /// Ends the process and gives what it has logged.
    ///
    /// # Panics
    ///
    /// When the log cannot be read.
    pub fn end(mut self) -> String {
        self.0.kill().expect("the bootstrap still runs");
        text(self.0.stdout.take())
    }
}

fn text(pipe: Option<impl Read>) -> String {
    let mut text = String::new();
    pipe.map(|mut pipe| pipe.read_to_string(&mut text).expect("the log is text"));
    text
}

impl Drop for Bootstrap {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command that Lambda runs: an empty environment but for its own variables.
pub fn command(runtime_api: &str, config: &Path) -> Command {
    command_of(built::bootstrap(), runtime_api, config)
}

/// Like [`command`], for another bootstrap.
pub fn command_of(bootstrap: &Path, runtime_api: &str, config: &Path) -> Command {
    let mut command = Command::new(bootstrap);
    command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "nozzle")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
        .env("NOZZLE_CONFIG", config);
    command
}
