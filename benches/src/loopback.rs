//! A Lambda Runtime API that costs next to nothing: kept connections, an event written beforehand, answers only read.
//!
//! [`nozzle_tests::runtime_api`] keeps to the protocol in more ways; here it must not be what is measured.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail, ensure};

/// How long to wait for an answer before the function is taken for dead.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It ends when it is dropped: end the function first.
#[derive(Debug)]
pub struct Loopback {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// One answered invocation.
#[derive(Debug, Clone, Copy)]
pub struct Invocation {
    /// When the event began to be written.
    pub handed_out: Instant,
    /// When the last byte of the answer was read.
    pub answered: Instant,
}

/// What a function made of the offered event.
#[derive(Debug, Default)]
pub struct Played {
    /// In their order.
    pub invocations: Vec<Invocation>,
    /// The last answer.
    pub answer: Vec<u8>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    offer: Option<Offer>,
    handed_out: Option<Instant>,
    played: Played,
    /// What the function said instead of an answer.
    error: Option<String>,
    closed: bool,
}

/// An event that is handed out again and again.
#[derive(Debug, Clone)]
struct Offer {
    message: Arc<[u8]>,
    until: Instant,
}

/// A request as far as it matters.
struct Request {
    path: String,
    body: Vec<u8>,
}

impl Loopback {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no loopback port is free")?;
        let (address, shared) = (listener.local_addr()?, Arc::new(Shared::default()));
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if served.lock().closed {
                    return;
                }
                let shared = Arc::clone(&served);
                thread::spawn(move || shared.serve(connection));
            }
        });
        Ok(Self { address, shared })
    }

    /// Host and port, as `AWS_LAMBDA_RUNTIME_API` takes them.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Hands `event` out, at least once, and again as long as `time` has not passed.
    pub fn offer(&self, event: &[u8], time: Duration) {
        let offer = Offer { message: message(event), until: Instant::now() + time };
        *self.shared.lock() = State { offer: Some(offer), ..State::default() };
        self.shared.changed.notify_all();
    }

    /// Waits until the offer is over.
    ///
    /// # Errors
    ///
    /// When the function says that it failed, or says nothing any more.
    pub fn played(&self) -> anyhow::Result<Played> {
        let mut state = self.shared.lock();
        while state.offer.is_some() {
            let before = state.played.invocations.len();
            let waited = self.shared.changed.wait_timeout(state, PATIENCE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if let Some(error) = state.error.take() {
                bail!("the function failed: {error}");
            }
            let silent = state.offer.is_some() && state.played.invocations.len() == before;
            ensure!(!silent, "the function gave no answer in {PATIENCE:?}");
        }
        Ok(std::mem::take(&mut state.played))
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        *self.shared.lock() = State { closed: true, ..State::default() };
        self.shared.changed.notify_all();
        // Whoever waits for connections gets one, and sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a connection until the function closes it.
    fn serve(&self, connection: TcpStream) -> anyhow::Result<()> {
        connection.set_nodelay(true)?;
        let mut connection = BufReader::with_capacity(64 << 10, connection);
        loop {
            let request = Request::read(&mut connection)?;
            if request.path.ends_with("/invocation/next") {
                let message = self.next();
                connection.get_mut().write_all(&message.context("the server has ended")?)?;
            } else {
                self.answered(request);
                connection.get_mut().write_all(ACCEPTED)?;
            }
        }
    }

    /// Waits for an offer, however long that takes. `None` when the server has ended.
    fn next(&self) -> Option<Arc<[u8]>> {
        let waiting = |state: &mut State| state.offer.is_none() && !state.closed;
        let state = self.changed.wait_while(self.lock(), waiting);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.handed_out = Some(Instant::now());
        state.offer.as_ref().map(|offer| Arc::clone(&offer.message))
    }

    fn answered(&self, request: Request) {
        let answered = Instant::now();
        let mut state = self.lock();
        if !request.path.ends_with("/response") {
            state.error = Some(String::from_utf8_lossy(&request.body).into_owned());
        } else if let Some(handed_out) = state.handed_out {
            state.played.invocations.push(Invocation { handed_out, answered });
            state.played.answer = request.body;
        }
        if state.offer.as_ref().is_some_and(|offer| answered >= offer.until) {
            state.offer = None;
        }
        if state.offer.is_none() || state.error.is_some() {
            self.changed.notify_all();
        }
    }
}

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

/// The answer to `next`: the same request id every time, a deadline far ahead.
fn message(event: &[u8]) -> Arc<[u8]> {
    let deadline = SystemTime::now() + Duration::from_secs(15 * 60);
    let deadline_ms = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let length = event.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Lambda-Runtime-Aws-Request-Id: 00000000-0000-4000-8000-000000000001\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-68a5c000-000000000000000000000000;Sampled=0\r\n\r\n"
    );
    [head.as_bytes(), event].concat().into()
}

impl Request {
    fn read(connection: &mut BufReader<TcpStream>) -> anyhow::Result<Self> {
        let path = line(connection)?.split(' ').nth(1).context("a request line has a path")?.to_owned();
        let mut length = 0;
        loop {
            let line = line(connection)?.to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", _)) => bail!("a body in chunks is not read here"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        Ok(Self { path, body })
    }
}

fn line(connection: &mut BufReader<TcpStream>) -> anyhow::Result<String> {
    let mut line = String::new();
    let read = connection.read_line(&mut line)?;
    ensure!(read > 0, "the connection is closed");
    Ok(line)
}
