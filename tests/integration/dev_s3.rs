//! A local Firehose that delivers to an S3-compatible server.

use std::fs;

use nozzle_tests::{built, s3::S3};

const STREAMS: &str = r#"
[[stream]]
name = "ticks"
bucket = "s3://market"
prefix = "ticks/!{timestamp:yyyy-MM-dd}/"
error-prefix = "errors/!{firehose:error-output-type}/"
newline = true
buffer = { size = "1 MiB", interval = "1 s" }

[stream.transform]

[stream.backup]
bucket = "s3://raw"
prefix = "ticks/"
"#;

const PIPELINE: &str = "version = 1\n[[plugin]]\nuse = \"flatten-dynamodb\"\n";

const INPUT: &str = r#"{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"1"}},"NewImage":{"id":{"S":"1"}}}}
no JSON
"#;

#[test]
fn rows_errors_and_backup_go_to_buckets() {
    let Some(s3) = S3::start() else { return };
    s3.put("market", "older", "an object of before");
    s3.put("raw", "older", "an object of before");
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("streams.toml", STREAMS), ("nozzle.toml", PIPELINE), ("input.jsonl", INPUT)] {
        fs::write(folder.path().join(name), text).expect("it is written");
    }
    let mut dev = built::nozzle_command();
    dev.current_dir(folder.path()).args(["dev", "--once", "--listen", "127.0.0.1:0", "input.jsonl"]);
    let output = dev.envs(S3::environment(s3.url())).output().expect("nozzle starts");
    assert!(output.status.success(), "{output:?}");
    let keyed = |bucket, prefix: &str| {
        let objects = s3.objects(bucket).into_iter().filter(|(key, _)| key.starts_with(prefix));
        objects.map(|(_, body)| body).collect::<Vec<_>>()
    };
    assert_eq!(
        keyed("market", "ticks/20"),
        ["{\"id\":\"1\"}\n\n"],
        "the pipeline's newline, and the stream's"
    );
    let errors = keyed("market", "errors/processing-failed/");
    assert!(errors.len() == 1 && errors[0].contains("Lambda.ProcessingFailedStatus"), "{errors:?}");
    assert_eq!(keyed("raw", "ticks/20"), [INPUT]);
}
