use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use tempfile::TempDir;

use super::*;
use crate::{Firehose, Happened, Options, What, config};

/// A folder with a file of lines, and a stream that they go to, of one process after another.
struct Followed {
    folder: TempDir,
    troubles: Arc<Mutex<Vec<String>>>,
}

impl Followed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let streams = "[[stream]]\nname = \"s\"\nbuffer = { size = \"1 MiB\", interval = \"900 s\" }\n";
        fs::write(folder.path().join("streams.toml"), streams).unwrap();
        Self { folder, troubles: Arc::default() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("lines.jsonl")
    }

    fn append(&self, text: &str) {
        let file = OpenOptions::new().create(true).append(true).open(self.file());
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    async fn start(&self) -> Firehose {
        let streams = config::load(&self.folder.path().join("streams.toml")).unwrap();
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            state: self.folder.path().join("state"),
            refuse_every: None,
        };
        let troubles = Arc::clone(&self.troubles);
        let watch = move |happened: &Happened| {
            if let What::Trouble { message } = &happened.what {
                troubles.lock().unwrap().push(message.clone());
            }
        };
        let streams = streams.into_iter().map(|stream| (stream, None)).collect();
        Firehose::start(streams, &options, Arc::new(watch), |_| axum::Router::new()).await.unwrap()
    }

    /// One process that takes what is there, and ends.
    async fn once(&self) {
        let firehose = self.start().await;
        follow(Arc::clone(&firehose.streams()[0]), &self.file(), false).await.unwrap();
        firehose.finish().await;
    }

    /// One process that follows the file until so many records wait.
    async fn until(&self, records: u64) {
        let firehose = self.start().await;
        let stream = Arc::clone(&firehose.streams()[0]);
        let (file, taken) = (self.file(), Arc::clone(&stream));
        let following = tokio::spawn(async move { follow(taken, &file, true).await });
        pending(&stream, records).await;
        following.abort();
        drop((following.await, stream));
        firehose.finish().await;
    }

    /// The lines of all objects, in alphabetical order.
    fn delivered(&self) -> Vec<String> {
        let mut folders = vec![self.folder.path().join("out")];
        let mut lines = Vec::new();
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false => lines.extend(fs::read_to_string(path).unwrap().lines().map(str::to_owned)),
                }
            }
        }
        lines.sort();
        lines
    }
}

/// Waits until as many records wait in a stream for their object.
async fn pending(stream: &Stream, records: u64) {
    let until = Instant::now() + Duration::from_secs(30);
    while stream.pending() != records {
        assert!(Instant::now() < until, "{} wait", stream.pending());
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_goes_on_where_the_last_one_stopped() {
    let followed = Followed::new();
    followed.append("a\nb\n");
    followed.until(2).await;
    followed.append("c\nd\n");
    followed.until(2).await;
    assert_eq!(followed.delivered(), ["a", "b", "c", "d"]);
    fs::write(followed.file(), "e\n").unwrap();
    followed.until(1).await;
    assert_eq!(followed.delivered(), ["a", "b", "c", "d", "e"]);
    assert!(followed.troubles.lock().unwrap()[0].ends_with("it is read from its beginning"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_taken_to_its_end_is_taken_anew() {
    let followed = Followed::new();
    followed.append("a\nb");
    followed.once().await;
    followed.once().await;
    assert_eq!(followed.delivered(), ["a", "a", "b", "b"]);
    assert!(followed.troubles.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_followed_as_it_grows_and_into_the_next_one() {
    let followed = Followed::new();
    followed.append("a\nb");
    let firehose = followed.start().await;
    let stream = Arc::clone(&firehose.streams()[0]);
    let (file, taken) = (followed.file(), Arc::clone(&stream));
    let following = tokio::spawn(async move { follow(taken, &file, true).await });
    pending(&stream, 1).await;
    followed.append("b\n");
    pending(&stream, 2).await;
    fs::rename(followed.file(), followed.folder.path().join("lines.jsonl.1")).unwrap();
    followed.append("c\n");
    pending(&stream, 3).await;
    fs::write(followed.file(), "").unwrap();
    while followed.troubles.lock().unwrap().len() < 2 {
        sleep(Duration::from_millis(10)).await;
    }
    followed.append("d\n");
    pending(&stream, 4).await;
    following.abort();
    drop((following.await, stream));
    firehose.finish().await;
    assert_eq!(followed.delivered(), ["a", "bb", "c", "d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_firehose_would_refuse_is_told_with_its_number() {
    let followed = Followed::new();
    followed.append(&format!("a\n{}\nb\n", "x".repeat(1_024_000)));
    followed.once().await;
    assert_eq!(followed.delivered(), ["a", "b"]);
    let told = followed.troubles.lock().unwrap().join("\n");
    let place = format!("`{}:2` is over 1,024,000 bytes", followed.file().display());
    assert!(told.starts_with(&place), "{told}");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error() {
    let followed = Followed::new();
    let firehose = followed.start().await;
    let stream = Arc::clone(&firehose.streams()[0]);
    assert!(follow(stream, &followed.file(), true).await.is_err());
}
