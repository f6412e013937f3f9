//! The Lambda Runtime API on a loopback port: runs the real `bootstrap` as AWS does, without AWS.
//!
//! Start the server, start one bootstrap with `AWS_LAMBDA_RUNTIME_API` set to its address, and invoke. Paths,
//! headers and refusals are those of version 2018-06-01, without streamed responses, extensions and SnapStart.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

/// Largest response that Lambda takes, in bytes of its JSON text: 6 MiB and 100 bytes.
pub const MAX_RESPONSE_BYTES: usize = 6_291_556;

/// How long [`RuntimeApi::invoke`] waits beyond the deadline: a busy machine starts a bootstrap slowly.
const GRACE: Duration = Duration::from_secs(30);

const PREFIX: &str = "/2018-06-01/runtime/";
const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:nozzle";
const TRACE_ID: &str = "Root=1-68a5c000-000000000000000000000000;Parent=0000000000000000;Sampled=0";

/// What an invocation came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The function's response, byte for byte.
    Response(Vec<u8>),
    /// An error of this invocation, of the start, or Lambda's own: `Function.ResponseSizeTooLarge`.
    Error {
        /// The body's `errorType`, or the error type header where the body has none.
        error_type: String,
        /// The body as it was posted: JSON with `errorType` and `errorMessage`.
        body: String,
    },
}

/// A Runtime API server for one bootstrap. It ends when it is dropped: end the bootstrap first.
pub struct RuntimeApi {
    server: Arc<Server>,
    state: Arc<State>,
}

impl RuntimeApi {
    /// Listens on a free loopback port.
    ///
    /// # Panics
    ///
    /// Panics if no port can be had.
    pub fn start() -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a loopback port is free"));
        let state = Arc::new(State::default());
        let api = Self { server: Arc::clone(&server), state: Arc::clone(&state) };
        thread::spawn(move || {
            for request in server.incoming_requests() {
                let state = Arc::clone(&state);
                // A client that has gone is a matter for `invoke`, which then times out.
                thread::spawn(move || state.serve(request));
            }
        });
        api
    }

    /// Host and port, as `AWS_LAMBDA_RUNTIME_API` takes them.
    pub fn address(&self) -> String {
        self.server.server_addr().to_string()
    }

    /// Hands `event` to the bootstrap and waits for its answer. The deadline is counted from the moment the
    /// bootstrap takes the event, not from this call.
    ///
    /// # Panics
    ///
    /// Panics if no answer comes within the deadline and half a minute: the bootstrap is dead or stuck.
    #[track_caller]
    pub fn invoke(&self, event: &[u8], deadline: Duration) -> Answer {
        match self.hand(event, deadline).recv_timeout(deadline + GRACE) {
            Ok(answer) => answer,
            Err(_) => panic!("the bootstrap gave no answer in {:?}", deadline + GRACE),
        }
    }

    /// Hands `event` to the bootstrap, and gives where its answer comes in, if one comes: the bootstrap may be killed meanwhile.
    pub fn hand(&self, event: &[u8], deadline: Duration) -> Receiver<Answer> {
        let (answer_to, answer) = mpsc::channel();
        self.state
            .change(|inner| inner.queue.push_back(Invocation { event: event.to_vec(), deadline, answer_to }));
        answer
    }

    /// The bodies posted to `/runtime/init/error`, oldest first.
    pub fn init_errors(&self) -> Vec<String> {
        self.state.lock().init_errors.clone()
    }
}

impl fmt::Debug for RuntimeApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuntimeApi").field("address", &self.address()).finish_non_exhaustive()
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.state.change(|inner| inner.closed = true);
        self.server.unblock();
    }
}

/// An event that waits for the bootstrap.
struct Invocation {
    event: Vec<u8>,
    deadline: Duration,
    answer_to: Sender<Answer>,
}

#[derive(Default)]
struct State {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<Invocation>,
    /// Handed out and not answered, by request id.
    running: HashMap<String, Sender<Answer>>,
    handed_out: u64,
    init_errors: Vec<String>,
    closed: bool,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn serve(&self, request: Request) -> io::Result<()> {
        let path = request.url().strip_prefix(PREFIX).unwrap_or_default().to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method(), parts.as_slice()) {
            (Method::Get, ["invocation", "next"]) => self.next(request),
            (Method::Post, ["invocation", id, "response"]) => self.response(id, request),
            (Method::Post, ["invocation", id, "error"]) => self.error(id, request),
            (Method::Post, ["init", "error"]) => self.init_error(request),
            _ => respond(request, 404, "NotFound", "no such path in the Runtime API"),
        }
    }

    /// Waits for an event, however long that takes, and hands it out.
    fn next(&self, request: Request) -> io::Result<()> {
        let waiting = |inner: &mut Inner| inner.queue.is_empty() && !inner.closed;
        let mut inner = self.changed.wait_while(self.lock(), waiting).unwrap_or_else(PoisonError::into_inner);
        let Some(invocation) = inner.queue.pop_front() else {
            return Ok(()); // Closed: the unanswered request ends as a 500.
        };
        inner.handed_out += 1;
        let id = format!("00000000-0000-4000-8000-{:012x}", inner.handed_out);
        inner.running.insert(id.clone(), invocation.answer_to);
        drop(inner);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let deadline_ms = (now + invocation.deadline).as_millis();
        let response = Response::from_data(invocation.event)
            .with_chunked_threshold(usize::MAX) // Lambda always states the length.
            .with_header(header("Content-Type", "application/json"))
            .with_header(header("Lambda-Runtime-Aws-Request-Id", &id))
            .with_header(header("Lambda-Runtime-Deadline-Ms", &deadline_ms.to_string()))
            .with_header(header("Lambda-Runtime-Invoked-Function-Arn", FUNCTION_ARN))
            .with_header(header("Lambda-Runtime-Trace-Id", TRACE_ID));
        request.respond(response)
    }

    fn response(&self, id: &str, mut request: Request) -> io::Result<()> {
        let body = read_body(&mut request)?;
        if body.len() <= MAX_RESPONSE_BYTES {
            return self.finish(id, Answer::Response(body), request);
        }
        let reason = format!("exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)");
        let error_type = "Function.ResponseSizeTooLarge".to_owned();
        let body =
            json!({ "errorType": error_type, "errorMessage": format!("response {reason}") }).to_string();
        if let Some(answer_to) = self.lock().running.remove(id) {
            answer_to.send(Answer::Error { error_type, body }).ok();
        }
        respond(request, 413, "RequestEntityTooLarge", &reason)
    }

    fn error(&self, id: &str, mut request: Request) -> io::Result<()> {
        let (error_type, body) = read_error(&mut request)?;
        self.finish(id, Answer::Error { error_type, body }, request)
    }

    /// Records the error; whoever is waiting for a first answer gets it as theirs, as on Lambda.
    fn init_error(&self, mut request: Request) -> io::Result<()> {
        let (error_type, body) = read_error(&mut request)?;
        self.change(|inner| {
            for invocation in inner.queue.drain(..) {
                let answer = Answer::Error { error_type: error_type.clone(), body: body.clone() };
                invocation.answer_to.send(answer).ok();
            }
            inner.init_errors.push(body);
        });
        accept(request)
    }

    fn finish(&self, id: &str, answer: Answer, request: Request) -> io::Result<()> {
        let running = self.lock().running.remove(id);
        let Some(answer_to) = running else {
            return respond(request, 400, "InvalidRequestID", "no such invocation is running");
        };
        // First the acknowledgement: a test that ends at the answer may end the bootstrap at once.
        let accepted = accept(request);
        answer_to.send(answer).ok();
        accepted
    }
}

fn read_body(request: &mut Request) -> io::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(request.body_length().unwrap_or_default());
    request.as_reader().read_to_end(&mut body)?;
    Ok(body)
}

/// The type and text of a posted error. lambda_runtime puts the type into the body, others into the header.
fn read_error(request: &mut Request) -> io::Result<(String, String)> {
    let body = String::from_utf8_lossy(&read_body(request)?).into_owned();
    let parsed: Value = serde_json::from_str(&body).unwrap_or_default();
    let is_type = |header: &&Header| header.field.equiv("Lambda-Runtime-Function-Error-Type");
    let in_header = || request.headers().iter().find(is_type).map(|header| header.value.as_str());
    let error_type = parsed["errorType"].as_str().or_else(in_header).unwrap_or_default().to_owned();
    Ok((error_type, body))
}

fn accept(request: Request) -> io::Result<()> {
    let body = json!({ "status": "OK" }).to_string();
    request.respond(Response::from_string(body).with_status_code(202))
}

fn respond(request: Request, status: u16, error_type: &str, message: &str) -> io::Result<()> {
    let body = json!({ "errorMessage": message, "errorType": error_type }).to_string();
    request.respond(Response::from_string(body).with_status_code(status))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("header names and values are ASCII")
}
