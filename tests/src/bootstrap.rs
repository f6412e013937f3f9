//! The real `bootstrap` as a process, as Lambda starts it.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

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
        let child = command(&api.address(), config).stdout(Stdio::piped()).spawn();
        Self(child.expect("the bootstrap starts"))
    }

    /// Ends the process and gives what it has logged.
    ///
    /// # Panics
    ///
    /// When the log cannot be read.
    pub fn end(mut self) -> String {
        self.0.kill().expect("the bootstrap still runs");
        let mut log = String::new();
        self.0.stdout.take().expect("piped above").read_to_string(&mut log).expect("the log is text");
        log
    }
}

impl Drop for Bootstrap {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command that Lambda runs: an empty environment but for its own variables.
pub fn command(runtime_api: &str, config: &Path) -> Command {
    let mut command = Command::new(built::bootstrap());
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
