//! `nozzle dev` as a command: what it plays, what it is fed with, how it ends, and what it refuses.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::thread;

use nozzle_tests::built;
use nozzle_tests::dev::Dev;
use serde_json::Value;

use crate::{stderr, stdout};

/// A pipeline that lets every record through.
const PIPELINE: &str = "version = 1\n[[plugin]]\nuse = \"filter\"\n";

/// A folder `My Shop` with these files.
fn shop(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let outer = tempfile::tempdir().expect("there is a folder");
    let folder = outer.path().join("My Shop");
    fs::create_dir(&folder).expect("it is made");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("it is written");
    }
    (outer, folder)
}

/// Runs `nozzle dev` to its end.
fn dev(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut nozzle = built::nozzle_command();
    nozzle.current_dir(folder).args(["dev", "--listen", "127.0.0.1:0"]).args(arguments);
    nozzle.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = nozzle.spawn().expect("nozzle starts");
    // One that refuses its arguments reads nothing.
    let _ = child.stdin.take().expect("piped above").write_all(input.as_bytes());
    child.wait_with_output().expect("nozzle ends")
}

/// What the objects in a folder hold together.
pub(crate) fn delivered(folder: &Path) -> String {
    let mut text = String::new();
    let mut paths = vec![folder.to_owned()];
    while let Some(path) = paths.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => paths.extend(entries.map(|entry| entry.expect("it is read").path())),
            Err(_) => text += &fs::read_to_string(path).expect("an object is text"),
        }
    }
    text
}

const ORDERS: &str = "{\"id\":1}\n{\"id\":2}\n";

#[test]
fn without_a_streams_toml_there_is_one_stream_called_like_the_folder() {
    let (_outer, folder) = shop(&[("nozzle.toml", PIPELINE), ("orders.jsonl", ORDERS)]);
    let ended = dev(&folder, &["orders.jsonl", "--once"], "");
    let (out, err) = (stdout(&ended), stderr(&ended));
    assert_eq!(ended.status.code(), Some(0), "{err}");
    assert!(err.contains("  My-Shop  direct-put -> filter (1 MiB or 1s) -> out/ (5 MiB or 1s)\n"), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("My-Shop  2 records in ") && lines[0].ends_with(": 2 ok"), "{out}");
    assert!(lines[1].starts_with("My-Shop  -> ") && lines[1].ends_with("  2 records, 18 bytes"), "{out}");
    assert_eq!(delivered(&folder.join("out")), ORDERS);
    assert_eq!(fs::read_to_string(folder.join(".nozzle/dev/.gitignore")).unwrap(), "*\n");
}

#[test]
fn standard_input_is_put_line_by_line_and_events_are_told_as_json() {
    let (_outer, folder) = shop(&[("pipeline.toml", PIPELINE)]);
    let arguments = ["-", "--once", "--json", "--config", "pipeline.toml", "--state", "kept"];
    let ended = dev(&folder, &arguments, ORDERS);
    assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
    let events: Vec<Value> =
        stdout(&ended).lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let [transformed, delivered_event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(transformed["event"], "transformed");
    assert_eq!((&transformed["records"], &transformed["ok"]), (&2.into(), &2.into()));
    assert_eq!(delivered_event["event"], "delivered");
    assert_eq!((&delivered_event["bytes"], &delivered_event["errors"]), (&18.into(), &false.into()));
    let object = delivered_event["object"].as_str().expect("it is a key");
    assert_eq!(fs::read_to_string(folder.join("out").join(object)).unwrap(), ORDERS);
    assert!(folder.join("kept/streams/My-Shop").is_dir() && !folder.join(".nozzle").exists());
}

#[test]
fn the_package_of_a_pipeline_transforms_as_the_pipeline_does() {
    let _ = built::bootstrap();
    let pipeline = PIPELINE.to_owned() + "settings = { drop = [{ column = \"id\", is = 1 }] }\n";
    let (_outer, folder) = shop(&[("nozzle.toml", &pipeline), ("orders.jsonl", ORDERS)]);
    for (lambda, function) in [(&[][..], "filter"), (&["--lambda"], "bootstrap")] {
        let out = folder.join("out");
        let _ = fs::remove_dir_all(&out);
        let arguments = [&["orders.jsonl", "--once", "--state", function], lambda].concat();
        let ended = dev(&folder, &arguments, "");
        let said = stderr(&ended);
        assert_eq!(ended.status.code(), Some(0), "{said}");
        assert!(said.contains(&format!("direct-put -> {function} (")), "{said}");
        assert_eq!(delivered(&out), "{\"id\":2}\n");
    }
}

/// Two streams that wait for long.
const SLOW: &str = r#"
[[stream]]
name = "orders"
bucket = "out"

[[stream]]
name = "sales"
bucket = "out"
prefix = "sales/"
"#;

/// One connection that is kept, as SDKs do.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(dev: &Dev) -> Self {
        Self(BufReader::new(TcpStream::connect(dev.address()).expect("it listens")))
    }

    /// Puts a record. False where it was not acknowledged.
    fn put(&mut self, stream: &str) -> bool {
        let body = format!(r#"{{"DeliveryStreamName":"{stream}","Record":{{"Data":"YQo="}}}}"#);
        let length = body.len();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Firehose_20150804.PutRecord\r\n\
             Content-Type: application/x-amz-json-1.1\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.0.get_mut().write_all(request.as_bytes()).is_ok() && self.is_accepted() == Some(true)
    }

    fn is_accepted(&mut self) -> Option<bool> {
        let (mut status, mut length) = (String::new(), 0);
        self.0.read_line(&mut status).ok()?;
        loop {
            let mut header = String::new();
            self.0.read_line(&mut header).ok()?;
            if header.trim().is_empty() {
                break;
            }
            if let Some(n) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = n.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        Some(status.starts_with("HTTP/1.1 200 "))
    }
}

#[test]
fn being_asked_to_end_delivers_what_is_buffered_and_takes_no_more() {
    let (_outer, folder) = shop(&[("streams.toml", SLOW)]);
    let dev = Dev::start(&folder, &[]);
    let mut client = Client::connect(&dev);
    assert!(client.put("orders") && client.put("sales"));
    // One that never stops does not keep it.
    let puts = thread::spawn(move || 2 + (0..).take_while(|_| client.put("orders")).count());
    let ended = dev.finish();
    let acknowledged = puts.join().expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(delivered(&folder.join("out")), "a\n".repeat(acknowledged));
}

#[test]
fn an_interval_hurries_every_buffer() {
    let (_outer, folder) = shop(&[("streams.toml", SLOW)]);
    let dev = Dev::start(&folder, &["--interval", "100ms"]);
    assert!(Client::connect(&dev).put("sales"));
    let said = dev.wait_for("1 record, 2 bytes");
    assert!(said.starts_with("sales  -> sales/"), "{said}");
}

#[test]
fn a_second_signal_ends_at_once_and_the_next_run_goes_on() {
    let nowhere = "[[stream]]\nname = \"orders\"\nbucket = \"s3://there-is-none\"\n";
    let (_outer, folder) = shop(&[("streams.toml", nowhere)]);
    let mut command = built::nozzle_command();
    command.env("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9").env("AWS_ACCESS_KEY_ID", "any");
    command.env("AWS_SECRET_ACCESS_KEY", "any").env("AWS_REGION", "us-east-1");
    let dev = Dev::spawn(command.current_dir(&folder).arg("dev"));
    assert!(Client::connect(&dev).put("orders"));
    dev.signal("INT");
    dev.wait_for_trouble("trouble: orders: ");
    let ended = dev.finish();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("the next `nozzle dev` goes on"), "{}", ended.stderr);
    fs::write(folder.join("streams.toml"), nowhere.replace("s3://there-is-none", "out")).unwrap();
    let next = dev_once(&folder);
    assert!(next.contains("1 record of an earlier run to be delivered"), "{next}");
    assert_eq!(delivered(&folder.join("out")), "a\n");
}

/// Delivers what there is, and gives what is said of it.
fn dev_once(folder: &Path) -> String {
    let ended = dev(folder, &["--once"], "");
    assert_eq!(ended.status.code(), Some(0), "{}", stderr(&ended));
    stderr(&ended)
}

#[test]
fn a_file_is_followed_as_it_grows_and_read_on_by_the_next_run() {
    let (_outer, folder) = shop(&[("streams.toml", SLOW), ("log", "one\n")]);
    let grow = |line: &[u8]| {
        fs::File::options().append(true).open(folder.join("log")).unwrap().write_all(line).unwrap();
    };
    let dev = Dev::start(&folder, &["log", "--stream", "sales", "--interval", "100ms"]);
    dev.wait_for("1 record, 4 bytes");
    grow(b"two!\n");
    dev.wait_for("1 record, 5 bytes");
    dev.kill();
    grow(b"three!\n");
    let ended = Dev::start(&folder, &["log", "--stream", "sales", "--once"]).wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("1 record, 7 bytes"), "{}", ended.stdout);
}

/// What is wrong is an error at the start, in words, with a way out.
#[test]
fn mistakes_are_told_before_anything_is_played() {
    let kinesis = "[[stream]]\nname = \"clicks\"\nsource = { kinesis = \"k\" }\nbucket = \"out\"\n";
    let wrong =
        "[[stream]]\nname = \"a b\"\nbucket = \"out\"\nbuffer = { size = \"1 GB\", interval = \"1 s\" }\n";
    for (files, arguments, code, said) in [
        (&[][..], &[][..], 2, "error: failed to read"),
        (&[("streams.toml", wrong)], &[], 2, "streams.toml:2: "),
        (&[("streams.toml", wrong)], &[], 2, "streams.toml:4: "),
        (&[("nozzle.toml", "version = 1\n[[plugin]]\nuse = \"filtre\"\n")], &[], 2, "did you mean `filter`?"),
        (&[("streams.toml", SLOW)], &["-"], 1, "hint: `--stream` with one of orders, sales"),
        (&[("streams.toml", SLOW)], &["-", "--stream", "order"], 1, "there is no stream `order`"),
        (&[("streams.toml", SLOW)], &["log", "--stream", "orders", "--once"], 1, "failed to read the input"),
        (&[("streams.toml", kinesis)], &["-"], 1, "the stream `clicks` reads a Kinesis stream"),
        (&[("nozzle.toml", PIPELINE)], &["--lambda", "nothing"], 1, "failed to find"),
        (&[("nozzle.toml", PIPELINE)], &["--stream", "a"], 2, "required"),
        (&[("nozzle.toml", PIPELINE)], &["--interval", "soon"], 2, "invalid value 'soon'"),
    ] {
        let (_outer, folder) = shop(files);
        let ended = dev(&folder, arguments, "");
        let told = stderr(&ended);
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(said), "`{said}` is not said: {told}");
    }
}

#[test]
fn an_address_and_a_state_are_one_process_s_alone() {
    let (_outer, folder) = shop(&[("streams.toml", SLOW)]);
    let running = Dev::start(&folder, &[]);
    let mut second = built::nozzle_command();
    second.current_dir(&folder).args(["dev", "--listen", running.address()]);
    let refused = second.output().expect("nozzle starts");
    assert_eq!(refused.status.code(), Some(1));
    let refused = stderr(&refused);
    assert!(
        refused.contains("failed to listen on") && refused.contains("hint: another `--listen`"),
        "{refused}"
    );
    let refused = dev(&folder, &[], "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("failed to open the journal of stream `orders`"),
        "{}",
        stderr(&refused)
    );
}
