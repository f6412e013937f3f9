//! Firehose and Kinesis as far as records are put into them, on a loopback port: takes what it is told to, and kills who puts.

use std::fmt;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use nozzle_runtime::firehose::from_base64;
use serde_json::{Value, json};
use tiny_http::{Request, Response, Server};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// All entries are taken.
    Take,
    /// Every N-th entry is refused, the others are taken.
    RefuseEvery(usize),
    /// The request as a whole is refused, with this code.
    Fail(&'static str),
    /// The client is killed before anything is taken.
    KillBefore,
    /// The client is killed when everything is taken and nothing is answered.
    KillBetween,
    /// Everything is taken, and something in between answers that it has waited too long.
    Lose,
    /// The client gets a signal, by its name without `SIG`; then everything is taken.
    Signal(&'static str),
}

/// An entry that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The number of its request, from 0.
    pub request: usize,
    /// Its bytes.
    pub data: Vec<u8>,
    /// Its partition key, in Kinesis.
    pub key: Option<String>,
}

/// Decides by a request's number, from 0.
type Script = Box<dyn Fn(usize) -> Act + Send>;

/// A server. It ends when it is dropped.
pub struct PutApi {
    server: Arc<Server>,
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    script: Option<Script>,
    requests: usize,
    taken: Vec<Taken>,
    client: Option<u32>,
}

impl PutApi {
    /// Starts one on a free loopback port.
    ///
    /// # Panics
    ///
    /// When no port can be had.
    pub fn start(script: impl Fn(usize) -> Act + Send + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a loopback port is free"));
        let inside = Arc::new(Inside::default());
        let api = Self { server: Arc::clone(&server), inside: Arc::clone(&inside) };
        api.then(script);
        thread::spawn(move || server.incoming_requests().for_each(|request| inside.serve(request)));
        api
    }

    /// Does something else from now on; requests count from 0 again.
    pub fn then(&self, script: impl Fn(usize) -> Act + Send + 'static) {
        let script: Script = Box::new(script);
        let mut state = self.inside.lock();
        (state.script, state.requests, state.client) = (Some(script), 0, None);
    }

    /// Tells it who puts: the process that it kills.
    pub fn meet(&self, client: u32) {
        self.inside.lock().client = Some(client);
        self.inside.changed.notify_all();
    }

    /// Where it listens: a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.server_addr())
    }

    /// What was taken so far, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.inside.lock().taken.clone()
    }

    /// How many requests came since it was last told what to do.
    pub fn requests(&self) -> usize {
        self.inside.lock().requests
    }

    /// Waits until so many entries are taken.
    pub fn wait_for(&self, entries: usize) {
        let waiting = self.inside.changed.wait_while(self.inside.lock(), |state| state.taken.len() < entries);
        drop(waiting);
    }
}

impl fmt::Debug for PutApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PutApi").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Drop for PutApi {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

impl Inside {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut request: Request) {
        let mut body = String::new();
        let read = request.as_reader().read_to_string(&mut body).is_ok();
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if !read || body.is_null() {
            return;
        }
        let act = {
            let mut state = self.lock();
            state.requests += 1;
            state.script.as_ref().map_or(Act::Take, |script| script(state.requests - 1))
        };
        let (status, answer) = self.answer(act, &body);
        // Who is dead reads no answer.
        let _ = request.respond(Response::from_string(answer.to_string()).with_status_code(status));
    }

    fn answer(&self, act: Act, body: &Value) -> (u16, Value) {
        match act {
            Act::Fail(code) => return (400, json!({ "__type": code, "message": "No." })),
            Act::KillBefore => {
                self.signal("KILL");
                return (500, Value::Null);
            }
            Act::Signal(name) => self.signal(name),
            Act::Take | Act::RefuseEvery(_) | Act::KillBetween | Act::Lose => {}
        }
        let answer = self.take(act, body);
        if act == Act::KillBetween {
            self.signal("KILL");
        }
        (if act == Act::Lose { 504 } else { 200 }, answer)
    }

    fn take(&self, act: Act, body: &Value) -> Value {
        let mut state = self.lock();
        let request = state.requests - 1;
        let mut answers = Vec::new();
        for (place, record) in body["Records"].as_array().into_iter().flatten().enumerate() {
            if matches!(act, Act::RefuseEvery(n) if (place + 1).is_multiple_of(n)) {
                answers.push(
                    json!({ "ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down." }),
                );
                continue;
            }
            let data = record["Data"].as_str().and_then(from_base64).unwrap_or_default();
            let key = record["PartitionKey"].as_str().map(str::to_owned);
            state.taken.push(Taken { request, data, key });
            answers
                .push(json!({ "RecordId": "1", "SequenceNumber": "1", "ShardId": "shardId-000000000000" }));
        }
        self.changed.notify_all();
        // Each service reads its own member.
        json!({ "FailedPutCount": 0, "RequestResponses": answers, "FailedRecordCount": 0, "Records": answers })
    }

    /// Sends the client a signal, and waits until a killed one is gone.
    fn signal(&self, name: &str) {
        let met = self.changed.wait_while(self.lock(), |state| state.client.is_none());
        let client = met.unwrap_or_else(PoisonError::into_inner).client.unwrap_or_default();
        let _ = Command::new("kill").args(["-s", name, &client.to_string()]).status();
    }
}
