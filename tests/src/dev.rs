//! The real `nozzle dev` as a process: a Firehose on a loopback port of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::built;

/// Longer than any machine needs for one step.
const LONG: Duration = Duration::from_secs(120);

/// A running `nozzle dev`. It is killed when it is dropped.
#[derive(Debug)]
pub struct Dev {
    child: Child,
    address: String,
    stdout: Said,
    stderr: Said,
}

/// How one ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none where a signal killed it.
    pub code: Option<i32>,
    /// A line an invocation, and a line an object.
    pub stdout: String,
    /// The banner, and troubles.
    pub stderr: String,
}

impl Dev {
    /// Starts one in a folder, on any free port, with some more arguments. Returns when it listens.
    ///
    /// # Panics
    ///
    /// When it does not start: with what it said.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::spawn(built::nozzle_command().current_dir(folder).args(["dev"]).args(arguments))
    }

    /// Starts one by a command of one's own: a standard input, an environment. It listens on any free port.
    ///
    /// # Panics
    ///
    /// When it does not start: with what it said.
    pub fn spawn(command: &mut Command) -> Self {
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("nozzle starts");
        let stdout = Said::read(child.stdout.take().expect("piped above"));
        let stderr = Said::read(child.stderr.take().expect("piped above"));
        let said = stderr.wait_for("Firehose on http://");
        let address = said.lines().find_map(|line| line.strip_prefix("Firehose on http://"));
        let Some(address) = address.map(str::to_owned) else {
            let _ = child.kill();
            panic!("it does not listen: {said}");
        };
        Self { child, address, stdout, stderr }
    }

    /// Its address: host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The endpoint that clients are given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What clients find in their environment: the endpoint, and credentials that nobody looks at.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL_FIREHOSE", self.url()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "any".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "any".to_owned()),
        ]
    }

    /// Waits until its standard output has this in it, and gives all of it.
    ///
    /// # Panics
    ///
    /// When it has not within two minutes, or when it ends before.
    pub fn wait_for(&self, text: &str) -> String {
        let said = self.stdout.wait_for(text);
        assert!(said.contains(text), "`{text}` is not said: {said}\n{}", self.stderr.so_far());
        said
    }

    /// Waits until its standard error has this in it, and gives all of it.
    ///
    /// # Panics
    ///
    /// When it has not within two minutes, or when it ends before.
    pub fn wait_for_trouble(&self, text: &str) -> String {
        let said = self.stderr.wait_for(text);
        assert!(said.contains(text), "`{text}` is not said: {said}");
        said
    }

    /// Sends it a signal, by its name without `SIG`.
    ///
    /// # Panics
    ///
    /// When there is no `kill` on this machine.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]).stderr(Stdio::null());
        kill.status().expect("there is a `kill`");
    }

    /// Asks it to end, and waits until everything is delivered.
    ///
    /// # Panics
    ///
    /// When it does not end within two minutes.
    pub fn finish(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    ///
    /// When it does not end within two minutes.
    pub fn wait(mut self) -> Ended {
        let until = Instant::now() + LONG;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                break status;
            }
            assert!(Instant::now() < until, "it does not end: {}", self.stderr.so_far());
            thread::sleep(Duration::from_millis(10));
        };
        Ended { code: status.code(), stdout: self.stdout.all(), stderr: self.stderr.all() }
    }

    /// Kills it, as a machine that fails does.
    pub fn kill(mut self) {
        self.end_at_once();
    }

    fn end_at_once(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.end_at_once();
    }
}

/// What a process says, read as it is said.
#[derive(Debug)]
struct Said {
    heard: Arc<Heard>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Heard {
    /// What was said so far, and whether that is all.
    said: Mutex<(String, bool)>,
    more: Condvar,
}

impl Said {
    fn read(pipe: impl Read + Send + 'static) -> Self {
        let heard = Arc::new(Heard::default());
        let hears = Arc::clone(&heard);
        let reader = thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                hears.change(|(said, _)| *said += &(line + "\n"));
            }
            hears.change(|(_, over)| *over = true);
        });
        Self { heard, reader: Some(reader) }
    }

    /// What was said when this was in it, or when nothing more comes.
    fn wait_for(&self, text: &str) -> String {
        let said = self.heard.said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_awaited = |(said, over): &mut (String, bool)| !*over && !said.contains(text);
        let waited = self.heard.more.wait_timeout_while(said, LONG, is_awaited);
        waited.unwrap_or_else(PoisonError::into_inner).0.0.clone()
    }

    fn so_far(&self) -> String {
        self.heard.said.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// What a process has said that has ended.
    fn all(&mut self) -> String {
        self.reader.take().map(JoinHandle::join);
        self.so_far()
    }
}

impl Heard {
    fn change(&self, change: impl FnOnce(&mut (String, bool))) {
        change(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner));
        self.more.notify_all();
    }
}
