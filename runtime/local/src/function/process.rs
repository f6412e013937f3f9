//! One process of a program, from its start to its end.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::fault::Fault;
use super::program::{Log, Program};
use super::runtime_api::{Invocation, RuntimeApi, Said};
use crate::arn::REGION;

/// What Lambda gives a start.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const START: Duration = Duration::from_secs(10);

/// The longest line of a log, in bytes: what is behind goes on as another one. That of an event of CloudWatch Logs.
const LINE: u64 = 1 << 20;

/// What Lambda sets for a function, beside what it says of one invocation, and the keys of a role that there is none of here.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
const VARIABLES: [(&str, &str); 14] = [
    ("AWS_DEFAULT_REGION", REGION),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_LAMBDA_FUNCTION_NAME", "nozzle"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_FORMAT", "Text"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/nozzle"),
    ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
    ("AWS_REGION", REGION),
    ("LANG", "en_US.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
    ("TZ", ":UTC"),
    ("_HANDLER", "bootstrap"),
];

/// A process, with the Runtime API that it speaks to. Both end when it is dropped.
pub(super) struct Process {
    child: Child,
    api: RuntimeApi,
    /// Its open request for an event.
    asking: Option<oneshot::Sender<Invocation>>,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Process {
    /// Starts a process of a program, and waits until it is ready.
    pub(super) async fn start(program: &Program) -> Result<Self, Fault> {
        let api = RuntimeApi::start().await;
        let api = api.map_err(|error| Fault::Ended(format!("no loopback port is free: {error}")))?;
        let mut child = command(program, &api).spawn().map_err(|error| {
            Fault::Ended(format!("failed to start `{}`: {error}", program.executable.display()))
        })?;
        pass_on(child.stdout.take(), &program.log);
        pass_on(child.stderr.take(), &program.log);
        #[cfg(unix)]
        let group = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        let mut process = Self {
            child,
            api,
            asking: None,
            #[cfg(unix)]
            group,
        };
        process.ready().await?;
        Ok(process)
    }

    /// Waits until it asks for an event: it does at the end of its start, and of each invocation.
    ///
    /// A start that takes too long counts as an invocation that does, as Lambda starts anew within the invocation then.
    pub(super) async fn ready(&mut self) -> Result<(), Fault> {
        let mut limit = std::pin::pin!(sleep(START));
        while self.asking.as_ref().is_none_or(oneshot::Sender::is_closed) {
            tokio::select! {
                biased;
                said = self.api.said() => match said {
                    Said::Asks(asking) => self.asking = Some(asking),
                    Said::CannotStart(problem) => return Err(Fault::Ended(problem)),
                    Said::Answer { .. } => {} // Of an invocation that is over: refused.
                },
                status = self.child.wait() => return Err(ended(status)),
                () = &mut limit => return Err(Fault::TimedOut(START)),
            }
        }
        Ok(())
    }

    /// Hands it an event, and waits for the answer. The time begins when it has the event.
    pub(super) async fn invoke(&mut self, event: Vec<u8>, timeout: Duration) -> Result<Bytes, Fault> {
        let invocation = Invocation::new(event, timeout);
        let id = invocation.id.clone();
        let handed_over = self.asking.take().is_some_and(|asking| asking.send(invocation).is_ok());
        if !handed_over {
            return Err(Fault::Ended("it hung up before it had an event".to_owned()));
        }
        let mut limit = std::pin::pin!(sleep(timeout));
        loop {
            tokio::select! {
                // An answer counts, whatever becomes of the process behind it.
                biased;
                said = self.api.said() => match said {
                    Said::Answer { invocation, answer, accepted } if invocation == id => {
                        let _ = accepted.send(());
                        return answer.map_err(Fault::Error);
                    }
                    Said::Answer { .. } => {}
                    Said::Asks(_) => return Err(Fault::Ended("it asked for another event without an answer".to_owned())),
                    Said::CannotStart(problem) => return Err(Fault::Ended(problem)),
                },
                status = self.child.wait() => return Err(ended(status)),
                () = &mut limit => return Err(Fault::TimedOut(timeout)),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The child itself is killed by its own drop; a group that has ended takes no signal.
        #[cfg(unix)]
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

fn command(program: &Program, api: &RuntimeApi) -> Command {
    let mut command = Command::new(&program.executable);
    command
        .current_dir(&program.folder)
        .env_clear()
        .envs(VARIABLES)
        .env("LAMBDA_TASK_ROOT", &program.folder)
        .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
        .envs(program.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Of its own: what it starts ends with it, and Ctrl-C is ours alone.
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// In Lambda's words, which are about any end of a process.
fn ended(status: std::io::Result<ExitStatus>) -> Fault {
    Fault::Ended(match status {
        Ok(status) => format!("Runtime exited: {status}"),
        Err(error) => format!("Runtime exited: {error}"),
    })
}

/// Hands on what a process writes, line by line, until its end.
fn pass_on(pipe: Option<impl AsyncRead + Send + Unpin + 'static>, log: &Log) {
    let (Some(pipe), log) = (pipe, log.clone()) else { return };
    tokio::spawn(async move {
        let (mut pipe, mut line) = (BufReader::new(pipe), Vec::new());
        while matches!((&mut pipe).take(LINE).read_until(b'\n', &mut line).await, Ok(read) if read > 0) {
            log(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    });
}
