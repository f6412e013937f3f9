//! A Lambda Runtime API that fails on demand: bytes on a socket, because no HTTP server can be told to be this bad.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What becomes of one request. The connection is closed behind it.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Not a byte.
    Nothing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, after a while and a few at a time.
    Slowly(Vec<u8>),
}

/// How many pieces a slow reply comes in, and the pause before each.
const PIECES: usize = 5;
const PAUSE: Duration = Duration::from_millis(100);

impl Reply {
    /// An invocation with this event, which may run for a minute.
    pub fn event(event: &[u8]) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline = (now + Duration::from_secs(60)).as_millis();
        let headers =
            format!("Lambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n");
        Self::http("200 OK", &headers, event)
    }

    /// A status with a JSON body, as the Runtime API answers what is posted to it.
    pub fn status(status: &str) -> Self {
        Self::http(status, "", br#"{"status":"OK"}"#)
    }

    fn http(status: &str, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        Self::Bytes([head.as_bytes(), body].concat())
    }

    /// The same bytes, slowly.
    pub fn slowly(self) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Slowly(bytes),
            other => other,
        }
    }

    /// The same without its last byte.
    pub fn cut_short(self) -> Self {
        match self {
            Self::Bytes(mut bytes) => {
                bytes.pop();
                Self::Bytes(bytes)
            }
            other => other,
        }
    }

    fn send(&self, mut stream: &TcpStream) -> io::Result<()> {
        match self {
            Self::Nothing => Ok(()),
            Self::Bytes(bytes) => stream.write_all(bytes),
            Self::Slowly(bytes) => bytes.chunks(bytes.len().div_ceil(PIECES)).try_for_each(|piece| {
                thread::sleep(PAUSE);
                stream.write_all(piece)
            }),
        }
    }
}

/// A Runtime API with a reply for each of its first requests. It leaves the next one unanswered for ever, as a Lambda
/// without work does.
#[derive(Debug)]
pub struct FaultyApi {
    address: SocketAddr,
    requests: Receiver<String>,
}

impl FaultyApi {
    /// Listens on a free loopback port.
    ///
    /// # Panics
    ///
    /// Panics if no port can be had.
    pub fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let (seen, requests) = mpsc::channel();
        // It ends when the test is over, or with the process.
        thread::spawn(move || serve(&listener, replies, &seen));
        Self { address, requests }
    }

    /// Host and port, as `AWS_LAMBDA_RUNTIME_API` takes them.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The next request that came: the last part of its path, and its body.
    ///
    /// # Errors
    ///
    /// When none comes within a minute.
    pub fn request(&self) -> Result<String, RecvTimeoutError> {
        self.requests.recv_timeout(Duration::from_secs(60))
    }

    /// The requests that came and were not asked for yet.
    pub fn requests(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }
}

fn serve(listener: &TcpListener, replies: Vec<Reply>, seen: &Sender<String>) -> io::Result<()> {
    let mut replies = replies.into_iter();
    let mut waiting = Vec::new();
    loop {
        let (stream, _) = listener.accept()?;
        let request = read(&stream)?;
        let over = seen.send(request).is_err();
        match replies.next() {
            Some(reply) => reply.send(&stream)?,
            None => waiting.push(stream),
        }
        if over {
            return Ok(());
        }
    }
}

/// Reads one request to its end: a connection closed before would be a fault of another kind.
fn read(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line)?;
        if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = path.rsplit('/').next().unwrap_or_default();
    Ok(format!("{asked} {}", String::from_utf8_lossy(&body)).trim_end().to_owned())
}
