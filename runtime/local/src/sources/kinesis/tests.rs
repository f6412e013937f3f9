use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::aggregated::tests::pack;
use super::fake::{FIRST_MS, Fake};
use super::*;
use crate::config::{Bucket, Buffer, Source, StreamConfig};
use crate::journal::Journal;
use crate::{Happened, Watch, What};

/// How long something may take that happens at once.
const SOON: Duration = Duration::from_secs(20);

/// A Kinesis, and a stream that reads it again and again.
struct Scene {
    fake: Fake,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
    folder: TempDir,
    start: Start,
    troubles: Arc<Mutex<Vec<String>>>,
}

impl Scene {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (fake, address) = (Fake::default(), listener.local_addr().unwrap());
        let server = Some(fake.serve(listener));
        let folder = tempfile::tempdir().unwrap();
        Self { fake, address, server, folder, start: Start::TrimHorizon, troubles: Arc::default() }
    }

    fn source(&self) -> KinesisSource {
        let endpoint = Some(format!("http://{}", self.address));
        KinesisSource { stream: "orders".to_owned(), endpoint, start: self.start }
    }

    fn open(&self) -> Arc<Stream> {
        let troubles = self.troubles.clone();
        let watch: Arc<dyn Watch> = Arc::new(move |happened: &Happened| {
            if let What::Trouble { message } = &happened.what {
                troubles.lock().unwrap().push(message.clone());
            }
        });
        let config = config(self.source(), self.folder.path());
        Arc::new(Stream::open(config, None, self.folder.path(), watch).unwrap())
    }

    /// Reads until so many records were accepted that were never before, or until `done`.
    async fn read_until(&self, done: impl Fn(&Stream) -> bool) {
        let stream = self.open();
        let reader = tokio::spawn(read(stream.clone(), self.source()));
        let ended = tokio::time::timeout(SOON, async {
            while !done(&stream) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        ended.await.unwrap_or_else(|_| panic!("{} accepted, {:?}", stream.pending(), self.troubles()));
        reader.abort();
        assert!(reader.await.unwrap_err().is_cancelled());
    }

    async fn read(&self, records: u64) {
        self.read_until(|stream| stream.pending() >= records).await;
        // Nothing more comes than was waited for.
        assert_eq!(self.accepted().len() as u64, records);
    }

    /// All that was ever accepted: nobody takes it from the journal.
    fn accepted(&self) -> Vec<Arrival> {
        let journal = Journal::open(&self.folder.path().join("s")).unwrap();
        let mut arrivals = Vec::new();
        loop {
            match journal.read(1 << 20).unwrap() {
                more if more.is_empty() => return arrivals,
                more => arrivals.extend(more.into_iter().map(|(_, arrival)| arrival)),
            }
        }
    }

    fn accepted_data(&self) -> Vec<Bytes> {
        self.accepted().into_iter().map(|arrival| arrival.data).collect()
    }

    fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap().clone()
    }
}

fn config(source: KinesisSource, folder: &Path) -> StreamConfig {
    let buffer = Buffer { size: 1 << 20, interval: Duration::ZERO };
    let stream = StreamConfig::plain("s", Bucket::Folder(folder.join("out")));
    StreamConfig { source: Source::Kinesis(source), buffer, ..stream }
}

#[tokio::test]
async fn records_arrive_in_order_with_what_is_known_of_them() {
    let scene = Scene::new().await;
    let packed = pack([("a", b"1".as_slice()), ("b", b"2")]);
    {
        let mut inside = scene.fake.inside();
        inside.add_shard("shardId-0", &[], "1");
        inside.put("shardId-0", b"0");
        inside.put("shardId-0", &packed);
        inside.put("shardId-0", b"3");
    }
    scene.read(4).await;
    let arrival = |data: &'static str, key: &str, sequence: u64, place| Arrival {
        data: Bytes::from(data),
        metadata: Metadata {
            arrival_time_ms: Some(FIRST_MS + sequence - 100),
            partition_key: Some(key.to_owned()),
            shard_id: Some("shardId-0".to_owned()),
            sequence_number: Some(sequence.to_string()),
            subsequence_number: Some(place),
            ..Metadata::default()
        },
    };
    let arrivals = [
        arrival("0", "key", 100, 0),
        arrival("1", "a", 101, 0),
        arrival("2", "b", 101, 1),
        arrival("3", "key", 102, 0),
    ];
    assert_eq!(scene.accepted(), arrivals);
    assert_eq!(scene.troubles(), [""; 0]);
    let authorization = scene.fake.inside().authorization.clone();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential="), "{authorization}");
    assert!(authorization.contains("/kinesis/aws4_request"), "{authorization}");
}

#[tokio::test]
async fn a_restart_goes_on_behind_what_was_accepted() {
    let scene = Scene::new().await;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().add_shard("shardId-1", &[], "1");
    scene.fake.inside().put("shardId-0", b"a");
    scene.fake.inside().put("shardId-1", b"b");
    scene.read(2).await;
    scene.fake.inside().put("shardId-0", b"c");
    scene.fake.inside().put("shardId-1", b"d");
    scene.read(4).await;
    assert_eq!(scene.accepted_data(), ["a", "b", "c", "d"]);
    let requests = scene.fake.inside().requests("GetShardIterator");
    let begins = requests.iter().map(|request| request["StartingSequenceNumber"].as_str());
    assert_eq!(begins.collect::<Vec<_>>(), [None, None, Some("100"), Some("101")]);
}

#[tokio::test]
async fn children_are_read_behind_their_parents_and_when_they_come_to_be() {
    let scene = Scene::new().await;
    {
        let mut inside = scene.fake.inside();
        inside.add_shard("shardId-0", &[], "1");
        inside.add_shard("shardId-1", &[], "1");
        for data in [b"a", b"b", b"c"] {
            inside.put("shardId-0", data);
        }
        inside.add_shard("shardId-2", &["shardId-0", "shardId-1"], "2");
        inside.put("shardId-2", b"d");
    }
    let fake = scene.fake.clone();
    scene
        .read_until(move |stream| {
            let mut inside = fake.inside();
            if stream.pending() == 4 && inside.shards.len() == 3 {
                inside.add_shard("shardId-3", &["shardId-2"], "3");
                inside.put("shardId-3", b"e");
            }
            stream.pending() == 5
        })
        .await;
    assert_eq!(scene.accepted_data(), ["a", "b", "c", "d", "e"]);
    // Those that have ended are read no more, and lead to their children after a restart, too.
    scene.fake.inside().put("shardId-3", b"f");
    scene.read(6).await;
    assert_eq!(scene.troubles(), [""; 0]);
}

#[tokio::test]
async fn an_iterator_that_has_expired_is_asked_for_again() {
    let scene = Scene::new().await;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().put("shardId-0", b"a");
    let fake = scene.fake.clone();
    scene
        .read_until(move |stream| {
            let mut inside = fake.inside();
            if stream.pending() == 1 && inside.age == 0 {
                inside.age = 1;
                inside.put("shardId-0", b"b");
            }
            stream.pending() == 2
        })
        .await;
    assert_eq!(scene.accepted_data(), ["a", "b"]);
    assert_eq!(scene.troubles(), [""; 0]);
}

#[tokio::test]
async fn a_stream_is_read_as_soon_as_it_is_there_and_what_was_wrong_is_told_once() {
    let scene = Scene::new().await;
    let fake = scene.fake.clone();
    scene
        .read_until(move |stream| {
            let mut inside = fake.inside();
            if inside.requests("ListShards").len() == 3 && inside.shards.is_empty() {
                inside.add_shard("shardId-0", &[], "1");
                inside.put("shardId-0", b"a");
            }
            stream.pending() == 1
        })
        .await;
    let endpoint = format!("http://{}", scene.address);
    assert_eq!(
        scene.troubles(),
        [format!(
            "the Kinesis stream `orders` at {endpoint} is not read: No. (`ResourceNotFoundException`)\n  \
             hint: it is read as soon as it is there"
        )]
    );
}

#[tokio::test]
async fn who_does_not_answer_is_asked_again() {
    let mut scene = Scene::new().await;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().put("shardId-0", b"a");
    let server = scene.server.take().unwrap();
    server.abort();
    let _ = server.await;
    let (fake, address) = (scene.fake.clone(), scene.address);
    let troubles = scene.troubles.clone();
    tokio::spawn(async move {
        while troubles.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        fake.serve(TcpListener::bind(address).await.unwrap()).await
    });
    scene.read(1).await;
    let troubles = scene.troubles();
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    assert!(troubles[0].ends_with("\n  hint: is its `endpoint` right, and at work?"), "{troubles:?}");
}

#[tokio::test]
async fn too_many_calls_skip_nothing() {
    let scene = Scene::new().await;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().put("shardId-0", b"a");
    let fake = scene.fake.clone();
    let troubles = scene.troubles.clone();
    scene
        .read_until(move |stream| {
            let mut inside = fake.inside();
            let was_told = !troubles.lock().unwrap().is_empty();
            if stream.pending() == 1 && !was_told && inside.refusal.is_none() {
                inside.refusal = Some(("", "ProvisionedThroughputExceededException"));
                inside.put("shardId-0", b"b");
            }
            if was_told {
                inside.refusal = None;
            }
            stream.pending() == 2
        })
        .await;
    assert_eq!(scene.accepted_data(), ["a", "b"]);
    assert_eq!(scene.troubles().len(), 1);
}

#[tokio::test]
async fn a_shard_that_is_refused_keeps_no_other_from_being_read() {
    let scene = Scene::new().await;
    {
        let mut inside = scene.fake.inside();
        inside.add_shard("shardId-0", &[], "1");
        inside.add_shard("shardId-1", &[], "1");
        for data in [b"a", b"b", b"c"] {
            inside.put("shardId-1", data);
        }
        inside.refusal = Some(("shardId-0", "InvalidArgumentException"));
    }
    scene.read(3).await;
    assert_eq!(scene.accepted_data(), ["a", "b", "c"]);
    assert_eq!(scene.troubles().len(), 1);
}

#[tokio::test]
async fn the_latest_is_what_comes_after_the_first_start_whoever_reads_it() {
    let mut scene = Scene::new().await;
    scene.start = Start::Latest;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().put_at("shardId-0", b"before", 0);
    let fake = scene.fake.clone();
    scene.read_until(move |_| fake.inside().requests("GetRecords").len() == 2).await;
    scene.fake.inside().put_at("shardId-0", b"while nobody read", now_ms());
    scene.read(1).await;
    assert_eq!(scene.accepted_data(), ["while nobody read"]);
}

#[tokio::test]
async fn a_stream_that_was_made_anew_is_read_from_its_beginning() {
    let scene = Scene::new().await;
    scene.fake.inside().add_shard("shardId-0", &[], "1");
    scene.fake.inside().put("shardId-0", b"a");
    scene.read(1).await;
    scene.fake.inside().shards.clear();
    scene.fake.inside().add_shard("shardId-0", &[], "2");
    scene.fake.inside().put("shardId-0", b"b");
    scene.read(2).await;
    let requests = scene.fake.inside().requests("GetShardIterator");
    assert_eq!(requests[1]["ShardIteratorType"], "TRIM_HORIZON");
}
