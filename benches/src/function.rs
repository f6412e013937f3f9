//! Lambda functions as processes of their own, on a [`Loopback`].

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use nozzle_tests::{bootstrap, root};

use crate::loopback::Loopback;
use crate::peers;
use crate::pipelines::Pipeline;

/// The bootstrap with one plugin.
pub const ONE_PLUGIN: &str = "nozzle, one plugin";
/// The bootstrap with three plugins and a table.
pub const THREE_PLUGINS: &str = "nozzle, three plugins";

/// What can be started.
#[derive(Debug)]
pub enum Kind {
    /// The release `bootstrap` with a compiled pipeline.
    Nozzle {
        /// Its name in tables and charts.
        name: &'static str,
        /// What it runs.
        pipeline: Pipeline,
    },
    /// A handler of `benches/peers/python` as AWS runs it: under `awslambdaric`.
    Python {
        /// Its name in tables and charts.
        name: &'static str,
        /// The interpreter.
        python: PathBuf,
        /// The handler's module.
        module: &'static str,
    },
}

impl Kind {
    /// All that this machine can run, Nozzle first.
    ///
    /// # Errors
    ///
    /// When Nozzle's own pipelines cannot be compiled.
    pub fn all() -> anyhow::Result<Vec<Self>> {
        let one = Self::Nozzle { name: ONE_PLUGIN, pipeline: Pipeline::one()? };
        let mut kinds = vec![one, Self::three_plugins()?];
        if let Some(python) = peers::python() {
            for (name, module) in [(peers::PYTHON, "handler"), (peers::BOTO3, "boto3_handler")] {
                kinds.push(Self::Python { name, python: python.clone(), module });
            }
        }
        Ok(kinds)
    }

    /// Nozzle with three plugins.
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be compiled.
    pub fn three_plugins() -> anyhow::Result<Self> {
        Ok(Self::Nozzle { name: THREE_PLUGINS, pipeline: Pipeline::three()? })
    }

    /// Its name in tables and charts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nozzle { name, .. } | Self::Python { name, .. } => name,
        }
    }

    /// Whether it makes the rows that `flatten-dynamodb` makes.
    pub fn flattens_only(&self) -> bool {
        self.name() != THREE_PLUGINS
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// When the process cannot be started.
    pub fn start(&self, api: &Loopback) -> anyhow::Result<Function> {
        match self {
            Self::Nozzle { pipeline, .. } => {
                Function::spawn(&mut bootstrap::command(&api.address(), &pipeline.config()))
            }
            Self::Python { python, module, .. } => Function::spawn(&mut awslambdaric(api, python, module)),
        }
    }
}

/// The command that Lambda's runtime for Python runs: an empty environment but for its own variables.
fn awslambdaric(api: &Loopback, python: &Path, module: &str) -> Command {
    let folder = root().join("benches/peers/python");
    let mut command = Command::new(python);
    command
        .args(["-m", "awslambdaric", &format!("{module}.lambda_handler")])
        .current_dir(&folder)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", api.address())
        .env("AWS_LAMBDA_FUNCTION_NAME", "python")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("LAMBDA_TASK_ROOT", &folder);
    command
}

/// A running function, whose log goes nowhere. It is killed when it is dropped.
#[derive(Debug)]
pub struct Function(Child);

impl Function {
    /// Starts it by a command of one's own.
    ///
    /// # Errors
    ///
    /// When the process cannot be started.
    pub fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        child.map(Self).with_context(|| format!("{command:?} does not start"))
    }

    /// The most memory that it has had resident so far, in bytes, as Linux tells it (VmHWM).
    ///
    /// # Errors
    ///
    /// When Linux does not tell.
    pub fn peak_memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        Ok(peak.context("Linux tells no peak")?.parse::<u64>()? << 10)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
