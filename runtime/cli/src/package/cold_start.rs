//! A package's start, tried and timed here: the bootstrap as Lambda starts it, on a Runtime API that hands nothing out.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use nozzle_runtime::Target;

use super::archive::{Archive, PROGRAM};
use crate::show;

/// How often it is started.
const STARTS: usize = 5;
/// What all starts may take before no other one follows.
const TIME: Duration = Duration::from_secs(2);
/// What Lambda gives a start.
const LIMIT: Duration = Duration::from_secs(10);
/// How often it is looked whether it has asked.
const STEP: Duration = Duration::from_micros(50);

/// How long a start takes, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ColdStart {
    /// From before the process exists to its first request for an event, the median.
    Measured(Duration),
    /// Why it could not be tried on this machine.
    NotHere(String),
}

/// How a start went.
enum Start {
    Asked(Duration),
    Ended(Output),
}

impl ColdStart {
    /// Unpacks the files and starts them some times. A package that says that it cannot start is refused.
    pub(crate) fn measure(archive: &Archive, target: Target) -> anyhow::Result<Self> {
        if !(cfg!(target_os = "linux") && target == Target::here()) {
            return Ok(Self::NotHere(format!("this machine is no Linux on {}", target.architecture())));
        }
        match starts(archive) {
            Ok(Start::Asked(time)) => Ok(Self::Measured(time)),
            Ok(Start::Ended(output)) => ended(&output),
            Err(error) => Ok(Self::NotHere(format!("{error:#}"))),
        }
    }

    /// The time, where it is known.
    pub(crate) fn time(&self) -> Option<Duration> {
        match self {
            Self::Measured(time) => Some(*time),
            Self::NotHere(_) => None,
        }
    }

    /// One line about it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Measured(time) => format!(
                "cold start {} on this machine, from the process to its first request; Lambda adds its own part",
                show::pretty(*time)
            ),
            Self::NotHere(reason) => format!("cold start not measured: {reason}"),
        }
    }
}

/// The bootstrap tells on standard output why it does not start; what only the system's loader says is of this machine.
fn ended(output: &Output) -> anyhow::Result<ColdStart> {
    let (said, of_system) = (text(&output.stdout), text(&output.stderr));
    if said.is_empty() {
        return Ok(ColdStart::NotHere(format!("it ended here with {}: {of_system}", output.status)));
    }
    bail!("the package does not start: {said}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

/// The median of some starts, or the first one that ended.
fn starts(archive: &Archive) -> anyhow::Result<Start> {
    let folder = tempfile::tempdir().context("there is no folder to start it in")?;
    archive.unpack(folder.path()).context("it cannot be unpacked here")?;
    let (begun, mut times) = (Instant::now(), Vec::new());
    while times.len() < STARTS && begun.elapsed() < TIME {
        match start(folder.path())? {
            Start::Asked(time) => times.push(time),
            ended @ Start::Ended(_) => return Ok(ended),
        }
    }
    times.sort_unstable();
    Ok(Start::Asked(times[times.len() / 2]))
}

fn start(folder: &Path) -> anyhow::Result<Start> {
    let api = TcpListener::bind("127.0.0.1:0").context("no loopback port is free")?;
    // A sandbox may have loopback switched off: then nothing is learnt of the package.
    let _probe = TcpStream::connect(api.local_addr()?).context("loopback does not work here")?;
    api.accept()?;
    api.set_nonblocking(true)?;
    let mut command = Command::new(folder.join(PROGRAM));
    command
        .current_dir(folder)
        .env_remove("NOZZLE_CONFIG")
        .env("AWS_LAMBDA_RUNTIME_API", api.local_addr()?.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "nozzle")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_LAMBDA_LOG_FORMAT", "TEXT")
        .env("LAMBDA_TASK_ROOT", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let child = command.spawn().context("it cannot be run here")?;
    watch(child, &api, begun)
}

/// Waits for the first request or the end, and ends it then.
fn watch(mut child: Child, api: &TcpListener, begun: Instant) -> anyhow::Result<Start> {
    while begun.elapsed() < LIMIT {
        if let Ok((connection, _)) = api.accept() {
            let mut request = String::new();
            connection.set_nonblocking(false)?;
            connection.set_read_timeout(Some(LIMIT))?;
            let read = BufReader::new(connection).read_line(&mut request);
            let time = begun.elapsed();
            end(child)?;
            read.context("it sends no request")?;
            return Ok(Start::Asked(time));
        }
        if child.try_wait()?.is_some() {
            return Ok(Start::Ended(child.wait_with_output()?));
        }
        thread::sleep(STEP);
    }
    end(child)?;
    bail!("it asked for no event within {} s, what Lambda gives a start", LIMIT.as_secs())
}

fn end(mut child: Child) -> std::io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn measure(script: &str) -> anyhow::Result<ColdStart> {
        let mut archive = Archive::default();
        archive.add_bootstrap(format!("#!/bin/sh\n{script}\n").into_bytes());
        ColdStart::measure(&archive, Target::here())
    }

    #[test]
    fn what_says_why_it_does_not_start_is_refused_and_what_cannot_be_started_here_is_not() {
        let refused = measure("echo nozzle cannot start: no table; exit 1").unwrap_err().to_string();
        assert_eq!(refused, "the package does not start: nozzle cannot start: no table");
        let of_system = "version `GLIBC_2.34` not found";
        let here = measure(&format!("echo '{of_system}' >&2; exit 127")).unwrap();
        assert_eq!(
            here.text(),
            format!("cold start not measured: it ended here with exit status: 127: {of_system}")
        );
        let other = if Target::here() == Target::X86_64 { Target::Arm64 } else { Target::X86_64 };
        let elsewhere = ColdStart::measure(&Archive::default(), other).unwrap();
        assert!(elsewhere.time().is_none() && elsewhere.text().ends_with(other.architecture()));
    }
}
