//! A Kinesis on loopback that does as the tests tell it.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use nozzle_runtime::firehose::to_base64;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// When the first record arrived, in milliseconds since 1970; each one after it a millisecond later.
pub(super) const FIRST_MS: u64 = 1_767_225_600_123;

/// What it knows, to be changed while it answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Fake(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
pub(super) struct Inside {
    /// The shards of the stream `orders`; none is no stream.
    pub(super) shards: Vec<FakeShard>,
    /// Iterators of an earlier age have expired.
    pub(super) age: u32,
    /// Calls whose request has the one in it are refused with the other, a code.
    pub(super) refusal: Option<(&'static str, &'static str)>,
    /// What was called: the operation and its request.
    pub(super) calls: Vec<(String, Value)>,
    /// The authorization of the last call.
    pub(super) authorization: String,
    put: u64,
}

#[derive(Debug)]
pub(super) struct FakeShard {
    id: &'static str,
    parents: Vec<&'static str>,
    begin: &'static str,
    records: Vec<Value>,
    closed: bool,
}

impl Fake {
    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    /// Answers on a port. It stops with the handle.
    pub(super) fn serve(&self, listener: TcpListener) -> JoinHandle<()> {
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() })
    }
}

impl Inside {
    pub(super) fn add_shard(&mut self, id: &'static str, parents: &[&'static str], begin: &'static str) {
        for shard in &mut self.shards {
            shard.closed |= parents.contains(&shard.id);
        }
        let parents = parents.to_vec();
        self.shards.push(FakeShard { id, parents, begin, records: Vec::new(), closed: false });
    }

    /// Puts a record, whose partition key is `key`. Sequence numbers are 100 and up.
    pub(super) fn put(&mut self, shard: &str, data: &[u8]) {
        self.put_at(shard, data, FIRST_MS + self.put);
    }

    pub(super) fn put_at(&mut self, shard: &str, data: &[u8], arrival_ms: u64) {
        let record = json!({
            "SequenceNumber": (100 + self.put).to_string(),
            "ApproximateArrivalTimestamp": arrival_ms as f64 / 1000.0,
            "Data": to_base64(data),
            "PartitionKey": "key",
        });
        self.put += 1;
        self.shard(shard).unwrap().records.push(record);
    }

    /// The requests of an operation.
    pub(super) fn requests(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls.iter().filter(|(called, _)| called == operation);
        calls.map(|(_, request)| request.clone()).collect()
    }

    fn shard(&mut self, id: &str) -> Option<&mut FakeShard> {
        self.shards.iter_mut().find(|shard| shard.id == id)
    }

    fn answer(&mut self, operation: &str, request: &Value) -> Result<Value, &'static str> {
        if let Some((_, code)) = self.refusal.filter(|(part, _)| request.to_string().contains(part)) {
            return Err(code);
        }
        match operation {
            "ListShards" => self.list(request),
            "GetShardIterator" => self.iterator(request),
            "GetRecords" => self.records(request),
            _ => Err("UnknownOperationException"),
        }
    }

    /// One shard an answer.
    fn list(&self, request: &Value) -> Result<Value, &'static str> {
        let place = request["NextToken"].as_str().map_or(0, |token| token.parse::<usize>().unwrap());
        let shard = self.shards.get(place).ok_or("ResourceNotFoundException")?;
        let mut parents = shard.parents.iter();
        let shard = json!({
            "ShardId": shard.id,
            "ParentShardId": parents.next(),
            "AdjacentParentShardId": parents.next(),
            "SequenceNumberRange": { "StartingSequenceNumber": shard.begin },
        });
        let next = (place + 1 < self.shards.len()).then(|| (place + 1).to_string());
        Ok(json!({ "Shards": [shard], "NextToken": next }))
    }

    fn iterator(&mut self, request: &Value) -> Result<Value, &'static str> {
        assert_eq!(request["StreamName"], "orders");
        let (age, id) = (self.age, request["ShardId"].as_str().unwrap().to_owned());
        let records = &self.shard(&id).ok_or("ResourceNotFoundException")?.records;
        let place = records.iter().position(|record| match request["ShardIteratorType"].as_str().unwrap() {
            "TRIM_HORIZON" => true,
            "AFTER_SEQUENCE_NUMBER" => {
                record["SequenceNumber"].as_str() > request["StartingSequenceNumber"].as_str()
            }
            "AT_TIMESTAMP" => record["ApproximateArrivalTimestamp"].as_f64() >= request["Timestamp"].as_f64(),
            other => panic!("{other}"),
        });
        Ok(json!({ "ShardIterator": format!("{age} {id} {}", place.unwrap_or(records.len())) }))
    }

    /// Two records an answer, so that there are several.
    fn records(&mut self, request: &Value) -> Result<Value, &'static str> {
        let parts: Vec<_> = request["ShardIterator"].as_str().unwrap().split(' ').collect();
        let &[age, id, place] = parts.as_slice() else { panic!("{request}") };
        if age != self.age.to_string() {
            return Err("ExpiredIteratorException");
        }
        let shard = self.shard(id).ok_or("ResourceNotFoundException")?;
        let place: usize = place.parse().unwrap();
        let records: Vec<_> = shard.records.iter().skip(place).take(2).collect();
        let next = place + records.len();
        let is_end = shard.closed && next == shard.records.len();
        let next = (!is_end).then(|| format!("{age} {id} {next}"));
        Ok(json!({ "Records": records, "NextShardIterator": next, "MillisBehindLatest": 0 }))
    }
}

async fn answer(State(fake): State<Fake>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let operation = header("x-amz-target").strip_prefix("Kinesis_20131202.").unwrap().to_owned();
    assert_eq!(header("content-type"), "application/x-amz-json-1.1");
    let request: Value = serde_json::from_slice(&body).unwrap();
    let mut inside = fake.inside();
    inside.authorization = header("authorization");
    inside.calls.push((operation.clone(), request.clone()));
    match inside.answer(&operation, &request) {
        Ok(answer) => (StatusCode::OK, answer.to_string()),
        Err(code) => {
            let error = json!({ "__type": format!("com.amazonaws.kinesis#{code}"), "message": "No." });
            (StatusCode::BAD_REQUEST, error.to_string())
        }
    }
}
